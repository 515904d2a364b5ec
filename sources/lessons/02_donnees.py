# %% [markdown] slideshow={"slide_type": "slide"}
# # Préparer ses données
#
# La responsable de la relation client de la Maison Orsenne vous envoie un **export** des ventes de 2025, une copie tirée du logiciel de caisse : 5 662 lignes.
# Vendredi, la maison invite ses **dix meilleurs clients** à dîner, et la liste, c’est vous qui la donnez.
#
# Pouvez-vous vous fier à ce que ce fichier vous dira ?
# À la fin, vous comparerez deux listes : celle que l’on obtient en additionnant sans regarder, et la vôtre.

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
#
# 1. demander les colonnes dont une analyse RFM a besoin ;
# 2. distinguer ligne, commande et client, et dire ce que devient un retour ;
# 3. reconnaître à l’œil les défauts courants d’un export ;
# 4. lire un journal de qualité, et vérifier que rien n’a disparu en silence ;
# 5. compter d’autres gestes que l’achat, et préparer votre propre fichier.
#
# **Durée :** 45 minutes ; des compléments facultatifs ferment la page.
# **Il vous faut :** l’idée de RFM, c’est-à-dire la récence (depuis quand ?), la fréquence (combien de commandes ?) et le montant (combien d’euros ?).

# %% [markdown] slideshow={"slide_type": "skip"}
# **Comment se servir de cette page.**
# Exécutez les cellules dans l’ordre (Maj + Entrée), en commençant par la cellule repliée qui suit.
# Devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, bet, bet_balance, bet_result, clean_orders, contact_list, dataset_columns,
    describe_dataset, load_complaints, load_contacts, load_customers, load_orders, load_products,
    load_raw_export, load_shop_export, load_six_customers, own_file_form, plot_quality_log,
    quality_explorer, quiz, rfm_table, show_table,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## De quoi une analyse RFM a-t-elle besoin ?
#
# Ouvrons l’export et lisons ses premières lignes.
# Une ligne décrit un article vendu.
# Lesquelles sont indispensables pour calculer R, F et M ?

# %% slideshow={"slide_type": "fragment"}
export = load_raw_export()
show_table(export, "L’export de la Maison Orsenne", rows=6)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Sept colonnes, dont quatre indispensables.
# Chacune répond à une question :
#
# | Question | Colonne de l’export | Sert à |
# |---|---|---|
# | **Qui** achète ? | `N° client` | réunir les achats d’une personne |
# | **Quelle** commande ? | `N° commande` | la fréquence |
# | **Quand** ? | `Date` | la récence |
# | **Combien** ? | `Montant TTC` | le montant |
#
# Demandez une seule monnaie, et toujours TTC ou toujours HT.
# Ici, tout est TTC : les montants et le chiffre d’affaires de cette leçon le sont, comme ceux des leçons 3 à 5.
# Le nom, l’article et la boutique aident à comprendre un client ; le calcul s’en passe.
# Notons où se trouve chaque réponse : à gauche, le mot anglais que l’outil attend ; à droite, le titre de la colonne.
# La cellule n’affiche rien : elle retient.

# %% slideshow={"slide_type": "fragment"}
colonnes = {
    "customer": "N° client",  # qui ?
    "order": "N° commande",  # quelle commande ?
    "date": "Date",  # quand ?
    "amount": "Montant TTC",  # combien ?
}

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Un mot de droit.**
# Un fichier de clients est fait de données personnelles.
# Ne demandez que les colonnes utiles, ne le faites pas circuler par e-mail, effacez-le quand l’analyse est finie.
# Les clients de la Maison Orsenne, eux, sont inventés.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lignes, commandes, clients
#
# Avant des milliers de lignes, voyons-en seize : tous les achats de six clients, de 2023 à 2025.

# %% slideshow={"slide_type": "fragment"}
six_clients = load_six_customers().merge(load_products()).merge(load_customers())
six_clients = six_clients.sort_values(["client_id", "date_achat"])
vues = ["client_id", "prenom", "commande_id", "date_achat", "produit", "montant"]
show_table(six_clients[vues], "Les achats de six clients", rows=16)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Regardez Chloé (C-1082).
# Le 5 décembre 2023, elle achète un sac et un portefeuille : deux **lignes**, un seul numéro, donc une seule **commande**.
# Avec le porte-clés de 2025, elle a trois lignes et deux commandes.
# La fréquence compte les commandes : celle de Chloé est 2.
#
# Regardez maintenant Sophie (C-2258).
# Sa dernière ligne est négative : elle a rendu le sac acheté en mai.
# C’est un **retour**.
#
# **À vous.**
# Trouvez de tête la fréquence et le montant de Sophie.

# %% slideshow={"slide_type": "fragment"}
quiz("02_lignes")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Voici Chloé et Sophie, mesurées au 31 décembre 2025.
# C’est la **date de référence** : le jour d’où l’on compte.

# %% slideshow={"slide_type": "fragment"}
elles = six_clients[six_clients["client_id"].isin(["C-1082", "C-2258"])]
show_table(rfm_table(elles, as_of=COURSE_DATE), "Chloé et Sophie : récence, fréquence, montant")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Trois règles s’y lisent.
#
# - Les lignes d’une même commande comptent pour un achat : 2 pour Chloé (C-1082).
# - Un retour diminue le montant, et n’est pas un achat : 1 240 € pour Sophie (C-2258).
# - Une commande entièrement rendue ne compte ni pour la récence ni pour la fréquence.
#   Le dernier achat de Sophie est l’entretien du 17 avril 2025, il y a 258 jours, et non le sac de mai.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Retours, doublons, dates : ce qui ne va pas dans un export
#
# ### Regardez avant la machine
#
# Voici dix-sept lignes de l’export, avec leur numéro dans le fichier.
# **Quatre détails devraient vous arrêter : trouvez-les avant de lire la suite.**
# Ce ne sont pas tous des fautes.
#
# Changez ensuite `debut` (400, 1065, 3000) : d’autres surprises.

# %% slideshow={"slide_type": "fragment"}
debut = 74  # ← changez cette valeur : la première ligne affichée (de 2 à 5647)
fichier = export.assign(ligne=export.index + 2)[["ligne", *export.columns]]
fenetre = fichier[fichier["ligne"].between(debut, debut + 16)]
show_table(fenetre, "Dix-sept lignes de l’export", rows=17)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Dans les lignes 74 à 90, vous avez peut-être vu :
#
# - la ligne 81, qui répète la ligne 74 ;
# - un montant négatif à la ligne 82 ;
# - le mot « offert » au lieu d’un montant à la ligne 84 ;
# - « 3 200,00 » à la ligne 90, quand la ligne 85 écrit « 3200,00 » pour la même montre.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Doublon, ou second achat ?
#
# Comparez ces deux paires, colonne par colonne.
# **Laquelle faut-il réduire à une seule ligne ?**

# %% slideshow={"slide_type": "fragment"}
show_table(fichier[fichier["ligne"].isin([41, 42, 74, 81])], "Deux paires qui se ressemblent")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Lignes 41 et 42 : Manon Reynaud a deux numéros de commande.
# Le même jour, elle a commandé une seconde bougie.
# Ce sont deux vrais achats, que la fréquence doit compter.
#
# Lignes 74 et 81 : tout est identique, numéro de commande compris.
# L’export a écrit deux fois la même vente : c’est un **doublon**.
#
# La règle du cours : une ligne n’est un doublon que si **toutes** les colonnes disent la même chose.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Une date, plusieurs écritures
#
# Un export réunit souvent plusieurs caisses et plusieurs logiciels.
# Chacun écrit la date à sa façon.
# Les trois premières sont les 1er, 2 et 3 janvier 2025.
# **Lesquelles des cinq autres sauriez-vous lire ?**

# %% slideshow={"slide_type": "fragment"}
ecritures = fichier[fichier["ligne"].isin([2, 3, 14, 25, 159, 343, 605, 1065])]
show_table(ecritures[["ligne", "Date", "Article", "Boutique"]], "Huit lignes, huit dates")

# %% [markdown] slideshow={"slide_type": "fragment"}
# - `45661` (ligne 25) vient d’Excel, qui compte les jours depuis la fin de 1899 : 4 janvier 2025.
# - `01/16/2025` (ligne 159) commence par le mois : il n’y a pas de seizième mois.
# - `2025-02-02T23:30:00Z` (ligne 343) est en temps universel (UTC, le Z).
#   Il est déjà 0 h 30 à Paris : la vente date du **3** février.
# - Ligne 605, rien ; ligne 1 065, un 31 février : on ne devine pas.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Une date, deux lectures
#
# « 05/11/2025 » : 5 novembre, ou 11 mai à l’américaine ?
# Le fichier répond : des milliers de dates, comme 25/11/2025, ne se lisent que le jour d’abord.
#
# Cette règle a une limite.
# L’export suit l’ordre des ventes : **cherchez l’intruse.**

# %% slideshow={"slide_type": "fragment"}
show_table(fichier[fichier["ligne"].between(4255, 4261)], "Sept ventes qui se suivent")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **À vous.**
# Quatre questions sur les lignes suspectes que vous venez de voir.
# La dernière porte sur l’intruse.

# %% slideshow={"slide_type": "fragment"}
quiz("02_export")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Et si l’on ne nettoyait pas ?
#
# Faisons d’abord ce que tout le monde est tenté de faire : remplacer la virgule par un point, additionner par client, trier.

# %% slideshow={"slide_type": "fragment"}
montants_naifs = pd.to_numeric(export["Montant TTC"].str.replace(",", "."), errors="coerce")
liste_naive = (
    export.assign(montant_total=montants_naifs)
    .groupby(["N° client", "Nom"], as_index=False)
    .agg(lignes=("Date", "size"), montant_total=("montant_total", "sum"))
    .sort_values("montant_total", ascending=False, kind="stable")
)
show_table(liste_naive.head(10), "La liste sans nettoyage")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le meilleur client s’appelle « Client TEST » et a dépensé trois millions d’euros : des essais du système de caisse.
# Ce défaut-là se voit.
#
# Le suivant ne se voit pas.

# %% slideshow={"slide_type": "fragment"}
bet("02_donnees/non_lus")

# %% slideshow={"slide_type": "fragment"} bet="non_lus"
perdus = fichier[montants_naifs.isna()]
bet_result("02_donnees/non_lus", len(perdus),
           show_table(perdus[["ligne", "Nom", "Article", "Montant TTC"]], "Des montants comptés pour rien", rows=6))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les milliers ne se séparent qu’à partir de mille euros : ce sont les achats **chers** qui disparaissent le plus.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lire le journal de qualité
#
# L’outil `clean_orders` lit chaque case, répare ce qui peut l’être sans rien inventer, met le reste de côté et **écrit tout ce qu’il a fait**.
# Il rend donc deux choses : les lignes propres, et un journal.

# %% slideshow={"slide_type": "fragment"}
bet("02_donnees/mises_de_cote")

# %% slideshow={"slide_type": "fragment"} bet="mises_de_cote"
commandes, journal = clean_orders(export, **colonnes, as_of=COURSE_DATE)
mises_de_cote = len(journal.set_aside)
bilan = {
    "Lignes lues": [journal.lines_in],
    "Gardées": [journal.lines_out],
    "Mises de côté": [mises_de_cote],
}
bet_result("02_donnees/mises_de_cote", mises_de_cote, show_table(pd.DataFrame(bilan), "Le bilan du journal"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Ce qui est mis de côté
#
# Le journal tient en trois parties.
# La première : les lignes que l’on ne peut pas compter.

# %% slideshow={"slide_type": "fragment"}
defauts = journal.table
ecartees = defauts[defauts["mises_de_cote"] > 0]
show_table(ecartees[["defaut", "mises_de_cote", "traitement", "exemples"]], "Lignes mises de côté")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Cherchez la « ligne en double » : 38 copies, dont la ligne 81, que vous aviez trouvée.
# Puis la « date après la date de référence » : 11 ventes datées de 2026, alors que l’on compte au 31 décembre 2025.
#
# Chaque ligne n’a qu’un motif, le premier qui s’applique : voilà pourquoi les nombres s’additionnent.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Ce qui est réparé, ce qui est signalé
#
# Les deux autres parties concernent des lignes **gardées** : celles dont l’écriture a été réparée, puis, à partir des retours, celles qui disent quelque chose d’inhabituel.

# %% slideshow={"slide_type": "fragment"}
gardees = defauts[defauts["mises_de_cote"] == 0]
show_table(gardees[["defaut", "lignes", "traitement"]], "Lignes gardées", rows=20)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Réparé :** 220 espaces et 60 points entre les milliers, 110 signes €, 60 numéros d’Excel, 18 heures qui changent de jour à Paris.
#
# **Signalé :** 99 retours, 8 montants nuls, 34 lignes d’achats répétés.
# 79 commandes sont entièrement rendues (180 lignes) ; 13 clients n’ont plus aucune commande et n’entrent pas dans la table RFM.
#
# **À vérifier :** 1 881 dates à deux lectures.
# Et 24 dates ne se lisent que le mois d’abord : quelqu’un écrit donc à l’américaine, et l’intruse de la ligne 4 258 vient sans doute de là.
# Le journal ne décide pas pour vous ; il vous dit quelle question poser.

# %% slideshow={"slide_type": "subslide"}
plot_quality_log(journal.table)

# %% [markdown] slideshow={"slide_type": "fragment"}
# En haut, hachuré, ce qui manque au calcul ; en bas, avec une autre échelle, ce qui a été réparé ou signalé.
# La plupart des défauts ne coûtent aucune ligne, à condition de les lire.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### La liste des dix
#
# Voici les dix meilleurs clients par le montant, une fois le fichier préparé, avec leur total et leur rang d’avant le nettoyage.
# Cherchez ceux qui n’étaient pas dans la première liste.

# %% slideshow={"slide_type": "fragment"}
table = rfm_table(commandes, as_of=COURSE_DATE)
avant = liste_naive.assign(rang=range(1, len(liste_naive) + 1)).rename(
    columns={"N° client": "client_id", "montant_total": "total_naif"}
)
dix = table.nlargest(10, "montant_total").merge(avant)
vues = ["client_id", "Nom", "frequence", "lignes", "montant_total", "total_naif", "rang"]
titres = {"frequence": "Commandes", "total_naif": "Total d’avant", "rang": "Rang d’avant"}
show_table(dix[vues], "Les dix meilleurs", headings=titres, formats={"total_naif": "euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Huit noms sur dix étaient déjà là.
# « Client TEST » rend son couvert, Sarah Bourgeois (C-1583) aussi, car trois clients passent devant elle : Hugo Poulain (C-1089), au rang 11, Céline Fabre (C-2117), au rang 31, et Laurent Dumont (C-1619), au rang 62, à qui manquaient 12 790 €.
#
# Voyez aussi la fréquence : qui compte les lignes donne 24 achats à Camille Reynaud (C-2106), au lieu de 16 commandes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Mettre de côté n’est pas oublier
#
# Les 137 lignes sont conservées, avec leur numéro et leur motif.
# Voici celles qui n’ont pas de date.
# **L’une d’elles peut changer votre liste : laquelle ?**
# Un indice : le onzième client s’appelle Hugo Poulain et totalise 21 380 €.

# %% slideshow={"slide_type": "fragment"}
sans_date = journal.set_aside.query("motif_mise_de_cote == 'date manquante'")
vues = ["ligne_fichier", "N° client", "Nom", "Article", "Montant TTC", "Boutique"]
show_table(sans_date[vues], "À demander aux boutiques", headings={"ligne_fichier": "Ligne"}, rows=14)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Ligne 4 655 : un sac à 2 350 €, vendu à Hugo Poulain par la boutique de Lyon, un jour inconnu.
# Il totaliserait 23 730 € et prendrait la neuvième place ; Laurent Dumont (22 760 €) quitterait la liste.
#
# Peut-on se fier à la liste ?
# Oui, à un coup de téléphone près ; le journal dit où appeler.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Avant d’envoyer les cartons
#
# Dix meilleurs clients, est-ce dix invitations ?
# Un client peut avoir refusé nos messages, attendre la réponse à une réclamation, ou avoir reçu assez de messages ces temps-ci.

# %% slideshow={"slide_type": "fragment"}
bet("02_donnees/invitations")

# %% slideshow={"slide_type": "fragment"} bet="invitations"
fichiers = {"people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts()}
restent, sortent = contact_list(dix, "courrier", on=COURSE_DATE, **fichiers)
bet_result("02_donnees/invitations", len(sortent),
           show_table(sortent[["client_id", "Nom", "motif"]], "Qui sort de la liste des dix"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Filtrons donc avant de compter jusqu’à dix.

# %% slideshow={"slide_type": "fragment"}
invitables, _ = contact_list(table, "courrier", on=COURSE_DATE, **fichiers)
invites = invitables.nlargest(10, "montant_total").merge(avant)
show_table(invites[["client_id", "Nom", "montant_total", "rang"]], "Les dix invités",
           headings={"rang": "Rang d’avant"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Hugo Poulain est invité sans qu’il faille retrouver la date de son sac, et Sarah Bourgeois reprend son couvert.
# Une bonne liste demande un fichier propre, et le droit d’écrire : la leçon 4 y revient.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### À vous : déplacez les règles
#
# Voici trois réglages.
# Dites, pour chacun, ce que vous attendez avant d’agir.
#
# 1. Reculez la **date de référence** au 30 septembre 2025.
#    Combien de lignes sont mises de côté ?
# 2. Revenez au 31 décembre et retenez le **temps universel**.
#    Que deviennent les jours changés par le fuseau ?
# 3. Gardez le **client de test**.
#    Qui devient premier, et que devient le chiffre d’affaires ?

# %% slideshow={"slide_type": "fragment"}
quality_explorer(export, **colonnes, key="02_donnees/qualite")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# 1. Au 30 septembre, 2 041 lignes sont mises de côté.
#    Presque toutes sont saines : on les écarte parce qu’elles viennent après.
# 2. En temps universel, plus aucun jour ne change : 18 ventes sont alors datées de la veille.
# 3. Avec C-TEST en tête, le chiffre d’affaires gagne trois millions d’euros, de 4 414 400 € à 7 414 400 €.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Une récence sans achat
#
# La récence et la fréquence peuvent compter d’autres gestes : une visite, un appel, un clic dans un message.
# Il faut toujours savoir *qui* et *quand*.
# La maison note chaque message envoyé, ouvert, cliqué ; d’une **visite** en boutique, elle ne garde que celles qui ont laissé un achat.

# %% slideshow={"slide_type": "skip"}
# Trois gestes mesurés comme des commandes : un clic, un message ouvert, une visite en boutique.
commandes_3_ans, messages = load_orders(), load_contacts()
achats = rfm_table(commandes_3_ans, as_of=COURSE_DATE)
en_boutique = commandes_3_ans[commandes_3_ans["canal"] == "boutique"]
gestes = {"visite": rfm_table(en_boutique, as_of=COURSE_DATE)}
for nom in ("clic", "ouvert"):
    lus = messages[messages[nom] == 1].assign(message=lambda lus: range(len(lus)))
    gestes[nom] = rfm_table(lus, order="message", date="date_contact", amount=nom, as_of=COURSE_DATE)

# %% slideshow={"slide_type": "fragment"}
geste = "clic"  # ← changez cette valeur : "ouvert", puis "visite"
ensemble = achats.merge(gestes[geste], on="client_id", how="left", suffixes=("", "_geste"))
muets = ensemble[ensemble["recence"] > 365]
recents = (muets["recence_geste"] <= 60).sum()
titres = {"recence_geste": f"Récence ({geste}), en jours", "frequence_geste": f"Fréquence ({geste})"}
marc = ensemble[ensemble["client_id"] == "C-0360"]
show_table(marc[["client_id", "recence", "frequence", *titres]], headings=titres,
           caption=f"Marc, et {recents} clients sur {len(muets)} sans achat depuis un an, "
                   f"avec ce geste depuis 60 jours")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Marc Morel (C-0360) n’a rien acheté depuis 550 jours, et son dernier clic remonte à 772 jours : il avait cessé de cliquer avant de cesser d’acheter.
# Parmi les clients sans achat depuis plus d’un an, un sur quinze (94 sur 1 402) vient pourtant de cliquer.
#
# Avec « visite », il n’y en a plus aucun : une visite sans achat n’est écrite nulle part.
# **On ne mesure que ce que l’on note.**
# Et cliquer n’est pas acheter : ces récences se calculent à part, et ne se mélangent jamais.

# %% slideshow={"slide_type": "fragment"}
quiz("02_gestes")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Pour aller plus loin : votre propre fichier
#
# ### Que dit une ligne ?
#
# Avant le vôtre, un fichier d’une vraie mise en page : la boutique en ligne de la maison, d’octobre à décembre 2025, telle que le logiciel PrestaShop l’exporte.
# Un article par ligne.
# **Regardez la deuxième commande : combien a-t-elle rapporté ?**

# %% slideshow={"slide_type": "fragment"}
boutique = load_shop_export()
vues = ["reference", "email", "etat", "total_paid_tax_incl", "product_name", "product_quantity"]
show_table(boutique[vues], "L’export de la boutique en ligne", rows=6)

# %% [markdown] slideshow={"slide_type": "fragment"}
# 1 598 €, et non deux fois 1 598 € : c’est le total de la commande, recopié sur chacune de ses lignes.
# Aucune case n’est fausse, et la somme le serait.
# Le journal finit donc par des questions : « Ce que vos lignes semblent dire ».

# %% slideshow={"slide_type": "fragment"}
noms_boutique = {
    "customer": "id_customer", "order": "reference", "date": "date_add", "amount": "total_paid_tax_incl"
}
sans_reponse, journal_boutique = clean_orders(boutique, **noms_boutique)
titres = {"constat": "Ce que vos lignes semblent dire", "effet": "Ce que cela change", "remede": "Ce qui le règle"}
show_table(journal_boutique.meanings[["constat", "lignes", "effet", "remede"]], headings=titres)

# %% [markdown] slideshow={"slide_type": "subslide"}
# L’outil ne répond pas à votre place : demandez à la responsable du site.
# Voici ses trois réponses.
# Changez-en une, exécutez de nouveau, et voyez ce qui bouge : R, F ou M ?

# %% slideshow={"slide_type": "fragment"}
reponses = {
    "amount_of": "order",  # ← "line" : le montant serait celui de chaque ligne
    "status": {"etat": ["Livré", "Expédié", "En cours de préparation"]},
    "customer": "email",  # ← "id_customer" : un client par numéro, même invité
}
avec_reponses, _ = clean_orders(boutique, **noms_boutique | reponses)
lectures = {"sans répondre": sans_reponse, "avec vos réponses": avec_reponses}
tables = {nom: rfm_table(lignes, as_of=COURSE_DATE) for nom, lignes in lectures.items()}
bilan = [(nom, len(t), t["frequence"].sum(), t["montant_total"].sum()) for nom, t in tables.items()]
bilan = pd.DataFrame(bilan, columns=["lecture", "clients", "commandes", "montant"])
show_table(bilan, "Un fichier, deux lectures", headings={"lecture": "Lecture", "commandes": "Commandes"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 401 299 € de moins, sans une faute de frappe : des totaux recopiés, 60 commandes qui n’ont pas abouti, et des invités comptés plusieurs fois.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Le vôtre
#
# Vous avez un export de commandes, en CSV ou en Excel ?
# Choisissez-le : le formulaire reconnaît les mises en page courantes (Shopify, WooCommerce, PrestaShop…), et sinon propose une colonne quand son titre et ses cases la désignent.
# Vérifiez ses propositions sur les cinq lignes qu’il montre, lisez le journal, puis voyez vos segments.
# Il demande aussi qui accepte d’être contacté, et par quel canal.
# Le fichier ne quitte pas l’ordinateur où tourne ce cours.
# Sans fichier, passez.

# %% slideshow={"slide_type": "fragment"}
mon_fichier = own_file_form(key="02_donnees/fichier")
mon_fichier

# %% [markdown] slideshow={"slide_type": "fragment"}
# Votre fichier est préparé ?
# Exécutez la cellule suivante : elle en donne le bilan, ou à défaut celui de l’export de la maison.

# %% slideshow={"slide_type": "fragment"}
bilan = {
    "Lignes lues": [mon_fichier.log.lines_in],
    "Gardées": [mon_fichier.log.lines_out],
    "Mises de côté": [len(mon_fichier.log.set_aside)],
}
show_table(pd.DataFrame(bilan), f"Bilan pour {mon_fichier.source}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Sans fichier, vous retrouvez les 137 lignes mises de côté de l’export.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Changeons de métier : un an de courses au supermarché, aux États-Unis.
# Ces données sont simulées, elles aussi, mais d’après de vrais comportements.

# %% slideshow={"slide_type": "fragment"}
show_table(
    describe_dataset("complete_journey"),
    headings={"rubrique": "Rubrique", "description": "Description"},
)

# %% slideshow={"slide_type": "subslide"}
lues = ["household_id", "store_id", "basket_id", "product_id", "sales_value", "week", "transaction_timestamp"]
supermarche = load_orders("complete_journey", lues)
vues = ["household_id", "basket_id", "product_id", "sales_value"]
show_table(supermarche[vues], "Le supermarché", rows=4, formats=dict.fromkeys(vues[:3], "text"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# 1 469 307 lignes, et d’autres noms : le client est un foyer (`household_id`), la commande un panier (`basket_id`), le montant une valeur en dollars (`sales_value`).
#
# Ce fichier sera-t-il plus abîmé que celui de la Maison Orsenne ?
# Qu’y trouvera-t-on : doublons, retours, dates illisibles, montants nuls, jours changés par le fuseau ?
#
# On indique les noms, et le même outil travaille.
# Préparons une semaine, la dixième.

# %% slideshow={"slide_type": "fragment"}
noms = dataset_columns("complete_journey")
semaine = supermarche[supermarche["week"] == 10]
propres, journal_semaine = clean_orders(semaine, **noms)
print(journal_semaine.summary)
show_table(journal_semaine.table[["defaut", "lignes", "traitement"]], "Une semaine de supermarché")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Aucune ligne mise de côté, aucun retour : un vrai supermarché en a pourtant.
# Un fichier trop propre a lui aussi une histoire, à demander ; celui-ci, nous l’avons dit, est simulé.
#
# Ce qui change, c’est l’heure : 6 661 lignes sur 29 467, plus d’une sur cinq, changent de jour.
# Le fichier est en temps universel, où les courses du soir passent au lendemain.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Ce qui casse.**
# Quatre colonnes suffisent au calcul.
# Suffisent-elles au contrôle ?
# Ne gardons qu’elles, et préparons la même semaine.

# %% slideshow={"slide_type": "fragment"}
bet("02_donnees/quatre_colonnes")

# %% slideshow={"slide_type": "fragment"} bet="quatre_colonnes"
quatre = [noms["customer"], noms["order"], noms["date"], noms["amount"]]
_, journal_quatre = clean_orders(semaine[quatre], **noms)
bet_result("02_donnees/quatre_colonnes", 100 * len(journal_quatre.set_aside) / journal_quatre.lines_in,
           journal_quatre.summary)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Chez Orsenne, la même coupe ne ferait qu’un doublon de plus : une règle sûre dans un métier casse dans un autre.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Une analyse RFM demande quatre réponses : **qui, quelle commande, quand, combien**.
#   Gardez aussi l’article, pour reconnaître les doublons.
# - La fréquence compte des **commandes**, non des lignes.
#   Un retour diminue le montant et n’est pas un achat.
# - Un doublon dit la même chose dans **toutes** les colonnes.
# - Une date ambiguë se lit d’après le reste du fichier ; une heure se convertit **avant** de garder le jour.
# - **Rien n’est jeté en silence :** lignes lues = lignes gardées + lignes mises de côté.
# - Récence et fréquence peuvent aussi mesurer des visites ou des clics, à part des achats, s’ils sont notés.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("02_donnees")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("02_donnees")

# %% [markdown] slideshow={"slide_type": "slide"}
# **La suite.**
# Vos commandes sont propres.
# Dans la leçon 3, [Calculer les scores RFM](03_calcul_rfm.ipynb), vous mesurez chaque client et vous lui donnez un score.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 2](../exercises/02_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### La même chose à la main
#
# Cette section et la suivante montrent comment on procède avec pandas, la bibliothèque de tableaux de Python.
# Les autres leçons n’en ont pas besoin.
#
# Trois gestes font un premier nettoyage : lire les montants, lire les dates, repérer les copies.
# Cliquez sur les trois points pour déplier le code.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Lire les montants, lire les dates, repérer les copies.
chiffres = export["Montant TTC"].str.replace(r"[\s€.]", "", regex=True).str.replace(",", ".")
montants = pd.to_numeric(chiffres, errors="coerce")
jours = pd.to_datetime(export["Date"], format="%d/%m/%Y", errors="coerce")
copies = export.duplicated()
bilan = {
    "montants non lus": montants.isna().sum(),
    "dates non lues": jours.isna().sum(),
    "copies": copies.sum(),
}
resultat = pd.DataFrame(bilan.items(), columns=["controle", "lignes"])
show_table(resultat, "Trois gestes à la main", headings={"controle": "Contrôle"})

# %% [markdown] slideshow={"slide_type": "skip"}
# Montants et copies sont bien traités : il reste 20 montants sans valeur, les cases vides et les « offert ».
# Mais 405 dates n’entrent pas dans le format « jour/mois/année », alors que 23 seulement manquent ou n’existent pas.
# Chaque autre écriture demande sa règle : c’est le travail de `clean_orders`.
#
# ### Quatre raccourcis à éviter
#
# Chacun tient en une ligne de code, s’exécute sans erreur et fausse le résultat en silence.
# Combien coûteraient-ils ici ?

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
lues = export.assign(jour=jours, montant=montants)
meme_jour = lues.dropna().duplicated(["N° client", "jour", "montant"]) & ~copies
instants = pd.to_datetime(export.loc[export["Date"].str.endswith("Z"), "Date"])
decales = instants.dt.date != instants.dt.tz_convert("Europe/Paris").dt.date
centimes = commandes["montant"] - commandes["montant"].astype(int)
raccourcis = pd.DataFrame([
    ("retirer les lignes sans date lue (dropna)", jours.isna().sum(), montants[jours.isna()].sum()),
    ("couper les centimes (astype int)", (centimes != 0).sum(), centimes.sum()),
    ("doublons : client, jour et montant seulement", meme_jour.sum(), montants[meme_jour[meme_jour].index].sum()),
    ("prendre la date avant de convertir l’heure", decales.sum(), None),
], columns=["raccourci", "lignes", "montant"])
show_table(raccourcis, "Le prix de quatre raccourcis", headings={"raccourci": "Raccourci"})

# %% [markdown] slideshow={"slide_type": "skip"}
# Retirer les dates non lues efface 336 059 € ; le troisième raccourci supprime 18 lignes qui ne sont pas des copies ; le dernier date 18 ventes de la veille.
#
# Les centimes coupés semblent anodins : 66,75 € ici.
# Dans la semaine de supermarché, où l’on achète à 0,99 dollar, le même geste efface un dollar sur six.
# Un raccourci n’est jamais sûr : il l’est pour un fichier, jusqu’au suivant.
