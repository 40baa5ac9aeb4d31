#!/usr/bin/env bats
# Tab in fish, and the prompt.

# shells: fish
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
}

# Usage: offered LINE
#
# Prints what fish offers at the end of LINE
offered() {
    in_shell -i 'complete --command tool --long-option color; complete --do-complete $argv[1]' "$1"
}

@test "Tab completes the name of an environment" {
    fake_envs alpha beta
    run in_terminal '
        send usevenv al\t
        wait usevenv alpha
        run
        run echo "active: $VIRTUAL_ENV_PROMPT"
    '
    assert_status 0
    assert_contains 'active: alpha'
}

@test "Tab lists environments with their Python and their project" {
    fake_env alpha 3.11.2
    fake_env beta
    mkdir -p "$HOME/git/web"
    printf '%s\n' "$HOME/git/web" >"$env/.project"
    run in_terminal '
        send usevenv \t
        screen alpha +.3.11.2
        screen beta +.3.12.4 ~/git/web
    '
    assert_status 0
}

@test "the environments of the current directory's project come first" {
    fake_envs alpha beta zeta
    mkdir "$HOME/git"
    printf '%s\n' "$HOME/git" >"$MULTIVENV_HOME/zeta/.project"
    run in_shell -i 'cd $HOME/git; complete --do-complete "usevenv " | string replace --regex "\t.*" ""; complete --do-complete "usevenv z" | count
        cd; complete --do-complete "usevenv " | string replace --regex "\t.*" ""'
    assert_ok 'zeta
alpha
beta
1
alpha
beta
zeta'
}

@test "a name is data" {
    fake_envs '$(touch x)' "it's" 'two words'
    run offered 'usevenv '
    assert_contains '$(touch x)'
    run in_terminal '
        send usevenv \$\t
        wait touch
        run
        run echo "active: $VIRTUAL_ENV_PROMPT"
        run stopvenv
        send usevenv tw\t
        wait words
        run
        run echo "active: $VIRTUAL_ENV_PROMPT"
    '
    assert_contains 'active: $(touch x)'
    assert_contains 'active: two words'
    [ ! -e x ]
}

@test "options have the text of the help" {
    run offered 'mkvenv --sys'
    assert_output_is "$(printf -- "--system-site-packages\tgive it access to the base interpreter's packages")"
    run offered 'multivenv mk --sys'
    assert_contains --system-site-packages
    run offered 'multivenv doctor --'
    assert_contains --json
    run offered 'usevenv -- -'
    assert_output_is ''
}

@test "values of options" {
    fake_env alpha
    : >requirements.txt
    run offered 'mkvenv -r req'
    assert_contains requirements.txt
    run offered 'mkvenv --requirement=req'
    assert_contains requirements.txt
    run offered 'lsvenvs --sort '
    assert_contains name
    run offered 'lsvenvs --with al'
    assert_output_is ''
    run offered 'lsvenvs --status=ok,da'
    assert_contains ok,damaged
    run offered 'mkvenv -p al'
    assert_contains alpha
}

@test "rmvenv completes statuses, and adopt tools and directories" {
    fake_env alpha
    mkdir -p projects
    run offered 'rmvenv --status ok,da'
    assert_contains ok,damaged
    run offered 'rmvenv --orp'
    assert_contains --orphans
    run offered 'multivenv adopt --all --from py'
    assert_output_is pyenv-virtualenv
    run offered 'multivenv adopt --from pipx --all proj'
    assert_contains projects/
    run offered 'multivenv adopt --all projects proj'
    assert_contains projects/
    run offered 'mkvenv --restore --la'
    assert_contains --last
}

@test "mkvenv completes the options for clones, and files as their values" {
    : >requirements.txt
    run offered 'mkvenv --gro'
    assert_output_is $'--group\tGROUP: install a dependency group; may be repeated'
    run offered 'mkvenv -c req'
    assert_contains requirements.txt
    run offered 'mkvenv --script=req'
    assert_contains requirements.txt
    run offered 'mkvenv --pip-args req'
    assert_output_is ''
}

@test "behind an alias" {
    fake_env alpha
    run in_shell -i 'alias v usevenv; complete -C"v al"; multivenv version >/dev/null; set -q verb; echo $status'
    assert_output_is $'alpha\t3.12.4\n1'
}

@test "what follows the name" {
    fake_env alpha
    fake_package "$env" flask 3.0 flask
    run offered 'runvenv alpha fla'
    assert_contains flask
    run offered 'linkvenv alpha fl'
    assert_contains flask
    run offered 'runvenv alpha tool --co'
    assert_contains --color
    run offered 'rmvenv alpha '
    refute_contains alpha
    run offered 'multivenv init f'
    assert_output_is fish
    run offered 'multivenv pyth'
    assert_output_is "$(printf 'pythons\tlist the interpreters that mkvenv can use')"
    run offered 'multivenv u'
    assert_contains use
    run offered 'cdvenv alpha '
    assert_output_is ''
}

@test "the prompt shows the environment, and is the same afterwards" {
    without_env VIRTUAL_ENV_DISABLE_PROMPT
    fake_env alpha
    run in_terminal '
        send usevenv alpha\r
        wait \(alpha\) PROMPT> \Z
        run
        send stopvenv\r
        prompt
        settle
        run functions fish_prompt
    '
    assert_status 0
    refute_contains '(alpha) PROMPT> stopvenv
(alpha)'
    refute_contains '_multivenv_fish_prompt'
}

@test "a prompt defined while an environment is active stays" {
    without_env VIRTUAL_ENV_DISABLE_PROMPT
    fake_env alpha
    run in_shell 'function fish_prompt; echo first; end
        usevenv alpha
        fish_prompt
        function fish_prompt; echo second; end
        stopvenv
        fish_prompt'
    assert_ok '(alpha) first
second'
}
