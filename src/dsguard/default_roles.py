"""What paths are for, by default: ONE ordered table of gitignore patterns. The last match wins, ``!`` takes a role away.

A user's ``[tool.dsguard.roles]`` is added after it. Every pattern starts with ``**/`` so that it holds in each
project of a repository, not only at its root.
"""

DEFAULT_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "raw-data",
        (
            "**/[Dd]ata/[Rr]aw/",
            "**/[Dd]ata/raw[_-]data/",
            "**/[Dd]ata/[Ee]xternal/",
            "**/[Dd]ata/0[0-9]_raw/",
            "**/[Dd]ata/[Ii]nput/",
            "**/[Dd]ata/[Ii]nputs/",
            "**/[Dd]ata/landing/",
            "**/[Dd]ata/bronze/",
            "raw[_-]data/",
            "[Rr]aw[Dd]ata/",
            "/raw/",
            "/input/",
        ),
    ),
    (
        "interim-data",
        (
            "**/[Dd]ata/[Ii]nterim/",
            "**/[Dd]ata/[Ii]ntermediate/",
            "**/[Dd]ata/0[0-9]_intermediate/",
            "**/[Dd]ata/0[0-9]_primary/",
            "**/[Dd]ata/[Ss]taging/",
            "**/[Dd]ata/silver/",
        ),
    ),
    (
        "processed-data",
        (
            "**/[Dd]ata/[Pp]rocessed/",
            "**/[Dd]ata/[Pp]reprocessed/",
            "**/[Dd]ata/[Cc]leaned/",
            "**/[Dd]ata/[Cc]lean/",
            "**/[Dd]ata/[Ff]eatures/",
            "**/[Dd]ata/[Ff]inal/",
            "**/[Dd]ata/[Oo]utput/",
            "**/[Dd]ata/[Oo]utputs/",
            "**/[Dd]ata/0[0-9]_feature/",
            "**/[Dd]ata/0[0-9]_model_input/",
            "**/[Dd]ata/0[0-9]_model_output/",
            "**/[Dd]ata/gold/",
        ),
    ),
    ("data", ("data/", "Data/", "dataset/", "datasets/", "Dataset/", "Datasets/")),
    ("model", ("models/", "model/", "checkpoints/", "checkpoint/", "weights/", "artifacts/", "saved_models/", "saved_model/")),
    (
        "fixture",
        (
            "tests/",
            "test/",
            "Tests/",
            "testing/",
            "testdata/",
            "test_data/",
            "test-data/",
            "fixtures/",
            "fixture/",
            "__fixtures__/",
            "golden/",
            "test_*.py",
            "*_test.py",
            "conftest.py",
        ),
    ),
    ("notebook", ("*.ipynb", "*.zpln")),
    ("vendored", ("node_modules/", "site-packages/", "third_party/", "third-party/", "vendor/", "vendored/", "*.min.js", "*.min.css")),
    ("documentation", ("docs/", "doc/", "Documentation/", "*.md", "*.rst", "LICENSE*")),
    ("template", ("*[{][{]*", "*.jinja", "*.jinja2", "*.j2", "*.mustache", "*.tmpl")),
    ("pointer", ("*.dvc", "dvc.lock", ".gitkeep", ".gitignore", ".gitattributes", "README", "README.*", "readme.*")),
    ("ci", (".github/workflows/", ".gitlab-ci.yml", ".circleci/", "azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile")),
)
