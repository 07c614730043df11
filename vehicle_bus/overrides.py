"""A carmaker's own policy: one YAML file that can only make the shipped rules stricter.

::

    auto_reverse: false            # this model's windows do not reverse: closing wants a yes
    max_age_s: 1.0                 # speed and gear older than this count as missing (shipped: 2)
    dark_below_percent: 40         # shipped: 25
    fog_above_percent: 90          # shipped: 95
    stricter:                      # rows that ask for a yes refuse instead
      - wipers_off_when_rain_is_unknown
    rows:                          # further rows; a row can confirm or refuse, never allow
      - name: no_trunk_by_voice
        source: our homologation for market X
        paths: [Vehicle.Body.Trunk.*]
        values: opening            # any (the default), opening, closing, on, off
        when: always               # always (the default), not_parked, moving, dark_or_moving,
                                   # by_a_passenger
        decision: refuse           # refuse or confirm
        reason_en: The trunk is opened by hand in this car.
        reason_zh: 这辆车的后备箱需要手动打开。

Whatever would loosen a rule is a mistake; so are unknown keys, rows and paths. A mistake names file
and line, and nothing starts with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from vehicle_bus import patterns, rules
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.rules import Rule, RuleTable
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import Decision

MAX_REASON = 120
OWN = 0
"""The number of a carmaker's own rows: they belong to no rule of the design."""

VALUES: Mapping[str, Callable[[rules.Write], bool]] = {
    "any": rules.any_value,
    "opening": rules.opening,
    "closing": rules.closing,
    "on": rules.switching_on,
    "off": rules.switching_off,
}
WHEN: Mapping[str, Callable[..., bool]] = {
    "always": rules.always,
    "not_parked": rules.not_parked,
    "moving": rules.moving,
    "dark_or_moving": rules.dark_or_moving,
    "by_a_passenger": rules.by_a_passenger,
}
ROW_KEYS = ("name", "source", "paths", "values", "when", "decision", "reason_en", "reason_zh")
TIGHTER_BELOW = ("max_age_s", "fog_above_percent")
TIGHTER_ABOVE = ("dark_below_percent",)
KEYS = ("auto_reverse", *TIGHTER_BELOW, *TIGHTER_ABOVE, "stricter", "rows")


class PolicyFileError(ValueError):
    """The file can't be used; the message names file, line, cause and mend."""


def load(file: Path, paths: Collection[str], auto_reverse: bool = True) -> SafetyPolicy:
    """The shipped policy, made stricter by `file`. `paths`: the signals that the vehicle has;
    `auto_reverse`: what the configuration declares, which the file may take away."""
    return _Reader(file, paths).read(VehicleProfile(auto_reverse=auto_reverse))


@dataclass(frozen=True, slots=True)
class _Marked:
    """A YAML value and the line it is on."""

    value: Any
    line: int


class _Reader:
    def __init__(self, file: Path, paths: Collection[str]) -> None:
        self._file = file
        self._paths = paths

    def read(self, shipped: VehicleProfile) -> SafetyPolicy:
        top = self._document()
        for key, marked in top.items():
            if key not in KEYS:
                raise self._unknown(marked.line, "key", key, KEYS)
        profile = self._profile(top, shipped)
        table = self._stricter(top.get("stricter"), rules.TABLE)
        return SafetyPolicy(profile, self._with_rows(top.get("rows"), table))

    def _profile(self, top: Mapping[str, _Marked], shipped: VehicleProfile) -> VehicleProfile:
        changes: dict[str, Any] = {}
        for key in (*TIGHTER_BELOW, *TIGHTER_ABOVE):
            if (marked := top.get(key)) is None:
                continue
            limit = getattr(shipped, key)
            value = self._number(key, marked)
            if (value > limit) if key in TIGHTER_BELOW else (value < limit):
                bound = f"at {'most' if key in TIGHTER_BELOW else 'least'} {limit:g}"
                raise self._mistake(
                    marked.line,
                    f"{key}: {value:g} would loosen the rules",
                    f"give {bound}",
                )
            changes[key] = value
        if (reverse := top.get("auto_reverse")) is not None:
            if not isinstance(reverse.value, bool):
                raise self._mistake(reverse.line, "auto_reverse: no true or false", "give false")
            if reverse.value and not shipped.auto_reverse:
                raise self._mistake(
                    reverse.line,
                    "auto_reverse: true would loosen what the configuration declares",
                    "declare it there",
                )
            changes["auto_reverse"] = reverse.value
        return replace(shipped, **changes)

    def _stricter(self, marked: _Marked | None, table: RuleTable) -> RuleTable:
        names = [] if marked is None else self._list("stricter", marked)
        rows = {row.name: row for row in table.rows}
        for name in names:
            if name.value not in rows:
                raise self._unknown(name.line, "row", str(name.value), tuple(rows))
            if rows[name.value].decision is Decision.REFUSE:
                raise self._mistake(
                    name.line, f"{name.value} refuses already", "take it out of the list"
                )
            rows[name.value] = replace(rows[name.value], decision=Decision.REFUSE)
        return RuleTable(tuple(rows.values()))

    def _with_rows(self, marked: _Marked | None, table: RuleTable) -> RuleTable:
        added = [] if marked is None else self._list("rows", marked)
        names = {row.name for row in table.rows}
        own: list[Rule] = []
        for each in added:
            row = self._row(each)
            if row.name in names:
                raise self._mistake(
                    each.line, f"a row {row.name!r} is there already", "choose another name"
                )
            names.add(row.name)
            own.append(row)
        return RuleTable((*table.rows, *own))

    def _row(self, marked: _Marked) -> Rule:
        if not isinstance(marked.value, dict):
            raise self._mistake(marked.line, "a row is no mapping", f"give {', '.join(ROW_KEYS)}")
        row: dict[str, _Marked] = marked.value
        for key, value in row.items():
            if key not in ROW_KEYS:
                raise self._unknown(value.line, "key", key, ROW_KEYS)
        return Rule(
            OWN,
            self._text(row, "name", marked.line),
            self._text(row, "source", marked.line),
            self._patterns(row, marked.line),
            Decision(self._choice(row, "decision", marked.line, ("refuse", "confirm"))),
            self._reason(row, "reason_en", marked.line),
            self._reason(row, "reason_zh", marked.line),
            VALUES[self._choice(row, "values", marked.line, tuple(VALUES), "any")],
            WHEN[self._choice(row, "when", marked.line, tuple(WHEN), "always")],
        )

    def _patterns(self, row: Mapping[str, _Marked], line: int) -> tuple[str, ...]:
        if "paths" not in row:
            raise self._mistake(line, "the row has no paths", "give a list of VSS path patterns")
        found = self._list("paths", row["paths"])
        for each in found:
            if not any(patterns.matches(str(each.value), path) for path in self._paths):
                raise self._unknown(each.line, "path", str(each.value), tuple(self._paths))
        if not found:
            raise self._mistake(row["paths"].line, "paths is empty", "name at least one pattern")
        return tuple(str(each.value) for each in found)

    def _choice(
        self,
        row: Mapping[str, _Marked],
        key: str,
        line: int,
        known: tuple[str, ...],
        default: str = "",
    ) -> str:
        marked = row.get(key) or _Marked(default, line)
        if marked.value == "allow":
            raise self._mistake(marked.line, "a row can't allow", "rows only refuse or confirm")
        if marked.value not in known:
            raise self._unknown(marked.line, key, str(marked.value), known)
        return str(marked.value)

    def _reason(self, row: Mapping[str, _Marked], key: str, line: int) -> str:
        text = self._text(row, key, line)
        if len(text) > MAX_REASON:
            raise self._mistake(
                row[key].line, f"{key} has {len(text)} characters", f"at most {MAX_REASON} fit"
            )
        return text

    def _text(self, row: Mapping[str, _Marked], key: str, line: int) -> str:
        marked = row.get(key)
        if marked is None or not isinstance(marked.value, str) or not marked.value.strip():
            raise self._mistake(marked.line if marked else line, f"no {key}", "give a text")
        return marked.value.strip()

    def _number(self, key: str, marked: _Marked) -> float:
        if isinstance(marked.value, bool) or not isinstance(marked.value, int | float):
            raise self._mistake(marked.line, f"{key}: {marked.value!r} is no number", "give one")
        if not 0 <= marked.value < float("inf"):
            raise self._mistake(marked.line, f"{key}: {marked.value!r}", "give 0 or more")
        return float(marked.value)

    def _list(self, key: str, marked: _Marked) -> list[_Marked]:
        if not isinstance(marked.value, list):
            raise self._mistake(marked.line, f"{key} is no list", "write `- ...` lines under it")
        return marked.value

    def _document(self) -> dict[str, _Marked]:
        try:
            node = yaml.compose(self._file.read_text(encoding="utf-8"), yaml.SafeLoader)
        except OSError as error:
            raise PolicyFileError(
                f"{self._file}: can't be read ({error.strerror}); check the path"
            ) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self._mistake(
                mark.line + 1 if mark else 1, "not YAML", getattr(error, "problem", None) or "?"
            ) from None
        if node is None:
            return {}
        document = self._marked(node)
        if not isinstance(document.value, dict):
            raise self._mistake(document.line, "no mapping", f"give {', '.join(KEYS)}")
        return document.value

    def _marked(self, node: yaml.Node) -> _Marked:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            pairs: dict[str, _Marked] = {}
            for key, value in node.value:
                if key.value in pairs:
                    raise self._mistake(
                        key.start_mark.line + 1, f"{key.value} stands twice", "keep one"
                    )
                pairs[key.value] = self._marked(value)
            return _Marked(pairs, line)
        if isinstance(node, yaml.SequenceNode):
            return _Marked([self._marked(each) for each in node.value], line)
        return _Marked(yaml.SafeLoader("").construct_object(node), line)

    def _unknown(self, line: int, what: str, name: str, known: Collection[str]) -> PolicyFileError:
        near = get_close_matches(name, known, 1)
        mend = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)[:8])}"
        return self._mistake(line, f"unknown {what} {name!r}", mend)

    def _mistake(self, line: int, cause: str, mend: str) -> PolicyFileError:
        return PolicyFileError(f"{self._file}:{line}: {cause}; {mend}")
