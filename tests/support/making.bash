# Making environments that do not come to be. Loaded after common.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: stub_python FILE ANSWER
#
# Writes a Python that says that it is a Python 3.11.2 with a venv, and answers to
# it with a piece of sh, to which $path is the environment to be made.
stub_python() {
    mkdir -p "${1%/*}/../lib/venv" "${1%/*}/../lib/ensurepip"
    : >"${1%/*}/../lib/venv/__init__.py"
    : >"${1%/*}/../lib/ensurepip/__init__.py"
    cat >"$1" <<END
#!/bin/sh
case \$* in
*"import json"*) printf '["%s", "3.11.2", "cpython", "", "%s"]\n' "\$0" "\${0%/*}/../lib" ;;
*"venv.main"* | *"-m venv"*) for path; do :; done
$2
;;
*) exec "$MULTIVENV_TEST_PYTHON" "\$@" ;;
esac
END
    chmod +x "$1"
}

# Fails if there is anything in the home but empty folders of multivenv's own.
assert_nothing_left() {
    run find "$MULTIVENV_HOME" -mindepth 1 ! -path "$MULTIVENV_HOME/.multivenv" \
        ! -path "$MULTIVENV_HOME/.multivenv/locks" ! -path "$MULTIVENV_HOME/.multivenv/trash" \
        ! -path "$MULTIVENV_HOME/.multivenv/staging" ! -path "$MULTIVENV_HOME/.multivenv/last-removed"
    assert_ok ''
}

# Usage: detached COMMAND...
#
# As at a prompt, and not as in a script's background, Ctrl-C's signal counts.
# This is a wrapper for in_shell -w.
detached() {
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/detach.py" "$@"
}

# Usage: wait_for FILE
#
# Waits until it is there and has content.
wait_for() {
    local tries=0
    until [ -s "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || fail "there is no $1" || return
        sleep 0.05
    done
}

# Usage: wait_until_gone PID
wait_until_gone() {
    local tries=0
    while is_running "$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || fail "process $1 is still running" || return
        sleep 0.05
    done
}

# A zombie is none, who waits for it or not
is_running() {
    case $(ps -o stat= -p "$1") in
    '' | Z*) return 1 ;;
    esac
}

# Usage: helper_at_work NAME
#
# Prints the process that is at work on an environment.
helper_at_work() {
    sed 's/.*process \([0-9]*\) .*/\1/' "$MULTIVENV_HOME/.multivenv/locks/$1"
}

# Usage: answer_of PID
#
# Waits for a shell; sets $status.
answer_of() {
    status=0
    # shellcheck disable=SC2034  # for the assertions
    wait "$1" || status=$?
}
