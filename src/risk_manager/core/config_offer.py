"""An offered configuration after it was judged, and the answer to who offered it (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from risk_manager.config.change import Change
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.pending import PendingChange, encode_value, in_words
from risk_manager.domain.command_events import CommandAnswer, Effect, PendingCancelled
from risk_manager.domain.ids import AccountId


@dataclass(frozen=True, slots=True)
class Judged:
    """What may be taken of one account's offer, what waits, and what taking it would do.

    `then` is the configuration with what is taken.
    """

    account_id: AccountId
    then: ConfigSet
    taken: tuple[Change, ...]
    waiting: tuple[Change, ...]
    would: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A changed file that would act at once; it is active at `due_mono` (monotonic seconds)."""

    chosen: ConfigSet
    due_mono: float
    would: tuple[str, ...]

    def text(self, mono: float) -> str:
        """The line for the screens."""
        left = max(0, round(self.due_mono - mono))
        return (
            f"HELD - changed file {', '.join(self.would)} in {left}s - put the file back and"
            " reload, or confirm with: risk-manager admin config apply"
        )


def answer(
    ticket: int,
    judged: Sequence[Judged],
    before: Sequence[PendingChange],
    rows: Sequence[PendingChange],
    matures_at: Callable[[PendingChange], datetime],
    *,
    refused: bool,
) -> CommandAnswer:
    """The answer to an administrator; `refused` says that the word is missing.

    What waited `before` already is told only when there is nothing new to tell.
    """
    would = tuple(dict.fromkeys(text for one in judged for text in one.would))
    taken = dict.fromkeys(in_words(change) for one in judged for change in one.taken)
    waiting = [(one.account_id, change) for one in judged for change in one.waiting]
    fresh = [pair for pair in waiting if not _is_in(before, *pair)]
    told = fresh or ([] if taken else waiting)
    matures: dict[AccountId, datetime] = {}
    for row in rows:
        if any(row.account_id == account and row.is_of(change) for account, change in told):
            at = matures_at(row)
            matures[row.account_id] = max(at, matures.get(row.account_id, at))
    notes = [f"at once: {name}" for name in taken]
    notes += [f"waits: {name}" for name in dict.fromkeys(in_words(change) for _, change in told)]
    effect = Effect.PENDING if told else Effect.ACTIVE if taken else Effect.NONE
    return CommandAnswer(ticket, Effect.NONE if refused else effect, would, matures, tuple(notes))


def _is_in(rows: Sequence[PendingChange], account_id: AccountId, change: Change) -> bool:
    return any(row.account_id == account_id and row.is_of(change) for row in rows)


def file_answer(
    ticket: int, judged: Sequence[Judged], held: Mapping[AccountId, Held]
) -> CommandAnswer:
    """The answer to who had the files read again."""
    would = tuple(dict.fromkeys(text for one in held.values() for text in one.would))
    taken = any(one.taken for one in judged)
    unused = dict.fromkeys(in_words(change) for one in judged for change in one.waiting)
    notes = tuple(f"looser, not used without `config apply`: {name}" for name in unused)
    effect = Effect.HELD if would else Effect.ACTIVE if taken else Effect.NONE
    return CommandAnswer(ticket, effect, would, notes=notes)


def cancel_answer(event: PendingCancelled, rows: Sequence[PendingChange]) -> CommandAnswer:
    """The answer to who cancelled a waiting change."""
    refused = None if rows else f"no change {event.pending_id} waits"
    notes = tuple(dict.fromkeys(f"cancelled: {in_words(row.change)}" for row in rows))
    values = {path: encode_value(old) for row in rows for path, old in row.old.items()}
    return CommandAnswer(event.ticket, Effect.NONE, notes=notes, refused=refused, values=values)
