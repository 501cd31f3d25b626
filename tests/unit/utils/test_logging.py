"""The four log files."""

import gzip
import json
import logging
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from risk_manager.utils.logging import LogSettings, configure_logging

QUIET = LogSettings(console=False)


def lines(folder: Path, stem: str) -> list[str]:
    return (folder / f"{stem}.log").read_text(encoding="utf-8").splitlines()


def test_each_record_goes_to_its_files(tmp_path):
    stop = configure_logging(QUIET, tmp_path / "logs")
    logging.getLogger("risk_manager.core.daemon").info("started")
    logging.getLogger("risk_manager.enforcement").warning("closed MNQ")
    logging.getLogger("risk_manager.api.rest").debug("POST /api/Order/searchOpen")
    logging.getLogger("risk_manager.api").error("no answer")
    stop()
    found = {
        stem: [line.split(": ", 1)[1] for line in lines(tmp_path / "logs", stem)]
        for stem in ("daemon", "enforcement", "api", "error")
    }
    assert found == {
        "daemon": ["started", "closed MNQ", "no answer"],
        "enforcement": ["closed MNQ"],
        "api": ["POST /api/Order/searchOpen", "no answer"],
        "error": ["no answer"],
    }
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO     risk_manager\.core\.daemon: ",
                    lines(tmp_path / "logs", "daemon")[0])  # fmt: skip


def test_secrets_are_masked_also_in_arguments_and_tracebacks(tmp_path):
    """S115."""
    stop = configure_logging(QUIET, tmp_path, ["the-api-key"])
    log = logging.getLogger("risk_manager.api")
    log.info("open %s", "wss://host/hubs/user?access_token=abc.def")
    log.info("login %s", {"apiKey": "k" * 20, "userName": "me@example.com"})
    try:
        int("the-api-key")
    except ValueError:
        log.exception("login failed")
    stop()
    text = (tmp_path / "api.log").read_text(encoding="utf-8")
    assert "invalid literal for int() with base 10: '***'" in text
    for secret in ("abc.def", "k" * 20, "example.com", "the-api-key"):
        assert secret not in text


def test_json_lines(tmp_path):
    stop = configure_logging(replace(QUIET, as_json=True), tmp_path)
    logging.getLogger("risk_manager").info('a "quoted" line\nand token=abcdef')
    stop()
    (line,) = lines(tmp_path, "daemon")
    entry = json.loads(line)
    assert entry["level"] == "INFO"
    assert entry["logger"] == "risk_manager"
    assert entry["message"] == 'a "quoted" line\nand token=***'


def test_rotation_by_size_keeps_gzipped_backups(tmp_path):
    settings = replace(QUIET, max_bytes=500, backup_count=2)
    stop = configure_logging(settings, tmp_path)
    for number in range(40):
        logging.getLogger("risk_manager").info("line %03d %s", number, "x" * 40)
    stop()
    kept = sorted(path.name for path in tmp_path.glob("daemon.log*"))
    assert kept == ["daemon.log", "daemon.log.1.gz", "daemon.log.2.gz"]
    with gzip.open(tmp_path / "daemon.log.1.gz", "rt", encoding="utf-8") as packed:
        assert "line 0" in packed.read()
    assert "line 039" in lines(tmp_path, "daemon")[-1]


def test_rotation_at_the_first_record_of_a_new_day(tmp_path):
    old = tmp_path / "daemon.log"
    old.write_text("yesterday\n", encoding="utf-8")
    os.utime(old, (1_700_000_000, 1_700_000_000))
    stop = configure_logging(replace(QUIET, compress=False), tmp_path)
    logging.getLogger("risk_manager").info("today")
    stop()
    assert (tmp_path / "daemon.log.1").read_text(encoding="utf-8") == "yesterday\n"
    assert len(lines(tmp_path, "daemon")) == 1


def test_the_console_is_masked_and_has_its_own_level(tmp_path, capsys):
    stop = configure_logging(LogSettings(level="WARNING"), tmp_path)
    logging.getLogger("risk_manager").info("quiet")
    logging.getLogger("risk_manager").warning("api_key=abcdefgh")
    stop()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith("api_key=***\n")
    assert "quiet" not in shown.err


def test_stop_leaves_nothing_behind(tmp_path):
    root = logging.getLogger("risk_manager")
    before = (list(root.handlers), root.level, root.propagate)
    configure_logging(QUIET, tmp_path)()
    assert (list(root.handlers), root.level, root.propagate) == before


def test_a_folder_that_cannot_be_made_is_loud(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        configure_logging(QUIET, tmp_path / "file" / "logs")
