from __future__ import annotations

import json

import pytest

from dsguard.analysis.paths.place import (
    CHDIR,
    CLI_DEFAULT,
    COMMAND,
    ENV_DEFAULT,
    ENV_SET,
    PARAMETER_DEFAULT,
    SYS_PATH,
    VALUE,
    Place,
)
from dsguard.analysis.paths.scan import places
from dsguard.analysis.paths.shapes import home_shape
from dsguard.testing import run, tree


def found(source: str, path: str = "src/load.py") -> list[Place]:
    return list(places(tree({path: source})[path], home_shape()))


POSITIVES = [
    ('DATA = "/home/ana/data"', "/home/ana", VALUE),
    ("data = '/Users/ana/churn/train.csv'", "/Users/ana", VALUE),
    ("df = pd.read_csv('/home/ana/data/train.csv')", "/home/ana", VALUE),
    ("df = pd.read_csv(r'C:\\Users\\Ana\\train.csv')", "C:\\Users\\Ana", VALUE),
    ("df = pd.read_csv('C:\\\\Users\\\\Ana\\\\train.csv')", "C:\\Users\\Ana", VALUE),
    ("df = pd.read_csv('C:/Users/Ana/train.csv')", "C:\\Users\\Ana", VALUE),
    ("df = pd.read_csv('D:/data/train.csv')", "D:\\data", VALUE),
    ("df = pd.read_csv('d:\\data\\train.csv')", "D:\\data", VALUE),
    ("df = pd.read_excel(r'\\\\fileserver01\\finance\\2024.xlsx')", "\\\\fileserver01\\finance", VALUE),
    ("df = pd.read_excel('\\\\\\\\fileserver01\\\\finance\\\\2024.xlsx')", "\\\\fileserver01\\finance", VALUE),
    ("p = Path('/home/ana') / 'data'", "/home/ana", VALUE),
    ("p = '/home/ana' / Path('data')", "/home/ana", VALUE),
    ("p = os.path.join('/home/ana', 'data', name)", "/home/ana", VALUE),
    ("p = os.path.join(root, 'D:/data')", "D:\\data", VALUE),
    ("p = '/home/ana/data/' + name", "/home/ana", VALUE),
    ("p = '/home/ana/' + name + '.csv'", "/home/ana", VALUE),
    ("p = f'/home/ana/data/{name}.csv'", "/home/ana", VALUE),
    ("p = f'D:/{name}/x.csv'.format()", "D:\\", VALUE),
    ("p = f'{open(\"/home/ana/x.txt\").read()}'", "/home/ana", VALUE),
    ("p = '/home/ana/data/{}.csv'.format(name)", "/home/ana", VALUE),
    ("p = '/home/ana/data/%s.csv' % name", "/home/ana", VALUE),
    ("PATHS = ['/home/ana/a.csv', x]", "/home/ana", VALUE),
    ("cfg = {'data_dir': '/home/ana/data'}", "/home/ana", VALUE),
    ("cfg = dict(data_dir='/home/ana/data')", "/home/ana", VALUE),
    ("mlflow.set_tracking_uri('file:///home/ana/mlruns')", "/home/ana", VALUE),
    ("engine = create_engine('sqlite:////home/ana/mlflow.db')", "/home/ana", VALUE),
    ("MlflowClient(tracking_uri='/home/ana/mlruns')", "/home/ana", VALUE),
    ("for f in glob.glob('/home/ana/data/*.csv'): pass", "/home/ana", VALUE),
    ("with open('/home/ana/x.json') as f: pass", "/home/ana", VALUE),
    ("def load(path='/home/ana/data'): pass", "/home/ana", PARAMETER_DEFAULT),
    ("def load(*, path='/home/ana/data'): pass", "/home/ana", PARAMETER_DEFAULT),
    ("f = lambda path='/home/ana/data': path", "/home/ana", PARAMETER_DEFAULT),
    ("class Config(BaseModel):\n    data_dir: str = '/home/ana/data'", "/home/ana", VALUE),
    ("class Config(BaseModel):\n    data_dir: str = Field(default='/home/ana/data', description='where')", "/home/ana", PARAMETER_DEFAULT),
    ("parser.add_argument('--data', default='/home/ana/data', help='data')", "/home/ana", CLI_DEFAULT),
    ("@click.command()\n@click.option('--data', default='/home/ana/data')\ndef main(data): pass", "/home/ana", CLI_DEFAULT),
    ("def main(data: str = typer.Option('/home/ana/data', '--data')): pass", "/home/ana", CLI_DEFAULT),
    ("flags.DEFINE_string('data', '/home/ana/data', 'where')", "/home/ana", CLI_DEFAULT),
    ("@hydra.main(config_path='/home/ana/conf', config_name='x')\ndef main(cfg): pass", "/home/ana", VALUE),
    ("d = os.environ.get('DATA_DIR', '/home/ana/data')", "/home/ana", ENV_DEFAULT),
    ("d = os.getenv('DATA_DIR', '/home/ana/data')", "/home/ana", ENV_DEFAULT),
    ("d = os.getenv('DATA_DIR') or '/home/ana/data'", "/home/ana", VALUE),
    ("d = config.get('data', '/home/ana/data')", "/home/ana", VALUE),
    ("os.environ['GOOGLE_APPLICATION_CREDENTIALS'] = '/home/ana/key.json'", "/home/ana", ENV_SET),
    ("import sys\nsys.path.append('/home/ana/churn')", "/home/ana", SYS_PATH),
    ("import sys\nsys.path.insert(0, '/home/ana/churn')", "/home/ana", SYS_PATH),
    ("import os\nos.chdir('/home/ana/churn')", "/home/ana", CHDIR),
    ("os.system('cp /home/ana/x.csv data/')", "/home/ana", COMMAND),
    ("cmds += ['source /home/fe/motzkus/.bashrc']", "/home/fe", COMMAND),
    ("con.sql(\"SELECT * FROM read_parquet('/home/ana/x.parquet')\")", "/home/ana", COMMAND),
    ("df.to_csv(path_or_buf='C:/Users/Ana/out.csv', index=False)", "C:\\Users\\Ana", VALUE),
    ("x = '/home/ana/a' if gpu else 'b'", "/home/ana", VALUE),
    ("shutil.copy(src, '/home/ana/backup/')", "/home/ana", VALUE),
    ("requests.post(url, files={'file': open('/home/ana/x.csv', 'rb')})", "/home/ana", VALUE),
    ("@app.route('/predict')\ndef predict():\n    return joblib.load('/home/ana/model.joblib')", "/home/ana", VALUE),
    ("df = spark.read.csv('/home/ana/x.csv', header=True)", "/home/ana", VALUE),
    ("model.load_weights('/mnt/lab/home/ana/weights.h5')", "/mnt/lab/home/ana", VALUE),
    ("app = marimo.App()\n@app.cell\ndef _(pd):\n    df = pd.read_csv('/Users/ana/x.csv')\n    return (df,)", "/Users/ana", VALUE),
    ("p = ('/home/ana/'\n     'data')", "/home/ana", VALUE),
    ("if os.path.exists('/home/ana/data'): pass", "/home/ana", VALUE),
    ("x = os.listdir(path='E:/projects/churn')", "E:\\projects", VALUE),
    ("exe = r'C:\\software\\rgf\\rgf.exe'", "C:\\software", VALUE),
    ("sftp.put('/home/ana/x.csv', '/home/acme/in/x.csv')", "/home/ana", VALUE),
    ("self.sftp.get('/home/acme/out/x.csv', '/home/ana/x.csv')", "/home/ana", VALUE),
    ("SFTPOperator(local_filepath='/home/ana/x.csv', remote_filepath='/home/acme/x.csv')", "/home/ana", VALUE),
]


@pytest.mark.parametrize(("source", "prefix", "role"), POSITIVES)
def test_a_literal_that_is_meant_as_a_path_is_found(source: str, prefix: str, role: str) -> None:
    assert [(place.path.prefix, place.role) for place in found(source)] == [(prefix, role)]


NEGATIVES = [
    # routes of web frameworks, and their test clients
    "@app.route('/home/ana')\ndef f(): pass",
    "@app.route('/Users/<name>')\ndef f(name): pass",
    "@app.get('/home/stats/daily')\ndef f(): pass",
    "@app.post('/Users/create/new')\nasync def f(): pass",
    "@router.put('/home/items/{id}')\nasync def f(): pass",
    "@router.api_route('/home/items/x', methods=['GET'])\ndef f(): pass",
    "@bp.route('/home/ana/list', methods=['POST'])\ndef f(): pass",
    "@app.websocket('/home/feed/live')\nasync def f(): pass",
    "@dash.callback('/home/ana')\ndef f(): pass",
    "@routes.get('/home/ana/x')\nasync def f(request): pass",
    "@expose('/home/list/all')\ndef f(): pass",
    "app.add_url_rule('/home/ana', view_func=f)",
    "app.add_api_route('/home/ana/x', f)",
    "app.add_route('/home/ana/x', f)",
    "app.router.add_get('/home/ana/x', f)",
    "app.router.add_post('/home/ana/x', f)",
    "app.router.add_static('/home/static/x', 'static')",
    "app.mount('/home/ana/x', sub)",
    "routes = [Route('/home/ana/x', f), Mount('/Users/ana/x', g)]",
    "web.get('/home/ana/x', f)",
    "r = APIRouter('/home/ana/x')",
    "bp = Blueprint('home', __name__, url_prefix='/home/ana/x')",
    "re_path('/home/ana/x', view)",
    "client.get('/home/ana/x')",
    "client.post('/Users/ana/x', json={})",
    "self.client.get('/home/ana/x')",
    "await ac.delete('/home/ana/x')",
    "r = session.request('GET', '/home/ana/x')",
    "client.websocket_connect('/home/ana/x')",
    "with app.test_request_context('/home/ana/x'): pass",
    "return_url = '/home/ana/x'",
    "LOGIN_URL = '/home/login/start'",
    "url: str = '/home/ana/x'",
    "endpoint = '/Users/ana/x'",
    "self.base_route = '/home/ana/x'",
    "dcc.Link('Stats', href='/home/stats/x')",
    "dbc.NavLink('Home', href='/home/ana/x')",
    "redirect('/home/ana/x')",
    "RedirectResponse('/home/ana/x')",
    "RedirectResponse(url='/home/ana/x')",
    "urljoin(base, '/home/ana/x')",
    "page.goto('/home/ana/x')",
    "if request.path == '/home/ana/x': pass",
    "if pathname == '/home/stats/x': pass",
    "if pathname in ('/home/stats', '/'): pass",
    "cfg = {'url': '/home/ana/x'}",
    "cfg = {'href': '/Users/ana/x'}",
    "match path:\n    case '/home/ana/x': pass",
    "ROUTES['/home/ana/x'] = f",
    "f'{base}/home/ana/x'",
    "url = f'{base}/Users/{user_id}'",
    "u = f'https://example.org/home/{x}'",
    # operands that do not start a path
    "p = base + '/home/ana/x'",
    "p = base + '/Users/ana'",
    "p = a + '/home/ana/' + b",
    "p = f'{root}/home/ana/x'",
    "p = f'{root}D:/data'",
    "p = root / '/home/ana/x'",
    "p = os.path.join(root, '/home/ana/x')",
    "p = Path(root, '/home/ana/x')",
    "p = root.joinpath('/home/ana/x')",
    "p = '/'.join(parts)",
    "p = '/home/' + user + '/x'",
    "p = 'C:/Users/' + user + '/Documents'",
    "p = f'/home/{user}/x'",
    "p = f'/home/ana_{n}'",
    "p = f'C:\\\\Users\\\\{user}\\\\x'",
    "p = '/home/{}/x'.format(user)",
    "p = '/Users/{}/bytd'.format(username)",
    "p = '/home/%s/x' % user",
    "p = '/home/{user}/x'.format(user=u)",
    # regular expressions, XPath, JSON pointers, LaTeX
    "re.compile('/home/ana/(.*)')",
    "re.sub(r'C:\\\\Users\\\\Ana', '', s)",
    "re.match('/Users/ana/x', s)",
    "regex.findall('/home/ana', s)",
    "df['p'].str.replace('/home/ana/x', '')",
    "df['p'].str.contains('C:/Users/Ana/x')",
    "PATH_PATTERN = '/home/ana/x'",
    "HOME_REGEX = r'/home/ana/x'",
    "raises(ValueError, match='/home/ana/x')",
    "pattern = '\\\\s+'",
    "s = '\\\\\\\\s+\\\\d'",
    "t = r'\\\\begin{table} \\\\hline'",
    "t = '\\\\\\\\hline\\\\midrule'",
    "t = r'\\\\'",
    "tree.xpath('/home/ana/x')",
    "tree.find('/Users/User/Name')",
    "root.findall('/home/room/x')",
    "tree.findtext('/home/room/x')",
    "driver.find_element(By.XPATH, '/home/room/x')",
    "driver.find_element_by_xpath('/home/room/x')",
    "e = etree.XPath('/home/room/x')",
    "resolve_pointer(doc, '/Users/ana/name')",
    "patch = [{'op': 'replace', 'path': '/Users/ana/name', 'value': 1}]",
    "jsonpointer.set_pointer(doc, '/home/ana/x', 1)",
    "d['/home/ana/x']",
    "xpath = '/home/room/x'",
    # S3 keys, URLs, schemes
    "s3.get_object(Bucket='b', Key='home/ana/x.csv')",
    "pd.read_csv('s3://bucket/home/ana/x.csv')",
    "pd.read_csv('gs://bucket/Users/ana/x.csv')",
    "pd.read_csv('https://example.org/home/ana/x.csv')",
    "pd.read_csv('abfss://c@a.dfs.core.windows.net/home/ana/x')",
    "pd.read_csv('dbfs:/home/ana/x.csv')",
    "create_engine('sqlite:///data/x.db')",
    "create_engine('sqlite:////data/x.db')",
    "mlflow.set_tracking_uri('file:///tmp/mlruns')",
    "mlflow.set_experiment('/Shared/churn')",
    "open('file:///data/x')",
    # portable, system and container places
    "p = '~/data'",
    "p = os.path.expanduser('~/data')",
    "p = Path.home() / 'data'",
    "p = '/home/jovyan/work'",
    "p = '/home/user/app'",
    "p = '/tmp/x'",
    "p = '/usr/bin/env'",
    "p = '/etc/passwd'",
    "p = 'C:\\\\Windows\\\\Fonts'",
    "p = 'C:/Program Files/Graphviz/bin'",
    "p = '/path/to/data'",
    "p = '/home/your_user/data'",
    # text
    '"""/home/ana/data is where the data is."""',
    "def f():\n    '''/home/ana/x'''",
    "class A:\n    '/home/ana/x'",
    "x = 1\n'/home/ana/x'",
    "# pd.read_csv('/home/ana/x.csv')",
    "x = 1  # /home/ana/x",
    "parser.add_argument('--data', help='/home/ana/data for instance')",
    "ArgumentParser(epilog='/home/ana/x')",
    "st.text_input('Folder', placeholder='C:/Users/Ana/x')",
    "Field(description='/home/ana/x')",
    "x = 'the data is in /home/ana/x'",
    "log = '/home/ana/x.py:3: warning\\n  more\\n'",
    "title = '/home/ana/x'",
    # letters and colons
    "strftime('%H:%M')",
    "s = 'x:\\n'",
    "s = 'Class y:\\t%d'",
    "s = 'a:/b'",
    "s = 'I:/O'",
    "d = {'a:/b': 1}",
    "s = 'C:'",
    "s = 'C:/'",
    "print('Disk d:', x)",
    "s = 'e:\\t'",
    # tests, mocks, pure paths
    "assert load() == '/home/ana/x'",
    "assert p.startswith('C:/Users/Ana/x')",
    "self.assertEqual(p, '/home/ana/x')",
    "mock.assert_called_with('/home/ana/x')",
    "np.testing.assert_equal(p, '/home/ana/x')",
    "fs.create_file('/home/ana/x')",
    "monkeypatch.setenv('HOME', '/home/ana')",
    "mock_open('/home/ana/x')",
    "with patch('/home/ana/x'): pass",
    "p = PureWindowsPath('C:/Users/Ana/x')",
    "p = PurePosixPath('/home/ana/x')",
    "ntpath.join('C:/Users/Ana', 'x')",
    "posixpath.join('/home/ana', 'x')",
    "p.startswith('C:\\\\')",
    "p.startswith('/home/ana')",
    "p.removeprefix('/home/ana/')",
    "sftp.chdir('/home/acme/out')",
    "ftp_client.listdir(path='/home/acme/out')",
    "GCSToSFTPOperator(destination_path='/home/acme/in')",
]


def test_the_table_of_negatives_is_long_enough_to_mean_something() -> None:
    assert len(set(NEGATIVES)) >= 150


@pytest.mark.parametrize("source", NEGATIVES)
def test_a_literal_that_is_no_path_of_one_machine_is_not_found(source: str) -> None:
    assert found(source) == []


MOUNT_NEGATIVES = [
    # routes, and the file system of a server
    "@app.get('/data/customers')\ndef f(): pass",
    "client.get('/data/x')",
    "client.post('/projects/1/members', json={})",
    "app.add_url_rule('/media/x', view_func=f)",
    "app = FastAPI(root_path='/data/api')",
    "router = APIRouter(prefix='/projects/x')",
    "dash.register_page(__name__, path='/data/explore')",
    "dcc.Link('x', href='/data/x')",
    "url = '/data/x'",
    "MEDIA_URL = '/media/uploads'",
    "path_prefix = '/data/api'",
    "cfg = {'href': '/media/x', 'src_url': '/data/x'}",
    "if request.path == '/data/x': pass",
    "fetch('/data/x.json')",
    "RedirectResponse('/data/x')",
    "ftp.put('../config/mydb.sql', '/mnt/backup/mydb.sql')",
    # nothing says that a path is meant
    "print('/data/x')",
    "x = '/data/x'",
    "foo('/data/x')",
    "data = compute('/data/x')",
    "raise ValueError('/data/x is missing')",
    "logger.info('/data/x is %s', x)",
    "path = s.replace('/data/x', '/data/y')",
    "path = s.replace('gs://', '/gcs/x')",
    "s3.get_object(Bucket='b', Key='/data/x')",
    # it only asks
    "b = os.path.exists('/scratch/x')",
    "data_there = Path('/scratch/x').exists()",
    "if os.path.isdir('/scratch/ana'): pass",
    # no folder below the root, or not the root
    "DATA_DIR = '/data'",
    "MNT = Path('/mnt/')",
    "db_path = '/data/db'",
    "path = '/data/data/com.termux/files'",
    "path = '/data/your_dataset/x'",
    "path = '/mnt/path/to/x'",
    "open(base + '/data/x')",
    "open(f'{root}/data/x')",
    "p = os.path.join(root, '/data/x')",
    "p = Path(root) / '/data/x'",
    "pd.read_csv('s3://bucket/data/x')",
    "DATA = Path('../data')",
    "pd.read_csv('data/x.csv')",
    "pd.read_csv('~/data/x.csv')",
    "pd.read_csv('/database/x.csv')",
    "pd.read_csv('/mnt/azureml/x.csv')",
    # keys within a file
    "f.create_dataset('/data/x', data=a)",
    "df = pd.read_hdf('x.h5', key='/data/x')",
    "df = pd.read_hdf('x.h5', '/data/x')",
    "store['/data/train'] = df",
    "ds = f.get('/data/x')",
    "tree.xpath('/data/x')",
    "re.compile('/data/x')",
    "assert load() == '/data/x'",
    "'''/data/x'''",
    # the module path and the working directory
    "import sys\nsys.path.append('..')",
    "import sys\nsys.path.insert(0, str(Path(__file__).parent))",
    "import sys\nprint(sys.path, '/opt/churn')",
    "import os\nos.chdir('/tmp/x')",
    "import os\nos.chdir('/')",
    "import os\nos.chdir(root + '/opt/churn')",
    "import os\nos.chdir('~')",
]

FAMILY = ("DSG601", "DSG602", "DSG603", "DSG604", "DSG605")


@pytest.mark.parametrize("source", [*NEGATIVES, *MOUNT_NEGATIVES])
def test_a_negative_line_is_nothing_to_any_rule_of_the_family(source: str) -> None:
    """In a module of a package, where platform paths count, and in a notebook, where those from a folder above do."""
    for files in ({"churn/__init__.py": "", "churn/load.py": source}, {"nb/eda.ipynb": notebook(source)}):
        report = run(files, select=FAMILY)
        assert [(finding.code, finding.message) for finding in report.findings] == []
        assert report.skipped == []


def notebook(source: str) -> str:
    cell: dict[str, object] = {"cell_type": "code", "id": "c1", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_the_place_is_that_of_the_literal() -> None:
    (place,) = found('é = 1\nx = [1, "/home/ana/data"]\n')
    at = place.location
    assert (at.line, at.column, at.end_line, at.end_column) == (2, 9, 2, 25)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("DATA_DIR = '/home/ana/x'", "DATA_DIR"),
        ("self.root = '/home/ana/x'", "root"),
        ("f(data_dir='/home/ana/x')", "data_dir"),
        ("c = {'data_dir': '/home/ana/x'}", "data_dir"),
        ("parser.add_argument('-d', '--data-dir', default='/home/ana/x')", "--data-dir"),
        ("d = os.getenv('CHURN_HOME', '/home/ana/x')", "CHURN_HOME"),
    ],
)
def test_the_name_that_the_path_belongs_to_is_known(source: str, name: str) -> None:
    (place,) = found(source)
    assert place.name == name


def test_databricks_magics_are_read_and_markdown_is_not() -> None:
    source = (
        "# Databricks notebook source\n"
        "# MAGIC %md\n"
        "# MAGIC Data is in /home/ana/docs\n"
        "\n"
        "# COMMAND ----------\n"
        "\n"
        "# MAGIC %sh\n"
        "# MAGIC cp /home/ana/x.csv .\n"
        "# MAGIC # rm /home/bob/x.csv\n"
        "\n"
        "# COMMAND ----------\n"
        "x = 1\n"
    )
    (place,) = found(source)
    assert (place.path.prefix, place.location.line, place.location.column) == ("/home/ana", 8, 12)


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("data = loadmat('/home/ana/x.mat')", VALUE),
        ("DIR = 'C:\\\\Users\\\\Ana'", VALUE),
        ("sys.path.append('/home/ana/src')", SYS_PATH),
        ("sys.path.insert(0, '/home/ana/src')", SYS_PATH),
        ("os.chdir('/home/ana/src')", CHDIR),
    ],
)
def test_python_2_is_judged_line_by_line(line: str, role: str) -> None:
    (place,) = found(f"print 'x'\n{line}\n")
    assert (place.location.line, place.role, place.breaks_file) == (2, role, False)


@pytest.mark.parametrize(
    "line",
    [
        "@app.route('/home/ana/x')",
        "r = client.get('/home/ana/x')",
        "rooms = tree.xpath('/home/room/name')",
        "x = re.sub('/home/ana/', '', text)",
        "x = base + '/home/ana/x'",
        "x = os.path.join(base, '/home/ana/x')",
        "# x = '/home/ana/x'",
        "p = PurePosixPath('/home/ana/x')",
        "parser.add_argument('-x', help='/home/ana/x')",
        "url = '/home/ana/x'",
    ],
)
def test_what_is_no_path_in_python_2_is_not_found(line: str) -> None:
    assert found(f"print 'x'\n{line}\n") == []


BROKEN = (
    "import os\ninDir = 'C:\\Users\\Ana\\data'\n# 'C:\\Users\\Bob'\nx = base + 'D:/data/x'\n'''\nC:\\Users\\Eve\n'''\nd = \"D:/data/y\"\n"
)


def test_a_file_that_a_windows_path_breaks_is_judged_line_by_line() -> None:
    places_found = found(BROKEN)
    assert [(place.path.prefix, place.location.line, place.breaks_file) for place in places_found] == [
        ("C:\\Users\\Ana", 2, True),
        ("D:\\data", 8, False),
    ]
