"""Usage: files.py WORLD ROOT SHELL... [-- OPTION...]

Puts something hostile in the place of each file that multivenv reads, runs each verb on a terminal,
and prints what went wrong: a traceback, a hang, a control character on the terminal, or a crash.

ROOT is the folder of multivenv.sh, SHELL the words that start a shell. Options:

  --only TEXT   only the cases whose name contains it
  --shell       only the verbs that the shell itself runs
  --one-of N    only each Nth case
  --jobs N      cases at a time
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any, Callable, NamedTuple

SIGNS = "\x1b[31m\x1b]0;title\x07\x9b2J\x85\x7f"
"""Controls of a terminal, as ASCII and from U+0080 to U+009F."""
HANG = 60
"""Seconds for a verb to end. A machine may be busy; a verb that waits for a FIFO never ends."""
WORK = 2
"""Seconds of processor time that a verb may need beyond what it needs without anything hostile."""


# ---- the forms -----------------------------------------------------------------------------------


def fifo(path: str, was: bytes) -> None:
    os.mkfifo(path)


def folder(path: str, was: bytes) -> None:
    os.mkdir(path)


def loop(path: str, was: bytes) -> None:
    os.symlink(os.path.basename(path), path)


def device(path: str, was: bytes) -> None:
    os.symlink("/dev/zero", path)


def empty(path: str, was: bytes) -> None:
    put(path, b"")


def truncated(path: str, was: bytes) -> None:
    put(path, was[: len(was) // 2])


def sparse(path: str, was: bytes) -> None:
    put(path, was)
    os.truncate(path, 1 << 30)


def controls(path: str, was: bytes) -> None:
    put(path, spoiled(was, SIGNS, os.fsencode(SIGNS)))


def binary(path: str, was: bytes) -> None:
    put(path, spoiled(was, "\0\ud800", b"\0\xff\xfe\x9b31m"))


def nested(path: str, was: bytes) -> None:
    put(path, b'{"a":' + b"[" * 60000 if was.startswith(b"{") else b"[" * (1 << 21))


FORMS: list[Callable[[str, bytes], None]] = [
    *(fifo, folder, loop, device, empty),
    *(truncated, sparse, controls, binary, nested),
]


def put(path: str, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)


def spoiled(was: bytes, text: str, data: bytes) -> bytes:
    """A file with something at the end of each of its lines; of JSON, at the end of each text."""
    if was.startswith(b"{"):
        return json.dumps(spoiled_value(json.loads(was), text)).encode()
    return b"".join(line + data + b"\n" for line in was.split(b"\n"))


def spoiled_value(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return value + text
    if isinstance(value, list):
        return [spoiled_value(each, text) for each in value]
    if isinstance(value, dict):
        return {key: spoiled_value(each, text) for key, each in value.items()}
    return value


# ---- the files -----------------------------------------------------------------------------------

SITE = f"home/.multivenv/web/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
FILES = [
    "base/include/python3.12/patchlevel.h",
    "home/.cache/multivenv/helper-python",
    "home/.cache/multivenv/interpreters",
    "home/.cache/multivenv/seeds/one/seed.json",
    "home/.cache/multivenv/seeds/one/wheels/pip-24.0-py3-none-any.whl",
    "home/.conda/environments.txt",
    "home/.local/bin/demo",
    "home/.multivenv/.multivenv/bindings",
    "home/.multivenv/.multivenv/last-removed",
    "home/.multivenv/.multivenv/locks/web",
    "home/.multivenv/.multivenv/recipes/gone",
    "home/.multivenv/.multivenv/temporary/web",
    "home/.multivenv/half/.multivenv-incomplete",
    "home/.multivenv/legacy/lib/python2.7/orig-prefix.txt",
    "home/.multivenv/other/bin/python",
    "home/.multivenv/web/.last-used",
    "home/.multivenv/web/.multivenv-open",
    "home/.multivenv/web/.multivenv-sound",
    "home/.multivenv/web/.multivenv-projects",
    "home/.multivenv/web/.multivenv.json",
    "home/.multivenv/web/.project",
    "home/.multivenv/web/bin/activate",
    "home/.multivenv/web/bin/demo",
    "home/.multivenv/web/bin/pip",
    "home/.multivenv/web/bin/python",
    "home/.multivenv/web/lib",
    "home/.multivenv/web/pyvenv.cfg",
    f"{SITE}/demo-1.0.dist-info/METADATA",
    f"{SITE}/demo-1.0.dist-info/RECORD",
    f"{SITE}/demo-1.0.dist-info/REQUESTED",
    f"{SITE}/demo-1.0.dist-info/direct_url.json",
    f"{SITE}/demo-1.0.dist-info/entry_points.txt",
    f"{SITE}/linked.egg-link",
    f"{SITE}/mine-1.0.dist-info/direct_url.json",
    f"{SITE}/old-1.0.egg-info/PKG-INFO",
    f"{SITE}/old-1.0.egg-info/installed-files.txt",
    "home/.virtualenvs/theirs/.project",
    "home/.virtualenvs/theirs/pyvenv.cfg",
    "home/project/.git/HEAD",
    "home/project/.git/config",
    "home/project/.git/packed-refs",
    "home/project/.git/refs/heads/main",
    "home/project/.python-envs",
    "home/project/.python-version",
    "home/project/.venv",
    "home/project/mine.egg-info/entry_points.txt",
]
"""Files that verbs read, relative to the world."""
ASKED = ("home/.cache/multivenv/helper-python", "home/project/.python-envs", "home/project/.venv")
"""Of these, the files whose size dash and yash find out before they read them."""


def build(world: str) -> None:
    """Create all of these files, as they should be, and keep a copy of them."""
    home = f"{world}/home"
    for name in ("web", "other"):
        words = [sys.executable, "-m", "venv", "--without-pip", f"{home}/.multivenv/{name}"]
        subprocess.run(words, check=True)
    web = f"{home}/.multivenv/web"
    python = os.path.realpath(sys.executable)
    info = os.stat(python)
    created = {"schema": 1, "created": "2026-01-01T00:00:00Z", "platform": "Linux-x86_64"}
    version = "{}.{}.{}".format(*sys.version_info[:3])
    created["python"] = {
        "asked": "3",
        "version": version,
        "implementation": "cpython",
        "base": python,
    }
    created.update(
        requirements=["demo"], requirement_files=["/r.txt"], editables=[f"{home}/project"]
    )
    owner = {"name": "web", "process": 1, "started": "1", "machine": "m", "boot": "b"}
    recipe = {
        "name": "gone",
        "removed": "2026-01-01T00:00:00Z",
        "record": created,
        "python": version,
        "system_site_packages": False,
        "project": f"{home}/project",
        "dot_venv": True,
        "python_envs": True,
        "links": ["demo"],
        "distributions": [],
    }
    seed = {"schema": 1, "base": python, "umask": 18, "files": [], "scripts": [], "records": []}
    answer = [python, version, "cpython", "", os.path.dirname(os.__file__)]
    answer += [str(info.st_size), str(info.st_mtime_ns), "", python]
    commit = "1" * 40
    texts: dict[str, Any] = {
        "base/include/python3.12/patchlevel.h": '#define PY_VERSION "3.12.4"\n',
        "base/bin/python3.12": "#!/bin/sh\n",
        "base/lib/python3.12/os.py": "",
        "home/.cache/multivenv/helper-python": f"{python}\n",
        "home/.cache/multivenv/interpreters": "multivenv interpreters 1\n{}\n".format(
            "|".join(answer)
        ),
        "home/.cache/multivenv/seeds/one/seed.json": seed,
        "home/.cache/multivenv/seeds/one/wheels/pip-24.0-py3-none-any.whl": "PK",
        "home/.conda/environments.txt": f"{home}/conda\n",
        "home/.multivenv/.multivenv/bindings": f"{home}/project|web\n",
        "home/.multivenv/.multivenv/last-removed": {"removed": [{"name": "gone", "target": None}]},
        "home/.multivenv/.multivenv/locks/web": "mkvenv, process 1 on nowhere",
        "home/.multivenv/.multivenv/recipes/gone": recipe,
        "home/.multivenv/.multivenv/temporary/web": "1\n",
        "home/.multivenv/half/.multivenv-incomplete": created,
        "home/.multivenv/legacy/bin/activate": "",
        "home/.multivenv/legacy/lib/python2.7/orig-prefix.txt": "/usr",
        "home/.multivenv/legacy/lib/python2.7/site-packages/x.py": "",
        "home/.multivenv/web/.last-used": "",
        "home/.multivenv/web/.multivenv-open": "",
        "home/.multivenv/web/.multivenv.json": {**created, "temporary": owner},
        "home/.multivenv/web/.multivenv-sound": f"{web}|{python}|{SITE.split('/')[-2]}|venv\n",
        "home/.multivenv/web/.project": f"{home}/project\n",
        "home/.multivenv/web/bin/demo": f"#!{web}/bin/python\nprint()\n",
        "home/.multivenv/web/bin/pip": f"#!{web}/bin/python\nprint()\n",
        f"{SITE}/demo-1.0.dist-info/METADATA": "Name: demo\nVersion: 1.0\nRequires-Dist: pip\n",
        f"{SITE}/demo-1.0.dist-info/RECORD": "demo.py,,\n../../../bin/demo,,\n",
        f"{SITE}/demo-1.0.dist-info/REQUESTED": "",
        f"{SITE}/demo-1.0.dist-info/direct_url.json": {"url": f"file://{home}/demo-1.0.zip"},
        f"{SITE}/demo-1.0.dist-info/entry_points.txt": "[console_scripts]\ndemo = demo:main\n",
        f"{SITE}/linked.egg-link": f"{home}/project\n",
        f"{SITE}/mine-1.0.dist-info/METADATA": "Name: mine\nVersion: 1.0\n",
        f"{SITE}/mine-1.0.dist-info/direct_url.json": {
            "url": f"file://{home}/project",
            "dir_info": {"editable": True},
        },
        f"{SITE}/old-1.0.egg-info/PKG-INFO": "Name: old\nVersion: 1.0\n",
        f"{SITE}/old-1.0.egg-info/installed-files.txt": "../../../../bin/demo\n",
        "home/.virtualenvs/theirs/bin/python": "",
        "home/.virtualenvs/theirs/.project": f"{home}/project\n",
        "home/.virtualenvs/theirs/pyvenv.cfg": f"home = {world}/base/bin\nversion = 3.12.4\n"
        "virtualenv = 20.1\n",
        "home/conda/conda-meta/history": "",
        "home/.multivenv/web/.multivenv-projects": f"{home}/project/sub\n",
        "home/project/.git/HEAD": "ref: refs/heads/main\n",
        "home/project/.git/config": '[remote "origin"]\n\turl = https://example.org/mine\n',
        "home/project/.git/packed-refs": f"{commit} refs/heads/main\n",
        "home/project/.git/refs/heads/main": f"{commit}\n",
        "home/project/.python-envs": f"{web}\n",
        "home/project/.python-version": "theirs\n",
        "home/project/mine.egg-info/entry_points.txt": "[console_scripts]\nmine = mine:main\n",
        "home/project/sub/file": "",
    }
    # names cannot be damaged, but have signs too
    evil = f"home/.multivenv/evil{SIGNS.replace('/', '')}"
    texts[f"{evil}/pyvenv.cfg"] = (
        f"home = {world}/base/bin\nversion = 3.12.4\nvirtualenv = 1{SIGNS}\n"
    )
    texts[f"{evil}/lib/python3.9{SIGNS}/site-packages/x.py"] = ""
    texts[f"{evil}/.project"] = f"/nowhere{SIGNS}\n"
    for where, text in texts.items():
        path = f"{world}/{where}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        put(path, json.dumps(text).encode() if isinstance(text, dict) else os.fsencode(text))
    for path in (f"{web}/bin/demo", f"{web}/bin/pip", f"{world}/base/bin/python3.12"):
        os.chmod(path, 0o755)
    theirs = f"{home}/.virtualenvs/theirs/bin/python"
    os.unlink(theirs)
    os.symlink(f"{world}/base/bin/python3.12", theirs)
    os.symlink(web, f"{home}/project/.venv")
    os.makedirs(f"{home}/.local/bin")
    os.symlink(f"{web}/bin/demo", f"{home}/.local/bin/demo")


# ---- the verbs -----------------------------------------------------------------------------------

IN_SHELL = [
    "usevenv web; stopvenv",
    "usevenv web; usevenv other; usevenv -",
    "cd project/sub; usevenv",
    "usevenv half",
    "usevenv legacy",
    "cdvenv web",
    "cdvenv --project web",
    "cdvenv --site web",
    "runvenv web true",
    "runvenv --all true",
]
"""Verbs that the shell itself runs, if nothing is wrong."""
BY_HELPER = [
    "lsvenvs",
    "lsvenvs --long",
    "lsvenvs --names",
    "lsvenvs --json",
    "lsvenvs --size --sort created",
    "lsvenvs --unused 1 --orphans",
    "lsvenvs --deep",
    "showvenv web",
    "showvenv --json web",
    "freezevenv web",
    "freezevenv --requested half",
    "fixvenv --dry-run --all",
    "fixvenv -y web half legacy",
    "fixvenv --all -y",
    "fixvenv -y -p 3 web",
    "cpvenv web copy",
    "mvvenv web moved",
    "rmvenv -y web half",
    "mkvenv --restore",
    "rmvenv -y --unused 0 --orphans",
    "mkvenv --restore gone --no-use",
    "mkvenv --restore --last",
    "mkvenv --no-use --without-pip new",
    "mkvenv --no-use --without-pip web",
    "bindvenv web project/sub --dot-venv --python-envs",
    "bindvenv --remove --dot-venv --python-envs web",
    "linkvenv",
    "linkvenv web",
    "linkvenv --remove web",
    "multivenv adopt .virtualenvs/theirs adopted",
    "multivenv adopt --all -y .",
    "multivenv discover .",
    "multivenv discover --json",
    "multivenv pythons",
    "multivenv doctor",
    "multivenv doctor --fix",
]


class Case(NamedTuple):
    file: str
    form: Callable[[str, bytes], None]
    verb: str

    @property
    def name(self) -> str:
        return f"{self.form.__name__} as {self.file}: {self.verb}"


class Ended(NamedTuple):
    status: int | None
    """None if it did not end."""
    output: bytes
    work: float


class World:
    """A folder of its own, in which one case at a time happens."""

    def __init__(self, path: str, root: str, shell: list[str], seeds: str) -> None:
        self.path = path
        self.shell = shell
        os.makedirs(f"{path}/pycache")
        build(path)
        for name in os.listdir(seeds):  # a verb that has to build something does it in no time
            os.symlink(f"{seeds}/{name}", f"{path}/home/.cache/multivenv/seeds/{name}")
        for each in ("home", "base"):
            shutil.copytree(f"{path}/{each}", f"{path}/kept/{each}", symlinks=True)
        self.environ = {
            "HOME": f"{path}/home",
            "PATH": f"{path}/bin:{os.path.dirname(sys.executable)}:/usr/bin:/bin",
            "TMPDIR": f"{path}/tmp",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "NO_COLOR": "1",
            "MULTIVENV_ROOT": root,
            "PIP_NO_INDEX": "1",
        }
        self.needed: dict[str, float] = {}

    def restore(self) -> None:
        for each in ("home", "base", "tmp"):
            shutil.rmtree(f"{self.path}/{each}", ignore_errors=True)
        for each in ("home", "base"):
            shutil.copytree(f"{self.path}/kept/{each}", f"{self.path}/{each}", symlinks=True)
        os.mkdir(f"{self.path}/tmp")
        # compiling the helper each time would take most of the time
        os.symlink(f"{self.path}/pycache", f"{self.path}/home/.cache/multivenv/pycache")

    def problems(self, case: Case) -> list[str]:
        """What goes wrong in a case."""
        if case.verb not in self.needed:
            self.restore()
            self.needed[case.verb] = self.run(case.verb).work
        self.restore()
        path = f"{self.path}/{case.file}"
        was = b""
        if os.path.isfile(path):
            with open(path, "rb") as file:
                was = file.read(1 << 16)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
        case.form(path, was)
        ended = self.run(case.verb)
        found = []
        if ended.status is None:
            found.append("it does not end")
        elif not 0 <= ended.status < 126:
            found.append(f"status {ended.status}")
        if b"Traceback" in ended.output:
            found.append("a traceback")
        if shows_controls(ended.output):
            found.append("a control character")
        if ended.work > self.needed[case.verb] + WORK:
            found.append(f"{ended.work:.1f} s of work")
        return [f"{case.name}: {' and '.join(found)}\n{indented(ended.output)}"] if found else []

    def run(self, verb: str) -> Ended:
        """Run a verb with a terminal for its output."""
        file = f"{self.path}/tmp/snippet"
        with open(file, "w") as opened:
            opened.write(f'. "$MULTIVENV_ROOT/multivenv.sh"\ncd "$HOME"\n{verb}\n')
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [*self.shell, file],
            env=self.environ,
            cwd=f"{self.path}/home",
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        output, ended = read_to_end(ours)
        os.close(ours)
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return Ended(code if ended else None, output, used.ru_utime + used.ru_stime)


def read_to_end(terminal: int) -> tuple[bytes, bool]:
    """What is written to a terminal until all programs have closed it, and whether they have."""
    output, end = b"", time.monotonic() + HANG
    while select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # EIO on Linux
            data = b""
        if not data or len(output) > 1 << 24:
            return output, True
        output += data
    return output, False


def shows_controls(output: bytes) -> bool:
    """Whether a terminal gets a control character, except those of the progress line."""
    text = output.replace(b"\r\x1b[K", b"").decode("utf-8", "surrogateescape")
    return re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\udc80-\udcff]", text) is not None


def indented(output: bytes) -> str:
    lines = output[-2000:].decode("utf-8", "backslashreplace").split("\n")
    return "".join(f"    {ascii(line.rstrip())[1:-1]}\n" for line in lines[-12:])


def warm_up(cache: str, root: str, shell: list[str]) -> None:
    """Fill a cache with the seed of pip."""
    os.makedirs(cache)
    environ = {"HOME": cache, "XDG_CACHE_HOME": cache, "MULTIVENV_ROOT": root}
    environ.update(PATH=f"{os.path.dirname(sys.executable)}:/usr/bin:/bin", LANG="C.UTF-8")
    words = [*shell, "-c", '. "$MULTIVENV_ROOT/multivenv.sh"; mkvenv --no-use warm']
    subprocess.run(words, env=environ, check=True)


def option(options: list[str], name: str, default: str) -> str:
    return options[options.index(name) + 1] if name in options else default


def run(world: str, root: str, shell: list[str], options: list[str]) -> int:
    verbs = IN_SHELL if "--shell" in options else [*IN_SHELL, *BY_HELPER]
    every = [Case(file, form, verb) for file in FILES for form in FORMS for verb in verbs]
    if os.path.basename(shell[0]) in ("dash", "yash"):
        # their read stops at the end of a line only, so they need minutes for a gigabyte without
        # one; that in files of the user's own they do not ask about first (shell/differences.sh)
        every = [case for case in every if case.form is not sparse or case.file in ASKED]
    only, step = option(options, "--only", ""), int(option(options, "--one-of", "1"))
    cases = [case for case in every if only in case.name][::step]
    jobs = int(option(options, "--jobs", "1"))
    seeds = f"{world}/warm/multivenv/seeds"
    if "--shell" in options:
        os.makedirs(seeds)  # none of these verbs builds anything
    else:
        warm_up(f"{world}/warm", root, shell)
    worlds: Queue[World] = Queue()
    for number in range(jobs):
        worlds.put(World(f"{world}/{number}", root, shell, seeds))

    def problems(case: Case) -> list[str]:
        place = worlds.get()
        try:
            return place.problems(case)
        finally:
            worlds.put(place)

    with ThreadPoolExecutor(jobs) as pool:
        found = []
        for each in pool.map(problems, cases):
            found += each
            for text in each:
                print(text, flush=True)
    print(f"{len(cases)} cases of {len(every)}, {len(found)} problems")
    return 1 if found or not cases else 0


if __name__ == "__main__":
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:split], sys.argv[split + 1 :]))
