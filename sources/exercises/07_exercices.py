# %% [markdown]
# # Exercices 7 : que rapporte la matinée ?
#
# La matinée d’atelier des exercices 6 a un budget : 41 invités, tous « Fidèles potentiels », et 2 062,50 € HT, établis payés en une fois (1 462,50 € si on les étale sur trois ans).
# La boutique de Lyon est enthousiaste : « Six invités sur dix ont commandé ! »
# La directrice financière demande : et sans la matinée ?
#
# Six questions, quarante minutes, avec les mots et les outils de la [leçon 7](../notebooks/07_rentabilite.ipynb).
# Les taux de réponse de la matinée sont imaginés ; paniers, marges et repères viennent des données.

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
    COURSE_DATE, assign_segments, benchmark, break_even, campagne, compare_dates, compare_groups,
    describe_groups, discount_price, exercise, incremental_margin, load_orders, load_products,
    rfm_table, roi, rows_where, score_rfm, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions et les données.
exercice = exercise("07_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Une commande, quelle marge ?
#
# Le tableau est celui d’un autre segment.
# Changez-le, puis servez-vous de la calculette.

# %% jupyter={"source_hidden": true}
q1

# %%
segment = "Champions"  # ← changez cette valeur
eux = rows_where(clients, "segment", segment)
ventes = commandes[commandes["client_id"].isin(eux["client_id"])][["montant", "marge"]].sum()
panier = ventes["montant"] / 1.2 / eux["frequence"].sum()
taux = ventes["marge"] / (ventes["montant"] / 1.2)
resume = pd.DataFrame([{"ttc": panier * 1.2, "ht": panier, "taux": taux}])
show_table(resume, f"{segment} : une commande moyenne", headings={
    "ttc": "Panier moyen TTC", "ht": "Panier moyen HT", "taux": "Taux de marque"},
    formats={"ttc": "euros", "ht": "euros", "taux": "share"})

# %%
round(100 * 0.50, 2)  # ← changez 100 et 0.50

# %%
reponse = None  # ← remplacez None par votre montant
q1.verifier(reponse)

# %% tags=["solution"]
segment = "Fidèles potentiels"
eux = clients[clients["segment"] == segment]
lignes = commandes[commandes["client_id"].isin(eux["client_id"])]
panier = lignes["montant"].sum() / 1.2 / eux["frequence"].sum()
taux = lignes["marge"].sum() / (lignes["montant"].sum() / 1.2)
q1.verifier(lignes["marge"].sum() / eux["frequence"].sum())

# %% [markdown]
# ## 2. Le seuil
#
# Le panier et le taux de marque sont ceux du segment que vous venez de choisir.
# Les deux valeurs à changer sont, au départ, celles d’un budget mal lu.

# %% jupyter={"source_hidden": true}
q2

# %%
cout = 2376  # ← changez cette valeur : euros
touches = 25  # ← changez cette valeur : clients
matinee = campagne(clients=touches, hausse=0, panier=panier, taux_marque=taux, cout=cout)
print(break_even(matinee))

# %%
reponse = None  # ← remplacez None par votre nombre de points, par exemple 5 ou "5,5"
q2.verifier(reponse)

# %% tags=["solution"]
q2.verifier(100 * 2062.5 / (41 * panier * taux))

# %% [markdown]
# ## 3. Et sans la matinée ?
#
# « Six invités sur dix ont commandé ! »
# Prenons le même segment un an plus tôt, fin 2024, quand il n’y avait pas de matinée : qui a commandé au premier semestre 2025 ?
# Deux dates se comparent sur la même fenêtre et avec les mêmes bornes : deux ans, celles de 2024-2025.
#
# Une réserve : les 41 invités, eux, ont été choisis sur **trois ans** d’achats.
# Sur deux ans, 30 d’entre eux seulement restent des « Fidèles potentiels », et sept sont des « Besoin d’attention », qui reviennent moins souvent d’eux-mêmes.
# Le repère est donc plutôt sévère pour la matinée ; l’an prochain, choisissez les invités sur la fenêtre du repère.

# %% jupyter={"source_hidden": true}
q3

# %%
repere = "Champions"  # ← changez cette valeur : le segment
deux_dates = assign_segments(compare_dates(
    commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=181))
eux = rows_where(deux_dates, "segment", repere)
print(benchmark(eux))
show_table(describe_groups(eux), f"{repere}, aux deux dates")

# %%
reponse = None  # ← remplacez None par votre nombre de points, par exemple 5 ou "5,5"
q3.verifier(reponse)

# %% tags=["solution"]
seuls = benchmark(deux_dates[deux_dates["segment"] == "Fidèles potentiels"]).share
q3.verifier(60 - 100 * seuls)

# %% [markdown]
# ## 4. Le ROI
#
# La cellule est réglée comme la boutique l’a comprise.
# Corrigez la hausse, et gardez le coût et les invités de la question 2.

# %% jupyter={"source_hidden": true}
q4

# %%
hausse = 0.60  # ← changez cette valeur : 0.05 veut dire 5 points
matinee = campagne(clients=touches, hausse=hausse, panier=panier, taux_marque=taux, cout=cout)
print(roi(incremental_margin(matinee), matinee.cost))

# %%
reponse = None  # ← remplacez None par votre pourcentage, avec son signe
q4.verifier(reponse)

# %% tags=["solution"]
gagne = 41 * (0.60 - seuls) * panier * taux
q4.verifier((gagne - 2062.5) / 2062.5)

# %% [markdown]
# ## 5. Une remise pour remplir
#
# La boutique propose d’ajouter une remise.
# Que coûte-t-elle vraiment ?

# %% jupyter={"source_hidden": true}
q5

# %%
categorie = "Horlogerie"  # ← changez cette valeur
remise = 0.15  # ← changez cette valeur
articles = commandes.merge(load_products(), on="produit_id")
vendus = rows_where(articles, "categorie", categorie)[["montant", "marge"]].sum()
taux_categorie = vendus["marge"] / (vendus["montant"] / 1.2)
print(f"{categorie}. {discount_price(remise, taux_categorie)}")

# %%
reponse = None  # ← remplacez None par votre pourcentage
q5.verifier(reponse)

# %% tags=["solution"]
petite = articles[articles["categorie"] == "Petite maroquinerie"]
marge_sur_ht = petite["marge"].sum() / (petite["montant"].sum() / 1.2)
q5.verifier(0.10 / (marge_sur_ht - 0.10))

# %% [markdown]
# ## 6. Avec un groupe témoin
#
# Quatre nombres : commandes et clients chez les invités, puis chez les témoins.
# Ceux de la cellule viennent d’une opération dix fois plus grande.

# %% jupyter={"source_hidden": true}
q6

# %%
print(compare_groups(130, 210, 90, 210, at_random=True))  # ← changez les quatre nombres

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q6.verifier(reponse)

# %% tags=["solution"]
q6.verifier("b" if compare_groups(13, 21, 9, 21).low > 0 else "d")

# %% [markdown]
# ## Où en êtes-vous ?
#
# Refaites-vous la matinée ?
# Répondez à la directrice financière en trois phrases, et dites ce que vous changeriez d’abord : le coût, les invités ou ce que l’on y vend.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** le cœur du cours est fini.
# Recommencez avec votre propre fichier : la [leçon 2](../notebooks/02_donnees.ipynb) dit comment le lire.
