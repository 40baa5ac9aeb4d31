#!/usr/bin/env bats
# install.sh, which installs a release without git and make.

# shells: once
load ../support/common
load ../support/release

setup_file() {
    world=$BATS_FILE_TMPDIR
    make_release helper/old.py
    mkdir "$BATS_FILE_TMPDIR/old"
    cp "$tarball" "$tarball.sha256" "$BATS_FILE_TMPDIR/old"
    git -C "$tree" rm -q helper/old.py
    commit_release
    release
}

setup() {
    make_world
    tree=$BATS_FILE_TMPDIR/tree
    version=$(sed -n 's/^_multivenv_version=//p' "$tree/multivenv.sh")
    tarball=$tree/dist/multivenv-$version.tar.gz
    script=$tree/dist/install.sh
    prefix="$world/a prefix"
    mkdir "$world/bin"
    export PATH="$world/bin:$PATH"
}

install_sh() {
    sh "$script" --prefix "$prefix" "$@"
}

# Usage: stub NAME LINE...
#
# Puts a program before the real one.
stub() {
    local name=$1
    shift
    printf '%s\n' '#!/bin/sh' "real=$(type -P "$name")" "$@" >"$world/bin/$name"
    chmod +x "$world/bin/$name"
}

# curl that finds URL below $world/web, and nothing else
stub_curl() {
    # shellcheck disable=SC2016  # for the stub to expand
    stub curl '[ "$1 $2 $4" = "-fsSL -o --" ] || exit 99' "cp \"$world/web/\${5#*://}\" \"\$3\" 2>/dev/null || exit 22"
    mkdir -p "$world/web/example.org/releases/v$version"
    cp "$tarball" "$tarball.sha256" "$world/web/example.org/releases/v$version"
}

# Usage: refuses STATUS TEXT [WORD...]
#
# Fails with that, and changes nothing in $prefix and the temporary folder.
refuses() {
    local wanted=$1 text=$2 before
    shift 2
    before=$(all)
    run install_sh "$@"
    assert_status "$wanted"
    assert_contains "install.sh: $text"
    same "$before" "$(all)"
}

# What is in the prefix, with the contents, if it exists
all() {
    [ ! -e "$prefix" ] || {
        contents "$prefix"
        find "$prefix" -type f -exec cksum {} + | LC_ALL=C sort
    }
}

@test "it installs the same files as make install, and says which line to add" {
    run install_sh --from "$tarball"
    assert_ok "multivenv $version is installed in $prefix/share/multivenv

Add this line to ~/.bashrc or ~/.zshrc:

    . \"$prefix/share/multivenv/multivenv.sh\""
    make -s -C "$tree" install prefix="$world/made" >/dev/null
    same "$(contents "$world/made")" "$(contents "$prefix")"
    run diff -rq "$world/made/share/multivenv" "$prefix/share/multivenv"
    same 2 "${#lines[@]}" # the marks, which are compared below
    same "install.sh
prefix $prefix" "$(cat "$prefix/share/multivenv/installed-by")"
    same "$(LC_ALL=C sort "$world/made/share/multivenv/installed-files" | grep -v '^folder /')" \
        "$(LC_ALL=C sort "$prefix/share/multivenv/installed-files" | grep -v '^folder /')"
    same "multivenv $version" "$("$prefix/bin/multivenv")"
    same '' "$(find "$prefix" -type d ! -perm 755)"
}

@test "the default prefix is ~/.local, and no other file of the home changes" {
    : >"$HOME/.bashrc"
    local before
    before=$(contents "$HOME")
    (umask 077 && sh "$script" --from "$tarball" >/dev/null)
    same '' "$(find "$HOME/.local" -type f ! -perm 644 ! -perm 755)"
    with_env "MULTIVENV_ROOT=$HOME/.local/share/multivenv"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in ~/.local/share/multivenv: install.sh, prefix ~/.local
upgrade it with the install.sh of a newer version:
  sh install.sh --prefix '$HOME/.local'"
    run sh "$script" --uninstall
    assert_ok "removed multivenv from $HOME/.local
Remove its line from ~/.bashrc or ~/.zshrc too. Your environments stay."
    same "$before" "$(contents "$HOME")"
}

@test "it runs in every shell, without git and make" {
    local name shell
    for name in awk cat chmod cksum cmp cp cut dirname env find grep gzip head install ln ls mkdir mktemp mv printf rm rmdir sed sh \
        sort tail tar tr uname bash zsh dash ksh mksh yash busybox sha256sum shasum openssl; do
        ! type -P "$name" >/dev/null || ln -s "$(type -P "$name")" "$world/bin/$name"
    done
    for shell in bash dash ksh mksh yash 'busybox ash' 'zsh --emulate sh'; do
        [ -e "$world/bin/${shell%% *}" ] || continue
        # shellcheck disable=SC2086  # with its arguments
        run env -i HOME="$HOME" PATH="$world/bin" $shell "$script" --prefix "$prefix" --from "$tarball"
        assert_status 0
        [ -f "$prefix/share/multivenv/multivenv.sh" ]
        rm -r "$prefix"
    done
}

@test "it downloads the release, and compares its sha256" {
    stub_curl
    run install_sh
    assert_status 0
    assert_contains "multivenv $version is installed"
    same "from https://example.org/releases/v$version/multivenv-$version.tar.gz" \
        "$(sed -n 3p "$prefix/share/multivenv/installed-by")"
    run install_sh --uninstall
    run install_sh --version "v$version"
    assert_status 0
    run install_sh --uninstall
    refuses 1 "cannot download https://example.org/releases/v9.9/multivenv-9.9.tar.gz" --version 9.9
    local web=$world/web/example.org/releases/v$version
    mv "$web/multivenv-$version.tar.gz.sha256" "$world/sum"
    refuses 1 "cannot download https://example.org/releases/v$version/multivenv-$version.tar.gz.sha256"
    run install_sh --from "https://example.org/releases/v$version/multivenv-$version.tar.gz"
    assert_status 0
    run install_sh --uninstall
    sed 's/^....../000000/' "$world/sum" >"$web/multivenv-$version.tar.gz.sha256"
    refuses 1 "https://example.org/releases/v$version/multivenv-$version.tar.gz does not match"
    refuses 1 "https://example.org/releases/v$version/multivenv-$version.tar.gz does not match" \
        --from "https://example.org/releases/v$version/multivenv-$version.tar.gz"
}

@test "it uses wget without curl" {
    # shellcheck disable=SC2016  # for the stub to expand
    stub wget '[ "$1 $2 $4" = "-q -O --" ] || exit 99' "case \$5 in *.sha256) exit 8 ;; esac; cp \"$tarball\" \"\$3\""
    local place
    mkdir "$world/only"
    for place in awk cat chmod cp dirname env find grep gzip install ln mkdir mktemp mv rm rmdir sed sh sort tail tar; do
        ln -s "$(type -P "$place")" "$world/only/$place"
    done
    ln -s "$world/bin/wget" "$world/only/wget"
    run env PATH="$world/only" sh "$script" --prefix "$prefix" --from https://example.org/x.tar.gz
    assert_status 0
    rm "$world/only/wget"
    run env PATH="$world/only" sh "$script" --prefix "$prefix" --from https://example.org/x.tar.gz
    assert_status 1
    assert_output_is 'install.sh: neither curl nor wget is installed (download the tarball, and give --from FILE)'
}

@test "a file with a sha256 beside it has to match it" {
    cp "$tarball" "$world/m.tar.gz"
    printf '%064d  m.tar.gz\n' 0 >"$world/m.tar.gz.sha256"
    refuses 1 "$world/m.tar.gz does not match $world/m.tar.gz.sha256 (download both again)" --from "$world/m.tar.gz"
    : >"$world/m.tar.gz.sha256"
    refuses 1 "$world/m.tar.gz does not match" --from "$world/m.tar.gz"
    rm "$world/m.tar.gz.sha256"
    run install_sh --from "$world/m.tar.gz"
    assert_status 0
}

@test "sh can read it from a pipe, and a part of it does nothing" {
    local size
    size=$(wc -c <"$script")
    run sh -s -- --prefix "$prefix" --from "$tarball" < <(head -c $((size - 20)) "$script")
    [ ! -e "$prefix" ]
    run sh -s -- --prefix "$prefix" --from "$tarball" <"$script"
    assert_status 0
    run sh -s -- --help <"$script"
    assert_status 0
    assert_contains 'Usage: sh install.sh [--prefix DIR]'
}

@test "a newer version replaces an older one, and removes what it does not have" {
    run install_sh --from "$BATS_FILE_TMPDIR/old/multivenv-$version.tar.gz"
    assert_status 0
    [ -e "$prefix/share/multivenv/helper/old.py" ]
    : >"$prefix/share/multivenv/helper/mine"
    run install_sh --from "$tarball"
    assert_status 0
    [ ! -e "$prefix/share/multivenv/helper/old.py" ]
    [ -e "$prefix/share/multivenv/helper/mine" ]
    rm "$prefix/share/multivenv/helper/mine"
    run install_sh --uninstall
    assert_status 0
    [ ! -e "$prefix" ]
}

@test "files of others are not replaced" {
    mkdir -p "$prefix/bin" "$prefix/share/man/man1"
    printf 'of another\n' >"$prefix/bin/multivenv"
    refuses 1 "$prefix/bin/multivenv exists, and install.sh did not create it (remove it, or give --prefix DIR)" --from "$tarball"
    rm "$prefix/bin/multivenv"
    mkdir -p "$prefix/share/man/man1/multivenv.1"
    refuses 1 "$prefix/share/man/man1/multivenv.1 is a folder" --from "$tarball"
    rmdir "$prefix/share/man/man1/multivenv.1"
    run install_sh --from "$tarball"
    assert_status 0
    run install_sh --uninstall
    assert_status 0
    same $'.\n./bin\n./share\n./share/man\n./share/man/man1' "$(contents "$prefix")"
}

# Usage: fail_at NAME N COMMAND
#
# From its Nth start on, the program NAME runs COMMAND instead, once.
fail_at() {
    # shellcheck disable=SC2016  # for the stub to expand
    stub "$1" "printf . >>'$world/count-$1'" \
        "[ \"\$(wc -c <'$world/count-$1')\" -ne $2 ] || { $3; }" 'exec "$real" "$@"'
    rm -f "$world/count-$1"
}

@test "a step that fails leaves everything as it was" {
    local step
    for step in 'mv 90' 'install 60' 'mkdir 3' 'tar 1' 'gzip 1' 'mktemp 2'; do
        # shellcheck disable=SC2086  # the program and the number
        fail_at $step 'exit 1'
        run install_sh --from "$tarball"
        [ "$status" -eq 1 ] || fail "$step: status $status" "$output"
        [ ! -e "$prefix" ] || fail "$step left" "$(contents "$prefix")"
        rm "$world/bin/${step%% *}"
    done
    run install_sh --from "$BATS_FILE_TMPDIR/old/multivenv-$version.tar.gz"
    for step in 'mv 2' 'mv 251' 'install 60'; do
        # shellcheck disable=SC2086  # as above
        fail_at $step 'exit 1'
        refuses 1 '' --from "$tarball"
        rm "$world/bin/${step%% *}"
    done
}

@test "a signal leaves everything as it was" {
    local step
    for step in 'mv 90' 'install 60'; do
        # shellcheck disable=SC2016,SC2086  # for the stub to expand; the program and the number
        fail_at $step 'kill -TERM "$PPID"'
        run install_sh --from "$tarball"
        [ "$status" -ne 0 ] || fail "$step: status 0"
        [ ! -e "$prefix" ] || fail "$step left" "$(contents "$prefix")"
        rm "$world/bin/${step%% *}"
    done
}

@test "what is no release is refused" {
    refuses 1 'no file /nowhere' --from /nowhere
    printf 'no tarball\n' >"$world/x.tar.gz"
    refuses 1 "$world/x.tar.gz is damaged, or no .tar.gz" --from "$world/x.tar.gz"
    head -c 100000 "$tarball" >"$world/x.tar.gz"
    refuses 1 "$world/x.tar.gz is damaged, or no .tar.gz" --from "$world/x.tar.gz"
    mkdir "$world/multivenv-1"
    tar -C "$world" -czf "$world/x.tar.gz" multivenv-1
    refuses 1 "$world/x.tar.gz is no release of multivenv: it has no multivenv.sh" --from "$world/x.tar.gz"
}

@test "misuse changes nothing" {
    refuses 2 "no option '--frobnicate' (see install.sh --help)" --frobnicate
    refuses 2 "'word' is no option" word
    refuses 2 '--from needs a value' --from
    refuses 2 '--version needs a value' --version=
    refuses 2 "'../x' is no version" --version ../x
    refuses 2 '--uninstall takes no --from' --from x --uninstall
    refuses 2 '--from names another version than --version 7' --from "$tarball" --version 7
    script=$tree/install.sh # of the repository
    refuses 1 'this copy of install.sh knows no place of releases (give --from FILE or --from URL)'
    script=$tree/dist/install.sh
    run sh "$script" --help
    assert_status 0
    assert_contains '--prefix DIR    install under DIR'
}

@test "uninstall refuses what it did not install" {
    refuses 1 "multivenv is not installed in $prefix (give --prefix DIR)" --uninstall
    make -s -C "$tree" install prefix="$prefix" >/dev/null
    refuses 1 "make install created $prefix/share/multivenv (make uninstall prefix='$prefix')" --uninstall
    rm "$prefix/share/multivenv/installed-by"
    refuses 1 "$prefix/share/multivenv was not installed by install.sh" --uninstall
}
