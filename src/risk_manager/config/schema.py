"""JSON Schemas of the YAML files, assembled from the models, for the help that editors give.

Draft 7, which every YAML editor knows. The loader judges more than a schema can say: values that
must agree with another, zones, whole numbers written as 5.0.
"""

import json
from datetime import time
from decimal import Decimal
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from risk_manager.config.accounts import AccountsFile
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.config.base import StrictModel
from risk_manager.config.holidays_file import HolidaysFile
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import DailyReset, GlobalConfig
from risk_manager.config.risk_file import RuleSections
from risk_manager.config.section_examples import section_meaning

DRAFT: Final = "http://json-schema.org/draft-07/schema#"

#: What an override may leave out, because the base section says it.
_COMPLETENESS: Final = frozenset({"required", "anyOf", "minProperties", "default"})


def schema_files(rule_sections: RuleSections) -> dict[str, str]:
    """Return the text of each schema by its file name.

    `rule_sections` maps section names to the models of the rules that exist, in rule order.
    """
    rules = {
        name: {**_schema_of(model), "description": section_meaning(name)}
        for name, model in rule_sections.items()
    }
    schemas = {
        "accounts": _accounts(rules),
        "risk_config": _risk_config(rules),
        "holidays": _schema_of(HolidaysFile),
        "logging": _schema_of(LoggingConfig),
        "alerts": _schema_of(AlertsFile),
    }
    return {
        f"{stem}.schema.json": json.dumps(
            {"$schema": DRAFT, "title": f"{stem}.yaml", **schema}, indent=2, ensure_ascii=False
        )
        + "\n"
        for stem, schema in schemas.items()
    }


def _risk_config(rules: dict[str, JsonSchemaValue]) -> JsonSchemaValue:
    sections = {"global": _schema_of(GlobalConfig), "daily_reset": _schema_of(DailyReset)}
    return {
        "description": "The guard's settings and the rules; a rule without a section is off.",
        "type": "object",
        "properties": {**sections, **rules},
        "additionalProperties": False,
    }


def _accounts(rules: dict[str, JsonSchemaValue]) -> JsonSchemaValue:
    """Both forms of naming accounts share one definition of the overrides."""
    schema = _schema_of(AccountsFile)
    single = schema["properties"]["monitored_account"]["anyOf"][0]
    several = schema["properties"]["monitored_accounts"]["items"]
    overrides = {
        "type": "object",
        "description": single["properties"]["rule_overrides"]["description"],
        "properties": {name: _partial(each) for name, each in rules.items()},
        "additionalProperties": False,
    }
    for entry in (single, several):
        entry["properties"]["rule_overrides"] = {"$ref": "#/definitions/rule_overrides"}
    return {**schema, "definitions": {"rule_overrides": overrides}}


def _partial(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return a section's schema without what makes it complete.

    Mappings are joined key by key with the base, at every depth; lists are replaced as a whole.
    """
    if schema.get("type") != "object":
        return {key: value for key, value in schema.items() if key != "default"}
    partial = {key: value for key, value in schema.items() if key not in _COMPLETENESS}
    if "properties" in partial:
        inner = partial["properties"].items()
        partial["properties"] = {name: _partial(value) for name, value in inner}
    if isinstance(partial.get("additionalProperties"), dict):
        partial["additionalProperties"] = _partial(partial["additionalProperties"])
    return partial


def _schema_of(model: type[StrictModel]) -> JsonSchemaValue:
    """Return a model's schema in one piece, without references."""
    schema = model.model_json_schema(schema_generator=_Generator)
    whole: JsonSchemaValue = _inlined(schema, schema.pop("$defs", {}))
    return whole


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """Put each definition where it is referred to; what stands beside a reference wins."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _inlined(value, definitions) for key, value in part.items() if key != "$ref"}
    if isinstance(kept.get("title"), str):
        del kept["title"]  # the key's name once more
    if "$ref" not in part:
        return kept
    return {**_inlined(definitions[part["$ref"].rpartition("/")[2]], definitions), **kept}


class _Generator(GenerateJsonSchema):
    """pydantic's schemas, plus the spellings that the structural pass of the loader knows."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Add alias keys and the ignored keys of older files."""
        result = super().model_schema(schema)
        model = schema["cls"]
        assert issubclass(model, StrictModel)
        properties = result["properties"]
        for alias, name in model.key_aliases.items():
            properties[alias] = {**properties[name], "description": f"The same as `{name}`."}
            if name in result.get("required", ()):
                result["required"].remove(name)
                result["anyOf"] = [{"required": [name]}, {"required": [alias]}]
        for key in sorted(model.ignored_keys):
            properties[key] = {"description": "From older files: changes nothing and is ignored."}
        return result

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Check the keys of a mapping by root; pydantic would let others through."""
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        if "pattern" not in keys or "values_schema" not in schema:
            return super().dict_schema(schema)
        result: JsonSchemaValue = {
            "type": "object",
            "propertyNames": {"pattern": keys["pattern"]},
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }
        self.update_with_validations(result, schema, self.ValidationsMapping.object)
        return result

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out a default of null, which only says that the key may be absent."""
        result = super().default_schema(schema)
        if result.get("default", ...) is None:
            del result["default"]
        return result

    def encode_default(self, dft: Any) -> Any:
        """Write a number as a number and a time as HH:MM, as they stand in the file."""
        if isinstance(dft, time):
            return f"{dft:%H:%M}"
        if isinstance(dft, Decimal):
            return int(dft) if dft == dft.to_integral_value() else float(dft)
        return super().encode_default(dft)
