# Keys pressed in a pseudo-terminal. Loaded after common.bash.

# Usage: make_completion_world
#
# As make_world, with nothing before the prompt. Sets $list, the keys by which Tab lists what there is:
# bash wants a second one, zsh would choose with it.
# shellcheck disable=SC2034 # for the tests
make_completion_world() {
    make_world
    with_env VIRTUAL_ENV_DISABLE_PROMPT=1
    list='\t\t'
    ! in_zsh || list='\t'
}

# Usage: in_terminal [-r RC_LINES] [-s COLSxROWS] [-w WHAT] STEPS
#
# Starts the shell under test at a prompt "PROMPT> ", in the world of the test,
# and does STEPS, one a line: run, send, wait, screen, prompt, settle, refuse,
# show, end (terminal.py tells what they do). The first prompt is waited for by itself.
# Prints what the terminal showed; the status is 1 if a step failed.
#
#   -r RC_LINES   what the shell reads when it starts; otherwise multivenv.sh is
#                 sourced, in zsh after compinit
#   -s COLSxROWS  the terminal's size, otherwise 80x24
#   -w WHAT       what is printed: transcript (default), raw, screen, nothing
#
#     run in_terminal '
#         send usevenv al\t
#         wait usevenv alpha
#         run
#     '
in_terminal() {
    local rc size=80x24 what=transcript
    rc=$(default_rc)
    while :; do
        case ${1-} in
        -r) rc=$2 ;;
        -s) size=$2 ;;
        -w) what=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    write_start_files "$rc"
    # shellcheck disable=SC2046,SC2154  # one option a word; common.bash sets the rest
    printf 'prompt\n%s\n' "$1" |
        env -i "${test_env[@]}" "$MULTIVENV_TEST_PYTHON" -I -S "$support/terminal.py" \
            --size "$size" --show "$what" \
            env "INPUTRC=$world/rc/inputrc" "ZDOTDIR=$world/rc" "ENV=$world/rc/rc" \
            "${shell_words[@]}" $(terminal_options) 3>&-
}

default_rc() {
    # shellcheck disable=SC2016  # for the shell under test to expand
    case $MULTIVENV_TEST_SHELL_NAME in
    zsh) printf '%s\n' 'autoload -Uz compinit && compinit -D -u' '. "$MULTIVENV_ROOT/multivenv.sh"' ;;
    fish) printf '%s\n' 'source "$MULTIVENV_ROOT/multivenv.fish"' ;;
    *) printf '%s\n' '. "$MULTIVENV_ROOT/multivenv.sh"' ;;
    esac
}

# The prompt comes last, so that nothing in RC_LINES has to know of it
write_start_files() {
    mkdir -p "$world/rc"
    if in_fish; then
        write_fish_files "$1"
        return
    fi
    printf '%s\n' "$1" "PS1='PROMPT> '" >"$world/rc/rc"
    # shellcheck disable=SC2016  # for zsh to expand
    printf '%s\n' 'unsetopt prompt_sp' 'unset zle_bracketed_paste' '. "$ZDOTDIR/rc"' >"$world/rc/.zshrc"
    printf '%s\n' 'set enable-bracketed-paste off' 'set page-completions off' \
        'set bell-style none' >"$world/rc/inputrc"
}

# Usage: write_fish_files RC_LINES
#
# fish looks below $HOME, and shows what its history has behind the cursor
write_fish_files() {
    mkdir -p "$HOME/.config/fish"
    printf '%s\n' 'set -g fish_greeting' 'set -g fish_autosuggestion_enabled 0' \
        'function fish_prompt; printf "PROMPT> "; end' 'function fish_title; end' "$1" >"$HOME/.config/fish/config.fish"
}

# Options with which a shell reads those files and no others; the world's path
# has no space in it, only the home's
terminal_options() {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) printf '%s\n' --noprofile --rcfile "$world/rc/rc" -i ;;
    zsh) printf '%s\n' -d -i ;;
    yash) printf '%s\n' --noprofile --rcfile="$world/rc/rc" -i ;;
    fish) printf '%s\n' -i ;;
    *) printf '%s\n' -i ;;
    esac
}

in_zsh() {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ]
}

in_bash_3() {
    # shellcheck disable=SC2016  # for that shell to expand
    [ "$MULTIVENV_TEST_SHELL_NAME" = bash ] &&
        "${shell_words[@]}" -c '[ "${BASH_VERSINFO[0]}" -eq 3 ]'
}

# Usage: fake_envs NAME...
fake_envs() {
    local name
    for name; do fake_env "$name"; done
}
