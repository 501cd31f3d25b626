"""A YAML file as an editor with its schema sees it, and as the loader does."""

import json
from pathlib import Path

from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from generate_config_files import SECTIONS, files
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config

SCHEMAS = {Path(name).name: text for name, text in files().items() if "/schemas/" in name}
LOGIN = "topstepx: {username: t, api_key: k}\n"


class EditorsConstructor(SafeConstructor):
    """YAML 1.2 as an editor reads it: a date is text."""


EditorsConstructor.add_constructor(
    "tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str
)


def read(text: str) -> object:
    """Return the plain values of a YAML text; an empty one is an empty mapping."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = EditorsConstructor
    return yaml.load(text) or {}


def complaints(stem: str, text: str) -> list[str]:
    """Return what an editor would underline in a file."""
    schema = json.loads(SCHEMAS[f"{stem}.schema.json"])
    return [error.message for error in Draft7Validator(schema).iter_errors(read(text))]


def refusals(folder: Path, stem: str, text: str) -> list[str]:
    """Return what the loader says against one file beside good other ones."""
    texts = {
        "accounts": LOGIN + "monitored_account: {account_id: 1}",
        "risk_config": "",
        stem: text,
    }
    for each, content in texts.items():
        (folder / f"{each}.yaml").write_text(content, encoding="utf-8")
    try:
        load_config(folder, SECTIONS, environ={}, env_file=folder / ".env")
    except ConfigErrors as errors:
        return [str(problem) for problem in errors.problems]
    return []
