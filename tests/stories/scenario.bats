# One day in the life of an environment, made, used, left, listed and removed, under whatever
# options and surroundings a shell may have. Each test is the same story in another weather.

# shells: all
load ../support/common
load ../support/scenario

@test "under set -eu" {
    run in_shell "$story"
    assert_ok "$ending"
}

@test "without set -eu" {
    run in_shell +eu "$story"
    assert_ok "$ending"
}

@test "at a prompt" {
    run in_shell -i "$story"
    assert_ok "$ending"
}

@test "at a prompt without set -eu" {
    run in_shell -i +eu "$story"
    assert_ok "$ending"
}

@test "with cd, rm, ls, printf, unset and export aliased" {
    run in_shell -b "alias cd='false' rm='false' ls='false' mkdir='false' cat='false' touch='false'
. \"\$MULTIVENV_ROOT/multivenv.sh\"
$story"
    assert_ok "$ending"
}

@test "with set -o noclobber and noglob" {
    run in_shell "set -o noclobber -o noglob
$story"
    assert_ok "$ending"
}

@test "with odd IFS" {
    local ifs
    for ifs in '' '/' 'a' '0123456789' '-._' "$(printf ' \t:')" ':='; do
        run in_shell "IFS='$ifs'
$story
case \$IFS in '$ifs') ;; *) printf 'IFS is different\n' ;; esac"
        assert_ok "$ending"
    done
}

@test "with CDPATH set" {
    mkdir -p "$world/trap/.multivenv/my ünï" "$world/trap/my ünï"
    with_env "CDPATH=$world/trap"
    run in_shell "$story"
    assert_ok "$ending"
}

@test "with MULTIVENV_HOME elsewhere, set but not exported" {
    run in_shell "MULTIVENV_HOME='$world/other \$(home) *'
$story"
    assert_ok "$ending"
    [ -d "$world/other \$(home) */.multivenv" ]
    [ ! -e "$HOME/.multivenv" ]
}

@test "in a locale without characters outside ASCII" {
    with_env LC_ALL=C
    if [ "$MULTIVENV_TEST_SHELL_NAME" = yash ]; then # it reads no text that its locale cannot
        mkdir "$world/plain"
        with_env "HOME=$world/plain" "XDG_CACHE_HOME=$MULTIVENV_TEST_CACHE"
        cd "$world/plain"
        story=${story//ünï/uni} ending=${ending//ünï/uni}
    fi
    run in_shell "$story"
    assert_ok "$ending"
}

@test "with bash's nullglob, failglob, dotglob and posix" {
    case $MULTIVENV_TEST_SHELL_NAME in bash*) ;; *) return 0 ;; esac # they are bash's
    local option
    for option in nullglob failglob dotglob nocaseglob extglob; do
        run in_shell "shopt -s $option
$story
shopt -q $option && printf 'still set\n'"
        assert_ok "$ending
still set"
    done
    run in_shell "set -o posix
$story"
    assert_ok "$ending"
}

@test "with zsh's ksharrays, nullglob, shwordsplit and others" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0 # they are zsh's
    local option
    for option in ksharrays nullglob shwordsplit nonomatch extendedglob globdots warncreateglobal \
        autopushd chaselinks cdablevars posixbuiltins; do
        run --separate-stderr in_shell "setopt $option
$story
[[ -o $option ]] && printf 'still set\n'"
        assert_ok "$ending
still set"
        assert_stderr_is ''
    done
}

@test "as zsh that emulates sh, or ksh" {
    [ "$MULTIVENV_TEST_SHELL_NAME" = zsh ] || return 0 # they are zsh's
    local mode
    for mode in sh ksh; do
        run in_shell -b "emulate $mode
. \"\$MULTIVENV_ROOT/multivenv.sh\"
$story"
        assert_ok "$ending"
    done
}

@test "shell options, variables and functions are the same afterwards" {
    run changes_of "$story" 'cd "$HOME"; export PATH_AT_FIRST="$PATH"; _multivenv_previous="$HOME/.multivenv/my ünï"; OLDPWD=x'
    refute_contains 'set -o'
    local line
    while IFS= read -r line; do
        case $line in
        '' | '1 '* | '2 '* | '3 '* | '4 '* | '5 '* | '6 '* | '7 '*) ;;
        [-+]OLDPWD=* | [-+]PWD=* | [-+]'typeset '*OLDPWD=*) ;; # the story goes somewhere
        *) fail "different afterwards: $line" ;;
        esac
    done <<<"$output"
}

@test "it starts no process but those that make, remove and print" {
    fake_env pallets
    assert_starts_no_process ':' 'usevenv pallets
        lsvenvs --names
        cdvenv pallets
        stopvenv
        usevenv -
        cdvenv --site
        deactivate'
}
