#!/usr/bin/env bats
# The same as files.bats, for the verbs that each shell runs itself.

# shells: all
load ../support/common

@test "no form of any file makes this shell crash, hang or control the terminal" {
    local step=261
    [ -z "${MULTIVENV_TEST_ALL-}" ] || step=1
    run "$MULTIVENV_TEST_PYTHON" "$project/tests/hostile/files.py" "$world/hostile" "$project" \
        "${shell_words[@]}" -- --shell --one-of "$step" --jobs "${MULTIVENV_TEST_JOBS:-1}"
    assert_status 0
}
