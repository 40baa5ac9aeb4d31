# shellcheck shell=sh
# multivenv: named Python environments, kept in one place, driven from the shell prompt.
#
# Source this file from .bashrc, .zshrc or any POSIX shell's own rc file. Sourcing it defines the
# verbs and nothing more: it prints nothing, starts no process and makes no directory.
#
# How this file, and shell/verbs.sh, which it reads when it needs it, are written:
#
#   - Public names are the verbs. Everything else starts with _multivenv_.
#   - ksh93 has no `local` and dash no `typeset`, so the only local variables are the positional
#     parameters. Scratch variables are global, and _multivenv_end, with which every verb closes,
#     forgets them all. A function answers in $_multivenv_reply: $(...) would start a process.
#   - What outlives a verb: _multivenv_root, _multivenv_version, _multivenv_previous, and while an
#     environment is active _multivenv_active, _multivenv_label, _multivenv_pkgconfig,
#     _multivenv_uv and the three _OLD_VIRTUAL_ variables of every activation script.
#   - A verb is `check && act; _multivenv_end "$?"`, so that under `set -e` only its own status
#     counts for the caller.
#   - _multivenv_sh runs a function with sh's rules in zsh, and without `set -e`. What runs the
#     user's own code (hooks, another tool's deactivate, cd with its chpwd functions) stays outside.

# An alias named like a function breaks its definition.
unalias mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv cpvenv mvvenv bindvenv linkvenv runvenv multivenv 2>/dev/null || :

# ---- where this file is ---------------------------------------------------------------------

# The forms that name the file being sourced stand inside eval: each is an error in other shells.
if [ -n "${MULTIVENV_ROOT-}" ]; then
    _multivenv_root=$MULTIVENV_ROOT/multivenv.sh
elif [ -n "${BASH_VERSION-}" ]; then
    eval '_multivenv_root=${BASH_SOURCE[0]}' # eval: fixed text
elif [ -n "${ZSH_VERSION-}" ]; then
    eval '_multivenv_root=${(%):-%x}' # eval: fixed text
else
    case ${KSH_VERSION-} in
    *93*) eval '_multivenv_root=${.sh.file}' ;; # eval: fixed text
    *) _multivenv_root= ;;
    esac
fi
case $_multivenv_root in
/*) ;;
?*) _multivenv_root=$PWD/${_multivenv_root#./} ;;
esac
_multivenv_root=${_multivenv_root%/*}
if ! [ -r "$_multivenv_root/helper/__main__.py" ]; then
    case $_multivenv_root in
    '') set -- "this shell cannot tell where multivenv.sh is" "$@" ;;
    *) set -- "there is no helper in '$_multivenv_root'" "$@" ;;
    esac
    printf '%s\n' "multivenv: $1 (set MULTIVENV_ROOT to the folder of multivenv.sh before sourcing it)" >&2
    shift
    unset -v _multivenv_root
    return 1
fi

_multivenv_version=0.1.0
_multivenv_previous=${_multivenv_previous-}

# ---- differences between shells -------------------------------------------------------------

if [ -n "${ZSH_VERSION-}" ]; then
    _multivenv_sh() {
        emulate -L sh
        set +e
        "$@"
    }
else
    _multivenv_sh() {
        case $- in
        *e*)
            set +e
            "$@"
            set -- "$?"
            set -e
            return "$1"
            ;;
        *) "$@" ;;
        esac
    }
fi

# zsh's own `command cd` looks for a program, and bash 3.2 ends a `set -e` shell in which it fails.
case ${ZSH_VERSION-}${BASH_VERSION-} in
'')
    # shellcheck disable=SC2164 # its status is the verb's
    _multivenv_chdir() { \command cd -- "$1"; }
    ;;
*)
    # shellcheck disable=SC2164 # its status is the verb's
    _multivenv_chdir() { builtin cd -- "$1"; }
    ;;
esac

# printf is a program in mksh.
case ${KSH_VERSION-} in
*MIRBSD*)
    _multivenv_print() { print -r -- "$1"; }
    _multivenv_print_names() { _multivenv_each '' print -r --; }
    ;;
*)
    _multivenv_print() { printf '%s\n' "$1"; }
    _multivenv_print_names() { _multivenv_each '' printf '%s\n'; }
    ;;
esac

# ---- saying things --------------------------------------------------------------------------

# say TEXT: a name in it may have control characters, which are not the terminal's to obey
_multivenv_say() {
    case $1 in
    *[[:cntrl:]]*) _multivenv_with _multivenv_say_plainly "$1" ;;
    *) _multivenv_print "multivenv: $1" >&2 ;;
    esac
}

# misuse VERB MESSAGE
_multivenv_misuse() {
    _multivenv_say "$2 (see $1 --help)"
    return 2
}

# no_option VERB WORD
_multivenv_no_option() { _multivenv_misuse "$1" "$1 has no option '$2'"; }

# with FUNCTION WORD...: runs a function of shell/verbs.sh. That file is half of the plugin, and not
# needed to activate: it is read when it is used, so that no shell that is opened has to wait for
# it, and forgotten afterwards.
_multivenv_with() {
    if _multivenv_is_function _multivenv_forget_verbs; then # one of its functions asks
        "$@"
        return
    fi
    # shellcheck source=shell/verbs.sh disable=SC1091 # checked by itself
    . "$_multivenv_root/shell/verbs.sh"
    "$@"
    set -- "$?"
    _multivenv_forget_verbs
    unset -f _multivenv_forget_verbs
    return "$1"
}

# end STATUS: forgets the scratch variables and answers with STATUS
_multivenv_end() {
    unset -v _multivenv_base _multivenv_best _multivenv_bound _multivenv_cache _multivenv_creator _multivenv_done \
        _multivenv_failed _multivenv_flags _multivenv_go _multivenv_home _multivenv_interpreter _multivenv_key \
        _multivenv_leaving _multivenv_line _multivenv_minor _multivenv_passing _multivenv_path _multivenv_project _multivenv_reply \
        _multivenv_saved _multivenv_title _multivenv_tried _multivenv_unusable _multivenv_value _multivenv_what \
        _multivenv_word
    return "$1"
}

# ---- environments ---------------------------------------------------------------------------

# set_home: $_multivenv_home, or why there is none
_multivenv_set_home() {
    _multivenv_home=${MULTIVENV_HOME:-${HOME:+$HOME/.multivenv}}
    while :; do
        case $_multivenv_home in
        *:*) ;;
        ?*/)
            _multivenv_home=${_multivenv_home%/}
            continue
            ;;
        /?*) [ -d "$_multivenv_home" ] || ! [ -e "$_multivenv_home" ] && return ;;
        esac
        _multivenv_with _multivenv_no_home
        return
    done
}

# is_environment DIR: helper/home.py has the same rule, and a test holds the two together
_multivenv_is_environment() {
    [ -e "$1/pyvenv.cfg" ] || [ -e "$1/bin/python" ] || [ -h "$1/bin/python" ] ||
        [ -e "$1/.multivenv-incomplete" ] || { [ -h "$1" ] && ! [ -e "$1" ]; }
}

# each PREFIX COMMAND...: runs COMMAND... NAME, with $_multivenv_path set too, for each environment
# in the order of their bytes, until one fails; at least for those whose names start with PREFIX.
# A thousand positional parameters would make each call slow, so the patterns stand in the loop.
_multivenv_each() {
    case $1 in
    .*) _multivenv_key= ;;
    *) _multivenv_key=$1 ;;
    esac
    shift
    _multivenv_plain_globs
    for _multivenv_path in /dev/null "$_multivenv_home/$_multivenv_key"* "$_multivenv_home"/.[!.]* "$_multivenv_home"/..?*; do
        if [ -e "$_multivenv_path/pyvenv.cfg" ] || _multivenv_is_environment "$_multivenv_path"; then
            "$@" "${_multivenv_path##*/}" || return
        elif [ "$_multivenv_path" = /dev/null ]; then
            _multivenv_globs_back # the first word: the patterns are expanded by now
        fi
    done
}

# Globs that expand, leave dot files to patterns that name them, stay as they are where nothing
# fits, and are sorted as bytes: whatever the user has set. globs_back sets it again.
if [ -n "${BASH_VERSION-}" ]; then
    # shellcheck disable=SC3044 # this branch is bash's
    _multivenv_plain_globs() {
        _multivenv_flags=$-${LC_ALL+A}
        shopt -q dotglob && _multivenv_flags=${_multivenv_flags}D
        shopt -q failglob && _multivenv_flags=${_multivenv_flags}F
        shopt -u dotglob failglob
        set +f
        _multivenv_saved=${LC_ALL-}
        LC_ALL=C
    }
    # shellcheck disable=SC3044 # this branch is bash's
    _multivenv_globs_back() {
        _multivenv_locale_back
        case $_multivenv_flags in *D*) shopt -s dotglob ;; esac
        case $_multivenv_flags in *F*) shopt -s failglob ;; esac
        case $_multivenv_flags in *f*) set -f ;; esac
    }
else
    _multivenv_plain_globs() {
        _multivenv_flags=$-${LC_ALL+A}
        set +f
        # yash holds strings as characters of the locale, and loses them in another one
        case ${YASH_VERSION-} in
        '')
            _multivenv_saved=${LC_ALL-}
            LC_ALL=C
            ;;
        esac
    }
    _multivenv_globs_back() {
        case ${YASH_VERSION-} in '') _multivenv_locale_back ;; esac
        case $_multivenv_flags in *f*) set -f ;; esac
    }
fi

_multivenv_locale_back() {
    case $_multivenv_flags in
    *A*) LC_ALL=$_multivenv_saved ;;
    *) unset -v LC_ALL ;;
    esac
}

# find VERB NAME: $_multivenv_path, the environment of that name, or why there is none
_multivenv_find() {
    _multivenv_set_home || return
    case $2 in
    '' | . | .. | */*) ;;
    *)
        _multivenv_path=$_multivenv_home/$2
        if _multivenv_is_environment "$_multivenv_path"; then
            [ -e "$_multivenv_home/.multivenv/temporary/$2" ] || return 0
        fi
        _multivenv_recover
        ! _multivenv_is_environment "$_multivenv_path" || return 0
        ;;
    esac
    _multivenv_with _multivenv_not_found "$@"
}

# recover: a verb may have been interrupted while an environment stood aside, or a shell killed in
# which a temporary one was active. Then the helper puts it right.
_multivenv_recover() {
    if [ -d "$_multivenv_home/.multivenv/journal" ] || [ -d "$_multivenv_home/.multivenv/aside" ] ||
        [ -d "$_multivenv_home/.multivenv/temporary" ]; then
        _multivenv_with _multivenv_put_right
    fi
}

# was_sound DIR: it looked sound before, at this place, and what that depends on is unchanged.
# looks_sound takes several times as long.
_multivenv_was_sound() {
    [ -r "$1/pyvenv.cfg" ] && [ "$1/.multivenv-sound" -nt "$1/pyvenv.cfg" ] || return 1
    IFS='|' read -r _multivenv_word _multivenv_base _multivenv_key _multivenv_creator <"$1/.multivenv-sound" || return 1
    [ "$_multivenv_word" = "$1" ] && [ "$1/bin/python" -ef "$_multivenv_base" ] && [ -d "$1/lib/$_multivenv_key" ] &&
        [ -x "$1/bin/python" ] && ! [ -e "$1/.multivenv-incomplete" ]
}

# may_use DIR: sound, or judged usable
_multivenv_may_use() {
    case $1 in
    *:*)
        _multivenv_say "'${1##*/}' cannot be activated: its path has a ':', which would split PATH"
        return 1
        ;;
    esac
    _multivenv_was_sound "$1" || _multivenv_with _multivenv_judge "$1"
}

# ---- activation -----------------------------------------------------------------------------

# enter [HOOK]: activates $_multivenv_path, if there is one, then sources the global HOOK too
_multivenv_enter() {
    [ -n "${_multivenv_path-}" ] || return 0
    set -- "$_multivenv_path" "$_multivenv_home" "${1-}" "$_multivenv_previous" "${_multivenv_creator-}" \
        "${_multivenv_title:-${_multivenv_path##*/}}"
    # it is not switched on by itself, unless auto.sh says so afterwards; a stop before this one holds
    [ -z "${_multivenv_auto_env-}" ] || ! _multivenv_is_function _multivenv_heed_stop || _multivenv_heed_stop
    unset -v _multivenv_auto_env
    if [ -n "${_multivenv_active-}${VIRTUAL_ENV-}" ]; then
        _multivenv_leave_any "$2" "$1"
        [ "$_multivenv_previous" != "$1" ] || _multivenv_previous=$4 # it was active already
    fi
    [ ! -f "$2/preactivate" ] || _multivenv_sh _multivenv_run_hook "$2/preactivate" "$2" "${1##*/}"
    ! _multivenv_has_hook "$1" "$2" preactivate || _multivenv_sh _multivenv_run_hook "$1/bin/preactivate" "$2" "${1##*/}"
    _multivenv_sh _multivenv_switch_on "$1" "$2" "$5" "$6"
    [ ! -f "$2/postactivate" ] || _multivenv_source_hook "$2/postactivate"
    ! _multivenv_has_hook "$1" "$2" postactivate || _multivenv_source_hook "$1/bin/postactivate"
    [ -z "$3" ] || [ ! -f "$2/$3" ] || _multivenv_source_hook "$2/$3"
}

# leave_any HOME [NEXT]: leaves whatever environment is active, however it came to be; NEXT is the one
# that will be activated
_multivenv_leave_any() {
    # what another tool activated on top of ours goes first
    if [ "${VIRTUAL_ENV-}" != "${_multivenv_active-}" ] && [ -z "${_multivenv_leaving-}" ] &&
        _multivenv_is_function deactivate; then
        _multivenv_deactivate_other
    fi
    [ -z "${_multivenv_active-}" ] || _multivenv_leave "$_multivenv_active" "$@"
    # inherited from the shell that started this one
    [ -z "${VIRTUAL_ENV-}" ] || _multivenv_leave "$VIRTUAL_ENV" "$@"
}

# leave DIR HOME [NEXT]: with the hooks, local before global; a temporary environment goes
_multivenv_leave() {
    set -- "$1" "$2" "${3-}" "$_multivenv_previous"
    ! _multivenv_has_hook "$1" "$2" predeactivate || _multivenv_source_hook "$1/bin/predeactivate"
    [ ! -f "$2/predeactivate" ] || _multivenv_source_hook "$2/predeactivate"
    _multivenv_sh _multivenv_switch_off "$1"
    ! _multivenv_has_hook "$1" "$2" postdeactivate || _multivenv_source_hook "$1/bin/postdeactivate"
    [ ! -f "$2/postdeactivate" ] || _multivenv_source_hook "$2/postdeactivate"
    unset -v VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV
    if [ "$1" != "$3" ] && [ "$1" = "$2/${1##*/}" ] && [ -e "$2/.multivenv/temporary/${1##*/}" ]; then
        ! _multivenv_sh _multivenv_with _multivenv_drop "$@" || _multivenv_previous=$4
    fi
}

# Other tools' deactivate may read variables that are not set. If it is ours after all, it comes
# back to leave_any.
_multivenv_deactivate_other() {
    _multivenv_leaving=yes
    case $- in
    *u*)
        set +u
        deactivate '' || :
        set -u
        ;;
    *) deactivate '' || : ;;
    esac
}

# is_function NAME: with no PATH to find a program of that name, as pyenv-virtualenv has one
_multivenv_is_function() {
    set -- "$1" "${PATH-}" "${PATH+set}"
    # shellcheck disable=SC2123 # it is PATH that is meant
    PATH=/dev/null
    \command -v "$1" >/dev/null 2>&1 && set -- found "$2" "$3"
    PATH=$2
    [ -n "$3" ] || unset -v PATH
    [ "$1" = found ]
}

# switch_on DIR HOME CREATOR TITLE: the _OLD_VIRTUAL_ variables are for a bin/activate that the user
# sources on top of this: by them it takes this environment out first.
_multivenv_switch_on() {
    _multivenv_active=$1
    _OLD_VIRTUAL_PATH=$PATH
    VIRTUAL_ENV=$1
    VIRTUAL_ENV_PROMPT=$4
    PATH=$1/bin${PATH:+:$PATH}
    export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH
    # as virtualenv's own activate does
    if [ "$3" = virtualenv ]; then
        _multivenv_pkgconfig=${PKG_CONFIG_PATH+set}
        PKG_CONFIG_PATH=$1/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
        export PKG_CONFIG_PATH
    fi
    if [ -n "${PYTHONHOME+set}" ]; then
        _OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME
        unset -v PYTHONHOME
    fi
    _multivenv_label=
    if [ -n "${PS1+set}" ] && [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
        _multivenv_set_label "$4"
        _OLD_VIRTUAL_PS1=$PS1
        PS1=$_multivenv_label$PS1
    fi
    _multivenv_uv_on "$1"
    _multivenv_offer_deactivate
    case $1 in
    "$2"/*) { true >|"$1/.last-used"; } 2>/dev/null || : ;; # its time tells when it was last used
    esac
}

# uv_on DIR: uv works on a bound environment as on a project's own. Not on another one: `uv sync`
# removes what the project does not name.
_multivenv_uv_on() {
    [ -s "$1/.project" ] || return 0
    if [ -n "${UV_PROJECT_ENVIRONMENT+set}" ]; then
        _multivenv_uv=$UV_PROJECT_ENVIRONMENT
        export _multivenv_uv # for a shell started from this one
    fi
    UV_PROJECT_ENVIRONMENT=$1
    export UV_PROJECT_ENVIRONMENT
}

# uv_off DIR: the user's own value comes back, unless there is another one by now
_multivenv_uv_off() {
    if [ "${UV_PROJECT_ENVIRONMENT-}" = "$1" ]; then
        unset -v UV_PROJECT_ENVIRONMENT
        if [ -n "${_multivenv_uv+set}" ]; then
            UV_PROJECT_ENVIRONMENT=$_multivenv_uv
            export UV_PROJECT_ENVIRONMENT
        fi
    fi
    unset -v _multivenv_uv
}

# An alias of the user's named deactivate stays in its place. It would also be expanded in a plain
# definition of the function.
if alias deactivate >/dev/null 2>&1; then
    _multivenv_offer_deactivate() { :; }
else
    eval '_multivenv_offer_deactivate() { deactivate() { stopvenv; }; }' # eval: fixed text
fi

# switch_off DIR: takes out what switch_on put in; what others changed in between stays
_multivenv_switch_off() {
    _multivenv_cut "${PATH-}" "$1/bin"
    PATH=$_multivenv_reply
    if [ -n "${_multivenv_pkgconfig+set}" ]; then
        _multivenv_cut "${PKG_CONFIG_PATH-}" "$1/lib/pkgconfig"
        PKG_CONFIG_PATH=$_multivenv_reply
        [ -n "$_multivenv_reply$_multivenv_pkgconfig" ] || unset -v PKG_CONFIG_PATH
    fi
    if [ -n "${_multivenv_active-}" ] && [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
        PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        export PYTHONHOME
    fi
    # an inherited environment has its label only if PS1 was exported
    [ -n "${_multivenv_label+set}" ] || _multivenv_set_label "${VIRTUAL_ENV_PROMPT-}"
    _multivenv_cut_label "$_multivenv_label"
    if [ "${VIRTUAL_ENV-}" = "$1" ]; then
        unset -v VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    fi
    _multivenv_uv_off "$1"
    if [ -n "${_multivenv_active-}" ]; then
        unset -v _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME
        unset -f deactivate 2>/dev/null || : # there is none beside an alias
    fi
    _multivenv_previous=$1
    # by that name virtualenvwrapper's postdeactivate hooks know the environment just left
    # shellcheck disable=SC2034 # for them
    VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV=$1
    unset -v _multivenv_active _multivenv_label _multivenv_pkgconfig
}

# cut LIST ENTRY: the list of paths without the first such entry
_multivenv_cut() {
    case $1 in
    "$2") _multivenv_reply= ;;
    "$2":*) _multivenv_reply=${1#"$2":} ;;
    *:"$2":*) _multivenv_reply=${1%%:"$2":*}:${1#*:"$2":} ;;
    *:"$2") _multivenv_reply=${1%:"$2"} ;;
    *) _multivenv_reply=$1 ;;
    esac
}

# set_label NAME: what stands before the prompt
_multivenv_set_label() {
    _multivenv_reply=$1
    case $1 in
    *[\\\$\`\!%[:cntrl:]]*) _multivenv_with _multivenv_tame "$1" ;;
    esac
    _multivenv_label="($_multivenv_reply) "
}

# cut_label LABEL: takes it out of the prompt, wherever something else has moved it to
_multivenv_cut_label() {
    [ -n "$1" ] || return 0
    case ${PS1-} in
    *"$1"*) PS1=${PS1%%"$1"*}${PS1#*"$1"} ;;
    esac
}

# ---- hooks: virtualenvwrapper's, with its names, arguments and places -----------------------

# has_hook DIR HOME HOOK: an environment that is not of the home has none. It may have come with a
# cloned directory, and to activate it is not to run what is in it.
_multivenv_has_hook() {
    case $1 in
    "$2"/*) [ -f "$1/bin/$3" ] ;;
    *) return 1 ;;
    esac
}

# run_hook FILE HOME NAME: as a program, in HOME, if it can be run
_multivenv_run_hook() {
    [ -x "$1" ] || return 0
    # forks: the hook is a program
    (\command cd -- "$2" && \command "$1" "$3") || _multivenv_say "hook '$1' failed with status $?"
}

# source_hook FILE: never fails itself. Not inside _multivenv_sh: the hook is the user's own code.
_multivenv_source_hook() {
    [ -r "$1" ] || return 0
    case $- in
    *e*) # in a file that they source, dash and busybox do not see the || behind it
        set +e
        # shellcheck disable=SC1090 # the user's file
        . "$1" || _multivenv_say "hook '$1' failed with status $?"
        set -e
        ;;
    *)
        # shellcheck disable=SC1090 # the user's file
        . "$1" || _multivenv_say "hook '$1' failed with status $?"
        ;;
    esac
}

# ---- the verbs ------------------------------------------------------------------------------

mkvenv() {
    _multivenv_sh _multivenv_with _multivenv_mkvenv "$@" && _multivenv_enter postmkvirtualenv
    _multivenv_end "$?"
}

usevenv() {
    _multivenv_sh _multivenv_usevenv "$@" && _multivenv_enter
    _multivenv_end "$?"
}

_multivenv_usevenv() {
    _multivenv_path=
    case ${1-} in
    -h | --help)
        _multivenv_with _multivenv_help usevenv
        return
        ;;
    --) shift ;;
    -?*)
        _multivenv_no_option usevenv "$1"
        return
        ;;
    esac
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse usevenv "usevenv takes one name"
        return
    fi
    case ${1-.} in
    .) _multivenv_with _multivenv_find_here ;;
    -) _multivenv_with _multivenv_find_previous ;;
    *) _multivenv_find usevenv "$1" ;;
    esac && _multivenv_may_use "$_multivenv_path"
}

stopvenv() {
    _multivenv_sh _multivenv_stopvenv "$@" && _multivenv_stop
    _multivenv_end "$?"
}

# stopvenv WORD...: leaves in $_multivenv_go whether there is something to stop
_multivenv_stopvenv() {
    _multivenv_go=
    case ${1-} in
    -h | --help)
        _multivenv_with _multivenv_help stopvenv
        return
        ;;
    --) shift ;;
    -?*)
        _multivenv_no_option stopvenv "$1"
        return
        ;;
    esac
    if [ "$#" -gt 0 ]; then
        _multivenv_misuse stopvenv "stopvenv takes no name: it stops the active environment"
        return
    fi
    if [ -z "${_multivenv_active-}${VIRTUAL_ENV-}" ]; then
        _multivenv_say "no environment is active (usevenv NAME activates one)"
        return 1
    fi
    # one that was set badly meanwhile has no hooks, and must not keep an environment active
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null
    _multivenv_go=yes
}

_multivenv_stop() {
    [ -z "$_multivenv_go" ] || _multivenv_leave_any "$_multivenv_home"
}

lsvenvs() {
    _multivenv_sh _multivenv_lsvenvs "$@" && :
    _multivenv_end "$?"
}

_multivenv_lsvenvs() {
    case $#${1-} in
    0 | 1--names)
        if [ "$#" -eq 1 ] || ! [ -t 1 ]; then
            _multivenv_set_home || return
            _multivenv_recover
            _multivenv_print_names
            return
        fi
        ;;
    esac
    _multivenv_with _multivenv_list "$@"
}

rmvenv() { _multivenv_run rmvenv "$@"; }
showvenv() { _multivenv_run showvenv "$@"; }
freezevenv() { _multivenv_run freezevenv "$@"; }
fixvenv() { _multivenv_run fixvenv "$@"; }
cpvenv() { _multivenv_run cpvenv "$@"; }
linkvenv() { _multivenv_run linkvenv "$@"; }

# run VERB WORD...: one that is all the helper's
_multivenv_run() {
    _multivenv_sh _multivenv_with _multivenv_by_helper "$@" && :
    set -- "$?"
    _multivenv_rehash
    _multivenv_end "$1"
}

# rehash: commands may have come to PATH or gone
_multivenv_rehash() {
    # ksh93 passes over folders that were not there until PATH is another one
    if [ -n "${PATH+set}" ]; then
        PATH=$PATH:
        PATH=${PATH%:}
    fi
    hash -r 2>/dev/null || : # bash can be set to have none
}

mvvenv() {
    _multivenv_sh _multivenv_with _multivenv_mvvenv "$@" && _multivenv_enter_moved
    _multivenv_end "$?"
}

# enter_moved: the active environment by its new name; the one before it stays the one before
_multivenv_enter_moved() {
    [ -n "$_multivenv_path" ] || return 0
    set -- "$_multivenv_previous" "$_multivenv_path" "$_multivenv_home" "${_multivenv_auto_env-}"
    # its own hooks have moved with it
    ! _multivenv_has_hook "$2" "$3" predeactivate || _multivenv_source_hook "$2/bin/predeactivate"
    _multivenv_leave_any "$3"
    ! _multivenv_has_hook "$2" "$3" postdeactivate || _multivenv_source_hook "$2/bin/postdeactivate"
    _multivenv_path=$2 _multivenv_home=$3
    _multivenv_enter
    _multivenv_previous=$1
    if [ -n "$4" ]; then # it was switched on by itself, and will be left so
        _multivenv_auto_env=$2
        export _multivenv_auto_env
    fi
}

bindvenv() {
    _multivenv_sh _multivenv_with _multivenv_bindvenv "$@" && :
    _multivenv_end "$?"
}

runvenv() {
    _multivenv_sh _multivenv_runvenv "$@" && :
    _multivenv_end "$?"
}

_multivenv_runvenv() {
    # shellcheck source=shell/run.sh disable=SC1091 # checked by itself
    . "$_multivenv_root/shell/run.sh"
    _multivenv_run_words "$@"
    set -- "$?"
    _multivenv_forget_run
    return "$1"
}

cdvenv() {
    _multivenv_sh _multivenv_with _multivenv_cdvenv "$@" && _multivenv_cd
    _multivenv_end "$?"
}

_multivenv_cd() { [ -z "$_multivenv_path" ] || _multivenv_chdir "$_multivenv_path"; }

multivenv() {
    _multivenv_sh _multivenv_with _multivenv_multivenv "$@" && :
    _multivenv_end "$?"
}

# ---- where there is a prompt: completion, and switching by itself --------------------------

case $- in
*i*)
    if [ -n "${ZSH_VERSION-}" ]; then
        # a compinit that runs later finds it there; one that ran before is told
        case :${FPATH-}: in
        *":$_multivenv_root/completions:"*) ;;
        *) FPATH=$_multivenv_root/completions${FPATH:+:$FPATH} ;;
        esac
        if _multivenv_is_function compdef; then
            autoload -Uz _multivenv
            compdef _multivenv mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv \
                cpvenv mvvenv bindvenv linkvenv runvenv multivenv
        fi
    elif [ -n "${BASH_VERSION-}" ]; then
        # the first Tab reads the rest, which defines this function anew
        _multivenv_complete() {
            # shellcheck source=completions/multivenv.bash disable=SC1091 # checked by itself
            . "$_multivenv_root/completions/multivenv.bash"
            _multivenv_complete "$@"
        }
        # shellcheck disable=SC3044 # this branch is bash's
        complete -F _multivenv_complete usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv \
            mvvenv linkvenv multivenv
        # shellcheck disable=SC3044 # this branch is bash's
        complete -o default -F _multivenv_complete mkvenv cpvenv bindvenv runvenv
    fi
    case ${MULTIVENV_AUTO-} in
    '' | 0) ;;
    *)
        # shellcheck source=shell/projects.sh disable=SC1091 # checked by itself
        . "$_multivenv_root/shell/projects.sh"
        # shellcheck source=shell/auto.sh disable=SC1091 # checked by itself
        . "$_multivenv_root/shell/auto.sh"
        ;;
    esac
    ;;
esac
