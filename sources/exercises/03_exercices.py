# %% [markdown]
# # Exercices 3 : le bilan de mi-année
#
# Janvier 2026.
# Le directeur commercial de la Maison Orsenne revient sur le bilan de mi-année, au 30 juin 2025.
# Il a trois demandes : où en était un client qui venait de rendre une commande entière, que donneraient **ses** seuils, et peut-on se fier au score R ?
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 3](../notebooks/03_calcul_rfm.ipynb).

# %% [markdown]
# **Comment répondre.**
# Exécutez les cellules dans l’ordre (Maj + Entrée).
# Quand une ligne porte la flèche ←, changez sa valeur et exécutez de nouveau.
# Puis remplacez `None` par votre réponse dans la cellule qui suit : elle est vérifiée et enregistrée, autant de fois que vous voulez.
#
# **Bloqué ?**
# Sous chaque réponse, deux boutons : « Indice », puis « Solution ».

# %% jupyter={"source_hidden": true}
# Les outils de l’exercice. Exécutez cette cellule en premier.
import pandas as pd

from rfm_helpers import (
    COURSE_DATE, as_day, exercise, later_orders, load_orders, load_products, orders_until,
    repeat_by_score, rfm_table, score_cuts, score_rfm, show_table,
)

exercice = exercise("03_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Un client qui a rendu toute une commande
#
# Voici tout ce que Bruno Denis (C-1339) a commandé jusqu’au 30 juin 2025.
# Faites le calcul à la main, comme pour les six clients de la leçon.

# %% jupyter={"source_hidden": true}
q1

# %%
bruno = orders_until(commandes[commandes["client_id"] == "C-1339"], "2025-06-30")
bruno = bruno.merge(load_products(), on="produit_id").sort_values(["date_achat", "ligne"])
show_table(bruno[["commande_id", "date_achat", "produit", "montant"]], "Les achats de Bruno", rows=10)

# %%
# La calculette de jours : de cette date au 30 juin 2025.
depuis = "01/01/2025"  # ← changez cette date
(as_day("2025-06-30") - as_day(depuis)).days

# %%
reponse = None  # ← remplacez None par votre nombre de jours
q1.verifier(reponse)

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

# %%
reponse = None  # ← remplacez None par votre nombre
q2.verifier(reponse)

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
jour = "2025-12-31"  # ← changez cette date
niveaux = 5  # ← changez cette valeur
mesures = rfm_table(orders_until(commandes, jour), as_of=jour)
notes = score_rfm(mesures, levels=niveaux)
show_table(notes[notes["client_id"] == "C-1339"], f"Bruno au {jour}, sur {niveaux} niveaux")

# %%
reponse = None  # ← remplacez None par votre code, entre guillemets, comme "111"
q3.verifier(reponse)

# %% tags=["solution"]
mesures = rfm_table(orders_until(commandes, "2025-06-30"), as_of="2025-06-30")
notes = score_rfm(mesures, levels=4)
q3.verifier(notes.loc[notes["client_id"] == "C-1339", "code_rfm"].item())

# %% [markdown]
# ## 4. Les seuils du directeur
#
# Le directeur veut des seuils que l’on puisse dire à voix haute.
# Ceux de F et de M sont déjà écrits ; donnez ceux de R.

# %% jupyter={"source_hidden": true}
q4

# %%
seuils_r = None  # ← remplacez None par trois nombres, comme [30, 90, 200]
table = rfm_table(commandes, as_of=COURSE_DATE)
tailles = None
if seuils_r is not None:
    tailles = score_cuts(score_rfm(table, method="thresholds", thresholds={
        "R": seuils_r, "F": [2, 4, 6], "M": [500, 2000, 5000]}))
q4.verifier(tailles)

# %% tags=["solution"]
par_seuils = score_rfm(table, method="thresholds", thresholds={
    "R": [60, 180, 365], "F": [2, 4, 6], "M": [500, 2000, 5000]})
q4.verifier(score_cuts(par_seuils))

# %% [markdown]
# Pour voir votre tableau, une fois les seuils écrits, exécutez la cellule suivante.
# Comparez la taille des groupes à celle des quantiles : un quart chacun, à peu près.

# %%
vide = pd.DataFrame({"dimension": [], "score": [], "clients": []})
show_table(vide if tailles is None else tailles, "La taille de chaque score", rows=12)

# %% [markdown]
# ## 5. Peut-on se fier au score R ?
#
# « Un score élevé, et alors ? »
# Donnons les scores à une date, puis regardons qui a commandé dans les six mois qui ont suivi.
# Dites ce que vous attendez avant de changer la date.

# %% jupyter={"source_hidden": true}
q5

# %%
jour = "2024-12-31"  # ← changez cette date
avant = score_rfm(rfm_table(orders_until(commandes, jour), as_of=jour))
suite = later_orders(commandes, jour, horizon_days=180)
rachats = repeat_by_score(avant, suite)[["dimension", "score", "clients", "taux_rachat"]]
show_table(rachats, f"Scores au {jour}, commandes des 180 jours suivants", rows=12)

# %%
reponse = None  # ← remplacez None par votre pourcentage, comme 12,5 entre guillemets : "12,5 %"
q5.verifier(reponse)

# %% tags=["solution"]
avant = score_rfm(rfm_table(orders_until(commandes, "2025-06-30"), as_of="2025-06-30"))
suite = later_orders(commandes, "2025-06-30", horizon_days=180)
ensemble = avant.merge(suite, on="client_id")
q5.verifier(ensemble.loc[ensemble["R"] == 4, "rachat"].mean())

# %% [markdown]
# ## Où en êtes-vous ?
#
# Que diriez-vous à la réunion ?
# Une phrase sur Bruno, une sur les seuils, une sur ce que vaut le score R.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 4](../notebooks/04_segmentation.ipynb), puis ses exercices.
