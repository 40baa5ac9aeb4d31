#!/usr/bin/env bats
# Verdicts on environments that the Pythons here have made, and what becomes of
# them when those Pythons go.

# shells: once
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    pythons=()
    while IFS= read -r python; do pythons+=("$python"); done < <(sampled_pythons)
}

# Prints NAME: STATUS: REASON of each
verdicts() {
    in_shell 'lsvenvs --json' | "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(sys.stdin)["environments"]:
    print(each["name"], each["status"], *([each["reason"]] if each["reason"] else []), sep=": ")'
}

# Makes the environment `number N` with each Python, which it knows by the link
# $world/python-N, as package managers have such.
make_one_with_each() {
    local i
    for i in "${!pythons[@]}"; do
        ln -s "$(prefix_of "${pythons[i]}")" "$world/python-$i"
        with_env "MULTIVENV_PYTHON=$world/python-$i/bin/${pythons[i]##*/}"
        in_shell 'mkvenv --no-use --without-pip "$1"' "number $i" || return
    done
}

prefix_of() {
    printf '%s\n' "${1%/bin/*}"
}

minor_of_python() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'
}

@test "those of each Python are sound, wherever they are looked at from" {
    make_one_with_each
    run verdicts
    assert_ok "$(for i in "${!pythons[@]}"; do printf 'number %s: ok\n' "$i"; done | LC_ALL=C sort)"
    # at a glance, too
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run in_shell 'lsvenvs --names >"$TMPDIR/names"
        while IFS= read -r name; do usevenv "$name"; done <"$TMPDIR/names"'
    assert_ok ''
    # through a symlink, and by a symlink
    without_env MULTIVENV_HELPER_PYTHON
    with_env "MULTIVENV_HELPER_PYTHON=$MULTIVENV_TEST_PYTHON"
    ln -s "$MULTIVENV_HOME" "$world/link"
    ln -s "$MULTIVENV_HOME/number 0" "$MULTIVENV_HOME/linked"
    with_env "MULTIVENV_HOME=$world/link"
    run verdicts
    refute_contains moved
    same $((${#pythons[@]} + 1)) "$(printf '%s\n' "$output" | grep -c ': ok$')"
}

@test "those whose Python is gone are dangling" {
    local i
    pythons=("${pythons[@]:0:2}")
    make_one_with_each
    rm "$world"/python-*
    run verdicts
    for i in "${!pythons[@]}"; do
        printf '%s\n' "number $i: dangling: bin/python points to $world/python-$i/bin/${pythons[i]##*/}, which no longer exists"
    done | LC_ALL=C sort >"$world/expected"
    same "$(cat "$world/expected")" "$output"
}

# Prints a Python of another minor version than the first one
other_minor() {
    local python
    for python in "${pythons[@]}"; do
        [ "$(minor_of_python "$python")" = "$(minor_of_python "${pythons[0]}")" ] || break
    done
    printf '%s\n' "$python"
}

@test "those whose Python was replaced by another minor version are hollow or dangling" {
    local was is=${pythons[0]} minor
    was=$(other_minor)
    minor=$(minor_of_python "$was")
    [ "$minor" != "$(minor_of_python "$is")" ] || return 0 # nothing to replace it by
    ln -s "$(prefix_of "$was")" "$world/python"
    "$world/python/bin/python3" -m venv --without-pip "$MULTIVENV_HOME/unversioned"
    in_shell 'MULTIVENV_PYTHON=$1/python$2 mkvenv --no-use --without-pip versioned' "$world/python/bin" "$minor"
    ln -sfn "$(prefix_of "$is")" "$world/python"
    run verdicts
    assert_ok "unversioned: hollow: bin/python starts Python $(minor_of_python "$is"), but its packages are in lib/python$minor
versioned: dangling: bin/python points to $(prefix_of "$is")/bin/python$minor, which no longer exists"
}

@test "those that were renamed, or whose home was, are moved" {
    pythons=("${pythons[@]:0:2}")
    make_one_with_each
    mv "$MULTIVENV_HOME/number 0" "$MULTIVENV_HOME/renamed"
    run verdicts
    assert_contains "renamed: moved: its scripts point to $MULTIVENV_HOME/number 0, where it was created"
    mv "$MULTIVENV_HOME" "$world/moved"
    with_env "MULTIVENV_HOME=$world/moved"
    run verdicts
    same "${#pythons[@]}" "$(printf '%s\n' "$output" | grep -c ': moved: ')"
    # with a link where it was, what the scripts say is still true
    ln -s "$world/moved" "$MULTIVENV_HOME"
    run verdicts
    same $((${#pythons[@]} - 1)) "$(printf '%s\n' "$output" | grep -c ': ok$')"
}

@test "a copy is moved, with pip too, and the original is not" {
    share_cache
    run in_shell 'mkvenv --no-use original'
    assert_ok ''
    cp -R "$MULTIVENV_HOME/original" "$MULTIVENV_HOME/copy"
    run verdicts
    assert_ok "copy: moved: its scripts point to $MULTIVENV_HOME/original, where it was created
original: ok"
}

@test "those of venv --copies, virtualenv and uv are sound" {
    mkdir "$MULTIVENV_HOME"
    "$MULTIVENV_TEST_PYTHON" -I -m venv --copies --without-pip "$MULTIVENV_HOME/it's copies"
    need_peer virtualenv
    "$peer" -q -p "$MULTIVENV_TEST_PYTHON" "$MULTIVENV_HOME/it's virtualenv"
    need_peer uv
    UV_OFFLINE=1 "$peer" venv -q -p "$MULTIVENV_TEST_PYTHON" "$MULTIVENV_HOME/it's uv"
    run verdicts
    assert_contains "it's copies: ok"
    run grep -v ': ok$' <<<"$output"
    assert_output_is ''
}
