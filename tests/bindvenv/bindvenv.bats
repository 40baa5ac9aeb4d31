#!/usr/bin/env bats
# bindvenv: what it writes down, what it leaves in a project's directory and what
# it never touches there; and what mvvenv, rmvenv and mkvenv --restore make of it.

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/moving
load ../support/repairing

setup() {
    make_world
    make_repairs
    git=$HOME/git
    proj=$git/proj
    mkdir -p "$proj"
    cd "$proj" || return
    fake_env web
}

# Usage: in_folder DIR
#
# Prints the names in a folder, hidden ones too, in one line.
in_folder() {
    (cd "$1" && find . -mindepth 1 -maxdepth 1 ! -name .python-envs.lock | sed 's|^./||' | LC_ALL=C sort | tr '\n' ' ')
}

# Usage: binding NAME
#
# Prints the project that an environment is bound to.
binding() {
    cat "$MULTIVENV_HOME/$1/.project"
}

# Usage: list LINE...
#
# Writes the list of $proj.
list() {
    printf '%s\n' "$@" >"$proj/.python-envs"
}

# Usage: assert_list TEXT
#
# The list of $proj is TEXT, byte for byte; TEXT is a format of printf.
assert_list() {
    # shellcheck disable=SC2059  # a format
    printf "$1" >"$world/tmp/expected"
    cmp "$world/tmp/expected" "$proj/.python-envs" || fail "$(cat -A "$proj/.python-envs")"
}

# Usage: left [DIR]
#
# The files in a project, without the lock beside the list, which stays.
left() {
    (cd "${1:-.}" && find . -mindepth 1 -maxdepth 1 ! -name .python-envs.lock | sed 's|^./||' | LC_ALL=C sort)
}

# Usage: hold_lock PATH
#
# Another process holds the lock of a directory, or of a file that it creates.
hold_lock() {
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import fcntl, os, sys, time
open_as = os.O_RDONLY if os.path.isdir(sys.argv[1]) else os.O_RDWR | os.O_CREAT
fcntl.flock(os.open(sys.argv[1], open_as, 0o644), fcntl.LOCK_EX)
open(sys.argv[2], "w").write("x")
time.sleep(60)' "$1" "$world/locked" 3>&- &
    wait_for "$world/locked"
}

# Usage: same_as_before COMMAND...
#
# It fails, and leaves the environments and the projects as they are.
same_as_before() {
    traces_of_all >"$world/before"
    run "$@"
    [ "$status" -ne 0 ] || fail "it did not fail: $output"
    traces_of_all >"$world/after"
    same_files "$world/before" "$world/after"
}

traces_of_all() {
    tree "$git"
    tree "$MULTIVENV_HOME" | grep -v -e ' \.multivenv/' -e ' \.multivenv$'
}

# --- the binding --------------------------------------------------------------------

@test "it writes .project and reports it; idempotent" {
    mkdir "$git/other"
    run helper bindvenv web "$git/other"
    assert_ok "multivenv: bound 'web' to ~/git/other (undo: bindvenv --remove web)"
    same "$git/other" "$(binding web)"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv web '$git/other')"
    same "$proj" "$(binding web)"
    tree "$env" >"$world/before"
    run helper bindvenv web .
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
    tree "$env" >"$world/after"
    same_files "$world/before" "$world/after"
    same '' "$(in_folder "$proj")$(in_folder "$git/other")"
}

@test "a single word is a directory if it has a / or is . or .., else a name" {
    fake_env other
    mkdir "$proj/sub" "$proj/web"
    with_env "VIRTUAL_ENV=$MULTIVENV_HOME/web"
    run helper bindvenv
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
    run helper bindvenv .
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
    run helper bindvenv ..
    assert_ok "multivenv: bound 'web' to ~/git (undo: bindvenv web '$proj')"
    run helper bindvenv sub/
    assert_ok "multivenv: bound 'web' to ~/git/proj/sub (undo: bindvenv web '$git')"
    run helper bindvenv ./sub/..
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv web '$proj/sub')"
    run helper bindvenv other
    assert_ok "multivenv: bound 'other' to ~/git/proj (undo: bindvenv --remove other)"
    run helper bindvenv web web
    assert_ok "multivenv: bound 'web' to ~/git/proj/web (undo: bindvenv web '$proj')"
    run helper bindvenv web '~'/git
    assert_ok "multivenv: bound 'web' to ~/git (undo: bindvenv web '$proj/web')"
}

@test "symlinks in the path of the current directory stay in the binding" {
    ln -s "$git" "$HOME/link"
    with_env "PWD=$HOME/link/proj"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/link/proj (undo: bindvenv --remove web)"
    run helper bindvenv web "$HOME/link/../link/proj/"
    same "$HOME/link/proj" "$(binding web)"
    run helper bindvenv --remove web "$proj" # the same directory
    assert_ok "multivenv: unbound 'web' from ~/link/proj (undo: bindvenv web '$HOME/link/proj')"
}

@test "the active environment may have been reached by any path" {
    ln -s "$MULTIVENV_HOME" "$world/link"
    helper bindvenv --dot-venv web 2>"$world/said"
    local path
    for path in "$MULTIVENV_HOME/web/" "$world/link/web" "$proj/.venv"; do
        with_env "VIRTUAL_ENV=$path"
        run helper bindvenv
        assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
    done
    cp -R "$MULTIVENV_HOME/web" "$world/elsewhere"
    with_env "VIRTUAL_ENV=$world/elsewhere"
    same_as_before helper bindvenv
    assert_output_is "multivenv: the active environment $world/elsewhere is not in ~/.multivenv"
}

@test "misuse and impossible requests are refused with the reason" {
    fake_env unfinished
    : >"$env/.multivenv-incomplete"
    mkdir "$MULTIVENV_HOME/folder" "$proj/sub" "$proj/"$'new\nline'
    : >"$proj/file"
    traces_of_all >"$world/before"
    attempt() {
        local status=0
        helper bindvenv "$@" || status=$?
        printf '%s\n' "$status"
    }
    attempts() {
        attempt
        attempt web . x
        attempt web ''
        attempt ''
        attempt -x web
        attempt --dot-venv=yes web
        attempt . web
        attempt a/b .
        attempt gone
        attempt sub
        attempt folder
        attempt .multivenv
        attempt unfinished
        attempt web nowhere
        attempt web file
        attempt web $'new\nline'
        attempt --remove web
        attempt --remove --dot-venv --python-envs web
    }
    run attempts
    assert_output_is "multivenv: no environment is active (name one: bindvenv NAME)
1
multivenv: bindvenv takes a name and a directory (see bindvenv --help)
2
multivenv: the path of a directory cannot be empty (see bindvenv --help)
2
multivenv: the name of an environment cannot be empty (see bindvenv --help)
2
multivenv: bindvenv has no option '-x' (see bindvenv --help)
2
multivenv: bindvenv --dot-venv takes no value (see bindvenv --help)
2
multivenv: '.' is not the name of an environment (see bindvenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see bindvenv --help)
2
multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: no environment named 'sub' (bindvenv ./sub for the directory)
1
multivenv: 'folder' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: '.multivenv' is not the name of an environment (see bindvenv --help)
2
multivenv: 'unfinished' is incomplete: its creation never finished (fixvenv unfinished recreates it)
1
multivenv: cannot bind to ~/git/proj/nowhere: no such directory
1
multivenv: cannot bind to ~/git/proj/file: no such directory
1
multivenv: '~/git/proj/new\\nline' contains a newline, which .project cannot hold
1
multivenv: 'web' is not bound to a project
1
multivenv: 'web' is not bound to a project
1"
    traces_of_all >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "a symlinked environment is refused: nothing is written outside the home" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    printf '%s\n' "$proj" >"$env/.project"
    tree "$world/elsewhere" >"$world/there"
    local option
    for option in --dot-venv --remove; do
        same_as_before helper bindvenv "$option" web
        assert_output_is "multivenv: 'web' is a link to $world/elsewhere, and bindvenv writes nothing outside ~/.multivenv"
    done
    same_files "$world/there" <(tree "$world/elsewhere")
}

@test "an environment that another verb is changing stays as it is" {
    mkdir -p "$MULTIVENV_HOME/.multivenv/locks"
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("mkvenv, process 1 on elsewhere", end="", file=file, flush=True)
open(sys.argv[2], "w").write("x")
time.sleep(60)' "$MULTIVENV_HOME/.multivenv/locks/web" "$world/locked" 3>&- &
    wait_for "$world/locked"
    run helper bindvenv web
    kill "$!"
    assert_status 1
    assert_output_is "multivenv: 'web' is in use by mkvenv, process 1 on elsewhere"
    [ ! -e "$env/.project" ]
}

@test "names and paths with special characters are data" {
    local name='a $(touch x) `touch x` "b'"'"' {0}' dir=$proj/'$(touch y) {} %s "'"'"
    fake_env "$name"
    mkdir "$dir"
    cd "$dir"
    run helper bindvenv --dot-venv --python-envs "$name" "$dir"
    assert_status 0
    same "$dir" "$(binding "$name")"
    same "$env" "$(readlink .venv)"
    same "$env" "$(cat .python-envs)"
    run helper bindvenv --remove --dot-venv --python-envs "$name"
    assert_status 0
    same '' "$(left "$dir")"
}

@test "names and directories that are not UTF-8: bound byte for byte, but not listed" {
    local name=$'b\xff\xfed' dir=$proj/$'d\xfe'
    mkdir -p "$MULTIVENV_HOME/$name" "$dir" || skip 'this file system has only names that are UTF-8'
    fake_env "$name"
    run helper bindvenv --dot-venv "$name" "$dir"
    assert_ok "multivenv: bound 'b\\xff\\xfed' to '~/git/proj/d\\xfe' (undo: bindvenv --remove --dot-venv b\\xff\\xfed)
multivenv: linked '~/git/proj/d\\xfe/.venv' to 'b\\xff\\xfed'"
    same "$dir" "$(binding "$name")"
    same "$env" "$(readlink "$dir/.venv")"
    same_as_before helper bindvenv --python-envs "$name"
    assert_output_is "multivenv: '~/.multivenv/b\\xff\\xfed' is not UTF-8, as .python-envs has to be"
    name=$'new\nline'
    fake_env "$name"
    same_as_before helper bindvenv --python-envs "$name"
    assert_output_is "multivenv: '~/.multivenv/new\\nline' contains a newline, which .python-envs cannot hold"
    # in the directory's own name nothing of that matters
    run helper bindvenv --python-envs web "$dir"
    assert_status 0
    same "$MULTIVENV_HOME/web" "$(cat "$dir/.python-envs")"
}

@test "other things in the place of .project" {
    printf '%s\r\n/second\n' "$git" >"$env/.project"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv web '$git')"
    printf '/kept\n' >"$world/file"
    ln -sf "$world/file" "$env/.project"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (before: /kept)"
    same /kept "$(cat "$world/file")"
    rm "$env/.project"
    mkdir "$env/.project"
    same_as_before helper bindvenv web
    assert_contains 'Is a directory'
}

# --- directories that others can write to ---------------------------------------------

@test "a directory that everybody can write to is bound, marked and reported; after chmod it is not marked" {
    chmod 777 "$proj"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)
multivenv: everybody can write to ~/git/proj, so MULTIVENV_AUTO ignores it (chmod o-w it, then bindvenv again)"
    same "$(binding web)" "$(cat "$env/.multivenv-open")"
    run helper bindvenv web
    assert_contains 'everybody can write to'
    chmod 775 "$proj"
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
    [ ! -e "$env/.multivenv-open" ]
}

@test "a directory of another user too" {
    run helper_with 'os.geteuid = lambda: 54321' bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)
multivenv: ~/git/proj belongs to another user, so MULTIVENV_AUTO ignores it"
    [ -f "$env/.multivenv-open" ]
    run helper bindvenv --remove web
    assert_status 0
    [ ! -e "$env/.multivenv-open" ] && [ ! -e "$env/.project" ]
}

@test "mkvenv --bind and --restore mark and report it, mvvenv keeps the mark, cpvenv does not copy it" {
    chmod 777 "$proj"
    local told="multivenv: everybody can write to ~/git/proj, so MULTIVENV_AUTO ignores it (chmod o-w it, then bindvenv again)"
    run helper mkvenv --without-pip --bind new
    assert_ok "$told"
    [ -f "$MULTIVENV_HOME/new/.multivenv-open" ]
    run helper mvvenv new moved
    assert_ok "multivenv: renamed 'new' to 'moved' (undo: mvvenv moved new)"
    [ -f "$MULTIVENV_HOME/moved/.multivenv-open" ]
    run helper cpvenv moved copy
    assert_ok ''
    [ ! -e "$MULTIVENV_HOME/copy/.multivenv-open" ] && [ ! -e "$MULTIVENV_HOME/copy/.project" ]
    run helper rmvenv -y moved
    assert_ok "multivenv: removed 'moved' (undo: mkvenv --restore moved)"
    run helper mkvenv --restore moved
    assert_ok "$told"
    [ -f "$MULTIVENV_HOME/moved/.multivenv-open" ]
    chmod 755 "$proj"
    helper rmvenv -y moved
    run helper mkvenv --restore moved
    assert_ok ''
    [ ! -e "$MULTIVENV_HOME/moved/.multivenv-open" ]
    same "$proj" "$(binding moved)"
}

@test "the shells' list of the bindings is deleted" {
    mkdir -p "$MULTIVENV_HOME/.multivenv"
    : >"$MULTIVENV_HOME/.multivenv/bindings"
    helper bindvenv web
    [ ! -e "$MULTIVENV_HOME/.multivenv/bindings" ]
    : >"$MULTIVENV_HOME/.multivenv/bindings"
    helper bindvenv --remove web
    [ ! -e "$MULTIVENV_HOME/.multivenv/bindings" ]
}

# --- .venv ---------------------------------------------------------------------------------

@test "--dot-venv makes .venv a link to the environment's path; a second time it stays untouched" {
    run helper bindvenv --dot-venv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove --dot-venv web)
multivenv: linked ~/git/proj/.venv to 'web'"
    same "$env" "$(readlink .venv)"
    touch -h -t 202001010000 .venv
    run helper bindvenv --dot-venv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove --dot-venv web)
multivenv: ~/git/proj/.venv already leads to 'web'"
    same .venv "$(find .venv -prune ! -newermt 2020-01-02)"
}

@test "a link of the user that leads there by another path stays" {
    ln -s ../../.multivenv/web .venv
    run helper bindvenv --dot-venv web
    assert_status 0
    same ../../.multivenv/web "$(readlink .venv)"
}

@test "nothing in the place of .venv is replaced, and then nothing changes at all" {
    local rest='(move it elsewhere)'
    mkdir .venv
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.venv is a directory $rest"
    rmdir .venv
    printf 'web\n' >.venv
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.venv is a file $rest"
    rm .venv
    mkdir "$world/else where"
    ln -s "$world/else where" .venv
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.venv already leads to '$world/else where' (rm '$proj/.venv')"
    rmdir "$world/else where"
    same_as_before helper bindvenv --dot-venv web
    assert_output_is "multivenv: ~/git/proj/.venv already leads to '$world/else where', which no longer exists (rm '$proj/.venv')"
    ln -sfn "$proj/.venv" .venv
    same_as_before helper bindvenv --dot-venv web
    assert_contains '~/git/proj/.venv already leads to '
    # without the option it does not matter
    run helper bindvenv web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)"
}

@test "a link to another environment is refused, with the command that removes it" {
    fake_env 'an other'
    helper bindvenv --dot-venv 'an other'
    same_as_before helper bindvenv --dot-venv web
    assert_output_is "multivenv: ~/git/proj/.venv already leads to environment 'an other' (rm '$proj/.venv')"
    helper bindvenv --remove 'an other'
    same_as_before helper bindvenv --dot-venv web
    assert_output_is "multivenv: ~/git/proj/.venv already leads to environment 'an other' (rm '$proj/.venv')"
    run helper bindvenv --remove --dot-venv 'an other' "$proj"
    assert_ok "multivenv: removed ~/git/proj/.venv, which led to 'an other'"
    helper bindvenv --dot-venv 'an other'
    helper bindvenv 'an other' "$git" 2>"$world/said"
    same "multivenv: bound 'an other' to ~/git (undo: bindvenv 'an other' '$proj')
multivenv: ~/git/proj/.venv still leads to 'an other' (rm '$proj/.venv')" "$(cat "$world/said")"
    same_as_before helper bindvenv --dot-venv web
    assert_output_is "multivenv: ~/git/proj/.venv already leads to environment 'an other' (rm '$proj/.venv')"
}

@test "a directory without write permission is refused before anything changes" {
    chmod 555 "$proj"
    traces_of_all >"$world/before"
    run in_shell -w as_anyone +eu 'for option in --dot-venv --python-envs; do
            bindvenv "$option" web "$1"; printf "%s\n" "$?"
        done' "$proj"
    assert_ok "multivenv: cannot write to ~/git/proj
1
multivenv: cannot write to ~/git/proj
1"
    traces_of_all >"$world/after"
    same_files "$world/before" "$world/after"
    # to be bound to it takes nothing
    run in_shell -w as_anyone 'bindvenv web "$1"; bindvenv --remove web' "$proj"
    chmod 755 "$proj"
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove web)
multivenv: unbound 'web' from ~/git/proj (undo: bindvenv web '$proj')"
}

# --- .python-envs -----------------------------------------------------------------------

@test "--python-envs makes a list, or its last line; a second time the file stays untouched" {
    run helper bindvenv --python-envs web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove --python-envs web)
multivenv: added 'web' as the last line of ~/git/proj/.python-envs"
    list '# what a tool wrote' /elsewhere/env
    chmod 640 .python-envs
    run helper bindvenv --python-envs web
    assert_status 0
    assert_list "# what a tool wrote\n/elsewhere/env\n$env\n"
    same .python-envs "$(find .python-envs -perm 640)"
    touch -t 202001010000 .python-envs
    run helper bindvenv --python-envs web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove --python-envs web)
multivenv: ~/git/proj/.python-envs already leads to 'web'"
    same .python-envs "$(find .python-envs ! -newermt 2020-01-02)"
}

@test "all other lines and their ends stay byte for byte" {
    # Usage: becomes BEFORE AFTER, formats of printf with WEB for the environment
    becomes() {
        # shellcheck disable=SC2059
        printf "${1//WEB/$env}" >"$proj/.python-envs"
        helper bindvenv --python-envs web 2>"$world/said"
        assert_list "${2//WEB/$env}"
    }
    becomes '' 'WEB\n'
    becomes 'a' 'a\nWEB\n'
    becomes 'a\n\n' 'a\n\nWEB\n'
    becomes 'a\r\nb\r\n' 'a\r\nb\r\nWEB\r\n'
    becomes 'a\r\nb' 'a\r\nb\r\nWEB\r\n'
    becomes 'a\nb\r\n' 'a\nb\r\nWEB\r\n'
    becomes 'a\r\nb\n' 'a\r\nb\nWEB\n'
    becomes 'a\rb \377\n' 'a\rb \377\nWEB\n'
    becomes '\357\273\277a\n \t\n' '\357\273\277a\n \t\nWEB\n'
    becomes '\000\n' '\000\nWEB\n'
    # its own
    becomes 'a\nWEB' 'a\nWEB'
    becomes 'WEB\r\n' 'WEB\r\n'
    becomes 'WEB\n\n\r\n' 'WEB\n\n\r\n'
    becomes 'WEB\na\n' 'a\nWEB\n'
    becomes 'WEB\r\na' 'a\r\nWEB\r\n'
    becomes 'a\nWEB\nb\nWEB\nc\n' 'a\nb\nc\nWEB\n'
    becomes 'WEB2\nx/WEB\n WEB\n' 'WEB2\nx/WEB\n WEB\nWEB\n'
}

@test "a relative path and a path with symlinks count too, and move as they are" {
    ln -s "$MULTIVENV_HOME" "$world/link"
    fake_env other
    local line
    for line in ../../.multivenv/web "$world/link/web" "$world/link/../.multivenv/web/" "$MULTIVENV_HOME/./web"; do
        list "$line"
        run helper bindvenv --python-envs web
        assert_list "$line\n"
        list "$line" /x
        run helper bindvenv --python-envs web
        assert_list "/x\n$line\n"
        run helper bindvenv --python-envs other
        assert_list "/x\n$line\n$MULTIVENV_HOME/other\n"
        run helper bindvenv --remove --python-envs web
        assert_contains "removed 'web' from ~/git/proj/.python-envs"
        assert_list "/x\n$MULTIVENV_HOME/other\n"
    done
}

@test "a list that is a symlink stays one, and its target is replaced" {
    mkdir "$git/shared"
    printf '/x\n' >"$git/shared/list"
    ln -s ../shared/list .python-envs
    run helper bindvenv --python-envs web
    assert_status 0
    same ../shared/list "$(readlink .python-envs)"
    same "/x
$env" "$(cat "$git/shared/list")"
    printf '%s\n' "$env" >"$git/shared/list"
    run helper bindvenv --remove --python-envs web
    assert_status 0
    same ../shared/list "$(readlink .python-envs)"
    [ -f "$git/shared/list" ] && [ ! -s "$git/shared/list" ]
    same list "$(ls -A "$git/shared")"
}

@test "anything but a list is refused, and then nothing changes at all" {
    local rest
    mkdir .python-envs
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.python-envs is not a file (move it elsewhere)"
    rmdir .python-envs
    mkfifo .python-envs
    rest=$(helper bindvenv --dot-venv --python-envs web 2>&1) || :
    rm .python-envs
    same "multivenv: ~/git/proj/.python-envs is not a file (move it elsewhere)" "$rest"
    ln -s /nowhere/list .python-envs
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.python-envs is a broken symlink (rm '$proj/.python-envs')"
    rm .python-envs
    head -c 1100000 /dev/zero >.python-envs
    same_as_before helper bindvenv --dot-venv --python-envs web
    assert_output_is "multivenv: ~/git/proj/.python-envs is too large for a list of environments"
}

@test "a .venv beside the list that leads elsewhere is reported: it overrides the last line" {
    mkdir .venv
    run helper bindvenv --python-envs web
    assert_ok "multivenv: bound 'web' to ~/git/proj (undo: bindvenv --remove --python-envs web)
multivenv: added 'web' as the last line of ~/git/proj/.python-envs
multivenv: ~/git/proj/.venv overrides the last line of .python-envs"
    rmdir .venv
    run helper bindvenv --dot-venv --python-envs web
    refute_contains 'counts as'
}

@test "ten at the same time: no line is lost" {
    local number pids=()
    list /first
    for number in 0 1 2 3 4 5 6 7 8 9; do fake_env "env$number"; done
    for number in 0 1 2 3 4 5 6 7 8 9; do
        helper bindvenv --python-envs "env$number" >"$world/said.$number" 2>&1 &
        pids+=("$!")
    done
    for number in 0 1 2 3 4 5 6 7 8 9; do
        wait "${pids[number]}" || fail "$(cat "$world/said.$number")"
    done
    same "$({ printf '/first\n' && printf "$MULTIVENV_HOME/%s\n" env{0..9}; } | sort)" "$(sort .python-envs)"
    same $'.python-envs\n.python-envs.lock' "$(ls -A)"
}

@test "the temporary file of a killed verb is not in the way" {
    ln -s "$world/victim" .python-envs.multivenv-new
    run helper bindvenv --python-envs web
    assert_status 0
    assert_list "$env\n"
    same $'.python-envs\n.python-envs.lock' "$(ls -A)"
    [ ! -e "$world/victim" ]
}

@test "the lock that virtualenv takes beside the list: it waits, then fails, and leaves the file" {
    hold_lock "$proj/.python-envs.lock"
    run helper_with 'from helper.store import locks; locks.FOLDER_PATIENCE = 0.2' bindvenv --python-envs web
    assert_status 1
    assert_contains "multivenv: ~/git/proj/.python-envs.lock is locked by another process"
    [ ! -e .python-envs ]
    helper bindvenv --python-envs web >"$world/said" 2>&1 &
    local second=$!
    kill "$(jobs -p | head -n 1)"
    wait "$second"
    assert_list "$env\n"
    helper bindvenv --remove --python-envs web
    same .python-envs.lock "$(ls -A)"
}

@test "what is no lock in the place of the lock beside the list is refused, and stays" {
    : >"$world/victim"
    ln -s "$world/victim" .python-envs.lock
    run helper bindvenv --python-envs web
    assert_status 1
    assert_contains "multivenv: ~/git/proj/.python-envs.lock is not a lock file (rm '$proj/.python-envs.lock')"
    [ -h .python-envs.lock ] && [ ! -e .python-envs ]
    rm .python-envs.lock
    mkfifo .python-envs.lock
    run helper bindvenv --python-envs web
    assert_status 1
    assert_contains "is not a lock file"
}

@test "a list that stays as it is needs no lock" {
    list "$env"
    chmod 555 .
    run helper bindvenv --python-envs web
    chmod 755 .
    assert_status 0
    same .python-envs "$(ls -A)"
}

@test "a lock of another process on the directory: it waits, then fails" {
    hold_lock "$proj"
    run helper_with 'from helper.store import locks; locks.FOLDER_PATIENCE = 0.2' bindvenv --python-envs web
    assert_status 1
    assert_contains "multivenv: ~/git/proj is locked by another process"
    helper bindvenv --python-envs web >"$world/said" 2>&1 &
    local second=$!
    kill "$(jobs -p | head -n 1)"
    wait "$second"
    assert_list "$env\n"
}

# --- --remove --------------------------------------------------------------------------------

@test "--remove undoes the binding, leaves the rest and says what to type" {
    helper bindvenv --dot-venv --python-envs web
    run helper bindvenv --remove web
    assert_ok "multivenv: unbound 'web' from ~/git/proj (undo: bindvenv web '$proj')
multivenv: ~/git/proj/.venv still leads to 'web' (bindvenv --remove --dot-venv web '$proj')
multivenv: ~/git/proj/.python-envs still leads to 'web' (bindvenv --remove --python-envs web '$proj')"
    [ ! -e "$env/.project" ] && [ -h .venv ]
    run helper bindvenv --remove --dot-venv web "$proj"
    assert_ok "multivenv: removed ~/git/proj/.venv, which led to 'web'
multivenv: ~/git/proj/.python-envs still leads to 'web' (bindvenv --remove --python-envs web '$proj')"
    run helper bindvenv --remove --python-envs web "$proj"
    assert_ok "multivenv: removed 'web' from ~/git/proj/.python-envs"
    same '' "$(left)"
}

@test "--remove with the other options removes the environment's traces, from any directory" {
    fake_env other
    helper bindvenv --dot-venv --python-envs web
    list '# mine' "$MULTIVENV_HOME/web" "$MULTIVENV_HOME/other"
    cd "$HOME"
    with_env "VIRTUAL_ENV=$MULTIVENV_HOME/web"
    run helper bindvenv --remove --dot-venv --python-envs
    assert_ok "multivenv: removed ~/git/proj/.venv, which led to 'web'
multivenv: removed 'web' from ~/git/proj/.python-envs
multivenv: unbound 'web' from ~/git/proj (undo: bindvenv --dot-venv --python-envs web '$proj')"
    assert_list "# mine\n$MULTIVENV_HOME/other\n"
    same .python-envs "$(left "$proj")"
}

@test "--remove keeps links and lines that lead elsewhere" {
    helper bindvenv web
    mkdir .venv
    list /x
    run helper bindvenv --remove --dot-venv --python-envs web
    assert_ok "multivenv: unbound 'web' from ~/git/proj (undo: bindvenv web '$proj')
multivenv: ~/git/proj/.venv does not lead to 'web', so bindvenv kept it"
    [ -d .venv ]
    assert_list '/x\n'
}

@test "--remove of another directory than the one it is bound to is refused" {
    helper bindvenv --dot-venv web
    same_as_before helper bindvenv --remove --dot-venv web "$git"
    assert_status 1
    assert_output_is "multivenv: 'web' is bound to ~/git/proj, not to ~/git (bindvenv --remove web)"
}

@test "--remove of a project that no longer exists" {
    helper bindvenv --dot-venv web
    rm -r "$proj"
    cd "$HOME"
    run helper bindvenv --remove --dot-venv --python-envs web "$proj"
    assert_ok "multivenv: unbound 'web' from ~/git/proj (undo: bindvenv web '$proj')"
    run helper bindvenv --remove web
    assert_status 1
    assert_output_is "multivenv: 'web' is not bound to a project"
}

@test "--remove reports a failure, and still removes the binding" {
    helper bindvenv --dot-venv --python-envs web
    chmod 555 "$proj"
    run in_shell -w as_anyone 'bindvenv --remove --dot-venv --python-envs web'
    chmod 755 "$proj"
    assert_status 1
    assert_contains "multivenv: ~/git/proj/.venv still leads to 'web': Permission denied"
    assert_contains "multivenv: ~/git/proj/.python-envs still leads to 'web': Permission denied"
    [ ! -e "$env/.project" ] && [ -h "$proj/.venv" ]
    assert_list "$env\n"
}

# --- mvvenv, rmvenv, mkvenv --restore -----------------------------------------------------

@test "mvvenv: .venv and the line lead to the new name, and all else in the list stays" {
    helper bindvenv --dot-venv --python-envs web
    printf '/x\r\n%s\r\n../../.multivenv/web\n.venv\n%s2\nlast' "$env" "$env" >.python-envs
    run helper mvvenv web 'a néw one'
    assert_ok "multivenv: renamed 'web' to 'a néw one' (undo: mvvenv 'a néw one' web)"
    same "$MULTIVENV_HOME/a néw one" "$(readlink .venv)"
    assert_list "/x\r\n$MULTIVENV_HOME/a néw one\r\n../../.multivenv/a néw one\n.venv\n${env}2\nlast"
    run helper mvvenv 'a néw one' web
    assert_ok "multivenv: renamed 'a néw one' to 'web' (undo: mvvenv web 'a néw one')"
    same "$env" "$(readlink .venv)"
    same "$proj" "$(binding web)"
    same '.python-envs .venv ' "$(in_folder .)"
}

@test "mvvenv keeps links and lines that lead elsewhere, and a missing project" {
    helper bindvenv web
    list /x
    mkdir .venv
    tree "$git" >"$world/before"
    run helper mvvenv web new
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
    same_files "$world/before" <(tree "$git")
    rm -r "$proj"
    cd "$HOME"
    run helper mvvenv new web
    assert_ok "multivenv: renamed 'new' to 'web' (undo: mvvenv web new)"
}

@test "mvvenv reports traces that could not follow, and fails" {
    helper bindvenv --dot-venv --python-envs web
    chmod 555 "$proj"
    run in_shell -w as_anyone 'mvvenv web new && :; printf "%s\n" "$?"; lsvenvs'
    chmod 755 "$proj"
    assert_status 0
    assert_contains $'\n1\n'
    assert_contains "multivenv: ~/git/proj/.venv still leads to 'web': Permission denied"
    assert_contains "multivenv: ~/git/proj/.python-envs still leads to 'web': Permission denied"
    assert_contains $'\nnew'
    assert_nothing_aside
}

@test "mvvenv of a symlinked environment: links to its name follow, links to its target stay" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    printf '%s\n' "$proj" >"$env/.project"
    ln -s "$env" .venv
    list "$world/elsewhere" "$env"
    run helper mvvenv web new
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
    same "$MULTIVENV_HOME/new" "$(readlink .venv)"
    assert_list "$world/elsewhere\n$MULTIVENV_HOME/new\n"
}

@test "mvvenv killed at any step: .venv and the line lead to the existing environment" {
    helper bindvenv --dot-venv --python-envs web
    local step last name
    killed_at 0 "$world/steps" mvvenv web new
    last=$(grep -c . "$world/steps")
    step=$(grep -n "rename .*/web', .*/trash/" "$world/steps" | sed 's/:.*//;q')
    step=$((step - 2))
    [ "$step" -gt 0 ]
    while [ "$step" -le "$last" ]; do
        [ -e "$env" ] || helper mvvenv new web
        killed_at "$step" "$world/steps" mvvenv web new >/dev/null 2>&1 || :
        name=$(helper lsvenvs --names 2>"$world/said")
        same "$MULTIVENV_HOME/$name" "$(readlink .venv)"
        assert_list "$MULTIVENV_HOME/$name\n"
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        step=$(step_after "$step" "$world/steps")
    done
    run helper mkvenv --without-pip other # sweeps
    [ -e "$env" ] || helper mvvenv new web
    same '.python-envs .venv ' "$(in_folder .)"
}

@test "rmvenv removes the traces and reports it, and --restore creates them again" {
    helper bindvenv --dot-venv --python-envs web
    list /x "$env"
    run helper rmvenv -y web
    assert_ok "multivenv: removed ~/git/proj/.venv, which led to 'web'
multivenv: removed 'web' from ~/git/proj/.python-envs
multivenv: removed 'web' (undo: mkvenv --restore web)"
    assert_list '/x\n'
    same .python-envs "$(left)"
    run helper mkvenv --restore web
    assert_contains "multivenv: linked ~/git/proj/.venv to 'web'
multivenv: added 'web' as the last line of ~/git/proj/.python-envs"
    same "$env" "$(readlink .venv)"
    assert_list "/x\n$env\n"
    assert_nothing_aside
}

@test "--restore creates no other traces" {
    helper bindvenv --dot-venv web
    helper rmvenv -y web
    run helper mkvenv --restore web
    same .venv "$(left)"
    helper bindvenv --remove --dot-venv --python-envs web
    helper bindvenv --python-envs web
    helper rmvenv -y web
    run helper mkvenv --restore web
    same .python-envs "$(left)"
    helper bindvenv --remove --python-envs web
    helper bindvenv web
    run helper rmvenv -y web
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"
    run helper mkvenv --restore web
    same '' "$(left)"
    same "$proj" "$(binding web)"
}

@test "--restore keeps other files in their place and reports them, and a missing project" {
    helper bindvenv --dot-venv web
    helper rmvenv -y web
    mkdir .venv
    run helper mkvenv --restore web
    assert_status 0
    assert_contains "multivenv: ~/git/proj/.venv no longer leads to 'web': ~/git/proj/.venv is a directory (move it elsewhere)"
    helper rmvenv -y web
    rm -r "$proj"
    cd "$HOME"
    run helper mkvenv --restore web
    assert_status 0
    assert_contains "multivenv: the project of 'web' no longer exists: ~/git/proj"
    same "$proj" "$(binding web)"
    [ ! -e "$proj" ]
}

@test "rmvenv removes the environment even if its traces cannot be removed, and fails" {
    helper bindvenv --dot-venv --python-envs web
    chmod 555 "$proj"
    run in_shell -w as_anyone 'rmvenv -y web && :; printf "%s\n" "$?"; lsvenvs'
    chmod 755 "$proj"
    assert_status 0
    assert_contains $'\n1'
    assert_contains "multivenv: ~/git/proj/.venv still leads to 'web': Permission denied"
    assert_contains "multivenv: ~/git/proj/.python-envs still leads to 'web': Permission denied"
    [ ! -e "$env" ]
    assert_nothing_aside
}

@test "rmvenv of a symlinked environment removes only the traces of its name" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    printf '%s\n' "$proj" >"$env/.project"
    ln -s "$world/elsewhere" .venv
    list "$env"
    run helper rmvenv -y web
    assert_ok "multivenv: removed 'web' from ~/git/proj/.python-envs
multivenv: removed 'web' (undo: multivenv adopt $world/elsewhere web)"
    same .venv "$(left)"
}

@test "rmvenv killed at any step: the next verb removes the traces" {
    local step=1 status
    while :; do
        [ -e "$env" ] || fake_env web
        helper bindvenv --dot-venv --python-envs web 2>"$world/said"
        status=0
        killed_at "$step" "$world/steps" rmvenv -y web >/dev/null 2>&1 || status=$?
        helper lsvenvs --names >"$world/list" 2>"$world/said"
        if [ -e "$env" ]; then
            same "$env" "$(readlink .venv)"
            assert_list "$env\n"
        else
            same '' "$(left)"
        fi
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 10 ]
}

@test "bindvenv killed at any step: a second run finishes it" {
    mkdir "$git/other"
    chmod 777 "$git/other"
    local step=1 status
    while :; do
        helper bindvenv web "$git/other" 2>"$world/said"
        status=0
        killed_at "$step" "$world/steps" bindvenv --dot-venv --python-envs web >/dev/null 2>&1 || status=$?
        # never without its mark while it is bound there
        [ "$(binding web)" = "$proj" ] || [ -e "$env/.multivenv-open" ]
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        helper bindvenv --dot-venv --python-envs web 2>"$world/said"
        same "$env" "$(readlink .venv)"
        assert_list "$env\n"
        [ ! -e "$env/.multivenv-open" ]
        same '.python-envs .venv ' "$(in_folder .)"
        rm .venv .python-envs
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 5 ]
}
