# Projects as a clone has them. Loaded after common.bash and wheels.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: make_clone DIR [LINE...]
#
# Makes a project that can be installed, with these lines behind its [project].
make_clone() {
    local folder=$1 name
    shift
    name=${folder##*/}
    make_project "$folder" "${name//[^a-z]/}"
    {
        sed '/^\[build-system\]/,$d' "$folder/pyproject.toml"
        printf '%s\n' "$@"
        sed -n '/^\[build-system\]/,$p' "$folder/pyproject.toml"
    } >"$world/tmp/pyproject"
    mv "$world/tmp/pyproject" "$folder/pyproject.toml"
}

# Usage: record NAME EXPRESSION...
#
# Prints Python expressions on `it`, the record of an environment.
record() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
it = json.load(open(sys.argv[1]))
print(*[eval(each) for each in sys.argv[2:]])' "$MULTIVENV_HOME/$1/.multivenv.json" "${@:2}"
}

# Sets $version, the full version of the Python under test, and $called, it in messages.
set_version() {
    version=$("$MULTIVENV_TEST_PYTHON" -I -S -c 'import platform; print(platform.python_version())')
    # shellcheck disable=SC2034  # for the tests
    called="Python $version"
}
