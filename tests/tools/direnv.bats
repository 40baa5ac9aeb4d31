#!/usr/bin/env bats
# `use multivenv` in the .envrc of the real direnv.

load ../support/common
load ../support/tools

setup() {
    direnv=$project/.tools/tools/others/direnv/usr/bin/direnv
    [ -x "$direnv" ] || direnv=$(command -v direnv) || skip 'direnv is not installed (make test-tools installs it)'
    make_world
    share_cache
    with_env "DIRENV=$direnv"
    mkdir -p "$HOME/.config/direnv" "$HOME/its project/sub"
    printf 'source "%s/shell/direnv.sh"\n' "$project" >"$HOME/.config/direnv/direnvrc"
}

# Usage: envrc LINE...
envrc() {
    printf '%s\n' "$@" >"$HOME/its project/.envrc"
    "$direnv" allow "$HOME/its project/.envrc"
}

# `here` is what the hook of direnv does at each prompt
here='here() { eval "$("$DIRENV" export bash 2>"$TMPDIR/said")"; }
    show() { printf "%s %s\n" "${VIRTUAL_ENV_PROMPT-none}" "$(command -v demo-command || printf none)"; }'

@test "an environment is active in the directory and below, and nothing stays behind" {
    fake_env web
    fake_package "$env" demo 1.0 demo-command
    envrc 'use multivenv web'
    run in_shell +eu "$here"'
        path=$PATH
        cd "its project/sub"; here; show; env | grep -E "^(_?multivenv|_OLD|VIRTUAL|UV_|PS1)" | sort
        cd "$HOME"; here; show
        [ "$PATH" = "$path" ] && env | grep -E "^(_?multivenv|_OLD|VIRTUAL|UV_|PS1)"; :'
    assert_ok "web $env/bin/demo-command
VIRTUAL_ENV=$env
VIRTUAL_ENV_PROMPT=web
none none"
}

@test "python is the one of the environment, in a shell without multivenv too" {
    make_env web
    envrc 'use multivenv web'
    run in_shell -b +eu 'cd "its project"; eval "$("$DIRENV" export bash 2>/dev/null)"
        python -c "import sys; print(sys.prefix)"'
    assert_ok "$MULTIVENV_HOME/web"
    run env -i "${test_env[@]}" "$direnv" exec "$HOME/its project" python -c 'import sys; print(sys.prefix)'
    assert_status 0
    assert_contains "$MULTIVENV_HOME/web"
}

@test "without a name it is the environment bound to the directory, and uv gets it" {
    fake_env web
    in_shell 'bindvenv web "its project"' 2>/dev/null
    envrc 'use multivenv'
    run in_shell +eu "$here"'
        cd "its project"; here; printf "%s\n" "$VIRTUAL_ENV" "$UV_PROJECT_ENVIRONMENT"
        cd "$HOME"; here; printf "%s\n" "${UV_PROJECT_ENVIRONMENT-none}"'
    assert_ok "$env
$env
none"
}

@test "it replaces an active environment, which comes back" {
    fake_env web
    fake_env alpha
    envrc 'use multivenv web'
    run in_shell +eu "$here"'
        PS1="> " usevenv alpha; path=$PATH; label=$PS1
        cd "its project"; here; printf "%s %s\n" "$VIRTUAL_ENV_PROMPT" "$PATH"
        cd "$HOME"; here; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        [ "$PATH" = "$path" ] && [ "$PS1" = "$label" ] && printf "as before\n"'
    assert_status 0
    assert_matches "^web [^:]*/web/bin:[^:]*"
    refute_contains "/alpha/bin"
    assert_contains $'\nalpha\nas before'
}

@test "an environment that cannot be used is reported, and loaded when it can" {
    envrc 'use multivenv web' 'export AFTER=yes'
    run in_shell +eu "$here"'
        cd "its project"; here; show; printf "%s\n" "$AFTER"; cat "$TMPDIR/said"'
    assert_status 0
    assert_contains $'none none\nyes'
    assert_contains "multivenv: no environment named 'web'"
    fake_env web
    run in_shell +eu "$here"'
        cd "its project"; here; show; rm "$HOME/.multivenv/web/bin/python"; touch -t 203001010000 "$HOME/.multivenv/web/pyvenv.cfg"
        here; show; cat "$TMPDIR/said"'
    assert_matches $'^web none\nnone none\n'
    assert_contains "'web' is dangling"
}

@test "a later mkvenv is noticed at the next prompt" {
    envrc 'use multivenv web'
    run in_shell +eu "$here"'
        cd "its project"; here; show; mkvenv --no-use web >/dev/null; here; show'
    assert_ok $'none none\nweb none'
}

@test "in a strict .envrc, with too many names, and with MULTIVENV_AUTO" {
    fake_env web
    with_env MULTIVENV_AUTO=1
    envrc 'strict_env' 'use multivenv web' 'export AFTER=yes'
    run in_shell +eu "$here"'
        cd "its project"; here; show; printf "%s\n" "$AFTER"'
    assert_ok $'web none\nyes'
    envrc 'use multivenv web other'
    run in_shell +eu "$here"'
        cd "its project"; here; show; grep multivenv: "$TMPDIR/said"'
    assert_ok $'none none\nmultivenv: use multivenv takes one name (see usevenv --help)'
}

@test "no hooks run, and zsh gets the same" {
    fake_env web
    printf 'printf "hook\\n"\n' | tee "$MULTIVENV_HOME/postactivate" >"$env/bin/postactivate"
    envrc 'use multivenv web'
    run in_shell +eu 'cd "its project"; "$DIRENV" export zsh'
    assert_status 0
    assert_contains 'export VIRTUAL_ENV='
    refute_contains hook
}
