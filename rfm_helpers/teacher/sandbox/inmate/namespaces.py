"""What Linux offers to part a job from the others: namespaces of its own, and no rights.

Only the standard library is used: this file is also copied into the sandbox, where the rest of
the package is not.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 0x1000, 0x4000, 0x40000
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
CAPABILITY_VERSION_3 = 0x20080522
MIB = 2**20
FILES_PER_MIB = 50

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def unshare(flags: int) -> None:
    """Leave the namespaces shared with the parent."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """The system call, with ``kind`` the type of file system."""
    arguments = (source.encode(), target.encode(), kind.encode(), flags, options.encode())
    _check(_libc.mount(*arguments), f"mount {target}")


def prctl(option: int, value: int, address: int = 0) -> None:
    """Change a property of this process."""
    words = (ctypes.c_ulong(word) for word in (value, address, 0, 0))
    _check(_libc.prctl(option, *words), "prctl")


def die_with_parent() -> None:
    """Be killed when the process that started this one dies."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def set_inspectable(inspectable: bool) -> None:
    """Let, or do not let, a process of the same user read this one's memory and descriptors."""
    prctl(PR_SET_DUMPABLE, int(inspectable))


def forbid_new_privileges() -> None:
    """Get no right by executing a program."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    forbid_new_privileges()
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def _map_user(uid: int, gid: int) -> None:
    set_inspectable(True)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    set_inspectable(False)


def _mount_own_folders(home: str, disk_mb: int) -> None:
    """One file system of limited size, in memory, for all that the job may write."""
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    size = f"size={disk_mb}m,nr_inodes={disk_mb * FILES_PER_MIB},mode=700"
    mount("tmpfs", home, "tmpfs", MS_NOSUID | MS_NODEV, size)
    for name, target in ((".tmp", "/tmp"), (".shm", "/dev/shm")):
        folder = Path(home, name)
        folder.mkdir()
        mount(str(folder), target, flags=MS_BIND)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV)
    os.chdir(home)


def _forbid_more_namespaces() -> None:
    """A user namespace of the job's own would let it mount file systems that no one measures."""
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def enter(home: str, disk_mb: int, inside: Callable[[], None]) -> int:
    """Run ``inside`` as process 1 of new namespaces, without any right; give its exit status.

    Called in a process made for that (it changes namespaces for good). When process 1 ends, the
    kernel ends every process of the job.
    """
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC)
    _map_user(uid, gid)
    child = os.fork()
    if child == 0:
        run_and_exit(lambda: _be_first_process(home, disk_mb, inside))
    os.close(0)
    os.close(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _be_first_process(home: str, disk_mb: int, inside: Callable[[], None]) -> None:
    die_with_parent()
    _mount_own_folders(home, disk_mb)
    _forbid_more_namespaces()
    drop_capabilities()
    set_inspectable(False)
    inside()


def run_and_exit(action: Callable[[], object]) -> None:
    """End this forked process after ``action``, whatever happens: it never goes back to its copy
    of the caller.
    """
    status = 1
    try:
        action()
        status = 0
    finally:
        os._exit(status)


def can_nest(home: str) -> bool:
    """Whether `enter` works here (Ubuntu, for one, may refuse it inside of bubblewrap)."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(enter(home, 1, lambda: None))
        except OSError as error:
            print(error, file=sys.stderr)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
