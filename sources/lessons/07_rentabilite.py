# %% [markdown] slideshow={"slide_type": "slide"}
# # Rentabiliser : marge, seuil, ROI
#
# Jeudi, 14 heures.
# La directrice financière de la Maison Orsenne a votre budget sous les yeux : 2 000 € pour une soirée privée de vingt invités, 15 000 € pour un programme VIP de quinze membres.
# « Je vois ce que cela coûte. **Qu’est-ce que cela rapporte ?** Et comment saurez-vous que c’est grâce à vous ? »

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. distinguer une réponse d’une hausse de réponse, et un chiffre d’affaires d’une marge ;
# 2. calculer la marge incrémentale, le ROI et le seuil de rentabilité d’une action ;
# 3. donner le vrai prix d’une remise de 15 % ;
# 4. juger une action avec un groupe témoin, et donner un ROI avec sa fourchette ;
# 5. partager une enveloppe entre conquête et fidélisation ;
# 6. corriger une stratégie écrite par un assistant, données en main.
#
# **Durée :** 60 minutes, puis 5 pour le deuxième terrain.
# **Avant :** la leçon 5 ([Marc Morel](05_marc_morel.ipynb)) et la leçon 6 ([le budget](06_budgetisation.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
import pandas as pd

from rfm_helpers import (
    COURSE_DATE, assign_segments, benchmark, benchmarks, bet, bet_balance, bet_result, break_even,
    campagne, campaign_account, compare_dates, compare_groups, conquest_and_loyalty, contact_list,
    control_group, conversion_steps, correct_assistant, dataset_columns, describe_dataset,
    discount_price, discount_trap, incremental_margin, later_orders, load_complaints,
    load_contacts, load_customers, load_orders, load_products, measured_roi, orders_until,
    people_needed, plot_break_even, plot_roi_distribution, quiz, return_explorer,
    revenue_at_stake, rfm_table, roi, rows_where, score_rfm, segment_profile, segment_uses,
    show_table, simulate_roi, split_envelope, tornado_explorer, window_orders,
)

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Du chiffre d’affaires à la marge
#
# Reprenons la cible de la leçon 5 : R au plus 2, F 3 ou 4, M au moins 4, sur cinq niveaux, et sur les deux dernières années, puisque son objectif compare deux dates.
# Que rapporte une de leurs commandes ?
# Il y faut deux précautions.
# Le budget est **HT** ; les montants du fichier sont **TTC**, et se divisent par 1,2.
# Et un chiffre d’affaires n’est pas un gain : il faut en ôter ce que la pièce a coûté.

# %% slideshow={"slide_type": "fragment"}
bet("07_rentabilite/marge")

# %% slideshow={"slide_type": "fragment"} bet="marge"
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

# %% slideshow={"slide_type": "fragment"}
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

# %% slideshow={"slide_type": "fragment"}
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

# %% slideshow={"slide_type": "fragment"}
fichiers = {"people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts()}
joignables, sortent = contact_list(cible, "courrier", on=COURSE_DATE, **fichiers)
motifs = sortent["motif"].value_counts().reset_index(name="clients")
show_table(motifs, f"{len(joignables)} clients de la cible à solliciter, {len(sortent)} à laisser en paix")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le plan ne touche donc que **108 clients** : la liste laisse de côté ceux qui ont refusé nos messages, attendent une réponse ou viennent d’en recevoir assez.

# %% slideshow={"slide_type": "fragment"}
for nom, cout in {"Vitrines étalées": 4050, "Tout payé cette année": 5650}.items():
    print(f"{nom}, la soirée. {break_even(soiree.avec(cout=cout))}")
    plan = soiree.avec(clients=len(joignables), cout=21450 - 300 - 5650 + cout)
    print(f"{nom}, le plan. {roi(incremental_margin(plan), plan.cost)}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec toutes ses lignes, la soirée a son seuil à **28,9 points**, ou à 40,3 points si tout se paie cette année : dans les deux cas, bien plus que les 12 espérés.
# Quant au plan, les 32 839 € en jeu de la leçon 5 ne faisaient que 13 278 € de marge, et les 108 clients que l’on peut solliciter n’en font que 9 076 € : son ROI est de **−54 %**, ou de −57 % si tout se paie cette année.
# Encore ces coûts valent-ils pour vingt invités et quinze membres, et sans la remise.
# Gardons ici les coûts du tableau, les plus favorables.
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

# %% slideshow={"slide_type": "fragment"}
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

# %% slideshow={"slide_type": "fragment"}
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
# ## Le vrai prix d’une remise de 15 %
#
# Les diapositives offrent 15 % de remise après la soirée.
# Une remise n’est pas une facture : elle se prend sur la marge de **chaque** commande qui l’utilise.
# Quelle marge a-t-on, selon ce que l’on vend ?

# %% slideshow={"slide_type": "fragment"}
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

# %% slideshow={"slide_type": "fragment"}
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

# %% slideshow={"slide_type": "fragment"}
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
# ## Le groupe témoin
#
# D’où tient-on une hausse de réponse ?
# On est tenté de comparer ceux qui ont reçu un message à ceux qui n’en ont pas reçu.
# Essayons avec la Fête des mères 2025 : qui a commandé dans les 90 jours ?

# %% slideshow={"slide_type": "fragment"}
jour = "2025-05-21"
messages = load_contacts()
fete = messages[messages["campagne"] == "Fête des mères 2025"]
base = score_rfm(rfm_table(orders_until(commandes, jour), as_of=jour))
base = base.merge(later_orders(commandes, jour, horizon_days=90), on="client_id")
base["recu"] = base["client_id"].isin(fete["client_id"])
recu, autres = base[base["recu"]], base[~base["recu"]]
deux = base.groupby("recu", as_index=False).agg(clients=("client_id", "size"), part=("rachat", "mean"))
deux["recu"] = deux["recu"].map({True: "Destinataires", False: "Autres clients"})
print(compare_groups(recu["rachat"].sum(), len(recu), autres["rachat"].sum(), len(autres)))
show_table(deux, "La Fête des mères 2025, 90 jours après",
           headings={"recu": "Groupe", "part": "Ont commandé"}, formats={"part": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 21,6 % des 717 destinataires ont commandé, contre 17,9 % des 1 730 autres clients : 3,8 points d’écart, avant arrondi.
# L’intervalle est au-dessus de zéro : le hasard ne suffit pas à expliquer l’écart.
# Est-ce pour autant un succès du message ?
# L’outil n’en dit rien, parce que personne n’a tiré ces deux groupes au sort.

# %% slideshow={"slide_type": "fragment"}
bet("07_rentabilite/meme_code")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="meme_code"
# Pour chaque code RFM, l’écart entre destinataires et autres ; puis la moyenne, pesée par les destinataires.
codes = base.groupby(["code_rfm", "recu"])["rachat"].agg(["mean", "size"]).unstack().dropna()
ecarts, poids = codes["mean"][True] - codes["mean"][False], codes["size"][True]
brut = recu["rachat"].mean() - autres["rachat"].mean()
egal = (ecarts * poids).sum() / poids.sum()
bilan = pd.DataFrame({"Comparaison": ["Tous ensemble", "À code RFM égal"],
                      "Écart (points)": [100 * brut, 100 * egal]})
bet_result("07_rentabilite/meme_code", egal / brut,
           show_table(bilan.round(1), "Le même message, deux comparaisons", formats={"Écart (points)": "plain"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Dans la vraie vie, on ne sait jamais quels écarts cachent encore les codes.
# Le remède : tirer au sort, avant l’action, des clients que l’on ne sollicitera **pas**.
# C’est le **groupe témoin**.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Le hasard aussi fait des miracles
#
# Prenons les 100 clients de la cible à la fin de 2024.
# Tirons-en la moitié au sort, et faisons comme s’ils avaient été invités.
# Personne ne l’a été : le vrai effet est **zéro**.
# Changez plusieurs fois le tirage.

# %% slideshow={"slide_type": "fragment"}
tirage = 5  # ← changez cette valeur : 3, 4, 7, 10…
annee = la_cible[la_cible["date"] == "2024-12-31"]
invites = annee.sample(frac=0.5, random_state=tirage)
temoins = annee.drop(invites.index)
comptes = [invites["rachat"].sum(), len(invites), temoins["rachat"].sum(), len(temoins)]
print(compare_groups(*comptes, at_random=True))  # deux groupes tirés au sort

# %% [markdown] slideshow={"slide_type": "fragment"}
# Tirage 5 : **+16,0 points**, plus que les 12 espérés, sans que l’on ait rien fait !
# Le tirage 3 donne −12,0.
# Avec deux groupes de 50, le hasard seul peut donner quinze points.
# L’**intervalle à 95 %** nous en prévient : calculé ainsi, il contient le vrai effet 95 fois sur 100, et celui-ci contient zéro.
#
# **À vous.**
# Entrez les deux groupes.
# Avec 42 % et 30 %, combien de clients faut-il pour conclure ?
# Essayez 50, puis 200, puis 1 000 par groupe.

# %% slideshow={"slide_type": "fragment"}
control_group((21, 50, 15, 50), key="07_rentabilite/temoin")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À 50 par groupe (21 et 15 retours), on ne conclut pas.
# À 200 (84 et 60), l’intervalle va de 2,6 à 21,1 points : un effet, de taille inconnue.
# À 1 000 (420 et 300) : de 7,8 à 16,1.
# Entre 50 et 200, où passe la limite ?

# %% slideshow={"slide_type": "fragment"}
vise = 0.42  # ← changez cette valeur : 0.35, puis 0.60
assez = people_needed(benchmark(la_cible).share, vise)
print(f"De 30 % à {100 * vise:.0f} % : il faut au moins {assez} clients par groupe.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **123** : c’est la plus petite taille où l’intervalle de 42 % contre 30 % quitte zéro.
# Un minimum, car à cette taille le hasard cache encore l’effet une fois sur deux ; avec le double, 246, une fois sur cinq.
# Le nombre de clients suit l’effet que l’on cherche : 675 pour 5 points, 21 pour 30.
#
# Un petit effet sur peu de monde ne se distingue donc pas du hasard.
# Avec vingt invités, il le faudrait énorme : 14 retours contre 6, soit 40 points, suffisent.
# Réunissez plusieurs soirées.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un ROI avec sa fourchette
#
# « ROI de −16 % » repose sur quatre nombres incertains.
# Donnons à chacun une **fourchette**, et tirons au sort 10 000 soirées possibles, toujours les mêmes.

# %% slideshow={"slide_type": "fragment"}
fourchettes = {
    "hausse": (0.0, 0.24),  # de 0 à 24 points
    "panier": (1150, 1800),  # € HT
    "taux_marque": (0.45, 0.55),
    "cout": (1800, 2600),  # € HT
}
plot_roi_distribution(simulate_roi(soiree, fourchettes))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Deux choix sont les nôtres : la valeur probable sort plus souvent que les bords (tirage **triangulaire**), et les quatre nombres sont tirés **indépendamment**, comme si une soirée plus chère ne changeait rien au panier.
#
# Huit soirées simulées sur dix ont un ROI entre −63 % et 29 % ; **70 % perdent de l’argent**.
# Voilà ce que l’on montre à une directrice financière : une fourchette, et le risque de perte.
#
# Laquelle des quatre hypothèses faut-il préciser en premier ?
# Puis changez les bornes (2 000 € et 12 points restent les valeurs probables) : et si vous croyez à une hausse de 5 à 35 points ?
# Et si, de plus, le coût ne dépasse jamais 2 000 € ?

# %% slideshow={"slide_type": "fragment"}
tornado_explorer(soiree, fourchettes, key="07_rentabilite/tornade")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une **tornade** fait varier une entrée à la fois.
# La hausse déplace le gain net de 3 362 €, le coût de 800 €, le panier de 757 €, le taux de marque de 346 €.
# Négocier le traiteur est utile ; savoir si la soirée fait revenir l’est quatre fois plus.
# C’est le travail du groupe témoin.
# Avec 5 à 35 points, le risque de perte tombe à 40 % ; sans surcoût, à 32 %.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### La fourchette, quand on a mesuré
#
# La fourchette de la hausse était **inventée**.
# Un groupe témoin la remplace par un intervalle **mesuré**.
#
# Supposons cinquante soirées de vingt invités, et autant de témoins tirés au sort : 420 retours contre 300.

# %% slideshow={"slide_type": "fragment"}
bet("07_rentabilite/rentable")

# %% slideshow={"slide_type": "fragment"} bet="rentable"
retours_mesures = (420, 1000, 300, 1000)  # ← changez ces nombres : (84, 200, 60, 200)
hausse = compare_groups(*retours_mesures, at_random=True)
rois = {nom: measured_roi(soiree.avec(clients=retours_mesures[1], cout=cout / 20 * retours_mesures[1]), hausse)
        for nom, cout in {"Coût du tableau": 2000, "Vitrines étalées": 4050}.items()}
au_tableau = rois["Coût du tableau"]
bet_result("07_rentabilite/rentable", (au_tableau.low > 0) + (au_tableau.high > 0),
           str(hausse), *(f"{nom}. {mesure}" for nom, mesure in rois.items()))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec 200 invités, le premier ROI va de −82 % à 48 %.
# Le tirage donne la hausse, son intervalle la fourchette du ROI, et celle-ci la décision.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Les indicateurs à suivre
#
# Trois indicateurs (« KPI ») suivent la relation : la **rétention**, part des clients actifs une année qui le sont l’année suivante ; l’**attrition**, le reste ; la **conversion**, part de ceux qui passent à l’étape suivante.
# Mesurons-les à Orsenne.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Une commande rendue en entier ne compte pas.
achats = commandes.groupby(["client_id", "commande_id"], as_index=False).agg(
    jour=("date_achat", "min"), montant=("montant", "sum"), marge=("marge", "sum"))
achats = achats[achats["montant"].round(2) > 0].sort_values(["jour", "commande_id"])
actifs = {an: set(achats.loc[achats["jour"].dt.year == an, "client_id"]) for an in (2024, 2025)}
retention = len(actifs[2024] & actifs[2025]) / len(actifs[2024])
mesures = {"Rétention 2024 → 2025": retention, "Attrition 2024 → 2025": 1 - retention,
           "Conversion : destinataire → commande en 90 jours": recu["rachat"].mean()}
show_table(pd.DataFrame(mesures.items(), columns=["Indicateur", "Valeur"]), "La relation en chiffres",
           formats={"Valeur": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quatre clients actifs de 2024 sur dix (42,8 %) ont commandé en 2025.
# Est-ce mauvais ?
# Pour un sac tous les deux ans, une année est courte : la période doit suivre le **rythme d’achat**.
#
# La conversion a le même défaut que la réponse : 21,6 % des destinataires ont commandé, mais sans témoin, elle ne dit pas combien grâce au message.
#
# **À vous.**
# Un e-mail a trois étapes : envoyé, ouvert, cliqué.
# Un SMS n’en a que deux : personne ne voit s’il a été lu.
# Lequel obtient le plus de clics ?

# %% slideshow={"slide_type": "fragment"}
canal = "e-mail"  # ← changez cette valeur : "SMS"
envois = rows_where(fete, "canal_contact", canal)
ouverts = {"E-mail ouvert": envois["ouvert"].sum()} if canal == "e-mail" else {}
etapes = {"Message envoyé": len(envois)} | ouverts | {"Clic": envois["clic"].sum()}
show_table(conversion_steps(etapes), f"Fête des mères 2025, par {canal}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le SMS : 11,2 % de clics sur les envois, contre 7,1 % par e-mail.
# Les étapes disent **où** l’on perd les gens : 31,6 % des e-mails sont notés ouverts, et 22,3 % de ceux-là donnent un clic.
#
# Méfiez-vous de l’étape du milieu : des messageries ouvrent les e-mails d’elles-mêmes, ce qui **gonfle** le nombre.
# Jugez un message sur ses clics, une campagne sur ses commandes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Conquérir ou fidéliser ?
#
# Voici 20 000 € à dépenser.
# Faut-il chercher de nouveaux clients (**conquête**) ou en garder (**fidélisation**) ?
# Selon les fiches de révision, recruter coûte **deux fois** plus que garder : une hypothèse, à remplacer par vos chiffres.
# Et la marge ?
# Une première commande rapporte-t-elle plus qu’une suivante ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que rapportent une première commande et une suivante ; le reste est notre hypothèse.
achats["rang"] = achats.groupby("client_id").cumcount() + 1
en_2025 = achats[achats["jour"].dt.year == 2025]
premieres, suivantes = en_2025[en_2025["rang"] == 1], en_2025[en_2025["rang"] > 1]
postes = conquest_and_loyalty(prospects=400, customers=150, loyalty_cost=100,
    conquest_margin=premieres["marge"].mean(), loyalty_margin=suivantes["marge"].mean())
show_table(postes, "Deux façons de dépenser 20 000 €", headings={
    "poste": "Poste", "commandes_possibles": "Commandes possibles (hypothèse)",
    "cout_premiere_commande": "Coût de la première (hypothèse)",
    "marge_par_commande": "Marge par commande (données)"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 429 € pour une commande suivante, 414 € pour une première : presque la même marge.
# C’est donc le coût qui décide… au début.
# Car les rendements **décroissent** : les premiers clients reviennent facilement, les derniers coûtent de plus en plus cher.
# Le modèle de l’activité le suppose.
#
# **À vous.**
# Partagez 20 000 €, regardez la marge, puis comparez au meilleur partage.
# Tout sur la fidélisation, est-ce le mieux ?

# %% slideshow={"slide_type": "fragment"}
split_envelope(postes, 20000, key="07_rentabilite/partage")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Entre les segments
#
# Même question à l’intérieur de la fidélisation : 20 000 €, cinq segments.
# La part qui réagirait est une hypothèse, faible chez les Champions, qui viennent déjà ; on ne compte que les clients à qui l’on peut écrire.
# Avant de toucher aux champs : **à quel segment donneriez-vous le plus ?**

# %% slideshow={"slide_type": "fragment"}
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
reactions = {  # ← changez ces parts
    "Champions": 0.03, "Fidèles": 0.06, "Fidèles potentiels": 0.08, "À ne pas perdre": 0.13,
    "À risque": 0.05,
}
a_qui_ecrire, _ = contact_list(clients, "courrier", on=COURSE_DATE, **fichiers)
enjeux = revenue_at_stake(a_qui_ecrire[a_qui_ecrire["segment"].isin(list(reactions))], reactions)
taux_ttc = commandes["marge"].sum() / commandes["montant"].sum()  # le panier est TTC
split_envelope(segment_uses(enjeux, taux_ttc, 100), 20000, key="07_rentabilite/segments")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le meilleur partage donne le plus aux Fidèles (2 621 €) et le moins aux Champions (827 €) : leur panier est le plus gros, mais ils viennent déjà.
# Surtout, il ne dépense que 10 573 € : au-delà, **chaque euro rapporte moins d’un euro**.
# Une enveloppe n’est pas une obligation.
#
# Changez les parts qui réagissent, en haut de la cellule : le partage change avec elles.
# **Un partage vaut ce que valent ses hypothèses.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Corriger l’assistant
#
# Un assistant d’écriture par IA a rédigé une note sur « À ne pas perdre ».
# Elle est fluide, chiffrée, sûre d’elle.
# Voici de quoi la vérifier.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La fiche du segment, avec son panier HT et son taux de marque.
fiche = segment_profile(clients).query("segment == 'À ne pas perdre'")
membres = clients[clients["segment"] == "À ne pas perdre"]
siennes = commandes[commandes["client_id"].isin(membres["client_id"])]
ventes_ht = siennes["montant"].sum() / 1.2
fiche = fiche.assign(panier_ht=ventes_ht / membres["frequence"].sum(),
                     part_marge=siennes["marge"].sum() / ventes_ht)
colonnes = ["clients", "part_clients", "part_ca", "recence_mediane", "frequence_moyenne",
            "panier_ht", "part_marge"]
show_table(fiche[colonnes], "« À ne pas perdre », sur quatre niveaux", headings={
    "panier_ht": "Panier moyen (€ HT)", "part_marge": "Taux de marque"},
    formats={"panier_ht": "whole_euros"})

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les ventes par catégorie, retours mis à part.
vendus = articles[articles["quantite"] > 0]
remises = vendus.groupby("categorie", as_index=False).agg(
    lignes=("ligne", "size"), part_remise=("remise", lambda r: (r > 0).mean()))
remises["part_marge"] = remises["categorie"].map(marges)
show_table(remises, "Remises et marges par catégorie", headings={"categorie": "Catégorie",
    "lignes": "Lignes vendues", "part_remise": "Vendues avec remise", "part_marge": "Taux de marque"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Jugez chaque phrase : juste, fausse, ou **invérifiable** avec nos fichiers ?
# Une phrase peut mêler un chiffre juste et une conclusion fausse : elle est alors fausse.
# Tout ce qu’il faut pour vérifier est dans ces deux tableaux, plus haut dans la leçon, ou dans la leçon 4.
# Corrigez ensuite la note : retirez ou réécrivez ce qui ne tient pas, gardez le reste.

# %% slideshow={"slide_type": "fragment"}
correct_assistant(key="07_rentabilite/assistant")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Des neuf phrases, trois sont justes, quatre fausses et deux invérifiables, sur un ton qui ne change jamais.
# C’est ce qui rend une telle note dangereuse : rien, dans la forme, n’y distingue ce qui se vérifie de ce qui s’invente.
# Gardez trois réflexes : **recalculer** chaque chiffre, **demander la source** de ceux qu’on ne peut pas recalculer, **vérifier que la marque peut** faire ce qu’on lui propose.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Même remise de 15 %, au supermarché.

# %% slideshow={"slide_type": "fragment"}
entetes = {"rubrique": "Rubrique", "description": "Description"}
show_table(describe_dataset("complete_journey"), "The Complete Journey", headings=entetes)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Ce fichier n’a **pas de marge** : il faut la supposer.
# Prenons un taux de marque de 25 %.
# Un foyer fait-il moins, ou plus d’une commande par mois ?
# Que deviendra le seuil de la remise ?

# %% slideshow={"slide_type": "fragment"}
mots = dataset_columns("complete_journey")
courses = load_orders("complete_journey")
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
# - Comptez la **hausse de réponse** : 42 % de retours, 12 points de votre fait.
# - Comptez la **marge incrémentale** : 3 464 € de ventes, et 319 € de perte.
# - Le **seuil de rentabilité** peut ne pas exister.
# - Une **remise** se compare à la marge : 15 % sur une montre, 54 % de commandes en plus.
# - Sans **groupe témoin** tiré au sort, et assez grand, un écart ne dit pas d’où il vient.
# - Un effet établi n’est pas un effet rentable : donnez un ROI avec sa **fourchette**.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("07_rentabilite")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("07_rentabilite")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Vous avez parcouru le cœur du cours : des données aux scores, des scores aux segments, d’un client à une stratégie, et d’un budget à ce qu’il rapporte.
# Le [calcul des scores](03_calcul_rfm.ipynb) et [les segments](04_segmentation.ipynb) restent la base : revenez-y avec votre propre fichier.
# La leçon 8 regardera plus loin qu’une action : ce que vaut un client sur toute sa relation.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 7](../exercises/07_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Le ROI à la main
#
# Aucune formule cachée : voici le ROI et le seuil de la soirée, en quatre lignes.

# %% slideshow={"slide_type": "skip"}
marge = 20 * 0.12 * panier * taux
print(f"Marge incrémentale : {marge:,.0f} €".replace(",", " "))
print(f"ROI : {(marge - 2000) / 2000:.0%}".replace("%", " %").replace("-", "−"))
print(f"Seuil : {100 * 2000 / (20 * panier * taux):.1f} points".replace(".", ","))
