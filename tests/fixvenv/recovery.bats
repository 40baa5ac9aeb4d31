#!/usr/bin/env bats
# Repairs that are stopped, cut off, or under way twice: nobody's work gets lost,
# and whoever comes second is told.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing

setup() {
    make_world
    make_repairs
}

teardown() {
    # whatever a failed test has left running
    [ ! -s "$world/child" ] || kill -9 "$(cat "$world/child")" 2>/dev/null || :
    no_stub_was_started
}

# --- stopped while pip is at work -------------------------------------------

# A real environment, $env, that has to be rebuilt; building its project has no end.
to_be_rebuilt_forever() {
    offline
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web -e git/mine'
    age web
    env=$MULTIVENV_HOME/web
    cat >"$HOME/git/mine/backend.py" <<END
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
    tree "$env" >"$world/before"
}

# Usage: start_fixvenv [WORD...]
#
# Starts it in the background, and waits until it is in the middle of it. Sets
# $shell_pid, $helper and $child.
start_fixvenv() {
    in_shell -w detached 'fixvenv -y "$@"' "$@" >"$world/said" 2>&1 &
    shell_pid=$!
    wait_for "$world/child"
    child=$(cat "$world/child")
    helper=$(helper_at_work web)
}

# Usage: assert_stopped_by SIGNAL NUMBER
assert_stopped_by() {
    to_be_rebuilt_forever
    start_fixvenv web
    kill "-$1" "$helper"
    answer_of "$shell_pid"
    same $((128 + $2)) "$status"
    same "multivenv: stopped: 'web' is as it was" "$(tail -n 1 "$world/said")"
    wait_until_gone "$child"
    same_files "$world/before" <(tree "$env")
    assert_nothing_aside
    run in_shell 'lsvenvs --json web'
    assert_contains '"status": "dangling"'
}

@test "Ctrl-C while pip is at work: the old one is back, and nothing runs" {
    assert_stopped_by INT 2
}

@test "TERM while pip is at work: the old one is back, and nothing runs" {
    assert_stopped_by TERM 15
}

@test "HUP while pip is at work: the old one is back, and nothing runs" {
    assert_stopped_by HUP 1
}

@test "Ctrl-C stops --all: what is done is done, and the rest is as it was" {
    to_be_rebuilt_forever
    dangling_env another 3.45.1
    dangling_env later 3.45.1
    install_python 3.45.1
    mv "$MULTIVENV_HOME/later" "$MULTIVENV_HOME/zebra"
    start_fixvenv --all
    kill -INT "$helper"
    answer_of "$shell_pid"
    same 130 "$status"
    run statuses
    assert_ok 'another: ok
web: dangling
zebra: dangling'
    assert_nothing_aside
}

@test "killed while pip is at work: it is not touched until that has ended, then the old one is back" {
    to_be_rebuilt_forever
    start_fixvenv web
    kill -9 "$helper"
    answer_of "$shell_pid"
    same 137 "$status"
    is_running "$child"
    run in_shell +eu 'lsvenvs --json | grep -o "\"reason\": \"[^\"]*\""; usevenv web'
    assert_matches "^\"reason\": \"still being created by fixvenv, process $helper on [^\"]*\"
multivenv: 'web' is incomplete: still being created by fixvenv, process $helper on .* \(wait for it\)\$"
    run in_shell 'rmvenv -y web'
    assert_status 1
    assert_matches "^multivenv: 'web' is in use by fixvenv, process $helper on "
    kill -9 -- "-$(ps -o pgid= -p "$child" | tr -d ' ')"
    wait_until_gone "$child"
    run in_shell 'lsvenvs --json web'
    assert_status 0
    assert_matches "^multivenv: undid the interrupted fixvenv of 'web': restored the old one \(fixvenv web\)
.*\"status\": \"dangling\""
    same_files "$world/before" <(tree "$env")
    assert_nothing_but_trash
}

# The half of the new one may be there until it is swept
assert_nothing_but_trash() {
    same '' "$(left_in journal aside)"
    fake_env spare 3.46.1
    in_shell 'rmvenv -y spare' 2>/dev/null
    assert_nothing_aside
}

# --- what the next verb is --------------------------------------------------

said_back="multivenv: undid the interrupted fixvenv of 'web': restored the old one (fixvenv web)"

# A sound environment that was being rebuilt, and has no name now
to_be_brought_back() {
    installed_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    tree "$env" >"$world/before"
    kill_while_aside fixvenv -y -p "$MULTIVENV_TEST_PYTHON" web
}

@test "while the name is free usevenv brings the old one back, and activates it" {
    to_be_brought_back
    run in_shell 'usevenv web; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$said_back
$env"
    run in_shell -i 'usevenv web; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$env"
    same_files "$world/before" <(tree "$env" | grep -v -e '.last-used' -e '.multivenv-sound')
    assert_nothing_aside
}

@test "while the name is free cdvenv brings the old one back, and goes there" {
    to_be_brought_back
    run in_shell 'cdvenv web; pwd'
    assert_ok "$said_back
$env"
}

@test "one that cannot be used is brought back too, and its reason is said once" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    kill_while_aside fixvenv -y web
    run in_shell 'usevenv web'
    assert_status 1
    assert_output_is "$said_back
multivenv: 'web' is dangling: bin/python points to $world/base-3.44.1/bin/python3.44, which no longer exists (fixvenv web restores its interpreter)"
}

@test "while the name is free each verb brings the old one back first" {
    local verb
    installed_env spare 3.46.1
    for verb in 'mkvenv --no-use web' 'rmvenv -y web' 'fixvenv -n web' 'showvenv web' 'freezevenv web' 'mvvenv web other' \
        'cpvenv web other' 'lsvenvs --json' 'lsvenvs -l' 'multivenv pythons' 'mkvenv --restore' 'fixvenv --all' 'rmvenv -y spare'; do
        rm -rf "${MULTIVENV_HOME:?}"
        mkdir "$MULTIVENV_HOME"
        installed_env spare 3.46.1
        to_be_brought_back
        # shellcheck disable=SC2086  # the words of a verb
        run --separate-stderr in_shell '"$@"' $verb
        [ "$stderr" = "$said_back" ] || [ "${stderr%%$'\n'*}" = "$said_back" ] || fail "after $verb:" "$stderr"
        case $verb in
        *' web' | mvvenv*) ;;
        *) same_files "$world/before" <(tree "$env") ;;
        esac
        same '' "$(left_in journal aside)"
    done
}

@test "while the name is free the list of names has it" {
    to_be_brought_back
    run --separate-stderr in_shell 'lsvenvs'
    assert_ok web
}

@test "whatever its name is, the old one is brought back" {
    local name
    for name in -odd '.hidden' 'with-dashes - in it' $'new\nline' "it's \$(touch x) %s ü" "$(printf 'n%.0s' {1..250})"; do
        dangling_env "$name" 3.44.1
        record_of "$name" '{"schema": 1, "pip": false}'
        tree "$env" >"$world/before"
        kill_while_aside fixvenv -y -- "$name"
        run in_shell 'lsvenvs -l'
        assert_status 0
        same_files "$world/before" <(tree "$env")
        same '' "$(left_in journal aside)"
        rm -r "$env"
    done
}

@test "a recovery that is killed itself is done by the next one" {
    local step=1 status=137
    installed_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    tree "$env" >"$world/before"
    while [ "$status" -eq 137 ]; do
        rm -rf "${MULTIVENV_HOME:?}/.multivenv"
        kill_while_aside fixvenv -y -p "$MULTIVENV_TEST_PYTHON" web
        status=0
        killed_at "$step" "$world/steps" lsvenvs --json web >"$world/list" 2>&1 || status=$?
        step=$(step_after "$step" "$world/steps")
        helper lsvenvs --json web >"$world/list" 2>&1
        same_files "$world/before" <(tree "$env")
        same '' "$(left_in journal aside)"
    done
    same 0 "$status"
    [ "$step" -gt 5 ]
}

@test "a journal that is damaged, or about nothing, stops nothing and goes" {
    installed_env web 3.44.1
    tree "$env" >"$world/before"
    local text
    for text in '' '{' '[1]' '{}' '{"work": "fixvenv", "aside": "gone"}' '{"aside": 5}' '{"aside": null, "work": ["x"]}'; do
        mkdir -p "$MULTIVENV_HOME/.multivenv/journal" "$MULTIVENV_HOME/.multivenv/aside"
        printf '%s' "$text" >"$MULTIVENV_HOME/.multivenv/journal/web"
        printf '%s' "$text" >"$MULTIVENV_HOME/.multivenv/journal/gone"
        run in_shell 'lsvenvs --status ok 2>/dev/null'
        assert_ok web
        same_files "$world/before" <(tree "$env")
        same '' "$(left_in journal aside)"
    done
}

@test "with an empty journal, as a power cut leaves it, the old one is not lost" {
    to_be_brought_back
    : >"$MULTIVENV_HOME/.multivenv/journal/web"
    run in_shell 'lsvenvs'
    assert_ok "multivenv: set aside a damaged journal entry of 'web' (see multivenv doctor)
$said_back
web"
}

@test "killed before the journal is written, it leaves nothing either" {
    dangling_env web 3.44.1
    install_python 3.45.1
    mkdir -p "$MULTIVENV_HOME"/.multivenv/{aside,journal,locks,trash}
    killed_at 0 "$world/steps" fixvenv -y -p 3.45.1 web >/dev/null 2>&1 || :
    local step
    step=$(grep -n 'opened .*/staging/.*web' "$world/steps" | sed 's/:.*//;q')
    run killed_exactly_at "$step" "$world/steps" fixvenv -y -p 3.45.1 web
    same 137 "$status"
    fake_env spare 3.46.1
    in_shell 'lsvenvs -l >/dev/null; rmvenv -y spare'
    assert_nothing_aside
    same '' "$(find "$MULTIVENV_HOME/.multivenv" -maxdepth 1 -type f ! -name last-removed)"
}

# --- several at once --------------------------------------------------------

# Usage: python_that_waits
#
# A Python that makes an environment as it should, when it is told to go on.
python_that_waits() {
    stub_python "$world/bin/python3" "printf '%s\n' \"\$\$\" >'$world/child.new'; mv '$world/child.new' '$world/child'
        while [ ! -e '$world/go on' ]; do sleep 0.05; done
        exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
    local version
    version=$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')
    sed "s/3\.11\.2/$version/" "$world/bin/python3" >"$world/bin/new"
    chmod +x "$world/bin/new"
    mv "$world/bin/new" "$world/bin/python3"
}

@test "of two repairs of the same environment one runs, and the other reports that" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    python_that_waits
    mkfifo "$world/answer"
    # the second one has looked before the first one began
    in_shell +eu 'fixvenv -p "$1" web <"$2"; printf "%s\n" "$?"' "$MULTIVENV_TEST_PYTHON" "$world/answer" >"$world/second" 2>&1 &
    local second=$!
    exec 8>"$world/answer"
    wait_for "$world/second"
    start_fixvenv -p "$world/bin/python3" web
    printf 'y\n' >&8
    exec 8>&-
    answer_of "$second"
    assert_matches "multivenv: did not repair 'web': 'web' is in use by fixvenv, process $helper on .*
1\$" "$(cat "$world/second")"
    : >"$world/go on"
    answer_of "$shell_pid"
    same 0 "$status"
    run in_shell 'lsvenvs --status ok'
    assert_ok web
    assert_nothing_aside
}

@test "another verb reports that an environment under repair is in use" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    python_that_waits
    start_fixvenv -p "$world/bin/python3" web
    run in_shell 'fixvenv -y web'
    assert_status 1
    refute_contains 'cannot be repaired'
    : >"$world/go on"
    answer_of "$shell_pid"
    assert_matches "^multivenv: 'web' .*is in use by fixvenv, process $helper on "
}

@test "while one is being repaired nobody else makes, removes, renames or copies it" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    installed_env other 3.44.1
    rm -r "$world/pyenv/versions/3.44.1"
    python_that_waits
    start_fixvenv -p "$world/bin/python3" web
    run in_shell 'mkvenv --no-use web'
    assert_status 1
    assert_matches "^multivenv: 'web' is in use by fixvenv, process $helper on "
    run in_shell 'rmvenv -y web'
    assert_status 1
    assert_matches "^multivenv: 'web' is in use by fixvenv, process $helper on "
    run in_shell 'mvvenv web new'
    assert_status 1
    run in_shell 'mvvenv other web'
    assert_status 1
    run in_shell 'cpvenv web new'
    assert_status 1
    run in_shell 'usevenv web'
    assert_status 1
    assert_matches "still being created by fixvenv, process $helper on .* \(wait for it\)"
    run in_shell 'fixvenv -n --all; lsvenvs'
    assert_contains $'other\nweb'
    refute_contains interrupted
    : >"$world/go on"
    answer_of "$shell_pid"
    same 0 "$status"
    run in_shell 'lsvenvs --status ok; lsvenvs'
    assert_ok 'web
other
web'
    assert_nothing_aside
}

@test "while one is being made nobody repairs it" {
    python_that_waits
    in_shell -w detached 'mkvenv --no-use --without-pip -p "$1" web' "$world/bin/python3" >"$world/said" 2>&1 &
    shell_pid=$!
    wait_for "$world/child"
    run in_shell 'fixvenv -y web'
    assert_status 1
    run in_shell 'fixvenv -y --all'
    assert_status 1
    : >"$world/go on"
    answer_of "$shell_pid"
    same 0 "$status"
    same '' "$(cat "$world/said")"
    run in_shell 'lsvenvs --status ok'
    assert_ok web
}

@test "a lock that a dead process has left is no obstacle" {
    dangling_env web 3.44.1
    install_python 3.44.1
    mkdir -p "$MULTIVENV_HOME/.multivenv/locks"
    printf 'fixvenv, process 999999 on %s' "$(uname -n)" >"$MULTIVENV_HOME/.multivenv/locks/web"
    run in_shell 'fixvenv -y web'
    assert_ok 'web  dangling: relink to Python 3.44.1, keep the packages
web  ok'
    run ls -A "$MULTIVENV_HOME/.multivenv/locks"
    assert_ok ''
}

@test "ten repairs of all at once leave all repaired" {
    local number
    for number in 1 2 3 4 5 6; do
        dangling_env "number $number" 3.44.1
        record_of "number $number" '{"schema": 1, "pip": false}'
    done
    for number in {1..10}; do
        in_shell +eu 'fixvenv --all -y' >"$world/said.$number" 2>&1 &
    done
    wait
    run statuses
    same 6 "$(grep -c ': ok$' <<<"$output")"
    assert_nothing_aside
    run grep -h -e Traceback -e Error "$world"/said.*
    assert_output_is ''
}
