"""Completion routines whose driver stays in memory until they have run.

Rules: between a driver and its routine stands one of nt's, which holds a reference to the driver's device object
meanwhile.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Call, Result, after
from ntshell.nt.internal import internal
from ntshell.nt.io import packet
from ntshell.nt.io.constants import SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.status import STATUS_INSUFFICIENT_RESOURCES, STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS IoSetCompletionRoutineEx(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp,
        _In_ PIO_COMPLETION_ROUTINE CompletionRoutine, _In_opt_ PVOID Context, _In_ BOOLEAN InvokeOnSuccess,
        _In_ BOOLEAN InvokeOnError, _In_ BOOLEAN InvokeOnCancel);""",
    fails=(STATUS_INSUFFICIENT_RESOURCES,),
)
def IoSetCompletionRoutineEx(
    k: Kernel, DeviceObject: int, Irp: int, CompletionRoutine: int, Context: int, InvokeOnSuccess: int,
    InvokeOnError: int, InvokeOnCancel: int,
) -> Result:  # fmt: skip
    """Set a completion routine whose driver stays in memory until it has run."""
    here = packet.next_location(k, Irp)
    size = k.arch.pointer
    block = k.pool.allocate_system(3 * size, "context of IoSetCompletionRoutineEx")
    for n, value in enumerate((DeviceObject, CompletionRoutine, Context)):
        k.set_pointer(block + n * size, value)
    here.CompletionRoutine, here.Context = k.address_of("IopUnloadSafeCompletion"), block
    here.Control = (
        (SL_INVOKE_ON_SUCCESS if InvokeOnSuccess else 0)
        | (SL_INVOKE_ON_ERROR if InvokeOnError else 0)
        | (SL_INVOKE_ON_CANCEL if InvokeOnCancel else 0)
    )
    ob.reference(k, ob.find(k, DeviceObject))
    return STATUS_SUCCESS


@internal("IopUnloadSafeCompletion")
def unload_safe_completion(k: Kernel, device: int, irp: int, block: int) -> Result:
    """Call the driver's completion routine, then let go of its device object."""
    keeper, routine, context = (k.pointer(block + n * k.arch.pointer) for n in range(3))
    k.pool.free_system(block)

    def then(k: Kernel, status: int) -> Result:
        return after(k, ob.dereference(k, ob.find(k, keeper)), lambda kernel, _: status)

    return Call(routine, (device, irp, context), then)
