"""附件 sent with a command of an order: kept before the command is tried, and named by it."""

from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from kb.errors import InvalidInput
from kb.models import OrderFile, WorkOrder
from kb.services import work_orders
from kb.services.orders.attaching import MAX_FILES
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


def by_now() -> work_orders.By:
    """Who looks, now."""
    known = services()
    return work_orders.By(current_actor(), known.clock(), known.profile)


def keep_uploads(order: WorkOrder) -> list[int]:
    """Keep the files of this form for good, before the command is tried: a refused command must
    not cost anybody the upload. They wait, seen by their uploader alone, for a command to name
    them.

    :return: their ids.
    :raises InvalidInput: too many, or one is empty or too large; nothing was kept.
    """
    ids = attach_sent(order)
    if ids:
        commit()
    return ids


def sent_files() -> list[FileStorage]:
    """The files of this form."""
    return [one for one in request.files.getlist("files") if one.filename]


def attach_sent(order: WorkOrder) -> list[int]:
    """As :func:`keep_uploads`, in the transaction of what is done with the order."""
    sent = sent_files()
    if len(sent) > MAX_FILES:
        raise InvalidInput(f"一次最多附 {MAX_FILES} 个文件", {"files": "文件太多，请分几次提交"})
    return [_keep(order, one).id for one in sent]


def _keep(order: WorkOrder, sent: FileStorage) -> OrderFile:
    name = sent.filename or ""
    try:
        row = work_orders.attach(
            db(),
            order,
            by_now(),
            services().files,
            name=name,
            stream=cast(BinaryIO, sent.stream),
        )
    except InvalidInput as error:
        sentence = f"“{name}”没有保存：{error.message}"
        raise InvalidInput(sentence, {"files": sentence}) from error
    if row.size_bytes == 0:
        sentence = f"“{row.name}”是空文件，没有保存；请重新选择"
        raise InvalidInput(sentence, {"files": sentence})
    return row


def chosen_files() -> list[int]:
    """Files kept earlier that the form still wants."""
    return [
        int(value)
        for value in request.form.getlist("file")
        if value.isascii() and value.isdigit() and len(value) < 10
    ]
