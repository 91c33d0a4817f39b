"""Privileges: kernel mode has them all; the user's program runs as an administrator.

Rule: three privileges belong to the system alone and no administrator has them.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

KERNEL_MODE = 0
SYSTEM_ONLY = (2, 3, 7)  # SeCreateTokenPrivilege, SeAssignPrimaryTokenPrivilege, SeTcbPrivilege


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI BOOLEAN SeSinglePrivilegeCheck(_In_ LUID PrivilegeValue, _In_ KPROCESSOR_MODE PreviousMode);""",
    header="ntddk.h",
)
def SeSinglePrivilegeCheck(k: Kernel, PrivilegeValue: int | bytes, PreviousMode: int) -> Result:
    """Tell whether the caller has a privilege."""
    if isinstance(PrivilegeValue, bytes):
        PrivilegeValue = int.from_bytes(PrivilegeValue, "little")
    return int(PreviousMode == KERNEL_MODE or PrivilegeValue not in SYSTEM_ONLY)
