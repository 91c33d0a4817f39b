"""The commands, one module a family; importing a module declares its commands.

Rule: a family is imported when one of its commands is used, so that a short run stays short; whoever wants to see all
commands calls `load`.  A test holds `FAMILIES` equal to what the modules declare.
"""

from __future__ import annotations

from importlib import import_module

FAMILIES = {
    "execution": "load unload g gc p t gu stage p- t- g- stage- !tt .restart q qq .quit .lastevent .driver",
    "breakpoints": "bp bu bl bc bd be",
    "stack": "k kn kb kv kp .frame dv r",
    "data": "dt ? ?? .formats",
    "memory": "db dw dd dc dq dp dps dds dqs da du dS !ustr",
    "naming": "x ln lm lmv ls lsa",
    "objects": "!drvobj !devobj !devstack !object !handle",
    "chain": "!devchain",
    "registry": "!reg",
    "interrupts": "!irql !dpcs !idt !lines !timer !pcr",
    "levels": "!levels",
    "threads": "!thread !process !ready",
    "requests": "!irp !irpfind",
    "io": "io",
    "outside": "fire tick",
    "pool": "!pool !poolused !poolfind",
    "rules": "!stages !findings .bugcheck !analyze",
    "bluescreen": ".bluescreen",
    "ledger": "!ledger",
    "time": "!events !timeline",
    "meta": ".help .hh help .echo vertarget .version version !error !ioctldecode .assert .expect .expect_finding .save",
}


def load() -> None:
    """Declare every command."""
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")


def load_for(word: str) -> bool:
    """Declare the family of the command with this name; whether there is one."""
    for family, names in FAMILIES.items():
        if word in names.split():
            import_module(f"{__name__}.{family}")
            return True
    return False
