# cdvenv: to an environment's folder, its site-packages, its project.

# shells: all
load ../support/common

@test "cdvenv goes to an environment, by name or the active one" {
    fake_env one
    fake_env two
    run in_shell 'cdvenv one; printf "%s\n" "$PWD"; usevenv two; cdvenv; printf "%s\n" "$PWD" "$OLDPWD"'
    assert_ok "$MULTIVENV_HOME/one
$MULTIVENV_HOME/two
$MULTIVENV_HOME/one"
}

@test "cdvenv starts no process" {
    fake_env one
    mkdir "$HOME/project"
    printf '%s\n' "$HOME/project" >"$env/.project"
    assert_starts_no_process ':' 'cdvenv one; cdvenv --site one; cdvenv --project one'
}

@test "cdvenv --site and --project go there, with the options before or after --" {
    fake_env one
    mkdir "$HOME/my project"
    printf '%s\n' "$HOME/my project" >"$env/.project"
    run in_shell 'cdvenv --site one; printf "%s\n" "$PWD"
        cdvenv --project -- one; printf "%s\n" "$PWD"
        usevenv one
        cdvenv --site; printf "%s\n" "$PWD"'
    assert_ok "$MULTIVENV_HOME/one/lib/python3.12/site-packages
$HOME/my project
$MULTIVENV_HOME/one/lib/python3.12/site-packages"
}

@test "cdvenv says what is missing, and stays where it is" {
    fake_env one
    run in_shell +eu 'cdvenv; printf "%s\n" "$?"
        cdvenv nonesuch; printf "%s\n" "$?"
        cdvenv --project one; printf "%s\n" "$?"
        printf "/nowhere/at all\n" >"$HOME/.multivenv/one/.project"
        cdvenv --project one; printf "%s\n" "$?"
        rm -r "$HOME/.multivenv/one/lib"
        cdvenv --site one; printf "%s\n" "$?"
        cdvenv one two; printf "%s\n" "$?"
        cdvenv ../x; printf "%s\n" "$?"
        [ "$PWD" = "$HOME" ] && printf "still at home\n"'
    assert_ok "multivenv: no environment is active (cdvenv NAME goes to one)
1
multivenv: no environment named 'nonesuch' (see lsvenvs)
1
multivenv: 'one' has no project (bindvenv binds it to one)
1
multivenv: the project of 'one', '/nowhere/at all', is gone
1
multivenv: 'one' has no site-packages
1
multivenv: cdvenv takes one name, after its options (see cdvenv --help)
2
multivenv: no environment or directory '../x' (see lsvenvs)
1
still at home"
}

@test "cdvenv ignores CDPATH and a function called cd" {
    fake_env one
    mkdir -p "$world/trap/one"
    with_env "CDPATH=$world/trap"
    run in_shell -b 'cd() { printf "not this one\n"; }
. "$MULTIVENV_ROOT/multivenv.sh"
cdvenv one
printf "%s\n" "$PWD"'
    assert_ok "$MULTIVENV_HOME/one"
}

@test "cdvenv runs zsh's chpwd functions under the user's own options" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0
    fake_env one
    run in_shell 'seen() { local list=(a b); print -r -- "$list[1] ${PWD:t}"; }; chpwd_functions=(seen); cdvenv one'
    assert_ok 'a one'
}
