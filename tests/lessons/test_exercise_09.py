"""The answers to exercise 9: ten places in Lyon.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from support.by_hand import DATA, SCORED, bought_again, french, in_window, measures, named, orders
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


@cache
def people() -> pd.DataFrame:
    return pd.read_csv(DATA / "clients.csv", parse_dates=["date_recrutement"])


def of_lyon(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the customers of Lyon, of a table by customer."""
    there = people().loc[people()["region"] == "Lyon et sa région", "client_id"]
    return table[table.index.isin(there)]


def points_of_two_years() -> pd.DataFrame:
    """Yearly totals of 2024 and 2025 in Lyon, the points of revenue and margin, and the bonus."""
    table = of_lyon(in_window("2025-12-31", 24)).copy()
    first = orders().groupby("commande_id")["date_achat"].transform("min")
    margins = orders()[first >= "2024-01-01"].groupby("client_id")["marge"].sum()
    table["ca"], table["marge"] = table["montant_total"] / 200, margins[table.index] / 200
    sums = [
        np.select([amount < low, amount < middle, amount <= high], few, most)
        for amount, (low, middle, high), few, most in [
            (table["ca"], (10, 50, 100), (0.5, 2.5, 7.5), 10),
            (table["marge"], (2, 10, 20), (1, 5, 10), 20),
        ]
    ]
    return table.assign(notes=sum(sums), bonus=2 * table["frequence"])


def ten_best(table: pd.DataFrame, cap: float) -> list[str]:
    ranked = table.assign(points=table["notes"] + table["bonus"].clip(upper=cap), who=table.index)
    ranked = ranked.sort_values(["points", "marge", "who"], ascending=[False, False, True])
    return ranked.index[:10].tolist()


def referrals(months: int, channel: str) -> tuple[float, float, float]:
    """The mean margin of a channel's recruits over so many months, and the ends around it."""
    theirs = people()[people()["canal_recrutement"] == channel].set_index("client_id")
    day = theirs["date_recrutement"]
    seen = day[(day >= "2023-01-01") & (day + pd.DateOffset(months=months) <= "2026-01-01")]
    per_order = (
        orders()
        .groupby(["client_id", "commande_id"], as_index=False)
        .agg(day=("date_achat", "min"), total=("montant", "sum"), marge=("marge", "sum"))
    )
    kept_ = per_order[(per_order["total"].round(2) > 0) & per_order["client_id"].isin(seen.index)]
    end = kept_["client_id"].map(seen) + pd.DateOffset(months=months)
    margins = kept_[kept_["day"] < end].groupby("client_id")["marge"].sum()
    found = margins.reindex(seen.index, fill_value=0.0)
    half = 1.959964 * found.std() / np.sqrt(len(found))
    return found.mean() - half, found.mean(), found.mean() + half


def frozen(table: pd.DataFrame, first: pd.DataFrame) -> pd.Series:
    """Segments of a window, scored by who of another one does worse."""
    table = table.copy()
    for name, column, sign in SCORED:
        everyone, own = sign * first[column].to_numpy(), sign * table[column].to_numpy()
        worse = (everyone[None, :] < own[:, None]).sum(axis=1)
        table[name] = (1 + 4 * worse // len(first)).clip(max=4)
    table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return named(table)["segment"]


def gone_from_lyon() -> tuple[pd.Series, pd.Series]:
    """By segment of 2024: euros and customers without an order in 2025."""
    before, after = (of_lyon(in_window(day, 12)) for day in ("2024-12-31", "2025-12-31"))
    segments = frozen(before, before)
    lost = before[~before.index.isin(after.index)]
    return (
        lost.groupby(segments)["montant_total"].sum(),
        lost.groupby(segments)["montant_total"].size(),
    )


def alerts_of_september() -> tuple[int, int]:
    """How many good customers fell in September 2025, and how many came back by themselves."""
    first = in_window("2024-12-31", 12)
    august, september = (frozen(in_window(day, 12), first) for day in ("2025-08-31", "2025-09-30"))
    good = august[august.isin(["Champions", "Fidèles", "Fidèles potentiels"])].index
    fallen = september[september.isin(["À ne pas perdre", "À risque"])].index
    rung = good.intersection(fallen)
    later = pd.Series(bought_again("2025-09-30", 92), index=measures("2025-09-30").index)
    return len(rung), int(later[rung].sum())


def class_of_lyon(number: int) -> pd.DataFrame:
    """The customers of a class of Lyon, 4 the best, the bonus capped at 10."""
    table = points_of_two_years()
    ranks = table.assign(points=table["notes"] + table["bonus"].clip(upper=10))["points"]
    return table[1 + 4 * (ranks.rank(method="min").astype(int) - 1) // len(ranks) == number]


@cache
def answers() -> dict[str, Any]:
    table = points_of_two_years()
    before, after = ten_best(table, np.inf), ten_best(table, 10)
    (lost,), (won,) = set(before) - set(after), set(after) - set(before)
    top = class_of_lyon(4)
    assert 0.18 < len(top) / len(table) < 0.22 and top["marge"].sum() / table["marge"].sum() > 2 / 3
    low, mean, _ = referrals(6, "parrainage")
    assert low < 950 < mean and referrals(6, "promotion")[2] < 950
    assert referrals(12, "parrainage")[0] > 950
    later = 420 * 0.35 / (1.12 - 0.35)
    euros_, customers = gone_from_lyon()
    others = euros_.drop("À risque")
    assert customers.drop("À risque").idxmax() in ("Perdus", "Prometteurs")
    rung, back = alerts_of_september()
    assert (rung, back) == (51, 22)
    return {
        "place_perdue_a_lyon": {
            RIGHT: [lost, lost.lower(), lost.replace("-", "")],
            REVIEW: {won: "gagne-t-il", after[-1]: "en est-il sorti", after[0]: "perdu quoi que",
                     before[1]: "absent de la seconde"},
            ERROR: ["C-9999", 12.5],
        },
        "persona_de_lyon": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "trois autres classes", "b": "quelle colonne", "d": "régulièrement"},
            ERROR: ["e", "a, c"],
        },
        "prime_de_parrainage": {
            BEFORE: low,
            RIGHT: letters("a"),
            REVIEW: {"b": "d’une moyenne", "c": "combien de mois", "d": "la ligne du parrainage"},
            ERROR: [low, "e"],
        },
        "prix_d_une_recrue": {
            RIGHT: [420 + later, french(420 + later), round(420 + later)],
            REVIEW: {later: "première marge", later - 180: "le plus haut",
                     420 + 420 * 0.65 / (1.12 - 0.65): "attrition",
                     420 + 420 * 0.35 / 0.65: "euro d’aujourd’hui", 77: "ceux de la régie"},
        },
        "segment_a_surveiller": {
            RIGHT: [others.idxmax(), others.idxmax().upper(), f" {others.idxmax()} "],
            REVIEW: {"À risque": "à part", customers.drop("À risque").idxmax(): "les euros",
                     "Champions": "davantage", "À ne pas perdre": "de Lyon",
                     "Dormants": "grand montant"},
            ERROR: ["VIP", 3.5],
        },
        "effet_des_appels": {
            RIGHT: ["b", "B", {"b"}],
            REVIEW: {"a": "sans appel", "c": "les mêmes", "d": "tous partis"},
            ERROR: ["e", "a, b"],
        },
    }  # fmt: skip


def quoted() -> list[str]:
    """What the model answer says of the data."""
    best, last, everyone = class_of_lyon(4), class_of_lyon(1), points_of_two_years()
    weight = 100 * best["marge"].sum() / everyone["marge"].sum()
    assert last["frequence"].max() == 1
    return [
        f"{len(best)} des {len(everyone)} clients",
        f"{weight:.1f} %".replace(".", ","),
        f"{best['frequence'].mean():.1f} fois".replace(".", ","),
    ]


class TestAnswers(ExerciseAnswers):
    name = "09_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
