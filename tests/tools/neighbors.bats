#!/usr/bin/env bats
# Environments that other tools have activated: after usevenv and stopvenv PATH, PS1 and the variables are as before.

load ../support/common
load ../support/wheels
load ../support/tools

# each test makes a world of its own kind
setup() { :; }

# shellcheck disable=SC2016  # for the shell under test to expand
compare='remember() { path_before=$PATH ps1_before=$PS1; env | grep -E "^(VIRTUAL_ENV|PYENV_V|UV_|_OLD|CONDA)" | sort >"$TMPDIR/env" || :; }
compare() {
    [ "$PATH" = "$path_before" ] || printf "PATH is %s, was %s\n" "$PATH" "$path_before"
    [ "$PS1" = "$ps1_before" ] || printf "PS1 is %s\n" "$PS1"
    env | grep -E "^(VIRTUAL_ENV|PYENV_V|UV_|_OLD|CONDA)" | sort | diff "$TMPDIR/env" - || :
}
PS1="$ "
'

@test "pyenv-virtualenv: activated, ours on top of it, and stopped, again and again" {
    local host
    host=$(command -v pyenv) && host=${host%/*}/..
    [ -d "$host/plugins/pyenv-virtualenv" ] || host=$HOME/.pyenv
    [ -d "$host/plugins/pyenv-virtualenv" ] || skip 'pyenv-virtualenv is not installed'
    make_tool_world
    mkdir -p "$world/pyenv/versions"
    ln -s "$host"/{bin,libexec,plugins,pyenv.d} "$world/pyenv"
    "$MULTIVENV_TEST_PYTHON" -I -m venv --without-pip "$world/pyenv/versions/pone"
    fake_env alpha
    with_env "PYENV_ROOT=$world/pyenv" "PATH=$world/pyenv/bin:$world/pyenv/plugins/pyenv-virtualenv/bin:$test_path"
    run in_shell +eu "$compare"'
        eval "$(pyenv init - bash)"; eval "$(pyenv virtualenv-init - bash)"
        PATH=$PATH: PATH=${PATH%:}
        remember
        for round in 1 2; do
            pyenv activate pone >/dev/null 2>&1
            printf "%s\n" "${PYENV_VIRTUAL_ENV##*/}"
            usevenv alpha; stopvenv; compare
        done'
    assert_ok 'pone
pone'
}

@test "virtualenvwrapper: workon, then ours, then stopvenv" {
    make_tool_world virtualenvwrapper
    local bin
    bin=$("$project/tests/tools-install" --path virtualenvwrapper)
    bin=${bin%/*}
    fake_env alpha
    run env -i "${test_env[@]}" VIRTUALENVWRAPPER_PYTHON="$bin/python" VIRTUALENVWRAPPER_VIRTUALENV="$bin/virtualenv" \
        bash -c "$compare"'. "$1" >/dev/null 2>&1; . "$2/multivenv.sh"; mkvirtualenv -p "$3" web >/dev/null 2>&1; deactivate
            remember; workon web; usevenv alpha; stopvenv; compare; usevenv alpha; workon web; stopvenv; compare' bash \
        "$bin/virtualenvwrapper.sh" "$project" "$MULTIVENV_TEST_PYTHON" 3>&-
    assert_ok ''
}

@test "direnv's layout python: it puts the active environment on PATH again" {
    direnv=$project/.tools/tools/others/direnv/usr/bin/direnv
    [ -x "$direnv" ] || direnv=$(command -v direnv) || skip 'direnv is not installed (make test-tools installs it)'
    make_world
    make_env alpha
    mkdir "$HOME/project"
    printf 'layout python\n' >"$HOME/project/.envrc"
    with_env "DIRENV=$direnv"
    run in_shell +eu "$compare"'
        here() { eval "$("$DIRENV" export bash 2>/dev/null)"; }
        remember; cd project; "$DIRENV" allow .; usevenv alpha; here; stopvenv
        case :$PATH: in *:*/alpha/bin:*) printf "alpha stays in %s\n" "$PATH" ;; esac
        cd ..; here # direnv restores the PATH of the time when it came, with ours
        usevenv alpha; stopvenv; compare'
    assert_ok ''
}

@test "mise and conda: variables without a function" {
    make_world
    fake_env alpha
    run in_shell +eu "$compare"'
        remember
        export VIRTUAL_ENV=$HOME/project/.venv PATH=$HOME/project/.venv/bin:$PATH # as mise
        usevenv alpha; stopvenv; compare
        export CONDA_PREFIX=/opt/conda CONDA_SHLVL=1 PATH=/opt/conda/bin:$PATH PS1="(base) $PS1"
        remember; usevenv alpha; stopvenv; compare'
    assert_ok ''
}

@test "a login shell and a pane inside an active one" {
    make_world
    fake_env alpha
    printf 'PATH=%s\nPS1="$ "\n' "$test_path" >"$HOME/.profile"
    run in_shell +eu 'usevenv alpha; bash --login -c "$1" bash; (unset PATH; PATH=$2 bash -c "$1")' \
        "$compare"'. "$MULTIVENV_ROOT/multivenv.sh"; lsvenvs --json 2>&1 >/dev/null | cut -c 1-39
        stopvenv; printf "%s\n" "$PATH"; env | grep -E "^(VIRTUAL|_OLD)"; usevenv alpha; printf "%s\n" "${PATH%%:*}"' "$test_path"
    assert_ok "multivenv: 'alpha' is only half active:
$test_path
$env/bin
multivenv: 'alpha' is only half active:
$test_path
$env/bin"
}
