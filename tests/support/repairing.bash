# Environments to be repaired, and Pythons to do it with. Loaded after
# common.bash.

# shellcheck disable=SC2154  # what common.bash sets

# The minor version of the environments is one that no machine has, so that
# which Pythons there are for it is the test's matter.
make_repairs() {
    mkdir -p "$world/pyenv/versions" "$MULTIVENV_HOME"
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "PYENV_ROOT=$world/pyenv"
    share_cache
}

# Usage: install_python VERSION
#
# Makes a Python where pyenv would have it, that says what it is and does nothing
# else. Sets $base.
install_python() {
    base=$world/pyenv/versions/$1
    untraced write_python "$base" "$1"
}

# Usage: installed_env NAME VERSION
#
# The same as fake_env, of a Python that is installed so. Sets $env and $base.
installed_env() {
    untraced write_installed_env "$@"
}

write_installed_env() {
    local minor
    set_minor "$2"
    install_python "$2"
    fake_env "$1" "$2"
    write_pyvenv_cfg "$base" "$2" >"$env/pyvenv.cfg"
    ln -sf "$base/bin/python$minor" "$env/bin/python"
}

# Usage: dangling_env NAME VERSION
#
# The same as fake_env, of a Python that is gone. Sets $env.
dangling_env() {
    fake_env "$1" "$2"
    rm -r "$world/base-$2"
}

# Usage: write_python PREFIX VERSION
write_python() {
    local minor file
    set_minor "$2"
    file=$1/bin/python$minor
    mkdir -p "$1/bin" "$1/lib/python$minor" "$1/include/python$minor"
    : >"$1/lib/python$minor/os.py"
    write_patchlevel "$2" >"$1/include/python$minor/patchlevel.h"
    # in one step: what is remembered of it holds as long as the file is the same
    {
        printf '%s\n' '#!/bin/sh' 'case $* in' \
            "*find_spec*) cat >/dev/null; printf '\\0[true, \"$2\", \"cpython\", false, []]\\n' ;; # the check" \
            "*'import json'*) printf '[\"%s\", \"$2\", \"cpython\", \"\", \"$1/lib/python$minor\"]\\n' \"\$0\" ;;" \
            "*zlib*) printf 'multivenv\\n%s\\n%s\\n' \"\${0%/bin/*}\" \"$2\" ;; # the deep look" \
            '*)'
        write_stub | sed 1d
        printf '%s\n' ';;' 'esac'
    } >"$file.new"
    chmod +x "$file.new"
    mv "$file.new" "$file"
    ln -sf "python$minor" "$1/bin/python3"
    ln -sf python3 "$1/bin/python"
}

# Usage: record_of NAME JSON
#
# Writes the record of an environment.
record_of() {
    printf '%s\n' "$2" >"$MULTIVENV_HOME/$1/.multivenv.json"
}

# Usage: record NAME EXPRESSION...
#
# Prints Python expressions on `it`, the record of an environment.
record() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
it = json.load(open(sys.argv[1]))
print(*[eval(each) for each in sys.argv[2:]])' "$MULTIVENV_HOME/$1/.multivenv.json" "${@:2}"
}

# Usage: tree DIR
tree() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 "$support/tree.py" "$1"
}

# Usage: changed BEFORE AFTER
#
# Prints the paths in which two trees differ.
changed() {
    diff "$1" "$2" | sed -n 's/^[<>] [^ ]* \(-> .*\|-\|[^ ]*\) \([^ ]*\)$/\2/p' | LC_ALL=C sort -u
}

# Usage: statuses [PATTERN...]
#
# Prints NAME: STATUS of each environment.
statuses() {
    in_shell 'lsvenvs --json "$@"' "$@" | "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(sys.stdin)["environments"]: print(each["name"], each["status"], sep=": ")'
}

# Usage: lose_python NAME
#
# Makes a real environment one whose Python is gone; another one of the same
# version is there.
lose_python() {
    local env=$MULTIVENV_HOME/$1 name=${MULTIVENV_TEST_PYTHON##*/}
    rm "$env"/bin/python*
    ln -s "/nowhere/bin/$name" "$env/bin/python"
    ln -s python "$env/bin/python3"
    ln -s python "$env/bin/$name"
    sed 's|^home = .*|home = /nowhere/bin|' "$env/pyvenv.cfg" >"$world/tmp/config"
    mv "$world/tmp/config" "$env/pyvenv.cfg"
}

# Usage: age NAME
#
# Makes a real environment one of a Python that is gone, of a minor version that
# nobody has.
age() {
    local env=$MULTIVENV_HOME/$1
    mv "$env"/lib/python3.* "$env/lib/python3.44"
    rm "$env"/bin/python*
    ln -s /nowhere/bin/python3.44 "$env/bin/python"
    ln -s python "$env/bin/python3"
    ln -s python "$env/bin/python3.44"
    printf '%s\n' 'home = /nowhere/bin' "include-system-site-packages = ${2-false}" 'version = 3.44.1' >"$env/pyvenv.cfg"
}

# Usage: records_hold NAME
#
# Prints what in an environment's RECORDs (PEP 376) is not as they say.
records_hold() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import base64, csv, glob, hashlib, os, sys
for record in glob.glob(glob.escape(sys.argv[1]) + "/lib/*/site-packages/*.dist-info/RECORD"):
    for where, hashed, size in csv.reader(open(record, encoding="utf-8", newline="")):
        file = os.path.join(os.path.dirname(os.path.dirname(record)), where)
        if not os.path.exists(file):
            if not file.endswith(".pyc"): print("gone:", where)
            continue
        data = open(file, "rb").read()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        if hashed and (hashed != "sha256=" + digest or int(size) != len(data)):
            print("differs:", where)' "$MULTIVENV_HOME/$1"
}

# Usage: assert_nothing_aside
#
# No verb has left anything that waits to be finished, undone or deleted.
assert_nothing_aside() {
    same '' "$(left_in staging trash aside journal)"
}

# Usage: helper VERB WORD...
#
# The Python part by itself: what the verbs start, at half the time.
helper() {
    env -i "${test_env[@]}" "MULTIVENV_CACHE=$MULTIVENV_TEST_CACHE/multivenv" \
        "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -X "pycache_prefix=$MULTIVENV_TEST_CACHE/multivenv/pycache" \
        "$project/helper/__main__.py" "$@" 3>&-
}

# Usage: killed_at STEP LOG VERB WORD...
#
# Runs the helper, and kills it at the first step of the sample from STEP on; see
# kill_at.py.
killed_at() {
    env -i "${test_env[@]}" "MULTIVENV_TEST_ALL=${MULTIVENV_TEST_ALL-}" \
        "MULTIVENV_CACHE=${cache_of_killed-$MULTIVENV_TEST_CACHE/multivenv}" \
        "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -X "pycache_prefix=$MULTIVENV_TEST_CACHE/multivenv/pycache" \
        "$support/modules.py" "$support/kill_at.py" "$1" "$2" "${@:3}" 3>&-
}

# Usage: step_after STEP LOG
#
# Prints the number of the step to go on with after killed_at STEP.
step_after() {
    local steps
    steps=$(grep -c . "$2")
    printf '%s\n' $(((steps > $1 ? steps : $1) + 1))
}

# Usage: killed_exactly_at STEP LOG VERB WORD...
#
# At that step, whether it belongs to the sample or not.
killed_exactly_at() {
    MULTIVENV_TEST_ALL=1 killed_at "$@"
}

# Usage: left_in FOLDER...
#
# Prints what is in folders of multivenv's own. A process may still be emptying the trash.
left_in() {
    local folder tries
    for folder; do
        for ((tries = 0; tries < 40; tries++)); do
            [ "$folder" = trash ] || break
            [ -n "$(ls -A "$MULTIVENV_HOME/.multivenv/trash" 2>/dev/null)" ] || break
            sleep 0.05
        done
        [ ! -d "$MULTIVENV_HOME/.multivenv/$folder" ] || ls -A "$MULTIVENV_HOME/.multivenv/$folder"
    done
}

# Usage: kill_while_aside VERB WORD...
#
# Kills a repair of $env at the moment when the old one stands aside and nothing
# has its name.
kill_while_aside() {
    local step status=0
    mkdir -p "$MULTIVENV_HOME"/.multivenv/{aside,journal,locks,staging,trash}
    cp -a "$MULTIVENV_HOME" "$world/before-kill"
    killed_at 0 "$world/steps" "$@" >/dev/null 2>&1 || : # not every name can be that of a real one
    step=$(grep -n 'rename .*/aside/' "$world/steps" | sed 's/:.*//;q')
    rm -r "$MULTIVENV_HOME"
    mv "$world/before-kill" "$MULTIVENV_HOME"
    killed_exactly_at $((step + 1)) "$world/steps" "$@" >/dev/null 2>&1 || status=$?
    same 137 "$status"
    [ ! -e "$env" ]
}
