"""Several processes say what one says: the same report, whatever becomes of them."""

from __future__ import annotations

import marshal
import os
import select
import signal
import sys

import pytest
from tests.conftest import Repo

from dsguard import engine, looking, workers
from dsguard.cli import main
from dsguard.config import find_configs, make_plans
from dsguard.model import Confidence, Edit, Finding, Fix, Location, Severity, Step, UnreadableError
from dsguard.reporters import render
from dsguard.rules.paths.home_path import HomePath
from dsguard.saying import Said, pack, unpack
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux only"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),  # pytest-xdist's threads, not dsguard's
]

SECRET = "q7Zr8v" + "Kw2LxT9p"
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "source": ["import numpy as np\\n", '
    '"x = np.random.rand(3)\\n", "p = \\"/home/maria/data/%d.csv\\""], "outputs": [{"output_type": "stream", "name": "stdout", '
    '"text": ["/home/maria/data\\n"]}]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
)


def fill(repo: Repo) -> None:
    for number in range(12):
        repo.write(f"nb/{number}.ipynb", NOTEBOOK % number)
        repo.write(f"pkg{number % 3}/lib{number}.py", f"import numpy as np\n\ndef draw():\n    return np.random.rand({number})\n")
        script = "from pkg{}.lib{} import draw\n\nPATH = '/home/maria/a.csv'\nif __name__ == '__main__':\n    print(draw())\n"
        repo.write(f"run{number}.py", script.format(number % 3, number))
        repo.write(f"data/raw/{number}.csv", "id,km\n" + "4711,3.5\n" * 1000)
        repo.write(f"conf/{number}.py", f'DB_PASSWORD = "{SECRET}{number}"\n')
    repo.write("marked.py", "A = '/home/maria/a'  # dsguard: ignore[DSG601] mine\nB = 1  # dsguard: ignore[DSG601] hides nothing\n")
    repo.write("only_marked.py", "B = 1  # dsguard: ignore[DSG601] hides nothing\n")
    repo.write("broken.py", "def f(:\n")
    repo.write("broken.ipynb", '{"cells": [')
    repo.write("dsguard.toml", 'per-path-ignores = { "run1.py" = ["DSG601"] }\n[rules.mount-path]\nseverity = "warning"\n')
    repo.git("add", "-A")


def report(repo: Repo, processes: int) -> str:
    workspace = open_workspace(str(repo.folder))
    try:
        plan = make_plans(find_configs(workspace, str(repo.folder)), profile="strict")
        plan.processes = processes
        return "".join(render(engine.run(plan, workspace), "json"))
    finally:
        workspace.close()


def test_the_report_is_the_same(repo: Repo) -> None:
    fill(repo)
    alone = report(repo, 1)
    codes = ("DSG001", "DSG002", "DSG101", "DSG201", "DSG301", "DSG501", "DSG601")
    assert all(f'"code": "{code}"' in alone for code in codes)
    assert report(repo, 3) == alone
    assert report(repo, 2) == alone


def test_a_rule_that_fails_is_told_as_by_one_process(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(repo)

    def failing(_: object, file: Any, __: object) -> Any:
        raise KeyError(file.path) if "run3" in file.path else UnreadableError(file.path, "not today", fatal=False)

    monkeypatch.setattr(HomePath, "check", failing)
    alone = report(repo, 1)
    assert "DSG601 home-path crashed: KeyError: 'run3.py'" in alone
    assert "not today" in alone
    assert report(repo, 2) == alone


def test_what_a_process_does_not_come_to_is_looked_at_all_the_same(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(repo)
    alone = report(repo, 1)
    parent = os.getpid()
    plain = looking.speaks

    def dying(file: Any, *, read: bool = False) -> bool:
        if os.getpid() != parent and file.path in ("run5.py", "nb/3.ipynb"):
            os._exit(9)
        return plain(file, read=read)

    monkeypatch.setattr(engine, "speaks", dying)
    assert report(repo, 2) == alone


def test_numbers_come_back_with_what_is_said_of_them() -> None:
    got = workers.ahead(3, [5] * 100, lambda number: (number, os.getpid()), lambda: None)
    assert sorted(got) == list(range(100))
    assert all(number == said for number, (said, _) in got.items())
    assert os.getpid() not in {process for _, process in got.values()}


@pytest.mark.parametrize("weights", [[], [0, 0, 0], [1], [7] * 1000, [1 << 20, *[1] * 500], [1] * 509])
def test_pieces_are_all_of_it_once(weights: list[int]) -> None:
    for count in (8, 16, 512):
        pieces = workers._pieces(weights, count)
        assert [number for piece in pieces for number in piece] == list(range(len(weights)))
        assert len(pieces) <= 256


def test_what_cannot_be_handed_over_is_not_said() -> None:
    assert workers.ahead(1, [1, 1], lambda number: object() if number else 0, lambda: None).keys() <= {0}


def test_an_interrupt_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(select, "select", interrupt)
    with pytest.raises(KeyboardInterrupt):
        workers.ahead(2, [1] * 10, lambda _: os.read(os.pipe()[0], 1), lambda: None)  # waits for ever
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_kill_leaves_no_process_behind() -> None:
    """Nothing of its own runs any more in a process that is killed: its forks have to see that nobody listens."""
    alive, held = os.pipe()
    started, tell = os.pipe()

    def say(_: int) -> str:
        os.write(tell, b"x")
        return "x" * 1_000_000  # more than a pipe holds: a fork waits until it is read

    parent = os.fork()
    if parent == 0:
        workers._answers = lambda _: os.read(os.pipe()[0], 1)  # type: ignore[assignment, return-value]  # reads nothing, for ever
        workers.ahead(2, [1] * 10, say, lambda: None)
    os.close(held)
    os.read(started, 1)
    os.read(started, 1)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert select.select([alive], (), (), 20)[0], "a fork outlives the process"
    assert os.read(alive, 1) == b""
    for end in (alive, started, tell):
        os.close(end)


@pytest.mark.parametrize(
    ("options", "select_", "weight", "wanted", "expected"),
    [
        ({}, (), 10**8, 2, 2),
        ({}, (), 10**8, 1, 1),
        ({}, (), 10, 2, 1),
        ({}, ("data",), 10**8, 2, 1),
        ({}, ("DSG301",), 10**8, 2, 2),
        ({"untracked": False}, (), 10**8, 2, 1),
        ({"staged": True}, (), 10**8, 2, 1),
    ],
)
def test_when_it_is_worth_it(
    options: dict[str, bool], select_: tuple[str, ...], weight: int, wanted: int, expected: int, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("a.py", "a = 1\n")
    repo.git("add", "-A")
    monkeypatch.setattr(workers, "weight", lambda *_: weight)
    workspace = open_workspace(str(repo.folder), **options)  # type: ignore[arg-type]
    try:
        plan = make_plans(find_configs(workspace, str(repo.folder)), select=select_)
        assert workers.processes(plan, workspace, wanted) == expected
        monkeypatch.setattr(sys, "platform", "darwin")
        assert workers.processes(plan, workspace, wanted) == 1
    finally:
        workspace.close()


@pytest.mark.parametrize("given", ["0", "many", "-1", "65", ""])
def test_how_many_must_be_a_number(given: str, repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(repo.folder)
    assert main(["check", f"--jobs={given}"]) == 2
    assert f"--jobs {given}: a number from 1 to 64" in capsys.readouterr().err


def finding(**about: Any) -> Finding:
    place = Location("a.ipynb", 3, 4, 5, 6, cell=1, cell_id="x", cell_line=2, cell_column=7)
    facts = {"group": "g", "size": 9, "snippet": "s\udcff", "identity": "i", "trace": [Step("b.py", 1, "called")], **about}
    return Finding("DSG601", "home-path", "paths", Severity.WARNING, Confidence.LOW, place, "message", "help", "subject", **facts)


def facts(one: Finding) -> list[object]:
    def plain(value: Any) -> Any:
        if isinstance(value, (Location, Step, Fix, Edit)):
            return [plain(getattr(value, name)) for name in type(value).__slots__]
        return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value

    return [plain(getattr(one, name)) for name in Finding.__slots__]


def test_a_finding_comes_over_whole() -> None:
    fix = Fix("clear", [Edit(1, 2, b"x"), Edit(5, 6)], [(("cells", 0, "outputs"), "[]")])
    said = Said([finding(), finding(fix=fix)], UnreadableError("a.py", "broken", line=3, column=4, fatal=True), finding(fix=fix))
    packed = pack(said)
    assert packed is not None
    got = unpack(marshal.loads(marshal.dumps(packed)))
    assert list(map(facts, got.found)) == list(map(facts, said.found))
    assert got.crash is not None
    assert facts(got.crash) == facts(finding(fix=fix))
    assert got.error is not None
    assert vars(got.error) == vars(said.error)


def test_what_is_made_later_is_not_packed() -> None:
    assert pack(Said([finding(fix=Fix("later", late=lambda: Fix("now")))])) is None
    several = finding()
    several.parts = lambda: [finding()]
    assert pack(Said([finding(), several])) is None


def test_check_asks_for_processes(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fill(repo)
    monkeypatch.chdir(repo.folder)
    asked: list[int | None] = []

    def asking(_: object, __: object, wanted: int | None) -> int:
        asked.append(wanted)
        return wanted or 1

    monkeypatch.setattr(workers, "processes", asking)
    assert main(["check", "--jobs", "2", "--format", "json"]) == 1
    forked = capsys.readouterr().out
    assert main(["check", "--format", "json"]) == 1
    assert capsys.readouterr().out == forked
    assert asked == [2, None]
