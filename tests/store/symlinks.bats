#!/usr/bin/env bats
# A home on a disk without symlinks, such as FAT and exFAT: environments contain
# copies of their Python, and what needs a symlink says so.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    needs_odd_disks symlinks,links
    share_cache
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    version=$("$MULTIVENV_TEST_PYTHON" -c 'import platform; print(platform.python_version())')
    lacks="multivenv: the file system of ~/.multivenv has no symlinks"
}

linkless() { on_odd_disk symlinks,links "$@"; }
fat() { on_odd_disk vfat "$@"; }

@test "mkvenv copies the interpreter, and all verbs work on the result" {
    run in_shell -w linkless +eu 'mkvenv --without-pip web
        python -c "import sys; print(sys.prefix)"; stopvenv
        find ~/.multivenv/web -type l
        ls ~/.multivenv/web
        cpvenv web other 2>/dev/null; mvvenv other third; fixvenv --all
        runvenv third python -c "import sys; print(sys.prefix)"
        lsvenvs --status ok
        rmvenv -y third
        usevenv web; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "$lacks: 'web' contains a copy of Python $version
$MULTIVENV_HOME/web
bin
include
lib
pyvenv.cfg
multivenv: renamed 'other' to 'third' (undo: mvvenv third other)
multivenv: nothing to repair
$MULTIVENV_HOME/third
third
web
multivenv: removed 'third' (undo: mkvenv --restore third)
web"
}

@test "mkvenv installs pip on a FAT disk, the second time by copying it" {
    can_mount_odd_disks || skip 'FUSE file systems cannot be mounted here'
    run in_shell -w fat 'mkvenv --no-use one; mkvenv --no-use two
        runvenv two pip --version
        lsvenvs --status ok --deep'
    assert_status 0
    assert_matches "^$lacks: 'one' .*"$'\n'"$lacks: 'two' .*"$'\npip .*\none\ntwo$'
}

@test "a copy that does not start is an error, and leaves nothing" {
    can_mount_odd_disks || skip 'FUSE file systems cannot be mounted here'
    without_programs() { on_odd_disk symlinks,noexec "$@"; }
    run in_shell -w without_programs +eu 'mkvenv --without-pip web; printf "%s\n" "$?"; lsvenvs; ls ~/.multivenv'
    assert_ok "$lacks: 'web' contains a copy of Python $version
$lacks, and a copy of Python $version does not start (set MULTIVENV_HOME to a folder on another one)
1"
}

@test "an environment from a disk with symlinks is recreated, not copied" {
    can_mount_odd_disks || skip 'FUSE file systems cannot be mounted here'
    "$MULTIVENV_TEST_PYTHON" -m venv --without-pip "$HOME/outside"
    run in_shell -w linkless 'cpvenv ~/outside web 2>/dev/null; lsvenvs --status ok'
    assert_ok web
}

@test "doctor says that the disk has no symlinks" {
    run in_shell -w linkless +eu 'multivenv doctor'
    assert_status 1
    assert_contains 'case-sensitive, no symlinks, '
    assert_contains "  the file system of ~/.multivenv has no symlinks: each environment contains a copy of its Python, and multivenv adopt is not possible (set MULTIVENV_HOME to a folder on another file system)"
}

@test "what needs a symlink says so, and changes nothing" {
    run in_shell -w linkless +eu 'mkvenv --no-use --without-pip web 2>/dev/null
        printf "#!/bin/sh\n" >~/.multivenv/web/bin/tool
        chmod +x ~/.multivenv/web/bin/tool
        mkdir ~/.multivenv/project ~/.multivenv/bin ~/outside
        bindvenv --dot-venv web ~/.multivenv/project; printf "%s\n" "$?"
        XDG_BIN_HOME=~/.multivenv/bin linkvenv web tool; printf "%s\n" "$?"
        "$MULTIVENV_PYTHON" -m venv --without-pip --copies ~/outside 2>/dev/null || mkdir -p ~/outside/bin
        printf "home = %s\nversion = 3.9.1\ninclude-system-site-packages = false\n" "${MULTIVENV_PYTHON%/*}" >~/outside/pyvenv.cfg
        multivenv adopt ~/outside; printf "%s\n" "$?"
        ls -A ~/.multivenv/project ~/.multivenv/bin
        [ -e ~/.multivenv/web/.project ] || printf "not bound\n"'
    assert_ok "multivenv: cannot create ~/.multivenv/project/.venv: the file system of ~/.multivenv/project has no symlinks (see bindvenv --python-envs)
1
multivenv: cannot link 1 command of 'web': tool: the file system of ~/.multivenv/bin has no symlinks (set XDG_BIN_HOME to a folder on another one)
1
multivenv: cannot adopt ~/outside: the file system of ~/.multivenv has no symlinks (set MULTIVENV_HOME to a folder on another one)
1
$HOME/.multivenv/bin:

$HOME/.multivenv/project:
not bound"
}
