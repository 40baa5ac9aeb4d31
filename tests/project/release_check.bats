#!/usr/bin/env bats
# tests/release-check, which compares the version with the changelog and the tag.

# shells: once
load ../support/common

# Usage: a_tree VERSION [RELEASE]
#
# A project with that version, and a changelog whose newest release is RELEASE.
a_tree() {
    tree=$world/tree
    mkdir -p "$tree/tests"
    cp "$project/tests/release-check" "$tree/tests"
    printf '%s\n' '# the entry file' "_multivenv_version=$1" >"$tree/multivenv.sh"
    printf '%s\n' '# Changelog' '' '## [Unreleased]' '' >"$tree/CHANGELOG.md"
    [ -z "${2-}" ] || printf '%s\n' "## [$2] - 2026-11-20" '' '## [0.0.9] - 2026-01-01' >>"$tree/CHANGELOG.md"
}

in_tree() {
    git -C "$tree" -c user.name=nobody -c user.email=nobody@example.org "$@"
}

commit() {
    [ -d "$tree/.git" ] || in_tree init -q
    in_tree add .
    in_tree commit -q --allow-empty -m 'a change'
}

@test "the version of this project is the newest release in its changelog" {
    cp -R "$project/multivenv.sh" "$project/CHANGELOG.md" "$world"
    mkdir "$world/tests"
    cp "$project/tests/release-check" "$world/tests"
    run "$world/tests/release-check"
    assert_status 0
    assert_contains 'ok       multivenv.sh and CHANGELOG.md have '
}

@test "make release-check passes if version, changelog and tag agree" {
    a_tree 1.2.0 1.2.0
    cp -R "$project/Makefile" "$project/help" "$tree"
    commit
    in_tree tag v1.2.0
    run make -s -C "$tree" release-check
    assert_ok $'ok       multivenv.sh and CHANGELOG.md have 1.2.0\nok       this commit has the tag v1.2.0'
}

@test "a changelog without the version fails" {
    a_tree 1.3.0 1.2.0
    run "$tree/tests/release-check"
    assert_status 1
    assert_contains 'the version differs: multivenv.sh has 1.3.0, the newest release in CHANGELOG.md is 1.2.0'
    a_tree 1.3.0
    run "$tree/tests/release-check"
    assert_status 1
    assert_contains 'the newest release in CHANGELOG.md is missing'
}

@test "a multivenv.sh without a version fails" {
    a_tree 'next' 1.2.0
    run "$tree/tests/release-check"
    assert_status 1
    assert_contains "multivenv.sh has no line '_multivenv_version=X.Y.Z'"
}

@test "another version tag on the commit fails" {
    a_tree 1.2.0 1.2.0
    commit
    in_tree tag v1.1.0
    run "$tree/tests/release-check"
    assert_status 1
    assert_contains 'the version differs: multivenv.sh has 1.2.0, the tag of this commit is v1.1.0'
}

@test "the tag of the version on an earlier commit fails" {
    a_tree 1.2.0 1.2.0
    commit
    in_tree tag v1.2.0
    commit
    run "$tree/tests/release-check"
    assert_status 1
    assert_contains 'the tag v1.2.0 is on commit '
}

@test "a missing tag, or a tree without git, is reported and does not fail" {
    a_tree 1.2.0 1.2.0
    GIT_CEILING_DIRECTORIES=$world run "$tree/tests/release-check"
    assert_status 0
    assert_contains 'missing  no git repository here: the tag v1.2.0 was not checked'
    commit
    in_tree tag unrelated
    run "$tree/tests/release-check"
    assert_status 0
    assert_contains 'missing  this commit has no version tag yet (git tag v1.2.0)'
}
