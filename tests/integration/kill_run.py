"""Random kill -9 under load: `python -m tests.integration.kill_run --seed 1 --kills 200`.

A trader fills at random while the guard enforces, over real sockets; at a random moment, also while
it starts, the guard is killed. Then it is started again and judged from outside: the rows it had
stored are the exchange's, every lock of before is in force, the day's sum is the exchange's, all is
done, and no close of its own could open, increase or flip.
"""

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tests.integration.scenarios.kill_stories import stored_sums, wait_finished
from tests.integration.scenarios.tools import stored_locks
from tests.integration.world.settings import Section, daily_loss, max_contracts, pause
from tests.integration.world.world import World

RULES: Mapping[str, Section] = {
    "max_contracts": max_contracts(4),
    "cooldown_after_loss": pause(),
    "daily_realized_loss": daily_loss(-4000),
}
SYMBOLS = ("MNQ", "MES", "MGC")
PRICES = {"MNQ": 20_000, "MES": 6_000, "MGC": 3_000}

DAY_HOURS = 2
"""Hours that may be skipped: from 14:00 in New York, where worlds begin, to before the reset."""


class KillRun:
    """One world through many kills; the seed decides the trader's acts and the moments."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.killed = 0
        self._hours = 0
        self._random = random.Random(seed)

    def kill_once(self) -> str:
        """Load, a kill, a start, and the judgement; returns a line about it."""
        starting = self._random.random() < 0.2
        if self._hours < DAY_HOURS and self._random.random() < 0.2:
            self._hours += 1  # a pause ends while nobody guards, another can begin
            self.world.venue.control("clock", advance_s=3600)
        daemon = self.world.launch()
        if not starting:
            daemon.wait_ready()
        stop = threading.Event()
        trader = threading.Thread(target=self._trade, args=(stop, self._random.random()))
        trader.start()
        time.sleep(self._random.uniform(0.02, 0.8))
        self.world.kill()
        stop.set()
        trader.join()
        self.killed += 1
        locks, sums = self._stored()
        self._judge(locks, sums)
        count = len(self.world.venue.close_orders("MNQ"))
        return f"{self.killed}: {len(sums)} fills and {len(locks)} locks kept, {count} MNQ closes"

    def _trade(self, stop: threading.Event, seed: float) -> None:
        chance = random.Random(seed)
        while not stop.is_set():
            symbol = chance.choice(SYMBOLS)
            price = PRICES[symbol] + chance.randint(-40, 40)
            self.world.venue.price(symbol, price, price, price)
            self.world.venue.fill(symbol, chance.choice((1, 1, 2, 3, -1, -2)), price)
            stop.wait(chance.uniform(0.0, 0.03))

    def _stored(self) -> tuple[list[tuple[object, ...]], dict[int, tuple[str, int, int]]]:
        """What the killed process left; nothing, if it was killed before it made its tables."""
        with suppress(Exception):
            return stored_locks(self.world), stored_sums(self.world)
        return [], {}

    def _judge(
        self, locks: list[tuple[object, ...]], sums: dict[int, tuple[str, int, int]]
    ) -> None:
        world = self.world
        book = world.venue.book()
        results = {row["id"]: Decimal(row["profitAndLoss"] or 0) for row in book.trades()}
        wrong = [n for n, (pnl, *_) in sums.items() if Decimal(pnl or 0) != results[n]]
        assert not wrong, f"stored results are not the exchange's: {wrong}"
        world.guard()
        now = world.venue.book().now
        due = {lock[:4] for lock in locks if lock[4] is None or _instant(lock[4]) > now}
        kept = {lock[:4] for lock in stored_locks(world)}
        assert due <= kept, f"lost a lock: {locks} and now {kept}"
        world.wait_for(self._within_limits, 15, "exposure within the limits")
        world.wait_idle(within=15)
        wait_finished(world)
        world.wait_sum(f"{world.venue.book().realized():.2f}")  # as exact as it is shown
        assert all(n in stored_sums(world) for n in sums)
        self._check_closes()
        world.kill()

    def _within_limits(self) -> bool:
        """RULE-001 counts net over all contracts here; a day's lock leaves nothing."""
        sizes = self.world.venue.book().positions().values()
        if any(rule == "003" for rule, _, _ in self.world.locks()):
            return not any(sizes)
        return abs(sum(sizes)) <= 4

    def _check_closes(self) -> None:
        """G2: by the book at the instant each was accepted, our closes can only reduce."""
        book = self.world.venue.book()
        fills = book.trades()
        for number in self.world.venue.inside.close_orders():
            order = book.order(number)
            accepted = order["creationTimestamp"]
            before = sum(
                int(row["size"]) * (1 if row["side"] == 0 else -1)
                for row in fills
                if row["contractId"] == order["contractId"]
                and row["creationTimestamp"] < accepted
                and row["orderId"] != number
            )
            closing = int(order["size"]) * (1 if order["side"] == 0 else -1)
            reduces = before * closing < 0 and abs(closing) <= abs(before)
            assert reduces, f"a close of {closing} was accepted at {before}: {order}"


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def main() -> None:
    """Run and say what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder), RULES) as world:
        run = KillRun(world, options.seed)
        for _ in range(options.kills):
            print(run.kill_once(), flush=True)
    took = time.monotonic() - begun
    print(f"survived {options.kills} kills of seed {options.seed} in {took:.0f} s")


if __name__ == "__main__":
    main()
