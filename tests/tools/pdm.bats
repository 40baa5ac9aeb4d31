#!/usr/bin/env bats
# The real pdm.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world pdm
    with_env PDM_CHECK_UPDATE=false
    write_project relephant '[tool.pdm]' 'distribution = false' '[[tool.pdm.source]]' "name = 'pypi'" \
        "type = 'find_links'" "url = 'file://$world/wheels'"
}

@test "pdm install, add and run use the active environment" {
    make_env alpha
    run --separate-stderr in_shell 'usevenv alpha; pdm install >/dev/null; pdm add pallet >/dev/null; pdm run relephant'
    assert_ok 'relephant 1.1'
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
    # nor is it remembered: the next one is used as well
    make_env beta
    in_shell 'usevenv beta; pdm install'
    assert_packages "$MULTIVENV_HOME/beta" pallet-1.0 relephant-1.1
}

@test "without one pdm uses the one that .venv leads to, and leaves the link" {
    make_env alpha
    ln -s "$MULTIVENV_HOME/alpha" .venv
    run --separate-stderr in_shell 'pdm install >/dev/null; pdm run relephant'
    assert_ok 'relephant 1.1'
    [ -h .venv ]
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "what pdm has noted in .pdm-python comes before the active environment" {
    make_env alpha
    make_env beta
    in_shell 'pdm use -f "$1"' "$MULTIVENV_HOME/alpha/bin/python"
    run --separate-stderr in_shell 'usevenv beta; pdm install'
    assert_ok
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_packages "$MULTIVENV_HOME/beta"
}
