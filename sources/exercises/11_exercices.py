# %% [markdown]
# # Exercices 11 : quatre décisions pour janvier
#
# La Maison Orsenne prépare janvier 2026.
# Une conseillère peut appeler, un vendeur peut proposer, l’atelier peut écrire, une régie peut recruter.
# La directrice n’a qu’un budget : chacun vient défendre sa demande.
#
# Quatre questions, puis votre réponse à la directrice : trente minutes, avec les mots et les outils de la [leçon 11](../notebooks/11_relation_client.ipynb).

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
    COURSE_DATE, CourseError, answer_question, basket_rules, best_recruits, contact_list, due_dates,
    exercise, judge_alerts, judge_look_alike, load_complaints, load_contacts, load_customers,
    load_orders, load_products, look_alike, open_question, parse_number, recruit_value, show_table,
)
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french, several

exercice = exercise("11_exercices")
q1, q2, q3, q4 = exercice
commandes, clients, produits = load_orders(), load_customers(), load_products()
envoi = {"people": clients, "complaints": load_complaints(), "contacts": load_contacts()}
regles = {"le sac Ravel": ("produit", "Sac de voyage Ravel", "Portefeuille Ravel"),
          "les catégories": ("categorie", "Maroquinerie", "Petite maroquinerie")}
portraits = {"âge et région": ["age", "region"], "région": ["region"]}


def parmi(choix, valeur):
    if valeur not in choix:
        raise CourseError("Écrivez " + " ou ".join(f"« {nom} »" for nom in choix) + ".")
    return choix[valeur]


def alertes(facteur):
    fois = parse_number(facteur)
    table = judge_alerts(commandes, ["2024-12-31"], factor=fois)
    return show_table(table[["suivis", "alertes", "fausses_alertes", "part_signales"]],
                      f"Au 31 décembre 2024, à {number(fois, 1)} fois le rythme", headings={
                          "suivis": "Clients suivis", "alertes": "Alertes", "fausses_alertes": "Fausses alertes",
                          "part_signales": "Départs signalés"})


def regle_de_panier(nom):
    article, si, alors = parmi(regles, nom)
    vendus = commandes.merge(produits[["produit_id", "produit", "categorie"]], on="produit_id")
    toutes = basket_rules(vendus, item=article)
    table = toutes[toutes["si"].eq(si) & toutes["alors"].eq(alors)]
    return show_table(table[["si", "alors", "paniers", "confiance", "part_de_tous", "lift"]].round({"lift": 2}),
                      "Une règle de panier", headings={
                          "si": "Si le panier a…", "alors": "… alors", "paniers": "Paniers avec les deux",
                          "confiance": "Confiance", "part_de_tous": "Part de tous les paniers", "lift": "Lift"},
                      formats={"confiance": "share", "part_de_tous": "share", "lift": "plain"})


def revisions(delai):
    jours = int(parse_number(delai))
    table = due_dates(commandes, produits, COURSE_DATE, within_days=jours)
    attendus = table.loc[table["a_faire_le"].dt.date > COURSE_DATE, ["client_id"]].drop_duplicates()
    gardes, _ = contact_list(attendus, "e-mail", on="2026-01-05", **envoi)
    print(french(f"Révision à faire dans les {several(jours, 'jour')} : {several(len(attendus), 'client')}. "
                 f"On peut écrire, le 5 janvier 2026, à {len(gardes)} d’entre eux."))


def juger_le_portrait(nom):
    traits = parmi(portraits, nom)
    recrues = recruit_value(commandes, clients).merge(clients[["client_id", "age", "profession", "region"]])
    annee = recrues["date_recrutement"].dt.year
    de_2023, de_2024 = (best_recruits(recrues[annee == an].reset_index(drop=True)) for an in (2023, 2024))
    print(judge_look_alike(look_alike(de_2023, de_2024, traits), de_2024["meilleur"]))


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Sonner plus tôt ?
#
# La conseillère appelle chaque client en alerte : 6 € l’appel.
# Elle attend quatre fois le rythme du client, et voudrait n’en attendre que deux.

# %% jupyter={"source_hidden": true}
q1

# %%
facteur = 4  # ← changez cette valeur : 2
alertes(facteur)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
tard, tot = (judge_alerts(commandes, ["2024-12-31"], factor=fois).iloc[0] for fois in (4, 2))
q1.verifier(6 * (tot["alertes"] - tard["alertes"]) / (tot["departs_signales"] - tard["departs_signales"]))

# %% [markdown]
# ## 2. Que proposer avec un sac ?
#
# Les vendeurs ne retiendront qu’une règle.
# Deux sont sur la table : le sac Ravel et son portefeuille, ou un sac et n’importe quelle petite maroquinerie.

# %% jupyter={"source_hidden": true}
q2

# %%
regle = "le sac Ravel"  # ← changez cette valeur : "les catégories"
regle_de_panier(regle)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
lifts = basket_rules(commandes.merge(produits, on="produit_id"), item="produit").set_index(["si", "alors"])["lift"]
q2.verifier("a" if lifts["Sac de voyage Ravel", "Portefeuille Ravel"] > 5 else "b")

# %% [markdown]
# ## 3. Rappeler la révision
#
# L’atelier veut écrire à ceux dont la montre aura bientôt deux ans.
# Tous ne peuvent pas recevoir d’e-mail, et certains viendraient sans lui.

# %% jupyter={"source_hidden": true}
q3

# %%
delai = 90  # ← changez cette valeur : 60 (jours)
revisions(delai)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
soixante = due_dates(commandes, produits, COURSE_DATE, within_days=60).query("a_faire_le > '2025-12-31'")
joignables, _ = contact_list(soixante[["client_id"]].drop_duplicates(), "e-mail", on="2026-01-05", **envoi)
q3.verifier(len(joignables) * 33 / 65)

# %% [markdown]
# ## 4. Un portrait sans la profession
#
# Dans la leçon, le portrait complet choisissait les retraités et aucune retraitée.
# La régie le refait sans la profession.

# %% jupyter={"source_hidden": true}
q4

# %%
portrait = "âge et région"  # ← changez cette valeur : "région"
juger_le_portrait(portrait)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
valeur = recruit_value(commandes, clients).merge(clients[["client_id", "age", "profession", "region"]])
avant, apres = (best_recruits(valeur[valeur["date_recrutement"].dt.year == an].reset_index(drop=True))
                for an in (2023, 2024))
juge = judge_look_alike(look_alike(avant, apres, ["age", "region"]), apres["meilleur"])
q4.verifier("d" if juge.low <= juge.base else "a")

# %% [markdown]
# ## Répondre
#
# Que fait la maison en janvier, et que refuse-t-elle ?
# Écrivez à la directrice.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("11_exercices")

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
