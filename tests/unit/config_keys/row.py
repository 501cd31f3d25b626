"""One row of the proof: a key, its values, and a situation in which they are told apart."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from risk_manager.config.effective import LoadedConfig
from risk_manager.config.loader import load_config
from risk_manager.simulation.setup import ACCOUNT
from tests.unit.config_keys.walk import ACCOUNTS, RISK, SECTIONS

Content = Mapping[str, Any]
See = Callable[[Path], object]
"""From a folder with the files to what is observed: requests and locks, or words, or calls."""

LOGIN: Content = {"username": "trader", "api_key": "a-key-for-tests"}
FILES: Mapping[str, Content] = {
    ACCOUNTS: {"topstepx": LOGIN, "monitored_account": {"account_id": ACCOUNT}},
    RISK: {},
}


@dataclass(frozen=True)
class Row:
    """`see` must differ for each two of `values`; None leaves the key out of its file.

    `files` is what stands in the files beside the value.
    """

    file: str
    key: str
    values: tuple[Any, ...]
    see: See
    files: Mapping[str, Content] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file} {self.key}"

    def observe(self, folder: Path, value: object) -> object:
        """Write the files into a new folder with this value, and look."""
        folder.mkdir()
        files = copy.deepcopy({**FILES, **self.files})
        files[self.file] = _with(files.get(self.file, {}), self.key.split("."), value)
        for name, content in files.items():
            # JSON is YAML; numbers are whole, so that nothing passes through float.
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        return self.see(folder)


def load(folder: Path, **options: Any) -> LoadedConfig:
    """Read the folder as the daemon does; ConfigErrors when it refuses."""
    return load_config(folder, SECTIONS, environ={}, env_file=folder / ".env", **options)


def section(name: str, see: See, values: Mapping[str, Iterable[Any]], **base: Any) -> list[Row]:
    """Rows of one rule's section, seen the same way; `base` is the section beside the value."""
    files = {RISK: {name: {"enabled": True, **base}}}
    return [Row(RISK, f"{name}.{key}", tuple(each), see, files) for key, each in values.items()]


def common(name: str, breach: See, **base: Any) -> list[Row]:
    """Rows of the keys every section has; `breach` is a story in which the rule acts."""
    values = {"enabled": (True, False), "rule_mode": ("enforce", "shadow")}
    return section(name, breach, values, **base)


def with_day(name: str, breach: See, **base: Any) -> list[Row]:
    """The same with the section's day keys; the rule sets a lock until the reset."""
    days = {"reset_time": ("17:00", "14:00"), "timezone": ("America/New_York", "America/Chicago")}
    return [*common(name, breach, **base), *section(name, breach, days, **base)]


def _with(content: Any, path: list[str], value: object) -> Any:
    """The content with the value at the path: in the first of a list, in each member of a map."""
    if not path:
        return value
    step, *rest = path
    if isinstance(content, list):
        return [_with(content[0], path, value), *content[1:]]
    if step == "<symbol>":
        return {name: _with(each, rest, value) for name, each in content.items()}
    others = {name: each for name, each in content.items() if name != step}
    if not rest and value is None:
        return others
    return {**others, step: _with(content.get(step, {}), rest, value)}
