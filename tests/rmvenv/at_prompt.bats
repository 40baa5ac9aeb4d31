#!/usr/bin/env bats
# rmvenv at a prompt: its question.

# shells: bash zsh
load ../support/common
load ../support/terminal

@test "rmvenv asks, and whatever is no yes removes nothing" {
    fake_env demo
    local answer
    for answer in 'n\r' '\r' 'never\r' '\x04'; do
        run in_terminal -w screen "
            send rmvenv demo\\r
            wait y/N. \$
            send $answer
            wait removed nothing\\n
            prompt
            run printf 'status %s\\n' \"\$?\"
        "
        assert_ok
        assert_matches $'^PROMPT> rmvenv demo\nRemove demo\\? \\[y/N\\] ?(n|never)?\nmultivenv: removed nothing\nPROMPT> '
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
        assert_matches $'\nRemove demo and another one\\? \\[y/N\\] (y|YES)\nmultivenv: removed \'demo\' [^\n]*\nmultivenv: removed \'another one\' [^\n]*\nPROMPT> '
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
