#!/usr/bin/env bats
# bin/multivenv where no shell has sourced multivenv.sh: a table of places that start programs.

# shells: once
load ../support/common

setup() {
    make_world
    fake_env pallets
    program=$project/bin/multivenv
    seen='printf "%s\n" "${VIRTUAL_ENV##*/}"'
    # once, so that it is known to be sound
    in_place "$program" run pallets true
}

# Usage: in_place COMMAND...: with no more variables than cron sets
in_place() {
    env -i "HOME=$HOME" PATH=/usr/bin:/bin "MULTIVENV_HELPER_PYTHON=$MULTIVENV_TEST_PYTHON" "$@" 3>&-
}

@test "cron: sh -c with a home and a short PATH, or with none" {
    run in_place sh -c "'$program' run pallets sh -c '$seen'"
    assert_ok pallets
    run env -i "HOME=$HOME" "$program" run pallets /bin/sh -c "$seen" 3>&-
    assert_ok pallets
    run env -i "MULTIVENV_HOME=$MULTIVENV_HOME" "$program" run pallets /bin/sh -c "$seen" 3>&-
    assert_ok pallets
    run env -i "$program" run pallets true 3>&-
    assert_status 1
    assert_output_is 'multivenv: no folder for environments (set MULTIVENV_HOME)'
}

@test "make: a recipe, and \$(shell) with the path of an interpreter" {
    printf '%s\n' "PROGRAM = '$program'" 'PYTHON := $(shell $(PROGRAM) path pallets --python)' 'all:' \
        "	@\$(PROGRAM) run pallets sh -c 'basename \"\$\$VIRTUAL_ENV\"'" "	@printf '%s\\n' '\$(PYTHON)'" >"$world/Makefile"
    run in_place make -s -f "$world/Makefile"
    assert_ok "pallets
$env/bin/python"
}

@test "mk without a name makes the environment of the project here" {
    mkdir -p "$HOME/git/afork"
    : >"$HOME/git/afork/requirements.txt"
    run in_place PATH="$test_path" sh -c 'cd git/afork && "$1" mk --no-install --without-pip && "$1" path --project afork' - "$program"
    assert_status 0
    assert_matches "^multivenv: installing nothing, Python [0-9.]+ \(the default\)
$HOME/git/afork\$"
}

@test "xargs and find -exec" {
    run in_place sh -c 'printf "%s\n" one two | xargs -n 1 "$1" run pallets sh -c "printf \"%s %s\n\" \"\$VIRTUAL_ENV_PROMPT\" \"\$1\"" -' - "$program"
    assert_ok 'pallets one
pallets two'
    : >"$world/file"
    run in_place find "$world/file" -exec "$program" run pallets basename {} \;
    assert_ok file
}

@test "nohup, timeout and a process of its own: the command takes the place of the program" {
    run in_place nohup "$program" run pallets sh -c "$seen"
    assert_status 0
    assert_contains pallets
    run in_place timeout 20 "$program" run pallets sh -c 'exit 9'
    assert_status 9
    run in_place sh -c '"$1" run pallets sh -c "printf \"%s\n\" \"\$\$\"" & printf "%s\n" "$!"; wait' - "$program"
    same "${lines[0]}" "${lines[1]}"
}

@test "another user, where the machine allows it" {
    [ "$(id -u)" -eq 0 ] || return 0 # only root can become somebody else
    mkdir "$world/copy"
    cp -R "$project"/{bin,help,helper,multivenv.sh,shell} "$world/copy"
    chmod a+rx "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
    chmod -R a+rX "$BATS_TEST_TMPDIR"
    run in_place setpriv --reuid 65534 --regid 65534 --clear-groups "$world/copy/bin/multivenv" run pallets sh -c "$seen; id -u"
    assert_status 0
    assert_contains pallets
    assert_contains 65534
}

@test "symlinks: to the program, to its folder, relative, and from PATH" {
    mkdir -p "$world/one/bin" "$world/two" "$world/three/bin"
    ln -s "$program" "$world/one/bin/multivenv"
    ln -s ../one/bin/multivenv "$world/two/mv"
    ln -s "$project" "$world/three/share"
    ln -s ../share/bin/multivenv "$world/three/bin/multivenv"
    run in_place "$world/one/bin/multivenv" ls
    assert_ok pallets
    run in_place "$world/two/mv" ls
    assert_ok pallets
    run in_place "PATH=$world/three/bin:/usr/bin:/bin" multivenv ls
    assert_ok pallets
    run in_place sh -c 'cd "$1"; ./mv ls; sh mv ls' - "$world/two"
    assert_ok $'pallets\npallets'
    mkdir "$world/alone"
    cp "$program" "$world/alone"
    run in_place "$world/alone/multivenv" ls
    assert_status 1
    assert_contains 'finds no multivenv.sh'
}

@test "installed: init names the path that stays after an upgrade" {
    mkdir -p "$world/opt/Cellar/1.0/share" "$world/opt/share" "$world/opt/bin"
    ln -s "$project" "$world/opt/Cellar/1.0/share/multivenv"
    ln -s ../Cellar/1.0/share/multivenv "$world/opt/share/multivenv"
    ln -s ../share/multivenv/bin/multivenv "$world/opt/bin/multivenv"
    run in_place "$world/opt/bin/multivenv" init bash
    assert_contains "$world/opt/share/multivenv/multivenv.sh"
}

@test "BusyBox without any other shell" {
    command -v busybox >/dev/null || skip 'busybox is not installed'
    mkdir "$world/box"
    busybox --install -s "$world/box"
    run env -i "HOME=$HOME" "PATH=$world/box" "$world/box/sh" "$program" run pallets sh -c "$seen"
    assert_ok pallets
    run env -i "HOME=$HOME" "PATH=$world/box" "$world/box/sh" "$program" ls
    assert_ok pallets
}

@test "at most two processes more than the command alone" {
    command -v strace >/dev/null || skip 'strace is not installed'
    ln -s "$program" "$world/multivenv"
    in_place strace -f -qq -o "$world/trace" -e signal=none -e trace=execve,clone,fork,vfork "$world/multivenv" run pallets true
    same 1 "$(grep -c -E '(clone|fork|vfork)\(' "$world/trace")" # readlink
    in_place strace -f -qq -o "$world/trace" -e signal=none -e trace=execve,clone,fork,vfork "$program" run pallets true
    same 0 "$(grep -c -E '(clone|fork|vfork)\(' "$world/trace")"
    same 2 "$(grep -c -E 'execve\(.* = 0$' "$world/trace")" # sh, and true in its place
}
