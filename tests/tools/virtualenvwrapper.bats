#!/usr/bin/env bats
# A home of virtualenvwrapper's, used as it is: names, projects and hooks.

load ../support/common
load ../support/wheels
load ../support/tools

# Makes three environments with the real one, which also writes its hooks, and binds two of them
setup() {
    make_tool_world virtualenvwrapper
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    bin=${bin%/*}
    mkdir "$world/git" "$world/api-project"
    env -i "${test_env[@]}" VIRTUALENVWRAPPER_PYTHON="$bin/python" VIRTUALENVWRAPPER_VIRTUALENV="$bin/virtualenv" \
        bash -c '. "$1" && mkvirtualenv -p "$3" old && mkvirtualenv -a "$2" -p "$3" web && mkvirtualenv -a "$4" -p "$3" api' bash \
        "$bin/virtualenvwrapper.sh" "$world/git" "$MULTIVENV_TEST_PYTHON" "$world/api-project" >"$world/tmp/log" 2>&1 3>&- ||
        fail "$(cat "$world/tmp/log")"
    with_env "MULTIVENV_HOME=$HOME/.virtualenvs"
    MULTIVENV_HOME=$HOME/.virtualenvs
}

@test "its environments are listed, sound, and used by their names and projects" {
    run in_shell 'lsvenvs --status ok; usevenv old; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        cd "$1"; usevenv; printf "%s\n" "$VIRTUAL_ENV_PROMPT" "$UV_PROJECT_ENVIRONMENT"
        cd /; cdvenv --project; pwd' "$world/git"
    assert_ok "api
old
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
    assert_contains $'api\nnew\nweb'
    assert_contains "$world/git
$HOME/.virtualenvs/new"
}

# ---- its commands, in both tools, with hooks that write a log ---------------------------------------

# Usage: logging_hooks DIR PREFIX NAME...
logging_hooks() {
    local dir=$1 prefix=$2 name
    shift 2
    for name; do
        printf '%s\n' '#!/bin/sh' "printf '%s|%s|%s|%s\\n' '$prefix $name' \"\${LOGGED-\$*}\" \"\$PWD\" \"\${VIRTUAL_ENV-}\" >>\"\$LOG\"" >"$dir/$name"
        chmod +x "$dir/$name"
    done
}

# Usage: hook_all: those of the home, of all environments, and of both projects
hook_all() {
    local env
    logging_hooks "$MULTIVENV_HOME" global premkvirtualenv postmkvirtualenv prermvirtualenv postrmvirtualenv preactivate \
        postactivate predeactivate postdeactivate premkproject postmkproject precpvirtualenv postcpvirtualenv get_env_details
    for env in api old web; do
        logging_hooks "$MULTIVENV_HOME/$env/bin" "$env" preactivate postactivate predeactivate postdeactivate get_env_details
    done
    for env in "$world/git" "$world/api-project"; do
        mkdir "$env/.virtualenvwrapper"
        logging_hooks "$env/.virtualenvwrapper" "${env##*/}" postactivate predeactivate
    done
}

# Usage: log_of SHELL FILE: the log of the commands, with this virtualenvwrapper.sh
log_of() {
    rm -rf "$HOME/.virtualenvs" "$world/projects"
    cp -a "$world/before" "$HOME/.virtualenvs"
    mkdir "$world/projects"
    : >"$world/log"
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    bin=${bin%/*}
    # LOGGED: for the hooks that are sourced; those that are programs get words, and not the variable
    env -i "${test_env[@]}" "PATH=$bin:$test_path" "VIRTUALENVWRAPPER_PYTHON=$bin/python" "LOG=$world/log" PROJECT_HOME="$world/projects" \
        "$1" -c 'export LOG; LOGGED=; . "$1"; cd "$2"
            step() { printf "== %s\n" "$*" >>"$LOG"; "$@"; }
            step workon web; step workon api; step workon old; step deactivate; step workon -n web; step deactivate; cd "$2"
            step mkvirtualenv -p "$3" new; step deactivate; step rmvirtualenv new
            step cpvirtualenv old copy; step deactivate; step cpvirtualenv api other; step workon web; step deactivate; step lsvirtualenv; step showvirtualenv web
            step mkproject -p "$3" made; step workon web; step deactivate; step rmvirtualenv old copy made' \
        "$1" "$2" "$world" "$MULTIVENV_TEST_PYTHON" >"$world/tmp/out" 2>&1 </dev/null 3>&- || fail "$(cat "$world/tmp/out")"
    cat "$world/log"
}

of_copy='/^== cpvirtualenv api/,/^== deactivate/'

copied() { sed -n "$of_copy p" "$1"; }

@test "the hooks of a home that it made run in the same order, with the same words, in the same places" {
    hook_all
    cp -a "$MULTIVENV_HOME" "$world/before"
    local shell
    for shell in bash zsh; do
        command -v "$shell" >/dev/null || continue
        log_of "$shell" "$("$project/tests/tools-install" --path virtualenvwrapper)" >"$world/theirs"
        log_of "$shell" "$project/compat/virtualenvwrapper.sh" >"$world/ours"
        # cpvenv does not bind the copy to the project: so no hooks of the project, in another directory
        same "$(copied "$world/theirs" | sed -e '/^api-project /d' -e 's/|[^|]*|\([^|]*\)$/|\1/')" \
            "$(copied "$world/ours" | sed 's/|[^|]*|\([^|]*\)$/|\1/')"
        same "$(sed "$of_copy d" "$world/theirs")" "$(sed "$of_copy d" "$world/ours")"
        [ "$(grep -vc '^==' "$world/ours")" -gt 100 ]
    done
}
