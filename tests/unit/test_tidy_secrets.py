"""Nothing private is published: no secret, no machine's path; what users write is ignored."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.unit.tidy import ROOT, git, texts

USER_FILES = (
    "config/accounts.yaml", "config/risk_config.yaml", "config/holidays.yaml",
    "config/logging.yaml", "config/admin_password.hash", "config/other/accounts.yaml",
    "data/state.db", "data/backups/state.db", "logs/daemon.log", "run/endpoint.json",
    "run/read.token", "run/admin.token", ".env", ".venv/pyvenv.cfg",
)  # fmt: skip
PUBLISHED = ("config/accounts.example.yaml", "config/risk_config.example.yaml", ".ci/run")

#: What looks like a secret wherever it stands.
SECRETS = {
    "signed token": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{16,}\.[\w-]{16,}"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "cloud key": re.compile(r"\b(AKIA[0-9A-Z]{16}|gh[opsu]_\w{30,}|AIza[\w-]{30,})"),
    "key in a file": re.compile(
        r"""(?i)\b(api_?key|password|secret|token)["']?\s*[:=]\s*["'][A-Za-z0-9+/=_-]{32,}["']"""
    ),
}
#: The home folder of a person; the names of nobody are samples.
MACHINE_PATH = re.compile(
    r"(?<![\w.])(/home/|/Users/|[A-Z]:\\+Users\\+)(?!(t|me|trader|user)\b)\w+"
)

#: An example may hold these words where a secret belongs, or a name in the environment.
PLACEHOLDERS = re.compile(r"stored|\$\{[A-Z_]+\}|")
SECRET_KEY = re.compile(r"(?i)key|password|secret|token|hash")


def example_values(value: object, key: str = "") -> list[tuple[str, str]]:
    """Return every (key, text) of a parsed YAML file."""
    if isinstance(value, dict):
        return [pair for name, item in value.items() for pair in example_values(item, str(name))]
    if isinstance(value, list):
        return [pair for item in value for pair in example_values(item, key)]
    return [(key, str(value))]


@pytest.mark.parametrize("name", USER_FILES)
def test_git_ignores_what_belongs_to_the_user(name: str) -> None:
    assert git("check-ignore", "--no-index", name).strip() == name


@pytest.mark.parametrize("name", PUBLISHED)
def test_git_does_not_ignore_what_is_published(name: str) -> None:
    assert name in git("ls-files", "--cached", "--others", "--exclude-standard", name).split()


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_a_secret(kind: str) -> None:
    assert [name for name, text in texts() if SECRETS[kind].search(text)] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    here = "|".join(re.escape(str(path)) for path in (ROOT, Path.home()) if path != path.parent)
    this_machine = re.compile(rf"(?<![\w./])({here})(?![\w-])")
    found = [n for n, text in texts() if MACHINE_PATH.search(text) or this_machine.search(text)]
    assert found == []


def test_examples_hold_no_secret() -> None:
    examples = sorted((ROOT / "config").glob("*.example.yaml"))
    assert examples
    for example in examples:
        values = example_values(YAML(typ="safe").load(example.read_text(encoding="utf-8")))
        secrets = [(key, text) for key, text in values if SECRET_KEY.search(key)]
        assert all(PLACEHOLDERS.fullmatch(text) for _, text in secrets), example.name


def test_the_patterns_find_what_they_look_for() -> None:
    samples = (
        "eyJhbGciOiJIUzI1" + ".eyJ" + "a" * 20 + "." + "b" * 20,
        "AKIA" + "A" * 16,
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "api_key" + ': "' + "a1" * 20 + '"',
    )
    assert all(any(p.search(sample) for p in SECRETS.values()) for sample in samples)
    assert MACHINE_PATH.search("see /home/" + "someone")
