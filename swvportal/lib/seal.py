"""The seal of a form: canonical bytes, a salt, and SHA-256 over both."""

import hashlib
import json
import secrets
import unicodedata
from typing import Any

SALT_BYTES = 32


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def canonical_bytes(content: Any) -> bytes:
    """JSON of `content` that is the same for the same content: keys sorted, no spaces, UTF-8.

    Texts are in Unicode's composed form (NFC) with plain line feeds, so that the same words typed on two machines give
    the same bytes.
    """
    return json.dumps(
        _normalised(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def seal_of(salt: bytes, content: bytes) -> str:
    """SHA-256 over the salt followed by the canonical bytes, in hex.

    The salt keeps the seal from being guessed: twelve indicators with four levels are few enough to try them all.
    """
    return hashlib.sha256(salt + content).hexdigest()


def normalise_text(text: str) -> str:
    """Plain line feeds and composed characters, without blanks at the ends.

    And without NUL, which no key types and PostgreSQL cannot store.
    """
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


def _normalised(value: Any) -> Any:
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normalised(item) for item in value]
    return value
