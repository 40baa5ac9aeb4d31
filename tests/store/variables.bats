#!/usr/bin/env bats
# What becomes of the .env of an environment when a verb moves, copies, repairs or removes it.

# shells: once
load ../support/common

setup() {
    make_world
    share_cache
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    in_shell 'umask 022; mkvenv --without-pip --no-use web' 2>/dev/null
    web=$MULTIVENV_HOME/web
    printf 'A=secret\nWHERE=%s/data\n' "$web" >"$web/.env"
    chmod 600 "$web/.env"
}

# Usage: assert_kept NAME: it has the .env, which only the user can read
assert_kept() {
    same "A=secret
WHERE=$MULTIVENV_HOME/$1/data" "$(cat "$MULTIVENV_HOME/$1/.env")"
    same 600 "$("$MULTIVENV_TEST_PYTHON" -c 'import os, sys; print(oct(os.stat(sys.argv[1]).st_mode)[-3:])' "$MULTIVENV_HOME/$1/.env")"
}

@test "mvvenv keeps it, with the new path" {
    run in_shell 'mvvenv web shop; usevenv shop; printf "%s\n" "$A" "$WHERE"'
    assert_status 0
    assert_contains "secret
$MULTIVENV_HOME/shop/data"
    assert_kept shop
}

@test "cpvenv copies that of an environment in the home" {
    run in_shell 'cpvenv web next'
    assert_status 0
    assert_kept next
    assert_kept web
}

@test "cpvenv does not copy one from elsewhere, and says so" {
    mv "$web" "$world/clone"
    run in_shell 'cpvenv "$1" next' "$world/clone"
    assert_status 0
    assert_contains "multivenv: did not copy $world/clone/.env"
    [ ! -e "$MULTIVENV_HOME/next/.env" ]
    ln -s "$world/clone" "$MULTIVENV_HOME/adopted"
    run in_shell 'cpvenv adopted other'
    assert_status 0
    [ ! -e "$MULTIVENV_HOME/other/.env" ]
    [ -e "$world/clone/.env" ]
}

@test "a rebuild keeps it" {
    run in_shell 'fixvenv -y --reinstall web'
    assert_status 0
    assert_kept web
}

@test "rmvenv says that it is lost, before and after" {
    fake_env other
    run in_shell 'rmvenv web other' <<<n
    assert_status 1
    assert_contains 'Remove web and other? The .env of web cannot be restored [y/N]'
    run in_shell 'rmvenv -y web other'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web, without its .env)
multivenv: removed 'other' (undo: mkvenv --restore other)"
    run grep -r secret "$MULTIVENV_HOME"
    assert_status 1
    run in_shell 'mkvenv --no-use --restore web'
    assert_status 0
    [ ! -e "$web/.env" ]
}

@test "doctor lists the lines that usevenv ignores" {
    printf 'A=1\nsecret\nPATH=x\nB="\n' >"$web/.env"
    run in_shell +eu 'multivenv doctor --json' 2>/dev/null
    assert_contains "web/.env: line 2 is not NAME=VALUE, line 3 sets 'PATH', which only the shell or multivenv may set, line 4 has text outside its quotes, or only one quote"
    [[ $output != *secret* ]] || fail "$output"
}

@test "nobody else can read a private file while it is copied" {
    run with_modules -c 'import os, shutil, sys
from helper.base import files
os.umask(0o022)
os.chdir(sys.argv[1])
def mode(path): return oct(os.stat(path).st_mode & 0o777)
copy2, fchmod = shutil.copy2, os.fchmod
def copy(source, target, **kw):
    if os.path.exists(target): print("copying", mode(target))
    copy2(source, target, **kw)
def change(fd, new):
    print("writing", oct(os.fstat(fd).st_mode & 0o777))
    fchmod(fd, new)
shutil.copy2, os.fchmod = copy, change
files._cloned = lambda source, target: False
files.Copier(share=False).copy(".env", "copy")
files.write(".env", b"A=2\n", ".new", 0o600)
print(mode("copy"), mode(".env"))' "$web"
    assert_ok 'writing 0o600
writing 0o600
0o600 0o600'
}
