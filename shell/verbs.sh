# shellcheck shell=sh
# shellcheck disable=SC2154 # what multivenv.sh defines
# The part of multivenv that activation does not need. multivenv.sh reads this file when a verb needs
# it and forgets its functions afterwards; it is written by the same rules.

# ---- help --------------------------------------------------------------------------------------

# help TOPIC: the text is a file, so that completion and documentation read the same one
_multivenv_help() {
    while IFS= read -r _multivenv_line; do
        _multivenv_print "$_multivenv_line"
    done <"$_multivenv_root/help/$1.txt"
}

# wants_help WORD...: is -h or --help among the options?
_multivenv_wants_help() {
    for _multivenv_word; do
        case $_multivenv_word in
        -h | --help) return 0 ;;
        --) return 1 ;;
        esac
    done
    return 1
}

# say_plainly TEXT: with `?` for control characters
_multivenv_say_plainly() {
    set -- "$1" ''
    while :; do
        case $1 in
        *[[:cntrl:]]*) set -- "${1#*[[:cntrl:]]}" "$2${1%%[[:cntrl:]]*}?" ;;
        *) break ;;
        esac
    done
    _multivenv_print "multivenv: $2$1" >&2
}

# ---- environments: what is wrong with a home or a name --------------------------------------------

# no_home: why there is none
_multivenv_no_home() {
    _multivenv_word="MULTIVENV_HOME is '$_multivenv_home'"
    [ -n "${MULTIVENV_HOME-}" ] || _multivenv_word="the place for environments is '$_multivenv_home', by HOME"
    case $_multivenv_home in
    '' | /) _multivenv_say "no place for environments: neither MULTIVENV_HOME nor HOME names a folder" ;;
    *:*) _multivenv_say "$_multivenv_word: a ':' would split PATH (choose another folder)" ;;
    /*) _multivenv_say "$_multivenv_word, which is not a directory" ;;
    *) _multivenv_say "$_multivenv_word: it has to be an absolute path" ;;
    esac
    return 1
}

# not_found VERB NAME: why there is no environment of that name
_multivenv_not_found() {
    case $2 in
    '') _multivenv_misuse "$1" "an environment's name cannot be empty" ;;
    . | ..) _multivenv_misuse "$1" "'$2' is not the name of an environment" ;;
    */*) _multivenv_misuse "$1" "'$2' is not a name: it has a '/'" ;;
    *)
        if _multivenv_is_name "$2"; then
            _multivenv_missing "$@" || _multivenv_say "no environment named '$2' (see lsvenvs)"
            return 1
        fi
        _multivenv_misuse "$1" "'$2' cannot be the name of an environment, and there is none"
        ;;
    esac
}

# is_name NAME: could mkvenv make an environment of that name? helper/names.py decides that; this
# only tells a slip from a misuse. ${#1} counts characters, so a long name may pass as a slip.
_multivenv_is_name() {
    case $1 in
    -* | .* | *:* | *[[:cntrl:]]*) return 1 ;;
    esac
    [ "${#1}" -le 128 ]
}

# tame NAME: $_multivenv_reply, what a prompt can show of it. Shells expand $(...), \ and ! in a prompt,
# and a name is data: those characters are shown as `_`. zsh has % for that, and shows %% as one.
_multivenv_tame() {
    _multivenv_reply=
    while [ -n "$1" ]; do
        case $1 in
        [\\\$\`\![:cntrl:]]*) _multivenv_reply=${_multivenv_reply}_ ;;
        %*) _multivenv_reply=$_multivenv_reply%${ZSH_VERSION:+%} ;;
        *) _multivenv_reply=$_multivenv_reply${1%"${1#?}"} ;;
        esac
        set -- "${1#?}"
    done
}

# ---- environments: is it sound? ----------------------------------------------------------------

# read_config DIR: from pyvenv.cfg $_multivenv_base (its `home`), $_multivenv_minor (such as 3.12)
# and $_multivenv_creator. Takes the plain form only, as the tools write it.
_multivenv_read_config() {
    _multivenv_base='' _multivenv_minor='' _multivenv_creator=''
    while IFS='=' read -r _multivenv_key _multivenv_value; do
        _multivenv_value=${_multivenv_value# }
        case $_multivenv_key in
        'home ') _multivenv_base=${_multivenv_base:-$_multivenv_value} ;; # the first counts
        'version ' | 'version_info ')
            case $_multivenv_value in
            [0-9]*.[0-9]*) # the first two of its parts
                _multivenv_minor=${_multivenv_value#*.}
                _multivenv_minor=${_multivenv_value%%.*}.${_multivenv_minor%%.*}
                ;;
            esac
            ;;
        'virtualenv ' | 'uv ') _multivenv_creator=${_multivenv_key% } ;;
        *[Hh][Oo][Mm][Ee]*) _multivenv_base=/ ;; # in another spelling: the helper can read it
        esac
    done <"$1/pyvenv.cfg"
}

# looks_sound DIR: nothing here is amiss, as far as can be seen at once. Where it says no the
# helper judges; it never says yes to what the helper would refuse or warn of.
_multivenv_looks_sound() {
    [ -f "$1/bin/python" ] && [ -x "$1/bin/python" ] && ! [ -e "$1/.multivenv-incomplete" ] &&
        [ -f "$1/pyvenv.cfg" ] && [ -r "$1/pyvenv.cfg" ] || return 1
    _multivenv_read_config "$1"
    [ -n "$_multivenv_base" ] && [ -n "$_multivenv_minor" ] || return 1
    # hollow: bin/python has to start the very Python whose packages these are
    [ "$1/bin/python" -ef "$_multivenv_base/python$_multivenv_minor" ] || return 1
    for _multivenv_key in "python$_multivenv_minor" "pypy$_multivenv_minor" ''; do
        [ ! -d "$1/lib/$_multivenv_key/site-packages" ] || break
    done
    [ -n "$_multivenv_key" ] || return 1
    # moved: its own scripts have to name this place
    _multivenv_made_at "$1"
    [ "$_multivenv_reply" = "$1" ] || [ "$_multivenv_reply" -ef "$1" ]
}

# made_at DIR: where it was made, as its pip or else its activate script says; empty if neither does
_multivenv_made_at() {
    _multivenv_reply=
    if [ -f "$1/bin/pip" ] && [ -r "$1/bin/pip" ]; then
        { IFS= read -r _multivenv_line && IFS= read -r _multivenv_value; } <"$1/bin/pip" || return 0
        case $_multivenv_line in
        '#!/bin/sh') # too long for a #! line, or with a space: '''exec' "/path/bin/python" "$0" "$@"
            _multivenv_reply=${_multivenv_value#*"exec' "}
            _multivenv_reply=${_multivenv_reply#[\"\']}
            ;;
        '#!'*) _multivenv_reply=${_multivenv_line#'#!'} ;;
        esac
        _multivenv_reply=${_multivenv_reply%%/bin/python*}
    elif [ -f "$1/bin/activate" ] && [ -r "$1/bin/activate" ]; then
        while IFS= read -r _multivenv_line; do
            case $_multivenv_line in
            *VIRTUAL_ENV=[\'\"]/*)
                _multivenv_reply=${_multivenv_line#*VIRTUAL_ENV=?}
                _multivenv_reply=${_multivenv_reply%[\'\"]}
                break
                ;;
            *VIRTUAL_ENV=/*)
                _multivenv_reply=${_multivenv_line#*VIRTUAL_ENV=}
                break
                ;;
            esac
        done <"$1/bin/activate"
    fi
}

# note_if_sound DIR: for was_sound; where that cannot be written, it is looked at anew each time. Into
# an environment that is not of the home nothing is written.
_multivenv_note_if_sound() {
    _multivenv_looks_sound "$1" || return
    case $1 in
    "$_multivenv_home"/*)
        {
            _multivenv_print "$1|$_multivenv_base/python$_multivenv_minor|$_multivenv_key/site-packages|$_multivenv_creator" >|"$1/.multivenv-sound"
        } 2>/dev/null || :
        ;;
    esac
}

# judge DIR: sound, or judged usable by the helper, which says what is amiss
_multivenv_judge() {
    if _multivenv_note_if_sound "$1"; then
        return
    elif _multivenv_interpreter; then
        _multivenv_helper judge "$1"
    elif [ -x "$1/bin/python" ] && [ -f "$1/bin/python" ]; then
        _multivenv_say "activating '${1##*/}' unjudged"
    else
        _multivenv_say "'${1##*/}' cannot be used: its bin/python leads nowhere"
        return 1
    fi
}

# ---- the helper -----------------------------------------------------------------------------

# helper VERB WORD...: runs the Python part. Its status is the verb's, so 126, 127 and those of a
# crash mean that the interpreter itself did not start: then another one is looked for, once.
_multivenv_helper() {
    _multivenv_interpreter || return
    _multivenv_start "$@" && return
    set -- "$?" "$@"
    case $1 in
    126 | 127 | 132 | 134 | 135 | 136 | 139) ;;
    *) return "$1" ;;
    esac
    if [ -n "${MULTIVENV_HELPER_PYTHON-}" ]; then
        _multivenv_say "MULTIVENV_HELPER_PYTHON is '$MULTIVENV_HELPER_PYTHON', which does not start (set it to Python 3.8 or newer)"
        return 1
    fi
    shift
    _multivenv_search || return
    _multivenv_start "$@"
}

_multivenv_start() {
    MULTIVENV_HOME=$_multivenv_home MULTIVENV_CACHE=$_multivenv_cache MULTIVENV_PYTHON=${MULTIVENV_PYTHON-} \
        MULTIVENV_INSTALLER=${MULTIVENV_INSTALLER-} XDG_BIN_HOME=${XDG_BIN_HOME-} NO_COLOR=${NO_COLOR-} PWD=${PWD-} \
        \command "$_multivenv_interpreter" -I -S -X utf8 -X pycache_prefix="$_multivenv_cache/pycache" \
        "$_multivenv_root/helper/__main__.py" "$@" # forks: the helper
}

# missing VERB NAME: the helper says that there is no such environment, and which was probably meant.
# Fails where no Python is known.
_multivenv_missing() {
    _multivenv_can_start || return
    _multivenv_start missing "$@"
    [ "$?" -eq 1 ]
}

# can_start: is a Python known? It is not looked for where the shell can do without.
_multivenv_can_start() {
    _multivenv_known_interpreter && \command -v "$_multivenv_interpreter" >/dev/null 2>&1
}

# interpreter: $_multivenv_interpreter, the Python that runs the helper: the one that is set, the
# one that was found before, or the first that works
_multivenv_interpreter() { _multivenv_known_interpreter || _multivenv_search; }

_multivenv_known_interpreter() {
    _multivenv_cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/multivenv
    _multivenv_interpreter=${MULTIVENV_HELPER_PYTHON-}
    [ -z "$_multivenv_interpreter" ] || return 0
    if [ -f "$_multivenv_cache/helper-python" ] && [ -r "$_multivenv_cache/helper-python" ]; then
        IFS= read -r _multivenv_interpreter <"$_multivenv_cache/helper-python" || :
        ! [ -x "$_multivenv_interpreter" ] || return 0
    fi
    return 1
}

# search: looks for a Python that will do, and remembers it. That is rare, so it has its own file.
_multivenv_search() {
    # shellcheck source=shell/search.sh disable=SC1091 # checked by itself
    . "$_multivenv_root/shell/search.sh"
    _multivenv_search_everywhere
    set -- "$?"
    unset -f _multivenv_search_everywhere _multivenv_search_in _multivenv_try
    return "$1"
}

# put_right: what a verb that was interrupted, or a shell that was killed, has left as it must not stay
_multivenv_put_right() {
    if [ -d "$_multivenv_home/.multivenv/journal" ] || [ -d "$_multivenv_home/.multivenv/aside" ] ||
        _multivenv_is_left; then
        _multivenv_helper recover || :
    fi
}

# is_left: is there a temporary environment whose shell is no more?
_multivenv_is_left() {
    _multivenv_plain_globs
    set -- "$_multivenv_home/.multivenv/temporary"/*
    _multivenv_globs_back
    for _multivenv_word; do
        [ -f "$_multivenv_word" ] || continue
        IFS= read -r _multivenv_line <"$_multivenv_word" || continue
        \command kill -0 "$_multivenv_line" 2>/dev/null || return 0
    done
    return 1
}

# drop DIR HOME: the helper removes a temporary environment that was left, unless it is still active in
# the shell of which this is a subshell. In ksh93 a subshell is no process of its own.
_multivenv_drop() {
    case ${KSH_VERSION-} in
    *93*) eval '[ "${.sh.subshell}" -eq 0 ]' || return ;; # eval: fixed text
    esac
    _multivenv_home=$2
    _multivenv_helper drop "${1##*/}"
}

# ---- usevenv: which one? -----------------------------------------------------------------------

_multivenv_find_previous() {
    _multivenv_set_home || return
    _multivenv_path=$_multivenv_previous
    if [ -z "$_multivenv_path" ]; then
        _multivenv_say "no environment was active before (see lsvenvs)"
        return 1
    fi
    if _multivenv_is_environment "$_multivenv_path"; then
        _multivenv_title_of "$_multivenv_path"
        return
    fi
    _multivenv_say "the environment before this one, '${_multivenv_path##*/}', is gone (see lsvenvs)"
    return 1
}

# title_of DIR: $_multivenv_title, what the prompt is to show of an environment that is not of the
# home: what its maker has written down, or else the folder that a hidden one is in
_multivenv_title_of() {
    _multivenv_title=
    case $1 in
    "$_multivenv_home"/*) return ;;
    esac
    if [ -f "$1/pyvenv.cfg" ] && [ -r "$1/pyvenv.cfg" ]; then
        while IFS= read -r _multivenv_line; do # no `||`: see seek_list
            case $_multivenv_line in
            'prompt = '?*) _multivenv_title=${_multivenv_line#prompt = } ;;
            esac
        done <"$1/pyvenv.cfg"
    fi
    _multivenv_title=${_multivenv_title#[\'\"]} # venv writes it as Python would
    _multivenv_title=${_multivenv_title%[\'\"]}
    case $_multivenv_title${1##*/} in
    .*)
        _multivenv_title=${1%/*}
        _multivenv_title=${_multivenv_title##*/}
        ;;
    esac
    case $_multivenv_title in
    *[[:cntrl:]]*) _multivenv_title= ;;
    esac
}

# find_here: the environment of this directory, or of the nearest one above it that has one
_multivenv_find_here() {
    _multivenv_set_home || return
    # shellcheck source=shell/projects.sh disable=SC1091 # checked by itself
    . "$_multivenv_root/shell/projects.sh"
    _multivenv_seek typed
    set -- "$?"
    [ "$1" -ne 1 ] || ! _multivenv_seek_by_link || set -- 0
    _multivenv_is_function _multivenv_auto || _multivenv_forget_projects
    case $1 in
    0) _multivenv_title_of "$_multivenv_path" && return ;;
    1) _multivenv_say "no environment is bound to '$PWD' or a directory above it (usevenv NAME, or see lsvenvs)" ;;
    *) ;; # what was found cannot be used, as was said
    esac
    return 1
}

# ---- the verbs ---------------------------------------------------------------------------------

# mkvenv WORD...: makes it, and leaves in $_multivenv_path what is to be activated
_multivenv_mkvenv() {
    _multivenv_path=
    if _multivenv_wants_help "$@"; then
        _multivenv_help mkvenv
        return
    fi
    _multivenv_set_home || return
    _multivenv_made "$@"
    if [ -n "$_multivenv_passing" ] && [ -z "$_multivenv_reply" ]; then
        _multivenv_free_name
        set -- "$@" "$_multivenv_reply"
    fi
    _multivenv_helper mkvenv "$@" || return
    _multivenv_made "$@"
    _multivenv_path=$_multivenv_reply
}

# free_name: $_multivenv_reply, a name for one that has got none
_multivenv_free_name() {
    _multivenv_reply=temp-$$
    set -- 1
    while _multivenv_is_environment "$_multivenv_home/$_multivenv_reply"; do
        set -- "$(($1 + 1))"
        _multivenv_reply=temp-$$-$1
    done
}

# made WORD...: the environment that these words of mkvenv's make, empty if it is not to be activated,
# and in $_multivenv_passing whether it goes with this shell. NAME is the first that is no option; if
# the words are not right, the helper says so.
_multivenv_made() {
    _multivenv_reply='' _multivenv_passing=
    while [ "$#" -gt 0 ]; do
        case $1 in
        --no-use)
            _multivenv_reply=
            return
            ;;
        --temp) _multivenv_passing=yes ;;
        -p | --python | -r | --requirement | -e | --editable)
            [ "$#" -gt 1 ] || _multivenv_passing= # its value is missing, and no name is to become that
            [ "$#" -eq 1 ] || shift
            ;;
        --)
            [ -n "$_multivenv_reply" ] || [ "$#" -eq 1 ] || _multivenv_reply=$_multivenv_home/$2
            return
            ;;
        -*) ;;
        *) [ -n "$_multivenv_reply" ] || _multivenv_reply=$_multivenv_home/$1 ;;
        esac
        shift
    done
}

# list WORD...: all that lsvenvs does but names
_multivenv_list() {
    if _multivenv_wants_help "$@"; then
        _multivenv_help lsvenvs
        return
    fi
    _multivenv_set_home || return
    if [ "$#" -gt 0 ] || _multivenv_interpreter; then
        _multivenv_helper lsvenvs "$@"
    else # no usable Python: the names are better than nothing
        _multivenv_print_names
        return 1
    fi
}

# by_helper VERB WORD...
_multivenv_by_helper() {
    if _multivenv_wants_help "$@"; then
        _multivenv_help "$1"
        return
    fi
    _multivenv_set_home && _multivenv_helper "$@"
}

# mvvenv WORD...: leaves in $_multivenv_path what is to be activated: the environment that was moved,
# if it was active
_multivenv_mvvenv() {
    _multivenv_path=
    if _multivenv_wants_help "$@"; then
        _multivenv_help mvvenv
        return
    fi
    _multivenv_set_home || return
    _multivenv_go=
    _multivenv_two_names "$@"
    [ -z "${VIRTUAL_ENV-}" ] || [ -z "$_multivenv_key" ] || ! [ "$VIRTUAL_ENV" -ef "$_multivenv_home/$_multivenv_key" ] ||
        _multivenv_go=yes
    _multivenv_helper mvvenv "$@" || return
    [ "$_multivenv_previous" != "$_multivenv_home/$_multivenv_key" ] || _multivenv_previous=$_multivenv_home/$_multivenv_value
    [ -z "$_multivenv_go" ] || _multivenv_path=$_multivenv_home/$_multivenv_value
}

# two_names WORD...: $_multivenv_key and $_multivenv_value, the first two words that are no options
_multivenv_two_names() {
    _multivenv_key='' _multivenv_value='' _multivenv_what=options
    for _multivenv_word; do
        case $_multivenv_what$_multivenv_word in
        options--) _multivenv_what=names ;;
        options-*) ;;
        *)
            if [ -z "$_multivenv_key" ]; then
                _multivenv_key=$_multivenv_word
            else
                _multivenv_value=${_multivenv_value:-$_multivenv_word}
            fi
            ;;
        esac
    done
}

# bindvenv WORD...: from a binding follows the variable for uv, also if not all of it could be done; and
# where environments are switched by themselves this directory is looked at anew
_multivenv_bindvenv() {
    _multivenv_by_helper bindvenv "$@"
    set -- "$?"
    if [ -n "${_multivenv_active-}" ]; then
        _multivenv_uv_off "$_multivenv_active"
        _multivenv_uv_on "$_multivenv_active"
    fi
    unset -v _multivenv_auto_at
    return "$1"
}

# cdvenv WORD...: leaves in $_multivenv_path where to go
_multivenv_cdvenv() {
    _multivenv_path='' _multivenv_what=root
    while :; do
        case ${1-} in
        -h | --help)
            _multivenv_help cdvenv
            return
            ;;
        --site) _multivenv_what=site ;;
        --project) _multivenv_what=project ;;
        --)
            shift
            break
            ;;
        -*)
            _multivenv_no_option cdvenv "$1"
            return
            ;;
        *) break ;;
        esac
        shift
    done
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse cdvenv "cdvenv takes one name, after its options"
    elif [ "$#" -eq 1 ]; then
        _multivenv_find cdvenv "$1"
    elif [ -n "${VIRTUAL_ENV-}" ]; then
        _multivenv_path=$VIRTUAL_ENV
    else
        _multivenv_say "no environment is active (cdvenv NAME goes to one)"
        return 1
    fi && case $_multivenv_what in
    site) _multivenv_find_site "$_multivenv_path" ;;
    project) _multivenv_find_project "$_multivenv_path" ;;
    esac
}

# find_site DIR: $_multivenv_path, its site-packages
_multivenv_find_site() {
    _multivenv_plain_globs
    set -- "$1" "$1"/lib/python*/site-packages "$1"/lib/pypy*/site-packages
    _multivenv_globs_back
    _multivenv_path=$1
    while [ "$#" -gt 1 ]; do
        shift
        [ -d "$1" ] || continue
        _multivenv_path=$1
        return
    done
    _multivenv_say "'${_multivenv_path##*/}' has no site-packages"
    return 1
}

# find_project DIR: $_multivenv_path, its project directory
_multivenv_find_project() {
    _multivenv_path=
    if [ -f "$1/.project" ] && [ -r "$1/.project" ]; then
        IFS= read -r _multivenv_path <"$1/.project" || :
        _multivenv_path=${_multivenv_path%[[:cntrl:]]} # a carriage return
    fi
    if [ -z "$_multivenv_path" ]; then
        _multivenv_say "'${1##*/}' has no project (bindvenv gives it one)"
        return 1
    fi
    [ -d "$_multivenv_path" ] && return
    _multivenv_say "the project of '${1##*/}', '$_multivenv_path', is gone"
    return 1
}

_multivenv_multivenv() {
    case ${1-help} in
    -h | --help) set -- help ;;
    --version) set -- version ;;
    esac
    case ${1-help} in
    help)
        if _multivenv_wants_help "$@"; then
            _multivenv_help multivenv
        elif [ "$#" -gt 2 ]; then
            _multivenv_misuse multivenv "multivenv help takes one verb"
        else
            _multivenv_help_on "${2-multivenv}"
        fi
        ;;
    version)
        if _multivenv_wants_help "$@"; then
            _multivenv_help multivenv
        elif [ "$#" -gt 1 ]; then
            _multivenv_misuse multivenv "multivenv version takes no more words"
        else
            _multivenv_print "multivenv $_multivenv_version"
        fi
        ;;
    pythons | doctor | discover | adopt)
        if _multivenv_wants_help "$@"; then
            _multivenv_help "$1"
        elif [ "$1" = doctor ]; then
            shift
            _multivenv_doctor "$@"
        else
            _multivenv_set_home && _multivenv_helper "$@"
        fi
        ;;
    -*) _multivenv_no_option multivenv "$1" ;;
    *[!a-z]* | '') _multivenv_misuse multivenv "multivenv has no command '$1'" ;;
    *)
        if [ -r "$_multivenv_root/help/$1.txt" ]; then
            _multivenv_misuse "$1" "'$1' is a command of its own"
            return
        fi
        _multivenv_unknown "multivenv has no command" "$1" help version pythons doctor discover adopt
        ;;
    esac
}

# help_on VERB
_multivenv_help_on() {
    case $1 in
    help | version) set -- multivenv ;;
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
    _multivenv_key=$1
    set --
    _multivenv_plain_globs
    for _multivenv_path in "$_multivenv_root"/help/*.txt; do
        _multivenv_path=${_multivenv_path##*/}
        set -- "$@" "${_multivenv_path%.txt}"
    done
    _multivenv_globs_back
    _multivenv_unknown "there is no verb" "$_multivenv_key" "$@"
}

# unknown SENTENCE WORD KNOWN...: the helper says which of the known words was probably meant
_multivenv_unknown() {
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null
    if _multivenv_can_start; then
        _multivenv_start suggest "$@"
        [ "$?" -ne 2 ] || return 2
    fi
    _multivenv_misuse multivenv "$1 '$2'"
}

_multivenv_doctor() {
    # shellcheck source=shell/doctor.sh disable=SC1091 # checked by itself
    . "$_multivenv_root/shell/doctor.sh"
    _multivenv_doctor_start "$@"
    set -- "$?"
    _multivenv_forget_doctor
    return "$1"
}

# ---- the end -----------------------------------------------------------------------------------

_multivenv_forget_verbs() {
    unset -f _multivenv_help _multivenv_wants_help _multivenv_say_plainly _multivenv_no_home _multivenv_not_found _multivenv_is_name \
        _multivenv_tame _multivenv_bindvenv _multivenv_read_config _multivenv_looks_sound \
        _multivenv_made_at _multivenv_judge _multivenv_helper _multivenv_start \
        _multivenv_interpreter _multivenv_known_interpreter _multivenv_can_start _multivenv_missing _multivenv_search \
        _multivenv_find_previous _multivenv_find_here _multivenv_title_of \
        _multivenv_put_right _multivenv_is_left _multivenv_drop \
        _multivenv_note_if_sound _multivenv_mkvenv _multivenv_free_name _multivenv_made _multivenv_list _multivenv_by_helper _multivenv_mvvenv \
        _multivenv_two_names _multivenv_cdvenv _multivenv_find_site _multivenv_find_project \
        _multivenv_multivenv _multivenv_help_on _multivenv_unknown _multivenv_doctor
}
