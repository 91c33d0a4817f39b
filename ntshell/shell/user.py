"""What a user program's requests look like: the status, the bytes, the data; or that one is pending."""

from __future__ import annotations

from typing import Any

from ntshell.debugger.inspect import Inspector
from ntshell.shell.report import Line


def request_lines(look: Inspector, record: Any) -> list[Line]:
    """A request's result, or that it is pending."""
    what = f"io {record.operation}" + (f" {record.path}" if record.operation == "open" else f" {record.handle}")
    if record.state != "done":
        return [Line(f"request {record.number}: {what} is pending", "note")]
    bad = record.status >> 30 == 3
    text = f"request {record.number}: {what} -> {look.status(record.status)}"
    if record.operation == "open" and not bad:
        text += f", handle {record.handle}"
    if record.operation in ("read", "write", "ioctl"):
        text += f", {record.information} bytes"
    if record.operation == "cancel" and not bad:
        text += f", {record.information} cancelled"
    return [Line(text, "bad" if bad else "good"), *[Line(f"    {each}") for each in dump(record.data)]]


def dump(data: bytes) -> list[str]:
    """Bytes and characters, 16 a line."""
    rows = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        rows.append(f"{at:04x}  {part.hex(' '):<47}  {shown}")
    return rows


def request_facts(record: Any) -> dict[str, Any]:
    """A request that is done, as plain data."""
    return {
        "request": record.number,
        "operation": record.operation,
        "handle": record.handle,
        "status": record.status,
        "information": record.information,
        "data": record.data.hex(),
    }
