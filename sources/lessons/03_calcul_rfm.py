# %% [markdown] slideshow={"slide_type": "slide"}
# # Calculer les scores RFM
#
# Maison Orsenne, 31 décembre 2025.
# Deux conseillères ont devant elles une semaine, un téléphone, et le temps de **quarante appels**.
# La base compte un peu plus de 3 000 clients.
# Par qui commencer ?
#
# Par ceux qui ont le plus dépensé ?
# Ils étaient peut-être en boutique hier.
# Par ceux qui ne viennent plus ?
# Certains n’ont jamais acheté qu’un savon.
# Il faut regarder trois choses à la fois, pour chacun, avec la même règle.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, as_day, assign_segments, benchmark, bet, bet_balance, bet_result,
    compare_criteria, compare_dates, compare_scores, contact_list, criteria_gaps, dataset_columns,
    describe_groups, later_orders, load_complaints, load_contacts,
    load_customers, load_orders, load_products, load_six_customers, moves, orders_until,
    own_scores, plot_distribution, plot_distributions, plot_moves, plot_repeat_by_score, plot_score_sizes,
    quiz, repeat_by_score, rfm_index, rfm_table, robustness, rows_where, score_cuts,
    score_explorer, score_rfm, show_table, sort_sentences,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. mesurer la récence, la fréquence et le montant, à la main puis pour toute la base ;
# 2. passer de ces mesures à des scores, et lire un code comme « 234 » ;
# 3. choisir une méthode, des seuils et une date de référence, et dire ce qu’ils changent ;
# 4. vérifier si les scores d’hier annonçaient les achats d’aujourd’hui, et retirer un critère sans effet.
#
# **Durée :** 60 minutes.
# **Avant :** la leçon 2, [Préparer ses données](02_donnees.ipynb), d’où viennent des commandes propres.
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que mesurent R, F et M

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les trois mesures, en un tableau.
mesures = pd.DataFrame({
    "Mesure": ["Récence (R)", "Fréquence (F)", "Montant (M)"],
    "Question posée": [
        "Depuis combien de temps n’est-il pas venu ?",
        "Combien de fois a-t-il acheté ?",
        "Combien a-t-il dépensé en tout ?",
    ],
    "Unité": ["jours", "commandes", "euros TTC"],
    "Bonne nouvelle": ["un petit nombre", "un grand nombre", "un grand nombre"],
})
show_table(mesures, "Les trois mesures")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Une vendeuse reconnaît un habitué.
# Un site marchand, ou une marque qui vend elle-même à ses clients sans passer par un revendeur (le **D2C**), ne voit passer que des commandes.
# R, F et M résument ce passé : ils remplacent le visage.
#
# Deux choix les précèdent.
# La **période** est la même pour tous : ici trois ans, de janvier 2023 au 30 décembre 2025.
# La **date de référence**, d’où l’on compte les jours de silence, est le 31 décembre 2025.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## R, F, M à la main sur six clients
#
# Voici toutes les commandes de six clients.
# La machine sait les mesurer ; faites-le une fois vous-même, pour savoir ce qu’elle compte.

# %% slideshow={"slide_type": "fragment"}
les_six = load_six_customers().merge(load_customers(), on="client_id")
les_six = les_six.merge(load_products(), on="produit_id").sort_values(["nom", "date_achat"])
utiles = ["client_id", "prenom", "nom", "commande_id", "date_achat", "produit", "montant"]
show_table(les_six[utiles], "Six clients, une ligne par article", rows=20)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Marc Morel.**
# Quatre numéros de commande : F = 4.
# Sa dernière commande date du 29 juin 2024, soit 550 jours avant le 31 décembre 2025 : R = 550 jours.
# Il a dépensé 1 500 + 90 + 3 200 + 160 = 4 950 € : c’est M.
# Son **panier moyen** est de 4 950 ÷ 4 = 1 237,50 €.
#
# **Chloé Millet.**
# Trois lignes, mais deux numéros : le 5 décembre 2023, elle a pris un sac et un portefeuille en une seule commande.
# F = 2, M = 1 595 €.
# Dernier achat le 9 septembre 2025 : R = 113 jours.
#
# **Un retour** est une ligne négative.
# Il diminue le montant, et une commande entièrement rendue ne compte plus.

# %% slideshow={"slide_type": "fragment"}
# La calculette de jours : de cette date au 31 décembre 2025, combien de jours ?
dernier_achat = "29/06/2024"  # ← changez cette date
(COURSE_DATE - as_day(dernier_achat)).days

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Trois autres clients, dont une qui a rendu un article.
# Servez-vous du tableau et de la calculette, et vérifiez chaque réponse.

# %% slideshow={"slide_type": "fragment"}
quiz("03_a_la_main")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Ce que vous venez de faire à la main, `rfm_table` le fait d’un coup.
# Comparez avec vos réponses.

# %% slideshow={"slide_type": "fragment"}
show_table(rfm_table(load_six_customers(), as_of=COURSE_DATE), "Les six clients, calculés")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Qui appelleriez-vous d’abord ?
# Rémi (C-2994) est venu il y a 21 jours, mais une seule fois.
# Florence (C-0133) a dépensé 2 350 € et se tait depuis 929 jours.
# Océane (C-0492) est venue trois fois, pour 78 €.
# Aucune mesure, seule, ne suffit.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois mille clients d’un seul coup
#
# Toute la base, maintenant.

# %% slideshow={"slide_type": "fragment"}
commandes = load_orders()
table = rfm_table(commandes, as_of=COURSE_DATE)
show_table(table, "Les trois mesures de chaque client", rows=5)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une ligne par client, et voici les cinq premières.
# Combien de lignes de commande a-t-il fallu lire, et de combien de clients ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Compter les lignes et les clients.
tailles = pd.DataFrame({
    "Lignes de commande": [len(commandes)],
    "Clients du fichier": [commandes["client_id"].nunique()],
    "Clients de la table": [len(table)],
})
show_table(tailles, "Du fichier à la table")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 13 593 lignes deviennent 3 036 clients.
# Le fichier en contenait 3 062 : les 26 autres ont rendu tout ce qu’ils avaient acheté.

# %% slideshow={"slide_type": "fragment"}
bet("03_calcul_rfm/mediane")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="mediane"
# Trois repères pour chaque mesure.
reperes = table[["recence", "frequence", "montant_total"]].agg(["min", "median", "max"])
reperes.insert(0, "Valeur", ["la plus petite", "celle du milieu", "la plus grande"])
bet_result("03_calcul_rfm/mediane", table["recence"].median(),
           show_table(reperes, "Pour chaque mesure, trois repères"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Voyons maintenant tous les clients.

# %% slideshow={"slide_type": "fragment"}
plot_distributions(table)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Récence :** un groupe d’acheteurs récents, puis une longue traîne de silencieux.
# **Fréquence :** plus d’un client sur trois n’a commandé qu’une fois.
# **Montant :** les écarts sont tels que chaque graduation de l’axe vaut dix fois la précédente.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Des mesures aux scores : les quantiles
#
# 550 jours de silence, est-ce beaucoup ?
# Tout dépend des autres.
# Posons la question autrement : **sur 100 clients, combien font moins bien que Marc ?**
# Pour R, « moins bien » veut dire plus de jours ; pour F et M, un nombre plus petit.

# %% slideshow={"slide_type": "fragment"}
client = "C-0360"  # ← changez cette valeur : "C-2258" est Sophie, "C-2994" est Rémi
lui = rows_where(table, "client_id", client).iloc[0]
rangs = pd.DataFrame({"mesure": ["R", "F", "M"], "moins_bien": [
    (table["recence"] > lui["recence"]).sum(),
    (table["frequence"] < lui["frequence"]).sum(),
    (table["montant_total"] < lui["montant_total"]).sum(),
]})
rangs["sur_100"] = (100 * rangs["moins_bien"] / len(table)).round(1)
titres = {"mesure": "Mesure", "moins_bien": "Font moins bien", "sur_100": "Sur 100 clients"}
show_table(rangs, f"Combien font moins bien que {client} ?", headings=titres)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Découpons « 100 clients » en quatre quarts, donc quatre **scores** : moins de 25, score 1 ; de 25 à moins de 50, score 2 ; de 50 à moins de 75, score 3 ; à partir de 75, score 4.
# Marc laisse 32,3 clients sur 100 derrière lui en récence : R 2.
# En fréquence, 68,3 : F 3.
# En montant, 77,5 : M 4.
# Son **code RFM** est **234**.
# C’est la méthode des **quantiles**.
#
# **À vous.**
# Remplacez `C-0360` par `C-2258` (Sophie), exécutez, et écrivez son code sur un papier.
# La cellule suivante donne les scores de toute la base et montre les six clients.

# %% slideshow={"slide_type": "fragment"}
scores = score_rfm(table)
show_table(scores[scores["client_id"].isin(les_six["client_id"])], "Les scores des six clients")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Sophie est 322.
# Un score 4 est toujours le meilleur, même en récence, où il récompense un petit nombre de jours.
# Où passent les limites entre les scores ?
# On les appelle des **bornes**.

# %% slideshow={"slide_type": "fragment"}
show_table(score_cuts(scores), "Ce que vaut chaque score")

# %% [markdown] slideshow={"slide_type": "subslide"}
# R 4 : un achat dans les 67 derniers jours.
# M 4 : au moins 4 173 €.
# F 4 : au moins cinq commandes.
# Le tableau montre les valeurs rencontrées : de R 3 à R 2, il saute de 303 à 305 jours, parce que personne n’est à 304.
# Voici Marc entre les bornes de R.

# %% slideshow={"slide_type": "fragment"}
plot_distribution(table, "R", score_cuts(scores), customer="C-0360", label="Marc")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Marc tombe dans R 2, plus près de R 1 que de R 3 : 73 jours le séparent de la borne de R 1, à 623 jours.
# Le score donne le groupe, la mesure donne la distance.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Les ex æquo : quand un score reste vide
#
# 3 036 clients et quatre scores, cela fait 759 clients par score.
# Dans le tableau des bornes, F 1 en compte pourtant 1 149.
# Pourquoi ?

# %% slideshow={"slide_type": "fragment"}
plot_score_sizes(score_cuts(scores))

# %% [markdown] slideshow={"slide_type": "subslide"}
# R et M donnent bien des groupes voisins de 759.
# F, non : 1 149 clients ont le score 1.
# Tous ont passé **une** commande ; à égalité de commandes, égalité de score.
# Les départager serait les tirer au sort.
#
# **À vous.**
# Avec dix niveaux, les groupes sont plus petits que cette foule.
# Exécutez, puis cherchez le plus petit nombre de niveaux qui laisse un score F **vide**.

# %% slideshow={"slide_type": "fragment"}
niveaux = 10  # ← changez cette valeur, de 2 à 10
plot_score_sizes(score_cuts(score_rfm(table, levels=niveaux)))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec dix niveaux, F 2, F 3 et F 5 sont vides : un client à deux commandes laisse déjà 38 clients sur 100 derrière lui et entre directement en F 4.
# Ce vide n’est pas une panne : il dit que la plupart des clients ne sont venus qu’une ou deux fois.
#
# <details><summary>Voir la réponse</summary>
#
# Le premier vide apparaît à six niveaux.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le code et l’indice RFM
#
# Les fiches de révision citent deux usages des scores : garder les trois scores côte à côte, c’est le code, ou les multiplier, c’est l’**indice RFM**.
# Pour Marc : 2 × 3 × 4 = 24.
# Les autres clients d’indice 24 lui ressemblent-ils ?

# %% slideshow={"slide_type": "fragment"}
indices = rfm_index(scores)
memes = indices[indices["indice_rfm"] == 24].groupby("code_rfm", as_index=False)
memes = memes.agg(clients=("client_id", "size"), recence_mediane=("recence", "median"))
show_table(memes.sort_values("clients", ascending=False), "Tous ont l’indice 24")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Six codes se cachent derrière le même 24.
# Les 46 clients « 423 » sont venus récemment (récence médiane : 25,5 jours) : on les remercie.
# Les 33 « 234 », dont Marc, se taisent (récence médiane : 487 jours) : on les rappelle.
# **L’indice trie ; le code dit quoi faire.**
#
# Vous avez préparé votre propre fichier en leçon 2 ?
# Le voici, noté de la même façon, à côté de la maison.

# %% slideshow={"slide_type": "skip"}
own_scores(scores)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Marc sur cinq et sur quatre niveaux
#
# Les diapositives du cours donnent à Marc des scores de 1 à **5** ; l’article d’un éditeur compte aussi jusqu’à 5.
# L’article des onze segments s’arrête à **4**.
# Le code de Marc change-t-il ?

# %% slideshow={"slide_type": "fragment"}
niveaux = 5  # ← changez cette valeur, de 2 à 10
autres = score_rfm(table, levels=niveaux)
show_table(autres[autres["client_id"] == "C-0360"], f"Marc sur {niveaux} niveaux")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Sur cinq niveaux : **244**, le code des diapositives.
# Sur quatre : **234**.
# Marc n’a pas bougé, la règle graduée a changé.
# En fréquence, il laisse 68 clients sur 100 derrière lui : c’est le troisième quart (50 à 75), mais le quatrième cinquième (60 à 80).
# **Un code se lit avec son nombre de niveaux**, comme on dit « 12 sur 20 » ; sur dix niveaux, des tirets séparent les scores, car 10 a deux chiffres.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Choisir ses seuils et sa date de référence
#
# On peut préférer aux quantiles des **seuils** tirés du métier : « venu dans les 90 jours », « au moins cinq commandes ».
# Une valeur égale à la borne reçoit le meilleur score : 90 jours pile donnent R 4.

# %% slideshow={"slide_type": "fragment"}
seuils = {
    "R": [90, 365, 730],  # ← changez un nombre : jours
    "F": [2, 3, 5],  # commandes
    "M": [300, 1500, 4000],  # euros
}
choisis = score_rfm(table, method="thresholds", thresholds=seuils)
show_table(compare_scores({"quantiles": scores, "seuils choisis": choisis}), "Qui change de code ?")

# %% [markdown] slideshow={"slide_type": "subslide"}
# 559 clients sur 3 036 changent de code, soit 18,4 %.
# Aucune méthode n’est « la bonne ».
# Les quantiles s’adaptent à n’importe quelle base, mais un score R 4 n’y a pas de sens fixe.
# Les seuils se disent à voix haute (« 90 jours au plus »), mais ils vieillissent et ne voyagent pas d’un métier à l’autre.

# %% slideshow={"slide_type": "fragment"}
bet("03_calcul_rfm/un_mois")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="un_mois"
# Les mêmes clients, un mois plus tard.
plus_tard = rfm_table(commandes, as_of="2026-01-31")
quantiles = compare_scores({"31 décembre": scores, "31 janvier": score_rfm(plus_tard)})
par_seuils = score_rfm(plus_tard, method="thresholds", thresholds=seuils)
fixes = compare_scores({"31 décembre": choisis, "31 janvier": par_seuils})
un_mois = pd.concat([quantiles, fixes]).assign(methode=["quantiles", "seuils choisis"])
un_mois = un_mois[["methode", "clients", "changent", "part"]]
bet_result("03_calcul_rfm/un_mois", un_mois["changent"].iloc[0],
           show_table(un_mois, "Un mois sans achat", headings={"methode": "Méthode"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Réglez, puis lisez la phrase sous les réglages, et le tableau :
# 1. Méthode « seuils choisis » : dans les seuils de R, mettez 30 à la place de 67.
#    Combien de clients gardent R 4 ?
# 2. Revenez aux quantiles et à la date du 31 décembre 2024 : quel était le code de Marc ?
# 3. Revenez à 2025, puis « M mesure : panier moyen » : combien de clients changent de code ?

# %% slideshow={"slide_type": "fragment"}
score_explorer(commandes, key="03_calcul_rfm/scores")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# 1. 446 clients gardent R 4, au lieu de 756.
# 2. Un an plus tôt, Marc était 334 : récence de 185 jours, mêmes commandes, même montant.
#    Son silence, à lui seul, l’a fait passer de R 3 à R 2.
# 3. 1 212 clients changent de code.
#    Pourquoi ?
#    Voyez « RFM ou RFA », plus bas.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quatre méthodes côte à côte
#
# Les **effectifs égaux** départagent les ex æquo pour faire des groupes de même taille ; les scores **emboîtés** calculent F à l’intérieur de chaque groupe R, puis M à l’intérieur de chaque groupe R×F.
# Combien de clients changent de segment (les onze de la leçon 4) quand la méthode change ?

# %% slideshow={"slide_type": "fragment"}
# Les mêmes clients, quatre méthodes.
methodes = {"quantiles": scores, "seuils choisis": choisis,
            "effectifs égaux": score_rfm(table, method="equal_size"),
            "emboîtés": score_rfm(table, method="nested")}
segments = {nom: assign_segments(version) for nom, version in methodes.items()}
show_table(compare_scores(segments, by="segment"), "Clients qui changent de segment")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Qui part, et vers où ?
# Comparez les quantiles à chacune des trois autres.

# %% slideshow={"slide_type": "fragment"}
autre = "effectifs égaux"  # ← changez cette valeur : "emboîtés", puis "seuils choisis"
deplaces = moves(segments["quantiles"], segments[autre], by="segment")
plot_moves(deplaces, before="Quantiles", after=autre.capitalize())

# %% slideshow={"slide_type": "fragment"}
quiz("03_methodes")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Vos scores sont-ils solides ?
#
# Un choix qui n’a rien à voir avec les clients ne devrait pas changer leur score.
#
# **À vous.**
# Pour chacun de ces cinq changements, dites combien de clients changent de code, puis vérifiez.

# %% slideshow={"slide_type": "fragment"}
sort_sentences("03_solidite", key="03_calcul_rfm/solidite")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Voici le calcul, et deux essais de plus : un niveau de moins, un niveau de plus.

# %% slideshow={"slide_type": "fragment"}
essais = robustness(commandes, as_of=COURSE_DATE)
show_table(essais, "Combien de clients changent ?", headings={"essai": "Essai"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un score vieillit : recalculez avant chaque campagne.
# (Quand le nombre de niveaux change, on compare l’appartenance au meilleur groupe : « 444 » ici, « 333 » sur trois niveaux, « 555 » sur cinq.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le passé annonce-t-il la suite ?
#
# Les fiches l’affirment : le comportement passé donne une idée du comportement à venir.
# Vérifions.
# On remonte au 31 décembre 2024, on donne les scores avec ce que l’on savait ce jour-là, puis on regarde qui a commandé en 2025.

# %% slideshow={"slide_type": "fragment"}
bet("03_calcul_rfm/rachat")

# %% slideshow={"slide_type": "fragment"} bet="rachat"
avant = score_rfm(rfm_table(orders_until(commandes, "2024-12-31"), as_of="2024-12-31"))
suite = later_orders(commandes, "2024-12-31", horizon_days=365)
rachats = repeat_by_score(avant, suite)
ecarts = rachats.groupby("dimension")["taux_rachat"].agg(lambda taux: taux.max() - taux.min())
bet_result("03_calcul_rfm/rachat", ecarts.sort_values(ascending=False).index, plot_repeat_by_score(rachats))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les barres montent partout : le passé annonce la suite.
#
# Prenons les deux codes extrêmes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce qu’ont fait en 2025 les « 111 » et les « 444 ».
extremes = avant.merge(suite, on="client_id").query("code_rfm == '111' or code_rfm == '444'")
extremes = extremes.groupby("code_rfm", as_index=False).agg(
    clients=("client_id", "size"),
    taux_rachat=("rachat", "mean"),
    chiffre_affaires_futur_moyen=("chiffre_affaires_futur", "mean"),
)
show_table(extremes, "Codes du 31 décembre 2024, achats de 2025")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Parmi les « 444 », 86,5 % ont commandé de nouveau, pour 5 907,66 € chacun en moyenne ; des « 111 », 4,4 %.
#
# Mais Orsenne est **simulée**, et annoncer n’est pas causer : un « 444 » serait sans doute revenu sans notre appel.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## RFM ou RFA : total ou panier moyen ?
#
# Dans la variante **RFA**, M mesure le panier moyen au lieu du total.
# 1 212 clients changent de code, quatre sur dix.
# Marc passe de 234 à 233.
#
# Les fiches jugent la RFA moins précise.
# Mesurons : fin 2024, classons les clients de quatre façons, et gardons le premier cinquième de chaque liste.
# Quelle part du chiffre d’affaires de 2025 (TTC, lui aussi) chacune capte-t-elle ?
# Une liste au hasard en capterait 20 %.

# %% slideshow={"slide_type": "fragment"}
avant_rfa = score_rfm(avant, monetary="panier_moyen")
les_deux = avant.assign(indice_rfm=rfm_index(avant)["indice_rfm"],
                        indice_rfa=rfm_index(avant_rfa)["indice_rfm"])
noms = {"montant_total": "montant total", "panier_moyen": "panier moyen",
        "indice_rfm": "indice RFM", "indice_rfa": "indice RFA"}
entetes = {"critere": "Critère", "part_captee": "Part captée par le premier cinquième"}
criteres = compare_criteria(les_deux, suite, list(noms))[["critere", "part_captee"]]
show_table(criteres.replace({"critere": noms}), "Quatre façons de classer", headings=entetes)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Seul, le panier moyen est moins précis, en effet : 41,3 %, contre 57,0 % pour le total.
# Dans l’indice, surprise : 64,1 % avec lui, 61,5 % avec le total.
# L’avantage est réel, et petit : de 0,4 à 5,5 points (la fin de la page dit comment on le sait).
# Une affirmation sur les scores **se mesure**, sur vos données, pour votre usage, et avec son intervalle.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un critère sans effet se retire
#
# Les fiches ajoutent qu’un critère sans effet peut être abandonné.
# R, F et M servent-ils tous les trois à prévoir les ventes ?
#
# **À vous.**
# Retirez une lettre de l’indice, exécutez, et comparez aux 61,5 % des trois ensemble.

# %% slideshow={"slide_type": "fragment"}
lettres = "RFM"  # ← retirez une lettre : "FM", puis "RM", puis "RF"
essai = avant.assign(indice=avant[list(lettres)].astype(int).prod(axis=1))
essai = compare_criteria(essai, suite, ["indice"])[["part_captee"]]
show_table(essai, f"L’indice {' × '.join(lettres)}", headings={"part_captee": entetes["part_captee"]})

# %% slideshow={"slide_type": "fragment"}
quiz("03_criteres")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une explication se présente : le total, c’est le panier multiplié par la fréquence ; multiplié encore par F, il la compte deux fois.
# Elle est plausible, et rien ici ne la démontre.
# L’écart, lui, ne doit pas tout au hasard : de 2 à 9 points dans 95 bases sur 100, tirées parmi ces clients.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Par qui commencer ?
#
# Revenons aux quarante appels.
# Première idée : les quarante plus gros montants.
# Quels sont leurs codes ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les codes des quarante plus gros montants.
quarante = scores.nlargest(40, "montant_total")
codes = quarante.groupby("code_rfm", as_index=False).agg(
    clients=("client_id", "size"), recence_mediane=("recence", "median")
)
show_table(codes, "Les quarante plus gros montants")

# %% [markdown] slideshow={"slide_type": "subslide"}
# 35 sont des « 444 » : la moitié sont venus dans les treize derniers jours.
# Faut-il les appeler pour qu’ils reviennent ?
#
# Cherchons plutôt ceux qui venaient souvent, dépensaient beaucoup et se taisent : R au plus 2, F au moins 3, M égal à 4.
#
# **À vous.**
# Changez un chiffre de la règle et voyez la liste s’allonger ou se réduire.

# %% slideshow={"slide_type": "fragment"}
regle = "R <= 2 and F >= 3 and M == 4"  # ← changez un chiffre, rien d’autre (and : « et » ; == : « égal à »)
choix = scores.query(regle).sort_values("montant_total", ascending=False)
restent, sortent = contact_list(choix, "téléphone", on=COURSE_DATE, people=load_customers(),
                                complaints=load_complaints(), contacts=load_contacts())
show_table(restent, "À rappeler, du plus gros montant au plus petit", rows=8)

# %% [markdown] slideshow={"slide_type": "fragment"}
# La règle trouve 150 clients, dont Marc (234), et 90 restent.
# `contact_list` fait sortir ceux que l’on ne doit pas appeler, avec un motif : un refus, une réclamation sans réponse, trop de contacts récents.
# Elle ne sait rien de Bloctel ni des heures d’appel, qui restent à vérifier : la leçon 4 y vient.

# %% slideshow={"slide_type": "fragment"}
motifs = sortent["motif"].value_counts().reset_index(name="clients")
show_table(motifs, "Ceux que l’on n’appelle pas")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 44 ont refusé nos messages.
# Des quarante plus gros montants de la règle, dix-sept sortent.
#
# Et sans appel, combien reviendraient ?
# La même règle, un an plus tôt, donne une idée, à une condition.
# Fin 2024, le fichier n’a que deux ans d’achats, et fin 2025, trois : les mêmes scores n’y désignent pas les mêmes clients.
# Pour comparer deux dates, prenons la **même fenêtre**, deux ans, et les **mêmes bornes**.

# %% slideshow={"slide_type": "fragment"}
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24)
memes = deux_dates.query(regle)
print(benchmark(memes))
show_table(describe_groups(memes)[["date", "clients", "recence_mediane", "commandes"]],
           "La même règle, sur deux ans, à deux dates")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Sur deux ans, la règle trouve 130 clients fin 2025 et 114 fin 2024.
# De ces 114, 39,5 % ont commandé en 2025, mais la part n’est connue qu’entre 31 % et 49 %.
# (Sur deux ans, Marc n’a que deux commandes, et n’y est plus.)
#
# Avec `rows=40`, voici les quarante appels, de 19 746 € à 7 790 €.
# Marc, avec ses 4 950 €, n’y est pas : trier par le montant est aussi un choix.
# Votre règle est **explicite**.
# Quoi dire à chacun, et ce que la loi permet : c’est la leçon 4.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Changeons de métier : le supermarché de la leçon 2, dont les données sont simulées elles aussi.
# Mesurons d’abord le foyer du milieu.

# %% slideshow={"slide_type": "fragment"}
colonnes = dataset_columns("complete_journey")
lues = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
courses = load_orders("complete_journey", lues)
foyers = rfm_table(courses, **colonnes)
milieu = foyers[["recence", "frequence", "montant_total"]].median()
milieu = pd.DataFrame([{"lignes": len(courses), "foyers": len(foyers), **milieu}])
dollars = {"foyers": "Foyers", "montant_total": "Montant total (dollars)"}
show_table(milieu, "Le foyer du milieu", headings=dollars, formats="number")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Un million et demi de lignes, ou presque, et la même fonction : seuls les noms de colonnes changent.
# Six jours de silence au lieu de 305, 43 passages en caisse au lieu de deux commandes.
# On ne vient pas au supermarché par envie d’un sac.
# Que deviennent les scores ?

# %% slideshow={"slide_type": "fragment"}
bornes = score_cuts(score_rfm(foyers, customer="household_id"))
show_table(bornes[bornes["dimension"] == "R"], "Ce que vaut chaque score R au supermarché")

# %% [markdown] slideshow={"slide_type": "subslide"}
# À Orsenne, les ex æquo étaient en F ; ici, ils sont en **R**.
# 426 foyers sont venus la veille : ils ont tous R 4, et ce groupe ne peut pas atteindre 617, le quart de la base.
# R 1 commence à 20 jours.
# Peut-on parler d’un client perdu au bout de trois semaines ?
#
# Essayons nos seuils de luxe.

# %% slideshow={"slide_type": "fragment"}
bet("03_calcul_rfm/seuils_luxe")

# %% slideshow={"slide_type": "fragment"} bet="seuils_luxe"
luxe = score_rfm(foyers, customer="household_id", method="thresholds", thresholds=seuils)
bet_result("03_calcul_rfm/seuils_luxe", 100 * (luxe["R"] == 4).mean(), plot_score_sizes(score_cuts(luxe)))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Seul M distingue encore les foyers : vus d’une maison de luxe, presque tous les clients d’un supermarché viennent souvent et sont venus récemment.
# **Des seuils appartiennent à un métier** ; les quantiles voyagent mieux, mais leurs bornes changent de sens.
#
# Le passé annonce-t-il la suite, chez ces foyers ?
# Scores au 30 juin 2017, achats des six mois suivants.

# %% slideshow={"slide_type": "fragment"}
quand = {"date": colonnes["date"], "timezone": colonnes["timezone"]}
juin = rfm_table(orders_until(courses, "2017-06-30", **quand), as_of="2017-06-30", **colonnes)
juin = score_rfm(juin, customer="household_id")
suite_foyers = later_orders(courses, "2017-06-30", horizon_days=180, **colonnes)
rachats = repeat_by_score(juin, suite_foyers, customer="household_id")
plot_repeat_by_score(rachats)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Tout le monde revient : entre 92 % et 100 % selon le score.
# Savoir **qui revient** n’apprend presque rien ici.
# La bonne question est **combien** ils dépenseront.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La dépense moyenne qui a suivi, par score M.
montants = rachats[rachats["dimension"] == "M"][["score", "clients", "chiffre_affaires_futur_moyen"]]
show_table(
    montants, "Dépense des six mois suivants, par score M",
    headings={"chiffre_affaires_futur_moyen": "Dépense moyenne (dollars)"}, formats="number",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# De 225 dollars en M 1 à 2 186 en M 4 : ici aussi, le passé annonce la suite, à condition de lui poser une question qui a du sens dans ce métier.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - R, F, M : jours de silence, commandes, euros, sur une **période** et à une **date de référence** que l’on dit.
# - Quantile : « sur 100 clients, combien font moins bien ? ».
#   Les ex æquo partagent un score.
# - Seuils : on les choisit pour un métier, on les dit, on les révise.
# - L’indice trie ; le code, lu avec son nombre de niveaux, dit quoi faire.
# - Le passé annonce la suite, R surtout ; cela se mesure.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("03_calcul_rfm")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("03_calcul_rfm")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Un code à trois chiffres ne se dit pas à une équipe.
# La leçon 4, [Des scores aux segments](04_segmentation.ipynb), lui donne un nom, un visage et des actions.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 3](../exercises/03_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Départager les ex æquo
#
# Beaucoup de logiciels veulent des groupes de même taille : c’est la méthode des **effectifs égaux**.
# Les groupes sont égaux, 759 clients partout.
# À quel prix ?
# Regardons les clients à **une** commande.

# %% slideshow={"slide_type": "skip"}
une_fois = methodes["effectifs égaux"].query("frequence == 1").groupby("F", as_index=False)
une_fois = une_fois.agg(clients=("client_id", "size"))
show_table(une_fois, "Une seule commande, deux scores F")

# %% [markdown] slideshow={"slide_type": "skip"}
# 759 clients à une commande ont F 1 et 390 ont F 2, sans autre raison que leur numéro.
# Expliquer à Florence pourquoi elle n’a pas le score de sa voisine serait difficile.
#
# ### Les scores emboîtés
#
# Avec des scores emboîtés, on compare Marc à ceux qui se taisent depuis aussi longtemps que lui.

# %% slideshow={"slide_type": "skip"}
emboites = methodes["emboîtés"]
show_table(emboites[emboites["client_id"] == "C-0360"], "Marc, scores emboîtés")

# %% [markdown] slideshow={"slide_type": "skip"}
# Marc devient 243.
# Parmi les clients R 2, quatre commandes sont beaucoup : F 4.
# Mais parmi ces fidèles devenus silencieux, 4 950 € n’ont plus rien d’exceptionnel : M 3.
# Un score emboîté ne se compare donc pas d’un groupe à l’autre.
#
# ### RFM ou RFA : l’écart est-il réel ?
#
# Avec d’autres clients, l’ordre des deux indices serait-il le même ?
# Tirons au sort mille bases de même taille parmi ceux-ci, chacun pouvant sortir plusieurs fois.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Mille bases tirées au sort, et dans chacune l’écart entre les deux indices.
ecarts = 100 * criteria_gaps(les_deux, suite, "indice_rfm", "indice_rfa", draws=1000)
bas, milieu, haut = ecarts.quantile([0.025, 0.5, 0.975])
ecarts = pd.DataFrame([{"De": bas, "Milieu": milieu, "À": haut}]).round(1)
show_table(ecarts, "Avantage de la RFA dans 95 bases sur 100, en points")

# %% [markdown] slideshow={"slide_type": "skip"}
# L’avantage va de 0,4 à 5,5 points : au-dessus de zéro, mais tout près.
# Cette année-là, la RFA fait sans doute mieux, peut-être d’un rien ; une autre année, on ne sait pas.
#
# ### Les mêmes nombres avec pandas
#
# `rfm_table` tient en trois étapes de la bibliothèque pandas : faire le total de chaque commande, garder celles qui restent positives pour R et F, additionner toutes les lignes, retours compris, pour M.
# Dépliez la cellule (cliquez sur les trois points) pour les lire.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les trois étapes.
par_commande = commandes.groupby(["client_id", "commande_id"], as_index=False).agg(
    jour=("date_achat", "min"), total=("montant", "sum"))
par_client = par_commande[par_commande["total"].round(2) > 0].groupby("client_id").agg(
    dernier=("jour", "max"), frequence=("commande_id", "size"))
par_client["recence"] = (pd.Timestamp(COURSE_DATE) - par_client["dernier"]).dt.days
par_client["montant_total"] = commandes.groupby("client_id")["montant"].sum()
trois = ["recence", "frequence", "montant_total"]
ecarts = (par_client[trois] - table.set_index("client_id")[trois]).abs() > 0.005
show_table(pd.DataFrame([ecarts.sum()]), "Clients dont la mesure diffère", formats="number")

# %% [markdown] slideshow={"slide_type": "skip"}
# Aucun écart, sur 3 036 clients.
# Les fichiers énormes se traitent avec d’autres bibliothèques, comme Polars : donnez-lui vos commandes, `rfm_table` rend les mêmes nombres.

# %% slideshow={"slide_type": "skip"}
import polars

avec_polars = rfm_table(polars.from_pandas(commandes), as_of=COURSE_DATE).to_pandas()
ecarts = {"Polars": [(avec_polars != table).sum().sum()]}
show_table(pd.DataFrame(ecarts), "Valeurs qui diffèrent de celles de pandas")
