#!/usr/bin/env bats
# Repairs that are killed, at each of their steps: there is the old environment
# or the new one, whole, and the next verb sees to it.

# shells: once
load ../support/common
load ../support/wheels
load ../support/repairing

setup() {
    make_world
    make_repairs
}

# Compiled files have the time of their source in them
tree_of_web() {
    tree "$MULTIVENV_HOME/web" | grep -v '\.pyc$'
}

status_of_web() {
    helper lsvenvs --json web | sed -n 's/.*"status": "\([a-z]*\)".*/\1/p'
}

# Usage: kill_everywhere MOST MAKE VERB WORD...
#
# Kills a repair of `web`, which MAKE makes, at each step of the sample (see
# kill_at.py) from the first on that has $from in it, or evenly at MOST of these:
# every other one by itself, and the rest at the same time. What is left is judged
# by the function named in $judge.
kill_everywhere() {
    local most=$1 make=$2 half pids=() first last points failed=''
    shift 2
    for half in 1 2; do
        use_home "$half"
        "$make"
        remember "$@"
    done
    first=$(grep -n "$from" "$here/steps" | sed 's/:.*//;q')
    points=$(awk -v first="$first" -v most="$most" '
        /[*]$/ && NR >= first { point[++count] = NR }
        END { for (i = 1; i <= count; i += (count > most ? count / most : 1)) print point[int(i)] }
    ' "$here/steps")
    last=$(grep -c . "$here/steps")
    for half in 1 2; do
        kill_half "$half" "$points" "$@" &
        pids+=("$!")
    done
    wait "${pids[0]}" || failed=yes
    wait "${pids[1]}" || failed=yes
    [ -z "$failed" ]
    printf '# killed at %s of %s steps: %s\n' "$(cat "$world"/half-*/tried | wc -l | tr -d ' ')" "$last" \
        "$BATS_TEST_DESCRIPTION" >&3
}

# Usage: use_home HALF
use_home() {
    here=$world/half-$1
    MULTIVENV_HOME="$here/home ünï"
    mkdir -p "$MULTIVENV_HOME"
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: remember VERB WORD...
#
# The home as it is now, and `web` before and after the repair.
remember() {
    fake_env spare 3.46.1
    mkdir -p "$MULTIVENV_HOME"/.multivenv/{locks,recipes,trash}
    cp -a "$MULTIVENV_HOME" "$here/remembered"
    was=$(status_of_web)
    tree_of_web >"$here/old"
    helper "$@" >/dev/null # the interpreters are asked once, and that is kept
    restore
    killed_at 0 "$here/steps" "$@" >/dev/null
    same ok "$(status_of_web)"
    tree_of_web >"$here/new"
}

restore() {
    rm -rf "$MULTIVENV_HOME"
    cp -a "$here/remembered" "$MULTIVENV_HOME"
}

# Usage: kill_half HALF POINTS VERB WORD...
kill_half() {
    local point points status
    points=$(awk -v half="$1" 'NR % 2 == half % 2' <<<"$2")
    use_home "$1"
    shift 2
    for point in $points; do
        restore
        status=0
        killed_at "$point" "$here/steps" "$@" >/dev/null 2>&1 || status=$?
        same 137 "$status" && "$judge" "$@" ||
            fail "after a kill at step $(tail -n 1 "$here/steps")" || return
        printf '%s\n' "$point" >>"$here/tried"
    done
}

# Usage: old_or_new VERB WORD...
#
# After a kill: the next verb leaves the old one, with its status, or the new one,
# and says so. The same repair then comes to its end, and nothing is left.
old_or_new() {
    local now said
    helper lsvenvs --json web >"$here/list" 2>"$here/said"
    now=$(sed -n 's/.*"status": "\([a-z]*\)".*/\1/p' "$here/list")
    said=$(cat "$here/said")
    tree_of_web >"$here/now"
    if cmp -s "$here/old" "$here/now"; then
        same "$was" "$now" || return
        [ -z "$said" ] ||
            same "multivenv: undid the interrupted fixvenv of 'web': restored the old one (fixvenv web)" "$said" || return
    else
        same ok "$now" && same_files "$here/new" "$here/now" || return
        [ -z "$said" ] ||
            same "multivenv: finished the interrupted fixvenv of 'web': the new environment is whole" "$said" || return
    fi
    same '' "$(left_in journal aside)" || return
    helper "$@" >"$here/list" 2>&1
    [ "$(cat "$here/list")" = 'multivenv: nothing to repair' ] ||
        same_files "$here/new" <(tree_of_web) || return
    # the next verb that takes something away empties the trash
    [ -z "$(left_in trash)" ] || helper rmvenv -y spare >"$here/list" 2>&1
    same '' "$(left_in journal aside trash)"
}

judge=old_or_new from=''

# An environment without pip, in which there is something to be carried over
to_be_rebuilt() {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "created": "2024-01-01T00:00:00Z", "pip": false}'
    printf '/nowhere\n' >"$env/.project"
    printf ':\n' >"$env/bin/postactivate"
    mkdir -p "$env/src/mine"
    : >"$env/src/mine/file"
}

@test "a rebuild that is killed, wherever: the old one or the new one" {
    kill_everywhere 1000 to_be_rebuilt fixvenv -y web
}

with_packages() {
    make_wheel demo 1.0
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "created": "2024-01-01T00:00:00Z"}'
    fake_package "$env" demo 1.0 demo
    rm "$env"/lib/python3.44/site-packages/demo-1.0.dist-info/REQUESTED
}

@test "a rebuild with packages that is killed, wherever: the old one or the new one" {
    offline
    # when they are installed: before that it is a rebuild as any other
    from='unlink .*REQUESTED'
    kill_everywhere 6 with_packages fixvenv -y web
}

to_be_rewritten() {
    installed_env before 3.44.1
    fake_package "$env" demo 1.0 demo
    mv "$env" "$MULTIVENV_HOME/web"
}

@test "a rewriting of paths that is killed, wherever: the old one or the new one" {
    kill_everywhere 60 to_be_rewritten fixvenv -y web
}

to_be_remade() {
    mkdir -p "$MULTIVENV_HOME/web/lib"
    printf '%s\n' '{"schema": 1, "created": "2024-01-01T00:00:00Z", "pip": false}' >"$MULTIVENV_HOME/web/.multivenv-incomplete"
}

@test "a remake of an incomplete one that is killed, wherever: the old one or the new one" {
    kill_everywhere 1000 to_be_remade fixvenv -y web
}

to_be_relinked() {
    dangling_env web 3.44.1
    record_of web '{"schema": 1, "created": "2024-01-01T00:00:00Z"}'
    install_python 3.44.7
}

@test "a relinking that is killed, wherever: the old one or the new one" {
    kill_everywhere 1000 to_be_relinked fixvenv -y web
}
