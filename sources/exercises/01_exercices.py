# %% [markdown]
# # Exercices 1 : une stratégie pour les Prometteurs ?
#
# Maison Orsenne, janvier 2026.
# Une cheffe de produit propose de s’occuper des « Prometteurs » : venus il y a quelques mois, presque tous une seule fois.
# La directrice n’est pas convaincue : « Pour obtenir quoi ? Et n’y a-t-il pas plus urgent ? »
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 1](../notebooks/01_strategie.ipynb).

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
    COURSE_DATE, Target, assign_segments, benchmark, benchmarks, compare_dates, exercise,
    load_orders, measure_target, orders_until, revenue_at_risk, revenue_at_stake, rfm_table,
    rows_where, score_rfm, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions et les données.
exercice = exercise("01_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Quel levier ?
#
# Voici les scores moyens d’un autre segment, sur quatre niveaux.
# Remplacez-le par celui de la question, accents et majuscules compris.

# %% jupyter={"source_hidden": true}
q1

# %%
segment = "Perdus"  # ← changez cette valeur
moyennes = rows_where(clients, "segment", segment)[["R", "F", "M"]].mean().round(1)
resume = pd.DataFrame([{"Score R moyen": moyennes["R"], "Score F moyen": moyennes["F"],
                        "Score M moyen": moyennes["M"]}])
show_table(resume, f"{segment} : scores moyens", formats="number")

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q1.verifier(reponse)

# %% tags=["solution"]
prometteurs = clients[clients["segment"] == "Prometteurs"]
levier = prometteurs[["R", "F", "M"]].mean().idxmin()
q1.verifier({"R": "a", "F": "b", "M": "c"}[levier])

# %% [markdown]
# ## 2. Pour quel enjeu ?
#
# La part qui réagit est une hypothèse.
# La cheffe de produit en propose une ; celle de la cellule est différente.

# %% jupyter={"source_hidden": true}
q2

# %%
part = 0.10  # ← changez cette valeur : 0.10 veut dire 10 %
enjeux = revenue_at_stake(clients, part).query("segment == 'Prometteurs'")
show_table(enjeux[["segment", "clients", "panier_moyen", "chiffre_affaires_en_jeu"]],
           f"Si {100 * part:.0f} % commandent une fois de plus", headings={
           "chiffre_affaires_en_jeu": "En jeu"}, formats={"chiffre_affaires_en_jeu": "whole_euros"})

# %%
reponse = None  # ← remplacez None par votre montant
q2.verifier(reponse)

# %% tags=["solution"]
panier = prometteurs["montant_total"].sum() / prometteurs["frequence"].sum()
q2.verifier(len(prometteurs) * 0.15 * panier)

# %% [markdown]
# ## 3. Est-ce réaliste ?
#
# Remontons à la fin de 2024 : qu’ont fait alors les clients de chaque segment, sans plan particulier ?
# Le fichier commence en 2023 : pour que les segments de fin 2024 et de fin 2025 se ressemblent, `compare_dates` les fait sur la même fenêtre, deux ans, et avec les mêmes bornes.
# La durée qui suit compte autant que la part.

# %% jupyter={"source_hidden": true}
q3

# %%
jours = 365  # ← changez cette valeur
deux_dates = assign_segments(compare_dates(
    commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=jours))
show_table(benchmarks(deux_dates), rows=11,
           caption=f"Segments de fin 2024 : ont commandé dans les {jours} jours")

# %%
reponse = None  # ← remplacez None par votre pourcentage, par exemple "12,5 %"
q3.verifier(reponse)

# %% tags=["solution"]
deux_dates = assign_segments(compare_dates(
    commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=181))
q3.verifier(benchmark(deux_dates[deux_dates["segment"] == "Prometteurs"]).share)

# %% [markdown]
# ## 4. Y a-t-il plus urgent ?
#
# La directrice pense aux clients « À ne pas perdre ».
# Changez la date : le tableau prend les segments de cette date, sur les mêmes fenêtres que plus haut, et les douze mois de ventes qui la précèdent.

# %% jupyter={"source_hidden": true}
q4

# %%
jour = "2025-12-31"  # ← changez cette date
alors = rows_where(deux_dates, "date", jour)
risques = revenue_at_risk(alors, orders_until(commandes, jour), jour).query("peut_partir")
for hypothese in risques["hypothese_risque"].unique():
    print(f"Hypothèse : {hypothese}.")
colonnes = ["segment", "clients", "actifs", "chiffre_affaires_a_risque"]
show_table(risques[colonnes], f"Chiffre d’affaires à risque au {jour}",
           formats={"chiffre_affaires_a_risque": "whole_euros"},
           headings={"actifs": "Ont commandé en douze mois",
                     "chiffre_affaires_a_risque": "Chiffre d’affaires à risque"})

# %%
reponse = None  # ← remplacez None par votre montant
q4.verifier(reponse)

# %% tags=["solution"]
avant = deux_dates[deux_dates["date"] == "2024-12-31"]
suivis = avant.loc[avant["segment"] == "À ne pas perdre", "client_id"]
en_2024 = commandes[commandes["date_achat"].between("2024-01-01", "2024-12-31")]
depenses = rfm_table(en_2024, as_of="2024-12-31")
q4.verifier(depenses.loc[depenses["client_id"].isin(suivis), "montant_total"].sum())

# %% [markdown]
# ## 5. Quel énoncé garder ?
#
# La cheffe de produit hésite entre quatre phrases.
# La cellule donne la valeur de départ d’un indicateur ; changez-le pour vérifier les énoncés.

# %% jupyter={"source_hidden": true}
q5

# %%
indicateur = "panier_moyen"  # ← changez cette valeur, sans accent : "frequence_moyenne" ou "recence_mediane"
valeur = measure_target(clients, Target(segment="Prometteurs"), indicateur)
depart = pd.DataFrame([{"indicateur": indicateur, "valeur": round(valeur, 1)}])
show_table(depart, "Prometteurs, aujourd’hui", headings={"indicateur": "Indicateur", "valeur": "Valeur"})

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q5.verifier(reponse)

# %% tags=["solution"]
q5.verifier("d")

# %% [markdown]
# ## Où en êtes-vous ?
#
# Que décidez-vous : les Prometteurs, les clients À ne pas perdre, ou les deux ?
# Écrivez votre phrase, avec son hypothèse et son repère.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 2](../notebooks/02_donnees.ipynb) prépare les données ; ses exercices viennent ensuite.
