#!/usr/bin/env bats
# multivenv adopt --all: the environments of other tools, under free names, and the bindings of pyenv.

# shells: once
load ../support/common
load ../support/making
load ../support/repairing

setup() {
    make_world
    make_repairs
    with_env "PYENV_ROOT=$HOME/.pyenv"
    git=$HOME/git
    mkdir -p "$git" "$HOME/.virtualenvs"
    cd "$HOME" || return
}

# Usage: other DIR
#
# Makes an environment at any place. Sets $env.
other() {
    local MULTIVENV_HOME=${1%/*}
    mkdir -p "$MULTIVENV_HOME"
    fake_env "${1##*/}"
}

# Usage: in_pyenv NAME
#
# Makes one as pyenv-virtualenv does, with its link.
in_pyenv() {
    other "$HOME/.pyenv/versions/3.12.4/envs/$1"
    ln -s "$env" "$HOME/.pyenv/versions/$1"
}

# Prints NAME -> PATH of each link in the home.
links() {
    local name
    for name in "$MULTIVENV_HOME"/*; do
        [ ! -L "$name" ] || printf '%s -> %s\n' "${name##*/}" "$(readlink "$name")"
    done
}

@test "it shows the list, asks once, and adopts all that discover lists" {
    other "$HOME/.virtualenvs/web"
    in_pyenv data
    other "$HOME/.local/share/pdm/venvs/tool"
    run in_shell 'printf "y\n" | multivenv adopt --all'
    assert_ok "  NAME  TOOL               STATUS  PYTHON  PATH
  tool  pdm                ok      3.12.4  ~/.local/share/pdm/venvs/tool
  data  pyenv-virtualenv   ok      3.12.4  ~/.pyenv/versions/3.12.4/envs/data
  web   virtualenvwrapper  ok      3.12.4  ~/.virtualenvs/web
Adopt 3 environments? [y/N] multivenv: adopted ~/.local/share/pdm/venvs/tool as 'tool'
multivenv: adopted ~/.pyenv/versions/3.12.4/envs/data as 'data'
multivenv: adopted ~/.virtualenvs/web as 'web'
multivenv: adopted 3 environments (undo: rmvenv NAME)"
    run links
    assert_ok "data -> $HOME/.pyenv/versions/3.12.4/envs/data
tool -> $HOME/.local/share/pdm/venvs/tool
web -> $HOME/.virtualenvs/web"
    # those that are adopted are skipped without a word
    run in_shell 'multivenv adopt --all'
    assert_ok 'multivenv: nothing to adopt'
    other "$HOME/.virtualenvs/new"
    run in_shell 'multivenv adopt --all -y'
    assert_ok "multivenv: adopted ~/.virtualenvs/new as 'new'
multivenv: adopted 1 environment (undo: rmvenv NAME)"
    assert_nothing_aside
}

@test "nothing happens without an answer, after another answer, and with --dry-run" {
    local answer
    other "$HOME/.virtualenvs/web"
    tree "$HOME" | grep -v cache >"$world/before"
    for answer in '' n '\n'; do
        run in_shell 'printf "$1" | multivenv adopt --all 2>&1 >/dev/null' "$answer"
        assert_status 1
        assert_contains 'multivenv: adopted nothing'
    done
    run in_shell 'multivenv adopt --all --dry-run -y'
    assert_ok '  NAME  TOOL               STATUS  PYTHON  PATH
  web   virtualenvwrapper  ok      3.12.4  ~/.virtualenvs/web'
    tree "$HOME" | grep -v cache >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "--from takes those of one tool, and DIR those below it" {
    other "$HOME/.virtualenvs/web"
    other "$git/proj/.venv"
    in_pyenv data
    run in_shell 'multivenv adopt --all -y --from pyenv-virtualenv git'
    assert_ok "multivenv: adopted ~/.pyenv/versions/3.12.4/envs/data as 'data'
multivenv: adopted 1 environment (undo: rmvenv NAME)"
    run in_shell 'multivenv adopt --all -y --from=venv git; multivenv adopt --all --from pew'
    assert_ok "multivenv: adopted ~/git/proj/.venv as 'proj'
multivenv: adopted 1 environment (undo: rmvenv NAME)
multivenv: nothing to adopt"
}

@test "a name that is taken becomes NAME-TOOL, and then gets a number" {
    fake_env web
    : >"$MULTIVENV_HOME/postactivate"
    other "$HOME/.virtualenvs/web"
    other "$HOME/.virtualenvs/postactivate"
    other "$HOME/.local/share/pdm/venvs/WEB"
    other "$HOME/.local/share/pipx/venvs/web"
    other "$HOME/.local/pipx/venvs/web"
    in_shell 'multivenv adopt --all -y' 2>/dev/null
    run links
    assert_ok "WEB -> $HOME/.local/share/pdm/venvs/WEB
postactivate-virtualenvwrapper -> $HOME/.virtualenvs/postactivate
web-pipx -> $HOME/.local/pipx/venvs/web
web-pipx-2 -> $HOME/.local/share/pipx/venvs/web
web-virtualenvwrapper -> $HOME/.virtualenvs/web"
}

@test "what cannot be adopted is left out with the reason, those of conda without" {
    other "$HOME/.virtualenvs/web"
    other "$HOME/.virtualenvs/-odd"
    other "$HOME/.virtualenvs/a:b"
    other "$HOME/.virtualenvs/corrupt"
    printf 'nonsense\n' >"$env/pyvenv.cfg"
    mkdir -p "$HOME/miniconda3/conda-meta"
    run in_shell 'multivenv adopt --all -y'
    assert_status 0
    assert_contains "multivenv: left out: cannot adopt ~/.virtualenvs/a:b: ':' would split PATH"
    assert_contains "multivenv: left out: ~/.virtualenvs/corrupt is corrupt: "
    assert_contains "multivenv: left out: '-odd' cannot be the name of an environment: it starts with '-' (multivenv adopt "
    refute_contains conda
    run links
    assert_ok "web -> $HOME/.virtualenvs/web"
}

@test "wrong words are misuse" {
    run in_shell +eu 'multivenv adopt --from uv; echo $?; multivenv adopt -y x; echo $?; multivenv adopt --all ""; echo $?
        multivenv adopt --all nowhere; echo $?; multivenv adopt --all --from conda; echo $?
        multivenv adopt --all --from odd 2>&1 | sed "s/virtualenvw.*)/.../"; multivenv adopt --all --from; echo $?'
    assert_ok "multivenv: multivenv adopt --from needs --all (see multivenv adopt --help)
2
multivenv: multivenv adopt --yes needs --all (see multivenv adopt --help)
2
multivenv: the path of a directory cannot be empty (see multivenv adopt --help)
2
multivenv: cannot search ~/nowhere: no such directory
1
multivenv: the environments of conda are not virtual environments (mkvenv -p PATH NAME creates one with the Python of one)
1
multivenv: unknown tool 'odd', choose from ...
multivenv: multivenv adopt --from needs a value (see multivenv adopt --help)
2"
}

@test "a .python-version below DIR that names an environment of pyenv becomes a binding" {
    in_pyenv web
    in_pyenv data
    mkdir -p "$git/web/sub" "$git/data" "$git/second" "$git/version"
    printf 'web\n' >"$git/web/.python-version"
    printf '# a comment\n\n 3.12.4/envs/data \n' >"$git/data/.python-version"
    printf '3.12.4\nweb\n' >"$git/second/.python-version"
    printf '3.12.4\n' >"$git/version/.python-version"
    run in_shell 'printf "y\n" | multivenv adopt --all --from pyenv-virtualenv git'
    assert_ok "  NAME  TOOL              STATUS  PYTHON  PATH
  data  pyenv-virtualenv  ok      3.12.4  ~/.pyenv/versions/3.12.4/envs/data
  web   pyenv-virtualenv  ok      3.12.4  ~/.pyenv/versions/3.12.4/envs/web

bind 'data' to ~/git/data
bind 'web' to ~/git/second
bind 'web' to ~/git/web
Adopt 2 environments, and bind 3 directories? [y/N] multivenv: adopted ~/.pyenv/versions/3.12.4/envs/data as 'data'
multivenv: adopted ~/.pyenv/versions/3.12.4/envs/web as 'web'
multivenv: bound 'data' to ~/git/data (undo: rm '$HOME/.pyenv/versions/3.12.4/envs/data/.project')
multivenv: bound 'web' to ~/git/second (undo: rm '$HOME/.pyenv/versions/3.12.4/envs/web/.project')
multivenv: bound 'web' to ~/git/web
multivenv: adopted 2 environments, bound 3 directories (undo: rmvenv NAME)"
    run in_shell 'cd git/web/sub; usevenv; printf "%s\n" "$VIRTUAL_ENV"; cd ../../data; usevenv; printf "%s\n" "$VIRTUAL_ENV"
        multivenv adopt --all ~/git'
    assert_ok "$MULTIVENV_HOME/web
$MULTIVENV_HOME/data
multivenv: nothing to adopt"
}

@test "bindings of environments that were adopted before are made later" {
    in_pyenv web
    mkdir "$git/web"
    in_shell 'multivenv adopt --all -y' 2>/dev/null
    printf 'web\n' >"$git/web/.python-version"
    run in_shell 'printf "y\n" | multivenv adopt --all git'
    assert_ok "bind 'web' to ~/git/web
Bind 1 directory? [y/N] multivenv: bound 'web' to ~/git/web (undo: rm '$HOME/.pyenv/versions/3.12.4/envs/web/.project')
multivenv: bound 1 directory"
}

@test "a .python-version that is hostile leads nowhere" {
    local text
    in_pyenv web
    other "$HOME/.virtualenvs/theirs"
    mkdir "$git/one" "$git/two" "$git/three" "$git/four"
    for text in '../../.virtualenvs/theirs' '/etc' '..' '.' '3.12.4/envs/..' '$(touch x)' "$HOME/.virtualenvs/theirs" \
        "$(printf 'a\033[31mb')" "$(printf '%9000s' x)" '*'; do
        printf '%s\n' "$text" >"$git/one/.python-version"
        run in_shell 'multivenv adopt --all --dry-run git'
        assert_status 0
        refute_contains bind
    done
    rm "$git/one/.python-version"
    mkfifo "$git/one/.python-version"
    mkdir "$git/two/.python-version"
    ln -s /dev/zero "$git/three/.python-version"
    printf '\0web\0\n\377\n' >"$git/four/.python-version"
    run in_shell 'multivenv adopt --all --dry-run git'
    assert_status 0
    refute_contains bind
    same '' "$(find "$world" -name x)"
}

@test "a directory that cannot be bound is named, and the environment is adopted all the same" {
    in_pyenv web
    mkdir "$git/web"
    printf 'web\n' >"$git/web/.python-version"
    mkdir "$env/.project"
    run in_shell 'multivenv adopt --all -y git'
    assert_status 1
    assert_contains "multivenv: did not bind 'web' to ~/git/web: "
    assert_contains 'multivenv: adopted 1 environment, bound 0 directories, failed 1 (undo: rmvenv NAME)'
    refute_contains Traceback
}
