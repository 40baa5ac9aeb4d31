#!/usr/bin/env bats
# mkvenv --python as far as the shell reads it.

# shells: all
load ../support/common
load ../support/interpreters

setup() {
    make_pythons
}

@test "with --no-use, none of it is taken for the name either, and nothing changes in the shell" {
    in_shell 'multivenv pythons >/dev/null'
    run changes_of 'mkvenv --no-use --without-pip -p 3.90 a; mkvenv -p 3.90 --without-pip b --no-use'
    assert_ok ''
    run in_shell 'lsvenvs --names; stopvenv' # the value of -p is its value, whatever it is
    assert_contains $'a\nb'
    run in_shell +eu 'mkvenv --without-pip -p --no-use c; printf "%s\n" "$?"'
    assert_ok "multivenv: no Python named '--no-use': not a version, an environment or a command on PATH
1"
}
