#!/usr/bin/env bats
# Each damage to the contents of an environment and to its base: the verdicts of lsvenvs, showvenv and
# lsvenvs --deep. The damages are in tests/support/contents.py.

# shells: once
load ../support/common

@test "each damage is seen at its depth, and healthy contents are not taken for damaged" {
    local python oldest base other=''
    python=$(sampled_pythons | tail -n 1)
    base=$world/bases/one
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 "$support/contents.py" base "$python" "$base" >"$world/program"
    oldest=$(sampled_pythons | head -n 1)
    if [ "$oldest" != "$python" ]; then
        other=$world/bases/other
        "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 "$support/contents.py" base "$oldest" "$other" >/dev/null
    fi
    mkdir "$MULTIVENV_HOME"
    "$(cat "$world/program")" -I -m venv --without-pip "$MULTIVENV_HOME/web"
    run env -i "${test_env[@]}" "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_CACHE=$MULTIVENV_TEST_CACHE/multivenv" \
        "MULTIVENV_TEST_FIGURES=${MULTIVENV_TEST_FIGURES-}" "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 \
        "$support/contents.py" table web "$base" "$other" "$project/helper/__main__.py"
    assert_ok ''
}
