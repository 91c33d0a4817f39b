"""The hardware abstraction layer: interrupt vectors, ports and registers, buses."""

from ntshell.nt.hal import bus, irq, ports, registers

__all__ = ["bus", "irq", "ports", "registers"]
