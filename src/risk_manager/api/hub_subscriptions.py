"""Which subscriptions a connection has, which are asked for, and which have been answered."""

from __future__ import annotations

from risk_manager.api.hub_listener import Call, HubListener, undo
from risk_manager.api.signalr_messages import Completion, encode_invocation


class HubSubscriptions:
    """The bookkeeping of one connection; pure, instants are monotonic seconds."""

    def __init__(self, listener: HubListener) -> None:
        self._listener = listener
        self._version: int | None = None
        self._begun: frozenset[Call] = frozenset()
        self._waiting: dict[str, tuple[Call, float]] = {}
        self._calls = 0

    @property
    def is_settled(self) -> bool:
        """Whether every subscription wanted so far was asked for and answered."""
        return self._version is not None and not self._waiting

    def changes(self, now: float) -> list[bytes]:
        """Return the records to send so that what is wanted now comes into force."""
        version = self._listener.version
        if version == self._version:
            return []
        self._version = version
        wanted = self._listener.subscriptions()
        ended = sorted(self._begun.difference(wanted))
        begun = [call for call in wanted if call not in self._begun]
        self._begun = frozenset(wanted)
        # How an end is answered makes no difference: quotes nobody watches do no harm.
        records = [self._record(undo(call)) for call in ended]
        for call in begun:
            records.append(self._record(call))
            self._waiting[str(self._calls)] = (call, now)
        return records

    def answer(self, completion: Completion) -> None:
        """Take an answer; raises SubscribeRefusedError when the listener cannot live with it."""
        call, _ = self._waiting.pop(completion.invocation_id, (None, 0.0))
        if call is not None and completion.error is not None:
            self._begun -= {call}
            self._listener.refuse(call, completion.error)

    def oldest(self) -> tuple[Call, float] | None:
        """Return the call that has waited longest and when it was sent."""
        return next(iter(self._waiting.values()), None)

    def _record(self, call: Call) -> bytes:
        self._calls += 1
        return encode_invocation(str(self._calls), call.target, call.arguments)
