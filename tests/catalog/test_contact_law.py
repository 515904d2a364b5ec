"""The law of contacts: one rule a day for each channel and audience, each with text and date."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from rfm_helpers.analysis.contacts import REASONS
from rfm_helpers.catalog.base import CATALOG, load_yaml
from rfm_helpers.catalog.contact_law import AUDIENCES, CHANNELS, ContactLaw, load_contact_law
from rfm_helpers.catalog.contact_review import load_contact_review
from rfm_helpers.errors import CourseError

LAW = load_contact_law()
LAST_OLD_DAY, FIRST_NEW_DAY = dt.date(2026, 8, 10), dt.date(2026, 8, 11)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_cell_has_its_text_and_its_date(channel, audience):
    for day in (dt.date(2023, 3, 1), LAST_OLD_DAY, FIRST_NEW_DAY, dt.date(2030, 1, 1)):
        rule = LAW.rule(channel, audience, day)
        assert rule.source and rule.date < LAW.checked


def test_only_the_telephone_changes_on_the_eleventh_of_august():
    for channel in CHANNELS:
        for audience in AUDIENCES:
            before, after = (LAW.rule(channel, audience, d) for d in (LAST_OLD_DAY, FIRST_NEW_DAY))
            assert (before != after) == (channel == "téléphone")
    new = LAW.rule("téléphone", "client", FIRST_NEW_DAY)
    assert new.requires == "accord_du_canal" and "2025-594" in new.source


def test_a_sale_opens_electronic_mail_to_customers_alone():
    for channel in ("e-mail", "SMS"):
        assert LAW.rule(channel, "client", FIRST_NEW_DAY).requires == "sans_opposition"
        assert LAW.rule(channel, "prospect", FIRST_NEW_DAY).requires == "accord"
        assert "L. 34-5" in LAW.rule(channel, "client", FIRST_NEW_DAY).source


def test_what_it_is_not_is_said():
    assert "pas un conseil juridique" in LAW.note
    assert any("parrainage" in text for text in LAW.left_out)


@pytest.mark.parametrize("change", ["gap", "overlap", "missing"])
def test_a_day_without_its_one_rule_is_refused(tmp_path, change):
    data = yaml.safe_load((CATALOG / "contact_law.yaml").read_text(encoding="utf-8"))
    new = next(rule for rule in data["rules"] if rule.get("since"))
    if change == "missing":
        data["rules"].remove(new)
    else:
        new["since"] += dt.timedelta(days=1 if change == "gap" else -1)
    path = tmp_path / "loi.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CourseError, match="une règle et une seule chaque jour"):
        load_yaml(path, ContactLaw)


@pytest.mark.parametrize(("channel", "audience"), [("fax", "client"), ("SMS", "voisin")])
def test_an_unknown_channel_or_audience_is_refused(channel, audience):
    with pytest.raises(CourseError, match="n’est pas dans la table"):
        LAW.rule(channel, audience, FIRST_NEW_DAY)


def test_the_review_has_a_decision_for_each_reason():
    review = load_contact_review()
    assert [choice.id for choice in review.choices] == ["reste", *REASONS]
    days = [context.day for context in review.contexts]
    assert min(days) < FIRST_NEW_DAY <= max(days)
