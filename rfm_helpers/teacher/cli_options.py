"""What the commands of ``rfm-cours`` take: their arguments and options, said in French."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rfm_helpers.catalog.assignments import sheet_names
from rfm_helpers.errors import CourseError

if TYPE_CHECKING:
    from rfm_helpers.teacher.sandbox.joining import Meeting

Assignment = Annotated[
    str, typer.Option("--devoir", metavar="NOM", help="Le devoir, par exemple devoir_1_rfm.")
]
Key = Annotated[
    Path,
    typer.Option(
        "--cle",
        metavar="FICHIER",
        help="La clé du cours, à garder secrète, qui donne à chacun sa variante.",
    ),
]
Roster = Annotated[
    Path, typer.Option("--liste", metavar="FICHIER", help="La liste des étudiants (CSV).")
]
Folders = Annotated[
    Path, typer.Option("--sortie", metavar="DOSSIER", help="Où écrire un dossier par étudiant.")
]
Deposits = Annotated[
    Path,
    typer.Argument(
        metavar="RENDUS", help="Le dossier des travaux rendus, ou le zip préparé par Moodle."
    ),
]
Results = Annotated[
    Path, typer.Option("--sortie", metavar="RESULTATS", help="Où écrire notes et retours.")
]
OptionalRoster = Annotated[
    Path | None,
    typer.Option(
        "--liste",
        metavar="FICHIER",
        help="La liste (CSV) où chaque étudiant a sa ligne, même s’il n’a rien rendu.",
    ),
]
Processes = Annotated[
    int, typer.Option("--processus", metavar="N", min=1, help="Carnets exécutés à la fois.")
]
Seconds = Annotated[
    float,
    typer.Option("--delai", metavar="S", min=1, help="Secondes laissées à chaque exécution."),
]
Memory = Annotated[
    int, typer.Option("--memoire", metavar="MO", min=200, help="Mémoire de chaque exécution.")
]
IsolationName = Annotated[
    str,
    typer.Option(
        "--isolation",
        metavar="auto|bwrap|aucune",
        help="Où s’exécute le code des étudiants ; « aucune » l’exécute avec vos droits.",
    ),
]
ClusterAddress = Annotated[
    str,
    typer.Option(
        "--grappe",
        metavar="ADRESSE",
        help="Exécuter les carnets sur la grappe dask qui est à cette adresse.",
    ),
]
WithoutTls = Annotated[
    bool,
    typer.Option("--sans-tls", metavar="", help="Accepter une grappe dont le réseau est en clair."),
]
Resume = Annotated[
    bool, typer.Option("--reprendre", metavar="", help="Continuer une correction interrompue.")
]
OneStudent = Annotated[
    str,
    typer.Option(
        "--etudiant", metavar="ID", help="Ne corriger que lui ; les autres résultats restent."
    ),
]
PracticeFolder = Annotated[
    Path,
    typer.Option("--sortie", metavar="DOSSIER", help="Où écrire la classe et ses résultats."),
]
GradedFolder = Annotated[
    Path,
    typer.Argument(metavar="RESULTATS", help="Le dossier que « corriger » a rempli."),
]

Copies = Annotated[
    list[Path],
    typer.Argument(metavar="COPIES", help="Les copies de a_noter.xlsx que chacun a remplies."),
]

Answers = Annotated[
    Path,
    typer.Argument(
        metavar="DOSSIER",
        help="Les réponses des étudiants : un dossier chacun, ou le zip préparé par Moodle.",
    ),
]
Lesson = Annotated[str, typer.Option("--lecon", metavar="N", help="La leçon, par exemple 3.")]
BetsPage = Annotated[
    Path | None,
    typer.Option("--sortie", metavar="PAGE", help="La page à écrire, si vous la nommez."),
]
Projects = Annotated[
    list[str], typer.Argument(metavar="PROJETS", help="Le nom de chaque projet final.")
]
Markers = Annotated[
    list[str],
    typer.Option("--correcteur", metavar="NOM", help="Un correcteur ; répétez pour chacun."),
]
JuryFolder = Annotated[
    Path, typer.Option("--sortie", metavar="DOSSIER", help="Où écrire le classeur et la grille.")
]
Handed = Annotated[
    Path | None,
    typer.Option(
        "--rendus",
        metavar="RENDUS",
        help="Les fichiers des projets : ce qu’un calcul peut y vérifier est montré à part.",
    ),
]
JuryBook = Annotated[
    Path, typer.Argument(metavar="CLASSEUR", help="Le classeur que le jury a rempli.")
]


# --- read ----------------------------------------------------------------------------------------


def known_assignment(name: str) -> str:
    """The name of an assignment.

    Raises:
        CourseError: there is no such assignment.
    """
    if name not in sheet_names():
        raise CourseError(
            f"Le devoir « {name} » n’existe pas : choisissez {' ou '.join(sheet_names())}."
        )
    return name


def chosen_isolation(name: str) -> Literal["bwrap", "aucune"]:
    """What isolates jobs.

    Raises:
        CourseError: there is no isolation of that name.
    """
    if name not in ("auto", "bwrap", "aucune"):
        raise CourseError(
            f"L’isolation « {name} » n’existe pas : choisissez « auto », « bwrap » ou « aucune »."
        )
    return "aucune" if name == "aucune" else "bwrap"


def cluster_met(address: str, *, is_isolated: bool, allows_plain: bool) -> Meeting | None:
    """Where the cluster is met, if one was asked for.

    Raises:
        CourseError: jobs would not be isolated there, or others could read its lines.
    """
    from rfm_helpers.teacher.sandbox.joining import Meeting

    if not address:
        return None
    if not is_isolated:
        raise CourseError(
            "Sur une grappe, le code des étudiants est toujours isolé : retirez « --isolation "
            "aucune », ou « --grappe »."
        )
    return Meeting(address, allows_plain)
