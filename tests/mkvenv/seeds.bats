#!/usr/bin/env bats
# Environments made from a seed in the cache: the same as python -m venv makes,
# and out of each other's way. And Pythons that need help to make any.

# shells: once
load ../support/common
load ../support/wheels
load ../support/making
load ../support/disks
load ../support/seeding

setup() { make_seeding_world; }

# For what is not about pip: a seed of one's own in $seed, and a slow way that is
# quick.
use_quick_seed() {
    use_home "$world/plain"
    use_copy_of_cache
    with_quick_pip
}

# --- the same as python -m venv ---------------------------------------------

# With a space in the path the first environment, which ensurepip has made, tells
# as much; venv itself would take as long again.
like_venv_everywhere() {
    mkenv -p "$1" "first-$2"
    if [ "$1" = "$newest" ]; then
        assert_like_venv "$1" "seeded-$2"
    else
        mkenv -p "$1" "seeded-$2"
        seed_of "$MULTIVENV_HOME/seeded-$2"
        assert_same_tree "$MULTIVENV_HOME/seeded-$2" "$MULTIVENV_HOME/first-$2" "$1"
    fi
    use_home "$world/plain"
    assert_like_venv "$1" "seeded-$2"
}

@test "each kind of Python: environments are those of its venv, in a home with a space and without" {
    use_warm_cache
    pythons=()
    while IFS= read -r python; do pythons+=("$python"); done < <(sampled_pythons 6)
    for_each like_venv_everywhere "${pythons[@]}"
    # to make one in a plain path the interpreter need not be started
    run grep -L '"skeleton": \[\[' "$cache"/seeds/*/seed.json
    assert_output_is ''
}

# Usage: head_of SCRIPT
#
# Prints what comes before the script's own text.
head_of() {
    sed '/^# -\*- coding/,$d' "$1"
}

# Usage: has_heads_of_pip LENGTH
#
# Makes an environment whose interpreter's path has a length, and compares the
# script that pip writes there with that of the seed.
has_heads_of_pip() {
    local python env
    python=/long/bin/${MULTIVENV_TEST_PYTHON##*/}
    use_home "$world/$(printf "%0$(($1 - ${#world} - ${#python} - 1))d" 0)"
    env=$MULTIVENV_HOME/long
    mkenv long
    seed_of "$env"
    same "$1" "$(printf '%s' "$env/bin/${MULTIVENV_TEST_PYTHON##*/}" | wc -c | tr -d ' ')"
    run in_clean_env "$env/bin/${MULTIVENV_TEST_PYTHON##*/}" -m pip --disable-pip-version-check install demo
    assert_status 0
    same "$(head_of "$env/bin/demo")" "$(head_of "$env/bin/pip")"
}

@test "their first lines turn long where pip's do, to the character" {
    make_wheel demo 1.0
    use_copy_of_cache
    # the longest that the system takes is 127, and three more are written
    for_each has_heads_of_pip 123 124 125 126
}

# --- pip in them ------------------------------------------------------------

works_with_pip() {
    mkenv -p "$1" "seeded $2"
    local env="$MULTIVENV_HOME/seeded $2"
    seed_of "$env"
    run pip_of "$env" install demo
    assert_status 0
    run in_clean_env "$env/bin/demo"
    assert_ok 'demo 1.0'
    run pip_of "$env" list --format freeze
    assert_matches $'(^|\n)demo==1.0\n(.*\n)?pip==[0-9.]+(\n|$)'
    run pip_of "$env" check
    assert_ok 'No broken requirements found.'
    # RECORD names all files, with the checksums that they have, and no others
    genuine "$MULTIVENV_HOME/without pip $2" "$1" --without-pip
    run pip_of "$env" uninstall -y demo setuptools pip
    assert_status 0
    same "$(names_in "$MULTIVENV_HOME/without pip $2")" "$(names_in "$env")"
}

@test "pip installs, lists, checks, and uninstalls itself to the last file" {
    use_warm_cache
    make_wheel demo 1.0
    for_each works_with_pip "$oldest" "$newest"
}

writes_no_bytecode() {
    local site
    mkenv -p "$1" "first $2"
    mkenv -p "$1" "seeded $2"
    seed_of "$MULTIVENV_HOME/seeded $2"
    site=$(site_in "$MULTIVENV_HOME/seeded $2")
    state_of "$site" >"$world/before.$2"
    assert_pip_works "$MULTIVENV_HOME/seeded $2"
    state_of "$site" >"$world/after.$2"
    same_files "$world/before.$2" "$world/after.$2"
}

@test "their bytecode is there: pip writes none when it starts" {
    use_warm_cache
    for_each writes_no_bytecode "${sampled[@]}"
}

# Prints the pip that an interpreter has for its environments
bundled_pip() {
    "$1" -I -c 'import ensurepip, glob, os
bundled = os.path.dirname(ensurepip.__file__) + "/_bundled/pip-*.whl"
print((glob.glob(bundled) + glob.glob("/usr/share/python-wheels/pip-*.whl"))[0])'
}

# Prints the state of an environment and that of its seed, and what its pip says.
state_with_seed() {
    state_of "$1" "$(seed_of "$1")"
    pip_of "$1" --version
    pip_of "$1" list --format freeze
    pip_of "$1" check
    state_of "$1" "$(seed_of "$1")"
}

apart() {
    local name dir="$MULTIVENV_HOME/$2" wheels="$world/wheels.$2"
    use_home "$dir"
    for name in first one other third; do
        mkenv -p "$1" "$name"
        seed_of "$dir/$name"
    done
    : >"$world/tmp/file.$2"
    if ln "$world/tmp/file.$2" "$world/tmp/link.$2" 2>/dev/null; then
        [ "$(site_in "$dir/one")/pip/__init__.py" -ef "$(site_in "$dir/third")/pip/__init__.py" ]
    fi
    state_with_seed "$dir/third" >"$world/before.$2"
    mkdir "$wheels"
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/newer_wheel.py" "$(bundled_pip "$1")" "$wheels" 99.0
    with_env "PIP_FIND_LINKS=$wheels"
    run pip_of "$dir/one" install --upgrade pip
    assert_status 0
    run pip_of "$dir/one" --version
    assert_matches '^pip 99.0 from '
    run pip_of "$dir/other" uninstall -y pip
    assert_status 0
    run pip_of "$dir/other" --version
    assert_status 1
    run in_shell 'rmvenv -y first'
    assert_ok "multivenv: removed 'first' (undo: mkvenv --restore first)"
    state_with_seed "$dir/third" >"$world/after.$2"
    same_files "$world/before.$2" "$world/after.$2"
}

@test "what happens to pip in one environment happens neither in another nor in the seed" {
    use_warm_cache
    for_each apart "${sampled[@]}"
}

# --- seeds that are damaged -------------------------------------------------

# Usage: damage HOW
#
# Damages $seed.
damage() {
    local file=$seed/site-packages/pip/__init__.py json=$seed/seed.json
    case $1 in
    'half of seed.json') write_anew "$json" head -c "$(($(wc -c <"$json") / 2))" ;;
    'seed.json is a list') write_anew "$json" printf '[]\n' ;;
    'seed.json is empty') write_anew "$json" : ;;
    'seed.json is no text') write_anew "$json" printf '\377\376' ;;
    'seed.json is of another schema') edit_json 'it["schema"] = 2' ;;
    'seed.json tells nothing') write_anew "$json" printf '{"schema": 1}\n' ;;
    'seed.json has a text for a list') edit_json 'it["files"] = "files"' ;;
    'seed.json has a number out of range') edit_json 'it["scripts"][-1][-1] = 1 << 80' ;;
    'seed.json cannot be read')
        write_anew "$json" cat
        chmod 000 "$json"
        ;;
    'seed.json is a folder') rm "$json" && mkdir "$json" ;;
    'seed.json is gone') rm "$json" ;;
    'a file is gone') rm "$file" ;;
    'a file is longer')
        cp "$file" "$file.new"
        printf '\n' >>"$file.new"
        touch -r "$file" "$file.new"
        mv "$file.new" "$file"
        ;;
    'a file has another time') write_anew "$file" cat ;;
    'a file has other permissions')
        cp -p "$file" "$file.new"
        mv "$file.new" "$file"
        chmod 600 "$file"
        ;;
    'a file is a link') mv "$file" "$file.away" && ln -s "$file.away" "$file" ;;
    'a folder is gone') rm -r "$seed/site-packages/pip/_internal" ;;
    'site-packages is a file') rm -r "$seed/site-packages" && : >"$seed/site-packages" ;;
    'the seed is a file') rm -r "$seed" && : >"$seed" ;;
    'seeds is a file') rm -r "$cache/seeds" && : >"$cache/seeds" ;;
    *) fail "who knows: $1" ;;
    esac
}

# Usage: write_anew FILE COMMAND...
#
# Puts a file into its place, which is what the command makes of it.
write_anew() {
    local file=$1
    shift
    "$@" <"$file" >"$file.new"
    mv "$file.new" "$file"
}

# Usage: edit_json STATEMENT
#
# Changes `it`, what is in the seed.json of $seed.
edit_json() {
    write_anew "$seed/seed.json" "$MULTIVENV_TEST_PYTHON" -I -S -c 'import json, sys
it = json.load(sys.stdin)
exec(sys.argv[1])
json.dump(it, sys.stdout)' "$1"
}

survives() {
    use_home "$world/plain/$2"
    use_copy_of_cache "$world/cache.$2"
    damage "$1"
    mkenv -w as_anyone one
    assert_complete "$MULTIVENV_HOME/one"
    assert_pip_works "$MULTIVENV_HOME/one"
    mkenv other
    assert_complete "$MULTIVENV_HOME/other"
    # the second one is from a good seed
    same one "$(made_slowly)"
    assert_one_seed
}

@test "a damaged seed only costs time, and is replaced" {
    local damages=('seed.json is no text' 'seed.json has a text for a list' 'a file is longer' 'a folder is gone'
        'seed.json is a folder' 'the seed is a file')
    [ -z "${MULTIVENV_TEST_ALL-}" ] || damages+=('half of seed.json' 'seed.json is a list' 'seed.json is empty'
        'seed.json is of another schema' 'seed.json tells nothing' 'seed.json cannot be read' 'a file is gone'
        'a file has another time' 'a file is a link' 'site-packages is a file' 'seed.json is gone'
        'seed.json has a number out of range')
    use_quick_seed
    for_each survives "${damages[@]}"
}

@test "a seed with a file that may not be read by others is replaced" {
    use_quick_seed
    survives 'a file has other permissions' 1
}

of_5_MB() { on_disk size=5m "$@"; }

@test "a seed stays if there is no space for an environment" {
    needs_mounts
    use_home "$world/plain"
    use_copy_of_cache
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    run in_shell -w of_5_MB 'mkvenv --no-use web'
    assert_status 1
    assert_contains 'No space left on device'
    assert_one_seed
}

# --- caches that cannot be written, or are elsewhere ------------------------

# Usage: makes_do WRAPPER [NAME...]
#
# The environments `one` and `other` are made, the NAMEs without a seed, and
# nothing is left where temporary files are.
makes_do() {
    mkdir "$MULTIVENV_HOME.tmp"
    with_env "TMPDIR=$MULTIVENV_HOME.tmp"
    mkenv -w "$1" one
    mkenv -w "$1" other
    assert_complete "$MULTIVENV_HOME/one"
    assert_complete "$MULTIVENV_HOME/other"
    assert_pip_works "$MULTIVENV_HOME/other"
    shift
    same "$*" "$(made_slowly | paste -s -d ' ' -)"
    run ls -A "$MULTIVENV_HOME.tmp"
    assert_ok ''
}

makes_do_with_cache() {
    use_home "$world/plain-$2"
    use_copy_of_cache "$world/cache.$2"
    case $1 in
    'no folder')
        with_env XDG_CACHE_HOME=/dev/null
        makes_do as_anyone one other
        ;;
    'nowhere to make it')
        mkdir -m 555 "$world/locked"
        with_env "XDG_CACHE_HOME=$world/locked/cache"
        makes_do as_anyone one other
        ;;
    'seeds is a file')
        damage 'seeds is a file'
        makes_do as_anyone one other
        ;;
    'empty, not to be written')
        rm -r "$cache/seeds"
        chmod a-w "$cache"
        makes_do as_anyone one other
        ;;
    'full, not to be written')
        chmod a-w "$cache" "$cache/seeds" "$seed"
        makes_do as_anyone
        ;;
    'damaged, not to be written')
        damage 'a file is gone'
        chmod a-w "$cache" "$cache/seeds" "$seed"
        makes_do as_anyone one other
        ;;
    'not to be looked at')
        chmod 000 "$cache/seeds"
        makes_do as_anyone one other
        ;;
    esac
    chmod u+rwx "$cache" "$cache/seeds" "$seed" 2>/dev/null || :
}

# it mkvenv
@test "without a cache that can be written it takes longer, and that is all" {
    use_quick_seed
    for_each makes_do_with_cache 'no folder' 'nowhere to make it' 'seeds is a file' 'empty, not to be written' \
        'full, not to be written' 'damaged, not to be written' 'not to be looked at'
}

read_only() {
    in_namespace sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"' \
        sh "$cache" "$@"
}

@test "a seed on a read-only disk is as good as any" {
    needs_mounts
    use_quick_seed
    makes_do read_only
}

of_300_MB() { on_disk size=300m "$@"; }

@test "from another disk they are copied: with the modes, the times, and bytecode that is valid" {
    needs_mounts
    use_home "$world/plain"
    with_quick_pip
    disk=$world/disk
    mkdir "$disk"
    with_env "XDG_CACHE_HOME=$disk"
    run in_shell -w of_300_MB 'mkvenv --no-use first
        mkvenv --no-use seeded
        set -- "$1" "$2/state_of.py" "$XDG_CACHE_HOME"/multivenv/seeds/* "$MULTIVENV_HOME"/seeded/lib/python*/site-packages
        "$1" "$2" "$3/site-packages" >"$TMPDIR/seed"
        "$1" "$2" "$4" >"$TMPDIR/seeded"' "$MULTIVENV_TEST_PYTHON" "$support"
    assert_ok ''
    same first "$(made_slowly)"
    run grep -v '/RECORD$' "$world/tmp/seeded"
    assert_ok "$(cat "$world/tmp/seed")"
    same '' "$(find "$MULTIVENV_HOME/seeded" -type f -links +1)"
    assert_same_tree "$MULTIVENV_HOME/seeded" "$(the_genuine)"
    assert_pip_works "$MULTIVENV_HOME/seeded"
    state_of "$(site_in "$MULTIVENV_HOME/seeded")" | grep -v '/RECORD$' >"$world/tmp/after"
    same_files "$world/tmp/seed" "$world/tmp/after"
}

@test "seeds of another user are ignored, and the environment is one's own" {
    [ "$(id -u)" -eq 0 ] || return 0 # who could give them away
    use_quick_seed
    cp -Rp "$cache/seeds" "$cache/copies"
    rm -r "$cache/seeds"
    mv "$cache/copies" "$cache/seeds"
    chown -R 12345 "$cache/seeds"
    makes_do command one other
    same '' "$(find "$MULTIVENV_HOME/one" ! -user "$(id -u)")"
}

# --- killed, and several at once --------------------------------------------

# Usage: kill_mkvenv_at PLACE SIGNAL STATUS
#
# See quick_pip.py for the places.
kill_mkvenv_at() {
    with_env "TEST_KILL_AT=$1" "TEST_KILL_BY=$2"
    run in_shell -w detached 'mkvenv --no-use killed'
    assert_status "$3"
    without_env TEST_KILL_AT
}

is_stopped_at() {
    use_home "$world/plain-$2"
    use_copy_of_cache "$world/cache.$2"
    with_env "TMPDIR=$MULTIVENV_HOME.tmp"
    mkdir "$MULTIVENV_HOME.tmp"
    rm -r "$seed"
    kill_mkvenv_at "$1" SIGINT 130
    assert_nothing_left
    same '' "$(seeds_in_cache)"
    run ls -A "$MULTIVENV_HOME.tmp"
    assert_ok ''
}

@test "Ctrl-C while a seed is kept leaves neither half of it nor an environment" {
    use_quick_seed
    for_each is_stopped_at models file rename
}

# Has what is among the seeds lie there for two hours.
age_seeds() {
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import os, sys, time
then = time.time() - 7200
for entry in os.scandir(sys.argv[1]): os.utime(entry.path, (then, then))' "$cache/seeds"
}

is_killed_at() {
    local remains
    use_home "$world/plain-$2"
    use_copy_of_cache "$world/cache.$2"
    if [ "$1" = drop ]; then
        damage 'a file is gone'
    else
        rm -r "$seed"
    fi
    kill_mkvenv_at "$1" SIGKILL 137
    run seeds_in_cache
    [ -n "$output" ] || fail 'it has left nothing, and proves nothing'
    remains=$output
    # another one does not take it for a seed, and leaves it alone: it could be in the making
    mkenv slow
    assert_contains slow "$(made_slowly)"
    run seeds_in_cache
    case $1 in
    models | file) assert_contains "$remains" ;;
    esac
    mkenv seeded
    refute_contains seeded "$(made_slowly)"
    assert_complete "$MULTIVENV_HOME/seeded"
    # with the next seed that is kept it goes
    age_seeds
    damage 'a file is gone'
    mkenv again
    assert_contains again "$(made_slowly)"
    assert_complete "$MULTIVENV_HOME/again"
    assert_pip_works "$MULTIVENV_HOME/again"
    assert_one_seed
}

@test "what a kill leaves is no seed, and goes with the next one that is kept an hour later" {
    use_quick_seed
    for_each is_killed_at models file rename drop
}

# Usage: at_once NUMBER
#
# So many environments are made at the same time.
at_once() {
    local number
    for ((number = 1; number <= $1; number++)); do
        (
            status=0
            in_shell 'mkvenv --no-use "$@"' "env-$number" || status=$?
            [ "$status" -eq 0 ] || printf '%s\n' "status $status"
        ) >"$world/said.$number" 2>&1 &
    done
    wait
    same '' "$(cat "$world"/said.*)"
    for ((number = 1; number <= $1; number++)); do
        assert_complete "$MULTIVENV_HOME/env-$number"
    done
    assert_one_seed
    mkenv after
    refute_contains after "$(made_slowly)"
    assert_complete "$MULTIVENV_HOME/after"
    assert_pip_works "$MULTIVENV_HOME/after"
}

@test "several that are made at once without a seed are all made, and one seed is there" {
    use_home "$world/plain"
    with_quick_pip
    use_cache "$world/cache"
    at_once 6
}

@test "several that find the seed damaged at once are all made, and one good seed is there" {
    use_quick_seed
    damage 'a file has another time'
    at_once 6
}

@test "ten that are made at once are all made from the seed" {
    use_quick_seed
    at_once 10
    same '' "$(made_slowly)"
}

# --- Pythons that have no pip to give ---------------------------------------

# Usage: make_bare PYTHON
#
# Makes an installation of that Python without ensurepip, as distributions have
# it: its program is copied, its library linked to. Sets $bare to its interpreter,
# $library to its library, and $ensurepip to what is not in there.
make_bare() {
    local entry
    ensurepip=''
    bare=$world/bare/bin/${1##*/}
    library=$world/bare/lib/${1##*/}
    mkdir -p "$world/bare/bin" "$library"
    cp "$1" "$bare"
    for entry in "$("$1" -I -S -c 'import os; print(os.path.dirname(os.__file__))')"/*; do
        case ${entry##*/} in
        ensurepip) ensurepip=$entry ;;
        __pycache__) ;;
        *) ln -s "$entry" "$library/${entry##*/}" ;;
        esac
    done
    run "$bare" -I -c 'import os, sys; print(sys.prefix, os.path.dirname(os.__file__))'
    assert_ok "$world/bare $library"
}

# Prints that of the Pythons which has the newest pip for its environments.
richest() {
    local python
    for python in "${pythons[@]}"; do
        printf '%s\t%s\n' "$("$python" -I -c 'import ensurepip; print(ensurepip.version())')" "$python"
    done | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1 | cut -f 2
}

@test "a Python without ensurepip gets the pip of another, and then has a seed like any" {
    local python
    python=$(richest)
    make_bare "$python"
    use_cache "$world/cache"
    mkdir -p "$world/pyenv/versions"
    ln -s "${python%/bin/*}" "$world/pyenv/versions/donor"
    with_env "PYENV_ROOT=$world/pyenv" "PATH=$tools/bin"
    mkenv -p "$bare" bare-first
    mkenv -p "$bare" bare-seeded
    seed_of "$MULTIVENV_HOME/bare-seeded"
    assert_pip_works "$MULTIVENV_HOME/bare-seeded"
    # from a folder: pip would note that, ensurepip leaves no trace
    same '' "$(find "$MULTIVENV_HOME" -name direct_url.json)"
    # what its venv would make, had it been installed with ensurepip
    ln -s "$ensurepip" "$library/ensurepip"
    genuine "$MULTIVENV_HOME/bare-genuine" "$bare"
    rm "$library/ensurepip"
    assert_same_tree "$MULTIVENV_HOME/bare-first" "$MULTIVENV_HOME/bare-genuine" "$python"
    assert_same_tree "$MULTIVENV_HOME/bare-seeded" "$MULTIVENV_HOME/bare-genuine" "$python"
    # that other one may go: its wheel is in the cache. Another umask takes another seed.
    rm "$world/pyenv/versions/donor"
    umask 077
    mkenv -p "$bare" bare-after
    same "$(pip_of "$MULTIVENV_HOME/bare-first" list)" "$(pip_of "$MULTIVENV_HOME/bare-after" list)"
}

@test "a Python without ensurepip makes environments without pip" {
    make_bare "$MULTIVENV_TEST_PYTHON"
    mkenv -p "$bare" --without-pip bare
    same '' "$(ls -A "$(site_in "$MULTIVENV_HOME/bare")")"
    run in_clean_env "$MULTIVENV_HOME/bare/bin/python" -c 'import sys; print(sys.prefix)'
    assert_ok "$MULTIVENV_HOME/bare"
}

# Usage: stub_of VERSION FILE [ANSWER]
#
# A stub_python of another version, without ensurepip.
stub_of() {
    local text
    stub_python "$2" "${3-exit 1}"
    text=$(sed "s/3\.11\.2/$1/" "$2")
    printf '%s\n' "$text" >"$2"
    rm -r "${2%/*}/../lib/ensurepip"
}

@test "a Python without ensurepip for which no pip is found is refused with the reason, and nothing is left" {
    # no pip of today is for that one
    stub_of 3.2.6 "$world/old/bin/python3"
    run in_shell 'mkvenv -p "$1" web' "$world/old/bin/python3"
    assert_status 1
    assert_output_is "multivenv: Python 3.2.6 at $world/old/bin/python3 has no ensurepip, and no other Python here has a pip for it (install it with ensurepip, or mkvenv --without-pip)"
    assert_nothing_left
}

# --- Pythons that have no venv ----------------------------------------------

# Usage: stub_without_venv VERSION
#
# Sets $stub to an interpreter.
stub_without_venv() {
    stub=$world/old/bin/python
    stub_of "$1" "$stub"
    rm -r "$world/old/lib/venv"
    with_env "PATH=$world/tools/bin:$test_path"
}

# Usage: stub_virtualenv VERSION
#
# A virtualenv on PATH that notes how it is called.
stub_virtualenv() {
    mkdir -p "$world/tools/bin" "$world/tools/lib/python3.11/site-packages/virtualenv-$1.dist-info"
    cat >"$world/tools/bin/virtualenv" <<END_OF_SCRIPT
#!/bin/sh
printf '%s\n' "\$@" >"$world/called"
for path; do :; done
mkdir -p "\$path/bin" "\$path/lib/python2.7/site-packages"
ln -s "$stub" "\$path/bin/python"
printf 'home = %s\nversion_info = 2.7.18.final.0\nbase-executable = %s\n' "${stub%/*}" "$stub" >"\$path/pyvenv.cfg"
printf 'include-system-site-packages = false\n' >>"\$path/pyvenv.cfg"
printf 'VIRTUAL_ENV="%s"\n' "\$path" >"\$path/bin/activate"
END_OF_SCRIPT
    chmod +x "$world/tools/bin/virtualenv"
}

refuses_without_venv() {
    run in_shell 'mkvenv -p "$1" web' "$stub"
    assert_status 1
    assert_output_is "multivenv: $1"
    [ ! -e "$world/called" ]
    assert_nothing_left
}

@test "Python 2.7 without virtualenv is refused, with what to install, and nothing is left" {
    stub_without_venv 2.7.18
    refuses_without_venv "Python 2.7.18 at $stub has no venv, and virtualenv is not on PATH (install virtualenv 20.21 or older)"
}

@test "Python 2.7 with a virtualenv that is too new for it is refused, with the one that is not" {
    stub_without_venv 2.7.18
    stub_virtualenv 21.0
    refuses_without_venv "Python 2.7.18 at $stub has no venv, and virtualenv 21.0 does not support it (virtualenv 20.21 is the last version that does)"
}

@test "Python 2.7 with a virtualenv for it gets its environments from that" {
    stub_without_venv 2.7.18
    stub_virtualenv 20.21.1
    mkenv -p "$stub" web
    same "--python
$stub
$MULTIVENV_HOME/web" "$(cat "$world/called")"
    mkenv -p "$stub" --without-pip --system-site-packages bare
    same "--python
$stub
--system-site-packages
--no-pip
--no-setuptools
--no-wheel
$MULTIVENV_HOME/bare" "$(cat "$world/called")"
    run in_shell 'lsvenvs --status ok'
    assert_ok $'bare\nweb'
    run in_shell 'lsvenvs --json web'
    assert_contains '"python": {"version": "2.7.18",'
}

@test "a virtualenv that fails is shown with its last words, and nothing is left" {
    stub_without_venv 2.7.18
    stub_virtualenv 20.21.1
    printf '%s\n' '#!/bin/sh' 'for path; do :; done' 'mkdir "$path/bin"' 'printf "RuntimeError: failed\n" >&2' 'exit 1' \
        >"$world/tools/bin/virtualenv"
    run in_shell 'mkvenv -p "$1" web' "$stub"
    assert_status 1
    assert_output_is "multivenv: making 'web' with Python 2.7.18 failed:
  RuntimeError: failed"
    assert_nothing_left
}
