"""Seals: they mark what the user typed for pip, so that no record from elsewhere can fake it.

Records come with the environments that users adopt, copy in and unpack. A seal is an HMAC with a
key that only this home has.
"""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.store import records

if TYPE_CHECKING:
    from typing import Sequence

    from helper.store.home import Home

_BYTES = 32


def sealed(home: Home, words: Sequence[str]) -> records.Record:
    """These words with their seal, for a record. Raises OSError."""
    key = _key(home) or _new_key(home)
    return {"words": list(words), "seal": _seal(key, words)}


def unsealed(home: Home, part: records.Record) -> list[str] | None:
    """The words in a part of a record; None if this home did not seal them."""
    from hmac import compare_digest

    words, seal, key = records.texts(part, "words"), records.text(part, "seal"), _key(home)
    if key is None or seal is None or not seal.isascii():
        return None
    return words if compare_digest(seal, _seal(key, words)) else None


def _new_key(home: Home) -> bytes:
    """Write a key, unless another verb has just done so. Raises OSError."""
    path = home.state("key")
    new = f"{path}-{os.getpid()}.new"
    files.in_folder_of(path, lambda: files.write(new, os.urandom(_BYTES), mode=0o600, durable=True))
    try:
        os.link(new, path)
    except FileExistsError:
        if _key(home) is None:  # a crash of the machine can empty it
            os.rename(new, path)
    except OSError:  # a file system without hard links
        os.rename(new, path)
    finally:
        files.drop(new)
    return files.read(path)


def _key(home: Home) -> bytes | None:
    """The key of a home; None if it has none that only the user can have written."""
    path = home.state("key")
    found = files.read_or_nothing(path) if files.is_own(path) else b""
    return found if len(found) == _BYTES else None


def _seal(key: bytes, words: Sequence[str]) -> str:
    import hmac

    text = "\0".join(words).encode("utf-8", "surrogateescape")
    return hmac.new(key, text, "sha256").hexdigest()
