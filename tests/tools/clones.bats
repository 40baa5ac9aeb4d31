#!/usr/bin/env bats
# mkvenv in the source distributions of real projects, with an index.

load ../support/common
load ../support/clones

setup() {
    sdists=$project/.tools/tools/others/sdists
    [ -d "$sdists" ] || skip 'no source distributions (make test-tools gets them)'
    make_world
    share_cache
    # how the index is reached
    for each in $(compgen -e); do
        case $each in
        PIP_* | UV_* | SSL_* | REQUESTS_* | *_proxy | *_PROXY) with_env "$each=${!each}" ;;
        esac
    done
}

# Usage: unpack NAME==VERSION
#
# Unpacks a source distribution into $HOME/git, and sets $folder.
unpack() {
    local name=${1%==*}
    mkdir -p "$HOME/git"
    tar -xzf "$sdists/${name//-/_}-${1#*==}.tar.gz" -C "$HOME/git"
    folder=${name//-/_}-${1#*==}
}

@test "the small reader of TOML reads the pyproject.toml of the most used packages as tomllib does" {
    local python
    python=$("$support/find-python" --all 11) || skip 'no Python with tomllib'
    run "${python%%$'\n'*}" -I -S -B -X utf8 "$support/modules.py" "$project/tests/tools/pyprojects.py" "$sdists"
    assert_status 0
    assert_matches '^read [0-9]+$'
    [ "${output#read }" -ge 50 ] || fail "only ${output#read } files"
}

# Usage: each_clone INSTALLER
#
# mkvenv, an import and pip check, in each of the projects that have a module in the list.
each_clone() {
    local requirement module count=0
    with_env "MULTIVENV_INSTALLER=$1"
    while read -r requirement module; do
        unpack "$requirement"
        run in_shell 'cd "$HOME/git/$1"; mkvenv; cd /; python -c "import $2"; python -m pip check' "$folder" "$module"
        assert_status 0
        assert_matches 'installing from (pyproject.toml|setup.py): -e \.( with group dev)?, Python '
        assert_contains 'No broken requirements found.'
        count=$((count + 1))
    done < <(grep -v '^#' "$project/tests/tools/sdists.txt" | grep ' ')
    [ "$count" -ge 10 ]
}

@test "mkvenv makes the environments of ten clones, with pip" {
    each_clone pip
}

@test "the same with uv" {
    local uv
    uv=$("$project/tests/tools-install" --path uv)
    [ -x "$uv" ] || skip 'uv is not installed (make test-tools installs it)'
    mkdir "$world/bin"
    ln -s "$uv" "$world/bin/uv"
    with_env "PATH=$(path_with "$world/bin")"
    each_clone uv
}

@test "a pylock.toml is installed with uv, and with pip 26.1" {
    local uv
    uv=$("$project/tests/tools-install" --path uv)
    [ -x "$uv" ] || skip 'uv is not installed (make test-tools installs it)'
    mkdir -p "$world/bin" "$HOME/git/locked"
    ln -s "$uv" "$world/bin/uv"
    with_env "PATH=$(path_with "$world/bin")"
    cd "$HOME/git/locked"
    printf 'six\n' >"$world/tmp/six.in"
    "$uv" pip compile --quiet --format pylock.toml --output-file pylock.toml "$world/tmp/six.in"
    run in_shell 'MULTIVENV_INSTALLER=uv mkvenv; python -c "import six"; showvenv locked | grep installer'
    assert_status 0
    assert_matches "installing from pylock.toml, Python .*installer: +uv"
    run in_shell 'MULTIVENV_INSTALLER=pip mkvenv other --upgrade-deps -r pylock.toml; python -c "import six"'
    assert_ok ''
}
