#!/usr/bin/env bats
# Kernels of environments in the real Jupyter: what it lists, and a notebook that
# it executes in another environment.

load ../support/common
load ../support/wheels
load ../support/tools
load ../support/repairing

setup() {
    local wheels=$project/.tools/tools/others/ipykernel
    jupyter=$("$project/tests/tools-install" --path nbclient)
    jupyter=${jupyter%/*}
    if ! { [ -x "$jupyter/jupyter-execute" ] && [ -d "$wheels" ]; }; then
        skip 'Jupyter is not installed (make test-tools installs it)'
    fi
    make_tool_world
    # without a network, and where the kernel's own files may be
    with_env "PIP_FIND_LINKS=$wheels" "IPYTHONDIR=$world/ipython" "JUPYTER_RUNTIME_DIR=$world/runtime"
    make_env 'My Sci' ipykernel
    in_shell 'linkvenv --kernel="My Science" "My Sci"' 2>"$world/said"
    printf '%s' '{"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "metadata": {}, "outputs": [],
        "source": "import sys; open(\"prefix\", \"w\").write(sys.prefix)"}],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5}' >notebook.ipynb
}

# Usage: kernels
#
# Prints those of the user's that Jupyter finds.
kernels() {
    in_shell '"$1/jupyter-kernelspec" list' "$jupyter" 2>"$world/said" | sed -n "s|^ *\([^ ]*\) .*$HOME/.*|\1|p"
}

# Usage: assert_executes KERNEL ENVIRONMENT
#
# A notebook runs in it.
assert_executes() {
    rm -f prefix
    in_shell '"$1/jupyter-execute" --kernel_name="$2" notebook.ipynb' "$jupyter" "$1" >"$world/said" 2>&1 ||
        fail "$(cat "$world/said")"
    same "$MULTIVENV_HOME/$2" "$(cat prefix)"
}

@test "Jupyter lists the kernel and runs a notebook in it: linked, renamed, repaired, removed, restored" {
    same my-sci "$(kernels)"
    assert_executes my-sci 'My Sci'
    in_shell 'mvvenv "My Sci" sci' 2>"$world/said"
    same sci "$(kernels)"
    assert_executes sci sci
    rm "$MULTIVENV_HOME/sci/bin"/python*
    run in_shell 'linkvenv --kernel'
    assert_ok 'sci	sci	interpreter gone'
    run in_shell 'fixvenv -y sci'
    assert_contains 'sci  ok'
    assert_executes sci sci
    in_shell 'rmvenv -y sci' 2>"$world/said"
    same '' "$(kernels)"
    with_env "XDG_CACHE_HOME=$MULTIVENV_TEST_CACHE"
    in_shell 'mkvenv --no-use --restore sci' >"$world/said" 2>&1
    same sci "$(kernels)"
    assert_executes sci sci
}

@test "Jupyter itself can remove the kernel, and multivenv notices" {
    in_shell '"$1/jupyter-kernelspec" remove -y my-sci' "$jupyter" >"$world/said" 2>&1
    run in_shell 'linkvenv --kernel'
    assert_ok ''
    run in_shell 'rmvenv -y "My Sci"'
    assert_ok "multivenv: removed 'My Sci' (undo: mkvenv --restore 'My Sci')"
}
