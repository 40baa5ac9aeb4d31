#!/usr/bin/env bats
# The verbs that show, freeze, fix, copy, rename and restore, as far as the shell does them.

# shells: all
load ../support/common
load ../support/repairing

setup() {
    make_world
    make_repairs
}

@test "each does what it is for, and activates nothing" {
    installed_env web 3.12.4
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

@test "the verbs leave no trace in the shell" {
    fake_env web
    installed_env other 3.12.4
    mv "$env" "$MULTIVENV_HOME/moved"
    run changes_of 'showvenv web >"$TMPDIR/said"; freezevenv web >>"$TMPDIR/said"; cpvenv web copy; mvvenv copy new 2>/dev/null
        fixvenv -y moved >>"$TMPDIR/said"; mkvenv --restore >>"$TMPDIR/said"; showvenv --help >>"$TMPDIR/said"
        cpvenv web 2>>"$TMPDIR/said" || :; mvvenv gone new 2>>"$TMPDIR/said" || :; mkvenv --restore gone 2>>"$TMPDIR/said" || :
        usevenv web; mvvenv web again 2>/dev/null; mvvenv again web 2>/dev/null; stopvenv' 'usevenv web; stopvenv'
    assert_ok ''
}
