"""The deep look: starting an environment's interpreter, with a time limit."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.messages import shown
from helper.inspection.verdict import REFUSED, Verdict

if TYPE_CHECKING:
    from helper.inspection.facts import Facts

TIME_LIMIT = 10
"""Seconds that an interpreter has to start."""

# that it is the environment's, and that what pip and scripts need can be loaded
_TEST = "import encodings, os, sys, zlib; print(sys.prefix)"


def judge_deep(facts: Facts, judged: Verdict) -> Verdict:
    """The verdict, after its interpreter was started; `broken` if that fails."""
    if judged.status in REFUSED:
        return judged
    problem = _problem(f"{facts.path}/bin/python")
    return Verdict("broken", problem) if problem else judged


def _problem(python: str) -> str | None:
    import subprocess

    try:
        ended = subprocess.run(
            [python, "-I", "-S", "-c", _TEST],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"bin/python did not start within {TIME_LIMIT} seconds"
    except OSError as error:
        return f"bin/python does not start: {error.strerror}"
    if ended.returncode == 0:
        return None
    said = ended.stderr.decode("utf-8", "replace").strip().split("\n")
    why = shown(said[-1].strip()) if said[-1] else f"status {ended.returncode}"
    return f"bin/python does not start: {why}"
