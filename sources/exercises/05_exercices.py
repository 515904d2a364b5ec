# %% [markdown]
# # Exercices 5 : le double de Marc
#
# Une conseillère vous appelle : « J’ai un client qui ressemble à Marc Morel. Faut-il lui écrire la même lettre ? »
# Il s’appelle Éric Mathieu (C-0362).
# Lisez son code, cherchez pourquoi il se tait, puis chiffrez une cible que la directrice vient d’imaginer.
#
# Cinq questions, puis votre réponse à la conseillère : une demi-heure, avec les mots et les outils de la [leçon 5](../notebooks/05_marc_morel.ipynb).

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
    COURSE_DATE, answer_question, benchmark, compare_dates, contact_list, describe_groups, exercise,
    load_complaints, load_contacts, load_customers, load_orders, load_products, load_stores,
    open_question, parse_number, revenue_at_stake, rfm_table, rows_where, score_rfm, show_table,
)
from rfm_helpers.french.words import several

import pandas as pd

exercice = exercise("05_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
table = rfm_table(commandes, as_of=COURSE_DATE)


def code_d_eric(niveaux):
    lui = rows_where(score_rfm(table, levels=niveaux), "client_id", "C-0362")
    return show_table(lui, f"Éric Mathieu sur {niveaux} niveaux")


def dans_la_cible(notes, bornes):
    for score, (plus_petit, plus_grand) in zip("RFM", bornes, strict=True):
        notes = notes[notes[score].between(plus_petit, plus_grand)]
    return notes


def cible(*bornes):
    lues = [[parse_number(one) for one in str(texte).split("à")] for texte in bornes]
    trouves = dans_la_cible(score_rfm(table, levels=5), [(une[0], une[-1]) for une in lues])
    return show_table(trouves, f"La cible : {several(len(trouves), 'client')}", rows=5)


def aux_deux_dates(mois):
    dates = ["2024-12-31", "2025-12-31"]
    notes = compare_dates(commandes, dates, months=int(parse_number(mois)), levels=5)
    return dans_la_cible(notes, [(1, 2), (3, 5), (5, 5)])


def qui_revient(mois):
    deux_dates = aux_deux_dates(mois)
    print(benchmark(deux_dates))
    return show_table(describe_groups(deux_dates), f"La cible de la directrice, sur {mois} mois")


def en_jeu(part):
    vises = rows_where(aux_deux_dates(24), "date", "2025-12-31")
    enjeu = revenue_at_stake(vises.assign(segment="La cible"), parse_number(part))
    colonnes = ["clients", "panier_moyen", "part_qui_reagit", "chiffre_affaires_en_jeu"]
    return show_table(enjeu[colonnes], "La cible de la directrice, aujourd’hui", headings={
        "part_qui_reagit": "Commandent une fois de plus", "chiffre_affaires_en_jeu": "En jeu"},
        formats={"part_qui_reagit": "share", "chiffre_affaires_en_jeu": "whole_euros"})


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Dans quelle liste ?
#
# Un code se lit avec son nombre de niveaux.
# Mettez celui de la question.

# %% jupyter={"source_hidden": true}
q1

# %%
niveaux = 3  # ← changez cette valeur
code_d_eric(niveaux)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
notes = score_rfm(table, levels=5)
code = notes.loc[notes["client_id"] == "C-0362", "code_rfm"].item()
q1.verifier("d" if code in ("144", "244", "145", "245") else "b")

# %% [markdown]
# ## 2. Pourquoi se tait-il ?
#
# Voici ses achats, puis ce que les autres fichiers savent de lui.
# Rappel de la leçon : d’avril à septembre 2024, l’accueil a manqué à Paris Rive droite.

# %% jupyter={"source_hidden": true}
q2

# %% jupyter={"source_hidden": true}
details = commandes.merge(load_products(), on="produit_id").merge(load_stores(), on="boutique_id")
achats = details[details["client_id"] == "C-0362"].sort_values("date_achat")
show_table(achats[["date_achat", "produit", "montant", "remise", "canal", "boutique"]], "Les achats d’Éric")

# %% jupyter={"source_hidden": true}
plaintes, messages = load_complaints(), load_contacts()
recus = messages[messages["client_id"] == "C-0362"]
savoir = pd.DataFrame({
    "Réclamations": [(plaintes["client_id"] == "C-0362").sum()],
    "Messages reçus": [len(recus)],
    "Désabonnement": recus.loc[recus["desabonnement"] == 1, "date_contact"].tolist(),
})
show_table(savoir, "Ce que disent les autres fichiers")

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
q2.verifier("c")

# %% [markdown]
# ## 3. Une autre cible
#
# La cible ci-dessous est celle des clients récents : pour chaque score, le plus petit et le plus grand.
# Changez-les pour écrire celle de la directrice.

# %% jupyter={"source_hidden": true}
q3

# %%
R = "4 à 5"  # ← changez cette valeur : le plus petit R, puis le plus grand
F = "2 à 5"  # ← changez cette valeur
M = "5"  # ← changez cette valeur
cible(R, F, M)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
q3.verifier("b" if 60 < len(score_rfm(table, levels=5).query("R <= 2 and F >= 3 and M == 5")) <= 80 else "c")

# %% [markdown]
# ## 4. Qui revient sans nous ?
#
# La cible de la directrice (R de 1 à 2, F de 3 à 5, M 5), à deux dates, et ce que les clients de la première ont fait dans l’année qui a suivi.
# Pour que les deux se ressemblent, chaque fenêtre a la même durée, et les bornes sont les mêmes : réglez cette durée.

# %% jupyter={"source_hidden": true}
q4

# %%
mois = 12  # ← changez cette valeur : la durée de chaque fenêtre
qui_revient(mois)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier("b" if benchmark(aux_deux_dates(24)).high > 0.45 else "a")

# %% [markdown]
# ## 5. Ce qui est en jeu
#
# Revenez à la cible d’aujourd’hui, sur deux ans.
# La part qui réagit est une hypothèse : écrivez-la à côté du résultat.

# %% jupyter={"source_hidden": true}
q5

# %%
part = 0.50  # ← changez cette valeur : 0.50 veut dire 50 %
en_jeu(part)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
vises = rows_where(aux_deux_dates(24), "date", "2025-12-31")
panier = vises["montant_total"].sum() / vises["frequence"].sum()
q5.verifier("c" if 15_000 < len(vises) * 0.10 * panier < 20_000 else "d")

# %% [markdown]
# ## Marc et Éric passent par la liste
#
# Avant d’écrire à quelqu’un, on regarde s’il l’accepte.

# %% jupyter={"source_hidden": true}
deux = load_customers().query("client_id in ['C-0360', 'C-0362']")
_, sortent = contact_list(deux, "courrier", on=COURSE_DATE, people=deux,
                          complaints=load_complaints(), contacts=load_contacts())
show_table(sortent[["client_id", "prenom", "nom", "motif"]], "À qui l’on n’écrit pas")

# %% [markdown]
# ## Répondre
#
# Alors, la même lettre pour Marc et pour Éric ?
# Voici qui en sort, puis à vous de répondre à la conseillère.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("05_exercices")

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
# **La suite :** la [leçon 6](../notebooks/06_budgetisation.ipynb), qui met un prix sur chaque action, puis ses exercices.
