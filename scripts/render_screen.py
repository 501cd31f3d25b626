"""Draw the trader's screen as a picture for the documentation.

    python scripts/render_screen.py

Writes docs/images/trader-screen.svg from a fixture of the tests, with the code of the live view.
Needs the installed package; run it in the project's environment.
"""

import io
import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.terminal_theme import MONOKAI

from risk_manager.cli.formatting import UNICODE_GLYPHS
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import parse_status
from risk_manager.cli.trader.status_screen import status_screen
from risk_manager.cli.trader.watch import Watch, choose

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "tests" / "fixtures" / "status" / "locked.json"
PICTURE = ROOT / "docs" / "images" / "trader-screen.svg"
PC_ZONE = ZoneInfo("America/New_York")


def picture() -> str:
    """Return the screen as SVG that asks for no font from the network."""
    status = parse_status(json.loads(STATE.read_text(encoding="utf-8")))
    frame = Frame(
        Watch(status, 0.4), choose(status, None), PC_ZONE, UNICODE_GLYPHS, width=80, live=True
    )
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(status_screen(frame))
    svg = console.export_svg(title="risk-manager trader", theme=MONOKAI, unique_id="trader-screen")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
