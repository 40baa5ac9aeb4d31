"""Usage: layers.py HELPER

Holds the modules of the helper to their layers: each imports only those before it.
"""

import ast
import os
import sys
from typing import Iterator, Set

# Lowest first; one line is one layer, and what is in it is in order too
LAYERS = (
    ("tuples", "errors", "messages", "files", "urls", "git", "names", "suggest", "options"),
    ("findings", "disks"),
    ("specifiers", "requirements", "shebangs", "cache"),
    ("records", "home", "temporary", "locks", "processes"),
    ("facts", "distributions", "lookup", "freeze", "commands"),
    ("verdict", "deep"),
    ("trash", "python_envs", "projects", "links", "linking"),
    ("interpreters", "places", "installers", "seeds", "wheels", "makers", "pythons"),
    ("others",),
    ("journal", "configs", "paths", "carry"),
    ("build", "create", "remove", "passing", "means", "repair", "duplicate"),
    ("render", "restore"),
    ("surroundings", "remains"),
    (
        *(
            "verb_adopt",
            "verb_bindvenv",
            "verb_cpvenv",
            "verb_discover",
            "verb_doctor",
            "verb_drop",
        ),
        *(
            "verb_fixvenv",
            "verb_freezevenv",
            "verb_judge",
            "verb_linkvenv",
            "verb_lsvenvs",
            "verb_missing",
        ),
        *(
            "verb_mkvenv",
            "verb_mvvenv",
            "verb_pythons",
            "verb_recover",
            "verb_rmvenv",
            "verb_showvenv",
            "verb_suggest",
        ),
    ),
    ("verbs", "__main__"),
)
ORDER = [module for layer in LAYERS for module in layer]

# What is computed from its arguments alone has no use for these
_IMPURE = {"os", "subprocess", "sys", "shutil", "pathlib", "time", "home", "files"}
PURE = {"verdict": _IMPURE, "freeze": _IMPURE, "specifiers": _IMPURE}


def imports(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""


def main(folder: str) -> int:
    found = {name[:-3] for name in os.listdir(folder) if name.endswith(".py")}
    problems = []
    if found != set(ORDER):
        problems.append(f"without a layer, or gone: {sorted(found ^ set(ORDER))}")
    for module in sorted(found & set(ORDER)):
        allowed: Set[str] = set(ORDER[: ORDER.index(module)])
        for name in imports(os.path.join(folder, f"{module}.py")):
            if name in found and name not in allowed:
                problems.append(f"{module} imports {name}, which is not below it")
            if name in PURE.get(module, ()):
                problems.append(f"{module} imports {name}, and is to be a pure function")
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
