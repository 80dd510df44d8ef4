"""Zip-based files that people upload, judged by their directory of contents before anything unpacks them."""

import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

MEGABYTE = 1024 * 1024
MAX_ENTRIES = 5000
MAX_DIRECTORY = 1 * MEGABYTE
MAX_SMALL_ENTRY = 1 * MEGABYTE
START = b"PK\x03\x04"  # the signatures of a zip's first entry, of its end record and of the 64-bit kind of that
END = b"PK\x05\x06"
END_64 = b"PK\x06\x07"

# Office programs write no other; `zipfile` unpacks the rest in one go, and some hundred bytes of bzip2 fill the memory.
UNPACKED_IN_PIECES = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

LOCKED = "Dit bestand is met een wachtwoord beveiligd. Sla het op zonder wachtwoord."
MACROS = "Dit bestand bevat macro's. Sla het op zonder macro's."
TOO_LARGE = "Uitgepakt is dit bestand te groot."
TOO_MANY = "Dit bestand bevat te veel onderdelen."


class RefusedZip(Exception):
    """This zip may not be unpacked; says why in Dutch."""


class BrokenZip(Exception):
    """No zip at all, or not one that an office program has written."""


@contextmanager
def opened(file: IO[bytes], size: int, *, max_unpacked: int, max_ratio: int = 0) -> Iterator[zipfile.ZipFile]:
    """The archive, for as long as the block lasts. Raises RefusedZip or BrokenZip, also for what the block stumbles over.

    `size` is that of the file in bytes. All entries together unpack to `max_unpacked` bytes at most and, where
    `max_ratio` is given, to so many times the file's size.
    """
    if not _directory_is_small(file, size):
        raise RefusedZip(TOO_MANY)
    most = min(max_unpacked, size * max_ratio) if max_ratio else max_unpacked
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_unsafe(archive.infolist(), most)
            yield archive
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as error:
        raise BrokenZip from error


def small_entry(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """What stands in an entry that is never large, such as the one that names the file's type; None without it."""
    entry = next((entry for entry in reversed(archive.infolist()) if entry.filename == name), None)
    if entry is None or entry.file_size > MAX_SMALL_ENTRY:
        return None
    with archive.open(entry) as stream:
        return stream.read(MAX_SMALL_ENTRY)


def stored(archive: zipfile.ZipFile, endings: tuple[str, ...]) -> BytesIO:
    """The entries with these endings, no longer compressed, and no larger than the directory says.

    For a library that reads entries whole: `ZipFile.read` unpacks all there is before it looks at the size, and the
    directory may lie about that.
    """
    copy = BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        for entry in archive.infolist():
            if entry.filename.endswith(endings):
                with archive.open(entry) as source, target.open(entry.filename, "w") as sink:
                    shutil.copyfileobj(source, sink)
    copy.seek(0)
    return copy


def _refuse_unsafe(entries: list[zipfile.ZipInfo], max_unpacked: int) -> None:
    if sum(entry.file_size for entry in entries) > max_unpacked:
        raise RefusedZip(TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedZip(LOCKED)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries) or any(
        entry.filename.startswith(("Basic/", "Scripts/")) for entry in entries
    ):
        raise RefusedZip(MACROS)
    if any(entry.compress_type not in UNPACKED_IN_PIECES for entry in entries):
        raise BrokenZip


def _directory_is_small(file: IO[bytes], size: int) -> bool:
    """Read the end record ourselves: `zipfile` would make an object of every entry before anyone can count them.

    Looks where `zipfile` looks. A 64-bit directory is refused: no document of this size needs one.
    """
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = len(tail) - 22 if tail[-22:-18] == END and tail.endswith(b"\0\0") else tail.rfind(END)
    if at < 0:
        return True  # no zip at all, as the next step will say
    if len(tail) - at < 22 or tail[max(0, at - 20) : at].startswith(END_64):
        return False
    entries, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    return bool(entries <= MAX_ENTRIES and directory <= MAX_DIRECTORY)
