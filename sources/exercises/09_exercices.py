# %% [markdown]
# # Exercices 9 : dix places à Lyon
#
# La boutique de Lyon veut son propre dîner : dix places.
# Elle veut aussi savoir combien payer une recrue, et qui surveiller.
#
# Six questions, quarante minutes, avec les mots et les outils de la [leçon 9](../notebooks/09_valeur_client.ipynb).
# Les offres de la régie et les appels sont imaginés ; les clients et les commandes viennent des données.

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
    COURSE_DATE, PointScale, best_places, class_profile, exercise, later_orders, lifetime_value,
    load_customers, load_orders, migration_matrix, recruit_groups, recruit_value, segment_changes,
    segment_history, segment_moves, show_table, value_classes, value_points,
)

# %% jupyter={"source_hidden": true}
# Les questions, les commandes, et les clients de Lyon et sa région.
exercice = exercise("09_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes, clients = load_orders(), load_customers()
lyonnais = clients[clients["region"] == "Lyon et sa région"]
lyon = commandes[commandes["client_id"].isin(lyonnais["client_id"])]

print(f"L’exercice est prêt : {len(lyonnais)} clients à Lyon et dans sa région.")

# %% [markdown]
# ## 1. Qui perd sa place ?
#
# Deux ans d’achats, une unité de 100 €, dix places.
# La cellule ne plafonne pas encore le bonus.

# %% jupyter={"source_hidden": true}
q1

# %%
plafond = None  # ← changez cette valeur : 10 (None veut dire « sans plafond »)
points = value_points(lyon, PointScale(unit=100, cap=plafond), years=2)
dix = best_places(points, 10)[["place", "client_id", "commandes", "ca", "marge", "points"]]
show_table(dix, "Dix places à Lyon", headings={"place": "Place", "ca": "CA par an", "marge": "Marge par an",
           "points": "Points"}, formats={"ca": "whole_euros", "marge": "whole_euros", "commandes": "number"})

# %%
reponse = None  # ← remplacez None par un identifiant, entre guillemets, comme "C-0360"
q1.verifier(reponse)

# %% tags=["solution"]
listes = [set(best_places(value_points(lyon, PointScale(unit=100, cap=c), years=2), 10)["client_id"])
          for c in (None, 10)]
q1.verifier((listes[0] - listes[1]).pop())

# %% [markdown]
# ## 2. Que dire de la classe 4 ?
#
# Les quatre classes de Lyon, bonus plafonné à 10 points.

# %% jupyter={"source_hidden": true}
q2

# %% jupyter={"source_hidden": true}
classes = value_classes(value_points(lyon, PointScale(unit=100, cap=10), years=2))
profil = class_profile(classes, clients)
voir = ["classe", "clients", "part_clients", "part_marge", "commandes", "age_median", "region"]
show_table(profil[voir], "Les quatre classes de Lyon", headings={"classe": "Classe",
           "part_marge": "Part de la marge", "commandes": "Commandes (moyenne)", "age_median": "Âge médian",
           "region": "Région la plus fréquente"}, formats={"commandes": "number"})

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q2.verifier(reponse)

# %% tags=["solution"]
meilleure = profil.iloc[0]
q2.verifier("c" if meilleure["part_marge"] > 2 / 3 else "d")

# %% [markdown]
# ## 3. Quelle prime de parrainage ?
#
# Toute la maison, cette fois, et non la seule région de Lyon.
# La cellule suit les recrues douze mois.

# %% jupyter={"source_hidden": true}
q3

# %%
mois = 12  # ← changez cette valeur
canaux = recruit_groups(recruit_value(commandes, clients, months=mois), "canal_recrutement")
show_table(canaux[["canal_recrutement", "recrues", "marge_moyenne", "bas", "haut"]],
           f"Une recrue, {mois} mois", headings={"recrues": "Recrues", "marge_moyenne": "Marge"},
           formats={"marge_moyenne": "whole_euros", "bas": "whole_euros", "haut": "whole_euros",
                    "recrues": "number"})

# %%
reponse = None  # ← remplacez None par votre montant, en euros
q3.verifier(reponse)

# %% tags=["solution"]
six_mois = recruit_groups(recruit_value(commandes, clients, months=6), "canal_recrutement")
q3.verifier(six_mois.set_index("canal_recrutement").loc["parrainage", "bas"])

# %% [markdown]
# ## 4. Acheter des recrues ?
#
# La cellule a les nombres d’une recrue de boutique.
# Écrivez ceux de la régie, et lisez les deux phrases.

# %% jupyter={"source_hidden": true}
q4

# %%
marge, reste, actualisation = 1312, 0.467, 0.10  # ← changez ces valeurs : 0.30 veut dire 30 %
print(lifetime_value(marge, reste, actualisation))
print(lifetime_value(marge, reste, actualisation, first_now=True))

# %%
reponse = None  # ← remplacez None par votre prix, en euros
q4.verifier(reponse)

# %% tags=["solution"]
q4.verifier(420 + 420 * 0.35 / (1 + 0.12 - 0.35))

# %% [markdown]
# ## 5. Quel segment surveiller ?
#
# Les clients de Lyon qui ne commandent plus en 2025, selon leur segment de 2024.

# %% jupyter={"source_hidden": true}
q5

# %%
unite = "clients"  # ← changez cette valeur : "euros"
partis = migration_matrix(segment_moves(lyon, "2024-12-31", COURSE_DATE), unite)
partis = partis[["avant", "Sans commande"]].sort_values("Sans commande", ascending=unite == "euros")
show_table(partis, f"Partis de 2024 à 2025, en {unite}", headings={"avant": "Segment de 2024"},
           formats={"Sans commande": "whole_euros" if unite == "euros" else "number"})

# %%
reponse = None  # ← remplacez None par un segment, entre guillemets, comme "Champions"
q5.verifier(reponse)

# %% tags=["solution"]
en_euros = migration_matrix(segment_moves(lyon, "2024-12-31", COURSE_DATE), "euros")
q5.verifier(en_euros[en_euros["avant"] != "À risque"].set_index("avant")["Sans commande"].idxmin())

# %% [markdown]
# ## 6. Les appels ont-ils servi ?
#
# Toute la maison.
# La cellule ne surveille encore qu’un passage ; ajoutez ceux de la question.

# %% jupyter={"source_hidden": true}
q6

# %%
depuis, vers = ["Fidèles"], ["À ne pas perdre"]  # ← changez ces deux listes
fins_de_mois = pd.date_range("2024-12-31", "2025-12-31", freq="ME").date
alertes = segment_changes(segment_history(commandes, fins_de_mois))
choisies = alertes[alertes["avant"].isin(depuis) & alertes["apres"].isin(vers)]
septembre = choisies[choisies["date"] == "2025-09-30"]
suite = septembre.merge(later_orders(commandes, "2025-09-30", horizon_days=92), on="client_id")
print(f"En septembre : {len(suite)} alertes, dont {suite['rachat'].sum()} ont commandé avant 2026, sans appel.")

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q6.verifier(reponse)

# %% tags=["solution"]
tires_au_sort = False
q6.verifier("c" if tires_au_sort else "b")

# %% [markdown]
# ## Où en êtes-vous ?
#
# Écrivez en deux phrases le portrait de la classe 4 de Lyon, chacune avec son chiffre.
# Puis un message pour elle, et un pour la classe 1 : que disent-ils de différent, et pourquoi ?

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la leçon 10 demandera qui **achètera**, et si l’on a le droit d’écrire à ces dix-là.
