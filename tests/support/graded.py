"""A small assignment and results made by hand, for the tests of what a teacher gets."""

from __future__ import annotations

import random
from typing import Any

from rfm_helpers.catalog.assignments import Sheet
from rfm_helpers.questions.model import Outcome
from rfm_helpers.teacher.results import Graded, Mark, Status, Student

SHEET = Sheet.model_validate(
    {
        "id": "essai",
        "title": "Devoir d’essai",
        "questions": [
            {
                "id": "panier",
                "title": "Le panier moyen",
                "points": 6,
                "mode": "value",
                "answer": "number",
                "statement": "Quel est le panier moyen ?",
                "unit": "€",
                "lesson": "03_calcul_rfm",
                "section": "Le panier moyen",
            },
            {
                "id": "scores",
                "title": "Les scores",
                "points": 10,
                "mode": "code",
                "answer": "table",
                "statement": "Donnez les scores.",
                "columns": ["client_id", "R"],
                "lesson": "03_calcul_rfm",
                "section": "Des mesures aux scores",
            },
            {
                "id": "conseil",
                "title": "Votre conseil",
                "points": 4,
                "mode": "free",
                "answer": "essay",
                "statement": "Que conseillez-vous ?",
                "lesson": "04_segmentation",
                "section": "Que faire lundi ?",
                "criteria": [
                    {"id": "appui", "title": "S’appuie sur les données", "points": 2.5},
                    {"id": "action", "title": "Propose une action", "points": 1.5},
                ],
            },
        ],
    }
)

WORDS = [f"idée{i}" for i in range(400)]
HOSTILE = '<script>alert(1)</script> & "=1+1"'


def mark(question: str, share: float = 1.0, message: str = "Bien lu.", shown: str = "12") -> Mark:
    """The mark of a question of `SHEET`, for a share of its points."""
    most = SHEET.question(question).points
    outcome = Outcome.SUCCESS if share == 1 else Outcome.REVIEW
    return Mark(question, outcome, message, round(most * share, 2), most, "", shown)


def graded(student: str = "e1", *, panier: float = 1.0, scores: float = 1.0, **more: Any) -> Graded:
    """A student's result, everything right unless told."""
    more.setdefault("texts", {"conseil": "Appeler les clients perdus."})
    who = more.pop("who", Student(student, "Morel", "Marc", "marc@ecole.fr", "123"))
    status = more.pop("status", Status.GRADED)
    return Graded(who, status, (mark("panier", panier), mark("scores", scores)), **more)


def missing(student: str = "e9") -> Graded:
    """A student who handed in nothing."""
    marks = tuple(
        Mark(one.id, Outcome.NOT_STARTED, "Pas de réponse.", 0.0, one.points)
        for one in SHEET.questions
        if one.mode != "free"
    )
    return Graded(Student(student), Status.MISSING, marks, {"conseil": ""})


def essay(seed: int, words: int = 120) -> str:
    """A text of words at random, which shares no passage with that of another seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=words))
