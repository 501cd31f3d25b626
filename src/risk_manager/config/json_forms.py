"""How values are written in YAML, as JSON Schema can say it; for the help that editors give.

A form may let through what the loader refuses (a zone that does not exist, `1e3`); the loader has
the last word. The other way round an editor would complain about a good file.
"""

from typing import Any, Final

from pydantic import WithJsonSchema

_SECONDS: Final = {"type": "integer", "minimum": 0, "maximum": 31 * 86_400}
_SPAN: Final = {"type": "string", "pattern": "^[0-9]+[smh]$"}
_POSITIVE_SECONDS: Final = {"type": "integer", "minimum": 1, "maximum": 31 * 86_400}
_POSITIVE_SPAN: Final = {"type": "string", "pattern": "^0*[1-9][0-9]*[smh]$"}
_RESET: Final = {"const": "until_reset"}

NUMBER: Final = WithJsonSchema({"type": "number"})
NOT_ZERO: Final = WithJsonSchema({"type": "number", "not": {"const": 0}})
ABOVE_ZERO: Final = WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
WALL_TIME: Final = WithJsonSchema(
    {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["17:00"]}
)
ZONE: Final = WithJsonSchema(
    {
        "type": "string",
        "pattern": "^(UTC|[^/]+/.+)$",
        "examples": ["America/New_York", "America/Chicago"],
    }
)
DATE: Final = WithJsonSchema(
    {
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    }
)
# Unquoted digits are text for these fields: a root of a future exchange, a numeric user name.
ROOT: Final = WithJsonSchema({"type": ["string", "integer"], "pattern": "^[A-Za-z0-9]{1,12}$"})
TEXT: Final = WithJsonSchema({"type": ["string", "number"], "pattern": "\\S"})
DURATION: Final = WithJsonSchema({"anyOf": [_SECONDS, _SPAN]})
PAUSE: Final = WithJsonSchema({"anyOf": [_POSITIVE_SECONDS, _POSITIVE_SPAN]})
PAUSE_OR_RESET: Final = WithJsonSchema({"anyOf": [_POSITIVE_SECONDS, _POSITIVE_SPAN, _RESET]})
LISTED_ACTION: Final = WithJsonSchema(
    {
        "type": "string",
        "pattern": "^(block|allow_unlimited|allow_with_limit:0*[1-9][0-9]*)$",
        "examples": ["block", "allow_unlimited", "allow_with_limit:1"],
    }
)
GATEWAY_URL: Final = WithJsonSchema(
    {"type": "string", "pattern": "^(https://|http://(localhost|127\\.|\\[::1\\]))"}
)

SOME: Final[dict[str, Any]] = {"minProperties": 1}
DISTINCT: Final[dict[str, Any]] = {"uniqueItems": True}
SOME_DISTINCT: Final[dict[str, Any]] = {"uniqueItems": True, "minItems": 1}
ID_OR_NAME: Final[dict[str, Any]] = {
    "anyOf": [{"required": ["account_id"]}, {"required": ["account_name"]}]
}
ONE_OR_SEVERAL: Final[dict[str, Any]] = {
    "oneOf": [{"required": ["monitored_account"]}, {"required": ["monitored_accounts"]}]
}
