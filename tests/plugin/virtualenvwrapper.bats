#!/usr/bin/env bats
# compat/virtualenvwrapper.sh, without virtualenvwrapper. Its own tests run in tests/tools.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_world
    export WORKON_HOME=$HOME/.virtualenvs
    MULTIVENV_HOME=$WORKON_HOME
    mkdir "$WORKON_HOME"
    share_cache
    with_env "WORKON_HOME=$WORKON_HOME" "COMPAT=$project/compat/virtualenvwrapper.sh" SHELL=/bin/sh
    without_env MULTIVENV_ROOT
}

# Usage: in_compat [in_shell's options] SNIPPET [ARGUMENT...]
in_compat() {
    local options=()
    while :; do
        case $1 in
        -i | +eu) options+=("$1") && shift ;;
        *) break ;;
        esac
    done
    # shellcheck disable=SC2016  # for the shell under test
    set -- '. "$COMPAT"
'"$1" "${@:2}"
    in_shell ${options[@]+"${options[@]}"} -b "$@"
}

@test "the first time it writes hooks, as virtualenvwrapper does; then sourcing starts no process" {
    run in_compat ':'
    assert_ok ''
    for each in initialize postmkvirtualenv postactivate predeactivate postdeactivate; do
        [ -f "$WORKON_HOME/$each" ] && [ ! -x "$WORKON_HOME/$each" ] || fail "$each"
    done
    for each in premkvirtualenv prermvirtualenv postrmvirtualenv preactivate premkproject postmkproject get_env_details; do
        [ -x "$WORKON_HOME/$each" ] || fail "$each"
    done
    assert_starts_no_process -b ':' '. "$COMPAT"'
    assert_starts_no_process -b -i ':' '. "$COMPAT"'
}

@test "sourcing adds only virtualenvwrapper's names, its settings and private names" {
    in_compat ':'
    run changes_of -b '. "$COMPAT"'
    assert_status 0
    local definition='^[+](function )?([A-Za-z_][A-Za-z_0-9]*)(=|[[:space:]]*[(][)]|$)' line
    while IFS= read -r line; do
        [[ $line =~ $definition ]] || continue
        case ${BASH_REMATCH[2]} in
        _multivenv_* | *venv | lsvenvs | MULTIVENV_HOME | MULTIVENV_HOOKS | WORKON_HOME | VIRTUALENVWRAPPER_*) ;;
        virtualenvwrapper | virtualenvwrapper_* | _virtualenvwrapper_version | workon | *virtualenv | *project) ;;
        *sitepackages | wipeenv | mktmpenv) ;;
        *) fail "unexpected: $line" ;;
        esac
    done <<<"$output"
    assert_contains workon
}

@test "workon activates, changes to the project and runs the project's own hooks; -n stays" {
    fake_env web
    mkdir -p "$HOME/a project/.virtualenvwrapper"
    printf '%s\n' "$HOME/a project" >"$WORKON_HOME/web/.project"
    printf 'printf "in %%s\\n" "$PWD"\n' >"$HOME/a project/.virtualenvwrapper/postactivate"
    printf 'printf "out of %%s\\n" "$VIRTUAL_ENV_PROMPT"\n' >"$HOME/a project/.virtualenvwrapper/predeactivate"
    run in_compat 'cd /; workon web; deactivate; cd /; workon -n web; printf "%s\n" "$PWD"; deactivate
        VIRTUALENVWRAPPER_WORKON_CD=0; cd /; workon web; printf "%s\n" "$PWD"; workon -c web; cdproject'
    assert_ok "in $HOME/a project
out of web
in /
/
out of web
in /
/
out of web
in $HOME/a project"
}

@test "workon without a name lists, and fails; so it does with a name that no environment has" {
    fake_env one
    fake_env 'two words'
    run in_compat +eu 'workon; printf "%s\n" "$?"; workon three; printf "%s\n" "$?"; workon "two words"; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "one
two words
1
multivenv: no environment named 'three': mkvirtualenv creates it, lsvirtualenv -b lists all
1
$WORKON_HOME/two words"
}

@test "mkvirtualenv, mkproject, cpvirtualenv and rmvirtualenv, with hooks, in the home of virtualenvwrapper" {
    mkdir "$HOME/projects"
    with_env "PROJECT_HOME=$HOME/projects"
    in_compat ':'
    local name
    for name in premkvirtualenv precpvirtualenv prermvirtualenv postrmvirtualenv premkproject; do
        printf '%s\n' '#!/bin/sh' "printf '%s %s\\n' $name \"\${1##*/}\"" >"$WORKON_HOME/$name"
        chmod +x "$WORKON_HOME/$name"
    done
    for name in postmkvirtualenv postcpvirtualenv postmkproject; do
        printf '%s\n' "printf '%s %s\\n' $name \"\$VIRTUAL_ENV_PROMPT\"" >"$WORKON_HOME/$name"
    done
    run in_compat 'mkvirtualenv --without-pip one; cpvirtualenv one two; rmvirtualenv one none
        mkproject --without-pip three; pwd; workon' 2>"$world/tmp/stderr" || :
    assert_output_is "premkvirtualenv one
postmkvirtualenv one
precpvirtualenv one
premkvirtualenv two
postmkvirtualenv two
postcpvirtualenv two
prermvirtualenv one
multivenv: removed 'one' (undo: mkvenv --restore one)
postrmvirtualenv one
multivenv: no environment named 'none' to remove
premkvirtualenv three
postmkvirtualenv three
premkproject three
multivenv: bound 'three' to ~/projects/three (undo: bindvenv --remove three)
postmkproject three
$HOME/projects/three
three
two"
    [ -x "$WORKON_HOME/three/bin/preactivate" ] && [ -f "$WORKON_HOME/two/bin/postactivate" ]
    same "$HOME/projects/three" "$(cat "$WORKON_HOME/three/.project")"
}

@test "a hook may set variables of any name: the commands have none in their way" {
    in_compat ':'
    printf 'name=n words=w project=p python=q force=f cd=c from=o\n' >"$WORKON_HOME/postactivate"
    run in_compat 'mkvirtualenv --without-pip one 2>/dev/null; printf "%s\n" "$name$words$project$python$force$cd$from"'
    assert_ok nwpqfco
}

@test "VIRTUALENVWRAPPER_HOOK_DIR: the global hooks are there" {
    fake_env web
    with_env "VIRTUALENVWRAPPER_HOOK_DIR=$HOME/hooks"
    in_compat ':'
    printf 'printf "here\\n"\n' >"$HOME/hooks/postactivate"
    run in_compat 'workon web'
    assert_ok here
    [ ! -e "$WORKON_HOME/postactivate" ]
}

@test "add2virtualenv adds, converts and removes directories, and Python finds them before its own" {
    mkdir "$HOME/a b" "$HOME/x & y"
    run in_compat 'mkvirtualenv --without-pip one 2>/dev/null; add2virtualenv "a b" "$HOME/x & y"
        python -c "import sys; print(sys.path[1:3])"; add2virtualenv -d "x & y"; add2virtualenv || :'
    assert_ok "['$HOME/x & y', '$HOME/a b']
Usage: add2virtualenv [-d] DIR...
$HOME/a b"
}

@test "toggleglobalsitepackages gives access to the base interpreter's packages, and takes it away" {
    run in_compat 'mkvirtualenv --without-pip one 2>/dev/null; toggleglobalsitepackages; grep include "$VIRTUAL_ENV/pyvenv.cfg"
        lsvenvs --status ok; toggleglobalsitepackages -q; grep include "$VIRTUAL_ENV/pyvenv.cfg"; showvenv | grep status'
    assert_ok "multivenv: 'one' uses the packages of its base interpreter
include-system-site-packages = true
one
include-system-site-packages = false
  status:    ok"
}

@test "allvirtualenv runs a command in each, also a function, and no hook" {
    fake_env one
    fake_env two
    in_compat ':'
    printf 'printf "hook\\n"\n' >"$WORKON_HOME/postactivate"
    run in_compat 'show() { printf "%s in %s\n" "$1" "$PWD"; }; allvirtualenv show me; printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok "one
===
me in $WORKON_HOME/one

two
===
me in $WORKON_HOME/two

none"
}

@test "mktmpenv goes into an environment that is removed when it is left" {
    run in_compat 'mktmpenv --without-pip 2>/dev/null; [ "$PWD" = "$VIRTUAL_ENV" ]; deactivate 2>/dev/null; lsvirtualenv -b; printf "%s\n" "$PWD"'
    assert_ok "$WORKON_HOME"
}

@test "the verbs work on the same environments, and without WORKON_HOME on those of MULTIVENV_HOME" {
    fake_env web
    run in_compat 'usevenv web; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$WORKON_HOME/web"
    without_env WORKON_HOME
    with_env "MULTIVENV_HOME=$WORKON_HOME"
    run in_compat 'workon web; printf "%s %s\n" "$VIRTUAL_ENV" "$WORKON_HOME"'
    assert_ok "$WORKON_HOME/web $WORKON_HOME"
}

@test "it may be a link on PATH, and its folder may be on PATH" {
    mkdir "$world/bin"
    ln -s "$project/compat/virtualenvwrapper.sh" "$world/bin/virtualenvwrapper.sh"
    fake_env web
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell -b '. virtualenvwrapper.sh; workon web; printf "%s\n" "$VIRTUALENVWRAPPER_SCRIPT"'
    assert_ok "$world/bin/virtualenvwrapper.sh"
    with_env "PATH=$(path_with "$project/compat")"
    run in_shell -b '. virtualenvwrapper.sh; workon web; printf "%s\n" "$VIRTUALENVWRAPPER_SCRIPT"'
    assert_ok "$project/compat/virtualenvwrapper.sh"
}

@test "workon and deactivate start no process" {
    fake_env web
    in_compat 'workon web'
    assert_starts_no_process -b '. "$COMPAT"; workon web; deactivate' 'workon web; deactivate'
}

@test "wrong words fail" {
    run in_compat +eu 'mkvirtualenv; printf "%s\n" "$?"; rmvirtualenv; printf "%s\n" "$?"; mktmpenv name; printf "%s\n" "$?"
        mkvirtualenv -a /nonesuch x; printf "%s\n" "$?"; cdvirtualenv; printf "%s\n" "$?"; mkproject x; printf "%s\n" "$?"; rmvirtualenv ../x; printf "%s\n" "$?"'
    assert_status 0
    same '2 1 1 1 1 1 0' "$(printf '%s\n' "$output" | grep '^[0-9]$' | tr '\n' ' ' | sed 's/ $//')"
}

@test "Tab completes environments behind workon and rmvirtualenv, and directories behind cdvirtualenv" {
    make_completion_world
    with_env "WORKON_HOME=$MULTIVENV_HOME" "COMPAT=$project/compat/virtualenvwrapper.sh"
    fake_envs pallets 'palm tree'
    local rc
    rc="$(default_rc)
. \"\$COMPAT\""
    run in_terminal -r "$rc" '
        send workon pall\tX
        screen ^PROMPT> workon pallets X$
        send \x15rmvirtualenv palm\tX
        screen ^PROMPT> rmvirtualenv palm. tree X$
        send \x15workon pallets\r
        send cdvirtualenv lib/\tX
        screen cdvirtualenv lib/python3[.0-9]*/X$
    '
    assert_ok
}

@test "after an upgrade of the files it is read again, with the verbs, and the hook initialize does not run again" {
    mkdir "$world/copy"
    cp -R "$project"/{compat,completions,help,multivenv.sh,shell} "$world/copy"
    ln -s "$project/helper" "$world/copy/helper"
    with_env "COMPAT=$world/copy/compat/virtualenvwrapper.sh"
    fake_env web
    printf 'printf "initialize\\n"\n' >"$WORKON_HOME/initialize"
    run in_compat 'workon web
        { printf "_multivenv_stamp=1\n"; sed 1d "$1/multivenv.sh"; } >"$1/new"; mv "$1/new" "$1/multivenv.sh"
        printf "%s\n" "cdproject() { printf \"new\n\"; }" >>"$1/compat/virtualenvwrapper.sh"
        cdvenv --site; cdproject; workon web; printf "%s\n" "${PWD##*/}"' "$world/copy"
    assert_ok "initialize
new
site-packages"
}

@test "mkvirtualenv without a name fails in a project too" {
    : >requirements.txt
    mkdir git
    : >git/requirements.txt
    run in_compat +eu 'cd git; mkvirtualenv; printf "%s\n" "$?"; mkvirtualenv -p 3; printf "%s\n" "$?"'
    assert_ok 'multivenv: the name of an environment cannot be empty (see mkvenv --help)
2
multivenv: the name of an environment cannot be empty (see mkvenv --help)
2'
}
