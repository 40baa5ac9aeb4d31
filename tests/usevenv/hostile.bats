# Files in an environment or a project that are not what they are named: what the shell reads and writes.

# shells: all
load ../support/common
load ../support/projects
load ../support/auto

# Usage: soon COMMAND...
#
# Fails if it takes longer than any verb may: then it hangs.
soon() { timeout 20 "$@"; }

# Usage: adopted NAME
#
# An environment at $HOME/git/.venv, with that name in the home; sets $env to its own place.
adopted() {
    env_at "$HOME/git/.venv"
    mkdir -p "$MULTIVENV_HOME/.multivenv/used" "$MULTIVENV_HOME/.multivenv/sound"
    ln -s "$env" "$MULTIVENV_HOME/$1"
}

# --- writing --------------------------------------------------------------------------------------

@test "marks are not written through a link" {
    local mark
    plain_env pallets
    for mark in .last-used .multivenv-sound; do
        printf 'precious\n' >"$HOME/$mark"
        ln -s "$HOME/$mark" "$env/$mark"
    done
    run in_shell 'usevenv pallets; usevenv pallets; stopvenv'
    assert_ok ''
    for mark in .last-used .multivenv-sound; do
        same precious "$(cat "$HOME/$mark")"
        [ -h "$env/$mark" ]
        rm "$env/$mark"
        ln -s "$HOME/none$mark" "$env/$mark"
    done
    run in_shell 'usevenv pallets; usevenv pallets; stopvenv'
    assert_ok ''
    [ ! -e "$HOME/none.last-used" ]
    [ ! -e "$HOME/none.multivenv-sound" ]
}

@test "the text of pyvenv.cfg reaches no other file" {
    adopted pallets
    local evil="$HOME/git/\$(cd; touch PWNED)"
    mkdir "$evil"
    ln -s "$(fake_base)/bin/python3.12" "$evil/python3.12"
    printf 'home = %s\nuv = 0.5\ninclude-system-site-packages = false\nversion = 3.12.4\n' "$evil" >"$env/pyvenv.cfg"
    printf 'precious\n' >"$HOME/.bashrc"
    ln -s ../../.bashrc "$env/.multivenv-sound"
    ln -s ../../.bashrc "$env/.last-used"
    run in_shell 'usevenv pallets; usevenv pallets'
    assert_ok ''
    same precious "$(cat "$HOME/.bashrc")"
}

@test "nothing is written into an adopted environment: its marks are in the home" {
    adopted pallets
    local before
    before=$(cd "$env" && find . | sort)
    run in_shell 'usevenv pallets; usevenv pallets; stopvenv'
    assert_ok ''
    same "$before" "$(cd "$env" && find . | sort)"
    [ -f "$MULTIVENV_HOME/.multivenv/used/pallets" ]
    [ -s "$MULTIVENV_HOME/.multivenv/sound/pallets" ]
    run in_shell 'lsvenvs --json pallets'
    assert_status 0
    assert_matches '"last_used": "2'
}

@test "an adopted environment that was used before starts no process" {
    adopted pallets
    assert_starts_no_process 'usevenv pallets; stopvenv' 'usevenv pallets'
}

@test "the marks of an adopted environment follow mvvenv and go with rmvenv" {
    env_at "$HOME/git/.venv"
    run in_shell 'multivenv adopt "$HOME/git/.venv" pallets 2>/dev/null; usevenv pallets; stopvenv
        mvvenv pallets flask 2>/dev/null; ls "$HOME/.multivenv/.multivenv/used"
        rmvenv -y flask 2>/dev/null; ls "$HOME/.multivenv/.multivenv/used"'
    assert_ok flask
}

# --- reading --------------------------------------------------------------------------------------

# Usage: replace FILE HOW
#
# HOW: fifo, folder, socket, device link, a line that never ends
replace() {
    rm -rf "$1"
    case $2 in
    fifo) mkfifo "$1" ;;
    folder) mkdir "$1" ;;
    device) ln -s /dev/zero "$1" ;;
    terminal) ln -s /dev/tty "$1" ;;
    empty) : >"$1" ;;
    zeros) truncate -s 1G "$1" ;;
    esac
}

hostile_forms() {
    printf '%s\n' fifo folder device terminal empty
    # these two can stop within a line only for files that may be another user's
    case $MULTIVENV_TEST_SHELL_NAME in
    dash | yash) ;;
    *) command -v truncate >/dev/null && printf '%s\n' zeros ;;
    esac
}

@test "no file in an environment makes usevenv, cdvenv or lsvenvs hang" {
    local how file
    mkdir "$HOME/git"
    for how in $(hostile_forms); do
        for file in .last-used .multivenv-sound .project pyvenv.cfg bin/pip bin/activate; do
            rm -rf "$MULTIVENV_HOME/pallets"
            plain_env pallets
            touch "$env/bin/pip"
            replace "$env/$file" "$how"
            run in_shell +eu -w soon 'usevenv pallets; stopvenv; cdvenv --project pallets; cd "$HOME/git"; usevenv; lsvenvs' </dev/null
            [ "$status" -ne 124 ] || fail "$file as $how"
            case $output in *pallets*) ;; *) fail "$file as $how:" "$output" ;; esac
        done
    done
}

@test "no file of multivenv's own makes usevenv hang" {
    local how file
    plain_env pallets
    mkdir -p "$HOME/git" "$HOME/.cache/multivenv"
    printf '%s\n' "$HOME/git" >"$env/.project"
    for how in $(hostile_forms); do
        for file in "$HOME/.cache/multivenv/helper-python" "$MULTIVENV_HOME/.multivenv/bindings" \
            "$MULTIVENV_HOME/.multivenv/temporary/x"; do
            mkdir -p "$MULTIVENV_HOME/.multivenv/temporary"
            replace "$file" "$how"
            run in_auto +eu -w soon 'cd "$HOME/git"; usevenv; usevenv none; lsvenvs --names'
            [ "$status" -ne 124 ] || fail "$file as $how"
            rm -rf "$file"
        done
    done
}

@test "no .venv or .python-envs makes cd or usevenv hang" {
    local how file
    mkdir "$HOME/git"
    for how in fifo folder device zeros; do
        for file in .venv .python-envs; do
            replace "$HOME/git/$file" "$how"
            run in_auto +eu -w soon 'go "$HOME/git"; usevenv'
            assert_status 1
            rm -rf "$HOME/git/$file"
        done
    done
    head -c 20000000 /dev/zero | tr '\0' a >"$HOME/git/.venv"
    run in_auto +eu -w soon 'go "$HOME/git"; usevenv'
    assert_status 1
    assert_contains 'is not one line with a path or a name'
    mv "$HOME/git/.venv" "$HOME/git/.python-envs"
    run in_auto +eu -w soon 'go "$HOME/git"; usevenv'
    assert_status 1
    assert_contains 'is longer than 8 kB'
}

@test "at a prompt, no file in a directory of another user is opened" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can give a directory away'
    plain_env pallets
    mkdir "$HOME/git"
    printf 'pallets\n' >"$HOME/git/.venv"
    chown -R 65534 "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; state'
    assert_ok none
    chown 0 "$HOME/git"
    run in_auto 'go git; state'
    assert_ok none
    chown 0 "$HOME/git/.venv"
    run in_auto 'go git; state'
    assert_ok pallets
}

@test "another user's cache is not used: neither its interpreter nor its bytecode" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can give a file away'
    fake_env pallets
    rm -rf "$HOME/.cache/multivenv"
    mkdir -p "$HOME/.cache/multivenv"
    printf '#!/bin/sh\n: >"%s/PWNED"\n' "$HOME" >"$HOME/evil"
    chmod +x "$HOME/evil"
    printf '%s\n' "$HOME/evil" >"$HOME/.cache/multivenv/helper-python"
    without_env MULTIVENV_HELPER_PYTHON
    chown 65534 "$HOME/.cache/multivenv/helper-python"
    run in_shell 'lsvenvs --json'
    assert_status 0
    rm -rf "$HOME/.cache/multivenv/pycache"
    chown 65534 "$HOME/.cache/multivenv"
    printf '%s\n' "$HOME/evil" >"$HOME/.cache/multivenv/helper-python"
    run in_shell 'lsvenvs --json'
    assert_status 0
    [ ! -e "$HOME/PWNED" ]
    [ ! -e "$HOME/.cache/multivenv/pycache" ]
    same "$HOME/evil" "$(cat "$HOME/.cache/multivenv/helper-python")"
}

# --- showing --------------------------------------------------------------------------------------

@test "a message and the prompt show control characters as text, U+0080 to U+009F too" {
    with_env "LC_ALL=$(utf8_locale)"
    local name=$'a\302\233b\033[31m\302\240ü'
    run in_shell +eu 'usevenv "$1"' "$name"
    assert_status 2
    refute_contains $'\302\233'
    refute_contains $'\033'
    assert_contains $'a?b?[31m\302\240ü'
    plain_env "$name"
    run in_shell +eu 'PS1="> "; usevenv "$1" 2>/dev/null; printf "%s\n" "$PS1"; stopvenv; printf "%s\n" "$PS1"' "$name"
    assert_ok $'(a_b_[31m\302\240ü) > \n> '
}

@test "a pipe gets names as they are" {
    with_env "LC_ALL=$(utf8_locale)"
    local name=$'a\302\233b\033[31m'
    plain_env "$name"
    run in_shell 'lsvenvs --names; lsvenvs'
    assert_ok "$name"$'\n'"$name"
}
