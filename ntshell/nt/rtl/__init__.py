"""The run-time library: strings, memory, large integers, bit maps, time."""

from ntshell.nt.rtl import convert, cstring, string

__all__ = ["convert", "cstring", "string"]
