#!/usr/bin/env bats
# The recipes of the packages. packaging/check builds them, as far as a machine can.

# shells: once
load ../support/common
load ../support/release

@test "packaging/check makes, builds and tries what this machine can, and names what it skips" {
    make_release
    run "$tree/packaging/check"
    assert_status 0
    assert_contains 'ok      release: the same bytes again'
    assert_contains 'ok      install.sh'
    assert_contains 'ok      AUR: build and package'
    assert_matches ' passed, 0 failed, [0-9]+ skipped$'
}

@test "packaging/check fails if a step fails" {
    make_release
    printf 'package() {\n    false\n}\n' >>"$tree/packaging/aur/PKGBUILD"
    printf 'exit 1\n' >"$tree/packaging/installcheck"
    commit_release
    run "$tree/packaging/check"
    assert_status 1
    assert_contains 'FAILED  make install'
    assert_contains 'FAILED  AUR: build and package'
}

@test "the Debian package has the files of make install, owned by root, and works" {
    command -v dpkg-deb >/dev/null || skip 'dpkg-deb is not installed'
    make_release
    run env DEBHELPER=no "$tree/packaging/deb" "$tarball" "$world/deb"
    assert_status 0
    same "multivenv_$version-1_all.deb" "$(ls "$world/deb")"
    dpkg-deb -x "$world/deb"/*.deb "$world/root"
    make -s -C "$tree" install prefix=/usr DESTDIR="$world/made" INSTALLED_BY=debian >/dev/null
    run diff -r "$world/made/usr/share/multivenv" "$world/root/usr/share/multivenv"
    assert_ok ''
    same "multivenv $version" "$("$world/root/usr/bin/multivenv" version)"
    same $'README.md\nchangelog.Debian.gz\nchangelog.gz\ncopyright' "$(LC_ALL=C ls "$world/root/usr/share/doc/multivenv")"
    [ -f "$world/root/usr/share/zsh/vendor-completions/_multivenv" ]
    same "$version-1" "$(dpkg-deb -f "$world/deb"/*.deb Version)"
    refute_contains @ "$(dpkg-deb -f "$world/deb"/*.deb Homepage)"
    # the same bytes again
    cp "$world/deb"/*.deb "$world/first.deb"
    run env DEBHELPER=no "$tree/packaging/deb" "$tarball" "$world/deb"
    cmp "$world/first.deb" "$world/deb"/*.deb
}

@test "no recipe states a version" {
    local version
    version=$(sed -n 's/^_multivenv_version=//p' "$project/multivenv.sh")
    run grep -r -F "$version" "$project/packaging" "$project/install.sh"
    assert_status 1
}
