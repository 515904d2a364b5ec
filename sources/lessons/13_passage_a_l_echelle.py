# %% [markdown] slideshow={"slide_type": "slide"}
# # Du fichier à l’entrepôt
#
# Janvier 2026.
# La Maison Orsenne entre dans un groupe de **deux cents magasins**.
# La directrice appelle : « Il me faut nos onze segments pour tout le groupe, vendredi. »
#
# Vous ouvrez le fichier dans votre tableur.
# Il prévient, une fois, que tout n’a pas été chargé, puis affiche des nombres qui ont l’air justes.
#
# Quand les lignes se comptent par millions, qu’est-ce qui change : le calcul, l’outil, ou la façon de demander ?

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. dire où un tableur s’arrête, et ce que cela fait à une récence ;
# 2. choisir entre un fichier CSV et un fichier Parquet ;
# 3. lire une requête SQL, et vérifier un moteur par un autre ;
# 4. trouver un rang quand personne n’a toute la table ;
# 5. écrire une demande à une équipe de données.
#
# **Durée :** 45 minutes.
# **Avant :** la leçon 4 ([les segments](04_segmentation.ipynb)).
# Cette leçon est facultative : elle sert le jour où votre fichier ne s’ouvre plus.
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
import sqlite3
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from rfm_helpers import (
    COURSE_DATE, assign_segments, bet, bet_balance, bet_result, dataset_columns, load_orders,
    load_six_customers, open_question, quiz, rfm_table, rows_where, score_rfm, segment_profile,
    show_table, sort_sentences,
)
from rfm_helpers.french.numbers import euros, number, percent

import pandas as pd
import polars as pl
from pyarrow.parquet import read_metadata

commandes = load_orders()
# Un dossier de passage, effacé quand vous fermez la leçon.
passage = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
dossier = Path(passage.name)
print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Là où le tableur s’arrête
#
# Une feuille Excel a **1 048 576 lignes**, titres compris.
# Le supermarché de la fin des leçons, `The Complete Journey`, en a 1 469 307, rangées par date.
# Ouvrons-le comme le ferait un tableur : ce qui dépasse n’est pas chargé.
#
# Le foyer du milieu a fait ses courses il y a 5 jours, au 31 décembre 2017.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("13_passage_a_l_echelle/tableur")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="tableur"
# Le même calcul, sur le fichier entier puis sur ce qu’une feuille peut en garder.
noms = dataset_columns("complete_journey")
lues = [noms[role] for role in ("customer", "order", "date", "amount")]
courses = load_orders("complete_journey", lues)
milieux = [rfm_table(lignes, as_of="2017-12-31", **noms)[["recence", "frequence", "montant_total"]].median()
           for lignes in (courses, courses.head(1_048_576 - 1))]
milieux = pd.DataFrame(milieux).assign(fichier=["entier", "dans un tableur"])
del courses  # un million et demi de lignes : leur mémoire est rendue
bet_result("13_passage_a_l_echelle/tableur", milieux["recence"].iloc[1],
           show_table(milieux[["fichier", "recence", "frequence", "montant_total"]], "Le foyer du milieu",
                      headings={"fichier": "Fichier", "montant_total": "Montant total (dollars)"},
                      formats={"montant_total": "plain"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Quatre limites, dont une se voit
#
# | Un tableur… | Une base de données… |
# |---|---|
# | a un nombre de lignes fixé d’avance | n’a que la limite du disque |
# | charge **tout** en mémoire | lit ce qu’on lui demande |
# | sert une personne à la fois | sert tout le monde |
# | ne dit pas qui a changé quoi | tient un journal |
#
# Seule la première affiche un message.
# Pour 3 036 clients, un tableur reste parfait.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quand les lignes se multiplient
#
# Dans un tableur, le montant d’un client est un `SOMME.SI`.
# Chaque formule **relit toute la colonne**, pour un seul client.
# À Orsenne, 3 036 clients et 13 593 lignes : le tableur s’en sort.
#
# Prenons maintenant dix fois plus de clients, avec dix fois plus de lignes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("13_passage_a_l_echelle/relire")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="relire"
# Combien de lignes chaque façon de faire lit-elle ?
tailles = pd.DataFrame({"fois": [1, 10]})
tailles["clients"] = tailles["fois"] * rfm_table(commandes, as_of=COURSE_DATE)["client_id"].nunique()
tailles["lignes"] = tailles["fois"] * len(commandes)
tailles["relire"] = tailles["clients"] * tailles["lignes"]
tailles["passer"] = tailles["lignes"]
bet_result("13_passage_a_l_echelle/relire", tailles["relire"].iloc[1] / tailles["relire"].iloc[0],
           show_table(tailles[["clients", "lignes", "relire", "passer"]], "Lignes lues pour un montant par client",
                      headings={"relire": "Une formule par client", "passer": "Un seul passage"},
                      formats="number"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Un seul passage
#
# Un moteur lit chaque ligne **une fois**, et tient un petit compte par client : c’est un **regroupement**, le `GROUP BY` du SQL.
# Le temps suit alors le nombre de lignes.
# Voilà ce qui compte pour passer à l’échelle : non pas d’aller vite, mais que dix fois plus de lignes ne demandent que dix fois plus de temps.
#
# ## Parquet : un fichier rangé par colonnes
#
# Le fichier du groupe n’est pas encore arrivé.
# Pour essayer nos outils, copions nos commandes autant de fois qu’il y a de magasins, un numéro devant chaque client.
# C’est une bonne habitude : **les réponses sont connues d’avance**, donc une erreur se verra.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les commandes d’Orsenne, un magasin après l’autre ; rien n’est calculé avant d’être écrit.
def copies(magasins):
    modele = pl.from_pandas(commandes).lazy().with_columns(pl.col("date_achat").cast(pl.Date))
    numeros = pl.LazyFrame({"magasin": [f"M{numero:03d}-" for numero in range(1, magasins + 1)]})
    return numeros.join(modele, how="cross", maintain_order="left_right").select(
        pl.concat_str("magasin", "client_id").alias("client_id"),
        pl.concat_str("magasin", "commande_id").alias("commande_id"),
        "date_achat", "canal", "produit_id", "montant")


copies(20).sink_csv(dossier / "vingt.csv")
show_table(copies(20).head(3).collect().to_pandas(), "Les trois premières lignes")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un **CSV** écrit ces lignes l’une après l’autre, en texte.
# Un fichier **Parquet** range les mêmes **par colonnes** :
#
# - tous les montants se suivent, et l’on peut lire cette colonne **seule** ;
# - chaque colonne a un **type** : une date y est une date, et le code postal `06000` garde son zéro ;
# - des valeurs qui se répètent ne s’écrivent qu’une fois : c’est la **compression**.
#
# Écrivons vingt magasins des deux façons : 271 860 lignes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("13_passage_a_l_echelle/parquet")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="parquet"
# Les mêmes lignes, deux fichiers.
forme = {"compression": "snappy", "row_group_size": 100_000}
copies(20).sink_parquet(dossier / "vingt.parquet", **forme)
poids = {nom: (dossier / f"vingt.{nom}").stat().st_size for nom in ("csv", "parquet")}
fichiers = pd.DataFrame({"format": ["CSV", "Parquet"], "poids": [number(p / 1e6, 1) for p in poids.values()]})
bet_result("13_passage_a_l_echelle/parquet", poids["csv"] / poids["parquet"],
           show_table(fichiers, "Vingt magasins", headings={"format": "Fichier", "poids": "Poids (Mo)"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Ne lire que ce qu’il faut
#
# Écrivons maintenant les deux cents magasins : 2 718 600 lignes.
# Aucune feuille ne les tiendrait.
# Quelle part du fichier faut-il lire, selon les colonnes que l’on demande ?

# %% slideshow={"slide_type": "fragment"}
demandees = ["montant"]  # ← changez cette valeur : ["client_id", "montant"], puis ["date_achat", "canal"]
fichier = dossier / "groupe.parquet"
if not fichier.exists():
    copies(200).sink_parquet(fichier, **forme)
blocs = read_metadata(fichier).to_dict()["row_groups"]
poids = pd.DataFrame([colonne for bloc in blocs for colonne in bloc["columns"]])
lus = poids[poids["path_in_schema"].isin(demandees)]["total_compressed_size"].sum()
print(f"{', '.join(demandees)} : {percent(lus / poids['total_compressed_size'].sum())} du fichier.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les montants sont un cinquième du fichier ; avec les clients, la moitié.
# Les dates et les canaux, qui se répètent, n’y pèsent presque rien ; les numéros de clients et de commandes, plus des deux tiers.
#
# Pour un marketeur, la leçon est simple : demandez un fichier Parquet, et **les seules colonnes utiles**.
# C’est plus léger, et c’est la loi (leçon 4).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le même RFM, deux cents magasins
#
# Vous connaissez `rfm_table`.
# Donnons-lui vingt magasins en mémoire, avec **pandas**, comme d’habitude ; puis les deux cents avec **Polars**, un moteur qui lit le fichier là où il est, morceau par morceau.
# Dans chaque magasin, Marc Morel a un double, qui nous dira si le calcul est juste.

# %% slideshow={"slide_type": "fragment"}
magasin = "M007"  # ← changez cette valeur : "M020", puis "M200"
en_memoire = rfm_table(pd.read_parquet(dossier / "vingt.parquet"), as_of=COURSE_DATE)
tout = pl.scan_parquet(dossier / "clients.parquet")
if not (dossier / "clients.parquet").exists():
    rfm_table(pl.scan_parquet(fichier), as_of=COURSE_DATE).sink_parquet(dossier / "clients.parquet")
nombre = tout.select(pl.len()).collect().item()
marcs = {"Orsenne": rows_where(rfm_table(commandes, as_of=COURSE_DATE), "client_id", "C-0360"),
         "pandas": en_memoire[en_memoire["client_id"] == f"{magasin}-C-0360"],
         "Polars": tout.filter(client_id=f"{magasin}-C-0360").collect().to_pandas()}
print(f"pandas : {number(len(en_memoire))} clients ; Polars : {number(nombre)} clients.")
show_table(pd.concat(marcs, names=["moteur"]).reset_index("moteur"), f"Marc, magasin {magasin}",
           headings={"moteur": "Calculé par"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Trois calculs, les mêmes 550 jours, 4 commandes et 4 950 €.
# Au-delà du magasin 20, pandas n’a plus de Marc : il n’avait pas chargé ces lignes.
#
# Les scores et les segments suivent, sur 607 200 clients.
# Un seul tableau sort du moteur : onze lignes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les onze segments du groupe, et ceux d’Orsenne.
groupe = segment_profile(assign_segments(score_rfm(tout)))
orsenne = segment_profile(assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE))))
vus = groupe[["segment", "clients", "part_clients"]].assign(orsenne=orsenne["clients"])
titres = {"clients": "Clients du groupe", "orsenne": "Clients d’Orsenne"}
show_table(vus, "Le groupe, et notre maison", headings=titres, formats={"orsenne": "number"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Chaque segment compte exactement deux cents fois ses clients d’Orsenne.
# Sur le vrai fichier du groupe, rien ne le garantirait : les bornes y seraient celles du **groupe**, et un bon client d’un petit magasin y paraîtrait moyen.
# Faut-il un quartile pour tous, ou un par magasin ?
# C’est une décision, et elle est à vous.
#
# Voulez-vous voir le temps ?
# Écrivez `"oui"` : le résultat dépend de votre ordinateur.

# %% slideshow={"slide_type": "fragment"}
chronometre = "non"  # ← changez cette valeur : "oui"
durees = []
for nom in ("vingt.parquet", "groupe.parquet") if chronometre == "oui" else ():
    debut = time.perf_counter()
    rfm_table(pl.scan_parquet(dossier / nom), as_of=COURSE_DATE).collect(engine="streaming")
    durees.append(time.perf_counter() - debut)
    print(f"{nom} : {number(durees[-1], 1)} secondes.")
if durees:
    print(f"Dix fois plus de lignes, {number(durees[1] / durees[0], 1)} fois plus de temps.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Le SQL derrière
#
# Une base de données se parle en **SQL**, et cinq mots en font presque tout :
#
# | Mot | Ce qu’il dit |
# |---|---|
# | `SELECT` | les colonnes que je veux |
# | `FROM` | la table où les prendre |
# | `WHERE` | les lignes que je garde |
# | `GROUP BY` | une ligne par… |
# | `JOIN` | avec les colonnes d’une autre table |
#
# `WITH` donne un nom à une étape ; `FILTER` et `HAVING` gardent, comme `WHERE`.
#
# Voici le RFM entier, que Polars sait lire aussi : une ligne par commande, puis une ligne par client.
# Lisez-le à voix haute.

# %% slideshow={"slide_type": "fragment"}
compte = "true"  # ← gardez cette valeur pour l’instant
jour = "2025-12-31"  # ← changez cette valeur : "2026-01-31"
requete = f"""
    WITH par_commande AS (
        SELECT client_id, commande_id, min(date_achat) AS jour, round(sum(montant), 2) AS montant
        FROM groupe GROUP BY client_id, commande_id)
    SELECT client_id, DATE '{jour}' - max(jour) FILTER (WHERE {compte}) AS recence,
           count(*) FILTER (WHERE {compte}) AS frequence, sum(montant) AS montant_total
    FROM par_commande GROUP BY client_id HAVING frequence > 0"""
sql = pl.SQLContext(groupe=pl.scan_parquet(fichier), clients=tout)
trouves = sql.execute(requete).with_columns(pl.col("recence").dt.total_days())
show_table(trouves.filter(client_id="M007-C-0360").collect().to_pandas(), "Marc, magasin 7")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Au 31 janvier, Marc a 31 jours de silence de plus, et rien d’autre ne bouge.
#
# Pour lui, la requête et l’outil sont d’accord.
# Et pour les autres ?
# Ne le croyez pas : **cherchez les différences**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les numéros de clients qui diffèrent, d’un calcul à l’autre, au 31 décembre 2025.
a_la_main = sql.execute(requete.replace(jour, "2025-12-31")).with_columns(pl.col("recence").dt.total_days())
ecarts = [pl.col(nom).round(2).ne_missing(pl.col(f"{nom}_outil").round(2))
          for nom in ("recence", "frequence", "montant_total")]
differents = (a_la_main.join(tout, on="client_id", how="full", coalesce=True, suffix="_outil")
              .filter(pl.any_horizontal(ecarts))
              .select(pl.col("client_id").str.tail(6), requete="frequence", outil="frequence_outil")
              .unique().sort("client_id").collect(engine="streaming").to_pandas())
show_table(differents.head(3), f"Clients qui diffèrent, dans chaque magasin : {number(len(differents))}", headings={
    "requete": "Commandes, selon la requête", "outil": "Commandes, selon l’outil"},
    formats={"requete": "number", "outil": "number"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Aucun moteur ne s’est trompé : la requête compte aussi les commandes **entièrement rendues**, l’outil non (leçon 2).
# L’écart n’est pas dans le calcul, il est dans la **définition**.
#
# Plus haut, remplacez `"true"` par `"montant > 0"`, et exécutez de nouveau les deux cellules : combien diffèrent encore ?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Une base, des droits, un mot de passe
#
# **SQLite** est une base entière dans un seul fichier, fournie avec Python.
# Dans une entreprise, la base est un **serveur**, PostgreSQL par exemple, que tout le monde interroge.
#
# 1. **Un droit de lecture, pas plus** : qui ne peut que lire ne peut rien casser.
# 2. **Aucun mot de passe dans un carnet** : un carnet s’envoie et se copie.
#
# Ouvrons notre base en lecture seule, et tentons d’effacer.

# %% slideshow={"slide_type": "fragment"}
ordre = "DELETE FROM clients"  # ← changez cette valeur : "SELECT count(*) FROM clients"
chemin = dossier / "orsenne.sqlite"
with closing(sqlite3.connect(chemin)) as base:
    en_memoire.to_sql("clients", base, if_exists="replace", index=False)
with closing(sqlite3.connect(f"{chemin.as_uri()}?mode=ro", uri=True)) as base:
    try:
        reponse = base.execute(ordre).fetchall()
        print(f"La base répond : {number(reponse[0][0])} clients.")
    except sqlite3.Error as refus:
        print("La base refuse : vous avez le droit de lire, pas de changer." if "readonly" in str(refus)
              else "La base n’a pas compris cet ordre.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec PostgreSQL, seules deux lignes changent ; votre équipe de données les écrira pour vous.
# Cette cellule les montre, sans les exécuter.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": false}
def depuis_postgresql():
    import os
    import ibis
    base = ibis.postgres.connect(database=os.environ["PGDATABASE"])
    return rfm_table(base.table("ventes"), as_of=COURSE_DATE)

# %% [markdown] slideshow={"slide_type": "fragment"}
# `os.environ` lit l’**environnement** de l’ordinateur : le nom et le mot de passe y sont posés par l’administrateur, et jamais écrits ici.
# Le calcul se fait **dans la base** : ce sont les résultats qui voyagent, non les lignes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quand personne n’a toute la table
#
# Un serveur ne suffit plus ?
# On répartit les clients sur plusieurs machines.
# Une somme se partage bien : chacune additionne les siens, et l’on additionne les sommes.
# Un **rang**, non.
#
# Reprenons les six clients de la leçon 0, sur trois machines.
# Vous voulez la meilleure moitié par le montant, donc trois noms.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Deux clients par machine, et la meilleure moitié de chacune.
machines = {"C-0360": ("Marc", "A"), "C-0133": ("Florence", "A"), "C-1082": ("Chloé", "B"),
            "C-0492": ("Océane", "B"), "C-2258": ("Sophie", "C"), "C-2994": ("Rémi", "C")}
six = rfm_table(load_six_customers(), as_of=COURSE_DATE)
six["prenom"], six["machine"] = zip(*six["client_id"].map(machines))
six = six.sort_values(["machine", "montant_total"], ascending=[True, False])
six["chez_elle"] = six.duplicated("machine").map({False: "retenu", True: "écarté"})
show_table(six[["machine", "prenom", "montant_total", "chez_elle"]], "Chaque machine garde son meilleur",
           headings={"machine": "Machine", "chez_elle": "Sa machine dit"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# **À vous.**
# Chaque machine a bien travaillé, et la liste n’est pas la bonne.
# Qui a été lésé, et que faut-il envoyer ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("13_machines")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Chercher une borne en comptant
#
# Une machine qui coordonne propose un seuil ; chacune répond **combien** de ses clients ne le dépassent pas.
# Aucun nom, aucun montant ne voyage : trois petits nombres.
# Trop de clients sous le seuil ?
# On le baisse.
# Pas assez ?
# On le monte.
# Couper à chaque fois l’intervalle en deux s’appelle une **dichotomie**.
#
# Cherchez un seuil qui laisse trois clients de chaque côté.

# %% slideshow={"slide_type": "fragment"}
seuil = 2500  # ← changez cette valeur, jusqu’à en avoir trois
comptes = (six["montant_total"] <= seuil).groupby(six["machine"]).sum()
reponses = ", ".join(f"{machine} répond {combien}" for machine, combien in comptes.items())
print(f"{reponses}. En tout, {comptes.sum()} sur six ne dépassent pas {euros(seuil)}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À 2 500 €, cinq : trop haut.
# À 1 250 €, trois : Sophie, Rémi et Océane d’un côté, Marc, Florence et Chloé de l’autre.
# Deux échanges ont suffi.
#
# Et pour 607 200 clients ?
# Le montant du milieu est entre 0 et 72 178,50 €, et il le faut **au centime près**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("13_passage_a_l_echelle/echanges")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="echanges"
# Cent machines, d’après les deux derniers chiffres du client ; chacune ne rend qu’un compte.
chacune = tout.select(machine=pl.col("client_id").str.tail(2), centimes=(100 * pl.col("montant_total")).round())
bas, haut, echanges = 0, int(chacune.select(pl.max("centimes")).collect().item()), 0
while bas < haut:
    essai, echanges = (bas + haut) // 2, echanges + 1
    reponses = chacune.group_by("machine").agg(combien=(pl.col("centimes") <= essai).sum()).collect()
    assez = 2 * reponses["combien"].sum() >= nombre
    bas, haut = (bas, essai) if assez else (essai + 1, haut)
bet_result("13_passage_a_l_echelle/echanges", echanges,
           f"Le montant du milieu est {euros(bas / 100, 2)} : {number(echanges * len(reponses))} comptes lus.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## DuckDB, si vous l’avez
#
# **DuckDB** est un moteur de base de données sans serveur : on l’interroge en SQL, et il lit les fichiers là où ils sont.
# On le prend quand l’équipe parle SQL, ou quand le calcul dépasse la mémoire : on lui fixe une limite, ici 500 Mo, et ce qui déborde attend sur le disque.
# Le cours s’en passe ; s’il est installé, ces deux cellules lui donnent le même fichier, les mêmes appels et la même requête.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# DuckDB, s’il est installé.
duckdb = None
if find_spec("duckdb"):
    import duckdb
    moteur = duckdb.connect(config={"memory_limit": "500MB", "temp_directory": passage.name})
    moteur.execute("SET enable_progress_bar = false")
    moteur.read_parquet(str(fichier)).create_view("groupe")
print("DuckDB répond." if duckdb else "DuckDB n’est pas installé : pour l’ajouter, avec Internet, exécutez dans une "
      "cellule neuve\n%pip install duckdb==2.0.0\npuis exécutez de nouveau celle-ci.")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les segments et Marc, calculés par DuckDB.
if duckdb:
    rfm_table(moteur.table("groupe"), as_of=COURSE_DATE).write_parquet(str(dossier / "clients_duckdb.parquet"))
    clients = moteur.read_parquet(str(dossier / "clients_duckdb.parquet"))
    par_duckdb = segment_profile(assign_segments(score_rfm(clients)))
    autres = (par_duckdb["clients"] != groupe["clients"]).sum()
    print(f"{number(len(clients))} clients ; segments où DuckDB n’en compte pas autant que Polars : {autres}.")
    marc = moteur.sql(requete).filter("client_id = 'M007-C-0360'").df().iloc[0]
    print(f"Marc, par la même requête : {number(marc['recence'])} jours, {euros(marc['montant_total'])}.")
else:
    print("Sans DuckDB, rien ne manque : il donnerait les mêmes segments que Polars.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Spark, si vous l’avez
#
# **Spark** est un moteur qui travaille sur plusieurs machines à la fois.
# `score_rfm` y trouve ses bornes en comptant, comme vous venez de le faire, mais en seize endroits à la fois.
# Le cours s’en passe aussi ; s’il est installé, ces deux cellules le montrent, sur cette seule machine.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Un petit serveur Spark, s’il est installé.
spark = None
if find_spec("pysail") and find_spec("pyspark"):
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession
    serveur = SparkConnectServer(port=0)
    serveur.start(background=True)
    spark = SparkSession.builder.remote(f"sc://localhost:{serveur.listening_address[1]}").create()
print("Spark répond." if spark else "Spark n’est pas installé : pour l’ajouter, avec Internet, exécutez dans une "
      "cellule neuve\n%pip install pyspark-client==4.2.0 pysail==0.7.2\npuis redémarrez le noyau.")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les mêmes appels, sur Spark.
if spark:
    lignes = spark.read.parquet(str(dossier / "vingt.parquet"))
    sur_spark = assign_segments(score_rfm(rfm_table(lignes, as_of=COURSE_DATE)))
    marc = sur_spark.filter("client_id = 'M007-C-0360'").collect()[0].asDict()
    print(f"Marc, sur Spark : {marc['code_rfm']}, {marc['segment']}.")
else:
    print("Sans Spark, rien ne manque : il donnerait les mêmes segments que Polars.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quel moteur choisir ?
# Celui que votre équipe sait tenir : Polars, sur un ordinateur ordinaire, a suffi à 2 718 600 lignes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que vous demandez à l’équipe de données
#
# Vous n’écrirez peut-être jamais de SQL, mais vous **demanderez** à qui en écrit.
#
# | Le mot | Ce qu’il veut dire |
# |---|---|
# | **entrepôt** | la base qui réunit les données de l’entreprise, pour les analyser |
# | **grain** | ce qu’est une ligne : un client, une commande… |
# | **fraîcheur** | jusqu’à quel jour vont les données |
# | **extraction** | le fichier que l’on en tire pour vous |
# | **total de contrôle** | un nombre connu d’avance, qui dit si elle est juste |
#
# **À vous.**
# Un collègue a préparé la demande du groupe.
# Que gardez-vous ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("13_demande", key="13_passage_a_l_echelle/demande")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Votre demande
#
# La directrice veut écrire aux bons clients du groupe qui se taisent, comme Marc.
# Écrivez la demande, puis comparez-la à une autre.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
open_question("13_passage_a_l_echelle")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Un fichier coupé ne fait pas une erreur : il fait une **récence** fausse, qui a l’air juste.
# - Une formule par client relit tout ; un **regroupement** lit une fois.
# - **Parquet** range par colonnes, garde les types, et pèse moins.
# - Un moteur se vérifie par un autre, sur des **réponses connues d’avance**.
# - Une somme se partage entre machines ; un **rang** se cherche en comptant.
# - Une demande dit le grain, la date, les définitions, et un **total de contrôle**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("13_passage_a_l_echelle")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("13_passage_a_l_echelle")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Le jour où le fichier du groupe arrivera, commencez par Orsenne : retrouvez-y ses 3 036 clients, et Marc.
# Si le total de contrôle n’y est pas, ne regardez pas les segments : rappelez l’équipe.

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Ce que le moteur a prévu de faire
#
# Un moteur ne calcule pas tout de suite : il fait d’abord un **plan**.
# Demandons-lui le sien, pour un total par client.

# %% slideshow={"slide_type": "skip"}
filtre = ""  # ← changez cette valeur : "WHERE canal = 'en ligne'"
somme = f"SELECT client_id, sum(montant) FROM groupe {filtre} GROUP BY client_id"
plan = sql.execute(somme).explain()
mots = {"Parquet SCAN": "lit le fichier", "SELECTION": "filtre en lisant", "AGGREGATE": "regroupe"}
etapes = [dit for mot, dit in mots.items() if mot in plan]
lues, toutes = plan.partition("PROJECT ")[2].split()[0].split("/")
print(f"Le moteur {', puis '.join(etapes)}. Il lit {lues} colonnes sur {toutes}.")

# %% [markdown] slideshow={"slide_type": "skip"}
# Six colonnes sont dans le fichier, deux sont lues.
# Avec un `WHERE` sur le canal, trois : le filtre est descendu jusqu’à la lecture.
