"""Checks on accounts.yaml as a whole: which accounts there are, and that each is named once."""

from collections.abc import Iterator
from typing import Final

from risk_manager.config.accounts import AccountsFile
from risk_manager.config.errors import ConfigProblem
from risk_manager.config.yaml_text import Loc, YamlNode

SINGLE: Final = "monitored_account"
SEVERAL: Final = "monitored_accounts"


def account_places(accounts: AccountsFile) -> list[Loc]:
    """Return where each of `accounts.entries` stands in the file."""
    single: list[Loc] = [(SINGLE,)] if accounts.monitored_account else []
    return single + [(SEVERAL, index) for index in range(len(accounts.monitored_accounts))]


def check_accounts(accounts: AccountsFile, tree: YamlNode) -> Iterator[ConfigProblem]:
    """Yield what is wrong with the set of accounts."""
    if SINGLE in tree.entries and SEVERAL in tree.entries:
        message = f"`{SINGLE}` and `{SEVERAL}` are both given"
        yield _problem(tree, (SEVERAL,), message, "keep one of the two forms")
    if not accounts.entries:
        fix = f"add `{SINGLE}:` with `account_id: 123`"
        yield _problem(tree, (), "no account to guard", fix)
    elif not any(entry.enabled for entry in accounts.entries):
        place = account_places(accounts)[0]
        yield _problem(tree, place, "no account is enabled", "set `enabled: true` for one")
    yield from _repeats(accounts, tree)


def _repeats(accounts: AccountsFile, tree: YamlNode) -> Iterator[ConfigProblem]:
    seen: set[object] = set()
    for entry, place in zip(accounts.entries, account_places(accounts), strict=True):
        name = entry.account_name.casefold() if entry.account_name else None
        for key, value in (("account_id", entry.account_id), ("account_name", name)):
            if value is not None and (key, value) in seen:
                yield _problem(tree, (*place, key), "stands twice", "name each account once")
            seen.add((key, value))


def _problem(tree: YamlNode, loc: Loc, message: str, fix: str) -> ConfigProblem:
    node = tree.at(loc)
    key = ".".join(str(step) for step in loc)
    return ConfigProblem(node.file, node.line, key, message, value=node.text, fix=fix)
