"""The private world in which everything is measured: a temporary folder with environments."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_MINOR = f"python{sys.version_info[0]}.{sys.version_info[1]}"
_VERSION = ".".join(map(str, sys.version_info[:3]))
_DISTRIBUTIONS = (
    "pip-24.0",
    "click-8.1.7",
    "flask-3.0.3",
    "jinja2-3.1.4",
    "markupsafe-2.1.5",
    "werkzeug-3.0.3",
)
_RECORD = f"""\
{{
 "created": "2026-01-31T08:00:00Z",
 "editables": [],
 "pip": true,
 "platform": "{os.uname().sysname}-{os.uname().machine}",
 "python": {{
  "base": "{sys.executable}",
  "implementation": "cpython",
  "version": "{_VERSION}"
 }},
 "requirement_files": [],
 "requirements": [
  "flask"
 ],
 "schema": 1,
 "system_site_packages": false
}}
"""


class Unmeasured(Exception):
    """What is to be measured fails; the text says how."""


class World:
    """Homes with environments, and the variables that make a shell use them. Nothing is made
    before somebody asks for it; close removes it all.
    """

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="multivenv-bench-", dir=_parent())
        self._homes: dict[tuple[int, int], str] = {}
        self._real: dict[str, str] = {}
        self.peers = os.environ.get("MULTIVENV_BENCH_PEERS") or f"{ROOT}/.bench/peers"
        path = [os.path.dirname(sys.executable), "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        self.environ = {
            "HOME": self.folder("home"),
            "TMPDIR": self.folder("tmp"),
            "PATH": ":".join(path),
            "LANG": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
            "TERM": "xterm",
            "MULTIVENV_ROOT": ROOT,
            "MULTIVENV_HELPER_PYTHON": sys.executable,
        }

    def close(self) -> None:
        """Remove everything."""
        _remove(self.path)

    def remove(self, name: str) -> None:
        """Remove a folder; folder makes it anew."""
        _remove(f"{self.path}/{name}")

    def folder(self, name: str) -> str:
        """A folder of that name, made if it is not there."""
        path = f"{self.path}/{name}"
        os.makedirs(path, exist_ok=True)
        return path

    def peer(self, name: str) -> str | None:
        """Path of a tool to compare with, None if it is not installed."""
        return shutil.which(name, path=f"{self.peers}/bin:{os.environ.get('PATH', '')}")

    def home(self, count: int, more: int = 0) -> str:
        """A home with so many environments, written here: nothing in them was ever started. more:
        packages in each, on top of the usual ones.
        """
        if (count, more) not in self._homes:
            home = self._homes[count, more] = self.folder(f"home-{count}-{more}")
            names = [*_DISTRIBUTIONS, *(f"package_{number}-1.{number}" for number in range(more))]
            links = self._links(names)
            for number in range(count):
                _write(f"{home}/{environment(number)}", links, names)
        return self._homes[count, more]

    def can_make(self, maker: str) -> bool:
        """Whether there is the tool that an environment is to be made with."""
        return maker.startswith("venv") or self.peer(maker) is not None

    def real(self, maker: str) -> str:
        """Path of an environment that a tool has made: `venv`, `venv --without-pip`, `virtualenv`
        or `uv`. Raises Unmeasured.
        """
        if maker not in self._real:
            path = f"{self.folder('real')}/{maker.replace(' ', '')}"
            self._make(maker, path)
            self._real[maker] = path
        return self._real[maker]

    def _make(self, maker: str, path: str) -> None:
        tool, _, option = maker.partition(" ")
        words = {
            "venv": [sys.executable, "-I", "-m", "venv"],
            "virtualenv": [self.peer(tool) or tool, "--python", sys.executable],
            "uv": [self.peer(tool) or tool, "venv", "--python", sys.executable],
        }[tool]
        words = [*words, *filter(None, [option]), path]
        done = subprocess.run(words, env=self.environ, capture_output=True, check=False)
        if done.returncode:
            text = done.stderr.decode("utf-8", "replace")
            raise Unmeasured(f"status {done.returncode} of {' '.join(words)}:\n{text}")

    def _links(self, distributions: list[str]) -> dict[str, str]:
        """The files that all environments share as hard links: where they go, and the file."""
        site = f"lib/{_MINOR}/site-packages"
        links = {
            ".project": f"{self.folder('project')}\n",
            ".last-used": "",
            ".multivenv.json": _RECORD,
        }
        for each in distributions:
            name, _, version = each.partition("-")
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            links[f"{site}/{each}.dist-info/METADATA"] = metadata
            links[f"{site}/{name}/__init__.py"] = ""
        templates = self.folder("templates")
        return {
            place: _written(f"{templates}/{number}", text)
            for number, (place, text) in enumerate(links.items())
        }


def _parent() -> str:
    """The folder for temporary files, if activation scripts have nothing to quote in its path: at
    any other path an environment takes longer to make.
    """
    folder = os.path.realpath(tempfile.gettempdir())
    plain = re.fullmatch(r"[\w/.+-]+", folder, re.ASCII)
    return folder if plain else os.path.realpath("/tmp")  # noqa: S108 # mkdtemp makes its own


def _remove(path: str) -> None:
    """`rm` takes a third of the time that shutil.rmtree does."""
    subprocess.run(["rm", "-rf", "--", path], check=False)


def environment(number: int) -> str:
    """Name of an environment. The part before the `-` is a unique prefix."""
    return f"env{number:05d}-api"


def _write(path: str, links: dict[str, str], distributions: list[str]) -> None:
    """An environment as venv and pip would have made it."""
    for folder in _folders(distributions):
        os.mkdir(f"{path}/{folder}")
    _written(f"{path}/pyvenv.cfg", _config(path))
    _written(f"{path}/bin/pip", f"#!{path}/bin/python\nimport sys\n")
    os.symlink(sys.executable, f"{path}/bin/python")
    os.symlink("python", f"{path}/bin/python3")
    os.symlink("python", f"{path}/bin/{_MINOR}")
    for place, file in links.items():
        os.link(file, f"{path}/{place}")


def _folders(distributions: list[str]) -> list[str]:
    site = f"lib/{_MINOR}/site-packages"
    packages = [f"{site}/{each.partition('-')[0]}" for each in distributions]
    infos = [f"{site}/{each}.dist-info" for each in distributions]
    return ["", "bin", "lib", f"lib/{_MINOR}", site, *packages, *infos]


def _config(path: str) -> str:
    return (
        f"home = {os.path.dirname(sys.executable)}\n"
        "include-system-site-packages = false\n"
        f"version = {_VERSION}\n"
        f"executable = {sys.executable}\n"
        f"command = {sys.executable} -m venv {path}\n"
    )


def _written(file: str, text: str) -> str:
    with open(file, "w", encoding="utf-8") as lines:
        lines.write(text)
    return file
