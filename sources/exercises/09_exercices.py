# %% [markdown]
# # Exercices 9 : dix places à Lyon
#
# La boutique de Lyon veut son propre dîner : dix places.
# Elle veut aussi savoir combien payer une recrue, et qui surveiller.
#
# Six questions, puis le portrait et les messages que la boutique attend : quarante minutes, avec les mots et les outils de la [leçon 9](../notebooks/09_valeur_client.ipynb).
# Les offres de la régie et les appels sont imaginés ; les clients et les commandes viennent des données.

# %% [markdown]
# **Comment répondre.**
# Exécutez les cellules dans l’ordre (Maj + Entrée).
# Quand une ligne porte la flèche ←, changez sa valeur, exécutez de nouveau et lisez le résultat.
# Répondez ensuite sous la question : « Vérifier », ou la touche Entrée dans un champ, dit ce que vaut la réponse, autant de fois que vous voulez.
# Tout s’enregistre à mesure.
#
# **Bloqué ?**
# À côté de « Vérifier », deux boutons : « Indice », puis « Solution ».

# %% jupyter={"source_hidden": true}
# Les outils de l’exercice. Exécutez cette cellule en premier.

from rfm_helpers import (
    COURSE_DATE, CourseError, PointScale, answer_question, best_places, class_profile, exercise,
    later_orders, lifetime_value, load_customers, load_orders, migration_matrix, open_question,
    parse_number, recruit_groups, recruit_value, rows_where, segment_changes, segment_history,
    segment_moves, show_table, value_classes, value_points,
)
from rfm_helpers.french.words import french, several

import pandas as pd

exercice = exercise("09_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes, clients = load_orders(), load_customers()
lyonnais = clients[clients["region"] == "Lyon et sa région"]
lyon = commandes[commandes["client_id"].isin(lyonnais["client_id"])]


def points_de_lyon(plafond):
    borne = None if plafond == "sans plafond" else parse_number(plafond)
    return value_points(lyon, PointScale(unit=100, cap=borne), years=2)


def dix_places(plafond):
    dix = best_places(points_de_lyon(plafond), 10)
    return show_table(dix[["place", "client_id", "commandes", "ca", "marge", "points"]], "Dix places à Lyon",
                      headings={"place": "Place", "ca": "CA par an", "marge": "Marge par an", "points": "Points"},
                      formats={"ca": "whole_euros", "marge": "whole_euros", "commandes": "number"})


def quatre_classes():
    profil = class_profile(value_classes(points_de_lyon(10)), clients)
    voir = ["classe", "clients", "part_clients", "part_marge", "commandes", "age_median", "region"]
    return show_table(profil[voir], "Les quatre classes de Lyon", headings={
        "classe": "Classe", "part_marge": "Part de la marge", "commandes": "Commandes (moyenne)",
        "age_median": "Âge médian", "region": "Région la plus fréquente"}, formats={"commandes": "number"})


def une_recrue(mois):
    duree = int(parse_number(mois))
    canaux = recruit_groups(recruit_value(commandes, clients, months=duree), "canal_recrutement")
    return show_table(canaux[["canal_recrutement", "recrues", "marge_moyenne", "bas", "haut"]],
                      f"Une recrue, {duree} mois", headings={"recrues": "Recrues", "marge_moyenne": "Marge"},
                      formats={"marge_moyenne": "whole_euros", "bas": "whole_euros", "haut": "whole_euros",
                               "recrues": "number"})


def valeur_a_vie(marge, reste, actualisation):
    nombres = [parse_number(un) for un in (marge, reste, actualisation)]
    print(lifetime_value(*nombres))
    print(lifetime_value(*nombres, first_now=True))


def partis_de_lyon(unite):
    partis = migration_matrix(segment_moves(lyon, "2024-12-31", COURSE_DATE), unite)
    partis = partis.loc[partis["avant"] != "Sans commande", ["avant", "Sans commande"]]
    formats = {"clients": "number", "euros": "whole_euros", "parts": "share"}
    return show_table(partis.sort_values("Sans commande", key=abs, ascending=False),
                      f"Partis de 2024 à 2025, en {unite}", headings={"avant": "Segment de 2024"},
                      formats={"Sans commande": formats[unite]})


def parmi(alertes, colonne, segments):
    if not isinstance(segments, str):
        raise CourseError("Écrivez les segments dans un seul texte, séparés par des virgules.")
    noms = [nom.strip() for nom in segments.split(",")]
    return pd.concat([rows_where(alertes, colonne, nom) for nom in noms]).index


def alertes_de_septembre(depuis, vers):
    fins_de_mois = pd.date_range("2024-12-31", "2025-12-31", freq="ME").date
    alertes = segment_changes(segment_history(commandes, fins_de_mois))
    choisies = alertes.loc[parmi(alertes, "avant", depuis).intersection(parmi(alertes, "apres", vers))]
    septembre = choisies[choisies["date"] == "2025-09-30"]
    suite = septembre.merge(later_orders(commandes, "2025-09-30", horizon_days=92), on="client_id")
    print(french(f"En septembre : {several(len(suite), 'alerte')}. "
                 f"Ont commandé avant 2026, sans appel : {several(int(suite['rachat'].sum()), 'client')}."))


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Qui perd sa place ?
#
# Deux ans d’achats, une unité de 100 €, dix places.
# La cellule ne plafonne pas encore le bonus.

# %% jupyter={"source_hidden": true}
q1

# %%
plafond = "sans plafond"  # ← changez cette valeur : 10
dix_places(plafond)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
listes = [set(best_places(points_de_lyon(un), 10)["client_id"]) for un in ("sans plafond", 10)]
q1.verifier((listes[0] - listes[1]).pop())

# %% [markdown]
# ## 2. Que dire de la classe 4 ?
#
# Les quatre classes de Lyon, bonus plafonné à 10 points.

# %% jupyter={"source_hidden": true}
q2

# %%
quatre_classes()

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
meilleure = class_profile(value_classes(points_de_lyon(10)), clients).iloc[0]
q2.verifier("c" if meilleure["part_marge"] > 2 / 3 else "d")

# %% [markdown]
# ## 3. Quelle prime de parrainage ?
#
# Toute la maison, cette fois, et non la seule région de Lyon.
# La cellule suit les recrues douze mois.

# %% jupyter={"source_hidden": true}
q3

# %%
mois = 12  # ← changez cette valeur
une_recrue(mois)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
six_mois = recruit_groups(recruit_value(commandes, clients, months=6), "canal_recrutement")
filleul = six_mois.set_index("canal_recrutement").loc["parrainage"]
q3.verifier("a" if filleul["bas"] < 950 < filleul["marge_moyenne"] else "c")

# %% [markdown]
# ## 4. Acheter des recrues ?
#
# La cellule a les nombres d’une recrue de boutique.
# Écrivez ceux de la régie, et lisez les deux phrases.

# %% jupyter={"source_hidden": true}
q4

# %%
marge = 1312  # ← changez cette valeur : euros par an
reste = 0.467  # ← changez cette valeur : 0.30 veut dire 30 %
actualisation = 0.10  # ← changez cette valeur : 0.08 veut dire 8 %
valeur_a_vie(marge, reste, actualisation)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier(420 + 420 * 0.35 / (1 + 0.12 - 0.35))

# %% [markdown]
# ## 5. Quel segment surveiller ?
#
# Les clients de Lyon qui ne commandent plus en 2025, selon leur segment de 2024.

# %% jupyter={"source_hidden": true}
q5

# %%
unite = "clients"  # ← changez cette valeur : "euros"
partis_de_lyon(unite)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
en_euros = migration_matrix(segment_moves(lyon, "2024-12-31", COURSE_DATE), "euros")
q5.verifier(en_euros[en_euros["avant"] != "À risque"].set_index("avant")["Sans commande"].idxmin())

# %% [markdown]
# ## 6. Les appels ont-ils servi ?
#
# Toute la maison.
# La cellule ne surveille encore qu’un passage ; ajoutez ceux de la question, séparés par des virgules.

# %% jupyter={"source_hidden": true}
q6

# %%
depuis = "Fidèles"  # ← changez cette valeur : "Champions, Fidèles"
vers = "À ne pas perdre"  # ← changez cette valeur : "À ne pas perdre, Dormants"
alertes_de_septembre(depuis, vers)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q6)

# %% tags=["solution"]
tires_au_sort = False
q6.verifier("c" if tires_au_sort else "b")

# %% [markdown]
# ## Répondre
#
# Que dire à la classe 4, et à la classe 1 ?
# Écrivez pour la boutique de Lyon.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("09_exercices")

# %% [markdown]
# ## Où en êtes-vous ?
#
# Le bilan relit vos réponses ; exécutez-le de nouveau quand elles changent.

# %%
exercice.bilan()

# %% [markdown]
# **Pour aller plus loin.**
# Vous aimez le code ?
# Celui de tous les tableaux est replié dans la première cellule : un clic sur les trois points le montre.

# %% [markdown]
# **La suite :** la leçon 10 demandera qui **achètera**, et si l’on a le droit d’écrire à ces dix-là.
