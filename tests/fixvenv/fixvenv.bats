#!/usr/bin/env bats
# fixvenv: each status gets the cheapest repair that is right, and whatever
# happens on the way, there is the old environment or the new one.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/disks
load ../support/repairing

setup() {
    make_world
    make_repairs
}

# --- each status ------------------------------------------------------------

@test "drifted: the new version is noted, and nothing else changes" {
    installed_env web 3.44.1
    record_of web '{"created": "2024-01-01T00:00:00Z", "python": {"asked": "3.44", "version": "3.44.1"}}'
    : >"$env/.multivenv-sound"
    write_python "$base" 3.44.2
    tree "$env" >"$world/before"
    run in_shell 'fixvenv -y web; lsvenvs --status ok'
    assert_ok 'web  drifted: note its Python 3.44.2
web  ok
web'
    tree "$env" >"$world/after"
    run changed "$world/before" "$world/after"
    assert_ok '.multivenv-sound
.multivenv.json
pyvenv.cfg'
    same "home = $base/bin
include-system-site-packages = false
version = 3.44.2
executable = $base/bin/python3.44
command = $base/bin/python3.44 -m venv $env" "$(cat "$env/pyvenv.cfg")"
    same "2024-01-01T00:00:00Z 3.44 3.44.2 cpython $base/bin/python3.44" \
        "$(record web 'it["created"]' 'it["python"]["asked"]' 'it["python"]["version"]' \
            'it["python"]["implementation"]' 'it["python"]["base"]')"
}

@test "drifted: its own interpreter stays, also where nobody else would look for it" {
    installed_env web 3.44.1
    install_python 3.44.7
    mv "$world/pyenv/versions/3.44.1" "$world/mine"
    write_python "$world/mine" 3.44.2
    write_pyvenv_cfg "$world/mine" 3.44.1 >"$env/pyvenv.cfg"
    ln -sf "$world/mine/bin/python3.44" "$env/bin/python"
    run in_shell 'fixvenv -y web'
    assert_ok 'web  drifted: note its Python 3.44.2
web  ok'
    same "$world/mine/bin/python3.44" "$(readlink "$env/bin/python")"
}

@test "drifted: the name by which the interpreter is known stays" {
    installed_env web 3.44.1
    ln -s "$base" "$world/opt"
    write_pyvenv_cfg "$world/opt" 3.44.1 >"$env/pyvenv.cfg"
    ln -sf "$world/opt/bin/python3.44" "$env/bin/python"
    write_python "$base" 3.44.2
    run in_shell 'fixvenv -y web; grep ^home "$1/pyvenv.cfg"' "$env"
    assert_ok "web  drifted: note its Python 3.44.2
web  ok
home = $world/opt/bin"
}

@test "dangling, with another Python of its minor version: relinked, packages stay as they are" {
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    lose_python web
    run statuses
    assert_ok 'web: dangling'
    tree "$MULTIVENV_HOME/web" >"$world/before"
    run in_shell 'fixvenv -y web; lsvenvs --status ok'
    assert_status 0
    assert_matches '^web  dangling: relink to Python 3[0-9.]+, keep the packages
web  ok
web$'
    tree "$MULTIVENV_HOME/web" >"$world/after"
    run changed "$world/before" "$world/after"
    assert_output_is "$(grep -x -e .multivenv.json -e bin/python -e pyvenv.cfg <<<"$output")"
    same "$(readlink "$MULTIVENV_HOME/web/bin/python")" "$(record web 'it["python"]["base"]')"
    run in_shell 'usevenv web; demo; pip --version'
    assert_status 0
    assert_matches "^demo 1\.0
pip .* from $MULTIVENV_HOME/web/lib/"
}

@test "dangling, without one: rebuilt with the Python there is, and all packages" {
    offline
    make_wheel demo 1.0 needed
    make_wheel demo 2.0
    make_wheel needed 3.0
    make_wheel needed 4.0
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    fake_package "$env" needed 3.0 needed
    run in_shell 'fixvenv -y web; lsvenvs --status ok; usevenv web; demo; needed; python -c "import sys; print(sys.prefix)"'
    assert_status 0
    assert_matches "^web  dangling: rebuild with Python 3[0-9.]+, 2 packages
web  ok
web
demo 1\.0
needed 3\.0
$env\$"
    assert_nothing_aside
}

@test "hollow: relinked if its minor version is there, else rebuilt" {
    offline
    make_wheel demo 1.0
    installed_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    write_python "$base" 3.45.1
    ln -sf "$base/bin/python3.45" "$env/bin/python"
    cp -R "$env" "$world/hollow"
    run statuses
    assert_ok 'web: hollow'
    install_python 3.44.7
    run in_shell 'fixvenv -y web'
    assert_ok 'web  hollow: relink to Python 3.44.7, keep the packages
web  ok'
    same "$base/bin/python3.44" "$(readlink "$env/bin/python")"
    # neither of the two that have been Python 3.44
    rm -r "$env" "$world/pyenv/versions/3.44.7" "$world/pyenv/versions/3.44.1/bin/python3.44"
    mv "$world/hollow" "$env"
    run in_shell 'fixvenv -y web; usevenv web; demo'
    assert_status 0
    assert_matches '^web  hollow: rebuild with Python 3[0-9.]+, 1 package
web  ok
demo 1\.0$'
}

@test "python-version in pyvenv.cfg stays when relinked, and is corrected; nothing else writes it" {
    installed_env web 3.44.1
    printf 'python-version = 3.44\n' >>"$env/pyvenv.cfg"
    rm "$env/bin/python"
    install_python 3.44.7
    run in_shell 'fixvenv -y web; grep python-version "$1/pyvenv.cfg"' "$env"
    assert_ok "web  dangling: relink to Python 3.44.7, keep the packages
web  ok
python-version = 3.44"
    sed -i.bak 's/^python-version = .*/python-version = 3.43/' "$env/pyvenv.cfg"
    run statuses
    assert_ok 'web: hollow'
    run in_shell 'fixvenv -y web; grep python-version "$1/pyvenv.cfg"' "$env"
    assert_ok "web  hollow: relink to Python 3.44.7, keep the packages
web  ok
python-version = 3.44"
    sed -i.bak '/^python-version/d' "$env/pyvenv.cfg"
    rm "$env/bin/python"
    run in_shell 'fixvenv -y web; ! grep python-version "$1/pyvenv.cfg"' "$env"
    assert_status 0
}

@test "python-version does not come along into a rebuild with another Python" {
    offline
    dangling_env web 3.44.1
    printf 'python-version = 3.44\n' >>"$env/pyvenv.cfg"
    run in_shell 'fixvenv -y web; ! grep "python-version.*3.44" "$1/pyvenv.cfg"; lsvenvs --status ok' "$env"
    assert_status 0
    assert_contains web
}

# Usage: assert_moves OLD NEW
#
# A real environment with packages of each kind, renamed: everything in it works,
# and nothing names the old place.
assert_moves() {
    local old=$MULTIVENV_HOME/$1 env=$MULTIVENV_HOME/$2
    in_shell 'mkvenv "$1" demo; mkdir "$VIRTUAL_ENV/src"; cp -R "$2" "$VIRTUAL_ENV/src/inside"
        pip -q install --no-deps -e "$VIRTUAL_ENV/src/inside"' "$1" "$HOME/git/inside"
    mv "$old" "$env"
    run statuses "$2"
    assert_ok "$2: moved"
    run in_shell 'fixvenv -y "$1"; usevenv "$1"; demo; inside; pip --version; printf "%s\n" "$VIRTUAL_ENV"' "$2"
    assert_status 0
    assert_matches "^$2  moved: rewrite the paths
$2  ok
demo 1\.0
inside from its project
pip .* from $env/lib/.*
$env\$"
    run in_shell -b +eu '. "$1/bin/activate"; printf "%s|%s|%s\n" "$VIRTUAL_ENV" "$(command -v demo)" "$VIRTUAL_ENV_PROMPT"' "$env"
    assert_status 0
    assert_matches "^$env\|$env/bin/demo\|\(?$2\)? ?\$"
    run grep -rIlF -e "$old/" -e "$old\"" -e "$old'" -e "file://$(url_path "$old")" "$env"
    assert_output_is ''
    run records_hold "$2"
    assert_ok ''
    assert_nothing_aside
    rm -r "$env"
}

# As it stands in a URL
url_path() {
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import os, sys, urllib.parse as parse
print(parse.quote(os.fsencode(sys.argv[1])))' "$1"
}

@test "moved: the paths are rewritten, everything runs, and the old path is nowhere" {
    offline
    make_wheel demo 1.0
    make_project "$HOME/git/inside" inside
    assert_moves web other
    # where no script has to quote anything; and from there to where each has to
    MULTIVENV_HOME=$world/plain
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    assert_moves web other
    assert_moves web 'other ünï'
    assert_moves 'other ünï' web2
}

@test "moved: the files that have the old path in them and are no text are named" {
    installed_env web 3.44.1
    printf 'program\0%s\0' "$env/lib/data" >"$env/bin/program"
    mv "$env" "$MULTIVENV_HOME/other"
    run in_shell 'fixvenv -y other'
    assert_ok "other  moved: rewrite the paths
multivenv: 'bin/program' in 'other' is not text and still contains the old path
other  ok"
}

@test "moved: what can only be read is no obstacle" {
    installed_env web 3.44.1
    mkdir "$env/data"
    : >"$env/data/file"
    chmod 444 "$env/data/file"
    chmod 555 "$env/data"
    mv "$env" "$MULTIVENV_HOME/other"
    run in_shell -w as_anyone 'fixvenv -y other'
    assert_ok 'other  moved: rewrite the paths
other  ok'
    chmod -R u+w "$MULTIVENV_HOME/other"
}

@test "moved: if a file cannot be read nothing changes, and nothing is left" {
    installed_env web 3.44.1
    printf 'secret\n' >"$env/secret"
    chmod 0 "$env/secret"
    mv "$env" "$MULTIVENV_HOME/other"
    tree "$MULTIVENV_HOME/other" >"$world/before"
    run in_shell -w as_anyone 'fixvenv -y other'
    assert_status 1
    assert_contains "multivenv: did not repair 'other': Permission denied: "
    same_files "$world/before" <(tree "$MULTIVENV_HOME/other")
    assert_nothing_aside
}

@test "moved, to or from a name that scripts would have to quote: rebuilt" {
    offline
    make_wheel demo 1.0
    installed_env "it's" 3.44.1
    fake_package "$env" demo 1.0 demo
    mv "$env" "$MULTIVENV_HOME/web"
    run in_shell 'fixvenv -n web'
    assert_ok 'web  moved: rebuild with Python 3.44.1, 1 package'
    rm -r "$base"
    in_shell 'fixvenv -y -p "$1" web' "$MULTIVENV_TEST_PYTHON"
    run in_shell 'usevenv web; demo'
    assert_ok 'demo 1.0'
    in_shell 'mkvenv --no-use plain demo'
    mv "$MULTIVENV_HOME/plain" "$MULTIVENV_HOME/it's plain"
    run in_shell 'fixvenv -y "$1"; usevenv "$1"; demo' "it's plain"
    assert_status 0
    assert_matches "^it's plain  moved: rebuild with Python 3[0-9.]+, [12] packages?
it's plain  ok
demo 1\.0\$"
}

@test "moved, to a name that is not UTF-8: it says so, and nothing changes" {
    local name=$'b\xff\xfed'
    installed_env web 3.44.1
    mv "$env" "$MULTIVENV_HOME/$name" 2>/dev/null || skip 'this file system has only names that are UTF-8'
    tree "$MULTIVENV_HOME/$name" >"$world/before"
    run in_shell 'fixvenv -y "$1"' "$name"
    assert_status 1
    assert_output_is "multivenv: 'b\xff\xfed': its path is not UTF-8, so its files cannot name it (mvvenv renames it)"
    same_files "$world/before" <(tree "$MULTIVENV_HOME/$name")
    run in_shell 'mvvenv "$1" web; lsvenvs --status ok' "$name"
    assert_ok "multivenv: renamed 'b\xff\xfed' to 'web'
web"
}

@test "moved and dangling at once: relinked, then rewritten" {
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    lose_python web
    mv "$MULTIVENV_HOME/web" "$MULTIVENV_HOME/other"
    run in_shell 'fixvenv -y other; lsvenvs --status ok; usevenv other; demo'
    assert_status 0
    assert_matches '^other  dangling: relink to Python 3[0-9.]+, rewrite the paths, keep the packages
other  ok
other
demo 1\.0$'
    run grep -rIlF "$MULTIVENV_HOME/web/" "$MULTIVENV_HOME/other"
    assert_output_is ''
}

@test "incomplete: recreated from its record, with the requirements" {
    offline
    make_wheel demo 1.0
    make_wheel listed 1.0
    make_project "$HOME/git/mine" mine
    printf 'listed\n' >"$HOME/requirements.txt"
    mkdir -p "$MULTIVENV_HOME/web/lib" "$MULTIVENV_HOME/bare"
    cat >"$MULTIVENV_HOME/web/.multivenv-incomplete" <<END
{"schema": 1, "created": "2024-01-01T00:00:00Z", "requirements": ["demo<2"], "requirement_files": ["$HOME/requirements.txt"],
"editables": ["$HOME/git/mine"], "system_site_packages": true, "pip": true, "python": {"asked": "3.44", "version": "3.44.1"}}
END
    printf '{"schema": 1, "pip": false}\n' >"$MULTIVENV_HOME/bare/.multivenv-incomplete"
    run in_shell 'fixvenv --all -y'
    assert_status 0
    assert_matches '^bare  incomplete: recreate with Python 3[0-9.]+
web   incomplete: recreate with Python 3[0-9.]+
bare  ok
web   ok
repaired 2$'
    run in_shell 'lsvenvs --status ok; usevenv web; demo; listed; mine; grep ^include "$VIRTUAL_ENV/pyvenv.cfg"; usevenv bare; cdvenv --site bare; ls'
    assert_ok 'bare
web
demo 1.0
listed 1.0
mine from its project
include-system-site-packages = true'
    same "['demo<2'] 1 1 True 2024-01-01T00:00:00Z" "$(record web 'it["requirements"]' 'len(it["editables"])' \
        'len(it["requirement_files"])' 'it["system_site_packages"]' 'it["created"]')"
    assert_nothing_aside
}

@test "incomplete: if it cannot be made it stays what it was" {
    offline
    mkdir -p "$MULTIVENV_HOME/web/lib"
    printf '{"schema": 1, "requirements": ["gone"]}\n' >"$MULTIVENV_HOME/web/.multivenv-incomplete"
    tree "$MULTIVENV_HOME/web" >"$world/before"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_contains 'No matching distribution found for gone'
    same_files "$world/before" <(tree "$MULTIVENV_HOME/web")
    assert_nothing_aside
}

@test "foreign: rebuilt by its name, and left alone by --all" {
    offline
    make_wheel demo 1.0
    fake_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    rm "$env/bin/python"
    printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\363\0' >"$env/bin/python"
    chmod +x "$env/bin/python"
    tree "$env" >"$world/before"
    run in_shell 'fixvenv --all -y'
    assert_ok 'multivenv: nothing to repair'
    same_files "$world/before" <(tree "$env")
    run in_shell 'fixvenv -y web; usevenv web; demo'
    assert_status 0
    assert_matches '^web  foreign: rebuild with Python 3[0-9.]+, 1 package
web  ok
demo 1\.0$'
}

@test "corrupt: pyvenv.cfg is rewritten" {
    local damage
    installed_env web 3.44.1
    for damage in ': >pyvenv.cfg' 'printf ho >pyvenv.cfg' 'printf "version = 3.44.1\n" >pyvenv.cfg' \
        'printf "home =\nversion = 3.44.1\n" >pyvenv.cfg' 'head -c 200 /dev/zero >pyvenv.cfg' \
        'printf "{}\n" >.multivenv.json; rm pyvenv.cfg' 'ln -sf /nowhere pyvenv.cfg' 'rm pyvenv.cfg; ln -s pyvenv.cfg pyvenv.cfg'; do
        (cd "$env" && eval "$damage")
        run statuses
        assert_ok 'web: corrupt'
        run in_shell 'fixvenv -y web'
        assert_ok 'web  corrupt: relink to Python 3.44.1, keep the packages
web  ok'
        same "home = $base/bin
include-system-site-packages = false
version = 3.44.1
executable = $base/bin/python3.44
command = $base/bin/python3.44 -m venv $env" "$(cat "$env/pyvenv.cfg")"
        [ ! -h "$env/pyvenv.cfg" ]
    done
}

@test "corrupt: the interpreter that bin/python leads to stays" {
    install_python 3.44.7
    installed_env web 3.44.1
    : >"$env/pyvenv.cfg"
    run in_shell 'fixvenv -y web; readlink "$1/bin/python"; grep ^version "$1/pyvenv.cfg"' "$env"
    assert_ok "web  corrupt: relink to Python 3.44.1, keep the packages
web  ok
$base/bin/python3.44
version = 3.44.1"
}

@test "corrupt: what the record tells of the system's packages is not lost" {
    installed_env web 3.44.1
    record_of web '{"system_site_packages": true}'
    : >"$env/pyvenv.cfg"
    run in_shell 'fixvenv -y web; grep system "$1/pyvenv.cfg"' "$env"
    assert_ok 'web  corrupt: relink to Python 3.44.1, keep the packages
web  ok
include-system-site-packages = true'
}

@test "corrupt: an unreadable pyvenv.cfg is rewritten" {
    installed_env web 3.44.1
    chmod 0 "$env/pyvenv.cfg"
    run in_shell -w as_anyone 'fixvenv -y web'
    assert_ok 'web  corrupt: relink to Python 3.44.1, keep the packages
web  ok'
    run in_shell -w as_anyone 'lsvenvs --status ok'
    assert_ok web
}

@test "corrupt: a folder in the place of pyvenv.cfg is set aside" {
    installed_env web 3.44.1
    rm "$env/pyvenv.cfg"
    mkdir "$env/pyvenv.cfg"
    : >"$env/pyvenv.cfg/kept"
    run in_shell 'fixvenv -y web'
    assert_ok 'web  corrupt: relink to Python 3.44.1, keep the packages
web  ok'
    [ -e "$env/pyvenv.cfg.old/kept" ]
    # and once more
    rm "$env/pyvenv.cfg" "$env/bin/python"
    mkdir "$env/pyvenv.cfg" "$env/bin/python" "$env/bin/python.old"
    : >"$env/pyvenv.cfg/kept"
    : >"$env/bin/python.old/kept"
    run in_shell 'fixvenv -y web'
    assert_ok 'web  corrupt: relink to Python 3.44.1, keep the packages
web  ok'
    [ -e "$env/pyvenv.cfg.old/kept" ] && [ -e "$env/pyvenv.cfg.old.old/kept" ] && [ -e "$env/bin/python.old/kept" ]
}

@test "corrupt, without its packages: rebuilt from the record, and without one it says so" {
    offline
    make_wheel demo 1.0
    installed_env web 3.44.1
    installed_env other 3.44.1
    record_of web '{"requirements": ["demo"]}'
    rm -r "$MULTIVENV_HOME"/*/lib
    run in_shell 'fixvenv -y -p "$1" web; usevenv web; demo' "$MULTIVENV_TEST_PYTHON"
    assert_status 0
    assert_matches '^web  corrupt: rebuild with Python 3[0-9.]+, 1 package
web  ok
demo 1\.0$'
    run in_shell 'fixvenv -y other'
    assert_status 1
    assert_output_is "multivenv: 'other' is corrupt: its lib has no site-packages folder, and cannot be repaired"
}

@test "whatever is wrong with bin/python, it is relinked" {
    local damage
    installed_env web 3.44.1
    tree "$env" | grep -v ' bin/python' >"$world/before"
    for damage in 'rm python' 'ln -sf python3 python' 'ln -sf "$PWD/python" python' \
        'rm python*; ln -s python3.44 python' 'ln -sf /nowhere/python3.44 python' \
        'rm python; mkdir python' \
        'rm python python3 python3.44; mkdir -p python/x python3/x python3.44/x'; do
        (cd "$env/bin" && eval "$damage")
        run statuses
        assert_ok 'web: dangling'
        run in_shell 'fixvenv -y web'
        assert_ok 'web  dangling: relink to Python 3.44.1, keep the packages
web  ok'
        same "$base/bin/python3.44 python python" \
            "$(readlink "$env/bin/python") $(readlink "$env/bin/python3") $(readlink "$env/bin/python3.44")"
        same_files "$world/before" <(tree "$env" | grep -v ' bin/python')
    done
}

@test "with its whole bin gone it is rebuilt, for the scripts of its packages" {
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    rm -r "$MULTIVENV_HOME/web/bin"
    run in_shell 'fixvenv -y web; usevenv web; demo; pip --version >/dev/null'
    assert_status 0
    assert_matches '^web  dangling: rebuild with Python 3[0-9.]+, [12] packages?
web  ok
demo 1.0$'
}

@test "a virtualenv from before there was a pyvenv.cfg is repaired too" {
    offline
    make_wheel demo 1.0
    local version minor
    version=$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')
    minor=$(minor_of "$version")
    fake_env web "$version"
    fake_package "$env" demo 1.0 demo
    rm "$env/pyvenv.cfg" "$env/bin/python"
    cp "$world/base-$version/bin/python$minor" "$env/bin/python"
    ln -s "$world/base-$version/lib/python$minor/os.py" "$env/lib/python$minor/os.py"
    printf '%s' "$world/base-$version" >"$env/lib/python$minor/orig-prefix.txt"
    rm -r "$world/base-$version"
    run statuses
    assert_ok 'web: dangling'
    run in_shell 'fixvenv -y web; lsvenvs --status ok; "$1/bin/python" -c "import demo"' "$env"
    assert_status 0
    assert_matches $'\nweb  ok\nweb$'
}

@test "a copy of an interpreter stays one: it is copied again" {
    local damage
    fake_env web 3.44.1
    rm "$env"/bin/python*
    cp "$world/base-3.44.1/bin/python3.44" "$env/bin/python"
    cp "$world/base-3.44.1/bin/python3.44" "$env/bin/python3.44"
    ln -s python "$env/bin/python3"
    rm -r "$world/base-3.44.1"
    install_python 3.44.2
    for damage in : 'chmod -x python' ': >python' 'rm python'; do
        (cd "$env/bin" && eval "$damage")
        run in_shell 'fixvenv -y web'
        assert_ok 'web  dangling: copy Python 3.44.2 again, keep the packages
web  ok'
        same_files "$base/bin/python3.44" "$env/bin/python"
        same_files "$base/bin/python3.44" "$env/bin/python3.44"
        same python "$(readlink "$env/bin/python3")"
        [ ! -L "$env/bin/python" ] && [ -x "$env/bin/python" ]
    done
}

@test "a copy whose base was upgraded within its minor version is copied again" {
    installed_env web 3.44.1
    rm "$env"/bin/python*
    cp "$base/bin/python3.44" "$env/bin/python"
    ln -s python "$env/bin/python3"
    write_python "$base" 3.44.2
    run in_shell 'fixvenv -y web; lsvenvs --status ok'
    assert_ok 'web  drifted: copy Python 3.44.2 again, keep the packages
web  ok
web'
    same_files "$base/bin/python3.44" "$env/bin/python"
    assert_contains 'version = 3.44.2' "$(cat "$env/pyvenv.cfg")"
}

# --- the kinds of pyvenv.cfg ------------------------------------------------

# Usage: assert_configured LINE... -- LINE...
#
# With the first lines as its pyvenv.cfg an environment is relinked, and then has
# the others.
assert_configured() {
    local before=()
    while [ "$1" != -- ]; do before+=("$1") && shift; done
    shift
    printf '%s\n' "${before[@]}" >"$env/pyvenv.cfg"
    run in_shell 'fixvenv -y web'
    assert_ok 'web  dangling: relink to Python 3.44.7, keep the packages
web  ok'
    printf '%s\n' "$@" >"$world/expected"
    same_files "$world/expected" "$env/pyvenv.cfg"
}

@test "the lines of a pyvenv.cfg keep their order and their ends, and its versions their parts" {
    local cr=$'\r'
    install_python 3.44.7
    fake_env web 3.44.1
    ln -sf /nowhere/bin/python3.44 "$env/bin/python"
    # venv's
    assert_configured 'home = /nowhere/bin' 'include-system-site-packages = true' 'version = 3.44.1' \
        'executable = /nowhere/bin/python3.44' "command = /nowhere/bin/python3.44 -m venv $env" 'prompt = mine' -- \
        "home = $base/bin" 'include-system-site-packages = true' 'version = 3.44.7' \
        "executable = $base/bin/python3.44" "command = /nowhere/bin/python3.44 -m venv $env" 'prompt = mine'
    # virtualenv's
    ln -sf /nowhere/bin/python3.44 "$env/bin/python"
    assert_configured 'home = /nowhere/bin' 'implementation = CPython' 'version_info = 3.44.1.final.0' \
        'virtualenv = 20.26.2' 'include-system-site-packages = false' 'base-prefix = /nowhere' \
        'base-exec-prefix = /nowhere' 'base-executable = /nowhere/bin/python3.44' 'version = 3.44.1' -- \
        "home = $base/bin" 'implementation = CPython' 'version_info = 3.44.7.final.0' \
        'virtualenv = 20.26.2' 'include-system-site-packages = false' "base-prefix = $base" \
        "base-exec-prefix = $base" "base-executable = $base/bin/python3.44" 'version = 3.44.7'
    # uv's, also of the Pythons that it upgrades itself
    ln -sf /nowhere/bin/python3.44 "$env/bin/python"
    assert_configured 'home = /nowhere/bin' 'implementation = CPython' 'uv = 0.9.0' 'version_info = 3.44.1' \
        'include-system-site-packages = false' 'relocatable = true' -- \
        "home = $base/bin" 'implementation = CPython' 'uv = 0.9.0' 'version_info = 3.44.7' \
        'include-system-site-packages = false' 'relocatable = true'
    ln -sf /nowhere/bin/python3.44 "$env/bin/python"
    assert_configured 'home = /nowhere/bin' 'uv = 0.9.0' 'version_info = 3.44' 'include-system-site-packages = false' -- \
        "home = $base/bin" 'uv = 0.9.0' 'version_info = 3.44' 'include-system-site-packages = false'
    # by hand, and on Windows
    ln -sf /nowhere/bin/python3.44 "$env/bin/python"
    local system="Include-System-Site-Packages=false$cr"
    assert_configured '# mine' "HOME=/nowhere/bin$cr" "Version  = 3.44.1$cr" "no equals$cr" "home = /other$cr" "$system" -- \
        '# mine' "HOME = $base/bin$cr" "Version = 3.44.7$cr" "no equals$cr" "home = $base/bin$cr" "$system"
}

# No Python starts with one: its site.py reads it as UTF-8
@test "corrupt: a pyvenv.cfg that is not UTF-8 is rewritten, and keeps its choice of the system's packages" {
    installed_env web 3.44.1
    printf 'home = %s\ninclude-system-site-packages = true\nprompt = \303' "$base/bin" >"$env/pyvenv.cfg"
    run in_shell 'showvenv web | sed -n "s/^  status: *//p"; fixvenv -y web; head -n 3 "$1"' "$env/pyvenv.cfg"
    assert_ok "corrupt: pyvenv.cfg is not UTF-8
web  corrupt: relink to Python 3.44.1, keep the packages
web  ok
home = $base/bin
include-system-site-packages = true
version = 3.44.1"
}

# --- what it says, and what it asks -----------------------------------------

# Environments of several kinds. $base is the Python that there is for them.
several() {
    installed_env moves 3.44.7
    mv "$env" "$MULTIVENV_HOME/moved"
    installed_env fine 3.44.7
    installed_env foreign 3.44.7
    record_of foreign '{"platform": "Plan9-386"}'
    fake_env dangling 3.44.1
    fake_env 'and another' 3.44.1
    fake_package "$env" demo 1.0
    rm -r "$world/base-3.44.1"
    ln -s "$MULTIVENV_HOME/dangling" "$MULTIVENV_HOME/linked"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
}

@test "--dry-run says what is to be done, and changes nothing" {
    several
    tree "$MULTIVENV_HOME" >"$world/before"
    run in_shell 'fixvenv -n --all && fixvenv --dry-run dangling fine'
    assert_ok "and another  dangling: relink to Python 3.44.7, keep the packages
dangling     dangling: relink to Python 3.44.7, keep the packages
foreign      foreign: nothing to do
linked       dangling: cannot be repaired
lost         dangling: cannot be repaired
moved        moved: rewrite the paths
dangling  dangling: relink to Python 3.44.7, keep the packages"
    run in_shell 'fixvenv -n -p "$1" "and another" dangling foreign moved fine' "$MULTIVENV_TEST_PYTHON"
    assert_status 0
    assert_matches '^and another  dangling: rebuild with Python 3[0-9.]+, 1 package
dangling     dangling: rebuild with Python 3[0-9.]+, 0 packages
foreign      foreign: rebuild with Python 3[0-9.]+, 0 packages
moved        moved: rebuild with Python 3[0-9.]+, 0 packages
fine         ok: rebuild with Python 3[0-9.]+, 0 packages$'
    same_files "$world/before" <(tree "$MULTIVENV_HOME")
}

@test "it asks once, and whatever is no yes changes nothing" {
    local answer
    several
    tree "$MULTIVENV_HOME" >"$world/before"
    for answer in 'n\n' '\n' 'never\n' ''; do
        # shellcheck disable=SC2059  # the answers are formats
        run --separate-stderr in_shell 'printf "$1" | fixvenv dangling moved' "$answer"
        assert_status 1
        assert_output_is 'dangling  dangling: relink to Python 3.44.7, keep the packages
moved     moved: rewrite the paths'
        assert_matches '^Repair these 2\? \[y/N\] ?
?multivenv: repaired nothing$' "$stderr"
    done
    same_files "$world/before" <(tree "$MULTIVENV_HOME")
    run --separate-stderr in_shell 'printf "y\n" | fixvenv dangling'
    assert_ok 'dangling  dangling: relink to Python 3.44.7, keep the packages
dangling  ok'
    assert_matches '^Repair it\? \[y/N\] ?$' "$stderr"
}

@test "--all repairs what is not sound, goes on after a failure, and counts" {
    several
    # whose packages are not to be found, for a Python that is not there
    dangling_env hopeless 3.45.1
    fake_package "$env" demo 1.0
    tree "$env" >"$world/before"
    offline
    run in_shell 'fixvenv --all -y'
    assert_status 1
    assert_matches "^and another  dangling: relink to Python 3\.44\.7, keep the packages
dangling     dangling: relink to Python 3\.44\.7, keep the packages
foreign      foreign: nothing to do
hopeless     dangling: rebuild with Python 3[0-9.]+, 1 package
linked       dangling: cannot be repaired
lost         dangling: cannot be repaired
moved        moved: rewrite the paths
and another  ok
dangling     ok
multivenv: did not repair 'hopeless': cannot install demo==1\.0: no matching version for Python 3[^ ]* \(choose another Python with fixvenv -p SPEC\)
moved        ok
repaired 3, failed 1\$"
    same_files "$world/before" <(tree "$MULTIVENV_HOME/hopeless")
    run statuses
    assert_ok 'and another: ok
dangling: ok
fine: ok
foreign: foreign
hopeless: dangling
linked: ok
lost: dangling
moved: ok'
    assert_nothing_aside
}

@test "where all is sound there is nothing to do" {
    run in_shell 'fixvenv --all'
    assert_ok 'multivenv: nothing to repair'
    installed_env web 3.44.1
    tree "$MULTIVENV_HOME" >"$world/before"
    run in_shell 'fixvenv --all; fixvenv -y web; fixvenv -n web web'
    assert_ok 'multivenv: nothing to repair
multivenv: nothing to repair
multivenv: nothing to repair'
    same_files "$world/before" <(tree "$MULTIVENV_HOME")
}

@test "a symlinked environment is left alone, and that is said" {
    fake_env web 3.44.1
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    rm -r "$world/base-3.44.1"
    install_python 3.44.1
    tree "$world/elsewhere" >"$world/before"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_output_is "multivenv: 'web' is dangling: bin/python points to $world/base-3.44.1/bin/python3.44, which no longer exists (MULTIVENV_HOME=$world fixvenv elsewhere repairs it where it is)"
    run in_shell 'fixvenv -y --all'
    assert_status 1
    run in_shell 'fixvenv -y -p 3.44.1 web'
    assert_status 1
    same_files "$world/before" <(tree "$world/elsewhere")
}

@test "that a symlinked environment is left alone is said, also of a sound one" {
    installed_env web 3.44.1
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    install_python 3.44.2
    run in_shell 'fixvenv -y -p 3.44.2 web'
    assert_status 1
    refute_contains None
    assert_contains "link to $world/elsewhere"
}

@test "--all ends with status 1 if there is one that cannot be repaired, also beside others" {
    several
    run in_shell +eu 'fixvenv --all -y >/dev/null; printf "%s\n" "$?"; fixvenv --all -y 2>/dev/null; printf "%s\n" "$?"'
    assert_ok '1
1'
}

@test "words that make no sense are refused with the reason, and nothing changes" {
    dangling_env web 3.44.1
    install_python 3.44.1
    tree "$MULTIVENV_HOME" >"$world/before"
    run in_shell +eu 'fixvenv; printf "%s\n" "$?"
        fixvenv --all web; printf "%s\n" "$?"
        fixvenv -y --all -p 3.44; printf "%s\n" "$?"
        fixvenv -y --rebuild web; printf "%s\n" "$?"
        fixvenv -y web -p; printf "%s\n" "$?"
        fixvenv -y web --deep=yes; printf "%s\n" "$?"
        fixvenv -y web a/b; printf "%s\n" "$?"
        fixvenv -y web ""; printf "%s\n" "$?"
        fixvenv -y web -- -x; printf "%s\n" "$?"
        fixvenv -y web gone; printf "%s\n" "$?"
        fixvenv -y web -p 3.99; printf "%s\n" "$?"
        fixvenv -y web -p "$1"; printf "%s\n" "$?"' "$world/none"
    assert_status 0
    assert_matches "^multivenv: fixvenv needs names, or --all \(see fixvenv --help\)
2
multivenv: fixvenv needs names, or --all \(see fixvenv --help\)
2
multivenv: fixvenv --python needs names \(see fixvenv --help\)
2
multivenv: fixvenv has no option '--rebuild' \(see fixvenv --help\)
2
multivenv: fixvenv -p needs a value \(see fixvenv --help\)
2
multivenv: fixvenv --deep takes no value \(see fixvenv --help\)
2
multivenv: 'a/b' is not a name: it contains a '/' \(see fixvenv --help\)
2
multivenv: the name of an environment cannot be empty \(see fixvenv --help\)
2
multivenv: no environment named '-x', which is not a valid name \(see fixvenv --help\)
2
multivenv: no environment named 'gone' \(see lsvenvs\)
1
multivenv: no Python 3\.99 found; available: .* \(see multivenv pythons\)
1
multivenv: $world/none is not a working Python
1\$"
    same_files "$world/before" <(tree "$MULTIVENV_HOME")
}

@test "-p with another minor version rebuilds a sound one, with the same it relinks it" {
    offline
    make_wheel demo 1.0
    installed_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    record_of web '{"schema": 1, "python": {"asked": "3.44", "version": "3.44.1"}}'
    tree "$env/lib" >"$world/before"
    install_python 3.44.7
    run in_shell 'fixvenv -y -p 3.44.7 web; fixvenv -y -p 3.44.7 web'
    assert_ok 'web  ok: relink to Python 3.44.7, keep the packages
web  ok
multivenv: nothing to repair'
    same "$base/bin/python3.44" "$(readlink "$env/bin/python")"
    same_files "$world/before" <(tree "$env/lib")
    same 3.44.7 "$(record web 'it["python"]["asked"]')"
    run in_shell 'fixvenv -y -p "$1" web; usevenv web; demo; readlink -f "$VIRTUAL_ENV/bin/python"' "$MULTIVENV_TEST_PYTHON"
    assert_status 0
    assert_matches "^web  ok: rebuild with Python 3[0-9.]+, 1 package
web  ok
demo 1\.0
$(readlink -f "$MULTIVENV_TEST_PYTHON")\$"
    same "$MULTIVENV_TEST_PYTHON" "$(record web 'it["python"]["asked"]')"
}

@test "-p takes that Python also where there is a higher one of its minor version" {
    install_python 3.44.1
    local older=$base
    installed_env web 3.44.7
    run in_shell 'fixvenv -y -p 3.44.1 web'
    assert_ok 'web  ok: relink to Python 3.44.1, keep the packages
web  ok'
    same "$older/bin/python3.44" "$(readlink "$env/bin/python")"
    ln -sf /nowhere/python3.44 "$env/bin/python"
    run in_shell 'fixvenv -y -p 3.44.1 web'
    assert_ok 'web  dangling: relink to Python 3.44.1, keep the packages
web  ok'
    same "$older/bin/python3.44" "$(readlink "$env/bin/python")"
}

@test "where nothing may be written it says so, and nothing changes" {
    dangling_env web 3.44.1
    install_python 3.44.1
    tree "$env" >"$world/before"
    chmod 555 "$env" "$env/bin"
    run in_shell -w as_anyone 'fixvenv -y web'
    chmod 755 "$env" "$env/bin"
    assert_status 1
    assert_contains "multivenv: did not repair 'web': Permission denied: "
    same_files "$world/before" <(tree "$env")
}

@test "the names of environments are data" {
    local name=$'-odd\n$(touch x) %s;'
    install_python 3.44.1
    fake_env "$name" 3.44.1
    rm -r "$world/base-3.44.1"
    run in_shell 'fixvenv -y -- "$1"; lsvenvs --status ok' "$name"
    assert_ok "-odd\\n\$(touch x) %s;  dangling: relink to Python 3.44.1, keep the packages
-odd\\n\$(touch x) %s;  ok
-odd
\$(touch x) %s;"
}

# --- interpreters that are there and do not start ---------------------------

# Usage: break_python PREFIX ANSWER
#
# What a library that is gone, or an architecture that is none, makes of a Python.
break_python() {
    local file
    for file in "$1"/bin/python3.*; do
        printf '#!/bin/sh\n%s\n' "$2" >"$file.new"
        chmod +x "$file.new"
        mv "$file.new" "$file"
    done
}

@test "--deep: an interpreter that does not start is broken, and another one takes its place" {
    installed_env web 3.44.1
    installed_env fine 3.44.2
    ln -s "$MULTIVENV_HOME/fine" "$MULTIVENV_HOME/linked"
    break_python "$world/pyenv/versions/3.44.1" 'printf "%s\n" "first line" "error while loading libz.so.1" >&2; exit 1'
    local why='bin/python does not start: error while loading libz.so.1'
    run statuses
    assert_ok $'fine: ok\nlinked: ok\nweb: ok'
    run in_shell 'lsvenvs --deep --status broken; lsvenvs --deep --json web; showvenv --deep --json web'
    assert_status 0
    assert_matches $'^web\n'
    same 2 "$(grep -o -F "\"status\": \"broken\", \"reason\": \"$why\"" <<<"$output" | wc -l | tr -d ' ')"
    run in_shell 'showvenv --json web | grep -o "\"status\": \"ok\""; fixvenv -y web'
    assert_ok '"status": "ok"
multivenv: nothing to repair'
    run in_shell 'fixvenv -n --deep web; fixvenv -y --deep --all; lsvenvs --deep --status ok'
    assert_ok 'web  broken: relink to Python 3.44.2, keep the packages
web  broken: relink to Python 3.44.2, keep the packages
web  ok
fine
linked
web'
    same "$base/bin/python3.44" "$(readlink "$env/../web/bin/python")"
}

@test "--deep: one that says what it is and then does not start is not taken again" {
    installed_env web 3.44.9
    break_python "$base" "case \$* in
        *'import json'*) printf '[\"%s\", \"3.44.9\", \"cpython\", \"\", \"$base/lib/python3.44\"]\\n' \"\$0\" ;;
        *) kill -SEGV \$\$ ;;
        esac"
    install_python 3.44.2
    run in_shell 'fixvenv -y --deep web'
    assert_ok 'web  broken: relink to Python 3.44.2, keep the packages
web  ok'
    same "$base/bin/python3.44" "$(readlink "$env/bin/python")"
}

@test "--deep: where bin/python is a copy that does not start, it is copied again" {
    installed_env web 3.44.1
    rm "$env/bin/python"
    printf '#!/bin/sh\nexit 3\n' >"$env/bin/python"
    chmod +x "$env/bin/python"
    run in_shell 'fixvenv -y --deep web'
    assert_ok 'web  broken: copy Python 3.44.1 again, keep the packages
web  ok'
    same_files "$base/bin/python3.44" "$env/bin/python"
}

@test "--deep: without another one of its minor version it is rebuilt" {
    offline
    make_wheel demo 1.0
    installed_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    break_python "$base" 'exit 3'
    run in_shell 'fixvenv -y --deep web; usevenv web; demo'
    assert_status 0
    assert_matches '^web  broken: rebuild with Python 3[0-9.]+, 1 package
web  ok
demo 1\.0$'
}

@test "--deep: one that hangs is broken" {
    installed_env web 3.44.1
    break_python "$base" 'exec sleep 1000'
    cat >"$world/run.py" <<'END'
import sys
from helper.inspection import probe
from helper.verbs import dispatch
probe.TIME_LIMIT = 1
sys.exit(dispatch.main(sys.argv[1:]))
END
    run env -i "${test_env[@]}" "MULTIVENV_CACHE=$world/cache" \
        "$MULTIVENV_TEST_PYTHON" -I -S "$support/modules.py" "$world/run.py" lsvenvs --deep --json web
    assert_status 0
    assert_contains '"status": "broken", "reason": "bin/python did not start within 1 seconds"'
}

# --- many -------------------------------------------------------------------

@test "a hundred that lost their Python are relinked at once" {
    local number
    for number in {1..100}; do fake_env "number $number" 3.44.1; done
    # elsewhere, as after an upgrade of a package manager
    mv "$world/base-3.44.1" "$world/pyenv/versions/3.44.1"
    write_python "$world/pyenv/versions/3.44.1" 3.44.1
    run in_shell 'fixvenv --all -y | tail -n 1; lsvenvs --status ok | grep -c number'
    assert_ok 'repaired 100
100'
    assert_nothing_aside
}
