# %% [markdown]
# # Exercices 6 : une matinée d’atelier à Lyon
#
# La boutique de Lyon propose d’inviter ses « Fidèles potentiels » à une matinée d’atelier : un artisan, un petit-déjeuner, chacun apporte son sac.
# La directrice financière vous attend avec trois questions : combien, pour qui, et d’où viennent ces prix ?
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 6](../notebooks/06_budgetisation.ipynb).
# Les prix sont des hypothèses ; les clients viennent des données.

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
    COURSE_DATE, assign_segments, case_budget, contact_list, cost_lines, exercise, flag_lines,
    line_costs, load_case, load_complaints, load_contacts, load_customers, load_orders, rfm_table,
    roll_up, score_rfm, show_table,
)

exercice = exercise("06_exercices")
q1, q2, q3, q4, q5 = exercice

print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Le prix de l’artisan
#
# Un budget se fait HT.
# La cellule ramène un prix TTC à son prix HT ; elle est réglée sur un autre taux que celui de la question.

# %% jupyter={"source_hidden": true}
q1

# %%
taux = 0.10  # ← changez cette valeur
artisan = {"action": "Matinée d’atelier", "libelle": "Artisan, la journée", "quantite": 1,
           "cout_unitaire": 480, "taxe": "TTC", "taux_tva": taux}
show_table(line_costs(cost_lines([artisan]))[["libelle", "taux_tva", "cout_ht"]], "L’artisan")

# %%
reponse = None  # ← remplacez None par votre montant
q1.verifier(reponse)

# %% tags=["solution"]
q1.verifier(480 / 1.20)

# %% [markdown]
# ## 2. Le total
#
# Qui inviter ?
# Les « Fidèles potentiels » de la région de Lyon à qui l’on peut envoyer un carton : ni refus, ni réclamation sans réponse, ni trop de messages récents.
# Leur nombre vient des données, et donne le nombre d’invitations.

# %% jupyter={"source_hidden": true}
# Les invités, comptés dans les données.
clients = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
clients = clients.merge(load_customers()[["client_id", "region"]])
groupe = clients[(clients["segment"] == "Fidèles potentiels") & (clients["region"] == "Lyon et sa région")]
invites, sortent = contact_list(groupe, "courrier", on=COURSE_DATE, people=load_customers(),
                                complaints=load_complaints(), contacts=load_contacts())
print(f"{len(invites)} clients à inviter, sur {len(groupe)}")

# %% jupyter={"source_hidden": true}
# Les cinq lignes de coût, avec leur source.
noms = "libelle quantite cout_unitaire taxe taux_tva source date_source fiabilite annees"
lignes = pd.DataFrame([
    ("Artisan, la journée", 1, 480, "TTC", 0.20, "Devis", "2025-11-03", "élevée", 1),
    ("Petit-déjeuner", 25, 13.20, "TTC", 0.10, "Site", "2023-06-12", "moyenne", 1),
    ("Invitations", len(invites), 2.50, "HT", 0.20, "", None, "", 1),
    ("Heures des conseillers", 12, 30, "HT", 0, "Paie", "2025-01-15", "élevée", 1),
    ("Établis", 1, 900, "HT", 0.20, "Catalogue", "2024-03-20", "moyenne", 3),
], columns=noms.split()).assign(action="Matinée d’atelier")
show_table(lignes[["libelle", "quantite", "cout_unitaire", "taxe", "taux_tva"]],
           "La matinée, ligne par ligne")

# %% jupyter={"source_hidden": true}
q2

# %%
colonne = "cout_ttc"  # ← changez cette valeur : "cout_ht" ou "cout_annee_ht"
couts = line_costs(lignes)
total = pd.DataFrame([{"colonne": colonne, "total": couts[colonne].sum()}])
show_table(total, "Le total d’une colonne", headings={"colonne": "Colonne", "total": "Total (€)"})

# %%
reponse = None  # ← remplacez None par votre montant
q2.verifier(reponse)

# %% tags=["solution"]
hors_taxe = lignes["cout_unitaire"].where(
    lignes["taxe"] == "HT", lignes["cout_unitaire"] / (1 + lignes["taux_tva"]))
q2.verifier((lignes["quantite"] * hors_taxe).sum())

# %% [markdown]
# ## 3. Par client
#
# Un coût par client demande deux choix : quel coût, et quels clients.
# La colonne se choisit à la question 2, le diviseur ici.

# %% jupyter={"source_hidden": true}
q3

# %%
diviseur = 1  # ← changez cette valeur : le nombre de clients
cout_par_client = float(couts[colonne].sum()) / diviseur
par_client = pd.DataFrame([{"colonne": colonne, "cout_par_client": cout_par_client}])
show_table(par_client, f"Divisé par {diviseur}",
           headings={"colonne": "Colonne", "cout_par_client": "Coût par client"})

# %%
reponse = None  # ← remplacez None par votre montant
q3.verifier(reponse)

# %% tags=["solution"]
etabli_par_an = (lignes["quantite"] * hors_taxe / lignes["annees"]).sum()
q3.verifier(etabli_par_an / 25)

# %% [markdown]
# ## 4. D’où viennent ces prix ?
#
# Chaque ligne a une source, une date et une fiabilité, ou ne les a pas.
# L’outil signale ce qui ne se défend pas, à la date que vous donnez.

# %% jupyter={"source_hidden": true}
q4

# %%
jour = "2024-12-31"  # ← changez cette date : celle où le budget est présenté
remarques = flag_lines(lignes, jour)[["libelle", "probleme", "explication"]]
show_table(remarques, f"Ce que le budget signale au {jour}",
           headings={"probleme": "Problème", "explication": "Explication"})

# %%
reponse = None  # ← remplacez None par une ou plusieurs lettres, par exemple "a, d"
q4.verifier(reponse)

# %% tags=["solution"]
signalees = set(flag_lines(lignes, COURSE_DATE)["libelle"])
q4.verifier([lettre for lettre, nom in zip("abcde", lignes["libelle"], strict=True) if nom in signalees])

# %% [markdown]
# ## 5. Le tableau de Marc
#
# Dernière question de la directrice financière, sur le budget des diapositives : combien de remises ce total contient-il ?

# %% jupyter={"source_hidden": true}
q5

# %%
utilisateurs = 2  # ← changez cette valeur : les clients qui utilisent la remise
plan = roll_up(case_budget(load_case("marc_morel"), utilisateurs))
show_table(plan[["niveau", "action", "cout_ht"]], f"Le plan, avec {utilisateurs} remises", rows=14)

# %%
reponse = None  # ← remplacez None par votre montant
q5.verifier(reponse)

# %% tags=["solution"]
q5.verifier(2_000 + 15_000 + 500 + 12 * 300)

# %% [markdown]
# ## Où en êtes-vous ?
#
# Répondez à la directrice financière en trois phrases : combien, pour qui, et quels prix restent à chercher.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 7](../notebooks/07_rentabilite.ipynb) demande ce que cette matinée rapporte ; ses exercices refont le calcul.
