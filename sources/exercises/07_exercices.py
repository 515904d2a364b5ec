# %% [markdown]
# # Exercices 7 : que rapporte la matinée ?
#
# La matinée d’atelier des exercices 6 a un budget : 41 invités, tous « Fidèles potentiels », et 2 062,50 € HT, établis payés en une fois (1 462,50 € si on les étale sur trois ans).
# La boutique de Lyon est enthousiaste : « Six invités sur dix commanderont ! »
# La directrice financière demande : pour gagner combien ?
#
# Six questions, puis votre réponse à la directrice financière : quarante minutes, avec les mots et les outils de la [leçon 7](../notebooks/07_rentabilite.ipynb).
# La réponse espérée est imaginée ; paniers et marges viennent des données.

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
    COURSE_DATE, answer_question, assign_segments, break_even, campagne, discount_price, exercise,
    incremental_margin, load_orders, load_products, open_question, parse_number, rfm_table, roi,
    rows_where, score_rfm, show_table,
)
from rfm_helpers.french.numbers import euros, percent

import pandas as pd

exercice = exercise("07_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes = load_orders()
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))


def commande_moyenne(segment):
    eux = rows_where(clients, "segment", segment)
    ventes = commandes[commandes["client_id"].isin(eux["client_id"])][["montant", "marge"]].sum()
    panier = ventes["montant"] / 1.2 / eux["frequence"].sum()
    return panier, ventes["marge"] / (ventes["montant"] / 1.2)


def une_commande(segment):
    panier, taux = commande_moyenne(segment)
    resume = {"Panier moyen TTC": [panier * 1.2], "Panier moyen HT": [panier], "Taux": [taux]}
    return show_table(pd.DataFrame(resume), f"{segment} : une commande moyenne",
                      headings={"Taux": "Taux de marque"}, formats={
                      "Panier moyen TTC": "euros", "Panier moyen HT": "euros", "Taux": "share"})


def multiplier(montant, taux):
    montant, taux = parse_number(montant), parse_number(taux)
    print(f"{euros(montant, 2)} × {percent(taux, 1)} = {euros(montant * taux, 2)}")


def matinee(**entrees):
    panier, taux = commande_moyenne("Fidèles potentiels")
    lues = {nom: parse_number(valeur) for nom, valeur in entrees.items()}
    lues["panier"] = panier * lues.get("panier", 1)
    return campagne(**{"clients": 41, "hausse": 0, "taux_marque": taux, "cout": 2062.5} | lues)


def seuil(cout, clients):
    print(break_even(matinee(cout=cout, clients=clients)))


def rendement(**entrees):
    action = matinee(**entrees)
    print(roi(incremental_margin(action), action.cost))


def prix_d_une_remise(categorie, remise):
    articles = commandes.merge(load_products(), on="produit_id")
    vendus = rows_where(articles, "categorie", categorie)[["montant", "marge"]].sum()
    prix = discount_price(parse_number(remise), vendus["marge"] / (vendus["montant"] / 1.2))
    print(f"{categorie}. {prix}")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Une commande, quelle marge ?
#
# Le tableau est celui d’un autre segment.
# Changez-le, puis servez-vous de la calculette.

# %% jupyter={"source_hidden": true}
q1

# %%
segment = "Champions"  # ← changez cette valeur
une_commande(segment)

# %%
montant = 100  # ← changez cette valeur : des euros
taux = 0.50  # ← changez cette valeur : 0.50 veut dire 50 %
multiplier(montant, taux)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
eux = clients[clients["segment"] == "Fidèles potentiels"]
lignes = commandes[commandes["client_id"].isin(eux["client_id"])]
panier = lignes["montant"].sum() / 1.2 / eux["frequence"].sum()
taux = lignes["marge"].sum() / (lignes["montant"].sum() / 1.2)
q1.verifier("b" if lignes["marge"].sum() / eux["frequence"].sum() < 250 else "a")

# %% [markdown]
# ## 2. Le seuil
#
# Le panier et le taux de marque sont ceux des « Fidèles potentiels ».
# Les deux valeurs à changer sont, au départ, celles d’un budget mal lu.

# %% jupyter={"source_hidden": true}
q2

# %%
cout = 2376  # ← changez cette valeur : euros
touches = 25  # ← changez cette valeur : clients
seuil(cout, touches)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
q2.verifier("a" if 100 * 2062.5 / (41 * panier * taux) < 23 else "b")

# %% [markdown]
# ## 3. Le ROI que la boutique espère
#
# La cellule est réglée comme la boutique l’a comprise : six invités sur dix commandent, donc 60 points.
# Corrigez la hausse ; le coût et les invités sont ceux de la question 2.

# %% jupyter={"source_hidden": true}
q3

# %%
hausse = 0.60  # ← changez cette valeur : 0.05 veut dire 5 points
rendement(hausse=hausse)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
gagne = 41 * (0.60 - 0.40) * panier * taux
q3.verifier((gagne - 2062.5) / 2062.5)

# %% [markdown]
# ## 4. Le coût que l’on peut se permettre
#
# Prenez le problème dans l’autre sens : quel budget donner à la boutique, avant qu’elle choisisse l’artisan ?

# %% jupyter={"source_hidden": true}
q4

# %%
hausse = 0.60  # ← changez cette valeur : celle de la question 3
budget = 2062.5  # ← changez cette valeur : euros HT
rendement(hausse=hausse, cout=budget)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier(gagne)

# %% [markdown]
# ## 5. Une remise pour remplir
#
# La boutique propose d’ajouter une remise.
# Que coûte-t-elle vraiment ?

# %% jupyter={"source_hidden": true}
q5

# %%
categorie = "Horlogerie"  # ← changez cette valeur
remise = 0.15  # ← changez cette valeur : 0.15 veut dire 15 %
prix_d_une_remise(categorie, remise)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
petite = commandes.merge(load_products(), on="produit_id").query("categorie == 'Petite maroquinerie'")
marge_sur_ht = petite["marge"].sum() / (petite["montant"].sum() / 1.2)
q5.verifier("c" if 0.20 < 0.10 / (marge_sur_ht - 0.10) < 0.30 else "a")

# %% [markdown]
# ## 6. Que changer d’abord ?
#
# Quatre propositions.
# Corrigez d’abord la hausse, puis changez à chaque fois ce qu’il faut, et rien d’autre.

# %% jupyter={"source_hidden": true}
q6

# %%
hausse = 0.60  # ← changez cette valeur : celle de la question 3
cout = 2062.5  # ← changez cette valeur : euros HT
panier = 1.0  # ← changez cette valeur : 1.3 veut dire 30 % de plus
remise = 0.0  # ← changez cette valeur : 0.05 veut dire 5 %
rendement(hausse=hausse, cout=cout, panier=panier, remise=remise, de_toute_facon=0.40)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q6)

# %% tags=["solution"]
gains = [gagne / cout - 1 for cout in (2062.5 / 1.05, 2062.5 - 150, 1462.5)]
q6.verifier("d" if gains[-1] > 0 > max(gains[:-1]) else "a")

# %% [markdown]
# ## Répondre
#
# Donnez-vous la matinée à la boutique ?
# Écrivez à la directrice financière.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("07_exercices")

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
# **La suite :** la [leçon 8](../notebooks/08_mesurer.ipynb) demande si la hausse espérée est vraie ; ses exercices la mesurent.
