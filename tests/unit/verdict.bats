#!/usr/bin/env bats
# helper/inspection/verdict.py by itself, and the layers that keep it so.

# shells: once
load ../support/common

@test "the verdict on each combination of facts, in every Python" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B "$support/modules.py" "$project/tests/unit/verdicts.py"
        assert_ok ''
    done < <("$support/find-python" --all)
}

@test "each module of the helper imports only modules below it, and verdict none that reads" {
    run "$MULTIVENV_TEST_PYTHON" -I -S "$project/tests/unit/layers.py" "$project/helper"
    assert_ok ''
}
