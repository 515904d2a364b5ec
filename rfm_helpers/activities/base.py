"""What all activities share: the stored picture, the message area, fields that anyone can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Self

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.keeping import Keeper, as_json, put
from rfm_helpers.activities.turns import Turns
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_AGAIN = "En pause. Exécutez de nouveau cette cellule pour reprendre."
#: Choices may take several lines (ipywidgets fixes the height of one), the focus is seen, and a
#: field as wide as its place leaves room for its two margins of 2 px. `rfm-above` is
#: the class of a field whose label stands above it, `rfm-cell` that of such a field in a row,
#: `rfm-named` that of one whose label is read out and not seen: the heads of a table say it.
#: A button covers the page while it is pressed: let go anywhere, since a redraw may have moved it.
#: What has lost its kernel does not look alive: JupyterLab leaves it clickable, with an icon.
_STYLE = """<style>
.rfm-activity .widget-radio-box label, .rfm-activity .widget-checkbox label {
  height: auto; line-height: 1.4; padding: 4px 0; display: flex; align-items: flex-start;
  white-space: normal; max-width: 46em; }
.rfm-activity .widget-radio-box label input, .rfm-activity .widget-checkbox label input {
  flex: none; order: -1; margin: 3px 8px 0 1px; height: auto; }
.rfm-activity .widget-radio, .rfm-activity .widget-checkbox {
  width: calc(100% - 4px); height: auto; }
.rfm-activity .widget-inline-hbox { max-width: calc(100% - 4px) !important; }
.rfm-activity .widget-html-content { line-height: 1.45; overflow-x: auto; }
.rfm-activity .rfm-above { flex-direction: column; height: auto; align-items: stretch; }
.rfm-activity .rfm-above > label { text-align: left; height: auto; width: auto; line-height: 1.5;
  white-space: normal; }
.rfm-activity .rfm-above > textarea { width: 100%; flex: none; }
.rfm-activity .rfm-above > input, .rfm-activity .rfm-cell > input,
.rfm-activity .rfm-cell > select { width: 100%; flex: none; height: 28px; }
.rfm-activity .rfm-named > label { position: absolute; width: 1px !important; height: 1px;
  overflow: hidden; clip-path: inset(50%); }
.rfm-activity button:not(.mod-danger):active::after { content: ""; position: fixed; inset: 0;
  z-index: 10000; }
.rfm-activity input:focus-visible, .rfm-activity select:focus-visible,
.rfm-activity button:focus-visible { outline: 2px solid FOCUS; outline-offset: 1px; }
.rfm-activity .jupyter-widgets-disconnected::before { content: none; }
.rfm-activity.jupyter-widgets-disconnected { pointer-events: none; interactivity: inert; }
.rfm-activity.jupyter-widgets-disconnected::before { font: inherit; color: inherit;
  content: "PAUSED"; }
</style>""".replace("FOCUS", palette.NOTICE).replace("PAUSED", _AGAIN)
#: What is said of the picture of an activity that no kernel answers for; the course's JupyterLab
#: puts it above.
_PAUSED = (
    f'<p class="rfm-paused" style="border-left:4px solid {palette.NOTICE};padding:4px 12px;'
    f'background:{palette.STRIPE};color:{palette.TEXT}"><strong>En pause.</strong> {{}}</p>'
)


class Activity(Turns):
    """An activity: an ipywidgets tree, a plain Python state, and a picture for later.

    A subclass builds its tree from `show` and reports its state as `value`. A notebook shows the
    live widget; one that was stored without it shows a sentence and the picture (or the table).

    `kept` has an activity keep its `state`: by itself that of its `kept_fields`.
    """

    purpose = "ouvrir cette activité"

    def __init__(self) -> None:
        super().__init__()
        self.message_area = w.HTML()
        self.widget = w.VBox([], layout=w.Layout(width="100%"))
        self.widget.add_class("rfm-activity")
        self.keeper: Keeper | None = None

    @property
    def value(self) -> Any:
        """What the learner has done so far, as plain Python."""
        raise NotImplementedError

    @property
    def message(self) -> str:
        """The text of the message area; empty when all is well."""
        return self._text

    _text = ""

    def show(self, *children: w.Widget) -> None:
        """Lay the activity out; one of the children holds the message area."""
        self.widget.children = (w.HTML(_STYLE), *children)

    def tell(self, text: str, *, warning: bool = True) -> None:
        """Put a French sentence in the message area; an empty one clears it."""
        self._text = text = french(text)
        color = palette.ERROR if warning else palette.SUCCESS
        mark = "⚠" if warning else "✓"
        self.message_area.value = (
            f'<div role="status" style="border-left:4px solid {color};padding:4px 12px;'
            f'background:{palette.PAPER};color:{palette.TEXT}">{mark} {escape(text)}</div>'
            if text
            else ""
        )

    # --- what is kept -----------------------------------------------------------------------

    _picture: Mapping[str, Any] | None = None

    def kept(self, key: str, folder: Path | None = None) -> Self:
        """Restore what the learner had under the key, and save each change from now on.

        Call it once the activity is complete.

        Args:
            key: an exercise, or one of its parts ("03_calcul_rfm/scores"); an empty one keeps
                nothing.
            folder: where the answers stand, if not with those of the lessons.

        Returns:
            The activity itself.
        """
        if key:
            at_first = self.fallback()
            self.keeper = Keeper(self, key, folder)
            self._picture = at_first if self.keeper.restored else None
            self.widget.children = (*self.widget.children, self.keeper.widget)
        return self

    @property
    def kept_fields(self) -> Mapping[str, w.Widget]:
        """The fields whose values are kept, by name."""
        return {}

    def state(self) -> dict[str, Any]:
        """What there is to keep, as JSON types, always under the same questions.

        It is read when a field has changed, before what that sets off and again after it.
        """
        return {name: as_json(field.value) for name, field in self.kept_fields.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these answers, one for each question of `state`."""
        for name, field in self.kept_fields.items():
            put(field, answers[name])
        self.refresh()

    def refresh(self) -> None:
        """Show what follows from the fields."""

    def put_back(self, answers: Mapping[str, Any]) -> None:
        """Show these answers, callbacks asleep; those that do not fit are explained."""
        with self.asleep():
            try:
                self.restore(answers)
            except CourseError as error:
                self.tell(str(error))

    # --- what a notebook stores -------------------------------------------------------------

    def fallback(self) -> Mapping[str, Any]:
        """What a stored notebook shows, by MIME type, with the invitation."""
        return {}

    @property
    def invitation(self) -> str:
        """What a stored notebook asks its reader to do."""
        return f"Exécutez cette cellule pour {self.purpose}."

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        live = self.widget._repr_mimebundle_()[WIDGET_VIEW]
        # What came back from the disk is for this screen: a notebook does not carry it away.
        picture = self.fallback() if self._picture is None else self._picture
        html = picture.get("text/html", "") + _PAUSED.format(escape(french(self.invitation)))
        return {WIDGET_VIEW: live, "text/plain": self.invitation, **picture, "text/html": html}


def labelled(**style: str) -> dict[str, Any]:
    """Arguments of a field whose whole description is shown (ipywidgets cuts it by default)."""
    return {"style": {"description_width": "initial"}, "layout": w.Layout(**style)}


def button(text: str, tooltip: str = "", *, main: bool = False) -> w.Button:
    """A button as wide as its text; what the tooltip adds is what a screen reader says."""
    return w.Button(
        description=text,
        tooltip=tooltip or None,
        button_style="primary" if main else "",
        layout=w.Layout(width="auto", min_width="7em", align_self="flex-start"),
    )


def wrapped(*children: w.Widget) -> w.Box:
    """Widgets side by side, that go to the next line when there is no room."""
    return w.Box(
        children, layout=w.Layout(display="flex", flex_flow="row wrap", align_items="flex-start")
    )


def stacked(*children: w.Widget, basis: str = "20em", grow: int = 1) -> w.VBox:
    """Widgets one above the other, as a column that may stand beside another."""
    return w.VBox(
        children,
        layout=w.Layout(flex=f"{grow} 1 {basis}", min_width="0", margin="0 12px 0 0"),
    )


def ruled(*children: w.Widget) -> w.VBox:
    """Widgets one above the other, under a rule: one line of a list."""
    rule = f"1px solid {palette.SOFT}"
    return w.VBox(children, layout=w.Layout(border_top=rule, padding="4px 0", width="100%"))


def heading(title: str, margin: str) -> str:
    """A title within an activity, as HTML: bold, and not one of the page's headings.

    >>> heading("Le budget", "0")
    '<p style="margin:0;font-weight:bold">Le budget</p>'
    """
    return f'<p style="margin:{margin};font-weight:bold">{escape(title)}</p>'


def step(title: str) -> w.HTML:
    """The heading of one step of an activity."""
    return w.HTML(heading(french(title), "14px 0 2px"))


# --- HTML -----------------------------------------------------------------------------------


def announced(html: str) -> str:
    """HTML that a screen reader says when it changes."""
    return f'<div role="status">{html}</div>'


def status_lines(sentences: Iterable[str]) -> str:
    """Sentences as HTML, a paragraph each, announced when they change."""
    items = "".join(f'<p style="margin:6px 0">{sentence}</p>' for sentence in sentences)
    return announced(items)


def bullets(texts: Iterable[str], tag: str = "ul") -> str:
    """Texts as a list, in HTML: with bullets, or with numbers (`ol`).

    >>> bullets(["R & F"])
    '<ul><li>R &amp; F</li></ul>'
    """
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<{tag}>{items}</{tag}>"


def boxed(html: str) -> str:
    """A statement, as HTML, set apart from what is said of it.

    >>> boxed("Revenir.").endswith(">Revenir.</p>")
    True
    """
    return (
        f'<p style="max-width:46em;margin:4px 0;padding:6px 12px;background:{palette.STRIPE};'
        f'color:{palette.TEXT}">{html}</p>'
    )
