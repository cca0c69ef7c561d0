from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis.paths.languages import language_of
from dsguard.analysis.paths.place import CHDIR, COMMAND, CONDA_PREFIX, COPY_SOURCE, ENV_SET, VALUE, VOLUME, Place
from dsguard.analysis.paths.scan import places
from dsguard.analysis.paths.shapes import home_shape
from dsguard.testing import tree


def found(path: str, content: str) -> list[Place]:
    return list(places(tree({path: content})[path], home_shape()))


POSITIVES = [
    # R and Julia
    ("a.R", 'setwd("C:/Users/Ana/churn")', "C:\\Users\\Ana", CHDIR),
    ("a.R", "d <- read.csv('C:\\\\Users\\\\Ana\\\\x.csv')", "C:\\Users\\Ana", VALUE),
    ("a.R", "d <- read.csv('C:\\Users\\Ana\\x.csv')", "C:\\Users\\Ana", VALUE),
    ("a.r", 'd <- read_csv(file.path("/home/ana/data", "x.csv")) # note', "/home/ana", VALUE),
    ("a.R", 'p <- r"(C:\\Users\\Ana\\x.csv)"', "C:\\Users\\Ana", VALUE),
    ("a.R", "p <- R'---[D:\\data\\x.csv]---'", "D:\\data", VALUE),
    ("a.R", 'paste0("/Users/ana/", x)', "/Users/ana", VALUE),
    ("a.R", 'source("//x"); load("E:/r/work/x.RData")', "E:\\r", VALUE),
    ("a.R", 'read.csv("\\\\\\\\nas01\\\\share\\\\x.csv")', "\\\\nas01\\share", VALUE),
    (".Rprofile", '.libPaths("C:/Users/Ana/R/win-library")', "C:\\Users\\Ana", VALUE),
    ("a.R", 'system("cp /home/ana/x.csv .")', "/home/ana", COMMAND),
    ("a.Rmd", '---\ntitle: x\n---\n\n```{r setup}\nsetwd("C:/Users/Ana/x")\n```\n', "C:\\Users\\Ana", CHDIR),
    ("a.Rmd", "---\ntitle: x\nbibliography: /home/ana/refs.bib\n---\ntext\n", "/home/ana", VALUE),
    ("a.qmd", '```{python}\n#| echo: false\npd.read_csv("/home/ana/x.csv")\n```\n', "/home/ana", VALUE),
    ("a.qmd", "```{bash}\ncp /home/ana/x.csv .\n```\n", "/home/ana", COMMAND),
    ("a.jl", 'df = CSV.read("/home/ana/x.csv", DataFrame)', "/home/ana", VALUE),
    ("a.jl", 'p = raw"C:\\Users\\Ana\\x"', "C:\\Users\\Ana", VALUE),
    ("a.jl", 'cd("/Users/ana/churn")', "/Users/ana", CHDIR),
    # MATLAB and SQL
    ("a.m", "save('D:\\work\\X.mat','X');", "D:\\work", VALUE),
    ("a.m", 'X = A\' * load("/home/ana/x.mat"); % mine', "/home/ana", VALUE),
    ("a.m", "addpath(genpath('/home/ana/lib'))", "/home/ana", VALUE),
    ("a.m", "cd('C:\\Users\\Ana\\churn')", "C:\\Users\\Ana", CHDIR),
    ("a.m", "p = fullfile('C:/Users/Ana', 'x.mat');", "C:\\Users\\Ana", VALUE),
    ("a.do", 'use "C:\\Users\\Ana\\new.dta", clear', "C:\\Users\\Ana", VALUE),
    ("a.do", "use D:/data/x.dta, clear // mine", "D:\\data", VALUE),
    ("a.do", 'qui cd "/Users/ana/churn"', "/Users/ana", CHDIR),
    ("a.do", "cd C:\\Users\\Ana\\churn", "C:\\Users\\Ana", CHDIR),
    ("a.do", 'global root `"D:\\new data"\'', "D:\\new data", VALUE),
    ("a.ado", '/* "C:/Users/Bob/x" */ insheet using "/home/ana/x.csv"', "/home/ana", VALUE),
    ("a.sas", "libname raw 'C:\\Users\\Ana\\new';", "C:\\Users\\Ana", VALUE),
    ("a.sas", "%let root = D:\\work\\churn;", "D:\\work", VALUE),
    ("a.sas", 'proc import datafile="/home/ana/x.csv" out=x; run;', "/home/ana", VALUE),
    ("a.sql", "\\copy t FROM 'C:/Users/Ana/x.csv' DELIMITER ',' CSV", "C:\\Users\\Ana", VALUE),
    ("a.sql", "COPY t (a, b) FROM '/home/ana/x.csv';", "/home/ana", VALUE),
    ("a.sql", "copy (select 1) to '/home/ana/x.csv' -- mine", "/home/ana", VALUE),
    ("a.sql", "\\i 'C:/Users/Ana/a.sql'", "C:\\Users\\Ana", VALUE),
    ("a.sql", "\\i /home/ana/a.sql", "/home/ana", VALUE),
    ("a.sql", "\\set root 'C:/Users/Ana/churn'", "C:\\Users\\Ana", VALUE),
    ("a.sql", "LOAD DATA LOCAL INFILE 'C:\\Users\\Ana\\x.csv' INTO TABLE t", "C:\\Users\\Ana", VALUE),
    ("a.sql", "SELECT * FROM read_parquet(['/home/ana/x.parquet'])", "/home/ana", VALUE),
    ("a.sql", "SELECT * FROM '/home/ana/x.parquet'", "/home/ana", VALUE),
    ("a.sql", "BULK INSERT t FROM '\\\\nas01\\share\\x.csv'", "\\\\nas01\\share", VALUE),
    ("a.sql", ".read /home/ana/a.sql", "/home/ana", VALUE),
    # shells
    ("run.sh", "cd /home/ana/churn", "/home/ana", CHDIR),
    ("run.sh", "DATA=/home/ana/data", "/home/ana", ENV_SET),
    ("run.sh", 'export DATA="/home/ana/data"  # mine', "/home/ana", ENV_SET),
    ("run.sh", "export PYTHONPATH=$PYTHONPATH:/home/ana/churn", "/home/ana", ENV_SET),
    ("run.sh", "export PATH=/home/ana/bin:$PATH", "/home/ana", ENV_SET),
    ("run.sh", "python train.py --data /home/ana/data", "/home/ana", COMMAND),
    ("run.sh", "python train.py --data=/home/ana/data", "/home/ana", COMMAND),
    ("run.sh", "python train.py --data='/home/ana/data'", "/home/ana", COMMAND),
    ("run.sh", "source /home/ana/venv/bin/activate", "/home/ana", COMMAND),
    ("run.sh", "gcc -I/home/ana/include x.c", "/home/ana", COMMAND),
    ("run.sh", "#!/bin/bash\n#SBATCH --output=/home/ana/logs/%j.out", "/home/ana", COMMAND),
    ("run.sh", "for f in /home/ana/data/*.csv; do echo $f; done", "/home/ana", COMMAND),
    ("run.sh", "(cd /home/ana/x && make)", "/home/ana", COMMAND),
    ("run.sh", "FILES=(\n  /home/ana/a.csv)", "/home/ana", COMMAND),
    ("run.sh", "if [ -d /home/ana/data ]; then make; fi", "/home/ana", COMMAND),
    ("run.sh", "case $1 in all) cp /home/ana/* . ;; esac", "/home/ana", COMMAND),
    ("run.sh", "docker run -v /home/ana/data:/data image", "/home/ana", VOLUME),
    ("run.sh", "docker run \\\n  --rm \\\n  -v /home/ana/data:/data \\\n  image", "/home/ana", VOLUME),
    ("run.sh", "docker run --mount type=bind,source=/home/ana/data,target=/data image", "/home/ana", VOLUME),
    ("run.sh", "rsync -a /home/ana/x ana@host:/home/ana/", "/home/ana", COMMAND),
    ("run.sh", "cp C:/Users/Ana/x.csv .", "C:\\Users\\Ana", COMMAND),
    ("run.sh", "echo done > /home/ana/log.txt", "/home/ana", COMMAND),
    ("run.sh", 'echo "export PATH=/home/ana/bin:$PATH" >> ~/.bashrc', "/home/ana", COMMAND),
    (".envrc", "export DATA_DIR=/Users/ana/data", "/Users/ana", ENV_SET),
    ("job.slurm", "srun python /home/ana/train.py", "/home/ana", COMMAND),
    ("run.bat", "cd /d D:\\projects\\churn", "D:\\projects", CHDIR),
    ("run.bat", "set DATA=C:\\Users\\Ana\\data", "C:\\Users\\Ana", ENV_SET),
    ("run.cmd", "@call c:\\Anaconda3\\Scripts\\activate.bat x", "C:\\Anaconda3", COMMAND),
    ("run.bat", "cd d:\\notes\\x", "D:\\notes", CHDIR),
    ("run.ps1", '$env:DATA = "C:\\Users\\Ana\\data"', "C:\\Users\\Ana", ENV_SET),
    ("Makefile", "DATA := /home/ana/data\n", "/home/ana", ENV_SET),
    ("Makefile", "train:\n\tpython train.py /home/ana/data\n", "/home/ana", COMMAND),
    ("Dockerfile", "FROM python:3.12\nCOPY /home/ana/model.pkl /app/", "/home/ana", COPY_SOURCE),
    ("Dockerfile", 'ADD ["C:/Users/Ana/x.csv", "/data/"]', "C:\\Users\\Ana", COPY_SOURCE),
    # configuration
    ("conf.yaml", "data_dir: /home/ana/data", "/home/ana", VALUE),
    ("conf.yaml", 'data_dir: "/home/ana/data"  # mine', "/home/ana", VALUE),
    ("conf.yaml", "data_dir: C:\\Users\\Ana\\data", "C:\\Users\\Ana", VALUE),
    ("conf.yaml", 'data_dir: "C:\\\\Users\\\\Ana\\\\data"', "C:\\Users\\Ana", VALUE),
    ("conf.yaml", "data_dir: D:/Data Science/churn", "D:\\Data Science", VALUE),
    ("conf.yaml", "paths:\n  - /Users/ana/a", "/Users/ana", VALUE),
    ("conf.yaml", "paths: [a, /Users/ana/a]", "/Users/ana", VALUE),
    ("conf.yaml", "paths: {a: /Users/ana/a}", "/Users/ana", VALUE),
    ("conf.yaml", "tracking_uri: file:///home/ana/mlruns", "/home/ana", VALUE),
    ("conf.yaml", "cmd: python train.py --data /home/ana/data", "/home/ana", VALUE),
    ("environment.yml", "name: churn\nprefix: /home/ana/miniconda3/envs/churn", "/home/ana", CONDA_PREFIX),
    ("environment.yml", "name: churn\nprefix: C:\\Users\\Ana\\anaconda3\\envs\\churn", "C:\\Users\\Ana", CONDA_PREFIX),
    ("docker-compose.yml", "services:\n  a:\n    volumes:\n      - /home/ana/data:/data", "/home/ana", VOLUME),
    (
        "docker-compose.yml",
        "services:\n  a:\n    volumes:\n      - type: bind\n        source: /home/ana/data\n        target: /data",
        "/home/ana",
        VOLUME,
    ),
    ("k8s.yaml", "apiVersion: v1\nspec:\n  volumes:\n    - hostPath:\n        path: /home/ana/data", "/home/ana", VALUE),
    ("conf.toml", 'data = "/home/ana/data"', "/home/ana", VALUE),
    ("conf.toml", "data = 'C:\\Users\\Ana\\data' # mine", "C:\\Users\\Ana", VALUE),
    ("config.json", '{"data": "/home/ana/data"}', "/home/ana", VALUE),
    ("config.json", '{"data": "C:\\\\Users\\\\Ana\\\\data"}', "C:\\Users\\Ana", VALUE),
    ("config.json", '{"data": ["a", "D:/data/x"]}', "D:\\data", VALUE),
    (".vscode/settings.json", '{\n  // mine\n  "python.defaultInterpreterPath": "/Users/ana/venv/bin/python"\n}', "/Users/ana", VALUE),
    (".idea/misc.xml", '<option name="SDK_HOME" value="/home/ana/venv/bin/python" />', "/home/ana", VALUE),
    ("setup.cfg", "[x]\ndata_dir = /home/ana/data", "/home/ana", VALUE),
    ("conf.ini", "exe = C:\\Users\\Ana\\rgf.exe", "C:\\Users\\Ana", VALUE),
    ("conf.ini", "data=D:\\My Data\\x", "D:\\My Data", VALUE),
    (".dvc/config", "[core]\n    remote = store\n['remote \"store\"']\n    url = /home/ana/my store", "/home/ana", VALUE),
    ("churn/.dvc/config", "['remote \"store\"']\n    url = D:\\dvc", "D:\\dvc", VALUE),
    ("deploy/churn.service", "[Service]\nWorkingDirectory=/home/ana/churn", "/home/ana", VALUE),
    (".env.example", "DATA_DIR=/home/ana/data", "/home/ana", ENV_SET),
    ("Snakefile", 'rule a:\n    input: "/home/ana/x.csv"\n', "/home/ana", VALUE),
]


def test_the_table_of_positives_is_long_enough_to_mean_something() -> None:
    assert len(POSITIVES) >= 60


@pytest.mark.parametrize(("path", "content", "prefix", "role"), POSITIVES)
def test_a_machine_path_is_found(path: str, content: str, prefix: str, role: str) -> None:
    assert [(place.path.prefix, place.role) for place in found(path, content)] == [(prefix, role)]


NEGATIVES = [
    ("a.R", '# setwd("C:/Users/Ana/x")'),
    ("a.R", 'x <- 1 # "C:/Users/Ana/x"'),
    ("a.R", 'setwd("~/churn")'),
    ("a.R", 'here::here("data", "x.csv")'),
    ("a.R", 'gsub("C:/Users/Ana/", "", x)'),
    ("a.R", 'str_replace("/home/ana/x", "a", "b")'),
    ("a.R", 'cat("Done:\\n"); cat("x:\\n")'),
    ("a.R", 'paste0(root, "/data/home/ana")'),
    ("a.R", 'url <- "https://example.org/home/ana"'),
    ("a.R", 'tags$a(href = "/home/ana/x")'),
    ("a.R", 'sprintf("%d:\\t%s", i, s)'),
    ("a.R", 'gsub("\\\\\\\\s+", " ", x)'),
    ("a.R", 'cat("\\\\\\\\begin{table}")'),
    ("a.R", 'setwd("C:/path/to/folder")'),
    ("a.R", 'setwd("/home/rstudio/churn")'),
    ("a.Rmd", 'Run `setwd("C:/Users/Ana/x")` first.\n\n```r\nsetwd("C:/Users/Ana/x")\n```\n'),
    ("a.qmd", "```python\npd.read_csv('/home/ana/x.csv')\n```\n\n    cp /home/ana/x .\n"),
    ("a.jl", '# CSV.read("/home/ana/x.csv")'),
    ("a.jl", '#=\nCSV.read("/home/ana/x.csv")\n=#'),
    ("a.jl", '"""\n    f(x)\n\nReads "/home/ana/x".\n"""\nf(x) = x'),
    ("a.jl", 'occursin(r"/home/ana/x", s)'),
    ("a.do", '* use "C:/Users/Ana/x.dta"'),
    ("a.do", '// use "C:/Users/Ana/x.dta"'),
    ("a.do", 'use "data/x.dta" // C:/Users/Ana/x.dta'),
    ("a.do", '/*\ncd "C:/Users/Ana"\n*/'),
    ("a.do", 'use "$root/x.dta"\nlocal y = 3 / 4\nimport delimited "https://x.org/home/ana/x.csv"'),
    ("a.sas", "* libname raw 'C:\\Users\\Ana';"),
    ("a.sas", "%* 'C:\\Users\\Ana';"),
    ("a.sas", "/* libname raw 'C:\\Users\\Ana'; */ x = 'a' / b;"),
    ("a.m", "% save('D:\\work\\X.mat','X');"),
    ("a.m", "x = 1; % 'D:\\work\\X.mat'"),
    ("a.m", "%{\nsave('D:\\work\\X.mat')\n%}"),
    ("a.m", "x = a'; y = '/tmp/x'; fprintf('x:\\n')"),
    ("a.m", "p = fullfile(root, '/home/ana');"),
    ("a.sql", "-- COPY t FROM '/home/ana/x.csv'"),
    ("a.sql", "/* COPY t\nFROM '/home/ana/x.csv'\n*/"),
    ("a.sql", "SELECT 1 /* FROM '/home/ana/x.csv' */"),
    ("a.sql", "INSERT INTO files VALUES (1, '/home/ana/x.csv');"),
    ("a.sql", "SELECT * FROM files WHERE path LIKE '/home/ana/%'"),
    ("a.sql", "SELECT * FROM files WHERE name = 'C:\\Users\\Ana'"),
    ("a.sql", "COPY t FROM :'root'"),
    ("a.sql", "\\i ../sql/a.sql"),
    ("setup.sh", "sudo mkdir -p /home/churn\ncd /home/churn/app"),
    ("setup.sh", 'mkdir "/home/churn" && cp x /home/churn/'),
    ("setup.sh", "sudo useradd -m -d /home/churn churn\npython /home/churn/app.py"),
    ("run.sh", "cd /home/ec2-user/SageMaker/x && source /home/ec2-user/anaconda3/bin/activate"),
    ("conf.yaml", "data_dir: /home/jupyter/data"),
    ("a/20211007T155653.943372Z/x.json", '{"path": "/home/ana/x"}'),
    ("a/2021-10-07_15-56-53/conf.yaml", "path: /home/ana/x"),
    ("run.sh", "#!/home/ana/bin/bash"),
    (
        ".github/workflows/deploy.yml",
        "steps:\n  - uses: appleboy/ssh-action@v1\n    with:\n      script: |\n        set -e\n        cd /home/ana/churn\n",
    ),
    (".github/workflows/deploy.yml", "steps:\n  - uses: appleboy/scp-action@v1\n    with:\n      target: /home/ana/churn\n"),
    ("run.sh", 'case "$n" in /home/ana/*) return 1 ;; esac'),
    ("run.sh", 'case "$PWD" in\n  /home/ana/*|/home/bob/*)\n    exit 1 ;;\nesac'),
    ("run.sh", 'case $d in "/home/ana"*) echo mine ;; esac'),
    ("run.sh", 'if [[ "$PWD" == /home/ana/* ]]; then exit 1; fi'),
    ("run.sh", 'if [ "$HOME" = "/home/ana" ]; then echo mine; fi'),
    ("run.sh", "# cd /home/ana/churn"),
    ("run.sh", "cd churn # /home/ana/churn"),
    ("run.sh", 'cd "$HOME/churn"'),
    ("run.sh", 'cd "$(dirname "$0")"'),
    ("run.sh", "cd ~/churn"),
    ("run.sh", "cd /home/$USER/churn"),
    ("run.sh", 'cd "/home/${USER}/churn"'),
    ("run.sh", "curl https://example.org/home/ana"),
    ("run.sh", "scp x.csv ana@host:/home/ana/data/"),
    ("run.sh", "ssh host ls /home/ana"),
    ("run.sh", "docker run -v $PWD:/home/ana/work image"),
    ("run.sh", "docker run -w /home/ana/work image ls /home/ana/work"),
    ("run.sh", "docker run \\\n  -v data:/home/ana/data \\\n  image python /home/ana/x.py"),
    ("run.sh", "docker run --mount type=bind,source=data,target=/home/ana/x image"),
    ("run.sh", "useradd -m -d /home/ana ana"),
    ("run.sh", "chown -R ana /home/ana"),
    ("run.sh", "printf 'x:\\nfoo'"),
    ("run.sh", "date +%H:%M"),
    ("run.sh", 'log_warn "the home is /home/ana. Mount it."'),
    ("run.sh", 'echo "see /home/ana/x"'),
    ("run.sh", "echo 'see /home/ana/x'"),
    ("run.sh", "export PATH=/home/circleci/.pixi/bin:$PATH"),
    ("run.bat", "REM cd D:\\projects\\churn"),
    ("run.bat", ":: cd D:\\projects\\churn"),
    ("run.bat", "set DATA=%USERPROFILE%\\data"),
    ("run.bat", 'set R="C:\\Program Files\\R\\bin\\R.exe"'),
    ("run.ps1", "# cd D:\\projects\\churn"),
    ("run.ps1", "cd $env:USERPROFILE\\churn"),
    ("Makefile", "# DATA := /home/ana/data"),
    ("Makefile", "DATA := $(HOME)/data"),
    ("Dockerfile", "WORKDIR /home/ana"),
    ("Dockerfile", "FROM x\nRUN useradd -m ana && mkdir /home/ana/data\nENV HOME=/home/ana"),
    ("Dockerfile", "COPY model.pkl /home/ana/model.pkl"),
    ("Dockerfile", "COPY a.py \\\n  b.py \\\n  /home/ana/app/"),
    ("Dockerfile", "COPY --from=build /home/ana/app /app"),
    ("Dockerfile", "COPY --chown=ana:ana . /home/ana/"),
    ("Dockerfile", "# COPY /home/ana/x /y"),
    ("Dockerfile.gpu", 'VOLUME ["/home/ana/data"]'),
    ("conf.yaml", "# data_dir: /home/ana/data"),
    ("conf.yaml", "data_dir: data  # /home/ana/data"),
    ("conf.yaml", "data_dir: ~/data"),
    ("conf.yaml", "data_dir: ${HOME}/data"),
    ("conf.yaml", "data_dir: ${oc.env:DATA_DIR}"),
    ("conf.yaml", "data_dir: /home/{{ user }}/data"),
    ("conf.yaml", "data_dir: /home/<user>/data"),
    ("conf.yaml", "data_dir: /path/to/data"),
    ("conf.yaml", "url: https://example.org/home/ana"),
    ("conf.yaml", "url: /home/ana/x"),
    ("conf.yaml", "description: The data is in /home/ana/data"),
    ("conf.yaml", "key: s3://bucket/home/ana/x"),
    ("conf.yaml", "time: 10:30"),
    ("conf.yaml", 'format: "%H:%M"'),
    ("conf.yaml", 'label: "x:\\n"'),
    ("openapi.yaml", "paths:\n  /home/stats/daily:\n    get: {}\n  '/Users/ana/x':\n    get: {}"),
    ("docker-compose.yml", "services:\n  a:\n    working_dir: /home/ana/app"),
    ("docker-compose.yml", "services:\n  a:\n    volumes:\n      - ./data:/home/ana/data\n      - data:/home/ana/x"),
    ("docker-compose.yml", "services:\n  a:\n    environment:\n      DATA: /home/ana/data\n      - HOME=/home/ana"),
    ("docker-compose.yml", "services:\n  a:\n    command: python /home/ana/app/main.py"),
    ("compose.dev.yaml", "services:\n  a:\n    volumes:\n      - type: volume\n        source: data\n        target: /home/ana/data"),
    (".devcontainer/devcontainer.yml", "workspaceFolder: /home/ana/x"),
    ("k8s.yaml", "apiVersion: apps/v1\nspec:\n  volumeMounts:\n    - name: x\n      mountPath: /home/ana/data\n      subPath: x"),
    ("k8s.yaml", "apiVersion: apps/v1\nspec:\n  workingDir: /home/ana\n  args: [python, /home/ana/x.py]"),
    ("environment.yml", "name: churn\ndependencies:\n  - python=3.12"),
    ("conf.toml", '# data = "/home/ana/data"'),
    ("conf.toml", 'data = "data" # "/home/ana/data"'),
    ("conf.toml", 'homepage = "/home/ana/x"'),
    ("conf.toml", 'text = """\n"/home/ana/x"\n"""'),
    ("conf.toml", '"/home/ana/x" = 1'),
    ("config.json", '{"/home/ana/x": 1}'),
    ("config.json", '{"url": "/home/ana/x", "$ref": "/Users/ana/x"}'),
    ("config.json", '{"description": "/home/ana/x"}'),
    ("config.json", '{"workingDirectory": "/home/ana/x", "containerPath": "/home/ana/y"}'),
    ("config.json", '{"t": "x:\\n", "u": "http://example.org/home/ana"}'),
    (
        ".vscode/settings.json",
        '{\n  // "a": "/Users/ana/x"\n  /* "b": "/Users/ana/x"\n  "c": "/Users/ana/x" */\n  "d": "${workspaceFolder}/x"\n}',
    ),
    (".idea/misc.xml", '<output url="file://$PROJECT_DIR$/out" /><x xmlns="http://example.org/home/ana" />'),
    ("outputs/run1/config.json", '{"data": "/home/ana/data"}'),
    ("results/summary.yaml", "data: /home/ana/data"),
    ("data/raw/meta.json", '{"path": "/home/ana/data"}'),
    ("conf.ini", "; data = /home/ana/data"),
    ("conf.ini", "# data = /home/ana/data"),
    ("conf.ini", "data = data ; /home/ana/data"),
    ("conf.ini", "url = /home/ana/x"),
    ("conf.ini", "format = %(asctime)s %H:%M"),
    ("notes.md", "cd /home/ana/x"),
    ("notes.txt", "/home/ana/x"),
    ("data.csv", "path\n/home/ana/x"),
]


@pytest.mark.parametrize(("path", "content"), NEGATIVES)
def test_what_is_no_machine_path_there_is_not_found(path: str, content: str) -> None:
    assert found(path, content) == []


def notebook(*cells: str, language: str = "python") -> str:
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": cell.splitlines(keepends=True),
                }
                for number, cell in enumerate(cells, 1)
            ],
            "metadata": {"language_info": {"name": language}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


@pytest.mark.parametrize(
    ("cell", "prefix", "line", "column"),
    [
        ("import os\ndf = pd.read_csv('/home/ana/x.csv')", "/home/ana", 2, 18),
        ("%cd /home/ana/churn", "/home/ana", 1, 5),
        ("%cd C:\\Users\\Ana\\churn", "C:\\Users\\Ana", 1, 5),
        ("x = 1\n!cp /home/ana/x.csv data/", "/home/ana", 2, 5),
        ("files = !ls /home/ana/data", "/home/ana", 1, 13),
        ("%run /home/ana/setup.py", "/home/ana", 1, 6),
        ("%env DATA=/home/ana/data", "/home/ana", 1, 11),
        ("%%bash\ncd /home/ana/x", "/home/ana", 2, 4),
        ("%%time\ndf = pd.read_csv('/home/ana/x.csv')", "/home/ana", 2, 18),
        ("%%R\nsetwd('C:/Users/Ana/x')", "C:\\Users\\Ana", 2, 7),
        ("%%writefile conf.yaml\ndata: /home/ana/x", "/home/ana", 2, 7),
        ("d = 'C:\\Users\\Ana\\x'", "C:\\Users\\Ana", 1, 5),
        ("print 'x'\nd = '/home/ana/x'", "/home/ana", 2, 5),
        ("print 'x'\n!cp '/home/ana/x' .", "/home/ana", 2, 6),
    ],
)
def test_cells_and_magics_of_a_notebook(cell: str, prefix: str, line: int, column: int) -> None:
    (place,) = found("eda.ipynb", notebook("x = 0", cell))
    at = place.location
    assert (place.path.prefix, at.cell, at.cell_line, at.cell_column) == (prefix, 2, line, column)


@pytest.mark.parametrize(
    "cell",
    [
        "%cd ../data",
        "# !cp /home/ana/x .",
        "%matplotlib inline",
        "!cp ~/x .",
        "%%html\n<a href='/home/ana/x'>x</a>",
        "%%bash\n# cd /home/ana/x",
    ],
)
def test_silent_cells_of_a_notebook(cell: str) -> None:
    assert found("eda.ipynb", notebook(cell)) == []


def test_a_statement_behind_a_timer_is_counted_once() -> None:
    (place,) = found("eda.ipynb", notebook("%time df = pd.read_csv('/home/ana/x.csv')"))
    assert place.location.cell_column == 24


def test_a_notebook_in_r_is_read_as_r() -> None:
    (place,) = found("eda.ipynb", notebook('setwd("C:/Users/Ana/x") # C:/Users/Bob', language="R"))
    assert place.language == "r"


def test_the_place_is_that_of_the_literal() -> None:
    (place,) = found("a.R", 'x <- 1\ny <- c(1, "/home/ana/é")\n')
    at = place.location
    assert (at.line, at.column, at.end_line, at.end_column) == (2, 11, 2, 24)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/Makefile", "make"),
        ("a/b.R", "r"),
        ("Dockerfile.gpu", "docker"),
        (".env.sample", "ini"),
        ("churn/.dvc/config", "ini"),
        ("x.dvc/config", None),
        ("x.qmd", "chunks"),
        ("x.csv", None),
        ("R", None),
    ],
)
def test_the_language_follows_from_the_name(path: str, language: str | None) -> None:
    assert language_of(path) == language


LANGUAGES = [
    "a.R",
    "a.jl",
    "a.m",
    "a.do",
    "a.sas",
    "a.sql",
    "a.sh",
    "a.bat",
    "Makefile",
    "Dockerfile",
    "a.yaml",
    "docker-compose.yml",
    "a.toml",
    "a.json",
    "a.ini",
    "a.xml",
    "a.Rmd",
    "a.smk",
]
PIECES = st.sampled_from(
    [
        "/home/ana/x",
        "C:\\Users\\Ana",
        '"',
        "'",
        "#",
        "\\",
        "\n",
        " ",
        "key: ",
        "COPY ",
        "```{r}",
        "```",
        '"""',
        "/*",
        "#=",
        "docker run ",
        "-v ",
        'r"(',
        "=",
        ":",
    ]
)


@given(st.sampled_from(LANGUAGES), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_exception(path: str, pieces: list[str]) -> None:
    content = "".join(pieces).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    lines = content.split("\n")
    for place in found(path, content):
        at = place.location
        assert at.line is not None
        assert at.column is not None
        assert 1 <= at.line <= len(lines)
        assert 1 <= at.column <= len(lines[at.line - 1]) + 1


@pytest.mark.parametrize("path", LANGUAGES)
@pytest.mark.parametrize(
    "line",
    [
        "'\"" * 20_000,
        "/home/ " * 8_000,
        "\\" * 40_000,
        'r"(' * 12_000,
        "a=/home/ana/x:" * 3_000,
        "# " * 20_000,
        "x:" * 20_000,
        "A_" * 20_000,
        "read " * 16_000,
        "read" * 20_000 + " '/home/ana/x' " * 40,
        "mkdir " * 14_000,
    ],
)
def test_the_time_is_linear_in_hostile_lines(path: str, line: str) -> None:
    start = time.perf_counter()
    found(path, f"/home/ana {line}\n{line} /home/ana\n" * 3)
    assert time.perf_counter() - start < 2
