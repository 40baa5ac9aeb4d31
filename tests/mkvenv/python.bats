#!/usr/bin/env bats
# mkvenv --python as it is typed. Which interpreters are found and which one is taken is in
# tests/interpreters/interpreters.bats.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/interpreters

setup() {
    make_pythons
}

# Runs mkvenv with each line of words, and prints which environment is active then
made='made() {
    mkvenv --without-pip "$@" && printf "%s\n" "$VIRTUAL_ENV_PROMPT"
}'

# Usage: assert_bases NAME:BASE:ASKED...
#
# What the records of the environments say.
assert_bases() {
    local each name base
    for each; do
        name=${each%%:*} base=${each#*:}
        same "${base%%:*} ${base#*:}" "$(base_in_record "$name" | sed 's,^home/\.pyenv/versions/\(.*\)/bin/python3$,\1,') $(
            values_of "it['python']['asked']" <"$MULTIVENV_HOME/$name/.multivenv.json"
        )"
    done
}

@test "-p VERSION, --python VERSION and --python=VERSION, wherever they stand" {
    run in_shell "$made"'
        made -p 3.90 a
        made --python 3.90 b
        made --python=3.90 c
        made -p3.90 d
        made e -p 3.90
        made f --python=3.90
        made -p 3.90 -- g
        made -p 3.91 --bind -p 3.90 h
        made -p 3.91.1 3.90'
    assert_ok 'a
b
c
d
e
f
g
h
3.90'
    assert_bases a:3.90.2:3.90 b:3.90.2:3.90 c:3.90.2:3.90 d:3.90.2:3.90 e:3.90.2:3.90 f:3.90.2:3.90 \
        g:3.90.2:3.90 h:3.90.2:3.90 3.90:3.91.1:3.91.1
}

@test "a version, an exact one, a range, and python3.X" {
    run in_shell "$made"'
        made -p 3.90 a
        made -p 3.90.1 b
        made -p ">=3.90" c
        made -p ">=3.90,<3.91" d
        made -p "~=3.90.1" e
        made -p "==3.90.*" f
        made -p ">= 3.90 , != 3.91.1" g
        made -p python3.91 h
        made -p cpython-3.91 i
        made --python=">=3.91" j'
    assert_ok "$(printf '%s\n' a b c d e f g h i j)"
    assert_bases a:3.90.2:3.90 b:3.90.1:3.90.1 'c:3.91.1:>=3.90' 'd:3.90.2:>=3.90,<3.91' 'e:3.90.2:~=3.90.1' \
        'f:3.90.2:==3.90.*' 'g:3.90.2:>= 3.90 , != 3.91.1' h:3.91.1:python3.91 i:3.91.1:cpython-3.91 'j:3.91.1:>=3.91'
}

@test "a path to an interpreter or to where one is installed, with ~, absolute or relative" {
    fake_python "$HOME/my python/bin/python3" 3.92.1
    run in_shell "$made"'
        made -p "$HOME/my python/bin/python3" a
        made -p "$HOME/my python" b
        made -p "$HOME/my python/" c
        made -p ~/"my python" d
        made "--python=~/my python" e
        made -p "~/my python/bin/python3" f
        made -p "my python/bin/python3" g
        cd "my python"
        made -p ./bin/python3 h
        made -p ./ i
        cd bin
        made -p ../../"my python" j
        made -p ./python3 k'
    assert_ok "$(printf '%s\n' a b c d e f g h i j k)"
    local path="$HOME/my python" base='home/my python/bin/python3'
    assert_bases "a:$base:$path/bin/python3" "b:$base:$path" "c:$base:$path/" "d:$base:$path" \
        "e:$base:~/my python" "f:$base:~/my python/bin/python3" "g:$base:my python/bin/python3" \
        "h:$base:./bin/python3" "i:$base:./" "j:$base:../../my python" "k:$base:./python3"
}

@test "an environment's name or its path stands for its base, active or not" {
    run in_shell "$made"'
        made -p 3.90.1 "the first"
        made -p "the first" a
        made -p "$MULTIVENV_HOME/the first" b
        made -p "$VIRTUAL_ENV/bin/python" c
        stopvenv
        made -p "the first" d'
    assert_ok "$(printf '%s\n' 'the first' a b c d)"
    assert_bases 'a:3.90.1:the first' "b:3.90.1:$MULTIVENV_HOME/the first" "c:3.90.1:$MULTIVENV_HOME/b/bin/python" \
        'd:3.90.1:the first'
}

@test "a command on PATH" {
    fake_python "$world/bin/mine" 3.92.1
    fake_python "$world/bin/python3" 3.92.2
    fake_python "$world/bin/python3.90" 3.90.0 # asked for as a version, another one is higher
    run in_shell "$made"'
        made -p mine a
        made -p python3 b
        made -p python3.90 c
        made d'
    assert_ok $'a\nb\nc\nd'
    assert_bases a:bin/mine:mine b:bin/python3:python3 c:3.90.2:python3.90 d:bin/python3:None
}

@test "MULTIVENV_PYTHON takes the same, exported or not, and --python comes before it" {
    fake_python "$world/bin/mine" 3.92.1
    run in_shell "$made"'
        MULTIVENV_PYTHON=3.90; made a
        MULTIVENV_PYTHON=3.90.1; made b
        MULTIVENV_PYTHON=">=3.90,<3.92"; made c
        MULTIVENV_PYTHON=python3.90; made d
        MULTIVENV_PYTHON=$HOME/.pyenv/versions/3.91.1/bin/python3; made e
        MULTIVENV_PYTHON=$HOME/.pyenv/versions/3.91.1; made f
        MULTIVENV_PYTHON="~/.pyenv/versions/3.91.1"; made g
        MULTIVENV_PYTHON=mine; made h
        MULTIVENV_PYTHON=b; made i
        made -p 3.91 j
        export MULTIVENV_PYTHON; made k
        MULTIVENV_PYTHON=; made -p 3.90 l'
    assert_ok "$(printf '%s\n' a b c d e f g h i j k l)"
    assert_bases a:3.90.2:3.90 b:3.90.1:3.90.1 'c:3.91.1:>=3.90,<3.92' d:3.90.2:python3.90 \
        "e:3.91.1:$versions/3.91.1/bin/python3" "f:3.91.1:$versions/3.91.1" 'g:3.91.1:~/.pyenv/versions/3.91.1' \
        h:bin/mine:mine i:3.90.1:b j:3.91.1:3.91 k:3.90.1:b l:3.90.2:3.90
}

@test "without a match the available Pythons are listed, nothing is made, and the active one stays" {
    noting_shim "$world/bin/broken" 'exit 127'
    run in_shell +eu 'mkvenv --without-pip -p 3.90.1 active
        find "$MULTIVENV_HOME" >"$TMPDIR/before"
        for spec in 3.99 ">=3.99" nothing broken ./nothing "~/nothing" "" . 3.x; do
            mkvenv --without-pip -p "$spec" web; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"
        done
        MULTIVENV_PYTHON=3.99 mkvenv --without-pip web; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"
        find "$MULTIVENV_HOME" >"$TMPDIR/after"' 2>&1
    assert_status 0
    local there unknown='not a version, an environment or a command on PATH'
    there=$(sed -n "1s/.*; available: \(.*\)/\1/p" <<<"$output")
    assert_matches '^3\.91\.1, 3\.90\.2, 3\.90\.1, .*\(see multivenv pythons\)$' "$there"
    assert_output_is "multivenv: no Python 3.99 found; available: $there
1 active
multivenv: no Python >=3.99 found; available: $there
1 active
multivenv: no Python named 'nothing': $unknown
1 active
multivenv: no Python named 'broken': $world/bin/broken is not a working Python
1 active
multivenv: './nothing' is not a working Python
1 active
multivenv: ~/nothing is not a working Python
1 active
multivenv: no Python named '': $unknown
1 active
multivenv: no Python named '.': $unknown
1 active
multivenv: no Python named '3.x': $unknown
1 active
multivenv: MULTIVENV_PYTHON is '3.99': no Python 3.99 found; available: $there
1 active"
    same_files "$world/tmp/before" "$world/tmp/after"
}
