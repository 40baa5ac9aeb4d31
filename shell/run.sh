# shellcheck shell=sh
# runvenv: runs a command in an environment, without activating it.

_multivenv_need activate

_multivenv_runvenv() {
    _multivenv_read_options runvenv '-a --all -q --quiet -aq -qa' "$@" || return
    [ -n "$_multivenv_count" ] || return 0
    shift "$_multivenv_count"
    _multivenv_go='' _multivenv_what=
    case $_multivenv_given in *' -a'* | *' --all '* | *' -qa '*) _multivenv_go=all ;; esac
    case $_multivenv_given in *' -q'* | *' --quiet '* | *' -aq '*) _multivenv_what=quiet ;; esac
    if [ -n "$_multivenv_go" ]; then
        _multivenv_run_all "$@"
    elif [ -n "$_multivenv_what" ]; then
        _multivenv_misuse runvenv "runvenv --quiet needs --all"
    elif [ "$#" -eq 0 ]; then
        _multivenv_misuse runvenv "runvenv needs an environment and a command"
    else
        case $1 in
        . | .. | */*)
            _multivenv_need projects || return
            _multivenv_find_at "$1"
            ;;
        *) _multivenv_find runvenv "$1" ;;
        esac || return
        shift
        [ "${1-}" != -- ] || shift
        if [ "$#" -eq 0 ]; then
            _multivenv_misuse runvenv "runvenv needs a command"
            return
        fi
        _multivenv_may_use "$_multivenv_path" && _multivenv_look_for_variables || return
        _multivenv_counts=$_multivenv_home
        if [ -n "${_multivenv_program-}" ]; then
            _multivenv_become "$@"
        else
            _multivenv_run_in "$@"
        fi
    fi
}

# run_in COMMAND WORD...: in $_multivenv_path. The command is a child of this shell, with no shell in
# between: its status, signals, terminal and input are its own.
_multivenv_run_in() { (_multivenv_become "$@"); } # forks: the command

# look_for_variables: $_multivenv_given, `variables` if $_multivenv_path has some to set. Reads what sets them: a
# subshell could not start the verb again.
_multivenv_look_for_variables() {
    _multivenv_given=
    if [ -f "$_multivenv_path/.env" ] && _multivenv_is_at_home "$_multivenv_path" "$_multivenv_home"; then
        _multivenv_need variables || return
        _multivenv_given=variables
    fi
}

# become COMMAND WORD...: the command takes the place of this process. $_multivenv_counts is the home, if this counts
# as a use.
_multivenv_become() {
    [ -z "${VIRTUAL_ENV-}" ] || _multivenv_switch_off "$VIRTUAL_ENV"
    _multivenv_switch_on "$_multivenv_path" "$_multivenv_counts" "${_multivenv_creator-}" "${_multivenv_path##*/}" \
        "$_multivenv_given"
    _multivenv_which "$1" || exit
    shift
    exec "$_multivenv_reply" "$@"
}

# which COMMAND: $_multivenv_reply, the program of that name on PATH, whatever function or alias the
# shell has of that name
_multivenv_which() {
    _multivenv_reply=$1
    case $1 in
    */*)
        case $1 in
        -*) _multivenv_reply=./$1 ;; # or exec would take it for an option
        esac
        if [ -f "$_multivenv_reply" ] && [ -x "$_multivenv_reply" ]; then
            return
        elif [ -e "$_multivenv_reply" ]; then
            _multivenv_say "'$1' is not executable"
            return 126
        fi
        _multivenv_say "no program '$1'"
        return 127
        ;;
    esac
    # COMMAND, what is left of PATH, and a file of that name that is not executable
    set -- "$1" "$PATH:" ''
    while [ -n "$1" ] && [ -n "$2" ]; do
        _multivenv_reply=${2%%:*}
        _multivenv_reply=${_multivenv_reply:-.}/$1
        if [ -f "$_multivenv_reply" ]; then
            [ ! -x "$_multivenv_reply" ] || return 0
            set -- "$1" "$2" "$_multivenv_reply"
        fi
        set -- "$1" "${2#*:}" "$3"
    done
    if [ -n "$3" ]; then
        _multivenv_say "'$3' is not executable"
        return 126
    fi
    _multivenv_say "no command '$1' in '$VIRTUAL_ENV/bin' or elsewhere on PATH"
    return 127
}

# run_all COMMAND WORD...: in each usable environment, also where it fails in another one
_multivenv_run_all() {
    if [ "$#" -eq 0 ]; then
        _multivenv_misuse runvenv "runvenv needs a command"
        return
    fi
    _multivenv_set_home || return
    _multivenv_done=0 _multivenv_failed='' _multivenv_unusable='' _multivenv_counts=
    _multivenv_each '' _multivenv_run_next "$@" || return
    if [ -z "$_multivenv_what" ] || [ -n "$_multivenv_failed$_multivenv_unusable" ]; then
        _multivenv_say "succeeded: $_multivenv_done${_multivenv_failed:+; failed: ${_multivenv_failed#, }}${_multivenv_unusable:+; not usable: ${_multivenv_unusable#, }}"
    fi
    [ -z "$_multivenv_failed$_multivenv_unusable" ]
}

# run_next COMMAND WORD... NAME: fails if the command was interrupted; then the rest is left out
_multivenv_run_next() {
    _multivenv_go=$#
    for _multivenv_word; do
        shift
        _multivenv_go=$((_multivenv_go - 1))
        [ "$_multivenv_go" -eq 0 ] || set -- "$@" "$_multivenv_word" # all but the last, NAME
    done
    if ! _multivenv_may_use "$_multivenv_path"; then
        _multivenv_unusable="$_multivenv_unusable, '${_multivenv_path##*/}'"
        return 0
    fi
    _multivenv_look_for_variables || return
    if [ -z "$_multivenv_what" ]; then
        _multivenv_print_foreign "==> ${_multivenv_path##*/}"
        _multivenv_run_in "$@"
        set -- "$?"
    else
        _multivenv_run_labeled "$@"
        set -- "${_multivenv_value:-130}" # nothing is left of what was interrupted
    fi
    case $1 in
    0) _multivenv_done=$((_multivenv_done + 1)) ;;
    130 | 258 | 386) return 130 ;; # Ctrl-C; ksh93 and yash have numbers of their own
    *) _multivenv_failed="$_multivenv_failed, '${_multivenv_path##*/}' with status $1" ;;
    esac
}

# run_labeled COMMAND WORD...: with the name before each line that it prints. $_multivenv_value is its status.
_multivenv_run_labeled() {
    # 4 is the substitution, 5 the stdout of the command; 6 and 7 are stderr and stdout of the verb
    {
        # forks: the command, and two programs that add the name
        _multivenv_value=$(
            {
                {
                    {
                        _multivenv_run_in "$@" 4>&- 5>&- 6>&- 7>&-
                        _multivenv_print "$?" >&4
                    } 2>&1 >&5 5>&- | _multivenv_add_label >&6
                } 5>&1 | _multivenv_add_label >&7
            } 4>&1
        )
    } 6>&2 7>&1
}

_multivenv_add_label() {
    _multivenv_shown "${_multivenv_path##*/}"
    LC_ALL=C LABEL=$_multivenv_reply \command awk '{ print ENVIRON["LABEL"] ": " $0 }' 4>&- 5>&- 6>&- 7>&-
}
