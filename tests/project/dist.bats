#!/usr/bin/env bats
# make dist.

# shells: once
load ../support/common
load ../support/release

setup() {
    make_world
    make_release
}

@test "the same commit gives the same bytes, wherever and whenever it is made" {
    cp "$tarball" "$world/first.tar.gz"
    git clone -q "$tree" "$world/clone"
    find "$world/clone" -name '*.py' -exec touch -t 200101010000 {} +
    (umask 077 && TZ=Asia/Tokyo packaging=x make -s -C "$world/clone" dist >/dev/null)
    cmp "$world/first.tar.gz" "$world/clone/dist/multivenv-$version.tar.gz"
    # what is not committed is not in it
    : >"$tree/helper/new.py"
    printf '%s\n' '_multivenv_version=9.9.9' >"$tree/multivenv.sh"
    run make -s -C "$tree" dist
    assert_status 0
    assert_contains 'changes that are not committed are left out'
    cmp "$world/first.tar.gz" "$tarball"
}

@test "the tarball has the tree of the commit and the manual page, owned by root" {
    run tar -tzf "$tarball"
    assert_contains "multivenv-$version/multivenv.1"
    assert_contains "multivenv-$version/packaging/files"
    same '' "$(grep -v "^multivenv-$version/" <<<"$output")"
    run "$MULTIVENV_TEST_PYTHON" -I -S -c '
import sys, tarfile
for each in sorted({(each.uname, each.gname, oct(each.mode), each.mtime) for each in tarfile.open(sys.argv[1])}):
    print(*each)' "$tarball"
    assert_ok 'root root 0o644 1795168800
root root 0o755 1795168800'
}

@test "the tarball can be installed without git" {
    tar -C "$world" -xzf "$tarball"
    make -s -C "$world/multivenv-$version" install prefix="$world/usr" >/dev/null
    run env PATH="$test_path" make -s -C "$world/multivenv-$version" installcheck prefix="$world/usr"
    assert_ok "multivenv $version in $world/usr/share/multivenv works"
    run make -s -C "$world/multivenv-$version" dist
    assert_status 2
    assert_contains 'packaging/dist: not the top of a git repository'
}

@test "make dist fills the version, the address and the sha256 into the recipes" {
    local sum recipe
    sum=$(cat "$tarball.sha256")
    assert_matches "^[0-9a-f]{64}  multivenv-$version.tar.gz\$" "$sum"
    for recipe in install.sh multivenv.rb PKGBUILD; do
        same '' "$(grep -E '@(version|sha256|releases)@' "$tree/dist/$recipe")"
        assert_contains https://example.org/releases "$(cat "$tree/dist/$recipe")"
    done
    assert_contains "${sum%% *}" "$(cat "$tree/dist/multivenv.rb")"
    assert_contains "${sum%% *}" "$(cat "$tree/dist/PKGBUILD")"
}
