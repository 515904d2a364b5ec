# %% [markdown]
# # Exercices 4 : une soirée à Lyon
#
# La boutique de Lyon organise une soirée privée.
# Sa directrice demande au siège : qui sont mes clients, que pèsent les meilleurs, à qui ai-je le droit d’écrire, et que vaut une invitation ?
#
# Cinq questions, puis votre réponse à la directrice : une demi-heure, avec les mots et les outils de la [leçon 4](../notebooks/04_segmentation.ipynb).

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
    COURSE_DATE, CourseError, answer_question, assign_segments, contact_list, exercise,
    explain_segment, load_complaints, load_contacts, load_customers, load_orders, open_question,
    plot_grid, rfm_table, rows_where, score_rfm, segment_profile, show_table,
)

import pandas as pd

exercice = exercise("04_exercices")
q1, q2, q3, q4, q5 = exercice
table = rfm_table(load_orders(), as_of=COURSE_DATE)
scores = score_rfm(table, levels=4)
personnes = load_customers()[["client_id", "region", "consentement"]]
fichiers = {"people": personnes, "complaints": load_complaints(), "contacts": load_contacts()}
clients = assign_segments(scores).merge(personnes)


def profil_de_lyon(noter):
    lyon = personnes.loc[personnes["region"] == "Lyon et sa région", "client_id"]
    facons = {"toute la maison": scores[scores["client_id"].isin(lyon)],
              "la région seule": score_rfm(table[table["client_id"].isin(lyon)])}
    if noter not in list(facons):
        raise CourseError("Écrivez « toute la maison », ou « la région seule ».")
    profil = segment_profile(assign_segments(facons[noter]))
    return show_table(profil[["segment", "clients", "chiffre_affaires"]], rows=11,
                      caption=f"Les segments de Lyon, en notant {noter}")


def poids_des_segments(region):
    parts = segment_profile(rows_where(clients, "region", region))
    return show_table(parts[["segment", "clients", "part_clients", "part_ca"]], rows=11,
                      caption=f"{region} : ce que pèse chaque segment")


def qui_reste(region):
    ici = rows_where(clients, "region", region)
    restent, sortent = contact_list(ici, "e-mail", on=COURSE_DATE, **fichiers)
    listes = pd.concat([restent.assign(liste="Restent"), sortent.assign(liste="Sortent")])
    return show_table(pd.crosstab(listes["segment"], listes["liste"]).reset_index(), rows=11,
                      caption=f"{region} : qui reste sur la liste")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Les clients de Lyon
#
# On peut donner les scores de deux façons : noter toute la maison, puis garder Lyon ; ou garder Lyon, puis noter.
# Les deux tournent, et ne donnent pas le même tableau.

# %% jupyter={"source_hidden": true}
q1

# %%
noter = "la région seule"  # ← changez cette valeur : "toute la maison"
profil_de_lyon(noter)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
q1.verifier("c")

# %% [markdown]
# ## 2. Ce que pèsent les Champions
#
# Comptez toujours en clients **et** en euros.
# Changez la région.

# %% jupyter={"source_hidden": true}
q2

# %%
region = "Paris"  # ← changez cette valeur : "Lyon et sa région"
poids_des_segments(region)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
lyon = clients[clients["region"] == "Lyon et sa région"]
parts = lyon.groupby("segment")["montant_total"].sum() / lyon["montant_total"].sum()
q2.verifier("b" if parts["Champions"] < 2 / 3 <= parts[["Champions", "Fidèles"]].sum() else "c")

# %% [markdown]
# ## 3. À qui écrire ?
#
# La liste passe par les règles de la leçon : consentement, réclamation sans réponse, messages déjà reçus.
# Le tableau dit, par segment, combien de clients d’une région restent ou sortent, pour un e-mail.

# %% jupyter={"source_hidden": true}
q3

# %%
region = "Paris"  # ← changez cette valeur
qui_reste(region)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
invites = lyon[lyon["segment"].isin(["Champions", "Fidèles"])]
restent, sortent = contact_list(invites, "e-mail", on=COURSE_DATE, **fichiers)
q3.verifier("d" if len(restent) < 60 else "a")

# %% [markdown]
# ## 4. Que vaut une invitation ?
#
# L’explication du segment dit ce qui manque à un client, et ce que donnerait un achat.
# Changez le client.

# %% jupyter={"source_hidden": true}
q4

# %%
client = "C-0136"  # ← changez cette valeur
explain_segment(scores, client)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
apres = table.set_index("client_id")
panier = apres.loc["C-0529", "panier_moyen"]
apres.loc["C-0529", ["recence", "frequence"]] += [-apres.loc["C-0529", "recence"], 1]
apres.loc["C-0529", "montant_total"] += panier
nouveau = assign_segments(score_rfm(apres.reset_index()))
q4.verifier(nouveau.loc[nouveau["client_id"] == "C-0529", "segment"].item())

# %% [markdown]
# ## 5. Des progrès qui reculent
#
# Avant d’annoncer à un client qu’il « progresse », vérifiez la carte.
# Changez les deux codes entourés, et comparez les deux noms : la légende les range du meilleur au moins bon.

# %% jupyter={"source_hidden": true}
q5

# %%
avant = "213"  # ← changez ce code
apres = "313"  # ← changez ce code
plot_grid("onze", outline=(avant, apres))

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
q5.verifier("b, d")

# %% [markdown]
# ## Répondre
#
# Répondez à la directrice : elle commande les cartons ce soir.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("04_exercices")

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
# **La suite :** la [leçon 5](../notebooks/05_marc_morel.ipynb) suit un seul client, Marc Morel, puis ses exercices un autre.
