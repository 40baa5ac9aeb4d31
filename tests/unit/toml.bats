#!/usr/bin/env bats
# TOML: the small reader, in every Python, and beside tomllib where that exists.

# shells: once
load ../support/common

@test "the small reader reads what tomllib reads, and refuses what it refuses, in every Python" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/toml.py"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}
