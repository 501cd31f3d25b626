"""Small rule models shaped like the real ones, and a folder of configuration files."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pytest
from pydantic import Field

from risk_manager.config.base import (
    Choice,
    ContractLimit,
    DayKeys,
    LossLimit,
    RootMap,
    RuleConfig,
    StrictModel,
    WallTime,
    ZoneName,
)
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config

ACCOUNTS = """\
topstepx:
  username: trader
  api_key: "a-key-for-tests"
monitored_account:
  account_id: 123
"""


class Count(StrEnum):
    NET = "net"
    GROSS = "gross"


class Contracts(RuleConfig):
    limit: ContractLimit
    count_type: Choice[Count] = Count.NET
    close_all: bool = True
    micro_equivalence: bool = False


class PerInstrument(RuleConfig):
    limits: RootMap[ContractLimit] = Field(min_length=1)


class Loss(DayKeys):
    key_aliases: ClassVar[Mapping[str, str]] = MappingProxyType({"loss_limit": "limit"})

    limit: LossLimit = Field(examples=[-500])
    lockout_until: str = "daily_reset"


class OtherLoss(DayKeys):
    limit: LossLimit


class Window(StrictModel):
    start: WallTime
    end: WallTime
    timezone: ZoneName
    enabled: bool = True


class OwnWindows(StrictModel):
    enabled: bool
    sessions: RootMap[Window] = Field(default_factory=dict)


class Session(RuleConfig):
    global_session: Window | None = None
    per_instrument_sessions: OwnWindows | None = None
    days: tuple[str, ...] = ("mon",)


SECTIONS: dict[str, type[RuleConfig]] = {
    "max_contracts": Contracts,
    "max_contracts_per_instrument": PerInstrument,
    "daily_realized_loss": Loss,
    "other_loss": OtherLoss,
    "session_block_outside": Session,
}


class Folder:
    """A configuration folder; `load` and `problems` read it as the daemon would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("accounts.yaml", ACCOUNTS)
        self.write("risk_config.yaml", "")

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def risk(self, text: str) -> "Folder":
        self.write("risk_config.yaml", text)
        return self

    def accounts(self, text: str) -> "Folder":
        self.write("accounts.yaml", text)
        return self

    def load(self, **options: object) -> LoadedConfig:
        settings: dict[str, Any] = {"environ": {}, "env_file": self.path / ".env", **options}
        return load_config(self.path, SECTIONS, **settings)

    def problems(self, **options: object) -> list[str]:
        with pytest.raises(ConfigErrors) as caught:
            self.load(**options)
        return [str(problem) for problem in caught.value.problems]

    def notes(self, **options: object) -> list[str]:
        return [str(note) for note in self.load(**options).notes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
