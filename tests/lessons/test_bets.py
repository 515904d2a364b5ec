"""The bets of the lessons: their truth, computed from the data, is nowhere to be read before."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import nbformat
import pandas as pd
import pytest
from support.bets import gives_away
from support.contacts import staying
from support.course import NOTEBOOKS
from support.house import target_table_at
from support.lessons import build, plain
from support.page import Page

from rfm_helpers.analysis.budget.case import example_costs
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.targeting.cart import fit_cart
from rfm_helpers.analysis.targeting.trees import predict_rates
from rfm_helpers.analysis.windows import compare_dates, window_orders
from rfm_helpers.catalog.bets import bet_lessons, load_bet, load_bets
from rfm_helpers.datasets import (
    COURSE_DATE,
    clean_orders,
    dataset_columns,
    load_complaints,
    load_contacts,
    load_orders,
    load_products,
    load_raw_export,
)
from rfm_helpers.datasets.cleaning import QualityLog
from rfm_helpers.questions.bet_panels import BALANCE, BOTH
from rfm_helpers.questions.bets import shown, truth_of

LESSONS = [path.stem for path in build.lesson_files() if path.stem[0].isdigit()]
KEYS = [f"{lesson}/{bet.id}" for lesson in bet_lessons() for bet in load_bets(lesson)]
FORM = re.compile(r'^bet\("(\w+/\w+)"\)$')
RESULT = re.compile(r'^bet_result\("(\w+/\w+)"', re.MULTILINE)
each_lesson = pytest.mark.parametrize("lesson", LESSONS)
each_bet = pytest.mark.parametrize("key", KEYS)


@cache
def cells(lesson: str) -> list[nbformat.NotebookNode]:
    """The cells of a stored lesson."""
    return nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4).cells


def first_line(output: nbformat.NotebookNode) -> str:
    """What JupyterLab shows of a hidden output."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    return str(data.get("text/html", data["text/plain"])).strip().splitlines()[0]


def visible(cell: nbformat.NotebookNode) -> str:
    """What a reader sees of a stored cell, its code aside."""
    if cell.cell_type == "markdown":
        return plain(str(cell.source))
    if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
        return ""
    return plain(" ".join(text_of(output) for output in cell.outputs))


def text_of(output: nbformat.NotebookNode) -> str:
    data = output.get("data", {"text/plain": output.get("text", "")})
    return Page(data["text/html"]).text if "text/html" in data else str(data["text/plain"])


def place_of(key: str, found: Callable[[str], Any]) -> int:
    (place,) = (
        rank for rank, cell in enumerate(cells(key.partition("/")[0])) if found(cell.source) == key
    )
    return place


def form_of(source: str) -> str:
    return (FORM.match(source) or [""] * 2)[1]


def result_of(source: str) -> str:
    return (RESULT.search(source) or [""] * 2)[1]


# --- how they stand in the lessons ----------------------------------------------------------------


def test_every_lesson_has_bets() -> None:
    assert bet_lessons() == LESSONS


@each_lesson
def test_each_bet_is_made_then_seen_in_the_order_of_the_catalog(lesson: str) -> None:
    sources = [cell.source for cell in cells(lesson)]
    found = [key for source in sources for key in (form_of(source), result_of(source)) if key]
    assert found == [f"{lesson}/{bet.id}" for bet in load_bets(lesson) for _ in range(2)]
    assert 1 <= len(load_bets(lesson)) <= 4
    assert f'bet_balance("{lesson}")' in sources


@each_lesson
def test_nobody_is_asked_to_bet_beside_the_bets(lesson: str) -> None:
    texts = [cell.source for cell in cells(lesson) if cell.cell_type == "markdown"]
    assert [text for text in texts if re.search(r"\bPariez\b|, pariez", text)] == []


@each_lesson
def test_results_are_stored_hidden_and_their_first_line_gives_nothing_away(lesson: str) -> None:
    for cell in cells(lesson):
        if "bet_result(" in cell.source or "bet_balance(" in cell.source:
            if cell.source.startswith("#") and "from rfm_helpers import" in cell.source:
                continue
            assert "bet" in cell.metadata, cell.source
            assert cell.metadata["jupyter"]["outputs_hidden"]
            assert first_line(cell.outputs[0]) in (BOTH, BALANCE)
            assert len(cell.outputs) == 1


@each_bet
def test_the_cell_finds_the_truth_of_the_catalog(key: str) -> None:
    bet, cell = load_bet(key), cells(key.partition("/")[0])[place_of(key, result_of)]
    text = cell.outputs[0]["data"]["text/plain"]
    assert f"Le résultat\u00a0: {shown(bet, truth_of(bet))}\n" in text
    assert "Vous avez changé la cellule" not in text and "Pas encore parié" in text


def is_title(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "markdown" and cell.source.startswith("#")


def section_of(key: str) -> tuple[str, str]:
    """What a reader sees of a bet's section above its form, and below it."""
    here = cells(key.partition("/")[0])
    form = place_of(key, form_of)
    titles = [rank for rank, cell in enumerate(here) if is_title(cell)]
    start = max(rank for rank in titles if rank < form)
    end = min((rank for rank in titles if rank > form), default=len(here))
    above, below = here[start:form], here[form + 1 : end]
    return " ".join(map(visible, above)), " ".join(map(visible, below))


@each_bet
def test_the_answer_is_read_neither_above_nor_below_in_its_section(key: str) -> None:
    bet = load_bet(key)
    assert [gives_away(bet, text) for text in section_of(key)] == [[], []]
    assert gives_away(bet, bet.statement) == []


# --- their truth ----------------------------------------------------------------------------------


@cache
def orders() -> pd.DataFrame:
    return load_orders()


@cache
def baskets() -> pd.DataFrame:
    """Every order of more than nothing, with its day."""
    by_order = orders().groupby(["client_id", "commande_id"], as_index=False)
    found = by_order.agg(jour=("date_achat", "min"), montant=("montant", "sum"))
    return found[found["montant"].round(2) > 0]


@cache
def customers() -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders(), as_of=COURSE_DATE)))


@cache
def households() -> pd.DataFrame:
    names = dataset_columns("complete_journey")
    return rfm_table(load_orders("complete_journey"), **names)


@cache
def two_years() -> pd.DataFrame:
    """The customers at the end of 2024 on two years, and whether they ordered in 2025."""
    both = compare_dates(orders(), ["2024-12-31", "2025-12-31"], months=24)
    before = assign_segments(both[both["date"] == "2024-12-31"])
    later = baskets().query("jour >= '2025-01-01' and jour <= '2025-12-31'")["client_id"]
    return before.assign(revenu=before["client_id"].isin(later))


@cache
def log(raw: bool = True) -> QualityLog:
    """What cleaning says of the export, or of a week of the supermarket without its products."""
    if raw:
        names = dict(zip(ANSWERS, ("N° client", "N° commande", "Date", "Montant TTC"), strict=True))
        return clean_orders(load_raw_export(), **names, as_of=COURSE_DATE)[1]
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey").query("week == 10")
    return clean_orders(lines[[names[one] for one in ANSWERS]], **names)[1]


def share_of_champions() -> float:
    table = customers()
    theirs = table.loc[table["code_rfm"] == "444", "montant_total"].sum()
    return float(100 * theirs / table["montant_total"].sum())


def called_by_phone() -> int:
    """Of two years' customers not to be lost, those who may be called at the date of the course."""
    table = rfm_table(window_orders(orders(), COURSE_DATE), as_of=COURSE_DATE)
    segmented = assign_segments(score_rfm(table))
    aimed = segmented.loc[segmented["segment"] == "À ne pas perdre", "client_id"]
    return len(staying(aimed, COURSE_DATE, call=True))


def returns_of_recent_to_old() -> float:
    once = two_years().query("F == 1").groupby("R")["revenu"].mean()
    return float(once[4] / once[1])


def loyal_who_came_alone() -> float:
    theirs = two_years().query("segment == 'Fidèles'")
    return float(100 * theirs["revenu"].mean())


def amounts_not_read() -> int:
    texts = load_raw_export()["Montant TTC"].fillna("").str.replace(",", ".")
    return int((~texts.str.fullmatch(r"-?\d+(\.\d+)?")).sum())


def best_ten_left_out() -> int:
    table = rfm_table(clean_of_export(), as_of=COURSE_DATE).nlargest(10, "montant_total")
    return 10 - len(staying(table["client_id"], COURSE_DATE))


def clean_of_export() -> pd.DataFrame:
    names = dict(zip(ANSWERS, ("N° client", "N° commande", "Date", "Montant TTC"), strict=True))
    return clean_orders(load_raw_export(), **names, as_of=COURSE_DATE)[0]


def corner_to_corner() -> float:
    euros = customers().groupby(["R", "F"])["montant_total"].sum()
    return float(euros[4, 4] / euros[1, 1])


def complainants_who_come_back() -> float:
    """Those whose visit to the store of April to September 2024 was followed by a complaint."""
    complaints = load_complaints().query("motif == 'Accueil en boutique'")["commande_id"]
    visits = orders().merge(baskets()[["commande_id", "jour"]], on="commande_id")
    visits = visits[(visits["canal"] == "boutique") & visits["commande_id"].isin(complaints)]
    visits = visits[visits["jour"].between("2024-04-01", "2024-09-30")]
    last = visits.groupby("client_id")["jour"].max().rename("dernier")
    after = baskets().merge(last, on="client_id")
    after = after[(after["jour"] - after["dernier"]).dt.days.between(1, 365)]
    return 100 * after["client_id"].nunique() / len(last)


def households_of_the_rule_within_a_month() -> float:
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey")
    dates = ["2017-06-30", "2017-12-31"]
    both = compare_dates(lines, dates, months=6, levels=5, horizon_days=30, **names)
    found = both[both["date"] == "2017-06-30"].query("R <= 2 and F in [3, 4] and M >= 4")
    return float(100 * found["rachat"].mean())


def cost_of_the_event() -> float:
    lines = example_costs(20, 15)
    net = lines["cout_unitaire"] / (1 + lines["taux_tva"].where(lines["taxe"] == "TTC", 0))
    return float((lines["quantite"] * net).sum())


def margin_of_an_order() -> float:
    both = compare_dates(orders(), ["2024-12-31", "2025-12-31"], months=24, levels=5)
    found = both[both["date"] == "2025-12-31"].query("R <= 2 and F in [3, 4] and M >= 4")
    lines = orders()[orders()["date_achat"] > "2023-12-31"]
    lines = lines[lines["client_id"].isin(found["client_id"])]
    # A return of something bought before the window is left out with its purchase.
    bought = set(lines.loc[lines["quantite"] > 0, "commande_id"])
    lines = lines[lines["commande_id"].isin(bought)]
    return float(lines["marge"].sum() / found["frequence"].sum())


def best_margin_in_euros() -> float:
    """Those whose margin of three years, brought back to one, is above 20 euros."""
    active = orders()[orders()["commande_id"].isin(baskets()["commande_id"])]
    theirs = orders()[orders()["client_id"].isin(active["client_id"])]
    margins = theirs.groupby("client_id")["marge"].sum() / 3
    return float(100 * (margins.round(6) > 20).mean())


def first_five_hundred(day: str) -> set[str]:
    known = rfm_table(orders()[orders()["date_achat"] <= day], as_of=day)
    scored = score_rfm(known, levels=5)
    ranked = scored.assign(index=-scored["R"] * scored["F"] * scored["M"])
    return set(ranked.sort_values(["index", "recence", "client_id"])["client_id"].head(500))


def still_among_the_first() -> float:
    """Nine months of 30 days after the end of 2024."""
    then, now = first_five_hundred("2024-12-31"), first_five_hundred("2025-09-27")
    return len(then & now) / 5


def buyers_of_the_tree_by_heart() -> float:
    """Those of equal chance count for their mean."""
    tree = fit_cart(target_table_at("2024-06-30"), min_leaf=1, prune=False)
    later = target_table_at("2025-06-30")
    sure = later[predict_rates(tree, later) == 1]
    assert len(sure) >= 500
    return 500 * sure["rachat"].mean()


def opt_outs_of_the_tired() -> float:
    """For each message, those of the 90 days before it, found by joining the table with itself."""
    sent = load_contacts().reset_index()
    pairs = sent[["index", "client_id", "date_contact"]].merge(
        sent[["client_id", "date_contact"]], on="client_id", suffixes=("", "_avant")
    )
    age = (pairs["date_contact"] - pairs["date_contact_avant"]).dt.days
    before = pairs[age.between(1, 90)].groupby("index").size()
    received = before.reindex(sent["index"], fill_value=0).to_numpy()
    left = sent["desabonnement"].to_numpy()
    return float(left[received >= 4].mean() / left[received <= 1].mean())


def kept_days() -> pd.DataFrame:
    """Each order that was kept: its customer, its day, where it was placed."""
    found = load_orders().groupby(["client_id", "commande_id"], as_index=False).agg(
        jour=("date_achat", "min"), montant=("montant", "sum"), canal=("canal", "first"),
        boutique=("boutique_id", "first"),
    )  # fmt: skip
    return found[found["montant"].round(2) > 0]


def lost_who_had_complained() -> float:
    """Of the last visits of the summer in Paris, those followed by no order within the year."""
    days = kept_days()
    there = (days["boutique"] == "B-01") & (days["canal"] == "boutique")
    summer = days[there & days["jour"].between("2024-04-01", "2024-09-30")]
    last = summer.groupby("client_id")["jour"].max()
    gap = (days["jour"] - days["client_id"].map(last)).dt.days
    lost = set(last.index) - set(days.loc[gap.between(1, 365), "client_id"])
    told = load_complaints().query("motif == 'Accueil en boutique'")["client_id"]
    return 100 * len(lost & set(told)) / len(lost)


def alerts_that_were_false() -> float:
    """Three times the median gap, at the end of June 2025, then 180 days to see."""
    days = kept_days().sort_values(["client_id", "jour", "commande_id"])
    known = days[days["jour"] <= "2025-06-30"]
    gaps = known.groupby("client_id")["jour"].apply(lambda own: own.diff().dt.days.median())
    size, last = (known.groupby("client_id")["jour"].agg(how) for how in ("size", "max"))
    silence = (pd.Timestamp("2025-06-30") - last).dt.days
    rings = size.index[(size >= 3) & (silence > (3 * gaps).clip(lower=7))]
    after = (days["jour"] - pd.Timestamp("2025-06-30")).dt.days.between(1, 180)
    return 100 * float(rings.isin(days.loc[after, "client_id"]).mean())


def bags_with_their_wallet() -> float:
    names = load_products().set_index("produit_id")["produit"]
    lines = load_orders().query("montant > 0")
    baskets = lines["produit_id"].map(names).groupby(lines["commande_id"]).agg(set)
    bags = [basket for basket in baskets if "Sac en cuir Odéon" in basket]
    return 100 * sum("Portefeuille Odéon" in basket for basket in bags) / len(bags)


def margin_that_tips_the_case() -> float:
    lines = load_orders()
    own = lines["produit_id"] == "P-308"
    buyers = lines.loc[own & (lines["montant"] > 0), "client_id"]
    rest = lines[lines["client_id"].isin(buyers) & ~own]["marge"].sum()
    return float(-100 * lines.loc[own, "marge"].sum() / rest)


def recency_in_a_sheet() -> float:
    """The household in the middle, on the lines that a sheet of Excel has room for."""
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey", [names["customer"], names["date"]]).head(2**20 - 1)
    days = lines[names["date"]].dt.tz_convert(names["timezone"]).dt.tz_localize(None).dt.normalize()
    last = days.groupby(lines[names["customer"]]).max()
    return float((pd.Timestamp("2017-12-31") - last).dt.days.median())


def lines_read_by_formulas() -> float:
    """One formula per customer reads every line; counted on a tenth of the house, then on all."""
    read = [sum(len(lines) for _ in range(people)) for lines, people in (
        (range(1_359), 303), (range(13_590), 3_030))]  # fmt: skip
    return read[1] / read[0]


def exchanges_to_the_middle() -> int:
    """How often the interval is cut in two before it holds one cent."""
    cents = sorted((100 * customers()["montant_total"]).round())
    low, high, cuts = 0, int(cents[-1]), 0
    while low < high:
        tried, cuts = (low + high) // 2, cuts + 1
        enough = 2 * bisect.bisect_right(cents, tried) >= len(cents)
        low, high = (low, tried) if enough else (tried + 1, high)
    return cuts


ANSWERS = ("customer", "order", "date", "amount")
TRUTHS: dict[str, Callable[[], float]] = {
    "00_bienvenue/champions": share_of_champions,
    "00_bienvenue/supermarche": lambda: households()["frequence"].median(),
    "01_strategie/une_commande": lambda: (
        100 * (baskets()["client_id"].value_counts() == 1).sum() / baskets()["client_id"].nunique()
    ),
    "01_strategie/meme_f": returns_of_recent_to_old,
    "01_strategie/fideles": loyal_who_came_alone,
    "02_donnees/non_lus": amounts_not_read,
    "02_donnees/mises_de_cote": lambda: log().lines_in - log().lines_out,
    "02_donnees/invitations": best_ten_left_out,
    "02_donnees/quatre_colonnes": lambda: (
        100 * (1 - log(raw=False).lines_out / log(raw=False).lines_in)
    ),
    "03_calcul_rfm/mediane": lambda: (
        pd.Timestamp(COURSE_DATE) - baskets().groupby("client_id")["jour"].max()
    ).dt.days.median(),
    "03_calcul_rfm/seuils_luxe": lambda: 100 * (households()["recence"] <= 90).mean(),
    "04_segmentation/carte": corner_to_corner,
    "05_marc_morel/plaignants": complainants_who_come_back,
    "05_marc_morel/foyers": households_of_the_rule_within_a_month,
    "06_budgetisation/soiree": cost_of_the_event,
    "06_budgetisation/passages": lambda: (
        202.5 * households()["frequence"].sum() / households()["montant_total"].sum()
    ),
    "07_rentabilite/marge": margin_of_an_order,
    "09_valeur_client/maximum": best_margin_in_euros,
    "10_ciblage/liste_agee": still_among_the_first,
    "10_ciblage/par_coeur": buyers_of_the_tree_by_heart,
    "10_ciblage/pression": opt_outs_of_the_tired,
    "11_relation_client/plaints": lost_who_had_complained,
    "11_relation_client/fausses": alerts_that_were_false,
    "11_relation_client/sac": bags_with_their_wallet,
    "11_relation_client/ecrin": margin_that_tips_the_case,
    "12_projet_final/appels": called_by_phone,
    "13_passage_a_l_echelle/tableur": recency_in_a_sheet,
    "13_passage_a_l_echelle/relire": lines_read_by_formulas,
    "13_passage_a_l_echelle/echanges": exchanges_to_the_middle,
}


def test_every_number_has_its_truth_here() -> None:
    assert {key for key in KEYS if load_bet(key).number} == TRUTHS.keys()


@pytest.mark.parametrize("key", TRUTHS)
def test_the_truth_of_a_number_is_that_of_the_data(key: str) -> None:
    scale = load_bet(key).number
    assert scale is not None
    assert round(float(TRUTHS[key]()), scale.decimals) == pytest.approx(scale.truth)
