"""A finished final project, as its file holds it, and ways of spoiling it."""

from __future__ import annotations

from typing import Any

from rfm_helpers.analysis.project.model import Project
from rfm_helpers.catalog import load_grid
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.questions.project import read_project

WHY = (
    "Nous avons comparé deux réglages, et retenu celui qui change le moins quand la date avance "
    "d’un mois : trois clients sur cent changent alors de segment."
)
SHARES = (0.30, 0.22, 0.13, 0.09, 0.07, 0.06, 0.05, 0.03, 0.02, 0.02, 0.01)
#: Quotes of two kinds, an emoji and a word written from right to left.
ODD = '"été" « l’Œil » 🎉 שלום'
LONG = " ".join(["Une phrase longue, qui occupe la place, et que personne ne lirait."] * 32)[:2000]


def segments(count: int) -> list[dict[str, Any]]:
    """The rows of so many segments of the grid of eleven."""
    names = load_grid("onze").names[:count]
    return [
        {
            "segment": name, "clients": 300 - 20 * rank, "part_clients": 1 / count,
            "chiffre_affaires": 800_000.0 * share, "part_ca": share,
        }
        for rank, (name, share) in enumerate(zip(names, SHARES, strict=False))
    ]  # fmt: skip


def line(label: str, cost: str, **changes: Any) -> dict[str, Any]:
    """A cost line as it is typed."""
    return {
        "libelle": label, "quantite": "2", "unite": "soir", "cout_unitaire": cost, "taxe": "HT",
        "taux_tva": 0.2, "annees": "1", "source": "Devis du 3 mars, page 2",
        "date_source": "2025-11-03", "fiabilite": "élevée",
    } | changes  # fmt: skip


def strategy(place: int, segment: str, title: str) -> dict[str, Any]:
    """A strategy as it is typed."""
    texts = {
        "segment": segment, "titre": title, "probleme": "Ils espacent leurs achats.",
        "indicateur": "part_actifs_12_mois", "depart": "34 %", "sans_nous": "30 %",
        "arrivee": "45 %", "echeance": "2026-12-31", "moyens": "Une soirée\nUn appel",
        "pourquoi": WHY, "R": f"Les faire revenir : {title}", "F": f"Un rendez-vous : {title}",
    }  # fmt: skip
    return {f"strategies/{place}/{name}": text for name, text in texts.items()}


def action(place: int, segment: str, title: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """An action as it is typed."""
    kept: dict[str, Any] = {"titre": title, "qui": ["invités", "80"], "segment": segment}
    kept |= {"score": "R", "canal": "courrier"}
    kept |= {str(rank): one for rank, one in enumerate(lines, start=1)}
    return {f"couts/mienne_{place}/{name}": value for name, value in kept.items()}


def finished(segment_count: int = 3) -> dict[str, Any]:
    """The answers of a project in which nothing is left to say."""
    return {
        "projet/titre": "Faire revenir les clients de Maison Orsenne",
        "projet/auteurs": "Ada Roy\nÉlie Saïd",
        "projet/terrain": "Maison Orsenne",
        "rfm/date": "2025-12-31", "rfm/mois": "24", "rfm/niveaux": "4",
        "rfm/methode": "quantiles", "rfm/pourquoi": WHY, "rfm/lecture": WHY,
        "rfm/segments": segments(segment_count),
        "marque/nom": "Maison Orsenne", "marque/couleur": "#7a1f3d",
        "marque/fiche": "Une maison de maroquinerie parisienne, six boutiques et un site.",
        "marque/forces": "Un atelier\nDes pièces que l’on répare",
        "marque/faiblesses": "Un accueil inégal\nPeu d’occasions de revenir",
        "marque/notes": {"Prix": "1 500 €", "Accueil": "inégal"},
        "concurrents/1/nom": "Longchamp", "concurrents/1/forces": "Le réseau",
        "concurrents/1/notes": {"Prix": "400 €", "Accueil": "rapide"},
        "concurrents/2/nom": "Lancel", "concurrents/2/forces": "Les ateliers",
        "concurrents/2/notes": {"Prix": "900 €", "Accueil": "attentif"},
        "carte/x": "Prix", "carte/y": "Services", "marque/x": "8", "marque/y": "6",
        "concurrents/1/x": "3,5", "concurrents/1/y": "4", "concurrents/2/x": "6",
        "concurrents/2/y": "6",
        **strategy(1, "Champions", "Les garder proches"),
        **strategy(2, "Fidèles", "L’expérience personnalisée"),
        **strategy(3, "Fidèles potentiels", "La deuxième visite"),
        **action(1, "Champions", "Soirée privée", line("Traiteur", "900"), line("Lieu", "600")),
        **action(2, "Fidèles", "Appel du conseiller", line("Heures de conseiller", "350")),
        **action(3, "Fidèles potentiels", "Carte de l’atelier", line("Impression", "120")),
        "retour/enveloppe": "12 000",
        "retour/plan": {
            "reached": "200", "uplift": "12", "basket": "1 200", "margin_rate": "48",
            "baseline": "30", "discount": "5",
        },
        "retour/fourchettes": {"uplift": ["5", "18"], "basket": ["1000", "1400"]},
        **{f"expose/{slide.id}/message": f"À retenir : {slide.title}"
           for slide in load_final_project().slides},
        **{f"expose/{slide.id}/notes": f"Dire ce que montre « {slide.title} »."
           for slide in load_final_project().slides},
    }  # fmt: skip


def finished_project(**changes: Any) -> Project:
    """The same as a project, with answers changed (``/`` written ``__``)."""
    named = {name.replace("__", "/"): value for name, value in changes.items()}
    return read_project(finished() | named)


def swollen() -> dict[str, Any]:
    """The answers of a project with eleven segments and 2,000 characters in each text."""
    names = load_grid("onze").names
    answers = finished(11)
    for place in range(4, 12):
        answers |= strategy(place, names[place - 1], f"Titre {place}")
    for place in range(4, 9):
        answers |= action(place, names[place - 1], f"Action {place}", line("Lieu", "1200"))
    texts = ("fiche", "forces", "pourquoi", "lecture", "message", "notes", "R", "F", "titre", "nom",
             "auteurs", "methode", "terrain")  # fmt: skip
    for question in [q for q in answers if q.rpartition("/")[2] in texts]:
        kept = answers[question]
        if isinstance(kept, str):
            answers[question] = f"{kept} {ODD} {LONG}"[:2000]
    answers["concurrents/1/notes"] = {f"{rank} {LONG[:90]}": LONG for rank in range(5)}
    answers["carte/x"] = f"{ODD} {LONG}"
    return answers | {"concurrents/2/nom": "W" * 2000}
