"""The deck of a final project: at most ten slides, in the order that the brief asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.campaign.account import incremental_margin
from rfm_helpers.analysis.project.model import MAP_END, Brand, Project, SegmentStrategy
from rfm_helpers.analysis.project.progress import slide_minutes
from rfm_helpers.catalog.project import Slide as Planned
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.documents.project.slides import BODY, EUROS, PERCENT, Box, Deck, Slide
from rfm_helpers.documents.project.wording import method_rows, objective_of, return_text
from rfm_helpers.documents.text import decimal, ending_with, write_bytes
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import several

#: How many rows a table of the deck shows, and how many criteria.
MOST_ROWS, MOST_AXES = 11, 4
#: Up to how many strategies a row of their table has several lines.
FEW = 6
Draw = Callable[[Project, Slide], bool]


def write_deck(project: Project, path: str | Path) -> Path:
    """Write the deck of a project, for PowerPoint, Impress or Keynote.

    Charts and tables are native: they can be edited. A step without data leaves a slide that says
    what it waits for. What is too long for a slide is cut there, and whole in its notes.

    Args:
        project: the project, at any stage.
        path: the file, which ends with ``.pptx``; one that exists is replaced.

    Returns:
        The file.

    Raises:
        CourseError: another ending, or a file that cannot be written.

    >>> import tempfile
    >>> write_deck(Project(), Path(tempfile.mkdtemp()) / "presentation.pptx").name
    'presentation.pptx'
    """
    path = ending_with(path, ".pptx")
    write_bytes(path, deck_content(project))
    return path


def deck_content(project: Project) -> bytes:
    """The deck of a project as a PPTX file.

    >>> deck_content(Project())[:2]
    b'PK'
    """
    brand = project.brand.name or "Notre marque"
    title = project.title or "Stratégie Expérience Client"
    deck = Deck(brand, project.brand.color, title=title, authors=", ".join(project.authors))
    for planned in load_final_project().slides:
        message = "" if planned.id in _OWN_MESSAGE else _message(project, planned.id)
        heading = title if planned.id == "titre" else planned.title
        slide = deck.add(heading, message, _notes(project, planned))
        if not DRAWN[planned.id](project, slide):
            slide.text(BODY, planned.empty, name="À compléter", soft=True)
    return deck.content


def _message(project: Project, slide: str) -> str:
    return project.talk[slide].message if slide in project.talk else ""


def _notes(project: Project, planned: Planned) -> str:
    """What the speaker sees: the minutes, the notes, and the texts that a slide may have cut."""
    minutes = decimal(slide_minutes(project, planned.id))
    said = project.talk[planned.id].notes if planned.id in project.talk else ""
    whole = WHOLE[planned.id](project) if planned.id in WHOLE else ""
    parts = [f"{planned.part}, {minutes} min", said, _message(project, planned.id), whole]
    return "\n\n".join(part for part in parts if part.strip())


def _bullets(texts: Sequence[str]) -> str:
    return "\n".join(f"• {text}" for text in texts)


# --- slide by slide: whether there was something to show ------------------------------------------


def _cover(project: Project, slide: Slide) -> bool:
    slide.text(Box(BODY.left, 190, BODY.width, 90), project.brand.name, sizes=(54, 44, 36, 28, 20))
    authors = ", ".join(project.authors)
    base = f"Analyse RFM : {project.terrain}" if project.terrain else ""
    slide.text(Box(BODY.left, 300, BODY.width, 80), authors, name="Auteurs")
    slide.text(Box(BODY.left, 400, BODY.width, 60), base, name="Terrain", soft=True)
    return bool(project.brand.name or authors)


def _brand(project: Project, slide: Slide) -> bool:
    brand = project.brand
    first, others = BODY.parted(0.44)
    for box, heading, text in (
        (first, "Qui est-elle ?", brand.sheet),
        (others.parted(0.5)[0], "Ses forces", _bullets(brand.strengths)),
        (others.parted(0.5)[1], "Ses faiblesses", _bullets(brand.weaknesses)),
    ):
        if text:
            slide.listed(box, heading, text)
    return bool(brand.sheet or brand.strengths or brand.weaknesses)


def _competitors(project: Project, slide: Slide) -> bool:
    """The positioning map beside what sets the brands apart, or else their comparison."""
    if not project.competitors:
        return False
    brands = [project.brand, *project.competitors]
    axes, box = project.axes[:MOST_AXES], BODY
    if project.placed:
        left, box = BODY.parted(0.5)
        places = {_brand_name(one): one.place for one in project.placed if one.place}
        slide.map(left, places, project.map_axes, MAP_END)
        axes = ()
    rows = [_compared(brand, axes) for brand in brands]
    headings = ["Marque", *axes, "Forces", "Faiblesses"]
    names = ", ".join(brand.name for brand in brands)
    slide.table(
        box,
        headings,
        rows,
        widths=[1.4, *[1.2] * len(axes), 2, 2],
        alternative=f"Comparaison de {names}, marque par marque.",
    )
    return True


def _compared(brand: Brand, axes: Sequence[str]) -> list[str]:
    listed = ["\n".join(texts) or "–" for texts in (brand.strengths, brand.weaknesses)]
    return [_brand_name(brand), *(brand.notes.get(axis, "–") for axis in axes), *listed]


def _brand_name(brand: Brand) -> str:
    return brand.name or "Notre marque"


def _method(project: Project, slide: Slide) -> bool:
    rfm, known = project.rfm, method_rows(project)
    left, right = BODY.parted(0.45)
    if known:
        what = " ; ".join(f"{name} : {value}" for name, value in known)
        slide.table(left, ["Choix", "Valeur"], known, widths=[1, 1], alternative=what)
    if rfm.why:
        slide.listed(right, "Pourquoi ces choix", rfm.why)
    return bool(known or rfm.why)


def _segments(project: Project, slide: Slide) -> bool:
    table = project.segments.head(MOST_ROWS)
    if table.empty:
        return False
    shares = {"Part du chiffre d’affaires": "part_ca", "Part des clients": "part_clients"}
    left, right = BODY.parted(0.5)
    best = max(table.to_dict("records"), key=lambda row: float(row["part_ca"]))
    slide.bars(
        left,
        table["segment"].tolist(),
        {name: [float(v) * 100 for v in table[column]] for name, column in shares.items()},
        unit=PERCENT,
        alternative=f"Parts par segment ; « {best['segment']} » pèse le plus, "
        f"{percent(best['part_ca'])} du chiffre d’affaires.",
    )
    rows = [
        [one["segment"], number(one["clients"]), euros(one["chiffre_affaires"])]
        for one in table.to_dict("records")
    ]
    slide.table(
        right,
        ["Segment", "Clients", "Chiffre d’affaires"],
        rows,
        widths=[1.5, 0.8, 1.2],
        numbers=2,
        alternative=f"Clients et chiffre d’affaires de {several(len(rows), 'segment')}.",
    )
    return True


def _reading(project: Project, slide: Slide) -> bool:
    slide.text(BODY, project.rfm.reading)
    return bool(project.rfm.reading)


def _strategies(project: Project, slide: Slide) -> bool:
    """The strategies in a table that can be read; their reasons are said, and in the notes."""
    if not project.strategies:
        return False
    rows = [
        [
            one.name if one.name == one.segment else f"{one.name} ({one.segment or '?'})",
            _objective(one, first=len(project.strategies) > FEW) or "–",
            "\n".join(f"{score} : {text}" for score, text in one.parts.items()) or "–",
        ]
        for one in project.strategies[:MOST_ROWS]
    ]
    slide.table(
        BODY,
        ["Stratégie (segment)", "Objectif", "Sous-stratégies"],
        rows,
        widths=[1.3, 1.8, 1.9],
        alternative=f"Objectif et sous-stratégies de {several(len(rows), 'stratégie')}.",
    )
    return True


def _objective(one: SegmentStrategy, *, first: bool) -> str:
    """An objective; its figures come first where a short row may keep nothing else."""
    text = objective_of(one)
    what, _, figures = text.partition(" : ")
    return f"{figures}\n{what}" if first and figures else text


def _budget(project: Project, slide: Slide) -> bool:
    if not project.actions:
        return False
    costs = roll_up(project.budget)
    strategies = costs[costs["niveau"] == "stratégie"].head(MOST_ROWS)
    left, right = BODY.parted(0.62)
    total = f"Total : {euros(project.total)} HT"
    slide.table(
        left,
        ["Stratégie", "Action", "Coût HT"],
        [*_action_rows(costs), ["Total", "", euros(project.total)]],
        widths=[1.3, 1.8, 0.7],
        numbers=1,
        alternative=f"Coût de chaque action. {total}.",
    )
    slide.bars(
        right,
        strategies["strategie"].tolist(),
        {"Coût HT": [float(cost) for cost in strategies["cout_ht"]]},
        unit=EUROS,
        alternative=f"Coût HT par stratégie. {total}.",
    )
    return True


def _action_rows(costs: pd.DataFrame) -> list[list[str]]:
    """The actions by strategy; the last ones together where there are too many."""
    actions = costs[costs["niveau"] == "action"]
    shown = actions if len(actions) <= MOST_ROWS else actions.head(MOST_ROWS - 1)
    rows = [
        [one["strategie"], one["action"], euros(one["cout_ht"])] for one in shown.to_dict("records")
    ]
    rest = actions.iloc[len(shown) :]
    if len(rest):
        rows.append(["", f"Autres actions : {len(rest)}", euros(rest["cout_ht"].sum())])
    return rows


def _return(project: Project, slide: Slide) -> bool:
    campaign = project.costed_campaign
    if campaign is None:
        return False
    margin = incremental_margin(campaign)
    shown = {
        "Marge incrémentale": margin,
        "Coût de l’action": campaign.cost,
        "Gain net": margin - campaign.cost,
    }
    left, right = BODY.parted(0.5)
    slide.bars(
        left,
        list(shown),
        {"Euros HT": list(shown.values())},
        unit=EUROS,
        alternative=" ; ".join(f"{name} : {euros(value)}" for name, value in shown.items()) + ".",
    )
    slide.text(right, return_text(project), sizes=(18, 16, 14, 12), name="Lecture du ROI")
    return True


def _conclusion(project: Project, slide: Slide) -> bool:
    text = _message(project, "conclusion")
    slide.text(BODY, text, sizes=(24, 20, 18, 16, 14))
    return bool(text)


#: What draws each slide; the conclusion's message is its content.
DRAWN: dict[str, Draw] = {
    "titre": _cover,
    "marque": _brand,
    "concurrents": _competitors,
    "methode": _method,
    "segments": _segments,
    "lecture": _reading,
    "strategies": _strategies,
    "budget": _budget,
    "roi": _return,
    "conclusion": _conclusion,
}
_OWN_MESSAGE = ("conclusion",)


def _whole_brands(brands: Sequence[Brand]) -> str:
    """All that is told of some brands: a paragraph each."""
    lists = [
        (one, [one.sheet, *one.strengths, *one.weaknesses, *one.notes.values()]) for one in brands
    ]
    return "\n".join(
        f"{_brand_name(one)} : {' ; '.join(filter(None, told))}" for one, told in lists
    )


def _whole_strategies(project: Project) -> str:
    """All that is told of the strategies: a paragraph each."""
    told = [
        (
            one.name,
            [objective_of(one), *(f"{s} : {text}" for s, text in one.parts.items()), one.why],
        )
        for one in project.strategies
    ]
    return "\n".join(f"{name} : {' ; '.join(filter(None, texts))}" for name, texts in told)


def _whole_cover(project: Project) -> str:
    """The title, the brand, the authors and the customers: a paragraph each."""
    told = [project.title, project.brand.name, ", ".join(project.authors), project.terrain]
    return "\n".join(filter(None, told))


#: The texts of a slide that may be longer than it.
WHOLE: dict[str, Callable[[Project], str]] = {
    "titre": _whole_cover,
    "marque": lambda project: _whole_brands([project.brand]),
    "concurrents": lambda project: _whole_brands(project.competitors),
    "methode": lambda project: project.rfm.why,
    "lecture": lambda project: project.rfm.reading,
    "strategies": _whole_strategies,
    "budget": lambda project: " ; ".join(one.title for one in project.actions),
}
