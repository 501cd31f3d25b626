"""The commands that change the configuration: validate, try, save, put in force.

The whole new configuration is validated and tried by the loop on a copy of the state. Then the
files are saved and read back, and only then does it count.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from risk_manager.bootstrap.answers import Answer, lacks_word, told
from risk_manager.bootstrap.tickets import Tickets
from risk_manager.config.defaults import risk_example, schema_line
from risk_manager.config.edit_file import Edit, EditError, edited, value_at
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.file_names import ACCOUNTS, HOLIDAYS, RISK
from risk_manager.config.history import History
from risk_manager.config.key_place import edit_of
from risk_manager.config.presets import PRESETS, preset_text
from risk_manager.config.save_file import save_text
from risk_manager.config.structure import nearest
from risk_manager.core.config_desk import APPLY
from risk_manager.core.config_judge import MODELS
from risk_manager.domain.command_events import (
    CommandAnswer,
    ConfigOffered,
    Effect,
    OfferedSet,
    Origin,
    PendingCancelled,
)
from risk_manager.utils.datetime_helpers import format_instant

Load = Callable[[Mapping[str, str]], LoadedConfig]
"""Reads and validates the folder, with some files' texts replaced. Raises ConfigErrors."""
Offers = Callable[[LoadedConfig], tuple[OfferedSet, ...]]
"""The configuration of each watched account."""

_KEPT: Final = (RISK, HOLIDAYS)
"""The files of the history; accounts.yaml may hold a secret."""

_log = logging.getLogger("risk_manager.daemon")


class ConfigCommands:
    """Works on the configuration `folder`; `now` gives aware UTC instants."""

    def __init__(
        self,
        folder: Path,
        tickets: Tickets,
        load: Load,
        offers: Offers,
        history: History,
        now: Callable[[], datetime],
    ) -> None:
        self._folder = folder
        self._tickets = tickets
        self._load = load
        self._offers = offers
        self._history = history
        self._now = now

    def edit(self, asked: Answer) -> Answer:
        """Change single keys: `edits` holds rows of key, YAML value (null removes) and account."""
        texts = self._texts()
        changed: dict[str, str] = {}
        for row in asked["edits"]:
            file, edit = edit_of(row["key"], row["value"], row.get("account"), texts, MODELS)
            changed[file] = texts[file] = edited(texts[file], edit)
        return self._change(changed, asked)

    def apply(self, asked: Answer) -> Answer:
        """Confirm the files as they are."""
        return self._change({}, asked)

    def preset(self, asked: Answer) -> Answer:
        """Write a preset's risk_config.yaml."""
        name = str(asked["name"])
        if name not in PRESETS:
            raise EditError(f"unknown preset {name!r}: {nearest(name, PRESETS)}")
        return self._change({RISK: preset_text(PRESETS[name])}, asked)

    def defaults(self, asked: Answer) -> Answer:
        """Write the example as risk_config.yaml."""
        return self._change({RISK: schema_line("risk_config") + risk_example(MODELS)}, asked)

    def rollback(self, asked: Answer) -> Answer:
        """Write the files of an earlier configuration; judged like every change."""
        entry = self._history.find(str(asked["hash"]))
        if entry is None:
            raise EditError(f"the history has no configuration {asked['hash']!r}")
        return self._change(entry.files, asked)

    def history(self, asked: Answer) -> Answer:
        """The configurations there were, newest first."""
        del asked
        rows = [
            {"at": entry.at, "hash": entry.hash, "summary": entry.summary}
            for entry in self._history.entries()
        ]
        return {"ok": True, "effect": Effect.NONE.value, "history": rows}

    def reload(self, asked: Answer) -> Answer:
        """Read the files again: only what is tighter counts."""
        offers, word = self._offers(self._load({})), str(asked.get("word") or "")
        return self._told(
            self._tickets.ask(
                lambda ticket: ConfigOffered(Origin.FILE, offers, word, ticket=ticket)
            )
        )

    def diff(self, asked: Answer) -> Answer:
        """What the files say otherwise than what is active."""
        del asked
        return self._told(self._offer({}, "", commit=False))

    def cancel(self, asked: Answer) -> Answer:
        """Drop a waiting change."""
        number = int(asked["id"])
        answer = self._tickets.ask(lambda ticket: PendingCancelled(number, ticket))
        self._put_back(answer.values)
        return self._told(answer)

    def _put_back(self, values: Mapping[str, str | None]) -> None:
        """Let risk_config.yaml say again what counts, so that nothing looser stands there."""
        text = before = self._texts()[RISK]
        for key, value in values.items():
            path = tuple(key.split("."))
            if value_at(text, path) is not None:
                text = edited(text, Edit(path, value))
        if text == before:
            return
        try:
            self._load({RISK: text})
        except ConfigErrors as error:
            _log.warning("risk_config.yaml stays as it is; without the change: %s", error)
            return
        self._save({RISK: text})
        self.reload({})

    def _change(self, texts: Mapping[str, str], asked: Answer) -> Answer:
        """Validate, try, save and put in force; without the word nothing changes."""
        word = str(asked.get("word") or "")
        first = self._offer(texts, word, commit=False)
        if first.would and word != APPLY:
            return lacks_word(first)
        before = self._texts()
        self._save(texts)
        second = self._offer({}, word, commit=True)
        if second.would and word != APPLY:
            self._save({name: before[name] for name in texts})
            return lacks_word(second)
        summary = "; ".join(second.notes) or "no difference"
        _log.info("admin: configuration changed (%s)", summary)
        answer = self._told(second)
        kept = {name: text for name, text in self._texts().items() if name in _KEPT and text}
        self._history.add(format_instant(self._now()), str(answer["hash"]), summary, kept)
        return answer

    def _offer(self, texts: Mapping[str, str], word: str, *, commit: bool) -> CommandAnswer:
        offers = self._offers(self._load(texts))
        return self._tickets.ask(
            lambda ticket: ConfigOffered(Origin.ADMIN, offers, word, commit, ticket)
        )

    def _save(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            save_text(self._folder / name, text)

    def _texts(self) -> dict[str, str]:
        """The files as they are; a missing one is empty."""
        found = {}
        for name in (ACCOUNTS, RISK, HOLIDAYS):
            try:
                found[name] = (self._folder / name).read_bytes().decode("utf-8-sig")
            except FileNotFoundError:
                found[name] = ""
            except (OSError, UnicodeDecodeError) as error:
                raise EditError(f"{name} cannot be read") from error
        return found

    def _told(self, answer: CommandAnswer) -> Answer:
        """The answer with the hash of what now stands in the files."""
        return {**told(answer), "hash": self._load({}).short_hash}
