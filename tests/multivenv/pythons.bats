#!/usr/bin/env bats
# mkvenv --python as it is typed in each shell, multivenv pythons, multivenv doctor.
# Which interpreters are found and which one is taken is in tests/interpreters/interpreters.bats.

# shells: all
load ../support/common
load ../support/interpreters

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "PATH=$(path_with "$world/bin")"
    versions=$HOME/.pyenv/versions
    fake_python "$versions/3.90.1/bin/python3" 3.90.1
    fake_python "$versions/3.90.2/bin/python3" 3.90.2
    fake_python "$versions/3.91.1/bin/python3" 3.91.1
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

@test "with --no-use, none of it is taken for the name either, and nothing changes in the shell" {
    in_shell 'multivenv pythons >/dev/null'
    run changes_of 'mkvenv --no-use --without-pip -p 3.90 a; mkvenv -p 3.90 --without-pip b --no-use'
    assert_ok ''
    run in_shell 'lsvenvs --names; stopvenv' # the value of -p is its value, whatever it is
    assert_contains $'a\nb'
    run in_shell +eu 'mkvenv --without-pip -p --no-use c; printf "%s\n" "$?"'
    assert_ok "multivenv: no Python named '--no-use': not a version, an environment or a command on PATH
1"
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

@test "what nothing fits is told, with what there is; nothing is made, and the active one stays" {
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
    there=$(sed -n "1s/.*: there is \(.*\)/\1/p" <<<"$output")
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

@test "multivenv pythons lists them, with the default and why it is that" {
    fake_python "$world/bin/python3" 3.92.1
    run in_shell 'multivenv pythons'
    assert_status 0
    assert_matches '^  PYTHON +FOUND BY +ENVIRONMENTS +PATH
\* Python 3\.92\.1 +PATH +yes +/.*/bin/python3
  Python 3\.91\.1 +pyenv +yes +~/\.pyenv/versions/3\.91\.1/bin/python3
  Python 3\.90\.2 +pyenv +yes +~/\.pyenv/versions/3\.90\.2/bin/python3
  Python 3\.90\.1 +pyenv +yes +~/\.pyenv/versions/3\.90\.1/bin/python3
  Python '
    same "* is the default of mkvenv: python3 on PATH is $world/bin/python3" "${lines[${#lines[@]} - 1]}"
    run in_shell 'MULTIVENV_PYTHON=3.90; multivenv pythons'
    assert_status 0
    assert_contains '* Python 3.90.2'
    same "* is the default of mkvenv: MULTIVENV_PYTHON is '3.90'" "${lines[${#lines[@]} - 1]}"
    # with a default that cannot be, it says so in the place of that
    run in_shell 'MULTIVENV_PYTHON=3.99; multivenv pythons'
    assert_status 0
    refute_contains '* '
    assert_matches "^MULTIVENV_PYTHON is '3\.99': no Python 3\.99 found" "${lines[${#lines[@]} - 1]}"
}

@test "multivenv pythons reports what an interpreter lacks" {
    fake_python "$versions/2.7.99/bin/python2.7" 2.7.99
    rm -r "$versions/2.7.99/lib/python2.7/venv"
    run in_shell 'multivenv pythons'
    assert_status 0
    assert_matches '  Python 2\.7\.99 +pyenv +no '
    assert_contains "Python 2.7.99 at ~/.pyenv/versions/2.7.99/bin/python2.7: no venv, and virtualenv is not on PATH"
}

@test "multivenv pythons --json is for programs" {
    rm "$versions/3.90.1/lib/python3.90/venv/__init__.py"
    fake_python "$versions/3.92.0t/bin/python3.92t" 3.92.0rc1 cpython t
    fake_python "$versions/pypy3.90/bin/pypy3" 3.90.9 pypy
    in_shell 'MULTIVENV_PYTHON=3.91 multivenv pythons --json' >"$world/listing"
    run values_of 'list(it)' '[it["schema"], it["default"], it["default_reason"]]' \
        '[list(each.values()) for each in it["pythons"] if each["sources"] == ["pyenv"]]' \
        'sorted({" ".join(each) for each in it["pythons"]})' <"$world/listing"
    local lacks='no venv, and virtualenv is not on PATH (install virtualenv)'
    assert_ok "schema
default
default_reason
pythons
1
$versions/3.91.1/bin/python3
MULTIVENV_PYTHON is '3.91'
['3.92.0rc1', 'CPython', True, '$versions/3.92.0t/bin/python3.92t', ['pyenv'], 'venv', True, None, False]
['3.91.1', 'CPython', False, '$versions/3.91.1/bin/python3', ['pyenv'], 'venv', True, None, True]
['3.90.2', 'CPython', False, '$versions/3.90.2/bin/python3', ['pyenv'], 'venv', True, None, False]
['3.90.1', 'CPython', False, '$versions/3.90.1/bin/python3', ['pyenv'], None, False, '$lacks', False]
['3.90.9', 'PyPy', False, '$versions/pypy3.90/bin/pypy3', ['pyenv'], 'venv', True, None, False]
version implementation free_threaded path sources tool pip problem default"
}

@test "multivenv doctor shows the setup, and that it found no problems" {
    run in_shell 'mkvenv --no-use --without-pip -p 3.90.1 web; MULTIVENV_PYTHON=web; multivenv doctor'
    assert_status 0
    assert_matches "
helper's Python: [0-9.]+, $MULTIVENV_TEST_PYTHON
default Python:  ~/\.pyenv/versions/3\.90\.1/bin/python3: MULTIVENV_PYTHON is 'web'
Pythons:         3\.91\.1, 3\.90\.2, 3\.90\.1, .*
environments:    1 in ~/\.multivenv: 1 ok
file system:     [^,]+, case-(in)?sensitive, (no )?hard links to the cache
cache:           [0-9.]+ [kMG]?B in ~/\.cache/multivenv
                 safe to delete at any time: rm -r -- '$HOME/\.cache/multivenv'
other tools:     none

no problems found$"
}

@test "multivenv doctor --json is for programs" {
    run in_shell 'MULTIVENV_PYTHON=3.90 multivenv doctor --json'
    assert_status 0
    run values_of '[it["schema"], it["helper"]["path"], it["home"]["path"], it["home"]["environments"]]' \
        '[it["default"], it["cache"]["path"], type(it["cache"]["size"]) is int, it["cache"]["seeds"]]' \
        '[it["cache"]["clear"], it["problems"], it["findings"]]' <<<"$output"
    assert_ok "1
$MULTIVENV_TEST_PYTHON
$MULTIVENV_HOME
0
{'path': '$versions/3.90.2/bin/python3', 'reason': \"MULTIVENV_PYTHON is '3.90'\"}
$HOME/.cache/multivenv
True
[]
rm -r -- '$HOME/.cache/multivenv'
[]
[]"
}

@test "multivenv doctor returns 1 if there are problems, and lists them" {
    ln -s loop "$world/loop"
    with_env "MULTIVENV_HOME=$world/loop"
    run in_shell +eu 'MULTIVENV_PYTHON=nothing XDG_CACHE_HOME=/dev/null
        multivenv doctor; printf "%s\n" "$?"; multivenv doctor --json >"$TMPDIR/json"; printf "%s\n" "$?"'
    assert_status 0
    assert_contains "default Python:  none"
    assert_contains "environments:    unknown number in $world/loop"
    assert_contains "

problems:
  MULTIVENV_PYTHON is 'nothing': no Python named 'nothing': not a version, an environment or a command on PATH
  cannot read $world/loop: Too many levels of symbolic links
  cannot write to the cache /dev/null/multivenv, so each mkvenv takes seconds (change its permissions, or set XDG_CACHE_HOME)
1
1"
    run values_of 'len(it["problems"])' 'it["home"]["environments"]' 'it["default"]["path"]' <"$world/tmp/json"
    assert_ok '3
None
None'
}

@test "options and words that they do not take are misuse, --help helps" {
    run in_shell +eu 'for verb in pythons doctor; do
            multivenv "$verb" --frobnicate; printf "%s\n" "$?"
            multivenv "$verb" --json=yes; printf "%s\n" "$?"
            multivenv "$verb" word; printf "%s\n" "$?"
            multivenv "$verb" --json -- --help; printf "%s\n" "$?"
            multivenv "$verb" -x --help | head -n 1
            multivenv "$verb" -h | head -n 1
        done'
    local verb expected=''
    for verb in pythons doctor; do
        expected+="multivenv: multivenv $verb has no option '--frobnicate' (see multivenv $verb --help)
2
multivenv: multivenv $verb --json takes no value (see multivenv $verb --help)
2
multivenv: multivenv $verb takes no arguments (see multivenv $verb --help)
2
multivenv: multivenv $verb takes no arguments (see multivenv $verb --help)
2
$(head -n 1 "$project/help/$verb.txt")
$(head -n 1 "$project/help/$verb.txt")
"
    done
    assert_ok "${expected%$'\n'}"
}

@test "they leave no trace in the shell" {
    run changes_of 'multivenv pythons >/dev/null; multivenv doctor --json >/dev/null; multivenv pythons --json >/dev/null'
    assert_ok ''
}
