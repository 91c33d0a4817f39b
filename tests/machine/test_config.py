"""Machine files: what may stand in them, and one clear line for what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.base.errors import Exit, FileUnreadable
from ntshell.machine.config import DEFAULT, DeviceSpec, LineSpec, MachineSpec, default_file, read_machine


def test_the_shipped_file_is_the_default() -> None:
    assert read_machine(default_file()) == DEFAULT == read_machine(None)


def test_a_machine_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[[line]]\nirq = 9\nmode = "level"\n[[device]]\nmodel = "lab"\nname = "board"\nbus = "Eisa"\n'
        "port = 0x240\nirq = 9\nunits = 3\n[[device]]\nmodel = 'lab'\nirq = 4\n",
        encoding="utf-8",
    )
    found = read_machine(file)
    board = DeviceSpec("lab", "board", "Eisa", 0x240, 9, 3)
    assert found == MachineSpec(
        1, (LineSpec(4, True), LineSpec(9, False)), (board, DeviceSpec("lab", "lab", "Isa", 0x300, 4, 1))
    )
    assert board.ports == 12


BAD = {
    "processors = 2": "processors = 2",
    "processors = 'one'": "processors = 'one'",
    "processor = 1": "'processor' is not known",
    "[[line]]\nirq = 5\nmode = 'edge'": "'edge'",
    "[[line]]\nirq = 2": "irq = 2",
    "[[line]]\nirq = true": "irq = True",
    "[[device]]\nmodel = 'modem'": "'modem'",
    "[[device]]\nname = 'x'": "no device model None",
    "[[device]]\nmodel = 'lab'\nbus = 'Pci'": "'Pci'",
    "[[device]]\nmodel = 'lab'\nunits = 0": "units = 0",
    "[[device]]\nmodel = 'lab'\nport = 0x10000": "port = 65536",
    "[[device]]\nmodel = 'lab'\nport = -1": "port = -1",
    "[[device]]\nmodel = 'lab'\nirq = 16": "irq = 16",
    "[[device]]\nmodel = 'lab'\ncolour = 1": "'colour' is not known",
    "[[device]\n": "is not TOML",
    "\xff\xfe": "is not TOML",
}

CLASHES = {
    "device = 3": "device",
    "line = [1]": "line",
    "[[device]]\nmodel = 'lab'\n[[device]]\nmodel = 'lab'\nname = 'x'\nport = 0x301": "port 0x301",
    "[[device]]\nmodel = 'lab'\n[[device]]\nmodel = 'lab'\nport = 0x400": "lab0",
}
CASES = [*BAD.items(), *CLASHES.items()]


@pytest.mark.parametrize(("content", "named"), CASES)
def test_a_bad_file_gets_one_line_that_names_it(content: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(FileUnreadable) as wrong:
        read_machine(file)
    shown = str(wrong.value)
    assert named in shown
    assert str(file) in shown
    assert "\n" not in shown
    assert wrong.value.exit_code == Exit.USAGE


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(FileUnreadable, match="cannot read machine file"):
            read_machine(path)
