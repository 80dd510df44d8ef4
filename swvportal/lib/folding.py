"""Texts without case and accents, so that "bahurim" finds "Bahûrim" on every database."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents, blanks collapsed. ß becomes ss; a letter without accents to lose stays itself."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())
