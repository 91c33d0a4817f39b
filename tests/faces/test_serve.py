"""The app in a browser: what serve starts, whom it lets in, and the app itself in a real page."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from ntshell.base.errors import Exit
from ntshell.debugger.session import SessionOptions
from ntshell.faces import serve
from tests.faces.browser import CHROMIUM, browser, until
from tests.faces.conftest import Run

Served = tuple[str, "subprocess.Popen[str]"]


@contextmanager
def served(*argv: str) -> Iterator[Served]:
    """A server's address and process; it has ended when this is left."""
    command = [sys.executable, "-m", "ntshell", "serve", "--port", "0", *argv]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + process.stderr.read()
        yield found[0], process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_what_a_page_starts_has_all_that_was_asked_for() -> None:
    options = SessionOptions("x64", (Path("with space"),), (("A", "1"), ("B", 'say "x"')), Path("pc.toml"), 500)
    words = shlex.split(serve.command(options, ["my driver.c"], ["bp X; g", "-k"]))
    from ntshell.cli import _options, _parse

    args = _parse(words[3:])
    assert words[:3] == [sys.executable, "-m", "ntshell"]
    assert (args.words, args.commands) == (["my driver.c"], ["bp X; g", "-k"])
    args.include = []  # which need not exist where this test runs
    again = _options(args)
    assert again == SessionOptions("x64", (), options.defines, options.machine, options.steps)
    assert "-Iwith space" in words


def test_a_port_that_is_taken(process: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shown = process("serve", "--port", str(port))
    assert shown.code == Exit.USAGE
    (line,) = shown.err.splitlines()
    assert line.startswith(f"ntshell: cannot serve at port {port}: ")
    assert "--port" in line


def test_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    shown = run("serve")
    assert (shown.code, shown.err) == (2, "ntshell: serve needs textual-serve (pip install 'ntshell[web]')\n")


def test_mistakes_are_told_before_anything_is_served(run: Run) -> None:
    for argv, named in ((["labb"], "did you mean lab?"), (["--machine", "no.toml"], "no.toml"), (["--json"], "--json")):
        shown = run("serve", *argv)
        assert shown.code == Exit.USAGE
        assert named in shown.err


def test_only_its_own_page_is_let_in() -> None:
    with served() as (address, _):
        asyncio.run(_strangers(address))


async def _strangers(address: str) -> None:
    socket_address = f"{address.replace('http', 'ws')}/ws"
    async with aiohttp.ClientSession() as session:
        for origin in ("http://elsewhere.example", "null", address.replace("127.0.0.1", "localhost")):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(socket_address, headers={"Origin": origin})
            assert refused.value.status == 403, origin
        async with session.get(address, headers={"Host": "rebound.example"}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, f"{address}/")
        async with session.get(address) as answer:
            assert answer.status == 200
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_its_pages(ending: signal.Signals) -> None:
    with served("lab") as (address, process):
        asyncio.run(_opened_and_ended(address, process, ending))
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


async def _opened_and_ended(address: str, process: subprocess.Popen[str], ending: signal.Signals) -> None:
    async with aiohttp.ClientSession() as session:
        line = await session.ws_connect(f"{address.replace('http', 'ws')}/ws?width=80&height=24")
        drawn = b""
        while b"DriverEntry is about to run" not in drawn:
            message = await line.receive(timeout=60)
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
            drawn += message.data if isinstance(message.data, bytes) else b""
        process.send_signal(ending)
        while (await line.receive(timeout=60)).type not in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
            pass


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_the_app_in_a_real_browser(tmp_path: Path) -> None:
    with served("lab", "-c", ".echo first words") as (address, _):
        asyncio.run(_in_a_browser(address, tmp_path / "profile"))


async def _in_a_browser(address: str, profile: Path) -> None:
    async with browser(profile) as new_page:
        page = await new_page()
        await page.open(address)
        await page.shows("lab!DriverEntry is about to run", "first words", "Source", "position 3")
        await page.click(300, 674)  # the shell's line
        await page.key("F10", 121)
        stepped = await page.shows("init.c:30")
        assert "> lab!DriverEntry is about to run [init.c:28]" not in stepped
        await page.type(".echo typed here")
        await page.shows("┃typed here")

        other = await new_page()
        await other.open(address)
        await other.shows("lab!DriverEntry is about to run [init.c:28]")  # what is done in one page is not in another
        assert all(each.startswith((address, "data:")) for each in page.requests), page.requests
        await page.type("q")
        closed = "document.body.classList.contains('-closed')"
        await until(lambda: page.evaluate(closed), "the session's end")
        assert page.errors == other.errors == []
