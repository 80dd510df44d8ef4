"""A file with which anyone can check a seal with nothing but SHA-256."""

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.models import Assessment

GUIDE = """\
Zo rekent u dit zegel na
========================

formulier.json  de inhoud van het formulier, precies zoals die bij het indienen is vastgelegd
zout.bin        32 willekeurige bytes; zij maken dat niemand het zegel kan raden
zegel.txt       het zegel dat beide partijen bij het indienen kregen, per e-mail en in het portaal

Het zegel is de SHA-256 van het zout, direct gevolgd door de inhoud. Reken het na met:

  Linux of macOS:  cat zout.bin formulier.json | sha256sum
  Windows:         copy /b zout.bin+formulier.json samen.bin
                   certutil -hashfile samen.bin SHA256

De uitkomst moet gelijk zijn aan zegel.txt, en aan het zegel in de e-mail van die dag:

  {seal}

Het zout in hexadecimale tekens: {salt}
"""


def seal_archive(assessment: "Assessment") -> bytes:
    """Salt, bytes and seal as a zip, stored without compression so that it is the same each time."""
    salt, content = bytes(assessment.salt or b""), bytes(assessment.sealed_bytes or b"")
    files = {
        "LEESMIJ.txt": GUIDE.format(seal=assessment.seal, salt=salt.hex()).encode(),
        "formulier.json": content,
        "zout.bin": salt,
        "zegel.txt": f"{assessment.seal}\n".encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    return buffer.getvalue()
