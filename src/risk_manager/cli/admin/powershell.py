"""Completion for PowerShell, in the way click completes for the other shells."""

from __future__ import annotations

import os
from typing import ClassVar

from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

_SCRIPT = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $line, $cursor)
    $env:COMP_WORDS = $line.ToString()
    $env:COMP_INCOMPLETE = $word
    $env:%(complete_var)s = "powershell_complete"
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_INCOMPLETE, Env:%(complete_var)s
    }
}
"""


class PowerShellComplete(ShellComplete):
    """The script hands over the whole line and the word that is being typed."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the finished words behind the program's name, and the unfinished one."""
        words = split_arg_string(os.environ["COMP_WORDS"])[1:]
        unfinished = os.environ["COMP_INCOMPLETE"]
        if unfinished and words and words[-1] == unfinished:
            words.pop()
        return words, unfinished

    def format_completion(self, item: CompletionItem) -> str:
        """One line for each: the word, and what it is for behind a tab."""
        return f"{item.value}\t{item.help or ''}"
