"""Usage: wheel.py FOLDER NAME VERSION [OPTION...] <SOURCE

Options: --requires REQUIREMENT, --command NAME (both may be repeated), --tag TAG (py3-none-any)

Writes a wheel (PEP 427) of a one-module distribution into FOLDER, so that tests that install
packages need no network. SOURCE is the text of the module; a command calls its `main`.
"""

import argparse
import base64
import hashlib
import sys
import zipfile


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("name")
    parser.add_argument("version")
    parser.add_argument("--requires", action="append", default=[])
    parser.add_argument("--command", action="append", default=[])
    parser.add_argument("--tag", default="py3-none-any")
    given = parser.parse_args()
    module = given.name.replace("-", "_")
    info = f"{module}-{given.version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {given.name}\nVersion: {given.version}\n"
    metadata += "".join(f"Requires-Dist: {requirement}\n" for requirement in given.requires)
    files = {
        f"{module}.py": sys.stdin.read(),
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {given.tag}\n",
    }
    if given.command:
        commands = "".join(f"{name} = {module}:main\n" for name in given.command)
        files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + commands
    with zipfile.ZipFile(f"{given.folder}/{module}-{given.version}-{given.tag}.whl", "w") as wheel:
        record = ""
        for path, text in files.items():
            data = text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(data)}\n"
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")


main()
