"""Submissions of known merit to the first assignment, as students hand them in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pandas as pd
from nbformat import NotebookNode, v4

from rfm_helpers.questions.chosen import CHOICES
from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom.notebooks import cell_name, student_notebook
from support import devoir_1 as truth

DEVOIR = truth.NAME
KEY = truth.KEY
POINTS = {q.id: q.points for q in truth.SHEET.questions if q.mode != "free"}
CODE = set(truth.CODE)
VALUES = [question for question in POINTS if question not in CODE]
KEYS = {"rfm": "client_id", "scores": "client_id", "segments": "client_id", "profil": "segment"}


@cache
def solutions() -> dict[str, str]:
    """What a perfect student writes, by question."""
    cells = jupytext.read(truth.SOURCE, fmt="py:percent").cells
    return {
        cell.metadata["rfm"]["answer"]: cell.source
        for cell in cells
        if "solution" in cell.metadata.get("tags", [])
    }


def right_values(student: str) -> dict[str, Any]:
    """The right answers to the fields, computed by other ways than the package's."""
    answers = truth.answers(student)
    return {q: answers[q] if q == "a_appeler" else f"{answers[q]:.2f}" for q in VALUES}


def blank(student: str) -> NotebookNode:
    """The notebook as it was handed out."""
    return student_notebook(truth.variant(student), token(DEVOIR, student, KEY))


def filled(student: str, code: Mapping[str, str]) -> NotebookNode:
    """The notebook with some answer cells filled in."""
    notebook = blank(student)
    for cell in notebook.cells:
        name = cell_name(cell)
        if name and name[0] == "answer" and name[1] in code:
            cell.source = code[name[1]]
    return notebook


def with_cell(notebook: NotebookNode, source: str, *, first: bool = False) -> NotebookNode:
    """The same notebook with a cell of the student's own, at its end or before all others."""
    cell = v4.new_code_cell(source)
    notebook.cells = [cell, *notebook.cells] if first else [*notebook.cells, cell]
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).encode()


def answers_file(student: str, values: Mapping[str, Any]) -> bytes:
    entries = {"_etudiant": student, **values}
    saved = "2026-01-15T10:00:00+00:00"
    kept = {key: {"value": value, "saved": saved} for key, value in entries.items()}
    return json.dumps({"format": 1, "exercise": DEVOIR, "answers": kept}).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def handed(notebook: NotebookNode, student: str, values: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a deposit: the zip that « Rendre mon travail » writes."""
    files = {
        f"{DEVOIR}.ipynb": as_bytes(notebook),
        f"reponses/{DEVOIR}.json": answers_file(student, values),
    }
    return {f"rendu_{DEVOIR}.zip": zipped(files)}


def lay(folder: Path, deposits: Mapping[str, Mapping[str, bytes]]) -> Path:
    """Write one folder per student."""
    for student, files in deposits.items():
        for name, content in files.items():
            path = folder / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


# --- a class whose marks are known ----------------------------------------------------------------


def share(question: str, given: pd.DataFrame, expected: pd.DataFrame) -> float:
    """The share of right cells of a table that is not right, half of the points at most."""
    key = KEYS[question]
    columns = [c for c in truth.SHEET.question(question).columns if c != key]
    both = expected.merge(given, on=key, suffixes=("", "_given"))
    right = 0
    for column in columns:
        one, other = both[column], both[f"{column}_given"]
        if pd.api.types.is_numeric_dtype(one):
            right += int(((one - other).abs() <= 0.01).sum())
        else:
            right += int((one.astype(str) == other.astype(str)).sum())
    return min(0.5, right / (len(columns) * max(len(given), len(expected))))


Expected = Mapping[str, float]


@dataclass(frozen=True)
class Merit:
    """A submission and the points that it is worth: those of `lost` less than all."""

    code: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    points: Callable[[str], Expected] = lambda student: {}
    #: What is chosen in the lists where that is not right, of one who writes no code.
    lists: Callable[[str], Mapping[str, Any]] | None = None

    def deposit(self, student: str) -> dict[str, bytes]:
        values = {**right_values(student), **self.values}
        if self.lists is None:
            return handed(filled(student, {**solutions(), **self.code}), student, values)
        return handed(blank(student), student, {**values, **chosen(student, self.lists(student))})

    def expected(self, student: str) -> dict[str, float]:
        return {**POINTS, **self.points(student)}


def chosen(student: str, other: Mapping[str, Any]) -> dict[str, Any]:
    """The right choices in the lists but for these, as the answers file has them."""
    return {CHOICES.format(q): kept for q, kept in {**truth.choices(student), **other}.items()}


def other_lists(student: str) -> dict[str, Any]:
    """Another number of levels, which the grid refuses."""
    levels = {4: "cinq", 5: "quatre"}[truth.variant(student).parameters["NIVEAUX"]]
    return {"scores": {"niveaux": levels, "mesure": "montant_total"}}


def typed_date(student: str) -> dict[str, Any]:
    """The student's own date, typed."""
    day = truth.variant(student).parameters["DATE_REFERENCE"]
    return {"lignes": {"date": f"={day}"}, "rfm": {"retours": "compris", "date": f"={day}"}}


def worth(**points: float) -> Callable[[str], Expected]:
    return lambda student: points


def other_levels(student: str) -> Expected:
    """Scores on another number of levels, which the grid refuses: nothing comes after them."""

    def one(hidden: bool) -> float:
        given = truth.variant(student, hidden)
        right = truth.answers(student, hidden)
        wrong = truth.scored(right["rfm"], 9 - given.parameters["NIVEAUX"])
        return share("scores", wrong, right["scores"])

    return {"scores": 2 * min(one(False), one(True)), "segments": 0, "profil": 0}


def all_champions(student: str) -> Expected:
    """Everyone a champion: the profile that follows is that of one segment, and right."""

    def one(hidden: bool) -> float:
        right = truth.answers(student, hidden)["segments"]
        return share("segments", right.assign(segment="Champions"), right)

    return {"segments": 2 * min(one(False), one(True))}


def written_profile(student: str) -> str:
    """The student's own right profile, typed in instead of computed."""
    profile = truth.answers(student)["profil"].drop(columns="commandes")
    return f"profil = pd.DataFrame({profile.to_dict('list')!r})"


def written_by_hand(student: str) -> Expected:
    own, elsewhere = (truth.answers(student, hidden)["profil"] for hidden in (False, True))
    return {"profil": 1.5 * share("profil", own, elsewhere)}


NO_CODE = {question: f"{question} = None" for question in CODE}
NO_CODE["lignes"] = "lignes, journal = None, None"
MERITS: dict[str, Merit] = {
    "parfait": Merit(),
    "nombres_francais": Merit(),
    "lignes_melangees": Merit(
        {
            "lignes": "{0}\nlignes = lignes.sample(frac=1, random_state=1)",
            "rfm": "{0}\nrfm = rfm.sort_values('montant_total')",
            "profil": "{0}\nprofil = profil.set_index('segment')",
        }
    ),
    "colonnes_en_plus": Merit({"scores": "{0}\nscores['note'] = 1"}),
    "types_etroits": Merit({"rfm": "{0}\nrfm = rfm.astype({'recence': 'int16'})"}),
    "retours_ecartes": Merit(
        {"lignes": "{0}\nlignes = lignes[lignes['montant'] > 0]"}, points=worth(lignes=1.25)
    ),
    "mauvaise_date": Merit(
        {"rfm": "rfm = rfm_table(lignes, as_of='2026-03-31')"}, points=worth(rfm=1.25)
    ),
    "frequence_en_lignes": Merit(
        {"rfm": "{0}\nrfm['frequence'] = rfm['frequence'] + 1"}, points=worth(rfm=1.25)
    ),
    "autres_niveaux": Merit({"scores": "scores = score_rfm(rfm, levels=9 - NIVEAUX)"},
                            points=other_levels),
    "tous_champions": Merit({"segments": "{0}\nsegments['segment'] = 'Champions'"},
                            points=all_champions),
    "panier_oublie": Merit({"profil": "{0}\nprofil['panier_moyen'] = 0.0"},
                           points=worth(profil=0.75)),
    "erreur_de_syntaxe": Merit({"profil": "profil = segment_profile(segments, GRILLE"},
                               points=worth(profil=0)),
    "scores_non_faits": Merit({"scores": "scores = None"},
                              points=worth(scores=0, segments=0, profil=0)),
    "une_chaine": Merit({"profil": "profil = 'un tableau'"}, points=worth(profil=0)),
    "sans_client": Merit({"scores": "{0}\nscores = scores.drop(columns='client_id')"},
                         points=worth(scores=0, segments=0, profil=0)),
    "rien": Merit(
        NO_CODE,
        dict.fromkeys(VALUES),
        points=worth(**dict.fromkeys(POINTS, 0.0)),
    ),
    "champs_seuls": Merit(
        NO_CODE,
        points=worth(**dict.fromkeys(CODE, 0.0)),
    ),
    "code_seul": Merit({}, dict.fromkeys(VALUES), points=worth(**dict.fromkeys(VALUES, 0.0))),
    "textes_bizarres": Merit(
        {}, {"chiffre_boutique": "je ne sais pas", "a_appeler": "C-00000", "par_client": "1e999"},
        points=worth(chiffre_boutique=0, a_appeler=0, par_client=0),
    ),
    "listes": Merit(lists=lambda student: {}),
    "listes_date_ecrite": Merit(lists=typed_date),
    "listes_autre_date": Merit(
        lists=lambda student: {"rfm": {"retours": "compris", "date": "fin_annee"}},
        points=worth(rfm=1.25),
    ),
    "listes_autres_niveaux": Merit(lists=other_lists, points=other_levels),
    "listes_incompletes": Merit(
        lists=lambda student: {"profil": None, "segments": {"grille": "tarot", "autre": "x" * 999}},
        points=worth(segments=0, profil=0),
    ),
    "listes_vides": Merit(
        lists=lambda student: dict.fromkeys(CODE), points=worth(**dict.fromkeys(CODE, 0.0))
    ),
    **{f"faux_{question}": Merit({}, {question: "1"}, points=worth(**{question: 0.0}))
       for question in VALUES},
    **{f"vide_{question}": Merit({}, {question: "  "}, points=worth(**{question: 0.0}))
       for question in VALUES},
}  # fmt: skip


def with_solutions(merit: Merit) -> Merit:
    """``{0}`` in a cell stands for what a perfect student writes there."""
    code = {q: source.replace("{0}", solutions()[q]) for q, source in merit.code.items()}
    return replace(merit, code=code)


def reference_class() -> dict[str, Merit]:
    """At least thirty submissions, by student."""
    merits = {name: with_solutions(merit) for name, merit in MERITS.items()}
    french = {
        question: truth.french(float(value)) if question != "a_appeler" else value.lower()
        for question, value in right_values("nombres_francais").items()
    }
    merits["nombres_francais"] = Merit({}, french)
    written = written_profile("ecrit_a_la_main")
    merits["ecrit_a_la_main"] = Merit({"profil": written}, points=written_by_hand)
    return merits
