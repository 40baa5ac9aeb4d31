#!/usr/bin/env bats
# The same verbs as they are typed: help and misuse, which are the helper's.

# shells: bash zsh dash; all on request
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
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
    assert_ok '       mkvenv --restore [OPTION...] [NAME | --last]'
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
