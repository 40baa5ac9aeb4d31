#!/usr/bin/env bats
# Ctrl-C, and a terminal that goes away, in the middle of mkvenv. What the helper does with signals is in
# tests/store/interruption.bats; this is what is seen at the prompt.

# shells: bash zsh
load ../support/common
load ../support/terminal
load ../support/making

setup() {
    make_world
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

teardown() {
    # whatever a failed test has left running
    [ ! -s "$world/child" ] || kill -9 "$(cat "$world/child")" 2>/dev/null || :
    no_stub_was_started
}

# Usage: python_that_stays
#
# Its `-m venv` makes an environment that looks whole, says `halfway` and stays
# at it, with a child of its own.
python_that_stays() {
    stub_python "$world/bin/python3" "'$MULTIVENV_TEST_PYTHON' -m venv --without-pip \"\$path\"
        sleep 1000 & printf '%s\n' \"\$!\" >'$world/child'; printf 'halfway\n'; wait"
    with_env "MULTIVENV_PYTHON=$world/bin/python3"
}

# Usage: project_that_stays
#
# A project in ./project with a build backend that says `halfway` on the terminal,
# as pip keeps what it prints to itself, and stays at it.
project_that_stays() {
    mkdir project
    printf '%s\n' '[build-system]' 'requires = []' 'build-backend = "backend"' 'backend-path = ["."]' \
        >project/pyproject.toml
    cat >project/backend.py <<END
import os, time
with open("$world/child", "w") as file:
    print(os.getpid(), file=file)
os.write(os.open(os.environ["TEST_TTY"], os.O_WRONLY | os.O_NOCTTY), b"halfway\n")
time.sleep(1000)
END
    with_env PIP_NO_INDEX=1
}

nothing_goes_on() {
    wait_until_gone "$(cat "$world/child")"
    assert_nothing_left
}

# mkvenv does what it was to do before
made_after_all() {
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_shell 'mkvenv --without-pip demo; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; lsvenvs'
    assert_ok $'demo\ndemo'
}

@test "Ctrl-C while venv is at work: it is said, nothing is left, and the shell is as it was" {
    python_that_stays
    run in_terminal '
        run . "$TEST_SUPPORT/snapshot.sh"
        run for part in doctor health projects run search verbs; do _multivenv_need $part; done; unset -v part
        run snapshot "$TMPDIR/before"
        send mkvenv demo\r
        wait halfway
        send \x03
        wait multivenv: stopped: .demo. was not made\n
        prompt
        run printf "status %s\n" "$?"
        run snapshot "$TMPDIR/after"
        run lsvenvs
    '
    assert_ok
    assert_contains $'\nstatus 130\n'
    assert_contains 'no environments yet'
    run diff "$world/tmp/before" "$world/tmp/after"
    assert_ok ''
    nothing_goes_on
    made_after_all
}

@test "Ctrl-C while another environment is active: that one stays active" {
    python_that_stays
    fake_env other
    run in_terminal '
        run usevenv other
        send mkvenv demo\r
        wait halfway
        send \x03
        prompt
        run printf "<%s>\n" "$VIRTUAL_ENV_PROMPT"
        run lsvenvs --names
    '
    assert_ok
    assert_contains $'\n<other>\n'
    assert_contains $'lsvenvs --names\nother\n(other) PROMPT>'
}

@test "Ctrl-C while pip installs: the same" {
    share_cache
    project_that_stays
    run in_terminal '
        run export TEST_TTY="$(tty)"
        send mkvenv demo -e project\r
        wait halfway
        send \x03
        wait multivenv: stopped: .demo. was not made\n
        prompt
        run printf "status %s\n" "$?"
    '
    assert_ok
    assert_contains $'\nstatus 130\n'
    nothing_goes_on
    made_after_all
}

# When exactly the key comes is chance here
@test "Ctrl-C in the middle of a real venv: a whole environment or none" {
    run in_terminal "
        send mkvenv demo\\r
        wait making 'demo' with
        send \\x03
        wait stopped: 'demo' was not made\\n|made 'demo' with
        prompt
        run stopvenv
        run rmvenv -y demo
    "
    assert_ok
    rm -rf "$MULTIVENV_HOME/.multivenv/recipes"
    assert_nothing_left
    made_after_all
}

@test "Ctrl-C again and again: the same" {
    python_that_stays
    run in_terminal '
        send mkvenv demo\r
        wait halfway
        send \x03\x03\x03
        wait multivenv: stopped: .demo. was not made\n
        prompt
    '
    assert_ok
    nothing_goes_on
}

@test "the terminal goes away in the middle: nothing is left" {
    python_that_stays
    run in_terminal '
        send mkvenv demo\r
        wait halfway
    '
    assert_ok
    wait_until_gone "$(cat "$world/child")"
    # the helper ends when it has cleared away, without a terminal
    local lock=$MULTIVENV_HOME/.multivenv/locks/demo
    [ ! -e "$lock" ] || wait_until_gone "$(helper_at_work demo)"
    assert_nothing_left
    made_after_all
}
