"""What the form of one's own file asks of consent: which column, and given for which channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.keeping import put
from rfm_helpers.analysis.contacts import consents_of
from rfm_helpers.catalog.contact_law import CHANNELS
from rfm_helpers.french.words import french

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "aucune colonne ne le dit"
ASKED = (
    "<strong>3. Qui accepte d’être contacté ?</strong><br>Une colonne ne dit pas quatre "
    "accords : cochez les canaux pour lesquels celui-ci a été donné."
)
UNKNOWN = (
    "Votre fichier ne dit pas qui accepte d’être contacté, ou par quel canal : n’en tirez aucune "
    "liste d’appels ou d’envois sans l’avoir demandé."
)


class ConsentQuestion:
    """A column and four boxes; nothing is ticked at first: a consent is not presumed."""

    def __init__(self) -> None:
        self.column = w.Dropdown(
            options={NOTHING: ""}, description=french("L’accord :"), **labelled(width="auto")
        )
        self.channels = {
            channel: w.Checkbox(description=channel, indent=False) for channel in CHANNELS
        }
        self.fields = [self.column, *self.channels.values()]
        self.widget = w.VBox([w.HTML(french(ASKED)), *self.fields])

    def offer(self, names: Iterable[str]) -> None:
        """Offer the columns of a file."""
        self.column.options = {NOTHING: "", **{name: name for name in names}}

    @property
    def value(self) -> dict[str, Any]:
        """The column chosen (empty for none) and the channels ticked."""
        ticked = [channel for channel, box in self.channels.items() if box.value]
        return {"column": self.column.value, "channels": ticked}

    def put(self, kept: Mapping[str, Any]) -> None:
        """Show what was kept, as far as the file still has the column."""
        put(self.column, kept.get("column"))
        for channel, box in self.channels.items():
            box.value = channel in (kept.get("channels") or [])

    def people(self, lines: pd.DataFrame, customer: str) -> pd.DataFrame | None:
        """The consents by channel, as `contact_list` reads them; None when they are not known."""
        value = self.value
        if not value["column"] or not value["channels"]:
            return None
        return consents_of(lines, value["column"], value["channels"], customer=customer)
