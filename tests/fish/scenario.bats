#!/usr/bin/env bats
# The scenario of the other shells in fish, and what its verbs leave behind.

# shells: fish
load ../support/common
load ../support/scenario

# Usage: shown
#
# A snippet that prints the variables and functions of fish
shown='set --names | grep -v -x -e _multivenv_state -e status -e pipestatus | sort
env | grep -v -e ^_= -e ^PWD= | sort
functions --all | string split , | string trim | sort'

@test "the scenario" {
    run in_shell "$story"
    assert_ok "$ending"
}

@test "the scenario at a prompt" {
    run in_shell -i "$story"
    assert_ok "$ending"
}

@test "variables, functions and the environment are the same afterwards" {
    fake_env alpha
    fake_env beta
    with_env PYTHONHOME=/python UV_PROJECT_ENVIRONMENT=mine PKG_CONFIG_PATH=/pkg
    printf '%s\n' "$world" >"$env/.project"
    run in_shell "usevenv alpha; stopvenv; cd .
$shown >\$TMPDIR/before
usevenv alpha
usevenv beta
usevenv -
stopvenv
$shown >\$TMPDIR/after"
    assert_ok
    same_files "$world/tmp/before" "$world/tmp/after"
}

@test "fish starts one process for each verb" {
    fake_env alpha
    run --separate-stderr processes_of 'usevenv alpha; stopvenv' 'usevenv alpha; stopvenv'
    assert_status 0
    same 2 "$(grep -c execve <<<"$output")"
    run --separate-stderr processes_of 'usevenv alpha; stopvenv' 'cdvenv alpha'
    same 1 "$(grep -c execve <<<"$output")"
}

@test "fish that sources multivenv.sh reads what to source" {
    run in_shell -b '. $MULTIVENV_ROOT/multivenv.sh'
    assert_status 1
    assert_contains 'source multivenv.fish instead'
}

@test "MULTIVENV_HOME need not be exported" {
    fake_env alpha
    mv "$MULTIVENV_HOME" "$world/elsewhere"
    run in_shell 'set -g MULTIVENV_HOME $argv[1]; lsvenvs; cdvenv alpha; basename $PWD' "$world/elsewhere"
    assert_ok 'alpha
alpha'
}

@test "a verb passes its status and its streams on" {
    fake_env alpha
    run --separate-stderr in_shell 'usevenv nope; echo $status; usevenv a b; echo $status; usevenv --help | head -n 1
        multivenv use alpha; echo $VIRTUAL_ENV_PROMPT; multivenv path | string replace -r ".*/" ""; multivenv stop; stopvenv'
    assert_status 1
    assert_output_is '1
2
Usage: usevenv [NAME | - | DIR]
alpha
alpha'
    assert_contains "no environment named 'nope'" "$stderr"
    assert_contains 'no environment is active' "$stderr"
}

@test "a name may hold anything" {
    local name
    for name in "it's" 'a "b" $(touch x)' $'new\nline' '*' 'a;b' 'tr '; do
        fake_env "$name"
        run in_shell 'usevenv "$argv[1]"; printf "%s" "$VIRTUAL_ENV_PROMPT"; stopvenv; set -q VIRTUAL_ENV; or printf .' "$name"
        assert_ok "$name."
    done
    [ ! -e x ]
}
