# %% [markdown]
# # Devoir 2 : un plan pour un segment, sous enveloppe
#
# Vos segments ont plu.
# Le directeur commercial de la Maison Orsenne vous demande maintenant un plan pour **un seul** d’entre eux.
# Deux idées sont sur la table : une soirée privée, dont les devis sont arrivés, et une lettre manuscrite.
# « Que visez-vous, combien cela coûte-t-il, qu’est-ce que cela rapporte ? Et faut-il offrir une remise ? »
#
# Il vous faut deux heures environ, avec les leçons [1](../../notebooks/01_strategie.ipynb), [4](../../notebooks/04_segmentation.ipynb), [6](../../notebooks/06_budgetisation.ipynb), [7](../../notebooks/07_rentabilite.ipynb) et [8](../../notebooks/08_mesurer.ipynb) ouvertes à côté.
# Douze questions, 20 points.

# %% [markdown]
# **Comment répondre**
#
# - Exécutez les cellules dans l’ordre, de haut en bas (Maj + Entrée).
# - Vous n’écrirez pas de code.
#   Pour un calcul, choisissez dans les listes ce qu’il doit prendre, puis exécutez les cellules qui suivent.
# - Dans un champ, écrivez votre réponse puis appuyez sur Entrée ; elle est enregistrée.
# - Une cellule dont une ligne porte la flèche ← montre de quoi répondre : changez la valeur, puis exécutez-la.
# - Le carnet dit qu’une réponse est reçue ; il ne dit pas si elle est juste.
#   Vous pouvez la changer jusqu’à la remise.
#
# **Comment c’est noté.**
# Vos clients, vos devis et vos réglages sont à vous : ceux de votre voisine ou de votre voisin donnent d’autres réponses.
# Vos calculs sont refaits, sur vos fichiers et sur d’autres de même forme : choisissez les grandeurs dans les listes.
# Un nombre écrit à la main à la place de l’une d’elles vaut au plus la moitié des points.
# Une erreur n’est comptée qu’une fois : la suite est jugée à partir de ce que vous avez trouvé avant.
#
# **Protection des données.**
# Les noms des clients ont été retirés : le calcul s’en passe.
# Ne faites pas circuler ces fichiers.

# %% tags=["parameters"]
ETUDIANT = ""

# %% jupyter={"source_hidden": true} rfm={"locked": "outils"}
# Les outils du devoir. Exécutez cette cellule en premier.
from dataclasses import replace  # noqa: F401 (des réponses déjà écrites l’emploient)

import pandas as pd

from rfm_helpers import (
    Campaign, CourseError, Target, answer_field, assign_segments, assignment, best_tenth, break_even,
    campagne, campaign_account, contact_list, hand_in, incremental_margin, line_costs,
    measure_target, parse_number, revenue_at_stake, rfm_table, roi, score_rfm, segment_profile,
    show_table, window_orders,
)
from rfm_helpers.french.numbers import euros, number, percent

devoir = assignment(
    "devoir_2_strategie_budget", etudiant=ETUDIANT, reponses=REPONSES,
    DATE_REFERENCE=DATE_REFERENCE, SEGMENT=SEGMENT, PART=percent(PART), ENVELOPPE=ENVELOPPE,
    REPONSE=percent(REPONSE, 1), TEMOIN=percent(TEMOIN, 1), REMISE=percent(REMISE),
)
q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12 = devoir


def montrer(tableau, titre, **options):
    """Montre un tableau, s’il existe déjà."""
    if tableau is None:
        print("Ce tableau viendra quand vous aurez répondu à la question qui le prépare.")
        return None
    return show_table(tableau, titre, **options)


devoir

# %% jupyter={"source_hidden": true} rfm={"locked": "grandeurs"}
# Ce que valent, sur vos données, les grandeurs à choisir dans les listes.
DATES = {"devoir": DATE_REFERENCE, "fin_annee": "2025-12-31"}
NOMBRES = {"trois": 3, "quatre": 4, "cinq": 5, "dix": 10}
GRILLES = {"onze": "onze", "cinq_niveaux": "cinq_niveaux", "vip": "vip"}

# %% jupyter={"source_hidden": true} rfm={"locked": "calculs"}
# D’autres outils : mesurer un segment, qui inviter, chiffrer des devis, écrire le compte d’une action.
def en_jeu(clients, part):
    """Ce que chaque segment met en jeu, si cette part de ses clients commande une fois de plus."""
    if clients is None:
        return None
    colonnes = ["segment", "clients", "part_qui_reagit", "panier_moyen", "chiffre_affaires_en_jeu"]
    return revenue_at_stake(clients, part)[colonnes]


def mesurer(clients, segment=None):
    """Cinq indicateurs d’un segment, ou du meilleur dixième : la part, sur la fenêtre du repère."""
    indicateurs = {
        "recence_mediane": ("trois ans", "Récence médiane (jours)"),
        "frequence_moyenne": ("trois ans", "Commandes en moyenne"),
        "panier_moyen": ("trois ans", "Panier moyen (€ TTC)"),
        "montant_moyen": ("trois ans", "Montant total moyen (€ TTC)"),
        "part_actifs_12_mois": ("dix-huit mois", "Ont commandé depuis un an (%)"),
    }
    if clients is None:
        return None
    fenetres = {"trois ans": clients, "dix-huit mois": derniers_mois(18)}
    lignes = [
        (fenetre, nom, best_tenth(fenetres[fenetre], indicateur) if segment is None
         else measure_target(fenetres[fenetre], Target(segment=segment), indicateur))
        for indicateur, (fenetre, nom) in indicateurs.items()
    ]
    tableau = pd.DataFrame(lignes, columns=["Fenêtre", "Indicateur", "Valeur"])
    tableau.loc[tableau["Indicateur"].str.endswith("(%)"), "Valeur"] *= 100
    return tableau.round(2)


def segmenter(lignes, date, niveaux, grille):
    """Les clients et leur segment, à partir de lignes de commande."""
    return assign_segments(score_rfm(rfm_table(lignes, as_of=date), levels=niveaux), grille)


def compter(tableau):
    """Combien de lignes a un tableau, s’il existe déjà."""
    return None if tableau is None else len(tableau)


def somme(tableau, colonne):
    """Le total d’une colonne, si le tableau l’a déjà."""
    return tableau[colonne].sum() if colonne in getattr(tableau, "columns", ()) else None


def derniers_mois(mois):
    """Les clients et leur segment, sur les derniers mois seulement."""
    lignes = window_orders(commandes, DATE_REFERENCE, months=mois)
    return assign_segments(score_rfm(rfm_table(lignes, as_of=DATE_REFERENCE)))


def a_inviter(clients):
    """Les clients du segment que l’on peut inviter par courrier : ils n’ont pas refusé."""
    segment = clients[clients["segment"] == SEGMENT]
    return contact_list(segment, "courrier", on=DATE_REFERENCE, people=personnes)[0]


def chiffrer(devis, invites, presents):
    """Les lignes des devis, pour tant d’invités et tant de présents."""
    combien = devis["par"].map({"soirée": 1, "invité": invites, "présent": presents})
    return devis.assign(quantite=devis["quantite"] * combien)


def diviser(montant, nombre):
    """La calculette : un montant partagé."""
    montant, nombre = parse_number(montant), parse_number(nombre)
    if nombre <= 0:
        raise CourseError("On ne divise que par un nombre plus grand que zéro : changez-le.")
    print(f"{euros(montant, 2)} ÷ {number(nombre)} = {euros(montant / nombre, 2)}")


def ajouter(montant, autre):
    """La calculette : deux montants ensemble."""
    montant, autre = parse_number(montant), parse_number(autre)
    print(f"{euros(montant, 2)} + {euros(autre, 2)} = {euros(montant + autre, 2)}")


def lire(resultat):
    """Un taux en une phrase, puis avec ses décimales."""
    if resultat is None:
        print("Ce nombre viendra quand vous aurez répondu à la question qui le prépare.")
        return
    print(resultat)
    if resultat.value is not None:
        print(f"Avec deux décimales : {percent(resultat.value, 2)}")


def fiche(action):
    """Une action et son compte, en un tableau."""
    if not isinstance(action, Campaign):
        return action
    entrees = {
        "Clients touchés": action.reached, "Hausse de réponse": action.uplift,
        "Panier moyen (€ HT)": action.basket, "Taux de marque": action.margin_rate,
        "Coût (€ HT)": action.cost, "Remise": action.discount,
        "Commandes venues de toute façon": action.baseline,
    }
    tableau = pd.DataFrame({"ligne": list(entrees), "valeur": [float(v) for v in entrees.values()]})
    return pd.concat([tableau, campaign_account(action)], ignore_index=True)

# %% [markdown]
# ## 1. Le segment
#
# Trois ans de commandes jusqu’à la date de référence, sans défaut : `montant` est TTC, `marge` est HT.
# À côté, ce que chaque client a dit : accepte-t-il nos messages, viendrait-il à une soirée ?

# %% rfm={"locked": "donnees"} jupyter={"source_hidden": true}
commandes = pd.read_csv(f"{DONNEES}/commandes.csv", parse_dates=["date_achat"])
personnes = pd.read_csv(f"{DONNEES}/clients.csv")
show_table(commandes, "Les lignes de commande", rows=4)

# %% rfm={"locked": "enonce_clients"} jupyter={"source_hidden": true}
answer_field(q1)

# %% rfm={"locked": "calcul_clients"} jupyter={"source_hidden": true}
clients = q1.calculer(
    segmenter, lignes={"toutes": commandes, "annee": window_orders(commandes, DATE_REFERENCE, months=12)},
    date=DATES, niveaux=NOMBRES, grille=GRILLES,
)

# %% rfm={"answer": "clients"} jupyter={"source_hidden": true}
# Modèle : clients = assign_segments(score_rfm(rfm_table(six_clients, as_of="2025-01-31")))
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "clients"}
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=DATE_REFERENCE)))

# %% rfm={"locked": "rendre_clients"} jupyter={"source_hidden": true}
q1.rendre(clients)

# %% jupyter={"source_hidden": true}
montrer(None if clients is None else segment_profile(clients), "Le profil des segments")

# %% [markdown]
# Combien ce segment met-il en jeu ?
# La part supposée de la cellule n’est pas encore celle du directeur.

# %%
part = 0.10  # ← changez cette valeur : 0.10 veut dire 10 %
montrer(en_jeu(clients, part), "Le chiffre d’affaires en jeu",
        headings={"part_qui_reagit": "Part qui réagit", "chiffre_affaires_en_jeu": "En jeu"},
        formats={"chiffre_affaires_en_jeu": "euros", "panier_moyen": "euros"})

# %% rfm={"locked": "champ_enjeu"} jupyter={"source_hidden": true}
answer_field(q2)

# %% [markdown]
# ## 2. La stratégie
#
# Quel problème, ou quelle occasion, voyez-vous pour ce segment ?
# Voici ses cinq indicateurs aujourd’hui, puis ceux des clients les mieux placés de la base.
# Lisez aussi le profil, plus haut.
#
# Un objectif a trois nombres : aujourd’hui, sans vous, visé.
# Pour la part des clients qui commandent, celui du milieu se mesure : c’est le repère du tableau qui suit.
# Pour les autres indicateurs, il reste votre hypothèse.

# %%
segment = "Champions"  # ← changez cette valeur : le segment
montrer(mesurer(clients, segment), f"{segment}, aujourd’hui", formats={"Valeur": "plain"})

# %% jupyter={"source_hidden": true}
montrer(mesurer(clients), "Les meilleurs clients, un sur dix : leurs valeurs, ensemble", formats={"Valeur": "plain"})

# %% [markdown]
# **Le repère.**
# Qui reviendrait sans que l’on fasse rien ?
# Le fichier commence en janvier 2023 : deux fenêtres de trois ans n’y tiennent pas.
# La maison a donc fait les segments sur **dix-huit mois**, à votre date et un an plus tôt, avec les mêmes bornes, puis compté les retours de l’année.
# Elle a pris **tous** ses clients, car un segment de votre fichier en compte trop peu pour un intervalle utile.
# La valeur d’aujourd’hui de cette part se lit donc aussi sur dix-huit mois.
#
# Visez au-dessus de l’intervalle de votre segment, sans quoi l’on fêterait ce qui arrive tout seul ; mais en deçà de ce que font les meilleurs clients, et de ce qu’une soirée comparable a déjà apporté (la question 7 le dit).

# %% jupyter={"source_hidden": true} rfm={"locked": "reperes"}
reperes = pd.read_csv(f"{DONNEES}/reperes.csv")
show_table(reperes, "Un an plus tôt, dans toute la maison : revenus sans que l’on fasse rien", rows=11,
           headings={"part_revenus": "Part revenue dans l’année", "bas": "Intervalle : de", "haut": "à",
                     "revenus": "Sont revenus"},
           formats={"part_revenus": "share", "bas": "share", "haut": "share"})

# %% rfm={"locked": "champ_strategie"} jupyter={"source_hidden": true}
answer_field(q3)

# %% [markdown]
# ## 3. Ce que la soirée coûte
#
# Les clients à inviter sont ceux du segment qui acceptent nos messages ; ceux qui viendraient l’ont dit.
# La cellule suivante les compte à partir de **votre** table de la question 1.

# %% rfm={"locked": "invites"} jupyter={"source_hidden": true}
invites = presents = venue = None
if "segment" in getattr(clients, "columns", ()):
    invites = a_inviter(clients)
    presents = invites[invites["client_id"].isin(personnes.loc[personnes["viendrait"] == "oui", "client_id"])]
    venue = pd.DataFrame({"À inviter": [len(invites)], "Viendraient": [len(presents)]})
NOMBRES_DE_CLIENTS = {
    "segment": compter(None if invites is None else clients[clients["segment"] == SEGMENT]),
    "invites": compter(invites), "presents": compter(presents),
}
devis = pd.read_csv(f"{DONNEES}/devis.csv", parse_dates=["date_source"])
montrer(venue, f"{SEGMENT} : qui vient ?")

# %% jupyter={"source_hidden": true}
show_table(devis[["libelle", "par", "quantite", "unite", "cout_unitaire", "taxe", "taux_tva", "annees"]],
           "Les devis : quantités pour un invité, un présent ou la soirée",
           headings={"par": "Pour", "annees": "Années"})

# %% jupyter={"source_hidden": true}
show_table(devis[["libelle", "source", "date_source", "fiabilite"]], "D’où viennent ces prix")

# %% rfm={"locked": "enonce_couts"} jupyter={"source_hidden": true}
answer_field(q4)

# %% rfm={"locked": "calcul_couts"} jupyter={"source_hidden": true}
couts = q4.calculer(
    lambda invites, presents: line_costs(chiffrer(devis, invites, presents)),
    invites=NOMBRES_DE_CLIENTS, presents=NOMBRES_DE_CLIENTS,
)

# %% rfm={"answer": "couts"} jupyter={"source_hidden": true}
# Modèle : couts = line_costs(chiffrer(devis, 20, 15))  pour 20 invités et 15 présents
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "couts"}
couts = line_costs(chiffrer(devis, len(invites), len(presents)))

# %% rfm={"locked": "rendre_couts"} jupyter={"source_hidden": true}
q4.rendre(couts)

# %% jupyter={"source_hidden": true}
totaux = None if couts is None else pd.DataFrame([couts[["cout_ht", "cout_ttc", "cout_annee_ht"]].sum()])
montrer(totaux, "La soirée, en tout")

# %%
# La calculette.
montant = 1000  # ← changez cette valeur : des euros
nombre = 8  # ← changez cette valeur
diviser(montant, nombre)

# %% rfm={"locked": "champ_cout_present"} jupyter={"source_hidden": true}
answer_field(q5)

# %% [markdown]
# ## 4. Ce que la lettre coûterait
#
# Aucun devis ici : à vous de trouver les lignes, puis les prix.
# Relisez ce que la leçon 6 dit des oublis qui reviennent toujours.
# Un salaire n’a pas de TVA.

# %% rfm={"locked": "champ_lettre"} jupyter={"source_hidden": true}
answer_field(q6)

# %% [markdown]
# ## 5. Ce que la soirée rapporte
#
# Une commande de ces invités, en moyenne : le panier que le client paie, et le taux de marque, compté sur le prix HT.
# La TVA est de 20 %.

# %% rfm={"locked": "commande"} jupyter={"source_hidden": true}
panier_ttc = taux_marque = None
taux_maison = commandes["marge"].sum() / (commandes["montant"].sum() / 1.2)
if invites is not None:
    lignes = commandes[commandes["client_id"].isin(invites["client_id"])]
    panier_ttc = lignes["montant"].sum() / invites["frequence"].sum()
    taux_marque = lignes["marge"].sum() / (lignes["montant"].sum() / 1.2)
taux_marge = taux_marque  # son ancien nom, que des réponses déjà écrites emploient
montrer(None if invites is None else pd.DataFrame({"panier": [panier_ttc], "taux": [taux_marque]}),
        "Une commande des clients à inviter", headings={"panier": "Panier moyen (€ TTC)", "taux": "Taux de marque"},
        formats={"panier": "euros", "taux": "share"})

# %% rfm={"locked": "enonce_compte"} jupyter={"source_hidden": true}
answer_field(q7)

# %% rfm={"locked": "calcul_compte"} jupyter={"source_hidden": true}
action = q7.calculer(
    lambda clients, hausse, panier, taux, cout: campagne(
        clients=clients, hausse=hausse, panier=panier, taux_marque=taux, cout=cout),
    clients=NOMBRES_DE_CLIENTS,
    hausse={"reponse": REPONSE, "temoin": TEMOIN, "ecart": REPONSE - TEMOIN, "somme": REPONSE + TEMOIN},
    panier={"ttc": panier_ttc, "ht": panier_ttc and panier_ttc / 1.2},
    taux={"invites": taux_marque, "maison": taux_maison},
    cout={"ttc": somme(couts, "cout_ttc"), "ht": somme(couts, "cout_ht"), "annee": somme(couts, "cout_annee_ht")},
)

# %% rfm={"answer": "compte"} jupyter={"source_hidden": true}
# Modèle : action = campagne(clients=20, hausse=0.05, panier=1000, taux_marque=0.5, cout=2000)
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "compte"}
action = campagne(
    clients=len(invites), hausse=REPONSE - TEMOIN, panier=panier_ttc / 1.2, taux_marque=taux_marque,
    cout=couts["cout_ht"].sum(),
)

# %% rfm={"locked": "rendre_compte"} jupyter={"source_hidden": true}
q7.rendre(fiche(action))

# %% jupyter={"source_hidden": true}
montrer(fiche(action), "La soirée et son compte", rows=15, headings={"ligne": "Ligne", "valeur": "Valeur"})

# %% jupyter={"source_hidden": true}
seuil = None if action is None else break_even(action)
lire(seuil)

# %% rfm={"locked": "champ_seuil"} jupyter={"source_hidden": true}
answer_field(q8)

# %% [markdown]
# Et la remise ?
# La même action, avec deux valeurs à choisir : la remise, et les commandes par invité qui seraient venues **de toute façon**.

# %%
remise = 0.05  # ← changez cette valeur : 0.05 veut dire 5 %
de_toute_facon = 0.0  # ← changez cette valeur : les commandes par invité, sans l’action
avec_remise = None if action is None else action.avec(remise=remise, de_toute_facon=de_toute_facon)
montrer(fiche(avec_remise), "La soirée avec une remise", rows=15, headings={"ligne": "Ligne", "valeur": "Valeur"})

# %%
# La calculette.
montant = 1000  # ← changez cette valeur : des euros
autre = 8  # ← changez cette valeur : des euros
ajouter(montant, autre)

# %% rfm={"locked": "champ_prix_remise"} jupyter={"source_hidden": true}
answer_field(q9)

# %% jupyter={"source_hidden": true}
retour = None if avec_remise is None else roi(incremental_margin(avec_remise), avec_remise.cost)
lire(retour)

# %% rfm={"locked": "champ_roi_remise"} jupyter={"source_hidden": true}
answer_field(q10)

# %% [markdown]
# ## 6. Conseiller
#
# Le directeur lira ces deux textes en trois minutes.
# L’enseignant les note ainsi.
# **Votre conseil** : au moins trois de vos chiffres, justes et avec leur unité (1 point) ; ce qui est une hypothèse, et ce qui change si elle est fausse (0,5) ; un choix tranché, qui répond aux scores de ce segment dans une maison de luxe (1) ; dans votre stratégie de la question 3, un problème que les scores montrent et des moyens qui y répondent (0,5).
# **Ce qui vous ferait arrêter** : un indicateur, une valeur et une date (1 point) ; un groupe témoin ou un repère pour comparer (0,5).

# %% rfm={"locked": "champ_decision"} jupyter={"source_hidden": true}
answer_field(q11)

# %% rfm={"locked": "champ_arret"} jupyter={"source_hidden": true}
answer_field(q12)

# %% [markdown]
# ## Rendre votre travail
#
# Menu « Noyau », « Redémarrer le noyau et Exécuter toutes les cellules… » : chaque cellule doit passer sans erreur.
# Enregistrez le carnet, puis appuyez sur le bouton.

# %% rfm={"locked": "rendre"} jupyter={"source_hidden": true}
hand_in(devoir)
