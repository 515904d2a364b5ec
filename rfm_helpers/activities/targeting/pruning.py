"""Pruning a tree: how many leaves, and which names that puts on the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import Activity, button, labelled
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.keeping import put
from rfm_helpers.analysis.targeting.gains import compare_lists
from rfm_helpers.analysis.targeting.trees import TargetTree, predict_rates
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.tables.columns import require_columns

PLACES, LETTERS = 40, 500
#: Where the forty customers are kept, for the lesson that compares lists.
LIST = "liste"
#: What parts customers of one leaf: by its name, the column and whether less comes first.
TIES = {
    "l’indice RFM le plus haut": ("indice_rfm", False),
    "le plus gros montant total": ("montant_total", False),
    "l’achat le plus récent": ("recence", True),
}
_NAMES = 6


class TreePruner(Activity):
    """A number of leaves and what parts equals → forty names, and what such a tree is worth."""

    purpose = "élaguer l’arbre et garder votre liste"
    judged = False

    def __init__(
        self,
        trees: Mapping[int, TargetTree],
        learned: pd.DataFrame,
        later: pd.DataFrame,
        today: pd.DataFrame,
        may_write: Collection[str],
    ) -> None:
        if not trees:
            raise CourseError("Aucun arbre à élaguer : donnez-en un au moins.")
        require_columns(today.columns, ["client_id", "prenom", "nom"], "la table du jour")
        super().__init__()
        self._trees = {size: trees[size] for size in sorted(trees, reverse=True)}
        self._own = _judged(self._trees, learned, int(learned["rachat"].sum()))
        self._later = _judged(self._trees, later, LETTERS)
        self._today, self._may_write = today, set(may_write)
        self.leaves = w.Dropdown(
            options={several(size, "feuille"): size for size in self._trees},
            description=french("L’arbre :"),
            **labelled(width="24em", max_width="100%"),
        )
        self.tie = w.Dropdown(
            options=list(TIES),
            description=french("À chance égale, d’abord :"),
            **labelled(width="30em", max_width="100%"),
        )
        self.judge_button = button("Juger un an plus tard", main=True)
        self.result_area, self.judged_area = w.HTML(), w.HTML()
        self.show(self.leaves, self.tie, self.result_area, self.judge_button,
                  self.judged_area, self.message_area)  # fmt: skip
        self.react([self.leaves], self._another)
        self.react([self.tie], self.refresh)
        self.checks(self.judge_button, self.judge)
        self.refresh()

    @property
    def value(self) -> dict[str, Any]:
        """The size of the tree, what parts equals, and the forty customers chosen."""
        return {
            "leaves": self.leaves.value,
            "tie": self.tie.value,
            "customers": self._list(self.leaves.value)["client_id"].tolist(),
        }

    def judge(self) -> None:
        """Show what the tree is worth a year later."""
        self.judged = True
        self.refresh()

    def _another(self) -> None:
        self.judged = False
        self.refresh()

    def refresh(self) -> None:
        """Show what follows from the tree on the screen."""
        self.result_area.value = sentence_lines(self.sentences)
        self.judged_area.value = sentence_lines(self.judgement) if self.judged else ""

    def _list(self, leaves: int) -> pd.DataFrame:
        column, rising = TIES[self.tie.value]
        rated = self._today.assign(chance=predict_rates(self._trees[leaves], self._today))
        order = ["chance", column, "client_id"]
        return rated.sort_values(order, ascending=[False, rising, True]).head(PLACES)

    @property
    def sentences(self) -> list[str]:
        """What the tree says of its own data, its forty names, and who leaves the list."""
        own, chosen = self._own.loc[self.leaves.value], self._list(self.leaves.value)
        equal = predict_rates(self._trees[self.leaves.value], self._today)
        first = int((equal == equal.max()).sum())
        stay = chosen["client_id"].isin(self._may_write).sum()
        return [
            f"Sur les clients qui l’ont appris, ses {number(own['letters'])} premiers noms "
            f"comptent {number(own['acheteurs'])} acheteurs.",
            f"Sa meilleure feuille réunit aujourd’hui {several(first, 'client')}, pour "
            f"{PLACES} places.",
            f"De ses {PLACES} noms, {stay} peuvent recevoir un courrier.",
            self._leaving(chosen),
        ]

    def _leaving(self, chosen: pd.DataFrame) -> str:
        largest = next(iter(self._trees))
        if self.leaves.value == largest:
            return "C’est l’arbre entier : rien n’est encore élagué."
        before = self._list(largest)
        gone = before[~before["client_id"].isin(chosen["client_id"])]
        if gone.empty:
            return "L’élagage ne change aucun nom."
        named = ", ".join((gone["prenom"] + " " + gone["nom"]).head(_NAMES))
        more = ", etc." if len(gone) > _NAMES else "."
        return f"L’élagage fait sortir {several(len(gone), 'nom')} de la liste : {named}{more}"

    @property
    def judgement(self) -> list[str]:
        """What the tree found a year later, and whether the best one is told apart from it."""
        found = self._later.loc[self.leaves.value]
        best = max(self._trees, key=lambda leaves: self._later["acheteurs"][leaves])
        lines = [
            f"Un an plus tard, {LETTERS} lettres touchent {number(found['acheteurs'])} acheteurs, "
            f"soit {percent(found['part_acheteurs'])} d’entre eux "
            f"(de {percent(found['acheteurs_bas'])} à {percent(found['acheteurs_haut'])})."
        ]
        if best == self.leaves.value:
            return [*lines, "Aucun de ces arbres n’en touche davantage."]
        apart = "s’en distingue" if found["se_distingue"] else "ne s’en distingue pas"
        return [
            *lines,
            f"Le meilleur de ces arbres a {several(best, 'feuille')} et en touche "
            f"{number(self._later['acheteurs'].max())} : il {apart}.",
        ]

    def state(self) -> dict[str, Any]:
        """The choices, whether they were judged, and the forty customers."""
        return {
            "leaves": self.leaves.value,
            "tie": self.tie.value,
            "judged": self.judged,
            LIST: self.value["customers"],
        }

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these choices again; the list follows from them."""
        put(self.leaves, answers["leaves"])
        put(self.tie, answers["tie"])
        self.judged = answers["judged"] is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """What the whole tree says."""
        return {"text/html": self.result_area.value}


def _judged(trees: Mapping[int, TargetTree], table: pd.DataFrame, letters: int) -> pd.DataFrame:
    """What each tree finds among so many letters, by its number of leaves."""
    rated = table.assign(**{str(size): predict_rates(tree, table) for size, tree in trees.items()})
    scores = {str(size): str(size) for size in trees}
    counts = compare_lists(rated, scores, letters).set_index("methode")["acheteurs"]
    best = str(counts[list(scores)].idxmax())
    found = compare_lists(rated, scores, letters, against=best).set_index("methode")
    return found.loc[list(scores)].set_axis(list(trees)).assign(letters=letters)


def prune_tree(
    trees: Mapping[int, TargetTree],
    learned: pd.DataFrame,
    later: pd.DataFrame,
    today: pd.DataFrame,
    may_write: Collection[str],
    *,
    key: str = "",
) -> TreePruner:
    """Choose how far to prune a tree, and the forty names that it puts on the list.

    Args:
        trees: the trees by their number of leaves; the largest is the one to prune.
        learned: the table of `target_table` from which they were learned.
        later: that of a later period, on which they are judged.
        today: that of the day on which the list is made, with `prenom` and `nom`.
        may_write: the customers to whom a letter may be sent.
        key: where to keep the choices and the forty customers ("10_ciblage/arbre"); an empty one
            keeps nothing.

    Returns:
        The activity: `value` holds the leaves, the tie-break and the customers chosen.

    Raises:
        CourseError: no tree, or as `compare_lists`.

    >>> from rfm_helpers.analysis.targeting.trees import Node
    >>> table = pd.DataFrame({"client_id": [str(i) for i in range(600)], "rachat": [True] * 600,
    ...     "chiffre_affaires_futur": 9.0, "indice_rfm": 1, "prenom": "Ada", "nom": "Roy"})
    >>> tree = TargetTree("CART", (Node(0, None, None, 10, 4),))
    >>> len(prune_tree({1: tree}, table, table, table, ()).value["customers"])
    40
    """
    return TreePruner(trees, learned, later, today, may_write).kept(key)
