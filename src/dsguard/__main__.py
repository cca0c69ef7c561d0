"""``python -m dsguard``."""

import sys

# `-m` puts the working directory first on the import path: a module of the repository under review must never be imported.
if sys.path and not sys.flags.safe_path:
    del sys.path[0]

from dsguard.cli import run

if __name__ == "__main__":
    run()
