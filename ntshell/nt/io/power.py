"""Power IRPs: sent on like others.

Rule: they are not serialized, as since Windows Vista, so there is no next one to be started.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.io import packet
from ntshell.nt.io.irp import call_driver
from ntshell.nt.kernel import Kernel


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS PoCallDriver(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp);"""
)
def PoCallDriver(k: Kernel, DeviceObject: int, Irp: int) -> Result:
    """Send a power IRP to the next lower driver."""
    return call_driver(k, DeviceObject, Irp)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID PoStartNextPowerIrp(_Inout_ PIRP Irp);"""
)
def PoStartNextPowerIrp(k: Kernel, Irp: int) -> Result:
    """Say that the driver is ready for its next power IRP; none is held back for that."""
    packet.is_irp(k, Irp)
    return None
