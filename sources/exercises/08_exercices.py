# %% [markdown]
# # Exercices 8 : et sans la matinée ?
#
# La matinée d’atelier a eu lieu : 41 « Fidèles potentiels » invités, 2 062,50 € HT, établis payés en une fois (1 462,50 € si on les étale sur trois ans).
# La boutique de Lyon est enthousiaste : « Six invités sur dix ont commandé ! »
# La directrice financière demande : et sans la matinée ?
#
# Six questions, quarante minutes, avec les mots et les outils de la [leçon 8](../notebooks/08_mesurer.ipynb).
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
    COURSE_DATE, assign_segments, benchmark, best_split, campagne, compare_dates, compare_groups,
    contact_list, describe_groups, exercise, incremental_margin, load_complaints, load_contacts,
    load_customers, load_orders, measured_roi, people_needed, revenue_at_stake, rfm_table, roi,
    rows_where, score_rfm, segment_uses, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions, les données, le panier HT et le taux de marque des « Fidèles potentiels ».
exercice = exercise("08_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
eux = clients[clients["segment"] == "Fidèles potentiels"]
ventes = commandes[commandes["client_id"].isin(eux["client_id"])][["montant", "marge"]].sum()
panier = ventes["montant"] / 1.2 / eux["frequence"].sum()
taux = ventes["marge"] / (ventes["montant"] / 1.2)

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Et sans la matinée ?
#
# « Six invités sur dix ont commandé ! »
# Prenons le même segment un an plus tôt, fin 2024, quand il n’y avait pas de matinée : qui a commandé au premier semestre 2025 ?
# Deux dates se comparent sur la même fenêtre et avec les mêmes bornes : deux ans, celles de 2024-2025.
#
# Une réserve : les 41 invités, eux, ont été choisis sur **trois ans** d’achats.
# Sur deux ans, 30 d’entre eux seulement restent des « Fidèles potentiels », et sept sont des « Besoin d’attention », qui reviennent moins souvent d’eux-mêmes.
# Le repère est donc plutôt sévère pour la matinée ; l’an prochain, choisissez les invités sur la fenêtre du repère.

# %% jupyter={"source_hidden": true}
q1

# %%
repere = "Champions"  # ← changez cette valeur : le segment
deux_dates = assign_segments(compare_dates(
    commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=181))
eux = rows_where(deux_dates, "segment", repere)
print(benchmark(eux))
show_table(describe_groups(eux), f"{repere}, aux deux dates")

# %%
reponse = None  # ← remplacez None par votre nombre de points, par exemple 5 ou "5,5"
q1.verifier(reponse)

# %% tags=["solution"]
seuls = benchmark(deux_dates[deux_dates["segment"] == "Fidèles potentiels"]).share
q1.verifier(60 - 100 * seuls)

# %% [markdown]
# ## 2. Le ROI
#
# La cellule est réglée comme la boutique l’a comprise.
# Corrigez la hausse ; le coût et les invités sont les bons.

# %% jupyter={"source_hidden": true}
q2

# %%
hausse = 0.60  # ← changez cette valeur : 0.05 veut dire 5 points
matinee = campagne(clients=41, hausse=hausse, panier=panier, taux_marque=taux, cout=2062.5)
print(roi(incremental_margin(matinee), matinee.cost))

# %%
reponse = None  # ← remplacez None par votre pourcentage, avec son signe
q2.verifier(reponse)

# %% tags=["solution"]
gagne = 41 * (0.60 - seuls) * panier * taux
q2.verifier((gagne - 2062.5) / 2062.5)

# %% [markdown]
# ## 3. Avec un groupe témoin
#
# Quatre nombres : commandes et clients chez les invités, puis chez les témoins.
# Ceux de la cellule viennent d’une opération dix fois plus grande.

# %% jupyter={"source_hidden": true}
q3

# %%
print(compare_groups(130, 210, 90, 210, at_random=True))  # ← changez les quatre nombres

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q3.verifier(reponse)

# %% tags=["solution"]
q3.verifier("b" if compare_groups(13, 21, 9, 21).low > 0 else "d")

# %% [markdown]
# ## 4. Combien de clients, la prochaine fois ?
#
# La boutique veut essayer sur un autre segment, avec un témoin cette fois.
# Les deux parts de la cellule sont celles de la soirée privée.

# %% jupyter={"source_hidden": true}
q4

# %%
seuls, vise = 0.30, 0.42  # ← changez ces deux parts : 0.12 veut dire 12 %
print(f"Au moins {people_needed(seuls, vise)} clients par groupe.")

# %%
reponse = None  # ← remplacez None par votre nombre de clients
q4.verifier(reponse)

# %% tags=["solution"]
q4.verifier(people_needed(0.23, 0.33))

# %% [markdown]
# ## 5. Refaire la série ?
#
# Cinq matinées ont été mesurées contre un groupe témoin.
# La cellule compte, au départ, le coût d’une seule.

# %% jupyter={"source_hidden": true}
q5

# %%
cout_de_la_serie = 2062.5  # ← changez cette valeur : euros HT, pour les cinq matinées
serie = matinee.avec(clients=210, cout=cout_de_la_serie)
print(measured_roi(serie, compare_groups(130, 210, 90, 210, at_random=True)))

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q5.verifier(reponse)

# %% tags=["solution"]
mesure = compare_groups(130, 210, 90, 210, at_random=True)
etalee = measured_roi(serie.avec(cout=5 * 1462.5), mesure)
q5.verifier("c" if mesure.low > 0 and etalee.low < -0.25 else "b")

# %% [markdown]
# ## 6. Partager l’enveloppe, et rendre le reste
#
# Un autre budget, deux segments.
# On n’écrit qu’à ceux que l’on a le droit de solliciter.

# %% jupyter={"source_hidden": true}
q6

# %%
reactions = {"Fidèles potentiels": 0.05, "À ne pas perdre": 0.05}  # ← changez ces deux parts
enveloppe = 3000  # ← changez cette valeur : euros
a_qui_ecrire, _ = contact_list(clients, "courrier", on=COURSE_DATE, people=load_customers(),
                               complaints=load_complaints(), contacts=load_contacts())
enjeux = revenue_at_stake(a_qui_ecrire[a_qui_ecrire["segment"].isin(list(reactions))], reactions)
usages = segment_uses(enjeux, commandes["marge"].sum() / commandes["montant"].sum(), 100)
partage = pd.DataFrame(best_split(usages, enveloppe).items(), columns=["segment", "euros"])
show_table(partage, f"Le meilleur partage de {enveloppe} €", headings={"euros": "Dépense"},
           formats={"euros": "whole_euros"})

# %%
reponse = None  # ← remplacez None par votre montant
q6.verifier(reponse)

# %% tags=["solution"]
reactions = {"Fidèles potentiels": 0.08, "À ne pas perdre": 0.13}
enjeux = revenue_at_stake(a_qui_ecrire[a_qui_ecrire["segment"].isin(list(reactions))], reactions)
usages = segment_uses(enjeux, commandes["marge"].sum() / commandes["montant"].sum(), 100)
q6.verifier(9000 - sum(best_split(usages, 9000).values()))

# %% [markdown]
# ## Où en êtes-vous ?
#
# Refaites-vous la matinée ?
# Répondez à la directrice financière en trois phrases, et dites ce qu’il faudrait mesurer d’abord, et sur combien de clients.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** le cœur du cours est fini.
# Recommencez avec votre propre fichier : la [leçon 2](../notebooks/02_donnees.ipynb) dit comment le lire.
