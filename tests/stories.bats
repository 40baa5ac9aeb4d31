# What people do all day, from end to end, with real environments and packages that need no network.

load support/common
load support/wheels

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
Remove relephant-test? [y/N] multivenv: nothing was removed
kept
Remove relephant-test? [y/N] relephant
multivenv: no environment named 'relephant-test' (see lsvenvs)
gone"
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
