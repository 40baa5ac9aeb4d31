#!/usr/bin/env bats
# What zsh shows beside the names of environments.

# shells: zsh
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
    fake_env pallets 3.12.4
    fake_env 'palm tree' 3.11.2
}

# Usage: bind NAME PROJECT
bind() {
    printf '%s\n' "$2" >"$MULTIVENV_HOME/$1/.project"
}

@test "the Python and the project stand beside each name" {
    bind pallets "$HOME/git/pallets"
    bind 'palm tree' /srv/palm
    run in_terminal '
        send usevenv p\t\t
        screen ^pallets    -- 3[.]12[.]4  ~/git/pallets$
        screen ^palm tree  -- 3[.]11[.]2  /srv/palm$
        send \x15rmvenv pallets pa\tX
        screen ^PROMPT> rmvenv pallets palm. tree X$
    '
    assert_ok
}

@test "what is unknown is left out, and names that list-separator or verbose change" {
    printf 'version_info = 3.10.1.final.0\n' >"$MULTIVENV_HOME/pallets/pyvenv.cfg"
    rm "$MULTIVENV_HOME/palm tree/pyvenv.cfg"
    run in_terminal '
        send usevenv p\t\t
        screen ^pallets    -- 3[.]10[.]1$
        screen ^palm tree$
        send \x15\x0c
        run zstyle ":completion:*" list-separator "#"
        send usevenv p\t\t
        screen ^pallets    # 3[.]10[.]1$
        send \x15\x0c
        run zstyle ":completion:*" verbose no
        send \x0cusevenv p\t\t
        screen ^pallets +palm. tree$
    '
    assert_ok
}

@test "a project does not reach the terminal as it is, nor beyond the line" {
    bind pallets $'/srv/\e[31mred\a%F{red}%%'
    bind 'palm tree' "/srv/$(printf '%0300d' 0)"
    printf 'version = 3.9\e[31m\n' >"$MULTIVENV_HOME/pallets/pyvenv.cfg"
    run in_terminal -w raw '
        send usevenv p\t\t
        screen ^pallets    -- 3[.]9.*  /srv/.*red.*%F{red}%%$
        screen ^palm tree  -- 3[.]11[.]2  /srv/0{50}0+$
    '
    assert_ok
    refute_contains $'\e[31m'
}

@test "files that are no files, and large ones" {
    mkfifo "$MULTIVENV_HOME/pallets/.project"
    rm "$MULTIVENV_HOME/palm tree/pyvenv.cfg"
    mkfifo "$MULTIVENV_HOME/palm tree/pyvenv.cfg"
    fake_env palmetto
    truncate -s 1G "$MULTIVENV_HOME/palmetto/.project"
    run in_terminal '
        send usevenv p\t\t
        screen ^pallets    -- 3[.]12[.]4$
        screen ^palm tree$
        screen ^palmetto   -- 3[.]12[.]4
    '
    assert_ok
}

@test "wide characters take two columns" {
    fake_env 環境
    fake_env 環
    run in_terminal '
        send usevenv 環\t\t
        screen ^環    -- 3[.]12[.]4$
        screen ^環境  -- 3[.]12[.]4$
    '
    assert_ok
}

@test "of a hundred and more only the names are shown" {
    local number
    for number in {100..201}; do
        mkdir "$MULTIVENV_HOME/many$number"
        printf 'version = 3.9\n' >"$MULTIVENV_HOME/many$number/pyvenv.cfg"
    done
    run in_terminal '
        run LISTMAX=1000
        send usevenv many\t
        screen many100 +many
        send 10\t
        screen ^many100  -- 3[.]9$
    '
    assert_ok
}
