#!/usr/bin/env bats
# Ctrl-Z in a verb that waits for the helper: the job has the name of the verb.

# shells: all
load ../support/common
load ../support/terminal

@test "jobs shows the verb that Ctrl-Z has suspended" {
    printf '#!/bin/sh\nprintf "halfway\\n"\nexec sleep 1000\n' >"$world/bin-python"
    chmod +x "$world/bin-python"
    with_env "MULTIVENV_HELPER_PYTHON=$world/bin-python"
    run in_terminal '
        send fixvenv --all\r
        wait halfway
        send \x1a
        prompt
        run jobs >"$TMPDIR/jobs"
        run kill -9 %1
    '
    assert_status 0
    refute_contains MULTIVENV_HOME
    run cat "$world/tmp/jobs"
    # zsh shows nothing for any function
    in_zsh || assert_contains fixvenv
    assert_status 0
    same 1 "${#lines[@]}"
    refute_contains MULTIVENV_HOME
}
