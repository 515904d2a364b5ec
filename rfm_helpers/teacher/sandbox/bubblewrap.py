"""The sandbox's command line: what a job sees of the machine, and as whom it runs.

Here stands all that differs between bubblewrap and no isolation, root and an ordinary user.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import rfm_helpers
from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.errors import CourseError

SECRET_DATA = ("export_brut_verite.csv", "export_brut_defauts.csv")
TEACHER_ONLY = ("teacher",)
SYSTEM_FOLDERS = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
KEPT_VARIABLES = ("OPENBLAS_CORETYPE", "SYSTEMROOT")
HOME = "/home/etudiant"
COURSE = Path("/cours")
USER = "1000"
MIB = 2**20
#: What hangs meets this, and no machine that is only busy.
PROBE_SECONDS = 600
NESTING_REFUSED = 1

WAYS_OUT = (
    "corrigez sur une machine Linux, dans WSL2 sous Windows ou dans un conteneur qui permet les "
    "espaces de noms, ou choisissez vous-même « --isolation aucune » si vous faites confiance aux "
    "auteurs des travaux"
)


@dataclass(frozen=True)
class Command:
    """A program to start: its arguments and its whole environment."""

    arguments: list[str]
    environment: dict[str, str]


# --- what jobs are given ------------------------------------------------------------------------


def lay_course(folder: Path) -> None:
    """Copy into ``folder`` what a learner has of the package and of the data, for all to read."""
    package = Path(str(rfm_helpers.__file__)).parent
    shutil.copytree(package, folder / "modules" / "rfm_helpers", ignore=_not_learners)
    inside = package / "teacher" / "sandbox" / "inmate"
    shutil.copytree(inside, folder / "inmate" / "rfm_inmate", ignore=_not_learners)
    secrets = shutil.ignore_patterns(*SECRET_DATA)
    shutil.copytree(data_folder() / "orsenne", folder / "data" / "orsenne", ignore=secrets)
    (folder / "python").mkdir()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _not_learners(folder: str, names: list[str]) -> set[str]:
    """The teacher's part of a folder, and what Python compiled of modules that are gone."""
    sources = {path.stem for path in Path(folder).parent.glob("*.py")}
    compiled = {name for name in names if name.endswith(".pyc")}
    return {*TEACHER_ONLY, *(name for name in compiled if name.split(".")[0] not in sources)}


def _environment(course: Path, home: str, path: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "HOME": home,
        "USER": "etudiant",
        "PATH": path,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(map(str, (course / "modules", course / "inmate"))),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "RFM_DONNEES": str(course / "data"),
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
    }


def _inmate(python: str, kind: str, limits: Mapping[str, float]) -> list[str]:
    return [python, "-P", "-m", "rfm_inmate.serve", kind, json.dumps(limits)]


def command_for(kind: str, course: Path, home: Path, limits: Mapping[str, float]) -> Command:
    """Start an inmate of that ``kind`` (see `inmate.serve.main`), never as root.

    ``course`` was laid by `lay_course`; ``home`` is an empty folder, for one that is not isolated.
    """
    if kind == "plain":
        return _as_ordinary_user(_plain_command(course, home, limits), course)
    return _as_ordinary_user(_sandbox_command(kind, course, limits), course)


# --- with bubblewrap ----------------------------------------------------------------------------


def _sandbox_command(kind: str, course: Path, limits: Mapping[str, float]) -> Command:
    """Start an inmate of that kind in bubblewrap."""
    python, folders = _interpreter(course)
    environment = _environment(COURSE, HOME, f"{Path(python).parent}:/usr/bin:/bin")
    size = str(int(limits["disk_mb"] * MIB))
    arguments = [
        str(shutil.which("bwrap")),
        *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--as-pid-1"),
        *("--uid", USER, "--gid", USER, "--hostname", "cours", "--clearenv"),
        *(part for item in environment.items() for part in ("--setenv", *item)),
        *_system_folders(),
        *("--proc", "/proc", "--dev", "/dev"),
        *(part for at in ("/dev/shm", "/tmp", HOME) for part in ("--size", size, "--tmpfs", at)),
        *(part for at, source in folders.items() for part in ("--ro-bind", source, at)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME),
        *(("--disable-userns",) if kind == "single" else ()),
        *("--", *_inmate(python, kind, limits)),
    ]
    return Command(arguments, {})


def _system_folders() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for folder in map(Path, SYSTEM_FOLDERS):
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))
    for path in SYSTEM_FILES:
        yield from ("--ro-bind-try", path, path)


def _interpreter(course: Path) -> tuple[str, dict[str, str]]:
    """The interpreter as the sandbox names it, and where the sandbox shows which folder.

    A virtual environment is shown under another name, for its own may stand below ``/tmp``.
    """
    executable = Path(sys.executable).absolute()  # not resolved: it may be a link
    prefix, base = Path(sys.prefix), Path(sys.base_prefix)
    shown = COURSE / "python" if prefix != base else prefix
    folders = {str(COURSE): str(course), str(shown): str(prefix)}
    folders |= {str(folder): str(folder) for folder in (base, executable.resolve().parents[1])}
    package = Path(rfm_helpers.__file__).parent
    if package.is_relative_to(prefix):
        folders[str(shown / package.relative_to(prefix))] = str(course / "modules" / "rfm_helpers")
    outside = {at: source for at, source in folders.items() if not Path(at).is_relative_to("/usr")}
    return str(shown / executable.relative_to(prefix)), outside


def can_nest(course: Path, limits: Mapping[str, float]) -> bool:
    """Whether bubblewrap lets each job have namespaces of its own; fails where it does not work.

    Raises:
        CourseError: if jobs cannot be isolated on this machine.
    """
    if sys.platform != "linux":
        raise CourseError(f"Cet ordinateur ne sait pas isoler les travaux : {WAYS_OUT}.")
    if shutil.which("bwrap") is None:
        raise CourseError(
            "Le programme bubblewrap, qui isole les travaux, est introuvable : installez-le (sous "
            f"Debian et Ubuntu, « sudo apt install bubblewrap »), ou {WAYS_OUT}."
        )
    command = _as_ordinary_user(_sandbox_command("probe", course, limits), course)
    try:
        done = subprocess.run(
            command.arguments,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise CourseError(
            f"L’isolation des travaux ne répond pas en {PROBE_SECONDS} secondes : {WAYS_OUT}."
        ) from None
    if done.returncode not in (0, NESTING_REFUSED):
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CourseError(
            f"Ce système refuse d’isoler les travaux ({' '.join(reason) or 'sans dire pourquoi'}) :"
            f" {WAYS_OUT}."
        )
    return done.returncode == 0


# --- without it ---------------------------------------------------------------------------------


def _plain_command(course: Path, home: Path, limits: Mapping[str, float]) -> Command:
    """Start an inmate that nothing isolates, for one job, below the folder ``home``."""
    environment = _environment(course, str(home), os.environ.get("PATH", ""))
    if user := _ordinary_user():
        os.chown(home, *user)
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(home))
    return Command(_inmate(sys.executable, "plain", limits), environment)


# --- started by root ----------------------------------------------------------------------------


def _ordinary_user() -> tuple[int, int] | None:
    """The user and the group that jobs run as when this process is root's; else None."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _as_ordinary_user(command: Command, course: Path) -> Command:
    """The same command, which drops root's rights first if this process has them."""
    user = _ordinary_user()
    if user is None:
        return command
    if sys.platform != "linux":
        raise CourseError(
            "Les travaux ne s’exécutent jamais en tant que super-utilisateur : changez de compte."
        )
    real = Path(sys.executable).resolve().parents[1]
    shown = sorted({sys.prefix, sys.base_prefix, str(real), str(course)})
    launch = [sys.executable, "-P", "-m", "rfm_inmate.launch", *map(str, user), json.dumps(shown)]
    environment = {"PYTHONPATH": str(course / "inmate"), **command.environment}
    return Command([*launch, json.dumps(command.arguments)], environment)
