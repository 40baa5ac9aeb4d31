#!/usr/bin/env bats
# The real poetry.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world poetry
    # poetry knows no other source of packages than an index
    write_project "relephant @ file://$world/wheels/relephant-1.1-py3-none-any.whl" \
        '[tool.poetry]' 'package-mode = false'
}

@test "poetry install, add and run use the active environment" {
    make_env alpha
    run in_shell 'usevenv alpha; poetry -q install; poetry -q add "$1"; poetry env info -p; poetry run relephant' \
        "$world/wheels/pallet-1.0-py3-none-any.whl"
    assert_ok "$MULTIVENV_HOME/alpha"$'\nrelephant 1.1'
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "without one poetry uses the one that .venv leads to, and leaves the link" {
    make_env alpha
    ln -s "$MULTIVENV_HOME/alpha" .venv
    run in_shell 'poetry -q install; poetry run relephant'
    assert_ok 'relephant 1.1'
    with_env POETRY_VIRTUALENVS_IN_PROJECT=true
    run in_shell 'poetry -q add "$1"; poetry env info -p' "$world/wheels/pallet-1.0-py3-none-any.whl"
    assert_ok "$there/.venv"
    [ -h .venv ]
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}
