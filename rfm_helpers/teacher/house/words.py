"""The French words of the dictionary: what each file, column and planted phenomenon is."""

from __future__ import annotations

ORDER_LINES = (
    ("client_id", "texte", "", "le client (voir `clients.csv`)"),
    ("commande_id", "texte", "", "la commande ; plusieurs lignes peuvent la partager"),
    ("ligne", "entier", "", "rang de la ligne dans sa commande ; les retours viennent après"),
    ("date_achat", "date", "jour", "jour de l’achat ; pour une ligne de retour, jour du retour"),
    ("canal", "texte", "", "boutique, en ligne ou atelier"),
    ("boutique_id", "texte", "", "lieu de vente (voir `boutiques.csv`)"),
    ("produit_id", "texte", "", "article ou service (voir `produits.csv`)"),
    ("quantite", "entier", "unités", "négative sur une ligne de retour"),
    ("remise", "décimal", "part de 0 à 1", "`0.10` pour une remise de 10 %"),
    ("montant", "décimal", "euros TTC", "remise déduite, au centime ; négatif pour un retour"),
    ("marge", "décimal", "euros HT", "montant HT moins coût d’achat ; la remise la réduit"),
)

COLUMNS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "clients": (
        ("client_id", "texte", "", "C-0001, C-0002… dans l’ordre du recrutement"),
        ("prenom", "texte", "", "inventé"),
        ("nom", "texte", "", "inventé"),
        ("age", "entier", "années", "au 31 décembre 2025"),
        ("profession", "texte", "", "déclarée au recrutement"),
        ("region", "texte", "", "lieu de résidence"),
        (
            "canal_recrutement",
            "texte",
            "",
            "boutique, en ligne, parrainage, promotion ou événement",
        ),
        ("date_recrutement", "date", "jour", "entrée dans le fichier, de 2018 à 2025"),
        (
            "consentement",
            "texte",
            "",
            "oui ou non : accepte les messages, au 30 décembre 2025 ; une réponse pour quatre "
            "canaux, voir ci-dessus",
        ),
    ),
    "produits": (
        ("produit_id", "texte", "", "P-101, P-102…"),
        ("produit", "texte", "", "nom au catalogue"),
        ("categorie", "texte", "", "Maroquinerie, Horlogerie, Parfum…"),
        ("type", "texte", "", "produit ou service"),
        ("prix", "entier", "euros TTC", "prix affiché (TVA à 20 %)"),
        ("taux_marge", "décimal", "part de 0 à 1", "taux de marque : marge ÷ prix HT, sans remise"),
    ),
    "boutiques": (
        ("boutique_id", "texte", "", "B-01 à B-06"),
        ("boutique", "texte", "", "nom de la boutique"),
        ("ville", "texte", "", "ville, ou « en ligne »"),
    ),
    "commandes": ORDER_LINES,
    "contacts": (
        ("client_id", "texte", "", "le destinataire"),
        ("date_contact", "date", "jour", "jour de l’envoi ou de l’appel"),
        ("canal_contact", "texte", "", "e-mail, SMS, courrier ou téléphone"),
        ("campagne", "texte", "", "nom et année de la campagne"),
        (
            "ouvert",
            "entier",
            "0 ou 1",
            "message ouvert, appel décroché ; toujours 0 pour un courrier ; pour un SMS, seule la "
            "simulation le sait",
        ),
        ("clic", "entier", "0 ou 1", "lien suivi ; toujours 0 hors e-mail et SMS"),
        ("desabonnement", "entier", "0 ou 1", "ce message a été le dernier accepté"),
    ),
    "reclamations": (
        ("client_id", "texte", "", "le client qui réclame"),
        ("date_reclamation", "date", "jour", ""),
        ("motif", "texte", "", "cinq motifs"),
        ("boutique_id", "texte", "", "lieu de la commande en cause"),
        ("commande_id", "texte", "", "commande en cause"),
        ("traitee", "texte", "", "oui ou non : une réponse a été donnée"),
        ("delai_reponse_jours", "entier", "jours", "vide sans réponse"),
    ),
    "parrainages": (
        ("parrain_id", "texte", "", "le client qui recommande"),
        ("filleul_id", "texte", "", "le client recruté"),
        ("date_parrainage", "date", "jour", "égale au recrutement du filleul"),
    ),
    "six_clients": ORDER_LINES,
    "export_brut": (
        ("N° client", "texte", "", "peut manquer"),
        ("Nom", "texte", "", "NOM Prénom"),
        ("N° commande", "texte", "", "peut manquer"),
        ("Date", "texte", "jour", "plusieurs écritures"),
        ("Article", "texte", "", "nom au catalogue"),
        ("Montant TTC", "texte", "euros TTC", "plusieurs écritures"),
        ("Boutique", "texte", "", "nom de la boutique"),
    ),
    "export_prestashop": (
        ("id_order", "entier", "", "la commande, par ordre d’arrivée"),
        ("reference", "texte", "", "la commande, neuf lettres, telle que le client la lit"),
        ("date_add", "date et heure", "", "heure de Paris"),
        ("id_customer", "entier", "", "le compte du client"),
        ("is_guest", "entier", "0 ou 1", "1 : commande passée en invité"),
        ("email", "texte", "", "inventé"),
        ("etat", "texte", "", "état de la commande"),
        ("payment", "texte", "", "carte bancaire ou chèque"),
        (
            "total_paid_tax_incl",
            "décimal",
            "euros TTC",
            "total de la commande",
        ),
        ("product_name", "texte", "", "nom au catalogue"),
        ("product_quantity", "entier", "unités", ""),
        ("unit_price_tax_incl", "décimal", "euros TTC", "prix d’un article, remise déduite"),
    ),
    "export_brut_defauts": (
        ("defaut", "texte", "", "nom court du défaut"),
        ("lignes", "entier", "lignes", "nombre de lignes de l’export qui le portent"),
        ("issue", "texte", "", "garder ou écarter"),
        ("description", "texte", "", "ce que c’est"),
    ),
    "export_brut_verite": (
        ("ligne", "entier", "", "numéro de la ligne dans l’export, les titres étant la ligne 1"),
        ("defaut", "texte", "", "défaut planté sur cette ligne ; vide si elle est saine"),
        ("issue", "texte", "", "garder ou écarter"),
        ("client_id", "texte", "", "le vrai client"),
        ("commande_id", "texte", "", "la vraie commande"),
        ("date_achat", "date", "jour", "le vrai jour, à Paris"),
        ("date_lue", "date", "jour", "le jour obtenu en lisant jour d’abord ce qui est ambigu"),
        ("montant", "décimal", "euros TTC", "le vrai montant ; 0 sur les lignes `montant_nul`"),
    ),
}

SUMMARIES = {
    "clients": (
        "Un client par ligne, prospects compris. `consentement` vaut pour les messages en général, "
        "sans dire le canal : « non » à qui ne les a jamais acceptés ou s’est désabonné. Une "
        "colonne ne peut pas dire le droit de quatre canaux ; le cours la lit avec prudence : "
        "« non » est un refus de tous les canaux ; « oui » vaut pour les e-mails et les SMS, "
        "jamais comme l’accord d’être appelé que la loi demande depuis le 11 août 2026. "
        "`contact_list` lit d’abord, si elles existent, les colonnes `consentement_courrier`, "
        "`consentement_e_mail`, `consentement_sms` et `consentement_telephone`."
    ),
    "produits": "Le catalogue : articles et services payants.",
    "boutiques": "Cinq boutiques et la boutique en ligne.",
    "commandes": (
        "Une ligne de commande par ligne. Un retour est une ligne négative qui porte le numéro de "
        "la commande d’origine et la date du retour. Une commande au canal « atelier » se dépose "
        "dans la boutique indiquée."
    ),
    "contacts": (
        "Un message adressé à un client. Les clients qui n’ont jamais consenti n’en reçoivent "
        "aucun ; après un désabonnement, il n’y en a plus."
    ),
    "reclamations": "Une réclamation par ligne, toujours rattachée à une commande.",
    "parrainages": "Un parrainage par ligne.",
    "six_clients": (
        "Les lignes de `commandes.csv` de six clients, pour les calculs à la main : Marc Morel, "
        "une cliente ou un client d’une seule commande récente, un autre dont une commande a deux "
        "lignes, un autre qui a rendu une commande, un habitué des petits montants, un gros achat "
        "ancien."
    ),
    "export_brut": (
        "L’export du logiciel de caisse pour les commandes de 2025 : cp1252, point-virgule, fins "
        "de ligne Windows, et les défauts d’un vrai fichier, que la leçon 2 apprend à trouver."
    ),
    "export_prestashop": (
        "Les commandes de la boutique en ligne d’octobre à décembre 2025, telles que le "
        "gestionnaire SQL de PrestaShop les exporte (UTF-8, point-virgule) : un article par ligne. "
        "La leçon 2 demande ce que dit une ligne."
    ),
    "export_brut_defauts": "Les défauts de l’export et leur nombre.",
    "export_brut_verite": "Ce que chaque ligne de l’export aurait dû dire. Pour vérifier.",
}

# For each phenomenon: what the generator does, and what is found (figures from phenomena.py).
PLANTED = {
    "Saisons": (
        "la cadence des achats suit un calendrier, plus forte en mai et juin, en novembre et "
        "décembre, et le samedi.",
        "{noel.1} fois plus de commandes par jour en novembre et décembre que dans les huit mois "
        "ordinaires, {mai_juin.1} fois plus en mai et juin.",
    ),
    "Sac puis portefeuille assorti": (
        "qui achète un sac Aurore, Odéon ou Ravel prend souvent le portefeuille du même nom, tout "
        "de suite ou à une commande suivante.",
        "sur {sacs} commandes d’un tel sac, {part_des_sacs%} contiennent aussi le portefeuille "
        "assorti ; le lift de la paire la plus faible est de {lift_minimal.1}.",
    ),
    "Clients recrutés par promotion": (
        "leur premier achat porte une remise de 15 ou 20 % et ils risquent davantage de partir "
        "après chaque commande.",
        "{promotion%} commandent de nouveau dans l’année qui suit leur première commande, contre "
        "{autres%} des autres ({clients_promotion} clients recrutés par promotion, premières "
        "commandes jusqu’au 30 décembre 2024).",
    ),
    "Mauvaise expérience en boutique": (
        "d’avril à septembre 2024, près d’une visite sur deux à Paris Rive droite se passe mal ; "
        "le client se plaint souvent de l’accueil et ne revient presque jamais. Marc Morel en est.",
        "{plaintes_pour_100.0} plaintes d’accueil pour 100 commandes dans cette boutique et cette "
        "période, contre {plaintes_pour_100_ailleurs.1} ailleurs ; {apres_reclamation%} des "
        "{plaignants} plaignants commandent dans l’année qui suit, contre {autres%} des clients "
        "des autres boutiques à la même période.",
    ),
    "Pression commerciale": (
        "trois niveaux de pression, attribués presque au hasard ; au-delà de deux messages en "
        "90 jours, chaque message de plus accroît le risque de désabonnement.",
        "pour 100 messages, {recus_0_1.1} désabonnement quand le client en avait reçu 0 ou 1 dans "
        "les 90 jours précédents, {recus_2_3.1} avec 2 ou 3, {recus_4_plus.1} avec 4 ou plus.",
    ),
    "Filleuls semblables à leur parrain": (
        "un filleul tient de son parrain son aisance et ses goûts.",
        "corrélation de rang des paniers moyens de {correlation.2} sur {couples} couples ; "
        "{melange.2} quand on mélange les couples.",
    ),
    "Révision de la montre à 24 mois": (
        "une montre appelle une révision deux ans après, que le client vienne encore ou non.",
        "{part_a_24_mois%} des {revisions} révisions tombent 22 à 26 mois après l’achat d’une "
        "montre ; {part_des_montres%} des montres assez anciennes en ont eu une.",
    ),
    "Clients développés": (
        "dès la deuxième commande, le risque de départ baisse quand le client a acheté dans "
        "plusieurs catégories.",
        "{une_categorie%} des {clients_une} clients restés dans une catégorie après deux commandes "
        "en passent une troisième dans l’année, contre {plusieurs%} des {clients_plusieurs} qui "
        "en ont plusieurs (habitués du soin exclus, fidèles pour une autre raison).",
    ),
    "Produit déficitaire mais aimé": (
        "l’Écrin de voyage gravé se vend à perte, presque toujours avec la commande d’un bon "
        "client.",
        "{ventes} ventes, {marge} € de marge ; {part_meilleur_quart%} vont au quart des clients "
        "qui dépensent le plus, qui ne font que {part_des_lignes_meilleur_quart%} des lignes.",
    ),
}
