"""The beginning of a project: its title, its authors, its customers, what the lessons saved."""

from __future__ import annotations

from html import escape

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import announced, button
from rfm_helpers.activities.data.own_file import OwnFileForm
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Part, area, choice, line
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.project.model import HOUSE
from rfm_helpers.analysis.project.terrain import JOURNEY, OWN
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.places import SIGNING
from rfm_helpers.questions.plan import EXERCISE as PLAN
from rfm_helpers.questions.project_parts import from_plan, from_signature, merged

TERRAINS = {HOUSE: HOUSE, f"{JOURNEY}, un supermarché": JOURNEY, "Mon propre fichier": OWN}
HEADINGS = {"clients": "Noms", "courriers": "Peuvent recevoir un courrier"}
#: Where lesson 2 keeps what is known of the learner's file.
FILE_KEY = "02_donnees/fichier"
NO_PLAN = (
    "Vos leçons n’ont encore rien gardé d’une stratégie, d’actions, d’un retour ou d’une liste "
    "signée : écrivez-les ici, ou passez par les leçons 1, 5, 6, 7 et 11."
)
NOTHING_NEW = "Tout ce que vos leçons ont gardé est déjà dans le projet."
TAKEN = "Ce que vos leçons ont gardé est dans le projet ; ce que vous aviez écrit ici y est resté."
WHY = "Parce que : « {reason} ». Une stratégie vise-t-elle ces segments ? Sinon, dites pourquoi."
NO_NAMES = (
    "Ses noms ne sont pas sur cet ordinateur, ou vous avez signé autre chose depuis : exécutez la "
    "leçon 11, puis cliquez sur le bouton ci-dessus."
)
ELSEWHERE = (
    "La liste que vous avez signée à la leçon 11 est faite de clients de la Maison Orsenne : avec "
    "ceux que vous avez choisis, elle ne sert pas."
)
UNCHOSEN = "Choisissez vos clients. En attendant, la suite montre ceux de la Maison Orsenne."


class ProjectStart(Part):
    """Title, authors, customers; the form of lesson 2 for an own file; the lessons' plan."""

    purpose = "commencer votre projet"

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        self.title = line("Titre du projet :", "ce que vous voulez changer")
        self.authors = area("Auteurs :", "un nom par ligne", rows=2, width="34em")
        self.terrain = choice("Les clients étudiés :", TERRAINS, "34em")
        self.fields = {
            "projet/titre": self.title,
            "projet/auteurs": self.authors,
            "projet/terrain": self.terrain,
        }
        self.plan_button = button("Reprendre ce que mes leçons ont gardé")
        self.undo = Undo(self)
        self.terrain_area, self.signed_area = w.HTML(), w.HTML()
        self.form = OwnFileForm().kept(FILE_KEY, book.folder)
        self.show(
            self.title,
            self.authors,
            self.plan_button,
            self.undo.widget,
            self.terrain,
            self.message_area,
            self.terrain_area,
            self.form.widget,
            self.signed_area,
        )
        self.react(self.fields.values(), self.refresh)
        self.plan_button.on_click(self.guarded(self.take_plan))
        for one in (self.form.segments_button, self.form.forget_button):
            one.on_click(self.guarded(self._new_file))
        self.refresh()

    def take_plan(self) -> None:
        """Take over what the lessons saved, beside what is here; « Annuler » takes it out again."""
        saved, signed = (
            read(AnswerStore(exercise, self.book.folder).answers)
            for read, exercise in ((from_plan, PLAN), (from_signature, SIGNING))
        )
        if not signed and all(value in ("", None, ["", ""], [], {}) for value in saved.values()):
            raise CourseError(NO_PLAN)
        mine = self.book.answers
        both = merged(mine, saved) | signed
        if both == mine:
            raise CourseError(NOTHING_NEW)
        self.book.take(both, TAKEN, self.undo)

    def _new_file(self) -> None:
        self.book.forget_terrain()
        self.refresh()
        self.book.changed()

    def refresh(self) -> None:
        """Show the form for an own file only, and what the customers chosen are."""
        own = self.terrain.value == OWN
        self.form.widget.layout.display = "" if own else "none"

    def hear(self) -> None:
        """Say what is in the file chosen, and where the list signed in lesson 11 stands in it."""
        self.terrain_area.value = announced(f"<p>{escape(french(self._said()))}</p>")
        self.signed_area.value = self._signed()

    def _signed(self) -> str:
        """The list signed in lesson 11, segment by segment."""
        project = self.book.project
        if project.signed is None or not project.terrain:
            return ""
        if project.listed is None:
            return f"<p>{french(ELSEWHERE)}</p>"
        listed, table = project.listed, self._where()
        names = several(listed.count, "nom")
        title = f"La liste que vous avez signée : « {as_written(listed.name)} », {names}"
        reason = escape(listed.reason.rstrip(" ."))
        shown = show_table(table, title, headings=HEADINGS, formats={"chiffre_affaires": "euros"})
        first = f"<p>{french(f'{title}. {NO_NAMES}')}</p>" if table.empty else shown._repr_html_()
        return f"{first}<p>{french(WHY.format(reason=reason))}</p>"

    def _where(self) -> pd.DataFrame:
        try:
            return self.book.signed
        except CourseError:  # said with the terrain
            return pd.DataFrame()

    def _said(self) -> str:
        if not self.book.project.terrain:
            return UNCHOSEN
        try:
            terrain = self.book.terrain
        except CourseError as error:
            return str(error)
        orders = terrain.orders
        people = several(orders["client_id"].nunique(), "client")
        first, last = (long_date(orders["date_achat"].agg(how).date()) for how in ("min", "max"))
        count = number(orders[["client_id", "commande_id"]].drop_duplicates().shape[0])
        return f"{people}, {count} commandes, du {first} au {last}. {terrain.note}".strip()


def project_start(book: ProjectBook) -> ProjectStart:
    """Give the project its title, authors and customers, and take over what the lessons saved.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_start(final_project()).value["projet/titre"]
    ''
    """
    return book.keep("start", ProjectStart(book))
