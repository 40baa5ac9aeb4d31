#!/usr/bin/env bats
# mkvenv --restore: what rmvenv has removed comes back as it was.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing
load ../support/terminal

setup() {
    make_world
    make_repairs
    offline
}

# Prints what the environment `web` is, for comparing
state_of_web() {
    record web 'it["requirements"]' 'it["python"]["version"]' 'it["python"]["asked"]' 'it["system_site_packages"]' 'it["pip"]'
    (cd "$MULTIVENV_HOME"/web/lib/python*/site-packages && ls -d -- *.dist-info *.dist-info/REQUESTED)
    cat "$MULTIVENV_HOME"/web/lib/python*/site-packages/*/direct_url.json "$MULTIVENV_HOME/web/.project" 2>/dev/null || :
}

# Usage: recipe NAME JSON
recipe() {
    mkdir -p "$MULTIVENV_HOME/.multivenv/recipes"
    printf '%s\n' "$2" >"$MULTIVENV_HOME/.multivenv/recipes/$1"
}

@test "it comes back with Python, packages, requirements, project and record, and is activated" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    make_project "$HOME/git/mine" mine
    mkdir -p "$HOME/git/proj"
    in_shell 'mkvenv --no-use --bind=git/proj web "demo<2" -e git/mine'
    make_wheel demo 2.0
    make_wheel needed 2.0
    make_wheel demo 1.5 needed
    state_of_web >"$world/before"
    run in_shell 'rmvenv -y web; mkvenv --restore web; printf "%s\n" "$VIRTUAL_ENV"; demo; needed; mine; lsvenvs --status ok; cdvenv --project; pwd'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)
$MULTIVENV_HOME/web
demo 1.0
needed 1.0
mine from its project
web
$HOME/git/proj"
    state_of_web >"$world/after"
    same_files "$world/before" "$world/after"
    run records_hold web
    assert_ok ''
    [ ! -e "$MULTIVENV_HOME/.multivenv/recipes/web" ]
    assert_nothing_aside
}

@test "--no-use leaves the shell as it is, and the system's packages and the lack of pip come back" {
    in_shell 'mkvenv --no-use --system-site-packages --without-pip web'
    state_of_web >"$world/before" 2>&1 || :
    run in_shell 'rmvenv -y web; mkvenv --restore --no-use web; printf "%s\n" "${VIRTUAL_ENV-none}"; grep ^include "$1/pyvenv.cfg"' \
        "$MULTIVENV_HOME/web"
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"'
none
include-system-site-packages = true'
    state_of_web >"$world/after" 2>&1 || :
    same_files "$world/before" "$world/after"
    run in_shell 'rmvenv -y web; mkvenv --no-use --restore=web'
    assert_status 2
}

@test "without a name it lists what it can restore" {
    run in_shell 'mkvenv --restore'
    assert_ok ''
    fake_env web
    fake_env 'a name'
    fake_env back
    run in_shell 'rmvenv -y web "a name" back 2>/dev/null; mkvenv --restore'
    assert_ok 'a name
back
web'
    # those that are there again, however they came
    fake_env back
    mkdir "$MULTIVENV_HOME/web"
    run in_shell 'mkvenv --restore'
    assert_ok 'a name'
    run in_shell 'mkvenv --restore; printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok 'a name
none'
}

@test "on a terminal that is a table" {
    fake_env web 3.44.1
    fake_package "$env" demo 1.0
    printf '%s\n' "$HOME/git/proj" >"$env/.project"
    recipe bare '{}'
    in_shell 'rmvenv -y web'
    run in_terminal -w screen '
        run mkvenv --restore
    '
    assert_status 0
    assert_matches '  NAME  PYTHON   PACKAGES  PROJECT     REMOVED
  bare  unknown  -         -           unknown
  web   3\.44\.1   2         ~/git/proj  just now'
}

@test "a name that was not removed, or is there, is refused with the reason" {
    fake_env web
    run in_shell 'mkvenv --restore gone'
    assert_status 1
    assert_output_is "multivenv: no removed environment named 'gone' (see mkvenv --restore)"
    in_shell 'rmvenv -y web'
    fake_env web
    run in_shell 'mkvenv --restore web'
    assert_status 1
    assert_contains "multivenv: environment 'web' already exists"
    [ -e "$MULTIVENV_HOME/.multivenv/recipes/web" ]
}

@test "with what it does not take it is a misuse, and nothing is made" {
    fake_env web
    in_shell 'rmvenv -y web'
    local words
    for words in 'web demo' 'web -r x' 'web -e .' 'web --bind' 'web --without-pip' 'web --system-site-packages' 'web --rebuild'; do
        # shellcheck disable=SC2086  # the words of a verb
        run in_shell 'mkvenv --restore "$@"' $words
        assert_status 2
        assert_contains '(see mkvenv --help)'
    done
    run in_shell 'mkvenv --restore a/b'
    assert_status 2
    run in_shell 'mkvenv --restore ""'
    assert_status 2
    run in_shell 'mkvenv --restore; lsvenvs'
    assert_ok web
}

@test "-p makes it with another Python" {
    make_wheel demo 1.0
    fake_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    # a pip that is newer than that of this Python cannot be had
    run in_shell 'rmvenv -y web 2>/dev/null; mkvenv --restore -p "$1" web 2>/dev/null; demo' "$MULTIVENV_TEST_PYTHON"
    assert_ok 'demo 1.0'
}

@test "with a newer Python it keeps what the old one did not bring by itself" {
    make_wheel demo 1.0
    make_wheel setuptools 99.0
    recipe young '{"schema": 1, "python": "3.96.1", "distributions": [{"name": "demo", "version": "1.0"},
        {"name": "setuptools", "version": "99.0", "requested": true}]}'
    recipe old '{"schema": 1, "python": "3.6.1", "distributions": [{"name": "demo", "version": "1.0"},
        {"name": "setuptools", "version": "99.0", "requested": false}]}'
    in_shell 'mkvenv --restore -p "$1" --no-use young; mkvenv --restore -p "$1" --no-use old' "$MULTIVENV_TEST_PYTHON"
    run in_shell 'showvenv young | grep -c "setuptools 99.0"; showvenv old | grep -c "setuptools 99.0" || :'
    assert_ok $'1\n0'
}

@test "without its Python, it gets one of the same minor version, else the default, and reports that" {
    make_wheel demo 1.0
    local version
    version=$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')
    # one of the same minor version
    recipe web "{\"python\": \"$(minor_of "$version").99\", \"record\": {\"python\": {\"base\": \"/gone/python3\"}, \"pip\": false}}"
    run in_shell 'mkvenv --restore web; python -c "import sys; print(\"%d.%d\" % sys.version_info[:2])"'
    assert_ok "$(minor_of "$version")"
    # none
    fake_env other 3.44.1
    fake_package "$env" demo 1.0 demo
    run in_shell 'rmvenv -y other 2>/dev/null; mkvenv --restore other; demo'
    assert_status 0
    assert_matches "^multivenv: no Python 3\.44\.1 found for 'other'; using Python 3[0-9.]+
(multivenv: 'other' has pip [0-9.]+: cannot install pip 24\.0
)?demo 1\.0\$"
}

@test "a package that cannot be had leaves nothing, is named, and the recipe stays" {
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo; rmvenv -y web'
    rm "$world"/wheels/demo*
    run in_shell 'mkvenv --restore web'
    assert_status 1
    assert_matches "^multivenv: cannot install demo==1\.0: no matching version for Python 3[0-9.]+ \(choose another Python with mkvenv --restore -p SPEC\)\$"
    run in_shell 'lsvenvs; mkvenv --restore'
    assert_ok web
    assert_nothing_aside
    make_wheel demo 1.0
    run in_shell 'mkvenv --restore web; demo'
    assert_ok 'demo 1.0'
}

@test "a project that is gone is named, and the recipe stays" {
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web -e git/mine; rmvenv -y web'
    mv "$HOME/git/mine" "$HOME/git/elsewhere"
    run in_shell 'mkvenv --restore web'
    assert_status 1
    assert_output_is "multivenv: cannot install 'mine': its project ~/git/mine is gone (if it moved: mkvenv --restore --moved '$HOME/git/mine'=NEW web)"
    run in_shell 'lsvenvs; mkvenv --restore'
    assert_ok web
    mv "$HOME/git/elsewhere" "$HOME/git/mine"
    run in_shell 'mkvenv --restore web; mine'
    assert_ok 'mine from its project'
}

@test "a damaged recipe is refused, or used as far as it is readable" {
    local text
    for text in '' '{' '[]' 'null'; do
        recipe web "$text"
        run in_shell 'mkvenv --restore web'
        assert_status 1
        assert_contains "multivenv: "
        refute_contains Traceback
        run in_shell 'lsvenvs'
        assert_ok ''
    done
    for text in '{}' '{"distributions": 5, "record": [], "python": {}, "project": 7, "system_site_packages": "x"}' \
        '{"distributions": [1, {}, {"name": 5}, {"name": "pip", "version": 3}], "record": {"python": 3, "requirements": 7}}'; do
        recipe web "$text"
        run in_shell 'mkvenv --restore --no-use web; lsvenvs --status ok; rmvenv -y web 2>/dev/null'
        assert_ok web
    done
}

@test "of one that had lost its packages when it was removed, the record's requirements count" {
    make_wheel demo 1.0
    fake_env web
    record_of web '{"requirements": ["demo"]}'
    rm -r "${env:?}/lib"
    run in_shell 'rmvenv -y web; mkvenv --restore web; ls "$VIRTUAL_ENV/bin"'
    assert_contains demo
}

@test "the hooks of mkvenv are run" {
    local hook
    for hook in premkvirtualenv postmkvirtualenv preactivate postactivate; do
        printf '#!/bin/sh\nprintf "%s\\n"\n' "$hook" >"$MULTIVENV_HOME/$hook"
        chmod +x "$MULTIVENV_HOME/$hook"
    done
    recipe web '{"record": {"pip": false}}'
    run in_shell 'mkvenv --restore web'
    assert_ok 'premkvirtualenv
preactivate
postactivate
postmkvirtualenv'
}

@test "Ctrl-C leaves nothing of it, and the recipe stays" {
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web -e git/mine; rmvenv -y web'
    cat >"$HOME/git/mine/backend.py" <<END
import os, time
with open("$world/child.new", "w") as file:
    file.write(str(os.getpid()))
os.rename("$world/child.new", "$world/child")
time.sleep(1000)
END
    in_shell -w detached 'mkvenv --restore web' >"$world/said" 2>&1 &
    wait_for "$world/child"
    kill -INT "$(helper_at_work web)"
    local status=0
    wait "$!" || status=$?
    same 130 "$status"
    wait_until_gone "$(cat "$world/child")"
    run in_shell 'lsvenvs; mkvenv --restore'
    assert_ok web
}
