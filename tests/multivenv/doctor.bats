#!/usr/bin/env bats
# multivenv doctor: each problem, made by hand, with its advice; --fix and JSON.

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

# Usage: problems [WORD...]
#
# Prints the problems that doctor finds, a line for each, with its advice behind a `|`, and `fixable`.
problems() {
    in_shell +eu 'multivenv doctor --json "$@"' "$@" 2>"$world/said" | values_of '[
        each["what"] + "|" + str(each["advice"]) + "|fixable" * each["fixable"] for each in it["findings"]]'
}

@test "without problems doctor says so and returns 0" {
    fake_env web
    run in_shell 'multivenv doctor'
    assert_status 0
    same 'no problems found' "$(tail -n 1 <<<"$output")"
    run problems
    assert_ok ''
}

@test "problems come last, each with advice, and the status is 1" {
    with_env PYTHONPATH=/somewhere
    run in_shell +eu 'multivenv doctor'
    assert_status 1
    assert_matches "

problems:
  PYTHONPATH is /somewhere: every environment imports modules from there \(unset PYTHONPATH\)\$"
    assert_contains "also set:        PYTHONPATH=/somewhere"
}

@test "variables of Python and pip that affect every environment" {
    with_env PYTHONHOME=/a PIP_TARGET=/b PIP_PREFIX=/c PIP_USER=yes PIP_REQUIRE_VIRTUALENV=1
    run problems
    assert_ok "PYTHONHOME is /a: every Python looks for its library there|unset PYTHONHOME
PIP_TARGET is /b: pip installs there instead of into the environment|unset PIP_TARGET
PIP_PREFIX is /c: pip installs there instead of into the environment|unset PIP_PREFIX
PIP_USER is 'yes': pip refuses to install into an environment|unset PIP_USER"
    with_env PYTHONHOME= PIP_TARGET= PIP_PREFIX= PIP_USER=no
    run problems
    assert_ok ''
}

@test "an active conda environment" {
    with_env CONDA_SHLVL=1 CONDA_DEFAULT_ENV=base
    run problems
    assert_ok "conda environment 'base' is active, and its python3 is on PATH|conda deactivate; for good: conda config --set auto_activate_base false"
    with_env CONDA_SHLVL=0
    run problems
    assert_ok ''
}

@test "settings with unusable values" {
    with_env MULTIVENV_INSTALLER=pipx MULTIVENV_PYTHON=2.99
    run problems
    assert_status 0
    assert_matches "^MULTIVENV_PYTHON is '2.99': no Python 2.99 found; available: .*\|see multivenv pythons
MULTIVENV_INSTALLER is 'pipx'\|set it to pip or uv\$"
}

@test "damaged environments: one with its reason, several by their status" {
    local base
    fake_env one 3.45.1
    rm "$env/bin/python"
    run problems
    assert_ok "'one' is dangling: bin/python is missing|fixvenv one restores its interpreter"
    fake_env two
    rm "$env/bin/python"
    run problems
    assert_ok "'one', 'two' are dangling|lsvenvs --long --status dangling shows why, fixvenv NAME repairs one"
    for base in c d e f; do
        fake_env "$base"
        rm "$env/bin/python"
    done
    run problems
    assert_contains "'c', 'd', 'e', 'f', 'one' and 1 more are dangling|"
    run in_shell +eu 'multivenv doctor'
    assert_contains "environments:    6 in ~/.multivenv: 6 dangling"
}

@test "broken links to adopted environments" {
    mkdir -p "$MULTIVENV_HOME"
    ln -s "$world/gone" "$MULTIVENV_HOME/one"
    ln -s "$world/gone" "$MULTIVENV_HOME/the other"
    run problems
    assert_ok "'one' is dangling: it links to $world/gone, which no longer exists|rmvenv one removes the link
'the other' is dangling: it links to $world/gone, which no longer exists|rmvenv 'the other' removes the link"
}

@test "folders in the home that are not environments, except hidden ones" {
    mkdir -p "$MULTIVENV_HOME/stuff" "$MULTIVENV_HOME/.git"
    touch "$MULTIVENV_HOME/postactivate"
    ln -s "$MULTIVENV_HOME/postactivate" "$MULTIVENV_HOME/preactivate"
    run problems
    assert_ok "'stuff' in ~/.multivenv is not an environment|move it to another folder"
    mkdir "$MULTIVENV_HOME/more"
    run problems
    assert_ok "'more', 'stuff' in ~/.multivenv are not environments|move them to another folder"
    run in_shell +eu 'multivenv doctor --json'
    run values_of 'it["home"]["no_environments"]' <<<"$output"
    assert_ok 'more
stuff
.git'
}

@test "missing projects, and the advice works" {
    fake_env web
    printf '%s\n' "$HOME/gone" >"$env/.project"
    run problems
    assert_ok "the project of 'web' no longer exists: ~/gone|bindvenv web DIR binds it to another, bindvenv --remove web to none"
    in_shell 'bindvenv --remove web'
    run problems
    assert_ok ''
}

@test "dead links of commands on PATH, and the advice works" {
    fake_env apps
    mkdir -p "$HOME/.local/bin"
    ln -s "$env/bin/black" "$HOME/.local/bin/black"
    ln -s "$MULTIVENV_HOME/old apps/bin/isort" "$HOME/.local/bin/isort"
    ln -s /nowhere "$HOME/.local/bin/not-ours"
    run problems
    assert_ok "~/.local/bin/black links to a command that 'apps' no longer has|linkvenv --remove apps black
~/.local/bin/isort links to environment 'old apps', which no longer exists|linkvenv --remove 'old apps'"
    in_shell "linkvenv --remove apps black; linkvenv --remove 'old apps'"
    run problems
    assert_ok ''
}

@test "one problem for several dead links of one environment" {
    fake_env apps
    mkdir -p "$HOME/.local/bin"
    local command
    for command in black blackd 'two words'; do ln -s "$env/bin/$command" "$HOME/.local/bin/$command"; done
    run problems
    assert_ok "black, blackd, two words in ~/.local/bin link to commands that 'apps' no longer has|linkvenv --remove apps black blackd 'two words'"
    in_shell "linkvenv --remove apps black blackd 'two words'"
    run problems
    assert_ok ''
    for command in black blackd; do ln -s "$MULTIVENV_HOME/gone/bin/$command" "$HOME/.local/bin/$command"; done
    run problems
    assert_ok "black, blackd in ~/.local/bin link to environment 'gone', which no longer exists|linkvenv --remove gone"
}

@test "broken .venv links in projects and in the current directory, once each" {
    mkdir -p project elsewhere
    fake_env web
    printf '%s\n' "$HOME/project" >"$env/.project"
    ln -s "$world/gone" project/.venv
    ln -s "$world/gone" elsewhere/.venv
    run problems
    assert_ok "~/project/.venv is a broken symlink|rm '$HOME/project/.venv'"
    cd elsewhere
    run problems
    assert_ok "~/project/.venv is a broken symlink|rm '$HOME/project/.venv'
~/elsewhere/.venv is a broken symlink|rm '$HOME/elsewhere/.venv'"
    cd ../project
    run problems
    assert_ok "~/project/.venv is a broken symlink|rm '$HOME/project/.venv'"
}

@test "a directory in the place of the .venv link of a project, and the advice works" {
    mkdir -p project other
    fake_env web
    in_shell 'bindvenv --dot-venv web project' 2>/dev/null
    run problems
    assert_ok ''
    # as uv does
    rm project/.venv
    cp -R "$env" project/.venv
    printf 'uv = 0.13.8\n' >>project/.venv/pyvenv.cfg
    run problems
    assert_ok "~/project/.venv is a directory that uv created, and hides 'web'|move it elsewhere, then bindvenv --dot-venv web '$HOME/project'"
    mv project/.venv elsewhere
    in_shell 'bindvenv --dot-venv web "$HOME/project"' 2>/dev/null
    run problems
    assert_ok ''
    # a directory that is no environment, and an adopted environment in its own project
    rm project/.venv
    mkdir project/.venv
    mv elsewhere other/.venv
    printf '%s\n' "$HOME/other" >other/.venv/.project
    ln -s "$HOME/other/.venv" "$MULTIVENV_HOME/other"
    run problems
    refute_contains hides
}

@test "a home that a cloud service synchronizes" {
    local folder
    for folder in Dropbox 'Dropbox (Work)' OneDrive 'OneDrive - A Company' 'Google Drive' Nextcloud \
        'Library/Mobile Documents' Library/CloudStorage/GoogleDrive-me Library/CloudStorage/Dropbox-Work; do
        mkdir -p "$HOME/$folder/envs"
        with_env "MULTIVENV_HOME=$HOME/$folder/envs"
        run problems
        assert_matches "^(Dropbox|OneDrive|Google Drive|Nextcloud|iCloud Drive) synchronizes '?~/.*/envs'?, which breaks environments[|]set MULTIVENV_HOME to a folder that nothing synchronizes\$"
    done
    mkdir -p "$HOME/dropbox" "$HOME/MyDropbox"
    for folder in dropbox MyDropbox; do
        with_env "MULTIVENV_HOME=$HOME/$folder"
        run problems
        assert_ok ''
    done
    # by a link
    ln -s "$HOME/Nextcloud" "$HOME/cloud"
    with_env "MULTIVENV_HOME=$HOME/cloud"
    run problems
    assert_contains 'Nextcloud synchronizes ~/cloud, which breaks environments'
}

# --- leftovers ------------------------------------------------------------------------------------

fix='|multivenv doctor --fix|fixable'

@test "the lock of a killed process" {
    mkdir -p "$state/locks"
    printf 'mkvenv, process 4000000 on elsewhere' >"$state/locks/web"
    : >"$state/locks/empty one"
    touch -t 202001010000 "$state/locks/web" "$state/locks/empty one"
    run problems
    assert_matches "^an interrupted verb left the lock of 'empty one' [0-9]+ years ago\\${fix/|fix/\\|fix}
an interrupted verb left the lock of 'web' [0-9]+ years ago: mkvenv, process 4000000 on elsewhere\\${fix/|fix/\\|fix}\$"
    run problems --fix
    assert_ok ''
    same "multivenv: removed the lock of 'empty one', which an interrupted verb left
multivenv: removed the lock of 'web', which an interrupted verb left" "$(cat "$world/said")"
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

@test "doctor leaves alone what another process is working on, also with --fix" {
    mkfifo "$world/hold" "$world/held"
    hold web
    mkdir -p "$state/trash/1.2-web" "$state/journal"
    printf '{"work": "mkvenv", "name": "web"}' >"$state/journal/web"
    run problems --fix
    assert_ok ''
    run in_shell 'multivenv doctor'
    assert_contains "in progress:     'web': mkvenv, process 4000000 on elsewhere"
    [ -d "$state/trash/1.2-web" ]
    [ -f "$state/journal/web" ]
    release
    run problems
    same 3 "${#lines[@]}"
}

@test "leftovers of an interrupted verb in the trash" {
    mkdir -p "$state/trash/12ab.cd-web/bin"
    head -c 50000 /dev/zero >"$state/trash/12ab.cd-web/file"
    run problems
    assert_matches "^an interrupted verb left [0-9.]+ kB of 'web' in the trash just now\\${fix/|fix/\\|fix}\$"
    run problems --fix
    assert_ok ''
    assert_contains "multivenv: deleted leftovers of 'web' from an interrupted command" "$(cat "$world/said")"
    same '' "$(ls "$state/trash")"
}

# An environment that is set aside, as by a killed fixvenv
begun() {
    fake_env web
    mkdir -p "$state/aside" "$state/journal"
    mv "$env" "$state/aside/12ab.cd-web"
    printf '{"work": "fixvenv", "name": "web", "aside": "12ab.cd-web"}' >"$state/journal/web"
}

@test "an interrupted verb: doctor only reports it, --fix brings the environment back" {
    begun
    run problems
    assert_ok "fixvenv of 'web' was interrupted just now and is neither finished nor undone$fix"
    same '' "$(cat "$world/said")"
    [ ! -e "$env" ]
    run problems --fix
    assert_ok ''
    same "multivenv: undid the interrupted fixvenv of 'web': restored the old one (fixvenv web)" "$(cat "$world/said")"
    [ -f "$env/pyvenv.cfg" ]
    [ ! -e "$state/journal" ]
}

@test "what cannot be finished stays a problem, with the reason" {
    begun
    : >"$MULTIVENV_HOME/web"
    : >"$state/trash" # where it would go
    run problems --fix
    assert_matches "^fixvenv of 'web' was interrupted just now and is neither finished nor undone\|"
    assert_matches "^multivenv: cannot finish the interrupted work on 'web': " "$(cat "$world/said")"
}

@test "a remembered Python of the helper that no longer exists" {
    printf '%s\n' "$world/gone/python3" >"$HOME/.cache/multivenv/helper-python"
    run problems
    assert_ok "the helper's Python $world/gone/python3 no longer exists$fix"
    run problems --fix
    assert_ok ''
    [ ! -e "$HOME/.cache/multivenv/helper-python" ]
}

@test "a seed with a damaged list or damaged files, and an intact one" {
    local seed=$HOME/.cache/multivenv/seeds/cpython-3.90.1-pip-1-ab file
    mkdir -p "$seed/site-packages"
    file=$seed/site-packages/pip.py
    printf 'x\n' >"$file"
    "$MULTIVENV_TEST_PYTHON" -c 'import json, os, sys
found = os.lstat(sys.argv[1] + "/site-packages/pip.py")
entry = ["pip.py", found.st_size, found.st_mtime_ns, found.st_mode]
json.dump({"schema": 1, "files": [["", [entry]]]}, open(sys.argv[1] + "/seed.json", "w"))' "$seed"
    run problems
    assert_ok ''
    printf 'y\n' >>"$file"
    run problems
    assert_ok "${seed/#"$HOME"/"~"} is damaged, so the next mkvenv takes seconds$fix"
    printf 'no json' >"$seed/seed.json"
    run problems
    assert_ok "${seed/#"$HOME"/"~"} is damaged, so the next mkvenv takes seconds$fix"
    run problems --fix
    assert_ok ''
    same "multivenv: deleted ${seed/#"$HOME"/"~"}, which was damaged" "$(cat "$world/said")"
    same '' "$(ls "$HOME/.cache/multivenv/seeds")"
}

@test "--fix lists in JSON what it fixed, and leaves alone what is not safe" {
    mkdir -p "$state/locks" "$MULTIVENV_HOME/stuff"
    : >"$state/locks/web"
    run --separate-stderr in_shell +eu 'multivenv doctor --fix --json'
    assert_status 1
    run values_of 'it["fixed"]' '[each["what"] for each in it["findings"]]' <<<"$output"
    assert_ok "an interrupted verb left the lock of 'web' just now
'stuff' in ~/.multivenv is not an environment"
    [ -d "$MULTIVENV_HOME/stuff" ]
}

@test "doctor changes nothing without --fix" {
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

@test "the JSON has every key, and null for unknown values" {
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
{'path': '$world/loop', 'environments': None, 'statuses': None, 'no_environments': None, 'file_system': '$(file_system)', 'ignores_case': None, 'symlinks': True, 'hard_links': False}
path
size
seeds
clear
what
advice
fixable
2
{'at_work': [], 'kept': [], 'left': [], 'tools': [], 'hidden': [], 'fixed': []}"
}

file_system() {
    df -PT "$world" | awk 'NR == 2 { print $2 }'
}

@test "leftovers in JSON have their verb and time" {
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

@test "programs on PATH with the name of a verb are listed, and are no problem" {
    noting_shim "$world/python/bin/mkvenv" :
    run in_shell 'multivenv doctor'
    assert_status 0
    assert_contains "hidden programs: $world/python/bin/mkvenv"
}

@test "it starts no process but the helper, once the interpreters are known" {
    run --separate-stderr processes_of 'multivenv doctor' 'multivenv doctor'
    assert_status 0
    same 1 "$(grep -c exec <<<"$output")"
    assert_contains "execve(\"$MULTIVENV_TEST_PYTHON\""
}
