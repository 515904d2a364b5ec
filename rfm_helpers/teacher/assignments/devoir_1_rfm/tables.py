"""The checks of the questions answered by a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.catalog import load_grid
from rfm_helpers.questions.checks import TableMistake
from rfm_helpers.questions.model import Check
from rfm_helpers.tables.columns import missing_column
from rfm_helpers.teacher.assignments.checks import HalfTableCheck
from rfm_helpers.teacher.assignments.devoir_1_rfm.truth import following, lines_given, truth
from rfm_helpers.teacher.assignments.devoir_1_rfm.variant import GRIDS
from rfm_helpers.teacher.assignments.variants import Given, Variant


def _numbered(lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines with their rank in their order, which tells them apart."""
    columns = ["client_id", "commande_id", "date_achat", "montant"]
    missing = [column for column in columns if column not in lines.columns]
    if missing:
        remedy = "gardez celles que `clean_orders` donne."
        raise missing_column(missing[0], "votre tableau", remedy)
    texts = {name: lines[name].astype(str) for name in columns[:3]}
    amounts = pd.to_numeric(lines["montant"], errors="coerce").astype(float)
    table = pd.DataFrame({**texts, "montant": amounts}).sort_values(columns)
    table["date_achat"] = table["date_achat"].str[:10]
    rank = table.groupby(["client_id", "commande_id"]).cumcount()
    return table.assign(rang=rank).reset_index(drop=True)


def check_lines(variant: Variant, _: Given) -> Check:
    """The lines that count: clean, up to the reference date, returns among them."""
    day = variant.parameters["DATE_REFERENCE"]
    expected = _numbered(truth(variant).lines)
    cells = ["client_id", "commande_id", "date_achat", "montant"]
    return HalfTableCheck(
        expected,
        keys=("client_id", "commande_id", "rang"),
        prepare=_numbered,
        success=(
            "Chaque ligne que l’on peut compter est là, retours compris, et rien de ce qui suit la "
            "date n’y est entré."
        ),
        mistakes=(
            TableMistake(
                lambda table: bool(table["client_id"].str.contains("TEST").any()),
                "Tous ces clients sont-ils de vrais clients ?",
            ),
            TableMistake(
                lambda table: bool((table["date_achat"] > day).any()),
                "Des lignes suivent-elles la date de référence ? Quelle date avez-vous donnée ?",
            ),
            TableMistake(
                lambda table: table["date_achat"].max() < expected["date_achat"].max(),
                "Le fichier s’arrête-t-il trop tôt ? Quelle date de référence avez-vous donnée ?",
            ),
            TableMistake(
                lambda table: bool((table["montant"] >= 0).all()),
                "Que sont devenus les retours, ces lignes négatives ?",
            ),
            TableMistake(
                lambda table: table.duplicated(cells).sum() > expected.duplicated(cells).sum(),
                "Une même ligne est-elle écrite deux fois ?",
            ),
        ),
    )


def _agrees(table: pd.DataFrame, column: str, values: pd.Series, key: str = "client_id") -> bool:
    """Whether a column says of every key what `values` (by key) says."""
    return bool(((table[column] - table[key].map(values)).abs() <= 0.01).all())


def _same(table: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> bool:
    """Whether two tables say the same of their customers in those columns."""
    both = table.merge(other, on="client_id", suffixes=("", "_autre"))
    pairs = [both[name].astype(str) == both[f"{name}_autre"].astype(str) for name in columns]
    return len(both) == len(table) and all(bool(pair.all()) for pair in pairs)


def check_rfm(variant: Variant, given: Given) -> Check:
    """Each customer's recency, frequency and monetary value at the reference date."""
    day = variant.parameters["DATE_REFERENCE"]
    true = truth(variant)
    lines, expected = following(
        lines_given(given), true.lines, lambda table: rfm_table(table, as_of=day), true.rfm
    )
    known = expected.set_index("client_id")
    by_client = lines.groupby("client_id")
    since_first = (pd.Timestamp(day) - by_client["date_achat"].min()).dt.days
    sales = lines[lines["montant"] > 0].groupby("client_id")["montant"].sum()

    def says(column: str, values: pd.Series) -> Callable[[pd.DataFrame], bool]:
        return lambda table: (
            _agrees(table, column, values) and not _agrees(table, column, known[column])
        )

    def shifted(table: pd.DataFrame) -> bool:
        shifts = table["recence"] - table["client_id"].map(known["recence"])
        return bool(shifts.nunique() == 1 and shifts.iloc[0] != 0)

    return HalfTableCheck(
        expected[["client_id", "recence", "frequence", "montant_total"]],
        keys=("client_id",),
        success=(
            "Une ligne par client, trois mesures à la même date : de quoi comparer les clients "
            "entre eux."
        ),
        mistakes=(
            TableMistake(
                lambda table: bool((table["recence"] < 0).any()),
                "Dans quel sens avez-vous soustrait les deux dates ?",
            ),
            TableMistake(
                says("recence", since_first),
                "La récence part-elle de la première commande, ou de la dernière ?",
            ),
            TableMistake(shifted, "De quelle date de référence la récence part-elle ?"),
            TableMistake(
                says("frequence", by_client.size()),
                "Avez-vous compté les lignes au lieu des commandes ?",
            ),
            TableMistake(
                says("frequence", by_client["commande_id"].nunique()),
                "Une commande entièrement rendue est-elle une occasion d’achat ?",
            ),
            TableMistake(
                says("montant_total", known["panier_moyen"]),
                "Est-ce le total de chaque client, ou son panier moyen ?",
            ),
            TableMistake(
                says("montant_total", sales),
                "Avez-vous déduit les retours ?",
            ),
        ),
    )


def check_scores(variant: Variant, given: Given) -> Check:
    """Each customer's scores, on the levels of the variant."""
    levels = variant.parameters["NIVEAUX"]
    true = truth(variant)
    rfm, expected = following(
        given.table("rfm"), true.rfm, lambda table: score_rfm(table, levels=levels), true.scores
    )
    digits = ["R", "F", "M"]

    def made_by(**options: Any) -> Callable[[pd.DataFrame], bool]:
        return lambda table: _same(table, score_rfm(rfm, levels=levels, **options), digits)

    def reversed_recency(table: pd.DataFrame) -> bool:
        other = score_rfm(rfm.assign(recence=-rfm["recence"]), levels=levels)
        return _same(table, other, ["R"])

    return HalfTableCheck(
        expected[["client_id", *digits, "code_rfm"]],
        keys=("client_id",),
        success=(
            "Chaque score dit combien de clients font moins bien ; à égalité de commandes, "
            "égalité de score F."
        ),
        mistakes=(
            TableMistake(
                lambda table: int(table[digits].max().max()) != levels,
                "Sur combien de niveaux avez-vous donné les scores ?",
            ),
            TableMistake(reversed_recency, "Le meilleur score R va-t-il aux achats récents ?"),
            TableMistake(
                made_by(monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
            TableMistake(
                made_by(method="equal_size"),
                "Deux clients qui ont autant de commandes ont-ils le même score F ?",
            ),
            TableMistake(
                made_by(method="nested"),
                "À qui chaque client est-il comparé : à toute la table, ou à une partie ?",
            ),
        ),
    )


def _grid_for(scores: pd.DataFrame, grid: str) -> str:
    """The grid of the levels that a table of scores has; `grid` when there is none."""
    return GRIDS.get(int(scores[["R", "F", "M"]].astype(int).max().max()), grid)


def check_segments(variant: Variant, given: Given) -> Check:
    """Each customer's segment, in the grid of the variant."""
    grid, true = variant.parameters["GRILLE"], truth(variant)
    _, expected = following(
        given.table("scores"),
        true.scores,
        lambda table: assign_segments(table, _grid_for(table, grid)),
        true.segments,
    )

    def made_by(levels: int, **options: Any) -> Callable[[pd.DataFrame], bool]:
        def matches(table: pd.DataFrame) -> bool:
            scores = score_rfm(true.rfm, levels=levels, **options)
            return _same(table, assign_segments(scores, GRIDS[levels]), ["segment"])

        return matches

    (other,) = GRIDS.keys() - {variant.parameters["NIVEAUX"]}
    return HalfTableCheck(
        expected[["client_id", "segment"]],
        keys=("client_id",),
        success="Un code est devenu un nom que l’équipe peut dire, et rien d’autre n’a changé.",
        mistakes=(
            TableMistake(
                lambda table: bool(table["segment"].astype(str).str.fullmatch(r"\d+").all()),
                "Est-ce le code RFM, ou le nom du segment ?",
            ),
            TableMistake(
                lambda table: not table["segment"].isin(load_grid(grid).names).all(),
                "Ces noms sont-ils ceux de la grille demandée ?",
            ),
            TableMistake(
                made_by(other),
                "Vos scores et votre grille ont-ils le nombre de niveaux demandé ?",
            ),
            TableMistake(
                made_by(variant.parameters["NIVEAUX"], monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
        ),
    )


def _with_customers(profile: pd.DataFrame) -> pd.DataFrame:
    """A profile without its empty segments, which may be shown or not."""
    return profile[profile["clients"] != 0] if "clients" in profile.columns else profile


def check_profile(variant: Variant, given: Given) -> Check:
    """Customers, revenue and average basket of each segment."""
    grid, true = variant.parameters["GRILLE"], truth(variant)
    segments, whole = following(
        given.table("segments"),
        true.segments,
        lambda table: segment_profile(table, grid),
        true.profile,
    )
    profile = _with_customers(whole)
    groups = segments.groupby("segment")
    known = profile.set_index("segment")
    per_customer = known["chiffre_affaires"] / known["clients"]

    def says(column: str, values: pd.Series) -> Callable[[pd.DataFrame], bool]:
        return lambda table: _agrees(table, column, values, key="segment")

    return HalfTableCheck(
        profile[["segment", "clients", "chiffre_affaires", "panier_moyen"]],
        keys=("segment",),
        tolerance=0.02,
        prepare=_with_customers,
        success="Des clients, des euros, un panier : le directeur voit ce que pèse chaque nom.",
        mistakes=(
            TableMistake(
                lambda table: table["clients"].max() <= 1,
                "Est-ce un nombre de clients, ou une part ?",
            ),
            TableMistake(
                says("clients", groups["frequence"].sum()),
                "Avez-vous compté les clients, ou leurs commandes ?",
            ),
            TableMistake(
                says("chiffre_affaires", per_customer),
                "Est-ce le chiffre d’affaires du segment, ou une moyenne par client ?",
            ),
            TableMistake(
                says("panier_moyen", per_customer),
                "Le panier moyen est-il par client, ou par commande ?",
            ),
            TableMistake(
                says("panier_moyen", groups["panier_moyen"].mean()),
                "Un client à une commande pèse-t-il autant qu’un client à dix dans votre panier "
                "moyen ?",
            ),
        ),
    )
