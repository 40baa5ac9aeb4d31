#!/usr/bin/env bats
# mkvenv in a hostile clone: one line of error, and nothing is made or run.

# shells: once
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    mkdir -p "$HOME/git/clone"
    cd "$HOME/git/clone" || return
    printf 'open("%s", "w")\n' "$world/PWNED" | tee setup.py >backend.py
}

# Usage: refuses PATTERN [WORD...]
#
# mkvenv ends with one line that matches, has no escape sequence, and makes nothing.
refuses() {
    local pattern=$1
    shift
    run in_shell +eu 'mkvenv "$@"' "$@"
    [ "$status" -eq 1 ] || [ "$status" -eq 2 ] || fail "status $status" "$output"
    same 1 "${#lines[@]}"
    assert_matches "^multivenv: $pattern"
    case $output in
    *[[:cntrl:]]*) fail 'a control character' ;;
    esac
    [ ! -e "$MULTIVENV_HOME/clone" ]
    [ ! -e "$world/PWNED" ] || fail 'the project ran' "$output"
}

# Usage: toml LINE...
toml() {
    printf '%s\n' "$@" >pyproject.toml
}

@test "a pyproject.toml that is huge, nested without end, or no file" {
    head -c 3000000 /dev/zero | tr '\0' '\n' >pyproject.toml
    refuses 'cannot read ~/git/clone/pyproject.toml: File too large$'
    printf 'a = %s' "$(head -c 100000 /dev/zero | tr '\0' '[')" >pyproject.toml
    refuses '~/git/clone/pyproject.toml, line 1: it is nested too deep$'
    printf 'a%s = 1' "$(yes .a | head -n 100000 | tr -d '\n')" >pyproject.toml
    refuses '~/git/clone/pyproject.toml, line 1: it has too many dots$'
    rm pyproject.toml
    mkfifo pyproject.toml
    refuses 'cannot read ~/git/clone/pyproject.toml: Not a regular file$'
    rm pyproject.toml
    ln -s /dev/zero pyproject.toml
    refuses '/?~?.*pyproject.toml'
    rm pyproject.toml
    mkdir pyproject.toml
    refuses 'cannot read ~/git/clone/pyproject.toml: Is a directory$'
    rmdir pyproject.toml
    ln -s nowhere pyproject.toml
    refuses 'cannot read ~/git/clone/pyproject.toml: No such file or directory$'
}

@test "a pyproject.toml that is no TOML, with the line" {
    toml '[project]' 'name = "x"' 'name = "y"'
    refuses '~/git/clone/pyproject.toml, line [34]: '
    printf '[project]\nname = "\377"\n' >pyproject.toml
    refuses '~/git/clone/pyproject.toml, line 2: it is not UTF-8$'
    printf '[project]\nname = "\033[31m"\n' >pyproject.toml
    refuses '~/git/clone/pyproject.toml, line 2: '
    printf '["\\u001b[31m"]\n["\\u001b[31m"]\n' >pyproject.toml
    refuses '~/git/clone/pyproject.toml, line 2: '
    toml '[project]' 'requires-python = "\u001b[31m"'
    refuses "~/git/clone/pyproject.toml: requires-python is '.x1b.31m', which is not a range$"
    toml '[project]' 'requires-python = [">=3"]'
    refuses "~/git/clone/pyproject.toml: requires-python is 'list', which is not a range$"
    toml '[project]' "requires-python = '$(head -c 5000 /dev/zero | tr '\0' '9')'"
    refuses '~/git/clone/pyproject.toml: requires-python is .9*\.\.\.., which is not a range$'
}

@test "dependency groups that include each other, or bring options" {
    {
        printf '[dependency-groups]\ndev = [{include-group = "g0"}]\n'
        for ((i = 0; i < 1000; i++)); do printf 'g%s = [{include-group = "g%s"}]\n' "$i" "$(((i + 1) % 1000))"; done
    } >pyproject.toml
    refuses '~/git/clone/pyproject.toml: a dependency group includes more than 100 others$'
    refuses '~/git/clone/pyproject.toml: a dependency group includes more than 100 others$' NAME --group g7
    toml '[dependency-groups]' 'dev = [{include-group = "a"}]' 'a = [{include-group = "dev"}]'
    refuses '~/git/clone/pyproject.toml: dependency groups include each other: dev, a, dev$'
    for each in '--index-url=https://evil.invalid' '-r /etc/passwd' './evil' '-e .' 'x\u001b]0;y' 'x @ git+ssh://-oProxyCommand=x/y'; do
        toml '[dependency-groups]' "dev = [\"$each\"]"
        refuses "~/git/clone/pyproject.toml: dependency group 'dev': '.*' is not a requirement$"
    done
    refuses "~/git/clone/pyproject.toml has no dependency group '.x1b.' \(it has dev\)$" --group $'\e['
    toml '[project]' 'name = "x"'
    refuses "'\] -e /evil\[' is not the name of an extra" --extra '] -e /evil['
}

@test "a .python-version, a setup.cfg and a script that are no such files" {
    toml '[project]' 'name = "x"' 'requires-python = ">=3.98"'
    printf '/evil/python; touch x\n' >.python-version
    run in_shell +eu mkvenv
    assert_status 1
    assert_contains "multivenv: ignored ~/git/clone/.python-version: '/evil/python; touch x' is not a version"
    rm .python-version
    mkfifo .python-version
    refuses 'cannot read ~/git/clone/.python-version: Not a regular file$'
    rm .python-version pyproject.toml
    printf '[options]\npython_requires = ${HOME}\n' >setup.cfg
    refuses "~/git/clone/setup.cfg: requires-python is '..HOME.', which is not a range$"
    refuses '~/git/clone/setup.py has no block of script metadata' --script setup.py
    printf '# /// script\n# dependencies = ["--x"]\n# ///\n' >evil.py
    refuses "~/git/clone/evil.py: '--x' is not a requirement$" --script evil.py
    printf '# /// script\n%s# ///\n' "$(yes '# a.b = 1' | head -n 20000)" >evil.py
    refuses '~/git/clone/evil.py' --script evil.py
}

@test "a name with escapes is shown without them" {
    mkdir "$HOME/git/"$'\e[31mred'
    : >"$HOME/git/"$'\e[31mred/requirements.txt'
    run in_shell +eu 'cd ../*red; mkvenv'
    assert_status 2
    same 1 "${#lines[@]}"
    assert_contains "'\\x1b[31mred' cannot be the name of an environment: it contains a control character (name one: mkvenv NAME --bind)"
}
