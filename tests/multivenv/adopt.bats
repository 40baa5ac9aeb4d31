#!/usr/bin/env bats
# multivenv adopt: an environment of another tool becomes one of the home by a link,
# and what each verb does with it there.

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/repairing

setup() {
    make_world
    make_repairs
    git=$HOME/git
    mkdir -p "$git"
    cd "$git" || return
}

# Usage: other DIR [VERSION]
#
# Makes an environment at any place. Sets $env.
other() {
    local MULTIVENV_HOME=${1%/*}
    fake_env "${1##*/}" "${2-3.12.4}"
}

# Usage: adopted DIR [NAME]
#
# Makes one and adopts it. Sets $env.
adopted() {
    other "$1"
    helper adopt "$@" 2>/dev/null
}

# Usage: links
#
# Prints NAME -> PATH of each link in the home.
links() {
    local name
    for name in "$MULTIVENV_HOME"/* "$MULTIVENV_HOME"/.[!.]*; do
        [ ! -L "$name" ] || printf '%s -> %s\n' "${name##*/}" "$(readlink "$name")"
    done
}

# Usage: assert_refused STATUS WORD... -- TEXT
#
# It is refused with that text, and nothing is made or changed.
assert_refused() {
    local expected=$1 words=()
    shift
    while [ "$1" != -- ]; do words+=("$1") && shift; done
    tree "$world" | grep -v -e ' tmp' -e cache >"$world/tmp/before"
    run helper adopt ${words[@]+"${words[@]}"}
    assert_status "$expected"
    assert_output_is "multivenv: $2"
    tree "$world" | grep -v -e ' tmp' -e cache >"$world/tmp/after"
    same_files "$world/tmp/before" "$world/tmp/after"
}

# --- the link ---------------------------------------------------------------------------

@test "it creates a link in the home, and does not change the environment" {
    other "$world/elsewhere/web"
    tree "$env" >"$world/before"
    run helper adopt "$env"
    assert_ok "multivenv: adopted $env as 'web' (not moved; undo: rmvenv web)"
    run links
    assert_ok "web -> $env"
    tree "$env" >"$world/after"
    same_files "$world/before" "$world/after"
    run in_shell 'lsvenvs; lsvenvs --status ok --long | sed -n "1,3p"'
    assert_ok "web
web
  path:      $MULTIVENV_HOME/web
  link to:   $env"
    assert_nothing_aside
}

@test "its name is that of its folder, of the project's folder for .venv and the like, or the given one" {
    local name
    other "$git/one/.venv"
    run helper adopt one/.venv/
    assert_contains " as 'one' (not moved"
    for name in venv env .env virtualenv; do
        other "$git/in-$name/$name"
        (cd "in-$name" && helper adopt "$name" 2>/dev/null)
    done
    other "$git/two/.venv"
    (cd two/.venv && helper adopt . 2>/dev/null)
    other "$git/three/.venv"
    run helper adopt three/.venv 'a name'
    assert_ok "multivenv: adopted ~/git/three/.venv as 'a name' (not moved; undo: rmvenv 'a name')"
    run links
    assert_ok "a name -> $git/three/.venv
in-.env -> $git/in-.env/.env
in-env -> $git/in-env/env
in-venv -> $git/in-venv/venv
in-virtualenv -> $git/in-virtualenv/virtualenv
one -> $git/one/.venv
two -> $git/two/.venv"
}

@test "the link leads to the real folder, the name comes from the path that the user typed" {
    other "$world/cache/pallets-a1B2c3D4-py3.12"
    mkdir "$git/pallets"
    ln -s "$env" "$git/pallets/.venv"
    ln -s "$git" "$HOME/link"
    cd "$HOME/link/pallets"
    with_env "PWD=$HOME/link/pallets"
    run helper adopt .venv
    assert_ok "multivenv: adopted $env as 'pallets' (not moved; undo: rmvenv pallets)"
    run links
    assert_ok "pallets -> $env"
}

@test "a path may be anything without a ':', a name is that of a new environment" {
    local name
    for name in 'a b' '$(touch x)' '*'; do
        other "$git/$name/.venv"
        run helper adopt "$git/$name/.venv"
        assert_ok "multivenv: adopted '~/git/$name/.venv' as '$name' (not moved; undo: rmvenv '$name')"
    done
    for name in 'ünï' "it's"; do
        other "$git/$name/.venv"
        run helper adopt "$git/$name/.venv"
        assert_contains " as '$name' (not moved; undo: rmvenv "
    done
    other "$git/new"$'\n'"line/web"
    run helper adopt "$env"
    assert_ok "multivenv: adopted '~/git/new\\nline/web' as 'web' (not moved; undo: rmvenv web)"
    other "$git/-x/.venv"
    run helper adopt -- -x/.venv named
    assert_status 0
    same '' "$(find "$world" -name x)"
    assert_refused 1 "$git/-x/.venv" -- "~/git/-x/.venv is already environment 'named' (usevenv named)"
    other "$git/-y/.venv"
    assert_refused 1 "$env" -- "'-y' cannot be the name of an environment: it starts with '-' (multivenv adopt '$env' NAME gives it another)"
    other "$git/byte"$'\xff'
    # else no Python starts with it
    LC_ALL=C sed -i.bak '/^command/d' "$env/pyvenv.cfg"
    assert_refused 1 "$env" -- "'byte\\xff' cannot be the name of an environment: it is not UTF-8 (multivenv adopt $git/byte\\xff NAME gives it another)"
    run helper adopt "$env" bytes
    assert_status 0
    other "$git/a:b"
    assert_refused 1 "$env" name -- "cannot adopt ~/git/a:b: ':' would split PATH"
}

# --- what is refused ----------------------------------------------------------------------

@test "anything but an environment is refused, with what it lacks" {
    mkdir -p "$git/empty" "$git/bin/bin" "$git/scripts/bin"
    : >"$git/file"
    : >"$git/bin/bin/python"
    ln -s nowhere "$git/gone"
    assert_refused 1 nowhere -- "~/git/nowhere does not exist"
    assert_refused 1 gone -- "~/git/gone is not a directory"
    assert_refused 1 file -- "~/git/file is not a directory"
    assert_refused 1 empty -- "~/git/empty is not an environment: it has no pyvenv.cfg"
    assert_refused 1 bin -- "~/git/bin is corrupt: pyvenv.cfg is missing"
    other "$git/corrupt"
    printf 'nonsense\n' >"$env/pyvenv.cfg"
    assert_refused 1 corrupt -- "~/git/corrupt is corrupt: pyvenv.cfg has no 'home', the folder of the base interpreter"
    other "$git/half"
    : >"$env/.multivenv-incomplete"
    assert_refused 1 half -- "~/git/half is incomplete: its creation never finished"
}

@test "an environment of conda is refused, with what to type instead" {
    mkdir -p "$git/science/conda-meta" "$git/science/bin"
    : >"$git/science/bin/python"
    assert_refused 1 science -- "~/git/science belongs to conda; it is not a virtual environment (mkvenv -p '$git/science' NAME creates one with its Python)"
    # and that is its Python, which here has no venv
    rm -r science
    write_python "$git/science" 3.44.1
    mkdir science/conda-meta
    run in_shell 'mkvenv --no-use -p "$1" new' "$git/science"
    assert_status 1
    assert_contains '~/git/science/bin/python3.44'
}

@test "an environment of the home and an adopted one are refused with their names" {
    fake_env web
    other "$git/proj/.venv"
    helper adopt "$env"
    assert_refused 1 "$MULTIVENV_HOME/web" -- "~/.multivenv/web is already environment 'web' (usevenv web)"
    assert_refused 1 proj/.venv other -- "~/git/proj/.venv is already environment 'proj' (usevenv proj)"
    assert_refused 1 "$MULTIVENV_HOME/proj" other -- "~/.multivenv/proj is already environment 'proj' (usevenv proj)"
    ln -s "$MULTIVENV_HOME" "$world/link"
    assert_refused 1 "$world/link/web" other -- "$world/link/web is already environment 'web' (usevenv web)"
    assert_refused 1 "$MULTIVENV_HOME" -- "~/.multivenv is already in ~/.multivenv"
    other "$MULTIVENV_HOME/web/inner/env"
    assert_refused 1 "$env" -- "~/.multivenv/web/inner/env is already in ~/.multivenv"
}

@test "a name that is taken or not valid is refused" {
    fake_env web
    other "$git/web"
    mkdir -p "$MULTIVENV_HOME/folder" "$MULTIVENV_HOME/.multivenv/locks"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    assert_refused 1 web -- "environment 'web' already exists (usevenv activates it, rmvenv removes it)"
    assert_refused 1 web lost -- "environment 'lost' already exists (usevenv activates it, rmvenv removes it)"
    assert_refused 1 web folder -- "~/.multivenv/folder exists and is not an environment (move it elsewhere)"
    assert_refused 2 web '' -- "the name of an environment cannot be empty (see multivenv adopt --help)"
    assert_refused 2 web a/b -- "'a/b' is not a name: it contains a '/' (see multivenv adopt --help)"
    assert_refused 2 web .multivenv -- "'.multivenv' is not the name of an environment (see multivenv adopt --help)"
    assert_refused 2 web a:b -- "'a:b' cannot be the name of an environment: a ':' would split PATH (see multivenv adopt --help)"
}

@test "wrong arguments are misuse" {
    other "$git/web"
    assert_refused 2 -- 'multivenv adopt needs a path, and takes one name (see multivenv adopt --help)'
    assert_refused 2 '' -- 'multivenv adopt needs a path, and takes one name (see multivenv adopt --help)'
    assert_refused 2 web a b -- 'multivenv adopt needs a path, and takes one name (see multivenv adopt --help)'
    assert_refused 2 --force web -- "multivenv adopt has no option '--force' (see multivenv adopt --help)"
}

@test "a home without write permission is reported" {
    other "$git/web"
    chmod a-w "$MULTIVENV_HOME"
    run in_shell -w as_anyone 'multivenv adopt web'
    chmod u+w "$MULTIVENV_HOME"
    assert_status 1
    assert_output_is "multivenv: Permission denied: $MULTIVENV_HOME/.multivenv"
}

@test "an environment that is not sound is adopted with a warning, which usevenv repeats" {
    other "$git/old" 3.11.2
    rm -r "$world/base-3.11.2"
    other "$git/made-here"
    mv "$env" "$git/moved"
    run helper adopt old
    assert_ok "multivenv: adopted ~/git/old as 'old' (not moved; undo: rmvenv old)
multivenv: 'old' is dangling: bin/python points to $world/base-3.11.2/bin/python3.11, which no longer exists"
    run helper adopt moved
    assert_ok "multivenv: adopted ~/git/moved as 'moved' (not moved; undo: rmvenv moved)
multivenv: 'moved' is moved: its scripts point to $git/made-here, where it was created"
    run in_shell +eu 'usevenv old; printf "%s\n" "$?"'
    assert_ok "multivenv: 'old' is dangling: bin/python points to $world/base-3.11.2/bin/python3.11, which no longer exists (MULTIVENV_HOME='$git' fixvenv old repairs it where it is)
1"
}

# --- what the verbs do with it --------------------------------------------------------------

@test "usevenv activates it by its name, and cdvenv, showvenv and freezevenv know it" {
    adopted "$git/proj/.venv"
    run in_shell 'usevenv proj; printf "%s\n" "$VIRTUAL_ENV"; cdvenv; pwd -P; freezevenv
        showvenv --json | sed "s/.*\(\"target\": [^,]*\),.*/\1/"; stopvenv'
    assert_ok "$MULTIVENV_HOME/proj
$git/proj/.venv
\"target\": \"$(printf '%s' "$git/proj/.venv" | sed 's/ü/\\u00fc/; s/ï/\\u00ef/')\""
}

@test "usevenv without a name finds it in its project" {
    adopted "$git/proj/.venv"
    run in_shell 'cd proj; usevenv; printf "%s\n" "$VIRTUAL_ENV"; stopvenv'
    assert_ok "$MULTIVENV_HOME/proj"
    other "$git/bound"
    printf '%s\n' "$git/proj/sub" >"$env/.project"
    mkdir "$git/proj/sub"
    helper adopt "$env"
    run in_shell 'cd proj/sub; usevenv; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/bound"
}

@test "rmvenv asks to forget it, and removes only the link: no recipe, no change" {
    adopted "$git/proj/.venv"
    tree "$git" >"$world/before"
    run in_shell +eu 'printf "n\n" | rmvenv proj; printf "%s\n" "$?"'
    assert_ok "Forget proj? It stays in $git/proj/.venv [y/N] multivenv: removed nothing
1"
    run links
    assert_ok "proj -> $git/proj/.venv"
    run in_shell 'printf "y\n" | rmvenv proj; lsvenvs; mkvenv --restore'
    assert_contains "Forget proj? It stays in $git/proj/.venv [y/N] "
    refute_contains 'Remove'
    run links
    assert_ok ''
    same '' "$(left_in recipes trash)"
    tree "$git" >"$world/after"
    same_files "$world/before" "$world/after"
    run helper adopt proj/.venv
    assert_status 0
}

@test "rmvenv asks once for several, and says which ones stay" {
    adopted "$git/one/.venv"
    adopted "$git/two/.venv"
    fake_env web
    fake_env other
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    run in_shell +eu 'for names in "one two" "web one" "one web two other" "lost" "web lost one" "web other"; do
            eval "set -- $names"
            printf "n\n" | rmvenv "$@" 2>&1 | sed "s/multivenv: removed nothing.*//"
        done'
    assert_ok "Forget one and two? They stay where they are [y/N] 
Remove web, and forget one? It stays in $git/one/.venv [y/N] 
Remove web and other, and forget one and two? They stay where they are [y/N] 
Remove lost? [y/N] 
Remove web and lost, and forget one? It stays in $git/one/.venv [y/N] 
Remove web and other? [y/N] "
    run in_shell 'rmvenv -y web one lost; lsvenvs'
    assert_ok "multivenv: removed 'web' (undo: mkvenv --restore web)
multivenv: removed 'one' (undo: multivenv adopt '$git/one/.venv' one)
multivenv: removed 'lost'
other
two"
    [ -e "$git/one/.venv/pyvenv.cfg" ]
}

@test "mvvenv renames the link" {
    adopted "$git/proj/.venv"
    tree "$git" >"$world/before"
    run in_shell 'mvvenv proj new; lsvenvs'
    assert_ok "multivenv: renamed 'proj' to 'new' (undo: mvvenv new proj)
new"
    run links
    assert_ok "new -> $git/proj/.venv"
    tree "$git" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "cpvenv copies its target: the copy is an environment of the home" {
    adopted "$git/proj/.venv"
    : >"$env/pipx_metadata.json"
    tree "$git" >"$world/before"
    run in_shell 'cpvenv proj own; lsvenvs --status ok; showvenv own | sed -n "/path/p;/link/p"'
    assert_status 0
    assert_contains "own
proj
  path:      $MULTIVENV_HOME/own"
    refute_contains 'link to'
    [ ! -L "$MULTIVENV_HOME/own" ]
    same "VIRTUAL_ENV=\"$MULTIVENV_HOME/own\"" "$(grep VIRTUAL_ENV= "$MULTIVENV_HOME/own/bin/activate")"
    tree "$git" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "fixvenv and bindvenv leave it alone, and say so" {
    other "$git/proj/.venv" 3.44.1
    rm -r "$world/base-3.44.1"
    helper adopt "$env" 2>/dev/null
    install_python 3.44.1
    tree "$git" >"$world/before"
    run in_shell 'fixvenv -y proj'
    assert_status 1
    assert_output_is "multivenv: 'proj' is dangling: bin/python points to $world/base-3.44.1/bin/python3.44, which no longer exists (MULTIVENV_HOME='$git/proj' fixvenv .venv repairs it where it is)"
    run in_shell 'bindvenv proj .'
    assert_status 1
    assert_output_is "multivenv: 'proj' is a link to ~/git/proj/.venv, and bindvenv writes nothing outside ~/.multivenv"
    tree "$git" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "mkvenv does not create an environment in its place" {
    adopted "$git/proj/.venv"
    tree "$git" >"$world/before"
    run in_shell 'mkvenv --no-use proj'
    assert_status 1
    assert_output_is "multivenv: environment 'proj' already exists (usevenv activates it, rmvenv removes it)"
    tree "$git" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "when it was deleted, its link is dangling, and rmvenv removes the link" {
    adopted "$git/proj/.venv"
    rm -r "$git/proj"
    run in_shell 'showvenv proj | sed -n "/status/p;/next/p"; rmvenv -y proj; lsvenvs'
    assert_ok "  status:    dangling: it links to $git/proj/.venv, which no longer exists
  next:      rmvenv proj removes the link
multivenv: removed 'proj'"
}

@test "a real one works by its name" {
    "$MULTIVENV_TEST_PYTHON" -m venv --without-pip "$git/proj/.venv"
    run in_shell 'multivenv adopt proj/.venv; usevenv proj
        python -c "import os, sys; print(sys.prefix != sys.base_prefix, os.path.realpath(sys.prefix))"
        lsvenvs --json | sed -n "s/.*\"status\": \"\([a-z]*\)\".*/\1/p"'
    assert_ok "multivenv: adopted ~/git/proj/.venv as 'proj' (not moved; undo: rmvenv proj)
True $git/proj/.venv
ok"
}

@test "through the shell: the path is relative to its directory, and nothing stays behind" {
    other "$git/a b/.venv"
    run in_shell 'cd "a b"; multivenv adopt -h | head -n 1; multivenv adopt .venv; multivenv adopt -- .venv'
    assert_status 1
    assert_output_is "Usage: multivenv adopt PATH [NAME]
multivenv: adopted '~/git/a b/.venv' as 'a b' (not moved; undo: rmvenv 'a b')
multivenv: '~/git/a b/.venv' is already environment 'a b' (usevenv 'a b')"
    other "$git/c/.venv"
    run changes_of 'multivenv adopt c/.venv 2>/dev/null'
    assert_ok ''
}
