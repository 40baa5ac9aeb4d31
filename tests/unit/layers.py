"""Usage: layers.py HELPER

Checks the imports of the helper: a module imports only from its own package and from the packages
before it, no import makes a cycle, and pure modules import nothing that reads or writes.
Prints what is wrong.
"""

import ast
import os
import sys
from typing import Dict, Iterator, List, Set

# Lowest first
PACKAGES = (
    *("base", "store", "inspection", "interpreters"),
    *("outside", "making", "report", "verbs"),
)

# What computes its result from its arguments alone has no use for these
_IMPURE = {
    *("os", "subprocess", "sys", "shutil", "pathlib", "time"),
    *("helper.base.files", "helper.store.home"),
}
PURE = (
    *("base.specifiers", "base.toml", "base.versions"),
    *("inspection.pyproject", "inspection.requirements", "inspection.verdict"),
)


def imports(path: str) -> Iterator[str]:
    """The modules that a file imports, in full: `from helper.base import files` is
    `helper.base.files`.
    """
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            module = node.module or ""
            if module.startswith("helper.") and module.count(".") == 1:
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def modules(folder: str) -> Dict[str, Set[str]]:
    """What each module `PACKAGE.NAME` imports."""
    found = {}
    for package in sorted(os.listdir(folder)):
        if os.path.isdir(f"{folder}/{package}") and not package.startswith("__"):
            for name in sorted(os.listdir(f"{folder}/{package}")):
                if name.endswith(".py") and name != "__init__.py":
                    path = f"{folder}/{package}/{name}"
                    found[f"{package}.{name[:-3]}"] = set(imports(path))
    return found


def cycle(module: str, edges: Dict[str, Set[str]], way: List[str], done: Set[str]) -> List[str]:
    """The modules of a cycle that can be reached from a module; empty if there is none."""
    if module in way:
        return way[way.index(module) :]
    if module in done:
        return []
    for each in sorted(edges[module]):
        found = cycle(each, edges, [*way, module], done)
        if found:
            return found
    done.add(module)
    return []


def main(folder: str) -> int:
    found = modules(folder)
    problems = [
        f"helper/{each} is not a package of the list"
        for each in sorted({module.partition(".")[0] for module in found} - set(PACKAGES))
    ]
    edges = {}
    for module, names in found.items():
        package = module.partition(".")[0]
        ours = {name[len("helper.") :] for name in names if name.startswith("helper.")}
        edges[module] = ours & set(found)
        problems += [f"{module} imports {name}, which is not there" for name in ours - set(found)]
        for name in sorted(ours):
            above = name.partition(".")[0]
            if above in PACKAGES and PACKAGES.index(above) > PACKAGES.index(package):
                problems.append(f"{module} imports {name}, which is above it")
        if module in PURE:
            problems += [f"{module} imports {name}, and has to be pure" for name in names & _IMPURE]
    done: Set[str] = set()
    for module in sorted(edges):
        way = cycle(module, edges, [], done)
        if way:
            problems.append(f"imports in a circle: {', '.join(way)}")
            break
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
