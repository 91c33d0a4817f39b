"""The app in a browser: `ntshell serve` starts an ntshell for every page that is opened, and textual-serve draws it there.

Rules: who can type there can do what the user can, so it is found on this machine only, and only its own page may open
the line to it (a browser lets any page try); nothing is asked of the internet; no page shares anything with another.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ntshell.base.errors import Exit, UsageError
from ntshell.debugger.session import Session, SessionOptions
from ntshell.faces.talk import say

if TYPE_CHECKING:
    from aiohttp import web
    from textual_serve.server import Server

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PATIENCE = 0.1  # seconds that open pages have to end by themselves when the server does
POLICY = (  # what a page of ours may load: what the server itself has, and what stands in the page
    "default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws://{origin}; frame-ancestors 'none'"
)


def serve(options: SessionOptions, sources: list[str], commands: list[str], port: int) -> int:
    """Serve the app until Ctrl+C; port 0 is any that is free.  Returns the exit code."""
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError:
        raise UsageError("serve needs textual-serve", hint="pip install 'ntshell[web]'") from None

    Session(options)  # what is wrong with the machine is told here, not in the browser
    with _listener(port) as listener:
        origin = f"{HOST}:{listener.getsockname()[1]}"
        server = Server(command(options, sources, commands), public_url=f"http://{origin}", title="ntshell")
        server.console.quiet = True
        say(f"the app is at http://{origin} in a browser on this machine; Ctrl+C ends it")
        web.run_app(_guarded(server, origin), sock=listener, print=None, access_log=None, shutdown_timeout=PATIENCE)
    return int(Exit.CLEAN)


def _listener(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        hint = "--port N takes another, --port 0 any that is free"
        raise UsageError(f"cannot serve at port {port}: {error.strerror}", hint=hint) from None


def command(options: SessionOptions, sources: list[str], commands: list[str]) -> str:
    """What opens the app of a page, for the system's shell."""
    words = [sys.executable, "-m", "ntshell", "--arch", options.arch]
    words += [f"-I{folder}" for folder in options.include]
    words += [f"-D{name}={value}" for name, value in options.defines]
    words += [f"--machine={options.machine}"] if options.machine else []
    words += [f"--steps={options.steps}"] if options.steps else []
    words += [f"-c{each}" for each in commands if each]
    words += sources
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


async def _guarded(server: Server, origin: str) -> web.Application:
    """The server's pages, for those who came by its own address."""
    from aiohttp import web

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host != origin:  # another name for this machine, perhaps one that somebody else gave it
            raise web.HTTPFound(f"http://{origin}/")
        if request.headers.get("Origin", f"http://{origin}") != f"http://{origin}":
            raise web.HTTPForbidden(text="another site's page may not open ntshell")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY.format(origin=origin)
        return response

    app = await server._make_app()
    app.middlewares.append(guard)
    return app
