"""The executive: pool, interlocked operations, lookaside lists, fast mutexes, resources, work items, exceptions."""

from ntshell.nt.ex import exception, fastmutex, interlocked, lookaside, pool, resource, slist, workitem
from ntshell.nt.ex.data import start as boot

__all__ = ["boot", "exception", "fastmutex", "interlocked", "lookaside", "pool", "resource", "slist", "workitem"]
