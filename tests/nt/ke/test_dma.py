"""DMA adapters and common buffers."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.machine.memory import AccessFault


def describe(w: Any, master: int, channel: int, length: int) -> int:
    address = int(w.block("_DEVICE_DESCRIPTION"))
    device = w.k.struct("_DEVICE_DESCRIPTION", address)
    device.clear()
    device.Master, device.DmaChannel, device.MaximumLength, device.InterfaceType = master, channel, length, 1
    return address


def test_adapters(w: Any) -> None:
    count = w.block(4)
    first = w.call("HalGetAdapter", describe(w, 0, 2, 4096), count)
    assert w.k.memory.load(count, 4) == 2 and w.k.struct("_ADAPTER_OBJECT", first).ChannelNumber == 2
    assert w.call("HalGetAdapter", describe(w, 0, 2, 1 << 20), count) == first
    assert w.k.memory.load(count, 4) == 17
    assert w.call("HalGetAdapter", describe(w, 0, 4, 4096), count) == 0
    assert w.call("HalGetAdapter", describe(w, 1, 0, 8193), count) != first and w.k.memory.load(count, 4) == 3


def test_common_buffer(w: Any) -> None:
    w.k.caller = "lab"
    adapter, logical = w.call("HalGetAdapter", describe(w, 1, 0, 4096), w.block(4)), w.block(8)
    address = w.call("HalAllocateCommonBuffer", adapter, 100, logical, 0)
    physical = w.k.memory.load(logical, 8)
    assert address % 4096 == physical % 4096 == 0 and 0 < physical < 1 << 24
    assert [entry.kind for entry in w.k.owed("lab")] == ["memory"]
    with w.dies(0xE6, 3, address):
        w.call("HalFreeCommonBuffer", adapter, 101, physical, address, 0)
    w.call("HalFreeCommonBuffer", adapter, 100, physical, address, 0)
    assert w.k.owed() == []
    with pytest.raises(AccessFault):
        w.k.memory.load(address, 1)
    with w.dies(0xE6, 3, address):
        w.call("HalFreeCommonBuffer", adapter, 100, physical, address, 0)
