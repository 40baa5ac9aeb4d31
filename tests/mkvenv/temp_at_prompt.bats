#!/usr/bin/env bats
# mkvenv --temp at a prompt: the shell ends in each of the ways in which a user ends it.

# shells: bash zsh
load ../support/common
load ../support/temporary
load ../support/terminal

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

# Usage: gone_after STEPS
#
# The home has nothing left in it when a terminal in which one was made has gone through STEPS.
gone_after() {
    run in_terminal "
        run mkvenv --temp --without-pip try
        run showvenv
        $1
    "
    assert_ok
    assert_matches 'temporary: +removed when its shell, process [0-9]+, leaves it or ends'
    assert_nothing_is_left
}

@test "exit" {
    gone_after 'send exit\r
        end'
}

@test "exit within a function" {
    gone_after 'run away() { stopvenv() { :; }; exit 3; }
        send away\r
        end'
}

@test "Ctrl-D" {
    gone_after 'send \x04
        end'
}

@test "the terminal is closed" {
    gone_after ''
}

@test "the terminal is closed while a command runs" {
    gone_after 'send sh -c "printf beg%s un; sleep 60"\r
        wait begun'
}

@test "Ctrl-C while it is made leaves nothing of it, and the shell as it was" {
    gone_after '
        run stopvenv
        send mkvenv --temp again\r
        wait making .again
        send \x03
        prompt
        run lsvenvs'
}

@test "Tab completes the option" {
    run in_terminal '
        send mkvenv --te\tX
        screen ^PROMPT> mkvenv --temp X$
    '
    assert_ok
}
