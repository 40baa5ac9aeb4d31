# Every verb, called in the same four ways: what it answers, and with which status.

# shells: all
load ../support/common

# VERB|STATUS WITHOUT WORDS|WHAT IT SAYS THEN|STATUS FOR A NAME THAT THERE IS NOT|WHAT IT SAYS THEN
verbs='mkvenv|2|multivenv: mkvenv needs a name, as no project is in ~ (see mkvenv --help)||
usevenv|1|multivenv: no environment is bound to |1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
stopvenv|1|multivenv: no environment is active (usevenv NAME activates one)|2|multivenv: stopvenv takes no name
lsvenvs|0||1|multivenv: no environment matches '\''gone'\'' (see lsvenvs)
rmvenv|2|multivenv: rmvenv needs a name (see rmvenv --help)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
cdvenv|1|multivenv: no environment is active (cdvenv NAME goes to one)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
showvenv|1|multivenv: no environment is active (name one: showvenv NAME)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
freezevenv|1|multivenv: no environment is active (name one: freezevenv NAME)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
fixvenv|2|multivenv: fixvenv needs names, or --all (see fixvenv --help)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
upvenv|1|multivenv: no environment is active (name one: upvenv NAME)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
runvenv|2|multivenv: runvenv needs an environment and a command (see runvenv --help)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
cpvenv|2|multivenv: cpvenv needs an environment and a new name (see cpvenv --help)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
mvvenv|2|multivenv: mvvenv needs an environment and its new name (see mvvenv --help)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
bindvenv|1|multivenv: no environment is active (name one: bindvenv NAME)|1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
linkvenv|0||1|multivenv: no environment named '\''gone'\'' (see lsvenvs)
multivenv|0|Usage: multivenv [help|2|multivenv: multivenv has no command '\''gone'\'' (see multivenv --help)'

# Usage: each_verb FUNCTION
each_verb() {
    local verb none says gone answers
    while IFS='|' read -r verb none says gone answers; do
        "$1" "$verb" || return
    done <<<"$verbs"
}

# Usage: answers STATUS START WORD...
answers() {
    local wanted=$1 start=$2
    shift 2
    run in_shell +eu '"$@"' "$@"
    [ "$status" -eq "$wanted" ] || fail "$*: status $status, expected $wanted; output:" "$output"
    case $output in
    "$start"*) ;;
    *) fail "$*: expected to start with:" "$start" 'was:' "$output" ;;
    esac
}

@test "each verb has its help, by -h and --help, also behind other words" {
    helps() {
        answers 0 "Usage: $1" "$1" --help
        answers 0 "Usage: $1" "$1" -h
        same "$(cat "$project/help/$1.txt")" "$output"
        case $1 in
        runvenv | multivenv) ;;         # a command's own, then
        usevenv | stopvenv | cdvenv) ;; # which take their options first
        *) answers 0 "Usage: $1" "$1" gone --help ;;
        esac
    }
    each_verb helps
    run in_shell 'multivenv help linkvenv'
    assert_ok "$(cat "$project/help/linkvenv.txt")"
}

@test "each verb says what it needs where it is given nothing" {
    needs() { answers "$none" "$says" "$1"; }
    each_verb needs
}

@test "each verb refuses an option that it has not" {
    refuses() { answers 2 "multivenv: $1 has no option '--nothing-like-it' (see $1 --help)" "$1" --nothing-like-it; }
    each_verb refuses
}

@test "each verb says so where there is no environment of a name" {
    misses() {
        case $1 in
        mkvenv) ;;
        cpvenv | mvvenv | runvenv) answers "$gone" "$answers" "$1" gone new ;;
        *) answers "$gone" "$answers" "$1" gone ;;
        esac
    }
    each_verb misses
}

@test "the table has all verbs" {
    same "$(sed -n 's/^\([a-z]*\)() {.*/\1/p' "$project/multivenv.sh" | LC_ALL=C sort)" \
        "$(cut -d'|' -f1 <<<"$verbs" | LC_ALL=C sort)"
}
