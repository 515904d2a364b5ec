"""Check the French that a reader sees: spelling and typography.

    python sources/tools/french.py [FILE…]         report; exit code 1 when there is something
    python sources/tools/french.py --fix [FILE…]   first put in the non-breaking spaces

Without files: lessons and exercises, the catalog, the package's messages, README.md,
data/README.md, docs/. Checked are Markdown text, the Markdown cells and the comments of lessons,
YAML values, and the French strings of Python files; code, addresses, tags and numbers of versions
are left out, as is what stands below ``<!-- lang: en -->`` in a Markdown file. Spelling needs
hunspell with its French dictionary; ``mots.txt``, beside this file, holds the words it lacks.
"""

from __future__ import annotations

import argparse
import functools
import io
import re
import shutil
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORDS = Path(__file__).with_name("mots.txt")
PATTERNS = (
    "sources/lessons/*.py",
    "sources/exercises/*.py",
    "sources/tools/build.py",
    "sources/tools/installation.py",
    "sources/tools/lab.py",
    "sources/tools/revision.py",
    "rfm_helpers/**/*.py",
    "rfm_helpers/catalog/**/*.yaml",
    "README.md",
    "data/README.md",
    "docs/**/*.md",
)

# A folder of notebooks as they are written: their comments are French too.
WRITTEN = {"lessons", "exercises"}

NBSP, NARROW = "\u00a0", "\u202f"
# A mask hides what is not prose, character for character, so that positions stay those of the file.
OUTSIDE, CODE = "\x01", "\x00"

MARKUP = (
    re.compile(r"^---\n.*?\n---$", re.MULTILINE | re.DOTALL),
    re.compile(r"^([ \t]*)(```+|~~~+).*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"(`+)[^`].*?\1"),
    re.compile(r"(?<=\])\([^)\s]*(?: \"[^\"]*\")?\)"),
    re.compile(r"https?://[^\s>)»]+"),
    re.compile(r"</?[A-Za-z][^<>]*>"),
    re.compile(r"&#?\w+;"),
    re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$", re.MULTILINE),
    re.compile(r"^#+ \d+(?:\.\d+)+", re.MULTILINE),
    re.compile(
        r"(?:Python|JupyterLab|version|BY|section)[ \u00a0]\d+(?:\.\d+)+"
        r"(?:(?:,| à| ou| et)[ \u00a0]\d+(?:\.\d+)+)*"
    ),
    re.compile(r"(?<=«[ \u00a0])[\d., ]+(?=[ \u00a0]»)"),  # a raw value, quoted
    re.compile("84[.]51°"),  # the company that publishes The Complete Journey
)
ENGLISH_PART = re.compile(r"<!-- lang: en -->.*?(?:<!-- lang: fr -->|\Z)", re.DOTALL)

LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
WORD = re.compile(rf"(?<![\w{CODE}])[{LETTER}]+(?:['’-][{LETTER}]+)*(?![\w{CODE}])")
ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|presqu)['’]", re.IGNORECASE)
FRENCH_STRING = re.compile(
    rf"(?=.*[{LETTER}]\W+[{LETTER}])(?=.*(?:[à-öø-ÿÀ-ÖØ-ÝŒœ«»]"
    r"|\b(?:les|des|une|vous|votre|dans|avec|pour|est|sont|aux|cette)\b))",
    re.DOTALL | re.IGNORECASE,
)

LITERAL = re.compile(r"""^[A-Za-z]*('''|\"\"\"|'|")(.*)\1$""", re.DOTALL)
NO_PROSE = {
    "id", "step", "rule", "color", "codes", "error", "pattern", "written", "words", "but", "vague",
    "supports", "hearsay", "documents", "reliable",
    "mode", "answer", "form", "columns", "sources", "activities", "bet_keys", "quizzes",
    "customer", "order", "date", "amount", "amount_of", "quantity", "column", "kept", "dropped",
    "guests",
}  # fmt: skip
NAMED_FIELD = re.compile(r"\{[A-Za-z_]+\}")
FIELD = re.compile(r"\{[^{}\n]*\}|%[A-Za-z]|\"")
# A string that stands first in a statement is a docstring.
STATEMENT_STARTS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
HUNSPELL = ["hunspell", "-d", "fr", "-i", "utf-8", "-l"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend: where it stands, what it is, what to put there (None: a person must)."""

    start: int
    end: int
    message: str
    replacement: str | None = None


@dataclass(frozen=True)
class Rule:
    """What must not stand in French prose, and what to put in its place (None: a person must)."""

    message: str
    pattern: re.Pattern[str]
    replacement: str | None = None


BEFORE_SIGN = rf"[\w)\]*’”…{CODE}]"
SPACES = (
    Rule(
        "espace insécable attendue avant ce signe",
        re.compile(rf"(?<=[^\s|{OUTSIDE}]) (?=[:;?»%€$]|!(?!\[))"),
        NBSP,
    ),
    Rule(
        "espace insécable manquante avant ce signe",
        re.compile(
            rf"(?<={BEFORE_SIGN})(?=[;?]|!(?![\[=])|:(?:\s|\*|$))|(?<=\d)(?=[%€])"
            rf"|(?<=[\w.?!)…*{CODE}])(?=»)",
            re.MULTILINE,
        ),
        NBSP,
    ),
    Rule("espace insécable attendue après «", re.compile(r"(?<=«) "), NBSP),
    Rule("espace insécable manquante après «", re.compile(r"(?<=«)(?=\S)"), NBSP),
    Rule(
        "espace insécable attendue entre les milliers",
        re.compile(
            r"(?:(?<=(?<!\d)\d)|(?<=(?<!\d)\d\d)|(?<=(?<!\d)\d\d\d)) (?=\d{3}(?!\d))",
        ),
        NARROW,
    ),
)
SIGNS = (
    Rule(
        "milliers à séparer",
        re.compile(r"(?<![\w,.-])(?:\d{5,}|\d{4}(?=\s(?:€|euros?\b)))(?![\w-])"),
    ),
    Rule("virgule décimale attendue", re.compile(rf"(?<![\w.,{CODE}])\d+\.\d+(?![\w.{CODE}])")),
    Rule("guillemets français attendus", re.compile('["“”„]')),
    Rule("points de suspension", re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    Rule("tiret – attendu", re.compile(r"(?<=[\w)»] )--?(?= [\w(«])")),
    Rule(
        "apostrophe du segment « Besoin d’attention »", re.compile("(?<=[Bb]esoin d)'(?=att)"), "’"
    ),
    Rule(
        "capitale accentuée attendue : À",
        re.compile(
            rf"(?:^[\s>#*|\d.{OUTSIDE}-]*|[.!?…]\s|«\s?)A(?= (?:l[ae]s?|l['’]\w+|vous|votre|vos"
            r"|noter|retenir|partir|quoi|qui|quel\w*|chaque|ce|cette|ces|risque|ne|une?)\b)",
            re.MULTILINE,
        ),
    ),
)


def hide_matches(text: str, pattern: re.Pattern[str]) -> str:
    """The text with every match of a pattern masked; line ends stay."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", CODE, found.group()), text)


def hide_markup(text: str) -> str:
    """Markdown with only its prose left."""
    for pattern in MARKUP:
        text = hide_matches(text, pattern)
    return text


def keep(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with everything but the given spans masked as outside."""
    masked = re.sub(r"[^\n]", OUTSIDE, text)
    for start, end in spans:
        masked = masked[:start] + text[start:end] + masked[end:]
    return masked


def show_escapes(text: str) -> str:
    """Escapes of Python and YAML strings as what they stand for, in as many characters."""
    text = re.sub(r"\\u(?:00a0|202f)", NBSP * 6, text, flags=re.IGNORECASE)
    return re.sub(r"\\[nt]", "  ", text)


def markdown_prose(text: str) -> str:
    """The French of a Markdown file."""
    return hide_markup(hide_matches(text, ENGLISH_PART))


def lesson_prose(text: str) -> str:
    """The French of a py:percent lesson: its Markdown cells and the comments between its code."""
    header = re.match(r"# ---\n(?:#.*\n)*?# ---\n", text)
    lines = re.compile(r"^# (?!%%)(.*)", re.MULTILINE).finditer(text, header.end() if header else 0)
    return hide_markup(keep(text, [line.span(1) for line in lines]))


def yaml_prose(text: str) -> str:
    """The French values of a YAML file; ids, codes, colours, rules and {fields} are left out."""
    spans = []
    for key, node in yaml_values(yaml.compose(text, Loader=yaml.SafeLoader)):
        if node.tag.endswith(":str") and key not in NO_PROSE:
            quote = node.style in ("'", '"')
            spans.append((node.start_mark.index + quote, node.end_mark.index - quote))
    return hide_markup(hide_matches(show_escapes(keep(text, spans)), NAMED_FIELD))


def yaml_values(node: yaml.Node | None, key: str = "") -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Every scalar value with the key it stands under, which is « words » for all beneath it."""
    if isinstance(node, yaml.ScalarNode):
        yield key, node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from yaml_values(child, key)
    elif isinstance(node, yaml.MappingNode):
        for name, child in node.value:
            yield from yaml_values(child, key if key == "words" else name.value)


def python_prose(text: str) -> str:
    """The French strings of a Python file; docstrings, fields and formats are left out."""
    strings = list(python_strings(text))
    masked = keep(text, strings)
    for start, end in strings:
        masked = masked[:start] + LITERAL.sub(bare, masked[start:end]) + masked[end:]
    return hide_markup(hide_matches(show_escapes(masked), FIELD))


def bare(literal: re.Match[str]) -> str:
    """A string literal with its prefix and quotes masked as outside."""
    opening = literal.start(2) - literal.start()
    return OUTSIDE * opening + literal[2] + OUTSIDE * len(literal[1])


def python_strings(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each French string."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    previous = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_text = tokenize.tok_name[token.type] in {"STRING", "FSTRING_MIDDLE"}
        if is_text and previous not in STATEMENT_STARTS and FRENCH_STRING.match(token.string):
            (row, column), (last_row, last_column) = token.start, token.end
            yield starts[row - 1] + column, starts[last_row - 1] + last_column
        if token.type not in {tokenize.COMMENT, tokenize.NL}:
            previous = token.type


def prose(path: Path, text: str) -> str:
    """The text of a file with everything masked but the French that a reader sees."""
    if path.suffix == ".md":
        return markdown_prose(text)
    if path.suffix == ".yaml":
        return yaml_prose(text)
    return lesson_prose(text) if path.parent.name in WRITTEN else python_prose(text)


def findings(path: Path, text: str) -> list[Finding]:
    """All that is wrong in a file, in the order of its lines.

    The package's strings pass through functions that put in the spaces: not looked for there.
    """
    masked = prose(path, text)
    rules = (*SPACES, *SIGNS) if is_prose_file(path) else SIGNS
    found = [*typography(masked, rules), *(spelling(masked) if has_hunspell() else ())]
    return sorted(found, key=lambda one: one.start)


def is_prose_file(path: Path) -> bool:
    """Whether an author writes its French as it is shown: all but the package's modules."""
    return path.suffix != ".py" or path.parent.name in WRITTEN


def typography(masked: str, rules: Iterable[Rule] = (*SPACES, *SIGNS)) -> Iterator[Finding]:
    """Every breach of a rule."""
    for rule in rules:
        for found in rule.pattern.finditer(masked):
            yield Finding(*found.span(), rule.message, rule.replacement)


def fix(text: str, masked: str) -> str:
    """The text with all that can be mended by itself."""
    findings = [found for found in typography(masked) if found.replacement is not None]
    for found in sorted(findings, key=lambda found: (found.start, found.end), reverse=True):
        text = text[: found.start] + str(found.replacement) + text[found.end :]
    return text


@functools.cache
def has_hunspell() -> bool:
    """Whether hunspell and its French dictionary are installed."""
    return bool(shutil.which("hunspell")) and not subprocess.run(HUNSPELL, input=b"").returncode


def unknown_words(words: set[str]) -> set[str]:
    """Those that neither the dictionary nor our list knows."""
    ours = set(WORDS.read_text(encoding="utf-8").split())
    run = subprocess.run(
        HUNSPELL, input="\n".join(sorted(words)), capture_output=True, encoding="utf-8", check=True
    )
    refused = set(run.stdout.split())
    return {
        word
        for word in words
        if (word in refused or refused.intersection(re.split("['’-]", word)))
        and not {ELISION.sub("", word), ELISION.sub("", word).lower()} & ours
    }


def spelling(masked: str) -> Iterator[Finding]:
    """Every word that is unknown; acronyms in capitals are left out."""
    found = [match for match in WORD.finditer(masked) if not match.group().isupper()]
    unknown = unknown_words({match.group() for match in found})
    for match in found:
        if match.group() in unknown:
            yield Finding(*match.span(), f"mot inconnu ({match.group()})")


def report(path: Path, text: str, found: Finding) -> str:
    """One line that an editor can jump to."""
    line = text.count("\n", 0, found.start) + 1
    excerpt = text[max(0, found.start - 25) : found.end + 25].replace("\n", " ")
    return f"{path}:{line}: {found.message} : …{excerpt}…"


def course_files() -> list[Path]:
    """Every file with French that a reader sees."""
    return sorted(path for pattern in PATTERNS for path in ROOT.glob(pattern))


def main() -> None:
    """Check, and first mend with ``--fix``."""
    parser = argparse.ArgumentParser(description="Check French spelling and typography")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--fix", action="store_true", help="put in the non-breaking spaces")
    arguments = parser.parse_args()
    if not has_hunspell():
        print("Spelling is not checked: install the Debian package hunspell-fr.")
    reports = []
    for path in arguments.files or course_files():
        text = path.read_text(encoding="utf-8")
        if arguments.fix and is_prose_file(path):
            text = fix(text, prose(path, text))
            path.write_text(text, encoding="utf-8", newline="\n")
        reports += [report(path, text, found) for found in findings(path, text)]
    print("\n".join(reports) or "The French is in order.")
    raise SystemExit(bool(reports))


if __name__ == "__main__":
    main()
