#!/usr/bin/env bats
# The tests' own tools do what their users take for granted.

# shells: all
load ../support/common

# A stand-in, so that these tests need nothing of the real one
setup() {
    make_world
    mkdir "$world/plugin"
    printf '%s\n' 'sourced=yes' '_multivenv_need() { :; }' >"$world/plugin/multivenv.sh"
    with_env "MULTIVENV_ROOT=$world/plugin"
}

@test "in_shell runs the shell under test" {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) run in_shell 'printf "%s\n" "${BASH_VERSION:+right}"' ;;
    zsh) run in_shell 'printf "%s\n" "${ZSH_VERSION:+right}"' ;;
    ksh) run in_shell 'printf "%s\n" "${.sh.version:+right}"' ;;
    mksh) run in_shell 'printf "%s\n" "${KSH_VERSION:+right}"' ;;
    yash) run in_shell 'printf "%s\n" "${YASH_VERSION:+right}"' ;;
    *) run in_shell 'printf "%s\n" "${BASH_VERSION-}${ZSH_VERSION-}${KSH_VERSION-}${YASH_VERSION-}right"' ;;
    esac
    assert_ok right
}

@test "in_shell passes status, stdin, stdout, stderr and arguments through" {
    run --separate-stderr in_shell 'read -r line; printf "%s/%s/%s\n" "$line" "$1" "$sourced"
        printf "woe\n" >&2; exit 7' 'a  b' <<<'typed'
    assert_status 7
    assert_output_is 'typed/a  b/yes'
    assert_stderr_is 'woe'
}

@test "in_shell -i does the same without a word of the shell's own" {
    run --separate-stderr in_shell -i 'case $- in *i*) printf "interactive\n" ;; esac
        read -r line; printf "%s/%s/%s\n" "$line" "$1" "$sourced"
        printf "woe\n" >&2; exit 7; printf "not reached\n"' 'a  b' <<<'typed'
    assert_status 7
    assert_output_is $'interactive\ntyped/a  b/yes'
    assert_stderr_is 'woe'
}

@test "in_shell is strict by default" {
    run in_shell 'printf "%s\n" "$nothing_of_that_name"; exit 0'
    [ "$status" -ne 0 ]
    run in_shell +eu 'false; printf "<%s>\n" "$nothing_of_that_name"'
    assert_ok '<>'
}

@test "in_shell -b sources nothing" {
    run in_shell -b 'printf "%s\n" "${sourced-no}"'
    assert_ok no
}

@test "nothing of the caller's environment gets in" {
    export INTRUDER=yes
    with_env INVITED=first INVITED=yes
    without_env TERM
    run in_shell 'printf "%s\n" "${INTRUDER-no} $INVITED ${XDG_CACHE_HOME-none} $HOME"'
    assert_ok "no yes none $world/home ünï"
    run in_shell 'env'
    refute_contains 'TERM='
}

@test "changes_of shows a variable, a function, an alias, an option and a trap" {
    run changes_of 'new_variable=1'
    assert_ok
    assert_contains new_variable=
    run changes_of 'alias new_alias=ls'
    assert_contains new_alias=
    run changes_of 'set -o noglob'
    assert_contains glob
    run changes_of 'trap "exit 3" USR1'
    assert_contains 'exit 3'
    case $MULTIVENV_TEST_SHELL_NAME in
    dash | busybox) ;; # cannot list functions
    *)
        run changes_of 'new_function() { :; }'
        assert_contains new_function
        ;;
    esac
}

@test "changes_of shows nothing where nothing changed" {
    run changes_of 'x=1; unset x; PATH=$PATH:/new; PATH=${PATH%:/new}; ls /dev/null >/dev/null; f=$(:); (exit 3) || :' 'f='
    assert_ok ''
    run changes_of -i ':'
    assert_ok ''
}

@test "processes_of lists what is started between its marks, and only that" {
    run --separate-stderr processes_of 'ls / >/dev/null' 'ls /dev/null; true'
    assert_ok
    assert_contains 'execve('
    assert_contains '/dev/null'
    refute_contains '"/"'
    assert_stderr_is /dev/null
}

@test "processes_of fails when the snippet stops on the way" {
    run processes_of '' 'exit 0'
    [ "$status" -ne 0 ]
    assert_contains 'the marks are not in the trace'
}

@test "assert_starts_no_process accepts builtins and refuses a command" {
    assert_starts_no_process 'x=1' 'x=2; [ -d / ]; cd /; : "${x%2}"'
    assert_starts_no_process -i '' 'x=2; [ -d / ]'
    run assert_starts_no_process '' 'ls / >/dev/null'
    assert_status 1
    assert_contains 'these were started:'
}

@test "fake_env makes the tree of an environment" {
    fake_env 'älpha one' 3.11.2
    same "$HOME/.multivenv/älpha one" "$env"
    [ "$(readlink "$env/bin/python")" = "$world/base-3.11.2/bin/python3.11" ]
    [ -x "$env/bin/python3" ] && [ -x "$env/bin/pip" ]
    [ -f "$env/lib/python3.11/site-packages/pip-24.0.dist-info/METADATA" ]
    assert_contains "home = $world/base-3.11.2/bin" "$(cat "$env/pyvenv.cfg")"
    assert_contains 'version = 3.11.2' "$(cat "$env/pyvenv.cfg")"
    assert_contains "VIRTUAL_ENV=\"$env\"" "$(cat "$env/bin/activate")"
}

@test "starting a stub interpreter is noticed" {
    fake_env alpha
    run "$env/bin/pip" list
    assert_status 97
    assert_contains 'unexpected start of a stub interpreter'
    run no_stub_was_started
    assert_status 1
    rm "$world/stub-was-started"
}

@test "assertions say what differs" {
    run same $'one\ntwo' $'one\nthree'
    assert_status 1
    assert_contains '-two'
    assert_contains '+three'
    run assert_contains needle haystack
    assert_status 1
    assert_contains 'expected to contain: needle'
}
