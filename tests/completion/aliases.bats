#!/usr/bin/env bats
# Aliases of verbs, and the words of a command behind `runvenv NAME`.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
}

# Usage: aliased ALIAS...
#
# Sets $rc: multivenv.sh, and these aliases with completion.
aliased() {
    local each option=''
    # the others take it from the verb
    ! in_bash_3 || option='-o default'
    rc=$(default_rc)
    for each; do
        rc+=$'\n'"alias $each"
        # zsh completes behind any alias
        in_zsh || rc+=$'\n'"complete $option -F _multivenv_complete ${each%%=*}"
    done
}

@test "an alias of a verb completes as the verb does" {
    fake_envs pallets 'palm tree'
    aliased v=usevenv 'll="lsvenvs --long"' vv=v 'go="cd / && usevenv"' 'f="FIRST=1 true; fixvenv"'
    run in_terminal -r "$rc" '
        send v pall\tX
        screen ^PROMPT> v pallets X$
        send \x15v palm\tX
        screen ^PROMPT> v palm. tree X$
        send \x15v "palm\tX
        screen ^PROMPT> v "palm tree" X$
        send \x15ll --si\tX
        screen ^PROMPT> ll --size X$
        send \x15ll --sort u\tX
        screen ^PROMPT> ll --sort used X$
        send \x15vv pall\tX
        screen ^PROMPT> vv pallets X$
        send \x15go pall\tX
        screen ^PROMPT> go pallets X$
        send \x15f pallets pa\tX
        screen ^PROMPT> f pallets palm. tree X$
    '
    assert_ok
}

@test "an alias with words of its own" {
    fake_envs pallets relephant
    : >"$HOME/required.txt"
    aliased 'again="rmvenv -y pallets"' 'status="lsvenvs --status"' 'm="mkvenv new -r"'
    run in_terminal -r "$rc" '
        send again \tX
        screen ^PROMPT> again relephant X$
        send \x15status dri\tX
        screen ^PROMPT> status drifted X$
        send \x15m req\tX
        screen ^PROMPT> m required.txt X$
    '
    assert_ok
}

@test "compdef v=usevenv in zsh, also for a function" {
    in_zsh || return 0
    fake_envs pallets
    run in_terminal -r "$(default_rc)"'
v() { usevenv "$@"; }
compdef v=usevenv
setopt complete_aliases
alias w=usevenv
compdef w=usevenv' '
        send v pal\tX
        screen ^PROMPT> v pallets X$
        send \x15w pal\tX
        screen ^PROMPT> w pallets X$
    '
    assert_ok
}

@test "bash: what is no alias of a verb is left alone" {
    ! in_zsh || return 0
    fake_envs pallets
    run in_terminal -r "$(default_rc)"'
v() { usevenv "$@"; }
alias l=ls loop=pool pool=loop
complete -F _multivenv_complete v l loop' '
        send v pal\tX
        screen ^PROMPT> v palX$
        send \x15l --l\tX
        screen ^PROMPT> l --lX$
        send \x15loop --l\tX
        screen ^PROMPT> loop --lX$
    '
    assert_ok
    refute_contains 'No such file'
}

@test "runvenv completes commands of the environment first, then those on PATH" {
    fake_env pallets
    fake_package "$env" webtool 3.0 webtool-cli
    mkdir "$world/bin"
    printf '#!/bin/sh\n' | tee "$world/bin/webtool-other" >"$world/bin/zwebtool-cli"
    chmod +x "$world/bin/"*
    with_env "PATH=$world/bin:$tools/bin"
    local first='send runvenv pallets webt\tX'
    # zsh shows both, and those of the environment first
    if in_zsh; then
        first='send runvenv pallets webtool-c\tX'
    fi
    run in_terminal "$first"'
        screen ^PROMPT> runvenv pallets webtool-cli X$
        send \x15runvenv pallets zweb\tX
        screen ^PROMPT> runvenv pallets zwebtool-cli X$
    '
    assert_ok
}

# A stand-in for bash-completion: says what it was called with
offset='_command_offset() {
    local IFS=,
    COMPREPLY=("<$1,${COMP_WORDS[*]:$1},$((COMP_CWORD - $1)),${COMP_LINE:0:COMP_POINT}>")
}'

@test "bash: the words of the command are bash-completion's" {
    ! in_zsh || return 0
    fake_envs pallets 'palm tree'
    aliased 'w="runvenv pallets"' 'g="runvenv pallets git"' 'all="runvenv --all --"'
    run in_terminal -s 120x24 -r "$rc"$'\n'"$offset" '
        send runvenv pallets git --no\tX
        screen ^PROMPT> runvenv pallets git <2,git,--no,1,runvenv pallets git --no> X$
        send \x15runvenv -- pallets git s\tX
        screen ^PROMPT> runvenv -- pallets git <3,git,s,1,runvenv -- pallets git s> X$
        send \x15runvenv palm\\ tree git add -\tX
        screen ^PROMPT> runvenv palm. tree git add <2,git,add,-,2,runvenv palm. tree git add -> X$
        send \x15runvenv --all git p\tX
        screen ^PROMPT> runvenv --all git <2,git,p,1,runvenv --all git p> X$
        send \x15w git p\tX
        screen ^PROMPT> w git <2,git,p,1,runvenv pallets git p> X$
        send \x15g p\tX
        screen ^PROMPT> g <2,git,p,1,runvenv pallets git p> X$
        send \x15all git p\tX
        screen ^PROMPT> all git <3,git,p,1,runvenv --all -- git p> X$
    '
    assert_ok
}

@test "bash: without bash-completion the words of the command are files" {
    ! in_zsh || return 0
    fake_env pallets
    : >"$HOME/a file"
    aliased 'w="runvenv pallets"'
    run in_terminal -r "$rc" '
        send runvenv pallets cat a\tX
        screen ^PROMPT> runvenv pallets cat a. file X$
        send \x15runvenv pallets cat -n a\tX
        screen ^PROMPT> runvenv pallets cat -n a. file X$
        send \x15w cat a\tX
        screen ^PROMPT> w cat a. file X$
    '
    assert_ok
}
