"""Checks a ledger's folder and names every line that was changed, moved, added or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from risk_manager.ledger.chain import (
    FILE_KIND,
    FORMAT_VERSION,
    PRUNED_KIND,
    START,
    LedgerError,
    Line,
    Tip,
    read_line,
)
from risk_manager.ledger.folder import HEAD, file_name, file_numbers, read_head

UNFINISHED: Final = "the line is unfinished"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` counts from 1 within the file, 0 for the file as a whole; `seq` is the sequence that
    the line has, or should have.
    """

    file: str
    line: int
    seq: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, sequence {self.seq}: {self.problem}"


@dataclass(slots=True)
class Verdict:
    """What a check found; `last` is the end of the chain, `first` its first sequence."""

    files: int = 0
    lines: int = 0
    first: int = 0
    last: Tip = START
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(folder: Path, expected: Sequence[Tip] = ()) -> Verdict:
    """Read every file. `expected` are ends noted earlier elsewhere: each must be in the chain.

    Raises OSError when a file cannot be read.
    """
    head = read_head(folder)  # first: a running daemon only ever adds to what it names
    check = _Check([*expected, *([head] if head is not None else [])])
    numbers = file_numbers(folder)
    for number in numbers:
        check.file(folder / file_name(number), number)
    check.end(has_head=head is not None or not numbers)
    return check.verdict


class _Check:
    """One pass over the files in order. `tip` is None where the line before was unreadable."""

    def __init__(self, expected: Sequence[Tip]) -> None:
        self.verdict = Verdict()
        self._expected = expected
        self._hashes: dict[int, str] = {}
        self._tip: Tip | None = None
        self._seq = 0
        self._began: tuple[str, Line] | None = None
        self._pruned: set[str] = set()
        self._place = ("", 0)
        self._number = 0

    def file(self, path: Path, number: int) -> None:
        """Check the lines of the next file."""
        content = path.read_bytes()
        raws = content.split(b"\n")
        rest = raws.pop()
        self.verdict.files += 1
        if not raws and not rest:
            self._place = (path.name, 0)
            self._find("the file is empty")
        for index, raw in enumerate(raws, start=1):
            self._place = (path.name, index)
            self._line(raw, number if index == 1 else None)
        if rest:
            self._place = (path.name, len(raws) + 1)
            self._find(UNFINISHED)
            self._seq, self._tip = self._seq + 1, None

    def end(self, *, has_head: bool) -> None:
        """Check what is only known once all lines were read."""
        verdict = self.verdict
        verdict.last = self._tip or Tip(self._seq, "")
        if self._began is not None:
            name, line = self._began
            before = Tip(line.seq - 1, line.prev)
            if before != START and f"{before.seq}:{before.hash}" not in self._pruned:
                text = f"sequences 1 to {line.seq - 1} are missing and no line dropped them"
                verdict.findings.append(Finding(name, 1, line.seq, text))
        if not has_head:
            verdict.findings.append(Finding(HEAD, 0, self._seq, "it is missing or unreadable"))
        for tip in self._expected:
            self._expect(tip)

    def _expect(self, tip: Tip) -> None:
        name, line = self._place
        if tip.seq > self._seq:
            text = f"sequences {self._seq + 1} to {tip.seq} are missing at the end"
            self.verdict.findings.append(Finding(name or HEAD, line + 1, self._seq + 1, text))
        elif tip.seq in self._hashes and self._hashes[tip.seq] != tip.hash:
            text = "it is another line than the one whose hash was noted"
            self.verdict.findings.append(Finding(name, 0, tip.seq, text))

    def _line(self, raw: bytes, opens: int | None) -> None:
        self.verdict.lines += 1
        try:
            line = read_line(raw)
        except LedgerError as error:
            self._seq, self._tip = self._seq + 1, None
            self._find(str(error), self._seq)
            return
        self._follow(line)
        if (line.kind == FILE_KIND) != (opens is not None):
            self._find("a file's first line, and no other, is of the kind `file`", line.seq)
        elif opens is not None:
            self._open(line, opens)
        if line.kind == PRUNED_KIND:
            self._pruned.add(f"{line.data.get('last_seq')}:{line.data.get('last_hash')}")
        if line.seq > self._seq:
            self._hashes[line.seq] = line.hash
            self._seq, self._tip = line.seq, line.tip

    def _follow(self, line: Line) -> None:
        """Check that a line stands where it was written."""
        if self.verdict.lines == 1:
            self.verdict.first = line.seq
            self._began = (self._place[0], line)
        elif line.seq > self._seq + 1:
            missing = f"sequences {self._seq + 1} to {line.seq - 1} are missing before it"
            self._find(missing, line.seq)
        elif line.seq <= self._seq:
            self._find(f"it stands after sequence {self._seq}", line.seq)
        elif self._tip is not None and line.prev != self._tip.hash:
            self._find("it names another line as the one before it", line.seq)

    def _open(self, line: Line, number: int) -> None:
        """Check a file's first line and number."""
        if line.data.get("format") != FORMAT_VERSION:
            self._find(f"its format is {line.data.get('format')}, not {FORMAT_VERSION}", line.seq)
        if line.data.get("file") != number:
            self._find(f"it belongs to file {line.data.get('file')}", line.seq)
        if self._number and number != self._number + 1:
            self._find(f"the files between {self._number} and {number} are missing", line.seq)
        self._number = number

    def _find(self, problem: str, seq: int | None = None) -> None:
        name, index = self._place
        expected = self._seq + 1 if seq is None else seq
        self.verdict.findings.append(Finding(name, index, expected, problem))
