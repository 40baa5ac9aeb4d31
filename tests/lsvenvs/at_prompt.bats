#!/usr/bin/env bats
# lsvenvs at a prompt: its table.

# shells: bash zsh
load ../support/common
load ../support/terminal

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

@test "lsvenvs --names shows control characters as text on a terminal" {
    with_env "LC_ALL=$(utf8_locale)"
    fake_env $'a\302\233b\e[31mc'
    run in_terminal -w raw '
        run lsvenvs --names
    '
    assert_ok
    assert_contains 'a?b?[31mc'
    refute_contains $'\302\233'
    refute_contains $'\e[31m'
}
