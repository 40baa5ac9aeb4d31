# Environments at another place than where they were made. Loaded after
# common.bash and repairing.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: in_environment NAME WORD...
#
# Starts the Python of an environment.
in_environment() {
    env -i "${test_env[@]}" "$MULTIVENV_HOME/$1/bin/python" -I "${@:2}" 3>&-
}

# Usage: assert_nothing_refers_to OLD ENV
#
# Neither a link nor a text in ENV has the path OLD or one below it, plain or as
# a URL has it. Compiled files do not count: Python corrects the path in those.
assert_nothing_refers_to() {
    local path
    for path in "$1" "$(url_path "$1")"; do
        run grep -rIE -e "$(escaped "$path")([^[:alnum:]_.-]|$)" "$2"
        assert_output_is ''
    done
    run find "$2" -type l \( -lname "$1" -o -lname "$1/*" \)
    assert_ok ''
}

# Prints the text as an extended regular expression
escaped() {
    printf '%s\n' "$1" | sed 's/[][\.*^$+?(){}|]/\\&/g'
}

# Prints the path as a file URL has it
url_path() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$1"
}

# Usage: assert_records NAME
#
# Each hash and size in the RECORDs (PEP 376) of an environment is right, and there
# are such.
assert_records() {
    run "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import base64, csv, glob, hashlib, os, sys
right = 0
for record in glob.glob(glob.escape(sys.argv[1]) + "/lib/*/site-packages/*.dist-info/RECORD"):
    site = os.path.dirname(os.path.dirname(record))
    for where, hashed, size in csv.reader(open(record, encoding="utf-8", newline="")):
        if not hashed: continue
        data = open(os.path.join(site, where), "rb").read()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        if hashed == "sha256=" + digest and int(size or len(data)) == len(data): right += 1
        else: print(record, where)
if not right: print("no hashes")' "$MULTIVENV_HOME/$1"
    assert_ok ''
}

# Usage: helper_with CODE VERB WORD...
#
# Runs the helper after some Python code has changed what it calls.
helper_with() {
    printf '%s\n' 'import os, shutil, signal, subprocess, sys, time' \
        'from helper.verbs import dispatch' "$1" \
        'status = dispatch.main(sys.argv[1:])' 'sys.stdout.flush()' 'os._exit(status)' >"$world/run.py"
    env -i "${test_env[@]}" "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_CACHE=$world/cache" \
        "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -X "pycache_prefix=$MULTIVENV_TEST_CACHE/multivenv/pycache" \
        "$support/modules.py" "$world/run.py" "${@:2}" 3>&-
}

# Usage: environments
#
# Prints the names of all that is in the home, on one line.
environments() {
    find "$MULTIVENV_HOME" -mindepth 1 -maxdepth 1 ! -name .multivenv -exec basename {} \; | sort | tr '\n' ' '
}
