#!/usr/bin/env bats
# multivenv doctor: what is amiss, each of it made by hand, and what it says to type; --fix, and JSON.

# shells: once
load ../support/common
load ../support/interpreters
load ../support/repairing

setup() {
    make_world
    state=$MULTIVENV_HOME/.multivenv
    fake_python "$world/python/bin/python3" 3.90.1
    with_env "PATH=$world/python/bin:$tools/bin"
}

# Usage: amiss [WORD...]
#
# Prints what doctor finds amiss, a line for each, with its advice behind a `|`, and `fixable`.
amiss() {
    in_shell +eu 'multivenv doctor --json "$@"' "$@" 2>"$world/said" | values_of '[
        each["what"] + "|" + str(each["advice"]) + "|fixable" * each["fixable"] for each in it["findings"]]'
}

@test "where nothing is amiss it says so, and ends with status 0" {
    fake_env web
    run in_shell 'multivenv doctor'
    assert_status 0
    same 'nothing is amiss' "$(tail -n 1 <<<"$output")"
    run amiss
    assert_ok ''
}

@test "what is amiss comes last, each with what to type, and the status is 1" {
    with_env PYTHONPATH=/somewhere
    run in_shell +eu 'multivenv doctor'
    assert_status 1
    assert_matches "

amiss:
  PYTHONPATH is '/somewhere': each environment sees the modules that are there \(unset PYTHONPATH\)\$"
    assert_contains "also set:        PYTHONPATH=/somewhere"
}

@test "variables of Python and pip that reach into each environment" {
    with_env PYTHONHOME=/a PIP_TARGET=/b PIP_PREFIX=/c PIP_USER=yes PIP_REQUIRE_VIRTUALENV=1
    run amiss
    assert_ok "PYTHONHOME is '/a': a Python that is started looks for its library there|unset PYTHONHOME
PIP_TARGET is '/b': pip installs there, and not into the environment|unset PIP_TARGET
PIP_PREFIX is '/c': pip installs there, and not into the environment|unset PIP_PREFIX
PIP_USER is 'yes': pip in an environment refuses to install|unset PIP_USER"
    with_env PYTHONHOME= PIP_TARGET= PIP_PREFIX= PIP_USER=no
    run amiss
    assert_ok ''
}

@test "conda's environment that is active" {
    with_env CONDA_SHLVL=1 CONDA_DEFAULT_ENV=base
    run amiss
    assert_ok "conda's environment 'base' is active, and its python3 is on PATH|conda deactivate; conda config --set auto_activate_base false for good"
    with_env CONDA_SHLVL=0
    run amiss
    assert_ok ''
}

@test "settings that cannot be followed" {
    with_env MULTIVENV_INSTALLER=pipx MULTIVENV_PYTHON=2.99
    run amiss
    assert_status 0
    assert_matches "^MULTIVENV_PYTHON is '2.99': no Python 2.99 found; available: .*\|see multivenv pythons
MULTIVENV_INSTALLER is 'pipx'\|set it to pip or uv\$"
}

@test "environments that are not sound, with their reason, or several by their status" {
    local base
    fake_env one 3.45.1
    rm "$env/bin/python"
    run amiss
    assert_ok "'one' is dangling: there is no bin/python|fixvenv one gives it an interpreter again"
    fake_env two
    rm "$env/bin/python"
    run amiss
    assert_ok "'one', 'two' are dangling|lsvenvs --long --status dangling tells why, fixvenv NAME repairs one"
    for base in c d e f; do
        fake_env "$base"
        rm "$env/bin/python"
    done
    run amiss
    assert_contains "'c', 'd', 'e', 'f', 'one' and 1 more are dangling|"
    run in_shell +eu 'multivenv doctor'
    assert_contains "environments:    6 in ~/.multivenv: 6 dangling"
}

@test "adopted environments that lead nowhere" {
    mkdir -p "$MULTIVENV_HOME"
    ln -s "$world/gone" "$MULTIVENV_HOME/one"
    ln -s "$world/gone" "$MULTIVENV_HOME/the other"
    run amiss
    assert_ok "'one' is dangling: it is a link to $world/gone, which is gone|rmvenv one takes the link away
'the other' is dangling: it is a link to $world/gone, which is gone|rmvenv 'the other' takes the link away"
}

@test "folders in the home that are no environment, but for hidden ones" {
    mkdir -p "$MULTIVENV_HOME/stuff" "$MULTIVENV_HOME/.git"
    touch "$MULTIVENV_HOME/postactivate"
    ln -s "$MULTIVENV_HOME/postactivate" "$MULTIVENV_HOME/preactivate"
    run amiss
    assert_ok "'stuff' in $MULTIVENV_HOME is no environment|move it to another folder"
    mkdir "$MULTIVENV_HOME/more"
    run amiss
    assert_ok "'more', 'stuff' in $MULTIVENV_HOME are none|move them to another folder"
    run in_shell +eu 'multivenv doctor --json'
    run values_of 'it["home"]["no_environments"]' <<<"$output"
    assert_ok 'more
stuff
.git'
}

@test "projects that are gone, and the advice works" {
    fake_env web
    printf '%s\n' "$HOME/gone" >"$env/.project"
    run amiss
    assert_ok "the project of 'web', '$HOME/gone', is gone|bindvenv web DIR binds it to another, bindvenv --remove web to none"
    in_shell 'bindvenv --remove web'
    run amiss
    assert_ok ''
}

@test "commands on PATH that lead nowhere, and the advice works" {
    fake_env apps
    mkdir -p "$HOME/.local/bin"
    ln -s "$env/bin/black" "$HOME/.local/bin/black"
    ln -s "$MULTIVENV_HOME/old apps/bin/isort" "$HOME/.local/bin/isort"
    ln -s /nowhere "$HOME/.local/bin/not-ours"
    run amiss
    assert_ok "'$HOME/.local/bin/black' leads to a command that 'apps' has not any more|linkvenv --remove apps black
'$HOME/.local/bin/isort' leads to the environment 'old apps', which is gone|linkvenv --remove 'old apps'"
    in_shell "linkvenv --remove apps black; linkvenv --remove 'old apps'"
    run amiss
    assert_ok ''
}

@test "several of one environment are told of together" {
    fake_env apps
    mkdir -p "$HOME/.local/bin"
    local command
    for command in black blackd 'two words'; do ln -s "$env/bin/$command" "$HOME/.local/bin/$command"; done
    run amiss
    assert_ok "black, blackd, two words in '$HOME/.local/bin' lead to commands that 'apps' has not any more|linkvenv --remove apps black blackd 'two words'"
    in_shell "linkvenv --remove apps black blackd 'two words'"
    run amiss
    assert_ok ''
    for command in black blackd; do ln -s "$MULTIVENV_HOME/gone/bin/$command" "$HOME/.local/bin/$command"; done
    run amiss
    assert_ok "black, blackd in '$HOME/.local/bin' lead to the environment 'gone', which is gone|linkvenv --remove gone"
}

@test "a .venv that leads to nothing, in projects and here, once" {
    mkdir -p project elsewhere
    fake_env web
    printf '%s\n' "$HOME/project" >"$env/.project"
    ln -s "$world/gone" project/.venv
    ln -s "$world/gone" elsewhere/.venv
    run amiss
    assert_ok "'$HOME/project/.venv' is a link that leads to nothing|rm '$HOME/project/.venv'"
    cd elsewhere
    run amiss
    assert_ok "'$HOME/project/.venv' is a link that leads to nothing|rm '$HOME/project/.venv'
'$HOME/elsewhere/.venv' is a link that leads to nothing|rm '$HOME/elsewhere/.venv'"
    cd ../project
    run amiss
    assert_ok "'$HOME/project/.venv' is a link that leads to nothing|rm '$HOME/project/.venv'"
}

# --- what was left behind -------------------------------------------------------------------------

fix='|multivenv doctor --fix|fixable'

@test "the lock of a process that was killed" {
    mkdir -p "$state/locks"
    printf 'mkvenv, process 4000000 on elsewhere' >"$state/locks/web"
    : >"$state/locks/empty one"
    touch -t 202001010000 "$state/locks/web" "$state/locks/empty one"
    run amiss
    assert_matches "^the lock of 'empty one' was left behind [0-9]+ years ago\\${fix/|fix/\\|fix}
the lock of 'web' was left behind [0-9]+ years ago by mkvenv, process 4000000 on elsewhere\\${fix/|fix/\\|fix}\$"
    run amiss --fix
    assert_ok ''
    same "multivenv: the lock of 'empty one', which was left behind, is taken away now
multivenv: the lock of 'web', which was left behind, is taken away now" "$(cat "$world/said")"
    same '' "$(ls "$state/locks")"
}

# Usage: hold NAME
#
# Holds a lock until `release`.
hold() {
    mkdir -p "$state/locks"
    "$MULTIVENV_TEST_PYTHON" -c 'import fcntl, sys
file = open(sys.argv[1], "w")
file.write("mkvenv, process 4000000 on elsewhere")
file.flush()
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
sys.stdin.read()' "$state/locks/$1" <"$world/hold" >"$world/held" 3>&- &
    holder=$!
    exec 9>"$world/hold"
    read -r <"$world/held"
}

release() {
    exec 9>&-
    wait "$holder"
}

@test "what somebody is at work on is left alone, also by --fix" {
    mkfifo "$world/hold" "$world/held"
    hold web
    mkdir -p "$state/trash/1.2-web" "$state/journal"
    printf '{"work": "mkvenv", "name": "web"}' >"$state/journal/web"
    run amiss --fix
    assert_ok ''
    run in_shell 'multivenv doctor'
    assert_contains "at work:         'web': mkvenv, process 4000000 on elsewhere"
    [ -d "$state/trash/1.2-web" ]
    [ -f "$state/journal/web" ]
    release
    run amiss
    same 3 "${#lines[@]}"
}

@test "what an interrupted command has left in the trash" {
    mkdir -p "$state/trash/12ab.cd-web/bin"
    head -c 50000 /dev/zero >"$state/trash/12ab.cd-web/file"
    run amiss
    assert_matches "^an interrupted command left [0-9.]+ kB of 'web' in the trash just now\\${fix/|fix/\\|fix}\$"
    run amiss --fix
    assert_ok ''
    assert_contains "multivenv: deleted leftovers of 'web' from an interrupted command" "$(cat "$world/said")"
    same '' "$(ls "$state/trash")"
}

# An environment that stands aside, as where fixvenv was killed
begun() {
    fake_env web
    mkdir -p "$state/aside" "$state/journal"
    mv "$env" "$state/aside/12ab.cd-web"
    printf '{"work": "fixvenv", "name": "web", "aside": "12ab.cd-web"}' >"$state/journal/web"
}

@test "a verb that was interrupted: doctor only tells, --fix brings the environment back" {
    begun
    run amiss
    assert_ok "fixvenv of 'web' was interrupted just now, and is neither done nor undone$fix"
    same '' "$(cat "$world/said")"
    [ ! -e "$env" ]
    run amiss --fix
    assert_ok ''
    same "multivenv: fixvenv of 'web' was interrupted; it is as it was before (fixvenv web)" "$(cat "$world/said")"
    [ -f "$env/pyvenv.cfg" ]
    [ ! -e "$state/journal" ]
}

@test "what cannot be finished stays a finding, and the reason is told" {
    begun
    : >"$MULTIVENV_HOME/web"
    : >"$state/trash" # where it would go
    run amiss --fix
    assert_matches "^fixvenv of 'web' was interrupted just now, and is neither done nor undone\|"
    assert_matches "^multivenv: what was begun with 'web' cannot be finished: " "$(cat "$world/said")"
}

@test "a Python that is remembered for the helper, and is gone" {
    printf '%s\n' "$world/gone/python3" >"$HOME/.cache/multivenv/helper-python"
    run amiss
    assert_ok "the Python that is remembered for the helper, '$world/gone/python3', is gone$fix"
    run amiss --fix
    assert_ok ''
    [ ! -e "$HOME/.cache/multivenv/helper-python" ]
}

@test "a seed that is damaged, by its list or its files, and one that is not" {
    local seed=$HOME/.cache/multivenv/seeds/cpython-3.90.1-pip-1-ab file
    mkdir -p "$seed/site-packages"
    file=$seed/site-packages/pip.py
    printf 'x\n' >"$file"
    "$MULTIVENV_TEST_PYTHON" -c 'import json, os, sys
found = os.lstat(sys.argv[1] + "/site-packages/pip.py")
entry = ["pip.py", found.st_size, found.st_mtime_ns, found.st_mode]
json.dump({"schema": 1, "files": [["", [entry]]]}, open(sys.argv[1] + "/seed.json", "w"))' "$seed"
    run amiss
    assert_ok ''
    printf 'y\n' >>"$file"
    run amiss
    assert_ok "'$seed' is damaged, so that an environment takes seconds to make$fix"
    printf 'no json' >"$seed/seed.json"
    run amiss
    assert_ok "'$seed' is damaged, so that an environment takes seconds to make$fix"
    run amiss --fix
    assert_ok ''
    same "multivenv: '$seed', which was damaged, is deleted now" "$(cat "$world/said")"
    same '' "$(ls "$HOME/.cache/multivenv/seeds")"
}

@test "--fix tells in JSON what it did, and leaves alone what is not safe" {
    mkdir -p "$state/locks" "$MULTIVENV_HOME/stuff"
    : >"$state/locks/web"
    run --separate-stderr in_shell +eu 'multivenv doctor --fix --json'
    assert_status 1
    run values_of 'it["fixed"]' '[each["what"] for each in it["findings"]]' <<<"$output"
    assert_ok "the lock of 'web' was left behind just now
'stuff' in $MULTIVENV_HOME is no environment"
    [ -d "$MULTIVENV_HOME/stuff" ]
}

@test "without --fix nothing is changed" {
    begun
    mkdir -p "$state/locks" "$state/trash/12ab.cd-old" "$HOME/.cache/multivenv/seeds/x"
    : >"$state/locks/other"
    printf 'no json' >"$HOME/.cache/multivenv/seeds/x/seed.json"
    printf '/gone\n' >"$HOME/.cache/multivenv/helper-python"
    in_shell +eu 'multivenv doctor >/dev/null' || :
    find "$HOME" | grep -v pycache | sort >"$world/before"
    run in_shell +eu 'multivenv doctor'
    assert_status 1
    find "$HOME" | grep -v pycache | sort >"$world/after"
    same_files "$world/before" "$world/after"
}

# --- file systems ---------------------------------------------------------------------------------

# Usage: of_disks EXPRESSION
of_disks() {
    with_modules -c 'import sys
from helper.base import filesystems
print(eval(sys.argv[1]))' "$1"
}

@test "the file system of a path is the nearest above it, the last that was mounted there" {
    run of_disks '[filesystems.mount_of(path, filesystems.parse_table("""/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /a\\040b tmpfs rw,noexec 0 0
x /c fat rw 0 0
y /c vfat rw 0 0
""")) for path in ("/", "/a b/c", "/ab", "/c")]'
    assert_ok "[Mount(point='/', type='ext4', options=('rw', 'relatime')), Mount(point='/a b', type='tmpfs', options=('rw', 'noexec')), Mount(point='/', type='ext4', options=('rw', 'relatime')), Mount(point='/c', type='vfat', options=('rw',))]"
}

@test "the output of mount on macOS is understood" {
    run of_disks 'filesystems.parse_bsd("""/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk4s1 on /Volumes/My (old) disk (msdos, local, noexec)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
""")[:2]'
    assert_ok "[Mount(point='/', type='apfs', options=('sealed', 'local', 'read-only', 'journaled')), Mount(point='/Volumes/My (old) disk', type='msdos', options=('local', 'noexec'))]"
}

@test "a case-sensitive folder, a missing one, and one without a letter" {
    mkdir -p "$world/1" "$world/2/letters"
    case $OSTYPE in
    linux*) run of_disks "[filesystems.ignores_case('$world/' + name) for name in ('1', '2', '2/letters/gone')]" ;;
    *) return 0 ;;
    esac
    assert_ok '[None, False, False]'
}

@test "hard links are possible on one file system only" {
    mkdir -p "$world/one" "$world/two"
    run of_disks "[filesystems.can_link('$world/one', '$world/two/yet to come', filesystems.mounts()), filesystems.can_link('$world/one', '/proc/self', filesystems.mounts())]"
    assert_ok '[True, False]'
}

# --- the whole ------------------------------------------------------------------------------------

@test "the JSON has every key, and null for what is not known" {
    ln -s loop "$world/loop"
    with_env "MULTIVENV_HOME=$world/loop" MULTIVENV_PYTHON=nothing MULTIVENV_AUTO=
    run in_shell +eu 'MULTIVENV_AUTO_SAY=0; multivenv doctor --json'
    assert_status 1
    run values_of 'it.pop("schema")' 'it.pop("version")' 'it.pop("root")' 'list(it.pop("shell"))' \
        '[" ".join(map(str, each.values())) for each in it.pop("settings")]' \
        'list(it.pop("variables").items())' 'list(it.pop("helper"))' 'list(it.pop("default").items())' \
        'list(it.pop("pythons")[0])' 'it.pop("home")' 'list(it.pop("cache"))' \
        'list(it.pop("findings")[0])' 'len(it.pop("problems"))' 'it' <<<"$output"
    assert_ok "1
$(in_shell 'multivenv version' | sed 's/multivenv //')
$project
name
version
interactive
completion
switching
MULTIVENV_HOME $world/loop True
MULTIVENV_ROOT $project True
MULTIVENV_PYTHON nothing True
MULTIVENV_HELPER_PYTHON $MULTIVENV_TEST_PYTHON True
MULTIVENV_AUTO  True
MULTIVENV_AUTO_SAY 0 False
('PYTHONHOME', None)
('PYTHONPATH', None)
('PIP_TARGET', None)
('PIP_PREFIX', None)
('PIP_USER', None)
('PIP_REQUIRE_VIRTUALENV', None)
path
version
('path', None)
('reason', \"MULTIVENV_PYTHON is 'nothing': no Python named 'nothing': not a version, an environment or a command on PATH\")
version
implementation
path
{'path': '$world/loop', 'environments': None, 'statuses': None, 'no_environments': None, 'file_system': '$(file_system)', 'ignores_case': None, 'hard_links': False}
path
size
seeds
clear
what
advice
fixable
2
{'at_work': [], 'left': [], 'tools': [], 'hidden': [], 'fixed': []}"
}

file_system() {
    df -PT "$world" | awk 'NR == 2 { print $2 }'
}

@test "what was left behind stands in JSON with who and when" {
    mkdir -p "$state/locks"
    printf 'mkvenv, process 4000000 on elsewhere' >"$state/locks/web"
    TZ=UTC touch -t 202001020304.05 "$state/locks/web"
    run in_shell +eu 'multivenv doctor --json'
    run values_of 'it["left"]' <<<"$output"
    assert_ok "{'kind': 'lock', 'name': 'web', 'who': 'mkvenv, process 4000000 on elsewhere', 'since': '2020-01-02T03:04:05Z'}"
}

@test "a name that is no UTF-8 comes through, and escape sequences do not" {
    local name=$'x\033[31m\xff'
    mkdir -p "$MULTIVENV_HOME/$name"
    run in_shell +eu 'multivenv doctor'
    assert_contains "'x\\x1b[31m\\xff' in"
    run in_shell +eu 'multivenv doctor --json'
    run values_of 'ascii(it["home"]["no_environments"])' <<<"$output"
    assert_ok "['x\\x1b[31m\\udcff']"
}

@test "a value that looks like the end of the facts, or like one, is a value" {
    run in_shell +eu 'MULTIVENV_AUTO_SAY="--
export MULTIVENV_AUTO=x"; MULTIVENV_AUTO=0; NO_COLOR=--; multivenv doctor --json'
    run values_of '[str(each["name"]) + repr(each["value"]) for each in it["settings"]][2:]' <<<"$output"
    assert_ok "MULTIVENV_AUTO'0'
MULTIVENV_AUTO_SAY'--\\nexport MULTIVENV_AUTO=x'
NO_COLOR'--'"
}

@test "programs on PATH that are called as a verb are told of, and nothing is amiss with them" {
    noting_shim "$world/python/bin/mkvenv" :
    run in_shell 'multivenv doctor'
    assert_status 0
    assert_contains "hidden by ours:  $world/python/bin/mkvenv"
}

@test "it starts no process but the helper, once the interpreters are known" {
    run --separate-stderr processes_of 'multivenv doctor' 'multivenv doctor'
    assert_status 0
    same 1 "$(grep -c exec <<<"$output")"
    assert_contains "execve(\"$MULTIVENV_TEST_PYTHON\""
}
