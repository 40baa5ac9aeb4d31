#!/usr/bin/env bats
# What the options of mkvenv install, what the record says of them, and what repeats them.

# shells: once
load ../support/common
load ../support/wheels
load ../support/making
load ../support/clones

setup() {
    make_world
    offline
    share_cache
    set_version
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: names NAME
#
# Prints the packages of an environment, without pip's.
packages() {
    in_shell 'freezevenv "$1"' "$1"
}

# Usage: unfinish NAME
#
# Makes an environment look like one whose creation was interrupted.
unfinish() {
    rm -r "${MULTIVENV_HOME:?}/$1/lib" "${MULTIVENV_HOME:?}/$1/bin"
    mv "$MULTIVENV_HOME/$1/.multivenv.json" "$MULTIVENV_HOME/$1/.multivenv-incomplete"
}

@test "--group reads the groups itself, from the project of this directory, and an old pip does not matter" {
    make_wheel needed 1.0
    make_clone "$HOME/git/afork" '[dependency-groups]' "Test = ['needed']"
    mkdir "$HOME/git/afork/below"
    : >"$HOME/git/afork/.git"
    run in_shell 'cd "$HOME/git/afork/below"; mkvenv --no-use web --group test'
    assert_ok ''
    same 'needed==1.0' "$(packages web)"
    same "['needed'] ['test']" "$(record web 'it["requirements"]' 'it["groups"]')"
    # fixvenv repeats it, also if the project is gone
    rm -r "$HOME/git/afork"
    unfinish web
    run in_shell 'fixvenv -y web'
    assert_status 0
    same 'needed==1.0' "$(packages web)"
    same "['test']" "$(record web 'it["groups"]')"
}

@test "--extra is for the project here, or for the only -e DIR" {
    make_wheel needed 1.0
    make_clone "$HOME/git/afork" "optional-dependencies.full = ['needed']"
    run in_shell 'mkvenv --no-use web -e git/afork --extra full'
    assert_ok ''
    same "['$HOME/git/afork[full]']" "$(record web 'it["editables"]')"
    run in_shell +eu 'mkvenv --no-use one --extra full; mkvenv --no-use one -e git/afork --extra no
        mkvenv --no-use one -e git/afork --extra "full]"; mkvenv --no-use one -e git/afork -e . --extra full'
    assert_output_is "multivenv: mkvenv --extra needs a project: one -e DIR, or no name (see mkvenv --help)
multivenv: ~/git/afork/pyproject.toml has no extra 'no' (it has full)
multivenv: 'full]' is not the name of an extra (see mkvenv --help)
multivenv: mkvenv --extra needs a project: one -e DIR, or no name (see mkvenv --help)"
}

@test "--script installs what a script requires, with the Python that it requires, and lends its name" {
    make_wheel needed 1.0
    printf '%s\n' '#!/usr/bin/env python' '# /// script' "# requires-python = '==$version'" \
        "# dependencies = ['needed']" '# ///' 'import needed' >"$HOME/fetch it.py"
    run in_shell 'mkvenv --no-use --script "fetch it.py"'
    assert_ok "multivenv: installing from '~/fetch it.py': 1 requirement, $called (requires-python ==$version)"
    same 'needed==1.0' "$(packages 'fetch it')"
    [ ! -e "$MULTIVENV_HOME/fetch it/.project" ]
    run in_shell 'mkvenv --no-use web --script "fetch it.py"'
    assert_status 0
    same "['needed'] $HOME/fetch it.py" "$(record web 'it["requirements"]' 'it["script"]')"
    run in_shell +eu 'mkvenv --no-use --script /dev/null; mkvenv --no-use --script gone; mkvenv --no-use --script x --group y'
    assert_output_is "multivenv: cannot read /dev/null: Not a regular file
multivenv: cannot read ~/gone: No such file or directory
multivenv: mkvenv takes only one of --script and --group (see mkvenv --help)"
}

@test "-c limits versions, and fixvenv --requested applies it again" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    make_wheel needed 2.0
    printf 'needed<2\n' >"$HOME/limits.txt"
    run in_shell 'mkvenv --no-use web demo -c limits.txt'
    assert_ok ''
    same $'demo==1.0\nneeded==1.0' "$(packages web)"
    same "['$HOME/limits.txt']" "$(record web 'it["constraints"]')"
    run in_shell 'fixvenv -y --requested web'
    assert_status 0
    same $'demo==1.0\nneeded==1.0' "$(packages web)"
    rm "$HOME/limits.txt"
    run in_shell 'fixvenv -y --requested web'
    assert_status 0
    assert_contains "constraints of 'web' that do not apply anymore: ~/limits.txt"
    same $'demo==1.0\nneeded==2.0' "$(packages web)"
    run in_shell +eu 'mkvenv --no-use one demo -c gone.txt'
    assert_output_is "multivenv: cannot read constraints file 'gone.txt'"
}

@test "--pip-args is for pip, and repairs repeat it, but only if this home wrote it" {
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    mkdir "$world/other"
    mv "$world/wheels/needed"* "$world/other"
    run in_shell 'mkvenv --no-use web demo --pip-args "--find-links '"'$world/other'"' -q" --pip-args=--prefer-binary'
    assert_ok ''
    same $'demo==1.0\nneeded==1.0' "$(packages web)"
    same "['--find-links', '$world/other', '-q', '--prefer-binary']" "$(record web 'it["pip_args"]["words"]')"
    same 600 "$(stat -c %a "$MULTIVENV_HOME/.multivenv/key")"
    run in_shell 'fixvenv -y --reinstall web; cpvenv web copy; rmvenv -y web 2>/dev/null; mkvenv --no-use --restore web'
    assert_status 0
    same $'demo==1.0\nneeded==1.0' "$(packages web)"
    same $'demo==1.0\nneeded==1.0' "$(packages copy)"
    # what somebody else wrote
    sed -i 's/--prefer-binary/--pre/' "$MULTIVENV_HOME/web/.multivenv.json"
    run in_shell 'fixvenv -y --reinstall web'
    assert_status 1
    assert_contains "multivenv: left out --pip-args of 'web': --find-links $world/other -q --pre (its record was not written in this home)"
    unfinish copy
    rm "$MULTIVENV_HOME/.multivenv/key"
    run in_shell 'fixvenv -y copy'
    assert_contains "multivenv: left out --pip-args of 'copy': --find-links"
}

@test "--pip-args cannot install elsewhere, and needs its quotes to end" {
    for words in '--target x' '--targ=x' '-t x' '-Ut x' --user '--prefix=/x' '--root /' '--python /x'; do
        run in_shell 'mkvenv --no-use web demo --pip-args "$1"' "$words"
        assert_status 2
        assert_output_is "multivenv: mkvenv --pip-args cannot install elsewhere: '${words%% *}' (see mkvenv --help)"
    done
    run in_shell 'mkvenv --no-use web demo --pip-args "$1"' "--x 'y"
    assert_status 2
    assert_contains 'has a quote that does not end'
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "MULTIVENV_REQUIREMENTS is installed into every new environment, but not with --bare" {
    make_wheel always 1.0
    make_wheel demo 1.0
    printf 'always\n' >"$HOME/always.txt"
    # the shell need not export it
    run in_shell 'MULTIVENV_REQUIREMENTS=$HOME/always.txt; mkvenv --no-use one; mkvenv --no-use two demo; mkvenv --no-use three --bare
        cpvenv three four'
    assert_ok ''
    same 'always==1.0' "$(packages one)"
    same $'always==1.0\ndemo==1.0' "$(packages two)"
    same '' "$(packages three)$(packages four)"
    same "['$HOME/always.txt'] [] True" \
        "$(record one 'it["requirement_files"]') $(record three 'it["requirement_files"]' 'it["bare"]')"
    run in_shell +eu 'MULTIVENV_REQUIREMENTS=$HOME/always.txt mkvenv --no-use --without-pip x'
    assert_output_is 'multivenv: mkvenv cannot install the file of MULTIVENV_REQUIREMENTS --without-pip (see mkvenv --bare)'
    run in_shell +eu 'for MULTIVENV_REQUIREMENTS in gone.txt "$HOME/gone.txt"; do mkvenv --no-use x; done
        mkvenv --no-use --without-pip x; mkvenv --no-use --without-pip --bare y'
    assert_output_is "multivenv: MULTIVENV_REQUIREMENTS is 'gone.txt', which is not a readable file (set it to an absolute path, or mkvenv --bare)
multivenv: MULTIVENV_REQUIREMENTS is ~/gone.txt, which is not a readable file (set it to an absolute path, or mkvenv --bare)
multivenv: MULTIVENV_REQUIREMENTS is ~/gone.txt, which is not a readable file (set it to an absolute path, or mkvenv --bare)"
}

@test "--upgrade-deps upgrades pip before anything else" {
    local wheel
    in_shell 'mkvenv --no-use first'
    wheel=$("$MULTIVENV_TEST_PYTHON" -c 'import ensurepip, glob, os
print(glob.glob(os.path.dirname(ensurepip.__file__) + "/_bundled/pip-*")[0])') || skip 'no wheel of pip'
    "$MULTIVENV_TEST_PYTHON" -I -S "$support/newer_wheel.py" "$wheel" "$world/wheels" 99.0
    make_wheel setuptools 99.0
    run in_shell 'mkvenv --no-use web --upgrade-deps; runvenv web python -m pip --version'
    assert_status 0
    assert_matches '^pip 99'
    same True "$(record web 'it["upgrade_deps"]')"
    run in_shell 'mkvenv --no-use one --upgrade-deps --without-pip'
    assert_status 2
    assert_output_is 'multivenv: mkvenv takes only one of --upgrade-deps and --without-pip (see mkvenv --help)'
}

@test "a pylock.toml needs uv or a new pip, which is checked before anything is made" {
    printf '%s\n' "lock-version = '1.0'" "created-by = 'x'" 'packages = []' | tee "$HOME/pylock.toml" >"$HOME/pylock.dev.toml"
    with_env MULTIVENV_INSTALLER=pip
    run in_shell 'mkvenv --no-use web -r pylock.dev.toml'
    assert_status 1
    assert_matches "^multivenv: pip [0-9.]+ cannot install 'pylock.dev.toml': that needs uv or pip 26.1 \(install uv, or mkvenv --upgrade-deps\)\$"
    [ ! -e "$MULTIVENV_HOME/web" ]
    # with uv, each of them by itself
    mkdir "$world/bin"
    printf '%s\n' '#!/bin/sh' 'shift 4; printf "%s\n" "$*" >>"$HOME/uv.log"' >"$world/bin/uv"
    chmod +x "$world/bin/uv"
    with_env "PATH=$(path_with "$world/bin")" MULTIVENV_INSTALLER=uv
    run in_shell 'mkvenv --no-use web -r pylock.toml -r pylock.dev.toml demo -c pylock.toml'
    assert_ok ''
    same "-r $HOME/pylock.toml
-r $HOME/pylock.dev.toml
-c $HOME/pylock.toml -- demo" "$(cat "$HOME/uv.log")"
    same "['$HOME/pylock.toml', '$HOME/pylock.dev.toml']" "$(record web 'it["requirement_files"]')"
    # what it requires counts before anything is made
    mkdir -p "$HOME/git/locked"
    sed "1a requires-python = '>=3.98'" "$HOME/pylock.toml" >"$HOME/git/locked/pylock.toml"
    run in_shell 'cd git/locked; mkvenv'
    assert_status 1
    assert_contains 'multivenv: ~/git/locked/pylock.toml: no Python >=3.98 found'
}

@test "--pip-args counts as a configuration of pip, so that pip installs" {
    make_wheel demo 1.0
    mkdir "$world/bin"
    printf '#!/bin/sh\nexit 1\n' >"$world/bin/uv"
    chmod +x "$world/bin/uv"
    without_env PIP_NO_INDEX PIP_FIND_LINKS
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell +eu 'mkvenv --no-use web demo; mkvenv --no-use web demo --pip-args "--no-index --find-links '"'$world/wheels'"'"'
    assert_output_is "multivenv: installing into 'web' failed:"
    same 'demo==1.0' "$(packages web)"
}
