# runvenv: a command in an environment, without activating it.

# shells: all
load ../support/common

# What a command sees; printed by a program, and not by a builtin
# shellcheck disable=SC2016  # for the command to expand
seen='printf "%s|" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "${PATH%%:*}" "${PYTHONHOME-unset}" "${UV_PROJECT_ENVIRONMENT-unset}"'

@test "the command has the environment's variables and PATH, the shell stays as it is" {
    fake_env pallets
    with_env PYTHONHOME=/nowhere
    run in_shell '. "$TEST_SUPPORT/snapshot.sh"; runvenv pallets true; snapshot "$TMPDIR/before"
        runvenv pallets sh -c "$1"
        snapshot "$TMPDIR/after"' "$seen"
    assert_ok "$env|pallets|$env/bin|unset|unset|"
    same_files "$world/tmp/before" "$world/tmp/after"
}

@test "uv gets the path of a bound environment, and not that of the active one" {
    fake_env other
    fake_env pallets
    printf '%s\n' "$HOME" >"$env/.project"
    run in_shell 'usevenv other; runvenv pallets sh -c "$1"; printf "%s\n" "" "$VIRTUAL_ENV_PROMPT"
        runvenv pallets sh -c "printf %s \"\$PATH\"" | grep -c other/bin || :' "$seen"
    assert_ok "$env|pallets|$env/bin|unset|$env|
other
0"
}

@test "arguments come byte for byte, and names are data" {
    fake_env 'a $(touch x) b'
    printf '#!/bin/sh\nfor word; do printf "<%%s>" "$word"; done\n' >"$env/bin/show"
    chmod +x "$env/bin/show"
    run in_shell 'runvenv "$1" show "" "two words" "*" "\$HOME" "-n" -- "it'"'"'s" "$2"' 'a $(touch x) b' $'new\nline'
    assert_ok "<><two words><*><\$HOME><-n><--><it's><new
line>"
    run in_shell 'runvenv -- "$1" -- show -x; runvenv "$1" show --help' 'a $(touch x) b'
    assert_ok '<-x><--help>'
    [ ! -e x ]
}

@test "bytes that are not UTF-8 come through" {
    case $MULTIVENV_TEST_SHELL_NAME in
    yash) return 0 ;; # it can hold nothing but characters
    esac
    fake_env pallets
    run in_shell 'runvenv pallets printf "%s" "$1" | od -An -tx1 | tr -d " \n"' $'a\xff\xfeb'
    assert_ok 61fffe62
}

@test "the status is the command's, and its input is the shell's" {
    fake_env pallets
    run in_shell +eu 'runvenv pallets sh -c "exit 7"; printf "%s\n" "$?"
        printf "data\n" | runvenv pallets cat
        runvenv pallets sh -c "kill -TERM \$\$" 2>/dev/null; [ "$?" -gt 128 ] && printf "killed\n"'
    assert_ok '7
data
killed'
}

@test "no shell and no other process stands between" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_env pallets
    printf '#!/bin/sh\nprintf "%%s\\n" "$PPID"\n' >"$env/bin/parent"
    chmod +x "$env/bin/parent"
    # once, so that it is known to be sound
    in_shell 'runvenv pallets true'
    run in_shell 'printf "%s\n" "$$"; runvenv pallets parent'
    assert_status 0
    same "${lines[0]}" "${lines[1]}"
    run --separate-stderr processes_of ':' 'runvenv pallets true'
    same 1 "$(grep -c -E '(clone|clone3|fork|vfork)\(' <<<"$output")"
}

@test "what the shell has of the command's name does not count" {
    fake_env pallets
    printf '#!/bin/sh\nprintf "the program\\n"\n' >"$env/bin/echo"
    chmod +x "$env/bin/echo"
    run -127 in_shell 'ours() { :; }; runvenv pallets echo; runvenv pallets ours' 2>&1
    assert_output_is "the program
multivenv: no command 'ours' in '$env/bin' or elsewhere on PATH"
}

@test "a command that is missing, or cannot be run, is reported with the places searched" {
    fake_env pallets
    : >"$env/bin/data"
    run in_shell +eu 'PATH=/usr/bin:/bin
        for command in nonesuch ./nonesuch "" data; do
            runvenv pallets "$command"
            printf "%s\n" "$?"
        done'
    assert_ok "multivenv: no command 'nonesuch' in '$env/bin' or elsewhere on PATH
127
multivenv: no program './nonesuch'
127
multivenv: no command '' in '$env/bin' or elsewhere on PATH
127
multivenv: '$env/bin/data' is not executable
126"
}

@test "an environment that could not work is refused with its reason, one that will disappoint is warned of" {
    fake_env dead
    rm "$env/bin/python"
    fake_env moved
    mv "$env" "$MULTIVENV_HOME/elsewhere"
    run in_shell +eu 'runvenv dead true; printf "%s\n" "$?"; runvenv elsewhere true; printf "%s\n" "$?"; runvenv gone true'
    assert_status 1
    assert_output_is "multivenv: 'dead' is dangling: bin/python is missing (fixvenv dead restores its interpreter)
1
multivenv: 'elsewhere' is moved: its scripts point to $MULTIVENV_HOME/moved, where it was created (fixvenv elsewhere rewrites its paths)
0
multivenv: no environment named 'gone' (see lsvenvs)"
}

@test "it needs a name and a command" {
    fake_env pallets
    run in_shell +eu 'for words in "" "pallets" "pallets --" "-x pallets true" "--quiet pallets true" "--all" "--all --" "a/b true"; do
            eval "runvenv $words"
            printf "%s\n" "$?"
        done' 2>&1
    assert_ok "multivenv: runvenv needs an environment and a command (see runvenv --help)
2
multivenv: runvenv needs a command (see runvenv --help)
2
multivenv: runvenv needs a command (see runvenv --help)
2
multivenv: runvenv has no option '-x' (see runvenv --help)
2
multivenv: runvenv --quiet needs --all (see runvenv --help)
2
multivenv: runvenv needs a command (see runvenv --help)
2
multivenv: runvenv needs a command (see runvenv --help)
2
multivenv: no environment or directory 'a/b' (see lsvenvs)
1"
}

@test "--all runs it in each that can be used, goes on after a failure, and sums up" {
    fake_env alpha
    fake_env beta
    fake_env gone
    rm "$env/bin/python"
    run in_shell 'runvenv --all sh -c "printf \"%s\n\" \"\$VIRTUAL_ENV_PROMPT\""' 2>&1
    assert_status 1
    assert_output_is "==> alpha
alpha
==> beta
beta
multivenv: 'gone' is dangling: bin/python is missing (fixvenv gone restores its interpreter)
multivenv: succeeded: 2; not usable: 'gone'"
    run in_shell +eu 'runvenv -a -q -- sh -c "[ \"\$VIRTUAL_ENV_PROMPT\" = beta ] || exit 3"' 2>&1
    assert_status 1
    assert_contains "multivenv: succeeded: 1; failed: 'alpha' with status 3; not usable: 'gone'"
    refute_contains '==>'
    [ ! -e "$MULTIVENV_HOME/alpha/.last-used" ]
}

@test "--all --quiet puts the name before each line, on stdout and stderr" {
    fake_env 'a & b'
    fake_env beta
    run in_shell +eu 'runvenv -aq sh -c "printf \"one\ntwo\"; printf \"err\n\" >&2; exit 5" 2>"$TMPDIR/err"; printf "%s\n" "$?"
        cat "$TMPDIR/err"'
    assert_ok "a & b: one
a & b: two
beta: one
beta: two
1
a & b: err
beta: err
multivenv: succeeded: 0; failed: 'a & b' with status 5, 'beta' with status 5"
    printf 'data\n' >"$world/input"
    run in_shell 'runvenv -aq cat <"$1"' "$world/input"
    assert_ok 'a & b: data'
}

@test "in a project, . is its environment" {
    fake_env pallets
    mkdir -p "$HOME/git/sub"
    printf '%s\n' "$HOME/git" >"$env/.project"
    run in_shell +eu 'cd git/sub; runvenv . sh -c "printf \"%s\n\" \"\$VIRTUAL_ENV_PROMPT\""; cd; runvenv . true'
    assert_status 1
    assert_output_is "pallets
multivenv: no environment is bound to '$HOME' or a parent directory (usevenv NAME, or see lsvenvs)"
}

@test "--all in an empty home does nothing" {
    run in_shell 'runvenv --all true'
    assert_ok 'multivenv: succeeded: 0'
}

@test "it works where no Python does" {
    fake_env pallets
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run in_shell 'runvenv pallets sh -c "printf here"'
    assert_ok here
}

@test "it tells when the environment was last used" {
    fake_env pallets
    run in_shell 'runvenv pallets true'
    assert_ok ''
    [ -e "$env/.last-used" ]
}

@test "--all where none can be used fails" {
    fake_env alpha
    rm "$env/bin/python"
    run in_shell +eu 'runvenv --all true 2>/dev/null; printf "%s\n" "$?"'
    assert_ok 1
    fake_env beta
    run in_shell +eu 'runvenv --all true 2>/dev/null; printf "%s\n" "$?"'
    assert_ok $'==> beta\n1'
}

@test "a path to no program is reported like a name" {
    fake_env alpha
    : >"$HOME/file"
    run in_shell +eu 'cd "$HOME"; runvenv alpha ./file; printf "%s\n" "$?"; runvenv alpha "$HOME"; printf "%s\n" "$?"'
    assert_ok "multivenv: './file' is not executable
126
multivenv: '$HOME' is not executable
126"
}
