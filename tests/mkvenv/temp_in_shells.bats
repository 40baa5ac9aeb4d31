#!/usr/bin/env bats
# mkvenv --temp: environments that go when they are left, or when their shell ends.

# shells: all
load ../support/common
load ../support/temporary

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

# --- where it goes --------------------------------------------------------------------------------

@test "it is there until stopvenv" {
    run in_shell 'mkvenv --temp --without-pip try; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; lsvenvs
        stopvenv; printf "%s\n" "${VIRTUAL_ENV-none}"; lsvenvs'
    assert_ok $'try\ntry\nnone'
    assert_nothing_is_left
}

@test "it is there until another one is activated, and is then no previous one" {
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
    run in_shell 'mkvenv --temp --without-pip try; (stopvenv; printf "%s\n" "${VIRTUAL_ENV-none}"); lsvenvs
        stopvenv; lsvenvs'
    assert_ok $'none\ntry'
}

@test "nor does a shell that was started from it" {
    run in_shell 'mkvenv --temp --without-pip try
        sh -c ". \"\$MULTIVENV_ROOT/multivenv.sh\"; stopvenv; lsvenvs"; lsvenvs; stopvenv; lsvenvs'
    assert_ok $'try\ntry'
}

@test "a shell that takes the place of its shell leaves it for it" {
    run in_shell 'mkvenv --temp --without-pip try
        exec sh -c ". \"\$MULTIVENV_ROOT/multivenv.sh\"; lsvenvs; stopvenv; lsvenvs; printf \"%s\n\" end"'
    assert_ok $'try\nend'
    assert_nothing_is_left
}

# --- at the end of the shell ----------------------------------------------------------------------

@test "exit in the middle removes it, and keeps the status" {
    run in_shell 'again() { mkvenv --temp --without-pip try; lsvenvs; exit 7; }; again; lsvenvs'
    assert_status 7
    assert_output_is try
    assert_nothing_is_left
}

@test "so does a command that fails under set -e, and the end of the script, also by another program" {
    run in_shell 'mkvenv --temp --without-pip try; sh -c "exit 5"; lsvenvs'
    assert_status 5
    assert_nothing_is_left
    run in_shell 'mkvenv --temp --without-pip try'
    assert_ok ''
    assert_nothing_is_left
    run in_shell 'mkvenv --temp --without-pip try; exec true'
    assert_ok ''
    assert_nothing_is_left
}

@test "so does a signal, whatever it is" {
    local signal
    for signal in HUP TERM KILL; do
        run in_shell 'mkvenv --temp --without-pip try; lsvenvs; kill -"$1" "$$"; sleep 5; printf "unharmed\n"' "$signal"
        assert_contains try
        refute_contains unharmed
        assert_nothing_is_left
    done
}

@test "the end of a subshell or a pipeline in which it was made" {
    run in_shell '(mkvenv --temp --without-pip inner; lsvenvs) | cat; lsvenvs >/dev/null
        mkvenv --temp --without-pip piped | cat'
    assert_ok inner
    assert_nothing_is_left
}

@test "the traps are the user's, as they were" {
    local traps='trap "printf \"user %s\n\" \"\$?\"" EXIT; trap "printf hung" HUP'
    run changes_of 'mkvenv --temp --without-pip try' "$traps; usevenv() { :; }"
    refute_contains trap
    run changes_of 'mkvenv --temp --without-pip try; stopvenv'
    assert_ok ''
    run in_shell "$traps; mkvenv --temp --without-pip try; exit 7"
    assert_status 7
    assert_output_is 'user 7'
    assert_nothing_is_left
}

@test "who waits for the end holds nothing open, and is no job" {
    run in_shell 'mkvenv --temp --without-pip try; jobs; printf "%s\n" "$VIRTUAL_ENV_PROMPT" | cat'
    assert_ok try
    assert_nothing_is_left
}

@test "while its shell is alive no other one removes it" {
    run in_shell 'mkvenv --temp --without-pip try
        inner() { "$@" -c ". \"\$MULTIVENV_ROOT/multivenv.sh\"; lsvenvs; lsvenvs --json >/dev/null; usevenv try && stopvenv"; }
        inner sh; lsvenvs; lsvenvs --json >/dev/null; usevenv try; lsvenvs'
    assert_ok $'try\ntry\ntry'
}

# --- keeping it -----------------------------------------------------------------------------------

@test "by another name it is kept" {
    run in_shell 'mkvenv --temp --without-pip try; mvvenv try kept 2>/dev/null; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        stopvenv; lsvenvs; showvenv kept | grep temporary || :'
    assert_ok $'kept\nkept'
}

@test "one that took its name meanwhile is not removed for it" {
    run in_shell 'mkvenv --temp --without-pip try; rm -rf "$VIRTUAL_ENV"; mkvenv --no-use --without-pip try
        usevenv try; stopvenv; lsvenvs'
    assert_ok try
}

# --- words ----------------------------------------------------------------------------------------

@test "the next one of that name waits until it has gone" {
    printf '#!/bin/sh\nexec sleep 0.5\n' >"$world/tmp/slowly"
    chmod +x "$world/tmp/slowly"
    mkdir -p "$MULTIVENV_HOME"
    cp "$world/tmp/slowly" "$MULTIVENV_HOME/postrmvirtualenv"
    run in_shell 'mkvenv --temp --without-pip try'
    run in_shell 'mkvenv --temp --without-pip try 2>/dev/null; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok try
    rm "$MULTIVENV_HOME/postrmvirtualenv"
}
