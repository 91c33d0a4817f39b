"""Faces: how a person or a script meets ntshell.  They render Reports and decide nothing about the machine.

Each is imported only when it is asked for: `batch` (no third party), `prompt` (prompt_toolkit, pygments), `tui` (textual).
"""
