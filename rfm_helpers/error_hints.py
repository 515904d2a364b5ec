"""A French hint above the traceback of a learner's own mistake.

This module is an IPython extension: ``%load_ext rfm_helpers.error_hints``. The course's
JupyterLab loads it in every kernel (``sources/tools/lab.py``), so that it is there before the
first cell is run, and its page folds what comes after the hint (``sources/tools/lab.js``). The
cell fails as it would without it, and the traceback is the same; a `CourseError` speaks for
itself. The sentences stand in ``catalog/hints.yaml``.
"""

from __future__ import annotations

import builtins
import difflib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.tables.rows import MOST_CHOICES

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
#: How much alike two words must be (0 to 1), and from how many letters on a name of Python's own
#: may be meant.
ALIKE = 0.8
LONG = 4
INCOMPLETE = (
    "Il manque une bibliothèque du cours : fermez JupyterLab et rouvrez le cours par son programme "
    "de démarrage, qui installe ce qui manque."
)

_MISSING_COLUMNS = re.compile(
    r"\['([^']+)'.*(?:not in index|not found in axis|are in the \[columns\])"
)


def load_ipython_extension(shell: Any) -> None:
    """Put a hint above each traceback that an IPython shell shows."""
    show = shell._showtraceback

    def show_with_hint(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
        show(kind, error, [*_above(error, shell.user_ns), *lines])

    # Every error of a cell goes through this method, which IPython offers to override.
    shell._showtraceback = show_with_hint


def unload_ipython_extension(shell: Any) -> None:
    """Show tracebacks alone again."""
    del shell._showtraceback


def hint(error: BaseException, names: Mapping[str, object] | None = None) -> str | None:
    """The French sentence for an error; None when there is none to give.

    Args:
        error: an exception, as it was raised.
        names: the learner's own variables, by name: a misspelt name is compared with them.

    >>> hint(ZeroDivisionError("division by zero")).split(" ")[:4]
    ['Le', 'calcul', 'divise', 'par']
    """
    if isinstance(error, CourseError):
        return None
    from rfm_helpers.catalog.hints import load_advice

    facts = _facts(error, names or {})
    sentences = (advice.sentence(error, facts) for advice in load_advice())
    return next((sentence for sentence in sentences if sentence), None)


def _above(error: BaseException, names: Mapping[str, object]) -> list[str]:
    try:
        sentence = hint(error, names)
    except ImportError:  # what the hints themselves need lacks too
        sentence = french(INCOMPLETE)
    except Exception:  # a hint that fails must not hide the error it is about
        return []
    return [f"{BOLD}⚠ {sentence}{PLAIN}\n"] if sentence else []


def _facts(error: BaseException, names: Mapping[str, object]) -> dict[str, str]:
    """What the sentences may name: see the head of ``hints.yaml``."""
    if isinstance(error, SyntaxError):
        return {"line": str(error.lineno)} if error.lineno else {}
    wrong, known = _unknown_word(error, names)
    facts = {"wrong": wrong} if wrong else {}
    if near := difflib.get_close_matches(wrong, set(known) - {wrong}, 1, ALIKE):
        facts["near"] = near[0]
    if isinstance(error, NameError) and wrong in _tools():
        facts["tool"] = wrong
    if isinstance(error, KeyError) and known:
        facts["column"] = wrong
        more = ["…"] if len(known) > MOST_CHOICES else []
        facts["choices"] = ", ".join(known[:MOST_CHOICES] + more)
    return facts


def _unknown_word(error: BaseException, names: Mapping[str, object]) -> tuple[str, list[str]]:
    """The word that Python could not find, and those that it might have been."""
    match error:
        case NameError():
            own = [name for name in names if not name.startswith("_")]
            pythons = [name for name in dir(builtins) if len(name) >= LONG]
            known = [*own, *_tools(), *_columns(error), *pythons]
            return error.name or _quoted(error), known
        case KeyError():
            return _key(error), _columns(error)
        case AttributeError():
            public = [name for name in dir(error.obj) if not name.startswith("_")]
            return error.name or _quoted(error), public
        case ModuleNotFoundError():
            top = (error.name or "").partition(".")[0]
            return top, [module.name for module in pkgutil.iter_modules()]
        case ImportError():
            return _quoted(error), dir(sys.modules.get(error.name or ""))
        case FileNotFoundError() if error.filename:
            path = Path(str(error.filename))
            return path.name, [file.name for file in _files(path.parent)]
        case TypeError():
            called = names.get(str(error).partition("(")[0])
            return _quoted(error), _arguments(called)
    return "", []


def _tools() -> list[str]:
    import rfm_helpers

    return dir(rfm_helpers)


def _quoted(error: BaseException) -> str:
    found = re.search(r"'([^']+)'", str(error))
    return found[1] if found else ""


def _key(error: KeyError) -> str:
    if not error.args:
        return ""
    key = str(error.args[0])
    found = _MISSING_COLUMNS.search(key)
    return found[1] if found else key


def _columns(error: BaseException) -> list[str]:
    """The columns of the first pandas table that the error went through.

    None for ``.loc``, where the label may be that of a row.
    """
    for variables in _library_variables(error):
        if type(variables.get("self")).__name__ == "_LocIndexer":
            return []
        for name in ("self", "obj", "left", "frame"):
            table = variables.get(name)
            if type(table).__name__ == "DataFrame":
                return [str(column) for column in getattr(table, "columns", [])]
    return []


def _library_variables(error: BaseException) -> Iterator[Mapping[str, object]]:
    """The local variables of each function below the learner's cell."""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_name != "<module>":
            yield step.tb_frame.f_locals
        step = step.tb_next


def _arguments(called: object) -> list[str]:
    try:
        return list(inspect.signature(called).parameters) if callable(called) else []
    except ValueError:  # some built-in functions do not say
        return []


def _files(folder: Path) -> Iterable[Path]:
    return folder.iterdir() if folder.is_dir() else ()
