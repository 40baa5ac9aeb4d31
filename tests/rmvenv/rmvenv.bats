#!/usr/bin/env bats
# What rmvenv keeps of an environment, and its hooks.

# shells: once
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: recipe NAME EXPRESSION...
#
# Prints Python expressions on `it`, the recipe of a removed environment.
recipe() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
it = json.load(open(sys.argv[1]))
for each in sys.argv[2:]: print(eval(each))' "$MULTIVENV_HOME/.multivenv/recipes/$1" "${@:2}"
}

@test "a recipe stays: packages, where they came from, which were requested" {
    fake_env web 3.12.4
    printf '{"schema": 1, "created": "2024-01-01T00:00:00Z", "requirements": ["Flask<4"]}\n' >"$env/.multivenv.json"
    printf '%s\n' "$HOME/git/afork" >"$env/.project"
    fake_package "$env" Flask 3.0.3 flask
    fake_package "$env" Came_Along 1.0
    local site=$env/lib/python3.12/site-packages
    rm "$site/Came_Along-1.0.dist-info/REQUESTED"
    printf 'Metadata-Version: 2.1\nName: came.along\nVersion: 1.0+local\n\nVersion: 9\n' \
        >"$site/Came_Along-1.0.dist-info/METADATA"
    fake_package "$env" forked 2.0
    printf '{"url": "https://example.org/forked", "vcs_info": {"vcs": "git", "commit_id": "abc"}}' \
        >"$site/forked-2.0.dist-info/direct_url.json"
    printf '%s\n' '/git/a fork' . >"$site/linked.egg-link"
    printf 'Name: old-thing\nVersion: 0.1\n' >"$site/old_thing-0.1-py3.12.egg-info"
    mkdir "$site/odd-5.dist-info"
    run in_shell 'rmvenv -y web'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"
    run recipe web 'it["schema"], it["name"], it["python"], it["system_site_packages"]' 'it["project"]' \
        'it["record"]["requirements"]' \
        '"\n".join(str((e["name"], e["version"], e["requested"], e["origin"])) for e in it["distributions"])'
    assert_ok "(1, 'web', '3.12.4', False)
$HOME/git/afork
['Flask<4']
('came.along', '1.0+local', False, None)
('Flask', '3.0.3', True, None)
('forked', '2.0', True, {'url': 'https://example.org/forked', 'vcs_info': {'commit_id': 'abc', 'vcs': 'git'}})
('linked', '', True, {'dir_info': {'editable': True}, 'url': 'file:///git/a%20fork'})
('odd', '5', False, None)
('old-thing', '0.1', False, None)
('pip', '24.0', True, None)"
}

@test "the recipe of an environment that is damaged has what can be read" {
    fake_env web
    rm -r "${env:?}/lib" "${env:?}/pyvenv.cfg"
    printf '{}\n' >"$env/.multivenv.json"
    run in_shell 'rmvenv -y web'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)"
    run recipe web 'it["python"], it["record"], it["project"], it["distributions"]'
    assert_ok '(None, None, None, None)'
}

@test "the recipe of the last one of a name counts, and a link leaves none" {
    fake_env web 3.12.4
    run in_shell 'rmvenv -y web'
    fake_env web 3.11.2
    run in_shell 'rmvenv -y web'
    same 3.11.2 "$(recipe web 'it["python"]')"
    ln -s "$world" "$world/elsewhere"
    ln -s /nowhere "$MULTIVENV_HOME/link"
    run in_shell 'rmvenv -y link; ls "$MULTIVENV_HOME/.multivenv/recipes"'
    assert_ok "multivenv: removed 'link'
web"
}

@test "a recipe is written for any name that may be there" {
    local name=$'-odd\nname %s'
    fake_env "$name"
    run in_shell 'rmvenv -y -- "$1"' "$name"
    assert_ok "multivenv: removed '-odd\\nname %s'"
    same "$name" "$(recipe "$name" 'it["name"]')"
}

@test "hooks that fail, or do not start, are reported and stop nothing" {
    fake_env web
    printf '#!/bin/sh\nexit 3\n' >"$MULTIVENV_HOME/prermvirtualenv"
    printf '#!/nowhere/sh\n' >"$MULTIVENV_HOME/postrmvirtualenv"
    chmod +x "$MULTIVENV_HOME"/p*
    run in_shell 'rmvenv -y web; lsvenvs'
    assert_ok "multivenv: hook ~/.multivenv/prermvirtualenv failed with status 3
multivenv: removed 'web' (undo: mkvenv --restore web)
multivenv: hook ~/.multivenv/postrmvirtualenv does not start: No such file or directory"
}
