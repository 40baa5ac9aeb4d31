#!/usr/bin/env bats
# What people do all day, with the packages with which they do it, from the package index. The same
# with packages that need no network is in tests/stories/stories.bats.

load ../support/common
load ../support/auto
load ../support/tools

setup_file() {
    # The settings of pip by which it is reached, kept for the worlds in which the tests are
    export INDEX_SETTINGS=$BATS_FILE_TMPDIR/settings
    env | grep -E '^(PIP_|SSL_CERT|REQUESTS_CA_BUNDLE=|https?_proxy=|HTTPS?_PROXY=)' >"$INDEX_SETTINGS" || :
    [ -n "${PIP_CONFIG_FILE-}" ] || [ ! -f ~/.config/pip/pip.conf ] ||
        printf '%s\n' "PIP_CONFIG_FILE=$HOME/.config/pip/pip.conf" >>"$INDEX_SETTINGS"
    printf '%s\n' "PIP_CACHE_DIR=$project/.tools/pip-cache" >>"$INDEX_SETTINGS"
    local python
    python=$("$project/tests/tools-install" --path virtualenvwrapper)
    "${python%/*}/python" -m pip download --quiet --no-deps --dest "$BATS_FILE_TMPDIR" iniconfig >/dev/null 2>&1 ||
        rm "$INDEX_SETTINGS"
}

setup() {
    [ -f "$INDEX_SETTINGS" ] || skip 'the package index cannot be reached'
    make_world
    share_cache
    local setting
    while IFS= read -r setting; do with_env "$setting"; done <"$INDEX_SETTINGS"
    with_env "PATH=$(path_with "$HOME/.local/bin")"
}

# The base interpreter of an environment is gone, as after an upgrade
lose_base() {
    ln -sf /opt/gone/bin/python3 "$MULTIVENV_HOME/$1/bin/python"
    sed -i.old 's|^home = .*|home = /opt/gone/bin|' "$MULTIVENV_HOME/$1/pyvenv.cfg"
    rm "$MULTIVENV_HOME/$1/pyvenv.cfg.old"
}

@test "environments that come and go: flask" {
    run in_shell '
        mkvenv relephant
        pip install --quiet "flask==2.3.3" 2>/dev/null
        mkvenv relephant-test flask
        python -c "import importlib.metadata as m; print(m.version(\"flask\") > \"3\")"
        flask --version | grep Flask | cut -c 1-7
        usevenv relephant
        flask --version | grep Flask
        stopvenv
        rmvenv -y relephant-test relephant 2>/dev/null
        mkvenv --no-use --restore relephant 2>/dev/null
        lsvenvs; freezevenv relephant | grep -i flask'
    assert_ok $'True\nFlask 3\nFlask 2.3.3\nrelephant\nflask==2.3.3'
    lose_base relephant
    run in_shell +eu 'lsvenvs --long | grep -c "dangling"; usevenv relephant 2>/dev/null || printf "refused\n"
        fixvenv --all -y >/dev/null 2>&1; usevenv relephant && flask --version | grep Flask'
    assert_ok $'1\nrefused\nFlask 2.3.3'
}

@test "applications in one shared environment: black, flake8, isort, mypy, sqlfluff" {
    printf 'import sys\nimport os\nx = {  "a":1 }\n' >"$HOME/file.py"
    printf 'SELECT 1\n' >"$HOME/query.sql"
    run in_shell '
        mkvenv --no-use apps black flake8 isort mypy
        linkvenv apps 2>/dev/null
        cd "$HOME"
        black --quiet file.py; isort --quiet file.py; cat file.py
        flake8 file.py | cut -d" " -f 2 | sort -u | tr "\n" " "
        mypy file.py | cut -d: -f 1
        command -v pycodestyle || printf "pycodestyle is not on PATH\n"
        mkvenv apps-sql sqlfluff
        linkvenv apps-sql 2>/dev/null
        black --version | grep -c "^black"
        sqlfluff lint --dialect ansi query.sql >/dev/null; printf "%s\n" "$?"'
    assert_ok "import os
import sys

x = {\"a\": 1}
F401 Success
pycodestyle is not on PATH
1
0"
    local other
    other=$("$support/find-python" --all 10 | tail -n 1)
    run in_shell 'fixvenv -y -p "$1" apps >/dev/null 2>&1; black --version | sed -n "s/.*CPython) //p"' "$other"
    assert_ok "$("$other" -c 'import platform; print(platform.python_version())')"
}

@test "on a machine that is not mine: pytest" {
    mkdir -p "$HOME/git/pallets"
    printf 'def test_it():\n    assert True\n' >"$HOME/git/pallets/test_it.py"
    run in_auto 'mkvenv --no-use --bind="$HOME/git/pallets" pallets pytest 2>/dev/null
        (cd git/pallets && runvenv pallets pytest -q | tail -n 1 | cut -d" " -f 1,2)
        go git/pallets 2>/dev/null; pytest -q | tail -n 1 | cut -d" " -f 1,2
        go "$HOME" 2>/dev/null; printf "%s\n" "${VIRTUAL_ENV-left}"'
    assert_ok $'1 passed\n1 passed\nleft'
}

@test "the same on the next machine: flask with all that it needs" {
    run in_shell 'mkvenv pallets flask; pip freeze >"$TMPDIR/pip"; stopvenv
        freezevenv pallets >"$TMPDIR/requirements.txt"; diff -i "$TMPDIR/pip" "$TMPDIR/requirements.txt" && printf "as pip has it\n"
        MULTIVENV_HOME=$HOME/there; mkvenv --no-use pallets -r "$TMPDIR/requirements.txt"
        freezevenv pallets | diff "$TMPDIR/requirements.txt" - && printf "and so there\n"'
    assert_ok $'as pip has it\nand so there'
}

@test "a web project: Django" {
    mkdir -p "$HOME/git/afork.com/pyproj"
    run in_shell '
        cd "$HOME/git/afork.com/pyproj"
        printf "django\n" >requirements.txt
        mkvenv afork -r requirements.txt --bind
        django-admin startproject afork .
        python manage.py check
        stopvenv
        python3 manage.py check >/dev/null 2>&1 || printf "Django is not there\n"
        cd; cd git/afork.com/pyproj/afork
        usevenv
        cdvenv --project
        python manage.py runserver --noreload 127.0.0.1:"$1" >"$TMPDIR/log" 2>&1 &
        server=$!
        until python -c "import sys, urllib.request as u; print(\"worked successfully\" in u.urlopen(\"http://127.0.0.1:\" + sys.argv[1]).read().decode())" "$1" 2>/dev/null; do sleep 0.1; done
        kill -TERM "$server"
        stopvenv' "$("$MULTIVENV_TEST_PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
    assert_ok $'System check identified no issues (0 silenced).\nDjango is not there\nTrue'
}
