# %% [markdown]
# # Exercices 2 : le bilan d’une boutique
#
# La directrice de la boutique de **Lyon Bellecour** conteste le chiffre que le siège lui a envoyé pour 2025.
# Elle a ouvert le même export que vous, additionné la colonne des montants dans son tableur, et trouve beaucoup moins.
# Qui a raison, et que lui répondre ?
#
# Cinq questions, une demi-heure, avec les mots et les outils de la [leçon 2](../notebooks/02_donnees.ipynb).

# %% [markdown]
# **Comment répondre.**
# Exécutez les cellules dans l’ordre (Maj + Entrée).
# Chaque question a son tableau, où vous changez **une valeur**, puis une cellule de réponse : remplacez `None` par votre réponse et exécutez-la.
# Essayez autant de fois que vous voulez : chaque réponse vérifiée est enregistrée.
#
# **Bloqué ?**
# Sous chaque réponse, deux boutons : « Indice », puis « Solution ».

# %% jupyter={"source_hidden": true}
# Les outils de l’exercice. Exécutez cette cellule en premier.
import pandas as pd

from rfm_helpers import (
    COURSE_DATE, as_day, clean_orders, exercise, load_raw_export, rfm_table, rows_where, show_table,
)

# %% jupyter={"source_hidden": true}
# Les questions et les données.
exercice = exercise("02_exercices")
q1, q2, q3, q4, q5 = exercice
colonnes = {"customer": "N° client", "order": "N° commande", "date": "Date", "amount": "Montant TTC"}
export = load_raw_export()
commandes, journal = clean_orders(export, **colonnes, as_of=COURSE_DATE)
print("L’exercice est prêt.")

# %% [markdown]
# ## 1. Ce qui manque au calcul
#
# Choisissez la boutique : le tableau montre ce que le journal de qualité a mis de côté pour elle.

# %% jupyter={"source_hidden": true}
q1

# %%
boutique = "Nice Masséna"  # ← changez cette valeur : le nom de la boutique
ecartees = rows_where(journal.set_aside, "Boutique", boutique)
motifs = ecartees["motif_mise_de_cote"].value_counts().reset_index(name="lignes")
show_table(motifs, f"{boutique} : lignes mises de côté", headings={"motif_mise_de_cote": "Motif"})

# %%
reponse = None  # ← remplacez None par votre nombre
q1.verifier(reponse)

# %% tags=["solution"]
boutique = "Lyon Bellecour"
ecartees = rows_where(journal.set_aside, "Boutique", boutique)
q1.verifier(len(ecartees))

# %% [markdown]
# ## 2. Compter les achats
#
# Gardons les lignes propres de cette boutique.
# Quatre nombres, et un seul compte les achats.

# %% jupyter={"source_hidden": true}
q2

# %%
lignes = rows_where(commandes, "Boutique", boutique)  # la boutique choisie plus haut
clients = rfm_table(lignes, as_of=COURSE_DATE)
comptes = {
    "Lignes": [len(lignes)],
    "Numéros de commande": [lignes["commande_id"].nunique()],
    "Commandes qui comptent": [clients["frequence"].sum()],
    "Clients": [lignes["client_id"].nunique()],
}
show_table(pd.DataFrame(comptes), f"{boutique} : quatre façons de compter")

# %%
reponse = None  # ← remplacez None par votre nombre
q2.verifier(reponse)

# %% tags=["solution"]
lignes = rows_where(commandes, "Boutique", boutique)
par_commande = lignes.groupby("commande_id")["montant"].sum().round(2)
q2.verifier((par_commande > 0).sum())

# %% [markdown]
# ## 3. Le chiffre d’affaires
#
# Le tableur a fait une somme sans rien signaler.
# Faites la vôtre, à partir des lignes propres.

# %% jupyter={"source_hidden": true}
q3

# %%
ventes = lignes.loc[lignes["montant"] > 0, "montant"].sum()
retours = lignes.loc[lignes["montant"] < 0, "montant"].sum()
deux = pd.DataFrame({"Ventes": [ventes], "Retours": [retours]})
show_table(deux, f"{boutique} : ventes et retours", formats="euros")

# %%
reponse = None  # ← remplacez None par votre montant, par exemple 1500 ou "1 500,50 €"
q3.verifier(reponse)

# %% tags=["solution"]
q3.verifier(lignes["montant"].sum())

# %% [markdown]
# ## 4. Le panier moyen
#
# Vous avez un montant et plusieurs nombres.
# Lequel des quatre nombres de la question 2 faut-il prendre ?
# La cellule sert de calculette : une barre oblique divise.

# %% jupyter={"source_hidden": true}
q4

# %%
round(1000 / 8, 2)  # ← changez 1000 et 8

# %%
reponse = None  # ← remplacez None par votre montant
q4.verifier(reponse)

# %% tags=["solution"]
q4.verifier(lignes["montant"].sum() / (par_commande > 0).sum())

# %% [markdown]
# ## 5. À quelle date ?
#
# La directrice veut aussi comparer sa boutique aux autres, sur le premier semestre seulement.
# L’outil refait tout le nettoyage à la date de référence que vous écrivez, et donne une ligne par boutique.

# %% jupyter={"source_hidden": true}
# Le bilan des boutiques à une date : il nettoie l’export, puis compte.
def bilan_au(fin):
    if fin is None:
        return None
    propres, _ = clean_orders(export, **colonnes, as_of=as_day(fin))
    montants = propres.groupby("Boutique", as_index=False)["montant"].sum()
    montants["commandes"] = [
        rfm_table(propres[propres["Boutique"] == nom], as_of=fin)["frequence"].sum()
        for nom in montants["Boutique"]
    ]
    return montants

# %% jupyter={"source_hidden": true}
q5

# %%
fin = None  # ← remplacez None par une date, entre guillemets, comme "2025-03-31"
bilan = bilan_au(fin)
q5.verifier(bilan)

# %% tags=["solution"]
q5.verifier(bilan_au("2025-06-30"))

# %% [markdown]
# Pour voir votre tableau, une fois la date écrite, exécutez la cellule suivante.

# %%
vide = pd.DataFrame({"Boutique": [], "commandes": [], "montant": []})
show_table(vide if fin is None else bilan_au(fin), f"Les boutiques au {fin or '…'}",
           headings={"commandes": "Commandes"})

# %% [markdown]
# ## Où en êtes-vous ?
#
# Le bilan relit les réponses enregistrées.
# Que répondez-vous à la directrice ?
# Une phrase, trois nombres : ce qui a été mis de côté, ce que son tableur n’a pas lu, et son vrai chiffre d’affaires.

# %%
exercice.bilan()

# %% [markdown]
# **La suite :** la [leçon 3](../notebooks/03_calcul_rfm.ipynb), puis ses exercices.
