"""RULE-009 and RULE-010, and the calendar of holidays.yaml."""

from datetime import UTC, datetime

from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from tests.unit.config_keys.row import Row, common, section
from tests.unit.config_keys.seen import (
    FileWorld,
    acts,
    fill,
    shows,
    wait,
)
from tests.unit.config_keys.walk import HOLIDAYS, RISK

HOURS, BROKER = "session_block_outside", "auth_loss_guard"
NY, CHICAGO = "America/New_York", "America/Chicago"
TODAY = "2026-11-18"
AFTER_THE_TABLE = datetime(2029, 1, 3, 15, 0, tzinfo=UTC)

# Ten in the morning in New York; the open hours end two minutes later.
DAY = {"start": "09:30", "end": "10:02", "timezone": NY}
WHOLE = {"global_session": {"enabled": True, **DAY}}
OWN = {"per_instrument_sessions": {"enabled": True, "sessions": {"MNQ": DAY}}}
HELD = acts(fill(MNQ, 1), wait(200))
BOTH_HELD = acts(fill(MNQ, 1), fill(ES, 1), wait(300))
CLOSED_TODAY = {"holidays": [TODAY]}
EARLY = [{"date": TODAY, "close_time": "10:01"}]


def allowed(*, to_trade: bool):
    """The broker changes canTrade, and the feed tells."""

    def move(world: FileWorld) -> None:
        world.exchange.set_account(ACCOUNT, can_trade=to_trade)
        world.collect()

    return move


def deaf(world: FileWorld) -> None:
    """The feed no longer tells of the account."""
    world.fates.draw_event = lambda event, usual: [] if event.kind == "account" else [usual]


BARRED = acts(fill(MNQ, 1), wait(5), allowed(to_trade=False), wait(5))
BARRED_AND_BACK = acts(allowed(to_trade=False), wait(5), allowed(to_trade=True), wait(5))
BARRED_UNHEARD = acts(deaf, allowed(to_trade=False), wait(70))


def calendar(key, values, see=HELD, **content):
    """A row of holidays.yaml."""
    rules = {HOURS: {"enabled": True, **WHOLE}}
    return Row(HOLIDAYS, key, values, see, {RISK: rules, HOLIDAYS: content})


ROWS = [
    *common(HOURS, HELD, **WHOLE),
    *section(
        HOURS,
        HELD,
        {
            "global_session.start": ("09:30", "10:01"),
            "global_session.end": ("10:02", "10:03"),
            "global_session.timezone": (NY, CHICAGO),
            "days": (["wed"], ["thu"]),
            "close_positions_at_session_end": (True, False),
            "lockout_outside_session": (True, False),
            "session_close_grace_seconds": (0, 30),
        },
        **WHOLE,
    ),
    *section(
        HOURS,
        BOTH_HELD,
        {
            "global_session.enabled": (True, False),
            "per_instrument_sessions.enabled": (True, False),
            "per_instrument_sessions.sessions": ({"MNQ": DAY}, {"ES": DAY}),
            "per_instrument_sessions.sessions.<symbol>.start": ("09:30", "10:01"),
            "per_instrument_sessions.sessions.<symbol>.end": ("10:02", "10:03"),
            "per_instrument_sessions.sessions.<symbol>.timezone": (NY, CHICAGO),
        },
        global_session={"enabled": True, "start": "09:30", "end": "10:04", "timezone": NY},
        **OWN,
    ),
    Row(
        RISK,
        f"{HOURS}.respect_holidays",
        (True, False),
        HELD,
        {RISK: {HOURS: {"enabled": True, **WHOLE}}, HOLIDAYS: CLOSED_TODAY},
    ),
    calendar("holidays", ([], [TODAY])),
    calendar("early_close", ([], EARLY)),
    calendar("early_close.date", (TODAY, "2026-11-19"), early_close=EARLY),
    calendar("early_close.close_time", ("10:01", "09:59"), early_close=EARLY),
    calendar("timezone", (NY, "America/Halifax"), early_close=EARLY),
    calendar(
        "covered_until",
        ("2028-12-31", "2029-12-31"),
        shows(lambda status: status["causes"], start=AFTER_THE_TABLE),
    ),
    *common(BROKER, BARRED),
    *section(BROKER, BARRED_AND_BACK, {"auto_unlock_on_restore": (True, False)}),
    *section(BROKER, BARRED_UNHEARD, {"check_interval_seconds": (10, 45)}),
]
