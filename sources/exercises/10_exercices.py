# %% [markdown]
# # Exercices 10 : trois cents lettres pour le printemps
#
# La Maison Orsenne envoie 300 lettres, au tout début de l’année, pour sa collection de printemps.
# Un prestataire propose son arbre, la directrice a le sien, et la responsable des envois demande qui l’on peut encore solliciter.
#
# Les arbres ont été appris fin 2023, sur les commandes du premier semestre 2024.
# On les juge fin 2024, sur celles du premier semestre 2025.
#
# Six questions et une lettre, quarante minutes, avec les mots et les outils de la [leçon 10](../notebooks/10_ciblage.ipynb).

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
from rfm_helpers import (
    COURSE_DATE, compare_lists, exercise, fit_cart, fit_chaid, letters_account, letters_effect,
    load_complaints, load_contacts, load_customers, load_orders, load_products, load_referrals,
    over_solicited, plot_tree, predict_rates, show_table, target_table,
)

# %% jupyter={"source_hidden": true}
# Les questions, les clients des deux printemps, les arbres appris sur le premier.
exercice = exercise("10_exercices")
q1, q2, q3, q4, q5, q6 = exercice
commandes, messages = load_orders(), load_contacts()
relation = {"complaints": load_complaints(), "referrals": load_referrals(), "contacts": messages}
hier, juges = (target_table(commandes, load_customers(), load_products(), as_of=jour, horizon_days=181, **relation)
               for jour in ("2023-12-31", "2024-12-31"))
cart, chaid, par_coeur = fit_cart(hier), fit_chaid(hier), fit_cart(hier, min_leaf=1, prune=False)
notes = juges.assign(cart=predict_rates(cart, juges), chaid=predict_rates(chaid, juges),
                     coeur=predict_rates(par_coeur, juges))
taux = commandes["marge"].sum() / commandes["montant"].sum()
print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Combien en attendre ?
#
# L’arbre CART de la directrice, élagué.
# La meilleure feuille compte assez de clients pour les 300 lettres.

# %% jupyter={"source_hidden": true}
q1

# %%
plot_tree(cart)

# %%
reponse = None  # ← remplacez None par votre nombre d’acheteurs
q1.verifier(reponse)

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
lettres = 300  # ← changez cette valeur, si vous voulez : 200, puis 400
deux = compare_lists(notes, {"CART": "cart", "Par cœur": "coeur"}, lettres)
deux["Se distingue de CART"] = deux["se_distingue"].map({True: "oui", False: "non"})
show_table(deux[["methode", "acheteurs", "Se distingue de CART"]].round(), f"{lettres} lettres, au printemps 2025",
           headings={"methode": "Liste", "acheteurs": "Acheteurs"})

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q2.verifier(reponse)

# %% tags=["solution"]
q2.verifier("b" if deux["acheteurs"][1] < deux["acheteurs"][0] and deux["se_distingue"][1] else "a")

# %% [markdown]
# ## 3. Quelle liste ?
#
# Dans la leçon, RFM, CART et CHAID ne se distinguaient pas.
# Et ici, pour un autre printemps et 300 lettres ?

# %% jupyter={"source_hidden": true}
q3

# %%
trois = compare_lists(notes, {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}, 300)
trois["Se distingue de RFM"] = trois["se_distingue"].map({True: "oui", False: "non"})
show_table(trois[["methode", "acheteurs", "ecart_bas", "ecart_haut", "Se distingue de RFM"]].round({"acheteurs": 0}),
           "300 lettres, au printemps 2025", headings={"methode": "Liste", "acheteurs": "Acheteurs",
           "ecart_bas": "Écart avec RFM, de", "ecart_haut": "à"},
           formats={"ecart_bas": "share", "ecart_haut": "share"})

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q3.verifier(reponse)

# %% tags=["solution"]
q3.verifier("c" if trois["se_distingue"].tolist()[:3] == [False, True, False] else "b")

# %% [markdown]
# ## 4. Ce que la lettre doit ajouter
#
# La cellule compte la liste RFM, à un euro la lettre au départ.
# Les ventes sont TTC, et le taux de marque leur est rapporté.

# %% jupyter={"source_hidden": true}
q4

# %%
cout = 1  # ← changez cette valeur : euros par lettre
compte = letters_account(notes, {"RFM": "indice_rfm"}, 300, cost=cout, margin_rate=taux)
compte["marge_commande"] = compte["panier"] * taux
show_table(compte[["methode", "cout", "viendraient", "panier", "marge_commande"]].round({"viendraient": 0}),
           f"300 lettres à {cout} €", headings={"methode": "Liste", "cout": "Coût", "panier": "Panier moyen",
           "viendraient": "Viennent sans lettre", "marge_commande": "Marge d’une commande"},
           formats={"cout": "whole_euros", "panier": "whole_euros", "marge_commande": "whole_euros"})

# %%
reponse = None  # ← remplacez None par votre nombre de commandes
q4.verifier(reponse)

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
hypothese = "Elle décide une part de ceux qui ne viendraient pas"
listes = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid", "Les moins sûrs": "moins_surs"}
marge = taux * notes["chiffre_affaires_futur"].sum() / notes["commandes_futures"].sum()
effets = letters_effect(notes.assign(chance=notes["cart"], moins_surs=-notes["cart"]), listes, 300,
                        effect=hypothese, rate=part, cost=6, margin=marge)
show_table(effets[["methode", "viendraient", "ajoutees", "gain_net"]].round(1),
           f"Si une lettre en décide {100 * part:.0f} %", headings={
               "methode": "Liste", "viendraient": "Viennent sans lettre", "ajoutees": "Commandes ajoutées",
               "gain_net": "Gain net"}, formats={"gain_net": "whole_euros"})

# %%
reponse = None  # ← remplacez None par une lettre, entre guillemets, comme "a"
q5.verifier(reponse)

# %% tags=["solution"]
effets = letters_effect(notes.assign(chance=notes["cart"], moins_surs=-notes["cart"]), listes, 300,
                        effect=hypothese, rate=0.02, cost=6, margin=marge)
q5.verifier("d" if effets["methode"][effets["gain_net"].idxmax()] == "Les moins sûrs" else "a")

# %% [markdown]
# ## 6. Ceux qu’on laisse en paix
#
# La leçon proposait trois messages en 90 jours.
# Qui attendra ?

# %% jupyter={"source_hidden": true}
q6

# %%
plafond = 4  # ← changez cette valeur
print(f"{len(over_solicited(messages, on=COURSE_DATE, cap=plafond))} clients ont reçu {plafond} messages ou plus.")

# %%
reponse = None  # ← remplacez None par votre nombre de clients
q6.verifier(reponse)

# %% tags=["solution"]
q6.verifier(len(over_solicited(messages, on=COURSE_DATE, cap=3)))

# %% [markdown]
# ## Que décidez-vous ?
#
# Répondez à la directrice en quatre phrases : à qui partent les 300 lettres, combien de messages au plus, ce que vous **supposez** d’une lettre, et comment vous saurez si c’était vrai.
# Relisez-vous : la liste est-elle jugée sur des clients qu’aucune méthode n’avait vus ?
# L’hypothèse est-elle dite comme une hypothèse ?
# Le groupe témoin est-il tiré au sort **avant** l’envoi ?

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** les quatre moments de la relation, à la leçon 11, où votre liste par arbre rencontrera celle d’une collègue.
