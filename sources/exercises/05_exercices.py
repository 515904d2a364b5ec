# %% [markdown]
# # Exercices 5 : le double de Marc
#
# Une conseillère vous appelle : « J’ai un client qui ressemble à Marc Morel. Faut-il lui écrire la même lettre ? »
# Il s’appelle Éric Mathieu (C-0362).
# Lisez son code, cherchez pourquoi il se tait, puis chiffrez une cible que la directrice vient d’imaginer.
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 5](../notebooks/05_marc_morel.ipynb).

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
    COURSE_DATE, benchmark, compare_dates, contact_list, describe_groups, exercise, load_complaints,
    load_contacts, load_customers, load_orders, load_products, load_stores, revenue_at_stake,
    rfm_table, score_rfm, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions et les données.
exercice = exercise("05_exercices")
q1, q2, q3, q4, q5 = exercice
commandes = load_orders()
table = rfm_table(commandes, as_of=COURSE_DATE)

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Son code
#
# Un code se lit avec son nombre de niveaux.
# Mettez celui de la question.

# %% jupyter={"source_hidden": true}
q1

# %%
niveaux = 3  # ← changez cette valeur
notes = score_rfm(table, levels=niveaux)
show_table(notes[notes["client_id"] == "C-0362"], f"Éric Mathieu sur {niveaux} niveaux")

# %%
reponse = None  # ← remplacez None par votre code, entre guillemets, comme "111"
q1.verifier(reponse)

# %% tags=["solution"]
notes = score_rfm(table, levels=5)
q1.verifier(notes.loc[notes["client_id"] == "C-0362", "code_rfm"].item())

# %% [markdown]
# ## 2. Pourquoi se tait-il ?
#
# Voici ses achats, puis ce que les autres fichiers savent de lui.
# Rappel de la leçon : d’avril à septembre 2024, l’accueil a manqué à Paris Rive droite.

# %%
details = commandes.merge(load_products(), on="produit_id").merge(load_stores(), on="boutique_id")
achats = details[details["client_id"] == "C-0362"].sort_values("date_achat")
show_table(achats[["date_achat", "produit", "montant", "remise", "canal", "boutique"]], "Les achats d’Éric")

# %%
plaintes, messages = load_complaints(), load_contacts()
recus = messages[messages["client_id"] == "C-0362"]
savoir = pd.DataFrame({
    "Réclamations": [(plaintes["client_id"] == "C-0362").sum()],
    "Messages reçus": [len(recus)],
    "Désabonnement": recus.loc[recus["desabonnement"] == 1, "date_contact"].tolist(),
})
show_table(savoir, "Ce que disent les autres fichiers")

# %% jupyter={"source_hidden": true}
q2

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q2.verifier(reponse)

# %% tags=["solution"]
q2.verifier("c")

# %% [markdown]
# ## 3. Une autre cible
#
# La règle ci-dessous est celle des clients récents.
# Changez-la pour écrire celle de la directrice.

# %% jupyter={"source_hidden": true}
q3

# %%
regle = "R >= 4 and F >= 2 and M == 5"  # ← changez cette règle (and : « et »)
cible = score_rfm(table, levels=5).query(regle)
show_table(cible, f"{len(cible)} clients : {regle}", rows=5)

# %%
reponse = None  # ← remplacez None par votre nombre
q3.verifier(reponse)

# %% tags=["solution"]
regle = "R <= 2 and F >= 3 and M == 5"
cible = score_rfm(table, levels=5).query(regle)
q3.verifier(len(cible))

# %% [markdown]
# ## 4. Qui revient sans nous ?
#
# La règle de la question 3, appliquée à deux dates, et ce que les clients de la première ont fait dans l’année qui a suivi.
# Pour que les deux cibles se ressemblent, chaque fenêtre a la même durée, et les bornes sont les mêmes : réglez cette durée.

# %% jupyter={"source_hidden": true}
q4

# %%
mois = 12  # ← changez cette valeur : la durée de chaque fenêtre
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=mois, levels=5).query(regle)
print(benchmark(deux_dates))
show_table(describe_groups(deux_dates), f"{regle}, sur {mois} mois")

# %%
reponse = None  # ← remplacez None par votre pourcentage, par exemple "12,5 %"
q4.verifier(reponse)

# %% tags=["solution"]
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24, levels=5).query(regle)
q4.verifier(deux_dates["rachat"].mean())

# %% [markdown]
# ## 5. Ce qui est en jeu
#
# Revenez à la cible d’aujourd’hui, celle de la question 4, sur deux ans.
# La part qui réagit est une hypothèse : écrivez-la à côté du résultat.

# %% jupyter={"source_hidden": true}
q5

# %%
part = 0.50  # ← changez cette valeur : 0.50 veut dire 50 %
cible = deux_dates[deux_dates["date"] == "2025-12-31"]
enjeu = revenue_at_stake(cible.assign(segment="La cible"), part)
colonnes = ["clients", "panier_moyen", "part_qui_reagit", "chiffre_affaires_en_jeu"]
show_table(enjeu[colonnes], regle, headings={
    "part_qui_reagit": "Commandent une fois de plus", "chiffre_affaires_en_jeu": "En jeu"},
    formats={"part_qui_reagit": "share", "chiffre_affaires_en_jeu": "whole_euros"})

# %%
reponse = None  # ← remplacez None par votre montant
q5.verifier(reponse)

# %% tags=["solution"]
cible = deux_dates[deux_dates["date"] == "2025-12-31"]
panier = cible["montant_total"].sum() / cible["frequence"].sum()
q5.verifier(len(cible) * 0.10 * panier)

# %% [markdown]
# ## Où en êtes-vous ?
#
# Alors, la même lettre pour Marc et pour Éric ?
# Avant de répondre, passez les deux par la liste.

# %%
deux = load_customers().query("client_id in ['C-0360', 'C-0362']")
_, sortent = contact_list(deux, "courrier", on=COURSE_DATE, people=deux,
                          complaints=load_complaints(), contacts=load_contacts())
show_table(sortent[["client_id", "prenom", "nom", "motif"]], "À qui l’on n’écrit pas")

# %% [markdown]
# Éric ne veut pas de nos messages : aucune lettre, ni la même ni une autre.
# Que peut faire la conseillère le jour où il entrera en boutique ?
# Répondez-lui en deux phrases.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 6](../notebooks/06_budgetisation.ipynb), qui met un prix sur chaque action, puis ses exercices.
