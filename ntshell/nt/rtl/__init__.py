"""The run-time library: strings, memory, large integers, bit maps, time."""

from ntshell.nt.rtl import bitmap, convert, cstring, large, memory, string, time

__all__ = ["bitmap", "convert", "cstring", "large", "memory", "string", "time"]
