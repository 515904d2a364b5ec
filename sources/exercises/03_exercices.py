# %% [markdown]
# # Exercices 3 : le bilan de mi-année
#
# Janvier 2026.
# Le directeur commercial de la Maison Orsenne revient sur le bilan de mi-année, au 30 juin 2025.
# Il a trois demandes : où en était un client qui venait de rendre une commande entière, que donneraient **ses** seuils, et peut-on se fier au score R ?
#
# Cinq questions, puis votre réponse au directeur : une demi-heure, avec les mots et les outils de la [leçon 3](../notebooks/03_calcul_rfm.ipynb).

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
    COURSE_DATE, answer_question, as_day, exercise, later_orders, load_orders, load_products,
    open_question, orders_until, parse_number, repeat_by_score, rfm_table, rows_where, score_cuts,
    score_rfm, show_table,
)
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import french, several

import pandas as pd

exercice = exercise("03_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
bruno = orders_until(commandes[commandes["client_id"] == "C-1339"], "2025-06-30")
bruno = bruno.merge(load_products(), on="produit_id").sort_values(["date_achat", "ligne"])


def jours_jusqu_au_30_juin(depuis):
    jours = (as_day("2025-06-30") - as_day(depuis)).days
    print(french(f"Du {long_date(as_day(depuis))} au 30 juin 2025 : {several(jours, 'jour')}."))


def code_de_bruno(jour, niveaux):
    jour = as_day(jour)
    mesures = rfm_table(orders_until(commandes, jour), as_of=jour)
    lui = rows_where(score_rfm(mesures, levels=niveaux), "client_id", "C-1339")
    return show_table(lui, f"Bruno au {long_date(jour)}, sur {niveaux} niveaux")


def taille_des_scores(seuils):
    seuils = [parse_number(seuil) for seuil in str(seuils).split(",")]
    notes = score_rfm(rfm_table(commandes, as_of=COURSE_DATE), method="thresholds",
                      thresholds={"R": seuils, "F": [2, 4, 6], "M": [500, 2000, 5000]})
    tailles = score_cuts(notes)[["dimension", "score", "clients"]].query("dimension == 'R'")
    return show_table(tailles, "La taille de chaque score R")


def rachats_apres(jour):
    jour = as_day(jour)
    avant = score_rfm(rfm_table(orders_until(commandes, jour), as_of=jour))
    suite = later_orders(commandes, jour, horizon_days=180)
    rachats = repeat_by_score(avant, suite)[["dimension", "score", "clients", "taux_rachat"]]
    return show_table(rachats, f"Scores au {long_date(jour)}, commandes des 180 jours suivants")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Un client qui a rendu toute une commande
#
# Voici tout ce que Bruno Denis (C-1339) a commandé jusqu’au 30 juin 2025.
# Faites le calcul à la main, comme pour les six clients de la leçon.

# %% jupyter={"source_hidden": true}
q1

# %% jupyter={"source_hidden": true}
show_table(bruno[["commande_id", "date_achat", "produit", "montant"]], "Les achats de Bruno", rows=10)

# %%
depuis = "01/01/2025"  # ← changez cette date
jours_jusqu_au_30_juin(depuis)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
par_commande = bruno.groupby("commande_id").agg(jour=("date_achat", "min"), total=("montant", "sum"))
gardees = par_commande[par_commande["total"] > 0]
q1.verifier((pd.Timestamp("2025-06-30") - gardees["jour"].max()).days)

# %% [markdown]
# ## 2. Combien de fois ?
#
# Le même tableau, une autre question.

# %% jupyter={"source_hidden": true}
q2

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
q2.verifier(len(gardees))

# %% [markdown]
# ## 3. Son code
#
# Un code dépend de la date et du nombre de niveaux.
# La cellule est réglée sur d’autres valeurs que celles de la question.

# %% jupyter={"source_hidden": true}
q3

# %%
jour = "31/12/2025"  # ← changez cette date
niveaux = 5  # ← changez cette valeur
code_de_bruno(jour, niveaux)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
mesures = rfm_table(orders_until(commandes, "2025-06-30"), as_of="2025-06-30")
notes = score_rfm(mesures, levels=4)
q3.verifier(notes.loc[notes["client_id"] == "C-1339", "code_rfm"].item())

# %% [markdown]
# ## 4. Les seuils du directeur
#
# Le directeur veut des seuils que l’on puisse dire à voix haute.
# La cellule donne la taille des groupes pour d’autres seuils ; comparez-la à celle des quantiles, un quart chacun, à peu près.

# %% jupyter={"source_hidden": true}
q4

# %%
seuils = "30, 90, 200"  # ← changez ces trois nombres de jours
taille_des_scores(seuils)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier([60, 180, 365])

# %% [markdown]
# ## 5. Peut-on se fier au score R ?
#
# « Un score élevé, et alors ? »
# Donnons les scores à une date, puis regardons qui a commandé dans les six mois qui ont suivi.
# Dites ce que vous attendez avant de changer la date.

# %% jupyter={"source_hidden": true}
q5

# %%
jour = "31/12/2024"  # ← changez cette date
rachats_apres(jour)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
avant = score_rfm(rfm_table(orders_until(commandes, "2025-06-30"), as_of="2025-06-30"))
suite = later_orders(commandes, "2025-06-30", horizon_days=180)
parts = avant.merge(suite, on="client_id").groupby("R")["rachat"].mean()
q5.verifier("a" if parts[4] >= 10 * parts[1] else "b")

# %% [markdown]
# ## Répondre
#
# Le directeur a la parole, puis vous.
# Écrivez ce que vous direz à la réunion.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("03_exercices")

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
# **La suite :** la [leçon 4](../notebooks/04_segmentation.ipynb), puis ses exercices.
