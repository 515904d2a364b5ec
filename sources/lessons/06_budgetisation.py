# %% [markdown] slideshow={"slide_type": "slide"}
# # Budgétiser : de l’action à ses coûts
#
# Mercredi, 14 heures.
# Dans les diapositives, huit actions pour Marc Morel et ses semblables, un tableau de quatre lignes, et un total : 17 800 €.
# La directrice financière de la Maison Orsenne pose trois questions : « D’où viennent ces prix ? Pour combien de clients ? Et qu’avez-vous oublié ? »
#
# **Saurez-vous répondre, ligne par ligne ?**

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. choisir l’action qui répond au premier besoin d’un client, et l’argumenter par des faits ;
# 2. décomposer une action en lignes : quantité × coût unitaire, HT ou TTC ;
# 3. étaler un achat durable, et diviser un coût par les bons bénéficiaires ;
# 4. lire un total publié, dire ce qu’il mêle et ce qu’il oublie ;
# 5. donner à chaque prix une source, une date et une fiabilité.
#
# **Durée :** 65 minutes.
# **Avant :** la leçon 5, [Étude de cas : Marc Morel](05_marc_morel.ipynb).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, bet, bet_balance, bet_result, case_budget, case_discounts,
    case_readings, choose_action, contact_list, cost_left_out, cost_lines, cost_per_customer,
    dataset_columns, detail_actions, envelope_chooser, example_costs,
    flag_lines, line_costs, list_costs, load_case, load_complaints, load_contacts, load_customers,
    load_orders, quiz, research_costs, rfm_table, roll_up, score_rfm, share_line, show_table, sort_sentences,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le premier besoin
#
# On ne chiffre pas huit actions d’un coup : on commence par celle qui répond au **premier besoin** du client.
# Lequel ?
# La leçon 5 a rassemblé des faits : une plainte, un silence, des goûts.
#
# **À vous (activité 1).**
# Choisissez une action, puis cochez les faits qui plaident pour **elle**.
# Tous les faits sont vrais ; tous ne servent pas votre argument.
# On juge l’un et l’autre : l’action répond-elle à ce qui l’a fait partir, et vos faits plaident-ils pour elle ?
# Plusieurs actions conviennent ; un fait hors de propos affaiblit l’argument.

# %% slideshow={"slide_type": "fragment"}
choix = choose_action(key="06_budgetisation/choix")
choix

# %% [markdown] slideshow={"slide_type": "subslide"}
# Votre voisin a choisi une autre action ?
# Comparez les faits avant les actions.
# Les huit actions sont utiles un jour ; **la première** est celle qui répond à ce qui a fait partir Marc.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## De l’action à ses lignes
#
# Prenons un exemple, la soirée privée.
# Le tableau des diapositives dit « 2 000 / 20 » : un montant, vingt invités.
# Suffisent-ils ?
#
# Une **ligne de coût** dit quatre choses : ce que l’on paie, la **quantité**, l’**unité**, le **coût unitaire**.
# Les coûts unitaires qui suivent sont des **hypothèses** du cours, pas des prix relevés : les vôtres viendront de vos sources.

# %% slideshow={"slide_type": "fragment"}
bet("06_budgetisation/soiree")

# %% slideshow={"slide_type": "fragment"} bet="soiree"
invites = 20
presents = 15  # ← changez cette valeur : 10, puis 18, puis revenez à 15
soiree = line_costs(example_costs(invites, presents))
colonnes = ["libelle", "quantite", "unite", "cout_unitaire", "taxe", "taux_tva", "cout_ht", "cout_ttc"]
titre = f"La soirée : {soiree['cout_ht'].sum():,.0f} € HT".replace(",", " ")
bet_result("06_budgetisation/soiree", soiree["cout_ht"].sum(), show_table(soiree[colonnes], titre))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Passez de 15 à 18 présents : 5 890 €.
# Trois personnes de plus coûtent 240 € : seuls le traiteur et le cadeau suivent les présents.
# Les cartons suivent les **invités**, et la plupart des euros ne suivent **personne** : ce sont des coûts fixes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## HT ou TTC ?
#
# Un prix **TTC** contient la TVA, un prix **HT** non.
# L’entreprise récupère en général la TVA qu’elle paie : son budget se fait donc **HT**.
# Un devis de traiteur, lui, peut être écrit TTC.
#
# Combien coûte le traiteur HT, à 66 € TTC par personne et 10 % de TVA ?

# %% slideshow={"slide_type": "fragment"}
prix = 66  # euros TTC par personne
taux = 0.10  # ← changez cette valeur : 0.20, puis 0
traiteur = {"action": "Soirée", "libelle": "Traiteur", "quantite": 15, "cout_unitaire": prix,
            "taxe": "TTC", "taux_tva": taux}
ramene = line_costs(cost_lines([traiteur]))
show_table(ramene[["libelle", "quantite", "cout_unitaire", "cout_ht", "cout_ttc"]],
           "Un prix TTC, ramené HT")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 60 € par personne, 900 € en tout : on **divise** par 1,10.
# Retirer 10 % de 66 € donnerait 59,40 €, une erreur fréquente.
#
# Tout n’a pas de TVA : les heures de vos conseillers sont des salaires.
# Elles coûtent pourtant, même si personne n’envoie de facture.
# Dans l’exemple, 15 heures le soir et 5 heures au téléphone font 600 €.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Étaler ce qui dure
#
# La plus grosse ligne est celle des vitrines : 2 400 €.
# Mais elles serviront trois ans.
# Un coût de **mise en place** peut s’étaler : un tiers chaque année.
# Que coûte alors la soirée, la première année ?

# %% slideshow={"slide_type": "fragment"}
duree = 3  # ← changez cette valeur : 1, puis 5
etalee = example_costs(20, 15)
etalee.loc[etalee["libelle"].str.startswith("Vitrines"), "annees"] = duree
totaux = line_costs(etalee)[["cout_ht", "cout_annee_ht"]].sum()
show_table(pd.DataFrame([totaux]), f"Vitrines étalées, durée en années : {duree}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 4 050 € pour l’année, au lieu de 5 650 €.
# Les deux nombres sont vrais : 4 050 € disent ce que coûte **une** soirée, 5 650 € ce qu’il faut **payer** maintenant.
# N’étalez que ce qui resservira pour de bon, et dites-le sur la ligne.
# La leçon 7 jugera la soirée sur les deux.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Par client, mais lequel ?
#
# Diviser par le nombre de clients semble facile.
# Vingt sont **invités**, quinze sont **présents**.
# Supposons que quatre achètent : des **utilisateurs**, au sens fort.
# Du coût par invité au coût par acheteur, par combien multiplie-t-on ?

# %% slideshow={"slide_type": "fragment"}
acheteurs = 4  # ← changez cette valeur
qui = pd.DataFrame({"qui": ["invités", "présents", "acheteurs"], "beneficiaires": [20, 15, acheteurs]})
qui["cout_par_client"] = soiree["cout_annee_ht"].sum() / qui["beneficiaires"]
show_table(qui, "La même soirée, trois coûts par client (première année)")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 202,50 € par invité, 270 € par présent, 1 012,50 € par acheteur : cinq fois plus.
# Aucun n’est faux, mais le « 2 000 / 20 » du tableau ne veut rien dire tant que l’on ne sait pas **qui** l’on compte.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Tous les coûts de votre action
#
# **À vous (activité 2).**
# Choisissez un moyen de **votre plan**, une action à vous, ou une de l’exemple : que faudra-t-il payer ?
# Écrivez **tout**, une ligne par chose.
# Sans prix, un ordre de grandeur suffit.
#
# 1. Remplir comme dans un tableur : la touche de tabulation avance, « Entrée » descend, un bloc copié d’Excel se colle.
# 2. Dire qui en profite, et combien ils sont.
# 3. « Vérifier ma liste » : le cours pose des questions sur ce qui manque peut-être.

# %% slideshow={"slide_type": "fragment"}
couts = list_costs(choix.value["action"], key="mon_plan/couts")
couts

# %% [markdown] slideshow={"slide_type": "subslide"}
# Trois oublis reviennent toujours : le **temps** des équipes, ce qui se passe **après** l’action, et ce qu’il faut pour **mesurer** si elle a marché.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Chercher chaque prix
#
# Un prix sans source est une opinion.
# Pour chaque ligne, notez **d’où** il vient, **quand** vous l’avez lu, et ce qu’il vaut :
#
# - fiabilité **élevée** : devis, facture, grille de celui qui vend, barème officiel ;
# - **moyenne** : étude qui cite ses chiffres, moyenne d’un secteur ;
# - **faible** : souvenir, avis, page sans auteur ni date, assistant conversationnel.
#
# **Où chercher ?**
# Salaires et cotisations : le simulateur de l’Urssaf ; formation : un organisme déclaré ; impression, traiteur : deux devis pour **votre** quantité ; affranchissement : la grille de La Poste.
#
# **À vous.**
# Un nom de source ne suffit pas : qui parle, quand, et que vend-il ?

# %% slideshow={"slide_type": "fragment"}
sort_sentences("06_sources", key="06_budgetisation/sources")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Combien de lignes de notre exemple passeraient l’examen ?

# %% slideshow={"slide_type": "fragment"}
remarques = flag_lines(example_costs(), COURSE_DATE)
bilan = remarques.groupby("probleme", as_index=False).agg(lignes=("libelle", "size"))
show_table(bilan, "Ce que le budget signale", headings={"lignes": "Lignes de coût"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Aucune : neuf lignes, neuf fois sans source, sans date, sans fiabilité.
# C’est normal, ce sont des hypothèses.
# Un budget présenté ainsi serait refusé.
#
# **À vous (activité 3).**
# Cherchez d’abord le prix de vos **deux plus grosses** lignes ; les autres viendront après la leçon.
# Deux sources qui diffèrent ?
# Notez la plus sûre.
# Un prix vu il y a plus de deux ans est signalé.
# Vos lignes sont celles de l’activité 2 : un coût corrigé ici l’est aussi là-bas.
# Elles n’apparaissent pas ?
# Exécutez de nouveau la cellule.

# %% slideshow={"slide_type": "fragment"}
research_costs(couts)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un tableau, trois totaux
#
# Revenons au tableau des diapositives, et lisons ses deux nombres comme un coût total et des clients qui en profitent.
# C’est **une lecture** : le tableau ne le dit pas.
# Il ne dit pas non plus s’il est HT ou TTC ; nous le prenons HT.

# %% slideshow={"slide_type": "fragment"}
cas = load_case("marc_morel")
tableau = case_budget(cas)
par_client = cost_per_customer(tableau).dropna()
show_table(par_client, "Le tableau, ligne par ligne")

# %% [markdown] slideshow={"slide_type": "fragment"}
# 1 000 € par membre du programme VIP, 100 € par invité, 100 € par client d’une campagne.
# Et la remise ?
# 300 € pour **un** client, à côté d’une soirée pour vingt.
#
# Si les vingt invités utilisent la remise, que devient le total de 17 800 € ?

# %% slideshow={"slide_type": "fragment"}
show_table(case_readings(cas), "Trois totaux, un seul tableau", formats={"montant": "euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# - **17 800 €**, le tableau tel quel : il ajoute la remise d’une personne au coût de groupes.
# - **23 500 €** si les vingt invités utilisent la remise : 20 × 300 €, soit 6 000 € au lieu de 300 €.
# - **1 500 €** pour un client comme Marc, qui profite de tout.
#
# Montrez les trois, et dites ce que chacun compte.
# Reste une question : d’où viennent ces 300 € ?
# À 15 %, 300 € supposent un achat de 2 000 €.

# %% slideshow={"slide_type": "fragment"}
show_table(case_discounts(cas), "Quinze pour cent, mais de quel achat ? (tout est HT)",
           headings={"panier": "Achat (HT)", "remise": "Remise (HT)"},
           formats={"panier": "euros", "remise": "euros"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les deux pièces de Marc valent 2 350 € TTC en moyenne, donc 1 958,33 € HT : la remise serait de **293,75 € HT**, presque 300 €.
# S’il fallait lire le tableau TTC, elle serait de 352,50 €, et il manquerait 52,50 € : **écrivez HT ou TTC sur chaque tableau.**
#
# Et une remise n’est pas une facture.
# Elle abaisse la **marge** de chaque commande qui l’utilise, même de celles qui seraient venues sans elle.
# La leçon 7 la sortira donc du budget.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Additionner à chaque étage
#
# Action, sous-stratégie, stratégie, plan : un budget s’additionne d’étage en étage.
# Remplaçons la ligne « 2 000 » par nos neuf lignes.

# %% slideshow={"slide_type": "fragment"}
bet("06_budgetisation/zeros")

# %% slideshow={"slide_type": "fragment"} bet="zeros"
detaille = detail_actions(tableau, example_costs(20, 15))
etages = roll_up(detaille)[["niveau", "sous_strategie", "action", "cout_ht"]]
sous = etages[etages["niveau"] == "sous-stratégie"].sort_values("cout_ht")
bet_result("06_budgetisation/zeros", sous["sous_strategie"].iloc[0],
           show_table(etages, "Du plan à l’action", rows=14))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **21 450 €** : 17 800 − 2 000 + 5 650.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ce que le tableau oublie
#
# **À vous.**
# La formation, les rituels, le parcours et les offres groupées n’ont aucun coût.
# Chiffrez la formation, en trois ou quatre lignes : combien d’années profite-t-on d’une équipe formée ?
# Le reste peut attendre.
#
# Le bouton « Écrire mon budget en fichier Excel » crée un fichier Excel à côté de vos réponses ; ses totaux sont des formules.

# %% slideshow={"slide_type": "fragment"}
cost_left_out(couts)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Rapprochez maintenant votre total de l’enjeu de la leçon 5 : 32 839 € de chiffre d’affaires, si le plan ramène 12 clients de plus sur 100.
# Ce n’est pas encore un gain : il faut en retirer la TVA, puis ce que les pièces ont coûté, ne compter que les clients à qui l’on peut écrire, et vérifier que ces commandes ne seraient pas venues toutes seules.
# Le plan coûte-t-il plus qu’il ne rapporte ?
# C’est toute la question de la leçon 7.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Trois actions, une enveloppe
#
# Changeons de segment.
# Les « Bientôt dormants » s’éloignent doucement.
# Combien vaut, pour eux, un euro bien dépensé ?

# %% slideshow={"slide_type": "fragment"}
clients = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
joignables, sortent = contact_list(clients, "e-mail", on=COURSE_DATE, people=load_customers(),
                                   complaints=load_complaints(), contacts=load_contacts())
groupe = clients[clients["segment"] == "Bientôt dormants"]
reste = joignables[joignables["segment"] == "Bientôt dormants"]
portrait = pd.DataFrame([{"clients": len(groupe), "panier_moyen": groupe["panier_moyen"].mean(),
                          "joignables": len(reste)}])
show_table(portrait, "Bientôt dormants", headings={"joignables": "Que l’on peut contacter"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# 130 clients, un panier moyen de 115 €, et 100 personnes à qui l’on peut écrire : les 30 autres ont refusé, attendent une réponse à leur réclamation ou ont reçu assez de messages.
# Une soirée à 200 € par invité n’a aucun sens ici.
#
# **À vous.**
# Une enveloppe de 1 500 € HT, trois actions du catalogue de la leçon 4, vos coûts.
# « Clients touchés » ne dépasse pas ceux que l’on peut contacter ; « coût fixe » est ce que l’on paie une fois, quel que soit le nombre de clients.

# %% slideshow={"slide_type": "fragment"}
envelope_chooser(joignables, "Bientôt dormants", envelope=1500, key="06_budgetisation/enveloppe")

# %% [markdown] slideshow={"slide_type": "subslide"}
# 1 500 € pour 100 clients, c’est 15 € chacun : environ un huitième d’un panier.
# La contrainte aide à choisir.
# Elle écarte ce qui coûte par personne, et favorise ce qui sert à tous : corriger un défaut, écrire juste, écouter.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Et au supermarché ?
#
# La soirée coûte 202,50 € par invité : qu’est-ce, dans chaque commerce ?

# %% slideshow={"slide_type": "fragment"}
bet("06_budgetisation/passages")

# %% slideshow={"slide_type": "fragment"} bet="passages"
lignes = []
for nom, donnees in (("Maison Orsenne (€)", "orsenne"), ("Supermarché ($)", "complete_journey")):
    foyers = rfm_table(load_orders(donnees), **dataset_columns(donnees))
    achat = foyers["montant_total"].sum() / foyers["frequence"].sum()
    lignes.append({"Commerce": nom, "Achat moyen": achat, "Achats pour 202,50": 202.5 / achat})
bet_result("06_budgetisation/passages", lignes[1]["Achats pour 202,50"],
           show_table(pd.DataFrame(lignes), "Ce que vaut une place à la soirée"))

# %% [markdown] slideshow={"slide_type": "fragment"}
# La méthode reste ; c’est l’action qui casse.
# Et ne mêlez pas dollars et euros dans un budget.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - La première action répond à **ce qui a fait partir** le client, et s’argumente.
# - Une action se décompose en lignes : quantité × coût unitaire, **HT ou TTC**.
# - De TTC à HT, on **divise** par 1 + le taux de TVA.
# - Un coût par client nomme ses clients : invités, présents ou utilisateurs.
# - 17 800 €, 23 500 €, 1 500 € : dites toujours **ce que** vous comptez.
# - Un prix a une source, une date, une fiabilité ; un total, toutes ses lignes.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("06_budgetisation")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("06_budgetisation")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Vous savez ce que coûte une action.
# La leçon 7, [Rentabiliser : marge, seuil, remise, ROI](07_rentabilite.ipynb), demande ce qu’elle **rapporte** : la marge des commandes qu’elle ajoute, et seulement de celles-là.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 6](../exercises/06_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### Partager un coût entre deux actions
#
# Les vitrines serviront aussi aux offres groupées ?
# `share_line` partage la ligne en parts égales, et chaque part le dit.
# La somme ne change pas d’un centime.

# %% slideshow={"slide_type": "skip"}
partagees = share_line(example_costs(), "Vitrines, à réutiliser", ["Soirée privée", "Offres groupées"])
parts = line_costs(partagees).query("parts > 1")
show_table(parts[["action", "libelle", "part", "parts", "cout_ht"]], "Une ligne, deux actions",
           headings={"part": "Part", "parts": "Sur"}, formats={"part": "number"})

# %% [markdown] slideshow={"slide_type": "skip"}
# ### La même addition avec pandas
#
# Un étage du budget est un regroupement : `groupby` réunit les lignes d’une action, `sum` les additionne.
# `line_costs` compte en centimes entiers, pour que les totaux concordent.

# %% slideshow={"slide_type": "skip"}
lignes_plan = line_costs(detaille.lines)
par_action = lignes_plan.groupby("action", as_index=False)["cout_ht"].sum()
show_table(par_action.sort_values("cout_ht", ascending=False), "Les coûts par action, avec pandas")

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Continuer dans Excel, puis revenir
#
# Après « Écrire mon budget en fichier Excel », complétez la feuille « Lignes » dans votre tableur.
# Pour relire le fichier et recalculer ses totaux, écrivez dans une cellule `from rfm_helpers import read_budget`, puis `roll_up(read_budget("../exercises/reponses/06_budget.xlsx"))`.
