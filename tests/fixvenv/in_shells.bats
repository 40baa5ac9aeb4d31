#!/usr/bin/env bats
# fixvenv at the prompt, and what the plugin does with an environment whose repair
# was cut off.

# shells: all
load ../support/common
load ../support/repairing

setup() {
    make_world
    make_repairs
}

@test "fixvenv repairs what usevenv refused, and the active environment stays active" {
    installed_env fine 3.44.1
    fake_env pallets 3.44.2
    rm -r "$world/base-3.44.2"
    run in_shell +eu 'usevenv fine
        usevenv pallets; printf "%s\n" "$?"
        fixvenv -y pallets; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"
        usevenv pallets; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: 'pallets' is dangling: bin/python points to $world/base-3.44.2/bin/python3.44, which no longer exists (fixvenv pallets restores its interpreter)
1
pallets  dangling: relink to Python 3.44.1, keep the packages
pallets  ok
0 fine
0 pallets"
}

@test "what usevenv has noted of an environment does not outlive a repair" {
    installed_env pallets 3.44.1
    run in_shell 'usevenv pallets; [ -e "$VIRTUAL_ENV/.multivenv-sound" ]'
    assert_ok ''
    install_python 3.44.2
    run in_shell 'fixvenv -y -p 3.44.2 pallets; [ ! -e "$1/.multivenv-sound" ]; usevenv pallets' "$env"
    assert_ok 'pallets  ok: relink to Python 3.44.2, keep the packages
pallets  ok'
}

@test "fixvenv leaves nothing in the shell" {
    installed_env pallets 3.44.1
    run changes_of 'fixvenv -n pallets 2>/dev/null; fixvenv 2>/dev/null || :'
    assert_ok ''
}

@test "fixvenv --help shows its help, also among other words" {
    run in_shell 'fixvenv --help'
    assert_ok "$(cat "$project/help/fixvenv.txt")"
    run in_shell 'fixvenv web -h'
    assert_ok "$(cat "$project/help/fixvenv.txt")"
}

@test "usevenv and cdvenv bring back an environment whose repair was cut off" {
    local said="multivenv: undid the interrupted fixvenv of 'web': restored the old one (fixvenv web)" verb
    installed_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    for verb in usevenv cdvenv; do
        kill_while_aside fixvenv -y -p "$MULTIVENV_TEST_PYTHON" web
        run in_shell '"$1" web; [ "$1" = cdvenv ] || cd "$VIRTUAL_ENV"; pwd' "$verb"
        assert_ok "$said
$env"
        same '' "$(left_in journal aside)"
    done
    # without a Python it cannot, and says so
    kill_while_aside fixvenv -y -p "$MULTIVENV_TEST_PYTHON" web
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run in_shell 'usevenv web'
    assert_status 1
    assert_contains "MULTIVENV_HELPER_PYTHON is '/nowhere/python'"
    assert_contains "multivenv: no environment named 'web' (see lsvenvs)"
}
