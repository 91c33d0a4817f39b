"""The debugger: a driver's session free of any user interface.  `Session` is public: others build on it."""

from ntshell.debugger.session import Session, SessionOptions
from ntshell.debugger.stop import Stop

__all__ = ["Session", "SessionOptions", "Stop"]
