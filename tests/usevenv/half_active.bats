#!/usr/bin/env bats
# Shells in which an environment is active only by half, and what other tools leave behind.

# shells: all
load ../support/common

# Usage: left SNIPPET: what PATH, PS1 and the variables are after it, where they differ from before
left='remember() { path_before=$PATH ps1_before=$PS1; }
compare() {
    [ "$PATH" = "$path_before" ] || printf "PATH is %s\n" "$PATH"
    [ "$PS1" = "$ps1_before" ] || printf "PS1 is %s\n" "$PS1"
    env | grep -E "^(VIRTUAL_ENV|PYENV_V|UV_PROJECT)" || :
}
PS1="$ "
'

@test "a login shell or a terminal pane that inherited VIRTUAL_ENV and rebuilt PATH" {
    fake_env other
    fake_env pallets
    with_env "VIRTUAL_ENV=$env" VIRTUAL_ENV_PROMPT=pallets
    run in_shell +eu "$left"'remember; stopvenv; compare' 2>&1
    assert_ok ''
    run in_shell +eu "$left"'remember; usevenv pallets; printf "%s\n" "${PATH%%:*}"; stopvenv; compare' 2>&1
    assert_ok "$env/bin"
    run in_shell +eu "$left"'remember; usevenv other; usevenv -; stopvenv; compare' 2>&1
    assert_ok ''
}

@test "lsvenvs and doctor say so, and usevenv mends it" {
    fake_env pallets
    run in_shell +eu 'usevenv pallets; PATH=${PATH#*:}:$VIRTUAL_ENV/bin; lsvenvs --names; lsvenvs --json 2>&1 >/dev/null
        multivenv doctor | grep half; usevenv pallets; lsvenvs --json 2>&1 >/dev/null'
    assert_matches "^pallets
multivenv: 'pallets' is only half active: PATH leads to another Python \\(.*/python3?\\) \\(usevenv pallets\\)
  'pallets' is only half active: PATH leads to another Python \\(.*/python3?\\) \\(usevenv pallets\\)$"
    rm -f "$world/stub-was-started" # doctor asks the Pythons on PATH
}

@test "PATH in another order, or with the folder twice: no entry stays" {
    fake_env pallets
    run in_shell +eu "$left"'remember; usevenv pallets; PATH=/first:$VIRTUAL_ENV/bin:$PATH:$VIRTUAL_ENV/bin; stopvenv
        PATH=${PATH#/first:}; compare' 2>&1
    assert_ok ''
}

@test "the label of a tool that sets no VIRTUAL_ENV_PROMPT goes" {
    fake_env alpha
    fake_env wone
    run in_shell +eu "$left"'remember
        export VIRTUAL_ENV="$1" PATH="$1/bin:$PATH" _OLD_VIRTUAL_PS1="$PS1" PS1="(wone) $PS1"
        usevenv alpha; stopvenv; compare' "$MULTIVENV_HOME/wone" 2>&1
    assert_ok ''
    # as venv wrote it before Python 3.12
    run in_shell +eu "$left"'remember
        export VIRTUAL_ENV="$1" VIRTUAL_ENV_PROMPT="(a b) " PATH="$1/bin:$PATH" PS1="(a b) $PS1"; stopvenv; compare' "$env" 2>&1
    assert_ok ''
}

@test "pyenv-virtualenv's variables go with its environment, and others stay" {
    fake_env alpha
    run in_shell +eu "$left"'remember
        export VIRTUAL_ENV="$1" PYENV_VIRTUAL_ENV="$1" PYENV_VERSION=alpha PATH="$1/bin:$PATH"; stopvenv; compare' "$env" 2>&1
    assert_ok ''
    run in_shell +eu "$left"'export PYENV_VERSION=3.12; usevenv alpha; stopvenv; env | grep PYENV_VERSION' 2>&1
    assert_ok PYENV_VERSION=3.12
}

@test "VIRTUAL_ENV without PATH, as mise sets it" {
    fake_env alpha
    run in_shell +eu "$left"'remember; export VIRTUAL_ENV="$1"; usevenv alpha; stopvenv; compare' "$HOME/git/x/.venv" 2>&1
    assert_ok ''
}

@test "a verb that removes the current directory changes to the home, or to what is in its place" {
    fake_env alpha
    fake_env beta
    run in_shell +eu 'cd .multivenv/alpha/lib; rmvenv -y alpha; pwd; cd beta/lib; pwd; mvvenv beta gamma; pwd' 2>&1
    assert_output_is "multivenv: removed 'alpha' (undo: mkvenv --restore alpha)
multivenv: the current directory is gone; changed to '$MULTIVENV_HOME'
$MULTIVENV_HOME
$MULTIVENV_HOME/beta/lib
multivenv: renamed 'beta' to 'gamma' (undo: mvvenv gamma beta)
multivenv: the current directory is gone; changed to '$MULTIVENV_HOME'
$MULTIVENV_HOME"
}
