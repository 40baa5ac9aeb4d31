#!/usr/bin/env bats
# An upgrade, a downgrade or a removal of the files under an open shell: each verb that it then needs something for
# starts with the new ones. The new version is one in which every private name has another name, except for those
# that never change: see shell/start.sh.

# shells: all
load ../support/common

setup() {
    make_world
    installed=$world/share/multivenv
    mkdir -p "$world/share" "$world/new"
    install_at "$installed"
    with_env "MULTIVENV_ROOT=$installed"
}

# Usage: install_at DIR
install_at() {
    mkdir -p "$1"
    cp -R "$project"/{bin,completions,help,multivenv.sh,shell} "$1"
    ln -s "$project/helper" "$1/helper"
}

# Usage: renamed DIR: every private name is another one, and the stamp has another value
renamed() {
    install_at "$1"
    find "$1" -type f -exec sed -i.old -e 's/_multivenv_/_renamed_/g' \
        -e 's/_renamed_\(root\|stamp\|verb\|need\)\([^a-z_]\|$\)/_multivenv_\1\2/g' {} +
    find "$1" -name '*.old' -exec rm {} +
    sed -i.old '1s/.*/_multivenv_stamp=1/' "$1/multivenv.sh"
}

# What an upgrade does, from within the shell: a package manager moves files, or a link
upgrade='upgrade() { mv "$MULTIVENV_ROOT" "$MULTIVENV_ROOT.old"; mv "$MULTIVENV_ROOT.new" "$MULTIVENV_ROOT"; }
downgrade() { mv "$MULTIVENV_ROOT" "$MULTIVENV_ROOT.new"; mv "$MULTIVENV_ROOT.old" "$MULTIVENV_ROOT"; }
show() { active=${VIRTUAL_ENV-}; printf "%s|" "$1" "${active##*/}" "${VIRTUAL_ENV_PROMPT-}"; [ "$PATH" = "$PATH_BEFORE" ] && printf "same\n" || printf "changed\n"; }
PATH_BEFORE=$PATH'

@test "each verb before an upgrade and after it, with an environment active all the while" {
    renamed "$installed.new"
    fake_env other
    fake_env pallets
    run in_shell +eu "$upgrade"'
        usevenv pallets; lsvenvs; show before
        upgrade
        lsvenvs --names; show names
        lsvenvs; multivenv version >/dev/null; runvenv other sh -c "printf \"%s\n\" \"\$VIRTUAL_ENV_PROMPT\""
        freezevenv other; cdvenv other; pwd; cd; usevenv other; show other
        stopvenv; show stopped
        usevenv -; show previous; usevenv pallets; stopvenv; show end' 2>&1
    assert_status 0
    assert_output_is "other
pallets
before|pallets|pallets|changed
other
pallets
names|pallets|pallets|changed
other
pallets
other
$MULTIVENV_HOME/other
other|other|other|changed
stopped|||same
previous|other|other|changed
end|||same"
}

@test "stopvenv after an upgrade leaves PATH and the prompt as they were" {
    renamed "$installed.new"
    fake_env pallets
    run in_shell +eu "$upgrade"'
        PS1="\$ "
        usevenv pallets; upgrade; stopvenv; show stopped; printf "%s\n" "$PS1"
        usevenv pallets; downgrade; lsvenvs; stopvenv; show again; printf "%s\n" "$PS1"' 2>&1
    assert_ok 'stopped|||same
$ 
pallets
again|||same
$ '
}

@test "a shell that has read nothing yet, and one under set -eu" {
    renamed "$installed.new"
    fake_env pallets
    run in_shell "$upgrade"'
        upgrade; usevenv pallets; show used; showvenv | head -n 1; stopvenv; show stopped; downgrade; lsvenvs' 2>&1
    assert_ok 'used|pallets|pallets|changed
pallets (active)
stopped|||same
pallets'
}

@test "files that are gone before a shell has read anything, and come back" {
    fake_env pallets
    run in_shell +eu "$upgrade"'
        mv "$MULTIVENV_ROOT" "$MULTIVENV_ROOT.away"
        usevenv pallets; printf "%s\n" "$?"
        mv "$MULTIVENV_ROOT.away" "$MULTIVENV_ROOT"
        usevenv pallets; show used; stopvenv; show end' 2>&1
    assert_ok "multivenv: files are missing from '$installed' (if it is being upgraded, try again)
1
used|pallets|pallets|changed
end|||same"
}

@test "files that are gone, and come back" {
    fake_env pallets
    run in_shell +eu "$upgrade"'
        usevenv pallets
        mv "$MULTIVENV_ROOT" "$MULTIVENV_ROOT.away"
        showvenv; printf "%s\n" "$?"; runvenv pallets true; printf "%s\n" "$?"
        stopvenv; show stopped; usevenv pallets; show again
        mv "$MULTIVENV_ROOT.away" "$MULTIVENV_ROOT"
        showvenv | head -n 1; stopvenv; show end' 2>&1
    assert_ok "multivenv: files are missing from '$installed' (if it is being upgraded, try again)
1
multivenv: files are missing from '$installed' (if it is being upgraded, try again)
1
stopped|||same
again|pallets|pallets|changed
pallets (active)
end|||same"
}

@test "a half of an upgrade is no loop" {
    fake_env pallets
    run in_shell +eu "$upgrade"'
        usevenv pallets
        sed "1s/.*/_multivenv_stamp=2/" "$MULTIVENV_ROOT/multivenv.sh" >"$MULTIVENV_ROOT/new"
        mv "$MULTIVENV_ROOT/new" "$MULTIVENV_ROOT/multivenv.sh"
        rm "$MULTIVENV_ROOT/shell/verbs.sh"
        showvenv; printf "%s\n" "$?"; stopvenv; show end' 2>&1
    assert_ok "multivenv: files are missing from '$installed' (if it is being upgraded, try again)
1
end|||same"
}

@test "the misuse of a verb is reported once, and arguments stay words" {
    renamed "$installed.new"
    fake_env 'a  b'
    run in_shell +eu "$upgrade"'
        lsvenvs >/dev/null
        upgrade
        runvenv "a  b" printf "<%s>\n" "c  d" "" "*"; showvenv nobody; printf "%s\n" "$?"' 2>&1
    assert_output_is "<c  d>
<>
<*>
multivenv: no environment named 'nobody' (see lsvenvs)
1"
}

@test "the variables of an environment, before an upgrade and after it" {
    renamed "$installed.new"
    fake_env bare
    fake_env pallets
    printf 'A=1\n' >"$env/.env"
    run in_shell +eu "$upgrade"'
        usevenv bare
        upgrade
        usevenv pallets; printf "%s|" "$A"; show after
        downgrade
        stopvenv; printf "%s|" "${A-unset}"; show stopped
        usevenv pallets; printf "%s|" "$A"; mv "$MULTIVENV_ROOT" "$MULTIVENV_ROOT.gone"
        stopvenv; printf "%s|" "${A-unset}"; show gone'
    assert_ok '1|after|pallets|pallets|changed
unset|stopped|||same
1|unset|gone|||same'
}

# Usage: earlier_versions: prints the tag of each release, and the commit before the last change of the shell part;
# without a history, `none`
earlier_versions() {
    local last
    git -C "$project" rev-parse --verify --quiet HEAD^ >/dev/null 2>&1 || {
        printf 'none\n'
        return
    }
    git -C "$project" tag -l 'v[0-9]*' --merged HEAD --no-contains HEAD
    last=$(git -C "$project" log -1 --format=%h -- multivenv.sh shell)
    git -C "$project" rev-parse --verify --quiet "$last^"
}

@test "a shell with the files of an earlier release, or of the last change, takes those of today and back" {
    fake_env other
    fake_env pallets
    local version count=0
    for version in $(earlier_versions); do
        rm -rf "$installed" "$installed.new"
        if [ "$version" = none ]; then
            install_at "$installed"
            sed -i.old '1s/.*/_multivenv_stamp=1/' "$installed/multivenv.sh"
        else
            mkdir "$installed"
            git -C "$project" archive "$version" | tar -x -C "$installed"
        fi
        install_at "$installed.new"
        run in_shell +eu "$upgrade"'
            usevenv pallets; lsvenvs --names
            upgrade
            lsvenvs --names; runvenv other true; show upgraded; usevenv other; stopvenv; show stopped
            usevenv pallets
            downgrade
            lsvenvs --names; usevenv other; stopvenv; show end' 2>&1
        assert_ok $'other\npallets\nother\npallets\nupgraded|pallets|pallets|changed\nstopped|||same\nother\npallets\nend|||same'
        count=$((count + 1))
    done
    [ "$count" -gt 0 ]
}
