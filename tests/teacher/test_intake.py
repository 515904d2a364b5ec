"""What is handed in: folders and zips of any kind, and whose each work is."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4
from support.classroom import zipped

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom import intake
from rfm_helpers.teacher.classroom.attribution import Attribution, Submission, attribute, roster_of
from rfm_helpers.teacher.classroom.identities import Identity, read_identities, write_identities
from rfm_helpers.teacher.classroom.intake import Deposit, read_deposits, works_of
from rfm_helpers.teacher.results import Aside, Status, Student

DEVOIR, KEY = "devoir_1_rfm", "une clé de cours assez longue"
ROSTER = (
    Student("e1", "Morel", "Marc", participant="101"),
    Student("e2", "Denis", "Zoé", participant="102"),
    Student("e3", "Absent", "Luc"),
)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a process for each deposit: test_strange_data.py has those."""
    monkeypatch.setattr(intake, "apart", lambda work, budget, *given: work(*given))


def notebook(student: str = "e1", assignment: str = DEVOIR, proof: str | None = None) -> bytes:
    marks = {
        "devoir": assignment,
        "etudiant": student,
        "jeton": token(assignment, student, KEY) if proof is None else proof,
    }
    made = v4.new_notebook(metadata={"rfm": marks}, cells=[v4.new_code_cell("a = 1")])
    return json.dumps(made).encode()


def answers(student: str = "e1", exercise: str = DEVOIR, day: int = 1, **values: Any) -> bytes:
    entries = {"_etudiant": student, **values}
    saved = f"2026-01-{day:02d}T10:00:00+00:00"
    kept = {key: {"value": value, "saved": saved} for key, value in entries.items()}
    return json.dumps({"format": 1, "exercise": exercise, "answers": kept}).encode()


def hand_in(student: str = "e1", **values: Any) -> bytes:
    """The zip that « Rendre mon travail » writes."""
    return zipped(
        {
            f"{DEVOIR}.ipynb": notebook(student),
            f"reponses/{DEVOIR}.json": answers(student, **values),
        }
    )


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def deposits(tmp_path: Path, files: Mapping[str, bytes], *, as_zip: bool = False) -> list[Deposit]:
    if as_zip:
        path = tmp_path / "rendus.zip"
        path.write_bytes(zipped(files))
        return [*read_deposits(path)]
    return [*read_deposits(laid(tmp_path / "rendus", files))]


def attributed(found: list[Deposit]) -> Attribution:
    return attribute(found, ROSTER, DEVOIR, KEY)


def rows(found: list[Deposit]) -> dict[str, Submission]:
    return {one.student.id: one for one in attributed(found).submissions}


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_folder_per_student_and_moodles_names_are_read_alike(
    tmp_path: Path, as_zip: bool
) -> None:
    files = {
        "e1/rendu.zip": hand_in("e1", panier="12"),
        "Zoé Denis_102_assignsubmission_file_/rendu.zip": hand_in("e2"),
    }
    found = rows(deposits(tmp_path, files, as_zip=as_zip))
    assert [one.status for one in found.values()] == [
        Status.GRADED, Status.GRADED, Status.MISSING
    ]  # fmt: skip
    work = found["e1"].work
    assert work is not None and work.answers["panier"] == "12"


def test_moodles_flat_names_are_one_deposit_per_participant(tmp_path: Path) -> None:
    files = {
        f"Marc Morel_101_assignsubmission_file_{DEVOIR}.ipynb": notebook(),
        f"Marc Morel_101_assignsubmission_file_{DEVOIR}.json": answers(panier="3"),
        "Marc Morel_101_assignsubmission_onlinetext_onlinetext.html": b"<p>voici</p>",
    }
    (deposit,) = deposits(tmp_path, files, as_zip=True)
    assert (deposit.name, deposit.participant) == ("Marc Morel", "101")
    (work,) = works_of(deposit, DEVOIR)
    assert work.answers["panier"] == "3"


def test_a_zip_of_the_folder_of_all_is_read_like_the_folder(tmp_path: Path) -> None:
    files = {f"rendus/{student}/rendu.zip": hand_in(student) for student in ("e1", "e2")}
    found = rows(deposits(tmp_path, files, as_zip=True))
    assert found["e1"].work is not None and found["e2"].work is not None


def test_moodles_number_completes_a_list_without_it(tmp_path: Path) -> None:
    found = deposits(tmp_path, {"Zoé Denis_777_assignsubmission_file/a.zip": hand_in("e4")})
    attribution = attribute(found, [Student("e4"), Student("e5")], DEVOIR, KEY)
    assert [one.student.participant for one in attribution.submissions] == ["777", ""]


def test_files_at_the_top_are_a_deposit_each(tmp_path: Path) -> None:
    found = deposits(tmp_path, {"x.ipynb": notebook("e1"), "y.ipynb": notebook("e2")})
    assert [one.name for one in found] == ["x", "y"]
    assert rows(found)["e2"].work is not None


def test_what_is_no_folder_and_no_zip_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="ne peut pas être lu"):
        read_deposits(tmp_path / "rien")
    path = tmp_path / "notes.zip"
    path.write_bytes(b"pas une archive")
    with pytest.raises(CourseError, match="archive zip"):
        read_deposits(path)


@pytest.mark.parametrize("cut", [0, 30, 200])
def test_a_damaged_archive_is_an_error_and_not_a_class_of_absents(tmp_path: Path, cut: int) -> None:
    whole = zipped({"e1/a.zip": hand_in("e1"), "e2/a.zip": hand_in("e2")})
    path = tmp_path / "rendus.zip"
    path.write_bytes(whole[: len(whole) - cut][cut:] if cut else b"")
    with pytest.raises(CourseError, match="abîmée"):
        read_deposits(path)


def test_nothing_handed_in_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "rendus.zip"
    path.write_bytes(zipped({}))
    (tmp_path / "vide").mkdir()
    for place in (path, tmp_path / "vide"):
        with pytest.raises(CourseError, match="aucun travail"):
            read_deposits(place)


def test_a_zip_in_a_zip_is_read_and_other_archives_are_named(tmp_path: Path) -> None:
    within = zipped({"mon devoir/rendu.zip": hand_in("e1", panier="3")})
    files = {"e1/tout.zip": within, "e2/devoir.7z": b"7z", "e2/texte.html": b"<p>voici</p>"}
    found = rows(deposits(tmp_path, files))
    assert found["e1"].work is not None and found["e1"].work.answers["panier"] == "3"
    assert found["e2"].status is Status.UNREADABLE
    told = " ".join(found["e2"].notices)
    assert "devoir.7z" in told and "texte.html" in told


def test_names_that_climb_out_and_links_are_left_out(tmp_path: Path) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(f"../../{DEVOIR}.ipynb", notebook())
        link = zipfile.ZipInfo("lien.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (deposit,) = deposits(tmp_path, {"e1/rendu.zip": target.getvalue()})
    assert not deposit.files
    assert any("sort du dossier" in notice for notice in deposit.notices)
    assert any("lien" in notice for notice in deposit.notices)
    assert rows([deposit])["e1"].status is Status.UNREADABLE


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "cle.ipynb"
    secret.write_bytes(notebook("e2"))
    folder = laid(tmp_path / "rendus", {"e1/lisez.txt": b"bonjour"})
    (folder / "e1" / f"{DEVOIR}.ipynb").symlink_to(secret)
    (folder / "e3").symlink_to(tmp_path, target_is_directory=True)
    found = read_deposits(folder)
    assert all(not content for one in found for content in one.files.values())
    assert rows(found)["e1"].status is Status.UNREADABLE


def test_a_class_folder_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "lien").symlink_to(laid(tmp_path / "rendus", {"e1/a.ipynb": notebook()}))
    assert rows([*read_deposits(tmp_path / "lien")])["e1"].status is Status.GRADED


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LARGEST_FILE", 1_000_000)
    monkeypatch.setattr(intake, "LARGEST_DEPOSIT", 3_000_000)
    large = zipped({f"{rank}.json": b"0" * 900_000 for rank in range(50)})
    huge = zipped({f"{DEVOIR}.ipynb": b"0" * 50_000_000})
    within = zipped({"a.zip": zipped({"b.zip": huge})})
    files = {"e1/a.zip": large, "e2/b.zip": huge, "e3/c.zip": within}
    found = deposits(tmp_path, files)
    assert sum(len(content) for one in found for content in one.files.values()) < 4_000_000
    assert all(one.status is Status.UNREADABLE for one in rows(found).values())


def test_a_size_that_the_zip_hides_is_found_when_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LARGEST_FILE", 1_000)
    content = bytearray(zipped({f"{DEVOIR}.ipynb": b"0" * 100_000}))
    true, told = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    (deposit,) = deposits(tmp_path, {"e1/a.zip": bytes(content.replace(true, told))})
    assert not deposit.files and deposit.notices


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"cells": 3}', b"\xff\xfe", b'{"nbformat": 4, "cells": [1]}', b"[" * 5000],
)
def test_what_is_no_notebook_is_unreadable(tmp_path: Path, content: bytes) -> None:
    found = rows(deposits(tmp_path, {f"e1/{DEVOIR}.ipynb": content}))
    assert found["e1"].status is Status.UNREADABLE


def test_answers_are_kept_when_the_notebook_cannot_be_read(tmp_path: Path) -> None:
    files = {f"e1/{DEVOIR}.ipynb": b"{", "e1/reponses/a.json": answers(panier="3")}
    found = rows(deposits(tmp_path, files))["e1"]
    assert found.status is Status.UNREADABLE
    assert found.work is not None and found.work.answers["panier"] == "3"


def test_a_notebook_of_an_older_format_is_read(tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": json.loads(notebook())["metadata"],
        "worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": "a = 1",
                                   "outputs": [], "metadata": {}}]}],
    }  # fmt: skip
    found = rows(deposits(tmp_path, {f"e1/{DEVOIR}.ipynb": json.dumps(old).encode()}))
    assert found["e1"].status is Status.GRADED


@pytest.mark.parametrize("name", ["d.ipynb.txt", "d.ipynb.json", "D.IPYNB", "d (1).ipynb"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_notebook_is_read_as_browsers_and_editors_save_it(
    tmp_path: Path, name: str, encoding: str
) -> None:
    content = notebook("e1").decode().encode(encoding)
    assert rows(deposits(tmp_path, {f"e1/{name}": content}))["e1"].status is Status.GRADED


def test_what_a_notebook_put_out_is_not_carried_along(tmp_path: Path) -> None:
    made = json.loads(notebook("e1"))
    made["cells"][0] |= {"outputs": [[]] * 200_000, "metadata": {"x": [[]] * 1000, "rfm": {"y": 1}}}
    made["metadata"]["widgets"] = [[]] * 1000
    (work,) = works_of(deposits(tmp_path, {"e1/a.ipynb": json.dumps(made).encode()})[0], DEVOIR)
    assert work.student == "e1" and len(json.dumps(work.notebook)) < 500


def test_a_thousand_files_are_one_sentence_each_for_the_first_of_them(tmp_path: Path) -> None:
    inside = zipped({f"{rank}.txt": b"" for rank in range(400)})
    files = {"e1/a.zip": zipped({f"{rank}.zip": inside for rank in range(40)})}
    (deposit,) = deposits(tmp_path, files)
    assert len(deposit.notices) == intake.MOST_NOTICES + 1
    assert "autres n’ont pas été lus" in deposit.notices[-1]


def test_answers_without_end_are_cut(tmp_path: Path) -> None:
    many = {f"q{rank}": rank for rank in range(5000)}
    (work,) = works_of(deposits(tmp_path, {"e1/a.json": answers("e1", **many)})[0], DEVOIR)
    assert len(work.answers) == intake.MOST_ANSWERS and work.signed_answers == "e1"


@pytest.mark.parametrize(
    ("top", "name", "number"),
    [
        ("Awa Le_Goff_101_assignsubmission_file_", "Awa Le_Goff", "101"),
        ("X_2_102_assignsubmission_onlinetext_", "X_2", "102"),
        ("Participant 77_77_assignsubmission_file_", "Participant 77", "77"),
        ("Zoé  Denis_102_assignsubmission_file", "Zoé Denis", "102"),
        ("dossier 101", "dossier 101", ""),
    ],
)
def test_names_of_depositors_are_those_that_moodle_gives(
    tmp_path: Path, top: str, name: str, number: str
) -> None:
    (deposit,) = deposits(tmp_path, {f"{top}/a.ipynb": notebook("e1")}, as_zip=True)
    assert (deposit.name, deposit.participant) == (name, number)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data + b"\0" * 500_000,
        lambda data: b"MZ" + data,
        lambda data: b"Rar!\x1a\x07" + data[40:],
        lambda data: data.replace(b"PK\x03\x04", b"PK\x03\x05"),
    ],
    ids=["cut", "padded", "self-extracting", "another kind", "wrong marks"],
)
def test_a_spoiled_zip_is_read_or_named(tmp_path: Path, spoil: Any) -> None:
    files = {"e1/rendu.zip": spoil(hand_in("e1")), "e2/rendu.zip": hand_in("e2")}
    found = rows(deposits(tmp_path, files))
    assert found["e2"].status is Status.GRADED
    told = " ".join(found["e1"].notices)
    assert found["e1"].status is Status.GRADED or "rendu.zip" in told


@pytest.mark.parametrize("written", [b"Zo\x82", "Zo\u00e9".encode(), "Zoe\u0301".encode()])
def test_accents_of_any_system_are_those_of_the_list(tmp_path: Path, written: bytes) -> None:
    """Windows, and the archiver of a Mac, which does not mark its names as UTF-8."""
    shadow = "#" * len(written)
    files = of_moodle(f"{shadow} Denis", 998, **{"a.ipynb": BARE})
    path = tmp_path / "rendus.zip"
    path.write_bytes(zipped(files).replace(shadow.encode(), written))
    (deposit,) = read_deposits(path)
    assert deposit.name == "Zo\u00e9 Denis" and not deposit.notices


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((r"rendus\e1\a.ipynb", r"rendus\e2\a.ipynb"), ["e1", "e2"]),
        (("./e1/a.ipynb", "./e2//a.ipynb"), ["e1", "e2"]),
        (
            ("r/e1/a.ipynb", "r/e2/b.zip", "r/Thumbs.db", "r/.DS_Store", "__MACOSX/r/e1/._a.ipynb"),
            ["e1", "e2"],
        ),
        (("r/e1/a.ipynb", "r/e2/a.zip", "r/liste.csv"), ["e1", "e2", "liste"]),
        (("r/A_1_assignsubmission_file_a.zip", "r/B_2_assignsubmission_file_b.zip"), ["A", "B"]),
        (("A_1_assignsubmission_file_/devoir/sous/a.ipynb",), ["A"]),
        (("r/rendu_d_e1.zip", "r/rendu_d_e2.zip"), ["rendu_d_e1", "rendu_d_e2"]),
        (("e1/rendu.zip", "e1/b.ipynb"), ["e1"]),
        (("r/e1/x/a.ipynb", "r/e2/reponses/a.json"), ["e1", "e2"]),
    ],
)
@pytest.mark.parametrize("as_zip", [True, False])
def test_each_students_folder_is_found_however_the_class_was_packed(
    tmp_path: Path, names: tuple[str, ...], found: list[str], as_zip: bool
) -> None:
    if not as_zip and any("\\" in name for name in names):
        return
    files = dict.fromkeys(names, b"{}")
    assert [one.name for one in deposits(tmp_path, files, as_zip=as_zip)] == found


def test_a_folder_of_one_student_keeps_his_name(tmp_path: Path) -> None:
    (deposit,) = deposits(tmp_path, {"e1/devoir/a.ipynb": notebook()})
    assert deposit.name == "e1"
    (deposit,) = deposits(tmp_path, {"rendus/e1/a.ipynb": notebook()}, as_zip=True)
    assert deposit.name == "e1"


def test_one_deposit_at_a_time_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    taken = intake._entry_content

    def noted(archive: Any, entry: zipfile.ZipInfo, most: int) -> Any:
        read.append(entry.filename)
        return taken(archive, entry, most)

    monkeypatch.setattr(intake, "_entry_content", noted)
    path = tmp_path / "rendus.zip"
    path.write_bytes(zipped({f"{one.id}/{DEVOIR}.ipynb": notebook(one.id) for one in ROSTER}))
    found = read_deposits(path)
    assert len(found) == 3 and not read
    assert [len(read) for _ in found] == [1, 2, 3]
    submissions = attribute(found, ROSTER, DEVOIR, KEY).submissions
    assert [one.work and dict(one.work.deposit.files) for one in submissions] == [{}] * 3


def test_a_class_may_hold_more_than_one_deposit_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LARGEST_DEPOSIT", 2 * len(notebook()))
    files = {f"e1/{rank}.ipynb": notebook() for rank in range(4)}
    files |= {f"{student}/a.ipynb": notebook(student) for student in ("e2", "e3")}
    first, *others = deposits(tmp_path, files, as_zip=True)
    assert len(first.files) == 2 and len(first.notices) == 2
    assert [len(one.files) for one in others] == [1, 1]


def test_an_answer_that_is_odd_spoils_no_other(tmp_path: Path) -> None:
    made = json.loads(answers("e1", panier="3"))
    made["answers"] |= {"a": None, "b": [], "c": {"saved": "x"}, "d": {"value": 4}, "e": 5}
    files = {"e1/a.ipynb": notebook(), "e1/r.json": json.dumps(made).encode()}
    (work,) = works_of(deposits(tmp_path, files)[0], DEVOIR)
    assert work.answers == {"_etudiant": "e1", "panier": "3", "d": 4}
    assert work.answered_at.startswith("2026-01-01")


# --- whose it is ----------------------------------------------------------------------------------


def test_names_of_files_do_not_matter(tmp_path: Path) -> None:
    found = rows(deposits(tmp_path, {"e1/Sans titre (2).ipynb": notebook()}))
    assert found["e1"].status is Status.GRADED


def test_everyone_on_the_list_has_one_row(tmp_path: Path) -> None:
    found = attributed(deposits(tmp_path, {"e9/a.ipynb": notebook("e9"), "vide/x.txt": b"?"}))
    assert [one.student for one in found.submissions] == list(ROSTER)
    assert {one.status for one in found.submissions} == {Status.MISSING}
    assert len(found.strays) == 2 and "e9" in found.strays[0]


def test_a_neighbours_notebook_is_nobodys(tmp_path: Path) -> None:
    files = {"e1/a.ipynb": notebook("e1"), "e2/a.ipynb": notebook("e1")}
    found = rows(deposits(tmp_path, files))
    assert found["e1"].status is Status.GRADED
    assert found["e2"].status is Status.IDENTITY and found["e2"].work is None


def test_a_forged_name_is_to_be_checked(tmp_path: Path) -> None:
    forged = notebook("e2", proof=token(DEVOIR, "e1", KEY))
    assert rows(deposits(tmp_path, {"x/a.ipynb": forged}))["e2"].status is Status.IDENTITY


def test_a_notebook_without_its_metadata_is_known_by_folder_or_answers(tmp_path: Path) -> None:
    bare = json.dumps(v4.new_notebook(cells=[v4.new_code_cell("a = 1")])).encode()
    files = {"e1/a.ipynb": bare, "x/b.ipynb": bare, "x/c.json": answers("e2")}
    found = rows(deposits(tmp_path, files))
    for student in ("e1", "e2"):
        assert found[student].status is Status.GRADED
        assert any("ne dit plus" in notice for notice in found[student].notices)


def test_a_neighbours_answers_are_not_read(tmp_path: Path) -> None:
    files = {"e1/a.ipynb": notebook("e1"), "e1/b.json": answers("e2", panier="3")}
    found = rows(deposits(tmp_path, files))["e1"]
    assert found.work is not None and found.work.answers == {}
    assert any("e2" in notice for notice in found.notices)


def test_of_several_works_the_complete_and_newest_one_counts(tmp_path: Path) -> None:
    def one(day: int) -> bytes:
        files = {"n.ipynb": notebook(), "r.json": answers(panier=str(day), day=day)}
        return zipped(files)

    files = {"e1/a.zip": one(2), "e1/b.zip": one(9), "e1/c.zip": one(5), "e1/z.ipynb": notebook()}
    found = rows(deposits(tmp_path, files))["e1"]
    assert found.work is not None and found.work.answers["panier"] == "9"
    assert any("Plusieurs carnets" in notice for notice in found.notices)


def test_two_deposits_of_one_student_are_one_row(tmp_path: Path) -> None:
    found = rows(deposits(tmp_path, {"a.zip": hand_in("e1"), "b.zip": hand_in("e1")}))["e1"]
    assert found.status is Status.GRADED


def test_another_assignment_is_said_and_gives_way_to_the_right_one(tmp_path: Path) -> None:
    other = notebook("e1", assignment="devoir_2_strategie_budget")
    found = rows(deposits(tmp_path, {"e1/a.ipynb": other}))["e1"]
    assert found.status is Status.WRONG
    found = rows(deposits(tmp_path, {"e1/z.ipynb": other, "e1/a.ipynb": notebook("e1")}))["e1"]
    assert found.status is Status.GRADED


def test_without_a_list_the_students_are_those_who_handed_in(tmp_path: Path) -> None:
    found = deposits(tmp_path, {"e2/a.ipynb": notebook("e2"), "e1/a.ipynb": notebook("e1")})
    assert [student.id for student in roster_of(found, DEVOIR, KEY)] == ["e1", "e2"]


# --- a deposit is one student's -------------------------------------------------------------------


NAMELESS = (Student("e1"), Student("e2"), Student("e3"))


def of_moodle(name: str, number: int, **files: bytes) -> dict[str, bytes]:
    """What a participant handed in, in a folder named as Moodle does."""
    return {f"{name}_{number}_assignsubmission_file/{file}": data for file, data in files.items()}


def test_a_neighbours_notebook_with_a_later_date_takes_no_ones_row(tmp_path: Path) -> None:
    files = {
        **of_moodle("Marc", 101, **{"a.zip": hand_in("e1", panier="1")}),
        **of_moodle("Zoé", 102, **{"b.zip": hand_in("e2"), "c.ipynb": notebook("e1"),
                                   "c.json": answers("e1", day=28, panier="9")}),
    }  # fmt: skip
    found = attribute(deposits(tmp_path, files), NAMELESS, DEVOIR, KEY).submissions
    mine, theirs, _ = found
    assert mine.work is not None and mine.work.answers["panier"] == "1"
    assert theirs.status is Status.GRADED and "e1" in " ".join(theirs.notices)
    numbers = [one.student.participant for one in found]
    assert numbers == ["101", "102", ""]


def test_what_two_participants_claim_is_to_be_checked(tmp_path: Path) -> None:
    files = {
        **of_moodle("Marc", 101, **{"a.zip": hand_in("e1")}),
        **of_moodle("Zoé", 102, **{"b.zip": hand_in("e1")}),
    }
    found = attribute(deposits(tmp_path, files), NAMELESS, DEVOIR, KEY)
    assert found.submissions[0].status is Status.IDENTITY
    assert "plusieurs dépôts" in found.submissions[0].notices[-1]
    assert found.submissions[0].student.participant == ""
    assert {one.place for one in found.unsettled} == {("Marc", "101"), ("Zoé", "102")}


def test_two_notebooks_of_others_in_one_deposit_are_to_be_checked(tmp_path: Path) -> None:
    files = of_moodle("Zoé", 102, **{"a.ipynb": notebook("e1"), "b.ipynb": notebook("e2")})
    found = attribute(deposits(tmp_path, files), NAMELESS, DEVOIR, KEY).submissions
    assert [one.status for one in found] == [Status.IDENTITY, Status.IDENTITY, Status.MISSING]


def test_a_files_name_takes_no_ones_place(tmp_path: Path) -> None:
    name = "Zoé_102_assignsubmission_file_x_101_assignsubmission_file_z.zip"
    (deposit,) = deposits(tmp_path, {name: hand_in("e2")}, as_zip=True)
    assert (deposit.name, deposit.participant) == ("Zoé", "102")


def test_the_teacher_settles_what_signs_dispute(tmp_path: Path) -> None:
    files = {
        **of_moodle("Marc", 101, **{"a.zip": hand_in("e1", panier="1")}),
        **of_moodle("Zoé", 102, **{"b.zip": hand_in("e1", panier="2")}),
    }
    given = deposits(tmp_path, files)
    first = attribute(given, NAMELESS, DEVOIR, KEY)
    path = tmp_path / "identites.csv"
    write_identities(path, first.unsettled)
    text = path.read_text(encoding="utf-8-sig").replace("Marc;101;e1;", "Marc;101;e1;e1")
    path.write_text(text.replace("Zoé;102;e1;", "Zoé;102;e1;e2"), encoding="utf-8-sig")
    write_identities(path, first.unsettled)
    mine, theirs, _ = attribute(given, NAMELESS, DEVOIR, KEY, read_identities(path)).submissions
    assert mine.work is not None and mine.work.answers["panier"] == "1" and not mine.notices
    assert theirs.status is Status.GRADED and theirs.variant_of == "e1"
    assert "noté sur la variante de" in theirs.notices[0] and "e1" in theirs.notices[0]


def test_ids_of_two_lists_can_be_linked(tmp_path: Path) -> None:
    files = of_moodle("Marc", 101, **{"a.zip": hand_in("4101", panier="1")})
    roster = [Student("marc@ecole.example")]
    link = Identity(made_for="4101", student="marc@ecole.example")
    (found,) = attribute(deposits(tmp_path, files), roster, DEVOIR, KEY, [link]).submissions
    assert found.status is Status.GRADED and found.variant_of == "4101"
    assert found.work is not None and found.work.answers["panier"] == "1"


def test_another_key_is_told_from_a_forged_proof(tmp_path: Path) -> None:
    given = deposits(tmp_path, {"e1/a.zip": hand_in("e1"), "e2/a.zip": hand_in("e2")})
    assert attribute(given, ROSTER, DEVOIR, KEY).is_proven
    assert not attribute(given, ROSTER, DEVOIR, "une autre clé, assez longue").is_proven


# --- somebody else's deposit ----------------------------------------------------------------------

NAMED = (Student("e1", "Morel", "Marc"), Student("e2", "Denis", "Zoé"))
NUMBERED = (Student("e1", participant="101"), Student("e2", participant="102"))
OWN, STOLEN = hand_in("e1", panier="1"), hand_in("e1", panier="9")
BARE = json.dumps(v4.new_notebook(cells=[v4.new_code_cell("a = 1")])).encode()
SIGNED = zipped({"n.ipynb": BARE, "r.json": answers("e1", day=28, panier="9")})
STRANGER = zipped({"a.zip": hand_in("e9"), "b.zip": STOLEN})
THIEF = zipped({"a.zip": hand_in("e2"), "b.zip": STOLEN})
GRADED, CHECK, ABSENT = Status.GRADED, Status.IDENTITY, Status.MISSING
Handed = dict[tuple[str, int], bytes]


def attributed_to(folder: Path, roster: tuple[Student, ...], handed: Handed) -> Attribution:
    """Whose work is what participants (a name, a number) handed in."""
    files: dict[str, bytes] = {}
    for who, data in handed.items():
        files |= of_moodle(*who, **{"a.ipynb" if data is BARE else "a.zip": data})
    return attribute(deposits(folder, files), roster, DEVOIR, KEY)


@pytest.mark.parametrize(
    ("roster", "handed", "statuses"),
    [
        # The list has numbers, and the thief's is not on it.
        (NUMBERED, {("A", 101): OWN, ("X", 998): STOLEN}, (GRADED, ABSENT)),
        (NUMBERED, {("A", 101): OWN, ("X", 998): STOLEN, ("Y", 997): STOLEN}, (GRADED, ABSENT)),
        (NUMBERED, {("A", 101): OWN, ("X", 998): SIGNED}, (GRADED, ABSENT)),
        (NUMBERED, {("A", 101): OWN, ("X", 998): STRANGER}, (GRADED, ABSENT)),
        (NUMBERED, {("A", 101): SIGNED, ("X", 998): STOLEN}, (GRADED, ABSENT)),
        (NUMBERED, {("A", 101): b"rien", ("X", 998): STOLEN}, (Status.UNREADABLE, ABSENT)),
        (NUMBERED, {("X", 998): STOLEN}, (CHECK, ABSENT)),
        (NUMBERED, {("X", 998): STOLEN, ("Y", 997): STOLEN}, (CHECK, ABSENT)),
        (NUMBERED, {("X", 998): SIGNED}, (CHECK, ABSENT)),
        (NUMBERED, {("X", 998): STRANGER}, (CHECK, ABSENT)),
        (NUMBERED, {("X", 998): THIEF}, (CHECK, CHECK)),
        (NUMBERED, {("A", 101): OWN, ("X", 998): THIEF}, (GRADED, CHECK)),
        # The thief is on it.
        (NUMBERED, {("A", 101): OWN, ("B", 102): STOLEN}, (GRADED, CHECK)),
        (NUMBERED, {("A", 101): OWN, ("B", 102): THIEF}, (GRADED, GRADED)),
        (NUMBERED, {("B", 102): STOLEN}, (CHECK, CHECK)),
        (NUMBERED, {("B", 102): THIEF}, (ABSENT, GRADED)),
        (NUMBERED, {("A", 101): hand_in("e2"), ("B", 102): OWN}, (CHECK, CHECK)),
        (NUMBERED, {("B", 102): STOLEN, ("X", 998): STOLEN}, (CHECK, CHECK)),
        # The list has names alone.
        (NAMED, {("Marc Morel", 1): OWN, ("Jean Bon", 2): STOLEN}, (GRADED, ABSENT)),
        (NAMED, {("Morel Marc A.", 1): OWN}, (GRADED, ABSENT)),
        (NAMED, {("Jean Bon", 2): STOLEN}, (CHECK, ABSENT)),
        (NAMED, {("Participant 2", 2): STOLEN}, (GRADED, ABSENT)),
        (NAMED, {("Zoé Denis", 2): STOLEN}, (CHECK, CHECK)),
        # The list has ids alone: what two depositors claim is nobody's.
        (NAMELESS[:2], {("X", 1): OWN}, (GRADED, ABSENT)),
        (NAMELESS[:2], {("A", 1): SIGNED, ("X", 2): STOLEN}, (CHECK, ABSENT)),
        (NAMELESS[:2], {("X", 1): STRANGER}, (CHECK, ABSENT)),
        (NAMELESS[:2], {("A", 1): OWN, ("X", 2): STRANGER}, (GRADED, ABSENT)),
        (NAMELESS[:2], {("A", 1): OWN, ("B", 2): THIEF}, (GRADED, GRADED)),
    ],
)  # fmt: skip
def test_a_proof_in_anothers_deposit_beats_nothing(
    tmp_path: Path,
    roster: tuple[Student, ...],
    handed: Handed,
    statuses: tuple[Status, ...],
) -> None:
    found = attributed_to(tmp_path, roster, handed)
    assert tuple(one.status for one in found.submissions) == statuses
    mine, first = found.submissions[0], next(iter(handed))[0]
    assert mine.work is None or mine.work.deposit.name == first
    to_check = [one for one in found.submissions if one.status is CHECK]
    assert all(one.notices for one in to_check)
    assert bool(found.unsettled) is bool(to_check or found.strays)


TWINS = (Student("e1", "Denis", "Zoé"), Student("e2", "Denis", "Zoe"))
CYRILLIC = (Student("e1", "Иванова", "Анна"), Student("e2", "Петров", "Иван"))
NUMBERS = (Student("101", participant="102"), Student("102", participant="101"))
ALIKE = (Student("a-1"), Student("a1"))


@pytest.mark.parametrize(
    ("roster", "handed", "statuses"),
    [
        # Names that look alike.
        (TWINS, {("Zoé Denis", 1): OWN, ("Zoe Denis", 2): STOLEN}, (GRADED, CHECK)),
        (TWINS, {("Zoe Denis", 2): STOLEN}, (CHECK, CHECK)),
        (TWINS, {("Zoé Denis", 1): BARE, ("ZOE DENIS", 2): hand_in("e2")}, (GRADED, GRADED)),
        (CYRILLIC, {("Анна Иванова", 1): OWN, ("Иван Петров", 2): STOLEN}, (GRADED, CHECK)),
        (CYRILLIC, {("Пётр Сидоров", 9): STOLEN}, (CHECK, ABSENT)),
        (CYRILLIC, {("Anna Ivanova", 9): OWN}, (GRADED, ABSENT)),
        (NAMED, {("Ma\u200brc MOREL", 1): BARE}, (GRADED, ABSENT)),
        (NAMED, {("M\u0430rc Morel", 9): STOLEN}, (CHECK, ABSENT)),
        (NAMED, {("MOREL_Marc", 1): BARE}, (GRADED, ABSENT)),
        (NAMED, {("Zoé Morel", 9): STOLEN}, (CHECK, ABSENT)),
        (NAMED, {("Marc", 9): OWN}, (GRADED, ABSENT)),
        # Two participants of one name, one of whom is on the list.
        (NAMED, {("Marc Morel", 1): OWN, ("Marc Morel", 2): STOLEN}, (CHECK, ABSENT)),
        (NAMED, {("Marc Morel", 1): OWN, ("MOREL Marc", 2): BARE}, (CHECK, ABSENT)),
        (NAMED, {("Marc Morel", 1): OWN, ("Marc Morel", 2): hand_in("e9")}, (GRADED, ABSENT)),
        # Ids that look alike, or like another's number in Moodle.
        (ALIKE, {("a-1", 1): BARE, ("a1", 2): BARE}, (GRADED, GRADED)),
        (ALIKE, {("a-1", 1): hand_in("a1")}, (CHECK, CHECK)),
        (NUMBERS, {("X", 101): hand_in("102"), ("Y", 102): hand_in("101")}, (GRADED, GRADED)),
        (NUMBERS, {("X", 101): hand_in("101")}, (CHECK, CHECK)),
    ],
)
def test_who_looks_like_another_is_not_taken_for_him(
    tmp_path: Path,
    roster: tuple[Student, ...],
    handed: Handed,
    statuses: tuple[Status, ...],
) -> None:
    found = attributed_to(tmp_path, roster, handed).submissions
    assert tuple(one.status for one in found) == statuses


NEWER = zipped({"n.ipynb": notebook(), "r.json": answers("e1", day=9, panier="9")})


@pytest.mark.parametrize(
    ("handed", "statuses", "said"),
    [
        # « Rendre mon travail » writes whose it is in the name.
        ({"rendu_{}_e1.zip": OWN, "rendu_{}_e2.zip": NEWER}, (GRADED, CHECK), None),
        ({"rendu_{}_e2 (1).zip": NEWER}, (CHECK, CHECK), None),
        ({"rendu_{}_e1 (2).zip": zipped({"n.ipynb": BARE})}, (GRADED, ABSENT), None),
        # Nobody knows who handed in the others: two that differ are told.
        ({"a.zip": OWN, "b.zip": NEWER}, (GRADED, ABSENT), ("b", "a")),
        ({"b.zip": OWN, "a.zip": NEWER, "c.zip": OWN}, (GRADED, ABSENT), ("a", "b")),
        ({"a.zip": NEWER, "b.zip": NEWER}, (GRADED, ABSENT), None),
        # So are two folders of one name.
        (
            {"MOREL Marc/a.zip": OWN, "marc_morel/b.zip": NEWER},
            (GRADED, ABSENT),
            ("marc_morel", "MOREL Marc"),
        ),
    ],
)
def test_loose_files_of_one_student_are_told_apart_or_told(
    tmp_path: Path,
    handed: Mapping[str, bytes],
    statuses: tuple[Status, ...],
    said: tuple[str, str] | None,
) -> None:
    files = {name.format(DEVOIR): content for name, content in handed.items()}
    found = attribute(deposits(tmp_path, files), NAMED, DEVOIR, KEY).submissions
    assert tuple(one.status for one in found) == statuses
    told = [one for one in found[0].notices if "diffèrent" in one]
    assert bool(told) is bool(said)
    if said:
        assert isinstance(told[0], Aside)
        kept, other = (
            one.replace("\xa0", " ").find(f"« {name} »") for one in told for name in said
        )
        assert 0 < kept < other


def test_what_concerns_others_is_for_the_teacher_alone(tmp_path: Path) -> None:
    files = {
        **of_moodle("A", 101, **{"a.zip": STOLEN, "b.zip": hand_in("e2")}),
        **of_moodle("B", 102, **{"a.7z": b"7z"}),
        **of_moodle("X", 998, **{"a.ipynb": notebook("e1")}),
    }
    mine, theirs, _ = attributed(deposits(tmp_path, files)).submissions
    told = [one for one in mine.notices if not isinstance(one, Aside)]
    assert len(mine.notices) == 3 and len(told) == 1 and "Plusieurs carnets" in told[0]
    assert ["a.7z" in one for one in theirs.notices if not isinstance(one, Aside)] == [True]


def test_two_folders_of_one_proof_are_two_depositors(tmp_path: Path) -> None:
    found = rows(deposits(tmp_path, {"x/a.zip": OWN, "y/b.zip": STOLEN}))
    assert found["e1"].status is CHECK and "plusieurs dépôts" in found["e1"].notices[-1]
    assert rows(deposits(tmp_path / "2", {"x/a.zip": OWN}))["e1"].status is GRADED


def test_a_name_of_the_class_under_another_number_is_not_that_student(tmp_path: Path) -> None:
    for rank, work in enumerate((hand_in("e2"), BARE)):
        files = of_moodle("Zoé Denis", 998, **{"a.ipynb" if rank else "a.zip": work})
        found = attributed(deposits(tmp_path / str(rank), files))
        assert found.submissions[1].status is CHECK
        assert [one.place for one in found.unsettled] == [("Zoé Denis", "998")]


def test_an_id_that_the_teacher_gives_and_the_list_lacks_is_told(tmp_path: Path) -> None:
    given = deposits(tmp_path, of_moodle("X", 998, **{"a.zip": STOLEN}))
    found = attribute(given, NUMBERED, DEVOIR, KEY, [Identity("X", "998", "e1", "E01")])
    assert "à « E01 », qui n’est pas sur la liste" in found.strays[0].replace("\xa0", " ")
    assert [one.place for one in found.unsettled] == [("X", "998")]


@pytest.mark.parametrize(
    ("student", "statuses"), [("e1", (GRADED, ABSENT)), ("e2", (ABSENT, GRADED))]
)
def test_the_teacher_says_whose_a_strangers_deposit_is(
    tmp_path: Path, student: str, statuses: tuple[Status, ...]
) -> None:
    given = deposits(tmp_path, of_moodle("X", 998, **{"a.zip": STOLEN}))
    said = Identity("X", "998", "e1", student)
    found = attribute(given, NUMBERED, DEVOIR, KEY, [said]).submissions
    assert tuple(one.status for one in found) == statuses


def test_a_strangers_copy_is_told_on_the_row_that_it_would_have_taken(tmp_path: Path) -> None:
    files = of_moodle("A", 101, **{"a.zip": OWN}) | of_moodle("X", 998, **{"a.zip": STOLEN})
    found = attribute(deposits(tmp_path, files), NUMBERED, DEVOIR, KEY)
    assert "Un autre dépôt" in found.submissions[0].notices[-1]
    assert "« X », au nom de « e1 »" in found.strays[0].replace("\xa0", " ")
