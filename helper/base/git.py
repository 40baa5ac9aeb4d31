"""What is checked out in a folder, read from .git without git.

Formats: gitrepository-layout(5), HEAD and refs; git-config(1), as far as `git clone` writes it.
"""

from __future__ import annotations

import os

from helper.base.files import first_line, read_or_nothing
from helper.base.urls import url_of


def checkout(folder: str) -> tuple[str, str] | None:
    """`git+URL@COMMIT` of a folder in a clone, as pip writes it, and the folder's path within the
    clone; None if that cannot be told.
    """
    root = folder
    while not os.path.lexists(f"{root}/.git"):
        root, last = os.path.split(root)
        if not last:
            return None
    git = _git_folder(f"{root}/.git")
    shared = os.path.join(git, first_line(f"{git}/commondir") or "")  # of a worktree
    commit, url = _commit(git, shared), _remote(f"{shared}/config")
    if not commit or not url:
        return None
    return f"git+{url}@{commit}", folder[len(root) + 1 :]


def _git_folder(path: str) -> str:
    """Where the repository is: a submodule and a worktree have a file that tells."""
    line = None if os.path.isdir(path) else first_line(path)
    if line is None or not line.startswith("gitdir: "):
        return path
    return os.path.join(os.path.dirname(path), line[len("gitdir: ") :])


def _commit(git: str, shared: str) -> str | None:
    head = first_line(f"{git}/HEAD") or ""
    if not head.startswith("ref: "):
        return head or None
    name = head[len("ref: ") :]
    commit = first_line(f"{shared}/{name}")
    if commit:
        return commit
    for line in os.fsdecode(read_or_nothing(f"{shared}/packed-refs", 1 << 20)).split("\n"):
        commit, _, packed = line.partition(" ")
        if packed == name:
            return commit
    return None


def _remote(config: str) -> str | None:
    """The URL that it was cloned from, as pip can use it."""
    section = ""
    urls: dict[str, str] = {}
    for line in os.fsdecode(read_or_nothing(config, 1 << 16)).split("\n"):
        text = line.strip()
        if text.startswith("["):
            section = text
        key, equals, value = text.partition("=")
        if equals and key.strip() == "url" and section.startswith('[remote "'):
            urls.setdefault(section, value.strip())
    url = urls.get('[remote "origin"]') or next(iter(urls.values()), None)
    if url is None or "://" in url:
        return url
    if url.startswith("/"):
        return url_of(url)
    host, colon, path = url.partition(":")  # git@host:path, as scp has it
    return f"ssh://{host}/{path}" if colon else None
