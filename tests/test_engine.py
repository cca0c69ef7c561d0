"""What becomes of what rules find: order, identity, suppression, grouping, crashes, and how little is read for it."""

from __future__ import annotations

import hashlib
import os
import time
import tracemalloc
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from dsguard import engine, testing
from dsguard.allowances import Allowance
from dsguard.engine import EXCLUDE, Chosen, Plan
from dsguard.model import Confidence, Edit, Finding, Fix, Report, Severity, UnreadableError
from dsguard.rules.base import FileRule, ProjectRule, PythonRule, Rule
from dsguard.rules.engine.unreadable_file import UnreadableFile
from dsguard.rules.engine.unused_suppression import UnusedSuppression
from dsguard.workspace import MemoryWorkspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.conftest import Repo

    from dsguard.documents.file import File
    from dsguard.documents.project import Project
    from dsguard.documents.python import Module
    from dsguard.rules.base import Settings, Tree
    from dsguard.workspace import Workspace


class Word(FileRule):
    """Finds a word. Has the code of a real rule, since markers name real rules."""

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "a bad word"
    help = "Say something else."
    files: ClassVar[tuple[str, ...]] = ("*",)
    word = "BAD"

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        for number, line in reversed(list(enumerate(file.lines, 1))):  # not in the order of the report
            column = line.find(self.word) + 1
            if column:
                confidence = Confidence.LOW if "maybe" in line else Confidence.HIGH
                yield self.found(file.at(number, column), subject=line.split("#")[0].strip(), confidence=confidence)


class OtherWord(Word):
    """Finds another word."""

    code, name, family = "DSG101", "raw-data", "data"
    word = "WORSE"


class Grouped(FileRule):
    """Finds every file, and tells three or more of a folder as one."""

    code, name, family, since = "DSG103", "data-file", "data", "0.1"
    summary = "a file"
    help = "Remove it."
    files = ("*.csv",)
    group_at = 3

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        severity = Severity.WARNING if "warn" in file.name else Severity.ERROR
        yield self.found(file.at(), subject=file.name, group=file.folder, size=file.size, severity=severity)


class InProject(ProjectRule):
    """Finds a word anywhere in a project."""

    code, name, family, since = "DSG401", "missing-lockfile", "lockfile", "0.1"
    summary = "a bad word in the project"
    help = "Remove it."

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        for path in project.files:
            for number, line in enumerate(project.files[path].lines, 1):
                if "PROJECT" in line:
                    yield self.found(project.files[path].at(number, 1), subject=line.split("#")[0])


def made_plan(*rules: Rule, rows: Iterable[tuple[str, str]] = (), severity: dict[str, Severity] | None = None, **options: Any) -> Plan:
    chosen = [Chosen(rule, {}, (severity or {}).get(rule.code)) for rule in rules]
    return Plan(chosen, [*(row for rule in rules for row in engine.selectors(rule)), *rows], **options)


def run(files: Tree, *rules: Rule, **options: Any) -> Report:
    return engine.run(made_plan(*rules, **options), MemoryWorkspace(files))


def told(report: Report) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.path, finding.location.line) for finding in report.findings]


# Order and identity


def test_the_order_is_path_cell_line_column_code() -> None:
    files = {"b.txt": "BAD WORSE\n\nWORSE BAD\n", "a.txt": "x\nBAD\n", "a/z.txt": "BAD", "A.txt": "BAD", "\udcff.txt": "BAD"}
    report = run(files, Word(), OtherWord())
    assert told(report) == [
        ("DSG601", "A.txt", 1),
        ("DSG601", "a.txt", 2),
        ("DSG601", "a/z.txt", 1),
        ("DSG601", "b.txt", 1),
        ("DSG101", "b.txt", 1),
        ("DSG101", "b.txt", 3),
        ("DSG601", "b.txt", 3),
        ("DSG601", "\udcff.txt", 1),
    ]
    assert report.rules_run == ["DSG101", "DSG601"]
    assert report.files == 5


def test_two_runs_say_the_same() -> None:
    files = {f"{name}/{number}.txt": "BAD\nWORSE BAD\n" for name in "cab" for number in range(9)}

    def everything(report: Report) -> list[Any]:
        return [[getattr(finding, slot) for slot in ("code", "path", "message", "subject", "fingerprint")] for finding in report.findings]

    first = everything(run(files, Word(), OtherWord()))
    assert first == everything(run(dict(reversed(files.items())), OtherWord(), Word()))
    assert len(first) == 27 * 3


def test_fingerprints_stand_still_when_lines_move() -> None:
    before = run({"a.txt": "BAD one\nBAD two\nBAD two\n"}, Word()).findings
    after = run({"a.txt": "\n\nx\nBAD one\n\nBAD two\n\n\nBAD two\n"}, Word()).findings
    assert [finding.fingerprint for finding in before] == [finding.fingerprint for finding in after]
    assert len({finding.fingerprint for finding in before}) == 3, "alike findings are told apart"
    assert all(len(finding.fingerprint) == 32 for finding in before)


def test_fingerprints_depend_on_rule_path_and_subject_only() -> None:
    report = run({"a.txt": "BAD\n", "b.txt": "BAD\n", "c.txt": "BAD c\n"}, Word())
    assert len({finding.fingerprint for finding in report.findings}) == 3
    moved = run(
        {"a.txt": "x\n" * 50 + "    BAD", "b.txt": "BAD\n", "c.txt": "BAD c\n"},
        Word(),
        profile="strict",
        severity={"DSG601": Severity.WARNING},
    )
    assert [finding.fingerprint for finding in moved.findings] == [finding.fingerprint for finding in report.findings]


@pytest.mark.parametrize("subject", [chr(0xD800), chr(0xDCFF), "a\0b", "", "é"])
def test_any_subject_has_a_fingerprint(subject: str) -> None:
    class Odd(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            yield self.found(file.at(1), subject=subject)

    assert run({"a.txt": "x"}, Odd()).findings[0].fingerprint


# What goes wrong


class Crashing(Word):
    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        yield from super().check(file, settings)
        if "crash" in file.text:
            raise KeyError("kéy")


def test_a_rule_that_raises_is_told_and_all_else_still_runs() -> None:
    report = run({"a.txt": "BAD crash", "b.txt": "BAD", "c.txt": "WORSE crash"}, Crashing(), OtherWord())
    assert told(report) == [
        ("DSG000", "a.txt", None),
        ("DSG601", "a.txt", 1),
        ("DSG601", "b.txt", 1),
        ("DSG000", "c.txt", None),
        ("DSG101", "c.txt", 1),
    ]
    assert report.crashed
    assert report.exit_code == 3
    message = report.findings[0].message
    assert "DSG601" in message
    assert "home-path" in message
    assert "KeyError" in message
    assert "kéy" in message


@pytest.mark.parametrize(
    "error", [RecursionError(), MemoryError(), AssertionError("x"), UnicodeDecodeError("utf-8", b"", 0, 1, "x"), OSError(5, "x")]
)
def test_any_exception_is_a_crash(error: Exception) -> None:
    class Raising(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            raise error

    assert told(run({"a.txt": ""}, Raising())) == [("DSG000", "a.txt", None)]


def test_an_interrupt_is_not_swallowed() -> None:
    class Interrupted(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run({"a.txt": ""}, Interrupted())


def test_a_rule_about_projects_that_raises() -> None:
    class Raising(InProject):
        def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
            raise ValueError(project.root)

    report = run(
        {"a.txt": "BAD", "sub/pyproject.toml": "", "excluded.txt": ""},
        Raising(),
        Word(),
        rows=[(EXCLUDE, "a.txt"), (EXCLUDE, "excluded.txt")],
    )
    assert report.crashed
    assert [finding.code for finding in report.findings] == ["DSG000", "DSG000"], "told even where nothing else may be"
    assert run({}, Raising()).findings == []


class Reading(PythonRule):
    """Asks for the syntax tree."""

    code, name, family, since = "DSG602", "mount-path", "paths", "0.1"
    summary = "python"
    help = "None."

    def check(self, module: Module, settings: Settings) -> Iterator[Finding]:
        yield self.found(module.file.at(1), subject="parsed")


class ReadingToo(Reading):
    code, name = "DSG603", "platform-path"


BROKEN = {"a.ipynb": "{", "b.py": "print 'Python 2'\n", "c.py": "ok = 1\n"}


def test_broken_files_are_told_once() -> None:
    report = run(BROKEN, Reading(), ReadingToo(), UnreadableFile())
    assert [(code, path) for code, path, _ in told(report)] == [("DSG001", "a.ipynb"), ("DSG602", "c.py"), ("DSG603", "c.py")]
    assert [skip.path for skip in report.skipped] == ["b.py"]
    assert "Python" in report.skipped[0].reason
    assert not report.crashed


def test_what_is_merely_not_for_us_is_a_finding_in_strict() -> None:
    report = run(BROKEN, Reading(), UnreadableFile(), profile="strict")
    assert [(finding.code, finding.path, finding.severity) for finding in report.findings if finding.code == "DSG001"] == [
        ("DSG001", "a.ipynb", Severity.ERROR),
        ("DSG001", "b.py", Severity.WARNING),
    ]
    assert [skip.path for skip in report.skipped] == ["b.py"]


def test_without_the_rule_for_it_a_broken_file_is_no_finding() -> None:
    assert told(run(BROKEN, Reading())) == [("DSG602", "c.py", 1)]


def test_the_severity_of_a_broken_file_can_be_set() -> None:
    report = run(BROKEN, Reading(), UnreadableFile(), severity={"DSG001": Severity.WARNING})
    assert [finding.severity for finding in report.findings if finding.code == "DSG001"] == [Severity.WARNING]


def test_what_was_found_before_a_file_turned_out_unreadable_is_kept() -> None:
    class Late(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            yield from super().check(file, settings)
            raise UnreadableError(file.path, "the rest is missing", fatal=False)

    report = run({"a.txt": "BAD"}, Late())
    assert told(report) == [("DSG601", "a.txt", 1)]
    assert [(skip.path, skip.reason) for skip in report.skipped] == [("a.txt", "the rest is missing")]


@pytest.mark.parametrize("path", ["other.ipynb", "no/such/file"])
def test_a_broken_neighbour_is_told_at_its_own_place(path: str) -> None:
    class Neighbourly(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            if file.path != path:
                raise UnreadableError(path, "is broken", line=3, fatal=True)
            yield from ()

    files = {"a.txt": "", "b.txt": "", "other.ipynb": "{}\n\n\n"}
    rules = (Neighbourly(), made_unreadable())
    assert told(run(files, *rules)) == [("DSG001", path, 3)]
    assert told(run(files, *rules, rows=[(EXCLUDE, path)])) == ([] if path in files else [("DSG001", path, 3)])
    assert told(run(files, *rules, rows=[("ignore:DSG001", "a.txt"), ("ignore:DSG001", "b.txt")])) == [("DSG001", path, 3)]


def made_unreadable() -> Rule:
    """As in a run of one family: broken files are told, not looked for."""

    class Told(UnreadableFile):
        files = ()  # type: ignore[assignment]

    return Told()


# What is looked at


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ["a.txt", "d/b.txt", "d/c.py"]),
        ([(EXCLUDE, "d/")], ["a.txt"]),
        ([(EXCLUDE, "d/"), (EXCLUDE, "!d/b.txt")], ["a.txt", "d/b.txt"]),
        ([("skip:DSG601", "*.txt")], ["d/c.py"]),
        ([("skip:DSG999", "*")], ["a.txt", "d/b.txt", "d/c.py"]),
    ],
)
def test_exclude(rows: list[tuple[str, str]], expected: list[str]) -> None:
    report = run({"a.txt": "BAD", "d/b.txt": "BAD", "d/c.py": "BAD"}, Word(), rows=rows)
    assert [finding.path for finding in report.findings] == expected
    assert report.suppressed == 0


def test_explicit_paths_obey_exclude(repo: Repo) -> None:
    repo.write("a.txt", "BAD")
    repo.write("vendor/b.txt", "BAD")
    repo.git("add", "-A")
    for untracked in (True, False):
        workspace = open_workspace(str(repo.folder), paths=["vendor/b.txt", "a.txt"], untracked=untracked)
        report = engine.run(made_plan(Word(), rows=[(EXCLUDE, "vendor/")]), workspace)
        assert [finding.path for finding in report.findings] == ["a.txt"]
    only = open_workspace(str(repo.folder), paths=["vendor/b.txt"])
    report = engine.run(made_plan(Word(), rows=[(EXCLUDE, "vendor/")]), only)
    assert report.findings == []
    assert report.unchecked == "the only file is excluded by the configuration", "said, not silent"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("*.py",), ["d/c.py"]),
        (("@data",), ["d/b.txt", "d/c.py"]),
        (("@data", "!@code"), ["d/b.txt"]),
        (("*", "!@code"), ["a.txt", "d/b.txt"]),
        (("*", "!*.txt"), ["d/c.py"]),
        (("@data", "!*.py"), ["d/b.txt"]),
        (("@data", "!*.py", "c.*"), ["d/b.txt", "d/c.py"]),
        (("*", "!@data", "b.txt"), ["a.txt", "d/b.txt"]),
        (("!@data", "*"), ["a.txt", "d/b.txt", "d/c.py"]),
        (("*", "!@data", "@code", "!c.py"), ["a.txt"]),
        (("!*.py",), []),
        ((), []),
    ],
)
def test_selectors(patterns: tuple[str, ...], expected: list[str]) -> None:
    class Selecting(Word):
        files = patterns

    chosen = Chosen(Selecting(), {})
    rows = [("data", "d/"), ("code", "*.py")]
    rows += engine.selectors(Selecting())
    report = engine.run(Plan([chosen], rows), MemoryWorkspace({"a.txt": "BAD", "d/b.txt": "BAD", "d/c.py": "BAD"}))
    assert [finding.path for finding in report.findings] == expected


def test_low_confidence_is_for_strict() -> None:
    files = {"a.txt": "BAD maybe\nBAD\n"}
    assert told(run(files, Word())) == [("DSG601", "a.txt", 2)]
    assert len(run(files, Word(), profile="strict").findings) == 2


def test_severity_can_be_set() -> None:
    report = run({"a.txt": "BAD WORSE"}, Word(), OtherWord(), severity={"DSG601": Severity.WARNING})
    assert {finding.code: finding.severity for finding in report.findings} == {"DSG601": Severity.WARNING, "DSG101": Severity.ERROR}
    assert run({"a.txt": "BAD"}, Word(), severity={"DSG601": Severity.WARNING}).exit_code == 0


# What somebody accepted


def test_ignores_of_paths_are_counted() -> None:
    report = run({"a.txt": "BAD\nBAD\nWORSE", "b.txt": "BAD"}, Word(), OtherWord(), rows=[("ignore:DSG601", "a.txt")])
    assert told(report) == [("DSG101", "a.txt", 3), ("DSG601", "b.txt", 1)]
    assert report.suppressed == 2


def allowing(path: str, content: bytes | None, code: str = "DSG601") -> dict[str, Any]:
    digest = None if content is None else hashlib.sha256(content).hexdigest().upper()
    allowance = Allowance(0, path, code, sha256=digest, reason="agreed", where="dsguard.toml")
    return {"allowances": [allowance], "rows": [(allowance.label, "/" + path)]}


@pytest.mark.parametrize(
    ("allowance", "left", "suppressed"),
    [
        (allowing("a.txt", None), [], 2),
        (allowing("a.txt", b"BAD\nBAD"), [], 2),
        (allowing("a.txt", b"BAD\nBAD\n"), ["DSG002", "DSG601", "DSG601"], 0),
        (allowing("a.txt", None, "DSG101"), ["DSG002", "DSG601", "DSG601"], 0),
        (allowing("b.txt", None), ["DSG002", "DSG601", "DSG601"], 0),  # there is no such file
        (allowing("sub/a.txt", None), ["DSG002", "DSG601", "DSG601"], 0),
    ],
)
def test_an_allowance_holds_as_long_as_the_bytes(allowance: dict[str, Any], left: list[str], suppressed: int) -> None:
    report = run({"a.txt": "BAD\nBAD"}, Word(), OtherWord(), UnusedSuppression(), **allowance)
    assert sorted(finding.code for finding in report.findings) == left
    assert report.suppressed == suppressed
    unused = [finding for finding in report.findings if finding.code == "DSG002"]
    assert [finding.path for finding in unused] == ["dsguard.toml"] * len(unused)


def test_the_bytes_of_an_allowance_are_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = hashlib.sha256
    hashed: list[bytes] = []

    def counting(data: bytes = b"") -> Any:
        hashed.append(data)
        return made(data)

    content = b"BAD\n" * 1000
    allowance = allowing("a.txt", content)
    monkeypatch.setattr(hashlib, "sha256", counting)
    report = run({"a.txt": content}, Word(), **allowance)
    assert (report.findings, report.suppressed) == ([], 1000)
    assert len(hashed) == 1


def test_an_allowance_is_not_judged_by_a_run_without_its_rule() -> None:
    assert run({"a.txt": "WORSE"}, OtherWord(), UnusedSuppression(), **allowing("a.txt", None)).findings[0].code == "DSG101"
    assert len(run({"a.txt": "WORSE"}, OtherWord(), UnusedSuppression(), **allowing("a.txt", None)).findings) == 1


def test_markers_are_counted() -> None:
    report = run({"a.py": "x = 'BAD'  # dsguard: ignore[DSG601] a demo\ny = 'BAD'\n"}, Word(), UnusedSuppression())
    assert told(report) == [("DSG601", "a.py", 2)]
    assert report.suppressed == 1


UNUSED = {"a.py": "x = 1  # dsguard: ignore[DSG601] not any more\ny = 'BAD'\n"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("DSG002", Severity.WARNING, 1), ("DSG601", Severity.ERROR, 2)]),
        ({"severity": {"DSG002": Severity.ERROR}}, [("DSG002", Severity.ERROR, 1), ("DSG601", Severity.ERROR, 2)]),
        ({"rows": [("ignore:DSG002", "a.py")]}, [("DSG601", Severity.ERROR, 2)]),
        ({"rows": [("skip:DSG002", "*.py")]}, [("DSG601", Severity.ERROR, 2)]),
        (allowing("a.py", None, "DSG002"), [("DSG601", Severity.ERROR, 2)]),
    ],
)
def test_unused_markers_obey_the_configuration_as_any_finding(options: dict[str, Any], expected: list[Any]) -> None:
    report = run(UNUSED, Word(), UnusedSuppression(), **options)
    assert [(finding.code, finding.severity, finding.location.line) for finding in report.findings] == expected


def test_a_marker_that_hides_a_finding_of_low_confidence_is_in_use() -> None:
    files = {"a.py": "x = 'BAD maybe'  # dsguard: ignore[DSG601] agreed\n"}
    for profile, suppressed in (("default", 0), ("strict", 1)):
        report = run(files, Word(), UnusedSuppression(), profile=profile)
        assert (report.findings, report.suppressed) == ([], suppressed)


# Rules about projects


def test_findings_of_a_project_meet_the_markers_of_their_file_together() -> None:
    files = {
        "Dockerfile": "PROJECT one # dsguard: ignore[DSG401] agreed\nPROJECT two\nBAD\nPROJECT three # dsguard: ignore[DSG401] agreed\n"
    }
    report = run(files, InProject(), Word(), UnusedSuppression())
    assert told(report) == [("DSG401", "Dockerfile", 2), ("DSG601", "Dockerfile", 3)]
    assert report.suppressed == 2


def test_an_unused_marker_for_a_rule_about_projects_is_told_once() -> None:
    files = {"a.txt": "PROJECT\nPROJECT\nBAD # dsguard: ignore[DSG401] no longer\n# dsguard: ignore\n"}
    report = run(files, InProject(), Word(), UnusedSuppression())
    assert [finding.location.line for finding in report.findings if finding.code == "DSG002"] == [3, 4]


@pytest.mark.parametrize("row", [(EXCLUDE, "legacy/"), ("skip:DSG401", "legacy/*.txt"), ("ignore:DSG401", "legacy/")])
def test_a_project_rule_finds_nothing_in_what_is_excluded(row: tuple[str, str]) -> None:
    report = run({"a.txt": "PROJECT", "legacy/b.txt": "PROJECT"}, InProject(), rows=[row])
    assert told(report) == [("DSG401", "a.txt", 1)]
    assert report.suppressed == int(row[0].startswith("ignore"))


def test_a_project_is_looked_at_as_a_whole_when_a_hook_is_given_one_file(repo: Repo) -> None:
    repo.write("a.txt", "x")
    repo.write("b.txt", "PROJECT\nPROJECT # dsguard: ignore[DSG401] agreed\n# dsguard: ignore\n")
    repo.git("add", "-A")
    workspace = open_workspace(str(repo.folder), paths=["a.txt"], untracked=False, whole_projects=True)
    report = engine.run(made_plan(InProject(), Word(), UnusedSuppression()), workspace)
    assert told(report) == [("DSG401", "b.txt", 1)], "its other markers are not this commit's business"
    assert report.suppressed == 1
    narrow = open_workspace(str(repo.folder), paths=["a.txt"])
    assert engine.run(made_plan(InProject()), narrow).findings == []


# Groups


def csv(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "x" * 1000)


def test_many_alike_are_told_as_one() -> None:
    report = run(csv("d/a.csv", "d/b.csv", "d/c.csv", "e/a.csv", "e/b.csv"), Grouped())
    assert [(finding.path, finding.size) for finding in report.findings] == [("d/a.csv", 3000), ("e/a.csv", 1000), ("e/b.csv", 1000)]
    together = report.findings[0]
    assert "2 more" in together.message
    assert "3 KB" in together.message
    assert [step.path for step in together.trace] == ["d/a.csv", "d/b.csv", "d/c.csv"]
    assert together.fingerprint
    assert together.subject == "d"


def test_the_members_of_a_group_are_in_the_order_of_the_report() -> None:
    class Lines(Word):
        group_at = 2

        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            for finding in super().check(file, settings):  # from the last line to the first
                finding.group = file.path
                yield finding

    (together,) = run({"a.txt": "BAD a\nBAD b\nBAD c\n"}, Lines()).findings
    assert together.location.line == 1
    assert [step.line for step in together.trace] == [1, 2, 3]


def test_what_is_suppressed_is_no_member_of_a_group() -> None:
    report = run(csv("d/a.csv", "d/b.csv", "d/c.csv"), Grouped(), rows=[("ignore:DSG103", "d/a.csv")])
    assert [finding.path for finding in report.findings] == ["d/b.csv", "d/c.csv"]
    report = run(csv("d/a.csv", "d/b.csv", "d/c.csv", "d/d.csv"), Grouped(), rows=[("ignore:DSG103", "d/a.csv")])
    assert [[step.path for step in finding.trace] for finding in report.findings] == [["d/b.csv", "d/c.csv", "d/d.csv"]]
    assert report.suppressed == 1


def test_a_group_is_as_bad_as_its_worst() -> None:
    names = ("d/a warn.csv", "d/b.csv", "d/c warn.csv")
    assert run(csv(*names), Grouped()).findings[0].severity is Severity.ERROR
    assert run(csv(*names), Grouped(), severity={"DSG103": Severity.WARNING}).findings[0].severity is Severity.WARNING


# How little is read


class Counting(MemoryWorkspace):
    """Notes which files are read."""

    def __init__(self, files: Tree) -> None:
        super().__init__(files)
        self.read_paths: list[str] = []

    def read(self, entry: Any, offset: int, length: int | None) -> bytes:
        self.read_paths.append(entry.path)
        return super().read(entry, offset, length)


def test_a_file_is_read_and_parsed_once_for_all_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    from dsguard.documents import python

    parsed: list[str] = []
    load = python.load_module

    def loading(file: File) -> Module:
        parsed.append(file.path)
        return load(file)

    monkeypatch.setattr(python, "load_module", loading)
    rules = [type(f"Rule{number}", (Reading,), {"code": f"DSG6{number:02}"})() for number in range(20)]
    workspace = Counting({"a.py": "x = 1  # dsguard: ignore-file[DSG601] so\n", "b.py": "y = ("})
    report = engine.run(made_plan(*rules, Word(), OtherWord(), UnusedSuppression()), workspace)
    assert sorted(parsed) == ["a.py", "b.py"], "what does not parse is not tried again either"
    assert sorted(workspace.read_paths) == ["a.py", "b.py"]
    assert len(report.findings) >= 19


def test_a_small_file_is_opened_once_for_head_and_text() -> None:
    class Both(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            assert file.head == file.text.encode()[:4096]
            assert file.tail == file.text.encode()[-64:]
            yield from super().check(file, settings)

    workspace = Counting({"a.txt": "BAD" * 3000, "empty.txt": ""})
    assert len(engine.run(made_plan(Both()), workspace).findings) == 1
    assert sorted(workspace.read_paths) == ["a.txt", "empty.txt"]


def test_what_no_rule_selects_is_not_opened() -> None:
    class Csv(Word):
        files = ("*.csv",)

    workspace = Counting({"a.csv": "BAD", "b.txt": "BAD", "c.py": "BAD", "pyproject.toml": "BAD"})
    engine.run(made_plan(Csv(), UnusedSuppression()), workspace)
    assert set(workspace.read_paths) == {"a.csv"}


def test_a_trigger_spares_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    class Triggered(Reading):
        triggers = (b"random", b"numpy")

    report = run({"a.py": "import numpy", "b.py": "import os", "c.py": "broken ( random", "d.py": "broken ("}, Triggered())
    assert told(report) == [("DSG602", "a.py", 1)]
    assert [skip.path for skip in report.skipped] == ["c.py"], "what was not parsed is not said to be broken"


def test_views_are_let_go_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "HELD_SOURCE", 3000)
    held: list[int] = []

    class Looking(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            assert file.text
            neighbour = file.sibling("0.txt")
            assert neighbour is not None
            assert neighbour.text
            held.append(sum(len(other.text) for other in file._files._files.values() if other.has_view("text")))
            yield from super().check(file, settings)

    report = run({f"{number}.txt": "BAD" + "x" * 997 for number in range(20)}, Looking())
    assert len(report.findings) == 20
    assert max(held) <= 5000


class Head(FileRule):
    """Looks at size, head and tail."""

    code, name, family, since = "DSG105", "oversized-file", "data", "0.1"
    summary = "large"
    help = "Remove it."
    files = ("*",)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        assert len(file.head) <= 4096
        assert len(file.tail) <= 64
        assert file.is_binary in (True, False)
        if file.size > 100_000_000:
            yield self.found(file.at(), subject="size", size=file.size)


def _sparse(repo: Repo, name: str, size: int) -> None:
    with open(repo.folder / name, "wb") as stream:
        stream.write(b"BAD")
        stream.truncate(size)


def test_of_a_large_file_only_the_ends_are_read(repo: Repo) -> None:
    _sparse(repo, "big.bin", 200 * 1024 * 1024)
    workspace = open_workspace(str(repo.folder))
    tracemalloc.start()
    started = time.perf_counter()
    report = engine.run(made_plan(Head(), UnusedSuppression()), workspace)
    seconds = time.perf_counter() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [finding.size for finding in report.findings] == [200 * 1024 * 1024]
    assert peak < 2_000_000
    assert seconds < 5
    assert workspace.reads == 2


def test_what_is_too_large_to_be_read_whole_is_said(repo: Repo) -> None:
    _sparse(repo, "big.txt", 200 * 1024 * 1024)
    workspace = open_workspace(str(repo.folder))
    tracemalloc.start()
    report = engine.run(made_plan(Word(), UnreadableFile()), workspace)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.findings == []
    assert [skip.path for skip in report.skipped] == ["big.txt"]
    assert peak < 2_000_000


def test_a_file_that_goes_away_during_the_run(repo: Repo) -> None:
    repo.write("a.txt", "BAD")
    repo.write("b.txt", "BAD")
    workspace = open_workspace(str(repo.folder))
    os.unlink("a.txt")
    report = engine.run(made_plan(Word()), workspace)
    assert told(report) == [("DSG601", "b.txt", 1)]
    assert [(skip.path, skip.reason) for skip in report.skipped] == [("a.txt", "is gone")]


# Snippets


@pytest.mark.parametrize(
    ("content", "snippet"),
    [("x\r\n BAD\t\r\ny", " BAD\t"), ("BAD", "BAD"), ("\x0cBAD\u2028z", "\x0cBAD\u2028z"), ("caf\xe9 BAD".encode("latin-1"), "café BAD")],
)
def test_the_line_is_shown(content: str | bytes, snippet: str) -> None:
    assert run({"a.txt": content}, Word()).findings[0].snippet == snippet


def test_a_rule_may_say_what_is_shown() -> None:
    class Redacted(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            fix = Fix("none", [Edit(0, 0)])
            yield self.found(file.at(1), subject="s", snippet="***", fix=fix)
            yield self.found(file.at(99), subject="beyond the end")

    first, second = run({"a.txt": "SECRET"}, Redacted()).findings
    assert first.snippet == "***"
    assert second.snippet is None


def test_nothing_to_do() -> None:
    cases: list[tuple[Tree, str]] = [({}, "there are no files"), ({"a.txt": ""}, "")]
    for files, why in cases:
        report = run(files, Word())
        assert (report.findings, report.exit_code, report.notes, report.unchecked) == ([], 0, [], why)


def test_where_there_is_too_much_for_one_day_the_baseline_is_named() -> None:
    files: Tree = {f"{number}.txt": "BAD" for number in range(engine.MANY_ERRORS + 1)}
    (note,) = run(files, Word()).notes
    assert "101 errors" in note
    assert "dsguard baseline create" in note
    assert run(dict([*files.items()][1:]), Word()).notes == []


def test_the_workspace_is_a_parameter_like_any_other() -> None:
    """The same plan serves several workspaces one after the other."""
    plan = made_plan(Word())
    workspaces: list[Workspace] = [MemoryWorkspace({"a.txt": "BAD"}), MemoryWorkspace({"b.txt": "BAD"})]
    assert [told(engine.run(plan, workspace)) for workspace in workspaces] == [[("DSG601", "a.txt", 1)], [("DSG601", "b.txt", 1)]]


def test_no_rule_shows_the_credential_on_its_line() -> None:
    password = "kX9w" + "2TqLr7"
    line = f'df = read("/home/ana/churn.csv", "postgresql://ana:{password}@db.example.internal/churn")\n'
    report = testing.run({"load.py": line}, select=["DSG601"])
    (found,) = report.findings
    assert found.snippet is not None
    assert password not in found.snippet
    assert "/home/ana/churn.csv" in found.snippet
    assert len(found.snippet) == len(line) - 1  # the underline must stay under its place


@pytest.mark.parametrize(
    "source",
    ['print "done"\n', "try:\n    x()\nexcept ValueError, error:\n    pass\n", "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"],
)
def test_python_that_does_not_parse_is_said_though_no_rule_wanted_it(source: str) -> None:
    report = testing.run({"old.py": source})
    assert report.findings == []
    assert [skip.path for skip in report.skipped] == ["old.py"]
    strict = testing.run({"old.py": source}, profile="strict")
    assert [finding.code for finding in strict.findings] == ["DSG001"]
