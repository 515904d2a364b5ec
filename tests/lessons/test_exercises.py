"""The exercises: their frame, their solutions, what they keep, and that they give nothing away."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from support.course import ROOT, load_tool
from support.lessons import headings, plain

from rfm_helpers.activities.exercises import answer_question
from rfm_helpers.errors import CourseError
from rfm_helpers.questions import (
    Choice,
    ChoiceCheck,
    Exercise,
    Kind,
    NumberCheck,
    Outcome,
    Question,
    Result,
    TableCheck,
    TextCheck,
    TextMistake,
    exercise,
)
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.exercise import exercise_names
from rfm_helpers.questions.model import rich

build = load_tool("build")

SOURCES = build.exercise_files()
NAMES = exercise_names()

each_exercise = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
each_name = pytest.mark.parametrize("name", NAMES)


def questions(name: str) -> list[Question]:
    return [asked.question for asked in exercise(name)]


def texts(question: Question) -> list[str]:
    """Everything a learner may read of a question, but for what the solution tells."""
    check: Any = question.check
    told = [question.statement, *question.hints, question.section]
    if isinstance(check, ChoiceCheck):
        return told + [text for one in check.choices for text in (one.text, one.explanation)]
    told += [mistake.message for mistake in check.mistakes]
    return told if isinstance(check, TableCheck) else [*told, check.otherwise]


@cache
def stored(source: Path) -> nbformat.NotebookNode:
    return nbformat.read(build.target_of(source), as_version=4)


def shown(cell: nbformat.NotebookNode) -> str:
    """What a cell printed, as text."""
    outputs = cell.get("outputs", [])
    return plain(" ".join(one.get("text") or one["data"].get("text/plain", "") for one in outputs))


def everything(source: Path) -> str:
    """All that a stored exercise holds, code, prose and outputs."""
    return plain(
        " ".join(
            f"{cell.source} {json.dumps(cell.get('outputs', []), ensure_ascii=False)}"
            for cell in stored(source).cells
        )
    )


# --- every exercise ------------------------------------------------------------------------------


def test_every_exercise_has_its_questions_and_its_source():
    assert [path.stem for path in SOURCES] == NAMES


def test_the_answers_to_every_exercise_are_tried():
    files = sorted((ROOT / "tests" / "lessons").glob("test_exercise_[0-9]*.py"))
    tried = [re.findall(r'name = "(\w+)"', path.read_text("utf-8")) for path in files]
    assert tried == [[name] for name in NAMES]


@each_exercise
def test_an_exercise_asks_four_to_six_questions_in_order(source):
    count = len(exercise(source.stem).questions)
    assert 4 <= count <= 6
    code = "\n".join(cell.source for cell in stored(source).cells if cell.cell_type == "code")
    asked = [int(rank) for rank in re.findall(r"^answer_question\(q(\d)\)$", code, re.MULTILINE)]
    assert asked == list(range(1, count + 1))
    assert "dièse" not in everything(source)
    assert code.index(f'open_question("{source.stem}")') < code.index("exercice.bilan()")


@each_exercise
def test_an_untouched_exercise_has_not_begun(source):
    (done,) = [shown(cell) for cell in stored(source).cells if "bilan()" in cell.source]
    count = len(exercise(source.stem).questions)
    assert done.startswith(f"0 question réussie sur {count} ")
    assert done.count("○ pas encore commencé") == count + 1
    assert not [word for word in ("✓", "↻", "⚠", "faux") if word in everything(source).lower()]
    for asked in exercise(source.stem):
        activity = answer_question(asked)
        assert activity.value is None
        activity.check_button.click()
        assert activity.result and activity.result.outcome is Outcome.NOT_STARTED


# --- no Python -----------------------------------------------------------------------------------


def open_cells(source: Path) -> list[str]:
    """The code that a learner has on the screen: what is not folded."""
    return [
        cell.source
        for cell in build.read_lesson(source).cells
        if cell.cell_type == "code" and not cell.metadata.get("jupyter", {}).get("source_hidden")
    ]


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.Tuple) and all(isinstance(one, ast.Constant) for one in node.elts)
    )


@each_exercise
def test_a_learner_changes_values_and_writes_no_python(source):
    """An open cell holds values, each beside its arrow, and one call of a tool made above."""
    for cell in open_cells(source):
        *values, last = ast.parse(cell).body
        assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call), cell
        for value in values:
            assert isinstance(value, ast.Assign) and literal(value.value), cell
            assert "# ←" in cell.splitlines()[value.lineno - 1], cell
        assert not re.search(r"None|==|[<>]|\[|\{|\"\w*_\w*\"", cell), cell
    for cell in build.read_lesson(source).cells:
        assert "reponse" not in cell.source and "`" not in cell.source, cell.source


@each_exercise
def test_a_refused_value_leaves_no_older_one_to_read(source):
    """What a cell shows follows from its own values, never from those of another cell."""
    cells = open_cells(source)
    changed = {name for cell in cells for name in assigned(cell)}
    for cell in cells:
        used = {node.id for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name)}
        assert used & changed == assigned(cell), cell


def assigned(cell: str) -> set[str]:
    return {
        node.id
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


#: A name of the program: two words tied by a line, or a text between straight quotes.
INTERNAL = re.compile(r"\b[a-z]+_[a-z_]+\b|''|\bNone\b|\bnan\b")
BAD_SPACE = re.compile(r"\S [:;?!»%€]|« ")


@each_exercise
def test_what_an_exercise_prints_is_french_with_its_units(source):
    for cell in stored(source).cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output["data"].get("text/plain", "")
            assert not INTERNAL.search(text), text
            assert not BAD_SPACE.search(text), text
            assert not re.fullmatch(r"[\s\d.,'−-]*", text), text


@each_name
def test_no_question_shows_a_name_of_the_program(name):
    for question in questions(name):
        check: Any = question.check
        success = getattr(check, "success", "")
        for text in [*texts(question), question.worked, success]:
            assert "`" not in text and not INTERNAL.search(text), text


def test_the_right_choice_cannot_be_told_by_its_length_or_its_place():
    checks = [q.check for n in NAMES for q in questions(n) if isinstance(q.check, ChoiceCheck)]
    single = [check for check in checks if not check.multiple]
    longest = [max(check.choices, key=lambda choice: len(choice.text)).right for check in single]
    assert sum(longest) <= len(single) * 0.4
    placed = Counter(check.right_letters[0] for check in single)
    assert set(placed) == set("abcd") and max(placed.values()) <= len(single) * 0.4


def run(code: str, names: dict[str, Any]) -> Any:
    """Run a cell; what its last line shows."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


@each_exercise
def test_every_solution_of_the_source_succeeds(source):
    names: dict[str, Any] = {}
    results = []
    for cell in build.read_source(source).cells:
        if cell.cell_type == "code":
            value = run(cell.source, names)
            if build.is_solution(cell) and isinstance(value, Result):
                results.append(value)
    assert [result.outcome for result in results] == [Outcome.SUCCESS] * len(results)
    asked = exercise(source.stem)
    assert [result.question_id for result in results] == [one.question.id for one in asked]
    assert asked.bilan().title.startswith(f"{len(results)} questions réussies sur {len(results)}")
    for cell in open_cells(source):
        for line in range(len(ast.parse(cell).body) - 1):
            refuse_in_words(cell, line, names)
    plt.close("all")


def refuse_in_words(cell: str, line: int, names: dict[str, Any]) -> None:
    """What no tool can read, put in the place of a value: a French sentence, never a traceback."""
    for unreadable in ("('abc', 'abc')", "(0, 15), (0, 15)", "None, None"):
        tree = ast.parse(cell)
        values = tree.body[line]
        assert isinstance(values, ast.Assign)
        values.value = ast.parse(unreadable, mode="eval").body
        if isinstance(values.targets[0], ast.Name):
            values.value = values.value.elts[0]
        with pytest.raises(CourseError):
            exec(compile(ast.fix_missing_locations(tree), "<cell>", "exec"), dict(names))


@each_exercise
def test_no_solution_leaks_into_the_notebook(source):
    notebook, content = stored(source), everything(source)
    learner = "\n".join(cell.source for cell in notebook.cells)
    assert not [cell for cell in notebook.cells if build.is_solution(cell)]
    solutions = [c for c in build.read_source(source).cells if build.is_solution(c)]
    assert solutions
    for cell in solutions:
        assert cell.source not in learner
        assert [line for line in cell.source.splitlines() if line not in learner]
    for asked in exercise(source.stem):
        assert plain(asked.question.worked) not in content
        check: Any = asked.question.check
        assert plain(getattr(check, "success", "")) not in content or not hasattr(check, "success")


def written(value: float) -> str:
    """A pattern that finds a number of three digits or more, in a French or English writing."""
    digits = f"{value:.0f}"
    grouped = r"[\s.,]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", digits))
    return rf"(?<![\d.,]){grouped}(?![\d])"


@each_name
def test_neither_notebook_nor_feedback_gives_a_number_away(name):
    notebook = everything(build.EXERCISE_SOURCES / f"{name}.py")
    for question in questions(name):
        if isinstance(question.check, NumberCheck):
            answer = question.check.answer
            told = plain(" ".join(texts(question)))
            assert not re.search(rf"(?<![\d.,]){answer:g}(?![\d.,])", told), question
            if abs(answer) >= 100:
                assert not re.search(written(answer), notebook), question


# --- every question ------------------------------------------------------------------------------


@each_name
def test_every_question_helps_and_points_to_a_section_of_the_lesson(name):
    (lesson,) = [path.stem for path in build.lesson_files() if path.stem.startswith(name[:2])]
    for question in questions(name):
        assert question.hints and question.worked
        assert plain(question.section) in headings(lesson)


@each_name
def test_feedback_asks_and_does_not_judge(name):
    for question in questions(name):
        check: Any = question.check
        if isinstance(check, ChoiceCheck):
            asked = [choice.explanation for choice in check.choices if not choice.right]
        else:
            asked = [mistake.message for mistake in check.mistakes]
            assert len(asked) >= 3, question
        assert [text for text in asked if "?" not in text] == []
        for text in texts(question):
            assert not re.search(r"\bfaux\b|\bfausse\b|\berreur\b", text, re.IGNORECASE), text


@each_name
def test_french_typography(name):
    for question in questions(name):
        for text in [*texts(question), question.worked, getattr(question.check, "success", "")]:
            prose = rich(re.sub("`.*?`", "x", text))
            assert not re.search(r"[ ][:;?!»%€]|«[ ]|[ ]{2}|'", prose), text


def test_question_ids_are_unique_across_the_exercises():
    ids = [question.id for name in NAMES for question in questions(name)]
    assert len(ids) == len(set(ids))


# --- what an exercise keeps ----------------------------------------------------------------------

TABLE = pd.DataFrame({"client_id": ["A", "B"], "jour": pd.to_datetime(["2025-01-01"] * 2)})


def small() -> Exercise:
    return Exercise(
        "99_exercices",
        (
            Question("nombre", "Combien ?", NumberCheck(4), hints=("Comptez.",), worked="2 + 2"),
            Question("table", "Qui ?", TableCheck(TABLE, keys=("client_id",))),
            Question(
                "choix", "Lequel ?", ChoiceCheck((Choice("un", "Oui.", True), Choice("deux", "?")))
            ),
            Question("mot", "Où ?", TextCheck(("Lyon",))),
        ),
    )


def outcomes(done: Exercise) -> list[Outcome]:
    return [asked.last.outcome for asked in done]


def test_verified_answers_come_back_whatever_their_kind():
    number, table, choice, word = small()
    assert number.verifier(4.0).outcome is Outcome.SUCCESS
    table.verifier(TABLE.set_index("client_id"))
    choice.verifier({"b"})
    word.verifier("Nice")
    expected = [Outcome.SUCCESS, Outcome.SUCCESS, Outcome.REVIEW, Outcome.REVIEW]
    assert outcomes(small()) == expected
    assert small().bilan().title == "2 questions réussies sur 4"
    assert "Nice" in list(small())[3].verifier().message
    assert list(small())[3].verifier().outcome is Outcome.NOT_STARTED


def test_a_later_wrong_try_takes_no_success_away_and_the_text_says_so():
    number, table, *_ = small()
    number.verifier(4)
    table.verifier(TABLE)
    assert small().bilan().title == "2 questions réussies sur 4"
    later = number.verifier(5)
    table.verifier(TABLE.head(1))
    assert later.outcome is Outcome.REVIEW
    assert "c’est votre meilleur essai qui compte" in later.message
    found = small().bilan()
    assert found.title == "2 questions réussies sur 4"
    assert found.text.count("réussi (c’est votre meilleur essai ; le dernier est à revoir)") == 2
    assert "votre meilleur essai" not in number.verifier(4).message
    assert "meilleur" not in small().bilan().text.splitlines()[0]


def test_an_exercise_counts_what_another_notebook_answers_meanwhile():
    opened = small()
    next(iter(small())).verifier(4)
    assert opened.bilan().title == "1 question réussie sur 4"


def test_what_cannot_be_read_or_is_not_given_leaves_the_answer_kept():
    number, *_ = small()
    number.verifier("4")
    for nothing in (None, ..., "", "beaucoup", object()):
        number.verifier(nothing)
    assert outcomes(small())[0] is Outcome.SUCCESS


def test_an_answer_is_kept_or_the_result_says_why_it_was_not(answers_folder):
    number, *_ = small()
    number.verifier(3)
    assert AnswerStore("99_exercices").get("nombre") == 3
    shelf = answers_folder / "99_exercices.json"
    shelf.unlink()
    shelf.mkdir()
    result = number.verifier(4)
    assert result.outcome is Outcome.SUCCESS
    assert "ne sont pas enregistrées" in result.message


def test_an_answer_too_long_to_keep_is_judged_all_the_same():
    _, table, *_ = small()
    long = pd.DataFrame({"client_id": [f"C-{rank:06}" for rank in range(20_000)], "jour": 0})
    result = table.verifier(long)
    assert result.outcome is Outcome.REVIEW
    assert "trop longue" in result.message


def test_a_question_is_asked_above_its_cell_and_its_choices_stand_where_they_are_made():
    *_, choice, _ = small()
    assert repr(choice).splitlines()[1:] == ["Lequel\u00a0?"]
    stored = answer_question(choice)._repr_mimebundle_()["text/html"]
    assert "<li>A. un</li><li>B. deux</li>" in stored


def test_hint_and_solution_come_when_asked():
    number, *_ = small()
    assert number.indice().text == "Comptez."
    assert number.solution().text == "2 + 2"


def test_an_unknown_exercise_is_answered_with_the_known_ones():
    with pytest.raises(CourseError, match="02_exercices"):
        exercise("99_exercices")


# --- words ---------------------------------------------------------------------------------------

SEGMENT = TextCheck(
    ("À ne pas perdre", "Champions"),
    known=("À ne pas perdre", "Champions", "Besoin d’attention"),
    mistakes=(TextMistake(("Besoin d’attention",), "Qu’a-t-il dépensé ?"),),
)


@pytest.mark.parametrize("answer", ["À ne pas perdre", "a ne pas perdre", " CHAMPIONS "])
def test_the_right_word_in_any_writing(answer):
    assert Question("q", "?", SEGMENT).verifier(answer).outcome is Outcome.SUCCESS


def test_a_wrong_word_names_the_mistake_and_an_unknown_one_cannot_be_read():
    ask = Question("q", "?", SEGMENT)
    assert ask.kind is Kind.TEXT
    assert ask.verifier("besoin d'attention").message == "Qu’a-t-il dépensé ?"
    for unreadable in ("Champion", 12.5, True, ["Champions"]):
        assert ask.verifier(unreadable).outcome is Outcome.ERROR
    code = Question("q", "?", TextCheck(("244",)))
    assert code.verifier(244).outcome is Outcome.SUCCESS
    assert code.verifier("442").outcome is Outcome.REVIEW
