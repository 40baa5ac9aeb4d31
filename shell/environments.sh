# shellcheck shell=sh
# The home and the environments in it: names, lookup, and whether one may be used.

_multivenv_need messages

# ---- the home -------------------------------------------------------------------------------------

# set_home: $_multivenv_home, or a message that says why it cannot be used
_multivenv_set_home() {
    _multivenv_home=${MULTIVENV_HOME:-${HOME:+$HOME/.multivenv}}
    while [ "${_multivenv_home%/}" != "$_multivenv_home" ] && [ "$_multivenv_home" != / ]; do
        _multivenv_home=${_multivenv_home%/}
    done
    case $_multivenv_home in
    *:*) ;;
    /?*) if [ -d "$_multivenv_home" ] || ! [ -e "$_multivenv_home" ]; then return 0; fi ;;
    esac
    # what names the home
    set -- "MULTIVENV_HOME is '$_multivenv_home'"
    [ -n "${MULTIVENV_HOME-}" ] || set -- "the default MULTIVENV_HOME is '$_multivenv_home'"
    case $_multivenv_home in
    '' | /) _multivenv_say "no folder for environments (set MULTIVENV_HOME)" ;;
    *:*) _multivenv_say "$1: a ':' would split PATH (choose another folder)" ;;
    /*) _multivenv_say "$1, which is not a directory" ;;
    *) _multivenv_say "$1, which is not an absolute path" ;;
    esac
    return 1
}

# recover: finishes or undoes what an interrupted verb has left, and removes temporary environments
# whose shell was killed
_multivenv_recover() {
    if [ -d "$_multivenv_home/.multivenv/journal" ] || [ -d "$_multivenv_home/.multivenv/aside" ] ||
        _multivenv_outlived; then
        _multivenv_need helper || return
        _multivenv_helper recover || :
    fi
}

# outlived: has a temporary environment outlived its shell?
_multivenv_outlived() {
    [ -d "$_multivenv_home/.multivenv/temporary" ] || return 1
    _multivenv_plain_globs
    set -- "$_multivenv_home/.multivenv/temporary"/*
    _multivenv_globs_back
    for _multivenv_word; do
        if ! _multivenv_read "$_multivenv_word" || ! _multivenv_next_line; then
            continue
        fi
        \command kill -0 "$_multivenv_line" 2>/dev/null || return 0
    done
    return 1
}

# ---- names and lookup -----------------------------------------------------------------------------

# find VERB NAME: $_multivenv_path, the environment of that name, or a message that there is none
_multivenv_find() {
    _multivenv_set_home || return
    case $2 in
    '') _multivenv_misuse "$1" "the name of an environment cannot be empty" ;;
    . | ..) _multivenv_misuse "$1" "'$2' is not the name of an environment" ;;
    */*) _multivenv_misuse "$1" "'$2' is not a name: it contains a '/'" ;;
    *)
        _multivenv_path=$_multivenv_home/$2
        if [ -e "$_multivenv_path/pyvenv.cfg" ] || _multivenv_is_environment "$_multivenv_path"; then
            [ -e "$_multivenv_home/.multivenv/temporary/$2" ] || return 0
        fi
        _multivenv_recover
        _multivenv_is_environment "$_multivenv_path" || _multivenv_find_start "$@" || _multivenv_not_found "$@"
        ;;
    esac
}

# find_start usevenv START: $_multivenv_path, the only environment whose name starts so, and says which. Only at
# a prompt, where the user sees that: in a script it would depend on the other environments. Fish's sh has none.
_multivenv_find_start() {
    case $1/$-/${_multivenv_at_prompt:+i} in
    usevenv/*i*) ;;
    *) return 1 ;;
    esac
    # START, the environment
    set -- "$2" ''
    _multivenv_plain_globs
    for _multivenv_word in /dev/null "$_multivenv_home/$1"*; do
        [ "$_multivenv_word" != /dev/null ] || _multivenv_globs_back # the pattern is expanded by now
        if _multivenv_is_environment "$_multivenv_word"; then
            [ -z "$2" ] || return
            set -- "$1" "$_multivenv_word"
        fi
    done
    [ -n "$2" ] || return
    _multivenv_path=$2
    _multivenv_say "using '${2##*/}', the only environment that starts with '$1'"
}

# not_found VERB NAME
_multivenv_not_found() {
    if ! _multivenv_is_name "$2"; then
        _multivenv_misuse "$1" "no environment named '$2', which is not a valid name"
        return
    fi
    _multivenv_need helper || return
    _multivenv_says 1 missing "$@" || _multivenv_say "no environment named '$2' (see lsvenvs)"
    return 1
}

# is_name NAME: could mkvenv make an environment of that name? helper/names.py decides that; this
# only tells a typing error from a misuse. ${#1} counts characters, so some long names pass.
_multivenv_is_name() {
    case $1 in
    -* | .* | *:* | *[[:cntrl:]]*) return 1 ;;
    esac
    [ "${#1}" -le 128 ]
}

# is_environment DIR: helper/home.py has the same rule, and a test compares the two
_multivenv_is_environment() {
    [ -e "$1/pyvenv.cfg" ] || [ -e "$1/bin/python" ] || [ -h "$1/bin/python" ] ||
        [ -e "$1/.multivenv-incomplete" ] || { [ -h "$1" ] && ! [ -e "$1" ]; }
}

# each PREFIX COMMAND...: runs COMMAND... NAME, with $_multivenv_path set too, for each environment
# whose name starts with PREFIX, and maybe for others, sorted by bytes, until one fails. A thousand
# positional parameters would make each call slow, so the patterns stand in the loop.
_multivenv_each() {
    _multivenv_plain_globs
    # the first word is for us: by then the patterns are expanded
    for _multivenv_path in /dev/null "$_multivenv_home/${1##.*}"* "$_multivenv_home"/.[!.]* "$_multivenv_home"/..?*; do
        if [ -e "$_multivenv_path/pyvenv.cfg" ] || _multivenv_is_environment "$_multivenv_path"; then
            "$@" "${_multivenv_path##*/}" || return
        elif [ "$_multivenv_path" = /dev/null ]; then
            _multivenv_globs_back
            shift
        fi
    done
}

# title_of DIR: $_multivenv_title, what the prompt shows of an environment outside the home: the prompt
# in its pyvenv.cfg, or else its folder, or the one above a hidden folder
_multivenv_title_of() {
    _multivenv_title=
    case $1 in
    "$_multivenv_home"/*) return ;;
    esac
    if _multivenv_is_short "$1/pyvenv.cfg" && _multivenv_read "$1/pyvenv.cfg"; then
        while _multivenv_next_line; do
            case $_multivenv_line in
            'prompt = '?*) _multivenv_title=${_multivenv_line#prompt = } ;;
            esac
        done
    fi
    _multivenv_title=${_multivenv_title#[\'\"]} # venv writes it as Python would
    _multivenv_title=${_multivenv_title%[\'\"]}
    case $_multivenv_title${1##*/} in
    .*)
        _multivenv_title=${1%/*}
        _multivenv_title=${_multivenv_title##*/}
        ;;
    esac
    _multivenv_shown "$_multivenv_title"
    [ "$_multivenv_reply" = "$_multivenv_title" ] || _multivenv_title=
}

# project_in FILE: $_multivenv_project, the path in a `.project`; fails if it has none
_multivenv_project_in() {
    _multivenv_project=
    _multivenv_read "$1" && _multivenv_next_line || return 1
    _multivenv_project=${_multivenv_line%[[:cntrl:]]} # a carriage return
}

# ---- is it healthy? -------------------------------------------------------------------------------

# may_use DIR: it is healthy, or the helper judges it usable; sets $_multivenv_creator too
_multivenv_may_use() {
    case $1 in
    *:*)
        _multivenv_say "cannot activate '${1##*/}': its path contains a ':', which would split PATH"
        return 1
        ;;
    esac
    ! _multivenv_was_sound "$1" || return 0
    _multivenv_need health || return
    if _multivenv_respelled "$1"; then
        set -- "$_multivenv_path"
        ! _multivenv_was_sound "$1" || return 0
    fi
    if _multivenv_note_if_sound "$1"; then
        return 0
    fi
    _multivenv_need helper || return
    if _multivenv_interpreter; then
        _multivenv_helper judge "$1"
    elif [ -x "$1/bin/python" ] && [ -f "$1/bin/python" ]; then
        _multivenv_say "activating '${1##*/}' without a check"
    else
        _multivenv_say "cannot use '${1##*/}': it has no working bin/python"
        return 1
    fi
}

# marks DIR HOME: $_multivenv_used and $_multivenv_sound, the files of its marks. multivenv writes nothing
# into an adopted environment, so its marks are in the home. Fails where the environment is outside the
# home: it has none.
_multivenv_marks() {
    case $1 in
    "$2"/*) ;;
    *) return 1 ;;
    esac
    if [ -h "$1" ]; then
        _multivenv_used=$2/.multivenv/used/${1##*/} _multivenv_sound=$2/.multivenv/sound/${1##*/}
    else
        _multivenv_used=$1/.last-used _multivenv_sound=$1/.multivenv-sound
    fi
}

# was_sound DIR: shell/health.sh found it sound here, and what that depends on has not changed. This is
# several times faster than to look again. The note: path|base interpreter|folder of packages|creator
_multivenv_was_sound() {
    _multivenv_marks "$1" "$_multivenv_home" && [ -r "$1/pyvenv.cfg" ] &&
        [ "$_multivenv_sound" -nt "$1/pyvenv.cfg" ] && [ -f "$_multivenv_sound" ] && [ -r "$_multivenv_sound" ] &&
        _multivenv_read_note <"$_multivenv_sound" && [ "$_multivenv_word" = "$1" ] &&
        [ "$1/bin/python" -ef "$_multivenv_base" ] && [ -d "$1/lib/$_multivenv_library" ] &&
        [ -x "$1/bin/python" ] && [ -s "$1/bin/python" ] && ! [ -e "$1/.multivenv-incomplete" ] &&
        { [ "$_multivenv_sound" -nt "$1/bin/pip" ] || ! [ -e "$1/bin/pip" ]; } &&
        { [ "$_multivenv_sound" -nt "$1/bin/activate" ] || ! [ -e "$1/bin/activate" ]; } &&
        { [ "$_multivenv_sound" -nt "$1/.multivenv.json" ] || ! [ -e "$1/.multivenv.json" ]; }
}
