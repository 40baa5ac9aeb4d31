# shellcheck shell=sh
# The differences between shells, and nothing else. Every other file builds on these functions.

# sh FUNCTION WORD...: runs it with sh's rules in zsh, and without `set -e`
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

# chdir DIR: zsh's own `command cd` looks for a program, and bash 3.2 exits where `command cd` fails
# under `set -e`. shell/auto.sh may replace this function.
# shellcheck disable=SC2164 # its status is the verb's
case ${ZSH_VERSION-}${BASH_VERSION-} in
'') _multivenv_chdir() { \command cd -- "$1"; } ;;
*) _multivenv_chdir() { builtin cd -- "$1"; } ;;
esac

# print TEXT, print_names: of all environments. printf is a program in mksh, and a function for each
# name would take zsh longer than all the rest.
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

# is_function NAME: `command -v` would also find a program, so it gets no PATH (pyenv-virtualenv has a
# program called deactivate)
_multivenv_is_function() {
    # the name, PATH, and whether PATH is set
    set -- "$1" "${PATH-}" "${PATH+set}"
    # shellcheck disable=SC2123 # PATH itself is meant
    PATH=/dev/null
    # `found`, PATH, and whether PATH is set
    \command -v "$1" >/dev/null 2>&1 && set -- found "$2" "$3"
    PATH=$2
    [ -n "$3" ] || unset -v PATH
    [ "$1" = found ]
}

# plain_globs: from here to globs_back, patterns expand, leave out dot files, stay as they are where
# nothing matches, and sort by bytes, whatever the user has set
_multivenv_plain_globs() {
    _multivenv_flags=$-${LC_ALL+A}
    # shellcheck disable=SC3044 # this branch is bash's
    if [ -n "${BASH_VERSION-}" ]; then
        shopt -q dotglob && _multivenv_flags=${_multivenv_flags}D
        shopt -q failglob && _multivenv_flags=${_multivenv_flags}F
        shopt -u dotglob failglob
    fi
    set +f
    # yash holds strings as characters of the locale, and loses them in another one
    if [ -z "${YASH_VERSION-}" ]; then
        _multivenv_saved=${LC_ALL-}
        LC_ALL=C
    fi
}

# shellcheck disable=SC3044 # bash has shopt
_multivenv_globs_back() {
    case ${BASH_VERSION:+bash}$_multivenv_flags in bash*D*) shopt -s dotglob ;; esac
    case ${BASH_VERSION:+bash}$_multivenv_flags in bash*F*) shopt -s failglob ;; esac
    case $_multivenv_flags in *f*) set -f ;; esac
    case ${YASH_VERSION+yash}$_multivenv_flags in
    yash*) ;;
    *A*) LC_ALL=$_multivenv_saved ;;
    *) unset -v LC_ALL ;;
    esac
}

# rehash: makes the shell look for commands again
_multivenv_rehash() {
    # ksh93 passes over a folder that did not exist before, until PATH changes
    if [ -n "${PATH+set}" ]; then
        PATH=$PATH:
        PATH=${PATH%:}
    fi
    hash -r 2>/dev/null || : # bash can be set to have none
}

# process: $_multivenv_reply, the number of this shell or subshell; $$ is that of the main shell
_multivenv_process() {
    _multivenv_reply=
    if [ -r /proc/self/stat ]; then
        IFS=' ' read -r _multivenv_reply _multivenv_word </proc/self/stat
    fi
    _multivenv_reply=${_multivenv_reply:-$$}
}

# is_subshell: in ksh93, where a subshell is no process of its own
_multivenv_is_subshell() {
    case ${KSH_VERSION-} in
    *93*) eval '[ "${.sh.subshell}" -gt 0 ]' ;; # eval: fixed text
    *) return 1 ;;
    esac
}
