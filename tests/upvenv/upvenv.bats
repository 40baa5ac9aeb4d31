#!/usr/bin/env bats
# upvenv: an upgrade in a copy, which takes the place of the environment only if nothing is worse.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/repairing

setup() {
    make_world
    offline
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# An environment `apps` with tools in old versions, and new versions of them in the index
make_apps() {
    local each
    for each in one two three; do make_wheel "$each" 1.0; done
    make_wheel four 1.0 'helper>=1'
    make_wheel helper 1.0
    in_shell 'mkvenv --no-use apps one two three four' 2>/dev/null
    for each in one two three; do make_wheel "$each" 2.0; done
    make_wheel four 2.0 'helper>=2' new-one
    make_wheel helper 2.0
    make_wheel new_one 3.0
    env=$MULTIVENV_HOME/apps
}

# Usage: snapshot DIR: the tree with the time of each file, without bytecode and the marks of use
snapshot() {
    tree "$1" | grep -v '__pycache__\|multivenv-sound\|last-used'
    (cd "$1" && find . -type f ! -path '*/__pycache__*' ! -name '.multivenv-sound' ! -name .last-used -printf '%T@ %m %p\n' | LC_ALL=C sort -k 3)
}

@test "the plan, the question, the result, and the way back" {
    make_apps
    snapshot "$env" >"$world/before"
    run in_shell 'upvenv --dry-run apps'
    assert_ok 'apps: 4 packages
  four   1.0 -> 2.0
  one    1.0 -> 2.0
  three  1.0 -> 2.0
  two    1.0 -> 2.0'
    run in_shell +eu 'printf "n\n" | upvenv apps; printf "%s\n" "$?"' 2>&1
    assert_contains 'upgraded nothing'
    snapshot "$env" >"$world/after"
    same_files "$world/before" "$world/after"
    run in_shell 'linkvenv apps two; upvenv -y apps; freezevenv apps; "$HOME/.local/bin/two"; upvenv -y apps' 2>&1
    assert_status 0
    assert_matches 'apps: upgraded, 6 packages changed, [0-9.]+ s \(undo: fixvenv --undo apps\)'
    assert_contains '  four     1.0 -> 2.0
  helper   1.0 -> 2.0
  new-one  new, 3.0
  one      1.0 -> 2.0'
    assert_contains 'four==2.0
helper==2.0
new-one==3.0
one==2.0
three==2.0
two==2.0
two 2.0
multivenv: nothing to upgrade'
    run in_shell 'freezevenv --requested apps; lsvenvs --status ok; multivenv doctor >/dev/null; fixvenv --undo -y apps; two=$HOME/.local/bin/two; "$two"'
    assert_status 0
    assert_contains 'four==2.0
one==2.0
three==2.0
two==2.0
apps'
    assert_contains 'two 1.0'
    snapshot "$env" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "an upgrade that breaks one tool changes nothing; held, it is left alone" {
    make_apps
    snapshot "$env" >"$world/before"
    # its module is gone
    write_wheel other_module 2.0 --command two <<<'def main(): pass' # not in the way of the next line
    rm "$world/wheels"/two-2.0-*
    "$MULTIVENV_TEST_PYTHON" -I - "$world/wheels" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/two-2.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("renamed.py", "def main(): print('two 2.0')\n")
    wheel.writestr("two-2.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: two\nVersion: 2.0\n")
    wheel.writestr("two-2.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("two-2.0.dist-info/RECORD", "")
END
    run in_shell +eu 'upvenv -y apps; printf "%s\n" "$?"; lsvenvs --status ok; fixvenv --undo -y apps' 2>&1
    assert_contains "did not upgrade 'apps': the upgrade was undone, as the result is worse: it no longer finds 1 module: two"
    assert_contains '(upvenv --hold PACKAGE apps leaves a package alone)
1
apps
multivenv: nothing to undo'
    snapshot "$env" >"$world/after"
    same_files "$world/before" "$world/after"
    run in_shell 'upvenv -y --hold two apps; freezevenv apps; upvenv apps; showvenv --json apps' 2>&1
    assert_status 0
    assert_contains '  two 1.0 stays: held (2.0 is available)'
    assert_contains 'apps: holds two'
    assert_contains '"held": ["two"]'
    assert_contains 'four==2.0
helper==2.0
new-one==3.0
one==2.0
three==2.0
two==1.0'
    run in_shell +eu 'upvenv -y --package two apps; printf "%s\n" "$?"; upvenv -y --dry-run --release two apps' 2>&1
    assert_contains "'two' is held in 'apps' (upvenv --release two apps)
1"
    assert_contains '  two  1.0 -> 2.0'
}

@test "a package that cannot be installed changes nothing" {
    make_apps
    printf 'no archive\n' >"$world/wheels/one-3.0-py3-none-any.whl"
    snapshot "$env" >"$world/before"
    run in_shell +eu 'upvenv -y apps; printf "%s\n" "$?"' 2>&1
    assert_contains "multivenv: did not upgrade 'apps': "
    assert_matches '1$'
    snapshot "$env" >"$world/after"
    same_files "$world/before" "$world/after"
    run left_in aside journal staging
    assert_ok ''
}

@test "versions that the user requested stay in their range" {
    make_wheel pinned 1.0
    make_wheel ranged 1.0
    make_wheel free 1.0
    in_shell 'mkvenv --no-use web pinned==1.0 "ranged<3" free' 2>/dev/null
    for each in pinned free ranged; do make_wheel "$each" 3.0; done
    make_wheel ranged 2.0
    run in_shell 'upvenv -y web; freezevenv web'
    assert_status 0
    assert_contains '  free    1.0 -> 3.0
  ranged  1.0 -> <3 (3.0 is available)
  pinned 1.0 stays: requested as pinned==1.0 (3.0 is available)'
    assert_contains 'free==3.0
pinned==1.0
ranged==2.0'
    # what the user names now counts
    run in_shell 'upvenv -y --package pinned web; freezevenv web'
    assert_contains 'pinned==3.0'
}

@test "editable projects, the user's own files and hooks stay, and are not shared with the old environment" {
    make_project "$HOME/git/mine" mine
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo -e git/mine' 2>/dev/null
    make_wheel demo 2.0
    env=$MULTIVENV_HOME/web
    site=$(echo "$env"/lib/python*/site-packages)
    printf 'own\n' >"$env/own.txt"
    printf 'x = 1\n' >"$site/own.py"
    run in_shell 'upvenv -y web; usevenv web; demo; mine'
    assert_status 0
    assert_contains 'demo 2.0
mine from its project'
    local old=$MULTIVENV_HOME/.multivenv/kept/web file
    printf 'changed\n' >>"$env/own.txt"
    printf 'changed\n' >>"$site/own.py"
    for file in "$site"/*.pth; do printf '# changed\n' >>"$file"; done
    same 'own' "$(cat "$old/own.txt")"
    same 'x = 1' "$(cat "$old/lib"/python*/site-packages/own.py)"
    ! grep -q changed "$old"/lib/python*/site-packages/*.pth || fail 'a .pth is shared'
    # what packages installed is
    [ "$site/mine-1.0.dist-info/METADATA" -ef "$(echo "$old"/lib/python*/site-packages/mine-1.0.dist-info/METADATA)" ] ||
        ! ln "$env/own.txt" "$world/link" 2>/dev/null || fail 'the copy is not cheap'
}

@test "killed at any step, there is the old environment or the new one, whole" {
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo' 2>/dev/null
    make_wheel demo 2.0
    env=$MULTIVENV_HOME/web
    cp -a "$MULTIVENV_HOME" "$world/saved"
    local step=1 names
    while :; do
        rm -rf "$MULTIVENV_HOME"
        cp -a "$world/saved" "$MULTIVENV_HOME"
        run killed_exactly_at "$step" "$world/steps" upvenv -y web
        [ "$status" -ne 0 ] || break
        [ "$status" -eq 137 ] || fail "$output"
        names=$(in_shell 'lsvenvs --names; lsvenvs --status ok' 2>"$world/said")
        same $'web\nweb' "$names"
        case $(in_shell 'usevenv web; demo' 2>&1) in
        'demo 1.0' | 'demo 2.0') ;;
        *) fail "step $step: $(cat "$world/said")" ;;
        esac
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        step=$((step + 131)) # tests/faults kills at each step
    done
    [ "$step" -gt 131 ]
}

@test "misuse, and what cannot be upgraded" {
    fake_env broken
    rm "$env/bin/python"
    run in_shell +eu 'upvenv; printf "%s\n" "$?"; upvenv nobody; printf "%s\n" "$?"; upvenv --all x; printf "%s\n" "$?"
        upvenv broken; printf "%s\n" "$?"; upvenv --package; printf "%s\n" "$?"' 2>&1
    assert_contains 'multivenv: no environment is active (name one: upvenv NAME)
1
multivenv: no environment named '"'nobody'"' (see lsvenvs)
1
multivenv: upvenv takes names, or --all (see upvenv --help)
2'
    assert_contains "multivenv: did not upgrade 'broken': 'broken' is dangling"
    assert_contains 'multivenv: upvenv --package needs a value (see upvenv --help)
2'
}
