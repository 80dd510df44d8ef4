"""Where files are kept that only views give out."""

from pathlib import PurePath

from django.core.files.storage import FileSystemStorage

LONGEST_SUFFIX = 10
LONGEST = 150  # bytes; most file systems take 255, of which some go to what keeps two of one name apart


class PrivateStorage(FileSystemStorage):
    """A name on the disk is short enough in bytes too: two hundred accented letters are more than a disk takes."""

    def get_valid_name(self, name: str) -> str:
        valid = super().get_valid_name(name)
        suffix = PurePath(valid).suffix
        if len(suffix) > LONGEST_SUFFIX:
            suffix = ""
        stem = valid.removesuffix(suffix).encode()[:LONGEST].decode(errors="ignore")
        return f"{stem}{suffix}"
