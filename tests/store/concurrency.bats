#!/usr/bin/env bats
# Several verbs at once.

# shells: once
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

# Usage: at_once COMMAND...
#
# Runs in_shell COMMAND... for each number from 1 to 20 at the same time, with
# the number as its last word. What each says is in $world/said.N, its status in
# $world/status.N.
at_once() {
    local number
    for number in {1..20}; do
        (
            status=0
            in_shell "$@" "$number" >"$world/said.$number" 2>&1 || status=$?
            printf '%s\n' "$status" >"$world/status.$number"
        ) &
    done
    wait
}

outcome() {
    cat "$world"/status.* | awk '$1 == 0 { did++ } $1 == 1 { failed++ } END { print did + 0 " did, " failed + 0 " did not" }'
}

@test "of twenty that make the same at once one does, and the others say why not" {
    local busy="multivenv: 'same' is in use by (mkvenv, process [0-9]+ on .*|another process)"
    local there="multivenv: environment 'same' already exists \(usevenv activates it, rmvenv removes it\)"
    at_once 'mkvenv --no-use --without-pip same'
    same '1 did, 19 did not' "$(outcome)"
    run grep -L -E "^($busy|$there)\$" "$world"/said.*
    assert_matches "^$world/said\.[0-9]+\$" # the one that made it
    same '' "$(cat "$output")"
    run in_shell 'lsvenvs; lsvenvs --status ok; usevenv same; python -c "import sys; print(sys.prefix)"'
    assert_ok "same
same
$MULTIVENV_HOME/same"
    run find "$MULTIVENV_HOME/.multivenv" -mindepth 2
    assert_ok ''
}

@test "twenty that make different ones at once all do" {
    at_once 'mkvenv --no-use --without-pip "number $1"'
    same '20 did, 0 did not' "$(outcome)"
    same '' "$(cat "$world"/said.*)"
    run in_shell 'lsvenvs --status ok | grep -c number'
    assert_ok 20
    run find "$MULTIVENV_HOME/.multivenv" -mindepth 2
    assert_ok ''
}

@test "of twenty that remove the same at once one does, and it is gone" {
    fake_env same
    at_once 'rmvenv -y same'
    same '1 did, 19 did not' "$(outcome)"
    same '' "$(cat "$world"/said.* | grep -v \
        -e "^multivenv: no environment named 'same' (see lsvenvs)\$" \
        -e "^multivenv: did not remove 'same': 'same' is in use by .*\$" \
        -e "^multivenv: removed 'same' (undo: mkvenv --restore same)\$" \
        -e "^multivenv: did not remove 'same': it no longer exists\$")"
    run in_shell 'lsvenvs'
    assert_ok ''
}

@test "whoever looks while one is made and removed sees a good one, one in the making, or none" {
    : >"$world/seen"
    (
        while [ ! -e "$world/done" ]; do
            in_shell 'lsvenvs --json' >>"$world/seen"
        done
    ) &
    local looker=$! round
    for round in {1..8}; do
        in_shell +eu 'mkvenv --no-use --without-pip same' >"$world/said.made.$round" 2>&1 &
        local maker=$!
        in_shell +eu 'until rmvenv -y same; do [ ! -e "$1" ] || exit; done' "$world/round.$round" >"$world/said.removed.$round" 2>&1 &
        local remover=$!
        wait "$maker" || :
        : >"$world/round.$round"
        wait "$remover" || :
        in_shell 'rmvenv -y same' >/dev/null 2>&1 || : # it may have come too late for that
    done
    : >"$world/done"
    wait "$looker"
    same '' "$(cat "$world"/said.made.*)"
    run grep -o '"status": "[a-z]*"' "$world/seen"
    run grep -v -e '"ok"' -e '"incomplete"' <<<"$output"
    assert_output_is ''
    run in_shell 'lsvenvs'
    assert_ok ''
    run find "$MULTIVENV_HOME/.multivenv" -mindepth 2 ! -path '*/recipes/same'
    assert_ok ''
}
