# Disks that are full or read-only, and a root to whom permissions matter.
# Loaded after common.bash. These are wrappers for in_shell -w.

# SC2154: what common.bash sets, and $disk, which the test does. SC2016: what the
# inner shell expands.
# shellcheck disable=SC2154,SC2016

# Usage: as_anyone COMMAND...
#
# Root may do everything, which is what these tests are not about.
as_anyone() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        setpriv --bounding-set=-dac_override,-dac_read_search,-fowner "$@"
    fi
}

# Usage: on_disk OPTIONS COMMAND...
#
# Runs a command with a new file system of its own, mounted with OPTIONS, over
# $disk, an existing folder. Nobody else sees the mount, and it ends with it.
on_disk() {
    local options=$1
    shift
    in_namespace sh -c 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"' sh "$options" "$disk" "$@"
}

# Usage: in_namespace COMMAND...
in_namespace() {
    if [ "$(id -u)" -eq 0 ]; then
        unshare --mount "$@"
    else
        unshare --map-root-user --mount "$@"
    fi
}

needs_mounts() {
    in_namespace sh -c 'mount -t tmpfs none "$1"' sh "$world/tmp" 2>/dev/null ||
        skip 'file systems cannot be mounted here (that takes Linux, and root or user namespaces)'
}

# Usage: on_odd_disk KINDS COMMAND...
#
# Runs a command with a file system over $disk that lacks something, such as
# hard links; see odd_disk.py. Its files stay in $world/store. Without FUSE the
# test uses a disk of this machine if that is case-insensitive, as on macOS, and
# strace to refuse links.
on_odd_disk() {
    local kinds=$1
    shift
    if can_mount_odd_disks; then
        mkdir -p "$world/store"
        in_namespace "$MULTIVENV_TEST_PYTHON" -I "$support/odd_disk.py" "$kinds" "$world/store" "$disk" "$@"
    elif [ "$kinds" = case ]; then
        "$@"
    else
        strace -f -qq -o "$world/tmp/trace" -e 'trace=?symlink,symlinkat,?link,linkat' \
            -e 'inject=?symlink,symlinkat,?link,linkat:error=EPERM' "$@"
    fi
}

# Usage: needs_odd_disks KINDS
needs_odd_disks() {
    ! can_mount_odd_disks || return 0
    case $1 in
    case) [ ! -e "$world/TMP" ] || return 0 ;;
    symlinks,links) ! strace -o "$world/tmp/trace" true 2>/dev/null || return 0 ;;
    esac
    skip 'FUSE file systems cannot be mounted here (that takes Linux, /dev/fuse, and root or user namespaces)'
}

can_mount_odd_disks() {
    mkdir -p "$world/empty"
    in_namespace "$MULTIVENV_TEST_PYTHON" -I "$support/odd_disk.py" case "$world/empty" "$world/tmp" true 2>/dev/null
}
