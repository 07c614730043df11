"""What a person sees of a run while it happens, and the table at its end."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from simulator import head_unit
from simulator.report import Check, Happening, Report, TurnReport, Violation
from simulator.run_events import Actuated, Checked, RunEvent, Told, TurnBegan, TurnFinished
from simulator.scenario import Scenario, show
from simulator.signal_names import leaf, short
from simulator.world import Actuation


class LiveTrace:
    """Prints a run's events; give it to `runner.run` as `on_event`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._partial = ""

    def __call__(self, event: RunEvent) -> None:
        match event:
            case TurnBegan():
                self._began(event)
            case Told(event=told):
                self._told(told)
            case Actuated(actuation=actuation) if actuation.before != actuation.after:
                self._line("signal", f"[cyan]{changed(actuation)}[/]")
            case Checked(number=number, check=check):
                self._checked(number, check)
            case TurnFinished(turn=turn):
                self._finished(turn)
            case Happening(at=at, text=text, kind=kind):
                colour = {"fault": "red", "said": "green"}.get(kind, "blue")
                self._line(f"{at:.1f} s", f"[{colour}]{escape(text)}[/]")
            case Violation(condition=condition, at=at):
                self._line("never", f"[red]✘ {escape(condition)} at {at:.1f} s[/]")

    def _began(self, event: TurnBegan) -> None:
        script = event.script
        how = "types" if script.typed else f"({script.voice})" if script.voice else "(wav)"
        self._partial = ""
        self._console.print(
            f"\n[bold]{event.number:>2} {script.seat} {how}[/] at {event.at:.1f} s, "
            f"{event.speed:.0f} km/h: [bold]“{escape(script.text)}”[/]"
        )

    def _told(self, event: head_unit.Event) -> None:
        match event:
            case head_unit.Partial(text=text):
                if text != self._partial:
                    self._partial = text
                    self._line("partial", f"[dim]{escape(text)}[/]")
            case head_unit.Understood(final=True, route=route, actions=actions, text=text):
                self._line("heard", f"[bold]{escape(text) or '—'}[/]")
                self._line("understood", escape(understood(route, actions)))
            case head_unit.ActionDone(intent=intent, status=status, error=error):
                self._line("verdict", escape(f"{intent}: {status} {error}".rstrip()))
            case head_unit.Refused(rule=rule, reason=reason):
                self._line("refused", f"[yellow]{escape(f'{reason} ({rule})')}[/]")
            case head_unit.Amended():
                self._line("amended", "[magenta]what was done early is taken back[/]")
            case head_unit.Asked(question=question):
                self._line("asks", f"[yellow]{escape(question)}[/]")
            case head_unit.HandedOver(name=name, payload=payload):
                self._line("hands over", escape(f"{name} {payload}"))
            case head_unit.ReplyText(text=text):
                self._line("reply", f"[green]“{escape(text)}”[/]")
            case _:
                pass

    def _checked(self, number: int, check: Check) -> None:
        what, label = escape(short(check.what)), f"turn {number}" if number else "check"
        if not check.held:
            text = f"✘ {what}: wanted {escape(check.wanted)}, got {escape(check.got)}"
            self._line(label, f"[red]{text}[/]")
        elif check.what.startswith("Vehicle.") or not number:
            got = escape(check.got)
            self._line(label, f"[green]✔[/] {what} is {got} at {check.at:.1f} s")

    def _finished(self, turn: TurnReport) -> None:
        if turn.latency_ms is None:
            return
        own = (
            ""
            if turn.service_latency_ms is None
            else f" (by its own clock {turn.service_latency_ms:.0f})"
        )
        self._line("latency", f"last word to signal {turn.latency_ms:.0f} ms{own}")

    def _line(self, label: str, text: str) -> None:
        self._console.print(f"   [dim]{label:>10}[/]  {text}")


def opening(scenario: Scenario, console: Console) -> None:
    """The head of a run."""
    drawn = "".join(f", {name} {show(v)}" for name, v in scenario.parameters.items())
    console.print(f"[bold]{escape(scenario.name)}[/], seed {scenario.seed}{escape(drawn)}")
    if scenario.about:
        console.print(f"[dim]{escape(' '.join(scenario.about.split()))}[/]")


def closing(report: Report, console: Console) -> None:
    """The table of turns, what was broken, and the verdict."""
    table = Table(title=report.scenario, title_justify="left")
    table.add_column("#")
    table.add_column("seat", no_wrap=True)
    table.add_column("said", overflow="fold", min_width=16)
    table.add_column("heard", overflow="fold", min_width=10)
    table.add_column("understood", overflow="fold")
    table.add_column("signals", no_wrap=True)
    table.add_column("reply", overflow="fold", min_width=14)
    table.add_column("ms", justify="right")
    table.add_column("")
    for turn in report.turns:
        table.add_row(
            str(turn.number),
            str(turn.seat),
            escape(turn.text),
            "=" if turn.heard == turn.text else escape(turn.heard or "—"),
            escape("\n".join(action.intent for action in turn.actions) or turn.route or "—"),
            escape(_signals(turn)),
            escape(turn.reply),
            "" if turn.latency_ms is None else f"{turn.latency_ms:.0f}",
            "[green]✔[/]" if turn.passed else "[red]✘[/]",
        )
    console.print()
    console.print(table)
    for turn in report.turns:
        for check in turn.checks:
            if not check.held:
                text = f"turn {turn.number}, {check.what}: wanted {check.wanted}, got {check.got}"
                place = f" [dim]{escape(check.place)}[/]"
                console.print(f"[red]✘[/] {escape(text)}{place}", soft_wrap=True)
    for check in report.checks:
        if not check.held:
            text = escape(f"{check.what}: wanted {check.wanted}, got {check.got}")
            console.print(f"[red]✘[/] {text} [dim]{escape(check.place)}[/]", soft_wrap=True)
    for violation in report.violations:
        text = f"{escape(violation.condition)}: at {violation.at:.1f} s"
        place = f"[dim]{escape(violation.place)}[/]"
        console.print(f"[red]✘ never[/] {text} {place}", soft_wrap=True)
    if report.aborted:
        console.print(f"[red]aborted:[/] {escape(report.aborted)}")
    console.print(_verdict(report))


def _signals(turn: TurnReport) -> str:
    """The signals that really changed, one a line; the same change at several places is one."""
    changed = Counter(
        f"{leaf(change.path)} {_show(change.before)} → {_show(change.after)}"
        for change in turn.changes
        if change.before != change.after
    )
    return "\n".join(f"{text} ×{n}" if n > 1 else text for text, n in changed.items())


def understood(route: str, actions: tuple[head_unit.Action, ...]) -> str:
    """`act: climate.temperature_set own value=twenty two (0.98) + ...`"""
    return f"{route}: " + (" + ".join(map(_action, actions)) or "no action")


def changed(actuation: Actuation) -> str:
    """`Door.Row1.DriverSide.Window.Position 0 → 100`"""
    before, after = _show(actuation.before), _show(actuation.after)
    return escape(f"{short(actuation.path)} {before} → {after}")


def _action(action: head_unit.Action) -> str:
    words = [action.intent]
    words += [word for word in (action.target, action.degree) if word and word != "none"]
    words += [f"{slot}={words_}" for slot, words_ in action.slots.items()]
    return " ".join(words) + f" ({action.confidence:.2f})"


def _show(value: bool | int | float | str | None) -> str:
    return "—" if value is None else show(value)


def _verdict(report: Report) -> str:
    figures = report.figures()
    passed = f"{figures['turns_passed']:.0f} of {figures['turns']:.0f} turns"
    held = f"{figures['checks_held']:.0f} of {figures['checks']:.0f} expectations held"
    median = figures.get("last_word_to_signal_ms_median")
    latency = "" if median is None else f"; last word to signal: median {median:.0f} ms"
    mark = "[bold green]PASSED[/]" if report.passed else "[bold red]FAILED[/]"
    return f"{mark}: {passed}, {held}{latency}; {report.seconds:.1f} s"
