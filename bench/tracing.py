"""Which processes shell code starts, as strace sees them."""

from __future__ import annotations

import re
import shutil
import subprocess

from bench.shells import Shell
from bench.world import Unmeasured, World

# A system call that this processor does not have is no error after a `?`
_STARTS = ("clone", "clone3", "fork", "vfork")
_LOOKS = ("stat", "newfstatat", "statx", "access", "faccessat", "faccessat2")
_CALLS = ",".join(f"?{call}" for call in (*_STARTS, *_LOOKS))
_START = re.compile(rf" (?:{'|'.join(_STARTS)})\(")
_MARK = re.compile(r'"/multivenv-bench-(begin|end)-([\w-]+)"')


def available() -> bool:
    """Whether strace is installed and may look at processes, which a container may forbid."""
    return shutil.which("strace") is not None and (
        subprocess.run(
            ["strace", "-qq", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False
        ).returncode
        == 0
    )


def traced(words: list[str], trace: str) -> list[str]:
    """What runs a command so that its trace is written to a file."""
    options = ["-f", "-qq", "-o", trace, "-e", "signal=none", "-e", f"trace={_CALLS}"]
    return ["strace", *options, *words]


def mark(point: str, part: str) -> str:
    """Shell code that leaves a mark in the trace; `[` is built in everywhere. point: begin, end."""
    return f"[ -e /multivenv-bench-{point}-{part} ] || :"


def started(trace: str) -> dict[str, int]:
    """How many processes were started in each part between its marks. Raises Unmeasured."""
    counts: dict[str, int] = {}
    part, inside = "", False
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = _MARK.search(line)
            if found:
                part, inside = found.group(2), found.group(1) == "begin"
                counts.setdefault(part, 0)
            elif inside and _START.search(line):
                counts[part] += 1
    if inside or not counts:
        raise Unmeasured(f"the marks are not in the trace {trace}")
    return counts


def run(
    world: World,
    shell: Shell,
    parts: dict[str, str],
    environ: dict[str, str],
    interactive: bool = False,
) -> dict[str, int]:
    """Run pieces of code, one after the other in one shell, and count what each starts.

    Raises Unmeasured if one of them fails.
    """
    script, trace = f"{world.folder('scripts')}/trace.sh", f"{world.path}/trace-{shell.name}"
    with open(script, "w", encoding="utf-8") as lines:
        for name, code in parts.items():
            lines.write(f"{mark('begin', name)}\n{code}\n")
            lines.write(f'[ "$?" -eq 0 ] || exit\n{mark("end", name)}\n')
    options = ["-i"] if interactive else []
    words = traced([*shell.command, *options, script], trace)
    done = subprocess.run(
        words,
        env={**world.environ, **environ},
        cwd=world.folder("home"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise Unmeasured(done.stderr.decode("utf-8", "replace"))
    return started(trace)
