"""The words that the readers of this package know: accounts, folders, names and calls. Data, no code.

A line of a table is there because a path of it, or a literal beside it, was taken for something else on real files.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A set of blank-separated words."""
    return frozenset(text.split())


# Accounts

SERVICE_ACCOUNTS = words(
    """
    jovyan jupyter jupyterhub runner circleci user vscode airflow app appuser app-user app_user coder codespace gitpod node nonroot rstudio
    mambauser
    micromamba sagemaker-user studio-lab-user vagrant travis jenkins hadoop spark glue_user vsts sbuser trusted-service-user worker
    docker dockeruser container containeruser builder build src code default nobody www-data postgres nginx root linuxbrew dagster
    prefect mlflow mlflowuser ray celery django flask fastapi streamlit superset metabase grafana prometheus model-server pwuser
    condauser conda python gradle maven git gitlab-runner buildkite-agent semaphore dev developer devuser deploy ansible cdsw kaggle
    repl sandbox jupyter
    """
)
"""Accounts that images and hosted runners come with: a convention of the container, not a person."""

CI_ACCOUNTS = words("ubuntu ec2-user azureuser debian centos opc admin actions github")
"""A machine of one's own elsewhere, a convention in files that describe a hosted runner."""

SHARED_MAC_FOLDERS = words("shared runner guest user username vagrant travis distiller ec2-user")
SHARED_WINDOWS_FOLDERS = frozenset(
    (
        *words("public default runneradmin containeradministrator containeruser vssadministrator vagrant"),
        "default user",
        "all users",
    )
)

# Folders

SYSTEM_FOLDERS = words(
    """
    windows winnt system32 programdata temp tmp msys64 msys32 mingw64 mingw32 mingw cygwin cygwin64 hostedtoolcache inetpub perflogs
    $recycle.bin path path_to path-to pathto some somewhere folder dir directory your my foo bar example examples xxx fake dummy mock
    nonexistent does_not_exist absolute
    """
)
"""First folders of a Windows drive that every installation has, as /usr and /tmp elsewhere, and placeholders."""

MOUNT_ROOTS = words(
    """
    mnt media scratch gscratch cscratch local_scratch localscratch scratch_local SCRATCH gpfs GPFS gpufs GPUFS lustre nfs beegfs bgfs
    gluster glusterfs ceph cephfs cvmfs afs autofs pfs fsx efs nas NAS san raid ssd hdd nvme disk disks harddisk bigdisk data DATA bigdata
    datadrive dataset datasets storage store work project projects proj cluster group groups lab labs share shared export exports vol vols
    volume volumes net hpc archive checkpoint checkpoints rds blue orange weka oak tigress nobackup gws ptmp
    """
)
"""First folders under which a site mounts its disks. What stands there is looked at only where a path is meant."""

SITE_FOLDERS = words("work works scratch users user projects project groups group labs lab people homes lustre gpfs nfs cfs")
"""Folders that a cluster has below one of its own name: ``/juno/work/lab/ana``. A route of a service may be spelt like that, too."""

SERVICE_ROOTS = words("api apis app apps rest admin auth account web www static assets public repos orgs github gitlab graphql internal")
"""First parts of such routes."""

ANDROID_FOLDERS = words("data app misc system vendor dalvik-cache local/tmp media/0 user/0")
"""Below the /data of a phone."""

PLACEHOLDER_FOLDERS = words(
    "path path_to path-to pathto to some somewhere your your_data your-data my foo bar example examples xxx xxxx placeholder nonexistent"
    " does_not_exist fake dummy ..."
)

PLATFORMS = {
    "content": "Google Colab",
    "kaggle": "Kaggle",
    "dbfs": "Databricks",
    "databricks": "Databricks",
    "Volumes": "Databricks",
    "Workspace": "Databricks",
    "workspace": "a container",
    "workspaces": "a development container",
    "opt/ml": "SageMaker",
    "home/sagemaker-user": "SageMaker",
    "home/ec2-user/SageMaker": "SageMaker",
    "home/ec2-user/anaconda3": "SageMaker",
    "home/jupyter": "Vertex AI Workbench",
    "home/jovyan": "a Jupyter container",
    "mnt/azureml": "Azure ML",
    "mnt/models": "KServe",
    "root/autodl-tmp": "AutoDL",
    "root/autodl-fs": "AutoDL",
    "root/autodl-pub": "AutoDL",
    "mnt/batch": "Azure ML",
    "mnt/var": "Amazon EMR",
    "teamspace": "Lightning AI",
    "cloud/project": "Posit Cloud",
    "gcs": "Vertex AI",
    "opt/airflow": "an Airflow container",
    "usr/local/airflow": "an Airflow container",
}
"""Folders that a platform gives to everybody who uses it, without the first slash."""

SYSTEM_ROOTS = words(
    """
    tmp var/tmp var/run var/lib var/log usr etc dev proc sys bin sbin lib lib32 lib64 boot run home users library system applications
    private opt/conda opt/homebrew opt/local opt/anaconda opt/anaconda3 opt/miniconda3 nix snap
    """
)
"""First folders that every system has, or where a package manager puts what it installs."""

ROUTE_WORDS = words(
    """
    index about login logout register signup signin dashboard search contact settings profile profiles news blog stats list create edit
    update delete overview main page pages results help faq static api items item new all details detail menu welcome home feed account
    accounts upload uploads download downloads view views info test tests
    """
)
"""First words of web routes; a home folder of that name alone would be a curiosity."""

ROUTE_ROOTS = words("api static login index dashboard page")
"""Those that are routes whatever follows."""

PLACEHOLDER_SERVERS = words("server servername server_name host hostname computer machine localhost nas-name wsl.localhost")

ESCAPE_WORDS = words(
    """
    begin end hline midrule toprule bottomrule cline cmidrule textbf textit text frac dfrac tfrac left right item section subsection
    label ref cite mathbf mathrm mathcal mathbb sum prod int sqrt alpha beta gamma delta theta lambda sigma mu nu pi rho tau phi psi
    omega quad qquad vspace hspace newline newcommand centering caption includegraphics documentclass usepackage multicolumn multirow
    hfill noindent vfill over cdot times leq geq neq infty partial nabla hat bar tilde vec overline underline dots ldots cdots vdots
    ddots mid
    """
)
"""What stands after two backslashes in LaTeX and is no server."""

DATA_ROLES = words("raw-data interim-data processed-data data")
RECORD_FOLDERS = words("output outputs result results log logs report reports runs multirun node_modules cassettes")
"""Where documents tell what a run did, rather than what code is to do."""

# Names of variables, keywords and keys

TEXT_NAMES = words(
    """
    help description desc epilog usage metavar doc docs docstring title label placeholder tooltip caption message msg hint example
    examples short_help prompt footer header note notes comment comments summary text markdown documentation
    """
)
"""Their values are read by people."""

CONTAINER_KEYS = words(
    """
    mountpath workingdir workingdirectory working_dir workdir workspacefolder containerpath container_path target destination dst
    subpath home user_home homedir
    """
)
HOST_KEYS = words("source src device file context env_file dockerfile hostpath")

PATH_WORDS = words(
    """
    path paths dir dirs directory directories folder folders root roots file files filename filenames fname fn filepath location base
    basedir home data dataset datasets datadir dataroot input inputs output outputs outdir out save saves log logs logdir cache ckpt ckpts
    checkpoint checkpoints weights model models csv parquet zarr img imgs image images mask masks video videos corpus store storage
    workspace workdir work wd cwd scratch dst dest destination src source train val valid test pretrained backbone index db database conda
    env prefix python interpreter executable exe bin lib
    """
)
"""Words in the name of a variable, option or key that holds a path."""

# Python calls, by the last part of their name

PATH_CALLS = words(
    """
    open Path PosixPath UPath AnyPath CloudPath expanduser expandvars abspath realpath normpath join load loads_from dump read save glob
    iglob rglob listdir walk scandir getsize stat makedirs mkdir mkdirs touch copy copy2 copyfile
    copytree move rmtree unlink symlink chdir addsitedir memmap fromfile tofile genfromtxt loadtxt savetxt savefig imread imwrite imsave
    loadmat savemat parquet csv json orc delta text textFile wholeTextFiles textfile basicConfig source setwd readRDS saveRDS fread fwrite
    ggsave pdf png jpeg tiff svg raster rast brick stack vect dir here readdir include cd cp mv rm readlines loadFromFile
    get_filesystem set_tracking_uri walk_packages connect
    """
)
PATH_BUILDERS = words("Path PosixPath UPath AnyPath CloudPath expanduser expandvars abspath realpath normpath join here fspath str")
"""Those that only spell a path: whether it is read or written shows elsewhere."""

FILE_KEYWORDS = words("f fp fid io path_or_buf path_or_buffer filepath_or_buffer buf handle obj name uri tracking_uri where target")
"""Keywords of such functions that take a path and do not say so."""

PATH_PROBES = words("exists isdir isfile is_dir is_file islink ismount is_mount access lexists")
"""Those that only ask whether it is there: code that asks knows that it may not be."""

PASSING_ON = words("list tuple set sorted dict Field field Factory attrib ib Option Argument Parameter Annotated partial cast")
"""What goes into them still goes by the name that their result is given."""


ROUTE_CALLS = words(
    """
    get post put patch delete head options request websocket websocket_connect ws_connect api_route route goto visit navigate open_url
    add_url_rule add_route add_api_route add_api_websocket_route add_websocket_route add_get add_post add_put add_patch add_delete
    add_head add_view add_resource add_namespace add_static add_page add_rule mount Route Mount WebSocketRoute Rule APIRoute Blueprint
    APIRouter include_router register_blueprint redirect RedirectResponse HttpResponseRedirect url_for urljoin reverse_lazy
    test_request_context Request HTTPRequest urlopen re_path fetch fetch_json NavLink link_button page_link switch_page resolve_route
    stream FastAPI Flask Starlette Sanic register_page
    """
)
ROUTE_KEYWORDS = words("path prefix root_path rule route url_prefix relative_path to href url static_url_path requests_pathname_prefix")
NODE_CALLS = words("create_dataset require_dataset create_group require_group create_array create_table create_earray get_node remove_node")
"""They take the place of a table within a file of HDF5 or Zarr."""
XPATH_CALLS = words(
    """
    xpath XPath ETXPath iterfind findtext find findall selectNodes select_nodes evaluate find_element find_elements resolve_pointer
    set_pointer JsonPointer JsonPatch jmespath JSONPath
    """
)
PURE_PATHS = words("PurePath PurePosixPath PureWindowsPath fnmatch fnmatchcase")
FAKES = words("create_file create_dir add_real_file mock_open patch monkeypatch MagicMock Mock raises warns approx")
CLI_CALLS = words(
    "add_argument option argument Option Argument DEFINE_string DEFINE_list flag parameter add_option Parameter DEFINE DEFINE_path"
)
CLI_DECORATORS = words("option argument main parametrize fixture config command task flow step asset")
REGEX_METHODS = words("contains match fullmatch extract extractall replace findall count split")
PREFIX_METHODS = words("removeprefix startswith endswith lstrip rstrip strip split rsplit partition")
