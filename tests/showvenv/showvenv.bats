#!/usr/bin/env bats
# What showvenv shows of one environment: the text, the contract of --json.

# shells: once
load ../support/common
load ../support/corpus
load ../support/terminal

setup_file() {
    make_corpus
}

setup() {
    make_world
    # shellcheck disable=SC2034  # for the teardown of corpus.bash
    shared=$world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: value EXPRESSION... shows Python expressions on `it`, `showvenv --json web`
value() {
    in_shell 'showvenv --json web' >"$world/json"
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
it = json.load(open(sys.argv[1]))
for each in sys.argv[2:]: print(eval(each))' "$world/json" "$@"
}

# Usage: origin NAME JSON
#
# Says where the package of that name, version 1.0, came from.
origin() {
    printf '%s' "$2" >"$env/lib/python3.12/site-packages/$1-1.0.dist-info/direct_url.json"
}

# An environment of which there is something to say everywhere
make_full() {
    fake_env web 3.12.4
    printf '/git/afork\n' >"$env/.project"
    printf '%s' '{"schema": 1, "created": "2024-02-03T04:05:06Z", "python": {"asked": ">=3.12"}}' >"$env/.multivenv.json"
    TZ=UTC touch -t 202001020304.05 "$env/.last-used"
    local name
    for name in Zope.One came_along linked cloned; do fake_package "$env" "$name" 1.0; done
    rm "$env"/lib/python3.12/site-packages/came_along-1.0.dist-info/REQUESTED
    mkdir "$world/a fork"
    origin linked "{\"url\": \"file://$world/a%20fork\", \"dir_info\": {\"editable\": true}}"
    origin cloned '{"url": "https://example.org/x", "vcs_info": {"vcs": "git", "commit_id": "0123456789abcdef"}}'
    printf '#!/bin/sh\n' | tee "$env/bin/postactivate" >"$env/bin/preactivate"
    mkdir "$env/bin/predeactivate"
}

@test "--json is the contract, with every key there" {
    MULTIVENV_HOME=$world/home
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    make_full
    in_shell 'showvenv --json web' | sed 's/"size": [0-9]*/"size": SIZE/' >"$world/actual"
    {
        sed "s#WORLD#$world#g" | tr -d '\n'
        printf '\n'
    } >"$world/expected" <<'END'
{"schema": 1, "name": "web", "path": "WORLD/home/web", "status": "ok", "reason": null,
 "python": {"version": "3.12.4", "implementation": "CPython", "base": "WORLD/base-3.12.4/bin/python3.12"},
 "packages": 5, "project": "/git/afork", "projects": ["/git/afork"], "created": "2024-02-03T04:05:06Z", "last_used": "2020-01-02T03:04:05Z",
 "active": false, "target": null, "links": [], "kernel": null, "temporary": false, "size": SIZE, "shared": 0, "advice": null, "creator": "venv", "asked": ">=3.12",
 "system_site_packages": false, "hooks": ["preactivate", "postactivate"], "variables": [], "held": [], "startup": [], "distributions": [
{"name": "came_along", "version": "1.0", "requested": false, "origin": null},
 {"name": "cloned", "version": "1.0", "requested": true, "origin": {"url": "https://example.org/x",
 "vcs_info": {"vcs": "git", "commit_id": "0123456789abcdef"}}},
 {"name": "linked", "version": "1.0", "requested": true, "origin": {"url": "file://WORLD/a%20fork",
 "dir_info": {"editable": true}}},
 {"name": "pip", "version": "24.0", "requested": true, "origin": null},
 {"name": "Zope.One", "version": "1.0", "requested": true, "origin": null}]}
END
    same_files "$world/expected" "$world/actual"
}

@test "the text shows the same for people" {
    make_full
    mkdir -p "$HOME/git/mine"
    origin linked "{\"url\": \"file://${HOME// /%20}/git/mine\", \"dir_info\": {\"editable\": true}}"
    run in_shell 'showvenv web'
    output=$(printf '%s\n' "$output" | sed -e 's/([0-9]* years ago)/(AGO)/' -e 's/^\(  size: *\)[0-9.]* kB$/\1SIZE/')
    assert_ok "web
  path:      $MULTIVENV_HOME/web
  status:    ok
  python:    3.12.4, base $world/base-3.12.4/bin/python3.12
  packages:  5
  project:   /git/afork (gone)
  created:   2024-02-03T04:05:06Z
  last used: 2020-01-02T03:04:05Z (AGO)
  size:      SIZE
  creator:   venv, requested >=3.12
  hooks:     preactivate, postactivate
  startup:   none
    came_along 1.0
    cloned 1.0                    requested, from https://example.org/x at 0123456789ab
    linked 1.0                    requested, editable from ~/git/mine
    pip 24.0                      requested
    Zope.One 1.0                  requested"
}

@test "the text names the files of the project that point to it" {
    fake_env web
    mkdir -p "$HOME/git/proj"
    printf '%s\n' "$HOME/git/proj" >"$env/.project"
    project_of_web() { in_shell 'showvenv web; showvenv --json web' | sed -n -e 's/^  project:   //p' -e '/^{.* lead/p'; }
    same "$HOME/git/proj" "$(project_of_web)"
    ln -s "$env" "$HOME/git/proj/.venv"
    same "$HOME/git/proj (.venv points to it)" "$(project_of_web)"
    printf '/x\n%s\n/y\n' "$env" >"$HOME/git/proj/.python-envs"
    same "$HOME/git/proj (.venv and .python-envs point to it)" "$(project_of_web)"
    ln -sfn "$HOME" "$HOME/git/proj/.venv"
    same "$HOME/git/proj (.python-envs points to it)" "$(project_of_web)"
    rm "$HOME/git/proj/.python-envs"
    mkfifo "$HOME/git/proj/.python-envs"
    same "$HOME/git/proj" "$(project_of_web)"
}

@test "of one of which next to nothing is known each key is there all the same" {
    mkdir -p "$MULTIVENV_HOME/web"
    : >"$MULTIVENV_HOME/web/pyvenv.cfg"
    run value 'sorted(key for key in it if it[key] in (None, []))' 'it["python"]' 'it["advice"]'
    assert_ok "['asked', 'created', 'distributions', 'held', 'hooks', 'kernel', 'last_used', 'links', 'packages', 'project', 'projects', 'startup', 'target', 'variables']
{'version': None, 'implementation': None, 'base': None}
fixvenv web restores what it can"
    run in_shell 'showvenv web'
    assert_status 0
    assert_contains 'packages:  unknown'
}

@test "each status: the same facts as lsvenvs, and the next command" {
    use_corpus
    printf '%s\n' "${corpus[@]}" | cut -d'|' -f1 >"$world/names"
    in_shell 'lsvenvs --json --size' >"$world/list"
    run --separate-stderr in_shell 'while IFS= read -r name; do
            showvenv --json "$name" </dev/null >>"$TMPDIR/json"
            showvenv "$name" </dev/null >>"$TMPDIR/text"
        done' <"$world/names"
    assert_ok ''
    assert_stderr_is ''
    run "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
world = sys.argv[1]
listed = {each["name"]: each for each in json.load(open(world + "/list"))["environments"]}
text = open(world + "/tmp/text").read()
for line in open(world + "/tmp/json"):
    it = json.loads(line)
    for key, value in listed.pop(it["name"]).items():
        if it[key] != value: print(it["name"], key, it[key], value)
    verb, _, _ = (it["advice"] or " ").partition(" ")
    if verb != ("" if it["status"] == "ok" else "rmvenv" if it["reason"].startswith("it links to") else "fixvenv"):
        print(it["name"], it["advice"])
    if it["reason"] and "  status:    {status}: {reason}\n  next:      {advice}\n".format(**it) not in text:
        print(it["name"], "text")
print(*listed)' "$world"
    assert_ok ''
}

@test "the creator in pyvenv.cfg, and system site-packages" {
    fake_env web 3.12.4
    cp "$env/pyvenv.cfg" "$world/pyvenv.cfg"
    local line
    for line in '' 'virtualenv = 20.26.2' 'uv = 0.4.0'; do
        { cat "$world/pyvenv.cfg" && printf '%s\n' "$line"; } >"$env/pyvenv.cfg"
        value 'it["creator"]'
        in_shell 'showvenv web' | grep 'creator'
    done >"$world/said"
    same 'venv
  creator:   venv
virtualenv 20.26.2
  creator:   virtualenv 20.26.2
uv 0.4.0
  creator:   uv 0.4.0' "$(cat "$world/said")"
    sed 's/= false/= TRUE/' "$world/pyvenv.cfg" >"$env/pyvenv.cfg"
    same True "$(value 'it["system_site_packages"]')"
    run in_shell 'showvenv web'
    assert_contains "creator:   venv, with system site-packages"
    rm "$env/pyvenv.cfg"
    same None "$(value 'it["creator"]')"
    run in_shell 'showvenv web'
    assert_contains 'creator:   unknown'
}

@test "a record with anything in it does no harm" {
    fake_env web
    local text
    for text in '' '[]' '{"python": 5, "created": 5}' '{"python": {"asked": 5}}' '{"python": {"asked": "\u001b[31m"}}'; do
        printf '%s' "$text" >"$env/.multivenv.json"
        run --separate-stderr in_shell 'showvenv web; showvenv --json web'
        assert_status 0
        assert_stderr_is ''
        refute_contains $'\e'
    done
}

@test "nothing that a package says of itself reaches the terminal as it is" {
    fake_env web 3.12.4
    fake_package "$env" evil 1.0
    printf 'Name: \e[31mevil\nVersion: 1\a0\n' >"$env/lib/python3.12/site-packages/evil-1.0.dist-info/METADATA"
    origin evil '{"url": "https://\u001b[31m"}'
    printf '/git/\e[31m\n' >"$env/.project"
    run in_shell 'showvenv web'
    assert_status 0
    refute_contains $'\e'
    refute_contains $'\a'
    assert_contains '\x1b[31mevil 1\x070'
}

@test "a direct_url.json of any content does no harm" {
    fake_env web 3.12.4
    fake_package "$env" odd 1.0
    local text
    for text in '{}' '[]' '{' '{"url": 5}' '{"url": null, "dir_info": [], "vcs_info": 5}' \
        '{"url": "x", "vcs_info": {"commit_id": 5}, "dir_info": {"editable": "yes"}}'; do
        origin odd "$text"
        run --separate-stderr in_shell 'showvenv web; showvenv --json web'
        assert_status 0
        assert_stderr_is ''
        run --separate-stderr in_shell 'freezevenv web'
        assert_status 1
        assert_stderr_is "multivenv: left out: the direct_url.json of 'odd' names no valid URL"
    done
}

@test "a name that is not UTF-8 comes back byte for byte, and is escaped in the text" {
    local name=$'b\xff\xfed'
    mkdir -p "$MULTIVENV_HOME/$name" || skip 'this file system has only names that are UTF-8'
    fake_env "$name"
    in_shell 'showvenv --json "$1"' "$name" >"$world/json"
    assert_matches '"name": "b\\udcff\\udcfed"' "$(cat "$world/json")"
    run in_shell 'showvenv "$1"' "$name"
    assert_status 0
    assert_matches $'^b\\\\xff\\\\xfed\n'
}

@test "without NAME it is the active one, be it in the home or not" {
    fake_env web
    fake_env other
    run in_shell 'usevenv other; showvenv; showvenv --json; showvenv --json web'
    assert_matches $'^other \(active\)\n'
    assert_matches '"name": "other".*"active": true.*"name": "web".*"active": false'
    mv "$env" "$world/elsewhere"
    run in_shell 'VIRTUAL_ENV=$1; export VIRTUAL_ENV; showvenv; showvenv --json' "$world/elsewhere"
    assert_matches $'^elsewhere \(active\)\n'
    assert_contains "path:      $world/elsewhere"
    assert_contains "status:    moved: its scripts point to $env, where it was created"
    assert_matches '"active": true'
}

@test "a symlinked environment shows its target" {
    fake_env web
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    run in_shell 'showvenv web; showvenv --json web'
    assert_contains "link to:   $world/elsewhere"
    assert_contains "\"target\": \"$world/elsewhere\""
}

@test "a terminal gets the name in bold, unless NO_COLOR is set or TERM is dumb" {
    fake_env web
    run in_terminal -w raw 'run showvenv web'
    assert_contains $'\e[1mweb\e[0m'
    with_env NO_COLOR=1
    run in_terminal -w raw 'run showvenv web'
    refute_contains $'\e[1m'
    assert_contains 'status:    ok'
    without_env NO_COLOR
    run in_terminal -w raw '
        run TERM=dumb
        run showvenv web
    '
    refute_contains $'\e[1m'
    run in_shell 'showvenv web'
    refute_contains $'\e'
}

# Usage: started WORD... prints how many programs the helper starts for `showvenv WORD...`, and itself
started() {
    MULTIVENV_HOME=$MULTIVENV_HOME traced "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$project/helper" showvenv "$@" >/dev/null
    grep -c 'execve(' "$world/tmp/trace"
}

@test "no process is started without --deep" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_env web
    same 1 "$(started web)"
    same 1 "$(started --json web)"
    # the only stub that may be started here
    printf '#!/bin/sh\n' >"$world/base-3.12.4/bin/python3.12"
    same 2 "$(started --deep web)"
}

# Writes a Python that answers the deep look, as that of an environment of Python 3.12.4
starting_python() {
    # shellcheck disable=SC2016  # for the script to expand
    printf '%s\n' '#!/bin/sh' 'printf "multivenv\n%s\n3.12.4\n" "${0%/bin/*}"'
}

@test "--deep starts its interpreter, and reports a failure" {
    fake_env web
    starting_python >"$world/base-3.12.4/bin/python3.12"
    run in_shell 'showvenv --deep web'
    assert_contains 'status:    ok'
    printf '#!/bin/sh\nprintf "no more\\nlib \\033[31mlost\\n" >&2\nexit 1\n' >"$world/base-3.12.4/bin/python3.12"
    run in_shell 'showvenv --deep web; showvenv --json --deep web; showvenv web'
    assert_contains 'status:    broken: bin/python does not start: lib \x1b[31mlost'
    assert_contains 'next:      fixvenv web replaces its interpreter'
    assert_contains '"status": "broken"'
    assert_contains 'status:    ok'
}

@test "--deep starts Python 2.7 without the option -I, which it lacks" {
    fake_env web 2.7.18
    {
        starting_python | sed 's/3[.]12[.]4/2.7.18/'
        # shellcheck disable=SC2016  # for the script to expand
        printf '%s\n' 'case $* in *-I*) echo "Unknown option: -I" >&2; exit 2 ;; esac'
    } >"$world/base-2.7.18/bin/python2.7"
    run in_shell 'showvenv --deep web'
    assert_contains 'status:    ok'
}

@test "--deep compares prefix and version of the interpreter that starts" {
    fake_env web
    starting_python | sed 's/3[.]12[.]4/3.13.1/' >"$world/base-3.12.4/bin/python3.12"
    run in_shell 'showvenv --deep web'
    assert_contains 'status:    hollow: bin/python starts Python 3.13, but its packages are in lib/python3.12'
    starting_python | sed 's/3[.]12[.]4/3.12.2/' >"$world/base-3.12.4/bin/python3.12"
    run in_shell 'showvenv --deep web'
    assert_contains 'status:    drifted: created with Python 3.12.4, but bin/python starts 3.12.2'
    starting_python | sed 's/"${0.*"/"\/usr"/' >"$world/base-3.12.4/bin/python3.12"
    run in_shell 'showvenv --deep web'
    assert_contains 'status:    broken: bin/python does not use this environment: its prefix is /usr'
}

@test "fixvenv does not refuse the advice for a symlinked environment" {
    fake_env web
    mv "$env" "$world/elsewhere"
    : >"$world/elsewhere/pyvenv.cfg"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/link"
    run in_shell 'showvenv link'
    refute_contains 'fixvenv link'
    run in_shell 'fixvenv -n link'
    assert_contains 'fixvenv elsewhere repairs it where it is'
}

@test "what it says to type can be typed, whatever the name" {
    local name
    for name in 'with a space' "it's" 'a$(touch x)b'; do
        fake_env "$name"
        rm "$env/pyvenv.cfg"
    done
    run in_shell 'lsvenvs --names >"$TMPDIR/names"
        while IFS= read -r name; do
            words=$(showvenv "$name" | sed -n "s/^ *next: *\\(fixvenv .*\\) restores.*/\\1/p")
            eval "set -- $words"; printf "%s\n" "$2"
        done <"$TMPDIR/names"'
    assert_ok $'a$(touch x)b\nit\'s\nwith a space'
}

@test "failures have a reason" {
    fake_env web
    mkdir "$MULTIVENV_HOME/folder"
    run in_shell +eu 'for words in gone folder .. a/b "" -x --json=yes "web web"; do
            case $words in
            *" "*) showvenv ${words% *} ${words#* } ;;
            *) showvenv "$words" ;;
            esac
            printf "%s\n" "$?"
        done
        showvenv; printf "%s\n" "$?"; VIRTUAL_ENV=/nowhere/x; export VIRTUAL_ENV; showvenv; printf "%s\n" "$?"' 2>&1
    assert_ok "multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: 'folder' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: '..' is not the name of an environment (see showvenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see showvenv --help)
2
multivenv: the name of an environment cannot be empty (see showvenv --help)
2
multivenv: showvenv has no option '-x' (see showvenv --help)
2
multivenv: showvenv --json takes no value (see showvenv --help)
2
multivenv: showvenv takes one name (see showvenv --help)
2
multivenv: no environment is active (name one: showvenv NAME)
1
multivenv: the active environment /nowhere/x is not an environment
1"
}

@test "the names in its .env are shown, never the values" {
    fake_env web
    printf 'A=secret\nexport B="secret"\nsecret\nPATH=secret\nA=secret\n' >"$env/.env"
    run in_shell 'showvenv web; showvenv --json web'
    assert_status 0
    assert_contains "  variables: A, B; .env line 3 is not NAME=VALUE; line 4 sets 'PATH', which only the shell or multivenv may set"
    assert_contains '"variables": ["A", "B"]'
    [[ $output != *secret* ]] || fail "$output"
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/adopted"
    run in_shell 'showvenv adopted; showvenv --json adopted'
    assert_contains '"variables": []'
    [[ $output != *variables:* ]] || fail "$output"
}

@test "a hostile .env is one line" {
    fake_env web
    mkfifo "$env/.env"
    run in_shell 'showvenv web | grep variables:'
    assert_ok '  variables: none; .env cannot be read: Not a regular file'
    rm "$env/.env"
    truncate -s 1G "$env/.env"
    run in_shell 'showvenv web | grep variables:'
    assert_ok '  variables: none; .env cannot be read: File too large'
    printf 'A\033[31m=1\n\377=2\nB=1\0C=3\n' >"$env/.env"
    run in_shell 'showvenv web | grep variables:'
    assert_ok '  variables: B; .env line 1 is not NAME=VALUE; line 2 is not NAME=VALUE; line 3 contains a NUL, where some shells stop to read'
}
