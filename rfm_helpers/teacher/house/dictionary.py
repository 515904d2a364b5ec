"""The computed tables of ``data/README.md`` and, for teachers alone, of ``docs/guide/donnees.md``.

They stand between ``<!-- debut:name -->`` and ``<!-- fin:name -->``; the rest is written by hand.
What is planted is told in the teacher's page only: learners get the other with the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french

from .files import FILES, TEACHER_FILES
from .phenomena import PHENOMENA, Facts, Frames
from .words import COLUMNS, PLANTED, SUMMARIES

ROOT = Path(__file__).parents[3]
DICTIONARY = ROOT / "data" / "README.md"
PLANTED_PAGE = ROOT / "docs" / "guide" / "donnees.md"


def update_page(path: Path, frames: Frames) -> None:
    """Rewrite the computed blocks of a page, in place."""
    path.write_bytes(filled(path.read_text(encoding="utf-8"), frames).encode("utf-8"))


def filled(text: str, frames: Frames) -> str:
    """The text of a page with its computed blocks rewritten.

    Raises:
        KeyError: if the text names a block that does not exist.
    """
    blocks = {
        "chiffres": _figures(frames),
        "fichiers": _files(frames, [name for name in FILES if name not in TEACHER_FILES]),
        "fichiers_enseignant": _files(frames, TEACHER_FILES),
        "defauts": _defects(frames),
        "phenomenes": _phenomena(frames),
    }

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        return f"<!-- debut:{name} -->\n\n{french(blocks[name])}\n\n<!-- fin:{name} -->"

    return re.sub(
        r"<!-- debut:(?P<name>\w+) -->.*?<!-- fin:(?P=name) -->", block, text, flags=re.DOTALL
    )


def _table(titles: list[str], rows: list[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(frames: Frames) -> str:
    lines = frames["commandes"]
    net = lines.groupby("commande_id")["montant"].sum().round(2)
    orders = lines[lines["commande_id"].isin(net.index[net > 0])]
    buyers = orders["client_id"].nunique()
    everyone = len(frames["clients"])
    returned = lines["client_id"].nunique() - buyers
    return "\n".join(
        [
            f"- {number(everyone)} clients, dont {number(buyers)} ont au moins une commande ;",
            f"  {number(returned)} ont tout rendu et "
            f"{number(everyone - buyers - returned)} n’ont jamais acheté (prospects) ;",
            f"- {number(orders['commande_id'].nunique())} commandes et {number(len(lines))} lignes "
            f"(dont {number((lines['montant'] < 0).sum())} lignes de retour), "
            f"{number(len(net) - (net > 0).sum())} commandes entièrement rendues en plus ;",
            f"- chiffre d’affaires net des retours : {number(lines['montant'].sum())} € TTC, "
            f"marge : {number(lines['marge'].sum())} €.",
        ]
    )


def _files(frames: Frames, names: Iterable[str]) -> str:
    parts = []
    for name in names:
        rows = [[f"`{column}`", *described] for column, *described in COLUMNS[name]]
        table = _table(["Colonne", "Type", "Unité", "Contenu"], rows)
        title = f"### `{name}.csv` – {number(len(frames[name]))} lignes"
        parts.append(f"{title}\n\n{SUMMARIES[name]}\n\n{table}")
    return "\n\n".join(parts)


def _defects(frames: Frames) -> str:
    truth = frames["export_brut_verite"]
    kept = truth[truth["issue"] == "garder"]
    rows = [
        [f"`{row['defaut']}`", number(row["lignes"]), row["issue"], row["description"]]
        for row in frames["export_brut_defauts"].to_dict("records")
    ]
    balance = (
        f"{number(len(truth))} lignes lues = {number(len(kept))} lignes à garder + "
        f"{number(len(truth) - len(kept))} lignes à écarter. Les lignes gardées totalisent "
        f"{number(kept['montant'].sum(), 2)} €, retours déduits."
    )
    return _table(["Défaut", "Lignes", "Issue", "Ce que c’est"], rows) + "\n\n" + balance


def _phenomena(frames: Frames) -> str:
    parts = []
    for title, measure in PHENOMENA.items():
        planted, found = PLANTED[title]
        parts.append(f"**{title}.** Planté : {planted} Mesuré : {_said(found, measure(frames))}")
    return "\n\n".join(parts)


def _said(sentence: str, facts: Facts) -> str:
    """A sentence with its figures: ``{name%}`` a share, ``{name.2}`` two decimals, ``{name}``."""

    def figure(match: re.Match[str]) -> str:
        value = float(facts[match["name"]])
        if match["percent"]:
            return f"{number(100 * value)} %"
        return number(value, int(match["decimals"] or 0))

    return re.sub(r"\{(?P<name>\w+?)(?P<percent>%)?(?:\.(?P<decimals>\d))?\}", figure, sentence)
