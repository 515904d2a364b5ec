"""Some thirty strategies, from silly to excellent, each with the mark that it should get.

A machine judges what it can compute; words are the teacher's. `lost` are the points of a statement
that are missing, by their names in `POINTS`; a number is the share that is left.
"""

from __future__ import annotations

import pytest
from support.devoir_2 import CLASS, facts, statement, variant

from rfm_helpers.analysis.strategy.targets import SHARE
from rfm_helpers.questions.model import Question
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.forms import (
    NEAR,
    POINTS,
    check_strategy,
)
from rfm_helpers.teacher.marking.marking import NOTHING

#: À risque, at the end of June 2025: 66 of 363 of them came back the year before, or so.
STUDENT = next(s for s in CLASS if variant(s).parameters["SEGMENT"] == "À risque")
BACK, AMONG = facts(STUDENT)["anyway"]["À risque"]
ANYWAY = 100 * BACK / AMONG
NOW = float(statement(STUDENT)["depart"].replace(",", "."))


def days(**changes: str) -> dict[str, str]:
    return statement(STUDENT, **changes)


def share(**changes: str) -> dict[str, str]:
    return statement(STUDENT, SHARE, **changes)


def per_cent(value: float) -> str:
    return f"{value:.1f} %".replace(".", ",")


AIM, ANYWAY_POINT = "une valeur à portée", "ce qui vient sans nous"
WORDINGS = {
    # the words are not the machine's: excellent, plain, silly or absent, they weigh the same
    "excellent": (share(probleme="Ils commandaient, et se taisent : R 1 ou 2, F moyen.",
                        moyens="Un appel de leur conseillère\nUne soirée privée"), ()),
    "en jours": (days(), ()),
    "en commandes": (statement(STUDENT, "frequence_moyenne"), ()),
    "en euros par commande": (statement(STUDENT, "panier_moyen"), ()),
    "en euros par client": (statement(STUDENT, "montant_moyen"), ()),
    "bref": (share(probleme="Ils partent.", moyens="Appel"), ()),
    "maladroit": (share(probleme="sa va pas ils viene plus"), ()),
    "à contresens": (share(probleme="Ils achètent trop, il faut les calmer",
                           moyens="Remise de 50 % par SMS"), ()),
    "une lettre": (share(probleme="x", moyens="x"), ()),
    "sans mots": (share(probleme="", moyens=""), ()),
    "en anglais": (share(probleme="They are leaving", moyens="A phone call"), ()),
    "en patois": (share(probleme="Y viennent pus, faut les r’mettre dans l’bain"), ()),
    # numbers as people write them
    "pour cent en lettres": (share(sans_nous=per_cent(ANYWAY).replace("%", "pour cent")), ()),
    "avec unité": (days(depart=f"{NOW:g} jours".replace(".", ",")), ()),
    "virgule et pour cent": (share(sans_nous=per_cent(ANYWAY)), ()),
    "date en lettres": (share(echeance="31 décembre 2026"), ()),
    "date ISO": (share(echeance="2026-12-31"), ()),
    # one number that does not hold
    "autre segment": (share(segment="Champions"), 0.0),
    "sans segment": (share(segment=""), 0.0),
    "départ inventé": (days(depart="7"), 0.0),
    "départ arrondi": (days(depart=f"{1.04 * NOW:.1f}".replace(".", ",")), NEAR),
    "sans départ": (share(depart=""), 0.0),
    "plus lent": (days(arrivee="9999"), ("un sens",)),
    "un jour": (days(arrivee="1"), (AIM,)),
    "sans visée": (share(arrivee=""), ("un sens", "quatre repères", AIM)),
    "tous": (share(arrivee="100"), (AIM,)),
    "moins que rien": (share(arrivee=per_cent(ANYWAY - 8)), ("un sens", AIM)),
    "dans le bruit": (share(arrivee=per_cent(ANYWAY + 1)), (AIM,)),
    "comme les champions": (share(arrivee="86"), (AIM,)),
    "sans dire sans nous": (share(sans_nous=""), ("un sens", ANYWAY_POINT)),
    "sans nous au hasard": (share(sans_nous="2"), (ANYWAY_POINT,)),
    "visée en lettres": (share(arrivee="trente pour cent"), ("un sens", "quatre repères", AIM)),
    "une fourchette": (share(arrivee="29-31"), ("un sens", "quatre repères", AIM)),
    "négative": (share(arrivee="-30"), ("un sens", AIM)),
    "plus que tous": (share(arrivee="142 %"), (AIM,)),
    "part à virgule": (share(arrivee="0,30"), ("un sens", AIM)),
    "départ d’un autre genre": (days(depart="42 %"), 0.0),
    "échéance en anglais": (share(echeance="June 30, 2026"), ("quatre repères", "une échéance")),
    "sans échéance": (share(echeance=""), ("quatre repères", "une échéance")),
    "échéance passée": (share(echeance="01/01/2024"), ("une échéance",)),
    "échéance lointaine": (share(echeance="31/12/2039"), ("une échéance",)),
    "échéance illisible": (share(echeance="bientôt"), ("quatre repères", "une échéance")),
    "tout à x": (dict.fromkeys(share(), "x"), 0.0),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDINGS)
def test_a_strategy_gets_its_mark(name: str) -> None:
    answer, lost = WORDINGS[name]
    result = Question("strategie", "?", check_strategy(variant(STUDENT), NOTHING)).verifier(answer)
    weights = {point: weight for point, (weight, _) in POINTS.items()}
    kept = 1 - sum(map(weights.__getitem__, lost)) / sum(weights.values()) if isinstance(
        lost, tuple
    ) else lost  # fmt: skip
    assert result.points == pytest.approx(kept, abs=0.006), result
    assert "nommé" not in result.message


def test_the_words_weigh_nothing() -> None:
    assert not {"un problème", "des moyens"} & set(POINTS)
