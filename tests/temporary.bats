#!/usr/bin/env bats
# mkvenv --temp: environments that go when they are left, or when their shell ends.

load support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

assert_nothing_is_left() {
    same "$(ls "$MULTIVENV_HOME")" ''
    [ ! -e "$MULTIVENV_HOME/.multivenv/temporary" ] || fail 'a file leads to what is gone'
    [ ! -e "$MULTIVENV_HOME/.multivenv/recipes" ] || fail 'a recipe was kept'
    [ -z "$(ls "$MULTIVENV_HOME/.multivenv/trash")" ] || fail 'the trash is not empty'
}

# --- where it goes --------------------------------------------------------------------------------

@test "it is there until stopvenv" {
    run in_shell 'mkvenv --temp --without-pip try; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; lsvenvs
        stopvenv; printf "%s\n" "${VIRTUAL_ENV-none}"; lsvenvs'
    assert_ok $'try\ntry\nnone'
    assert_nothing_is_left
}

@test "it is there until another one is activated, and that it was there is forgotten" {
    fake_env before
    fake_env after
    run in_shell 'usevenv before; mkvenv --temp --without-pip try; usevenv after; lsvenvs
        usevenv -; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok $'after\nbefore\nbefore'
}

@test "it is there until the next one is made, temporary or not" {
    run in_shell 'mkvenv --temp --without-pip one; mkvenv --temp --without-pip two; lsvenvs
        mkvenv --without-pip three; lsvenvs; stopvenv; lsvenvs'
    assert_ok $'two\nthree\nthree'
}

@test "to activate it again is not to leave it" {
    run in_shell 'mkvenv --temp --without-pip try; usevenv try; cd "$VIRTUAL_ENV"; usevenv try; lsvenvs
        cd /; deactivate; lsvenvs'
    assert_ok try
    assert_nothing_is_left
}

@test "without a name it gets one" {
    run in_shell 'mkvenv --temp --without-pip
        [ "$VIRTUAL_ENV_PROMPT" = "temp-$$" ] && printf "%s\n" right
        mkvenv --without-pip --temp
        [ "$VIRTUAL_ENV_PROMPT" = "temp-$$-2" ] && lsvenvs | sed "s/$$/N/"'
    assert_ok $'right\ntemp-N-2'
    assert_nothing_is_left
}

@test "a subshell that leaves it does not take it away from its shell" {
    run in_shell '[ -z "${KSH_VERSION-}" ] || trap "printf \"%s\n\" user" EXIT
        mkvenv --temp --without-pip try; (stopvenv; printf "%s\n" "${VIRTUAL_ENV-none}"); lsvenvs
        trap - EXIT; stopvenv; lsvenvs'
    assert_ok $'none\ntry'
}

# --- at the end of the shell ----------------------------------------------------------------------

@test "exit in the middle removes it, and keeps the status" {
    run in_shell 'again() { mkvenv --temp --without-pip try; lsvenvs; exit 7; }; again; lsvenvs'
    assert_status 7
    assert_output_is try
    assert_nothing_is_left
}

@test "so does a command that fails under set -e" {
    run in_shell 'mkvenv --temp --without-pip try; sh -c "exit 5"; lsvenvs'
    assert_status 5
    if [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ]; then # runs no hook then, and leaves it to the next verb
        run in_shell lsvenvs
        assert_ok ''
    fi
    assert_nothing_is_left
}

@test "so does the end of the script" {
    run in_shell 'mkvenv --temp --without-pip try'
    assert_ok ''
    assert_nothing_is_left
}

@test "an EXIT trap of the user's runs then, finds the status, and may end with its own" {
    local snippet='trap "printf \"user '\''%s'\''\n\" \"\$?\"
printf \"%s\n\" second; false || exit 9" EXIT
        mkvenv --temp --without-pip try; exit 7'
    run in_shell +eu "$snippet"
    assert_status 9
    assert_output_is $'user \'7\'\nsecond'
    assert_nothing_is_left
    run in_shell "$snippet"
    assert_status 9
    assert_output_is $'user \'7\'\nsecond'
    assert_nothing_is_left
}

@test "a trap that the user sets meanwhile is the user's" {
    run in_shell 'mkvenv --temp --without-pip try; trap "printf \"%s\n\" other" EXIT; stopvenv; lsvenvs'
    assert_ok other
    assert_nothing_is_left
}

@test "afterwards the shell is as it was, with traps and without" {
    run changes_of 'mkvenv --temp --without-pip try; stopvenv'
    assert_ok ''
    run changes_of 'mkvenv --temp --without-pip try; stopvenv' 'trap "printf \"it'\''s %s\n\" x
printf \"%s\n\" y" EXIT; trap "printf hung" HUP; trap "printf stopped" INT'
    assert_contains $'it\'s x\ny'
    refute_contains trap
}

@test "it goes when the shell is hung up on" {
    run in_shell 'mkvenv --temp --without-pip try; lsvenvs; kill -HUP "$$"; sleep 5; printf "%s\n" unharmed'
    refute_contains unharmed
    assert_contains try
    if [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ]; then # a script ends at once, and leaves it to the next verb
        run in_shell lsvenvs
        assert_ok ''
    fi
    assert_nothing_is_left
}

@test "what the user does about a hang-up stays" {
    run in_shell 'trap "printf \"%s\n\" hung" HUP; mkvenv --temp --without-pip try; kill -HUP "$$"; lsvenvs'
    assert_ok $'hung\ntry'
    assert_nothing_is_left
}

@test "a shell that was killed leaves it to the next verb, whichever that is" {
    local verb
    fake_env other
    for verb in lsvenvs 'lsvenvs --long' 'usevenv try' 'runvenv try true' 'rmvenv other </dev/null'; do
        run in_shell 'mkvenv --temp --without-pip try; kill -9 "$$"'
        [ -e "$MULTIVENV_HOME/try" ] || fail 'it was to be left'
        run in_shell +eu "$verb; printf '%s\n' \"\${VIRTUAL_ENV-none}\""
        assert_contains none
        [ ! -e "$MULTIVENV_HOME/try" ] || fail "it is still there after $verb" "$output"
    done
}

@test "while its shell is alive no other one removes it" {
    run in_shell 'mkvenv --temp --without-pip try
        inner() { "$@" -c ". \"\$MULTIVENV_ROOT/multivenv.sh\"; lsvenvs; lsvenvs --json >/dev/null; usevenv try && stopvenv"; }
        inner sh; lsvenvs; lsvenvs --json >/dev/null; usevenv try; lsvenvs'
    assert_ok $'try\ntry\ntry'
}

# --- keeping it -----------------------------------------------------------------------------------

@test "by another name it is kept" {
    run in_shell 'mkvenv --temp --without-pip try; mvvenv try kept; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        stopvenv; lsvenvs; showvenv kept | grep temporary || :'
    assert_ok $'kept\nkept'
}

@test "a copy of it is kept" {
    run in_shell 'mkvenv --temp --without-pip try; cpvenv try kept 2>/dev/null; stopvenv; lsvenvs
        showvenv kept | grep temporary || :'
    assert_ok kept
}

@test "one that took its name meanwhile is not removed for it" {
    run in_shell 'mkvenv --temp --without-pip try; rm -rf "$VIRTUAL_ENV"; mkvenv --no-use --without-pip try
        usevenv try; stopvenv; lsvenvs'
    assert_ok try
}

@test "what rmvenv has removed comes back to stay" {
    run in_shell 'mkvenv --temp --without-pip try; unset VIRTUAL_ENV; rmvenv -y try; stopvenv || :
        mkvenv --restore try; stopvenv; lsvenvs'
    assert_contains try
}

# --- words ----------------------------------------------------------------------------------------

@test "it takes the other options and requirements, but not --no-use nor --restore" {
    run in_shell +eu 'attempt() { mkvenv "$@"; printf "%s %s\n" "$?" "${VIRTUAL_ENV-none}"; }
        attempt --temp --no-use x; attempt --temp --restore x; attempt --temp=x
        attempt --temp --without-pip -p nowhere; attempt --temp --bogus; attempt --temp -- -x; attempt --temp --'
    assert_contains "multivenv: mkvenv --temp and --no-use do not go together (see mkvenv --help)
2 none"
    assert_contains "multivenv: mkvenv --restore takes one name, --python and --no-use (see mkvenv --help)
2 none"
    [ ! -e "$MULTIVENV_HOME/.multivenv/temporary" ] || fail 'a file leads to what was not made'
    run in_shell 'mkdir "$HOME/project"; mkvenv --without-pip "--bind=$HOME/project" --temp -- try; showvenv'
    assert_contains "$HOME/project"
    assert_matches 'temporary: +goes with process [0-9]+, its shell'
    assert_nothing_is_left
}
