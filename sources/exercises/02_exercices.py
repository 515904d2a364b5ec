# %% [markdown]
# # Exercices 2 : le bilan d’une boutique
#
# La directrice de la boutique de **Lyon Bellecour** conteste le chiffre que le siège lui a envoyé pour 2025.
# Elle a ouvert le même export que vous, additionné la colonne des montants dans son tableur, et trouve beaucoup moins.
# Qui a raison, et que lui répondre ?
#
# Six questions, puis votre réponse à la directrice : une demi-heure, avec les mots et les outils de la [leçon 2](../notebooks/02_donnees.ipynb).

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
    COURSE_DATE, CourseError, answer_question, as_day, clean_orders, exercise, load_raw_export,
    load_shop_export, open_question, parse_number, rfm_table, rows_where, show_table,
)
from rfm_helpers.french.numbers import euros, long_date, number

import pandas as pd

exercice = exercise("02_exercices")
q1, q2, q3, q4, q5, q6 = exercice
colonnes = {"customer": "N° client", "order": "N° commande", "date": "Date", "amount": "Montant TTC"}
export = load_raw_export()
commandes, journal = clean_orders(export, **colonnes, as_of=COURSE_DATE)


def mises_de_cote(boutique):
    lues = rows_where(export, "Boutique", boutique)
    ecartees = rows_where(journal.set_aside, "Boutique", boutique)
    motifs = ecartees["motif_mise_de_cote"].value_counts().reset_index(name="lignes")
    return show_table(motifs, f"{boutique} : mises de côté, sur {number(len(lues))} lignes lues",
                      headings={"motif_mise_de_cote": "Motif"})


def quatre_comptes(boutique):
    lignes = rows_where(commandes, "Boutique", boutique)
    comptes = {
        "Lignes": [len(lignes)],
        "Numéros de commande": [lignes["commande_id"].nunique()],
        "Commandes qui comptent": [rfm_table(lignes, as_of=COURSE_DATE)["frequence"].sum()],
        "Clients": [lignes["client_id"].nunique()],
    }
    return show_table(pd.DataFrame(comptes), f"{boutique} : quatre façons de compter")


def ventes_et_retours(boutique):
    montants = rows_where(commandes, "Boutique", boutique)["montant"]
    deux = {"Ventes": [montants[montants > 0].sum()], "Retours": [montants[montants < 0].sum()]}
    return show_table(pd.DataFrame(deux), f"{boutique} : ventes et retours", formats="euros")


def diviser(montant, nombre):
    montant, nombre = parse_number(montant), parse_number(nombre)
    if nombre <= 0:
        raise CourseError("On ne divise que par un nombre plus grand que zéro : changez-le.")
    print(f"{euros(montant, 2)} ÷ {number(nombre)} = {euros(montant / nombre, 2)}")


def bilan_au(jour):
    propres, _ = clean_orders(export, **colonnes, as_of=as_day(jour))
    montants = propres.groupby("Boutique", as_index=False)["montant"].sum()
    montants.insert(1, "commandes", [
        rfm_table(propres[propres["Boutique"] == nom], as_of=jour)["frequence"].sum()
        for nom in montants["Boutique"]
    ])
    return show_table(montants, f"Les boutiques au {long_date(as_day(jour))}",
                      headings={"commandes": "Commandes"}, formats={"commandes": "number"})


ETATS_ACHETES = {"etat": ["Livré", "Expédié", "En cours de préparation"]}


def bilan_en_ligne(montant, commandes):
    montants = {"sur chaque ligne": "line", "une fois par commande": "order"}
    etats = {"toutes": {}, "achetées": ETATS_ACHETES}
    if montant not in montants or commandes not in etats:
        raise CourseError("Écrivez l’une des deux valeurs que chaque ligne propose.")
    lignes, lecture = clean_orders(load_shop_export(), customer="email",
                                   amount_of=montants[montant], status=etats[commandes])
    table = rfm_table(lignes, as_of=COURSE_DATE)
    bilan = {
        "Clients": [len(table)],
        "Commandes": [table["frequence"].sum()],
        "Montant": [euros(table["montant_total"].sum(), 2)],
        "Vos lignes semblent dire encore": [", ".join(lecture.meanings["constat"]) or "rien"],
    }
    return show_table(pd.DataFrame(bilan), "La boutique en ligne, d’octobre à décembre 2025")


print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Ce qui manque au calcul
#
# Choisissez la boutique : le tableau montre ce que le journal de qualité a mis de côté pour elle.

# %% jupyter={"source_hidden": true}
q1

# %%
boutique = "Nice Masséna"  # ← changez cette valeur : le nom de la boutique
mises_de_cote(boutique)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q1)

# %% tags=["solution"]
boutique = "Lyon Bellecour"
ecartees = rows_where(journal.set_aside, "Boutique", boutique)
part = len(ecartees) / len(rows_where(export, "Boutique", boutique))
q1.verifier("a" if part > 0.03 else "b")

# %% [markdown]
# ## 2. Compter les achats
#
# Gardons les lignes propres de cette boutique.
# Quatre nombres, et un seul compte les achats.

# %% jupyter={"source_hidden": true}
q2

# %%
boutique = "Nice Masséna"  # ← changez cette valeur
quatre_comptes(boutique)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q2)

# %% tags=["solution"]
lignes = rows_where(commandes, "Boutique", "Lyon Bellecour")
par_commande = lignes.groupby("commande_id")["montant"].sum().round(2)
achats = (par_commande > 0).sum()
q2.verifier("c" if achats < 540 < len(par_commande) else "b")

# %% [markdown]
# ## 3. Le chiffre d’affaires
#
# Le tableur a fait une somme sans rien signaler.
# Faites la vôtre, à partir des lignes propres.

# %% jupyter={"source_hidden": true}
q3

# %%
boutique = "Nice Masséna"  # ← changez cette valeur
ventes_et_retours(boutique)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q3)

# %% tags=["solution"]
q3.verifier("d" if lignes["montant"].sum() < 507_000 else "a")

# %% [markdown]
# ## 4. Le panier moyen
#
# Vous avez un montant et plusieurs nombres.
# Lequel des quatre nombres de la question 2 faut-il prendre ?
# La cellule sert de calculette.

# %% jupyter={"source_hidden": true}
q4

# %%
montant = 1000  # ← changez cette valeur : des euros
nombre = 8  # ← changez cette valeur
diviser(montant, nombre)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q4)

# %% tags=["solution"]
q4.verifier("a" if lignes["montant"].sum() / achats > 935 else "c")

# %% [markdown]
# ## 5. À quelle date ?
#
# La directrice veut aussi comparer sa boutique aux autres, sur le premier semestre seulement.
# L’outil refait tout le nettoyage à la date de référence que vous écrivez, et donne une ligne par boutique.

# %% jupyter={"source_hidden": true}
q5

# %%
jour = "31/03/2025"  # ← changez cette date
bilan_au(jour)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q5)

# %% tags=["solution"]
q5.verifier("30/06/2025")

# %% [markdown]
# ## 6. Ce que dit une ligne
#
# Dernière pièce du dossier : la boutique en ligne, que la directrice veut comparer à la sienne.
# Son logiciel écrit un article par ligne.
# Choisissez comment lire les montants, et quelles commandes garder.

# %% jupyter={"source_hidden": true}
q6

# %%
montant = "sur chaque ligne"  # ← ou "une fois par commande"
gardees = "toutes"  # ← ou "achetées"
bilan_en_ligne(montant, gardees)

# %% jupyter={"source_hidden": true}
# Votre réponse : exécutez cette cellule, puis répondez.
answer_question(q6)

# %% tags=["solution"]
en_ligne, _ = clean_orders(load_shop_export(), customer="email", status=ETATS_ACHETES)
q6.verifier("c" if en_ligne["montant"].sum() < 700_000 else "b")

# %% [markdown]
# ## Répondre
#
# Que répondez-vous à la directrice de Lyon Bellecour, qui tient à son tableur ?

# %% jupyter={"source_hidden": true}
# Votre réponse écrite : exécutez cette cellule, puis écrivez.
open_question("02_exercices")

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
# **La suite :** la [leçon 3](../notebooks/03_calcul_rfm.ipynb), puis ses exercices.
