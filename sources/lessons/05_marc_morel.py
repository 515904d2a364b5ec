# %% [markdown] slideshow={"slide_type": "slide"}
# # Étude de cas : Marc Morel
#
# Mardi, 10 heures.
# Une conseillère de la Maison Orsenne ouvre la liste « À ne pas perdre » de la leçon 4.
# Un nom l’arrête : Marc Morel.
# Un sac, une montre, et plus rien depuis dix-huit mois.
#
# Une collègue propose une invitation, une autre 15 % de remise.
# **Que faut-il à Marc pour qu’il revienne ?
# Et combien de clients lui ressemblent ?**

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. retrouver un client dans les données et lire son code, sur cinq niveaux comme sur quatre ;
# 2. poser un diagnostic : points forts, points à améliorer, et ce que les données ne disent pas ;
# 3. trouver le segment visé par une stratégie, le compter, et fixer un objectif qui mesure l’effet ;
# 4. relier des actions aux scores qu’elles font bouger ;
# 5. relire une stratégie publiée, et la comparer à la vôtre.
#
# **Durée :** 55 minutes.
# **Avant :** la leçon 4, [Des scores aux segments](04_segmentation.ipynb).
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, assign_segments, benchmark, bet, bet_balance, bet_result, both_levels,
    compare_dates, compare_strategies, contact_list, dataset_columns, describe_groups, judge_aim,
    load_case, load_complaints, load_contacts, load_customers, load_orders, load_products,
    load_stores, match_actions, orders_until, own_segment, people_needed, plan_summary,
    purchase_cycle, quiz, revenue_at_stake, rfm_table, same_target, score_cuts, score_rfm,
    show_table, sort_sentences,
)

import pandas as pd

print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un client, quatre commandes
#
# Les diapositives du cours présentent Marc en cinq lignes.
# Retrouvons-le dans les fichiers de la maison.

# %% slideshow={"slide_type": "fragment"}
personnes = load_customers()
fiche = personnes[personnes["client_id"] == "C-0360"]
colonnes = ["prenom", "nom", "age", "profession", "region", "canal_recrutement", "consentement"]
show_table(fiche[colonnes], "Qui est Marc")

# %% slideshow={"slide_type": "fragment"}
commandes = load_orders()
details = commandes.merge(load_products(), on="produit_id").merge(load_stores(), on="boutique_id")
achats = details[details["client_id"] == "C-0360"]
colonnes = ["date_achat", "produit", "montant", "remise", "canal", "boutique"]
show_table(achats[colonnes], "Ce qu’il a acheté")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Les diapositives ne citent que le sac et la montre : 4 700 €.
# Les fichiers ajoutent deux passages à l’atelier, un entretien du cuir et un bracelet de montre : **quatre commandes, 4 950 €**, et pas une remise.
#
# Regardez aussi la dernière colonne : trois fois Rive droite, puis Rive gauche.
# Nous y reviendrons.

# %% slideshow={"slide_type": "fragment"}
bet("05_marc_morel/sans_atelier")

# %% slideshow={"slide_type": "fragment"} bet="sans_atelier"
table = rfm_table(commandes, as_of=COURSE_DATE)
deux_pieces = commandes[(commandes["client_id"] != "C-0360") | (commandes["montant"] > 1000)]
essai = score_rfm(rfm_table(deux_pieces, as_of=COURSE_DATE), levels=5)
marc = essai[essai["client_id"] == "C-0360"]
bet_result("05_marc_morel/sans_atelier", marc["F"].iloc[0],
           show_table(marc, "Marc, sans ses passages à l’atelier"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lire 2-4-4
#
# Calculons ses scores sur toutes ses commandes.
# **Changez le nombre de niveaux** : son code reste-t-il le même ?

# %% slideshow={"slide_type": "fragment"}
niveaux = 5  # ← changez cette valeur : 4, puis revenez à 5
scores = score_rfm(table, levels=niveaux)
show_table(scores[scores["client_id"] == "C-0360"], f"Marc sur {niveaux} niveaux")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Ce que disent ses scores, sur cinq et sur quatre niveaux.
cas = load_case("marc_morel")
lectures = pd.DataFrame([
    {"Niveaux": lus.levels, "Score": f"{lettre} {getattr(lus, lettre)}", "Lecture": lus.reading[lettre]}
    for lus in cas.scores for lettre in "RFM"
])
show_table(lectures, "Le même client, deux échelles")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **244 sur cinq niveaux, 234 sur quatre** : le même client, le même jour.
# Un code se lit toujours avec son nombre de niveaux.
# Où passent les limites de ses scores ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les bornes du score de Marc, sur chaque échelle.
sur_cinq, sur_quatre = score_rfm(table, levels=5), score_rfm(table, levels=4)
bornes = pd.concat(
    score_cuts(echelle).assign(niveaux=n).merge(
        pd.DataFrame({"dimension": list("RFM"), "score": [int(c) for c in code]}))
    for echelle, n, code in ((sur_cinq, 5, "244"), (sur_quatre, 4, "234")))
pires = {"R": (table["recence"] > 550).mean(), "F": (table["frequence"] < 4).mean(),
         "M": (table["montant_total"] < 4950).mean()}
bornes["part_pires"] = bornes["dimension"].map(pires)
show_table(bornes[["niveaux", "dimension", "score", "de", "a", "clients", "part_pires"]],
           "Les groupes où Marc se trouve", formats={"part_pires": "share"},
           headings={"niveaux": "Niveaux", "part_pires": "Font moins bien que Marc"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# Sur cinq niveaux, F 4 réunit quatre ou cinq commandes.
# Sur quatre niveaux, quatre commandes ne donnent que F 3, et F 4 en demande cinq.
# Marc n’a pas changé, la règle a changé.
#
# Sur 100 clients, 68 commandent moins souvent que lui, 78 dépensent moins, mais 67 sont venus plus récemment (32 seulement se taisent depuis plus longtemps).
# **Un bon client, autrefois.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Votre diagnostic
#
# **À vous.**
# Avant de lire celui des diapositives, posez le vôtre.
# Voici neuf phrases sur Marc.
# Pour chacune, choisissez : un point fort, un point à améliorer, ou une chose que les données ne disent pas.
# Remontez lire les tableaux aussi souvent que vous voulez, puis vérifiez.
# Une phrase peut admettre deux réponses.

# %% slideshow={"slide_type": "fragment"}
sort_sentences("05_diagnostic", key="05_marc_morel/diagnostic")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Votre diagnostic est posé ?
# Voici celui des diapositives, redit par nous.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Le diagnostic des diapositives.
points = [("Point fort", texte) for texte in cas.strengths]
points += [("À améliorer", texte) for texte in cas.to_improve]
show_table(pd.DataFrame(points, columns=["Rubrique", "Diagnostic"]), "Forces et progrès possibles")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Retenez l’ordre : son score le plus bas est **R**.
# On ne vend pas un deuxième sac à quelqu’un qui ne vient plus.
#
# Mais R dit **quand** Marc est parti, pas **pourquoi**.
# Une remise répondrait à « c’était trop cher » ; or il a toujours payé le prix affiché.
# Cherchons la cause avant le remède.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Pourquoi Marc se tait
#
# Un autre fichier garde les réclamations, un troisième les messages envoyés.
# Que s’est-il passé entre la montre et le bracelet ?

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Tout ce qui est arrivé à Marc de mai à juillet 2024, dans l’ordre.
plaintes, messages = load_complaints(), load_contacts()
sienne = plaintes[plaintes["client_id"] == "C-0360"].iloc[0]
reponse = sienne["date_reclamation"] + pd.Timedelta(days=sienne["delai_reponse_jours"])
recus = messages[messages["client_id"] == "C-0360"]
journal = [(a.date_achat, "achat", f"{a.produit}, {a.boutique}") for a in achats.itertuples()]
journal += [(m.date_contact, m.canal_contact, m.campagne) for m in recus.itertuples()]
journal += [(sienne["date_reclamation"], "réclamation", sienne["motif"]),
            (reponse, "réponse", "47 jours plus tard")]
journal = pd.DataFrame(journal, columns=["Date", "Quoi", "Détail"]).sort_values("Date")
show_table(journal[journal["Date"].between("2024-05-01", "2024-07-31")], "Marc, de mai à juillet 2024")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Le 25 mai, Marc achète une montre à 3 200 €.
# Le 3 juin, il se plaint de l’accueil.
# On lui répond le 20 juillet, **47 jours plus tard**.
# Entre-temps, trois messages partent tout seuls, dont une invitation à la vente privée.
# Et le bracelet ?
# Il est allé le chercher **dans une autre boutique**.
# C’est sa dernière commande.
#
# Il veut donc encore quelque chose de la maison, et il évite une boutique : c’est un indice, qui désigne l’accueil plutôt que l’envie.
# Un seul client ne prouve rien ; est-il un cas isolé ?
# Comptons, par boutique, les commandes suivies d’une plainte sur l’accueil.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les commandes passées en boutique, et celles qu’une plainte sur l’accueil a suivies.
visites = commandes.groupby(["client_id", "commande_id", "boutique_id", "canal"], as_index=False).agg(
    jour=("date_achat", "min"), total=("montant", "sum"))
visites = visites[visites["total"].round(2) > 0].merge(load_stores(), on="boutique_id")
accueil = plaintes[plaintes["motif"] == "Accueil en boutique"]
visites["plainte"] = visites["commande_id"].isin(accueil["commande_id"])
en_boutique = visites[visites["canal"] == "boutique"]

# %% slideshow={"slide_type": "fragment"}
annee = 2024  # ← changez cette valeur : 2023 ou 2025, puis revenez à 2024
jours = en_boutique["jour"].dt
saison = en_boutique[(jours.year == annee) & jours.month.between(4, 9)].copy()
par_boutique = saison.groupby("boutique", as_index=False).agg(
    commandes=("commande_id", "size"), plaintes=("plainte", "sum"), part=("plainte", "mean"))
show_table(par_boutique, f"D’avril à septembre {annee}", headings={
    "commandes": "Commandes", "plaintes": "Plaintes sur l’accueil", "part": "Part"},
    formats={"part": "share"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# En six mois de 2024, **76 plaintes pour 278 commandes** à Paris Rive droite : plus d’une sur quatre.
# Ailleurs, il n’y en a pas eu une seule.
# Changez l’année : un an avant comme un an après, il n’y a presque rien.
# C’est donc un accident local, que la moyenne de la maison cachait.

# %% slideshow={"slide_type": "fragment"}
bet("05_marc_morel/plaignants")

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# D’avril à septembre 2024, et un an plus tôt : la dernière visite de chaque client, selon ce qu’elle a été.
saisons = en_boutique[jours.month.between(4, 9) & jours.year.isin([2023, 2024])].copy()
saisons["an"], saisons["groupe"] = saisons["jour"].dt.year, "3. Autres boutiques"
saisons.loc[saisons["boutique_id"] == "B-01", "groupe"] = "2. Rive droite, sans plainte"
saisons.loc[saisons["plainte"], "groupe"] = "1. Rive droite, avec plainte"
plaignants = saisons.groupby(["an", "client_id"])["plainte"].transform("any")
gardees = saisons[saisons["plainte"] | ~plaignants]
dernieres = gardees.groupby(["an", "groupe", "client_id"], as_index=False)["jour"].max()

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="plaignants"
# Ont-ils commandé dans l’année ? (En 2023, il n’y a que deux plaignants : leur case reste vide.)
suite = dernieres.merge(visites[["client_id", "jour"]].rename(columns={"jour": "apres"}))
suite["revenu"] = (suite["apres"] - suite["jour"]).dt.days.between(1, 365)
suite = suite.groupby(["an", "groupe", "client_id"], as_index=False)["revenu"].max()
parts = suite.groupby(["groupe", "an"])["revenu"].agg(["size", "mean"]).unstack()
parts = parts["mean"].where(parts["size"] > 10).assign(clients=parts["size"][2024])
retours = parts[["clients", 2024, 2023]].rename(columns={2024: "part_2024", 2023: "part_2023"})
titres = {"groupe": "Visite, d’avril à septembre", "clients": "Clients en 2024",
          "part_2024": "Reviennent, en 2024", "part_2023": "Reviennent, en 2023"}
bet_result("05_marc_morel/plaignants", 100 * retours["part_2024"].iloc[0],
           show_table(retours.reset_index(), "Qui commande de nouveau dans l’année ?", headings=titres))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Lisez la ligne du milieu : sans plainte, 47 % seulement sont revenus à Rive droite.
# Un an plus tôt, 69,6 % revenaient, plutôt mieux qu’ailleurs (65,4 %) : vingt-deux points ont disparu.
# Beaucoup de déçus ne se plaignent pas, **ils se taisent**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Le segment que l’on vise
#
# Une stratégie ne s’écrit pas pour un seul client.
# Les diapositives visent des clients venus il y a longtemps, au panier élevé, à la **fréquence moyenne**.
# Traduisons sur cinq niveaux : R au plus 2, M au moins 4, et F 3, le score du milieu.
#
# Combien de clients ?
# Marc en est-il ?

# %% slideshow={"slide_type": "fragment"}
frequence = [3]  # ← changez cette valeur, en gardant les crochets : [4], puis [3, 4]
cible = sur_cinq[(sur_cinq["R"] <= 2) & sur_cinq["F"].isin(frequence) & (sur_cinq["M"] >= 4)]
bilan = pd.DataFrame([{
    "clients": len(cible), "part_clients": len(cible) / len(sur_cinq),
    "montant_total": cible["montant_total"].sum(),
    "part_ca": cible["montant_total"].sum() / sur_cinq["montant_total"].sum(),
    "Avec Marc ?": "oui" if "C-0360" in set(cible["client_id"]) else "non",
}])
show_table(bilan, f"R au plus 2, F parmi {frequence}, M au moins 4")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Avec F 3, 45 clients, et **Marc n’en est pas** : la stratégie écrite pour lui ne le vise pas !
# Avec F 4, 70 clients, dont Marc.
# Sur cinq niveaux, F 4 n’est pas une fréquence moyenne.
# Gardons les deux, F 3 et F 4 : une bonne fréquence, qui peut encore monter.

# %% slideshow={"slide_type": "fragment"}
cible = sur_cinq[(sur_cinq["R"] <= 2) & sur_cinq["F"].isin([3, 4]) & (sur_cinq["M"] >= 4)]
segments = assign_segments(sur_quatre)[["client_id", "segment"]]
noms = cible.merge(segments).groupby("segment", as_index=False).agg(
    clients=("client_id", "size"), montant_total=("montant_total", "sum"),
    recence_mediane=("recence", "median"),
    plaints=("client_id", lambda ids: ids.isin(accueil["client_id"]).sum()))
show_table(noms, f"Les {len(cible)} clients de la cible, et leur segment sur quatre niveaux",
           headings={"plaints": "Se sont plaints de l’accueil"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# **115 clients**, 3,8 % de la base, ont apporté 623 788 € TTC, soit 5,7 % du chiffre d’affaires.
# Leur panier moyen est de 1 402 €.
# Les deux tiers (76) sont des « À ne pas perdre », et 17 se sont plaints de l’accueil.
# À ceux-là, on présente d’abord des excuses.
#
# Et chez vous ?
# Si vous avez préparé un fichier en leçon 2, voici qui y tient la place de Marc.

# %% slideshow={"slide_type": "skip"}
own_segment("À ne pas perdre")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un objectif qui mesure l’effet
#
# Les diapositives veulent ramener Marc (R) et lui donner envie de venir plus souvent (F).
# Combien, et pour quand ?
# Écrivons : « faire commander en 2026 **un client sur quatre** de la cible ».
#
# Est-ce ambitieux ?
# L’idée simple : appliquer la règle un an plus tôt, et compter qui a commandé en 2025.
#
# ### Est-ce la même cible ?
#
# **À vous.**
# Avant d’utiliser un chiffre, dites ce qui diffère.

# %% slideshow={"slide_type": "fragment"}
regle = "R <= 2 and F in [3, 4] and M >= 4"
avant = score_rfm(rfm_table(orders_until(commandes, "2024-12-31"), as_of="2024-12-31"), levels=5)
deux_cibles = {"Fin 2024, achats depuis janvier 2023": avant.query(regle),
               "Fin 2025, achats depuis janvier 2023": cible}
same_target(deux_cibles, key="05_marc_morel/meme_cible")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Presque le même nombre de clients, et ce ne sont pas les mêmes.
# Le fichier commence en janvier 2023 : fin 2024, on ne voit que deux ans d’achats, et fin 2025, trois.
# Les bornes des scores ont bougé avec la fenêtre.
#
# Jusqu’ici, nous ne comparions rien à une autre date, et les trois ans nous allaient bien.
# Pour comparer, il faut **la même durée d’historique** et **les mêmes bornes** : vingt-quatre mois de chaque côté, et les bornes de 2024-2025.
#
# Combien sur 100 ont commandé en 2025, sans que l’on fasse rien de particulier ?

# %% slideshow={"slide_type": "fragment"}
deux_dates = compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24, levels=5)
meme_cible = deux_dates.query(regle)
repere = benchmark(meme_cible)
print(repere)
show_table(describe_groups(meme_cible), "La même règle, la même fenêtre, les mêmes bornes")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Cette fois, les deux groupes se ressemblent : deux à quatre commandes chacun, un panier voisin, un silence de quatorze à seize mois.
# Sur deux ans, la cible compte **158 clients**, et Marc en est toujours.
# (La dernière colonne compte les retours d’achats antérieurs à la fenêtre : on les laisse de côté avec l’achat, sinon ils rendraient des totaux négatifs.)
#
# Un an plus tôt, **30 sur 100** ont commandé tout seuls.
# Mais cent clients, c’est peu : le même calcul, sur cent autres, aurait pu donner 22 % ou 40 %.
# Un repère se lit avec son **intervalle**.
#
# **À vous.**
# Jugez plusieurs objectifs.

# %% slideshow={"slide_type": "fragment"}
vise = 0.25  # ← changez cette valeur : 0.15, 0.35, 0.42, puis 0.90
quatre = assign_segments(compare_dates(commandes, ["2024-12-31", "2025-12-31"], months=24))
champions = benchmark(quatre[quatre["segment"] == "Champions"])
print(judge_aim(repere, vise, best=champions))

# %% [markdown] slideshow={"slide_type": "subslide"}
# À 25 %, on ne sait pas.
# À 35 % non plus, et c’est une réponse : **notre repère est trop imprécis** pour dire si 35 % est ambitieux.
# À 15 %, on fêterait ce qui arrive tout seul ; à 90 %, on promettrait à des silencieux l’assiduité des Champions.
#
# Visons **42 %**, juste au-dessus de l’intervalle.
# Un objectif a donc **trois nombres**.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les trois nombres de l’objectif, pour la cible d’aujourd’hui.
aujourdhui = meme_cible[meme_cible["date"] == "2025-12-31"]
trois = pd.DataFrame({
    "Nombre": ["Aujourd’hui", "Sans nous", "Visé"],
    "Ce qu’il compte": ["ont commandé en 2025", "commanderaient en 2026", "auront commandé en 2026"],
    "Part": [(aujourdhui["recence"] < 365).mean(), repere.share, cas.measurable.to_value],
    "Intervalle": ["", repere.range_text, ""]})
show_table(trois, "Un objectif, trois nombres", formats={"Part": "share"})

# %% [markdown] slideshow={"slide_type": "subslide"}
# « De 17 % à 42 % » mettrait à notre crédit ceux qui reviennent seuls.
# L’effet se mesure sur l’écart entre les deux derniers nombres : **12 points**, de 30 à 42 %.
# C’est une hypothèse.
#
# Que valent ces 12 points, si chacun de ces clients passe une commande de plus, à son panier moyen ?

# %% slideshow={"slide_type": "fragment"}
ecart = 0.12  # ← changez cette valeur : 0.05 si 35 % commandent, au lieu de 42 %
enjeu = revenue_at_stake(aujourdhui.assign(segment="La cible"), ecart)
assez = people_needed(repere.share, repere.share + ecart)
print(f"Pour distinguer cet écart du hasard : au moins {assez} invités, et autant de témoins.")
show_table(enjeu[["clients", "panier_moyen", "part_qui_reagit", "chiffre_affaires_en_jeu"]],
           "Ce qui est en jeu", headings={"part_qui_reagit": "Reviennent en plus",
           "chiffre_affaires_en_jeu": "Chiffre d’affaires en jeu"},
           formats={"chiffre_affaires_en_jeu": "whole_euros"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# Dix-neuf clients de plus, **32 839 €** de chiffre d’affaires : une hypothèse, à montrer comme telle.
# C’est un montant TTC, pas une marge, et tous ne peuvent pas être sollicités : la leçon 7 en tiendra compte.
#
# Pour savoir si c’est grâce à vous, gardez un **groupe témoin**.
# Il faudrait au moins 123 invités et 123 témoins, et la cible n’a que 158 clients ; pour 5 points, il en faudrait 675 de chaque côté.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quatre sous-stratégies, huit actions
#
# La stratégie des diapositives se partage en quatre sous-stratégies et huit actions.
#
# **À vous.**
# Cochez le ou les scores que chacune fait bouger : R si elle fait **revenir**, F si elle fait revenir **souvent**, M si elle fait **dépenser plus**.
# Plusieurs réponses se défendent.

# %% slideshow={"slide_type": "fragment"}
match_actions(key="05_marc_morel/actions")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Deux choses sont à remarquer.
# Un effet appartient à la **sous-stratégie** entière, et peut toucher deux scores : les ventes croisées maintiennent M et haussent un peu F.
# Et trois sous-stratégies sur quatre donnent une raison d’acheter ; une seule répond à **ce qui a fait partir Marc**.
# Laquelle ?
# Gardez votre réponse : le quiz la vérifiera, et la leçon 6 commence par là.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Votre stratégie et la leur
#
# **À vous.**
# Écrivez **votre plan** pour Marc et ses semblables ; votre brouillon de la leçon 1 est repris.
# Visez un segment, cette cible, ou une règle à vous.
# Les deux énoncés sont jugés sur les mêmes critères, et sur les deux dernières années : un objectif compare deux dates.
# Pour chacun, dites lequel vous gardez.

# %% slideshow={"slide_type": "fragment"}
les_deux = both_levels(quatre, deux_dates)
hier, clients = (les_deux[les_deux["date"] == jour] for jour in ("2024-12-31", "2025-12-31"))
compare_strategies(clients, deux_dates[deux_dates["date"] == "2025-12-31"], past=hier,
                   cycle_days=purchase_cycle(commandes), key="mon_plan/strategie")

# %% [markdown] slideshow={"slide_type": "subslide"}
# La stratégie des diapositives nomme un problème, une cible et des moyens, mais son objectif n’a ni indicateur, ni valeurs, ni date.
# Le nôtre en a : la part des clients de la cible qui ont commandé depuis un an est de 17 % aujourd’hui, elle serait de 30 % sans nous, et nous visons 42 % au 31 décembre 2026.
# Vous aviez mieux ?
# Gardez-le : votre conclusion est enregistrée.
#
# Voici votre plan, l’exemple à côté : la leçon 6 chiffrera vos moyens, la leçon 7 dira ce qu’ils rapportent.
# Exécutez de nouveau la cellule après chaque changement.

# %% slideshow={"slide_type": "skip"}
plan_summary()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Relire les diapositives
#
# Un support de cours se relit comme une grille de segments.
# Voici le budget qui accompagne la stratégie.
# Trois lignes sur quatre donnent un montant, puis, semble-t-il, un nombre de clients.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Le tableau du budget, tel que le donnent les diapositives.
lignes = [
    {"Action": ligne.label, "Coût (€)": ligne.written, "Scores": ", ".join(ligne.scores)}
    for ligne in cas.table.rows
]
show_table(pd.DataFrame(lignes), "Le budget des diapositives")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **À vous.**
# Huit affirmations des diapositives, redites par nous.
# Trois tiennent.
# Lesquelles faut-il corriger ?

# %% slideshow={"slide_type": "fragment"}
sort_sentences("05_lapsus", key="05_marc_morel/relecture")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deuxième terrain : The Complete Journey
#
# Y a-t-il des Marc Morel au supermarché ?
#
# Appliquons-y la règle de la cible.

# %% slideshow={"slide_type": "fragment"}
bet("05_marc_morel/foyers")

# %% slideshow={"slide_type": "fragment"} bet="foyers"
mots = dataset_columns("complete_journey")
lues = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
courses = load_orders("complete_journey", lues)
foyers = compare_dates(courses, ["2017-06-30", "2017-12-31"], months=6, levels=5,
                       horizon_days=30, **mots).query(regle)
traits = ["date", "clients", "recence_mediane", "commandes"]
au_mois = benchmark(foyers)
bet_result("05_marc_morel/foyers", 100 * au_mois.share, str(au_mois),
           show_table(describe_groups(foyers)[traits], "La cible, au supermarché, sur six mois",
                      headings={"clients": "Foyers"}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Une règle trouve toujours quelqu’un : mesurez qui revient seul.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Un code se lit avec son nombre de niveaux : Marc, 244 sur cinq, 234 sur quatre.
# - Un diagnostic dit aussi **ce que les données ne disent pas**.
# - Les scores disent quand ; les réclamations, pourquoi.
# - Deux dates se comparent sur **la même fenêtre**, avec **les mêmes bornes**.
# - Un objectif a trois nombres : 17 % aujourd’hui, 30 % sans nous (de 22 à 40 %), 42 % visés.
# - Un effet appartient à une sous-stratégie ; le remède répond à la cause.

# %% slideshow={"slide_type": "fragment"} bet="bilan"
bet_balance("05_marc_morel")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"}
quiz("05_marc_morel")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# Huit actions, et une seule enveloppe.
# La leçon 6, [Budgétiser : de l’action à ses coûts](06_budgetisation.ipynb), choisit la première, liste ce qu’elle coûte, et chiffre ce que le tableau des diapositives oublie.
#
# **Avant de continuer, entraînez-vous** : [les exercices de la leçon 5](../exercises/05_exercices.ipynb).

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Pour aller plus loin (facultatif)
#
# ### « Panier moyen » ou montant total ?
#
# Les diapositives lisent M comme un panier moyen : c’est la variante RFA de la leçon 3.
# Qu’est-ce que cela change pour Marc, et pour sa cible ?

# %% slideshow={"slide_type": "skip"}
essais = []
for niveaux in (5, 4):
    for mesure, nom in (("montant_total", "montant total"), ("panier_moyen", "panier moyen")):
        notes = score_rfm(table, levels=niveaux, monetary=mesure)
        code = notes.loc[notes["client_id"] == "C-0360", "code_rfm"].item()
        vises = notes.query("R <= 2 and F in (3, 4) and M >= 4") if niveaux == 5 else []
        essais.append({"Niveaux": niveaux, "M mesure": nom, "code_rfm": code,
                       "Clients visés": len(vises) or "–"})
show_table(pd.DataFrame(essais), "Le code de Marc et sa cible, selon ce que M mesure")

# %% [markdown] slideshow={"slide_type": "skip"}
# Sur cinq niveaux, rien ne change : 244 dans les deux cas.
# Sur quatre, 234 devient 233.
# La cible, elle, passe de 115 clients à 84 si M est le panier moyen.
# Dites toujours ce que M mesure.
#
# ### Un rendez-vous déjà inscrit
#
# Une montre se fait réviser environ deux ans après l’achat.
# Dans la cible, combien de révisions tombent en 2026, et chez combien de clients ?

# %% slideshow={"slide_type": "skip"}
montres = details[details["categorie"].eq("Horlogerie") & (details["montant"] > 0)]
montres = montres[montres["client_id"].isin(cible["client_id"])]
montres = montres.assign(revision=montres["date_achat"] + pd.DateOffset(months=24))
bientot = montres[montres["revision"].between("2026-01-01", "2026-12-31")]
utiles = ["client_id", "produit", "date_achat", "revision"]
combien = bientot["client_id"].nunique()
joignables, _ = contact_list(bientot, "courrier", on=COURSE_DATE, people=personnes,
                             complaints=load_complaints(), contacts=load_contacts())
show_table(joignables[utiles].sort_values("revision"), rows=6,
           caption=f"Révisions attendues en 2026 : {combien} clients, "
                   f"dont {joignables['client_id'].nunique()} à qui l’on peut écrire",
           headings={"revision": "Révision attendue"})

# %% [markdown] slideshow={"slide_type": "skip"}
# 56 révisions en 2026, chez 39 clients, et celle de Marc tombe le 25 mai : une raison de lui écrire qui ne vend rien, à condition que l’accueil ait changé d’ici là.
# On peut écrire à 27 de ces clients, dont Marc.
# Les diapositives n’y pensent pas.
# Et votre stratégie ?
