"""DSG605 parent-path."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.paths.per_prefix import PerPrefixRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File


def _notebook(source: str) -> str:
    return (
        '{"cells": [{"cell_type": "code", "execution_count": null, "id": "load", "metadata": {}, "outputs": [], "source": ["'
        + source
        + '"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
    )


class ParentPath(PerPrefixRule):
    """`../data` means what it says only while the notebook stays in its folder and is run from there.

    Papermill, a moved notebook or an editor that starts in the repository's root read another folder or none. One name at the
    top for the data folder is one line to change.
    """

    code, name, family, since = "DSG605", "parent-path", "paths", "0.1"
    summary = "notebook reads or writes below the folder above"
    help = 'Name the folder once at the top (`DATA = Path("../data")`) and build the other paths from it.'
    severity = Severity.WARNING
    profile = "strict"
    files = ("*.ipynb", "!@vendored")
    triggers = (b"../", b"..\\")
    why = {"parent": "which is right only while the notebook is run from its own folder"}
    bad = (
        {"notebooks/01-eda.ipynb": _notebook("df = pd.read_csv('../data/raw/churn.csv')")},
        {"notebooks/02-model.ipynb": _notebook("joblib.dump(model, '../models/churn.joblib')")},
        {"notebooks/03-report.ipynb": _notebook("train = pd.read_parquet(f'../data/{name}.parquet')")},
    )
    good = (
        {"notebooks/01-eda.ipynb": _notebook("DATA = Path('../data')\\ndf = pd.read_csv(DATA / 'churn.csv')")},
        {"notebooks/02-model.ipynb": _notebook("sys.path.append('../src')")},
        {"notebooks/03-report.ipynb": _notebook("DATA_DIR = '../data'")},
        {"notebooks/04-text.ipynb": _notebook("print('see ../data/README.md')\\nx = s.replace('../', '')")},
        {"load.py": "import pandas as pd\n\ndf = pd.read_csv('../data/churn.csv')\n"},
    )

    def shape(self, file: File) -> Shape:
        from dsguard.analysis.paths.sites import parent_shape

        return parent_shape()

    def tells(self, file: File, place: Place) -> bool:
        from dsguard.analysis.paths.place import CHDIR, SYS_PATH

        is_kaggle = place.path.prefix == "../input" or place.path.prefix.startswith("../input/")
        return place.is_used and place.role not in (SYS_PATH, CHDIR) and not is_kaggle
