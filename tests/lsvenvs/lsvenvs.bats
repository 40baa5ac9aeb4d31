#!/usr/bin/env bats
# What the helper lists: the contract of --json, sizes, order and selection.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: value EXPRESSION [NAME]
#
# Prints a Python expression on `it`, the environment NAME of a listing in JSON,
# or the first.
value() {
    in_shell 'lsvenvs --json --size' | "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
found = json.load(sys.stdin)["environments"]
it = next(each for each in found if len(sys.argv) < 3 or each["name"] == sys.argv[2])
print(eval(sys.argv[1]))' "$@"
}

# Usage: used NAME TIME / made NAME TIME (ISO 8601, UTC)
used() {
    TZ=UTC touch -d "$2" "$MULTIVENV_HOME/$1/.last-used" 2>/dev/null ||
        TZ=UTC touch -t "$(printf '%s\n' "$2" | sed 's/[-TZ]//g; s/://; s/:/./')" "$MULTIVENV_HOME/$1/.last-used"
}

made() {
    printf '{"schema": 1, "created": "%s"}\n' "$2" >"$MULTIVENV_HOME/$1/.multivenv.json"
}

@test "--json is the contract, with every key there" {
    MULTIVENV_HOME=$world/home
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    fake_env full 3.12.4
    printf '/git/afork\n' >"$env/.project"
    made full 2024-02-03T04:05:06Z
    used full 2025-06-07T08:09:10Z
    fake_package "$env" flask 3.0.3 flask
    fake_env bare 3.12.4
    rm -r "${env:?}"/pyvenv.cfg "${env:?}"/lib
    in_shell 'lsvenvs --json' >"$world/list"
    sed "s#WORLD#$world#g" >"$world/expected" <<'END'
{"schema": 1, "environments": [
{"name": "bare", "path": "WORLD/home/bare", "status": "corrupt", "reason": "pyvenv.cfg is missing", "python": {"version": null, "implementation": null, "base": "WORLD/base-3.12.4/bin/python3.12"}, "packages": null, "project": null, "projects": [], "created": null, "last_used": null, "active": false, "target": null, "links": [], "kernel": null, "temporary": false},
{"name": "full", "path": "WORLD/home/full", "status": "ok", "reason": null, "python": {"version": "3.12.4", "implementation": "CPython", "base": "WORLD/base-3.12.4/bin/python3.12"}, "packages": 2, "project": "/git/afork", "projects": ["/git/afork"], "created": "2024-02-03T04:05:06Z", "last_used": "2025-06-07T08:09:10Z", "active": false, "target": null, "links": [], "kernel": null, "temporary": false}
]}
END
    same_files "$world/expected" "$world/list"
}

@test "--json tells the active one, and where a symlinked one really is" {
    fake_env real
    fake_env other
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/link"
    ln -s "$world" "$world/same world"
    same "$world/elsewhere" "$(value 'it["target"]' link)"
    same None "$(value 'it["target"]' real)"
    same False "$(value 'it["active"]' real)"
    with_env "VIRTUAL_ENV=$MULTIVENV_HOME/real"
    same True "$(value 'it["active"]' real)"
    same False "$(value 'it["active"]' link)"
    with_env "VIRTUAL_ENV=$world/elsewhere" # activated by its own script
    same True "$(value 'it["active"]' link)"
    with_env "VIRTUAL_ENV=$world/same world/${MULTIVENV_HOME#"$world/"}/real"
    same True "$(value 'it["active"]' real)"
    with_env "VIRTUAL_ENV=$world/real" # of the same name, in another place
    same False "$(value 'it["active"]' real)"
}

@test "--json gives back bytes that are not UTF-8 as they were" {
    local name=$'b\xff\xfed'
    mkdir -p "$MULTIVENV_HOME/$name" || skip 'this file system has only names that are UTF-8'
    fake_env "$name"
    printf '/git/\xfe\n' >"$env/.project"
    run value 'it["name"].encode("utf-8", "surrogateescape"), it["project"].encode("utf-8", "surrogateescape")'
    assert_ok "(b'b\\xff\\xfed', b'/git/\\xfe')"
}

@test "--json counts distributions of every kind" {
    fake_env a
    fake_package "$env" flask 3.0.3
    : >"$env/lib/python3.12/site-packages/old-1.0-py3.12.egg-info"
    printf '%s\n' "$HOME/git/linked" . >"$env/lib/python3.12/site-packages/linked.egg-link"
    same 4 "$(value 'it["packages"]')"
    rm -r "${env:?}"/lib/python3.12/site-packages/*
    same 0 "$(value 'it["packages"]')"
}

@test "a record that is damaged is no record" {
    local text statuses=''
    fake_env a
    for text in '' '{' '[]' '"text"' '{"schema": 1, "created": 12}' $'\xff\xfe'; do
        printf '%s' "$text" >"$env/.multivenv.json"
        statuses="$statuses $(value 'it["status"] + " " + str(it["created"])')"
    done
    same ' corrupt None corrupt None corrupt None corrupt None ok None corrupt None' "$statuses"
}

@test "files that no tool would write do not stop the list" {
    fake_env a
    head -c 200000 /dev/zero | tr '\0' '[' >"$env/.multivenv.json"
    printf '/git\0/afork\n' >"$env/.project"
    printf '#!\0/bin/python\n\n' >"$env/bin/pip"
    same 'corrupt None' "$(value 'it["status"] + " " + str(it["project"])')"
    cp "$env/pyvenv.cfg" "$world/pyvenv.cfg"
    printf 'version = %s\n' "$(head -c 6000 /dev/zero | tr '\0' 9)" >"$env/pyvenv.cfg"
    cat "$world/pyvenv.cfg" >>"$env/pyvenv.cfg"
    same 'corrupt None' "$(value 'it["status"] + " " + str(it["python"]["version"])')"
    printf 'home = \0\0\n' >"$env/pyvenv.cfg"
    same corrupt "$(value 'it["status"]')"
}

@test "a FIFO or a folder in the place of a file does not stop the list" {
    local file
    fake_env a
    for file in .multivenv.json .project .last-used bin/pip bin/activate; do
        rm -f "${env:?}/$file"
        mkfifo "$env/$file"
    done
    run value 'it["status"]'
    assert_ok corrupt
    for file in .multivenv.json .project bin/pip bin/activate; do
        rm "${env:?}/$file"
        mkdir "$env/$file"
    done
    run value 'it["status"]'
    assert_ok corrupt
    rm "${env:?}/pyvenv.cfg"
    mkfifo "$env/pyvenv.cfg"
    run value 'it["status"]'
    assert_ok corrupt
}

@test "--size is what is on the disk, a file with several names counted once" {
    fake_env a
    head -c 1000000 /dev/zero >"$env/large"
    ln "$env/large" "$env/large-again"
    ln -s "$env/large" "$env/large-link"
    head -c 5000000 /dev/zero >"$world/outside"
    ln -s "$world/outside" "$env/outside"
    run value '1000000 <= it["size"] < 1500000'
    assert_ok True
    run in_shell 'lsvenvs --size'
    assert_contains 'SIZE'
    assert_matches ' 1\.[0-4] MB ' # folders have no size of their own on some file systems
    run in_shell 'lsvenvs --json'
    refute_contains size
}

@test "--size tells what hard links share, and counts that once in the total" {
    fake_env a
    head -c 1000000 /dev/zero >"$env/large"
    fake_env b
    ln "$MULTIVENV_HOME/a/large" "$env/large"
    head -c 3000000 /dev/zero >"$env/own"
    ln "$env/own" "$env/own-again"
    run value '[each["size"] >= 1000000 and each["shared"] // 100000 for each in found]'
    assert_ok '[10, 10]'
    run in_shell 'lsvenvs --size'
    assert_matches 'SIZE +SHARED'
    assert_matches '  a .* 1\.[0-4] MB +1\.0 MB'
    assert_matches '  b .* 4\.[0-4] MB +1\.0 MB'
    assert_matches 'total: 4\.[0-4] MB on disk, of which 1\.0 MB shared'
    run in_shell 'lsvenvs --long --size a'
    assert_matches '  size: +1\.[0-4] MB, of which 1\.0 MB shared'
    refute_contains total
}

@test "--long tells all that is listed, in words" {
    fake_env a 3.12.4
    used a 2020-01-02T03:04:05Z
    fake_env b 3.12.4
    printf '%s\n' "$HOME/git" >"$env/.project"
    : >"$env/pyvenv.cfg"
    run in_shell 'lsvenvs --long'
    output=$(printf '%s\n' "$output" | sed 's/([0-9]* years ago)/(AGO)/')
    assert_ok "a
  path:      $MULTIVENV_HOME/a
  status:    ok
  python:    3.12.4, base $world/base-3.12.4/bin/python3.12
  packages:  1
  project:   none
  created:   unknown
  last used: 2020-01-02T03:04:05Z (AGO)

b
  path:      $MULTIVENV_HOME/b
  status:    corrupt: pyvenv.cfg has no 'home', the folder of the base interpreter
  python:    unknown, base $world/base-3.12.4/bin/python3.12
  packages:  1
  project:   $HOME/git (gone)
  created:   unknown
  last used: never"
}

@test "--sort sorts by each key, and what is unknown has its place" {
    fake_env a 3.12.10
    fake_env b 3.9.2
    fake_package "$env" flask 3.0.3
    head -c 3000000 /dev/zero >"$env/large"
    head -c 2000000 /dev/zero >"$MULTIVENV_HOME/a/large"
    fake_env c 3.12.9
    : >"$env/pyvenv.cfg"
    fake_env d 3.12.9
    head -c 1000000 /dev/zero >"$env/large"
    made a 2024-01-01T00:00:00Z
    made c 2023-01-01T00:00:00Z
    made d 2025-01-01T00:00:00Z
    used a 2025-01-01T00:00:00Z
    used d 2025-01-02T00:00:00Z
    run in_shell 'for key in name status python packages size created used; do
            printf "%s:" "$key" $(lsvenvs --names --sort "$key"); printf "\n"
        done'
    assert_ok 'name:a:b:c:d:
status:c:a:b:d:
python:c:b:d:a:
packages:b:a:c:d:
size:b:a:d:c:
created:b:c:a:d:
used:d:a:b:c:'
}

@test "--status selects, several with commas or one option each" {
    fake_env a
    fake_env b
    : >"$env/pyvenv.cfg"
    fake_env c
    : >"$env/.multivenv-incomplete"
    run in_shell 'lsvenvs --status ok; lsvenvs --status corrupt,incomplete; lsvenvs --status ok --status corrupt
        lsvenvs --status hollow; lsvenvs --status corrupt "[ab]"; lsvenvs --status corrupt a'
    assert_ok $'a\nb\nc\na\nb\nb'
}

@test "--unused selects by the last use, else by when it was made" {
    fake_env used-long-ago
    used used-long-ago 2020-01-01T00:00:00Z
    made used-long-ago 2019-01-01T00:00:00Z
    fake_env used-now
    : >"$env/.last-used"
    made used-now 2019-01-01T00:00:00Z
    fake_env made-long-ago
    made made-long-ago 2019-01-01T00:00:00Z
    fake_env made-now
    run in_shell 'lsvenvs --unused 90; printf "\n"; lsvenvs --unused 0; lsvenvs --unused 99999999999999999999999'
    assert_ok 'made-long-ago
used-long-ago

made-long-ago
made-now
used-long-ago
used-now'
}

@test "--orphans selects those bound to a project whose directory is gone" {
    local name
    mkdir -p "$HOME/git/there" "$HOME/git/closed/there"
    : >"$HOME/git/file"
    for name in there gone file/gone file closed/there; do
        fake_env "to ${name//\// }"
        printf '%s\n' "$HOME/git/$name" >"$env/.project"
    done
    fake_env relative
    printf 'gone\n' >"$env/.project"
    fake_env odd
    printf '/gone\0\n' >"$env/.project"
    fake_env unbound
    chmod 000 "$HOME/git/closed"
    run in_shell -w as_anyone 'lsvenvs --orphans'
    chmod 755 "$HOME/git/closed"
    assert_ok $'to file\nto file gone\nto gone'
    run in_shell 'lsvenvs --orphans --names "*gone"; lsvenvs --orphans --status corrupt; lsvenvs --orphans --unused 90
        lsvenvs --orphans --json "to gone"'
    assert_ok "to file gone
to gone
$(in_shell 'lsvenvs --json "to gone"')"
    assert_contains "\"project\": \"$(printf '%s' "$HOME" | sed 's/ü/\\u00fc/; s/ï/\\u00ef/')/git/gone\", \"projects\""
    rm -r "$HOME/git"
    run in_shell 'lsvenvs --orphans'
    assert_ok $'to closed there\nto file\nto file gone\nto gone\nto there'
}

@test "a project whose directory is gone is shown so" {
    fake_env web
    printf '%s\n' "$HOME/git/x" >"$env/.project"
    run in_shell 'lsvenvs --size; lsvenvs --long'
    assert_contains '  ~/git/x (gone)  never'
    assert_contains "  project:   $HOME/git/x (gone)"
    mkdir -p "$HOME/git/x"
    run in_shell 'lsvenvs --size; lsvenvs --long'
    refute_contains gone
}

@test "a full disk under stdout is an error" {
    [ -c /dev/full ] || skip 'there is no /dev/full here'
    fake_env a
    run in_shell 'lsvenvs --json >/dev/full'
    assert_status 1
    assert_output_is 'multivenv: cannot write to stdout: No space left on device'
}

@test "standard streams that are closed do no harm" {
    fake_env a
    run in_shell +eu 'lsvenvs --json >&-; printf "%s\n" "$?"
        mkvenv --no-use --without-pip b <&- 2>&-; printf "%s\n" "$?"; lsvenvs --status ok'
    assert_ok $'0\n0\na\nb'
}

@test "a home that cannot be read is an error, not an empty list" {
    mkdir "$MULTIVENV_HOME"
    chmod 000 "$MULTIVENV_HOME"
    run in_shell -w as_anyone 'lsvenvs --json'
    chmod 700 "$MULTIVENV_HOME"
    assert_status 1
    assert_output_is "multivenv: Permission denied: $MULTIVENV_HOME"
}
