"""What every part of the trader's screen needs to draw itself."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from rich.text import Text

from risk_manager.cli.formatting import Glyphs, fit
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.model_history import HistoryAnswer
from risk_manager.cli.trader.watch import Watch
from risk_manager.utils.datetime_helpers import zone_of
from risk_manager.utils.wording import instant_in_words


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: the watch, the chosen account, and the size and signs of the terminal.

    `alert` is shown as a banner (a new enforcement), `live` whether keys work. Times on the
    screen are the daemon's trusted time carried on by the age of the status, not the PC's clock,
    which may be wrong.
    `compact` leaves out what can be asked for on another page; `history` is what was asked for
    beside the status, None while there is no answer.
    """

    watch: Watch
    accounts: tuple[AccountRow, ...]
    pc_zone: tzinfo
    glyphs: Glyphs
    width: int = 80
    height: int = 24
    alert: str = ""
    live: bool = False
    compact: bool = False
    history: HistoryAnswer | None = None

    def of_height(self, height: int) -> Frame:
        """The same picture with fewer or more lines."""
        return replace(self, height=max(1, height))

    @property
    def account(self) -> AccountRow | None:
        """The account whose details are shown."""
        return self.accounts[0] if self.accounts else None

    def now(self, status: Status) -> datetime:
        """Trusted time of this picture, aware UTC."""
        return status.at + timedelta(seconds=self.watch.age_s or 0.0)

    def zone(self, account: AccountRow) -> tzinfo:
        """The zone of the account's trading day, the PC's when it is not told or not known."""
        try:
            return zone_of(account.timezone) if account.timezone else self.pc_zone
        except ValueError:
            return self.pc_zone

    def when(self, instant: datetime, account: AccountRow, status: Status) -> str:
        """An instant in the account's and the PC's zone with its countdown."""
        return instant_in_words(instant, self.now(status), self.zone(account), self.pc_zone)

    def line(self, text: str, style: str = "") -> Text:
        """One line over the whole width."""
        return Text(fit(text, self.width, self.glyphs), style=style, no_wrap=True)

    def lines(self, text: str, style: str = "", most: int = 2) -> list[Text]:
        """A text over at most `most` lines of the whole width."""
        parts = textwrap.wrap(text, self.width - 2, subsequent_indent="  ") or [""]
        if len(parts) > most:
            parts = [*parts[: most - 1], " ".join(parts[most - 1 :])]
        return [self.line(f" {part}", style) for part in parts]

    def title(self, text: str) -> Text:
        """The head of a section: a name in a line."""
        rule = self.glyphs.line
        return self.line(f"{rule * 2} {text} {rule * self.width}"[: self.width], "bold cyan")
