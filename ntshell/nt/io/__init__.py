"""The I/O manager: drivers, devices, IRPs, files, timers, controllers.

Importing this package declares its exports and internal routines.
"""

from __future__ import annotations

from ntshell.nt.io import (
    attach,
    build,
    cancel,
    complete,
    completion,
    controller,
    csq,
    device,
    driver,
    errorlog,
    extension,
    file,
    irp,
    misc,
    power,
    removelock,
    request,
    startio,
    timer,
    unload,
)
from ntshell.nt.io.driver import call_driver_entry, create_driver_object
from ntshell.nt.io.request import start
from ntshell.nt.io.state import DriverRecord, IoState, OpenFile, RequestRecord, boot
from ntshell.nt.io.unload import can_unload_now, unload_driver

__all__ = [
    "DriverRecord",
    "IoState",
    "OpenFile",
    "RequestRecord",
    "attach",
    "boot",
    "build",
    "call_driver_entry",
    "can_unload_now",
    "cancel",
    "complete",
    "completion",
    "controller",
    "create_driver_object",
    "csq",
    "device",
    "driver",
    "errorlog",
    "extension",
    "file",
    "irp",
    "misc",
    "power",
    "removelock",
    "request",
    "start",
    "startio",
    "timer",
    "unload",
    "unload_driver",
]
