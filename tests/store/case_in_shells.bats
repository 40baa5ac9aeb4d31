#!/usr/bin/env bats
# The shells' part on a case-insensitive disk: the real name, without a process.

# shells: all
load ../support/common
load ../support/disks

setup() {
    make_world
    needs_odd_disks case
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

one_case() { on_odd_disk case "$@"; }

@test "usevenv and runvenv find the real name of an environment" {
    run in_shell -w one_case 'mkvenv --no-use --without-pip Foo
        mkvenv --no-use --without-pip other
        usevenv foo
        printf "%s\n" "$VIRTUAL_ENV_PROMPT" "$VIRTUAL_ENV"
        usevenv OTHER
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV"
        stopvenv
        runvenv fOO env | sed -n s/^VIRTUAL_ENV=//p
        mkdir project
        ln -s "$HOME/.multivenv/FOO" project/.venv
        cd project
        usevenv
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        rm -r "$HOME/.multivenv/.multivenv"
        usevenv foo
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "Foo
$MULTIVENV_HOME/Foo
$MULTIVENV_HOME/Foo
$MULTIVENV_HOME/Foo
Foo
Foo"
}

@test "finding the real name starts no process" {
    # processes_of uses this
    traced() {
        one_case strace -f -qq -o "$world/tmp/trace" -e signal=none \
            -e 'trace=?execve,?execveat,?clone,?clone3,?fork,?vfork,?stat,?newfstatat,?statx,?access,?faccessat,?faccessat2' "$@"
    }
    assert_starts_no_process 'mkvenv --no-use --without-pip Foo; usevenv Foo; stopvenv' 'usevenv foo'
    assert_starts_no_process 'rm -f "$HOME/.multivenv/Foo/.multivenv-sound"; usevenv foo; stopvenv' 'usevenv foo'
}

@test "on a case-sensitive disk nothing looks for another name" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_env web
    find "$env" -exec touch -h -d '1 minute ago' {} + # busybox compares whole seconds
    run in_shell 'usevenv web; stopvenv'
    assert_ok ''
    all() { strace -f -qq -o "$world/tmp/trace" -e trace=file "$@"; }
    run in_shell -w all 'usevenv web'
    assert_ok ''
    run grep -E 'MULTIVENV"|PYVENV' "$world/tmp/trace"
    assert_status 1
}
