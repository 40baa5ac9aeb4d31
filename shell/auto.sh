# shellcheck shell=sh
# shellcheck disable=SC2154 # what multivenv.sh defines
# Switching environments by itself where the current directory changes. multivenv.sh reads this file at
# a prompt where MULTIVENV_AUTO is set; it is written by the same rules.
#
# What outlives a prompt: _multivenv_auto_at, the directory that was looked at last;
# _multivenv_auto_env, the environment that was switched on by itself, and _multivenv_auto_in, its
# project, exported, so that a shell started from this one knows that it was; _multivenv_auto_not, one
# that the user has stopped, and _multivenv_auto_not_in, in which project; _multivenv_auto_told, one
# that is not sound, as was said; and what projects.sh knows of the bindings.

# auto: at each prompt; $? stays what it was for who comes after, but where it would end the shell
_multivenv_auto() {
    set -- "$?"
    [ "${PWD-}" = "${_multivenv_auto_at-}" ] || _multivenv_arrive
    case $- in
    *e*) ;;
    *) return "$1" ;;
    esac
}

_multivenv_arrive() {
    _multivenv_sh _multivenv_decide && _multivenv_switch
    _multivenv_end 0
}

# decide: leaves in $_multivenv_path what is to be switched on, and in $_multivenv_go whether an
# environment is to be left
_multivenv_decide() {
    _multivenv_auto_at=$PWD _multivenv_path='' _multivenv_go=
    case ${MULTIVENV_AUTO-} in
    '' | 0) return ;;
    esac
    _multivenv_set_home 2>/dev/null || return
    _multivenv_heed_stop
    if [ -n "${VIRTUAL_ENV-}" ] && [ "$VIRTUAL_ENV" != "${_multivenv_auto_env-}" ]; then
        unset -v _multivenv_auto_env _multivenv_auto_in # by hand: that is left alone
        return
    fi
    _multivenv_seek auto || _multivenv_path=
    [ "$_multivenv_path" = "${_multivenv_auto_told-}" ] || unset -v _multivenv_auto_told
    case $_multivenv_path in
    '' | "${_multivenv_auto_not-}") _multivenv_path= ;;
    "${VIRTUAL_ENV:+${_multivenv_active-}}") ;; # if that is empty another tool's deactivate has left it
    *) _multivenv_if_sound || _multivenv_path= ;;
    esac
    case $_multivenv_path in
    '') _multivenv_go=${VIRTUAL_ENV-} ;;
    *)
        export _multivenv_auto_in="$_multivenv_project"
        [ "$_multivenv_path" != "${VIRTUAL_ENV:+${_multivenv_active-}}" ] || _multivenv_path= # it is active already
        ;;
    esac
}

# heed_stop: one that the user has stopped is not switched on until its project was left
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

# if_sound: one that is not has to be judged, and that takes a process, so it is left to the user
_multivenv_if_sound() {
    case $_multivenv_path in
    '' | *:*) return 1 ;;
    esac
    ! _multivenv_was_sound "$_multivenv_path" || return 0
    ! _multivenv_with _multivenv_note_if_sound "$_multivenv_path" || return 0
    [ "$_multivenv_path" != "${_multivenv_auto_told-}" ] || return 1
    _multivenv_auto_told=$_multivenv_path
    _multivenv_tell "'${_multivenv_path##*/}' is not as it should be (usevenv ${_multivenv_path##*/} tells why)"
    return 1
}

# switch: not inside _multivenv_sh, for the hooks are the user's own code
_multivenv_switch() {
    if [ -n "$_multivenv_path" ]; then
        _multivenv_go=$_multivenv_path
        [ "${VIRTUAL_ENV-}" = "$_multivenv_path" ] || _multivenv_tell "using '${_multivenv_path##*/}'"
        _multivenv_enter
        export _multivenv_auto_env="${_multivenv_active-}"
    elif [ -n "$_multivenv_go" ]; then
        _multivenv_tell "left '${_multivenv_go##*/}'"
        _multivenv_leave_any "$_multivenv_home"
        unset -v _multivenv_auto_env _multivenv_auto_in
    fi
}

# tell TEXT: powerlevel10k has thirty lines to say about one that comes before its first prompt
_multivenv_tell() {
    case ${MULTIVENV_AUTO_SAY-}${__p9k_instant_prompt_active:+ quiet} in
    0 | *' quiet') ;;
    *) _multivenv_say "$1" ;;
    esac
}

# ---- where it is called -------------------------------------------------------------------------

# is_own DIR: it belongs to the user, and not everybody can write into it. Only zsh can tell the latter
# without a process; for the others bindvenv has left a mark.
# shellcheck disable=SC3067 # every shell that there is has -O
_multivenv_is_own() { [ -O "$1" ]; }

if [ -n "${ZSH_VERSION-}" ]; then
    _multivenv_auto_chpwd() { if [ "$ZSH_SUBSHELL" -eq 0 ]; then _multivenv_auto; fi; } # not in $(cd ...)
    emulate zsh -c ". \"\$_multivenv_root/shell/auto.zsh\""
elif [ -n "${BASH_VERSION-}" ]; then
    # after what is there already, behind a newline, for that may end in anything; of an array this is
    # the first element, the only one that each bash runs
    case ${PROMPT_COMMAND-} in
    *_multivenv_auto*) ;;
    *) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$_multivenv_newline}_multivenv_auto ;;
    esac
elif alias cd >/dev/null 2>&1; then
    _multivenv_say "MULTIVENV_AUTO does nothing here: cd is an alias"
else
    # eval: fixed text; ksh93 looks for functions when it parses
    eval 'cd() { \command cd "$@" && _multivenv_auto; }'
    # shellcheck disable=SC2164 # its status is the verb's
    _multivenv_chdir() { \command cd -- "$1" && _multivenv_auto; }
    if [ -n "${YASH_VERSION-}" ]; then
        # shellcheck disable=SC3044 # this branch is yash's
        pushd() { \command pushd "$@" && _multivenv_auto; }
        # shellcheck disable=SC3044 # this branch is yash's
        popd() { \command popd "$@" && _multivenv_auto; }
    fi
    _multivenv_auto
fi
