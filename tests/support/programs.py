"""Programs that a machine may lack, and the mark of the tests that need one."""

from __future__ import annotations

import shutil
import subprocess

import pytest

DEBIAN_PACKAGES = {
    "bwrap": "bubblewrap",
    "chromium": "chromium",
    "hunspell": "hunspell-fr",
    "openssl": "openssl",
    "pdftotext": "poppler-utils",
    "soffice": "libreoffice-calc-nogui and libreoffice-impress-nogui",
}


def is_installed(program: str) -> bool:
    """Whether a program can be run here; hunspell also needs its French dictionary."""
    if shutil.which(program) is None:
        return False
    if program != "hunspell":
        return True
    return subprocess.run(["hunspell", "-d", "fr", "-l"], input=b"").returncode == 0


def requires(program: str) -> pytest.MarkDecorator:
    """Skip, naming the Debian package to install, where ``program`` is missing."""
    reason = f"install the Debian package(s) {DEBIAN_PACKAGES[program]}"
    return pytest.mark.skipif(not is_installed(program), reason=reason)
