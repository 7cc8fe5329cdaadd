"""The alphabet of byte-level vocabularies, RoBERTa's among ours.

Text is a row of bytes there (Radford et al., 2019), and the vocabulary writes each byte as one printable
character. A byte that is one already stands for itself; the others, the space among them (Ġ), take
characters from number 256 on.
"""

from __future__ import annotations

from functools import cache


@cache
def byte_signs() -> dict[str, int]:
    """Return which byte each character of a byte-level vocabulary stands for."""
    themselves = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in themselves]
    signs = {chr(byte): byte for byte in themselves}
    return signs | {chr(256 + number): byte for number, byte in enumerate(others)}


def bytes_of(token: str) -> bytes:
    """Return the bytes that a token spells."""
    signs = byte_signs()
    return bytes(signs[sign] for sign in token)


def hexadecimal(values: bytes) -> str:
    """Return bytes as they are written on a page."""
    return values.hex(" ").upper()


def spelling(token: str) -> str:
    """Return a token's bytes where they are not plain text."""
    values = bytes_of(token)
    is_plain = values.isascii() and values.decode().isprintable() and not values.isspace()
    return "" if is_plain else hexadecimal(values)
