#!/usr/bin/env bats
# mkvenv --temp as it is typed: what the helper does with temporary environments.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/temporary

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

@test "where nobody waits any more, the next verb removes it and says so, whichever that is" {
    local verb
    fake_env other
    for verb in lsvenvs 'lsvenvs --long' 'usevenv try' 'runvenv try true' 'rmvenv other </dev/null' 'multivenv doctor --fix'; do
        left_behind try
        run in_shell +eu "$verb; printf '%s\n' \"\${VIRTUAL_ENV-none}\""
        assert_contains "multivenv: removing temporary environment 'try': its shell has ended"
        assert_contains none
        [ ! -e "$MULTIVENV_HOME/try" ] || fail "it is still there after $verb" "$output"
    done
}

@test "what was moved or copied by hand is not temporary any more, also not when it was rebuilt" {
    run in_shell 'mkvenv --temp --without-pip try; cp -a "$VIRTUAL_ENV" "$MULTIVENV_HOME/copy"
        fixvenv -y copy >/dev/null 2>&1; fixvenv -y -p "$1" copy >/dev/null 2>&1
        showvenv copy | grep temporary || :; stopvenv; lsvenvs' "$("$support/find-python" --all | tail -n 1)"
    assert_ok copy
    run in_shell 'lsvenvs --long >/dev/null; lsvenvs'
    assert_ok copy
}

@test "what rmvenv has removed comes back to stay" {
    run in_shell 'mkvenv --temp --without-pip try; unset VIRTUAL_ENV; rmvenv -y try; stopvenv || :
        mkvenv --restore try; stopvenv; lsvenvs'
    assert_contains try
}

@test "it takes the other options and requirements, but not --no-use nor --restore" {
    run in_shell +eu 'attempt() { mkvenv "$@"; printf "%s %s\n" "$?" "${VIRTUAL_ENV-none}"; }
        attempt --temp --no-use x; attempt --temp --restore x; attempt --temp=x; attempt --temp -p; attempt --temp "flask>=3"
        attempt --temp --without-pip -p nowhere; attempt --temp --bogus; attempt --temp -- -x'
    assert_contains "multivenv: mkvenv takes only one of --temp and --no-use (see mkvenv --help)
2 none"
    assert_contains "multivenv: mkvenv --restore takes one name, --python, --moved and --no-use (see mkvenv --help)
2 none"
    assert_contains "multivenv: mkvenv -p needs a value (see mkvenv --help)
2 none"
    assert_contains "multivenv: 'flask>=3' is a requirement (did you mean \`mkvenv NAME 'flask>=3'\`?)
2 none"
    [ ! -e "$MULTIVENV_HOME/.multivenv/temporary" ] || fail 'a file leads to what was not made'
    run in_shell 'mkdir "$HOME/project"; mkvenv --without-pip "--bind=$HOME/project" --temp -- try; showvenv'
    assert_contains "$HOME/project"
    assert_matches 'temporary: +removed when its shell, process [0-9]+, leaves it or ends'
    assert_nothing_is_left
}

@test "a copy of it is kept" {
    run in_shell 'mkvenv --temp --without-pip try; cpvenv try kept 2>/dev/null; stopvenv; lsvenvs
        showvenv kept | grep temporary || :'
    assert_ok kept
}
