#!/usr/bin/env bats
# Stopped, killed, cut off from its terminal: no half of an environment is left
# that a listing takes for a whole one.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$world/bin/python3"
}

teardown() {
    # whatever a failed test has left running
    [ ! -s "$world/child" ] || kill -9 "$(cat "$world/child")" 2>/dev/null || :
    no_stub_was_started
}

# Its `-m venv` makes half of an environment and stays at it, with a child of
# its own that would not end by itself.
python_that_stays() {
    stub_python "$world/bin/python3" "mkdir -p \"\$path/bin\"; : >\"\$path/pyvenv.cfg\"
        sleep 1000 & printf '%s\n' \"\$!\" >'$world/child.new'; mv '$world/child.new' '$world/child'; wait"
}

# Usage: start_mkvenv [WORD...]
#
# Starts mkvenv in the background, and waits until it is in the middle of it.
# Sets $shell_pid, $helper and $child.
start_mkvenv() {
    in_shell -w detached 'mkvenv --no-use "$@"' "$@" >"$world/said" 2>&1 &
    shell_pid=$!
    wait_for "$world/child"
    child=$(cat "$world/child")
    helper=$(helper_at_work web)
}

assert_stopped_by() {
    python_that_stays
    start_mkvenv web
    kill "-$1" "$helper"
    answer_of "$shell_pid"
    same $((128 + $2)) "$status"
    same "multivenv: stopped: 'web' was not made" "$(cat "$world/said")"
    wait_until_gone "$child"
    assert_nothing_left
}

@test "Ctrl-C leaves nothing of the environment, and nothing running" {
    assert_stopped_by INT 2
}

@test "TERM leaves nothing of the environment, and nothing running" {
    assert_stopped_by TERM 15
}

@test "HUP leaves nothing of the environment, and nothing running" {
    assert_stopped_by HUP 1
}

@test "Ctrl-C while pip installs leaves nothing either, and stops what pip started" {
    share_cache
    offline
    make_project "$HOME/mine" mine
    cat >"$HOME/mine/backend.py" <<END
import os, time
with open("$world/child.new", "w") as file:
    file.write(str(os.getpid()))
os.rename("$world/child.new", "$world/child")
while True:
    try:
        time.sleep(1000)
    except KeyboardInterrupt:
        pass
END
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    start_mkvenv web -e mine
    kill -INT "$helper"
    answer_of "$shell_pid"
    same 130 "$status"
    wait_until_gone "$child"
    assert_nothing_left
}

@test "what was ignored from the start, as nohup does, stays ignored" {
    python_that_stays
    in_shell -w nohup 'mkvenv --no-use web' >"$world/said" 2>&1 &
    shell_pid=$!
    wait_for "$world/child"
    helper=$(helper_at_work web)
    kill -HUP "$helper"
    kill -TERM "$helper"
    answer_of "$shell_pid"
    same 143 "$status"
}

@test "a second Ctrl-C does not stop the clearing away" {
    # its first answer to a signal is to go on for a while
    stub_python "$world/bin/python3" "mkdir -p \"\$path/bin\"
        trap : INT TERM; printf '%s\n' \"\$\$\" >'$world/child.new'; mv '$world/child.new' '$world/child'
        while :; do sleep 0.1; done"
    start_mkvenv web
    kill -INT "$helper"
    kill -INT "$helper"
    kill -TERM "$helper"
    answer_of "$shell_pid"
    same 130 "$status"
    wait_until_gone "$child"
    assert_nothing_left
}

@test "killed, it leaves an incomplete environment, which is refused and recreated" {
    python_that_stays
    start_mkvenv web
    kill -9 "$helper"
    answer_of "$shell_pid"
    same 137 "$status"
    # what it started still runs
    is_running "$child"
    run in_shell 'lsvenvs --names; lsvenvs --status incomplete'
    assert_ok $'web\nweb'
    run in_shell 'usevenv web'
    assert_status 1
    assert_matches "^multivenv: 'web' is incomplete: still being created by mkvenv, process $helper on .* \(wait for it\)\$"
    kill -9 "$child"
    wait_until_gone "$child"
    run in_shell 'usevenv web'
    assert_status 1
    assert_output_is "multivenv: 'web' is incomplete: its creation never finished (fixvenv web recreates it)"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_shell 'mkvenv --without-pip web; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; lsvenvs --status ok'
    assert_ok "multivenv: recreating 'web', whose creation never finished
web
web"
}

@test "killed, it leaves an incomplete environment that knows its project" {
    python_that_stays
    mkdir "$HOME/project"
    start_mkvenv --bind="$HOME/project" web
    kill -9 "$helper"
    answer_of "$shell_pid"
    kill -9 "$child"
    wait_until_gone "$child"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_shell 'fixvenv -y web; cdvenv --project web; pwd'
    assert_status 0
    same "$HOME/project" "${lines[2]}"
}

@test "mkvenv waits for what a killed one left running, rather than have both write" {
    python_that_stays
    start_mkvenv web
    kill -9 "$helper"
    answer_of "$shell_pid"
    # it is asked what it is right before
    printf '%s\n' '#!/bin/sh' "printf 'x\n' >'$world/asked'" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\"" >"$world/bin/other"
    chmod +x "$world/bin/other"
    with_env "MULTIVENV_PYTHON=$world/bin/other"
    in_shell 'mkvenv --no-use --without-pip web; lsvenvs --status ok' >"$world/said" 2>&1 &
    local second=$!
    wait_for "$world/asked"
    for _ in {1..20}; do
        is_running "$second"
        sleep 0.05
    done
    kill -9 "$child"
    answer_of "$second"
    same "multivenv: recreating 'web', whose creation never finished
web" "$(cat "$world/said")"
}

@test "killed, its remains can be removed too" {
    python_that_stays
    start_mkvenv web
    kill -9 "$helper"
    answer_of "$shell_pid"
    kill -9 "$child"
    wait_until_gone "$child"
    run in_shell 'rmvenv -y web; lsvenvs'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"
}

@test "without its terminal it clears away all the same" {
    python_that_stays
    # a helper that takes a pipe for a terminal, whose other end then closes
    cat >"$world/run.py" <<'END'
import sys
sys.stderr.isatty = lambda: True
from helper.verbs import dispatch
sys.exit(dispatch.main(sys.argv[1:]))
END
    mkfifo "$world/terminal"
    # shellcheck disable=SC2016  # for the inner shell to expand
    detached env -i "${test_env[@]}" "MULTIVENV_CACHE=$world/cache" \
        sh -c 'printf "%s\n" "$$" >"$1/helper"; shift; exec "$@"' sh "$world" \
        "$MULTIVENV_TEST_PYTHON" -I -S "$support/modules.py" "$world/run.py" mkvenv web 2>"$world/terminal" 3>&- &
    shell_pid=$!
    exec 8<"$world/terminal"
    wait_for "$world/child"
    exec 8<&-
    kill -HUP "$(cat "$world/helper")"
    answer_of "$shell_pid"
    wait_until_gone "$(cat "$world/child")"
    assert_nothing_left
}

# Usage: kill_while_deleting VERB WORD...
#
# Runs the helper, and kills it when it begins to delete.
kill_while_deleting() {
    cat >"$world/run.py" <<'END'
import os, signal, sys
from helper.store import trash
from helper.verbs import dispatch

def delete_some(path):
    os.unlink(path + "/pyvenv.cfg")
    os.kill(os.getpid(), signal.SIGKILL)

trash.delete = delete_some
sys.exit(dispatch.main(sys.argv[1:]))
END
    env -i "${test_env[@]}" "MULTIVENV_CACHE=$world/cache" \
        "$MULTIVENV_TEST_PYTHON" -I -S "$support/modules.py" "$world/run.py" "$@" 3>&-
}

@test "a removal that is killed is done for the list, and the next verb deletes what is left" {
    local verb
    for verb in 'rmvenv -y other' 'mkvenv --no-use --without-pip more'; do
        fake_env web
        fake_env other
        run kill_while_deleting rmvenv -y web
        same 137 "$status"
        same 1 "$(find "$MULTIVENV_HOME/.multivenv/trash" -mindepth 1 -maxdepth 1 | grep -c -e '-web$')"
        run in_shell 'lsvenvs'
        assert_ok other
        with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
        run in_shell "$verb 2>&1 | grep -v \"^multivenv: removed 'other'\""
        assert_ok "multivenv: deleted leftovers of 'web' from an interrupted command"
        run ls -A "$MULTIVENV_HOME/.multivenv/trash"
        assert_ok ''
    done
}

@test "what another process is deleting is left to it" {
    fake_env web
    fake_env other
    cat >"$world/run.py" <<END
import os, sys, time
from helper.store import trash
from helper.verbs import dispatch

def wait(path):
    with open("$world/deleting", "w") as file:
        file.write(str(os.getpid()))
    while not os.path.exists("$world/go on"):
        time.sleep(0.05)
    delete(path)

delete, trash.delete = trash.delete, wait
sys.exit(dispatch.main(sys.argv[1:]))
END
    env -i "${test_env[@]}" "MULTIVENV_CACHE=$world/cache" \
        "$MULTIVENV_TEST_PYTHON" -I -S "$support/modules.py" "$world/run.py" rmvenv -y web 3>&- &
    local first=$!
    wait_for "$world/deleting"
    run in_shell +eu 'rmvenv -y other; rmvenv -y web'
    assert_status 1
    assert_output_is "multivenv: removed 'other' (undo: mkvenv --restore other)
multivenv: no environment named 'web' (see lsvenvs)"
    same 1 "$(find "$MULTIVENV_HOME/.multivenv/trash" -mindepth 1 -maxdepth 1 | grep -c -e '-web$')"
    : >"$world/go on"
    answer_of "$first"
    same 0 "$status"
    run ls -A "$MULTIVENV_HOME/.multivenv/trash"
    assert_ok ''
}
