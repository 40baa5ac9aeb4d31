#!/usr/bin/env bats
# multivenv upgrade: each way to install, and what to type.

# shells: once
load ../support/common

setup() {
    make_world
    version=$(sed -n 's/^_multivenv_version=//p' "$project/multivenv.sh")
}

# Usage: copy_at DIR
#
# Makes $root, the folder of a copy without marks.
copy_at() {
    root=$1
    mkdir -p "$root"
    ln -s "$project"/{multivenv.sh,helper,shell,help,completions} "$root"
    with_env "MULTIVENV_ROOT=$root"
}

@test "each mark gives the command of its package manager" {
    copy_at "$world/share/multivenv"
    printf 'homebrew\n' >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: Homebrew
upgrade it:
  brew update && brew upgrade multivenv"
    printf 'debian\n' >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: Debian package
upgrade it:
  sudo apt update && sudo apt install --only-upgrade multivenv
  sudo apt install ./multivenv_VERSION_all.deb    # a package that you downloaded"
    printf 'aur\n' >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: Arch package
upgrade it in the folder of the newer PKGBUILD:
  makepkg -si"
    printf 'nix\n' >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: package of nix
upgrade it:
  use nix"
}

@test "make install and install.sh name the prefix, quoted for the shell" {
    copy_at "$world/my share/multivenv"
    printf '%s\n' make "prefix $world/my \$x" >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: make install, prefix $world/my \$x
upgrade it in the folder of a newer version:
  make && make install prefix='$world/my \$x'"
    printf '%s\n' install.sh 'prefix /opt/m' "from https://example.org/m.tar.gz" >"$root/installed-by"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $root: install.sh, prefix /opt/m, from https://example.org/m.tar.gz
upgrade it with the install.sh of a newer version:
  sh install.sh --prefix /opt/m"
}

@test "a folder that you cannot change needs sudo" {
    run with_modules -c 'from helper.verbs.upgrade import _marked
print(*_marked("make", {"prefix": "/usr/local"}, False).commands)
print(*_marked("install.sh", {"prefix": "/usr/local"}, False).commands)'
    assert_ok 'make && sudo make install prefix=/usr/local
sudo sh install.sh --prefix /usr/local'
}

@test "make install leaves the mark that upgrade reads" {
    make -s -C "$project" install prefix="$world/usr" >/dev/null
    with_env "MULTIVENV_ROOT=$world/usr/share/multivenv"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in $world/usr/share/multivenv: make install, prefix $world/usr
upgrade it in the folder of a newer version:
  make && make install prefix=$world/usr"
}

@test "a git clone pulls, and one of a tag checks out the next" {
    copy_at "$HOME/multivenv"
    git init -q "$root"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in ~/multivenv: git clone
upgrade it:
  git -C '$HOME/multivenv' pull"
    printf '%s\n' 0123456789012345678901234567890123456789 >"$root/.git/HEAD"
    run in_shell 'multivenv upgrade'
    assert_ok "multivenv $version in ~/multivenv: git clone of one version
upgrade it:
  git -C '$HOME/multivenv' fetch --tags
  git -C '$HOME/multivenv' checkout vVERSION"
    # a worktree
    mv "$root/.git" "$world/git"
    printf 'gitdir: %s\n' "$world/git" >"$root/.git"
    run in_shell 'multivenv upgrade'
    assert_contains ': git clone of one version'
}

@test "the plugin managers of zsh upgrade their clones themselves" {
    local folder name command
    while read -r folder name command; do
        copy_at "$HOME/$folder"
        mkdir -p "$root/.git"
        [ "$name" != zinit ] || mkdir -p "$root/._zinit"
        run in_shell 'multivenv upgrade'
        assert_ok "multivenv $version in ~/$folder: plugin of $name
upgrade it:
  $command"
    done <<'END'
.local/share/zinit/plugins/ada---multivenv zinit zinit update ada/multivenv
.cache/antidote/github.com/ada/multivenv antidote antidote update
.antigen/bundles/ada/multivenv antigen antigen update
.local/share/sheldon/repos/h/ada/multivenv sheldon sheldon lock --update
END
}

@test "without a mark upgrade fails, and says so" {
    copy_at "$HOME/copied"
    run in_shell +eu 'multivenv upgrade'
    assert_status 1
    assert_output_is "multivenv: no record of how ~/copied was installed (replace the folder with that of a newer version)"
    run in_shell +eu 'multivenv upgrade now'
    assert_status 2
    assert_output_is "multivenv: multivenv upgrade takes no arguments (see multivenv upgrade --help)"
    mkfifo "$root/installed-by"
    run in_shell +eu 'multivenv upgrade'
    assert_status 1
}
