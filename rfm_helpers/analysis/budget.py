"""From cost lines to the budget of a plan: totals that agree at every level, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
from pydantic import ValidationError

from rfm_helpers.catalog import Case, CostLine, Plan
from rfm_helpers.catalog.loading import french_reason
from rfm_helpers.catalog.strategies import one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, number
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day

LINE_FIELDS = {
    "libelle": "label",
    "quantite": "quantity",
    "unite": "unit",
    "cout_unitaire": "unit_cost",
    "taxe": "tax",
    "taux_tva": "tax_rate",
    "source": "source",
    "date_source": "source_date",
    "fiabilite": "reliability",
    "annees": "years",
    "part": "part",
    "parts": "parts",
}
LINE_COLUMNS = ("action", *LINE_FIELDS)
ACTION_COLUMNS = ("strategie", "sous_strategie", "action", "qui", "beneficiaires")
COSTS = ("cout_ht", "cout_ttc", "cout_annee_ht")
LEVELS = ("plan", "stratégie", "sous-stratégie", "action")
SOURCE_YEARS = 2

_REQUIRED = ("action", "libelle", "quantite", "cout_unitaire", "taxe")
_TYPES = {
    "quantite": "float64",
    "cout_unitaire": "float64",
    "taux_tva": "float64",
    "date_source": "datetime64[us]",
    "annees": "int64",
    "part": "int64",
    "parts": "int64",
}


@dataclass(frozen=True, eq=False)
class Budget:
    """A plan's budget: its name, its actions and their cost lines. Made by `make_budget`.

    ``actions`` holds one row per action, in the order of the plan: `strategie`, `sous_strategie`,
    `action`, `qui` (invités, présents or utilisateurs; empty if not said), `beneficiaires` (Int64,
    missing if not said). ``lines`` is the output of `cost_lines`.
    """

    plan: str
    actions: pd.DataFrame
    lines: pd.DataFrame


# --- cost lines ----------------------------------------------------------------------------------


def cost_lines(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Check cost lines and complete them.

    Args:
        rows: one row per line: `action`, `libelle` (text), `quantite` (0 or more, three decimals
            at most), `cout_unitaire` (euros, to the cent), `taxe` ("HT" or "TTC": how
            `cout_unitaire` is written). May also hold: `unite` (text), `taux_tva` (VAT rate 0–1,
            default 0.2), `source` (text), `date_source` (a day), `fiabilite` ("élevée", "moyenne"
            or "faible"), `annees` (a set-up cost is spread over that many years, default 1),
            `part` and `parts` (this line bears part 1 of 3 of a shared cost; default 1 of 1).

    Returns:
        The lines with exactly these columns, in this order; absent texts are empty.

    Raises:
        CourseError: missing column, or a value that is refused (the line and column are named).

    >>> cost_lines([{"action": "Soirée", "libelle": "Traiteur", "quantite": 20,
    ...              "cout_unitaire": 45.5, "taxe": "HT"}])[["quantite", "taux_tva", "annees"]]
       quantite  taux_tva  annees
    0      20.0       0.2       1
    """
    frame = pd.DataFrame(list(rows) if not isinstance(rows, pd.DataFrame) else rows)
    if frame.empty:
        return _typed([])
    for column in _REQUIRED:
        if column not in frame:
            raise CourseError(
                f"La colonne « {column} » manque dans les lignes de coût : ajoutez-la."
            )
    records = frame.to_dict("records")
    return _typed([_as_row(record, place) for place, record in enumerate(records, start=1)])


def line_costs(lines: pd.DataFrame, year: int = 1) -> pd.DataFrame:
    """What each line costs its action.

    A line is quantity × unit cost, without and with VAT, each rounded to the cent, half away from
    zero. Part k of n of a shared line, and year k of n of a spread one, is the rounded k/n of the
    amount less the rounded (k − 1)/n: the parts add up to the amount, to the cent.

    Args:
        lines: cost lines (see `cost_lines`).
        year: the year that `cout_annee_ht` looks at, 1 being the first.

    Returns:
        The lines, and `cout_ht`, `cout_ttc`, `cout_annee_ht` (euros).

    Raises:
        CourseError: as `cost_lines`; a year below 1.

    >>> line = {"action": "VIP", "libelle": "Outil", "quantite": 1, "cout_unitaire": 100.0,
    ...         "taxe": "HT", "annees": 3}
    >>> [line_costs(pd.DataFrame([line]), year)["cout_annee_ht"].item() for year in (1, 2, 4)]
    [33.33, 33.34, 0.0]
    """
    checked = cost_lines(lines)
    cents = _line_cents(checked, year)
    return checked.assign(**{column: cents[column] / 100 for column in COSTS})


def share_line(lines: pd.DataFrame, label: str, actions: Iterable[str]) -> pd.DataFrame:
    """Share a cost between several actions, in equal parts; each part says so on its line.

    Args:
        lines: cost lines (see `cost_lines`).
        label: the `libelle` of the line to share.
        actions: the actions that bear it, two or more.

    Returns:
        The lines, the shared one replaced by one line per action (`part` 1 to n of `parts` n).

    Raises:
        CourseError: no line or several lines of that label; fewer than two actions.

    >>> line = {"action": "Soirée", "libelle": "Photographe", "quantite": 1,
    ...         "cout_unitaire": 500.01, "taxe": "HT"}
    >>> shared = share_line(pd.DataFrame([line]), "Photographe", ["Soirée", "VIP"])
    >>> line_costs(shared)[["action", "part", "parts", "cout_ht"]]
       action  part  parts  cout_ht
    0  Soirée     1      2   250.01
    1     VIP     2      2   250.00
    """
    checked, bearers = cost_lines(lines), list(dict.fromkeys(actions))
    found = checked.index[checked["libelle"] == label]
    if len(found) != 1:
        raise CourseError(
            f"Il faut une ligne « {label} », et une seule, or on en compte {len(found)} : "
            "vérifiez son libellé."
        )
    if len(bearers) < 2:
        raise CourseError(
            f"La ligne « {label} » se partage entre deux actions au moins : nommez-les."
        )
    place, count = found[0], len(bearers)
    parts = pd.concat([checked.loc[[place]]] * count).assign(
        action=bearers, part=range(1, count + 1), parts=count
    )
    return pd.concat([checked.loc[: place - 1], parts, checked.loc[place + 1 :]], ignore_index=True)


def flag_lines(lines: pd.DataFrame, as_of: dt.date | str) -> pd.DataFrame:
    """Say which lines rest on nothing that can be checked.

    Args:
        lines: cost lines (see `cost_lines`).
        as_of: the reference date; a source more than two years older is flagged.

    Returns:
        One row per remark, in the order of the lines: `action`, `libelle`, `probleme` ("sans
        source", "sans date", "source ancienne", "date à venir", "sans fiabilité", "parts
        incomplètes"), `explication` (a French sentence).

    Raises:
        CourseError: as `cost_lines`; an impossible date.

    >>> line = {"action": "Soirée", "libelle": "Traiteur", "quantite": 20, "cout_unitaire": 45,
    ...         "taxe": "HT", "source": "Devis", "date_source": "2023-03-01",
    ...         "fiabilite": "élevée"}
    >>> flag_lines(pd.DataFrame([line]), "2025-12-31")["probleme"].tolist()
    ['source ancienne']
    """
    checked, day = cost_lines(lines), as_day(as_of)
    incomplete = _incomplete_shares(checked)
    found = [
        (row.action, row.libelle, problem, french(text))
        for row in checked.itertuples()
        for problem, text in _line_problems(row, day, row.libelle in incomplete)
    ]
    return pd.DataFrame(found, columns=["action", "libelle", "probleme", "explication"])


# --- from actions to the plan --------------------------------------------------------------------


def make_budget(plan: str, actions: pd.DataFrame, lines: pd.DataFrame) -> Budget:
    """Put a budget together, and check that every line belongs to an action.

    Args:
        plan: the plan's name.
        actions: one row per action: `strategie`, `sous_strategie`, `action` (texts, an action
            named once), and if known `qui` and `beneficiaires` (1 or more).
        lines: cost lines (see `cost_lines`).

    Returns:
        The budget, the actions grouped by strategy and sub-strategy.

    Raises:
        CourseError: missing column, an action named twice or not at all, a line of an unknown
            action, and as `cost_lines`.

    >>> actions = pd.DataFrame({"strategie": ["S"], "sous_strategie": ["A"], "action": ["Soirée"]})
    >>> make_budget("Plan", actions, pd.DataFrame()).actions["beneficiaires"].isna().tolist()
    [True]
    """
    table, checked = _checked_actions(actions), cost_lines(lines)
    unknown = checked.loc[~checked["action"].isin(table["action"]), "action"]
    if not unknown.empty:
        raise CourseError(
            f"L’action « {unknown.iloc[0]} » a une ligne de coût mais n’est pas dans le plan : "
            "ajoutez-la au plan ou corrigez son nom."
        )
    return Budget(str(one_line(plan)), table, checked)


def plan_budget(plan: Plan) -> Budget:
    """The budget of a plan model: its actions and their cost lines.

    >>> from rfm_helpers.catalog import load_case
    >>> budget = plan_budget(Plan(title="Marc", strategies=(load_case().strategy,)))
    >>> len(budget.actions), len(budget.lines)
    (8, 0)
    """
    placed = [
        (strategy.title, part.title, action)
        for strategy in plan.strategies
        for part in strategy.sub_strategies
        for action in part.actions
    ]
    actions = pd.DataFrame(
        [
            {
                "strategie": strategy,
                "sous_strategie": part,
                "action": action.title,
                "qui": action.beneficiaries.who if action.beneficiaries else "",
                "beneficiaires": action.beneficiaries.count if action.beneficiaries else None,
            }
            for strategy, part, action in placed
        ]
    )
    lines = [
        {"action": action.title} | {c: getattr(line, f) for c, f in LINE_FIELDS.items()}
        for _, _, action in placed
        for line in action.lines
    ]
    return make_budget(plan.title, actions, pd.DataFrame(lines))


def roll_up(budget: Budget, year: int = 1) -> pd.DataFrame:
    """Add up the costs: action → sub-strategy → strategy → plan.

    Costs are added as integers of cents, so that the totals agree at every level.

    Args:
        budget: see `make_budget`.
        year: the year that `cout_annee_ht` looks at, 1 being the first.

    Returns:
        One row per level, each above those it adds up: `niveau` ("plan", "stratégie",
        "sous-stratégie" or "action"), `strategie`, `sous_strategie`, `action` (empty above their
        level), `cout_ht` (euros without VAT: what an action costs, unless said otherwise),
        `cout_ttc` (with VAT), `cout_annee_ht` (without VAT, the part of the year). An action
        without a line costs 0.

    Raises:
        CourseError: a year below 1.

    >>> from rfm_helpers.catalog import load_case
    >>> table = roll_up(case_budget(load_case()))
    >>> table.groupby("niveau", sort=False)["cout_ht"].sum().unique().tolist()
    [17800.0]
    """
    cents = _line_cents(budget.lines, year).groupby("action").sum()
    actions = budget.actions[["strategie", "sous_strategie", "action"]].merge(
        cents, left_on="action", right_index=True, how="left"
    )
    actions[[*COSTS]] = actions[[*COSTS]].fillna(0).astype("int64")
    rows = [_total("plan", actions)]
    for strategy, under in actions.groupby("strategie", sort=False):
        rows.append(_total("stratégie", under, strategie=strategy))
        for part, below in under.groupby("sous_strategie", sort=False):
            names = {"strategie": strategy, "sous_strategie": part}
            rows.append(_total("sous-stratégie", below, **names))
            rows += [
                _total("action", below[below["action"] == action], **names, action=action)
                for action in below["action"]
            ]
    table = pd.DataFrame(rows)
    return table.assign(**{column: table[column] / 100 for column in COSTS})


def cost_per_customer(budget: Budget) -> pd.DataFrame:
    """What each action costs per customer who benefits, and who these customers are.

    Args:
        budget: see `make_budget`.

    Returns:
        One row per action: `action`, `cout_ht` (euros without VAT), `qui` (invités, présents or
        utilisateurs), `beneficiaires` (Int64), `cout_par_client` (euros to the cent; missing as
        long as the beneficiaries are not counted).

    >>> from rfm_helpers.catalog import load_case
    >>> costs = cost_per_customer(case_budget(load_case())).dropna()
    >>> dict(zip(costs["action"], costs["cout_par_client"], strict=True))["Programme VIP"]
    1000.0
    """
    table = roll_up(budget)
    costs = table.loc[table["niveau"] == "action", ["action", "cout_ht"]]
    merged = costs.merge(budget.actions[["action", "qui", "beneficiaires"]], on="action")
    counts = merged["beneficiaires"].tolist()
    each = [
        None if pd.isna(count) else _half_up(_cents(cost) / int(count)) / 100
        for cost, count in zip(merged["cout_ht"], counts, strict=True)
    ]
    return merged.assign(cout_par_client=pd.Series(each, dtype="float64"))


# --- the case's budget table ---------------------------------------------------------------------


def case_budget(case: Case, discount_users: int = 1) -> Budget:
    """The budget table of a case, in the plan of its strategy; actions left out have no line.

    Args:
        case: see `rfm_helpers.catalog.load_case`.
        discount_users: how many customers use what the table counts for one (the discount).

    Returns:
        A budget whose lines have neither source nor date nor VAT, since the table gives none.

    Raises:
        CourseError: if that is none of them, or more than are invited.

    >>> from rfm_helpers.catalog import load_case
    >>> case_budget(load_case(), discount_users=20).lines["quantite"].tolist()
    [1.0, 20.0, 1.0, 1.0]
    """
    invited = _most_users(case)
    if discount_users not in range(1, invited + 1):
        raise CourseError(
            f"La remise s’adresse à {invited} invités : donnez le nombre de ceux qui "
            f"l’utilisent, un nombre entier de 1 à {invited}."
        )
    bare = plan_budget(Plan(title=case.title, strategies=(case.strategy,)))
    titles = {action.id: action.title for action in case.strategy.actions}
    counted = {
        titles[row.action]: (row, discount_users if row.up_to else 1) for row in case.table.rows
    }
    lines = [
        {
            "action": action,
            "libelle": row.label,
            "quantite": quantity,
            "unite": "client" if row.up_to else "forfait",
            "cout_unitaire": row.amount,
            "taxe": case.table.tax,
            "taux_tva": 0,
        }
        for action, (row, quantity) in counted.items()
    ]
    who = {action: row.who for action, (row, _) in counted.items()}
    count = {action: row.customers * quantity for action, (row, quantity) in counted.items()}
    actions = bare.actions.assign(
        qui=bare.actions["action"].map(who), beneficiaires=bare.actions["action"].map(count)
    )
    return make_budget(case.title, actions, pd.DataFrame(lines))


def _most_users(case: Case) -> int:
    return max(row.up_to or 1 for row in case.table.rows)


def case_readings(case: Case) -> pd.DataFrame:
    """The totals that a case's budget table can be read as.

    Args:
        case: see `rfm_helpers.catalog.load_case`.

    Returns:
        Three rows: `lecture` (French), `montant` (euros), `calcul` (the terms added).

    >>> from rfm_helpers.catalog import load_case
    >>> case_readings(load_case())["montant"].tolist()
    [17800.0, 23500.0, 1500.0]
    """
    users = _most_users(case)
    name = case.profile.name.split()[0]
    plain, full = case_budget(case), case_budget(case, users)
    terms = {
        "Le tableau tel quel": line_costs(plain.lines)["cout_ht"],
        f"Les {users} invités utilisent la remise": line_costs(full.lines)["cout_ht"],
        f"Par client comme {name}": cost_per_customer(plain)["cout_par_client"].dropna(),
    }
    return pd.DataFrame(
        {
            "lecture": list(terms),
            "montant": [float(_cents(amounts.sum()) / 100) for amounts in terms.values()],
            "calcul": [" + ".join(number(amount) for amount in v) for v in terms.values()],
        }
    )


def case_discounts(case: Case) -> pd.DataFrame:
    """The discount of a case's budget table, and what it would be on the customer's own purchases.

    Args:
        case: see `rfm_helpers.catalog.load_case`.

    Returns:
        Two rows: `lecture` (French), `panier` (euros), `remise` (euros).

    >>> from rfm_helpers.catalog import load_case
    >>> case_discounts(load_case())[["panier", "remise"]].values.tolist()
    [[2000.0, 300.0], [2350.0, 352.5]]
    """
    amount, rate = next((r.amount, r.rate) for r in case.table.rows if r.rate is not None)
    pieces = [purchase.amount for purchase in case.purchases if purchase.in_source]
    mean = sum(pieces, Decimal(0)) / len(pieces)
    name = case.profile.name.split()[0]
    return pd.DataFrame(
        {
            "lecture": ["Ce que le tableau suppose", f"Les {len(pieces)} pièces de {name}"],
            "panier": [float(amount / rate), float(mean)],
            "remise": [float(amount), _half_up(mean * rate * 100) / 100],
        }
    )


# --- cents ---------------------------------------------------------------------------------------


def _half_up(cents: Decimal) -> int:
    """A whole number, half away from zero (every amount here is 0 or more)."""
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def _cents(amount: float) -> Decimal:
    return Decimal(round(amount * 100))


def _portion(cents: int, part: int, parts: int) -> int:
    """Part ``part`` of ``parts`` of an amount; all parts add up to it."""
    up_to, before = (_half_up(Decimal(cents) * k / parts) for k in (part, part - 1))
    return up_to - before


def _line_cents(lines: pd.DataFrame, year: int) -> pd.DataFrame:
    """The costs of checked lines, as integers of cents, and their action."""
    if year < 1:
        raise CourseError(f"L’année {year} n’existe pas : la première année est l’année 1.")
    rows = [_cents_of(row, year) for row in lines.to_dict("records")]
    costs = pd.DataFrame(rows, columns=[*COSTS], index=lines.index).astype("int64")
    return costs.assign(action=lines["action"])


def _cents_of(row: dict[Any, Any], year: int) -> tuple[int, int, int]:
    amount = Decimal(str(row["quantite"])) * Decimal(str(row["cout_unitaire"])) * 100
    with_tax = 1 + Decimal(str(row["taux_tva"]))
    excluding = _half_up(amount / with_tax if row["taxe"] == "TTC" else amount)
    including = _half_up(amount * with_tax if row["taxe"] == "HT" else amount)
    excluding, including = (
        _portion(cents, row["part"], row["parts"]) for cents in (excluding, including)
    )
    spread = _portion(excluding, year, row["annees"]) if year <= row["annees"] else 0
    return excluding, including, spread


def _total(level: str, actions: pd.DataFrame, **names: object) -> dict[str, object]:
    blank = {"strategie": "", "sous_strategie": "", "action": ""}
    costs = {column: int(actions[column].sum()) for column in COSTS}
    return {"niveau": level, **blank, **names, **costs}


# --- checks --------------------------------------------------------------------------------------


def _as_row(record: Mapping[Any, Any], place: int) -> dict[str, Any]:
    """A record as a complete row, or the French sentence that says what is wrong with it."""
    given = {
        field: _as_typed(column, record[column])
        for column, field in LINE_FIELDS.items()
        if column in record and not _is_blank(record[column])
    }
    try:
        line = CostLine.model_validate(given)
    except ValidationError as error:
        raise _refused(error, record, place) from None
    action = record["action"]
    if _is_blank(action):
        raise CourseError(f"La ligne {place} (« {line.label} ») n’a pas d’action : nommez-la.")
    row = {column: getattr(line, field) for column, field in LINE_FIELDS.items()}
    return {"action": one_line(str(action)), **row}


def _as_typed(column: str, value: Any) -> Any:
    """A cell as its column wants it: a number typed where a text stands is a text."""
    if column == "date_source":
        return as_day(value)
    return value if column in _TYPES else str(value)


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or bool(pd.isna(value))


def _refused(error: ValidationError, record: Mapping[Any, Any], place: int) -> CourseError:
    details = error.errors(include_url=False)[0]
    columns = {field: column for column, field in LINE_FIELDS.items()}
    name = columns.get(str(details["loc"][0]), "") if details["loc"] else ""
    label = record.get("libelle")
    shown = "" if _is_blank(label) else f" (« {label} »)"
    reason = (
        f"la colonne « {name} » est vide, remplissez-la"
        if details["type"] == "missing"
        else french_reason(details, name)
    )
    return CourseError(f"Ligne de coût {place}{shown} : {reason}.")


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(LINE_COLUMNS))
    return frame.astype({column: _TYPES.get(column, "str") for column in LINE_COLUMNS})


def _checked_actions(actions: pd.DataFrame) -> pd.DataFrame:
    for column in ACTION_COLUMNS[:3]:
        if column not in actions:
            raise CourseError(f"La colonne « {column} » manque dans les actions : ajoutez-la.")
    table = actions.reindex(columns=ACTION_COLUMNS)
    for column in ACTION_COLUMNS[:4]:
        table[column] = table[column].astype("object").fillna("").map(str).map(one_line)
        if column != "qui" and (table[column] == "").any():
            raise CourseError(
                f"La colonne « {column} » a une case vide : donnez un nom à chaque action, "
                "à sa sous-stratégie et à sa stratégie."
            )
    folded = table["action"].str.casefold()
    if folded.duplicated().any():
        raise CourseError(
            f"L’action « {table.loc[folded.duplicated(), 'action'].iloc[0]} » est écrite deux "
            "fois : changez l’un des deux noms."
        )
    table["beneficiaires"] = _counts(table)
    orders = [table[column].map(_first_seen(table[column])) for column in ACTION_COLUMNS[:2]]
    return (
        table.assign(s=orders[0], p=orders[1])
        .sort_values(["s", "p"], kind="stable", ignore_index=True)
        .drop(columns=["s", "p"])
    )


def _first_seen(names: pd.Series[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.unique())}


def _counts(table: pd.DataFrame) -> pd.Series[Any]:
    counts = pd.to_numeric(table["beneficiaires"], errors="coerce")
    wrong = table["beneficiaires"].notna() & ~((counts >= 1) & (counts % 1 == 0))
    if wrong.any():
        first = table.loc[wrong].iloc[0]
        raise CourseError(
            f"L’action « {first['action']} » compte {first['beneficiaires']} bénéficiaires : "
            "écrivez un nombre entier, 1 au moins, ou laissez la case vide."
        )
    return counts.astype("Int64")


def _incomplete_shares(lines: pd.DataFrame) -> set[str]:
    shared = lines[lines["parts"] > 1]
    return {
        str(label)
        for label, group in shared.groupby("libelle")
        if sorted(group["part"]) != list(range(1, int(group["parts"].max()) + 1))
    }


def _line_problems(row: Any, day: dt.date, incomplete: bool) -> Iterable[tuple[str, str]]:
    oldest = (pd.Timestamp(day) - pd.DateOffset(years=SOURCE_YEARS)).date()
    if not row.source:
        yield "sans source", "Dites d’où vient ce prix : un devis, un site, une grille de salaires."
    if pd.isna(row.date_source):
        yield "sans date", "Un prix sans date ne se vérifie pas : notez le jour où vous l’avez lu."
    elif row.date_source.date() < oldest:
        yield (
            "source ancienne",
            f"Ce prix date du {long_date(row.date_source)}, plus de deux ans avant le "
            f"{long_date(day)} : cherchez-en un plus récent.",
        )
    elif row.date_source.date() > day:
        yield (
            "date à venir",
            f"Ce prix est daté du {long_date(row.date_source)}, après le {long_date(day)} : "
            "vérifiez la date.",
        )
    if not row.fiabilite:
        yield "sans fiabilité", "Jugez la source : fiabilité élevée, moyenne ou faible."
    if incomplete:
        yield (
            "parts incomplètes",
            f"Ce coût partagé n’a pas chaque part de 1 à {row.parts} une fois, "
            f"et ses {euros(row.quantite * row.cout_unitaire, 2)} ne sont pas tous comptés.",
        )
