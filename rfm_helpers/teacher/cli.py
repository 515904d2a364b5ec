"""``rfm-cours``: hand out assignments, grade a class, finish with the marks given by hand; bets."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.teacher.cli_french import Command, Group, progress_bar, refusal, say
from rfm_helpers.teacher.cli_options import (
    Answers,
    Assignment,
    BetsPage,
    ClusterAddress,
    Copies,
    Deposits,
    Folders,
    GradedFolder,
    Handed,
    IsolationName,
    JuryBook,
    JuryFolder,
    Key,
    Lesson,
    Markers,
    Memory,
    OneStudent,
    OptionalRoster,
    PracticeFolder,
    Processes,
    Projects,
    Results,
    Resume,
    Roster,
    Seconds,
    WithoutTls,
    chosen_isolation,
    cluster_met,
    known_assignment,
)

if TYPE_CHECKING:
    from rfm_helpers.teacher.results import Graded

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
KEPT = (
    "Un classeur que vous aviez enregistré a été réécrit avec vos saisies ; tel qu’il était, avec "
    "ce que vous y auriez ajouté, il est gardé sous « {name} »."
)
#: For each run of the example: enough for honest work, on a slow computer too.
PRACTICE_SECONDS = 10
#: What Typer gives back after Ctrl+C.
INTERRUPTED = 130

app = typer.Typer(
    cls=Group,
    add_completion=False,
    no_args_is_help=True,
    subcommand_metavar="COMMANDE …",
    options_metavar="[OPTIONS]",
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--aide", "--help"]},
    help="Distribuer les devoirs du cours RFM, les corriger, rendre les notes ; réunir les paris.",
)


# --- the commands ---------------------------------------------------------------------------------


@app.command(cls=Command)
def distribuer(liste: Roster, devoir: Assignment, sortie: Folders, cle: Key = KEY_FILE) -> None:
    """Écrire un dossier par étudiant : le carnet et les données de sa variante."""
    from rfm_helpers.teacher.classroom.distribute import hand_out
    from rfm_helpers.teacher.classroom.roster import read_roster

    roster = read_roster(liste)
    is_new = not cle.exists()
    written = hand_out(known_assignment(devoir), roster, cle, sortie)
    if is_new:
        say(
            f"Clé du cours écrite dans « {cle} » ({cle.absolute().parent}) : gardez-la, elle "
            "servira à corriger."
        )
    left = len(roster) - len(written)
    rest = f" ({several(left, 'dossier')} déjà là, sans changement)" if left else ""
    say(f"{several(len(written), 'dossier')} dans « {sortie} »{rest}.")


@app.command(cls=Command)
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
    from rfm_helpers.teacher.apart import get_ready

    get_ready()
    from rfm_helpers.teacher.classroom.attribution import attribute, roster_of
    from rfm_helpers.teacher.classroom.distribute import read_key
    from rfm_helpers.teacher.classroom.handed_out import check_unchanged
    from rfm_helpers.teacher.classroom.identities import FILE, read_identities, write_identities
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.classroom.restore import course_changed
    from rfm_helpers.teacher.classroom.roster import read_roster
    from rfm_helpers.teacher.marking.batch import Settings, grade
    from rfm_helpers.teacher.reports.publishing import earlier_results, only, publish, with_earlier
    from rfm_helpers.teacher.sandbox.pool import Limits

    chosen = chosen_isolation(isolation)
    meeting = cluster_met(grappe, is_isolated=chosen != "aucune", allows_plain=sans_tls)
    name, key = known_assignment(devoir), read_key(cle)
    say(f"Clé du cours : « {cle.absolute()} ».")
    if chosen == "aucune":
        say(f"⚠ {UNSAFE}")
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
        say(f"⚠ {OTHER_KEY.format(key=cle.absolute())}")
    submissions = attributed.submissions
    if etudiant:
        submissions = tuple(one.unless(etudiant) for one in submissions)
    limits = Limits(seconds=delai, memory_mb=memoire)
    settings = Settings(name, key, limits, processus, isolation=chosen, meeting=meeting)
    with progress_bar() as progress:
        task = progress.add_task("Correction", total=len(roster))
        results = grade(
            submissions,
            settings,
            sortie,
            resume=reprendre,
            earlier={graded.student.id: graded for graded in earlier},
            done=lambda graded: progress.advance(task),
        )
    with _copies_told(sortie):
        _summary(publish(sortie, name, results), sortie)
    if attributed.unsettled:
        write_identities(identities, attributed.unsettled)
        say(f"⚠ {TO_SETTLE.format(file=identities)}")
    if told := course_changed(one.notices for one in results if one.seconds):
        say(f"⚠ {told}")
    for stray in attributed.strays:
        say(f"⚠ {stray}")


@app.command(cls=Command)
def essayer(
    sortie: PracticeFolder = Path("exemple_de_correction"),
    processus: Processes = 2,
    isolation: IsolationName = "auto",
) -> None:
    """Corriger la classe d’exemple, inventée : voir ce que l’on obtient, avant de vrais rendus."""
    from rfm_helpers.teacher.practice import write_practice

    chosen_isolation(isolation)
    made = write_practice(sortie)
    say(f"La classe d’exemple est dans « {sortie} ». Elle est corrigée par la commande :")
    say(
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
    say(f"Ce que chacun a fait, et ce que vous devez voir : « {sortie / 'LISEZ-MOI.txt'} ».")


@app.command(cls=Command)
def finaliser(resultats: GradedFolder) -> None:
    """Relire a_noter.xlsx et réécrire notes et retours avec vos points et commentaires."""
    from rfm_helpers.teacher.reports.publishing import finalise

    with _copies_told(resultats):
        _summary(finalise(resultats), resultats)


@app.command(cls=Command)
def anonymiser(resultats: GradedFolder) -> None:
    """Écrire les textes à noter sous des codes, pour des correcteurs qui ignorent les noms."""
    from rfm_helpers.teacher.reports.markers import CODES
    from rfm_helpers.teacher.reports.publishing import nameless

    path = nameless(resultats)
    say(f"« {path} » est prêt : donnez-en une copie à chaque correcteur, et gardez « {CODES} ».")


@app.command(cls=Command)
def reunir(resultats: GradedFolder, copies: Copies) -> None:
    """Réunir dans a_noter.xlsx les points de plusieurs correcteurs, et dire leurs écarts."""
    from rfm_helpers.teacher.reports.publishing import gathered

    with _copies_told(resultats):
        count = len(gathered(resultats, copies))
    if count:
        say(
            f"{several(count, 'écart')} : la colonne « Retenu » de « {resultats / 'ecarts.xlsx'} » "
            f"dit ce qui compte ; tranchez dans « {resultats / 'a_noter.xlsx'} »."
        )
    say(f"Les points sont réunis : exécutez rfm-cours finaliser {resultats}")


@app.command(cls=Command)
def paris(dossier: Answers, lecon: Lesson, sortie: BetsPage = None) -> None:
    """Réunir sur une page les paris de la salle, à côté de ce que disent les données."""
    from rfm_helpers.teacher.reports.bets import lesson_named, write_class_bets

    lesson = lesson_named(lecon)
    target = sortie or Path(f"paris_{int(lesson.partition('_')[0])}.html")
    count = write_class_bets(dossier, lesson, target)
    say(f"{several(count, 'parieur')} : ouvrez « {target} » dans un navigateur.")


@app.command(cls=Command)
def jury(
    projets: Projects, correcteur: Markers, sortie: JuryFolder = Path(), rendus: Handed = None
) -> None:
    """Écrire le classeur où un jury note les projets finaux, et la grille de l’oral à imprimer."""
    from rfm_helpers.documents.text import made
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.reports.jury import write_jury_book, write_talk_grid
    from rfm_helpers.teacher.reports.projects import checks_by_project, handed_projects, unclaimed

    handed = handed_projects(read_deposits(rendus)) if rendus else []
    named = dict.fromkeys(projets if rendus else (), ())
    checks = checks_by_project(named, handed, dt.date.today())
    book = write_jury_book(made(sortie) / "jury.xlsx", projets, correcteur, checks)
    page = write_talk_grid(sortie / "grille_oral.html")
    say(f"« {book} » est prêt pour {several(len(correcteur), 'correcteur')}.")
    say(f"La grille de l’oral s’imprime depuis « {page} ».")
    for sentence in unclaimed(named, handed):
        say(f"⚠ {sentence}")


@app.command(cls=Command)
def bilan(classeur: JuryBook) -> None:
    """Dire la moyenne de chaque projet final, l’écart entre correcteurs, et ce qui manque."""
    from rfm_helpers.teacher.reports.jury import jury_sentences, read_jury_book

    for sentence in jury_sentences(read_jury_book(classeur)):
        say(sentence)


@app.command(cls=Command)
def projets(classeur: JuryBook, liste: Roster, sortie: Results, rendus: Handed = None) -> None:
    """Écrire les notes et les retours des projets finaux, depuis le classeur du jury."""
    from rfm_helpers.teacher.classroom.intake import read_deposits
    from rfm_helpers.teacher.classroom.roster import read_roster
    from rfm_helpers.teacher.reports.jury import read_jury_book
    from rfm_helpers.teacher.reports.projects import (
        checks_by_project,
        handed_projects,
        project_sentences,
        publish_projects,
        unclaimed,
    )

    marks, roster = read_jury_book(classeur), read_roster(liste)
    authors = {
        name: [student for student in roster if student.id in one.students]
        for name, one in marks.items()
        if rendus
    }
    handed = handed_projects(read_deposits(rendus)) if rendus else []
    checks = checks_by_project(authors, handed, dt.date.today())
    with _copies_told(sortie):
        results = publish_projects(sortie, marks, roster, checks)
    for sentence in (*project_sentences(results, marks), *unclaimed(authors, handed)):
        say(f"⚠ {sentence}")
    say(f"Notes et retours sont dans « {sortie} ».")


# --- what they say --------------------------------------------------------------------------------


def _summary(results: tuple[Graded, ...], folder: Path) -> None:
    counts = Counter(graded.status for graded in results)
    for status, count in sorted(counts.items()):
        say(f"  {status} : {count}")
    waiting = sum(graded.to_mark for graded in results)
    if waiting:
        say(
            f"{several(waiting, 'texte')} à noter dans « {folder / 'a_noter.xlsx'} », puis "
            f"exécutez : rfm-cours finaliser {folder}"
        )
    say(f"Notes, retours et rapport sont dans « {folder} ».")
    for student in _without_number(results):
        say(
            f"⚠ Moodle ne saura pas à qui donner la note de « {student} » : ajoutez son numéro "
            "à la liste, dans une colonne « participant »."
        )


@contextmanager
def _copies_told(folder: Path) -> Iterator[None]:
    """Say which workbooks were kept beside those that were written again."""
    from rfm_helpers.teacher.reports.publishing import copies_in

    before = copies_in(folder)
    yield
    for path in sorted(copies_in(folder) - before):
        say(KEPT.format(name=path.name))


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
        print(f"⚠ {refusal(error)}", file=sys.stderr)
        raise SystemExit(2) from error
    if code == INTERRUPTED:
        print(french("⚠ Interrompu : relancez avec --reprendre pour continuer."), file=sys.stderr)
    raise SystemExit(code or 0)


if __name__ == "__main__":
    main()
