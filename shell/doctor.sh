# shellcheck shell=sh
# shellcheck disable=SC2154 # what multivenv.sh defines
# multivenv doctor: what only the shell can tell. shell/verbs.sh reads this file when it is used, and
# forgets its functions afterwards; it is written by the same rules.
#
# The helper gets it as words before those that were typed, KEY=VALUE..., and `--` between them.

_multivenv_forget_doctor() {
    unset -f _multivenv_doctor_start _multivenv_doctor_run _multivenv_doctor_with_settings \
        _multivenv_doctor_exports _multivenv_doctor_with_verbs _multivenv_doctor_with_tools _multivenv_doctor_with_shell _multivenv_doctor_shell \
        _multivenv_doctor_completion _multivenv_doctor_hook _multivenv_doctor_body \
        _multivenv_doctor_alone _multivenv_doctor_line _multivenv_forget_doctor
}

# doctor_start WORD...: what was typed; each step adds what it knows before the words, and calls the next
_multivenv_doctor_start() { _multivenv_doctor_with_settings -- "$@"; }

# doctor_with_shell FACT... -- WORD...: adds what this shell is, and how multivenv is in it
_multivenv_doctor_with_shell() {
    _multivenv_doctor_hook
    set -- "switching=$_multivenv_reply" "$@"
    _multivenv_doctor_completion
    set -- "completion=$_multivenv_reply" "$@"
    case $- in
    *i*) set -- interactive=yes "$@" ;;
    *) set -- interactive=no "$@" ;;
    esac
    _multivenv_doctor_shell
    _multivenv_doctor_run "multivenv=$_multivenv_version" "root=$_multivenv_root" "shell=$_multivenv_reply" "$@"
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

# doctor_completion: $_multivenv_reply is `loaded`; `missing`, where there is none for usevenv; `off`,
# where this zsh completes nothing; or empty, in a shell that has none or is at no prompt
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
        case $_multivenv_reply in
        _multivenv) _multivenv_reply=loaded ;;
        off) ;;
        *) _multivenv_reply=missing ;;
        esac
    elif [ -n "${BASH_VERSION-}" ]; then
        # shellcheck disable=SC3044 # this branch is bash's
        _multivenv_reply=$(complete -p usevenv 2>/dev/null) # forks: bash has no other way to tell
        case $_multivenv_reply in
        *_multivenv_complete*) _multivenv_reply=loaded ;;
        *) _multivenv_reply=missing ;;
        esac
    fi
}

# doctor_hook: $_multivenv_reply, of what MULTIVENV_AUTO is done by: `on`; `lost`, if it was there; or
# `off`
_multivenv_doctor_hook() {
    _multivenv_reply=off
    _multivenv_is_function _multivenv_auto || return 0
    _multivenv_what=
    if [ -n "${ZSH_VERSION-}" ]; then
        # shellcheck disable=SC2016 # a text for zsh
        emulate zsh -c '_multivenv_what="${chpwd_functions-}"'
    elif [ -n "${BASH_VERSION-}" ]; then
        # prompts and editors put what was there away, and run it themselves
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

# doctor_with_settings FACT... -- WORD...: adds our variables that are set, and whether they are exported
_multivenv_doctor_with_settings() {
    set -- ${MULTIVENV_HOME+"setting=MULTIVENV_HOME=$MULTIVENV_HOME"} \
        ${MULTIVENV_ROOT+"setting=MULTIVENV_ROOT=$MULTIVENV_ROOT"} \
        ${MULTIVENV_PYTHON+"setting=MULTIVENV_PYTHON=$MULTIVENV_PYTHON"} \
        ${MULTIVENV_INSTALLER+"setting=MULTIVENV_INSTALLER=$MULTIVENV_INSTALLER"} \
        ${MULTIVENV_HELPER_PYTHON+"setting=MULTIVENV_HELPER_PYTHON=$MULTIVENV_HELPER_PYTHON"} \
        ${MULTIVENV_AUTO+"setting=MULTIVENV_AUTO=$MULTIVENV_AUTO"} \
        ${MULTIVENV_AUTO_SAY+"setting=MULTIVENV_AUTO_SAY=$MULTIVENV_AUTO_SAY"} \
        ${VIRTUAL_ENV_DISABLE_PROMPT+"setting=VIRTUAL_ENV_DISABLE_PROMPT=$VIRTUAL_ENV_DISABLE_PROMPT"} \
        ${NO_COLOR+"setting=NO_COLOR=$NO_COLOR"} "$@"
    _multivenv_saved=$(export -p) # forks: there is no other way to tell what is exported
    _multivenv_go=facts
    for _multivenv_word; do
        shift
        case $_multivenv_go$_multivenv_word in
        facts--) _multivenv_go=words ;;
        factssetting=*)
            _multivenv_key=${_multivenv_word#setting=}
            ! _multivenv_doctor_exports "${_multivenv_key%%=*}" || _multivenv_word=exported=$_multivenv_key
            ;;
        esac
        set -- "$@" "$_multivenv_word"
    done
    _multivenv_doctor_with_verbs "$@"
}

# doctor_exports NAME: is it among what `export -p` has printed, in the spelling of any shell?
_multivenv_doctor_exports() {
    _multivenv_value='
'
    case $_multivenv_value$_multivenv_saved in
    *"${_multivenv_value}export $1="* | *"${_multivenv_value}declare -x $1="* | *"${_multivenv_value}typeset -x $1="*) ;;
    *) return 1 ;;
    esac
}

# doctor_with_verbs FACT... -- WORD...: adds the verbs that something else has taken
_multivenv_doctor_with_verbs() {
    for _multivenv_word in mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv \
        cpvenv mvvenv bindvenv linkvenv runvenv multivenv; do
        if alias "$_multivenv_word" >/dev/null 2>&1; then
            set -- "alias=$_multivenv_word" "$@"
            continue
        fi
        _multivenv_doctor_body "$_multivenv_word"
        case $_multivenv_reply in
        '' | *_multivenv_*) ;;
        *) set -- "function=$_multivenv_word" "$@" ;;
        esac
    done
    _multivenv_doctor_with_tools "$@"
}

# doctor_body FUNCTION: $_multivenv_reply, its text; empty in dash and busybox, which do not tell
_multivenv_doctor_body() {
    _multivenv_reply=
    case ${BASH_VERSION-}${ZSH_VERSION-}${KSH_VERSION-} in
    ?*)
        # shellcheck disable=SC3044 # these shells have it
        _multivenv_reply=$(typeset -f "$1" 2>/dev/null) # forks: to read what it prints; local: no variable
        ;;
    *)
        # shellcheck disable=SC3044 # this branch is yash's
        [ -z "${YASH_VERSION-}" ] || _multivenv_reply=$(typeset -fp "$1" 2>/dev/null) # forks: as above; local: no variable
        ;;
    esac
}

# doctor_with_tools FACT... -- WORD...: adds what else has to do with environments here, by a function
# that each of them defines
_multivenv_doctor_with_tools() {
    ! _multivenv_is_function _direnv_hook || set -- tool=direnv "$@"
    ! _multivenv_is_function __conda_activate || set -- tool=conda "$@"
    ! _multivenv_is_function _pyenv_virtualenv_hook || set -- tool=pyenv-virtualenv "$@"
    ! _multivenv_is_function enable_autoswitch_virtualenv || set -- tool=zsh-autoswitch-virtualenv "$@"
    if _multivenv_is_function virtualenvwrapper_workon_help || _multivenv_is_function virtualenvwrapper_load; then
        set -- tool=virtualenvwrapper "$@"
    fi
    _multivenv_doctor_with_shell "$@"
}

# doctor_run FACT... -- WORD...: the helper's status is 3 if something is amiss, so that one that did not
# come to work is known by its own
_multivenv_doctor_run() {
    if _multivenv_set_home && _multivenv_interpreter; then
        _multivenv_helper doctor "$@"
        _multivenv_go=$?
        case $_multivenv_go in
        0 | 2 | 130) return "$_multivenv_go" ;;
        3) return 1 ;;
        esac
    fi
    _multivenv_doctor_alone "$@" # why was said
    return 1
}

# doctor_alone FACT... -- WORD...: without the helper this much can be told, but not as JSON
_multivenv_doctor_alone() {
    for _multivenv_word; do
        case $_multivenv_word in
        --json) return ;;
        esac
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
    _multivenv_print 'without the helper this is all that can be told'
}

_multivenv_doctor_line() {
    _multivenv_line=$1:
    while [ "${#_multivenv_line}" -lt 17 ]; do
        _multivenv_line="$_multivenv_line "
    done
    _multivenv_print "$_multivenv_line$2"
}
