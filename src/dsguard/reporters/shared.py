"""What several reporters need: a place as text, text that is safe on a terminal, the counts of a run.

This is on the start-up path of every run: nothing is imported here but the model.
"""

from __future__ import annotations

from dsguard.model import ENGINE_FAMILY, FAMILIES, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsguard.model import Finding, Location, Report, Step

_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """Text that can neither steer a terminal nor reorder what a reader sees.

    Control characters, newlines, bidirectional overrides, zero-width characters, odd spaces and lone
    surrogates become escapes. A surrogate that stands for a byte of a file name becomes that byte (``\\xff``).
    """
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else escaped(char) for char in text])


def escaped(char: str) -> str:
    """One character as an escape of printable ASCII."""
    short = _SHORT_ESCAPES.get(char)
    if short is not None:
        return short
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how Python spells a byte that is no UTF-8
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def shown_path(path: str) -> str:
    """A path at the start of a line of output.

    A name that starts with ``::`` would be read as a command by GitHub's runner when the line is
    printed in a workflow, so it is written with ``./`` in front.
    """
    path = printable(path)
    return f"./{path}" if path.lstrip().startswith("::") else path


def place(location: Location) -> str:
    """Where it is, as editors and people understand it: ``a.py:3:5``, ``nb.ipynb:cell 3:2:5``, ``data.csv``."""
    path = shown_path(location.path)
    if location.cell is not None:
        path = f"{path}:cell {location.cell}"
        line, column = location.cell_line, location.cell_column
    else:
        line, column = location.line, location.column
    if line is None:
        return path
    return f"{path}:{line}" if column is None else f"{path}:{line}:{column}"


def cell_address(location: Location) -> str:
    """The place in a notebook in words (``cell 3, line 2, column 5``), or ``""`` outside of notebooks."""
    if location.cell is None:
        return ""
    words = f"cell {location.cell}"
    if location.cell_line is not None:
        words += f", line {location.cell_line}"
        if location.cell_column is not None:
            words += f", column {location.cell_column}"
    return words


def step_place(step: Step) -> str:
    """Where a step is: ``src/data.py:14``."""
    path = shown_path(step.path)
    return path if step.line is None else f"{path}:{step.line}"


def members(finding: Finding) -> Sequence[Step]:
    """The other places of a finding that is told once for many. Empty where the trace is a way of calls.

    Only the seeds family follows calls; everybody else's trace lists places.
    """
    return () if finding.family == "seeds" and finding.group is None else finding.trace


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings and what is sure before what is not; otherwise in the order given."""
    return sorted(findings, key=lambda finding: (-finding.severity, -finding.confidence))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters, broken at spaces but never within backticks: commands must survive copying."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _words(text: str) -> Iterator[str]:
    held = ""
    for word in text.split(" "):
        held = f"{held} {word}" if held else word
        if held.count("`") % 2 == 0:
            yield held
            held = ""
    if held:  # an odd backtick opens nothing
        yield from held.split(" ")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """``1 file``, ``2 files``, ``12,000 entries``."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def by_family(report: Report) -> dict[str, int]:
    """How many findings each family has, in the order of the families; those without any are left out."""
    counts = dict.fromkeys((*FAMILIES, ENGINE_FAMILY), 0)
    for finding in report.findings:
        counts[finding.family] = counts.get(finding.family, 0) + 1
    return {family: count for family, count in counts.items() if count}


def summary_line(report: Report) -> str:
    """The counts of a run in one line without a newline, and without the time: two runs say the same."""
    if report.findings:
        kinds = [
            plural(report.count(severity), severity.label) for severity in (Severity.ERROR, Severity.WARNING) if report.count(severity)
        ]
        families = ", ".join(f"{family} {count:,}" for family, count in by_family(report).items())
        line = f"Found {' and '.join(kinds)} ({families}) in {plural(report.files, 'file')}"
    elif report.files:
        line = f"No findings in {plural(report.files, 'file')}"
    else:
        line = "No findings, no file was checked"
    for count, what in ((report.suppressed, "suppressed"), (report.baselined, "in the baseline"), (report.fixed, "fixed")):
        if count:
            line += f", {count:,} {what}"
    return line


def where_paths_start(report: Report) -> Iterator[str]:
    """A line for somebody in a folder below: paths and commands of a report are those of the root of the repository."""
    if report.up and report.findings:
        yield f"note: paths and commands start at the root of the repository: cd {printable(report.up)}\n"


def remarks(report: Report, *, verbose: bool, unchecked: bool = True) -> Iterator[str]:
    """Lines, newlines included, about what was not looked at and about the run as a whole.

    Args:
        unchecked: whether it is for these lines to say that no file was checked.
    """
    if report.unchecked and unchecked:
        yield f"note: no file was checked: {printable(report.unchecked)}\n"
    for note in report.notes:
        yield f"note: {printable(note)}\n"
    if verbose:
        for skip in report.skipped:
            yield f"not looked at: {shown_path(skip.path)}: {printable(skip.reason)}\n"
    elif report.skipped:
        were = "was" if len(report.skipped) == 1 else "were"
        yield f"{plural(len(report.skipped), 'path')} {were} not looked at: -v says which and why\n"
