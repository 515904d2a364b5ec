"""Two markers, with names or codes: what they agree on, what differs, and what was settled."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest
from openpyxl import load_workbook
from support.graded import SHEET, graded, missing

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.reports.hand_marks import COLUMNS, read_marked, write_to_mark
from rfm_helpers.teacher.reports.markers import gather, write_nameless

PLACES = {name: place for place, name in enumerate(COLUMNS, start=1)}
CLASS = (graded("e1"), graded("e2"), missing("e3"))


def give(path: Path, given: dict[tuple[str, str], tuple[object, str]]) -> None:
    book = load_workbook(path)
    page = book["À noter"]
    for row in range(2, page.max_row + 1):
        who, key = (page.cell(row, PLACES[name]).value for name in ("etudiant", "clé"))
        if (who, key) in given:
            points, comment = given[who, key]
            page.cell(row, PLACES["points"]).value = points
            page.cell(row, PLACES["commentaire"]).value = comment
    book.save(path)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    write_to_mark(tmp_path / "a_noter.xlsx", SHEET, CLASS)
    return tmp_path


def copies(results: Path, source: str = "a_noter.xlsx") -> list[Path]:
    found = [results / f"{marker}.xlsx" for marker in ("anne", "bruno")]
    for path in found:
        copyfile(results / source, path)
    return found


def marks(results: Path) -> dict[str, dict[str, float]]:
    read = read_marked(results / "a_noter.xlsx", SHEET, CLASS)
    return {one.student.id: dict(one.manual) for one in read if one.manual}


def test_points_are_brought_together_and_differences_listed(results: Path) -> None:
    anne, bruno = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, "Bien."), ("e1", "conseil/action"): (1, "Oui.")})
    give(bruno, {("e1", "conseil/appui"): (1, "Flou."), ("e1", "conseil/action"): (1, "Oui.")})
    give(bruno, {("e2", "conseil/action"): (1.5, "")})
    (found,) = gather(results, SHEET, CLASS, [anne, bruno])
    assert (found.graded.student.id, found.points, found.kept) == ("e1", (2, 1), 1.5)
    assert marks(results) == {
        "e1": {"conseil/appui": 1.5, "conseil/action": 1},
        "e2": {"conseil/action": 1.5},
    }
    first, _, _ = read_marked(results / "a_noter.xlsx", SHEET, CLASS)
    assert first.comments == {"conseil/appui": "Bien. / Flou.", "conseil/action": "Oui."}
    rows = list(load_workbook(results / "ecarts.xlsx").active.iter_rows(values_only=True))
    assert rows[0][4:] == ("anne", "bruno", "Retenu") and rows[1][4:] == (2, 1, 1.5)


def test_what_was_settled_stays(results: Path) -> None:
    anne, bruno = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, "")})
    give(bruno, {("e1", "conseil/appui"): (1, "")})
    gather(results, SHEET, CLASS, [anne, bruno])
    give(results / "a_noter.xlsx", {("e1", "conseil/appui"): (2.5, "Relu à deux.")})
    gather(results, SHEET, CLASS, [anne, bruno])
    assert marks(results) == {"e1": {"conseil/appui": 2.5}}


def test_nameless_copies_say_no_name_and_come_back_to_their_students(results: Path) -> None:
    path = write_nameless(results, SHEET, CLASS)
    text = "".join(str(cell.value) for row in load_workbook(path)["À noter"] for cell in row)
    assert "Morel" not in text and "e1" not in text.split("copie-")[0]
    lines = (results / "anonymat.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    codes = {student: code for code, student in (line.split(";") for line in lines)}
    assert codes.keys() == {"e1", "e2", "e3"}
    anne, bruno = copies(results, path.name)
    give(anne, {(codes["e2"], "conseil/appui"): (2, "")})
    give(bruno, {(codes["e2"], "conseil/action"): ("1,5", "")})
    assert gather(results, SHEET, CLASS, [anne, bruno]) == []
    assert marks(results) == {"e2": {"conseil/appui": 2, "conseil/action": 1.5}}


def test_codes_stay_and_a_nameless_copy_is_not_written_over(results: Path) -> None:
    path = write_nameless(results, SHEET, CLASS)
    before = (results / "anonymat.csv").read_bytes()
    with pytest.raises(CourseError, match="existe déjà"):
        write_nameless(results, SHEET, CLASS)
    path.unlink()
    write_nameless(results, SHEET, [*CLASS, graded("e4")])
    assert (results / "anonymat.csv").read_bytes().startswith(before)


def test_a_mark_that_is_none_names_the_copy(results: Path) -> None:
    anne, bruno = copies(results)
    give(bruno, {("e1", "conseil/appui"): (9, "")})
    with pytest.raises(CourseError, match=r"bruno\.xlsx"):
        gather(results, SHEET, CLASS, [anne, bruno])
    assert marks(results) == {}


def test_a_text_changed_since_the_copy_is_flagged(results: Path) -> None:
    anne, _ = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, "")})
    later = (graded("e1", texts={"conseil": "Autre texte."}), *CLASS[1:])
    gather(results, SHEET, later, [anne])
    page = load_workbook(results / "a_noter.xlsx")["À noter"]
    assert page.cell(2, PLACES["à savoir"]).value == "texte modifié depuis"


def test_what_is_settled_and_another_copy_differ_in_the_open(results: Path) -> None:
    anne, bruno = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, "")})
    assert gather(results, SHEET, CLASS, [anne]) == []
    give(bruno, {("e1", "conseil/appui"): (1, "")})
    (found,) = gather(results, SHEET, CLASS, [anne, bruno])
    assert (found.points, found.kept) == ((2, 1), 2)
    give(anne, {("e1", "conseil/appui"): (0.5, "")})
    (found,) = gather(results, SHEET, CLASS, [anne])
    assert (found.points, found.kept) == ((0.5,), 2)
    assert marks(results) == {"e1": {"conseil/appui": 2}}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_codes_that_a_spreadsheet_saved_again_are_read(results: Path, separator: str) -> None:
    path = write_nameless(results, SHEET, CLASS)
    codes = results / "anonymat.csv"
    text = codes.read_text(encoding="utf-8-sig").replace(";", separator)
    codes.write_text(text, encoding="utf-8")
    code = text.splitlines()[1].partition(separator)[0]
    anne, _ = copies(results, path.name)
    give(anne, {(code, "conseil/appui"): (2, "")})
    gather(results, SHEET, CLASS, [anne])
    assert marks(results) == {"e1": {"conseil/appui": 2}}


@pytest.mark.parametrize("content", [b"\xe9\xff", b"x;y\r\n1;2\r\n"])
def test_codes_that_cannot_be_read_are_named(results: Path, content: bytes) -> None:
    (results / "anonymat.csv").write_bytes(content)
    with pytest.raises(CourseError, match=r"anonymat\.csv"):
        write_nameless(results, SHEET, CLASS)
    assert (results / "anonymat.csv").read_bytes() == content


@pytest.mark.parametrize("written", ["abs", "2.5/4", "2 sur 4", "½", "-", "50 %"])
def test_what_a_marker_writes_in_the_place_of_points_is_refused(
    results: Path, written: str
) -> None:
    anne, _ = copies(results)
    give(anne, {("e1", "conseil/appui"): (written, "")})
    with pytest.raises(CourseError, match=r"ligne 2 de.*anne\.xlsx.*écrivez un nombre"):
        gather(results, SHEET, CLASS, [anne])


@pytest.mark.parametrize(("written", "kept"), [("2,5", 2.5), (" 1.50 ", 1.5), ("\xa02", 2)])
def test_points_typed_as_text_count(results: Path, written: str, kept: float) -> None:
    anne, _ = copies(results)
    give(anne, {("e1", "conseil/appui"): (written, "")})
    gather(results, SHEET, CLASS, [anne])
    assert marks(results) == {"e1": {"conseil/appui": kept}}


def test_a_cell_of_spaces_is_an_empty_one(results: Path) -> None:
    give(results / "a_noter.xlsx", {("e1", "conseil/appui"): (" ", "")})
    anne, bruno = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, "")})
    give(bruno, {("e1", "conseil/appui"): ("\xa0", ""), ("e2", "conseil/appui"): (1, "")})
    assert gather(results, SHEET, CLASS, [anne, bruno]) == []
    assert marks(results) == {"e1": {"conseil/appui": 2}, "e2": {"conseil/appui": 1}}


def test_a_sorted_copy_with_a_sheet_more_and_a_row_less_is_read(results: Path) -> None:
    anne, _ = copies(results)
    give(anne, {("e1", "conseil/appui"): (2, ""), ("e2", "conseil/action"): (1, "")})
    book = load_workbook(anne)
    page = book["À noter"]
    lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    page.delete_rows(2, page.max_row)
    for line in sorted(lines[:-1], key=lambda line: str(line[5]), reverse=True):
        page.append(line)
    book.create_sheet("Mes calculs", 0)["A1"] = "brouillon"
    book.save(anne)
    gather(results, SHEET, CLASS, [anne])
    assert marks(results) == {"e1": {"conseil/appui": 2}, "e2": {"conseil/action": 1}}


def test_a_copy_counts_once_and_says_something(results: Path) -> None:
    anne, bruno = copies(results)
    with pytest.raises(CourseError, match=r"anne\.xlsx.*ni points ni commentaires"):
        gather(results, SHEET, CLASS, [anne])
    give(anne, {("e1", "conseil/appui"): (2, "")})
    with pytest.raises(CourseError, match=r"anne\.xlsx.*deux fois"):
        gather(results, SHEET, CLASS, [anne, anne])
    again = copyfile(anne, results / "anne (1).xlsx")
    with pytest.raises(CourseError, match=r"anne \(1\)\.xlsx.*deux fois.*anne\.xlsx"):
        gather(results, SHEET, CLASS, [anne, bruno, again])
    assert marks(results) == {}


def test_copies_of_one_name_are_told_apart(results: Path) -> None:
    found = [results / marker / "a_noter.xlsx" for marker in ("anne", "bruno")]
    for path, points in zip(found, (1, 2), strict=True):
        path.parent.mkdir()
        copyfile(results / "a_noter.xlsx", path)
        give(path, {("e1", "conseil/appui"): (points, "")})
    gather(results, SHEET, CLASS, found)
    titles = next(load_workbook(results / "ecarts.xlsx").active.iter_rows(values_only=True))
    assert titles[4:] == ("anne/a_noter", "bruno/a_noter", "Retenu")


def test_a_column_written_twice_is_refused(results: Path) -> None:
    anne, _ = copies(results)
    book = load_workbook(anne)
    book["À noter"].cell(1, len(COLUMNS) + 1).value = "points"
    book.save(anne)
    with pytest.raises(CourseError, match=r"points.*deux fois.*anne\.xlsx"):
        gather(results, SHEET, CLASS, [anne])


@pytest.mark.parametrize("spoil", ["code", "student"])
def test_a_code_or_a_student_given_twice_is_refused(results: Path, spoil: str) -> None:
    path = write_nameless(results, SHEET, CLASS)
    codes = results / "anonymat.csv"
    first, second, *others = codes.read_text(encoding="utf-8-sig").splitlines()[1:]
    code, student = first.split(";")
    twice = f"{code};{second.split(';')[1]}" if spoil == "code" else f"copie-0;{student}"
    lines = ["code;etudiant", first, twice, *others]
    codes.write_text("\n".join(lines), encoding="utf-8")
    anne, _ = copies(results, path.name)
    give(anne, {(code, "conseil/appui"): (2, "")})
    with pytest.raises(CourseError, match=r"deux fois.*anonymat\.csv"):
        gather(results, SHEET, CLASS, [anne])


def test_codes_with_signs_that_nobody_sees_are_read_and_a_lost_one_is_named(results: Path) -> None:
    path = write_nameless(results, SHEET, CLASS)
    codes = results / "anonymat.csv"
    lines = codes.read_text(encoding="utf-8-sig").splitlines()
    code = {line.split(";")[1]: line.split(";")[0] for line in lines}
    anne, _ = copies(results, path.name)
    give(anne, {(code["e2"], "conseil/appui"): (2, "")})
    odd = [line.replace(";", " ;\u200b") for line in lines[1:]]
    codes.write_text("\n".join(["code;etudiant", *odd]), encoding="utf-8")
    gather(results, SHEET, CLASS, [anne])
    assert marks(results) == {"e2": {"conseil/appui": 2}}
    codes.write_text("\n".join(line for line in lines if code["e2"] not in line), encoding="utf-8")
    with pytest.raises(CourseError, match=rf"anne\.xlsx.*{code['e2']}"):
        gather(results, SHEET, CLASS, [anne])
