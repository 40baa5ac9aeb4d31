#!/usr/bin/env bats
# The verdicts of lsvenvs on whole trees: tests/support/corpus.bash.

# shells: once
load ../support/common
load ../support/corpus

setup_file() {
    make_corpus
}

setup() {
    make_world
    use_corpus
}

# Usage: verdicts FILE
#
# Prints NAME|STATUS|REASON of a listing in JSON, sorted.
verdicts() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["environments"]:
    print(each["name"], each["status"], each["reason"] or "", sep="|")' "$1" | LC_ALL=C sort
}

@test "each damage has its status and its reason, and a sound one has none" {
    in_shell 'lsvenvs --json' >"$world/tmp/list"
    same "$(printf '%s\n' "${corpus[@]}" | LC_ALL=C sort)" "$(verdicts "$world/tmp/list")"
}

@test "judging starts no process" {
    command -v strace >/dev/null || skip 'strace is not installed'
    MULTIVENV_HOME=$MULTIVENV_HOME traced "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 \
        "$project/helper" lsvenvs --json >/dev/null
    # the helper itself
    run grep -c -E '(execve|execveat|clone|clone3|fork|vfork)\(' "$world/tmp/trace"
    assert_output_is 1
}
