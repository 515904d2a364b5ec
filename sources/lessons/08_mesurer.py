# %% [markdown] slideshow={"slide_type": "slide"}
# # Mesurer l’effet : groupe témoin, intervalle, partage du budget
#
# Vendredi, 9 heures.
# La directrice financière de la Maison Orsenne a relu le compte de la leçon 7 : la soirée privée ajouterait 12 points de réponse, et perdrait 319 €.
# « Ces 12 points, qui les a mesurés ?
# **Comment saurez-vous que c’est grâce à vous ?** »

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. juger une action avec un groupe témoin, et dire combien de clients il y faut ;
# 2. donner un ROI avec sa fourchette, supposée puis mesurée ;
# 3. suivre la rétention, l’attrition et la conversion ;
# 4. partager une enveloppe entre conquête et fidélisation, puis entre segments ;
# 5. corriger une stratégie écrite par un assistant, données en main.
#
# **Durée :** 55 minutes.
# **Avant :** la leçon 7 ([la rentabilité](07_rentabilite.ipynb)).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, attrition, benchmark, bet, bet_balance, bet_result,
    break_even, campagne, compare_dates, compare_groups, conquest_and_loyalty, contact_list,
    control_group, conversion_steps, correct_assistant, incremental_margin, later_orders,
    load_complaints, load_contacts, load_customers, load_orders, load_products, measured_roi,
    order_table, orders_until, people_needed, plan_measure, plan_summary, plot_roi_distribution, quiz, retention,
    revenue_at_stake, rfm_table, roi, rows_where, score_rfm, segment_profile, segment_uses,
    show_table, simulate_roi, split_envelope, tornado_explorer, window_orders,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que l’on croit savoir
#
# Reprenons la soirée privée de la leçon 7, pour la même cible : R au plus 2, F 3 ou 4, M au moins 4, sur cinq niveaux et deux ans d’achats.
# Vingt invités, 2 000 € HT, et une hausse de 12 points **espérée**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La cible et la soirée de la leçon 7, calculées de nouveau.
commandes = load_orders()
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24, levels=5)
la_cible = deux_dates.query("R <= 2 and F in [3, 4] and M >= 4")
cible = la_cible[la_cible["date"] == "2025-12-31"]
lignes = window_orders(commandes, COURSE_DATE, months=24)
lignes = lignes[lignes["client_id"].isin(cible["client_id"])]
ventes_ht = lignes["montant"].sum() / 1.2
panier, taux = ventes_ht / cible["frequence"].sum(), lignes["marge"].sum() / ventes_ht
soiree = campagne(clients=20, hausse=0.12, panier=panier, taux_marque=taux, cout=2000)
print(roi(incremental_margin(soiree), soiree.cost))
print(break_even(soiree))

# %% [markdown] slideshow={"slide_type": "fragment"}
# La hausse espérée est sous le seuil de 14,3 points, mais de peu.
# Tout dépend donc d’un nombre que personne n’a encore mesuré.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le groupe témoin
#
# D’où tient-on une hausse de réponse ?
# On est tenté de comparer ceux qui ont reçu un message à ceux qui n’en ont pas reçu.
# Essayons avec la Fête des mères 2025 : qui a commandé dans les 90 jours ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
jour = "2025-05-21"
messages = load_contacts()
fete = messages[messages["campagne"] == "Fête des mères 2025"]
base = score_rfm(rfm_table(orders_until(commandes, jour), as_of=jour))
base = base.merge(later_orders(commandes, jour, horizon_days=90), on="client_id")
base["recu"] = base["client_id"].isin(fete["client_id"])
recu, autres = base[base["recu"]], base[~base["recu"]]
deux = base.groupby("recu", as_index=False).agg(clients=("client_id", "size"), part=("rachat", "mean"))
deux["recu"] = deux["recu"].map({True: "Destinataires", False: "Autres clients"})
print(compare_groups(recu["rachat"].sum(), len(recu), autres["rachat"].sum(), len(autres)))
show_table(deux, "La Fête des mères 2025, 90 jours après",
           headings={"recu": "Groupe", "part": "Ont commandé"}, formats={"part": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 21,6 % des 717 destinataires ont commandé, contre 17,9 % des 1 730 autres clients : 3,8 points d’écart, avant arrondi.
# L’intervalle est au-dessus de zéro : le hasard ne suffit pas à expliquer l’écart.
# Est-ce pour autant un succès du message ?
# L’outil n’en dit rien, parce que personne n’a tiré ces deux groupes au sort.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("08_mesurer/meme_code")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="meme_code"
# Pour chaque code RFM, l’écart entre destinataires et autres ; puis la moyenne, pesée par les destinataires.
codes = base.groupby(["code_rfm", "recu"])["rachat"].agg(["mean", "size"]).unstack().dropna()
ecarts, poids = codes["mean"][True] - codes["mean"][False], codes["size"][True]
brut = recu["rachat"].mean() - autres["rachat"].mean()
egal = (ecarts * poids).sum() / poids.sum()
bilan = pd.DataFrame({"Comparaison": ["Tous ensemble", "À code RFM égal"],
                      "Écart (points)": [100 * brut, 100 * egal]})
bet_result("08_mesurer/meme_code", egal / brut,
           show_table(bilan.round(1), "Le même message, deux comparaisons", formats={"Écart (points)": "plain"}))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Dans la vraie vie, on ne sait jamais quels écarts cachent encore les codes.
# Le remède : tirer au sort, avant l’action, des clients que l’on ne sollicitera **pas**.
# C’est le **groupe témoin**.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Le hasard aussi fait des miracles
#
# Prenons les 100 clients de la cible à la fin de 2024.
# Tirons-en la moitié au sort, et faisons comme s’ils avaient été invités.
# Personne ne l’a été : le vrai effet est **zéro**.
# Changez plusieurs fois le tirage.

# %% slideshow={"slide_type": "fragment"}
tirage = 5  # ← changez cette valeur : 3, 4, 7, 10…
annee = la_cible[la_cible["date"] == "2024-12-31"]
invites = annee.sample(frac=0.5, random_state=tirage)
temoins = annee.drop(invites.index)
comptes = [invites["rachat"].sum(), len(invites), temoins["rachat"].sum(), len(temoins)]
print(compare_groups(*comptes, at_random=True))  # deux groupes tirés au sort

# %% [markdown] slideshow={"slide_type": "fragment"}
# Tirage 5 : **+16,0 points**, plus que les 12 espérés, sans que l’on ait rien fait !
# Le tirage 3 donne −12,0.
# Avec deux groupes de 50, le hasard seul peut donner quinze points.
# L’**intervalle à 95 %** nous en prévient : calculé ainsi, il contient le vrai effet 95 fois sur 100, et celui-ci contient zéro.
#
# **À vous.**
# Entrez les deux groupes.
# Avec 42 % et 30 %, combien de clients faut-il pour conclure ?
# Essayez 50, puis 200, puis 1 000 par groupe.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
control_group((21, 50, 15, 50), key="08_mesurer/temoin")

# %% [markdown] slideshow={"slide_type": "fragment"}
# À 50 par groupe (21 et 15 retours), on ne conclut pas.
# À 200 (84 et 60), l’intervalle va de 2,6 à 21,1 points : un effet, de taille inconnue.
# À 1 000 (420 et 300) : de 7,8 à 16,1.
# Entre 50 et 200, où passe la limite ?

# %% slideshow={"slide_type": "fragment"}
vise = 0.42  # ← changez cette valeur : 0.35, puis 0.60
assez = people_needed(benchmark(la_cible).share, vise)
print(f"De 30 % à {100 * vise:.0f} % : il faut au moins {assez} clients par groupe.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **123** : c’est la plus petite taille où l’intervalle de 42 % contre 30 % quitte zéro.
# Un minimum, car à cette taille le hasard cache encore l’effet une fois sur deux ; avec le double, 246, une fois sur cinq.
# Le nombre de clients suit l’effet que l’on cherche : 675 pour 5 points, 21 pour 30.
#
# Un petit effet sur peu de monde ne se distingue donc pas du hasard.
# Avec vingt invités, il le faudrait énorme : 14 retours contre 6, soit 40 points, suffisent.
# Réunissez plusieurs soirées.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un ROI avec sa fourchette
#
# « ROI de −16 % » repose sur quatre nombres incertains.
# Donnons à chacun une **fourchette**, et tirons au sort 10 000 soirées possibles, toujours les mêmes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
fourchettes = {
    "hausse": (0.0, 0.24),  # de 0 à 24 points
    "panier": (1150, 1800),  # € HT
    "taux_marque": (0.45, 0.55),
    "cout": (1800, 2600),  # € HT
}
plot_roi_distribution(simulate_roi(soiree, fourchettes))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Deux choix sont les nôtres : la valeur probable sort plus souvent que les bords (tirage **triangulaire**), et les quatre nombres sont tirés **indépendamment**, comme si une soirée plus chère ne changeait rien au panier.
#
# Huit soirées simulées sur dix ont un ROI entre −63 % et 29 % ; **70 % perdent de l’argent**.
# Voilà ce que l’on montre à une directrice financière : une fourchette, et le risque de perte.
#
# Laquelle des quatre hypothèses faut-il préciser en premier ?
# Puis changez les bornes (2 000 € et 12 points restent les valeurs probables) : et si vous croyez à une hausse de 5 à 35 points ?
# Et si, de plus, le coût ne dépasse jamais 2 000 € ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
tornado_explorer(soiree, fourchettes, key="08_mesurer/tornade")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une **tornade** fait varier une entrée à la fois.
# La hausse déplace le gain net de 3 362 €, le coût de 800 €, le panier de 757 €, le taux de marque de 346 €.
# Négocier le traiteur est utile ; savoir si la soirée fait revenir l’est quatre fois plus.
# C’est le travail du groupe témoin.
# Avec 5 à 35 points, le risque de perte tombe à 40 % ; sans surcoût, à 32 %.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### La fourchette, quand on a mesuré
#
# La fourchette de la hausse était **inventée**.
# Un groupe témoin la remplace par un intervalle **mesuré**.
#
# Supposons cinquante soirées de vingt invités, et autant de témoins tirés au sort : 420 retours contre 300.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("08_mesurer/rentable")

# %% slideshow={"slide_type": "fragment"} bet="rentable"
retours_mesures = (420, 1000, 300, 1000)  # ← changez ces nombres : (84, 200, 60, 200)
hausse = compare_groups(*retours_mesures, at_random=True)
rois = {nom: measured_roi(soiree.avec(clients=retours_mesures[1], cout=cout / 20 * retours_mesures[1]), hausse)
        for nom, cout in {"Coût du tableau": 2000, "Vitrines étalées": 4050}.items()}
au_tableau = rois["Coût du tableau"]
bet_result("08_mesurer/rentable", (au_tableau.low > 0) + (au_tableau.high > 0),
           str(hausse), *(f"{nom}. {mesure}" for nom, mesure in rois.items()))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Avec 200 invités, le premier ROI va de −82 % à 48 %.
# Le tirage donne la hausse, son intervalle la fourchette du ROI, et celle-ci la décision.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Votre plan
#
# **À vous.**
# Votre action touche-t-elle assez de clients pour que l’on voie son effet ?
# Entrez les deux groupes de votre test, ou ceux que vous imaginez.
# Sans plan, vous partez de l’exemple.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
fichiers = {"people": load_customers(), "complaints": load_complaints(), "contacts": messages}
plan_measure(commandes, soiree, anyway=benchmark(la_cible).share, **fichiers, key="mon_plan/mesure")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Les indicateurs à suivre
#
# Trois indicateurs (« KPI ») suivent la relation : la **rétention**, part des clients actifs une année qui le sont l’année suivante ; l’**attrition**, le reste ; la **conversion**, part de ceux qui passent à l’étape suivante.
# Mesurons-les à Orsenne.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Une commande rendue en entier ne compte pas.
mesures = {"Rétention 2024 → 2025": retention(commandes, COURSE_DATE),
           "Attrition 2024 → 2025": attrition(commandes, COURSE_DATE),
           "Conversion : destinataire → commande en 90 jours": benchmark(recu)}
lignes = [(nom, taux.share, taux.low, taux.high) for nom, taux in mesures.items()]
colonnes = ["Indicateur", "Valeur", "De", "À"]
show_table(pd.DataFrame(lignes, columns=colonnes), "La relation en chiffres, et l’intervalle à 95 %",
           formats=dict.fromkeys(colonnes[1:], "share"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Quatre clients actifs de 2024 sur dix (42,8 %) ont commandé en 2025.
# Est-ce mauvais ?
# Pour un sac tous les deux ans, une année est courte : la période doit suivre le **rythme d’achat**.
#
# La conversion a le même défaut que la réponse : 21,6 % des destinataires ont commandé, mais sans témoin, elle ne dit pas combien grâce au message.
#
# **À vous.**
# Un e-mail a trois étapes : envoyé, ouvert, cliqué.
# Un SMS n’en a que deux : personne ne voit s’il a été lu.
# Lequel obtient le plus de clics ?

# %% slideshow={"slide_type": "fragment"}
canal = "e-mail"  # ← changez cette valeur : "SMS"
envois = rows_where(fete, "canal_contact", canal)
ouverts = {"E-mail ouvert": envois["ouvert"].sum()} if canal == "e-mail" else {}
etapes = {"Message envoyé": len(envois)} | ouverts | {"Clic": envois["clic"].sum()}
show_table(conversion_steps(etapes), f"Fête des mères 2025, par {canal}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le SMS : 11,2 % de clics sur les envois, contre 7,1 % par e-mail.
# Les étapes disent **où** l’on perd les gens : 31,6 % des e-mails sont notés ouverts, et 22,3 % de ceux-là donnent un clic.
#
# Méfiez-vous de l’étape du milieu : des messageries ouvrent les e-mails d’elles-mêmes, ce qui **gonfle** le nombre.
# Jugez un message sur ses clics, une campagne sur ses commandes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Conquérir ou fidéliser ?
#
# Voici 20 000 € à dépenser.
# Faut-il chercher de nouveaux clients (**conquête**) ou en garder (**fidélisation**) ?
# Selon les fiches de révision, recruter coûte **deux fois** plus que garder : une hypothèse, à remplacer par vos chiffres.
# Et la marge ?
# Une première commande rapporte-t-elle plus qu’une suivante ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que rapportent une première commande et une suivante ; le reste est notre hypothèse.
achats = order_table(commandes)
en_2025 = achats[achats["date_achat"].dt.year == 2025]
premieres, suivantes = en_2025[en_2025["rang"] == 1], en_2025[en_2025["rang"] > 1]
postes = conquest_and_loyalty(prospects=400, customers=150, loyalty_cost=100,
    conquest_margin=premieres["marge"].mean(), loyalty_margin=suivantes["marge"].mean())
show_table(postes, "Deux façons de dépenser 20 000 €", headings={
    "poste": "Poste", "commandes_possibles": "Commandes possibles (hypothèse)",
    "cout_premiere_commande": "Coût de la première (hypothèse)",
    "marge_par_commande": "Marge par commande (données)"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# 429 € pour une commande suivante, 414 € pour une première : presque la même marge.
# C’est donc le coût qui décide… au début.
# Car les rendements **décroissent** : les premiers clients reviennent facilement, les derniers coûtent de plus en plus cher.
# Le modèle de l’activité le suppose.
#
# **À vous.**
# Partagez 20 000 €, regardez la marge, puis comparez au meilleur partage.
# Tout sur la fidélisation, est-ce le mieux ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
split_envelope(postes, 20000, key="08_mesurer/partage")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Entre les segments
#
# Même question à l’intérieur de la fidélisation : 20 000 €, cinq segments.
# La part qui réagirait est une hypothèse, faible chez les Champions, qui viennent déjà ; on ne compte que les clients à qui l’on peut écrire.
# Avant de toucher aux champs : **à quel segment donneriez-vous le plus ?**

# %% slideshow={"slide_type": "fragment"}
clients = assign_segments(score_rfm(rfm_table(commandes, as_of=COURSE_DATE)))
reactions = {  # ← changez ces parts
    "Champions": 0.03, "Fidèles": 0.06, "Fidèles potentiels": 0.08, "À ne pas perdre": 0.13,
    "À risque": 0.05,
}
a_qui_ecrire, _ = contact_list(clients, "courrier", on=COURSE_DATE, **fichiers)
enjeux = revenue_at_stake(a_qui_ecrire[a_qui_ecrire["segment"].isin(list(reactions))], reactions)
taux_ttc = commandes["marge"].sum() / commandes["montant"].sum()  # le panier est TTC
split_envelope(segment_uses(enjeux, taux_ttc, 100), 20000, key="08_mesurer/segments")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le meilleur partage donne le plus aux Fidèles (2 621 €) et le moins aux Champions (827 €) : leur panier est le plus gros, mais ils viennent déjà.
# Surtout, il ne dépense que 10 573 € : au-delà, **chaque euro rapporte moins d’un euro**.
# Une enveloppe n’est pas une obligation.
#
# Changez les parts qui réagissent, en haut de la cellule : le partage change avec elles.
# **Un partage vaut ce que valent ses hypothèses.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Corriger l’assistant
#
# Un assistant d’écriture par IA a rédigé une note sur « À ne pas perdre ».
# Elle est fluide, chiffrée, sûre d’elle.
# Voici de quoi la vérifier.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# La fiche du segment, avec son panier HT et son taux de marque.
fiche = segment_profile(clients).query("segment == 'À ne pas perdre'")
membres = clients[clients["segment"] == "À ne pas perdre"]
siennes = commandes[commandes["client_id"].isin(membres["client_id"])]
ventes_ht = siennes["montant"].sum() / 1.2
fiche = fiche.assign(panier_ht=ventes_ht / membres["frequence"].sum(),
                     part_marge=siennes["marge"].sum() / ventes_ht)
colonnes = ["clients", "part_clients", "part_ca", "recence_mediane", "frequence_moyenne",
            "panier_ht", "part_marge"]
show_table(fiche[colonnes], "« À ne pas perdre », sur quatre niveaux", headings={
    "panier_ht": "Panier moyen (€ HT)", "part_marge": "Taux de marque"},
    formats={"panier_ht": "whole_euros"})

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les ventes par catégorie : les retours comptent dans la marge, pas dans les lignes vendues.
articles = commandes.merge(load_products(), on="produit_id")
sommes = articles.groupby("categorie")[["marge", "montant"]].sum()
marges = sommes["marge"] / (sommes["montant"] / 1.2)
vendus = articles[articles["quantite"] > 0]
remises = vendus.groupby("categorie", as_index=False).agg(
    lignes=("ligne", "size"), part_remise=("remise", lambda r: (r > 0).mean()))
remises["part_marge"] = remises["categorie"].map(marges)
show_table(remises, "Remises et marges par catégorie", headings={"categorie": "Catégorie",
    "lignes": "Lignes vendues", "part_remise": "Vendues avec remise", "part_marge": "Taux de marque"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Jugez chaque phrase : juste, fausse, ou **invérifiable** avec nos fichiers ?
# Une phrase peut mêler un chiffre juste et une conclusion fausse : elle est alors fausse.
# Tout ce qu’il faut pour vérifier est dans ces deux tableaux, plus haut dans la leçon, ou dans les leçons 4 et 7.
# Corrigez ensuite la note : retirez ou réécrivez ce qui ne tient pas, gardez le reste.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
correct_assistant(key="08_mesurer/assistant")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Des neuf phrases, trois sont justes, quatre fausses et deux invérifiables, sur un ton qui ne change jamais.
# C’est ce qui rend une telle note dangereuse : rien, dans la forme, n’y distingue ce qui se vérifie de ce qui s’invente.
# Gardez trois réflexes : **recalculer** chaque chiffre, **demander la source** de ceux qu’on ne peut pas recalculer, **vérifier que la marque peut** faire ce qu’on lui propose.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Sans **groupe témoin** tiré au sort, et assez grand, un écart ne dit pas d’où il vient.
# - L’**intervalle à 95 %** prévient du hasard.
# - Un effet établi n’est pas un effet rentable : donnez un ROI avec sa **fourchette**.
# - Une **enveloppe** se partage au dernier euro, et n’est pas une obligation.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("08_mesurer")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("08_mesurer")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Voici votre plan, de la cible au retour : le projet final le reprendra.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
plan_summary()

# %% [markdown] slideshow={"slide_type": "fragment"}
# Vous avez parcouru le cœur du cours : des données aux scores, des scores aux segments, d’un client à une stratégie, d’un budget à ce qu’il rapporte, et de l’espoir à la mesure.
# Le [calcul des scores](03_calcul_rfm.ipynb) et [les segments](04_segmentation.ipynb) restent la base : revenez-y avec votre propre fichier.
# La [leçon 9](09_valeur_client.ipynb) regarde plus loin qu’une action : ce que vaut un client sur toute sa relation.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 8](../exercises/08_exercices.ipynb).
