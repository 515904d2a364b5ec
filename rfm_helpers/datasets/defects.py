"""The kinds of defects that cleaning looks for, in the order in which it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from rfm_helpers.datasets.dates import EXCEL_NUMBER
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import several

SPELLED = "identifiants qui ne diffèrent que par l’écriture"


@dataclass(frozen=True)
class Rule:
    """One kind of defect.

    `column` names the boolean column of the working lines that marks it, `shown` the role
    (client, order, date, amount) whose cell illustrates it, `treatment` what is done, in French,
    or a function that says it of the lines marked and of all lines. `compared` names the column by
    which writings of the same thing are put side by side in the examples.
    """

    name: str
    column: str
    shown: str
    treatment: str | Callable[[pd.DataFrame, pd.DataFrame], str]
    compared: str = ""


def date_written(way: str) -> Rule:
    """The rule for dates written in another way than most of the file.

    >>> date_written("au format aaaa-mm-jj").name
    'date au format aaaa-mm-jj'
    """
    treatment = "Lue comme une date."
    if way == EXCEL_NUMBER:
        treatment = "Comptée en jours depuis le 30 décembre 1899."
    elif way.startswith("au format mm"):
        treatment = "Lue mois d'abord."
    elif way.startswith("au format aa") and not way.startswith("au format aaaa"):
        treatment = "Lue année d'abord : les dates du fichier n'ont pas d'autre sens plausible."
    return Rule(f"date {way}", "written_so", "date", treatment)


def _day_or_month(marked: pd.DataFrame, lines: pd.DataFrame) -> str:
    day_only, month_only = int(lines["day_only"].sum()), int(lines["month_only"].sum())
    first = "mois" if marked["month_first"].all() else "jour"
    if marked["month_first"].nunique() > 1:
        return "Lue jour ou mois d'abord, selon le signe entre les nombres : vérifiez ces lignes."
    proofs, against = (day_only, month_only) if first == "jour" else (month_only, day_only)
    if proofs == 0:
        return "Lue jour d'abord, selon l'usage français : rien dans le fichier ne le prouve."
    others = several(proofs, "autre date", "autres dates")
    if against == 0:
        return f"Lue {first} d'abord : c'est le seul sens possible pour {others} du fichier."
    return (
        f"Lue {first} d'abord, seul sens possible pour {others} ; mais c'est le sens contraire "
        f"pour {number(against)} : vérifiez ces lignes."
    )


def _orders(consequence: str) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    def treatment(marked: pd.DataFrame, _: pd.DataFrame) -> str:
        count = len(marked[["customer", "order"]].drop_duplicates())
        return f"{several(count, 'commande')} : {consequence}"

    return treatment


def _customers(consequence: str) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    def treatment(marked: pd.DataFrame, _: pd.DataFrame) -> str:
        return f"{several(marked['customer'].nunique(), 'client')} : {consequence}"

    return treatment


def _without_number(marked: pd.DataFrame, lines: pd.DataFrame) -> str:
    told, code = "Mise de côté : on ne sait pas à quelle commande la rattacher", "order=None"
    if len(marked) == len(lines):
        return f"{told} ; le fichier n'en a aucun, écrivez {code}."
    return f"{told}."


SET_ASIDE = (
    Rule("titres répétés", "heading", "customer", "Mise de côté : ce n'est pas un achat."),
    Rule(
        "ligne de total",
        "total",
        "amount",
        "Mise de côté : elle additionne d'autres lignes.",
    ),
    Rule(
        "erreur d’Excel",
        "error",
        "amount",
        "Mise de côté : un calcul du classeur n'a pas donné de valeur ; corrigez-le dans Excel.",
    ),
    Rule(
        "client manquant",
        "no_customer",
        "customer",
        "Mise de côté : on ne sait pas à qui attribuer l'achat.",
    ),
    Rule(
        "numéro de commande manquant",
        "no_order",
        "order",
        _without_number,
    ),
    Rule("client de test", "test", "customer", "Mise de côté : ce n'est pas un vrai client."),
    Rule(
        "statut non retenu",
        "other_status",
        "status",
        "Mise de côté : ce statut n'est pas retenu.",
    ),
    Rule("valeur écartée", "left_out", "without", "Mise de côté : cette valeur est écartée."),
    Rule("date manquante", "no_date", "date", "Mise de côté : sans date, pas de récence."),
    Rule(
        "date illisible",
        "unreadable_date",
        "date",
        "Mise de côté : ce texte n'est pas une date connue.",
    ),
    Rule(
        "date impossible",
        "impossible_date",
        "date",
        "Mise de côté : ce jour n'existe pas dans le calendrier.",
    ),
    Rule(
        "date après la date de référence",
        "future",
        "date",
        "Mise de côté : l'achat est daté après la date de référence.",
    ),
    Rule(
        "montant manquant",
        "blank",
        "amount",
        "Mise de côté : sans montant, la ligne ne prouve pas un achat.",
    ),
    Rule(
        "montant illisible",
        "unreadable_amount",
        "amount",
        "Mise de côté : ce texte n'est pas un montant connu.",
    ),
    Rule(
        "quantité manquante ou illisible",
        "no_quantity",
        "quantity",
        "Mise de côté : sans quantité, le montant n'est pas connu.",
    ),
    Rule(
        "ligne en double",
        "copy",
        "order",
        "Mise de côté : une autre ligne dit la même chose dans toutes les colonnes ; la première "
        "est gardée.",
    ),
    Rule(
        "total de commande répété",
        "total_again",
        "amount",
        "Mise de côté : le montant est celui de la commande, que sa première ligne porte déjà.",
    ),
)
ON_LINES_READ = (
    Rule(
        "ligne de suite complétée",
        "filled",
        "amount",
        "Ses cases vides reprennent la ligne au-dessus.",
    ),
    Rule(
        "pas de numéro de commande",
        "by_day",
        "customer",
        "Une commande par client et par jour : deux achats du même jour n'en font qu'une.",
    ),
    Rule(
        "prix unitaire",
        "multiplied",
        "amount",
        "Multiplié par la quantité pour donner le montant.",
    ),
    Rule("date ambiguë (jour ou mois)", "ambiguous", "date", _day_or_month),
    Rule("date avec fuseau horaire", "zoned", "date", "Convertie à l'heure locale."),
    Rule(
        "jour changé par le fuseau",
        "shifted",
        "date",
        "Jour local retenu : il diffère du jour écrit.",
    ),
    Rule("virgule décimale", "comma", "amount", "Lue comme la marque des centimes."),
    Rule("espace entre les milliers", "spaced_out", "amount", "Retiré."),
    Rule("point ou virgule entre les milliers", "grouped", "amount", "Retiré."),
    Rule(
        "montant ambigu (milliers ou décimales)",
        "unsure",
        "amount",
        lambda marked, _: (
            "Lu comme des milliers, faute d'indice contraire dans le fichier : vérifiez ces lignes."
            if marked["grouped"].all()
            else "Lu comme des décimales, comme les autres montants du fichier : vérifiez ces "
            "lignes."
        ),
    ),
    Rule("symbole de l’euro", "euro_sign", "amount", "Retiré."),
    Rule(
        "montant plus fin que le centime",
        "finer",
        "amount",
        "Arrondi au centime ; un demi-centime s'éloigne de zéro.",
    ),
    Rule("mention HT ou TTC", "tax", "amount", "Retirée : vérifiez que tout est HT, ou TTC."),
    Rule(
        "montant en puissance de dix",
        "power",
        "amount",
        "Lu comme un nombre ; le tableur n'en a peut-être gardé que les premiers chiffres.",
    ),
    Rule("espaces autour d’un identifiant", "spaced", "customer", "Retirés."),
    Rule(
        "identifiant en puissance de dix",
        "shortened",
        "customer",
        "Gardé : le tableur a perdu des chiffres, et plusieurs clients n'en font peut-être "
        "qu'un ; exportez cette colonne au format texte.",
    ),
    Rule(
        SPELLED,
        "spelled",
        "name",
        "Comptés comme des clients différents ; s'ils n'en font qu'un, ajoutez "
        'spellings="merged".',
        compared="spelling",
    ),
    Rule(
        "identifiants réunis",
        "merged",
        "name",
        "Ils ne diffèrent que par l'écriture : comptés comme un seul client, à votre demande.",
        compared="spelling",
    ),
)
ON_LINES_KEPT = (
    Rule(
        "autre devise que l’euro",
        "foreign",
        "amount",
        "Gardée sans conversion : vérifiez que le fichier n'a qu'une devise.",
    ),
    Rule(
        "retour (montant négatif)",
        "returned",
        "amount",
        "Gardé : il diminue le montant et ne compte pas comme un achat.",
    ),
    Rule("montant nul", "free", "amount", "Gardé : il ne change pas le montant."),
    Rule(
        "commande entièrement rendue",
        "sent_back",
        "order",
        _orders("les retours annulent les achats ; gardé, sans compter pour R ni pour F."),
    ),
    Rule(
        "commande à zéro",
        "worth_nothing",
        "order",
        _orders("le total est nul ; gardé, sans compter pour R ni pour F."),
    ),
    Rule(
        "client sans commande restante",
        "without_order",
        "customer",
        _customers("tout est rendu ou à zéro ; pas de place dans la table RFM."),
    ),
    Rule(
        "achat répété le même jour",
        "repeated",
        "order",
        "Gardé : tout est pareil, sauf le numéro de commande ; c'est un vrai second achat.",
    ),
)
