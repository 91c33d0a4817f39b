"""The memory manager: pool, mappings, memory descriptor lists, pageable sections."""

from ntshell.nt.mm import mapping, mdl, section

__all__ = ["mapping", "mdl", "section"]
