#!/usr/bin/env bats
# Hooks in sh and in fish, and the events that virtualfish emits.

# shells: fish
load ../support/common

# Usage: hook FILE LINE...
hook() {
    local file=$1
    shift
    mkdir -p "$(dirname "$MULTIVENV_HOME/$file")"
    printf '%s\n' "$@" >"$MULTIVENV_HOME/$file"
}

@test "hooks in fish, and events, in the order of the other hooks" {
    local name
    fake_env alpha
    for name in preactivate postactivate predeactivate postdeactivate; do
        hook "$name.fish" "echo $name (set -q VIRTUAL_ENV; and echo active)"
        hook "alpha/bin/$name.fish" "echo own $name"
    done
    run in_shell 'for event in will_activate did_activate will_deactivate did_deactivate did_activate:alpha
            function on_$event --on-event virtualenv_$event -V event; echo event $event; end
        end
        usevenv alpha
        stopvenv'
    assert_ok 'event will_activate
preactivate
own preactivate
postactivate active
own postactivate
event did_activate
event did_activate:alpha
event will_deactivate
own predeactivate
predeactivate active
own postdeactivate
postdeactivate
event did_deactivate'
}

@test "what a hook in sh exports reaches fish, and what it unsets" {
    fake_env alpha
    hook postactivate "export NEW='one" "two' CHANGED=new" 'unset GONE' "export MULTI='a" "export FAKE=x'"
    hook predeactivate 'unset NEW CHANGED MULTI'
    with_env GONE=1 CHANGED=old SAME=1
    run in_shell 'usevenv alpha; printf "%s|" "$NEW" $CHANGED $SAME "$MULTI"; set -q GONE FAKE; echo $status
        stopvenv; set -q NEW CHANGED; echo $status'
    assert_ok 'one
two|new|1|a
export FAKE=x|2
2'
}

@test "a hook in sh runs where virtualenvwrapper runs it" {
    fake_env alpha
    hook preactivate '#!/bin/sh' 'echo "program $1 in ${PWD##*/}"'
    chmod +x "$MULTIVENV_HOME/preactivate"
    hook postactivate 'echo "sourced with ${VIRTUAL_ENV##*/}"' 'false'
    run --separate-stderr in_shell 'usevenv alpha; echo $status'
    assert_ok "program alpha in .multivenv
sourced with alpha
0"
    assert_contains "postactivate' failed with status 1" "$stderr"
}

@test "a hook in fish may use the verbs" {
    fake_env alpha
    mkdir -p "$HOME/web"
    printf '%s\n' "$HOME/web" >"$env/.project"
    hook postactivate.fish 'cdvenv --project'
    run in_shell 'usevenv alpha; basename $PWD; stopvenv; set -q VIRTUAL_ENV; echo $status'
    assert_ok 'web
1'
}

@test "a process that a hook leaves behind keeps nobody waiting" {
    fake_env alpha
    hook postactivate 'sleep 1000 >/dev/null 2>&1 & echo $! >"$TMPDIR/pid"'
    run in_shell 'usevenv alpha; echo $VIRTUAL_ENV_PROMPT'
    kill "$(cat "$world/tmp/pid")"
    assert_ok alpha
}

@test "a directory outside the home has no hooks" {
    fake_env alpha
    mkdir web
    mv "$MULTIVENV_HOME/alpha" web/.venv
    sed -i.old "s|$MULTIVENV_HOME/alpha|$HOME/web/.venv|" web/.venv/pyvenv.cfg
    printf 'echo unexpected\n' >web/.venv/bin/postactivate.fish
    run in_shell 'cd web; usevenv; echo $VIRTUAL_ENV_PROMPT'
    refute_contains unexpected
}
