# %% [markdown] slideshow={"slide_type": "slide"}
# # Les quatre moments de la relation
#
# Le dîner de juin 2026 approche : **quarante places**, un seul budget.
# La directrice a deux listes, l’une par valeur, l’autre par arbre.
# Une troisième collègue arrive avec la sienne, faite des clients **que l’on est en train de perdre**.
#
# « Trois listes, presque pas de noms en commun.
# Laquelle signez-vous ?
# Et Marc Morel, que fait-on de lui : on s’excuse, on l’invite, ou on s’arrête ? »

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. aller d’un type de client à son moment, puis à une action et à son coût ;
# 2. voir partir un client, compter vos fausses alertes, et vous arrêter ;
# 3. lire une règle de panier, et décider en euros d’un produit qui perd de l’argent ;
# 4. chercher des profils similaires, dans la loi ;
# 5. signer une liste, et dire ce qu’elle ignore.
#
# **Durée :** 60 minutes.
# **Avant :** les leçons 9 ([la valeur](09_valeur_client.ipynb)) et 10 ([le ciblage](10_ciblage.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, PointScale, assign_segments, basket_rules, best_places, best_recruits, bet,
    bet_balance, bet_result, choose_next_actions, companion_sales, complaint_causes,
    conquest_and_loyalty, contact_list, coupon_buyers, customer_features, customer_type_counts,
    customer_types, due_dates, fit_cart, full_price_later, judge_alerts, judge_look_alike,
    judge_offers, keep_or_drop, later_orders, left_and_complained, load_complaints,
    load_contact_law, load_contacts, load_coupon_households, load_coupon_products,
    load_customer_types, load_customers, load_orders, load_places, load_products,
    load_referrals, look_alike, next_actions, order_table, orders_until, predict_rates,
    product_account, quiz, recruit_value, referral_resemblance, return_bands, rfm_table,
    rhythm_alerts, rows_where, score_rfm, segment_affinities, show_table, sign_list,
    silent_customers, sort_sentences, still_silent, survival_curve, target_table, time_to_next,
    value_points, who_leaves,
)
from rfm_helpers.french.numbers import euros, number, percent

import pandas as pd

commandes, clients, produits = load_orders(), load_customers(), load_products()
achats = order_table(commandes)
relation = {"complaints": load_complaints(), "referrals": load_referrals(), "contacts": load_contacts()}
envoi = {"people": clients, "complaints": relation["complaints"], "contacts": relation["contacts"]}
print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un type, un moment, une action
#
# Une relation a **quatre moments** : le recrutement, la fidélisation, le développement, la reconquête.
# La leçon 4 avait trouvé neuf **types** de clients ; chacun a son moment, et son action suivante.
# Qui est de plusieurs types reçoit l’action du plus urgent : on s’excuse avant d’inviter, et l’on invite avant de vendre.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les types de la leçon 4, puis l’action qui suit ; les coûts sont nos hypothèses.
fiches = customer_features(rfm_table(commandes, as_of=COURSE_DATE), commandes, **relation, as_of=COURSE_DATE)
suivantes = next_actions(customer_types(fiches))
actions = suivantes.groupby(["type", "moment", "action"], as_index=False).agg(
    decide=("cout", "size"), cout=("cout", "first"))
types = customer_type_counts(fiches)[["type", "visible", "clients"]].merge(actions, how="left")
show_table(types, "Les neuf types, au 31 décembre 2025", headings={
    "visible": "Visible", "moment": "Moment", "decide": "Il décide pour", "cout": "Coût par client"},
    formats={"decide": "number", "cout": "whole_euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 2 451 clients ont un type au moins, 422 en ont plusieurs, et 585 n’en ont aucun.
# Les **somnambules**, déçus qui achètent encore par habitude, ne se voient pas, et cinq autres types ne se voient qu’en partie.
# Quelle enquête les montrerait ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que nos fichiers ne voient pas, et à qui le demander.
enquetes = [(un.name, un.why_not, un.survey) for un in load_customer_types() if un.survey]
show_table(pd.DataFrame(enquetes, columns=["type", "Ce que l’on ne voit pas", "L’enquête qui le montrerait"]),
           "Six types à demander, plutôt qu’à deviner")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Deux traitements demandent plus qu’un envoi.
#
# **Les relais** : les fiches de révision appellent `lead clients` des leaders d’opinion.
# C’est mêler deux idées : le **leader d’opinion** est écouté ; l’**utilisateur pionnier** (`lead user`) a avant le marché un besoin que personne ne sert, et bricole sa solution.
# C’est avec le second que l’on met au point un produit.
# Nos douze relais sont écoutés ; pour savoir s’ils sont pionniers, montrez-leur un modèle en préparation, et demandez ce qu’ils changeraient.
#
# **Les recrues d’une promotion** : il faudrait les « désintoxiquer », leur faire aimer la maison et non ses rabais.
# Paient-elles le plein tarif ensuite ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Toutes les commandes qui suivent la première, selon le canal de recrutement.
ensuite = full_price_later(commandes, clients)
show_table(ensuite, "Les commandes suivantes, au plein tarif", headings={
    "commandes": "Commandes suivantes", "plein_tarif": "Au plein tarif"}, formats={"commandes": "number"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 94,0 % de leurs commandes suivantes sont au plein tarif, comme celles des autres.
# Celles qui restent n’ont donc rien à désapprendre.
# Le problème est ailleurs : dans les douze mois, 49,1 % seulement ont commandé deux fois ou plus, contre 61,0 à 66,1 % pour les autres canaux (leçon 9).
# Le traitement : une deuxième raison de venir, le mot de bienvenue, l’atelier ; pas une deuxième remise.
#
# **À vous.**
# Voici neuf clients, dont Marc.
# Pour chacun, quel type décide, donc quelle action, et à quel coût ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
neuf = ["C-0390", "C-0016", "C-0037", "C-2653", "C-0049", "C-0360", "C-0349", "C-0004", "C-1072"]
choose_next_actions(fiches, clients, neuf, key="11_relation_client/types")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir ce qu’il y a à remarquer</summary>
#
# Béatrice Gonzalez est à la fois parmi les meilleurs clients, amie d’un client et mécontente : l’excuse passe d’abord.
# Hélène Klein n’est d’aucun type, à 22 € de marge près : un seuil est un choix.
# Les neuf actions coûtent ensemble 154 €.
#
# </details>
#
# Pour toute la base, les actions suivantes coûtent 30 105 €.
# Où couperiez-vous ?

# %% slideshow={"slide_type": "fragment"}
sans = "Clients inactifs"  # ← changez cette valeur : "Meilleurs clients"
coupe = rows_where(suivantes, "type", sans)
print(f"Sans eux : {euros(suivantes['cout'].sum() - coupe['cout'].sum())} ; {len(coupe)} clients attendent.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les meilleurs clients prennent à eux seuls 15 420 €.
# Ne rien faire pour les 785 inactifs ne rend que 2 355 €.
# Couper là où c’est cher n’est pas couper là où c’est inutile : il faudra dire ce que chaque action **ajoute**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Partir, et le voir venir
#
# La **rétention** est la part des clients qui restent, l’**attrition** la part de ceux qui partent : 100 % à elles deux.
# Mais ici, personne n’a de contrat, et personne ne résilie.
# **« Parti » est une définition** : silencieux depuis plus de *X* jours.
# Choisissez *X*, au 31 décembre 2024, et regardez combien de « partis » ont commandé en 2025.

# %% slideshow={"slide_type": "fragment"}
silence = 180  # ← changez cette valeur : 90, puis 365 (jours)
connus = rfm_table(orders_until(commandes, "2024-12-31"), as_of="2024-12-31")
suite = connus.merge(later_orders(commandes, "2024-12-31", horizon_days=365), on="client_id")
partis = suite[suite["recence"] > silence]
print(f"{percent(len(partis) / len(suite))} de « partis »,",
      f"dont {percent(partis['rachat'].mean())} ont commandé en 2025.")
cohortes = silent_customers(commandes, "2024-12-31", silence)
show_table(cohortes, f"« Partis » : plus de {silence} jours de silence", headings={
    "cohorte": "Première commande", "trop_recents": "Trop récents pour être jugés", "silencieux": "Partis"},
    formats={"cohorte": "text"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# À 90 jours, 67 % de « partis », et 19 % d’entre eux reviennent ; à 365 jours, 29 %, et 14 %.
# Le taux d’attrition dépend donc de vous.
# Dites toujours *X*, et comparez des cohortes de même âge : à 365 jours, aucun client arrivé en 2024 ne peut encore être jugé.
#
# Dans quelle fenêtre les perd-on ?
# Rangeons les clients par silence, au 30 juin 2025 : combien reviennent dans les 90 jours ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
fenetres = return_bands(commandes, "2025-06-30")
show_table(fenetres.drop(columns="depuis"), "Revenus d’eux-mêmes en 90 jours", headings={
    "silence": "Silence au 30 juin 2025", "revenus": "Revenus"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# La chute est au début : de 39,8 % à 17,2 % en six mois, puis presque plus personne après neuf mois.
# C’est **là** qu’il faut agir, pas au bout de deux ans.
#
# ### Qui part ?
#
# Prenons *X* = un an : des 1 509 clients de 2024, 863 n’ont rien commandé en 2025, soit 57,2 %.
# Leur **profil** compare la part de chaque groupe à celle de tous ; puis à l’année d’avant, car à force de comparer, le hasard « distingue » aussi (leçon 9).

# %% slideshow={"slide_type": "fragment"}
trait = "canal_recrutement"  # ← changez cette valeur : "region", "profession", puis "tranche_age"
ages = pd.cut(clients["age"], [17, 34, 49, 64, 120], labels=["18-34", "35-49", "50-64", "65 et plus"])
qui_part = who_leaves(commandes, clients.assign(tranche_age=ages.astype(str)), trait, COURSE_DATE)
qui_part["deux_fois"] = qui_part["retrouve"].map({True: "oui", False: "non"})
show_table(qui_part[[trait, "actifs", "partis", "part", "bas", "haut", "part_avant", "deux_fois"]],
           "Clients de 2024, partis en 2025", headings={
               trait: "Clients", "actifs": "Actifs en 2024", "partis": "Partis", "part_avant": "L’année d’avant",
               "deux_fois": "Se distinguent deux fois"}, formats={"part_avant": "share"}, rows=20)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les recrues d’une promotion partent plus que les autres, deux années de suite : 70,6 %, et 65,3 % l’année d’avant.
# C’est le seul groupe, des quatre traits : les graphistes d’une année ne sont pas ceux de l’autre.
# Un profil dit **qui** part, et non pourquoi.
#
# ### Pourquoi partent-ils ?
#
# Ceux qui se plaignent le disent : voici leurs **causes**.
# Un départ se compte dans les fichiers, une cause se lit dans une réclamation ; le **niveau** d’insatisfaction, lui, demande une enquête.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
causes = complaint_causes(commandes, relation["complaints"])
show_table(causes, "De quoi l’on se plaint, et qui revient dans l’année", headings={
    "reclamations": "Réclamations", "sans_reponse": "Sans réponse", "revenus": "Revenus"},
    formats={"sans_reponse": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# L’accueil d’abord : 83 réclamations, et 19,3 % de retours.
# Un défaut du produit, bien réparé, laisse revenir 88,0 % des clients.
#
# Selon les fiches, les mécontents sont « faciles à identifier » : ce sont ceux qui se plaignent.
# Revenons à la boutique de Paris Rive droite, l’été 2024 (leçon 5).

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("11_relation_client/plaints")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="plaints"
# Chaque client de l’été, à sa dernière visite : s’est-il plaint de l’accueil, a-t-il recommandé dans l’année ?
ete = left_and_complained(commandes, relation["complaints"], "B-01", "2024-04-01", "2024-09-30")
bet_result("11_relation_client/plaints", 100 * ete["perdus"].iloc[1] / ete["perdus"].sum(),
           show_table(ete[["plainte", "clients", "perdus"]], "Paris Rive droite, d’avril à septembre 2024",
                      headings={"plainte": "S’est plaint de l’accueil", "perdus": "Non revenus"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **À vous.**
# La directrice peut agir, ou payer cent appels à des clients partis.
# Voici six constats : que demande chacun ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("11_partants", key="11_relation_client/partants")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Une alerte au rythme de chacun
#
# Les alertes de la leçon 9 disaient perdus de bons clients entre deux achats.
# Donnons à chacun **son rythme** : le nombre médian de jours entre ses commandes, à partir de trois.
# L’alerte sonne quand le silence dépasse **trois fois** ce rythme.
# Une alerte est **fausse** si le client commande dans les 180 jours sans que l’on ait rien fait.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("11_relation_client/fausses")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="fausses"
jugees = judge_alerts(commandes, ["2024-12-31", "2025-06-30"], factor=3)
vues = ["jour", "suivis", "alertes", "fausses_alertes", "part_fausses", "part_signales"]
bet_result("11_relation_client/fausses", 100 * jugees["part_fausses"].iloc[-1],
           show_table(jugees[vues], "Alertes à trois fois le rythme", headings={
               "jour": "Jour", "suivis": "Clients suivis", "alertes": "Alertes", "fausses_alertes": "Fausses",
               "part_fausses": "Part de fausses", "part_signales": "Départs signalés"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un facteur plus bas sonne plus tôt, et plus souvent pour rien.
# Essayez : combien de fausses alertes acceptez-vous pour un départ vu ?

# %% slideshow={"slide_type": "fragment"}
facteur = 1.5  # ← changez cette valeur : 2, puis 6
une = judge_alerts(commandes, ["2025-06-30"], factor=facteur).iloc[0]
print(f"{une['alertes']} alertes, dont {une['fausses_alertes']} fausses ; "
      f"{percent(une['part_signales'])} des départs signalés.")
marc = rows_where(rhythm_alerts(commandes, COURSE_DATE, factor=facteur), "client_id", "C-0360")
show_table(marc, f"Marc Morel, à {number(facteur, 1)} fois son rythme", headings={
    "commandes": "Commandes", "rythme": "Rythme (jours)", "silence": "Silence (jours)",
    "seuil": "Seuil (jours)", "alerte": "En alerte", "sonne_le": "Sonne le"}, formats={"commandes": "number"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le rythme de Marc est de 168 jours.
# À 1,5 fois, son alerte sonne le 9 mars 2025 ; à trois fois, le **16 novembre 2025**, après 505 jours de silence.
# Sa réclamation, elle, date du 3 juin 2024 : aucune alerte de rythme ne la devance.
# **Le meilleur signal n’est pas toujours un calcul.**

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Ce que l’on sait d’avance
#
# Un changement de comportement se voit trop tard.
# Un **événement connu d’avance**, lui, a une date : la fin d’un contrat ailleurs ; ici, la révision d’une montre, à 24 mois.
# Au 30 juin 2025, 65 clients attendaient la leur dans les 90 jours : 33 sont venus la faire avant la fin de l’année, sans être appelés.
# Qui l’attend maintenant ?

# %% slideshow={"slide_type": "fragment"}
delai = 90  # ← changez cette valeur : 180 (jours)
attendues = due_dates(commandes, produits, COURSE_DATE, within_days=delai)
a_venir = attendues[attendues["a_faire_le"] > "2025-12-31"]
qui = "en est" if "C-0360" in set(a_venir["client_id"]) else "n’en est pas"
print(f"{a_venir['client_id'].nunique()} clients ; Marc {qui}.")
show_table(a_venir.tail(3), "Les trois dernières révisions attendues", headings={
    "achete_le": "Achetée le", "a_faire_le": "Révision le"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec 180 jours, Marc en est : le **25 mai 2026**, juste avant le dîner.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Continuer ou s’arrêter
#
# Reconquérir a un coût, et agace : un ancien client agacé le raconte.
# Il faut une **règle d’arrêt**, fixée avant la première lettre.
# Voici ceux à qui l’on peut écrire en janvier 2026, et ce que les mêmes silences ont fait un an plus tôt, **sans lettre**.
#
# Ce qu’une lettre ajoute, aucun fichier ne le dit.
# Supposons 25 % de ce qui vient sans elle.
#
# **À vous.**
# Une enveloppe de 2 000 €, une lettre à 5 €.
# À qui écrire, qui attend, où tester, où s’arrêter ?
# Puis recommencez à 10 %.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Mêmes silences, même saison ; une commande laisse 424 € de marge en moyenne.
bornes = [90, 180, 270, 365, 545]
joignables, _ = contact_list(rfm_table(commandes, as_of=COURSE_DATE), "courrier", on="2026-01-05", **envoi)
rang = pd.cut(joignables["recence"], [89, *[b - 1 for b in bornes[1:]], 9999], labels=False)
perdus = return_bands(commandes, "2024-12-31", bands=[0, *bornes]).iloc[1:].assign(
    clients=rang.value_counts().sort_index().to_numpy(), marge=achats["marge"].mean())
perdus["groupe"] = perdus["silence"] + " de silence"
colonnes = ["groupe", "clients", "part", "haut", "marge"]
judge_offers(perdus[colonnes], cost=5, uplift=25, budget=2000, key="11_relation_client/reconquete")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# À 25 %, trois groupes paieraient ; l’enveloppe n’en sert qu’un, de 90 à 179 jours.
# Au-delà d’un an, on teste.
# À 10 %, un seul paie, et l’on s’arrête à partir de 270 jours.
#
# </details>
#
# Un groupe témoin remplacerait l’hypothèse par une mesure (leçon 8).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Développer : un panier, un segment, un produit
#
# **Développer**, c’est amener un client à acheter davantage : par la **vente croisée**, un produit qui complète, ou la **montée en gamme**, un modèle supérieur.
# Selon les fiches, un client développé part moins, « donc moins de rétention ».
# Lisez : moins d’**attrition**.
#
# Que proposer ?
# L’**analyse du panier** cherche ce qui s’achète ensemble.
# Le sac Odéon et le portefeuille Odéon, par exemple.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("11_relation_client/sac")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="sac"
vendus = commandes.merge(produits[["produit_id", "produit", "categorie"]], on="produit_id")
regles = basket_rules(vendus, item="produit")
regle = {"si": "Si le panier a…", "alors": "… alors", "paniers": "Paniers avec les deux", "support": "Support",
         "confiance": "Confiance", "part_de_tous": "Part de tous les paniers", "lift": "Lift"}
odeon = regles.query("si == 'Sac en cuir Odéon' and alors == 'Portefeuille Odéon'")
parts_regle = {"support": "share", "confiance": "share", "part_de_tous": "share", "lift": "plain"}
bet_result("11_relation_client/sac", 100 * odeon["confiance"].iloc[0], show_table(
    odeon[list(regle)].round({"lift": 1}), "Une règle de panier", headings=regle, formats=parts_regle))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Trois mesures, trois questions de vendeur.
# - **Support** : est-ce que cela arrive souvent ? La part des paniers qui ont les deux.
# - **Confiance** : quand je vois le sac, puis-je m’attendre au portefeuille ?
# - **Lift** : est-ce à cause du sac, ou ce portefeuille va-t-il dans tous les paniers ? La confiance, divisée par la part de tous les paniers.
#
# Un lift de 1 ne dit rien.
# Regardez la même idée, sac et petite maroquinerie, au niveau des **catégories**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
larges = basket_rules(vendus, item="categorie")
maroquinerie = larges.query("si == 'Maroquinerie' and alors == 'Petite maroquinerie'")
colonnes_regle = ["si", "alors", "paniers", "support", "confiance", "part_de_tous", "lift", "lecture"]
show_table(maroquinerie[colonnes_regle].round({"lift": 2}), "La plus forte confiance entre catégories",
           headings=regle | {"lecture": "Lecture"}, formats=parts_regle)

# %% [markdown] slideshow={"slide_type": "fragment"}
# 27,5 % de confiance, la plus forte entre catégories ; mais 28,6 % de tous les paniers ont de la petite maroquinerie.
# Le lift est de 0,96 : ce n’est que de la **popularité**.
# La règle n’existe qu’entre un sac et **son** portefeuille.
#
# Faut-il écrire à ceux qui ont le sac sans le portefeuille ?
# Certains l’achètent sans qu’on le leur propose, et cela se mesure : ceux de fin 2024, pendant 2025.
#
# **À vous.**
# Une lettre à 4 € ; supposons qu’elle ajoute 10 % à ces achats, puis 50 %.
# À quels acheteurs proposer le portefeuille ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sacs = ["Sac cabas Aurore", "Sac en cuir Odéon", "Sac de voyage Ravel"]
paires = [(sac, f"Portefeuille {sac.split()[-1]}") for sac in sacs]
seuls = companion_sales(vendus, paires, "2024-12-31")
autorises = set(contact_list(clients, "courrier", on="2026-01-05", **envoi)[0]["client_id"])
ventes = vendus[vendus["montant"] > 0].groupby("produit")["client_id"].agg(set)
libres = [len((ventes[sac] - ventes[portefeuille]) & autorises) for sac, portefeuille in paires]
croisees = seuls.assign(groupe=seuls["si"], clients=libres)
judge_offers(croisees[colonnes], cost=4, uplift=10, budget=2200, key="11_relation_client/croisee")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# À 10 %, aucune lettre ne rend son coût en moyenne : on s’arrête pour Aurore, on teste pour les deux autres.
# À 50 %, les trois paient.
# Au moment de la vente, le vendeur le propose pour 0 € : c’est là que la règle sert.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Ce qu’un segment aime
#
# L’**analyse d’affinités** part des personnes, et non d’un panier : qu’achète un segment plus que les autres ?
# L’indice 100 veut dire « comme tout le monde ».
# Un segment qui achète plus de tout aime tout : comparez les indices d’**un même** segment.

# %% slideshow={"slide_type": "fragment"}
segment = "Fidèles"  # ← changez cette valeur : "Champions", puis "Dormants"
segments = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
affinites = segment_affinities(vendus, segments, item="produit")
aimes = rows_where(affinites, "segment", segment).head(4)
show_table(aimes[["produit", "acheteurs", "clients", "part", "part_de_tous", "indice"]],
           f"{segment} : ce qu’ils aiment", headings={"produit": "Produit", "acheteurs": "Acheteurs",
           "part_de_tous": "Part de tous", "indice": "Indice"}, formats={"part_de_tous": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Chez les Champions, l’**Écrin de voyage gravé** a un indice de 549 : 57,9 % en ont acheté un.
# Or c’est le seul produit de la maison qui perd de l’argent.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
comptes = product_account(commandes, produits)
show_table(comptes[["produit", "ventes", "clients", "ca", "marge"]].head(3),
           "Les trois plus petites marges, 2023 à 2025", headings={"produit": "Produit", "ventes": "Ventes",
           "ca": "CA"}, formats={"marge": "whole_euros", "ca": "whole_euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le comptable veut l’arrêter : 9 354 € d’économie.
# Les fiches répondent : gardez un produit non rentable s’il est très aimé d’un segment rentable.
# Qui a raison ?
# Cela dépend de la marge que ses acheteurs apportent sur **le reste**, et de ce qui en partirait avec lui.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("11_relation_client/ecrin")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="ecrin"
ecrin = keep_or_drop(commandes, "P-308")
bascule = pd.DataFrame([("Perte de l’Écrin", euros(ecrin.loss)), ("Ses acheteurs", number(ecrin.buyers)),
                        ("Leur marge sur le reste", euros(ecrin.buyers_margin)),
                        ("Part qui rend l’arrêt perdant", percent(ecrin.share_to_lose, 2))],
                       columns=["Quoi", "Combien"])
bet_result("11_relation_client/ecrin", 100 * ecrin.share_to_lose, show_table(bascule, "Garder ou arrêter l’Écrin"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Rien ne dit pourtant qu’il en partirait autant : un bon client peut rester sans son Écrin.
# Décidez, puis changez ce que vous croyez.

# %% slideshow={"slide_type": "fragment"}
part_qui_part = 0.01  # ← changez cette valeur : 0.001 veut dire 0,1 %
solde = ecrin.loss - part_qui_part * ecrin.buyers_margin
print(f"Arrêter l’Écrin {'rapporte' if solde > 0 else 'coûte'} {euros(abs(solde))}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Si 1 % de cette marge part, l’arrêt coûte 8 660 € ; si 0,1 %, il rapporte 7 553 €.
# Entre les deux, un essai : le retirer d’une boutique, pas des autres.
# Ou le vendre un peu plus cher : c’est la troisième réponse, que personne n’a posée.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recruter : qui leur ressemble
#
# On ne fidélise pas ceux que l’on n’a pas.
# Recruter coûterait **deux fois** plus que garder : nos fichiers n’en savent rien.
# C’est une **hypothèse**, que l’on déclare, par commande comparable, et que l’on fait varier.

# %% slideshow={"slide_type": "fragment"}
fois = 2  # ← changez cette valeur : 4, puis 5
en_2025 = achats[achats["date_achat"].dt.year == 2025]
premieres, autres = (en_2025[en_2025["rang"].eq(1) == oui]["marge"].mean() for oui in (True, False))
postes = conquest_and_loyalty(400, 150, 100, premieres, autres, ratio=fois)
postes["laisse"] = postes["marge_par_commande"] - postes["cout_premiere_commande"]
show_table(postes[["poste", "cout_premiere_commande", "marge_par_commande", "laisse"]],
           "La première commande de chaque poste", headings={"poste": "Poste", "laisse": "Reste",
           "cout_premiere_commande": "Coût supposé", "marge_par_commande": "Marge (2025)"}, formats="whole_euros")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À deux fois, 200 € supposés, une première commande laisse encore 214 € ; à cinq fois, elle perd.
# La marge, elle, est presque la même : 414 € et 429 €.
#
# Qui recruter ?
# Deux voies : les attentes des prospects (plus bas), et le **portrait** des meilleurs clients, dont on cherche ensuite les **profils similaires** (`look-alike`).
# Apprenons-le des recrues de 2023, d’après ce que l’on sait de quelqu’un qui n’a rien acheté : l’âge, la profession, la région.
# Puis cherchons, parmi celles de 2024, le cinquième qui leur ressemble le plus.

# %% slideshow={"slide_type": "fragment"}
traits = ["age", "profession", "region"]  # ← changez cette liste : ["region"]
recrues = recruit_value(commandes, clients).merge(clients[["client_id", "age", "profession", "region"]])
annee = recrues["date_recrutement"].dt.year
de_2023, de_2024 = (best_recruits(recrues[annee == an].reset_index(drop=True)) for an in (2023, 2024))
ressemblance = look_alike(de_2023, de_2024, traits)
print(judge_look_alike(ressemblance, de_2024["meilleur"]))

# %% [markdown] slideshow={"slide_type": "fragment"}
# 29 % contre 20 % : le portrait choisit mieux que le hasard ; avec la seule région, non.
# Mais sept sur dix des « ressemblants » ne sont pas devenus de bons clients.
# Et qui **laisse**-t-il dehors ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les recrues de 2024, et le cinquième que le portrait complet choisit.
choisies = look_alike(de_2023, de_2024).nlargest(round(len(de_2024) / 5), keep="first").index
vues = de_2024.assign(choisie=de_2024.index.isin(choisies), qui=de_2024["profession"].where(
    de_2024["profession"].isin(["retraité", "retraitée", "avocat", "avocate"])))
vues.loc[vues["age"] < 35, "qui"] = "moins de 35 ans"
exclus = vues.groupby("qui", as_index=False).agg(recrues=("choisie", "size"), choisies=("choisie", "sum"),
                                                 bonnes=("meilleur", "sum"))
show_table(exclus, "Qui le portrait choisit, parmi les recrues de 2024", headings={
    "qui": "Recrues", "recrues": "Combien", "choisies": "Choisies", "bonnes": "Devenues bonnes clientes"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Il retient 19 retraités sur 21, et aucune des 32 retraitées, dont 9 sont devenues de bonnes clientes.
# Personne n’a demandé ce tri : la profession, en français, dit le **sexe**, et l’âge se glisse partout.
# Un portrait ressemble à ceux que l’on a **déjà** servis.
# Que dit la loi ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Trois règles de plus pour la table de la leçon 4 ; elle a la même réserve : ce n’est pas un conseil juridique.
loi = [(un.title, un.text, un.source) for un in load_contact_law().look_alike]
show_table(pd.DataFrame(loi, columns=["Sujet", "Ce qu’elle dit", "Texte"]), "Chercher des profils similaires")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec nos fichiers, le consentement vaut pour des messages : aucune liste ne part.
# Reste ce qui ne transmet rien : le parrainage.
# Sur 360 couples, les paniers du parrain et de l’ami se ressemblent : une corrélation de 0,59.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Et Marc ?
#
# Réunissons ce que les trois leçons savent de lui.
# Sa valeur : 587e.
# Sa chance d’après CART : 7,6 %.
# Son alerte : le 16 novembre 2025.
# Sa plainte : le 3 juin 2024, avec une réponse.
# Sa révision : le 25 mai 2026.
# Une alerte aurait-elle pu sonner à temps ?
# Celle du rythme, non ; celle de la plainte, oui.
#
# **À vous.**
# Remontez le temps.
# À chaque date, que faites-vous ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("11_marc", key="11_relation_client/marc")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois listes, une signature
#
# Voici les trois listes : celles que vous avez gardées aux leçons 9 et 10, sinon celles de l’exemple ; et la troisième, les quarante plus fortes marges parmi les 557 clients en alerte.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Par valeur et par arbre, comme dans les leçons 9 et 10.
valeur = best_places(value_points(commandes, PointScale(unit=100, cap=10)), 40)["client_id"].tolist()
cart = fit_cart(target_table(commandes, clients, produits, as_of="2024-06-30", **relation))
aujourdhui = target_table(commandes, clients, produits, as_of=COURSE_DATE, horizon_days=None, **relation)
aujourdhui["chance"] = predict_rates(cart, aujourdhui)
ranges = aujourdhui.sort_values(["chance", "indice_rfm", "client_id"], ascending=[False, False, True])
arbre = ranges["client_id"].head(40).tolist()
print("Deux listes de quarante noms :", len(set(valeur) & set(arbre)), "en commun.")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Par alerte ; et les vôtres, à la place de celles de l’exemple.
marges = commandes.groupby("client_id", as_index=False)["marge"].sum()
alertes = rhythm_alerts(commandes, COURSE_DATE).query("alerte").merge(marges).nlargest(40, "marge")
listes = {"Par valeur": load_places() or valeur, "Par arbre": load_places("10_ciblage/arbre") or arbre,
          "Par alerte": alertes["client_id"].tolist()}
marc_dans = [nom for nom, noms in listes.items() if "C-0360" in noms]
print("Marc est dans :", ", ".join(marc_dans) or "aucune des trois.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Quarante plus fortes marges, quarante meilleures chances, quarante bons clients qui se taisent : trois questions, trois réponses.
# - **Par valeur** : qui nous a le plus apporté ? Ils viennent peut-être déjà.
# - **Par arbre** : qui achètera ? Ils achèteraient peut-être sans dîner.
# - **Par alerte** : qui perdons-nous ? Une partie est perdue, l’autre n’est qu’en retard.
#
# Aucune ne dit ce que le dîner **ajoute**.
#
# **À vous.**
# Lisez ce qu’elles ont en commun et combien peuvent recevoir un courrier, puis **signez**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
a_qui_ecrire, _ = contact_list(clients, "courrier", on="2026-06-01", **envoi)
questions = {"Par valeur": "qu’ajoute un dîner à qui achète déjà ?",
             "Par arbre": "seraient-ils venus sans nous ?",
             "Par alerte": "combien sont déjà partis, et à qui devons-nous d’abord une excuse ?"}
sign_list(listes, a_qui_ecrire["client_id"], questions, key="11_relation_client/signature")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Dans l’exemple, valeur et arbre partagent neuf noms, valeur et alerte quatre, arbre et alerte aucun.
# De quarante noms, il reste 27, 25 et 27 courriers.
# Et Marc reçoit sa lettre de révision, hors liste.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - **Type, moment, action** : le plus urgent décide ; certains types demandent une enquête.
# - **Parti** est une définition ; une **alerte** se juge à ses fausses alertes ; une plainte sonne plus tôt.
# - Un **événement connu d’avance** vaut mieux qu’un signe tardif ; une **règle d’arrêt** se fixe avant.
# - **Support, confiance, lift** : sans le lift, la popularité passe pour un lien.
# - Un produit **déficitaire** se garde ou s’arrête en euros.
# - Un **portrait** exclut ; une liste ne se transmet pas sans un accord fait pour cela.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("11_relation_client")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("11_relation_client")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Votre signature est gardée, avec sa raison.
# Le projet final la reprend : vous y verrez où sont ces quarante noms dans vos segments, et il vous faudra un budget et une mesure.
#
# **Entraînez-vous** : [les exercices de la leçon 11](../exercises/11_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Combien restent ? La courbe de survie
#
# Après leur première commande, quelle part n’est pas encore revenue ?
# Ceux que l’on suit depuis peu sont **censurés** : on sait seulement que cela prend plus longtemps.
# La courbe de **Kaplan et Meier** s’en sert sans les compter ni revenus, ni perdus.

# %% slideshow={"slide_type": "skip"}
jours = 365  # ← changez cette valeur : 90, puis 730
durees = time_to_next(commandes)
pas_revenus, bas, haut = still_silent(survival_curve(durees), jours)
naif = 1 - (durees["revenu"] & (durees["jours"] <= jours)).mean()
print(f"Pas encore revenus à {jours} jours : {percent(pas_revenus, 1)}",
      f"(de {percent(bas, 1)} à {percent(haut, 1)}).")
print(f"Si l’on compte les censurés comme perdus : {percent(naif, 1)}.")
revenus = durees[durees["revenu"]]["jours"].median()
courbe = survival_curve(durees)
moitie = courbe[courbe["pas_revenus"] <= 0.5]["jours"].iloc[0]
print(f"La moitié revient en {moitie} jours, et non en {revenus:.0f} comme le disent les seuls revenus.")

# %% [markdown] slideshow={"slide_type": "skip"}
# À un an, 35,9 % ne sont pas revenus ; compter les censurés comme perdus dirait 40,4 %.
# La moitié revient en 132 jours ; les seuls revenus diraient 54 : ils oublient les lents.
#
# Qui revient le moins ?
# Comparez les recrues d’une promotion aux autres, au même délai.

# %% slideshow={"slide_type": "skip"}
canal = "promotion"  # ← changez cette valeur : "parrainage"
suivies = durees.merge(clients[["client_id", "canal_recrutement"]])
suivies["groupe"] = suivies["canal_recrutement"].where(suivies["canal_recrutement"] == canal, "les autres")
courbes = survival_curve(suivies, "groupe")
for groupe in (canal, "les autres"):
    part, bas, haut = still_silent(rows_where(courbes, "groupe", groupe), 365)
    print(f"{groupe} : {percent(part, 1)} pas revenus à un an (de {percent(bas, 1)} à {percent(haut, 1)}).")

# %% [markdown] slideshow={"slide_type": "skip"}
# 52,1 % contre 32,9 % : les intervalles ne se touchent pas.
#
# ### Ce qu’attendent les prospects
#
# L’autre voie du recrutement ajuste l’offre et le message aux **attentes** de ceux qui ne sont pas clients.
# Mais nos fichiers ne connaissent que ceux qui ont acheté.
# De chaque phrase, dites d’où viendrait la réponse.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
sort_sentences("11_attentes", key="11_relation_client/attentes")

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Développer rend-il fidèle ?
#
# Selon les fiches, un client bien développé part moins.
# Prenons les clients de 2024, selon le nombre de catégories qu’ils avaient achetées, et regardons qui revient en 2025.
# Puis comparons **à nombre de commandes égal**.

# %% slideshow={"slide_type": "skip"}
commandes_passees = 2  # ← changez cette valeur : 3, puis 4
avant = vendus[(vendus["montant"] > 0) & (vendus["date_achat"] <= "2024-12-31")]
developpes = avant.groupby("client_id", as_index=False).agg(categories=("categorie", "nunique"))
developpes = developpes.merge(suite)
developpes["developpe"] = developpes["categories"].gt(1).map({True: "oui", False: "non"})
egaux = developpes[developpes["frequence"] == commandes_passees]
for nom, qui in (("tous", developpes), (f"{commandes_passees} commandes", egaux)):
    parts = qui.groupby("developpe")["rachat"].mean()
    print(f"{nom} : {percent(parts['oui'])} reviennent avec plusieurs catégories,",
          f"{percent(parts['non'])} avec une.")

# %% [markdown] slideshow={"slide_type": "skip"}
# L’écart est grand pour tous, car qui achète souvent finit par acheter de tout.
# À nombre de commandes égal, il se réduit.
# Même ce qui reste n’est pas une **cause** : les plus attachés explorent d’eux-mêmes.
# Pour le savoir, il faudrait tirer au sort à qui l’on propose une deuxième catégorie.
# Que feriez-vous de l’autre moitié ?
#
# ### Les amis ressemblent-ils à leurs parrains ?
#
# On le croit ; mesurons-le, contre des couples mêlés au hasard.

# %% slideshow={"slide_type": "skip"}
tirages = 200  # ← changez cette valeur : 20
print(referral_resemblance(commandes, relation["referrals"], draws=tirages))

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Au supermarché : des paniers et des bons
#
# `The Complete Journey` (leçon 2) a un an de courses de 2 469 foyers, avec des rayons nommés en anglais.
# Où poser la sauce pour pâtes, `PASTA SAUCE` ?
# Suivez la confiance, puis le lift.

# %% slideshow={"slide_type": "skip"}
# Les achats, chacun avec son rayon.
lues = ["household_id", "basket_id", "product_id", "sales_value", "transaction_timestamp"]
courses = load_orders("complete_journey", lues)
rayons = load_products("complete_journey")[["product_id", "product_category"]]
rayons = rayons.astype({"product_category": "category"})
lignes = courses[["basket_id", "product_id", "sales_value"]].merge(rayons)

# %% slideshow={"slide_type": "skip"}
rayon = "PASTA SAUCE"  # ← changez cette valeur : "EGGS", puis "LAUNDRY DETERGENTS"
regles_rayons = basket_rules(lignes, item="product_category", basket="basket_id", amount="sales_value",
                             min_support=0.005)
siennes = rows_where(regles_rayons, "si", rayon)
guides = [siennes.nlargest(1, mesure).assign(guide=mesure) for mesure in ("confiance", "lift")]
show_table(pd.concat(guides)[["guide", "alors", "confiance", "part_de_tous", "lift"]].round({"lift": 1}),
           f"À côté de quoi poser {rayon} ?", headings={
               "guide": "Selon…", "alors": "À côté de…", "confiance": "Confiance",
               "part_de_tous": "Part de tous les paniers", "lift": "Lift"},
           formats={"confiance": "share", "part_de_tous": "share", "lift": "plain"})

# %% [markdown] slideshow={"slide_type": "skip"}
# La confiance mène au pain, que l’on trouve dans 21,9 % de tous les paniers ; le lift, aux pâtes, onze fois plus fréquentes avec la sauce que sans raison.
#
# Mais ici, 99 % des règles sont dites des « associations » : un gros panier contient de tout, et sur 155 337 paniers le moindre lien se voit.
# Quand tout est lié, seul l’ordre des lifts trie.
#
# Le magasin a aussi envoyé des **bons** de réduction.
# Qui achète les produits de la campagne, pendant celle-ci, et autant de jours avant ?
# La renverriez-vous ?

# %% slideshow={"slide_type": "skip"}
campagne = 17  # ← changez cette valeur : 19, puis 10
recus = load_coupon_households()
servis = rows_where(recus, "campaign_id", campagne)["used"].sum()
print(f"{servis} foyers ont utilisé un bon de la campagne {campagne}.")
bons = coupon_buyers(courses, recus, load_coupon_products(), campagne)
points = (100 * bons[["ecart", "bas", "haut"]]).round(1)
show_table(bons.assign(**points), "Qui achète les produits de la campagne", headings={
    "foyers": "Foyers qui…", "nombre": "Combien", "avant": "Avant", "pendant": "Pendant",
    "ecart": "Écart (points)", "bas": "De", "haut": "À"}, formats={
    "avant": "share", "pendant": "share", "ecart": "number", "bas": "number", "haut": "number"})

# %% [markdown] slideshow={"slide_type": "skip"}
# Pendant la campagne 17, 62,4 % de ceux qui ont reçu les bons achètent, contre 22,1 % des autres : « trois fois plus ! »
# Mais avant elle, c’était 71,3 % contre 22,5 % : le magasin écrit à ceux qui achètent déjà.
#
# À comparer chacun à lui-même, la campagne 17 ferait fuir, et la 19 ferait vendre, au-delà du hasard.
# Ni l’un ni l’autre n’est un effet : la saison a changé, et personne n’a tiré les foyers au sort.
# Que faudrait-il, la prochaine fois, avant d’imprimer les bons ?
