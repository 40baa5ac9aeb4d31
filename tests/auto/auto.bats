#!/usr/bin/env bats
# MULTIVENV_AUTO: environments that are switched where the directory changes.

# shells: all
load ../support/common
load ../support/projects
load ../support/auto

teardown() {
    no_stub_was_started
    nothing_ran
}

# --- in and out -----------------------------------------------------------------------------------

@test "an environment is switched on in its project and off outside, and that is said" {
    bound pallets "$HOME/git"
    mkdir "$HOME/git/sub"
    run in_auto 'state; go git; state; go sub; state; go ..; go ..; state; go git; state'
    assert_ok "none
multivenv: using 'pallets'
pallets
pallets
multivenv: left 'pallets'
none
multivenv: using 'pallets'
pallets"
}

@test "it happens however the directory names the environment" {
    local how
    for how in link file path list; do
        named_by "$how" "$how" "$HOME/$how/sub"
    done
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'for dir in link file path list; do go "$dir/sub"; state; go ../..; done; state'
    assert_ok "link
file
path
list
none"
}

@test "a shell that starts in a project has its environment" {
    bound pallets "$HOME/git"
    cd "$HOME/git"
    run in_auto 'state; go ..; state'
    assert_ok "multivenv: using 'pallets'
pallets
multivenv: left 'pallets'
none"
}

@test "three projects within each other, left and entered in every order" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    local from to wanted='' places=("$HOME/out" "$HOME/p" "$HOME/p/q" "$HOME/p/q/r/sub" "$HOME/o")
    for from in "${places[@]}"; do
        for to in "${places[@]}"; do
            project_of "$from"
            wanted+=${found_env:-none}$'\n'
            project_of "$to"
            wanted+=${found_env:-none}$'\n'
        done
    done
    run in_auto 'for from; do for to; do go "$from"; state; go "$to"; state; done; done' "${places[@]}"
    assert_ok "${wanted%$'\n'}"
}

@test "a random walk has the expected state at each step" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0 UV_PROJECT_ENVIRONMENT=mine
    local steps=60 seed=${MULTIVENV_TEST_SEED:-$RANDOM$RANDOM}
    case $MULTIVENV_TEST_SHELL_NAME in bash | zsh) steps=300 ;; esac
    make_walk "$steps" "$seed"
    run in_auto "$(cat "$world/tmp/walk")"
    same "$(cat "$world/tmp/wanted")" "$output" ||
        fail "again with MULTIVENV_TEST_SEED=$seed; the steps were:" "$(cat -n "$world/tmp/walk")"
    assert_status 0
}

@test "in a directory that is gone nothing goes wrong" {
    bound pallets "$HOME/git"
    mkdir "$HOME/git/gone"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git/gone; rmdir "$HOME/git/gone"; at_prompt; state; go "$HOME"; state'
    assert_ok "pallets
none"
}

@test "of two bound to a directory the one used last is switched on, and the active one stays" {
    bound a "$HOME/git"
    bound b "$HOME/git"
    mkdir "$HOME/git/sub"
    touch "$env/.last-used"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; state; touch -t 203001010000 "$HOME/.multivenv/a/.last-used"; go sub; state; go ..; state'
    assert_ok "b
b
b"
}

# --- who is asked, and who has the last word ------------------------------------------------------

@test "without MULTIVENV_AUTO, or without a prompt, no function is defined" {
    bound pallets "$HOME/git"
    local value
    for value in '' 0; do
        with_env "MULTIVENV_AUTO=$value"
        run in_shell -i 'cd git; printf "%s\n" "${VIRTUAL_ENV-none} ${PROMPT_COMMAND-}${precmd_functions-}${chpwd_functions-}"
            ! command -v _multivenv_auto'
        assert_ok 'none '
    done
    with_env MULTIVENV_AUTO=1
    run in_shell 'cd git; printf "%s\n" "${VIRTUAL_ENV-none} ${PROMPT_COMMAND-}${precmd_functions-}${chpwd_functions-}"
        ! command -v _multivenv_auto'
    assert_ok 'none '
}

@test "MULTIVENV_AUTO turns it off later, and on again" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; state; MULTIVENV_AUTO=0; go ../o; state; unset -v MULTIVENV_AUTO; go ..; state
        stopvenv; go p; state; MULTIVENV_AUTO=1; go q; state'
    assert_ok "outer
outer
outer
none
middle"
}

@test "one that was activated by hand is left alone until it is stopped" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'usevenv other; go p; state; go q/r; state; go "$HOME"; state; go o; state; go ../p; state
        stopvenv; state; go q; state; go "$HOME"; state'
    assert_ok "other
other
other
other
other
none
middle
none"
}

@test "one that was activated by hand in its own project is by hand too" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; usevenv; go ..; state; stopvenv; go p; state; usevenv outer; go ../o; state'
    assert_ok "outer
outer
outer"
}

@test "one that the user has stopped is not switched on again until the project was left" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; state; stopvenv; state; go sub; state; go ..; state; go ../out; state; go ../p; state
        deactivate; go sub; state; go "$HOME"; go p/sub; state'
    assert_ok "outer
none
none
none
none
outer
none
outer"
}

@test "a project within the one where it was stopped has its own, and then it is still stopped" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; stopvenv; go q; state; go ..; state; go q/r; state; stopvenv; go ..; state; go r; state; go "$HOME"
        go p/q/r; state'
    assert_ok "middle
none
inner
middle
inner
inner"
}

@test "a stop holds while one is activated by hand in between" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; stopvenv; go sub; usevenv other; go ..; stopvenv; go sub; state; go ../..; go p; state
        stopvenv; usevenv other; stopvenv; go sub; state'
    assert_ok "none
outer
none"
}

@test "a stop holds in a project that has the same environment further in" {
    bound pallets "$HOME/p"
    mkdir -p "$HOME/p/q"
    ln -s "$env" "$HOME/p/q/.venv"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p; stopvenv; go q; state; go ..; state; go ..; go p/q; state; stopvenv; go ..; state'
    assert_ok "none
none
pallets
pallets"
}

@test "MULTIVENV_AUTO_SAY=0 keeps it silent" {
    bound pallets "$HOME/git"
    bound dead "$HOME/dead"
    rm "$env/bin/python"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; go ..; go dead; go ..'
    assert_ok ''
}

@test "a binding that is made or undone counts from then on" {
    plain_env pallets
    mkdir "$HOME/git"
    run in_auto 'go git; bindvenv pallets; at_prompt; go .; cd ..; go git; state
        bindvenv --remove pallets; at_prompt; go ..; go git; state' 2>/dev/null
    assert_status 0
    assert_matches $'\npallets\n'
    assert_matches $'\nnone$'
}

@test "an environment that is made, renamed or removed elsewhere is noticed" {
    bound one "$HOME/a"
    mkdir "$HOME/b"
    plain_env two
    with_env MULTIVENV_AUTO_SAY=0
    printf '%s\n' "$HOME/b" >"$env/.project"
    mv "$env" "$world/two"
    printf 'VIRTUAL_ENV="%s"\n' "$MULTIVENV_HOME/new" >"$world/two/bin/activate"
    run in_auto 'go a; state; go ../b; state; mv "$1" "$HOME/.multivenv/new"; go ../a; go ../b; state
        rm -r "$HOME/.multivenv/one"; go ../a; state' "$world/two"
    assert_ok "one
none
new
none"
}

@test "mvvenv of one that was switched on by itself leaves it so" {
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; mvvenv pallets renamed 2>/dev/null; state; go ..; state; go git; state'
    assert_ok "renamed
none
renamed"
}

# --- what is never switched on --------------------------------------------------------------------

# A cloned repository that tries everything it can
hostile_clone() {
    clone=$HOME/clone
    mkdir -p "$clone" "$world/open"
    chmod 1777 "$world/open"
    hostile_env "$world/open/env"
    hostile_env "$clone/real/.venv"
    hostile_env "$clone/envs/hostile"
    trap_dir link && ln -s ../envs/hostile .venv
    trap_dir open && ln -s "$world/open/env" .venv
    trap_dir loop && ln -s .venv .venv
    trap_dir list && printf '%s\n' ../envs/hostile >.python-envs
    trap_dir absolute && printf '%s\r\n' "$world/open/env" >.python-envs
    trap_dir 'list $(touch x)' && printf '%s\n' '$(touch x)' '`touch x`' '../envs/$(touch x)`touch x`' >.python-envs
    trap_dir $'list\n`touch x`' && printf '../envs/hostile\n\0\n\n../envs/hostile/' >.python-envs
    trap_dir 'file ; touch x' && printf '../envs/hostile' >.venv
    trap_dir name && printf '../../x' >.venv
    trap_dir above && printf '..\n' >.venv
    trap_dir substitution && printf '$(touch x)`touch x`' >.venv
    trap_dir lines && printf 'a\nb' >.venv
    trap_dir bytes && head -c 300 /dev/urandom >.venv
    trap_dir bytes2 && head -c 300 /dev/urandom >.python-envs
    trap_dir fifo && mkfifo .venv
    trap_dir fifo2 && mkfifo .python-envs
    trap_dir device && ln -s /dev/zero .python-envs
    trap_dir device2 && ln -s /dev/zero .venv
    trap_dir folder && mkdir .python-envs .venv
    trap_dir binding && printf '%s\n' "$clone/binding" >.project
    cd "$HOME" || return
}

trap_dir() {
    mkdir "$clone/$1"
    cd "$clone/$1" || return
}

@test "a cloned repository brings nothing that is switched on or run" {
    hostile_clone
    plain_env pallets
    hostile_env "$MULTIVENV_HOME/../x-env"
    run in_auto 'for dir in "$HOME"/clone/*; do
            go "$dir"; [ -z "${VIRTUAL_ENV-}" ] || printf "%s: %s\n" "$dir" "$VIRTUAL_ENV"
            go "$HOME"
        done; go clone/envs/hostile/bin; state'
    assert_ok none
}

@test "typed in a cloned repository, usevenv runs nothing either" {
    hostile_clone
    run in_shell +eu 'for dir in "$HOME"/clone/*; do
            cd "$dir"; usevenv; stopvenv
        done' 2>&1
    [ -n "$output" ]
}

@test "a cloned repository can name an environment of the home, and gets that one only" {
    plain_env pallets
    mkdir -p "$HOME/clone/a" "$HOME/clone/b" "$HOME/clone/c"
    printf 'pallets\n' >"$HOME/clone/a/.venv"
    printf '../../.multivenv/pallets/bin/..\n' >"$HOME/clone/b/.venv"
    printf '../../.multivenv/pallets/bin\n' >"$HOME/clone/c/.venv"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go clone/a; state; go ../b; state; go ../c; state'
    assert_ok "pallets
pallets
none"
}

@test "a .venv that is not in the home does not hide a binding there or above" {
    bound outer "$HOME/p"
    bound inner "$HOME/p/q"
    env_at "$HOME/p/q/.venv"
    env_at "$HOME/p/sub/.venv"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p/sub; state; go ../q; state'
    assert_ok "outer
inner"
}

@test "where the last line of .python-envs cannot be used nothing is switched on, and nothing is said" {
    bound outer "$HOME/p"
    bound inner "$HOME/p/q"
    env_at "$HOME/elsewhere"
    mkdir "$HOME/p/q/sub"
    local line
    for line in nowhere 'ssh@host' "$HOME/elsewhere" "$MULTIVENV_HOME" 'a\tb'; do
        printf '%b\n' "$MULTIVENV_HOME/inner" "$line" >"$HOME/p/q/.python-envs"
        run in_auto 'go p/q; state; go sub; state'
        assert_ok "none
none"
    done
    printf '%s\n' "$HOME/elsewhere" "$MULTIVENV_HOME/outer" >"$HOME/p/q/.python-envs"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go p/q; state'
    assert_ok outer
}

# Usage: elses NAME
#
# An environment bound to a directory that belongs to somebody else; sets $elses.
elses() {
    plain_env "$1"
    if [ "$(id -u)" -eq 0 ]; then
        elses=$HOME/elses
        mkdir "$elses"
        ln -s "$env" "$elses/.venv"
        chown 65534 "$elses"
    else
        elses=/usr/lib
    fi
    printf '%s\n' "$elses" >"$env/.project"
}

@test "a directory of somebody else's brings nothing, but what is above it does" {
    elses pallets
    bound outer "$HOME"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go "$1"; state; usevenv; state; stopvenv; go "$HOME"; state' "$elses"
    case $elses in
    "$HOME"/*) assert_ok "outer
pallets
outer" ;;
    *) assert_ok "none
pallets
outer" ;;
    esac
}

@test "a directory that everybody can write to brings nothing" {
    bound pallets "$HOME/open"
    mkdir "$HOME/open/sub"
    chmod o+w "$HOME/open"
    with_env MULTIVENV_AUTO_SAY=0
    # zsh can see it; for the others bindvenv leaves the mark
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || : >"$env/.multivenv-open"
    run in_auto 'go open/sub; state; usevenv; state'
    assert_ok "none
pallets"
}

@test "zsh does not read what such a directory names" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0
    named_by link pallets "$HOME/open"
    chmod 1777 "$HOME/open"
    run in_auto 'go open; state; chmod o-w .; go ..; go open; state'
    assert_ok "none
multivenv: using 'pallets'
pallets"
}

@test "one that is not sound is not switched on, which is said once" {
    three_nested
    rm "$MULTIVENV_HOME/inner/bin/python"
    mkdir -p "$HOME/p/q/r/a"
    with_env MULTIVENV_HELPER_PYTHON=/nonexistent
    run in_auto 'go p/q; go r; state; go a; state; go ..; go "$HOME"; go p/q/r; state'
    assert_ok "multivenv: using 'middle'
multivenv: 'inner' has a problem (usevenv inner shows it)
multivenv: left 'middle'
none
none
multivenv: 'inner' has a problem (usevenv inner shows it)
none"
}

@test "one that is repaired is switched on in the project where it was not" {
    bound pallets "$HOME/git"
    mv "$env/bin/python" "$world/python"
    mkdir "$HOME/git/sub"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; state; mv "$1" "$HOME/.multivenv/pallets/bin/python"; go sub; state' "$world/python"
    assert_ok "none
pallets"
}

@test "a MULTIVENV_HOME that cannot be one is no reason to speak at each prompt" {
    with_env MULTIVENV_HOME=relative/path
    mkdir "$HOME/git"
    run in_auto 'go git; state; MULTIVENV_HOME=/a:b; go ..; state; MULTIVENV_HOME=$HOME/nowhere; go git; state'
    assert_ok "none
none
none"
    [ ! -e "$HOME/nowhere" ]
}

# --- what the shell has there already -------------------------------------------------------------

@test "bash: what others have in PROMPT_COMMAND stays, and sourcing twice adds nothing" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = bash ] || return 0
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO=1 MULTIVENV_AUTO_SAY=0
    local value
    for value in 'printf "other\n"' 'printf "other\n";' 'printf "other\n" # comment' '{ printf "other\n"; } '; do
        run in_shell -i -b "PROMPT_COMMAND=\$1
            . \"\$TEST_SUPPORT/at_prompt.sh\"; . \"\$MULTIVENV_ROOT/multivenv.sh\"; . \"\$MULTIVENV_ROOT/multivenv.sh\"
            cd git; at_prompt; state
            rest=\${PROMPT_COMMAND#*_multivenv_auto}; printf '%s\n' \"\${rest:-once}\"" "$value"
        assert_ok "other
pallets
once"
    done
    run in_shell -i -b 'PROMPT_COMMAND=("printf \"first\n\"" "printf \"second\n\"")
        . "$TEST_SUPPORT/at_prompt.sh"; . "$MULTIVENV_ROOT/multivenv.sh"; . "$MULTIVENV_ROOT/multivenv.sh"
        cd git; at_prompt; state; printf "%s\n" "${#PROMPT_COMMAND[@]}"'
    assert_ok "first
second
pallets
2"
}

@test "bash: a PROMPT_COMMAND that is read-only is no reason to stop" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = bash ] || return 0
    with_env MULTIVENV_AUTO=1
    run in_shell -i -b +eu 'readonly PROMPT_COMMAND=:
        . "$MULTIVENV_ROOT/multivenv.sh"; printf "%s\n" "$PROMPT_COMMAND"'
    assert_status 0
    assert_matches 'PROMPT_COMMAND'
    assert_matches $'\n:$'
}

@test "zsh: the functions of others stay, and sourcing twice adds nothing" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO=1 MULTIVENV_AUTO_SAY=0
    run in_shell -i -b 'chpwd_functions=(a) precmd_functions=(b)
        a() { printf "a\n"; }; b() { printf "b\n"; }
        . "$TEST_SUPPORT/at_prompt.sh"; . "$MULTIVENV_ROOT/multivenv.sh"; . "$MULTIVENV_ROOT/multivenv.sh"
        cd git; state; at_prompt; printf "%s\n" $chpwd_functions $precmd_functions'
    assert_ok "a
pallets
b
a
_multivenv_auto_chpwd
b
_multivenv_auto"
}

@test "cd is what it was: its status, its options, its way back" {
    bound pallets "$HOME/git"
    mkdir "$HOME/git/sub"
    ln -s git/sub "$HOME/door"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'cd nowhere 2>/dev/null && : || printf "failed\n"
        cd -P door; printf "%s\n" "${PWD##*/}"; cd - >/dev/null; printf "%s\n" "${PWD##*/}"; cd git; cd; printf "%s\n" "${PWD##*/}"
        CDPATH=$HOME/git; cd sub >/dev/null; at_prompt; state' 2>/dev/null
    assert_ok "failed
sub
home ünï
home ünï
pallets"
}

@test "a cd that is an alias is left to the user, which is said where it is in the way" {
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO=1
    run in_shell -i -b "alias cd='cd -P'
        . \"\$TEST_SUPPORT/at_prompt.sh\"; . \"\$MULTIVENV_ROOT/multivenv.sh\"
        eval 'cd git'; at_prompt; printf '%s\n' \"\${VIRTUAL_ENV_PROMPT-none}\"; alias cd"
    assert_status 0
    assert_matches 'cd -P'
    case $MULTIVENV_TEST_SHELL_NAME in
    bash | zsh) assert_contains $'using \'pallets\'\npallets\n' ;;
    *) assert_contains $'multivenv: MULTIVENV_AUTO has no effect: cd is an alias\nnone\n' ;;
    esac
}

@test "pushd and popd switch as cd does, and so does cdvenv" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    case $MULTIVENV_TEST_SHELL_NAME in
    bash | zsh | yash)
        run in_auto 'pushd p >/dev/null; at_prompt; state; pushd ../o >/dev/null; at_prompt; state
            popd >/dev/null; at_prompt; state; popd >/dev/null; at_prompt; state; pushd nowhere 2>/dev/null || printf "failed\n"'
        assert_ok "outer
other
outer
none
failed"
        ;;
    esac
    run in_auto 'cdvenv --project inner; at_prompt; state; cdvenv inner; at_prompt; state'
    assert_ok "inner
none"
}

@test "the output of a command substitution is not mixed with messages" {
    bound pallets "$HOME/git"
    run --separate-stderr in_auto 'here=$(cd git && pwd); printf "%s\n" "$here"; state'
    assert_ok "$HOME/git
none"
}

@test "bash and zsh do not switch in a subshell" {
    case $MULTIVENV_TEST_SHELL_NAME in bash | zsh) ;; *) return 0 ;; esac
    bound pallets "$HOME/git"
    run in_auto '(cd git; state)'
    assert_ok none
}

# --- shells that are started from this one --------------------------------------------------------

# Usage: from_here
#
# A snippet that starts the shell under test with what is exported, as a multiplexer's pane or `exec`
# does, to run the snippet in $CHILD; what that prints is printed. The shell's words are the arguments.
from_here='from_here() {
    printf "%s\n" "$CHILD" >"$TMPDIR/child"
    "$@" -i -c '\''printf x; exec >"$TMPDIR/child-out" 2>&1; PS1="> " START_PS1="> "; . "$TMPDIR/child"'\'' \
        >/dev/null 2>&1 </dev/null || printf "status %s\n" "$?"
    cat "$TMPDIR/child-out"
}
'
started='. "$TEST_SUPPORT/at_prompt.sh"; . "$MULTIVENV_ROOT/multivenv.sh"; at_prompt; state'

# Usage: start_shell_after SNIPPET CHILD_SNIPPET
start_shell_after() {
    # shellcheck disable=SC2046 # one option a word
    CHILD_SNIPPET="MULTIVENV_AUTO=1; $started; $2"
    with_env "CHILD=$CHILD_SNIPPET" MULTIVENV_AUTO_SAY=0
    # shellcheck disable=SC2046 # one option a word
    run in_auto "$from_here$1; from_here \"\$@\"; state" "${shell_words[@]}" $(shell_options)
}

@test "a shell started in a project takes over what was switched on there by itself" {
    three_nested
    start_shell_after 'go p' 'go q; state; go ../..; state; go p; stopvenv; state; go sub; state'
    assert_ok "outer
middle
none
none
none
outer"
}

@test "a shell started elsewhere leaves what was switched on by itself" {
    three_nested
    start_shell_after 'go p; cd_back=$PWD; MULTIVENV_AUTO=0; go ../out' 'go ../o; state'
    assert_ok "none
other
outer"
}

@test "a shell started by one where it was activated by hand leaves it alone" {
    three_nested
    # what is inherited has no function and no label until it is activated here
    local plain='printf "%s\n" "${VIRTUAL_ENV_PROMPT-none}"'
    with_env MULTIVENV_AUTO_SAY=0
    CHILD_SNIPPET=${started%; state}
    with_env "CHILD=MULTIVENV_AUTO=1; $CHILD_SNIPPET; $plain; go p; $plain; go ..; $plain; stopvenv; $plain; go p; state"
    # shellcheck disable=SC2046 # one option a word
    run in_auto "${from_here}usevenv other; from_here \"\$@\"; state" "${shell_words[@]}" $(shell_options)
    assert_ok "other
other
other
none
outer
other"
}

@test "a shell started after a stop in the same project leaves it stopped" {
    three_nested
    start_shell_after 'go p; stopvenv' 'go sub; state; go "$HOME"; go p; state'
    assert_ok "none
none
outer
none"
}

@test "an exported prompt has one label, whatever the name" {
    bound 'a$b!c' "$HOME/git"
    with_env "VIRTUAL_ENV=$env" 'VIRTUAL_ENV_PROMPT=a$b!c'
    run in_shell 'PS1="(a_b_c) > "; usevenv "a\$b!c"; printf "%s\n" "$PS1"; stopvenv; printf "%s\n" "$PS1"'
    assert_ok '(a_b_c) > 
> '
}

@test "the user's own UV_PROJECT_ENVIRONMENT comes back in a shell that was started inside too" {
    three_nested
    with_env UV_PROJECT_ENVIRONMENT=mine
    start_shell_after 'go p' 'go ..; state; printf "%s\n" "$UV_PROJECT_ENVIRONMENT"'
    assert_ok "outer
none
mine
outer"
}

# --- UV_PROJECT_ENVIRONMENT -----------------------------------------------------------------------

uv='env | grep ^UV_PROJECT_ENVIRONMENT= || printf "not exported\n"'

@test "uv gets the path of a bound environment, and of no other" {
    three_nested
    run in_shell "usevenv outer; $uv; usevenv middle; $uv; usevenv inner; $uv; usevenv outer; $uv; stopvenv; $uv"
    assert_ok "UV_PROJECT_ENVIRONMENT=$MULTIVENV_HOME/outer
not exported
UV_PROJECT_ENVIRONMENT=$MULTIVENV_HOME/inner
UV_PROJECT_ENVIRONMENT=$MULTIVENV_HOME/outer
not exported"
}

@test "the user's own value for uv comes back, an empty one too" {
    three_nested
    local value
    for value in mine '' 'two words' "$MULTIVENV_HOME/outer"; do
        with_env "UV_PROJECT_ENVIRONMENT=$value"
        run in_shell "usevenv outer; usevenv inner; $uv; usevenv middle; $uv; usevenv inner; stopvenv; $uv
            printf '%s\\n' \"\${_multivenv_uv-forgotten}\""
        assert_ok "UV_PROJECT_ENVIRONMENT=$MULTIVENV_HOME/inner
UV_PROJECT_ENVIRONMENT=$value
UV_PROJECT_ENVIRONMENT=$value
forgotten"
    done
}

@test "a value for uv that the user has changed meanwhile stays" {
    three_nested
    with_env UV_PROJECT_ENVIRONMENT=before
    run in_shell "usevenv outer; UV_PROJECT_ENVIRONMENT=meanwhile; stopvenv; $uv
        usevenv outer; unset -v UV_PROJECT_ENVIRONMENT; stopvenv; $uv; usevenv outer; stopvenv; $uv"
    assert_ok "UV_PROJECT_ENVIRONMENT=meanwhile
not exported
not exported"
}

@test "uv gets the path as soon as the active environment is bound" {
    plain_env pallets
    mkdir "$HOME/git"
    with_env UV_PROJECT_ENVIRONMENT=mine
    run --separate-stderr in_shell "usevenv pallets; $uv; bindvenv pallets git; $uv; bindvenv --remove; $uv; stopvenv; $uv"
    assert_ok "UV_PROJECT_ENVIRONMENT=mine
UV_PROJECT_ENVIRONMENT=$MULTIVENV_HOME/pallets
UV_PROJECT_ENVIRONMENT=mine
UV_PROJECT_ENVIRONMENT=mine"
}

# --- prompts --------------------------------------------------------------------------------------

@test "any prompt comes back as it was" {
    bound '50% off' "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    local prompt label='(50% off) '
    [ "$MULTIVENV_TEST_SHELL_NAME" != zsh ] || label='(50%% off) '
    for prompt in $'two\nlines> ' '\[\e[1m\]\w\[\e[0m\] \$ ' '%F{red}%~%f %# ' '$(printf x)> ' '' '(50% off) > ' '*?[a]> ' '#> '; do
        run in_auto 'PS1=$1; go git; printf "%s|\n" "$PS1"; go ..; printf "%s|\n" "$PS1"; go git; stopvenv; printf "%s|\n" "$PS1"' "$prompt"
        assert_ok "$label$prompt|
$prompt|
$prompt|"
    done
}

@test "a prompt that is not set is not made, and VIRTUAL_ENV_DISABLE_PROMPT is heeded" {
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'unset -v PS1; go git; printf "%s\n" "${PS1-unset}"; go ..; printf "%s\n" "${PS1-unset}"
        PS1="> "; VIRTUAL_ENV_DISABLE_PROMPT=1; go git; printf "%s\n" "$PS1"; go ..; printf "%s\n" "$PS1"'
    assert_ok "unset
unset
> 
> "
}

@test "zsh: what a prompt with PROMPT_SUBST would expand is not put into it" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0
    bound '$(touch x)%n`touch x`' "$HOME/git"
    run in_auto 'setopt prompt_subst; PS1="%# "; go git; print -rP -- "$PS1"; go ..; printf "%s\n" "$PS1"' 2>/dev/null
    assert_status 0
    assert_matches '_\(touch x\)%n_touch x_\) [#%]'
    assert_matches $'\n%# $'
}

# --- what it starts and what it leaves behind -----------------------------------------------------

@test "no process is started, whether the directory changes or not" {
    named_by list listed "$HOME/list"
    named_by file filed "$HOME/file"
    hostile_env "$HOME/real/.venv"
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    local measured='at_prompt; go p/sub; at_prompt; at_prompt; go ../q; go r; go "$HOME"; at_prompt
        go list; go ../file; go ../real; go ../out; go "$HOME"'
    assert_reads_without_process -i -b "$auto_start" "$measured"
    # where the first time has left something
    assert_reads_without_process -i -b "$auto_start; $measured" "$measured"
}

@test "no process is started where one is not sound, or nothing may be written" {
    bound dead "$HOME/dead"
    rm "$env/bin/python"
    bound sealed "$HOME/sealed"
    mkdir -p "$env/.last-used" "$env/.multivenv-sound" "$MULTIVENV_HOME/.multivenv/bindings"
    mkdir "$HOME/dead/sub"
    assert_starts_no_process -i -b "$auto_start" 'go dead; go sub; go "$HOME"; go sealed; go ..'
}

@test "in and out again, nothing is left behind" {
    named_by list listed "$HOME/list"
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    local walk='go p/sub; go ../q/r; go "$HOME"; go list; go "$HOME"; go p; go "$HOME"'
    run changes_of -i -b "$walk" "$auto_start
        $walk"
    assert_ok ''
}

@test "odd options and variables of the shell's make no difference, and stay" {
    named_by list listed "$HOME/list"
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    local setting settings=('set -C' 'set -f' 'IFS=/.v' 'unset IFS' 'CDPATH=$HOME/p/q')
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) settings+=('shopt -s nullglob dotglob' 'shopt -s failglob') ;;
    zsh) settings+=('setopt ksharrays' 'setopt shwordsplit' 'setopt nullglob' 'setopt globsubst' 'setopt errreturn'
        'setopt kshglob nobareglobqual' 'setopt warncreateglobal' 'setopt autopushd pushdsilent' 'setopt chaselinks') ;;
    esac
    local walk='cd "$HOME/p/sub"; at_prompt; state >/dev/null; cd "$HOME/p/q/r"; at_prompt
        [ "$VIRTUAL_ENV" = "$HOME/.multivenv/inner" ] || printf "wrong one\n"
        cd "$HOME"; at_prompt; cd "$HOME/list"; at_prompt; [ "${VIRTUAL_ENV##*/}" = listed ] || printf "not listed\n"
        cd "$HOME"; at_prompt; [ -z "${VIRTUAL_ENV-}" ] || printf "not left\n"'
    for setting in "${settings[@]}"; do
        run changes_of -i -b "$walk" "$setting
            $auto_start
            $walk"
        assert_ok ''
    done
}

@test "before the first prompt of powerlevel10k nothing is said" {
    bound pallets "$HOME/git"
    run in_auto '__p9k_instant_prompt_active=1; go git; state; unset __p9k_instant_prompt_active; go ..; state'
    assert_ok "pallets
multivenv: left 'pallets'
none"
}

@test "one that another tool's activate and deactivate have taken out comes back" {
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git; state
        # as bin/activate does it: the variables of every activation script, and a deactivate of its own
        PATH=$_OLD_VIRTUAL_PATH; PS1=${_OLD_VIRTUAL_PS1-}; VIRTUAL_ENV=/elsewhere
        unset -v _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 VIRTUAL_ENV_PROMPT
        go ..; unset -v VIRTUAL_ENV
        go git; state; go ..; state'
    assert_ok "pallets
pallets
none"
}
