# shellcheck shell=sh
# multivenv doctor: the facts that only the shell knows. The helper gets them as arguments KEY=VALUE..., then
# `--` and the arguments that were typed.

_multivenv_need helper

# doctor WORD...: collects the facts, each before those that are there
_multivenv_doctor() {
    set -- -- "$@"
    _multivenv_exported=$(export -p) # forks: the only way to list what is exported
    for _multivenv_word in NO_COLOR VIRTUAL_ENV_DISABLE_PROMPT MULTIVENV_AUTO_SAY MULTIVENV_AUTO MULTIVENV_HELPER_PYTHON \
        MULTIVENV_CD MULTIVENV_HOOKS MULTIVENV_INSTALLER MULTIVENV_KEEP MULTIVENV_PYTHON MULTIVENV_REQUIREMENTS \
        MULTIVENV_ROOT MULTIVENV_HOME; do
        _multivenv_doctor_setting "$_multivenv_word"
        set -- ${_multivenv_reply:+"$_multivenv_reply"} "$@"
    done
    eval "_multivenv_doctor_taken $_multivenv_verbs" # eval: fixed text, whatever IFS is
    eval "set -- $_multivenv_reply \"\$@\""          # eval: names of verbs
    # what else has to do with environments here, by a function that each of them defines
    ! _multivenv_is_function _direnv_hook || set -- "tool=direnv" "$@"
    ! _multivenv_is_function __conda_activate || set -- "tool=conda" "$@"
    ! _multivenv_is_function _pyenv_virtualenv_hook || set -- "tool=pyenv-virtualenv" "$@"
    ! _multivenv_is_function enable_autoswitch_virtualenv || set -- "tool=zsh-autoswitch-virtualenv" "$@"
    if _multivenv_is_function virtualenvwrapper_workon_help || _multivenv_is_function virtualenvwrapper_load; then
        set -- "tool=virtualenvwrapper" "$@"
    fi
    _multivenv_doctor_switching
    set -- "switching=$_multivenv_reply" "$@"
    _multivenv_doctor_completion
    set -- "completion=$_multivenv_reply" "$@"
    case ${_multivenv_at_prompt:+i}$- in # of fish, or of this shell
    *i*) set -- "interactive=yes" "$@" ;;
    *) set -- "interactive=no" "$@" ;;
    esac
    _multivenv_doctor_shell
    set -- "multivenv=$_multivenv_version" "root=$_multivenv_root" "shell=$_multivenv_reply" "$@"
    # the helper's status is 3 if it finds a problem: its own failure has another one
    if _multivenv_set_home && _multivenv_interpreter; then
        _multivenv_helper doctor "$@"
        _multivenv_go=$?
        case $_multivenv_go in
        0 | 2 | 130) return "$_multivenv_go" ;;
        3) return 1 ;;
        esac
    fi
    _multivenv_doctor_alone "$@"
    return 1
}

# doctor_setting VARIABLE: $_multivenv_reply, `exported=VARIABLE=VALUE`, `setting=VARIABLE=VALUE`, or
# empty if it is not set
_multivenv_doctor_setting() {
    eval "_multivenv_reply=\${$1+set} _multivenv_value=\${$1-}" # eval: a name from the list above
    [ -n "$_multivenv_reply" ] || return 0
    # in the spelling of any shell
    case $_multivenv_newline$_multivenv_exported in
    *"${_multivenv_newline}export $1="* | *"${_multivenv_newline}declare -x $1="* | *"${_multivenv_newline}typeset -x $1="*)
        _multivenv_reply=exported=$1=$_multivenv_value
        ;;
    *) _multivenv_reply=setting=$1=$_multivenv_value ;;
    esac
}

# doctor_taken VERB...: $_multivenv_reply, `alias=VERB` or `function=VERB` for each that something else has
# defined
# shellcheck disable=SC3044 # these shells have typeset
_multivenv_doctor_taken() {
    _multivenv_reply=
    for _multivenv_word; do
        if alias "$_multivenv_word" >/dev/null 2>&1; then
            _multivenv_reply="alias=$_multivenv_word $_multivenv_reply"
            continue
        fi
        _multivenv_value= # the function's text; dash and busybox do not show it
        if [ -n "${YASH_VERSION-}" ]; then
            _multivenv_value=$(typeset -fp "$_multivenv_word" 2>/dev/null) # forks: to read it; local: no variable
        elif [ -n "${BASH_VERSION-}${ZSH_VERSION-}${KSH_VERSION-}" ]; then
            _multivenv_value=$(typeset -f "$_multivenv_word" 2>/dev/null) # forks: to read it; local: no variable
        fi
        case $_multivenv_value in
        '' | *_multivenv_*) ;;
        *) _multivenv_reply="function=$_multivenv_word $_multivenv_reply" ;;
        esac
    done
}

# doctor_switching: $_multivenv_reply, the hook of MULTIVENV_AUTO: `on`; `lost`, if it was there; `off`
_multivenv_doctor_switching() {
    _multivenv_reply=off
    _multivenv_is_function _multivenv_auto || return 0
    _multivenv_what=
    if [ -n "${ZSH_VERSION-}" ]; then
        # shellcheck disable=SC2016 # a text for zsh
        emulate zsh -c '_multivenv_what="${chpwd_functions-}"'
    elif [ -n "${BASH_VERSION-}" ]; then
        # some prompts and editors move PROMPT_COMMAND elsewhere, and run it themselves
        eval '_multivenv_what="${PROMPT_COMMAND[*]-} ${STARSHIP_PROMPT_COMMAND-} ${__vsc_original_prompt_command[*]-}"' # eval: fixed text
    else
        _multivenv_what=$(\command -V cd 2>/dev/null) # forks: to read what it says
        case $_multivenv_what in
        *function*) _multivenv_what=_multivenv_auto ;;
        esac
    fi
    case $_multivenv_what in
    *_multivenv_auto*) _multivenv_reply=on ;;
    *) _multivenv_reply=lost ;;
    esac
}

# doctor_completion: $_multivenv_reply is `loaded`; `missing`, if usevenv has none; `off`, if this zsh
# completes nothing; or empty, in a shell that has none or is at no prompt
_multivenv_doctor_completion() {
    _multivenv_reply=
    case $- in
    *i*) ;;
    *) return 0 ;;
    esac
    if [ -n "${ZSH_VERSION-}" ]; then
        _multivenv_reply=off
        # shellcheck disable=SC2016 # a text for zsh
        ! _multivenv_is_function compdef || emulate zsh -c '_multivenv_reply=${_comps[usevenv]:-missing}'
    elif [ -n "${BASH_VERSION-}" ]; then
        # shellcheck disable=SC3044 # this branch is bash's
        _multivenv_reply=$(complete -p usevenv 2>/dev/null) # forks: bash has no other way to tell
    else
        return 0
    fi
    case $_multivenv_reply in
    *_multivenv*) _multivenv_reply=loaded ;;
    off) ;;
    *) _multivenv_reply=missing ;;
    esac
}

# doctor_shell: $_multivenv_reply, the name and the version of this shell, if it has a variable for that
_multivenv_doctor_shell() {
    _multivenv_reply=
    if [ -n "${ZSH_VERSION-}" ]; then
        _multivenv_reply="zsh $ZSH_VERSION"
    elif [ -n "${BASH_VERSION-}" ]; then
        _multivenv_reply="bash $BASH_VERSION"
    elif [ -n "${YASH_VERSION-}" ]; then
        _multivenv_reply="yash $YASH_VERSION"
    else
        case ${KSH_VERSION-} in
        *MIRBSD*) _multivenv_reply="mksh ${KSH_VERSION##* KSH }" ;; # @(#)MIRBSD KSH R59 2020/10/31
        *'93'*) _multivenv_reply="ksh93 ${KSH_VERSION#*93}" ;;      # Version AJM 93u+m/1.0.4 2022-10-22
        ?*) _multivenv_reply="ksh $KSH_VERSION" ;;
        esac
    fi
}

# doctor_alone FACT... -- WORD...: what can be shown without the helper, but not as JSON
_multivenv_doctor_alone() {
    for _multivenv_word; do
        [ "$_multivenv_word" != --json ] || return
    done
    for _multivenv_word; do
        case $_multivenv_word in
        --) break ;;
        *=?*) _multivenv_doctor_line "${_multivenv_word%%=*}" "${_multivenv_word#*=}" ;;
        esac
    done
    _multivenv_doctor_line home "${_multivenv_home-}"
    _multivenv_doctor_line PATH "${PATH-}"
    _multivenv_print ''
    _multivenv_print 'multivenv cannot show more without its helper'
}

_multivenv_doctor_line() {
    _multivenv_line=$1:
    while [ "${#_multivenv_line}" -lt 17 ]; do
        _multivenv_line="$_multivenv_line "
    done
    _multivenv_print_foreign "$_multivenv_line$2"
}
