#!/usr/bin/env bats
# A cache that others can change: nothing in it is run, copied or believed.

# shells: once
load ../support/common

# Usage: believed CACHE
#
# Prints what verbs take from a cache: remembered interpreters, seeds, wheels.
believed() {
    with_modules -c '
import os, sys
from helper.interpreters.creators import cached_wheels
from helper.interpreters.query import Interpreters
from helper.making import seeds
from helper.making.context import Context
from helper.store.home import Home

cache = Context(Home("/nowhere"), {"MULTIVENV_CACHE": sys.argv[1]}).cache
seed = seeds.load(f"{cache}/seeds/one")
found = {
    "interpreters": Interpreters(cache, {})._known,
    "seed.json": seed is not None,
    "files": seed is not None and not seeds.is_damaged(seed.folder),
    "wheels": cached_wheels(cache),
}
print(" ".join(name for name, value in found.items() if value))' "$1"
}

# Makes $cache, one of the user's own
make_cache() {
    cache=$world/cache
    rm -rf "$cache"
    mkdir -p "$cache/seeds/one/site-packages/pip" "$cache/seeds/one/wheels"
    : >"$cache/seeds/one/wheels/pip-24.0-py3-none-any.whl"
    printf 'x' >"$cache/seeds/one/site-packages/pip/x.py"
    "$MULTIVENV_TEST_PYTHON" -c '
import json, os, sys
found = os.lstat(sys.argv[1] + "/site-packages/pip/x.py")
files = [["/pip", [["x.py", found.st_size, found.st_mtime_ns, found.st_mode]]]]
with open(sys.argv[1] + "/seed.json", "w") as file:
    json.dump({"schema": 1, "files": files}, file)' "$cache/seeds/one"
    printf 'multivenv interpreters 1\n%s\n' '/bin/sh|3.12.4|cpython||/lib|1|1||/bin/sh' >"$cache/interpreters"
    chmod -R go-w "$cache"
}

@test "a cache of the user's own is believed" {
    make_cache
    run believed "$cache"
    assert_ok 'interpreters seed.json files wheels'
}

# Usage: assert_believed_after WHAT COMMAND...
assert_believed_after() {
    make_cache
    "${@:2}"
    run believed "$cache"
    assert_ok "$1"
}

@test "what everybody can write to is not believed" {
    umask 022
    assert_believed_after '' chmod o+w "$world/cache"
    make_cache
    assert_believed_after 'seed.json files wheels' chmod o+w "$cache/interpreters"
    assert_believed_after 'interpreters' chmod o+w "$cache/seeds"
    assert_believed_after 'interpreters' chmod o+w "$cache/seeds/one"
    assert_believed_after 'interpreters wheels' chmod o+w "$cache/seeds/one/seed.json"
    assert_believed_after 'interpreters seed.json wheels' chmod o+w "$cache/seeds/one/site-packages/pip/x.py"
    assert_believed_after 'interpreters seed.json files' chmod o+w "$cache/seeds/one/wheels"
}

@test "root does not believe another user's files either" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can give files away'
    make_cache
    assert_believed_after '' chown 65534 "$cache"
    assert_believed_after '' chown -R 65534 "$cache"
    assert_believed_after 'seed.json files wheels' chown 65534 "$cache/interpreters"
    assert_believed_after 'interpreters wheels' chown 65534 "$cache/seeds/one/seed.json"
    assert_believed_after 'interpreters seed.json wheels' chown 65534 "$cache/seeds/one/site-packages/pip/x.py"
    assert_believed_after 'interpreters seed.json files' chown 65534 "$cache/seeds/one/wheels/pip-24.0-py3-none-any.whl"
}

@test "verbs write nothing into a cache that they do not believe, and only doctor reports it" {
    make_cache
    chmod o+w "$cache"
    rm -r "$cache/seeds" "$cache/interpreters"
    mkdir "$world/xdg"
    mv "$cache" "$world/xdg/multivenv"
    with_env "XDG_CACHE_HOME=$world/xdg"
    fake_env web
    run in_shell 'multivenv pythons >/dev/null; lsvenvs'
    assert_ok web
    run ls "$world/xdg/multivenv"
    [ "$output" = '' ] || [ "$output" = pycache ] || fail "in the cache: $output"
    run in_shell 'multivenv doctor'
    assert_contains "others can change $world/xdg/multivenv, so multivenv ignores it"
    same 1 "$(printf '%s\n' "$output" | grep -c 'others can change')"
    refute_contains 'cannot write to the cache'
}
