#!/usr/bin/env bats
# How a rebuild installs: which pip, which installer, which sources, and what it
# says if that fails.

# shells: once
load ../support/common
load ../support/making
load ../support/wheels
load ../support/interpreters
load ../support/repairing

setup() {
    make_world
    make_repairs
    offline
}

# Prints the site-packages of the environment `web`
site() {
    printf '%s\n' "$MULTIVENV_HOME"/web/lib/python3*/site-packages
}

# Usage: installable DIR NAME
#
# A project that can be installed from a folder or a clone, without a network.
installable() {
    make_project "$1" "$2"
    printf '\n%s\n    %s\n' 'def build_wheel(folder, settings=None, metadata=None):' \
        "return build(folder, '$2.py', open('$2.py').read())" >>"$1/backend.py"
}

# Usage: clone_url DIR NAME: of a repository with such a project, at its commit
clone_url() {
    installable "$1" "$2"
    git -C "$1" init -q
    git -C "$1" add -A
    git -C "$1" -c user.name=x -c user.email=x@x commit -q -m x
    printf 'git+file://%s@%s\n' "$1" "$(git -C "$1" rev-parse HEAD)"
}

@test "a newer pip is taken over from the old environment, and can be removed by itself" {
    local info version
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    info=$(printf '%s\n' "$(site)"/pip-*.dist-info)
    version=${info##*/pip-}
    version=${version%.dist-info}
    sed "s/^Version: .*/Version: 99.0/" "$info/METADATA" >"$world/metadata"
    mv "$world/metadata" "$info/METADATA"
    sed "s/pip-$version/pip-99.0/" "$info/RECORD" >"$world/record"
    mv "$world/record" "$info/RECORD"
    mv "$info" "${info%/*}/pip-99.0.dist-info"
    printf '__version__ = "99.0"\ndef main(args=None): pass\n' >"$(site)/pip/__init__.py"
    age web
    run in_shell 'fixvenv -y web; usevenv web; demo; pip --version | cut -d" " -f1,2; pip -q list >"$HOME/list"
        python -I -m pip -q uninstall -y pip; ls "$VIRTUAL_ENV/bin" | grep pip || :'
    assert_status 0
    assert_matches $'web  ok\ndemo 1\.0\npip 99\.0$'
    [ ! -e "$(site)/pip" ]
}

@test "an older pip stays behind" {
    local there
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    there=$(ls -d "$(site)"/pip-*)
    mv "$there" "${there%/*}/pip-1.0.dist-info"
    age web
    in_shell 'fixvenv -y web'
    same "${there##*/}" "$(basename "$(ls -d "$(site)"/pip-*)")"
}

@test "pip does not come back where it was removed, and packages are installed" {
    make_wheel demo 1.0
    in_shell 'mkvenv web demo; pip -q uninstall -y pip'
    age web
    run in_shell 'fixvenv -y web; usevenv web; demo; ls "$VIRTUAL_ENV/bin" | grep pip || :'
    assert_status 0
    assert_matches $'web  ok\ndemo 1\.0$'
    same '' "$(find "$(site)" -maxdepth 1 -iname 'pip*')"
    same False "$(record web 'it["pip"]')"
    run records_hold web
    assert_ok ''
}

@test "so it is with mkvenv --restore" {
    make_wheel demo 1.0
    in_shell 'mkvenv web demo; pip -q uninstall -y pip'
    run in_shell 'rmvenv -y web; mkvenv --restore web; demo; ls "$VIRTUAL_ENV/bin" | grep pip || :'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)
demo 1.0"
}

@test "a file in a repository comes back with each pip" {
    command -v git >/dev/null || skip 'git is not installed'
    local url
    url=$(clone_url "$world/origin" mine)
    in_shell 'mkvenv web "$1#egg=mine"' "$url"
    age web
    run in_shell 'fixvenv -y web; freezevenv web'
    assert_status 0
    assert_contains "web  ok
mine @ $url"
}

@test "a clone in src comes back from its URL if it is gone, and stays if it is there" {
    command -v git >/dev/null || skip 'git is not installed'
    local url
    url=$(clone_url "$world/origin" mine)
    in_shell 'mkvenv --no-use web -e "$1#egg=mine"' "$url"
    printf 'edited\n' >"$MULTIVENV_HOME/web/src/mine/edited"
    age web
    run in_shell 'fixvenv -y web; usevenv web; mine'
    assert_status 0
    assert_matches 'mine from its project$'
    [ -e "$MULTIVENV_HOME/web/src/mine/edited" ]
    age web
    rm -rf "$MULTIVENV_HOME/web/src"
    run in_shell 'fixvenv -y web; usevenv web; mine; cat "$VIRTUAL_ENV/src/mine/edited" || :'
    assert_status 0
    assert_contains 'mine from its project'
    # its own .git tells where it came from
    in_shell 'rmvenv -y web'
    run in_shell 'mkvenv --restore web; mine; git -C "$VIRTUAL_ENV/src/mine" rev-parse HEAD'
    assert_ok "mine from its project
${url##*@}"
}

@test "what the packages lack with another Python is reported" {
    make_wheel demo 1.0 'newer-only; python_version != "3.44"' 'never; python_version == "3.44"'
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    run in_shell 'fixvenv -y web'
    assert_status 0
    assert_contains "multivenv: packages of 'web' conflict: demo 1.0 requires newer-only
web  ok"
}

@test "if a dependency has no version for this Python, --requested is the way out" {
    make_wheel demo 1.0 needed
    dangling_env web 3.44.1
    fake_package "$env" demo 1.0 demo
    fake_package "$env" needed 1.0 needed
    rm "$env"/lib/python3.44/site-packages/needed-1.0.dist-info/REQUESTED
    run in_shell 'fixvenv -y web'
    assert_status 1
    assert_matches "multivenv: did not repair 'web': cannot install needed==1.0: no matching version for Python 3[0-9.]+ \(fixvenv --requested resolves the dependencies again\)$"
}

@test "the old pip configuration and MULTIVENV_INSTALLER decide between pip and uv" {
    fake_python "$world/opt/bin/python3" 3.90.1
    noting_shim "$world/bin/uv" "printf 'uv\\n' >>'$world/used'"
    with_env "PATH=$(path_with "$world/bin")"
    local words
    # no configuration at all, as far as pip is concerned
    without_env PIP_NO_INDEX PIP_FIND_LINKS
    used() {
        : >"$world/used"
        in_shell "$1"' mkvenv --no-use --without-pip -p "$2/opt" "$1" flask' "$2" "$world" >/dev/null 2>&1 || :
        cat "$world/used"
    }
    same uv "$(used '' one)"
    same '' "$(used 'MULTIVENV_INSTALLER=pip;' two)"
    for words in 'PIP_INDEX_URL=https://x.example/simple' 'PIP_NO_BINARY=x'; do
        same '' "$(used "export $words;" three)"
        same uv "$(used "export $words; MULTIVENV_INSTALLER=uv;" "four${words%%=*}")"
    done
    mkdir -p "$HOME/.config/pip" "$HOME/.pip"
    : >"$HOME/.config/pip/pip.conf"
    same uv "$(used '' five)" # PIP_CONFIG_FILE=/dev/null: pip reads no file
    [ -e /etc/pip.conf ] && return
    without_env PIP_CONFIG_FILE
    same '' "$(used '' six)"
    mv "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"
    same '' "$(used '' seven)"
    rm "$HOME/.pip/pip.conf"
    same uv "$(used '' eight)"
}
