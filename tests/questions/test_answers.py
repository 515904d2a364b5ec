"""The answers of learners: kept, merged, mended, and never lost to a killed process."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers_writer import QUESTIONS
from support.course import ROOT

from rfm_helpers.errors import CourseError
from rfm_helpers.questions import answers
from rfm_helpers.questions.answers import AnswerStore, answers_folder

DAY = dt.timedelta(days=1)


@pytest.fixture
def folder(answers_folder) -> Path:
    return answers_folder


@pytest.fixture
def store(folder) -> AnswerStore:
    return AnswerStore("essai", folder)


def content(folder: Path, name: str = "essai.json") -> dict[str, object]:
    """The answers in a file, read without the module under test."""
    data = json.loads((folder / name).read_text(encoding="utf-8"))
    return {question: entry["value"] for question, entry in data["answers"].items()}


def names(folder: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


# --- saving and restoring ------------------------------------------------------------------------


def test_what_is_done_to_a_value_given_is_no_answer(store, folder):
    store.set("lettres", ["a"])
    for _ in range(2):
        opened = AnswerStore("essai", folder)
        opened.get("lettres").append("b")
        opened.reload()
        opened.answers["lettres"].append("c")
        assert opened.latest("lettres") == ["a"]


def test_every_change_is_on_disk_before_set_returns_and_reopening_restores_it(store, folder):
    values = {
        "lettre": "b",
        "lettres": ["a", "c"],
        "nombre": 2350.5,
        "texte": "Fidélisation « à la française » 🎁",
        "plan": {"actions": [{"nom": "atelier", "cout": 2000}], "retenu": True},
        "vide": None,
    }
    for rank, (question, value) in enumerate(values.items(), 1):
        store.set(question, value)
        assert content(folder) == dict(list(values.items())[:rank])
    again = AnswerStore("essai", folder)
    assert again.answers == store.answers == values
    assert (again.get("vide", "absent"), again.get("jamais", "absent")) == (None, "absent")
    assert again.message == store.message == ""
    assert store.is_saved


def test_the_file_says_its_format_and_when_each_answer_was_given(store, folder):
    before = dt.datetime.now(dt.UTC)
    store.set("q", 1)
    data = json.loads((folder / "essai.json").read_bytes())
    assert (data["format"], data["exercise"]) == (1, "essai")
    assert before <= dt.datetime.fromisoformat(data["answers"]["q"]["saved"]) <= store.saved_at


def test_an_answer_is_detached_from_the_object_that_was_given(store):
    lines = [1]
    store.set("q", lines)
    lines.append(2)
    store.get("q").append(3)
    store.answers["q"].append(4)
    assert store.get("q") == [1]


def test_a_text_cut_in_the_middle_of_a_character_comes_back(store, folder):
    store.set("q", "\ud83c")
    assert AnswerStore("essai", folder).get("q") == "\ud83c"


def test_the_version_before_the_last_change_is_kept(store, folder):
    for number in (1, 2, 3):
        store.set("q", number)
    assert content(folder, "essai-precedent.json") == {"q": 2}
    assert names(folder, "*") == [".essai.lock", "essai-precedent.json", "essai.json"]


def test_exercises_have_files_of_their_own(store, folder):
    store.set("q", 1)
    assert AnswerStore("autre", folder).answers == {}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, (1, 2), {1: "a"}, object(), b"x"])
def test_only_json_values_are_answers(store, folder, value):
    with pytest.raises((TypeError, ValueError)):
        store.update({"bon": 1, "mauvais": value})
    assert store.answers == {}
    assert not folder.exists()


@pytest.mark.parametrize("question", ["", "q" * 201, 3])
def test_a_question_has_a_name(store, question):
    with pytest.raises(ValueError, match="question"):
        store.set(question, 1)


@pytest.mark.parametrize("exercise", ["", "../essai", "a/b", "a b", "x" * 81])
def test_the_name_of_an_exercise_cannot_leave_the_folder(exercise):
    with pytest.raises(ValueError, match="exercise"):
        AnswerStore(exercise)


def test_an_answer_that_is_too_long_is_refused_in_french(store):
    with pytest.raises(CourseError, match="trop longue"):
        store.set("q", "x" * answers.MAX_ANSWER)
    assert store.answers == {}


def test_too_many_long_answers_are_not_saved_until_they_are_shortened(store, folder, monkeypatch):
    monkeypatch.setattr(answers, "MAX_FILE", 1000)
    store.set("court", 1)
    store.set("long", "x" * 1000)
    assert "trop de place" in store.message
    assert not store.is_saved
    assert content(folder) == {"court": 1}
    store.set("long", "x")
    assert store.message == ""
    assert content(folder) == {"court": 1, "long": "x"}


# --- the time shown ------------------------------------------------------------------------------


def test_the_time_of_saving_is_shown_and_comes_back(store, folder):
    assert store.saved_text == ""
    store.set("q", 1)
    moment = store.saved_at.astimezone()
    assert store.saved_text == f"Enregistré à {moment:%H:%M}"
    again = AnswerStore("essai", folder)
    assert abs(again.saved_at - store.saved_at) < dt.timedelta(minutes=1)


def test_another_day_is_named(store):
    store.set("q", 1)
    store.saved_at = dt.datetime(2025, 12, 31, 14, 32).astimezone()
    assert store.saved_text == "Enregistré le 31 décembre 2025 à 14:32"


# --- several notebooks ---------------------------------------------------------------------------


def test_two_notebooks_lose_nothing_and_the_newest_answer_wins(store, folder):
    other = AnswerStore("essai", folder)
    store.set("une", 1)
    other.set("autre", 2)
    store.set("commune", "première")
    other.set("commune", "seconde")
    store.set("une", 3)
    assert content(folder) == {"une": 3, "autre": 2, "commune": "seconde"}
    assert store.get("commune") == "seconde"


def test_an_older_answer_that_could_not_be_saved_does_not_replace_a_newer_one(store, folder):
    folder.write_text("")
    store.set("commune", "ancienne")
    store.set("une", 1)
    folder.unlink()
    AnswerStore("essai", folder).set("commune", "nouvelle")
    store.set("autre", 2)
    assert content(folder) == {"commune": "nouvelle", "une": 1, "autre": 2}


def test_a_clock_that_is_set_back_loses_no_answer(store, folder, monkeypatch):
    store.set("q", "avant")
    yesterday = dt.datetime.now(dt.UTC) - DAY
    monkeypatch.setattr(answers, "_now", lambda: yesterday)
    store.set("q", "après")
    again = AnswerStore("essai", folder)
    again.set("q", "encore après")
    assert content(folder) == {"q": "encore après"}


OPERATION = st.tuples(
    st.sampled_from(["first", "second"]),
    st.sampled_from(["set", "set", "set", "reopen"]),
    st.sampled_from("abc"),
    st.integers(0, 9),
)


@settings(max_examples=40)
@given(st.lists(OPERATION, max_size=12))
def test_whoever_writes_the_file_holds_the_last_answer_to_each_question(operations):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stores = {who: AnswerStore("essai", folder) for who in ("first", "second")}
        expected: dict[str, int] = {}
        for who, act, question, value in operations:
            if act == "reopen":
                stores[who] = AnswerStore("essai", folder)
            else:
                stores[who].set(question, value)
                expected[question] = value
        assert AnswerStore("essai", folder).answers == expected


def test_two_processes_that_write_at_once_lose_nothing(folder):
    script = """
import sys
from pathlib import Path
from rfm_helpers.questions.answers import AnswerStore
store = AnswerStore("essai", Path(sys.argv[1]))
for number in range(25):
    store.set(f"{sys.argv[2]}{number}", number)
    store.set("commune", [sys.argv[2], number])
    assert store.is_saved, store.message
"""
    command = [sys.executable, "-c", script, str(folder)]
    writers = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = content(folder)
    assert found.pop("commune") in (["a", 24], ["b", 24])
    assert found == {f"{name}{number}": number for name in "ab" for number in range(25)}


def test_a_lock_held_elsewhere_is_explained_and_the_next_change_saves_all(
    store, folder, monkeypatch
):
    monkeypatch.setattr(answers, "LOCK_SECONDS", 0.01)
    store.set("q", 1)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with FileLock(folder / ".essai.lock"):
            held.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    store.set("q", 2)
    done.set()
    holder.join()
    assert "un autre notebook" in store.message
    assert content(folder) == {"q": 1}
    store.set("r", 3)
    assert content(folder) == {"q": 2, "r": 3}
    assert store.message == ""


# --- damaged and newer files ---------------------------------------------------------------------


def one_answer(value: str, saved: str = "2025-01-01T10:00:00+00:00") -> str:
    """A file with one answer, whose value and time are written as they come."""
    entry = f'{{"q": {{"value": {value}, "saved": "{saved}"}}}}'
    return f'{{"format": 1, "exercise": "essai", "answers": {entry}}}'


DAMAGED = {
    "empty": b"",
    "cut": b'{"format": 1, "exercise": "essai", "answers": {"q": {"va',
    "zeros": bytes(400),
    "binary": bytes(range(256)),
    "a list": b"[]",
    "no format": b"{}",
    "format in words": b'{"format": "un", "exercise": "essai", "answers": {}}',
    "answers in a list": b'{"format": 1, "exercise": "essai", "answers": [1]}',
    "of another exercise": b'{"format": 1, "exercise": "autre", "answers": {}}',
    "no zone": one_answer("1", "2025-01-01").encode(),
    "bottomless": b"[" * 100_000,
    "not a number": one_answer("NaN").encode(),
    "infinite": one_answer("1e999").encode(),
    "end of time": one_answer("1", "9999-12-31T23:59:59.999999+00:00").encode(),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_set_aside_and_the_version_before_comes_back(folder, damage):
    first = AnswerStore("essai", folder)
    first.set("une", 1)
    first.set("autre", 2)
    (folder / "essai.json").write_bytes(damage)
    store = AnswerStore("essai", folder)
    (aside,) = names(folder, "essai-abime-*.json")
    assert (folder / aside).read_bytes() == damage
    assert aside in store.message
    assert "revenues" in store.message
    assert store.answers == content(folder) == {"une": 1}
    store.set("autre", 3)
    assert content(folder) == {"une": 1, "autre": 3}
    assert aside in store.message
    assert AnswerStore("essai", folder).message == ""


def test_without_an_earlier_version_a_damaged_file_is_still_set_aside(folder):
    folder.mkdir()
    (folder / "essai.json").write_bytes(b"{")
    store = AnswerStore("essai", folder)
    assert "sans réponse" in store.message
    assert len(names(folder, "essai-abime-*.json")) == 1
    store.set("q", 1)
    assert content(folder) == {"q": 1}


def test_damage_while_a_notebook_is_open_loses_nothing(store, folder):
    store.set("une", 1)
    store.set("autre", 2)
    for damage in (b"un", b"deux"):
        (folder / "essai.json").write_bytes(damage)
        store.set("autre", 3)
        assert content(folder) == {"une": 1, "autre": 3}
    aside = {(folder / name).read_bytes() for name in names(folder, "essai-abime-*.json")}
    assert aside == {b"un", b"deux"}


def test_a_damaged_file_is_mended_by_reading_it_once(store, folder):
    store.set("une", 1)
    (folder / "essai.json").write_bytes(b"un")
    for _ in range(3):
        store.reload()
    assert len(names(folder, "essai-abime-*.json")) == 1
    assert content(folder) == {"une": 1}


def test_a_newer_file_that_comes_while_writing_is_not_replaced(store, folder, monkeypatch):
    store.set("une", 1)
    newer = b'{"format": 2}'
    serialized = AnswerStore._serialized

    def meanwhile(self: AnswerStore, entries: object) -> bytes:
        (folder / "essai.json").write_bytes(newer)
        return serialized(self, entries)

    monkeypatch.setattr(AnswerStore, "_serialized", meanwhile)
    store.set("autre", 2)
    assert (folder / "essai.json").read_bytes() == newer
    assert content(folder, "essai-format-1.json") == {"une": 1, "autre": 2}


def test_a_file_that_is_deleted_while_a_notebook_is_open_is_written_again(store, folder):
    store.set("une", 1)
    (folder / "essai.json").unlink()
    store.set("autre", 2)
    assert content(folder) == {"une": 1, "autre": 2}


def test_the_file_of_a_newer_course_is_never_touched(folder):
    folder.mkdir()
    path = folder / "essai.json"
    newer = b'{"format": 2, "answers": "in another shape"}'
    path.write_bytes(newer)
    store = AnswerStore("essai", folder)
    assert "plus récente" in store.message
    assert "essai-format-1.json" in store.message
    store.set("q", 1)
    store.set("r", 2)
    assert store.is_saved
    assert content(folder, "essai-format-1.json") == {"q": 1, "r": 2}
    again = AnswerStore("essai", folder)
    assert (again.answers, again.message) == (store.answers, store.message)
    again.restart(["q"])
    assert content(folder, "essai-format-1.json") == {"r": 2}
    assert path.read_bytes() == newer


def test_a_course_made_newer_while_a_notebook_is_open_loses_nothing(store, folder):
    store.set("q", 1)
    newer = b'{"format": 2, "answers": "in another shape"}'
    (folder / "essai.json").write_bytes(newer)
    store.set("r", 2)
    assert "plus récente" in store.message
    assert content(folder, "essai-format-1.json") == {"q": 1, "r": 2}
    assert (folder / "essai.json").read_bytes() == newer


def test_answers_beside_those_of_a_newer_course_may_be_damaged_too(folder):
    folder.mkdir()
    (folder / "essai.json").write_bytes(b'{"format": 2}')
    AnswerStore("essai", folder).update({"q": 1})
    AnswerStore("essai", folder).update({"r": 2})
    (folder / "essai-format-1.json").write_bytes(b'{"format": 2}')
    assert AnswerStore("essai", folder).answers == {"q": 1}
    assert len(names(folder, "essai-format-1-abime-*.json")) == 1


def test_what_another_notebook_saved_is_there_once_reloaded(store, folder):
    AnswerStore("essai", folder).set("q", 1)
    assert store.get("q") is None
    store.reload()
    assert store.answers == {"q": 1}


# --- disks and folders that refuse ---------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_explained_and_tried_again(store, folder):
    folder.write_text("a file stands in the way")
    assert AnswerStore("essai", folder).message
    store.set("une", 1)
    assert (store.get("une"), store.is_saved) == (1, False)
    assert str(folder) in store.message
    assert "\n" not in store.message
    folder.unlink()
    store.set("autre", 2)
    assert content(folder) == {"une": 1, "autre": 2}
    assert (store.message, store.is_saved) == ("", True)


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_full_disk_leaves_the_file_whole_and_is_tried_again(store, folder, monkeypatch, call):
    store.set("une", 1)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        store.set("une", 2)
        assert "le disque est plein" in store.message
        assert store.saved_text == ""
        with pytest.raises(CourseError, match="le disque est plein"):
            store.restart()
    assert store.get("une") == 2
    assert content(folder) == {"une": 1}
    store.set("autre", 3)
    assert content(folder) == {"une": 2, "autre": 3}
    assert store.message == ""


def test_a_file_that_another_program_holds_for_a_moment_is_tried_again(store, folder, monkeypatch):
    refusals = [3]
    replace = os.replace

    def busy(source: Path, target: Path) -> None:
        if refusals[0]:
            refusals[0] -= 1
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    store.set("q", 1)
    assert refusals == [0]
    assert content(folder) == {"q": 1}
    refusals[0] = 1000
    store.set("q", 2)
    assert "gardez ce notebook ouvert" in store.message
    assert content(folder) == {"q": 1}


def test_a_file_that_cannot_be_read_is_not_replaced(store, folder, monkeypatch):
    store.set("q", 1)
    before = (folder / "essai.json").read_bytes()
    monkeypatch.setattr(time, "sleep", lambda _: None)

    def refuse(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        other = AnswerStore("essai", folder)
        other.set("r", 2)
        assert str(folder) in other.message
    assert (folder / "essai.json").read_bytes() == before
    other.set("s", 3)
    assert content(folder) == {"q": 1, "r": 2, "s": 3}


# --- starting again ------------------------------------------------------------------------------


def test_starting_again_keeps_a_copy(store, folder):
    store.update({"une": 1, "autre": 2})
    copy = store.restart()
    assert copy.name.startswith("essai-copie-")
    assert content(folder, copy.name) == {"une": 1, "autre": 2}
    assert store.answers == content(folder) == {}
    assert store.restart() is None
    store.set("une", 3)
    second = store.restart()
    assert second != copy
    assert content(folder, copy.name) == {"une": 1, "autre": 2}


def test_starting_some_questions_again_leaves_the_others(store, folder):
    store.update({"une": 1, "autre": 2})
    store.restart(["une", "jamais vue"])
    assert store.answers == content(folder) == {"autre": 2}


def test_what_was_forgotten_does_not_come_back_from_another_notebook(store, folder):
    store.update({"une": 1, "autre": 2})
    other = AnswerStore("essai", folder)
    store.restart()
    other.set("autre", 3)
    assert content(folder) == {"autre": 3}
    assert other.answers == {"autre": 3}


def test_starting_again_also_copies_what_could_not_be_saved(store, folder):
    folder.write_text("")
    store.set("q", 1)
    folder.unlink()
    copy = store.restart()
    assert content(folder, copy.name) == {"q": 1}
    assert store.is_saved


# --- where the answers are -----------------------------------------------------------------------


def test_the_environment_variable_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path / "ailleurs"))
    assert answers_folder() == tmp_path / "ailleurs"
    AnswerStore("essai").set("q", 1)
    assert content(tmp_path / "ailleurs") == {"q": 1}


def test_the_folder_is_that_of_the_course_around_the_notebook(monkeypatch, tmp_path):
    monkeypatch.delenv("RFM_REPONSES")
    monkeypatch.setattr(answers, "__file__", str(tmp_path / "lib" / "rfm_helpers" / "answers.py"))
    notebooks = tmp_path / "cours-rfm" / "notebooks"
    notebooks.mkdir(parents=True)
    monkeypatch.chdir(notebooks)
    assert answers_folder() == notebooks / "exercises" / "reponses"
    (tmp_path / "cours-rfm" / "data" / "orsenne").mkdir(parents=True)
    assert answers_folder() == tmp_path / "cours-rfm" / "exercises" / "reponses"


def test_the_module_loads_neither_widgets_nor_data_libraries():
    script = (
        "import sys, rfm_helpers.questions.answers; print(*{m.split('.')[0] for m in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert not {"pandas", "numpy", "ipywidgets", "pydantic"} & set(loaded.stdout.split())
    assert "filelock" in loaded.stdout


# --- killed at any moment ------------------------------------------------------------------------


def after(changes: int) -> dict[str, int]:
    """What the writer has answered after so many changes."""
    return {f"q{number % QUESTIONS}": number for number in range(1, changes + 1)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize("kills", [40, pytest.param(2_000, marks=pytest.mark.soak)])
def test_a_process_killed_at_any_moment_loses_nothing_that_it_had_saved(folder, kills):
    moments = random.Random(3)
    known = 0
    script = ROOT / "tests" / "support" / "answers_writer.py"
    command = [sys.executable, str(script), str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, **pipes) as parent:
        read = parent.stdout.readline
        for _ in range(kills):
            parent.stdin.write("\n")
            writer = int(read().removeprefix("start "))
            saved = [int(read()) for _ in range(moments.randrange(3))]
            time.sleep(moments.uniform(0, 0.015))
            os.kill(writer, signal.SIGKILL)
            saved += map(int, iter(read, "end\n"))
            known = max(saved, default=known)
            found = content(folder) if known or (folder / "essai.json").exists() else {}
            assert found in (after(known), after(known + 1))
            known = max(found.values(), default=0)
            again = AnswerStore("essai", folder)
            assert (again.answers, again.message) == (found, "")
    assert known > kills / 2
    content(folder, "essai-precedent.json")
    assert names(folder, "essai-abime-*") == []
