#!/usr/bin/env bats
# A repair does what its plan shows, and leaves nothing worse than it was.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing

setup() {
    make_world
    make_repairs
}

# Usage: snapshot DIR
#
# Prints the tree with the time of each file and folder.
snapshot() {
    tree "$1"
    (cd "$1" && find . -printf '%T@ %p\n' | LC_ALL=C sort -k 2)
}

# Usage: failing_at FUNCTION VERB WORD...
#
# Runs the helper, where a function of one of its modules fails as on a broken disk.
failing_at() {
    cat >"$world/failing.py" <<'END'
import importlib, sys
from helper.verbs import dispatch
module, _, name = sys.argv[1].rpartition(".")
def fail(*words, **options):
    raise OSError(5, "Input/output error", sys.argv[1])
setattr(importlib.import_module(module), name, fail)
sys.exit(dispatch.main(sys.argv[2:]))
END
    env -i "${test_env[@]}" "MULTIVENV_CACHE=$MULTIVENV_TEST_CACHE/multivenv" \
        "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 "$support/modules.py" "$world/failing.py" "$@" 3>&-
}

# A real environment of a Python that is gone, with a package and files of the user's own. Sets $env.
to_be_rebuilt() {
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    env=$MULTIVENV_HOME/web
    site=$(echo "$env"/lib/python3.*/site-packages)
    put_own_files
    age web
    site=$env/lib/python3.44/site-packages
    chmod 750 "$env/bin/sub"
    touch -d '2001-02-03 04:05:06' "$env/share/jupyter/kernels/mine/kernel.json" "$site/handmade.py" "$env"
}

put_own_files() {
    mkdir -p "$env"/{share/jupyter/kernels/mine,etc/mine,man/man1,local/mine,lib/mine,bin/sub,src/clone} "$site/own/inner" "$world/added"
    printf '{}\n' >"$env/share/jupyter/kernels/mine/kernel.json"
    : >"$env/etc/mine/config"
    : >"$env/man/man1/mine.1"
    : >"$env/local/mine/file"
    : >"$env/lib/mine/file"
    : >"$env/bin/sub/program"
    : >"$env/src/clone/file"
    printf '%s\n' "$world/added" >"$site/mine.pth"
    printf 'import sys\n' >"$site/_virtualenv_path_extensions.pth"
    printf 'pass\n' >"$site/sitecustomize.py"
    printf 'x = 1\n' >"$site/handmade.py"
    : >"$site/own/__init__.py"
    : >"$site/own/inner/module.py"
    : >"$world/added/added.py"
}

@test "a rebuild that fails, wherever: the old one is back with its modes and times" {
    local point count=0
    to_be_rebuilt
    snapshot "$env" >"$world/before"
    for point in create._claim build.build own_files.copy_beside relocate.copy_tree build.reinstall \
        build.requirements_of own_files.copy_among own_files._create_folders check.modules_of check.check \
        create._bind create.sync_all create.sync repair.to_install; do
        run failing_at "helper.making.$point" fixvenv -y web
        assert_status 1
        assert_contains "'web'"
        same_files "$world/before" <(snapshot "$env")
        assert_nothing_aside
        same '' "$(left_in kept)"
        count=$((count + 1))
    done
    [ "$count" -ge 10 ]
    run in_shell 'fixvenv -y web'
    assert_status 0
}

@test "a rebuild that ends worse than before: the old one is back, and the message says why" {
    to_be_rebuilt
    : >"$site/extra.py"
    printf 'extra.py,,\n' >>"$site/demo-1.0.dist-info/RECORD"
    snapshot "$env" >"$world/before"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_matches "multivenv: did not repair 'web': restored the old one, as the new one is worse: it no longer finds 1 module: extra\$"
    same_files "$world/before" <(snapshot "$env")
    assert_nothing_aside
}

@test "an interpreter that lies about itself: a relink is taken back, file by file" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "python": {"version": "3.44.1"}}'
    install_python 3.44.2
    sed 's/^\*find_spec.*/*find_spec*) printf "\\0[true, \\"3.44.9\\", \\"cpython\\", false, []]" ;;/' "$base/bin/python3.44" >"$world/liar"
    cat "$world/liar" >"$base/bin/python3.44"
    snapshot "$env" >"$world/before"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_output_is "web  dangling: relink to Python 3.44.2, keep the packages
multivenv: did not repair 'web': restored the old one, as the new one is worse: it starts cpython 3.44.9 instead of Python 3.44.2"
    same_files "$world/before" <(snapshot "$env")
    assert_nothing_aside
}

@test "rewritten paths that end worse are taken back" {
    installed_env web 3.44.1
    mv "$env" "$MULTIVENV_HOME/other"
    env=$MULTIVENV_HOME/other
    snapshot "$env" >"$world/before"
    run failing_at helper.making.check.check fixvenv -y other
    assert_status 1
    same_files "$world/before" <(snapshot "$env")
    assert_nothing_aside
}

# --- the user's own files ---------------------------------------------------

@test "what no package installed is carried over" {
    to_be_rebuilt
    run in_shell 'fixvenv -y web; usevenv web; python -c "import handmade, own.inner.module, added, demo"'
    assert_status 0
    site=$(echo "$env"/lib/python3.*/site-packages)
    local file
    for file in share/jupyter/kernels/mine/kernel.json etc/mine/config man/man1/mine.1 local/mine/file lib/mine/file \
        bin/sub/program src/clone/file; do
        [ -f "$env/$file" ] || fail "gone: $file"
    done
    for file in mine.pth _virtualenv_path_extensions.pth sitecustomize.py handmade.py own/inner/module.py; do
        [ -f "$site/$file" ] || fail "gone: $file"
    done
    same 750 "$(stat -c %a "$env/bin/sub")"
    same 2001 "$(date -r "$site/handmade.py" +%Y)"
    [ ! -e "$env/lib/python3.44" ]
}

@test "an edited file of a package is named" {
    to_be_rebuilt
    printf '# mine\n' >>"$site/demo.py"
    run in_shell 'fixvenv -y web'
    assert_status 0
    assert_contains "multivenv: 'web' has the original of 1 edited file: 'lib/python3.44/site-packages/demo.py' (the edited ones are in ~/.multivenv/.multivenv/kept/web)"
}

# --- undo -------------------------------------------------------------------

@test "--undo restores what a rebuild replaced, and can be undone" {
    to_be_rebuilt
    snapshot "$env" >"$world/before"
    in_shell 'fixvenv -y web' >/dev/null
    snapshot "$env" >"$world/after"
    run in_shell 'showvenv web | grep replaced; multivenv doctor | grep replaced'
    assert_status 0
    assert_matches '^  replaced:  +[0-9.]+ [kM]?B, just now \(undo: fixvenv --undo web\)
replaced: +.web.: [0-9.]+ [kM]?B, just now \(undo: fixvenv --undo web\)$'
    run in_shell 'fixvenv -n --undo web; fixvenv -y --undo web'
    assert_ok 'web  restore Python 3.44.1, 3 packages, replaced just now
web  restore Python 3.44.1, 3 packages, replaced just now
web  restored (undo: fixvenv --undo web)'
    same_files "$world/before" <(snapshot "$env")
    run in_shell 'fixvenv -y --undo web >/dev/null'
    assert_ok ''
    same_files "$world/after" <(snapshot "$env")
    same web "$(left_in kept)"
    assert_nothing_aside
    run in_shell 'rmvenv -y web'
    same '' "$(left_in kept trash)"
}

@test "MULTIVENV_KEEP: days for which the old one is kept, 0 for none" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    cp -a "$env" "$world/copy"
    run in_shell 'MULTIVENV_KEEP=0; fixvenv -y web >/dev/null; fixvenv --undo web'
    assert_status 1
    assert_output_is "multivenv: nothing to undo: no replaced environment is kept of 'web' (see multivenv doctor)"
    same '' "$(left_in kept trash)"
    rm -r "$env"
    mv "$world/copy" "$env"
    in_shell 'fixvenv -y web >/dev/null'
    same web "$(left_in kept)"
    cat >"$world/later.py" <<'END'
import sys, time
from helper.verbs import dispatch
now = time.time() + float(sys.argv[1]) * 86400
time.time = lambda: now
sys.exit(dispatch.main(["fixvenv", "--all"]))
END
    for days in 6.9 7.1; do
        same web "$(left_in kept)"
        env -i "${test_env[@]}" "MULTIVENV_CACHE=$world/cache" "$MULTIVENV_TEST_PYTHON" -I -S "$support/modules.py" "$world/later.py" "$days"
    done
    same '' "$(left_in kept trash)"
    run in_shell 'MULTIVENV_KEEP=week; multivenv doctor | tail -n 1'
    assert_ok "  MULTIVENV_KEEP is 'week' (set it to a number of days)"
}

@test "--undo of several, of a name that is free, and of words that make no sense" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    in_shell 'fixvenv -y web >/dev/null; mvvenv web other' 2>/dev/null
    run in_shell +eu 'fixvenv --undo; fixvenv --undo --all; fixvenv --undo other; printf "n\n" | fixvenv --undo web 2>/dev/null
        fixvenv -y --undo web; lsvenvs'
    assert_ok "multivenv: fixvenv --undo takes names, --yes and --dry-run (see fixvenv --help)
multivenv: fixvenv --undo takes names, --yes and --dry-run (see fixvenv --help)
multivenv: nothing to undo: no replaced environment is kept of 'other' (see multivenv doctor)
web  restore Python 3.44.1, 1 package, replaced just now
web  restore Python 3.44.1, 1 package, replaced just now
web  restored
other
web"
}

# --- the plan ---------------------------------------------------------------

@test "a repair that has become more expensive since its plan stops" {
    dangling_env web 3.44.1
    install_python 3.44.1
    mkfifo "$world/answer"
    in_shell +eu 'fixvenv web <"$1"; printf "%s\n" "$?"' "$world/answer" >"$world/said" 2>&1 &
    exec 8>"$world/answer"
    wait_for "$world/said"
    rm -r "${env:?}/bin"
    snapshot "$env" >"$world/before"
    printf 'y\n' >&8
    exec 8>&-
    wait "$!"
    run cat "$world/said"
    assert_matches "^web  dangling: relink to Python 3\.44\.1, keep the packages
Repair it\? \[y/N\] ?
?multivenv: did not repair 'web': its state has changed, and the plan is now: rebuild with Python .* \(fixvenv web\)
1\$"
    same_files "$world/before" <(snapshot "$env")
}

# Usage: stub_pypy VERSION
#
# Installs a PyPy that says what it is.
stub_pypy() {
    local minor
    set_minor "$1"
    install_python "$1"
    mv "$base" "$world/pyenv/versions/pypy$1"
    base=$world/pyenv/versions/pypy$1
    sed -e "s/cpython/pypy/; s|$world/pyenv/versions/$1|$base|" "$base/bin/python$minor" >"$base/bin/pypy$minor"
    chmod +x "$base/bin/pypy$minor"
    mv "$base/lib/python$minor" "$base/lib/pypy$minor"
    rm "$base"/bin/python*
    ln -s "pypy$minor" "$base/bin/python3"
}

@test "a PyPy environment goes to PyPy, and another implementation is named" {
    fake_env web 3.43.1
    mv "$env/lib/python3.43" "$env/lib/pypy3.43"
    rm -r "$world/base-3.43.1"
    run in_shell 'fixvenv -n web'
    assert_status 0
    assert_matches '^web  dangling: rebuild with Python 3[0-9.]+ instead of PyPy 3\.43, 0 packages$'
    stub_pypy 3.44.1
    run in_shell 'fixvenv -n web'
    assert_ok 'web  dangling: rebuild with PyPy 3.44.1, 0 packages'
    stub_pypy 3.43.9
    run in_shell 'fixvenv -n web'
    assert_ok 'web  dangling: relink to PyPy 3.43.9, keep the packages'
}

# --- Python 2.7 -------------------------------------------------------------

# Up to Python 3.2 the prefix is where the standard library is. virtualenv links that into lib.
@test "an environment of Python 2.7 keeps its copy, and the links to its standard library follow" {
    local old file
    make_base 2.7.1
    old=$base
    env=$MULTIVENV_HOME/web
    mkdir -p "$env/bin" "$env/lib/python2.7/site-packages" "$env/include"
    cp "$old/bin/python2.7" "$env/bin/python2.7"
    ln -s python2.7 "$env/bin/python2"
    ln -s python2.7 "$env/bin/python"
    ln -s "$old/lib/python2.7/os.py" "$env/lib/python2.7/os.py"
    ln -s "$old/include/python2.7" "$env/include/python2.7"
    ln -s "$old/gone" "$env/lib/python2.7/gone"
    printf '%s' "$old" >"$env/lib/python2.7/orig-prefix.txt"
    : >"$env/lib/python2.7/site.py"
    printf 'VIRTUAL_ENV="%s"\n' "$env" >"$env/bin/activate"
    rm -r "$old"
    install_python 2.7.18
    run in_shell 'fixvenv -y web; lsvenvs --status ok'
    assert_ok 'web  dangling: copy Python 2.7.18 again, keep the packages
web  ok
web'
    same_files "$base/bin/python2.7" "$env/bin/python2.7"
    same 'python2.7 python2.7' "$(readlink "$env/bin/python") $(readlink "$env/bin/python2")"
    for file in lib/python2.7/os.py include/python2.7; do same "$base/$file" "$(readlink "$env/$file")"; done
    same "$base" "$(cat "$env/lib/python2.7/orig-prefix.txt")"
    [ ! -e "$env/pyvenv.cfg" ]
    # as an older multivenv has left it
    ln -sf "$base/bin/python2.7" "$env/bin/python"
    ln -sf python "$env/bin/python2.7"
    run in_shell 'fixvenv -y -p 2.7 web'
    assert_status 0
}

@test "an environment of virtualenv for Python 2.7 is no installation" {
    fake_env web 2.7.1
    mkdir -p "$env/lib/python2.7/site-packages"
    rm "$env"/bin/python*
    cp "$world/base-2.7.1/bin/python2.7" "$env/bin/python"
    mkdir -p "$env/lib/python2.7"
    ln -s "$world/base-2.7.1/lib/python2.7/os.py" "$env/lib/python2.7/os.py"
    rm -r "$world/base-2.7.1"
    install_python 2.7.18
    run in_shell 'fixvenv -y web; rmvenv -y web'
    assert_ok "web  dangling: copy Python 2.7.18 again, keep the packages
web  ok
multivenv: removed 'web' (undo: mkvenv --restore web)"
}

# --- deletion in the background ---------------------------------------------

@test "what a process is deleting is no leftover; if that is killed, the next verb finishes it" {
    mkdir -p "$MULTIVENV_HOME/.multivenv/trash/1.2-web/lib"
    : >"$MULTIVENV_HOME/.multivenv/trash/1.2-web/lib/file"
    cat >"$world/holder.py" <<'END'
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
open(sys.argv[2], "w").write("x")
time.sleep(1000)
END
    "$MULTIVENV_TEST_PYTHON" "$world/holder.py" "$MULTIVENV_HOME/.multivenv/trash/1.2-web" "$world/held" 3>&- &
    local holder=$!
    wait_for "$world/held"
    installed_env sound 3.44.1
    run in_shell +eu 'multivenv doctor | grep trash; mvvenv sound other 2>/dev/null; ls "$MULTIVENV_HOME/.multivenv/trash"'
    assert_contains 1.2-web
    refute_contains interrupted
    kill -9 "$holder"
    wait "$holder" || :
    run in_shell 'mvvenv other sound'
    assert_ok "multivenv: deleted leftovers of 'web' from an interrupted command
multivenv: renamed 'other' to 'sound' (undo: mvvenv sound other)"
    same '' "$(left_in trash)"
}

@test "the old environment is deleted by a process that outlasts the shell" {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "pip": false}'
    mkdir "$env/many"
    (cd "$env/many" && touch {1..3000})
    run in_shell 'MULTIVENV_KEEP=0; fixvenv -y web >/dev/null'
    assert_ok ''
    same '' "$(left_in kept trash)"
}
