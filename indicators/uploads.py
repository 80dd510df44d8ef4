"""What may be uploaded as evidence: known by its content, checked before anything opens it.

A zip-based file is judged by its directory of contents; only the one small entry that names its type is unpacked.
"""

import math
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, cast

from django.conf import settings
from django.core.exceptions import ValidationError

from swvportal.lib import zips
from swvportal.lib.zips import MEGABYTE

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_UNPACKED = 300 * MEGABYTE

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
    return Kind(label, _OFFICE + name, zips.START, "[Content_Types].xml", marker, part)


def _open_document(label: str, name: str) -> Kind:
    return Kind(label, _OPEN + name, zips.START, "mimetype", (_OPEN + name).encode(), "content.xml")


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
    try:
        with zips.opened(cast("IO[bytes]", upload), upload.size or 0, max_unpacked=MAX_UNPACKED) as archive:
            content = zips.small_entry(archive, kind.entry)
            if content is None or kind.part not in archive.namelist():
                return False
    except zips.BrokenZip:
        return False
    except zips.RefusedZip as error:
        raise ValidationError(str(error)) from error
    if b"macroEnabled" in content or b"vbaProject" in content:
        raise ValidationError(zips.MACROS)
    return content.strip() == kind.marker if kind.entry == "mimetype" else kind.marker in content
