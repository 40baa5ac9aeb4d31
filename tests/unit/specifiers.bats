#!/usr/bin/env bats
# helper/specifiers.py and helper/requirements.py by themselves.

# shells: once
load ../support/common

@test "what words mean as versions, and as requirements, in every Python there is" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/specifiers.py"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}
