#!/usr/bin/env bats
# The code that runs whenever the Python of an environment starts, as showvenv shows it.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    fake_env web 3.12.4
    site=$env/lib/python3.12/site-packages
}

# Usage: startup
#
# Prints that part of the text
startup() {
    in_shell 'showvenv web' | sed -n -e 's/^  startup: *//p' -e 's/^             //p'
}

# Usage: value EXPRESSION on `it`, the list in JSON
value() {
    in_shell 'showvenv --json web' >"$world/json" || return
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
it = json.load(open(sys.argv[1]))["startup"]
print(eval(sys.argv[2]))' "$world/json" "$1"
}

@test "lines of .pth files that start with import are code, with the package that has the file" {
    fake_package "$env" Lite_LLM 1.82.8
    printf '%s\n' 'litellm_init.pth,sha256=x,34628' >>"$site/Lite_LLM-1.82.8.dist-info/RECORD"
    printf '# import nothing\nimport os; exec(1)\n\nimporting\n import x\nimport\ty\n' >"$site/litellm_init.pth"
    printf 'import  hidden;%300s exec(2)' '' >"$site/.hidden.pth"
    run startup
    assert_ok '.hidden.pth:1 (not of a package): import hidden; exec(2)
litellm_init.pth:2 (lite-llm): import os; exec(1)
litellm_init.pth:6 (lite-llm): import y'
    run value 'it[1]'
    assert_ok "{'file': 'litellm_init.pth', 'line': 2, 'code': 'import os; exec(1)', 'known': None, 'problem': None, 'distribution': 'lite-llm'}"
}

@test "a long line is shortened, and control characters are escaped" {
    printf 'import x; \033[2J%0100d\n' 0 >"$site/evil.pth"
    run startup
    assert_ok 'evil.pth:1 (not of a package): import x; \x1b[2J0000000000000000000000000000000000000000000000... (114 characters)'
    run value 'len(it[0]["code"])'
    assert_ok 114
}

@test "what some Python takes for the start of a line counts" {
    printf '\xef\xbb\xbfimport bom\r\n#\rimport old_mac\r#\fimport form_feed\n#\xc2\x85import next_line\n\xff\nimport last' >"$site/odd.pth"
    run value '[each["code"] for each in it]'
    assert_ok "['import bom', 'import old_mac', 'import form_feed', 'import next_line', 'import last']"
}

@test "lines that tools are known to write are named, but not others in files of the same names" {
    local shim="import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); "
    printf '%s\n' "$shim" >"$site/distutils-precedence.pth"
    printf 'import _virtualenv' >"$site/_virtualenv.pth"
    printf 'import __editable___app_1_0_finder; __editable___app_1_0_finder.install()' >"$site/__editable__.app-1.0.pth"
    run startup
    assert_ok '__editable__.app-1.0.pth:1 (not of a package): the finder of an editable install
_virtualenv.pth:1 (not of a package): the changes of virtualenv to distutils
distutils-precedence.pth:1 (not of a package): the distutils of setuptools'
    printf '%s\n' "$shim exec(1)" >"$site/distutils-precedence.pth"
    printf 'import _virtualenv, evil' >"$site/_virtualenv.pth"
    printf 'import __editable___app_finder; __editable___b_finder.install()' >"$site/__editable__.app-1.0.pth"
    run value '[each["known"] for each in it]'
    assert_ok '[None, None, None]'
}

@test "sitecustomize and usercustomize, also in folders that a .pth adds" {
    mkdir -p "$site/usercustomize" "$site/sub" "$world/src" "$site/sitecustomize"
    : >"$site/usercustomize/__init__.py"
    : >"$site/sub/sitecustomize.cpython-312-x86_64-linux-gnu.so"
    : >"$world/src/sitecustomize.py"
    : >"$site/sitecustomize.txt"
    printf '%s\n' "$world/src" sub /nowhere "$site" >"$site/paths.pth"
    fake_package "$env" plugin 1.0
    printf '%s\n' 'usercustomize/__init__.py,,' >>"$site/plugin-1.0.dist-info/RECORD"
    run startup
    assert_ok "usercustomize/__init__.py (plugin)
$world/src/sitecustomize.py (not of a package)
~/.multivenv/web/lib/python3.12/site-packages/sub/sitecustomize.cpython-312-x86_64-linux-gnu.so (not of a package)"
}

@test ".start files are entry points, which older Pythons do not run" {
    printf '# comment\n\npkg.mod:main\n' >"$site/pkg.start"
    run startup
    assert_ok 'pkg.start:3 (not of a package): not run before Python 3.15; pkg.mod:main'
    rm -r "${env:?}"
    fake_env web 3.15.0
    printf 'pkg.mod:main\n' >"$env/lib/python3.15/site-packages/pkg.start"
    run startup
    assert_ok 'pkg.start:1 (not of a package): pkg.mod:main'
}

@test "a file that cannot be read is named, and blocks nothing" {
    mkfifo "$site/fifo.pth"
    mkdir "$site/folder.pth"
    ln -s /nowhere "$site/gone.start"
    head -c 2000000 /dev/zero >"$site/large.pth"
    printf '\0import x\n/git/\0\n' >"$site/zero.pth"
    : >"$site/shut.pth"
    chmod 000 "$site/shut.pth"
    run in_shell -w as_anyone 'showvenv web'
    chmod 644 "$site/shut.pth"
    assert_status 0
    assert_contains 'fifo.pth (not of a package): cannot be read: Not a regular file'
    assert_contains 'folder.pth (not of a package): cannot be read: Is a directory'
    assert_contains 'gone.start (not of a package): cannot be read: No such file or directory'
    assert_contains 'large.pth (not of a package): cannot be read: File too large'
    assert_contains 'shut.pth (not of a package): cannot be read: Permission denied'
    refute_contains zero.pth
}

@test "without code it says none, and without site-packages nothing" {
    run startup
    assert_ok none
    rm -r "${env:?}/lib"
    run startup
    assert_ok ''
    run value it
    assert_ok None
}
