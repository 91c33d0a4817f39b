"""A headless browser, driven by its DevTools protocol: open a page, evaluate in it, press keys, collect its errors."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import attrs

CHROMIUM = shutil.which("chromium")
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --remote-debugging-port=0 --window-size=1280,800"
)
# The page keeps its terminal to itself: this catches it as the page makes it.
CATCH = """
Object.defineProperty(Object.prototype, "fitAddon", {
  configurable: true,
  set(value) {
    window.caught = this.terminal;
    Object.defineProperty(this, "fitAddon", { value, writable: true, configurable: true });
  },
});
"""
READ = """
(() => {
  const buffer = window.caught?.buffer.active;
  if (!buffer) return "";
  return [...Array(buffer.length).keys()].map(n => buffer.getLine(n).translateToString(true)).join("\\n");
})()
"""
PATIENCE = 30.0  # seconds; only a broken page takes them all


async def until(true: Callable[[], Any], what: str) -> Any:
    """Wait for what a function, plain or async, says of the page."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"not seen: {what}")


@attrs.define
class Page:
    """A page under the DevTools protocol."""

    line: aiohttp.ClientWebSocketResponse
    errors: list[str] = attrs.Factory(list)
    requests: list[str] = attrs.Factory(list)
    count: int = 0

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A call of the protocol; what happens meanwhile is noted."""
        self.count += 1
        await self.line.send_json({"id": self.count, "method": method, "params": parameters})
        while True:
            message = await self.line.receive_json(timeout=PATIENCE)
            if message.get("id") == self.count:
                assert "error" not in message, message
                return dict(message["result"])
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        facts = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(facts["exceptionDetails"]))
        elif message.get("method") == "Network.responseReceived":
            self.requests.append(facts["response"]["url"])

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        done = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def open(self, address: str) -> None:
        """Go to an address, noting what the page asks for and what goes wrong in it."""
        for domain in ("Runtime", "Page", "Network"):
            await self.call(f"{domain}.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=CATCH)
        await self.call("Page.navigate", url=address)

    async def screen(self) -> str:
        """The text that is on the page's terminal."""
        return str(await self.evaluate(READ))

    async def shows(self, *words: str) -> str:
        """Wait until all these words are on the terminal; the whole text then."""
        seen = ""

        async def there() -> bool:
            nonlocal seen
            seen = await self.screen()
            return all(word in seen for word in words)

        try:
            await until(there, f"{words} on the terminal")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{seen}\n{self.errors}") from None
        return seen

    async def click(self, x: int, y: int) -> None:
        """Click on the page, which must be in front for its keys to be its own."""
        await self.call("Page.bringToFront")
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def key(self, name: str, code: int, text: str = "") -> None:
        """Press a key that is no letter."""
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            facts = {"key": name, "code": name, "windowsVirtualKeyCode": code}
            await self.call("Input.dispatchKeyEvent", type=kind, **facts, **({"text": text} if text else {}))

    async def type(self, text: str) -> None:
        """Type a line, and Enter."""
        for letter in text:
            await self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)
        await self.key("Enter", 13, "\r")


@contextlib.asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Callable[[], Any]]:
    """A browser with nobody's profile; what it gives opens a new page.  It has ended when this is left."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *OPTIONS.split(), f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = folder / "DevToolsActivePort"
        await until(lambda: told.is_file() and told.read_text().count("\n"), "the browser's port")
        port = told.read_text().splitlines()[0]
        async with aiohttp.ClientSession() as session:

            async def page() -> Page:
                async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
                    target = await answer.json()
                return Page(await session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0))

            yield page
    finally:
        process.terminate()
        process.wait(PATIENCE)
