#!/usr/bin/env bats
# rmvenv as it is typed: what the helper asks, refuses and removes, seen through the shell.

# shells: bash zsh dash; all on request
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

environments() {
    in_shell 'lsvenvs --names' | tr '\n' ' '
}

@test "rmvenv asks once for all, and says what it asks" {
    fake_env a
    fake_env b
    fake_env c
    run in_shell 'printf "y\n" | rmvenv a'
    assert_ok "Remove a? [y/N] multivenv: removed 'a' (undo: mkvenv --restore a)"
    run in_shell 'printf "n\n" | rmvenv b c'
    assert_status 1
    assert_output_is 'Remove b and c? [y/N] multivenv: removed nothing'
    fake_env a
    run in_shell 'printf "y\n" | rmvenv a b c'
    assert_ok "Remove a, b and c? [y/N] multivenv: removed 'a' (undo: mkvenv --restore a)
multivenv: removed 'b' (undo: mkvenv --restore b)
multivenv: removed 'c' (undo: mkvenv --restore c)"
    run environments
    assert_ok ''
}

@test "only y and yes count as yes, in letters of any size" {
    fake_env a
    run in_shell +eu 'for answer in n no "" x yy "y n" "  " nyes; do
            printf "%s\n" "$answer" | rmvenv a 2>/dev/null
            printf "%s " "$?"
        done'
    assert_ok '1 1 1 1 1 1 1 1 '
    cp -R "$env" "$world/a"
    run in_shell 'for answer in y Y yes YES Yes " y "; do
            printf "%s\n" "$answer" | rmvenv a 2>/dev/null
            cp -R "$1" "$MULTIVENV_HOME"
        done' "$world/a"
    assert_ok ''
}

@test "the end of the input counts as no" {
    fake_env a
    run in_shell +eu 'rmvenv a </dev/null; printf "%s\n" "$?"; printf y | rmvenv a; printf "%s\n" "$?"'
    # the second: an answer without its newline is an answer
    assert_ok $'Remove a? [y/N] \nmultivenv: removed nothing\n1\nRemove a? [y/N] \nmultivenv: removed \'a\' (undo: mkvenv --restore a)\n0'
}

@test "a name given twice is removed once" {
    fake_env a
    fake_env b
    run in_shell 'printf "y\n" | rmvenv a b a'
    assert_ok "Remove a and b? [y/N] multivenv: removed 'a' (undo: mkvenv --restore a)
multivenv: removed 'b' (undo: mkvenv --restore b)"
}

@test "what cannot be printed is escaped in the question" {
    fake_env $'a\nRemove nothing'
    run in_shell 'rmvenv "$1" </dev/null || :' $'a\nRemove nothing'
    assert_ok 'Remove a\nRemove nothing? [y/N] 
multivenv: removed nothing'
}

@test "all names are checked before anything is removed" {
    fake_env a
    fake_env active
    : >"$MULTIVENV_HOME/file"
    mkdir "$MULTIVENV_HOME/folder"
    run in_shell +eu 'usevenv active
        for other in gone ../a "" file folder .multivenv active; do
            rmvenv -y a "$other"
            printf "%s\n" "$?"
        done
        rmvenv -y gone a ""
        printf "%s\n" "$?"'
    assert_ok "multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: '../a' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: the name of an environment cannot be empty (see rmvenv --help)
2
multivenv: 'file' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: 'folder' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: '.multivenv' is not the name of an environment (see rmvenv --help)
2
multivenv: 'active' is active (stopvenv first)
1
multivenv: the name of an environment cannot be empty (see rmvenv --help)
2"
    run environments
    assert_ok 'a active '
}

@test "of a symlinked environment only the link goes" {
    fake_env a
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/a"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    cp -R "$world/elsewhere" "$world/copy"
    run in_shell 'rmvenv -y a lost; lsvenvs'
    assert_ok "multivenv: removed 'a' (undo: multivenv adopt $world/elsewhere a)
multivenv: removed 'lost'"
    diff -r --no-dereference "$world/copy" "$world/elsewhere"
}

@test "what an environment links to stays" {
    fake_env a
    mkdir "$world/project"
    : >"$world/project/file"
    ln -s "$world/project" "$env/project"
    ln -s "$world/project/file" "$env/file"
    run in_shell 'rmvenv -y a'
    assert_ok "multivenv: removed 'a' (undo: mkvenv --restore a)"
    [ -f "$world/project/file" ]
}

@test "damaged environments can be removed" {
    fake_env empty
    : >"$env/pyvenv.cfg"
    fake_env dangling
    rm -r "$world"/base-*
    fake_env unfinished
    : >"$env/.multivenv-incomplete"
    fake_env shell-of-one # nothing proves that this was an environment: it stays
    find "$env" -mindepth 1 -delete
    mkdir "$env/bin"
    ln -s /nowhere "$env/bin/python"
    run in_shell 'rmvenv -y empty dangling unfinished; lsvenvs'
    assert_ok "multivenv: removed 'empty' (undo: mkvenv --restore empty)
multivenv: removed 'dangling' (undo: mkvenv --restore dangling)
multivenv: removed 'unfinished' (undo: mkvenv --restore unfinished)
shell-of-one"
    run ls -A "$MULTIVENV_HOME/.multivenv/trash"
    assert_ok ''
}
