#!/usr/bin/env bats
# Each file that multivenv reads, in ten hostile forms, with each verb: no traceback,
# no hang, no control character on the terminal. A sample, or all of them with
# MULTIVENV_TEST_ALL=1. See files.py.

# shells: once
load ../support/common

@test "no form of any file makes a verb crash, hang or control the terminal" {
    local step=631
    [ -z "${MULTIVENV_TEST_ALL-}" ] || step=1
    run "$MULTIVENV_TEST_PYTHON" "$project/tests/hostile/files.py" "$world/hostile" "$project" \
        "${shell_words[@]}" -- --one-of "$step" --jobs "${MULTIVENV_TEST_JOBS:-1}"
    assert_status 0
}
