# %% [markdown] slideshow={"slide_type": "slide"}
# # Bienvenue
#
# Maison Orsenne, le 31 décembre 2025.
# Cette maison de luxe vend des sacs, des montres et de la soie.
# Il reste une place au dîner de janvier, et un après-midi pour téléphoner.
# Dans le fichier, 3 092 noms.
#
# Qui inviter ?
# Qui rappeler avant qu’il ne soit trop tard ?
# À qui une lettre suffit-elle ?
# Dans une demi-heure, vous saurez répondre pour six clients.
# À la fin du cours, vous saurez répondre pour tous, avec un budget à l’appui.

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin de cette leçon, vous saurez :**
#
# 1. exécuter une cellule, changer une valeur, et vous dépanner sans aide ;
# 2. dire ce que mesurent R, F et M, et lire un code à trois chiffres ;
# 3. ranger six clients en quatre segments ;
# 4. présenter les deux jeux de données du cours.
#
# **Durée :** 30 minutes.
# **Il vous faut :** rien.
# Aucune connaissance de la programmation n’est demandée, ni ici ni plus loin.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La carte du cours
#
# données → scores → segments → stratégie → budget → résultat
#
# | Leçon | La question | Durée |
# |---|---|---|
# | 0. [Bienvenue](00_bienvenue.ipynb) | Par où commencer ? | 30 min |
# | 1. [La stratégie](01_strategie.ipynb) | Que changer, chez qui ? | 50 min |
# | 2. [Les données](02_donnees.ipynb) | Peut-on se fier au fichier ? | 45 min |
# | 3. [Les scores](03_calcul_rfm.ipynb) | Par qui commencer ? | 60 min |
# | 4. [Les segments](04_segmentation.ipynb) | Que dire à qui ? | 65 min |
# | 5. [Marc Morel](05_marc_morel.ipynb) | Pourquoi un bon client se tait-il ? | 55 min |
# | 6. [Le budget](06_budgetisation.ipynb) | Combien coûte une action ? | 65 min |
# | 7. [La rentabilité](07_rentabilite.ipynb) | Que rapporte-t-elle ? | 35 min |
# | 8. [La mesure](08_mesurer.ipynb) | Grâce à nous ? | 55 min |
# | 12. [Le projet final](12_projet_final.ipynb) | Et vous ? | 30 min |

# %% [markdown] slideshow={"slide_type": "skip"}
# Ces leçons sont le cœur du cours, dans cet ordre : la stratégie d’abord, car elle dit quelles données demander.
# Les autres l’approfondissent :
#
# | Leçon | La question | Durée |
# |---|---|---|
# | 9. [La valeur client](09_valeur_client.ipynb) | Qui compte, et qui change de segment ? | 60 min |
# | 10. [Le ciblage](10_ciblage.ipynb) | À qui envoyer, et jusqu’à quand insister ? | 60 min |
# | 11. [La relation client](11_relation_client.ipynb) | Recruter, garder, développer, reconquérir : quand ? | 60 min |
# | 13. [Du fichier à l’entrepôt](13_passage_a_l_echelle.ipynb) | Et avec des millions de lignes ? | 45 min |
#
# Ctrl + B (⌘ + B sur Mac) montre vos fichiers à gauche, ou les cache.
# Dans chaque leçon, les sections « Pour aller plus loin » sont facultatives.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Où vous en êtes
#
# Une ligne, en haut de cette leçon, vous le dit quand vous rouvrez le cours.
# Pour le détail, exécutez la cellule ci-dessous : cliquez dessus, puis Maj + Entrée.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Où vous en êtes. Exécutez cette cellule quand vous revenez.
from rfm_helpers import course_progress

course_progress()

# %% [markdown] slideshow={"slide_type": "skip"}
# Le cours cite quatre documents : **les diapositives** d’un cours de stratégie, **les fiches** de révision, **l’article des onze segments** et **l’article d’un éditeur** de logiciels.
# Il en redit ce qu’il faut : vous n’avez pas à les lire.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Cinq minutes de JupyterLab
#
# Cette page est un **notebook** : du texte, et des cadres gris, les **cellules**, qui contiennent du code.
# Vous n’écrirez pas de code ; vous l’exécuterez, c’est-à-dire que vous demanderez à l’ordinateur de faire ce qu’il dit.
#
# ### Exécuter une cellule
#
# Juste dessous, trois points cachent une cellule repliée : la boîte à outils de la leçon.
# Cliquez sur les trois points : le code se déplie, vous n’avez pas à le lire.
# Puis appuyez sur **Maj + Entrée** (la touche Maj est aussi notée ⇧).

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, bet, bet_balance, bet_result, check_environment, contact_list,
    dataset_columns, describe_dataset, load_complaints, load_contacts, load_customers,
    load_orders, load_products, load_six_customers, quiz, rfm_table, rows_where, score_rfm,
    segment_profile, show_table,
)

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# À gauche, `[*]` veut dire « en cours ».
# Au bout de quelques secondes, un nombre le remplace : c’est fait.
# Chaque leçon commence ainsi.
#
# Une leçon s’ouvre comme une **photo** : les résultats déjà affichés viennent d’une exécution passée.
# Exécutez chaque cellule, dans l’ordre, pour que la page vive.
#
# Voici ce que Marc Morel, un client, a dépensé : un sac, un entretien, une montre, un bracelet.
# Cliquez dans la cellule, puis Maj + Entrée.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": false}
1500 + 90 + 3200 + 160

# %% [markdown] slideshow={"slide_type": "subslide"}
# 4 950 €.
# Le résultat s’affiche sous la cellule, et la suivante est sélectionnée : vous pouvez avancer de Maj + Entrée en Maj + Entrée.
#
# ### Changer une valeur
#
# La marque `# ←` montre la seule chose à changer.
# Mettez votre prénom à la place de Marc, **en gardant les guillemets**, puis Maj + Entrée.

# %% slideshow={"slide_type": "fragment"}
mon_prenom = "Marc"  # ← changez cette valeur
print(f"Bonjour {mon_prenom} !")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Enregistrer, redémarrer
#
# **Enregistrer** : Ctrl + S (⌘ + S sur Mac) garde la page telle que vous la voyez.
# Vos réponses aux quiz et aux activités, elles, s’enregistrent seules, à part, dans le dossier `exercises/reponses`.
# (Les noms des dossiers sont anglais, comme le veut le programme : `notebooks` contient les carnets, `exercises` les exercices, `data` les données.)
#
# Le **noyau** est le moteur qui calcule.
# Il retient ce que vous avez exécuté, jusqu’à ce qu’on le redémarre.
# Exécutez cette cellule : il sait encore qui vous êtes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": false}
print(f"Le noyau se souvient de {mon_prenom}.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous : provoquez une erreur.**
# Menu « Noyau », « Redémarrer le noyau… », puis « Redémarrer » : ce qu’il retenait s’efface, mais ni le texte ni vos réponses.
# Exécutez de nouveau la cellule ci-dessus, et elle seule.
# Un cadre rose apparaît ; sa première ligne suffit :
#
# > ⚠ Le nom « mon_prenom » est inconnu : exécutez les cellules qui précèdent, dans l’ordre, puis celle-ci (et mettez un texte entre guillemets droits).
#
# Rien n’est cassé.
# Un geste répare : menu « Exécution », « Exécuter tout au-dessus de la cellule sélectionnée ».

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Votre ordinateur est-il prêt ?
#
# Le cours se vérifie lui-même.
# S’il manque quelque chose, la dernière colonne dit comment réparer.

# %% slideshow={"slide_type": "fragment"}
titres = {"verification": "On vérifie", "etat": "État", "constat": "On constate", "remede": "À faire"}
show_table(check_environment(), "Votre ordinateur", headings=titres)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Se dépanner
#
# | Ce que vous voyez | Ce que vous faites |
# |---|---|
# | une ligne ⚠ | lisez-la : elle dit quoi faire ; le reste est pour les informaticiens |
# | `[*]` depuis une minute | menu « Noyau », « Interrompre le noyau » |
# | « En pause » sur une activité | exécutez sa cellule : vos réponses reviennent |
# | un texte devenu dièses et étoiles | cliquez dedans, Maj + Entrée |
# | un mot effacé par erreur | Ctrl + Z (⌘ + Z) |
# | plus rien ne va | menu « Noyau », « Redémarrer le noyau et Exécuter toutes les cellules… » |
# | la fenêtre noire est fermée | rouvrez le cours |
# | une leçon abîmée | reprenez-la dans l’archive du cours : vos réponses sont ailleurs |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le RFM en dix minutes
#
# Revenons au dîner.
# Prenons six clients, et d’abord un seul : voici tout ce que Marc a acheté de 2023 à 2025.

# %% slideshow={"slide_type": "fragment"}
client = "C-0360"  # ← changez cette valeur : "C-0133" est Florence, "C-2994" est Rémi
achats = load_six_customers().merge(load_products())
achats = rows_where(achats, "client_id", client)
show_table(achats[["client_id", "commande_id", "date_achat", "produit", "montant"]], "Ses achats")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Trois questions résument cette liste :
#
# - **Récence (R)** : depuis combien de jours n’a-t-il rien acheté ?
#   Marc, depuis le 29 juin 2024 : 550 jours.
# - **Fréquence (F)** : combien de commandes a-t-il passées ?
#   Quatre.
# - **Montant (M)** : combien a-t-il dépensé en tout ?
#   4 950 €.
#
# **À vous.**
# Entre les guillemets, remplacez `C-0360` par `C-0133` (Florence), exécutez : trouvez son F et son M.
# La cellule suivante répond, et mesure les six clients d’un coup.

# %% slideshow={"slide_type": "fragment"}
mesures = rfm_table(load_six_customers(), as_of=COURSE_DATE)
mesures = load_customers()[["client_id", "prenom"]].merge(mesures).sort_values("recence")
show_table(mesures.drop(columns="panier_moyen"), "Six clients, trois mesures")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Florence : une commande, 2 350 €.
# Aucune colonne ne suffit à juger un client : Rémi est venu il y a 21 jours, mais une seule fois, tandis qu’Océane est venue trois fois, pour 78 €.
# Voilà pourquoi on regarde les trois ensemble.
#
# **À vous.**
# Trois questions avant de continuer.

# %% slideshow={"slide_type": "fragment"}
quiz("00_six_clients")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Un score, c’est une comparaison
#
# 550 jours, est-ce long ?
# Pour une boulangerie, oui ; pour une maison de montres, c’est à voir.
# On compare donc chaque client **aux autres**.
# Deux niveaux suffisent à six clients ; trois mille en demanderont quatre, et les diapositives du cours en comptent cinq.
# La règle, ici : on reçoit **2** quand au moins trois des six font moins bien que soi, **1** sinon.
#
# Qui aura donc 2 en récence ?
# La colonne « Récence », ci-dessus, suffit à le dire.
# Les trois chiffres R, F et M, mis côte à côte, forment le **code RFM**.

# %% slideshow={"slide_type": "fragment"}
scores = score_rfm(mesures, levels=2)
show_table(scores[["prenom", "R", "F", "M", "code_rfm"]], "Deux niveaux : 2 est le meilleur")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Rémi, Chloé et Sophie ont acheté le plus récemment : R 2.
# Peu de **jours** donne un grand **score** : le plus grand chiffre est toujours le meilleur.
#
# Marc est « 122 » : il ne vient plus, mais il venait souvent et a beaucoup dépensé.
# Chloé et Sophie, deux commandes chacune, ne dépassent que deux clients : F 1.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Donner un nom : les segments
#
# Un **segment** réunit des clients à qui l’on a la même chose à dire.
# Croisons R et M :
#
# | R et M | M 2 : a beaucoup dépensé | M 1 : a peu dépensé |
# |---|---|---|
# | **R 2 : achat récent** | À choyer | À accueillir |
# | **R 1 : achat ancien** | À rappeler | À suivre de loin |
#
# Cherchez la case de Marc, de Chloé et d’Océane, puis exécutez.

# %% slideshow={"slide_type": "fragment"}
noms = {"22": "À choyer", "21": "À accueillir", "12": "À rappeler", "11": "À suivre de loin"}
segments = (scores["R"].astype(str) + scores["M"].astype(str)).map(noms)
show_table(scores.assign(segment=segments)[["prenom", "code_rfm", "segment"]], "Quatre segments")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Voici vos réponses.
# On invite Chloé.
# On téléphone à Marc et à Florence ; à Marc d’abord, car il venait plus souvent : c’est F qui départage.
# On souhaite la bienvenue à Rémi et à Sophie.
# Océane recevrait la lettre de la maison, qui ne coûte presque rien.
#
# Une question reste : qui l’accepte ?

# %% slideshow={"slide_type": "fragment"}
restent, sortent = contact_list(mesures, "courrier", on=COURSE_DATE, people=load_customers(),
                                complaints=load_complaints(), contacts=load_contacts())
show_table(sortent[["prenom", "motif"]], "Qui sort de la liste, et pourquoi")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Pas de lettre pour Océane : elle a refusé nos messages.
# Les cinq autres restent.
# Toutes les listes du cours passent par cet outil ; la leçon 4 dit ce qu’il vérifie, et ce qu’il ignore.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### À vous : et si Florence revenait ?
#
# Voici votre premier **pari** du cours.
# On parie avant d’exécuter : c’est ainsi que l’on apprend d’un résultat.
# Un pari ne se note pas, et l’on peut s’en passer ; il est gardé, et la fin de la leçon dit comment vous pariez.

# %% slideshow={"slide_type": "fragment"}
bet("00_bienvenue/florence")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Exécutez, et comparez avec le tableau « Quatre segments ».

# %% slideshow={"slide_type": "fragment"} bet="florence"
jours_de_florence = 10  # ← changez ensuite cette valeur : 929, 400, 100

florence = mesures["prenom"] == "Florence"
essai = mesures.assign(recence=mesures["recence"].mask(florence, jours_de_florence))
essai = score_rfm(essai, levels=2)
cases = essai["R"].astype(str) + essai["M"].astype(str)
essai["segment"] = cases.map(noms)
bet_result("00_bienvenue/florence", (essai["segment"] != segments).sum(),
           show_table(essai[["prenom", "code_rfm", "segment"]], "Et maintenant ?"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Toute la base, onze segments
#
# Deux niveaux, c’est peu pour trois mille clients.
# L’article des onze segments, l’un des documents que suit le cours, en prend quatre, de 1 à 4, et donne un nom à chaque code.
# Combien pèse chacun dans le **chiffre d’affaires**, c’est-à-dire dans le total des ventes (ici TTC, les prix payés en caisse) ?

# %% slideshow={"slide_type": "fragment"}
bet("00_bienvenue/champions")

# %% slideshow={"slide_type": "fragment"} bet="champions"
base = rfm_table(load_orders(), as_of=COURSE_DATE)
base = assign_segments(score_rfm(base, levels=4))
profil = segment_profile(base).set_index("segment", drop=False)
deux = profil.loc[["Champions", "À risque"], ["segment", "clients", "part_clients", "part_ca"]]
bet_result("00_bienvenue/champions", 100 * profil.loc["Champions", "part_ca"],
           show_table(deux, "Deux des onze segments"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le segment le plus nombreux est « À risque » : 651 clients.
# (Les 56 autres noms du fichier n’ont rien acheté, ou ont tout rendu.)
# Et nos six ?

# %% slideshow={"slide_type": "fragment"}
six = mesures[["client_id", "prenom"]].merge(base)
show_table(six[["prenom", "code_rfm", "segment"]], "Les six, comparés à toute la base")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Marc est « 234 », dans « À ne pas perdre » : 206 clients qui, comme lui, ont commandé trois fois au moins, et se taisent.
#
# **La limite :** un code dit ce qu’un client a fait, jamais pourquoi.
# Pourquoi Marc ne vient-il plus ?
# La leçon 5 le cherche.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Les données du cours
#
# Tout ce que vous venez de voir vient d’une maison qui n’existe pas.
# Un programme a tiré au sort ses clients et leurs achats : 13 593 lignes sur trois ans, que la fin de la page présente.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# À la fin des leçons, nous changeons de métier : un an de supermarché aux États-Unis, que sa notice dit **simulé** d’après de vrais comportements.

# %% slideshow={"slide_type": "fragment"}
bet("00_bienvenue/supermarche")

# %% slideshow={"slide_type": "fragment"} bet="supermarche"
lues = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
supermarche = load_orders("complete_journey", lues)
foyers = rfm_table(supermarche, **dataset_columns("complete_journey"))
milieu = foyers[["recence", "frequence", "montant_total"]].median().to_frame().T
titres = {"montant_total": "Montant total (dollars)"}
bet_result("00_bienvenue/supermarche", milieu["frequence"].iloc[0],
           show_table(milieu, "Le foyer du milieu, mesure par mesure",
                      headings=titres, formats={"montant_total": "plain"}))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Maj + Entrée exécute une cellule ; on ne change que la valeur marquée `# ←` ; une ligne ⚠ dit quoi faire.
# - **R** : depuis combien de jours.
#   **F** : combien de commandes.
#   **M** : combien d’euros.
# - Un **score** compare aux autres ; le plus grand est le meilleur.
# - Un **code** réunit trois scores ; un **segment**, des clients à qui l’on a la même chose à dire.
# - Un code ne dit pas pourquoi.
#
# Et vos paris ?
# Chaque leçon finit par ce bilan : jusqu’où l’on se trompe, et de quel côté.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("00_bienvenue")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("00_bienvenue")

# %% [markdown] slideshow={"slide_type": "slide"}
# **La suite.**
# Vous savez à qui parler.
# Pour leur dire quoi, et dans quel but ?
# C’est la leçon 1, [Qu’est-ce qu’une stratégie ?](01_strategie.ipynb)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin : deux jeux de données
#
# Voici ce qu’il faut savoir de la Maison Orsenne.

# %% slideshow={"slide_type": "skip"}
titres = {"rubrique": "Rubrique", "description": "Description"}
show_table(describe_dataset("orsenne"), headings=titres)

# %% [markdown] slideshow={"slide_type": "skip"}
# Une ligne du fichier des commandes décrit un article acheté : un sac et un portefeuille pris ensemble font deux lignes, mais une seule commande.
# Les clients et les produits y sont des numéros.

# %% slideshow={"slide_type": "skip"}
utiles = ["client_id", "commande_id", "date_achat", "canal", "produit_id", "montant"]
show_table(load_orders()[utiles], "Les commandes de la Maison Orsenne", rows=5)

# %% [markdown] slideshow={"slide_type": "skip"}
# Le [dictionnaire des données](../data/README.md) décrit chaque colonne.
# Et voici le supermarché.

# %% slideshow={"slide_type": "skip"}
textes = {"household_id": "text", "basket_id": "text"}
show_table(supermarche, "Le supermarché", rows=3, formats=textes)

# %% [markdown] slideshow={"slide_type": "skip"}
# Les noms ont changé : `household_id` est le foyer, `basket_id` le panier, `sales_value` le montant.
# Le même calcul marche, si on lui dit où se trouve chaque réponse ; sans cela, il s’arrête et demande la colonne qui manque.
