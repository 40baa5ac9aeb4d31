# shellcheck shell=sh
# The rules of the shell part, the end of each verb, and the differences between shells. Every other file
# builds on these functions.
#
# Rules for multivenv.sh and for this folder:
#
#   - Public names are the verbs. Everything else starts with _multivenv_.
#   - ksh93 has no `local` and dash no `typeset`, so local values are positional parameters: the line
#     above a `set --` names them. Scratch variables are global, and _multivenv_end unsets them.
#   - A function answers in $_multivenv_reply: $(...) would start a process.
#   - A verb has two halves. The first runs in _multivenv_sh: with sh's rules in zsh, and without
#     `set -e`. The second runs the user's own code (hooks, another tool's deactivate, cd with its
#     chpwd functions), so it runs as the user has set the shell.
#   - `set -e` sees the status of a verb alone: that of _multivenv_end, its last command.
#
# Variables that one function sets and another one reads:
#
#   always               _multivenv_root, _multivenv_version, _multivenv_verbs, _multivenv_commands,
#                        _multivenv_parts (the files read), _multivenv_second (see verb in start.sh),
#                        _multivenv_previous (the environment of `usevenv -`), _multivenv_newline,
#                        _multivenv_program (only in bin/multivenv), _multivenv_compat (only with compat/: its file),
#                        _multivenv_short (see is_short), _multivenv_controls (see set_controls), and
#                        those that shell/auto.sh lists; _multivenv_on_switch and _multivenv_on_leave, functions
#                        that shell/activate.sh calls with the environment: after it was switched on, and before
#                        it is left (see compat/); _multivenv_refused and _multivenv_beginnings of
#                        shell/variables.sh
#   while one is active  _multivenv_active (its path), _multivenv_label (its part of the prompt),
#                        _multivenv_pkgconfig and _multivenv_uv (what to restore), the _OLD_VIRTUAL_*
#                        variables that every activation script uses, and those that shell/variables.sh lists
#   during one verb      _multivenv_home (the folder of environments), _multivenv_path (what the verb
#                        is about), _multivenv_title (its name in the prompt, if another one),
#                        _multivenv_creator (the tool that made it), _multivenv_interpreter and
#                        _multivenv_cache (of the helper), _multivenv_result (its answer's file)

# end STATUS: unsets the scratch variables and returns STATUS
_multivenv_end() {
    unset -v _multivenv_base _multivenv_cache _multivenv_count _multivenv_counts _multivenv_creator _multivenv_done _multivenv_ended \
        _multivenv_exported _multivenv_failed _multivenv_given _multivenv_go _multivenv_home \
        _multivenv_interpreter _multivenv_key _multivenv_library _multivenv_line _multivenv_main _multivenv_meant _multivenv_minor \
        _multivenv_path _multivenv_project _multivenv_result _multivenv_sound \
        _multivenv_text _multivenv_threads _multivenv_title _multivenv_tree _multivenv_tree_at _multivenv_tried _multivenv_unusable \
        _multivenv_used _multivenv_value _multivenv_what _multivenv_word _multivenv_words
    # not unset: zsh can warn of a variable that a function creates
    _multivenv_second=: _multivenv_renewing='' _multivenv_reply=
    return "$1"
}

# ---- differences between shells ----------------------------------------------------------------------

# not in multivenv.sh, which zsh reads with the user's options: one of them forbids it
_multivenv_newline='
'

# sh FUNCTION WORD...: runs it with sh's rules in zsh, and without `set -e`
if [ -n "${ZSH_VERSION-}" ]; then
    _multivenv_sh() {
        emulate -L sh
        # shellcheck disable=SC3044 # this branch is zsh's
        unsetopt markdirs # emulate leaves it, and it puts a / behind the names of folders
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

# first VERB WORD...: the first half of a verb
# shellcheck disable=SC2145 # the first word gets a prefix; with an option of zsh's, outside of sh, each would
_multivenv_first() { "_multivenv_$@"; }

# chdir DIR: zsh's own `command cd` looks for a program, and bash 3.2 exits where `command cd` fails
# under `set -e`. shell/auto.sh may replace this function.
# shellcheck disable=SC2164 # its status is the verb's
case ${ZSH_VERSION-}${BASH_VERSION-} in
'') _multivenv_chdir() { \command cd -- "$1"; } ;;
*) _multivenv_chdir() { builtin cd -- "$1"; } ;;
esac

# read FILE [LIMIT]: $_multivenv_text, the text of a regular file; in most shells up to a NUL. Fails with 1
# where it cannot be read, and with 2 where it has more than LIMIT characters (8,192): then the text is its start.
# Never opens a FIFO or a device. dash and yash have no way to stop within a line: see is_short.
_multivenv_read() {
    if ! [ -f "$1" ] || ! [ -r "$1" ]; then
        _multivenv_text=
        return 1
    fi
    _multivenv_read_open "${2:-8192}" <"$1" || return "$((1 + ($? == 3)))"
    [ "${#_multivenv_text}" -lt "${2:-8192}" ] || return 2
}

# is_short FILE...: for files that may come from elsewhere. True in shells where read has a limit. The
# others ask once, and again when they have asked about another file: no process at each `cd`.
_multivenv_is_short() { :; }

# can_read OPTION...: does this shell's read have these? At the end of a file its status is 1.
_multivenv_can_read() {
    # shellcheck disable=SC2229,SC3045 # these are options
    IFS= read -r "$@" _multivenv_text </dev/null 2>/dev/null || [ "$?" -eq 1 ]
}

# read_note: the fields of a line of shell/environments.sh's was_sound, from stdin
_multivenv_read_note() {
    _multivenv_read_open 8192 || :
    # each of these is made from the one before
    _multivenv_word=${_multivenv_text%%'|'*} _multivenv_line=${_multivenv_text#*'|'} \
        _multivenv_base=${_multivenv_line%%'|'*} _multivenv_line=${_multivenv_line#*'|'} \
        _multivenv_library=${_multivenv_line%%'|'*} _multivenv_line=${_multivenv_line#*'|'} \
        _multivenv_creator=${_multivenv_line%"$_multivenv_newline"}
}

# read_open LIMIT: from stdin; fails with 3 after 256 lines
# shellcheck disable=SC3045 # in each branch the options of that shell
if [ -n "${ZSH_VERSION-}" ]; then
    _multivenv_read_open() { IFS= read -r -k "$1" -u 0 _multivenv_text || :; }
elif case ${KSH_VERSION-} in *93*) false ;; esac && _multivenv_can_read -d '' -n 1; then
    # -d: up to NUL; without it bash skips each, and reads a gigabyte of them
    _multivenv_read_open() { IFS= read -r -d '' -n "$1" _multivenv_text || :; }
    _multivenv_read_note() {
        IFS='|' read -r -d '' -n 8192 _multivenv_word _multivenv_base _multivenv_library _multivenv_creator || :
        _multivenv_creator=${_multivenv_creator%"$_multivenv_newline"}
    }
else
    _multivenv_read_open() {
        _multivenv_text=
        # LIMIT, and a character for each line
        set -- "$1" ''
        while _multivenv_read_line "$1"; do
            _multivenv_text=$_multivenv_text$_multivenv_line$_multivenv_newline
            if [ "${#_multivenv_text}" -ge "$1" ]; then
                return 0
            elif [ "${#2}" -eq 256 ]; then
                return 3
            fi
            set -- "$1" "$2."
        done
        # not `|| [ -n ... ]`: yash would never end where a line is not UTF-8
        _multivenv_text=$_multivenv_text$_multivenv_line
    }
    if _multivenv_can_read -n 1; then
        # in a UTF-8 locale, ksh93 takes other bytes for the end of the file
        _multivenv_read_line() { LC_ALL=C IFS= read -r -n "$1" _multivenv_line; }
    else
        # yash complains of what is not UTF-8, and then unsets the variable
        _multivenv_read_line() {
            _multivenv_line=
            IFS= read -r _multivenv_line 2>/dev/null
        }
        _multivenv_read_note() {
            IFS='|' read -r _multivenv_word _multivenv_base _multivenv_library _multivenv_creator 2>/dev/null
        }
        _multivenv_is_short() {
            [ "$1" != "${_multivenv_short-}" ] || return 0
            # forks: dash takes minutes for a line of 100 MB, and neither can ask for a size
            [ -z "$(\command find -L "$@" -size +16 2>/dev/null)" ] && _multivenv_short=$1
        }
    fi
fi
unset -f _multivenv_can_read
unset -v _multivenv_text

# is_ended FILE: does the text that read has read from there end in a newline? ksh93 adds one.
_multivenv_is_ended() {
    case ${KSH_VERSION-} in
    *93*)
        while IFS= read -r _multivenv_line; do :; done <"$1"
        [ -z "$_multivenv_line" ]
        return
        ;;
    esac
    case $_multivenv_text in
    *"$_multivenv_newline") ;;
    *) return 1 ;;
    esac
}

# next_line: $_multivenv_line, the first line of $_multivenv_text, which loses it. Fails where the text is
# empty.
_multivenv_next_line() {
    _multivenv_line=${_multivenv_text%%"$_multivenv_newline"*}
    case $_multivenv_text in
    '') return 1 ;;
    *"$_multivenv_newline"*) _multivenv_text=${_multivenv_text#*"$_multivenv_newline"} ;;
    *) _multivenv_text= ;;
    esac
}

# may_write FILE: it is a regular file, or nothing is there. What a link leads to is not ours.
_multivenv_may_write() {
    ! [ -h "$1" ] && { [ -f "$1" ] || ! [ -e "$1" ]; }
}

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
    # it puts a / behind the names of folders
    if [ -n "${KSH_VERSION-}${YASH_VERSION-}" ]; then
        [ -o markdirs ] && _multivenv_flags=${_multivenv_flags}M
        # shellcheck disable=SC3040 # ksh93, mksh and yash have it
        set +o markdirs
    fi
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
    # shellcheck disable=SC3040 # as above
    case ${KSH_VERSION:+ksh}${YASH_VERSION:+ksh}$_multivenv_flags in ksh*M*) set -o markdirs ;; esac
    case ${YASH_VERSION+yash}$_multivenv_flags in
    yash*) ;;
    *A*) LC_ALL=$_multivenv_saved ;;
    *) unset -v LC_ALL ;;
    esac
    unset -v _multivenv_flags _multivenv_saved
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
