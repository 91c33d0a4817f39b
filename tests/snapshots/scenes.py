"""The scenes: a driver, a size, and what a hand does before the picture is taken.

A picture is told by one version of Textual, and drawn without blinking or animation.  `docs/app.svg` is the README's.
"""

from __future__ import annotations

import os
from pathlib import Path

import attrs
from textual.widgets import Input

from ntshell.debugger.session import Session, SessionOptions
from ntshell.faces.tui.app import NtshellApp
from ntshell.shell.shell import Shell

FOLDER = Path(__file__).parent
DOCS = FOLDER.parent.parent / "docs"
RACE = (":g", ":unload", ":g `unload.c:83`", ":fire lab0")  # the ISR on top of an Unload that has freed what it uses
BROKEN = """\
#include <ntddk.h>

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG Count = Cuont + 1;

    DriverObject->DriverUnlaod = NULL;
    return STATUS_SUCCESS;
}
"""


@attrs.frozen
class Scene:
    """A picture to be: `acts` are keys, or commands behind a colon."""

    name: str
    source: str
    size: tuple[int, int]
    acts: tuple[str, ...] = ()
    theme: str = ""
    folder: Path = FOLDER

    @property
    def file(self) -> Path:
        """Where the picture is kept."""
        return self.folder / f"{self.name}.svg"


SCENES = (
    Scene("app", "lab_late", (120, 40), (*RACE, "f11"), folder=DOCS),
    Scene("start-80x24", "lab", (80, 24)),
    Scene("full-200x60", "lab_late", (200, 60), ("f2", "f2", *RACE)),
    Scene("light-source", "lab", (120, 40), ("f2", ":bp LabUnload", ":g", ":unload"), theme="textual-light"),
    Scene("bugcheck-80x24", "lab_late", (80, 24), (*RACE, ":g")),
    Scene("analysis", "lab_late", (120, 40), (*RACE, ":g", "enter")),
    Scene("broken-100x30", "broken.c", (100, 30)),
)


async def picture(scene: Scene, home: Path) -> str:
    """The SVG of a scene; `home` is an empty folder for what the app reads and writes."""
    os.environ |= {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "STATE")}
    os.chdir(home)
    (home / "broken.c").write_text(BROKEN, encoding="utf-8")
    app = NtshellApp(Shell(Session(SessionOptions())), [f"load {scene.source}"])
    async with app.run_test(size=scene.size) as pilot:
        app.animation_level = "none"
        app.query_one(Input).cursor_blink = False
        if scene.theme:
            app.theme = scene.theme
        for act in ("", *scene.acts):
            if act.startswith(":"):
                app.do(act[1:])
            elif act:
                await pilot.press(act)
            for _ in range(2):
                await app.workers.wait_for_complete()
                await pilot.pause()
        return app.export_screenshot(title="ntshell")
