"""What a driver is compiled for and with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

ARCHES = ("x86", "x64")


@attrs.frozen(repr=False)
class Options:
    """`arch` is `x86` or `x64`; `include` are further folders for headers; `defines` are macros (value "1" is usual)."""

    arch: str = "x86"
    include: tuple[Path, ...] = ()
    defines: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def pointer_size(self) -> int:
        """Bytes in a pointer."""
        return 8 if self.arch == "x64" else 4


_COMMON = {
    "_MSC_VER": "1200",
    "_MSC_FULL_VER": "12008804",
    "_INTEGRAL_MAX_BITS": "64",
    "_WIN32": "1",
    "_WIN32_WINNT": "0x0400",
    "WINNT": "1",
    "NT_UP": "0",
    "DBG": "0",
    "FREE": "1",
    "STD_CALL": "1",
    "DEVL": "1",
    "__STDC_HOSTED__": "0",
    "__NTSHELL__": "1",
}
_OF_ARCH = {
    "x86": {"_X86_": "1", "i386": "1", "_M_IX86": "500"},
    "x64": {"_WIN64": "1", "_AMD64_": "1", "AMD64": "1", "_M_AMD64": "100", "_M_X64": "100"},
}


def predefined(options: Options) -> dict[str, str]:
    """The macros that are there before the first line, the user's last."""
    return {**_COMMON, **_OF_ARCH[options.arch], **options.defines}
