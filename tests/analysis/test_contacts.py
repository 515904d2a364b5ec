"""Contact lists: the four questions, the law of each channel on each day, the reasons said."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pandas as pd
import pytest
from support.contacts import staying

from rfm_helpers.analysis.contacts import (
    REASONS,
    consent_column,
    consents_of,
    contact_facts,
    contact_list,
    reasons_to_leave,
)
from rfm_helpers.catalog.contact_law import CHANNELS
from rfm_helpers.datasets import load_complaints, load_contacts, load_customers
from rfm_helpers.errors import CourseError

JANUARY, SEPTEMBER = dt.date(2026, 1, 5), dt.date(2026, 9, 14)
LAST_OLD_DAY, FIRST_NEW_DAY = dt.date(2026, 8, 10), dt.date(2026, 8, 11)
CUSTOMERS = pd.DataFrame({"client_id": ["A", "B", "C"], "montant_total": [3.0, 2.0, 1.0]})


def people(*answers: str | None, **columns: list[str | None]) -> pd.DataFrame:
    return CUSTOMERS[["client_id"]].assign(consentement=list(answers), **columns)


def complaint(client: str, answered: str, day: str = "2025-12-01") -> pd.DataFrame:
    return pd.DataFrame({"client_id": [client], "date_reclamation": [day], "traitee": [answered]})


def messages(client: str, *days: str) -> pd.DataFrame:
    return pd.DataFrame({"client_id": client, "date_contact": list(days)})


def kept(channel: str, on: dt.date | str = JANUARY, **files) -> list[str]:
    return contact_list(CUSTOMERS, channel, on=on, **files)[0]["client_id"].tolist()


def test_the_two_parts_make_the_list_again_in_its_order():
    before = CUSTOMERS.copy()
    stay, leave = contact_list(CUSTOMERS, "e-mail", on=JANUARY, people=people("oui", "non", "oui"))
    pd.testing.assert_frame_equal(stay, CUSTOMERS.loc[[0, 2]])
    pd.testing.assert_frame_equal(leave.drop(columns="motif"), CUSTOMERS.loc[[1]])
    assert leave["motif"].tolist() == [REASONS["refus"]]
    pd.testing.assert_frame_equal(CUSTOMERS, before)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refusal_of_all_closes_every_channel(channel):
    assert kept(channel, people=people("oui", "non", "oui")) == ["A", "C"]


@pytest.mark.parametrize(
    ("channel", "audience", "stays"),
    [
        ("courrier", "client", True),
        ("courrier", "prospect", True),
        ("e-mail", "client", True),
        ("e-mail", "prospect", False),
        ("SMS", "client", True),
        ("SMS", "prospect", False),
        ("téléphone", "client", True),
        ("téléphone", "prospect", True),
    ],
)
def test_who_was_never_asked(channel, audience, stays):
    found = contact_list(
        CUSTOMERS, channel, on=JANUARY, people=people(None, None, None), audience=audience
    )
    assert len(found[0]) == (3 if stays else 0)


def test_calls_ask_for_their_own_consent_from_the_eleventh_of_august():
    agreed = people("oui", "oui", "non")
    assert kept("téléphone", LAST_OLD_DAY, people=agreed) == ["A", "B"]
    assert kept("téléphone", FIRST_NEW_DAY, people=agreed) == []
    own = agreed.assign(consentement_telephone=["oui", "non", "oui"])
    assert kept("téléphone", FIRST_NEW_DAY, people=own) == ["A", "C"]
    assert kept("e-mail", FIRST_NEW_DAY, people=own) == ["A", "B"]


def test_the_reason_of_a_missing_consent_is_not_that_of_a_refusal():
    found = reasons_to_leave(
        CUSTOMERS, "téléphone", on=SEPTEMBER, people=people("oui", "non", None)
    )
    assert found["refus"].tolist() == [False, True, False]
    assert found["accord"].tolist() == [True, False, True]


def test_the_column_of_a_channel_goes_before_that_of_all():
    own = people("oui", "non", "oui", consentement_e_mail=["non", "oui", None])
    assert kept("e-mail", people=own) == ["B", "C"]
    assert kept("e-mail", people=own.drop(columns="consentement")) == ["B", "C"]
    assert kept("courrier", people=own) == ["A", "C"]


def test_only_a_complaint_without_answer_keeps_away():
    agreed = people("oui", "oui", "oui")
    assert kept("SMS", people=agreed, complaints=complaint("B", "non")) == ["A", "C"]
    assert kept("SMS", people=agreed, complaints=complaint("B", "oui")) == ["A", "B", "C"]
    later = complaint("B", "non", day="2026-01-06")
    assert kept("SMS", people=agreed, complaints=later) == ["A", "B", "C"]


def test_four_contacts_in_ninety_days_are_the_last():
    agreed = people("oui", "oui", "oui")
    first, last = "2025-10-07", "2026-01-04"
    four = messages("A", first, "2025-11-01", "2025-12-01", last)
    assert kept("e-mail", people=agreed, contacts=four) == ["B", "C"]
    assert kept("e-mail", people=agreed, contacts=four[1:]) == ["A", "B", "C"]
    too_old = messages("A", "2025-10-06", "2025-11-01", "2025-12-01", last)
    assert kept("e-mail", people=agreed, contacts=too_old) == ["A", "B", "C"]
    same_day = messages("A", "2025-11-01", "2025-12-01", last, str(JANUARY))
    assert kept("e-mail", people=agreed, contacts=same_day) == ["A", "B", "C"]


def test_all_the_reasons_are_said():
    _, leave = contact_list(
        CUSTOMERS,
        "courrier",
        on=JANUARY,
        people=people("non", "oui", "oui"),
        complaints=complaint("A", "non"),
    )
    assert leave["motif"].item() == f"{REASONS['refus']}\u00a0; {REASONS['plainte']}"


def test_an_empty_list_stays_empty():
    stay, leave = contact_list(
        CUSTOMERS[:0], "courrier", on=JANUARY, people=people("oui", "oui", "oui")
    )
    assert stay.empty and leave.empty and "motif" in leave


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(CourseError, match="courrier"):
        kept("pigeon", people=people("oui", "oui", "oui"))
    with pytest.raises(CourseError, match="consentement_sms"):
        kept("SMS", people=CUSTOMERS)
    with pytest.raises(CourseError, match="date"):
        kept("SMS", on="demain", people=people("oui", "oui", "oui"))
    twice = people("oui", "oui", "oui")
    with pytest.raises(CourseError, match="plusieurs lignes"):
        kept("SMS", people=pd.concat([twice, twice[:1]]))


@pytest.mark.parametrize(("channel", "day"), list(product(CHANNELS, (JANUARY, SEPTEMBER))))
def test_the_whole_house_by_another_way(channel, day):
    everyone = load_customers()
    stay, leave = contact_list(
        everyone,
        channel,
        on=day,
        people=everyone,
        complaints=load_complaints(),
        contacts=load_contacts(),
    )
    ids = everyone["client_id"].tolist()
    assert stay["client_id"].tolist() == staying(ids, day, call=channel == "téléphone")
    assert sorted([*stay["client_id"], *leave["client_id"]]) == ids
    assert (leave["motif"] != "").all()


def test_the_facts_are_those_that_decide():
    everyone = load_customers()
    files = {"complaints": load_complaints(), "contacts": load_contacts()}
    facts = contact_facts(everyone, on=JANUARY, people=everyone, **files)
    found = reasons_to_leave(everyone, "e-mail", on=JANUARY, people=everyone, **files)
    assert facts["client_id"].tolist() == everyone["client_id"].tolist()
    assert ((facts["consentement"] == "non") == found["refus"]).all()
    assert ((facts["sans_reponse"] > 0) == found["plainte"]).all()
    assert ((facts["contacts"] >= 4) == found["pression"]).all()
    assert facts["reclamations"].sum() == len(load_complaints())


def test_the_columns_of_the_channels_are_four():
    assert len({consent_column(channel) for channel in CHANNELS}) == 4


def test_a_file_s_own_consents_make_a_list():
    file = pd.DataFrame({"n": ["A", "A", "B", "C"], "ok": ["OUI", "o", "Non", None]})
    own = consents_of(file, "ok", ["e-mail", "téléphone"], customer="n")
    assert own.columns.tolist() == ["client_id", "consentement_e_mail", "consentement_telephone"]
    assert kept("e-mail", people=own) == ["A", "C"]
    assert kept("téléphone", SEPTEMBER, people=own) == ["A"]
    with pytest.raises(CourseError, match="consentement_courrier"):
        kept("courrier", people=own)
