"""The ledger for a debugger's eye: what drivers hold.

An entry belongs to the driver that took it and names the line that did.
"""

from __future__ import annotations

from ntshell.nt.kernel import Held, Kernel


def outstanding(k: Kernel, driver: str = "") -> list[Held]:
    """What a driver (or any) still owes, oldest first."""
    return k.owed(driver or None)
