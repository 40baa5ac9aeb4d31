# shellcheck shell=sh
# usevenv and stopvenv: activate and deactivate, the inverse of each other; and the user's hooks.

_multivenv_need environments

# ---- the verbs ------------------------------------------------------------------------------------

# usevenv WORD...: leaves in $_multivenv_path what to activate, and in $_multivenv_go whether MULTIVENV_CD counts
_multivenv_usevenv() {
    _multivenv_path='' _multivenv_go=cd
    case ${1-} in
    -?*)
        _multivenv_read_options usevenv '' "$@" || return
        [ -n "$_multivenv_count" ] || return 0
        shift "$_multivenv_count"
        ;;
    esac
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse usevenv "usevenv takes one name"
        return
    fi
    case ${1-.} in
    . | .. | */*)
        _multivenv_go= # the user has named the project
        _multivenv_need projects || return
        _multivenv_find_at "${1-.}" && _multivenv_may_use "$_multivenv_path" && _multivenv_warn_of_worktree
        return
        ;;
    -) _multivenv_find_previous ;;
    *) _multivenv_find usevenv "$1" ;;
    esac && _multivenv_may_use "$_multivenv_path"
}

_multivenv_enter_used() { _multivenv_enter '' "$_multivenv_go"; }

_multivenv_find_previous() {
    _multivenv_set_home || return
    _multivenv_path=$_multivenv_previous
    if [ -z "$_multivenv_path" ]; then
        _multivenv_say "no previous environment (see lsvenvs)"
        return 1
    elif ! _multivenv_is_environment "$_multivenv_path"; then
        _multivenv_say "the previous environment, '${_multivenv_path##*/}', no longer exists (see lsvenvs)"
        return 1
    fi
    _multivenv_title_of "$_multivenv_path"
}

# stopvenv WORD...: leaves in $_multivenv_go whether to deactivate
_multivenv_stopvenv() {
    _multivenv_go=
    if [ "$#" -gt 0 ]; then
        _multivenv_read_options stopvenv '' "$@" || return
        [ -n "$_multivenv_count" ] || return 0
        if [ "$#" -gt "$_multivenv_count" ]; then
            _multivenv_misuse stopvenv "stopvenv takes no name: it stops the active environment"
            return
        fi
    fi
    if [ -z "${_multivenv_active-}${VIRTUAL_ENV-}" ]; then
        _multivenv_say "no environment is active (usevenv NAME activates one)"
        return 1
    fi
    # a home that became unusable has no hooks, and must not keep an environment active
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null
    _multivenv_go=yes
}

_multivenv_stop() { [ -z "$_multivenv_go" ] || _multivenv_leave_any "$_multivenv_home"; }

# ---- activate -------------------------------------------------------------------------------------

# enter [HOOK] [cd]: activates $_multivenv_path, unless it is empty, then sources the global HOOK too. With
# `cd`, the setting MULTIVENV_CD counts.
_multivenv_enter() {
    # the place of its own hooks
    case ${_multivenv_path-} in
    '') return 0 ;;
    "$_multivenv_home"/*) _multivenv_word=$_multivenv_path/bin ;;
    *) _multivenv_word=/dev/null ;;
    esac
    case ${MULTIVENV_CD-} in
    '' | 0) set -- "${1-}" '' ;;
    esac
    if [ -f "$_multivenv_path/.env" ] && _multivenv_is_at_home "$_multivenv_path" "$_multivenv_home"; then
        _multivenv_need variables || return
        set -- "${1-}" "${2-}" variables
    fi
    _multivenv_set_hooks "$_multivenv_home"
    # the environment, the home, HOOK, the previous environment, the creator, the title, that place, the place
    # of the global hooks, whether to go to the project, whether it has variables
    set -- "$_multivenv_path" "$_multivenv_home" "${1-}" "$_multivenv_previous" "${_multivenv_creator-}" \
        "${_multivenv_title:-${_multivenv_path##*/}}" "$_multivenv_word" "$_multivenv_reply" "${2-}" "${3-}"
    if [ -n "${_multivenv_on_enter-}" ]; then
        "$_multivenv_on_enter"
    fi
    if [ -n "${_multivenv_active-}${VIRTUAL_ENV-}" ]; then
        _multivenv_leave_any "$2" "$1"
        [ "$_multivenv_previous" != "$1" ] || _multivenv_previous=$4 # it was active already
    fi
    if [ -e "$8/preactivate" ]; then _multivenv_sh _multivenv_run_hook "$8/preactivate" "$2" "${1##*/}"; fi
    if [ -e "$7/preactivate" ]; then _multivenv_sh _multivenv_run_hook "$7/preactivate" "$2" "${1##*/}"; fi
    _multivenv_sh _multivenv_switch_on "$1" "$2" "$5" "$6" "${10}"
    if [ -n "$9" ]; then _multivenv_go_to_project "$1"; fi
    if [ -n "${_multivenv_on_switch-}" ]; then "$_multivenv_on_switch" "$1"; fi
    if [ -r "$8/postactivate" ]; then _multivenv_source_hook "$8/postactivate"; fi
    if [ -r "$7/postactivate" ]; then _multivenv_source_hook "$7/postactivate"; fi
    if [ -n "$3" ] && [ -r "$8/$3" ]; then _multivenv_source_hook "$8/$3"; fi
}

# go_to_project DIR: changes to the directory that the environment is bound to
_multivenv_go_to_project() {
    _multivenv_sh _multivenv_project_in "$1/.project" || :
    case $_multivenv_project in
    /*) ;;
    *) return 0 ;;
    esac
    if [ -d "$_multivenv_project" ]; then
        _multivenv_chdir "$_multivenv_project" || :
    else
        _multivenv_say "the project of '${1##*/}', '$_multivenv_project', is gone"
    fi
}

# is_at_home DIR HOME: is the environment itself in the home? Only there its .env counts: elsewhere it may have come
# with a cloned directory.
_multivenv_is_at_home() {
    case $1 in
    "$2"/*/*) return 1 ;;
    "$2"/*) ! [ -h "$1" ] ;;
    *) return 1 ;;
    esac
}

# switch_on DIR HOME CREATOR TITLE [variables]. Without HOME this does not count as a use. With `variables`, it has a
# .env, and the caller has read shell/variables.sh. A bin/activate that the user sources later restores the
# _OLD_VIRTUAL_ variables first: so it deactivates this environment.
_multivenv_switch_on() {
    _multivenv_active=$1
    _OLD_VIRTUAL_PATH=$PATH
    VIRTUAL_ENV=$1
    VIRTUAL_ENV_PROMPT=$4
    PATH=$1/bin${PATH:+:$PATH}
    export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH
    # as virtualenv's own activate does
    if [ "$3" = virtualenv ]; then
        _multivenv_pkgconfig=${PKG_CONFIG_PATH+set}
        PKG_CONFIG_PATH=$1/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
        export PKG_CONFIG_PATH
    fi
    if [ -n "${PYTHONHOME+set}" ]; then
        _OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME
        unset -v PYTHONHOME
    fi
    _multivenv_label=
    if [ -n "${PS1+set}" ] && [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
        _multivenv_set_label "$4"
        _OLD_VIRTUAL_PS1=$PS1
        PS1=$_multivenv_label$PS1
    fi
    _multivenv_uv_on "$1"
    if [ -n "${5-}" ]; then _multivenv_set_variables "$1"; fi
    _multivenv_offer_deactivate
    # its time is when it was last used
    case ${2:+${_multivenv_used-}} in
    "$1"/*) ;; # was_sound has set it
    *) [ -n "$2" ] && _multivenv_marks "$1" "$2" || return 0 ;;
    esac
    ! _multivenv_may_write "$_multivenv_used" || { true >|"$_multivenv_used"; } 2>/dev/null || :
}

# An alias of the user's named deactivate stays. It would also be expanded in a plain definition.
if alias deactivate >/dev/null 2>&1; then
    _multivenv_offer_deactivate() { :; }
else
    eval '_multivenv_offer_deactivate() { deactivate() { stopvenv; }; }' # eval: fixed text
fi

# uv_on DIR: uv works on a bound environment as on a project's own. Not on another one: `uv sync`
# removes what the project does not name.
_multivenv_uv_on() {
    [ -f "$1/.project" ] && [ -s "$1/.project" ] || return 0
    if [ -n "${UV_PROJECT_ENVIRONMENT+set}" ]; then
        _multivenv_uv=$UV_PROJECT_ENVIRONMENT
        export _multivenv_uv # for a shell started from this one
    fi
    UV_PROJECT_ENVIRONMENT=$1
    export UV_PROJECT_ENVIRONMENT
}

# set_label NAME: $_multivenv_label, what stands before the prompt. Shells expand $(...), \ and ! in a
# prompt, and a name is data: it shows those characters as `_`. zsh expands % too, and shows %% as %.
_multivenv_set_label() {
    # the rest of the text, and the part that can be shown
    case $1 in
    *[![:print:]]* | *[\\\$\`\!%]*)
        _multivenv_shown "$1" _
        set -- "$_multivenv_reply" ''
        ;;
    *) set -- '' "$1" ;;
    esac
    while [ -n "$1" ]; do
        case $1 in
        [\\\$\`\!]*) set -- "${1#?}" "${2}_" ;;
        %*) set -- "${1#?}" "$2%${ZSH_VERSION:+%}" ;;
        *) set -- "${1#?}" "$2${1%"${1#?}"}" ;;
        esac
    done
    _multivenv_label="($2) "
}

# ---- deactivate -----------------------------------------------------------------------------------

# leave_any HOME [NEXT]: deactivates whatever is active, whoever activated it; NEXT is the environment
# to be activated after it
_multivenv_leave_any() {
    # first what another tool activated on top of ours
    if [ "${VIRTUAL_ENV-}" != "${_multivenv_active-}" ] && [ -z "${_multivenv_leaving-}" ] &&
        _multivenv_is_function deactivate; then
        _multivenv_deactivate_other
    fi
    if [ -n "${_multivenv_active-}" ]; then
        _multivenv_leave "$_multivenv_active" "$@"
    fi
    # inherited from the shell that started this one
    if [ -n "${VIRTUAL_ENV-}" ]; then
        _multivenv_leave "$VIRTUAL_ENV" "$@"
    fi
}

# leave DIR HOME [NEXT]: with the hooks, its own before the global ones; removes a temporary environment
_multivenv_leave() {
    _multivenv_set_hooks "$2"
    # the environment, the home, NEXT, the previous environment, the global hooks, its own
    case $1 in
    "$2"/*) set -- "$1" "$2" "${3-}" "$_multivenv_previous" "$_multivenv_reply" "$1/bin" ;;
    *) set -- "$1" "$2" "${3-}" "$_multivenv_previous" "$_multivenv_reply" /dev/null ;;
    esac
    if [ -n "${_multivenv_on_leave-}" ]; then "$_multivenv_on_leave" "$1"; fi
    if [ -r "$6/predeactivate" ]; then _multivenv_source_hook "$6/predeactivate"; fi
    if [ -r "$5/predeactivate" ]; then _multivenv_source_hook "$5/predeactivate"; fi
    _multivenv_sh _multivenv_switch_off "$1"
    if [ -r "$6/postdeactivate" ]; then _multivenv_source_hook "$6/postdeactivate"; fi
    if [ -r "$5/postdeactivate" ]; then _multivenv_source_hook "$5/postdeactivate"; fi
    unset -v VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV
    if [ "$1" != "$3" ] && [ "$1" = "$2/${1##*/}" ] && [ -e "$2/.multivenv/temporary/${1##*/}" ] &&
        _multivenv_sh _multivenv_drop "$1" "$2"; then
        _multivenv_previous=$4
        _multivenv_home=$2
        _multivenv_move_out
    fi
}

# drop DIR HOME: the helper removes a temporary environment, unless this is a subshell of the shell in
# which it is still active
_multivenv_drop() {
    if _multivenv_is_subshell; then
        return 1
    fi
    if ! _multivenv_need helper; then
        _multivenv_stale= # too late to start again: the next verb removes it
        return 1
    fi
    _multivenv_home=$2
    _multivenv_helper drop "${1##*/}"
}

# deactivate_other: another tool's deactivate may read variables that are not set. If it is ours after
# all, it calls leave_any again.
_multivenv_deactivate_other() {
    _multivenv_leaving=yes
    case $- in
    *u*)
        set +u
        deactivate '' || :
        set -u
        ;;
    *) deactivate '' || : ;;
    esac
    unset -v _multivenv_leaving
}

# switch_off DIR: undoes switch_on; what others changed in between stays
_multivenv_switch_off() {
    if [ -n "${_multivenv_variables-}" ]; then
        if _multivenv_need variables; then
            _multivenv_restore_variables
        else                  # they came from the shell that started this one
            _multivenv_stale= # too late to start again
            _multivenv_say "the variables of '${1##*/}' stay set"
        fi
    fi
    _multivenv_cut "${PATH-}" "$1/bin"
    case ${_OLD_VIRTUAL_PATH-}: in
    *:"$1/bin":*) PATH=$_multivenv_reply ;; # the user's own entry stays; in front it is a leftover
    *)
        while [ "$_multivenv_reply" != "${PATH-}" ]; do # another tool may have put it there again
            PATH=$_multivenv_reply
            _multivenv_cut "$PATH" "$1/bin"
        done
        ;;
    esac
    if [ -n "${_multivenv_pkgconfig+set}" ]; then
        _multivenv_cut "${PKG_CONFIG_PATH-}" "$1/lib/pkgconfig"
        PKG_CONFIG_PATH=$_multivenv_reply
        [ -n "$_multivenv_reply$_multivenv_pkgconfig" ] || unset -v PKG_CONFIG_PATH
    fi
    if [ -n "${_multivenv_active-}" ] && [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
        PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        export PYTHONHOME
    fi
    # an inherited environment has its label only if PS1 was exported; one of another tool may have no variable for it
    if [ -z "${_multivenv_label+set}" ]; then
        case ${VIRTUAL_ENV_PROMPT-} in
        '('*') ') _multivenv_label=$VIRTUAL_ENV_PROMPT ;; # venv before Python 3.12
        *) _multivenv_set_label "${VIRTUAL_ENV_PROMPT:-${1##*/}}" ;;
        esac
    fi
    if [ -n "$_multivenv_label" ]; then
        case ${PS1-} in # wherever something else has moved it
        *"$_multivenv_label"*) PS1=${PS1%%"$_multivenv_label"*}${PS1#*"$_multivenv_label"} ;;
        esac
    fi
    if [ "${VIRTUAL_ENV-}" = "$1" ]; then
        unset -v VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    fi
    _multivenv_uv_off "$1"
    # pyenv-virtualenv's variables
    if [ "${PYENV_VIRTUAL_ENV-}" = "$1" ]; then
        unset -v PYENV_VIRTUAL_ENV
        case ${PYENV_VERSION-} in
        "${1##*/}" | */"${1##*/}") unset -v PYENV_VERSION ;;
        esac
    fi
    if [ -n "${_multivenv_active-}" ]; then
        unset -v _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME
        unset -f deactivate 2>/dev/null || : # none beside an alias
    fi
    _multivenv_previous=$1
    # by that name virtualenvwrapper's postdeactivate hooks know the environment just left
    # shellcheck disable=SC2034 # for them
    VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV=$1
    unset -v _multivenv_active _multivenv_label _multivenv_pkgconfig
}

# cut LIST ENTRY: $_multivenv_reply, the list of paths without the first such entry
_multivenv_cut() {
    case $1 in
    "$2") _multivenv_reply= ;;
    "$2":*) _multivenv_reply=${1#"$2":} ;;
    *:"$2":*) _multivenv_reply=${1%%:"$2":*}:${1#*:"$2":} ;;
    *:"$2") _multivenv_reply=${1%:"$2"} ;;
    *) _multivenv_reply=$1 ;;
    esac
}

# move_out: a verb may have removed the current directory, or put another one in its place
_multivenv_move_out() {
    ! [ . -ef "${PWD-}" ] || return 0
    if [ -d "$PWD" ]; then
        _multivenv_chdir "$PWD"
    elif [ -d "${_multivenv_home-}" ] && _multivenv_chdir "$_multivenv_home"; then
        _multivenv_say "the current directory is gone; changed to '$_multivenv_home'"
    elif [ -d "${HOME-}" ] && _multivenv_chdir "$HOME"; then
        _multivenv_say "the current directory is gone; changed to '$HOME'"
    fi
}

# uv_off DIR: restores the user's own value, unless the variable has changed
_multivenv_uv_off() {
    if [ "${UV_PROJECT_ENVIRONMENT-}" = "$1" ]; then
        unset -v UV_PROJECT_ENVIRONMENT
        if [ -n "${_multivenv_uv+set}" ]; then
            UV_PROJECT_ENVIRONMENT=$_multivenv_uv
            export UV_PROJECT_ENVIRONMENT
        fi
    fi
    unset -v _multivenv_uv
}

# ---- hooks: virtualenvwrapper's, with its names, arguments and places -----------------------------
#
# The global ones are in the home or in $MULTIVENV_HOOKS, an environment's own in its bin. An environment
# outside the home has none: it may have come with a cloned directory, and to activate it must not run what is
# in it.

# set_hooks HOME: $_multivenv_reply, the directory of the global hooks. A relative one would depend on the current
# directory, and run what is in that.
_multivenv_set_hooks() {
    case ${MULTIVENV_HOOKS-} in
    '') _multivenv_reply=$1 ;;
    /*) _multivenv_reply=$MULTIVENV_HOOKS ;;
    *)
        _multivenv_say "MULTIVENV_HOOKS is '$MULTIVENV_HOOKS', which is not an absolute path"
        _multivenv_reply=/dev/null
        ;;
    esac
}

# run_hook FILE HOME WORD...: as a program, in HOME
_multivenv_run_hook() {
    [ -f "$1" ] || return 0
    if ! [ -x "$1" ]; then
        _multivenv_say "hook '$1' did not run: it is not executable (see chmod +x)"
        return
    elif _multivenv_is_empty_hook "$1"; then
        return 0
    fi
    # forks: the hook is a program
    (
        \command cd -- "$2" || exit
        _multivenv_word=$1
        shift 2
        \command "$_multivenv_word" "$@"
    ) || _multivenv_say "hook '$1' failed with status $?"
}

# is_empty_hook FILE: a shell script of comments alone, as virtualenvwrapper writes each hook. To start it takes
# longer than all the rest.
_multivenv_is_empty_hook() {
    _multivenv_read "$1" 1024 && _multivenv_next_line || return 1
    case $_multivenv_line in
    '#!'*sh) ;;
    *) return 1 ;;
    esac
    while _multivenv_next_line; do
        case $_multivenv_line in
        '' | '#'*) ;;
        *) return 1 ;;
        esac
    done
}

# source_hook FILE: never fails. Not inside _multivenv_sh: it is the user's own code.
_multivenv_source_hook() {
    [ -f "$1" ] || return 0
    # shellcheck disable=SC1090 # the user's file
    case $- in
    *e*) # in a file that they source, dash and busybox do not see the || behind it
        set +e
        . "$1" || _multivenv_say "hook '$1' failed with status $?"
        set -e
        ;;
    *) . "$1" || _multivenv_say "hook '$1' failed with status $?" ;;
    esac
}
