# %% [markdown] slideshow={"slide_type": "slide"}
# # Qu’est-ce qu’une stratégie ?
#
# Maison Orsenne, 31 décembre 2025.
# La directrice a réuni l’équipe : « Nous avons un budget pour 2026, et plus d’idées que de budget : une lettre chaque semaine, une soirée privée, un programme de fidélité. **Pour quels clients, pour obtenir quoi, et comment saurons-nous si c’est réussi ?** »
#
# Chacun a une idée.
# Personne n’a de stratégie.
# À la fin de la leçon, vous en aurez une, écrite, et gardée pour la suite du cours.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, benchmarks, bet, bet_balance, bet_result, compare_dates,
    dataset_columns, describe_groups, load_orders, plot_stakes, prioritise,
    purchase_cycle, quiz, rate_strategies, repair_strategy, revenue_at_risk, revenue_at_stake,
    rfm_table, rows_where, score_cuts, score_rfm, segment_profile, show_table, strategy_builder,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. distinguer une stratégie d’une action, et la juger sur trois caractéristiques ;
# 2. aligner une stratégie sur un segment, et choisir le levier ;
# 3. classer les segments par leur effet sur les ventes, sans cacher l’hypothèse ;
# 4. écrire une stratégie : segment, problème, objectif, moyens.
#
# **Durée :** 50 minutes.
# **Avant :** la leçon 0, [Bienvenue](00_bienvenue.ipynb) : les scores R, F et M, et les segments.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un cap avant les actions
#
# Une **stratégie** est un cap.
# Elle dit où l’on veut aller, avec quels clients et pourquoi ; les actions viennent après, et doivent y conduire.
# Entre les deux, une **sous-stratégie** prend une part du chemin : souvent, un score à améliorer.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Du cap à l’action : trois étages.
etages = pd.DataFrame({
    "Étage": ["Stratégie", "Sous-stratégie", "Action"],
    "Il répond à": ["Où allons-nous, et avec qui ?", "Par quel chemin ?", "Que faisons-nous lundi ?"],
    "Un exemple": [
        "Renouer avec d’anciens bons clients devenus silencieux",
        "Les faire revenir en boutique (R)",
        "Inviter chacun à un rendez-vous avec sa conseillère",
    ],
})
show_table(etages, "Du cap à l’action")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Le budget se lit sur les mêmes étages, de bas en haut : le coût des actions fait celui des sous-stratégies, puis de la stratégie.
# Ce sera la leçon 6.
#
# **À vous.**
# Revenons à la réunion.

# %% slideshow={"slide_type": "fragment"}
quiz("01_cap")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois caractéristiques
#
# Les diapositives du cours jugent une stratégie sur trois caractéristiques.
# Posons-les en questions.
#
# 1. **Un objectif clair.**
#    Sait-on qui doit faire quoi de différent ?
# 2. **Alignée sur les données.**
#    Les scores disent-ils la même chose que la phrase ?
# 3. **Mesurable et réaliste.**
#    Saura-t-on, à une date, si c’est réussi ?
#    Est-ce à portée ?
#
# L’une ne remplace pas l’autre : on peut très bien mesurer, et viser les mauvais clients.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un exemple complet : la fidélité
#
# Les diapositives proposent cet exemple.
# Objectif global : des clients plus fidèles.
# Problème : certains ont un **score F faible**.
# Stratégie : un programme qui les fasse revenir à chaque saison.
# Essayons-la sur la Maison Orsenne.

# %% slideshow={"slide_type": "fragment"}
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
vues = ["client_id", "recence", "frequence", "montant_total", "code_rfm", "segment"]
show_table(clients[vues], "Les clients, leur code sur quatre niveaux et leur segment", rows=4)

# %% slideshow={"slide_type": "fragment"}
bet("01_strategie/une_commande")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="une_commande"
# Combien de clients, et quelles ventes, pour chaque score F ?
par_f = clients.groupby("F", as_index=False).agg(
    clients=("client_id", "size"), chiffre_affaires=("montant_total", "sum"))
par_f["part_clients"] = par_f["clients"] / par_f["clients"].sum()
par_f["part_ca"] = par_f["chiffre_affaires"] / par_f["chiffre_affaires"].sum()
bet_result("01_strategie/une_commande", 100 * (clients["frequence"] == 1).mean(),
           show_table(par_f, "Clients et chiffre d’affaires par score F"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Mais qui sont ces clients d’une seule commande ?
# F ne dit pas *quand* ils sont venus.
# Croisons avec R, et remontons d’un an : ceux qui n’avaient qu’une commande fin 2024 ont-ils commandé en 2025 ?
# Le fichier commence en 2023 : il montre deux ans d’achats fin 2024, trois fin 2025.
# Prenons donc **deux ans des deux côtés**, et les mêmes bornes ; la leçon 5 y reviendra.

# %% slideshow={"slide_type": "fragment"}
bet("01_strategie/meme_f")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="meme_f"
# Les clients F 1 d’aujourd’hui ; et ceux d’il y a un an, avec ce qu’ils ont fait ensuite.
deux_dates = assign_segments(compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24))
seuls = deux_dates[deux_dates["F"] == 1]
aujourdhui = seuls[seuls["date"] == "2025-12-31"]
aujourdhui = aujourdhui.groupby("R", as_index=False).agg(fin_2025=("client_id", "size"))
hier = benchmarks(seuls, by="R").astype({"R": int})
titres = {"fin_2025": "Clients F 1 fin 2025", "clients": "Clients F 1 fin 2024",
          "revenus": "Ont commandé en 2025"}
revenus = hier.set_index("R")["part_revenus"]
bet_result("01_strategie/meme_f", revenus[4] / revenus[1],
           show_table(aujourdhui.merge(hier, on="R"), "Une seule commande, quatre histoires", headings=titres))

# %% [markdown] slideshow={"slide_type": "subslide"}
# L’objectif des diapositives est clair, il part des données, mais « plus fidèles » ne se mesure pas encore.
# Complétons-le, en **trois nombres** :
#
# > Pour les **124 clients R 4 et F 1** des deux dernières années : aujourd’hui, aucun n’est revenu ; sans nous, 55 % reviendraient dans l’année (de 47 à 62 %) ; nous visons **66 %** au **31 décembre 2026**, par un programme de fidélité proposé dès janvier.

# %% slideshow={"slide_type": "fragment"}
quiz("01_fidelite")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Fidélité ou fréquence ?**
# La fidélité est un attachement ; F compte des commandes.
# Un client attaché peut n’acheter qu’un sac en trois ans.
# F n’est que la trace visible de la fidélité : on mesure la trace, on n’oublie pas le client.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## R 5, F 2, M 4 : une stratégie s’aligne sur un segment
#
# Autre exemple des diapositives, qui comptent sur **cinq** niveaux : 5 est alors le meilleur score.
# La leçon 3 dira ce que ce choix change ; tout le reste de celle-ci est sur quatre niveaux.
# Lisez R 5, F 2, M 4.
# Que savez-vous de ces clients ?
# Devinez leur nombre, parmi 3 036.

# %% slideshow={"slide_type": "fragment"}
code = "524"  # ← changez cette valeur, en gardant les guillemets : R, F, M, de 1 à 5
cinq = score_rfm(rfm_table(commandes, as_of=COURSE_DATE), levels=5)
trouves = rows_where(cinq, "code_rfm", str(code))
utiles = ["client_id", "recence", "frequence", "montant_total", "panier_moyen", "code_rfm"]
show_table(trouves[utiles], f"Code {code}, nombre de clients : {len(trouves)}", rows=5)

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que veulent dire ces trois scores.
bornes = score_cuts(cinq)
scores = pd.DataFrame({"dimension": list("RFM"), "score": [int(chiffre) for chiffre in str(code)]})
mesures = {"R": "silence, depuis la dernière commande", "F": "commandes", "M": "dépense, en tout"}
lecture = scores.merge(bornes, on=["dimension", "score"]).assign(
    mesure=lambda bornes: bornes["dimension"].map(mesures))
show_table(lecture[["dimension", "score", "mesure", "de", "a"]], f"Lire {code}",
           headings={"dimension": "Lettre", "mesure": "Ce qu’elle mesure"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 26 clients.
# Ils ont commandé dans les 46 derniers jours, deux fois en tout, pour un total de 2 413 à 5 498 €.
# En deux commandes, cela fait au moins 1 200 € chacune, en moyenne : c’est le **panier moyen**.
# De belles pièces, et très récentes.
#
# R et M sont bons, F laisse de la place.
# Le **levier**, c’est-à-dire le score à faire monter, est donc la fréquence : leur donner une raison de revenir une troisième fois.
# Une relance (« vous nous manquez ») tomberait à côté : tous sont venus il y a moins de sept semaines.
#
# **À vous.**
# Remplacez `524` par `244`, exécutez les **deux** cellules ci-dessus (la seconde est repliée derrière trois points), puis répondez.

# %% slideshow={"slide_type": "fragment"}
quiz("01_levier")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois étapes
#
# ### 1. Repérer les opportunités et les problèmes
#
# Revenons aux quatre niveaux et aux onze segments.
# Cherchez ceux qui pèsent plus en chiffre d’affaires qu’en clients.

# %% slideshow={"slide_type": "fragment"}
profil = segment_profile(clients)
habitudes = ["segment", "clients", "part_clients", "part_ca", "recence_mediane", "frequence_moyenne",
             "panier_moyen"]
arrondi = profil[habitudes].round({"frequence_moyenne": 1, "panier_moyen": 0})
show_table(arrondi, "Comment achète chaque segment")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Trois : les Champions (8,5 % des clients, 36,6 % du chiffre d’affaires), les Fidèles (13,0 % et 26,5 %) et les clients À ne pas perdre (6,8 % et 12,6 %).
#
# Fidèles et À ne pas perdre ont la même fréquence, 5,9 commandes en moyenne, et un panier voisin.
# Une seule mesure les sépare : la **récence médiane**, celle du client du milieu, 88 jours contre 545,5.
# Voilà un **problème** : de très bons clients se taisent.
#
# Les Fidèles potentiels sont venus il y a 39,5 jours (médiane), pour 3,1 commandes.
# Voilà une **opportunité**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### 2. Fixer un objectif global
#
# L’objectif global tient en une phrase, qui nomme un score à faire monter ; les chiffres viendront.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# De ce que l’on a repéré à l’objectif global.
show_table(pd.DataFrame({
    "Ce que l’on a repéré": [
        "de bons clients se taisent", "des clients récents viennent peu", "des habitués achètent petit",
    ],
    "Score à améliorer": ["R", "F", "M"],
    "Objectif global": [
        "les faire revenir", "installer une habitude", "faire grandir leurs commandes",
    ],
}), "Un score à faire monter")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### 3. Donner la priorité, selon l’effet sur le chiffre d’affaires
#
# Tout ne peut pas être fait.
# Une façon de comparer : le **chiffre d’affaires en jeu**.
#
# > clients du segment × part supposée qui réagit × panier moyen
#
# La part qui réagit, personne ne la connaît d’avance : c’est une **hypothèse**.
# On la choisit, et on l’écrit à côté du résultat.
# Supposons d’abord 10 % partout : un client sur dix commande une fois de plus grâce à nous.
# Qui arrive en tête ?

# %% slideshow={"slide_type": "fragment"}
part = 0.10  # ← changez cette valeur : 0.10 veut dire 10 %
enjeux = revenue_at_stake(clients, part)
plot_stakes(enjeux)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les Fidèles, avec 48 909 €, puis À risque, avec 44 967 € : des clients nombreux.
# À ne pas perdre n’est que cinquième, avec 23 204 €.
#
# Changez `part` : les montants bougent, l’**ordre** jamais.
# Or la même part pour tous est peu crédible, et aucune colonne du fichier ne donne la bonne.
# Ne la confondez pas avec la part de ceux qui reviennent **d’eux-mêmes** : ceux-là ne doivent rien à notre appel.
# Ce que l’appel ajoute ne se lit que dans un essai ; la leçon 8 dira comment.
#
# **À vous.**
# Donnez à deux segments leur propre hypothèse.
# À partir de quelle part À ne pas perdre passe-t-il devant les Fidèles ?

# %% slideshow={"slide_type": "fragment"}
parts = dict.fromkeys(enjeux["segment"], 0.10)
parts["À risque"] = 0.05  # ← changez cette valeur
parts["À ne pas perdre"] = 0.20  # ← changez cette valeur
plot_stakes(revenue_at_stake(clients, parts))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Avec 20 %, À ne pas perdre monte à 46 408 € et passe deuxième ; à 22 %, il dépasse les Fidèles.
# À risque tombe à 22 483 €.
# Les clients n’ont pas changé : **l’hypothèse a fait le classement**.
# Un chiffre en jeu sans son hypothèse ne vaut rien.
#
# Il reste une autre question : non pas ce que l’on peut gagner, mais ce que l’on peut **perdre**.
# C’est le **chiffre d’affaires à risque** : ce qu’ont dépensé, l’année passée, les clients qui pourraient partir.
# Lesquels ?
# Une hypothèse encore : tous ceux de quatre segments, aucun des autres.

# %% slideshow={"slide_type": "fragment"}
bet("01_strategie/a_risque")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="a_risque"
# Ce qu’ont dépensé en 2025 les clients qui peuvent partir.
risques = revenue_at_risk(clients, commandes, COURSE_DATE)
pertes = prioritise(enjeux, risques, by="a_risque").query("peut_partir")
hypotheses = [f"Hypothèse : {hypothese}." for hypothese in pertes["hypothese_risque"].unique()]
colonnes = ["rang", "segment", "clients", "actifs", "chiffre_affaires_a_risque"]
titres = {"rang": "Rang", "actifs": "Ont commandé en 2025",
          "chiffre_affaires_a_risque": "Chiffre d’affaires à risque"}
bet_result("01_strategie/a_risque", pertes["segment"].iloc[0], *hypotheses,
           show_table(pertes[colonnes], "Si ces clients partent", headings=titres,
                      formats={"chiffre_affaires_a_risque": "whole_euros"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Le nom d’un segment n’est pas un montant.**
# Et les deux chiffres ne s’additionnent pas : l’un est espéré, l’autre est encore là.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois questions, une stratégie
#
# Les trois étapes donnent la matière.
# Trois questions lui donnent sa forme.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Trois questions, et où trouver leur réponse.
show_table(pd.DataFrame({
    "Question": ["Qui viser ?", "Pour obtenir quoi ?", "Avec quoi ?"],
    "Où trouver la réponse": [
        "ceux dont un score peut monter, et dont l’effet sur les ventes compte",
        "un indicateur de ce score : de combien, à combien, pour quand",
        "un programme, une invitation, une offre : ce qui agit sur ce score",
    ],
}), "Trois questions")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Est-ce réaliste ? L’an dernier comme repère
#
# Avant de viser un chiffre, cherchez ce qui arrive sans vous.
# Reprenons les deux fenêtres de deux ans.

# %% slideshow={"slide_type": "fragment"}
bet("01_strategie/fideles")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="fideles"
# Les segments de fin 2024, et la part de leurs clients qui ont commandé en 2025 ; puis ceux de fin 2025.
hier, aujourdhui = (deux_dates[deux_dates["date"] == jour] for jour in ("2024-12-31", "2025-12-31"))
fin_2025 = describe_groups(aujourdhui, by="segment")[["segment", "clients", "part_actifs"]]
fin_2025 = fin_2025.rename(columns={"clients": "fin_2025"})
titres = {"clients": "Clients fin 2024", "revenus": "Ont commandé en 2025",
          "fin_2025": "Clients fin 2025", "part_actifs": "Dont actifs en 2025"}
reperes = benchmarks(deux_dates)
bet_result("01_strategie/fideles", 100 * reperes.set_index("segment").loc["Fidèles", "part_revenus"],
           show_table(reperes.merge(fin_2025), "Un an plus tard", headings=titres, rows=11))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les Champions : 85,7 sur 100, sans plan particulier.
# Chez À ne pas perdre, 26,8 %, soit 49 clients sur 183, et l’intervalle va de 21 à 34 %.
# Pour ces derniers, viser 15 % pour 2026 serait promettre moins que ce qui arrive tout seul.
# Viser 30 % ?
# Le **repère est trop imprécis** pour dire si c’est ambitieux.
# Viser 80 % serait leur demander de faire comme les Champions.
# Un objectif **réaliste** se tient un peu au-dessus de l’intervalle : 40 %, par exemple.
#
# ### À vous : notez
#
# Voici six énoncés.
# Jugez chacun sur les trois caractéristiques, puis vérifiez.
# Les tableaux de la leçon vous serviront.
# Attention : certains ont un seul défaut, et un autre n’en a peut-être pas.

# %% slideshow={"slide_type": "slide"}
rate_strategies(key="01_strategie/notes")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### À vous : réparez
#
# Cet énoncé est vague, et il n’est pas faux pour autant.
# Réécrivez-le, champ par champ.
# Il y a plusieurs bonnes réponses.
# La valeur d’aujourd’hui est dans le tableau « Comment achète chaque segment ».

# %% slideshow={"slide_type": "slide"}
repair_strategy(clients, key="01_strategie/reparation")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### À vous : construisez votre stratégie
#
# Cette fois, tout est à vous.
# Choisissez un segment, dites le problème, fixez l’objectif, nommez les moyens.
# La phrase s’écrit au fur et à mesure, et les trois caractéristiques sont jugées à chaque changement.
# Les segments sont ceux des deux dernières années, et « sans nous » se lit dans « Un an plus tard » ; pour un autre indicateur que la part de ceux qui commandent, écrivez votre hypothèse.
#
# Ensuite, lisez votre phrase à un voisin.
# S’il sait dire **qui** doit faire **quoi**, **pour quand**, et **comment vous le saurez**, elle est prête.
# S’il demande « pourquoi eux ? », revenez à la figure.
#
# Votre brouillon est **gardé** : les leçons 5 à 8 et le projet final le reprendront.

# %% slideshow={"slide_type": "slide"}
strategy_builder(aujourdhui, past=hier, cycle_days=purchase_cycle(commandes),
                 key="mon_plan/brouillon")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Une **stratégie** est un cap ; les actions sont le chemin.
#   Un bon moyen n’est pas un objectif.
# - Trois caractéristiques : un **objectif clair**, **aligné sur les données**, **mesurable et réaliste**.
# - Le score le plus bas donne le **levier**, à condition de lire les trois : F 1 n’appelle pas la même réponse selon R.
# - **Chiffre d’affaires en jeu** = clients × part supposée × panier moyen.
#   L’hypothèse fait le classement : elle s’écrit à côté.
# - Le **chiffre d’affaires à risque** se compte à part, et le nom d’un segment n’en dit pas le montant.
# - Un objectif a **trois nombres** : aujourd’hui, sans nous, visé.
#   Le **repère**, ce qui est arrivé l’an dernier sur la même fenêtre, se lit avec son intervalle.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("01_strategie")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("01_strategie")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Un supermarché : 2 469 foyers, une année d’achats, des montants en dollars.
# Même calcul, mêmes segments, même hypothèse : 10 % des foyers font une course de plus.
#
# À Orsenne, l’ensemble des segments met en jeu 2,2 % du chiffre d’affaires.
# Et ici ?

# %% slideshow={"slide_type": "fragment"}
lues = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
courses = load_orders("complete_journey", lues)
foyers = rfm_table(courses, **dataset_columns("complete_journey"))
foyers = assign_segments(score_rfm(foyers, customer="household_id"))
enjeu_ici = revenue_at_stake(foyers, 0.10, customer="household_id")["chiffre_affaires_en_jeu"]
enjeu_orsenne = revenue_at_stake(clients, 0.10)["chiffre_affaires_en_jeu"]
compare = pd.DataFrame({"Terrain": ["Maison Orsenne (€)", "Supermarché (dollars)"]})
compare["Ventes"] = [clients["montant_total"].sum(), foyers["montant_total"].sum()]
compare["En jeu"] = [enjeu_orsenne.sum(), enjeu_ici.sum()]
compare["Part en jeu"] = compare["En jeu"] / compare["Ventes"]
show_table(compare.round({"Ventes": 0, "En jeu": 0}), "Une commande de plus",
           formats={"Part en jeu": "share"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 0,2 % : quatorze fois moins, avant arrondi.
# Le calcul marche, mais l’hypothèse a cassé, car une commande de plus est un sac à Orsenne, et ici un passage en caisse parmi des dizaines dans l’année.
# Pour un supermarché, la question utile serait plutôt : « et si un foyer sur dix venait **une fois de plus par mois** ? »
# L’hypothèse appartient au métier.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Toute cette leçon s’appuie sur des données propres.
# D’où viennent-elles, et peut-on s’y fier ?
# C’est la leçon 2, [Préparer ses données](02_donnees.ipynb).
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 1](../exercises/01_exercices.ipynb).
