#!/usr/bin/env bats
# fixvenv as it is typed: its question.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/repairing

setup() {
    make_world
    make_repairs
}

@test "fixvenv asks before it does anything" {
    installed_env web 3.12.4
    mv "$env" "$MULTIVENV_HOME/moved"
    run in_shell +eu 'fixvenv --all </dev/null 2>&1; printf "%s\n" "$?"; printf "y\n" | fixvenv moved 2>/dev/null; lsvenvs --status ok'
    assert_ok 'moved  moved: rewrite the paths
Repair it? [y/N] 
multivenv: repaired nothing
1
moved  moved: rewrite the paths
moved  ok
moved'
}
