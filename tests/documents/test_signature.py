"""What files are: samples written by the standard library, and by hand from the specifications where it has no writer."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.file import File
from dsguard.documents.formats import AT_OFFSET, AT_START, EXTENSIONS, KINDS, MEDIA, ORDINARY_SUFFIXES
from dsguard.documents.signature import Format, identify
from dsguard.model import UnreadableError
from dsguard.testing import MemoryWorkspace, tree

WEIGHTS = {"coef": [0.87, 1.5], "intercept": 3, "classes": ["no", "yes"]}


def what(path: str, content: bytes | str) -> Format | None:
    return tree({path: content})[path].format


def told(path: str, content: bytes | str) -> str:
    """The id and kind of what a file is, ``-`` for nothing."""
    found = what(path, content)
    return f"{found.id} {found.kind}" if found else "-"


def zipped(*names: str, first: bytes = b"", comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, first if number == 0 else b"x")
        archive.comment = comment
    return stream.getvalue()


def tarred(*names: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return stream.getvalue()


def npy(descr: str = "<f8") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(16)


def npz() -> bytes:
    return zipped("arr_0.npy", "arr_1.npy", first=npy())


def sqlite_file(folder: Path) -> bytes:
    path = folder / "made.db"
    connection = sqlite3.connect(path)
    connection.execute("create table trips (km real)")
    connection.commit()
    connection.close()
    return path.read_bytes()


def tiff(*tags: int, order: str = "<", big: bool = False) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    if big:
        entries = b"".join(struct.pack(order + "HHQQ", tag, 3, 1, 1) for tag in tags)
        return mark + struct.pack(order + "HHHQQ", 43, 8, 0, 16, len(tags)) + entries
    entries = b"".join(struct.pack(order + "HHII", tag, 3, 1, 1) for tag in tags)
    return mark + struct.pack(order + "HIH", 42, 8, len(tags)) + entries


def safetensors() -> bytes:
    header = b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    return struct.pack("<Q", len(header)) + header + bytes(8)


def onnx() -> bytes:
    graph = b"\x0a\x03\x0a\x01x" + bytes(200)
    size = bytes((len(graph) & 0x7F | 0x80, len(graph) >> 7))
    return b"\x08\x08" + b"\x12\x07pytorch" + b"\x3a" + size + graph + b"\x42\x04\x0a\x00\x10\x11"


def hdf5(*names: bytes, at: int = 0) -> bytes:
    return bytes(at) + b"\x89HDF\r\n\x1a\n" + bytes(88) + b"\0".join(names) + bytes(8)


def tfrecord(payload: bytes) -> bytes:
    # The checksum of an eight-byte length 24, as TensorFlow writes it.
    assert len(payload) == 24
    return struct.pack("<QI", 24, 0x224B7FA3) + payload + bytes(4)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["model.pkl", "model.bin", "model.dat", "scaler", "clf.sav", "x.p"])
def test_pickles_of_every_protocol_are_found_under_any_name(protocol: int, name: str) -> None:
    found = what(name, pickle.dumps(WEIGHTS, protocol))
    assert found is not None
    assert (found.id, found.kind, found.from_bytes) == ("pickle", "model", True)


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_longer_than_what_is_read_of_them(protocol: int) -> None:
    large = pickle.dumps({f"feature_{number}": number / 7 for number in range(2000)}, protocol)
    assert len(large) > 16_000
    assert told("model.bin", large) == "pickle model"


def test_a_large_pickle_of_one_long_string_is_found_by_its_name() -> None:
    assert told("text.pkl", pickle.dumps("x" * 20_000, 4)) == "pickle model"


@pytest.mark.parametrize(
    "content",
    [
        b"csklearn.linear_model._base\nLinearRegression\n(tR.",
        b"csklearn.linear_model._base\nLinearRegression\n(S'xgboost and torch'\ntR.",
        b"\x80\x02csklearn.linear_model._base\nLinearRegression\n)\x81.",
        b"\x80\x04\x95\x32\0\0\0\0\0\0\0\x8c\x1asklearn.linear_model._base\x8c\x10LinearRegression\x93)\x81.",
    ],
)
def test_the_label_says_what_was_pickled(content: bytes) -> None:
    found = what("model.pkl", content)
    assert found is not None
    assert found.label == "pickled scikit-learn model"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes", "(draft) see below.\n"),
        ("notes.txt", "I like it. No really."),
        ("model.pkl", "to be trained\n"),
        ("model.pkl", "N."),
        ("answer.p", "set terminal png\nplot sin(x).\n"),
        ("list.txt", "(lp0\nis how lists start in old pickles."),
        ("words", "cnumpy\nscipy\nare packages."),
        ("x.bin", b"\x80\x04\x95" + b"\xff" * 20),
        ("x.bin", b"\x80\x09}."),
        ("x.bin", b"\x80\x02\xfe" + bytes(40)),
    ],
)
def test_what_only_looks_like_a_pickle_is_none(name: str, content: bytes | str) -> None:
    assert told(name, content) == "-"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.joblib", zlib.compress(pickle.dumps(WEIGHTS, 4), 3)),
        ("model.bin", zlib.compress(pickle.dumps(WEIGHTS, 2), 9)),
        ("model.pkl.gz", gzip.compress(pickle.dumps(WEIGHTS, 4), mtime=0)),
        ("model", gzip.compress(pickle.dumps(WEIGHTS, 5), mtime=0)),
        ("model.joblib", bz2.compress(pickle.dumps(WEIGHTS, 4))),
        ("model.pkl.bz2", bz2.compress(pickle.dumps({n: str(n) for n in range(9000)}, 4))),
        ("model.joblib", lzma.compress(pickle.dumps(WEIGHTS, 4))),
        ("model.joblib", lzma.compress(pickle.dumps(WEIGHTS, 4), format=lzma.FORMAT_ALONE)),
        ("model.bin", lzma.compress(pickle.dumps(WEIGHTS, 4), format=lzma.FORMAT_ALONE)),
        ("model.bin", bz2.compress(pickle.dumps(random.Random(1).randbytes(9000), 4))),
        ("model.joblib", b"\x04\x22\x4d\x18" + bytes(range(40))),
    ],
)
def test_compressed_pickles_as_joblib_writes_them(name: str, content: bytes) -> None:
    assert told(name, content) == "pickle-compressed model"


SAMPLES: list[tuple[str, bytes | str, str]] = [
    # tables
    ("trips.csv", "trip,km\n1,3.5\n", "csv data"),
    ("trips.csv", "trip,km\n1,3.5\n".encode("utf-16"), "csv data"),
    ("trips.csv", "stadt,km\nKöln,3.5\n".encode("latin-1"), "csv data"),
    ("trips.csv", b"trip,note\n1,odd \x01 byte\n", "csv data"),
    ("trips.tsv", "trip\tkm\n", "tsv data"),
    ("trips.jsonl", '{"trip": 1}\n', "jsonl data"),
    ("iris.data", "5.1,3.5,1.4,0.2,Iris-setosa\n", "generic-data data"),
    ("trips.parquet", b"PAR1" + bytes(20) + b"PAR1", "parquet data"),
    ("trips", b"PAR1" + bytes(20) + b"PAR1", "parquet data"),
    ("trips.parquet", b"PARE" + bytes(20) + b"PARE", "parquet-encrypted data"),
    ("trips.feather", b"ARROW1\0\0" + bytes(20) + b"ARROW1", "arrow data"),
    ("old.feather", b"FEA1" + bytes(20) + b"FEA1", "feather data"),
    ("stream.arrow", b"\xff\xff\xff\xff" + bytes(20), "arrow data"),
    ("trips.orc", b"ORC" + bytes(30) + b"ORC\x17", "orc data"),
    ("trips", b"Obj\x01\x04\x14avro.codec", "avro data"),
    ("trips.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "excel data"),
    ("trips.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "excel data"),
    ("trips.ods", zipped("mimetype", "content.xml", first=b"application/vnd.oasis.opendocument.spreadsheet"), "ods data"),
    ("survey.sav", b"$FL2@(#) SPSS DATA FILE\0\0", "spss data"),
    ("survey.dta", b"<stata_dta><header>", "stata data"),
    ("survey.dta", b"\x72\x02\x01\0" + bytes(20), "stata data"),
    ("survey.xpt", "HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "sas data"),
    ("model.rds", gzip.compress(b"X\n\0\0\0\x03\0\x04\x03\0", mtime=0), "rdata data"),
    (".RData", gzip.compress(b"RDX3\nX\n", mtime=0), "rdata data"),
    # arrays and scientific containers
    ("x.npy", npy(), "npy data"),
    ("x", npy(), "npy data"),
    ("x.npz", npz(), "npz data"),
    ("x.nc", b"CDF\x01\0\0", "netcdf data"),
    ("x.nc", hdf5(), "netcdf data"),
    ("x.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(90), "mat data"),
    ("x.mat", hdf5(at=512), "mat data"),
    ("cells.h5ad", hdf5(b"obs", b"var"), "hdf5 data"),
    ("grid.h5", hdf5(b"temperature"), "hdf5 data"),
    ("grid.h5", hdf5(b"temperature", at=2048), "hdf5 data"),
    ("sky.fits", "SIMPLE  =                    T" + " " * 50, "fits data"),
    ("wind.grib", b"GRIB\0\0\0\x02" + bytes(8), "grib data"),
    ("roads.shp", b"\0\0\x27\x0a" + bytes(96), "shapefile data"),
    ("scan.las", b"LASF" + bytes(100), "las data"),
    ("scan.ply", "ply\nformat ascii 1.0\n", "point-cloud data"),
    ("map.pbf", b"\0\0\0\x0d\x0a\x09OSMHeader", "osm-pbf data"),
    ("reads.bam", gzip.compress(b"BAM\x01" + bytes(20), mtime=0), "bam data"),
    ("calls", "##fileformat=VCFv4.2\n#CHROM\n", "vcf data"),
    ("scan", bytes(128) + b"DICM" + bytes(20), "dicom data"),
    ("brain.nii", struct.pack("<i", 348) + bytes(340) + b"n+1\0" + bytes(4), "nifti data"),
    ("brain.nii.gz", gzip.compress(struct.pack("<i", 348) + bytes(340) + b"n+1\0" + bytes(4), mtime=0), "nifti data"),
    ("part.tfrecord", tfrecord(b"x" * 24), "tfrecord data"),
    ("events.out.tfevents.1665.host.v2", tfrecord(b"\x09\0\0@\xbc\x9e\xd3\xd8A\x1a\x0dbrain.Event:2"), "tfevents data"),
    ("train-images-idx3-ubyte", b"\0\0\x08\x03" + bytes(40), "idx data"),
    ("store.zarr/temperature/0.0", b"\x02\x01\x21\x08" + bytes(10), "zarr data"),
    # pictures and maps
    ("map.tif", tiff(256, 34735), "geotiff data"),
    ("map.tif", tiff(256, 34735, order=">"), "geotiff data"),
    ("map.tif", tiff(256, 34735, big=True), "geotiff data"),
    ("scan.tif", tiff(256, 257, 305), "image media"),
    ("scan.tif", b"II*\0\xff\xff\xff\x7f", "image media"),
    ("photo", b"\xff\xd8\xff\xe0\0\x10JFIF", "image media"),
    ("plot.png", b"anything", "image media"),
    ("clip", bytes(4) + b"ftypisom" + bytes(8), "video media"),
    ("sound.dat", b"RIFF\x24\0\0\0WAVEfmt ", "audio media"),
    ("districts.geojson", '{"features": []}', "geojson data"),
    ("districts.json", '{"type": "FeatureCollection", "features": [' + " " * 60 + "]}", "geojson data"),
    # models
    ("model.pt", zipped("archive/data.pkl", "archive/version"), "torch model"),
    ("pytorch_model.bin", zipped("pytorch_model/data.pkl", "pytorch_model/version"), "torch model"),
    ("scripted.zip", zipped("net/code/__torch__.py", "net/constants.pkl"), "torch model"),
    ("legacy.bin", b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.", "torch model"),
    ("ancient.pt", tarred("sys_info", "pickle"), "torch model"),
    ("weights.ckpt", b"\x80\x02}q\0." + bytes(40), "torch model"),
    ("model.keras", zipped("metadata.json", "config.json", "model.weights.h5"), "keras model"),
    ("net.h5", hdf5(b"layer_names", b"keras_version"), "keras-h5 model"),
    ("models/net.h5", hdf5(), "keras-h5 model"),
    ("best_model.h5", hdf5(), "keras-h5 model"),
    ("model.skops", zipped("schema.json"), "skops model"),
    ("m", zipped("schema.json", "140.npy"), "skops model"),
    ("a2c.zip", zipped("data", "policy.pth"), "stable-baselines model"),
    ("net.mar", zipped("MAR-INF/MANIFEST.json", "net.pt"), "torchserve model"),
    ("model.safetensors", safetensors(), "safetensors model"),
    ("weights", safetensors(), "safetensors model"),
    ("llama.bin", b"GGUF\x03\0\0\0", "gguf model"),
    ("llama.bin", b"tjgg\x03\0\0\0", "ggml model"),
    ("model.onnx", onnx(), "onnx model"),
    ("model.bin", onnx(), "onnx model"),
    ("net.tflite", b"\x1c\0\0\0TFL3" + bytes(20), "tflite model"),
    ("saved_model.pb", b"\x08\x01\x12\xbb\xca\x12\x0a", "saved-model model"),
    ("frozen_graph.pb", b"\x0a\x10\x0a\x01x\x12\x0bPlaceholder", "tf-graph model"),
    ("variables/variables.data-00000-of-00001", bytes(range(64)), "tf-checkpoint model"),
    ("variables/variables.index", bytes(range(64)) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "tf-checkpoint model"),
    ("xgb.json", '{"learner":{"attributes":{}},"version":[2,0,3]}' + " " * 30, "xgboost model"),
    ("xgb.ubj", b"{L\0\0\0\0\0\0\0\x07learner{", "xgboost model"),
    ("xgb.model", b"binf\0\0\0\x3f" + bytes(8), "xgboost model"),
    ("gbm.txt", "tree\nversion=v4\nnum_class=1\n", "lightgbm model"),
    ("model.cbm", b"CBM1\x20\0\0\0", "catboost model"),
    ("lid.ftz", b"\xba\x16\x4f\x2f\x0c\0\0\0", "fasttext model"),
    ("index.faiss", b"IxF2\x80\0\0\0", "faiss model"),
    ("docs.index", b"IHNf\x80\0\0\0", "faiss model"),
    ("w2v.bin", b"3000 2\nthe \0\0\x80\x3f\0\0\0\0\n", "word2vec model"),
    ("cc.en.vec", "2000 3\nthe 0.1 0.2 0.3\n", "word2vec model"),
    ("spiece.model", b"\x0a\x0e\x0a\x05<unk>\x15\0\0\0\0\x18\x02", "model model"),
    # databases and archives
    ("app.db", b"\xde\xad\xbe\xef" + bytes(20), "database database"),
    ("wh.duckdb", bytes(range(8)) + b"DUCK" + bytes(20), "duckdb database"),
    ("data.mdb", bytes(16) + b"\xde\xc0\xef\xbe" + bytes(20), "lmdb database"),
    ("old.mdb", b"\0\x01\0\0Standard Jet DB\0", "access database"),
    ("app.sqlite-wal", b"\x37\x7f\x06\x82\0\x2d\xe2\x18", "sqlite-wal database"),
    ("pg.dump", b"PGDMP\x01\x0e\0", "pg-dump database"),
    ("raw.zip", zipped("train.csv", "test.csv"), "zip archive"),
    ("raw.tar", tarred("train.csv"), "tar archive"),
    ("raw.tar.gz", gzip.compress(tarred("train.csv"), mtime=0), "gzip archive"),
    ("trips.csv.gz", gzip.compress(b"trip,km\n", mtime=0), "csv data"),
    ("trips.csv.xz", lzma.compress(b"trip,km\n"), "csv data"),
    ("raw.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "7z archive"),
    ("raw.rar", b"Rar!\x1a\x07\x01\0", "rar archive"),
    ("trips.csv.zst", b"\x28\xb5\x2f\xfd\x24\x08\x41\0", "csv data"),
    ("raw.tar.zst", b"\x28\xb5\x2f\xfd\x24\x08\x41\0", "zstd archive"),
]


@pytest.mark.parametrize(("path", "content", "expected"), SAMPLES, ids=[f"{path}-{expected}" for path, _, expected in SAMPLES])
def test_samples(path: str, content: bytes | str, expected: str) -> None:
    assert told(path, content) == expected


def test_a_real_sqlite_database(tmp_path: Path) -> None:
    content = sqlite_file(tmp_path)
    for name in ("mlflow.db", "trips.gpkg", "cache.bin"):
        assert told(name, content) == "sqlite database"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("train.py", b"\x80\x04}\x94."),
        ("eda.ipynb", '{"cells": [], "nbformat": 4}'),
        ("uv.lock", "version = 1\n" * 200_000),
        ("README.md", "PAR1"),
        ("conf/plans.yaml", "a: 1\n"),
        ("Makefile", "all:\n"),
        ("LICENSE", "MIT License\n"),
        ("notes.txt", "GRIB is a format. PK too.\n"),
        ("notes", "ORC and PAR1 are magic bytes"),
        ("empty.parquet", b""),
        ("table.parquet", "<html><body>404 Not Found</body></html>"),
        ("table.parquet", "version https://git-lfs.github.com/spec/v1\n"),
        ("report.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("report", zipped("[Content_Types].xml", "word/document.xml")),
        ("book.dat", zipped("mimetype", "content.opf", first=b"application/epub+zip")),
        ("gradle-wrapper.jar", zipped("META-INF/MANIFEST.MF")),
        ("wheel.bin", zipped("a/__init__.py", "a-1.0.dist-info/WHEEL")),
        ("message.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40)),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40)),
        ("boot.bin", b"\x7fELF\x02\x01\x01" + bytes(40)),
        ("descriptor.pb", b"\x0a\x10google/protobuf\x12"),
        ("wrapper.bin", b"\x08\x01\x12\x03abc"),
        ("texture.bin", b"\x5d\0\0\x80\0" + bytes(60)),
        ("refs.bst", "ENTRY { address author }\n"),
        ("mill.nc", "G21\nG0 X0 Y0\n"),
        ("page.pt", "Olá mundo\n"),
        ("counts.bin", bytes(64)),
        ("object", zlib.compress(b"blob 5\0hello")),
        ("config.json", '{"learning_rate": 0.1}' + " " * 100),
        ("package-lock.json", '{"packages": {' + '"a": {},' * 200_000 + '"b": {}}}'),
        ("small_export_notes.txt", "x"),
    ],
)
def test_ordinary_files_are_nothing(path: str, content: bytes | str) -> None:
    assert told(path, content) == "-"


@pytest.mark.parametrize(
    ("path", "size", "expected"),
    [
        ("labels.json", 999_999, "-"),
        ("labels.json", 1_000_000, "json data"),
        ("openapi.json", 1_000_000, "-"),
        ("nb/__marimo__/session/eda.py.json", 200, "marimo-session data"),
        ("exports/users.json", 200, "json-export data"),
        ("users_export.json", 200, "json-export data"),
        ("db-dump.json", 200, "json-export data"),
        ("exporter.json", 200, "-"),
    ],
)
def test_json_is_data_by_size_and_place(path: str, size: int, expected: str) -> None:
    assert told(path, "[" + " " * (size - 2) + "]") == expected


@pytest.mark.parametrize(
    ("path", "size", "expected"),
    [
        ("data/train.txt", 100_000, "text-set data"),
        ("data/train.txt", 99_999, "-"),
        ("Ch5/Data/conll2003/en/valid.txt", 200_000, "text-set data"),
        ("datasets/ptb/ptb.test.txt", 200_000, "text-set data"),
        ("data/contest.txt", 200_000, "-"),
        ("data/notes.txt", 200_000, "-"),
        ("train.txt", 200_000, "-"),
        ("data/train.log", 200_000, "-"),
        ("tests/data/train.txt", 200_000, "-"),
    ],
)
def test_text_is_data_by_size_name_and_place(path: str, size: int, expected: str) -> None:
    assert told(path, "the O\n" * (size // 6) + " " * (size % 6)) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("0.5,1e-3,-7\n", "csv data"),
        ("1\t2\tnan\n", "tsv data"),
        ('"1", "2", "3"\r\n', "csv data"),
        ("1 2 3\n", "text-set data"),
        ("the 0.1 0.2 0.3\n", "text-set data"),
        ("BRCA1\t17\n", "tsv data"),
        ("BRCA1\tchr17\tyes\n", "tsv data"),
        ('KRNO,2021-01-01,"Reno, NV",3.5,snow\n', "csv data"),
        ("01022500;3.1;2.0;snow\n", "csv data"),
        ('"1",2020-03-26,"Congo, DR","COD",0.2\n', "csv data"),
        ("ZA|11|1996|Cape Town\n", "text-set data"),
        ("0.5,1\n", "-"),
        ("1,2,three\n", "-"),
        ("2024-01-01,2,3\n", "-"),
        ("train/0316.jpg 0 train\n", "-"),
        ("(a:1,(b:1,(c:1,d:1)));\n", "-"),
        ("He came, he saw, he won.\n", "-"),
        (", ,\n", "-"),
    ],
)
def test_text_is_data_by_its_lines(row: str, expected: str) -> None:
    for path in ("results/forecast.txt", "results/forecast", "results/forecast.all"):
        assert told(path, "day,a,b\n" + row * (110_000 // len(row))) == expected
        assert told(path, row * 100) == "-"  # an illustration
    assert told("results/forecast.txt", "# forecast\n#\nday,a,b\n" + row * (110_000 // len(row))) == expected
    assert told("results/forecast.txt", row * 50 + "and so on\n" + row * 60_000) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gene" + "\tsample" * 2_000 + "\n" + ("BRCA1" + "\t0.5" * 2_000 + "\n") * 20, "tsv data"),
        ("gene" + "\tsample" * 400 + "\n" + ("BRCA1" + "\t0.5" * 2_000 + "\n") * 20, "tsv data"),
        ("# text = Cây\n1\tCây\tN\t0\n2\tto\tA\t1\n\n# text = Vườn\n1\tVườn\tN\t0\n\n" * 3_000, "tsv data"),
        ("word " * 40_000, "-"),
        ("KING LEAR\n\n\tACT I\n" + "LEAR\tking of Britain  (KING LEAR:)\n\nGLOUCESTER:\n" * 3_000, "-"),
        ("def main():\n" + "\treturn 1\n\n" * 20_000, "-"),
        ("def main():\n" + "\tprint(1)\n" * 20_000, "-"),
    ],
)
def test_a_table_is_told_by_what_was_read_of_it(text: str, expected: str) -> None:
    assert told("results/expression.txt", text) == expected


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("peaks.narrowPeak", "chr1\t10\t20\n", "bed data"),
        ("genome.gbff", "LOCUS       NC_000932\n", "genbank data"),
        ("1iep.pdb", "HEADER    TRANSFERASE\n", "molecules data"),
        ("Release/app.pdb", b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0" + bytes(40), "-"),
        ("ud/en_ewt-train.conllu", "1\tThe\tthe\tDET\n", "text-set data"),
        ("coverage.bw", b"\x26\xfc\x8f\x88\x04\0" + bytes(60), "genome-track data"),
        ("recipe.bigbed", "not a track\n", "-"),
        ("sub-01_eeg.fdt", b"\0\0\x80\x3f" * 20, "recording data"),
        ("kernel.img", b"EHFA_HEADER_TAG\0" + bytes(40), "erdas data"),
        ("dem.asc", "ncols         1201\nnrows         1201\n", "ascii-grid data"),
        ("release.tar.asc", "-----BEGIN PGP SIGNATURE-----\n", "-"),
        ("MOD09GA.hdf", b"\x0e\x03\x13\x01\0\x10\0\0" + bytes(40), "hdf4 data"),
        ("tagger.crfsuite", b"lCRF\xf4\xb4\x03\0FOMC" + bytes(40), "crfsuite model"),
        ("lm.binary", b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(40), "kenlm model"),
        ("fit.jls", b"7JL\x1b\x04\0\0\0" + bytes(40), "julia data"),
        ("tiles/world.pmtiles", b"PMTiles\x03" + bytes(120), "map-tiles data"),
        ("maps/rivers.qgz", zipped("rivers.qgs"), "-"),
        ("photo.jfif", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image media"),
    ],
)
def test_formats_of_single_fields_of_research(path: str, content: bytes | str, expected: str) -> None:
    assert told(path, content) == expected


def test_rows_of_different_length_are_no_table() -> None:
    assert told("results/forecast.txt", "1,2,3\n1,2,3,4\n" * 10_000) == "-"
    assert told("results/forecast.txt", "1" * 200_000) == "-"


def test_json_that_is_not_text_is_judged_by_its_bytes() -> None:
    assert told("data.json", gzip.compress(json.dumps(list(range(500))).encode())) == "gzip archive"


@pytest.mark.parametrize(
    ("path", "content", "proven"), [("a.csv", b"a,b\n", False), ("a.npy", npy(), True), ("a.npy", bytes(40), False), ("a.png", b"", False)]
)
def test_whether_the_bytes_prove_it(path: str, content: bytes, proven: bool) -> None:  # noqa: FBT001
    found = what(path, content)
    assert found is not None
    assert found.from_bytes is proven


def test_of_a_large_zip_the_end_of_the_table_of_contents_is_enough() -> None:
    names = [f"run/data/{number:05}.bin" for number in range(4000)]
    content = zipped(*names, "run/data.pkl", "run/version")
    assert content.rfind(b"PK\x05\x06") - content.find(b"PK\x01\x02") > 64 * 1024
    assert told("model.bin", content) == "torch model"


def test_a_zip_cut_short_is_still_a_zip() -> None:
    assert told("raw.zip", zipped("train.csv", "test.csv")[:80]) == "zip archive"


class Counting(MemoryWorkspace):
    """Adds up how many bytes were asked for."""

    bytes_read = 0

    def read(self, entry: object, offset: int, length: int | None) -> bytes:
        data = super().read(entry, offset, length)  # type: ignore[arg-type]
        self.bytes_read += len(data)
        return data


class Gone(MemoryWorkspace):
    """Knows that files are there and has no bytes of them."""

    def read(self, entry: object, offset: int, length: int | None) -> bytes:
        raise UnreadableError("gone", "is not in this partial clone", fatal=False)


def opened(workspace: MemoryWorkspace, path: str, roles: frozenset[str] = frozenset()) -> File:
    from dsguard.documents.files import Files

    return Files(workspace.listing, lambda _: roles)[path]


@pytest.mark.parametrize("path", ["train.py", "eda.ipynb", "plot.png", "README.md", "clip.mp4", "uv.lock", "paper.pdf"])
def test_known_names_are_not_read(path: str) -> None:
    workspace = Counting({path: bytes(10_000)})
    identify(opened(workspace, path))
    assert workspace.bytes_read == 0


@pytest.mark.parametrize(
    ("path", "content", "most"),
    [
        ("model.bin", pickle.dumps(list(range(400_000))), 4096 + 64),
        ("trips.csv", b"1,2\n" * 300_000, 4096),
        ("raw.zip", zipped(*map(str, range(3000)), first=bytes(500_000)), 4096 + 64 * 1024),
        ("raw.gz", gzip.compress(bytes(50_000_000), mtime=0), 4096 + 64),
        ("map.tif", tiff(256, 34735) + bytes(500_000), 4096 + 64 + 1600),
        ("model.onnx", onnx(), 4096 + 64 * 24),
    ],
)
def test_little_of_a_large_file_is_read(path: str, content: bytes, most: int) -> None:
    workspace = Counting({path: content})
    assert identify(opened(workspace, path)) is not None
    assert workspace.bytes_read <= most


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/model.h5", "keras-h5"),
        ("a/grid.h5", "hdf5"),
        ("a/train.csv", "csv"),
        ("a/x.pkl", "pickle"),
        ("a/x.zip", "zip"),
        ("a/notes", None),
    ],
)
def test_without_bytes_the_name_decides(path: str, expected: str | None) -> None:
    found = identify(opened(Gone({path: bytes(10)}), path))
    assert (found.id if found else None) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted({*EXTENSIONS, ".json", ".bin", ".p", ".sav", ".pb", ".index", ""})),
    st.sampled_from(
        [
            b"",
            *(entry[0] for entry in AT_START),
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"\x1f\x8b\x08",
            b"II*\0",
            b"\x80\x04\x95",
            b"\x08\x08",
            b"(dp0\n",
        ]
    ),
    st.binary(max_size=200),
)
def test_no_bytes_make_it_fail(suffix: str, start: bytes, rest: bytes) -> None:
    found = what(f"data/file{suffix}", start + rest)
    assert found is None or found.label


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 300), st.binary(max_size=4))
def test_no_damage_makes_it_fail(sample: tuple[str, bytes | str, str], at: int, noise: bytes) -> None:
    path, content, _ = sample
    content = content.encode() if isinstance(content, str) else content
    found = what(path, content[:at] + noise + content[at + len(noise) :])
    assert found is None or found.kind in ("data", "model", "archive", "database", "media")


def test_the_table_fits_together() -> None:
    named = (
        {name for name, _ in EXTENSIONS.values()}
        | {name for _, name, _ in AT_START}
        | {name for _, _, name in AT_OFFSET}
        | set(MEDIA.values())
    )
    assert named <= set(KINDS)
    assert not ORDINARY_SUFFIXES & (set(EXTENSIONS) | set(MEDIA))
    assert set(KINDS.values()) == {"data", "model", "archive", "database", "media"}


def test_r_s_lazy_loading_is_no_dump_of_redis() -> None:
    lazy, dump = b"\0\0\1\2x\x9c" + bytes(range(256)), b"REDIS0011\xfa\tredis-ver\x057.2.4" + bytes(40)
    assert told("R/lib/SparkR/R/SparkR.rdb", lazy) == "-"
    assert told("cache/dump.rdb", dump) == "redis-dump database"
