"""The admin tool's side of the endpoint: send one command, get its answer."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.ipc.contract import COMMAND_PATH, INSTANCE_HEADER
from risk_manager.ipc.run_folder import ADMIN_TOKEN_FILE, read_endpoint, read_token

_LOOPBACK: Final = "127.0.0.1"
_TIMEOUT_S: Final = 30.0
_MAX_ANSWER_BYTES: Final = 1024 * 1024


class NoRightError(RiskManagerError):
    """This user may not read the administrator's token of the daemon."""


def send_command(run_folders: Sequence[Path], asked: dict[str, Any]) -> dict[str, Any]:
    """Return the daemon's answer to a command.

    Raises NotRunningError when no daemon answers, NoRightError without the administrator's token.
    """
    found = EndpointClient.find(run_folders)
    folder = next(place for place in run_folders if read_endpoint(place) == found.info)
    token = read_token(folder, ADMIN_TOKEN_FILE)
    if token is None:
        raise NoRightError(
            f"{folder / ADMIN_TOKEN_FILE} cannot be read: this needs an administrator"
        )
    connection = http.client.HTTPConnection(_LOOPBACK, found.info.port, timeout=_TIMEOUT_S)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", COMMAND_PATH, json.dumps(asked), headers)
        response = connection.getresponse()
        answer = json.loads(response.read(_MAX_ANSWER_BYTES))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotRunningError(f"the daemon stopped answering ({error})") from error
    finally:
        connection.close()
    if response.getheader(INSTANCE_HEADER) != found.info.instance or not isinstance(answer, dict):
        raise NotRunningError("another program answers on the daemon's port")
    if response.status != http.client.OK:
        raise NotRunningError(str(answer.get("error", f"HTTP {response.status}")))
    return answer
