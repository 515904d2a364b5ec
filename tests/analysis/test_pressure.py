"""Contact pressure, counted another way: what it costs, and what a cap would spare."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.targeting.pressure import (
    FATIGUE,
    cap_account,
    cap_balance,
    cap_contacts,
    consent_on,
    opt_outs_by_pressure,
    over_solicited,
    received_before,
)
from rfm_helpers.datasets import load_contacts, load_customers
from rfm_helpers.errors import CourseError


@pytest.fixture(scope="module")
def contacts() -> pd.DataFrame:
    return load_contacts()


def test_the_consent_of_the_last_day_knows_who_was_to_leave(contacts: pd.DataFrame) -> None:
    people = load_customers()
    then = consent_on(people, contacts, "2024-06-30")
    changed = people["consentement"] != then["consentement"]
    gone = contacts[(contacts["desabonnement"] == 1) & (contacts["date_contact"] > "2024-06-30")]
    assert set(people.loc[changed, "client_id"]) == set(gone["client_id"])
    assert (then.loc[changed, "consentement"] == "oui").all()


def test_messages_received_before_by_hand(contacts: pd.DataFrame) -> None:
    few = contacts[contacts["client_id"].isin(contacts["client_id"].unique()[:60])]
    found = received_before(few)
    days: dict[str, list[dt.date]] = {}
    for row in few.itertuples():
        days.setdefault(row.client_id, []).append(row.date_contact.date())
    for row in few.itertuples():
        ages = [(row.date_contact.date() - day).days for day in days[row.client_id]]
        assert found[row.Index] == sum(1 <= age <= 90 for age in ages)


def test_pressure_raises_opt_outs_and_mixed_ones_do_not(contacts: pd.DataFrame) -> None:
    found = opt_outs_by_pressure(contacts)
    assert found["messages"].sum() == len(contacts)
    assert (
        found["haut"].iloc[0] < found["bas"].iloc[1] < found["haut"].iloc[1] < found["bas"].iloc[2]
    )
    random = np.random.default_rng(11)
    whole = contacts["desabonnement"].mean()
    outside = []
    for _ in range(30):
        mixed = contacts.assign(desabonnement=random.permutation(contacts["desabonnement"]))
        table = opt_outs_by_pressure(mixed)
        outside += (~((table["bas"] <= whole) & (whole <= table["haut"]))).tolist()
    assert np.mean(outside) <= 0.1


def test_a_cap_holds_and_keeps_all_it_can(contacts: pd.DataFrame) -> None:
    replay = cap_contacts(contacts, 4)
    kept = replay[replay["garde"]]
    assert received_before(kept).max() == 3
    assert (replay.loc[~replay["garde"], "gardes_avant"] >= 4).all()
    assert len(cap_contacts(contacts, 99).query("garde")) == len(contacts)


def test_opt_outs_that_a_cap_spares(contacts: pd.DataFrame) -> None:
    table = cap_account(contacts, (2, 4, 99)).set_index("plafond")
    assert table["desabonnements_attendus"].is_monotonic_increasing
    assert table.loc[4, "evites"] > 100
    assert table.loc[99, "desabonnements_attendus"] == pytest.approx(
        contacts["desabonnement"].sum()
    )
    assert (table["messages"] + table["economises"] == len(contacts)).all()


def test_what_a_cap_leaves_by_hand(contacts: pd.DataFrame) -> None:
    account = cap_account(contacts, (2, 3))
    found = cap_balance(account, orders=0.01, margin=400, lost=50).set_index("plafond")
    kept = cap_contacts(contacts, 3).query("garde")["gardes_avant"]
    brought = sum(0.01 * FATIGUE**before for before in kept)
    assert found.loc[3, "commandes"] == pytest.approx(brought)
    lost = 50 * found.loc[3, "desabonnements_attendus"]
    assert found.loc[3, "solde"] == pytest.approx(400 * brought - lost)
    nothing = cap_balance(account, orders=0, margin=400, lost=50)
    assert (nothing["solde"] == -nothing["pertes"]).all()
    with pytest.raises(CourseError, match="négative"):
        cap_balance(account, orders=-1, margin=400, lost=50)


def test_counting_opt_outs_by_customer_hides_the_pressure(contacts: pd.DataFrame) -> None:
    """Who leaves gets no more messages: by the total received, the tired look spared."""
    by_customer = contacts.groupby("client_id").agg(
        recus=("desabonnement", "size"), parti=("desabonnement", "max")
    )
    many = by_customer["recus"] > by_customer["recus"].quantile(0.9)
    naive = by_customer.loc[many, "parti"].mean() / by_customer.loc[~many, "parti"].mean()
    honest = opt_outs_by_pressure(contacts)["part"]
    assert naive < 0.4 * honest.iloc[2] / honest.iloc[0]


def test_over_solicited_are_those_whom_contact_list_leaves_out(contacts: pd.DataFrame) -> None:
    found = over_solicited(contacts, on="2025-12-31")
    people = load_customers()[["client_id"]].assign(consentement="oui")
    _, left = contact_list(people, "e-mail", on="2025-12-31", people=people, contacts=contacts)
    assert set(found["client_id"]) == set(left["client_id"])
    with pytest.raises(CourseError, match="1 ou plus"):
        over_solicited(contacts, on="2025-12-31", cap=0)
    with pytest.raises(CourseError, match="commencez par 0"):
        opt_outs_by_pressure(contacts, bands=[1, 2])
