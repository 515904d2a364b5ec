# %% [markdown]
# # Projet final : une stratégie Expérience Client
#
# Une marque, ses clients, un budget : vous proposez, vous chiffrez, vous défendez.
# Ce carnet vous guide en six étapes, de l’analyse RFM à l’exposé de dix minutes, et finit par trois fichiers : une présentation, un rapport, un budget.
#
# La [leçon 12](../notebooks/12_projet_final.ipynb) montre un projet pas à pas, et dit comment il est évalué.

# %% [markdown]
# **Comment travailler.**
# Exécutez toutes les cellules une fois (menu « Exécution », « Exécuter toutes les cellules »), puis remplissez dans l’ordre qui vous convient.
# Tout s’enregistre à mesure ; fermez, redémarrez, revenez quand vous voulez.
#
# Sous chaque étape, une liste dit ce qui manque (○), ce qui est mince (◐) et ce qui se contredit (⚠).
# Ce sont des conseils ; aucun n’est une note.
#
# **À plusieurs ?**
# Chacun remplit sa partie sur son ordinateur : la dernière section les réunit.

# %% jupyter={"source_hidden": true}
# Les outils du projet. Exécutez cette cellule en premier.

from rfm_helpers import (
    final_project, place_brands, project_brands, project_costs, project_files, project_overview,
    project_return, project_scores, project_sources, project_start, project_strategies,
    project_structure, project_talk, project_team, self_assessment, talk_timer,
)

projet = final_project()
print("Le carnet du projet est prêt.")

# %% [markdown]
# ## Le projet et ses clients
#
# Trois terrains, au choix : la Maison Orsenne, que vous connaissez ; The Complete Journey, un supermarché ; ou le fichier de commandes d’une vraie marque.
# Votre fichier reste sur cet ordinateur : il n’est dans aucun des fichiers du projet.
#
# Ce que vos leçons ont gardé (stratégie, actions, coûts, retour, liste signée) se reprend d’un bouton.

# %% jupyter={"source_hidden": true}
# Le titre, les auteurs, les clients : exécutez cette cellule, puis remplissez.
project_start(projet)

# %% [markdown]
# ## 1. Analyse RFM de la base de données
#
# Quatre réglages, et vos raisons : ce que vous choisissez doit suivre le rythme d’achat de la marque (leçon 3).
# Essayez-en deux ou trois avant de vous décider : les segments suivent.
# Puis lisez-les : que disent-ils que vous ne saviez pas ?

# %% jupyter={"source_hidden": true}
# Vos réglages et vos segments : exécutez cette cellule, puis choisissez.
project_scores(projet)

# %% [markdown]
# ## 2. Choix d’une marque
#
# Une marque réelle ou inventée, celle de vos clients.
# Présentez-la, puis deux ou trois concurrents, avec leurs forces et leurs faiblesses.
# La comparaison se fait critère par critère, avec des faits que l’on peut vérifier.

# %% jupyter={"source_hidden": true}
# La marque, les concurrents, la comparaison : exécutez cette cellule, puis écrivez.
project_brands(projet)

# %% [markdown]
# ### La carte de positionnement
#
# Deux axes qui comptent pour vos clients, et la place de chaque marque, de 0 à 10.
# Une place se défend par un fait de la comparaison.

# %% jupyter={"source_hidden": true}
# La carte, si elle vous sert : exécutez cette cellule, puis placez.
projet.join(place_brands())

# %% [markdown]
# ## 3. Stratégies et sous-stratégies
#
# Une stratégie par segment principal : un problème que les données montrent, un objectif chiffré, des moyens (leçon 1).
# Sous chaque stratégie, une sous-stratégie par score à faire monter : R, F ou M (leçon 5).
#
# L’objectif a trois valeurs : aujourd’hui, ce qui viendrait sans vous, ce que vous visez.

# %% jupyter={"source_hidden": true}
# Vos stratégies : exécutez cette cellule, puis choisissez un segment.
project_strategies(projet)

# %% [markdown]
# ## 4. Actions et budget
#
# Chaque moyen devient une action : ce qu’elle vise, par quel canal, et toutes ses lignes de coût (leçon 6).
# Une remise n’est pas une ligne de coût : elle abaisse la marge (leçon 7).

# %% jupyter={"source_hidden": true}
# Vos actions et leurs coûts : exécutez cette cellule, puis nommez une action.
couts = project_costs(projet)
couts

# %% [markdown]
# ### Les sources des prix
#
# D’où vient chaque prix, et de quand ?
# Choisissez l’action ci-dessus ou ci-dessous : les deux tableaux montrent les mêmes lignes.

# %% jupyter={"source_hidden": true}
# Vos sources : exécutez cette cellule, puis notez.
project_sources(couts)

# %% [markdown]
# ### Les totaux et le retour
#
# Les totaux suivent vos actions, stratégie par stratégie.
# Pour le retour, donnez à ce qui est incertain un bas et un haut : le ROI devient un intervalle (leçon 8).
# Et comptez ce qui viendrait de toute façon : cela n’est pas à vous.

# %% jupyter={"source_hidden": true}
# L’enveloppe, les totaux, le retour : exécutez cette cellule, puis chiffrez.
project_return(projet)

# %% [markdown]
# ## 5. Structure de la présentation
#
# Introduction, analyse RFM, stratégies, budget et ROI, conclusion : dix diapositives au plus.
# Donnez à chacune **un** message, une phrase que l’on retient.
# La présentation prendra le reste (tableaux, graphiques, couleur) dans votre projet.

# %% jupyter={"source_hidden": true}
# Le message de chaque diapositive : exécutez cette cellule, puis écrivez.
project_structure(projet)

# %% [markdown]
# ## 6. Présentation orale
#
# Dix minutes au plus.
# Écrivez ce que vous direz, et non ce que la diapositive montre déjà ; ces notes seront sous chaque diapositive.

# %% jupyter={"source_hidden": true}
# Vos notes et votre temps : exécutez cette cellule, puis écrivez.
project_talk(projet)

# %% [markdown]
# ## L’exposé
#
# Répétez à voix haute, avec le minuteur : il montre vos notes, compte chaque diapositive, et continue même si la page se ferme.

# %% jupyter={"source_hidden": true}
# Le minuteur : exécutez cette cellule, puis parlez.
projet.join(talk_timer())

# %% [markdown]
# ## S’évaluer
#
# Lisez votre projet comme un jury : pour chaque ligne, quelle phrase lui ressemble le plus ?
# Vous saurez ce qui le ferait le plus progresser ; il n’y a pas de note.

# %% jupyter={"source_hidden": true}
# La grille du jury : exécutez cette cellule, puis choisissez.
projet.join(self_assessment())

# %% [markdown]
# ### Où en est chaque étape
#
# Ce tableau suit tout ce que vous écrivez plus haut.

# %% jupyter={"source_hidden": true}
# Où en est le projet. Exécutez cette cellule.
project_overview(projet)

# %% [markdown]
# ## Les fichiers à rendre
#
# Écrivez-les autant de fois que vous voulez : un fichier déjà là, où vous avez peut-être travaillé, est gardé sous un nom daté.

# %% jupyter={"source_hidden": true}
# Vos fichiers : exécutez cette cellule, puis cliquez.
project_files(projet)

# %% [markdown]
# ## En équipe
#
# Envoyez votre fichier ; ajoutez ceux des autres.
# Ce qui est nouveau rejoint votre projet ; là où deux personnes ont écrit autre chose, les deux versions sont gardées, et vous choisissez.

# %% jupyter={"source_hidden": true}
# Partager et réunir : exécutez cette cellule, puis choisissez.
project_team(projet)
