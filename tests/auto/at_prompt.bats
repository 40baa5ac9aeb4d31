#!/usr/bin/env bats
# MULTIVENV_AUTO as a user has it: at a prompt.

# shells: bash zsh
load ../support/common
load ../support/terminal
load ../support/projects
load ../support/auto

# The prompt that the tests wait for ends in "PROMPT> ", whatever stands before it
setup() {
    make_world
    with_env MULTIVENV_AUTO=1
}

teardown() {
    no_stub_was_started
    nothing_ran
}

@test "the prompt shows the environment of the directory, and what happened is said above it" {
    bound pallets "$HOME/git"
    run in_terminal -w screen '
        run cd git
        run cd ..
        run printf "%s\n" "${VIRTUAL_ENV-none}"
    '
    assert_ok "PROMPT> cd git
multivenv: using 'pallets'
(pallets) PROMPT> cd ..
multivenv: left 'pallets'
PROMPT> printf \"%s\\n\" \"\${VIRTUAL_ENV-none}\"
none
PROMPT>"
}

@test "a shell that starts in a project has its environment at the first prompt" {
    bound pallets "$HOME/git"
    local back=$HOME/git
    # shellcheck disable=SC2088 # as zsh writes it
    ! in_zsh || back="~/git"
    cd "$HOME/git"
    run in_terminal -w screen '
        run deactivate
        run cd .
        run cd ..
        run cd -
    '
    assert_ok "multivenv: using 'pallets'
(pallets) PROMPT> deactivate
PROMPT> cd .
PROMPT> cd ..
PROMPT> cd -
$back
multivenv: using 'pallets'
(pallets) PROMPT>"
}

@test "the status of the command before stays, for the prompt and for what others do there" {
    bound pallets "$HOME/git"
    run in_terminal -r '
        status_seen() { set -- "$?"; printf "%s\n" "[before $1]"; return "$1"; }
        status_seen_after() { printf "%s\n" "[after $?]"; }
        case ${BASH_VERSION-} in
        "") precmd_functions=(status_seen) ;;
        *) PROMPT_COMMAND=status_seen ;;
        esac
        . "$MULTIVENV_ROOT/multivenv.sh"
        case ${BASH_VERSION-} in
        "") precmd_functions+=(status_seen_after) ;;
        *) PROMPT_COMMAND="$PROMPT_COMMAND; status_seen_after" ;;
        esac
    ' '
        run (exit 7)
        run cd git; (exit 8)
        run cd ..; (exit 9)
        run printf "%s\n" "[then $?]"
    '
    assert_ok
    local seen
    seen=$(printf '%s\n' "$output" | grep -o '^\[.*\]')
    same '[before 0]
[after 0]
[before 7]
[after 7]
[before 8]
[after 8]
[before 9]
[after 9]
[then 9]
[before 0]
[after 0]' "$seen"
}

@test "PROMPT_COMMAND as a list keeps its other entries and what they see" {
    ! knows_only_one || return 0
    bound pallets "$HOME/git"
    run in_terminal -r '
        PROMPT_COMMAND=("one=\$?" "two=\$?")
        . "$MULTIVENV_ROOT/multivenv.sh"
    ' '
        run cd git; (exit 7)
        run printf "%s\n" "$one $two ${#PROMPT_COMMAND[@]} ${VIRTUAL_ENV##*/}"
    '
    assert_ok
    assert_contains $'\n7 7 2 pallets\n'
}

# Lists are run as such from bash 5.1 on
knows_only_one() {
    in_zsh || ! "${shell_words[@]}" -c '[ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -ge 51 ]'
}

@test "projects within each other, pushd and popd, a function of the user's own" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_terminal -w screen '
        run up() { cd ..; }
        run cd p
        run cd q
        run pushd r >/dev/null
        run pushd ~/out >/dev/null
        run popd >/dev/null
        run popd >/dev/null
        run up
        run up
        run cd p/q/r
        run cd
    '
    assert_ok 'PROMPT> up() { cd ..; }
PROMPT> cd p
(outer) PROMPT> cd q
(middle) PROMPT> pushd r >/dev/null
(inner) PROMPT> pushd ~/out >/dev/null
PROMPT> popd >/dev/null
(inner) PROMPT> popd >/dev/null
(middle) PROMPT> up
(outer) PROMPT> up
PROMPT> cd p/q/r
(inner) PROMPT> cd
PROMPT>'
}

@test "what was activated by hand stays; what was stopped stays so until the project was left" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_terminal -w screen '
        run cd p
        run stopvenv
        run cd sub
        run usevenv other
        run cd ../q
        run stopvenv
        run cd r
        run cd ~/p
        run cd
        run cd p
    '
    assert_ok 'PROMPT> cd p
(outer) PROMPT> stopvenv
PROMPT> cd sub
PROMPT> usevenv other
(other) PROMPT> cd ../q
(other) PROMPT> stopvenv
PROMPT> cd r
(inner) PROMPT> cd ~/p
PROMPT> cd
PROMPT> cd p
(outer) PROMPT>'
}

# As the terminal's own start files are read again
new_shell() {
    case $MULTIVENV_TEST_SHELL_NAME in
    zsh) printf '%s\n' 'zsh -d -i' ;;
    *) printf '%s\n' '"$BASH" --noprofile --rcfile "$TMPDIR/../rc/rc" -i' ;;
    esac
}

@test "exec in a project goes on with the same environment, with its label and deactivate" {
    three_nested
    local new
    new=$(new_shell)
    with_env MULTIVENV_AUTO_SAY=0
    run in_terminal -s 100x40 '
        run cd p
        run before=$PATH; export before
        run exec '"$new"'
        run [ "$PATH" = "$before" ] && printf "%s\n" "the same"
        run cd q
        run cd ../..
        run cd p
        run deactivate
        run cd ../out
        run case $PATH in *multivenv*) ;; *) printf "%s\n" "nothing left" ;; esac
    '
    assert_ok
    assert_contains '
the same
(outer) PROMPT> cd q
(middle) PROMPT> cd ../..
PROMPT> cd p
(outer) PROMPT> deactivate
PROMPT> cd ../out
'
    assert_contains '
nothing left
'
}

@test "a prompt that is exported has one label in a shell started inside, and none outside" {
    three_nested
    bound 'a  b' "$HOME/two"
    with_env MULTIVENV_AUTO_SAY=0
    local new
    new=$(new_shell)
    # the start files set PS1 anew, so they are told to set it to what was exported
    run in_terminal -s 100x40 '
        run export PS1
        run cd p
        run printf "%s\n" "$PS1" >"$TMPDIR/../rc/kept"; printf "%s\n" "IFS= read -r PS1 <\"$TMPDIR/../rc/kept\"" >>"$TMPDIR/../rc/rc"
        run '"$new"'
        run cd ../out
        run cd ../two
        run exit
    '
    assert_ok
    assert_contains '
(outer) PROMPT> cd ../out
PROMPT> cd ../two
(a  b) PROMPT> exit
'
}

@test "a prompt of several lines, with colours, comes back as it was" {
    bound pallets "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    local prompt='\[\e[1m\]\W\[\e[0m\]'
    ! in_zsh || prompt='%B%1~%b'
    # zsh may draw a prompt of two lines twice: no step waits for the prompt alone
    run in_terminal -w screen '
        send PS1=$'\''first '"${prompt//\\/\\\\}"'\\nPROMPT> '\''; before=$PS1\r
        screen ^first ~\nPROMPT>$
        send cd git\r
        screen ^[(]pallets[)] first git\nPROMPT>$
        send cd ..\r
        screen cd [.][.]\nfirst ~\nPROMPT>$
        send [ "$PS1" = "$before" ] && printf "%s\\n" "the s"ame\r
        screen ^the same\nfirst ~\nPROMPT>$
    '
    assert_ok
    assert_contains '
first ~
PROMPT> cd git
(pallets) first git
PROMPT> cd ..
first ~
PROMPT> ['
}

@test "a name with a percent sign and what a shell would expand is shown as data" {
    bound '50% $(touch x)`touch x`' "$HOME/git"
    with_env MULTIVENV_AUTO_SAY=0
    run in_terminal -w screen -r '[ -z "${ZSH_VERSION-}" ] || setopt prompt_subst
        . "$MULTIVENV_ROOT/multivenv.sh"' '
        run cd git
        run cd ..
    '
    assert_ok 'PROMPT> cd git
(50% _(touch x)_touch x_) PROMPT> cd ..
PROMPT>'
}

@test "bindvenv takes effect at the next prompt" {
    fake_env pallets
    mkdir "$HOME/git"
    run in_terminal -w screen '
        run cd git
        run bindvenv pallets 2>/dev/null
        run bindvenv --remove 2>/dev/null
        run cd .
    '
    assert_ok "PROMPT> cd git
PROMPT> bindvenv pallets 2>/dev/null
multivenv: using 'pallets'
(pallets) PROMPT> bindvenv --remove 2>/dev/null
multivenv: left 'pallets'
PROMPT> cd .
PROMPT>"
}

@test "set -e and set -u at the prompt do not end the shell" {
    three_nested
    with_env MULTIVENV_AUTO_SAY=0
    run in_terminal -w screen '
        run set -eu
        run cd p
        run ! true
        run cd q
        run cd
        run stopvenv || :
        run set +eu
    '
    assert_ok
    assert_contains '(outer) PROMPT> ! true
(outer) PROMPT> cd q
(middle) PROMPT> cd
PROMPT> stopvenv || :
multivenv: no environment is active (usevenv NAME activates one)
PROMPT> set +eu
PROMPT>'
}

@test "a cloned repository changes nothing at the prompt" {
    hostile_env "$HOME/clone/.venv"
    mkdir "$HOME/clone/list" "$HOME/clone/fifo"
    printf '../.venv\n$(touch x)\n' >"$HOME/clone/list/.python-envs"
    mkfifo "$HOME/clone/fifo/.venv"
    run in_terminal -w screen '
        run cd clone
        run cd list
        run cd ../fifo
        run cd
    '
    assert_ok 'PROMPT> cd clone
PROMPT> cd list
PROMPT> cd ../fifo
PROMPT> cd
PROMPT>'
}

@test "where a plugin manager sources it at the prompt, it switches there at once" {
    in_zsh || return 0 # nothing else does that
    bound pallets "$HOME/git"
    run in_terminal -w screen -r 'later() { MULTIVENV_AUTO=1; . "$MULTIVENV_ROOT/multivenv.sh"; }
        zle -N later; bindkey "^T" later; cd git' '
        send \x14
        wait [(]pallets[)] PROMPT>
        run printf "%s\n" "$VIRTUAL_ENV_PROMPT"
    '
    assert_ok "PROMPT> multivenv: using 'pallets'
(pallets) PROMPT> printf \"%s\\n\" \"\$VIRTUAL_ENV_PROMPT\"
pallets
(pallets) PROMPT>"
}
