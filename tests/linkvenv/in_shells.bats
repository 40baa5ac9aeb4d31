# linkvenv in the shell; linkvenv.bats tests the rest.

# shells: all
load ../support/common

@test "an unlinked command is found elsewhere at once" {
    fake_env apps
    mkdir "$world/bin"
    printf '#!/bin/sh\necho elsewhere\n' >"$world/bin/tool"
    printf '#!/bin/sh\necho linked\n' >"$env/bin/tool"
    chmod +x "$world/bin/tool" "$env/bin/tool"
    with_env "PATH=$HOME/.local/bin:$world/bin:$test_path"
    run in_shell 'tool
        linkvenv apps tool
        tool
        linkvenv --remove apps tool
        tool
        linkvenv apps tool
        tool
        rmvenv -y apps
        tool'
    assert_ok "elsewhere
multivenv: linked 1 command of 'apps': tool (undo: linkvenv --remove apps)
linked
multivenv: unlinked 1 command of 'apps': tool (undo: linkvenv apps tool)
elsewhere
multivenv: linked 1 command of 'apps': tool (undo: linkvenv --remove apps)
linked
multivenv: unlinked 1 command of 'apps': tool
multivenv: removed 'apps' (undo: mkvenv --restore apps)
elsewhere"
}

@test "it changes nothing in the shell, and its status is the helper's" {
    fake_env apps
    fake_package "$env" tool 1.0 tool
    run changes_of 'linkvenv; linkvenv apps 2>/dev/null; linkvenv -- apps tool 2>/dev/null; linkvenv --help >/dev/null'
    assert_ok ''
    run in_shell +eu 'linkvenv nowhere; printf "%s\n" "$?"; linkvenv -x; printf "%s\n" "$?"'
    assert_ok "multivenv: no environment named 'nowhere' (see lsvenvs)
1
multivenv: linkvenv has no option '-x' (see linkvenv --help)
2"
}

@test "XDG_BIN_HOME counts even if it is not exported" {
    fake_env apps
    fake_package "$env" tool 1.0 tool
    run in_shell 'XDG_BIN_HOME=$1/programs; PATH=$PATH:$1/programs; linkvenv apps; linkvenv' "$HOME"
    assert_ok "multivenv: linked 1 command of 'apps': tool (undo: linkvenv --remove apps)
tool	apps"
    [ -h "$HOME/programs/tool" ]
}
