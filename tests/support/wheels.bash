# Distributions to install without a network. Loaded after common.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: offline
#
# pip finds the wheels of make_wheel, and nothing else.
offline() {
    mkdir -p "$world/wheels"
    with_env PIP_NO_INDEX=1 "PIP_FIND_LINKS=$world/wheels" PIP_CONFIG_FILE=/dev/null
}

# Usage: make_wheel NAME VERSION [REQUIREMENT...]
#
# Puts a wheel into $world/wheels: a module NAME, and a command NAME that prints
# NAME and VERSION.
make_wheel() {
    local name=$1 version=$2 requirement options=()
    shift 2
    for requirement; do options+=(--requires "$requirement"); done
    write_wheel "$name" "$version" --command "$name" ${options[@]+"${options[@]}"} \
        <<<"def main(): print('$name $version')"
}

# Usage: write_wheel NAME VERSION [--requires REQUIREMENT]... [--command NAME]... <SOURCE
#
# The same with a module of one's own.
write_wheel() {
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/wheel.py" "$world/wheels" "$@"
}

# Usage: make_project DIR NAME
#
# Makes a project with a build backend of its own, so that it can be installed
# in editable mode without anything else. Its module is DIR/NAME.py.
make_project() {
    mkdir -p "$1"
    printf 'def main(): print("%s from %s")\n' "$2" "its project" >"$1/$2.py"
    printf '%s\n' '[project]' "name = '$2'" "version = '1.0'" '[build-system]' 'requires = []' \
        "build-backend = 'backend'" "backend-path = ['.']" >"$1/pyproject.toml"
    cat >"$1/backend.py" <<END
import os, zipfile

def build_editable(folder, settings=None, metadata=None):
    return build(folder, "$2.pth", os.getcwd() + "\n")

def build(folder, name, text):
    files = {
        name: text,
        "$2-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: $2\nVersion: 1.0\n",
        "$2-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "$2-1.0.dist-info/entry_points.txt": "[console_scripts]\n$2 = $2:main\n",
        "$2-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(folder + "/$2-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "$2-1.0-py3-none-any.whl"
END
}
