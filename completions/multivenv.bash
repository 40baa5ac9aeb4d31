# shellcheck shell=bash
# Completion for bash, 3.2 and later. multivenv.sh sources it at the first Tab.
#
# Names are data: nothing here is expanded, split or evaluated, and no process is started. What the
# user has typed stays as it is typed, quotes and all; only the rest of a name is added to it,
# quoted for the place where it goes.

# shellcheck source=completions/options.sh disable=SC1091,SC2154 # checked by itself
. "$_multivenv_root/completions/options.sh"

# complete COMMAND TYPED: bash calls it, and puts one of the answers in COMPREPLY in the place of
# TYPED, which is the word at the cursor or the end of it. COMMAND may be an alias of a verb.
_multivenv_complete() {
    if ! _multivenv_is_current multivenv.sh; then
        # shellcheck disable=SC1091 # checked by itself
        [ ! -r "$_multivenv_root/multivenv.sh" ] || . "$_multivenv_root/multivenv.sh"
        return 124 # bash asks again, the new completion
    fi
    local IFS=$' \t\n' _multivenv_command=
    _multivenv_complete_verb "$@"
    [ -z "$_multivenv_command" ] || _multivenv_complete_command
}

_multivenv_complete_verb() {
    local verb='' value='' ended='' restoring='' removing='' every='' word typed=$2 prefix='' quote=''
    local -a names
    names=()
    COMPREPLY=()
    _multivenv_sh _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null # where nothing is
    _multivenv_split && _multivenv_answer && :
    # readline closes an open quote, unless the answer looks as if it did so itself
    case ${#COMPREPLY[@]}$quote${COMPREPLY[0]-} in
    1\'*\' | 1\"*\") COMPREPLY[0]+=$quote ;;
    esac
    _multivenv_end 0
}

# complete_command: the words of the command behind `runvenv NAME`, which starts at the character
# $_multivenv_command of the line. Without bash-completion, readline completes the names of files.
_multivenv_complete_command() {
    local line=${COMP_LINE#"${COMP_LINE%%[! ]*}"} number=0 rest word
    rest=$line
    while [ "$((${#line} - ${#rest}))" -lt "$_multivenv_command" ]; do
        word=${COMP_WORDS[number]}
        number=$((number + 1))
        rest=${rest#*"$word"}
        rest=${rest#"${rest%%[! ]*}"}
    done
    if typeset -F _comp_command_offset >/dev/null; then # from 2.12 on
        _comp_command_offset "$number" || :
    elif typeset -F _command_offset >/dev/null; then
        _command_offset "$number" || :
    fi
}

# split: reads the line up to the cursor as the shell will: prefix is the word at the cursor without
# its quotes, quote an open one; look_at gets the words before it. COMP_WORDS is split at other
# places in each version. Fails where the shell would expand something in the word, or the command is no verb.
_multivenv_split() {
    local line=${COMP_LINE:0:COMP_POINT} char i begin started='' expands='' text=''
    local -a words
    words=()
    [ "${BASH_VERSINFO[0]}" -gt 3 ] || _multivenv_first_bytes
    _multivenv_expand_alias || return
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        [ -n "$started" ] || begin=$i
        case $quote$char in
        \" | \') quote=$char started=yes ;;
        \"\" | \'\') quote='' ;;
        \'*) prefix+=$char ;;
        \\ | \"\\)
            i=$((i + 1)) started=yes
            char=${line:i:1}
            [ -n "$char" ] || typed=${typed%\\} # what it is to quote is yet to come
            case $quote$char in
            \"[!\$\`\"\\]) prefix+=\\ ;;
            esac
            prefix+=$char
            ;;
        [\$\`] | \"[\$\`]) expands=yes started=yes ;;
        ' ' | $'\t' | $'\n')
            if [ -n "$started" ]; then
                _multivenv_look_at "$prefix"
                [ "$i" -gt "${#text}" ] || words+=("${line:begin:i-begin}")
                case ${_multivenv_command:+known}$verb-${#names[@]} in
                runvenv-2) _multivenv_command=$begin ;;
                esac
            fi
            prefix='' started='' expands=''
            ;;
        *) prefix+=$char started=yes ;;
        esac
    done
    if [ -n "$text" ]; then
        _multivenv_replace_alias
    fi
    [ -z "$expands$_multivenv_command" ]
}

# expand_alias: puts the text of an alias of a verb, the last command in it, in the place of the first word
# of line. Fails where the command is no verb.
_multivenv_expand_alias() {
    local blank=$' \t\n'
    line=${line#"${line%%[!"$blank"]*}"}
    for _ in 1 2 3 4; do # an alias of an alias
        word=${line%%["$blank"]*}
        case " $_multivenv_verbs " in
        *" $word "*) return ;;
        esac
        _multivenv_alias_of "$word" || break
        value=${value##*[;&|]}
        value=${value#"${value%%[!"$blank"]*}"}
        line=$value${line#"$word"}
        text=$value${text#"$word"}
        value=
    done
    return 1
}

# alias_of WORD: value, the text of that alias; fails if it has none
_multivenv_alias_of() {
    case $1 in
    '' | *[!A-Za-z0-9_.,:@+-]*) return 1 ;;
    esac
    if [ "${BASH_VERSINFO[0]}" -gt 3 ]; then
        value=${BASH_ALIASES[$1]-}
    else
        value=$(alias -- "$1" 2>/dev/null) # bash 3 has no other way, and starts a copy of itself
        value=${value#*=\'}
        value=${value%\'}
    fi
    [ -n "$value" ]
}

# replace_alias: puts its words there in bash's own variables too, and lets readline complete files where it
# does so for the verb
_multivenv_replace_alias() {
    case $verb in
    mkvenv | cpvenv | bindvenv | runvenv) [ "${BASH_VERSINFO[0]}" -le 3 ] || compopt -o default ;;
    esac
    COMP_LINE=$line${COMP_LINE:COMP_POINT}
    COMP_POINT=${#line}
    COMP_WORDS=("${words[@]}" "${COMP_WORDS[@]:1}")
    COMP_CWORD=$((COMP_CWORD + ${#words[@]} - 1))
}

# bash 3 counts the bytes before the cursor, not the characters
_multivenv_first_bytes() {
    local LC_ALL=C
    line=${COMP_LINE:0:COMP_POINT}
}

# look_at WORD: the verb comes first. Then names gets the words that are no options; ended tells
# whether `--` was there; and value, if the next word is the value of an option, what the help
# calls it.
_multivenv_look_at() {
    if [ -z "$verb" ]; then
        verb=$1
    elif [ -n "$value" ]; then
        value= # this was it
    else
        case $ended$1 in
        --) ended=yes ;;
        --restore) restoring=yes ;;
        -a | --all)
            every=yes
            [ "$verb" != runvenv ] || names+=(.) # in the place of a name
            ;;
        --remove) removing=yes ;;
        -?*)
            _multivenv_look_up "$1"
            case $value in '['*) value= ;; esac # --bind[=DIR] does not take the next word
            ;;
        *)
            if [ "$verb-${#names[@]}" = multivenv-0 ] && _multivenv_verb_of "$1"; then
                verb=$_multivenv_reply
            else
                names+=("$1")
            fi
            ;;
        esac
    fi
}

# look_up OPTION: value, what the help calls its value; fails if it takes none
_multivenv_look_up() {
    word=$1 value=
    _multivenv_topic "$verb" "${names[0]-}"
    _multivenv_each_option "$_multivenv_reply" _multivenv_if_looked_up
    [ -n "$value" ]
}

_multivenv_if_looked_up() { [ "$1" != "$word" ] || value=$2; }

_multivenv_answer() {
    if [ -n "$value" ]; then
        _multivenv_values
        return
    fi
    case $ended$prefix in
    --*=*)
        _multivenv_look_up "${prefix%%=*}" || return 0
        prefix=${prefix#*=}
        _multivenv_values
        ;;
    -*)
        case $verb-${#names[@]} in
        runvenv-[1-9]*) ;; # the command's own
        multivenv-0) _multivenv_offer_all --help --version ;;
        *)
            _multivenv_topic "$verb" "${names[0]-}"
            _multivenv_each_option "$_multivenv_reply" _multivenv_offer_first
            ;;
        esac
        ;;
    *) _multivenv_arguments ;;
    esac
}

# What the value of an option can be. No answer to FILE: then readline completes the names of files.
_multivenv_values() {
    case $value in
    *KEY* | *FORMAT*) _multivenv_each_key "$verb" _multivenv_offer_all ;;
    *STATUS*)
        prefix=${prefix##*,}
        _multivenv_each_status _multivenv_offer_all
        ;;
    *TOOL*)
        _multivenv_each_tool _multivenv_offer_all
        _multivenv_no_files
        ;;
    *SPEC*) _multivenv_offer_specifiers ;;
    *DIR*) _multivenv_no_files -o dirnames ;;
    *GROUP* | *EXTRA* | *TEXT* | *REQUIREMENT*) _multivenv_no_files ;;
    esac
}

# no_files [OPTION...]: bash 3 has no compopt, and offers files all the same: for `multivenv adopt DIR` too,
# from its second Tab on
[ "${BASH_VERSINFO[0]}" -gt 3 ] || complete -o default -F _multivenv_complete multivenv
_multivenv_no_files() { [ "${BASH_VERSINFO[0]}" -le 3 ] || compopt +o default "$@"; }

# What an environment can be made with: versions, and environments. A path is readline's to complete.
_multivenv_offer_specifiers() {
    case $prefix in */* | \~*) return ;; esac
    _multivenv_each_python _multivenv_offer_once "$prefix"
    _multivenv_each "$prefix" _multivenv_offer_name
}

_multivenv_offer_once() {
    for word in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do
        [ "$word" != "$typed${1:${#prefix}}" ] || return 0
    done
    _multivenv_offer_all "$1"
}

# The words of a verb that are no options, by their number, before the cursor
_multivenv_arguments() {
    word=$verb-${#names[@]}
    [ "${word%-[1-9]*}" != multivenv ] || word=multivenv-${names[0]}${every:+-all}-${#names[@]}
    # shellcheck disable=SC2086 # the lists are to be split
    case $word in
    usevenv-0 | cdvenv-0 | runvenv-0 | showvenv-0 | freezevenv-0 | mvvenv-0 | cpvenv-0 | linkvenv-0 | rmvenv-* | lsvenvs-* | fixvenv-* | upvenv-*)
        case $word in usevenv-0 | cdvenv-0 | runvenv-0 | showvenv-0) _multivenv_offer_own ;; esac
        _multivenv_each "$prefix" _multivenv_offer_name
        ;;
    runvenv-1)
        _multivenv_each_file _multivenv_offer_program "$_multivenv_home/${names[0]}/bin" "$prefix"
        [ "${#COMPREPLY[@]}" -gt 0 ] || _multivenv_offer_programs_on_path
        ;;
    bindvenv-*)
        _multivenv_no_files -o dirnames
        case $word$prefix in
        bindvenv-0*/*) ;; # a directory
        bindvenv-0*) _multivenv_each "$prefix" _multivenv_offer_name ;;
        esac
        ;;
    linkvenv-*)
        word=${names[0]}
        unset 'names[0]' # a command may be called like its environment
        _multivenv_each_linkable "$word" _multivenv_offer_name "$removing"
        ;;
    multivenv-0)
        _multivenv_set_words
        _multivenv_offer_all $_multivenv_words
        ;;
    multivenv-path-*) _multivenv_each "$prefix" _multivenv_offer_name ;;
    multivenv-init-1) _multivenv_offer_all bash fish sh zsh ;;
    multivenv-help-1) _multivenv_offer_all $_multivenv_verbs ${_multivenv_commands#help version} ;;
    multivenv-adopt-1 | multivenv-adopt-all-* | multivenv-discover-*) _multivenv_no_files -o dirnames ;;
    mkvenv-0 | cpvenv-1 | multivenv-adopt-2) # a new name
        [ -z "$restoring" ] || _multivenv_each_file _multivenv_offer_removed "$_multivenv_home/.multivenv/recipes"
        _multivenv_no_files
        ;;
    esac
}

_multivenv_offer_name() {
    [ "${1:0:${#prefix}}" = "$prefix" ] || return 0
    # what would be an option, and what is given already, is of no use
    case $ended$1 in -*) return 0 ;; esac
    for word in ${names[@]+"${names[@]}"}; do
        [ "$word" != "$1" ] || return 0
    done
    _multivenv_offer "$1"
}

# The project's own environments come first, where bash keeps the order: from 4.4 on. To find them takes longer
# than all the rest, and few names have the same start.
_multivenv_offer_own() {
    [ "${BASH_VERSINFO[0]}" -gt 3 ] && [ -z "$prefix" ] && _multivenv_need projects && _multivenv_set_own &&
        compopt -o nosort 2>/dev/null || return 0
    _multivenv_text=$_multivenv_words
    while _multivenv_next_line; do
        _multivenv_offer_name "$_multivenv_line"
        names+=("$_multivenv_line")
    done
}

_multivenv_offer_program() { [ ! -x "$_multivenv_path" ] || _multivenv_offer_once "$1"; }

# Only of a typed start: all of them are thousands
_multivenv_offer_programs_on_path() {
    local folders=${PATH-}:
    case $prefix in
    '' | */*) return ;;
    esac
    while [ -n "$folders" ]; do
        word=${folders%%:*}
        folders=${folders#*:}
        _multivenv_each_file _multivenv_offer_program "${word:-.}" "$prefix"
    done
}

# What rmvenv has removed, unless something has taken its name
_multivenv_offer_removed() { [ -e "$_multivenv_home/$1" ] || _multivenv_offer_all "$1"; }

_multivenv_offer_first() { _multivenv_offer_all "$1"; }

_multivenv_offer_all() {
    for word; do
        [ "${word:0:${#prefix}}" != "$prefix" ] || _multivenv_offer "$word"
    done
}

# offer WORD: its typed part, and the rest in the open quotes
_multivenv_offer() {
    local rest=${1:${#prefix}}
    case $rest in *[!A-Za-z0-9_.-]*) _multivenv_quote "$rest" ;; esac
    COMPREPLY+=("$typed$rest")
}

# quote TEXT: leaves it in rest. What several answers have in common may end anywhere, and has to be
# something to go on from: for that each character is quoted by itself.
_multivenv_quote() {
    local char i special=$' !"#$&\'()*;<>?[\\]^`{|}~'
    rest=
    for ((i = 0; i < ${#1}; i++)); do
        char=${1:i:1}
        case $quote$char in
        \'\') rest+="'\\''" ;;
        \"!) rest+='"\!"' ;; # history is expanded in these quotes, \ or not
        \"[\"\$\`\\]) rest+=\\$char ;;
        [\'\"]?) rest+=$char ;;
        [[:cntrl:]]) rest+=\'$char\' ;;
        *)
            case $special in *"$char"*) rest+=\\ ;; esac
            rest+=$char
            ;;
        esac
    done
    # a quote at its start, readline would take for the open one
    case $quote$typed$rest in \'\'* | \"\"*) rest=$quote$rest ;; esac
}
