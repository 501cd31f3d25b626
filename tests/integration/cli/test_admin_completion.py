"""`admin completion`: the scripts, and what a shell then gets from us."""

import os
import shutil
import subprocess
import sys

import pytest

from risk_manager.cli.main import main

SHELLS = ["bash", "zsh", "fish", "powershell"]


def completed(shell: str, words: str, unfinished: str) -> list[str]:
    count = len(words.split()) - (1 if unfinished else 0)
    asked = {
        "_RISK_MANAGER_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": unfinished if shell == "fish" else str(count),
        "COMP_INCOMPLETE": unfinished,
    }
    done = subprocess.run(
        [sys.executable, "-m", "risk_manager"], capture_output=True, text=True,
        env=os.environ | asked, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_in_the_way_that_is_answered(shell, capsys):
    assert main(["admin", "completion", shell]) == 0
    script = capsys.readouterr().out
    assert "risk-manager" in script
    assert f"{shell}_complete" in script
    assert "_RISK_MANAGER_COMPLETE" in script


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_and_values_are_completed(shell):
    assert any("doctor" in word for word in completed(shell, "risk-manager admin doc", "doc"))
    found = completed(shell, "risk-manager admin logs --file enf", "enf")
    assert any("enforcement" in word for word in found)


def test_powershell_after_a_blank_completes_the_next_word():
    found = completed("powershell", "risk-manager admin auth", "")
    assert {"set", "show"} <= set(found)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_takes_the_script(tmp_path, capsys):
    main(["admin", "completion", "bash"])
    script = tmp_path / "completion.sh"
    script.write_text(capsys.readouterr().out)
    command = f". {script} && complete -p risk-manager"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, "_risk_manager_completion" in done.stdout) == (0, True)
