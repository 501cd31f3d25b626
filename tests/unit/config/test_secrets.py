"""`.env` is for development only, is read exactly, and no key ever shows in an error."""

import pytest

from risk_manager.config.secrets import read_env_file

REFERENCE = (
    "topstepx: {username: t, api_key: '${RISK_API_KEY}'}\nmonitored_account: {account_id: 1}"
)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=abc", "abc"),
        ("export A=abc", "abc"),
        ("  A = abc  ", "abc"),
        ("A=a=b==", "a=b=="),
        ("A=", ""),
        ("A= # nothing yet", ""),
        ("A=abc # mine", "abc"),
        ("A=abc\t# mine", "abc"),
        ("A=abc#def", "abc#def"),
        ("A=#abc", "#abc"),
        ("A='abc # def'", "abc # def"),
        ('A="abc" # mine', "abc"),
        ('A=" abc "', " abc "),
        ("A='it''s", "'it''s"),
        ('A="', '"'),
        ("A=$HOME/${B}", "$HOME/${B}"),
        ("A=first\nA=last", "last"),
    ],
)
def test_a_line_of_the_env_file(tmp_path, line, value):
    (tmp_path / ".env").write_text(f"\ufeff# keys\n\n{line}\n", encoding="utf-8")
    assert read_env_file(tmp_path / ".env") == {"A": value}


@pytest.mark.parametrize("line", ["# A=abc", "A", "A: abc", "1A=abc", "=abc", "A B=abc", ""])
def test_other_lines_are_skipped(tmp_path, line):
    (tmp_path / ".env").write_text(line, encoding="utf-8")
    assert read_env_file(tmp_path / ".env") == {}


def test_no_env_file_is_normal(tmp_path):
    assert read_env_file(tmp_path / ".env") == {}


def test_development_reads_env_of_the_working_directory_and_a_service_never(folder, monkeypatch):
    elsewhere = folder.path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".env").write_text("RISK_API_KEY=from-file\n", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    folder.accounts(REFERENCE)
    config = folder.load(env_file=None)
    assert config.topstepx.api_key.get_secret_value() == "from-file"
    (problem,) = folder.problems(env_file=None, service=True)
    assert "a service does not see the variables of a user" in problem
    assert "from-file" not in problem


def test_a_service_does_not_even_open_it(folder, monkeypatch):
    """A file that cannot be read stops a developer and does not concern a service."""
    (folder.path / ".env").write_bytes(b"RISK_API_KEY=\xff\xfe")
    monkeypatch.chdir(folder.path)
    (problem,) = folder.problems(env_file=None)
    assert problem.startswith(".env: .env cannot be read")
    assert folder.load(env_file=None, service=True).topstepx.username == "trader"


@pytest.mark.parametrize(
    "written",
    [
        "*S3CRET", "{*S3CRET : 1}", "!S3CRET", "!S3CRET x", "!<S3CRET> x", "!!S3CRET x", "&S3CRET",
        "%S3CRET", "@S3CRET", "`S3CRET", "'S3CRET", '"S3CRET\\q"', "{S3CRET: 1}", "[S3CRET]",
        "S3: CRET", "|S3CRET", "? S3CRET", "${S3CRET", "S3CRET${A}", "- S3CRET",
        "\n    S3CRET: 1", "\n  S3CRET",
    ],
)  # fmt: skip
def test_a_key_written_badly_is_refused_and_never_shown(folder, written):
    folder.accounts(
        f"topstepx:\n  username: t\n  api_key: {written}\nmonitored_account: {{account_id: 1}}\n"
    )
    found = folder.problems()
    assert found
    assert not [problem for problem in found if "S3" in problem or "CRET" in problem]
