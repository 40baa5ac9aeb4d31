#!/usr/bin/env bats
# runvenv at a prompt: keys reach the command.

# shells: bash zsh
load ../support/common
load ../support/terminal

@test "Ctrl-C stops the command and not the shell" {
    fake_env demo
    run in_terminal "
        send runvenv demo sh -c 'trap \"printf cau%s ght; exit 3\" INT; printf be%s gun; while :; do sleep 1; done'\\r
        wait begun
        send \\x03
        wait caught
        prompt
        run printf 'still %s\\n' here
    "
    assert_ok
    assert_contains $'\nstill here'
}

@test "the command has the terminal" {
    fake_env demo
    run in_terminal "
        send runvenv demo sh -c 'test -t 0 && test -t 1 && printf be%s gun && IFS= read -r line && printf \"read %s.\" \"\$line\"'\\r
        wait begun
        send words\\r
        wait read words[.]
        prompt
    "
    assert_ok
}

@test "with --all Ctrl-C leaves out the rest" {
    fake_env alpha
    fake_env beta
    run in_terminal "
        send runvenv --all sleep 100\\r
        wait ==> alpha
        settle
        send \\x03
        prompt
        run printf 'status %s\\n' \"\$?\"
    "
    assert_ok
    # bash 3 leaves all functions at Ctrl-C, and calls that 1
    assert_matches 'status (130|1)'
    refute_contains '==> beta'
}

@test "Tab completes the environment, its programs, and leaves options to the command" {
    fake_env pallets
    fake_package "$env" webtool 3.0 webtool-cli
    run in_terminal '
        send runvenv pal\t
        wait runvenv pallets
        send webt\t
        wait ool-cli
        send --qui\t
        settle
        refuse --quiet
        send \x15
        run :
    '
    assert_ok
}
