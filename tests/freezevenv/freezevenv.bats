#!/usr/bin/env bats
# What freezevenv prints: the same as the environment's own `pip freeze`, also
# where that does not run any more.

# shells: once
load ../support/common
load ../support/disks
load ../support/wheels

# Two living environments, shared by the tests that only read: `oldest` and
# `newest`, made with those Pythons, and so with different versions of pip.
setup_file() {
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR make_world
    export GIT_CONFIG_NOSYSTEM=1
    share_cache
    offline
    make_distributions
    make_living oldest "$(by_version | head -n 1)" &
    make_living newest "$(by_version | tail -n 1)"
    wait "$!"
}

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" GIT_CONFIG_NOSYSTEM=1
    # of setup_file's world
    shared_home=$(cd -P "$BATS_FILE_TMPDIR" && pwd)${HOME#"$world"}
}

# Prints the Pythons, the lowest version first
by_version() {
    "$support/find-python" --all 8 | while IFS= read -r python; do
        "$python" -I -S -c 'import sys; print("%d.%03d.%03d" % sys.version_info[:3], sys.executable)'
    done | LC_ALL=C sort | cut -d' ' -f2-
}

has_git() {
    command -v git >/dev/null
}

make_distributions() {
    offline
    make_wheel Plain 1.0 came-along
    make_wheel came-along 0.5
    make_wheel With_Under 2.0.post1
    make_wheel with.dots '3.0+local.1'
    make_wheel pinned 1.0
    make_wheel setuptools 99.0
    make_wheel wheel 99.0
    make_installable "$HOME/git/alone ünï" alone
    make_installable "$HOME/git/local ünï" local
    ! has_git || make_clones
}

# Usage: make_installable DIR NAME
#
# A project as of make_project that can be installed without -e too
make_installable() {
    make_project "$1" "$2"
    printf '%s\n' '' 'build_wheel = build_editable' >>"$1/backend.py"
}

# A clone of each kind, with a project at its top and one below
make_clones() {
    local kind
    for kind in cloned detached packed scp path; do
        make_repository "$HOME/origin/$kind" "$kind"
        git clone -q "file://$(quoted_url "$HOME/origin/$kind")" "$HOME/git/$kind"
    done
    git_in "$HOME/git/detached" checkout -q HEAD^
    git_in "$HOME/git/packed" pack-refs --all
    [ ! -e "$HOME/git/packed/.git/refs/heads/main" ]
    # further remotes, before and after it in the file
    git_in "$HOME/git/packed" remote rename origin second
    git_in "$HOME/git/packed" remote add origin "$(git_in "$HOME/git/packed" remote get-url second)"
    git_in "$HOME/git/packed" remote set-url second https://example.org/second
    git_in "$HOME/git/scp" remote set-url origin git@example.org:team/scp.git
    # pip takes the first word of it
    mv "$HOME/origin/path" "$world/origin-path"
    git_in "$HOME/git/path" remote set-url origin "$world/origin-path"
    make_repository "$HOME/git/unpublished" unpublished
    make_repository "$HOME/origin/wanted" wanted
}

# Usage: make_repository DIR NAME
make_repository() {
    make_installable "$1" "$2"
    make_installable "$1/packages/below-$2" "below_$2"
    git_in "$1" init -q -b main
    git_in "$1" add .
    git_in "$1" commit -q -m first
    git_in "$1" tag first
    git_in "$1" commit -q --allow-empty -m second
}

git_in() {
    git -C "$1" -c user.name=nobody -c user.email=nobody@example.org "${@:2}"
}

quoted_url() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$1"
}

# Usage: make_living NAME PYTHON
make_living() {
    in_shell 'mkvenv --no-use -p "$2" "$1"' "$1" "$2"
    local words=(Plain With_Under with.dots setuptools wheel) kind origin
    words+=(-e "$HOME/git/alone ünï" "$HOME/git/local ünï" "pinned @ file://$(quoted_url "$world/wheels/pinned-1.0-py3-none-any.whl")")
    if has_git; then
        for kind in cloned detached packed scp path unpublished; do
            words+=(-e "$HOME/git/$kind" -e "$HOME/git/$kind/packages/below-$kind")
        done
        origin=git+file://$(quoted_url "$HOME/origin/wanted")
        words+=("$origin" "$origin@first#subdirectory=packages/below-wanted")
    fi
    in_environment "$1" -m pip install -q --no-build-isolation "${words[@]}"
}

# Usage: in_environment NAME WORD... starts its Python
in_environment() {
    env -i "${test_env[@]}" "$MULTIVENV_HOME/$1/bin/python" -I "${@:2}" 3>&-
}

# Reads what `pip freeze` prints, writes it as it has to be for a comparison: names
# as PEP 503 has them, no spaces in URLs, which pip itself cannot read, no comments,
# and sorted.
comparable() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import re, sys
def name(found):
    return re.sub(r"[-_.]+", "-", found[0]).lower()
lines = [line for line in sys.stdin if not line.startswith("#")]
lines = [re.sub(r"(?<=file:).*", lambda found: found[0].replace(" ", "%20"), line) for line in lines]
lines = [re.sub(r"^(?!-e )[\w.-]+|(?<=#egg=)[\w.-]+", name, line) for line in lines]
sys.stdout.writelines(sorted(lines))'
}

# Usage: same_as_pip NAME
#
# Also checks that there is anything to compare.
same_as_pip() {
    in_environment "$1" -m pip --disable-pip-version-check freeze | comparable >"$world/expected"
    in_shell 'freezevenv "$1"' "$1" | comparable >"$world/actual"
    [ -s "$world/expected" ]
    same_files "$world/expected" "$world/actual"
}

# Usage: same_as_pip_of_both SITE_PACKAGES NAME
#
# The same for packages that were put there by hand: both versions of pip are asked.
same_as_pip_of_both() {
    local name
    in_shell 'freezevenv "$1"' "$2" | comparable >"$world/actual"
    for name in oldest newest; do
        MULTIVENV_HOME=$shared_home/.multivenv in_environment "$name" -m pip \
            --disable-pip-version-check freeze --path "$1" | comparable >"$world/expected"
        [ -s "$world/expected" ]
        same_files "$world/expected" "$world/actual"
    done
}

@test "it is what the environment's own pip freeze prints" {
    MULTIVENV_HOME=$shared_home/.multivenv
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    same_as_pip oldest
    same_as_pip newest
}

# --- packages put there by hand ---------------------------------------------------

# Usage: web [VERSION]
#
# Makes the environment `web` without any packages, and sets $site.
web() {
    fake_env web "${1-}"
    site=$(printf '%s\n' "$env"/lib/python*/site-packages)
    rm -r "${site:?}"/* "$env/bin/pip"
}

# Usage: editable NAME DIR
editable() {
    fake_package "$env" "$1" 1.0
    printf '{"url": "file://%s", "dir_info": {"editable": true}}' "$(quoted_url "$2")" \
        >"$site/$1-1.0.dist-info/direct_url.json"
}

# Usage: metadata FILE NAME [VERSION]
metadata() {
    printf 'Metadata-Version: 1.0\nName: %s\n' "$2" >"$1"
    [ $# -lt 3 ] || printf 'Version: %s\n' "$3" >>"$1"
}

@test "setuptools and wheel are packages since Python 3.12, pip never is" {
    local version
    for version in 3.11.4 3.12.4; do
        fake_env "web $version" "$version"
        fake_package "$env" setuptools 99.0
        fake_package "$env" Wheel 99.0
        fake_package "$env" flask 3.0
    done
    run in_shell 'freezevenv "web 3.11.4"; freezevenv "web 3.12.4"'
    assert_ok $'flask==3.0\nflask==3.0\nsetuptools==99.0\nwheel==99.0'
}

@test "--requested leaves out dependencies, wherever it stands" {
    MULTIVENV_HOME=$shared_home/.multivenv
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    in_shell 'freezevenv newest' >"$world/all"
    in_shell 'freezevenv --requested newest' >"$world/requested"
    in_shell 'freezevenv newest --requested' >"$world/again"
    same_files "$world/requested" "$world/again"
    run diff "$world/all" "$world/requested"
    assert_matches $'^[0-9d]+\n< came-along==0.5$'
}

@test "it needs neither the interpreter, nor pyvenv.cfg, nor pip" {
    web 3.12.4
    fake_package "$env" Flask 3.0
    editable mine /git/mine
    rm -r "${env:?}/bin" "$world/base-3.12.4"
    printf '\0\0' >"$env/pyvenv.cfg"
    run in_shell 'freezevenv web'
    assert_ok $'flask==3.0\n-e /git/mine'
    rm "$env/pyvenv.cfg"
    ln -s /nowhere "$env/pyvenv.cfg"
    mkdir "$env/bin"
    ln -s /nowhere "$env/bin/python"
    run in_shell 'freezevenv web'
    assert_ok $'flask==3.0\n-e /git/mine'
}

@test "it starts no process, git neither" {
    has_git || skip 'git is not installed'
    web
    make_repository "$HOME/mine" mine
    git_in "$HOME/mine" remote add origin https://example.org/mine
    editable mine "$HOME/mine"
    MULTIVENV_HOME=$MULTIVENV_HOME traced "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 -X "pycache_prefix=$MULTIVENV_TEST_CACHE/multivenv/pycache" \
        "$project/helper" freezevenv web >"$world/said"
    same "-e git+https://example.org/mine@$(git_in "$HOME/mine" rev-parse HEAD)#egg=mine" "$(cat "$world/said")"
    # the helper itself
    run grep -c -E '(execve|execveat|clone|clone3|fork|vfork)\(' "$world/tmp/trace"
    assert_output_is 1
}

@test "what setuptools and distutils left before there were wheels" {
    web
    mkdir "$site/Old_Thing-0.1-py3.12.egg-info"
    metadata "$site/Old_Thing-0.1-py3.12.egg-info/PKG-INFO" Old.Thing 0.1
    metadata "$site/by_distutils-1.0-py3.12.egg-info" by-distutils 1.0
    metadata "$site/plain-5.egg-info" plain 5
    same_as_pip_of_both "$site" web
    printf '%s\n' '/git/a ünï' . >"$site/linked-project.egg-link"
    printf '%s\n' '/git/its modules/src' ../ >"$site/modules-in-src.egg-link"
    run in_shell 'freezevenv web'
    assert_ok "by-distutils==1.0
-e /git/a ünï
-e /git/its modules
old-thing==0.1
plain==5"
}

@test "a project that setup.py develop linked from a clone is that of the clone" {
    has_git || skip 'git is not installed'
    web
    make_repository "$HOME/clone" top
    git_in "$HOME/clone" remote add upstream https://example.org/top
    printf '%s\n' "$HOME/clone/packages/below-top" . >"$site/below-top.egg-link"
    run in_shell 'freezevenv web'
    assert_ok "-e git+https://example.org/top@$(git_in "$HOME/clone" rev-parse HEAD)#egg=below_top&subdirectory=packages/below-top"
}

@test "where name or version are missing, that of the folder counts, or none" {
    web
    mkdir "$site"/{no_metadata-1.0,no_version-2.0,no_name-3.0,nothing,empty-4.0}.dist-info "$site/old-5.0-py3.12.egg-info"
    metadata "$site/no_version-2.0.dist-info/METADATA" No.Version
    printf 'Version: 3.1\n\nName: in the description\n' >"$site/no_name-3.0.dist-info/METADATA"
    printf 'Name:\nVersion:\n' >"$site/empty-4.0.dist-info/METADATA"
    run in_shell 'freezevenv web'
    assert_ok 'empty==4.0
no-metadata==1.0
no-name==3.1
no-version==2.0
nothing
old==5.0'
}

@test "metadata that no tool would write do no harm" {
    web
    mkdir "$site"/{binary-1.0,folder-2.0,odd-3.0,number-4.0}.dist-info "$site/folder-2.0.dist-info/METADATA"
    head -c 100 /dev/urandom >"$site/binary-1.0.dist-info/METADATA"
    printf '[]' >"$site/odd-3.0.dist-info/direct_url.json"
    printf '{"url": 5, "dir_info": []}' >"$site/number-4.0.dist-info/direct_url.json"
    run in_shell 'freezevenv web'
    assert_status 1
    assert_contains "left out: the direct_url.json of 'odd' names no valid URL"
    assert_contains "left out: the direct_url.json of 'number' names no valid URL"
    assert_contains 'folder==2.0'
    refute_contains Traceback
}

# Usage: hostile NAME VERSION [URL]
#
# A distribution whose metadata are to be read as something else. %b expands escapes.
hostile() {
    hostile=$((${hostile-0} + 1))
    local info=$site/hostile$hostile-1.dist-info
    mkdir "$info"
    printf 'Name: %b\nVersion: %b\n' "$1" "$2" >"$info/METADATA"
    [ -z "${3-}" ] || printf '%s' "$3" >"$info/direct_url.json"
}

@test "nothing but requirements comes out, and no option, line or control character of a package" {
    web
    fake_package "$env" good 1.0
    hostile '-e /tmp/evil' 1.0
    hostile '-r/etc/passwd' 1.0
    hostile '-i http://127-1:9/ #' 1.0
    hostile '--index-url=http://127-1:9/' 1.0
    hostile 'a\033[31m' 1.0
    hostile 'a\xc2\x9b31m' 1.0
    hostile 'a\xc2\x85-r/etc/passwd' 1.0
    hostile '\xc5\xbfetuptools' 1.0
    hostile version '1 -r/etc/passwd'
    hostile version '\033[31m'
    hostile version '-r/etc/passwd'
    hostile url 1 '{"url": "https://h/x\n--index-url http://127-1:9/"}'
    hostile url 1 '{"url": "https://h/x\u2028--index-url"}'
    hostile url 1 '{"url": "--index-url=https://h/x"}'
    hostile url 1 '{"url": "https://-oProxyCommand=x/"}'
    hostile url 1 '{"url": "https://h/${SECRET}"}'
    hostile url 1 '{"url": "https://h/", "subdirectory": "a\n-r/etc/passwd"}'
    hostile url 1 '{"url": "https://h/", "archive_info": {"hash": "a\n-r/etc/passwd"}}'
    hostile url 1 '{"url": "https://h/", "vcs_info": {"vcs": "git", "commit_id": "--upload-pack=x"}}'
    hostile url 1 '{"url": "https://h/", "vcs_info": {"vcs": "-e git", "commit_id": "1"}}'
    hostile url 1 '{"url": "file:///a%0a-r/etc/passwd", "dir_info": {"editable": true}}'
    hostile url 1 '{"url": "file:///a%20--index-url%20b", "dir_info": {"editable": true}}'
    hostile url 1 '{"url": "file:///%00", "dir_info": {"editable": true}}'
    hostile url 1 '{"url": "-r/etc/passwd", "dir_info": {"editable": true}}'
    hostile url 1 "$(printf '%60000s' '' | tr ' ' '[')"
    hostile url 1 '{"url": "https://h/\ud800"}'
    hostile url 1 '{"url": "https://h/", "x": NaN}'
    hostile url 1 "{\"url\": \"https://h/\", \"x\": $(printf '%5000s' '' | tr ' ' 9)}"
    # each has a name of its own, as of two of one project only one counts
    local info number=0
    for info in "$site"/hostile*; do
        number=$((number + 1))
        sed -i.old -e "s/^Name: version/&$number/" -e "s/^Name: url/&$number/" "$info/METADATA"
    done
    run --separate-stderr in_shell 'freezevenv web'
    assert_status 1
    assert_output_is good==1.0
    # shellcheck disable=SC2154  # set by run
    same "$number" "$(printf '%s\n' "$stderr" | grep -c '^multivenv: left out: ')"
    same "$number" "$(printf '%s\n' "$stderr" | grep -c .)"
    run in_shell 'showvenv web; showvenv --json web >/dev/null; linkvenv web hostile 2>&1'
    refute_contains $'\033'
    refute_contains $'\u009b'
    refute_contains Traceback
}

@test "a URL with a space or with variables for a password is a requirement" {
    web
    hostile space 1 '{"url": "file:///a b", "vcs_info": {"vcs": "git", "commit_id": "1"}}'
    hostile user 1 '{"url": "https://${USER}:${PASSWORD}@h/x.whl"}'
    run in_shell 'freezevenv web'
    # shellcheck disable=SC2016  # not for the shell
    assert_ok 'space @ git+file:///a%20b@1
user @ https://${USER}:${PASSWORD}@h/x.whl'
}

@test "a path that is not UTF-8 comes out as its bytes" {
    web
    printf '/git/\xff\n' >"$site/mine.egg-link"
    in_shell 'freezevenv web' >"$world/said"
    printf -- '-e /git/\xff\n' >"$world/expected"
    same_files "$world/expected" "$world/said"
}

# pip refuses a file with both: "Double requirement given"
@test "a project of which two versions have left their metadata is one requirement" {
    web
    fake_package "$env" demo 1.0
    fake_package "$env" demo 2.0
    run in_shell 'freezevenv web'
    assert_matches '^demo==[12]\.0$'
}

@test "a version that is none of PEP 440's is compared as it is spelled" {
    web
    metadata "$site/legacy-2004d-py3.12.egg-info" legacy 2004d
    same_as_pip_of_both "$site" web
}

@test "a clone of a folder has that one's URL" {
    has_git || skip 'git is not installed'
    web
    make_repository "$world/ünï 100%" mine
    git clone -q "$world/ünï 100%" "$HOME/mine"
    editable mine "$HOME/mine"
    run in_shell 'freezevenv web'
    assert_ok "-e git+file://$(quoted_url "$world/ünï 100%")@$(git_in "$HOME/mine" rev-parse HEAD)#egg=mine"
}

# .git is a file there
@test "a project in a submodule or a worktree is that of its own repository" {
    has_git || skip 'git is not installed'
    web
    make_repository "$HOME/inner" inner
    make_repository "$HOME/outer" outer
    git_in "$HOME/outer" remote add origin https://example.org/outer
    git_in "$HOME/outer" -c protocol.file.allow=always submodule add -q "file://$(quoted_url "$HOME/inner")" within
    git_in "$HOME/outer/within" remote set-url origin https://example.org/inner
    editable inner "$HOME/outer/within"
    run in_shell 'freezevenv web'
    assert_ok "-e git+https://example.org/inner@$(git_in "$HOME/inner" rev-parse HEAD)#egg=inner"
    git_in "$HOME/outer" worktree add -q "$HOME/tree"
    editable outer "$HOME/tree"
    run in_shell 'freezevenv web'
    assert_contains "-e git+https://example.org/outer@$(git_in "$HOME/tree" rev-parse HEAD)#egg=outer"
}

# --- its words --------------------------------------------------------------------

@test "without NAME it is the active one, also of another home" {
    web
    fake_package "$env" flask 3.0
    fake_env other
    run in_shell 'usevenv web; freezevenv'
    assert_ok 'flask==3.0'
    mkdir "$world/elsewhere"
    mv "$env" "$world/elsewhere/mine"
    fake_package "$world/elsewhere/mine" demo 1.0
    with_env "VIRTUAL_ENV=$world/elsewhere/mine"
    run in_shell 'freezevenv --requested'
    assert_ok 'demo==1.0'
}

@test "what it cannot do is an error, with the reason" {
    web
    fake_env bare
    rm -r "${env:?}/lib"
    : >"$MULTIVENV_HOME/file"
    run in_shell +eu 'for words in bare gone file .. a/b "" -x "--requested=yes" "web bare" .multivenv; do
            case $words in
            *" "*) freezevenv ${words% *} ${words#* } ;;
            *) freezevenv "$words" ;;
            esac
            printf "%s\n" "$?"
        done
        freezevenv; printf "%s\n" "$?"; VIRTUAL_ENV=/nowhere/x; export VIRTUAL_ENV; freezevenv; printf "%s\n" "$?"' 2>&1
    assert_ok "multivenv: 'bare' has no site-packages
1
multivenv: no environment named 'gone' (see lsvenvs)
1
multivenv: 'file' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: '..' is not the name of an environment (see freezevenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see freezevenv --help)
2
multivenv: the name of an environment cannot be empty (see freezevenv --help)
2
multivenv: freezevenv has no option '-x' (see freezevenv --help)
2
multivenv: freezevenv --requested takes no value (see freezevenv --help)
2
multivenv: freezevenv takes one name (see freezevenv --help)
2
multivenv: '.multivenv' is not the name of an environment (see freezevenv --help)
2
multivenv: no environment is active (name one: freezevenv NAME)
1
multivenv: the active environment /nowhere/x is not an environment
1"
}

@test "site-packages that may not be read are an error" {
    web
    chmod 000 "$site"
    run in_shell -w as_anyone 'freezevenv web'
    chmod 700 "$site"
    assert_status 1
    assert_matches "^multivenv: (cannot read 'web'|'web' has no site-packages)"
}

@test "nobody has to read all of it" {
    web
    local number
    for number in {1..3000}; do printf '%s/a_package_of_a_long_name_%s-1.0.dist-info\0' "$site" "$number"; done | xargs -0 mkdir
    run in_shell +eu 'freezevenv web | head -n 1; freezevenv web | wc -l'
    assert_matches $'^a-package-of-a-long-name-1==1.0\n *3000$'
}

@test "requested packages are printed with their extras" {
    share_cache
    offline
    fake_env web 3.12.1
    fake_package "$env" Server 1.0 server
    fake_package "$env" tools 2.0 tools
    fake_package "$env" other 1.0 other
    local site=$env/lib/python3.12/site-packages
    rm "$site/tools-2.0.dist-info/REQUESTED"
    printf '%s\n' 'Metadata-Version: 2.1' 'Name: Server' 'Version: 1.0' 'Provides-Extra: standard' 'Provides-Extra: more' \
        'Requires-Dist: tools>=1; extra == "standard"' 'Requires-Dist: absent; extra == "more"' >"$site/Server-1.0.dist-info/METADATA"
    run in_shell 'freezevenv --requested web'
    assert_ok 'other==1.0
server[standard]==1.0'
    # a dependency of the extra that the user requested too
    : >"$site/tools-2.0.dist-info/REQUESTED"
    run in_shell 'freezevenv --requested web'
    assert_ok 'other==1.0
server==1.0
tools==2.0'
    # unless the record has it
    printf '{"schema": 1, "requirements": ["server[standard]>=1"]}' >"$env/.multivenv.json"
    run in_shell 'freezevenv --requested web'
    assert_ok 'other==1.0
server[standard]==1.0
tools==2.0'
    # uv marks everything as requested
    printf 'uv\n' | tee "$site/tools-2.0.dist-info/INSTALLER" >"$site/Server-1.0.dist-info/INSTALLER"
    run in_shell 'freezevenv --requested web'
    assert_ok 'other==1.0
server[standard]==1.0'
}

@test "a lock needs hashes, which are not on disk: it says who can make one" {
    fake_env 'my web'
    run in_shell +eu 'freezevenv --format requirements "my web"
        freezevenv --format pylock "my web"; printf "%s\n" "$?"
        freezevenv --format=toml "my web"; printf "%s\n" "$?"' 2>&1
    assert_ok "multivenv: a pylock.toml needs the hashes of archives, which are not on disk (freezevenv 'my web' >requirements.txt, then pip lock -r requirements.txt or uv pip compile requirements.txt -o pylock.toml)
1
multivenv: freezevenv cannot print the format 'toml', only requirements, pylock (see freezevenv --help)
2"
}
