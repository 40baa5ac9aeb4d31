#!/usr/bin/env bats
# multivenv discover at a prompt: its table.

# shells: bash zsh
load ../support/common
load ../support/terminal

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
