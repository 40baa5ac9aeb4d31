#!/usr/bin/env bats
# Disks without hard links and disks with coarse times: what is copied is like
# what would be linked, and no verdict depends on the time within two seconds.

# shells: once on request
load ../support/common
load ../support/disks

setup() {
    make_world
    can_mount_odd_disks || skip 'FUSE file systems cannot be mounted here (that takes Linux, /dev/fuse, and root or user namespaces)'
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    with_env "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

linkless() { on_odd_disk links "$@"; }
fat() { on_odd_disk vfat "$@"; }
coarse() { on_odd_disk coarse "$@"; }

# Prints how many compiled modules of pip in an environment match their source,
# and how many do not; and the files whose mode is not that of a plain file
export check='
import os, stat, struct, sys
valid = stale = 0
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        file = folder + "/" + name
        if not name.endswith(".pyc"):
            if stat.S_IMODE(os.stat(file).st_mode) != 0o644: print(file)
            continue
        head = open(file, "rb").read(16)
        source = os.stat(os.path.dirname(folder) + "/" + name.split(".")[0] + ".py")
        if struct.unpack("<4xIII", head) == (0, int(source.st_mtime), source.st_size): valid += 1
        else: stale += 1
print("stale", stale, "valid", valid > 100)'

@test "without hard links a seed is copied, with its modes and times" {
    with_env "CHECK=$check"
    run in_shell -w linkless 'umask 022
        mkvenv --no-use one; mkvenv --no-use web
        "$MULTIVENV_PYTHON" -c "$CHECK" ~/.multivenv/web/lib
        find ~/.multivenv/web -type f -links +1
        seed=$(echo "$HOME"/.cache/multivenv/seeds/*/site-packages/pip/__init__.py)
        stat -c "%a %s %y" "$seed" ~/.multivenv/web/lib/python3*/site-packages/pip/__init__.py | uniq | wc -l
        cpvenv web other 2>/dev/null; "$MULTIVENV_PYTHON" -c "$CHECK" ~/.multivenv/other/lib
        lsvenvs --status ok --deep'
    assert_ok 'stale 0 valid True
1
stale 0 valid True
one
other
web'
}

@test "a seed for a disk with coarse times has valid bytecode there" {
    with_env "CHECK=$check"
    run in_shell 'MULTIVENV_HOME=$HOME/fine; umask 022
        mkvenv --no-use one'
    assert_ok ''
    odd_seconds "$HOME/fine/one"
    run in_shell -w coarse 'umask 022
        cpvenv ~/fine/one web 2>/dev/null
        "$MULTIVENV_PYTHON" -c "$CHECK" ~/.multivenv/web/lib
        mkvenv --no-use two
        "$MULTIVENV_PYTHON" -c "$CHECK" ~/.multivenv/two/lib'
    assert_ok 'stale 0 valid True
stale 0 valid True'
}

# Usage: odd_seconds ENV
#
# Gives modules and their compiled files a time with an odd number of seconds.
odd_seconds() {
    "$MULTIVENV_TEST_PYTHON" - "$1/lib" <<'PY'
import os, struct, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        file = folder + "/" + name
        os.utime(file, (1700000001, 1700000001))
        if name.endswith(".pyc"):
            with open(file, "r+b") as it:
                it.seek(8)
                it.write(struct.pack("<I", 1700000001))
PY
}

@test "a cache on a FAT disk keeps its seed" {
    disk=$HOME/.cache/multivenv/seeds
    mkdir "$disk"
    run in_shell -w fat 'mkvenv --no-use one
        before=$(ls ~/.cache/multivenv/seeds)
        : >"$HOME/.cache/multivenv/seeds/$before/mark"
        mkvenv --no-use two
        ls ~/.cache/multivenv/seeds/*/mark | wc -l'
    assert_ok 1
}

@test "a seed that was made on a FAT disk has plain modes" {
    with_env "CHECK=$check"
    run in_shell -w fat 'umask 022
        mkvenv --no-use one 2>/dev/null
        MULTIVENV_HOME=$HOME/fine mkvenv --no-use two
        "$MULTIVENV_PYTHON" -c "$CHECK" ~/fine/two/lib'
    assert_ok 'stale 0 valid True'
}

@test "a change right after a check is seen, on a disk with coarse times" {
    run in_shell -w coarse +eu 'mkvenv --no-use --without-pip web
        usevenv web && usevenv web && printf "%s\n" "$VIRTUAL_ENV_PROMPT"; stopvenv
        printf "home = /nowhere\n" >~/.multivenv/web/pyvenv.cfg
        usevenv web || printf "refused\n"
        lsvenvs --status ok'
    assert_status 0
    assert_matches $'^web\nmultivenv: .web. is corrupt: .*\nrefused$'
}

@test "a replaced environment is kept for its days where status has no time" {
    run in_shell -w fat +eu 'mkvenv --no-use --without-pip web 2>/dev/null
        touch -d "30 days ago" ~/.multivenv/web
        fixvenv -y --reinstall web >/dev/null 2>&1
        ls ~/.multivenv/.multivenv/kept 2>/dev/null
        mkvenv --no-use --without-pip other 2>/dev/null
        ls ~/.multivenv/.multivenv/kept'
    assert_ok 'web
web'
}

@test "an interpreter on a disk with coarse times is not remembered within two seconds" {
    disk=$HOME/pythons
    mkdir "$disk"
    run in_shell -w coarse +eu 'stub() {
            printf "#!/bin/sh\n# $1\nexec \"\$MULTIVENV_HELPER_PYTHON\" \"\$@\"\n" >~/pythons/python3.11.new
            chmod +x ~/pythons/python3.11.new
            mv ~/pythons/python3.11.new ~/pythons/python3.11
        }
        stub a; PATH=$HOME/pythons:$PATH multivenv pythons >/dev/null
        grep -c /pythons/ ~/.cache/multivenv/interpreters || :
        touch -d "10 seconds ago" ~/pythons/python3.11
        PATH=$HOME/pythons:$PATH multivenv pythons >/dev/null
        grep -c /pythons/ ~/.cache/multivenv/interpreters'
    assert_ok "0
1"
}
