"""Puts the secret addresses of alerts.yaml in place of the references to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from risk_manager.config.alerts_file import ALERTS, HEARTBEAT, AlertChannel, AlertsFile
from risk_manager.config.errors import ConfigProblem
from risk_manager.config.secrets import SecretError, resolve_secret
from risk_manager.config.yaml_file import read_yaml
from risk_manager.config.yaml_text import YamlNode

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", re.ASCII)
_WEB: Final = re.compile(r"https://\S+|http://(127\.0\.0\.1|localhost|\[::1\])[:/]\S+", re.ASCII)


def secret_file(folder: Path, name: str) -> Path:
    """Return where the address of a channel, or of the heartbeat, is stored."""
    return folder / f"alert_{name}.secret"


def resolved(
    alerts: AlertsFile, folder: Path, environ: Mapping[str, str] | None
) -> tuple[AlertsFile, list[ConfigProblem]]:
    """Return the file with the addresses in place of the references to them, and what is wrong.

    `environ` None is a service: it does not see the variables of any user.
    """
    if not alerts.channels and alerts.heartbeat is None:
        return alerts, []
    tree = read_yaml(folder / ALERTS)
    problems = _repeated(alerts.channels, tree)

    def address(name: str, reference: SecretStr, loc: tuple[str | int, ...]) -> SecretStr:
        fix = f"store it with: risk-manager admin alerts store {name}"
        try:
            text = resolve_secret(
                reference.get_secret_value(), environ, secret_file(folder, name), fix
            )
        except SecretError as error:
            problems.append(_problem(tree, loc, str(error), error.fix))
            return reference
        form, example = (
            (_WEB, "https://host/path") if name == HEARTBEAT else (_ADDRESS, "service://...")
        )
        if not form.fullmatch(text):
            problems.append(_problem(tree, loc, "not an address", f"it looks like {example}"))
        return SecretStr(text)

    channels = tuple(
        each.model_copy(update={"url": address(each.name, each.url, ("channels", index, "url"))})
        for index, each in enumerate(alerts.channels)
    )
    beat = alerts.heartbeat
    if beat is not None:
        url = address(HEARTBEAT, beat.url, (HEARTBEAT, "url"))
        beat = beat.model_copy(update={"url": url})
    return alerts.model_copy(update={"channels": channels, "heartbeat": beat}), problems


def _repeated(channels: Sequence[AlertChannel], tree: YamlNode) -> list[ConfigProblem]:
    names = [channel.name for channel in channels]
    return [
        _problem(tree, ("channels", index, "name"), "two channels have this name", "rename one")
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def _problem(tree: YamlNode, loc: tuple[str | int, ...], message: str, fix: str) -> ConfigProblem:
    """Return a problem without the value, which may be a secret."""
    key = ".".join(map(str, loc))
    return ConfigProblem(tree.file, tree.at(loc).line, key, message, fix=fix)
