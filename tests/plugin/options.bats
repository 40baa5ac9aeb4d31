# Every option of each shell, turned on alone (in zsh, turned over): the verbs do the same as in a shell
# without it.

# shells: all
load ../support/common

# Options that no script can run with, or that no shell turns over while it runs:
#
#   noexec, exec           nothing is run
#   onecmd, singlecommand  the shell ends after the first command
#   restricted             neither PATH nor the directory can change
#   privileged             turning it over gives up root's rights, or is refused without them
#   monitor, zle           need a terminal
#   interactive, login and the like  are decided when the shell starts
left_out() {
    case $1 in
    noexec | exec | onecmd | singlecommand | restricted | privileged | monitor | zle) ;;
    interactive | login | login_shell | loginshell | stdin | shinstdin | restricted_shell | cmdline | rc) ;;
    *) return 1 ;;
    esac
}

# Options that make the shell itself write to stderr
writes() {
    case $1 in
    verbose | *trace* | warnnestedvar | warncreateglobal) ;;
    *) return 1 ;;
    esac
}

# Options that have found a mistake: these are in every sample
found_mistakes() {
    case $1 in
    markdirs | keyword | cshjunkiequotes | warncreateglobal | posixlycorrect | noclobber | nounset | errexit) ;;
    *) return 1 ;;
    esac
}

# All options, one a line: how to turn it over, and its name
all_options() {
    case $MULTIVENV_TEST_SHELL_NAME in
    zsh) "${shell_words[@]}" -f -c 'setopt kshoptionprint; setopt' | awk '
        $1 == "kshoptionprint" { $2 = "off" }
        { print ($2 == "on" ? "unsetopt" : "setopt"), $1 }' ;;
    *) "${shell_words[@]}" -c 'set -o' | awk '{ for (i = 1; i < NF; i++) if ($(i + 1) ~ /^(on|off)$/) print "set -o", $i }' ;;
    esac
    [ "$MULTIVENV_TEST_SHELL_NAME" != bash ] || "${shell_words[@]}" -c shopt | awk '{ print "shopt -s", $1 }'
}

# Reports what a user would see of each verb
# shellcheck disable=SC2016 # for the shell under test
journey='
    turned_on() { case ${ZSH_VERSION-}${BASH_VERSION:+bash} in bash) shopt; set +o ;; ?*) setopt ;; *) set +o ;; esac; }
    report() { printf "%s %s %s\n" "$1" "$2" "${VIRTUAL_ENV-none}"; printf "%s\n" "${PATH#"$FIRST"}" "${PS1-}" "$PWD"; }
    turned_on >|"$TMPDIR/options.before"
    mkvenv --without-pip --no-use new
    report mkvenv "$?"
    usevenv "a b"
    report usevenv "$?"
    usevenv pallets
    report switch "$?"
    cdvenv
    report cdvenv "$?"
    cdvenv --site pallets
    report site "$?"
    cd "$HOME/project"
    usevenv
    report project "$?"
    stopvenv
    report stopvenv "$?"
    lsvenvs
    report lsvenvs "$?"
    lsvenvs --names
    rmvenv -y new
    report rmvenv "$?"
    runvenv pallets true a=b
    report runvenv "$?"
    turned_on >|"$TMPDIR/options.after"
    exit # or ignoreeof would ask for it
'

prepare() {
    [ -n "${pallets_made-}" ] || fake_env 'a b'
    fake_env pallets
    pallets_made=yes
    mkdir -p "$HOME/project/sub"
    printf '%s\n' "$HOME/project" >"$env/.project"
    printf '%s\n' "$MULTIVENV_TEST_PYTHON" >"$world/tmp/python"
    share_cache
    # a yash that is posixlycorrect has these only where PATH has programs of these names
    local program
    mkdir -p "$world/bin"
    for program in '[' printf true kill; do
        ln -sf "$(type -P "$program")" "$world/bin/$program"
    done
    with_env "PATH=$(path_with "$world/bin")"
}

# Usage: take COMMAND OPTION
#
# Leaves what it shows in $world/tmp/shown
take() {
    local status=0
    rm -rf "$MULTIVENV_HOME/new" "$MULTIVENV_HOME/.multivenv"
    rm -f "$MULTIVENV_HOME"/*/.last-used "$MULTIVENV_HOME"/*/.multivenv-sound
    in_shell -b +eu "cd \"\$HOME\"
FIRST=nothing PS1='> '
$1 $2 || exit 99
. \"\$MULTIVENV_ROOT/multivenv.sh\"
$journey" >"$world/tmp/shown" 2>"$world/tmp/said" </dev/null || status=$?
    printf 'status %s\n' "$status" >>"$world/tmp/shown"
    writes "$2" || cat "$world/tmp/said" >>"$world/tmp/shown"
    diff "$world/tmp/options.before" "$world/tmp/options.after" >>"$world/tmp/shown" || :
}

# Usage: in_sample NUMBER OPTION
#
# Each third option, or each sixth of bash and zsh, which have over a hundred; all with MULTIVENV_TEST_ALL=1
in_sample() {
    local step=3
    case $MULTIVENV_TEST_SHELL_NAME in bash | zsh) step=6 ;; esac
    [ -n "${MULTIVENV_TEST_ALL-}" ] || [ $(($1 % step)) -eq 0 ] || found_mistakes "$2"
}

# Usage: compare PART OF
#
# The options of one part, each turned on alone
compare() {
    local how option plain number=0 wrong=()
    prepare
    take : verbose
    cp "$world/tmp/shown" "$world/tmp/plain.silent"
    take : :
    cp "$world/tmp/shown" "$world/tmp/plain"
    grep -q '^rmvenv 0' "$world/tmp/plain" || fail "$(cat "$world/tmp/plain")"
    while read -r how option <&4; do
        number=$((number + 1))
        [ $((number % $2)) -eq "$1" ] || continue
        case $how in 'set') how='set -o' option=${option#-o } ;; shopt) how='shopt -s' option=${option#-s } ;; esac
        if left_out "$option" || ! in_sample "$((number / $2))" "$option"; then
            continue
        fi
        take "$how" "$option"
        plain=$world/tmp/plain
        ! writes "$option" || plain=$plain.silent
        if ! cmp -s "$plain" "$world/tmp/shown"; then
            wrong+=("$how $option:" "$(diff "$plain" "$world/tmp/shown" || :)")
        fi
    done 4<<<"$(all_options)"
    [ "$number" -gt 10 ] || fail "only $number options"
    [ ${#wrong[@]} -eq 0 ] || fail "${wrong[@]}"
}

@test "each option turned on alone changes nothing (1 of 4)" { compare 0 4; }
@test "each option turned on alone changes nothing (2 of 4)" { compare 1 4; }
@test "each option turned on alone changes nothing (3 of 4)" { compare 2 4; }
@test "each option turned on alone changes nothing (4 of 4)" { compare 3 4; }
