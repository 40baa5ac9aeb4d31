"""Writing pyvenv.cfg (PEP 405), and what else tells an environment which interpreter it has."""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.inspection.facts import Facts
from helper.interpreters.query import Interpreter
from helper.store import records
from helper.store.home import RECORD

if TYPE_CHECKING:
    from typing import Callable

_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?t?)?|pypy(?:\d(?:\.\d+)?)?")


def point(facts: Facts, base: Interpreter, asked: str | None) -> None:
    """Make an environment one of that interpreter's, which has to be of the same minor version as
    its packages; asked is how the user named it, if at all. Each file is replaced in one step;
    done again, it comes to the same.

    Raises OSError.
    """
    _link(f"{facts.path}/bin", base)
    note(facts, base, asked)


def note(facts: Facts, base: Interpreter, asked: str | None, home: str | None = None) -> None:
    """Write down the interpreter that an environment has; asked is how the user named it, if at
    all, home its folder, if it is known by another name than its own. Raises OSError.
    """
    home = home or os.path.dirname(base.path)
    path = f"{facts.path}/pyvenv.cfg"
    text = None
    if facts.config.problem is None and facts.config.home and not facts.legacy:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = _changed(file.read(), base, home)
    if text is None:
        system = facts.config.system_site or bool((facts.record or {}).get("system_site_packages"))
        text = _new(facts.path, base, system)
    _replace(path, text)
    if facts.record is not None:
        python = facts.record.get("python")
        known = python if isinstance(python, dict) else {}
        path = f"{home}/{os.path.basename(base.path)}"
        now = {"version": base.text, "implementation": base.implementation, "base": path}
        if asked is not None:
            now["asked"] = asked
        record = {**facts.record, "python": {**known, **now}}
        records.write(f"{facts.path}/{RECORD}", record, f"{facts.path}/{RECORD}.new")
    forget_soundness(facts.path)


def forget_soundness(path: str) -> None:
    """What usevenv has noted of an environment that was sound does not hold any more."""
    try:
        os.unlink(f"{path}/.multivenv-sound")
    except FileNotFoundError:
        pass


def _changed(text: str, base: Interpreter, home: str) -> str:
    """The text of a pyvenv.cfg with another interpreter, its lines and their order kept."""
    real = os.path.realpath(base.path)
    prefix = os.path.dirname(home)
    now: dict[str, Callable[[str], str]] = {
        "home": lambda old: home,
        "executable": lambda old: real,
        "version": lambda old: base.text,
        # virtualenv writes 3.12.4.final.0, uv 3.12.4, or 3.12 for those that it upgrades itself
        "version_info": lambda old: _like(old, base.text),
        "base-prefix": lambda old: prefix,
        "base-exec-prefix": lambda old: prefix,
        "base-executable": lambda old: real,
    }
    lines = text.split("\n")
    for index, line in enumerate(lines):
        key, equals, value = line.partition("=")
        change = now.get(key.strip().lower())
        if equals and change:
            end = "\r" if line.endswith("\r") else ""
            lines[index] = f"{key.rstrip()} = {change(value.strip())}{end}"
    return "\n".join(lines)


def _like(old: str, version: str) -> str:
    parts = old.split(".")
    numbers = re.split(r"[^\d.]", version)[0].split(".")
    return ".".join([*numbers[: len(parts)], *parts[len(numbers) :]])


def _new(path: str, base: Interpreter, system: bool) -> str:
    """A pyvenv.cfg as venv writes it."""
    return (
        f"home = {os.path.dirname(base.path)}\n"
        f"include-system-site-packages = {'true' if system else 'false'}\n"
        f"version = {base.text}\n"
        f"executable = {os.path.realpath(base.path)}\n"
        f"command = {base.path} -m venv {path}\n"
    )


def _link(folder: str, base: Interpreter) -> None:
    """Let the names of the interpreter in a bin folder lead to another one."""
    os.makedirs(folder, exist_ok=True)
    names = {name for name in os.listdir(folder) if _PYTHON.fullmatch(name)}
    names |= {"python", "python3", f"python{base.minor}"}
    for name in sorted(names, key=len):  # `python` first: the others lead to it
        target = base.path if name == "python" else "python"
        temporary = f"{folder}/.{name}.new"
        if os.path.lexists(temporary):
            os.unlink(temporary)
        os.symlink(target, temporary)
        _clear(f"{folder}/{name}")
        os.replace(temporary, f"{folder}/{name}")


def _replace(path: str, text: str) -> None:
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
    _clear(path)
    os.replace(temporary, path)


def _clear(path: str) -> None:
    """Put a folder aside that is where a file has to be."""
    if os.path.isdir(path) and not os.path.islink(path):
        aside = f"{path}.old"
        while os.path.lexists(aside):
            aside += ".old"
        os.rename(path, aside)
