#!/usr/bin/env bats
# Names are data: those that mkvenv does not make are refused wherever they are
# given, those that are there are listed, used and removed, and none is executed.

# shells: all
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Everything that is there, with what a removal or a change would touch
tree() {
    find "$world" ! -path "$world/tmp*" ! -path '*/.cache*' -exec ls -ld {} + | LC_ALL=C sort -k9
}

long_name() {
    printf 'x%.0s' {1..300}
}

# Usage: assert_refuses VERB [WORD...] <<<EXPECTED
#
# Gives the verb each name that is none, and holds it to status 2, its message
# and a tree without a change.
assert_refuses() {
    tree >"$world/tmp/before"
    run in_shell +eu 'verb=$1; shift
        tab=$(printf "a\tb"); escape=$(printf "a\033[31m"); newline="a
b"
        for name in "" .. ../x a/b /abs / a:b "$tab" "$escape" "$newline" "$long" .x ./x; do
            "$verb" "$@" "$name"
            printf "%s\n" "$?"
        done
        "$verb" "$@" -- -x
        printf "%s\n" "$?"' "$@" </dev/null
    assert_status 0
    same "$(cat)" "${output//"$(long_name)"/LONG}"
    tree >"$world/tmp/after"
    same_files "$world/tmp/before" "$world/tmp/after"
}

@test "no new environment has a name that sh would expand in its scripts" {
    fake_env web
    run in_shell +eu 'for name in "a\$b" "a\`b" "a\"b" "a\\b"; do
            mkvenv --without-pip "$name" || printf "%s\n" "$?"
            cpvenv web "$name" || printf "%s\n" "$?"
            mvvenv web "$name" || printf "%s\n" "$?"
        done
        lsvenvs' 2>&1
    local sign verb expected=''
    for sign in '$' '`' '"' \\; do
        for verb in mkvenv cpvenv mvvenv; do
            expected+="multivenv: 'a${sign}b' cannot be the name of an environment:"
            expected+=" sh would expand the '$sign' in its scripts (see $verb --help)"$'\n2\n'
        done
    done
    assert_ok "${expected}web"
}

@test "mkvenv shows what was probably meant by a requirement, a version or a file in place of a name" {
    touch "$HOME/requirements.txt" "$HOME/pylock.toml"
    run in_shell +eu '
        for name in flask==3 "uvicorn[standard]" "django >=4" "x @ https://example.org/x.whl" 3.12 python3.12 python=3.12 pypy3.10 \
            requirements.txt pylock.toml other.txt; do
            mkvenv --without-pip --no-use "$name" click || printf "%s\n" "$?"
        done
        mkvenv --temp flask==3
        for word in 3.12 requirements.txt; do mkvenv x click "$word"; done
        lsvenvs' 2>&1
    assert_ok "multivenv: 'flask==3' is a requirement (did you mean \`mkvenv NAME flask==3 click\`?)
2
multivenv: 'uvicorn[standard]' is a requirement (did you mean \`mkvenv NAME 'uvicorn[standard]' click\`?)
2
multivenv: 'django >=4' is a requirement (did you mean \`mkvenv NAME 'django >=4' click\`?)
2
multivenv: 'x @ https://example.org/x.whl' is a requirement (did you mean \`mkvenv NAME 'x @ https://example.org/x.whl' click\`?)
2
multivenv: '3.12' is a version of Python (did you mean \`mkvenv -p 3.12 NAME click\`?)
2
multivenv: 'python3.12' is a version of Python (did you mean \`mkvenv -p 3.12 NAME click\`?)
2
multivenv: 'python=3.12' is a version of Python (did you mean \`mkvenv -p 3.12 NAME click\`?)
2
multivenv: 'pypy3.10' is a version of Python (did you mean \`mkvenv -p pypy3.10 NAME click\`?)
2
multivenv: 'requirements.txt' is a file (did you mean \`mkvenv NAME -r requirements.txt click\`?)
2
multivenv: 'pylock.toml' is a file (did you mean \`mkvenv NAME -r pylock.toml click\`?)
2
multivenv: mkvenv cannot install requirements --without-pip (see mkvenv --help)
2
multivenv: 'flask==3' is a requirement (did you mean \`mkvenv NAME flask==3\`?)
multivenv: '3.12' is a version of Python (did you mean \`mkvenv -p 3.12 x\`?)
multivenv: 'requirements.txt' is a file (did you mean \`mkvenv x -r requirements.txt\`?)"
}

@test "mkvenv refuses what cannot be a name, and touches nothing" {
    fake_env x
    with_env "long=$(long_name)"
    assert_refuses mkvenv --without-pip --no-use <<'END'
multivenv: the name of an environment cannot be empty (see mkvenv --help)
2
multivenv: '..' is not the name of an environment (see mkvenv --help)
2
multivenv: '../x' is not a name: it contains a '/' (see mkvenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see mkvenv --help)
2
multivenv: '/abs' is not a name: it contains a '/' (see mkvenv --help)
2
multivenv: '/' is not a name: it contains a '/' (see mkvenv --help)
2
multivenv: 'a:b' cannot be the name of an environment: a ':' would split PATH (see mkvenv --help)
2
multivenv: 'a\tb' cannot be the name of an environment: it contains a control character (see mkvenv --help)
2
multivenv: 'a\x1b[31m' cannot be the name of an environment: it contains a control character (see mkvenv --help)
2
multivenv: 'a\nb' cannot be the name of an environment: it contains a control character (see mkvenv --help)
2
multivenv: 'LONG' cannot be the name of an environment: it is longer than 128 bytes (see mkvenv --help)
2
multivenv: '.x' cannot be the name of an environment: it starts with '.' (see mkvenv --help)
2
multivenv: './x' is not a name: it contains a '/' (see mkvenv --help)
2
multivenv: '-x' cannot be the name of an environment: it starts with '-' (see mkvenv --help)
2
END
}

@test "rmvenv refuses what cannot be a name, and touches nothing" {
    fake_env x
    with_env "long=$(long_name)"
    assert_refuses rmvenv -y <<'END'
multivenv: the name of an environment cannot be empty (see rmvenv --help)
2
multivenv: '..' is not the name of an environment (see rmvenv --help)
2
multivenv: '../x' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: '/abs' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: '/' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: no environment named 'a:b', which is not a valid name (see rmvenv --help)
2
multivenv: no environment named 'a\tb', which is not a valid name (see rmvenv --help)
2
multivenv: no environment named 'a\x1b[31m', which is not a valid name (see rmvenv --help)
2
multivenv: no environment named 'a\nb', which is not a valid name (see rmvenv --help)
2
multivenv: no environment named 'LONG', which is not a valid name (see rmvenv --help)
2
multivenv: no environment named '.x', which is not a valid name (see rmvenv --help)
2
multivenv: './x' is not a name: it contains a '/' (see rmvenv --help)
2
multivenv: no environment named '-x', which is not a valid name (see rmvenv --help)
2
END
}

@test "usevenv refuses what is no name and no directory, and touches nothing" {
    fake_env x
    with_env "long=$(long_name)"
    assert_refuses usevenv <<END
multivenv: the name of an environment cannot be empty (see usevenv --help)
2
multivenv: no environment is bound to '$world' or a parent directory (usevenv NAME, or see lsvenvs)
1
multivenv: no environment or directory '../x' (see lsvenvs)
1
multivenv: no environment or directory 'a/b' (see lsvenvs)
1
multivenv: no environment or directory '/abs' (see lsvenvs)
1
multivenv: no environment is bound to '/' or a parent directory (usevenv NAME, or see lsvenvs)
1
multivenv: no environment named 'a:b', which is not a valid name (see usevenv --help)
2
multivenv: no environment named 'a?b', which is not a valid name (see usevenv --help)
2
multivenv: no environment named 'a?[31m', which is not a valid name (see usevenv --help)
2
multivenv: no environment named 'a?b', which is not a valid name (see usevenv --help)
2
multivenv: no environment named 'LONG', which is not a valid name (see usevenv --help)
2
multivenv: no environment named '.x', which is not a valid name (see usevenv --help)
2
multivenv: no environment or directory './x' (see lsvenvs)
1
multivenv: no environment named '-x', which is not a valid name (see usevenv --help)
2
END
}

@test ". and - are no names of environments either" {
    run in_shell +eu 'for verb in mkvenv rmvenv; do
            "$verb" .; printf "%s\n" "$?"
            "$verb" -; printf "%s\n" "$?"
        done' </dev/null
    assert_ok "multivenv: '.' is not the name of an environment (see mkvenv --help)
2
multivenv: '-' cannot be the name of an environment: it starts with '-' (see mkvenv --help)
2
multivenv: '.' is not the name of an environment (see rmvenv --help)
2
multivenv: no environment named '-', which is not a valid name (see rmvenv --help)
2"
}

@test "mkvenv takes spaces, quotes, patterns and letters of any kind, up to 128 bytes" {
    local names=('a b' "it's" '*' '(touch x)' ';touch x' '#' 'ünï 日本')
    names+=("$(printf 'é%.0s' {1..64})")
    run in_shell 'for name; do
            mkvenv --without-pip "$name"
            [ "$VIRTUAL_ENV" = "$MULTIVENV_HOME/$name" ] || printf "not used: %s\n" "$name"
            [ "$(python -c "import sys; print(sys.prefix)")" = "$VIRTUAL_ENV" ] || printf "not it: %s\n" "$name"
        done
        stopvenv
        lsvenvs --status ok' "${names[@]}"
    assert_status 0
    same "$(printf '%s\n' "${names[@]}" | LC_ALL=C sort)" "$output"
    run find "$HOME" "$world/tmp" -name x
    assert_ok ''
}

@test "mkvenv counts bytes, not characters" {
    run in_shell 'mkvenv --without-pip "$1"' "$(printf 'é%.0s' {1..65})"
    assert_status 2
    assert_contains 'it is longer than 128 bytes'
}

# Names that exist, whoever made them
odd_names=('$(touch x)' '`touch x`' 'a b' '-rf' '--json' '*' '?' '[a]' $'two\nlines' 'it'\''s' '"q"' 'a:b'
    '.dot' '..dots' '~' 'back\slash' '%s' '#' ';touch x' '&' '!!' 'ünï 日本' ' ')

@test "environments of any name are listed, used and removed as data" {
    local name
    for name in "${odd_names[@]}"; do fake_env "$name"; done
    run in_shell 'lsvenvs --names'
    same "$(printf '%s\n' "${odd_names[@]}" | LC_ALL=C sort)" "$(printf '%s\n' "$output" | LC_ALL=C sort)"
    run in_shell +eu 'for name; do
            case $name in
            *:*) ! usevenv -- "$name" 2>/dev/null || printf "used, and that splits PATH: %s\n" "$name" ;;
            *)
                usevenv -- "$name"
                [ "${VIRTUAL_ENV-}" = "$MULTIVENV_HOME/$name" ] || printf "not used: %s\n" "$name"
                stopvenv
                ;;
            esac
        done
        rmvenv -y -- "$@" 2>"$TMPDIR/messages" || cat "$TMPDIR/messages"
        lsvenvs' "${odd_names[@]}"
    assert_ok ''
    run find "$HOME" "$world/tmp" -name x
    assert_ok ''
}

# Usage: bytes_env
#
# Makes an environment whose name is not UTF-8; sets $name.
bytes_env() {
    name=$'b\xff\xfed'
    mkdir -p "$MULTIVENV_HOME/$name" 2>/dev/null || skip 'this file system has only names that are UTF-8'
    fake_env "$name"
    fake_env plain
}

@test "a name that is not UTF-8 is listed, used and removed byte for byte" {
    bytes_env
    run in_shell 'lsvenvs --json | grep -c "b.udcff.udcfed"; lsvenvs -l | grep -c "^b.xff.xfed"'
    assert_ok $'1\n1'
    if [ "$MULTIVENV_TEST_SHELL_NAME" = yash ]; then
        # yash holds characters of the locale, and drops what is none: such a name cannot be given
        run in_shell 'lsvenvs'
        assert_ok plain
        return
    fi
    run in_shell 'lsvenvs
        usevenv "$1"
        [ "$VIRTUAL_ENV" = "$MULTIVENV_HOME/$1" ] && printf "used\n"
        stopvenv
        rmvenv -y "$1"
        lsvenvs' "$name"
    assert_ok "$name
plain
used
multivenv: removed 'b\xff\xfed'
plain"
}

@test "in a locale without characters outside ASCII, names with such are data all the same" {
    # yash could not even hold the path of this test's home
    HOME=$world/home MULTIVENV_HOME=$world/home/environments
    mkdir "$HOME"
    cd "$HOME"
    with_env LANG=C LC_ALL=C "HOME=$HOME" "MULTIVENV_HOME=$MULTIVENV_HOME"
    fake_env 'ünï'
    fake_env plain
    if [ "$MULTIVENV_TEST_SHELL_NAME" = yash ]; then
        run in_shell 'lsvenvs; lsvenvs --json | grep -c fcn' # as above
        assert_ok $'plain\n1'
        return
    fi
    run in_shell 'lsvenvs; usevenv "$1"; stopvenv; rmvenv -y "$1"; lsvenvs' 'ünï'
    assert_ok "plain
ünï
multivenv: removed 'ünï' (undo: mkvenv --restore ünï)
plain"
}

@test "mkvenv refuses a name that is not UTF-8" {
    [ "$MULTIVENV_TEST_SHELL_NAME" != yash ] || return 0 # where it cannot be given
    run in_shell 'mkvenv --without-pip "$1"' $'b\xff\xfed'
    assert_status 2
    assert_output_is "multivenv: 'b\\xff\\xfed' cannot be the name of an environment: it is not UTF-8 (see mkvenv --help)"
}
