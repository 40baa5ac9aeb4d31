#!/usr/bin/env bats
# Other tools, inherited environments, MULTIVENV_AUTO, --temp and an upgrade, in fish.

# shells: fish
load ../support/common
load ../support/terminal
load ../support/temporary

# What bin/activate.fish of venv does
activate='set -gx VIRTUAL_ENV /other; set -g old_path $PATH; set -gx PATH /other/bin $PATH
function deactivate; echo deactivated; set -gx PATH $old_path; set -e VIRTUAL_ENV; functions -e deactivate; end'

@test "the deactivate of another tool is called first" {
    fake_env alpha
    run in_shell "set -l before \"\$PATH\"
$activate
usevenv nope 2>/dev/null; echo \$VIRTUAL_ENV
usevenv alpha; echo \$VIRTUAL_ENV_PROMPT
contains /other/bin \$PATH; or echo clean
stopvenv
test \"\$PATH\" = \"\$before\"; and echo same
$activate
stopvenv; echo \$status
test \"\$PATH\" = \"\$before\"; and echo same"
    assert_ok '/other
deactivated
alpha
clean
same
deactivated
0
same'
}

@test "an activate.fish that is sourced later deactivates ours" {
    fake_env alpha
    run in_shell "usevenv alpha
deactivate nondestructive
$activate
contains \$HOME/.multivenv/alpha/bin \$PATH; or echo clean
stopvenv"
    assert_ok 'clean
deactivated'
}

@test "an inherited environment, and a half-active one" {
    fake_env alpha
    with_env "VIRTUAL_ENV=$env" VIRTUAL_ENV_PROMPT=alpha "PATH=$(path_with "$env/bin")"
    run in_shell 'stopvenv; set -q VIRTUAL_ENV VIRTUAL_ENV_PROMPT; echo $status; string match "*alpha*" -- $PATH; true'
    assert_ok 2
    with_env "PATH=$test_path"
    run in_shell 'usevenv alpha; string match "*alpha*" -- $PATH | count; stopvenv; string match "*alpha*" -- $PATH; true'
    assert_ok 1
}

@test "an environment by its directory, in a worktree, and by the start of its name" {
    fake_env alpha
    mkdir -p "$HOME/main/.git/worktrees/feature" "$HOME/feature" "$HOME/more"
    printf '%s\n' "$HOME/main" >"$env/.project"
    printf '%s\n' "$HOME/more" >"$env/.multivenv-projects"
    printf 'gitdir: %s\n' "$HOME/main/.git/worktrees/feature" >"$HOME/feature/.git"
    printf '%s\n' "$HOME/feature/.git" >"$HOME/main/.git/worktrees/feature/gitdir"
    run in_shell 'cd $HOME/feature; usevenv; echo 1 $VIRTUAL_ENV_PROMPT; stopvenv; cd; usevenv ./main; echo 2 $VIRTUAL_ENV_PROMPT
        stopvenv; usevenv more/../more; echo 3 $VIRTUAL_ENV_PROMPT; cd more; cdvenv --project; string replace $HOME "" $PWD
        runvenv ../main sh -c "echo \$VIRTUAL_ENV" | string match "*alpha" | count; lsvenvs .'
    assert_ok '1 alpha
2 alpha
3 alpha
/more
1
alpha'
    run in_shell 'usevenv al; echo $status'
    assert_contains "no environment named 'al'"
    run --separate-stderr in_shell -i 'usevenv al; echo $VIRTUAL_ENV_PROMPT; set -gx MULTIVENV_AUTO 1; stopvenv; cd $HOME/feature; echo $VIRTUAL_ENV_PROMPT'
    assert_ok 'alpha
alpha'
}

@test "a function deactivate of the user stays" {
    fake_env alpha
    run in_shell 'function deactivate; echo mine; end; usevenv alpha; stopvenv; deactivate'
    assert_ok mine
}

@test "MULTIVENV_AUTO follows the directory" {
    fake_env alpha
    mkdir -p "$HOME/web/sub" "$HOME/elsewhere"
    printf '%s\n' "$HOME/web" >"$env/.project"
    with_env MULTIVENV_AUTO=1
    run --separate-stderr in_shell -i 'cd $HOME/web; echo 1 $VIRTUAL_ENV_PROMPT; cd sub; echo 2 $VIRTUAL_ENV_PROMPT
        cd $HOME/elsewhere; echo 3 $VIRTUAL_ENV_PROMPT; cd $HOME/web; stopvenv; cd sub; echo 4 $VIRTUAL_ENV_PROMPT
        cd $HOME; cd web; echo 5 $VIRTUAL_ENV_PROMPT; false; cd $HOME; cd web; echo $status; set -g MULTIVENV_AUTO 0; cd $HOME; echo 6 $VIRTUAL_ENV_PROMPT'
    assert_ok '1 alpha
2 alpha
3
4
5 alpha
0
6 alpha'
    assert_contains "using 'alpha'" "$stderr"
    assert_contains "left 'alpha'" "$stderr"
}

@test "MULTIVENV_AUTO leaves alone what was activated by hand" {
    fake_env alpha
    mkdir -p "$HOME/web"
    printf '%s\n' "$HOME/web" >"$env/.project"
    fake_env beta
    with_env MULTIVENV_AUTO=1
    run in_shell -i 'usevenv beta; cd $HOME/web; echo $VIRTUAL_ENV_PROMPT; cd $HOME; echo $VIRTUAL_ENV_PROMPT'
    assert_ok 'beta
beta'
}

@test "MULTIVENV_AUTO at the first prompt" {
    fake_env alpha
    printf '%s\n' "$HOME" >"$env/.project"
    with_env MULTIVENV_AUTO=1 VIRTUAL_ENV_DISABLE_PROMPT=1
    run in_terminal 'run echo "active: $VIRTUAL_ENV_PROMPT"'
    assert_contains 'active: alpha'
}

@test "--temp belongs to fish" {
    run in_shell 'mkvenv --without-pip --temp try; test -d "$VIRTUAL_ENV"; echo $status
        lsvenvs; stopvenv; lsvenvs
        mkvenv --without-pip --temp try2; test (cat $HOME/.multivenv/.multivenv/temporary/try2) = $fish_pid; and echo mine'
    assert_ok '0
try
mine'
    assert_nothing_is_left
}

@test "mkvenv that Ctrl-Z suspends goes on later" {
    printf '#!/bin/sh\nprintf "halfway\\n"\nread line\nprintf "end of it\\n"\n' >"$world/bin-python"
    chmod +x "$world/bin-python"
    with_env "MULTIVENV_HELPER_PYTHON=$world/bin-python"
    run in_terminal '
        send fixvenv --all\r
        wait halfway
        send \x1a
        prompt
        send fg\r
        wait Send job
        send x\r
        wait end of it
        prompt
        run echo still here
    '
    assert_status 0
}

@test "rmvenv of the current directory, and mvvenv of the active environment" {
    fake_env alpha
    fake_env beta
    run --separate-stderr in_shell 'cdvenv alpha; rmvenv -y alpha; basename $PWD; pwd -P | string match "*multivenv"'
    assert_status 0
    assert_contains '.multivenv'
    assert_contains 'the current directory is gone' "$stderr"
    refute_contains getcwd "$stderr"
    run in_shell 'usevenv beta; cdvenv; mvvenv beta gamma; echo $VIRTUAL_ENV_PROMPT; basename $PWD; stopvenv; usevenv -; echo $VIRTUAL_ENV_PROMPT'
    assert_contains gamma
}

@test "rmvenv with options that choose environments, and all of them restored" {
    fake_env alpha
    printf '/nowhere\n' >"$env/.project"
    run in_shell 'rmvenv -y --orphans; echo $status; lsvenvs; mkvenv --restore --last --python nonsense; echo $status; set -q VIRTUAL_ENV; echo $status'
    assert_status 0
    assert_contains "multivenv: removed 'alpha' (undo: mkvenv --restore alpha)"
    assert_contains "multivenv: restored 0 environments, failed 1: 'alpha'
1
1"
}

@test "bindvenv sets and removes the variable of uv" {
    fake_env alpha
    mkdir web
    run in_shell 'usevenv alpha; bindvenv alpha web 2>/dev/null; basename "$UV_PROJECT_ENVIRONMENT"
        bindvenv --remove alpha 2>/dev/null; set -q UV_PROJECT_ENVIRONMENT; echo $status'
    assert_ok 'alpha
1'
}

@test "an upgrade replaces the files, or removes them, while fish is open" {
    fake_env alpha
    printf '%s\n' "$HOME" >"$env/.project"
    with_env PYTHONHOME=/python UV_PROJECT_ENVIRONMENT=mine
    cp -R "$project" "$world/copy" 2>/dev/null || :
    with_env "MULTIVENV_ROOT=$world/copy"
    run --separate-stderr in_shell 'usevenv alpha
        sed -i.old "s/for_fish() {/for_fish() { [ \"\$1\" != 1 ] || set -- 0;/" $MULTIVENV_ROOT/shell/fish.sh
        sed -i.old "s/for-fish 1/for-fish 2/" $MULTIVENV_ROOT/multivenv.fish
        sed -i.old "s/{1-}\" != 1 ]/{1-}\" != 2 ]/" $MULTIVENV_ROOT/shell/fish.sh
        cdvenv; basename $PWD; stopvenv; echo $status
        usevenv alpha
        mv $MULTIVENV_ROOT $MULTIVENV_ROOT.gone; usevenv alpha; echo $status; stopvenv; echo $status
        set -q VIRTUAL_ENV; echo $status; string match "*alpha*" -- $PATH; echo $PYTHONHOME $UV_PROJECT_ENVIRONMENT'
    assert_ok 'alpha
0
1
0
1
/python mine'
    assert_contains 'files are missing from' "$stderr"
}

@test "doctor knows what it can of fish" {
    run in_shell -i 'set -g MULTIVENV_KEEP 3; set -gx MULTIVENV_AUTO 1; multivenv doctor'
    assert_status 0
    assert_matches "multivenv: +[0-9.]+ in $project"
    assert_matches 'shell: +fish [0-9.]+'
    assert_contains 'MULTIVENV_KEEP=3'
    assert_matches 'MULTIVENV_AUTO: +on'
    assert_matches 'completion: +loaded'
    run in_shell -i 'function mkvenv; end; complete --erase --command usevenv; multivenv doctor'
    assert_status 1
    assert_contains 'something else redefined'
    assert_contains "source $project/multivenv.fish"
    assert_contains 'completion is missing'
}

@test "mkvenv without a name makes the environment of the project here" {
    mkdir -p "$HOME/git/afork"
    : >"$HOME/git/afork/requirements.txt"
    run in_shell 'cd ~/git/afork; mkvenv --no-install --without-pip 2>&1; echo $VIRTUAL_ENV_PROMPT
        cat ~/.multivenv/afork/.project; set -g MULTIVENV_REQUIREMENTS /gone.txt; mkvenv --without-pip x; echo $status'
    assert_status 0
    assert_matches "^multivenv: installing nothing, Python [0-9.]+ \(the default\)
afork
$HOME/git/afork
multivenv: MULTIVENV_REQUIREMENTS is /gone.txt, which is not a readable file \(set it to an absolute path, or mkvenv --bare\)
1\$"
}
