"""The hardware abstraction layer: interrupt vectors, ports and registers, buses, DMA."""

from ntshell.nt.hal import bus, dma, irq, ports, registers

__all__ = ["bus", "dma", "irq", "ports", "registers"]
