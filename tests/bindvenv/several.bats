#!/usr/bin/env bats
# bindvenv --add: several directories of one environment, and what each verb makes of them

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/wheels
load ../support/moving
load ../support/repairing

setup() {
    make_world
    make_repairs
    git=$HOME/git
    mkdir -p "$git/a" "$git/b" "$git/c"
    cd "$git" || return
    fake_env web
}

# Usage: bound_to [NAME]
#
# The directories that an environment is bound to, by their names, the first one first.
bound_to() {
    "$MULTIVENV_TEST_PYTHON" -c 'import json, os, sys
it = json.load(sys.stdin)
assert it["project"] == (it["projects"] or [None])[0]
print(*map(os.path.basename, it["projects"]))' < <(helper showvenv --json "${1-web}")
}

@test "--add binds to one more; .project stays one line for the other tools" {
    run helper bindvenv --add web a
    assert_ok "multivenv: bound 'web' to ~/git/a (undo: bindvenv --remove web)"
    run helper bindvenv --add web b
    assert_ok "multivenv: bound 'web' to ~/git/b (undo: bindvenv --remove web '$git/b')
multivenv: 'web' is also bound to ~/git/a"
    run helper bindvenv --add web ./c
    assert_ok "multivenv: bound 'web' to ~/git/c (undo: bindvenv --remove web '$git/c')
multivenv: 'web' is also bound to ~/git/a, ~/git/b"
    same "$git/a" "$(cat "$env/.project")"
    same "$git/b
$git/c" "$(cat "$env/.multivenv-projects")"
    same 'a b c' "$(bound_to)"
    # again, by another path
    ln -s b "$git/door"
    run helper bindvenv --add web door
    assert_status 0
    same 'a b c' "$(bound_to)"
}

@test "without --add, a directory replaces the first one, or changes places with it" {
    helper bindvenv web a
    helper bindvenv --add web b
    run helper bindvenv web c
    assert_ok "multivenv: bound 'web' to ~/git/c (undo: bindvenv web '$git/a')
multivenv: 'web' is also bound to ~/git/b"
    same 'c b' "$(bound_to)"
    helper bindvenv web a
    same 'a b' "$(bound_to)"
    run helper bindvenv web b
    assert_ok "multivenv: bound 'web' to ~/git/b (undo: bindvenv web '$git/a')
multivenv: 'web' is also bound to ~/git/a"
    same 'b a' "$(bound_to)"
    helper bindvenv web a
    same 'a b' "$(bound_to)"
}

@test "--remove DIR unbinds from that one, and without DIR from all" {
    helper bindvenv web a
    helper bindvenv --add web b
    helper bindvenv --add --python-envs --dot-venv web c
    run helper bindvenv --remove web a
    assert_ok "multivenv: unbound 'web' from ~/git/a (undo: bindvenv --add web '$git/a')"
    same 'b c' "$(bound_to)"
    run helper bindvenv --remove web a
    assert_status 1
    assert_output_is "multivenv: 'web' is bound to ~/git/b, ~/git/c, not to ~/git/a (bindvenv --remove web)"
    run helper bindvenv --remove --dot-venv --python-envs web
    assert_ok "multivenv: unbound 'web' from ~/git/b (undo: bindvenv web '$git/b')
multivenv: removed ~/git/c/.venv, which led to 'web'
multivenv: removed 'web' from ~/git/c/.python-envs
multivenv: unbound 'web' from ~/git/c (undo: bindvenv --add --dot-venv --python-envs web '$git/c')"
    same '' "$(bound_to)"
    [ ! -e "$env/.project" ] && [ ! -e "$env/.multivenv-projects" ]
    run helper bindvenv --add --remove web
    assert_status 2
    assert_output_is "multivenv: bindvenv takes only one of --add and --remove (see bindvenv --help)"
}

@test "a list that the shells cannot read is not written" {
    local name
    name=$(printf '%0200d' 0)
    helper bindvenv web a
    for number in {1..60}; do
        mkdir "$git/$number$name"
        run helper bindvenv --add web "$git/$number$name"
        [ "$status" -eq 0 ] || break
    done
    assert_status 1
    assert_output_is "multivenv: 'web' is bound to too many directories (bindvenv --remove web DIR)"
    [ "$(wc -c <"$env/.multivenv-projects")" -le 8192 ]
}

@test "a directory that others can write to is marked, and only that one" {
    chmod 777 b
    helper bindvenv web a
    [ ! -e "$env/.multivenv-open" ]
    run helper bindvenv --add web b
    assert_contains 'everybody can write to ~/git/b, so MULTIVENV_AUTO ignores it'
    same "$git/b" "$(cat "$env/.multivenv-open")"
    helper bindvenv --remove web b
    [ ! -e "$env/.multivenv-open" ]
}

@test "lsvenvs, showvenv and JSON show all of them, and which is gone; doctor too" {
    helper bindvenv web a
    helper bindvenv --add --dot-venv web b
    helper bindvenv --add web c
    rmdir c
    run in_shell 'showvenv web | grep -A2 project:; lsvenvs --long | grep -A2 project:; lsvenvs --size | grep -o "~.*[+]2"'
    assert_ok "  project:   $git/a
             $git/b (.venv points to it)
             $git/c (gone)
  project:   $git/a
             $git/b
             $git/c (gone)
~/git/a +2"
    run in_shell +eu 'multivenv doctor'
    assert_contains "a project of 'web' no longer exists: ~/git/c (bindvenv --remove web '$git/c' unbinds it)"
    run in_shell 'lsvenvs --orphans --names'
    assert_ok ''
    rm -r a b
    run in_shell 'lsvenvs --orphans --names'
    assert_ok web
}

@test "mvvenv keeps them and what leads there, cpvenv does not" {
    helper bindvenv --dot-venv web a
    helper bindvenv --add --python-envs --dot-venv web b
    run in_shell 'cpvenv web copy; mvvenv web new'
    assert_status 0
    same 'a b' "$(bound_to new)"
    same '' "$(bound_to copy)"
    [ ! -e "$MULTIVENV_HOME/copy/.multivenv-projects" ]
    same "$MULTIVENV_HOME/new" "$(readlink b/.venv)"
    same "$MULTIVENV_HOME/new" "$(cat b/.python-envs)"
    same "$MULTIVENV_HOME/new" "$(readlink a/.venv)"
}

@test "rmvenv removes what leads there, and mkvenv --restore binds it to all again" {
    offline
    in_shell 'mkvenv --no-use real'
    helper bindvenv --dot-venv real a
    helper bindvenv --add --python-envs real b
    helper bindvenv --add real c
    run in_shell 'rmvenv -y real'
    assert_ok "multivenv: removed ~/git/a/.venv, which led to 'real'
multivenv: removed 'real' from ~/git/b/.python-envs
multivenv: removed 'real' (undo: mkvenv --restore real)"
    mv b d
    run in_shell 'mkvenv --no-use --restore real --moved "$1=$2"' "$git/b" "$git/d"
    assert_status 0
    same 'a d c' "$(bound_to real)"
    same "$MULTIVENV_HOME/real" "$(readlink a/.venv)"
    same "$MULTIVENV_HOME/real" "$(cat d/.python-envs)"
    [ ! -e c/.venv ] && [ ! -e d/.venv ]
}

@test "a hostile recipe names no directory that .project cannot hold" {
    offline
    in_shell 'mkvenv --no-use real; rmvenv -y real'
    "$MULTIVENV_TEST_PYTHON" -c 'import json, sys
it = json.load(open(sys.argv[1]))
it["project"] = None
it["projects"] = [{"path": "relative"}, {"path": "/a\nb"}, 3, {"path": 4}, {"path": sys.argv[2]}, "x"]
json.dump(it, open(sys.argv[1], "w"))' "$MULTIVENV_HOME/.multivenv/recipes/real" "$git/a"
    run in_shell 'mkvenv --no-use --restore real'
    assert_status 0
    assert_contains "left out of 'real': 'relative', '/a\\nb'"
    same a "$(bound_to real)"
}

@test "a rebuild and fixvenv --moved keep them" {
    offline
    rm -r "$env"
    dangling_env web 3.44.1
    helper bindvenv web a
    helper bindvenv --add web b
    run in_shell 'fixvenv -y web'
    assert_contains 'web  ok'
    same 'a b' "$(bound_to)"
    mv b d
    run in_shell 'fixvenv -y --moved "$1=$2"' "$git/b" "$git/d"
    assert_status 0
    same 'a d' "$(bound_to)"
}

@test "killed at any step: it is bound to all that it was or is to be bound to" {
    helper bindvenv web a
    helper bindvenv --add web b
    local step
    for step in {1..12}; do
        printf '%s\n' "$git/a" >"$env/.project"
        printf '%s\n' "$git/b" >"$env/.multivenv-projects"
        helper_with "
import helper.base.files as files
steps = [0]
def stop(act):
    def step(*words, **more):
        steps[0] += 1
        if steps[0] == $step: os._exit(9)
        return act(*words, **more)
    return step
os.replace, os.unlink, os.rename = stop(os.replace), stop(os.unlink), stop(os.rename)" bindvenv web b >/dev/null 2>&1 || :
        case " $(bound_to) " in
        *' a b '* | *' b a '*) ;;
        *) fail "after step $step: $(bound_to)" ;;
        esac
    done
    helper bindvenv web b
    same 'b a' "$(bound_to)"
}

@test "a list of directories that is something else is no reason to wait or to fail" {
    helper bindvenv web a
    mkfifo "$env/.multivenv-projects"
    same a "$(bound_to)"
    rm "$env/.multivenv-projects"
    printf 'relative\n\0/x\n%s\n/cut off' "$git/b" >"$env/.multivenv-projects"
    same 'a b' "$(bound_to)"
    rm "$env/.multivenv-projects" "$env/.project"
    printf '%s\n' "$git/b" >"$env/.multivenv-projects"
    same b "$(bound_to)"
    run helper bindvenv --add web c
    same 'b c' "$(bound_to)"
    same "$git/b" "$(cat "$env/.project")"
}
