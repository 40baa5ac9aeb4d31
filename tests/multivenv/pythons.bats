#!/usr/bin/env bats
# multivenv pythons as it is typed: the table, the JSON. Which interpreters are found is in
# tests/interpreters/interpreters.bats.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/interpreters

setup() {
    make_pythons
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
