"""What is different in a report: the lines after beside the lines before, each with a sign, so that colour is not needed.

Lines are told apart by their words: how they are aligned is no difference, how far they are indented is one.  A mark in front
(`>`, `[x]`, `▶`) is no part of what a line is: where it comes or goes, the line has changed.  What begins and ends alike is left
aside first.  The middle is compared by difflib; a long one only by the lines that occur once on both sides, so that thousands
of lines take milliseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import attrs

from ntshell.shell.report import Line

_MARK = re.compile(r"^([\s│]*)(>|\[[ >x!]\]|[▶■‖…○])")
_STEM = re.compile(r"[\s│]*\S+(?:(?=  |$)| \S+)")
_GAP = re.compile(r"(?<=\S)  +")
LONG = 400  # lines of a middle that difflib is spared
Pair = tuple[int, int]  # where a line was, and where it is


@attrs.frozen
class Marked:
    """A line with its sign: `""` as it was, `*` changed, `+` new, `-` gone."""

    sign: str
    line: Line


def compared(before: Sequence[Line], after: Sequence[Line], things: bool = False) -> list[Marked]:
    """The lines after with their signs, and those that are gone where they were.

    Of `things`, which come and go, no line becomes another: a line changes only by its mark.
    """
    old, new = [_key(line) for line in before], [_key(line) for line in after]
    marked: list[Marked] = []
    m = n = 0
    for i, j in _kept(old, new):
        marked += _between(before[m:i], after[n:j], things)
        marked.append(_paired(before[i], after[j]))
        m, n = i + 1, j + 1
    return marked + _between(before[m:], after[n:], things)


def _key(line: Line) -> str:
    return _MARK.sub(lambda found: found[1] + " " * len(found[2]), _words(line))


def _words(line: Line) -> str:
    return _GAP.sub("  ", line.text.rstrip())


def _between(gone: Sequence[Line], new: Sequence[Line], things: bool) -> list[Marked]:
    """Lines in place of others: one in place of one has changed, of several those that begin alike."""
    if things:
        return [*_all("-", gone), *_all("+", new)]
    if len(gone) == len(new) == 1:
        return [_paired(gone[0], new[0])]
    marked: list[Marked] = []
    m = n = 0
    for i, j in _alike(gone, new) if max(len(gone), len(new)) <= LONG else ():
        marked += [*_all("-", gone[m:i]), *_all("+", new[n:j]), _paired(gone[i], new[j])]
        m, n = i + 1, j + 1
    return [*marked, *_all("-", gone[m:]), *_all("+", new[n:])]


def _all(sign: str, lines: Sequence[Line]) -> list[Marked]:
    return [Marked(sign, line) for line in lines]


def _alike(gone: Sequence[Line], new: Sequence[Line]) -> Iterator[Pair]:
    """Pairs of lines, in order, that have their indentation and their first column or words in common."""
    stems, i = [_stem(line) for line in gone], 0
    for j, line in enumerate(new):
        stem = _stem(line)
        if stem and stem in stems[i:]:
            at = stems.index(stem, i)
            yield at, j
            i = at + 1


def _stem(line: Line) -> str:
    found = _STEM.match(_key(line))
    return found[0] if found else ""


def _paired(was: Line, now: Line) -> Marked:
    return Marked("" if _words(was) == _words(now) and was.kind == now.kind else "*", now)


def _kept(old: list[str], new: list[str]) -> Iterator[Pair]:
    """Pairs of lines that are the same, in order."""
    head, tail = _ends(old, new)
    yield from ((n, n) for n in range(head))
    last, end = len(old) - tail, len(new) - tail
    middle = _by_single if max(last, end) - head > LONG else _by_difflib
    yield from ((head + i, head + j) for i, j in middle(old[head:last], new[head:end]))
    yield from zip(range(last, len(old)), range(end, len(new)), strict=True)


def _ends(old: list[str], new: list[str]) -> Pair:
    """How many lines are the same at the beginning, and how many of the rest at the end."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)
    return head, tail


def _by_difflib(old: list[str], new: list[str]) -> Iterator[Pair]:
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from ((block.a + n, block.b + n) for n in range(block.size))


def _by_single(old: list[str], new: list[str]) -> Iterator[Pair]:
    """The lines that occur once on either side hold; between them what begins and ends alike."""
    m = n = 0
    for i, j in [*_in_order(_singles(old, new)), (len(old), len(new))]:
        head, tail = _ends(old[m:i], new[n:j])
        yield from ((m + k, n + k) for k in range(head))
        yield from ((i - k, j - k) for k in range(tail, 0, -1))
        if i < len(old):
            yield i, j
        m, n = i + 1, j + 1


def _singles(old: list[str], new: list[str]) -> list[Pair]:
    """Where the lines that occur once on both sides were and are, by where they were."""
    counts, now = Counter(old), Counter(new)
    places = {text: n for n, text in enumerate(new) if now[text] == 1}
    return [(n, places[text]) for n, text in enumerate(old) if counts[text] == 1 and text in places]


def _in_order(pairs: list[Pair]) -> list[Pair]:
    """The longest choice of pairs that are in order on both sides (patience sorting)."""
    ends: list[int] = []  # the least place now at which a choice of so many pairs ends
    tops: list[int] = []  # the pair it ends with
    links: list[int] = []  # each pair's predecessor
    for n, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        ends[at : at + 1], tops[at : at + 1] = [place], [n]
        links.append(tops[at - 1] if at else -1)
    chosen, here = [], tops[-1] if tops else -1
    while here >= 0:
        chosen.append(pairs[here])
        here = links[here]
    return chosen[::-1]
