# %% [markdown]
# # Exercices 8 : et sans la matinée ?
#
# La matinée d’atelier a eu lieu : 41 « Fidèles potentiels » invités, 2 062,50 € HT, établis payés en une fois (1 462,50 € si on les étale sur trois ans).
# La boutique de Lyon est enthousiaste : « Six invités sur dix ont commandé ! »
# La directrice financière demande : et sans la matinée ?
#
# Six questions, puis votre réponse à la directrice financière : quarante minutes, avec les mots et les outils de la [leçon 8](../notebooks/08_mesurer.ipynb).
# Les taux de réponse de la matinée sont imaginés ; paniers, marges et repères viennent des données.

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
    COURSE_DATE, answer_question, assign_segments, benchmark, best_split, campagne, compare_dates,
    compare_groups, contact_list, describe_groups, exercise, incremental_margin, load_complaints,
    load_contacts, load_customers, load_orders, measured_roi, open_question, parse_number,
    people_needed, revenue_at_stake, rfm_table, roi, rows_where, score_rfm, segment_uses,
    show_table,
)
from rfm_helpers.french.numbers import euros, number

import pandas as pd

exercice = exercise("08_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
eux = clients[clients["segment"] == "Fidèles potentiels"]
ventes = commandes[commandes["client_id"].isin(eux["client_id"])][["montant", "marge"]].sum()
panier = ventes["montant"] / 1.2 / eux["frequence"].sum()
taux = ventes["marge"] / (ventes["montant"] / 1.2)
deux_dates = assign_segments(compare_dates(
    commandes, ["2024-12-31", "2025-12-31"], months=24, horizon_days=181))


def repere_du_segment(segment):
    ceux_la = rows_where(deux_dates, "segment", segment)
    print(benchmark(ceux_la))
    return show_table(describe_groups(ceux_la), f"{segment}, aux deux dates")


def matinee(**entrees):
    lues = {nom: parse_number(valeur) for nom, valeur in entrees.items()}
    return campagne(**{"clients": 41, "hausse": 0, "cout": 2062.5} | lues,
                    panier=panier, taux_marque=taux)


def rendement(hausse):
    action = matinee(hausse=hausse)
    print(roi(incremental_margin(action), action.cost))


def comparer(invites, sur, temoins, sur_temoins):
    nombres = [int(parse_number(un)) for un in (invites, sur, temoins, sur_temoins)]
    print(compare_groups(*nombres, at_random=True))


def clients_par_groupe(seuls, vise):
    count = people_needed(parse_number(seuls), parse_number(vise))
    print(f"Au moins {number(count)} clients par groupe.")


def rendement_mesure(cout):
    print(measured_roi(matinee(clients=210, cout=cout),
                       compare_groups(130, 210, 90, 210, at_random=True)))


def partage(enveloppe, reactions):
    reactions = {segment: parse_number(part) for segment, part in reactions.items()}
    a_qui_ecrire, _ = contact_list(clients, "courrier", on=COURSE_DATE, people=load_customers(),
                                   complaints=load_complaints(), contacts=load_contacts())
    vises = a_qui_ecrire[a_qui_ecrire["segment"].isin(list(reactions))]
    usages = segment_uses(revenue_at_stake(vises, reactions),
                          commandes["marge"].sum() / commandes["montant"].sum(), 100)
    return best_split(usages, parse_number(enveloppe))


def meilleur_partage(enveloppe, fideles_potentiels, a_ne_pas_perdre):
    reactions = {"Fidèles potentiels": fideles_potentiels, "À ne pas perdre": a_ne_pas_perdre}
    depenses = pd.DataFrame(partage(enveloppe, reactions).items(), columns=["segment", "Dépense"])
    return show_table(depenses, f"Le meilleur partage de {euros(parse_number(enveloppe))}",
                      formats={"Dépense": "whole_euros"})


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
segment = "Champions"  # ← changez cette valeur
repere_du_segment(segment)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
seuls = benchmark(deux_dates[deux_dates["segment"] == "Fidèles potentiels"]).share
q1.verifier("c" if 60 - 100 * seuls < 15 else "b")

# %% [markdown]
# ## 2. Le ROI
#
# La cellule est réglée comme la boutique l’a comprise.
# Corrigez la hausse ; le coût et les invités sont les bons.

# %% jupyter={"source_hidden": true}
q2

# %%
hausse = 0.60  # ← changez cette valeur : 0.05 veut dire 5 points
rendement(hausse)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
gagne = 41 * (0.60 - seuls) * panier * taux
q2.verifier("d" if (gagne - 2062.5) / 2062.5 < -0.25 else "c")

# %% [markdown]
# ## 3. Avec un groupe témoin
#
# Quatre nombres : commandes et clients chez les invités, puis chez les témoins.
# Ceux de la cellule viennent d’une opération dix fois plus grande.

# %% jupyter={"source_hidden": true}
q3

# %%
invites, sur = 130, 210  # ← changez ces deux nombres : commandes, invités
temoins, sur_temoins = 90, 210  # ← changez ces deux nombres : commandes, témoins
comparer(invites, sur, temoins, sur_temoins)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

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
seuls = 0.30  # ← changez cette part : 0.12 veut dire 12 %
vise = 0.42  # ← changez cette part
clients_par_groupe(seuls, vise)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier("a" if 123 < people_needed(0.23, 0.33) <= 4 * 41 else "b")

# %% [markdown]
# ## 5. Refaire la série ?
#
# Cinq matinées ont été mesurées contre un groupe témoin.
# La cellule compte, au départ, le coût d’une seule.

# %% jupyter={"source_hidden": true}
q5

# %%
cout_de_la_serie = 2062.5  # ← changez cette valeur : euros HT, pour les cinq matinées
rendement_mesure(cout_de_la_serie)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
mesure = compare_groups(130, 210, 90, 210, at_random=True)
etalee = measured_roi(matinee(clients=210, cout=5 * 1462.5), mesure)
q5.verifier("c" if mesure.low > 0 and etalee.low < -0.25 else "b")

# %% [markdown]
# ## 6. Partager l’enveloppe, et rendre le reste
#
# Un autre budget, deux segments.
# On n’écrit qu’à ceux que l’on a le droit de solliciter.

# %% jupyter={"source_hidden": true}
q6

# %%
enveloppe = 3000  # ← changez cette valeur : euros
fideles_potentiels = 0.05  # ← changez cette part qui réagit
a_ne_pas_perdre = 0.05  # ← changez cette part qui réagit
meilleur_partage(enveloppe, fideles_potentiels, a_ne_pas_perdre)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q6)

# %% tags=["solution"]
q6.verifier(9000 - sum(partage(9000, {"Fidèles potentiels": 0.08, "À ne pas perdre": 0.13}).values()))

# %% [markdown]
# ## Répondre
#
# Refaites-vous la matinée ?
# Écrivez à la directrice financière.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("08_exercices")

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
# **La suite :** le cœur du cours est fini.
# Recommencez avec votre propre fichier : la [leçon 2](../notebooks/02_donnees.ipynb) dit comment le lire.
