"""Running pip or uv: their words, what to show while they work, and why they failed."""

from __future__ import annotations

import json
import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted
from helper.base.files import listed
from helper.base.formats import normalized
from helper.base.processes import Failed
from helper.inspection.requirements import operands
from helper.making.problems import advice_for, problem_in

if TYPE_CHECKING:
    from typing import Collection, Sequence

    from helper.base.formats import Version
    from helper.interpreters.query import Interpreter
    from helper.making.context import Context


def isolated(version: Version) -> list[str]:
    """The options that make an interpreter ignore the user's variables and packages."""
    return ["-I"] if version >= (3, 4) else ["-E", "-s"]


class Installer:
    """pip or uv, for one environment."""

    def __init__(
        self,
        context: Context,
        path: str,
        base: Interpreter,
        uv: list[str],
        arguments: Sequence[str] = (),
    ) -> None:
        """uv: its command, or nothing for pip. arguments: those of --pip-args."""
        self._context = context
        self._path = path
        self.name = "uv" if uv else "pip"
        self._python = base.called
        python = f"{path}/bin/python"
        if uv:
            self._tool, self._options = [*uv, "pip"], ["--python", python]
        else:
            pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"]
            self._tool, self._options = [python, *isolated(base.version), *pip], []
        self._arguments = arguments

    def install(self, words: list[str], doing: str, total: int = 0) -> None:
        """Install. words: options, files and requirements, see operands(); doing: what for;
        total: how many distributions that will install, 0 if unknown. Raises Failed.
        """
        watch = _Watch(self._path, total) if self._context.progress.live else None
        self._context.run(
            [*self._tool, "install", *self._options, *self._arguments, *words], doing, watch
        )

    def outdated(self, doing: str) -> dict[str, str]:
        """The newest versions in the index, by normalized names, of the packages that have an older
        one. pip and uv remember for some minutes what the index has answered. Raises Failure.
        """
        lines: list[str] = []

        def watch(line: str) -> str:
            lines.append(line)
            return "asking the index"

        words = ["list", *self._options, *_of_index(self._arguments)]
        self._context.run([*self._tool, *words, "--outdated", "--format", "json"], doing, watch)
        for line in lines:
            if line.startswith("["):
                try:
                    found = json.loads(line)
                    return {normalized(each["name"]): str(each["latest_version"]) for each in found}
                except (ValueError, KeyError, TypeError, RecursionError):
                    continue
        raise Failure(f"{self.name} did not say which packages are outdated")

    def install_again(
        self,
        texts: list[str],
        doing: str,
        total: int,
        options: Sequence[str],
        verb: str,
        requested: Collection[str],
    ) -> None:
        """Install the packages of another environment; texts: their requirements; options: such as
        --no-deps. verb, requested: for the advice, see advice_for(). Raises Failure, which names
        the package, the reason and the option that would help.
        """
        try:
            self.install([*options, *operands(texts)], doing, total)
        except Failed as failed:
            problem = problem_in(failed.output)
            if problem is None:
                raise
            advice = advice_for(problem, verb, requested, "--no-deps" not in options)
            text = problem.text.replace("this Python", self._python)
            raise Failure(text, advice) from failed

    def tried(self, words: list[str], doing: str) -> Failure | None:
        """Install, and return the failure, if any."""
        try:
            self.install(words, doing)
        except Interrupted:
            raise
        except Failure as failure:
            return failure
        return None


_INDEX = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--pre")
"""Arguments that say which index to ask."""


def _of_index(arguments: Sequence[str]) -> list[str]:
    """Those of the user's own arguments that `pip list` has too."""
    found = []
    queue = list(reversed(arguments))
    while queue:
        word = queue.pop()
        if word.partition("=")[0] in _INDEX:
            takes = "=" not in word and word not in ("--no-index", "--pre")
            found += [word, *([queue.pop()] if takes and queue else [])]
    return found


class _Watch:
    """Counts what pip or uv has done: `installing 42/93`."""

    def __init__(self, path: str, total: int) -> None:
        (library,) = listed(f"{path}/lib") or ["python"]
        self._site = f"{path}/lib/{library}/site-packages"
        self._before = self._count()
        self._total = total
        self._collected = 0
        self._words = "installing"

    def __call__(self, line: str) -> str:
        """What to show after a line of output, or after a second without one."""
        collected = re.match(r"(?:Collecting|Processing|Obtaining) (?!build)", line)
        built = re.match(r"\s*Building (?:wheel|editable) for (\S+)|\s*Building (\S+)", line)
        if collected:
            self._collected += 1
            self._words = f"collecting {self._of(self._collected)}"
        elif built:
            self._words = f"building {(built[1] or built[2]).partition(' @')[0]}"
        elif line.startswith("Installing collected packages: "):
            self._total = max(self._total, line.count(",") + 1)
            self._words = "installing"
        elif re.match(r"(?:Resolved|Prepared) (\d+) package", line):
            self._total = self._total or int(line.split()[1])
            self._words = "installing"
        if self._words != "installing":
            return self._words
        return f"installing {self._of(self._count() - self._before)}"

    def _of(self, count: int) -> str:
        return f"{min(count, self._total)}/{self._total}" if self._total else str(count or "")

    def _count(self) -> int:
        return sum(name.endswith(".dist-info") for name in listed(self._site))


def pip_version(path: str) -> str | None:
    """The version of the pip in an environment, by its *.dist-info; None without pip."""
    for library in listed(f"{path}/lib"):
        for name in listed(f"{path}/lib/{library}/site-packages"):
            project, _, rest = name.partition("-")
            if normalized(project) == "pip" and rest.endswith((".dist-info", ".egg-info")):
                return os.path.splitext(rest)[0].partition("-py")[0]
    return None
