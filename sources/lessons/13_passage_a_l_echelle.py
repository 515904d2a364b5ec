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
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import duckdb

from rfm_helpers import (
    COURSE_DATE, assign_segments, bet, bet_balance, bet_result, dataset_columns, load_orders,
    load_six_customers, open_question, quiz, rfm_table, rows_where, score_rfm, segment_profile,
    show_table, sort_sentences,
)
from rfm_helpers.french.numbers import euros, number, percent

import pandas as pd

commandes = load_orders()
# Un dossier de passage, effacé quand vous fermez la leçon, et un moteur tenu à 500 Mo de mémoire.
passage = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
dossier = Path(passage.name)
moteur = duckdb.connect(config={"memory_limit": "500MB", "temp_directory": passage.name})
moteur.execute("SET enable_progress_bar = false")
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
feuille = 1_048_576 - 1
noms = dataset_columns("complete_journey")
lues = [noms[role] for role in ("customer", "order", "date", "amount")]
courses = load_orders("complete_journey", lues)
milieux = [rfm_table(lignes, as_of="2017-12-31", **noms)[["recence", "frequence", "montant_total"]].median()
           for lignes in (courses, courses.head(feuille))]
milieux = pd.DataFrame(milieux).assign(fichier=["entier", "dans un tableur"])
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
    return moteur.sql(f"""
        SELECT format('M{{:03d}}-', magasin) || client_id AS client_id,
               format('M{{:03d}}-', magasin) || commande_id AS commande_id,
               date_achat::DATE AS date_achat, canal, produit_id, montant
        FROM range(1, {magasins} + 1) AS les_magasins(magasin), commandes""")


copies(20).write_csv(str(dossier / "vingt.csv"))
show_table(copies(20).limit(3).df(), "Les trois premières lignes")

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
copies(20).write_parquet(str(dossier / "vingt.parquet"))
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
fichier = str(dossier / "groupe.parquet")
if not Path(fichier).exists():
    copies(200).write_parquet(fichier)
colonnes = moteur.sql("""
    SELECT path_in_schema AS colonne, sum(total_compressed_size) AS octets
    FROM parquet_metadata($fichier) GROUP BY colonne""", params={"fichier": fichier}).df()
lus = colonnes[colonnes["colonne"].isin(demandees)]["octets"].sum()
print(f"{', '.join(demandees)} : {percent(lus / colonnes['octets'].sum())} du fichier.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les montants tiennent dans 2 % du fichier ; avec les clients, la moitié.
# Les numéros de clients et de commandes pèsent presque tout : chacun est différent, rien ne s’y répète.
#
# Pour un marketeur, la leçon est simple : demandez un fichier Parquet, et **les seules colonnes utiles**.
# C’est plus léger, et c’est la loi (leçon 4).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le même RFM, deux cents magasins
#
# Vous connaissez `rfm_table`.
# Donnons-lui vingt magasins en mémoire, avec **pandas**, comme d’habitude ; puis les deux cents avec **DuckDB**, un moteur de base de données qui lit le fichier là où il est.
# Dans chaque magasin, Marc Morel a un double, qui nous dira si le calcul est juste.

# %% slideshow={"slide_type": "fragment"}
magasin = "M007"  # ← changez cette valeur : "M020", puis "M200"
en_memoire = rfm_table(pd.read_parquet(dossier / "vingt.parquet"), as_of=COURSE_DATE)
if not moteur.sql("SHOW TABLES").df()["name"].eq("clients").any():
    rfm_table(moteur.read_parquet(fichier), as_of=COURSE_DATE).create("clients")
tout = moteur.table("clients")
marcs = {"Orsenne": rows_where(rfm_table(commandes, as_of=COURSE_DATE), "client_id", "C-0360"),
         "pandas": en_memoire[en_memoire["client_id"] == f"{magasin}-C-0360"],
         "DuckDB": tout.filter(f"client_id = '{magasin}-C-0360'").df()}
print(f"pandas : {number(len(en_memoire))} clients ; DuckDB : {number(len(tout))} clients.")
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
    rfm_table(moteur.read_parquet(str(dossier / nom)), as_of=COURSE_DATE).df()
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
# Voici le RFM entier : une ligne par commande, puis une ligne par client.
# Lisez-le à voix haute.

# %% slideshow={"slide_type": "fragment"}
compte = "true"  # ← gardez cette valeur pour l’instant
jour = "2025-12-31"  # ← changez cette valeur : "2026-01-31"
requete = f"""
    WITH par_commande AS (
        SELECT client_id, commande_id, min(date_achat) AS jour, round(sum(montant), 2) AS montant
        FROM groupe GROUP BY client_id, commande_id)
    SELECT client_id, DATE '{jour}' - max(jour) FILTER ({compte}) AS recence,
           count(*) FILTER ({compte}) AS frequence, sum(montant) AS montant_total
    FROM par_commande GROUP BY client_id HAVING frequence > 0"""
moteur.read_parquet(fichier).create_view("groupe")
show_table(moteur.sql(requete).filter("client_id = 'M007-C-0360'").df(), "Marc, magasin 7")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Au 31 janvier, Marc a 31 jours de silence de plus, et rien d’autre ne bouge.
#
# Pour lui, la requête et l’outil sont d’accord.
# Et pour les autres ?
# Ne le croyez pas : **cherchez les différences**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les numéros de clients qui diffèrent, d’un calcul à l’autre, au 31 décembre 2025.
a_la_main = moteur.sql(requete.replace(jour, "2025-12-31"))
differents = moteur.sql("""
    SELECT DISTINCT right(client_id, 6) AS client_id, a.frequence AS requete, b.frequence AS outil
    FROM a_la_main AS a FULL JOIN clients AS b USING (client_id)
    WHERE (a.recence, a.frequence, round(a.montant_total, 2))
          IS DISTINCT FROM (b.recence, b.frequence, round(b.montant_total, 2))
    ORDER BY client_id""").df()
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
# DuckDB vit dans votre ordinateur.
# Dans une entreprise, la base est un **serveur**, PostgreSQL par exemple, que tout le monde interroge.
#
# 1. **Un droit de lecture, pas plus** : qui ne peut que lire ne peut rien casser.
# 2. **Aucun mot de passe dans un carnet** : un carnet s’envoie et se copie.
#
# Ouvrons notre base en lecture seule, et tentons d’effacer.

# %% slideshow={"slide_type": "fragment"}
ordre = "DELETE FROM clients"  # ← changez cette valeur : "SELECT count(*) FROM clients"
with duckdb.connect(str(dossier / "orsenne.duckdb")) as base:
    base.sql("CREATE OR REPLACE TABLE clients AS SELECT * FROM en_memoire")
with duckdb.connect(str(dossier / "orsenne.duckdb"), read_only=True) as base:
    try:
        reponse = base.execute(ordre).fetchall()
        print(f"La base répond : {number(reponse[0][0])} clients.")
    except duckdb.Error:
        print("La base refuse : vous avez le droit de lire, pas de changer.")

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
bas, haut, echanges = 0, round(100 * moteur.sql("SELECT max(montant_total) FROM clients").fetchall()[0][0]), 0
while bas < haut:
    essai, echanges = (bas + haut) // 2, echanges + 1
    reponses = moteur.sql(f"""SELECT count(*) FILTER (round(100 * montant_total) <= {essai})
                              FROM clients GROUP BY right(client_id, 2)""").fetchall()
    assez = 2 * sum(combien for combien, in reponses) >= len(tout)
    bas, haut = (bas, essai) if assez else (essai + 1, haut)
bet_result("13_passage_a_l_echelle/echanges", echanges,
           f"Le montant du milieu est {euros(bas / 100, 2)} : {number(echanges * len(reponses))} comptes lus.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Spark, si vous l’avez
#
# **Spark** est un moteur qui travaille sur plusieurs machines à la fois.
# `score_rfm` y trouve ses bornes en comptant, comme vous venez de le faire, mais en seize endroits à la fois.
# Le cours s’en passe ; s’il est installé, ces deux cellules le montrent, sur cette seule machine.

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
    print("Sans Spark, rien ne manque : il donnerait les mêmes segments que DuckDB.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quel moteur choisir ?
# Celui que votre équipe sait tenir : DuckDB, sur un ordinateur ordinaire, a suffi à 2 718 600 lignes.

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
plan = " ".join(moteur.sql(f"EXPLAIN {somme}").df()["explain_value"])
mots = {"Parquet Scan": "lit le fichier", "Filters": "filtre en lisant", "Group By": "regroupe"}
etapes = [dit for mot, dit in mots.items() if mot in plan]
lues = [nom for nom in moteur.table("groupe").columns if nom in plan]
print(f"Le moteur {', puis '.join(etapes)}. Il lit {', '.join(lues)}.")

# %% [markdown] slideshow={"slide_type": "skip"}
# Six colonnes sont dans le fichier, deux sont lues.
# Avec un `WHERE` sur le canal, trois : le filtre est descendu jusqu’à la lecture.
