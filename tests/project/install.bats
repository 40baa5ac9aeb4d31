#!/usr/bin/env bats
# make install, make uninstall, make installcheck.

# shells: once
load ../support/common

# Usage: copy_tree
#
# Copies what make install needs to $tree, with a program that is to be installed.
copy_tree() {
    tree=$world/tree
    mkdir -p "$tree/bin"
    cd "$project" || return
    cp -R Makefile LICENSE README.md CHANGELOG.md multivenv.sh multivenv.fish multivenv.plugin.zsh conf.d helper shell completions compat help \
        man packaging "$tree"
    printf '%s\n' '#!/bin/sh' 'version=$(sed -n "s/^_multivenv_version=//p" "$(dirname "$(realpath "$0")")/../multivenv.sh")' \
        'printf "multivenv %s\n" "$version"' >"$tree/bin/multivenv"
    cd "$tree" || return
}

# Usage: contents DIR
#
# Prints all that is in it.
contents() {
    (cd "$1" && find . | LC_ALL=C sort)
}

@test "make install copies what is needed, and says which line to add" {
    cd "$project"
    run make install PREFIX=/usr DESTDIR="$world/a root"
    assert_status 0
    # where it will be, not where it was staged
    assert_contains '    . "/usr/share/multivenv/multivenv.sh"'
    run find "$world/a root/usr/share/multivenv" -type f
    assert_contains /multivenv/multivenv.sh
    assert_contains /multivenv/helper/__main__.py
    assert_contains /multivenv/help/mkvenv.txt
    assert_contains /multivenv/completions/
    refute_contains __pycache__
}

@test "what make installed works" {
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    with_env "MULTIVENV_ROOT=$world/usr/share/multivenv"
    fake_env alpha
    run in_shell 'lsvenvs --json'
    assert_status 0
    assert_contains '"name": "alpha"'
}

@test "make install brings the completion where bash-completion looks" {
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    # it reads the file of the command at the first Tab after that, unless it has a completion
    with_env "FILES=$world/usr/share/bash-completion/completions"
    run in_shell -i '
        for verb in $1; do
            complete -r "$verb"
            . "$FILES/$verb"
            complete -p "$verb" >/dev/null || printf "%s\n" "$verb"
        done' "$(sed -n 's/^#compdef //p' completions/_multivenv)"
    assert_ok ''
    run in_shell -b -i '. "$FILES/usevenv" || printf "%s\n" none; complete -p usevenv 2>&1 | grep -c "no completion"'
    assert_ok $'none\n1'
}

@test "make install brings the manual page, and the completion where zsh looks" {
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    cmp completions/_multivenv "$world/usr/share/zsh/site-functions/_multivenv"
    page=$world/usr/share/man/man1/multivenv.1
    local file option
    for file in help/*.txt; do
        grep -q "^[.]S[SH] \(VERBS\|$(basename "$file" .txt)\)" "$page" || fail "no section of $file"
        while IFS= read -r option; do
            grep -q -F -e "$option" "$page" || fail "$file: $option is not in it"
        done < <(sed -n 's/^  \(-.*[^ ]\)  .*/\1/p' "$file" | sed 's/-/\\-/g')
    done
    # no text contains a request of roff
    same '' "$(grep -n "^['.]" "$page" | grep -v -E ':[.](TH|SH|SS|TP|PP|RS|RE|nf|fi|br)( |$)')"
}

# Usage: in_new_fish LINES
#
# Runs them in a fish that has read the files of its users and packagers
in_new_fish() {
    command -v fish >/dev/null || skip 'fish is not installed'
    without_env MULTIVENV_ROOT
    fake_env pallets
    printf '%s\n' "$1" >"$world/lines.fish"
    env -i "${test_env[@]}" XDG_DATA_DIRS="$world/usr/share" fish -i "$world/lines.fish" 2>&1
}

@test "make install brings the verbs and the completion where fish looks" {
    cd "$project"
    make -s install prefix="$world/usr" >/dev/null
    run in_new_fish 'usevenv pallets; echo $VIRTUAL_ENV_PROMPT $_multivenv_root; complete --do-complete "cdvenv pal"
        source $XDG_DATA_DIRS/fish/vendor_completions.d/multivenv.fish; complete --do-complete "cdvenv pal"'
    assert_contains "pallets $world/usr/share/fish/vendor_conf.d/../../multivenv"
    assert_contains $'pallets\t3.12.4\npallets\t3.12.4'
}

# Usage: installed_by_fisher ROOT
#
# As fisher does it: copies of these files, and the folder that they are from in a variable
installed_by_fisher() {
    mkdir -p "$HOME/.config/fish/conf.d" "$HOME/.config/fish/completions"
    cp -RLf "$project"/conf.d/* "$HOME/.config/fish/conf.d"
    cp -RLf "$project"/completions/* "$HOME/.config/fish/completions"
    [ -z "${1-}" ] || with_env "_fisher_plugins=$1"
}

@test "fisher can take the repository as it is" {
    installed_by_fisher "$project"
    run in_new_fish 'usevenv pallets; echo $VIRTUAL_ENV_PROMPT; complete --do-complete "multivenv use pal"'
    assert_contains $'pallets\npallets\t3.12.4'
}

@test "where fisher has copied its files, they find the program on PATH, or say what is missing" {
    installed_by_fisher
    run in_new_fish 'functions -q usevenv; or echo undefined'
    assert_contains 'finds no multivenv (install it'
    assert_contains undefined
    mkdir "$world/bin"
    ln -s "$project/bin/multivenv" "$world/bin/multivenv"
    with_env "PATH=$(path_with "$world/bin")"
    run in_new_fish 'usevenv pallets; echo $VIRTUAL_ENV_PROMPT'
    assert_contains pallets
}

@test "mandoc finds no problem in the manual page" {
    command -v mandoc >/dev/null || skip 'mandoc is not installed'
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    run mandoc -T lint "$world/usr/share/man/man1/multivenv.1"
    assert_ok ''
}

@test "the plugin managers of zsh can take the repository as it is" {
    command -v zsh >/dev/null || skip 'zsh is not installed'
    fake_env pallets
    mkdir -p "$world/plugins"
    ln -s "$project" "$world/plugins/multivenv"
    without_env MULTIVENV_ROOT
    # as they do it: in a function, the folder in fpath, compinit before or after
    run env -i "${test_env[@]}" zsh -f -i -c '
        load() { fpath+=("$1"); source "$1/multivenv.plugin.zsh"; }
        autoload -Uz compinit
        load "$1"
        compinit -u -D
        usevenv pallets
        print -r -- "$VIRTUAL_ENV_PROMPT $_comps[usevenv] $_multivenv_root"' zsh "$world/plugins/multivenv"
    # by the link: a package manager may move what it leads to
    assert_ok "pallets _multivenv $world/plugins/multivenv"
}

@test "prefix and PREFIX are the same; each of GNU's folders has its own variable" {
    cd "$project"
    make -s install PREFIX="$world/one" >/dev/null
    make -s install prefix="$world/two" >/dev/null
    same "$(contents "$world/one")" "$(contents "$world/two")"
    local folder=$world/three
    make -s install prefix="$folder" datadir="$folder/data" mandir="$folder/pages" docdir="$folder/texts" \
        zshdir="$folder/z" bashdir="$folder/b" fishdir="$folder/f" bindir="$folder/commands" >/dev/null
    same $'./b\n./commands\n./data\n./f\n./pages\n./texts\n./z' "$(cd "$folder" && find . -mindepth 1 -maxdepth 1 | LC_ALL=C sort)"
    [ -f "$folder/data/multivenv/multivenv.sh" ] && [ -f "$folder/pages/man1/multivenv.1" ]
}

@test "make install uses the commands in INSTALL_DATA and INSTALL_PROGRAM" {
    copy_tree
    make -s install prefix="$world/usr" INSTALL_DATA='install -m 604' INSTALL_PROGRAM='install -m 705' >/dev/null
    [ -z "$(find "$world/usr" -type f ! -perm 604 ! -perm 705)" ]
    [ -n "$(find "$world/usr/share/multivenv/bin/multivenv" -perm 705)" ]
}

@test "the modes do not depend on the umask, and a second installation corrects them" {
    copy_tree
    (umask 077 && make -s install prefix="$world/usr" >/dev/null)
    same '' "$(find "$world/usr" -type d ! -perm 755)"
    same '' "$(find "$world/usr" -type f ! -perm 644 ! -perm 755)"
    chmod 700 "$world/usr/share/multivenv" "$world/usr/share/multivenv/helper/base"
    chmod 600 "$world/usr/share/multivenv/multivenv.sh"
    make -s install prefix="$world/usr" >/dev/null
    same '' "$(find "$world/usr" -type d ! -perm 755)"
    same '' "$(find "$world/usr" -type f ! -perm 644 ! -perm 755)"
}

@test "a program in bin is installed with a relative link in bindir" {
    copy_tree
    make -s install prefix="$world/u s r" >/dev/null
    same ../share/multivenv/bin/multivenv "$(readlink "$world/u s r/bin/multivenv")"
    mv "$world/u s r" "$world/moved"
    "$world/moved/bin/multivenv" >/dev/null
    make -s install prefix=/usr bindir=/usr/games/our datadir=/usr/lib DESTDIR="$world/root" >/dev/null
    same ../../lib/multivenv/bin/multivenv "$(readlink "$world/root/usr/games/our/multivenv")"
    # a relative link would lead elsewhere
    mkdir -p "$world/elsewhere/deep" "$world/p"
    ln -s "$world/elsewhere/deep" "$world/p/bin"
    make -s install prefix="$world/p" >/dev/null
    "$world/p/bin/multivenv" >/dev/null
}

@test "make installcheck starts what was installed, and fails if it does not work" {
    copy_tree
    make -s install prefix="$world/usr" >/dev/null
    local version
    version=$(sed -n 's/^_multivenv_version=//p' multivenv.sh)
    run env PATH="$test_path" make -s installcheck prefix="$world/usr"
    assert_ok "multivenv $version in $world/usr/share/multivenv works"
    rm -r "$world/usr/share/multivenv/helper/verbs"
    run env PATH="$test_path" make -s installcheck prefix="$world/usr"
    assert_status 2
    assert_contains 'packaging/installcheck: the helper ended with status 1'
}

@test "a second installation removes what the new version does not have" {
    copy_tree
    : >shell/old.sh
    mkdir helper/old
    : >helper/old/__init__.py
    make -s install prefix="$world/usr" >/dev/null
    rm -r shell/old.sh helper/old
    : >"$world/usr/share/multivenv/shell/mine.sh"
    make -s install prefix="$world/usr" >/dev/null
    [ ! -e "$world/usr/share/multivenv/shell/old.sh" ] && [ ! -e "$world/usr/share/multivenv/helper/old/__init__.py" ]
    [ -e "$world/usr/share/multivenv/shell/mine.sh" ]
    rm "$world/usr/share/multivenv/shell/mine.sh"
    make -s uninstall prefix="$world/usr"
    [ ! -e "$world/usr" ]
}

@test "make uninstall removes exactly what make install made, also with DESTDIR" {
    copy_tree
    local prefix="$world/u s r" before
    mkdir -p "$prefix/share/man/man1" "$prefix/share/zsh" "$prefix/bin"
    : >"$prefix/share/other"
    before=$(contents "$prefix")
    make -s install PREFIX="$prefix" >/dev/null
    make -s install PREFIX="$prefix" >/dev/null
    make -s uninstall PREFIX="$prefix"
    same "$before" "$(contents "$prefix")"
    make -s install prefix=/usr DESTDIR="$world/a root" >/dev/null
    make -s uninstall prefix=/usr DESTDIR="$world/a root"
    same . "$(contents "$world/a root")"
}

@test "make uninstall keeps and names a folder with files of others" {
    cd "$project"
    make -s install prefix="$world/usr" >/dev/null
    : >"$world/usr/share/multivenv/mine"
    run make -s uninstall prefix="$world/usr"
    assert_ok "left $world/usr/share/multivenv, which has other files"
    same $'./share/multivenv/mine' "$(cd "$world/usr" && find . ! -type d)"
}

@test "make uninstall also removes an installation without a list of its files" {
    cd "$project"
    make -s install prefix="$world/usr" >/dev/null
    rm "$world/usr/share/multivenv/installed-files"
    make -s uninstall prefix="$world/usr"
    same '' "$(find "$world/usr" ! -type d)"
    [ ! -e "$world/usr/share/multivenv" ] && [ ! -e "$world/usr/share/doc/multivenv" ]
}

@test "an installation says who made it; package managers need no list" {
    cd "$project"
    make -s install prefix="$world/usr" >/dev/null
    same "make
prefix $world/usr" "$(cat "$world/usr/share/multivenv/installed-by")"
    make -s install prefix=/usr DESTDIR="$world/root" INSTALLED_BY=debian >/dev/null
    same debian "$(cat "$world/root/usr/share/multivenv/installed-by")"
    [ ! -e "$world/root/usr/share/multivenv/installed-files" ] && [ ! -e "$world/root/usr/share/multivenv/packaging" ]
}

@test "a prefix that is not an absolute path is refused before anything is created" {
    local prefix
    # shellcheck disable=SC2088 # as make gets it
    for prefix in '~/.local' usr ''; do
        run make -s -C "$project" install prefix="$prefix" DESTDIR="$world/root"
        [ "$status" -ne 0 ]
        assert_contains "prefix is '$prefix', which is not an absolute path"
        [ ! -e "$world/root" ] && [ ! -e "$project/~" ]
    done
}

@test "make all builds what is installed, and make clean removes it" {
    copy_tree
    make -s all
    [ -f multivenv.1 ]
    mkdir -p dist helper/__pycache__
    make -s clean
    [ ! -e multivenv.1 ] && [ ! -e dist ] && [ ! -e helper/__pycache__ ]
    same 'tests/run' "$(make -n check)"
}
