#!/usr/bin/env bats
# The tests' pseudo-terminal presses keys, and tells what it saw.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_world
    mkdir "$world/plugin"
    printf '%s\n' 'sourced=yes' >"$world/plugin/multivenv.sh"
    with_env "MULTIVENV_ROOT=$world/plugin"
}

@test "a command runs, its output comes, the prompt is back" {
    run in_terminal '
        run printf "%s\n" "a$sourced"
        run false
    '
    assert_ok
    assert_contains $'\nayes\nPROMPT> false\nPROMPT> '
}

@test "TAB completes a file name" {
    mkdir "$HOME/directory one"
    run in_terminal '
        send ls direc\t
        wait ls directory
        send \r
        wait PROMPT> $
    '
    assert_ok
    assert_matches 'directory\\ one'
}

@test "Ctrl-C ends a command and the shell goes on" {
    run in_terminal '
        send sh -c "printf run%s ning; exec sleep 1000"\r
        wait running
        send \x03
        prompt
        run printf "%s\n" "status $?"
    '
    assert_ok
    assert_contains 'status 130'
}

@test "the screen is what a person would see" {
    run in_terminal -s 40x10 -w screen '
        send printf abc\x7f\x7f\x7fxyz
        screen ^PROMPT> printf xyz$
        send \x01\x04\x04
        screen ^PROMPT> intf xyz$
    '
    assert_ok 'PROMPT> intf xyz'
}

@test "a step that gets nothing fails, with what was there" {
    run in_terminal '
        run printf "here\n"
        settle
        refuse here\nPROMPT
        send exit 3\r
        wait never comes
    '
    assert_status 1
    assert_contains 'the shell has ended'
    assert_contains 'here'
}
