"""File URLs, as direct_url.json has them."""

from __future__ import annotations


def path_of(url: str) -> str:
    """The path in a file URL; any other text as it is."""
    if not url.startswith("file:///"):
        return url
    from urllib.parse import unquote

    return unquote(url[len("file://") :], errors="surrogateescape")


def url_of(path: str) -> str:
    """The file URL of an absolute path."""
    import os
    from urllib.parse import quote

    return f"file://{quote(os.fsencode(path))}"
