# shellcheck shell=sh
# shellcheck disable=SC2154 # what multivenv.sh defines
# mkvenv --temp: an environment that goes when it is left, or when this shell ends. shell/verbs.sh reads
# this file when it is used, and forgets its functions afterwards, but for at_exit and drop_last, which
# stay for as long as there is such an environment; it is written by the same rules.

_multivenv_forget_temp() {
    unset -f _multivenv_temp_on _multivenv_temp_off _multivenv_trap_on _multivenv_trap_off \
        _multivenv_read_traps _multivenv_forget_temp
}

# temp_on DIR: it has just been made and activated
_multivenv_temp_on() {
    _multivenv_temp=$1
    _multivenv_home=${1%/*}
    _multivenv_trap_on
}

# temp_off: it has been left. In a subshell it stays, as it is still active in the shell itself, whose
# traps these are; the helper tells by 3, but in ksh93 a subshell is no process of its own.
_multivenv_temp_off() {
    set -- "$_multivenv_temp"
    unset -v _multivenv_temp
    case ${KSH_VERSION-} in
    *93*) eval '[ "${.sh.subshell}" -eq 0 ]' || return 0 ;; # eval: fixed text
    esac
    _multivenv_drop "$1"
    [ "$?" -ne 3 ] || return 0
    _multivenv_trap_off
    unset -f _multivenv_at_exit _multivenv_drop_last
    unset -v _multivenv_trap
}

# ---- when the shell ends -------------------------------------------------------------------------

# at_exit: answers with the status that it finds. The terminal may be closed meanwhile.
_multivenv_at_exit() {
    set -- "$?"
    if [ -n "${_multivenv_temp-}" ]; then
        trap '' HUP
        _multivenv_sh _multivenv_drop_last "$_multivenv_temp" || :
        unset -v _multivenv_temp
    fi
    return "$1"
}

if [ -n "${ZSH_VERSION-}" ]; then
    # shellcheck source=/dev/null # zsh's own
    . "$_multivenv_root/shell/temp.zsh"
else
    _multivenv_drop_last() { _multivenv_with _multivenv_drop "$1"; }

    # trap_on: before what the user has said is to be done at the end. In either branch that finds the
    # status in $?, and `set -e` does not end the shell before it.
    # shellcheck disable=SC2016 # for the trap to expand
    _multivenv_trap_on() {
        _multivenv_read_traps || return 0 # a full disk; the next verb removes it then
        _multivenv_trap=$_multivenv_reply
        # eval: the user's own words
        trap 'if _multivenv_at_exit; then eval "$_multivenv_trap"; else eval "$_multivenv_trap"; fi' EXIT
        case ${BASH_VERSION:+bash}${KSH_VERSION-} in
        bash* | *93*) return ;; # they come to EXIT when they are hung up on, too
        esac
        case $_multivenv_value in
        *' HUP'*) ;; # the user's
        *) trap '_multivenv_at_exit; trap - HUP; kill -HUP "$$"' HUP ;;
        esac
    }

    # trap_off: what the user has set in the meantime stays
    _multivenv_trap_off() {
        _multivenv_read_traps || return 0
        case $_multivenv_reply in
        'if _multivenv_at_exit;'*)
            if [ -n "$_multivenv_trap" ]; then
                trap -- "$_multivenv_trap" EXIT
            else
                trap - EXIT
            fi
            ;;
        esac
        case $_multivenv_value in
        *"'_multivenv_at_exit; trap - HUP;"*) trap - HUP ;;
        esac
    }

    # read_traps: $_multivenv_value, all traps as the shell writes them, and $_multivenv_reply, that for
    # EXIT. It takes a file: $(trap) is a subshell, which has none in some shells.
    _multivenv_read_traps() {
        set -- "$_multivenv_home/.multivenv/traps-$$" "${KSH_VERSION-}"
        case $2 in
        *93*) set -- "$1" -p EXIT ;; # it lists EXIT last
        *) set -- "$1" ;;
        esac
        _multivenv_value='' _multivenv_reply='' _multivenv_path=$1
        shift
        \command trap "$@" >|"$_multivenv_path" || return
        while IFS= read -r _multivenv_line; do
            _multivenv_value="$_multivenv_value$_multivenv_line
"
        done <"$_multivenv_path"
        \command rm -f "$_multivenv_path" # forks: rm
        if [ "$#" -gt 0 ]; then
            _multivenv_reply=${_multivenv_value%?}
        else
            # what stands on the first line, if anything does; the rest is set again as it is
            eval "set -- $_multivenv_value" # eval: as the shell wrote it, to be read again
            [ "${4-}" != EXIT ] || _multivenv_reply=$3
        fi
    }
fi
