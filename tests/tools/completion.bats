#!/usr/bin/env bats
# The words of a command behind `runvenv NAME`, by the real bash-completion and the completion of git.

load ../support/common
load ../support/terminal

setup() {
    [ "$MULTIVENV_TEST_SHELL_NAME" = bash ] || skip 'this is about bash'
    bash_completion=$project/.tools/tools/others/bash-completion/usr/share/bash-completion/bash_completion
    [ -f "$bash_completion" ] || bash_completion=/usr/share/bash-completion/bash_completion
    [ -f "$bash_completion" ] || skip 'bash-completion is not installed (make test-tools installs it)'
    make_completion_world
    fake_envs pallets 'palm tree'
    rc=". '$bash_completion'"$'\n'"$(default_rc)"$'\n'"alias w='runvenv pallets'"$'\n'"complete -F _multivenv_complete w"
}

@test "options and words of a command" {
    mkdir "$HOME/a folder"
    run in_terminal -r "$rc" '
        send runvenv pallets make --direc\tX
        screen ^PROMPT> runvenv pallets make --directory=X$
        send \x15runvenv palm\\ tree tar --one-f\tX
        screen ^PROMPT> runvenv palm. tree tar --one-file-system X$
        send \x15runvenv pallets cd a\tX
        screen ^PROMPT> runvenv pallets cd a. folder/X$
        send \x15w make --direc\tX
        screen ^PROMPT> w make --directory=X$
        send \x15runvenv --all -- make --direc\tX
        screen ^PROMPT> runvenv --all -- make --directory=X$
    '
    assert_ok
}

@test "options of git, which come with git" {
    [ -f "${bash_completion%/*}/completions/git" ] || [ -f /usr/share/bash-completion/completions/git ] ||
        skip 'git has no completion here'
    git init --quiet
    git checkout --quiet -b a-branch
    git -c user.name=x -c user.email=x@example.org commit --quiet --allow-empty -m x
    run in_terminal -r "$rc" '
        send runvenv pallets git --no-p\tX
        screen ^PROMPT> runvenv pallets git --no-pager X$
        send \x15runvenv pallets git checkout a-b\tX
        screen ^PROMPT> runvenv pallets git checkout a-branch X$
    '
    assert_ok
}

@test "the verbs themselves, and the loader of bash-completion" {
    run in_terminal -r "$rc" '
        send usevenv pall\tX
        screen ^PROMPT> usevenv pallets X$
        send \x15w --opt\tX
        screen ^PROMPT> w --optX$
    '
    assert_ok
}
