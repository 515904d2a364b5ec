# %% [markdown] slideshow={"slide_type": "slide"}
# # Rentabiliser : marge, seuil, remise, ROI
#
# Jeudi, 14 heures.
# La directrice financière de la Maison Orsenne a sous les yeux le budget des diapositives : 2 000 € pour une soirée privée de vingt invités, 15 000 € pour un programme VIP de quinze membres.
# Le vôtre viendra ensuite.
# « Je vois ce que cela coûte.
# **Qu’est-ce que cela rapporte ?** »

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. passer d’un prix TTC à une marge, et d’un chiffre d’affaires à un gain ;
# 2. distinguer une réponse d’une hausse de réponse ;
# 3. calculer la marge incrémentale, le ROI et le seuil de rentabilité d’une action ;
# 4. dire ce qui rend une action rentable : son coût, ses clients ou ce que l’on y vend ;
# 5. donner le vrai prix d’une remise de 15 %.
#
# **Durée :** 35 minutes.
# **Avant :** la leçon 5 ([Marc Morel](05_marc_morel.ipynb)) et la leçon 6 ([le budget](06_budgetisation.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, benchmarks, bet, bet_balance, bet_result, break_even, campagne,
    campaign_account, compare_dates, contact_list, dataset_columns,
    discount_price, discount_trap, incremental_margin, later_orders, load_complaints,
    load_contacts, load_customers, load_orders, load_products, plan_return, plot_break_even, quiz,
    return_explorer, rfm_table, roi, show_table, window_orders,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Du chiffre d’affaires à la marge
#
# Reprenons la cible de la leçon 5 : R au plus 2, F 3 ou 4, M au moins 4, sur cinq niveaux, et sur les deux dernières années, puisque son objectif compare deux dates.
# Que rapporte une de leurs commandes ?
# Il y faut deux précautions.
# Le budget est **HT** ; les montants du fichier sont **TTC**, et se divisent par 1,2.
# Et un chiffre d’affaires n’est pas un gain : il faut en ôter ce que la pièce a coûté.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("07_rentabilite/marge")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="marge"
commandes = load_orders()
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24, levels=5)
la_cible = deux_dates.query("R <= 2 and F in [3, 4] and M >= 4")
cible = la_cible[la_cible["date"] == "2025-12-31"]
lignes = window_orders(commandes, COURSE_DATE, months=24)
lignes = lignes[lignes["client_id"].isin(cible["client_id"])]
ventes_ht = lignes["montant"].sum() / 1.2
panier, taux = ventes_ht / cible["frequence"].sum(), lignes["marge"].sum() / ventes_ht
resume = pd.DataFrame([{"clients": len(cible), "panier": panier, "taux": taux, "marge": panier * taux}])
titres = {"panier": "Panier moyen (€ HT)", "taux": "Taux de marque", "marge": "Marge par commande (€ HT)"}
bet_result("07_rentabilite/marge", panier * taux, show_table(resume, "Une commande de la cible", headings=titres,
           formats={"panier": "whole_euros", "taux": "share", "marge": "whole_euros"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le **taux de marque** est la marge divisée par le prix de vente HT.
# (Le **taux de marge** divise la même marge par le prix d’achat : ici, 94,3 %.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Réponse ou hausse de réponse ?
#
# La leçon 5 vise 42 % de clients qui commandent en 2026.
# Mais un an plus tôt, 30 % de la même cible ont commandé **sans que l’on fasse rien** : ils ne doivent rien à votre soirée.
#
# La **réponse** est la part de ceux qui commandent : 42 %.
# La **hausse de réponse** est ce que l’action ajoute : 42 − 30 = **12 points**.
# C’est l’hypothèse la plus fragile : le repère va de 22 à 40 %.
# Écrivons l’action.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Une hausse de 12 points s’écrit `0.12` ; panier et coût sont HT.
soiree = campagne(clients=20, hausse=0.12, panier=panier, taux_marque=taux, cout=2000)
compte = campaign_account(soiree)
show_table(compte, "Le compte de la soirée privée, en € HT", headings={"ligne": "Ligne", "valeur": "Valeur"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Lisez de haut en bas.
# Vingt invités et 12 points de hausse : 2,4 commandes de plus.
# Elles font 3 464 € de chiffre d’affaires, mais 1 681 € de **marge incrémentale** : la marge que l’on n’aurait pas eue sans l’action.
# Moins 2 000 € de coût : **−319 €**.
#
# Qui aurait compté la réponse (42 % de 20, soit 8,4 commandes) aurait annoncé 5 883 € de marge, et un succès.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## ROI et seuil de rentabilité
#
# Le **ROI**, retour sur investissement, compare le gain net au coût : (marge incrémentale − coût) ÷ coût.
# À 0 %, l’action rend juste sa mise.
# Le **seuil de rentabilité** pose la question dans l’autre sens : quelle hausse faut-il pour que le ROI soit de 0 % ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
print(roi(incremental_margin(soiree), soiree.cost))
plot_break_even(soiree)

# %% [markdown] slideshow={"slide_type": "fragment"}
# ROI de **−16 %** : chaque euro dépensé perd 16 centimes.
# Le seuil est à **14,3 points**, soit trois commandes de plus pour vingt invités.
#
# Or la leçon 6 a retrouvé les lignes oubliées, et donné deux coûts : 5 650 € à payer maintenant, 4 050 € si les vitrines s’étalent sur trois ans.
# Pour juger **cette** soirée, on prend 4 050 €, à condition que les vitrines resservent pour de bon ; sinon, 5 650 €.
# Montrons les deux.
#
# Et le plan entier ?
# Il coûte 21 450 €, ou 19 850 € vitrines étalées, dont 300 € de remise qui n’est pas un coût.
# Mais à combien des 158 clients de la cible peut-on écrire ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
fichiers = {"people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts()}
joignables, sortent = contact_list(cible, "courrier", on=COURSE_DATE, **fichiers)
motifs = sortent["motif"].value_counts().reset_index(name="clients")
show_table(motifs, f"{len(joignables)} clients de la cible à solliciter, {len(sortent)} à laisser en paix")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le plan ne touche donc que **108 clients** : la liste laisse de côté ceux qui ont refusé nos messages, attendent une réponse ou viennent d’en recevoir assez.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
for nom, cout in {"Vitrines étalées": 4050, "Tout payé cette année": 5650}.items():
    print(f"{nom}, la soirée. {break_even(soiree.avec(cout=cout))}")
    plan = soiree.avec(clients=len(joignables), cout=21450 - 300 - 5650 + cout)
    print(f"{nom}, le plan. {roi(incremental_margin(plan), plan.cost)}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec toutes ses lignes, la soirée a son seuil à **28,9 points**, ou à 40,3 points si tout se paie cette année : dans les deux cas, bien plus que les 12 espérés.
# Quant au plan, les 32 839 € en jeu de la leçon 5 ne faisaient que 13 278 € de marge, et les 108 clients que l’on peut solliciter n’en font que 9 076 € : son ROI est de **−54 %**, ou de −57 % si tout se paie cette année.
# Avec les 158, il aurait été de −32 % : on ne compte que ceux que l’on peut solliciter.
#
# Le programme VIP des diapositives coûte 15 000 € pour quinze membres.
# Quelle hausse lui faut-il ?

# %% slideshow={"slide_type": "fragment"}
membres = 15  # ← changez cette valeur : 108 (ceux à qui l’on peut écrire), puis 158
vip = soiree.avec(clients=membres, cout=15000)
print(roi(incremental_margin(vip), vip.cost))
print(break_even(vip))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Avec quinze membres, **le seuil n’existe pas** : il faudrait 1,43 commande de plus par membre, en un an, chez des clients qui ne viennent plus.
# Un seuil qui n’existe pas est une réponse : on ne lance pas l’action sous cette forme.
#
# Avec 108 membres, le seuil tombe à 19,8 points ; avec 158, toute la cible, à 13,6 points.
# Mais le coût resterait-il de 15 000 € ?
# **Demandez toujours quelle part du coût grandit avec les clients.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À vous : rendre la soirée rentable
#
# La soirée présente des montres.
# Combien rapporte une montre, chez Orsenne ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
articles = commandes.merge(load_products(), on="produit_id")
montres = articles[(articles["categorie"] == "Horlogerie") & (articles["quantite"] > 0)]
montre = montres["montant"].mean() / 1.2
taux_montre = montres["marge"].sum() / (montres["montant"].sum() / 1.2)
show_table(pd.DataFrame([{"prix": montre, "taux": taux_montre}]), "Une montre", headings={
    "prix": "Prix moyen (€ HT)", "taux": "Taux de marque"}, formats={"prix": "whole_euros", "taux": "share"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 2 388 € HT en moyenne, avec un taux de marque de 42,9 %.
# **À vous.**
# Les curseurs et les champs changent les mêmes valeurs.
#
# 1. Partez de « Soirée privée ».
#    À partir de quel panier le ROI devient-il positif ?
# 2. Remettez « Soirée privée ».
#    Et si le coût tombe à 1 400 € ?
# 3. Choisissez « Soirée, si tous achètent une montre ».
#    Puis donnez 15 % de remise : que devient le seuil ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
actions = {"Soirée privée": soiree, "Programme VIP": soiree.avec(clients=15, cout=15000),
           "Soirée, si tous achètent une montre": soiree.avec(
               panier=montre, taux_marque=taux_montre)}
return_explorer(actions, key="07_rentabilite/retour")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# 1. À partir d’un panier de 1 717 € HT : 2 000 € ÷ (2,4 commandes × 48,5 %).
# 2. Le ROI passe à 20 % : 1 681 € de marge pour 1 400 €.
# 3. Avec des montres, le ROI est de 23 % et le seuil de 9,8 points.
#    Une remise de 15 % le porte à 15,0 points : la soirée redevient perdante.
#
# </details>
#
# Un même événement gagne ou perd selon **ce que l’on y vend**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À vous : votre plan
#
# Reprenons **vos** actions et leurs coûts (leçon 6), votre cible et votre objectif (leçon 5).
# Rien encore ?
# Vous partez de l’exemple, et vos changements sont gardés.
# Choisissez, changez, lisez le seuil : **y croyez-vous ?**

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
plan_return(commandes, soiree, **fichiers, key="mon_plan/retour")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le vrai prix d’une remise de 15 %
#
# Les diapositives offrent 15 % de remise après la soirée.
# Une remise n’est pas une facture : elle se prend sur la marge de **chaque** commande qui l’utilise.
# Quelle marge a-t-on, selon ce que l’on vend ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
par_categorie = articles.groupby("categorie").agg(marge=("marge", "sum"), montant=("montant", "sum"))
marges = par_categorie["marge"] / (par_categorie["montant"] / 1.2)
show_table(marges.reset_index(name="part_marge"), "Le taux de marque de chaque catégorie",
           headings={"categorie": "Catégorie", "part_marge": "Taux de marque"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Sur 100 € HT de montres, la maison garde 42,9 € ; avec 15 % de remise, 27,9 €.
#
# **À vous.**
# Pour gagner autant qu’avec 100 commandes sans remise, combien en faut-il avec ?
# Écrivez votre nombre, vérifiez-le, puis changez de catégorie.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
discount_trap(marges[["Horlogerie", "Maroquinerie", "Parfum", "Services"]].to_dict(),
              key="07_rentabilite/remise")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# Pour une montre, 15 % de remise demandent **54 % de commandes en plus** ; pour un sac, 36 % ; pour un service d’atelier, 88 %.
# Ce sont des commandes pour 100 commandes (154 au lieu de 100), et non une hausse de réponse, qui se compte en points.
#
# </details>
#
# La remise ne se compare pas au prix, mais à la marge.
#
# Et ce n’est que la moitié du piège.
# La remise profite aussi à ceux qui seraient **venus de toute façon**.
# En un mois, sans rien faire, quelle part de la cible commande ?
# Et quelle part des Champions ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
janvier = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=31)
champions = assign_segments(janvier).query("segment == 'Champions'")
eux = janvier.merge(la_cible[["date", "client_id"]])
retours = benchmarks(pd.concat([champions.assign(groupe="Champions"), eux.assign(groupe="La cible")]),
                     by="groupe")
show_table(retours, "Qui a commandé en janvier 2025, sans rien de particulier",
           headings={"groupe": "Groupe", "revenus": "Ont commandé"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 3,0 % de la cible (de 1 à 8 %), 23,0 % des Champions (de 17 à 31 %) : bien plus, même au bord des intervalles.
# Le même cadeau coûte donc bien plus cher quand on l’offre à ses meilleurs clients.
# Comptons-le : un mois de remise, à vingt personnes, sans autre coût.
# Quelle hausse faut-il ?

# %% slideshow={"slide_type": "fragment"}
remise = 0.15  # ← changez cette valeur : 0.10, puis 0.20
offre = soiree.avec(cout=0, remise=remise)
for nom, part in zip(retours["groupe"], retours["part_revenus"]):
    print(f"{nom}. {break_even(offre.avec(de_toute_facon=part))}")
print(f"La soirée avec la remise. {break_even(offre.avec(cout=2000, de_toute_facon=part))}")
plan = offre.avec(clients=len(joignables), cout=19850 - 300, de_toute_facon=part)
print(f"Le plan avec la remise. {roi(incremental_margin(plan), plan.cost)}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À la cible, la remise demande 1,3 point de hausse ; aux Champions, 10,3 points, seulement pour ne rien perdre.
# (Nous gardons le même panier, pour ne comparer que les habitudes.)
#
# Et la soirée **avec** la remise voit son seuil passer de 14,3 à **22,0 points** ; le plan entier, son ROI de −54 % à **−72 %**.
# Le délai d’un mois limite la casse : plus l’offre dure, plus elle se donne à des gens qui seraient venus.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Même remise, au supermarché : ce fichier n’a **pas de marge** : il faut la supposer.
# Prenons 25 %.
# Un foyer fait-il moins, ou plus d’une commande par mois ?
# Que deviendra le seuil de la remise ?

# %% slideshow={"slide_type": "fragment"}
mots = dataset_columns("complete_journey")
courses = load_orders("complete_journey", [mots[role] for role in ("customer", "order", "date", "amount")])
foyers = rfm_table(courses, **mots)
apres = later_orders(courses, "2017-06-30", horizon_days=30, **mots)
taux_suppose = 0.25  # ← changez cette valeur
achat = foyers["montant_total"].sum() / foyers["frequence"].sum()
par_mois = apres["commandes_futures"].mean()
mensuel = campagne(clients=len(apres), hausse=0.2, panier=achat, taux_marque=taux_suppose, cout=0,
                   remise=0.15, de_toute_facon=par_mois)
print(f"Panier : {achat:.0f} dollars ; commandes par foyer et par mois : {par_mois:.1f}".replace(".", ","))
print(discount_price(0.15, taux_suppose))
print(break_even(mensuel))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Pas de seuil, puisqu’on vient déjà 5,5 fois par mois et que chaque visite prendrait la remise.
# Le danger n’est plus le coût : c’est **la remise donnée à ceux qui viennent de toute façon**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Une commande se compte en **marge**, HT : 1 732 € TTC laissent 700 €.
# - Comptez la **hausse de réponse** : 42 % de retours, 12 points de votre fait.
# - Comptez la **marge incrémentale** : 3 464 € de ventes, et 319 € de perte.
# - Le **seuil de rentabilité** peut ne pas exister : c’est une réponse.
# - Un même événement gagne ou perd selon **ce que l’on y vend** et **qui l’on touche**.
# - Une **remise** se compare à la marge : 15 % sur une montre, 54 % de commandes en plus.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("07_rentabilite")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("07_rentabilite")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Vous savez ce que rapporte une action, **si** sa hausse de réponse est celle que vous espérez.
# Douze points, est-ce vrai ?
# La leçon 8, [Mesurer l’effet](08_mesurer.ipynb), le demande à un groupe témoin, donne au ROI sa fourchette, puis partage le budget.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 7](../exercises/07_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Le ROI à la main
#
# Aucune formule cachée : voici le ROI et le seuil de la soirée, en cinq lignes.

# %% slideshow={"slide_type": "skip"}
invites, points, cout = 20, 0.12, 2000  # ← changez ces valeurs
marge = invites * points * panier * taux
print(f"Marge incrémentale : {marge:,.0f} €".replace(",", " "))
print(f"ROI : {(marge - cout) / cout:.0%}".replace("%", " %").replace("-", "−"))
print(f"Seuil : {100 * cout / (invites * panier * taux):.1f} points".replace(".", ","))
