"""Exercise of lesson 10: three hundred letters for a spring, whom to and how many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import pandas as pd

from rfm_helpers.analysis.targeting.cart import fit_cart
from rfm_helpers.analysis.targeting.chaid import fit_chaid
from rfm_helpers.analysis.targeting.features import target_table
from rfm_helpers.analysis.targeting.gains import (
    CHANCE,
    EFFECTS,
    compare_lists,
    letters_account,
    letters_effect,
)
from rfm_helpers.analysis.targeting.pressure import over_solicited
from rfm_helpers.analysis.targeting.trees import TargetTree, predict_rates
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
    load_referrals,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import several
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.model import Question

LEARNED, JUDGED, HORIZON = "2023-12-31", "2024-12-31", 181
LETTERS, COST, DECIDED = 300, 6, 0.02
LISTS = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}
LEAST_SURE = "Les moins sûrs"
OLD_CAP, NEW_CAP = 4, 3


@dataclass(frozen=True)
class Spring:
    """The customers of the two springs, scored, and the margin of the house (share of revenue)."""

    past: pd.DataFrame
    later: pd.DataFrame
    cart: TargetTree
    rate: float

    @property
    def lists(self) -> pd.DataFrame:
        """The lists of the letters, judged on the later spring, by name."""
        scores = LISTS | {"Par cœur": "coeur"}
        return compare_lists(self.later, scores, LETTERS).set_index("methode")


@cache
def spring() -> Spring:
    """Trees learned on the spring of 2024, and the customers of that of 2025 scored by them."""
    orders = load_orders()
    past, later = (_known(orders, day) for day in (LEARNED, JUDGED))
    cart = fit_cart(past)
    trees = {
        "cart": cart,
        "chaid": fit_chaid(past),
        "coeur": fit_cart(past, min_leaf=1, prune=False),
    }
    later = later.assign(**{name: predict_rates(tree, later) for name, tree in trees.items()})
    later = later.assign(chance=later["cart"], moins_surs=-later["cart"])
    return Spring(past, later, cart, float(orders["marge"].sum() / orders["montant"].sum()))


def _known(orders: pd.DataFrame, day: str) -> pd.DataFrame:
    return target_table(
        orders,
        load_customers(),
        load_products(),
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of=day,
        horizon_days=HORIZON,
    )


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the files."""
    known = spring()
    return (
        _expected(known),
        _by_heart(known),
        _lists(known),
        _orders_to_add(known),
        _whom(known),
        _silent(),
    )


def _expected(known: Spring) -> Question:
    leaves = sorted({node.rate for node in known.cart.nodes[1:]}, reverse=True)
    answer = LETTERS * leaves[0]
    found = float(known.lists["acheteurs"]["CART"])
    return Question(
        "acheteurs_prevus",
        f"**{LETTERS} lettres** partent vers la meilleure feuille de l’arbre. Combien d’acheteurs "
        "l’arbre en **attend-il** au printemps 2025 ?",
        NumberCheck(
            answer,
            tolerance=1,
            unit="clients",
            success=(
                f"Oui : {percent(leaves[0], 1)} de {LETTERS}, soit {number(answer)}. Il en est "
                f"venu {number(found)} : la prédiction a tenu, à quelques acheteurs près."
            ),
            mistakes=(
                Mistake(LETTERS, "Tous les clients de la meilleure feuille commandent-ils ?"),
                Mistake(
                    LETTERS * known.past["rachat"].mean(),
                    "Est-ce la part de la meilleure feuille, ou celle de tous les clients ?",
                ),
                Mistake(LETTERS * leaves[-1], "Est-ce bien la meilleure des feuilles ?"),
                Mistake(found, "Est-ce ce que l’arbre attendait, ou ce qui est arrivé ?"),
                Mistake(100 * leaves[0], "Est-ce la part, en pour cent, ou un nombre de clients ?"),
            ),
            otherwise="Quelle part des clients de cette feuille a commandé, quand il l’a apprise ?",
        ),
        hints=("La part écrite dans la case la plus foncée est une prédiction.",),
        worked=f"{percent(leaves[0], 1)} × {LETTERS} = {number(answer)} acheteurs.",
        section="Un arbre en deux : CART",
    )


def _by_heart(known: Spring) -> Question:
    count = known.lists["acheteurs"]
    return Question(
        "arbre_du_prestataire",
        "Un prestataire propose l’arbre « Par cœur » : sur le printemps 2024, il ne s’est jamais "
        f"trompé. Pour {LETTERS} lettres en 2025, que lui répondez-vous ?",
        ChoiceCheck(
            (
                Choice(
                    "D’accord : aucun autre arbre n’est parfait.",
                    "Parfait sur quels clients ? Que trouve-t-il en 2025 ?",
                ),
                Choice(
                    "Non : il touche moins d’acheteurs que l’arbre élagué, et l’écart dépasse le "
                    "hasard.",
                    f"Oui : {number(count['Par cœur'])} contre {number(count['CART'])}. Il a "
                    "appris des noms, pas ce qui fait revenir.",
                    right=True,
                ),
                Choice(
                    "Non : un arbre ne vaut pas mieux qu’un tirage au hasard.",
                    "Combien d’acheteurs une liste au hasard touche-t-elle ?",
                ),
                Choice(
                    "Oui, avec plus de feuilles encore.",
                    "Peut-il avoir plus de feuilles qu’il n’en faut pour tout retenir ?",
                ),
            )
        ),
        hints=("Lisez la ligne « Par cœur » à côté de celle de CART.",),
        worked=(
            f"Réponse b. {number(count['Par cœur'])} acheteurs pour l’arbre par cœur, "
            f"{number(count['CART'])} pour l’arbre élagué, {number(count[CHANCE])} au hasard."
        ),
        section="L’arbre qui brille sur ses propres données",
    )


def _lists(known: Spring) -> Question:
    found = known.lists
    count = found["acheteurs"]
    return Question(
        "liste_a_garder",
        f"RFM, CART et CHAID, {LETTERS} lettres, jugés au printemps 2025. Que dites-vous à la "
        "directrice ?",
        ChoiceCheck(
            (
                Choice(
                    "CHAID gagne : il touche le plus d’acheteurs.",
                    "L’écart de CHAID avec RFM quitte-t-il zéro ?",
                ),
                Choice(
                    "Les trois se valent, comme dans la leçon.",
                    "Que dit la dernière colonne de la ligne CART ?",
                ),
                Choice(
                    "RFM et CHAID ne se distinguent pas ; CART touche moins d’acheteurs que RFM.",
                    f"Oui : {number(count['RFM'])}, {number(count['CHAID'])} et "
                    f"{number(count['CART'])}. Élagué jusqu’à deux feuilles, CART ne sait plus "
                    "ranger ses meilleurs clients entre eux. La leçon ne l’annonçait pas : chaque "
                    "usage se juge.",
                    right=True,
                ),
                Choice(
                    "CART gagne : c’est le plus simple.",
                    "Simple à expliquer, oui : combien d’acheteurs touche-t-il ?",
                ),
            )
        ),
        hints=("Un écart compte quand son intervalle ne contient pas zéro.",),
        worked=(
            f"Réponse c. RFM {number(count['RFM'])}, CHAID {number(count['CHAID'])}, CART "
            f"{number(count['CART'])} ; seul l’écart de CART avec RFM quitte zéro."
        ),
        section="Juger les listes, toutes ensemble",
    )


def _orders_to_add(known: Spring) -> Question:
    account = letters_account(
        known.later, {"RFM": "indice_rfm"}, LETTERS, cost=COST, margin_rate=known.rate
    ).iloc[0]
    margin = float(account["panier"]) * known.rate
    needed = LETTERS * COST / margin
    answer = math.ceil(needed)
    return Question(
        "commandes_a_ajouter",
        f"La liste RFM, {LETTERS} lettres à **{euros(COST)}** l’une. Combien de commandes, au "
        "moins, les lettres doivent-elles **ajouter** pour rendre leur coût ?",
        NumberCheck(
            answer,
            tolerance=0,
            unit="commandes",
            success=(
                f"Oui : {euros(LETTERS * COST)} ÷ {euros(margin)} de marge = {number(needed, 2)}, "
                f"donc {answer} commandes. C’est peu ; mais elles doivent venir en plus des "
                f"{number(account['viendraient'])} acheteurs qui viennent sans lettre."
            ),
            mistakes=(
                Mistake(
                    math.floor(needed), "Avec une commande de moins, le coût est-il tout rendu ?"
                ),
                Mistake(
                    math.ceil(LETTERS * COST / float(account["panier"])),
                    "Avez-vous pris le panier, ou la marge qu’il laisse ?",
                ),
                Mistake(
                    float(account["viendraient"]), "Ces acheteurs viennent-ils grâce à la lettre ?"
                ),
                Mistake(LETTERS, "Chaque lettre doit-elle rapporter une commande ?"),
            ),
            otherwise="Quel est le coût total, et quelle marge laisse une commande ?",
        ),
        hints=(
            "Marge d’une commande : le panier moyen, multiplié par le taux de marque.",
            "On n’ajoute pas une fraction de commande : arrondissez au-dessus.",
        ),
        worked=(
            f"{LETTERS} × {euros(COST)} = {euros(LETTERS * COST)} ; une commande laisse "
            f"{euros(margin)} : il en faut {answer}."
        ),
        section="Qui achètera, ou qui achètera grâce à nous ?",
    )


def _whom(known: Spring) -> Question:
    found = _effects(known)["gain_net"]
    return Question(
        "a_qui_ecrire",
        f"Supposons qu’une lettre décide **{percent(DECIDED)} de ceux qui ne viendraient pas**. À "
        "qui écrivez-vous ?",
        ChoiceCheck(
            (
                Choice(
                    "À la liste RFM : c’est elle qui touche le plus d’acheteurs.",
                    "Ces acheteurs-là, la lettre les décide-t-elle ?",
                ),
                Choice(
                    "À des clients tirés au hasard dans la base.",
                    "Une autre ligne du tableau fait-elle mieux ?",
                ),
                Choice(
                    "À la liste CART : l’arbre a choisi lui-même ses critères.",
                    "Que devient son gain net sous cette hypothèse ?",
                ),
                Choice(
                    "Aux moins sûrs, en petit, et avec un groupe témoin.",
                    f"Oui : {euros(found[LEAST_SURE])} de gain net, contre "
                    f"{euros(found['RFM'])} pour RFM. C’est peu, et cela ne tient qu’à "
                    "l’hypothèse : le témoin dira si elle est vraie.",
                    right=True,
                ),
            )
        ),
        hints=("Comparez les gains nets, puis demandez-vous d’où vient l’hypothèse.",),
        worked=(
            f"Réponse d. Gain net : {euros(found[LEAST_SURE])} pour les moins sûrs, "
            f"{euros(found[CHANCE])} au hasard, {euros(found['RFM'])} pour RFM."
        ),
        section="Qui achètera, ou qui achètera grâce à nous ?",
    )


def _effects(known: Spring) -> pd.DataFrame:
    later = known.later
    basket = later["chiffre_affaires_futur"].sum() / later["commandes_futures"].sum()
    found = letters_effect(
        later,
        LISTS | {LEAST_SURE: "moins_surs"},
        LETTERS,
        effect=list(EFFECTS)[1],
        rate=DECIDED,
        cost=COST,
        margin=float(basket * known.rate),
    )
    return found.set_index("methode")


def _silent() -> Question:
    contacts = load_contacts()
    new, old = (len(over_solicited(contacts, on=COURSE_DATE, cap=c)) for c in (NEW_CAP, OLD_CAP))
    return Question(
        "clients_a_laisser",
        f"La maison abaisse son plafond de {OLD_CAP} à **{NEW_CAP} messages en 90 jours**. La "
        "responsable des envois craint de perdre des destinataires. Que lui répondez-vous ?",
        ChoiceCheck(
            (
                Choice(
                    f"Ils sont {new - old} de plus à attendre : on leur écrira quand leurs "
                    "messages auront plus de 90 jours.",
                    f"Oui : {several(new, 'client')} au plafond au lieu de {old}. Un plafond "
                    "retarde, il n’exclut pas ; un désabonnement, lui, est pour toujours.",
                    right=True,
                ),
                Choice(
                    f"Ils sont {new} de plus à sortir du fichier, mais c’est la loi.",
                    "Combien étaient déjà au plafond d’avant ? Et le plafond est-il une loi ?",
                ),
                Choice(
                    f"Vous avez raison : les {new} clients au plafond sont perdus, gardons donc "
                    "quatre messages.",
                    "Que se passe-t-il quand un message a plus de 90 jours ?",
                ),
                Choice(
                    "Rien ne change : presque personne ne reçoit plus de deux messages.",
                    "Combien de clients la cellule compte-t-elle avec trois messages ?",
                ),
            )
        ),
        hints=("Lisez le nombre de clients pour chacun des deux plafonds.",),
        worked=f"Réponse a. {several(new, 'client')} au lieu de {old}, soit {new - old} de plus.",
        section="Combien de fois : la pression commerciale",
    )
