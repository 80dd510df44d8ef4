"""A file with which anyone can check a seal with nothing but SHA-256."""

import io
import zipfile
from dataclasses import dataclass

GUIDE = """\
Zo rekent u dit zegel na
========================

{contents}
{note}
Het zegel is de SHA-256 van het zout, direct gevolgd door de inhoud. Reken het na met:

  Linux of macOS:  cat zout.bin {name} | sha256sum
  Windows:         copy /b zout.bin+{name} samen.bin
                   certutil -hashfile samen.bin SHA256

De uitkomst moet gelijk zijn aan zegel.txt, en aan het zegel in de e-mail van die dag:

  {seal}

Het zout in hexadecimale tekens: {salt}
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What kind of thing was sealed: the name of its file, what it holds, who got the seal, and what else a reader must
    know of it (a line, or nothing)."""

    name: str
    content: str
    parties: str
    note: str = ""

    def archive(self, *, seal: str, salt: bytes, content: bytes) -> bytes:
        """Salt, bytes and seal as a zip, stored without compression so that it is the same each time."""
        files = {
            "LEESMIJ.txt": self._guide(seal, salt).encode(),
            self.name: content,
            "zout.bin": salt,
            "zegel.txt": f"{seal}\n".encode(),
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, body in files.items():
                archive.writestr(zipfile.ZipInfo(name), body)
        return buffer.getvalue()

    def _guide(self, seal: str, salt: bytes) -> str:
        told = {
            self.name: f"{self.content}, precies zoals die bij het indienen is vastgelegd",
            "zout.bin": "32 willekeurige bytes; zij maken dat niemand het zegel kan raden",
            "zegel.txt": f"het zegel dat {self.parties} bij het indienen kregen, per e-mail en in het portaal",
        }
        wide = max(map(len, told))
        contents = "\n".join(f"{name:{wide}}  {what}" for name, what in told.items())
        note = f"\n{self.note}\n" if self.note else ""
        return GUIDE.format(contents=contents, note=note, name=self.name, seal=seal, salt=salt.hex())
