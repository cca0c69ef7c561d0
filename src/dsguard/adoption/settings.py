"""``[tool.dsguard]`` as proposed: only what this repository needs said, each line with its reason."""

from __future__ import annotations

from dsguard.adoption.change import Change, appended
from dsguard.config.toml import toml_key, toml_value
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.adoption.survey import Survey

    Key = tuple[str, ...]

PYPROJECT, OWN = "pyproject.toml", "dsguard.toml"


class Settings:
    """Settings by key, with a comment each."""

    def __init__(self) -> None:
        self._values: dict[Key, tuple[Any, str]] = {}

    def put(self, key: Key, value: Any, comment: str) -> None:
        """Set a value; lists that are set twice are joined."""
        known = self._values.get(key)
        if known is not None and isinstance(value, list):
            value = [*known[0], *(one for one in value if one not in known[0])]
        self._values[key] = (value, comment)

    def toml(self, prefix: str) -> str:
        """As TOML: ``prefix`` is ``tool.dsguard``, or nothing in a file of its own."""
        lines = [f"[{prefix}]"] if prefix else []
        lines += ["# `dsguard rules` lists what is checked, `dsguard explain RULE` says why, `dsguard config` what is in force"]
        lines += [self._line(key[-1:], key) for key in self._values if len(key) == 1]
        table: Key = ()
        for key in sorted((key for key in self._values if len(key) > 1), key=lambda key: key[:-1]):
            if key[:-1] != table:
                table = key[:-1]
                lines += ["", f"[{'.'.join([prefix] * bool(prefix) + [toml_key(part) for part in table])}]"]
            lines.append(self._line(key[-1:], key))
        return "\n".join(lines) + "\n"

    def _line(self, shown: Key, key: Key) -> str:
        value, comment = self._values[key]
        return f"{toml_key(shown[0])} = {toml_value(value)}" + (f"  # {comment}" if comment else "")


def first_settings(survey: Survey) -> Settings:
    """What the repository itself asks for; what other tools were told comes on top."""
    settings = Settings()
    settings.put(("profile",), "default", '"strict" adds matters of taste')
    if survey.lockfiles:
        settings.put(("lockfiles",), survey.lockfiles, "")
    for folder in survey.shown_notebooks():
        settings.put(("per-path-ignores", f"/{folder}/"), ["notebook-output", "execution-count"], "the documentation shows these outputs")
    return settings


def with_settings(survey: Survey, settings: Settings) -> Change | None:
    """The configuration file with our table at its end; ``None`` if there is one already.

    Raises:
        UnreadableError: pyproject.toml cannot be read.
    """
    files = survey.files
    if OWN in files:
        return None
    file = files.get(PYPROJECT)
    if file is None:
        return Change(OWN, None, settings.toml("").encode())
    tool = file.toml.get("tool", {})
    if isinstance(tool, dict) and "dsguard" in tool:
        return None
    change = appended(file, PYPROJECT, settings.toml("tool.dsguard"))
    _check(change, file.toml)
    return change


def _check(change: Change, before: dict[str, Any]) -> None:
    """Hold the new file to the old one: the same, and our table.

    Raises:
        UnreadableError: it says something else (a table that was opened as an inline one, for example).
    """
    import tomllib

    problem = f"cannot take a [tool.dsguard] table: put the settings into {OWN}"
    try:
        after = tomllib.loads(change.after.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UnreadableError(change.path, problem, fatal=False) from None
    table = after["tool"].pop("dsguard")
    if "tool" not in before:
        del after["tool"]
    if after != before or not table:
        raise UnreadableError(change.path, problem, fatal=False)
