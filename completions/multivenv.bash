# shellcheck shell=bash
# Completion for bash, 3.2 and later. Sourced by multivenv.sh where there is a prompt.
#
# Names are data: nothing here is expanded, split or evaluated, and no process is started. What the
# user has typed stays as it is typed, quotes and all; only the rest of a name is added to it,
# quoted for the place where it goes.

# complete COMMAND: bash calls it, and takes the answers from COMPREPLY
_multivenv_complete() {
    # words: those before the cursor, without their quotes. prefix: the one at the cursor.
    # typed: of that one, as it was typed, what readline is going to replace. quote: an open one.
    local IFS=$' \t\n' verb=$1 prefix='' typed='' quote='' option='' ended=''
    local -a words
    words=()
    COMPREPLY=()
    _multivenv_split "${COMP_LINE:0:COMP_POINT}" || return 0
    _multivenv_look_back "$verb"
    _multivenv_sh _multivenv_set_home 2>/dev/null || :
    if [ -n "$option" ]; then
        _multivenv_values "$option"
    elif [ -z "$ended" ] && [ "${prefix#-}" != "$prefix" ]; then
        _multivenv_each_option "$verb" _multivenv_offer_option
    else
        _multivenv_arguments "$verb"
    fi
    _multivenv_end 0
}

# split LINE: the shell's own words; readline's (COMP_WORDS) differ from version to version.
# readline replaces from the last unquoted character of COMP_WORDBREAKS on, or from an open quote.
_multivenv_split() {
    local line=$1 char i started=
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        case $quote$char in
        \" | \')
            quote=$char typed='' started=yes
            ;;
        \"\" | \'\')
            quote='' typed=''
            ;;
        \'* | \"[!\\]*)
            prefix+=$char typed+=$char
            ;;
        \\ | \"\\)
            i=$((i + 1))
            typed+=\\${line:i:1} started=yes
            case $quote${line:i:1} in
            \"[!\$\`\"\\]) prefix+=\\ ;;
            esac
            prefix+=${line:i:1}
            ;;
        \$)
            [ "${line:i+1:1}" != \' ] || return 1 # $'...' is left to the user
            prefix+=$char typed+=$char started=yes
            ;;
        [[:space:]])
            [ -z "$started" ] || words+=("$prefix")
            prefix='' typed='' started=''
            ;;
        *)
            prefix+=$char typed+=$char started=yes
            case $COMP_WORDBREAKS in *"$char"*) typed='' ;; esac
            ;;
        esac
    done
}

# look_back VERB: option, if the word before the cursor is one that takes the next word, and ended,
# if `--` came before; and words without options, their values and the verb
_multivenv_look_back() {
    local word
    local -a names
    names=()
    set -- "$1" "${words[@]:1}"
    while shift && [ "$#" -gt 0 ]; do
        word=$1
        if [ -n "$ended" ]; then
            names+=("$word")
            continue
        fi
        case $word in
        --) ended=yes ;;
        -) names+=("$word") ;;
        -*)
            option=
            _multivenv_each_option "$verb" _multivenv_if_takes_value
            [ -z "$option" ] || [ "$#" -eq 1 ] || { option='' && shift; }
            ;;
        *) names+=("$word") ;;
        esac
    done
    words=()
    [ "${#names[@]}" -eq 0 ] || words=("${names[@]}")
}

_multivenv_if_takes_value() {
    [ "$1" != "$word" ] || option=$2
}

# values WORD: what an option's value can be, by the word that stands for it in the help
_multivenv_values() {
    case $1 in
    KEY) _multivenv_offer_all name status python packages size created used ;;
    STATUS) _multivenv_offer_all ok drifted dangling hollow moved incomplete foreign corrupt broken ;;
    esac # FILE and DIR: no answer, so that readline completes file names
}

# arguments VERB
_multivenv_arguments() {
    case $1-${#words[@]} in
    usevenv-0 | cdvenv-0) _multivenv_sh _multivenv_each "$prefix" _multivenv_offer_environment ;;
    rmvenv-* | lsvenvs-*) _multivenv_sh _multivenv_each "$prefix" _multivenv_offer_environment ;;
    multivenv-0) _multivenv_offer_all help version ;;
    multivenv-1)
        [ "${words[0]}" != help ] ||
            _multivenv_offer_all mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv multivenv
        ;;
    mkvenv-0) # a new name is nobody's to complete; bash 3.2 offers files all the same
        [ "${BASH_VERSINFO[0]}" -lt 4 ] || compopt +o default
        ;;
    esac
}

_multivenv_offer_environment() {
    local name=$1 word
    case $name in
    "$prefix"*) ;;
    *) return 0 ;;
    esac
    for word in ${words[@]+"${words[@]}"}; do # rmvenv: not twice
        [ "$word" != "$name" ] || return 0
    done
    _multivenv_offer "$name"
}

_multivenv_offer_option() { _multivenv_offer_all "$1"; }

_multivenv_offer_all() {
    local word
    for word; do
        case $word in "$prefix"*) _multivenv_offer "$word" ;; esac
    done
}

# offer WORD: what is typed, and the rest of WORD in the quotes that are open
_multivenv_offer() {
    local rest=${1:${#prefix}}
    case $quote in
    \')
        rest=${rest//\'/\'\\\'\'}
        ;;
    \")
        rest=${rest//\\/\\\\}
        rest=${rest//\"/\\\"}
        rest=${rest//\$/\\\$}
        rest=${rest//\`/\\\`}
        ;;
    *)
        [ -z "$rest" ] || printf -v rest %q "$rest"
        ;;
    esac
    COMPREPLY+=("$typed$rest")
}

complete -F _multivenv_complete usevenv stopvenv lsvenvs rmvenv cdvenv multivenv
complete -o default -F _multivenv_complete mkvenv
