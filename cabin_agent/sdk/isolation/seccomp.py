"""A filter of system calls for this process and what it starts (Linux seccomp).

Threads may be started, other programs and processes not. The numbers are the kernel's tables for
x86-64 and 64-bit ARM; elsewhere there is no filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import sys
from collections.abc import Mapping

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CALLS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {
        "socket": 41,
        "clone": 56,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "kill": 62,
        "ptrace": 101,
        "mount": 165,
        "umount2": 166,
        "tkill": 200,
        "tgkill": 234,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "unshare": 272,
        "perf_event_open": 298,
        "setns": 308,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "bpf": 321,
        "execveat": 322,
        "userfaultfd": 323,
    },
    "aarch64": {
        "umount2": 39,
        "mount": 40,
        "unshare": 97,
        "ptrace": 117,
        "kill": 129,
        "tkill": 130,
        "tgkill": 131,
        "socket": 198,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "clone": 220,
        "execve": 221,
        "perf_event_open": 241,
        "setns": 268,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "bpf": 280,
        "execveat": 281,
        "userfaultfd": 282,
    },
}
# The same number everywhere since Linux 5.0.
_NEWER = {"pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "clone3": 435}
_JUDGED_BY_ARGUMENT = ("socket", "clone", "tgkill", "clone3")


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


Instruction = tuple[int, int, int, int]


def supported() -> bool:
    """Whether there is a table for this machine."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES


def install(libc: ctypes.CDLL, network: bool) -> bool:
    """Filter this process's calls from now on; needs "no new privileges" set before."""
    code = program(platform.machine(), network, os.getpid())
    instructions = (_Instruction * len(code))(*(_Instruction(*each) for each in code))
    filtering = _Program(len(code), instructions)
    done = libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filtering), 0, 0)
    return bool(done == 0)


def program(machine: str, network: bool, own_pid: int) -> list[Instruction]:
    """The filter: refused calls fail with EPERM, all others pass."""
    calls = {**_CALLS[machine], **_NEWER}
    refuse, allow = (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), refuse]
    for name, number in calls.items():
        if name not in _JUDGED_BY_ARGUMENT:
            code += [(_EQUAL, 0, 1, number), refuse]
    # Without clone3, the C library falls back to clone, whose flags can be seen.
    code += [(_EQUAL, 0, 1, calls["clone3"]), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    code += _judged(calls["clone"], [(_ANY_BIT, 1, 0, _CLONE_THREAD), refuse, allow])
    code += _judged(calls["tgkill"], [(_EQUAL, 1, 0, own_pid), refuse, allow])
    families = (socket.AF_INET, socket.AF_INET6) if network else ()
    code += _judged(calls["socket"], _one_of(families, refuse, allow))
    return [*code, allow]


def _judged(number: int, verdict: list[Instruction]) -> list[Instruction]:
    """Decide about call `number` by its first argument."""
    first = (_LOAD, 0, 0, _ARGUMENTS)
    return [(_EQUAL, 0, 1 + len(verdict), number), first, *verdict]


def _one_of(values: tuple[int, ...], refuse: Instruction, allow: Instruction) -> list[Instruction]:
    code: list[Instruction] = []
    for value in values:
        code += [(_EQUAL, 0, 1, value), allow]
    return [*code, refuse]
