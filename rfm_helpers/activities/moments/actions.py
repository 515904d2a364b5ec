"""Nine customers: which type decides, and so which action comes next, and what all that costs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.analysis.moments.next_actions import next_actions
from rfm_helpers.analysis.segments.types import customer_types
from rfm_helpers.catalog.customer_types import load_customer_types
from rfm_helpers.catalog.drills import Drill, DrillChoice, DrillItem
from rfm_helpers.catalog.next_actions import NextAction, load_next_actions
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french, plain_words, several
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns

if TYPE_CHECKING:
    import pandas as pd

NONE = "aucun"
NONE_LABEL = "Aucun type : attendre"
NONE_RIGHT = (
    "Aucune de nos règles ne s’applique : on n’envoie rien de particulier. Seule une enquête "
    "dirait si ce client est content, ou somnambule."
)
NONE_WRONG = "Relisez ses faits : l’une des huit règles s’applique."
ALSO = (
    "C’est l’un de ses types, mais un autre passe avant : on s’excuse avant d’inviter, et l’on "
    "invite avant de vendre. Lequel ?"
)


class NextActionChooser(Sorter):
    """What the files say of some customers → the type that decides for each, and the cost."""

    def __init__(
        self, features: pd.DataFrame, people: pd.DataFrame, customers: Sequence[str]
    ) -> None:
        require_columns(people.columns, ["client_id", "prenom", "nom"], "", CHECK_NAMES)
        self._costs = {_id(action.type): action.cost for action in load_next_actions()}
        super().__init__(_drill(features, people, customers))

    @property
    def summary(self) -> str:
        """How far the learner is, and what the actions verified cost."""
        chosen = [card.answer for card in self.judged.values() if card.answer]
        cost = sum(self._costs.get(name, 0) for name in chosen)
        return f"{super().summary} " + french(f"Coût supposé de ces actions : {euros(cost)}.")


def _drill(features: pd.DataFrame, people: pd.DataFrame, customers: Sequence[str]) -> Drill:
    """The customers, and the type that decides for each."""
    types = customer_types(features)
    found = next_actions(types).set_index("client_id")["type"]
    own = types.groupby("client_id")["type"].agg(set)
    names = people.set_index("client_id")
    rows = features.set_index("client_id").assign(nom=names["prenom"] + " " + names["nom"])
    high = float(features["marge"].quantile(0.9))
    actions = load_next_actions()
    return Drill(
        source="Les clients de la maison Orsenne ; les coûts sont des hypothèses.",
        label="Le type qui décide",
        purpose="choisir l’action suivante",
        choices=(
            *(DrillChoice(id=_id(a.type), label=french(_label(a))) for a in actions),
            DrillChoice(id=NONE, label=french(NONE_LABEL)),
        ),
        items=tuple(
            DrillItem(
                id=_id(client),
                text=_sentence(client, rows.loc[client].to_dict(), high),
                right=(_id(found[client]) if client in found.index else NONE,),
                feedback=_feedback(found.get(client, NONE), own.get(client, set())),
            )
            for client in customers
        ),
    )


def _label(action: NextAction) -> str:
    return f"{action.type} ({action.moment.lower()})"


def _feedback(right: str, own: set[str]) -> dict[str, str]:
    """What is said of each type for a customer of these types, `right` being the one to decide."""
    rules = {kind.name: kind.rule_text for kind in load_customer_types()}
    said = {}
    for action in load_next_actions():
        if action.type == right:
            text = f"{action.action}. Coût supposé : {euros(action.cost)}.{_others(own, right)}"
        elif action.type in own:
            text = ALSO
        else:
            text = f"Notre règle pour ce type : « {rules[action.type]} » Est-ce son cas ?"
        said[_id(action.type)] = french(text)
    return said | {NONE: french(NONE_RIGHT if right == NONE else NONE_WRONG)}


def _others(own: set[str], right: str) -> str:
    order = [kind.name for kind in load_customer_types() if kind.name in own - {right}]
    return f" Aussi de type : {', '.join(order)} ; celui-ci passe avant." if order else ""


def _sentence(client: str, fact: Mapping[Hashable, Any], high: float) -> str:
    """What the files say of one person, in a few lines."""
    top = ", dans les 10 % les plus élevées" if fact["marge"] >= high else ""
    parts = [
        f"{fact['nom']} ({client}). Dernier achat il y a {several(fact['recence'], 'jour')}, "
        f"premier il y a {several(fact['anciennete'], 'jour')}. "
        f"{several(fact['frequence'], 'commande')}, panier moyen de {euros(fact['panier_moyen'])}, "
        f"marge de {euros(fact['marge'])}{top}. R {fact['R']}, F {fact['F']}, M {fact['M']}.",
        f"{several(fact['contacts_recus'], 'message')} en un an, "
        f"{several(fact['contacts_ouverts'], 'ouvert')}.",
    ]
    if fact["reclamations"]:
        parts.append(f"{several(fact['reclamations'], 'réclamation')} en un an.")
    if fact["filleuls"]:
        parts.append(f"A fait venir {several(fact['filleuls'], 'ami')}.")
    if fact["filleul"]:
        parts.append("Recommandé par un client.")
    return french(" ".join(parts))


def _id(name: str) -> str:
    return plain_words(name).split(" (")[0].replace(" ", "_").replace("-", "_")


def choose_next_actions(
    features: pd.DataFrame, people: pd.DataFrame, customers: Sequence[str], *, key: str = ""
) -> NextActionChooser:
    """Find the type that decides for each of some customers, and with it the next action.

    Args:
        features: what `customer_features` gives, of all customers (the rules compare them).
        people: `client_id`, `prenom`, `nom`.
        customers: whom to show, by `client_id`.
        key: where to keep the answers ("11_relation_client/types"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the types chosen, `results` the outcomes of those verified.
    """
    return NextActionChooser(features, people, customers).kept(key)
