#!/usr/bin/env bats
# The real pipenv.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world pipenv
    printf '%s\n' '[[source]]' "name = 'here'" "url = 'file://$world/wheels'" 'verify_ssl = false' \
        '[packages]' "relephant = '*'" >Pipfile
}

@test "pipenv install and run use the active environment, and say so" {
    make_env alpha
    run in_shell 'usevenv alpha; pipenv install'
    assert_status 0
    assert_contains 'Courtesy Notice'
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    run --separate-stderr in_shell 'usevenv alpha; pipenv --venv; pipenv run relephant'
    assert_ok "$MULTIVENV_HOME/alpha"$'\nrelephant 1.1'
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "without one pipenv uses the one that .venv leads to, and leaves the link" {
    make_env alpha
    ln -s "$MULTIVENV_HOME/alpha" .venv
    run --separate-stderr in_shell 'pipenv install >/dev/null; pipenv run relephant'
    assert_ok 'relephant 1.1'
    [ -h .venv ]
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}
