#!/usr/bin/env bats
# Folders that cannot be read, changes that cannot be made, entries and files that
# a kill or a damaged disk leaves: nothing is lost, and nothing is hidden.

# shells: once
load ../support/common
load ../support/disks
load ../support/repairing

setup() {
    make_world
    make_repairs
}

# Usage: failing_at CALL FOLDER COUNT VERB WORD...
#
# Runs the helper while a system call on a path fails with EIO, from its COUNTth
# call on. Sets $status, $output and $injected, empty if the path had fewer calls.
failing_at() {
    local log=$world/strace path=$2
    run env -i "${test_env[@]}" "MULTIVENV_CACHE=$MULTIVENV_TEST_CACHE/multivenv" \
        strace -qq -o "$log" -P "$path" -e "trace=$1" -e "inject=$1:error=EIO:when=$3+" \
        "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$project/helper/__main__.py" "${@:4}"
    injected=$(grep -c INJECTED "$log" || :)
    [ "$injected" -gt 0 ] || injected=
}

need_strace() {
    strace -qq -o /dev/null -e inject=getdents64:error=EIO:when=65000 true 2>/dev/null || skip 'strace cannot inject faults here'
}

# Usage: assert_nothing_lost VERB WORD...
#
# With a folder of `web` that cannot be read, a verb fails, and `web` is as it was.
assert_nothing_lost() {
    local folder count
    tree "$MULTIVENV_HOME/web" >"$world/before"
    rm -rf "$world/kept"
    cp -a "$MULTIVENV_HOME" "$world/kept"
    for folder in '' /bin /lib /lib/python3.44 /lib/python3.44/site-packages /data /data/deep; do
        for count in 1 3; do
            failing_at getdents64 "$MULTIVENV_HOME/web$folder" "$count" "$@"
            if [ -n "$injected" ]; then
                assert_status 1
                assert_contains 'Input/output error'
                tree "$MULTIVENV_HOME/web" >"$world/after"
                same_files "$world/before" "$world/after"
            fi
            rm -rf "$MULTIVENV_HOME"
            cp -a "$world/kept" "$MULTIVENV_HOME"
        done
    done
}

@test "a folder that cannot be read stops a rebuild, a renaming and a copy of one whose Python is gone" {
    need_strace
    helper mkvenv --without-pip web
    mkdir -p "$MULTIVENV_HOME/web/data/deep"
    : >"$MULTIVENV_HOME/web/data/deep/file"
    age web
    assert_nothing_lost mvvenv web new
    assert_nothing_lost cpvenv web copy
    assert_nothing_lost fixvenv -y web
}

@test "files that the machine fails to read are not called corrupt" {
    need_strace
    fake_env web
    failing_at openat "$MULTIVENV_HOME/web/pyvenv.cfg" 1 lsvenvs --status unreadable web
    assert_ok web
    failing_at openat "$MULTIVENV_HOME/web/pyvenv.cfg" 1 fixvenv -y web
    assert_status 1
    assert_output_is "multivenv: 'web' is unreadable: cannot read pyvenv.cfg: Input/output error, and cannot be repaired"
    failing_at read "$MULTIVENV_HOME/web/pyvenv.cfg" 1 judge "$MULTIVENV_HOME/web"
    assert_status 1
    assert_output_is "multivenv: 'web' is unreadable: cannot read pyvenv.cfg: Input/output error (check the disk and the permissions, then try again)"
    failing_at getdents64 "$MULTIVENV_HOME/web/lib/python3.12/site-packages" 1 lsvenvs --status unreadable
    [ -z "$injected" ] || assert_ok web
}

# As below a folder of mode 0700 of another user
@test "a base that may not be read is not called gone" {
    need_strace
    fake_env web
    failing_at %%stat "$world/base-3.12.4/bin/python3.12" 1 lsvenvs --status unreadable
    assert_ok web
    failing_at %%stat "$world/base-3.12.4/bin/python3.12" 1 fixvenv -y web
    assert_status 1
    assert_output_is "multivenv: 'web' is unreadable: cannot read $world/base-3.12.4/bin/python3.12: Input/output error, and cannot be repaired"
}

# --- changes elsewhere ------------------------------------------------------------

# Usage: bound_and_linked
bound_and_linked() {
    fake_env web
    fake_package "$env" black 24.1 black
    mkdir "$world/project" "$world/bin"
    with_env "XDG_BIN_HOME=$world/bin"
    helper bindvenv --dot-venv --python-envs web "$world/project" 2>/dev/null
    helper linkvenv web black 2>/dev/null
}

# Usage: as_helper VERB WORD...: without root's rights
as_helper() {
    as_anyone env -i "${test_env[@]}" "MULTIVENV_CACHE=$MULTIVENV_TEST_CACHE/multivenv" \
        "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$project/helper/__main__.py" "$@" 3>&-
}

@test "what cannot be pointed to the new name is reported, remembered, and changed by a later verb" {
    bound_and_linked
    chmod 555 "$world/project" "$world/bin"
    run as_helper mvvenv web new
    assert_status 1
    assert_contains "$world/project/.venv still leads to 'web': Permission denied"
    assert_contains "$world/project/.python-envs still leads to 'web': Permission denied"
    assert_contains "$world/bin/black still links to 'web': Permission denied"
    assert_contains "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
    run as_helper doctor --
    assert_contains "  mvvenv of 'web' could not change all that led to it (multivenv doctor --fix)"
    run as_helper mvvenv new newer
    assert_status 0
    chmod 755 "$world/project" "$world/bin"
    run helper lsvenvs
    assert_ok "multivenv: finished the mvvenv of 'web': nothing leads to it
newer"
    same "$MULTIVENV_HOME/newer $MULTIVENV_HOME/newer $MULTIVENV_HOME/newer/bin/black" \
        "$(readlink "$world/project/.venv") $(cat "$world/project/.python-envs") $(readlink "$world/bin/black")"
    [ ! -e "$MULTIVENV_HOME/.multivenv/pending" ]
}

@test "what cannot be removed with its environment is removed by doctor --fix" {
    bound_and_linked
    chmod 555 "$world/project" "$world/bin"
    run as_helper rmvenv -y web
    assert_status 1
    assert_contains "multivenv: removed 'web' (undo: mkvenv --restore web)"
    chmod 755 "$world/project" "$world/bin"
    run helper doctor -- --fix
    assert_contains "multivenv: finished the rmvenv of 'web': nothing leads to it"
    same '' "$(find "$world/project" "$world/bin" -mindepth 1 ! -name .python-envs.lock)"
}

@test "what waits for a name that is in use again is left alone" {
    bound_and_linked
    chmod 555 "$world/project" "$world/bin"
    run as_helper rmvenv -y web
    fake_env web
    chmod 755 "$world/project" "$world/bin"
    run helper lsvenvs
    assert_contains web
    same "$MULTIVENV_HOME/web" "$(readlink "$world/project/.venv")"
    [ ! -e "$MULTIVENV_HOME/.multivenv/pending" ]
}

# --- the journal ------------------------------------------------------------------

@test "damaged journal entries are set aside and reported, and stop no verb" {
    local entry nested state=$MULTIVENV_HOME/.multivenv
    nested=$(printf '[%.0s' {1..60000})
    fake_env other
    mkdir -p "$HOME/precious"
    : >"$HOME/precious/.multivenv-incomplete"
    for entry in '{"work": "mvvenv", "name": "web", "new": "a\u0000b"}' \
        '{"work": "mvvenv", "name": "web", "new": "\ud800"}' \
        '{"work": "mvvenv", "name": "web", "new": "../../precious"}' \
        '{"work": "mvvenv", "name": "web", "new": ".multivenv"}' \
        '{"work": "mvvenv", "name": "web", "new": 7}' \
        '{"work": "rmvenv", "name": "web", "project": "/a\u0000b"}' \
        '{"work": "rmvenv", "name": "web", "links": {}}' \
        '{"work": [], "name": "web"}' '{"work": "fixvenv", "name": "web", "aside": "../x"}' \
        '{"work": "mvvenv", "new": "x"}' '[]' 'null' 'x' '' "$nested" "{\"work\": $nested"; do
        for folder in journal pending; do
            mkdir -p "$state/$folder"
            printf '%s' "$entry" >"$state/$folder/web"
            run helper lsvenvs
            assert_ok "multivenv: set aside a damaged journal entry of 'web' (see multivenv doctor)
other"
            [ ! -e "$state/journal/web" ] && [ ! -e "$state/pending/web" ]
        done
    done
    [ -e "$HOME/precious/.multivenv-incomplete" ]
    mkdir -p "$state/journal"
    mkfifo "$state/journal/web"
    run helper lsvenvs
    assert_contains "set aside a damaged journal entry of 'web'"
    run helper doctor -- --fix
    assert_contains 'no problems found'
    same '' "$(left_in damaged journal pending)"
}

@test "an environment set aside comes back although its journal entry is damaged" {
    fake_env web
    mkdir -p "$MULTIVENV_HOME"/.multivenv/{aside,journal}
    mv "$env" "$MULTIVENV_HOME/.multivenv/aside/1.2-web"
    printf '{"work": "fixvenv", "name": "web", "aside": 7}' >"$MULTIVENV_HOME/.multivenv/journal/web"
    run helper lsvenvs --status ok
    assert_ok "multivenv: set aside a damaged journal entry of 'web' (see multivenv doctor)
multivenv: undid the interrupted fixvenv of 'web': restored the old one (fixvenv web)
web"
}

# --- temporary files --------------------------------------------------------------

# Usage: leave_files: what kills leave of `web`
leave_files() {
    local file
    for file in "$env"/{pyvenv.cfg,.multivenv.json,.multivenv-project}.new "$env"/bin/.python{,3,3.12}.new \
        "$world/project/.python-envs.multivenv-new" "$MULTIVENV_HOME"/.multivenv/{recipe,temporary}-4194305.new \
        "$MULTIVENV_HOME"/.multivenv/result-4194305; do
        : >"$file"
    done
    ln -s "$env" "$world/project/.venv.multivenv-new"
    ln -s "$env/bin/black" "$world/bin/black.multivenv-new"
    ln -s /elsewhere "$world/bin/mine.multivenv-new"
}

partial_files() {
    find "$world/project" "$world/bin" "$MULTIVENV_HOME" \( -name '*new' -o -name 'result-*' \) | LC_ALL=C sort
}

@test "doctor finds the temporary files of killed verbs, and --fix deletes them" {
    bound_and_linked
    leave_files
    # the file of a process that runs
    : >"$MULTIVENV_HOME/.multivenv/result-$$"
    run helper doctor -- --json
    same 12 "$("$MULTIVENV_TEST_PYTHON" -c 'import json, sys
print(sum(each["kind"] == "file" for each in json.loads(sys.argv[1])["left"]))' "$output")"
    run helper doctor -- --fix
    assert_contains "multivenv: deleted $world/project/.python-envs.multivenv-new, which an interrupted verb left"
    assert_contains 'no problems found'
    same "$world/bin/mine.multivenv-new
$MULTIVENV_HOME/.multivenv/result-$$" "$(partial_files)"
}

@test "the next change of an environment deletes the temporary files in it" {
    bound_and_linked
    leave_files
    helper bindvenv web "$HOME" 2>/dev/null
    same '' "$(find "$env" -name '*.new')"
    helper bindvenv --python-envs web "$world/project" 2>/dev/null
    [ ! -e "$world/project/.python-envs.multivenv-new" ]
}
