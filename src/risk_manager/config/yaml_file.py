"""Reads a YAML file from the disk; the text itself is `yaml_text.py`'s."""

from pathlib import Path

from risk_manager.config.errors import ConfigErrors, ConfigProblem
from risk_manager.config.yaml_text import YamlNode, parse_yaml


def read_yaml(path: Path) -> YamlNode:
    """Return the tree of a UTF-8 file; ConfigErrors when it cannot be read or parsed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        fix = "check that the file exists and that this user may read it"
        problem = ConfigProblem(path.name, None, "", f"cannot be read: {reason}", fix=fix)
        raise ConfigErrors([problem]) from error
    return parse_yaml(text, path.name)
