# %% [markdown] slideshow={"slide_type": "slide"}
# # Des scores aux segments
#
# Lundi, 9 heures.
# La directrice de la Maison Orsenne a devant elle 3 036 clients, chacun avec son code : 444, 234, 111…
# « Très bien. Et maintenant, à qui écrit-on ? Qui appelle-t-on ? Qui laisse-t-on tranquille ? »
#
# Soixante-quatre codes, c’est trop pour agir.
# Combien de groupes faut-il, lesquels, et que faire pour chacun ?

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
#
# - passer d’un code RFM à l’un des onze segments, et lire ce que chacun pèse en clients et en euros ;
# - expliquer le segment d’un client, et ce qui l’en ferait changer ;
# - trouver dans les données un groupe comme R 5, F 2, M 4, le compter et choisir son levier ;
# - vérifier une grille publiée avant de l’appliquer ;
# - choisir, pour un segment, des actions qui conviennent à une maison de luxe et respectent les personnes.
#
# **Durée :** 65 minutes ; des compléments facultatifs ferment la page.
# **Elle s’appuie sur** la [leçon 3](03_calcul_rfm.ipynb) : les scores R, F, M et le code RFM.
# Exécutez d’abord la cellule repliée qui suit.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, action_chooser, assign_segments, audit_grid, bet, bet_balance, bet_result,
    contact_list, customer_features, customer_type_counts, customer_types, dataset_columns,
    explain_segment, load_complaints, load_contact_law, load_contacts,
    load_customer_types, load_customers, load_grid, load_orders, load_referrals, load_segments,
    own_segments, plot_grid, plot_rf_heatmap, plot_segments, quiz, review_contacts, rfm_table,
    rows_where, score_cuts, score_rfm, segment_explorer, segment_profile, show_table, sort_sentences,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Reprenons les scores de la leçon 3, sur quatre niveaux, au 31 décembre 2025.
# Combien de codes différents, et combien de clients dans chacun ?

# %% slideshow={"slide_type": "fragment"}
commandes = load_orders()
table = rfm_table(commandes, as_of=COURSE_DATE)
scores = score_rfm(table, levels=4)
codes = scores["code_rfm"].value_counts().reset_index(name="clients")
show_table(codes, "Les codes les plus fréquents", rows=8)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Trois scores de 1 à 4 font 4 × 4 × 4 = 64 codes, et tous ont au moins un client.
# Les huit plus fréquents réunissent 39,4 % de la base ; 29 codes en comptent moins de 30.
# Aucune équipe n’écrit 64 messages.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Des codes aux onze segments
#
# L’article des onze segments range les 64 codes à quatre niveaux en onze groupes qui portent un nom.
# C’est une **grille de segments**.
# Sur sa carte, chaque panneau est un score M ; on monte vers les achats récents, on va à droite vers les commandes nombreuses.
# Le code entouré est celui de Marc Morel.
#
# Avant de lire la légende, cherchez la couleur de la meilleure relation, et celle de la fin.

# %% slideshow={"slide_type": "fragment"}
plot_grid("onze", outline=("234",))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les verts sont en haut, le plus foncé tout à droite : « Champions » n’a qu’un code, 444.
# Le gris, « Perdus », est tout en bas, en 111.
# Marc est en bleu foncé, dans « À ne pas perdre ».
#
# Certains segments tiennent en une case, d’autres en quinze.
# Et la carte n’est pas toujours régulière : trouvez 314, en jaune, alors que 313, pour un montant moindre, est bleue… nous y reviendrons.
#
# Donnons maintenant son segment à chaque client.

# %% slideshow={"slide_type": "fragment"}
clients = assign_segments(scores)
marc = clients[clients["client_id"] == "C-0360"]
show_table(marc[["client_id", "recence", "frequence", "montant_total", "code_rfm", "segment"]],
           "Marc Morel et son segment")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# L’explorateur donne le segment de n’importe quel code : réglez R, F et M, ou tapez l’identifiant d’un client (par exemple C-0360, puis Entrée).
# Il montre aussi la situation du segment, son poids, les actions possibles, et la place du code sur la carte.
# Servez-vous-en pour répondre aux trois questions qui suivent.

# %% slideshow={"slide_type": "fragment"}
segment_explorer(clients, key="04_segmentation/segments")

# %% slideshow={"slide_type": "fragment"}
quiz("04_trois_codes")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Combien de clients, combien d’euros ?
#
# « Champions », le meilleur code, réunit un client sur douze.
# Les autres segments pèsent-ils autant en euros qu’en clients ?
#
# Rappel : le chiffre d’affaires est la somme des montants, TTC, ici sur les trois ans du fichier.

# %% slideshow={"slide_type": "fragment"}
profil = segment_profile(clients)
plot_segments(profil)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les 259 Champions sont 8,5 % des clients et font **36,6 % du chiffre d’affaires**.
# Avec les Fidèles, on arrive à un client sur cinq (21,6 %) pour 63,1 % des euros.
#
# Le segment le plus nombreux est « À risque » : 651 clients, 9,1 % des euros.
# Le plus étonnant est plus discret : « À ne pas perdre », 206 clients, 6,8 % de la base, a apporté 12,6 % du chiffre d’affaires.
# Ces clients-là ne viennent plus.

# %% slideshow={"slide_type": "fragment"}
trois = profil[profil["segment"].isin(["Champions", "Fidèles", "À ne pas perdre"])]
colonnes = ["segment", "panier_moyen", "recence_mediane", "frequence_moyenne"]
show_table(trois[colonnes], "Comment achètent les trois plus gros")

# %% [markdown] slideshow={"slide_type": "fragment"}
# La **récence médiane** partage le segment en deux moitiés : un Champion sur deux a acheté dans les 21 derniers jours.
# Et « À ne pas perdre » a presque le panier des Fidèles (1 126 € contre 1 235 €) et autant de commandes, mais sa récence médiane est de 545,5 jours.
# Voilà ce que la maison est en train de perdre.
#
# « Dormants » ne compte que 16 clients : un nom sur la carte ne fait pas une campagne.
#
# Et vos clients, si vous avez préparé un fichier en leçon 2 ?

# %% slideshow={"slide_type": "skip"}
own_segments(clients)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lire la carte récence × fréquence
#
# Une autre vue laisse M de côté : en haut les achats récents, à droite les commandes nombreuses.
# Cherchez la case qui réunit le plus de clients.

# %% slideshow={"slide_type": "fragment"}
plot_rf_heatmap(scores, "clients")

# %% [markdown] slideshow={"slide_type": "fragment"}
# La case la plus remplie est la moins bonne : 427 clients en R 1, F 1, venus une fois il y a longtemps.
# La meilleure, R 4, F 4, en réunit 332.
# **Et les euros ?**

# %% slideshow={"slide_type": "fragment"}
bet("04_segmentation/carte")

# %% slideshow={"slide_type": "fragment"} bet="carte"
euros = scores.groupby(["R", "F"])["montant_total"].sum()
bet_result("04_segmentation/carte", euros[4, 4] / euros[1, 1], plot_rf_heatmap(scores, "chiffre_affaires"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **À vous.**
# Dans la colonne F 4, additionnez les euros des lignes R 1 et R 2 : combien ont dépensé les habitués qui ne viennent plus ?
#
# <details><summary>Voir la réponse</summary>
#
# 263 376 € + 747 484 € : plus d’un million d’euros, pour 215 clients (87 + 128).
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## R 5, F 2, M 4 : trouver, compter, choisir un levier
#
# Les diapositives du cours citent un client R 5, F 2, M 4 sur cinq niveaux : il vient d’acheter, dépense bien, vient peu.
# Retrouvons ces clients.

# %% slideshow={"slide_type": "fragment"}
scores5 = score_rfm(table, levels=5)
code = "524"  # ← changez cette valeur : par exemple "521" ou "525"
trouves = rows_where(scores5, "code_rfm", str(code))
show_table(trouves, f"Code {code}, nombre de clients : {len(trouves)}", rows=6)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Ils sont 26.
# Tous ont deux commandes et un achat de moins de sept semaines.
# Le score le plus bas est F : **le levier est la fréquence**.
#
# Combien de commandes manque-t-il ?
# Sur cinq niveaux, F 3 commence à trois commandes : une seule visite de plus suffit.
# L’objectif devient mesurable : obtenir de ces 26 clients une troisième commande, par une invitation, un service à venir reprendre, une pièce assortie.
# Une remise les ferait peut-être revenir, mais en abaissant le montant, qui est justement leur point fort.
#
# Et si M change ?
# Voici toute la famille R 5, F 2.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La famille R 5, F 2, selon le score M.
famille = scores5[(scores5["R"] == 5) & (scores5["F"] == 2)]
par_m = famille.groupby("M", as_index=False).agg(
    clients=("client_id", "size"), panier_moyen=("panier_moyen", "mean"))
show_table(par_m, "R 5, F 2 : selon le score M")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 91 clients en tout.
# Les 26 de M 4 et les 9 de M 5 méritent une attention personnelle ; les 11 de M 1 ont acheté deux petites choses.
# Le levier est le même, le moyen ne peut pas coûter le même prix.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Pourquoi ce segment ?
#
# Un conseiller de vente demandera : « Pourquoi Marc est-il là-dedans, et que faudrait-il pour qu’il en sorte ? »

# %% slideshow={"slide_type": "fragment"}
bet("04_segmentation/marc_achete")

# %% slideshow={"slide_type": "fragment"} bet="marc_achete"
explication = explain_segment(scores, "C-0360")
bet_result("04_segmentation/marc_achete", explication.purchase["segment"].iloc[0], explication)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Marc a 550 jours de récence ; R 3 s’arrête à 304 : il en a 246 de trop.
# Mais le temps ne recule pas, et seule une commande remet la récence à zéro.
# En fréquence, il lui manque **une commande** pour F 4.
# En montant, il est déjà au sommet.
#
# Or un vrai achat fait bouger les trois à la fois.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Voici C-0007 : onze commandes.
# Un achat de plus en ferait-il un Champion ?
# Exécutez, puis essayez C-0100, à qui rien ne manque.

# %% slideshow={"slide_type": "fragment"}
client = "C-0007"  # ← changez cette valeur : par exemple "C-0100"
explain_segment(scores, client)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Non : onze petites commandes font 444,60 €, et un achat de plus le mène à 442, « Fidèles potentiels ».
# Ces distances supposent que les autres clients ne bougent pas : ce sont des repères, pas des promesses.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quand l’article se contredit
#
# Trois portraits de l’article méritent une vérification :
#
# - **« À ne pas perdre »** : des achats récents ou fréquents, mais un montant faible ou irrégulier ;
# - **« Dormants »** : partis depuis longtemps ; avant, ils venaient souvent ou dépensaient beaucoup ;
# - **« À risque »** : autrefois actifs, puis de plus en plus rares.
#
# **À vous d’enquêter.**
# Affichez chaque segment, code par code.
# Quel mot du portrait ne tient pas ?

# %% slideshow={"slide_type": "fragment"}
segment = "À ne pas perdre"  # ← changez cette valeur : "Dormants", puis "À risque"
membres = rows_where(clients, "segment", segment)
par_code = membres.groupby("code_rfm", as_index=False).agg(
    clients=("client_id", "size"), recence_mediane=("recence", "median"),
    frequence_moyenne=("frequence", "mean"), montant_moyen=("montant_total", "mean"))
show_table(par_code, f"{segment}, code par code", rows=15,
           headings={"montant_moyen": "Montant total moyen"}, formats={"montant_moyen": "whole_euros"})

# %% slideshow={"slide_type": "fragment"}
quiz("04_portraits")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Vérifions les trois portraits d’un coup.
# Dans la base, la récence médiane est de 305 jours, et un client sur deux a dépensé plus de 1 500 €.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Une seule commande, plus de 1 500 € : la part de chaque segment.
faits = clients.assign(une=clients["frequence"] == 1, gros=clients["montant_total"] > 1500)
faits = faits[faits["segment"].isin(["À ne pas perdre", "Dormants", "À risque"])]
faits = faits.groupby("segment", as_index=False).agg(clients=("client_id", "size"),
    recence_mediane=("recence", "median"), part_une=("une", "mean"), part_gros=("gros", "mean"))
show_table(faits, "Trois portraits devant les faits",
           headings={"part_une": "Une seule commande", "part_gros": "Plus de 1 500 € dépensés"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# - **« À ne pas perdre »** : le nom est juste, le portrait non.
#   Fréquents, oui ; récents, non (récence médiane de 545,5 jours) ; petits acheteurs, non plus (91,3 % au-dessus de 1 500 €).
#   D’anciens **bons** clients.
# - **« Dormants »** : une habitude, oui ; de gros acheteurs, aucun, puisque 141 a le score M le plus bas.
# - **« À risque »** : 32,0 % n’ont passé qu’une commande.
#   On ne perd pas une habitude jamais prise.
#
# **Lisez les codes, les données, puis le portrait.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## L’audit de la grille
#
# Une grille se vérifie.
# Chaque code a-t-il un seul segment ?
# Chaque segment, des clients ?
# Et **un point de plus donne-t-il un segment au moins aussi bon ?**
# L’article ne range pas les segments : le rang est celui du cours, l’ordre des légendes.

# %% slideshow={"slide_type": "fragment"}
audit = audit_grid("onze", scores)
audit

# %% slideshow={"slide_type": "fragment"}
show_table(audit.inversions, "Un point de plus, un segment moins bien classé", headings={
    "code": "Code", "segment": "Son segment", "code_meilleur": "Un point de plus",
    "segment_obtenu": "Segment obtenu"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# La couverture est bonne, mais il y a dix **inversions**.
# Dans sept d’entre elles, c’est la *deuxième* commande (F 1 → F 2) qui fait reculer : de 211 à 221, un client qui revient passe de « Bientôt dormants » à « À risque ».
# De 313 à 314, dépenser plus mène des « Prometteurs » à « Besoin d’attention ».
# De 342 à 442, acheter plus récemment fait quitter les « Fidèles ».
#
# Tout dépend du rang : placez « À risque » devant « Bientôt dormants », et 211 → 221 n’est plus une inversion.
# Les neuf autres restent.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Voyez une inversion sur la carte : changez la paire pour `("211", "221")`, puis pour `("342", "442")`.

# %% slideshow={"slide_type": "fragment"}
paire = ("313", "314")  # ← changez cette valeur
plot_grid("onze", outline=paire)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Qu’en fait un responsable marketing ?**
# Il lit le code avant d’écrire : les 314 sont de gros acheteurs.
# Il ne juge pas une équipe sur le seul nom du segment, puisqu’un progrès peut paraître un recul.
# Il peut déplacer un code ou bâtir sa grille : voyez la fin de la leçon.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## VIP, à réactiver, à développer
#
# L’article d’un éditeur s’en tient à deux segments, sur cinq niveaux : « VIP » si tous les scores sont élevés, « à réactiver » si un ou plusieurs sont bas.
# Prenons-le à la lettre : élevé, 4 ou 5 ; bas, 1 ou 2.
# **Que devient 441 ?
# Et 333 ?**

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La règle de l’éditeur, à la lettre.
trois = scores5[["R", "F", "M"]]
vip, bas = (trois >= 4).all(axis=1), (trois <= 2).any(axis=1)
comptes = {"VIP : tous élevés": vip.sum(), "À réactiver : au moins un bas": bas.sum(),
           "… dont R de 4 ou 5": (bas & (trois["R"] >= 4)).sum(), "Ni l’un ni l’autre": (~vip & ~bas).sum()}
show_table(pd.DataFrame(comptes.items(), columns=["regle", "clients"]), "La règle à la lettre",
           headings={"regle": "Règle"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 441 serait « à réactiver » à cause de son petit montant.
# Comme lui, 586 clients « à réactiver » ont R 4 ou 5 : que réactiver chez qui vient d’acheter ?
# Et 333 n’est rien : ni VIP, ni à réactiver, comme 354 clients en tout.
#
# **Notre lecture**, dans cet ordre : R de 1 ou 2, « à réactiver » ; sinon, tous les scores d’au moins 4, « VIP » ; tous les autres, « à développer ».

# %% slideshow={"slide_type": "fragment"}
plot_segments(segment_profile(assign_segments(scores5, "vip"), "vip"), "vip")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 475 VIP font 52,1 % du chiffre d’affaires ; 1 341 clients sont à développer, 1 220 à réactiver.
# Cette grille se lit d’un regard, mais ne distingue plus Marc (244 sur cinq niveaux) d’un client d’un seul petit achat.
# Choisissez autant de segments que vous savez mener d’actions.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que R, F et M ne disent pas
#
# Les fiches de révision parlent de neuf **types de clients** : meilleurs, à haut potentiel, relais, nouveaux, inactifs, mécontents, anciens, amis de clients, somnambules.
# Un client peut en avoir plusieurs, ou aucun.
# Cherchez celui qui est invisible dans nos fichiers.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les neuf types, comptés dans nos fichiers.
fiches = customer_features(table, commandes, complaints=load_complaints(), referrals=load_referrals(),
                           contacts=load_contacts(), as_of=COURSE_DATE)
bilan = customer_type_counts(fiches)
show_table(bilan[["type", "visible", "clients", "regle"]], "Les neuf types, et ce qu’on en voit",
           headings={"visible": "Visible", "regle": "Notre règle"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les **somnambules**, déçus qui achètent encore par habitude, n’ont aucune règle : rien, dans une commande, ne distingue le goût de la paresse.
# Il faudrait leur demander.
# Cinq autres types ne se voient qu’en partie : un déçu qui se tait ne figure dans aucun fichier.
# La **marge** est ce qui reste d’une vente une fois la pièce payée : la leçon 7 y vient.
# Les règles, leurs seuils et leurs scores (ici sur cinq niveaux) sont les nôtres.
#
# **À vous.**
# À quels segments appartiennent les clients mécontents ?

# %% slideshow={"slide_type": "fragment"}
bet("04_segmentation/mecontents")

# %% slideshow={"slide_type": "fragment"} bet="mecontents"
type_cherche = "Clients mécontents"  # ← changez cette valeur : "Nouveaux clients"… (sans les somnambules)
types = customer_types(fiches).merge(clients[["client_id", "segment"]])
comptes = rows_where(types, "type", type_cherche)["segment"].value_counts()
bet_result("04_segmentation/mecontents", rows_where(types, "type", "Clients mécontents")["segment"].mode()[0],
           show_table(comptes.reset_index(name="clients"), f"{type_cherche} : leurs segments"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Que faire lundi ?
#
# Un segment n’a d’intérêt que par ce que l’on fait pour lui.
# Voici la réponse à la directrice, sur une page : pour chaque segment, ce qu’il pèse et la **posture** à tenir.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Chaque segment : son poids et la posture à tenir.
postures = pd.DataFrame([{"segment": fiche.name, "posture": fiche.stance} for fiche in load_segments()])
show_table(profil[["segment", "clients", "part_ca"]].merge(postures),
           "Le plan du lundi", headings={"posture": "Posture"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Qui appeler en premier ?
# Dans « À ne pas perdre », les plus gros montants.
# Changez le segment pour obtenir une autre liste.

# %% slideshow={"slide_type": "fragment"}
segment = "À ne pas perdre"  # ← changez cette valeur
brouillon = rows_where(clients, "segment", segment).nlargest(8, "montant_total")
show_table(brouillon[["client_id", "recence", "frequence", "montant_total", "code_rfm"]],
           f"{segment} : les huit plus gros montants")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Le cours réunit 84 actions, d’après l’article des onze segments, redites par nous.
# Chacune porte trois étiquettes : ce qu’elle fait bouger (R, F, M, l’écoute ou la conformité à la loi), son canal, et si elle convient au luxe.
# 66 conviennent : une remise, un code par SMS ou des points à cumuler abîment une maison de luxe.
#
# **À vous.**
# Choisissez **trois actions** pour « À ne pas perdre », les étiquettes étant cachées : elles doivent convenir à une maison de luxe, et l’une au moins doit agir sur le score le plus bas du segment.
# Recommencez avec un autre segment.

# %% slideshow={"slide_type": "fragment"}
action_chooser("À ne pas perdre", key="04_segmentation/actions")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Du CRM à la CDP
#
# Un **CRM** est l’outil de la relation client : coordonnées, achats, rendez-vous, notes des conseillers, sur les clients que l’on connaît.
# Une **CDP**, plateforme de données clients, va plus loin : elle relie autour d’une même personne ce qui vient de la caisse, du site, des messages et du service client, tient les segments à jour et les transmet aux outils d’envoi.
#
# Qu’est-ce que cela change ?
# L’action part de la personne, plus seulement de son segment.
# Regardez ce qu’un autre fichier dit de Marc.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que le fichier des réclamations dit de Marc.
plaintes = load_complaints()
plaintes_marc = plaintes[plaintes["client_id"] == "C-0360"]
show_table(plaintes_marc[["date_reclamation", "motif", "traitee", "delai_reponse_jours"]],
           "Les réclamations de Marc", headings={
               "date_reclamation": "Date", "motif": "Motif", "traitee": "Traitée",
               "delai_reponse_jours": "Délai de réponse (jours)"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Marc s’est plaint de l’accueil en boutique, et a attendu 47 jours une réponse.
# Le code 234 dit qu’il s’éloigne ; la réclamation dit **pourquoi**.
# Avant toute invitation, la maison lui doit des excuses.
# Une CDP ne fait que rapprocher : il lui faut un identifiant commun, et le droit.
#
# **À vous.**
# Avant d’acheter un outil, demandez-vous ce que chaque situation exige.

# %% slideshow={"slide_type": "fragment"}
sort_sentences("04_crm_cdp", key="04_segmentation/crm_cdp")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Protéger les données des clients
#
# Peut-on appeler vos huit noms ?
# Le RGPD (règlement général sur la protection des données) donne à chacun le droit de savoir ce que l’on garde, de le faire corriger ou effacer, de refuser qu’on le démarche.
# Le reste dépend du **canal**, de la **date** et de la personne : client, ou **prospect**, qui n’a jamais acheté.
#
# Faut-il l’accord d’un client pour lui écrire un e-mail ?
# Pour l’appeler ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La loi, canal par canal.
loi = load_contact_law()
regles = pd.DataFrame([{"Canal": r.channel, "À qui": r.audience, "Quand": r.period, "Règle": r.text,
                        "Texte": r.source, "Du": r.date} for r in loi.rules])
show_table(regles, "Qui contacter, et comment", formats={"Du": "date"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une vente change tout pour l’**e-mail** et le **SMS** : à ses propres clients, pour des produits du même genre, la maison peut écrire tant qu’ils ne refusent pas.
# Pour le **téléphone**, la loi change en cours d’année : jusqu’au 10 août 2026, on appelle qui n’a pas refusé ; depuis le 11, il faut un accord donné pour ce canal.
# Un plan de 2026 se prépare donc en deux moitiés.
#
# D’autres règles valent pour tous les canaux, ou pour l’heure des appels.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce qu’aucune liste ne vérifie à votre place.
principes = pd.DataFrame([{"Sujet": p.title, "Règle": p.text, "Texte": p.source, "Du": p.date}
                          for p in loi.principles])
show_table(principes, "À savoir aussi", formats={"Du": "date"})

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que ces tables sont, et ce qu’elles taisent.
print(f"Tables relues le {loi.checked:%d/%m/%Y}. {loi.note}")
print("Laissé de côté, faute d’être sûr.", *loi.left_out, sep="\n- ")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Quatre canaux, et notre fichier n’a qu’une colonne, `consentement`.
# Elle dit « oui » à qui accepte les messages, « non » à qui n’en a jamais voulu ou s’est désabonné, sans dire duquel.
# Le cours la lit avec prudence : « non » ferme les quatre canaux ; « oui » ne vaut pas accord d’être appelé.
# Une maison sérieuse a une colonne par canal, avec la date.

# %% slideshow={"slide_type": "fragment"}
bet("04_segmentation/sans_accord")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="sans_accord"
# Qui n’accepte pas nos messages, par segment.
avec_accord = clients.merge(load_customers()[["client_id", "consentement"]])
avec_accord["sans"] = avec_accord["consentement"] == "non"
accords = avec_accord.groupby("segment", as_index=False).agg(
    clients=("client_id", "size"), sans_accord=("sans", "sum"), part_sans=("sans", "mean"))
accords = accords.sort_values("part_sans", ascending=False)
bet_result("04_segmentation/sans_accord", accords["segment"].iloc[0],
           show_table(accords, "Clients sans consentement aux messages",
                      headings={"sans_accord": "Sans consentement", "part_sans": "Part"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Reprenez votre liste : qui en sort ?
#
# **À vous.**
# Voici votre brouillon, avec ce que les fichiers disent de chacun.
# Pour chaque nom, décidez : il reste, ou il sort, et pourquoi.
# Deux règles de la maison s’ajoutent à la loi : on répond à une réclamation avant de vendre ; après quatre contacts en 90 jours, on se tait.
#
# Vérifiez, puis changez ce à quoi la liste sert, en haut : qui sort en septembre, et pourquoi ?

# %% slideshow={"slide_type": "fragment"}
fichiers = {"people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts()}
review_contacts(brouillon, **fichiers, key="04_segmentation/liste")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Des huit « À ne pas perdre », cinq refusent nos messages, et Marc Boyer attend une réponse : il reste Amandine Dubois et Adèle Marchand.
# On avait trié d’abord.
# Faisons l’inverse : `contact_list` sépare, dans tout le segment, ceux qui restent de ceux qui sortent ; les plus gros montants viennent ensuite.

# %% slideshow={"slide_type": "fragment"}
canal = "téléphone"  # ← changez cette valeur : "courrier", "e-mail" ou "SMS"
jour = "2026-01-05"  # ← puis celle-ci : "2026-09-14"
membres = rows_where(clients, "segment", segment)
restent, sortent = contact_list(membres, canal, on=jour, **fichiers)
show_table(restent.nlargest(8, "montant_total")[["client_id", "recence", "montant_total", "code_rfm"]],
           f"{segment}, {canal}, le {jour} : {len(restent)} clients sur {len(membres)}, les huit premiers")

# %% slideshow={"slide_type": "fragment"}
motifs = sortent["motif"].value_counts().reset_index(name="clients")
show_table(motifs, "Ceux qui sortent, et pourquoi")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 125 clients sur 206 : chaque nom a passé quatre questions (refus, accord, réclamation, messages reçus).
# Il reste ce que nos fichiers ignorent : Bloctel, jusqu’au 10 août 2026, les jours et heures d’appel, et les trois ans de silence.
#
# Au téléphone, le 14 septembre, il n’en reste **aucun** : il faut d’ici là demander un accord, par exemple en boutique.
#
# Et les 219 **Perdus** ?
# 35 ont dit non : aucun message.
# Aux autres, une seule tentative, et un lien de désinscription.
# Toute liste du cours passe désormais par `contact_list`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Au supermarché, mêmes scores, même grille.
# Les noms y veulent-ils dire la même chose ?
# Lisez la récence des « Perdus », le nombre de « Dormants », les commandes d’un « Nouveau client ».

# %% slideshow={"slide_type": "fragment"}
noms = dataset_columns("complete_journey")
lues = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
lignes = load_orders("complete_journey", lues)
foyers = rfm_table(lignes, **noms)
scores_foyers = score_rfm(foyers, customer=noms["customer"])
profil_foyers = segment_profile(assign_segments(scores_foyers), customer=noms["customer"])
colonnes = ["segment", "clients", "part_ca", "recence_mediane", "frequence_moyenne"]
show_table(profil_foyers[colonnes], "2 469 foyers, les mêmes onze noms", headings={"clients": "Foyers"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Rien n’a planté, et pourtant presque chaque nom ment.
#
# - Les 302 « Perdus » ont fait leurs courses il y a 61 jours (médiane) ; les 196 « À ne pas perdre », il y a 10 jours.
# - « Dormants » est **vide** : venir très souvent et dépenser très peu ne se rencontre pas ici.
# - Les 25 « Nouveaux clients » ont 12 commandes en moyenne.
#
# Que valent donc les scores ?

# %% slideshow={"slide_type": "fragment"}
bornes = score_cuts(scores_foyers)
absents = (foyers["recence"] > 90).sum()
show_table(bornes[bornes["dimension"] != "M"],
           f"Ce que vaut chaque score ({absents} foyers absents depuis plus de 90 jours)",
           headings={"clients": "Foyers"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# R 4 veut dire « venu la veille », et 20 jours d’absence suffisent pour tomber à R 1.
# Presque personne n’est parti : 144 foyers (5,8 %) sont absents depuis plus de 90 jours.
# Les quantiles comparent les clients **entre eux** : ils désignent toujours un dernier quart, même quand personne ne part.
# La grille lui donne un nom dramatique.
#
# **Que faut-il adapter ?**
# Le sens des scores.
# Fixons des seuils de métier : pour R, 14, 30 et 90 jours ; pour F, une visite par mois, toutes les deux semaines, par semaine ; pour M, des seuils ronds en dollars.

# %% slideshow={"slide_type": "fragment"}
jours = [14, 30, 90]  # ← changez cette valeur : par exemple [7, 28, 60]
seuils = {"R": jours, "F": [12, 26, 52], "M": [500, 1250, 2500]}
adaptes = score_rfm(foyers, method="thresholds", thresholds=seuils, customer=noms["customer"])
profil_adapte = segment_profile(assign_segments(adaptes), customer=noms["customer"])
show_table(profil_adapte[colonnes], "Les mêmes foyers, avec des seuils choisis",
           headings={"clients": "Foyers"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Les « Perdus » ne sont plus que 97, absents depuis 184 jours (médiane) : on peut les croire partis.
# « À ne pas perdre » passe de 196 à 29 foyers, silencieux depuis 58 jours : une liste que l’on peut appeler.
#
# Reste le nom « Nouveaux clients ».
# Depuis quand les 25 foyers du premier tableau sont-ils dans le fichier ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Depuis quand ces foyers achètent-ils ?
premiers = lignes.groupby("household_id", as_index=False).agg(
    premier_achat=("transaction_timestamp", "min"))
premiers["anciennete"] = (lignes["transaction_timestamp"].max() - premiers["premier_achat"]).dt.days
nommes = assign_segments(scores_foyers).query("segment == 'Nouveaux clients'").merge(premiers)
print(f"Ancienneté médiane des « Nouveaux clients » : {nommes['anciennete'].median():.0f} jours")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Onze mois !
# Ces « nouveaux » sont de petits acheteurs passés la veille.
# Les seuils se règlent, **les noms aussi**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Une **grille** donne un segment à chaque code : 64 codes, onze noms, une action par nom.
# - Comptez toujours en clients **et** en euros : 8,5 % de Champions, 36,6 % du chiffre d’affaires.
# - Le **score le plus bas** désigne le levier : la fréquence pour R 5, F 2, M 4 ; la récence pour Marc.
# - Une grille publiée se vérifie : des portraits contredits par leurs codes, dix inversions.
# - Les scores sont **relatifs** : changez de métier, et « Perdus » veut dire deux mois sans courses.
# - Avant d’agir : l’action convient-elle à la maison, et avons-nous le droit d’écrire ?

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("04_segmentation")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("04_segmentation")

# %% [markdown] slideshow={"slide_type": "slide"}
# **La suite :** un segment réunit des dizaines de clients.
# Dans la leçon 5, [Étude de cas : Marc Morel](05_marc_morel.ipynb), vous n’en regardez qu’un, pour construire avec lui une stratégie complète.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 4](../exercises/04_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin : une grille sans inversion
#
# Peut-on bâtir onze segments où un point de plus ne fait jamais reculer ?
# Oui.
# La grille `cinq_niveaux` est la nôtre : elle lit d’abord R, puis la valeur (F et M ensemble), et n’a aucune source publiée.

# %% slideshow={"slide_type": "skip"}
clients5 = assign_segments(scores5, "cinq_niveaux")
print(audit_grid("cinq_niveaux", scores5))
plot_segments(segment_profile(clients5, "cinq_niveaux"), "cinq_niveaux")

# %% [markdown] slideshow={"slide_type": "skip"}
# Aucune inversion sur 125 codes.
# « À risque » fond de 651 à 37 clients, « Dormants » passe de 16 à 203 : les noms sont les mêmes, les personnes ne le sont pas.
# Deux rapports qui parlent de « clients à risque » ne se comparent que s’ils donnent leur grille.

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin : traiter chaque type de clients
#
# Comment traiter chaque type ?

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Un conseil pour chaque type.
conseils = pd.DataFrame([{"type": t.name, "conseil": t.treatment} for t in load_customer_types()])
show_table(conseils, "Comment traiter chaque type", headings={"conseil": "Comment le traiter"})

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin : la même chose avec pandas
#
# `assign_segments` tient en une ligne de pandas : une table code → segment, appliquée à une colonne.
# Le profil est un regroupement.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Le segment de chaque code, puis le profil.
noms_par_code = load_grid("onze").by_code
a_la_main = scores.assign(segment=scores["code_rfm"].map(noms_par_code))
groupes = a_la_main.groupby("segment", as_index=False).agg(
    clients=("client_id", "size"), chiffre_affaires=("montant_total", "sum"))
groupes["part_ca"] = groupes["chiffre_affaires"] / groupes["chiffre_affaires"].sum()
show_table(groupes.sort_values("part_ca", ascending=False), "Le profil des segments, avec pandas")
