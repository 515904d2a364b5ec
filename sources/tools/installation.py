"""Fill the course's virtual environment, ``.venv``, and say in French how far it is.

It needs nothing but Python. ``uv`` does the work, since it takes a tenth of pip's time; where it
fails, pip takes over. What stops an installation is told in one French sentence: what to do next.
The learner's zip holds this file beside ``demarrer.py``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = next(
    path for path in Path(__file__).resolve().parents if (path / "requirements.lock").exists()
)
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
UNFINISHED = VENV / "installation-en-cours"
OLDEST, NEWEST = (3, 11), (3, 15)
#: Seconds between two lines on the screen.
EVERY = 4.0
#: What each requirements file puts on the disk, and what compiling it adds, in megabytes.
MEGABYTES = {"requirements.txt": (900, 160), "requirements-dev.txt": (1300, 240)}
#: The longest path of a file in ``.venv``: Windows refuses one of 260 characters.
LONGEST = 170
#: How the folders begin that a program copies to another computer. A file that lies in one must
#: not be a hard link: OneDrive would then spoil uv's cache too.
SYNCHRONISED = ("OneDrive", "Dropbox", "Google", "iCloud", "CloudStorage", "Mobile Documents")
PACKAGE = re.compile(
    r"(?:Downloading|Downloaded|Collecting|Processing) +(?:\S*[/\\])?"
    r"([A-Za-z][\w.]*(?:-[A-Za-z][\w.]*)*)"
)
PLACING = re.compile(r"Prepared|Installing collected packages")

NETWORK = "L’installation a besoin d’Internet : vérifiez la connexion (un pare-feu peut bloquer : \
essayez par partage de connexion), puis relancez, elle reprend où elle en était."
UNKNOWN = "L’installation a échoué : relancez ; si elle échoue encore, montrez les lignes \
ci-dessus à votre enseignant."
MOVE = "Ce dossier est synchronisé ({}) : pour aller plus vite, fermez cette fenêtre, déplacez-le, \
par exemple dans « C:\\cours », puis relancez."
INTERRUPTED = "Installation interrompue : relancez, elle reprend où elle en était."
#: What an installer or the system says, and what to do then. The first that fits is told.
CAUSES = {
    r"Errno 28\b|os error 28\b|WinError 112\b|os error 112\b|No space left|not enough space": (
        "Le disque est plein : libérez 2 Go, puis relancez, l’installation reprend où elle en "
        "était."
    ),
    r"ensurepip is not": (
        "Il manque un paquet de Debian ou d’Ubuntu : installez « python3-venv », puis relancez."
    ),
    r"Errno (2|36)\b|os error 36\b|(WinError|os error) (3|206)\b|name too long": (
        "Le chemin du dossier du cours est trop long : déplacez ce dossier, par exemple dans "
        r"« C:\cours », puis relancez."
    ),
    r"Errno (1|13|30)\b|os error (1|13|30)\b|(WinError|os error) (5|32)\b|Read-only file": (
        "Ce dossier n’accepte pas de fichiers : fermez les autres fenêtres du cours, ou copiez le "
        "dossier du cours dans vos Documents, puis relancez de là."
    ),
    r"name resolution|resolve host|getaddrinfo|dns error|Connection|connect|[Tt]imed? ?out"
    r"|error sending request|Failed to fetch|certificate|CERTIFICATE|ProxyError": NETWORK,
}


def check_python() -> None:
    """End with a French sentence when this Python is not one the course is made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SystemExit(
            "Le cours demande Python 3.11 à 3.15 (vous avez la version "
            f"{sys.version_info[0]}.{sys.version_info[1]}) : installez Python 3.14 ou 3.15 "
            "(python.org), puis relancez."
        )


def remedy(output: str) -> str:
    """What to do after a failure, judged by what the programs or the system said."""
    fitting = (sentence for said, sentence in CAUSES.items() if re.search(said, output))
    return next(fitting, UNKNOWN)


def synchronised(folder: Path = ROOT) -> str:
    """The folder above the course that is copied to other computers; empty when there is none."""
    return next((part for part in folder.parts if part.startswith(SYNCHRONISED)), "")


def megabytes_used() -> int:
    """What is used of the disks that hold the course and what is downloaded for it."""
    disks = {Path(place).stat().st_dev: place for place in (ROOT, tempfile.gettempdir())}
    return sum(shutil.disk_usage(place).used for place in disks.values()) // 10**6


def doing(output: list[str]) -> str:
    """What uv or pip is at, judged by its last line that says so; empty when none does."""
    for line in reversed(output):
        if PLACING.search(line):
            return "mise en place, "
        if found := PACKAGE.search(line):
            return f"{found[1]}, "
    return ""


@dataclass
class Progress:
    """Runs the programs of an installation and prints a line every few seconds."""

    start: float = field(default_factory=time.monotonic)
    output: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Print what is under way and since when."""
        print(f"{time.monotonic() - self.start:4.0f} s  {text}", flush=True)

    def said(self) -> str:
        """What the last program printed."""
        return "".join(self.output)

    def run(self, what: str, command: list[str], megabytes: int = 0) -> bool:
        """Run a program to its end, its lines kept in ``output``.

        Args:
            what: the step, in French.
            command: the program and its arguments.
            megabytes: what it is expected to write; when given, the lines tell how far it is.

        Returns:
            Whether it succeeded.
        """
        self.say(what)
        self.output = []
        before = megabytes_used()
        with reading(command, self.output) as process:
            while True:
                try:
                    return process.wait(EVERY) == 0
                except subprocess.TimeoutExpired:
                    written = min(max(megabytes_used() - before, 0), megabytes)
                    far = f" : {doing(self.output)}{written} Mo sur environ {megabytes}"
                    self.say(what + far * bool(megabytes))


@contextmanager
def reading(command: list[str], output: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A program that runs while its lines are added to ``output``; it ends with the block."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    reader = threading.Thread(target=output.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        yield process
    finally:
        process.kill()
        reader.join(EVERY)


def state(requirements: str) -> str:
    """What a filled environment depends on: its requirements, this Python, this folder."""
    inputs = [ROOT / requirements, ROOT / "requirements.txt", LOCK, ROOT / "pyproject.toml"]
    content = b"".join(path.read_bytes() for path in inputs if path.exists())
    place = f"{ROOT} {sys.base_prefix} {sys.version_info[:2]}"
    return hashlib.sha256(content + place.encode()).hexdigest()


def can_be_completed() -> bool:
    """Whether there is an environment of this Python that no interruption left half-filled."""
    configuration = VENV / "pyvenv.cfg"
    made_for_us = "version = {}.{}.".format(*sys.version_info)
    return (
        PYTHON.exists()
        and not UNFINISHED.exists()
        and made_for_us in configuration.read_text(encoding="utf-8")
    )


def try_folder() -> None:
    """Write in ``.venv`` as deep as the installation will; raises ``OSError`` where it cannot."""
    deepest = VENV / ("x" * 80) / ("x" * (LONGEST - 81))
    deepest.parent.mkdir(parents=True, exist_ok=True)
    deepest.touch()
    deepest.unlink()
    deepest.parent.rmdir()


def fill(requirements: str, progress: Progress) -> bool:
    """Make the environment and install everything in it, by uv or else by pip.

    Returns:
        Whether it succeeded; if not, ``progress.output`` says why.
    """
    clear = [] if can_be_completed() else ["--clear"]
    if not progress.run("1/3 Python du cours", [sys.executable, "-m", "venv", *clear, str(VENV)]):
        return False
    UNFINISHED.touch()
    python = [str(PYTHON), "-m"]
    quick = ["--disable-pip-version-check", "--no-compile", "--progress-bar", "off"]
    pip = [*python, "pip", "install", *quick, "-c", str(LOCK)]
    copy = ["--link-mode", "copy"] if synchronised() else []
    uv = [*python, "uv", "pip", "install", "--python", str(PYTHON), *copy, "-c", str(LOCK)]
    size = MEGABYTES[requirements][0]
    with_uv = progress.run("2/3 uv, l’outil d’installation", [*pip, "uv"])
    if with_uv and progress.run("3/3 paquets", [*uv, "-r", requirements], size):
        return True
    if remedy(progress.said()) not in ((NETWORK, UNKNOWN) if with_uv else (UNKNOWN,)):
        return False
    return progress.run("3/3 paquets, par pip (plus lent)", [*pip, "-r", requirements], size)


def complete(requirements: str, progress: Progress) -> None:
    """Fill the environment; a failure ends the program with what to do next."""
    try_folder()
    if not fill(requirements, progress):
        sentence = remedy(progress.said())
        if sentence == UNKNOWN:
            print(progress.said()[-2000:])
        raise SystemExit(sentence)
    (VENV / f"{requirements}.installed").write_text(state(requirements), encoding="utf-8")
    UNFINISHED.unlink()
    progress.say("Le cours est installé.")


def is_done(step: str, requirements: str) -> bool:
    """Whether a step was done for these requirements, this Python and this folder."""
    stamp = VENV / f"{requirements}.{step}"
    return stamp.exists() and stamp.read_text(encoding="utf-8") == state(requirements)


def install(requirements: str) -> None:
    """Fill ``.venv`` as a requirements file and the lock say, unless that was done already."""
    if is_done("installed", requirements):
        return
    print("Installation du cours, une seule fois : 310 Mo à télécharger, 1,2 Go sur le disque.")
    if drive := synchronised():
        print(MOVE.format(drive))
    try:
        complete(requirements, Progress())
    except OSError as error:
        raise SystemExit(remedy(str(error))) from error
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def compile_all(requirements: str) -> None:
    """Compile what is installed, unless that was done already.

    A learner's lessons compile what they use; a sandbox, which writes nothing, and the tests, which
    use everything, gain by having it done beforehand.
    """
    if is_done("compiled", requirements):
        return
    # A file that no Python can compile is one that none imports.
    command = [str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(VENV)]
    Progress().run("compilation", command, MEGABYTES[requirements][1])
    (VENV / f"{requirements}.compiled").write_text(state(requirements), encoding="utf-8")
