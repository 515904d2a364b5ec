"""What all content has in common: how a YAML file is read and refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from rfm_helpers.errors import CourseError

CATALOG = Path(__file__).parent

Model = TypeVar("Model", bound=BaseModel)


def refusal(kind: str, sentence: str, *where: str | int) -> PydanticCustomError:
    """An error in French that points at a place inside the field being validated."""
    return PydanticCustomError(kind, sentence, {"where": where})


def _check_identifier(identifier: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]*", identifier):
        raise refusal(
            "identifier",
            f"l’identifiant « {identifier} » s’écrit en minuscules, sans accent ni espace",
        )
    return identifier


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"le motif « {pattern} » n’est pas une expression régulière") from error
    return pattern


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(_check_pattern)]
Identifier = Annotated[str, AfterValidator(_check_identifier)]


class CatalogModel(BaseModel):
    """Base of every model read from a YAML file: frozen, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def load_yaml(path: str | Path, model: type[Model]) -> Model:
    """Read a UTF-8 YAML file into a pydantic model.

    Args:
        path: the file.
        model: the pydantic model of the whole file. Its validators may raise ``ValueError`` with
            a French clause (no capital, no full stop): it becomes the reason given.

    Returns:
        A validated instance of ``model``.

    Raises:
        CourseError: the file is missing, not UTF-8, not YAML (a key written twice included) or
            refused by the model; one French sentence gives the file, the line and the reason.

    >>> from rfm_helpers.catalog.grids import Grid
    >>> load_yaml(CATALOG / "grids" / "vip.yaml", Grid).levels
    5
    """
    path = Path(path)
    try:
        root, data = _read(path)
    except OSError:
        raise CourseError(
            f"Le fichier « {path.name} » ne s’ouvre pas : vérifiez son nom et son dossier."
        ) from None
    except UnicodeDecodeError:
        raise CourseError(
            f"Le fichier « {path.name} » n’est pas en UTF-8 : "
            "enregistrez-le de nouveau avec cet encodage."
        ) from None
    except yaml.YAMLError as error:
        raise _syntax_error(path, error) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _model_error(path, root, error) from None


# --- reading -------------------------------------------------------------------------------------


class _RepeatedKeyError(yaml.MarkedYAMLError):
    """A key written twice in the same mapping (``problem`` is the key)."""


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader, refusing a key written twice in the same mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _RepeatedKeyError(problem=key.value, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> tuple[yaml.Node | None, object]:
    loader = _StrictLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


# --- a file that is not YAML ---------------------------------------------------------------------

_SYNTAX = {
    "cannot start any token": "un caractère ne peut pas commencer une valeur (tabulation, @, % …), "
    "remplacez les tabulations par des espaces ou mettez le texte entre guillemets",
    "could not find expected ':'": "il manque un deux-points après une clé, ou un retrait",
    "mapping values are not allowed": "un deux-points surprend à cet endroit, "
    "mettez le texte entre guillemets ou vérifiez le retrait",
    "unexpected end of stream": "un guillemet n’est pas refermé",
    "expected <block end>": "un guillemet manque plus haut, "
    "ou le retrait (les espaces en début de ligne) n’est pas régulier",
    "expected ',' or": "un crochet ou une accolade n’est pas refermé, "
    "ou il manque une virgule ou des guillemets",
    "undefined alias": "une valeur commence par *, mettez-la entre guillemets",
    "expected a single document": "le fichier contient deux documents séparés par « --- »",
}


def _syntax_error(path: Path, error: yaml.YAMLError) -> CourseError:
    problem = getattr(error, "problem", None) or ""
    mark = getattr(error, "problem_mark", None)
    line = f", ligne {mark.line + 1}" if mark else ""
    if isinstance(error, _RepeatedKeyError):
        reason = f"la clé « {problem} » est écrite deux fois, gardez-en une"
    else:
        reason = next(
            (french for english, french in _SYNTAX.items() if english in problem),
            "le texte ne suit pas les règles d’un fichier YAML",
        )
    return CourseError(f"Fichier « {path.name} »{line} : {reason}.")


# --- a file that is not what the model says ------------------------------------------------------

_EXPECTED = {
    "int": "un nombre entier",
    "float": "un nombre",
    "decimal": "un nombre",
    "finite": "un nombre",
    "date": "une date",
    "string": "un texte entre guillemets",
    "bool": "true ou false",
    "tuple": "une liste",
    "list": "une liste",
    "dict": "une suite de « clé: valeur »",
    "model": "une suite de « clé: valeur »",
}

_REASONS = {
    "missing": "la clé {key} manque",
    "extra_forbidden": "la clé {key} n’est pas prévue ici, vérifiez son orthographe",
    "greater_than": "{key} doit être plus grand que {gt}, or on lit {value}",
    "greater_than_equal": "{key} doit être au moins {ge}, or on lit {value}",
    "less_than": "{key} doit être plus petit que {lt}, or on lit {value}",
    "less_than_equal": "{key} doit être au plus {le}, or on lit {value}",
    "too_short": "{key} doit compter au moins {min_length} élément(s)",
    "too_long": "{key} doit compter au plus {max_length} élément(s)",
    "string_too_short": "{key} est un texte vide ou trop court",
    "string_too_long": "{key} est un texte trop long, gardez {max_length} caractères au plus",
    "decimal_max_places": "{key} a trop de décimales, gardez-en {decimal_places} au plus",
    "string_pattern_mismatch": "{key} n’a pas la forme attendue, or on lit {value}",
    "literal_error": "{key} n’admet que {expected}, or on lit {value}",
}


def _model_error(path: Path, root: yaml.Node | None, error: ValidationError) -> CourseError:
    errors = error.errors(include_url=False)
    first = min(errors, key=lambda details: details["type"] != "extra_forbidden")
    line, key = _locate(root, (*first["loc"], *first.get("ctx", {}).get("where", ())))
    return CourseError(f"Fichier « {path.name} », ligne {line} : {french_reason(first, key)}.")


def _locate(root: yaml.Node | None, place: tuple[str | int, ...]) -> tuple[int, str]:
    """Line (from 1) and last key of the deepest known node on the way to a place."""
    if root is None:
        return 1, ""
    node, line, last_key = root, root.start_mark.line, ""
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    node, line, last_key = value, key.start_mark.line, key.value
                    break
    return line + 1, last_key


def _shown(value: object) -> str:
    text = "rien" if value is None else f"« {value} »"
    return text if len(text) <= 60 else text[:57] + "… »"


def _in_french(choices: str) -> str:
    """Pydantic's list of allowed values, with French quotes.

    >>> _in_french("'a', 'b' or 'c'")
    '« a », « b » ou « c »'
    """
    return re.sub("'([^']*)'", "« \\1 »", choices).replace(" or ", " ou ")


def french_reason(error: ErrorDetails, key: str) -> str:
    """Why pydantic refused a value, as a French clause (no capital, no full stop)."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("too_short", "too_long") and isinstance(error["input"], str):
        kind = f"string_{kind}"
    key = str(error["loc"][-1]) if kind == "missing" else key
    values = {
        **context,
        "key": f"« {key} »" if key else "le fichier",
        "value": _shown(error["input"]),
        "expected": _in_french(str(context.get("expected", ""))),
    }
    if "where" in context:
        return error["msg"]
    if kind == "value_error":
        return str(context["error"]).rstrip(".")
    if kind in _REASONS:
        return _REASONS[kind].format(**values)
    expected = _EXPECTED.get(kind.split("_")[0], "une autre valeur")
    remedy = ", écrivez-le avec un point décimal" if isinstance(error["input"], tuple) else ""
    return f"{values['key']} attend {expected}, or on lit {values['value']}{remedy}"
