"""French hints above tracebacks: the right sentence, and a cell that still fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from support.course import load_tool

from rfm_helpers import error_hints as hints
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog.hints import Advice, load_advice
from rfm_helpers.error_hints import hint
from rfm_helpers.errors import CourseError

lab = load_tool("lab")

NAMES = {
    "commandes": pd.DataFrame({"client_id": ["C-0360"], "montant": [4950.0]}),
    "scores": pd.DataFrame({"R": [1, 2]}),
    "rfm_table": rfm_table,
    "rien": None,
    "pd": pd,
}

# What a learner typed, what the hint must say.
MISTAKES = {
    "comandes": "Le nom « comandes » est inconnu : vouliez-vous écrire « commandes »",
    "table": "Le nom « table » est inconnu : exécutez les cellules qui précèdent",
    "load_orders()": "L’outil « load_orders » n’est pas encore ouvert",
    "load_order()": "vouliez-vous écrire « load_orders »",
    "commandes['montan']": "La colonne « montan » n’existe pas dans ce tableau : vouliez-vous "
    "écrire « montant » ?",
    "commandes[['montan', 'client_id']]": "écrire « montant » ?",
    "commandes[['zz']]": "« zz » n’existe pas dans ce tableau : choisissez parmi client_id",
    "commandes.sort_values('Montant')": "écrire « montant » ?",
    "commandes.groupby('client')": "écrire « client_id » ?",
    "commandes.drop(columns='montan')": "écrire « montant » ?",
    "commandes.query('montan > 3')": "vouliez-vous écrire « montant »",
    "commandes.loc['C-0360']": "« C-0360 » est introuvable",
    "{'a': 1}['b']": "« b » est introuvable",
    "commandes.montan": "vouliez-vous écrire « montant » ?",
    "commandes.zzzz": "après le point, est inconnu ici : vérifiez",
    "rien.head()": "Ce qui précède le point ne contient rien",
    "print('a'": "À la ligne 1, le signe « ( » est ouvert et n’est jamais refermé",
    "commandes['montant'": "le signe « [ » est ouvert",
    "x = (1]": "« ] » ne va pas avec « ( »",
    "x = 1)": "le signe « ) » ferme quelque chose",
    "y = 1\nx = 'abc": "À la ligne 2, un texte commence par un guillemet",
    "x = '''abc": "trois guillemets",
    "x = «abc»": "le signe « vient d’un texte mis en page",
    "x = 1500€": "effacez le signe €",
    "x = 1 500": "effacez l’espace entre les chiffres",
    "x = 2 065": "effacez l’espace entre les chiffres",
    "x = C-0133": "un numéro comme C-0360 est un texte",
    "x = 30 jours  # changez": "effacez le mot qui suit le nombre",
    "round(466,95 / 400, 2)": "un nombre décimal s’écrit avec un point",
    "commandes.query('montant =< 3')": "« Au plus » s’écrit <=",
    "commandes.query('montant =< 3 and montant > 1')": "« Au plus » s’écrit <=",
    "commandes.query('montant ≥ 3 and montant > 1')": "« au moins » >=",
    "commandes.query('montant = 3 and montant > 1')": "pour dire « égal à », écrivez ==",
    "commandes.query('montant > 3 et montant > 2 and montant > 1')": "« et » s’écrit « and »",
    "scores.query('R <= 2,5')": "remplacez-la par un point",
    "scores.query('R <= 2,5 and R > 1')": "remplacez-la par un point",
    "pd.DataFrame({'dimension': list('RFM'), 'score': [2, 4]})": "en trois chiffres",
    "commandes.loc[commandes['montant'] > 1, 'montant'] = (2, 5)": "remplacez la virgule par un",
    "scores.loc[0, 'R'] = 2.5": "Il faut ici un nombre entier",
    "commandes.query('r <= 2')": "les scores s’écrivent R, F et M",
    "x = vingt": "écrivez le nombre en chiffres",
    "x = onze": "écrivez le nombre en chiffres",
    "bilan": "Le nom « bilan » est inconnu : exécutez les cellules qui précèdent",
    "part =   # 0.10 veut dire 10 %": "il manque une valeur après le signe =",
    "part = 0.1.5  # 10 %": "un nombre a deux points décimaux",
    "440.93 x 0.523": "écrivez * entre les deux nombres",
    "(400, 5) + 3": "un nombre décimal s’écrit avec un point",
    "'400' * 0.5": "avec un point plutôt qu’une virgule",
    "(181, 5) * 0.5": "avec un point plutôt qu’une virgule",
    "range(2.5)": "Il faut ici un nombre entier",
    "commandes['montant'].isin(4)": "entre crochets, même seule",
    "commandes.query('montant ≥ 3')": "« au moins » >=",
    "x = 15 %": "effacez le signe %",
    "x = 1\u00a0500": "un espace invisible",
    "client = C - 2258": "Un numéro comme C-0360 est un texte",
    "client = C-2258": "Un numéro comme C-0360 est un texte",
    "Champions": "si c’est un texte, mettez-le entre guillemets droits",
    "reponse = b": "si c’est un texte, mettez-le entre guillemets droits",
    "scores.query('Récence <= 2')": "(R, F ou M pour un score)",
    "scores.query('R <= 2 AND R > 1')": "« et » s’écrit « and »",
    "segment = Lyon et sa région": "un texte se met entre guillemets droits",
    "segment = À risque  # changez": "un texte se met entre guillemets droits",
    "frequence = [3 et 4]": "séparez les nombres de la liste par des virgules",
    "seuils = [60 180 365]": "séparez les nombres de la liste par des virgules",
    "seuils = [60 jours, 180, 365]": "effacez le mot qui suit le nombre",
    "x = 29.06.2024": "une date se met entre guillemets droits",
    "441 × 0.5": "écrivez * entre les deux nombres",
    "round(500000 : 450, 2)": "écrivez / entre les deux nombres",
    "500000 ÷ 450": "écrivez / entre les deux nombres",
    "[int(chiffre) for chiffre in 'R2F4M4']": "en trois chiffres collés",
    "seuils = [30, 90 200]": "n’écrivez pas d’espace dans un nombre",
    "montant = 1.250.00": "un nombre a deux points décimaux",
    "jour = “2025-12-31 10:30”": "vient d’un texte mis en page",
    "v = R and": "Python ne comprend pas",
    "{2024: 12 2025: 14}": "sans virgule",
    "int('?')": "n’est pas lisible comme un nombre",
    "x = ½": "n’a pas de sens en dehors d’un texte",
    "x = 12abc": "un nombre touche une lettre",
    "commandes.query('montant = 3')": "pour dire « égal à », écrivez ==",
    "commandes.query('')": "La règle est vide",
    "commandes.query(' ')": "La règle est vide",
    "commandes.query('montant > 3, montant < 9')": "à sa place, écrivez « and »",
    "commandes.query('montant > 3 and')": "il faut une condition entière",
    "commandes.query('montant > 3 et montant < 9')": "« et » s’écrit « and »",
    "commandes.query('client_id == C-0360')": "un numéro comme C-0360 est un texte",
    "client = C-0360": "un numéro comme C-0360 est un texte",
    "client = 'C-0360' 3": "une virgule, un guillemet",
    "prix, taux = 66,0, 0.10": "pas autant de valeurs que de noms",
    "commandes['montant'].mask(commandes['montant'] > 3, (10, 5))": "remplacez la virgule par un",
    "commandes.sample(1, random_state=-5)": "un nombre entier, 0 ou plus",
    "commandes.sample(1, random_state=2.5)": "un nombre entier, 0 ou plus",
    "'abc' * pd.Timedelta(days=1)": "n nombre s’écrit sans guillemets",
    "x = 2024-06-09": "une date se met entre guillemets",
    "f(a b)": "sans virgule",
    "if x = 3: pass": "pour comparer deux valeurs",
    "if True\n    x": "il manque deux points",
    "f(levels=3, 4)": "une valeur sans nom suit un réglage nommé",
    "f(a=1, a=2)": "le réglage « a » est donné deux fois",
    "x ==": "Python ne comprend pas la ligne 1",
    "x = 1\n  y = 2": "La ligne 2 commence par des espaces en trop",
    "if True:\nx = 1": "La ligne 2 doit être décalée",
    "if True:\n    x = 1\n  y = 2": "La ligne 3 n’est pas alignée",
    "100 * (0,15) / 2": "un nombre décimal s’écrit avec un point",
    "1 + 'a'": "Un texte et un nombre ne se calculent pas ensemble",
    "'a' + 1": "Un texte et un nombre ne se calculent pas ensemble",
    "rfm_table(commandes, as_off=3)": "vouliez-vous écrire « as_of » ?",
    "rfm_table(commandes, niveaux=3)": "Le réglage « niveaux » est inconnu",
    "rfm_table()": "Il manque une valeur entre les parenthèses",
    "rfm_table(commandes, 3)": "trop de valeurs entre les parenthèses",
    "commandes('montant')": "mettez des crochets",
    "rfm_table[commandes]": "remplacez-les par des parenthèses",
    "1 + None": "Une valeur est vide",
    "len(3)": "n’est pas de la sorte attendue",
    "[int(chiffre) for chiffre in '2 4 4']": "en trois chiffres collés, comme « 524 »",
    "int('1500.5')": "n’est pas lisible comme un nombre",
    "float('1 500,00')": "n’est pas lisible comme un nombre",
    "pd.Timestamp('2024-13-45')": "Une date n’est pas lisible",
    "if commandes['montant'] > 3: pass": "toute une colonne",
    "commandes[commandes['client_id'] == 'zz'].iloc[0]": "Aucune ligne ne répond à votre choix",
    "[1][3]": "dépasse la fin de la liste",
    "import pandass": "vouliez-vous écrire « pandas » ?",
    "import zzzzzz": "Le module « zzzzzz » n’est pas installé",
    "from rfm_helpers import load_ordrs": "vouliez-vous écrire « load_orders » ?",
    "from rfm_helpers import zzzz": "L’outil « zzzz » n’existe pas : vérifiez",
    "open('zzzz.csv')": "Le fichier « zzzz.csv » est introuvable",
    "raise SyntaxError('incomplete input')": "La cellule s’arrête trop tôt",
    "1 / 0": "Le calcul divise par zéro",
    "raise PermissionError(13, 'Permission denied')": "fermez-le",
    "raise UnboundLocalError": "avant d’avoir reçu une valeur",
    "raise KeyboardInterrupt": "Le calcul a été arrêté",
    "raise MemoryError": "La mémoire de l’ordinateur",
    "'é'.encode('cp1252').decode()": "« read_orders »",
}


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def raised(code: str) -> BaseException:
    """What running the code raises."""
    try:
        exec(compile(code, "<cell>", "exec"), dict(NAMES))
    except BaseException as error:
        return error
    raise AssertionError(f"no error: {code}")


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(("code", "expected"), MISTAKES.items())
def test_a_mistake_has_its_hint(code: str, expected: str) -> None:
    sentence = hint(raised(code), NAMES)
    assert sentence is not None
    assert expected in plain(sentence)
    # French, one sentence (a number keeps its point), a sign of what to do.
    assert sentence[-1] in ".?"
    assert not re.search(r"[.?!] [A-ZÀÉ]", sentence)


def test_a_file_is_compared_with_those_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "commandes.csv").touch()
    sentence = hint(raised(f"open({str(tmp_path / 'comandes.csv')!r})"))
    assert sentence is not None and "« commandes.csv »" in plain(sentence)


def test_what_the_course_or_nobody_can_explain_has_no_hint() -> None:
    assert hint(CourseError("La colonne manque : ajoutez-la.")) is None
    assert hint(AssertionError("x")) is None
    assert hint(StopIteration()) is None


def test_many_columns_are_not_all_listed() -> None:
    names = {"large": pd.DataFrame(columns=[f"colonne_{i}" for i in range(40)])}
    try:
        names["large"]["xyz"]
    except KeyError as error:
        sentence = hint(error, names)
    assert sentence is not None and "colonne_14, …" in sentence and "colonne_15" not in sentence


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_no_advice_stands_behind_another_that_always_comes_first() -> None:
    shown = {str(hint(raised(code), NAMES)) for code in (*MISTAKES, "open('pyproject.tom')")}
    unreached = set()
    for advice in load_advice():
        form = re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(advice.hint)))
        if not any(form.fullmatch(sentence) for sentence in shown):
            unreached.add(advice.hint)
    assert unreached == set()


def test_a_pattern_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="expression régulière"):
        Advice(error="KeyError", pattern="(", hint="x")


# --- in a kernel ---------------------------------------------------------------------------------


def run(cells: list[str], **options: object) -> nbformat.NotebookNode:
    """Run cells in a kernel as the learner's JupyterLab starts it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3", timeout=60, **options).execute()
    return notebook


@pytest.fixture(scope="module")
def in_the_lab(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The environment that the learner's JupyterLab gives to its kernels."""
    folder = tmp_path_factory.mktemp("cours")
    lab.write_settings(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_PREFER_ENV_PATH"):
            patch.setenv(name, lab.environment(folder)[name])
        yield


def error_of(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The only output of a cell that failed."""
    (output,) = cell.outputs
    assert output.output_type == "error"
    return output


def test_the_hint_stands_above_the_traceback(in_the_lab: None) -> None:
    course = "from rfm_helpers import CourseError\nraise CourseError('La date manque : donnez-la.')"
    mistakes = ["load_orders()", "montant = 3\nmontan", "print('a'", "x = 1\n  y = 2"]
    notebook = run([*mistakes, course, "assert 0"], allow_errors=True)
    expected = ["L’outil", "« montant »", "s’arrête trop tôt", "espaces en trop"]
    for cell, words in zip(notebook.cells, expected, strict=False):
        first, *rest = error_of(cell).traceback
        assert "⚠" in first and words in plain(first)
        assert "Error" in "".join(rest)
    assert error_of(notebook.cells[4]).traceback == ["⚠ La date manque\u00a0: donnez-la."]
    assert "⚠" not in "".join(error_of(notebook.cells[5]).traceback)


def test_where_the_hints_own_libraries_lack_the_remedy_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rfm_helpers.catalog.hints", None)
    (line,) = hints._above(ModuleNotFoundError("No module named 'pydantic'"), {})
    assert "programme de démarrage, qui installe" in plain(line)


def test_a_cell_with_a_hint_still_fails(in_the_lab: None) -> None:
    with pytest.raises(CellExecutionError) as failure:
        run(["montan", "print('not reached')"])
    assert failure.value.ename == "NameError"
    assert "⚠" in failure.value.traceback


def test_elsewhere_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    code = "import rfm_helpers.error_hints\nrfm_helpers.error_hints.hint(ValueError())\nmontan"
    (cell,) = run([code], allow_errors=True).cells
    assert "⚠" not in "".join(error_of(cell).traceback)


class Shell:
    """The part of an IPython shell that the extension touches."""

    user_ns: dict[str, object]

    def __init__(self) -> None:
        self.user_ns = {"montant": 1}
        self.shown: list[str] = []

    def _showtraceback(self, kind: type, error: BaseException, lines: list[str]) -> None:
        self.shown = lines


def test_a_hint_that_breaks_leaves_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    shell = Shell()
    hints.load_ipython_extension(shell)
    monkeypatch.setattr(hints, "hint", broken)
    shell._showtraceback(NameError, NameError("x"), ["traceback"])
    assert shell.shown == ["traceback"]


def test_unloading_takes_the_hints_away() -> None:
    shell = Shell()
    hints.load_ipython_extension(shell)
    shell._showtraceback(ZeroDivisionError, ZeroDivisionError(), ["traceback"])
    assert len(shell.shown) == 2
    hints.unload_ipython_extension(shell)
    shell._showtraceback(ZeroDivisionError, ZeroDivisionError(), ["traceback"])
    assert shell.shown == ["traceback"]


def test_the_extension_loads_nothing_heavy() -> None:
    code = "import sys, rfm_helpers.error_hints; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert {"pandas", "pydantic", "yaml", "ipywidgets"} & set(run.stdout.split()) == set()


def test_the_lab_switches_the_hints_on_in_its_own_folder_only(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    (path,) = tmp_path.rglob("ipython_kernel_config.json")
    assert path.is_relative_to(lab.environment(tmp_path)["IPYTHONDIR"])
    extensions = json.loads(path.read_text())["InteractiveShellApp"]["extensions"]
    assert extensions == ["rfm_helpers.error_hints"]
