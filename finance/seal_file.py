"""A file with which anyone can check the seal of an account with nothing but SHA-256."""

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finance.models import AccountSeal

GUIDE = """\
Zo rekent u dit zegel na
========================

verantwoording.json  de inhoud van de verantwoording, precies zoals die bij het indienen is vastgelegd
zout.bin             32 willekeurige bytes; zij maken dat niemand het zegel kan raden
zegel.txt            het zegel dat school en SWV bij het indienen kregen, per e-mail en in het portaal

Bedragen staan in eurocenten. De controleverklaring zelf zit er niet in, wel haar SHA-256.

Het zegel is de SHA-256 van het zout, direct gevolgd door de inhoud. Reken het na met:

  Linux of macOS:  cat zout.bin verantwoording.json | sha256sum
  Windows:         copy /b zout.bin+verantwoording.json samen.bin
                   certutil -hashfile samen.bin SHA256

De uitkomst moet gelijk zijn aan zegel.txt, en aan het zegel in de e-mail van die dag:

  {seal}

Het zout in hexadecimale tekens: {salt}
"""


def account_seal_archive(seal: "AccountSeal") -> bytes:
    """Salt, bytes and seal as a zip, stored without compression so that it is the same each time."""
    salt = bytes(seal.salt)
    files = {
        "LEESMIJ.txt": GUIDE.format(seal=seal.seal, salt=salt.hex()).encode(),
        "verantwoording.json": bytes(seal.content),
        "zout.bin": salt,
        "zegel.txt": f"{seal.seal}\n".encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    return buffer.getvalue()
