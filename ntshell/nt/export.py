"""Exports: kernel routines that drivers call, each declared once by its SAL-annotated DDK prototype.

The prototype gives the header text that the driver is compiled against, the conversion of the result, the IRQL contract,
and the help.  `acquires`/`releases` name the kinds of things on the ledger (`LEDGER`); `stage` the rungs of DriverEntry
and Unload that a call belongs to.

    @export('''_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI LONG KeSetEvent(_Inout_ PRKEVENT Event, _In_ KPRIORITY Increment, _In_ BOOLEAN Wait);''')
    def KeSetEvent(k: Kernel, Event: int, Increment: int, Wait: int) -> Result: ...

Arguments arrive as C converts them to the parameter's type: signed ones may be negative, NTSTATUS is unsigned 32 bits.  A
variadic routine takes `*rest`.  An int result is wrapped to the prototype's result type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import attrs

from ntshell.nt.data_exports import declarations

PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL = 0, 1, 2
HIGH = 99  # any level; DIRQL as a maximum counts as any, since only ISRs run there
_LEVELS = {
    "PASSIVE_LEVEL": PASSIVE_LEVEL,
    "APC_LEVEL": APC_LEVEL,
    "DISPATCH_LEVEL": DISPATCH_LEVEL,
    "DIRQL": HIGH,
    "HIGH_LEVEL": HIGH,
}

# Kinds of things that a driver takes and owes back, with the words that a report uses.
LEDGER = {
    "device": "device object",
    "symbolic link": "symbolic link",
    "controller": "controller object",
    "interrupt": "interrupt object (connected)",
    "claim": "hardware claim in the ResourceMap",
    "devicemap": "registry value under DeviceMap",
    "registry": "volatile registry key or value",
    "pool": "pool block",
    "mapping": "mapping of device memory",
    "memory": "contiguous, noncached or common memory",
    "mdl": "memory descriptor list",
    "irp": "I/O request packet",
    "timer": "timer still set",
    "iotimer": "IoTimer still running",
    "dpc": "DPC still queued",
    "thread": "system thread still alive",
    "handle": "open kernel handle",
    "reference": "reference to an object",
    "attachment": "attachment to another device",
    "count": "count in the configuration information",
    "shutdown": "shutdown notification",
    "reinit": "Reinitialize routine still queued",
    "workitem": "work item",
    "lookaside": "lookaside list",
    "resource": "executive resource (ERESOURCE)",
    "adapter": "DMA adapter",
    "callback": "registered callback or notify routine",
    "section": "locked pageable section",
    "errorlog": "error log entry not written",
    "string": "string buffer from the Rtl routines",
    "interface": "device interface",
}

_SAL = re.compile(r"_IRQL_(requires_max|requires_min|requires)_\((\w+)\)")
_NAME = re.compile(r"(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*;?\s*$", re.S)
_NOISE = re.compile(
    r"\b_(?:IRQL|Acquires|Releases|Requires|When|Must|Success|Post|Pre|Ret|Function|Kernel|Check|Strict|At|Analysis)\w*_"
    r"(?:\((?:[^()]|\([^()]*\))*\))?|\b(?:NTKERNELAPI|NTSYSAPI|NTHALAPI|NTAPI|NTSYSCALLAPI|FASTCALL|VFASTCALL|__cdecl"
    r"|DECLSPEC_NORETURN|DECLSPEC_IMPORT|_DECL_HAL_KE_IMPORT)\b"
)
_SIGNED = {
    "NTSTATUS": 4,
    "LONG": 4,
    "INT": 4,
    "int": 4,
    "KPRIORITY": 4,
    "SHORT": 2,
    "CHAR": 1,
    "LONGLONG": 8,
    "long": 4,
}
_UNSIGNED = {
    "ULONG": 4, "ULONGLONG": 8, "USHORT": 2, "UCHAR": 1, "BOOLEAN": 1, "KIRQL": 1, "LOGICAL": 4, "WCHAR": 2, "CCHAR": 1,
    "ULONG64": 8, "DWORD": 4, "KAFFINITY": 0, "HANDLE": 0, "SIZE_T": 0, "size_t": 0, "ULONG_PTR": 0, "PHYSICAL_ADDRESS": 8,
    "LARGE_INTEGER": 8, "ULARGE_INTEGER": 8, "EX_POOL_PRIORITY": 4, "KPROCESSOR_MODE": 1, "DEVICE_TYPE": 4, "wchar_t": 2,
}  # fmt: skip
_ADJUSTED = {"NTSTATUS": "status", "LARGE_INTEGER": "large", "PHYSICAL_ADDRESS": "large", "LONGLONG": "large"}


@attrs.frozen(repr=False)
class Stage:
    """The rung of DriverEntry's ladder and of Unload's that a call belongs to; 0 for none."""

    entry: int = 0
    unload: int = 0


@attrs.frozen(repr=False)
class Contract:
    """What a prototype says.  `width` is the result's bytes: 0 pointer-sized, -1 none.

    `adjusted` are the parameters to convert before the call: index, and `status` or `large`.
    """

    params: tuple[tuple[str, str], ...]  # type and name
    width: int
    signed: bool
    low: int
    high: int
    adjusted: tuple[tuple[int, str], ...]


@attrs.define(eq=False, repr=False)
class Export:
    """A declared kernel routine; its prototype is read when it is first called."""

    name: str
    prototype: str
    module: str
    header: str
    acquires: tuple[str, ...]
    releases: tuple[str, ...]
    stage: Stage
    fails: tuple[int, ...]
    run: Callable[..., Any]
    _contract: Contract | None = None

    @property
    def contract(self) -> Contract:
        """Result, parameters and IRQL, as the prototype has them."""
        if self._contract is None:
            self._contract = read_prototype(self.prototype)
        return self._contract

    @property
    def summary(self) -> str:
        """First line of the routine's documentation."""
        return (self.run.__doc__ or "").strip().split("\n")[0]


EXPORTS: dict[str, Export] = {}
_NO_STAGE = Stage()


def export(
    prototype: str,
    *,
    acquires: str | tuple[str, ...] = (),
    releases: str | tuple[str, ...] = (),
    stage: Stage = _NO_STAGE,
    header: str = "wdm.h",
    module: str = "nt",
    fails: tuple[int, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a kernel routine; `fails` are the statuses (or 0 for NULL) with which the call may fail on any machine."""
    taken = (acquires,) if isinstance(acquires, str) else acquires
    given = (releases,) if isinstance(releases, str) else releases

    def bind(run: Callable[..., Any]) -> Callable[..., Any]:
        name = run.__name__
        if name in EXPORTS:
            raise ValueError(f"two exports named {name}")
        EXPORTS[name] = Export(name, prototype, module, header, taken, given, stage, fails, run)
        return run

    return bind


def read_prototype(prototype: str) -> Contract:
    """Take a SAL-annotated prototype apart."""
    levels = {kind: _LEVELS[level] for kind, level in _SAL.findall(prototype)}
    bare = " ".join(_NOISE.sub(" ", prototype).split())
    found = _NAME.search(bare)
    if found is None:
        raise ValueError(f"no prototype: {prototype!r}")
    params = tuple(_params(found[2]))
    width, signed = _result(bare[: found.start()].strip())
    return Contract(
        params=params,
        width=width,
        signed=signed,
        low=levels.get("requires_min", levels.get("requires", PASSIVE_LEVEL)),
        high=levels.get("requires_max", levels.get("requires", HIGH)),
        adjusted=tuple((n, _ADJUSTED[kind]) for n, (kind, _) in enumerate(params) if kind in _ADJUSTED),
    )


def declared_name(prototype: str) -> str:
    """The name in a prototype; a routine's Python function is called the same."""
    found = _NAME.search(" ".join(_NOISE.sub(" ", prototype).split()))
    return found[1] if found is not None else ""


def _params(text: str) -> list[tuple[str, str]]:
    """Type (without annotations) and name of each parameter; function-pointer parameters must be typedefs."""
    if text.strip() in ("", "VOID", "void"):
        return []
    params = []
    for part in re.split(r",(?![^()]*\))", text):
        words = re.sub(r"\b_(?:In|Out|Inout|Reserved|Outptr|Deref)\w*_?(?:\([^()]*\))?", " ", part)
        words = re.sub(r"\bOPTIONAL\b|\[\w*\]", " ", words).strip()
        if words == "...":
            continue
        kind, _, param = words.replace("*", "* ").rpartition(" ")
        params.append((kind.replace("CONST ", "").strip(), param))
    return params


def _result(text: str) -> tuple[int, bool]:
    """Width and signedness of a result type."""
    words = [word for word in text.replace("*", " * ").split() if word not in ("CONST", "const", "extern", "static")]
    if words in (["VOID"], ["void"]):
        return -1, False
    if "*" in words or len(words) == 1 and words[0].startswith("P") and words[0] not in _UNSIGNED:
        return 0, False
    kind = words[-1] if words else "int"
    if kind in _SIGNED:
        return _SIGNED[kind], True
    if kind in _UNSIGNED:
        return _UNSIGNED[kind], False
    return 4, True  # an enumeration


def prototypes() -> dict[str, str]:
    """The virtual headers: every prototype of a header's exports, by `wdm.exports.h`-style name."""
    texts: dict[str, list[str]] = {f"{stem}.exports.h": [] for stem in ("wdm", "ntddk", "ntifs")}
    for routine in EXPORTS.values():
        texts[routine.header.removesuffix(".h") + ".exports.h"].append(routine.prototype)
    texts["wdm.exports.h"].append(declarations())
    return {name: "\n".join(lines) + "\n" for name, lines in texts.items()}


def exports_key() -> str:
    """A word that changes when any of these texts does."""
    return sha256("".join(prototypes().values()).encode()).hexdigest()
