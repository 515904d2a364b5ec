"""Install what the course needs, then open its first lesson in JupyterLab: ``python lab.py``.

It needs nothing but Python and works on Linux, macOS and Windows. A virtual environment that holds
the course already is used as it is; from any other Python, ``.venv`` is made and filled.
Everything it writes stands in the folder of the course: the environment in ``.venv``, JupyterLab's
settings in ``.jupyter``; the reader's own Jupyter settings are neither read nor touched.
The learner's zip holds this same file, under the name ``demarrer.py``, ``lab.js`` as
``demarrer.js``, and ``installation.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from installation import PYTHON, ROOT, Progress, check_python, compile_all, install

OVERRIDES = {
    "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    # The glossary opens as a page to read, not as its text.
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    # The names of the lessons take the place of the time of their last change.
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
    # Every cell stays in the page: whole lessons can be run, searched and printed.
    # A lesson that is closed gives its memory back.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none", "kernelShutdown": True},
}

MODIFIERS = ("Accel", "Alt", "Ctrl", "Cmd")

# A French hint above the traceback of a learner's mistake, even before the first cell is run.
KERNEL = {"InteractiveShellApp": {"extensions": ["rfm_helpers.error_hints"]}}

# Names that the file browser does not list: the first line is Jupyter's own, the others are what
# no learner opens, in the repository and in the learner's zip. A link still leads to them.
UNLISTED = [
    *("__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~"),
    *("rfm_helpers", "sources", "tests", "dist", "build", "*.egg-info", "*.whl", "demarrer*"),
    *("installation.py", "requirements*.txt", "requirements.lock", "pyproject.toml", "Makefile"),
    *("LICENSE*", "CONTRIBUTING.md", "guide", "corriger.md", "entrepot.md", "grappe.md"),
    *("export_brut_verite.csv", "export_brut_defauts.csv"),
]
#: Folders whose names are English, with what the file browser says beside each.
FOLDERS = {
    "notebooks": "les leçons",
    "exercises": "les exercices",
    "data": "les données",
    "docs": "les guides",
}
SERVER = {"ContentsManager": {"hide_globs": UNLISTED}, "LabApp": {"custom_css": True}}

OPEN = """\
JupyterLab s’ouvre dans votre navigateur. S’il ne s’ouvre pas, copiez-y cette adresse :
    {}
Pour fermer le cours : enregistrez, fermez l’onglet du navigateur, puis cette fenêtre.
Le cours est ouvert, gardez cette fenêtre."""
NOT_OPEN = "JupyterLab ne s’est pas ouvert : redémarrez l’ordinateur, puis relancez ; s’il ne \
s’ouvre toujours pas, montrez les lignes ci-dessus à votre enseignant."

EXTENSION_FOLDER = "data/labextensions/rfm-cours"

CUT = "En pause : JupyterLab ne répond plus. Si vous avez fermé sa fenêtre, rouvrez le cours."

# A printed line is cut between two words, and a customer's number not at all. What an activity
# without a kernel says stands above its picture; nothing is shown while a kernel is asked for it.
# An error is read as a sentence, its details as they were printed.
STYLE = """\
.jp-RenderedText pre { word-break: normal !important; overflow-wrap: anywhere; }
.jp-RenderedHTMLCommon table[lang="fr"] td:first-child { min-width: 4em; }
.jp-RenderedHTMLCommon:has(> .rfm-paused) { display: flex; flex-direction: column;
  align-items: flex-start; }
.rfm-paused { order: -1; }
.jp-OutputArea-output[data-mime-type$="widget-view+json"]:not(:has(*)) { visibility: hidden; }
.rfm-cut .rfm-activity { pointer-events: none; interactivity: inert; opacity: .6; }
.rfm-cut .rfm-activity::before { content: "SENTENCE"; }
.rfm-progress { padding: 8px 16px; border-bottom: 1px solid var(--jp-border-color2); }
.rfm-error { padding: 4px 12px; white-space: normal; }
.rfm-error p { margin: 0 0 4px; font: bold 1em var(--jp-content-font-family); }
.rfm-error summary { cursor: pointer; }
""".replace("SENTENCE", CUT)
STYLE += "".join(
    f'.jp-DirListing-item[title*="{name}\\A "] .jp-DirListing-itemText::after'
    f' {{ content: " ({meaning})"; }}\n'
    for name, meaning in FOLDERS.items()
)


def has_the_course() -> bool:
    """Whether this Python is a virtual environment that someone filled already."""
    packages = ("jupyterlab", "rfm_helpers")
    return sys.prefix != sys.base_prefix and all(map(importlib.util.find_spec, packages))


def environment(folder: Path) -> dict[str, str]:
    """The variables under which JupyterLab keeps to ``folder`` and to this environment."""
    settings = folder / ".jupyter"
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
        "JUPYTER_CONFIG_PATH": str(settings / "config"),
        "JUPYTER_DATA_DIR": str(settings / "data"),
        "JUPYTER_RUNTIME_DIR": str(settings / "data" / "runtime"),
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


def extension_files() -> dict[str, str]:
    """``lab.js`` as JupyterLab looks for it, each version under a name that no browser has kept."""
    script = Path(__file__).with_suffix(".js")  # its name in the zip follows this file's too
    text = script.read_text(encoding="utf-8")
    name = f"static/lab.{hashlib.sha256(text.encode()).hexdigest()[:16]}.js"
    build = {"_build": {"load": name, "extension": "./extension"}}
    described = {"name": "rfm-cours", "version": "1.0.0", "jupyterlab": build}
    return {
        f"{EXTENSION_FOLDER}/package.json": json.dumps(described, indent=2),
        f"{EXTENSION_FOLDER}/{name}": text,
    }


def write_settings(folder: Path, prefix: Path = Path(sys.prefix)) -> None:
    """Set the defaults of JupyterLab (its menus go before them), its server and its kernels."""
    shortcuts = {"@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": cell_shortcuts(prefix)}}
    settings = {
        "config/labconfig/default_setting_overrides.json": OVERRIDES | shortcuts,
        "config/jupyter_server_config.json": SERVER,
        "ipython/profile_default/ipython_kernel_config.json": KERNEL,
    }
    files = {name: json.dumps(content, indent=2) for name, content in settings.items()}
    files["config/custom/custom.css"] = STYLE
    files |= extension_files()
    for name, content in files.items():
        target = folder / ".jupyter" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def address_of(
    server: subprocess.Popen[bytes], runtime: Path, since: float, lessons: list[str]
) -> str:
    """The address of the first lesson once JupyterLab answers; empty when it ended instead.

    Args:
        server: the process.
        runtime: the folder in which a server writes its address.
        since: when it was started; a file older than that is another server's.
        lessons: the lessons, from the first; without any, the address is JupyterLab's.
    """
    progress = Progress()
    for turn in itertools.count():
        if server.poll() is not None:
            break
        if turn % 40 == 0:
            progress.say("JupyterLab démarre")
        for path in runtime.glob("jpserver-*.json"):
            if path.stat().st_mtime >= since and (text := path.read_text(encoding="utf-8")):
                information = json.loads(text)
                token = information["token"]
                page = "".join(f"/tree/notebooks/{name}" for name in lessons[:1])
                return f"{information['url']}lab{page}{'?token=' * bool(token)}{token}"
        time.sleep(0.1)
    return ""


def open_lab(python: Path, folder: Path, options: list[str]) -> int:
    """Start JupyterLab on the first lesson of ``folder`` and wait until it is closed."""
    write_settings(folder, python.parent.parent)
    lessons = sorted((folder / "notebooks").glob("[0-9]*.ipynb"))
    command = [str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--allow-root")
    command += options + [str(lesson) for lesson in lessons[:1]]
    variables = environment(folder)
    journal = folder / ".jupyter" / "journal.txt"
    with journal.open("wb") as log:
        since = journal.stat().st_mtime
        server = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            names = [lesson.name for lesson in lessons]
            address = address_of(server, Path(variables["JUPYTER_RUNTIME_DIR"]), since, names)
            if address:
                print(OPEN.format(address), flush=True)
            code = server.wait()
        except KeyboardInterrupt:
            server.wait()
            return 0
    if not address:
        print(journal.read_text(encoding="utf-8", errors="replace")[-2000:])
        raise SystemExit(NOT_OPEN)
    return code


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
        compile_all(arguments.installer)
    elif has_the_course():
        raise SystemExit(open_lab(Path(sys.executable), arguments.dossier.resolve(), options))
    else:
        install("requirements.txt")
        raise SystemExit(open_lab(PYTHON, arguments.dossier.resolve(), options))


if __name__ == "__main__":
    main()
