"""DSG603 platform-path."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.paths.per_prefix import PerPrefixRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File


class PlatformPath(PerPrefixRule):
    """`/content`, `/kaggle/input` or `/dbfs` are right in a notebook or script that runs there, and wrong in a module it imports.

    A module is imported on laptops and in tests, too, where the platform's folders do not exist.
    """

    code, name, family, since = "DSG603", "platform-path", "paths", "0.1"
    summary = "module that others import has a path of one platform"
    help = "Take the folder as a parameter or from the environment, and name it where the code runs on the platform."
    severity = Severity.WARNING
    profile = "strict"
    files = ("*.py", "!@vendored")
    why = {"platform": "a folder of one platform in a module that others import"}
    bad = (
        {
            "churn/__init__.py": "",
            "churn/load.py": 'import pandas as pd\n\n\ndef load():\n    return pd.read_csv("/content/drive/MyDrive/churn.csv")\n',
        },
        {"config.py": 'DATA_DIR = "/kaggle/input/churn"\n', "train.py": "from config import DATA_DIR\n\nprint(DATA_DIR)\n"},
        {"churn/__init__.py": "", "churn/io.py": 'def save(df):\n    df.to_parquet("/Volumes/main/churn/raw/customers.parquet")\n'},
    )
    good = (
        {"train.py": 'import pandas as pd\n\nif __name__ == "__main__":\n    train = pd.read_csv("/kaggle/input/churn/train.csv")\n'},
        {"sagemaker/__init__.py": "", "sagemaker/entry.py": 'import os\n\nMODEL_DIR = os.environ.get("SM_MODEL_DIR", "/opt/ml/model")\n'},
        {"churn/__init__.py": "", "churn/routes.py": '@app.get("/content/pages")\ndef pages():\n    return redirect("/workspace/home")\n'},
        {
            "churn/__init__.py": "",
            "churn/load.py": "import pandas as pd\n\n\ndef load(folder):\n    return pd.read_csv(folder / 'train.csv')\n",
        },
        {"setup.py": 'BASE = "/workspace/src"\n'},
    )

    def shape(self, file: File) -> Shape:
        from dsguard.analysis.paths.sites import platform_shape

        return platform_shape()

    def tells(self, file: File, place: Place) -> bool:
        from dsguard.analysis.paths.place import CLI_DEFAULT, ENV_DEFAULT
        from dsguard.analysis.paths.surroundings import is_imported, is_of_container

        if not place.is_evident or place.role in (CLI_DEFAULT, ENV_DEFAULT) or file.python.is_notebook:
            return False
        if place.is_used and not place.in_function:
            return False  # a script: it reads as soon as it is imported
        return is_imported(file) and not is_of_container(file, place.path)
