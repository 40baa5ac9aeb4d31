# shellcheck shell=sh
# Which environment belongs to this directory? For `usevenv` without a name, and for MULTIVENV_AUTO.

_multivenv_need environments

# find_at WORD: $_multivenv_path, the environment at the path WORD, or that of this directory
_multivenv_find_at() {
    case $1 in
    .)
        _multivenv_find_here
        return
        ;;
    esac
    _multivenv_set_home || return
    if ! [ -d "$1" ]; then
        _multivenv_say "no environment or directory '$1' (see lsvenvs)"
        return 1
    fi
    _multivenv_main=
    _multivenv_whole "$1" "$PWD"
    if [ -e "$_multivenv_reply/pyvenv.cfg" ]; then
        _multivenv_place "$_multivenv_reply" && _multivenv_title_of "$_multivenv_path"
    else
        _multivenv_find_here "$_multivenv_reply"
    fi
}

# find_here [DIR]: $_multivenv_path, the environment of this directory, or of the nearest parent directory
# that has one
_multivenv_find_here() {
    _multivenv_set_home || return
    set -- "${1:-$PWD}"
    _multivenv_seek typed "$1"
    # DIR, the status
    set -- "$1" "$?"
    _multivenv_is_function _multivenv_auto || unset -v _multivenv_bindings # nobody else uses them
    case $2 in
    0) ;;
    1)
        if ! _multivenv_seek_by_link "${1%/}"; then
            _multivenv_say "no environment is bound to '$1' or a parent directory (usevenv NAME, or see lsvenvs)"
            return 1
        fi
        ;;
    *) return 1 ;; # seek has said why what it found cannot be used
    esac
    _multivenv_title_of "$_multivenv_path"
}

# seek MODE DIR: $_multivenv_path, the environment of DIR or of the nearest parent that has one, and
# $_multivenv_project, that directory with a `/` after it. MODE `typed` accepts whatever the
# directories name, and says so if that is not an environment. MODE `auto` ignores what is not in the
# home or not the user's own. Fails with 1 if nothing is found, with 2 if that cannot be used.
_multivenv_seek() {
    _multivenv_path='' _multivenv_main=
    set -- "$1" "${2%/}"
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
    # MODE, DIR, the directory that is bound
    if _multivenv_bound_to "$1" "$2"; then
        set -- "$1" "$2" "$2"
    elif [ -f "$2/.git" ] && _multivenv_main_of "$1" "$2" && _multivenv_bound_to "$1" "$_multivenv_main"; then
        set -- "$1" "$2" "$_multivenv_main"
    else
        return 1
    fi
    [ "$1" = typed ] || { _multivenv_is_own "$2" && ! _multivenv_is_open "$_multivenv_path" "$3"; }
}

# is_open PATH DIR: may others write to that project of the environment?
_multivenv_is_open() {
    [ -e "$1/.multivenv-open" ] || return
    _multivenv_read "$1/.multivenv-open" && [ -n "$_multivenv_text" ] || return 0 # an earlier version marks all
    _multivenv_is_listed "$2"
}

# is_listed DIR: is it a line of $_multivenv_text?
_multivenv_is_listed() {
    case $1 in
    *"$_multivenv_newline"*) return 1 ;; # it would be two
    esac
    case $_multivenv_newline$_multivenv_text in
    *"$_multivenv_newline$1$_multivenv_newline"*) ;;
    *) return 1 ;;
    esac
}

# main_of MODE DIR: the `.git` of DIR is a file. If DIR is a linked worktree, $_multivenv_main is its repository,
# $_multivenv_tree the worktree as git names it, and $_multivenv_tree_at is DIR. Those of the first worktree on the
# way stay. Only the repository can say so: a directory that came from elsewhere may claim it.
_multivenv_main_of() {
    [ "${_multivenv_bindings-}$_multivenv_main" != "$_multivenv_newline" ] &&
        _multivenv_may_follow "$1" "$2" "$2/.git" && _multivenv_is_short "$2/.git" &&
        _multivenv_read "$2/.git" && _multivenv_next_line || return
    # DIR, the repository, and the name of the worktree there
    set -- "$2" "${_multivenv_line%/.git/worktrees/*}" "${_multivenv_line##*/.git/worktrees/}"
    case $2/$3 in
    'gitdir: '*/. | 'gitdir: '*/.. | 'gitdir: '*/) return 1 ;;
    'gitdir: '*) set -- "$1" "${2#gitdir: }" "$3" ;;
    *) return 1 ;;
    esac
    case $3$_multivenv_main in
    */*) return 1 ;; # a submodule, for example
    esac
    _multivenv_whole "$2" "$1"
    set -- "$1" "$_multivenv_reply" "$_multivenv_reply/.git/worktrees/$3"
    _multivenv_read "$3/gitdir" && _multivenv_next_line || return
    _multivenv_whole "${_multivenv_line%/.git}" "$3"
    [ "$_multivenv_reply" -ef "$1" ] && _multivenv_main=$2 _multivenv_tree=$_multivenv_reply _multivenv_tree_at=$1
}

# whole PATH DIR: $_multivenv_reply, an absolute path without `.` and `..`; PATH may be relative to DIR
_multivenv_whole() {
    # the rest of the path, and the part before it
    case $1 in
    /*) set -- "$1/" '' ;;
    *) set -- "${2%/}/$1/" '' ;;
    esac
    while [ -n "$1" ]; do
        case $1 in
        /* | ./*) set -- "${1#*/}" "$2" ;;
        ../*) set -- "${1#*/}" "${2%/*}" ;;
        *) set -- "${1#*/}" "$2/${1%%/*}" ;;
        esac
    done
    _multivenv_reply=${2:-/}
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
    set -- "$1" "$_multivenv_home"/*/.project "$_multivenv_home"/.[!.]*/.project \
        "$_multivenv_home"/*/.multivenv-projects "$_multivenv_home"/.[!.]*/.multivenv-projects
    _multivenv_globs_back
    _multivenv_what=$1
    shift
    for _multivenv_path; do
        _multivenv_read "$_multivenv_path" || continue
        case $_multivenv_path in
        */.project) _multivenv_text=${_multivenv_text%%"$_multivenv_newline"*} ;; # the first line counts
        esac
        _multivenv_path=${_multivenv_path%/*}
        while _multivenv_next_line; do
            _multivenv_project=${_multivenv_line%[[:cntrl:]]} # a carriage return
            case $_multivenv_project in
            /*) "$_multivenv_what" ;;
            esac
        done
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
    _multivenv_each_bound _multivenv_if_bound
    [ -n "$_multivenv_path" ]
}

# each_bound FUNCTION: calls FUNCTION PATH for each environment that may be bound to $_multivenv_what
_multivenv_each_bound() {
    # from the last to the first, which is the fastest way: what to look for, what is left to look at, FUNCTION
    set -- "/${_multivenv_what##*/}$_multivenv_newline" "$_multivenv_bindings" "$1"
    while :; do
        case $2 in
        *"$1"*) set -- "$1" "${2%"$1"*}" "$3" ;;
        *) return ;;
        esac
        "$3" "$_multivenv_home/${2##*"$_multivenv_newline"}"
    done
}

# if_bound PATH: $_multivenv_path, if it is bound to $_multivenv_what and was used later than the one
# before
_multivenv_if_bound() {
    if _multivenv_is_environment "$1" && _multivenv_is_bound "$1" "$_multivenv_what" &&
        { [ -z "$_multivenv_path" ] || _multivenv_later "$1" "$_multivenv_path"; }; then
        _multivenv_path=$1
    fi
}

# is_bound PATH DIR: is that environment bound to DIR?
_multivenv_is_bound() {
    _multivenv_project_in "$1/.project" || :
    case $_multivenv_project in
    "$2" | "$2/") return 0 ;;
    esac
    _multivenv_read "$1/.multivenv-projects" && _multivenv_is_listed "$2"
}

# set_own: $_multivenv_words, a line with the name of each environment of the home that belongs to the current
# directory or to the nearest parent that has one: what usevenv takes comes first. Fails if there is none.
_multivenv_set_own() {
    _multivenv_words='' _multivenv_main=
    if _multivenv_is_function _multivenv_auto; then
        _multivenv_read_bindings auto
        _multivenv_find_own "${PWD%/}"
    else
        _multivenv_read_bindings typed
        _multivenv_find_own "${PWD%/}"
        unset -v _multivenv_bindings # nobody else uses them
    fi
    [ -n "$_multivenv_words" ]
}

# find_own DIR
_multivenv_find_own() {
    while :; do
        _multivenv_seek_in typed "${1:-/}" 2>/dev/null && _multivenv_add_own "$_multivenv_path"
        [ ! -f "$1/.python-envs" ] || _multivenv_add_listed "$1/.python-envs"
        _multivenv_what=$1
        _multivenv_each_bound _multivenv_add_bound
        if [ "${_multivenv_tree_at-}" = "$1" ] && [ -n "$_multivenv_main" ]; then
            _multivenv_what=$_multivenv_main
            _multivenv_each_bound _multivenv_add_bound
        fi
        [ -z "$_multivenv_words" ] || return 0
        [ -n "$1" ] || break
        set -- "${1%/*}"
    done
    ! _multivenv_seek_by_link "${PWD%/}" || _multivenv_add_own "$_multivenv_path"
}

# add_own PATH: to $_multivenv_words, if it is in the home and not there yet
_multivenv_add_own() {
    _multivenv_in_home "$1" || return 0
    case $_multivenv_newline$_multivenv_words in
    *"$_multivenv_newline${1##*/}$_multivenv_newline"*) ;;
    *) _multivenv_words=$_multivenv_words${1##*/}$_multivenv_newline ;;
    esac
}

_multivenv_add_bound() {
    ! _multivenv_is_environment "$1" || ! _multivenv_is_bound "$1" "$_multivenv_what" || _multivenv_add_own "$1"
}

# add_listed FILE: the environments in a `.python-envs`
_multivenv_add_listed() {
    [ -r "$1" ] && _multivenv_is_short "$1" && _multivenv_read "$1" || return 0
    while _multivenv_next_line; do
        _multivenv_word=${_multivenv_line%[[:cntrl:]]} # a carriage return
        _multivenv_absolute "${1%/*}"
        [ -z "$_multivenv_line" ] || ! _multivenv_place "$_multivenv_word" || _multivenv_add_own "$_multivenv_path"
    done
}

# project_around PATH DIR: $_multivenv_path, DIR or its nearest parent that the environment is bound to, or a
# linked worktree of such a repository; empty if there is none
_multivenv_project_around() {
    _multivenv_path='' _multivenv_main=
    # PATH, the directory
    set -- "$1" "${2%/}"
    while [ -n "$2" ]; do
        if _multivenv_is_bound "$1" "$2" ||
            { [ -f "$2/.git" ] && _multivenv_main_of typed "$2" && _multivenv_is_bound "$1" "$_multivenv_main"; }; then
            _multivenv_path=$2
            return
        fi
        set -- "$1" "${2%/*}"
    done
}

# warn_of_worktree: where $_multivenv_path was found by way of a linked worktree, says that it imports the code
# of the repository's own directory, if it does. Builders of packages write that path into site-packages as it is.
_multivenv_warn_of_worktree() {
    [ -n "$_multivenv_main" ] || return 0
    _multivenv_plain_globs
    # the files that lead to editable installs
    set -- "$_multivenv_path"/lib/python*/site-packages/*.pth "$_multivenv_path"/lib/python*/site-packages/_*_editable*.py \
        "$_multivenv_path"/lib/python*/site-packages/__editable__*.py "$_multivenv_path"/lib/python*/site-packages/*.egg-link
    _multivenv_globs_back
    for _multivenv_word; do
        _multivenv_read "$_multivenv_word" 65536 || continue
        while _multivenv_next_line; do
            case $_multivenv_line/ in
            *"$_multivenv_tree"[/\'\"]*) ;;
            *"$_multivenv_main"[/\'\"]*)
                _multivenv_say "'${_multivenv_path##*/}' has an editable install of '$_multivenv_main', not of this worktree (mkvenv NAME -e . --bind)"
                return 0
                ;;
            esac
        done
    done
}

# seek_by_link DIR: as seek does, where the directory is bound by another path than the one by which the user
# came
_multivenv_seek_by_link() {
    _multivenv_best='' _multivenv_bound='' _multivenv_given=$1
    _multivenv_each_project _multivenv_if_linked
    _multivenv_path=$_multivenv_bound
    unset -v _multivenv_best _multivenv_bound
    [ -n "$_multivenv_path" ]
}

_multivenv_if_linked() {
    set -- "$_multivenv_given" # the directory
    while ! [ "$1/" -ef "$_multivenv_project" ]; do
        if [ -z "$1" ]; then
            [ -n "$_multivenv_main" ] && [ "$_multivenv_main" -ef "$_multivenv_project" ] || return 0
            set -- "$_multivenv_tree_at"
            break
        fi
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
