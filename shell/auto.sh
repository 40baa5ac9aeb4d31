# shellcheck shell=sh
# MULTIVENV_AUTO: activates the environment of the current directory. multivenv.sh reads this file at a
# prompt.
#
# Variables that last:
#
#   _multivenv_auto_at     the directory that was current last; unset, it is looked at again
#   _multivenv_auto_env    the environment that this file activated, and its project; exported, so that
#   _multivenv_auto_in     a shell started from this one knows
#   _multivenv_auto_not    an environment that the user has stopped, and its project
#   _multivenv_auto_not_in
#   _multivenv_auto_told   an environment with a problem that was reported
#   _multivenv_on_enter    the function that shell/activate.sh calls before it activates
#   _multivenv_bindings, _multivenv_bindings_at, _multivenv_stamps: see shell/projects.sh

_multivenv_need activate
_multivenv_need projects

_multivenv_on_enter=_multivenv_auto_by_hand _multivenv_on_renew=_multivenv_auto_off

# auto: at each prompt. Keeps $? for what runs after it, except where that would end the shell.
_multivenv_auto() {
    set -- "$?"
    if [ "${PWD-}" != "${_multivenv_auto_at-}" ]; then
        _multivenv_sh _multivenv_decide && _multivenv_switch
        _multivenv_end 0
        [ -z "$_multivenv_stale" ] || _multivenv_renew : # from the next directory on
    fi
    case $- in
    *e*) ;;
    *) return "$1" ;;
    esac
}

# decide: leaves in $_multivenv_path what to activate, and in $_multivenv_go what to deactivate
_multivenv_decide() {
    _multivenv_auto_at=$PWD _multivenv_path='' _multivenv_go=
    case ${MULTIVENV_AUTO-} in
    '' | 0) return ;;
    esac
    _multivenv_set_home 2>/dev/null || return
    _multivenv_heed_stop
    if [ -n "${VIRTUAL_ENV-}" ] && [ "$VIRTUAL_ENV" != "${_multivenv_auto_env-}" ]; then
        unset -v _multivenv_auto_env _multivenv_auto_in # the user activated it: leave it alone
        return
    fi
    _multivenv_seek auto "$PWD" || _multivenv_path=
    [ "$_multivenv_path" = "${_multivenv_auto_told-}" ] || unset -v _multivenv_auto_told
    case $_multivenv_path in
    '' | "${_multivenv_auto_not-}") _multivenv_path= ;;
    "${VIRTUAL_ENV:+${_multivenv_active-}}") ;; # without VIRTUAL_ENV another tool has deactivated it
    *) _multivenv_if_sound || _multivenv_path= ;;
    esac
    case $_multivenv_path in
    '') _multivenv_go=${VIRTUAL_ENV-} ;;
    *)
        export _multivenv_auto_in # first: zsh can warn of a variable that a function creates
        _multivenv_auto_in=$_multivenv_project
        [ "$_multivenv_path" != "${VIRTUAL_ENV:+${_multivenv_active-}}" ] || _multivenv_path= # it is active already
        ;;
    esac
}

# auto_by_hand: the user activates an environment, which is not ours to leave
_multivenv_auto_by_hand() {
    if [ -n "${_multivenv_auto_env-}" ]; then
        _multivenv_heed_stop
        unset -v _multivenv_auto_env
    fi
}

# heed_stop: what the user has stopped is not activated until the user leaves its project
_multivenv_heed_stop() {
    if [ -z "${VIRTUAL_ENV-}" ] && [ -n "${_multivenv_auto_env-}" ]; then
        _multivenv_auto_not=$_multivenv_auto_env _multivenv_auto_not_in=${_multivenv_auto_in:-//}
        unset -v _multivenv_auto_env _multivenv_auto_in
    fi
    case ${PWD%/}/ in
    "${_multivenv_auto_not_in-}"*) ;;
    *) unset -v _multivenv_auto_not _multivenv_auto_not_in ;;
    esac
}

# if_sound: anything else has to be judged, which takes a process, so it is left to the user
_multivenv_if_sound() {
    case $_multivenv_path in
    '' | *:*) return 1 ;;
    esac
    ! _multivenv_was_sound "$_multivenv_path" || return 0
    _multivenv_need health || return
    ! _multivenv_note_if_sound "$_multivenv_path" || return 0
    if [ "$_multivenv_path" != "${_multivenv_auto_told-}" ]; then
        _multivenv_auto_told=$_multivenv_path
        _multivenv_tell "'${_multivenv_path##*/}' has a problem (usevenv ${_multivenv_path##*/} shows it)"
    fi
    return 1
}

# switch: not inside _multivenv_sh, for the hooks are the user's own code
_multivenv_switch() {
    if [ -n "$_multivenv_path" ]; then
        _multivenv_go=$_multivenv_path
        [ "${VIRTUAL_ENV-}" = "$_multivenv_path" ] || _multivenv_tell "using '${_multivenv_path##*/}'"
        _multivenv_enter
        export _multivenv_auto_env
        _multivenv_auto_env=${_multivenv_active-}
    elif [ -n "$_multivenv_go" ]; then
        _multivenv_tell "left '${_multivenv_go##*/}'"
        _multivenv_leave_any "$_multivenv_home"
        unset -v _multivenv_auto_env _multivenv_auto_in
    fi
}

# auto_off: nobody calls auto any more
_multivenv_auto_off() {
    if [ -n "${ZSH_VERSION-}" ]; then
        eval 'chpwd_functions=(${chpwd_functions:#_multivenv_auto_chpwd}) precmd_functions=(${precmd_functions:#_multivenv_auto})' # eval: fixed text
    elif [ -n "${BASH_VERSION-}" ]; then
        PROMPT_COMMAND=${PROMPT_COMMAND%_multivenv_auto}
        PROMPT_COMMAND=${PROMPT_COMMAND%"$_multivenv_newline"}
    fi # elsewhere the new files define cd again
}

# tell TEXT: powerlevel10k prints thirty lines about any output before its first prompt
_multivenv_tell() {
    case ${MULTIVENV_AUTO_SAY-}${__p9k_instant_prompt_active:+ quiet} in
    0 | *' quiet') ;;
    *) _multivenv_say "$1" ;;
    esac
}

# ---- who calls it ---------------------------------------------------------------------------------

# is_own DIR: it belongs to the user, and not everybody can write into it. Only zsh can check the latter
# without a process; for the others bindvenv leaves a mark.
# shellcheck disable=SC3067 # every supported shell has -O
_multivenv_is_own() { [ -O "$1" ]; }

if [ -n "${ZSH_VERSION-}" ]; then
    _multivenv_auto_chpwd() { if [ "$ZSH_SUBSHELL" -eq 0 ]; then _multivenv_auto; fi; } # not in $(cd ...)
    emulate zsh -c ". \"\$_multivenv_root/shell/auto.zsh\""
elif [ -n "${BASH_VERSION-}" ]; then
    # after the user's own, and after a newline, as that may end in anything; in an array this is the
    # first element, the only one that every bash runs
    case ${PROMPT_COMMAND-} in
    *_multivenv_auto*) ;;
    *) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$_multivenv_newline}_multivenv_auto ;;
    esac
elif alias cd >/dev/null 2>&1; then
    _multivenv_say "MULTIVENV_AUTO has no effect: cd is an alias"
else
    # eval: fixed text; ksh93 looks for functions when it parses
    eval 'cd() { \command cd "$@" && _multivenv_auto; }'
    # shellcheck disable=SC2164 # its status is the verb's
    _multivenv_chdir() { \command cd -- "$1" && _multivenv_auto; }
    # shellcheck disable=SC3044 # this branch is yash's
    if [ -n "${YASH_VERSION-}" ]; then
        pushd() { \command pushd "$@" && _multivenv_auto; }
        popd() { \command popd "$@" && _multivenv_auto; }
    fi
    _multivenv_auto
fi
