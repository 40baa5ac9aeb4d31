#!/usr/bin/env bats
# Environments with many real packages, rebuilt with another minor version: the same
# packages, no new conflict, and every command starts. Needs the network.
# MULTIVENV_TEST_ALL=1 takes all of them.

load ../support/common
load ../support/wheels
load ../support/tools

# What people install together. Two of these are the sample of a normal run
sets='web: django djangorestframework celery[redis] gunicorn whitenoise
cli: httpie black ruff mypy pre-commit
api: fastapi[standard] sqlalchemy alembic httpx
notebooks: jupyterlab ipywidgets nbconvert
data: pandas pyarrow openpyxl seaborn
science: scipy scikit-learn matplotlib sympy
flask: flask flask-sqlalchemy flask-login gunicorn requests[socks]
scraping: scrapy beautifulsoup4 lxml
testing: pytest pytest-cov pytest-xdist hypothesis tox
docs: sphinx sphinx-rtd-theme mkdocs-material myst-parser
cloud: boto3 moto[s3] docker paramiko
packaging: poetry build twine cookiecutter'
sample='web cli'

setup() {
    local uv pythons
    uv=$("$project/tests/tools-install" --path uv)
    [ -x "$uv" ] || skip 'uv is not installed (make test-tools installs it)'
    pythons=$("$support/find-python" --all 11 | while IFS= read -r python; do
        "$python" -I -S -c 'import sys; print("%d.%03d" % sys.version_info[:2], sys.executable)'
    done | LC_ALL=C sort -u -k1,1 | cut -d' ' -f2-)
    older=$(sed -n 1p <<<"$pythons")
    newer=$(sed -n 2p <<<"$pythons")
    [ -n "$newer" ] || skip 'two Pythons from 3.11 on are needed'
    # the cache of uv is the user's: what it has need not be downloaded
    cache=$("$uv" cache dir 2>/dev/null)
    make_world
    share_cache
    mkdir "$world/bin"
    ln -s "$uv" "$world/bin/uv"
    with_env "PATH=$(path_with "$world/bin")" "UV_CACHE_DIR=$cache" "PIP_CONFIG_FILE=/dev/null" UV_LINK_MODE=copy
    local name
    for name in SSL_CERT_FILE SSL_CERT_DIR UV_INDEX_URL UV_DEFAULT_INDEX HTTPS_PROXY; do
        [ -z "${!name-}" ] || with_env "$name=${!name}"
    done
    env -i "${test_env[@]}" "$uv" pip compile -q --no-header - <<<idna >/dev/null 2>&1 || skip 'no network'
}

# Usage: of_pip WORD...: the output of pip for the environment `heavy`, which need not have it
of_pip() {
    env -i "${test_env[@]}" uv pip "$@" --python "$MULTIVENV_HOME/heavy/bin/python" 2>&1 |
        grep -v -e '^setuptools==' -e '^Using Python' -e '^Checked .* in ' || :
}

# pip for the newer Python is kept, as on a machine that has such environments
warm_up() {
    in_shell 'mkvenv --no-use -p "$1" warm; rmvenv -y warm' "$newer" 2>/dev/null
}

# Prints the commands of packages in `heavy` that do not start
dead_commands() {
    local file status
    for file in "$MULTIVENV_HOME/heavy/bin"/*; do
        case ${file##*/} in
        python* | pip* | activate* | Activate* | deactivate*) continue ;;
        esac
        status=0
        env -i "${test_env[@]}" PYTHONDONTWRITEBYTECODE=1 timeout 60 "$file" --help </dev/null >/dev/null 2>&1 || status=$?
        [ "$status" -lt 124 ] && continue
        printf '%s %s\n' "${file##*/}" "$status"
    done
}

# Usage: since START: seconds since a time of date +%s%N
since() {
    printf '%s.%02d s' $((($(date +%s%N) - $1) / 1000000000)) $((($(date +%s%N) - $1) / 10000000 % 100))
}

# Usage: rebuilt SET
rebuilt() {
    local words start list=$world/list.txt
    read -r -a words <<<"$(sed -n "s/^$1: //p" <<<"$sets")"
    in_shell 'python=$1; shift; mkvenv --no-use -p "$python" heavy "$@"' "$older" "${words[@]}"
    of_pip freeze >"$world/before"
    of_pip check >"$world/checked before"
    (cd "$world" && dead_commands >"$world/dead before")
    start=$(date +%s%N)
    run in_shell 'fixvenv -y -p "$1" heavy' "$newer"
    printf '# %s: %s packages, fixvenv %s' "$1" "$(grep -c . "$world/before")" "$(since "$start")" >&3
    assert_status 0
    cp "$world/before" "$list"
    start=$(date +%s%N)
    env -i "${test_env[@]}" sh -ec 'uv venv -q -p "$1" "$2"; uv pip sync -q --python "$2/bin/python" "$3"' \
        - "$newer" "$world/plain" "$list" 2>/dev/null || :
    printf ', uv venv + uv pip sync %s\n' "$(since "$start")" >&3
    same_files "$world/before" <(of_pip freeze)
    same_files "$world/checked before" <(of_pip check)
    (cd "$world" && dead_commands >"$world/dead after")
    same_files "$world/dead before" "$world/dead after"
    in_shell 'rmvenv -y heavy'
    rm -r "$world/plain"
}

@test "heavy environments keep their packages and commands in a rebuild with another minor version" {
    local each
    warm_up
    while IFS=: read -r each _; do
        case " $sample ${MULTIVENV_TEST_ALL:+$each} " in
        *" $each "*) rebuilt "$each" ;;
        esac
    done <<<"$sets"
}
