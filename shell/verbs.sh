# shellcheck shell=sh
# What the other verbs do in the shell: most of their work is the helper's.

_multivenv_need environments

# by_helper VERB WORD...: a verb that is all the helper's
_multivenv_by_helper() {
    if _multivenv_helped "$@"; then
        return 0
    fi
    _multivenv_need helper || return
    _multivenv_set_home && _multivenv_helper "$@"
    set -- "$?"
    _multivenv_rehash # commands may have come to PATH, or gone
    return "$1"
}

_multivenv_showvenv() { _multivenv_by_helper showvenv "$@"; }
_multivenv_freezevenv() { _multivenv_by_helper freezevenv "$@"; }
_multivenv_linkvenv() { _multivenv_by_helper linkvenv "$@"; }

# these may remove the current directory
_multivenv_rmvenv() { _multivenv_need activate && _multivenv_by_helper rmvenv "$@"; }
_multivenv_fixvenv() { _multivenv_need activate && _multivenv_by_helper fixvenv "$@"; }
_multivenv_upvenv() { _multivenv_need activate && _multivenv_by_helper upvenv "$@"; }

# ---- mkvenv, cpvenv and mvvenv: the helper answers in a file ---------------------------------------

# mkvenv WORD...: leaves in $_multivenv_path what to activate. The answer is its name.
_multivenv_mkvenv() {
    _multivenv_need activate || return
    _multivenv_path=
    _multivenv_by_helper_in_file mkvenv "$@" && _multivenv_read_made
}

# read_made: $_multivenv_path, the environment that the answer names, if there is one
_multivenv_read_made() {
    if [ -f "$_multivenv_result" ]; then
        _multivenv_read_name <"$_multivenv_result"
        _multivenv_path=$_multivenv_home/$_multivenv_reply
        \command rm -f -- "$_multivenv_result" # forks: no shell can do that, and the verb took far longer
    fi
}

_multivenv_enter_made() { _multivenv_enter postmkvirtualenv cd; }

# cpvenv WORD...: as mkvenv. $_multivenv_result stays empty after --help.
_multivenv_cpvenv() {
    _multivenv_need activate || return
    _multivenv_path=
    _multivenv_by_helper_in_file cpvenv "$@" && _multivenv_read_made
}

_multivenv_enter_copied() {
    [ -n "$_multivenv_result" ] || return 0
    set -- "$_multivenv_home" # a hook may use the verbs itself
    _multivenv_enter_made
    _multivenv_set_hooks "$1"
    if [ -r "$_multivenv_reply/postcpvirtualenv" ]; then _multivenv_source_hook "$_multivenv_reply/postcpvirtualenv"; fi
}

# mvvenv WORD...: leaves in $_multivenv_path what to activate: the environment, if it was active. The
# answer has its new name, a line `active` if it was, and its old name. $_multivenv_failed is the
# helper's status: 1 after a renaming that could not change all that led to the old name.
_multivenv_mvvenv() {
    _multivenv_need activate || return
    _multivenv_path=
    _multivenv_by_helper_in_file mvvenv "$@"
    _multivenv_failed=$?
    [ -f "$_multivenv_result" ] || return "$_multivenv_failed"
    {
        IFS= read -r _multivenv_word
        IFS= read -r _multivenv_what
        _multivenv_read_name
    } <"$_multivenv_result"
    if [ "$_multivenv_previous" = "$_multivenv_home/$_multivenv_reply" ]; then
        _multivenv_previous=$_multivenv_home/$_multivenv_word
    fi
    [ "$_multivenv_what" != active ] || _multivenv_path=$_multivenv_home/$_multivenv_word
    \command rm -f -- "$_multivenv_result" # forks: as above
}

# enter_moved: activates it by its new name; the environment before it stays the one before. Returns
# $_multivenv_failed.
_multivenv_enter_moved() {
    _multivenv_move_out
    [ -n "$_multivenv_path" ] || return "$_multivenv_failed"
    # the previous environment, this one, the home, whether shell/auto.sh had activated it, the status
    set -- "$_multivenv_previous" "$_multivenv_path" "$_multivenv_home" "${_multivenv_auto_env-}" "$_multivenv_failed"
    # its own hooks have moved with it
    if [ -r "$2/bin/predeactivate" ]; then _multivenv_source_hook "$2/bin/predeactivate"; fi
    _multivenv_leave_any "$3"
    if [ -r "$2/bin/postdeactivate" ]; then _multivenv_source_hook "$2/bin/postdeactivate"; fi
    _multivenv_path=$2 _multivenv_home=$3
    _multivenv_enter
    _multivenv_previous=$1
    if [ -n "$4" ]; then
        _multivenv_auto_env=$2
        export _multivenv_auto_env
    fi
    return "$5"
}

# by_helper_in_file VERB WORD...: a verb whose answer is in the file $_multivenv_result, if it has one.
# Subshells of this shell have files of their own.
_multivenv_by_helper_in_file() {
    _multivenv_result=
    if _multivenv_helped "$@"; then
        return 0
    fi
    _multivenv_need helper || return
    _multivenv_set_home || return
    _multivenv_process
    _multivenv_result=$_multivenv_home/.multivenv/result-$_multivenv_reply
    _multivenv_helper "$@"
}

# read_name: $_multivenv_reply, all the lines of stdin: an old name may have several
_multivenv_read_name() {
    IFS= read -r _multivenv_reply
    while IFS= read -r _multivenv_line; do
        _multivenv_reply=$_multivenv_reply$_multivenv_newline$_multivenv_line
    done
}

# ---- lsvenvs, bindvenv, cdvenv --------------------------------------------------------------------

# lsvenvs WORD...: the names alone need no helper
_multivenv_lsvenvs() {
    if _multivenv_helped lsvenvs "$@"; then
        return 0
    fi
    _multivenv_set_home || return
    for _multivenv_word; do
        shift
        case $_multivenv_word in
        .) _multivenv_need projects && _multivenv_set_patterns || return ;;
        *) set -- "$@" "$_multivenv_word" && continue ;;
        esac
        while _multivenv_next_line; do
            set -- "$@" "$_multivenv_line"
        done
    done
    if [ "$#${1-}" = 1--names ] || { [ "$#" -eq 0 ] && ! [ -t 1 ]; }; then
        _multivenv_recover
        _multivenv_list_names
        return
    fi
    _multivenv_need helper || return
    if [ "$#" -gt 0 ] || _multivenv_interpreter; then
        _multivenv_helper lsvenvs "$@"
    else # no usable Python: the names are better than nothing
        _multivenv_list_names
        return 1
    fi
}

# set_patterns: $_multivenv_text, a line with a pattern for each environment of this directory's project
_multivenv_set_patterns() {
    if ! _multivenv_set_own; then
        _multivenv_say "no environment is bound to '$PWD' or a parent directory (bindvenv NAME binds one)"
        return 1
    fi
    # the rest of the names, the part that is done
    set -- "$_multivenv_words" ''
    while :; do
        case $1 in
        *[*?[]*)
            _multivenv_word=${1%%[*?[]*}
            set -- "${1#"$_multivenv_word"}" "$2$_multivenv_word"
            set -- "${1#?}" "$2[${1%"${1#?}"}]"
            ;;
        *) break ;;
        esac
    done
    _multivenv_text=$2$1
}

# list_names: as they are in a pipe, as text at a terminal
_multivenv_list_names() {
    if [ -t 1 ]; then
        _multivenv_each '' _multivenv_print_foreign
    else
        _multivenv_print_names
    fi
}

# bindvenv WORD...: the variable for uv depends on the binding, which may have changed although the verb
# failed; and shell/auto.sh has to look at this directory again
_multivenv_bindvenv() {
    _multivenv_by_helper bindvenv "$@"
    set -- "$?"
    if [ -n "${_multivenv_active-}" ]; then
        _multivenv_need activate || return
        _multivenv_uv_off "$_multivenv_active"
        _multivenv_uv_on "$_multivenv_active"
    fi
    unset -v _multivenv_auto_at
    return "$1"
}

# cdvenv WORD...: leaves in $_multivenv_path where to go
_multivenv_cdvenv() {
    _multivenv_path=
    _multivenv_read_options cdvenv '--site --project' "$@" || return
    [ -n "$_multivenv_count" ] || return 0
    shift "$_multivenv_count"
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse cdvenv "cdvenv takes one name, after its options"
    elif [ "$#" -eq 1 ]; then
        case $1 in
        . | .. | */*)
            _multivenv_need projects || return
            _multivenv_find_at "$1"
            ;;
        *) _multivenv_find cdvenv "$1" ;;
        esac
    elif [ -n "${VIRTUAL_ENV-}" ]; then
        _multivenv_path=$VIRTUAL_ENV
    else
        _multivenv_say "no environment is active (cdvenv NAME goes to one)"
        return 1
    fi && case $_multivenv_given in # the last one counts
    *'--site ') _multivenv_find_site "$_multivenv_path" ;;
    *'--project ') _multivenv_find_project "$_multivenv_path" ;;
    esac
}

_multivenv_cd() { [ -z "$_multivenv_path" ] || _multivenv_chdir "$_multivenv_path"; }

# find_site DIR: $_multivenv_path, its site-packages
_multivenv_find_site() {
    _multivenv_plain_globs
    set -- "$1"/lib/python*/site-packages "$1"/lib/pypy*/site-packages
    _multivenv_globs_back
    for _multivenv_word; do
        if [ -d "$_multivenv_word" ]; then
            _multivenv_path=$_multivenv_word
            return
        fi
    done
    _multivenv_say "'${_multivenv_path##*/}' has no site-packages"
    return 1
}

# find_project DIR: $_multivenv_path, its project directory: of several the one around the current directory, or
# else the first one
_multivenv_find_project() {
    _multivenv_need projects || return
    _multivenv_project_around "$1" "$PWD"
    if [ -z "$_multivenv_path" ]; then
        _multivenv_project_in "$1/.project" || :
        _multivenv_path=$_multivenv_project
    fi
    if [ -z "$_multivenv_path" ]; then
        _multivenv_say "'${1##*/}' has no project (bindvenv binds it to one)"
        return 1
    elif ! [ -d "$_multivenv_path" ]; then
        _multivenv_say "the project of '${1##*/}', '$_multivenv_path', is gone"
        return 1
    fi
}

# ---- multivenv ------------------------------------------------------------------------------------

# multivenv WORD...: `multivenv mk` is mkvenv, and so on: then this leaves the verb in $_multivenv_meant
_multivenv_multivenv() {
    _multivenv_meant=
    if _multivenv_verb_of "${1-}"; then
        _multivenv_meant=$_multivenv_reply
        return 0
    fi
    case ${1-help} in
    -h | --help) set -- help ;;
    --version) set -- version ;;
    esac
    case ${1-help} in
    help | version) _multivenv_helped multivenv "$@" && return ;;
    pythons | doctor | discover | adopt | path | init | upgrade) _multivenv_helped "$@" && return ;;
    esac
    case $#/${1-help} in
    [012]/help) _multivenv_help_on "${2-multivenv}" ;;
    */help) _multivenv_misuse multivenv "multivenv help takes one verb" ;;
    1/version) _multivenv_print "multivenv $_multivenv_version" ;;
    */version) _multivenv_misuse multivenv "multivenv version takes no arguments" ;;
    */doctor)
        shift
        _multivenv_need doctor || return
        _multivenv_doctor "$@"
        ;;
    */path)
        shift
        _multivenv_need init || return
        _multivenv_path_of "$@"
        ;;
    */init)
        shift
        _multivenv_need init || return
        _multivenv_init "$@"
        ;;
    */pythons | */discover | */adopt | */upgrade)
        _multivenv_need helper || return
        _multivenv_set_home && _multivenv_helper "$@"
        ;;
    */-*) _multivenv_no_option multivenv "$1" ;;
    */ | */*[!a-z]*) _multivenv_misuse multivenv "multivenv has no command '$1'" ;;
    *)
        if [ -r "$_multivenv_root/help/$1.txt" ]; then
            _multivenv_misuse "$1" "'$1' is a separate command"
        else
            _multivenv_need helper || return
            _multivenv_set_words
            eval "_multivenv_unknown 'multivenv has no command' \"\$1\" $_multivenv_words" # eval: fixed text
        fi
        ;;
    esac
}

# verb_of WORD: $_multivenv_reply, the verb that `multivenv WORD` is; fails if it is none
_multivenv_verb_of() {
    case " $_multivenv_verbs " in
    *" ${1:-.}venvs "*) _multivenv_reply=${1}venvs ;;
    *" ${1:-.}venv "*) _multivenv_reply=${1}venv ;;
    *) return 1 ;;
    esac
    [ "$_multivenv_reply" != multivenv ]
}

# short multivenv WORD...: the verb that this is short for
_multivenv_short() {
    [ -n "$_multivenv_meant" ] || return 0
    shift 2
    "$_multivenv_meant" "$@"
}

# set_words: $_multivenv_words, all that can stand behind `multivenv`
_multivenv_set_words() {
    _multivenv_words=$_multivenv_commands _multivenv_value=$_multivenv_verbs
    while [ "$_multivenv_value" != multivenv ]; do # the last one
        _multivenv_words="$_multivenv_words ${_multivenv_value%%venv*}"
        _multivenv_value=${_multivenv_value#* }
    done
}

# help_on VERB
_multivenv_help_on() {
    case $1 in
    help | version) set -- multivenv ;;
    *) ! _multivenv_verb_of "$1" || set -- "$_multivenv_reply" ;;
    esac
    case $1 in
    *[!a-z]* | '') ;;
    *)
        if [ -r "$_multivenv_root/help/$1.txt" ]; then
            _multivenv_help "$1"
            return
        fi
        ;;
    esac
    _multivenv_need helper || return
    eval "_multivenv_unknown 'no verb named' \"\$1\" $_multivenv_verbs $_multivenv_commands" # eval: fixed text
}
