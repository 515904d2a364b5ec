"""Lesson 4: every number it states is the data's, and its activities answer as it says."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from support.contacts import refusing, rows, staying, waiting
from support.lessons import headings, printed, prose

from rfm_helpers.activities.segments.actions import action_chooser
from rfm_helpers.activities.segments.contact_review import review_contacts
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import (
    assign_segments,
    audit_grid,
    customer_features,
    customer_type_counts,
    customer_types,
    explain_segment,
    segment_profile,
)
from rfm_helpers.catalog import Grid, load_contact_law, load_grid, load_segments
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_referrals,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import Outcome, load_quiz

NAME = "04_segmentation"
MARC = "C-0360"
LOST_GOOD = "À ne pas perdre"
ATTENTION = "Besoin d’attention"
JANUARY, SEPTEMBER = dt.date(2026, 1, 5), dt.date(2026, 9, 14)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return rfm_table(load_orders(), as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def four(table) -> pd.DataFrame:
    return assign_segments(score_rfm(table))


@pytest.fixture(scope="module")
def five(table) -> pd.DataFrame:
    return score_rfm(table, levels=5)


@pytest.fixture(scope="module")
def profile(four) -> pd.DataFrame:
    return by_segment(four)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return rfm_table(load_orders("complete_journey"), **dataset_columns("complete_journey"))


def by_segment(segmented: pd.DataFrame, customer: str = "client_id") -> pd.DataFrame:
    """The profile, its counts kept whole when a row is taken out."""
    found = segment_profile(segmented, customer=customer).set_index("segment")
    return found.astype({"clients": object})


def says(*claims: str) -> None:
    """Each claim stands in the lesson's prose, whatever the kind of its spaces."""
    for claim in claims:
        assert " ".join(claim.split()).replace("'", "’") in prose(NAME), claim


def one_place(value: float) -> str:
    return percent(value, 1)


# --- the frame -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NAME, "04_trois_codes", "04_portraits"])
def test_every_question_points_to_a_section_of_the_lesson(name):
    sections = [" ".join(question.section.split()) for question in load_quiz(name).questions]
    assert set(sections) <= set(headings(NAME))


def test_the_action_chooser_points_to_a_section_of_the_lesson():
    chooser = action_chooser()
    chooser.boxes[0].value = True
    chooser.check_button.click()
    assert " ".join(chooser.result.section.split()) in headings(NAME)


# --- codes and segments --------------------------------------------------------------------------


def test_codes_are_all_there_and_very_unequal(four):
    counts = four["code_rfm"].value_counts()
    assert len(counts) == 64
    says(f"Lundi, 9 heures. La directrice de la Maison Orsenne a devant elle {number(len(four))}")
    says(f"{one_place(counts.head(8).sum() / len(four))} de la base")
    says(f"{(counts < 30).sum()} codes en comptent moins de 30")


def test_the_weight_of_the_segments(profile):
    best, lost = profile.loc["Champions"], profile.loc[LOST_GOOD]
    says(
        f"Les {best['clients']} Champions sont {one_place(best['part_clients'])} des clients et "
        f"font **{one_place(best['part_ca'])} du chiffre d'affaires**"
    )
    two = profile.loc[["Champions", "Fidèles"], ["part_clients", "part_ca"]].sum()
    says(f"({one_place(two['part_clients'])}) pour {one_place(two['part_ca'])} des euros")
    assert profile["clients"].idxmax() == "À risque"
    risk = profile.loc["À risque"]
    says(f"« À risque » : {risk['clients']} clients, {one_place(risk['part_ca'])} des euros")
    says(
        f"{lost['clients']} clients, {one_place(lost['part_clients'])} de la base, a apporté "
        f"{one_place(lost['part_ca'])} du chiffre d'affaires"
    )
    says("réunit un client sur douze")
    assert 11.5 < 1 / best["part_clients"] < 12.5


def test_how_segments_buy(profile):
    lost, loyal = profile.loc[LOST_GOOD], profile.loc["Fidèles"]
    says(f"dans les {profile.loc['Champions', 'recence_mediane']:.0f} derniers jours")
    says(f"({euros(lost['panier_moyen'])} contre {euros(loyal['panier_moyen'])})")
    says("récence médiane est de 545,5 jours")
    assert lost["recence_mediane"] == 545.5
    assert abs(lost["frequence_moyenne"] - loyal["frequence_moyenne"]) < 0.1
    says(f"« Dormants » ne compte que {profile.loc['Dormants', 'clients']} clients")


def test_the_two_heatmaps(four):
    cells = four.groupby(["R", "F"])["montant_total"].agg(["size", "sum"])
    assert cells["size"].idxmax() == (1, 1)
    says(f"{cells.loc[(1, 1), 'size']} clients en R 1, F 1")
    says(f"La meilleure, R 4, F 4, en réunit {cells.loc[(4, 4), 'size']}")
    high, low = cells.loc[(4, 4), "sum"], cells.loc[(1, 1), "sum"]
    says(f"Douze fois plus : {euros(high)} contre {euros(low)}")
    assert round(high / low) == 12
    gone = cells.loc[[(1, 4), (2, 4)]]
    says(" + ".join(euros(value) for value in gone["sum"]))
    says(f"plus d'un million d'euros, pour {gone['size'].sum()} clients (87 + 128)")
    assert gone["size"].tolist() == [87, 128]
    assert 1_000_000 < gone["sum"].sum() < 1_100_000


# --- R 5, F 2, M 4 -------------------------------------------------------------------------------


def test_r5_f2_m4(five):
    family = five[(five["R"] == 5) & (five["F"] == 2)]
    found = family[family["code_rfm"] == "524"]
    says(f"Ils sont {len(found)}", "un achat de moins de sept semaines")
    assert found["recence"].max() < 49
    assert set(found["frequence"]) == {2}
    cuts = score_cuts(five).set_index(["dimension", "score"])
    assert cuts.loc[("F", 3), "de"] == 3
    by_m = family["M"].value_counts()
    says(
        f"{len(family)} clients en tout. Les {by_m[4]} de M 4 et les {by_m[5]} de M 5",
        f"les {by_m[1]} de M 1",
    )


# --- why this segment ----------------------------------------------------------------------------


def test_what_would_move_marc(four):
    why = explain_segment(four, MARC)
    steps = why.table.set_index("dimension")
    says(
        f"Marc a {steps.loc['R', 'valeur']:.0f} jours de récence ; R 3 s'arrête à "
        f"{steps.loc['R', 'valeur_a_atteindre']:.0f} : il en a "
        f"{steps.loc['R', 'effort']:.0f} de trop"
    )
    assert (steps.loc["F", "effort"], steps.loc["F", "nouveau_score"]) == (1, 4)
    assert pd.isna(steps.loc["M", "nouveau_score"])
    assert why.purchase[["code_rfm", "segment"]].iloc[0].tolist() == ["444", "Champions"]


def test_what_would_move_the_two_other_customers(four):
    after = explain_segment(four, "C-0007").purchase.iloc[0]
    says(f"un achat de plus le mène à {after['code_rfm']}, « {after['segment']} »")
    row = four[four["client_id"] == "C-0007"].iloc[0]
    assert (row["frequence"], row["montant_total"]) == (11, 444.6)
    assert explain_segment(four, "C-0100").table["nouveau_score"].isna().all()
    c0012 = explain_segment(four, "C-0012")
    steps = c0012.table.set_index("dimension")
    assert steps.loc["R", ["effort", "nouveau_segment"]].tolist() == [123, "Fidèles"]
    assert steps.loc["M", "nouveau_segment"] == LOST_GOOD
    assert c0012.purchase["segment"].iloc[0] == "Fidèles"


# --- contradictions ------------------------------------------------------------------------------


def test_the_portraits_are_contradicted_by_the_data(four):
    median = four["recence"].median(), four["montant_total"].median()
    assert median == (305, 1500)
    says("la récence médiane est de 305 jours, et un client sur deux a dépensé plus de 1 500 €")
    lost = four[four["segment"] == LOST_GOOD]
    assert set(lost["R"]) == {1, 2}
    assert set(lost["F"]) == {3, 4}
    says(f"{one_place((lost['montant_total'] > 1500).mean())} au-dessus de 1 500 €")
    dormant = four[four["segment"] == "Dormants"]
    assert len(dormant) == 16
    assert dormant["montant_total"].max() <= 282
    risk = four[four["segment"] == "À risque"]
    says(f"{one_place((risk['frequence'] == 1).mean())} n'ont passé qu'une commande")


def test_the_number_asked_about_the_customers_at_risk(four):
    risk = four[(four["segment"] == "À risque") & (four["F"] == 1)]
    question = load_quiz("04_portraits").question("portrait_a_risque")
    assert question.check.answer == len(risk) == (risk["frequence"] == 1).sum()
    assert risk["code_rfm"].value_counts().to_dict() == {"112": 129, "113": 72, "114": 7}


# --- audit ---------------------------------------------------------------------------------------


def with_ranks(**swap: str) -> Grid:
    """The grid of the eleven, two of its segments having changed ranks."""
    grid = load_grid("onze")
    one, other = swap["one"], swap["other"]
    ranks = {one: grid.segment(other).rank, other: grid.segment(one).rank}
    segments = tuple(
        segment.model_copy(update={"rank": ranks.get(segment.name, segment.rank)})
        for segment in grid.segments
    )
    return grid.model_copy(update={"segments": segments})


def test_the_inversions(four):
    audit = audit_grid("onze", four)
    found = audit.inversions
    pairs = set(zip(found["code"], found["code_meilleur"], strict=True))
    assert len(pairs) == 10
    assert {("313", "314"), ("211", "221"), ("342", "442")} <= pairs
    second_order = [a for a, b in pairs if a[1] == "1" and b[1] == "2"]
    assert len(second_order) == 7
    says("il y a dix **inversions**. Dans sept d'entre elles, c'est la *deuxième* commande")
    assert audit.coverage["clients"].min() > 0


def test_the_inversions_depend_on_the_ranks():
    found = audit_grid(with_ranks(one="À risque", other="Bientôt dormants")).inversions
    assert len(found) == 9
    assert "211" not in set(found["code"])
    says("211 → 221 n'est plus une inversion. Les neuf autres restent")


def test_the_grid_of_five_levels(five, profile):
    assert audit_grid("cinq_niveaux").inversions.empty
    sizes = assign_segments(five, "cinq_niveaux")["segment"].value_counts()
    says(
        f"« À risque » fond de {profile.loc['À risque', 'clients']} à {sizes['À risque']} clients, "
        f"« Dormants » passe de {profile.loc['Dormants', 'clients']} à {sizes['Dormants']}"
    )


# --- VIP -----------------------------------------------------------------------------------------


def test_the_rule_of_three_to_the_letter(five):
    scores = five[["R", "F", "M"]]
    high, low = (scores >= 4).all(axis=1), (scores <= 2).any(axis=1)
    says(f"{(low & (five['R'] >= 4)).sum()} clients « à réactiver » ont R 4 ou 5")
    says(f"comme {(~high & ~low).sum()} clients en tout")
    assert {"441", "333"} <= set(five["code_rfm"])


def test_our_reading_of_the_three_segments(five):
    profile = segment_profile(assign_segments(five, "vip"), "vip").set_index("segment")
    says(
        f"{profile.loc['VIP', 'clients']} VIP font {one_place(profile.loc['VIP', 'part_ca'])} du "
        f"chiffre d'affaires ; {number(profile.loc['À développer', 'clients'])} clients sont à "
        f"développer, {number(profile.loc['À réactiver', 'clients'])} à réactiver"
    )
    assert five.loc[five["client_id"] == MARC, "code_rfm"].item() == "244"


# --- customer types ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def features(table) -> pd.DataFrame:
    return customer_features(
        table,
        load_orders(),
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of=COURSE_DATE,
    )


def test_what_the_data_tell_of_the_types(features):
    counts = customer_type_counts(features)
    assert len(counts) == 9
    assert counts.loc[counts["visible"] == "non", "type"].tolist() == ["Clients somnambules"]
    assert (counts["visible"] == "en partie").sum() == 5
    says("Cinq autres types ne se voient qu'en partie")


def test_a_third_of_the_unhappy_customers_are_champions(features, four):
    types = customer_types(features).merge(four[["client_id", "segment"]])
    segments = types.loc[types["type"] == "Clients mécontents", "segment"].value_counts()
    says(f"Sur {segments.sum()} clients mécontents, **{segments['Champions']} sont des Champions**")
    assert segments.idxmax() == "Champions"


# --- actions -------------------------------------------------------------------------------------


def test_the_actions_of_the_catalogue():
    actions = [action for sheet in load_segments() for action in sheet.actions]
    says(f"Le cours réunit {len(actions)} actions")
    says(f"{sum(action.luxury for action in actions)} conviennent")


def test_marcs_complaint():
    complaint = load_complaints().query("client_id == @MARC")
    assert complaint["motif"].tolist() == ["Accueil en boutique"]
    says(f"a attendu {complaint['delai_reponse_jours'].item():.0f} jours une réponse")


# --- data protection -----------------------------------------------------------------------------


def test_consent(four):
    customers = load_customers()[["client_id", "consentement"]]
    refused = four.merge(customers).assign(no=lambda frame: frame["consentement"] == "non")
    by_segment = refused.groupby("segment")["no"].agg(["size", "sum", "mean"])
    lost = by_segment.loc["Perdus"]
    says(f"Et les {lost['size']:.0f} **Perdus** ? {lost['sum']:.0f} ont dit non : aucun message.")
    top = by_segment["mean"].nlargest(2)
    assert top.index.tolist() == [LOST_GOOD, "Champions"]
    says(f"{one_place(top.iloc[0])} des « À ne pas perdre » et {one_place(top.iloc[1])} des")


def test_a_no_is_a_refusal_or_an_opt_out():
    """The file does not say which; both are there."""
    left = {row["client_id"] for row in rows("contacts") if row["desabonnement"] == "1"}
    assert left < refusing()
    says("« non » à qui n’en a jamais voulu ou s’est désabonné, sans dire duquel")


@pytest.fixture(scope="module")
def draft(four) -> pd.DataFrame:
    return four[four["segment"] == LOST_GOOD].nlargest(8, "montant_total")


def test_the_draft_and_who_leaves_it(draft):
    no = [client for client in draft["client_id"] if client in refusing()]
    assert len(no) == 5
    says("Des huit « À ne pas perdre », cinq refusent nos messages")
    (complains,) = [c for c in draft["client_id"] if c in waiting() - refusing()]
    names = {row["client_id"]: f"{row['prenom']} {row['nom']}" for row in rows("clients")}
    stay = staying(draft["client_id"], JANUARY, call=True)
    says(f"{names[complains]} attend une réponse : il reste {' et '.join(map(names.get, stay))}")


def test_who_may_be_called_in_the_whole_segment(four):
    members = four.loc[four["segment"] == LOST_GOOD, "client_id"]
    stay = staying(members, JANUARY, call=True)
    says(f"{len(stay)} clients sur {len(members)} : chaque nom a passé quatre questions")
    assert f"{len(stay)} clients sur {len(members)}" in printed(NAME)
    assert not staying(members, SEPTEMBER, call=True)
    assert len(staying(members, SEPTEMBER)) > len(members) / 2
    says("Au téléphone, le 14 septembre, il n’en reste **aucun**")


def test_nobody_is_beyond_the_three_years_on_the_day_of_the_course(table):
    """The lists do not look at the last contact: none of the course's customers is too old."""
    assert table["recence"].max() < 3 * 365


def test_the_law_is_shown_with_its_dates_and_its_limits():
    shown = printed(NAME)
    for rule in load_contact_law().rules:
        assert " ".join(rule.text.split()) in shown
        assert f"{rule.date:%d/%m/%Y}" in shown
    for principle in load_contact_law().principles:
        assert " ".join(principle.text.split()) in shown
    assert "ce n’est pas un conseil juridique" in shown


# --- the review of the draft ---------------------------------------------------------------------


@pytest.fixture
def review(draft, tmp_path, monkeypatch):
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path))
    files = {"complaints": load_complaints(), "contacts": load_contacts()}
    return lambda: review_contacts(
        draft, people=load_customers(), **files, key="04_segmentation/liste"
    )


def decided(activity, decisions) -> dict[str, Outcome]:
    for card, decision in zip(activity.cards.values(), decisions, strict=True):
        card.field.value = decision
    activity.check_button.click()
    return activity.results


def test_the_review_in_january_and_in_september(review, draft):
    activity = review()
    right = [
        "refus" if client in refusing() else "plainte" if client in waiting() else "reste"
        for client in draft["client_id"]
    ]
    assert set(decided(activity, right).values()) == {Outcome.SUCCESS}
    activity.context.value = "appel_septembre"
    assert activity.results == {}
    assert "sur 8" in activity.summary
    autumn = decided(activity, right)
    stayed = [o for o, choice in zip(autumn.values(), right, strict=True) if choice == "reste"]
    assert stayed == [Outcome.REVIEW, Outcome.REVIEW]
    missing = ["accord" if choice == "reste" else choice for choice in right]
    assert set(decided(activity, missing).values()) == {Outcome.SUCCESS}


def test_each_wrong_reason_is_asked_about(review, draft):
    activity = review()
    for decision in ("accord", "pression"):
        assert set(decided(activity, [decision] * 8).values()) == {Outcome.REVIEW}
        assert all("?" in card.feedback.value for card in activity.cards.values())
    both = draft["client_id"].tolist().index("C-0167")
    for decision in ("refus", "plainte"):
        decided(activity, [decision] * 8)
        assert list(activity.results.values())[both] is Outcome.SUCCESS


def test_the_review_comes_back_as_it_was(review):
    activity = review()
    activity.context.value = "e_mail_janvier"
    decided(activity, ["reste"] * 8)
    again = review()
    assert again.state() == activity.state()
    assert again.results == activity.results
    assert again.context.value == "e_mail_janvier"


def test_the_stored_review_shows_the_names(review, draft):
    picture = review().fallback()["text/html"]
    assert all(f"({client})" in picture for client in draft["client_id"])


# --- second ground -------------------------------------------------------------------------------


def test_what_breaks_in_the_supermarket(households):
    scored = score_rfm(households, customer="household_id")
    profile = by_segment(assign_segments(scored), "household_id")
    lost, good = profile.loc["Perdus"], profile.loc[LOST_GOOD]
    says(f"Les {lost['clients']} « Perdus » ont fait leurs courses il y a 61 jours (médiane)")
    assert lost["recence_mediane"] == 61
    says(f"les {good['clients']} « À ne pas perdre », il y a {good['recence_mediane']:.0f} jours")
    assert profile.loc["Dormants", "clients"] == 0
    new = profile.loc["Nouveaux clients"]
    says(f"Les {new['clients']} « Nouveaux clients » ont {new['frequence_moyenne']:.0f} commandes")
    cuts = score_cuts(scored).set_index(["dimension", "score"])
    assert cuts.loc[("R", 4), ["de", "a"]].tolist() == [1, 1]
    says(f"{cuts.loc[('R', 1), 'de']:.0f} jours d'absence suffisent pour tomber à R 1")
    gone = households["recence"] > 90
    says(f"{gone.sum()} foyers ({one_place(gone.mean())}) sont absents depuis plus de 90 jours")


def test_what_chosen_thresholds_repair(households):
    bounds = {"R": [14, 30, 90], "F": [12, 26, 52], "M": [500, 1250, 2500]}
    scored = score_rfm(households, method="thresholds", thresholds=bounds, customer="household_id")
    profile = segment_profile(assign_segments(scored), customer="household_id")
    lost, good = (profile[profile["segment"] == name].iloc[0] for name in ("Perdus", LOST_GOOD))
    says(f"ne sont plus que {lost['clients']}, absents depuis {lost['recence_mediane']:.0f} jours")
    says(f"de 196 à {good['clients']} foyers, silencieux depuis {good['recence_mediane']:.0f}")


def test_the_new_customers_of_the_supermarket_are_not_new(households):
    scored = assign_segments(score_rfm(households, customer="household_id"))
    named = scored.loc[scored["segment"] == "Nouveaux clients", "household_id"]
    lines = load_orders("complete_journey")
    first = lines.groupby("household_id")["transaction_timestamp"].min()[named]
    age = (lines["transaction_timestamp"].max() - first).median()
    assert f"Ancienneté médiane des « Nouveaux clients » : {age.days} jours" in printed(NAME)
    assert dt.timedelta(days=11 * 30) < age < dt.timedelta(days=12 * 30)


# --- choosing actions ----------------------------------------------------------------------------


def chosen(segment: str, wanted) -> tuple[Outcome, str]:
    """Tick the actions whose place is wanted, verify, give the verdict."""
    chooser = action_chooser(segment)
    for place, box in enumerate(chooser.boxes):
        box.value = place in wanted
    chooser.check_button.click()
    return chooser.result.outcome, chooser.result.message


def places(segment: str, keep) -> list[int]:
    sheet = next(sheet for sheet in load_segments() if sheet.name == segment)
    return [place for place, action in enumerate(sheet.actions) if keep(action)]


@pytest.mark.parametrize("segment", load_grid("onze").names)
def test_every_segment_has_three_actions_that_succeed(segment):
    levers = set(action_chooser(segment).levers)
    suited = places(segment, lambda action: action.luxury)
    first = places(segment, lambda action: action.luxury and levers & set(action.moves))[:1]
    three = (first + [place for place in suited if place not in first])[:3]
    assert chosen(segment, three)[0] is Outcome.SUCCESS


def test_three_suited_actions_that_leave_the_lever_alone_are_to_review():
    apart = places(LOST_GOOD, lambda action: action.luxury and "R" not in action.moves)
    outcome, message = chosen(LOST_GOOD, apart[:3])
    assert outcome is Outcome.REVIEW
    assert "récence" in message


def test_an_action_unworthy_of_luxury_is_to_review_with_its_reason():
    bad = places("Perdus", lambda action: not action.luxury)[:1]
    suited = places("Perdus", lambda action: action.luxury)[:2]
    outcome, message = chosen("Perdus", bad + suited)
    sheet = next(sheet for sheet in load_segments() if sheet.name == "Perdus")
    assert outcome is Outcome.REVIEW
    assert sheet.actions[bad[0]].luxury_note in message


def test_too_many_and_none_at_all():
    assert chosen("Fidèles", range(4))[0] is Outcome.REVIEW
    assert chosen("Fidèles", [])[0] is Outcome.NOT_STARTED


def test_another_segment_brings_its_own_actions_and_forgets_the_verdict():
    chooser = action_chooser("Perdus")
    chooser.check_button.click()
    assert chooser.feedback.value
    chooser.segment.value = "Champions"
    assert chooser.feedback.value == ""
    assert len(chooser.boxes) == 8
    chooser.boxes[1].value = True
    assert len(chooser.value["actions"]) == 1


def test_the_levers_of_the_segments():
    names = ("Champions", LOST_GOOD, "Prometteurs", "Dormants")
    levers = [action_chooser(name).levers for name in names]
    assert levers == [["R", "F", "M"], ["R"], ["F", "M"], ["R", "M"]]
