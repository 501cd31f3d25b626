"""Sections `global` and `daily_reset`, and the accounts of accounts.yaml."""

from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.unit.config_keys.called import PLACE, WIRED, calls, preset
from tests.unit.config_keys.row import LOGIN, Row
from tests.unit.config_keys.seen import (
    FileWorld,
    accepted,
    acts,
    fill,
    lose,
    noted,
    price,
    quote,
    resolved,
    says,
    shows,
    wait,
)
from tests.unit.config_keys.walk import ACCOUNTS, RISK

CAP = {"max_contracts": {"enabled": True, "limit": 2}}
LOSS = {"daily_realized_loss": {"enabled": True, "limit": -100}}
OPEN_LOSS = {"daily_unrealized_loss": {"enabled": True, "limit": -100}}
FOREVER = {"daily_realized_loss": {"enabled": True, "limit": -100, "lockout_until": "permanent"}}

ME = {"account_id": ACCOUNT}

THREE = acts(fill(MNQ, 3), wait(5))
LOST = acts(lose(MNQ, 150), wait(3))
HELD = (fill(MNQ, 1, 29500), wait(3))
# Long, so the bid is what an exit gets. Each quote is beyond the limit by one basis more:
# at -100 the price is 29450.
SINKING = acts(
    *HELD, quote(MNQ, "29470", "29440", "29480"), wait(3), quote(MNQ, "29460", "29430", "29464"),
    wait(3), quote(MNQ, "29440", "29430", "29450"), wait(3),
)  # fmt: skip
# One per cent of 29500 is 295 points.
JUMPED = acts(*HELD, price(MNQ, 29100), wait(3))
SILENT = says(*HELD, wait(60))


def broken(world: FileWorld) -> None:
    """A rule has a defect."""

    def check(_event, _view):
        raise ValueError("a defect")

    for rule in world.running.guards[ACCOUNT].judge.rules:
        rule.check = check  # type: ignore[method-assign]  # a defect of a real rule


BROKEN = acts(broken, fill(MNQ, 1), wait(5))


def frame(key, values, see, rules, **files):
    """A row of `global` or `daily_reset`."""
    return Row(RISK, key, values, see, {RISK: rules, **files})


def account(key, values, see, rules=CAP, inside=ME):
    """The same key in both forms of accounts.yaml."""
    one = {"topstepx": LOGIN, "monitored_account": inside}
    several = {"topstepx": LOGIN, "monitored_accounts": [inside, {"account_id": 10003}]}
    return [
        Row(ACCOUNTS, f"monitored_account.{key}", values, see, {RISK: rules, ACCOUNTS: one}),
        Row(ACCOUNTS, f"monitored_accounts.{key}", values, see, {RISK: rules, ACCOUNTS: several}),
    ]


def names(status):
    """Every account shown, with its number and its state."""
    return [(each["id"], each["name"], each["state"]) for each in status["accounts"]]


ROWS = [
    frame("global.mode", ("enforce", "shadow"), THREE, CAP),
    frame("global.on_rule_error", ("alarm", "lock"), BROKEN, CAP),
    frame("global.allow_manual_unlock", (False, True), noted, FOREVER),
    frame("global.loosen_policy", ("next_reset", "immediate"), accepted(service=True), CAP),
    frame("global.loosen_min_wait_hours", (8, 0), accepted(service=True), CAP),
    frame("global.price_basis", ("last", "mid", "exit"), SINKING, OPEN_LOSS),
    frame("global.max_quote_age_seconds", (10, 20), SILENT, OPEN_LOSS),
    frame("global.max_price_jump_pct", (1, 0), JUMPED, OPEN_LOSS),
    frame("global.preset", (None, "topstep-50k"), preset, CAP, **{ACCOUNTS: WIRED}),
    frame("daily_reset.time", ("17:00", "14:00"), LOST, LOSS),
    frame("daily_reset.timezone", ("America/New_York", "America/Chicago"), LOST, LOSS),
    Row(
        ACCOUNTS,
        "monitored_accounts",
        ([ME], [ME, {"account_id": 10002}]),
        resolved,
        {ACCOUNTS: {"topstepx": LOGIN}},
    ),
    *account("account_id", (ACCOUNT, 10002), resolved),
    *account("account_name", ("PRAC-1", "PRAC-2"), resolved, inside={}),
    # One account alone must be enabled, so the other value is refused.
    account("enabled", (True, False), accepted())[0],
    account("enabled", (True, False), resolved)[1],
    *account("nickname", (None, "combine"), shows(names)),
    *account("settings.reset_time", (None, "14:00"), LOST, LOSS),
    *account("settings.timezone", (None, "America/Chicago"), LOST, LOSS),
    *account("rule_overrides", (None, {"max_contracts": {"limit": 5}}), THREE),
    *[
        Row(ACCOUNTS, f"topstepx.{key}", values, calls, {ACCOUNTS: WIRED})
        for key, values in {
            "username": ("trader", "other"),
            "api_key": ("a-key-for-tests", "another-key"),
            "api_url": (PLACE, f"{PLACE}/behind"),
            "user_hub": (f"{PLACE}/user", f"{PLACE}/hub-of-users"),
            "market_hub": (f"{PLACE}/market", f"{PLACE}/hub-of-markets"),
        }.items()
    ],
]
