"""What the process of a skill can't do, from before its first line of code is read.

On Linux, without any privilege: limits of memory, processor time, files and file sizes; no
capabilities and no way to gain any; a filter of system calls (seccomp) without other programs,
other processes, signals to anybody else and, unless the manifest says so, sockets; and only its own
folder to write to and its code and libraries to read (Landlock). What the kernel doesn't offer is
left out and told: `confine` gives what holds.

A skill with a network may connect to web servers (TCP ports 80 and 443) and ask for names (UDP),
but never to the service itself, which would do for any client what the manifest forbids.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.sdk.isolation import seccomp

MEBIBYTE = 1 << 20
EVERYTHING = ("limits", "no new privileges", "no capabilities", "system calls", "files", "network")
WEB_PORTS = (80, 443)

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWNET = 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION_FLAG = 1
_LANDLOCK_PATH_BENEATH = 1
_LANDLOCK_PORT = 2
_BIND, _CONNECT = 1, 2
_PORTS_SINCE_ABI = 4
_READ = 0b1101  # execute, read a file, read a directory
_FILE_ONLY = 1 << 14 | 0b111  # what may be said of a file: execute, write, read, truncate
_WRITABLE = 0x7FFF & ~(1 << 6 | 1 << 9 | 1 << 11)  # all but sockets and devices (ABI 3)
_ACCESS_BY_ABI = {1: 0x1FFF, 2: 0x3FFF}
_ACCESS = 0x7FFF
_FOR_NETWORK = tuple(
    Path("/etc") / name for name in ("resolv.conf", "hosts", "nsswitch.conf", "host.conf", "ssl")
)
_SYSTEM = ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/localtime")
_DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_mb` on top of what the bare interpreter takes; `cpu_s` of one process's life, after
    which it is replaced; `deadline_s` of a call, waiting for the one before included: a person
    hears of a hang within a second."""

    deadline_s: float = 0.8
    memory_mb: int = 256
    cpu_s: int = 120
    files: int = 64
    file_mb: int = 16


def missing() -> tuple[str, ...]:
    """What this system does not offer for any skill."""
    if sys.platform != "linux":
        return ("seccomp", "Landlock")
    abi = _libc().syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION_FLAG)
    lacking = [] if seccomp.supported() else ["seccomp for this processor"]
    if abi < 1:
        lacking.append("Landlock")
    elif abi < _PORTS_SINCE_ABI:
        lacking.append("Landlock for ports")
    return tuple(lacking)


def die_with_parent() -> None:
    """End this process when the one that started it ends."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(code: Path, own: Path, network: bool, limits: Limits) -> tuple[str, ...]:
    """Confine this process for good; gives which of `EVERYTHING` holds."""
    _limit(limits)
    held = ["limits"]
    if sys.platform != "linux":
        return tuple(held)
    libc = _libc()
    filtered = seccomp.supported()
    cut_off = not network and (filtered or libc.unshare(_CLONE_NEWNET) == 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.append("no new privileges")
    if _drop_capabilities(libc):
        held.append("no capabilities")
    held += _restrict(libc, code, own, network)
    if filtered and seccomp.install(libc, network):
        held.append("system calls")
    else:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if cut_off:
        held.append("network")
    return tuple(held)


def _limit(limits: Limits) -> None:
    address_space = _address_space() + limits.memory_mb * MEBIBYTE
    for kind, most in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_FSIZE, limits.file_mb * MEBIBYTE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    """What this process takes now; a generous guess where the system doesn't tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 1024 * MEBIBYTE
    return pages * resource.getpagesize()


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    return bool(libc.capset(header, (ctypes.c_uint32 * 6)()) == 0)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _Port(ctypes.Structure):
    _fields_ = (("allowed_access", ctypes.c_uint64), ("port", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _restrict(libc: ctypes.CDLL, code: Path, own: Path, network: bool) -> list[str]:
    """Files, and the ports of those who have a network; gives what holds."""
    abi = libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION_FLAG)
    if abi < 1:
        return []
    handled = _ACCESS_BY_ABI.get(abi, _ACCESS)
    ports = network and abi >= _PORTS_SINCE_ABI
    attributes = _Ruleset(handled, _BIND | _CONNECT if ports else 0)
    rules = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    if rules < 0:
        return []
    try:
        for path in _readable(code, network):
            _allow(libc, rules, path, _READ & handled)
        for path in (*map(Path, _DEVICES), own):
            _allow(libc, rules, path, (_WRITABLE | _READ) & handled)
        for port in WEB_PORTS if ports else ():
            web = _Port(_CONNECT, port)
            libc.syscall(_LANDLOCK_ADD, rules, _LANDLOCK_PORT, ctypes.byref(web), 0)
        if libc.syscall(_LANDLOCK_RESTRICT, rules, 0) != 0:
            return []
        return ["files", "network"] if ports else ["files"]
    finally:
        os.close(rules)


def _readable(code: Path, network: bool) -> Iterable[Path]:
    yield code
    yield from map(Path, _SYSTEM)
    yield from (Path(entry) for entry in sys.path if entry)
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    yield from (Path(__file__).parents[3] / name for name in ("cabin_agent", "vehicle_bus"))
    if network:
        yield from _FOR_NETWORK


def _allow(libc: ctypes.CDLL, rules: int, path: Path, access: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            return
        raise
    try:
        allowed = access if path.is_dir() else access & _FILE_ONLY
        rule = _PathBeneath(allowed, opened)
        libc.syscall(_LANDLOCK_ADD, rules, _LANDLOCK_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)
