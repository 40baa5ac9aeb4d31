#!/usr/bin/env bats
# linkvenv: the manual pages and completions of linked commands.

# shells: once
load ../support/common
load ../support/making
load ../support/moving
load ../support/repairing

setup() {
    make_world
    make_repairs
    share=$HOME/.local/share
    with_env "PATH=$(path_with "$HOME/.local/bin")"
    fake_env apps
    fake_package "$env" toolkit 1.0 tool other
    ship tool
}

# Usage: ship COMMAND
#
# $env has a manual page and completions of it.
ship() {
    local file
    for file in "man/man1/$1.1" "bash-completion/completions/$1" "fish/vendor_completions.d/$1.fish" \
        "zsh/site-functions/_$1"; do
        mkdir -p "$env/share/${file%/*}"
        printf '%s' "$1" >"$env/share/$file"
    done
}

# Usage: shared
#
# Prints the files in ~/.local/share, and where they lead.
shared() {
    [ -d "$share" ] || return 0
    (cd "$share" && find . ! -type d | LC_ALL=C sort | while IFS= read -r file; do
        printf '%s -> %s\n' "${file#./}" "$(readlink "$file")"
    done) | sed "s|$MULTIVENV_HOME|HOME|"
}

ALL='bash-completion/completions/tool -> HOME/apps/share/bash-completion/completions/tool
fish/vendor_completions.d/tool.fish -> HOME/apps/share/fish/vendor_completions.d/tool.fish
man/man1/tool.1 -> HOME/apps/share/man/man1/tool.1
zsh/site-functions/_tool -> HOME/apps/share/zsh/site-functions/_tool'

@test "they are linked with the command, and unlinked with it" {
    ship other
    run helper linkvenv apps tool
    assert_ok "multivenv: linked 1 command of 'apps': tool (undo: linkvenv --remove apps)"
    same "$ALL" "$(shared)"
    helper linkvenv apps other
    same 8 "$(shared | grep -c .)"
    helper linkvenv --remove apps other
    same "$ALL" "$(shared)"
    helper linkvenv --remove apps
    same '' "$(shared)"
}

@test "linkvenv of a linked command adds those that it lacks" {
    helper linkvenv apps tool
    rm "$share/man/man1/tool.1"
    run helper linkvenv apps tool
    assert_ok "multivenv: already linked: tool of 'apps'"
    same "$ALL" "$(shared)"
}

@test "a file in the way stays, linkvenv says so, and links the command" {
    mkdir -p "$share/man/man1"
    printf mine >"$share/man/man1/tool.1"
    run helper linkvenv apps tool
    assert_ok "multivenv: linked 1 command of 'apps': tool (undo: linkvenv --remove apps)
multivenv: did not link ~/.local/share/man/man1/tool.1: it already exists"
    helper rmvenv -y apps
    same mine "$(cat "$share/man/man1/tool.1")"
    same 'man/man1/tool.1 -> ' "$(shared)"
}

@test "without a folder named bin nobody would look for them" {
    with_env "XDG_BIN_HOME=$world/programs"
    helper linkvenv apps tool
    same '' "$(shared)"
    [ ! -e "$world/share" ]
    with_env "XDG_BIN_HOME=$world/local/bin"
    helper linkvenv apps tool
    [ -h "$world/local/share/man/man1/tool.1" ]
}

@test "mvvenv points them to the new name, rmvenv removes them" {
    helper linkvenv apps tool
    helper mvvenv apps cli
    same "${ALL//apps/cli}" "$(shared)"
    helper rmvenv -y cli
    same '' "$(shared)"
}

@test "mvvenv and rmvenv reach them when the command itself is unlinked by hand" {
    helper linkvenv apps tool
    rm "$HOME/.local/bin/tool"
    helper mvvenv apps cli
    same "${ALL//apps/cli}" "$(shared)"
    helper rmvenv -y cli
    same '' "$(shared)"
}

@test "fixvenv unlinks those that are gone and links new ones" {
    install_python 3.44.2
    installed_env web 3.44.1
    fake_package "$env" tool 1.0 tool
    ship tool
    helper linkvenv web tool
    rm -r "$world/pyenv/versions/3.44.1" "$env/share/man/man1/tool.1"
    run helper fixvenv -y web
    assert_contains 'web  ok'
    same "$(printf '%s\n' "${ALL//apps/web}" | grep -v man1)" "$(shared)"
}
