"""Talking to the debugger: printing and breaking in."""

from ntshell.nt.dbg import breakpoint, printing

__all__ = ["breakpoint", "printing"]
