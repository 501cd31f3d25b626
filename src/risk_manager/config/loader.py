"""Reads a configuration folder into frozen models, or refuses it with every problem at once."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from risk_manager.config.account_checks import account_places, check_accounts
from risk_manager.config.accounts import AccountsFile, TopstepX
from risk_manager.config.alerts_file import ALERTS, AlertsFile
from risk_manager.config.alerts_secrets import resolved
from risk_manager.config.base import StrictModel
from risk_manager.config.effective import (
    AccountConfig,
    LoadedConfig,
    account_digest,
    frozen,
    overall_digest,
)
from risk_manager.config.errors import ConfigErrors, ConfigProblem, Severity, in_order
from risk_manager.config.explain import validated
from risk_manager.config.file_names import ACCOUNTS, HOLIDAYS, LOGGING, RISK
from risk_manager.config.holidays_file import HolidaysFile
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import GlobalConfig
from risk_manager.config.risk_file import RiskFile, RuleSections
from risk_manager.config.secrets import KEY_FILE, SecretError, read_env_file, resolve_secret
from risk_manager.config.structure import Structure
from risk_manager.config.traps import find_traps
from risk_manager.config.validator import Finding, check_global, check_reset, effective_reset
from risk_manager.config.yaml_file import read_yaml
from risk_manager.config.yaml_text import YamlNode, parse_yaml
from risk_manager.utils.holidays import HolidayCalendar, packaged_calendar

M = TypeVar("M", bound=StrictModel)


def load_config(
    config_dir: Path,
    rule_sections: RuleSections,
    *,
    service: bool = False,
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = None,
    texts: Mapping[str, str] | None = None,
) -> LoadedConfig:
    """Return the configuration in `config_dir`; ConfigErrors with every problem otherwise.

    `rule_sections` maps section names to the models of the rules that exist, in rule order.
    `service` applies the limits of the service mode, where `env_file` (default: `.env` of the
    working directory) and `${NAME}` are not used. `environ` defaults to the process's own. `texts`
    by file name are read instead of the files of these names: they are about to be written.
    """
    loader = _Loader(config_dir, rule_sections, texts or {}, service=service)
    variables: dict[str, str] = {}
    if not service:
        try:
            variables = read_env_file(env_file or Path(".env"))
        except SecretError as error:
            loader.problems.append(ConfigProblem(".env", None, "", str(error), fix=error.fix))
    seen = {**variables, **(os.environ if environ is None else environ)}
    return loader.load(None if service else seen)


class _Loader:
    """One pass over the folder; `problems` grows, nothing is raised before the end."""

    def __init__(
        self, folder: Path, models: RuleSections, texts: Mapping[str, str], *, service: bool
    ) -> None:
        self.folder = folder
        self.texts = texts
        self.models = models
        self.service = service
        self.problems: list[ConfigProblem] = []
        self.structure = Structure()

    def load(self, environ: Mapping[str, str] | None) -> LoadedConfig:
        """Read everything, then return the result or raise ConfigErrors."""
        accounts_tree, accounts = self._required(ACCOUNTS), None
        if accounts_tree:
            accounts_tree = self.structure.model(AccountsFile, accounts_tree)
            accounts = validated(AccountsFile, accounts_tree, (), self.problems)
        logs = self._optional(LOGGING, LoggingConfig)
        own_days = self._optional(HOLIDAYS, HolidaysFile)
        alerts = self._optional(ALERTS, AlertsFile)
        if alerts:
            alerts, problems = resolved(alerts, self.folder, environ)
            self.problems += problems
        login: TopstepX | None = None
        guarded: tuple[AccountConfig, ...] = ()
        risk_tree = self._required(RISK)
        risk = RiskFile(risk_tree, self.models, self.structure) if risk_tree else None
        global_ = self._base(risk) if risk else None
        days = packaged_calendar().merged((own_days or HolidaysFile()).calendar())
        if accounts and accounts_tree:
            login = self._login(accounts.topstepx, accounts_tree, environ)
            self.problems += check_accounts(accounts, accounts_tree)
            if risk and global_:
                guarded = self._guarded(accounts, accounts_tree, risk, global_, days)
        found = in_order([*self.problems, *self.structure.problems])
        if any(item.severity is Severity.ERROR for item in found) or not (
            login and global_ and logs and alerts
        ):
            raise ConfigErrors(found)
        digest = overall_digest(login, guarded)
        return LoadedConfig(login, guarded, global_, days, logs, alerts, found, digest)

    def _base(self, risk: RiskFile) -> GlobalConfig | None:
        """Judge risk_config.yaml by itself, so that a bad accounts.yaml hides nothing."""
        daily = risk.daily_reset(self.problems)
        trees = risk.sections_with(None, ())
        rules = risk.rules(trees, self.problems)
        self._check(risk, trees, check_reset(rules, daily))
        global_ = risk.global_config(self.problems)
        if global_:
            self._check(risk, trees, check_global(global_, service=self.service))
            self._check(risk, trees, find_traps(rules, global_))
        return global_

    def _check(
        self, risk: RiskFile, trees: Mapping[str, YamlNode], findings: Iterable[Finding]
    ) -> None:
        """Record findings with the file, line and text of the values they are about."""
        whole = YamlNode(risk.tree.file, 1, {**risk.frame, **trees})
        self.problems += [finding.placed(whole) for finding in findings]

    def _required(self, name: str) -> YamlNode | None:
        if not self._is_there(name):
            fix = f"create it in {self.folder}; {Path(name).stem}.example.yaml shows how"
            self.problems.append(ConfigProblem(name, None, "", "the file is missing", fix=fix))
            return None
        return self._tree(name)

    def _optional(self, name: str, model: type[M]) -> M | None:
        """Return the defaults for a missing file, None for a bad one."""
        if not self._is_there(name):
            return model()
        tree = self._tree(name)
        if tree is None:
            return None
        return validated(model, self.structure.model(model, tree), (), self.problems)

    def _is_there(self, name: str) -> bool:
        return name in self.texts or (self.folder / name).exists()

    def _tree(self, name: str) -> YamlNode | None:
        try:
            text = self.texts.get(name)
            return read_yaml(self.folder / name) if text is None else parse_yaml(text, name)
        except ConfigErrors as error:
            self.problems += error.problems
            return None

    def _login(
        self, topstepx: TopstepX, tree: YamlNode, environ: Mapping[str, str] | None
    ) -> TopstepX | None:
        """Return the credentials with the key itself in place of the reference to it."""
        reference = topstepx.api_key.get_secret_value()
        try:
            key = resolve_secret(reference, environ, self.folder / KEY_FILE)
        except SecretError as error:
            line = tree.at(("topstepx", "api_key")).line
            self.problems.append(
                ConfigProblem(tree.file, line, "topstepx.api_key", str(error), fix=error.fix)
            )
            return None
        return topstepx.model_copy(update={"api_key": SecretStr(key)})

    def _guarded(
        self,
        accounts: AccountsFile,
        tree: YamlNode,
        risk: RiskFile,
        global_: GlobalConfig,
        days: HolidayCalendar,
    ) -> tuple[AccountConfig, ...]:
        """Return each account's effective configuration; problems are collected."""
        daily = risk.daily_reset(self.problems)
        result = []
        for entry, place in zip(accounts.entries, account_places(accounts), strict=True):
            loc = (*place, "rule_overrides")
            overrides = tree.at(place).entries.get("rule_overrides")
            trees = risk.sections_with(overrides, loc)
            rules = risk.rules(trees, self.problems)
            reset = effective_reset(rules, daily, entry.settings)
            self._check(risk, trees, check_reset(rules, daily))
            self._check(risk, trees, find_traps(rules, global_))
            digest = account_digest(entry, global_, reset, rules, days)
            result.append(AccountConfig(entry, global_, reset, frozen(rules), digest))
        return tuple(result)
