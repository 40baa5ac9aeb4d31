#!/usr/bin/env bats
# multivenv discover beside the real tools: what each has made is found where
# it has made it, is sound, and is told to be of that tool.

load ../support/common
load ../support/wheels
load ../support/tools

# Each test has the world of its tool
setup() { :; }

# Usage: discovered [WORD...]
#
# Prints TOOL STATUS VERSION PROJECT of what multivenv discover finds, one a line,
# and writes the path of the last one to $world/tmp/path.
discovered() {
    in_shell 'multivenv discover --json "$@"' "$@" >"$world/tmp/found" || return
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["environments"]:
    version = ".".join(each["python"]["version"].split(".")[:2])
    print(each["tool"], each["status"], version, each["project"])
    open(sys.argv[2], "w").write(each["path"])' "$world/tmp/found" "$world/tmp/path"
}

# Usage: assert_discovered TOOL [PROJECT]
#
# It is the only environment, and can be adopted and used.
assert_discovered() {
    local version minor path
    version=$("$MULTIVENV_TEST_PYTHON" -V)
    minor=$(minor_of "${version#Python }")
    run discovered
    assert_ok "$1 ok $minor ${2-None}"
    path=$(cat "$world/tmp/path")
    same "$(cd -P "$path" && pwd)" "$path"
    run --separate-stderr in_shell 'multivenv adopt "$1" alpha; lsvenvs --status ok; usevenv alpha
        python -c "import os, sys; print(os.path.realpath(sys.prefix))"; multivenv discover' "$path"
    assert_ok "alpha
$path"
    assert_contains "already adopted, not listed: 'alpha'" "$stderr"
}

@test "virtualenvwrapper" {
    make_tool_world virtualenvwrapper
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    bin=${bin%/*}
    mkdir "$world/project" # it cannot have a space
    env -i "${test_env[@]}" VIRTUALENVWRAPPER_PYTHON="$bin/python" VIRTUALENVWRAPPER_VIRTUALENV="$bin/virtualenv" \
        bash -c '. "$1" && mkvirtualenv -a "$2" -p "$3" web' bash "$bin/virtualenvwrapper.sh" "$world/project" \
        "$MULTIVENV_TEST_PYTHON" >"$world/tmp/log" 2>&1 3>&- || fail "$(cat "$world/tmp/log")"
    assert_discovered virtualenvwrapper "$world/project"
    same "$HOME/.virtualenvs/web" "$(cat "$world/tmp/path")"
}

# It wants a newer pip than Python may bring: that of virtualenvwrapper's virtualenv
@test "pipx" {
    local seeds
    make_tool_world pipx
    seeds=$("$project/tests/tools-install" --path virtualenvwrapper)
    [ -x "$seeds" ] || skip 'virtualenvwrapper is not installed (make test-tools installs it)'
    cp "${seeds%/bin/*}"/lib/python3*/site-packages/virtualenv/seed/wheels/embed/pip-*.whl "$world/wheels"
    in_shell 'pipx install --python "$1" relephant' "$MULTIVENV_TEST_PYTHON" >"$world/tmp/log" 2>&1 ||
        fail "$(cat "$world/tmp/log")"
    assert_discovered pipx
}

@test "poetry" {
    make_tool_world poetry
    write_project "relephant @ file://$world/wheels/relephant-1.1-py3-none-any.whl" \
        '[tool.poetry]' 'package-mode = false'
    in_shell 'poetry -q env use "$1"; poetry -q install' "$MULTIVENV_TEST_PYTHON"
    assert_discovered poetry
}

@test "pipenv" {
    make_tool_world pipenv
    printf '%s\n' '[[source]]' "name = 'here'" "url = 'file://$world/wheels'" 'verify_ssl = false' \
        '[packages]' "relephant = '*'" >Pipfile
    in_shell 'pipenv --python "$1" install' "$MULTIVENV_TEST_PYTHON" >"$world/tmp/log" 2>&1 ||
        fail "$(cat "$world/tmp/log")"
    assert_discovered pipenv "$there"
}

@test "pdm" {
    make_tool_world pdm
    in_shell 'pdm venv create --with venv -n web "$1"' "$MULTIVENV_TEST_PYTHON" >"$world/tmp/log" 2>&1 ||
        fail "$(cat "$world/tmp/log")"
    assert_discovered pdm
}

@test "hatch" {
    make_tool_world hatch
    write_project relephant '[tool.hatch.envs.default]' 'skip-install = true' "dependencies = ['relephant']" \
        "python = '$MULTIVENV_TEST_PYTHON'"
    in_shell 'hatch env create' >"$world/tmp/log" 2>&1 || fail "$(cat "$world/tmp/log")"
    assert_discovered hatch
}

# Its own folder holds the Python of this test, and no other one
@test "pyenv-virtualenv: all of its environments, and the .python-version files of pyenv local" {
    local pyenv version prefix each
    pyenv=$(command -v pyenv) || skip 'pyenv is not installed'
    pyenv=$(readlink -f "$pyenv")
    [ -d "${pyenv%/*/*}/plugins/pyenv-virtualenv" ] || pyenv=${pyenv%/*/*}
    [ -d "${pyenv%/*/*}/plugins/pyenv-virtualenv" ] || skip 'pyenv-virtualenv is not installed'
    make_tool_world
    version=$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')
    prefix=$("$MULTIVENV_TEST_PYTHON" -c 'import sys; print(sys.base_prefix)')
    mkdir -p "$HOME/.pyenv/versions/$version" "$HOME/.pyenv/plugins" "$world/projects/web/sub" "$world/projects/data"
    for each in bin include lib share; do
        [ ! -e "$prefix/$each" ] || ln -s "$prefix/$each" "$HOME/.pyenv/versions/$version/$each"
    done
    ln -s "${pyenv%/*/*}/plugins/pyenv-virtualenv" "$HOME/.pyenv/plugins/pyenv-virtualenv"
    with_env "PYENV_ROOT=$HOME/.pyenv" "PATH=$(path_with "${pyenv%/*}")"
    cd "$world/projects" || return
    run in_shell 'pyenv virtualenv --without-pip "$1" web && pyenv virtualenv --without-pip "$1" data &&
        (cd web && pyenv local web) && (cd data && pyenv local "$1/envs/data")' "$version"
    assert_status 0
    run in_shell 'multivenv adopt --all -y --from pyenv-virtualenv .; cd web/sub; usevenv
        python -c "import os, sys; print(os.path.realpath(sys.prefix))"; cd ../../data; usevenv; printf "%s\n" "$VIRTUAL_ENV"
        stopvenv; pyenv version-name; rmvenv -y --unused 0; mkvenv --restore --last; lsvenvs'
    assert_status 0
    assert_contains "multivenv: bound 'data' to $world/projects/data (undo: rm "
    assert_contains "multivenv: adopted 2 environments, bound 2 directories (undo: rmvenv NAME)
$HOME/.pyenv/versions/$version/envs/web
$MULTIVENV_HOME/data
$version/envs/data
multivenv: removed 'data' "
    assert_contains 'multivenv: restored 2 environments
data
web'
}

make_uv_world() {
    make_tool_world uv
    mkdir -p "$HOME/.config/uv"
    printf '%s\n' 'offline = true' 'no-index = true' "find-links = ['$world/wheels']" \
        "python-downloads = 'never'" >"$HOME/.config/uv/uv.toml"
}

@test "uv: its tools" {
    make_uv_world
    in_shell 'uv -q tool install -p "$1" relephant' "$MULTIVENV_TEST_PYTHON"
    assert_discovered uv
}

@test "uv: .venv in a project, if its folder is named" {
    make_uv_world
    write_project relephant
    in_shell 'uv -q sync -p "$1"' "$MULTIVENV_TEST_PYTHON"
    run discovered
    assert_ok ''
    run discovered .
    assert_matches "^uv ok 3\.[0-9]+ $there\$"
    run in_shell 'multivenv adopt .venv; multivenv discover .; lsvenvs; uv -q pip install -p .venv pallet
        showvenv "its project" | grep pallet; usevenv; printf "%s\n" "$VIRTUAL_ENV"'
    assert_status 0
    assert_contains "multivenv: adopted '$there/.venv' as 'its project' (not moved; undo: rmvenv 'its project')
multivenv: already adopted, not listed: 'its project' (see lsvenvs)
its project
    pallet 1.0"
    assert_contains "$MULTIVENV_HOME/its project"
}
