# %% [markdown]
# # Devoir 1 : de l’export de caisse aux segments
#
# Vous prenez votre poste à la Maison Orsenne, comme assistant ou assistante de la relation client.
# Le directeur commercial vous transmet un export des caisses de l’année 2025 et vous demande un point pour sa réunion : qui sont nos clients, lesquels se taisent, qui appeler d’abord ?
#
# Il vous faut une heure et demie environ, avec les [leçons 2](../../notebooks/02_donnees.ipynb), [3](../../notebooks/03_calcul_rfm.ipynb) et [4](../../notebooks/04_segmentation.ipynb) ouvertes à côté.
# Onze questions, 20 points.

# %% [markdown]
# **Comment répondre**
#
# - Exécutez les cellules dans l’ordre, de haut en bas (Maj + Entrée).
# - Vous n’écrirez pas de code.
#   Pour un calcul, choisissez dans les listes ce qu’il doit prendre, puis exécutez les cellules qui suivent.
# - Dans un champ, écrivez votre réponse puis appuyez sur Entrée ; elle est enregistrée.
# - Une cellule dont une ligne porte la flèche ← montre de quoi répondre : changez la valeur, puis exécutez-la.
# - Le carnet dit qu’une réponse est reçue ; il ne dit pas si elle est juste.
#   Vous pouvez la changer jusqu’à la remise.
#
# **Comment c’est noté.**
# Votre fichier et vos réglages sont à vous : ceux de votre voisine ou de votre voisin donnent d’autres réponses.
# Vos calculs sont refaits, sur votre fichier et sur un autre de même forme : ce sont vos choix qui sont notés, pas un résultat recopié.
# Une erreur n’est comptée qu’une fois : la suite est jugée à partir de ce que vous avez trouvé avant.
#
# **Protection des données.**
# Les noms des clients ont été retirés de l’export : le calcul s’en passe.
# Ne faites pas circuler ce fichier.

# %% tags=["parameters"]
ETUDIANT = ""

# %% jupyter={"source_hidden": true} rfm={"locked": "outils"}
# Les outils du devoir. Exécutez cette cellule en premier.
import pandas as pd

from rfm_helpers import (
    CourseError, answer_field, assign_segments, assignment, clean_orders, hand_in, parse_number,
    read_orders, rfm_table, score_cuts, score_rfm, segment_profile, show_table,
)
from rfm_helpers.french.numbers import euros, number

devoir = assignment(
    "devoir_1_rfm", etudiant=ETUDIANT, reponses=REPONSES, DATE_REFERENCE=DATE_REFERENCE,
    NIVEAUX=NIVEAUX, GRILLE=GRILLE, BOUTIQUE=BOUTIQUE, CLIENT=CLIENT, COMMANDES=COMMANDES,
    SILENCE=SILENCE, SEGMENT=SEGMENT,
)
q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11 = devoir


def montrer(tableau, titre, **options):
    """Montre un tableau, s’il existe déjà."""
    if tableau is None:
        print("Ce tableau viendra quand vous aurez répondu à la question qui le prépare.")
        return None
    return show_table(tableau, titre, **options)


devoir

# %% jupyter={"source_hidden": true} rfm={"locked": "grandeurs"}
# Ce que valent, sur vos données, les grandeurs à choisir dans les listes.
DATES = {"devoir": DATE_REFERENCE, "fin_annee": "2025-12-31"}
NOMBRES = {"trois": 3, "quatre": 4, "cinq": 5, "dix": 10}
GRILLES = {"onze": "onze", "cinq_niveaux": "cinq_niveaux", "vip": "vip"}

# %% jupyter={"source_hidden": true} rfm={"locked": "calculs"}
# D’autres outils : chacun attend le tableau qui lui est donné, et ne fait rien tant qu’il manque.
def ventes_et_retours(lignes, boutique):
    """Ce qu’une boutique a vendu et repris."""
    if lignes is None:
        return None
    montants = lignes.loc[lignes["Boutique"] == boutique, "montant"]
    ventes, retours = montants[montants > 0].sum(), montants[montants < 0].sum()
    return pd.DataFrame({"Ventes": [ventes], "Retours": [retours]})


def achats(lignes, client):
    """Les lignes d’un client, de la plus ancienne à la plus récente."""
    if lignes is None:
        return None
    siennes = lignes[lignes["client_id"] == client].sort_values("date_achat")
    return siennes[["commande_id", "date_achat", "Article", "montant"]]


def peser(rfm, regle):
    """Combien de clients suivent une règle, et ce qu’ils ont dépensé."""
    if rfm is None:
        return None
    montants = rfm.query(regle)["montant_total"]
    return pd.DataFrame({
        "clients": [len(montants)], "montant_total": [montants.sum()],
        "par_client": [montants.mean()],
    })


def diviser(montant, nombre):
    """La calculette : un montant partagé."""
    montant, nombre = parse_number(montant), parse_number(nombre)
    if nombre <= 0:
        raise CourseError("On ne divise que par un nombre plus grand que zéro : changez-le.")
    print(f"{euros(montant, 2)} ÷ {number(nombre)} = {euros(montant / nombre, 2)}")


def ranger(segments, segment, mesure):
    """Les clients d’un segment, du plus grand au plus petit selon une mesure."""
    colonnes = {"récence": "recence", "fréquence": "frequence", "montant total": "montant_total"}
    if mesure not in colonnes:
        raise CourseError(f"« {mesure} » n’est pas une mesure : écrivez {', '.join(colonnes)}.")
    if segments is None:
        return None
    return segments[segments["segment"] == segment].sort_values(colonnes[mesure], ascending=False)

# %% [markdown]
# ## 1. Préparer l’export
#
# L’export vient tout droit des caisses.
# Notons où sont les quatre colonnes, et regardons-en le début.

# %% rfm={"locked": "export"}
colonnes = {
    "customer": "N° client",  # qui ?
    "order": "N° commande",  # quelle commande ?
    "date": "Date",  # quand ?
    "amount": "Montant TTC",  # combien ?
}
export = read_orders(f"{DONNEES}/export.csv", **colonnes)
show_table(export, "L’export des caisses", rows=8)

# %% rfm={"locked": "enonce_lignes"} jupyter={"source_hidden": true}
answer_field(q1)

# %% rfm={"locked": "calcul_lignes"} jupyter={"source_hidden": true}
lignes, journal = q1.calculer(
    lambda date: clean_orders(export, **colonnes, as_of=date), date=DATES,
) or (None, None)

# %% rfm={"answer": "lignes"} jupyter={"source_hidden": true}
# Modèle : lignes, journal = clean_orders(export, **colonnes, as_of="2025-01-31")
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "lignes"}
lignes, journal = clean_orders(export, **colonnes, as_of=DATE_REFERENCE)

# %% rfm={"locked": "rendre_lignes"} jupyter={"source_hidden": true}
q1.rendre(lignes)

# %% [markdown]
# Que dit le journal de qualité ?
# L’addition tombe-t-elle juste ?
# Les lignes mises de côté sont-elles toutes abîmées ?

# %% jupyter={"source_hidden": true}
print("" if journal is None else journal.summary)
montrer(journal and journal.table[["defaut", "lignes", "mises_de_cote", "traitement"]],
        "Le journal de qualité", rows=30)

# %% [markdown]
# Le directeur recevra la responsable d’une boutique.
# Choisissez celle de la question, et réfléchissez à ce qu’il faut ajouter ou retrancher.

# %%
boutique = "Nice Masséna"  # ← changez cette valeur : le nom de la boutique
montrer(ventes_et_retours(lignes, boutique), f"{boutique} : ventes et retours", formats="euros")

# %% rfm={"locked": "champ_chiffre_boutique"} jupyter={"source_hidden": true}
answer_field(q2)

# %% [markdown]
# ## 2. Mesurer : récence, fréquence, montant
#
# Avant de calculer pour tous, faites le calcul à la main pour un client.
# Voici toutes ses lignes ; lisez bien les numéros de commande et les signes.

# %%
montrer(achats(lignes, CLIENT), f"Les achats de {CLIENT}", rows=20)

# %%
# La calculette.
montant = 1000  # ← changez cette valeur : des euros
nombre = 8  # ← changez cette valeur
diviser(montant, nombre)

# %% rfm={"locked": "champ_panier_client"} jupyter={"source_hidden": true}
answer_field(q3)

# %% rfm={"locked": "enonce_rfm"} jupyter={"source_hidden": true}
answer_field(q4)

# %% rfm={"locked": "calcul_rfm"} jupyter={"source_hidden": true}
rfm = q4.calculer(
    lambda table, retours, date: rfm_table(table if retours else table[table["montant"] > 0], as_of=date),
    lignes, retours={"compris": True, "sans": False}, date=DATES,
)

# %% rfm={"answer": "rfm"} jupyter={"source_hidden": true}
# Modèle : rfm = rfm_table(six_clients, as_of="2025-01-31")
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "rfm"}
rfm = rfm_table(lignes, as_of=DATE_REFERENCE)

# %% rfm={"locked": "rendre_rfm"} jupyter={"source_hidden": true}
q4.rendre(rfm)

# %% [markdown]
# Posez maintenant la question du directeur : les deux nombres de la cellule suivante ne sont pas encore les siens.

# %%
jours = 30  # ← changez cette valeur : plus de tant de jours sans achat
commandes = 1  # ← changez cette valeur : au moins tant de commandes
regle = f"recence > {jours} and frequence >= {commandes}"
montrer(peser(rfm, regle), "Ce que pèsent ces clients",
        headings={"par_client": "Montant par client"}, formats={"par_client": "euros"})

# %% rfm={"locked": "champ_silencieux"} jupyter={"source_hidden": true}
answer_field(q5)

# %% [markdown]
# ## 3. Des mesures aux segments

# %% rfm={"locked": "enonce_scores"} jupyter={"source_hidden": true}
answer_field(q6)

# %% rfm={"locked": "calcul_scores"} jupyter={"source_hidden": true}
scores = q6.calculer(
    lambda table, niveaux, mesure: score_rfm(table, levels=niveaux, monetary=mesure), rfm,
    niveaux=NOMBRES, mesure={"montant_total": "montant_total", "panier_moyen": "panier_moyen"},
)

# %% rfm={"answer": "scores"} jupyter={"source_hidden": true}
# Modèle : scores = score_rfm(table, levels=10)
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "scores"}
scores = score_rfm(rfm, levels=NIVEAUX)

# %% rfm={"locked": "rendre_scores"} jupyter={"source_hidden": true}
q6.rendre(scores)

# %% [markdown]
# Où passent les bornes ?
# Un score est-il vide ?

# %% jupyter={"source_hidden": true}
montrer(scores if scores is None else score_cuts(scores), "Ce que vaut chaque score", rows=15)

# %% rfm={"locked": "enonce_segments"} jupyter={"source_hidden": true}
answer_field(q7)

# %% rfm={"locked": "calcul_segments"} jupyter={"source_hidden": true}
segments = q7.calculer(lambda table, grille: assign_segments(table, grille), scores, grille=GRILLES)

# %% rfm={"answer": "segments"} jupyter={"source_hidden": true}
# Modèle : segments = assign_segments(table, "nom_de_la_grille")
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "segments"}
segments = assign_segments(scores, GRILLE)

# %% rfm={"locked": "rendre_segments"} jupyter={"source_hidden": true}
q7.rendre(segments)

# %% [markdown]
# ## 4. Lire, et conseiller

# %% rfm={"locked": "enonce_profil"} jupyter={"source_hidden": true}
answer_field(q8)

# %% rfm={"locked": "calcul_profil"} jupyter={"source_hidden": true}
profil = q8.calculer(lambda table, grille: segment_profile(table, grille), segments, grille=GRILLES)

# %% rfm={"answer": "profil"} jupyter={"source_hidden": true}
# Modèle : profil = segment_profile(table, "nom_de_la_grille")
# Pour aller plus loin : laissez cette cellule vide, sauf si vous préférez écrire le calcul vous-même
# (c’est alors le vôtre qui compte, et il est noté de même).

# %% tags=["solution"] rfm={"answer": "profil"}
profil = segment_profile(segments, GRILLE)

# %% rfm={"locked": "rendre_profil"} jupyter={"source_hidden": true}
q8.rendre(profil)

# %%
montrer(profil, "Le profil des segments")

# %%
# La calculette.
montant = 1000  # ← changez cette valeur : des euros
nombre = 8  # ← changez cette valeur
diviser(montant, nombre)

# %% rfm={"locked": "champ_par_client"} jupyter={"source_hidden": true}
answer_field(q9)

# %% [markdown]
# Qui appeler d’abord ?
# Cherchez le nom du segment dans la question, et la mesure qui range ses clients comme on vous le demande.
# Votre export ne dit pas qui accepte d’être appelé : ce rang n’est qu’un brouillon, à passer par `contact_list` avant le premier appel.

# %%
segment = "Champions"  # ← changez cette valeur
mesure = "fréquence"  # ← changez cette valeur : récence, fréquence ou montant total
montrer(ranger(segments, segment, mesure), f"{segment}, par {mesure}", rows=5)

# %% rfm={"locked": "champ_a_appeler"} jupyter={"source_hidden": true}
answer_field(q10)

# %% [markdown]
# Votre conseil, enfin.
# Le directeur le lira en deux minutes : des chiffres de **votre** profil, ce qu’ils permettent de dire et ce qu’ils ne disent pas, une action.
# L’enseignant note ce texte avec trois critères, d’un point chacun : des chiffres justes et comparés ; un raisonnement qui part des scores et dit une limite ; une action qui répond au score le plus bas, convient au luxe et respecte le consentement.

# %% rfm={"locked": "champ_conseil"} jupyter={"source_hidden": true}
answer_field(q11)

# %% [markdown]
# ## Rendre votre travail
#
# Menu « Noyau », « Redémarrer le noyau et Exécuter toutes les cellules… » : chaque cellule doit passer sans erreur.
# Enregistrez le carnet, puis appuyez sur le bouton.

# %% rfm={"locked": "rendre"} jupyter={"source_hidden": true}
hand_in(devoir)
