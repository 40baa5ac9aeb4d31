#!/usr/bin/env bats
# mkvenv as the shell has it. What pip installs and how a failure ends is in
# tests/mkvenv/mkvenv.bats.

# shells: all
load ../support/common

setup() {
    make_world
    # named, the Python to make it with is not that of a stand-in that is active
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
}

@test "mkvenv makes an environment and activates it" {
    run in_shell 'mkvenv --without-pip pallets
        printf "%s\n" "$VIRTUAL_ENV"
        python -c "import sys; print(sys.prefix); print(sys.prefix != sys.base_prefix)"
        stopvenv
        printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok "$MULTIVENV_HOME/pallets
$MULTIVENV_HOME/pallets
True
none"
}

@test "mkvenv leaves the active environment for the new one, in one step" {
    fake_env before
    run in_shell 'usevenv before; mkvenv --without-pip after; printf "%s\n" "$VIRTUAL_ENV"
        case :$PATH: in *:"$MULTIVENV_HOME"/before/bin:*) printf "still on PATH\n" ;; esac
        usevenv -; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/after
$MULTIVENV_HOME/before"
}

@test "mkvenv --no-use leaves the shell as it is, wherever it stands among the words" {
    run changes_of 'mkvenv --no-use --without-pip one; mkvenv --without-pip two --no-use'
    assert_ok ''
    run in_shell 'lsvenvs --names'
    assert_ok $'one\ntwo'
}

@test "what comes after -- is the name" {
    run in_shell 'mkvenv --without-pip -- pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok pallets
}

@test "the value of an option is not taken for the name" {
    run in_shell 'mkvenv --without-pip --bind=/ pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok pallets
    run in_shell +eu 'mkvenv --without-pip -r other flask; printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok "multivenv: cannot read requirements file 'other'
none"
}

@test "mkvenv --bind binds it to the current directory, --bind=DIR to another" {
    mkdir -p "$HOME/git/afork" "$HOME/git/other"
    run in_shell 'cd "$HOME/git/afork"
        mkvenv --no-use --without-pip --bind here
        mkvenv --no-use --without-pip --bind=../other there
        cat "$MULTIVENV_HOME/here/.project" "$MULTIVENV_HOME/there/.project"
        usevenv; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "$HOME/git/afork
$HOME/git/other
here"
}

@test "mkvenv --bind keeps the symlinks by which the user came" {
    mkdir "$HOME/real"
    ln -s real "$HOME/link"
    run in_shell 'cd "$HOME/link"; mkvenv --no-use --without-pip --bind x; cat "$MULTIVENV_HOME/x/.project"'
    assert_ok "$HOME/link"
}

@test "what it cannot do is refused with the reason, and leaves nothing and the active one as it was" {
    fake_env active
    mkdir "$HOME/folder"
    : >"$MULTIVENV_HOME/a-file"
    find "$HOME" | sort >"$world/before"
    run in_shell +eu 'usevenv active
        attempt() { mkvenv "$@"; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"; }
        attempt; attempt --no-use; attempt --frobnicate x; attempt x --no-use=yes
        attempt -r; attempt x --requirement; attempt x -e
        attempt -r nowhere.txt x; attempt -r "$HOME/folder" x; attempt -e nowhere x; attempt -e "nowhere[all]" x
        attempt --bind=nowhere x
        attempt x ""; attempt x -- -flask; attempt --without-pip x flask
        attempt x "flask=>3"; attempt x ./none.whl; attempt x flask -p; MULTIVENV_INSTALLER=conda attempt x flask
        attempt active; attempt a-file' 2>&1
    assert_ok "multivenv: mkvenv needs a name, as no project is in ~ (see mkvenv --help)
2 active
multivenv: mkvenv needs a name, as no project is in ~ (see mkvenv --help)
2 active
multivenv: mkvenv has no option '--frobnicate' (see mkvenv --help)
2 active
multivenv: mkvenv --no-use takes no value (see mkvenv --help)
2 active
multivenv: mkvenv -r needs a value (see mkvenv --help)
2 active
multivenv: mkvenv --requirement needs a value (see mkvenv --help)
2 active
multivenv: mkvenv -e needs a value (see mkvenv --help)
2 active
multivenv: cannot read requirements file 'nowhere.txt'
1 active
multivenv: cannot read requirements file ~/folder
1 active
multivenv: cannot install 'nowhere' as editable: no such directory
1 active
multivenv: cannot install 'nowhere' as editable: no such directory
1 active
multivenv: cannot bind to ~/nowhere: no such directory
1 active
multivenv: '' is not a requirement (see mkvenv --help)
2 active
multivenv: '-flask' is not a requirement (see mkvenv --help)
2 active
multivenv: mkvenv cannot install requirements --without-pip (see mkvenv --help)
2 active
multivenv: 'flask=>3' is not a requirement (see mkvenv --help)
2 active
multivenv: cannot install './none.whl': no such file or directory
1 active
multivenv: mkvenv -p needs a value (see mkvenv --help)
2 active
multivenv: MULTIVENV_INSTALLER is 'conda' (set it to pip or uv)
1 active
multivenv: environment 'active' already exists (usevenv activates it, rmvenv removes it)
1 active
multivenv: ~/.multivenv/a-file exists and is not an environment (move it elsewhere)
1 active"
    rm -r "$MULTIVENV_HOME/.multivenv" "$MULTIVENV_HOME/active"/.[lm]* "$HOME/.cache/multivenv/interpreters"
    find "$HOME" | sort >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "--bind DIR instead of --bind=DIR is a misuse, and ~ is the home" {
    mkdir -p "$HOME/proj" "$HOME/web"
    run in_shell +eu 'mkvenv --without-pip --no-use web --bind proj; printf "%s\n" "$?"
        mkvenv --bind "$HOME/proj" --without-pip --no-use web; printf "%s\n" "$?"
        lsvenvs'
    assert_ok "multivenv: mkvenv takes the directory as --bind=proj (see mkvenv --help)
2
multivenv: mkvenv takes the directory as --bind=$HOME/proj (see mkvenv --help)
2"
    run in_shell 'mkvenv --without-pip --no-use "--bind=~/proj" a
        mkvenv --without-pip --no-use --bind web
        cat "$HOME/.multivenv/a/.project" "$HOME/.multivenv/web/.project"'
    assert_ok "$HOME/proj
$HOME"
}

@test "mkvenv without a name makes the environment of the project here, binds and activates it" {
    mkdir -p "$HOME/git/afork/src"
    : >"$HOME/git/afork/.git"
    : >"$HOME/git/afork/requirements.txt"
    run in_shell 'cd "$HOME/git/afork/src"; mkvenv --no-install --without-pip 2>&1
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"; cat "$MULTIVENV_HOME/afork/.project"; stopvenv; usevenv
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_status 0
    assert_matches "^multivenv: installing nothing for ~/git/afork/, Python [0-9.]+ \(the default\)
afork
$HOME/git/afork
afork\$"
}

@test "mkvenv reads MULTIVENV_REQUIREMENTS, which need not be exported" {
    run in_shell +eu 'MULTIVENV_REQUIREMENTS=/gone.txt
        mkvenv --without-pip x; printf "%s\n" "$?"; mkvenv --without-pip --bare x; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: MULTIVENV_REQUIREMENTS is /gone.txt, which is not a readable file (set it to an absolute path, or mkvenv --bare)
1
x"
}
