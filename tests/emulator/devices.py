"""The GPUs that there seem to be: `cupy.cuda.Device`, what `runtime` says of them, the driver."""

from __future__ import annotations

import ctypes
from collections import defaultdict

from tests.emulator.machine import here
from tests.emulator.memory import EmulatorError
from tests.emulator.streams import now

DRIVER = 13_000  # CUDA 13.0, as cuDriverGetVersion says it
MEMORY = 2**34
NAME = "emulated GPU"
# Bytes of shared memory that one block may ask for, by compute capability.
SHARED = {(7, 5): 64, (8, 0): 163, (8, 6): 99, (8, 9): 99, (9, 0): 227, (10, 0): 227, (12, 0): 99}


class Device:
    """As `cupy.cuda.Device`."""

    def __init__(self, device=None):
        self.id = now().device if device is None else int(device)
        self._before = []

    def __int__(self):
        return self.id

    def __eq__(self, other):
        return isinstance(other, Device) and self.id == other.id

    def __hash__(self):
        return hash(self.id)

    def __repr__(self):
        return f"<CUDA Device {self.id}>"

    def __enter__(self):
        self._before.append(now().device)
        set_device(self.id)
        return self

    def __exit__(self, *_):
        set_device(self._before.pop())

    def use(self):
        """Make it current."""
        set_device(self.id)
        return self

    def synchronize(self) -> None:
        """Wait for all that it was asked to do."""
        here().wait_for_device(self.id)

    @property
    def compute_capability(self) -> str:
        """Such as '90'."""
        return "{}{}".format(*capability_of(self.id))

    @property
    def mem_info(self) -> tuple[int, int]:
        """Bytes that are free, and all."""
        return MEMORY, MEMORY

    @property
    def attributes(self) -> dict:
        """The few that somebody asks for."""
        major, minor = capability_of(self.id)
        return {
            "ComputeCapabilityMajor": major,
            "ComputeCapabilityMinor": minor,
            "MultiProcessorCount": 132,
            "MaxSharedMemoryPerBlockOptin": shared_limit(self.id),
            "ClockRate": 1_700_000,
            "WarpSize": 32,
            "MaxThreadsPerBlock": 1024,
        }

    @property
    def pci_bus_id(self) -> str:
        """An address."""
        return f"0000:0{self.id}:00.0"


def set_device(device: int) -> None:
    """Make a device current in this thread."""
    capability_of(device)
    now().device = device


def capability_of(device: int) -> tuple[int, int]:
    """(major, minor) of a device that exists."""
    try:
        if device < 0:
            raise IndexError
        return here().capabilities[device]
    except IndexError:
        raise EmulatorError("cudaErrorInvalidDevice: invalid device ordinal") from None


def shared_limit(device: int) -> int:
    """Bytes of shared memory that one block can have."""
    return SHARED[capability_of(device)] * 1024


def get_properties(device: int) -> dict:
    """What `cupy.cuda.runtime.getDeviceProperties` says, as far as anybody asks."""
    major, minor = capability_of(device)
    return {
        "name": NAME.encode(),
        "major": major,
        "minor": minor,
        "totalGlobalMem": MEMORY,
        "multiProcessorCount": 132,
        "sharedMemPerBlockOptin": shared_limit(device),
        "sharedMemPerMultiprocessor": shared_limit(device) + 1024,
        "clockRate": 1_700_000,
        "memoryClockRate": 2_619_000,
        "memoryBusWidth": 5120,
        "l2CacheSize": 50 * 2**20,
        "regsPerBlock": 65_536,
        "maxThreadsPerBlock": 1024,
        "warpSize": 32,
        "ECCEnabled": 1,
    }


class Pool:
    """As far as `cupy.get_default_memory_pool()` is asked: it keeps nothing."""

    def __init__(self):
        self.used = defaultdict(int)

    def used_bytes(self) -> int:
        """Bytes of arrays on the current device."""
        return self.used[now().device]

    total_bytes = used_bytes

    def free_bytes(self) -> int:
        """None."""
        return 0

    def n_free_blocks(self) -> int:
        """None."""
        return 0

    def free_all_blocks(self, stream=None) -> None:
        """Freeing waits for the device."""
        here().wait_for_device(now().device)

    def set_limit(self, size=None, fraction=None) -> None:
        """There is none."""

    def get_limit(self) -> int:
        """There is none."""
        return 0


RealCDLL = ctypes.CDLL


class CDLL(RealCDLL):
    """`ctypes.CDLL`, which finds a driver."""

    def __new__(cls, name=None, *arguments, **options):
        """The driver, if it is asked for; else what ctypes would give."""
        if isinstance(name, str) and name in ("libcuda.so.1", "libcuda.so"):
            return Driver()
        return super().__new__(cls)


class Driver:
    """The one function of libcuda that convkit calls itself."""

    @staticmethod
    def cuDriverGetVersion(version) -> int:
        """Write it where the caller wants it."""
        version._obj.value = DRIVER
        return 0


def runtime_functions() -> dict:
    """Those of `cupy.cuda.runtime` that are replaced."""
    return {
        "getDeviceCount": lambda: len(here().capabilities),
        "getDevice": lambda: now().device,
        "setDevice": set_device,
        "getDeviceProperties": get_properties,
        "driverGetVersion": lambda: DRIVER,
        "runtimeGetVersion": lambda: DRIVER,
        "memGetInfo": lambda: (MEMORY, MEMORY),
        "deviceSynchronize": lambda: here().wait_for_device(now().device),
        "streamSynchronize": lambda pointer: here().wait_for_device(now().device),
        "deviceCanAccessPeer": lambda one, other: 0,
    }
