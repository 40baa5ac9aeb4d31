"""Usage: newer_wheel.py WHEEL FOLDER VERSION

Writes a copy of a wheel (PEP 427) into FOLDER that says everywhere that it is of another version.
"""

import base64
import hashlib
import os
import sys
import zipfile


def main(source: str, folder: str, version: str) -> None:
    project, old, tags = os.path.basename(source).split("-", 2)
    info = f"{project}-{old}.dist-info/"
    new_info = f"{project}-{version}.dist-info/"
    record = ""
    target = os.path.join(folder, f"{project}-{version}-{tags}")
    with zipfile.ZipFile(source) as wheel, zipfile.ZipFile(target, "w") as newer:
        for entry in wheel.infolist():
            name = entry.filename.replace(info, new_info)
            if name == f"{new_info}RECORD" or name.endswith("/"):
                continue
            data = wheel.read(entry)
            if name == f"{new_info}METADATA":
                data = data.replace(f"\nVersion: {old}".encode(), f"\nVersion: {version}".encode())
            elif name == f"{project}/__init__.py":
                data = data.replace(f'"{old}"'.encode(), f'"{version}"'.encode())
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(data)}\n"
            newer.writestr(name, data)
        newer.writestr(f"{new_info}RECORD", record + f"{new_info}RECORD,,\n")


main(*sys.argv[1:])
