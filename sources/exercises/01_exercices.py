# %% [markdown]
# # Exercices 1 : une stratégie pour les Prometteurs ?
#
# Maison Orsenne, janvier 2026.
# Une cheffe de produit propose de s’occuper des « Prometteurs » : venus il y a quelques mois, presque tous une seule fois.
# La directrice n’est pas convaincue : « Pour obtenir quoi ? Et n’y a-t-il pas plus urgent ? »
#
# Cinq décisions, puis votre réponse à la directrice : une demi-heure, avec les mots et les outils de la [leçon 1](../notebooks/01_strategie.ipynb).

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
    COURSE_DATE, Target, answer_question, as_day, assign_segments, benchmark, benchmarks,
    compare_dates, exercise, load_orders, measure_target, open_question, orders_until,
    parse_number, revenue_at_risk, revenue_at_stake, rfm_table, rows_where, score_rfm, show_table,
)
from rfm_helpers.french.numbers import long_date, percent
from rfm_helpers.french.words import french

import pandas as pd

exercice = exercise("01_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))


def scores_moyens(segment):
    moyennes = rows_where(clients, "segment", segment)[["R", "F", "M"]].mean().round(1)
    return show_table(moyennes.to_frame().T.add_prefix("Score "), f"{segment} : scores moyens",
                      formats="number")


def chiffre_affaires_en_jeu(part):
    part = parse_number(part)
    enjeux = revenue_at_stake(clients, part).query("segment == 'Prometteurs'")
    colonnes = ["segment", "clients", "panier_moyen", "chiffre_affaires_en_jeu"]
    return show_table(enjeux[colonnes], f"Si {percent(part)} commandent une fois de plus",
                      headings={"chiffre_affaires_en_jeu": "En jeu"},
                      formats={"chiffre_affaires_en_jeu": "whole_euros"})


def aux_deux_dates(jours):
    return assign_segments(compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24,
                                         horizon_days=int(parse_number(jours))))


def revenus_sans_nous(jours):
    return show_table(benchmarks(aux_deux_dates(jours)), rows=11,
                      caption=f"Segments de fin 2024 : ont commandé dans les {jours} jours")


def ce_qui_peut_partir(jour):
    jour = as_day(jour)
    alors = rows_where(aux_deux_dates(181), "date", str(jour))
    risques = revenue_at_risk(alors, orders_until(commandes, jour), jour).query("peut_partir")
    print(french(f"Hypothèse : {risques['hypothese_risque'].iloc[0]}."))
    colonnes = ["segment", "clients", "actifs", "chiffre_affaires_a_risque"]
    return show_table(risques[colonnes], f"Chiffre d’affaires à risque au {long_date(jour)}",
                      formats={"chiffre_affaires_a_risque": "whole_euros"},
                      headings={"actifs": "Ont commandé en douze mois",
                                "chiffre_affaires_a_risque": "Chiffre d’affaires à risque"})


def valeurs_de_depart(segment):
    segment = rows_where(clients, "segment", segment)["segment"].iloc[0]
    mesures = {"Nombre moyen de commandes": "frequence_moyenne",
               "Récence médiane (jours)": "recence_mediane"}
    valeurs = {titre: [round(measure_target(clients, Target(segment=segment), mesure), 1)]
               for titre, mesure in mesures.items()}
    return show_table(pd.DataFrame(valeurs), f"{segment}, aujourd’hui", formats="number")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Quel levier ?
#
# Voici les scores moyens d’un autre segment, sur quatre niveaux.
# Remplacez-le par celui de la question.

# %% jupyter={"source_hidden": true}
q1

# %%
segment = "Perdus"  # ← changez cette valeur
scores_moyens(segment)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

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
chiffre_affaires_en_jeu(part)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
panier = prometteurs["montant_total"].sum() / prometteurs["frequence"].sum()
enjeu = len(prometteurs) * 0.15 * panier
q2.verifier("b" if enjeu > 25_000 else "a")

# %% [markdown]
# ## 3. Est-ce réaliste ?
#
# Remontons à la fin de 2024 : qu’ont fait alors les clients de chaque segment, sans plan particulier ?
# Le fichier commence en 2023 : pour que les segments de fin 2024 et de fin 2025 se ressemblent, on les fait sur la même fenêtre, deux ans, et avec les mêmes bornes.
# La durée qui suit compte autant que la part.

# %% jupyter={"source_hidden": true}
q3

# %%
jours = 365  # ← changez cette valeur
revenus_sans_nous(jours)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
repere = benchmark(aux_deux_dates(181).query("segment == 'Prometteurs'"))
objectifs = {"a": 0.20, "b": 0.27, "c": 0.35}
(garde,) = [lettre for lettre, part in objectifs.items() if part > repere.high]
q3.verifier(garde)

# %% [markdown]
# ## 4. Y a-t-il plus urgent ?
#
# La directrice pense aux clients « À ne pas perdre ».
# Changez la date : le tableau prend les segments de cette date, sur les mêmes fenêtres que plus haut, et les douze mois de ventes qui la précèdent.

# %% jupyter={"source_hidden": true}
q4

# %%
jour = "31/12/2025"  # ← changez cette date
ce_qui_peut_partir(jour)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
deux_dates = aux_deux_dates(181)
risques = []
for annee in ("2024", "2025"):
    alors = deux_dates[deux_dates["date"] == f"{annee}-12-31"]
    suivis = alors.loc[alors["segment"] == "À ne pas perdre", "client_id"]
    ventes = commandes[commandes["date_achat"].between(f"{annee}-01-01", f"{annee}-12-31")]
    depenses = rfm_table(ventes, as_of=f"{annee}-12-31")
    risques.append(depenses.loc[depenses["client_id"].isin(suivis), "montant_total"].sum())
q4.verifier("a" if risques[0] < risques[1] else "b")

# %% [markdown]
# ## 5. Quel énoncé garder ?
#
# La cheffe de produit hésite entre quatre phrases.
# Le tableau donne les valeurs de départ d’un autre segment ; remplacez-le, puis vérifiez les énoncés.

# %% jupyter={"source_hidden": true}
q5

# %%
segment = "Perdus"  # ← changez cette valeur
valeurs_de_depart(segment)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
q5.verifier("d")

# %% [markdown]
# ## Répondre
#
# La directrice attend votre décision.
# Écrivez-la avec vos mots, relisez-vous avec les critères, puis comparez.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("01_exercices")

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
# **La suite :** la [leçon 2](../notebooks/02_donnees.ipynb) prépare les données ; ses exercices viennent ensuite.
