"""French prose: what the checker must accept, what it must refuse, what it must mend."""

from pathlib import Path

import pytest
from support.course import load_tool
from support.programs import requires

french = load_tool("french")
N = "\u00a0"
T = "\u202f"


def complaints(text: str, name: str = "leçon.md") -> list[str]:
    path = Path(name)
    rules = (*french.SPACES, *french.SIGNS) if french.is_prose_file(path) else french.SIGNS
    return [found.message for found in french.typography(french.prose(path, text), rules)]


def unknown(text: str, name: str = "leçon.md") -> list[str]:
    found = french.spelling(french.prose(Path(name), text))
    return [text[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    "text",
    [
        f"Qui revient{N}? Marc, pour 1{T}500{N}€{N}: un tiers, soit 33,3{N}%.",
        f"Le segment «{N}Besoin d’attention{N}» et l'apostrophe droite.",
        f"À 12:30, le 31 décembre 2025{N}; score 4, code 244, de 1 à 5.",
        "`montant : 1500 €` et `a;b?` sont du code.",
        "```python\nprint('oui : \"non\" !')\n```",
        '![Un aperçu](docs/images/apercu.png) et <img alt="x : y" src="a.png">',
        "https://exemple.fr/page?q=1;2",
        "| Colonne | Type |\n| :--- | ---: |\n| `client_id` | texte |",
        "Python 3.11, 3.12 ou 3.13 ; JupyterLab 4.6 ; CC BY 4.0".replace(" ;", f"{N};"),
        "## 2.1 Les commandes",
        "Le client A achète, le client B attend. La semaine a passé.",
        "En 2025 300 clients",
        f"Excel a écrit «{N}45730{N}», la caisse «{N}1 500.00{N}».",
        "Nous comptons les commandes… puis les lignes.",
        "<!-- lang: en -->\n## Summary: no spaces here!\n",
    ],
)
def test_good_typography_passes(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Qui revient ?", f"Qui revient{N}?"),
        ("Qui revient?", f"Qui revient{N}?"),
        ("**Pourquoi**: un client", f"**Pourquoi**{N}: un client"),
        ("Marc : un client ; Léa !", f"Marc{N}: un client{N}; Léa{N}!"),
        ("« Fidèles »", f"«{N}Fidèles{N}»"),
        ("«Fidèles»", f"«{N}Fidèles{N}»"),
        ("« `R` »", f"«{N}`R`{N}»"),
        ("`recence` : en jours", f"`recence`{N}: en jours"),
        ("20 % et 30%", f"20{N}% et 30{N}%"),
        ("4 700 € ou 12€", f"4{T}700{N}€ ou 12{N}€"),
        ("69 659 lignes", f"69{T}659 lignes"),
        ("Puis...", "Puis…"),
        ("« Besoin d'attention »", f"«{N}Besoin d’attention{N}»"),
    ],
)
def test_bad_spaces_are_reported_and_mended(text: str, mended: str) -> None:
    assert complaints(text)
    assert french.fix(text, french.prose(Path("a.md"), text)) == mended
    assert complaints(mended) == []


@pytest.mark.parametrize(
    "text",
    [
        'Un "bon" client',
        "Un “bon” client",
        f"Un sac à 1500{N}€",
        "Les 69659 lignes",
        "En moyenne 2.5 commandes",
        "A la caisse, Marc paie.",
        "Oui. A vous de jouer.",
        "- A retenir",
        "Le client -- le vrai",
    ],
)
def test_what_a_person_must_mend_is_reported_and_left(text: str) -> None:
    assert complaints(text)
    assert french.fix(text, french.prose(Path("a.md"), text)) == text


def test_fixing_twice_changes_nothing_more() -> None:
    text = "Qui ? «Marc» : 4 700 €, 20% ; fini..."
    once = french.fix(text, french.markdown_prose(text))
    assert french.fix(once, french.markdown_prose(once)) == once


LESSON = """\
# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Qui revient ?
# `montant : 1`

# %%
# Les six clients :
table = clients["montant"]  # pas lu : ici
print("oui : non")
"""


def test_a_lesson_is_read_in_its_markdown_and_its_comments_alone() -> None:
    mended = french.fix(LESSON, french.lesson_prose(LESSON))
    assert mended == LESSON.replace("revient ?", f"revient{N}?").replace(
        "clients :", f"clients{N}:"
    )


def test_yaml_values_are_read_and_keys_ids_and_rules_are_not() -> None:
    text = 'id: sens?\nrule: "R >= 4 ; F"\ntexts:\n  - "Pourquoi ?"\n  - Parce que : non\n'
    assert complaints(text.replace("que : non", "non"), "a.yaml") == [french.SPACES[0].message]


def test_yaml_patterns_and_fields_are_not_read() -> None:
    text = 'error: Wwwww\npattern: "was not : closed"\nwritten: " %"\nhint: "À {xwxwx}"\n'
    assert complaints(text, "a.yaml") == []


def test_package_strings_are_read_and_docstrings_are_not() -> None:
    text = 'def f(x):\n    """Etat des clients."""\n    raise E(f"Etat des clients {x.foo}")\n'
    assert french.python_prose(text).count("Etat") == 1
    assert "foo" not in french.python_prose(text)


def test_a_finding_is_reported_with_its_line() -> None:
    text = "Un client.\n\nQui revient ?\n"
    (found,) = french.typography(french.markdown_prose(text))
    assert french.report(Path("a.md"), text, found).startswith("a.md:3: ")


@requires("hunspell")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Les clients achetent une montre.", ["achetent"]),
        ("Etat des lieux", ["Etat"]),
        ("L’analyse RFM d’Orsenne, c’est-à-dire celle de Marc Morel.", []),
        ("`achetent` et <b class='zzzz'>oui</b>", []),
        ("Une comande et une comande", ["comande", "comande"]),
    ],
)
def test_spelling(text: str, words: list[str]) -> None:
    assert unknown(text) == words


def test_the_word_list_is_sorted_and_says_each_word_once() -> None:
    words = french.WORDS.read_text(encoding="utf-8").split("\n")
    assert words == [*sorted(set(words) - {""}), ""]
