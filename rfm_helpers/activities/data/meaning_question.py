"""What the form of one's own file asks of its lines, and a box for each remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.datasets import QualityLog
from rfm_helpers.datasets.choices import choices_said, merged
from rfm_helpers.datasets.defects import SPELLED
from rfm_helpers.datasets.meaning import MEANING_TITLES
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day
from rfm_helpers.plots.tables import show_table

CAPTION = "Ce que vos lignes semblent dire : rien n’a été changé, à vous de choisir"
ASKED = (
    "<strong>Que faire de ces lignes ?</strong> Cochez ce qui est vrai de votre fichier, "
    "décochez ce qui ne l’est pas ; ce que l’on en lit change aussitôt."
)
#: What fields of the form settle, and how it is said.
BY_FIELDS = {
    "customer": "choisissez au-dessus la colonne « {value} » pour les clients",
    "as_of": "écrivez au-dessus {value} comme date de référence",
}


class MeaningQuestion:
    """A table of what lines seem to say, and a box for each remedy; nothing is ticked at first.

    `on_change` is called when a box changes.
    """

    def __init__(self, on_change: Callable[[object], object]) -> None:
        self._on_change = on_change
        self._asked: list[dict[str, Any]] = []
        self.table, self.boxes = w.HTML(), w.VBox()
        self.widget = w.VBox([self.table, self.boxes])

    @property
    def value(self) -> list[dict[str, Any]]:
        """The remedies chosen: `name` and `asked`, the arguments of `clean_orders`."""
        return [*self._asked]

    @property
    def arguments(self) -> dict[str, Any]:
        """The remedies chosen, as arguments of `clean_orders`."""
        return merged(one["asked"] for one in self._asked)

    def put(self, kept: object) -> None:
        """Choose what was kept, as far as it is whole."""
        listed = kept if isinstance(kept, list) else []
        self._asked = [
            one for one in listed if isinstance(one, dict) and one.keys() == {"name", "asked"}
        ]

    def take(self, source: str, choices: Mapping[str, Any]) -> None:
        """Choose what a known layout settles, under its name."""
        self._asked = [
            {"name": f"{source} : {', '.join(choices_said(asked))}", "asked": asked}
            for asked in ({argument: value} for argument, value in choices.items())
        ]

    def clear(self) -> None:
        """Show nothing but what is chosen."""
        self.table.value = ""
        self._offer([])

    def show(self, log: QualityLog) -> None:
        """Show what lines seem to say, and the remedies: those chosen, then the others."""
        self.clear()
        if not log.meanings.empty:
            remedies = map(_remedy, log.meanings["remede"], log.advice)
            shown = log.meanings.assign(remede=[*remedies]).rename(columns=MEANING_TITLES)
            self.table.value = show_table(shown, caption=CAPTION, rows=len(shown))._repr_html_()
        names = log.meanings["constat"]
        offered = [
            {"name": f"{name} : {', '.join(choices_said(asked))}", "asked": asked}
            for name, asked in zip(names, log.advice, strict=True)
            if asked and not asked.keys() & BY_FIELDS.keys()
        ]
        if SPELLED in set(log.table["defaut"]):
            one = {"spellings": "merged"}
            offered.append({"name": f"{SPELLED} : {', '.join(choices_said(one))}", "asked": one})
        self._offer(offered)

    def _offer(self, remedies: Iterable[dict[str, Any]]) -> None:
        boxes = [*self._boxes(self._asked, True), *self._boxes(remedies, False)]
        self.boxes.children = [w.HTML(ASKED), *boxes] if boxes else ()

    def _boxes(self, remedies: Iterable[dict[str, Any]], ticked: bool) -> Iterable[w.Checkbox]:
        for remedy in remedies:
            wide = w.Layout(width="auto")
            box = w.Checkbox(
                value=ticked, description=french(remedy["name"]), indent=False, layout=wide
            )
            box.observe(lambda change, one=remedy: self._choose(one, change["new"]), "value")
            yield box

    def _choose(self, remedy: dict[str, Any], ticked: bool) -> None:
        others = [one for one in self._asked if one != remedy]
        self._asked = [*others, remedy] if ticked else others
        self._on_change(remedy)


def _remedy(told: str, asked: Mapping[str, Any]) -> str:
    """How the form settles a matter, without a word of code."""
    if not asked:
        return told
    days = {name: f"{as_day(asked[name]):%d/%m/%Y}" for name in asked.keys() & {"as_of"}}
    values = {**asked, **days}
    fields = [text.format(value=values[name]) for name, text in BY_FIELDS.items() if name in asked]
    how = fields or [f"cochez au-dessous « {', '.join(choices_said(asked))} »"]
    return french(f"Si c’est le cas, {how[0]} ; sinon, rien à faire.")
