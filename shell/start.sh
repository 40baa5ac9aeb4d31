# shellcheck shell=sh
# The first verb reads this file. It has the part that all verbs share: it reads the other files of shell/, and the
# whole plugin again after an upgrade.
#
# An older multivenv.sh may read a newer file of this name, whose verb then finds that an upgrade has replaced the
# files. So four names never change: _multivenv_root, _multivenv_stamp, _multivenv_verb and _multivenv_need.

# is_current FILE: asked before this shell reads a file, or starts the helper. An upgrade may have replaced the
# files, and a shell never holds parts of two versions.
_multivenv_is_current() {
    _multivenv_stale=
    [ ! -r "$_multivenv_root/$1" ] || IFS= read -r _multivenv_stale <"$_multivenv_root/multivenv.sh" || :
    case $_multivenv_stale in
    "_multivenv_stamp=$_multivenv_stamp" | "_multivenv_stamp=$_multivenv_stamp #"*) _multivenv_stale= ;;
    *) _multivenv_stale=stale && return 1 ;;
    esac
}

# renew VERB WORD...: reads the new files, and starts the verb again. The active environment stays active.
_multivenv_renew() {
    _multivenv_stale=
    if [ -r "$_multivenv_root/multivenv.sh" ] && [ -z "${_multivenv_renewing-}" ]; then
        _multivenv_renewing=yes
        "${_multivenv_on_renew:-:}"
        # shellcheck disable=SC1090,SC1091 # each is checked by itself
        . "$_multivenv_root/multivenv.sh" && { [ -z "${_multivenv_compat-}" ] || . "$_multivenv_compat"; } && "$@"
    else
        printf '%s\n' "multivenv: files are missing from '$_multivenv_root' (if it is being upgraded, try again)" >&2
        return 1
    fi
}

_multivenv_parts=' ' # the files read
_multivenv_previous=${_multivenv_previous-} _multivenv_reply='' _multivenv_second=: _multivenv_on_renew=:

# verb PART SECOND VERB WORD...: a verb in two halves, functions of shell/PART.sh: _multivenv_VERB WORD... with
# sh's rules, then SECOND, which may run the user's own code
_multivenv_verb() {
    case $_multivenv_parts in
    *" $1 "*) ;;
    *) _multivenv_need "$1" || : ;;
    esac
    _multivenv_second=$2
    shift 2
    if [ -z "$_multivenv_stale" ]; then
        _multivenv_sh _multivenv_first "$@" && "$_multivenv_second" "$@"
    fi
    case $?$_multivenv_stale in
    *[!0-9]*) _multivenv_renew "$@" ;;
    *) _multivenv_end "$?" ;;
    esac
}

# need PART: reads shell/PART.sh, unless this shell has read it. Fails where the files are no longer those of this
# shell: then the verb has to end, and starts again.
_multivenv_need() {
    case $_multivenv_parts in
    *" $1 "*) return 0 ;;
    esac
    _multivenv_is_current "shell/$1.sh" || return
    if [ -n "${ZSH_VERSION-}" ]; then
        emulate -L sh # the user's options may change how zsh parses
    fi
    # shellcheck disable=SC1090 # each is checked by itself
    . "$_multivenv_root/shell/$1.sh"
    _multivenv_parts="$_multivenv_parts$1 "
}
