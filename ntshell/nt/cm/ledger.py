"""What a driver owes the registry: values under DeviceMap, and volatile keys and values that it made.

Rules: only what was not there before goes on the ledger; what lives on the disk (a driver's own Parameters) does not.
"""

from __future__ import annotations

from ntshell.nt.cm.hardware import DEVICE_MAP
from ntshell.nt.cm.registry import Key, show
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import nt_success


def _kind(key: Key) -> str:
    if f"{key.path.upper()}\\".startswith(f"{DEVICE_MAP.upper()}\\"):
        return "devicemap"
    return "registry" if key.volatile else ""


def _short(path: str) -> str:
    return path.removeprefix("\\Registry\\Machine\\")


def set_value(k: Kernel, key: Key, name: str, type: int, data: bytes) -> int:
    """Write a value for a driver; returns an NTSTATUS."""
    existed = key.value(name) is not None
    status: int = k.registry.set_value(key, name, type, data)
    kind = _kind(key)
    if nt_success(status) and kind and not existed:
        k.acquire(kind, _value_key(key, name), f"{_short(key.path)}: {name or '(default)'} = {show(type, data)}")
    return status


def delete_value(k: Kernel, key: Key, name: str) -> int:
    """Delete a value for a driver; returns an NTSTATUS."""
    status: int = k.registry.delete_value(key, name)
    kind = _kind(key)
    if nt_success(status) and kind:
        k.release(kind, _value_key(key, name))
    return status


def _value_key(key: Key, name: str) -> str:
    return f"{key.path}\\{name}".upper()


def key_made(k: Kernel, key: Key) -> None:
    """A driver made a key by itself."""
    if key.volatile:
        k.acquire("registry", key.path.upper(), f"key {_short(key.path)}")


def delete_key(k: Kernel, key: Key) -> int:
    """Delete a key with its values for a driver; returns an NTSTATUS."""
    kind, path, names = _kind(key), key.path.upper(), [each.name for each in key.values]
    status: int = k.registry.delete(key)
    if nt_success(status):
        k.release("registry", path)
        if kind:
            for name in names:
                k.release(kind, f"{path}\\{name}".upper())
    return status
