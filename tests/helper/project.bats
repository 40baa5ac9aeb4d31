#!/usr/bin/env bats
# make install, make uninstall, tests/lint-words.

load ../support/common

@test "make install copies what is needed, and says which line to add" {
    cd "$project"
    run make install PREFIX=/usr DESTDIR="$world/a root"
    assert_status 0
    # where it will be, not where it was staged
    assert_contains '    . "/usr/share/multivenv/multivenv.sh"'
    run find "$world/a root/usr/share/multivenv" -type f
    assert_contains /multivenv/multivenv.sh
    assert_contains /multivenv/helper/__main__.py
    assert_contains /multivenv/help/mkvenv.txt
    assert_contains /multivenv/completions/
    refute_contains __pycache__
}

@test "what make installed works" {
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    with_env "MULTIVENV_ROOT=$world/usr/share/multivenv"
    fake_env alpha
    run in_shell 'lsvenvs --json'
    assert_status 0
    assert_contains '"name": "alpha"'
}

@test "make uninstall leaves nothing of ours and all of others" {
    cd "$project"
    make -s install PREFIX="$world/usr" >/dev/null
    : >"$world/usr/share/other"
    make -s uninstall PREFIX="$world/usr"
    run find "$world/usr" -type f
    assert_ok "$world/usr/share/other"
    [ ! -e "$world/usr/share/multivenv" ] && [ ! -e "$world/usr/share/doc/multivenv" ]
}

@test "lint-words names the line and the rule" {
    printf '%s\n' 'x=1' 'x=$(pwd)' '    echo "$x"' >"$world/plugin.sh"
    run "$project/tests/lint-words" "$world/plugin.sh"
    assert_status 1
    assert_contains "$world/plugin.sh:2: forks: "
    assert_contains "$world/plugin.sh:3: echo: "
}

@test "lint-words accepts a line with its reason, on it or above it" {
    printf '%s\n' 'x=$((1 + 1)) # $(pwd) in a comment' 'x=$(pwd) # forks: only here' \
        '# eval: the text is ours,' '# all of it' 'eval "x=1"' 'printf "an echo \`here\`\n"' >"$world/plugin.sh"
    run "$project/tests/lint-words" "$world/plugin.sh"
    assert_ok ''
    printf '%s\n' '# forks: this line' 'x=$(pwd)' 'x=$(pwd)' >"$world/plugin.sh"
    run "$project/tests/lint-words" "$world/plugin.sh"
    assert_status 1
    assert_contains 'plugin.sh:3: forks: '
    refute_contains 'plugin.sh:2: '
}
