#!/usr/bin/env bats
# lsvenvs --with: environments that contain a package, and what must not be taken for a no.

# shells: once
load ../support/common
load ../support/disks

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: with REQUIREMENT [OPTION...]
with() { in_shell 'lsvenvs --with "$@"' "$@"; }

assert_fails_with() {
    assert_status 1
    assert_output_is "$1"
}

# Usage: matches REQUIREMENT [OPTION...]
#
# Prints the name or path of each environment with its matches.
matches() {
    with "$@" --json >"$world/json" || return
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["environments"]:
    found = [match["name"] + " " + str(match["version"]) for match in each["matches"]]
    print(each["name"] or each["path"].replace(sys.argv[2], ""), *found, sep=": " if found else "")' \
        "$world/json" "$world"
}

# Usage: site NAME, an environment
site() { printf '%s\n' "$MULTIVENV_HOME/$1"/lib/python*/site-packages; }

@test "environments with a version in the range are listed, with the version, by any spelling of the name" {
    local version
    for version in 1.82.6 1.82.7 1.82.8rc1 1.82.8 1.82.9; do
        fake_env "with $version"
        fake_package "$env" Lite_LLM "$version"
    done
    fake_env without
    fake_package "$env" lite-llm-extra 1.82.7
    run with 'lite.llm>=1.82.7,<=1.82.8'
    assert_ok $'with 1.82.7\nwith 1.82.8\nwith 1.82.8rc1'
    run matches 'LITE-llm >= 1.82.7 , <= 1.82.8'
    assert_ok $'with 1.82.7: lite-llm 1.82.7\nwith 1.82.8: lite-llm 1.82.8\nwith 1.82.8rc1: lite-llm 1.82.8rc1'
    run with 'lite_llm==1.82.*' --sort python 'with*7'
    assert_ok 'with 1.82.7'
    run with 'lite_llm' --size
    assert_status 0
    assert_matches ' MATCHES '
    assert_matches 'with 1.82.8rc1 .* lite-llm 1.82.8rc1 '
    run with 'lite_llm==1.82.7' --long
    assert_contains $'\n  matches:   lite-llm 1.82.7\n'
}

@test "several requirements list what contains one of them" {
    fake_env one
    fake_package "$env" flask 3.0
    fake_env two
    fake_package "$env" click 8.0
    fake_package "$env" flask 2.0
    fake_env three
    run with 'flask>=3' --with 'click' --with 'flask>=3'
    assert_ok $'one\ntwo'
    run matches flask --with click
    assert_ok $'one: flask 3.0\ntwo: click 8.0: flask 2.0'
}

@test "without a match the status is 1, and the requirement is named" {
    fake_env one
    fake_package "$env" flask 3.0
    run with 'flask<3'
    assert_fails_with "multivenv: no environment contains 'flask<3' (try --everywhere)"
    run with flask --with nope --with 'gone==1'
    assert_fails_with "one
multivenv: no environment contains 'nope', 'gone==1' (try --everywhere)"
    run with nope --json
    assert_fails_with '{"schema": 1, "environments": []}
'"multivenv: no environment contains 'nope' (try --everywhere)"
    run with flask 'x*'
    assert_fails_with "multivenv: no environment contains 'flask' (try --everywhere)
multivenv: no environment matches 'x*' (see lsvenvs)"
}

@test "what is not a name with versions is refused" {
    local word
    fake_env one
    for word in '' '*' 'flask>=' 'flask 3.0' 'flask=>3' 'flask>=1 <2' 'flask>=3.*' 'flask~=3' 'flask[async]' \
        'flask; python_version>"3"' 'flask @ https://example.org/x' 'https://example.org/x.whl' ./flask 'flask-' $'x\ny' 'flask==1,,<2'; do
        run with "$word"
        assert_status 2
        assert_matches "^multivenv: cannot look for '.*': it is not a name with versions \(such as 'flask' or 'flask>=3,<3.1'\)$"
    done
    run in_shell 'lsvenvs --everywhere'
    assert_status 2
    assert_output_is 'multivenv: lsvenvs --everywhere needs --with (multivenv discover lists all environments of other tools)'
    run with flask --everywhere 'o*'
    assert_status 2
    assert_output_is 'multivenv: lsvenvs --everywhere takes no PATTERN (see lsvenvs --help)'
    run with flask --everywhere=/nowhere
    assert_fails_with 'multivenv: cannot search /nowhere: no such directory'
}

@test "older and odd forms of metadata are read" {
    local site
    fake_env old
    site=$(site old)
    printf 'Metadata-Version: 1.1\nName: One\nVersion: 1.0\n' >"$site/One-1.0-py3.8.egg-info"
    mkdir -p "$site/Two-2.0-py3.8.egg/EGG-INFO" "$site/three.egg-info" "$site/four-pack-4.0.dist-info" \
        "$site/five-x_y.dist-info" "$world/git/six/src/Six_Pack.egg-info" "$site/~even-7.0.dist-info" "$site/eight-8.0.dist-info"
    : >"$site/nine-9.0-py2.7-linux-x86_64.egg"
    printf 'Name: three\nVersion: 3.0\n' >"$site/three.egg-info/PKG-INFO"
    printf 'Name: Four.Pack\nVersion: 4.0\nName: other\n\nVersion: 9\n' >"$site/four-pack-4.0.dist-info/METADATA"
    printf 'Name: five\nVersion: 5.0-1\n' >"$site/five-x_y.dist-info/METADATA"
    printf 'Name: six-pack\nVersion: 6.0\n' >"$world/git/six/src/Six_Pack.egg-info/PKG-INFO"
    printf '%s\n' "$world/git/six/src" ../ >"$site/six-pack.egg-link"
    run matches one --with two --with three --with four-pack --with five --with six_pack --with eight --with nine
    assert_ok 'old: eight 8.0: five 5.0-1: four-pack 4.0: nine 9.0: one 1.0: six-pack 6.0: three 3.0: two 2.0'
    run with 'even'
    assert_status 1
}

@test "all folders that may contain packages are searched" {
    fake_env hollow 3.12.4
    mkdir -p "$env/lib/python3.11/site-packages/left-1.0.dist-info" "$env/lib64/python3.12/site-packages/right-1.0.dist-info" \
        "$env/site-packages/old_pypy-1.0.dist-info"
    run matches left --with right --with old-pypy
    assert_ok 'hollow: left 1.0: old-pypy 1.0: right 1.0'
    rm "${env:?}/pyvenv.cfg"
    run matches left
    assert_ok 'hollow: left 1.0'
}

@test "a version that cannot be compared is no silent no" {
    local site
    fake_env odd
    site=$(site odd)
    mkdir "$site/pytz-2004d.dist-info" "$site/nothing.dist-info"
    printf '%s\n' /nowhere . >"$site/linked.egg-link"
    run with pytz --with linked --with nothing
    assert_ok odd
    run with 'pytz===2004D'
    assert_ok odd
    run with 'pytz===2004e'
    assert_fails_with "multivenv: no environment contains 'pytz===2004e' (try --everywhere)"
    run with 'pytz<2005'
    assert_fails_with "multivenv: 'odd' cannot be searched in full: pytz-2004d.dist-info has the version '2004d'
multivenv: no environment contains 'pytz<2005' (try --everywhere)"
    run with 'linked>=1' --with 'nothing>=1'
    assert_status 1
    assert_contains "multivenv: 'odd' cannot be searched in full: linked.egg-link has no version"
    assert_contains "multivenv: 'odd' cannot be searched in full: nothing.dist-info has no version"
}

@test "an environment that cannot be read is named, and the status is 1" {
    local name
    for name in good lost closed shut; do
        fake_env "$name"
        fake_package "$env" flask 3.0
    done
    rm -r "${MULTIVENV_HOME:?}/lost"
    ln -s "$world/gone" "$MULTIVENV_HOME/lost"
    chmod 000 "$(site closed)" "$MULTIVENV_HOME/shut"
    run in_shell -w as_anyone 'lsvenvs --with "flask>=3"'
    chmod 755 "$(site closed)" "$MULTIVENV_HOME/shut"
    assert_fails_with "good
multivenv: 'closed' cannot be searched in full: cannot read ~/.multivenv/closed/lib/python3.12/site-packages: Permission denied
multivenv: 'lost' cannot be searched in full: the folder that it links to does not exist or cannot be entered
multivenv: 'shut' cannot be searched: it cannot be entered"
}

@test "--everywhere adds the environments of other tools, and those below a folder, by path" {
    local place
    fake_env ours
    fake_package "$env" flask 3.0
    for place in "$HOME/.virtualenvs/theirs" "$world/git/app/.venv" "$HOME/.virtualenvs/linked" "$HOME/miniconda3/envs/science"; do
        fake_env moving
        fake_package "$env" flask 3.1
        mkdir -p "${place%/*}"
        mv "$env" "$place"
    done
    ln -s "$HOME/.virtualenvs/linked" "$MULTIVENV_HOME/adopted"
    rm "$HOME/miniconda3/envs/science/pyvenv.cfg"
    mkdir "$HOME/miniconda3/envs/science/conda-meta"
    : >"$HOME/miniconda3/envs/science/conda-meta/python-3.12.4-h5148396_1.json"
    run with 'flask>=3'
    assert_ok $'adopted\nours'
    run with 'flask>=3' --everywhere
    assert_ok "adopted
ours
$HOME/miniconda3/envs/science
$HOME/.virtualenvs/theirs"
    run with 'flask>3' --everywhere="$world/git" --long
    assert_status 0
    assert_contains $'~/miniconda3/envs/science\n'
    assert_contains "$world/git/app/.venv"
    refute_contains 'ours'
    with flask --everywhere --json | sed "s#$world/##g" >"$world/json"
    assert_matches '"name": "ours", .*"tool": null, "matches": \[\{"name": "flask", "version": "3.0"}]}' "$(cat "$world/json")"
    assert_matches '"name": null, "path": "[^"]*miniconda3/envs/science", "status": null, "reason": null, "python": \{"version": "3.12.4", .*"tool": "conda"' "$(cat "$world/json")"
    assert_matches '"name": null, "path": "[^"]*/theirs", .*"tool": "virtualenvwrapper"' "$(cat "$world/json")"
}

@test "--everywhere names folders of other tools that cannot be read" {
    fake_env ours
    fake_package "$env" flask 3.0
    mkdir -p "$HOME/.virtualenvs" "$HOME/.local/share/pipx/venvs/shut"
    chmod 000 "$HOME/.virtualenvs" "$HOME/.local/share/pipx/venvs/shut"
    run in_shell -w as_anyone 'lsvenvs --with flask --everywhere'
    chmod 755 "$HOME/.virtualenvs" "$HOME/.local/share/pipx/venvs/shut"
    assert_fails_with 'ours
multivenv: ~/.virtualenvs cannot be searched
multivenv: ~/.local/share/pipx/venvs/shut cannot be searched'
}

@test "only the helper is started" {
    fake_env one
    fake_package "$env" flask 3.0
    run --separate-stderr processes_of 'lsvenvs --with flask --everywhere' 'lsvenvs --with flask --everywhere'
    assert_status 0
    same 1 "$(printf '%s\n' "$output" | grep -c 'execve(')"
    assert_contains '"lsvenvs", "--with", "flask", "--everywhere"'
}
