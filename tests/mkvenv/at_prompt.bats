#!/usr/bin/env bats
# mkvenv at a prompt: what the terminal shows.

# shells: bash zsh
load ../support/common
load ../support/terminal

@test "mkvenv shows what it is at on one line, and in the end what it has made" {
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_terminal -w screen "
        send mkvenv --without-pip demo\\r
        wait looking for the Python of 'demo'
        wait making 'demo' with Python [0-9.]+
        wait made 'demo' with Python [0-9.]+
        prompt
    "
    assert_ok
    assert_matches $'^PROMPT> mkvenv --without-pip demo\nmade \'demo\' with Python [0-9.]+ in [0-9.]+ s\n\\(demo\\) PROMPT>$'
}
