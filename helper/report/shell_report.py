"""The shell that doctor was typed in, as shell/doctor.sh describes it, and other tools in it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import listed, quoted, typed
from helper.interpreters.search import half_active

if TYPE_CHECKING:
    from typing import Iterator, Mapping

_PROBLEMATIC = {
    "PYTHONHOME": "every Python looks for its library there",
    "PYTHONPATH": "every environment imports modules from there",
    "PIP_TARGET": "pip installs there instead of into the environment",
    "PIP_PREFIX": "pip installs there instead of into the environment",
    "PIP_USER": "pip refuses to install into an environment",
}
"""Variables of Python and pip that affect every environment, and how."""

VARIABLES = (*_PROBLEMATIC, "PIP_REQUIRE_VIRTUALENV")
"""Variables of Python and pip that doctor shows. The last one does no harm in environments."""


class Setting(NamedTuple):
    """A variable of multivenv's that is set."""

    name: str
    value: str
    exported: bool


class Shell(NamedTuple):
    """The shell. What it does not know about itself is None."""

    name: str | None
    version: str | None
    multivenv: str | None
    """The version that was sourced."""
    root: str | None
    """The folder that it was sourced from."""
    interactive: bool
    completion: str | None
    """`loaded`, `missing`, or `off` if the shell completes nothing."""
    switching: str
    """State of the hook of MULTIVENV_AUTO: `on`, `lost` or `off`."""
    settings: list[Setting]
    aliases: list[str]
    functions: list[str]
    """The verbs that something else has redefined."""
    tools: list[str]
    """Other tools for environments."""

    @property
    def source(self) -> str:
        """What to type to source multivenv again."""
        if self.name == "fish":
            return f"source {typed((self.root or '') + '/multivenv.fish')}"
        return f". {typed((self.root or '') + '/multivenv.sh')}"


def shell_of(facts: list[str]) -> Shell:
    """The shell, from the words KEY=VALUE of shell/doctor.sh; an empty VALUE is unknown."""
    split = [fact.partition("=") for fact in facts]

    def every(wanted: str) -> list[str]:
        return [value for key, _, value in split if key == wanted and value]

    def one(wanted: str) -> str | None:
        return next(iter(every(wanted)), None)

    name, _, version = (one("shell") or _program()).partition(" ")
    return Shell(
        name=name or None,
        version=version or None,
        multivenv=one("multivenv"),
        root=one("root"),
        interactive=one("interactive") == "yes",
        completion=one("completion"),
        switching=one("switching") or "off",
        settings=[
            Setting(*value.partition("=")[::2], key == "exported")
            for key, _, value in split
            if key in ("setting", "exported")
        ],
        aliases=every("alias"),
        functions=every("function"),
        tools=every("tool"),
    )


def _program() -> str:
    """The name of the shell's program, on Linux: dash and busybox have no variable for it."""
    try:
        return os.path.basename(os.readlink(f"/proc/{os.getppid()}/exe")).partition(" ")[0]
    except OSError:
        return ""


def problems(shell: Shell, environ: Mapping[str, str]) -> list[Failure]:
    """The problems of the shell."""
    found = [*_taken_verbs(shell), *_switching(shell), *_completion(shell)]
    half = half_active(environ)
    found += [half] if half else []
    return [*found, *_other_tools(shell), *_conda(environ), *_variables(environ)]


def _taken_verbs(shell: Shell) -> Iterator[Failure]:
    if shell.functions:
        autoswitch = "zsh-autoswitch-virtualenv"
        who = autoswitch if autoswitch in shell.tools else "something else"
        yield Failure(f"{who} redefined {listed(shell.functions)} after multivenv", shell.source)
    for name in shell.aliases:
        yield Failure(f"{quoted(name)} is an alias in this shell", f"unalias {name}")


def _switching(shell: Shell) -> Iterator[Failure]:
    settings = {each.name: each.value for each in shell.settings}
    wanted = settings.get("MULTIVENV_AUTO", "") not in ("", "0")
    if not wanted or not shell.interactive or shell.switching == "on":
        return
    if shell.switching == "lost":
        where = {"bash": "PROMPT_COMMAND", "zsh": "chpwd_functions"}.get(shell.name or "", "cd")
        yield Failure(f"MULTIVENV_AUTO is set, but its hook is no longer in {where}", shell.source)
    else:
        why = "it was set after multivenv.sh was sourced"
        yield Failure(f"MULTIVENV_AUTO has no effect: {why}", shell.source)


def _completion(shell: Shell) -> Iterator[Failure]:
    if shell.completion == "missing" and shell.name == "zsh":
        # compinit -C reads an older dump
        what = "completion is missing: compinit -C skipped it, or zinit did not replay it"
        yield Failure(what, f"run compinit once without -C, or type {shell.source}")
    elif shell.completion == "missing":
        yield Failure("completion is missing", shell.source)


def _other_tools(shell: Shell) -> Iterator[Failure]:
    changes = "when the directory changes"
    if "pyenv-virtualenv" in shell.tools:
        what = "pyenv-virtualenv also switches environments at each prompt"
        yield Failure(what, "remove `pyenv virtualenv-init` from the startup file of your shell")
    if "zsh-autoswitch-virtualenv" in shell.tools:
        what = f"zsh-autoswitch-virtualenv also switches environments {changes}"
        yield Failure(what, "disable_autoswitch_virtualenv")
    if "direnv" in shell.tools and shell.switching == "on":
        what = f"direnv and MULTIVENV_AUTO both switch environments {changes}"
        yield Failure(what, "MULTIVENV_AUTO=0, or remove the hook of direnv")


def _conda(environ: Mapping[str, str]) -> Iterator[Failure]:
    if environ.get("CONDA_SHLVL", "0") not in ("", "0"):
        name = environ.get("CONDA_DEFAULT_ENV") or environ.get("CONDA_PREFIX") or ""
        what = f"conda environment {quoted(name)} is active, and its python3 is on PATH"
        yield Failure(
            what, "conda deactivate; for good: conda config --set auto_activate_base false"
        )


def _variables(environ: Mapping[str, str]) -> Iterator[Failure]:
    for name, effect in _PROBLEMATIC.items():
        value = environ.get(name, "")
        # pip reads these as no
        off = name == "PIP_USER" and value.lower() in ("0", "no", "off", "false", "n", "f")
        if value and not off:
            yield Failure(f"{name} is {quoted(value)}: {effect}", f"unset {name}")
