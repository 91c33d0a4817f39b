"""The public door of the compiler, with what was compiled before kept by content.

An entry's name is the digest of the sources, the options, the exports' key, Python's version and this compiler's own
files.  Inside is a manifest of the headers that were read (and of places where a header was looked for in vain): if one
has changed, the entry does not hold.  Rules: an entry carries the digest of its bytes, is written under another name and
moved into place, and whatever is wrong with one means only that it is not there.  A hit imports no parser.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ntshell.base import folders
from ntshell.compiler import store
from ntshell.compiler.options import Options
from ntshell.compiler.program import Program
from ntshell.ctype.table import TypeTable

Exports = Mapping[str, str] | Callable[[], Mapping[str, str]]
_MAGIC = b"ntshell1"
_DEEPEST = 15_000
_kernels: dict[str, TypeTable] = {}
_DEVICE_CLASSES = (
    "kbdmou", "mountdev", "ntdd8042", "ntddcdrm", "ntdddisk", "ntddkbd", "ntddmou", "ntddser", "ntddstor",
)  # fmt: skip
_HEADERS = "".join(f"#include <{stem}.h>\n" for stem in ("ntddk", "nti", *_DEVICE_CLASSES))
_VIRTUAL = {f"{stem}.exports.h": "" for stem in ("wdm", "ntddk", "ntifs")}


def compile_driver(
    name: str, sources: Sequence[Path], options: Options, exports: Exports, exports_key: str = ""
) -> Program:
    """The compiled driver; `exports` gives the virtual headers' texts and is asked only if nothing fitting is cached.

    Raises CompileFailed with every problem that was found, FileUnreadable for a source that cannot be read.
    """
    texts = [_read(path) for path in sources]
    parts = [name, options.arch, exports_key, *map(str, options.include), *map(str, sources)]
    parts += [f"{key}={value}" for key, value in sorted(options.defines.items())]
    path = folders.cache() / f"{_digest(parts, texts)}.program"
    entry = _load(path)
    if entry is not None:
        try:
            return store.unpack(entry, kernel_types(options.arch))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            pass
    from ntshell.compiler.build import build

    kernel = kernel_types(options.arch)
    texts_of = exports() if callable(exports) else exports
    with _unhindered():
        program, reader = build(name, sources, options, texts_of, kernel)
    _save(path, store.pack(program), reader)
    return program


def kernel_types(arch: str) -> TypeTable:
    """The types, enumeration constants and integer macros of the kernel's headers for an architecture."""
    known = _kernels.get(arch)
    if known is not None:
        return known
    pointer = Options(arch).pointer_size
    path = folders.cache() / f"{_digest(['kernel', arch], [_HEADERS.encode()])}.types"
    spec = _load(path)
    if not isinstance(spec, dict) or set(spec) != {"typedefs", "tags", "constants"}:
        from ntshell.compiler.build import header_types

        with _unhindered():
            spec, reader = header_types(_HEADERS, Options(arch), _VIRTUAL)
        _save(path, spec, reader)
    made = _kernels[arch] = TypeTable(spec, pointer)
    return made


@contextmanager
def _unhindered() -> Iterator[None]:
    """Without the garbage collector, which would look through a growing syntax tree again and again, and deeply."""
    collecting, deepest = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(deepest, _DEEPEST))  # long chains of else if, long sums
    try:
        yield
    finally:
        sys.setrecursionlimit(deepest)
        if collecting:
            gc.enable()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        from ntshell.base.errors import FileUnreadable

        raise FileUnreadable(f"{path} cannot be read: {error.strerror}") from None


def _digest(parts: Sequence[str], texts: Sequence[bytes]) -> str:
    hasher = hashlib.sha256(_stamp())
    for part in (*(part.encode("utf-8", "surrogateescape") for part in parts), *texts):
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.hexdigest()[:40]


def _stamp() -> bytes:
    """What this compiler and this Python are."""
    words = [sys.version, str(marshal.version), sys.implementation.cache_tag or ""]
    package = Path(__file__).parent
    for place in (package, package.parent / "ctype"):
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.name.endswith(".py"):
                    found = entry.stat()
                    words.append(f"{entry.name} {found.st_size} {found.st_mtime_ns}")
    return "\n".join(words).encode()


# --- entries -----------------------------------------------------------------------------------------------------------
def _load(path: Path) -> Any:
    """The content of an entry that holds, else None."""
    try:
        data = path.read_bytes()
        if data[:8] != _MAGIC or hashlib.sha256(data[40:]).digest() != data[8:40]:
            return None
        files, missed, content = marshal.loads(data[40:])
        if all(map(_unchanged, files)) and not any(map(os.path.exists, missed)):
            return content
    except (OSError, ValueError, TypeError, EOFError):
        pass
    return None


def _unchanged(entry: tuple[str, int, int, bytes]) -> bool:
    path, size, mtime, digest = entry
    found = os.stat(path)
    if found.st_size != size:
        return False
    return found.st_mtime_ns == mtime or hashlib.sha256(Path(path).read_bytes()).digest() == digest


def _save(path: Path, content: Any, reader: Any) -> None:
    """Write an entry; a cache that cannot be written is no cache, and no error."""
    try:
        files = [(file, *_facts(file), digest) for file, digest in sorted(reader.digests.items())]
        missed = sorted(reader.missed)
        payload = marshal.dumps((files, missed, content))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.new")
        temporary.write_bytes(_MAGIC + hashlib.sha256(payload).digest() + payload)
        os.replace(temporary, path)
    except (OSError, ValueError):
        pass


def _facts(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns
