# shellcheck shell=sh
# `use multivenv [NAME]` for the .envrc of direnv. In ~/.config/direnv/direnvrc:
#
#     source ~/multivenv/shell/direnv.sh
#
# direnv runs .envrc in a bash of its own, and passes on the variables that are exported at its end. It undoes
# that in another directory. So no hooks run, and the prompt stays as it is.

# use_multivenv [NAME]: what `use multivenv` calls; without NAME for the environment of this directory
use_multivenv() {
    # eval: fixed text; other shells reject it
    eval 'set -- "${BASH_SOURCE[0]%shell/direnv.sh}multivenv.sh" "$@"'
    # shellcheck disable=SC1090 # checked by itself
    . "$1" || return
    shift
    _multivenv_verb activate : direnv "$@"
}

_multivenv_direnv() {
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse usevenv "use multivenv takes one name"
        return
    fi
    case ${1-.} in
    . | .. | */*)
        _multivenv_need projects || return
        _multivenv_find_at "${1-.}"
        ;;
    *)
        _multivenv_set_home || return
        watch_file "$_multivenv_home/$1/pyvenv.cfg" # it may be created, repaired or removed later
        _multivenv_find usevenv "$1"
        ;;
    esac && _multivenv_may_use "$_multivenv_path" || return
    watch_file "$_multivenv_path/pyvenv.cfg"
    set -- # `variables`, if it has some
    if _multivenv_is_at_home "$_multivenv_path" "$_multivenv_home"; then
        watch_file "$_multivenv_path/.env"
        if [ -f "$_multivenv_path/.env" ]; then
            _multivenv_need variables || return
            set -- variables
        fi
    fi
    [ -z "${VIRTUAL_ENV-}" ] || _multivenv_switch_off "$VIRTUAL_ENV"
    VIRTUAL_ENV_DISABLE_PROMPT=1 _multivenv_switch_on "$_multivenv_path" "$_multivenv_home" \
        "${_multivenv_creator-}" "${_multivenv_title:-${_multivenv_path##*/}}" "$@"
}
