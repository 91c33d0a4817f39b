"""Which system this is: NT 4.0, build 1381, a free build.

Rule: what a driver asks for that came later (WDM, an NTDDI version) is not there.
"""

from __future__ import annotations

from ntshell.nt.data_exports import BUILD
from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SUCCESS

MAJOR, MINOR = 4, 0
SERVICE_PACK, SERVICE_PACK_MAJOR = "Service Pack 6", 6
PLATFORM_WIN32_NT, WORKSTATION = 2, 1
NTDDI_NT4 = 0x04000000


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI BOOLEAN PsGetVersion(_Out_opt_ PULONG MajorVersion, _Out_opt_ PULONG MinorVersion,
        _Out_opt_ PULONG BuildNumber, _Out_opt_ PUNICODE_STRING CSDVersion);""",
    header="ntddk.h",
)
def PsGetVersion(k: Kernel, MajorVersion: int, MinorVersion: int, BuildNumber: int, CSDVersion: int) -> Result:
    """Tell the system's version; the result is whether it is a checked build."""
    for address, value in ((MajorVersion, MAJOR), (MinorVersion, MINOR), (BuildNumber, BUILD)):
        if address:
            k.memory.store(address, 4, value)
    if CSDVersion:
        string, data = k.struct("_UNICODE_STRING", CSDVersion), SERVICE_PACK.encode("utf-16-le")
        fits = data[: string.MaximumLength & ~1]
        k.memory.write(string.Buffer, fits)
        string.Length = len(fits)
    return 0


@export("""_IRQL_requires_max_(PASSIVE_LEVEL)
NTSYSAPI NTSTATUS RtlGetVersion(_Out_ PRTL_OSVERSIONINFOW lpVersionInformation);""")
def RtlGetVersion(k: Kernel, lpVersionInformation: int) -> Result:
    """Fill in the system's version, and what else the structure's size says that there is room for."""
    here = k.struct("_OSVERSIONINFOEXW", lpVersionInformation)
    size = here.dwOSVersionInfoSize
    here.dwMajorVersion, here.dwMinorVersion, here.dwBuildNumber = MAJOR, MINOR, BUILD
    here.dwPlatformId = PLATFORM_WIN32_NT
    text = SERVICE_PACK.encode("utf-16-le")
    k.memory.write(here.at("szCSDVersion"), text + b"\0\0")
    if size == k.sizeof("_OSVERSIONINFOEXW"):
        here.wServicePackMajor, here.wServicePackMinor = SERVICE_PACK_MAJOR, 0
        here.wSuiteMask, here.wProductType, here.wReserved = 0, WORKSTATION, 0
    return STATUS_SUCCESS


@export("""_IRQL_requires_max_(PASSIVE_LEVEL)
NTSYSAPI BOOLEAN RtlIsNtDdiVersionAvailable(_In_ ULONG Version);""")
def RtlIsNtDdiVersionAvailable(k: Kernel, Version: int) -> Result:
    """Tell whether the system is of that NTDDI version, or later."""
    return int(Version <= NTDDI_NT4 and not Version & 0xFFFF)


@export("""_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN IoIsWdmVersionAvailable(_In_ UCHAR MajorVersion, _In_ UCHAR MinorVersion);""")
def IoIsWdmVersionAvailable(k: Kernel, MajorVersion: int, MinorVersion: int) -> Result:
    """Tell whether the system has that version of WDM, or a later one: it has none."""
    return 0
