"""The catalog: grids, segment sheets, customer types, and what a bad file says."""

import copy
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError, field_validator

from rfm_helpers.catalog import Grid, all_codes, load_customer_types, load_grid, load_segments
from rfm_helpers.catalog.base import CATALOG, load_yaml
from rfm_helpers.catalog.grids import GRID_NAMES, GridSegment
from rfm_helpers.catalog.segments import SegmentSheets
from rfm_helpers.errors import CourseError

NBSP = "\u00a0"

# Retyped from source 002, in its order.
ELEVEN = {
    "Champions": "444",
    "Fidèles": "334 342 343 344 433 434 443",
    "Fidèles potentiels": "332 333 341 412 413 414 431 432 441 442 421 422 423 424",
    "Nouveaux clients": "411",
    "Prometteurs": "311 312 313 331",
    "Besoin d’attention": "212 213 214 231 232 233 241 314 321 322 323 324",
    "Bientôt dormants": "211",
    "À risque": "112 113 114 131 132 133 142 124 123 122 121 224 223 222 221",
    "Dormants": "141",
    "Perdus": "111",
    "À ne pas perdre": "134 143 144 234 242 243 244",
}
BEST_TO_WORST = (
    "Champions",
    "Fidèles",
    "Fidèles potentiels",
    "Nouveaux clients",
    "Prometteurs",
    "À ne pas perdre",
    "Besoin d’attention",
    "Bientôt dormants",
    "À risque",
    "Dormants",
    "Perdus",
)
SMALL = """\
id: deux
title: "Deux segments"
levels: 2
source: "test"
segments:
  - id: haut
    name: "Haut"
    rank: 1
    color: "#1b8a5a"
    codes: ["2??"]
  - id: bas
    name: "Bas"
    rank: 2
    color: "#858585"
    codes: ["111", "112", "121", "122"]
"""


def refusal(folder: Path, text: str, model: type[BaseModel] = Grid) -> str:
    path = folder / "essai.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        load_yaml(path, model)
    return str(caught.value)


# --- grids ---------------------------------------------------------------------------------


def test_eleven_segments_hold_the_codes_of_the_source() -> None:
    grid = load_grid("onze")
    assert {name: sorted(grid.codes_of(name)) for name in grid.names} == {
        name: sorted(codes.split()) for name, codes in ELEVEN.items()
    }


def test_eleven_segments_are_ranked_from_best_to_worst() -> None:
    assert load_grid("onze").names == BEST_TO_WORST
    assert load_grid("cinq_niveaux").names == BEST_TO_WORST
    assert load_grid("vip").names == ("VIP", "À développer", "À réactiver")


@pytest.mark.parametrize("name", GRID_NAMES)
def test_every_code_falls_in_exactly_one_segment(name: str) -> None:
    grid = load_grid(name)
    held = Counter(code for segment in grid.segments for code in segment.codes)
    scores = [str(score) for score in range(1, grid.levels + 1)]
    assert held == Counter("".join(code) for code in itertools.product(scores, repeat=3))
    assert all(segment.codes for segment in grid.segments)


def steps_up(grid: Grid) -> list[tuple[str, str]]:
    """Pairs of codes whose second has one score one higher and a worse segment."""
    rank = {segment.name: segment.rank for segment in grid.segments}
    worse = []
    for code, place in itertools.product(all_codes(grid.levels), range(3)):
        better = code[:place] + str(int(code[place]) + 1) + code[place + 1 :]
        if better in grid.by_code and rank[grid.by_code[better]] > rank[grid.by_code[code]]:
            worse.append((code, better))
    return worse


def test_a_better_score_sometimes_gives_a_worse_segment_in_the_source() -> None:
    assert {("313", "314"), ("211", "221"), ("342", "442")} <= set(steps_up(load_grid("onze")))


@pytest.mark.parametrize("name", ["cinq_niveaux", "vip"])
def test_a_better_score_never_gives_a_worse_segment_in_our_grids(name: str) -> None:
    assert steps_up(load_grid(name)) == []


@pytest.mark.parametrize(
    ("grid", "code", "segment"),
    [
        ("onze", "234", "À ne pas perdre"),
        ("cinq_niveaux", "244", "À ne pas perdre"),
        ("cinq_niveaux", "524", "Fidèles potentiels"),
        ("cinq_niveaux", "555", "Champions"),
        ("cinq_niveaux", "511", "Nouveaux clients"),
        ("cinq_niveaux", "111", "Perdus"),
        ("vip", "444", "VIP"),
        ("vip", "441", "À développer"),
        ("vip", "333", "À développer"),
        ("vip", "255", "À réactiver"),
    ],
)
def test_segment_of_a_code(grid: str, code: str, segment: str) -> None:
    assert load_grid(grid).segment_of(code) == segment


@pytest.mark.parametrize("code", ["555", "44", "", "044"])
def test_a_code_of_another_number_of_levels_is_refused(code: str) -> None:
    with pytest.raises(CourseError, match="trois scores de 1 à 4"):
        load_grid("onze").segment_of(code)


def test_an_unknown_segment_name_is_refused_with_the_names() -> None:
    with pytest.raises(CourseError, match=r"Dormant.*Dormants"):
        load_grid("onze").codes_of("Dormant")


def test_both_grids_of_eleven_segments_share_ranks_and_colors() -> None:
    eleven, five = load_grid("onze"), load_grid("cinq_niveaux")
    assert eleven.colors == five.colors
    assert tuple(eleven.colors) == BEST_TO_WORST
    assert len(set(eleven.colors.values())) == 11
    assert {s.name: s.id for s in eleven.segments} == {s.name: s.id for s in five.segments}


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", GRID_NAMES)
def test_text_is_readable_on_every_color(name: str) -> None:
    for segment in load_grid(name).segments:
        low, high = sorted([luminance(segment.color), luminance(segment.text_color)])
        assert (high + 0.05) / (low + 0.05) >= 4.5, segment.name


def test_an_unknown_grid_is_refused_with_the_choices() -> None:
    with pytest.raises(CourseError, match=".*".join(GRID_NAMES)):
        load_grid("douze")


def test_a_grid_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_grid("onze").title = "autre"


# --- a learner's own grid ------------------------------------------------------------------


def test_a_learners_grid_is_read_again_after_an_edit(tmp_path: Path) -> None:
    path = tmp_path / "ma_grille.yaml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_grid(str(path)).codes_of("Haut") == ("211", "212", "221", "222")
    path.write_text(SMALL.replace('"Haut"', '"Sommet"'), encoding="utf-8")
    assert load_grid(path).names == ("Sommet", "Bas")


def test_codes_written_without_quotes_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "ma_grille.yaml"
    path.write_text(SMALL.replace('"111", "112"', "111, 112"), encoding="utf-8")
    assert load_grid(path).segment_of("112") == "Bas"


def test_rest_takes_the_codes_left(tmp_path: Path) -> None:
    path = tmp_path / "ma_grille.yaml"
    text = SMALL.replace('codes: ["111", "112", "121", "122"]', "rest: true")
    path.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert load_grid(path).codes_of("Bas") == ("111", "112", "121", "122")


def test_a_grid_of_ten_levels_uses_dashes() -> None:
    grid = Grid(
        id="dix",
        title="Dix",
        levels=10,
        source="test",
        segments=(
            GridSegment(id="a", name="A", rank=1, color="#858585", codes=("10-*-*", "9-10-*")),
            GridSegment(id="b", name="B", rank=2, color="#858585", rest=True),
        ),
    )
    assert len(grid.codes_of("A")) == 110
    assert grid.segment_of("9-9-10") == "B"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("levels: 2\n", "", 1, "la clé « levels » manque"),
        ("    rank: 1\n", "", 6, "la clé « rank » manque"),
        ("rank: 1", "rang: 1", 8, "la clé « rang » n’est pas prévue"),
        ("    rank: 1\n", "    rank: 1\n    taille: 3\n", 9, "la clé « taille » n’est pas prévue"),
        ("levels: 2", "levels: deux", 3, "un nombre entier, or on lit « deux »"),
        ("levels: 2", "levels: 11", 3, "« levels » doit être au plus 10, or on lit « 11 »"),
        ("rank: 2", "rank: 0", 13, "« rank » doit être au moins 1, or on lit « 0 »"),
        ("rank: 2", "rank: 1", 13, "le rang « 1 » sert à deux segments"),
        ('name: "Bas"', 'name: "Haut"', 12, "le nom « Haut » sert à deux segments"),
        ("id: bas", "id: haut", 11, "l’identifiant « haut » sert à deux segments"),
        ("id: bas", "id: Très bas", 11, "sans accent ni espace"),
        ('name: "Bas"', 'name: ""', 12, "« name » est un texte vide"),
        ('"#858585"', '"gris"', 14, "la couleur « gris »"),
        ('"#858585"', "#858585", 14, "attend un texte entre guillemets, or on lit rien"),
        ('["2??"]', '"2??"', 10, "« codes » attend une liste"),
        ('["2??"]', '["2??", "311"]', 10, "le code « 311 » ne désigne aucun code de 111 à 222"),
        ('"122"]', '"122", "212"]', 15, "on trouve deux fois « 212 »"),
        ('"122"]', '"121"]', 15, "on trouve deux fois « 121 »"),
        (', "122"]', "]", 5, "il manque « 122 »"),
        ('"2??"', '"22?"', 5, "il manque « 211 », « 212 »"),
        ('    codes: ["2??"]\n', "", 6, "soit des « codes », soit « rest: true »"),
        ('codes: ["2??"]', 'codes: ["2??"]\n    rest: true', 6, "soit « rest: true »"),
        ("segments:\n", "segments: aucun\nautre:\n", 6, "la clé « autre » n’est pas prévue"),
        ("rank: 2", "rank: 2\n    rank: 3", 14, "la clé « rank » est écrite deux fois"),
        ('title: "Deux', 'title: "Deux" "', 2, "le retrait"),
        ('title: "Deux segments"', "title: Deux : segments", 2, "un deux-points surprend"),
        ("levels: 2", "levels 2", 4, "il manque un deux-points"),
        ('    name: "Haut"', '\tname: "Haut"', 7, "remplacez les tabulations par des espaces"),
        ('["2??"]', '["2??"', 11, "un crochet"),
        ('["2??"]', "[2[12]?]", 10, "guillemets"),
        ("levels: 2", "levels: *deux", 3, "une valeur commence par *"),
        ('source: "test"', 'source: "test', 7, "un guillemet manque plus haut"),
        ('source: "test"', 'source: "te\x07st"', None, "ne suit pas les règles"),
    ],
)
def test_a_bad_grid_names_the_line_and_the_reason(
    tmp_path: Path, old: str, new: str, line: int | None, reason: str
) -> None:
    assert SMALL.count(old) == 1
    message = refusal(tmp_path, SMALL.replace(old, new))
    plain = message.replace(NBSP, " ")
    assert reason in plain
    assert plain.startswith("Fichier « essai.yaml »" + (f", ligne {line} : " if line else " : "))
    assert message.endswith(".") and "\n" not in message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "le fichier attend une suite de" in refusal(tmp_path, "")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"absente\.yaml"):
        load_grid(tmp_path / "absente.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "essai.yaml"
    path.write_bytes('title: "Fidèles"'.encode("cp1252"))
    with pytest.raises(CourseError, match="UTF-8"):
        load_yaml(path, Grid)


def plain_grid(name: str) -> dict[str, Any]:
    grid = load_grid(name).model_dump(mode="json")
    for segment in grid["segments"]:
        segment["rest"] = False
    return grid


@given(data=st.data(), name=st.sampled_from(GRID_NAMES))
def test_a_grid_with_a_code_removed_or_repeated_is_refused(data: st.DataObject, name: str) -> None:
    grid = plain_grid(name)
    Grid.model_validate(grid)
    mutated = copy.deepcopy(grid)
    code = data.draw(st.sampled_from(all_codes(grid["levels"])))
    if data.draw(st.booleans()):
        owner = next(s for s in mutated["segments"] if code in s["codes"])
        owner["codes"].remove(code)
        if not owner["codes"]:
            mutated["segments"].remove(owner)
    else:
        data.draw(st.sampled_from(mutated["segments"]))["codes"].append(code)
    with pytest.raises(ValidationError, match=code):
        Grid.model_validate(mutated)


# --- any model, as the questions use it ------------------------------------------------------


class Quiz(BaseModel):
    points: float
    answers: dict[str, int | str]
    passed: bool = False

    @field_validator("points")
    @classmethod
    def _positive(cls, points: float) -> float:
        if points <= 0:
            raise ValueError("les points doivent être positifs")
        return points


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("points: -1\nanswers: {}", 1, "les points doivent être positifs"),
        ("points: x\nanswers: {}", 1, "« points » attend un nombre, or on lit « x »"),
        ("points: 1\nanswers: []", 2, "« answers » attend une suite de « clé: valeur »"),
        ("points: 1\nanswers:\n  a: 1\n  b: [1]", 4, "« b » attend un nombre entier"),
        ("points: 1\nanswers: {}\npassed: peut-être", 3, "« passed » attend true ou false"),
        ("points: 1\nanswers: {}\n? [a, b]\n: 1", 3, "ne suit pas les règles"),
    ],
)
def test_any_model_gets_a_line_and_a_reason(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    plain = refusal(tmp_path, text, Quiz).replace(NBSP, " ")
    assert f"ligne {line} : " in plain
    assert reason in plain


# --- segment sheets ------------------------------------------------------------------------


def test_sheets_follow_the_source() -> None:
    assert [sheet.name for sheet in load_segments()] == list(ELEVEN)
    assert [len(sheet.actions) for sheet in load_segments()] == [8, 8, 8, 8, 7, 7, 8, 9, 8, 7, 6]


def test_sheets_and_grid_name_the_same_segments() -> None:
    assert {(s.id, s.name) for s in load_segments()} == {
        (s.id, s.name) for s in load_grid("onze").segments
    }


def test_every_action_is_told_once() -> None:
    texts = [action.text for sheet in load_segments() for action in sheet.actions]
    assert len(texts) == len(set(texts)) == 84


def test_actions_that_do_not_suit_luxury_say_what_to_do_instead() -> None:
    actions = [action for sheet in load_segments() for action in sheet.actions]
    unsuited = [action for action in actions if not action.luxury]
    assert len(unsuited) >= 10
    assert all(action.luxury_note for action in unsuited)
    risky = re.compile(r"\b(remise|réduction|concours|échéance|expire)\b")
    assert [a.text for a in actions if a.luxury and risky.search(a.text)] == [
        "Offrir une attention personnelle : un conseil sur rendez-vous, une révision, "
        "une remise en état de la pièce.".replace(" :", f"{NBSP}:")
    ]


def test_data_protection_is_advised_for_lost_customers() -> None:
    moved = {
        sheet.id for sheet in load_segments() for a in sheet.actions if "conformité" in a.moves
    }
    assert moved == {"perdus"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("moves: [F, M]", "moves: [F, X]", "« moves » n’admet que « R », « F »"),
        ("moves: [F, M]", "moves: []", "« moves » doit compter au moins 1"),
        ("channel: boutique", "channel: fax", "« SMS »"),
        ('        luxury_note: "Payer', '        # "Payer', "« luxury_note »"),
    ],
)
def test_a_bad_sheet_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = (CATALOG / "segments.yaml").read_text(encoding="utf-8")
    assert old in text
    message = refusal(tmp_path, text.replace(old, new, 1), SegmentSheets).replace(NBSP, " ")
    assert reason in message
    line = int(re.search(r"ligne (\d+)", message)[1])  # type: ignore[index]
    place = text[: text.index(old)].count("\n") + 1
    assert abs(line - place) <= 5


# --- customer types ------------------------------------------------------------------------

CUSTOMERS = pd.DataFrame(
    [
        ("meilleur", 20, 9, 5, 5, 5, 900, 0, 0, False, 6, 5),
        ("meilleur_bis", 40, 8, 5, 5, 5, 900, 0, 0, False, 6, 5),
        ("riche_parti", 800, 8, 1, 5, 5, 1000, 0, 0, False, 6, 5),
        ("potentiel", 30, 3, 5, 3, 3, 400, 0, 0, False, 6, 5),
        ("relais", 100, 2, 4, 1, 2, 800, 0, 3, False, 6, 5),
        ("nouveau", 30, 1, 5, 1, 1, 30, 0, 0, False, 2, 2),
        ("inactif", 500, 1, 2, 1, 1, 900, 0, 0, False, 6, 1),
        ("mecontent", 200, 1, 3, 1, 1, 600, 2, 0, False, 6, 5),
        ("ancien", 900, 1, 1, 1, 1, 1000, 0, 0, False, 0, 0),
        ("silencieux", 500, 1, 2, 1, 1, 900, 0, 0, False, 6, 0),
        ("filleul", 300, 1, 3, 1, 1, 300, 0, 0, True, 6, 5),
        ("ordinaire", 300, 1, 3, 1, 1, 300, 0, 0, False, 6, 5),
        ("un_seul_filleul", 300, 1, 3, 1, 1, 300, 0, 1, False, 6, 5),
    ],
    columns=[
        *["client_id", "recence", "frequence", "R", "F", "M", "anciennete", "reclamations"],
        *["filleuls", "filleul", "contacts_recus", "contacts_ouverts"],
    ],
).assign(
    montant_total=lambda d: d["M"] * 1000.0,
    panier_moyen=lambda d: d["M"] * 1000.0 / d["frequence"],
    marge=lambda d: d["M"] * 600.0,
)


def test_rules_find_the_customers_they_describe() -> None:
    found = {
        kind.id: set(CUSTOMERS.query(kind.rule)["client_id"])
        for kind in load_customer_types()
        if kind.rule is not None
    }
    assert found == {
        "meilleurs": {"meilleur", "meilleur_bis"},
        "haut_potentiel": {"potentiel"},
        "relais": {"relais"},
        "nouveaux": {"nouveau"},
        "inactifs": {"inactif"},
        "mecontents": {"mecontent"},
        "anciens": {"ancien", "riche_parti", "silencieux"},
        "amis": {"filleul"},
    }


def test_nine_types_in_the_order_of_the_source() -> None:
    assert [kind.id for kind in load_customer_types()] == [
        *["meilleurs", "haut_potentiel", "relais", "nouveaux", "inactifs", "mecontents"],
        *["anciens", "amis", "somnambules"],
    ]


def test_what_data_cannot_tell_is_said() -> None:
    kinds = {kind.id: kind for kind in load_customer_types()}
    assert kinds["somnambules"].visible == "non" and kinds["somnambules"].rule is None
    assert all(kind.why_not for kind in kinds.values() if kind.visible != "oui")


# --- French --------------------------------------------------------------------------------


def sentences(value: object) -> list[str]:
    if isinstance(value, BaseModel):
        return [text for item in value.__dict__.values() for text in sentences(item)]
    if isinstance(value, tuple):
        return [text for item in value for text in sentences(item)]
    return [value] if isinstance(value, str) else []


def shown_texts() -> list[str]:
    catalog = (load_segments(), load_customer_types(), *map(load_grid, GRID_NAMES))
    return [text for text in sentences(catalog) if " " in text and "==" not in text]


def test_french_typography() -> None:
    bad = re.compile(rf"(?<![{NBSP}\u202f])[;?!»%€]|(?<![{NBSP}]):\s|«(?!{NBSP})|'|\.\.\.|  ")
    rules = {kind.rule for kind in load_customer_types()}
    assert [text for text in shown_texts() if text not in rules and bad.search(text)] == []


def test_files_are_plain_yaml() -> None:
    for path in CATALOG.rglob("*.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8")), path.name


# --- where content stands ------------------------------------------------------------------------


def test_each_file_or_folder_of_content_is_read_by_the_module_of_its_name() -> None:
    content = {path.relative_to(CATALOG).parts[0] for path in CATALOG.rglob("*.yaml")}
    modules = {path.stem for path in CATALOG.glob("*.py")} - {"__init__", "base", "plans"}
    assert {name.removesuffix(".yaml") for name in content} == modules
