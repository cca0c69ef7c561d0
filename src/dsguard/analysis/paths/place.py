"""A path literal that was found, and what is known about the spot it stands on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.paths.shapes import MachinePath
    from dsguard.model import Location

# Roles: what the literal is there for, as far as the advice differs.
VALUE = "value"
CLI_DEFAULT = "cli-default"
PARAMETER_DEFAULT = "parameter-default"
ENV_DEFAULT = "env-default"
ENV_SET = "env-set"
SYS_PATH = "sys-path"
CHDIR = "chdir"
COMMAND = "command"
CONDA_PREFIX = "conda-prefix"
COPY_SOURCE = "copy-source"
VOLUME = "volume"
COMMENT = "comment"


class Place:
    """A path literal in a file.

    Args:
        path: what was recognised in it.
        location: where the literal stands.
        role: what it is there for: one of the names of this module.
        language: of the code around it, as :mod:`dsguard.analysis.paths.languages` names it.
        name: the variable, keyword or config key that it is the value of; ``""`` if unknown.
        breaks_file: whether its backslashes are the reason that the Python around it does not parse.
        is_evident: whether the spot itself says that a path is meant: a call that takes one, a name that holds one.
        is_used: whether it is read or written right there, and not only given a name.
        in_function: whether it stands in a function or a class of a module.
    """

    __slots__ = ("breaks_file", "in_function", "is_evident", "is_used", "language", "location", "name", "path", "role")

    def __init__(
        self,
        path: MachinePath,
        location: Location,
        role: str,
        language: str,
        *,
        name: str = "",
        breaks_file: bool = False,
        is_evident: bool = False,
        is_used: bool = False,
        in_function: bool = False,
    ) -> None:
        self.path = path
        self.location = location
        self.role = role
        self.language = language
        self.name = name
        self.breaks_file = breaks_file
        self.is_evident = is_evident
        self.is_used = is_used
        self.in_function = in_function

    def __repr__(self) -> str:
        return f"<Place {self.path.prefix!r} {self.location!r} {self.role}>"
