#!/usr/bin/env bats
# What a rebuilt environment has of the old one, and that the old one is back if
# the new one does not come to be.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/disks
load ../support/repairing

setup() {
    make_world
    make_repairs
    offline
}

# Usage: requested NAME
#
# Prints the distributions that were asked for.
requested() {
    local file
    for file in "$MULTIVENV_HOME/$1"/lib/python*/site-packages/*.dist-info/REQUESTED; do
        file=${file%-*.dist-info/REQUESTED}
        printf '%s\n' "${file##*/}"
    done | grep -v -x -e pip -e setuptools
}

# What lists and dependencies tell of an environment, without what came with it
packages() {
    "$MULTIVENV_HOME/$1/bin/python" -I -m pip list --disable-pip-version-check --format=freeze "${@:2}" |
        grep -v -e '^pip==' -e '^setuptools=='
}

@test "requested packages and dependencies stay apart" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0 deeper
    make_wheel deeper 1.0
    make_wheel alone 1.0
    in_shell 'mkvenv --no-use web demo alone'
    # asked for, although another one needs it too
    in_shell 'usevenv web; pip -q install --force-reinstall deeper'
    same 'alone
deeper
demo' "$(requested web)"
    packages web --not-required >"$world/before"
    age web
    run in_shell 'fixvenv -y web; lsvenvs --status ok; usevenv web; demo; alone'
    assert_status 0
    assert_matches $'web\ndemo 1\.0\nalone 1\.0$'
    same 'alone
deeper
demo' "$(requested web)"
    same_files "$world/before" <(packages web --not-required)
    same 'alone==1.0
demo==1.0' "$(cat "$world/before")"
    run records_hold web
    assert_ok ''
}

@test "each comes back from where it came: an editable project, a wheel, a folder" {
    make_wheel from-file 1.0
    mkdir "$world/elsewhere"
    mv "$world/wheels"/from_file-* "$world/elsewhere"
    make_project "$HOME/git/mine" mine
    make_project "$HOME/git/a folder" folder
    printf '%s\n' 'def build_wheel(folder, settings=None, metadata=None):' \
        '    return build_editable(folder)' >>"$HOME/git/a folder/backend.py"
    in_shell 'mkvenv --no-use web -e git/mine "$1" "git/a folder"' "$world/elsewhere/from_file-1.0-py3-none-any.whl"
    cat "$MULTIVENV_HOME"/web/lib/*/site-packages/*/direct_url.json >"$world/before"
    assert_contains sha256 "$(cat "$world/before")"
    age web
    run in_shell 'fixvenv -y web; usevenv web; mine; folder; from-file'
    assert_status 0
    assert_matches 'web  ok
mine from its project
folder from its project
from-file 1\.0$'
    cat "$MULTIVENV_HOME"/web/lib/*/site-packages/*/direct_url.json >"$world/after"
    same_files "$world/before" "$world/after"
    run records_hold web
    assert_ok ''
}

# `pip install -e git+https://...` makes such
@test "an editable project that lies in the environment's own src comes with it" {
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv web; mkdir "$VIRTUAL_ENV/src"; mv git/mine "$VIRTUAL_ENV/src/mine"
        pip -q install -e "$VIRTUAL_ENV/src/mine"'
    age web
    run in_shell 'fixvenv -y web; usevenv web; mine'
    assert_status 0
    assert_matches 'mine from its project$'
}

@test "an editable project whose version is another one by now comes back too" {
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web -e git/mine'
    sed -e 's/mine-1\.0/mine-2.0/g' -e 's/mine\\nVersion: 1/mine\\nVersion: 2/' "$HOME/git/mine/backend.py" >"$world/backend.py"
    mv "$world/backend.py" "$HOME/git/mine/backend.py"
    age web
    run in_shell 'fixvenv -y web; usevenv web; mine'
    assert_status 0
    assert_matches 'mine from its project$'
}

@test "what the packages need with the new Python only comes along" {
    make_wheel demo 1.0 'newer-only; python_version != "3.44"'
    make_wheel newer-only 1.0
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    run in_shell 'fixvenv -y web; usevenv web; demo; newer-only'
    assert_status 0
    assert_matches $'demo 1\.0\nnewer-only 1\.0$'
    same demo "$(requested web)"
}

@test "packages that already conflicted do not stop it, and are reported" {
    make_wheel demo 1.0 'needed>=2'
    make_wheel needed 1.0
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    fake_package "$env" needed 1.0 needed
    run in_shell 'fixvenv -y web; usevenv web; demo; needed'
    assert_status 0
    assert_contains "multivenv: packages of 'web' conflict: demo 1.0 requires needed>=2, but 1.0 is installed"
    assert_matches $'web  ok\ndemo 1\.0\nneeded 1\.0$'
}

@test "what an interrupted pip has left does not stop it" {
    make_wheel demo 1.0
    make_wheel demo 2.0
    dangling_env web 3.44.1
    fake_package "$env" demo 2.0 demo
    cp -R "$env"/lib/python3.44/site-packages/demo-2.0.dist-info "$env/lib/python3.44/site-packages/~emo-1.0.dist-info"
    printf 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n' >"$env/lib/python3.44/site-packages/~emo-1.0.dist-info/METADATA"
    run in_shell 'fixvenv -y web; usevenv web; demo'
    assert_status 0
    assert_matches 'demo 2\.0$'
}

@test "what is neither venv's nor a package's stays: project, hooks, scripts, src and the rest" {
    make_wheel demo 1.0
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    record_of web '{"created": "2024-01-01T00:00:00Z", "requirements": ["demo<2"], "editables": ["/gone"],
        "requirement_files": ["/gone.txt"], "python": {"asked": "3.44", "version": "3.44.1"}, "mine": {"kept": [1]}}'
    printf '%s\n' "$HOME/git/a proj" >"$env/.project"
    printf 'export WEB=1\n' >"$env/bin/postactivate"
    printf '#!/bin/sh\nprintf "mine\\n"\n' >"$env/bin/mine"
    chmod 750 "$env/bin/mine"
    ln -s mine "$env/bin/also-mine"
    ln -s /nowhere/tool "$env/bin/lost"
    mkdir -p "$env/src/clone/.git" "$env/var"
    printf 'ref: refs/heads/main\n' >"$env/src/clone/.git/HEAD"
    ln -s clone "$env/src/link"
    printf 'TOKEN=1\n' >"$env/.env"
    chmod 600 "$env/.env"
    touch -t 202401020304 "$env/.last-used" "$env/.env"
    tree "$env" | grep -e ' \.project' -e 'mine$' -e ' bin/lost' -e ' src' -e ' var' -e ' \.env' -e 'postactivate' >"$world/before"
    run in_shell 'fixvenv -y web; usevenv web; printf "%s\n" "$WEB"; demo; mine; also-mine'
    assert_status 0
    assert_matches $'web  ok\n1\ndemo 1\.0\nmine\nmine$'
    tree "$env" | grep -e ' \.project' -e 'mine$' -e ' bin/lost' -e ' src' -e ' var' -e ' \.env' -e 'postactivate' >"$world/after"
    same_files "$world/before" "$world/after"
    same '' "$(find "$env/.env" -newer "$env/pyvenv.cfg")"
    same "2024-01-01T00:00:00Z ['demo<2'] ['/gone'] ['/gone.txt'] {'kept': [1]}" \
        "$(record web 'it["created"]' 'it["requirements"]' 'it["editables"]' 'it["requirement_files"]' 'it["mine"]')"
    same True "$(record web 'it["python"]["version"] == "%d.%d.%d" % sys.version_info[:3]')"
    assert_nothing_aside
}

@test "when it was last used stays known" {
    dangling_env web 3.44.1
    touch -t 202401020304 "$env/.last-used"
    run in_shell 'fixvenv -y web; lsvenvs --json web'
    assert_status 0
    touch -t 202401020304 "$world/then"
    [ ! "$env/.last-used" -nt "$world/then" ] && [ ! "$env/.last-used" -ot "$world/then" ]
}

@test "own scripts stay also if their names start as those of pip and activate do" {
    local name
    dangling_env web 3.44.1
    for name in pipeline python-mine activate-all wheel-of-time; do
        printf '#!/bin/sh\n' >"$env/bin/$name"
    done
    run in_shell 'fixvenv -y web'
    assert_status 0
    for name in pipeline python-mine activate-all wheel-of-time; do
        [ -e "$env/bin/$name" ] || fail "$name is gone"
    done
}

@test "the permissions of the environment's own folder stay" {
    dangling_env web 3.44.1
    chmod 700 "$env"
    run in_shell 'fixvenv -y web'
    assert_status 0
    same drwx------ "$(tree "$env" | sed -n 's/ - \.$//p')"
}

@test "the permissions of the environment's own folder stay when its paths are rewritten" {
    installed_env web 3.44.1
    chmod 700 "$env"
    chmod 770 "$env/lib"
    mv "$env" "$MULTIVENV_HOME/other"
    run in_shell 'fixvenv -y other'
    assert_status 0
    same 'drwx------ - .
drwxrwx--- - lib' "$(tree "$MULTIVENV_HOME/other" | grep -e ' \.$' -e ' lib$')"
}

@test "the system's packages stay visible, and the lack of pip stays" {
    in_shell 'mkvenv --no-use --system-site-packages system; mkvenv --no-use --without-pip bare'
    age system true
    age bare
    run in_shell 'fixvenv -y --all; grep ^include "$1/system/pyvenv.cfg" "$1/bare/pyvenv.cfg"; cdvenv --site bare; ls' "$MULTIVENV_HOME"
    assert_status 0
    assert_matches "repaired 2
$MULTIVENV_HOME/system/pyvenv.cfg:include-system-site-packages = true
$MULTIVENV_HOME/bare/pyvenv.cfg:include-system-site-packages = false\$"
    run in_shell 'usevenv system; pip --version'
    assert_contains "$MULTIVENV_HOME/system/lib/"
}

# Usage: ten_packages
#
# An environment whose Python is gone, with ten packages of which the last is not
# to be had any more.
ten_packages() {
    local number
    dangling_env web 3.44.1
    for number in 1 2 3 4 5 6 7 8 9; do
        make_wheel "pack$number" 1.0
        fake_package "$env" "pack$number" 1.0 "pack$number"
    done
    fake_package "$env" tenth 1.0 tenth
    rm "$env"/lib/python3.44/site-packages/pack[1-5]-1.0.dist-info/REQUESTED
    record_of web '{"created": "2024-01-01T00:00:00Z"}'
    mkdir "$env/src"
    chmod 500 "$env/src"
    tree "$env" >"$world/before"
}

@test "if one of ten packages cannot be had, the old one is back byte for byte, and it is named" {
    ten_packages
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_matches "^web  dangling: rebuild with Python 3[0-9.]+, 10 packages
multivenv: did not repair 'web': cannot install tenth==1\.0: no matching version for Python 3[0-9.]+ \(choose another Python with fixvenv -p SPEC\)\$"
    same_files "$world/before" <(tree "$env")
    assert_nothing_aside
    run statuses
    assert_ok 'web: dangling'
    # and with it, it is repaired
    make_wheel tenth 1.0
    run in_shell 'fixvenv -y web; usevenv web; pack1; tenth'
    assert_status 0
    assert_matches $'pack1 1\.0\ntenth 1\.0$'
}

@test "if one cannot be built, the old one is back too" {
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web -e git/mine'
    age web
    printf 'raise RuntimeError("this project cannot be built")\n' >"$HOME/git/mine/backend.py"
    tree "$MULTIVENV_HOME/web" >"$world/before"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_contains 'this project cannot be built'
    same_files "$world/before" <(tree "$MULTIVENV_HOME/web")
    assert_nothing_aside
}

@test "if the Python cannot make environments, the old one is back too" {
    dangling_env web 3.44.1
    record_of web '{"pip": false}'
    stub_python "$world/bin/python3" 'mkdir -p "$path/bin"; printf "no space left\n" >&2; exit 1'
    tree "$env" >"$world/before"
    run in_shell 'fixvenv -y -p "$1" web' "$world/bin/python3"
    assert_status 1
    assert_matches "multivenv: did not repair 'web': making 'web' with Python 3\.11\.2 failed:
  no space left\$"
    same_files "$world/before" <(tree "$env")
    assert_nothing_aside
}

# Usage: on_small_disk OPTIONS
#
# Repairs `web` on a disk of its own, and looks at what is there then.
on_small_disk() {
    disk=$MULTIVENV_HOME
    dangling_env web 3.44.1
    tree "$env" >"$world/before"
    mv "$disk" "$world/content"
    mkdir "$disk"
    small_disk=$1
    run in_shell -w disk_of_that_size +eu 'cp -a "$1/." "$MULTIVENV_HOME"
        fixvenv -y web; printf "status %s\n" "$?"
        find "$MULTIVENV_HOME/.multivenv" -mindepth 2
        "$2" "$TEST_SUPPORT/tree.py" "$MULTIVENV_HOME/web" >"$1/after"' "$world/content" "$MULTIVENV_TEST_PYTHON"
    assert_status 0
    assert_contains "multivenv: did not repair 'web': "
    assert_contains 'No space left on device'
    assert_matches $'\nstatus 1$'
    same_files "$world/before" "$world/content/after"
}

disk_of_that_size() { on_disk "$small_disk" "$@"; }

@test "without space for pip the old one is back" {
    needs_mounts
    on_small_disk size=5m
}

@test "where no more files can be made the old one is back" {
    needs_mounts
    on_small_disk nr_inodes=100
}

# Usage: keeps_maker TOOL KEY [OPTION...]
#
# An environment of a tool is rebuilt by that tool while it is on PATH, else by venv, and
# fixvenv announces that.
keeps_maker() {
    local tool=$1 key=$2
    shift 2
    env=$MULTIVENV_HOME/web
    make_wheel demo 1.0
    need_peer "$tool"
    mkdir "$world/bin"
    ln -s "$peer" "$world/bin/$tool"
    env -i "${test_env[@]}" "$peer" "$@" "$MULTIVENV_TEST_PYTHON" "$env" 3>&-
    in_shell 'mkvenv --no-use donor; "$HOME/.multivenv/donor/bin/python" -m pip -q --python "$1" install demo' "$env/bin/python"
    grep "^$key" "$env/pyvenv.cfg" >"$world/keys"
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell 'fixvenv -y --reinstall web; usevenv web; demo'
    assert_status 0
    refute_contains instead
    assert_contains $'web  ok\ndemo 1.0'
    same_files "$world/keys" <(grep "^$key" "$env/pyvenv.cfg")
    rm "$world/bin/$tool"
    run in_shell 'fixvenv -y --reinstall web; usevenv web; demo'
    assert_status 0
    assert_contains "(created with venv instead of $tool "
    assert_contains $'web  ok\ndemo 1.0'
    run grep "^$tool" "$env/pyvenv.cfg"
    assert_output_is ''
}

@test "an environment of uv is rebuilt by uv, relocatable or not" {
    keeps_maker uv 'uv\|relocatable' venv -q --offline --no-config --relocatable --python
}

@test "an environment of virtualenv is rebuilt by virtualenv" {
    keeps_maker virtualenv virtualenv -q --no-seed -p
}
