"""A model as bytes and back: small, checked, and the same in every process."""

import hashlib
import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.suggesting.features import BUCKETS
from kb.suggesting.model import CategoryModel
from kb.suggesting.neighbours import Row

FORMAT = 1
_DATE = (1980, 1, 1, 0, 0, 0)  # the bytes depend on what is packed alone


class PackDamaged(Exception):
    """The bytes are not a model of this format; it must be made anew."""


def digest(packed: bytes) -> str:
    """SHA-256 of a packed model, in hexadecimal."""
    return hashlib.sha256(packed).hexdigest()


def pack(model: CategoryModel) -> bytes:
    """The model in bytes: buckets that hold something, at half precision, compressed."""
    linear, rows = model.linear, model.nearest.rows
    used = np.flatnonzero(linear.seen)
    parts: dict[str, NDArray[Any]] = {
        "used": used.astype(np.int32),
        "weights": linear.weights[used].astype(np.float16),
        "seen": linear.seen[used],
        "per_category": linear.per_category,
        "row_ids": np.array([row.request_id for row in rows], np.int64),
        "row_labels": np.array([row.label for row in rows], np.int32),
        "row_sizes": np.array([len(row.buckets) for row in rows], np.int32),
        "row_buckets": np.concatenate([row.buckets for row in rows]) if rows else used[:0],
        "row_values": np.concatenate([row.values for row in rows]) if rows else used[:0],
    }
    head = {"format": FORMAT, "buckets": BUCKETS, "categories": list(model.categories)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package:
        package.writestr(zipfile.ZipInfo("head", _DATE), json.dumps(head, ensure_ascii=False))
        for name, part in parts.items():
            held = io.BytesIO()
            np.save(held, part, allow_pickle=False)
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, held.getvalue())
    return out.getvalue()


def unpack(packed: bytes, sha256: str) -> CategoryModel:
    """The model of these bytes.

    :raises PackDamaged: they are not what was packed, or of another format.
    """
    if digest(packed) != sha256:
        raise PackDamaged("the model's bytes have changed")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as package:
            head = json.loads(package.read("head"))
            if (head["format"], head["buckets"]) != (FORMAT, BUCKETS):
                raise PackDamaged("the model is of another format")
            parts = {
                name: np.load(io.BytesIO(package.read(name)), allow_pickle=False)
                for name in package.namelist()
                if name != "head"
            }
            return _put_together(tuple(head["categories"]), parts)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise PackDamaged("the model cannot be read") from error


def _put_together(categories: tuple[str, ...], parts: dict[str, NDArray[Any]]) -> CategoryModel:
    model = CategoryModel(categories)
    linear, used = model.linear, parts["used"]
    linear.weights[used] = parts["weights"]
    linear.seen[used] = parts["seen"]
    linear.per_category[:] = parts["per_category"]
    start = 0
    for request_id, label, size in zip(
        parts["row_ids"].tolist(),
        parts["row_labels"].tolist(),
        parts["row_sizes"].tolist(),
        strict=True,
    ):
        end = start + size
        buckets = parts["row_buckets"][start:end]
        model.nearest.put(Row(request_id, label, buckets, parts["row_values"][start:end]))
        start = end
    return model
