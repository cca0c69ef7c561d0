"""The report for a person at a terminal."""

from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.reporters.shared import place, printable, remarks, step_place, summary_line, where_paths_start, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsguard.model import Finding, Report, Step

    Paint = Callable[[str, str], str]

WIDTH = 100
"""Columns that help is wrapped to, and that a source line may take: on a narrower terminal fewer."""

NARROWEST = 50
"""Below so many columns nothing can be read any more, and the terminal breaks the lines."""

MAX_STEPS = 5
"""Steps of a trace, or members of a group, that are shown unless everything is asked for."""

MAX_FULL = 30
"""Findings of one rule that are shown with their source line and what to do; further ones take a line each, but for ``-v``."""

_AS_ABOVE = "As for the file above (-v repeats it)."
"""In place of three lines and more: the same commands with another name below each of many alike hide the findings, too."""

_STYLES = {"bold": "1", "error": "1;31", "warning": "1;33", "mark": "31", "dim": "2", "good": "32"}


def render(report: Report, *, color: bool, verbose: int, quiet: bool, columns: int = 0) -> Iterator[str]:
    """Findings by file, each with its source line and what to do; then what was not looked at; then the counts."""
    paint = _colored if color else _plain
    columns = max(columns, NARROWEST) if columns else 2 * WIDTH
    path = None
    told: set[str] = set()
    counts: dict[str, int] = {}
    shortened = 0
    was_short = False
    above: set[str] = set()
    for finding in report.findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
        is_short = counts[finding.code] > MAX_FULL and not verbose
        if finding.path != path:
            if path is not None and not (was_short and is_short):
                yield "\n"
            if path is not None:
                above = {_for_any(advice, path) for advice in told} if not verbose else set()
            path = finding.path
            told = set()
        yield _head(finding, paint)
        if not is_short:
            yield from _rest(finding, paint, told=told, above=above, everything=verbose > 0, columns=columns)
        shortened += is_short
        was_short = is_short
    if quiet:
        return
    if report.findings:
        yield "\n"
    if shortened:
        yield f"{shortened:,} more of rules that had {MAX_FULL} findings above are in a line each: -v says of all what to do\n"
    yield from where_paths_start(report)
    yield from remarks(report, verbose=verbose > 0)
    yield from _fixable(report)
    style = "error" if report.count(Severity.ERROR) else "warning" if report.findings else "good"
    yield f"{paint(style, summary_line(report))} {paint('dim', f'({_duration(report.seconds)})')}\n"


def _for_any(advice: str, path: str) -> str:
    """Advice with a blank for the file that it speaks of."""
    from dsguard.policy import as_pattern

    stem = path[: -len(path.rpartition(".")[2]) - 1]
    for written in (f"'{path}'", path, as_pattern(path), path.rpartition("/")[2], stem):
        advice = advice.replace(written, "\0") if written else advice
    return advice


def _head(finding: Finding, paint: Paint) -> str:
    """Where and what."""
    sureness = "" if finding.confidence is Confidence.HIGH else f" ({finding.confidence.label} confidence)"
    level = finding.severity.label
    return (
        f"{paint('bold', place(finding.location))}: {paint(level, level)}{sureness} "
        f"{paint('bold', f'{finding.code} {finding.name}')}: {printable(finding.brief or finding.message)}\n"
    )


def _rest(finding: Finding, paint: Paint, *, told: set[str], above: set[str], everything: bool, columns: int) -> Iterator[str]:
    """Its source line, the way there or what else it is about, and what to do."""
    yield from _source(finding, paint, columns)
    steps = [step for step in finding.trace if step.message or (step.path, step.line) != (finding.path, finding.location.line)]
    shown = steps if everything else steps[:MAX_STEPS]
    for step in shown:
        yield f"  - {_step(step, finding)}\n"
    if len(shown) < len(steps):
        yield f"  - and {len(steps) - len(shown):,} more: -v lists them\n"
    # The same advice below each of forty outputs of a notebook hides the findings.
    if finding.help and finding.help not in told:
        told.add(finding.help)
        is_alike = len(finding.help) > 2 * WIDTH and bool(above) and _for_any(finding.help, finding.path) in above
        yield from _help(_AS_ABOVE if is_alike else finding.help, paint, min(WIDTH, columns))


def _fixable(report: Report) -> Iterator[str]:
    """One command for what many findings ask for, where no fix was tried yet: each of them can only speak of its own file."""
    fixable = [finding for finding in report.findings if finding.fix is not None]
    paths = {finding.path for finding in fixable}
    if len(paths) > 1 and not report.fixed:
        yield f"{len(fixable):,} of the findings, in {len(paths):,} files, are fixed by one command: dsguard check --fix\n"


def _step(step: Step, finding: Finding) -> str:
    message = printable(step.message)
    if message and step.path == finding.path and finding.location.cell is not None:
        return message  # lines of the JSON file say nothing to a reader of the notebook
    return f"{step_place(step)}: {message}" if message else step_place(step)


def _help(text: str, paint: Paint, width: int) -> Iterator[str]:
    label = "help:"
    lines = [line for given in text.strip().split("\n") for line in wrapped(printable(given), width - len(label) - 3)]
    for number, line in enumerate(lines):
        yield f"  {' ' * len(label) if number else paint('dim', label)} {line}\n"


def _source(finding: Finding, paint: Paint, columns: int) -> Iterator[str]:
    location = finding.location
    line = location.line if location.cell is None else location.cell_line
    if not finding.snippet or line is None or finding.snippet.isspace():
        return
    from dsguard.reporters.snippet import source_line

    room = min(WIDTH, columns - len(f"  {line} | ") - 2 * len("..."))
    shown, underline = source_line(finding.snippet.split("\n", 1)[0], location, redacted=finding.family == "secrets", width=room)
    yield f"  {paint('dim', f'{line} |')} {shown}\n"
    if underline:
        indent = underline.rstrip("^")
        yield f"  {paint('dim', ' ' * len(str(line)) + ' |')} {indent}{paint('mark', underline[len(indent) :])}\n"


def _colored(style: str, text: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def _plain(style: str, text: str) -> str:
    del style
    return text


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
