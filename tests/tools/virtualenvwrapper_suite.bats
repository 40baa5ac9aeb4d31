#!/usr/bin/env bats
# virtualenvwrapper's own tests, with our file in the place of theirs; see virtualenvwrapper-suite.

load ../support/common

# Usage: suite SHELL
suite() {
    [ -d "$project/.tools/tools/others/virtualenvwrapper-source" ] || skip 'the source is not there (make test-tools gets it)'
    command -v "$1" >/dev/null || skip "$1 is not installed"
    env -i HOME="$bats_home" PATH="$bats_path" TMPDIR="${TMPDIR:-/tmp}" "${pip[@]}" \
        "$project/tests/tools/virtualenvwrapper-suite" "$1" 3>&-
}

# The user's own settings of pip: without a package index most of these tests cannot run
setup() {
    local name
    bats_home=$HOME bats_path=$PATH pip=("PYENV_ROOT=$PYENV_ROOT")
    for name in $(compgen -e | grep '^PIP_'); do pip+=("$name=${!name}"); done
    make_world
}

@test "virtualenvwrapper's own tests pass in bash, but for those of the list" {
    run suite bash
    assert_status 0
}

@test "virtualenvwrapper's own tests pass in zsh, but for those of the list" {
    run suite zsh
    assert_status 0
}
