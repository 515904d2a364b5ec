# %% [markdown] slideshow={"slide_type": "slide"}
# # La valeur client et les migrations
#
# Lundi, 9 heures.
# La directrice de la Maison Orsenne prépare un dîner pour juin 2026 : **quarante places**, un seul budget.
# « Trois collègues me proposent chacun une liste.
# Vous signerez la bonne. »
#
# La première liste invite ceux qui ont le plus de **valeur**.
# Les deux autres viendront dans les leçons 10 et 11.
# Marc Morel sera-t-il sur l’une d’elles ?

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. adapter un barème de points à votre métier, et dire qui perd sa place quand il change ;
# 2. décrire quatre classes de clients, et leur parler autrement ;
# 3. comparer ce que rapporte une recrue, canal par canal, et donner sa valeur à vie ;
# 4. suivre les migrations entre segments, en clients et en euros ;
# 5. tirer une liste d’alertes de ce qui a bougé.
#
# **Durée :** 60 minutes.
# **Avant :** la leçon 8 ([la mesure](08_mesurer.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, PointScale, best_places, bet, bet_balance, bet_result, class_profile,
    compare_dates, first_purchases, judge_projection, judge_recruits, later_orders, lifetime_value,
    lifetime_years, load_customers, load_orders, load_places, load_products, migration_matrix,
    net_of_acquisition, order_table, over_represented, own_moves, place_changes, plot_bridge,
    plot_flows, quiz, recruit_groups, recruit_value, retention, retention_by, revenue_bridge,
    scale_use, segment_changes, segment_history, segment_moves, show_table, sort_sentences,
    value_classes, value_places, value_points,
)

import pandas as pd

commandes, clients = load_orders(), load_customers()
print("La boîte à outils est ouverte, les commandes et les clients sont lus.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un barème est un choix
#
# La **valeur client** se lit sur quatre indicateurs : le chiffre d’affaires, la marge, la fréquence d’achat, et leur volume dans le temps.
# Un article d’agence les réunit en points.
#
# | Par an | Le moins | Peu | Beaucoup | Le plus |
# |---|---|---|---|---|
# | Chiffre d’affaires | < 10 : 0,5 pt | 10 à 50 : 2,5 pts | 50 à 100 : 7,5 pts | > 100 : 10 pts |
# | Marge | < 2 : 1 pt | 2 à 10 : 5 pts | 10 à 20 : 10 pts | > 20 : 20 pts |
#
# Chaque achat ajoute 2 points, sur deux ou trois ans.
# L’article ne donne pas d’unité : lisons-le en euros.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("09_valeur_client/maximum")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="maximum"
article = value_points(commandes)  # en euros, trois ans ramenés à un an
usage = scale_use(article)
parts = {"partie": "Partie du barème", "part_au_plus_haut": "Clients au plus haut",
         "poids": "Poids dans les écarts"}
bet_result("09_valeur_client/maximum", 100 * usage.loc[1, "part_au_plus_haut"],
           show_table(usage, "Le barème de l’article, en euros", headings=parts, formats="share"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le **poids** dit d’où viennent les écarts entre clients : le bonus en fait plus de la moitié, puisque tout le monde a déjà le reste.
# Pour une épicerie, ce barème sépare ; pour le luxe, il compte surtout les commandes.
#
# **À vous.**
# L’unité n’est pas le seul oubli.
# Relisez l’article phrase par phrase : qu’est-ce qui tient, qu’est-ce qui se corrige ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("09_bareme", key="09_valeur_client/relecture")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Adapter le barème
#
# Une unité de **100 €** convient à la maison : « plus de 100 » veut alors dire plus de 10 000 € par an.
# Reste le bonus, sans limite.
# Plafonnons-le à 10 points, et donnons les quarante places aux plus hauts totaux.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("09_valeur_client/places")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="places"
sans, avec = PointScale(unit=100), PointScale(unit=100, cap=10)
sans_plafond, avec_plafond = (value_points(commandes, bareme) for bareme in (sans, avec))
quarante = best_places(avec_plafond, 40)
echanges = place_changes(best_places(sans_plafond, 40), quarante).merge(avec_plafond, on="client_id")
colonnes = ["changement", "client_id", "commandes", "ca", "marge", "points"]
titres = {"changement": "Ce qui change", "ca": "CA par an", "marge": "Marge par an", "points": "Points"}
euros = {"ca": "whole_euros", "marge": "whole_euros", "commandes": "number"}
bet_result("09_valeur_client/places", len(echanges) // 2, show_table(
    echanges[colonnes], "Le bonus plafonné à 10 points", headings=titres, formats=euros, rows=18))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Qui perd ?
# Les habitués des petits achats : C-0929 a passé 21 commandes, pour 2 510 € de marge par an.
# Qui gagne ?
# C-1418, douze commandes et 5 037 €.
# **Le plafond est un choix** : compter les visites, ou compter la marge.
#
# Un barème échoue aussi en silence, quand il ne décide plus rien.
# Remettez l’unité à 1 €, plafond gardé, et regardez combien de clients ont le plus haut total.

# %% slideshow={"slide_type": "fragment"}
unite = 1  # ← changez cette valeur : 10, puis 100, puis 200
essai = value_points(commandes, PointScale(unit=unite, cap=10))
places = best_places(essai, 40)
au_plus_haut = (essai["points"] == essai["points"].max()).sum()
print(f"{au_plus_haut} clients ont le plus haut total ; {places['ex_aequo'].sum()} places sur 40 à égalité.")
print(f"Places qui changent : {len(place_changes(quarante, places)) // 2}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À 1 €, 681 clients ont tous 40 points, et les quarante places sont à égalité.
# La liste ne change pourtant pas : à égalité, notre règle départage par la marge.
# **C’est elle qui décide, et non les points.**
# Même à 100 €, les quarante sont exactement les quarante plus fortes marges.
#
# Alors, à quoi bon un barème ?
# À discuter de ce qui compte, et à faire des **classes**.
#
# **À vous.**
# Choisissez votre barème.
# 1. Partez sans plafond : à quel plafond la première place change-t-elle de mains ?
# 2. Additionnez trois ans : que devient l’égalité ?
# 3. Retenez vos quarante noms : la leçon 11 les reprendra.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
value_places(commandes, clients, PointScale(unit=100), key="09_valeur_client/places")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# 1. À 32 points, trois places changent de mains ; de 33 à l’infini, aucune.
#    Sous 22 points, ce sont les neuf.
# 2. Avec trois ans additionnés et un plafond de 10, les quarante places sont à égalité : 269 clients ont 40 points.
# 3. Il n’y a pas de bonne réponse, mais un choix à défendre : que compte-t-on, et pourquoi ?
#
# </details>
#
# Et Marc ?
# Le bonus plafonné à 10, il est 587e sur 3 036, avec 15,5 points.
# Une liste par valeur ne l’invitera pas.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quatre classes, et qui elles sont
#
# L’article range les clients en quatre ou cinq classes, selon leurs points.
# Quatre classes de rang : à points égaux, même classe.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
classes = value_classes(avec_plafond, 4)
profil = class_profile(classes, clients).drop(columns=["ca", "marge", "region", "canal_recrutement"])
noms_profil = {"classe": "Classe", "part_ca": "Part du CA", "part_marge": "Part de la marge",
               "commandes": "Commandes (moyenne)", "age_median": "Âge médian"}
show_table(profil, "Les quatre classes de valeur, 2023 à 2025", headings=noms_profil,
           formats={"commandes": "number", "clients": "number"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un quart des clients (745) apporte 70,7 % de la marge.
# Marc est dans cette classe 4, tout en bas : bon client, mais loin des quarante.
#
# Qui sont-ils ?
# Un trait **distingue** une classe quand l’intervalle à 95 % de sa part, dans la classe, ne contient pas sa part dans la base.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Chaque client, avec le canal où il achète le plus souvent et sa tranche d’âge.
achats = order_table(commandes)
canal = achats.groupby("client_id")["canal"].agg(lambda canaux: canaux.mode()[0])
ages = pd.cut(clients["age"], [17, 34, 49, 64, 120], labels=["18-34", "35-49", "50-64", "65 et plus"])
traits = clients.assign(canal_achat=clients["client_id"].map(canal), tranche_age=ages.astype(str))
noms_traits = {"tranche_age": "Âge", "region": "Région", "canal_recrutement": "Recrutement", "canal_achat": "Achat"}
parties = [over_represented(classes, traits, trait).rename(columns={trait: "valeur"}).assign(trait=nom)
           for trait, nom in noms_traits.items()]
ecarts = pd.concat(parties).query("classe == 4 and au_dela_du_hasard")
show_table(ecarts[["trait", "valeur", "part", "part_base", "indice"]], "Ce qui distingue la classe 4",
           headings={"trait": "Trait", "valeur": "Valeur", "part": "Dans la classe",
                     "part_base": "Dans la base", "indice": "Indice (base : 100)"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Méfiez-vous de ce tableau : à force de comparer, le hasard aussi « distingue ».
# Mélangeons les classes au hasard, et comparons les vingt professions dans chacune.
# Aucun écart ne veut plus rien dire.

# %% slideshow={"slide_type": "fragment"}
tirage = 6  # ← changez cette valeur : 1, 2, 3…
melange = classes.assign(classe=classes["classe"].sample(frac=1, random_state=tirage).to_numpy())
for nom, table in {"Vraies classes": classes, "Classes mélangées": melange}.items():
    trouves = over_represented(table, clients, "profession")["au_dela_du_hasard"]
    print(f"{nom} : {trouves.sum()} écarts « au-delà du hasard » sur {len(trouves)} comparaisons.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le tirage 6 en trouve encore cinq : sur vingt comparaisons, une peut sortir par chance.
# Un trait se garde s’il est net, attendu, et retrouvé ailleurs.
#
# Un **persona** est le portrait d’un client type, qui cite les chiffres de sa classe.
# Les critères sociaux et psychologiques de l’article n’y sont pas : nos fichiers ne les voient pas.
#
# **À vous.**
# Voici un portrait de la classe 4, écrit trop vite.
# Que gardez-vous ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("09_persona", key="09_valeur_client/persona")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Il reste trois phrases, et chacune se défend : « Elle est du quart des clients qui apporte 71 % de la marge ; en trois ans, elle a passé six commandes, surtout en boutique. »
#
# On ne parle pas de la même façon à la classe 4 et à la classe 1, où chacun n’a passé qu’une commande.
#
# **À vous.**
# À qui envoyez-vous chaque message ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("09_messages", key="09_valeur_client/messages")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que rapporte une recrue
#
# Les points regardent en arrière.
# Que vaut un client que l’on **recrute** aujourd’hui ?
# Comparons les cinq canaux de recrutement.
# Première idée : la marge moyenne de tous les clients de chaque canal.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
marges = clients["client_id"].map(commandes.groupby("client_id")["marge"].sum()).fillna(0)
annee = clients["date_recrutement"].dt.year
naif = clients.assign(marge=marges, avant_2023=annee < 2023).groupby("canal_recrutement", as_index=False).agg(
    clients=("marge", "size"), marge=("marge", "mean"), part_avant=("avant_2023", "mean"))
show_table(naif.sort_values("marge", ascending=False), "Tous les clients, toutes leurs commandes",
           headings={"marge": "Marge moyenne", "part_avant": "Recrutés avant 2023"},
           formats={"marge": "whole_euros", "clients": "number"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Ce tableau mélange des clients suivis trois ans et des clients arrivés hier.
# Et ceux d’avant 2023 ont commencé avant notre fichier.
#
# Une **cohorte comparable** suit chacun aussi longtemps : les recrues de 2023 et 2024, chacune pendant ses douze premiers mois, celles qui n’ont rien acheté comprises.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("09_valeur_client/canaux")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="canaux"
recrues = recruit_value(commandes, clients, since="2023-01-01", months=12)
canaux = recruit_groups(recrues, "canal_recrutement")
autres = [canaux.drop(i) for i in canaux.index]
a_part = sum(((autre["haut"] < bas) | (autre["bas"] > haut)).all()
             for autre, bas, haut in zip(autres, canaux["bas"], canaux["haut"]))
noms_recrues = {"recrues": "Recrues", "marge_moyenne": "Marge en douze mois", "bas": "De (à 95 %)",
                "haut": "À (à 95 %)", "part_reachat": "Deux commandes ou plus", "offre": "Première offre"}
en_euros = {"bas": "whole_euros", "haut": "whole_euros", "marge_moyenne": "whole_euros", "recrues": "number"}
voir = ["recrues", "marge_moyenne", "bas", "haut", "part_reachat"]
bet_result("09_valeur_client/canaux", a_part, show_table(canaux[["canal_recrutement", *voir]],
    "Une recrue, douze mois", headings={n: noms_recrues[n] for n in voir}, formats=en_euros))

# %% [markdown] slideshow={"slide_type": "subslide"}
# « L’événement est le meilleur canal » : son intervalle, de 1 097 à 1 760 €, contient la moyenne de trois autres.
# Avec 172 recrues, on ne le classe pas.
#
# Est-ce le canal, ou l’offre de la première commande ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
offres = recruit_groups(recrues.query("offre != 'aucun achat'"), "offre")
show_table(offres[["offre", *voir]], "Une recrue, selon l’offre de sa première commande",
           headings={n: noms_recrues[n] for n in ["offre", *voir]}, formats=en_euros)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Plus la première remise est forte, moins la recrue rapporte : de 1 410 € à prix plein à 518 € avec 20 %.
# Mais personne n’a tiré l’offre au sort : la remise attire peut-être d’autres clients.
#
# Faut-il alors arrêter des canaux ?
# **Aucun fichier ne dit ce qu’une recrue a coûté.**
# Supposons 1 000 €, en le disant, puis faisons varier.
#
# **À vous.**
# Continuer, arrêter, attendre ?
# Recommencez à 900 €, puis à 1 100 € : quelles décisions changent ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
judge_recruits(canaux, cost=1000, key="09_valeur_client/recrues")

# %% [markdown] slideshow={"slide_type": "fragment"}
# <details><summary>Voir les réponses</summary>
#
# À 1 000 €, quatre canaux continuent ; pour la promotion, on ne sait pas.
# À 900 €, rien ne change.
# À 1 100 €, on arrête la promotion, et l’on ne sait plus pour l’événement.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### D’abord, combien restent ?
#
# La première année n’est pas tout.
# Il faut la **rétention** (leçon 8) : la part des clients actifs une année qui le sont l’année suivante.
# L’**attrition** est le reste.
# (Une fiche écrit qu’un client développé a « moins de rétention » : elle veut dire moins d’attrition.)

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
print(retention(commandes, COURSE_DATE))
par_canal = retention_by(commandes, clients, "canal_recrutement", COURSE_DATE)
show_table(par_canal[["canal_recrutement", "actifs", "retention", "bas", "haut"]],
           "Actifs de 2024, et encore actifs en 2025",
           headings={"actifs": "Actifs en 2024", "retention": "Rétention"},
           formats={"retention": "share", "actifs": "number"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### La valeur à vie, en une cellule
#
# La **valeur à vie** additionne les marges de toutes les années, en comptant que chaque année des clients partent, et qu’un euro de demain vaut moins qu’un euro d’aujourd’hui.
# Avec une marge annuelle *m*, une rétention *r* et un **taux d’actualisation** *d* :
#
# *m* × *r* ÷ (1 + *d* − *r*), moins le coût du recrutement.
#
# Dites toujours **quand tombe la première marge**.
# La formule l’attend dans un an, chez ceux qui restent ; si elle tombe tout de suite, elle s’ajoute.
# Voici une recrue de boutique.

# %% slideshow={"slide_type": "fragment"}
m, r, d, cout = 1312, 0.467, 0.10, 1000  # ← changez ces valeurs : 921 et 0.294 (promotion)
print(lifetime_value(m, r, d, cout))
print(lifetime_value(m, r, d, cout, first_now=True))

# %% [markdown] slideshow={"slide_type": "fragment"}
# La même recrue perd 32 € ou rapporte 1 280 € : seule change la date de la première marge.
# Ici, c’est la seconde lecture qui convient, puisque les douze premiers mois suivent le recrutement.
# La promotion donne 257 €, à condition que le coût soit bien de 1 000 €.
#
# Et la formule se trompe-t-elle ?
# Elle suppose que la rétention ne change jamais.
# Comparons à ce qui est arrivé aux clients de 2023.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
actifs = {an: set(groupe["client_id"]) for an, groupe in achats.groupby(achats["date_achat"].dt.year)}
suivis = actifs[2023]
observe = [len(suivis & actifs[an]) / len(suivis) for an in (2024, 2025)]
deux_ans = lifetime_years(1312, retention(commandes, COURSE_DATE).share, 0.10, years=2)
deux_ans = deux_ans[["annee", "encore_clients"]].assign(observe=observe)
show_table(deux_ans, "Encore clients : la formule et les faits", formats={
    "encore_clients": "share", "observe": "share"}, headings={
    "annee": "Après (années)", "encore_clients": "Formule (r = 42,8 %)", "observe": "Actifs de 2023"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Au bout de deux ans, la formule en garde 18,3 % ; il y en a 27,4 %.
# Des silencieux reviennent, et ceux qui restent restent mieux.
# Une valeur à vie simple est ici un **plancher**.
#
# Et Marc ?
# À 648 € de marge par an, la formule donnerait 413 € : elle le croit encore client.
# Or il se tait depuis dix-huit mois.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Qui a bougé, et combien cela fait
#
# Une segmentation vit : on la recalcule.
# Une **migration** est le passage d’un client d’un segment à un autre.
# Deux règles : deux années **qui ne se touchent pas** (2024, puis 2025), et les **bornes de la première** pour les deux.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("09_valeur_client/meme_segment")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="meme_segment"
mouvements = segment_moves(commandes, "2024-12-31", "2025-12-31")
connus = mouvements[mouvements["avant"] != "Sans commande"]
restes = (connus["avant"] == connus["apres"]).mean()
matrice = migration_matrix(connus).set_index("avant")
ordre = ["Champions", "Fidèles", "À ne pas perdre", "À risque"]
lus = matrice.loc[ordre, [*ordre, "Sans commande"]].assign(Total=matrice.loc[ordre].sum(axis=1))
bet_result("09_valeur_client/meme_segment", restes, show_table(
    lus.reset_index(), "De 2024 (lignes) à 2025 (colonnes), en clients", headings={"avant": "2024"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Deux façons de se faire croire le contraire
#
# Première façon : comparer des années qui se **chevauchent**, de fin novembre à fin décembre.
# Onze mois de commandes sont les mêmes.
# Seconde façon : **recalculer** les quantiles.
# Chaque score retrouve alors, à peu près, sa part de clients, quoi qu’il arrive.

# %% slideshow={"slide_type": "fragment"}
chevauche = segment_moves(commandes, "2025-11-30", "2025-12-31", overlap=True)
chevauche = chevauche[chevauche["avant"] != "Sans commande"]
stables = {"Même segment, un mois après": (chevauche["avant"] == chevauche["apres"]).mean()}
for bornes, nom in {"first": "bornes de 2024", "each": "bornes recalculées"}.items():
    scores = compare_dates(commandes, ["2024-12-31", "2025-12-31"], 12, bounds=bornes)
    stables[f"M = 4 en 2025, {nom}"] = (scores.loc[scores["date"] == "2025-12-31", "M"] == 4).mean()
show_table(pd.DataFrame(stables.items(), columns=["Mesure", "Part"]), "Deux pièges", formats={"Part": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 54,6 % de clients stables : de la stabilité empruntée aux mêmes commandes.
# Et la part des gros montants est passée de 25,0 % à 27,3 % ; recalculée, elle affiche toujours 25,0 %.
#
# Et vos clients ?
# Si votre fichier de la leçon 2 couvre deux années, voici leurs mouvements, avec les mêmes deux règles.

# %% slideshow={"slide_type": "skip"}
own_moves()

# %% [markdown] slideshow={"slide_type": "slide"}
# ### En euros, au centime
#
# Les ventes ont augmenté de 749 240,25 €.
# D’où vient cette hausse ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
pont = revenue_bridge(mouvements)
plot_bridge(pont, "2024", "2025")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
show_table(pont, "De 2024 à 2025, selon ce qu’ont fait les clients", formats={"clients": "number",
           "ca_avant": "euros", "ca_apres": "euros", "ecart": "euros"}, headings={"mouvement": "Mouvement",
           "ca_avant": "2024", "ca_apres": "2025", "ecart": "Écart"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# +749 240,25 € cachent deux millions gagnés avec de nouveaux clients, et 1 344 967,65 € partis avec ceux qui n’ont plus commandé.
# Marc en est : −3 360 €.
# La croissance vient de la conquête ; la fuite, elle, ne se voit pas dans le total.
#
# **À vous.**
# De quels segments viennent les euros perdus ?
# Lequel surveiller d’abord ?

# %% slideshow={"slide_type": "fragment"}
vers = "Sans commande"  # ← changez cette valeur : "À risque", puis "Champions"
en_euros_2 = migration_matrix(mouvements, "euros")[["avant", vers]].sort_values(vers)
show_table(en_euros_2, f"Vers « {vers} », en euros", headings={"avant": "De", vers: "Écart"},
           formats={vers: "whole_euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 384 394 € viennent des « À risque », déjà silencieux fin 2024 ; mais 297 781 € viennent des Fidèles et des Champions, que l’on croyait acquis.
# C’est trop tard pour eux.
# Peut-on le voir **avant** ?

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Une liste d’alertes
#
# Recalculons les segments à chaque fin de mois, toujours avec les bornes de la première date.
# Chaque passage porte sa **date**.
# En décembre 2025, 762 clients ont changé de segment : personne n’appelle 762 clients.
#
# **À vous.**
# Choisissez les passages à surveiller : la liste doit tenir en quarante appels.

# %% slideshow={"slide_type": "fragment"}
depuis = ["Champions", "Fidèles"]  # ← changez ces deux listes
vers = ["À ne pas perdre", "À risque", "Besoin d’attention"]
mois = pd.date_range("2024-12-31", "2025-12-31", freq="ME").date
alertes = segment_changes(segment_history(commandes, mois))
choisies = alertes[alertes["avant"].isin(depuis) & alertes["apres"].isin(vers)]
liste = choisies[choisies["date"] == "2025-12-31"].merge(clients[["client_id", "prenom", "nom"]])
show_table(liste[["date", "client_id", "prenom", "nom", "avant", "apres"]],
           f"{len(liste)} alertes en décembre 2025", rows=5)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Trente-huit appels : la liste tient.
# Avec les seuls « À ne pas perdre » à l’arrivée, il n’en reste que vingt-deux.
#
# Une alerte n’est pas un départ.
# Reprenons celles de septembre 2025, que personne n’a appelées : combien ont commandé avant la fin de l’année ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
septembre = choisies[choisies["date"] == "2025-09-30"]
suite = later_orders(commandes, "2025-09-30", horizon_days=92)
revenus = septembre.merge(suite, on="client_id")["rachat"]
print(f"{revenus.sum()} des {len(revenus)} clients en alerte ont commandé d’eux-mêmes avant la fin de 2025 ;")
print(f"de tous les clients connus, {suite['rachat'].mean():.1%}".replace(".", ",").replace("%", " %."))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Vingt-quatre sur cinquante-quatre : bien plus que l’ensemble des clients.
# L’alerte les disait perdus ; c’étaient souvent de bons clients entre deux achats.
# La leçon 11 donnera à chacun son propre rythme.
#
# Si vous les aviez appelés, vous auriez cru avoir ramené ces vingt-quatre-là.
# L’article veut « visualiser l’impact de vos actions » par les migrations : **il y faut un groupe témoin** (leçon 8).
#
# Et chez Marc ?
# Regardons ses passages, depuis 2024.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
deux_annees = pd.date_range("2023-12-31", "2025-12-31", freq="ME").date
passages = segment_changes(segment_history(commandes, deux_annees)).query("client_id == 'C-0360'")
show_table(passages.iloc[:4].sort_values("date")[["date", "avant", "apres"]],
           "Marc Morel, après son dernier achat")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une alerte aurait sonné le 30 septembre 2024, trois mois après son dernier achat.
# À cette date, un appel avait encore une raison d’être.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La liste par valeur
#
# Relisons la liste que vous avez retenue ; sans elle, nous prenons celle du barème plafonné à 10 points.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
retenus = load_places() or quarante["client_id"].tolist()
invites = clients[clients["client_id"].isin(retenus)].merge(avec_plafond, on="client_id")
invites = invites.sort_values("marge", ascending=False)
show_table(invites[["client_id", "prenom", "nom", "region", "commandes", "marge"]], "Votre liste par valeur",
           headings={"marge": "Marge par an"}, formats={"marge": "whole_euros", "commandes": "number"}, rows=8)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Ces quarante ont **déjà** acheté.
# Rien ne dit encore s’ils achèteront grâce au dîner, ni si l’on a le droit de leur écrire.
# La leçon 10 leur opposera une liste par arbre.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Un **barème** est un choix : unité, bornes, plafond décident des places, ou ne décident rien.
# - Un **persona** cite ses chiffres ; ce que les fichiers ne voient pas demande une enquête.
# - Des **cohortes comparables** avant de classer des canaux ; le coût du recrutement reste une hypothèse déclarée.
# - La **valeur à vie** dépend de la date de la première marge : dites-la.
# - **Migrations** : années disjointes, bornes gelées, clients et euros.
# - Une **alerte** n’est pas un départ, et un mouvement n’est pas un effet.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("09_valeur_client")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("09_valeur_client")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Vous avez une première liste de quarante noms, faite de ce que les clients ont valu.
# La leçon 10, « Cibler : qui achètera », en fera une autre, de ce qu’ils vont acheter ; la leçon 11 une troisième, des alertes.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 9](../exercises/09_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Affiner par produit et par coût
#
# L’article propose d’affiner par produit et par coût d’acquisition.
# Par quoi une recrue a-t-elle commencé ?
# Supposez un coût : quels premiers achats le paient en douze mois ?

# %% slideshow={"slide_type": "skip"}
cout_suppose = 900  # ← changez cette valeur : 400, puis 1500
par_produit = recrues.merge(first_purchases(commandes, load_products()), on="client_id")
categories = recruit_groups(par_produit, "premiere_categorie").query("recrues >= 30")
bilan = net_of_acquisition(categories, cout_suppose, by="premiere_categorie")
show_table(bilan[["premiere_categorie", "recrues", "marge_moyenne", "net_bas", "net_haut", "verdict"]],
           f"À {cout_suppose} € par recrue", formats={"marge_moyenne": "whole_euros",
           "net_bas": "whole_euros", "net_haut": "whole_euros", "recrues": "number"},
           headings={"premiere_categorie": "Premier achat", "recrues": "Recrues", "verdict": "Verdict",
                     "marge_moyenne": "Marge en douze mois", "net_bas": "Net, de", "net_haut": "Net, à"})

# %% [markdown] slideshow={"slide_type": "skip"}
# À 900 €, ceux qui ont commencé par une montre ou un sac paient leur coût ; pour la soie, on ne sait pas.
# Faut-il ne recruter que par des montres ?
# Le tableau ne le dit pas : qui entre par une bougie n’aurait peut-être pas acheté de montre.
#
# ### Les flux, dessinés
#
# Chaque ruban est un groupe de clients, aussi large que son nombre.
# Trouvez le plus large, puis le plus inquiétant.
# Et sur deux semestres, que reste-t-il de stable ?

# %% slideshow={"slide_type": "skip"}
mois_compares, fin = 12, "2024-12-31"  # ← changez ces valeurs : 6, "2025-06-30"
plot_flows(segment_moves(commandes, fin, "2025-12-31", months=mois_compares), "Avant", "Après")

# %% [markdown] slideshow={"slide_type": "skip"}
# Le plus large va d’« À risque » à « Sans commande » : 259 clients.
# Le plus inquiétant est à vous ; nous avons retenu les 41 Fidèles qui n’ont plus commandé.
#
# ### Projeter la base
#
# Une **chaîne de Markov** rejoue les passages moyens du passé : demain ne dépend que du segment d’aujourd’hui.
# Jugeons-la sur des trimestres mis de côté, à côté d’une prévision qui ne demande rien : « rien ne change ».

# %% slideshow={"slide_type": "skip"}
mis_de_cote = 4  # ← changez cette valeur : 2, puis 1
trimestres = pd.date_range("2023-12-31", "2025-12-31", freq="QE").date
jugee = judge_projection(segment_history(commandes, trimestres), mis_de_cote)
show_table(jugee.round(1), f"{mis_de_cote} trimestres projetés", rows=13, formats="number", headings={
    "etat": "Segment", "rien_ne_change": "Rien ne change", "projete": "Markov", "observe": "Observé"})

# %% [markdown] slideshow={"slide_type": "skip"}
# En moyenne, Markov se trompe de 35,1 clients par segment, contre 86,8 pour « rien ne change ».
# Presque tout vient de la ligne « Sans commande ».
# Sans elle, « rien ne change » se trompe **moins** : un an plus tôt, c’était la même saison, que la chaîne ignore.
#
# ### Le modèle que nous n’avons pas pris
#
# Des modèles dits `buy till you die` estiment, client par client, la chance qu’il soit encore client.
# Nous les laissons de côté : le plus connu tient pour **certainement actif** celui qui n’a acheté qu’une fois, soit près de quatre de nos clients sur dix, et aucun outil léger et suivi ne le propose.
# Que répondriez-vous à qui vous vendrait ce modèle ?

# %% slideshow={"slide_type": "skip"}
silence = 550  # ← changez cette valeur : 365, puis 730 (jours)
une_fois = achats.groupby("client_id").filter(lambda siens: len(siens) == 1)
age = (pd.Timestamp(COURSE_DATE) - une_fois["date_achat"]).dt.days
combien = f"{len(une_fois):,}".replace(",", " ")
print(f"Une seule commande : {combien} clients, dont {(age > silence).sum()} il y a plus de {silence} jours.")
