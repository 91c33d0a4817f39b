"""The compiler: a driver's C source becomes steps.  See `program` for what comes out.

Importing this package loads neither pycparser nor pcpp; they are needed only when nothing fitting is cached.
"""

from __future__ import annotations

from ntshell.compiler.cache import compile_driver, kernel_types
from ntshell.compiler.errors import CompileFailed
from ntshell.compiler.options import Options
from ntshell.compiler.program import Problem, Program

__all__ = ["CompileFailed", "Options", "Problem", "Program", "compile_driver", "kernel_types"]
