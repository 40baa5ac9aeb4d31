# virtualenvwrapper's hooks: its names, its places, its order, sourced or run as there.

# shells: all
load ../support/common

# Usage: hook FILE TEXT... writes a hook that prints its words, and can be run too.
hook() {
    local file=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"$file"
    chmod +x "$file"
}

# Every hook there is, each telling its name and the active environment.
all_hooks() {
    local name
    for name in preactivate postactivate predeactivate postdeactivate; do
        hook "$MULTIVENV_HOME/$name" "printf '%s\\n' \"global $name \${VIRTUAL_ENV_PROMPT-none}\""
        hook "$MULTIVENV_HOME/$1/bin/$name" "printf '%s\\n' \"local $name \${VIRTUAL_ENV_PROMPT-none}\""
    done
}

@test "on the way in global before local, on the way out local before global" {
    fake_env pallets
    all_hooks pallets
    run in_shell 'usevenv pallets; stopvenv'
    assert_ok "global preactivate none
local preactivate none
global postactivate pallets
local postactivate pallets
local predeactivate pallets
global predeactivate pallets
local postdeactivate none
global postdeactivate none"
}

@test "a switch leaves the one before it enters the other" {
    fake_env one
    fake_env two
    all_hooks two
    rm "$MULTIVENV_HOME"/*activate
    all_hooks one
    run in_shell 'usevenv one >/dev/null; usevenv two'
    assert_ok "local predeactivate one
global predeactivate one
local postdeactivate none
global postdeactivate none
global preactivate none
local preactivate none
global postactivate two
local postactivate two"
}

@test "preactivate is run as a program in the home, with the name; the others are sourced" {
    fake_env pallets
    hook "$MULTIVENV_HOME/preactivate" 'printf "%s in %s\n" "$1" "$PWD"' 'CHANGED=by-preactivate'
    hook "$MULTIVENV_HOME/postactivate" 'CHANGED=$CHANGED-and-postactivate'
    run in_shell 'CHANGED=unchanged; usevenv pallets; printf "%s\n" "$CHANGED"'
    assert_ok "pallets in $MULTIVENV_HOME
unchanged-and-postactivate"
}

@test "a preactivate that is not executable is reported, a postactivate needs no permission to run" {
    fake_env pallets
    printf '%s\n' 'printf "not me\n"' >"$MULTIVENV_HOME/preactivate"
    printf '%s\n' 'printf "me\n"' >"$MULTIVENV_HOME/postactivate"
    chmod -x "$MULTIVENV_HOME/preactivate" "$MULTIVENV_HOME/postactivate"
    run in_shell 'usevenv pallets'
    assert_ok "multivenv: hook '$MULTIVENV_HOME/preactivate' did not run: it is not executable (see chmod +x)
me"
}

@test "rmvenv reports a hook that is not executable" {
    fake_env pallets
    printf '%s\n' 'printf "not me\n"' >"$MULTIVENV_HOME/prermvirtualenv"
    chmod -x "$MULTIVENV_HOME/prermvirtualenv"
    run in_shell 'rmvenv -y pallets'
    assert_ok "multivenv: hook ~/.multivenv/prermvirtualenv did not run: it is not executable (see chmod +x)
multivenv: removed 'pallets' (undo: mkvenv --restore pallets)"
}

@test "a hook that fails is reported and stops nothing" {
    fake_env pallets
    hook "$MULTIVENV_HOME/preactivate" 'exit 3'
    hook "$MULTIVENV_HOME/postactivate" 'return 4'
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: hook '$MULTIVENV_HOME/preactivate' failed with status 3
multivenv: hook '$MULTIVENV_HOME/postactivate' failed with status 4
pallets"
}

@test "what a hook sets stays, and its predeactivate can take it away" {
    fake_env pallets
    hook "$env/bin/postactivate" 'export SECRET=42'
    hook "$env/bin/predeactivate" 'unset SECRET'
    run in_shell 'usevenv pallets; printf "%s\n" "$SECRET"; stopvenv; printf "%s\n" "${SECRET-none}"'
    assert_ok "42
none"
}

@test "postdeactivate learns which environment it was" {
    fake_env pallets
    hook "$MULTIVENV_HOME/postdeactivate" 'printf "%s\n" "$VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV"'
    run in_shell 'usevenv pallets; stopvenv; printf "%s\n" "${VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV-none}"'
    assert_ok "$MULTIVENV_HOME/pallets
none"
}

@test "a hook may use the verbs itself" {
    fake_env one
    fake_env two
    hook "$MULTIVENV_HOME/one/bin/postactivate" 'lsvenvs --names; cdvenv one; usevenv nonesuch || :'
    run in_shell 'usevenv one; printf "%s %s\n" "${PWD##*/}" "$VIRTUAL_ENV_PROMPT"; usevenv two; stopvenv'
    assert_ok "one
two
multivenv: no environment named 'nonesuch' (see lsvenvs)
one one"
}

@test "hooks are sourced under the options of the user's shell" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0 # the others have their options unchanged
    fake_env pallets
    # arrays count from 1 and words are not split: zsh's own rules
    printf '%s\n' 'list=(a b); words="x y"; print -r -- $list[2] $#words ${#${=words}} ${#${(z)words}}' \
        'set -- $words; print -r -- $#' >"$MULTIVENV_HOME/postactivate"
    run in_shell 'usevenv pallets'
    assert_ok "b 3 2 2
1"
}

@test "mkvenv runs premkvirtualenv, then activates, then sources postmkvirtualenv" {
    mkdir -p "$MULTIVENV_HOME"
    local name
    hook "$MULTIVENV_HOME/premkvirtualenv" 'printf "premkvirtualenv %s in %s, active: %s\n" "$1" "$PWD" "${VIRTUAL_ENV-none}"'
    hook "$MULTIVENV_HOME/postactivate" 'printf "postactivate\n"'
    hook "$MULTIVENV_HOME/postmkvirtualenv" 'printf "postmkvirtualenv, active: %s\n" "$VIRTUAL_ENV_PROMPT"; MADE=yes'
    run in_shell 'mkvenv --without-pip pallets; printf "%s\n" "$MADE"'
    assert_ok "premkvirtualenv pallets in $MULTIVENV_HOME, active: none
postactivate
postmkvirtualenv, active: pallets
yes"
    run in_shell 'mkvenv --without-pip --no-use other; printf "%s\n" "${MADE-not sourced}"'
    assert_ok "premkvirtualenv other in $MULTIVENV_HOME, active: none
not sourced"
}

@test "rmvenv runs prermvirtualenv and postrmvirtualenv with the name" {
    fake_env pallets
    hook "$MULTIVENV_HOME/prermvirtualenv" 'printf "pre %s\n" "$1"; [ -d "$1" ]'
    hook "$MULTIVENV_HOME/postrmvirtualenv" 'printf "post %s\n" "$1"; [ ! -d "$1" ]'
    run in_shell 'rmvenv -y pallets'
    assert_ok "pre pallets
multivenv: removed 'pallets' (undo: mkvenv --restore pallets)
post pallets"
}

@test "MULTIVENV_HOOKS: the global hooks are elsewhere, and only there; those of environments stay" {
    fake_env pallets
    fake_env other
    all_hooks pallets
    mkdir "$world/my hooks"
    mv "$MULTIVENV_HOME/postactivate" "$MULTIVENV_HOME/postdeactivate" "$world/my hooks/"
    hook "$world/my hooks/preactivate" 'printf "%s in %s\n" "$1" "$PWD"'
    hook "$world/my hooks/prermvirtualenv" 'printf "remove %s in %s\n" "$1" "$PWD"'
    with_env "MULTIVENV_HOOKS=$world/my hooks"
    run in_shell 'usevenv pallets; stopvenv; rmvenv -y other'
    assert_ok "pallets in $MULTIVENV_HOME
local preactivate none
global postactivate pallets
local postactivate pallets
local predeactivate pallets
local postdeactivate none
global postdeactivate none
remove other in $MULTIVENV_HOME
multivenv: removed 'other' (undo: mkvenv --restore other)"
}

@test "MULTIVENV_HOOKS that is a relative path is reported, and nothing in the directory runs" {
    fake_env pallets
    mkdir hooks
    hook hooks/postactivate 'printf "not me\n"'
    hook "$MULTIVENV_HOME/postactivate" 'printf "not me\n"'
    run in_shell 'MULTIVENV_HOOKS=hooks; usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: MULTIVENV_HOOKS is 'hooks', which is not an absolute path
pallets"
}

@test "MULTIVENV_CD: usevenv NAME goes to the project, before postactivate" {
    fake_env one
    fake_env two
    mkdir "$HOME/a project"
    printf '%s\n' "$HOME/a project" >"$MULTIVENV_HOME/one/.project"
    hook "$MULTIVENV_HOME/preactivate" 'printf "pre\n"'
    hook "$MULTIVENV_HOME/postactivate" 'printf "%s\n" "${PWD##*/}"'
    run in_shell 'MULTIVENV_CD=1; usevenv one; cd /; usevenv two; printf "%s\n" "$PWD"; usevenv -; stopvenv
        printf "%s\n" "${PWD##*/}"; cd /; MULTIVENV_CD=0; usevenv one; printf "%s\n" "$PWD"'
    assert_ok "pre
a project
pre

/
pre
a project
a project
pre

/"
}

@test "MULTIVENV_CD: usevenv without a name, and MULTIVENV_AUTO, stay where the user is" {
    fake_env one
    mkdir -p "$HOME/project/src"
    printf '%s\n' "$HOME/project" >"$MULTIVENV_HOME/one/.project"
    run in_shell 'MULTIVENV_CD=1; cd "$HOME/project/src"; usevenv; printf "%s\n" "${PWD##*/}"
        MULTIVENV_AUTO=1; _multivenv_need auto; stopvenv; unset -v _multivenv_auto_at; _multivenv_auto; cd ..; cd src; _multivenv_auto
        printf "%s %s\n" "${VIRTUAL_ENV_PROMPT-}" "${PWD##*/}"'
    assert_contains src
    assert_contains "one src"
}

@test "MULTIVENV_CD: a project that is gone is reported" {
    fake_env one
    printf '%s\n' "$HOME/gone" >"$MULTIVENV_HOME/one/.project"
    run in_shell 'MULTIVENV_CD=1; cd /; usevenv one; printf "%s\n" "$PWD"'
    assert_ok "multivenv: the project of 'one', '$HOME/gone', is gone
/"
}

@test "MULTIVENV_CD: mkvenv --bind goes to the project too" {
    mkdir "$HOME/a project"
    run in_shell 'MULTIVENV_CD=1; mkvenv --without-pip "--bind=$HOME/a project" one; printf "%s\n" "${PWD##*/}"'
    assert_ok "a project"
}

@test "cpvenv runs precpvirtualenv and premkvirtualenv, and sources postcpvirtualenv" {
    hook_the_copy
    run in_shell 'mkvenv --no-use --without-pip one 2>/dev/null; cpvenv one two; printf "%s\n" "$COPIED"'
    assert_ok "premkvirtualenv one
precpvirtualenv $MULTIVENV_HOME/one two in $MULTIVENV_HOME
premkvirtualenv two
postcpvirtualenv, active: none
yes"
}

@test "cpvenv --use activates the copy, and sources postmkvirtualenv before postcpvirtualenv" {
    hook_the_copy
    run in_shell 'mkvenv --no-use --without-pip one 2>/dev/null; cpvenv --use one two; cpvenv --use one two || :; cpvenv --help >/dev/null
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "premkvirtualenv one
precpvirtualenv $MULTIVENV_HOME/one two in $MULTIVENV_HOME
premkvirtualenv two
postactivate
postmkvirtualenv, active: two
postcpvirtualenv, active: two
multivenv: environment 'two' already exists (usevenv activates it, rmvenv removes it)
two"
}

hook_the_copy() {
    mkdir -p "$MULTIVENV_HOME"
    hook "$MULTIVENV_HOME/premkvirtualenv" 'printf "premkvirtualenv %s\n" "$1"'
    hook "$MULTIVENV_HOME/postactivate" 'printf "postactivate\n"'
    hook "$MULTIVENV_HOME/postmkvirtualenv" 'printf "postmkvirtualenv, active: %s\n" "$VIRTUAL_ENV_PROMPT"'
    hook "$MULTIVENV_HOME/precpvirtualenv" 'printf "precpvirtualenv %s %s in %s\n" "$1" "$2" "$PWD"'
    hook "$MULTIVENV_HOME/postcpvirtualenv" 'printf "postcpvirtualenv, active: %s\n" "${VIRTUAL_ENV_PROMPT-none}"; COPIED=yes'
}

@test "a hook of comments alone starts no process; one with a command at its end, or no shell's, is run" {
    fake_env pallets
    printf '%s\n' '#!/bin/sh' '# a comment' '' >"$MULTIVENV_HOME/preactivate"
    cp "$MULTIVENV_HOME/preactivate" "$env/bin/preactivate"
    chmod +x "$MULTIVENV_HOME/preactivate" "$env/bin/preactivate"
    assert_starts_no_process ':' 'usevenv pallets; stopvenv'
    printf '# %04d\n' {1..200} >>"$MULTIVENV_HOME/preactivate"
    printf 'printf "me\n"' >>"$MULTIVENV_HOME/preactivate"
    printf 'printf "too\n"' >>"$env/bin/preactivate"
    run in_shell 'usevenv pallets'
    assert_ok "me
too"
    printf '#!/bin/cat\n' >"$MULTIVENV_HOME/preactivate"
    printf '#!/bin/sh' >"$env/bin/preactivate"
    run in_shell 'usevenv pallets'
    assert_contains '#!/bin/cat'
}

@test "without hooks no process is started for them" {
    fake_env pallets
    printf '%s\n' ':' >"$MULTIVENV_HOME/postactivate"
    assert_starts_no_process ':' 'usevenv pallets; stopvenv'
}
