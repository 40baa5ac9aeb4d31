#!/usr/bin/env bats
# multivenv discover: where other tools keep environments, what it shows of them,
# and what it finds below a folder. The real tools are in tests/tools.

# shells: once
load ../support/common
load ../support/corpus
load ../support/disks
load ../support/moving
load ../support/repairing

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    share_cache
    without_env XDG_CACHE_HOME
}

# Usage: other DIR [VERSION]
#
# Makes an environment at any place. Sets $env.
other() {
    local MULTIVENV_HOME=${1%/*}
    fake_env "${1##*/}" "${2-3.12.4}"
}

# Usage: uv_made DIR
#
# The same, as uv writes it.
uv_made() {
    other "$1"
    printf '%s\n' "home = $(fake_base)/bin" 'implementation = CPython' 'uv = 0.13.8' 'version_info = 3.12.4' \
        'include-system-site-packages = false' >"$env/pyvenv.cfg"
}

# Usage: virtualenv_made DIR
virtualenv_made() {
    other "$1"
    printf '%s\n' "home = $(fake_base)/bin" 'implementation = CPython' 'version_info = 3.12.4.final.0' \
        'virtualenv = 20.31.2' 'version = 3.12.4' 'include-system-site-packages = false' >"$env/pyvenv.cfg"
}

# Usage: conda DIR [VERSION]
conda() {
    mkdir -p "$1/conda-meta" "$1/bin"
    write_stub >"$1/bin/python"
    chmod +x "$1/bin/python"
    : >"$1/bin/activate"
    [ -z "${2-}" ] || : >"$1/conda-meta/python-$2-h5148396_1.json"
}

# Usage: found [WORD...]
#
# Prints TOOL PATH of each that is found, in its order; ~ stands for $HOME, / for
# what comes below $world.
found() {
    told '"%s %s" % (each["tool"], each["path"])' "$@" | sed -e "s|$HOME|~|" -e "s|$world||"
}

# Usage: told EXPRESSION [WORD...]
#
# Prints a Python expression on `each` that is found.
told() {
    local status=0
    helper discover --json "${@:2}" >"$world/tmp/found" || status=$?
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["environments"]:
    print(eval(sys.argv[2]))' "$world/tmp/found" "$1" || status=$?
    return "$status"
}

# --- the places -----------------------------------------------------------------------

@test "the places of each tool are known" {
    local data=$HOME/.local/share
    other "$HOME/.virtualenvs/wrapped"
    other "$data/virtualenvs/pewed"
    other "$data/virtualenvs/my_project-a1B2-_x9"
    printf '%s' "$HOME/my project" >"$env/.project" # without a newline, as pipenv writes it
    other "$HOME/.virtualenvs/project-abcdefgh-3.12"
    printf '%s\n' /gone/project >"$env/.project"
    other "$HOME/.pyenv/versions/3.12.4/envs/pallets"
    ln -s "$env" "$HOME/.pyenv/versions/pallets"
    other "$HOME/.pyenv/versions/old-style"
    fake_base >/dev/null
    cp -R "$world/base-3.12.4" "$HOME/.pyenv/versions/3.12.5" # an installed Python
    other "$data/pipx/venvs/black"
    other "$data/pipx/shared"
    other "$HOME/.local/pipx/venvs/older"
    other "$data/uv/tools/ruff"
    mkdir -p "$data/uv/python/cpython-3.12.4-linux-x86_64-gnu"
    other "$HOME/.cache/uv/environments-v2/script-0123456789abcdef"
    other "$HOME/.cache/pypoetry/virtualenvs/pallets-a1B2c3D4-py3.12"
    : >"$HOME/.cache/pypoetry/virtualenvs/envs.toml"
    other "$HOME/Library/Caches/pypoetry/virtualenvs/mac-a1B2c3D4-py3.12"
    other "$data/hatch/env/virtual/pallets/a1B2c3D4/pallets"
    other "$data/hatch/env/virtual/pallets/a1B2c3D4/test"
    other "$HOME/Library/Application Support/hatch/env/virtual/mac/a1B2c3D4/mac"
    other "$data/pdm/venvs/pallets-a1B2c3D4-3.12"
    conda "$HOME/miniconda3/envs/science" 3.12.4
    conda "$world/listed" 3.11.2
    conda "$HOME/.pyenv/versions/miniforge3" 3.10.1
    mkdir "$HOME/.conda"
    printf '%s\n' "$world/listed" "$world/gone" "$HOME/miniconda3/envs/science" >"$HOME/.conda/environments.txt"
    run found
    assert_ok "conda ~/.pyenv/versions/miniforge3
conda ~/miniconda3/envs/science
conda /listed
hatch ~/.local/share/hatch/env/virtual/pallets/a1B2c3D4/pallets
hatch ~/.local/share/hatch/env/virtual/pallets/a1B2c3D4/test
hatch ~/Library/Application Support/hatch/env/virtual/mac/a1B2c3D4/mac
pdm ~/.local/share/pdm/venvs/pallets-a1B2c3D4-3.12
pew ~/.local/share/virtualenvs/pewed
pipenv ~/.local/share/virtualenvs/my_project-a1B2-_x9
pipenv ~/.virtualenvs/project-abcdefgh-3.12
pipx ~/.local/pipx/venvs/older
pipx ~/.local/share/pipx/venvs/black
poetry ~/.cache/pypoetry/virtualenvs/pallets-a1B2c3D4-py3.12
poetry ~/Library/Caches/pypoetry/virtualenvs/mac-a1B2c3D4-py3.12
pyenv-virtualenv ~/.pyenv/versions/3.12.4/envs/pallets
pyenv-virtualenv ~/.pyenv/versions/old-style
uv ~/.cache/uv/environments-v2/script-0123456789abcdef
uv ~/.local/share/uv/tools/ruff
virtualenvwrapper ~/.virtualenvs/wrapped"
}

@test "the places that the user has set are known" {
    local variable
    with_env "WORKON_HOME=$world/workon/" "PYENV_ROOT=$world/pyenv" "PIPX_HOME=$world/pipx" \
        "POETRY_VIRTUALENVS_PATH=$world/poetry" "POETRY_CACHE_DIR=$world/poetry cache" \
        "UV_TOOL_DIR=$world/uv tools" "UV_CACHE_DIR=$world/uv cache" "HATCH_DATA_DIR=~/hatch" \
        "XDG_DATA_HOME=$world/data" "XDG_CACHE_HOME=$world/cache"
    other "$world/workon/a"
    other "$world/pyenv/versions/3.12.4/envs/b"
    other "$world/pipx/venvs/c"
    other "$world/poetry/d"
    other "$world/poetry cache/virtualenvs/e"
    other "$world/uv tools/f"
    other "$world/uv cache/environments-v2/g"
    other "$HOME/hatch/env/virtual/x/y/h"
    other "$world/data/virtualenvs/i"
    other "$world/data/pdm/venvs/j"
    other "$world/data/uv/tools/k"
    other "$world/cache/pypoetry/virtualenvs/l"
    other "$HOME/.virtualenvs/m" # of virtualfish, say
    run found
    assert_ok "hatch ~/hatch/env/virtual/x/y/h
pdm /data/pdm/venvs/j
pew /data/virtualenvs/i
pipx /pipx/venvs/c
poetry /cache/pypoetry/virtualenvs/l
poetry /poetry cache/virtualenvs/e
poetry /poetry/d
pyenv-virtualenv /pyenv/versions/3.12.4/envs/b
uv /data/uv/tools/k
uv /uv cache/environments-v2/g
uv /uv tools/f
virtualenvwrapper ~/.virtualenvs/m
virtualenvwrapper /workon/a"
    for variable in WORKON_HOME PIPX_HOME POETRY_VIRTUALENVS_PATH POETRY_CACHE_DIR UV_TOOL_DIR UV_CACHE_DIR \
        HATCH_DATA_DIR XDG_DATA_HOME XDG_CACHE_HOME PYENV_ROOT; do
        with_env "$variable=relative"
    done
    mkdir "$world/here"
    cd "$world/here"
    other "$world/here/relative/z"
    run found
    assert_ok 'virtualenvwrapper ~/.virtualenvs/m'
}

@test "a name that only looks like one of pipenv does not count" {
    other "$HOME/.virtualenvs/pallets-abcdefgh" # bound to nothing
    other "$HOME/.virtualenvs/data-abcdefgh"
    printf '%s\n' /home/ada/pallets >"$env/.project"
    other "$HOME/.virtualenvs/pallets-tools"
    printf '%s\n' /home/ada/pallets >"$env/.project"
    run found
    assert_ok "virtualenvwrapper ~/.virtualenvs/data-abcdefgh
virtualenvwrapper ~/.virtualenvs/pallets-abcdefgh
virtualenvwrapper ~/.virtualenvs/pallets-tools"
    # of a long one the start is left
    other "$HOME/.virtualenvs/a_project_with_(a)_very_long_name_inde-abcdefgh"
    printf '%s\n' '/home/ada/a project with (a) very long name indeed' >"$env/.project"
    mv "$env" "$HOME/.virtualenvs/a_project_with__a__very_long_name_indeed-abcdefgh"
    run found
    assert_contains 'pipenv ~/.virtualenvs/a_project_with__a__very_long_name_indeed-abcdefgh'
}

# --- what is told of them ---------------------------------------------------------------

@test "--json shows everything about each, and never leaves keys out" {
    other "$HOME/.virtualenvs/web"
    printf '%s\n' "/home/ada/web" >"$env/.project"
    uv_made "$world/git/proj/.venv"
    rm "$env/bin/python"
    conda "$HOME/miniconda3/envs/science" 3.12.4
    conda "$HOME/miniconda3/envs/without"
    run helper discover --json "$world/git"
    assert_status 0
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, sys
print(json.dumps(sys.argv[1])[1:-1])' "$world" >"$world/tmp/escaped"
    same "${output//"$(cat "$world/tmp/escaped")"/WORLD}" '{"schema": 1, "environments": [
{"tool": "conda", "path": "WORLD/home \u00fcn\u00ef/miniconda3/envs/science", "python": {"version": "3.12.4", "implementation": null, "base": null}, "status": null, "reason": null, "project": null, "size": null},
{"tool": "conda", "path": "WORLD/home \u00fcn\u00ef/miniconda3/envs/without", "python": {"version": null, "implementation": null, "base": null}, "status": null, "reason": null, "project": null, "size": null},
{"tool": "uv", "path": "WORLD/git/proj/.venv", "python": {"version": "3.12.4", "implementation": "CPython", "base": null}, "status": "dangling", "reason": "bin/python is missing", "project": "WORLD/git/proj", "size": null},
{"tool": "virtualenvwrapper", "path": "WORLD/home \u00fcn\u00ef/.virtualenvs/web", "python": {"version": "3.12.4", "implementation": "CPython", "base": "WORLD/base-3.12.4/bin/python3.12"}, "status": "ok", "reason": null, "project": "/home/ada/web", "size": null}
]}'
}

@test "--size shows the bytes on disk, in a table even in a pipe" {
    other "$HOME/.virtualenvs/web"
    dd if=/dev/zero of="$env/large" bs=1000 count=1000 2>/dev/null
    run told 'each["size"]' --size
    assert_status 0
    [ "$output" -ge 1000000 ] && [ "$output" -lt 1200000 ]
    run helper discover --size
    assert_matches $'^  TOOL               STATUS  PYTHON  SIZE    PATH                PROJECT\n  virtualenvwrapper  ok      3\\.12\\.4  1\\.[01] MB  ~/\\.virtualenvs/web  -$'
}

@test "below the table are the reasons of those that are not sound" {
    other "$HOME/.virtualenvs/web"
    other "$HOME/.virtualenvs/old" 3.11.2
    rm -r "$world/base-3.11.2"
    conda "$HOME/miniconda3/envs/science" 3.12.4
    other "$world/git/proj/venv"
    run helper discover --size "$world/git"
    assert_status 0
    # as wide as the longest path, which is another one each time
    same "$(printf '%s\n' "$output" | sed -E 's/ {2,}/  /g; s/[0-9.]+ kB/SIZE/')" "  TOOL  STATUS  PYTHON  SIZE  PATH  PROJECT
  conda  -  3.12.4  SIZE  ~/miniconda3/envs/science  -
  venv  ok  3.12.4  SIZE  $world/git/proj/venv  $world/git/proj
  virtualenvwrapper  dangling  3.11.2  SIZE  ~/.virtualenvs/old  -
  virtualenvwrapper  ok  3.12.4  SIZE  ~/.virtualenvs/web  -

~/.virtualenvs/old is dangling: bin/python points to $world/base-3.11.2/bin/python3.11, which no longer exists"
}

@test "in a pipe it writes the paths, by tool and path" {
    other "$HOME/.virtualenvs/b"
    other "$HOME/.virtualenvs/a"
    other "$HOME/.local/share/pdm/venvs/z"
    run --separate-stderr helper discover
    assert_ok "$HOME/.local/share/pdm/venvs/z
$HOME/.virtualenvs/a
$HOME/.virtualenvs/b"
    assert_stderr_is ''
}

@test "if it finds none it says so, with status 0" {
    run --separate-stderr helper discover
    assert_ok ''
    assert_stderr_is 'multivenv: no environments of other tools found (multivenv discover DIR searches DIR too)'
    run --separate-stderr helper discover --json
    assert_ok '{"schema": 1, "environments": []}'
    assert_stderr_is ''
    run --separate-stderr helper discover --size
    assert_ok ''
}

@test "each has the status and the reason that lsvenvs would show" {
    (BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR make_corpus)
    local entry
    while IFS= read -r entry; do
        case $entry in
        # those that a link makes, or that multivenv leaves
        *'it links to'* | *'never finished'* | *'being made'*) ;;
        *) printf '%s\n' "$entry" ;;
        esac
    done <"$BATS_TEST_TMPDIR/corpus" | LC_ALL=C sort >"$world/tmp/wanted"
    with_env "WORKON_HOME=$MULTIVENV_HOME" "MULTIVENV_HOME=$world/another home"
    run told '"|".join((each["path"].rpartition("/")[2], each["status"], each["reason"] or ""))'
    printf '%s\n' "$output" | LC_ALL=C sort >"$world/tmp/all"
    same '' "$(LC_ALL=C comm -13 "$world/tmp/all" "$world/tmp/wanted")"
}

# --- each once, and not our own -----------------------------------------------------------

@test "an environment with several paths is listed once, by its own" {
    other "$HOME/.pyenv/versions/3.12.4/envs/pallets"
    ln -s "$env" "$HOME/.pyenv/versions/pallets"
    ln -s "$env" "$HOME/.pyenv/versions/3.12.4/envs/again"
    other "$HOME/.virtualenvs/web"
    ln -s "$HOME/.virtualenvs" "$world/link"
    with_env "WORKON_HOME=$HOME/.virtualenvs"
    run found "$HOME" "$HOME/.virtualenvs" "$HOME/.virtualenvs/web" "$world/link"
    assert_ok "pyenv-virtualenv ~/.pyenv/versions/3.12.4/envs/pallets
virtualenvwrapper ~/.virtualenvs/web"
}

@test "an environment elsewhere that a tool links to is that tool's" {
    other "$world/disk/web"
    mkdir -p "$HOME/.virtualenvs"
    ln -s "$world/disk/web" "$HOME/.virtualenvs/web"
    ln -s /nowhere "$HOME/.virtualenvs/gone"
    ln -s loop "$HOME/.virtualenvs/loop"
    run found "$world/disk"
    assert_ok 'virtualenvwrapper ~/.virtualenvs/web'
}

@test "environments of the home and in its trash are left out, by any path" {
    fake_env web
    other "$MULTIVENV_HOME/.multivenv/trash/1.2-web"
    other "$env/inner/.venv"
    run --separate-stderr helper discover "$HOME" "$MULTIVENV_HOME" "$MULTIVENV_HOME/web" \
        "$MULTIVENV_HOME/.multivenv/trash"
    assert_ok ''
    ln -s "$MULTIVENV_HOME" "$world/workon"
    with_env "WORKON_HOME=$world/workon"
    run --separate-stderr helper discover "$world/workon"
    assert_ok ''
    assert_stderr_is 'multivenv: no environments of other tools found (multivenv discover DIR searches DIR too)'
}

@test "adopted environments are left out, and named" {
    other "$HOME/.virtualenvs/web"
    other "$HOME/.virtualenvs/two"
    helper adopt "$HOME/.virtualenvs/web" mine
    run --separate-stderr helper discover
    assert_ok "$HOME/.virtualenvs/two"
    assert_stderr_is "multivenv: already adopted, not listed: 'mine' (see lsvenvs)"
    run found
    assert_ok 'virtualenvwrapper ~/.virtualenvs/two'
    helper adopt "$HOME/.virtualenvs/two"
    run --separate-stderr helper discover
    assert_ok ''
    assert_stderr_is "multivenv: already adopted, not listed: 'two', 'mine' (see lsvenvs)"
}

# --- below a folder -----------------------------------------------------------------------

@test "below a folder each environment is found, its tool by its marks and its project by its name" {
    local git=$world/git
    uv_made "$git/one/.venv"
    virtualenv_made "$git/two/venv"
    other "$git/three/deep/down/env"
    other "$git/four/.tox/py312"
    other "$git/five/.nox/tests"
    other "$git/named"
    other "$git/bound"
    printf '%s\n' /home/ada/bound >"$env/.project"
    other "$git/home/ours"
    printf '{}\n' >"$env/.multivenv.json"
    other "$git/pipx/black"
    : >"$env/pipx_metadata.json"
    uv_made "$git/tools/ruff"
    : >"$env/uv-receipt.toml"
    other "$git/six/.venv"
    rm "$env/pyvenv.cfg"
    conda "$git/seven/env" 3.12.4
    mkdir -p "$git/eight/.venv/bin" "$git/nine/bin"
    : >"$git/nine/bin/python"
    run told '" ".join((each["tool"], each["path"], str(each["project"])))' "$git"
    assert_status 0
    same "${output//"$git"/}" "conda /seven/env /seven
multivenv /home/ours None
nox /five/.nox/tests None
pipx /pipx/black None
tox /four/.tox/py312 None
unknown /six/.venv /six
uv /one/.venv /one
uv /tools/ruff None
venv /bound /home/ada/bound
venv /named None
venv /three/deep/down/env /three/deep/down
virtualenv /two/venv /two"
}

@test "a virtualenv without pyvenv.cfg, as old versions made it, is found" {
    other "$world/git/old/env"
    rm "$env/pyvenv.cfg"
    printf '%s\n' "$(fake_base)" >"$env/lib/python3.12/orig-prefix.txt"
    run told '" ".join((each["tool"], each["status"]))' "$world/git"
    assert_ok 'virtualenv ok'
}

@test "environments and folders of packages and version control are not entered" {
    other "$world/git/proj/.venv"
    other "$env/share/inner"
    other "$world/git/proj/node_modules/x/venv"
    other "$world/git/proj/.git/venv"
    other "$world/git/lib/site-packages/venv"
    run found "$world/git"
    assert_ok 'venv /git/proj/.venv'
    # but what is named is looked at
    run found "$world/git/proj/node_modules" "$world/git/proj/.venv"
    assert_ok "venv /git/proj/.venv
venv /git/proj/node_modules/x/venv"
}

@test "symlinks are not followed, so that circles do not matter" {
    other "$world/elsewhere/web"
    mkdir -p "$world/git/a/b"
    ln -s "$world/git" "$world/git/a/b/up"
    ln -s self "$world/git/self"
    ln -s "$world/elsewhere" "$world/git/elsewhere"
    ln -s "$world/elsewhere/web" "$world/git/.venv"
    run found "$world/git"
    assert_ok ''
    run found "$world/git/elsewhere"
    assert_ok 'venv /git/elsewhere/web'
}

@test "the folder may be relative, and is by default none" {
    other "$HOME/git/proj/.venv"
    cd "$HOME/git"
    run found
    assert_ok ''
    run found .
    assert_ok 'venv ~/git/proj/.venv'
    run found proj/../proj/
    assert_ok 'venv ~/git/proj/.venv'
    run found '~'/git
    assert_ok 'venv ~/git/proj/.venv'
    ln -s "$HOME/git" "$HOME/link"
    cd "$HOME/link"
    with_env "PWD=$HOME/link"
    run found proj
    assert_ok 'venv ~/link/proj/.venv'
}

@test "a missing folder or a file is a failure, and nothing is listed" {
    other "$HOME/.virtualenvs/web"
    : >"$HOME/file"
    run --separate-stderr helper discover "$HOME" nowhere
    assert_status 1
    assert_output_is ''
    assert_stderr_is "multivenv: cannot search ~/nowhere: no such directory"
    run helper discover --json file
    assert_status 1
    assert_output_is "multivenv: cannot search ~/file: no such directory"
    run helper discover ''
    assert_status 2
    assert_output_is "multivenv: the path of a directory cannot be empty (see multivenv discover --help)"
}

@test "with too many files it stops, says where, and lists what it has found" {
    other "$HOME/.virtualenvs/web"
    other "$world/git/a/.venv"
    mkdir -p "$world/git/a/b" "$world/git/z"
    touch "$world/git/a/b"/{1..40}
    other "$world/git/z/y/x/.venv"
    run --separate-stderr helper_with 'from helper.outside import discovery
discovery.MOST = 30' discover "$world/git"
    assert_status 1
    assert_output_is "$world/git/a/.venv
$HOME/.virtualenvs/web"
    assert_stderr_is "multivenv: too many files: the search stopped in $world/git/a/b (name folders in it)"
    run helper discover "$world/git"
    assert_ok "$world/git/a/.venv
$world/git/z/y/x/.venv
$HOME/.virtualenvs/web"
}

@test "a hundred folders deep is not too deep" {
    local deep=$world/git i
    for ((i = 0; i < 100; i++)); do deep=$deep/deep; done
    other "$deep/.venv"
    run told 'each["path"].count("/deep")' "$world/git"
    assert_ok 100
}

@test "unreadable folders are skipped" {
    local closed=$world/git/closed
    other "$closed/.venv"
    other "$world/git/open/.venv"
    other "$HOME/.virtualenvs/web"
    mkdir -p "$HOME/.local/share"
    chmod 0 "$closed" "$HOME/.virtualenvs"
    run in_shell -w as_anyone 'multivenv discover "$1"; multivenv discover "$1/closed"' "$world/git"
    chmod 755 "$closed" "$HOME/.virtualenvs"
    assert_status 1
    assert_output_is "$world/git/open/.venv
multivenv: cannot search $closed: it is not readable"
}

@test "files and other things in place of folders do not matter" {
    mkdir -p "$HOME/.local/share/pipx" "$HOME/.pyenv/versions" "$HOME/.conda/environments.txt"
    : >"$HOME/.virtualenvs"
    : >"$HOME/.local/share/pipx/venvs"
    : >"$HOME/.pyenv/versions/3.12.4"
    mkfifo "$HOME/.local/share/virtualenvs"
    mkdir -p "$HOME/.local/share/uv/tools/broken/pyvenv.cfg"
    run found
    assert_ok 'uv ~/.local/share/uv/tools/broken'
}

# --- names are data -------------------------------------------------------------------------

@test "paths and projects may be anything" {
    local git=$world/git name
    for name in 'a b' '$(touch x)' '`touch x`' $'new\nline' $'esc\e[31m' '-x' '*' '"' "'" 'ünï' $'byte\xff' 'a:b' $'\\'; do
        other "$git/$name/.venv"
        other "$HOME/.virtualenvs/$name"
        printf '%s\n' "/home/ada/$name" >"$env/.project"
    done
    mkdir -p "$world/here" "$git"
    cd "$world/here"
    run told 'len(each["path"])' "$git"
    assert_status 0
    same 26 "${#lines[@]}"
    # in JSON they come back byte for byte
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, os, sys
for each in json.load(open(sys.argv[1]))["environments"]:
    path, project = os.fsencode(each["path"]), os.fsencode(each["project"])
    assert os.path.isfile(path + b"/pyvenv.cfg"), path
    if path.endswith(b"/.venv"): assert project == os.path.dirname(path), project
    elif b"\n" not in path: assert os.path.basename(project) == os.path.basename(path), project' "$world/tmp/found"
    # into a pipe as they are, in the table what is not printable is escaped
    run helper discover "$git/new
line"
    assert_contains $'/git/new\nline/.venv'
    assert_contains $'/git/new\nline' "$(
        helper discover --json "$git" >/dev/null
        helper discover "$git"
    )"
    run helper discover --size "$git"
    assert_status 0
    assert_contains '/git/new\nline/.venv'
    assert_contains '/esc\x1b[31m'
    assert_contains '/byte\xff'
    same '' "$(find "$world" -name x)"
}

@test "it starts no process" {
    command -v strace >/dev/null || skip 'strace is not installed'
    other "$HOME/.virtualenvs/web"
    other "$HOME/.virtualenvs/old" 3.11.2
    rm "$env/bin/python"
    uv_made "$world/git/proj/.venv"
    conda "$HOME/miniconda3/envs/science" 3.12.4
    MULTIVENV_HOME=$MULTIVENV_HOME MULTIVENV_CACHE=$world/cache traced "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 \
        "$project/helper/__main__.py" discover --size "$world/git" >"$world/tmp/table"
    same 4 "$(grep -c ' 3\.1[12]\.' "$world/tmp/table")"
    # the helper itself
    run grep -c -E '(execve|execveat|clone|clone3|fork|vfork)\(' "$world/tmp/trace"
    assert_output_is 1
}

@test "it makes nothing, and changes nothing" {
    other "$HOME/.virtualenvs/web"
    fake_env own
    tree "$HOME" | grep -v pycache >"$world/before"
    run helper discover "$HOME"
    assert_status 0
    tree "$HOME" | grep -v pycache >"$world/after"
    same_files "$world/before" "$world/after"
    rm -r "$MULTIVENV_HOME"
    run helper discover
    assert_status 0
    [ ! -e "$MULTIVENV_HOME" ]
}

@test "through the shell: words pass as they are, PATH is from its directory, no trace is left" {
    other "$HOME/git/a b/.venv"
    mkdir -p "$HOME/git/-x"
    run in_shell 'cd git; multivenv discover -- -x "a b"; WORKON_HOME=$HOME/git/nothing multivenv discover --json ../git | head -n 1
        multivenv discover -h | head -n 1'
    assert_ok "$HOME/git/a b/.venv
{\"schema\": 1, \"environments\": [
Usage: multivenv discover [--json] [--size] [DIR...]"
    run changes_of 'multivenv discover git >/dev/null; multivenv discover --json >/dev/null'
    assert_ok ''
}
