"""Every key of every configuration file, found by walking the models."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from risk_manager.config.accounts import AccountsFile
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.config.base import StrictModel
from risk_manager.config.holidays_file import HolidaysFile
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import DailyReset, GlobalConfig
from risk_manager.config.structure import shape_of
from risk_manager.rules import RULES

RISK, ACCOUNTS, HOLIDAYS, LOGGING, ALERTS = (
    "risk_config.yaml", "accounts.yaml", "holidays.yaml", "logging.yaml", "alerts.yaml",
)  # fmt: skip

SECTIONS = {rule.section: rule.config_model for rule in RULES}
TOPS: list[tuple[str, str, type[StrictModel]]] = [
    (ACCOUNTS, "", AccountsFile),
    (HOLIDAYS, "", HolidaysFile),
    (LOGGING, "", LoggingConfig),
    (ALERTS, "", AlertsFile),
    (RISK, "global.", GlobalConfig),
    (RISK, "daily_reset.", DailyReset),
    *((RISK, f"{section}.", model) for section, model in SECTIONS.items()),
]
"""File, what stands before each key there, and the model."""


class Found(NamedTuple):
    """A key and its field; `one_value` when its type has a single legal value."""

    file: str
    key: str
    one_value: bool

    def __str__(self) -> str:
        return f"{self.file} {self.key}"


def keys() -> list[Found]:
    """Every key; a list or a map of models is a key beside the keys of its members."""
    return [
        Found(file, key, _has_one_value(field))
        for file, prefix, model in TOPS
        for key, field, _ in _walk(model, prefix)
    ]


def models() -> set[type[StrictModel]]:
    """Every model that was walked."""
    return {
        owner for _, prefix, model in TOPS for _, _, owner in _walk(model, prefix)
    }  # fmt: skip


def product_models() -> set[type[StrictModel]]:
    """Every model of the product that no other one builds on."""
    waiting: list[type[StrictModel]] = [StrictModel]
    found = set()
    while waiting:
        model = waiting.pop()
        inner = [m for m in model.__subclasses__() if m.__module__.startswith("risk_manager.")]
        waiting += inner
        found |= set() if inner else {model}
    return found


def _walk(
    model: type[StrictModel], prefix: str
) -> Iterator[tuple[str, FieldInfo, type[StrictModel]]]:
    for name, field in model.model_fields.items():
        shape = shape_of(field.annotation, field.metadata)
        inner = shape.model or (None if shape.item is None else shape_of(shape.item).model)
        if shape.model is None:
            yield f"{prefix}{name}", field, model
        if inner is not None:
            yield from _walk(inner, f"{prefix}{name}.{'<symbol>.' if shape.is_map else ''}")


def _has_one_value(field: FieldInfo) -> bool:
    """Whether the key takes a single word: its type is an enumeration with one member."""
    kinds = {part for part in _parts(field.annotation) if isinstance(part, type)}
    return any(issubclass(kind, Enum) and len(kind) == 1 for kind in kinds)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)
