"""Security: what a caller may do."""

from ntshell.nt.se import privilege

__all__ = ["privilege"]
