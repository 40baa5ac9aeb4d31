#!/usr/bin/env bats
# rmvenv --orphans, --unused and --status: environments that the options choose; and mkvenv --restore --last, which
# restores what one rmvenv removed.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing
load ../support/terminal

setup() {
    make_world
    make_repairs
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    offline
}

# Usage: orphan NAME
#
# Makes an environment whose project is gone. Sets $env.
orphan() {
    fake_env "$1"
    printf '%s\n' "$HOME/git/gone" >"$env/.project"
}

names() {
    in_shell 'lsvenvs --names' | tr '\n' ' '
}

# Usage: sizeless
#
# Replaces sizes by N and runs of spaces by one.
sizeless() {
    sed -e 's/[0-9][0-9.]* [kMG]*B/N/g' -e 's/  */ /g'
}

# --- what is chosen -------------------------------------------------------------------------------

@test "it shows the list with sizes, asks once, removes, and says how to restore all of it" {
    orphan one
    fake_env two
    orphan three
    in_shell 'printf "y\n" | rmvenv --orphans' >"$world/tmp/out" 2>"$world/tmp/err"
    same ' NAME STATUS PYTHON PACKAGES SIZE SHARED PROJECT LAST USED
 one ok 3.12.4 1 N N ~/git/gone (gone) never
 three ok 3.12.4 1 N N ~/git/gone (gone) never' "$(sizeless <"$world/tmp/out")"
    same "Remove 2 environments (N)? [y/N] multivenv: removed 'one' (undo: mkvenv --restore one)
multivenv: removed 'three' (undo: mkvenv --restore three)
multivenv: removed 2 environments; deleting N in the background (undo: mkvenv --restore --last)" \
        "$(sizeless <"$world/tmp/err")"
    same 'two ' "$(names)"
}

@test "lsvenvs with the same options lists the same" {
    local options
    orphan one
    orphan used
    : >"$env/.last-used"
    fake_env old
    : >"$env/.last-used"
    touch -t 202001010000 "$env/.last-used"
    orphan lost
    touch -t 202001010000 "$env/.last-used"
    printf 'nonsense\n' >"$env/pyvenv.cfg"
    for options in '--orphans' '--unused 90' '--status corrupt' '--orphans --unused 90' '--status ok,corrupt --orphans'; do
        # shellcheck disable=SC2086 # words
        run in_shell 'rmvenv --dry-run "$@" | sed -e 1d -e "s/^  \([a-z]*\) .*/\1/"' $options
        # shellcheck disable=SC2086 # words
        assert_ok "$(in_shell 'lsvenvs --names "$@"' $options)"
    done
    same 'lost old one used ' "$(names)"
    run in_shell 'rmvenv -y --orphans --unused 90 2>/dev/null'
    assert_ok ''
    same 'old one used ' "$(names)"
}

@test "nothing happens without an answer, after another answer, and with --dry-run" {
    local answer
    orphan one
    tree "$MULTIVENV_HOME" >"$world/before"
    for answer in '' n 'no\n' '\n' 'yess\n'; do
        run in_shell 'printf "$1" | rmvenv --orphans 2>&1 >/dev/null' "$answer"
        assert_status 1
        assert_contains 'multivenv: removed nothing'
    done
    run in_shell 'rmvenv --dry-run --orphans; rmvenv --dry-run one; rmvenv --dry-run -y one'
    assert_status 0
    same 3 "$(printf '%s\n' "$output" | grep -c '^  one ')"
    tree "$MULTIVENV_HOME" | grep -v /locks >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "if nothing matches it says so, with the command that lists them" {
    fake_env one
    run in_shell 'rmvenv -y --orphans --unused 7 --status ok,moved'
    assert_status 1
    assert_output_is 'multivenv: nothing to remove: no environment matches (see lsvenvs --orphans --unused 7 --status ok,moved)'
    same 'one ' "$(names)"
}

@test "names together with them, and values that are none, are misuse" {
    orphan one
    run in_shell +eu 'rmvenv -y --orphans one; echo $?; rmvenv -y --unused x; echo $?; rmvenv -y --unused; echo $?
        rmvenv -y --status odd 2>&1 | sed "s/ok,.*)/.../"; rmvenv -y --unused -1; echo $?; rmvenv --dry-run; echo $?'
    assert_ok "multivenv: rmvenv takes names, or options that choose environments (see rmvenv --help)
2
multivenv: rmvenv --unused takes a number of days, not 'x' (see rmvenv --help)
2
multivenv: rmvenv --unused needs a value (see rmvenv --help)
2
multivenv: unknown status 'odd', choose from ...
multivenv: rmvenv --unused takes a number of days, not '-1' (see rmvenv --help)
2
multivenv: rmvenv needs a name (see rmvenv --help)
2"
    same 'one ' "$(names)"
}

# --- what is left out -----------------------------------------------------------------------------

@test "the active one, locked ones, temporary ones of a shell, and what is no environment are left out" {
    orphan active
    orphan locked
    orphan temporary
    fake_env plain
    mkdir -p "$MULTIVENV_HOME/python/bin" "$MULTIVENV_HOME/python/lib/python3.12"
    : >"$MULTIVENV_HOME/python/lib/python3.12/os.py"
    : >"$MULTIVENV_HOME/python/bin/python"
    mkdir "$MULTIVENV_HOME/folder"
    with_modules -c 'import sys
from helper.store import records, temporary
owner = temporary.owner("temporary", 1)
records.write(f"{sys.argv[1]}/temporary/.multivenv.json", {"temporary": owner})' "$MULTIVENV_HOME"
    mkfifo "$world/end"
    "$MULTIVENV_TEST_PYTHON" -c 'import fcntl, os, sys, time
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
file = open(sys.argv[1], "w")
file.write("fixvenv, process 1 on elsewhere"); file.flush()
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()' "$MULTIVENV_HOME/.multivenv/locks/locked" <"$world/end" >"$world/ready" 3>&- &
    exec 9>"$world/end"
    until [ -s "$world/ready" ]; do sleep 0.05; done
    run in_shell 'usevenv active; rmvenv -y --unused 0; stopvenv'
    exec 9>&-
    wait
    assert_status 0
    assert_contains "multivenv: left out 'active': it is active"
    assert_contains "multivenv: left out 'locked': it is in use by fixvenv, process 1 on elsewhere"
    assert_contains "multivenv: left out 'python': it is an installation of Python, not a virtual environment"
    assert_contains "multivenv: left out 'temporary': it is temporary, and its shell has not ended"
    assert_contains "multivenv: removed 'plain'"
    refute_contains "'folder'"
    same 'active locked python temporary ' "$(names)"
}

@test "one that was used or changed since the question stays" {
    orphan one
    orphan two
    # while the hook of the first one runs, the second one gets its project
    printf '#!/bin/sh\nmkdir -p "$HOME/git/gone"\n' >"$MULTIVENV_HOME/postrmvirtualenv"
    chmod +x "$MULTIVENV_HOME/postrmvirtualenv"
    run in_shell 'rmvenv -y --orphans'
    assert_status 1
    assert_contains "multivenv: did not remove 'two': it was used or changed meanwhile"
    assert_contains 'multivenv: removed 1 environment, failed 1; deleting '
    same 'two ' "$(names)"
    run in_shell 'mkvenv --restore'
    assert_ok one
}

@test "of adopted ones only the links are removed, and count no bytes" {
    local MULTIVENV_HOME=$MULTIVENV_HOME
    (MULTIVENV_HOME=$world/elsewhere && fake_env web)
    ln -s "$world/elsewhere/web" "$MULTIVENV_HOME/linked"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    tree "$world/elsewhere" >"$world/before"
    run in_shell 'printf "y\n" | rmvenv --unused 0 2>&1 >/dev/null'
    assert_ok "Remove 1 environment (0 B), and forget 1 link? [y/N] multivenv: removed 'linked' (undo: multivenv adopt $world/elsewhere/web linked)
multivenv: removed 'lost'
multivenv: removed 2 environments (undo: mkvenv --restore --last)"
    tree "$world/elsewhere" >"$world/after"
    same_files "$world/before" "$world/after"
    run in_shell 'mkvenv --restore --last; lsvenvs --names'
    assert_ok 'multivenv: restored 1 environment
linked'
    same "$world/elsewhere/web" "$(readlink "$MULTIVENV_HOME/linked")"
}

@test "a .env that is lost is named in the question" {
    orphan one
    : >"$env/.env"
    run in_shell 'printf "n\n" | rmvenv --orphans 2>&1 >/dev/null'
    assert_status 1
    assert_matches 'Remove 1 environment \(.*\)\? The \.env of one cannot be restored \[y/N\] multivenv: removed nothing'
}

@test "hard links that others share do not count, those within the set do" {
    orphan one
    dd if=/dev/zero of="$env/own" bs=1000000 count=3 2>/dev/null
    dd if=/dev/zero of="$env/cached" bs=1000000 count=50 2>/dev/null
    ln "$env/cached" "$world/cache"
    orphan two
    dd if=/dev/zero of="$env/both" bs=1000000 count=5 2>/dev/null
    ln "$env/both" "$MULTIVENV_HOME/one/both"
    run in_shell 'rmvenv --orphans --dry-run | sed 1d; printf "n\n" | rmvenv --orphans 2>&1 >/dev/null'
    assert_matches '  one .* 58\.[0-9] MB +55\.[0-9] MB .*
  two .* 5\.[0-9] MB +5\.[0-9] MB .*
Remove 2 environments \(8\.[0-9] MB\)\?'
}

# --- deletion in the background -------------------------------------------------------------------

@test "a deletion that was killed is finished by the next verb, and no other file is lost" {
    orphan one
    orphan two
    fake_env three
    # as a kill between the last rename and the deletion leaves it
    run with_modules -c 'import os, signal, sys
from helper.store import trash
trash._delete_in_background = lambda *words: os.kill(os.getpid(), signal.SIGKILL)
from helper.making.context import Context
from helper.store.home import Home
from helper.verbs import rmvenv
rmvenv.run(Context(Home(sys.argv[1]), {"HOME": sys.argv[2], "MULTIVENV_CACHE": "/nowhere"}), ["-y", "--orphans"])' \
        "$MULTIVENV_HOME" "$HOME"
    [ "$status" -ne 0 ]
    same 'one two ' "$(cd "$MULTIVENV_HOME"/.multivenv/trash/*-rmvenv && printf '%s ' *)"
    same 'three ' "$(names)"
    run in_shell 'mkvenv --restore'
    assert_ok 'one
two'
    run in_shell 'rmvenv -y three'
    assert_ok "multivenv: deleted leftovers of 'rmvenv' from an interrupted command
multivenv: removed 'three' (undo: mkvenv --restore three)"
    assert_nothing_aside
}

@test "if there is no space for its folder in the trash, they are deleted at once" {
    orphan one
    mkdir "$MULTIVENV_HOME/.multivenv"
    run with_modules -c 'import errno, os, sys
mkdir = os.mkdir
def full(path, *words, **more):
    if path.endswith("-rmvenv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    mkdir(path, *words, **more)
os.mkdir = full
from helper.making.context import Context
from helper.store.home import Home
from helper.verbs import rmvenv
rmvenv.run(Context(Home(sys.argv[1]), {"HOME": sys.argv[2], "MULTIVENV_CACHE": "/nowhere"}), ["-y", "--orphans"])' \
        "$MULTIVENV_HOME" "$HOME"
    assert_status 0
    assert_matches 'removed 1 environment; freed .*B \(undo: mkvenv --restore --last\)'
    same '' "$(names)"
    assert_nothing_aside
}

@test "what another process is deleting is left to it" {
    orphan one
    mkdir -p "$MULTIVENV_HOME/.multivenv/trash/1.2-rmvenv/one"
    run with_modules -c 'import sys
from helper.store import trash
from helper.store.home import Home
home = Home(sys.argv[1])
lock = trash._locked_folder(home.state("trash/1.2-rmvenv"))
trash.sweep(home)
print(trash.entries(home))' "$MULTIVENV_HOME"
    assert_ok '[]'
    [ -d "$MULTIVENV_HOME/.multivenv/trash/1.2-rmvenv/one" ]
}

# --- restoring all of them ------------------------------------------------------------------------

@test "what the last rmvenv removed comes back, also after names, and a second time nothing does" {
    in_shell 'mkvenv --no-use --without-pip one; mkvenv --no-use --without-pip two; mkvenv --no-use --without-pip three
        mkdir "$HOME/proj"; bindvenv two "$HOME/proj"; rmvenv -y three; rmvenv -y one two' 2>/dev/null
    run in_shell 'mkvenv --restore --last; printf "%s\n" "${VIRTUAL_ENV-none}"; lsvenvs --names; cdvenv --project two; pwd'
    assert_ok "multivenv: restored 2 environments
none
one
two
$HOME/proj"
    run in_shell 'mkvenv --restore --last'
    assert_status 1
    assert_output_is 'multivenv: nothing to restore of the last rmvenv (see mkvenv --restore)'
    run in_shell 'mkvenv --restore'
    assert_ok three
}

@test "what cannot be restored is named and keeps its recipe, the others come back" {
    in_shell 'mkvenv --no-use --without-pip one; mkvenv --no-use --without-pip two; mkvenv --no-use --without-pip three
        rmvenv -y one two three; mkvenv --no-use --without-pip two' 2>/dev/null
    printf '{"schema": 1, "name": "three", "distributions": [{"name": "nowhere", "version": "1"}]}\n' \
        >"$MULTIVENV_HOME/.multivenv/recipes/three"
    run in_shell 'mkvenv --restore --last'
    assert_status 1
    assert_contains "multivenv: did not restore 'two': environment 'two' already exists (usevenv activates it, rmvenv removes it)"
    assert_contains "multivenv: did not restore 'three': "
    assert_contains "multivenv: restored 1 environment, failed 2: 'two', 'three'"
    same 'one two ' "$(names)"
    run ls "$MULTIVENV_HOME/.multivenv/recipes"
    assert_ok 'three
two'
    # the next time, only those
    in_shell 'rmvenv -y one' 2>/dev/null
    in_shell 'mkvenv --restore --no-use one'
    same 'one two ' "$(names)"
    assert_nothing_aside
}

@test "an interrupted rmvenv has named all that it removed" {
    in_shell 'mkvenv --no-use --without-pip one; mkvenv --no-use --without-pip two'
    run with_modules -c 'import os, signal, sys
from helper.verbs import rmvenv
remove = rmvenv.remove
def act(context, name, **words):
    if name == "two":
        os.kill(os.getpid(), signal.SIGKILL)
    return remove(context, name, **words)
rmvenv.remove = act
from helper.making.context import Context
from helper.store.home import Home
rmvenv.run(Context(Home(sys.argv[1]), {"HOME": sys.argv[2], "MULTIVENV_CACHE": "/nowhere"}), ["-y", "one", "two"])' \
        "$MULTIVENV_HOME" "$HOME"
    [ "$status" -ne 0 ]
    same 'two ' "$(names)"
    run in_shell 'mkvenv --restore --last; lsvenvs --names'
    assert_ok 'multivenv: restored 1 environment
one
two'
}

@test "an rmvenv that removes nothing leaves the list of the one before" {
    in_shell 'mkvenv --no-use --without-pip one; rmvenv -y one' 2>/dev/null
    fake_env two
    chmod a-w "$MULTIVENV_HOME"
    run in_shell -w as_anyone 'rmvenv -y two'
    chmod u+w "$MULTIVENV_HOME"
    [ "$(id -u)" -ne 0 ] || [ -d "$MULTIVENV_HOME/two" ] || skip 'nobody is refused anything here'
    run in_shell 'mkvenv --restore --last'
    assert_ok 'multivenv: restored 1 environment'
}

@test "wrong words with --last are misuse" {
    run in_shell +eu 'mkvenv --last; echo $?; mkvenv --restore --last x; echo $?; mkvenv --restore --last --temp; echo $?
        mkvenv --restore --last; echo $?'
    assert_ok 'multivenv: mkvenv --last needs --restore (see mkvenv --help)
2
multivenv: mkvenv --restore --last takes --python and --moved, and no name (see mkvenv --help)
2
multivenv: mkvenv --restore --last takes --python and --moved, and no name (see mkvenv --help)
2
multivenv: nothing to restore of the last rmvenv (see mkvenv --restore)
1'
}

@test "a list that is damaged or hostile leads nowhere" {
    local file=$MULTIVENV_HOME/.multivenv/last-removed text
    mkdir -p "$MULTIVENV_HOME/.multivenv"
    for text in '' x '[]' '{}' '{"removed": 1}' '{"removed": "x"}' "$(printf '[%.0s' {1..2000})"; do
        printf '%s' "$text" >"$file"
        run in_shell 'mkvenv --restore --last'
        assert_status 1
        assert_output_is 'multivenv: ~/.multivenv/.multivenv/last-removed is damaged (mkvenv --restore lists what rmvenv removed)'
    done
    rm "$file"
    mkfifo "$file"
    run in_shell 'mkvenv --restore --last'
    assert_status 1
    rm "$file"
    mkdir "$world/victim"
    printf '{"removed": [1, null, {}, {"name": 3}, {"name": ""}, {"name": ".."}, {"name": "../x"}, {"name": ".multivenv"},
        {"name": "a", "target": "relative"}, {"name": "b", "target": "%s"}, {"name": "-c\\u001b[31m", "target": null},
        {"name": "-c\\u001b[31m", "target": null}]}' "$world/victim" >"$file"
    run in_shell 'mkvenv --restore --last'
    assert_status 1
    assert_output_is "multivenv: did not restore 'b': $world/victim is not an environment: it has no pyvenv.cfg
multivenv: did not restore '-c\\x1b[31m': no removed environment named '-c\\x1b[31m' (see mkvenv --restore)
multivenv: restored 0 environments, failed 2: 'b', '-c\\x1b[31m'"
    same '' "$(names)"
}

@test "on a terminal: the list, the question, and the steps of restoring" {
    orphan one
    run in_terminal -w screen '
        send rmvenv --orphans\r
        wait \[y/N\]
        send n\r
        prompt
    '
    assert_status 0
    assert_contains 'one   ok      3.12.4'
    assert_contains 'Remove 1 environment ('
    assert_contains 'multivenv: removed nothing'
}
