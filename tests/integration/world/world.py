"""A whole world for one test: simulated gateway, the daemon as a process, a look at both."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from tests.integration.world.book import Row
from tests.integration.world.process import RUN, DaemonProcess
from tests.integration.world.sent import ACTIONS, READ_POSITIONS, Sent
from tests.integration.world.settings import KEY_VARIABLE, Section, write_config
from tests.integration.world.venue import FIRST_ACCOUNT, Venue
from tests.integration.world.waiting import holds, wait_until

FOLLOW_S = 10.0


class World:
    """`venue` is the gateway and the trader, `daemon` the guard.

    The daemon is judged by the venue's book and request log; its own words (`status`) serve to
    know what it has seen, and where the words themselves are the matter.
    """

    def __init__(
        self,
        folder: Path,
        sections: Mapping[str, Section],
        *,
        accounts: Sequence[Mapping[str, Any]] | None = None,
        holidays: str | None = None,
        **venue: Any,
    ) -> None:
        self.folder = folder
        watched = accounts or [{"account_id": FIRST_ACCOUNT}]
        self.venue = Venue(accounts=max(len(watched), venue.pop("on_venue", 1)), **venue)
        write_config(folder / "config", self.venue.server, sections, watched, holidays)
        self._daemon: DaemonProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._daemon is not None:
                self._daemon.stop()
        finally:
            self.venue.stop()

    @property
    def daemon(self) -> DaemonProcess:
        """The running daemon."""
        assert self._daemon is not None, "the daemon was not started"
        return self._daemon

    def launch(self, *program: str) -> DaemonProcess:
        """Start the daemon, or another program that runs it, without waiting for it."""
        key = {KEY_VARIABLE: self.venue.server.api_key}
        self._daemon = DaemonProcess(self.folder, key, program or RUN)
        return self._daemon

    def guard(self) -> str:
        """Start the daemon and wait until it guards; returns the READY line."""
        return self.launch().wait_ready()

    def kill(self) -> None:
        """Crash the daemon."""
        self.daemon.kill()

    def restart(self, *, crash: bool = False) -> str:
        """End the daemon and start another on the same data folder."""
        if crash:
            self.kill()
        else:
            self.daemon.stop()
        return self.guard()

    def status(self, account: int = FIRST_ACCOUNT) -> Row:
        """One account's part of the status."""
        rows = wait_until(self.daemon.status, what="a status")["accounts"]
        return next(row for row in rows if row["id"] == account)

    def locks(self, account: int = FIRST_ACCOUNT) -> list[tuple[str, str, str | None]]:
        """The locks in force as (rule number, scope, until)."""
        rows = self.status(account)["locks"]
        return sorted((r["rule"][-3:], r["scope"], r["until"]) for r in rows)

    def wait_lock(
        self, rule: str, scope: str = "account", *, account: int = FIRST_ACCOUNT, within: float = 5
    ) -> str | None:
        """Wait for a lock and return its end (ISO, None without end)."""
        key = (rule, scope)

        def found() -> list[str | None]:
            return [end for number, what, end in self.locks(account) if (number, what) == key]

        return wait_until(found, within, f"lock {key}")[0]

    def wait_free(self, *, account: int = FIRST_ACCOUNT, within: float = 5) -> None:
        """Wait until no account lock is in force."""

        def free() -> bool:
            return "account" not in [scope for _, scope, _ in self.locks(account)]

        wait_until(free, within, "an account without lock")

    def wait_net(self, symbol: str, size: int, *, within: float = 5, **who: int) -> None:
        """Wait until the venue's book shows this signed position."""
        wait_until(lambda: self.venue.net(symbol, **who) == size, within, f"{symbol} at {size}")

    def wait_seen(self, symbol: str, size: int, *, account: int = FIRST_ACCOUNT) -> None:
        """Wait until the daemon itself shows this signed position."""
        wait_until(lambda: self.shown(symbol, account) == size, 5, f"{symbol} shown as {size}")

    def shown(self, symbol: str, account: int = FIRST_ACCOUNT) -> int:
        """The signed position the daemon shows."""
        rows = {row["contract"]: row for row in self.status(account)["positions"]}
        mine = rows.get(self.venue.id(symbol), {"size": 0, "side": "long"})
        return int(mine["size"]) * (1 if mine["side"] == "long" else -1)

    def wait_sum(self, usd: str, *, account: int = FIRST_ACCOUNT) -> None:
        """Wait until the daemon's realised day sum is this."""

        def right() -> bool:
            shown = self.status(account)["realized_pnl"]
            return shown is not None and Decimal(shown) == Decimal(usd)

        wait_until(right, what=f"a sum of {usd}")

    def wait_idle(self, *, within: float = 8) -> None:
        """Wait until every enforcement shown has an outcome."""

        def idle() -> bool:
            rows = self.status()["enforcements"]
            return all(row["outcome"] != "STARTED" for row in rows)

        wait_until(idle, within, "enforcements with outcomes")

    def quiet(self, seconds: float, *, after: int = 0) -> None:
        """Fail if the daemon asks the venue to do anything within `seconds`."""
        holds(lambda: not self.venue.actions(after=after), seconds, "no action")

    def clock_to(self, instant: datetime) -> None:
        """Step the venue's clock and wait until the daemon has followed."""
        self.venue.control("clock", set=instant.isoformat())
        self.follow(instant)

    def pass_time_to(self, instant: datetime) -> None:
        """Step the venue's clock to four seconds before an instant and let it arrive by itself."""
        self.clock_to(instant - timedelta(seconds=4))

    def follow(self, instant: datetime) -> None:
        """Make the daemon read: the `Date` headers of two answers move its time.

        A message nobody understands makes it read everything.
        """
        self.venue.tell("Order", {"id": "not understood", "accountId": FIRST_ACCOUNT})

        def reached() -> bool:
            at = wait_until(self.daemon.status)["at"]
            return datetime.fromisoformat(at) >= instant - timedelta(seconds=1)

        wait_until(reached, FOLLOW_S, f"the daemon's clock at {instant}")

    def wait_reads(self, number: int = 1, *, within: float = 10) -> None:
        """Wait for this many further answered reads of positions."""
        after = self.venue.last_seq()

        def reads() -> bool:
            found = self.venue.requests(READ_POSITIONS, after=after)
            return len([r for r in found if r.status is not None]) >= number

        wait_until(reads, within, f"{number} reads")

    def provoke(self, breach: Callable[[], Any], *, paths: Sequence[str] = ACTIONS) -> Sent:
        """Do something that must be enforced; returns the daemon's first request about it.

        G1: it reached the venue within a second.
        """
        after, begun = self.venue.last_seq(), self.venue.mono()
        breach()
        found = wait_until(lambda: self.venue.requests(*paths, after=after), what="a request")
        assert found[0].mono - begun < 1.0, f"late: {found[0]}"
        return found[0]

    def tolerated(self, act: Callable[[], Any], symbol: str, size: int) -> None:
        """Do something that must not be enforced: the daemon sees it and asks for nothing."""
        after = self.venue.last_seq()
        act()
        self.wait_seen(symbol, size)
        self.quiet(0.1, after=after)

    def check_sides(self, *symbols: str) -> None:
        """G2: no fill of ours opened, increased or flipped: each walk keeps to one side."""
        for symbol in symbols:
            walk = self.venue.book().walk(self.venue.id(symbol))
            assert not (min(walk) < 0 < max(walk)), f"{symbol} changed sides: {walk}"

    wait_for = staticmethod(wait_until)
