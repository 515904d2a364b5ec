# %% [markdown]
# # Exercices 4 : une soirée à Lyon
#
# La boutique de Lyon organise une soirée privée.
# Sa directrice demande au siège : qui sont mes clients, que pèsent les meilleurs, à qui ai-je le droit d’écrire, et que vaut une invitation ?
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 4](../notebooks/04_segmentation.ipynb).

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
    COURSE_DATE, CourseError, assign_segments, contact_list, exercise, explain_segment,
    load_complaints, load_contacts, load_customers, load_orders, plot_grid, rfm_table, rows_where,
    score_rfm, segment_profile, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions et les données.
exercice = exercise("04_exercices")
q1, q2, q3, q4, q5 = exercice
table = rfm_table(load_orders(), as_of=COURSE_DATE)
scores = score_rfm(table, levels=4)
personnes = load_customers()[["client_id", "region", "consentement"]]
fichiers = {"people": personnes, "complaints": load_complaints(), "contacts": load_contacts()}

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Les clients de Lyon
#
# On peut donner les scores de deux façons : noter toute la maison, puis garder Lyon ; ou garder Lyon, puis noter.
# Les deux tournent, et ne donnent pas le même tableau.

# %% jupyter={"source_hidden": true}
# Le profil de Lyon, noté de l’une ou de l’autre façon.
def profil_de_lyon(noter):
    lyon = personnes.loc[personnes["region"] == "Lyon et sa région", "client_id"]
    if noter is None:
        return None
    facons = {"toute la maison": scores[scores["client_id"].isin(lyon)],
              "la région seule": score_rfm(table[table["client_id"].isin(lyon)])}
    if noter not in facons:
        raise CourseError('Écrivez "toute la maison", ou "la région seule".')
    return segment_profile(assign_segments(facons[noter]))

# %% jupyter={"source_hidden": true}
q1

# %%
noter = None  # ← remplacez None par "toute la maison" ou par "la région seule"
profil = profil_de_lyon(noter)
q1.verifier(profil)

# %% tags=["solution"]
q1.verifier(profil_de_lyon("toute la maison"))

# %% [markdown]
# Pour voir votre tableau, une fois le texte écrit, exécutez la cellule suivante.

# %%
vide = pd.DataFrame({"segment": [], "clients": [], "chiffre_affaires": []})
visible = vide if profil is None else profil[["segment", "clients", "chiffre_affaires"]]
show_table(visible, "Les segments de Lyon", rows=11)

# %% [markdown]
# ## 2. Ce que pèsent les Champions
#
# Comptez toujours en clients **et** en euros.
# Changez la région.

# %% jupyter={"source_hidden": true}
q2

# %%
region = "Paris"  # ← changez cette valeur : "Lyon et sa région"
clients = assign_segments(scores).merge(personnes)
ici = rows_where(clients, "region", region)
parts = segment_profile(ici)[["segment", "clients", "part_clients", "part_ca"]]
show_table(parts, f"{region} : ce que pèse chaque segment", rows=11)

# %%
reponse = None  # ← remplacez None par votre pourcentage, par exemple "12,5 %"
q2.verifier(reponse)

# %% tags=["solution"]
lyon = clients[clients["region"] == "Lyon et sa région"]
champions = lyon[lyon["segment"] == "Champions"]
q2.verifier(champions["montant_total"].sum() / lyon["montant_total"].sum())

# %% [markdown]
# ## 3. À qui écrire ?
#
# La liste passe par `contact_list`, comme toutes celles du cours.
# Le tableau dit, par segment, combien de clients de la région choisie à la question 2 restent ou sortent, pour un e-mail.

# %% jupyter={"source_hidden": true}
q3

# %%
restent, sortent = contact_list(ici, "e-mail", on=COURSE_DATE, **fichiers)
listes = pd.concat([restent.assign(liste="Restent"), sortent.assign(liste="Sortent")])
show_table(pd.crosstab(listes["segment"], listes["liste"]).reset_index(),
           f"{ici['region'].iloc[0]} : qui reste sur la liste", rows=11)

# %%
reponse = None  # ← remplacez None par votre nombre
q3.verifier(reponse)

# %% tags=["solution"]
invites = lyon[lyon["segment"].isin(["Champions", "Fidèles"])]
restent, sortent = contact_list(invites, "e-mail", on=COURSE_DATE, **fichiers)
q3.verifier(len(restent))

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

# %%
reponse = None  # ← remplacez None par un nom de segment, entre guillemets
q4.verifier(reponse)

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
# Changez la paire entourée, et comparez les deux noms : la légende les range du meilleur au moins bon.

# %% jupyter={"source_hidden": true}
q5

# %%
paire = ("213", "313")  # ← changez cette valeur : les deux codes d’une proposition
plot_grid("onze", outline=paire)

# %%
reponse = None  # ← remplacez None par une ou plusieurs lettres, par exemple "a, b"
q5.verifier(reponse)

# %% tags=["solution"]
q5.verifier("b, d")

# %% [markdown]
# ## Où en êtes-vous ?
#
# Répondez à la directrice en trois lignes : combien d’invitations, à qui, et pour quel enjeu.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 5](../notebooks/05_marc_morel.ipynb) suit un seul client, Marc Morel, puis ses exercices un autre.
