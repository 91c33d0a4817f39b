"""Finding and reading source files as Microsoft's compiler does on a file system without case.

Rules: a quoted name is looked for beside the file that includes it, then beside those that include that, then like a
name in angles: `-I` folders, the driver's folder, the shipped headers (under `ddk/` too, where MinGW has them).
A header that is nowhere is made of its message file (.mc); `{wdm,ntddk,ntifs}.exports.h` are made on demand.  Every file
that was read is remembered with its digest, for the cache.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ntshell.base.shipped import folder
from ntshell.compiler.messages import header_of

_TRAIL = re.compile(r"([\x81-\xfe])\\\r?\n")  # the second byte of a Japanese or Chinese character, no backslash
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes) -> str:
    """The text of a source file: by its BOM, else UTF-8 if it is that, else Latin-1; line ends become newlines."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(name, "replace")
            break
    else:
        if data[1:2] == b"\0" and data[:1] not in (b"", b"\0"):
            text = data.decode("utf-16-le", "replace")
        else:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                text = _TRAIL.sub(r"\1 \n", data.decode("latin-1"))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x1a", "").rstrip("\0")


class Reader:
    """Reads files once, whatever their case, and keeps what was read."""

    def __init__(self, folders: tuple[Path, ...], virtual: Mapping[str, str]) -> None:
        self.shipped = str(folder("include"))
        self.folders = (*(str(each) for each in folders), self.shipped)
        self.virtual = {name.lower(): text for name, text in virtual.items()}
        self.texts: dict[str, str] = {}
        self.digests: dict[str, bytes] = {}
        self.scanned: dict[str, list[Any]] = {}  # lines of tokens
        self.unended: set[str] = set()  # files with a comment that takes all that follows
        self.included: dict[Any, Any] = {}  # what shipped headers gave, by the macros before them
        self.parsed: dict[Any, Any] = {}  # what units began with, parsed and declared
        self._system: dict[str, bool] = {}
        self.missed: set[str] = set()  # paths that were looked for and not there
        self._listings: dict[str, dict[str, str]] = {}

    def find(self, name: str, beside: list[str]) -> str | None:
        """The path of the header `name`, or `<name>` for one that is made on demand."""
        name = name.replace("\\", "/").strip()
        for base in (*beside, *self.folders):
            path = self._in(base, name)
            if path is not None:
                return path
            self.missed.add(os.path.join(base, name))
        if name.lower().startswith("ddk/"):
            return self.find(name[4:], [])
        if name.lower().endswith(".h") and name.lower() not in self.virtual:
            return self.find(f"{name[:-2]}.mc", beside)
        return f"<{name.lower()}>" if name.lower() in self.virtual else None

    def read(self, path: str) -> str:
        """The text of a file that `find` gave, or that the user named."""
        text = self.texts.get(path)
        if text is None:
            if path.startswith("<"):
                text = self.virtual[path[1:-1]]
            else:
                data = Path(path).read_bytes()
                self.digests[path] = hashlib.sha256(data).digest()
                text = decode(data)
                if path.lower().endswith(".mc"):
                    text = header_of(text)
            self.texts[path] = text
        return text

    def system(self, path: str) -> bool:
        """Whether a file is one of ntshell's headers."""
        known = self._system.get(path)
        if known is None:
            known = self._system[path] = path.startswith(("<", self.shipped + os.sep))
        return known

    def _in(self, base: str, name: str) -> str | None:
        path = os.path.normpath(os.path.join(base, name))
        if os.path.isfile(path):
            return path
        here = base
        for part in name.split("/"):
            if part in (".", "..", ""):
                here = os.path.normpath(os.path.join(here, part))
                continue
            listing = self._listing(here)
            if part.lower() not in listing:
                return None
            here = os.path.join(here, listing[part.lower()])
        return here if os.path.isfile(here) else None

    def _listing(self, path: str) -> dict[str, str]:
        found = self._listings.get(path)
        if found is None:
            try:
                found = {name.lower(): name for name in sorted(os.listdir(path), reverse=True)}
            except OSError:
                found = {}
            self._listings[path] = found
        return found
