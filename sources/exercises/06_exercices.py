# %% [markdown]
# # Exercices 6 : une matinée d’atelier à Lyon
#
# La boutique de Lyon propose d’inviter ses « Fidèles potentiels » à une matinée d’atelier : un artisan, un petit-déjeuner, chacun apporte son sac.
# La directrice financière vous attend avec trois questions : combien, pour qui, et d’où viennent ces prix ?
#
# Cinq questions, puis votre réponse à la directrice financière : une demi-heure, avec les mots et les outils de la [leçon 6](../notebooks/06_budgetisation.ipynb).
# Les prix sont des hypothèses ; les clients viennent des données.

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
    COURSE_DATE, CourseError, answer_question, as_day, assign_segments, case_budget,
    contact_list, cost_lines, exercise, flag_lines, line_costs, load_case, load_complaints,
    load_contacts, load_customers, load_orders, open_question, parse_number, rfm_table, roll_up,
    score_rfm, show_table,
)
from rfm_helpers.french.numbers import euros, long_date, number
from rfm_helpers.french.words import several

import pandas as pd

exercice = exercise("06_exercices")
q1, q2, q3, q4, q5 = exercice


def artisan_hors_taxe(taux):
    artisan = {"action": "Matinée d’atelier", "libelle": "Artisan, la journée", "quantite": 1,
               "cout_unitaire": 480, "taxe": "TTC", "taux_tva": parse_number(taux)}
    return show_table(line_costs(cost_lines([artisan]))[["libelle", "taux_tva", "cout_ht"]],
                      "L’artisan, 480 € TTC")


def total_de_la_matinee(taxe, annees):
    prix = {"HT": "cout_ht", "TTC": "cout_ttc", "tels qu’écrits": "ecrit"}
    if taxe not in prix:
        raise CourseError(f"« {taxe} » n’est pas une façon de compter : écrivez {' ou '.join(prix)}.")
    annees = int(parse_number(annees))
    if annees < 1:
        raise CourseError("Les établis servent au moins un an : changez le nombre d’années.")
    couts = line_costs(lignes).assign(ecrit=lignes["quantite"] * lignes["cout_unitaire"])[prix[taxe]]
    parts = [annees if libelle == "Établis" else 1 for libelle in lignes["libelle"]]
    print(f"Prix {taxe}, établis sur {several(annees, 'an')} : {euros((couts / parts).sum(), 2)}")


def diviser(total, clients):
    total, clients = parse_number(total), parse_number(clients)
    if clients <= 0:
        raise CourseError("On ne divise que par un nombre plus grand que zéro : changez-le.")
    print(f"{euros(total, 2)} ÷ {number(clients)} = {euros(total / clients, 2)} par client")


def ce_qui_ne_se_defend_pas(jour):
    remarques = flag_lines(lignes, as_day(jour))[["libelle", "probleme", "explication"]]
    return show_table(remarques, f"Ce que le budget signale au {long_date(as_day(jour))}",
                      headings={"explication": "Explication"})


def plan_de_marc(utilisateurs):
    plan = roll_up(case_budget(load_case("marc_morel"), utilisateurs)).query("cout_ht > 0")
    return show_table(plan[["niveau", "action", "cout_ht"]], rows=14,
                      caption=f"Le plan, avec {utilisateurs} remises")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Quel artisan ?
#
# Un budget se fait HT.
# La cellule ramène un prix TTC à son prix HT ; elle est réglée sur un autre taux que celui de la question.

# %% jupyter={"source_hidden": true}
q1

# %%
taux = 0.10  # ← changez cette valeur : 0.10 veut dire 10 %
artisan_hors_taxe(taux)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
q1.verifier("a" if 480 / 1.20 < 410 else "b")

# %% [markdown]
# ## 2. Le total
#
# Qui inviter ?
# Les « Fidèles potentiels » de la région de Lyon à qui l’on peut envoyer un carton : ni refus, ni réclamation sans réponse, ni trop de messages récents.
# Leur nombre vient des données, et donne le nombre d’invitations.

# %% jupyter={"source_hidden": true}
q2

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

# %%
taxe = "tels qu’écrits"  # ← changez cette valeur : HT, TTC ou tels qu’écrits
annees = 2  # ← changez cette valeur : sur combien d’années les établis se paient
total_de_la_matinee(taxe, annees)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
hors_taxe = lignes["cout_unitaire"].where(
    lignes["taxe"] == "HT", lignes["cout_unitaire"] / (1 + lignes["taux_tva"]))
q2.verifier("b" if (lignes["quantite"] * hors_taxe).sum() < 2_100 else "d")

# %% [markdown]
# ## 3. Par client
#
# Un coût par client demande deux choix : quel coût, et quels clients.
# La cellule sert de calculette.

# %% jupyter={"source_hidden": true}
q3

# %%
total = 1000  # ← changez cette valeur : des euros
clients_comptes = 8  # ← changez cette valeur : le nombre de clients
diviser(total, clients_comptes)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
etabli_par_an = (lignes["quantite"] * hors_taxe / lignes["annees"]).sum()
q3.verifier("d" if etabli_par_an / 25 < 60 else "c")

# %% [markdown]
# ## 4. D’où viennent ces prix ?
#
# Chaque ligne a une source, une date et une fiabilité, ou ne les a pas.
# L’outil signale ce qui ne se défend pas, à la date que vous donnez.

# %% jupyter={"source_hidden": true}
q4

# %%
jour = "31/12/2024"  # ← changez cette date : celle où le budget est présenté
ce_qui_ne_se_defend_pas(jour)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

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
plan_de_marc(utilisateurs)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
q5.verifier("c" if 2_000 + 15_000 + 500 + 12 * 300 == 21_000 + 100 else "b")

# %% [markdown]
# ## Répondre
#
# Trois questions vous attendent : combien, pour qui, d’où viennent ces prix ?

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("06_exercices")

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
# **La suite :** la [leçon 7](../notebooks/07_rentabilite.ipynb) demande ce que cette matinée rapporte ; ses exercices refont le calcul.
