#!/usr/bin/env bats
# mvvenv as far as the shell does it: the active environment under its new name.

# shells: all
load ../support/common
load ../support/disks

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

@test "mvvenv --help, wherever it stands" {
    run in_shell 'mvvenv web -h new >/dev/null; mvvenv -h web new >/dev/null; mvvenv --help | head -n 1'
    assert_ok 'Usage: mvvenv OLD NEW'
}

@test "mvvenv of the active environment: it is active under its new name" {
    fake_env web
    run in_shell 'PS1="> "
        PATH=$PATH:/nowhere
        before=$PATH
        usevenv web
        mvvenv web "my nëw"
        printf "%s\n" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "$PS1"
        case $PATH in "$MULTIVENV_HOME/my nëw/bin:$before") printf "right\n" ;; *) printf "%s\n" "$PATH" ;; esac
        stopvenv
        printf "%s\n" "$PS1" "${VIRTUAL_ENV-none}"
        [ "$PATH" = "$before" ]
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: renamed 'web' to 'my nëw' (undo: mvvenv 'my nëw' web)
$MULTIVENV_HOME/my nëw
my nëw
(my nëw) > 
right
> 
none
my nëw"
}

@test "mvvenv of the active environment: usevenv - goes where it would have gone" {
    fake_env one
    fake_env two
    run in_shell 'usevenv one; usevenv two
        mvvenv two second
        usevenv -; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        usevenv -; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        mvvenv one first
        usevenv -; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        stopvenv; mvvenv first one; usevenv -; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: renamed 'two' to 'second' (undo: mvvenv second two)
one
second
multivenv: renamed 'one' to 'first' (undo: mvvenv first one)
first
multivenv: renamed 'first' to 'one' (undo: mvvenv one first)
one"
}

@test "mvvenv of the active environment: what its hooks set is not set twice" {
    fake_env web
    printf 'COUNT=$COUNT+\n' >"$env/bin/postactivate"
    printf 'COUNT=$COUNT-\n' >"$env/bin/predeactivate"
    run in_shell 'COUNT=; usevenv web; mvvenv web new 2>/dev/null; stopvenv; printf "%s\n" "$COUNT"'
    [ "$output" = '+-+-' ] || assert_ok '+-'
}

@test "mvvenv of another one leaves the active one alone" {
    fake_env active
    fake_env web
    run changes_of 'mvvenv web new 2>/dev/null; mvvenv new active 2>/dev/null || :; mvvenv new -- -x 2>/dev/null || :' 'usevenv active'
    assert_ok ''
}

@test "mvvenv that fails leaves the active one active" {
    fake_env web
    fake_env other
    run changes_of 'mvvenv web other 2>/dev/null || :; mvvenv web a/b 2>/dev/null || :; mvvenv web 2>/dev/null || :; mvvenv -h >/dev/null' 'usevenv web'
    assert_ok ''
}

@test "mvvenv of the active environment, with -- anywhere" {
    fake_env web
    run in_shell 'usevenv web; mvvenv -- web one; mvvenv one -- two; mvvenv two three --; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "multivenv: renamed 'web' to 'one' (undo: mvvenv one web)
multivenv: renamed 'one' to 'two' (undo: mvvenv two one)
multivenv: renamed 'two' to 'three' (undo: mvvenv three two)
$MULTIVENV_HOME/three"
}

@test "mvvenv of the active environment, which was activated by another path to the home" {
    fake_env web
    ln -s "$MULTIVENV_HOME" "$world/link"
    run in_shell 'MULTIVENV_HOME=$1/link; usevenv web; MULTIVENV_HOME=$2; mvvenv web new
        printf "%s\n" "$VIRTUAL_ENV" "${PATH%%:*}"' "$world" "$MULTIVENV_HOME"
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
$MULTIVENV_HOME/new
$MULTIVENV_HOME/new/bin"
}

@test "an active one follows its new name, and the status says that something could not be changed" {
    fake_env web
    mkdir "$world/project"
    in_shell 'bindvenv --dot-venv web "$1"' "$world/project" 2>/dev/null
    chmod 555 "$world/project"
    run in_shell -w as_anyone 'usevenv web; mvvenv web new && :; printf "%s %s\n" "$?" "${VIRTUAL_ENV##*/}"'
    chmod 755 "$world/project"
    assert_status 0
    assert_contains "multivenv: $world/project/.venv still leads to 'web': Permission denied"
    assert_contains '1 new'
}
