#!/usr/bin/env bats
# multivenv doctor: what each shell knows about itself, also without a working Python.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/interpreters

setup() {
    make_world
    # what there is beside these is not what these tests are about
    ln -s "$MULTIVENV_TEST_PYTHON" "$world/tmp/python3"
    with_env "PATH=$world/tmp:$tools/bin"
}

# Usage: told [in_shell's options] SNIPPET EXPRESSION
#
# Prints an expression on what doctor tells as JSON after SNIPPET, as values_of does.
told() {
    local options=()
    while [ $# -gt 2 ]; do
        options+=("$1") && shift
    done
    in_shell ${options[@]+"${options[@]}"} "$1
multivenv doctor --json" | values_of "$2"
}

# Usage: problems [in_shell's options] SNIPPET
#
# Prints the problems then, with their advice.
problems() {
    told "$@" '[each["what"] + "|" + str(each["advice"]) for each in it["findings"]]'
}

# Usage: shell_of [in_shell's options] SNIPPET
#
# Prints what it tells of the shell then.
shell_of() {
    told "$@" 'it["shell"]'
}

# Whether the shell tells the text of a function
tells_functions() {
    case $MULTIVENV_TEST_SHELL_NAME in
    dash | busybox) return 1 ;;
    esac
}

@test "doctor names the shell, its version, the folder, and that this is not a prompt" {
    run in_shell 'multivenv doctor'
    assert_status 0
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) assert_matches $'\nshell:           bash [0-9.]+\([^,]*, not at a prompt\n' ;;
    zsh | yash) assert_matches $'\n'"shell:           $MULTIVENV_TEST_SHELL_NAME [0-9.]+, not at a prompt"$'\n' ;;
    ksh) assert_matches $'\nshell:           ksh93 u[^,]*, not at a prompt\n' ;;
    mksh) assert_matches $'\nshell:           mksh R[0-9]+ [^,]*, not at a prompt\n' ;;
    # Linux alone tells
    *) assert_matches $'\n'"shell:           ($MULTIVENV_TEST_SHELL_NAME|unknown), not at a prompt"$'\n' ;;
    esac
    assert_matches "^multivenv:       [0-9.]+ in $project"
    assert_contains "
completion:      not available
MULTIVENV_AUTO:  off
"
}

@test "at a prompt doctor says so, and reports completion in bash and zsh" {
    run shell_of -i ''
    assert_status 0
    assert_contains "'interactive': True"
    assert_contains "'switching': 'off'"
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) assert_contains "'completion': 'loaded'" ;;
    zsh) assert_contains "'completion': 'off'" ;;
    *) assert_contains "'completion': None" ;;
    esac
}

@test "missing completion" {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash)
        run problems -i 'complete -r usevenv'
        assert_ok "completion is missing|. $project/multivenv.sh"
        run problems -i 'complete -r usevenv; complete -f usevenv'
        assert_ok "completion is missing|. $project/multivenv.sh"
        ;;
    zsh)
        run shell_of -i 'autoload -Uz compinit && compinit -u'
        assert_contains "'completion': 'loaded'"
        run problems -i 'autoload -Uz compinit && compinit -u; unset "_comps[usevenv]"'
        assert_ok "completion is missing: compinit -C skipped it, or zinit did not replay it|run compinit once without -C, or type . $project/multivenv.sh"
        ;;
    esac
}

@test "zsh: compinit -C with an older dump is a problem" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0
    in_shell -i -b 'autoload -Uz compinit && compinit -u'
    run problems -i 'autoload -Uz compinit && compinit -C'
    assert_contains 'completion is missing: compinit -C skipped it, or zinit did not replay it|'
    run problems -i 'autoload -Uz compinit && compinit -C; . "$MULTIVENV_ROOT/multivenv.sh"'
    assert_ok ''
}

@test "settings are listed, exported or not" {
    run in_shell 'MULTIVENV_PYTHON=3; export MULTIVENV_PYTHON; MULTIVENV_AUTO_SAY="a  b"; unset NO_COLOR
        MULTIVENV_INSTALLER=; multivenv doctor --json'
    assert_status 0
    run values_of '[" ".join(map(repr, each.values())) for each in it["settings"]]' <<<"$output"
    assert_ok "'MULTIVENV_ROOT' '$project' True
'MULTIVENV_PYTHON' '3' True
'MULTIVENV_INSTALLER' '' False
'MULTIVENV_HELPER_PYTHON' '$MULTIVENV_TEST_PYTHON' True
'MULTIVENV_AUTO_SAY' 'a  b' False"
}

@test "MULTIVENV_AUTO that works" {
    with_env MULTIVENV_AUTO=1
    run shell_of -i ''
    assert_contains "'switching': 'on'"
    run problems -i ''
    assert_ok ''
}

@test "MULTIVENV_AUTO set too late, at a prompt" {
    run problems -i 'MULTIVENV_AUTO=1'
    assert_ok "MULTIVENV_AUTO has no effect: it was set after multivenv.sh was sourced|. $project/multivenv.sh"
    run problems -i 'MULTIVENV_AUTO=1; . "$MULTIVENV_ROOT/multivenv.sh"'
    assert_ok ''
    run problems 'MULTIVENV_AUTO=1'
    assert_ok ''
    run problems -i 'MULTIVENV_AUTO=0'
    assert_ok ''
}

@test "a lost hook of MULTIVENV_AUTO" {
    with_env MULTIVENV_AUTO=1
    local snippet='unset -f cd' what=cd
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) snippet='PROMPT_COMMAND=:' what=PROMPT_COMMAND ;;
    zsh) snippet='chpwd_functions=()' what=chpwd_functions ;;
    esac
    run problems -i "$snippet"
    assert_ok "MULTIVENV_AUTO is set, but its hook is no longer in $what|. $project/multivenv.sh"
    run problems -i "$snippet; . \"\$MULTIVENV_ROOT/multivenv.sh\""
    assert_ok ''
}

@test "bash: a prompt that runs PROMPT_COMMAND by itself has lost nothing" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = bash ] || return 0
    with_env MULTIVENV_AUTO=1
    run problems -i 'STARSHIP_PROMPT_COMMAND=$PROMPT_COMMAND; PROMPT_COMMAND=starship_precmd'
    assert_ok ''
    run problems -i 'PROMPT_COMMAND=(: "$PROMPT_COMMAND")'
    assert_ok ''
}

@test "an alias in place of a verb is a problem" {
    run problems "alias mkvenv=ls 'rmvenv=x y'"
    assert_ok "'rmvenv' is an alias in this shell|unalias rmvenv
'mkvenv' is an alias in this shell|unalias mkvenv"
}

@test "verbs that another tool redefined are a problem, where the shell shows functions" {
    tells_functions || return 0
    run problems 'rmvenv() { :; }; mkvenv() { printf "%s\n" other; }'
    assert_ok "something else redefined 'rmvenv', 'mkvenv' after multivenv|. $project/multivenv.sh"
    run problems 'rmvenv() { :; }; enable_autoswitch_virtualenv() { :; }'
    assert_ok "zsh-autoswitch-virtualenv redefined 'rmvenv' after multivenv|. $project/multivenv.sh
zsh-autoswitch-virtualenv also switches environments when the directory changes|disable_autoswitch_virtualenv"
    run problems 'rmvenv() { :; }; . "$MULTIVENV_ROOT/multivenv.sh"'
    assert_ok ''
}

@test "other tools in the shell, and which of them get in the way" {
    local tools='_direnv_hook() { :; }; __conda_activate() { :; }; virtualenvwrapper_load() { :; }'
    run in_shell "$tools; multivenv doctor"
    assert_status 0
    assert_contains 'other tools:     virtualenvwrapper, conda, direnv'
    run problems '_pyenv_virtualenv_hook() { :; }'
    assert_ok 'pyenv-virtualenv also switches environments at each prompt|remove `pyenv virtualenv-init` from the startup file of your shell'
    with_env MULTIVENV_AUTO=1
    run problems -i "$tools"
    assert_ok 'direnv and MULTIVENV_AUTO both switch environments when the directory changes|MULTIVENV_AUTO=0, or remove the hook of direnv'
}

@test "where no Python works it tells what the shell knows, and ends with status 1" {
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run --separate-stderr in_shell +eu 'MULTIVENV_AUTO_SAY=0; alias mkvenv=ls; multivenv doctor'
    assert_status 1
    assert_matches "^multivenv:       [0-9.]+
root:            $project
"
    assert_contains "
alias:           mkvenv
"
    assert_contains "
exported:        MULTIVENV_HELPER_PYTHON=/nowhere/python
setting:         MULTIVENV_AUTO_SAY=0
home:            $MULTIVENV_HOME
PATH:            $world/tmp:$tools/bin

multivenv cannot show more without its helper"
    assert_contains "multivenv: MULTIVENV_HELPER_PYTHON is '/nowhere/python', which does not start" "$stderr"
    run --separate-stderr in_shell +eu 'multivenv doctor --json'
    assert_status 1
    assert_output_is ''
}

@test "the same with a Python that is too old, and without a home" {
    printf '%s\n' '#!/bin/sh' 'echo "too old" >&2' 'exit 1' >"$world/tmp/python2"
    chmod +x "$world/tmp/python2"
    with_env "MULTIVENV_HELPER_PYTHON=$world/tmp/python2"
    run --separate-stderr in_shell +eu 'multivenv doctor'
    assert_status 1
    assert_stderr_is 'too old'
    assert_contains 'cannot show more without its helper'
    with_env MULTIVENV_HOME=relative
    run --separate-stderr in_shell +eu 'multivenv doctor'
    assert_status 1
    assert_contains "multivenv: MULTIVENV_HOME is 'relative', which is not an absolute path" "$stderr"
    assert_contains 'exported:        MULTIVENV_HOME=relative'
}

@test "it leaves no trace in the shell, whatever comes of it" {
    run changes_of 'multivenv doctor >/dev/null; multivenv doctor --fix --json >/dev/null; multivenv doctor --help >/dev/null'
    assert_ok ''
    run changes_of -i 'multivenv doctor >/dev/null'
    assert_ok ''
    run changes_of +eu 'multivenv doctor --nonesuch 2>/dev/null; MULTIVENV_HELPER_PYTHON=/nowhere/python
        multivenv doctor >/dev/null 2>&1; MULTIVENV_HELPER_PYTHON=' 'MULTIVENV_HELPER_PYTHON='
    assert_ok ''
}

@test "under set -eu, noglob and an odd IFS" {
    run in_shell 'set -f; IFS=/o; PROMPT_COMMAND="a b"; multivenv doctor && printf "%s\n" "$IFS"'
    assert_status 0
    assert_contains "
settings:        MULTIVENV_ROOT=$project (exported), MULTIVENV_HELPER_PYTHON=$MULTIVENV_TEST_PYTHON (exported)
"
    same /o "${lines[${#lines[@]} - 1]}"
}
