#!/usr/bin/env bats
# bin/multivenv, run by each shell that may be /bin/sh; and the same words at a prompt.

# shells: all
load ../support/common

# Usage: program WORD...
program() {
    env -i "${test_env[@]}" "${shell_words[@]}" "$project/bin/multivenv" "$@" 3>&-
}

@test "the verbs without their 'venv', at a prompt" {
    fake_env pallets
    run in_shell 'multivenv ls; multivenv use pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; multivenv stop
        multivenv cd pallets; pwd; multivenv run pallets sh -c "printf \"%s\n\" \"\$VIRTUAL_ENV_PROMPT\""
        multivenv show pallets | head -n 1; cd; multivenv rm -y pallets; printf "<%s>\n" "${VIRTUAL_ENV-none}"'
    assert_status 0
    assert_output_is "pallets
pallets
$env
pallets
pallets
multivenv: removed 'pallets' (undo: mkvenv --restore pallets)
<none>"
}

@test "a program that does them, and changes no shell" {
    fake_env pallets
    run program ls
    assert_ok pallets
    run program run pallets sh -c 'printf "%s|%s\n" "$VIRTUAL_ENV" "${PATH%%:*}"'
    assert_ok "$env|$env/bin"
    run program run pallets sh -c 'exit 7'
    assert_status 7
    run program freeze pallets
    assert_ok ''
    run program rm -y pallets
    assert_ok "multivenv: removed 'pallets' (undo: mkvenv --restore pallets)"
    run program version
    assert_matches '^multivenv [0-9.]+$'
    run program
    assert_ok "$(cat "$project/help/multivenv.txt")"
}

@test "options of a verb that choose environments, as a program" {
    fake_env pallets
    printf '/nowhere\n' >"$env/.project"
    run program rm --orphans --dry-run
    assert_status 0
    assert_contains '  pallets  ok      3.12.4'
    run program rm -y --orphans
    assert_status 0
    assert_contains "multivenv: removed 'pallets' (undo: mkvenv --restore pallets)"
    run program adopt --all -y
    assert_ok 'multivenv: nothing to adopt: no environments of other tools found'
    run program ls
    assert_ok ''
}

@test "what only a shell can do is a misuse, with the line to source" {
    local verb
    for verb in use stop cd; do
        with_env SHELL=/bin/zsh
        run program "$verb" pallets
        assert_status 2
        assert_output_is "multivenv: a program cannot change the shell that starts it: put this into ~/.zshrc, and use the \
verbs that it defines
. $(rc_word "$project/multivenv.sh")"
    done
    run program mk --temp x
    assert_status 2
    assert_output_is 'multivenv: mkvenv --temp needs a shell that has sourced multivenv.sh (see mkvenv --help)'
}

# A path without its quotes where none are needed
rc_word() {
    case $1 in
    *[!a-zA-Z0-9_/.,:@%+=-]*) printf "'%s'\n" "$1" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

@test "statuses of errors: 2 for a misuse, 127 for a command that does not exist, 1 for the rest" {
    fake_env pallets
    run program run
    assert_status 2
    run program nonsense
    assert_status 2
    run program ls --nonsense
    assert_status 2
    run program run pallets no-such-command
    assert_status 127
    run program run nobody true
    assert_status 1
    run program show
    assert_status 1
}

@test "no hook runs in it, and a renamed environment that is active stays so in nobody" {
    fake_env pallets
    printf 'printf "hook\\n"\n' >"$env/bin/postactivate"
    printf 'printf "hook\\n"\n' >"$MULTIVENV_HOME/postactivate"
    with_env "VIRTUAL_ENV=$env"
    run program mv pallets flask
    assert_ok "multivenv: renamed 'pallets' to 'flask' (undo: mvvenv flask pallets)"
}

@test "path prints one path, and its options may follow the name" {
    fake_env 'a name'
    mkdir "$HOME/git"
    printf '%s\n' "$HOME/git" >"$env/.project"
    run program path 'a name'
    assert_ok "$env"
    run program path 'a name' --python
    assert_ok "$env/bin/python"
    run program path --bin -- 'a name'
    assert_ok "$env/bin"
    run program path --site 'a name'
    assert_ok "$env/lib/python3.12/site-packages"
    run program path --project 'a name'
    assert_ok "$HOME/git"
    run in_shell 'cd git; multivenv path .; multivenv use; multivenv path --python'
    assert_ok "$env
$env/bin/python"
    run program path
    assert_status 1
    assert_output_is 'multivenv: no environment is active (name one: multivenv path NAME)'
    run program path --nonsense web
    assert_status 2
    run program path a b
    assert_status 2
}

@test "init prints the lines for an rc file, which define the verbs" {
    local line
    for line in bash zsh fish sh; do
        run program init "$line"
        assert_status 0
        printf '%s\nlsvenvs >/dev/null && printf "defined\\n"\n' "$output" >"$world/rc"
        case $MULTIVENV_TEST_SHELL_NAME-$line in
        "$line-$line" | *-sh)
            without_env MULTIVENV_ROOT
            run env -i "${test_env[@]}" "${shell_words[@]}" "$world/rc" 3>&-
            assert_ok defined
            ;;
        esac
    done
    run program init fishy
    assert_status 2
    run program init
    assert_status 2
}
