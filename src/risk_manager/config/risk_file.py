"""risk_config.yaml and the accounts' overrides: from trees to the sections of each account."""

from collections.abc import Mapping

from risk_manager.config.base import RuleConfig
from risk_manager.config.effective import overlaid
from risk_manager.config.errors import ConfigProblem
from risk_manager.config.explain import validated
from risk_manager.config.models import DailyReset, GlobalConfig
from risk_manager.config.structure import Structure, nearest
from risk_manager.config.yaml_text import Loc, YamlNode

RuleSections = Mapping[str, type[RuleConfig]]


class RiskFile:
    """The clean trees of risk_config.yaml; every problem goes to `structure`."""

    def __init__(self, tree: YamlNode, models: RuleSections, structure: Structure) -> None:
        self._models = models
        self._structure = structure
        self.tree = tree
        entries = dict(tree.entries)
        empty = YamlNode(tree.file, tree.line, {})
        self.global_tree = structure.model(GlobalConfig, entries.pop("global", empty), ("global",))
        self.frame: dict[str, YamlNode] = {"global": self.global_tree}
        if "daily_reset" in entries:
            daily = entries.pop("daily_reset")
            self.frame["daily_reset"] = structure.model(DailyReset, daily, ("daily_reset",))
        self._base = self._clean_sections(entries, ())

    def global_config(self, problems: list[ConfigProblem]) -> GlobalConfig | None:
        """Return section `global`, defaults filled in."""
        return validated(GlobalConfig, self.global_tree, ("global",), problems)

    def daily_reset(self, problems: list[ConfigProblem]) -> DailyReset | None:
        """Return section `daily_reset`; None when the file has none or a bad one."""
        tree = self.frame.get("daily_reset")
        return None if tree is None else validated(DailyReset, tree, ("daily_reset",), problems)

    def sections_with(self, overrides: YamlNode | None, loc: Loc) -> dict[str, YamlNode]:
        """Return the trees of an account's sections: the base with its overrides on top.

        `loc` is where the overrides stand in accounts.yaml.
        """
        over = self._clean_sections(overrides.entries, loc) if overrides else {}
        merged = dict(self._base)
        for name, node in over.items():
            merged[name] = overlaid(merged[name], node) if name in merged else node
        return {name: merged[name] for name in self._models if name in merged}

    def rules(
        self, trees: Mapping[str, YamlNode], problems: list[ConfigProblem]
    ) -> dict[str, RuleConfig]:
        """Return the models of the trees, in the order of the rules; bad ones are left out."""
        found = {
            name: validated(self._models[name], node, (name,), problems)
            for name, node in trees.items()
        }
        return {name: rule for name, rule in found.items() if rule is not None}

    def _clean_sections(self, entries: Mapping[str, YamlNode], loc: Loc) -> dict[str, YamlNode]:
        clean: dict[str, YamlNode] = {}
        for name, node in entries.items():
            place = (*loc, name)
            if name in self._models:
                clean[name] = self._structure.model(self._models[name], node, place)
            else:
                above = () if loc else ("global", "daily_reset")
                fix = nearest(name, [*above, *self._models])
                self._structure.report(node, place, "unknown section", fix)
        return clean
