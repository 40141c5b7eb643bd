"""Files that come inside another one: kept as originals of their own, or why they cannot be."""

from pathlib import Path
from tempfile import TemporaryDirectory

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.unpack import Unpacked, unpack
from kb.services.files import FileStore, KeptFile, TooLarge

# Why a file has no original of its own; the files beside it are not to pay for it.
NotKept = TooLarge | DocumentUnreadable
Enclosed = list[tuple[str, KeptFile | NotKept]]


def keep_unpacked(files: FileStore, archive: Path) -> Enclosed:
    """Unpack an archive in a limited child process and keep its files: name, original.

    :raises DocumentUnreadable: the archive cannot be opened, or nothing in it can be taken.
    """
    with TemporaryDirectory(prefix="unpacked-") as folder:
        kept = [(each.name, _keep(files, each)) for each in unpack(archive, Path(folder))]
    refused = [file for _name, file in kept if not isinstance(file, KeptFile)]
    if refused and len(refused) == len(kept):
        raise DocumentUnreadable(refused[0].code, refused[0].message)
    return kept


def _keep(files: FileStore, file: Unpacked) -> KeptFile | NotKept:
    if file.problem is not None:
        return file.problem
    try:
        with file.path.open("rb") as stream:
            return files.keep(stream)
    except TooLarge as error:
        return error


def keep_attachments(files: FileStore, parsed: ParsedDocument) -> Enclosed:
    """Keep the files of a mail, web archive or OFD: name, original."""
    kept: Enclosed = []
    for each in parsed.attachments:
        try:
            kept.append((each.name, files.keep_bytes(each.data)))
        except TooLarge as error:
            kept.append((each.name, error))
    return kept


def told(kept: Enclosed) -> str:
    """How many files an archive has, and how many of them could not be taken."""
    refused = sum(not isinstance(file, KeptFile) for _name, file in kept)
    return f"{len(kept)} 个文件" + (f"，其中 {refused} 个未能收录" if refused else "")
