# Completion as a user has it: keys pressed in a terminal.

load ../support/common
load ../support/terminal

@test "completes the name of an environment" {
    fake_env pallets
    fake_env relephant
    run in_terminal '
        send usevenv pal\t
        wait usevenv pallets 
        send \r
        prompt
        run printf "<%s>\n" "$VIRTUAL_ENV_PROMPT"
    '
    assert_status 0
    assert_contains "<pallets>"
}
