# shellcheck shell=sh
# What both completions offer, read from the help of each verb and from disk.

_multivenv_need environments
_multivenv_need verbs # for set_words and verb_of

# topic VERB [WORD]: $_multivenv_reply, the help that lists the options of VERB; each command of multivenv
# has its own
_multivenv_topic() {
    _multivenv_reply=$1
    case $1-${2-} in
    multivenv-pythons | multivenv-doctor | multivenv-discover | multivenv-adopt | multivenv-path | multivenv-init | multivenv-upgrade) _multivenv_reply=$2 ;;
    esac
}

# each_option VERB FUNCTION: calls FUNCTION SPELLING VALUE TEXT for each spelling of each option in the
# help of VERB. VALUE is what follows it there: ` FILE`, `[=DIR]` or nothing.
_multivenv_each_option() {
    while IFS= read -r _multivenv_line; do
        case $_multivenv_line in
        '  -'*) ;;
        *) continue ;;
        esac
        _multivenv_line=${_multivenv_line#  }
        _multivenv_word=${_multivenv_line%%  *} # such as `-r, --requirement FILE`
        _multivenv_line=${_multivenv_line##*  }
        case $_multivenv_word in
        *'['*) _multivenv_value=[${_multivenv_word#*\[} _multivenv_word=${_multivenv_word%%\[*} ;;
        *[!,]' '*) _multivenv_value=" ${_multivenv_word##* }" _multivenv_word=${_multivenv_word% *} ;;
        *) _multivenv_value= ;;
        esac
        case $_multivenv_word in
        *,*) "$2" "${_multivenv_word%%,*}" "$_multivenv_value" "$_multivenv_line" ;;
        esac
        "$2" "${_multivenv_word##* }" "$_multivenv_value" "$_multivenv_line"
    done <"$_multivenv_root/help/$1.txt"
}

# each_status FUNCTION: calls FUNCTION STATUS for each status that lsvenvs shows
_multivenv_each_status() { _multivenv_each_listed lsvenvs Statuses "$1"; }

# each_tool FUNCTION: calls FUNCTION TOOL for each tool whose environments can be adopted
_multivenv_each_tool() { _multivenv_each_listed adopt Tools "$1"; }

# each_listed TOPIC HEADING FUNCTION: calls FUNCTION WORD for each line of the block HEADING in the help of TOPIC
_multivenv_each_listed() {
    _multivenv_what=
    while IFS= read -r _multivenv_line; do
        case $_multivenv_what$_multivenv_line in
        "$2:") _multivenv_what=inside ;;
        inside) break ;; # an empty line ends the block
        inside*)
            _multivenv_line=${_multivenv_line#  }
            "$3" "${_multivenv_line%% *}"
            ;;
        esac
    done <"$_multivenv_root/help/$1.txt"
}

# each_key VERB FUNCTION: calls FUNCTION KEY for each word of the list that is the text of an option with a KEY
# or FORMAT
_multivenv_each_key() {
    _multivenv_what=$2
    _multivenv_each_option "$1" _multivenv_keys_of
}

_multivenv_keys_of() {
    case $2 in
    ' KEY' | ' FORMAT') ;;
    *) return 0 ;;
    esac
    set -- "$3, " # the keys left
    while [ -n "$1" ]; do
        "$_multivenv_what" "${1%%, *}"
        set -- "${1#*, }"
    done
}

# each_python FUNCTION PREFIX: calls FUNCTION VERSION for what `mkvenv --python` accepts: the versions of the
# interpreters that the helper has found, if they still exist, or else of the commands on PATH; each
# after its minor version, as 3.12 and 3.12.4, pypy3.10 and pypy3.10.14; but a full version only once
# PREFIX has its minor version
_multivenv_each_python() {
    _multivenv_cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/multivenv/interpreters
    # shellcheck disable=SC3067 # every supported shell has -O
    if [ -O "$_multivenv_cache" ] && _multivenv_read "$_multivenv_cache" 65536; then
        while _multivenv_next_line; do
            # path|version|implementation|flags|...
            _multivenv_path=${_multivenv_line%%'|'*}
            _multivenv_line=${_multivenv_line#*'|'}
            _multivenv_value=${_multivenv_line%%'|'*}
            _multivenv_line=${_multivenv_line#*'|'}
            _multivenv_what=${_multivenv_line%%'|'*}
            _multivenv_line=${_multivenv_line#*'|'}
            _multivenv_threads=${_multivenv_line%%'|'*}
            [ -x "$_multivenv_path" ] || continue
            case $_multivenv_what in cpython) _multivenv_what= ;; esac
            case $_multivenv_threads in *t*) _multivenv_threads=t ;; *) _multivenv_threads= ;; esac
            _multivenv_minor=${_multivenv_value#*.}
            _multivenv_minor=${_multivenv_value%%.*}.${_multivenv_minor%%.*}
            case $_multivenv_value in
            *[abc]*) ;; # a pre-release has to be named
            *) "$1" "$_multivenv_what$_multivenv_minor$_multivenv_threads" ;;
            esac
            case $2 in
            *.*.*) "$1" "$_multivenv_what$_multivenv_value$_multivenv_threads" ;;
            esac
        done
        return
    fi
    # FUNCTION, what is left of PATH
    set -- "$1" "${PATH-}:"
    while [ -n "$2" ]; do
        _multivenv_path=${2%%:*}
        set -- "$1" "${2#*:}"
        _multivenv_each_command "$1"
    done
}

# each_linkable NAME FUNCTION [LINKED]: calls FUNCTION COMMAND for each command of an environment that
# linkvenv can put on PATH, or with LINKED for those that are there. helper/commands.py lists the same
# names that it never puts there, and a test compares the two.
_multivenv_each_linkable() {
    case $1 in '' | . | .. | */*) return 0 ;; esac
    _multivenv_line=${XDG_BIN_HOME:-${HOME-}/.local/bin}
    _multivenv_key=$2 _multivenv_value=${3-}
    _multivenv_each_file _multivenv_if_linkable "$_multivenv_home/$1/bin"
}

_multivenv_if_linkable() {
    case $1 in
    *-*) ;; # such as python3-config
    # forks: none, these are names
    python | python[0-9]* | pypy | pypy[0-9]* | activate | activate.* | activate_this.py | Activate.ps1) return 0 ;;
    deactivate | deactivate.* | preactivate | postactivate | predeactivate | postdeactivate) return 0 ;;
    esac
    if [ -x "$_multivenv_path" ] && { [ -z "$_multivenv_value" ] || [ "$_multivenv_line/$1" -ef "$_multivenv_path" ]; }; then
        "$_multivenv_key" "$1"
    fi
}

# each_file FUNCTION DIR [PREFIX]: calls FUNCTION NAME, with $_multivenv_path set too, for each file in DIR
# whose name starts with PREFIX
_multivenv_each_file() {
    _multivenv_plain_globs
    # FUNCTION, the files
    set -- "$1" "$2/${3-}"*
    _multivenv_globs_back
    _multivenv_what=$1
    shift
    for _multivenv_path; do
        [ ! -f "$_multivenv_path" ] || "$_multivenv_what" "${_multivenv_path##*/}"
    done
}

# each_command FUNCTION: the versions in the names of the interpreters in the folder $_multivenv_path
_multivenv_each_command() {
    case $_multivenv_path in /*) ;; *) return 0 ;; esac
    _multivenv_plain_globs
    # FUNCTION, the commands
    set -- "$1" "$_multivenv_path"/python[23].[0-9]* "$_multivenv_path"/pypy[23].[0-9]*
    _multivenv_globs_back
    _multivenv_what=$1
    shift
    for _multivenv_path; do
        _multivenv_value=${_multivenv_path##*/}
        case $_multivenv_value in
        *[!0-9]) ;; # python3.12-config, or a pattern that nothing matches
        *) ! [ -x "$_multivenv_path" ] || "$_multivenv_what" "${_multivenv_value#python}" ;;
        esac
    done
}
