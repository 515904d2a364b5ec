"""The teacher's guide: its minutes, the sections it names and the figures it quotes."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from support.contacts import refusing, staying
from support.course import NOTEBOOKS, ROOT
from support.lessons import headings, plain, printed, prose
from support.menus import menu_labels

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.catalog import load_case, load_customer_types, load_segments
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.catalog.lessons import load_lessons
from rfm_helpers.catalog.statements import load_statements
from rfm_helpers.datasets import COURSE_DATE, load_contacts, load_customers, load_orders
from rfm_helpers.teacher.house.dictionary import PLANTED_PAGE

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in PLANTED_PAGE.parent.glob("*.md")}
GUIDE = plain(" ".join(PAGES.values()))
CATALOG = ROOT / "rfm_helpers" / "catalog"
LESSONS = sorted(path.stem for path in (ROOT / "sources" / "lessons").glob("[01][0-9]_*.py"))
CORE = LESSONS[:9]
SHARED = {
    "01_strategie": ["statements.yaml"],
    "05_marc_morel": ["cases/marc_morel.yaml"],
    "06_budgetisation": ["cases/marc_morel.yaml", "costs.yaml"],
}
CLOSING = {"La suite"}
VOTE = "Le vote de l’activité 1"
RUBRICS = (
    "À dire, à montrer.",
    "En groupe.",
    "Erreurs à attendre.",
    "Planté, et où cela se voit.",
    "Si le temps manque.",
)
IN_WORDS = {3: "trois", 6: "six", 8: "huit", 9: "neuf"}
# A number of several digits, or one with its unit; not a duration of the session.
FIGURE = re.compile(
    r"(?<![\w,-])(?:\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?(?: [€%]| points| jours)?(?! minute)(?![\w])"
)


def part(name: str) -> list[str]:
    """The lines of the guide about a lesson, its title first."""
    return [plain(line) for line in PAGES[name].splitlines()]


@pytest.fixture(params=LESSONS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def plan(name: str) -> list[tuple[int, list[str]]]:
    """The minutes of each row of a plan, and the titles of the sections it covers."""
    rows = [line.split("|")[1:3] for line in part(name) if re.match(r"\| \d", line)]
    return [(int(minutes), titles.strip().split(" / ")) for minutes, titles in rows]


def without_titles(name: str) -> list[str]:
    """What the guide says of a lesson, without its titles and the minutes of its plan."""
    kept = [line for line in part(name) if not line.startswith("#")]
    return [re.sub(r"^\| \d+ \|[^|]*\|", "", line) for line in kept]


def known(name: str) -> str:
    """Everything a lesson says: its prose, its outputs, its quizzes and its activities."""
    number = name[:2]
    files = [*CATALOG.glob(f"quizzes/{number}_*.yaml"), *CATALOG.glob(f"drills/{number}_*.yaml")]
    files += [CATALOG / other for other in SHARED.get(name, [])]
    texts = [prose(name), *(plain(path.read_text(encoding="utf-8")) for path in files)]
    if (NOTEBOOKS / f"{name}.ipynb").exists():
        texts.append(printed(name))
    return plain(" ".join(texts).replace("**", ""))


def states(text: str, figure: str) -> bool:
    """Whether a text gives a figure as people write it, or as the answer to a question."""
    bare = re.sub(r"[^\d,]", "", figure).replace(",", ".")
    written = rf"(?<![\d,]){re.escape(figure)}(?!\d|,\d)"
    return re.search(rf"{written}|\b(?:value|answer): {re.escape(bare)} ", text) is not None


def test_every_lesson_has_its_part() -> None:
    assert [stem[:2] for stem in CORE] == [f"{number:02}" for number in range(9)]
    assert sorted(PAGES) == sorted([*LESSONS, "README", PLANTED_PAGE.stem])


def test_the_part_of_a_lesson_bears_its_title(name: str) -> None:
    assert part(name)[0] == f"# Leçon {int(name[:2])}. {headings(name)[0]}"


def test_the_guide_leads_to_each_of_its_pages() -> None:
    led = re.findall(r"\]\((\w+)\.md\)", PAGES["README"])
    assert set(led) == PAGES.keys() - {"README"}


def test_each_lesson_has_every_rubric_once(name: str) -> None:
    text = "\n".join(part(name))
    assert [text.count(f"**{rubric}**") for rubric in RUBRICS] == [1] * len(RUBRICS)
    assert (VOTE in text) == (name == "06_budgetisation")


def test_the_time_in_class_is_the_sum_of_the_plans() -> None:
    hours = sum(minutes for name in CORE for minutes, _ in plan(name)) / 60
    assert "environ sept heures et demie en salle" in GUIDE
    assert 7.25 <= hours < 7.75


def test_the_minutes_are_those_announced(name: str) -> None:
    (announced,) = [lesson.minutes for lesson in load_lessons() if lesson.id == name]
    assert sum(minutes for minutes, _ in plan(name)) == announced


def test_the_plan_follows_the_sections_of_the_lesson(name: str) -> None:
    titles, named = headings(name), [title for _, row in plan(name) for title in row]
    assert [title for title in named if title not in titles] == []
    places = [titles.index(title) for title in named]
    assert places == sorted(places)


def test_no_section_of_the_core_path_is_left_out_of_the_plan(name: str) -> None:
    text = (ROOT / "sources" / "lessons" / f"{name}.py").read_text(encoding="utf-8")
    sections = [plain(title) for title in re.findall(r"^# ## (.+)$", text, re.MULTILINE)]
    core = [title for title in sections if not title.startswith("Pour aller plus loin")]
    named = {title for _, row in plan(name) for title in row}
    assert set(core) - named - CLOSING == set()


def test_sections_named_elsewhere_exist() -> None:
    cited = re.findall(r"[Ll]eçon (\d+), section « (.+?) »(?=[\s;,.|:)])", GUIDE)
    titles = {int(name[:2]): headings(name) for name in LESSONS}
    assert len(cited) > 20
    assert [(n, title) for n, title in cited if title not in titles[int(n)]] == []


def test_sections_named_within_a_lesson_exist(name: str) -> None:
    text = " ".join(part(name))
    cited = re.findall(r"(?:la|les|dans la) sections? « (.+?) »(?=[\s;,.:)])", text)
    assert [title for title in cited if title not in headings(name)] == []


def test_figures_are_in_the_lesson(name: str) -> None:
    """In what is planted, a figure may also come from the page that tells all of it."""
    told = plain(PLANTED_PAGE.read_text(encoding="utf-8"))
    lesson, missing = known(name), []
    for line in without_titles(name):
        text = lesson + told if line.startswith("**Planté") else lesson
        found = {figure for figure in FIGURE.findall(line) if len(figure) > 1}
        missing += [(figure, line) for figure in found if not states(text, figure)]
    assert missing == []


def test_counts_in_words_are_those_of_the_activities() -> None:
    slips = load_drill("05_lapsus").items
    sub_strategies = load_case("marc_morel").strategy.sub_strategies
    counts = {
        ("01_strategie", "énoncés"): len(load_statements().statements),
        ("04_segmentation", "types"): len(load_customer_types()),
        ("05_marc_morel", "phrases"): len(load_drill("05_diagnostic").items),
        ("05_marc_morel", "affirmations"): len(slips),
        ("05_marc_morel", "tiennent"): sum("tient" in item.right for item in slips),
        ("05_marc_morel", "actions"): sum(len(sub.actions) for sub in sub_strategies),
        ("08_mesurer", "phrases"): len(load_drill("08_assistant").items),
    }
    told = {name: " ".join(part(name)).casefold() for name in LESSONS}
    expected = [(name, f"{IN_WORDS[count]} {what}") for (name, what), count in counts.items()]
    assert [(name, words) for name, words in expected if words not in told[name]] == []


def test_the_menus_are_called_as_the_guide_says() -> None:
    """JupyterLab writes « Exécuter » with a capital in that entry, its translation does not."""
    labels = {plain(label).casefold() for label in menu_labels()}
    quoted = re.findall(r"[Mm]enu ((?:« [^»]+ »(?:, )?)+)", GUIDE)
    entries = [entry.strip(" `") for run in quoted for entry in re.findall(r"« ([^»]+) »", run)]
    assert len(entries) >= 8
    assert [entry for entry in entries if entry.casefold() not in labels] == []


def test_the_wrong_action_expected_is_the_one_that_luxury_refuses() -> None:
    (sheet,) = [sheet for sheet in load_segments() if sheet.name == "À ne pas perdre"]
    (refused,) = [action.text for action in sheet.actions if not action.luxury]
    (quoted,) = re.findall(r"« ([^»]+) » choisi pour « À ne pas perdre »", GUIDE)
    assert plain(refused).startswith(quoted)


def test_the_vote_takes_the_time_of_its_section() -> None:
    text = " ".join(part("06_budgetisation"))
    vote = text[text.index(VOTE) : text.index("Ce que vous verrez")]
    steps = [int(minutes) for minutes in re.findall(r"(\d+) minutes?[.*]", vote)]
    (expected,) = [
        minutes for minutes, row in plan("06_budgetisation") if "Le premier besoin" in row
    ]
    assert len(steps) == 6
    assert sum(steps) == expected


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))


def test_the_longest_silences_are_those_of_one_purchase(customers: pd.DataFrame) -> None:
    silent = customers.nlargest(40, "recence", keep="all")
    assert len(silent) == 40 and (silent["frequence"] == 1).sum() == 38
    assert "C-0360" not in set(silent["client_id"])
    assert "des quarante plus longs silences, trente-huit n’ont acheté qu’une fois" in GUIDE


def test_most_of_those_who_sleep_left_in_the_spring(customers: pd.DataFrame) -> None:
    sleeping = customers[customers["segment"] == "Dormants"]
    last = pd.Timestamp(COURSE_DATE) - pd.to_timedelta(sleeping["recence"], unit="D")
    assert len(sleeping) == 16
    assert last.between("2024-02-01", "2024-04-30").sum() == 11


def test_opt_outs_set_the_segments_apart(customers: pd.DataFrame) -> None:
    """What the guide says of consent: few never gave it, and those evenly over the segments."""
    people = customers.merge(load_customers()[["client_id", "consentement"]])
    left = load_contacts().query("desabonnement == 1")["client_id"]
    people["left"] = people["client_id"].isin(left)
    people["never"] = (people["consentement"] == "non") & ~people["left"]
    shares = people.groupby("segment")[["left", "never"]].mean()
    good = shares.loc[["Champions", "À ne pas perdre"]]
    everyone = people[["left", "never"]].mean()
    assert (good["left"] > everyone["left"] + 0.05).all()
    assert (abs(good["never"] - everyone["never"]) < 0.03).all()


def test_the_draft_list_that_the_guide_comments(customers: pd.DataFrame) -> None:
    good = customers[customers["segment"] == "À ne pas perdre"]
    draft, day = good.nlargest(8, "montant_total")["client_id"], dt.date(2026, 1, 5)
    assert sum(client in refusing() for client in draft) == 5
    assert len(staying(draft, day, call=True)) == 2
    stay = staying(good["client_id"], day, call=True)
    assert f"{len(stay)} clients sur {len(good)} peuvent être appelés en janvier" in GUIDE
