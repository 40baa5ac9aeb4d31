# The Python that runs the helper: looked for once, remembered, checked again at no cost.

# shells: bash zsh dash; all on request
load ../support/common

setup() {
    make_world
    without_env MULTIVENV_HELPER_PYTHON
    memory=$HOME/.cache/multivenv/helper-python
    mkdir -p "$world/bin"
}

# Usage: stub FILE TEXT: an executable that notes each of its starts
stub() {
    mkdir -p "${1%/*}"
    printf '%s\n' '#!/bin/sh' "printf 'x\\n' >>'$world/starts'" "$2" >"$1"
    chmod +x "$1"
}

starts() {
    [ -f "$world/starts" ] || : >"$world/starts"
    grep -c x "$world/starts"
}

# A shim takes its time and then runs the interpreter behind it.
shim() {
    stub "$1" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
}

@test "the interpreter behind a shim is found once and remembered" {
    shim "$world/bin/python3"
    with_env "PATH=$world/bin:$test_path"
    run in_shell 'lsvenvs --json; lsvenvs --json'
    assert_status 0
    same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
    same 1 "$(starts)"
    run in_shell 'lsvenvs --json'
    assert_status 0
    same 1 "$(starts)"
}

@test "a shim that answers \"command not found\", and a Python that is too old, are passed over" {
    stub "$world/bin/python3" 'printf "pyenv: python3: command not found\n" >&2; exit 127'
    stub "$world/bin/python3.12" 'exit 1'
    stub "$world/bin/python" 'printf "Python 2.7\n"; exit 2'
    with_env "PATH=$world/bin:$test_path"
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
    same 3 "$(starts)"
}

@test "the active environment's Python is not taken" {
    fake_env pallets
    with_env "PATH=$test_path"
    run in_shell 'usevenv pallets; lsvenvs --json >/dev/null'
    assert_ok ''
    same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
}

@test "of an environment on PATH its base is remembered" {
    "$MULTIVENV_TEST_PYTHON" -I -m venv --without-pip "$world/tools"
    with_env "PATH=$world/tools/bin:$tools/bin"
    run in_shell 'lsvenvs --json'
    assert_status 0
    same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
}

@test "one that is gone is looked for again" {
    mkdir -p "${memory%/*}"
    printf '%s\n' "$world/gone/python3" >"$memory"
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
}

@test "one that is there and does not start any more is looked for again" {
    local status
    for status in 127 126 134; do
        stub "$world/old/python3" "exit $status"
        mkdir -p "${memory%/*}"
        printf '%s\n' "$world/old/python3" >"$memory"
        run in_shell 'lsvenvs --json'
        assert_ok '{"schema": 1, "environments": []}'
        same "$MULTIVENV_TEST_PYTHON" "$(cat "$memory")"
    done
}

@test "a memory that is empty or a directory does no harm" {
    mkdir -p "${memory%/*}"
    : >"$memory"
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    rm "$memory"
    mkdir "$memory"
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
}

@test "a cache that cannot be made does no harm" {
    with_env XDG_CACHE_HOME=/dev/null
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
}

@test "MULTIVENV_HELPER_PYTHON is taken as it is, and remembered nowhere" {
    shim "$world/bin/mine"
    with_env "MULTIVENV_HELPER_PYTHON=$world/bin/mine"
    run in_shell 'lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    same 1 "$(starts)"
    [ ! -e "$memory" ]
}

@test "MULTIVENV_HELPER_PYTHON may be a setting that is not exported, and a name on PATH" {
    shim "$world/bin/mine"
    with_env "PATH=$world/bin:$test_path"
    run in_shell 'MULTIVENV_HELPER_PYTHON=mine; lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    same 1 "$(starts)"
}

@test "a MULTIVENV_HELPER_PYTHON that does not start is reported" {
    with_env "MULTIVENV_HELPER_PYTHON=$world/gone"
    run in_shell +eu 'lsvenvs --json 2>"$TMPDIR/err"; printf "%s\n" "$?"; tail -n 1 "$TMPDIR/err"'
    assert_ok "1
multivenv: MULTIVENV_HELPER_PYTHON is '$world/gone', which does not start (set it to Python 3.8 or newer)"
}

@test "a MULTIVENV_HELPER_PYTHON that is too old is reported" {
    local old
    old=$("$support/find-python" --all 6 | grep -e 'python3\.[67]$' | head -n 1)
    [ -n "$old" ] || skip 'there is no Python 3.6 or 3.7 here'
    with_env "MULTIVENV_HELPER_PYTHON=$old"
    run in_shell +eu 'lsvenvs --json'
    assert_status 1
    assert_matches '^multivenv: the helper needs Python 3\.8 or newer, and .* is 3\.[67]'
}

# A copy of the plugin that finds no Python: whatever is in the usual places is passed over.
no_python() {
    mkdir "$world/copy"
    cp -R "$project/multivenv.sh" "$project/shell" "$project/helper" "$project/help" "$world/copy"
    printf '%s\n' '_multivenv_try() { return 1; }' >>"$world/copy/shell/search.sh"
    with_env "MULTIVENV_ROOT=$world/copy"
}

@test "where there is no Python, an error says what is needed" {
    no_python
    run in_shell +eu 'lsvenvs --json; printf "%s\n" $?
        mkvenv x; printf "%s\n" $?
        rmvenv x; printf "%s\n" $?'
    local said='multivenv: no Python 3.8 or newer found (set MULTIVENV_HELPER_PYTHON to one)
1'
    assert_ok "$said
$said
$said"
}

@test "where there is no Python, what needs none goes on working" {
    fake_env pallets
    fake_env relephant
    no_python
    run in_shell 'usevenv pallets
        lsvenvs --names
        lsvenvs | cat
        cdvenv
        printf "%s\n" "${PWD##*/}"
        stopvenv
        usevenv -
        multivenv version >/dev/null
        mkvenv --help >/dev/null'
    assert_ok "pallets
relephant
pallets
relephant
pallets"
}

@test "where there is no Python, an environment that is damaged is still refused or used" {
    fake_env dead
    rm "$env/bin/python"
    fake_env odd
    rm "$env/pyvenv.cfg"
    no_python
    run in_shell +eu 'usevenv dead 2>&1 | tail -n 1
        usevenv odd 2>&1 | tail -n 1'
    assert_ok "multivenv: cannot use 'dead': it has no working bin/python
multivenv: activating 'odd' without a check"
}

@test "the helper is started isolated: nothing of the user's Python settings reaches it" {
    printf 'raise SystemExit("the user'\''s json was imported")\n' >"$world/json.py"
    with_env "PYTHONPATH=$world" "PYTHONHOME=$world" PYTHONWARNINGS=error PYTHONVERBOSE=1
    run in_shell 'cd "$TMPDIR/.."; lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
}

@test "the helper's bytecode goes to the cache, not beside the helper" {
    rm "$HOME/.cache/multivenv/pycache"
    mkdir -p "$world/copy"
    cp -R "$project/multivenv.sh" "$project/shell" "$project/helper" "$project/help" "$project/completions" "$world/copy"
    rm -rf "$world/copy/helper/__pycache__"
    with_env "MULTIVENV_ROOT=$world/copy"
    run in_shell 'lsvenvs --json'
    assert_status 0
    [ -d "$HOME/.cache/multivenv/pycache" ]
    [ ! -e "$world/copy/helper/__pycache__" ]
}
