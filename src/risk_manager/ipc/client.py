"""The tools' side of the endpoint: find the daemon, read its status, follow it.

A status is the JSON of `trader status --json`. Its age is measured by the daemon's endpoint (time
since the last publication), so that a daemon whose loop hangs is not taken for one that guards.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.contract import (
    AGE_HEADER,
    CLOCK_PATH,
    HISTORY_PATH,
    INSTANCE_HEADER,
    STATUS_PATH,
    STREAM_PATH,
)
from risk_manager.ipc.run_folder import EndpointInfo, read_endpoint, read_token

STALE_AFTER_S = 5.0
"""A status older than this is no proof of monitoring."""

_LOOPBACK = "127.0.0.1"
_TIMEOUT_S = 3.0
_MAX_STATUS_BYTES = 4 * 1024 * 1024
_ANSWERED = frozenset(
    {
        http.client.OK,
        http.client.BAD_REQUEST,
        http.client.NOT_FOUND,
        http.client.SERVICE_UNAVAILABLE,
    }
)


class NotRunningError(RiskManagerError):
    """No daemon answers (exit code 5); the text says what was tried."""


class AskedInVainError(RiskManagerError):
    """The daemon answers, but not this: a wrong word, an unknown account, a failing database."""


@dataclass(frozen=True, slots=True)
class StatusReading:
    """One answer: the status object and its age in seconds when it was received."""

    status: dict[str, Any]
    age_s: float


class EndpointClient:
    """Talks to one daemon. Every call opens its own connection; safe for several threads."""

    def __init__(self, info: EndpointInfo, token: str) -> None:
        self.info = info
        self._token = token

    @classmethod
    def find(cls, run_folders: Sequence[Path]) -> EndpointClient:
        """Return a client for the first run folder whose daemon answers.

        Raises NotRunningError when none does, with the reason for each folder.
        """
        reasons = []
        for folder in run_folders:
            try:
                return cls._of_folder(folder)
            except NotRunningError as error:
                reasons.append(f"{folder}: {error}")
        raise NotRunningError("; ".join(reasons) or "no run folder given")

    @classmethod
    def _of_folder(cls, folder: Path) -> EndpointClient:
        info = read_endpoint(folder)
        if info is None:
            raise NotRunningError("no daemon has announced itself here")
        token = read_token(folder)
        if token is None:
            raise NotRunningError("its read.token cannot be read")
        client = cls(info, token)
        client._request(STATUS_PATH)[1].close()
        return client

    def get_status(self) -> StatusReading | None:
        """Return the present status; None while the daemon has not published one yet.

        Raises NotRunningError when the daemon does not answer or the answer is no status.
        """
        response, connection = self._request(STATUS_PATH)
        try:
            body = response.read(_MAX_STATUS_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise NotRunningError(f"the daemon stopped answering ({error})") from error
        finally:
            connection.close()
        if response.status == http.client.SERVICE_UNAVAILABLE:
            return None
        age_ms = response.getheader(AGE_HEADER, "")
        if not age_ms.isdigit():
            raise NotRunningError("the answer carries no age")
        return StatusReading(_status_object(body), int(age_ms) / 1000)

    def stream(self) -> Iterator[StatusReading | None]:
        """Yield a reading after every publication and at least once a second.

        None means that nothing was published yet. Raises NotRunningError when the daemon goes.
        """
        response, connection = self._request(STREAM_PATH)
        try:
            while line := response.readline(_MAX_STATUS_BYTES):
                yield _reading_of_line(line)
        except (OSError, http.client.HTTPException) as error:
            raise NotRunningError(f"the daemon stopped answering ({error})") from error
        finally:
            connection.close()
        raise NotRunningError("the daemon has ended")

    def get_history(self, **asked: str | int) -> dict[str, Any]:
        """Return past enforcement lines and locks, and the presence, of `account`.

        Also `tail`, `level` and `search`. Raises AskedInVainError, or NotRunningError.
        """
        return self._answer(f"{HISTORY_PATH}?{urlencode(asked)}", None)

    def clock(self, account: int, action: str) -> dict[str, Any]:
        """Clock an account `in` or `out`. Raises AskedInVainError, or NotRunningError."""
        return self._answer(CLOCK_PATH, json.dumps({"account": account, "action": action}))

    def _answer(self, path: str, body: str | None) -> dict[str, Any]:
        response, connection = self._request(path, body)
        try:
            answer = _status_object(response.read(_MAX_STATUS_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise NotRunningError(f"the daemon stopped answering ({error})") from error
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise AskedInVainError(str(answer.get("error", f"HTTP {response.status}")))
        return answer

    def _request(
        self, path: str, body: str | None = None
    ) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
        connection = http.client.HTTPConnection(_LOOPBACK, self.info.port, timeout=_TIMEOUT_S)
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NotRunningError(
                f"process {self.info.pid} does not answer on port {self.info.port} ({error})"
            ) from error
        problem = self._problem_of(response)
        if problem:
            connection.close()
            raise NotRunningError(problem)
        return response, connection

    def _problem_of(self, response: http.client.HTTPResponse) -> str | None:
        """Say why an answer is not our daemon's: its files may be older than whoever listens."""
        if response.getheader(INSTANCE_HEADER) != self.info.instance:
            return f"port {self.info.port} now belongs to another program"
        if response.status in _ANSWERED:
            return None
        return f"the daemon refused the request (HTTP {response.status})"


def _reading_of_line(line: bytes) -> StatusReading | None:
    try:
        found = json.loads(line)
        status, age_ms = found["status"], found["age_ms"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotRunningError("the daemon's stream cannot be read") from error
    return None if status is None else StatusReading(status, age_ms / 1000)


def _status_object(body: bytes) -> dict[str, Any]:
    try:
        status = json.loads(body)
    except ValueError as error:
        raise NotRunningError("the daemon's answer is not JSON") from error
    if not isinstance(status, dict):
        raise NotRunningError("the daemon's answer is no status")
    return status
