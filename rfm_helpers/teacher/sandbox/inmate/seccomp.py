"""System calls that no notebook needs, refused to a job: with them a job could hold memory that no
one measures, or try what is most often wrong in the kernel.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from .namespaces import forbid_new_privileges, prctl

PR_SET_SECCOMP, FILTER_MODE = 22, 2
LOAD_WORD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
NUMBER_AT, ARCHITECTURE_AT = 0, 4
OTHER_NUMBERS = 0x40000000

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
#: The number of each call on the architectures above, in their order.
REFUSED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_calls() -> None:
    """Have the kernel answer « not permitted » to these calls, here and in all later children.

    On a processor that is not listed nothing is refused: namespaces and limits hold without it.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return
    code = filter_code(machine)
    program = _Program(len(code) // 8, code)
    forbid_new_privileges()
    prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.addressof(program))


def filter_code(machine: str) -> bytes:
    """The filter, in the kernel's byte code: eight bytes per instruction.

    >>> len(filter_code("x86_64")) // 8 == len(REFUSED) + 6
    True
    """
    column = list(ARCHITECTURES).index(machine)
    numbers = [call[column] for call in REFUSED.values()]
    refuse = len(numbers) + 1
    steps = [
        (LOAD_WORD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 0, refuse + 2, ARCHITECTURES[machine]),
        (LOAD_WORD, 0, 0, NUMBER_AT),
        (JUMP_IF_AT_LEAST, refuse, 0, OTHER_NUMBERS),
        *((JUMP_IF_EQUAL, len(numbers) - rank, 0, number) for rank, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
