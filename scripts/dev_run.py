"""Set up the project and run it: nothing is needed but Python 3.11 or newer.

    python scripts/dev_run.py demo      a simulated gateway, a trader who breaks rules, the daemon
    python scripts/dev_run.py test      the whole test suite; further words are passed to pytest
    python scripts/dev_run.py [run]     the daemon in development mode

Any other word is passed to `risk-manager`, with the project folder as the working directory. The
first run creates `.venv` there and installs the locked packages; later runs only look at a stamp.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this file, too
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit("Risk Manager needs Python 3.11 or newer; " + sys.executable + " is " + found)

import os
import subprocess

import dev_environment

#: Tests run under a zone with an odd offset and no daylight saving, so that code which uses the
#: machine's local time fails at once.
ODD_ZONE = "Asia/Kathmandu"

#: More workers than cores: most of the time is spent waiting for real daemons to react.
WORKERS = "5"


def test_command(python: str, extra: list[str], environment: dict[str, str]) -> list[str]:
    """Return the pytest command line and put what the tests need into `environment`."""
    javascript = dev_environment.ensure_javascript()
    environment["TZ"] = ODD_ZONE
    environment["RISK_MANAGER_JS"] = str(javascript.folder or "")
    environment["RISK_MANAGER_JS_MISSING"] = javascript.missing
    if javascript.missing:
        print(f"Tests with the JavaScript client will be skipped: {javascript.missing}.")
    return [python, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *extra]


def execute(command: list[str], environment: dict[str, str]) -> int:
    """Run `command` in the project folder and return its exit code.

    On POSIX this process becomes the command, so that a signal sent to it arrives. On Windows a
    Ctrl-C goes to the whole console; we then only wait for the command's own clean stop.
    """
    sys.stdout.flush()
    if os.name == "posix":
        os.chdir(dev_environment.ROOT)
        os.execve(command[0], command, environment)  # does not return
    with subprocess.Popen(command, cwd=dev_environment.ROOT, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def main(words: list[str]) -> int:
    """Set up what the first word needs, run it, and return its exit code."""
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    environment = dict(os.environ)
    try:
        if words[:1] == ["test"]:
            python = str(dev_environment.ensure("test"))
            return execute(test_command(python, words[1:], environment), environment)
        dev_environment.ensure("run")
        command = [dev_environment.executable("risk-manager"), *(words or ["run"])]
        return execute(command, environment)
    except dev_environment.SetupError as error:
        print(f"Set-up failed: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
