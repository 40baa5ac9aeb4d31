#!/usr/bin/env bats
# The real hatch, which has environments of its own.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world hatch
    write_project relephant '[tool.hatch.envs.default]' 'skip-install = true' "dependencies = ['relephant']"
}

@test "hatch run uses its own environment, and leaves the active one alone" {
    make_env alpha
    run --separate-stderr in_shell 'usevenv alpha; hatch run relephant; hatch env find'
    assert_status 0
    assert_contains 'relephant 1.1'
    refute_contains "$MULTIVENV_HOME"
    assert_packages "$MULTIVENV_HOME/alpha"
    assert_environments "$MULTIVENV_HOME/alpha" "${lines[1]}"
    [ ! -e .venv ]
}

@test "hatch run uses the active environment if configured so" {
    make_env alpha
    run --separate-stderr in_shell 'usevenv alpha; export HATCH_ENV_TYPE_VIRTUAL_PATH="$VIRTUAL_ENV"
        hatch run relephant; hatch env find'
    assert_ok $'relephant 1.1\n'"$MULTIVENV_HOME/alpha"
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}
