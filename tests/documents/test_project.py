"""Projects: which there are, what they declare and require, which lockfile covers them."""

from __future__ import annotations

import pytest

from dsguard.documents.project import Declared, Project, find_projects, matches, normalized
from dsguard.documents.uv_workspace import uv_workspace_members, uv_workspace_root
from dsguard.model import UnreadableError
from dsguard.testing import MemoryWorkspace, all_files

BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def projects(files: dict[str, str]) -> dict[str, Project]:
    return {project.root: project for project in find_projects(all_files(files))}


def project(pyproject: str) -> Project:
    return projects({"pyproject.toml": pyproject})[""]


def test_every_folder_with_a_manifest_is_a_project_and_the_root_is_one_anyway() -> None:
    found = find_projects(all_files({"README.md": "", "b/pyproject.toml": "", "a/x/pyproject.toml": "", "a/y/setup.py": ""}))
    assert [(one.root, one.has_manifest) for one in found] == [("", False), ("a/x", True), ("b", True)]


@pytest.mark.parametrize(
    "path",
    [
        "tests/fixtures/app/pyproject.toml",
        "third_party/lib/pyproject.toml",
        "{{ cookiecutter.slug }}/pyproject.toml",
        "template/pyproject.toml.jinja",
        "docs/my-pyproject.toml",
    ],
)
def test_no_project(path: str) -> None:
    assert list(projects({path: "[project]\n"})) == [""]


def test_finding_projects_reads_nothing() -> None:
    workspace = MemoryWorkspace({"pyproject.toml": "broken [", "a/pyproject.toml": "broken ["})
    from dsguard.config import Config, make_plan
    from dsguard.documents.files import Files

    found = find_projects(Files(workspace.listing, make_plan(Config()).policy.labels))
    assert (len(found), workspace.reads) == (2, 0)
    assert found[1].file("pyproject.toml") is not None
    assert found[1].file("uv.lock") is None
    assert workspace.reads == 0


def test_a_broken_manifest_is_an_error_only_for_who_asks() -> None:
    with pytest.raises(UnreadableError, match=r"does not parse as TOML"):
        _ = project("[project\n").declares_dependencies


def test_a_project_without_manifest_declares_nothing() -> None:
    root = projects({"README.md": ""})[""]
    assert (root.pyproject, root.declares_dependencies, root.is_published_library, uv_workspace_root(root)) == (None, False, False, None)
    assert uv_workspace_members(root) == []
    assert root.line_of("project") is None
    assert root.at_manifest().path == "pyproject.toml"


def test_paths_and_places_are_relative_to_the_project() -> None:
    sub = projects({"libs/a/pyproject.toml": '[project]\nname = "a"\n', "libs/a/data/x.csv": "", "libs/ab/y.csv": ""})["libs/a"]
    assert sub.path_of("uv.lock") == "libs/a/uv.lock"
    assert [file.path for file in sub.matching("**/*.csv")] == ["libs/a/data/x.csv"]
    assert list(sub.matching("*.csv")) == []
    assert sub.get("project", "name") == "a"
    assert sub.get("project", "name", "first") is None
    place = sub.at_manifest(sub.line_of("project", "name"))
    assert (place.path, place.line) == ("libs/a/pyproject.toml", 2)


@pytest.mark.parametrize(
    ("pyproject", "place"),
    [
        ('[project]\ndependencies = ["pandas"]\n', ("project", "dependencies")),
        ('[project.optional-dependencies]\nplots = ["seaborn"]\n', ("project", "optional-dependencies")),
        ('[project]\ndynamic = ["version", "dependencies"]\n', ("project", "dynamic")),
        ('[dependency-groups]\ndev = ["pytest"]\n', ("dependency-groups",)),
        ('[tool.uv]\ndev-dependencies = ["pytest"]\n', ("tool", "uv", "dev-dependencies")),
        ('[tool.poetry.dependencies]\npython = "^3.11"\npandas = "*"\n', ("tool", "poetry", "dependencies")),
        ('[tool.poetry.group.dev.dependencies]\npytest = "*"\n', ("tool", "poetry", "group", "dev", "dependencies")),
        ('[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n', ("tool", "pdm", "dev-dependencies")),
        ('[tool.hatch.envs.default]\ndependencies = ["pytest"]\n', ("tool", "hatch", "envs", "default", "dependencies")),
        ('[tool.pixi.dependencies]\ngdal = ">=3"\n', ("tool", "pixi", "dependencies")),
        ('[tool.pixi.feature.gpu.pypi-dependencies]\ntorch = "*"\n', ("tool", "pixi", "feature", "gpu", "pypi-dependencies")),
        ('[tool.flit.metadata]\nrequires = ["requests"]\n', ("tool", "flit", "metadata", "requires")),
    ],
)
def test_declarations(pyproject: str, place: tuple[str, ...]) -> None:
    declared = project(pyproject)
    assert list(declared.declarations) == [place]
    assert declared.declares_dependencies
    assert declared.line_of(*place) is not None


@pytest.mark.parametrize(
    "pyproject",
    [
        "",
        "[tool.ruff]\nline-length = 100\n",
        BUILD,
        '[project]\nname = "a"\ndependencies = []\n',
        '[project]\ndynamic = ["version"]\n',
        "[project.optional-dependencies]\ndev = []\n",
        '[tool.poetry.dependencies]\npython = "^3.11"\n',
        'project = "oddly a string"\ndependency-groups = []\n[tool]\npoetry = 3\npdm.dev-dependencies = 1\n',
        "[project]\ndynamic = [1, {}]\ndependencies = 5\n",
    ],
)
def test_no_declarations(pyproject: str) -> None:
    assert not project(pyproject).declares_dependencies


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ('[project.urls]\nSource = "https://git.example.com/a"\n', True),
        ('[project]\nclassifiers = ["Topic :: Scientific/Engineering"]\n', True),
        ('[tool.poetry]\nrepository = "https://git.example.com/a"\n', True),
        ('[tool.poetry]\npackage-mode = false\nrepository = "https://git.example.com/a"\n', False),
        # What cookiecutter-data-science writes into every analysis.
        ('[project]\nclassifiers = ["Programming Language :: Python :: 3", "License :: OSI Approved :: MIT License"]\n', False),
        ('[project]\nclassifiers = ["Private :: Do Not Upload", "Topic :: Utilities"]\nurls = { Source = "https://x.example" }\n', False),
        ("[project]\nurls = {}\nclassifiers = 3\n", False),
        ('[project]\nname = "a"\n', False),
    ],
)
def test_published_library(metadata: str, *, expected: bool) -> None:
    assert project(metadata + BUILD).is_published_library is expected
    assert not project(metadata).is_published_library  # without a build system nothing is published


def workspace(members: str, exclude: str = "[]", **more: str) -> dict[str, Project]:
    member = '[project]\nname = "m"\nversion = "0"\n'
    files = {"pyproject.toml": f"[tool.uv.workspace]\nmembers = {members}\nexclude = {exclude}\n"}
    files |= dict.fromkeys(("p/a/pyproject.toml", "p/a/deep/pyproject.toml", "p/d/x/pyproject.toml", "other/pyproject.toml"), member)
    return projects(files | {path.replace("__", "/") + "/pyproject.toml": content for path, content in more.items()})


# Each row was checked against uv (0.13): at the root where it locks that, in the member's folder where it refuses the root.
@pytest.mark.parametrize(
    ("members", "exclude", "expected"),
    [
        ('["p/*"]', "[]", ["p/a"]),
        ('["./p/a/"]', "[]", ["p/a"]),
        ('["p/[a]"]', "[]", ["p/a"]),
        ('["p/{a,b}"]', "[]", []),
        ('["p/**"]', "[]", ["p/a", "p/a/deep", "p/d/x"]),
        ('["p/*/x"]', "[]", ["p/d/x"]),
        ('["p/*", "p/*/x"]', '["p/a/"]', ["p/d/x"]),
        ('["p/*", "p/*/x"]', '["p/*"]', []),
        ('["p/*", "p/*/x"]', '["p/d/"]', ["p/a", "p/d/x"]),
        ('"p/*"', "[]", []),
        ('[1, "other"]', "[]", ["other"]),
    ],
)
def test_uv_workspace_members(members: str, exclude: str, expected: list[str]) -> None:
    found = workspace(members, exclude)
    assert [member.root for member in uv_workspace_members(found[""])] == expected
    for root, one in found.items():
        assert uv_workspace_root(one) is (found[""] if root in expected else None)


def test_a_project_below_a_member_can_be_a_member_too() -> None:
    # `uv lock` at the root locks it; in its own folder uv takes it for a project of its own.
    found = workspace('["p/a", "p/a/deep"]')
    assert uv_workspace_root(found["p/a"]) is found[""]
    assert uv_workspace_root(found["p/a/deep"]) is found[""]
    assert uv_workspace_root(workspace('["p/a"]')["p/a/deep"]) is None


def test_a_workspace_in_a_workspace_is_no_member_and_an_unmanaged_project_neither() -> None:
    found = workspace(
        '["p/*", "u"]', p__a="[tool.uv.workspace]\nmembers = ['deep']\n", u="[project]\nname = 'u'\n[tool.uv]\nmanaged = false\n"
    )
    assert uv_workspace_root(found["p/a"]) is None
    assert uv_workspace_root(found["p/a/deep"]) is found["p/a"]
    assert uv_workspace_root(found["u"]) is None


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a", "*", True),
        ("a/b", "*", False),
        ("a/b", "**", True),
        ("a", "**/a", True),
        ("x/y/a", "**/a", True),
        ("a/x/b/y/c", "a/**/b/**/c", True),
        ("a/c", "a/**/b/**/c", False),
        ("A", "a", False),
        ("a/b/c", "/".join(["**"] * 50 + ["d"]), False),
    ],
)
def test_globs(path: str, pattern: str, *, expected: bool) -> None:
    assert matches(path.split("/"), pattern.split("/")) is expected


def texts(listed: list[Declared]) -> list[str]:
    return [declared.text for declared in listed]


@pytest.mark.parametrize(("written", "one"), [("Scikit_Learn", "scikit-learn"), ("a.-_b", "a-b"), ("A", "a"), ("", "")])
def test_names_in_one_spelling(written: str, one: str) -> None:
    assert normalized(written) == one


def test_what_a_project_says_of_itself() -> None:
    said = project('[project]\nname = "My.Churn"\nrequires-python = ">=3.11"\ndynamic = ["version", 3]\ndependencies = ["a>=1", 7, "B"]\n')
    assert (said.name, said.requires_python, said.dynamic) == ("my-churn", ">=3.11", frozenset({"version"}))
    assert texts(said.dependencies) == ["a>=1", "B"]
    assert said.dependencies[0].place == ("project", "dependencies")
    assert said.extras == {}
    odd = project(
        '[project]\nname = 3\nrequires-python = [">=3.11"]\ndynamic = "version"\ndependencies = "a"\noptional-dependencies = []\n'
    )
    assert (odd.name, odd.requires_python, odd.dynamic, odd.dependencies, odd.extras) == (None, None, frozenset(), [], {})


def test_extras_by_their_one_name() -> None:
    extras = project('[project.optional-dependencies]\nAll_Plots = ["seaborn"]\nempty = []\nodd = "seaborn"\n').extras
    assert {name: texts(listed) for name, listed in extras.items()} == {"all-plots": ["seaborn"], "empty": [], "odd": []}
    assert extras["all-plots"][0].place == ("project", "optional-dependencies", "All_Plots")


GROUPS = """\
[dependency-groups]
dev = ["pytest", { include-group = "Type_Check" }, "ruff"]
type-check = ["mypy", { include-group = "stubs" }]
stubs = ["pandas-stubs"]
[tool.uv]
dev-dependencies = ["ipykernel"]
[tool.uv.dependency-groups]
type_check = { requires-python = ">=3.12" }
dev = { requires-python = "<3.14" }
"""


def test_groups_with_what_they_include() -> None:
    grouped = project(GROUPS)
    assert {name: texts(listed) for name, listed in grouped.groups.items()} == {
        "dev": ["pytest", "mypy", "pandas-stubs", "ruff", "ipykernel"],
        "type-check": ["mypy", "pandas-stubs"],
        "stubs": ["pandas-stubs"],
    }
    mypy = grouped.groups["dev"][1]
    assert (mypy.place, mypy.python) == (("dependency-groups", "type-check"), (">=3.12", "<3.14"))
    assert [one.python for one in grouped.groups["stubs"]] == [()]
    assert grouped.group_pythons == {"dev": (">=3.12", "<3.14"), "type-check": (">=3.12",)}


def test_dev_dependencies_without_a_group_of_that_name() -> None:
    assert {name: texts(listed) for name, listed in project('[tool.uv]\ndev-dependencies = ["a"]\n').groups.items()} == {"dev": ["a"]}
    assert project("[tool.uv]\ndev-dependencies = []\n").groups == {"dev": []}
    assert project("[tool.uv]\n").groups == {}


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ('a = [{ include-group = "b" }]\n', "which does not exist"),
        ('a = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n', "which includes it"),
        ('a = [{ include-group = "a" }]\n', "which includes it"),
        ("a = [3]\n", "no requirement"),
        ("a = 3\n", "no requirement"),
        ('a = "pandas"\n', "no requirement"),
        ('a = { include-group = "a" }\n', "which includes it"),
        ("a = [{ set-phasers-to = 'stun' }]\n", "no requirement"),
        ("".join(f'g{at} = [{{ include-group = "g{at + 1}" }}]\n' for at in range(3000)) + "g3000 = []\n", "too deep"),
        (
            "".join(f'g{at} = [{{ include-group = "g{at + 1}" }}, {{ include-group = "g{at + 1}" }}]\n' for at in range(60))
            + 'g60 = ["x"]\n',
            "more than 1000",
        ),
    ],
)
def test_groups_that_cannot_be_put_in_place(groups: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as error:
        _ = project("[dependency-groups]\n" + groups).groups
    assert not error.value.fatal
    with pytest.raises(UnreadableError, match=reason):
        _ = project("[dependency-groups]\n" + groups).group_pythons


@pytest.mark.parametrize(
    ("manifest", "alone", "needed"),
    [
        ("", False, True),
        (BUILD, True, True),
        ("[tool.uv]\npackage = false\n" + BUILD, False, False),
        ("[tool.uv]\npackage = true\n", True, True),
    ],
)
def test_what_uv_installs_of_a_project(manifest: str, *, alone: bool, needed: bool) -> None:
    assert project(manifest).is_package(by_default=False) is alone
    assert project(manifest).is_package(by_default=True) is needed


def test_the_nearest_project_above_a_file() -> None:
    found = projects({"pyproject.toml": "", "libs/a/pyproject.toml": "", "libs/a/src/x.py": "", "libs/b/y.py": ""})
    root = found[""]
    assert root.nearest("libs/a/src/x.py") is found["libs/a"]
    assert root.nearest("libs/b/y.py") is root
    assert found["libs/a"].nearest("z.py") is root
    assert (root.at("libs/a"), root.at("libs/b")) == (found["libs/a"], None)


ENTRIES = """\
[project]
dependencies = [
  "pandas>=2.2",
  "numpy",
]
[project.optional-dependencies]
plots = [
  "seaborn",
]
[tool.uv]
"""


@pytest.mark.parametrize(
    ("keys", "text", "line"),
    [
        (("project", "dependencies"), "pandas>=2.2", 3),
        (("project", "dependencies"), "numpy", 4),
        (("project", "dependencies"), "seaborn", 2),
        (("project", "dependencies"), "", 2),
        (("project", "optional-dependencies", "plots"), "seaborn", 8),
        (("project", "optional-dependencies", "gone"), "x", 6),
        (("tool", "uv", "environments"), "", 10),
        (("tool", "poetry"), "x", 10),
        (("nothing", "here"), "x", None),
    ],
)
def test_the_line_of_an_entry(keys: tuple[str, ...], text: str, line: int | None) -> None:
    assert project(ENTRIES).at_entry(keys, text).line == line


def test_which_files_of_a_project_are_judged_and_left_out() -> None:
    found = projects({".gitignore": "uv.lock\n", "a/pyproject.toml": "", "a/uv.lock": "", "b/pyproject.toml": ""})
    assert found["a"].is_judged("uv.lock", "pyproject.toml")
    assert not found["a"].is_judged("uv.lock")
    assert (found["a"].left_out("uv.lock"), found["a"].left_out("pyproject.toml"), found["b"].left_out("uv.lock")) == (True, False, False)


def test_all_below_a_folder() -> None:
    found = projects({"a/pyproject.toml": "", "a/x/y.csv": "", "a-b/z.csv": "", "ab.csv": ""})
    assert [file.path for file in found["a"].matching("**")] == ["a/pyproject.toml", "a/x/y.csv"]
    assert [file.path for file in found["a"].matching("x/*")] == ["a/x/y.csv"]
    assert [file.path for file in found[""].matching("*.csv")] == ["ab.csv"]
