"""The verbs, as multivenv.sh calls them: words in, text and a status out."""

from __future__ import annotations

import gc
import os
import sys
from typing import Callable, Dict, List, Mapping

import facts as facts_module
from files import modified
from errors import Failure, Misuse, reason
from home import Home, active_name
from names import check_child, check_new, quoted, shown, why_not_new
from options import FLAG, MAYBE, VALUE, VALUES, Given, Option, parse, value_of, values_of

HELP = Option(("-h", "--help"))
"""multivenv.sh answers it; it is known here so that it is no unknown option."""


def main(words: list[str]) -> int:
    """Run a verb. Returns the exit status: 0 done, 1 could not or declined, 2 misuse."""
    gc.disable()  # nothing here makes cycles worth finding, and the process ends soon
    environ = dict(os.environ)
    home = Home(environ["MULTIVENV_HOME"])
    try:
        return VERBS[words[0]](home, words[1:], environ)
    except Failure as failure:
        _say(str(failure))
        return failure.status
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # `lsvenvs | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 1
        _say(reason(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _say(text: str) -> None:
    sys.stderr.write(f"multivenv: {text}\n")


def _find(home: Home, verb: str, name: str) -> facts_module.Facts:
    """The facts of an environment by its name. Raises Misuse and Failure."""
    check_child(verb, name)
    found = facts_module.read_one(home, name)
    if found is not None:
        return found
    if why_not_new(name):
        raise Misuse(f"{quoted(name)} cannot be the name of an environment, and there is none (see {verb} --help)")
    if os.path.lexists(home.environment(name)):
        raise Failure(f"{quoted(name)} in '{home.path}' is no environment (see lsvenvs)")
    raise Failure(f"no environment named {quoted(name)} (see lsvenvs)")


# ---- judge: what usevenv asks when something looks amiss ------------------------------------


def judge(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say what is amiss with the environment at a path; 0 if it may be activated, else 1."""
    from verdict import REFUSED, WARNED, judge as give_verdict

    folder, name = os.path.split(words[0])
    found = facts_module.read_one(Home(folder), name)
    if found is None:
        raise Failure(f"{quoted(name)} is no environment")
    status, why = give_verdict(found, facts_module.machine(sys.executable))
    if status in REFUSED:
        again = f"rmvenv and mkvenv make it anew" if not found.owner else "wait for it"
        raise Failure(f"{quoted(name)} is {status}: {why} ({again})")
    if status in WARNED:
        _say(f"{quoted(name)} is {status}: {why}")
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

    given, rest = parse("mkvenv", words, MKVENV)
    request = _request(given, rest, environ)
    swept = trash.sweep(home)
    progress = Progress()
    if request.name not in swept:
        _say_swept(swept)
    progress.show(f"looking for the Python to make {quoted(request.name)} with")
    base = interpreters.default(environ)
    made = create.make(home, request, base, environ, progress)
    if made.remains:
        _say(f"the remains of an unfinished {quoted(request.name)} were cleared away")
    problem = run_hook(f"{home.path}/premkvirtualenv", request.name, home.path)
    if problem:
        _say(problem)
    progress.say(f"made {quoted(request.name)} with Python {base.text} in {made.seconds:.1f} s")
    return 0


def _request(given: Given, rest: list[str], environ: Mapping[str, str]) -> "create.Request":
    import create

    if not rest:
        raise Misuse("mkvenv needs a name (see mkvenv --help)")
    name, *requirements = rest
    check_new("mkvenv", name)
    for requirement in requirements:
        if not requirement or requirement.startswith("-"):
            raise Misuse(f"{quoted(requirement)} is no requirement (see mkvenv --help)")
    files = [os.path.abspath(file) for file in values_of(given, "--requirement")]
    for file in files:
        if not os.access(file, os.R_OK) or os.path.isdir(file):
            raise Failure(f"there is no requirements file '{shown(file)}'")
    editables = [_editable(value) for value in values_of(given, "--editable")]
    pip = "--without-pip" not in given
    if not pip and (requirements or files or editables):
        raise Misuse("mkvenv cannot install requirements --without-pip (see mkvenv --help)")
    return create.Request(
        name=name,
        requirements=requirements,
        files=files,
        editables=editables,
        system_site="--system-site-packages" in given,
        pip=pip,
        project=_project(given, environ),
    )


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    folder, bracket, extras = value.partition("[")
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory '{shown(folder)}' to install in editable mode")
    return os.path.abspath(folder) + bracket + extras


def _project(given: Given, environ: Mapping[str, str]) -> str | None:
    value = value_of(given, "--bind")
    if value is None:
        return None
    # $PWD keeps the symlinks by which the user came here, as the shell's own pwd does
    here = environ.get("PWD", "")
    try:
        here = here if here.startswith("/") and os.path.samefile(here, ".") else os.getcwd()
    except OSError:
        here = os.getcwd()
    folder = os.path.normpath(os.path.join(here, value))
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory '{shown(folder)}' to bind to")
    if "\n" in folder:
        raise Failure(f"'{shown(folder)}' has a newline, which {facts_module.PROJECT} cannot hold")
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
    import render

    given, patterns = parse("lsvenvs", words, LSVENVS)
    form = _form(given)
    key, statuses, unused = _sort_key(given), _statuses(given), _unused(given)
    known = list(home.environments())
    listed = _listed(home, known, patterns, environ)
    if unused is not None or key == "used" or form in ("table", "long"):
        import time

        now = time.time()
    else:
        now = 0.0
    if statuses:
        listed = [each for each in listed if each.verdict.status in statuses]
    if unused is not None:
        listed = [each for each in listed if now - _last_sign(each.facts) >= unused]
    if "--size" in given or key == "size":
        listed = [each._replace(size=_size(each.facts)) for each in listed]
    if key != "name":
        listed.sort(key=_SORT[key])
    sizes = "--size" in given
    if form == "json":
        text = render.as_json(listed, sizes)
    elif form == "names":
        text = render.names(listed)
    elif not listed:
        text = ""
    else:
        columns = os.get_terminal_size(1).columns if sys.stdout.isatty() else 0
        colour = sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        screen = render.Screen(colour, columns, environ.get("HOME", ""), now)
        shown_list = listed if sizes else [each._replace(size=None) for each in listed]
        text = render.long(shown_list, screen) if form == "long" else render.table(shown_list, screen)
    sys.stdout.write(text)
    sys.stdout.flush()
    if not known and form in ("table", "long"):
        _say("there are no environments yet (mkvenv NAME makes one)")
    elif not listed and patterns:
        _say(f"no environment fits {', '.join(map(quoted, patterns))} (see lsvenvs)")
        return 1
    return 0


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
        raise Misuse(f"lsvenvs cannot sort by {quoted(key)}, only by {', '.join(SORT_KEYS)} (see lsvenvs --help)")
    return key or "name"


def _statuses(given: Given) -> list[str]:
    from verdict import STATUSES

    statuses = [status for value in values_of(given, "--status") for status in value.split(",")]
    for status in statuses:
        if status not in STATUSES:
            raise Misuse(f"there is no status {quoted(status)}, only {', '.join(STATUSES)} (see lsvenvs --help)")
    return statuses


def _unused(given: Given) -> float | None:
    """Seconds, of the option's days."""
    days = value_of(given, "--unused")
    if days is None:
        return None
    if not (days.isascii() and days.isdigit()):
        raise Misuse(f"lsvenvs --unused takes a number of days, not {quoted(days)} (see lsvenvs --help)")
    return int(days) * 86400.0


def _listed(home: Home, known: list[tuple[str, bool]], patterns: list[str], environ: Mapping[str, str]) -> "List[render.Listed]":
    import render
    from verdict import judge as give_verdict

    active = active_name(home, environ.get("VIRTUAL_ENV", ""), known)
    here = facts_module.machine(sys.executable)
    reader = facts_module.Reader(home)
    listed = []
    for name, link in known:
        if patterns and not _fits(name, patterns):
            continue
        found = reader.read(name, link)
        listed.append(render.Listed(found, give_verdict(found, here), name == active, None))
    return listed


def _fits(name: str, patterns: list[str]) -> bool:
    from fnmatch import fnmatchcase

    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)


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


_SORT: "Dict[str, Callable[[render.Listed], object]]" = {
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
    import remove
    import trash
    from processes import run_hook

    given, wanted = parse("rmvenv", words, RMVENV)
    if not wanted:
        raise Misuse("rmvenv needs a name (see rmvenv --help)")
    names = list(dict.fromkeys(wanted))
    for name in names:  # a misuse anywhere comes before anything else
        check_child("rmvenv", name)
    found = [_find(home, "rmvenv", name) for name in names]
    active = active_name(home, environ.get("VIRTUAL_ENV", ""), list(home.environments()))
    for each in found:
        if each.name == active:
            raise Failure(f"{quoted(each.name)} is active (stopvenv first)")
        if each.owner:
            raise Failure(f"{quoted(each.name)} is being worked on ({each.owner})")
    _say_swept(trash.sweep(home))
    if "--yes" not in given and not _confirmed(found):
        _say("nothing was removed")
        return 1
    for each in found:
        _say_if(run_hook(f"{home.path}/prermvirtualenv", each.name, home.path))
        problem = remove.remove(home, each)
        if problem:
            _say(f"{quoted(each.name)} was removed without keeping its recipe: {problem}")
        _say_if(run_hook(f"{home.path}/postrmvirtualenv", each.name, home.path))
    return 0


def _confirmed(found: "list[facts_module.Facts]") -> bool:
    """Ask once. The end of the input counts as no."""
    names = [shown(each.name) for each in found]
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    sys.stderr.write(f"Remove {text}? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes")


def _say_swept(names: list[str]) -> None:
    for name in names:
        _say(f"what was left of an interrupted removal of {quoted(name)} is deleted now")


def _say_if(problem: str | None) -> None:
    if problem:
        _say(problem)


VERBS: Dict[str, Callable[[Home, List[str], Mapping[str, str]], int]] = {
    "judge": judge,
    "lsvenvs": lsvenvs,
    "mkvenv": mkvenv,
    "rmvenv": rmvenv,
}
