"""The IoTimer: a driver's routine called about once a second for a device.

Rules: an IO_TIMER belongs to each device that asked for one and hangs on one list; all tick together, from one DPC of
nt's that runs while any of them is started. The first call comes within a second. Deleting a device takes its timer
with it.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.export import DISPATCH_LEVEL, Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.internal import internal
from ntshell.nt.io import stack
from ntshell.nt.io.common import nt
from ntshell.nt.io.constants import IO_TYPE_TIMER
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SUCCESS

SECOND = 10_000_000  # in 100 ns


def _timer(k: Kernel, address: int) -> Value:
    return k.struct("_IO_TIMER", address)


def timers(k: Kernel) -> list[int]:
    """Addresses of all IO_TIMERs."""
    offset = _timer(k, 0).at("TimerList")
    return [entry - offset for entry in k.list_walk(k.io.timer_list)]


def running(k: Kernel) -> list[int]:
    """Those that are started."""
    return [address for address in timers(k) if _timer(k, address).TimerFlag]


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoInitializeTimer(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIO_TIMER_ROUTINE TimerRoutine,
        _In_opt_ PVOID Context);""",
    stage=Stage(entry=4),
)
def IoInitializeTimer(k: Kernel, DeviceObject: int, TimerRoutine: int, Context: int) -> Result:
    """Give a device its IoTimer, which is not yet started."""
    stack.require(k, DeviceObject, "IoInitializeTimer")
    device = stack.device(k, DeviceObject)
    if device.Timer:
        k.bugcheck(
            0xC9, 0xA, DeviceObject, 0, 0,
            rule=f"IoInitializeTimer was called twice for {stack.name(k, DeviceObject)}",
            mend="call it once for a device object, in DriverEntry",
        )  # fmt: skip
    address = k.pool.allocate_system(k.sizeof("_IO_TIMER"), f"IO_TIMER of {stack.name(k, DeviceObject)}")
    timer = _timer(k, address)
    timer.Type = IO_TYPE_TIMER
    timer.TimerRoutine, timer.Context, timer.DeviceObject = TimerRoutine, Context, DeviceObject
    k.list_insert_tail(k.io.timer_list, timer.at("TimerList"))
    device.Timer = address
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoStartTimer(_In_ PDEVICE_OBJECT DeviceObject);""",
    acquires="iotimer",
    stage=Stage(entry=6),
)
def IoStartTimer(k: Kernel, DeviceObject: int) -> Result:
    """Have the device's IoTimer routine called once a second from now on."""
    timer = _of(k, DeviceObject, "IoStartTimer")
    if stack.going(k, DeviceObject) or timer.TimerFlag:
        return None
    first = not running(k)
    timer.TimerFlag = 1
    k.acquire("iotimer", DeviceObject, f"IoTimer of {stack.name(k, DeviceObject)}, {symbol(k, timer.TimerRoutine)}")
    k.emit("timer", f"IoTimer of {stack.name(k, DeviceObject)} started", device=DeviceObject)
    if first:
        _arm(k)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoStopTimer(_In_ PDEVICE_OBJECT DeviceObject);""",
    releases="iotimer",
    stage=Stage(unload=2),
)
def IoStopTimer(k: Kernel, DeviceObject: int) -> Result:
    """Have it called no more; not to be called from the IoTimer routine itself."""
    stop(k, DeviceObject, _of(k, DeviceObject, "IoStopTimer"))
    return None


def stop(k: Kernel, device: int, timer: Value) -> None:
    """Stop a device's timer if it is started."""
    if not timer.TimerFlag:
        return
    timer.TimerFlag = 0
    k.release("iotimer", device)
    k.emit("timer", f"IoTimer of {stack.name(k, device)} stopped", device=device)
    if not running(k):
        nt(k, "KeCancelTimer", k.io.timer)
        nt(k, "KeRemoveQueueDpc", k.io.timer_dpc)


def delete(k: Kernel, device: int) -> None:
    """The device goes, and its timer with it."""
    address = stack.device(k, device).Timer
    if not address:
        return
    timer = _timer(k, address)
    stop(k, device, timer)
    k.list_remove(timer.at("TimerList"))
    stack.device(k, device).Timer = 0
    k.pool.free_system(address)


def _of(k: Kernel, device: int, routine: str) -> Value:
    stack.require(k, device, routine)
    address = stack.device(k, device).Timer
    if not address:
        k.bugcheck(
            0x50, 4, 0, 0, 0,
            rule=f"{routine} was called for {stack.name(k, device)}, which has no IoTimer",
            mend="call IoInitializeTimer for the device first",
        )  # fmt: skip
    return _timer(k, address)


def _arm(k: Kernel) -> None:
    """Start nt's own timer that drives them all."""
    nt(k, "KeInitializeDpc", k.io.timer_dpc, k.address_of("IopTimerDispatch"), 0)
    nt(k, "KeInitializeTimer", k.io.timer)
    nt(k, "KeSetTimerEx", k.io.timer, -SECOND, 1000, k.io.timer_dpc)


@internal("IopTimerDispatch")
def timer_dispatch(k: Kernel, dpc: int, context: int, argument1: int, argument2: int) -> Result:
    """The DPC of nt's timer: calls the routine of every started IoTimer."""
    return _call(k, tuple(running(k)))


def _call(k: Kernel, left: tuple[int, ...]) -> Result:
    alive = set(running(k))
    for n, address in enumerate(left):
        if address not in alive:
            continue
        timer = _timer(k, address)
        routine, rest = int(timer.TimerRoutine), left[n + 1 :]

        def then(k: Kernel, value: int, routine: int = routine, rest: tuple[int, ...] = rest) -> Result:
            if k.irql != DISPATCH_LEVEL:
                k.bugcheck(
                    0xC8, k.irql << 16 | DISPATCH_LEVEL << 8 | 2, routine, 0, 0,
                    rule=f"the IoTimer routine {symbol(k, routine)} returned at IRQL {k.irql}",
                    mend="release the spin locks it took, to the level at which they were acquired",
                )  # fmt: skip
            return _call(k, rest)

        return Call(routine, (timer.DeviceObject, timer.Context), then)
    return None
