#!/usr/bin/env bats
# What people do all day, from end to end, with real environments and packages that need no network.

# shells: bash zsh
load ../support/common
load ../support/wheels
load ../support/projects
load ../support/auto

setup() {
    make_world
    share_cache
    offline
}

@test "environments that come and go" {
    make_wheel relish 1.0
    make_wheel relish 2.0
    run in_shell '
        mkvenv relephant
        env | grep VIRTUAL_ENV | sort
        for name in python pip; do
            found=$(command -v "$name")
            printf "%s\n" "$found" | tr -d "\047" # ksh93 quotes it
        done
        IFS= read -r first <"$VIRTUAL_ENV/bin/pip"; case $first in "#!"*) printf "a script\n" ;; esac
        pip install --quiet relish==1.0
        relish
        mkvenv relephant-test relish
        relish
        usevenv relephant
        relish
        usevenv -
        stopvenv
        printf "n\n" | rmvenv relephant-test || printf "kept\n"
        printf "y\n" | rmvenv relephant-test
        lsvenvs
        usevenv relephant-test || printf "gone\n"
        rmvenv -y relephant
        lsvenvs'
    assert_ok "VIRTUAL_ENV=$MULTIVENV_HOME/relephant
VIRTUAL_ENV_PROMPT=relephant
$MULTIVENV_HOME/relephant/bin/python
$MULTIVENV_HOME/relephant/bin/pip
a script
relish 1.0
relish 2.0
relish 1.0
Remove relephant-test? [y/N] multivenv: removed nothing
kept
Remove relephant-test? [y/N] multivenv: removed 'relephant-test' (undo: mkvenv --restore relephant-test)
relephant
multivenv: no environment named 'relephant-test' (see lsvenvs)
gone
multivenv: removed 'relephant' (undo: mkvenv --restore relephant)"
}

@test "applications in one shared environment" {
    write_wheel dyer 1.0 --requires thread --command dyer --command dyerd \
        <<<'def main(): import sys, thread; print("dyer in", sys.prefix)'
    make_wheel thread 1.0
    make_wheel sorter 1.0
    make_wheel squeller 1.0
    with_env "PATH=$(path_with "$HOME/.local/bin")"
    run in_shell '
        mkvenv --no-use apps dyer sorter
        linkvenv apps
        cd /
        dyer
        command -v thread || printf "thread is not on PATH\n"
        mkvenv --no-use apps-sql squeller
        linkvenv apps-sql
        usevenv apps-sql
        dyer
        sorter
        stopvenv
        linkvenv --remove apps dyer
        dyer 2>/dev/null || printf "gone\n"
        linkvenv apps
        dyer
        rmvenv -y apps
        linkvenv'
    assert_ok "multivenv: linked 3 commands of 'apps': dyer, dyerd, sorter (undo: linkvenv --remove apps)
dyer in $MULTIVENV_HOME/apps
thread is not on PATH
multivenv: linked 1 command of 'apps-sql': squeller (undo: linkvenv --remove apps-sql)
dyer in $MULTIVENV_HOME/apps
sorter 1.0
multivenv: unlinked 2 commands of 'apps': dyer, dyerd (undo: linkvenv apps dyer dyerd)
gone
multivenv: linked 2 commands of 'apps': dyer, dyerd (undo: linkvenv --remove apps dyer dyerd)
dyer in $MULTIVENV_HOME/apps
multivenv: unlinked 3 commands of 'apps': dyer, dyerd, sorter
multivenv: removed 'apps' (undo: mkvenv --restore apps)
squeller	apps-sql"
}

# A project that wants `djangoid`, a stand-in: `check` looks, `runserver` serves.
web_project() {
    write_wheel djangoid 5.0 --requires asgiroid --command djangoid-admin <<'END'
import asgiroid, http.server, sys

def main(words=None):
    words = sys.argv[1:] if words is None else words
    if words == ["check"]:
        print("System check identified no issues")
    if words[:1] == ["runserver"]:
        server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
        with open(words[1], "w") as file:
            file.write(str(server.server_port))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("stopped by Ctrl-C")
END
    write_wheel asgiroid 1.0 <<<'import asyncio'
    mkdir -p "$HOME/git/afork.com/pyproj"
    cd "$HOME/git/afork.com/pyproj" || return
    printf 'djangoid>=4\n' >requirements.txt
    printf '%s\n' '#!/usr/bin/env python' 'import sys' 'import djangoid' 'djangoid.main(sys.argv[1:])' >manage.py
    chmod +x manage.py
}

@test "on a machine that is not mine" {
    # two Pythons, and of one of them only a shim on PATH, which starts neither
    local pythons=() python minor
    while IFS= read -r python; do pythons+=("$python"); done < <("$support/find-python" --all)
    python=${pythons[${#pythons[@]} - 1]}
    minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    mkdir -p "$world/shims" "$world/pyenv/versions" "$HOME/git/pallets/src"
    printf '#!/bin/sh\nprintf "pyenv: %%s: command not found\n" "${0##*/}" >&2; exit 127\n' >"$world/shims/python3"
    chmod +x "$world/shims/python3"
    ln -s "${python%/bin/*}" "$world/pyenv/versions/$("$python" -c 'import platform; print(platform.python_version())')"
    with_env "PATH=$world/shims:$tools/bin" "PYENV_ROOT=$world/pyenv"
    make_wheel tester 1.0
    run in_auto 'multivenv pythons | grep -c " $1[.]"
        mkvenv --no-use -p "$1" --bind="$HOME/git/pallets" pallets tester
        "$HOME/.multivenv/pallets/bin/python" -c "import sys; print(\"%d.%d\" % sys.version_info[:2])"
        runvenv pallets tester -q
        go git/pallets/src
        tester
        go "$HOME"
        tester 2>/dev/null || printf "left\n"' "$minor"
    assert_status 0
    assert_matches "^[1-9][0-9]*
$minor
tester 1.0
multivenv: using 'pallets'
tester 1.0
multivenv: left 'pallets'
left\$"
}

@test "the same on the next machine" {
    make_wheel pallet 1.0 needed
    make_wheel needed 1.0
    run in_shell 'mkvenv --no-use pallets pallet; freezevenv pallets >requirements.txt; cat requirements.txt'
    assert_ok 'needed==1.0
pallet==1.0'
    make_wheel pallet 2.0
    make_wheel needed 2.0
    mkdir "$world/there"
    run in_shell 'MULTIVENV_HOME=$1; mkvenv pallets -r requirements.txt; pallet; needed; stopvenv; freezevenv pallets' "$world/there"
    assert_ok 'pallet 1.0
needed 1.0
needed==1.0
pallet==1.0'
    run in_shell 'showvenv pallets | sed -n "s/^  python: *\\([0-9.]*\\),.*/\\1/p"'
    assert_ok "$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')"
}

@test "a web project" {
    web_project
    run in_shell '
        cd ~/git/afork.com/pyproj
        ./manage.py check 2>/dev/null || printf "djangoid is not there\n"
        mkvenv afork -r requirements.txt --bind
        ./manage.py check
        python -c "import sys; print(sys.prefix); print([p for p in sys.path if \"site-packages\" in p])"
        stopvenv
        ./manage.py check 2>/dev/null || printf "and gone again\n"
        cd; cd ~/git/afork.com/pyproj
        usevenv
        ./manage.py check
        cdvenv --project
        printf "%s\n" "$PWD" "$(cat "$VIRTUAL_ENV/.project")"
        stopvenv'
    local minor
    minor=$("$MULTIVENV_TEST_PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    assert_ok "djangoid is not there
System check identified no issues
$MULTIVENV_HOME/afork
['$MULTIVENV_HOME/afork/lib/python$minor/site-packages']
and gone again
System check identified no issues
$HOME/git/afork.com/pyproj
$HOME/git/afork.com/pyproj"
}

@test "its server runs in the background while another command talks to it" {
    web_project
    # started through Python, which does not let the shell hide Ctrl-C from what runs behind it
    cat >serve.py <<'END'
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import djangoid
djangoid.main(["runserver", sys.argv[1]])
END
    run in_shell '
        cd ~/git/afork.com/pyproj
        mkvenv afork -r requirements.txt
        exec python serve.py "$TMPDIR/port" >"$TMPDIR/log" 2>/dev/null & # yash would stand between
        server=$!
        until [ -s "$TMPDIR/port" ]; do :; done
        python -c "import sys, urllib.request as u; print(u.urlopen(\"http://127.0.0.1:\" + open(sys.argv[1]).read() + \"/requirements.txt\").read().decode().strip())" "$TMPDIR/port"
        kill -INT "$server"
        wait "$server" || :
        cat "$TMPDIR/log"
        stopvenv'
    assert_ok 'djangoid>=4
stopped by Ctrl-C'
}

@test "an application that needs the system's packages too" {
    run in_shell '
        mkvenv --system-site-packages --without-pip sees
        grep include "$VIRTUAL_ENV/pyvenv.cfg"
        mkvenv --without-pip sees-not
        grep include "$VIRTUAL_ENV/pyvenv.cfg"'
    assert_ok 'include-system-site-packages = true
include-system-site-packages = false'
}
