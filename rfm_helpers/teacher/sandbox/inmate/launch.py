"""Start a program as an ordinary user, who can still reach folders that are root's.

Run by root on Linux: ``python -m rfm_inmate.launch UID GID FOLDERS COMMAND``, the last two being
JSON lists. Folders below one that is closed to others (an interpreter in ``/root``) are shown to
the program, and to it alone, in a private view of the file system.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from .namespaces import CLONE_NEWNS, MS_BIND, MS_PRIVATE, MS_REC, mount, unshare


def main(uid: int, gid: int, folders: list[str], command: list[str]) -> None:
    """Reveal the folders, drop root, become the command."""
    closed = {Path(folder): top for folder in folders if (top := closed_parent(Path(folder)))}
    if closed:
        reveal(closed)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    os.execv(command[0], command)


def closed_parent(folder: Path) -> Path | None:
    """The first folder on the way to ``folder`` that others may not enter."""
    parents = reversed(folder.parents)
    return next((parent for parent in parents if not parent.stat().st_mode & 0o001), None)


def reveal(closed: dict[Path, Path]) -> None:
    """Cover each closed folder by an empty one in which only the wanted folders stand."""
    unshare(CLONE_NEWNS)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    held = {folder: os.open(folder, os.O_PATH) for folder in closed}
    for top in set(closed.values()):
        mount("tmpfs", str(top), "tmpfs", options="mode=755")
    for folder, descriptor in held.items():
        folder.mkdir(parents=True, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", str(folder), flags=MS_BIND | MS_REC)
        os.close(descriptor)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4]))
