# shellcheck shell=sh
# What multivenv.fish asks of the plugin. fish cannot read these files, so a child sh does what a verb does, with the
# state of that fish, and answers with what fish has to change.
#
# The protocol
#
#   in    bin/multivenv for-fish 1 PID [NAME=VALUE...] -- STEP WORD...
#
#         1 is the version of the protocol, PID the process of fish. NAME=VALUE is what the answer before this one kept,
#         a setting of fish that is not exported, or one of:
#           PWD             the directory of fish, by the path that fish has for it
#           _multivenv_other=yes    a function `deactivate` of another tool exists in fish
#           _multivenv_again=yes    fish has called that function: this is the same request again
#           _multivenv_at_prompt=yes    fish is interactive
#         The standard error comes as 4, as sh complains at its start of a directory that is gone. The answer goes to 3;
#         0, 1 and 2 are those of the user.
#
#         STEP is one of:
#           do VERB WORD...     usevenv, stopvenv and cdvenv; `do auto` for a new directory with MULTIVENV_AUTO
#           begin VERB WORD...  mkvenv, mvvenv, rmvenv, fixvenv, upvenv and bindvenv: all that may take long. No answer: 3 is
#                               not open, and Ctrl-Z works as for any program.
#           end STATUS VERB     what such a verb changes in the shell after `begin` ended with STATUS
#           doctor WORD...      multivenv doctor, with facts in _multivenv_fish_version, _multivenv_fish_completion and
#                               _multivenv_fish_switching as in shell/doctor.sh, and _multivenv_fish_taken, the verbs
#                               that something else has defined. No answer.
#           complete WORD...    completions for the last WORD: see completions/fish.sh. The answer has other records.
#
#   out   NUL-terminated fields, three for each record, to carry out in this order:
#           state '' ''             forget what was kept
#           keep NAME=VALUE ''      give this back with the next request; it means nothing to fish
#           set NAME VALUE          as a global, exported variable
#           unset NAME ''
#           variable NAME VALUE     the same, of the environment's .env: note what was before
#           restore '' ''           give those variables their former values
#           label TEXT ''           show TEXT in front of the prompt; nothing if it is empty
#           deactivate on ''        define the function `deactivate`; `off` removes it
#           emit EVENT NAME         the events EVENT and EVENT:NAME
#           source FILE ''          a hook of the user; it may be gone
#           cd DIR ''
#           other '' ''             call the `deactivate` of the other tool and ask again
#           renew '' ''             source multivenv.fish again and ask again: this is another version
#         An answer without records changes nothing.
#
#   The exit status is that of the verb.

_multivenv_need activate

# what fish has as exported variables
_multivenv_fish_exported='PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT PKG_CONFIG_PATH PYTHONHOME UV_PROJECT_ENVIRONMENT
PYENV_VERSION PYENV_VIRTUAL_ENV _multivenv_uv _multivenv_auto_env _multivenv_auto_in'
# what fish keeps for the next request
_multivenv_fish_kept='_multivenv_active _multivenv_previous _multivenv_pkgconfig _OLD_VIRTUAL_PYTHONHOME
_multivenv_auto_at _multivenv_auto_not _multivenv_auto_not_in _multivenv_auto_told
_multivenv_bindings _multivenv_bindings_at _multivenv_stamps'

# for_fish VERSION PID NAME=VALUE... -- STEP WORD...
_multivenv_for_fish() {
    _multivenv_fish_count=0 _multivenv_fish_hooks='' _multivenv_fish_gone='' _multivenv_fish_state='' _multivenv_fish_touched=
    if [ "${1-}" != 1 ] || [ "$#" -lt 4 ]; then
        _multivenv_record renew
        _multivenv_answer_fish
        return 1
    fi
    _multivenv_owner=$2
    shift 2
    while [ "$1" != -- ]; do
        case ${1%%=*} in
        '' | [0-9]* | *[!A-Za-z0-9_]*) ;;
        *) eval "${1%%=*}=\${1#*=}" ;; # eval: a name
        esac
        shift
    done
    shift
    case $1 in
    complete)
        shift
        # shellcheck disable=SC1091 # checked by itself
        . "$_multivenv_root/completions/fish.sh"
        _multivenv_sh _multivenv_fish_complete "$@"
        _multivenv_answer_fish
        return
        ;;
    begin | doctor)
        _multivenv_word=$1
        shift
        _multivenv_sh "_multivenv_fish_$_multivenv_word" "$@"
        return
        ;;
    esac
    _multivenv_fish_prepare
    _multivenv_fish_step "$@"
    # the status
    set -- "$?"
    _multivenv_fish_finish
    _multivenv_answer_fish
    return "$1"
}

# the answer of a helper is in a file with this number: `end` is another process than `begin`
_multivenv_process() { _multivenv_reply=$_multivenv_owner; }

# ---- the steps ------------------------------------------------------------------------------------

# fish_step STEP WORD...
_multivenv_fish_step() {
    if [ "$1" = end ]; then
        _multivenv_fish_end "$2" "$3"
    elif [ "$2" = auto ]; then
        ! _multivenv_is_function _multivenv_auto || _multivenv_auto
    elif [ "$2${_multivenv_again-}${_multivenv_active-}${VIRTUAL_ENV-}" = stopvenvyes ]; then
        return 0 # the other tool has done it
    else
        shift
        "$@"
    fi
}

_multivenv_fish_begin() {
    _multivenv_need verbs
    case $1 in
    mkvenv | mvvenv)
        # that of a verb that Ctrl-Z suspended, and that ended later
        if _multivenv_set_home 2>/dev/null && [ -e "$_multivenv_home/.multivenv/result-$_multivenv_owner" ]; then
            \command rm -f -- "$_multivenv_home/.multivenv/result-$_multivenv_owner" # forks: no shell can do that
        fi
        _multivenv_by_helper_in_file "$@"
        ;;
    *) _multivenv_by_helper "$@" ;;
    esac
}

# shellcheck disable=SC2317 # doctor calls these functions
_multivenv_fish_doctor() {
    _multivenv_need doctor
    _multivenv_doctor_shell() { _multivenv_reply="fish ${_multivenv_fish_version-}"; }
    _multivenv_doctor_completion() { _multivenv_reply=${_multivenv_fish_completion-}; }
    _multivenv_doctor_switching() { _multivenv_reply=${_multivenv_fish_switching-off}; }
    _multivenv_doctor_taken() {
        _multivenv_reply=
        for _multivenv_word; do
            case " ${_multivenv_fish_taken-} " in
            *" $_multivenv_word "*) _multivenv_reply="function=$_multivenv_word $_multivenv_reply" ;;
            esac
        done
    }
    _multivenv_doctor "$@"
}

# fish_end STATUS VERB: the verb itself, whose helper has ended with STATUS
# shellcheck disable=SC2317 # the verb calls these functions
_multivenv_fish_end() {
    _multivenv_need verbs
    _multivenv_failed_before=$1
    _multivenv_by_helper_in_file() {
        _multivenv_set_home || return
        _multivenv_process
        _multivenv_result=$_multivenv_home/.multivenv/result-$_multivenv_reply
        return "$_multivenv_failed_before"
    }
    _multivenv_by_helper() {
        _multivenv_set_home
        return "$_multivenv_failed_before"
    }
    case $2 in
    mkvenv)
        # its answer, which it reads and removes
        if [ -e "$_multivenv_fish_home/.multivenv/result-$_multivenv_owner" ]; then
            _multivenv_fish_heed_other
            "$2" || return
            _multivenv_fish_hook "$_multivenv_fish_home" postmkvirtualenv
        else
            return "$1"
        fi
        ;;
    bindvenv)
        "$2"
        # the status
        set -- "$?"
        ! _multivenv_is_function _multivenv_auto || _multivenv_auto
        return "$1"
        ;;
    *) "$2" ;;
    esac
}

# ---- before and after a verb ----------------------------------------------------------------------

# shellcheck disable=SC2317 # others call these functions
# fish_prepare: loads what the verb needs, replaces what works differently for fish, and notes the variables
_multivenv_fish_prepare() {
    case ${_multivenv_at_prompt:+${MULTIVENV_AUTO-}} in
    '' | 0) ;;
    *)
        # it looks at the directory when it is read
        _multivenv_key=${_multivenv_auto_at-}
        _multivenv_auto_at=$PWD
        _multivenv_need auto
        _multivenv_auto_at=$_multivenv_key
        ;;
    esac
    _multivenv_chdir() {
        # quiet at first: bash complains of a current directory that is gone
        { \command cd -- "$1" 2>/dev/null || \command cd -- "$1"; } && _multivenv_fish_gone=yes
    }
    _multivenv_deactivate_other() { _multivenv_fish_heed_other; }
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null
    _multivenv_fish_home=$_multivenv_home _multivenv_fish_pwd=$PWD
    for _multivenv_word in $_multivenv_fish_exported; do
        eval "_multivenv_was_$_multivenv_word=\${$_multivenv_word+.\$$_multivenv_word}" # eval: a name from the list
    done
    # leave_any asks whether it exists
    [ -z "${_multivenv_other-}" ] || eval 'deactivate() { :; }' # eval: fixed text
}

# fish_heed_other: what another tool has activated has to be deactivated by its own function: fish does that, and
# asks again
_multivenv_fish_heed_other() {
    if [ -n "${_multivenv_other-}" ] && [ "${VIRTUAL_ENV-}" != "${_multivenv_active-}" ]; then
        _multivenv_fish_count=0
        _multivenv_record other
        _multivenv_answer_fish
        exit 0
    fi
}

# fish_finish: the records of what is left to change, and the state
_multivenv_fish_finish() {
    _multivenv_fish_changes
    [ -z "$_multivenv_fish_hooks" ] || _multivenv_fish_hook_changes
    if [ -n "$_multivenv_fish_gone" ] || [ "$PWD" != "$_multivenv_fish_pwd" ]; then
        _multivenv_record cd "$PWD"
    fi
    _multivenv_fish_state=yes
}

# fish_changes: a record for each exported variable that is not what fish has
_multivenv_fish_changes() {
    for _multivenv_word in $_multivenv_fish_exported; do
        # eval: a name from the list
        eval "_multivenv_value=\${$_multivenv_word+.\$$_multivenv_word} _multivenv_what=\$_multivenv_was_$_multivenv_word"
        [ "$_multivenv_value" != "$_multivenv_what" ] || continue
        eval "_multivenv_was_$_multivenv_word=\$_multivenv_value" # eval: a name from the list
        case $_multivenv_value in
        '') _multivenv_record unset "$_multivenv_word" ;;
        *) _multivenv_record set "$_multivenv_word" "${_multivenv_value#.}" ;;
        esac
    done
}

# record WORD [VALUE [VALUE]]: one more for the answer
_multivenv_record() {
    _multivenv_fish_count=$((_multivenv_fish_count + 1))
    # eval: a number
    eval "_multivenv_1_$_multivenv_fish_count=\$1 _multivenv_2_$_multivenv_fish_count=\${2-} _multivenv_3_$_multivenv_fish_count=\${3-}"
}

_multivenv_answer_fish() {
    set -- # the fields
    while [ "$_multivenv_fish_count" -gt 0 ]; do
        # the last one first; eval: a number
        eval "set -- \"\$_multivenv_1_$_multivenv_fish_count\" \"\$_multivenv_2_$_multivenv_fish_count\" \"\$_multivenv_3_$_multivenv_fish_count\" \"\$@\""
        _multivenv_fish_count=$((_multivenv_fish_count - 1))
    done
    # the state comes first, for hooks in fish that call a verb
    if [ -n "$_multivenv_fish_state" ]; then
        for _multivenv_word in $_multivenv_fish_kept; do
            # eval: a name from the list
            eval "[ -z \"\${$_multivenv_word+set}\" ] || set -- keep \"$_multivenv_word=\$$_multivenv_word\" '' \"\$@\""
        done
        set -- state '' '' "$@"
    fi
    [ "$#" -eq 0 ] || printf '%s\0' "$@" >&3
}

# ---- activation -----------------------------------------------------------------------------------

# sh FUNCTION WORD...: as in other shells, with the records of what it switches. No `set -e`: a hook may have set it.
_multivenv_sh() {
    set +e
    case $1 in
    _multivenv_switch_on | _multivenv_switch_off)
        # FUNCTION, its arguments; the last word is where the environment has its own hooks
        case $2 in
        "$_multivenv_fish_home"/*) _multivenv_word=$2/bin ;;
        *) _multivenv_word=/dev/null ;;
        esac
        set -- "$@" "$_multivenv_word"
        ;;
    esac
    case $1 in
    _multivenv_switch_on)
        _multivenv_record emit virtualenv_will_activate "${2##*/}"
        _multivenv_fish_hook "$_multivenv_fish_home" preactivate
        _multivenv_fish_hook "$7" preactivate
        _multivenv_fish_restore # left by another one
        # fish sets these itself
        [ -z "$6" ] || _multivenv_refused="$_multivenv_refused argv history hostname pipestatus status umask version"
        _multivenv_switch_on "$2" "$3" "$4" "$5" "$6"
        _multivenv_fish_changes
        _multivenv_fish_variables
        if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
            _multivenv_shown "$5"
            _multivenv_record label "($_multivenv_reply) "
        fi
        _multivenv_record deactivate on
        _multivenv_fish_hook "$_multivenv_fish_home" postactivate
        _multivenv_fish_hook "$7" postactivate
        _multivenv_record emit virtualenv_did_activate "${2##*/}"
        ;;
    _multivenv_switch_off)
        _multivenv_record emit virtualenv_will_deactivate "${2##*/}"
        _multivenv_fish_hook "$3" predeactivate
        _multivenv_fish_hook "$_multivenv_fish_home" predeactivate
        _multivenv_fish_restore
        _multivenv_switch_off "$2"
        _multivenv_fish_changes
        _multivenv_record label
        _multivenv_record deactivate off
        _multivenv_fish_hook "$3" postdeactivate
        _multivenv_fish_hook "$_multivenv_fish_home" postdeactivate
        _multivenv_record emit virtualenv_did_deactivate "${2##*/}"
        ;;
    *) "$@" 3>&- ;; # a process that the user's code leaves behind must not keep the answer open
    esac
}

# fish_hook DIR NAME: fish sources it when the hooks in sh have run
_multivenv_fish_hook() {
    [ ! -r "$1/$2.fish" ] || _multivenv_record source "$1/$2.fish"
}

# fish_variables: a record for each variable of the environment. fish notes what was before: it knows more.
_multivenv_fish_variables() {
    # those left
    set -- "${_multivenv_variables-}"
    while [ -n "$1" ]; do
        _multivenv_word=${1%% *}
        _multivenv_fish_touched="$_multivenv_fish_touched$_multivenv_word "
        # eval: a name
        eval "_multivenv_record variable \"$_multivenv_word\" \"\$$_multivenv_word\""
        set -- "${1#* }"
    done
}

_multivenv_fish_restore() {
    if [ -n "${_multivenv_variables-}" ]; then
        _multivenv_fish_touched="$_multivenv_fish_touched$_multivenv_variables "
        _multivenv_record restore
    fi
}

# ---- the hooks in sh: what they export reaches fish -----------------------------------------------

_multivenv_source_hook() {
    [ -f "$1" ] || return 0
    # forks: the only way to list what is exported
    [ -n "$_multivenv_fish_hooks" ] || _multivenv_fish_hooks=$(export -p)
    # shellcheck disable=SC1090 # the user's file
    . "$1" 3>&- || _multivenv_say "hook '$1' failed with status $?"
    set +e
}

# fish_hook_changes: a record for each variable whose line in `export -p` is another one
_multivenv_fish_hook_changes() {
    # the exports before the hooks, and now; forks: as above
    set -- "$_multivenv_fish_hooks" "$(export -p)"
    [ "$1" != "$2" ] || return 0
    _multivenv_what=$1
    _multivenv_each_export "$2" _multivenv_fish_if_exported
    _multivenv_each_export "$1" _multivenv_fish_if_gone
}

# each_export TEXT FUNCTION: calls FUNCTION NAME LINES for each variable in the output of `export -p`. A value may have
# several lines, so some of the names may be none.
_multivenv_each_export() {
    # the text, FUNCTION, the name and its lines so far
    set -- "$1" "$2" '' ''
    while [ -n "$1" ]; do
        _multivenv_line=${1%%"$_multivenv_newline"*}
        case $_multivenv_line in
        'export '[A-Za-z_]* | 'declare -x '[A-Za-z_]*)
            [ -z "$3" ] || "$2" "$3" "$4"
            _multivenv_word=${_multivenv_line#declare -x }
            _multivenv_word=${_multivenv_word#export }
            set -- "$1" "$2" "${_multivenv_word%%=*}" "$_multivenv_line"
            ;;
        *) set -- "$1" "$2" "$3" "$4$_multivenv_newline$_multivenv_line" ;;
        esac
        case $1 in
        *"$_multivenv_newline"*) set -- "${1#*"$_multivenv_newline"}" "$2" "$3" "$4" ;;
        *) set -- '' "$2" "$3" "$4" ;;
        esac
    done
    [ -z "$3" ] || "$2" "$3" "$4"
}

# is_of_hook NAME: not a variable of the shell itself, nor one that fish_changes looks at, nor one of a .env
_multivenv_is_of_hook() {
    case $1 in
    *[!A-Za-z0-9_]* | PWD | OLDPWD | SHLVL | _ | _multivenv_* | _OLD_VIRTUAL_*) return 1 ;;
    esac
    case " $_multivenv_fish_exported $_multivenv_fish_touched" in
    *[[:space:]]"$1"[[:space:]]*) return 1 ;;
    esac
}

_multivenv_fish_if_exported() {
    _multivenv_is_of_hook "$1" || return 0
    case $_multivenv_newline$_multivenv_what$_multivenv_newline in
    *"$_multivenv_newline$2$_multivenv_newline"*) ;;
    *) eval "[ -z \"\${$1+set}\" ] || _multivenv_record set \"\$1\" \"\$$1\"" ;; # eval: a name
    esac
}

_multivenv_fish_if_gone() {
    _multivenv_is_of_hook "$1" || return 0
    eval "[ -n \"\${$1+set}\" ] || _multivenv_record unset \"\$1\"" # eval: a name
}
