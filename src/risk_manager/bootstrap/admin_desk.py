"""What an administrator asks, from the request to the answer.

The password is checked here, in the thread of the request, before anything else happens.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from risk_manager.bootstrap.answers import Answer, told
from risk_manager.bootstrap.config_commands import ConfigCommands
from risk_manager.bootstrap.tickets import NoAnswerError, Tickets
from risk_manager.config.edit_file import EditError
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.password import PasswordError, PasswordFile, WrongPasswordError
from risk_manager.config.save_file import NotSavedError
from risk_manager.domain.command_events import StopAsked, UnlockAsked
from risk_manager.domain.ids import AccountId, RuleId

UNLOCK: Final = "UNLOCK"
STOP: Final = "STOP"
_FREE: Final = frozenset({"diff", "history"})
"""Commands that only look; the administrator's token is enough for them."""
_PROBLEMS: Final[Mapping[type[Exception], str]] = {
    PasswordError: "password",
    ConfigErrors: "config",
    EditError: "usage",
    NotSavedError: "save",
    NoAnswerError: "daemon",
    KeyError: "usage",
    ValueError: "usage",
    TypeError: "usage",
}

_log = logging.getLogger("risk_manager.daemon")


class AdminDesk:
    """Serves one administrator at a time.

    `on_wrong` hears of each wrong password: how many there were, and the seconds to wait.
    """

    def __init__(
        self,
        password: PasswordFile,
        tickets: Tickets,
        config: ConfigCommands,
        on_wrong: Callable[[int, int], None],
    ) -> None:
        self._password = password
        self._on_wrong = on_wrong
        self._tickets = tickets
        self._one = threading.Lock()
        self._commands: Mapping[str, Callable[[Answer], Answer]] = {
            "edit": config.edit,
            "apply": config.apply,
            "reload": config.reload,
            "diff": config.diff,
            "cancel": config.cancel,
            "preset": config.preset,
            "defaults": config.defaults,
            "history": config.history,
            "rollback": config.rollback,
            "check": lambda _: {"ok": True, "effect": "none"},
            "unlock": self._unlock,
            "stop": self._stop,
        }

    def handle(self, asked: Answer) -> Answer:
        """Carry out one request; the answer says `ok`, or which `problem` there is."""
        with self._one:
            try:
                return self._carry_out(asked)
            except Exception as error:  # noqa: BLE001 - the tool must hear of it, the desk lives on
                _log.error("admin: %s failed", asked.get("command"), exc_info=error)
                return _refused("daemon", f"{type(error).__name__}: {error}")

    def _carry_out(self, asked: Answer) -> Answer:
        try:
            name = str(asked.get("command"))
            if name not in _FREE:
                self._password.check(str(asked.get("password", "")))
            if name not in self._commands:
                return _refused("usage", f"unknown command {name!r}")
            return self._commands[name](asked)
        except tuple(_PROBLEMS) as error:
            problem = next(word for kind, word in _PROBLEMS.items() if isinstance(error, kind))
            if problem == "password":
                _log.warning("admin: %s", error)
            if isinstance(error, WrongPasswordError):
                self._on_wrong(self._password.wrong, round(self._password.wait_s()))
            return _refused(problem, str(error))

    def _stop(self, asked: Answer) -> Answer:
        """End the guard when that is allowed; needs the word. `cancel` forgets one that waits."""
        cancel = bool(asked.get("cancel"))
        if asked.get("word") != STOP and not cancel:
            return {"ok": False, "problem": "word", "error": "type STOP", "effect": "none"}
        answer = self._tickets.ask(lambda ticket: StopAsked(cancel, ticket))
        _log.warning("admin: stop: %s", "; ".join(answer.notes))
        return told(answer)

    def _unlock(self, asked: Answer) -> Answer:
        """End one lock by policy; needs the word."""
        if asked.get("word") != UNLOCK:
            return {"ok": False, "problem": "word", "error": "type UNLOCK", "effect": "none"}
        account, scope = AccountId(int(asked["account"])), str(asked["scope"])
        rule = RuleId(str(asked["rule"]))
        answer = self._tickets.ask(lambda ticket: UnlockAsked(account, scope, rule, ticket))
        _log.warning("admin: unlock %s on %s: %s", rule, scope, answer.refused or "done")
        return told(answer)


def _refused(problem: str, error: str) -> Answer:
    return {"ok": False, "problem": problem, "error": error, "effect": "none"}
