# The real tools of others, in a world without a network. Loaded after
# common.bash and wheels.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: make_tool_world [TOOL]
#
# As make_world, in the empty project $there; relephant 1.0 and 1.1 and pallet
# 1.0 can be installed, from $world/wheels. TOOL is on PATH, without its
# neighbours, among them a `python` and a `pip` which are not the user's.
make_tool_world() {
    local path=''
    if [ $# -gt 0 ]; then
        path=$("$project/tests/tools-install" --path "$1")
        [ -x "$path" ] || skip "$1 is not installed (make test-tools installs it)"
    fi
    make_world
    offline
    make_wheel relephant 1.0
    make_wheel relephant 1.1
    make_wheel pallet 1.0
    mkdir "$world/bin" "$world/its project"
    [ -z "$path" ] || ln -s "$path" "$world/bin/$1"
    with_env "PATH=$(path_with "$world/bin")"
    there=$world/its\ project
    cd "$there" || return
}

# Usage: write_project REQUIREMENT [LINE...]
#
# Writes a pyproject.toml that asks for it, and has these lines too.
write_project() {
    local requirement=$1
    shift
    printf '%s\n' '[project]' "name = 'its-project'" "version = '1.0'" \
        "requires-python = '>=3.8'" "dependencies = ['$requirement']" "$@" >pyproject.toml
}

# Usage: make_env NAME [OPTION...]
#
# Makes it with the run's cache, which the tools are not to see: theirs hold
# environments.
make_env() {
    with_env "XDG_CACHE_HOME=$MULTIVENV_TEST_CACHE"
    in_shell 'mkvenv --no-use "$@"' "$@" || return
    without_env XDG_CACHE_HOME
}

# Usage: assert_packages DIR [NAME-VERSION...]
#
# These, beside pip and what comes with it, are what the environment DIR has.
assert_packages() {
    local env=$1 info found=''
    shift
    for info in "$env"/lib/python*/site-packages/*.dist-info; do
        info=${info##*/}
        case $info in
        pip-* | setuptools-* | '*.dist-info') ;;
        *) found="$found ${info%.dist-info}" ;;
        esac
    done
    same "$*" "${found# }"
}

# Usage: assert_environments DIR...
#
# There are these in the whole world, and no others: not in the project, not
# where the tool keeps its own.
assert_environments() {
    same "$(printf '%s\n' "$@" | LC_ALL=C sort)" \
        "$(find "$world" -name pyvenv.cfg | sed 's|/pyvenv\.cfg$||' | LC_ALL=C sort)"
}
