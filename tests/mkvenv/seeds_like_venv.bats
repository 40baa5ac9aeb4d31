#!/usr/bin/env bats
# Environments made from a seed are those of python -m venv, also where that takes other ways. seeds.bats has the usual
# way; here venv itself runs several times for each Python, which takes a minute.

# shells: once on request
load ../support/common
load ../support/wheels
load ../support/making
load ../support/disks
load ../support/seeding

setup() { make_seeding_world; }

like_venv_far_down() {
    use_home "$world/$(printf '%0100d' 0)"
    mkenv -p "$1" "first-$2"
    assert_like_venv "$1" "seeded-$2"
    run head -n 1 "$MULTIVENV_HOME/seeded-$2/bin/pip"
    assert_ok '#!/bin/sh'
}

@test "where the path is too long for a script's first line, they are too" {
    use_warm_cache
    for_each like_venv_far_down "${sampled[@]}"
}

like_venv_with_system() {
    use_home "$world/plain"
    use_cache "$world/cache.$2"
    mkenv -p "$1" --system-site-packages "first-$2"
    assert_like_venv "$1" "seeded-$2" --system-site-packages
    assert_same_tree "$MULTIVENV_HOME/first-$2" "$MULTIVENV_HOME/seeded-$2-genuine" "$1"
    # what the first one leaves has nothing of the system's
    mkenv -p "$1" "without-$2"
    seed_of "$MULTIVENV_HOME/without-$2"
    run grep include-system "$MULTIVENV_HOME/without-$2/pyvenv.cfg"
    assert_ok 'include-system-site-packages = false'
    assert_pip_works "$MULTIVENV_HOME/without-$2"
}

@test "with the system's packages they are too" {
    for_each like_venv_with_system "${sampled[@]}"
}

like_venv_under_umask() {
    umask 077
    case $1 in
    'from a seed')
        mkenv first-private
        mkenv private-env
        seed_of "$MULTIVENV_HOME/private-env"
        ;;
    'by venv') genuine "$MULTIVENV_HOME/private-genuine" ;;
    esac
}

@test "under another umask they are too, with a seed of their own" {
    use_home "$world/plain"
    use_copy_of_cache
    for_each like_venv_under_umask 'from a seed' 'by venv'
    assert_same_tree "$MULTIVENV_HOME/private-env" "$MULTIVENV_HOME/private-genuine"
    run seeds_in_cache
    same 2 "${#lines[@]}"
}
