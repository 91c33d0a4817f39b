"""Message files (.mc): the header that Microsoft's message compiler would make of one, for a driver that includes it.

Rules: a line of the header stands where its line stands in the message file; `;` lines pass through; a message's value is
severity, facility and number, as in an NTSTATUS; its texts are left out.  A mistake becomes an #error at its line.
"""

from __future__ import annotations

import re

import attrs

_LIST = re.compile(r"\s*(severity|facility|language)names\s*=\s*\((.*)", re.IGNORECASE)
_NAME = re.compile(r"(\w+)\s*=\s*(\w+)(?:\s*:\s*(\w+))?")
_NUMBER = re.compile(r"\+?(0[xX][0-9a-fA-F]+|[0-9]+)?")
_ASSIGNMENT = re.compile(r"(\w+)\s*=\s*(\+?\w*)(?!\w*\s*=)")  # no value may be given: then a keyword comes next


def header_of(text: str) -> str:
    """The text of the header."""
    return "\n".join(map(_Compiler().line, text.split("\n")))


@attrs.define
class _Compiler:
    """What the lines so far have said."""

    severities: dict[str, int] = attrs.Factory(lambda: {"success": 0, "informational": 1, "warning": 2, "error": 3})
    facilities: dict[str, int] = attrs.Factory(lambda: {"system": 0xFF, "application": 0xFFF})
    kind: str = ""
    severity: int = 0
    facility: int = 0xFFF
    number: str = ""  # as it is written: nothing or `+1` count on from the facility's latest
    latest: dict[int, int] = attrs.Factory(dict)
    naming: str = ""  # the list of names that has not ended
    in_text: bool = False

    def line(self, line: str) -> str:
        """What a line of the message file gives."""
        if self.in_text:
            self.in_text = line.rstrip() != "."
            return ""
        if line.startswith(";"):
            return line[1:]
        opened = _LIST.match(line)
        if opened is not None:
            self.naming, line = opened[1].lower(), opened[2]
        if self.naming:
            return self._names(line)
        said = [self._said(name.lower(), value) for name, value in _ASSIGNMENT.findall(line)]
        return next((each for each in said if each.startswith("#error")), "".join(said))

    def _names(self, line: str) -> str:
        lists = {"severity": self.severities, "facility": self.facilities, "language": {}}
        defines = []
        for name, number, symbol in _NAME.findall(line):
            lists[self.naming][name.lower()] = int(number, 0)
            if symbol and self.naming != "language":
                defines.append(f"#define {symbol} {number}")
        if ")" in line:
            self.naming = ""
        return "\n".join(defines)

    def _said(self, name: str, value: str) -> str:
        if name == "messageidtypedef":
            self.kind = f"({value})" if value else ""
        elif name == "severity":
            if value.lower() not in self.severities:
                return f"#error there is no severity called {value}"
            self.severity = self.severities[value.lower()]
        elif name == "facility":
            if value.lower() not in self.facilities:
                return f"#error there is no facility called {value}"
            self.facility = self.facilities[value.lower()]
        elif name == "messageid":
            if not _NUMBER.fullmatch(value):
                return f"#error {value} is no number of a message"
            self.number = value
        elif name == "symbolicname":
            return self._define(value)
        elif name == "language":
            self.in_text = True
        return ""

    def _define(self, symbol: str) -> str:
        if self.number[:1] in ("", "+"):
            number = self.latest.get(self.facility, 0) + int(self.number or "1", 0)
        else:
            number = int(self.number, 0)
        self.latest[self.facility] = number
        return f"#define {symbol} ({self.kind}0x{self.severity << 30 | self.facility << 16 | number:08X}L)"
