#!/usr/bin/env bats
# Several directories of one environment, linked worktrees of a git repository, and an environment by the path
# of its directory or by the start of its name

# shells: all
load ../support/common
load ../support/projects
load ../support/auto

setup() {
    make_world
    git=$HOME/git
    mkdir "$git"
}

teardown() {
    no_stub_was_started
    nothing_ran
}

# Usage: also DIR...
#
# Binds the environment to more directories, which are made.
also() {
    mkdir -p "$@"
    printf '%s\n' "$@" >>"$env/.multivenv-projects"
}

# Usage: worktree DIR [NAME]
#
# A linked worktree of the repository in $git/main, as `git worktree add` makes it.
worktree() {
    local name=${2:-${1##*/}}
    mkdir -p "$1" "$git/main/.git/worktrees/$name"
    printf 'gitdir: %s\n' "$git/main/.git/worktrees/$name" >"$1/.git"
    printf '%s\n' "$1/.git" >"$git/main/.git/worktrees/$name/gitdir"
}

# --- several directories --------------------------------------------------------------------------

@test "an environment is found in each directory that it is bound to, at a prompt too" {
    bound pallets "$git/a"
    also "$git/b" "$git/with a space"
    mkdir "$git/b/sub" "$git/c"
    use_in "$git/a" "$git/b/sub" "$git/with a space"
    assert_ok "$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets"
    use_in "$git/c"
    assert_status 1
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git/b/sub; state; go ../../c; state; go "../with a space"; state; go ../a; state'
    assert_ok "pallets
none
pallets
pallets"
}

@test "a further directory is found by a symlink to it, and of several environments the one used last" {
    bound pallets "$git/a"
    also "$git/b"
    bound other "$git/b"
    touch -t 200102030000 "$MULTIVENV_HOME/other/.last-used"
    ln -s git/b "$HOME/door"
    use_in "$git/b"
    assert_ok "$MULTIVENV_HOME/other"
    touch -t 200202030000 "$MULTIVENV_HOME/pallets/.last-used"
    touch -t 200102030000 "$MULTIVENV_HOME/other/.last-used"
    use_in "$HOME/door"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "at a prompt, each directory that others can write to is ignored, and no other" {
    bound pallets "$git/a"
    also "$git/b"
    printf '%s\n' "$git/b" >"$env/.multivenv-open"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git/a; state; go ../b; state'
    assert_ok "pallets
none"
    : >"$env/.multivenv-open" # of an earlier version
    run in_auto 'go git/a; state; go ../b; state'
    assert_ok "none
none"
}

@test "cdvenv --project goes to the project around the current directory, else to the first one" {
    bound pallets "$git/a"
    also "$git/b"
    mkdir -p "$git/b/sub/sub"
    run in_shell 'usevenv pallets; cd "$HOME/git/b/sub/sub"; cdvenv --project; pwd
        cd; cdvenv --project; pwd; cdvenv --project pallets; pwd'
    assert_ok "$git/b
$git/a
$git/a"
}

@test "what is in the list of directories is data" {
    bound pallets "$git/a"
    local name
    for name in '$(touch x)' '`touch x`' '*' 'a b' '-n'; do
        also "$git/$name"
    done
    printf 'relative\n\n/nowhere' >>"$env/.multivenv-projects"
    for name in '$(touch x)' '`touch x`' '*' 'a b' '-n'; do
        use_in "$git/$name"
        assert_ok "$MULTIVENV_HOME/pallets"
    done
    # two lines are not the name of a directory
    mkdir -p "$git/a b"$'\n'"$git/-n"
    use_in "$git/a b"$'\n'"$git/-n"
    assert_status 1
}

# --- worktrees ------------------------------------------------------------------------------------

@test "a linked worktree of a bound repository counts as bound, at a prompt too" {
    bound pallets "$git/main"
    worktree "$git/feature"
    worktree "$git/with a space" space
    mkdir "$git/feature/sub"
    use_in "$git/feature" "$git/feature/sub" "$git/with a space"
    assert_ok "$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets"
    with_env MULTIVENV_AUTO_SAY=0
    run in_auto 'go git/feature/sub; state; go ../..; state; go main; state; go "../with a space"; state'
    assert_ok "pallets
none
pallets
pallets"
}

@test "real git: worktrees with absolute paths, moved ones, and their subdirectories" {
    command -v git >/dev/null || skip 'no git'
    bound pallets "$git/main"
    (
        cd "$git/main"
        git init -q . && git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
        git worktree add -q "$git/feature" && git worktree add -q "$git/main/.trees/inside"
        git worktree move "$git/feature" "$git/moved"
    ) >/dev/null 2>&1
    run in_shell 'cd "$1"; usevenv; cd ..; cd moved; cdvenv --project; pwd' "$git/moved"
    assert_ok "$git/moved"
    use_in "$git/moved" "$git/main/.trees/inside"
    assert_ok "$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets"
}

@test "a worktree with relative paths, as git writes them on request" {
    bound pallets "$git/main"
    worktree "$git/deep/feature"
    printf 'gitdir: ../../main/.git/worktrees/feature\n' >"$git/deep/feature/.git"
    printf '../../../../deep/feature/.git\n' >"$git/main/.git/worktrees/feature/gitdir"
    use_in "$git/deep/feature"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "whatever names an environment in a worktree counts before its repository" {
    bound pallets "$git/main"
    worktree "$git/feature"
    bound own "$git/feature"
    use_in "$git/feature"
    assert_ok "$MULTIVENV_HOME/own"
    named_by list listed "$git/feature"
    use_in "$git/feature"
    assert_ok "$MULTIVENV_HOME/listed"
    named_by link linked "$git/feature"
    use_in "$git/feature"
    assert_ok "$MULTIVENV_HOME/linked"
}

@test "a repository that is bound by a symlink is found from its worktrees" {
    mkdir -p "$git/main"
    ln -s git "$HOME/door"
    bound pallets "$HOME/door/main"
    worktree "$git/feature"
    use_in "$git/feature"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "only the repository can say that a directory is its worktree" {
    bound pallets "$git/main"
    worktree "$git/feature"
    mkdir -p "$git/clone" "$git/link" "$git/copy" "$git/above"
    # of a worktree that is elsewhere, a copy and a symlink of its .git, one that does not exist, and no name
    printf 'gitdir: %s\n' "$git/main/.git/worktrees/feature" >"$git/clone/.git"
    ln -s ../feature/.git "$git/link/.git"
    printf 'gitdir: %s\n' "$git/main/.git/worktrees/nonesuch" >"$git/copy/.git"
    printf 'gitdir: %s\n' "$git/main/.git/worktrees/.." >"$git/above/.git"
    printf '%s\n' "$git/above/.git" >"$git/main/.git/gitdir"
    local dir
    for dir in clone link copy above; do
        use_in "$git/$dir"
        refused "no environment is bound to '$git/$dir' or a parent directory (usevenv NAME, or see lsvenvs)"
        run in_auto 'go "$1"; state' "$git/$dir"
        assert_ok none
    done
}

@test "a .git that is something else is no reason to wait, nor for a word" {
    bound pallets "$git/main"
    local text
    for text in '' 'gitdir: ' 'gitdir: ../main/.git/modules/x\n' 'gitdir: /.git/worktrees/\n' 'gitdir: x/.git/worktrees/a/b\n' \
        "$git/main/.git/worktrees/x\\n" 'gitdir: $(touch x)/.git/worktrees/`touch x`\n' '\000\033[2J\n' '\n\n'; do
        mkdir -p "$git/sub"
        # shellcheck disable=SC2059 # a format
        printf "$text" >"$git/sub/.git"
        use_in "$git/sub"
        refused "no environment is bound to '$git/sub' or a parent directory (usevenv NAME, or see lsvenvs)"
    done
    rm "$git/sub/.git"
    mkfifo "$git/sub/.git"
    use_in "$git/sub"
    assert_status 1
    rm "$git/sub/.git"
    head -c 1000000 /dev/zero | tr '\0' a >"$git/sub/.git"
    use_in "$git/sub"
    assert_status 1
}

@test "at a prompt, what others can change in the repository or in the worktree is not believed" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can give a directory away'
    bound pallets "$git/main"
    worktree "$git/feature"
    chown 65534 "$git/feature/.git"
    run in_auto 'go git/feature; state'
    assert_ok none
    chown 0 "$git/feature/.git"
    printf '%s\n' "$git/main" >"$env/.multivenv-open"
    run in_auto 'go git/feature; state'
    assert_ok none
    rm "$env/.multivenv-open"
    chown 65534 "$git/feature"
    run in_auto 'go git/feature; state'
    assert_ok none
}

@test "usevenv in a worktree says when the code of the repository would be imported" {
    bound pallets "$git/main"
    worktree "$git/feature"
    worktree "$git/main/.trees/inside"
    local site=$env/lib/python3.12/site-packages text
    text="multivenv: 'pallets' has an editable install of '$git/main', not of this worktree (mkvenv NAME -e . --bind)"
    printf '%s\n' "$git/main/src" >"$site/__editable__.demo-1.0.pth"
    use_in "$git/feature"
    assert_ok "$text
$MULTIVENV_HOME/pallets"
    run in_shell 'cd "$HOME/git/main"; usevenv; stopvenv; cd ../feature; usevenv pallets'
    assert_ok ''
    printf '%s\n' "$git/main" >"$site/__editable__.demo-1.0.pth"
    use_in "$git/feature"
    assert_contains "$text"
    printf "MAPPING = {'demo': '%s'}\n" "$git/main/demo" >"$site/__editable___demo_finder.py"
    printf 'import __editable___demo_finder\n' >"$site/__editable__.demo-1.0.pth"
    use_in "$git/feature"
    assert_contains "$text"
    rm "$site"/__editable__*
    # of something else, or of the worktree itself
    printf '%s\n' "$git/mainly/src" /elsewhere "$git/feature" >"$site/demo.pth"
    use_in "$git/feature"
    assert_ok "$MULTIVENV_HOME/pallets"
    printf '%s\n' "$git/main/.trees/inside/src" >"$site/demo.pth"
    use_in "$git/main/.trees/inside"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "no process is started in a worktree" {
    bound pallets "$git/main"
    worktree "$git/feature"
    assert_reads_without_process ':' 'cd "$HOME/git/feature"; usevenv; stopvenv; usevenv ../main; usevenv ../feature'
}

@test "no trace is left in a worktree" {
    bound pallets "$git/main"
    worktree "$git/feature"
    also "$git/b"
    run changes_of 'cd "$HOME/git/feature"; usevenv; stopvenv; usevenv ../b; cdvenv --project; stopvenv; cd "$HOME/git"' \
        'cd "$HOME/git/feature"; cd "$HOME/git"; _multivenv_previous=$HOME/.multivenv/pallets
        VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV=x; unset -v VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV'
    assert_ok ''
}

# --- an environment by the path of its directory --------------------------------------------------

@test "usevenv DIR: the environment of that directory, or of the nearest above it" {
    bound pallets "$git/a"
    named_by link linked "$git/b"
    named_by list listed "$git/c"
    mkdir "$git/a/sub"
    local dir
    run in_shell 'cd "$HOME/git/a/sub"
        for dir; do usevenv "$dir"; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; done' .. ../../b ./ "$git/c/" ../../a/sub/../sub/. /../"$git//b"
    assert_ok "pallets
linked
pallets
listed
pallets
linked"
}

@test "usevenv DIR: DIR may be the environment itself" {
    plain_env pallets
    env_at "$git/.venv"
    run in_shell 'cd "$HOME/git"
        for dir; do usevenv "$dir"; printf "%s\n" "$VIRTUAL_ENV"; done' ./.venv "$MULTIVENV_HOME/pallets" ../.multivenv/pallets/
    assert_ok "$git/.venv
$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets"
}

@test "usevenv DIR: says what is missing" {
    plain_env pallets
    : >"$git/file"
    use_path() { run in_shell +eu 'cd "$HOME/git"; usevenv "$1"' "$1"; }
    use_path ./nowhere
    refused "no environment or directory './nowhere' (see lsvenvs)"
    use_path ./file
    refused "no environment or directory './file' (see lsvenvs)"
    use_path ..
    refused "no environment is bound to '$HOME' or a parent directory (usevenv NAME, or see lsvenvs)"
    printf 'nowhere\n' >"$git/.python-envs"
    use_path ./
    refused "the last line of '$git/.python-envs' names '$git/nowhere', which is not an environment (correct it, or usevenv NAME)"
}

@test "runvenv, cdvenv and multivenv path know DIR too, rmvenv does not" {
    bound pallets "$git/a"
    run in_shell 'cd "$HOME/git"; runvenv ./a sh -c "printf \"%s\\n\" \"\$VIRTUAL_ENV\""; multivenv path ./a --bin; multivenv path a/..//a
        cdvenv --project ./a; pwd; cdvenv ../a; pwd'
    assert_ok "$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets/bin
$MULTIVENV_HOME/pallets
$git/a
$MULTIVENV_HOME/pallets"
    run in_shell +eu 'cd "$HOME/git"; rmvenv -y ./a'
    assert_status 2
    [ -d "$MULTIVENV_HOME/pallets" ]
}

# --- an environment by the start of its name ------------------------------------------------------

@test "usevenv START: at a prompt, the only environment whose name starts so" {
    plain_env pallets
    plain_env pip-tools
    mkdir "$MULTIVENV_HOME/palaver" # no environment
    run in_shell -i 'usevenv pal; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: using 'pallets', the only environment that starts with 'pal'
pallets"
    run in_shell -i +eu 'usevenv p'
    assert_status 1
    assert_contains "no environment named 'p'"
    run in_shell -i +eu 'usevenv "pal*"'
    assert_status 1
    run in_shell +eu 'usevenv pal'
    assert_status 1
    run in_shell -i +eu 'runvenv pal true'
    assert_status 1
}

# --- the project's own environments ---------------------------------------------------------------

@test "lsvenvs . lists the environments of the current directory's project" {
    bound first "$git/a"
    bound second "$git/a"
    bound third "$git/b"
    named_by list listed "$git/a"
    printf '%s\n' "$MULTIVENV_HOME/third" "$HOME/nowhere" >"$git/a/.python-envs"
    mkdir -p "$git/a/sub" "$HOME/other"
    run in_shell 'cd "$HOME/git/a/sub"; lsvenvs . | sort; lsvenvs --names . listed'
    assert_ok "first
second
third
first
listed
second
third"
    run in_shell +eu 'cd "$HOME/other"; lsvenvs .'
    refused "no environment is bound to '$HOME/other' or a parent directory (bindvenv NAME binds one)"
}

@test "lsvenvs . in a worktree, by a symlink, and with names that are patterns" {
    bound 'a*[b]?c' "$git/main"
    plain_env 'aXXbcc'
    plain_env 'a*bXc'
    worktree "$git/feature"
    ln -s git/main "$HOME/door"
    run in_shell 'cd "$HOME/git/feature"; lsvenvs .; cd "$HOME/door"; lsvenvs .'
    assert_ok 'a*[b]?c
a*[b]?c'
}
