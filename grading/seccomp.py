"""A filter for system calls that no exercise needs, as the kernel wants it: classic BPF.

The sandbox holds without it. It shuts the doors behind which kernel bugs live: namespaces made by
unprivileged users, tracing, BPF, io_uring, and sockets of every kind.
"""

from __future__ import annotations

import platform
import struct

_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NEW_USER = 0x10000000  # clone's flag for a user namespace
# Everything in here is refused with EPERM. Order: x86_64, aarch64.
_REFUSED = {
    "socket": (41, 198),
    "connect": (42, 203),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
}
_MACHINES = {"x86_64": (0, 0xC000003E, 56), "aarch64": (1, 0xC00000B7, 220)}
_CLONE3 = 435  # its flags lie in memory that no filter can read; without it libc takes clone


def program() -> bytes | None:
    """The filter, or None on a machine whose numbers we do not know."""
    if platform.machine() not in _MACHINES:
        return None
    column, architecture, clone = _MACHINES[platform.machine()]
    load_number, load_architecture, load_flags = 0, 4, 16
    lines = [
        _load(load_architecture),
        _jump_if_equal(architecture, 1, 0),
        _answer(_KILL),
        _load(load_number),
    ]
    if platform.machine() == "x86_64":  # the x32 numbers are another way to the same calls
        lines += [_code(0x35, 0, 1, 0x40000000), _answer(_ERRNO | _EPERM)]
    for numbers in _REFUSED.values():
        lines += [_jump_if_equal(numbers[column], 0, 1), _answer(_ERRNO | _EPERM)]
    lines += [_jump_if_equal(_CLONE3, 0, 1), _answer(_ERRNO | _ENOSYS)]
    lines += [_jump_if_equal(clone, 0, 3), _load(load_flags)]
    lines += [_code(0x45, 0, 1, _NEW_USER), _answer(_ERRNO | _EPERM)]
    return b"".join([*lines, _answer(_ALLOW)])


_SOCKET = (41, 198)
_NETWORKS = (2, 10, 17)  # IPv4, IPv6, packets


def no_network() -> bytes | None:
    """A filter that only refuses sockets that lead out of this machine; None as above."""
    if platform.machine() not in _MACHINES:
        return None
    column, architecture, _ = _MACHINES[platform.machine()]
    number, own_architecture, first = 0, 4, 16
    lines = [_load(own_architecture), _jump_if_equal(architecture, 1, 0), _answer(_KILL)]
    lines += [_load(number), _jump_if_equal(_SOCKET[column], 1, 0), _answer(_ALLOW), _load(first)]
    for network in _NETWORKS:
        lines += [_jump_if_equal(network, 0, 1), _answer(_ERRNO | _EPERM)]
    return b"".join([*lines, _answer(_ALLOW)])


def _code(code, if_true, if_false, value):
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _load(offset):
    return _code(0x20, 0, 0, offset)


def _jump_if_equal(value, if_true, if_false):
    return _code(0x15, if_true, if_false, value)


def _answer(value):
    return _code(0x06, 0, 0, value)
