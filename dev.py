"""Two commands for a fresh machine with Python 3.11+ and git:

    python dev.py demo    install dsguard in .venv and run it on examples/churn-messy
    python dev.py test    install what developing needs and run every check

Further: `python dev.py lock` pins the requirements again, `python dev.py bench` measures (`bench notebooks`: stripping
them, `bench projects`: many in one repository, `bench secrets`: searching for credentials, `bench data`: many files,
`bench seeds`: following entry scripts).
`python dev.py conformance` fetches Microsoft's SARIF multitool (100 MB, needs npm) and holds SARIF to it; once it is there,
`test` does so too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PEERS = VENV / "peers"
"""An environment of its own for the tools of others that tests run: DVC needs other versions of what dsguard needs."""
DSGUARD = BIN / ("dsguard.exe" if os.name == "nt" else "dsguard")

MULTITOOL = "@microsoft/sarif-multitool@5.7.0"

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("python", "scripts/generate.py", "--check"),
    ("python", "scripts/compile_knowledge.py", "--check"),
    ("sphinx-build", "--fail-on-warning", "--quiet", "-b", "dirhtml", "docs", "build/docs"),
    ("dsguard", "check"),
    ("dsguard", "check", "--profile", "strict", "examples/churn-clean"),
    ("pytest", "-q", "-n", "2"),
    ("pytest", "-q", "-c", "examples/plugin-rule/pyproject.toml", "examples/plugin-rule"),
)


def main(arguments: list[str]) -> int:
    task = arguments[0] if arguments else ""
    if sys.version_info < (3, 11):
        print("dsguard needs Python 3.11 or newer", file=sys.stderr)
        return 2
    if task == "demo":
        return demo()
    if task == "test":
        return test()
    if task == "conformance":
        install()
        return conformance()
    if task == "lock":
        install()
        return lock()
    if task == "bench":
        install()
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as who installs a wheel has it, and its peers: with compiled modules
        if arguments[1:2] and arguments[1] in ("notebooks", "projects", "secrets", "data", "seeds"):
            return run(("python", f"benchmarks/{arguments[1]}.py", *arguments[2:]))
        return run(("python", "benchmarks/run.py", *arguments[1:]))
    print(__doc__)
    return 2


def demo() -> int:
    """Install dsguard and show what it says of a messy project. Findings are what is wanted here."""
    create()
    pip("install", "--quiet", str(ROOT))
    code = subprocess.run([DSGUARD, "check"], cwd=ROOT / "examples" / "churn-messy", check=False).returncode
    return 0 if code == 1 else code or 3


def test() -> int:
    """Install and run every check; the last line says how it went."""
    install()
    install_peers()
    failed = [" ".join(command) for command in CHECKS if run(command)]
    for command in failed:
        print(f"failed: {command}")
    print("all checks passed" if not failed else f"{len(failed)} of {len(CHECKS)} checks failed")
    return int(bool(failed))


def conformance() -> int:
    """Run the tests that hold dsguard to other programs, with the one that no Python package brings along."""
    npm = shutil.which("npm")  # on Windows a script, which only its full name starts
    if npm is None:
        print("npm is needed to fetch the SARIF multitool", file=sys.stderr)
        return 2
    folder = VENV / "multitool"
    folder.mkdir(exist_ok=True)
    subprocess.run([npm, "install", "--silent", "--no-save", "--prefix", folder, MULTITOOL], check=True, cwd=folder)
    return run(("pytest", "-q", "-rs", "tests/conformance"))


def lock() -> int:
    """Pin the requirements, with hashes, for every Python and system that is supported."""
    # The wheel of git-lfs asks for a newer Python than dsguard does, and needs none: see install_peers.
    lists = {"dev": "3.11", "peers": "3.11", "git-lfs": "3.12"}
    return max(
        run(
            (
                *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", python, "--generate-hashes"),
                *("--no-annotate", "--no-header", f"requirements-{name}.in", "--output-file", f"requirements-{name}.txt"),
            )
        )
        for name, python in lists.items()
    )


def create() -> None:
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)


def install() -> None:
    """Everything pinned and hashed, then this package itself in place."""
    create()
    pip("install", "--quiet", "--require-hashes", "-r", str(ROOT / "requirements-dev.txt"))
    pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def install_peers() -> None:
    """What tests of conformance run beside dsguard. Where one cannot be had the tests that need it are skipped, and say so."""
    wanted = b"".join((ROOT / f"requirements-{name}.txt").read_bytes() for name in ("peers", "git-lfs"))
    stamp = PEERS / "installed.txt"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    uv, pip = (str(BIN / "uv"), "pip", "install", "--quiet"), (str(PYTHON), "-m", "pip", "--disable-pip-version-check")
    place = PEERS / BIN.name / PYTHON.name
    commands = (
        (str(BIN / "uv"), "venv", "--quiet", "--clear", "--python", str(PYTHON), str(PEERS)),
        (*uv, "--python", str(place), "--require-hashes", "-r", "requirements-peers.txt"),
        (
            *(*pip, "--python", str(place), "install", "--quiet", "--no-deps", "--ignore-requires-python"),
            *("--only-binary", ":all:", "--require-hashes", "-r", "requirements-git-lfs.txt"),
        ),
    )
    failed = [command for command in commands if subprocess.run(command, cwd=ROOT, check=False).returncode]
    for command in failed:
        print(f"could not be installed, so that tests will be skipped: {command[-1]}")
    if not failed:
        stamp.write_bytes(wanted)


def pip(*arguments: str) -> None:
    subprocess.run([PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments], check=True, cwd=ROOT)


def run(command: tuple[str, ...]) -> int:
    print("$", " ".join(command), flush=True)
    program = BIN / command[0]
    if os.name == "nt":
        program = program.with_suffix(".exe")
    return subprocess.run([program, *command[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
