"""Steps of a function while they are made: lines of Python, how each step ends, and labels between them.

Rules: a step without lines that only goes on elsewhere is folded away, so loops and `continue` cost nothing of their
own; steps that nothing reaches are dropped.  Code outside this module writes lines with `line`, ends steps with `goto`,
`branch`, `call`, `table` or `leave`, and never sees a step's number.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ntshell.compiler.operand import fresh


@attrs.define(eq=False, repr=False)
class Label:
    """A point in the code; `step` is the step that begins there."""

    step: Step | None = None


@attrs.define(eq=False, repr=False)
class Step:
    """One step: `ending` is Python text with one `{}` for each of `targets`."""

    coord: tuple[str, int]
    statement: bool = False
    lines: list[str] = attrs.Factory(list)
    ending: str = ""
    targets: list[Label] = attrs.Factory(list)
    callee: str = ""
    kept: bool = False  # stays even without lines: a statement to stop at
    number: int = -1
    table: dict[int, Label] | None = None
    serial: int = 0

    @property
    def ended(self) -> bool:
        """Whether it is known how it goes on."""
        return bool(self.ending)

    def successors(self) -> Iterator[Label]:
        """Where it may go on."""
        yield from self.targets
        if self.table is not None:
            yield from self.table.values()


class Flow:
    """The steps of one function."""

    def __init__(self, slots: int) -> None:
        self.steps: list[Step] = []
        self.current: Step | None = None
        self.coord: tuple[str, int] = ("", 0)
        self.slots = slots
        self.indent = 0
        self.roots: list[Label] = []
        self._pending: list[Label] = []
        self._flag = False

    # --- where we are --------------------------------------------------------------------------------------------------
    def statement(self, file: str, line: int) -> None:
        """A source statement begins here."""
        self.coord = (file, line)
        self._flag = True
        step = self.current
        if step is not None and not step.ended and (step.lines or step.statement):
            self._begin()

    def at(self, file: str, line: int) -> None:
        """What follows stands at another line but is no statement of its own."""
        self.coord = (file, line)

    def step(self) -> Step:
        """The step being written."""
        step = self.current
        if step is None or step.ended:
            step = self._begin()
        if self._flag:
            self._flag = False
            if step.lines:
                step = self._begin()
            step.statement = True
            step.coord = self.coord
        return step

    def _begin(self) -> Step:
        before = self.current
        made = Step(self.coord, serial=len(self.steps))
        self.steps.append(made)
        self.current = made
        here = Label(made)
        for label in self._pending:
            label.step = made
        self._pending = []
        if before is not None and not before.ended:
            before.ending, before.targets = "return {}", [here]
        return made

    # --- writing -------------------------------------------------------------------------------------------------------
    def line(self, text: str) -> None:
        """One line of Python in this step."""
        self.step().lines.append("    " * self.indent + text)

    def set_slot(self, slot: int, code: str) -> None:
        """Store into a slot, journaled."""
        self.line(f"J((SLOT, L, {slot}, L[{slot}])); L[{slot}] = {code}")

    def slot(self) -> int:
        """A new slot."""
        self.slots += 1
        return self.slots - 1

    def local(self, code: str) -> str:
        """A Python local, good in this step only, that holds the value of `code`."""
        name = fresh()
        self.line(f"{name} = {code}")
        return name

    # --- ending --------------------------------------------------------------------------------------------------------
    def place(self, label: Label) -> None:
        """The label is here."""
        step = self.current
        if step is not None and not step.ended and not step.lines and not step.statement:
            label.step = step
            return
        if step is not None and not step.ended:
            step.ending, step.targets = "return {}", [label]
        self.current = None
        self._pending.append(label)

    def cut(self) -> None:
        """What follows is in another step than what came before."""
        step = self.current
        if step is not None and not step.ended:
            label = Label()
            step.ending, step.targets = "return {}", [label]
            self._pending.append(label)
        self.current = None

    def goto(self, label: Label) -> None:
        """Go on at a label."""
        self._end("return {}", [label])

    def keep(self) -> None:
        """This step stays, though it may do nothing."""
        self.step().kept = True

    def branch(self, cond: str, yes: Label, no: Label) -> None:
        """Go on at one of two labels."""
        self._end(f"return {{}} if {_braces(cond)} else {{}}", [yes, no])

    def call(self, code: str, callee: str, then: Label) -> None:
        """Call: `code` ends before the last argument, the pc to go on at."""
        self.step().callee = callee
        self._end(f"return {_braces(code)}, {{}})", [then])

    def table(self, code: str, cases: dict[int, Label], default: Label) -> None:
        """Go on where a table says."""
        self._end(f"return TABLE.get({_braces(code)}, {{}})", [default])
        assert self.current is not None
        self.current.table = cases

    def leave(self, code: str) -> None:
        """End the step with a value that is no pc of ours."""
        self._end(f"return {_braces(code)}", [])

    def _end(self, ending: str, targets: list[Label]) -> None:
        step = self.step()
        step.ending, step.targets = ending, targets

    @property
    def open(self) -> bool:
        """Whether control can come from the step before to what is written next."""
        return (self.current is not None and not self.current.ended) or bool(self._pending)

    # --- finishing -----------------------------------------------------------------------------------------------------
    def finish(self) -> list[Step]:
        """The steps that remain, numbered."""
        if not self.steps:
            self.step()
        reached: set[int] = set()
        waiting = [self._target(Label(self.steps[0]))]
        waiting += [self._target(label) for label in self.roots]
        while waiting:
            step = waiting.pop()
            if id(step) not in reached:
                reached.add(id(step))
                waiting += [self._target(label) for label in step.successors()]
        first = self._target(Label(self.steps[0]))
        rest = [step for step in self.steps if id(step) in reached and step is not first]
        kept = [first, *rest]
        for number, step in enumerate(kept):
            step.number = number
        return kept

    def number(self, label: Label) -> int:
        """The pc of a label, after `finish`."""
        return self._target(label).number

    def render(self, step: Step) -> list[str]:
        """The body of a step's function."""
        numbers = [str(self.number(label)) for label in step.targets]
        return [*step.lines, step.ending.format(*numbers)]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The lowest and highest pc of the steps made between two counts of steps; (-1, -1) when none is left."""
        numbers = [step.number for step in self.steps[first:last] if step.number >= 0]
        return (min(numbers), max(numbers)) if numbers else (-1, -1)

    def _target(self, label: Label) -> Step:
        seen: set[int] = set()
        step = label.step
        assert step is not None
        while not step.lines and not step.kept and step.ending == "return {}" and id(step) not in seen:
            seen.add(id(step))
            following = step.targets[0].step
            assert following is not None
            step = following
        return step


def _braces(code: str) -> str:
    return code.replace("{", "{{").replace("}", "}}")
