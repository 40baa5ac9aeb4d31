#!/usr/bin/env bats
# Directories that are not environments, in a home that is not one: nothing there
# is rebuilt or removed.

# shells: once
load ../support/common
load ../support/repairing

setup() {
    make_world
    make_repairs
}

# Usage: assert_kept NAME WHY
#
# No verb changes the directory of that name, and each says why.
assert_kept() {
    local verb
    tree "$MULTIVENV_HOME/$1" >"$world/before"
    for verb in "rmvenv -y $1" "fixvenv -y $1" "fixvenv -y -p $MULTIVENV_TEST_PYTHON $1" "mvvenv $1 other"; do
        # shellcheck disable=SC2086 # words
        run helper $verb
        assert_status 1
        assert_contains "'$1' $2"
    done
    run helper fixvenv -y --all
    assert_status 1
    assert_contains "'$1' $2"
    tree "$MULTIVENV_HOME/$1" >"$world/after"
    same_files "$world/before" "$world/after"
    same '' "$(left_in trash aside journal staging)"
}

@test "an interpreter is never rebuilt or removed" {
    write_python "$MULTIVENV_HOME/3.44.1" 3.44.1
    assert_kept 3.44.1 'is an installation of Python, not a virtual environment'
    printf 'home = /nowhere\nversion = 3.44.1\ninclude-system-site-packages = false\n' >"$MULTIVENV_HOME/3.44.1/pyvenv.cfg"
    printf '{}\n' >"$MULTIVENV_HOME/3.44.1/.multivenv.json"
    assert_kept 3.44.1 'is an installation of Python, not a virtual environment'
}

@test "a PyPy is an interpreter too" {
    mkdir -p "$MULTIVENV_HOME"/pypy/{bin,lib/pypy3.10}
    : >"$MULTIVENV_HOME/pypy/lib/pypy3.10/os.py"
    ln -s pypy3.10 "$MULTIVENV_HOME/pypy/bin/python"
    assert_kept pypy 'is an installation of Python, not a virtual environment'
}

@test "what conda made is never rebuilt or removed" {
    mkdir -p "$MULTIVENV_HOME"/miniconda3/{bin,conda-meta}
    ln -s /nowhere/python "$MULTIVENV_HOME/miniconda3/bin/python"
    assert_kept miniconda3 'belongs to conda; it is not a virtual environment'
    printf 'home = /nowhere\nversion = 3.44.1\ninclude-system-site-packages = false\n' >"$MULTIVENV_HOME/miniconda3/pyvenv.cfg"
    assert_kept miniconda3 'belongs to conda; it is not a virtual environment'
}

@test "a directory with a bin/python and nothing else is never rebuilt or removed" {
    mkdir -p "$MULTIVENV_HOME"/local/{bin,lib/python3.44/site-packages,share}
    : >"$MULTIVENV_HOME/local/share/file"
    ln -s /nowhere/python "$MULTIVENV_HOME/local/bin/python"
    assert_kept local 'has no pyvenv.cfg and no record, so it may not be an environment'
}

@test "an environment of an old virtualenv has a copy of os.py, and can be removed" {
    mkdir -p "$MULTIVENV_HOME"/old/{bin,lib/python3.6/site-packages}
    : >"$MULTIVENV_HOME/old/lib/python3.6/os.py"
    printf '/usr\n' >"$MULTIVENV_HOME/old/lib/python3.6/orig-prefix.txt"
    ln -s /nowhere/python "$MULTIVENV_HOME/old/bin/python"
    run helper rmvenv -y old
    assert_ok "multivenv: removed 'old' (undo: mkvenv --restore old)"
}

@test "a home that belongs to something else is reported by verbs that change it, once, and by doctor" {
    local what advice='(set MULTIVENV_HOME to a folder of its own)'
    for what in versions project conda; do
        MULTIVENV_HOME=$world/$what
        mkdir -p "$MULTIVENV_HOME"
        with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
        case $what in
        versions)
            write_python "$MULTIVENV_HOME/3.44.1" 3.44.1
            what='which contains installations of Python'
            ;;
        project)
            : >"$MULTIVENV_HOME/pyproject.toml"
            what='the directory of a project'
            ;;
        conda)
            mkdir "$MULTIVENV_HOME/conda-meta"
            what='a folder of conda'
            ;;
        esac
        run helper rmvenv -y nope
        assert_status 1
        assert_output_is "multivenv: MULTIVENV_HOME is $MULTIVENV_HOME, $what $advice
multivenv: no environment named 'nope' (see lsvenvs)"
        run helper doctor --
        assert_status 3
        assert_contains "  MULTIVENV_HOME is $MULTIVENV_HOME, $what $advice"
    done
    with_env "MULTIVENV_HOME=$HOME"
    run helper rmvenv -y nope
    assert_contains "multivenv: MULTIVENV_HOME is ~, your home directory $advice"
    with_env "MULTIVENV_HOME=$world/pyenv/versions"
    run helper rmvenv -y nope
    assert_contains "where pyenv keeps its Pythons $advice"
    run helper lsvenvs
    assert_ok ''
}
