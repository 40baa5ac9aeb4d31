#!/usr/bin/env bats
# mkvenv --restore as far as the shell does it: the environment is active.

# shells: all
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

@test "mkvenv --restore makes what rmvenv has removed, and activates it" {
    run in_shell 'mkvenv --without-pip --no-use --bind=/ "my web"
        mkvenv --without-pip --no-use other
        rmvenv -y "my web" other 2>/dev/null
        mkvenv --restore
        mkvenv --restore "my web"
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        cdvenv --project
        pwd
        mkvenv --no-use --restore other
        mkvenv --restore
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        lsvenvs'
    assert_ok 'my web
other
my web
/
my web
my web
other'
}
