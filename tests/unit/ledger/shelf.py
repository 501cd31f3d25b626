"""Ledgers to be written, broken and checked by both verifiers."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import verify_ledger
from risk_manager.ledger.chain import Entry
from risk_manager.ledger.files import LedgerFiles
from risk_manager.ledger.verify import verify
from tests.unit.tidy import ROOT

NOW = datetime(2026, 3, 9, 21, tzinfo=UTC)
STAND_ALONE = ROOT / "scripts" / "verify_ledger.py"
FINDING = re.compile(r"(\S+), line (\d+), sequence (\d+): ")


def entries(number: int, start: int = 0) -> list[Entry]:
    """Entries with text of all sorts."""
    return [
        Entry(
            NOW + timedelta(seconds=i),
            ("breach", "lock", "action", "result")[i % 4],
            {
                "account": 1,
                "n": i,
                "reason": f"daily loss {-i}.00 of -500.00 \u201c\u00e9\u201d \U0001f4c9",
                "x": None,
            },
        )
        for i in range(start, start + number)
    ]


def written(folder: Path, number: int = 12, *, max_bytes: int = 1200, keep: int = 50) -> Path:
    """A ledger of `number` entries in several files, one batch each."""
    files = LedgerFiles(folder, max_bytes, keep)
    files.open()
    for entry in entries(number):
        files.append([entry])
    files.close()
    return folder


def copy(folder: Path, name: str) -> Path:
    """A second ledger with the same files."""
    target = folder.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def ledger_files(folder: Path) -> list[Path]:
    """The files in order."""
    return sorted(folder.glob("ledger-*.jsonl"))


def found(folder: Path) -> list[tuple[str, int, int]]:
    """What the product finds: file, line, sequence."""
    return [(each.file, each.line, each.seq) for each in verify(folder).findings]


def found_alone(folder: Path, capsys, *words: str) -> list[tuple[str, int, int]]:
    """What the stand-alone verifier finds, called in this process."""
    code = verify_ledger.main([str(folder), *words])
    matches = FINDING.finditer(capsys.readouterr().out)
    places = [(match[1], int(match[2]), int(match[3])) for match in matches]
    assert code == (1 if places else 0)
    return places


def run_alone(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the stand-alone verifier as a user would, away from the product."""
    command = [sys.executable, "-I", "-S", str(STAND_ALONE), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
