# %% [markdown] slideshow={"slide_type": "slide"}
# # Cartes de révision
#
# Taux de marque ou taux de marge ?
# Attrition ou rétention ?
# Une définition lue hier paraît claire, et s’échappe la semaine suivante.
#
# Les cartes du cours vous la redemandent juste avant que vous ne l’oubliiez.
# Cinq minutes par jour suffisent.

# %% slideshow={"slide_type": "skip"} jupyter={"source_hidden": true}
# L’outil de cette page. Exécutez cette cellule en premier.
from rfm_helpers import revision_cards

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Réviser
#
# Choisissez une leçon que vous avez lue, ou gardez-les toutes : les cartes à revoir passent devant les nouvelles.
# Répondez **de tête**, ou à voix haute.
# Puis, sans quitter le champ :
#
# - **Entrée** montre la réponse ;
# - **1** : la carte est à revoir ;
# - **2** : vous saviez.

# %% slideshow={"slide_type": "fragment"}
revision_cards()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quand une carte revient-elle ?
#
# Les cartes sont rangées dans des boîtes, selon l’idée d’un journaliste, Sebastian Leitner.
# Une carte sue monte d’une boîte, et attend plus longtemps : **1 jour, puis 3, 7, 15 et 30**.
# Une carte à revoir redescend tout en bas, et revient le jour même.
# Sue trois fois de suite, elle est comptée comme **apprise**, et revient de loin en loin.
#
# Vos boîtes s’enregistrent seules.
#
# Sur votre téléphone ?
# Le bouton « Emporter les cartes dans Anki » écrit un fichier à importer dans Anki, une application de révision.
#
# Sur papier ?
# Avant l’exécution de la cellule, la liste entière est affichée : imprimez-la, et pliez la feuille.
# Le [glossaire](glossaire.md) donne les mêmes définitions, de A à Z.
