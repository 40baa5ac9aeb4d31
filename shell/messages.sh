# shellcheck shell=sh
# What the shell part says: messages, on stderr, and the help.

_multivenv_need differences

# say TEXT
_multivenv_say() {
    [ -z "$_multivenv_stale" ] || return 0 # the verb starts again
    _multivenv_shown "$1"
    _multivenv_print "multivenv: $_multivenv_reply" >&2
}

# shown TEXT [MARK]: $_multivenv_reply, the text with MARK, or `?`, for each control character. Foreign text
# goes through here to a terminal: names, paths and files may contain sequences that it obeys.
_multivenv_shown() {
    _multivenv_reply=$1
    case $1 in
    *[![:print:]]*) ;;
    *) return 0 ;;
    esac
    # the rest of the text, MARK, and the part that can be shown
    set -- "$1" "${2:-?}" ''
    while :; do
        case $1 in
        *[[:cntrl:]]*) set -- "${1#*[[:cntrl:]]}" "$2" "$3${1%%[[:cntrl:]]*}$2" ;;
        *) break ;;
        esac
    done
    _multivenv_reply=$3$1
    # U+0080 to U+009F, which only some shells take for [[:cntrl:]]
    _multivenv_set_controls
    set -- "${_multivenv_controls-}" "$2" # those left, and MARK
    while [ -n "$1" ]; do
        case $_multivenv_reply in
        *"${1%% *}"*) _multivenv_reply=${_multivenv_reply%%"${1%% *}"*}$2${_multivenv_reply#*"${1%% *}"} ;;
        *) set -- "${1#* }" "$2" ;;
        esac
    done
}

# print_foreign TEXT: on stdout, through shown at a terminal
_multivenv_print_foreign() {
    if [ -t 1 ]; then
        _multivenv_shown "$1"
        _multivenv_print "$_multivenv_reply"
    else
        _multivenv_print "$1"
    fi
}

# set_controls: $_multivenv_controls, U+0080 to U+009F in UTF-8, a space behind each. They stand in a file of
# their own: in some locales yash reads no script that contains them, and it has them in [[:cntrl:]].
_multivenv_set_controls() {
    if [ -z "${_multivenv_controls-}${YASH_VERSION-}" ]; then
        IFS= read -r _multivenv_controls <"$_multivenv_root/shell/controls.txt" || :
    fi
}

# misuse VERB MESSAGE
_multivenv_misuse() {
    _multivenv_say "$2 (see $1 --help)"
    return 2
}

# no_option VERB WORD
_multivenv_no_option() { _multivenv_misuse "$1" "$1 has no option '$2'"; }

# help TOPIC: prints the file that completion and the manual page read too
_multivenv_help() {
    while IFS= read -r _multivenv_line; do
        _multivenv_print "$_multivenv_line"
    done <"$_multivenv_root/help/$1.txt"
}

# read_options VERB KNOWN WORD...: reads the options before the first other word. $_multivenv_given gets those
# of KNOWN, with spaces around each, and $_multivenv_count the number of words read, or nothing after
# --help. Fails at an option that is not KNOWN.
_multivenv_read_options() {
    _multivenv_what=$1 _multivenv_value=" $2 " _multivenv_given=' ' _multivenv_count=0
    shift 2
    while :; do
        case ${1-} in
        -h | --help)
            _multivenv_count=
            _multivenv_help "$_multivenv_what"
            return
            ;;
        -?*) ;;
        *) return 0 ;;
        esac
        _multivenv_count=$((_multivenv_count + 1))
        [ "$1" != -- ] || return 0
        case $_multivenv_value in
        *" $1 "*) _multivenv_given="$_multivenv_given$1 " ;;
        *)
            _multivenv_no_option "$_multivenv_what" "$1"
            return
            ;;
        esac
        shift
    done
}

# helped TOPIC WORD...: prints the help if -h or --help is among the options, or else fails
_multivenv_helped() {
    _multivenv_what=$1
    shift
    for _multivenv_word; do
        case $_multivenv_word in
        -h | --help) _multivenv_help "$_multivenv_what" && return ;;
        --) return 1 ;;
        esac
    done
    return 1
}
