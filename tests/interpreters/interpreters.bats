#!/usr/bin/env bats
# Which interpreters are found, what is remembered of them, and which one mkvenv
# takes. Nearly all of them are stand-ins, of versions that there are not.

# shells: once
load ../support/common
load ../support/interpreters
load ../support/wheels
load ../support/making

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    memory=$HOME/.cache/multivenv/interpreters
}

# Usage: tools NAME...
#
# Prints a folder for PATH that has these commands only.
tools() {
    local name
    mkdir -p "$world/tools"
    for name; do ln -sf "$(command -v "$name")" "$world/tools/$name"; done
    printf '%s\n' "$world/tools"
}

# Prints the default and why it is that
default() {
    in_shell 'multivenv pythons --json' |
        values_of "str(it['default']).replace('$HOME', 'home').replace('$world/', '')" \
            "it['default_reason'].replace('$HOME', 'home').replace('$world/', '')"
}

# Usage: assert_made_with PYTHON NAME
#
# The record and the environment itself agree that it is one of PYTHON's.
assert_made_with() {
    local prefixes='import os, sys; print(os.path.realpath(sys.base_prefix)); print(sys.prefix)'
    same "$("$1" -I -c "$prefixes" | head -n 1)
$MULTIVENV_HOME/$2" "$("$MULTIVENV_HOME/$2/bin/python" -I -c "$prefixes")"
    same True "$(values_of "os.path.samefile(it['python']['base'], '$1')" <"$MULTIVENV_HOME/$2/.multivenv.json")"
}

# --- the right base ---------------------------------------------------------------------------

@test "where PATH has shims only, the interpreter behind python3 is the base" {
    noting_shim "$HOME/.pyenv/shims/python3" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
    with_env "PATH=$HOME/.pyenv/shims"
    in_shell 'mkvenv --no-use --without-pip web'
    assert_made_with "$MULTIVENV_TEST_PYTHON" web
}

@test "where PATH has pyenv's own shims only, the interpreter behind python3 is the base" {
    local shims=$PYENV_ROOT/shims
    # with no pyenv, the test above is all there is to see
    [ -x "$shims/python3" ] || return 0
    with_env "PATH=$shims" "PYENV_ROOT=$PYENV_ROOT"
    in_shell 'mkvenv --no-use --without-pip web'
    assert_made_with "$(PATH=$shims:$test_path python3 -c 'import sys; print(sys.executable)')" web
}

@test "where PATH is /usr/bin, it is the system's" {
    [ -x /usr/bin/python3 ] || return 0
    with_env PATH=/usr/bin
    in_shell 'mkvenv --no-use --without-pip web'
    assert_made_with /usr/bin/python3 web
}

@test "where PATH has an environment only, the base is that environment's, whichever Python it is of" {
    local python i=0
    while IFS= read -r python; do
        i=$((i + 1))
        "$python" -I -m venv --without-pip "$world/venv $i"
        with_env "PATH=$world/venv $i/bin"
        in_shell 'mkvenv --no-use --without-pip "$1"' "web $i"
        assert_made_with "$python" "web $i"
    done < <(sampled_pythons)
}

@test "of an environment that an environment's Python has made, the base is found too" {
    "$MULTIVENV_TEST_PYTHON" -I -m venv --without-pip "$world/outer"
    "$world/outer/bin/python" -I -m venv --without-pip "$world/inner"
    with_env "PATH=$world/inner/bin"
    in_shell 'mkvenv --no-use --without-pip web'
    assert_made_with "$MULTIVENV_TEST_PYTHON" web
}

@test "with an active environment, the base is that environment's, whichever Python it is of" {
    local python i=0
    while IFS= read -r python; do
        i=$((i + 1))
        in_shell 'mkvenv --without-pip -p "$2" "one $1"; mkvenv --without-pip "two $1"' "$i" "$python"
        assert_made_with "$python" "two $i"
    done < <(sampled_pythons)
}

@test "with an active environment in front of shims, the base is still that environment's" {
    fake_python "$world/opt/bin/python3.98" 3.98.1
    noting_shim "$HOME/.pyenv/shims/python3" 'exit 127'
    with_env "PATH=$HOME/.pyenv/shims:$(tools mkdir ln rm)"
    in_shell 'mkvenv --without-pip -p "$1" one; mkvenv --no-use --without-pip two' "$world/opt/bin/python3.98"
    same opt/bin/python3.98 "$(base_in_record two)"
}

@test "an environment is made with the interpreter's versioned name, not a link that moves on" {
    fake_python "$world/opt/bin/python3.98" 3.98.1
    ln -s python3.98 "$world/opt/bin/python3"
    ln -s python3 "$world/opt/bin/python"
    # but a link to elsewhere, as Homebrew has it, is kept: its target goes with the next upgrade
    mkdir -p "$world/brew/bin"
    ln -s ../../opt/bin/python3.98 "$world/brew/bin/python3.98"
    in_shell 'mkvenv --no-use --without-pip -p "$1/opt/bin/python" a
        mkvenv --no-use --without-pip -p "$1/brew/bin/python3.98" b' "$world"
    same opt/bin/python3.98 "$(base_in_record a)"
    same brew/bin/python3.98 "$(base_in_record b)"
}

# --- what is found ----------------------------------------------------------------------------

@test "every interpreter of pyenv's and the system's here is listed, and none twice" {
    with_env "PYENV_ROOT=$PYENV_ROOT" "PATH=$PYENV_ROOT/shims:$test_path"
    in_shell 'multivenv pythons --json' >"$world/listing"
    run "$MULTIVENV_TEST_PYTHON" -I -S - "$world/listing" "$PYENV_ROOT" <<'END'
import glob, json, os, subprocess, sys

listing, pyenv = sys.argv[1:]
paths = [each["path"] for each in json.load(open(listing))["pythons"]]
real = list(map(os.path.realpath, paths))
there = [file for file in glob.glob(pyenv + "/versions/*/bin/python") + ["/usr/bin/python3"]
         if os.access(file, os.X_OK) and not os.path.exists(file + "/../../pyvenv.cfg")]
print("missing:", sorted(set(map(os.path.realpath, there)) - set(real)))
print("twice:", [path for path in set(real) if real.count(path) > 1])
# by what they say, too
question = "import os, sys; print(sys.version, os.path.realpath(os.__file__))"
said = [subprocess.check_output([path, "-E", "-s", "-c", question]) for path in paths]
print("the same:", [text for text in set(said) if said.count(text) > 1])
print("shims:", [path for path in paths if "/shims/" in path])
END
    assert_ok 'missing: []
twice: []
the same: []
shims: []'
}

@test "those of version managers are found, links to them are not listed again" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    fake_python "$HOME/.asdf/installs/python/3.91.1/bin/python3.91" 3.91.1
    fake_python "$HOME/.local/share/mise/installs/python/3.92.1/bin/python3.92" 3.92.1
    ln -s ./3.92.1 "$HOME/.local/share/mise/installs/python/3.92"
    ln -s ./3.92.1 "$HOME/.local/share/mise/installs/python/latest"
    fake_python "$HOME/.local/share/uv/python/cpython-3.93.1-linux-x86_64-gnu/bin/python3.93" 3.93.1
    ln -s cpython-3.93.1-linux-x86_64-gnu "$HOME/.local/share/uv/python/cpython-3.93-linux-x86_64-gnu"
    # each has its other names
    local folder
    for folder in "$HOME"/.pyenv/versions/3.90.1/bin "$HOME"/.asdf/installs/python/*/bin \
        "$HOME"/.local/share/mise/installs/python/3.92.1/bin "$HOME"/.local/share/uv/python/*.1-*/bin; do
        ln -s python3.9? "$folder/python3"
        ln -s python3 "$folder/python"
        (cd "$folder" && ln -sf "$(echo python3.9?)" python3)
    done
    run fakes
    assert_ok '3.93.1 uv home/.local/share/uv/python/cpython-3.93.1-linux-x86_64-gnu/bin/python3.93
3.92.1 mise home/.local/share/mise/installs/python/3.92.1/bin/python3.92
3.91.1 asdf home/.asdf/installs/python/3.91.1/bin/python3.91
3.90.1 pyenv home/.pyenv/versions/3.90.1/bin/python3.90'
}

@test "the version managers' folders may be elsewhere" {
    fake_python "$world/a [b] *c/versions/3.90.1/bin/python3.90" 3.90.1
    fake_python "$world/asdf/installs/python/3.91.1/bin/python3.91" 3.91.1
    fake_python "$world/mise/installs/python/3.92.1/bin/python3.92" 3.92.1
    fake_python "$world/uv/cpython-3.93.1/bin/python3.93" 3.93.1
    with_env "PYENV_ROOT=$world/a [b] *c" "ASDF_DATA_DIR=$world/asdf" "MISE_DATA_DIR=$world/mise" \
        "UV_PYTHON_INSTALL_DIR=$world/uv"
    run fakes
    assert_ok '3.93.1 uv uv/cpython-3.93.1/bin/python3.93
3.92.1 mise mise/installs/python/3.92.1/bin/python3.92
3.91.1 asdf asdf/installs/python/3.91.1/bin/python3.91
3.90.1 pyenv a [b] *c/versions/3.90.1/bin/python3.90'
}

@test "uv's and mise's are looked for in XDG_DATA_HOME" {
    fake_python "$world/data/mise/installs/python/3.92.1/bin/python3.92" 3.92.1
    fake_python "$world/data/uv/python/cpython-3.93.1/bin/python3.93" 3.93.1
    with_env "XDG_DATA_HOME=$world/data"
    run fakes
    assert_ok '3.93.1 uv data/uv/python/cpython-3.93.1/bin/python3.93
3.92.1 mise data/mise/installs/python/3.92.1/bin/python3.92'
}

@test "conda's are found by its list, those that are gone are left out" {
    fake_python "$world/my conda/bin/python3.94" 3.94.1
    fake_python "$world/listed/bin/python3.95" 3.95.1
    fake_python "$world/removed/bin/python3.96" 3.96.1 # its conda-meta is gone
    fake_python "$HOME/miniforge3/envs/web/bin/python3.97" 3.97.1
    mkdir "$world/my conda/conda-meta" "$world/listed/conda-meta" "$HOME/miniforge3/envs/web/conda-meta"
    mkdir "$HOME/.conda"
    printf '%s\n' "$world/listed" "$world/removed" "$world/never" '' relative >"$HOME/.conda/environments.txt"
    with_env "CONDA_EXE=$world/my conda/bin/conda"
    run fakes
    assert_ok '3.97.1 conda home/miniforge3/envs/web/bin/python3.97
3.95.1 conda listed/bin/python3.95
3.94.1 conda my conda/bin/python3.94'
}

@test "Homebrew's are found, by the names that stay" {
    local cellar=$world/brew/Cellar/python@3.98/3.98.1
    fake_python "$cellar/bin/python3.98" 3.98.1
    fake_python "$world/brew/Cellar/python@3.97/3.97.2/bin/python3.97" 3.97.2
    mkdir -p "$world/brew/bin" "$world/brew/opt"
    ln -s ../Cellar/python@3.98/3.98.1/bin/python3.98 "$world/brew/bin/python3.98"
    ln -s python3.98 "$world/brew/bin/python3"
    ln -s ../Cellar/python@3.98/3.98.1 "$world/brew/opt/python@3.98"
    # of this one Homebrew has no link in bin
    ln -s ../Cellar/python@3.97/3.97.2 "$world/brew/opt/python@3.97"
    with_env "HOMEBREW_PREFIX=$world/brew"
    run fakes
    assert_ok '3.98.1 Homebrew brew/bin/python3.98
3.97.2 Homebrew brew/opt/python@3.97/bin/python3.97'
}

@test "those on PATH are found, with all that one was found by" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    fake_python "$world/bin/python3.91" 3.91.1
    fake_python "$world/bin/pypy3.10" 3.10.99 pypy
    fake_python "$world/bin/python3.99-config" 3.99.9
    fake_python "$world/bin/ipython3" 3.99.9
    fake_python "$world/bin/python3.99" 3.99.9
    chmod -x "$world/bin/python3.99"
    mkdir "$world/bin/python3.98"
    ln -s /nowhere "$world/bin/python3.97"
    fake_python "$HOME/relative/python3.99" 3.99.9
    with_env "PATH=$HOME/.pyenv/versions/3.90.1/bin:relative:$world/bin:$world/bin/:$world/no-such"
    run fakes
    assert_ok '3.91.1 PATH bin/python3.91
3.90.1 pyenv+PATH home/.pyenv/versions/3.90.1/bin/python3.90
3.10.99 PyPy PATH bin/pypy3.10'
}

@test "pyenv-virtualenv's environments are not listed by themselves" {
    local versions=$HOME/.pyenv/versions python
    fake_python "$versions/3.90.1/bin/python3.90" 3.90.1
    ln -s python3.90 "$versions/3.90.1/bin/python"
    # as pyenv-virtualenv makes them, and a whole one as it once made them
    for python in "$versions/3.90.1/envs/web" "$versions/old"; do
        "$versions/3.90.1/bin/python3.90" -m venv "$python"
        ln -s python "$python/bin/python3"
    done
    ln -s "$versions/3.90.1/envs/web" "$versions/web"
    run fakes
    assert_ok '3.90.1 pyenv home/.pyenv/versions/3.90.1/bin/python3.90'
    # one whose base is gone is no interpreter at all
    rm -r "$versions/3.90.1/bin" "$memory"
    run fakes
    assert_ok ''
}

@test "an interpreter may have any path" {
    local folder
    for folder in "it's" '$(touch x)' 'a"b' 'a\b' ' ' '*'; do
        mkdir -p "$world/$folder/bin"
        ln -s "$MULTIVENV_TEST_PYTHON" "$world/$folder/bin/python3"
        in_shell 'mkvenv --no-use --without-pip -p "$1/bin/python3" web; mkvenv --no-use --without-pip -p web next' "$world/$folder"
        run base_in_record next
        assert_ok "$folder/bin/python3"
        in_shell 'rmvenv -y web next'
    done
}

@test "an interpreter that was chosen by its path is listed with the others" {
    fake_python "$world/opt/bin/python3" 3.98.1
    with_env "MULTIVENV_PYTHON=$world/opt"
    run fakes
    assert_ok '3.98.1 MULTIVENV_PYTHON opt/bin/python3'
}

# --- shims ------------------------------------------------------------------------------------

# answer is from the future and does not count
@test "a shim that answers \"command not found\" is left out, and not started again" {
    noting_shim "$world/bin/python3.98" 'printf "pyenv: python3.98: command not found\n" >&2; exit 127'
    noting_shim "$world/bin/python3.97" 'printf "Hello\n"'
    noting_shim "$world/bin/python3.96" 'printf "[1, 2]\n"'
    noting_shim "$world/bin/python3.95" 'printf "[\"relative\", \"3.95.1\", \"cpython\", \"\", \"/lib\"]\n"'
    with_env "PATH=$(path_with "$world/bin")"
    run fakes
    assert_ok ''
    same 4 "$(starts)"
    run fakes
    assert_ok ''
    same 0 "$(starts)"
    # but not for ever: what it needs may be there by then
    local now time
    now=$(date +%s)
    for time in $((now - 3700)) $((now + 3700)); do
        sed -e "s/^|[0-9]*|/|$time|/" "$memory" >"$world/memory"
        cp "$world/memory" "$memory"
        run fakes
        assert_ok ''
        same 4 "$(starts)"
    done
}

@test "shims that have a version in their name are not started: what they start is found without" {
    fake_python "$HOME/.pyenv/versions/3.98.1/bin/python3.98" 3.98.1
    noting_shim "$HOME/.pyenv/shims/python3.98" 'exit 127'
    noting_shim "$HOME/.pyenv/shims/python3.97" 'exit 127'
    noting_shim "$HOME/.asdf/shims/python3.97" 'exit 127'
    noting_shim "$HOME/.local/share/mise/shims/python3.97" 'exit 127'
    with_env "PATH=$HOME/.pyenv/shims:$HOME/.asdf/shims/:$HOME/.local/share/mise/shims:/usr/bin"
    run fakes
    assert_ok '3.98.1 pyenv home/.pyenv/versions/3.98.1/bin/python3.98'
    same 1 "$(starts)"
}

@test "a slash at the end of PYENV_ROOT changes nothing of that" {
    noting_shim "$HOME/.pyenv/shims/python3.97" 'exit 127'
    with_env "PATH=$HOME/.pyenv/shims:/usr/bin" "PYENV_ROOT=$HOME/.pyenv/"
    run fakes
    assert_ok ''
    same 0 "$(starts)"
}

# Each of them starts dozens of processes
@test "a repair asks no shim for an interpreter that its manager has installed" {
    fake_python "$HOME/.pyenv/versions/3.98.1/bin/python3.98" 3.98.1
    noting_shim "$HOME/.pyenv/shims/python3" 'exit 127'
    noting_shim "$HOME/.pyenv/shims/python" 'exit 127'
    with_env "PATH=$HOME/.pyenv/shims:$test_path"
    fake_env web 3.98.0
    rm -r "$world/base-3.98.0"
    run in_shell 'fixvenv --dry-run --all'
    assert_ok 'web  dangling: relink to Python 3.98.1, keep the packages'
    same 1 "$(starts)"
}

@test "of a pyenv that only PATH leads to, the versions are found, and their shims are not started" {
    fake_python "$world/pyenv/versions/3.98.1/bin/python3.98" 3.98.1
    noting_shim "$world/pyenv/shims/python3.98" 'exit 127'
    with_env "PATH=$world/pyenv/shims:/usr/bin"
    run fakes
    assert_ok '3.98.1 pyenv pyenv/versions/3.98.1/bin/python3.98'
    same 1 "$(starts)"
}

# A shim that does as pyenv's: by the variable, a file here or above, or the global file
pyenv_of_its_own() {
    local version
    for version in 3.90.1 3.91.1 3.92.1; do
        fake_python "$HOME/.pyenv/versions/$version/bin/python3" "$version"
    done
    noting_shim "$HOME/.pyenv/shims/python3" 'printf "asked\n" >>"$HOME/asked"
        /bin/pwd >/dev/null 2>&1 || exit
        version=${PYENV_VERSION-}; folder=$PWD
        while [ -z "$version" ]; do
            ! [ -f "$folder/.python-version" ] || read -r version <"$folder/.python-version"
            [ -n "$folder" ] || break
            folder=${folder%/*}
        done
        [ -n "$version" ] || read -r version <"$HOME/.pyenv/version"
        exec "$HOME/.pyenv/versions/$version/bin/python3" "$@"'
    with_env "PATH=$HOME/.pyenv/shims"
    printf '3.90.1\n' >"$HOME/.pyenv/version"
}

@test "a shim is asked again when the settings of its manager change" {
    pyenv_of_its_own
    mkdir -p "$HOME/project/sub"
    default_here 3.90.1 1
    default_here 3.90.1 0
    printf '3.91.1\n' >"$HOME/project/.python-version"
    cd project/sub
    default_here 3.91.1 1
    default_here 3.91.1 0
    with_env PYENV_VERSION=3.92.1
    default_here 3.92.1 1
    without_env PYENV_VERSION
    default_here 3.91.1 0
    cd ../..
    default_here 3.90.1 0
    printf '3.92.1\n\n' >"$HOME/.pyenv/version"
    default_here 3.92.1 1
    default_here 3.92.1 0
    printf '3.91.1\n' >.python-version
    default_here 3.91.1 1
    rm .python-version
    default_here 3.92.1 0
}

# Usage: default_here VERSION TIMES: that it is, and how often the shim was asked for that
default_here() {
    : >"$HOME/asked"
    run default
    assert_ok "home/.pyenv/versions/$1/bin/python3
python3 on PATH is ~/.pyenv/shims/python3"
    same "$2" "$(grep -c asked "$HOME/asked")"
}

@test "where one came through a symlink, the settings above the link count" {
    pyenv_of_its_own
    mkdir -p elsewhere/project linked
    ln -s ../elsewhere/project linked/project
    printf '3.91.1\n' >linked/.python-version
    in_shell 'cd elsewhere/project
        multivenv pythons --json >"$TMPDIR/elsewhere"
        cd ../../linked/project
        multivenv pythons --json >"$TMPDIR/linked"'
    same "$HOME/.pyenv/versions/3.90.1/bin/python3" "$(values_of "it['default']" <"$world/tmp/elsewhere")"
    same "$HOME/.pyenv/versions/3.91.1/bin/python3" "$(values_of "it['default']" <"$world/tmp/linked")"
}

# this shim has no answer there
@test "that a shim fails in a folder that is gone means nothing elsewhere" {
    pyenv_of_its_own
    with_env "PATH=$HOME/.pyenv/shims:$test_path"
    mkdir gone
    in_shell 'cd gone
        rmdir "$HOME/gone"
        multivenv pythons >/dev/null
        cd /
        multivenv pythons --json >"$TMPDIR/listing"'
    same "$HOME/.pyenv/versions/3.90.1/bin/python3" "$(values_of "it['default']" <"$world/tmp/listing")"
}

# --- the memory -------------------------------------------------------------------------------

@test "the second listing starts no interpreter" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    noting_shim "$HOME/.pyenv/shims/python3" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
    with_env "PATH=$HOME/.pyenv/shims:$test_path"
    run --separate-stderr processes_of 'multivenv pythons >/dev/null' 'multivenv pythons'
    assert_status 0
    assert_only_the_helper
    same 2 "$(starts)"
}

@test "an answer that one verb got serves the others" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    in_shell 'mkvenv --no-use --without-pip -p 3.90 one'
    same 2 "$(starts)" # asked what it is, and to make it
    in_shell 'multivenv pythons; multivenv doctor; lsvenvs; MULTIVENV_PYTHON=3.90 multivenv doctor' >/dev/null
    same 0 "$(starts)"
    in_shell 'mkvenv --no-use --without-pip -p 3.90 two'
    same 1 "$(starts)"
}

@test "the second mkvenv --no-use of an interpreter starts nothing but the helper" {
    share_cache
    with_env "MULTIVENV_HOME=$world/plain"
    in_shell 'mkvenv --no-use one'
    run --separate-stderr processes_of : 'mkvenv --no-use two'
    assert_status 0
    assert_only_the_helper
    run "$world/plain/two/bin/pip" --version
    assert_status 0
    assert_contains "$world/plain/two/"
}

# The system calls in the output are those of one fork, and one start of the helper
assert_only_the_helper() {
    same 1 "$(grep -c 'exec' <<<"$output")"
    assert_contains "execve(\"$MULTIVENV_TEST_PYTHON\""
    same 2 "$(grep -c '' <<<"$output")"
}

@test "an interpreter that was replaced is asked again" {
    local python=$HOME/.pyenv/versions/mine/bin/python3.90
    fake_python "$python" 3.90.1
    run fakes
    assert_ok '3.90.1 pyenv home/.pyenv/versions/mine/bin/python3.90'
    fake_python "$python" 3.90.10 # of another size
    run fakes
    assert_ok '3.90.10 pyenv home/.pyenv/versions/mine/bin/python3.90'
    fake_python "$python" 3.90.11 # of the same
    touch -t 200101010101 "$python"
    run fakes
    assert_ok '3.90.11 pyenv home/.pyenv/versions/mine/bin/python3.90'
    # one that is older than what it replaces
    fake_python "$python" 3.90.12
    touch -t 200001010101 "$python"
    run fakes
    assert_ok '3.90.12 pyenv home/.pyenv/versions/mine/bin/python3.90'
    rm "$python"
    run fakes
    assert_ok ''
}

@test "of a real interpreter the same is remembered, by its size and its time" {
    local real line size time answer
    real=$MULTIVENV_TEST_PYTHON
    with_env "MULTIVENV_PYTHON=$real"
    in_shell 'multivenv pythons >/dev/null'
    line=$(grep -F -e "||$real" "$memory" || grep -e "|[0-9]*|[0-9]*||" "$memory" | grep -F "|$real")
    same 1 "$(grep -c '' <<<"$line")"
    # that it is remembered shows by an answer that it would not give
    answer=${line%%|*}'|3.88.8|'${line#*|*|}
    IFS='|' read -r _ _ _ _ _ size time _ <<<"$line"
    remember "${answer}"
    run in_shell 'multivenv pythons'
    assert_contains 'Python 3.88.8'
    remember "${answer/|$size|/|$((size + 1))|}"
    run in_shell 'multivenv pythons'
    refute_contains 'Python 3.88.8'
    remember "${answer/|$time|/|$((time - 1))|}"
    run in_shell 'multivenv pythons'
    refute_contains 'Python 3.88.8'
}

# Usage: remember LINE...
remember() {
    printf '%s\n' 'multivenv interpreters 1' "$@" >"$memory"
}

# Usage: asked_anew COMMAND...
#
# Whether the shim python3 is asked again after that, and not a second time.
asked_anew() {
    in_shell 'multivenv doctor >/dev/null'
    starts >/dev/null
    "$@"
    in_shell 'multivenv doctor; multivenv doctor' >/dev/null
    [ "$(starts)" -eq 1 ] || fail "after: $*"
}

@test "asdf's and mise's settings count as well" {
    noting_shim "$world/bin/python3" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
    with_env "PATH=$world/bin"
    mkdir -p project/sub .config/mise .asdf/installs/python
    touch project/.tool-versions
    asked_anew cd project
    asked_anew touch mise.toml
    asked_anew touch .mise.toml
    asked_anew touch "$HOME/.tool-versions"
    asked_anew touch "$HOME/.config/mise/config.toml"
    asked_anew touch "$HOME/.asdf/installs/python/3.98.1"
    asked_anew with_env ASDF_PYTHON_VERSION=3.98.1
    asked_anew with_env MISE_PYTHON_VERSION=3.98.1
    asked_anew rm .tool-versions
}

@test "all of mise's files count" {
    noting_shim "$world/bin/python3" "exec '$MULTIVENV_TEST_PYTHON' \"\$@\""
    with_env "PATH=$world/bin"
    mkdir -p .config .mise
    asked_anew touch mise.local.toml
    asked_anew touch .config/mise.toml
    asked_anew touch .mise/config.toml
}

@test "what is behind a shim may go, and come back as another" {
    fake_python "$world/opt/bin/python3.90" 3.90.1
    noting_shim "$world/bin/python3" 'exec "$(dirname "$0")"/../opt/bin/python3.9? "$@"'
    with_env "PATH=$(path_with "$world/bin")"
    run fakes
    assert_ok '3.90.1 PATH opt/bin/python3.90'
    rm "$world/opt/bin/python3.90"
    fake_python "$world/opt/bin/python3.91" 3.91.1
    run fakes
    assert_ok '3.91.1 PATH opt/bin/python3.91'
}

@test "a damaged memory does no harm, and is whole again afterwards" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    in_shell 'multivenv pythons' >"$world/good"
    cp "$memory" "$world/memory"
    local damage
    for damage in half empty binary header loop 'no newline' 'empty lines' 'more words' folder; do
        rm -f "$memory"
        case $damage in
        half) head -c "$(($(wc -c <"$world/memory") * 2 / 3))" "$world/memory" >"$memory" ;;
        empty) : >"$memory" ;;
        binary) head -c 5000 "$MULTIVENV_TEST_PYTHON" >"$memory" ;;
        header) sed -e 's/ 1$/ 2/' -e 's/3\.90\.1/3.66.6/g' "$world/memory" >"$memory" ;;
        loop) ln -s interpreters "$memory" ;;
        'no newline') printf '%s' "$(cat "$world/memory")" >"$memory" ;;
        'empty lines') sed -e G "$world/memory" >"$memory" ;;
        'more words') sed -e 's/$/|x/' "$world/memory" >"$memory" ;;
        folder) mkdir "$memory" ;;
        esac
        run in_shell 'multivenv pythons; multivenv doctor >/dev/null'
        assert_ok "$(cat "$world/good")"
        [ "$damage" = folder ] || same '' "$(grep -v -x -F -f "$memory" "$world/memory")"
        same '' "$(find "$HOME/.cache/multivenv" -name 'interpreters.*')"
    done
}

@test "a memory that cannot be written does no harm" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    with_env XDG_CACHE_HOME=/dev/null
    run in_shell 'multivenv pythons; mkvenv --no-use --without-pip -p 3.90 web'
    assert_status 0
    assert_contains 'Python 3.90.1'
    refute_contains multivenv:
    same .pyenv/versions "$(base_in_record web | cut -d/ -f 2,3)"
}

@test "an interpreter whose path the memory cannot hold is asked each time" {
    local folder
    for folder in 'a|b' $'new\nline'; do
        rm -f "$memory"
        noting_shim "$world/$folder/python3.90" \
            "printf '[\"%s\", \"3.90.1\", \"cpython\", \"\", \"/lib\"]\\n' '$(
                "$MULTIVENV_TEST_PYTHON" -c 'import json, sys; print(json.dumps(sys.argv[1])[1:-1])' \
                    "$world/$folder/python3.90"
            )'"
        with_env "PATH=$world/$folder:$tools/bin"
        run in_shell 'multivenv pythons --json'
        assert_contains '3.90.1'
        same 1 "$(starts)"
        run in_shell 'multivenv pythons'
        assert_contains "$world/${folder/$'\n'/\\n}/python3.90"
        same 1 "$(starts)"
        same '' "$(grep -v -e '^multivenv interpreters 1$' -e '^\([^|]*|\)\{8\}[^|]*$' "$memory")"
    done
}

@test "the memory holds two hundred answers, the last ones" {
    local i lines=()
    for ((i = 0; i < 300; i++)); do lines+=("/x/$i|3.6.1|cpython||/x|1|1||/x/$i"); done
    mkdir -p "${memory%/*}"
    remember "${lines[@]}"
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    run fakes
    assert_ok '3.90.1 pyenv home/.pyenv/versions/3.90.1/bin/python3.90'
    same 201 "$(grep -c '' "$memory")"
    # this one and those of this machine come after all that were there
    refute_contains /x/ "$(sed -n '/|3\.90\.1|/,$p' "$memory")"
    assert_contains "|3.90.1|" "$(cat "$memory")"
    assert_contains /x/299 "$(cat "$memory")"
    refute_contains '/x/50|' "$(cat "$memory")"
}

# --- which one ----------------------------------------------------------------------------------

@test "of several matches the highest is taken, and CPython before the others" {
    local versions=$HOME/.pyenv/versions
    fake_python "$versions/3.90.1/bin/python3.90" 3.90.1
    fake_python "$versions/3.90.9/bin/python3.90" 3.90.9
    fake_python "$versions/3.90.10/bin/python3.90" 3.90.10
    fake_python "$versions/3.91.2/bin/python3.91" 3.91.2
    fake_python "$versions/3.92.0t/bin/python3.92t" 3.92.0 cpython t
    fake_python "$versions/3.92.0rc1/bin/python3.92" 3.92.0rc1
    fake_python "$versions/3.92.0rc2/bin/python3.92" 3.92.0rc2
    fake_python "$versions/pypy3.90/bin/pypy3.90" 3.90.12 pypy
    fake_python "$versions/pypy3.93/bin/pypy3.93" 3.93.1 pypy
    is_chosen 3.90 3.90.10
    is_chosen 3.90.9 3.90.9
    is_chosen '>=3.90' 3.91.2
    is_chosen '>=3.90,<3.91' 3.90.10
    is_chosen '>=3.90,<3.90.10' 3.90.9
    is_chosen 3 3.91.2
    is_chosen python3.90 3.90.10
    is_chosen pypy3.90 pypy3.90
    is_chosen pypy pypy3.93
    is_chosen 3.93 pypy3.93
    is_chosen 3.92t 3.92.0t
    is_chosen 3.92.0rc1 3.92.0rc1
    is_chosen '>=3.92.0rc1' 3.92.0rc2
    is_chosen 3.92 None
    is_chosen cpython3.93 None
    is_chosen 3.90t None
    is_chosen 3.93t None
}

# Usage: is_chosen SPEC VERSION
is_chosen() {
    with_env "MULTIVENV_PYTHON=$1"
    run default
    case $2 in
    None) same None "${lines[0]}" ;;
    *)
        assert_contains "home/.pyenv/versions/$2/bin/" "${lines[0]}"
        same "MULTIVENV_PYTHON is '$1'" "${lines[1]}"
        ;;
    esac
}

@test "the same version in several places: all are listed, and it is the managers' first" {
    fake_python "$world/bin/python3.90" 3.90.1
    fake_python "$HOME/.local/share/uv/python/cpython-3.90.1/bin/python3.90" 3.90.1
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    with_env "PATH=$(path_with "$world/bin")"
    run fakes
    assert_ok '3.90.1 pyenv home/.pyenv/versions/3.90.1/bin/python3.90
3.90.1 uv home/.local/share/uv/python/cpython-3.90.1/bin/python3.90
3.90.1 PATH bin/python3.90'
    in_shell 'mkvenv --no-use --without-pip -p 3.90 web'
    same 'home/.pyenv/versions/3.90.1/bin/python3.90' "$(base_in_record web)"
}

@test "without a match, the error lists the available Pythons, and nothing is made" {
    fake_python "$HOME/.pyenv/versions/3.90.1/bin/python3.90" 3.90.1
    fake_python "$HOME/.pyenv/versions/pypy3.90/bin/pypy3.90" 3.90.12 pypy
    fake_python "$HOME/.pyenv/versions/3.92.0t/bin/python3.92t" 3.92.0 cpython t
    run in_shell 'mkvenv -p 3.99 web'
    assert_status 1
    assert_matches "^multivenv: no Python 3\.99 found; available: 3\.92\.0t, 3\.90\.1, .*pypy3\.90\.12.* \(see multivenv pythons\)$"
    [ ! -e "$MULTIVENV_HOME" ]
}

# --- without being told -------------------------------------------------------------------------

@test "the default is python3 on PATH, and the reason is shown" {
    fake_python "$world/one/python3" 3.90.1
    fake_python "$world/two/python3" 3.91.1
    fake_python "$world/two/python" 3.92.1
    with_env "PATH=$world/none:$world/one:$world/two"
    run default
    assert_ok "one/python3
python3 on PATH is one/python3"
    run in_shell 'multivenv pythons'
    assert_status 0
    same "* is the default of mkvenv: python3 on PATH is $world/one/python3" "${lines[${#lines[@]} - 1]}"
}

@test "a python3 that is a Python 2 is passed over, and so is one that does not start" {
    fake_python "$world/one/python3" 2.7.99
    noting_shim "$world/two/python3" 'exit 127'
    fake_python "$world/three/python3" 3.90.1
    with_env "PATH=$world/one:$world/two:$world/three"
    run default
    assert_ok "three/python3
python3 on PATH is three/python3"
}

@test "where there is no python3, python will do if it is a Python 3" {
    fake_python "$world/one/python" 2.7.99
    fake_python "$world/two/python" 3.90.1
    with_env "PATH=$world/one:$world/two"
    run default
    assert_ok "two/python
python on PATH is two/python"
    with_env "PATH=$world/one"
    run default
    assert_ok 'None
no python3 on PATH (see multivenv pythons, and mkvenv --python)'
    run in_shell 'multivenv pythons'
    assert_status 0
    assert_contains 'Python 2.7.99'
    refute_contains '* '
    run in_shell 'mkvenv web'
    assert_status 1
    assert_output_is 'multivenv: no python3 on PATH (see multivenv pythons, and mkvenv --python)'
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "of an environment on PATH the default is the base, and the reason is shown" {
    fake_python "$world/opt/bin/python3" 3.90.1
    "$world/opt/bin/python3" -m venv "$world/venv"
    ln -s python "$world/venv/bin/python3"
    with_env "PATH=$world/venv/bin"
    run default
    assert_ok "opt/bin/python3
the base interpreter of venv, which is on PATH"
}

# --- MULTIVENV_PYTHON, and environments -----------------------------------------------------------

@test "an environment's name stands for its base, whatever else has that name" {
    fake_python "$world/opt/bin/python3" 3.90.1
    fake_python "$world/bin/web" 3.91.1
    in_shell 'mkvenv --no-use --without-pip -p "$1" web' "$world/opt"
    with_env "PATH=$(path_with "$world/bin")"
    in_shell 'mkvenv --no-use --without-pip -p web one
        MULTIVENV_PYTHON=web mkvenv --no-use --without-pip two
        mkvenv --no-use --without-pip -p one three'
    same opt/bin/python3 "$(base_in_record one)"
    same opt/bin/python3 "$(base_in_record two)"
    same opt/bin/python3 "$(base_in_record three)"
    # and a version for a version
    in_shell 'mkvenv --no-use --without-pip -p web 3.91; mkvenv --no-use --without-pip 4'
    run in_shell 'mkvenv --no-use --without-pip -p 3.91 four'
    assert_status 1
    assert_contains "no Python 3.91 found"
}

@test "a prefix may have an interpreter with its version in its name only, as altinstall makes it" {
    fake_python "$world/opt/bin/python3.98" 3.98.1
    run in_shell 'mkvenv --no-use --without-pip -p "$1" web' "$world/opt"
    assert_ok ''
    same opt/bin/python3.98 "$(base_in_record web)"
}

@test "an environment called t is one, too" {
    fake_python "$world/opt/bin/python3" 3.90.1
    in_shell 'mkvenv --no-use --without-pip -p "$1" t' "$world/opt"
    run in_shell 'mkvenv --no-use --without-pip -p t one'
    assert_ok ''
    same opt/bin/python3 "$(base_in_record one)"
}

@test "of an environment whose base is gone, or never came to be, nothing can be made" {
    fake_python "$world/opt/bin/python3" 3.90.1
    in_shell 'mkvenv --no-use --without-pip -p "$1" web' "$world/opt"
    rm -r "$world/opt"
    mkdir -p "$MULTIVENV_HOME/half"
    printf '{}' >"$MULTIVENV_HOME/half/.multivenv-incomplete"
    ln -s /nowhere "$MULTIVENV_HOME/link"
    run in_shell +eu 'for name in web half link; do
            mkvenv --no-use --without-pip -p "$name" new; printf "%s\n" "$?"
            MULTIVENV_PYTHON=$name mkvenv --no-use --without-pip new
        done
        [ -e "$MULTIVENV_HOME/new" ]'
    assert_status 1
    local name expected=''
    for name in web half link; do
        expected+="multivenv: the base interpreter of '$name' is missing or does not start
1
multivenv: MULTIVENV_PYTHON is '$name': the base interpreter of '$name' is missing or does not start
"
    done
    assert_output_is "${expected%$'\n'}"
}

@test "an environment whose base is gone may be on PATH, or be active" {
    fake_python "$world/opt/bin/python3" 3.90.1
    fake_python "$world/bin/python3" 3.91.1
    with_env "PATH=$world/bin:$(tools mkdir ln rm)"
    in_shell 'mkvenv --without-pip -p "$1/opt" web; rm "$1/opt/bin/python3"
        mkvenv --no-use --without-pip next' "$world"
    same bin/python3 "$(base_in_record next)"
}

# --- MULTIVENV_INSTALLER ------------------------------------------------------------------------

@test "with MULTIVENV_INSTALLER=uv, uv installs what pip would have, in the same words" {
    fake_python "$world/opt/bin/python3" 3.90.1
    noting_shim "$world/bin/uv" "printf '%s\\n' \"\$@\" >>'$world/uv'; printf '%s\\n' \"\${UV_PYTHON-none}\" >>'$world/uv'"
    with_env "PATH=$(path_with "$world/bin")" UV_PYTHON=/nowhere
    mkdir "$HOME/proj"
    : >"$HOME/list.txt"
    run in_shell 'MULTIVENV_INSTALLER=uv
        mkvenv --no-use --without-pip -p "$1" web "flask>=3" "click ; python_version > \"3\"" -r list.txt -e proj
        cat "$MULTIVENV_HOME/web/.multivenv.json"' "$world/opt"
    assert_status 0
    same "pip
install
--python
$MULTIVENV_HOME/web/bin/python
-r
$HOME/list.txt
-e
$HOME/proj
--
flask>=3
click ; python_version > \"3\"
none" "$(cat "$world/uv")"
    same "['flask>=3', 'click ; python_version > \"3\"']" "$(values_of "str(it['requirements'])" <<<"$output")"
    # where there is nothing to install, it is not called
    rm "$world/uv"
    in_shell 'MULTIVENV_INSTALLER=uv; mkvenv --no-use --without-pip -p "$1" bare' "$world/opt"
    [ ! -e "$world/uv" ]
}

@test "with MULTIVENV_INSTALLER=uv and no uv, or with another word, nothing is made" {
    with_env "PATH=$(tools mkdir)"
    run in_shell +eu 'for MULTIVENV_INSTALLER in uv poetry UV " pip"; do mkvenv web flask; printf "%s\n" "$?"; done'
    assert_ok "multivenv: MULTIVENV_INSTALLER is 'uv', but uv is not on PATH
1
multivenv: MULTIVENV_INSTALLER is 'poetry' (set it to pip or uv)
1
multivenv: MULTIVENV_INSTALLER is 'UV' (set it to pip or uv)
1
multivenv: MULTIVENV_INSTALLER is ' pip' (set it to pip or uv)
1"
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "what uv says when it fails is shown, and nothing is left" {
    fake_python "$world/opt/bin/python3" 3.90.1
    noting_shim "$world/bin/uv" 'printf "%s\n" "  x No solution found when resolving dependencies:" "" "Because" >&2; exit 2'
    with_env "PATH=$(path_with "$world/bin")" MULTIVENV_INSTALLER=uv
    run in_shell 'mkvenv --without-pip -p "$1" web flask' "$world/opt"
    assert_status 1
    assert_output_is "multivenv: installing into 'web' failed:
    x No solution found when resolving dependencies:
  Because"
    assert_nothing_left
}

@test "uv itself installs into it" {
    need_peer uv
    share_cache
    mkdir "$world/bin" "$world/wheels"
    ln -s "$peer" "$world/bin/uv"
    make_wheel demo 1.0 needed
    make_wheel needed 1.0
    make_project "$HOME/mine" mine
    with_env "PATH=$(path_with "$world/bin")" MULTIVENV_INSTALLER=uv UV_NO_INDEX=1 \
        "UV_FIND_LINKS=$world/wheels" UV_OFFLINE=1 UV_SYSTEM_PYTHON=1 "UV_PYTHON=/nowhere" "UV_TARGET=$world/target"
    run in_shell 'mkvenv web demo -e mine; demo; needed; mine
        mkvenv --without-pip bare demo; demo; ls "$VIRTUAL_ENV/bin" | grep -c pip || :'
    assert_ok 'demo 1.0
needed 1.0
mine from its project
demo 1.0
0'
    run in_shell 'mkvenv failing no-such-thing'
    assert_status 1
    assert_matches "^multivenv: installing into 'failing' failed:"
    assert_contains no-such-thing
    [ ! -e "$MULTIVENV_HOME/failing" ]
}

# --- requirements -------------------------------------------------------------------------------

@test "malformed requirements are refused before anything is made or asked" {
    noting_shim "$world/bin/python3" 'exit 127'
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell +eu 'for word in "flask=>3" "flask==" "flask>" "=1" "a b" "" "flask[" "flask==1.0 extra"; do
            mkvenv web good "$word"; printf "%s\n" "$?"
        done'
    local word expected=''
    for word in 'flask=>3' 'flask==' 'flask>' '=1' 'a b' '' 'flask[' 'flask==1.0 extra'; do
        expected+="multivenv: '$word' is not a requirement (see mkvenv --help)"$'\n2\n'
    done
    assert_ok "${expected%$'\n'}"
    same 0 "$(starts)"
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "files and projects are installed from where they are, and recorded absolute" {
    share_cache
    offline
    make_wheel demo 1.0
    make_wheel second 1.0
    make_wheel third 1.0
    make_wheel listed 1.0
    make_project "$HOME/my project" mine
    mkdir "$HOME/dist"
    mv "$world"/wheels/demo*.whl "$HOME/dist"
    mv "$world"/wheels/second*.whl "$HOME"
    mv "$world"/wheels/third*.whl "$HOME"
    printf 'listed\n' >"$HOME/list.txt"
    run in_shell 'cd "$HOME/dist"
        mkvenv web ./demo-1.0-py3-none-any.whl ../second-1.0-py3-none-any.whl "~/third-1.0-py3-none-any.whl" \
            -r "~/list.txt" "--editable=~/my project"
        demo; second; third; listed; mine'
    assert_ok 'demo 1.0
second 1.0
third 1.0
listed 1.0
mine from its project'
    run values_of "it['requirements']" "it['requirement_files']" "it['editables']" <"$MULTIVENV_HOME/web/.multivenv.json"
    assert_ok "$HOME/dist/demo-1.0-py3-none-any.whl
$HOME/second-1.0-py3-none-any.whl
$HOME/third-1.0-py3-none-any.whl
$HOME/list.txt
$HOME/my project"
}

@test "extras stay at the path, brackets in a path are no extras" {
    fake_python "$world/opt/bin/python3" 3.90.1
    noting_shim "$world/bin/uv" ''
    with_env "PATH=$(path_with "$world/bin")" MULTIVENV_INSTALLER=uv
    mkdir -p "$HOME/proj" "$HOME/a[b]"
    cd "$HOME/proj"
    in_shell 'mkvenv --no-use --without-pip -p "$1" web ".[x,y]" "../proj[z]" "../a[b]" "../a[b][z]" ..' "$world/opt"
    run values_of "it['requirements']" <"$MULTIVENV_HOME/web/.multivenv.json"
    assert_ok "$HOME/proj[x,y]
$HOME/proj[z]
$HOME/a[b]
$HOME/a[b][z]
$HOME"
}

@test "a path may have a marker" {
    fake_python "$world/opt/bin/python3" 3.90.1
    noting_shim "$world/bin/uv" ''
    with_env "PATH=$(path_with "$world/bin")" MULTIVENV_INSTALLER=uv
    : >demo-1.0-py3-none-any.whl
    run in_shell 'mkvenv --no-use --without-pip -p "$1" web "./demo-1.0-py3-none-any.whl; python_version > \"3\""' "$world/opt"
    assert_ok ''
    run values_of "it['requirements']" <"$MULTIVENV_HOME/web/.multivenv.json"
    assert_ok "$HOME/demo-1.0-py3-none-any.whl; python_version > \"3\""
}

@test "files that are not there are refused before anything is made" {
    run in_shell +eu 'for word in ./none.whl none.whl dist/none.tar.gz "~/none" "./none[x]"; do mkvenv web "$word"; printf "%s\n" "$?"; done
        mkvenv web -r none.txt; printf "%s\n" "$?"; mkvenv web "--requirement=~/none.txt"; printf "%s\n" "$?"'
    assert_ok "multivenv: cannot install './none.whl': no such file or directory
1
multivenv: cannot install 'none.whl': no such file or directory
1
multivenv: cannot install 'dist/none.tar.gz': no such file or directory
1
multivenv: cannot install ~/none: no such file or directory
1
multivenv: cannot install './none': no such file or directory
1
multivenv: cannot read requirements file 'none.txt'
1
multivenv: cannot read requirements file ~/none.txt
1"
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "of a package that cannot be found, nothing is left, and the active one stays" {
    share_cache
    offline
    make_wheel demo 1.0
    run in_shell 'mkvenv --without-pip before'
    run in_shell +eu 'usevenv before; mkvenv web demo no-such-thing; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"
        mkvenv web "demo>=2"; printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"'
    assert_status 0
    assert_contains 'No matching distribution found for no-such-thing
1 before'
    assert_contains 'No matching distribution found for demo>=2
1 before'
    in_shell 'rmvenv -y before'
    rm -rf "$MULTIVENV_HOME/.multivenv/recipes"
    assert_nothing_left
}

@test "one that was first reached by a link that is gone is known all the same" {
    local prefix=${MULTIVENV_TEST_PYTHON%/bin/*} name=${MULTIVENV_TEST_PYTHON##*/}
    ln -s "$prefix" "$world/by a link"
    in_shell 'mkvenv --no-use --without-pip -p "$1" one' "$world/by a link/bin/$name"
    rm "$world/by a link"
    run in_shell 'mkvenv --no-use --without-pip -p "$1" other; lsvenvs --status ok' "$MULTIVENV_TEST_PYTHON"
    assert_ok other
}
