"""The ledger for a debugger's eye: what drivers hold, and what has been lost.

An entry belongs to the driver that took it and names the line that did; entries of the same line are told together.
"""

from __future__ import annotations

from ntshell.nt.kernel import Finding, Held, Kernel


def outstanding(k: Kernel, driver: str = "") -> list[Held]:
    """What a driver (or any) still owes, oldest first."""
    return k.owed(driver or None)


def leaks(findings: list[Finding]) -> list[Held]:
    """What drivers that have gone left behind."""
    return [held for finding in findings if not finding.fatal for held in finding.held]
