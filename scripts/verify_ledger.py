"""Check a Risk Manager ledger without Risk Manager: this one file and Python 3.9 or newer.

    python verify_ledger.py data/ledger
    python verify_ledger.py data/ledger --expect 1234:5f1c...

Written from the format in docs/ledger.md alone. Prints one line for each finding (file, line,
sequence, what is wrong) and a summary. Ends with 0 when the ledger is whole, 1 when it is not, 2
when it cannot be read. `--expect` names a line, by its sequence and hash, that you noted earlier in
another place: it must still be there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = re.compile(r"ledger-(\d{6})\.jsonl")
NOTHING_BEFORE = "0" * 64


def canonical(value: dict[str, Any]) -> bytes:
    """Return the one spelling of a JSON object."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def problem_of(raw: bytes) -> tuple[dict[str, Any] | None, str]:
    """Return the object of one line, or None and what is wrong with it."""
    try:
        line = json.loads(raw.decode("ascii"))
    except (ValueError, RecursionError):
        return None, "not JSON in ASCII"
    if not isinstance(line, dict) or sorted(line) != ["at", "data", "hash", "kind", "prev", "seq"]:
        return None, "not the six members of a ledger line"
    if type(line["seq"]) is not int or not isinstance(line["data"], dict):
        return None, "seq is no whole number, or data no object"
    if any(not isinstance(line[name], str) for name in ("at", "kind", "prev", "hash")):
        return None, "at, kind, prev or hash is no text"
    if canonical(line) != raw:
        return None, "not in canonical form"
    body = {name: value for name, value in line.items() if name != "hash"}
    if hashlib.sha256(canonical(body)).hexdigest() != line["hash"]:
        return None, "content and hash differ"
    return line, ""


class Check:
    """Walks through the files in order and collects findings."""

    def __init__(self) -> None:
        self.findings: list[tuple[str, int, int, str]] = []
        self.count = 0
        self.highest = 0
        self.last_hash: str | None = NOTHING_BEFORE  # None: the line before could not be read
        self.seen: dict[int, str] = {}
        self.dropped: set[str] = set()
        self.first: tuple[str, int, int, str] | None = None
        self.file_number: int | None = None
        self.place = ("no file", 0)

    def find(self, seq: int, problem: str) -> None:
        """Note a finding at the present place."""
        self.findings.append((*self.place, seq, problem))

    def file(self, path: Path, number: int) -> None:
        """Check one file."""
        if self.file_number is not None and number != self.file_number + 1:
            self.place = (path.name, 0)
            self.find(self.highest + 1, "files are missing before this one")
        self.file_number = number
        *whole, rest = path.read_bytes().split(b"\n")
        for index, raw in enumerate(whole, start=1):
            self.place = (path.name, index)
            self.line(raw, is_first=index == 1)
        if rest or not whole:
            self.place = (path.name, len(whole) + 1)
            self.find(self.highest + 1, "unfinished line" if rest else "empty file")
            self.highest, self.last_hash = self.highest + 1, None

    def line(self, raw: bytes, *, is_first: bool) -> None:
        """Check one line against itself and the one before."""
        self.count += 1
        line, problem = problem_of(raw)
        if line is None:
            self.find(self.highest + 1, problem)
            self.highest, self.last_hash = self.highest + 1, None
            return
        seq = line["seq"]
        self.order(line)
        if (line["kind"] == "file") != is_first:
            self.find(seq, "a line of kind file stands first in each file, and only there")
        elif is_first and line["data"] != {"file": self.file_number, "format": 1}:
            self.find(seq, "the first line is of another file or format")
        if line["kind"] == "pruned":
            self.dropped.add(f"{line['data'].get('last_seq')}:{line['data'].get('last_hash')}")
        if seq > self.highest:
            self.seen[seq] = line["hash"]
            self.highest, self.last_hash = seq, line["hash"]

    def order(self, line: dict[str, Any]) -> None:
        """Check that a line follows the one before."""
        seq = line["seq"]
        if self.count == 1:
            self.first = (*self.place, seq, line["prev"])
        elif seq <= self.highest:
            self.find(seq, f"out of order: sequence {self.highest} stands before it")
        elif seq > self.highest + 1:
            self.find(seq, f"sequences {self.highest + 1} to {seq - 1} are missing before it")
        elif self.last_hash not in (None, line["prev"]):
            self.find(seq, "prev is not the hash of the line before")

    def finish(self, head: tuple[int, str] | None, expected: Sequence[tuple[int, str]]) -> None:
        """Check the beginning, the head and what was noted elsewhere."""
        if self.first is not None:
            name, index, seq, prev = self.first
            if (seq, prev) != (1, NOTHING_BEFORE) and f"{seq - 1}:{prev}" not in self.dropped:
                self.findings.append((name, index, seq, "lines before it are missing"))
        if head is None and self.count:
            self.findings.append(("head.json", 0, self.highest, "missing or not readable"))
        for seq, digest in [*([head] if head else []), *expected]:
            if seq > self.highest:
                missing = f"sequences {self.highest + 1} to {seq} are missing at the end"
                self.findings.append((self.place[0], self.place[1] + 1, self.highest + 1, missing))
            elif self.seen.get(seq, digest) != digest:
                self.findings.append((self.place[0], 0, seq, "another line than the one noted"))


def read_head(folder: Path) -> tuple[int, str] | None:
    """Return (seq, hash) of head.json, or None."""
    try:
        head = json.loads((folder / "head.json").read_bytes())
        return int(head["seq"]), str(head["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def noted(text: str) -> tuple[int, str]:
    """Return (seq, hash) of `--expect`."""
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise argparse.ArgumentTypeError("write SEQUENCE:HASH, the hash in 64 hex digits")
    return int(seq), digest


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folder named on the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check a Risk Manager ledger.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--expect", type=noted, action="append", default=[], metavar="SEQ:HASH")
    options = parser.parse_args(arguments)
    check = Check()
    try:
        head = read_head(options.folder)
        matches = [NAME.fullmatch(path.name) for path in options.folder.iterdir()]
        files = sorted((int(match[1]), match[0]) for match in matches if match)
        for number, file in files:
            check.file(options.folder / file, number)
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    check.finish(head, options.expect)
    for name, index, seq, problem in check.findings:
        print(f"{name}, line {index}, sequence {seq}: {problem}")
    verdict = f"{len(check.findings)} findings" if check.findings else "whole"
    print(f"{len(files)} files, {check.count} lines: {verdict}")
    if check.highest:
        print(f"last: {check.highest}:{check.last_hash or 'unknown'}")
    return 1 if check.findings else 0


if __name__ == "__main__":
    sys.exit(main())
