"""What may be uploaded as evidence: known by its content, checked before anything opens it.

A zip-based file is judged by its directory of contents; only the one small entry that names its type is unpacked.
"""

import math
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1024 * 1024
MAX_UNPACKED = 300 * MEGABYTE
MAX_ENTRIES = 5000
MAX_DIRECTORY = 1 * MEGABYTE
MAX_TYPE_ENTRY = 1 * MEGABYTE
END = b"PK\x05\x06"  # the signatures of a zip's end record and of its 64-bit kind
END_64 = b"PK\x06\x07"

# Office programs write no other; `zipfile` unpacks the rest in one go, and some hundred bytes of bzip2 fill the memory.
UNPACKED_IN_PIECES = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

UNKNOWN = "Kies een PDF, een Word- of Excel-bestand (DOCX, XLSX), een ODT of ODS, of een afbeelding (PNG, JPEG)."


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file: its name in Dutch, its media type, and by what its content is known.

    `magic` are its first bytes. `entry` is the entry of a zip-based file that names its type, `marker` what stands
    there, `part` an entry without which the file is none.
    """

    label: str
    media_type: str
    magic: bytes
    entry: str = ""
    marker: bytes = b""
    part: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


def _office(label: str, name: str, part: str) -> Kind:
    marker = f"{_OFFICE}{name}.main+xml".encode()
    return Kind(label, _OFFICE + name, b"PK\x03\x04", "[Content_Types].xml", marker, part)


def _open_document(label: str, name: str) -> Kind:
    return Kind(label, _OPEN + name, b"PK\x03\x04", "mimetype", (_OPEN + name).encode(), "content.xml")


KINDS = {
    "pdf": Kind("PDF", "application/pdf", b"%PDF-"),
    "docx": _office("Word-bestand", "wordprocessingml.document", "word/document.xml"),
    "xlsx": _office("Excel-bestand", "spreadsheetml.sheet", "xl/workbook.xml"),
    "odt": _open_document("ODT", "text"),
    "ods": _open_document("ODS", "spreadsheet"),
    "png": Kind("PNG", "image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": Kind("JPEG", "image/jpeg", b"\xff\xd8\xff"),
}
KINDS["jpeg"] = KINDS["jpg"]
ACCEPT = ",".join(f".{extension}" for extension in KINDS)


def checked_type(upload: "UploadedFile") -> str:
    """The media type of a file that may be kept; ValidationError, in words for the person, of one that may not."""
    size = upload.size or 0
    if not size:
        raise ValidationError("Dit bestand is leeg.")
    if size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            f"Dit bestand is {_megabytes(size)} MB. Het mag hoogstens {_megabytes(settings.EVIDENCE_MAX_BYTES)} MB zijn."
        )
    extension = PurePath(upload.name or "").suffix.lower().lstrip(".")
    kind = KINDS.get(extension)
    if kind is None:
        raise ValidationError(UNKNOWN)
    upload.seek(0)
    start = upload.read(len(kind.magic))
    if start != kind.magic or (kind.entry and not _is_zip_of(kind, upload)):
        raise ValidationError(
            f"De inhoud past niet bij de naam: dit bestand heet .{extension}, maar is geen {kind.label}."
        )
    upload.seek(0)
    return kind.media_type


def _megabytes(size: int) -> str:
    """Rounded up to a tenth, so that a file that is just too large never reads as just right."""
    tenths = math.ceil(size * 10 / MEGABYTE)
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}"


def _is_zip_of(kind: Kind, upload: "UploadedFile") -> bool:
    if not _directory_is_small(upload):
        raise ValidationError("Dit bestand bevat te veel onderdelen.")
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            _refuse_unsafe(list(archive.infolist()))
            if any(entry.compress_type not in UNPACKED_IN_PIECES for entry in archive.infolist()):
                return False
            named = entries.get(kind.entry)
            if named is None or kind.part not in entries or named.file_size > MAX_TYPE_ENTRY:
                return False
            with archive.open(named) as stream:
                content = stream.read(MAX_TYPE_ENTRY)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        struct.error,
        zlib.error,
    ):
        return False
    if b"macroEnabled" in content or b"vbaProject" in content:
        raise _macros()
    return content.strip() == kind.marker if kind.entry == "mimetype" else kind.marker in content


def _refuse_unsafe(entries: list[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError("Uitgepakt is dit bestand te groot.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError("Dit bestand is met een wachtwoord beveiligd. Sla het op zonder wachtwoord.")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries) or any(
        entry.filename.startswith(("Basic/", "Scripts/")) for entry in entries
    ):
        raise _macros()


def _macros() -> ValidationError:
    return ValidationError("Dit bestand bevat macro's. Sla het op zonder macro's.")


def _directory_is_small(upload: "UploadedFile") -> bool:
    """Read the end record ourselves: `zipfile` would make an object of every entry before anyone can count them.

    Looks where `zipfile` looks. A 64-bit directory is refused: no document of this size needs one.
    """
    size = upload.size or 0
    upload.seek(max(0, size - 65_557))
    tail = upload.read()
    at = len(tail) - 22 if tail[-22:-18] == END and tail.endswith(b"\0\0") else tail.rfind(END)
    if at < 0:
        return True  # no zip at all, as the next step will say
    if len(tail) - at < 22 or tail[max(0, at - 20) : at].startswith(END_64):
        return False
    entries, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    return bool(entries <= MAX_ENTRIES and directory <= MAX_DIRECTORY)
