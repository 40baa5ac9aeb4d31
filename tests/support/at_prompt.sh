# For snippets that in_auto runs: a prompt without a terminal, and what is to be seen at it.
# Sourced by the shell under test, before multivenv.sh.

# zsh has an option to warn of variables that a function makes
prompt_command='' prompt_function='' state_line='' START_PS1=${START_PS1-}

# What a shell does before it shows a prompt. Only bash and zsh have something to do there.
case ${ZSH_VERSION:+zsh}${BASH_VERSION:+bash} in
bash)
    at_prompt() {
        # shellcheck disable=SC3054 # this branch is bash's
        for prompt_command in ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}; do
            eval "$prompt_command"
        done
    }
    ;;
zsh)
    at_prompt() {
        # shellcheck disable=SC3054,SC2154 # this branch is zsh's
        for prompt_function in "${precmd_functions[@]}"; do
            "$prompt_function"
        done
    }
    ;;
*) at_prompt() { :; } ;;
esac

# A snippet is under `set -e`, unless it says otherwise
# shellcheck disable=SC2164
go() {
    cd "$1"
    at_prompt
}

# What has to be back where no environment is active; a shell that was started from this one knows it
begin() {
    START_PS1=${PS1-unset}
    export START_PATH="$PATH" START_UV="${UV_PROJECT_ENVIRONMENT-unset}"
}

# Usage: state [LABEL]
#
# Prints the LABEL, the name of the active environment or `none`, and whatever of the rest does not
# belong to that.
state() {
    state_line=${1:+$1: }none
    if [ -n "${VIRTUAL_ENV-}" ]; then
        state_line=${1:+$1: }${VIRTUAL_ENV##*/}
        state_is PATH "$PATH" "$VIRTUAL_ENV/bin:$START_PATH"
        state_is PS1 "${PS1-unset}" "(${VIRTUAL_ENV##*/}) $START_PS1"
        state_is VIRTUAL_ENV_PROMPT "${VIRTUAL_ENV_PROMPT-unset}" "${VIRTUAL_ENV##*/}"
        if [ -s "$VIRTUAL_ENV/.project" ]; then
            state_is UV_PROJECT_ENVIRONMENT "${UV_PROJECT_ENVIRONMENT-unset}" "$VIRTUAL_ENV"
        else
            state_is UV_PROJECT_ENVIRONMENT "${UV_PROJECT_ENVIRONMENT-unset}" "$START_UV"
        fi
        is_function deactivate || state_line="$state_line; deactivate is not there"
    else
        state_is VIRTUAL_ENV "${VIRTUAL_ENV-unset}" unset
        state_is PATH "$PATH" "$START_PATH"
        state_is PS1 "${PS1-unset}" "$START_PS1"
        state_is VIRTUAL_ENV_PROMPT "${VIRTUAL_ENV_PROMPT-unset}" unset
        state_is UV_PROJECT_ENVIRONMENT "${UV_PROJECT_ENVIRONMENT-unset}" "$START_UV"
        ! is_function deactivate || state_line="$state_line; deactivate is still there"
    fi
    printf '%s\n' "$state_line"
}

state_is() {
    [ "$2" = "$3" ] || state_line="$state_line; $1 is '$2' and not '$3'"
}

# Is there one, and not only a program of that name?
is_function() {
    set -- "$1" "$PATH" no
    # shellcheck disable=SC2123 # it is PATH that is meant
    PATH=/nowhere
    ! command -v "$1" >/dev/null || set -- "$1" "$2" yes
    PATH=$2
    [ "$3" = yes ]
}

[ -n "${START_PATH-}" ] || begin
