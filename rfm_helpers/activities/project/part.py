"""What the parts of a project have in common: named fields, and what is to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.base import Activity, heading, labelled
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.typed import TypedArea, TypedText
from rfm_helpers.analysis.project.progress import Remark, State
from rfm_helpers.french.words import french

#: How a state and a remark are marked; all are hints.
MARKS: dict[State, tuple[str, str]] = {
    "contradiction": ("⚠", palette.ERROR),
    "à faire": ("○", palette.NOTICE),
    "mince": ("◐", palette.REVIEW),
    "fait": ("✓", palette.SUCCESS),
}
GOOD = "✓ Rien ne manque à cette étape, et rien ne s’y contredit. À vous de juger si c’est bien."
_LOOK = "À regarder encore"


class Remarked:
    """Shows what is to be looked at in one step of the project or more."""

    book: ProjectBook
    steps: tuple[str, ...] = ()

    def hear(self) -> None:
        """Show what the whole project, as it is now, says of these steps."""
        remarks = [one for one in self.book.remarks if one.step in self.steps]
        self.remarks_area.value = remarks_html(remarks)

    @property
    def remarks_area(self) -> w.HTML:
        """Where it is shown, the same at each call."""
        if not hasattr(self, "_remarks_area"):
            self._remarks_area = w.HTML()
        return self._remarks_area


class Part(Remarked, Activity):
    """A part of the project: fields by their question, `compose` what is shown."""

    purpose = "compléter votre projet"
    fields: Mapping[str, w.Widget]

    def __init__(self, book: ProjectBook) -> None:
        super().__init__()
        self.book = book

    @property
    def kept_fields(self) -> Mapping[str, w.Widget]:
        """Every field, by its question."""
        return self.fields

    @property
    def value(self) -> dict[str, object]:
        """What the fields hold, by question."""
        return self.state()

    def fallback(self) -> dict[str, str]:
        """What is asked here."""
        labels = (str(one.description).removesuffix(":").rstrip() for one in self.fields.values())
        return {"text/html": "".join(f"<p>{escape(label)}</p>" for label in labels if label)}


def remarks_html(remarks: Iterable[Remark], title: str = _LOOK) -> str:
    """Remarks as a list, the gravest first; that nothing stands out when there is none.

    >>> remarks_html([]).count("✓")
    1
    """
    order = list(MARKS)
    found = sorted(remarks, key=lambda one: order.index(one.kind))
    if not found:
        return f'<p style="color:{palette.SUCCESS};margin:6px 0">{french(GOOD)}</p>'
    items = "".join(map(_item, found))
    list_style = "list-style:none;margin:2px 0;padding:0;max-width:60em"
    return f'{heading(french(title), "10px 0 0")}<ul style="{list_style}">{items}</ul>'


def _item(remark: Remark) -> str:
    mark, color = MARKS[remark.kind]
    kind = french(f"{mark} {remark.kind} :")
    return (
        f'<li style="margin:2px 0"><span style="color:{color};font-weight:600">{kind}</span> '
        f"{escape(remark.text)}</li>"
    )


def line(label: str, hint: str = "", width: str = "34em") -> TypedText:
    """A field of one line, its label beside it."""
    options = labelled(width=width, max_width="99%")
    return TypedText(description=french(label), placeholder=french(hint), **options)


def area(label: str, hint: str = "", rows: int = 3, width: str = "46em") -> TypedArea:
    """A field of several lines, its label above it."""
    layout = w.Layout(width=width, max_width="99%")
    field = TypedArea(description=french(label), placeholder=french(hint), rows=rows, layout=layout)
    field.add_class("rfm-above")
    return field


def choice(label: str, options: Mapping[str, str], width: str = "24em") -> w.Dropdown:
    """A list, with nothing chosen at first."""
    return w.Dropdown(
        options={"(à choisir)": "", **options},
        value="",
        description=french(label),
        **labelled(width=width, max_width="99%"),
    )
