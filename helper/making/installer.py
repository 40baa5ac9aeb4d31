"""Running pip or uv: their words, what to show while they work, and why they failed."""

from __future__ import annotations

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
            self._words = [*uv, "pip", "install", "--python", python]
        else:
            pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
            self._words = [python, *isolated(base.version), *pip]
        self._words += arguments

    def install(self, words: list[str], doing: str, total: int = 0) -> None:
        """Install. words: options, files and requirements, see operands(); doing: what for;
        total: how many distributions that will install, 0 if unknown. Raises Failed.
        """
        watch = _Watch(self._path, total) if self._context.progress.live else None
        self._context.run([*self._words, *words], doing, watch)

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
