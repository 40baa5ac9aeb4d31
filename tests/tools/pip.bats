#!/usr/bin/env bats
# The environment's own pip, by the names it goes by.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world
}

@test "pip install puts it into the active environment, by whichever name" {
    make_env alpha
    make_env beta
    run in_shell 'usevenv alpha; pip install -q relephant==1.0; usevenv beta; python3 -m pip install -q pallet
        usevenv -; python -m pip install -q -U relephant; relephant'
    assert_ok 'relephant 1.1'
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_packages "$MULTIVENV_HOME/beta" pallet-1.0
    assert_environments "$MULTIVENV_HOME/alpha" "$MULTIVENV_HOME/beta"
}
