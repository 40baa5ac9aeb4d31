"""The verbs, as multivenv.sh calls them: words in, text and a status out."""

from __future__ import annotations

import gc
import os
import sys
import time

import facts as facts_module
from errors import Failure, Misuse
from files import modified, same
from home import PROJECT, Home, active_name
from messages import quoted, reason, shown, tell
from names import check_child, check_new, why_not_new
from options import MAYBE, VALUE, VALUES, Option, parse, value_of, values_of
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Mapping

    import create
    import render
    from options import Given

HELP = Option(("-h", "--help"))
"""multivenv.sh answers it; it is known here so that it is no unknown option."""


def main(words: list[str]) -> int:
    """Run a verb. Returns the exit status: 0 done, 1 could not or declined, 2 misuse."""
    gc.disable()  # nothing here makes cycles worth finding, and the process ends soon
    _open_standard_streams()
    environ = dict(os.environ)
    home = Home(environ["MULTIVENV_HOME"])
    try:
        return VERBS[words[0]](home, words[1:], environ)
    except Failure as failure:
        tell(str(failure))
        return failure.status
    except OSError as error:
        tell(reason(error))
        return 1
    except KeyboardInterrupt:
        tell("stopped")
        return 130


def _open_standard_streams() -> None:
    """Those that the caller has closed: a file opened later must not be taken for one of them."""
    for fd, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, os.fdopen(fd, mode, closefd=False))


def _print(pieces: Iterable[str]) -> int:
    """Write a result to stdout. Returns the status: 1 if nobody reads it any more."""
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except OSError as error:
        # what is left in the buffer must not be tried again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # lsvenvs | head
            return 1
        raise Failure(f"cannot write to stdout: {reason(error)}") from error
    return 0


def _find(home: Home, verb: str, name: str) -> facts_module.Facts:
    """The facts of an environment by its name. Raises Misuse and Failure."""
    check_child(verb, name)
    found = facts_module.read_one(home, name)
    if found is not None:
        return found
    if os.path.lexists(home.environment(name)):
        raise Failure(f"{quoted(name)} in {quoted(home.path)} is no environment (see lsvenvs)")
    if why_not_new(name):
        raise Misuse(
            f"{quoted(name)} cannot be the name of an environment, and there is none"
            f" (see {verb} --help)"
        )
    raise Failure(f"no environment named {quoted(name)} (see lsvenvs)")


# ---- judge: what usevenv asks when something looks amiss ------------------------------------


def judge(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say what is amiss with the environment at a path; 0 if it may be activated, else 1."""
    import verdict

    folder, name = os.path.split(words[0])
    found = facts_module.read_one(Home(folder), name)
    if found is None:
        raise Failure(f"{quoted(name)} is no environment")
    status, why = verdict.judge(found, facts_module.machine(sys.executable))
    if status in verdict.REFUSED:
        what_next = "rmvenv and mkvenv make it anew"
        if status == "incomplete":
            what_next = "wait for it" if found.owner else "mkvenv makes it anew"
        raise Failure(f"{quoted(name)} is {status}: {why} ({what_next})")
    if status in verdict.WARNED:
        tell(f"{quoted(name)} is {status}: {why} (rmvenv and mkvenv make it anew)")
    return 0


# ---- mkvenv ---------------------------------------------------------------------------------

MKVENV = (
    HELP,
    Option(("-r", "--requirement"), VALUES),
    Option(("-e", "--editable"), VALUES),
    Option(("--system-site-packages",)),
    Option(("--without-pip",)),
    Option(("--bind",), MAYBE),
    Option(("--no-use",)),
)


def mkvenv(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Make an environment; multivenv.sh activates it."""
    import create
    import interpreters
    import trash
    from processes import Progress, run_hook

    start = time.monotonic()
    given, rest = parse("mkvenv", words, MKVENV)
    _check_bind(words, rest)
    request = _request(given, rest, environ)
    progress = Progress()
    try:
        progress.show(f"looking for the Python to make {quoted(request.name)} with")
        base = interpreters.default(environ)
        _tell_swept(trash.sweep(home))
        create.make(home, request, base, environ, progress)
        seconds = time.monotonic() - start
        progress.done(f"made {quoted(request.name)} with {base.called} in {seconds:.1f} s")
    finally:
        progress.clear()
    _tell_if(run_hook(f"{home.path}/premkvirtualenv", request.name, home.path))
    return 0


def _request(given: Given, rest: list[str], environ: Mapping[str, str]) -> create.Request:
    import create

    if not rest:
        raise Misuse("mkvenv needs a name (see mkvenv --help)")
    name, *requirements = rest
    check_new("mkvenv", name)
    for requirement in requirements:
        if not requirement or requirement.startswith("-"):
            raise Misuse(f"{quoted(requirement)} is no requirement (see mkvenv --help)")
    files = [_requirements_file(value) for value in values_of(given, "--requirement")]
    editables = [_editable(value) for value in values_of(given, "--editable")]
    pip = "--without-pip" not in given
    if not pip and (requirements or files or editables):
        raise Misuse("mkvenv cannot install requirements --without-pip (see mkvenv --help)")
    return create.Request(
        name=name,
        python=environ.get("MULTIVENV_PYTHON") or None,
        requirements=requirements,
        files=files,
        editables=editables,
        system_site="--system-site-packages" in given,
        pip=pip,
        project=_project(given, environ),
    )


def _requirements_file(value: str) -> str:
    """The file of `-r FILE`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = _expanded(value)
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"there is no requirements file {quoted(value)}")
    return os.path.abspath(value)


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = _expanded(value)
    if os.path.isdir(value):  # with a bracket in its own name, maybe
        return os.path.abspath(value)
    folder, bracket, extras = value.partition("[")
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory {quoted(folder)} to install in editable mode")
    return os.path.abspath(folder) + bracket + extras


def _check_bind(words: list[str], rest: list[str]) -> None:
    """Refuse `--bind DIR`: it would bind to the current directory and install what is in DIR."""
    for word, following in zip(words, words[1:]):
        may_be_name = rest[:1] == [following] and "/" not in following
        if word == "--bind" and os.path.isdir(following) and not may_be_name:
            raise Misuse(
                f"mkvenv takes the directory as --bind={shown(following)} (see mkvenv --help)"
            )


def _expanded(value: str) -> str:
    """A path that the user may have typed behind `=`, where not every shell knows `~`."""
    return os.path.expanduser(value) if value.startswith("~/") else value


def _project(given: Given, environ: Mapping[str, str]) -> str | None:
    value = value_of(given, "--bind")
    if value is None:
        return None
    value = _expanded(value)
    # $PWD keeps the symlinks by which the user came here, as the shell's own pwd does
    here = environ.get("PWD", "")
    try:
        here = here if here.startswith("/") and os.path.samefile(here, ".") else os.getcwd()
    except OSError:
        here = os.getcwd()
    folder = os.path.normpath(os.path.join(here, value))
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory {quoted(folder)} to bind to")
    if "\n" in folder:
        raise Failure(f"{quoted(folder)} has a newline, which the file {PROJECT} cannot hold")
    return folder


# ---- lsvenvs --------------------------------------------------------------------------------

SORT_KEYS = ("name", "status", "python", "packages", "size", "created", "used")

LSVENVS = (
    HELP,
    Option(("-l", "--long")),
    Option(("--names",)),
    Option(("--json",)),
    Option(("--size",)),
    Option(("--sort",), VALUE),
    Option(("--status",), VALUES),
    Option(("--unused",), VALUE),
)


def lsvenvs(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """List the environments."""
    given, patterns = parse("lsvenvs", words, LSVENVS)
    form, key = _form(given), _sort_key(given)
    keep = _filter(given)
    wanted = home.children()
    unmatched: list[str] = []
    active = active_name(home, environ.get("VIRTUAL_ENV", ""), wanted)
    if patterns:
        wanted, unmatched = _fitting(list(home.environments()), patterns)
    listed: Iterator[render.Listed] = filter(keep, _judged(home, wanted, active))
    if "--size" in given or key == "size":
        listed = (each._replace(size=_size(each.facts)) for each in listed)
    if key != "name":
        listed = iter(sorted(listed, key=_SORT[key]))
    rendered = _rendered(listed, form, "--size" in given, environ)
    status = _print(rendered)
    if not rendered and not any(home.environments()):  # an empty table, and no filter's doing
        tell("there are no environments yet (mkvenv NAME makes one)")
    if unmatched:
        tell(f"no environment fits {', '.join(map(quoted, unmatched))} (see lsvenvs)")
        return 1
    return status


def _form(given: Given) -> str:
    forms = [form for form in ("long", "names", "json") if f"--{form}" in given]
    if len(forms) > 1:
        raise Misuse(f"lsvenvs takes only one of --{' and --'.join(forms)} (see lsvenvs --help)")
    if forms:
        return forms[0]
    # options that say what to show make a table of it, also in a pipe
    return "table" if sys.stdout.isatty() or "--size" in given else "names"


def _sort_key(given: Given) -> str:
    key = value_of(given, "--sort")
    if key is not None and key not in SORT_KEYS:
        raise Misuse(
            f"lsvenvs cannot sort by {quoted(key)}, only by {', '.join(SORT_KEYS)}"
            " (see lsvenvs --help)"
        )
    return key or "name"


def _statuses(given: Given) -> list[str]:
    from verdict import STATUSES

    statuses = [status for value in values_of(given, "--status") for status in value.split(",")]
    for status in statuses:
        if status not in STATUSES:
            raise Misuse(
                f"there is no status {quoted(status)}, only {', '.join(STATUSES)}"
                " (see lsvenvs --help)"
            )
    return statuses


def _unused(given: Given) -> float | None:
    """Seconds, of the option's days."""
    days = value_of(given, "--unused")
    if days is None:
        return None
    if not (days.isascii() and days.isdigit()):
        raise Misuse(
            f"lsvenvs --unused takes a number of days, not {quoted(days)} (see lsvenvs --help)"
        )
    return float(days) * 86400


def _filter(given: Given) -> Callable[[render.Listed], bool]:
    """Which environments --status and --unused leave in the list."""
    statuses, unused = _statuses(given), _unused(given)
    now = time.time()

    def keep(each: render.Listed) -> bool:
        if statuses and each.verdict.status not in statuses:
            return False
        return unused is None or now - _last_sign(each.facts) >= unused

    return keep


def _fitting(
    known: list[tuple[str, bool]], patterns: list[str]
) -> tuple[list[tuple[str, bool]], list[str]]:
    """The environments whose names fit one of the patterns, and the patterns that none fits."""
    from fnmatch import fnmatchcase

    fitting = {
        pattern: {name for name, _ in known if name == pattern or fnmatchcase(name, pattern)}
        for pattern in patterns
    }
    names = set().union(*fitting.values())
    return (
        [each for each in known if each[0] in names],
        [pattern for pattern, fits in fitting.items() if not fits],
    )


def _judged(
    home: Home, wanted: list[tuple[str, bool]], active: str | None
) -> Iterator[render.Listed]:
    import render
    import verdict

    here = facts_module.machine(sys.executable)
    reader = facts_module.Reader(home)
    for name, link in wanted:
        found = reader.read(name, link)
        if found is None:
            continue
        judged = verdict.judge(found, here)
        # one that is being removed right now is no damaged one
        if judged.status == "ok" or os.path.lexists(found.path):
            yield render.Listed(found, judged, name == active, None)


def _rendered(
    listed: Iterator[render.Listed], form: str, sizes: bool, environ: Mapping[str, str]
) -> Iterable[str]:
    import render

    if form == "json":
        return render.as_json(listed, sizes)
    if form == "names":
        return render.names(listed)
    rows = list(listed)
    if not rows:
        return []
    terminal = sys.stdout.isatty()
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    columns = os.get_terminal_size(1).columns if terminal else 0
    screen = render.Screen(colour, columns, environ.get("HOME", ""), time.time())
    if not sizes:  # known only because they were sorted by it
        rows = [each._replace(size=None) for each in rows]
    return [render.long(rows, screen) if form == "long" else render.table(rows, screen)]


def _last_sign(facts: facts_module.Facts) -> float:
    """When the environment was last used, or else made: seconds since the epoch."""
    import records

    if facts.last_used is not None:
        return facts.last_used
    made = records.seconds((facts.record or {}).get("created"))
    return made or modified(f"{facts.path}/pyvenv.cfg") or 0.0


def _size(facts: facts_module.Facts) -> int:
    """Bytes on disk of an environment, a file with several names counted once."""
    seen = set()
    total = 0
    folders = [facts.path]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    stat = entry.stat(follow_symlinks=False)
                    if stat.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                        if stat.st_ino in seen:
                            continue
                        seen.add(stat.st_ino)
                    total += stat.st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue
    return total


_SORT: dict[str, Callable[[render.Listed], Any]] = {
    "status": lambda each: each.verdict.status,
    "python": lambda each: each.facts.config.version,
    "packages": lambda each: -(each.facts.packages or 0),
    "size": lambda each: -(each.size or 0),
    "created": lambda each: str((each.facts.record or {}).get("created") or ""),
    "used": lambda each: -(each.facts.last_used or 0.0),
}


# ---- rmvenv ---------------------------------------------------------------------------------

RMVENV = (HELP, Option(("-y", "--yes")))


def rmvenv(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Remove environments, after one question for all of them."""
    import trash

    given, wanted = parse("rmvenv", words, RMVENV)
    if not wanted:
        raise Misuse("rmvenv needs a name (see rmvenv --help)")
    names = list(dict.fromkeys(wanted))
    for name in names:  # a misuse anywhere comes before anything else
        check_child("rmvenv", name)
    for name in names:
        _check_removable(_find(home, "rmvenv", name), environ.get("VIRTUAL_ENV", ""))
    _tell_swept(trash.sweep(home))
    if "--yes" not in given and not _confirmed(names):
        tell("nothing was removed")
        return 1
    return max([_remove(home, name) for name in names])


def _check_removable(found: facts_module.Facts, virtual_env: str) -> None:
    if virtual_env and same(found.path, virtual_env):  # by whatever path it was activated
        raise Failure(f"{quoted(found.name)} is active (stopvenv first)")
    if found.owner:
        raise Failure(f"{quoted(found.name)} is being worked on ({found.owner})")


def _confirmed(names: list[str]) -> bool:
    """Ask once. The end of the input counts as no."""
    *others, last = map(shown, names)
    text = f"{', '.join(others)} and {last}" if others else last
    answer = ""
    try:
        sys.stderr.write(f"Remove {text}? [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    finally:
        if not answer.endswith("\n"):
            sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes")


def _remove(home: Home, name: str) -> int:
    """Remove one environment, with the user's hooks. Returns the status."""
    import remove
    from processes import run_hook

    _tell_if(run_hook(f"{home.path}/prermvirtualenv", name, home.path))
    try:
        removed = remove.remove(home, name)
    except (Failure, OSError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        tell(f"{quoted(name)} was not removed: {why}")
        return 1
    _tell_if(run_hook(f"{home.path}/postrmvirtualenv", name, home.path))
    if removed.recipe:
        tell(f"no recipe of {quoted(name)} could be kept: {removed.recipe.strerror}")
    if removed.left:
        tell(
            f"not all of {quoted(name)} could be deleted: {reason(removed.left)}"
            f" (see {quoted(home.state('trash'))})"
        )
    return 1 if removed.left else 0


def _tell_swept(names: list[str]) -> None:
    for name in names:
        tell(f"what an interrupted command left of {quoted(name)} is deleted now")


def _tell_if(problem: str | None) -> None:
    if problem:
        tell(problem)


VERBS: dict[str, Callable[[Home, list[str], Mapping[str, str]], int]] = {
    "judge": judge,
    "lsvenvs": lsvenvs,
    "mkvenv": mkvenv,
    "rmvenv": rmvenv,
}
