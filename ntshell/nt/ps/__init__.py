"""Processes and threads."""

from ntshell.nt.ps import current, state, thread, version
from ntshell.nt.ps.state import boot
from ntshell.nt.ps.thread import new_thread, reap, terminate

__all__ = ["boot", "current", "new_thread", "reap", "state", "terminate", "thread", "version"]
