"""Reviewing a contact list, name by name: who stays, who leaves and why."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.case.assumed import AssumedSorter
from rfm_helpers.analysis.contacts import CONTACT_DAYS, contact_facts, reasons_to_leave
from rfm_helpers.catalog.contact_review import load_contact_review
from rfm_helpers.catalog.drills import Drill, DrillChoice, DrillItem
from rfm_helpers.french.words import french, plain_words, several

if TYPE_CHECKING:
    import pandas as pd

CONTEXT = "contexte"
STAYS = "reste"


class ContactReviewer(AssumedSorter):
    """The names of a list and what it is for → a decision for each, judged by `contact_list`."""

    def __init__(
        self,
        customers: pd.DataFrame,
        people: pd.DataFrame,
        complaints: pd.DataFrame,
        contacts: pd.DataFrame,
        context: str = "",
    ) -> None:
        self._customers = customers
        self._files = people, complaints, contacts
        self._contexts = {one.id: one for one in load_contact_review().contexts}
        first = self._contexts.get(context, next(iter(self._contexts.values())))
        self.context = w.Dropdown(
            options={french(one.label): one.id for one in self._contexts.values()},
            value=first.id,
            description=french("La liste sert à :"),
            **labelled(width="34em", max_width="100%"),
        )
        super().__init__({CONTEXT: self.context})

    def drill(self) -> Drill:
        """The names to decide on: what the files say of each, and the decisions that are right."""
        review, context = load_contact_review(), self._contexts[self.context.value]
        people, complaints, contacts = self._files
        facts = contact_facts(
            self._customers,
            on=context.day,
            people=people,
            complaints=complaints,
            contacts=contacts,
        )
        against = reasons_to_leave(
            self._customers,
            context.channel,
            on=context.day,
            people=people,
            complaints=complaints,
            contacts=contacts,
        )
        rows = zip(facts.to_dict("records"), against.to_dict("records"), strict=True)
        return Drill(
            source=review.source,
            label="Décision",
            purpose="reprendre votre liste",
            choices=tuple(DrillChoice(id=c.id, label=french(c.label)) for c in review.choices),
            items=tuple(_item(fact, reasons) for fact, reasons in rows),
        )


def _item(fact: dict[Hashable, Any], reasons: dict[Hashable, Any]) -> DrillItem:
    """A name of the list: several decisions are right when several reasons hold."""
    right = tuple(str(name) for name, holds in reasons.items() if holds) or (STAYS,)
    return DrillItem(
        id=plain_words(fact["client_id"]).replace("-", "_"),
        text=_sentence(fact),
        right=right,
        feedback={
            choice.id: choice.right if choice.id in right else choice.wrong
            for choice in load_contact_review().choices
        },
    )


def _sentence(fact: dict[Hashable, Any]) -> str:
    """What the files say of one person, in a line."""
    complaints = several(fact["reclamations"], "réclamation")
    waiting = f", dont {fact['sans_reponse']} sans réponse" if fact["reclamations"] else ""
    contacts = several(fact["contacts"], "contact")
    return french(
        f"{fact['nom']} ({fact['client_id']}). Consentement : {fact['consentement']}. "
        f"{complaints}{waiting}. {contacts} dans les {CONTACT_DAYS} jours d’avant."
    )


def review_contacts(
    customers: pd.DataFrame,
    *,
    people: pd.DataFrame,
    complaints: pd.DataFrame,
    contacts: pd.DataFrame,
    context: str = "",
    key: str = "",
) -> ContactReviewer:
    """Review a contact list: for each name, does it stay, and if not, why not?

    Args:
        customers: the list, one row per customer, with `client_id`; a few names.
        people: `client_id`, `prenom`, `nom`, `consentement`.
        complaints: `client_id`, `date_reclamation`, `traitee`.
        contacts: `client_id`, `date_contact`.
        context: what the list is for at first, by its name in ``contact_review.yaml``; an empty one
            is the first of them.
        key: where to keep the decisions ("04_segmentation/liste"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the decisions, `results` the outcomes of those verified.
    """
    return ContactReviewer(customers, people, complaints, contacts, context).kept(key)
