#!/usr/bin/env bats
# The real uv, in projects and out of them.

load ../support/common
load ../support/wheels
load ../support/tools

setup() {
    make_tool_world uv
    mkdir -p "$HOME/.config/uv"
    printf '%s\n' 'offline = true' 'no-index = true' "find-links = ['$world/wheels']" \
        "python-downloads = 'never'" >"$HOME/.config/uv/uv.toml"
    write_project relephant
}

# Usage: bound NAME
#
# Makes the environment NAME, bound to the project.
bound() {
    make_env "$1"
    in_shell 'bindvenv "$1"' "$1"
}

@test "uv sync, uv add, uv run and uv pip use the environment that is bound to the project" {
    bound alpha
    run in_shell 'usevenv alpha; uv -q sync'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    run in_shell 'usevenv; uv -q add pallet'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.1
    mkdir "$there/below"
    run in_shell 'cd below; usevenv; uv -q run python -c "import sys; print(sys.prefix)"; uv -q run relephant'
    assert_ok "$MULTIVENV_HOME/alpha"$'\nrelephant 1.1'
    run in_shell 'usevenv; uv -q pip install relephant==1.0'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.0
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "the same in zsh" {
    command -v zsh >/dev/null || skip 'zsh is not installed'
    # shellcheck disable=SC2034  # in_shell reads them
    shell_words=(zsh) MULTIVENV_TEST_SHELL_NAME=zsh
    bound alpha
    run in_shell 'usevenv; uv -q sync
        stopvenv; printf "%s\n" "${UV_PROJECT_ENVIRONMENT-gone}"'
    assert_ok gone
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "an environment that mkvenv --bind has just made is the project's at once" {
    run in_shell 'mkvenv --without-pip --bind alpha; uv -q sync'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "the active environment is the project's as soon as it is bound" {
    make_env alpha
    run in_shell 'usevenv alpha; bindvenv; uv -q sync'
    assert_status 0
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "what uv changes is not damage, and the record stays" {
    bound alpha
    in_shell 'usevenv; uv -q sync'
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    run in_shell 'lsvenvs --json | sed -n "s/.*\"status\": \"\([a-z]*\)\".*\"project\": \"\([^\"]*\)\", \"projects\": \[[^]]*\], \"created\": \"20.*/\1 \2/p"'
    assert_ok "ok $there"
    # for us to know how to repair it
    [ -s "$MULTIVENV_HOME/alpha/.multivenv.json" ]
}

# Why only the project's own environment is named to it
@test "uv sync takes out what the lock file does not name, and leaves pip" {
    make_env alpha
    in_shell 'usevenv alpha; pip install -q pallet'
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0
    in_shell 'bindvenv alpha'
    run in_shell 'usevenv; uv -q sync; pip --version >/dev/null'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
}

@test "uv sync leaves an active environment alone that is bound to nothing" {
    make_env alpha
    run in_shell 'usevenv alpha; printf "%s\n" "${UV_PROJECT_ENVIRONMENT-none}"
        uv -q pip install pallet; uv -q sync'
    assert_status 0
    assert_contains none
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0
    assert_packages "$there/.venv" relephant-1.1
    # as uv offers it
    in_shell 'usevenv alpha; uv -q sync --active'
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
}

@test "switching to an environment that is bound to nothing ends it" {
    bound alpha
    make_env beta
    run in_shell 'usevenv alpha; usevenv beta
        printf "%s\n" "${UV_PROJECT_ENVIRONMENT-none}"; uv -q pip install pallet'
    assert_ok none
    assert_packages "$MULTIVENV_HOME/alpha"
    assert_packages "$MULTIVENV_HOME/beta" pallet-1.0
}

@test "after stopvenv uv makes .venv, as ever" {
    bound alpha
    run in_shell 'usevenv; stopvenv; uv -q sync'
    assert_ok ''
    assert_packages "$MULTIVENV_HOME/alpha"
    assert_packages "$there/.venv" relephant-1.1
}

@test "after stopvenv a UV_PROJECT_ENVIRONMENT of one's own is back" {
    bound alpha
    with_env "UV_PROJECT_ENVIRONMENT=$world/my own"
    run in_shell 'usevenv; uv -q sync
        stopvenv; printf "%s\n" "$UV_PROJECT_ENVIRONMENT"; uv -q add pallet'
    assert_ok "$world/my own"
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_packages "$world/my own" pallet-1.0 relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha" "$world/my own"
}

@test "with an environment bound to nothing a UV_PROJECT_ENVIRONMENT of one's own stays" {
    make_env alpha
    with_env "UV_PROJECT_ENVIRONMENT=$world/my own"
    run in_shell 'usevenv alpha; printf "%s\n" "$UV_PROJECT_ENVIRONMENT"; stopvenv
        printf "%s\n" "$UV_PROJECT_ENVIRONMENT"'
    assert_ok "$world/my own"$'\n'"$world/my own"
}

# --- .venv as a symlink -----------------------------------------------------

@test "without an active environment uv uses the one that .venv leads to, and leaves the link" {
    make_env alpha
    ln -s "$MULTIVENV_HOME/alpha" .venv
    run in_shell 'uv -q sync; uv -q add pallet; uv -q pip install relephant==1.0; uv -q run --no-sync relephant'
    assert_ok 'relephant 1.0'
    [ -h .venv ]
    assert_packages "$MULTIVENV_HOME/alpha" pallet-1.0 relephant-1.0
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "so it does with the link that bindvenv --dot-venv makes, and says nothing when it is active too" {
    make_env alpha
    in_shell 'bindvenv --dot-venv alpha'
    run in_shell 'uv -q sync'
    assert_ok ''
    same "$MULTIVENV_HOME/alpha" "$(readlink .venv)"
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    run in_shell 'usevenv; uv -q add pallet; uv run relephant 2>&1'
    assert_ok 'relephant 1.1'
    [ -h .venv ]
    assert_environments "$MULTIVENV_HOME/alpha"
}

# --- what uv does to an environment -----------------------------------------

# Prints a Python of another minor version than that of the environments
other_python() {
    local python minor
    minor=$(minor_of "$("$MULTIVENV_TEST_PYTHON" -V | cut -d' ' -f2)")
    while IFS= read -r python; do
        case $python in
        */python"$minor") ;;
        *) printf '%s\n' "$python" && return ;;
        esac
    done < <("$support/find-python" --all)
}

# Makes the project ask for another Python, and sets $other to it
ask_for_another_python() {
    other=$(other_python)
    [ -n "$other" ] || return
    with_env "PATH=$(path_with "$world/bin" "${other%/*}")"
    printf '%s\n' "${other##*/python}" >.python-version
}

# All that is not uv's goes with it: the record, .project, hooks
@test "uv recreates a bound environment that has another Python than the project requires" {
    bound alpha
    ask_for_another_python || return 0 # there is none
    run in_shell 'usevenv; uv -q sync'
    assert_ok ''
    [ ! -e "$MULTIVENV_HOME/alpha/.project" ]
    [ ! -e "$MULTIVENV_HOME/alpha/.multivenv.json" ]
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    # what is there then works here too
    in_shell 'bindvenv alpha'
    run in_shell 'usevenv; uv -q add pallet; relephant'
    assert_ok 'relephant 1.1'
    assert_environments "$MULTIVENV_HOME/alpha"
}

@test "UV_PYTHON keeps uv from that" {
    bound alpha
    ask_for_another_python || return 0 # there is none
    run in_shell 'usevenv; export UV_PYTHON="$VIRTUAL_ENV/bin/python"; uv -q sync'
    assert_status 0
    [ -e "$MULTIVENV_HOME/alpha/.project" ]
    [ -e "$MULTIVENV_HOME/alpha/.multivenv.json" ]
    assert_packages "$MULTIVENV_HOME/alpha" relephant-1.1
    assert_environments "$MULTIVENV_HOME/alpha"
}
