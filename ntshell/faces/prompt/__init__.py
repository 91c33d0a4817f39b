"""The line shell: a prompt with history, suggestions, completion and highlighting.  Built on prompt_toolkit and pygments."""

from ntshell.faces.prompt.loop import interact

__all__ = ["interact"]
