#!/usr/bin/env bats
# Tables of what pip and uv say, of dependencies, and of the installer.

# shells: once
load ../support/common

# Usage: in_every_python FILE
in_every_python() {
    local python
    while IFS= read -r python; do
        run "$python" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/$1"
        assert_ok ''
    done < <("$support/find-python" --all 8)
}

@test "the outputs of pip 9 to 26 and of uv name the package, the reason and what would help" {
    in_every_python problems.py
}

@test "dependencies, markers, versions and extras have their meanings" {
    in_every_python dependencies.py
}

@test "progress has a step, a count and seconds, and is three columns narrower than the terminal" {
    run "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$support/modules.py" "$project/tests/unit/progress.py"
    assert_ok ''
}
