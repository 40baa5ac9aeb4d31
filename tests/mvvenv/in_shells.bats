#!/usr/bin/env bats
# The verbs that show, freeze, fix, copy, rename and restore, as they are typed.
# What they do to the files is in the other files of each.

# shells: all
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

@test "each does what it is for, and activates nothing" {
    fake_env web
    fake_package "$env" Flask 3.0
    run in_shell 'showvenv web | head -n 1
        freezevenv web
        cpvenv web "copy of it"
        mvvenv "copy of it" nëw
        showvenv --json nëw | cut -c 1-29
        mv "$MULTIVENV_HOME/nëw" "$MULTIVENV_HOME/moved"
        fixvenv -y moved
        freezevenv --requested -- moved
        lsvenvs --status ok
        printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok 'web
flask==3.0
'"multivenv: renamed 'copy of it' to 'nëw' (undo: mvvenv nëw 'copy of it')"'
{"schema": 1, "name": "n\u00e
moved  moved: rewrite the paths
moved  ok
flask==3.0
moved
web
none'
}

@test "showvenv and freezevenv take the active one if none is named" {
    fake_env web
    fake_package "$env" Flask 3.0
    run in_shell 'usevenv web; freezevenv; showvenv | head -n 1'
    assert_ok $'flask==3.0\nweb (active)'
}

@test "fixvenv asks before it does anything" {
    fake_env web
    mv "$env" "$MULTIVENV_HOME/moved"
    run in_shell +eu 'fixvenv --all </dev/null 2>&1; printf "%s\n" "$?"; printf "y\n" | fixvenv moved 2>/dev/null; lsvenvs --status ok'
    assert_ok 'moved  moved: rewrite the paths
Repair it? [y/N] 
multivenv: repaired nothing
1
moved  moved: rewrite the paths
moved  ok
moved'
}

@test "mkvenv --restore makes what rmvenv has removed, and activates it" {
    run in_shell 'mkvenv --without-pip --no-use --bind=/ "my web"
        mkvenv --without-pip --no-use other
        rmvenv -y "my web" other 2>/dev/null
        mkvenv --restore
        mkvenv --restore "my web"
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        cdvenv --project
        pwd
        mkvenv --no-use --restore other
        mkvenv --restore
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        lsvenvs'
    assert_ok 'my web
other
my web
/
my web
my web
other'
}

@test "--help is the help of the verb, wherever it stands" {
    local verb
    for verb in showvenv freezevenv fixvenv cpvenv; do
        run in_shell 'multivenv help "$1" >"$TMPDIR/1"; "$1" --help >"$TMPDIR/2"; "$1" x -h y >"$TMPDIR/3"
            cd "$TMPDIR"; cmp 1 2; cmp 2 3; head -n 1 1' "$verb"
        assert_status 0
        assert_matches "^Usage: $verb "
    done
    run in_shell 'mkvenv --restore --help | grep "^  *mkvenv --restore"'
    assert_ok '       mkvenv --restore [NAME]'
}

@test "mvvenv --help, wherever it stands" {
    run in_shell 'mvvenv web -h new >/dev/null; mvvenv -h web new >/dev/null; mvvenv --help | head -n 1'
    assert_ok 'Usage: mvvenv OLD NEW'
}

@test "misuse is status 2, what cannot be done status 1, and no name is a path" {
    fake_env web
    run in_shell +eu 'attempt() { "$@" >/dev/null 2>&1; printf "%s " "$?"; }
        for verb in showvenv freezevenv; do
            attempt "$verb" --frob; attempt "$verb" a b; attempt "$verb" a/b; attempt "$verb" ""; attempt "$verb" gone; attempt "$verb"
        done
        printf "\n"
        attempt fixvenv; attempt fixvenv --frob; attempt fixvenv --all web; attempt fixvenv a/b; attempt fixvenv gone
        for verb in cpvenv mvvenv; do
            attempt "$verb"; attempt "$verb" web; attempt "$verb" web a b; attempt "$verb" --frob web a
            attempt "$verb" web a/b; attempt "$verb" gone a; attempt "$verb" web web
        done
        printf "\n"
        attempt mkvenv --restore a b; attempt mkvenv --restore --bind a; attempt mkvenv --restore a/b; attempt mkvenv --restore gone
        attempt mkvenv --restore web'
    assert_ok '2 2 2 2 1 1 2 2 2 2 1 1 
2 2 2 2 1 2 2 2 2 2 1 1 2 2 2 2 2 1 1 
2 2 2 1 1 '
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

@test "the verbs leave no trace in the shell" {
    fake_env web
    fake_env other
    mv "$env" "$MULTIVENV_HOME/moved"
    run changes_of 'showvenv web >"$TMPDIR/said"; freezevenv web >>"$TMPDIR/said"; cpvenv web copy; mvvenv copy new 2>/dev/null
        fixvenv -y moved >>"$TMPDIR/said"; mkvenv --restore >>"$TMPDIR/said"; showvenv --help >>"$TMPDIR/said"
        cpvenv web 2>>"$TMPDIR/said" || :; mvvenv gone new 2>>"$TMPDIR/said" || :; mkvenv --restore gone 2>>"$TMPDIR/said" || :
        usevenv web; mvvenv web again 2>/dev/null; mvvenv again web 2>/dev/null; stopvenv' 'usevenv web; stopvenv'
    assert_ok ''
}
