# %% [markdown] slideshow={"slide_type": "slide"}
# # Le projet final
#
# La directrice vous reçoit dix minutes.
# « Vous connaissez mes clients, vous avez appris à compter.
# Alors : **une** stratégie, pour qui, à quel prix, et pourquoi devrais-je signer ? »
#
# Une marque, des données, un budget, un exposé : tout ce que vous avez appris sert ici, et dans cet ordre.

# %% [markdown] slideshow={"slide_type": "slide"}
# **À la fin, vous saurez :**
# 1. conduire un projet en six étapes, de l’analyse à l’exposé ;
# 2. reconnaître ce qui est mince, et ce qui se contredit ;
# 3. donner à un objectif et à un retour les chiffres qui les rendent crédibles ;
# 4. lire votre travail comme un jury.
#
# **Durée :** 30 minutes, puis votre projet.
# **Avant :** les leçons 1 à 8.
# Exécutez chaque cellule (Maj + Entrée) ; devant une flèche ←, changez la valeur et exécutez de nouveau.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# Les outils de la leçon. Exécutez cette cellule en premier.
from rfm_helpers import (
    COURSE_DATE, bet, bet_balance, bet_result, break_even, campagne, incremental_margin, judge_aim,
    load_complaints, load_contacts, load_customers, load_orders, quiz, read_project_example, roi,
    show_table, simulate_roi, sort_sentences, window_orders,
)
from rfm_helpers.analysis.project.facts import campaign_start, project_customers, project_facts
from rfm_helpers.catalog.assessment import load_assessment
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.french.numbers import euros, number, percent

import pandas as pd

commandes = load_orders()
envoi = {"people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts()}
VISES = "À ne pas perdre"
print("La boîte à outils est ouverte.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Six étapes, une chaîne
#
# Voici ce que l’on vous demande (diapositives, « Instructions pour le travail final »), et la leçon qui y prépare.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les six étapes, dans l’ordre des instructions.
lecons = ["2, 3, 4", "5", "1, 5", "6, 7, 8", "12", "12"]
questions = ["Que disent mes données ?", "Qui sommes-nous, face à qui ?", "Que changer, chez qui, de combien ?",
             "Que fait-on, que coûte-t-il, que rapporte-t-il ?", "Dans quel ordre le dire ?",
             "Comment le dire en dix minutes ?"]
etapes = pd.DataFrame({"Étape": [une.title for une in load_final_project().steps],
                       "Sa question": questions, "Leçons": lecons})
show_table(etapes, "Les six étapes du projet")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un bon projet est une **chaîne** : un chiffre des données mène à un segment, le segment à une stratégie, la stratégie à un score à faire monter, le score à une action, l’action à un coût, le coût à un retour.
#
# Qu’un maillon manque, et le projet est **incomplet**.
# Que deux maillons ne se tiennent pas, et il se **contredit** : une action qui vise F, sous une stratégie qui ne parle que de R ; un segment sans budget ; une liste qui appelle ceux qui ont refusé.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Un projet pas à pas
#
# Prenons la Maison Orsenne, et suivons la chaîne.
#
# ### L’analyse : des réglages, et leurs raisons
#
# La date est celle du fichier, le 31 décembre 2025.
# Sur quelle durée regarder ?

# %% slideshow={"slide_type": "fragment"}
mois = 24  # ← changez cette valeur : 12, puis 36
scores = project_customers(commandes, as_of=COURSE_DATE, months=mois)
vises = scores[scores["segment"] == VISES]
part = vises["montant_total"].sum() / scores["montant_total"].sum()
print(f"Sur {mois} mois : {number(len(scores))} clients, dont {len(vises)} « {VISES} »,",
      f"qui font {percent(part, 1)} du chiffre d’affaires ;",
      f"récence médiane : {vises['recence'].median():.0f} jours.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# De 12 à 36 mois, le segment passe de 104 à 206 clients, et sa récence médiane de 142 à 546 jours.
# **12 mois** suffiraient aux habitués (trois fois sur quatre, on recommande dans les 98 jours), mais perdraient un tiers de ceux qui se taisent.
# **36 mois** prennent tout le fichier : impossible de refaire le calcul un an plus tôt.
# Restent **24 mois**, et 158 clients : 6,3 % de la base, 14,5 % du chiffre d’affaires.
#
# ### La marque : des faits, pas des adjectifs
#
# « Un service inégalé » : qu’en ferait un jury ?
# On compare critère par critère.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Trois critères : ce qui ne se vérifie pas, et ce qui se vérifie.
criteres = [("Prix", "« abordable »", "le prix du même sac, relevé le même jour"),
            ("Accueil", "« chaleureux »", "les avis d’un mois, comptés par étoile"),
            ("Après-vente", "« réactif »", "le délai d’une réparation, demandé par téléphone")]
show_table(pd.DataFrame(criteres, columns=["Critère", "Un adjectif", "Un fait"]), "Comparer des marques")

# %% [markdown] slideshow={"slide_type": "slide"}
# Une faiblesse dite est une force de l’exposé : c’est d’elle que part la stratégie.
# Chez Orsenne, l’accueil de Paris a perdu des clients l’été 2024 (leçon 5).
#
# ### La stratégie : plus que le hasard
#
# Objectif : que ces 158 clients soient plus nombreux à commander dans l’année.
# Plus nombreux que **quoi** ?
# Que ceux qui viendraient sans nous : regardons le même segment un an plus tôt, quand on n’a rien fait.

# %% slideshow={"slide_type": "fragment"}
vise = 0.30  # ← changez cette valeur : 0.40, puis 0.90
mois = 24
scores = project_customers(commandes, as_of=COURSE_DATE, months=mois)
faits = project_facts(commandes, scores, as_of=COURSE_DATE, months=mois, **envoi)
print(faits.benchmarks[VISES])
print(judge_aim(faits.benchmarks[VISES], vise))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Viser 30 % ne dit rien : le repère va de 21 % à 34 %.
# Viser 40 % dépasse ce qui viendrait sans nous, et il faudrait une centaine de clients sollicités, et autant de témoins, pour le prouver.
#
# **Sous-stratégie R** : les faire revenir par un appel de leur conseiller.
# **Sous-stratégie F** : leur donner une raison de venir chaque année, l’entretien de leur pièce.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### La liste : ceux que l’on peut contacter
#
# Le conseiller ouvre son téléphone.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("12_projet_final/appels")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="appels"
# Ceux que la loi et la maison permettent d’appeler, à la date du projet.
vises = scores[scores["segment"] == VISES]
appeles = faits.reachable[VISES, "téléphone"]
lignes = [("Clients du segment", len(vises)), ("À qui l’on peut téléphoner", appeles)]
bet_result("12_projet_final/appels", appeles,
           show_table(pd.DataFrame(lignes, columns=["Liste", "clients"]), "La liste d’appels"))

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Les actions : un budget et un retour
#
# L’appel prend un quart d’heure de conseiller ; l’entretien, une heure d’atelier offerte à ceux que l’on joint.
# Nous les comptons 12 € et 25 € HT par client : des hypothèses ; dans votre projet, chaque prix a sa source.
#
# Panier et taux de marque se lisent dans les données ; ce qui viendrait de toute façon est le repère, une commande pour chaque client qui revient ; la hausse est notre objectif, 40 %, moins ce repère.

# %% slideshow={"slide_type": "fragment"}
hausse = 0.13  # ← changez cette valeur : 0.06
lus = campaign_start(window_orders(commandes, COURSE_DATE, 24), scores, faits, {VISES: appeles})
projet = campagne(clients=appeles, hausse=hausse, panier=lus["basket"], taux_marque=lus["margin_rate"],
                  cout=appeles * (12 + 25), de_toute_facon=faits.benchmarks[VISES].share)
print(f"Coût : {euros(projet.cost)} HT, pour {appeles} clients.")
print(roi(incremental_margin(projet), projet.cost))
print(break_even(projet))
print(simulate_roi(projet, {"hausse": (min(0.02, hausse), max(0.20, hausse))}))

# %% [markdown] slideshow={"slide_type": "fragment"}
# Un ROI de 108 %, et surtout son **intervalle** : de 5 % à 163 %, avec 9 % de risque de perdre.
# Le seuil, 6,3 points, dit à quelle hausse le projet ne vaut plus rien.
#
# Une associée propose mieux : « Ajoutons 15 % de remise à ceux qui répondent ! »

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
bet("12_projet_final/remise")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="remise"
# Le même projet, avec la remise : elle va aussi à ceux qui seraient venus.
remise = projet.avec(remise=0.15, hausse=0.13)
retour = roi(incremental_margin(remise), remise.cost)
comptes = [(nom, incremental_margin(un) - un.cost) for nom, un in
           (("Sans remise", projet.avec(hausse=0.13)), ("Avec 15 % de remise", remise))]
bet_result("12_projet_final/remise", retour.value,
           show_table(pd.DataFrame(comptes, columns=["Projet", "Gain net (HT)"]), "Ce que la remise change",
                      formats={"Gain net (HT)": "whole_euros"}))

# %% [markdown] slideshow={"slide_type": "slide"}
# ### La présentation : dix diapositives, dix minutes
#
# L’ordre est celui des instructions : introduction, analyse RFM, stratégies, budget et ROI, conclusion.
# Une diapositive porte **un** message ; le reste va dans vos notes.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
# Les diapositives, et les minutes proposées : dix en tout.
plan = pd.DataFrame([(une.part, une.title, une.minutes) for une in load_final_project().slides],
                    columns=["Partie", "Diapositive", "Minutes"])
show_table(plan, f"Dix diapositives, {number(plan['Minutes'].sum())} minutes", formats={"Minutes": "plain"})

# %% [markdown] slideshow={"slide_type": "fragment"}
# La conclusion demande quelque chose : « Signez 3 626 € pour 98 appels, et gardez la moitié de la liste sans appel : dans un an, nous saurons. »
#
# Dire ce que l’on ne saura pas fait partie du projet : avec 49 appelés et 49 témoins, 40 % ne se distingueront peut-être pas du hasard.
# Il en faudrait deux fois plus.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Fait, mince ou contradictoire ?
#
# **À vous.**
# Huit phrases, prises dans des projets.
# Le carnet vous posera ces questions à chaque étape ; posez-les d’abord vous-même.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
sort_sentences("12_phrases", key="12_projet_final/phrases")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Comment le projet est évalué
#
# Quatre critères, ceux des instructions ; le cours leur donne des points, et décrit quatre niveaux.
# Choisissez un critère, et lisez ce qu’un jury y regarde.

# %% slideshow={"slide_type": "fragment"}
critere = 1  # ← changez cette valeur : 2, 3, puis 4
grille = load_assessment()
choisi = grille.criteria[critere - 1]
lignes = [(regarde.title, regarde.seen[0], regarde.seen[-1]) for regarde in choisi.looked]
titres = ["Ce que l’on regarde", "Insuffisant", "Excellent"]
show_table(pd.DataFrame(lignes, columns=titres), f"{choisi.title} : {number(choisi.points)} points sur 20")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Ce qui fait la différence : une raison, une source, un intervalle, et ce que l’on ne sait pas.
#
# ### Deux projets à lire
#
# **À vous.**
# Voici un projet abouti, puis un projet à corriger, dont les défauts sont voulus.
# Écrivez leurs fichiers, ouvrez-les, et cherchez les défauts du second avant de lire la correction.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
read_project_example("abouti")

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
read_project_example("a_corriger")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Le carnet du projet ne donne **aucune note** : il dit ce qui manque et ce qui se contredit.
# La qualité, c’est vous, puis le jury, qui en jugez.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## À retenir
#
# - Un projet est une **chaîne** : donnée, segment, stratégie, score, action, coût, retour.
# - Un **réglage** a une raison ; un **objectif**, trois chiffres : aujourd’hui, sans nous, visé.
# - On ne compte que ceux que l’on **peut** contacter.
# - Un **ROI** a un intervalle ; une remise abaisse la marge de toutes les commandes.
# - Un **exposé** demande une décision, et dit ce que l’on ne sait pas.

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true} bet="bilan"
bet_balance("12_projet_final")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Faites le point

# %% slideshow={"slide_type": "fragment"} jupyter={"source_hidden": true}
quiz("12_projet_final")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## La suite
#
# **À vous** : ouvrez [le carnet du projet](../exercises/projet_final.ipynb).
# Il garde tout ce que vous y écrivez, reprend ce que vos leçons ont gardé, réunit le travail d’une équipe, et écrit votre présentation, votre rapport et votre budget.
