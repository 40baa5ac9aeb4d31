# shellcheck shell=bash
# shellcheck disable=SC2119,SC2120 # users call these functions with words
# virtualenvwrapper's commands, settings and hooks for bash and zsh, on top of the verbs. Source this file in
# place of virtualenvwrapper.sh. It sources multivenv.sh itself.
#
# The rules of shell/differences.sh hold here, except that bash and zsh have `local` and arrays. The functions
# virtualenvwrapper_* are those that hooks and scripts of users call. `function` is for a user's alias of the
# same name.

# ---- where this file is ---------------------------------------------------------------------------

if [ -n "${ZSH_VERSION-}" ]; then
    eval '_multivenv_compat=${${(%):-%x}:a}' # eval: fixed text, which bash rejects
else
    _multivenv_compat=${BASH_SOURCE[0]}
fi
case $_multivenv_compat in
/*) ;;
*) _multivenv_compat=$PWD/${_multivenv_compat#./} ;;
esac
export VIRTUALENVWRAPPER_SCRIPT=${VIRTUALENVWRAPPER_SCRIPT:-$_multivenv_compat}
while [ -h "$_multivenv_compat" ] && ! [ -r "${_multivenv_compat%/*}/../multivenv.sh" ]; do
    _multivenv_vw_dir=$(readlink "$_multivenv_compat") # forks: only for a link
    case $_multivenv_vw_dir in
    /*) _multivenv_compat=$_multivenv_vw_dir ;;
    *) _multivenv_compat=${_multivenv_compat%/*}/$_multivenv_vw_dir ;;
    esac
done
if ! typeset -f usevenv >/dev/null; then
    _multivenv_vw_dir=${_multivenv_compat%/*}
    # shellcheck disable=SC1091 # checked by itself
    . "${MULTIVENV_ROOT:-${_multivenv_vw_dir%/*}}/multivenv.sh" || return
fi

# ---- settings -------------------------------------------------------------------------------------

# Assigned here, not only in functions: zsh can warn of a variable that a function creates
_multivenv_vw_words=() _multivenv_vw_dir=
WORKON_HOME=${WORKON_HOME:-${MULTIVENV_HOME-}}
MULTIVENV_HOME=$WORKON_HOME MULTIVENV_HOOKS=${MULTIVENV_HOOKS-}
VIRTUALENVWRAPPER_VIRTUALENV=${VIRTUALENVWRAPPER_VIRTUALENV:-virtualenv}
VIRTUALENVWRAPPER_VIRTUALENV_CLONE=${VIRTUALENVWRAPPER_VIRTUALENV_CLONE:-virtualenv-clone}
# shellcheck disable=SC2034 # hooks of users read it
VIRTUALENVWRAPPER_ENV_BIN_DIR=bin
export VIRTUALENVWRAPPER_PROJECT_FILENAME=${VIRTUALENVWRAPPER_PROJECT_FILENAME:-.project}
export VIRTUALENVWRAPPER_WORKON_CD=${VIRTUALENVWRAPPER_WORKON_CD:-1}

function virtualenvwrapper_initialize {
    _multivenv_vw_derive
    export WORKON_HOME=$_multivenv_reply
    export VIRTUALENVWRAPPER_HOOK_DIR=${VIRTUALENVWRAPPER_HOOK_DIR:-$WORKON_HOME}
    unset -v _multivenv_reply
    MULTIVENV_HOME=$WORKON_HOME MULTIVENV_HOOKS=$VIRTUALENVWRAPPER_HOOK_DIR
    if ! [ -d "$WORKON_HOME/" ] || ! [ -d "$VIRTUALENVWRAPPER_HOOK_DIR" ]; then
        \command mkdir -p -- "$WORKON_HOME" "$VIRTUALENVWRAPPER_HOOK_DIR" || return 1 # forks: once
    fi
    _multivenv_vw_write_hooks "$VIRTUALENVWRAPPER_HOOK_DIR" initialize premkvirtualenv postmkvirtualenv \
        prermvirtualenv postrmvirtualenv preactivate postactivate predeactivate postdeactivate premkproject \
        postmkproject get_env_details
    if [ -r "$VIRTUALENVWRAPPER_HOOK_DIR/initialize" ]; then
        # shellcheck disable=SC1091 # the user's file
        . "$VIRTUALENVWRAPPER_HOOK_DIR/initialize" || :
    fi
}

function virtualenvwrapper_derive_workon_home {
    _multivenv_vw_derive
    printf '%s\n' "$_multivenv_reply"
}

# derive: $_multivenv_reply, the absolute path of WORKON_HOME
_multivenv_vw_derive() {
    _multivenv_reply=${WORKON_HOME:-$HOME/.virtualenvs}
    case $_multivenv_reply in
    *[~\$]*) _multivenv_reply=$(virtualenvwrapper_expandpath "$_multivenv_reply") ;; # forks: a path in Python's notation
    esac
    case $_multivenv_reply in
    /*) ;;
    *) _multivenv_reply=$HOME/$_multivenv_reply ;;
    esac
    while [ "${_multivenv_reply%%//*}" != "$_multivenv_reply" ]; do
        _multivenv_reply=${_multivenv_reply%%//*}/${_multivenv_reply#*//}
    done
}

# verify_workon_home [-q]: makes it, and sets for the verbs where the environments and hooks are
function virtualenvwrapper_verify_workon_home {
    if ! [ -d "$WORKON_HOME/" ]; then
        [ "${1-}" = -q ] || printf '%s\n' "NOTE: Virtual environments directory $WORKON_HOME does not exist. Creating..." >&2
        \command mkdir -p -- "$WORKON_HOME" || return 1 # forks: once
    fi
    MULTIVENV_HOME=$WORKON_HOME MULTIVENV_HOOKS=${VIRTUALENVWRAPPER_HOOK_DIR:-$WORKON_HOME}
    _multivenv_need environments || _multivenv_renew : # after an upgrade
}

function virtualenvwrapper_verify_project_home {
    if ! [ -d "${PROJECT_HOME-}" ]; then
        [ "${1-}" = -q ] || _multivenv_vw_fail "PROJECT_HOME is '${PROJECT_HOME-}', which does not exist: mkdir it"
        return 1
    fi
}

function virtualenvwrapper_verify_active_environment {
    if [ -z "${VIRTUAL_ENV-}" ] || ! [ -d "$VIRTUAL_ENV" ]; then
        _multivenv_vw_fail "no environment is active: workon NAME activates one"
    fi
}

function virtualenvwrapper_verify_virtualenv { _multivenv_vw_has "$VIRTUALENVWRAPPER_VIRTUALENV"; }
function virtualenvwrapper_verify_virtualenv_clone { _multivenv_vw_has "$VIRTUALENVWRAPPER_VIRTUALENV_CLONE"; }

_multivenv_vw_has() {
    \command -v "$1" >/dev/null 2>&1 || _multivenv_vw_fail "no command '$1' on PATH"
}

# ---- helpers --------------------------------------------------------------------------------------

# fail TEXT: without parentheses or quotes of its own, as scripts of users evaluate what they catch
_multivenv_vw_fail() {
    _multivenv_need messages
    _multivenv_say "$1"
    _multivenv_end 1
}

_multivenv_vw_help() {
    _multivenv_need messages
    _multivenv_help ../compat/virtualenvwrapper
    _multivenv_end 0
}

# without zsh's chpwd
if [ -n "${ZSH_VERSION-}" ]; then
    # shellcheck disable=SC2164 # its status is the caller's
    function virtualenvwrapper_cd { builtin cd -q "$@"; }
else
    # shellcheck disable=SC2164 # as above
    function virtualenvwrapper_cd { builtin cd "$@"; }
fi

# python WORD...: the one of VIRTUALENVWRAPPER_PYTHON, or else python3, but not that of the active environment
_multivenv_vw_python() (
    if [ -n "${VIRTUAL_ENV-}" ]; then
        _multivenv_need activate
        _multivenv_cut "$PATH" "$VIRTUAL_ENV/bin"
        PATH=$_multivenv_reply
    fi
    "${VIRTUALENVWRAPPER_PYTHON:-python3}" "$@"
)

function virtualenvwrapper_expandpath {
    _multivenv_vw_python -c 'import os, sys
print(os.path.normpath(os.path.expanduser(os.path.expandvars(sys.argv[1]))))' "$1"
}

# absolute PATH: $_multivenv_reply
_multivenv_vw_absolute() {
    if [ -d "$1" ]; then
        _multivenv_reply=$(virtualenvwrapper_cd "$1" && pwd) # forks: the way to resolve `..`
    else
        case $1 in
        /*) _multivenv_reply=$1 ;;
        *) _multivenv_reply=$PWD/$1 ;;
        esac
    fi
}

# project DIR: $_multivenv_project, the directory that the environment is bound to
_multivenv_vw_project() {
    _multivenv_need environments
    _multivenv_sh _multivenv_project_in "$1/$VIRTUALENVWRAPPER_PROJECT_FILENAME"
}

_multivenv_vw_exists() { [ -e "$WORKON_HOME/$1" ] || [ -h "$WORKON_HOME/$1" ]; }

# list: _multivenv_vw_words, the names of all environments
_multivenv_vw_list() {
    _multivenv_vw_words=()
    _multivenv_need environments
    _multivenv_sh _multivenv_vw_each
    _multivenv_end "$?"
}

_multivenv_vw_each() { _multivenv_set_home && _multivenv_each '' _multivenv_vw_note; }
_multivenv_vw_note() { _multivenv_vw_words+=("$1"); }

# split TEXT: _multivenv_vw_words, its words. In _multivenv_sh.
# shellcheck disable=SC2206 # as virtualenvwrapper splits it
_multivenv_vw_split() { _multivenv_vw_words=($1); }

# ---- hooks ----------------------------------------------------------------------------------------

# write_hooks DIR NAME...: writes those that do not exist
_multivenv_vw_write_hooks() {
    local dir=$1 name how
    local -a run
    run=()
    shift
    for name; do
        [ ! -e "$dir/$name" ] || continue
        how='started as a program'
        case $name in
        initialize | postmkvirtualenv | postactivate | predeactivate | postdeactivate) how=sourced ;;
        *) run+=("$dir/$name") ;;
        esac
        printf '%s\n' "#!${SHELL:-/bin/sh}" "# the hook $name: $how" '' >|"$dir/$name" || return 1
    done
    [ "${#run[@]}" -eq 0 ] || \command chmod +x -- "${run[@]}" # forks: only new ones
}

_multivenv_vw_write_local_hooks() {
    _multivenv_vw_write_hooks "$WORKON_HOME/$1/bin" preactivate postactivate predeactivate postdeactivate get_env_details
}

# run_hook NAME WORD...: a global hook, by virtualenvwrapper's own name for it; get_env_details also that of
# the environment
function virtualenvwrapper_run_hook {
    local _multivenv_vw_name=${1#project.} _multivenv_vw_dir=${VIRTUALENVWRAPPER_HOOK_DIR:-$WORKON_HOME}
    case $_multivenv_vw_name in
    pre_* | post_*) _multivenv_vw_name=${_multivenv_vw_name%%_*}${_multivenv_vw_name#*_} ;;
    esac
    shift
    _multivenv_need activate || return
    case $_multivenv_vw_name in
    initialize | predeactivate | postdeactivate | postactivate | postmk* | postcp*)
        if [ -r "$_multivenv_vw_dir/$_multivenv_vw_name" ]; then _multivenv_source_hook "$_multivenv_vw_dir/$_multivenv_vw_name"; fi
        ;;
    *)
        _multivenv_sh _multivenv_run_hook "$_multivenv_vw_dir/$_multivenv_vw_name" "$WORKON_HOME" "$@"
        if [ "$_multivenv_vw_name" = get_env_details ]; then
            _multivenv_sh _multivenv_run_hook "$WORKON_HOME/$1/bin/$_multivenv_vw_name" "$WORKON_HOME" "$@"
        fi
        ;;
    esac
    _multivenv_end 0
}

# The hooks of a project, when its environment has been switched on, and before it is left
_multivenv_on_switch=_multivenv_vw_on_switch
_multivenv_on_leave=_multivenv_vw_on_leave

_multivenv_vw_on_switch() {
    _multivenv_vw_project "$1" || return 0
    case ${MULTIVENV_CD-}$VIRTUALENVWRAPPER_PROJECT_FILENAME in
    1.project | 0* | '') ;;
    1*) virtualenvwrapper_cd "$_multivenv_project" || : ;; # the verbs know only .project
    esac
    _multivenv_vw_project_hook postactivate
}

_multivenv_vw_on_leave() {
    ! _multivenv_vw_project "$1" || _multivenv_vw_project_hook predeactivate
}

_multivenv_vw_project_hook() {
    case $_multivenv_project in
    /*) if [ -r "$_multivenv_project/.virtualenvwrapper/$1" ]; then
        _multivenv_source_hook "$_multivenv_project/.virtualenvwrapper/$1"
    fi ;;
    esac
}

# ---- creating, copying, removing ------------------------------------------------------------------

function mkvirtualenv {
    virtualenvwrapper_verify_workon_home || return 1
    local _multivenv_vw_name='' _multivenv_vw_project='' _multivenv_vw_python='' _multivenv_vw_simple=yes \
        MULTIVENV_CD=$VIRTUALENVWRAPPER_WORKON_CD
    local -a _multivenv_vw_options _multivenv_vw_packages _multivenv_vw_files _multivenv_vw_given
    _multivenv_vw_options=() _multivenv_vw_packages=() _multivenv_vw_files=() _multivenv_vw_given=()
    _multivenv_sh _multivenv_vw_split "${VIRTUALENVWRAPPER_VIRTUALENV_ARGS-}"
    set -- ${_multivenv_vw_words[@]+"${_multivenv_vw_words[@]}"} "$@"
    while [ "$#" -gt 0 ]; do
        case $1 in
        -h | --help)
            _multivenv_vw_help
            return
            ;;
        -a)
            if ! [ -d "${2-}" ]; then
                _multivenv_vw_fail "'${2-}' is not a directory"
                return
            fi
            _multivenv_vw_absolute "$2"
            _multivenv_vw_project=$_multivenv_reply
            ;;
        -i) _multivenv_vw_packages+=("${2-}") ;;
        -r) _multivenv_vw_files+=(-r "$(virtualenvwrapper_expandpath "${2-}")") ;; # forks: as above
        -p | --python) _multivenv_vw_python=${2-} ;;
        --python=*) _multivenv_vw_python=${1#*=} ;;
        --system-site-packages | --without-pip)
            _multivenv_vw_options+=("$1")
            _multivenv_vw_given+=("$1")
            ;;
        --no-site-packages | --no-setuptools | --no-wheel | --no-download) # mkvenv does as they say
            _multivenv_vw_given+=("$1")
            ;;
        -*)
            _multivenv_vw_simple=
            _multivenv_vw_given+=("$1")
            ;;
        *)
            _multivenv_vw_name=$1
            _multivenv_vw_given+=("$1")
            ;;
        esac
        case $1 in
        -a | -i | -r | -p | --python) [ "$#" -lt 2 ] || shift ;;
        esac
        shift
    done
    if [ "$_multivenv_vw_simple$VIRTUALENVWRAPPER_VIRTUALENV" != yesvirtualenv ]; then
        _multivenv_vw_by_program
    elif [ -e "$WORKON_HOME/$_multivenv_vw_name/pyvenv.cfg" ]; then
        _multivenv_vw_finish # as virtualenv would
    else
        _multivenv_vw_by_mkvenv
    fi
}

# These three continue mkvirtualenv, with its variables

_multivenv_vw_by_mkvenv() {
    _multivenv_vw_options+=(${_multivenv_vw_files[@]+"${_multivenv_vw_files[@]}"})
    [ -z "$_multivenv_vw_python" ] || _multivenv_vw_options+=(-p "$_multivenv_vw_python")
    [ -z "$_multivenv_vw_project" ] || _multivenv_vw_options+=("--bind=$_multivenv_vw_project")
    _multivenv_vw_options+=(-- "$_multivenv_vw_name") # without a name, mkvenv would take that of the project
    mkvenv ${_multivenv_vw_options[@]+"${_multivenv_vw_options[@]}"} \
        ${_multivenv_vw_packages[@]+"${_multivenv_vw_packages[@]}"} || return
    _multivenv_vw_write_local_hooks "$_multivenv_vw_name"
    _multivenv_vw_note_project "$_multivenv_vw_name" "$_multivenv_vw_project"
}

_multivenv_vw_by_program() {
    virtualenvwrapper_verify_virtualenv || return 1
    [ -z "$_multivenv_vw_python" ] || _multivenv_vw_given=("--python=$_multivenv_vw_python" ${_multivenv_vw_given[@]+"${_multivenv_vw_given[@]}"})
    (virtualenvwrapper_cd "$WORKON_HOME" && "$VIRTUALENVWRAPPER_VIRTUALENV" ${_multivenv_vw_given[@]+"${_multivenv_vw_given[@]}"}) || return
    if [ -n "$_multivenv_vw_name" ] && [ -d "$WORKON_HOME/$_multivenv_vw_name" ]; then _multivenv_vw_finish; fi
}

_multivenv_vw_finish() {
    _multivenv_vw_write_local_hooks "$_multivenv_vw_name"
    virtualenvwrapper_run_hook pre_mkvirtualenv "$_multivenv_vw_name"
    if [ -n "$_multivenv_vw_project" ]; then
        setvirtualenvproject "$_multivenv_vw_name" "$_multivenv_vw_project" || return
    fi
    usevenv -- "$_multivenv_vw_name" || return
    _multivenv_vw_files+=(${_multivenv_vw_packages[@]+"${_multivenv_vw_packages[@]}"})
    if [ "${#_multivenv_vw_files[@]}" -gt 0 ]; then
        "$VIRTUAL_ENV/bin/python" -m pip install "${_multivenv_vw_files[@]}" || return
    fi
    virtualenvwrapper_run_hook post_mkvirtualenv
}

function cpvirtualenv {
    virtualenvwrapper_verify_workon_home || return 1
    local _multivenv_vw_from=${1-} _multivenv_vw_name=${2-} MULTIVENV_CD=$VIRTUALENVWRAPPER_WORKON_CD
    if [ -n "$_multivenv_vw_from" ] && ! [ -e "$WORKON_HOME/$_multivenv_vw_from" ]; then
        _multivenv_vw_from=$(virtualenvwrapper_expandpath "$_multivenv_vw_from") # forks: as above
        _multivenv_vw_absolute "$_multivenv_vw_from"
        _multivenv_vw_from=$_multivenv_reply
        _multivenv_vw_name=${_multivenv_vw_name:-${_multivenv_vw_from##*/}}
    fi
    _multivenv_vw_name=${_multivenv_vw_name:-$_multivenv_vw_from}
    case $_multivenv_vw_from in
    '' | /*) ;;
    *) _multivenv_vw_from=$WORKON_HOME/$_multivenv_vw_from ;;
    esac
    if ! [ -e "$_multivenv_vw_from" ]; then
        printf '%s\n' 'Please provide a valid virtualenv to copy.'
        return 1
    elif [ -e "$WORKON_HOME/$_multivenv_vw_name" ]; then
        printf '%s\n' "$_multivenv_vw_name virtualenv already exists."
        return 1
    elif [ "$VIRTUALENVWRAPPER_VIRTUALENV_CLONE" = virtualenv-clone ]; then
        cpvenv --use -- "$_multivenv_vw_from" "$_multivenv_vw_name" || return
        _multivenv_vw_write_local_hooks "$_multivenv_vw_name"
        return
    fi
    virtualenvwrapper_verify_virtualenv_clone || return 1
    (virtualenvwrapper_cd "$WORKON_HOME" && "$VIRTUALENVWRAPPER_VIRTUALENV_CLONE" "$_multivenv_vw_from" "$WORKON_HOME/$_multivenv_vw_name") || return
    _multivenv_vw_write_local_hooks "$_multivenv_vw_name"
    virtualenvwrapper_run_hook pre_cpvirtualenv "$_multivenv_vw_from" "$_multivenv_vw_name"
    virtualenvwrapper_run_hook pre_mkvirtualenv "$_multivenv_vw_name"
    usevenv -- "$_multivenv_vw_name" || return
    virtualenvwrapper_run_hook post_mkvirtualenv
    virtualenvwrapper_run_hook post_cpvirtualenv
}

function rmvirtualenv {
    virtualenvwrapper_verify_workon_home || return 1
    if [ "$#" -eq 0 ]; then
        _multivenv_vw_fail 'rmvirtualenv needs a name'
        return
    fi
    local _multivenv_vw_name
    for _multivenv_vw_name; do
        if _multivenv_vw_exists "$_multivenv_vw_name"; then
            rmvenv -y -- "$_multivenv_vw_name" || return
        else
            _multivenv_vw_fail "no environment named '$_multivenv_vw_name' to remove" || :
        fi
    done
}

function mktmpenv {
    local _multivenv_vw_cd=$VIRTUALENVWRAPPER_WORKON_CD
    local -a _multivenv_vw_given
    virtualenvwrapper_verify_workon_home || return 1
    _multivenv_vw_given=()
    while [ "$#" -gt 0 ]; do
        case $1 in
        -n | --no-cd) _multivenv_vw_cd=0 ;;
        -c | --cd) _multivenv_vw_cd=1 ;;
        -p | -r | -e | --python | --requirement | --editable)
            _multivenv_vw_given+=("$1" "${2-}")
            [ "$#" -lt 2 ] || shift
            ;;
        -*) _multivenv_vw_given+=("$1") ;;
        *)
            _multivenv_vw_fail "mktmpenv takes no name, but got '$1'"
            return
            ;;
        esac
        shift
    done
    mkvenv --temp ${_multivenv_vw_given[@]+"${_multivenv_vw_given[@]}"} || return
    if [ "$_multivenv_vw_cd" = 1 ]; then cdvirtualenv ''; fi
}

# ---- using ----------------------------------------------------------------------------------------

function workon {
    local _multivenv_vw_name='' MULTIVENV_CD=$VIRTUALENVWRAPPER_WORKON_CD
    while [ "$#" -gt 0 ]; do
        case $1 in
        -h | --help)
            _multivenv_vw_help
            return
            ;;
        -n | --no-cd) MULTIVENV_CD=0 ;;
        -c | --cd) MULTIVENV_CD=1 ;;
        *) _multivenv_vw_name=${_multivenv_vw_name:-$1} ;;
        esac
        shift
    done
    virtualenvwrapper_verify_workon_home || return 1
    case $_multivenv_vw_name in
    '')
        lsvenvs --names
        return 1
        ;;
    .) _multivenv_vw_name=${PWD##*/} ;;
    esac
    if [ "$_multivenv_vw_name" != - ] && ! _multivenv_vw_exists "$_multivenv_vw_name"; then
        _multivenv_vw_fail "no environment named '$_multivenv_vw_name': mkvirtualenv creates it, lsvirtualenv -b lists all"
        return
    fi
    usevenv -- "$_multivenv_vw_name"
}

function lsvirtualenv {
    case $*/${1-} in
    -b/-b) ;;
    / | -l/-l)
        allvirtualenv showvirtualenv
        return
        ;;
    *)
        _multivenv_vw_help
        return 1
        ;;
    esac
    virtualenvwrapper_verify_workon_home && lsvenvs --names
}

function virtualenvwrapper_show_workon_options { lsvirtualenv -b; }

function showvirtualenv {
    if [ -z "${1-}" ]; then
        virtualenvwrapper_verify_active_environment || return 1
        set -- "${VIRTUAL_ENV##*/}"
    fi
    virtualenvwrapper_run_hook get_env_details "$1"
    printf '\n'
}

# The command may be a function, and no hooks run
function allvirtualenv {
    virtualenvwrapper_verify_workon_home || return 1
    local _multivenv_vw_name
    _multivenv_vw_list
    for _multivenv_vw_name in ${_multivenv_vw_words[@]+"${_multivenv_vw_words[@]}"}; do
        printf '%s\n' "$_multivenv_vw_name" "${_multivenv_vw_name//?/=}"
        (_multivenv_vw_become "$_multivenv_vw_name" && "$@") || : # forks: what the command changes does not last
        printf '\n'
    done
}

_multivenv_vw_become() {
    _multivenv_need activate || return
    if [ -n "${VIRTUAL_ENV-}" ]; then _multivenv_sh _multivenv_switch_off "$VIRTUAL_ENV"; fi
    # the name, and whether it has variables
    set -- "$1" ''
    if [ -f "$WORKON_HOME/$1/.env" ] && _multivenv_is_at_home "$WORKON_HOME/$1" "$WORKON_HOME"; then
        _multivenv_need variables || return
        set -- "$1" variables
    fi
    _multivenv_sh _multivenv_switch_on "$WORKON_HOME/$1" '' '' "$1" "$2"
    virtualenvwrapper_cd "$VIRTUAL_ENV"
}

function cdvirtualenv {
    virtualenvwrapper_verify_workon_home && virtualenvwrapper_verify_active_environment || return 1
    virtualenvwrapper_cd "$VIRTUAL_ENV/${1-}"
}

function cdsitepackages {
    _multivenv_vw_site || return 1
    virtualenvwrapper_cd "$_multivenv_vw_dir/${1-}"
}

function virtualenvwrapper_get_site_packages_dir { _multivenv_vw_site && printf '%s\n' "$_multivenv_vw_dir"; }

function virtualenvwrapper_get_python_version {
    "$VIRTUAL_ENV/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'
}

# site: $_multivenv_vw_dir, the site-packages of the active environment
_multivenv_vw_site() {
    virtualenvwrapper_verify_workon_home && virtualenvwrapper_verify_active_environment || return 1
    _multivenv_need verbs || return
    _multivenv_sh _multivenv_find_site "$VIRTUAL_ENV" || return
    _multivenv_vw_dir=$_multivenv_path
    _multivenv_end 0
}

# ---- packages -------------------------------------------------------------------------------------

function lssitepackages {
    _multivenv_vw_site || return 1
    \command ls "$@" "$_multivenv_vw_dir" || return # forks: it is about ls
    if [ -f "$_multivenv_vw_dir/_virtualenv_path_extensions.pth" ]; then
        printf '\n_virtualenv_path_extensions.pth:\n'
        \command cat "$_multivenv_vw_dir/_virtualenv_path_extensions.pth" # forks: as above
    fi
}

function add2virtualenv {
    _multivenv_vw_site || return 1
    local file=$_multivenv_vw_dir/_virtualenv_path_extensions.pth remove='' dir line text=''
    if [ "${1-}" = -d ]; then
        remove=yes
        shift
    elif [ "$#" -eq 0 ]; then
        printf '%s\n' 'Usage: add2virtualenv [-d] DIR...'
        [ ! -f "$file" ] || grep -v '^import' "$file" # forks: for the user to read
        return 1
    fi
    # Python appends the lines of this file to sys.path. The last line moves them to its start.
    text='import sys; sys.__multivenv = len(sys.path)
import sys; at = getattr(sys, "__egginsert", 0); n = sys.__multivenv; sys.path[:] = sys.path[:at] + sys.path[n:] + sys.path[at:n]; sys.__egginsert = at + len(sys.path) - n
'
    if [ -f "$file" ]; then
        text=
        while IFS= read -r line; do text=$text$line$'\n'; done <"$file"
    fi
    for dir; do
        _multivenv_vw_absolute "$dir"
        case $remove$'\n'$text in
        yes*$'\n'"$_multivenv_reply"$'\n'*) text=${text%%$'\n'"$_multivenv_reply"$'\n'*}$'\n'${text#*$'\n'"$_multivenv_reply"$'\n'} ;;
        yes*) ;;
        *) text=${text%%$'\n'*}$'\n'$_multivenv_reply$'\n'${text#*$'\n'} ;; # after the first line
        esac
    done
    printf %s "$text" >|"$file"
}

function toggleglobalsitepackages {
    virtualenvwrapper_verify_workon_home && virtualenvwrapper_verify_active_environment || return 1
    if [ "${1-}" = -q ]; then
        toggleglobalsitepackages '' 2>/dev/null
        return
    fi
    _multivenv_verb verbs : by_helper toggle_system_site "${VIRTUAL_ENV##*/}"
}

function wipeenv {
    virtualenvwrapper_verify_workon_home && virtualenvwrapper_verify_active_environment || return 1
    local names
    names=$("$VIRTUAL_ENV/bin/python" -m pip --disable-pip-version-check list --format=freeze) || return
    names=$(printf '%s\n' "$names" | sed 's/==.*//' | grep -vxE 'pip|setuptools|wheel|distribute')
    if [ -z "$names" ]; then
        printf '%s\n' 'Nothing to remove.'
        return
    fi
    printf '%s\n' "$names" | xargs "$VIRTUAL_ENV/bin/python" -m pip --disable-pip-version-check uninstall -y
}

# ---- projects -------------------------------------------------------------------------------------

function setvirtualenvproject {
    local env=${1:-${VIRTUAL_ENV-}} dir
    _multivenv_vw_absolute "${2:-$PWD}"
    dir=$_multivenv_reply
    env=${env##*/}
    virtualenvwrapper_verify_workon_home || return 1
    if ! [ -d "$dir" ]; then
        _multivenv_vw_fail "'$dir' is not a directory"
        return
    fi
    bindvenv -- "$env" "$dir" || return
    _multivenv_vw_note_project "$env" "$dir"
}

# note_project NAME DIR: in the file of VIRTUALENVWRAPPER_PROJECT_FILENAME, beside .project
_multivenv_vw_note_project() {
    if [ -n "$2" ] && [ "$VIRTUALENVWRAPPER_PROJECT_FILENAME" != .project ]; then
        printf '%s\n' "$2" >|"$WORKON_HOME/$1/$VIRTUALENVWRAPPER_PROJECT_FILENAME"
    fi
}

function cdproject {
    virtualenvwrapper_verify_workon_home && virtualenvwrapper_verify_active_environment || return 1
    if ! _multivenv_vw_project "$VIRTUAL_ENV"; then
        _multivenv_vw_fail "No project set in $VIRTUAL_ENV/$VIRTUALENVWRAPPER_PROJECT_FILENAME: setvirtualenvproject sets it"
        return
    fi
    virtualenvwrapper_cd "$_multivenv_project"
    _multivenv_end "$?"
}

function mkproject {
    local _multivenv_vw_force='' _multivenv_vw_name='' _multivenv_vw_template
    local -a _multivenv_vw_templates _multivenv_vw_given
    _multivenv_vw_templates=() _multivenv_vw_given=()
    while [ "$#" -gt 0 ]; do
        case $1 in
        -h | --help)
            _multivenv_vw_help
            printf '\n%s\n' 'Templates:'
            _multivenv_vw_template
            return
            ;;
        -f | --force) _multivenv_vw_force=yes ;;
        -t)
            _multivenv_vw_templates+=("${2-}")
            [ "$#" -lt 2 ] || shift
            ;;
        *)
            _multivenv_vw_name=$1
            _multivenv_vw_given+=("$1")
            ;;
        esac
        shift
    done
    virtualenvwrapper_verify_project_home || return 1
    if [ -z "$_multivenv_vw_force" ] && [ -n "$_multivenv_vw_name" ] && [ -d "$PROJECT_HOME/$_multivenv_vw_name" ]; then
        _multivenv_vw_fail "project '$PROJECT_HOME/$_multivenv_vw_name' already exists: mkproject -f uses it"
        return
    fi
    mkvirtualenv ${_multivenv_vw_given[@]+"${_multivenv_vw_given[@]}"} || return
    virtualenvwrapper_cd "$PROJECT_HOME" || return
    virtualenvwrapper_run_hook project.pre_mkproject "$_multivenv_vw_name"
    \command mkdir -p -- "$PROJECT_HOME/$_multivenv_vw_name" || return # forks: once
    setvirtualenvproject "$_multivenv_vw_name" "$PROJECT_HOME/$_multivenv_vw_name" || return
    virtualenvwrapper_cd "$PROJECT_HOME/$_multivenv_vw_name" || return
    for _multivenv_vw_template in ${_multivenv_vw_templates[@]+"${_multivenv_vw_templates[@]}"}; do
        _multivenv_vw_template "$_multivenv_vw_template" "$_multivenv_vw_name" "$PROJECT_HOME/$_multivenv_vw_name" || return
    done
    virtualenvwrapper_run_hook project.post_mkproject
}

# template [NAME PROJECT DIR]: applies a template that is installed for VIRTUALENVWRAPPER_PYTHON, or lists them
_multivenv_vw_template() { _multivenv_vw_python "${_multivenv_compat%/*}/templates.py" "$@"; }

# ---- the overview ---------------------------------------------------------------------------------

_virtualenvwrapper_version() { printf '%s\n' "$_multivenv_version"; }

function virtualenvwrapper {
    printf '%s\n' "virtualenvwrapper's commands, by multivenv" "Version: $_multivenv_version" "Script: $VIRTUALENVWRAPPER_SCRIPT" \
        "WORKON_HOME: $WORKON_HOME" "PROJECT_HOME: ${PROJECT_HOME-}" "Hooks: $VIRTUALENVWRAPPER_HOOK_DIR" ''
    _multivenv_vw_help
}

# ---- completion, and the start --------------------------------------------------------------------

# complete COMMAND TYPED: in bash, completes as the verb does
_multivenv_vw_complete() {
    local verb=usevenv
    case $1 in
    rmvirtualenv) verb=rmvenv ;;
    showvirtualenv) verb=showvenv ;;
    cpvirtualenv) verb=cpvenv ;;
    esac
    COMP_POINT=$((COMP_POINT - ${#1} + ${#verb}))
    COMP_LINE=$verb${COMP_LINE#*"$1"}
    _multivenv_complete "$verb" "${@:2}"
}

# dirs COMMAND TYPED: _multivenv_vw_words, the directories below that of cdvirtualenv or cdsitepackages
_multivenv_vw_dirs() {
    local dir=${VIRTUAL_ENV-} each
    _multivenv_vw_words=()
    if [ "$1" = cdsitepackages ] && _multivenv_vw_site 2>/dev/null; then dir=$_multivenv_vw_dir; fi
    for each in "$dir/$2"*/; do
        [ -z "$dir" ] || ! [ -d "$each" ] || _multivenv_vw_words+=("${each#"$dir/"}")
    done
}

case $- in
*i*)
    if [ -n "${ZSH_VERSION-}" ]; then
        _multivenv_vw_reply() {
            _multivenv_vw_list
            # shellcheck disable=SC2034 # for zsh
            reply=("${_multivenv_vw_words[@]}")
        }
        _multivenv_vw_reply_dirs() {
            local words
            read -r -Ac words # the words of the line
            _multivenv_need environments
            _multivenv_sh _multivenv_vw_dirs "${words[1]}" "$1"
            # shellcheck disable=SC2034 # as above
            reply=("${_multivenv_vw_words[@]}")
        }
        compctl -K _multivenv_vw_reply workon rmvirtualenv cpvirtualenv showvirtualenv
        compctl -S '' -K _multivenv_vw_reply_dirs cdvirtualenv cdsitepackages
    else
        _multivenv_vw_complete_dirs() {
            _multivenv_vw_dirs "$1" "$2"
            COMPREPLY=(${_multivenv_vw_words[@]+"${_multivenv_vw_words[@]}"})
        }
        complete -F _multivenv_vw_complete workon rmvirtualenv showvirtualenv
        complete -o default -F _multivenv_vw_complete cpvirtualenv
        complete -o nospace -o filenames -F _multivenv_vw_complete_dirs cdvirtualenv cdsitepackages
        complete -o default mkvirtualenv mkproject mktmpenv lsvirtualenv allvirtualenv add2virtualenv lssitepackages \
            setvirtualenvproject cdproject wipeenv toggleglobalsitepackages virtualenvwrapper
    fi
    ;;
esac

[ -n "${_multivenv_renewing-}" ] || virtualenvwrapper_initialize
