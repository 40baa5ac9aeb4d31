#!/usr/bin/env bats
# Each damage to environments that mkvenv, virtualenv and uv have made with each Python at hand: the
# verdict, and what is there after a repair. The damages are in tests/support/damages.py.
#
#   MULTIVENV_TEST_ALL=1         with every Python, not just the oldest and the newest, and
#                                all that has to be rebuilt; takes minutes
#   MULTIVENV_TEST_FIGURES=FILE  where to write how many were right, and the seconds

# shells: once
load ../support/common
load ../support/wheels
load ../support/seeding
load ../support/repairing

# The tests share the bases, which are damaged and whole again at the end, and what is found in their
# place, so that pip is unpacked once for each
setup_file() {
    local python version
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR make_world
    bases="$BATS_FILE_TMPDIR/my pyénv/versions"
    successors="$BATS_FILE_TMPDIR/my asdf/installs/python"
    mkdir -p "$bases" "$successors"
    while IFS= read -r python; do
        version=$("$MULTIVENV_TEST_PYTHON" -I -S -X utf8 "$support/damages.py" base "$python" "$bases")
        [ -e "$successors/$version" ] || ln -s "${python%/bin/*}" "$successors/$version"
    done < <(sampled_pythons 6)
}

setup() {
    make_world
    make_repairs
    use_warm_cache
    bases="$BATS_FILE_TMPDIR/my pyénv/versions"
    with_env "PYENV_ROOT=${bases%/*}" "ASDF_DATA_DIR=$BATS_FILE_TMPDIR/my asdf"
    offline
    write_wheel demo 1.0 --command demo <<'END'
import sys, from_file, mine
def main():
    words = sys.version_info[:2] + (sys.prefix, from_file.__file__, mine.__file__)
    print("%d.%d in %s with %s and %s" % words)
END
    make_wheel from-file 1.0
    make_project "$HOME/git/mine" mine
    make_old_project "$HOME/git/old/mine" mine
}

# Usage: make_old_project DIR NAME
#
# As make_project, for pip up to 21.2, which knows no other projects in editable mode.
make_old_project() {
    mkdir -p "$1"
    printf 'def main(): print("%s from its project")\n' "$2" >"$1/$2.py"
    printf '%s\n' 'import setuptools' "setuptools.setup(name='$2', version='1.0', py_modules=['$2']," \
        "    entry_points={'console_scripts': ['$2 = $2:main']})" >"$1/setup.py"
}

# Usage: make_one BASE
#
# Makes the environment of a base, with what its creator brings and three packages: one by its name,
# one from a file and one in editable mode.
make_one() {
    local version=${1##*/} minor python project=$HOME/git/mine file
    minor=$(minor_of "$version")
    python=$1/bin/python$minor
    name="$creator $version"
    [ "$minor" != 3.6 ] || project=$HOME/git/old/mine
    file=$world/wheels/from_file-1.0-py3-none-any.whl
    if [ "$creator" = venv ]; then
        in_shell 'mkvenv --no-use -p "$1" "$2" demo "$3" -e "$4"' "$python" "$name" "$file" "$project"
    elif "by_$creator" "$python" "$MULTIVENV_HOME/$name"; then
        pip_of "$MULTIVENV_HOME/$name" install -q demo "$file" -e "$project"
    else
        [ "${minor#3.}" -lt 9 ] # which they do not support any more
        rm -rf "${MULTIVENV_HOME:?}/$name"
    fi
}

by_virtualenv() {
    in_clean_env "$peer" -q --no-periodic-update -p "$1" "$2"
}

by_uv() {
    in_clean_env "$peer" venv -q --seed --offline --no-config --no-index -f "$world/wheels" -p "$1" "$2"
}

# Those that creators bring are to be had when an environment is made anew. uv installs the same
# ones, with `wheel` for older Pythons.
provide_seeded() {
    local base file
    for base in "$bases"/*; do
        for file in "$base"/lib/python*/ensurepip/_bundled/*.whl /usr/share/python-wheels/*.whl; do
            [ ! -e "$file" ] || ln -sf "$file" "$world/wheels"
        done
    done
    make_wheel wheel 1.0
}

# Usage: assert_table CREATOR
assert_table() {
    creator=$1
    provide_seeded
    for_each make_one "$bases"/*
    provide_setuptools
    run in_clean_env "MULTIVENV_CACHE=$cache" "MULTIVENV_TEST_ALL=${MULTIVENV_TEST_ALL-}" \
        "MULTIVENV_TEST_FIGURES=${MULTIVENV_TEST_FIGURES-}" "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 \
        "$support/damages.py" table "$creator" "$bases" "$world/tmp/trace" "$project/helper/__main__.py"
    assert_ok ''
}

# virtualenv brings a setuptools of its own: this stands for it
provide_setuptools() {
    local info version
    for info in "$MULTIVENV_HOME"/*/lib/*/site-packages/setuptools-*.dist-info; do
        version=${info##*/setuptools-} version=${version%.dist-info}
        [ -e "$world/wheels/setuptools-$version-py3-none-any.whl" ] || [ ! -e "$info" ] ||
            make_wheel setuptools "$version"
    done
}

@test "each damage to environments of mkvenv is seen from disk, and repaired" {
    assert_table venv
}

@test "each damage to environments of virtualenv is seen from disk, and repaired" {
    need_peer virtualenv
    assert_table virtualenv
}

@test "each damage to environments of uv is seen from disk, and repaired" {
    need_peer uv
    assert_table uv
}
