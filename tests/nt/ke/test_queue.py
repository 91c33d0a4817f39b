"""Device queues, bug check callbacks, floating-point state."""

from __future__ import annotations

from typing import Any


def entry(w: Any) -> int:
    return int(w.block("_KDEVICE_QUEUE_ENTRY"))


def test_device_queue(w: Any) -> None:
    queue, entries = w.block("_KDEVICE_QUEUE"), [entry(w) for _ in range(4)]
    w.call("KeInitializeDeviceQueue", queue)
    here = w.k.struct("_KDEVICE_QUEUE", queue)
    assert (here.Type, here["Size"], here.Busy) == (20, w.k.sizeof("_KDEVICE_QUEUE"), 0)
    with w.dies(0x02, queue):
        w.call("KeRemoveDeviceQueue", queue)
    assert w.call("KeInsertDeviceQueue", queue, entries[0]) == 0 and here.Busy == 1
    for address, key in zip(entries[1:], (30, 10, 30), strict=True):
        assert w.call("KeInsertByKeyDeviceQueue", queue, address, key) == 1
    assert list(w.k.list_walk(here.at("DeviceListHead"))) == [entries[2], entries[1], entries[3]]
    assert w.call("KeRemoveByKeyDeviceQueue", queue, 20) == entries[1]
    assert w.call("KeRemoveEntryDeviceQueue", queue, entries[3]) == 1
    assert w.call("KeRemoveEntryDeviceQueue", queue, entries[3]) == 0
    assert w.call("KeRemoveByKeyDeviceQueue", queue, 20) == entries[2]
    assert w.call("KeRemoveDeviceQueue", queue) == 0 and here.Busy == 0


def test_bug_check_callbacks(w: Any) -> None:
    record = w.block("_KBUGCHECK_CALLBACK_RECORD")
    here = w.k.struct("_KBUGCHECK_CALLBACK_RECORD", record)
    here.State = 0
    w.k.caller = "lab"
    assert w.call("KeRegisterBugCheckCallback", record, 0x10, 0x20, 0x30, 0x40) == 1
    assert w.call("KeRegisterBugCheckCallback", record, 0x10, 0x20, 0x30, 0x40) == 0
    assert (here.State, here.Checksum) == (1, 0xA0) and [e.kind for e in w.k.owed("lab")] == ["callback"]
    assert list(w.k.list_walk(w.k.ke.callback_list)) == [here.at("Entry")]
    assert w.call("KeDeregisterBugCheckCallback", record) == 1 and w.k.owed() == []
    assert w.call("KeDeregisterBugCheckCallback", record) == 0
    with w.dies(0xE2, 1, 2, 3, 4):
        w.call("KeBugCheckEx", 0xE2, 1, 2, 3, 4)


def test_floating_point_state(w: Any) -> None:
    save = w.block("_KFLOATING_SAVE")
    with w.dies(0xE7, 0):
        w.call("KeRestoreFloatingPointState", save)
    assert w.call("KeSaveFloatingPointState", save) == 0
    assert w.k.memory.read(save, 4) == b"\x7f\x02\0\0"  # the control word; on x64 a dummy
    w.k.set_irql(2)
    with w.dies(0xE7, 1, 0, 2):
        w.call("KeRestoreFloatingPointState", save)
    w.k.set_irql(0)
    assert w.call("KeRestoreFloatingPointState", save) == 0 and w.k.ke.float_saves == {}


def test_processor_blocks(w: Any) -> None:
    pcr = w.k.struct("_KPCR", w.k.processor.pcr)
    assert pcr.SelfPcr == pcr.address and pcr.Prcb == w.k.processor.prcb == pcr.at("PrcbData")
    assert w.call("KeQueryActiveProcessors") == 1 and w.call("KeGetCurrentProcessorNumber") == 0
