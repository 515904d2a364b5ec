# %% [markdown]
# # Exercices 10 : trois cents lettres pour le printemps
#
# La Maison Orsenne envoie 300 lettres, au tout début de l’année, pour sa collection de printemps.
# Un prestataire propose son arbre, la directrice a le sien, et la responsable des envois demande qui l’on peut encore solliciter.
#
# Les arbres ont été appris fin 2023, sur les commandes du premier semestre 2024.
# On les juge fin 2024, sur celles du premier semestre 2025.
#
# Six questions, puis votre réponse à la directrice : quarante minutes, avec les mots et les outils de la [leçon 10](../notebooks/10_ciblage.ipynb).

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
    COURSE_DATE, answer_question, compare_lists, exercise, fit_cart, fit_chaid, letters_account,
    letters_effect, load_complaints, load_contacts, load_customers, load_orders, load_products,
    load_referrals, open_question, over_solicited, parse_number, plot_tree, predict_rates,
    show_table, target_table,
)
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.french.words import several

exercice = exercise("10_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes, messages = load_orders(), load_contacts()
relation = {"complaints": load_complaints(), "referrals": load_referrals(), "contacts": messages}
hier, juges = (target_table(commandes, load_customers(), load_products(), as_of=jour, horizon_days=181, **relation)
               for jour in ("2023-12-31", "2024-12-31"))
cart, chaid, par_coeur = fit_cart(hier), fit_chaid(hier), fit_cart(hier, min_leaf=1, prune=False)
notes = juges.assign(cart=predict_rates(cart, juges), chaid=predict_rates(chaid, juges),
                     coeur=predict_rates(par_coeur, juges))
notes = notes.assign(chance=notes["cart"], moins_surs=-notes["cart"])
taux = commandes["marge"].sum() / commandes["montant"].sum()
listes = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}


def arbre_de_la_directrice():
    return plot_tree(cart)


def juger(methodes, lettres):
    nombre = int(parse_number(lettres))
    table = compare_lists(notes, methodes, nombre)
    table["distinct"] = table["se_distingue"].map({True: "oui", False: "non"})
    premiere = next(iter(methodes))
    return show_table(table[["methode", "acheteurs", "ecart_bas", "ecart_haut", "distinct"]].round({"acheteurs": 0}),
                      f"{several(nombre, 'lettre')}, au printemps 2025", headings={
                          "methode": "Liste", "acheteurs": "Acheteurs", "ecart_bas": f"Écart avec {premiere}, de",
                          "ecart_haut": "à", "distinct": "Se distingue"},
                      formats={"ecart_bas": "share", "ecart_haut": "share"})


def arbre_du_prestataire(lettres):
    return juger({"CART": "cart", "Par cœur": "coeur"}, lettres)


def trois_listes(lettres):
    return juger(listes, lettres)


def compte_des_lettres(cout):
    table = letters_account(notes, {"RFM": "indice_rfm"}, 300, cost=parse_number(cout), margin_rate=taux)
    table["laisse"] = table["panier"] * taux
    return show_table(table[["methode", "cout", "viendraient", "panier", "laisse"]].round({"viendraient": 0}),
                      f"300 lettres à {euros(parse_number(cout), 2)}", headings={
                          "methode": "Liste", "cout": "Coût", "viendraient": "Viennent sans lettre",
                          "panier": "Panier moyen", "laisse": "Marge d’une commande"},
                      formats={"cout": "whole_euros", "panier": "whole_euros", "laisse": "whole_euros"})


def effets(part):
    marge = taux * notes["chiffre_affaires_futur"].sum() / notes["commandes_futures"].sum()
    return letters_effect(notes, listes | {"Les moins sûrs": "moins_surs"}, 300, rate=parse_number(part), cost=6,
                          effect="Elle décide une part de ceux qui ne viendraient pas", margin=marge)


def si_la_lettre_decide(part):
    table = effets(part)[["methode", "viendraient", "ajoutees", "gain_net"]].round(1)
    return show_table(table, f"Si une lettre décide {percent(parse_number(part), 1)} de ceux qui ne viendraient pas",
                      headings={"methode": "Liste", "viendraient": "Viennent sans lettre",
                                "ajoutees": "Commandes ajoutées", "gain_net": "Gain net"},
                      formats={"gain_net": "whole_euros"})


def au_plafond(plafond):
    nombre = len(over_solicited(messages, on=COURSE_DATE, cap=int(parse_number(plafond))))
    print(f"Au 31 décembre 2025, {several(nombre, 'client')} au plafond.")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Combien en attendre ?
#
# L’arbre CART de la directrice, élagué.
# La meilleure feuille compte assez de clients pour les 300 lettres.

# %% jupyter={"source_hidden": true}
q1

# %%
arbre_de_la_directrice()

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
q1.verifier(300 * max(node.rate for node in cart.nodes))

# %% [markdown]
# ## 2. L’arbre du prestataire
#
# « Sur les clients de fin 2023, mon arbre ne se trompe jamais. »
# Il a une feuille par client, ou presque.

# %% jupyter={"source_hidden": true}
q2

# %%
lettres = 300  # ← changez cette valeur : 200, puis 400
arbre_du_prestataire(lettres)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
deux = compare_lists(notes, {"CART": "cart", "Par cœur": "coeur"}, 300)
q2.verifier("b" if deux["acheteurs"][1] < deux["acheteurs"][0] and deux["se_distingue"][1] else "a")

# %% [markdown]
# ## 3. Quelle liste ?
#
# Dans la leçon, RFM, CART et CHAID ne se distinguaient pas.
# Et ici, pour un autre printemps et 300 lettres ?

# %% jupyter={"source_hidden": true}
q3

# %%
envois = 300  # ← changez cette valeur : 400
trois_listes(envois)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
trois = compare_lists(notes, listes, 300)
q3.verifier("c" if trois["se_distingue"].tolist()[:3] == [False, True, False] else "b")

# %% [markdown]
# ## 4. Ce que la lettre doit ajouter
#
# La cellule compte la liste RFM, à un euro la lettre au départ.
# Les ventes sont TTC, et la marge leur est rapportée.

# %% jupyter={"source_hidden": true}
q4

# %%
cout = 1  # ← changez cette valeur : euros par lettre
compte_des_lettres(cout)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
panier = letters_account(notes, {"RFM": "indice_rfm"}, 300, cost=6, margin_rate=taux)["panier"][0]
q4.verifier(-(-300 * 6 // (panier * taux)))

# %% [markdown]
# ## 5. À qui écrire ?
#
# Les mêmes 300 lettres à 6 €.
# La cellule suppose, au départ, qu’une lettre décide 5 % de ceux qui ne viendraient pas.

# %% jupyter={"source_hidden": true}
q5

# %%
part = 0.05  # ← changez cette valeur : 0.03 veut dire 3 %
si_la_lettre_decide(part)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
gains = effets(0.02).set_index("methode")["gain_net"]
q5.verifier("d" if gains.idxmax() == "Les moins sûrs" else "a")

# %% [markdown]
# ## 6. Ceux qu’on laisse en paix
#
# La leçon proposait trois messages en 90 jours.
# Qui attendra ?

# %% jupyter={"source_hidden": true}
q6

# %%
plafond = 4  # ← changez cette valeur
au_plafond(plafond)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q6)

# %% tags=["solution"]
q6.verifier("a" if len(over_solicited(messages, on=COURSE_DATE, cap=3)) > 298 else "d")

# %% [markdown]
# ## Répondre
#
# À qui partent les 300 lettres ?
# Écrivez à la directrice.

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("10_exercices")

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
# **La suite :** les quatre moments de la relation, à la leçon 11, où votre liste par arbre rencontrera celle d’une collègue.
