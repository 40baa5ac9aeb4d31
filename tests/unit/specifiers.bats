#!/usr/bin/env bats
# Tables of versions, specifiers and requirements.

# shells: once
load ../support/common

@test "versions and requirements have their meanings, in every Python" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/specifiers.py"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}

@test "versions and clauses have the order and the meanings of PEP 440, in every Python" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/versions.py"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}
