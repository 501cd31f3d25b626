"""Draw the trader's screens as pictures for the documentation.

    PYTHONPATH=. python scripts/render_screens.py

Writes docs/images/trader-*.svg from fixtures of the tests, with the code of the live view.
Needs the installed package; run it in the project's environment.
"""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.terminal_theme import MONOKAI

from risk_manager.cli.formatting import UNICODE_GLYPHS
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import parse_status
from risk_manager.cli.trader.model_history import parse_history
from risk_manager.cli.trader.pages import BY_KEY, Page, picture
from risk_manager.cli.trader.watch import Watch, choose

ROOT = Path(__file__).resolve().parent.parent
STATES = ROOT / "tests" / "fixtures" / "status"
IMAGES = ROOT / "docs" / "images"
PC_ZONE = ZoneInfo("America/New_York")

#: Picture, state, key of the page, width and height in cells.
PICTURES = (
    ("trader-screen", "locked", "1", 80, 24),
    ("trader-status-wide", "busy", "1", 120, 40),
    ("trader-pnl", "busy", "2", 100, 34),
    ("trader-positions", "busy", "3", 100, 20),
    ("trader-rules", "busy", "4", 100, 40),
    ("trader-connections", "busy", "5", 100, 20),
    ("trader-hours", "busy", "6", 100, 20),
    ("trader-locks", "locked", "7", 100, 20),
    ("trader-log", "busy", "8", 100, 20),
)


def frame_of(state: str, width: int, height: int) -> Frame:
    """Return what a picture of this state needs."""
    status = parse_status(json.loads((STATES / f"{state}.json").read_text(encoding="utf-8")))
    accounts = choose(status, None)
    past = json.loads((STATES.parent / "history.json").read_text(encoding="utf-8"))
    return Frame(
        Watch(status, 0.4), accounts, PC_ZONE, UNICODE_GLYPHS, width, height, live=True,
        history=parse_history(past),
    )  # fmt: skip


def svg_of(name: str, frame: Frame, page: Page) -> str:
    """Return a page as SVG that asks for no font from the network."""
    found = picture(frame, page)
    room = frame.height - len(found.head) - len(found.foot)
    body = [*found.body, *[frame.line("")] * room][:room]
    console = Console(record=True, width=frame.width, file=io.StringIO(), force_terminal=True)
    console.print(Group(*found.head, *body, *found.foot))
    svg = console.export_svg(title="risk-manager trader", theme=MONOKAI, unique_id=name)
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def pictures() -> Iterator[tuple[Path, str]]:
    """Yield each picture's file and its content."""
    for name, state, key, width, height in PICTURES:
        yield IMAGES / f"{name}.svg", svg_of(name, frame_of(state, width, height), BY_KEY[key])


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    for path, svg in pictures():
        path.write_text(svg, encoding="utf-8", newline="\n")
        print(f"wrote {path.relative_to(ROOT)}")
