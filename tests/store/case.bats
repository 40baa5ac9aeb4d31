#!/usr/bin/env bats
# A home on a case-insensitive disk: names that differ only in case are one
# environment, whose name is that of its folder.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    needs_odd_disks case
    share_cache
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

one_case() { on_odd_disk case "$@"; }
# shellcheck disable=SC2016  # for the shell under test to expand
made='mkvenv --no-use --without-pip Foo
state() { (cd ~/.multivenv/.multivenv && find . -path ./trash -prune -o \( ! -type d -o -name "*[Ff]oo*" \) -print | sort); }
'

@test "mvvenv changes the case of a name, and all paths with it" {
    run in_shell -w one_case "$made"'
        usevenv Foo
        mvvenv Foo foo
        ls ~/.multivenv
        printf "%s\n" "$VIRTUAL_ENV"
        grep -rlF multivenv/Foo ~/.multivenv/foo || :
        mvvenv foo fOO
        ls ~/.multivenv
        lsvenvs --status ok
        stopvenv
        state'
    assert_ok "multivenv: renamed 'Foo' to 'foo' (undo: mvvenv foo Foo)
foo
$MULTIVENV_HOME/foo
multivenv: renamed 'foo' to 'fOO' (undo: mvvenv fOO foo)
fOO
fOO"
}

@test "mvvenv changes the case of a dangling environment, and of an adopted one" {
    run in_shell -w one_case +eu "$made"'
        ln -sf /nowhere/python3 ~/.multivenv/Foo/bin/python
        mvvenv foo FOO; printf "%s\n" "$?"
        "$MULTIVENV_PYTHON" -m venv --without-pip ~/outside
        multivenv adopt ~/outside Bar 2>/dev/null
        usevenv bar; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; stopvenv
        mvvenv bar BAR; printf "%s\n" "$?"
        ls ~/.multivenv ~/.multivenv/.multivenv/used
        lsvenvs --status dangling; lsvenvs --status ok'
    assert_ok "multivenv: renamed 'Foo' to 'FOO' (undo: mvvenv FOO Foo)
0
Bar
multivenv: renamed 'Bar' to 'BAR' (undo: mvvenv BAR Bar)
0
$HOME/.multivenv:
BAR
FOO

$HOME/.multivenv/.multivenv/used:
BAR
FOO
BAR"
}

@test "what leads to an environment follows a change of case" {
    mkdir "$HOME/project" "$HOME/bin"
    run in_shell -w one_case "$made"'
        bindvenv --dot-venv Foo ~/project
        printf "#!/bin/sh\n" >~/.multivenv/Foo/bin/tool
        chmod +x ~/.multivenv/Foo/bin/tool
        XDG_BIN_HOME=$HOME/bin linkvenv foo tool
        XDG_BIN_HOME=$HOME/bin mvvenv foo fOO
        readlink ~/project/.venv ~/bin/tool' 2>/dev/null
    assert_status 0
    assert_contains "$MULTIVENV_HOME/fOO"$'\n'"$MULTIVENV_HOME/fOO/bin/tool"
}

@test "no new environment has the name of another in another case" {
    run in_shell -w one_case +eu "$made"'
        mkvenv foo; printf "%s\n" "$?"
        mkvenv --no-use --without-pip other; cpvenv other FOO; printf "%s\n" "$?"
        mvvenv other fOo; printf "%s\n" "$?"
        cpvenv foo FOO; printf "%s\n" "$?"
        lsvenvs'
    local taken="multivenv: environment 'Foo' already exists (usevenv activates it, rmvenv removes it)"
    assert_ok "$taken
1
$taken
1
$taken
1
$taken
1
Foo
other"
}

@test "verbs accept a name in any case, and use the real one" {
    run in_shell -w one_case "$made"'
        usevenv foo
        printf "%s\n" "$VIRTUAL_ENV_PROMPT" "$VIRTUAL_ENV"
        usevenv FOO
        printf "%s\n" "$VIRTUAL_ENV"
        lsvenvs --json | tr "," "\n" | grep active
        stopvenv
        showvenv foo | head -n 1
        fixvenv foo FOO
        rmvenv -y foo FOO
        mkvenv --restore --no-use FOO
        ls ~/.multivenv
        state'
    assert_ok "Foo
$MULTIVENV_HOME/Foo
$MULTIVENV_HOME/Foo
 \"active\": true
Foo
multivenv: nothing to repair
multivenv: removed 'Foo' (undo: mkvenv --restore Foo)
Foo
./last-removed"
}

@test "the recipe of a later environment has its own spelling" {
    run in_shell -w one_case "$made"'
        rmvenv -y Foo
        mkvenv --no-use --without-pip foo
        rmvenv -y FOO
        ls ~/.multivenv/.multivenv/recipes
        mkvenv --restore --no-use FoO
        ls ~/.multivenv'
    assert_ok "multivenv: removed 'Foo' (undo: mkvenv --restore Foo)
multivenv: removed 'foo' (undo: mkvenv --restore foo)
foo
foo"
}

@test "an interrupted change of case is finished or undone" {
    run in_shell -w one_case "$made"'
        entry() {
            mkdir -p ~/.multivenv/.multivenv/journal ~/.multivenv/.multivenv/aside
            printf "%s\n" "{\"work\": \"mvvenv\", \"name\": \"Foo\", \"new\": \"foo\", \"aside\": \"1.2-Foo\"}" >~/.multivenv/.multivenv/journal/Foo
        }
        entry
        mv ~/.multivenv/Foo ~/.multivenv/.multivenv/aside/1.2-Foo
        lsvenvs
        entry
        cp -R ~/.multivenv/Foo ~/.multivenv/new
        mv ~/.multivenv/Foo ~/.multivenv/.multivenv/aside/1.2-Foo
        mv ~/.multivenv/new ~/.multivenv/foo
        lsvenvs
        state'
    assert_ok "multivenv: undid the interrupted mvvenv of 'Foo': it keeps its name (mvvenv Foo foo)
Foo
multivenv: finished the interrupted mvvenv of 'Foo': it is 'foo' now
foo"
}
