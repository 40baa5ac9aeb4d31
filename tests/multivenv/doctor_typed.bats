#!/usr/bin/env bats
# multivenv doctor as it is typed: its text, its JSON and its status.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/interpreters

setup() {
    make_pythons
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
