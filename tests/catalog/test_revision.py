"""The revision cards: each whole, in its lesson, and right in what it works out."""

from __future__ import annotations

import re

import pytest
from support.lessons import build, headings, plain, prose

from rfm_helpers.analysis.campaign.account import discount_price, roi
from rfm_helpers.catalog import load_customer_types, load_grid
from rfm_helpers.catalog.revision import RevisionCard, load_revision
from rfm_helpers.datasets import load_orders
from rfm_helpers.french.words import plain_words

ALL = [(name, card) for name, lesson in load_revision().items() for card in lesson.cards]
BY_ID = {card.id: card for _, card in ALL}
WRITTEN = [path.stem for path in build.lesson_files() if path.stem[:2].isdigit()]
MOST_WORDS = 45

each_card = pytest.mark.parametrize(("name", "card"), ALL, ids=[card.id for _, card in ALL])


def words(text: str) -> list[str]:
    return re.findall(r"\w[\w’'-]*", text)


def numbers(text: str) -> list[float]:
    """The numbers of a text, French spaces and commas read."""
    found = re.findall(r"−?\d+(?:[\u202f ]\d{3})*(?:,\d+)?", text)
    return [float(re.sub(r"[\u202f ]", "", n).replace(",", ".").replace("−", "-")) for n in found]


# --- every card ----------------------------------------------------------------------------------


def test_ids_and_terms_are_those_of_one_card_only() -> None:
    assert len(BY_ID) == len(ALL) >= 70
    terms = [plain_words(card.term) for _, card in ALL if card.term]
    assert len(set(terms)) == len(terms) >= 50
    fronts = {card.front for _, card in ALL}
    assert len(fronts) == len(ALL)


def test_every_lesson_has_cards() -> None:
    assert set(WRITTEN) <= set(load_revision())


def test_every_concept_of_the_revision_sheets_has_a_card() -> None:
    """Source 001 has eighteen points beside the sheets themselves."""
    known = {point for _, card in ALL for point in card.sources}
    assert {f"1.{point}" for point in range(1, 19)} <= known


@each_card
def test_a_card_cites_a_source_but_in_the_lesson_that_no_source_has(
    name: str, card: RevisionCard
) -> None:
    assert (card.sources == ()) == (name == "13_passage_a_l_echelle")


@each_card
def test_a_card_asks_one_thing_and_answers_briefly(name: str, card: RevisionCard) -> None:
    assert card.front.count("?") + card.front.count("Donnez") + card.front.count("Dites") == 1
    assert len(words(card.back)) <= MOST_WORDS
    assert card.back.endswith(".")


@each_card
def test_the_question_does_not_give_its_answer(name: str, card: RevisionCard) -> None:
    """Half of the long words of the answer, at least, are not in the question."""
    asked, told = (
        {plain_words(word) for word in words(text) if len(word) > 4}
        for text in (card.front, card.back)
    )
    assert len(told & asked) <= len(told) / 2, told & asked


@each_card
def test_a_card_names_a_heading_of_a_lesson_that_is_written(name: str, card: RevisionCard) -> None:
    if name in WRITTEN:
        assert plain(card.section) in headings(name)
    else:
        assert card.section == ""


@pytest.mark.parametrize("name", WRITTEN)
def test_the_title_is_that_of_the_lesson(name: str) -> None:
    assert plain(load_revision()[name].title) == headings(name)[0]


def test_each_type_of_customer_has_its_card() -> None:
    text = plain_words(" ".join(card.term for _, card in ALL))
    for kind in load_customer_types():
        assert plain_words(kind.name.split(" (")[0]) in text


# --- what a card works out -----------------------------------------------------------------------


def test_numbers_worked_out() -> None:
    """The first number of each answer, by the operation that its question asks for."""
    expected = {
        "lignes_et_frequence": len({"sac et portefeuille", "écharpe"}),
        "ca_en_jeu_calcul": 200 / 10 * 1000,
        "objectif_calcul": 42 - 30,
        "ht_calcul": 66 / 1.1,
        "trois_totaux": 17_800 - 300 + 20 * 300,
        "hausse_calcul": 45 - 38,
        "marque_calcul": 100 * (100 - 50) / 100,
        "attrition_calcul": 100 * (1 - 430 / 1000),
        "valeur_vie_calcul": 120 * 0.8 / (1 + 0.1 - 0.8),
        "lift_calcul": (10 / 20) / (25 / 100),
    }
    found = {card_id: numbers(BY_ID[card_id].back)[0] for card_id in expected}
    assert found == pytest.approx(expected)


def test_the_return_worked_out() -> None:
    cost, margin = numbers(BY_ID["roi_calcul"].front)
    assert numbers(BY_ID["roi_calcul"].back)[0] == 100 * roi(margin, cost).value


def test_the_discount_worked_out() -> None:
    margin, price, discount, orders = numbers(BY_ID["prix_d_une_remise"].front)
    more = discount_price(discount / 100, margin / price).value
    assert numbers(BY_ID["prix_d_une_remise"].back)[0] == round(orders * (1 + more))
    assert f"{100 * more:.0f} % de commandes en plus" in prose("07_rentabilite")


def test_marc_among_a_hundred() -> None:
    below = numbers(BY_ID["quantile_calcul"].front)[1]
    five, four = (1 + int(levels * below // 100) for levels in (5, 4))
    back = plain(BY_ID["quantile_calcul"].back)
    assert back.startswith(f"F {five}") and f"F {four}" in back


def test_two_codes_of_one_index() -> None:
    codes = re.findall(r"\b\d{3}\b", BY_ID["indice_egal"].front)
    products = {int(r) * int(f) * int(m) for r, f, m in codes}
    assert len(codes) == 2
    assert products == {int(numbers(BY_ID["indice_egal"].back)[0])}


def test_the_codes_that_cards_name() -> None:
    onze, vip = load_grid("onze"), load_grid("vip")
    codes = re.findall(r"\b\d{3}\b", BY_ID["a_ne_pas_perdre"].front)
    assert {onze.segment_of(code) for code in codes} == {"À ne pas perdre"}
    before, after = re.findall(r"\b\d{3}\b", BY_ID["inversion"].back)
    names = re.findall(r"«.(.+?).»", BY_ID["inversion"].back)
    assert names == [onze.segment_of(before), onze.segment_of(after)]
    assert plain_words(vip.segment_of("441")) == "a developper"


def test_a_scale_without_a_unit_separates_nobody() -> None:
    orders = load_orders()
    bought = orders[orders["date_achat"].dt.year == 2025]
    share = (bought.groupby("client_id")["montant"].sum() > 100).mean()
    assert 0.85 < share < 0.9
    assert "près de neuf acheteurs sur dix" in BY_ID["bareme_sans_unite"].back


def test_an_interval_that_holds_the_threshold_and_not_zero() -> None:
    low, high, threshold = numbers(BY_ID["etabli_ou_rentable"].front)
    assert 0 < low < threshold < high
    for figure in ("7,8", "16,1", "14,3"):
        assert figure in prose("08_mesurer")
