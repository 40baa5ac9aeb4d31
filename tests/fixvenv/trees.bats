#!/usr/bin/env bats
# fixvenv on each environment of tests/support/corpus.bash.

# shells: once
load ../support/common
load ../support/corpus
load ../support/repairing

setup_file() {
    make_corpus
}

setup() {
    make_world
    use_corpus
    make_repairs
}

# These bases say what they are, as those that are still there would, and nothing else.
write_stub() {
    # shellcheck disable=SC2016  # for the stub to expand
    printf '%s\n' '#!/bin/sh' 'prefix=${0%/bin/*} name=${0##*/}' \
        '[ ! -e "$prefix/pyvenv.cfg" ] || prefix=$(sed -n "s|^[Hh][Oo][Mm][Ee] *= *\(.*\)/bin.*|\1|p" "$prefix/pyvenv.cfg" | head -n 1)' \
        "version=\$(sed -n 's/^#define PY_VERSION *\"\(.*\)\"/\1/p' \"\$prefix\"/include/*/patchlevel.h | head -n 1)" \
        'case $* in' \
        "*find_spec*) cat >/dev/null; printf '\\0[true, \"%s\", \"cpython\", false, []]\\n' \"\$version\" ;;" \
        "*'import json'*) printf '[\"%s\", \"%s\", \"cpython\", \"\", \"%s\"]\\n' \"\$0\" \"\$version\" \"\$prefix/lib/\$name\" ;;" \
        '*) exit 1 ;;' 'esac'
}

# Those that are to stay as they are: what a link leads to is another one's, and
# rmvenv takes it away; a foreign one may be whole on another machine, so it has to
# be named; a project that is gone may have moved; and these bases install nothing.
left='copies-for-another-processor: foreign
emptied: damaged
emptied-with-a-record: damaged
link-to-nothing: dangling
no-config: corrupt
other-processor: foreign
pip-gone: damaged
project-gone: damaged
project-renamed: damaged
recorded-on-another-system: foreign
windows: foreign'

@test "each repairable damage is sound afterwards" {
    in_shell +eu 'fixvenv --all -y' >"$world/said" 2>&1 || :
    run statuses
    same "$left" "$(grep -v ': ok$' <<<"$output")"
    same "${#corpus[@]}" "$(grep -c . <<<"$output")"
    assert_nothing_aside
    run in_shell 'fixvenv -y copies-for-another-processor other-processor recorded-on-another-system windows | tail -n 1
        lsvenvs --status foreign'
    assert_ok 'repaired 4'
}
