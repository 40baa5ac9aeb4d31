#!/bin/sh
# Usage: sh install.sh [--prefix DIR] [--version V] [--from FILE|URL]
#        sh install.sh [--prefix DIR] --uninstall
#
# Installs multivenv from a release tarball, without git and make, under DIR (default: ~/.local). Prints the
# line to add to ~/.bashrc or ~/.zshrc; edits no file of yours. Needs tar, gzip and install, and curl or wget
# for a download. If FILE.sha256 or URL.sha256 exists, the tarball has to match it; a release without --from
# always has to.
#
#   --prefix DIR    install under DIR, or uninstall from there
#   --version V     install release V
#   --from FILE     install this tarball: a file or a URL
#   --uninstall     remove what an earlier run installed; your environments stay
#   -h, --help      show this help
#
# Exit status: 0 done; 1 failed, then nothing has changed; 2 misuse.
#
# `curl ... | sh -s -- --prefix DIR` works too: nothing runs before the last line has arrived.

set -eu
umask 022
unset CDPATH
# filled in by `make dist`
releases='@releases@'
version='@version@'

main() {
    prefix='' from='' uninstall='' wanted='' given=''
    read_options "$@"
    set_prefix
    if [ -n "$uninstall" ]; then
        uninstall
        return
    fi
    need tar
    need gzip
    need install
    work=$(mktemp -d) || fail 'cannot create a temporary folder'
    stage='' moved=''
    trap 'clean_up' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    get_tarball
    check_sha256
    unpack
    stage
    move_all
    moved=
    show_line
}

fail() {
    printf '%s\n' "install.sh: $1" >&2
    exit 1
}

misuse() {
    printf '%s\n' "install.sh: $1 (see install.sh --help)" >&2
    exit 2
}

need() {
    command -v "$1" >/dev/null || fail "$1 is not installed"
}

# --- the arguments ----------------------------------------------------------

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --prefix | --version | --from)
            [ $# -gt 1 ] || misuse "$1 needs a value"
            set_option "$1" "$2"
            shift
            ;;
        --prefix=* | --version=* | --from=*) set_option "${1%%=*}" "${1#*=}" ;;
        --uninstall) uninstall=yes ;;
        -h | --help)
            show_help
            exit 0
            ;;
        -*) misuse "no option '$1'" ;;
        *) misuse "'$1' is no option" ;;
        esac
        shift
    done
    [ -z "$uninstall" ] || [ -z "$given" ] || misuse "--uninstall takes no $given"
}

set_option() {
    [ -n "$2" ] || misuse "$1 needs a value"
    case $1 in
    --prefix) prefix=$2 ;;
    --version)
        wanted=${2#v} given=$1
        case $wanted in
        *[!0-9A-Za-z.+-]* | .*) misuse "'$2' is no version" ;;
        esac
        ;;
    --from) from=$2 given=$1 ;;
    esac
}

# The lines of the comment above, which is not there if sh reads this from a pipe
show_help() {
    if [ -f "$0" ] && grep -q '^# Usage: sh install.sh' "$0"; then
        sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$0"
    else
        printf '%s\n' 'Usage: sh install.sh [--prefix DIR] [--version V] [--from FILE|URL]' \
            '       sh install.sh [--prefix DIR] --uninstall'
    fi
}

set_prefix() {
    if [ -z "$prefix" ]; then
        [ -n "${HOME-}" ] || fail 'HOME is not set (give --prefix DIR)'
        prefix=$HOME/.local
    fi
    case $prefix in
    /*) ;;
    *) prefix=$(pwd -P)/$prefix ;;
    esac
    while :; do
        case $prefix in
        ?*/) prefix=${prefix%/} ;;
        *) break ;;
        esac
    done
    package=$prefix/share/multivenv
}

# Usage: in_prefix [NAME=VALUE...] COMMAND...
#
# Starts it with the variables that packaging/install reads.
in_prefix() {
    env prefix="$prefix" bindir="$prefix/bin" datadir="$prefix/share" mandir="$prefix/share/man" \
        docdir="$prefix/share/doc/multivenv" zshdir="$prefix/share/zsh/site-functions" \
        bashdir="$prefix/share/bash-completion/completions" INSTALLED_BY=install.sh "$@"
}

# --- uninstall --------------------------------------------------------------

uninstall() {
    [ -d "$package" ] || fail "multivenv is not installed in $prefix (give --prefix DIR)"
    method=$(sed -n 1p "$package/installed-by" 2>/dev/null) || :
    case $method in
    install.sh | make) ;;
    *) fail "$package was not installed by install.sh" ;;
    esac
    if ! [ -x "$package/packaging/install" ] || ! [ -f "$package/installed-files" ]; then
        fail "$package has no list of what was installed (install it again, then uninstall it)"
    fi
    # make may have other folders
    [ "$method" = install.sh ] || fail "make install created $package (make uninstall prefix='$prefix')"
    [ -w "$package" ] || fail "cannot write to $package"
    in_prefix DESTDIR= "$package/packaging/install" uninstall || fail "cannot remove all of $package"
    printf '%s\n' "removed multivenv from $prefix" \
        'Remove its line from ~/.bashrc or ~/.zshrc too. Your environments stay.'
}

# --- the tarball ------------------------------------------------------------

# Sets $tarball
get_tarball() {
    source=$from
    if [ -z "$from" ]; then
        set_source
    elif [ -n "$wanted" ]; then
        case $from in
        *"-$wanted.tar.gz") ;;
        *) misuse "--from names another version than --version $wanted" ;;
        esac
    fi
    tarball=$work/release.tar.gz
    case $source in
    *://*) download "$source" "$tarball" || fail "cannot download $source" ;;
    *)
        [ -f "$source" ] || fail "no file $source"
        [ -r "$source" ] || fail "cannot read $source"
        tarball=$source
        ;;
    esac
}

# From where releases are published
set_source() {
    case $releases in
    @*) fail 'this copy of install.sh knows no place of releases (give --from FILE or --from URL)' ;;
    esac
    [ -n "$wanted" ] || wanted=$version
    source=$releases/v$wanted/multivenv-$wanted.tar.gz
}

# Usage: download URL FILE
download() {
    if command -v curl >/dev/null; then
        curl -fsSL -o "$2" -- "$1"
    elif command -v wget >/dev/null; then
        wget -q -O "$2" -- "$1"
    else
        fail 'neither curl nor wget is installed (download the tarball, and give --from FILE)'
    fi
}

check_sha256() {
    sums=$work/sha256
    case $source in
    *://*)
        download "$source.sha256" "$sums" 2>/dev/null || {
            [ -n "$from" ] || fail "cannot download $source.sha256"
            return 0
        }
        ;;
    *)
        [ -e "$source.sha256" ] || return 0
        sums=$source.sha256
        ;;
    esac
    expected=$(sed -n '1s/[[:space:]].*//;1p' "$sums")
    if command -v sha256sum >/dev/null; then
        actual=$(sha256sum <"$tarball")
    elif command -v shasum >/dev/null; then
        actual=$(shasum -a 256 <"$tarball")
    elif command -v openssl >/dev/null; then
        actual=$(openssl dgst -sha256 -r <"$tarball")
    else
        fail "cannot check $source.sha256: no sha256sum, shasum or openssl"
    fi
    [ "${actual%% *}" = "$expected" ] ||
        fail "$source does not match $source.sha256 (download both again)"
}

# Sets $tree, the only folder in the tarball
unpack() {
    mkdir "$work/tree"
    gzip -dc <"$tarball" >"$work/release.tar" 2>/dev/null || fail "$source is damaged, or no .tar.gz"
    tar -xf "$work/release.tar" -C "$work/tree" 2>/dev/null || fail "$source is damaged, or no .tar.gz"
    tree=
    for folder in "$work"/tree/multivenv-*; do
        tree=$folder
    done
    for file in multivenv.sh multivenv.1 packaging/install; do
        [ -f "$tree/$file" ] || fail "$source is no release of multivenv: it has no $file"
    done
    version=$(sed -n 's/^_multivenv_version=//p' "$tree/multivenv.sh")
}

# --- the installation -------------------------------------------------------

# Installs into a folder on the same file system, so that a full disk shows now
stage() {
    made=$work/made # the folders that did not exist before
    : >"$made"
    create_folder "$prefix" || fail "cannot create $prefix"
    stage=$(mktemp -d "$prefix/.multivenv-XXXXXX" 2>/dev/null) || fail "cannot write to $prefix"
    [ ! -f "$package/installed-files" ] || {
        mkdir -p "$stage$package"
        cp "$package/installed-files" "$stage$package/installed-files"
    }
    case $source in
    *://*) origin=$source ;;
    *) origin= ;;
    esac
    in_prefix DESTDIR="$stage" INSTALLED_FROM="$origin" "$tree/packaging/install" install >"$work/log" 2>&1 ||
        fail "cannot write to $prefix: $(tail -n 1 "$work/log")"
    find "$stage$prefix" ! -type d | while IFS= read -r file; do
        printf '%s\n' "${file#"$stage$prefix"/}"
    done | LC_ALL=C sort >"$work/files"
    write_folders
}

# In the list are the folders of the stage: all. Those that exist here are not ours.
write_folders() {
    new=$stage$package/installed-files
    {
        grep -v '^folder ' "$new"
        [ ! -f "$package/installed-files" ] || grep '^folder ' "$package/installed-files" || :
        while IFS= read -r folder; do printf 'folder %s\n' "$folder"; done <"$made"
        grep '^folder [^/]' "$new" | while read -r kind folder; do
            [ -d "$prefix/$folder" ] || printf '%s %s\n' "$kind" "$folder"
        done
    } | awk '!seen[$0]++' >"$work/list"
    cat "$work/list" >"$new"
}

# Usage: create_folder DIR
#
# Creates it and its parents, and notes what it creates in $made.
create_folder() {
    [ ! -d "$1" ] || return 0
    case $1 in /*/*) create_folder "${1%/*}" || return ;; esac
    mkdir "$1" 2>/dev/null || return
    printf '%s\n' "$1" >>"$made"
}

# Moves each file to its place, and what is there into $stage/old; clean_up moves all back if one fails.
# First it looks for files of others.
move_all() {
    while IFS= read -r file; do
        [ ! -d "$prefix/$file" ] || [ -h "$prefix/$file" ] || fail "$prefix/$file is a folder"
        ! [ -e "$prefix/$file" ] && ! [ -h "$prefix/$file" ] || is_ours "$file" ||
            fail "$prefix/$file exists, and install.sh did not create it (remove it, or give --prefix DIR)"
    done <"$work/files"
    write_stale >"$work/stale"
    moved=$work/moved
    : >"$moved"
    while IFS= read -r file; do
        put_aside "$file" || fail "cannot replace $prefix/$file"
        create_folder "$prefix/${file%/*}" || fail "cannot create $prefix/${file%/*}"
        mv "$stage$prefix/$file" "$prefix/$file" 2>/dev/null || fail "cannot write $prefix/$file"
    done <"$work/files"
    while IFS= read -r file; do
        put_aside "$file" || fail "cannot remove $prefix/$file"
    done <"$work/stale"
}

# Usage: put_aside FILE
put_aside() {
    printf '%s\n' "$1" >>"$moved"
    if [ -e "$prefix/$1" ] || [ -h "$prefix/$1" ]; then
        mkdir -p "$stage/old/${1%/*}" || return
        mv "$prefix/$1" "$stage/old/$1" 2>/dev/null
    fi
}

# Usage: is_ours FILE
#
# Is it in the list of the installation that this one replaces?
is_ours() {
    [ -f "$package/installed-files" ] && write_old | grep -qxF -e "$1"
}

# Prints the files of that list, under $prefix
write_old() {
    sed -n -e 's,^package ,share/multivenv/,p' -e 's,^bin ,bin/,p' -e 's,^doc ,share/doc/multivenv/,p' \
        -e 's,^man ,share/man/man1/,p' -e 's,^zsh ,share/zsh/site-functions/,p' \
        -e 's,^bash ,share/bash-completion/completions/,p' -e 's,^fish ,share/fish/,p' "$package/installed-files"
}

# Prints those that this version does not have
write_stale() {
    [ ! -f "$package/installed-files" ] || write_old | grep -vxF -f "$work/files" || :
}

clean_up() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [ -n "$moved" ]; then
        while IFS= read -r file; do
            if [ -e "$stage/old/$file" ] || [ -h "$stage/old/$file" ]; then
                mv -f "$stage/old/$file" "$prefix/$file"
            elif [ ! -e "$stage$prefix/$file" ] && [ ! -h "$stage$prefix/$file" ]; then
                rm -f "$prefix/$file"
            fi
        done <"$moved"
    fi
    [ -z "$stage" ] || rm -rf "$stage"
    if [ "$status" -ne 0 ] && [ -s "${made-}" ]; then
        LC_ALL=C sort -r "$made" | while IFS= read -r folder; do
            rmdir "$folder" 2>/dev/null || :
        done
    fi
    rm -rf "$work"
    exit "$status"
}

show_line() {
    printf '%s\n' "multivenv $version is installed in $package" '' 'Add this line to ~/.bashrc or ~/.zshrc:' '' \
        "    . \"$package/multivenv.sh\"" ''
}

main "$@"
