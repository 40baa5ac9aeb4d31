#!/usr/bin/env bats
# tests/lint-words and the check of plain words.

# shells: once
load ../support/common

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

# Usage: plain_words FILE
plain_words() {
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/plain_words.py" "$world/$1"
}

@test "plain words: a document, a shell file and a Python file are searched" {
    # plain: what is searched for
    printf '%s\n' 'Nothing is amiss.' 'It fits in 80 columns, if there is one.' >"$world/README.md"
    run plain_words README.md
    assert_status 1
    assert_contains "$world/README.md:1: plain: 'amiss': problems"
    same 3 "${#lines[@]}"
    printf '%s\n' 'told=yes' 'x_told=1' >"$world/plugin.sh"
    run plain_words plugin.sh
    same 3 "${#lines[@]}"
    printf '%s\n' '"""One line.' '' 'It was made anew."""' 'told = 1 # or asked for' 'def carry(): pass' >"$world/module.py"
    run plain_words module.py
    assert_status 1
    assert_contains "$world/module.py:3: plain: 'anew': again; recreated"
    assert_contains "$world/module.py:4: plain: 'asked for': requested"
    assert_contains "$world/module.py:5: plain: 'carry': name it user_files"
    same 7 "${#lines[@]}"
}

@test "plain words: a line with its reason, on it or above it, is accepted" {
    printf '%s\n' '# plain: the title of a song' 'It is told anew' 'amiss # plain: a name' >"$world/plugin.sh"
    run plain_words plugin.sh
    assert_ok ''
    printf '%s\n' '<!-- plain: quoted -->' 'told' >"$world/README.md"
    run plain_words README.md
    assert_ok ''
}
