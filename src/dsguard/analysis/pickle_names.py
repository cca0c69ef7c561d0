"""What pickles import: pairs of module and name that are known to be harmless, and those that are known to run what they are given.

Harmless are pairs only, never whole packages: a package that holds an estimator also holds a function that evaluates text. The one
exception are classes of libraries of estimators, whose construction and state do nothing but hold values.
"""

from __future__ import annotations

import re


def _pairs(*rows: str) -> frozenset[tuple[str, str]]:
    """Each row: modules, a colon, names; all with all."""
    found = set()
    for row in rows:
        modules, _, names = row.partition(":")
        found |= {(module, name) for module in modules.split() for name in names.split()}
    return frozenset(found)


SAFE_NAMES = _pairs(
    """builtins __builtin__: set frozenset list dict tuple int long float bool str unicode bytes bytearray complex object slice range xrange
       type Ellipsis NotImplemented NoneType property staticmethod classmethod""",
    "copyreg copy_reg: _reconstructor __newobj__ __newobj_ex__",
    "_codecs codecs: encode",
    "collections: OrderedDict defaultdict deque Counter ChainMap UserDict UserList UserString",
    "datetime: datetime date time timedelta timezone",
    "decimal: Decimal",
    "fractions: Fraction",
    "uuid: UUID SafeUUID",
    "pathlib pathlib._local: Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath",
    "zoneinfo: ZoneInfo ZoneInfo._unpickle",
    "ipaddress: IPv4Address IPv6Address IPv4Network IPv6Network",
    "random _random: Random",
    "re: _compile",
    "array: array _array_reconstructor",
    "types: SimpleNamespace MappingProxyType",
    "threading _thread: RLock Lock",
    "numpy.core.multiarray numpy._core.multiarray: _reconstruct scalar",
    "numpy.core.numeric numpy._core.numeric: _frombuffer",
    "numpy.core numpy._core: _ufunc_reconstruct",
    "numpy.core.numerictypes numpy._core.numerictypes: sctypeDict",
    "numpy.ma.core numpy.ma: _mareconstruct MaskedArray MaskedConstant",
    """numpy: ndarray dtype matrix recarray memmap record void generic bool_ bool bool8 int8 int16 int32 int64 int_ intc intp uint8 uint16
       uint32 uint64 uint uintc uintp float16 float32 float64 float_ longdouble float128 complex64 complex128 str_ bytes_ unicode_ string_
       object_ datetime64 timedelta64 nan log log1p log2 log10 exp expm1 exp2 sqrt square cbrt abs absolute sin cos tan tanh sign mean
       median sum max min maximum minimum amax amin std var argmax argmin add subtract multiply divide power reciprocal floor ceil round
       clip ravel concatenate array asarray isnan nan_to_num""",
    """numpy.core._multiarray_umath numpy._core._multiarray_umath: log log1p log2 log10 exp expm1 exp2 sqrt square cbrt absolute sin cos
       tan tanh sign maximum minimum add subtract multiply divide power reciprocal floor ceil""",
    "numpy.matrixlib.defmatrix: matrix",
    "numpy.rec numpy.core.records numpy._core.records: recarray record",
    """numpy.random._pickle: __randomstate_ctor __generator_ctor __bit_generator_ctor""",
    "numpy.random: __RandomState_ctor",
    "numpy.random.mtrand numpy.random: RandomState",
    "numpy.random._generator: Generator",
    "numpy.random._mt19937: MT19937",
    "numpy.random._pcg64: PCG64 PCG64DXSM",
    "numpy.random._philox: Philox",
    "numpy.random._sfc64: SFC64",
    "numpy.random.bit_generator: SeedSequence BitGenerator __pyx_unpickle_SeedSequence",
    "pandas._libs.internals: _unpickle_block BlockManager BlockPlacement",
    "pandas.core.internals.blocks pandas.core.internals: new_block _unpickle_block",
    "pandas._libs.arrays: __pyx_unpickle_NDArrayBacked NDArrayBacked",
    "pandas.core.indexes.base pandas.indexes.base: _new_Index",
    "pandas.core.indexes.datetimes: _new_DatetimeIndex",
    "pandas.core.indexes.period: _new_PeriodIndex",
    "pandas._libs.tslibs.timestamps: _unpickle_timestamp Timestamp",
    "pandas._libs.tslibs.timedeltas: _timedelta_unpickle Timedelta",
    "pandas._libs.tslibs.nattype: _nat_unpickle __nat_unpickle NaTType",
    "pandas._libs.tslibs.period: Period",
    "pandas._libs.tslibs.offsets: Day Hour Minute Second Milli Micro Nano BusinessDay MonthEnd MonthBegin QuarterEnd YearEnd Week",
    "pandas._libs.interval: Interval IntervalMixin __pyx_unpickle_IntervalMixin",
    """pandas.arrays: StringArray DatetimeArray TimedeltaArray PeriodArray IntervalArray IntegerArray FloatingArray BooleanArray
       SparseArray ArrowStringArray ArrowExtensionArray NumpyExtensionArray Categorical""",
    "pandas.core.arrays.arrow.array: ArrowExtensionArray",
    "pandas._libs.missing: NAType NA",
    "pandas._libs.sparse: IntIndex BlockIndex",
    """pandas: DataFrame Series Index RangeIndex MultiIndex Categorical Timestamp Timedelta Interval NA NaT CategoricalDtype StringDtype
       PeriodDtype
       DatetimeTZDtype IntervalDtype SparseDtype BooleanDtype Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype
       UInt64Dtype Float32Dtype Float64Dtype ArrowDtype""",
    "functools: lru_cache",
    """torch: Size device dtype Tensor float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 bool float double half long int short
       FloatStorage DoubleStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage BFloat16Storage
       ComplexFloatStorage ComplexDoubleStorage QInt8Storage QInt32Storage QUInt8Storage QUInt2x4Storage QUInt4x2Storage Generator
       strided sparse_coo per_tensor_affine per_channel_affine""",
    "torch.cuda: FloatStorage DoubleStorage HalfStorage LongStorage IntStorage ByteStorage BoolStorage BFloat16Storage",
    """torch._utils: _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state
       _rebuild_qtensor _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_device_tensor_from_numpy
       _rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_wrapper_subclass""",
    "torch._tensor: Tensor _rebuild_from_type_v2",
    "torch.nn.parameter: Parameter Buffer UninitializedParameter",
    # Its bytes are another file of torch; bytes within a pickle are walked as well.
    "torch.storage: UntypedStorage TypedStorage _load_from_bytes",
    "torch.serialization: _get_layout",
    "torch.torch_version: TorchVersion",
    "joblib.numpy_pickle joblib.numpy_pickle_compat: NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper",
    "sklearn.neighbors._dist_metrics sklearn.metrics._dist_metrics sklearn.neighbors.dist_metrics: newObj",
    "sklearn.neighbors._kd_tree sklearn.neighbors._ball_tree sklearn.neighbors.kd_tree sklearn.neighbors.ball_tree: newObj",
    "sklearn.utils._bunch sklearn.utils: Bunch",
    # sklearn._loss._loss, which some builds of scikit-learn call by its last name only.
    """_loss: __pyx_unpickle_CyHalfSquaredError __pyx_unpickle_CyAbsoluteError __pyx_unpickle_CyPinballLoss __pyx_unpickle_CyHuberLoss
       __pyx_unpickle_CyHalfPoissonLoss __pyx_unpickle_CyHalfGammaLoss __pyx_unpickle_CyHalfTweedieLoss
       __pyx_unpickle_CyHalfTweedieLossIdentity __pyx_unpickle_CyHalfBinomialLoss __pyx_unpickle_CyHalfMultinomialLoss
       __pyx_unpickle_CyExponentialLoss""",
    "scipy.interpolate._interpolate scipy.interpolate.interpolate scipy.interpolate: interp1d",
    "scipy.spatial._ckdtree scipy.spatial.ckdtree: cKDTree",
    "scipy.spatial._kdtree: KDTree",
    """pyarrow.lib: _reconstruct_record_batch _reconstruct_table _restore_array chunked_array dictionary field list_ large_list struct map_
       py_buffer schema timestamp duration time32 time64 decimal128 binary type_for_alias""",
    "shapely.io shapely: from_wkb",
    "lightgbm.basic: Booster",
    # They look a type up in a fixed table, and hand an array to what the pickle itself names and is judged for.
    "dill._dill: _load_type _create_array",
    "xgboost.core: Booster",
)

_ESTIMATORS = frozenset(
    ("sklearn", "xgboost", "lightgbm", "catboost", "_catboost", "imblearn", "category_encoders", "sklearn_pandas", "lifelines", "hdbscan")
)
_LAYERS = ("torch.nn.modules.", "torch.optim.", "torch.nn.utils.")
_TABLES = ("pandas.core.frame", "pandas.core.series", "pandas.core.indexes.", "pandas.core.internals.", "pandas.core.arrays.",
           "pandas.core.dtypes.", "pandas.core.flags")  # fmt: skip
_MEASURES = ("sklearn.feature_selection.", "sklearn.metrics.")
_INSIDE = re.compile(r"\.(?:externals|_?testing|tests|datasets|utils\._?joblib|utils\.fixes|utils\.parallel)(?:\.|\Z)")
_CLASS = re.compile(r"_{0,2}[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\Z|[A-Z][A-Z0-9]{1,9}\Z")
_ERROR = re.compile(r"[A-Z]\w*(?:Error|Exception|Warning|Iteration|Interrupt|Exit)\Z")
_DISTRIBUTION = re.compile(r"\w+_(?:gen|frozen|matrix|array)\Z|[a-z]{3}_(?:matrix|array)\Z")
_NUMPY_DTYPE = re.compile(r"[A-Z]\w*DType\Z")


def is_safe_class(module: str, name: str) -> bool:
    """Whether an import is a class (or a pure function on arrays) of a library of estimators, layers or tables."""
    top = module.partition(".")[0]
    if _INSIDE.search(module) or "." in name:
        return False
    if top in _ESTIMATORS:
        return (
            _CLASS.match(name) is not None
            or (name.startswith("__pyx_unpickle_") and name[15:].isidentifier())
            or (module.startswith(_MEASURES) and name.isidentifier())
        )
    if module.startswith(_LAYERS) or module.startswith(_TABLES):
        return _CLASS.match(name) is not None
    if module in ("builtins", "__builtin__", "exceptions"):
        return _ERROR.match(name) is not None
    if module == "numpy.dtypes":
        return _NUMPY_DTYPE.match(name) is not None
    return module.startswith(("scipy.sparse", "scipy.stats.")) and _DISTRIBUTION.match(name) is not None


DANGEROUS_MODULES = frozenset(
    """
    os posix nt ntpath posixpath subprocess _posixsubprocess sys shutil socket _socket ssl asyncio aiohttp httplib http urllib urllib2
    requests ftplib telnetlib smtplib poplib imaplib nntplib xmlrpc webbrowser antigravity ctypes _ctypes cffi runpy pty commands code
    codeop pdb bdb cProfile profile _lsprof trace timeit doctest pydoc idlelib lib2to3 ensurepip pip venv distutils setuptools
    pkg_resources importlib _frozen_importlib _frozen_importlib_external imp zipimport pkgutil marshal pickle _pickle cPickle dill
    shelve multiprocessing concurrent signal gc inspect tempfile glob fileinput tokenize linecache test _osx_support _aix_support _pyrepl
    _testcapi _testinternalcapi platform sysconfig site sqlite3 _sqlite3 dbm readline rlcompleter cmd logging.config numpy.f2py
    numpy.testing numpy.distutils pandas.io pandas.core.computation torch._inductor torch._dynamo torch.hub torch.utils.bottleneck
    torch.utils.collect_env torch.utils.cpp_extension torch.utils.file_baton torch.package torch.distributed torch.fx.experimental
    torch.jit.unsupported_tensor_ops torch.utils._config_module torch.utils.data.datapipes fsspec paramiko fabric sh pexpect plumbum
    tensorflow.python.ops.gen_io_ops joblib.memory joblib.externals IPython
    """.split()  # noqa: SIM905 - read as a list of words
)
"""With all that is below them."""

DANGEROUS_ATTRIBUTES = frozenset(
    """
    system popen exec eval execfile runstring __import__ import_module __globals__ __builtins__ __subclasses__ __code__ Popen
    check_output check_call getoutput getstatusoutput run_code runcode runctx read_pickle load_module spawn fork execve posix_spawn
    """.split()  # noqa: SIM905 - read as a list of words
)
"""Wherever they are imported from."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BUILTINS = _names(
    "eval exec compile open getattr setattr delattr __import__ globals locals vars input breakpoint apply execfile file reload"
)
DANGEROUS_NAMES: dict[str, frozenset[str]] = {
    "builtins": _BUILTINS,
    "__builtin__": _BUILTINS,
    "io": _names("open open_code FileIO OpenWrapper"),
    "_io": _names("open open_code FileIO"),
    "codecs": _names("open EncodedFile"),
    "types": _names("CodeType FunctionType LambdaType MethodType"),
    "operator": _names("attrgetter methodcaller"),
    "_operator": _names("attrgetter methodcaller"),
    "logging": _names("FileHandler basicConfig"),
    "logging.handlers": _names("SocketHandler DatagramHandler HTTPHandler SMTPHandler RotatingFileHandler"),
    "cloudpickle.cloudpickle": _names(
        "subimport _builtin_type _function_setstate _make_cell _make_empty_cell _make_function _make_skeleton_class loads load"
    ),
    "cloudpickle": _names("loads load"),
    "joblib": _names("load"),
    "joblib.numpy_pickle": _names("load"),
    "numpy": _names("load fromfile memmap save genfromtxt loadtxt savetxt DataSource"),
    "numpy.lib.npyio": _names("load NpzFile DataSource"),
    "pandas": _names("eval read_pickle read_csv read_html read_sql HDFStore"),
    "torch": _names("load save compile"),
    "torch.serialization": _names("load save"),
    "torch.storage": _names("load"),
    "uuid": _names("_popen _get_command_stdout _netstat_getter _ipconfig_getter getnode"),
    "functools": _names("reduce"),
    "sklearn.datasets": _names("load_files fetch_openml"),
}
