"""The shell that doctor is typed in, as shell/doctor.sh tells of it, and other tools in it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.messages import quoted, typed
from helper.interpreters import search
from helper.report.findings import Finding

if TYPE_CHECKING:
    from typing import Mapping

VERBS = (
    *("mkvenv", "usevenv", "stopvenv", "lsvenvs", "rmvenv", "cdvenv", "showvenv", "freezevenv"),
    *("fixvenv", "cpvenv", "mvvenv", "bindvenv", "linkvenv", "runvenv", "multivenv"),
)
"""The names that are ours in the shell."""

VARIABLES = (
    *("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"),
    "PIP_REQUIRE_VIRTUALENV",
)
"""Those of Python and pip that reach into each environment. The last one does no harm there."""


class Setting(NamedTuple):
    """A variable of ours that is set."""

    name: str
    value: str
    exported: bool


class Shell(NamedTuple):
    """The shell. What it cannot tell is None."""

    name: str | None
    version: str | None
    multivenv: str | None
    """The version that was sourced."""
    root: str | None
    """The folder that it was sourced from."""
    interactive: bool
    completion: str | None
    """`loaded`, `missing`, or `off`: then the shell completes nothing."""
    switching: str
    """What MULTIVENV_AUTO is done by: `on`, `lost` or `off`."""
    settings: list[Setting]
    aliases: list[str]
    functions: list[str]
    """The verbs that are not ours any more."""
    tools: list[str]
    """Other tools that have to do with environments."""

    def setting(self, name: str) -> str:
        """The value of one of our variables, empty if it is not set."""
        return next((each.value for each in self.settings if each.name == name), "")

    @property
    def source(self) -> str:
        """What to type to source multivenv again."""
        return f". {typed((self.root or '') + '/multivenv.sh')}"


def read(facts: list[str]) -> Shell:
    """The shell, from the words KEY=VALUE of shell/doctor.sh; an empty VALUE is not known."""
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
    """The name of the program that the shell is, where it has no variable that tells: dash and
    busybox. Linux tells it.
    """
    try:
        return os.path.basename(os.readlink(f"/proc/{os.getppid()}/exe")).partition(" ")[0]
    except OSError:
        return ""


def hidden(environ: Mapping[str, str]) -> list[str]:
    """The programs on PATH that are called as our verbs: at the prompt ours come first."""
    return [file for verb in VERBS for file in search.all_on_path(verb, environ)]


def findings(shell: Shell, environ: Mapping[str, str]) -> list[Finding]:
    """What is amiss in the shell."""
    return [
        *_verbs(shell),
        *_switching(shell),
        *_completion(shell),
        *_tools(shell, environ),
        *_variables(environ),
    ]


def _verbs(shell: Shell) -> list[Finding]:
    found = []
    if shell.functions:
        autoswitch = "zsh-autoswitch-virtualenv"
        who = autoswitch if autoswitch in shell.tools else "something else"
        what = f"{who} has defined {', '.join(map(quoted, shell.functions))} after multivenv"
        found.append(Finding(what, shell.source))
    aliases = [(f"{quoted(name)} is an alias here", f"unalias {name}") for name in shell.aliases]
    return [*found, *(Finding(what, advice) for what, advice in aliases)]


def _switching(shell: Shell) -> list[Finding]:
    wanted = shell.setting("MULTIVENV_AUTO") not in ("", "0")
    if not wanted or not shell.interactive or shell.switching == "on":
        return []
    if shell.switching == "lost":
        where = {"bash": "PROMPT_COMMAND", "zsh": "chpwd_functions"}.get(shell.name or "", "cd")
        what = f"MULTIVENV_AUTO is set, and {where} has lost what it is done by"
    else:
        what = "MULTIVENV_AUTO was set after multivenv.sh was sourced, so it does nothing"
    return [Finding(what, shell.source)]


def _completion(shell: Shell) -> list[Finding]:
    if shell.completion != "missing":
        return []
    if shell.name == "zsh":  # the dump that `compinit -C` reads is from before
        why = "compinit has not looked for ours, as with -C, or zinit has not replayed it"
        what = f"there is no completion: {why}"
        return [Finding(what, f"run compinit once without -C, or now {shell.source}")]
    return [Finding("there is no completion", shell.source)]


def _tools(shell: Shell, environ: Mapping[str, str]) -> list[Finding]:
    found = []
    if "pyenv-virtualenv" in shell.tools:
        what = "pyenv-virtualenv switches environments at each prompt too"
        advice = "take `pyenv virtualenv-init` out of the file that the shell reads at its start"
        found.append(Finding(what, advice))
    if "zsh-autoswitch-virtualenv" in shell.tools:
        what = "zsh-autoswitch-virtualenv switches environments where the directory changes too"
        found.append(Finding(what, "disable_autoswitch_virtualenv"))
    if "direnv" in shell.tools and shell.switching == "on":
        what = "direnv and MULTIVENV_AUTO both switch environments where the directory changes"
        found.append(Finding(what, "MULTIVENV_AUTO=0, or leave the hook of direnv out"))
    if environ.get("CONDA_SHLVL", "0") not in ("", "0"):
        name = environ.get("CONDA_DEFAULT_ENV") or environ.get("CONDA_PREFIX") or ""
        what = f"conda's environment {quoted(name)} is active, and its python3 is on PATH"
        advice = "conda deactivate; conda config --set auto_activate_base false for good"
        found.append(Finding(what, advice))
    return found


def _variables(environ: Mapping[str, str]) -> list[Finding]:
    """pip takes `0` and `no` for no."""
    off = ("", "0", "no", "off", "false", "n", "f")
    found = []
    for name, what in (
        ("PYTHONHOME", "a Python that is started looks for its library there"),
        ("PYTHONPATH", "each environment sees the modules that are there"),
        ("PIP_TARGET", "pip installs there, and not into the environment"),
        ("PIP_PREFIX", "pip installs there, and not into the environment"),
    ):
        if environ.get(name):
            text = f"{name} is {quoted(environ[name])}: {what}"
            found.append(Finding(text, f"unset {name}"))
    if environ.get("PIP_USER", "").lower() not in off:
        what = (
            f"PIP_USER is {quoted(environ['PIP_USER'])}: pip in an environment refuses to install"
        )
        found.append(Finding(what, "unset PIP_USER"))
    return found
