"""Which cluster may grade: one whose lines are private, of computers that hold what this one holds.

Nothing here needs dask.distributed, which only ``[grappe]`` installs (see ``cluster``).
"""

from __future__ import annotations

import hashlib
import ipaddress
import platform
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rfm_helpers
from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.errors import CourseError

ENCRYPTED = "tls"
#: From these, their requirements and so on come all the packages that decide what a job gives.
ROOTS = ("rfm-helpers", "papermill", "ipykernel", "distributed")
COURSE = "le cours"
MOST_NAMED = 3

READABLE = (
    "L’adresse « {address} » n’est pas chiffrée : d’autres, sur le réseau, pourraient lire les "
    "travaux et envoyer leur code à la grappe. Donnez-en une qui commence par `tls://`, ou "
    "ajoutez `--sans-tls` si personne d’autre n’a accès à ce réseau."
)


@dataclass(frozen=True)
class Meeting:
    """Where a cluster is met: its scheduler's address, and whether its lines may be readable.

    Raises:
        CourseError: see `check`.
    """

    address: str
    allows_plain: bool = False

    def __post_init__(self) -> None:
        self.check(self.address)

    def check(self, address: str) -> None:
        """Refuse a readable line to another computer.

        Raises:
            CourseError: ``address`` is neither encrypted nor this machine's, and that is not
                allowed.
        """
        scheme, host = _parts(address)
        if not (self.allows_plain or scheme == ENCRYPTED or is_here(host)):
            raise CourseError(READABLE.format(address=address))


def _parts(address: str) -> tuple[str, str]:
    """The scheme and the host of an address such as ``tls://grappe:8786`` or ``grappe:8786``."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""


def is_here(host: str) -> bool:
    """Whether a name or a number is this machine's, wherever it leads.

    >>> is_here("127.0.0.1"), is_here("::1"), is_here("192.0.2.1"), is_here("")
    (True, True, False, False)
    """
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host or None, None)}
    except (OSError, UnicodeError):
        return False
    cards = psutil.net_if_addrs().values()
    own = {address.address for addresses in cards for address in addresses}
    return bool(host) and all(one in own or ipaddress.ip_address(one).is_loopback for one in found)


# --- what a computer holds ------------------------------------------------------------------------


def conditions() -> dict[str, str]:
    """What decides what a job gives: Python, the course, and the version of each package."""
    versions = {"Python": ".".join(platform.python_version_tuple()[:2]), COURSE: _digest()}
    waiting = [*ROOTS]
    for name in waiting:
        if name in versions:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        versions[name] = found.version
        waiting += _required(found.requires or [])
    return versions


def _required(lines: list[str]) -> Iterator[str]:
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def _digest() -> str:
    """One number for all that jobs are given of the course, whatever ends its lines."""
    digest = hashlib.sha256()
    for folder in (Path(str(rfm_helpers.__file__)).parent, data_folder() / "orsenne"):
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            if path.is_file() and path.suffix != ".pyc":
                content = path.read_bytes().replace(b"\r\n", b"\n")
                name = path.relative_to(folder).as_posix()
                digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    """What a computer holds that is not as expected, in French; empty where nothing differs.

    A package that only one of two systems needs is no difference; those of `ROOTS` are needed.

    >>> differences({"pandas": "3.1.1", "Python": "3.12"}, {"pandas": "3.1.0", "Python": "3.12"})
    'pandas 3.1.0 au lieu de 3.1.1'
    """
    needed = [name for name in expected if name in found or name in ROOTS]
    other = [name for name in needed if found.get(name) != expected[name]]
    return ", ".join(_difference(name, expected, found) for name in other[:MOST_NAMED])


def _difference(name: str, expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    if name == COURSE:
        return "le cours n’y est pas le même"
    if name not in found:
        return f"{name} y manque"
    return f"{name} {found[name]} au lieu de {expected[name]}"
