#!/usr/bin/env bats
# What mkvenv installs and records, with which Python, and how a failure ends.

# shells: once
load ../support/common
load ../support/wheels
load ../support/making

setup() {
    make_world
    offline
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: record NAME EXPRESSION...
#
# Prints Python expressions on `it`, the record of an environment.
record() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import calendar, json, os, platform, sys, time
it = json.load(open(sys.argv[1]))
print(*[eval(each) for each in sys.argv[2:]])' "$MULTIVENV_HOME/$1/.multivenv.json" "${@:2}"
}

@test "requirements, requirements files and editable projects are installed, and recorded" {
    share_cache
    make_wheel demo 1.0 needed
    make_wheel demo 2.0 needed
    make_wheel needed 1.0
    make_wheel listed 1.0
    make_wheel generated 1.0
    make_project "$HOME/git/mine" mine
    printf 'listed\n' >"$HOME/requirements.txt"
    printf 'generated\n' >"$world/generated.txt"
    run in_shell 'mkvenv web "demo<2" -r requirements.txt --requirement=/dev/fd/9 -e git/mine 9<"$1"
        demo; listed; generated; mine
        lsvenvs --json | grep -c "\"status\": \"ok\""' "$world/generated.txt"
    assert_ok 'demo 1.0
listed 1.0
generated 1.0
mine from its project
1'
    same "['demo<2'] ['$HOME/requirements.txt', '/dev/fd/9'] ['$HOME/git/mine'] False True" \
        "$(record web 'it["requirements"]' 'it["requirement_files"]' 'it["editables"]' \
            'it["system_site_packages"]' 'it["pip"]')"
    same '1 None True True True' \
        "$(record web 'it["schema"]' 'it["python"]["asked"]' 'it["platform"] == "-".join(os.uname()[::4])' \
            'it["python"]["implementation"] == sys.implementation.name' \
            'it["python"]["version"] == platform.python_version()')"
    same 'True True' "$(record web 'os.path.samefile(it["python"]["base"], sys.executable)' \
        'abs(time.time() - calendar.timegm(time.strptime(it["created"], "%Y-%m-%dT%H:%M:%SZ"))) < 3600')"
}

@test "the record tells of an environment without pip, with the system's packages" {
    run in_shell 'mkvenv --no-use --without-pip --system-site-packages bare'
    assert_ok ''
    same '[] [] [] True False' "$(record bare 'it["requirements"]' 'it["requirement_files"]' 'it["editables"]' \
        'it["system_site_packages"]' 'it["pip"]')"
}

@test "a failing installation leaves nothing, says what pip said, and the active one stays active" {
    share_cache
    fake_env active
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_shell +eu 'usevenv active; mkvenv web no-such-thing; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"'
    assert_status 0
    assert_matches "^multivenv: installing into 'web' failed:"
    assert_matches '  ERROR: No matching distribution found for no-such-thing
1 active$'
    rm -r "${env:?}"
    assert_nothing_left
}

@test "a project that cannot be built leaves nothing, and its own words are shown" {
    share_cache
    make_project "$HOME/mine" mine
    printf 'raise RuntimeError("this project cannot be built")\n' >"$HOME/mine/backend.py"
    run in_shell 'mkvenv web -e mine'
    assert_status 1
    assert_contains 'this project cannot be built'
    assert_nothing_left
}

@test "an editable install that leads into another worktree of the repository is reported" {
    offline
    make_project "$HOME/main" mine
    make_project "$HOME/other" other
    mkdir -p "$HOME/main/.git/worktrees/feature" "$HOME/feature/sub"
    printf '../..\n' >"$HOME/main/.git/worktrees/feature/commondir"
    printf 'gitdir: %s\n' "$HOME/main/.git/worktrees/feature" >"$HOME/feature/.git"
    run in_shell 'cd "$HOME/feature/sub"; mkvenv --no-use web -e ../../main -e ../../other'
    assert_status 0
    assert_contains "multivenv: 'web' has an editable install of ~/main, not of the worktree ~/feature"
    refute_contains '~/other'
    run in_shell 'cd; mkvenv --no-use bound --bind="$HOME/feature" -e main; mkvenv --no-use plain -e main
        mkvenv --no-use own --bind="$HOME/main" -e main'
    assert_status 0
    assert_contains "'bound' has an editable install of ~/main"
    refute_contains "'plain' has an editable"
    refute_contains "'own' has an editable"
}

@test "the user's settings for pip and Python do no harm" {
    make_wheel demo 1.0
    mkdir -p "$HOME/.config/pip" "$world/path"
    printf '[install]\nuser = true\n' >"$HOME/.config/pip/pip.conf"
    printf 'raise SystemExit("sitecustomize")\n' >"$world/path/sitecustomize.py"
    cp "$world/path/sitecustomize.py" "$world/path/json.py"
    without_env PIP_CONFIG_FILE
    with_env PIP_USER=1 PIP_REQUIRE_VIRTUALENV=1 "PIP_TARGET=$world/target" "PIP_PREFIX=$world/prefix" \
        "PYTHONPATH=$world/path" PYTHONHOME=/nowhere PYTHONSTARTUP=/nowhere PYTHONNOUSERSITE=1
    make_project "$HOME/mine" mine
    run in_shell 'mkvenv --no-use web demo -e mine'
    assert_ok ''
    run "$MULTIVENV_HOME/web/bin/demo"
    assert_ok 'demo 1.0'
    [ ! -e "$world/target" ] && [ ! -e "$world/prefix" ]
}

@test "a shim that answers \"command not found\" is passed over" {
    mkdir "$world/shims"
    printf '%s\n' '#!/bin/sh' 'printf "pyenv: python3: command not found\n" >&2' 'exit 127' >"$world/shims/python3"
    chmod +x "$world/shims/python3"
    with_env "PATH=$(path_with "$world/shims")"
    run in_shell 'mkvenv --no-use --without-pip web'
    assert_ok ''
    same True "$(record web 'os.path.samefile(it["python"]["base"], "'"$MULTIVENV_TEST_PYTHON"'")')"
}

@test "while an environment is active, the next one is made with its base" {
    local other
    other=$("$support/find-python" --all | grep -v -x -F "$MULTIVENV_TEST_PYTHON" | head -n 1)
    [ -n "$other" ] || other=$MULTIVENV_TEST_PYTHON
    run in_shell 'MULTIVENV_PYTHON=$1 mkvenv --without-pip one; mkvenv --without-pip two; mkvenv --without-pip three' "$other"
    assert_ok ''
    same "$other" "$(record one 'it["python"]["asked"]')"
    same True "$(record three 'os.path.samefile(it["python"]["base"], "'"$other"'")')"
    run "$MULTIVENV_HOME/three/bin/python" -c 'import sys; print(sys.prefix)'
    assert_ok "$MULTIVENV_HOME/three"
}

@test "MULTIVENV_PYTHON is a path or a name on PATH, and has to be a Python that starts" {
    mkdir -p "$world/bin"
    ln -s "$MULTIVENV_TEST_PYTHON" "$world/bin/mine"
    printf '#!/bin/sh\nprintf "no Python\n"\n' >"$world/bin/other"
    chmod +x "$world/bin/other"
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell +eu 'for MULTIVENV_PYTHON in mine "$1/mine" "$1/gone" gone "$1" other; do
            mkvenv --no-use --without-pip "x ${MULTIVENV_PYTHON##*/}"; printf "%s\n" "$?"
            rmvenv -y "x ${MULTIVENV_PYTHON##*/}" 2>/dev/null || :
        done' "$world/bin"
    assert_ok "0
0
multivenv: MULTIVENV_PYTHON is $world/bin/gone: $world/bin/gone is not a working Python
1
multivenv: MULTIVENV_PYTHON is 'gone': no Python named 'gone': not a version, an environment or a command on PATH
1
multivenv: MULTIVENV_PYTHON is $world/bin: $world/bin is not a working Python
1
multivenv: MULTIVENV_PYTHON is 'other': no Python named 'other': $world/bin/other is not a working Python
1"
}

@test "without any Python on PATH it says what to do" {
    mkdir "$world/bin"
    ln -s /bin/mkdir "$world/bin/mkdir"
    with_env "PATH=$world/bin" "MULTIVENV_HELPER_PYTHON=$MULTIVENV_TEST_PYTHON"
    run in_shell 'mkvenv --without-pip x'
    assert_status 1
    assert_output_is 'multivenv: no python3 on PATH (see multivenv pythons, and mkvenv --python)'
}

@test "a Python without ensurepip, as Debian has it, gives its own message and leaves nothing" {
    stub_python "$world/bin/python3" 'mkdir -p "$path/bin"
        printf "%s\n" "The virtual environment was not created successfully because ensurepip is not" \
            "available.  On Debian/Ubuntu systems, you need to install the python3-venv" \
            "package using the following command." "" "    apt install python3.11-venv"
        exit 1'
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell 'mkvenv web'
    assert_status 1
    assert_output_is "multivenv: making 'web' with Python 3.11.2 failed:
  The virtual environment was not created successfully because ensurepip is not
  available.  On Debian/Ubuntu systems, you need to install the python3-venv
  package using the following command.
      apt install python3.11-venv"
    assert_nothing_left
}

@test "only the last lines of a long complaint are shown" {
    stub_python "$world/bin/python3" 'i=0; while [ "$i" -lt 100 ]; do i=$((i + 1)); printf "line %s\n" "$i"; done; exit 1'
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell 'mkvenv web'
    assert_status 1
    same 21 "${#lines[@]}"
    same '  line 81' "${lines[1]}"
    same '  line 100' "${lines[20]}"
}

@test "a folder that does not belong to it is left alone, and named" {
    mkdir -p "$MULTIVENV_HOME/folder/with"
    : >"$MULTIVENV_HOME/folder/with/something"
    run in_shell 'mkvenv --without-pip folder'
    assert_status 1
    assert_output_is "multivenv: ~/.multivenv/folder exists and is not an environment (move it elsewhere)"
    [ -f "$MULTIVENV_HOME/folder/with/something" ]
}
