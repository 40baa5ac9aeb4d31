#!/usr/bin/env bats
# fixvenv --reinstall, --requested and --moved: packages that are missing, and projects that moved.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing

setup() {
    make_world
    make_repairs
    offline
}

@test "site-packages emptied by hand: the packages of the record are installed again" {
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    rm -r "$MULTIVENV_HOME"/web/lib/python3.*/site-packages/*
    run in_shell 'lsvenvs --status damaged; fixvenv -y web; usevenv web; demo; pip --version >/dev/null'
    assert_status 0
    assert_matches '^web
web  damaged: reinstall 1 package with Python 3[0-9.]+
web  ok
demo 1\.0$'
}

@test "site-packages emptied by hand, and no record of the packages: nothing is done before --reinstall" {
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web; usevenv web; pip -q install demo'
    rm -r "$MULTIVENV_HOME"/web/lib/python3.*/site-packages/*
    run in_shell +eu 'fixvenv -y web; [ -e "$HOME/.multivenv/web/bin/demo" ]; printf "%s\n" "$?"; fixvenv -y --reinstall web
        fixvenv -y --undo web; [ -e "$HOME/.multivenv/web/bin/demo" ]'
    assert_matches "^multivenv: 'web': site-packages is empty, and no record names its packages \\(fixvenv \
--reinstall web rebuilds it without packages\\)
0
web  damaged: reinstall 0 packages with Python 3[0-9.]+
web  ok
"
    assert_status 0
}

@test "a distribution without its files is installed again, and nothing else is lost" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    in_shell 'mkvenv --no-use web demo'
    rm "$MULTIVENV_HOME"/web/lib/python3.*/site-packages/needed.py
    : >"$(echo "$MULTIVENV_HOME"/web/lib/python3.*/site-packages)/mine.py"
    run in_shell 'fixvenv -y web; usevenv web; python -c "import demo, needed, mine"'
    assert_status 0
    assert_matches '^web  damaged: reinstall [23] packages with Python 3[0-9.]+
web  ok$'
}

@test "--reinstall installs the packages of a sound one again, by default of the active one" {
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    run in_shell +eu 'fixvenv --reinstall; usevenv web; fixvenv -n --reinstall; fixvenv -y --reinstall web; demo'
    assert_status 0
    assert_matches '^multivenv: no environment is active \(name one: fixvenv NAME\)
web  ok: reinstall [12] packages? with Python 3[0-9.]+
web  ok: reinstall [12] packages? with Python 3[0-9.]+
web  ok
demo 1\.0$'
}

@test "--requested keeps the requested versions, and resolves the dependencies again" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    in_shell 'mkvenv --no-use web demo'
    make_wheel demo 2.0 needed
    make_wheel needed 2.0
    run in_shell 'fixvenv -y --requested web; freezevenv web | grep -v setuptools'
    assert_status 0
    assert_matches '^web  ok: reinstall [23] packages with Python 3[0-9.]+, resolving the dependencies again
web  ok
demo==1.0
needed==2.0$'
}

# --- what moved -------------------------------------------------------------

@test "a project that is gone is named with --moved, which follows it everywhere" {
    make_project "$HOME/git/lib" lib
    in_shell 'mkvenv --no-use web -e git/lib --bind=git/lib; bindvenv --dot-venv web git/lib' 2>/dev/null
    mv "$HOME/git/lib" "$HOME/git/new lib"
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_output_is "multivenv: 'web': ~/git/lib no longer exists (if it moved: fixvenv --moved $(quoted_word "$HOME/git/lib")=NEW web)"
    run in_shell 'fixvenv -y --moved "$HOME/git/lib=$HOME/git/new lib"; usevenv web; lib; cat "$VIRTUAL_ENV/.project"; lsvenvs --status ok'
    assert_ok "web  damaged: rewrite ~/git/lib as '~/git/new lib'
web  ok
lib from its project
$HOME/git/new lib
web"
    run records_hold web
    assert_ok ''
    assert_contains 'new%20lib' "$(cat "$MULTIVENV_HOME"/web/lib/*/site-packages/lib-1.0.dist-info/direct_url.json)"
    run in_shell 'fixvenv -y --moved "$HOME/git/lib=$HOME/git/new lib"'
    assert_ok 'multivenv: nothing to repair'
}

# Usage: quoted_word WORD
#
# Prints the word as messages show it for typing.
quoted_word() {
    printf "'%s'" "$1"
}

@test "a rebuild names a project or a wheel that is gone, before it changes anything" {
    make_project "$HOME/git/lib" lib
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web -e git/lib; mkvenv --no-use other "$1"' "$world/wheels/demo-1.0-py3-none-any.whl"
    age web
    age other
    rm -r "$HOME/git/lib" "$world"/wheels/demo-*
    run in_shell 'fixvenv -y --all'
    assert_status 1
    assert_contains "multivenv: 'web': cannot install 'lib': its project ~/git/lib is gone (if it moved: fixvenv --moved"
    assert_contains "multivenv: 'other': cannot install 'demo': its file "
    assert_nothing_aside
}

@test "mkvenv --restore --moved takes a project from its new place" {
    make_project "$HOME/git/lib" lib
    in_shell 'mkvenv --no-use web -e git/lib; rmvenv -y web' 2>/dev/null
    mv "$HOME/git/lib" "$HOME/git/new"
    run in_shell 'mkvenv --restore web'
    assert_status 1
    assert_output_is "multivenv: cannot install 'lib': its project ~/git/lib is gone (if it moved: mkvenv --restore --moved $(quoted_word "$HOME/git/lib")=NEW web)"
    run in_shell 'mkvenv --restore --moved "$HOME/git/lib=$HOME/git/new" web; lib'
    assert_ok 'lib from its project'
}

@test "--moved of a whole home: interpreters, links on PATH and .venv follow" {
    installed_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    mkdir -p "$HOME/git/proj" "$HOME/.local/bin"
    printf '%s\n' "$HOME/git/proj" >"$env/.project"
    ln -s "$env" "$HOME/git/proj/.venv"
    ln -s "$env/bin/demo" "$HOME/.local/bin/demo"
    mv "$HOME" "$world/new home"
    local old=$HOME
    HOME="$world/new home" MULTIVENV_HOME="$world/new home/.multivenv"
    with_env "HOME=$HOME" "MULTIVENV_HOME=$MULTIVENV_HOME"
    run in_shell 'fixvenv -y --moved "$1=$HOME" web; cat "$MULTIVENV_HOME/web/.project"; readlink git/proj/.venv .local/bin/demo' "$old"
    env=$MULTIVENV_HOME/web
    assert_ok "web  moved: rewrite '$old' as ~
web  ok
$HOME/git/proj
$env
$env/bin/demo"
}

@test "--moved: words that make no sense are refused" {
    run in_shell +eu 'fixvenv --moved x; fixvenv --moved /a=/a; fixvenv --moved /a=/none; mkvenv --moved /a=/b web'
    assert_status 2
    assert_output_is 'multivenv: fixvenv --moved needs OLD=NEW (see fixvenv --help)
multivenv: fixvenv --moved needs two different paths (see fixvenv --help)
multivenv: /none does not exist
multivenv: mkvenv --moved needs --restore (see mkvenv --help)'
}

@test "an adopted environment that is dangling: the message says how to repair it where it is" {
    fake_env web 3.44.1
    mkdir "$world/proj"
    mv "$env" "$world/proj/.venv"
    ln -s "$world/proj/.venv" "$env"
    rm -r "$world/base-3.44.1"
    install_python 3.44.1
    run in_shell 'fixvenv -y --all'
    assert_status 1
    assert_contains "(MULTIVENV_HOME=$world/proj fixvenv .venv repairs it where it is)"
    run in_shell 'MULTIVENV_HOME=$1 fixvenv -y .venv; lsvenvs --status ok' "$world/proj"
    assert_contains '.venv  ok'
}
