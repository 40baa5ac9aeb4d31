# shellcheck shell=sh
# The variables of an environment, in its .env: set while it is active, and restored after it.
#
# A line is NAME=VALUE, perhaps behind `export`. Empty lines and those that start with `#` are skipped. VALUE is the
# rest of the line without the blanks around it, or what stands between two quotes of one kind. It is data: nothing
# in it is expanded. helper/inspection/variables.py reads the same, and a test compares the two.
#
# shell/refused.txt has the names that a .env cannot set, and on its second line the beginnings of others: those
# that activation itself sets, and those that change how a shell works.
#
# While there are any, these are set. All but `own` are exported, for a shell that is started from this one:
#
#   _multivenv_variables   the names, with a space behind each
#   _multivenv_new_NAME    the value that was set
#   _multivenv_old_NAME    the value before, of an exported variable
#   _multivenv_own_NAME    the value before, of one that was not exported

_multivenv_need messages

{
    IFS= read -r _multivenv_refused
    IFS= read -r _multivenv_beginnings
} <"$_multivenv_root/shell/refused.txt"

# set_variables DIR: those of its .env. No limit of the read in dash and yash, within a line: it is the user's own
# file, as the hooks are.
_multivenv_set_variables() {
    # left by an environment that was not deactivated
    [ -z "${_multivenv_variables-}" ] || _multivenv_restore_variables
    # the file, the number of the line, how many lines were ignored, and why the first of them
    set -- "$1/.env" 0 0 ''
    _multivenv_read "$1" 65536
    case $? in
    0) ;;
    1)
        _multivenv_say "cannot read '$1', so its variables are not set"
        return 0
        ;;
    *)
        _multivenv_ignore_file "$1"
        return 0
        ;;
    esac
    while _multivenv_next_line; do
        set -- "$1" "$(($2 + 1))" "$3" "$4"
        if [ "$2" -gt 256 ]; then # not all shells read more
            [ -z "${_multivenv_variables-}" ] || _multivenv_restore_variables
            _multivenv_ignore_file "$1"
            return 0
        fi
        if ! _multivenv_assignment_in "$_multivenv_line" ||
            { [ -n "$_multivenv_key" ] && ! _multivenv_set_variable "$_multivenv_key" "$_multivenv_value"; }; then
            set -- "$1" "$2" "$(($3 + 1))" "${4:-line $2 $_multivenv_reply}"
        fi
    done
    case $3 in
    0) ;;
    1) _multivenv_say "ignored a line of '$1': $4" ;;
    *) _multivenv_say "ignored $3 lines of '$1': $4 (see multivenv doctor)" ;;
    esac
}

_multivenv_ignore_file() {
    _multivenv_say "ignored '$1': it has more than 256 lines or 65,535 characters"
}

# assignment_in LINE: $_multivenv_key and $_multivenv_value; the key is empty if there is nothing to set. Fails at a bad
# line, with $_multivenv_reply, what is wrong with it. That never shows the line, which may hold a password.
_multivenv_assignment_in() {
    _multivenv_key='' _multivenv_value='' _multivenv_reply='is not NAME=VALUE'
    _multivenv_trim "$1"
    case $_multivenv_value in
    '' | '#'*) return 0 ;;
    'export'[[:space:]]*) _multivenv_trim "${_multivenv_value#export}" ;;
    esac
    case $_multivenv_value in
    *=*) ;;
    *) return 1 ;;
    esac
    _multivenv_is_variable "${_multivenv_value%%=*}" || return
    _multivenv_key=${_multivenv_value%%=*}
    _multivenv_trim "${_multivenv_value#*=}"
    # the value, and what is between its quotes
    case $_multivenv_value in
    '"'*'"' | "'"*"'")
        set -- "$_multivenv_value" "${_multivenv_value#?}"
        set -- "$1" "${2%?}"
        ;;
    [\"\']*) set -- "$_multivenv_value" "$_multivenv_value" ;; # without an end
    *) set -- '' '' ;;
    esac
    case $1:$2 in
    \"*:*\"* | \'*:*\'*)
        _multivenv_reply='has text outside its quotes, or only one quote'
        return 1
        ;;
    esac
    [ -z "$1" ] || _multivenv_value=$2
    if _multivenv_is_refused "$_multivenv_key"; then
        _multivenv_reply="sets '$_multivenv_key', which only the shell or multivenv may set"
        return 1
    fi
}

# trim TEXT: $_multivenv_value, without blanks at its ends, and without a carriage return
_multivenv_trim() {
    _multivenv_value=${1#"${1%%[![:space:]]*}"}
    _multivenv_value=${_multivenv_value%"${_multivenv_value##*[![:space:]]}"}
}

# is_variable NAME: each letter is listed: in some locales a range has others too
_multivenv_is_variable() {
    case $1 in
    '' | [0123456789]* | *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_]*) return 1 ;;
    esac
}

_multivenv_is_refused() {
    case " $_multivenv_refused " in
    *" $1 "*) return 0 ;;
    esac
    set -- "$1" "$_multivenv_beginnings " # the rest of the list
    while [ -n "$2" ]; do
        case $1 in
        "${2%% *}"*) return 0 ;;
        esac
        set -- "$1" "${2#* }"
    done
    return 1
}

# set_variable NAME VALUE: and notes what was before, unless this NAME is set already
_multivenv_set_variable() {
    case " ${_multivenv_variables-}" in
    *" $1 "*)
        _multivenv_put "$1" "$2" && _multivenv_put "_multivenv_new_$1" "$2"
        return
        ;;
    esac
    if _multivenv_note_before "$1" && _multivenv_put "$1" "$2"; then
        _multivenv_put "_multivenv_new_$1" "$2"
        _multivenv_put _multivenv_variables "${_multivenv_variables-}$1 "
    else
        \command unset -v "_multivenv_old_$1" "_multivenv_own_$1"
        _multivenv_reply="sets '$1', which this shell does not allow"
        return 1
    fi
}

# note_before NAME: fails if this shell could not restore the variable
_multivenv_note_before() {
    \command unset -v "_multivenv_old_$1" "_multivenv_own_$1" # inherited
    _multivenv_kind "$1"
    case $_multivenv_reply in
    exported) eval "_multivenv_put \"_multivenv_old_$1\" \"\$$1\"" ;; # eval: a name
    plain) eval "_multivenv_own_$1=\$$1" ;;                           # eval: a name
    '') \command unset -v "$1" 2>/dev/null ;;                         # it may have attributes
    *) return 1 ;;
    esac
}

# restore_variables: what has changed meanwhile stays
_multivenv_restore_variables() {
    while :; do
        case ${_multivenv_variables-} in
        *' '*) ;;
        *) break ;;
        esac
        set -- "${_multivenv_variables%% *}"
        _multivenv_variables=${_multivenv_variables#* }
        ! _multivenv_is_variable "$1" || _multivenv_restore_variable "$1"
    done
    unset -v _multivenv_variables
}

_multivenv_restore_variable() {
    # eval: a name
    eval "set -- $1 \"\${$1+.\$$1}\" \"\${_multivenv_new_$1+.\$_multivenv_new_$1}\" \
        \"\${_multivenv_old_$1+.\$_multivenv_old_$1}\" \"\${_multivenv_own_$1+.\$_multivenv_own_$1}\""
    # the name, its value, the one that was set, and the one before, exported or not; with a dot, unless unset
    if [ "$2" != "$3" ]; then
        :
    elif [ -n "$4" ]; then
        _multivenv_put "$1" "${4#.}"
    elif \command unset -v "$1" 2>/dev/null && [ -n "$5" ]; then
        eval "$1=\${5#.}" # eval: a name
    fi
    \command unset -v "_multivenv_new_$1" "_multivenv_old_$1" "_multivenv_own_$1"
}

# ---- differences between shells ----------------------------------------------------------------------

# put NAME VALUE: exports it; fails at a variable that is read-only. `export` alone would end some shells there, as an
# assignment does.
_multivenv_put() { \command export "$1=$2" 2>/dev/null; }

# kind NAME: $_multivenv_reply is `exported` or `plain`, nothing if it is not set, or else the shell's own word for a
# variable that cannot be set and restored: a number, which the shell would compute, or a list
_multivenv_kind() {
    eval "_multivenv_reply=\${$1+plain}" # eval: a name
    [ -z "$_multivenv_reply" ] || _multivenv_attributes "$1"
}

# attributes NAME: the same, of a variable that is set
# shellcheck disable=SC3044 # those shells have typeset
case ${ZSH_VERSION:+zsh}${BASH_VERSION-} in
zsh*)
    _multivenv_attributes() {
        eval "_multivenv_reply=\${(t)$1}" # eval: a name; other shells reject it
        case $_multivenv_reply in
        scalar | scalar-special | scalar-local) _multivenv_reply=plain ;;
        scalar-export | scalar-export-special | scalar-local-export) _multivenv_reply=exported ;;
        esac
    }
    ;;
4.[4-9]* | [5-9]* | [1-9][0-9]*)
    _multivenv_attributes() {
        eval "_multivenv_reply=\${$1@a}" # eval: a name; other shells reject it
        case $_multivenv_reply in
        '') _multivenv_reply=plain ;;
        x) _multivenv_reply=exported ;;
        esac
    }
    ;;
*)
    # forks: these shells can only print it. But few names are set before.
    if [ -n "${BASH_VERSION-}${KSH_VERSION-}${YASH_VERSION-}" ]; then
        _multivenv_attributes() {
            _multivenv_reply=$(typeset -p "$1" 2>/dev/null) # forks: see above; local: it prints
            case $_multivenv_reply in
            "$1="* | "typeset $1="* | "declare -- $1="*) _multivenv_reply=plain ;;
            "typeset -x $1="* | "declare -x $1="*) _multivenv_reply=exported ;;
            esac
        }
    else
        _multivenv_attributes() {
            # a value that no other variable has
            # forks: see above; eval: a name
            _multivenv_reply=$(eval "$1=multivenv:$$" 2>/dev/null && \command export -p)
            case $_multivenv_reply in
            *" $1='multivenv:$$'"* | *" $1=multivenv:$$"*) _multivenv_reply=exported ;;
            ?*) _multivenv_reply=plain ;;
            *) _multivenv_reply=read-only ;;
            esac
        }
    fi
    ;;
esac
