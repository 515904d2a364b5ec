"""Install what the course needs, then open its first lesson in JupyterLab: ``python lab.py``.

It needs nothing but Python and works on Linux, macOS and Windows. A virtual environment that holds
the course already is used as it is; from any other Python, ``.venv`` is made and filled.
Everything it writes stands in the folder of the course: the environment in ``.venv``, JupyterLab's
settings in ``.jupyter``; the reader's own Jupyter settings are neither read nor touched.
The learner's zip holds this same file, under the name ``demarrer.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = next(
    path for path in Path(__file__).resolve().parents if (path / "requirements.lock").exists()
)
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 14)

OVERRIDES = {
    "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    # Every cell stays in the page: whole lessons can be run, searched and printed.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # A notebook saved and opened again shows its activities as they were, in French.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}

MODIFIERS = ("Accel", "Alt", "Ctrl", "Cmd")

# A French hint above the traceback of a learner's mistake, even before the first cell is run.
KERNEL = {"InteractiveShellApp": {"extensions": ["rfm_helpers.error_hints"]}}

# Names that the file browser does not list: the first line is Jupyter's own, the others are what
# no learner opens, in the repository and in the learner's zip. A link still leads to them.
UNLISTED = [
    *("__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~"),
    *("rfm_helpers", "sources", "tests", "dist", "build", "*.egg-info", "*.whl", "demarrer*"),
    *("requirements*.txt", "requirements.lock", "pyproject.toml", "Makefile", "LICENSE*"),
    *("CONTRIBUTING.md", "guide", "corriger.md"),
    *("export_brut_verite.csv", "export_brut_defauts.csv"),
]
SERVER = {"ContentsManager": {"hide_globs": UNLISTED}, "LabApp": {"custom_css": True}}

# A printed line is cut between two words, and a customer's number not at all.
STYLE = """\
.jp-RenderedText pre { word-break: normal !important; overflow-wrap: anywhere; }
.jp-RenderedHTMLCommon table[lang="fr"] td:first-child { min-width: 4em; }
"""


def check_python() -> None:
    """End with a French sentence when this Python is not one the course is made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SystemExit(
            "Le cours demande Python 3.11 à 3.14 (vous avez la version "
            f"{sys.version_info[0]}.{sys.version_info[1]}) : installez Python 3.13, puis relancez."
        )


def has_the_course() -> bool:
    """Whether this Python is a virtual environment that someone filled already."""
    packages = ("jupyterlab", "rfm_helpers")
    return sys.prefix != sys.base_prefix and all(map(importlib.util.find_spec, packages))


def install(requirements: str) -> None:
    """Fill ``.venv`` as a requirements file and the lock say, unless that was done already."""
    inputs = [ROOT / requirements, ROOT / "requirements.txt", LOCK, ROOT / "pyproject.toml"]
    content = b"".join(path.read_bytes() for path in inputs if path.exists())
    state = hashlib.sha256(content + str(ROOT).encode() + sys.version.encode()).hexdigest()
    stamp = VENV / f"{requirements}.installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    made_for_us = f"version = {platform.python_version()}\n"
    configuration = VENV / "pyvenv.cfg"
    keep = configuration.exists() and made_for_us in configuration.read_text(encoding="utf-8")
    venv = [sys.executable, "-m", "venv", *([] if keep else ["--clear"]), str(VENV)]
    print("Installation du cours : quelques minutes, une seule fois…", flush=True)
    python = [str(PYTHON), "-m"]
    pip = [*python, "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    try:
        subprocess.run(venv, check=True)
        subprocess.run([*pip, "-r", requirements, "-c", str(LOCK)], cwd=ROOT, check=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit(
            "L’installation a échoué : vérifiez la connexion à Internet et la place sur le disque, "
            "puis relancez (sous Debian et Ubuntu, installez d’abord le paquet python3-venv)."
        ) from error
    # pip would do it on one processor; a file that no Python can compile is one that none imports.
    subprocess.run([*python, "compileall", "-qq", "-j", "0", str(VENV)], check=False)
    stamp.write_text(state, encoding="utf-8")


def environment(folder: Path) -> dict[str, str]:
    """The variables under which JupyterLab keeps to ``folder`` and to this environment."""
    settings = folder / ".jupyter"
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
        "JUPYTER_CONFIG_PATH": str(settings / "config"),
        "JUPYTER_DATA_DIR": str(settings / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
        "IPYTHONDIR": str(settings / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONUTF8": "1",
    }


def cell_shortcuts(prefix: Path) -> list[dict[str, object]]:
    """The one-key shortcuts of a notebook, for when a cell has the focus and nothing within it.

    As JupyterLab has them, « A » typed in a list of an activity adds a cell, « X » cuts one, and
    the arrows leave the list.

    Args:
        prefix: the environment of JupyterLab; one without it changes no shortcut.
    """
    schemas = prefix / "share" / "jupyter" / "lab" / "schemas" / "@jupyterlab"
    schema = schemas / "notebook-extension" / "tracker.json"
    if not schema.exists():
        return []
    known = json.loads(schema.read_text(encoding="utf-8"))["jupyter.lab.shortcuts"]
    plain = [
        each
        for each in known
        if each["selector"].endswith(" :focus")
        and not any(key.startswith(MODIFIERS) for key in each["keys"])
    ]
    focused = [
        {**each, "selector": each["selector"].replace(" :focus", " .jp-Cell:focus")}
        for each in plain
    ]
    return [*({**each, "disabled": True} for each in plain), *focused]


def write_settings(folder: Path, prefix: Path = Path(sys.prefix)) -> None:
    """Set the defaults of JupyterLab (its menus go before them), its server and its kernels."""
    shortcuts = {"@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": cell_shortcuts(prefix)}}
    settings = {
        "config/labconfig/default_setting_overrides.json": OVERRIDES | shortcuts,
        "config/jupyter_server_config.json": SERVER,
        "ipython/profile_default/ipython_kernel_config.json": KERNEL,
    }
    files = {name: json.dumps(content, indent=2) for name, content in settings.items()}
    for name, content in (files | {"config/custom/custom.css": STYLE}).items():
        target = folder / ".jupyter" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def open_lab(python: Path, folder: Path, options: list[str]) -> int:
    """Start JupyterLab on the first lesson of ``folder`` and wait until it is closed."""
    write_settings(folder, python.parent.parent)
    lessons = sorted((folder / "notebooks").glob("[0-9]*.ipynb"))
    command = [str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--allow-root")
    command += options + [str(lesson) for lesson in lessons[:1]]
    try:
        return subprocess.run(command, cwd=folder, env=environment(folder), check=False).returncode
    except KeyboardInterrupt:
        return 0


def main() -> None:
    """Install, then open JupyterLab; unknown options go to it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # some Windows consoles know no « … »
    check_python()
    parser = argparse.ArgumentParser(
        description="Installe le cours, puis l’ouvre dans JupyterLab.",
        epilog="Les autres options sont transmises à JupyterLab (par exemple --no-browser).",
    )
    parser.add_argument(
        "--dossier", type=Path, default=ROOT, help="où sont les leçons (par défaut : ce dossier)"
    )
    parser.add_argument(
        "--installer", metavar="FICHIER", help="installer seulement, d’après ce fichier"
    )
    arguments, options = parser.parse_known_args()
    if arguments.installer:
        install(arguments.installer)
    elif has_the_course():
        raise SystemExit(open_lab(Path(sys.executable), arguments.dossier.resolve(), options))
    else:
        install("requirements.txt")
        raise SystemExit(open_lab(PYTHON, arguments.dossier.resolve(), options))


if __name__ == "__main__":
    main()
