"""The scanner of the standard library's JSON decoder: one value from anywhere in a text, at the speed of C."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
"""The value that starts at an offset of a text, and where it ends.

Raises:
    StopIteration: there is none.
    ValueError: not JSON, or a number of thousands of digits.
    RecursionError: nested too deep.
"""
