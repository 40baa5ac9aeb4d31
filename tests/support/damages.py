"""Usage: damages.py base PYTHON FOLDER
damages.py table CREATOR BASES TRACE HELPER

base makes a base interpreter that may be damaged, FOLDER/VERSION, and prints its version. Its
program is a copy of PYTHON's, its library is that of PYTHON.

table does each damage to the environments `CREATOR VERSION` in $MULTIVENV_HOME, whose bases are
BASES/VERSION. Then the helper judges them, which is traced into a file where there is strace; then
it repairs them, and they have to be what they were. What is wrong is printed, a line each.

A rebuild takes seconds. The table rebuilds one VERSION for each damage, not always the same one;
with $MULTIVENV_TEST_ALL it rebuilds all. $MULTIVENV_TEST_FIGURES names a file for the numbers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from glob import escape, glob
from typing import Callable, Iterator, NamedTuple, Optional

COMMANDS = ("demo", "mine")
"""Those of a package that was installed by its name, and of a project in editable mode."""

SEEDED = ("pip", "setuptools", "wheel")
"""What creators bring, each another version."""

# --- environments and their bases -------------------------------------------


def make_base(python: str, folder: str) -> str:
    """Make a base interpreter, unless there is one of its version, and return that."""
    question = "import os, sys; print(*sys.version_info[:3], os.path.dirname(os.__file__))"
    answer = subprocess.run(
        [python, "-I", "-c", question], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    *numbers, library = answer.rstrip("\n").split(" ", 3)
    version = ".".join(numbers)
    base, minor = f"{folder}/{version}", minor_of(version)
    if os.path.exists(base):
        return version
    prefix = os.path.dirname(os.path.dirname(library))
    os.makedirs(f"{base}/bin")
    shutil.copy2(python, f"{base}/bin/python{minor}")
    os.symlink(f"python{minor}", f"{base}/bin/python3")
    for pattern in (f"lib*/python{minor}", "lib/libpython*", f"include/python{minor}*"):
        for found in glob(f"{escape(prefix)}/{pattern}"):
            place = base + found[len(prefix) :]
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.symlink(found, place)
    return version


def minor_of(version: str) -> str:
    return ".".join(version.split(".")[:2])


class Case(NamedTuple):
    """An environment. What it shares with the kept one by hard links may be replaced, but not be
    changed.
    """

    name: str
    path: str
    version: str
    base: str
    other: str | None
    """A base of another minor version, if there is one."""

    @property
    def python(self) -> str:
        return f"{self.path}/bin/python"

    @property
    def config(self) -> str:
        return f"{self.path}/pyvenv.cfg"

    @property
    def program(self) -> str:
        """The interpreter of its base."""
        return f"{self.base}/bin/python{minor_of(self.version)}"

    def configured(self) -> str:
        with open(self.config, encoding="utf-8", newline="") as file:
            return file.read()

    def configure(self, text: str) -> None:
        replace(self.config, text.encode())

    def change(self, pattern: str, new: str) -> None:
        """Replace something in the lines of its pyvenv.cfg."""
        text, times = re.subn(f"(?m){pattern}", new, self.configured())
        assert times, f"{pattern} in {self.config}"
        self.configure(text)

    def lead(self, target: str) -> None:
        """Let its bin/python lead somewhere."""
        os.unlink(self.python)
        os.symlink(target, self.python)


def replace(path: str, data: bytes, mode: int = 0o644) -> None:
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def link_tree(source: str, target: str, but: str = "") -> None:
    """Copy a tree by hard links, without one of its names; what is there already stays."""
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in entries:
            place = f"{target}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name != but:
                    link_tree(entry.path, place)
            elif os.path.lexists(place):
                continue
            elif entry.is_symlink():
                os.symlink(os.readlink(entry.path), place)
            else:
                os.link(entry.path, place)


# --- damages ----------------------------------------------------------------

Spoil = Callable[[Case], Optional[str]]


class Damage(NamedTuple):
    """A damage to an environment."""

    name: str
    status: str
    """What it is then."""
    spoil: Spoil
    """Does it. Returns the name of the environment that is damaged, if that is another one."""
    needs_other: bool
    """It takes a base of another minor version."""
    rebuilt: bool
    """Its repair makes the environment anew."""
    library: bool
    """It, or its repair, changes what is in lib."""
    creator: str
    """Whose environments it can be done to; anyone's if empty."""


DAMAGES: list[Damage] = []


def damage(
    status: str,
    needs_other: bool = False,
    rebuilt: bool = False,
    library: bool = False,
    creator: str = "",
) -> Callable[[Spoil], Spoil]:
    """A function that does a damage, and is named after it."""

    def add(spoil: Spoil) -> Spoil:
        name = spoil.__name__.replace("_", " ")
        deep = library or rebuilt
        DAMAGES.append(Damage(name, status, spoil, needs_other, rebuilt, deep, creator))
        return spoil

    return add


@damage("ok")
def none(case: Case) -> None:
    pass


@damage("dangling")
def base_deleted(case: Case) -> None:
    shutil.rmtree(case.base)


@damage("dangling")
def base_renamed(case: Case) -> None:
    os.rename(case.base, f"{case.base}-renamed")


@damage("dangling", needs_other=True)
def base_replaced_by_another_minor_version(case: Case) -> None:
    assert case.other
    shutil.rmtree(case.base)
    link_tree(case.other, case.base)


@damage("hollow", needs_other=True)
def base_known_as_python3_replaced_by_another_minor_version(case: Case) -> None:
    case.lead(f"{case.base}/bin/python3")
    base_replaced_by_another_minor_version(case)


@damage("hollow", needs_other=True)
def base_known_as_python3_joined_by_another_minor_version(case: Case) -> None:
    assert case.other
    case.lead(f"{case.base}/bin/python3")
    os.unlink(f"{case.base}/bin/python3")
    link_tree(case.other, case.base)


@damage("drifted")
def base_upgraded_by_a_patch(case: Case) -> None:
    patch = int(case.version.split(".")[2])
    before = f"{minor_of(case.version)}.{patch - 1 if patch else 1}"
    case.change(f"^(version.*){re.escape(case.version)}", rf"\g<1>{before}")


@damage("dangling")
def base_not_executable(case: Case) -> None:
    with open(case.program, "rb") as file:
        replace(case.program, file.read())


@damage("foreign", rebuilt=True)
def base_for_another_processor(case: Case) -> None:
    for_another_processor(case.program)


@damage("dangling")
def no_python(case: Case) -> None:
    os.unlink(case.python)


@damage("dangling")
def python_a_directory(case: Case) -> None:
    os.unlink(case.python)
    os.mkdir(case.python)


@damage("dangling")
def python_a_loop(case: Case) -> None:
    case.lead("python3")
    os.unlink(f"{case.path}/bin/python3")
    os.symlink("python", f"{case.path}/bin/python3")


@damage("ok")
def python_a_copy(case: Case) -> None:
    os.unlink(case.python)
    shutil.copy2(case.program, case.python)


@damage("dangling")
def python_a_copy_and_base_deleted(case: Case) -> None:
    python_a_copy(case)
    base_deleted(case)


@damage("foreign", rebuilt=True)
def python_a_copy_for_another_processor(case: Case) -> None:
    python_a_copy(case)
    for_another_processor(case.python)


@damage("corrupt", creator="venv")  # without a record nothing proves that it is an environment
def config_gone(case: Case) -> None:
    os.unlink(case.config)


@damage("corrupt")
def config_a_directory(case: Case) -> None:
    os.unlink(case.config)
    os.mkdir(case.config)


@damage("corrupt")
def config_empty(case: Case) -> None:
    case.configure("")


@damage("corrupt")
def config_of_zeros(case: Case) -> None:
    case.configure("\0" * len(case.configured()))


@damage("corrupt")
def config_cut_within_a_letter(case: Case) -> None:
    replace(case.config, case.configured().encode() + b"\nprompt = \303")


@damage("corrupt")
def config_without_home(case: Case) -> None:
    case.change("^home *=.*\n", "")


@damage("corrupt")
def config_cut_within_the_key_home(case: Case) -> None:
    case.configure("ho")


@damage("corrupt")
def config_cut_within_the_path_of_home(case: Case) -> None:
    case.configure(f"home = {case.base[:-1]}")


@damage("corrupt")
def config_cut_after_home(case: Case) -> None:
    text = case.configured()
    case.configure(text[: text.index("\n", text.index(f"{case.base}/bin")) + 5])


@damage("ok")
def config_with_carriage_returns(case: Case) -> None:
    case.change("$\n", "\r\n")


@damage("ok")
def config_with_upper_case_keys(case: Case) -> None:
    lines = [line.partition("=") for line in case.configured().split("\n")]
    case.configure("\n".join(key.upper() + equals + value for key, equals, value in lines))


@damage("ok")
def config_with_the_minor_version_only(case: Case) -> None:
    case.change(f"^(version.*= *){re.escape(case.version)}.*", rf"\g<1>{minor_of(case.version)}")


if os.geteuid():  # root may read everything

    @damage("corrupt")
    def config_unreadable(case: Case) -> None:
        replace(case.config, case.configured().encode(), 0)


@damage("moved", library=True)
def renamed(case: Case) -> str:
    os.rename(case.path, f"{case.path} renamed")
    return f"{case.name} renamed"


@damage("moved", library=True)
def copied(case: Case) -> str:
    link_tree(case.path, f"{case.path} copied")
    return f"{case.name} copied"


@damage("ok", library=True)
def no_pip(case: Case) -> None:
    for file in glob(f"{escape(case.path)}/bin/pip*"):
        os.unlink(file)
    for file in glob(f"{escape(case.path)}/lib/*/site-packages/pip*"):
        if os.path.isdir(file):
            shutil.rmtree(file)
        else:
            os.unlink(file)


@damage("foreign", rebuilt=True, creator="venv")
def recorded_on_another_system(case: Case) -> None:
    path = f"{case.path}/.multivenv.json"
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    replace(path, json.dumps({**record, "platform": "Plan9-386"}).encode())


@damage("incomplete", rebuilt=True, creator="venv")
def never_finished(case: Case) -> None:
    os.rename(f"{case.path}/.multivenv.json", f"{case.path}/.multivenv-incomplete")


def for_another_processor(path: str) -> None:
    """Make a program one for RISC-V (e_machine of ELF) or PowerPC (cputype of Mach-O)."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    if data[:4] == b"\x7fELF":
        data[18:20] = (243).to_bytes(2, "little" if data[5] == 1 else "big")
    else:
        data[4:8] = (0x01000012).to_bytes(4, "little")
    replace(path, bytes(data), 0o755)


# --- what an environment is -------------------------------------------------


class Sight(NamedTuple):
    """What can be seen of an environment."""

    packages: dict[str, str]
    """Their versions; of one in editable mode without metadata where it is."""
    origins: dict[str, dict[str, object]]
    """The direct_url.json (PEP 610) of those that have one."""
    commands: dict[str, str]
    """What they said, each ENV the environment's path. `demo` imports all packages."""
    lost: list[str]
    """Its interpreters that lead nowhere."""


def look(path: str) -> Sight:
    """Look at an environment, and start its commands."""
    site = f"{escape(path)}/lib/*/site-packages"
    packages, origins = {}, {}
    for info in glob(f"{site}/*-info"):
        name, version = os.path.basename(info).split("-")[:2]
        name = name.replace("_", "-").lower()
        packages[name] = re.sub("[.](dist|egg)$", "", version)
        if os.path.exists(f"{info}/direct_url.json"):
            with open(f"{info}/direct_url.json", encoding="utf-8") as file:
                origins[name] = json.load(file)
    for link in glob(f"{site}/*.egg-link"):
        with open(link, encoding="utf-8") as file:
            packages[os.path.basename(link)] = file.read()
    commands = {name: said(f"{path}/bin/{name}").replace(path, "ENV") for name in COMMANDS}
    # not python.old, which is what a folder in its place is called then
    pythons = [*glob(f"{escape(path)}/bin/python"), *glob(f"{escape(path)}/bin/python[0-9]*")]
    lost = [os.path.basename(each) for each in pythons if not os.access(each, os.X_OK)]
    return Sight(packages, origins, commands, lost)


def said(command: str) -> str:
    try:
        run = subprocess.run(
            [command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        return f"{command} does not start: {error.strerror}"
    text = run.stdout.decode("utf-8", "replace").strip()
    return text if run.returncode == 0 else f"status {run.returncode}: {text}"


def differences(before: Sight, after: Sight, rebuilt: bool) -> Iterator[str]:
    """What is not as before, in words."""
    if rebuilt:
        before, after = comparable(before), comparable(after)
    for what, then, now in zip(before._fields, before, after):
        if then != now:
            yield f"{what} were {then} and are {now}"


def comparable(sight: Sight) -> Sight:
    """Without what a new environment may have in other versions, and without the hashes of
    archives, which an older pip did not note.
    """
    packages = {name: each for name, each in sight.packages.items() if name not in SEEDED}
    origins = {
        name: {key: value for key, value in origin.items() if key != "archive_info"}
        for name, origin in sight.origins.items()
    }
    return sight._replace(packages=packages, origins=origins)


# --- the table --------------------------------------------------------------


class Table:
    """The environments of a creator, and what becomes of them."""

    def __init__(self, creator: str, bases: str, trace: str, helper: str) -> None:
        self.creator, self.bases, self.trace = creator, bases, trace
        self.home = os.environ["MULTIVENV_HOME"]
        self.kept = f"{os.path.dirname(self.home)}/kept"
        pycache = f"pycache_prefix={os.environ['MULTIVENV_CACHE']}/pycache"
        self.helper = [sys.executable, "-I", "-S", "-X", "utf8", "-X", pycache, helper]
        self.strace = shutil.which("strace")
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.wrong: list[str] = []
        self.figures: dict[str, float] = {}
        self.cases = list(self._cases())
        self.whole: dict[str, Sight] = {}

    def _cases(self) -> Iterator[Case]:
        versions = sorted(os.listdir(self.bases), key=lambda each: list(map(int, each.split("."))))
        for version in versions:
            name = f"{self.creator} {version}"
            others = [each for each in versions if minor_of(each) != minor_of(version)]
            other = f"{self.kept}/bases/{others[-1]}" if others else None
            if os.path.isdir(f"{self.home}/{name}"):
                base = f"{self.bases}/{version}"
                yield Case(name, f"{self.home}/{name}", version, base, other)

    def run(self) -> list[str]:
        """Go through all damages. Returns what is wrong."""
        begun = time.monotonic()
        self._look_at_whole()
        self._keep()
        try:
            self._rows([each for each in DAMAGES if each.creator in ("", self.creator)])
        finally:
            self._restore_bases()
        self._count("seconds", time.monotonic() - begun)
        return self.wrong

    def _rows(self, damages: list[Damage]) -> None:
        for each in damages:
            if not each.library:
                self._restore("lib")
                self._row(each)
        self._check_libraries()
        rebuilt = 0
        for each in damages:
            if each.library:
                self._restore("")
                self._row(each, rebuilt)
                rebuilt += each.rebuilt

    def _look_at_whole(self) -> None:
        if not self.cases:
            self.wrong.append("there are no environments")
        sights = self.pool.map(look, [case.path for case in self.cases])
        for case, sight in zip(self.cases, sights):
            self.whole[case.name] = sight
            good = f"{minor_of(case.version)} in ENV with ENV/lib/.*/from_file.py and /.*/mine.py"
            if not re.fullmatch(good, sight.commands["demo"]) or sight.lost:
                self.wrong.append(f"{case.name} does not work from the start: {sight}")

    def _keep(self) -> None:
        for case in self.cases:
            link_tree(case.path, f"{self.kept}/{case.name}")
        link_tree(self.bases, f"{self.kept}/bases")

    def _restore(self, but: str) -> None:
        """Let all be whole again; a folder that nothing has touched may stay, to save time."""
        begun = time.monotonic()
        staying = [case for case in self.cases if but and os.path.isdir(f"{case.path}/{but}")]
        for case in staying:
            os.renames(f"{case.path}/{but}", f"{self.kept}/staying/{case.name}")
        for name in os.listdir(self.home):
            if name != ".multivenv":
                shutil.rmtree(f"{self.home}/{name}")
        for case in self.cases:
            link_tree(f"{self.kept}/{case.name}", case.path, but if case in staying else "")
            if case in staying:
                os.rename(f"{self.kept}/staying/{case.name}", f"{case.path}/{but}")
        self._restore_bases()
        self._timed("restoring", begun)

    def _restore_bases(self) -> None:
        for name in os.listdir(self.bases):
            shutil.rmtree(f"{self.bases}/{name}")
        link_tree(f"{self.kept}/bases", self.bases)

    def _check_libraries(self) -> None:
        for case in self.cases:
            if files_in(f"{case.path}/lib") != files_in(f"{self.kept}/{case.name}/lib"):
                self.wrong.append(f"something has changed what is in lib of {case.name}")

    def _row(self, damage: Damage, number: int = 0) -> None:
        """Do one damage to all environments that it can be done to. The number decides of which one
        beside the newest it is repaired, where that takes long.
        """
        self._count("damages")
        cases = [case for case in self.cases if case.other or not damage.needs_other]
        names = {case: damage.spoil(case) or case.name for case in cases}
        expected = {case.name: "ok" for case in self.cases if os.path.isdir(case.path)}
        expected.update(dict.fromkeys(names.values(), damage.status))
        found = self._statuses(traced=True)
        for name in sorted({*expected, *found}):
            self._see(f"{name}, {damage.name}", "verdict", found.get(name), expected.get(name))
        if damage.status in ("ok", "drifted"):
            self._look(damage, names, "works as it is")
        if damage.status == "ok":
            return
        if damage.rebuilt and not os.environ.get("MULTIVENV_TEST_ALL"):
            some = {cases[number % len(cases)]}
            names = {case: name for case, name in names.items() if case in some}
        self._repair(damage, names)
        found = self._statuses()
        for name in names.values():
            self._see(f"{name}, {damage.name}", "repaired", found.get(name), "ok")
        if sorted(found) != sorted(expected):
            self.wrong.append(f"{damage.name}: after the repair there is {', '.join(found)}")
        self._look(damage, names, "works again")

    def _repair(self, damage: Damage, names: dict[Case, str]) -> None:
        begun = time.monotonic()
        # those that are foreign have to be named
        run = self._helper("fixvenv", "-y", *(names.values() if damage.rebuilt else ["--all"]))
        self._timed("making anew" if damage.rebuilt else "repairing", begun)
        if run.returncode:
            self.wrong.append(f"{damage.name}: fixvenv ended with {run.returncode}: {run.stdout}")
        for folder in ("aside", "journal", "trash"):
            path = f"{self.home}/.multivenv/{folder}"
            for _ in range(100):  # a process may still be emptying the trash
                if folder == "trash" and os.path.isdir(path) and os.listdir(path):
                    time.sleep(0.05)
            if os.path.isdir(path) and os.listdir(path):
                self.wrong.append(f"{damage.name}: {os.listdir(path)} is left in {folder}")

    def _look(self, damage: Damage, names: dict[Case, str], what: str) -> None:
        begun = time.monotonic()
        sights = self.pool.map(look, [f"{self.home}/{name}" for name in names.values()])
        for case, now in zip(names, sights):
            then = self.whole[case.name]
            if damage.spoil is no_pip:
                then = then._replace(packages={**then.packages})
                then.packages.pop("pip")
            found = "; ".join(differences(then, now, damage.rebuilt))
            self._see(f"{case.name}, {damage.name}", what, found, "")
        self._timed("looking", begun)

    def _see(self, row: str, what: str, found: str | None, expected: str | None) -> None:
        self._count(f"{what}: {'right' if found == expected else 'wrong'}")
        if found != expected:
            wanted = f", not {expected}" if expected else ""
            self.wrong.append(f"{row}, {what}: {found}{wanted}")

    def _statuses(self, traced: bool = False) -> dict[str, str]:
        """The status of each environment. Traced, the helper has to be the only process."""
        begun = time.monotonic()
        strace = [self.strace] if self.strace and traced else []
        if strace:
            calls = "trace=?execve,?execveat,?clone,?clone3,?fork,?vfork"
            strace += ["-f", "-qq", "-o", self.trace, "-e", "signal=none", "-e", calls]
        run = self._helper("lsvenvs", "--json", before=strace)
        if strace:
            with open(self.trace, encoding="utf-8", errors="replace") as file:
                started = [line for line in file if re.search(r" (exec|clone|v?fork)\w*\(", line)]
            if len(started) != 1:
                self.wrong.append(f"judging has started: {started}")
            self._count("traced")
        self._timed("judging", begun)
        if run.returncode:
            self.wrong.append(f"lsvenvs ended with {run.returncode}: {run.stdout}")
            return {}
        return {each["name"]: each["status"] for each in json.loads(run.stdout)["environments"]}

    def _helper(
        self, *words: str, before: list[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*(before or []), *self.helper, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
        )

    def _count(self, what: str, number: float = 1) -> None:
        self.figures[what] = self.figures.get(what, 0) + number

    def _timed(self, what: str, begun: float) -> None:
        self._count(f"seconds of {what}", time.monotonic() - begun)


def files_in(folder: str) -> dict[str, int]:
    """The files in a tree, each with its inode."""
    return {
        f"{place[len(folder) :]}/{name}": os.lstat(f"{place}/{name}").st_ino
        for place, _, names in os.walk(folder)
        for name in names
    }


def main() -> int:
    command, *words = sys.argv[1:]
    if command == "base":
        print(make_base(*words))
        return 0
    table = Table(*words)
    wrong = table.run()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    figures = os.environ.get("MULTIVENV_TEST_FIGURES")
    if figures:
        with open(figures, "a", encoding="utf-8") as file:
            print(f"{len(table.cases)} environments of {table.creator}:", file=file)
            for what, number in table.figures.items():
                print(f"  {what}: {number:.4g}", file=file)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
