#!/usr/bin/env bash
# Usage: unshare --mount --propagation private container.sh CONTEXT ROOT WHEELS PYTHON
#
# Does what CONTEXT/Dockerfile says in a chroot at ROOT over this system, in which /usr/local is PYTHON, the prefix of
# an interpreter, and pip installs from WHEELS. Runs CMD last. Knows COPY, RUN, ENV, USER and CMD as a list.

set -euo pipefail
context=$1 root=$2/merged wheels=$3 python=$4 user=root
vars=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PIP_NO_INDEX=1 PIP_FIND_LINKS=/tmp/wheels LANG=C.UTF-8)

main() {
    mkdir -p "$2"
    mount -t tmpfs tmpfs "$2"
    mkdir "$2/upper" "$2/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" "$root"
    mount -t tmpfs tmpfs "$root/tmp"
    chmod 1777 "$root/tmp"
    mount --bind "$python" "$root/usr/local"
    mount --bind /dev "$root/dev"
    mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
    cp -R "$wheels" "$root/tmp/wheels"
    local line
    while IFS= read -r line; do
        follow "${line%% *}" "${line#* }"
    done <"$context/Dockerfile"
}

# Usage: follow WORD REST
follow() {
    local words
    case $1 in
    '' | '#'* | FROM) ;;
    COPY)
        read -r -a words <<<"$2"
        for word in "${words[@]:0:${#words[@]}-1}"; do cp "$context/$word" "$root${words[-1]}"; done
        ;;
    ENV) while IFS= read -r line; do vars+=("$line"); done < <(env -i "${vars[@]}" /bin/sh -c "printf '%s\n' $2") ;;
    RUN) within /bin/sh -c "$2" ;;
    USER) user=$2 ;;
    CMD)
        mapfile -t words < <(/usr/bin/env python3 -c 'import json, sys; print(*json.loads(sys.argv[1]), sep="\n")' "$2")
        within "${words[@]}"
        ;;
    *)
        printf '%s\n' "container.sh: $1 is not known" >&2
        exit 2
        ;;
    esac
}

# Usage: within COMMAND...
within() {
    local home=/root
    [ "$user" = root ] || home=/home/$user
    chroot --userspec="$user" "$root" /usr/bin/env -i "${vars[@]}" HOME="$home" "$@" </dev/null
}

main "$@"
