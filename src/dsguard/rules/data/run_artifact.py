from __future__ import annotations

from dsguard.model import Confidence, Location, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


class RunArtifact(FileRule):
    """What a run leaves behind (experiment records, event files, submissions, autosaved copies, lock files) is made again by the next
    run. In git it conflicts, grows and often shows paths and names of the machine that it was made on.
    """

    code, name, family, since = "DSG104", "run-artifact", "data", "0.1"
    summary = "left over from a run"
    help = "Take it out with `git rm -r --cached` and ignore it."
    files = ("*", "!@pointer", "!@template", "!@vendored")

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.run_artifacts import FOLDER_HINT, NAME_WORDS
        from dsguard.rules.base import Screen

        return Screen(words=NAME_WORDS, folder=FOLDER_HINT)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import RUN_ARTIFACT, judge
        from dsguard.analysis.remedy import history, untrack

        placement = judge(file)
        if placement is None or placement.owner != RUN_ARTIFACT or placement.artifact is None:
            return
        artifact = placement.artifact
        advice = (untrack(file, artifact.root, artifact.ignore), history(file, placement.size))
        yield self.found(
            file.at(),
            f"{artifact.label}: left over from a run or a session, not a source",
            help=" ".join(filter(None, advice)),
            subject=f"{artifact.ignore}:{artifact.root}",
            confidence=Confidence.HIGH,
            group=artifact.ignore,
            size=placement.size or 0,
        )

    def groups_from(self, group: str) -> int:
        return 1

    def merged(self, findings: Sequence[Finding]) -> Finding:
        """One finding for all leftovers of one kind: one line of .gitignore keeps them all out."""
        from dsguard.analysis.remedy import leftovers, whole

        first = findings[0]
        ignore = first.group or ""
        roots = {finding.path: finding.subject[len(ignore) + 1 :] for finding in findings}
        places = dict.fromkeys(f"{root}/" if root else path for path, root in roots.items())
        root = first.subject[len(ignore) + 1 :]
        if len(places) > 1:
            message, advice, size = leftovers(findings, len(places), ignore)
        elif root:
            message, advice, size = whole(findings, root)
        else:
            message, advice, size = first.message, first.help, first.size
        return self.found(
            Location(f"{root}/") if root else first.location,
            message,
            subject=ignore,
            help=advice,
            confidence=first.confidence,
            trace=[Step(place) for place in places] if len(places) > 1 else (),
            size=size,
        )

    bad = (
        {"mlruns/0/meta.yaml": "name: Default\n", "mlruns/0/1a79a4d60de6718e8e5b326e338ae533/metrics/rmse": "1664 6.42 0\n"},
        {"wandb/run-20240911_101500-k3x9/files/config.yaml": "lr: {value: 0.1}\n", "wandb/debug.log": "setup\n"},
        {"titanic/catboost_info/learn_error.tsv": "iter\tLogloss\n0\t0.68\n"},
        {"outputs/2025-06-28/19-28-33/.hydra/config.yaml": "lr: 0.1\n", "outputs/2025-06-28/19-28-33/train.log": "epoch 1\n"},
        {"exp/submission.csv": "PassengerId,Survived\n892,0\n", "exp/oof_lgbm.csv": "id,target\n1,0.3\n"},
        {"plans/~$budget.xlsx": b"\x05Maria" + bytes(40)},
        {"notebooks/__marimo__/session/eda.py.json": '{"version": "1", "cells": []}'},
    )
    good = (
        {"src/oof_predictions.py": "FOLDS = 5\n", "submission.py": "print('csv')\n", "submission.md": "# How to submit\n"},
        {"data/sample_submission.csv": "PassengerId,Survived\n892,0\n", "data/submission_format.csv": "id,target\n1,0\n"},
        {"integrations/wandb/__init__.py": "", "integrations/wandb/callback.py": "STEP = 1\n", "wandb/settings.py": "PROJECT = 'x'\n"},
        {"tests/resources/mlruns/0/meta.yaml": "name: Default\n", "tests/data/predictions.csv": "id,p\n1,0.5\n"},
        {"outputs/README.md": "# Figures\n", "outputs/roc.svg": "<svg/>\n", "docs/_build.md": "# How docs are built\n"},
        {"src/catboost_info.py": "ITERATIONS = 10\n", "mlruns.md": "# Runs\n", "conf/prediction.yaml": "threshold: 0.5\n"},
    )
