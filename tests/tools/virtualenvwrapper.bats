#!/usr/bin/env bats
# A home of virtualenvwrapper's, used as it is: names, projects and hooks.

load ../support/common
load ../support/wheels
load ../support/tools

# Makes two environments with the real one, which also writes its hooks, and binds one of them
setup() {
    make_tool_world virtualenvwrapper
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    bin=${bin%/*}
    mkdir "$world/git"
    env -i "${test_env[@]}" VIRTUALENVWRAPPER_PYTHON="$bin/python" VIRTUALENVWRAPPER_VIRTUALENV="$bin/virtualenv" \
        bash -c '. "$1" && mkvirtualenv -p "$3" old && mkvirtualenv -a "$2" -p "$3" web' bash \
        "$bin/virtualenvwrapper.sh" "$world/git" "$MULTIVENV_TEST_PYTHON" >"$world/tmp/log" 2>&1 3>&- ||
        fail "$(cat "$world/tmp/log")"
    with_env "MULTIVENV_HOME=$HOME/.virtualenvs"
    MULTIVENV_HOME=$HOME/.virtualenvs
}

@test "its environments are listed, sound, and used by their names and projects" {
    run in_shell 'lsvenvs --status ok; usevenv old; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        cd "$1"; usevenv; printf "%s\n" "$VIRTUAL_ENV_PROMPT" "$UV_PROJECT_ENVIRONMENT"
        cd /; cdvenv --project; pwd' "$world/git"
    assert_ok "old
web
old
web
$HOME/.virtualenvs/web
$world/git"
}

@test "its hooks are run where it runs them" {
    printf 'printf "all in\\n"\n' >>"$MULTIVENV_HOME/postactivate"
    printf 'printf "web in\\n"\n' >>"$MULTIVENV_HOME/web/bin/postactivate"
    printf 'printf "web out of %%s\\n" "${VIRTUAL_ENV##*/}"\n' >>"$MULTIVENV_HOME/web/bin/predeactivate"
    printf 'printf "all out\\n"\n' >>"$MULTIVENV_HOME/postdeactivate"
    run in_shell 'usevenv web; stopvenv; usevenv old; stopvenv'
    assert_ok 'all in
web in
web out of web
all out
all in
all out'
}

@test "what is made, bound and removed there is found by it, too" {
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    in_shell 'mkvenv --no-use --without-pip --bind="$1" new; rmvenv -y old' "$world/git"
    run env -i "${test_env[@]}" VIRTUALENVWRAPPER_PYTHON="${bin%/*}/python" \
        bash -c '. "$1"; lsvirtualenv -b; workon new; pwd; printf "%s\n" "$VIRTUAL_ENV"' bash "${bin%/*}/virtualenvwrapper.sh" 3>&-
    assert_status 0
    assert_contains $'new\nweb'
    assert_contains "$world/git
$HOME/.virtualenvs/new"
}
