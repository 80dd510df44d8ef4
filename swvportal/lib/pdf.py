"""From a template to a PDF that is PDF/A-2a (to keep) and PDF/UA-1 (to read with a screen reader) at once.

A template extends `reports/pdf/base.html`. What these two standards and WeasyPrint ask of it:

* `<html lang>`, a `<title>`, and headings that do not skip a level;
* a `scope` on every `<th>`;
* a `<title>` as first child of every inline SVG, which is all that WeasyPrint reads as alternative text;
* decoration as a CSS background, never `<img alt="">`;
* raster pictures with `image-rendering: crisp-edges`;
* style sheets and pictures by their name under `static/`, such as `href="css/report.css"`; nothing else is fetched.

What people typed may hold any character, and a character without a glyph breaks PDF/A: `in_our_font` replaces what our
font cannot draw, in every document.
"""

from __future__ import annotations

import html as markup
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from fontTools.ttLib import TTFont, woff2
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# A reserved name that never resolves (RFC 2606): relative addresses are joined to it, and nothing goes to a network.
STATIC_HOST = "static.invalid"
BASE_URL = f"https://{STATIC_HOST}/"
VARIANT = "pdf/a-2a"

# The fonts of static/css/tokens.css; a character is used when every weight of one of the two families can draw it.
FONT_FAMILIES = ("ibm-plex-sans-latin", "ibm-plex-sans-latin-ext")
FONT_STYLES = ("400-normal", "400-italic", "600-normal", "700-normal")
UNKNOWN = "?"
# What people type or paste, in characters that the font has.
SPELLED_OUT = {
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "➔": "->", "➜": "->", "➤": "-", "►": "-", "▶": "-",
    "≤": "<=", "≥": ">=", "≈": "ca.", "∼": "~", "√": "v", "✓": "v", "✔": "v", "☑": "v", "✅": "v",
    "✗": "x", "✘": "x", "☒": "x", "❌": "x", "☐": "[ ]", "■": "•", "□": "•", "▪": "•", "▫": "•", "●": "•", "○": "•",
    "◦": "•", "‣": "•", "⁃": "-", "\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf0e0": "->", "‐": "-", "‑": "-",
    "‒": "–", "―": "—", "‛": "’", "‟": "”", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "∞": "oneindig",
}  # fmt: skip

# WeasyPrint writes one variant's identification; this adds the other's. PDF/A allows a property outside its own list
# only with a description of it in the same packet (ISO 19005-2, 6.6.2.3).
PDFUA_IDENTIFICATION = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


class ForbiddenResource(Exception):
    """A document asked for something that is not one of our static files."""


class StaticFilesFetcher(URLFetcher):
    """Fetches our static files by name and refuses everything else: the network, other files, data addresses.

    A refusal stops the rendering: a report without its style sheet or its picture is not a report.
    """

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != ("https", STATIC_HOST):
            raise ForbiddenResource(url)
        # find() keeps to the static folders: it raises SuspiciousFileOperation for a name that climbs out of them
        found = finders.find(unquote(parts.path).lstrip("/"))
        if not isinstance(found, str) or not Path(found).is_file():
            raise ForbiddenResource(url)
        content_type = guess_type(found)[0] or "application/octet-stream"
        return URLFetcherResponse(url, _read(found), {"Content-Type": content_type})


def _read(name: str) -> bytes:
    path = Path(name)
    if path.suffix == ".woff2":
        return _unpacked_font(name, path.stat().st_mtime_ns)
    return path.read_bytes()


@lru_cache(maxsize=32)
def _unpacked_font(name: str, changed: int) -> bytes:
    """WeasyPrint unpacks every font anew for every document; remembering it saves 0.15 of 0.8 s on a report."""
    unpacked = BytesIO()
    woff2.decompress(BytesIO(Path(name).read_bytes()), unpacked)
    return unpacked.getvalue()


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """The code points that our font can draw in every weight that documents use."""
    families = []
    for family in FONT_FAMILIES:
        styles = []
        for style in FONT_STYLES:
            found = finders.find(f"fonts/{family}-{style}.woff2")
            if not isinstance(found, str):
                raise ForbiddenResource(f"fonts/{family}-{style}.woff2")
            with TTFont(BytesIO(_read(found)), lazy=True) as font:
                styles.append(set(font.getBestCmap()))
        families.append(set.intersection(*styles))
    return frozenset(set.union(*families) - {0xFEFF, 0x200B})


def in_our_font(html: str) -> str:
    """The same document in characters that our font can draw, the others spelled out or replaced.

    A character that has no glyph would come from another font, whichever the machine has, or be drawn as the "missing"
    box, which PDF/A forbids. In this order: composed characters, our own table (→ becomes ->), Unicode's compatible
    spelling (ﬁ becomes fi), the letter without its mark (Ǆ, ṩ), nothing for what is invisible, and at last one "?" for
    every run of what is left, such as an emoji.
    """
    known = drawable()
    html = unicodedata.normalize("NFC", html)
    if all(ord(character) in known or character in "\n\t\r" for character in set(html)):
        return html
    replaced = {character: _replacement(character, known) for character in set(html)}
    return re.sub("\0+", UNKNOWN, "".join(replaced[character] for character in html))


def _replacement(character: str, known: frozenset[int]) -> str:
    """NUL marks what cannot be drawn; the caller makes one sign of a run of them."""
    if ord(character) in known or character in "\n\t\r":
        return character
    if character in SPELLED_OUT:
        return markup.escape(SPELLED_OUT[character])
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category in {"Mn", "Me", "Cf", "Cc"}:
        return ""
    for form in ("NFKC", "NFKD"):
        spelled = unicodedata.normalize(form, character)
        plain = "".join(part for part in spelled if not unicodedata.combining(part))
        if plain and all(ord(part) in known for part in plain):
            return markup.escape(plain)
    return "\0"


def render_html(template: str, context: Mapping[str, Any], *, title: str) -> str:
    """The HTML that becomes the document: in Dutch and in our own time zone, whoever asks for it."""
    here = timezone.get_default_timezone()
    with translation.override(settings.LANGUAGE_CODE), timezone.override(here):
        return render_to_string(template, {**context, "title": title})


def html_to_pdf(html: str, *, created: datetime) -> bytes:
    """Bytes that depend on the HTML, our static files, `created` and the version of WeasyPrint, and on nothing else.

    `created` must be aware. The identifier in the file is a hash of its contents. Raises ForbiddenResource.
    """
    if timezone.is_naive(created):
        raise ValueError("A document's date needs a time zone.")
    try:
        document = HTML(string=in_our_font(html), base_url=BASE_URL, url_fetcher=StaticFilesFetcher()).render(
            pdf_variant=VARIANT
        )
        metadata = document.metadata
        metadata.created = metadata.modified = created.isoformat(timespec="seconds")
        _identify_as_pdfua(metadata)
        pdf: bytes = document.write_pdf(pdf_variant=VARIANT)
    except FatalURLFetchingError as refusal:  # a BaseException, which no `except Exception` of a worker would stop
        raise ForbiddenResource(str(refusal)) from refusal
    return pdf


def render_pdf(template: str, context: Mapping[str, Any], *, title: str, created: datetime) -> bytes:
    """A template as a PDF. The same content and `created` give the same bytes; pass the content's date, not today's.

    `title` reaches the template as `title`. For the other variables of the base see `reports/pdf/base.html`.
    """
    return html_to_pdf(render_html(template, context, title=title), created=created)


def _identify_as_pdfua(metadata: Any) -> None:
    """Add PDF/UA-1 to the XMP packet, which WeasyPrint has no option for."""
    generate = metadata.generate_rdf_metadata

    def with_pdfua(*args: Any) -> bytes:
        rdf: bytes = generate(*args)
        head, end, rest = rdf.rpartition(b"</rdf:RDF>")
        return head + PDFUA_IDENTIFICATION + end + rest

    metadata.generate_rdf_metadata = with_pdfua
