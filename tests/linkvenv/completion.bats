#!/usr/bin/env bats
# Completion of linkvenv: the environment, then its commands.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
}

@test "the name, then its commands, none twice, and nothing that linkvenv refuses" {
    fake_envs pallets
    fake_env 'my apps'
    fake_package "$env" black 1.0 black blackd
    fake_package "$env" tools 1.0 'two words' python-tool pythonic
    run in_terminal '
        send linkvenv my\tX
        screen ^PROMPT> linkvenv my. apps X$
        send \x15linkvenv my\\ apps bl\td\tX
        screen ^PROMPT> linkvenv my. apps blackd X$
        send \x15linkvenv my\\ apps blackd bl\tX
        screen ^PROMPT> linkvenv my. apps blackd black X$
        send \x15linkvenv "my apps" two\tX
        screen ^PROMPT> linkvenv "my apps" two. words X$
        send \x15linkvenv my\\ apps pos\tact\tX
        screen ^PROMPT> linkvenv my. apps posactX$
        send \x15linkvenv --rem\tX
        screen ^PROMPT> linkvenv --remove X$
    '
    assert_ok
    run in_terminal "
        send linkvenv my\\\\ apps python$list
        screen python-tool +pythonic
    "
    assert_ok
    refute_contains python3
}

@test "a command may have the name of its environment" {
    fake_env black
    fake_package "$env" black 1.0 black
    rm "$env/bin/pip"
    run in_terminal '
        send linkvenv black \tX
        screen ^PROMPT> linkvenv black black X$
    '
    assert_ok
}

@test "--remove completes the linked commands" {
    fake_env apps
    fake_package "$env" black 1.0 black blackd
    mkdir -p "$HOME/.local/bin" "$HOME/programs"
    ln -s "$env/bin/blackd" "$HOME/.local/bin"
    ln -s "$env/bin/black" "$HOME/programs"
    run in_terminal '
        send linkvenv --remove ap\t\tX
        screen ^PROMPT> linkvenv --remove apps blackd X$
        send \x15
        run XDG_BIN_HOME=$HOME/programs
        send linkvenv --remove apps \tX
        screen ^PROMPT> linkvenv --remove apps black X$
    '
    assert_ok
}
