# shellcheck shell=sh
# Completion in fish: what stands behind `multivenv for-fish ... complete`. Each record of the answer is one of:
#
#   word TEXT DESCRIPTION   a candidate
#   files PREFIX ''         any file, with PREFIX before it
#   directories PREFIX ''
#   command N ''            the N-th WORD starts another command: complete that one
#
# fish filters the candidates itself, and separates them by newlines: a name that has one cannot be completed.

# shellcheck disable=SC1091 # checked by itself
. "$_multivenv_root/completions/options.sh"

# fish_complete VERB WORD...: for the last WORD
_multivenv_fish_complete() {
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null # where nothing is
    _multivenv_fish_look_back "$@" || return 0
    shift "$(($# - 1))"
    case $_multivenv_fish_value/$_multivenv_fish_ended/$1 in
    ?*/*/*) _multivenv_fish_values "$_multivenv_fish_value" '' "$1" ;;
    //--*=*)
        if _multivenv_fish_look_up "${1%%=*}"; then
            _multivenv_fish_values "$_multivenv_fish_value" "${1%%=*}=" "${1#*=}"
        fi
        ;;
    //-*) _multivenv_fish_options ;;
    *) _multivenv_fish_arguments "$1" ;;
    esac
}

# fish_look_back VERB WORD...: what stands before the last WORD: $_multivenv_fish_verb; $_multivenv_fish_place, the number
# of words that are no options; the first and the second of these; $_multivenv_fish_ended, if `--` was there;
# $_multivenv_fish_value, what the help calls the value that the last WORD is. Fails where another command starts.
_multivenv_fish_look_back() {
    _multivenv_fish_verb=$1 _multivenv_fish_place=0 _multivenv_fish_ended='' _multivenv_fish_value='' \
        _multivenv_fish_first='' _multivenv_fish_given=/ _multivenv_fish_mode='' _multivenv_fish_at=1
    shift
    while [ "$#" -gt 1 ]; do
        _multivenv_fish_at=$((_multivenv_fish_at + 1))
        if [ "$_multivenv_fish_verb-$_multivenv_fish_place" = runvenv-1 ] && [ "$1" != -- ]; then
            _multivenv_record 'command' "$_multivenv_fish_at"
            return 1
        elif [ -n "$_multivenv_fish_value" ]; then
            _multivenv_fish_value= # this was it
        else
            case $_multivenv_fish_ended$1 in
            --) _multivenv_fish_ended=yes ;;
            -?*) _multivenv_fish_note_option "$1" ;;
            *) _multivenv_fish_note_word "$1" ;;
            esac
        fi
        shift
    done
}

_multivenv_fish_note_word() {
    if [ "$_multivenv_fish_verb-$_multivenv_fish_place" = multivenv-0 ] && _multivenv_verb_of "$1"; then
        _multivenv_fish_verb=$_multivenv_reply
        return
    fi
    [ "$_multivenv_fish_place" -gt 0 ] || _multivenv_fish_first=$1
    _multivenv_fish_place=$((_multivenv_fish_place + 1))
    _multivenv_fish_given=$_multivenv_fish_given$1/
}

_multivenv_fish_note_option() {
    case $_multivenv_fish_verb$1 in
    mkvenv--restore) _multivenv_fish_mode=restore ;;
    linkvenv--remove) _multivenv_fish_mode=remove ;;
    multivenv--all) _multivenv_fish_mode=all ;;
    runvenv-a | runvenv--all) _multivenv_fish_note_word . ;; # in the place of a name
    esac
    if _multivenv_fish_look_up "$1"; then
        case $_multivenv_fish_value in
        ' '*) ;;
        *) _multivenv_fish_value= ;; # --bind[=DIR] does not take the next word
        esac
    fi
}

# fish_look_up OPTION: $_multivenv_fish_value; fails if it takes none
_multivenv_fish_look_up() {
    _multivenv_fish_value='' _multivenv_fish_option=$1
    _multivenv_fish_topic
    _multivenv_each_option "$_multivenv_reply" _multivenv_fish_if_looked_up
    [ -n "$_multivenv_fish_value" ]
}

_multivenv_fish_if_looked_up() { [ "$1" != "$_multivenv_fish_option" ] || _multivenv_fish_value=$2; }

_multivenv_fish_topic() { _multivenv_topic "$_multivenv_fish_verb" "$_multivenv_fish_first"; }

# ---- what is offered ------------------------------------------------------------------------------

# fish_word TEXT [DESCRIPTION]
_multivenv_fish_word() {
    case $1 in
    *[[:cntrl:]]*) ;;
    *) _multivenv_record word "$_multivenv_fish_prefix$1" "${2-}" ;;
    esac
}
_multivenv_fish_prefix=

_multivenv_fish_options() {
    if [ "$_multivenv_fish_verb-$_multivenv_fish_place" = multivenv-0 ]; then
        _multivenv_fish_word --help 'show this help'
        _multivenv_fish_word --version 'show the version'
    else
        _multivenv_fish_topic
        _multivenv_each_option "$_multivenv_reply" _multivenv_fish_add_option
    fi
}

_multivenv_fish_add_option() { _multivenv_fish_word "$1" "${2:+${2# }: }$3"; }

# fish_values WHAT PREFIX WORD: what an option's value can be, by what the help calls it; PREFIX stands before it
_multivenv_fish_values() {
    _multivenv_fish_prefix=$2
    case $1 in
    *FILE*) _multivenv_record files "$2" ;;
    *DIR*) _multivenv_record directories "$2" ;;
    *KEY* | *FORMAT*) _multivenv_each_key "$_multivenv_fish_verb" _multivenv_fish_word ;;
    *STATUS*)
        case $3 in
        *,*) _multivenv_fish_prefix=$2${3%,*}, ;;
        esac
        _multivenv_each_status _multivenv_fish_word
        ;;
    *TOOL*) _multivenv_each_tool _multivenv_fish_word ;;
    *SPEC*)
        _multivenv_each_python _multivenv_fish_word "$3"
        _multivenv_fish_environments
        _multivenv_record files "$2"
        ;;
    esac
}

# fish_arguments WORD
_multivenv_fish_arguments() {
    case $_multivenv_fish_verb-$_multivenv_fish_place in
    multivenv-0)
        _multivenv_fish_commands
        return
        ;;
    multivenv-*) _multivenv_fish_verb=multivenv-$_multivenv_fish_first${_multivenv_fish_mode:+-all} ;;
    esac
    case $_multivenv_fish_verb-$_multivenv_fish_place in
    usevenv-0 | cdvenv-0 | runvenv-0 | showvenv-0)
        [ -n "$1" ] || _multivenv_fish_own
        _multivenv_fish_environments
        ;;
    freezevenv-0 | mvvenv-0 | linkvenv-0 | rmvenv-* | lsvenvs-* | fixvenv-* | upvenv-* | multivenv-path-*)
        _multivenv_fish_environments
        ;;
    cpvenv-0 | bindvenv-0)
        _multivenv_fish_environments
        _multivenv_record directories
        ;;
    linkvenv-*) _multivenv_each_linkable "$_multivenv_fish_first" _multivenv_fish_add_linkable "${_multivenv_fish_mode#restore}" ;;
    runvenv-1)
        _multivenv_fish_programs
        _multivenv_record 'command' "$((_multivenv_fish_at + 1))"
        ;;
    bindvenv-1 | multivenv-adopt-1 | multivenv-adopt-all-* | multivenv-discover-*) _multivenv_record directories ;;
    multivenv-init-1)
        for _multivenv_word in bash fish sh zsh; do
            _multivenv_fish_word "$_multivenv_word"
        done
        ;;
    multivenv-help-1)
        for _multivenv_word in $_multivenv_verbs ${_multivenv_commands#help version }; do
            _multivenv_fish_word "$_multivenv_word"
        done
        ;;
    mkvenv-0) [ "$_multivenv_fish_mode" != restore ] || _multivenv_fish_removed ;;
    mkvenv-*) _multivenv_record files ;;
    esac
}

# fish_commands: the words behind `multivenv`, with what the overview says of each
_multivenv_fish_commands() {
    _multivenv_set_words
    while IFS= read -r _multivenv_line; do
        case $_multivenv_line in
        '  '[a-z]*'  '*) ;;
        *) continue ;;
        esac
        _multivenv_line=${_multivenv_line#  }
        _multivenv_word=${_multivenv_line#multivenv }
        _multivenv_word=${_multivenv_word%% *}
        _multivenv_word=${_multivenv_word%venv}
        [ "$_multivenv_word" != lsvenvs ] || _multivenv_word='ls'
        case " $_multivenv_words " in
        *" $_multivenv_word "*) _multivenv_fish_word "$_multivenv_word" "${_multivenv_line##*  }" ;;
        esac
    done <"$_multivenv_root/help/multivenv.txt"
    _multivenv_fish_word help 'show the help of a verb'
    _multivenv_fish_word version 'show the version'
}

# fish_own: the environments of the current directory's project, which come first
_multivenv_fish_own() {
    _multivenv_need projects && _multivenv_set_own || return 0
    _multivenv_fish_found=0
    # the rest of the names
    set -- "$_multivenv_words"
    while [ -n "$1" ]; do
        _multivenv_word=${1%%"$_multivenv_newline"*} _multivenv_path=$_multivenv_home/${1%%"$_multivenv_newline"*}
        set -- "${1#*"$_multivenv_newline"}" "$_multivenv_word"
        _multivenv_fish_environment "$2"
        _multivenv_fish_given=$_multivenv_fish_given$2/
    done
}

# fish_environments: each with its Python and its project, unless they are more than a hundred
_multivenv_fish_environments() {
    _multivenv_fish_found=0
    _multivenv_each '' _multivenv_fish_environment
}

_multivenv_fish_environment() {
    case $_multivenv_fish_given$_multivenv_fish_ended in
    *"/$1/"*) return 0 ;;                  # rmvenv: not twice
    */) case $1 in -*) return 0 ;; esac ;; # it would be an option
    esac
    _multivenv_fish_found=$((_multivenv_fish_found + 1))
    _multivenv_fish_text=
    [ "$_multivenv_fish_found" -gt 100 ] || _multivenv_fish_describe "$_multivenv_path"
    _multivenv_fish_word "$1" "$_multivenv_fish_text"
}

# fish_describe DIR: $_multivenv_fish_text, such as `3.12.4  ~/git/pallets`. The files may come from elsewhere.
_multivenv_fish_describe() {
    if _multivenv_read "$1/pyvenv.cfg"; then
        while _multivenv_next_line; do
            case $_multivenv_line in
            'version = '[0-9]* | 'version_info = '[0-9]*)
                _multivenv_fish_text=${_multivenv_line#*= }
                _multivenv_fish_text=${_multivenv_fish_text%.final*}
                ;;
            esac
        done
    fi
    _multivenv_project_in "$1/.project" || :
    # shellcheck disable=SC2088 # for people to read
    case $_multivenv_project in
    "${HOME-/}"/*) _multivenv_project="~/${_multivenv_project#"$HOME"/}" ;;
    esac
    _multivenv_shown "$_multivenv_fish_text${_multivenv_project:+  $_multivenv_project}"
    _multivenv_fish_text=$_multivenv_reply
}

_multivenv_fish_add_linkable() {
    case $_multivenv_fish_given$_multivenv_fish_ended in
    *"/$1/"*) ;;
    */) case $1 in -*) ;; *) _multivenv_fish_word "$1" ;; esac ;;
    *) _multivenv_fish_word "$1" ;;
    esac
}

# fish_removed: what rmvenv has removed
_multivenv_fish_removed() { _multivenv_each_file _multivenv_fish_if_removed "$_multivenv_home/.multivenv/recipes"; }

_multivenv_fish_if_removed() { [ -e "$_multivenv_home/$1" ] || _multivenv_fish_word "$1"; }

# fish_programs: those in the bin of the environment that is named
_multivenv_fish_programs() {
    case $_multivenv_fish_first in '' | . | .. | */*) return 0 ;; esac
    _multivenv_each_file _multivenv_fish_if_program "$_multivenv_home/$_multivenv_fish_first/bin"
}

_multivenv_fish_if_program() {
    ! [ -x "$_multivenv_path" ] || _multivenv_fish_word "$1" "program of $_multivenv_fish_first"
}
