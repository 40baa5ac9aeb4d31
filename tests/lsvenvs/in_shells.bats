#!/usr/bin/env bats
# lsvenvs as the shell has it: the names, which need no process, and the rest,
# which is the helper's. What the helper prints is in tests/lsvenvs/lsvenvs.bats.

# shells: all
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Whatever one may find in a home
make_oddities() {
    local name
    for name in plain Z z é 'with space' -dash '+plus' .dot ..dots '~tilde' 10 9; do fake_env "$name"; done
    # environments, if damaged ones
    mkdir -p "$MULTIVENV_HOME/only-python/bin" "$MULTIVENV_HOME/only-config" "$MULTIVENV_HOME/unfinished"
    ln -s /nowhere "$MULTIVENV_HOME/only-python/bin/python"
    : >"$MULTIVENV_HOME/only-config/pyvenv.cfg"
    : >"$MULTIVENV_HOME/unfinished/.multivenv-incomplete"
    ln -s plain "$MULTIVENV_HOME/link"
    ln -s /nowhere "$MULTIVENV_HOME/link-to-nothing"
    # and what is none
    mkdir -p "$MULTIVENV_HOME/folder/bin" "$MULTIVENV_HOME/.folder" "$MULTIVENV_HOME/.multivenv/trash" \
        "$MULTIVENV_HOME/nested/plain" "$world/elsewhere" "$MULTIVENV_HOME/pyvenv.cfg"
    : >"$MULTIVENV_HOME/nested/plain/pyvenv.cfg"
    : >"$MULTIVENV_HOME/file"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/link-to-a-folder"
    ln -s file "$MULTIVENV_HOME/link-to-a-file"
    printf '#!/bin/sh\n' >"$MULTIVENV_HOME/postactivate"
    chmod +x "$MULTIVENV_HOME/postactivate"
}

@test "the names that the shell lists and those that the helper lists are the same, in the same order" {
    make_oddities
    in_shell 'lsvenvs --names' >"$world/names"
    in_shell 'lsvenvs --json' >"$world/json"
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(sys.stdin)["environments"]: print(each["name"])' <"$world/json" >"$world/json-names"
    same_files "$world/names" "$world/json-names"
    printf '%s\n' '+plus' -dash 10 9 Z link link-to-nothing only-config only-python plain unfinished \
        'with space' z '~tilde' é .dot ..dots >"$world/expected"
    same_files "$world/expected" "$world/names"
}

@test "lsvenvs --names starts no process, and into a pipe lsvenvs is the same" {
    fake_env b
    fake_env a
    assert_starts_no_process '' 'lsvenvs --names; lsvenvs'
    run in_shell 'lsvenvs --names; lsvenvs'
    assert_ok $'a\nb\na\nb'
}

@test "without environments, or without a home, the list is empty" {
    run in_shell 'lsvenvs; lsvenvs --names; lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
    run in_shell 'lsvenvs --long; lsvenvs --size'
    assert_ok 'multivenv: no environments yet (mkvenv NAME creates one)
multivenv: no environments yet (mkvenv NAME creates one)'
    [ ! -e "$MULTIVENV_HOME" ]
    mkdir "$MULTIVENV_HOME"
    run in_shell 'lsvenvs; lsvenvs --names; lsvenvs --json'
    assert_ok '{"schema": 1, "environments": []}'
}

@test "patterns are the helper's to match, not the shell's" {
    fake_env one
    fake_env two
    fake_env '[t]wo'
    cd "$MULTIVENV_HOME"
    run in_shell 'lsvenvs "*w*"; lsvenvs one "?wo"; lsvenvs "[t]wo"'
    assert_ok $'[t]wo\ntwo\none\ntwo\n[t]wo\ntwo'
}

@test "--with lists what contains a package, whatever characters the requirement has" {
    fake_env new
    fake_package "$env" Flask_Login 3.1
    fake_env old
    fake_package "$env" flask-login 2.0
    run in_shell +eu 'lsvenvs --with "flask.login>=3,!=3.0.*,<4" --names; lsvenvs --with=flask-login; lsvenvs --with "flask-login<2" "[o]*"
        printf "%s\n" "$?"'
    assert_ok "new
new
old
multivenv: no environment contains 'flask-login<2' (try --everywhere)
1"
}

@test "a pattern without a match is reported, beside those that match" {
    fake_env one
    run in_shell +eu 'lsvenvs "x*"; printf "%s\n" "$?"; lsvenvs one "x*" gone; printf "%s\n" "$?"'
    assert_ok "multivenv: no environment matches 'x*' (see lsvenvs)
1
one
multivenv: no environment matches 'x*', 'gone' (see lsvenvs)
1"
}

@test "one that reads no further is no error to speak of" {
    local name
    for name in one two three; do fake_env "$name"; done
    run in_shell +eu 'lsvenvs --long | head -n 1; lsvenvs --json | :; lsvenvs --names | head -n 1'
    assert_ok $'one\none'
}

@test "missing and wrong options are reported" {
    run in_shell +eu 'for words in "--sort" "--sort color" "--status fine" "--status ok,fine" "--unused x" "--unused -1" \
            "--unused" "--names --json" "--long --names --json" "--json=yes" "-x"; do
            IFS=" "
            case ${ZSH_VERSION-} in ?*) setopt shwordsplit ;; esac
            lsvenvs $words
            printf "%s\n" "$?"
        done'
    assert_ok "multivenv: lsvenvs --sort needs a value (see lsvenvs --help)
2
multivenv: lsvenvs cannot sort by 'color', only by name, status, python, packages, size, created, used (see lsvenvs --help)
2
multivenv: unknown status 'fine', choose from ok, drifted, dangling, hollow, moved, incomplete, foreign, corrupt, damaged, broken, unreadable (see lsvenvs --help)
2
multivenv: unknown status 'fine', choose from ok, drifted, dangling, hollow, moved, incomplete, foreign, corrupt, damaged, broken, unreadable (see lsvenvs --help)
2
multivenv: lsvenvs --unused takes a number of days, not 'x' (see lsvenvs --help)
2
multivenv: lsvenvs --unused takes a number of days, not '-1' (see lsvenvs --help)
2
multivenv: lsvenvs --unused needs a value (see lsvenvs --help)
2
multivenv: lsvenvs takes only one of --names and --json (see lsvenvs --help)
2
multivenv: lsvenvs takes only one of --long and --names and --json (see lsvenvs --help)
2
multivenv: lsvenvs --json takes no value (see lsvenvs --help)
2
multivenv: lsvenvs has no option '-x' (see lsvenvs --help)
2"
}

@test "names that cannot be written fail, and the rest is not tried" {
    [ -e /dev/full ] || skip 'there is no /dev/full here'
    local name
    for name in one two three four five; do fake_env $name; done
    run in_shell +eu 'lsvenvs --names >/dev/full; printf "%s\n" "$?"'
    # zsh tells once more when it closes the file
    [ "${#lines[@]}" -le 3 ] || fail "$output"
    [ "${lines[${#lines[@]} - 1]}" != 0 ]
}
