#!/usr/bin/env bats
# make install, make uninstall.

# shells: once
load ../support/common

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
    assert_ok "pallets _multivenv $(cd -P "$project" && pwd)"
}

@test "make uninstall leaves nothing of ours and all of others" {
    cd "$project"
    local prefix="$world/u s r"
    make -s install PREFIX="$prefix" >/dev/null
    : >"$prefix/share/other"
    make -s uninstall PREFIX="$prefix"
    run find "$prefix" -type f
    assert_ok "$prefix/share/other"
    [ ! -e "$prefix/share/multivenv" ] && [ ! -e "$prefix/share/doc/multivenv" ]
}

@test "a PREFIX that is not an absolute path is refused before anything is created" {
    local prefix
    # shellcheck disable=SC2088 # as make gets it
    for prefix in '~/.local' usr ''; do
        run make -s -C "$project" install PREFIX="$prefix" DESTDIR="$world/root"
        [ "$status" -ne 0 ]
        assert_contains "PREFIX is '$prefix', which is not an absolute path"
        [ ! -e "$world/root" ] && [ ! -e "$project/~" ]
    done
}
