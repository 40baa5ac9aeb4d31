# shellcheck shell=sh
# multivenv path and multivenv init; and what the program says of verbs that only a shell can do.

_multivenv_need verbs

# path_of WORD...: prints a path of one environment: the named one, that of this directory's project for `.`, or
# else the active one. Options may follow the name, as in `$(shell multivenv path web --python)`.
_multivenv_path_of() {
    _multivenv_given='' _multivenv_path='' _multivenv_ended=
    # the words; behind those that are read, the names
    for _multivenv_word; do
        shift
        case $_multivenv_ended$_multivenv_word in
        --python | --bin | --site | --project) _multivenv_given=$_multivenv_word ;;
        --) _multivenv_ended=/ ;; # what follows is no option
        -?*)
            _multivenv_no_option "multivenv path" "$_multivenv_word"
            return
            ;;
        *) set -- "$@" "$_multivenv_word" ;;
        esac
    done
    if [ "$#" -gt 1 ]; then
        _multivenv_misuse "multivenv path" "multivenv path takes one name"
    elif [ "$#" -eq 1 ]; then
        case $1 in
        . | .. | */*)
            _multivenv_need projects || return
            _multivenv_find_at "$1"
            ;;
        *) _multivenv_find "multivenv path" "$1" ;;
        esac
    elif [ -n "${VIRTUAL_ENV-}" ]; then
        _multivenv_path=$VIRTUAL_ENV
    else
        _multivenv_say "no environment is active (name one: multivenv path NAME)"
        return 1
    fi && case $_multivenv_given in
    --python) _multivenv_path=$_multivenv_path/bin/python ;;
    --bin) _multivenv_path=$_multivenv_path/bin ;;
    --site) _multivenv_find_site "$_multivenv_path" ;;
    --project) _multivenv_find_project "$_multivenv_path" ;;
    esac && _multivenv_print_foreign "$_multivenv_path"
}

# init SHELL: prints the lines for its rc file: text to paste, and nothing to evaluate
_multivenv_init() {
    case $#/${1-} in
    1/bash | 1/zsh | 1/fish | 1/sh) ;;
    1/-*) _multivenv_no_option "multivenv init" "$1" && return ;;
    1/*) _multivenv_misuse "multivenv init" "multivenv has no lines for '$1'" && return ;;
    *) _multivenv_misuse "multivenv init" "multivenv init takes one shell: bash, zsh, fish or sh" && return ;;
    esac || return
    _multivenv_whole_root
    # the shell, the rest of the path, and the part in which each backslash is two, as in fish's quotes
    set -- "$1" "$_multivenv_reply" ''
    while :; do
        case $1$2 in
        fish*\\*) set -- "$1" "${2#*\\}" "$3${2%%\\*}\\\\" ;;
        *) break ;;
        esac
    done
    _multivenv_quoted "$3$2"
    case $1 in
    sh)
        _multivenv_print "MULTIVENV_ROOT=$_multivenv_reply"
        # shellcheck disable=SC2016 # for the rc file
        _multivenv_print '. "$MULTIVENV_ROOT/multivenv.sh"'
        ;;
    fish) _multivenv_print "source ${_multivenv_reply}/multivenv.fish" ;;
    *) _multivenv_print ". ${_multivenv_reply}/multivenv.sh" ;;
    esac
}

# whole_root: $_multivenv_reply, the folder of multivenv.sh as an absolute path without `..`, by way of the links
# that lead there: a package manager may move what they lead to
_multivenv_whole_root() {
    _multivenv_reply=$_multivenv_root
    case $_multivenv_root in
    */.. | */../* | ./* | [!/]*)
        # forks: a subshell, for the program has to stay where it is
        _multivenv_reply=$(CDPATH='' \command cd -- "$_multivenv_root" && pwd -L)
        ;;
    esac
}

# quoted TEXT: $_multivenv_reply, the text as a word of any shell, and of fish
_multivenv_quoted() {
    _multivenv_reply=$1
    case $1 in
    *[!a-zA-Z0-9_/.,:@%+=-]*) ;;
    *) return 0 ;;
    esac
    # the rest of the text, and the part that is quoted
    set -- "$1" ''
    while :; do
        case $1 in
        *\'*) set -- "${1#*\'}" "$2${1%%\'*}'\\''" ;;
        *) break ;;
        esac
    done
    _multivenv_reply="'$2$1'"
}

# only_sourced: says why a program cannot do this, and what can
_multivenv_only_sourced() {
    # the shell, and the file
    # shellcheck disable=SC2088 # for people to read
    case ${SHELL-} in
    */bash) set -- bash '~/.bashrc' ;;
    */zsh) set -- zsh '~/.zshrc' ;;
    */fish) set -- fish '~/.config/fish/config.fish' ;;
    *) set -- sh "your shell's rc file" ;;
    esac
    _multivenv_say "a program cannot change the shell that starts it: put this into $2, and use the verbs that it defines"
    _multivenv_init "$1" >&2
    return 2
}
