"""ntshell: a kernel debugger for NT drivers that needs no machine to crash."""

__version__ = "0.1.0"
