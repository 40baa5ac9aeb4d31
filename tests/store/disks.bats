#!/usr/bin/env bats
# A home on a disk that is full or read-only, or where nothing may be written:
# clear errors, nothing half-done, and a removal that makes space.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    disk=$MULTIVENV_HOME
    mkdir "$disk"
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

# The snippets' own words
fill='fill() { cat /dev/zero >"$MULTIVENV_HOME/fill" 2>/dev/null || :; }
left() { (cd "$MULTIVENV_HOME" && find . -path ./fill -prune -o -type f -print | sort); }'

of_5_MB() { on_disk size=5m "$@"; }
of_few_files() { on_disk nr_inodes=100 "$@"; }

read_only() {
    # shellcheck disable=SC2016  # for the inner shell to expand
    in_namespace sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"' sh "$disk" "$@"
}

@test "mkvenv without space for pip says so, and leaves nothing" {
    needs_mounts
    run in_shell -w of_5_MB +eu "$fill
        mkvenv web
        printf 'status %s\n' \$?
        left
        lsvenvs
        mkvenv --without-pip --no-use web; printf 'status %s\n' \$?"
    assert_status 0
    assert_contains 'No space left on device'
    assert_matches $'\nstatus 1\nstatus 0$'
}

@test "mkvenv on a full disk says so, and leaves nothing" {
    needs_mounts
    run in_shell -w of_5_MB +eu "$fill
        fill
        mkvenv --without-pip web
        printf 'status %s\n' \$?
        left
        lsvenvs"
    assert_status 0
    assert_contains 'No space left on device'
    assert_matches $'\nstatus 1$'
}

@test "mkvenv where no more files can be made says so, and leaves nothing" {
    needs_mounts
    run in_shell -w of_few_files +eu 'i=0
        while : >"$MULTIVENV_HOME/$i"; do i=$((i + 1)); done 2>/dev/null
        mkvenv --without-pip web
        printf "status %s\n" "$?"
        lsvenvs'
    assert_status 0
    assert_matches "^multivenv: cannot make 'web': No space left on device: .*"$'\nstatus 1$'
}

@test "rmvenv makes space on a full disk, and keeps the recipe" {
    needs_mounts
    run in_shell -w of_5_MB "$fill"'
        mkvenv --no-use --without-pip web
        head -c 2000000 /dev/zero >"$MULTIVENV_HOME/web/large"
        fill
        ! { printf x >"$MULTIVENV_HOME/more"; } 2>/dev/null || printf "it is not full\n"
        rmvenv -y web
        lsvenvs
        left'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)
./.multivenv/last-removed
./.multivenv/recipes/web
./more"
}

@test "rmvenv removes where no more files can be made" {
    needs_mounts
    run in_shell -w of_few_files +eu '
        mkvenv --no-use --without-pip web
        i=0; while : >"$MULTIVENV_HOME/$i"; do i=$((i + 1)); done 2>/dev/null
        rmvenv -y web
        printf "status %s\n" "$?"
        lsvenvs
        ls "$MULTIVENV_HOME/.multivenv/recipes"'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)
status 0
web"
}

@test "a recipe that cannot be kept does not stop a removal" {
    fake_env web
    mkdir -p "$MULTIVENV_HOME/.multivenv/recipes"
    chmod 555 "$MULTIVENV_HOME/.multivenv/recipes"
    run in_shell -w as_anyone 'rmvenv -y web && :; printf "%s\n" "$?"; lsvenvs'
    assert_ok "multivenv: removed 'web'
multivenv: could not save a recipe of 'web': Permission denied
1"
}

@test "on a read-only disk it is all there, and nothing changes" {
    needs_mounts
    fake_env web
    fake_env other
    mkdir -p "$MULTIVENV_HOME/.multivenv/trash/1.2-left"
    run in_shell -w read_only +eu '
        mkvenv --without-pip new; printf "%s\n" "$?"
        rmvenv -y web other; printf "%s\n" "$?"
        usevenv web; printf "%s\n" "$?"
        lsvenvs --status ok'
    assert_ok "multivenv: cannot make 'new': Read-only file system: $MULTIVENV_HOME/.multivenv/locks
1
multivenv: did not remove 'web': Read-only file system: $MULTIVENV_HOME/.multivenv/locks
multivenv: did not remove 'other': Read-only file system: $MULTIVENV_HOME/.multivenv/locks
1
0
other
web"
}

@test "where nothing may be written it is all there, and nothing changes" {
    fake_env web
    chmod 555 "$MULTIVENV_HOME"
    run in_shell -w as_anyone +eu '
        mkvenv --without-pip new; printf "%s\n" "$?"
        rmvenv -y web; printf "%s\n" "$?"
        usevenv web; printf "%s\n" "$?"
        lsvenvs --status ok'
    chmod 755 "$MULTIVENV_HOME"
    assert_ok "multivenv: cannot make 'new': Permission denied: $MULTIVENV_HOME/.multivenv
1
multivenv: did not remove 'web': Permission denied: $MULTIVENV_HOME/.multivenv
1
0
web"
}

@test "a home that cannot be made is an error" {
    rmdir "$MULTIVENV_HOME"
    chmod 555 "$HOME"
    run in_shell -w as_anyone +eu 'mkvenv --without-pip new; printf "%s\n" "$?"; lsvenvs; rmvenv new; printf "%s\n" "$?"'
    chmod 755 "$HOME"
    assert_ok "multivenv: cannot make 'new': Permission denied: $MULTIVENV_HOME
1
multivenv: no environment named 'new' (see lsvenvs)
1"
}

@test "a home that is a symlink to a folder is as good as one" {
    rmdir "$MULTIVENV_HOME"
    mkdir "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME"
    run in_shell 'mkvenv --without-pip web; printf "%s\n" "$VIRTUAL_ENV"; stopvenv; lsvenvs --status ok; rmvenv -y web; lsvenvs'
    assert_ok "$MULTIVENV_HOME/web
web
multivenv: removed 'web' (undo: mkvenv --restore web)"
    [ -h "$MULTIVENV_HOME" ]
}

@test "a home that is a file, relative, or has a ':' is refused, and nothing is made" {
    rmdir "$MULTIVENV_HOME"
    : >"$HOME/file"
    run in_shell +eu 'for MULTIVENV_HOME in "$HOME/file" relative "$HOME/a:b"; do
            for verb in "mkvenv" "rmvenv" "lsvenvs"; do
                "$verb" x
                printf "%s\n" "$?"
            done
        done'
    local file="multivenv: MULTIVENV_HOME is '$HOME/file', which is not a directory"
    local relative="multivenv: MULTIVENV_HOME is 'relative', which is not an absolute path"
    local colon="multivenv: MULTIVENV_HOME is '$HOME/a:b': a ':' would split PATH (choose another folder)"
    assert_ok "$(printf '%s\n1\n' "$file" "$file" "$file" "$relative" "$relative" "$relative" "$colon" "$colon" "$colon")"
    run ls "$HOME"
    assert_ok file
}

@test "folders without permissions inside an environment are removed" {
    fake_env web
    mkdir -p "$env/a/b/c/d" "$env/e"
    : >"$env/a/b/c/d/file"
    : >"$env/e/file"
    chmod 555 "$env/a/b/c/d" "$env/a/b/c"
    chmod 000 "$env/a/b" "$env/a" "$env/e"
    chmod 555 "$env/lib" "$env"
    run in_shell -w as_anyone 'rmvenv -y web; lsvenvs; ls -A "$MULTIVENV_HOME/.multivenv/trash"'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"
}

@test "what cannot be deleted is reported, and is no longer an environment" {
    needs_mounts
    fake_env web
    mkdir "$env/mounted"
    mounted() {
        # shellcheck disable=SC2016  # for the inner shell to expand
        in_namespace sh -c 'mount -t tmpfs none "$1" && shift && exec "$@"' sh "$env/mounted" "$@"
    }
    run in_shell -w mounted +eu 'rmvenv -y web; printf "%s\n" "$?"; lsvenvs'
    assert_status 0
    local removed="multivenv: removed 'web' \(undo: mkvenv --restore web\)"
    local rest="multivenv: could not delete all of 'web': Device or resource busy: .*mounted"
    assert_matches "^$removed"$'\n'"$rest \(see ~/\.multivenv/\.multivenv/trash\)"$'\n1$'
}
