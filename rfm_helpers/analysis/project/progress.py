"""How far a project is: what is done, thin, or contradicts itself. Hints, never marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rfm_helpers.analysis.project.model import COLOR, Project, ProjectAction, SegmentStrategy
from rfm_helpers.analysis.strategy.benchmark import Benchmark, judge_aim
from rfm_helpers.analysis.strategy.targets import INDICATORS, SHARE
from rfm_helpers.catalog.costs import is_vague, trap_of
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.french.words import Said, as_written, several

Kind = Literal["à faire", "mince", "contradiction"]
State = Literal["à faire", "mince", "contradiction", "fait"]
#: A reason of fewer words says little.
FEW_WORDS = 15
#: What is said of fewer slides leaves most of the talk unprepared.
FEW_SLIDES = 4
MOST_MINUTES = 10.0
#: The share of the revenue above which a segment is a main one.
MAIN_SHARE = 0.10


@dataclass(frozen=True)
class Facts:
    """What the data say: who may be contacted, by segment and channel, and who returns anyway.

    ``anyway`` are the orders per customer that came anyway within a year, by segment.
    """

    reachable: Mapping[tuple[str, str], int] = field(default_factory=dict)
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)
    anyway: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Remark(Said):
    """Something to look at in a step (its id), and the French sentence that says it."""

    step: str
    kind: Kind
    text: str


Rule = Callable[[Project, Facts], Iterable[Remark]]


def progress(project: Project, facts: Facts | None = None) -> list[Remark]:
    """What is to be done, thin, or contradicts itself in a project, in the order of its steps.

    Args:
        project: the project, at any stage.
        facts: what the data say, as far as it is known.

    Returns:
        The remarks; none when nothing stands out.

    >>> [remark.step for remark in progress(Project())][:2]
    ['rfm', 'rfm']
    """
    known = facts or Facts()
    found = [remark for rule in RULES for remark in rule(project, known)]
    order = [step.id for step in load_final_project().steps]
    return sorted(found, key=lambda remark: order.index(remark.step))


def step_states(remarks: Iterable[Remark]) -> dict[str, State]:
    """The state of each step: that of its gravest remark, or « fait ».

    >>> step_states([])["rfm"]
    'fait'
    """
    told = [(remark.step, remark.kind) for remark in remarks]
    kinds: tuple[Kind, ...] = ("contradiction", "à faire", "mince")

    def state(step: str) -> State:
        return next((kind for kind in kinds if (step, kind) in told), "fait")

    return {step.id: state(step.id) for step in load_final_project().steps}


# --- step by step: what is to be done, and what is thin -------------------------------------------


def _analysis(project: Project, facts: Facts) -> Iterator[Remark]:
    rfm = project.rfm
    chosen = {
        "la date de référence": rfm.as_of,
        "la fenêtre": rfm.months,
        "le nombre de niveaux": rfm.levels,
        "la méthode": rfm.method,
    }
    missing = [name for name, value in chosen.items() if not value]
    if missing:
        yield Remark("rfm", "à faire", f"Choisissez {_listed(missing)} de vos scores.")
    if project.segments.empty:
        yield Remark("rfm", "à faire", "Calculez vos segments : leur tableau est encore vide.")
    yield from _worded("rfm", rfm.why, "pourquoi ces choix (date, fenêtre, niveaux, méthode)")
    yield from _worded("rfm", rfm.reading, "ce que les segments vous apprennent")


def _worded(step: str, text: str, what: str) -> Iterator[Remark]:
    count = len(text.split())
    if not count:
        yield Remark(step, "à faire", f"Écrivez {what}.")
    elif count < FEW_WORDS:
        said = several(count, "mot")
        yield Remark(step, "mince", f"{said} pour dire {what} : donnez un chiffre et une raison.")


def _brands(project: Project, facts: Facts) -> Iterator[Remark]:
    brand, count = project.brand, len(project.competitors)
    if not brand.name:
        yield Remark("marque", "à faire", "Donnez le nom de votre marque.")
    if not brand.sheet:
        yield Remark("marque", "à faire", "Présentez votre marque en quelques phrases.")
    for named, listed in (("force", brand.strengths), ("faiblesse", brand.weaknesses)):
        if not listed:
            yield Remark("marque", "à faire", f"Donnez à votre marque une {named} au moins.")
    if brand.color and not COLOR.fullmatch(brand.color):
        text = f"{_name(brand.color)} n’est pas le code d’une couleur : écrivez-le comme #7a1f3d."
        yield Remark("marque", "mince", text)
    if count < 2:
        yield Remark("marque", "à faire", f"{_competitors(count)} : étudiez-en deux ou trois.")
    for other in project.competitors:
        if not other.described:
            yield Remark("marque", "mince", f"{_name(other.name)} n’a encore que son nom.")
    if count and not (project.axes or project.placed):
        text = "Comparez les marques sur deux ou trois critères qui comptent pour vos clients."
        yield Remark("marque", "à faire", text)


def _competitors(count: int) -> str:
    return "Un seul concurrent" if count else "Aucun concurrent"


def _strategies(project: Project, facts: Facts) -> Iterator[Remark]:
    if not project.strategies:
        yield Remark("strategies", "à faire", "Écrivez une stratégie pour un segment au moins.")
    table = project.segments
    for segment in table.loc[table["part_ca"].astype(float) >= MAIN_SHARE, "segment"]:
        if project.strategy_of(segment) is None:
            text = f"{_name(segment)} pèse dans le chiffre d’affaires et n’a pas de stratégie."
            yield Remark("strategies", "mince", text)
    for one in project.strategies:
        yield from _strategy(one, set(table["segment"]))


def _strategy(one: SegmentStrategy, segments: set[str]) -> Iterator[Remark]:
    name = _name(one.name)
    if not one.segment:
        yield Remark("strategies", "à faire", f"{name} ne vise aucun segment : choisissez-le.")
    elif one.statement.target.segment and segments and one.segment not in segments:
        text = f"{name} vise « {as_written(one.segment)} », qui n’est pas dans vos segments."
        yield Remark("strategies", "contradiction", text)
    if not one.parts:
        text = f"{name} n’a pas de sous-stratégie : quel score doit monter, et comment ?"
        yield Remark("strategies", "à faire", text)
    yield from _worded("strategies", one.why, f"pourquoi la stratégie {name}")


def _costs(project: Project, facts: Facts) -> Iterator[Remark]:
    if not project.actions:
        yield Remark("budget", "à faire", "Proposez une action au moins, et chiffrez-la.")
    for one in project.actions:
        if project.strategy_of(one.segment) is None:
            text = (
                f"{_name(one.title)} n’est rattachée à aucune stratégie : choisissez son segment."
            )
            yield Remark("budget", "à faire", text)
    if project.campaign is None:
        text = "Le ROI n’est pas encore calculé : clients touchés, hausse, panier, taux de marque."
        yield Remark("budget", "à faire", text)
    elif not project.ranges:
        text = "Le ROI n’a pas d’intervalle : donnez le bas et le haut de ce qui est incertain."
        yield Remark("budget", "mince", text)
    elif project.simulation is None:
        text = (
            "L’intervalle du ROI ne se calcule pas : chaque fourchette encadre-t-elle sa valeur ?"
        )
        yield Remark("budget", "mince", text)
    if project.campaign is not None and not project.campaign.baseline:
        text = "Et sans vous ? Donnez la part de ces clients qui commanderait de toute façon."
        yield Remark("budget", "mince", text)


def _deck(project: Project, facts: Facts) -> Iterator[Remark]:
    slides = load_final_project().slides
    for slide in slides:
        if slide.id == "conclusion" and not _said(project, slide.id):
            text = "Concluez : que recommandez-vous, et que demandez-vous à la marque ?"
            yield Remark("structure", "à faire", text)
    said, count = sum(_said(project, slide.id) for slide in slides[:-1]), len(slides) - 1
    if not said:
        text = "Donnez à chaque diapositive le message que l’on doit en retenir."
        yield Remark("structure", "mince", text)
    elif said < FEW_SLIDES:
        text = f"Un message pour {several(said, 'diapositive')} sur {count} : et les autres ?"
        yield Remark("structure", "mince", text)


def _said(project: Project, slide: str) -> bool:
    return slide in project.talk and bool(project.talk[slide].message)


def _talk(project: Project, facts: Facts) -> Iterator[Remark]:
    slides = load_final_project().slides
    noted = sum(bool(one.id in project.talk and project.talk[one.id].notes) for one in slides)
    if not noted:
        yield Remark("oral", "à faire", "Écrivez ce que vous direz de chaque diapositive.")
    elif noted < FEW_SLIDES:
        text = f"Des notes pour {several(noted, 'diapositive')} sur {len(slides)} : et les autres ?"
        yield Remark("oral", "mince", text)
    minutes = sum(slide_minutes(project, slide.id) for slide in slides)
    if minutes > MOST_MINUTES:
        shown = number(minutes, 0 if minutes == int(minutes) else 1)
        text = f"Votre exposé dure {shown} minutes, et vous en avez dix : raccourcissez."
        yield Remark("oral", "contradiction", text)


def slide_minutes(project: Project, slide: str) -> float:
    """The minutes of a slide: those of the authors, or else the course's.

    >>> slide_minutes(Project(), "marque")
    1.0
    """
    part = project.talk.get(slide)
    planned = next(one.minutes for one in load_final_project().slides if one.id == slide)
    return part.minutes if part and part.minutes is not None else planned


# --- what contradicts itself ----------------------------------------------------------------------


def _aims(project: Project, facts: Facts) -> Iterator[Remark]:
    """An action that aims at a score which no sub-strategy targets."""
    for one in project.actions:
        strategy = project.strategy_of(one.segment)
        if strategy and one.score and one.score not in strategy.parts:
            text = (
                f"{_name(one.title)} vise le score {one.score}, qu’aucune sous-stratégie de "
                f"{_name(strategy.name)} ne cherche à faire monter : changez l’un ou l’autre."
            )
            yield Remark("budget", "contradiction", text)


def _unpaid(project: Project, facts: Facts) -> Iterator[Remark]:
    """A segment with a strategy and no budget."""
    paid = {one.segment for one in project.actions if _cost(one)}
    for strategy in project.strategies:
        if strategy.segment and strategy.segment not in paid:
            text = f"{_name(strategy.name)} est une stratégie sans budget : chiffrez une action."
            yield Remark("budget", "contradiction", text)


def _cost(action: ProjectAction) -> bool:
    return any(line["quantite"] and line["cout_unitaire"] for line in action.lines)


def _over(project: Project, facts: Facts) -> Iterator[Remark]:
    """A total over the envelope."""
    if project.envelope is not None and project.total > project.envelope:
        text = (
            f"Vos actions coûtent {euros(project.total)} HT, plus que l’enveloppe de "
            f"{euros(project.envelope)} : que retirez-vous, ou que demandez-vous en plus ?"
        )
        yield Remark("budget", "contradiction", text)


def _unsourced(project: Project, facts: Facts) -> Iterator[Remark]:
    """A cost without a source, or with one to which nobody could go back."""
    for one in project.actions:
        for line in one.lines:
            source = str(line.get("source") or "")
            if not source.strip() or is_vague(source):
                what = f"{_name(line['libelle'])}, dans {_name(one.title)}"
                text = f"{what} : où avez-vous trouvé ce prix ? Nommez le document ou la page."
                yield Remark("budget", "contradiction", text)


def _objectives(project: Project, facts: Facts) -> Iterator[Remark]:
    """An objective without a figure, or within chance of what comes anyway."""
    for one in project.strategies:
        objective = one.statement.objective
        indicator = INDICATORS.get(objective.indicator)
        if indicator is None or objective.to_value is None:
            text = f"{_name(one.name)} n’a pas d’objectif chiffré : quel indicateur, et combien ?"
            yield Remark("strategies", "contradiction", text)
        elif why := _chance(one, facts.benchmarks.get(one.segment)):
            yield Remark("strategies", "contradiction", f"{_name(one.name)} : {why}")


def _chance(one: SegmentStrategy, known: Benchmark | None) -> str:
    """Why an aim cannot be told from what comes anyway; empty when it can."""
    objective = one.statement.objective
    indicator, aim, anyway = (
        INDICATORS[objective.indicator],
        objective.to_value,
        objective.anyway_value,
    )
    assert aim is not None
    if known is not None and objective.indicator == SHARE:
        verdict = judge_aim(known, aim)
        return verdict.text if verdict.place in ("below", "inside") else ""
    if anyway is None or (aim < anyway if indicator.lower_is_better else aim > anyway):
        return ""
    shown = indicator.typed(aim), indicator.typed(anyway)
    return f"{shown[0]} visés, et {shown[1]} viendraient sans vous : qu’apportez-vous ?"


def _refused(project: Project, facts: Facts) -> Iterator[Remark]:
    """A list that writes to those who refused."""
    for one in project.actions:
        reachable = facts.reachable.get((one.segment, one.channel))
        if reachable is not None and one.count is not None and one.count > reachable:
            text = (
                f"{_name(one.title)} s’adresse à {several(one.count, 'client')} par {one.channel}, "
                f"mais {_can(reachable)} : retirez de la liste ceux qui ont refusé."
            )
            yield Remark("budget", "contradiction", text)


def _can(count: int) -> str:
    able = "peuvent" if count > 1 else "peut"
    return f"{number(count)} seulement {able} être contacté{'s' if count > 1 else ''} ainsi"


def _twice(project: Project, facts: Facts) -> Iterator[Remark]:
    """A discount counted as a cost and in the margin."""
    discounted = project.campaign is not None and project.campaign.discount > 0
    for one in project.actions if discounted else ():
        for line in one.lines:
            if trap_of(str(line["libelle"])) == trap_of("remise"):
                text = (
                    f"{_name(line['libelle'])} est dans les coûts, et le ROI retire déjà la remise "
                    "de la marge : ne la comptez qu’une fois, dans la marge."
                )
                yield Remark("budget", "contradiction", text)


def _name(text: object) -> str:
    return f"« {as_written(text)} »"


def _listed(names: list[str]) -> str:
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


RULES: tuple[Rule, ...] = (
    _analysis, _brands, _strategies, _objectives, _costs, _aims, _unpaid, _over, _unsourced,
    _refused, _twice, _deck, _talk,
)  # fmt: skip
