#!/usr/bin/env bats
# mvvenv: after it everything in an environment knows of its new place, and only
# of that; or else it is as it was.

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/moving
load ../support/repairing
load ../support/wheels

setup() {
    make_world
    share_cache
    offline
    # without a space, so that short heads of scripts are possible
    MULTIVENV_HOME=$world/envs
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
}

# Usage: text FILE LINE...
text() {
    mkdir -p "${1%/*}"
    printf '%s\n' "${@:2}" >"$1"
}

# --- with each Python ----------------------------------------------------------------

# Usage: make_with PYTHON NAME
#
# Makes an environment with packages of each kind: a command, projects in
# editable mode outside of it and in it, and data with its path.
make_with() {
    local env=$MULTIVENV_HOME/$2
    in_shell 'mkvenv --no-use -p "$1" "$2"' "$1" "$2"
    make_editables "$1" "$env"
    in_environment "$2" -m pip install -q --disable-pip-version-check --no-build-isolation demo \
        -e "$world/$2/outside" -e "$env/src/inside" -e "$world/$2/found"
    text "$env/etc/settings" "prefix=$env" "other='$env/lib', \"$env\"" "url: file://$env/lib;" "<a>$env</a>"
    ln -s "$env/etc/settings" "$env/link"
}

# Usage: make_editables PYTHON ENV
#
# Up to Python 3.6 pip knows only `setup.py develop`.
make_editables() {
    local dir=$world/${2##*/} python=$1
    make_project "$dir/outside" outside
    make_project "$2/src/inside" inside
    make_project "$dir/found" found
    with_finder "$dir/found" found
    "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 7))' || return 0
    for_setuptools "$dir/outside" outside
    for_setuptools "$2/src/inside" inside
    for_setuptools "$dir/found" found
}

# Usage: with_finder DIR NAME
#
# The project is found by a module with a table of paths, as setuptools has it.
with_finder() {
    cat >>"$1/backend.py" <<END

build_plain = build_editable

def build_editable(folder, settings=None, metadata=None):
    name = build_plain(folder, settings, metadata)
    source = "import importlib.util, sys\nMAPPING = {'$2': '%s'}\n" % os.path.join(os.getcwd(), "$2.py")
    source += "class Finder:\n    @classmethod\n    def find_spec(cls, name, path=None, target=None):\n"
    source += "        if name in MAPPING: return importlib.util.spec_from_file_location(name, MAPPING[name])\n"
    source += "def install(): sys.meta_path.append(Finder)\n"
    files = {"__editable___$2_finder.py": source, "__editable__.$2.pth": "import __editable___$2_finder; __editable___$2_finder.install()\n"}
    with zipfile.ZipFile(folder + "/" + name) as old:
        files.update((each, old.read(each)) for each in old.namelist() if not each.endswith(".pth") or each.startswith("__"))
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        for each, text in files.items():
            wheel.writestr(each, text)
    return name
END
}

# Usage: for_setuptools DIR NAME
for_setuptools() {
    rm "$1/pyproject.toml" "$1/backend.py"
    printf 'import setuptools\nsetuptools.setup(name="%s", version="1.0", py_modules=["%s"], entry_points=%s)\n' \
        "$2" "$2" "{\"console_scripts\": [\"$2=$2:main\"]}" >"$1/setup.py"
}

# Usage: bare COMMAND...
#
# Runs it in an environment that does not help it.
bare() {
    env -i "PATH=$tools/bin" "LANG=$(utf8_locale)" "$@" 3>&-
}

# Usage: assert_lives OLD NEW
#
# NEW is as OLD was, in its own place.
assert_lives() {
    local old=$MULTIVENV_HOME/$1 new=$MULTIVENV_HOME/$2 script
    [ ! -e "$old" ]
    run in_shell 'lsvenvs --status ok "$1"' "$2"
    assert_ok "$2"
    assert_nothing_refers_to "$old" "$new"
    assert_records "$2"
    run bare "$new/bin/python" -c 'import sys, demo, outside, inside, found
print(sys.prefix, *[each.__file__.startswith(sys.prefix + "/") for each in (demo, outside, inside, found)])'
    assert_ok "$new True False True False"
    run in_environment "$2" -m pip --disable-pip-version-check check
    assert_ok 'No broken requirements found.'
    same 'demo 1.0
outside from its project
inside from its project
found from its project' "$(for script in demo outside inside found; do bare "$new/bin/$script"; done)"
    for script in "$new"/bin/*; do
        if [ ! -x "$script" ] || [ -L "$script" ]; then continue; fi
        # pip3 and the like: it has several names
        if [ "$script" != "$new/bin/pip" ] && cmp -s "$script" "$new/bin/pip"; then continue; fi
        run bare "$script" --version
        assert_status 0
    done
    same "$new/etc/settings" "$(readlink "$new/link")"
    same "prefix=$new
other='$new/lib', \"$new\"
url: file://$(url_path "$new")/lib;
<a>$new</a>" "$(cat "$new/etc/settings")"
    assert_activates "$2"
}

# Usage: assert_activates NAME
#
# In each shell that is there, its own bin/activate activates it and shows its name.
assert_activates() {
    local new=$MULTIVENV_HOME/$1 shell
    for shell in bash dash 'zsh -f' 'busybox ash'; do
        command -v "${shell%% *}" >/dev/null || continue
        # shellcheck disable=SC2086  # several words
        run bare $shell -c 'PS1="> "; . "$1/bin/activate"
            command -v python; printf "%s\n" "$VIRTUAL_ENV" "$PS1"; printf "%s\n" "${VIRTUAL_ENV_PROMPT-none}"' "$shell" "$new"
        assert_matches "^$(escaped "$new/bin/python")
$(escaped "$new")
\\($(escaped "$1")\\) > 
(\\(?$(escaped "$1")(\\) )?|none)\$"
    done
    grep -q -x -E "setenv VIRTUAL_ENV ['\"]?$(escaped "$new")['\"]?" "$new/bin/activate.csh"
    grep -q -x -E "set -gx VIRTUAL_ENV ['\"]?$(escaped "$new")['\"]?" "$new/bin/activate.fish"
}

# Usage: there_and_back NUMBER PYTHON
there_and_back() {
    make_with "$2" "env$1"
    # what differs from the first one in this is told by assert_records
    run in_shell 'mvvenv "$1" "$2"' "env$1" "néw plaçe $1"
    assert_ok "multivenv: renamed 'env$1' to 'néw plaçe $1' (undo: mvvenv 'néw plaçe $1' env$1)"
    assert_lives "env$1" "néw plaçe $1"
    run in_shell 'mvvenv "$1" "$2"' "néw plaçe $1" "env$1"
    assert_ok "multivenv: renamed 'néw plaçe $1' to 'env$1' (undo: mvvenv env$1 'néw plaçe $1')"
    assert_lives "néw plaçe $1" "env$1"
}

@test "with each kind of Python: everything works in the new place, and in the old one again" {
    local pythons=() python number=0 pids=()
    make_wheel demo 1.0
    while IFS= read -r python; do pythons+=("$python"); done < <(sampled_pythons 6)
    # two at a time
    for python in "${pythons[@]}"; do
        [ "$number" -lt 2 ] || wait "${pids[number - 2]}" || :
        there_and_back "$number" "$python" >"$world/said.$number" 2>&1 &
        pids+=("$!")
        number=$((number + 1))
    done
    for number in "${!pids[@]}"; do
        wait "${pids[number]}" || fail "${pythons[number]}" "$(cat "$world/said.$number")"
    done
}

# Python 3.13 has it without its parentheses in activate.fish, Python 3.6 in activate.csh
@test "with each Python: no script of its own knows the old name" {
    local python
    sampled_pythons 6 >"$world/pythons"
    while IFS= read -r python; do
        in_shell 'mkvenv --without-pip --no-use -p "$1" its-old-name; mvvenv its-old-name new; rm "$MULTIVENV_HOME/new/.multivenv.json"' "$python"
        run grep -r its-old-name "$MULTIVENV_HOME/new"
        assert_output_is ''
        in_shell 'rmvenv -y new'
    done <"$world/pythons"
}

@test "scripts as Python writes them since 3.12.8 and 3.13.1, with nothing quoted that need not be" {
    fake_env web
    text "$env/bin/activate" "export VIRTUAL_ENV=$env" 'VIRTUAL_ENV_PROMPT=web' 'export VIRTUAL_ENV_PROMPT' \
        'PS1="("web") ${PS1:-}"'
    text "$env/bin/activate.csh" "setenv VIRTUAL_ENV $env" 'setenv VIRTUAL_ENV_PROMPT web' 'set prompt = "("web") $prompt:q"'
    text "$env/bin/activate.fish" "set -gx VIRTUAL_ENV $env" 'set -gx VIRTUAL_ENV_PROMPT web' \
        'printf "%s(%s)%s " (set_color 4B8BBE) web (set_color normal)'
    run in_shell 'mvvenv web "new one"
        (PS1=; . "$MULTIVENV_HOME/new one/bin/activate"; printf "%s\n" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "$PS1")'
    assert_ok "multivenv: renamed 'web' to 'new one' (undo: mvvenv 'new one' web)
$MULTIVENV_HOME/new one
new one
(new one) "
    same "setenv VIRTUAL_ENV '$MULTIVENV_HOME/new one'
setenv VIRTUAL_ENV_PROMPT 'new one'
set prompt = \"(\"'new one'\") \$prompt:q\"" "$(cat "$MULTIVENV_HOME/new one/bin/activate.csh")"
    same "set -gx VIRTUAL_ENV '$MULTIVENV_HOME/new one'
set -gx VIRTUAL_ENV_PROMPT 'new one'
printf \"%s(%s)%s \" (set_color 4B8BBE) 'new one' (set_color normal)" "$(cat "$MULTIVENV_HOME/new one/bin/activate.fish")"
}

@test "a prompt of one's own stays" {
    fake_env web
    text "$env/bin/activate" "VIRTUAL_ENV=\"$env\"" 'PS1="(my web) ${PS1:-}"' 'VIRTUAL_ENV_PROMPT="my web"'
    printf '%s\n' "prompt = 'my web'" >>"$env/pyvenv.cfg"
    run in_shell 'mvvenv web new; cd "$MULTIVENV_HOME/new"; cat pyvenv.cfg bin/activate | grep -c "my web"'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
3"
    printf '%s\n' "prompt = 'new'" >>"$MULTIVENV_HOME/new/pyvenv.cfg"
    run in_shell 'mvvenv new "web again"; tail -n 1 "$MULTIVENV_HOME/web again/pyvenv.cfg"'
    assert_ok "multivenv: renamed 'new' to 'web again' (undo: mvvenv 'web again' new)
prompt = 'web again'"
}

@test "heads of scripts that become too long for the system, and short again, are as pip writes them" {
    make_wheel demo 1.0
    local long script
    long=$(printf 'x%.0s' {1..128})
    in_shell 'mkvenv --no-use web demo'
    script=$(cat "$MULTIVENV_HOME/web/bin/demo")
    in_shell 'mvvenv web "$1"' "$long"
    same '#!/bin/sh' "$(head -n 1 "$MULTIVENV_HOME/$long/bin/demo")"
    same 'demo 1.0' "$("$MULTIVENV_HOME/$long/bin/demo")"
    assert_records "$long"
    cp "$MULTIVENV_HOME/$long/bin/demo" "$world/ours"
    in_environment "$long" -m pip install -q --force-reinstall --no-deps demo
    same_files "$MULTIVENV_HOME/$long/bin/demo" "$world/ours"
    in_shell 'mvvenv "$1" web' "$long"
    same "$script" "$(cat "$MULTIVENV_HOME/web/bin/demo")"
    same 'demo 1.0' "$("$MULTIVENV_HOME/web/bin/demo")"
    assert_records web
}

# --- what it writes: trees made by hand, nothing is started ------------------------------

@test "paths that only begin like its own stay" {
    fake_env web
    local path=$env
    text "$env/note" "${path}2" "$path-data/x" "$path.old" "${path}_" "${path}ü" "${path}2/bin:$path/bin:$path"
    ln -s "${path}2/x" "$env/link"
    fake_env web2
    run in_shell 'mvvenv web new; cat "$MULTIVENV_HOME/new/note"; lsvenvs --status ok'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
${path}2
$path-data/x
$path.old
${path}_
${path}ü
${path}2/bin:$MULTIVENV_HOME/new/bin:$MULTIVENV_HOME/new
new
web2"
    same "${path}2/x" "$(readlink "$MULTIVENV_HOME/new/link")"
}

@test "paths that only end like its own stay" {
    fake_env web
    text "$env/note" "/mnt/backup$env/lib"
    run in_shell 'mvvenv web new; cat "$MULTIVENV_HOME/new/note"'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
/mnt/backup$env/lib"
}

@test "a backslash comes after a path in texts that quote others" {
    fake_env web
    text "$env/note.json" "{\"flags\": \"-I\\\"$env\\\"\", \"lines\": \"$env\\n\"}"
    run in_shell 'mvvenv web new; cat "$MULTIVENV_HOME/new/note.json"'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
{\"flags\": \"-I\\\"$MULTIVENV_HOME/new\\\"\", \"lines\": \"$MULTIVENV_HOME/new\\n\"}"
}

@test "a new name that begins with the old one" {
    local old=web new
    fake_env web
    fake_package "$env" flask 3.0 flask
    text "$env/note" "$env" "'$env/x'" "file://$(url_path "$env")/x"
    text "$env/bin/activate" "VIRTUAL_ENV=$env" 'PS1="(web) ${PS1:-}"' 'VIRTUAL_ENV_PROMPT=web'
    for new in 'web 2' 'web,2' 'web;2' 'web)' 'web#2' 'web&' 'web|2' web; do
        run in_shell 'mvvenv "$1" "$2" 2>/dev/null; cat "$MULTIVENV_HOME/$2/note"; lsvenvs --status ok
            PS1=; . "$MULTIVENV_HOME/$2/bin/activate"; printf "%s\n" "$VIRTUAL_ENV" "$PS1" "$VIRTUAL_ENV_PROMPT"' "$old" "$new"
        assert_ok "$MULTIVENV_HOME/$new
'$MULTIVENV_HOME/$new/x'
file://$(url_path "$MULTIVENV_HOME/$new")/x
$new
$MULTIVENV_HOME/$new
($new) 
$new"
        fake_script "$MULTIVENV_HOME/$new" expected flask
        same_files "$MULTIVENV_HOME/$new/bin/expected" "$MULTIVENV_HOME/$new/bin/flask"
        rm "$MULTIVENV_HOME/$new/bin/expected"
        old=$new
    done
}

@test "one that was moved by other means to a name that begins with the old one" {
    local verb
    make_repairs
    for verb in 'fixvenv -y "web 2" >/dev/null' 'cpvenv "web 2" copy' 'mvvenv "web 2" copy'; do
        installed_env web 3.44.1
        text "$env/old" "$env/x"
        mv "$env" "$MULTIVENV_HOME/web 2"
        text "$MULTIVENV_HOME/web 2/new" "$MULTIVENV_HOME/web 2/x"
        in_shell "$verb"
        env=$MULTIVENV_HOME/copy
        [ -e "$env" ] || env="$MULTIVENV_HOME/web 2"
        same "$env/x $env/x" "$(cat "$env/old") $(cat "$env/new")"
        rm -r "${MULTIVENV_HOME:?}"/*
    done
}

@test "what else is in a text stays byte for byte, and so do its permissions" {
    fake_env web
    printf 'a\r\n\xff\xfe %s/x\r\nno newline at the end: %s' "$env" "$env" >"$env/note"
    chmod 751 "$env/note"
    printf 'untouched' >"$env/other"
    chmod 400 "$env/other"
    run in_shell 'mvvenv web new'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
    printf 'a\r\n\xff\xfe %s/x\r\nno newline at the end: %s' "$MULTIVENV_HOME/new" "$MULTIVENV_HOME/new" >"$world/expected"
    cmp "$world/expected" "$MULTIVENV_HOME/new/note"
    run in_shell 'cd "$MULTIVENV_HOME/new"; find note other -perm 751 -o -perm 400'
    assert_ok $'note\nother'
}

@test "a program with the old path in it is named, and stays as it is" {
    fake_env web
    printf 'ELF\0%s/lib\0' "$env" | tee "$env/lib/native.so" >"$world/native.so"
    run in_shell 'mvvenv web new; lsvenvs --status ok'
    assert_ok "multivenv: 'lib/native.so' is not text and still contains the old path
multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
new"
    cmp "$world/native.so" "$MULTIVENV_HOME/new/lib/native.so"
}

@test "a text too large to be rewritten is named too, wherever in it the path stands" {
    fake_env web
    { head -c 17000000 /dev/zero | tr '\0' x && printf '\n%s\n' "$env"; } >"$env/log"
    run in_shell 'mvvenv web new'
    assert_matches "^multivenv: 'log' "
}

@test "its age, its project and all its other files move with it" {
    fake_env web
    text "$env/.project" /git/afork
    text "$env/.multivenv.json" '{"schema": 1, "created": "2024-01-01T00:00:00Z"}'
    text "$env/bin/postactivate" "cd $env"
    text "$env/data/deep/file" text
    mkdir "$env/empty"
    chmod 750 "$env/empty"
    ln -s /nowhere "$env/lost"
    touch -t 202001010000 "$env/.last-used" "$env/data/deep/file"
    : >"$env/.multivenv-sound"
    # the modes of a link are nobody's
    tree "$env" | grep -v -e ' bin/' -e pyvenv.cfg -e sound >"$world/before"
    run in_shell 'mvvenv web new
        cd "$MULTIVENV_HOME/new"; find . ! -newer .last-used -name file; cat bin/postactivate; [ ! -e .multivenv-sound ]'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
./data/deep/file
cd $MULTIVENV_HOME/new"
    tree "$MULTIVENV_HOME/new" | grep -v -e ' bin/' -e pyvenv.cfg >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "files that are called as its own new ones are not in the way" {
    fake_env web
    text "$env/note" "$env"
    text "$env/note.new" "$env"
    ln -s "$env" "$env/link"
    ln -s "$env" "$env/link.new"
    run in_shell 'mvvenv web new; cat "$MULTIVENV_HOME/new/note" "$MULTIVENV_HOME/new/note.new"'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
$MULTIVENV_HOME/new
$MULTIVENV_HOME/new"
    same "$MULTIVENV_HOME/new $MULTIVENV_HOME/new" "$(readlink "$MULTIVENV_HOME/new/link") $(readlink "$MULTIVENV_HOME/new/link.new")"
}

@test "a file with a comma in its name has the right hash in RECORD" {
    fake_env web 3.12.4
    fake_package "$env" flask 3.0
    local site=$env/lib/python3.12/site-packages hashed
    text "$site/flask/a, b" "$env"
    hashed=$("$MULTIVENV_TEST_PYTHON" -I -S -c 'import base64, hashlib, sys
print(base64.urlsafe_b64encode(hashlib.sha256(open(sys.argv[1], "rb").read()).digest()).decode().rstrip("="))' "$site/flask/a, b")
    printf '"flask/a, b",sha256=%s,%s\n' "$hashed" $((${#env} + 1)) >>"$site/flask-3.0.dist-info/RECORD"
    assert_records web
    in_shell 'mvvenv web "other one"'
    assert_records "other one"
}

@test "one that nobody else may look into stays so" {
    fake_env web
    chmod 700 "$env"
    run in_shell 'mvvenv web new; cd "$MULTIVENV_HOME"; find new -prune -perm 700'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
new"
}

@test "folders without write permission move with it" {
    fake_env web
    text "$env/share/fixed/file" text
    chmod 555 "$env/share/fixed"
    run in_shell -w as_anyone 'mvvenv web new; cat "$MULTIVENV_HOME/new/share/fixed/file"'
    chmod 755 "$MULTIVENV_HOME"/*/share/fixed
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
text"
}

@test "paths in folders that may not be written into are rewritten" {
    fake_env web
    text "$env/share/fixed/file" "$env"
    chmod 555 "$env/share/fixed"
    run in_shell -w as_anyone 'mvvenv web new; cat "$MULTIVENV_HOME/new/share/fixed/file"; find "$MULTIVENV_HOME/new" -name fixed -perm 555'
    chmod 755 "$MULTIVENV_HOME"/*/share/fixed
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
$MULTIVENV_HOME/new
$MULTIVENV_HOME/new/share/fixed"
}

@test "with folders that cannot be read it stays where it is" {
    fake_env web
    text "$env/share/secret/file" text
    chmod 000 "$env/share/secret"
    run in_shell -w as_anyone 'mvvenv web new'
    chmod 755 "$MULTIVENV_HOME"/*/share/secret
    assert_status 1
    assert_contains 'Permission denied'
    same 'web ' "$(environments)"
    same text "$(cat "$env/share/secret/file")"
}

@test "one that was moved by other means comes to be sound" {
    fake_env was-here
    fake_package "$env" flask 3.0 flask
    text "$env/note" "$env/lib"
    mv "$env" "$MULTIVENV_HOME/is-here"
    text "$MULTIVENV_HOME/is-here/other" "$MULTIVENV_HOME/is-here/lib"
    run in_shell 'lsvenvs --status moved; mvvenv is-here new; lsvenvs --status ok'
    assert_ok "is-here
multivenv: renamed 'is-here' to 'new' (undo: mvvenv new is-here)
new"
    same "$MULTIVENV_HOME/new/lib $MULTIVENV_HOME/new/lib" "$(cat "$MULTIVENV_HOME/new/note") $(cat "$MULTIVENV_HOME/new/other")"
    # and to its first place
    run in_shell 'mvvenv new was-here; lsvenvs --status ok'
    assert_ok "multivenv: renamed 'new' to 'was-here' (undo: mvvenv was-here new)
was-here"
}

@test "in a home that is reached by another way than the one its scripts name" {
    fake_env web
    ln -s "$MULTIVENV_HOME" "$world/link"
    with_env "MULTIVENV_HOME=$world/link"
    run in_shell 'mvvenv web new; lsvenvs --status ok'
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)
new"
    assert_nothing_refers_to "$env" "$MULTIVENV_HOME/new"
    assert_nothing_refers_to "$world/link/web" "$MULTIVENV_HOME/new"
}

@test "a symlinked one: the link gets the name, what it leads to stays as it is" {
    fake_env web
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    ln -s /nowhere "$MULTIVENV_HOME/lost"
    tree "$world/elsewhere" >"$world/before"
    run in_shell 'mvvenv web new; mvvenv lost gone; lsvenvs'
    assert_ok $'multivenv: renamed \'web\' to \'new\' (undo: mvvenv new web)\nmultivenv: renamed \'lost\' to \'gone\' (undo: mvvenv gone lost)\ngone\nnew'
    same "$world/elsewhere /nowhere" "$(readlink "$MULTIVENV_HOME/new") $(readlink "$MULTIVENV_HOME/gone")"
    tree "$world/elsewhere" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "NEW has to be a new name, OLD an environment that is whole" {
    fake_env web
    fake_env other
    fake_env unfinished
    : >"$env/.multivenv-incomplete"
    : >"$MULTIVENV_HOME/file"
    mkdir "$MULTIVENV_HOME/folder"
    tree "$MULTIVENV_HOME" >"$world/before"
    run in_shell +eu 'attempt() { mvvenv "$@" 2>&1; printf "%s\n" "$?"; }
        attempt; attempt web; attempt web a b; attempt -x web a; attempt web web; attempt web other; attempt web file
        attempt web a/b; attempt web -- -a; attempt web .a; attempt web a:b; attempt web ""; attempt "" a
        attempt gone a; attempt file a; attempt folder a; attempt .multivenv a; attempt unfinished a; attempt "$MULTIVENV_HOME/web" a'
    assert_ok "multivenv: mvvenv needs an environment and its new name (see mvvenv --help)
2
multivenv: mvvenv needs an environment and its new name (see mvvenv --help)
2
multivenv: mvvenv needs an environment and its new name (see mvvenv --help)
2
multivenv: mvvenv has no option '-x' (see mvvenv --help)
2
multivenv: 'web' already has that name
1
multivenv: environment 'other' already exists (usevenv activates it, rmvenv removes it)
1
multivenv: $MULTIVENV_HOME/file exists and is not an environment (move it elsewhere)
1
multivenv: 'a/b' is not a name: it contains a '/' (see mvvenv --help)
2
multivenv: '-a' cannot be the name of an environment: it starts with '-' (see mvvenv --help)
2
multivenv: '.a' cannot be the name of an environment: it starts with '.' (see mvvenv --help)
2
multivenv: 'a:b' cannot be the name of an environment: a ':' would split PATH (see mvvenv --help)
2
multivenv: the name of an environment cannot be empty (see mvvenv --help)
2
multivenv: the name of an environment cannot be empty (see mvvenv --help)
2
multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: 'file' in $MULTIVENV_HOME is not an environment (see lsvenvs)
1
multivenv: 'folder' in $MULTIVENV_HOME is not an environment (see lsvenvs)
1
multivenv: '.multivenv' is not the name of an environment (see mvvenv --help)
2
multivenv: 'unfinished' is incomplete: its creation never finished
1
multivenv: '$MULTIVENV_HOME/web' is not a name: it contains a '/' (see mvvenv --help)
2"
    rm -r "$MULTIVENV_HOME/.multivenv"
    tree "$MULTIVENV_HOME" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "names that mkvenv would refuse can be left behind" {
    fake_env $'-odd\nname'
    run in_shell 'mvvenv -- "$1" plain; lsvenvs --status ok' $'-odd\nname'
    assert_ok "multivenv: renamed '-odd\\nname' to 'plain'
plain"
}

# --- if it fails ------------------------------------------------------------------------

@test "whatever step fails, it has its old name and is as it was" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    text "$env/note" "$env"
    text "$env/bin/postactivate" "cd $env"
    ln -s "$env/note" "$env/link"
    tree "$env" >"$world/before"
    local step=1
    while :; do
        run helper_with "
def failing(function):
    def fails(*words, **options):
        # not one that is there already, as home and trash are; nor the look whether there can be symlinks
        calls.append(words[0] != 'probe' and (function is not os_mkdir or not os.path.isdir(words[0])))
        if calls[-1] and sum(calls) == $step:
            raise OSError(28, 'No space left on device', words[0])
        return function(*words, **options)
    return fails
calls, os_mkdir = [], os.mkdir
for name in ('rename', 'replace', 'symlink', 'mkdir', 'chmod'):
    setattr(os, name, failing(getattr(os, name)))" mvvenv web new
        [ "$status" -ne 0 ] || break
        assert_status 1
        assert_contains 'No space left on device'
        same 'web ' "$(environments)"
        tree "$env" >"$world/after"
        same_files "$world/before" "$world/after"
        assert_nothing_aside
        step=$((step + 1))
    done
    [ "$step" -gt 30 ] || fail "step $step: $output"
    same 'new ' "$(environments)"
}

@test "killed at any step, there is the old one or the new one, whole" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    tree "$env" >"$world/before"
    # shellcheck disable=SC2034  # killed_at reads it
    local step=1 names cache_of_killed=$world/cache
    while :; do
        run killed_at "$step" "$world/steps" mvvenv web new
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        names=$(in_shell 'lsvenvs' 2>"$world/said")
        same "$names" "$(in_shell 'lsvenvs --status ok')"
        case $names:$(cat "$world/said") in
        web: | web:"multivenv: undid the interrupted mvvenv of 'web': it keeps its name (mvvenv web new)")
            tree "$env" >"$world/after"
            same_files "$world/before" "$world/after"
            ;;
        new: | new:"multivenv: finished the interrupted mvvenv of 'web': it is 'new' now")
            in_shell 'mvvenv new web'
            ;;
        *) fail "$names: $(cat "$world/said")" ;;
        esac
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 80 ]
}

@test "killed while it is recreated, there is the old one or the new one, whole" {
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo'
    local step=40 names
    while :; do
        run killed_exactly_at "$step" "$world/steps" mvvenv web 'a (new)'
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        names=$(in_shell 'lsvenvs' 2>"$world/said")
        same "$names" "$(in_shell 'lsvenvs --status ok')"
        case $names:$(cat "$world/said") in
        web: | web:"multivenv: undid the interrupted mvvenv of 'web': it keeps its name (mvvenv web 'a (new)')") ;;
        'a (new):'*"multivenv: finished the interrupted mvvenv of 'web': it is 'a (new)' now")
            in_shell 'mvvenv "a (new)" web'
            ;;
        *) fail "$names: $(cat "$world/said")" ;;
        esac
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        same 'demo 1.0' "$(in_shell 'usevenv web; demo')"
        step=$((step + 1597)) # tests/faults kills at each step
    done
}

# Usage: at_the_turn VERB WORD...
#
# Runs a verb that recreates `web` without pip, whose Python is gone, and sets $turn to the step
# that makes the new environment valid, $last to its last step. The home is as before.
at_the_turn() {
    helper mkvenv --without-pip --bind=/ web
    mkdir "$MULTIVENV_HOME/web/data"
    text "$MULTIVENV_HOME/web/data/file" "$MULTIVENV_HOME/web"
    : >"$MULTIVENV_HOME/web/.last-used"
    age web
    tree "$MULTIVENV_HOME/web" >"$world/before"
    rm -rf "$MULTIVENV_HOME"/.multivenv
    cp -a "$MULTIVENV_HOME" "$world/remembered"
    helper "$@" 2>/dev/null # the interpreters are asked once, and that is kept
    again
    killed_at 0 "$world/steps" "$@" >/dev/null
    turn=$(grep -n 'rename .*/.multivenv-incomplete' "$world/steps" | sed 's/:.*//;$!d')
    last=$(grep -c . "$world/steps")
    again
}

again() {
    left_in trash # a process may still be emptying it
    rm -r "$MULTIVENV_HOME"
    cp -a "$world/remembered" "$MULTIVENV_HOME"
}

@test "killed around the step that makes a recreated one valid, only one name is there" {
    make_repairs
    local turn last step said
    at_the_turn mvvenv web new
    for ((step = turn - 12; step <= last; step += (step > turn + 12 ? 7 : 1))); do
        run killed_exactly_at "$step" "$world/steps" mvvenv web new
        same 137 "$status"
        said=$(in_shell 'lsvenvs' 2>&1 >/dev/null)
        case $(environments):$said in
        'web ':*)
            tree "$MULTIVENV_HOME/web" >"$world/after"
            same_files "$world/before" "$world/after"
            ;;
        'new ': | 'new ':"multivenv: finished the interrupted mvvenv of 'web': it is 'new' now")
            same "new: ok $MULTIVENV_HOME/new
/" "$(statuses) $(cat "$MULTIVENV_HOME"/new/{data/file,.project})"
            ;;
        *) fail "step $step: $(environments): $said" || return ;;
        esac
        same '' "$(left_in journal aside)"
        again
    done
    [ "$((last - turn))" -lt 60 ]
}

@test "stopped after a recreated one is valid, it has its new name" {
    make_repairs
    local turn last signal
    at_the_turn mvvenv web new
    for signal in INT TERM HUP; do
        run helper_with "
def rename(old, new):
    renamed = do_rename(old, new)
    if old.endswith('/.multivenv-incomplete'):
        os.kill(os.getpid(), signal.SIG$signal)
        time.sleep(0.1)
    return renamed
do_rename, os.rename = os.rename, rename" mvvenv web new
        assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
        same 'new: ok' "$(statuses)"
        same 'new ' "$(environments)"
        assert_nothing_aside
        again
    done
}

@test "stopped, it has its old name and is as it was" {
    fake_env web
    fake_package "$env" flask 3.0 flask
    tree "$env" >"$world/before"
    local signal
    for signal in INT TERM HUP; do
        run helper_with "
def link(*words, **options):
    linked.append(words)
    if len(linked) == 10:
        os.kill(os.getpid(), signal.SIG$signal)
        time.sleep(1)
    return do_link(*words, **options)
linked, do_link, os.link = [], os.link, link" mvvenv web new
        assert_status $((128 + $(kill -l "$signal")))
        assert_matches '^multivenv: stopped: '
        same 'web ' "$(environments)"
        assert_nothing_aside
    done
    tree "$env" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "on a file system without hard links" {
    fake_env web
    text "$env/note" "$env"
    run helper_with "
def link(*words, **options): raise OSError(1, 'Operation not permitted')
os.link = link" mvvenv web new
    assert_ok "multivenv: renamed 'web' to 'new' (undo: mvvenv new web)"
    run in_shell 'lsvenvs; lsvenvs --status ok; cat "$MULTIVENV_HOME/new/note"'
    assert_ok $'new\nnew\n'"$MULTIVENV_HOME/new"
}

@test "one that is used by another verb stays, and so does the other verb's" {
    fake_env web
    fake_env third
    helper_with "
def link(*words, **options):
    if not os.path.exists('$world/moving'):
        open('$world/moving', 'w').write('x')
    while not os.path.exists('$world/go on'):
        time.sleep(0.05)
    return do_link(*words, **options)
do_link, os.link = os.link, link" mvvenv web new &
    local first=$!
    wait_for "$world/moving"
    run in_shell +eu 'rmvenv -y web; rmvenv -y new; mvvenv web other; mvvenv third new; mvvenv third web
        mkvenv --without-pip --no-use new; cpvenv third new; fixvenv -y -p "$1" web; lsvenvs' "$MULTIVENV_TEST_PYTHON"
    : >"$world/go on"
    wait "$first"
    local busy="is in use by mvvenv, process [0-9]+ on [^ ]*"
    assert_matches "^multivenv: did not remove 'web': 'web' $busy
multivenv: no environment named 'new' \(see lsvenvs\)
multivenv: 'web' $busy
multivenv: 'new' $busy
multivenv: (environment 'web' already exists [^
]*|'web' $busy)
multivenv: 'new' $busy
multivenv: 'new' $busy
(web .*
)?multivenv: did not repair 'web': 'web' $busy
third
web\$"
    run in_shell 'lsvenvs --status ok'
    assert_ok $'new\nthird'
    assert_nothing_aside
}

# --- where the files cannot be taken as they are --------------------------------------------

@test "names in which quotes mean something: it is recreated there, and works" {
    make_wheel demo 1.0
    make_project "$HOME/git/mine" mine
    in_shell 'mkvenv --no-use web demo -e git/mine'
    text "$MULTIVENV_HOME/web/data/file" text
    text "$MULTIVENV_HOME/web/.project" /git/afork
    local old=web new
    for new in "it's" "a';touch x;'&" web; do
        run in_shell 'freezevenv "$1"; mvvenv "$1" "$2" 2>/dev/null; freezevenv "$2"; lsvenvs; lsvenvs --status ok' "$old" "$new"
        assert_ok "demo==1.0
-e $HOME/git/mine
demo==1.0
-e $HOME/git/mine
$new
$new"
        run in_environment "$new" -c 'import sys, demo, mine; print(sys.prefix)'
        assert_ok "$MULTIVENV_HOME/$new"
        same 'text /git/afork' "$(cat "$MULTIVENV_HOME/$new/data/file") $(cat "$MULTIVENV_HOME/$new/.project")"
        old=$new
    done
    same '' "$(find "$world" -name x)"
}

@test "recreated, a project in editable mode within it is that in the new place" {
    make_project "$world/src/inner" inner
    in_shell 'mkvenv --no-use web'
    mv "$world/src" "$MULTIVENV_HOME/web/src"
    in_environment web -m pip install -q --no-build-isolation -e "$MULTIVENV_HOME/web/src/inner"
    run in_shell 'mvvenv web "$1" 2>/dev/null; freezevenv "$1"' "it's"
    assert_ok "-e $MULTIVENV_HOME/it's/src/inner"
    run in_environment "it's" -c 'import inner; print(inner.__file__)'
    assert_ok "$MULTIVENV_HOME/it's/src/inner/inner.py"
}

@test "one whose Python is gone gets another with its new name, or keeps the old name" {
    make_repairs
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use --bind=/ web demo'
    text "$MULTIVENV_HOME/web/data/file" text
    age web
    tree "$MULTIVENV_HOME/web" >"$world/before"
    mv "$world/wheels" "$world/wheels-elsewhere"
    run in_shell 'mvvenv web new'
    assert_status 1
    assert_contains "cannot install demo==1.0"
    same 'web ' "$(environments)"
    tree "$MULTIVENV_HOME/web" >"$world/after"
    same_files "$world/before" "$world/after"
    mv "$world/wheels-elsewhere" "$world/wheels"
    run in_shell 'mvvenv web new; lsvenvs; lsvenvs --status ok; cat "$MULTIVENV_HOME/new/data/file" "$MULTIVENV_HOME/new/.project"'
    assert_ok $'multivenv: renamed \'web\' to \'new\' (undo: mvvenv new web)\nnew\nnew\ntext\n/'
    same 'demo 1.0' "$("$MULTIVENV_HOME/new/bin/demo")"
}
