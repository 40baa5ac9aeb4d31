#!/usr/bin/env bats
# mkvenv without a name: what it finds in a clone, installs and refuses.

# shells: once
load ../support/common
load ../support/wheels
load ../support/making
load ../support/clones

setup() {
    make_world
    offline
    share_cache
    set_version
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: in_project [WORD...]
#
# Types mkvenv in the current directory of the test.
in_project() {
    in_shell +eu 'cd "$1"; shift; mkvenv --no-use "$@"' "$PWD" "$@"
}

@test "a project is installed as editable with its dev group, and its environment named after it and bound" {
    make_wheel needed 1.0
    make_wheel tested 1.0
    make_wheel other 1.0
    make_clone "$HOME/git/afork" "requires-python = '>=3.8'" '[dependency-groups]' \
        "Dev = ['needed', {include-group = 'test_it'}]" "test-it = ['tested']" "docs = ['other']"
    cd "$HOME/git/afork"
    run in_shell 'cd "$1"; mkvenv; afork; needed; tested; command -v other || printf "no other\n"
        cdvenv --project; pwd' "$PWD"
    assert_ok "multivenv: installing from pyproject.toml: -e . with group dev, $called (requires-python >=3.8)
afork from its project
needed 1.0
tested 1.0
no other
$PWD"
    same "['needed', 'tested'] [] ['$PWD'] None" \
        "$(record afork 'it["requirements"]' 'it["requirement_files"]' 'it["editables"]' 'it["python"]["asked"]')"
    same "$PWD" "$(cat "$MULTIVENV_HOME/afork/.project")"
}

@test "the groups and extras that the user names replace dev" {
    make_wheel one 1.0
    make_wheel two 1.0
    make_clone "$HOME/git/afork" "optional-dependencies.Full = ['one']" '[dependency-groups]' \
        "dev = ['one']" "docs = ['two']"
    cd "$HOME/git/afork"
    run in_project --group docs
    assert_ok "multivenv: installing from pyproject.toml: -e . with group docs, $called (the default)"
    same "['two'] ['docs']" "$(record afork 'it["requirements"]' 'it["groups"]')"
    rm -r "${MULTIVENV_HOME:?}/afork"
    run in_project --extra full --group docs --group DEV
    assert_ok "multivenv: installing from pyproject.toml: -e .[full] with groups docs, DEV, $called (the default)"
    same "['two', 'one'] ['${PWD}[full]'] ['full']" \
        "$(record afork 'it["requirements"]' 'it["editables"]' 'it["extras"]')"
}

@test "requirements.txt comes before the project, and -r and -e replace what it would install" {
    make_wheel listed 1.0
    make_clone "$HOME/git/afork"
    cd "$HOME/git/afork"
    printf 'listed\n' >requirements.txt
    printf 'listed==1.0\n' >'other list.txt'
    run in_project
    assert_ok "multivenv: installing from requirements.txt, $called (the default)"
    same "['$PWD/requirements.txt'] []" "$(record afork 'it["requirement_files"]' 'it["editables"]')"
    rm -r "${MULTIVENV_HOME:?}/afork"
    run in_project -r 'other list.txt'
    assert_ok "multivenv: installing -r other list.txt, $called (the default)"
    same "['$PWD/other list.txt'] []" "$(record afork 'it["requirement_files"]' 'it["editables"]')"
}

@test "the lock files of uv and poetry are left to them, and --no-install installs nothing" {
    make_clone "$HOME/git/afork"
    cd "$HOME/git/afork"
    : >poetry.lock
    run in_project --without-pip
    assert_ok "multivenv: installing nothing: poetry.lock is left to poetry, $called (the default)
multivenv: next, install from poetry.lock: poetry install, or pip install -e . (poetry is not on PATH)"
    same "$PWD" "$(cat "$MULTIVENV_HOME/afork/.project")"
    rm -r "${MULTIVENV_HOME:?}/afork" poetry.lock
    run in_project --without-pip --no-install
    assert_ok "multivenv: installing nothing, $called (the default)"
    # the lock file of a workspace of uv is above its members
    mkdir -p .git member
    cp pyproject.toml backend.py member
    : >uv.lock
    cd member
    run in_project --without-pip
    assert_ok "multivenv: installing nothing: uv.lock is left to uv, $called (the default)
multivenv: next, install from uv.lock: uv sync, or pip install -e . (uv is not on PATH)"
}

@test "in a monorepo the nearest project counts, up to the root of the repository" {
    make_wheel listed 1.0
    mkdir -p "$HOME/git/mono/part/src/deep" "$HOME/git/outside"
    printf 'listed\n' | tee "$HOME/git/mono/part/requirements.txt" >"$HOME/git/requirements.txt"
    cd "$HOME/git/mono/part/src/deep"
    run in_project
    assert_status 2
    assert_output_is "multivenv: mkvenv needs a name, as no project is in ~/git/mono/part/src/deep (see mkvenv --help)"
    : >"$HOME/git/mono/.git" # of a worktree
    printf '%s\n' "${version%.*}" >"$HOME/git/mono/.python-version"
    run in_project
    assert_ok "multivenv: installing from ~/git/mono/part/requirements.txt, $called (.python-version)"
    same "$HOME/git/mono/part" "$(cat "$MULTIVENV_HOME/part/.project")"
    # above the root of the repository is nobody's project
    rm "$HOME/git/mono/part/requirements.txt"
    run in_project
    assert_status 2
    # the home directory is no project, even if it is a repository
    : >"$HOME/.git"
    printf 'listed\n' >"$HOME/requirements.txt"
    mkdir "$HOME/below"
    for place in "$HOME" "$HOME/below" /; do
        cd "$place"
        run in_project
        assert_status 2
        assert_contains 'mkvenv needs a name, as no project is in'
    done
}

@test "--bind=DIR names another project" {
    make_clone "$HOME/git/afork"
    run in_shell 'cd /; mkvenv --no-use --bind="$1"' "$HOME/git/afork"
    assert_ok "multivenv: installing from ~/git/afork/pyproject.toml: -e ~/git/afork, $called (the default)"
    same "$HOME/git/afork" "$(cat "$MULTIVENV_HOME/afork/.project")"
}

@test "a name that is taken, or that no environment can have, is refused with the words for another one" {
    fake_env afork
    make_clone "$HOME/git/afork" '[dependency-groups]' 'dev = []'
    cd "$HOME/git/afork"
    run in_project
    assert_status 1
    assert_output_is "multivenv: environment 'afork' already exists (mkvenv OTHERNAME --bind -e . --group dev)"
    run in_project -r 'my list.txt'
    assert_status 1
    assert_output_is "multivenv: environment 'afork' already exists (mkvenv OTHERNAME --bind -r 'my list.txt')"
    printf '%s\n' "$PWD" >"$MULTIVENV_HOME/afork/.project"
    run in_project
    assert_status 1
    assert_output_is "multivenv: environment 'afork' of this project already exists (usevenv afork, or mkvenv OTHERNAME --bind -e . --group dev)"
    make_clone "$HOME/git/.hidden"
    cd "$HOME/git/.hidden"
    run in_project
    assert_status 2
    assert_output_is "multivenv: '.hidden' cannot be the name of an environment: it starts with '.' (name one: mkvenv NAME --bind)"
    # the words work
    cd "$HOME/git/afork"
    run in_shell 'cd "$1"; mkvenv --no-use OTHERNAME --bind -e . --group dev; cat "$MULTIVENV_HOME/OTHERNAME/.project"' "$PWD"
    assert_ok "$PWD"
}

@test "what others can have written is not installed" {
    make_clone "$HOME/git/afork"
    cd "$HOME/git/afork"
    chmod o+w .
    run in_project
    assert_status 1
    assert_output_is "multivenv: everybody can write to ~/git/afork (chmod o-w it; if you trust it: mkvenv NAME -e '$HOME/git/afork')"
    chmod o-w .
    chmod o+w pyproject.toml
    run in_project
    assert_status 1
    assert_contains 'everybody can write to ~/git/afork/pyproject.toml'
    chmod o-w pyproject.toml
    [ "$(id -u)" = 0 ] || skip 'needs root, to give a file away'
    chown daemon pyproject.toml
    run in_project
    assert_status 1
    assert_contains "multivenv: ~/git/afork/pyproject.toml belongs to another user (if you trust it: "
    [ ! -e "$MULTIVENV_HOME" ]
    # as tar leaves it, and no user
    chown 54321 pyproject.toml
    run in_project --no-install
    assert_status 0
}

# ---- the Python ------------------------------------------------------------------------------------

@test "the Python is that of .python-version, else the default if requires-python allows it, else the highest" {
    stub_python "$world/bin/python3" 'exit 1'
    cp "$world/bin/python3" "$world/bin/python3.11"
    with_env "PATH=$(path_with "$world/bin")"
    make_clone "$HOME/git/afork"
    cd "$HOME/git/afork"
    run in_project --no-install
    assert_status 1
    assert_contains 'multivenv: installing nothing, Python 3.11.2 (the default)'
    printf '[project]\nrequires-python = "!=3.11.2,<99"\n' >pyproject.toml
    run in_project --no-install
    assert_ok "multivenv: installing nothing, $called (requires-python !=3.11.2,<99)"
    same '!=3.11.2,<99' "$(record afork 'it["python"]["asked"]')"
    rm -r "${MULTIVENV_HOME:?}/afork"
    printf '3.11.2\n' >.python-version
    run in_project --no-install
    assert_status 1
    assert_output_is "multivenv: ~/git/afork/pyproject.toml requires Python !=3.11.2,<99, but .python-version requests 3.11.2, which is Python 3.11.2 (use -p ${version%.*})"
    printf 'my-own\n' >.python-version
    run in_project --no-install
    assert_ok "multivenv: ignored ~/git/afork/.python-version: 'my-own' is not a version
multivenv: installing nothing, $called (requires-python !=3.11.2,<99)"
}

@test "a -p that does not match is refused with one that does, before anything is made" {
    make_clone "$HOME/git/afork" "requires-python = '>=$version'"
    stub_python "$world/other/bin/python3" 'exit 1'
    sed -i 's/3\.11\.2/3.7.1/' "$world/other/bin/python3"
    cd "$HOME/git/afork"
    for words in '' 'NAME -e .'; do
        # shellcheck disable=SC2086  # words
        run in_project -p "$world/other/bin/python3" $words
        assert_status 1
        assert_output_is "multivenv: ~/git/afork/pyproject.toml requires Python >=$version, but -p $world/other/bin/python3 is Python 3.7.1 (use -p ${version%.*})"
    done
    run in_project -p "${version%.*}" NAME -e .
    assert_ok ''
    rm -r "${MULTIVENV_HOME:?}/NAME"
    assert_nothing_left
}

@test "if no Python matches, the message names one, and the command of uv or pyenv that installs it" {
    make_clone "$HOME/git/afork" "requires-python = '>=3.98,<4'"
    cd "$HOME/git/afork"
    run in_project
    assert_status 1
    assert_matches "^multivenv: ~/git/afork/pyproject.toml: no Python >=3.98,<4 found; available: .*$version.* \(install Python 3.98, or choose one with -p\)\$"
    mkdir "$world/bin"
    printf '#!/bin/sh\nexit 1\n' | tee "$world/bin/pyenv" >"$world/bin/uv"
    chmod +x "$world/bin/pyenv"
    with_env "PATH=$(path_with "$world/bin")"
    run in_project
    assert_status 1
    assert_contains '(pyenv install 3.98)'
    chmod +x "$world/bin/uv"
    printf '3.97.4\n' >.python-version
    run in_project
    assert_status 1
    assert_matches '^multivenv: \.python-version: no Python 3\.97\.4 found; .* \(uv python install 3\.97\.4\)$'
    [ ! -e "$MULTIVENV_HOME" ]
}
