#!/usr/bin/env bats
# The Dockerfile of the README, line by line, in a chroot over this system: RUN as root, CMD as the user. A base image has
# its Python in /usr/local, so the one that runs these tests stands there.

load ../support/common
load ../support/tools
load ../support/wheels

setup() {
    [ "$(id -u)" -eq 0 ] || skip 'a chroot needs root'
    unshare --mount true 2>/dev/null || skip 'this machine allows no mounts'
    make_world
    offline
    version=$(sed -n 's/^_multivenv_version=//p' "$project/multivenv.sh")
    "$project/packaging/dist" "$world/dist" >/dev/null 2>&1
}

@test "the Dockerfile of the README makes an environment that another user runs" {
    make_wheel demo 1.0
    mkdir "$world/context"
    cp "$world/dist/multivenv-$version.tar.gz" "$world/context"
    printf 'demo\n' >"$world/context/requirements.txt"
    sed -n '/^```dockerfile$/,/^```$/p' "$project/README.md" | sed '1d;$d' >"$world/context/Dockerfile"
    grep -q '^CMD ' "$world/context/Dockerfile"
    sed -i 's/"python", "-m", "http.server"/"python", "-c", "import demo, os, sys; print(os.getuid() > 0, sys.prefix)"/' \
        "$world/context/Dockerfile"
    run unshare --mount --propagation private "$support/container.sh" "$world/context" "$world/root" "$world/wheels" \
        "$(dirname "$(dirname "$(python_path)")")"
    assert_status 0
    same 'True /srv/environments/web' "${lines[${#lines[@]} - 1]}"
}

# The interpreter itself, not an environment or a shim
python_path() {
    "$MULTIVENV_TEST_PYTHON" -I -c 'import os, sys; print(os.path.realpath(sys._base_executable))'
}
