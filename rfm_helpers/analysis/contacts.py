"""Contact lists: who may be written to or called, who leaves the list and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import compress

import pandas as pd

from rfm_helpers.catalog.contact_law import Requirement, load_contact_law
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, plain_words
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import require_columns, require_one_row_each

#: The house's own rule: this many contacts in this many days, and a customer is left in peace.
MOST_CONTACTS, CONTACT_DAYS = 4, 90

#: Why a customer leaves the list, in the order in which it is said.
REASONS = {
    "refus": "n’accepte pas nos messages",
    "accord": "n’a pas donné l’accord qu’il faut pour ce canal",
    "plainte": "attend la réponse à une réclamation",
    "pression": f"a déjà reçu {MOST_CONTACTS} contacts ou plus en {CONTACT_DAYS} jours",
}
_YES = ("oui", "o", "vrai", "yes", "y", "true", "x", "1", "1.0")


def consent_column(channel: str) -> str:
    """The column that holds a consent to one channel alone.

    >>> consent_column("téléphone"), consent_column("e-mail")
    ('consentement_telephone', 'consentement_e_mail')
    """
    return f"consentement_{plain_words(channel).replace('-', '_')}"


def contact_list(
    customers: pd.DataFrame,
    channel: str,
    *,
    on: dt.date | str,
    people: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    audience: str = "client",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part those who may be contacted by a channel from those who leave the list, and say why.

    Four questions, in this order: did the person refuse? Is the consent that the law of the
    channel asks for on that day there (`load_contact_law`)? Is a complaint still unanswered? Were
    there four contacts or more, on any channel, in the 90 days before (a rule of the house)?

    A list cannot check all: Bloctel until 10 August 2026, days and hours of calls, the three years
    after the last contact that came from the person.

    Args:
        customers: rows with `client_id` and any other columns.
        channel: "courrier", "e-mail", "SMS" or "téléphone".
        on: the day of the contact.
        people: `client_id` and the consents, "oui" or "non" (nothing: never asked): of a channel
            alone (`consentement_e_mail`, `consentement_telephone`…), which goes first, or of all
            of them (`consentement`). A "non" to all is an objection to each; an "oui" to all is
            no consent to be called.
        complaints: `client_id`, `date_reclamation`, `traitee` ("oui" or "non"); None: not known.
        contacts: `client_id`, `date_contact`; None: not known.
        audience: "client", or "prospect" for people who never bought.

    Returns:
        The rows of `customers` that stay, and those that leave with one more column, `motif`
        (French, the reasons parted by semicolons). Each in the order of `customers`.

    Raises:
        CourseError: no such channel or audience, a missing column, a person twice, an
            impossible date.

    Example:
        >>> customers = pd.DataFrame({"client_id": ["A", "B", "C"]})
        >>> people = customers.assign(consentement=["oui", "non", "oui"])
        >>> complaints = pd.DataFrame(
        ...     {"client_id": ["C"], "date_reclamation": ["2025-12-01"], "traitee": ["non"]})
        >>> stay, leave = contact_list(
        ...     customers, "téléphone", on="2026-01-05", people=people, complaints=complaints)
        >>> stay["client_id"].tolist()
        ['A']
        >>> leave["motif"].tolist()
        ['n’accepte pas nos messages', 'attend la réponse à une réclamation']

        The same list in September, when a call asks for a consent to calls:

        >>> stay, leave = contact_list(customers, "téléphone", on="2026-09-14", people=people)
        >>> len(stay), leave["motif"].iloc[0]
        (0, 'n’a pas donné l’accord qu’il faut pour ce canal')
    """
    found = reasons_to_leave(
        customers,
        channel,
        on=on,
        people=people,
        complaints=complaints,
        contacts=contacts,
        audience=audience,
    )
    leaving = found.any(axis=1)
    said = [
        french(" ; ".join(compress(REASONS.values(), row))) for row in found[leaving].to_numpy()
    ]
    return customers[~leaving], customers[leaving].assign(motif=said)


def reasons_to_leave(
    customers: pd.DataFrame,
    channel: str,
    *,
    on: dt.date | str,
    people: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    audience: str = "client",
) -> pd.DataFrame:
    """What speaks against contacting each customer: one column per reason (`REASONS`), bool.

    Arguments and errors are those of `contact_list`; the index is that of `customers`.

    >>> people = pd.DataFrame({"client_id": ["A"], "consentement": ["non"]})
    >>> reasons_to_leave(people, "SMS", on="2026-01-05", people=people).iloc[0].tolist()
    [True, False, False, False]
    """
    require_columns(customers.columns, ["client_id"], remedy="donnez une table de clients.")
    day = as_day(on)
    requires = load_contact_law().rule(channel, audience, day).requires
    ids = customers["client_id"]
    refused, agreed = _answers(ids, channel, people, requires)
    reasons = {
        "refus": refused,
        "accord": ~refused & ~agreed,
        "plainte": ids.isin(_unanswered(complaints, day)),
        "pression": ids.isin(_pressed(contacts, day)),
    }
    return pd.DataFrame(reasons, index=customers.index)


def consents_of(
    lines: pd.DataFrame, column: str, channels: Iterable[str], *, customer: str
) -> pd.DataFrame:
    """The consents to some channels, from a column of a file of several lines per customer.

    Args:
        lines: the file, as it was read.
        column: where it says yes ("oui", "o", "vrai", "yes", "true", "x", "1") or no; an empty
            cell says nothing.
        channels: the channels for which that answer was given.
        customer: the column of the customer.

    Returns:
        One row per customer: `client_id` and a column for each channel, "oui", "non" (one line is
        enough) or nothing.

    >>> file = pd.DataFrame({"n": ["A", "A", "B", "C"], "ok": ["Oui", "non", "x", None]})
    >>> consents_of(file, "ok", ["e-mail"], customer="n")["consentement_e_mail"].tolist()
    ['non', 'oui', '']
    """
    said = lines[column].fillna("").astype(str).str.strip().map(plain_words)
    answer = said.isin(_YES).map({True: "oui", False: "non"}).where(said != "", "")
    rank = answer.map({"": 0, "oui": 1, "non": 2})
    one = rank.groupby(lines[customer].astype(str)).max().map({0: "", 1: "oui", 2: "non"})
    columns = {consent_column(channel): one.to_numpy() for channel in channels}
    return pd.DataFrame({"client_id": one.index, **columns})


def contact_facts(
    customers: pd.DataFrame,
    *,
    on: dt.date | str,
    people: pd.DataFrame,
    complaints: pd.DataFrame,
    contacts: pd.DataFrame,
) -> pd.DataFrame:
    """What the files say of each customer before a list is made: consent, complaints, contacts.

    Arguments are those of `contact_list`.

    Returns:
        One row per customer, in order: `client_id`, `nom` (first name and name), `consentement`,
        `reclamations` and `sans_reponse` (made until that day), `contacts` (in the 90 days before).

    Example:
        >>> people = pd.DataFrame(
        ...     {"client_id": ["A"], "prenom": ["Ada"], "nom": ["Roy"], "consentement": ["oui"]})
        >>> complaints = pd.DataFrame(
        ...     {"client_id": ["A"], "date_reclamation": ["2025-12-01"], "traitee": ["non"]})
        >>> contacts = pd.DataFrame({"client_id": ["A"], "date_contact": ["2025-01-01"]})
        >>> contact_facts(people[["client_id"]], on="2026-01-05", people=people,
        ...               complaints=complaints, contacts=contacts)
          client_id      nom consentement  reclamations  sans_reponse  contacts
        0         A  Ada Roy          oui             1             1         0
    """
    day = as_day(on)
    made = complaints[pd.to_datetime(complaints["date_reclamation"]) <= pd.Timestamp(day)]
    found = customers[["client_id"]].merge(people, how="left", on="client_id")
    ids = found["client_id"]

    def counted(rows: pd.Series) -> pd.Series:
        return ids.map(rows.value_counts()).fillna(0).astype(int)

    return pd.DataFrame(
        {
            "client_id": ids,
            "nom": found["prenom"] + " " + found["nom"],
            "consentement": found["consentement"],
            "reclamations": counted(made["client_id"]),
            "sans_reponse": counted(_unanswered(complaints, day)),
            "contacts": counted(_recent(contacts, day)),
        }
    )


def _answers(
    ids: pd.Series, channel: str, people: pd.DataFrame, requires: Requirement
) -> tuple[pd.Series, pd.Series]:
    """Who refused, and who gave what the law requires."""
    require_columns(people.columns, ["client_id"], remedy="donnez la table des consentements.")
    require_one_row_each(people, "client_id")
    own = consent_column(channel)
    if own not in people and "consentement" not in people:
        raise CourseError(
            f"Rien ne dit qui accepte d’être contacté : il faut une colonne « {own} » ou "
            "« consentement »."
        )
    by_client = people.set_index("client_id")
    of_channel = _answer(ids, by_client, own)
    said = of_channel.where(of_channel != "", _answer(ids, by_client, "consentement"))
    enough = {"sans_opposition": said != "non", "accord": said == "oui"}
    return said == "non", enough.get(requires, of_channel == "oui")


def _answer(ids: pd.Series, by_client: pd.DataFrame, column: str) -> pd.Series:
    """What each customer answered: "oui", "non", or "" for nothing."""
    if column not in by_client:
        return pd.Series("", index=ids.index)
    return ids.map(by_client[column]).fillna("").astype(str)


def _unanswered(complaints: pd.DataFrame | None, day: dt.date) -> pd.Series:
    """The customers who wait for an answer on that day."""
    if complaints is None:
        return pd.Series(dtype=str)
    made = pd.to_datetime(complaints["date_reclamation"]) <= pd.Timestamp(day)
    return complaints.loc[made & (complaints["traitee"] == "non"), "client_id"]


def _pressed(contacts: pd.DataFrame | None, day: dt.date) -> pd.Index:
    """The customers contacted too often in the days before that day."""
    if contacts is None:
        return pd.Index([])
    counts = _recent(contacts, day).value_counts()
    return counts.index[counts >= MOST_CONTACTS]


def _recent(contacts: pd.DataFrame, day: dt.date) -> pd.Series:
    """The customer of each contact made in the days before that day."""
    age = (pd.Timestamp(day) - pd.to_datetime(contacts["date_contact"])).dt.days
    return contacts.loc[age.between(1, CONTACT_DAYS), "client_id"]
