#!/usr/bin/env bats
# Each damage to environments of each kind that real software creates: the verdict, and what the
# repair leaves. tests/fixvenv/damages.bats has more damages to fewer kinds. The damages and kinds are
# in tests/support/kinds.py. MULTIVENV_TEST_ALL=1 does each damage to each kind.

load ../support/common
load ../support/wheels
load ../support/tools

others=$project/.tools/tools/others

setup() {
    make_tool_world
    command -v git >/dev/null || skip 'git is not installed'
    [ -d "$others/wheels" ] || skip 'the wheels of build backends could not be had'
    bases="$world/my pyenv/versions" # virtualenv 16 fails with letters outside ASCII
    ln -s "$others"/wheels/*.whl "$world/wheels"
    mkdir "$world/local" "$world/projects" "$world/cache"
    write_wheel demo 1.0 --command demo --tag py2.py3-none-any <<<'def main(): print("demo works")'
    printf 'x = 1\n' | "$MULTIVENV_TEST_PYTHON" -I -S "$support/wheel.py" "$world/local" local 1.0
    find_software
}

# Usage: software NAME FILE...
#
# Notes the first of these files that exists, for kinds.py.
software() {
    local file name=$1
    shift
    for file; do
        [ -x "$file" ] || [ -r "$file" ] || continue
        software+=("$name=$file")
        return
    done
}

find_software() {
    local name python libraries=("$others"/pypy/usr/lib/*-linux-gnu)
    software=()
    # of the Pythons of one minor version, the one with the oldest patch version and the newest
    while IFS='=' read -r name python; do software "$name" "$python"; done < <(patch_versions)
    software python2 "$PYENV_ROOT"/versions/2.7.*/bin/python2.7 /usr/bin/python2.7
    software pypy "$others"/pypy/usr/bin/pypy3.*[0-9]
    software virtualenv "$project/.tools/peers/bin/virtualenv" \
        "$(dirname "$("$project/tests/tools-install" --path virtualenvwrapper)")/virtualenv"
    software virtualenv16 "$others/virtualenv16/virtualenv.py"
    software virtualenv20 "$("$project/tests/tools-install" --path virtualenv20)"
    software uv "$("$project/tests/tools-install" --path uv)"
    ln -s "$("$project/tests/tools-install" --path virtualenv20)" "$("$project/tests/tools-install" --path uv)" "$world/bin"
    provide_seeded
    # Debian's PyPy has its library in a folder of the system
    [ ! -d "${libraries[0]}" ] || with_env "LD_LIBRARY_PATH=${libraries[0]}"
}

# Prints python3=PATH and newer=PATH, the latter only if two patch versions of a minor version exist.
patch_versions() {
    "$support/find-python" --all 9 | while IFS= read -r python; do
        "$python" -I -S -c 'import sys; print("%d.%03d %03d" % sys.version_info[:3], sys.executable)'
    done | LC_ALL=C sort -k1,1 -k2,2n | awk '
        $1 == minor && $2 != patch { print "python3=" path; path = $3; print "newer=" $3; found = 1; exit }
        { minor = $1; patch = $2; path = $3 }
        END { if (!found) print "python3=" path }'
}

# What virtualenv brings can be installed again, as from an index
provide_seeded() {
    local each file
    for each in "${software[@]}"; do
        case $each in
        virtualenv=* | virtualenv20=*)
            each=${each#*=}
            each=$(printf '%s\n' "${each%/bin/*}"/lib/python3*/site-packages/virtualenv/seed/wheels/embed)
            ;;
        virtualenv16=*) each=$others/virtualenv16/virtualenv_support ;;
        *) continue ;;
        esac
        for file in "$each"/{setuptools,wheel}-*.whl; do
            [ ! -e "$file" ] || ln -sf "$file" "$world/wheels"
        done
    done
}

@test "each damage to environments of each kind is seen, and repaired" {
    printf '%s\n' "${software[@]}" | grep -q '^python3=' || skip 'no Python 3.9 or newer'
    run env -i "${test_env[@]}" "MULTIVENV_TEST_ALL=${MULTIVENV_TEST_ALL-}" PATH="$world/bin:/usr/local/bin:/usr/bin:/bin" \
        "PIP_FIND_LINKS=file://${world// /%20}/wheels" "MULTIVENV_HOME=$world/my envs" \
        "MULTIVENV_CACHE=$world/cache" "PYENV_ROOT=${bases%/*}" "ASDF_DATA_DIR=$world/my asdf" \
        PIP_DISABLE_PIP_VERSION_CHECK=1 "$MULTIVENV_TEST_PYTHON" -X utf8 \
        "$support/kinds.py" "$world" "$project/helper/__main__.py" "${software[@]}" 3>&-
    printf '%s\n' "$output" | cut -c 1-400 | sed 's/^/# /' >&3
    assert_status 0
}
