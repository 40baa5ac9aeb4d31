# For tests of releases: a git repository with what a release consists of.
#
# shellcheck disable=SC2034,SC2154 # common.bash and tests set and use the variables

# Usage: make_release [FILE...]
#
# Sets $tree, a clone with one commit and a program in bin, and $tarball, its release. Each FILE is in the
# commit too.
make_release() {
    tree=$world/tree
    mkdir -p "$tree/bin"
    (
        cd "$project" || exit
        cp -R .gitignore Makefile LICENSE README.md CHANGELOG.md install.sh multivenv.sh multivenv.fish multivenv.plugin.zsh conf.d helper shell \
            completions compat help man packaging "$tree"
    ) || return
    # shellcheck disable=SC2016  # for the program to expand
    printf '%s\n' '#!/bin/sh' 'root=$(dirname "$(realpath "$0")")/..' \
        'printf "multivenv %s\n" "$(sed -n "s/^_multivenv_version=//p" "$root/multivenv.sh")"' >"$tree/bin/multivenv"
    chmod +x "$tree/bin/multivenv"
    local file
    for file; do
        mkdir -p "$(dirname "$tree/$file")"
        : >"$tree/$file"
    done
    find "$tree" -name __pycache__ -prune -exec rm -r {} +
    git -C "$tree" init -q
    commit_release
    release
}

commit_release() {
    git -C "$tree" add .
    GIT_COMMITTER_DATE='2026-11-20 10:00:00 +0000' git -C "$tree" -c user.name=nobody -c user.email=nobody@example.org \
        commit -q -m 'a release'
}

# Usage: release
#
# Sets $tarball again, after another commit, and $version.
release() {
    version=$(sed -n 's/^_multivenv_version=//p' "$tree/multivenv.sh")
    RELEASES=https://example.org/releases make -s -C "$tree" dist >/dev/null
    tarball=$tree/dist/multivenv-$version.tar.gz
}

# Usage: contents DIR
#
# Prints all that is in it.
contents() {
    (cd "$1" && find . | LC_ALL=C sort)
}
