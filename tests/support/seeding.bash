# Environments that are made from seeds, and what they are compared with.
# Loaded after common.bash.

# SC2154: what common.bash sets. SC2034: what is for the tests.
# shellcheck disable=SC2154,SC2034

# Usage: find_pythons
#
# Sets $pythons to those that bundle pip, the oldest first, and $oldest and $newest;
# and $sampled to the newest, with MULTIVENV_TEST_ALL=1 to all. For setup; they are
# looked for once a file.
find_pythons() {
    local found=$BATS_FILE_TMPDIR/pythons python
    [ -e "$found" ] || "$support/find-python" --all 6 |
        awk -F 'python3[.]' '{ print $NF "\t" $0 }' | sort -n | cut -f 2- >"$found"
    pythons=()
    while IFS= read -r python; do pythons+=("$python"); done <"$found"
    oldest=${pythons[0]}
    newest=${pythons[${#pythons[@]} - 1]}
    sampled=("$newest")
    [ -z "${MULTIVENV_TEST_ALL-}" ] || sampled=("${pythons[@]}")
}

# Usage: make_seeding_world
#
# A world without a network, for environments of $MULTIVENV_TEST_PYTHON; and the Pythons.
make_seeding_world() {
    make_world
    offline
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    find_pythons
}

# --- caches -----------------------------------------------------------------

# Usage: use_cache FOLDER
#
# Has multivenv keep its cache in a folder; the helper's bytecode stays where it
# is. Sets $cache.
use_cache() {
    cache=$1/multivenv
    mkdir -p "$cache"
    [ -e "$cache/pycache" ] || ln -s "$MULTIVENV_TEST_CACHE/multivenv/pycache" "$cache/pycache"
    with_env "XDG_CACHE_HOME=$1"
}

# Usage: use_warm_cache
#
# The one in which the tests of a file find the seeds of those before. They leave
# it as it is; its path is not plain.
use_warm_cache() {
    use_cache "$BATS_FILE_TMPDIR/the cäche"
}

# Usage: use_copy_of_cache [FOLDER]
#
# One with nothing but the seed of $MULTIVENV_TEST_PYTHON. Its files are linked:
# they may be replaced, but not be changed. Sets $seed to the seed's folder.
use_copy_of_cache() {
    local from=$BATS_FILE_TMPDIR/seed
    [ -h "$from" ] || (
        use_warm_cache
        mkenv -p "$MULTIVENV_TEST_PYTHON" 'of warm cache'
        ln -s "$(seed_of "$MULTIVENV_HOME/of warm cache")" "$from"
    )
    from=$(readlink "$from")
    use_cache "${1-$world/cache}"
    seed=$cache/seeds/${from##*/}
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import os, shutil, sys
shutil.copytree(*sys.argv[1:], copy_function=os.link)' "$from" "$seed"
}

# Usage: seeds_in_cache
#
# Prints what lies among the seeds.
seeds_in_cache() {
    [ ! -e "$cache/seeds" ] || ls -A "$cache/seeds"
}

# Fails unless there is nothing but one seed in the cache.
assert_one_seed() {
    run seeds_in_cache
    assert_matches '^cpython-[^.]*\.[^.]*\.[^.]*-pip-[0-9.]*-[0-9a-f]{8}$'
    [ -f "$cache/seeds/$output/seed.json" ] || fail "there is no seed.json in $output"
}

# --- environments -----------------------------------------------------------

# Usage: mkenv [in_shell's options] [OPTION...] NAME
#
# mkvenv, which has nothing to say.
mkenv() {
    local options=()
    if [ "$1" = -w ]; then
        options=("$1" "$2")
        shift 2
    fi
    run in_shell ${options[@]+"${options[@]}"} 'mkvenv --no-use "$@"' "$@"
    assert_ok ''
}

# Usage: in_clean_env COMMAND...
in_clean_env() {
    env -i "${test_env[@]}" "$@" 3>&-
}

# Usage: genuine PATH [PYTHON] [OPTION...]
#
# Makes an environment with `python -m venv`.
genuine() {
    local path=$1 python=${2-$MULTIVENV_TEST_PYTHON}
    shift $(($# > 1 ? 2 : 1))
    in_clean_env "$python" -I -m venv "$@" "$path"
}

# Usage: the_genuine
#
# Prints the path of one of $MULTIVENV_TEST_PYTHON that all tests of a file share.
the_genuine() {
    local path=$BATS_FILE_TMPDIR/genuine
    [ -e "$path" ] || genuine "$path" || return
    printf '%s\n' "$path"
}

# Usage: with_quick_pip
#
# From here on what $MULTIVENV_TEST_PYTHON's ensurepip takes seconds for is copied
# from the_genuine. Not for homes with a space.
with_quick_pip() {
    local source
    source=$(the_genuine) || return
    mkdir -p "$world/quick"
    : >"$world/quick/log"
    cat >"$world/quick/python" <<SCRIPT
#!/bin/sh
until [ "\$1" = "$project/helper/__main__.py" ]; do shift; done
exec "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -X "pycache_prefix=$MULTIVENV_TEST_CACHE/multivenv/pycache" \
    "$support/modules.py" "$support/quick_pip.py" "$world/quick/log" "$source" "\$@"
SCRIPT
    chmod +x "$world/quick/python"
    with_env "MULTIVENV_HELPER_PYTHON=$world/quick/python"
}

# Usage: made_slowly
#
# Prints which environments of this home were made without a seed since
# with_quick_pip.
made_slowly() {
    sed -n "s|^$MULTIVENV_HOME/||p" "$world/quick/log"
}

# Usage: assert_complete ENV
#
# Fails unless it has all files of the_genuine and no others.
assert_complete() {
    same "$(names_in "$(the_genuine)")" "$(names_in "$1")"
}

# Prints all but the folders.
names_in() {
    (cd "$1" && find . ! -type d ! -name '.multivenv*' | LC_ALL=C sort)
}

# Usage: assert_same_tree ONE OTHER [PYTHON]
#
# Their names are words that pip does not use.
assert_same_tree() {
    local differs
    differs=$(mktemp "$world/tmp/differs.XXXXXX")
    in_clean_env "${3-$MULTIVENV_TEST_PYTHON}" -I "$support/same_tree.py" "$1" "$2" >"$differs" ||
        fail "$1 and $2 differ:" "$(head -n 20 "$differs" | cut -c 1-400)"
}

# Usage: site_in ENV
site_in() {
    printf '%s\n' "$1"/lib/python*/site-packages
}

# Usage: use_home FOLDER
use_home() {
    MULTIVENV_HOME=$1
    with_env "MULTIVENV_HOME=$1"
}

# Usage: assert_like_venv PYTHON NAME [OPTION...]
#
# Makes the environments NAME from a seed and NAME-genuine with `python -m venv`.
assert_like_venv() {
    local python=$1 name=$2
    shift 2
    mkenv -p "$python" "$@" "$name"
    seed_of "$MULTIVENV_HOME/$name"
    genuine "$MULTIVENV_HOME/$name-genuine" "$python" "$@"
    assert_same_tree "$MULTIVENV_HOME/$name" "$MULTIVENV_HOME/$name-genuine" "$python"
}

# Usage: seed_of ENV
#
# Prints the seed in the cache from which its pip is: linked or copied, it has its
# time.
seed_of() {
    local pip each
    pip=$(site_in "$1")/pip/__init__.py
    for each in "$cache"/seeds/*; do
        if [ "$pip" -nt "$each/site-packages/pip/__init__.py" ] ||
            [ "$pip" -ot "$each/site-packages/pip/__init__.py" ]; then continue; fi
        printf '%s\n' "$each"
        return
    done
    fail "$1 has no pip of a seed"
}

# Usage: pip_of ENV WORD...
pip_of() {
    in_clean_env "$1/bin/python" -m pip --disable-pip-version-check "${@:2}"
}

# Usage: assert_pip_works ENV
assert_pip_works() {
    run pip_of "$1" --version
    assert_status 0
    assert_contains " from $1/lib/"
}

# Usage: state_of FOLDER...
#
# Prints all that can be said of what is in a folder: kind, mode, size, time and
# checksum of each.
state_of() {
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/state_of.py" "$@"
}

# --- several at once --------------------------------------------------------

# Usage: for_each FUNCTION WORD...
#
# Calls a function with each word and its number, at a time as many as there are
# processors. What a failed one said is shown.
for_each() {
    local lane failed='' number
    for ((lane = $(getconf _NPROCESSORS_ONLN); lane > 0; lane--)); do
        each_that_is_left "$@" 3>&- &
    done
    wait
    for ((number = 1; number < $#; number++)); do
        [ "$(cat "$world/status.$number")" != 0 ] || continue
        failed=yes
        printf '%s:\n' "${@:number+1:1}" >&2
        cat "$world/said.$number" >&2
    done
    [ -z "$failed" ]
}

each_that_is_left() {
    local function=$1 number
    shift
    set +e
    for ((number = 1; number <= $#; number++)); do
        mkdir "$world/taken.$number" 2>/dev/null || continue
        (
            set -e
            "$function" "${!number}" "$number"
        ) >"$world/said.$number" 2>&1
        printf '%s\n' "$?" >"$world/status.$number"
    done
}
