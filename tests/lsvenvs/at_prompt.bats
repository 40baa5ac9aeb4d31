#!/usr/bin/env bats
# What a terminal shows: progress, questions, tables.

# shells: bash zsh
load ../support/common
load ../support/terminal

@test "mkvenv shows what it is at on one line, and in the end what it has made" {
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_terminal -w screen "
        send mkvenv --without-pip demo\\r
        wait looking for the Python to make 'demo' with
        wait making 'demo' with Python [0-9.]+
        wait made 'demo' with Python [0-9.]+
        prompt
    "
    assert_ok
    assert_matches $'^PROMPT> mkvenv --without-pip demo\nmade \'demo\' with Python [0-9.]+ in [0-9.]+ s\n\\(demo\\) PROMPT>$'
}

@test "rmvenv asks, and whatever is no yes removes nothing" {
    fake_env demo
    local answer
    for answer in 'n\r' '\r' 'never\r' '\x04'; do
        run in_terminal -w screen "
            send rmvenv demo\\r
            wait y/N. \$
            send $answer
            wait nothing was removed\\n
            prompt
            run printf 'status %s\\n' \"\$?\"
        "
        assert_ok
        assert_matches $'^PROMPT> rmvenv demo\nRemove demo\\? \\[y/N\\] ?(n|never)?\nmultivenv: nothing was removed\nPROMPT> '
        assert_contains $'\nstatus 1\n'
    done
    [ -e "$MULTIVENV_HOME/demo/pyvenv.cfg" ]
}

@test "rmvenv removes on yes, after one question for all" {
    local answer
    for answer in 'y\r' 'YES\r'; do
        fake_env demo
        fake_env 'another one'
        run in_terminal -w screen "
            send rmvenv demo 'another one'\\r
            wait y/N. \$
            send $answer
            prompt
            run printf 'status %s\\n' \"\$?\"
        "
        assert_ok
        assert_matches $'\nRemove demo and another one\\? \\[y/N\\] (y|YES)\nPROMPT> '
        assert_contains $'\nstatus 0\n'
        [ ! -e "$MULTIVENV_HOME/demo" ] && [ ! -e "$MULTIVENV_HOME/another one" ]
    done
}

@test "Ctrl-C at rmvenv's question removes nothing" {
    fake_env demo
    run in_terminal '
        send rmvenv demo\r
        wait y/N. $
        send \x03
        prompt
        run printf "status %s\n" "$?"
        run lsvenvs --names
    '
    assert_ok
    assert_contains $'\nstatus 130\n'
    assert_contains $'\ndemo\n'
}

@test "multivenv discover shows a table, and where there is nothing a line" {
    MULTIVENV_HOME=$HOME/.virtualenvs fake_env pallets
    run in_terminal -s 120x24 -w screen '
        run multivenv discover
        run rm -r .virtualenvs
        run multivenv discover
    '
    assert_ok
    assert_contains '
  TOOL               STATUS  PYTHON  PATH                    PROJECT
  virtualenvwrapper  ok      3.12.4  ~/.virtualenvs/pallets  -
PROMPT> '
    assert_contains '
multivenv: no environments of other tools found (multivenv discover DIR searches DIR too)
PROMPT>'
}

# Usage: three_envs
#
# A sound one, one whose interpreter is gone, one that was moved here.
three_envs() {
    fake_env pallets
    mkdir -p "$HOME/git/a project with a long name/below another"
    printf '%s\n' "$HOME/git/a project with a long name/below another" >"$env/.project"
    fake_env gone
    rm "$env/bin/python"
    ln -s "$world/nowhere/python3.12" "$env/bin/python"
    fake_env before
    mv "$env" "$MULTIVENV_HOME/moved"
}

@test "lsvenvs is a table on a terminal, with the active one marked" {
    three_envs
    run in_terminal -s 120x20 -w screen '
        run usevenv pallets
        run lsvenvs
    '
    assert_ok
    assert_contains '
  NAME     STATUS    PYTHON  PACKAGES  PROJECT                                         LAST USED
  gone     dangling  3.12.4         1  -                                               never
  moved    moved     3.12.4         1  -                                               never
* pallets  ok        3.12.4         1  ~/git/a project with a long name/below another  just now
(pallets) PROMPT>'
}

@test "lsvenvs fits a narrow terminal, where long projects give way" {
    three_envs
    run in_terminal -s 60x20 -w screen '
        run usevenv pallets
        run lsvenvs
    '
    assert_ok
    assert_contains '
  NAME     STATUS    PYTHON  PACKAGES  PROJECT     LAST USED
  gone     dangling  3.12.4         1  -           never
  moved    moved     3.12.4         1  -           never
* pallets  ok        3.12.4         1  …w another  just now
(pallets) PROMPT>'
}

@test "lsvenvs shows statuses in colour: sound green, to be repaired yellow, not usable red" {
    three_envs
    run in_terminal -w raw '
        run usevenv pallets
        run lsvenvs
    '
    assert_ok
    assert_contains $'\e[32mok '
    assert_contains $'\e[33mmoved '
    assert_contains $'\e[31mdangling'
    assert_contains $'\e[1m*\e[0m \e[1mpallets'
}

@test "NO_COLOR and a dumb terminal have no colour" {
    three_envs
    local setting
    for setting in NO_COLOR=1 TERM=dumb; do
        run in_terminal -w raw "
            run $setting lsvenvs
        "
        assert_ok
        assert_contains dangling
        refute_contains $'\e[3'
    done
}

@test "lsvenvs shows names as they are, and what a terminal would obey, escaped" {
    fake_env 'ünï çø'
    fake_env $'red\e[31m'
    fake_env '環境'
    run in_terminal -w raw 'run lsvenvs'
    assert_ok
    assert_contains ' ünï çø '
    assert_contains ' red\x1b[31m '
    assert_contains ' 環境 '
    refute_contains $'\e[31m'
}
