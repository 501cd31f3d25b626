"""Write the files of config/ and .env.example: examples, presets, and schemas for editors.

    python scripts/generate_config_files.py

Runs in the project's environment. A test compares the files with what this would write.
"""

from pathlib import Path

from risk_manager.config.defaults import example_files
from risk_manager.config.presets import preset_files
from risk_manager.config.schema import schema_files
from risk_manager.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = {rule.section: rule.config_model for rule in RULES}


def files() -> dict[str, str]:
    """Return the content of every generated file by its path from the project folder."""
    schemas = {f"config/schemas/{name}": text for name, text in schema_files(SECTIONS).items()}
    return {**example_files(SECTIONS), **preset_files(), **schemas}


def main() -> None:
    """Write the files; the user's own files have other names and are never touched."""
    for name, text in files().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
