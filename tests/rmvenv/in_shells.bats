#!/usr/bin/env bats
# rmvenv as far as the shell does it: words and the active environment. What
# happens when it is interrupted or the disk is full is in tests/store.

# shells: all
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

environments() {
    in_shell 'lsvenvs --names' | tr '\n' ' '
}

@test "rmvenv -y asks nothing, wherever it stands" {
    fake_env a
    fake_env b
    run in_shell 'rmvenv -y a; rmvenv b --yes' </dev/null
    assert_ok "multivenv: removed 'a' (undo: mkvenv --restore a)
multivenv: removed 'b' (undo: mkvenv --restore b)"
    run environments
    assert_ok ''
}

@test "rmvenv needs a name, and has few options" {
    fake_env a
    run in_shell +eu 'rmvenv; printf "%s\n" "$?"; rmvenv -y; printf "%s\n" "$?"
        rmvenv -f a; printf "%s\n" "$?"; rmvenv --yes=no a; printf "%s\n" "$?"; rmvenv -yf a; printf "%s\n" "$?"'
    assert_ok "multivenv: rmvenv needs a name (see rmvenv --help)
2
multivenv: rmvenv needs a name (see rmvenv --help)
2
multivenv: rmvenv has no option '-f' (see rmvenv --help)
2
multivenv: rmvenv --yes takes no value (see rmvenv --help)
2
multivenv: rmvenv has no option '-f' (see rmvenv --help)
2"
}

@test "the active one is refused, also when the home was reached through a symlink" {
    fake_env a
    ln -s "$MULTIVENV_HOME" "$world/link"
    run in_shell +eu 'MULTIVENV_HOME=$1; usevenv a; MULTIVENV_HOME=$2; rmvenv -y a
        stopvenv; rmvenv -y a; printf "%s\n" "$?"' "$world/link" "$MULTIVENV_HOME"
    assert_ok "multivenv: 'a' is active (stopvenv first)
multivenv: removed 'a' (undo: mkvenv --restore a)
0"
}

@test "the active one is refused, also when it is active by the name of a symlink" {
    fake_env a
    ln -s "$MULTIVENV_HOME/a" "$MULTIVENV_HOME/b"
    run in_shell +eu 'usevenv b; rmvenv -y a; rmvenv -y b'
    assert_status 1
    assert_output_is "multivenv: 'a' is active (stopvenv first)
multivenv: 'b' is active (stopvenv first)"
}

@test "the environment that is active in this shell alone is refused there alone" {
    fake_env a
    fake_env b
    run in_shell 'usevenv a; rmvenv -y b; lsvenvs'
    assert_ok "multivenv: removed 'b' (undo: mkvenv --restore b)
a"
}

@test "a set that options choose is removed after one question, and restored as one" {
    fake_env a
    printf '/nowhere\n' >"$env/.project"
    fake_env b
    run in_shell 'printf "n\n" | rmvenv --orphans >/dev/null || printf "%s\n" "$?"; rmvenv -y --orphans | cat; lsvenvs --names'
    assert_matches "^Remove 1 environment \(.*\)\? \[y/N\] multivenv: removed nothing
1
multivenv: removed 'a' \(undo: mkvenv --restore a\)
multivenv: removed 1 environment; deleting .* in the background \(undo: mkvenv --restore --last\)
b\$"
    rm "$MULTIVENV_HOME/.multivenv/recipes/a"
    run in_shell +eu 'mkvenv --restore --last; printf "%s\n" "$? ${VIRTUAL_ENV-none}"'
    assert_ok "multivenv: did not restore 'a': no removed environment named 'a' (see mkvenv --restore)
multivenv: restored 0 environments, failed 1: 'a'
1 none"
}
