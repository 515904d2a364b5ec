# %% [markdown] slideshow={"slide_type": "slide"}
# # Cibler : qui achètera
#
# La directrice de la Maison Orsenne prépare un dîner pour juin 2026 : quarante places, un seul budget.
# Une collègue lui a donné quarante noms, rangés par valeur.
# Elle se tourne vers vous.
# « Ceux-là ont beaucoup acheté.
# **Qui va acheter ?** »

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. dire ce que cibler veut dire : qui, quand, combien de fois, sous un budget et dans la loi ;
# 2. lire deux arbres, CART et CHAID, et prédire avec leurs feuilles ;
# 3. juger une liste sur une période qu’aucune méthode n’a vue ;
# 4. distinguer qui achètera de qui achètera **grâce à vous** ;
# 5. fixer un plafond de messages.
#
# **Durée :** 60 minutes.
# **Avant :** la leçon 8 ([la mesure](08_mesurer.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, bet, bet_balance, bet_result, calibration, compare_lists,
    contact_list, fit_cart, fit_chaid, fit_logistic, gains_chart, kmeans_groups, kmeans_stability,
    letters_account, list_ageing, load_complaints, load_contact_law, load_contacts, load_customers,
    load_orders, load_products, load_referrals, opt_outs_by_pressure, over_solicited, plot_gains,
    plot_tree, predict_rates, prune_tree, pruned_trees, quiz, review_contacts, rfm_table, score_rfm,
    send_letters, set_cap, show_table, sort_sentences, target_table, tree_leaves, tree_splits,
    tree_stability,
)
from rfm_helpers.french.numbers import number

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que cibler veut dire
#
# **Cibler**, c’est décider à qui l’on s’adresse, quand et combien de fois, d’après ce que l’on sait des clients.
# Deux limites s’imposent : le budget, car chaque place et chaque lettre coûte ; la loi, car chacun peut refuser.
# Le RFM de la leçon 3 est une façon de cibler ; mettons-en d’autres à l’épreuve.
#
# « Ce que l’on sait » a une date.
# Pour apprendre qui achète, plaçons-nous au 30 juin 2024 : onze **critères** sont connus ce jour-là (récence, montant, âge, région…), et nous regardons qui a commandé dans les six mois suivants.
# Un an plus tard, mêmes critères, même question : ces clients-là serviront de **juges**.
# Aucune méthode ne les verra avant d’être jugée.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que l’on sait des clients un jour donné, et ce qu’ils ont fait ensuite.
commandes, personnes, messages = load_orders(), load_customers(), load_contacts()
relation = {"complaints": load_complaints(), "referrals": load_referrals(), "contacts": messages}
hier, juges = (target_table(commandes, personnes, load_products(), as_of=jour, **relation)
               for jour in ("2024-06-30", "2025-06-30"))
periodes = {"Pour apprendre : second semestre 2024": hier, "Pour juger : second semestre 2025": juges}
comptes = [(nom, len(t), t["rachat"].sum(), t["rachat"].mean()) for nom, t in periodes.items()]
show_table(pd.DataFrame(comptes, columns=["Période", "Clients connus", "Ont commandé", "Part"]),
           "Deux périodes, de la même saison", formats={"Part": "share"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Pas seulement les gros acheteurs
#
# L’idée la plus simple : écrire au cinquième des clients qui a le plus dépensé.
# Que laisserait-on ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Cinq groupes de même taille, du plus petit au plus gros montant total.
noms = ["Les plus petits", "Petits", "Moyens", "Gros", "Les plus gros"]
montants = pd.qcut(juges["montant_total"].rank(method="first"), 5, labels=noms)
cinq = juges.groupby(montants, observed=True).agg(
    clients=("rachat", "size"), ont_commande=("rachat", "sum"), part=("rachat", "mean"),
    messages=("contacts_recus", "mean")).reset_index(names="montant")
show_table(cinq.round({"messages": 1}), "Qui commande au second semestre 2025, selon le montant total",
           headings={"montant": "Montant", "ont_commande": "Ont commandé", "messages": "Messages en un an"},
           formats={"part": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un gros acheteur sur deux commande, et personne ne fait mieux.
# Mais 417 des 686 acheteurs, soit 60,8 %, sont ailleurs.
# Et les plus gros reçoivent déjà le plus de messages : 5,2 par an, contre 3,5 à 4,4 pour les autres.
# N’écrire qu’à eux, c’est les lasser, et ne faire grandir personne.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Une liste vieillit
#
# Les fiches de révision disent : « 50 % des entreprises ciblent au moins une fois par an, 10 % chaque semaine. »
# Ces deux chiffres n’ont **ni source ni date** : ne les citez pas.
# L’idée, elle, se mesure.
#
# Le 31 décembre 2024, prenons les 500 premiers à l’indice RFM.
# Neuf mois plus tard, refaisons la même liste par la même règle.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("10_ciblage/liste_agee")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="liste_agee"
# La même règle, la même taille : l’ancienne liste à côté d’une neuve.
age = list_ageing(commandes, "2024-12-31")
bet_result("10_ciblage/liste_agee", 100 * age["en_commun"].iloc[-1],
           show_table(age[["delai", "en_commun", "ancienne", "neuve"]], "Une liste de 500 noms, après…",
                      headings={"delai": "Jours", "en_commun": "Noms encore parmi les 500",
                                "ancienne": "L’ancienne : ont commandé", "neuve": "La neuve : ont commandé"},
                      formats={"en_commun": "share", "ancienne": "share", "neuve": "share"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Chaque semaine, des clients reviennent, d’autres se taisent, et le rang de chacun bouge.
# À quel rythme la refaire ?
# Celui de vos ventes : une maison que l’on visite deux fois par an n’a pas besoin d’une liste par jour ; mais toute liste se refait la veille de l’envoi.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un arbre en deux : CART
#
# Un **arbre** pose une question, sépare les clients, et recommence dans chaque groupe.
# CART les sépare toujours **en deux**.
# À chaque pas, il essaie tous les critères et toutes les bornes, et garde la coupe qui laisse les deux groupes les plus **homogènes** : plutôt des acheteurs d’un côté, plutôt des autres de l’autre.
# Puis il est **élagué** : nous verrons pourquoi.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Appris sur 2024 ; plus une case est foncée, plus on y commande.
cart = fit_cart(hier)
plot_tree(cart)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Lisez de gauche à droite.
# Chaque embranchement se dit en une phrase.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
show_table(tree_splits(cart)[["phrase"]], "L’arbre CART, dit en phrases", headings={"phrase": "Embranchement"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# De onze critères, il n’en a gardé que **deux** : la récence, puis le nombre de catégories achetées.
# Le montant n’y est pas.
# Qui vient d’acheter, et achète un peu de tout, reviendra.
#
# Les cases du bout sont les **feuilles**.
# Leur part est une **prédiction** : d’un client de la première feuille, nous disons qu’il commandera avec 63,5 % de chances.
# C’est la **modélisation prédictive** : estimer une chance d’après des caractéristiques.
# Qu’en disent les juges de 2025 ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La part apprise en 2024, et celle des mêmes feuilles un an plus tard, avec son intervalle à 95 %.
colonnes = ["phrase", "clients", "prevu", "part", "bas", "haut"]
titres = {"phrase": "Feuille (part apprise)", "prevu": "Prévu", "part": "Arrivé"}
show_table(tree_leaves(cart, juges)[colonnes], "CART, un an plus tard", headings=titres,
           formats={"prevu": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# L’**ordre** tient : la première feuille reste la première, la dernière la dernière.
# Les **niveaux**, moins : trois prédictions sur quatre sont trop basses, hors de l’intervalle.
# Un arbre sert à ranger ; il ne promet pas un nombre de commandes.
#
# Que ferait-on de cet arbre, avec 500 lettres ?
# On les enverrait aux 337 clients de la première feuille, puis à 163 de la deuxième, au choix.
# L’arbre en attendait 214 + 64 = 278 acheteurs ; il en est venu 311.
# L’erreur est du bon côté cette fois ; l’an prochain, rien ne le garantit.
#
# **À vous.**
# Où l’arbre met-il Marc Morel au 31 décembre 2025 ?
# Essayez ensuite un autre client : C-0317.

# %% slideshow={"slide_type": "fragment"}
client = "C-0360"  # ← changez cette valeur : "C-0317"
aujourdhui = target_table(commandes, personnes, load_products(), as_of=COURSE_DATE, horizon_days=None, **relation)
aujourdhui = aujourdhui.merge(personnes[["client_id", "prenom", "nom"]], on="client_id")
lui = aujourdhui[aujourdhui["client_id"] == client].assign(chance=lambda t: predict_rates(cart, t))
show_table(lui[["prenom", "nom", "recence", "categories", "montant_total", "chance"]], "Sa prédiction par CART",
           headings={"categories": "Catégories", "chance": "Chance de commander en six mois"},
           formats={"chance": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Marc : 550 jours de silence, donc 7,6 %, la plus basse des feuilles.
# Ses 4 950 € n’y changent rien.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un arbre à plusieurs branches : CHAID
#
# CHAID procède autrement.
# 1. Il découpe chaque critère en tranches, et **réunit** celles que le hasard suffirait à distinguer.
# 2. Il **teste** chaque critère, et garde celui dont le lien avec l’achat est le moins explicable par le hasard.
# 3. Il sépare en **autant de branches** qu’il reste de groupes.
# 4. Il **s’arrête** quand plus aucun lien n’est significatif.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
chaid = fit_chaid(hier)
plot_tree(chaid)

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
show_table(tree_splits(chaid)[["phrase"]], "L’arbre CHAID, dit en phrases", headings={"phrase": "Embranchement"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# La récence encore, mais en six branches d’un coup.
# Puis chaque branche a sa question : la région, les catégories, le montant, les messages reçus.
# Un critère sans effet n’apparaît pas : l’âge, le canal de recrutement.
# La leçon 3, section [« Le passé annonce-t-il la suite ? »](03_calcul_rfm.ipynb), le disait déjà des scores : ce qui ne sépare personne, on s’en passe.
#
# Tant de détails sont-ils vrais ?
# Demandons aux juges.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
show_table(tree_leaves(chaid, juges)[colonnes], "CHAID, un an plus tard", headings=titres,
           formats={"prevu": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quatre prédictions sur onze tombent dans l’intervalle, et deux leçons s’y cachent.
#
# **Une cause qui passe.**
# En 2024, parmi les plus récents, Lyon, Bordeaux et Nice commandaient à 72,6 %, les autres à 46,3 %.
# Un an plus tard : 62,5 % et 62,1 %, plus d’écart.
# C’était l’accueil des boutiques de Paris, cet été-là (leçon 5).
# L’arbre a appris un accident.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Qui reçoit les messages ? Les clients de 2024, selon leur nombre de commandes.
commandes_de = pd.cut(hier["frequence"], [0, 1, 3, 99], labels=["1", "2 ou 3", "4 et plus"])
recus = hier.groupby(commandes_de, observed=True).agg(
    clients=("rachat", "size"), messages=("contacts_recus", "mean"), part=("rachat", "mean")).reset_index()
show_table(recus.round({"messages": 1}), "Messages et retours, selon les commandes passées", headings={
    "frequence": "Commandes", "messages": "Messages en un an", "part": "Ont commandé ensuite"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Une cause qui n’en est pas une.**
# « Plus de deux messages : 31 % ; deux au plus : 4 %. »
# Les messages feraient-ils vendre ?
# Non : la maison écrit davantage à qui achète davantage (leçon 8).
# Un arbre trouve ce qui **annonce**, pas ce qui **cause**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## L’arbre qui brille sur ses propres données
#
# Pourquoi élaguer ?
# Laissons CART grandir sans limite, jusqu’à une feuille par client s’il le faut : 315 feuilles.
# Sur les clients de 2024, il ne se trompe **jamais** : ses 465 premiers noms sont les 465 acheteurs.
# Il les a appris **par cœur**.
#
# Envoyons-le chez les juges, qui ne le connaissent pas : 500 lettres à ses 500 premiers noms de 2025.
# Écrire au hasard toucherait 132 acheteurs ; tout savoir, 500.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("10_ciblage/par_coeur")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="par_coeur"
par_coeur = fit_cart(hier, min_leaf=1, prune=False)
deux = juges.assign(cart=predict_rates(cart, juges), coeur=predict_rates(par_coeur, juges))
jugement = compare_lists(deux, {"CART élagué": "cart", "Par cœur": "coeur"}).round({"acheteurs": 0})
bet_result("10_ciblage/par_coeur", jugement["acheteurs"].iloc[1],
           show_table(jugement[["methode", "acheteurs", "part_acheteurs"]], "500 lettres, fin 2025",
                      headings={"methode": "Liste", "acheteurs": "Acheteurs touchés", "part_acheteurs": "Part"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un modèle qui sait tout du passé n’en sait pas plus sur l’avenir.
# Jugez toujours sur des clients que la méthode n’a **pas vus**.
#
# **Élaguer**, c’est couper les branches qui ne décrivent que le hasard.
#
# **À vous.**
# Combien de feuilles gardez-vous ?
# Et, parmi les clients d’une même feuille, qui prend les quarante places de juin ?
# Choisissez **avant** de faire juger.
# Regardez quels noms quittent la liste : c’est elle que la leçon 11 reprendra.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
arbres = pruned_trees(hier) | {315: par_coeur}
fichiers = {"people": personnes, "complaints": relation["complaints"], "contacts": messages}
a_qui_ecrire, _ = contact_list(aujourdhui, "courrier", on="2026-06-01", **fichiers)
prune_tree(arbres, hier, juges, aujourdhui, set(a_qui_ecrire["client_id"]), key="10_ciblage/arbre")

# %% [markdown] slideshow={"slide_type": "fragment"}
# De 4 à 25 feuilles, les arbres touchent de 311 à 316 acheteurs : on ne les distingue pas.
# Pourtant, à chance égale départagée par l’indice RFM, les quarante noms de l’arbre à 16 feuilles sont **tous** différents de ceux de l’arbre à 4.
# Un arbre range des groupes, pas des personnes.
#
# Dans la meilleure feuille de CART, 414 clients ont la même chance.
# Ce qui les départage est **votre** décision ; sachez l’expliquer.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Juger les listes, toutes ensemble
#
# Trois façons de ranger les clients : l’indice RFM, trois critères et une multiplication ; CART ; CHAID, qui en a essayé onze.
# On écrit à 500 clients de 2025.
# Un écart ne compte que si son **intervalle** quitte zéro (leçon 8).

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("10_ciblage/meilleur_arbre")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="meilleur_arbre"
# Tous les juges, notés par chaque méthode ; les clients sont tirés de nouveau 300 fois.
notes = deux.assign(chaid=predict_rates(chaid, juges))
methodes = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}
listes = compare_lists(notes, methodes)
touches = listes[["acheteurs_bas", "acheteurs_haut"]] * notes["rachat"].sum()
listes[["acheteurs", "bas", "haut"]] = pd.concat([listes["acheteurs"], touches], axis=1).round()
titres_listes = {"methode": "Liste", "acheteurs": "Acheteurs", "bas": "de", "haut": "à",
                 "part_ca": "Chiffre d’affaires", "ca_bas": "de", "ca_haut": "à"}
bet_result("10_ciblage/meilleur_arbre", listes.set_index("methode").loc[["CART", "CHAID"], "se_distingue"].sum(),
           show_table(listes[list(titres_listes)], "500 lettres, jugées un an plus tard", headings=titres_listes,
                      formats={"bas": "number", "haut": "number", "ca_bas": "share", "ca_haut": "share"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Voici toutes les tailles de liste à la fois.
# Sur l’axe du bas, la part des clients à qui l’on écrit ; en hauteur, la part des acheteurs, ou des euros, que l’on touche.
# C’est la **courbe de gains** ; la bande est l’intervalle à 95 % de RFM.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
plot_gains(gains_chart(notes, methodes))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les trois courbes se croisent.
# Pour une petite liste, RFM prend plus d’**euros**.
# À 40 % des clients, les arbres sortent de la bande : 76 % et 77 % des **acheteurs**, contre 69 % pour RFM.
#
# La meilleure méthode dépend donc de la **longueur** de la liste.
# À 500 lettres, soit 19 % des clients, rien ne départage leurs acheteurs : prenez celle que vous savez **expliquer**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Qui achètera, ou qui achètera grâce à nous ?
#
# Une courbe de gains range ceux qui **vont** acheter, non ceux qu’un message **fait** acheter.
# Dans nos données, aucun message ne fait vendre : tous ces acheteurs sont venus sans nous.
#
# Voici 2 000 € : 500 lettres à 4 € (une hypothèse).
# Combien de commandes chaque liste doit-elle **ajouter** pour rendre sa mise ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les ventes sont TTC : la marge y est rapportée.
taux = commandes["marge"].sum() / commandes["montant"].sum()
compte = letters_account(notes, methodes, 500, cost=4, margin_rate=taux).round({"viendraient": 0})
compte["seuil"] = (100 * compte["hausse_a_atteindre"]).round(2)
show_table(compte[["methode", "viendraient", "part_viendraient", "panier", "seuil"]], "500 lettres à 4 €", headings={
    "methode": "Liste", "viendraient": "Viennent sans lettre", "part_viendraient": "Part",
    "panier": "Panier moyen (TTC)", "seuil": "Seuil (points)"}, formats={"panier": "whole_euros", "seuil": "plain"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Six destinataires sur dix viennent de toute façon.
# Le seuil est bas, moins d’un point de **hausse de réponse**, mais rien dans ce tableau ne dit que la lettre l’atteindra.
#
# **À vous.**
# Décidez à qui vous écrivez, selon ce que vous croyez d’une lettre : elle ne décide personne ; elle décide quelques-uns de ceux qui ne viendraient pas ; elle fait commander une fois de plus quelques-uns de ceux qui viennent.
# Choisissez, puis comparez.
# Changez de croyance : votre liste est-elle encore la meilleure ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La chance d’une commande sans lettre est celle de CART ; « Les moins sûrs » sont CART à l’envers.
lettres = notes.assign(chance=notes["cart"], moins_surs=-notes["cart"])
marge = taux * notes["chiffre_affaires_futur"].sum() / notes["commandes_futures"].sum()
send_letters(
    lettres, methodes | {"Les moins sûrs": "moins_surs"}, margin=marge, key="10_ciblage/lettres"
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Si la lettre décide 3 % de ceux qui ne viendraient pas, la meilleure liste est celle des **moins sûrs**, la pire sur la courbe de gains, et le hasard bat les trois méthodes.
# Si elle fait recommander 3 % de ceux qui viennent, CART gagne.
# Si elle ne décide personne, n’écrivez pas.
#
# La meilleure liste par la courbe de gains n’est donc pas forcément la meilleure par la **hausse**.
# Ce qui tranche : un **groupe témoin**, tiré au sort avant l’envoi.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Combien de fois : la pression commerciale
#
# La **pression commerciale** est ce qu’un client reçoit de sollicitations sur une durée.
# Trop forte, elle lasse, abîme l’image et fait partir, pour de bon.
# Où en sont nos clients à la fin de 2025 ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Combien chaque client a reçu de messages dans les 90 jours d’avant.
recents = messages[(pd.Timestamp(COURSE_DATE) - messages["date_contact"]).dt.days.between(1, 90)]
nombre = recents["client_id"].value_counts().reindex(personnes["client_id"], fill_value=0).clip(upper=5)
repartition = nombre.value_counts().sort_index().rename_axis("recus").reset_index(name="clients")
repartition["recus"] = repartition["recus"].astype(str).replace("5", "5 et plus")
show_table(repartition, "Messages reçus en 90 jours, au 31 décembre 2025", headings={"recus": "Messages"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Rangeons les 25 499 messages de trois ans par le nombre que leur destinataire avait reçu dans les 90 jours d’avant.
# Que devient la part de désabonnements quand ce nombre grandit ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("10_ciblage/pression")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="pression"
trois = opt_outs_by_pressure(messages)
bet_result("10_ciblage/pression", trois["part"].iloc[2] / trois["part"].iloc[0],
           show_table(trois, "Un message, et le client se désabonne", headings={
               "recus": "Reçus en 90 jours", "messages": "Messages", "desabonnements": "Désabonnements"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Qui est sursollicité ?
# Comptons, au 31 décembre 2025, les clients qui ont atteint le plafond de la maison : quatre messages en 90 jours.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
trop = over_solicited(messages, on=COURSE_DATE)
segments = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
segments["trop"] = segments["client_id"].isin(trop["client_id"])
par_segment = segments.groupby("segment", as_index=False).agg(
    clients=("trop", "size"), trop=("trop", "sum"), part=("trop", "mean"))
show_table(par_segment.sort_values("part", ascending=False), f"{len(trop)} clients au plafond, par segment",
           headings={"trop": "Au plafond"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les **Champions** d’abord : 15,8 % sont au plafond, contre 1,5 % des Nouveaux clients.
# La maison fatigue ceux qu’elle veut garder, et se tait devant ceux qu’elle devrait connaître.
#
# **À vous.**
# La maison s’arrête à 4 messages en 90 jours.
# Gardez-vous ce plafond, ou le changez-vous ?
# Les désabonnements sont mesurés.
# Ce que rapporte un message ne l’est pas : c’est **notre hypothèse**, et nos fichiers la démentent.
# Décidez, comparez, puis doublez ou annulez l’hypothèse : votre plafond tient-il ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
set_cap(messages, margin=marge, key="10_ciblage/plafond")

# %% [markdown] slideshow={"slide_type": "fragment"}
# De 1 à 10 commandes pour mille messages, un abonné perdu à 50 ou à 150 € : le meilleur plafond ne dépasse jamais **3**.
# Les désabonnements montent d’un coup à partir du quatrième message : 0,3 % après deux messages reçus, 1,7 % après trois, 4,4 % après cinq.
# À 3, on attend 65 désabonnements au lieu de 329.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Et Marc ?
#
# Marc Morel n’est sur aucune liste : sa chance est de 7,6 % selon CART, et de 11,5 % selon CHAID.
# Aucun arbre élagué ne le met parmi ses quarante noms.
# Avons-nous seulement le droit de lui écrire ?
# Un arbre ne le sait pas.
#
# Le courrier d’invitation part le lundi 1er juin 2026.
# Que dit la loi, ce jour-là, pour un client ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La table de la leçon 4, réduite aux clients et à ce jour.
canaux = ["courrier", "e-mail", "SMS", "téléphone"]
loi = [(un, load_contact_law().rule(un, "client", pd.Timestamp("2026-06-01").date()).text) for un in canaux]
show_table(pd.DataFrame(loi, columns=["Canal", "Règle"]), "Écrire à un client, le 1er juin 2026")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À la loi s’ajoutent deux règles de la maison : répondre aux réclamations avant de vendre, et se taire après trop de messages.
# `contact_list` (leçon 4) pose ces quatre questions à toute liste.
# Passons-y les quarante premiers de CART.

# %% slideshow={"slide_type": "fragment"}
canal = "courrier"  # ← changez cette valeur : "e-mail", "SMS", "téléphone"
jour = "2026-06-01"  # ← puis celle-ci : "2026-09-14"
classes = aujourdhui.assign(chance=predict_rates(cart, aujourdhui))
quarante = classes.sort_values(["chance", "indice_rfm", "client_id"], ascending=[False, False, True]).head(40)
restent, sortent = contact_list(quarante, canal, on=jour, **fichiers)
motifs = sortent["motif"].value_counts().reset_index(name="clients")
show_table(motifs, f"Des quarante de CART, {len(restent)} restent ({canal}, le {jour}) ; les autres…")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quarante noms, 25 courriers : douze refusent nos messages, trois attendent une réponse.
# Qui s’est désabonné se respecte, et peut demander d’être effacé, si bon client qu’il soit.
# Les quinze places libres vont aux suivants de la liste, passés par le même tri.
#
# **À vous.**
# Voici les six premiers de CART, et Marc.
# Pour chacun, décidez : reste-t-il, et sinon pourquoi sort-il ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sept = pd.concat([quarante.head(6), classes[classes["client_id"] == "C-0360"]])
review_contacts(sept, **fichiers, context="courrier_juin", key="10_ciblage/noms")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Marc peut recevoir un courrier : il accepte nos messages, et sa réclamation de 2024 a eu sa réponse.
# Aucun arbre ne le choisit, et rien n’interdit de l’inviter.
# Un arbre dit qui **ressemble** à ceux qui reviennent ; il ne dit pas à qui l’on doit une excuse.
# La leçon 11 posera cette question-là.
#
# Et nos contacts s’arrêtent en décembre 2025 : refaites ce tri le jour de l’envoi.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Relire les fiches
#
# Vous savez maintenant de quoi corriger des fiches de révision.
#
# **À vous.**
# La directrice veut une note d’une page sur le ciblage.
# De ces huit phrases, laquelle gardez-vous, corrigez-vous, retirez-vous ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("10_fiches", key="10_ciblage/fiches")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - **Cibler** : qui, quand, combien de fois, sous un budget et dans la loi ; une liste se refait.
# - **CART** coupe en deux, vers des groupes homogènes, puis s’élague ; **CHAID** teste, réunit, sépare en plusieurs branches et s’arrête.
# - Une méthode se juge sur des clients qu’elle n’a **pas vus**, avec un intervalle. Ici, à 500 lettres, RFM, CART et CHAID ne se distinguent pas en acheteurs.
# - Qui **achètera** n’est pas qui achètera **grâce à nous** : seul un témoin le dit.
# - La **pression** se plafonne : trois messages en 90 jours, à Orsenne.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("10_ciblage")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("10_ciblage")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Vous avez quarante noms, gardés par l’activité de l’élagage : la liste par arbre.
# Une collègue en a une par valeur.
# La leçon 11 en ajoutera une troisième, par alerte, et vous signerez l’une des trois.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 10](../exercises/10_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Pour aller plus loin (facultatif)
#
# ### La RFA sur la même courbe
#
# La RFA met le panier moyen à la place du total (leçon 3).
# Et la récence seule ?

# %% slideshow={"slide_type": "fragment"}
autre = "indice_rfa"  # ← changez cette valeur : "recent", puis "coeur"
noms = {"indice_rfa": "RFA", "recent": "Récence seule", "coeur": "Par cœur"}
plus = notes.assign(recent=-notes["recence"])
ecart = compare_lists(plus, {"RFM": "indice_rfm", noms[autre]: autre}).iloc[1]
print(f"{ecart['acheteurs']:.0f} acheteurs. Se distingue de RFM : {'oui' if ecart['se_distingue'] else 'non'}.")
plot_gains(gains_chart(plus, {"RFM": "indice_rfm", noms[autre]: autre}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# RFA touche 302 acheteurs, la récence seule 305, contre 308 pour RFM : aucune ne s’en distingue.
# Les fiches disent la RFA « moins précise » : sur cette liste, rien ne le montre.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Les arbres tiennent-ils ?
#
# Tirons de nouveau les clients de 2024, vingt fois, et apprenons vingt arbres.
# Posent-ils la même première question ?
# Choisissent-ils les mêmes 500 noms ?

# %% slideshow={"slide_type": "fragment"}
methode = fit_chaid  # ← changez cette valeur : fit_cart (vingt arbres prennent une minute)
tirages = tree_stability(methode, hier, juges)
print("Première question :", " ou ".join(sorted(set(tirages["premier_critere"]))))
show_table(tirages[["feuilles", "liste_en_commun"]].agg(["min", "max"]), "Vingt arbres, du moins au plus",
           headings={"feuilles": "Feuilles", "liste_en_commun": "Noms en commun avec le premier arbre"},
           formats={"liste_en_commun": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# La première question est toujours la récence.
# Le reste bouge : le nombre de feuilles, et une partie des noms.
# Ne racontez pas une branche du bas comme une découverte.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### La régression logistique, et sa calibration
#
# La **régression logistique** donne à chaque critère un poids, et en tire une chance.
# On lui demande deux choses : de bien **ranger**, et de dire **juste** (quand elle dit 30 %, trois clients sur dix commandent-ils ?).
# C’est sa **calibration**.

# %% slideshow={"slide_type": "fragment"}
criteres = ["recence", "frequence", "montant_total", "categories", "canal_recrutement"]  # ← retirez-en un
predit = fit_logistic(hier, criteres).predict(juges)
rang = compare_lists(notes.assign(logit=predit), {"RFM": "indice_rfm", "Logistique": "logit"})
print(f"{rang['acheteurs'][1]:.0f} acheteurs pour 500 lettres.")
tranches = calibration(predit, juges["rachat"], 5)
tranches["juste"] = tranches["juste"].map({True: "oui", False: "non"})
titres = {"predit": "Annoncé", "repondants": "Ont commandé", "part": "Arrivé", "juste": "Dans l’intervalle"}
show_table(tranches, "Ce qu’elle annonce, ce qui arrive", headings=titres, formats={"predit": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Elle range aussi bien que les autres, à quelques acheteurs près.
# Mais ses chances, apprises en 2024, sont trop basses en 2025 là où l’on achète beaucoup.
# Bien ranger n’est pas dire juste : ne multipliez pas ces chances par un panier sans les avoir recalées.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### k-means, comme le web l’enseigne
#
# Sur le web, la « segmentation RFM » est souvent **k-means** : on demande cinq groupes, l’algorithme les trouve.
# Il en trouve toujours autant qu’on en demande.
# Sont-ils les mêmes avec un autre départ ?
# Avec quatre clients sur cinq ?
# Ressemblent-ils aux onze segments ?
# Un **accord** de 1 : les mêmes groupes ; de 0 : pas mieux que le hasard.

# %% slideshow={"slide_type": "fragment"}
groupes = 5  # ← changez cette valeur : 3, puis 8
accords = kmeans_stability(segments, groupes, segments="segment")
tailles = kmeans_groups(segments, groupes).value_counts().tolist()
print(f"{groupes} groupes, de {number(min(tailles))} à {number(max(tailles))} clients.")
accords = accords.assign(**{une: accords[une].map(lambda part: number(part, 2)) for une in ("accord", "accord_min")})
show_table(accords, "Le même k-means, quand on change…", headings={
    "accord": "Accord moyen", "accord_min": "Le plus faible"}, formats="plain")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec cinq groupes, deux départs ne s’accordent qu’à 0,69 en moyenne, et à 0,48 au pire : un client peut changer de groupe sans avoir rien fait.
# Un autre échantillon les dérange autant.
# Les onze segments disent autre chose, et ne bougent pas d’un départ à l’autre : chaque code a son nom.
# Un groupe de k-means n’a pas de nom ; c’est à vous de lui en donner un, à chaque fois.
