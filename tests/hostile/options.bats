#!/usr/bin/env bats
# Names, versions, URLs and requirements that others wrote are never options of pip.

# shells: once
load ../support/common

# A project whose build leaves a mark
make_evil() {
    evil=$world/evil
    mkdir "$evil"
    printf 'open("%s", "w")\n' "$world/PWNED" >"$evil/setup.py"
}

# Usage: assert_harmless PATTERN
assert_harmless() {
    assert_status 0
    assert_matches "$1"
    [ ! -e "$world/PWNED" ] || fail 'the build of a foreign project ran' "$output"
}

# Makes the environment `web` with a package whose name is an option
make_hostile() {
    in_shell 'mkvenv --without-pip --no-use web 2>/dev/null'
    site=$(printf '%s\n' "$MULTIVENV_HOME"/web/lib/python*/site-packages)
    mkdir -p "$site/a-1.dist-info"
    printf 'Name: -e %s\n' "$evil" >"$site/a-1.dist-info/METADATA"
}

# Without its base, it is made again
break_base() {
    rm "$MULTIVENV_HOME/web/bin/python"
    ln -s /nowhere/bin/python3 "$MULTIVENV_HOME/web/bin/python"
    sed -i.old -e 's,^home = .*,home = /nowhere/bin,' "$MULTIVENV_HOME/web/pyvenv.cfg"
    rm -r "$MULTIVENV_HOME/web/bin" # so that a new link does not do
}

@test "a rebuild, a copy and a restored environment leave out a name that is an option, and say so" {
    make_evil
    make_hostile
    in_shell 'rmvenv -y web 2>/dev/null'
    run in_shell 'mkvenv --restore --no-use web'
    assert_harmless "not installed into 'web': '-e .*' is not the name of a project"
    mkdir -p "$site/a-1.dist-info"
    printf 'Name: -e %s\n' "$evil" >"$site/a-1.dist-info/METADATA"
    break_base
    run in_shell 'cpvenv web copy'
    assert_harmless "not installed into 'copy': '-e .*' is not the name of a project"
    run in_shell 'fixvenv -y web'
    assert_harmless "not installed into 'web': '-e .*' is not the name of a project"
}

@test "what a recipe names is no option, no command of venv and no two lines" {
    make_evil
    mkdir -p "$MULTIVENV_HOME/.multivenv/recipes"
    printf '{"record": {"pip": false, "requirements": ["-e %s", "-r/etc/passwd", "--index-url=http://127-1:9/"],
        "requirement_files": ["--pre"], "editables": ["-e", "relative"], "temporary": {"name": "web"}},
        "links": ["python", "-x", "a\\u001b[31m", ".."], "project": "/a\\nb", "python": "3"}' "$evil" \
        >"$MULTIVENV_HOME/.multivenv/recipes/web"
    run in_shell 'mkvenv --restore --no-use web'
    assert_harmless "left out of 'web': 'python', '-x', 'a.x1b\[31m', '\.\.', '/a.nb'"
    assert_contains "'--index-url=http://127-1:9/' in its record"
    assert_contains "'--pre' in its record"
    assert_contains "'-e', 'relative' in its record"
    refute_contains $'\e'
    [ ! -e "$MULTIVENV_HOME/web/.project" ]
}

@test "a recipe that is damaged is reported as such, and stops nothing else" {
    local text
    mkdir -p "$MULTIVENV_HOME/.multivenv/recipes"
    for text in '' '[]' '{"record": "\ud800"}' '{"project": "\u0000"}' '{"a": NaN}' "$(printf '%60000s' '' | tr ' ' '[')"; do
        printf '%s' "$text" >"$MULTIVENV_HOME/.multivenv/recipes/web"
        run in_shell 'mkvenv --restore; lsvenvs; mkvenv --restore --no-use web'
        assert_status 1
        assert_contains "the recipe of 'web' is damaged"
        refute_contains Traceback
    done
}

@test "pip gets -- before requirements, and no option after it" {
    run with_modules -c '
from helper.inspection.requirements import operands
print(operands(["-e /a b", "x==1", "-e /c", "y @ https://h/y"]), operands([]), operands(["-e /a"]))'
    assert_ok "['-e', '/a b', '-e', '/c', '--', 'x==1', 'y @ https://h/y'] [] ['-e', '/a']"
}
