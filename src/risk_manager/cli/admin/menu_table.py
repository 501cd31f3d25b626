"""What the menus offer: each line is a command of its own, with the answers it still needs."""

from __future__ import annotations

from typing import Final, NamedTuple


class Ask(NamedTuple):
    """One answer: an argument, or the value of an option. An empty answer goes back."""

    text: str
    option: str | None = None


class Action(NamedTuple):
    """`words` are what stands behind `risk-manager`."""

    label: str
    words: tuple[str, ...]
    asks: tuple[Ask, ...] = ()


class Page(NamedTuple):
    """One menu."""

    label: str
    colour: str
    actions: tuple[Action, ...]


_RULE: Final = Ask("Rule (number or section)")
_ACCOUNT: Final = Ask("Account (number or name)")


def _admin(label: str, words: str, *asks: Ask) -> Action:
    return Action(label, ("admin", *words.split()), asks)


AUTHENTICATION: Final = Page(
    "Configure Authentication",
    "blue",
    (
        _admin("Show the login", "auth show"),
        _admin("Set user name and API key", "auth set"),
        _admin("Set or change the admin password", "password"),
        _admin("First run: set up an account", "init"),
    ),
)
ACCOUNTS: Final = Page(
    "Manage Accounts",
    "cyan",
    (
        _admin("List the accounts", "account list"),
        _admin("Watch an account", "account edit --enable", _ACCOUNT),
        _admin("Do not watch an account", "account edit --disable", _ACCOUNT),
        _admin("Name an account", "account edit", _ACCOUNT, Ask("Its name", "--nickname")),
        _admin(
            "Set a value for one account",
            "account edit",
            _ACCOUNT,
            Ask("PATH=VALUE, such as daily_realized_loss.limit=-400", "--set"),
        ),
        _admin(
            "Remove a value of one account",
            "account edit",
            _ACCOUNT,
            Ask("PATH, such as daily_realized_loss.limit", "--unset"),
        ),
    ),
)
RULES: Final = Page(
    "Configure Risk Rules",
    "yellow",
    (
        _admin("List the rules", "rule list"),
        _admin("Show a rule", "rule show", _RULE),
        _admin("Switch a rule on", "rule enable", _RULE),
        _admin("Switch a rule off", "rule disable", _RULE),
        _admin("Change a value", "rule set", _RULE, Ask("Key"), Ask("Value")),
        _admin("Block a symbol", "symbol block", Ask("Symbol, such as RTY")),
        _admin("Unblock a symbol", "symbol unblock", Ask("Symbol")),
        _admin("Your own holidays", "holiday list"),
        _admin("Locks in force", "lockouts"),
        _admin("Changes that wait", "pending list"),
        _admin("Cancel a change that waits", "pending cancel", Ask("Its number")),
        _admin("Check the files", "config check"),
        _admin("What differs from the files", "config diff"),
        _admin("Confirm the files", "config apply"),
        _admin("Earlier configurations", "config history"),
    ),
)
SERVICE: Final = Page(
    "Service Control",
    "green",
    (
        Action("State of the service", ("service", "status")),
        Action("Install and start", ("service", "install")),
        Action("Start", ("service", "start")),
        Action("Stop", ("service", "stop")),
        Action("Restart", ("service", "restart")),
        Action("Remove", ("service", "uninstall")),
        _admin("Newest lines of the log", "logs --tail 12"),
        _admin("Is everything in order", "doctor"),
        _admin("Check the ledger", "ledger verify"),
        _admin("Try the alerts", "alerts test"),
    ),
)
MAIN: Final[tuple[tuple[Page | Action, str], ...]] = (
    (AUTHENTICATION, AUTHENTICATION.colour),
    (ACCOUNTS, ACCOUNTS.colour),
    (RULES, RULES.colour),
    (SERVICE, SERVICE.colour),
    (_admin("Test Connection", "test"), "magenta"),
    (_admin("View Daemon Status", "status"), "cyan"),
)
