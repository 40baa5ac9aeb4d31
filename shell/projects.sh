# shellcheck shell=sh
# Which environment belongs to this directory? For `usevenv` without a name, and for MULTIVENV_AUTO.

_multivenv_need environments

# find_here: $_multivenv_path, the environment of this directory, or of the nearest parent directory
# that has one
_multivenv_find_here() {
    _multivenv_set_home || return
    _multivenv_seek typed
    # the status
    set -- "$?"
    _multivenv_is_function _multivenv_auto || unset -v _multivenv_bindings # nobody else uses them
    case $1 in
    0) ;;
    1)
        if ! _multivenv_seek_by_link; then
            _multivenv_say "no environment is bound to '$PWD' or a parent directory (usevenv NAME, or see lsvenvs)"
            return 1
        fi
        ;;
    *) return 1 ;; # seek has said why what it found cannot be used
    esac
    _multivenv_title_of "$_multivenv_path"
}

# seek MODE: $_multivenv_path, the environment of the current directory or of the nearest parent that has
# one, and $_multivenv_project, that directory with a `/` after it. MODE `typed` accepts whatever the
# directories name, and says so if that is not an environment. MODE `auto` ignores what is not in the
# home or not the user's own. Fails with 1 if nothing is found, with 2 if that cannot be used.
_multivenv_seek() {
    _multivenv_path=
    # MODE, the directory
    set -- "$1" "${PWD%/}"
    _multivenv_read_bindings "$1"
    while :; do
        _multivenv_seek_in "$1" "${2:-/}"
        case $?$2 in
        0*)
            _multivenv_project=$2/
            return
            ;;
        1?*) set -- "$1" "${2%/*}" ;;
        1) return 1 ;;
        *) return 2 ;;
        esac
    done
}

# seek_in MODE DIR: 1 if there is nothing in DIR, 2 if what there is cannot be used
_multivenv_seek_in() {
    _multivenv_path=
    if [ -e "$2/.venv" ] || [ -h "$2/.venv" ]; then
        # before it is read: in a directory of another user it may be anything
        _multivenv_may_follow "$1" "$2" "$2/.venv" && _multivenv_seek_venv "$1" "$2/.venv"
    elif [ -f "$2/.python-envs" ] && _multivenv_may_follow "$1" "$2" "$2/.python-envs"; then
        _multivenv_seek_list "$1" "$2/.python-envs" || return 2
    fi
    # MODE, DIR, the status
    set -- "$1" "$2" "$?"
    case $1$_multivenv_path in
    auto?*)
        if _multivenv_in_home "$_multivenv_path"; then
            return 0
        fi
        _multivenv_path=
        ;;
    typed?*) return 0 ;;
    typed) [ "$3" -eq 0 ] || return 2 ;;
    esac
    _multivenv_bound_to "$1" "$2" || return 1
    [ "$1" = typed ] || { _multivenv_is_own "$2" && ! [ -e "$_multivenv_path/.multivenv-open" ]; }
}

# may_follow MODE DIR FILE: MODE `auto` follows only what is the user's own
_multivenv_may_follow() {
    # shellcheck disable=SC3067 # every supported shell has -O
    [ "$1" = typed ] || { _multivenv_is_own "$2" && [ -O "$3" ]; }
}

# in_home PATH: is it the path of an environment in the home?
_multivenv_in_home() {
    case $1 in
    "$_multivenv_home"/*/* | "$_multivenv_home"/. | "$_multivenv_home"/..) return 1 ;;
    "$_multivenv_home"/?*) return 0 ;;
    *) return 1 ;;
    esac
}

# seek_venv MODE PATH: $_multivenv_path, what `.venv` is or leads to
_multivenv_seek_venv() {
    if [ -f "$2" ] && [ -r "$2" ]; then
        _multivenv_seek_file "$1" "$2"
    elif [ -h "$2" ] && ! [ -e "$2" ]; then
        _multivenv_unusable "$1" "'$2' is a broken symlink"
    else
        _multivenv_place "$2" || _multivenv_unusable "$1" "'$2' is not an environment"
    fi
}

# seek_file MODE FILE: a `.venv` that is a file means something else to each tool. This accepts one line
# with a path or with the name of an environment.
_multivenv_seek_file() {
    _multivenv_is_short "$2" && _multivenv_read "$2" || _multivenv_text=
    _multivenv_next_line || :
    _multivenv_word=$_multivenv_line
    _multivenv_next_line || :
    _multivenv_word=${_multivenv_word%[[:cntrl:]]} # a carriage return
    # MODE, FILE, the path that it names
    case $_multivenv_word$_multivenv_line in
    '' | . | .. | *[[:cntrl:]]*) set -- "$1" "$2" '' ;;
    */*)
        _multivenv_absolute "${2%/*}"
        set -- "$1" "$2" "$_multivenv_word"
        ;;
    *) set -- "$1" "$2" "$_multivenv_home/$_multivenv_word" ;;
    esac
    if [ -n "$_multivenv_line" ] || [ -z "$3" ]; then
        _multivenv_unusable "$1" "the file '$2' is not one line with a path or a name"
    else
        _multivenv_place "$3" || _multivenv_unusable "$1" "'$2' names '$3', which is not an environment"
    fi
}

# seek_list MODE FILE: the last line of a `.python-envs` (PEP 832) that is not empty is the default. If
# that cannot be used, no other environment is, whatever else names one. Then MODE `auto` says nothing: the
# user only passes by.
_multivenv_seek_list() {
    if ! [ -r "$2" ]; then
        _multivenv_unusable "$1" "cannot read '$2'"
        return
    elif ! _multivenv_is_short "$2" || ! _multivenv_read "$2"; then
        _multivenv_unusable "$1" "'$2' is longer than 8 kB"
        return
    fi
    _multivenv_word=
    while _multivenv_next_line; do
        _multivenv_line=${_multivenv_line%[[:cntrl:]]} # a carriage return
        _multivenv_word=${_multivenv_line:-$_multivenv_word}
    done
    case $_multivenv_word in
    '') return 0 ;;
    *[[:cntrl:]]*) # it would reach the terminal
        _multivenv_unusable "$1" "the last line of '$2' contains a control character" 'correct it, or usevenv NAME'
        return
        ;;
    esac
    _multivenv_absolute "${2%/*}"
    # MODE, FILE, the path that it names
    set -- "$1" "$2" "$_multivenv_word"
    if ! _multivenv_place "$3"; then
        _multivenv_unusable "$1" "the last line of '$2' names '$3', which is not an environment" 'correct it, or usevenv NAME'
    elif [ "$1" = auto ] && ! _multivenv_in_home "$_multivenv_path"; then
        _multivenv_unusable auto
    fi
}

# absolute DIR: makes $_multivenv_word absolute, from there
_multivenv_absolute() {
    case $_multivenv_word in
    /*) ;;
    *) _multivenv_word=${1%/}/$_multivenv_word ;;
    esac
}

# unusable MODE MESSAGE [ADVICE]: says it to a user who has typed a command; the search ends
_multivenv_unusable() {
    _multivenv_path=
    [ "$1" = auto ] || _multivenv_say "$2 (${3-usevenv NAME activates one})"
    return 1
}

# place PATH: $_multivenv_path, the environment there; its path in the home, if it is there too
_multivenv_place() {
    _multivenv_is_environment "$1" && [ -d "$1" ] || return 1
    _multivenv_path=$1
    ! _multivenv_in_home "$1" || return 0
    if [ -n "${VIRTUAL_ENV-}" ] && [ "$VIRTUAL_ENV" -ef "$1" ] && _multivenv_in_home "$VIRTUAL_ENV"; then
        _multivenv_path=$VIRTUAL_ENV
        return
    fi
    _multivenv_plain_globs
    for _multivenv_word in /dev/null "$_multivenv_home"/* "$_multivenv_home"/.[!.]* "$_multivenv_home"/..?*; do
        [ "$_multivenv_word" != /dev/null ] || _multivenv_globs_back # the pattern is expanded by now
        if [ "$_multivenv_word" -ef "$1" ]; then
            _multivenv_path=$_multivenv_word
            return
        fi
    done
}

# read_bindings MODE: $_multivenv_bindings, a line `NAME/FOLDER` for each environment that has a
# project, with the last part of the project's path. To read a hundred files takes too long for a
# prompt, so MODE `auto` keeps it until the home changes or .multivenv/bindings, which the helper
# removes when a binding changes.
_multivenv_read_bindings() {
    # MODE, the file that shows changes
    set -- "$1" "$_multivenv_home/.multivenv/bindings"
    _multivenv_key=
    if _multivenv_read "$2"; then
        _multivenv_next_line || :
        _multivenv_key=$_multivenv_line
        # as old as the home may be older: some shells compare whole seconds
        if [ "$1$_multivenv_key" = "auto${_multivenv_bindings_at-}" ] && [ "$2" -nt "$_multivenv_home" ]; then
            return
        fi
    fi
    # before reading, so that a change meanwhile is noticed later
    if [ "$1" = auto ]; then
        [ "$2" -nt "$_multivenv_home" ] || _multivenv_stamp
        _multivenv_bindings_at=$_multivenv_key
    fi
    _multivenv_bindings=$_multivenv_newline
    _multivenv_each_project _multivenv_note_binding
}

# each_project FUNCTION: calls it for each environment that has a project, with $_multivenv_path and
# $_multivenv_project
_multivenv_each_project() {
    _multivenv_plain_globs
    # FUNCTION, the files
    set -- "$1" "$_multivenv_home"/*/.project "$_multivenv_home"/.[!.]*/.project
    _multivenv_globs_back
    _multivenv_what=$1
    shift
    for _multivenv_path; do
        _multivenv_project_in "$_multivenv_path" || continue
        _multivenv_path=${_multivenv_path%/.project}
        case $_multivenv_project in
        /*) "$_multivenv_what" ;;
        esac
    done
}

_multivenv_note_binding() {
    _multivenv_project=${_multivenv_project%/}
    case ${_multivenv_path##*/} in
    *"$_multivenv_newline"*) ;;
    *) _multivenv_bindings=$_multivenv_bindings${_multivenv_path##*/}/${_multivenv_project##*/}$_multivenv_newline ;;
    esac
}

# stamp: makes all shells read the bindings again. RANDOM, if the shell has it: after `exec` a shell has
# the same number again.
_multivenv_stamp() {
    _multivenv_stamps=$((${_multivenv_stamps:-0} + 1))
    # shellcheck disable=SC3028 # empty in dash
    _multivenv_key=$$.$_multivenv_stamps.${RANDOM-}
    if _multivenv_may_write "$_multivenv_home/.multivenv/bindings"; then
        { _multivenv_print "$_multivenv_key" >|"$_multivenv_home/.multivenv/bindings"; } 2>/dev/null || _multivenv_key=
    else
        _multivenv_key=
    fi
}

# bound_to MODE DIR: $_multivenv_path, the environment bound to DIR; of several the one used last, but
# MODE `auto` prefers the active one
_multivenv_bound_to() {
    _multivenv_path=
    case $_multivenv_bindings in
    *"/${2##*/}$_multivenv_newline"*) ;;
    *) return 1 ;;
    esac
    _multivenv_what=$2
    if [ "$1" = auto ] && [ -n "${_multivenv_active-}" ]; then
        _multivenv_if_bound "$_multivenv_active"
        [ -z "$_multivenv_path" ] || return 0
    fi
    # from the last to the first, which is the fastest way: what to look for, what is left to look at
    set -- "/${2##*/}$_multivenv_newline" "$_multivenv_bindings"
    while :; do
        case $2 in
        *"$1"*) set -- "$1" "${2%"$1"*}" ;;
        *) break ;;
        esac
        _multivenv_if_bound "$_multivenv_home/${2##*"$_multivenv_newline"}"
    done
    [ -n "$_multivenv_path" ]
}

# if_bound PATH: $_multivenv_path, if it is bound to $_multivenv_what and was used later than the one
# before
_multivenv_if_bound() {
    _multivenv_is_environment "$1" && _multivenv_project_in "$1/.project" || return 0
    case $_multivenv_project in
    "$_multivenv_what" | "$_multivenv_what/")
        if [ -z "$_multivenv_path" ] || _multivenv_later "$1" "$_multivenv_path"; then
            _multivenv_path=$1
        fi
        ;;
    esac
}

# seek_by_link: as seek does, where the directory is bound by another path than the one by which the user
# came
_multivenv_seek_by_link() {
    _multivenv_best='' _multivenv_bound=
    _multivenv_each_project _multivenv_if_linked
    _multivenv_path=$_multivenv_bound
    unset -v _multivenv_best _multivenv_bound
    [ -n "$_multivenv_path" ]
}

_multivenv_if_linked() {
    set -- "${PWD%/}" # the directory
    while ! [ "$1/" -ef "$_multivenv_project" ]; do
        [ -n "$1" ] || return 0
        set -- "${1%/*}"
    done
    if _multivenv_is_environment "$_multivenv_path" && { [ "${#1}" -gt "${#_multivenv_best}" ] ||
        { [ "$1" = "$_multivenv_best" ] && _multivenv_later "$_multivenv_path" "$_multivenv_bound"; }; }; then
        _multivenv_best=$1 _multivenv_bound=$_multivenv_path
    fi
}

# later DIR OTHER: was DIR used after OTHER? -nt alone says no in half of the shells if OTHER never was.
_multivenv_later() {
    _multivenv_marks "$2" "$_multivenv_home" || return
    # DIR, the mark of OTHER
    set -- "$1" "$_multivenv_used"
    _multivenv_marks "$1" "$_multivenv_home" && [ -e "$_multivenv_used" ] &&
        { ! [ -e "$2" ] || [ "$_multivenv_used" -nt "$2" ]; }
}
