#!/usr/bin/env bats
# multivenv pythons, doctor and upgrade leave no trace in the shell.

# shells: all
load ../support/common
load ../support/interpreters

setup() {
    make_pythons
}

@test "they leave no trace in the shell" {
    run changes_of 'multivenv pythons >/dev/null; multivenv doctor --json >/dev/null; multivenv pythons --json >/dev/null; multivenv upgrade >/dev/null'
    assert_ok ''
}
