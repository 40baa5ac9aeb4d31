# shellcheck shell=sh
# The first look at an environment, without a process: is it healthy? shell/environments.sh asks where no note says so.

# note_if_sound DIR: writes the note for was_sound, if it can, and not outside the home
_multivenv_note_if_sound() {
    _multivenv_looks_sound "$1" || return
    if _multivenv_marks "$1" "$_multivenv_home" && _multivenv_may_write "$_multivenv_sound"; then
        {
            _multivenv_print "$1|$_multivenv_base|$_multivenv_library|$_multivenv_creator" >|"$_multivenv_sound"
        } 2>/dev/null || :
    fi
}

# looks_sound DIR: no problem can be seen without a process; sets $_multivenv_base, its base
# interpreter, $_multivenv_library, its folder of packages in lib, and $_multivenv_creator. If this
# fails the helper judges. It accepts nothing that the helper would refuse, except for another system or
# processor. The helper warns of more: of damaged contents this sees only that pip is gone.
_multivenv_looks_sound() {
    [ -f "$1/bin/python" ] && [ -x "$1/bin/python" ] && ! [ -e "$1/.multivenv-incomplete" ] || return 1
    if [ -h "$1" ] || [ "${1#"$_multivenv_home"/}" = "$1" ]; then # it may be another user's
        _multivenv_is_short "$1/pyvenv.cfg" "$1/bin/pip" "$1/bin/activate" || return 1
    fi
    _multivenv_read_config "$1"
    case $_multivenv_minor:$_multivenv_base in
    [0-9]*:/*) ;; # a relative path would depend on the current directory
    *) return 1 ;;
    esac
    # hollow: bin/python has to start the very Python whose packages these are
    _multivenv_base=$_multivenv_base/python$_multivenv_minor
    [ "$1/bin/python" -ef "$_multivenv_base" ] || return 1
    _multivenv_library=python$_multivenv_minor/site-packages
    [ -d "$1/lib/$_multivenv_library" ] || _multivenv_library=pypy$_multivenv_minor/site-packages
    [ -d "$1/lib/$_multivenv_library" ] || return 1
    # damaged: bin/pip without pip, as in an emptied site-packages
    [ -e "$1/lib/$_multivenv_library/pip" ] || ! [ -e "$1/bin/pip" ] || return 1
    # a crash of the machine may have emptied or cut off its files
    [ -s "$1/bin/python" ] && { [ -s "$1/bin/activate" ] || ! [ -e "$1/bin/activate" ]; } &&
        _multivenv_ends_in "$1/bin/pip" '*' && _multivenv_ends_in "$1/.multivenv.json" '}' || return 1
    # moved: its own scripts have to name this place
    _multivenv_made_at "$1"
    [ "$_multivenv_reply" = "$1" ] || [ "$_multivenv_reply" -ef "$1" ]
}

# ends_in FILE LINE: FILE does not exist, or is short and ends in LINE and a newline. LINE is `*` for any
# line, or `}` for that of a record
_multivenv_ends_in() {
    [ -e "$1" ] || return 0
    _multivenv_read "$1" 65536 && _multivenv_is_ended "$1" || return 1
    # LINE, the text, and its last line
    set -- "$2" "${_multivenv_text%"$_multivenv_newline"}"
    set -- "$1" "$2" "${2##*"$_multivenv_newline"}"
    case $1$3 in
    '*'?*) ;;
    '}}') [ "$2" != "$3" ] ;;
    '}{'*'}') [ "$2" = "$3" ] ;;
    *) return 1 ;;
    esac
}

# read_config DIR: from pyvenv.cfg $_multivenv_base (its `home`), $_multivenv_minor (such as 3.12)
# and $_multivenv_creator; all empty if the file is none that a tool wrote. Reads only the form that the
# tools write.
_multivenv_read_config() {
    _multivenv_base='' _multivenv_minor='' _multivenv_creator='' _multivenv_word='' _multivenv_library=
    _multivenv_read "$1/pyvenv.cfg" || return 0
    # without a last line that has no end: a crash of the machine may have cut it off
    _multivenv_text=${_multivenv_text%"${_multivenv_text##*"$_multivenv_newline"}"}
    while _multivenv_next_line; do
        _multivenv_key=${_multivenv_line%%=*}
        _multivenv_value=${_multivenv_line#*=}
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
        'include-system-site-packages ') _multivenv_word=${_multivenv_word:-$_multivenv_value} ;;
        'virtualenv ' | 'uv ') _multivenv_creator=${_multivenv_key% } ;;
        'python-version ') _multivenv_library=$_multivenv_value ;; # PEP 838
        *[Hh][Oo][Mm][Ee]*) _multivenv_base=/ ;;                   # in another spelling: left to the helper
        esac
    done
    case $_multivenv_word in
    true | false) ;;
    *) _multivenv_minor= ;; # each tool writes this key: the file has lost a part
    esac
    # the packages are for another Python: left to the helper
    [ "${_multivenv_library:-$_multivenv_minor}" = "$_multivenv_minor" ] || _multivenv_minor=
}

# made_at DIR: $_multivenv_reply, where it was made, as its pip or else its activate script says;
# empty if neither does
_multivenv_made_at() {
    _multivenv_reply=
    _multivenv_read "$1/bin/pip" && :
    if [ "$?" -ne 1 ]; then
        _multivenv_next_line || return 0
        _multivenv_value=${_multivenv_text%%"$_multivenv_newline"*}
        case $_multivenv_line in
        '#!/bin/sh') # too long for a #! line, or with a space: '''exec' "/path/bin/python" "$0" "$@"
            _multivenv_reply=${_multivenv_value#*"exec' "}
            _multivenv_reply=${_multivenv_reply#[\"\']}
            ;;
        '#!'*) _multivenv_reply=${_multivenv_line#'#!'} ;;
        esac
        case ${_multivenv_reply##*/bin/} in
        python* | pypy* | graalpy*) _multivenv_reply=${_multivenv_reply%/bin/*} ;;
        esac
    else
        _multivenv_read "$1/bin/activate" && :
        while :; do
            case $_multivenv_text in
            *VIRTUAL_ENV=*) _multivenv_text=${_multivenv_text#*VIRTUAL_ENV=} ;;
            *) return 0 ;;
            esac
            case $_multivenv_text in
            /* | [\'\"]/*)
                _multivenv_next_line
                _multivenv_reply=${_multivenv_line#[\'\"]}
                _multivenv_reply=${_multivenv_reply%[\'\"]}
                return
                ;;
            esac
        done
    fi
}

# respelled DIR: $_multivenv_path, the environment in the home, by the name that it has: where names that
# differ only in case are one, the user may have typed another. Fails if DIR is that name. Only may_use calls
# it, for an environment whose note does not name DIR: so it costs nothing else where.
_multivenv_respelled() {
    case $1 in
    "$_multivenv_home"/*/* | "$_multivenv_home"/) return 1 ;;
    "$_multivenv_home"/*) ;;
    *) return 1 ;;
    esac
    [ -e "$_multivenv_home/.MULTIVENV" ] || [ -e "$1/PYVENV.CFG" ] || return 1
    _multivenv_word=
    _multivenv_plain_globs
    for _multivenv_line in /dev/null "$_multivenv_home"/* "$_multivenv_home"/.[!.]* "$_multivenv_home"/..?*; do
        [ "$_multivenv_line" != /dev/null ] || _multivenv_globs_back # the pattern is expanded by now
        if [ "$_multivenv_line" = "$1" ]; then
            return 1
        elif [ "$_multivenv_line" -ef "$1" ] && { [ -h "$1" ] || ! [ -h "$_multivenv_line" ]; }; then
            # of several links to one environment, the one whose name is as long
            [ -n "$_multivenv_word" ] && [ "${#_multivenv_line}" -ne "${#1}" ] || _multivenv_word=$_multivenv_line
        fi
    done
    [ -n "$_multivenv_word" ] && _multivenv_path=$_multivenv_word
}
