"""The executive: pool, interlocked operations, lookaside lists, fast mutexes, resources, work items, exceptions."""

from ntshell.nt.ex import exception, fastmutex, interlocked, lookaside, pool, resource, slist, workitem

__all__ = ["exception", "fastmutex", "interlocked", "lookaside", "pool", "resource", "slist", "workitem"]
