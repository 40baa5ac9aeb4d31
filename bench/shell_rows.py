"""What happens in the shell itself: sourcing, activating, names and completion."""

from __future__ import annotations

import os
import shlex
from functools import lru_cache, partial
from typing import Callable

from bench import completing
from bench.shells import Shell
from bench.table import Bench, Planned, Row, beside, milliseconds
from bench.timing import Code
from bench.world import environment

SOURCE = '. "$MULTIVENV_ROOT/multivenv.sh"'

_COMPAT = '. "$MULTIVENV_ROOT/compat/virtualenvwrapper.sh"'
_WITH_COMPAT = ("bash", "zsh")

_USE = 'usevenv "$bench_name"'
_ACTIVATE = '. "$bench_env/bin/activate"'
_WORKS = '[ "$VIRTUAL_ENV" = "$bench_env" ]'

# In a new shell: the first verb reads what it needs of shell/, and it stays
_VERBS = {
    "usevenv": _USE,
    "lsvenvs --names": "lsvenvs --names",
    "multivenv version": "multivenv version",
}

# Puts a shell back to where no environment is active, whether we have activated one or its own
# script: so activating is measured without deactivating.
_RESET = """\
PS1='$ '
bench_path=$PATH
bench_reset() {
    PATH=$bench_path PS1='$ '
    unset -v VIRTUAL_ENV VIRTUAL_ENV_PROMPT PKG_CONFIG_PATH
    unset -v _multivenv_active _multivenv_label _multivenv_pkgconfig _multivenv_pythonhome
    unset -v _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PS1 _OLD_PKG_CONFIG_PATH
    unset -f deactivate
}"""
_ONLY_RESET = "deactivate() { :; }; bench_reset"

# COMP_WORDBREAKS as it is at a prompt
_BASH_COMPLETION = """\
. "$MULTIVENV_ROOT/completions/multivenv.bash"
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
COMP_LINE={line} COMP_POINT={point}"""


def rows(bench: Bench) -> list[Planned]:
    """All of them, shell by shell."""
    return [
        *_for_each_shell(bench, "source multivenv.sh", source),
        *(
            row
            for verb in _VERBS
            for number in ("first", "second")
            for row in _for_each_shell(
                bench, f"{number} {verb}", partial(verb_of_shell, verb, number)
            )
        ),
        *(
            row
            for maker in ("venv", "venv --without-pip", "virtualenv", "uv")
            if bench.world.can_make(maker)
            for row in _for_each_shell(bench, f"usevenv, {maker}", partial(usevenv, maker))
        ),
        *_for_each_shell(bench, "stopvenv", stopvenv),
        *_for_each_shell(bench, "source compat", compat_source, _WITH_COMPAT),
        *_for_each_shell(bench, "workon and deactivate", compat_workon, _WITH_COMPAT),
        *_for_each_shell(bench, "runvenv", runvenv),
        *(
            row
            for size in bench.sizes
            for row in _for_each_shell(bench, f"lsvenvs --names, {size}", partial(names, size))
        ),
        *_completing_rows(bench),
    ]


def _for_each_shell(
    bench: Bench,
    what: str,
    measure: Callable[[Bench, Shell], Row],
    names: tuple[str, ...] = (),
) -> list[Planned]:
    return [
        Planned(f"{what}, {shell.name}", partial(measure, bench, shell))
        for shell in bench.shells
        if not names or shell.name in names
    ]


def source(bench: Bench, shell: Shell) -> Row:
    """The first time, as at the start of a prompt: with completion where there is one."""
    ours = Code(shell, "", SOURCE, f"{SOURCE} && usevenv --help", once=True, interactive=True)
    file = bench.world.peer("virtualenvwrapper.sh")
    theirs = file and _virtualenvwrapper(bench, shell, file)
    if not theirs or shell.name not in ("bash", "zsh", "ksh") or not bench.timer.works(theirs):
        seconds = bench.timer.seconds(ours)
        why = "does not work here" if theirs else "not found (make bench-peers)"
        text = f"virtualenvwrapper {why}"
        return Row(milliseconds(seconds), "< 0.3 ms", text, seconds < 0.0003)
    seconds, other = bench.timer.compare([ours, theirs])
    text = beside("virtualenvwrapper", seconds, other)
    good = seconds < 0.0003 and seconds <= other / 300
    return Row(milliseconds(seconds), "< 0.3 ms, 1/300", text, good)


def verb_of_shell(verb: str, number: str, bench: Bench, shell: Shell) -> Row:
    """A verb in a shell that is new, or the same verb for the second time."""
    code = _VERBS[verb]
    path = bench.world.real("venv")
    home, name = os.path.split(path)
    variables = f"bench_env={shlex.quote(path)} bench_name={shlex.quote(name)}"
    environ = {"MULTIVENV_HOME": home}
    both = [
        Code(shell, f"{SOURCE}\n{variables}\n{setup}", code, code, once=True, environ=environ)
        for setup in (":", f"{code} >/dev/null")
    ]
    first, second = bench.timer.compare(both)
    if number == "second":
        return Row(milliseconds(second), "", "")
    text = f"{milliseconds(first - second)} more than the second"
    return Row(milliseconds(first), "+ < 1.5 ms", text, first - second < 0.0015)


def _virtualenvwrapper(bench: Bench, shell: Shell, file: str) -> Code:
    """What sources it."""
    body = f". {shlex.quote(file)}"
    environ = virtualenvwrapper_environ(bench, file)
    # the first time it makes its hooks and says so; after that it has nothing to say if it works
    check = f'{body} || exit; type workon && [ -z "$({body} 2>&1)" ]'
    return Code(shell, "", body, check, once=True, interactive=True, environ=environ)


def compat_source(bench: Bench, shell: Shell) -> Row:
    """Sourcing our file in place of virtualenvwrapper.sh, when the hooks exist."""
    environ = {"WORKON_HOME": bench.world.folder("virtualenvs")}
    check = f"{_COMPAT} && type workon"
    ours = Code(shell, "", _COMPAT, check, once=True, interactive=True, environ=environ)
    file = bench.world.peer("virtualenvwrapper.sh")
    return _beside_virtualenvwrapper(
        bench, ours, _virtualenvwrapper(bench, shell, file) if file else None, 25
    )


def compat_workon(bench: Bench, shell: Shell) -> Row:
    """The same commands, with the hooks that both write."""
    home, name = os.path.split(bench.world.real("venv"))
    hooks = {"WORKON_HOME": home, "VIRTUALENVWRAPPER_HOOK_DIR": bench.world.folder("hooks")}
    body = f"workon {shlex.quote(name)}; deactivate"
    check = f'workon {shlex.quote(name)} && [ -n "$VIRTUAL_ENV" ] && deactivate'
    ours = Code(shell, _COMPAT, body, check, environ=hooks)
    file = bench.world.peer("virtualenvwrapper.sh")
    theirs = None
    if file:
        environ = {**virtualenvwrapper_environ(bench, file), **hooks}
        theirs = Code(shell, f". {shlex.quote(file)}", body, check, environ=environ)
    return _beside_virtualenvwrapper(bench, ours, theirs, 100)


def _beside_virtualenvwrapper(bench: Bench, ours: Code, theirs: Code | None, times: int) -> Row:
    goal = f"1/{times}"
    if theirs is None or not bench.timer.works(theirs):
        seconds = bench.timer.seconds(ours)
        return Row(milliseconds(seconds), goal, "virtualenvwrapper not found (make bench-peers)")
    seconds, other = bench.timer.compare([ours, theirs])
    text = beside("virtualenvwrapper", seconds, other)
    return Row(milliseconds(seconds), goal, text, seconds <= other / times)


def virtualenvwrapper_environ(bench: Bench, file: str) -> dict[str, str]:
    """The variables that it needs."""
    folder = os.path.dirname(file)
    return {
        "WORKON_HOME": bench.world.folder("virtualenvs"),
        "VIRTUALENVWRAPPER_PYTHON": f"{folder}/python",
        "PATH": f"{folder}:{bench.world.environ['PATH']}",
    }


def usevenv(maker: str, bench: Bench, shell: Shell) -> Row:
    """Activating, beside the environment's own script."""
    activation = partial(_activation, bench, shell, maker)
    ours = activation(f"{_USE}; bench_reset", f"{_USE} && {_WORKS}")
    theirs = activation(f"{_ACTIVATE}; bench_reset", f"{_ACTIVATE} && {_WORKS}")
    if not bench.timer.works(theirs):
        use, nothing = bench.timer.compare([ours, activation(_ONLY_RESET)])
        return Row(milliseconds(use - nothing), "not slower", "its bin/activate fails here")
    use, activate, nothing = bench.timer.compare([ours, theirs, activation(_ONLY_RESET)])
    use, activate = use - nothing, activate - nothing
    text = beside("bin/activate", use, activate)
    return Row(milliseconds(use), "not slower", text, use <= activate)


def stopvenv(bench: Bench, shell: Shell) -> Row:
    """Deactivating, beside the script's `deactivate`: both, less the activating."""
    activation = partial(_activation, bench, shell, "venv")
    both, use, both_of_it, activate, nothing = bench.timer.compare(
        [
            activation(f"{_USE}; stopvenv", f'{_USE} && stopvenv && [ -z "${{VIRTUAL_ENV-}}" ]'),
            activation(f"{_USE}; bench_reset"),
            activation(f"{_ACTIVATE}; deactivate"),
            activation(f"{_ACTIVATE}; bench_reset"),
            activation(_ONLY_RESET),
        ]
    )
    stop = max(both - (use - nothing), 0.0)
    deactivate = max(both_of_it - (activate - nothing), 0.0)
    text = beside("deactivate", stop, deactivate)
    return Row(milliseconds(stop), "< 0.3 ms", text, stop < 0.0003)


def runvenv(bench: Bench, shell: Shell) -> Row:
    """A command in an environment, less what the command takes by itself."""
    code = _activation(bench, shell, "venv", 'runvenv "$bench_name" /bin/true')
    run, alone = bench.timer.compare([code, _activation(bench, shell, "venv", "/bin/true")])
    seconds = max(run - alone, 0.0)
    return Row(milliseconds(seconds), "< 15 ms", "beside /bin/true", seconds < 0.015)


def _activation(bench: Bench, shell: Shell, maker: str, body: str, check: str = ":") -> Code:
    """Code that has to do with a real environment."""
    path = bench.world.real(maker)
    home, name = os.path.split(path)
    setup = f"{SOURCE}\nbench_env={shlex.quote(path)} bench_name={shlex.quote(name)}\n{_RESET}"
    return Code(shell, setup, body, check, environ={"MULTIVENV_HOME": home})


def names(size: int, bench: Bench, shell: Shell) -> Row:
    """All names."""
    seconds = _names(bench, shell, size)
    text = f"{seconds / size * 1e6:.1f} µs each"
    if size == 1000:
        return Row(milliseconds(seconds), "< 10 ms", text, seconds < 0.01)
    if size > 1000:
        growth = seconds / size / (_names(bench, shell, 1000) / 1000)
        text = f"{text}: {growth:.2f} of that at 1000"
    return Row(milliseconds(seconds), "", text)


@lru_cache(maxsize=None)
def _names(bench: Bench, shell: Shell, size: int) -> float:
    environ = {"MULTIVENV_HOME": bench.world.home(size)}
    check = f'[ "$(lsvenvs --names | wc -l)" -eq {size} ]'
    return bench.timer.seconds(Code(shell, SOURCE, "lsvenvs --names", check, environ=environ))


def _completing_rows(bench: Bench) -> list[Planned]:
    measures = {"bash": _seconds_in_bash, "zsh": _seconds_in_zsh}
    return [
        Planned(
            f"complete {text} among 1000, {shell.name}",
            partial(complete, measures[shell.name], prefix, bench, shell),
        )
        for shell in bench.shells
        if shell.name in measures
        for prefix, text in (("env00421", "a unique prefix"), ("", "an empty prefix"))
    ]


def complete(
    measure: Callable[[str, int, Bench, Shell], float], prefix: str, bench: Bench, shell: Shell
) -> Row:
    """The function that the shell calls when Tab is pressed, without what the shell does then."""
    fitting = sum(environment(number).startswith(prefix) for number in range(1000))
    seconds = measure(prefix, fitting, bench, shell)
    return Row(milliseconds(seconds), "< 5 ms", "the completion function", seconds < 0.005)


def _seconds_in_bash(prefix: str, fitting: int, bench: Bench, shell: Shell) -> float:
    body = f"_multivenv_complete usevenv {shlex.quote(prefix)} usevenv"
    check = f'{body}; [ "${{#COMPREPLY[@]}}" -eq {fitting} ]'
    environ = {"MULTIVENV_HOME": bench.world.home(1000)}
    setup = bash_completion(f"usevenv {prefix}")
    return bench.timer.seconds(Code(shell, setup, body, check, environ=environ))


def _seconds_in_zsh(prefix: str, fitting: int, bench: Bench, shell: Shell) -> float:
    return completing.seconds(bench.world, shell, prefix, fitting, 12)


def bash_completion(line: str) -> str:
    """What has to come before a call of bash's completion function at the end of a line."""
    return f"{SOURCE}\n{_BASH_COMPLETION.format(line=shlex.quote(line), point=len(line))}"
