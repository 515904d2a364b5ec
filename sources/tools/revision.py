"""What the build makes of the revision cards: the line that ends each lesson, and the glossary."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from rfm_helpers.catalog.revision import load_revision
from rfm_helpers.french.words import french, plain_words, several, tied

LINE = (
    "**Pour ne pas oublier.** {cards} de [révision](revision.ipynb) reprennent cette leçon ; "
    "le [glossaire](glossaire.md) en redit les mots."
)
HEAD = """\
# Glossaire

Les mots du cours, de A à Z. \
Pour les retenir : [les cartes de révision](revision.ipynb).

| Mot | Définition | Leçon |
| :-- | :-- | :-- |
"""


def with_line(cells: Iterable[NotebookNode], lesson: str) -> Iterator[NotebookNode]:
    """The cells of a lesson, then the line that leads to its revision cards, if it has some."""
    yield from cells
    if lesson in load_revision():
        cards = several(len(load_revision()[lesson].cards), "carte")
        line = french(LINE.format(cards=cards))
        yield new_markdown_cell(line, metadata={"slideshow": {"slide_type": "skip"}})


def glossary(written: Collection[str]) -> str:
    """The terms that the cards define, in alphabetical order, as a page of Markdown.

    Args:
        written: the lessons that the reader has, to which the page can lead.
    """
    rows = []
    for name, lesson in load_revision().items():
        label = tied("leçon", str(int(name[:2])))
        place = f"[{label}]({name}.ipynb)" if name in written else label
        rows += [(card.term, card.back, place) for card in lesson.cards if card.term]
    rows.sort(key=lambda row: plain_words(row[0]).replace("’", " "))
    return HEAD + "".join(f"| **{term}** | {back} | {place} |\n" for term, back, place in rows)
