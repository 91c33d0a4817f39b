"""The command line: one entry point for every face.

Rules: a face is imported only when it is asked for; a user's mistake is one clear line on stderr and an exit code of
`ntshell.base.errors.Exit`, never a traceback; a traceback is a bug of ntshell's and says so.
"""

from __future__ import annotations

import argparse
import errno
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ntshell import __version__
from ntshell.base.errors import Exit, FileUnreadable, NtshellError, UsageError
from ntshell.faces.talk import complain, say

if TYPE_CHECKING:
    from ntshell.debugger.session import SessionOptions
    from ntshell.faces.batch import Batch

BUG = 70  # as sysexits.h has it: a fault inside the program
BROKEN_PIPE = 141  # as a shell shows a program that wrote where nobody reads
DEFAULT_DRIVER = "lab"

_USAGE = """\
ntshell [options] [SOURCE ...]          the app, with drivers loaded ('lab' if none is named)
       ntshell [options] shell [SOURCE ...]    the line shell; commands come from stdin when that is no terminal
       ntshell [options] run FILE.nts ...      run command files, each on a machine of its own ('-' is stdin)
       ntshell [options] serve [SOURCE ...]    the app in a browser on this machine
       ntshell [options] drivers               the drivers that ship"""

_EPILOG = """\
SOURCE is a bundled driver's name, a .c file, or a folder of .c files (one driver).
Where the app cannot draw (TERM=dumb, or output that goes elsewhere) the shell takes its place.

exit codes: 0 clean · 1 the driver broke a rule or bug-checked, or an expectation failed · 2 usage or unreadable file ·
3 C source did not compile · 4 step budget spent · 130 interrupted"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint="ntshell --help shows the usage")


def main(argv: list[str] | None = None) -> int:
    """Run ntshell; returns the exit code."""
    gc.disable()  # until the machine stands: the start-up makes much that stays, and nothing to collect
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except NtshellError as error:
        complain(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        say("interrupted")
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush says nothing
        return BROKEN_PIPE
    except Exception as error:
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """A full disk behind standard output is the user's to mend; anything else is a bug of ours, and says so."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        say(f"cannot write to standard output: {error.strerror}")
        return int(Exit.USAGE)
    import traceback

    traceback.print_exception(error)
    say(f"this is a bug of ntshell's ({__version__}), not yours; please report the lines above")
    return BUG


def _dispatch(argv: list[str]) -> int:
    args = _parse(argv)
    verb = args.words.pop(0) if args.words and args.words[0] in _VERBS else ""
    if args.port is not None and verb != "serve":
        raise UsageError("--port is for serve", hint="usage: ntshell serve --port N")
    return _VERBS.get(verb, _app)(args)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="ntshell", usage=_USAGE, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    add = parser.add_argument
    add("--arch", choices=("x86", "x64"), default="x86", help="the target machine (x86 by default)")
    add("-I", dest="include", metavar="DIR", action="append", default=[], help="look for headers there too")
    add("-D", dest="define", metavar="NAME[=VALUE]", action="append", default=[], help="define a macro (1 by default)")
    add("--machine", metavar="FILE.toml", help="the hardware, instead of the PC with one lab card")
    add(
        "-c",
        dest="commands",
        metavar="COMMANDS",
        action="append",
        default=[],
        help="commands to begin with, ';' between",
    )
    add("--json", action="store_true", help="one JSON object a command and line on stdout")
    add("--steps", metavar="N", type=_count, help="stop a driver that runs for more than N steps")
    add("--port", metavar="N", type=_port, help="where serve is found on this machine (8000 by default)")
    add("--version", action="version", version=f"ntshell {__version__}")
    return parser.parse_intermixed_args(argv)


def _count(text: str) -> int:
    value = _number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of steps")
    return value


def _port(text: str) -> int:
    value = _number(text)
    if not 0 <= value < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return value


def _number(text: str) -> int:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        return -1


def _options(args: argparse.Namespace) -> SessionOptions:
    from ntshell.debugger.session import SessionOptions

    for name in args.include:
        if not Path(name).is_dir():
            raise FileUnreadable(f"-I {name}: no such folder")
    defines = tuple(
        (name, value if given else "1") for name, given, value in (each.partition("=") for each in args.define)
    )
    for name, _ in defines:
        if not name.isidentifier() or not name.isascii():
            raise UsageError(f"-D {name}: that is no C name")
    machine = Path(args.machine) if args.machine else None
    return SessionOptions(args.arch, tuple(map(Path, args.include)), defines, machine, args.steps)


def _drivers(args: argparse.Namespace) -> int:
    from ntshell.debugger.source import bundled_names, described
    from ntshell.faces.batch import write
    from ntshell.shell.report import Report, Table, cell

    if args.words:
        raise UsageError(f"drivers: '{args.words[0]}' is too much", hint="usage: ntshell drivers")
    rows = tuple((cell(name), cell(described(name))) for name in bundled_names())
    write(Report((Table("drivers", ("name", "about"), rows),)), "drivers", args.json)
    return int(Exit.CLEAN)


def _batch(args: argparse.Namespace) -> Batch:
    from ntshell.faces.batch import Batch

    return Batch(_options(args), args.json)


def _run(args: argparse.Namespace) -> int:
    if not args.words and not args.commands:
        raise UsageError("run: no command file is named", hint="usage: ntshell run FILE.nts ...")
    batch = _batch(args)
    for file in args.words:
        if file != "-" and not Path(file).is_file():
            raise FileUnreadable(f"no such command file: {file}")
    return max((batch.run(args.commands, file) for file in args.words or [""]), default=int(Exit.CLEAN))


def _sources(args: argparse.Namespace) -> list[str]:
    """The drivers to begin with; a name that leads nowhere is told before a screen is opened."""
    from ntshell.debugger.source import find_source

    for source in args.words:
        find_source(source)
    return args.words or [DEFAULT_DRIVER]


def _app(args: argparse.Namespace) -> int:
    drawn_elsewhere = "TEXTUAL_DRIVER" in os.environ  # a browser's page: serve says so to the app that it starts
    terminal = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if args.json or not drawn_elsewhere and (not terminal or os.environ.get("TERM") == "dumb"):
        return _shell(args)
    options, sources = _options(args), _sources(args)
    from ntshell.faces.tui import open_app

    return open_app(options, sources, args.commands)


def _shell(args: argparse.Namespace) -> int:
    if args.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        sources = args.words or [DEFAULT_DRIVER]
        return _batch(args).run(args.commands, "" if args.commands else "-", sources)
    options, sources = _options(args), _sources(args)
    from ntshell.faces.prompt import interact

    return interact(options, sources, args.commands)


def _serve(args: argparse.Namespace) -> int:
    if args.json:
        raise UsageError("serve has no --json")
    options, sources = _options(args), _sources(args)
    from ntshell.faces.serve import DEFAULT_PORT, serve

    return serve(options, sources, args.commands, DEFAULT_PORT if args.port is None else args.port)


_VERBS = {"shell": _shell, "run": _run, "serve": _serve, "drivers": _drivers}
