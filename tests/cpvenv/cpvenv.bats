#!/usr/bin/env bats
# cpvenv: a second environment, as good as the first, and independent of it.

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/moving
load ../support/repairing
load ../support/wheels

# `web`, which these tests share and do not change: made by mkvenv, with packages
# of each origin
setup_file() {
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR make_world
    share_cache
    offline
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    make_wheel pinned 1.0
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use --bind=/ web demo "$1" -e git/mine' \
        "pinned @ file://$(url_path "$world/wheels/pinned-1.0-py3-none-any.whl")"
    : >"$MULTIVENV_HOME/web/.last-used"
    printf 'home = %s\n' "$MULTIVENV_HOME/web" >"$MULTIVENV_HOME/web/settings"
    ln -s "$MULTIVENV_HOME/web/settings" "$MULTIVENV_HOME/web/link"
}

setup() {
    make_world
    share_cache
    offline
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    shared=$(cd -P "$BATS_FILE_TMPDIR" && pwd)
}

# In the home of setup_file. Each test there makes copies of names of its own.
use_shared() {
    MULTIVENV_HOME=$shared${HOME#"$world"}/.multivenv
    web=$MULTIVENV_HOME/web
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "PIP_FIND_LINKS=$shared/wheels"
}

# Usage: assert_copy NAME
#
# The shared `web` and its copy are the same, each for itself.
assert_copy() {
    local copy=$MULTIVENV_HOME/$1
    run in_shell 'lsvenvs --status ok; freezevenv web >"$TMPDIR/one"; freezevenv "$1" >"$TMPDIR/two"
        freezevenv --requested web >>"$TMPDIR/one"; freezevenv --requested "$1" >>"$TMPDIR/two"' "$1"
    assert_contains "$1"
    same_files "$world/tmp/one" "$world/tmp/two"
    run in_environment "$1" -c 'import sys, demo, needed, mine, pinned; print(sys.prefix, demo.__file__.startswith(sys.prefix))'
    assert_ok "$copy True"
    same 'demo 1.0 mine from its project' "$("$copy/bin/demo") $("$copy/bin/mine")"
    "$copy/bin/pip" --version | grep -F "$copy" >/dev/null
    assert_records "$1"
    assert_nothing_refers_to "$web" "$copy"
}

@test "a copy has the same packages, with their origins, and scripts of its own" {
    use_shared
    tree "$web" >"$world/before"
    run in_shell 'cpvenv web "copy of it"'
    assert_ok ''
    assert_copy 'copy of it'
    same "home = $MULTIVENV_HOME/copy of it" "$(cat "$MULTIVENV_HOME/copy of it/settings")"
    same "$MULTIVENV_HOME/copy of it/settings" "$(readlink "$MULTIVENV_HOME/copy of it/link")"
    tree "$web" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "changes to the copy do not reach the original" {
    use_shared
    in_shell 'cpvenv web independent'
    tree "$web" >"$world/before"
    in_environment independent -m pip uninstall -q -y demo needed
    find "$MULTIVENV_HOME/independent" -type f -exec sh -c 'for file; do printf x >>"$file"; done' sh {} +
    tree "$web" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "a copy has its own age, and is bound to nothing" {
    use_shared
    sleep 1.1 # created is told by the second
    run in_shell 'cpvenv web young; [ -e "$MULTIVENV_HOME/web/.project" ] || printf "not bound\n"
        ls -A "$MULTIVENV_HOME/young" | grep -e project -e used || :; printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok none
    run in_shell 'for name in web young; do showvenv --json "$name" | sed "s/.*created\": \"\([^\"]*\).*/\1/"; done'
    [[ ${lines[0]} < ${lines[1]} ]]
    same "$(record web 'it["requirements"]' 'it["editables"]' 'it["python"]')" \
        "$(record young 'it["requirements"]' 'it["editables"]' 'it["python"]')"
}

@test "the path of an environment that python -m venv made, anywhere" {
    "$MULTIVENV_TEST_PYTHON" -I -m venv "$world/some where/venv"
    make_wheel demo 1.0
    env -i "${test_env[@]}" "$world/some where/venv/bin/pip" install -q demo
    mkdir "$HOME/git"
    ln -s "$world/some where" "$HOME/git/link"
    run in_shell 'cpvenv "$1" absolute; cd git/link/venv/bin; cpvenv ../ relative; cpvenv "~/git/link/venv/" tilde
        lsvenvs --status ok' "$world/some where/venv"
    assert_ok $'absolute\nrelative\ntilde'
    run in_shell 'cd "$1"; cpvenv .venv hidden; lsvenvs --status ok hidden' "$world/some where"
    assert_status 1
    assert_matches "^multivenv: '.*/some where/.venv' is not an environment"
    mv "$world/some where/venv" "$world/some where/.venv"
    run in_shell 'cd "$1"; cpvenv .venv hidden; cd .venv; cpvenv . here; lsvenvs --status ok hidden here' "$world/some where"
    assert_ok $'here\nhidden'
    for name in absolute relative tilde; do
        same 'demo 1.0' "$("$MULTIVENV_HOME/$name/bin/demo")"
        assert_nothing_refers_to "$world/some where/venv" "$MULTIVENV_HOME/$name"
    done
    assert_records absolute
    run in_shell '. "$MULTIVENV_HOME/absolute/bin/activate"; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/absolute"
}

# Usage: assert_copied_from TOOL WORD...
#
# Copies what a tool makes.
assert_copied_from() {
    local tool=$1
    make_wheel demo 1.0
    "${@:2}" "$world/by $tool"
    # uv brings no pip
    in_shell 'MULTIVENV_HOME=$1; mkvenv --no-use pip' "$world/other"
    env -i "${test_env[@]}" "$world/other/pip/bin/pip" --python "$world/by $tool/bin/python" install -q demo
    run in_shell 'cpvenv "$1" "copy of $2"; lsvenvs --status ok' "$world/by $tool" "$tool"
    assert_ok "copy of $tool"
    same 'demo 1.0' "$("$MULTIVENV_HOME/copy of $tool/bin/demo")"
    assert_nothing_refers_to "$world/by $tool" "$MULTIVENV_HOME/copy of $tool"
    assert_records "copy of $tool"
    run in_shell 'set +u; . "$1/bin/activate"; printf "%s\n" "$VIRTUAL_ENV"' "$MULTIVENV_HOME/copy of $tool"
    assert_ok "$MULTIVENV_HOME/copy of $tool"
}

@test "one that virtualenv made" {
    need_peer virtualenv
    assert_copied_from virtualenv "$peer" -q -p "$MULTIVENV_TEST_PYTHON"
}

@test "one that uv made" {
    need_peer uv
    UV_OFFLINE=1 assert_copied_from uv "$peer" venv -q -p "$MULTIVENV_TEST_PYTHON"
}

# --- where the files cannot be taken as they are ------------------------------------

@test "of one whose Python is gone the packages are installed with another" {
    use_shared
    make_repairs
    MULTIVENV_HOME=${web%/web}
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    cp -a "$web" "$world/aged"
    mkdir "$world/home"
    MULTIVENV_HOME=$world/home
    mv "$world/aged" "$MULTIVENV_HOME/aged"
    age aged
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    tree "$MULTIVENV_HOME/aged" >"$world/before"
    run in_shell 'cpvenv aged new; lsvenvs --status ok; freezevenv aged >"$TMPDIR/one"; freezevenv new >"$TMPDIR/two"
        freezevenv --requested aged >>"$TMPDIR/one"; freezevenv --requested new >>"$TMPDIR/two"'
    assert_ok new
    # with the Python before 3.12 that it may have got now it counts as a part of that
    sed -i.all /^setuptools==/d "$world/tmp/one" "$world/tmp/two"
    same_files "$world/tmp/one" "$world/tmp/two"
    same 'demo 1.0 mine from its project' "$("$MULTIVENV_HOME/new/bin/demo") $("$MULTIVENV_HOME/new/bin/mine")"
    assert_nothing_refers_to "$MULTIVENV_HOME/aged" "$MULTIVENV_HOME/new"
    tree "$MULTIVENV_HOME/aged" >"$world/after"
    same_files "$world/before" "$world/after"
    [ ! -e "$MULTIVENV_HOME/new/.project" ]
}

@test "of two versions that have left their metadata one is installed" {
    make_repairs
    make_wheel demo 1.0
    make_wheel demo 2.0
    fake_env web 3.44.1
    rm -r "$world/base-3.44.1"
    fake_package "$env" demo 1.0
    fake_package "$env" demo 2.0
    run in_shell 'cpvenv web copy; freezevenv copy'
    assert_status 0
    assert_matches '^demo==[12].0$'
}

@test "packages that cannot be reinstalled leave nothing, and are named" {
    make_repairs
    fake_env web 3.44.1
    rm -r "$world/base-3.44.1"
    fake_package "$env" nowhere-to-be-found 1.0
    run in_shell 'cpvenv web copy'
    assert_status 1
    assert_contains 'multivenv: cannot install nowhere-to-be-found==1.0: no matching version for Python 3'
    same 'web ' "$(environments)"
    assert_nothing_aside
}

@test "a program that has the path in it is installed rather than copied" {
    use_shared
    local site
    site=$(printf '%s\n' "$web"/lib/python3*/site-packages)
    printf 'ELF\0%s\0' "$web/lib" >"$site/native.so"
    run in_shell 'cpvenv web installed'
    rm "$site/native.so"
    assert_ok ''
    assert_copy installed
    # no package lists it: it is the user's
    [ -e "$MULTIVENV_HOME/installed/lib/${site#"$web"/lib/}/native.so" ]
}

@test "an environment with reinstalled packages may have quotes in its name" {
    use_shared
    local name
    for name in "it's" 'a(touch x);b&'; do
        run in_shell 'cpvenv web "$1"; lsvenvs --status ok "$1"' "$name"
        assert_ok "$name"
        run in_environment "$name" -c 'import sys, demo, mine; print(sys.prefix)'
        assert_ok "$MULTIVENV_HOME/$name"
    done
    same '' "$(find "$world" "$MULTIVENV_HOME" -name x)"
}

@test "with reinstalled packages, a project inside the environment is copied too" {
    make_project "$world/src/inner" inner
    in_shell 'mkvenv --no-use web'
    mv "$world/src" "$MULTIVENV_HOME/web/src"
    in_environment web -m pip install -q --no-build-isolation -e "$MULTIVENV_HOME/web/src/inner"
    run in_shell 'cpvenv web "it'\''s"; freezevenv "it'\''s"'
    assert_ok "-e $MULTIVENV_HOME/it's/src/inner"
    [ -f "$MULTIVENV_HOME/it's/src/inner/inner.py" ]
    run in_environment "it's" -c 'import inner; print(inner.__file__)'
    assert_ok "$MULTIVENV_HOME/it's/src/inner/inner.py"
}

# --- made by hand: nothing is started --------------------------------------------

# Usage: text FILE LINE...
text() {
    mkdir -p "${1%/*}"
    printf '%s\n' "${@:2}" >"$1"
}

@test "one that was moved comes to be sound, wherever it came from" {
    fake_env was-here
    text "$env/note" "$env/lib"
    mv "$env" "$MULTIVENV_HOME/is here"
    text "$MULTIVENV_HOME/is here/other" "$MULTIVENV_HOME/is here/lib"
    run in_shell 'cpvenv "is here" copy; lsvenvs --status ok'
    assert_ok copy
    same "$MULTIVENV_HOME/copy/lib" "$(cat "$MULTIVENV_HOME/copy/note")"
    same "$MULTIVENV_HOME/copy/lib" "$(cat "$MULTIVENV_HOME/copy/other")"
}

@test "of a symlinked one what it leads to is copied" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    run in_shell 'cpvenv web copy; lsvenvs --status ok; freezevenv copy'
    assert_ok $'copy\nweb\nflask==3.0'
    [ ! -L "$MULTIVENV_HOME/copy" ]
    assert_nothing_refers_to "$env" "$MULTIVENV_HOME/copy"
    assert_nothing_refers_to "$world/elsewhere" "$MULTIVENV_HOME/copy"
}

@test "a project in editable mode within it is another one in the copy" {
    fake_env web 3.12.4
    local site=lib/python3.12/site-packages url
    url=file://$(url_path "$env/src/inner")
    fake_package "$env" inner 1.0
    text "$env/$site/inner-1.0.dist-info/direct_url.json" "{\"url\": \"$url\", \"dir_info\": {\"editable\": true}}"
    text "$env/$site/inner.pth" "$env/src/inner"
    text "$env/src/inner/inner.py"
    run in_shell 'cpvenv web copy; freezevenv copy; freezevenv web'
    assert_ok "-e $MULTIVENV_HOME/copy/src/inner
-e $env/src/inner"
    same "$MULTIVENV_HOME/copy/src/inner" "$(cat "$MULTIVENV_HOME/copy/$site/inner.pth")"
    [ -f "$MULTIVENV_HOME/copy/src/inner/inner.py" ]
}

@test "hooks and all other files are copied" {
    fake_env web
    text "$env/bin/postactivate" "cd $env"
    text "$env/share/data/deep/file" text
    mkdir "$env/empty"
    chmod 750 "$env/empty"
    ln -s /nowhere "$env/lost"
    run in_shell 'cpvenv web copy'
    assert_ok ''
    same "cd $MULTIVENV_HOME/copy" "$(cat "$MULTIVENV_HOME/copy/bin/postactivate")"
    tree "$env" | sed -n '/ share/p; / empty/p; / lost/p' >"$world/one"
    tree "$MULTIVENV_HOME/copy" | sed -n '/ share/p; / empty/p; / lost/p' >"$world/two"
    [ -s "$world/one" ]
    same_files "$world/one" "$world/two"
}

@test "DST has to be a new name, SRC an environment" {
    fake_env web
    fake_env unfinished
    : >"$env/.multivenv-incomplete"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    fake_env broken
    rm -r "${env:?}/lib" "${env:?}/bin/python"
    mkdir "$world/folder"
    : >"$MULTIVENV_HOME/file"
    tree "$MULTIVENV_HOME" >"$world/before"
    run in_shell +eu 'attempt() { cpvenv "$@" 2>&1; printf "%s\n" "$?"; }
        attempt; attempt web; attempt web a b; attempt -x web a; attempt web web; attempt web unfinished/x; attempt web -- -a
        attempt web .a; attempt web a:b; attempt web ""; attempt "" a; attempt gone a; attempt "$1/folder" a
        attempt "$1/gone" a; attempt file a; attempt web file; attempt unfinished a; attempt lost a' "$world"
    assert_ok "multivenv: cpvenv needs an environment and a new name (see cpvenv --help)
2
multivenv: cpvenv needs an environment and a new name (see cpvenv --help)
2
multivenv: cpvenv needs an environment and a new name (see cpvenv --help)
2
multivenv: cpvenv has no option '-x' (see cpvenv --help)
2
multivenv: environment 'web' already exists (usevenv activates it, rmvenv removes it)
1
multivenv: 'unfinished/x' is not a name: it contains a '/' (see cpvenv --help)
2
multivenv: '-a' cannot be the name of an environment: it starts with '-' (see cpvenv --help)
2
multivenv: '.a' cannot be the name of an environment: it starts with '.' (see cpvenv --help)
2
multivenv: 'a:b' cannot be the name of an environment: a ':' would split PATH (see cpvenv --help)
2
multivenv: the name of an environment cannot be empty (see cpvenv --help)
2
multivenv: the name of an environment cannot be empty (see cpvenv --help)
2
multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: $world/folder is not an environment
1
multivenv: $world/gone is not an environment
1
multivenv: 'file' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: ~/.multivenv/file exists and is not an environment (move it elsewhere)
1
multivenv: 'unfinished' is incomplete: its creation never finished
1
multivenv: 'lost' is dangling: it links to /nowhere, which no longer exists
1"
    rm -r "$MULTIVENV_HOME/.multivenv"
    tree "$MULTIVENV_HOME" >"$world/after"
    same_files "$world/before" "$world/after"
    run in_shell 'cpvenv broken a'
    assert_status 1
    assert_output_is "multivenv: cannot read the packages of 'broken'"
}

# --- stopped on the way -----------------------------------------------------------

@test "stopped while it copies, nothing of the copy is left" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    tree "$env" >"$world/before"
    local signal
    for signal in INT TERM HUP; do
        # a large file takes its time
        run helper_with "
from helper.base.files import Copier
def copy(*words):
    copied.append(words)
    if len(copied) == 10:
        os.kill(os.getpid(), signal.SIG$signal)
        time.sleep(1)
    return copy_one(*words)
copied, copy_one, Copier.copy = [], Copier.copy, copy" cpvenv web copy
        assert_status $((128 + $(kill -l "$signal")))
        assert_output_is "multivenv: stopped: 'copy' was not made"
        same 'web ' "$(environments)"
        assert_nothing_aside
    done
    tree "$env" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "killed at any step, nothing half is listed, and the next verb deletes what is left" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    # shellcheck disable=SC2034  # killed_at reads it
    local step=1 cache_of_killed=$world/cache
    while run killed_at "$step" "$world/steps" cpvenv web copy && [ "$status" -ne 0 ]; do
        same 137 "$status"
        run in_shell 'lsvenvs; lsvenvs --status ok'
        [ "$output" = $'web\nweb' ] || assert_output_is $'copy\nweb\ncopy\nweb'
        rm -rf "$MULTIVENV_HOME/copy"
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 50 ]
    fake_env other
    in_shell 'rmvenv -y other' 2>"$world/said"
    # a step may leave nothing in the trash or the stage
    same "multivenv: removed 'other' (undo: mkvenv --restore other)" \
        "$(grep -v "^multivenv: deleted leftovers of 'copy' from an interrupted command\$" "$world/said")"
    assert_nothing_aside
}

# Usage: remember_old
#
# `web` without pip, whose Python is gone, in use and bound.
remember_old() {
    helper mkvenv --without-pip --bind=/ web
    text "$MULTIVENV_HOME/web/file" "$MULTIVENV_HOME/web"
    : >"$MULTIVENV_HOME/web/.last-used"
    age web
    rm -rf "$MULTIVENV_HOME"/.multivenv
}

@test "killed around the step that makes a new one valid, it is complete or not there" {
    make_repairs
    remember_old
    local turn last step copy=$MULTIVENV_HOME/copy
    cp -a "$MULTIVENV_HOME" "$world/remembered"
    helper cpvenv web copy 2>/dev/null # the interpreters are asked once, and that is kept
    rm -r "$MULTIVENV_HOME"
    cp -a "$world/remembered" "$MULTIVENV_HOME"
    killed_at 0 "$world/steps" cpvenv web copy >/dev/null
    turn=$(grep -n 'rename .*/.multivenv-incomplete' "$world/steps" | sed 's/:.*//;$!d')
    last=$(grep -c . "$world/steps")
    for ((step = turn - 12; step <= last; step++)); do
        rm -r "$MULTIVENV_HOME"
        cp -a "$world/remembered" "$MULTIVENV_HOME"
        run killed_exactly_at "$step" "$world/steps" cpvenv web copy
        same 137 "$status"
        case $(statuses) in
        $'copy: incomplete\nweb: dangling') ;;
        $'copy: ok\nweb: dangling')
            same "$copy" "$(cat "$copy/file")"
            [ ! -e "$copy/.last-used" ] && [ ! -e "$copy/.project" ]
            ;;
        *) fail "step $step: $(statuses)" || return ;;
        esac
    done
    [ "$((last - turn))" -lt 12 ]
}

@test "stopped after a new one is valid, it is there and is not reported as missing" {
    make_repairs
    remember_old
    local signal
    for signal in INT TERM HUP; do
        run helper_with "
def rename(old, new):
    renamed = do_rename(old, new)
    if old.endswith('/.multivenv-incomplete'):
        os.kill(os.getpid(), signal.SIG$signal)
        time.sleep(0.1)
    return renamed
do_rename, os.rename = os.rename, rename" cpvenv web copy
        assert_ok ''
        same $'copy: ok\nweb: dangling' "$(statuses)"
        assert_nothing_aside
        rm -r "$MULTIVENV_HOME/copy"
    done
}

@test "a folder that cannot be read is an error, and no part of a copy" {
    fake_env web
    fake_package "$env" flask 3.0
    chmod 000 "$env"/lib/python*/site-packages/flask
    run in_shell -w as_anyone 'cpvenv web copy'
    chmod 700 "$env"/lib/python*/site-packages/flask
    assert_status 1
    assert_contains 'Permission denied'
    same 'web ' "$(environments)"
}

@test "an original that is removed meanwhile does not make half a copy" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    cp -a "$env" "$world/web"
    local step said
    for step in {1..20}; do
        [ -e "$env" ] || cp -a "$world/web" "$env"
        run helper_with "
from helper.base.files import Copier
def copy(*words):
    done = copy_one(*words)
    copied.append(words)
    if len(copied) == $step:
        os.rename('$env', '$world/gone')
    return done
copied, copy_one, Copier.copy = [], Copier.copy, copy" cpvenv web copy
        said=$output
        if [ "$status" -eq 0 ]; then
            same "$(cd "$world/web" && find . | sort)" "$(cd "$MULTIVENV_HOME/copy" && find . | sort)"
            rm -r "$MULTIVENV_HOME/copy"
        fi
        [ -e "$world/gone" ] || break # so many files there are not
        same '' "$(environments)"
        rm -r "$world/gone"
    done
    printf '%s\n' "$said"
}

@test "while it is made nobody else makes or removes it" {
    fake_env web
    helper_with "
from helper.base.files import Copier
def copy(*words):
    open('$world/copying', 'w').write('x')
    while not os.path.exists('$world/go on'):
        time.sleep(0.05)
    return copy_one(*words)
copy_one, Copier.copy = Copier.copy, copy" cpvenv web copy &
    local first=$!
    wait_for "$world/copying"
    run in_shell +eu 'cpvenv web copy; mkvenv --without-pip copy; mvvenv web copy; lsvenvs'
    : >"$world/go on"
    wait "$first"
    assert_matches "^(multivenv: 'copy' is in use by cpvenv, process [0-9]+ on [^ ]*
){3}web\$"
    run in_shell 'lsvenvs --status ok'
    assert_ok $'copy\nweb'
}
