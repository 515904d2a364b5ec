"""``rfm-cours``: hand out assignments, grade a class, finish with the marks given by hand; bets."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

from rfm_helpers.catalog.assignments import sheet_names
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several

if TYPE_CHECKING:
    from rfm_helpers.teacher.results import Graded
    from rfm_helpers.teacher.sandbox.joining import Meeting

HELP = "Afficher cette aide."
KEY_FILE = Path("cle_du_cours.txt")
UNSAFE = (
    "Sans isolation, le code des étudiants s’exécute avec vos droits : il peut lire et effacer vos "
    "fichiers, et lire les autres rendus. Ne continuez que si vous faites confiance à ses auteurs."
)
OTHER_KEY = (
    "Aucun carnet rendu n’a été fait avec la clé « {key} » : vérifiez avec `--cle` que c’est "
    "celle de la distribution, et que la liste est celle de la classe."
)
TO_SETTLE = (
    "Des travaux sont à attribuer : écrivez l’identifiant de l’étudiant dans la colonne "
    "« etudiant » de « {file} », puis relancez la même commande."
)
#: For each run of the example: enough for honest work, on a slow computer too.
PRACTICE_SECONDS = 10
#: What Typer gives back after Ctrl+C.
INTERRUPTED = 130


class _French:
    """Help with French spaces; the help option and the types of arguments not in English."""

    help: str | None
    params: list[Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.help = french(self.help or "")
        for param in self.params:
            param.help = french(param.help or "")
            if isinstance(param, TyperArgument):
                param.display_type_rich = lambda ctx: None  # type: ignore[method-assign]

    def get_help_option(self, ctx: Any) -> Any:
        """The option, its text in French."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = HELP, ""
        return option


class _Command(_French, TyperCommand):
    """A command whose help is French."""


class _Group(_French, TyperGroup):
    """The commands, their help in French."""


rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"

app = typer.Typer(
    cls=_Group,
    add_completion=False,
    no_args_is_help=True,
    subcommand_metavar="COMMANDE …",
    options_metavar="[OPTIONS]",
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--aide", "--help"]},
    help="Distribuer les devoirs du cours RFM, les corriger, rendre les notes ; réunir les paris.",
)


# --- what the commands take -----------------------------------------------------------------------

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


def _known(name: str) -> str:
    if name not in sheet_names():
        raise CourseError(
            f"Le devoir « {name} » n’existe pas : choisissez {' ou '.join(sheet_names())}."
        )
    return name


def _isolation(name: str) -> Literal["bwrap", "aucune"]:
    if name not in ("auto", "bwrap", "aucune"):
        raise CourseError(
            f"L’isolation « {name} » n’existe pas : choisissez « auto », « bwrap » ou « aucune »."
        )
    return "aucune" if name == "aucune" else "bwrap"


def _meeting(address: str, *, is_isolated: bool, allows_plain: bool) -> Meeting | None:
    from rfm_helpers.teacher.sandbox.joining import Meeting

    if not address:
        return None
    if not is_isolated:
        raise CourseError(
            "Sur une grappe, le code des étudiants est toujours isolé : retirez « --isolation "
            "aucune », ou « --grappe »."
        )
    return Meeting(address, allows_plain)


# --- the commands ---------------------------------------------------------------------------------


@app.command(cls=_Command)
def distribuer(liste: Roster, devoir: Assignment, sortie: Folders, cle: Key = KEY_FILE) -> None:
    """Écrire un dossier par étudiant : le carnet et les données de sa variante."""
    from rfm_helpers.teacher.classroom.distribute import hand_out
    from rfm_helpers.teacher.classroom.roster import read_roster

    roster = read_roster(liste)
    is_new = not cle.exists()
    written = hand_out(_known(devoir), roster, cle, sortie)
    if is_new:
        _say(
            f"Clé du cours écrite dans « {cle} » ({cle.absolute().parent}) : gardez-la, elle "
            "servira à corriger."
        )
    left = len(roster) - len(written)
    rest = f" ({several(left, 'dossier')} déjà là, sans changement)" if left else ""
    _say(f"{several(len(written), 'dossier')} dans « {sortie} »{rest}.")


@app.command(cls=_Command)
def corriger(
    rendus: Deposits,
    devoir: Assignment,
    sortie: Results,
    liste: OptionalRoster = None,
    cle: Key = KEY_FILE,
    processus: Processes = 2,
    delai: Seconds = 120,
    memoire: Memory = 1500,
    isolation: IsolationName = "auto",
    grappe: ClusterAddress = "",
    sans_tls: WithoutTls = False,
    reprendre: Resume = False,
    etudiant: OneStudent = "",
) -> None:
    """Exécuter et noter chaque travail, puis écrire notes, retours et rapport."""
    from rfm_helpers.teacher.classroom.attribution import attribute, roster_of
    from rfm_helpers.teacher.classroom.distribute import read_key
    from rfm_helpers.teacher.classroom.handed_out import check_unchanged
    from rfm_helpers.teacher.classroom.identities import FILE, read_identities, write_identities
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.classroom.roster import read_roster
    from rfm_helpers.teacher.marking.batch import Settings, grade
    from rfm_helpers.teacher.reports.publishing import earlier_results, only, publish, with_earlier
    from rfm_helpers.teacher.sandbox.pool import Limits

    chosen = _isolation(isolation)
    meeting = _meeting(grappe, is_isolated=chosen != "aucune", allows_plain=sans_tls)
    name, key = _known(devoir), read_key(cle)
    _say(f"Clé du cours : « {cle.absolute()} ».")
    if chosen == "aucune":
        _say(f"⚠ {UNSAFE}")
    deposits = read_deposits(rendus)
    earlier = earlier_results(sortie, name)
    found = read_roster(liste) if liste else roster_of(deposits, name, key)
    roster = with_earlier(found, earlier, is_list=liste is not None)
    if etudiant:
        roster = only(etudiant, roster, earlier)
    check_unchanged(cle, name, key, [student.id for student in roster])
    identities = sortie / FILE
    attributed = attribute(deposits, roster, name, key, read_identities(identities))
    if not attributed.is_proven:
        _say(f"⚠ {OTHER_KEY.format(key=cle.absolute())}")
    submissions = attributed.submissions
    if etudiant:
        submissions = tuple(one.unless(etudiant) for one in submissions)
    limits = Limits(seconds=delai, memory_mb=memoire)
    settings = Settings(name, key, limits, processus, isolation=chosen, meeting=meeting)
    with _progress() as progress:
        task = progress.add_task("Correction", total=len(roster))
        results = grade(
            submissions,
            settings,
            sortie,
            resume=reprendre,
            earlier={graded.student.id: graded for graded in earlier},
            done=lambda graded: progress.advance(task),
        )
    _summary(publish(sortie, name, results), sortie)
    if attributed.unsettled:
        write_identities(identities, attributed.unsettled)
        _say(f"⚠ {TO_SETTLE.format(file=identities)}")
    for stray in attributed.strays:
        _say(f"⚠ {stray}")


@app.command(cls=_Command)
def essayer(
    sortie: PracticeFolder = Path("exemple_de_correction"),
    processus: Processes = 2,
    isolation: IsolationName = "auto",
) -> None:
    """Corriger la classe d’exemple, inventée : voir ce que l’on obtient, avant de vrais rendus."""
    from rfm_helpers.teacher.practice import write_practice

    _isolation(isolation)
    made = write_practice(sortie)
    _say(f"La classe d’exemple est dans « {sortie} ». Elle est corrigée par la commande :")
    _say(
        f"  rfm-cours corriger {made.deposits} --devoir {made.assignment} --liste {made.roster} "
        f"--cle {made.key} --sortie {made.results} --delai {PRACTICE_SECONDS}"
    )
    corriger(
        made.deposits,
        made.assignment,
        made.results,
        liste=made.roster,
        cle=made.key,
        processus=processus,
        delai=PRACTICE_SECONDS,
        isolation=isolation,
    )
    _say(f"Ce que chacun a fait, et ce que vous devez voir : « {sortie / 'LISEZ-MOI.txt'} ».")


@app.command(cls=_Command)
def finaliser(resultats: GradedFolder) -> None:
    """Relire a_noter.xlsx et réécrire notes et retours avec vos points et commentaires."""
    from rfm_helpers.teacher.reports.publishing import finalise

    _summary(finalise(resultats), resultats)


@app.command(cls=_Command)
def anonymiser(resultats: GradedFolder) -> None:
    """Écrire les textes à noter sous des codes, pour des correcteurs qui ignorent les noms."""
    from rfm_helpers.teacher.reports.markers import CODES
    from rfm_helpers.teacher.reports.publishing import nameless

    path = nameless(resultats)
    _say(f"« {path} » est prêt : donnez-en une copie à chaque correcteur, et gardez « {CODES} ».")


@app.command(cls=_Command)
def reunir(resultats: GradedFolder, copies: Copies) -> None:
    """Réunir dans a_noter.xlsx les points de plusieurs correcteurs, et dire leurs écarts."""
    from rfm_helpers.teacher.reports.publishing import gathered

    count = len(gathered(resultats, copies))
    if count:
        _say(
            f"{several(count, 'écart')} : la colonne « Retenu » de « {resultats / 'ecarts.xlsx'} » "
            f"dit ce qui compte ; tranchez dans « {resultats / 'a_noter.xlsx'} »."
        )
    _say(f"Les points sont réunis : exécutez rfm-cours finaliser {resultats}")


@app.command(cls=_Command)
def paris(dossier: Answers, lecon: Lesson, sortie: BetsPage = None) -> None:
    """Réunir sur une page les paris de la salle, à côté de ce que disent les données."""
    from rfm_helpers.teacher.reports.bets import lesson_named, write_class_bets

    lesson = lesson_named(lecon)
    target = sortie or Path(f"paris_{int(lesson.partition('_')[0])}.html")
    count = write_class_bets(dossier, lesson, target)
    _say(f"{several(count, 'parieur')} : ouvrez « {target} » dans un navigateur.")


@app.command(cls=_Command)
def jury(
    projets: Projects, correcteur: Markers, sortie: JuryFolder = Path(), rendus: Handed = None
) -> None:
    """Écrire le classeur où un jury note les projets finaux, et la grille de l’oral à imprimer."""
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.reports.jury import write_jury_book, write_talk_grid
    from rfm_helpers.teacher.reports.projects import checks_by_project

    deposits = read_deposits(rendus) if rendus else []
    named = dict.fromkeys(projets if rendus else (), ())
    checks = checks_by_project(named, deposits, dt.date.today())
    book = write_jury_book(sortie / "jury.xlsx", projets, correcteur, checks)
    page = write_talk_grid(sortie / "grille_oral.html")
    _say(f"« {book} » est prêt pour {several(len(correcteur), 'correcteur')}.")
    _say(f"La grille de l’oral s’imprime depuis « {page} ».")


@app.command(cls=_Command)
def bilan(classeur: JuryBook) -> None:
    """Dire la moyenne de chaque projet final, l’écart entre correcteurs, et ce qui manque."""
    from rfm_helpers.teacher.reports.jury import jury_sentences, read_jury_book

    for sentence in jury_sentences(read_jury_book(classeur)):
        _say(sentence)


@app.command(cls=_Command)
def projets(classeur: JuryBook, liste: Roster, sortie: Results, rendus: Handed = None) -> None:
    """Écrire les notes et les retours des projets finaux, depuis le classeur du jury."""
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.classroom.roster import read_roster
    from rfm_helpers.teacher.reports.jury import read_jury_book
    from rfm_helpers.teacher.reports.projects import (
        checks_by_project,
        project_sentences,
        publish_projects,
    )

    marks, roster = read_jury_book(classeur), read_roster(liste)
    authors = {
        name: [student for student in roster if student.id in one.students]
        for name, one in marks.items()
        if rendus
    }
    deposits = read_deposits(rendus) if rendus else []
    checks = checks_by_project(authors, deposits, dt.date.today())
    results = publish_projects(sortie, marks, roster, checks)
    for sentence in project_sentences(results, marks):
        _say(f"⚠ {sentence}")
    _say(f"Notes et retours sont dans « {sortie} ».")


# --- what they say --------------------------------------------------------------------------------


def _summary(results: tuple[Graded, ...], folder: Path) -> None:
    counts = Counter(graded.status for graded in results)
    for status, count in sorted(counts.items()):
        _say(f"  {status} : {count}")
    waiting = sum(graded.to_mark for graded in results)
    if waiting:
        _say(
            f"{several(waiting, 'texte')} à noter dans « {folder / 'a_noter.xlsx'} », puis "
            f"exécutez : rfm-cours finaliser {folder}"
        )
    _say(f"Notes, retours et rapport sont dans « {folder} ».")
    for student in _without_number(results):
        _say(
            f"⚠ Moodle ne saura pas à qui donner la note de « {student} » : ajoutez son numéro "
            "à la liste, dans une colonne « participant »."
        )


def _without_number(results: tuple[Graded, ...]) -> list[str]:
    """The students whose marks Moodle would skip, in a class that comes from Moodle."""
    from rfm_helpers.teacher.reports.gradebook import is_marked

    if not any(graded.student.participant for graded in results):
        return []
    return [
        graded.student.id
        for graded in results
        if is_marked(graded) and not graded.student.participant
    ]


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("reste"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(french(text), markup=False)


def _refusal(error: Exception) -> str:
    """A command line that Typer refuses, in French."""
    param = getattr(error, "param", None)
    named = getattr(error, "option_name", "")
    if param is not None:
        named = param.opts[-1] if param.opts[-1].startswith("-") else param.metavar
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "rfm-cours"
    kind = type(error).__name__
    what = {
        "MissingParameter": f"« {named or 'un argument'} » manque",
        "NoSuchOption": f"l’option « {named} » n’existe pas",
        "BadParameter": f"la valeur de « {named} » ne convient pas",
        "BadOptionUsage": f"l’option « {named} » attend une valeur",
    }.get(kind, "la commande n’est pas écrite comme il faut")
    return french(f"{what[0].upper()}{what[1:]} : voyez « {command} --aide ».")


def main() -> None:
    """Run the command line; errors are French sentences, and end with a code that is not 0."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(prog_name="rfm-cours", standalone_mode=False)
    except CourseError as error:
        print(f"⚠ {error}", file=sys.stderr)
        raise SystemExit(1) from error
    except (typer.Abort, typer.Exit):
        raise SystemExit(1) from None
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            raise SystemExit(0) from None
        print(f"⚠ {_refusal(error)}", file=sys.stderr)
        raise SystemExit(2) from error
    if code == INTERRUPTED:
        print(french("⚠ Interrompu : relancez avec --reprendre pour continuer."), file=sys.stderr)
    raise SystemExit(code or 0)


if __name__ == "__main__":
    main()
