#!/usr/bin/env bats
# What the files of projects and scripts say, as tables.

# shells: once
load ../support/common

@test "pyproject.toml, .python-version and the metadata of scripts have their meanings, in every Python" {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/pyproject.py"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}
