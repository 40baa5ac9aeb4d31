#!/usr/bin/env bats
# linkvenv: which commands it links, what it never touches there; and what rmvenv,
# mvvenv, fixvenv and mkvenv --restore do with the links.

# shells: once
load ../support/common
load ../support/disks
load ../support/making
load ../support/moving
load ../support/repairing
load ../support/terminal
load ../support/wheels

setup() {
    make_world
    make_repairs
    bin=$HOME/.local/bin
    with_env "PATH=$(path_with "$bin")"
    fake_env apps
    fake_package "$env" black 24.1 black blackd
    fake_package "$env" isort 5.0 isort
}

# Usage: dependency_only NAME VERSION
#
# A package of $env was not requested.
dependency_only() {
    rm "$env"/lib/python3.*/site-packages/"$1-$2.dist-info/REQUESTED"
}

# Usage: on_path
#
# Prints what is in the folder of the links: each name, and where it leads.
on_path() {
    [ -d "$bin" ] || return 0
    (cd "$bin" && find . -mindepth 1 | sed 's|^./||' | LC_ALL=C sort | while IFS= read -r file; do
        [ ! -h "$file" ] || file="$file -> $(readlink "$file")"
        printf '%s\n' "$file"
    done) | sed "s|$MULTIVENV_HOME|HOME|"
}

# Usage: same_as_before COMMAND...
#
# It fails, and leaves the environments and the links as they are.
same_as_before() {
    all_of_it >"$world/before"
    run "$@"
    [ "$status" -ne 0 ] || fail "it did not fail: $output"
    all_of_it >"$world/after"
    same_files "$world/before" "$world/after"
}

all_of_it() {
    tree "$HOME" | grep -v -e ' [^ ]*\.multivenv/\.multivenv' -e ' \.cache'
}

# --- which commands ---------------------------------------------------------------------------

@test "without words it links the commands of the requested packages, and creates the folder" {
    fake_package "$env" click 8.0 click
    dependency_only click 8.0
    fake_package "$env" setuptools 70.0 easy_install
    fake_package "$env" wheel 0.40 wheel
    fake_package "$env" attrs 23.0
    run helper linkvenv apps
    assert_ok "multivenv: linked 3 commands of 'apps': black, blackd, isort (undo: linkvenv --remove apps)"
    same 'black -> HOME/apps/bin/black
blackd -> HOME/apps/bin/blackd
isort -> HOME/apps/bin/isort' "$(on_path)"
    tree "$HOME" >"$world/before"
    run helper linkvenv apps
    assert_ok "multivenv: already linked: black, blackd, isort of 'apps'"
    tree "$HOME" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "a word is a package, however it is spelled, or else a command" {
    fake_package "$env" My.Own_Tool 1.0 first second
    run helper linkvenv apps MY-own.tool
    assert_ok "multivenv: linked 2 commands of 'apps': first, second (undo: linkvenv --remove apps)"
    run helper linkvenv apps black # both
    assert_ok "multivenv: linked 2 commands of 'apps': black, blackd (undo: linkvenv --remove apps black blackd)"
    run helper linkvenv --remove apps
    run helper linkvenv apps blackd second blackd
    assert_ok "multivenv: linked 2 commands of 'apps': blackd, second (undo: linkvenv --remove apps)"
    run helper linkvenv apps second isort
    assert_ok "multivenv: linked 1 command of 'apps': isort (undo: linkvenv --remove apps isort)"
}

@test "a word that is a package without commands and a command of another one is that command" {
    fake_package "$env" attrs 23.0
    fake_package "$env" other 1.0 attrs
    run helper linkvenv apps attrs
    assert_ok "multivenv: linked 1 command of 'apps': attrs (undo: linkvenv --remove apps)"
}

@test "dependencies and the user's own programs are linked by name" {
    fake_package "$env" click 8.0 click
    dependency_only click 8.0
    printf '#!/bin/sh\n' >"$env/bin/mine"
    chmod +x "$env/bin/mine"
    run helper linkvenv apps click mine
    assert_ok "multivenv: linked 2 commands of 'apps': click, mine (undo: linkvenv --remove apps)"
}

@test "pip is linked only by name, as a package or as its command" {
    run helper linkvenv apps pip
    assert_ok "multivenv: linked 1 command of 'apps': pip (undo: linkvenv --remove apps)"
    fake_script "$env" pip3 pip
    run helper linkvenv apps pip3
    assert_ok "multivenv: linked 1 command of 'apps': pip3 (undo: linkvenv --remove apps pip3)"
}

@test "Python itself, activation scripts and hooks are never linked, even if a package has such commands" {
    local word
    fake_package "$env" odd 1.0 python9 activate.xsh odd
    printf '#!/bin/sh\n' >"$env/bin/postactivate"
    chmod +x "$env/bin/postactivate"
    for word in python python3 python3.12 python3.13t pypy3 activate activate.fish Activate.ps1 activate_this.py \
        deactivate postactivate predeactivate; do
        same_as_before helper linkvenv apps black "$word"
        assert_status 2
        assert_output_is "multivenv: linkvenv never links '$word'; only usevenv offers it (usevenv apps)"
    done
    run helper linkvenv apps odd
    assert_ok "multivenv: linked 1 command of 'apps': odd (undo: linkvenv --remove apps)"
}

@test "commands stand in entry points of both kinds and in lists of installed files" {
    local site=$env/lib/python3.12/site-packages name
    mkdir "$site/points-1.dist-info" "$site/recorded-1.dist-info" "$site/old-1-py3.12.egg-info" "$HOME/src" "$HOME/src/Lin_Ked.egg-info"
    printf '%s\r\n' '# made' '[console_scripts]' ' one=a:b ' 'two = a : b [x]' ';three = a:b' '' '[gui_scripts]' \
        'four = a:b' '[other]' 'five = a:b' >"$site/points-1.dist-info/entry_points.txt"
    printf '%s\n' '../../../bin/six,sha256=x,1' '"../../../bin/se,""ven",,' 'recorded/bin/eight,,' '../../../share/bin/nine,,' \
        '../../../bin/x/ten,,' '../../../binx,,' >"$site/recorded-1.dist-info/RECORD"
    printf '%s\n' ../old/x.py ../../../../bin/eleven >"$site/old-1-py3.12.egg-info/installed-files.txt"
    printf '%s\n' "$HOME/src" . >"$site/lin-ked.egg-link"
    printf '[console_scripts]\ntwelve = a:b\n' >"$HOME/src/Lin_Ked.egg-info/entry_points.txt"
    for name in one two three four five six 'se,"ven' eight nine ten eleven twelve; do fake_script "$env" "$name" x; done
    run helper linkvenv apps points recorded old lin.ked
    assert_ok "multivenv: linked 7 commands of 'apps': eleven, four, one, se,\"ven, six, twelve, two (undo: linkvenv --remove apps)"
}

@test "declared commands that are missing or not executable are left out" {
    chmod -x "$env/bin/blackd"
    fake_package "$env" lost 1.0 lost
    rm "$env/bin/lost"
    mkdir "$env/bin/lost"
    run helper linkvenv apps
    assert_ok "multivenv: linked 2 commands of 'apps': black, isort (undo: linkvenv --remove apps)"
    same_as_before helper linkvenv apps lost blackd
    assert_output_is "multivenv: package 'lost' in 'apps' has no commands
multivenv: 'apps' has neither a package nor a command 'blackd'
multivenv: linked nothing (showvenv apps lists packages)"
}

@test "metadata of any content does no harm" {
    local site=$env/lib/python3.12/site-packages
    mkdir "$site/bad-1.dist-info" "$site/bad-1.dist-info/entry_points.txt" "$site/worse-1.dist-info"
    printf '\0,"\n../../../bin/..,,\n../../../bin/.,,\n../../../bin/,,\n"' >"$site/bad-1.dist-info/RECORD"
    printf '[console_scripts]\n../../x = a\n/etc/passwd=a\n = a\n\0=a\n\377=a\n..=a\n%s = a\n' "$(printf 'x%.0s' {1..300})" \
        >"$site/worse-1.dist-info/entry_points.txt"
    touch "$site"/{bad,worse}-1.dist-info/REQUESTED
    run helper linkvenv apps
    assert_ok "multivenv: linked 3 commands of 'apps': black, blackd, isort (undo: linkvenv --remove apps)"
}

@test "misuse and missing things are refused with the reason" {
    fake_env bare
    fake_env gone
    rm -r "$world/base-3.12.4"
    ln -s "$(fake_base 3.12.4)" "$world/x"
    mkdir "$MULTIVENV_HOME/folder"
    fake_env dead 3.11.2
    rm -r "$world/base-3.11.2"
    attempt() {
        local status=0
        helper linkvenv "$@" || status=$?
        printf '%s\n' "$status"
    }
    attempts() {
        attempt ''
        attempt -x
        attempt a/b
        attempt .multivenv
        attempt nowhere
        attempt folder
        attempt dead
        attempt bare
        attempt apps ''
        attempt apps ../black black nothing
        attempt --remove
        attempt --remove ''
        attempt --remove nowhere
        attempt --json apps
        attempt --json --remove
    }
    run attempts
    assert_output_is "multivenv: the name of an environment cannot be empty (see linkvenv --help)
2
multivenv: linkvenv has no option '-x' (see linkvenv --help)
2
multivenv: 'a/b' is not a name: it contains a '/' (see linkvenv --help)
2
multivenv: '.multivenv' is not the name of an environment (see linkvenv --help)
2
multivenv: no environment named 'nowhere' (see lsvenvs)
1
multivenv: 'folder' in ~/.multivenv is not an environment (see lsvenvs)
1
multivenv: 'dead' is dangling: bin/python points to $world/base-3.11.2/bin/python3.11, which no longer exists (fixvenv dead restores its interpreter)
1
multivenv: no requested package in 'bare' has commands (linkvenv bare PACKAGE links those of a dependency)
1
multivenv: 'apps' has neither a package nor a command ''
multivenv: linked nothing (showvenv apps lists packages)
1
multivenv: 'apps' has neither a package nor a command '../black'
multivenv: 'apps' has neither a package nor a command 'nothing'
multivenv: linked nothing (showvenv apps lists packages)
1
multivenv: linkvenv --remove needs a name (see linkvenv --help)
2
multivenv: the name of an environment cannot be empty (see linkvenv --help)
2
multivenv: no command of 'nowhere' is linked (linkvenv lists the links)
1
multivenv: linkvenv --json lists all links, and takes no name (see linkvenv --help)
2
multivenv: linkvenv --json lists all links, and takes no name (see linkvenv --help)
2"
    [ ! -e "$HOME/.local" ]
}

@test "an environment that may not work gets a warning" {
    mv "$env" "$MULTIVENV_HOME/elsewhere"
    run helper linkvenv elsewhere isort
    assert_ok "multivenv: 'elsewhere' is moved: its scripts point to $env, where it was created (fixvenv elsewhere rewrites its paths)
multivenv: linked 1 command of 'elsewhere': isort (undo: linkvenv --remove elsewhere)"
}

@test "a symlinked environment: through its name" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    run helper linkvenv apps isort
    assert_ok "multivenv: linked 1 command of 'apps': isort (undo: linkvenv --remove apps)"
    same 'isort -> HOME/apps/bin/isort' "$(on_path)"
}

@test "any name of an environment and of a command" {
    local name
    for name in 'a b' "it's" '$(touch x)' $'new\nline' $'not UTF-8 \xff' -n '*'; do
        fake_env "$name"
        # else no Python starts with one that is not UTF-8
        LC_ALL=C sed -i.bak '/^command/d' "$env/pyvenv.cfg"
        fake_package "$env" tool 1.0 "$name"
        run helper linkvenv -- "$name" "$name"
        assert_status 0
        same "$MULTIVENV_HOME/$name/bin/$name" "$(readlink "$bin/$name")"
    done
    run helper linkvenv
    assert_ok "$(printf '%s\t%s\n' '$(touch x)' '$(touch x)' '*' '*' -n -n 'a b' 'a b' "it's" "it's" \
        $'new\nline' $'new\nline' $'not UTF-8 \xff' $'not UTF-8 \xff')"
    for name in 'a b' "it's" '$(touch x)' $'new\nline' $'not UTF-8 \xff' -n '*'; do
        run helper linkvenv --remove -- "$name" "$name"
        assert_status 0
    done
    same '' "$(on_path)"
}

# --- where --------------------------------------------------------------------------------------

@test "a folder that is not on PATH is reported, with the line to add" {
    with_env "PATH=$test_path"
    run helper linkvenv apps isort
    assert_ok "multivenv: linked 1 command of 'apps': isort (undo: linkvenv --remove apps)
multivenv: ~/.local/bin is not on PATH; add this line to your shell's startup file: export PATH=\"\$HOME/.local/bin:\$PATH\""
    with_env "XDG_BIN_HOME=$world/my bin"
    run helper linkvenv apps isort
    assert_ok "multivenv: linked 1 command of 'apps': isort (undo: linkvenv --remove apps)
multivenv: '$world/my bin' is not on PATH; add this line to your shell's startup file: export PATH='$world/my bin':\"\$PATH\""
    ln -s "$world/my bin" "$world/bin"
    with_env "PATH=$test_path:$world/bin/"
    run helper linkvenv apps isort
    assert_ok "multivenv: already linked: isort of 'apps'"
}

@test "XDG_BIN_HOME has to be an absolute path without a colon; other verbs ignore a bad one" {
    local words
    for words in '' 'apps isort' '--remove apps'; do
        # shellcheck disable=SC2086  # several words
        run in_shell 'XDG_BIN_HOME=here; linkvenv "$@"' $words
        assert_status 1
        assert_output_is "multivenv: XDG_BIN_HOME is 'here', which is not an absolute path"
    done
    run in_shell 'XDG_BIN_HOME=/a:b; linkvenv'
    assert_status 1
    assert_output_is "multivenv: XDG_BIN_HOME is /a:b: ':' would split PATH (choose another folder)"
    run in_shell 'XDG_BIN_HOME=here; lsvenvs --json; showvenv apps; mvvenv apps new; rmvenv -y new'
    assert_status 0
    refute_contains XDG_BIN_HOME
}

@test "without a folder for them it says so" {
    without_env HOME
    with_env "XDG_CACHE_HOME=$world/cache"
    run helper linkvenv
    assert_status 1
    assert_output_is "multivenv: no folder for commands (set XDG_BIN_HOME)"
}

@test "a folder that is a link is used, a file or a link that leads nowhere is in the way" {
    mkdir -p "$HOME/programs" "$HOME/.local"
    ln -s ../programs "$bin"
    run helper linkvenv apps isort
    assert_ok "multivenv: linked 1 command of 'apps': isort (undo: linkvenv --remove apps)"
    [ -h "$HOME/programs/isort" ]
    rm "$bin"
    ln -s /nowhere/bin "$bin"
    same_as_before helper linkvenv apps isort
    assert_output_is "multivenv: ~/.local/bin is not a directory (move it elsewhere)"
    rm "$bin"
    : >"$bin"
    same_as_before helper linkvenv apps isort
    assert_output_is "multivenv: ~/.local/bin is not a directory (move it elsewhere)"
    run helper linkvenv
    assert_ok ''
    run helper lsvenvs --json
    assert_contains '"links": []'
}

@test "a folder that cannot be written to or read: nothing changes, and it says so" {
    mkdir -p "$bin"
    chmod 555 "$bin"
    same_as_before in_shell -w as_anyone 'linkvenv apps'
    assert_output_is "multivenv: cannot create ~/.local/bin/black: Permission denied"
    chmod 755 "$bin"
    helper linkvenv apps
    chmod 555 "$bin"
    same_as_before in_shell -w as_anyone 'linkvenv --remove apps isort'
    assert_contains "multivenv: ~/.local/bin/isort still links to 'apps': Permission denied"
    chmod 000 "$bin"
    run in_shell -w as_anyone 'linkvenv'
    assert_status 1
    assert_output_is "multivenv: Permission denied: $bin"
    run in_shell -w as_anyone 'lsvenvs --json'
    assert_contains '"links": []'
    chmod 755 "$bin"
}

@test "a failure halfway is undone" {
    run helper_with '
plain = os.symlink
def symlink(target, path, *rest, **more):
    if path.endswith("isort"): raise OSError(28, "No space left on device")
    plain(target, path, *rest, **more)
os.symlink = symlink' linkvenv apps
    assert_status 1
    assert_output_is "multivenv: cannot create ~/.local/bin/isort: No space left on device"
    same '' "$(on_path)"
}

# --- what is in the way -----------------------------------------------------------------------

@test "files that it did not create are never replaced: all are reported, and nothing changes" {
    fake_env other
    fake_package "$env" black 1.0 black
    helper linkvenv other black
    env=$MULTIVENV_HOME/apps
    fake_package "$env" tools 1.0 a b c d e
    mkdir "$bin/a"
    printf 'mine' >"$bin/b"
    ln -s /nowhere/c "$bin/c"
    ln -s "$MULTIVENV_HOME/apps/bin/e" "$bin/d" # another name: the user's own
    ln -s "$MULTIVENV_HOME/apps/bin/../bin/e" "$bin/e"
    same_as_before helper linkvenv apps
    assert_status 1
    assert_output_is "multivenv: did not link 'a': ~/.local/bin/a is a directory (move it elsewhere)
multivenv: did not link 'b': ~/.local/bin/b is a file (move it elsewhere)
multivenv: did not link 'black': ~/.local/bin/black links to environment 'other' (linkvenv --remove other black)
multivenv: did not link 'c': ~/.local/bin/c is a link to /nowhere/c (move it elsewhere)
multivenv: did not link 'd': ~/.local/bin/d is a link to ~/.multivenv/apps/bin/e (move it elsewhere)
multivenv: did not link 'e': ~/.local/bin/e is a link to ~/.multivenv/apps/bin/../bin/e (move it elsewhere)
multivenv: linked nothing"
    run helper linkvenv --remove other black
    assert_ok "multivenv: unlinked 1 command of 'other': black (undo: linkvenv other black)"
    run helper linkvenv apps black isort
    assert_ok "multivenv: linked 3 commands of 'apps': black, blackd, isort (undo: linkvenv --remove apps)"
}

@test "a link to a missing environment is in the way too, and can be removed" {
    fake_env old
    fake_package "$env" black 1.0 black
    helper linkvenv old
    rm -r "${env:?}"
    same_as_before helper linkvenv apps
    assert_output_is "multivenv: did not link 'black': ~/.local/bin/black links to environment 'old' (linkvenv --remove old black)
multivenv: linked nothing"
    run helper linkvenv --remove old black
    assert_ok "multivenv: unlinked 1 command of 'old': black"
}

@test "links that look nearly like ours are not" {
    local target
    mkdir -p "$bin"
    for target in "$MULTIVENV_HOME/bin/black" "$MULTIVENV_HOME//bin/black" "$MULTIVENV_HOME/a/b/bin/black" "$MULTIVENV_HOME/../bin/black" \
        "$MULTIVENV_HOME/.multivenv/bin/black" "$MULTIVENV_HOME/./bin/black" "$MULTIVENV_HOME/apps/bin/black/" "${MULTIVENV_HOME}2/apps/bin/black" \
        ../../.multivenv/apps/bin/black "x$MULTIVENV_HOME/apps/bin/black" "$MULTIVENV_HOME/apps/bin/blackd" "$MULTIVENV_HOME/apps/black"; do
        ln -sfn "$target" "$bin/black"
        run helper linkvenv
        assert_ok ''
        same_as_before helper linkvenv --remove apps black
        same_as_before helper linkvenv apps black
        assert_contains "did not link 'black': "
    done
}

@test "ten at the same time have the same result as one" {
    local number pids=()
    for number in 0 1 2 3 4; do
        fake_env "env$number"
        fake_package "$env" "tool$number" 1.0 "tool$number" shared
    done
    for number in 0 1 2 3 4 0 1 2 3 4; do
        helper linkvenv "env$number" >"$world/said.${#pids[@]}" 2>&1 &
        pids+=("$!")
    done
    for number in "${pids[@]}"; do wait "$number" || :; done
    # only one of them could have what all of them have, and that one has all
    run cut -f2 <(helper linkvenv)
    same 2 "${#lines[@]}"
    same "${lines[0]}" "${lines[1]}"
    number=${lines[0]#env}
    same "shared -> HOME/env$number/bin/shared
tool$number -> HOME/env$number/bin/tool$number" "$(on_path)"
}

@test "killed at any step: a second run finishes it" {
    local step=1 status
    while :; do
        status=0
        killed_exactly_at "$step" "$world/steps" linkvenv apps >/dev/null 2>&1 || status=$?
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        run helper linkvenv apps
        assert_status 0
        same 'black blackd isort' "$(cd "$bin" && echo *)"
        rm -r "$HOME/.local"
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 4 ]
}

@test "a lock of another process on the folder: it waits, then fails" {
    mkdir -p "$bin"
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
open(sys.argv[2], "w").write("x")
time.sleep(60)' "$bin" "$world/locked" 3>&- &
    wait_for "$world/locked"
    run helper_with 'from helper.store import locks; locks.FOLDER_PATIENCE = 0.2' linkvenv apps
    assert_status 1
    assert_output_is "multivenv: ~/.local/bin is locked by another process"
    kill "$(jobs -p | head -n 1)"
}

# --- --remove -----------------------------------------------------------------------------------

@test "--remove unlinks what is named, or all of the environment, and nothing else" {
    fake_env other
    fake_package "$env" tool 1.0 tool
    helper linkvenv other
    helper linkvenv apps
    printf 'mine' >"$bin/mine"
    run helper linkvenv --remove apps blackd
    assert_ok "multivenv: unlinked 1 command of 'apps': blackd (undo: linkvenv apps blackd)"
    run helper linkvenv apps blackd
    run helper linkvenv --remove apps Black
    assert_ok "multivenv: unlinked 2 commands of 'apps': black, blackd (undo: linkvenv apps black blackd)"
    run helper linkvenv --remove apps
    assert_ok "multivenv: unlinked 1 command of 'apps': isort (undo: linkvenv apps isort)"
    same 'mine
tool -> HOME/other/bin/tool' "$(on_path)"
}

@test "--remove of commands that are not linked reports all of them, and changes nothing" {
    fake_env other
    fake_package "$env" tool 1.0 tool
    helper linkvenv other
    helper linkvenv apps isort
    same_as_before helper linkvenv --remove apps isort black tool nothing
    assert_status 1
    assert_output_is "multivenv: 'black' of 'apps' is not linked
multivenv: 'tool' of 'apps' is not linked
multivenv: 'nothing' of 'apps' is not linked
multivenv: unlinked nothing (linkvenv lists the links)"
    same_as_before helper linkvenv --remove isort
    assert_output_is "multivenv: no command of 'isort' is linked (linkvenv --remove apps isort)"
}

@test "--remove from a damaged or a missing environment" {
    helper linkvenv apps
    rm -r "${env:?}/lib" "${env:?}/pyvenv.cfg"
    run helper linkvenv --remove apps black
    assert_ok "multivenv: unlinked 1 command of 'apps': black (undo: linkvenv apps black)"
    rm -r "${env:?}"
    run helper linkvenv --remove apps blackd
    assert_ok "multivenv: unlinked 1 command of 'apps': blackd"
    run helper linkvenv --remove apps
    assert_ok "multivenv: unlinked 1 command of 'apps': isort"
}

@test "--remove of a package whose commands are no longer in the environment" {
    helper linkvenv apps
    rm "$env/bin/black" "$env/bin/blackd"
    run helper linkvenv --remove apps black
    assert_ok "multivenv: unlinked 2 commands of 'apps': black, blackd"
}

# --- the list -----------------------------------------------------------------------------------

# Usage: make_dead
#
# A link of each kind.
make_dead() {
    local name
    for name in gone lost dead hidden broken; do
        fake_env "$name" 3.11.2
        fake_package "$env" "of-$name" 1.0 "of-$name"
        helper linkvenv "$name"
    done
    rm -r "$MULTIVENV_HOME/gone"
    rm "$MULTIVENV_HOME/lost/bin/of-lost"
    ln -sf /nowhere/python "$MULTIVENV_HOME/dead/bin/python"
    mv "$MULTIVENV_HOME/hidden" "$world/hidden"
    ln -s "$world/nowhere" "$MULTIVENV_HOME/hidden"
    rm "$MULTIVENV_HOME/broken/pyvenv.cfg"
    helper linkvenv apps isort
} 2>/dev/null

@test "the list: one line each in a pipe, dead links with the reason" {
    run helper linkvenv
    assert_ok ''
    make_dead
    run helper linkvenv
    assert_ok "isort	apps
of-broken	broken	environment corrupt
of-dead	dead	interpreter gone
of-gone	gone	environment gone
of-hidden	hidden	environment gone
of-lost	lost	command gone"
}

@test "on a terminal it is a table" {
    run in_terminal -w screen '
        run linkvenv
        run linkvenv apps
        run rm "$MULTIVENV_HOME/apps/bin/isort"
        run clear
        run linkvenv
    '
    assert_matches '  COMMAND  ENVIRONMENT  STATUS        TO
  black    apps         ok            ~/\.multivenv/apps/bin/black
  blackd   apps         ok            ~/\.multivenv/apps/bin/blackd
  isort    apps         command gone  ~/\.multivenv/apps/bin/isort'
    helper linkvenv --remove apps
    run in_terminal -w screen 'run linkvenv'
    assert_contains 'multivenv: no commands are linked'
}

@test "--json is a contract" {
    run helper linkvenv --json
    assert_ok '{"schema": 1, "links": [], "kernels": []}'
    helper linkvenv apps black
    rm "$env/bin/blackd"
    run helper linkvenv --json
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import json, sys
it = json.loads(sys.argv[1])
print(it["schema"], *it["links"], sep="\n")' "$output" >"$world/actual"
    cat >"$world/expected" <<END
1
{'command': 'black', 'environment': 'apps', 'path': '$bin/black', 'target': '$env/bin/black', 'reason': None}
{'command': 'blackd', 'environment': 'apps', 'path': '$bin/blackd', 'target': '$env/bin/blackd', 'reason': 'command gone'}
END
    same_files "$world/expected" "$world/actual"
}

# --- what other verbs make of them --------------------------------------------------------------

@test "lsvenvs and showvenv show them" {
    fake_env other
    helper linkvenv apps
    run helper lsvenvs --json
    assert_contains '"links": ["black", "blackd", "isort"]'
    assert_contains '"links": []'
    run helper showvenv --json apps
    assert_contains '"links": ["black", "blackd", "isort"]'
    run helper showvenv apps
    assert_contains '  project:   none
  links:     black, blackd, isort
  created:'
    run helper lsvenvs --long apps
    assert_contains '  links:     black, blackd, isort'
    run helper showvenv other
    refute_contains links
    with_env "VIRTUAL_ENV=$MULTIVENV_HOME/apps"
    run helper showvenv
    assert_contains '  links:     black, blackd, isort'
}

@test "a listing reads the folder of the links once" {
    command -v strace >/dev/null || skip 'strace is not installed'
    local number
    for number in 1 2 3 4 5; do fake_env "env$number"; done
    helper linkvenv apps
    run in_shell -w traced_files 'lsvenvs --json >"$TMPDIR/json"'
    assert_status 0
    same 1 "$(grep -c 'open.*/\.local/bin"' "$world/trace")"
    same 3 "$(grep -c 'readlink.*/\.local/bin/' "$world/trace")"
}

# A wrapper for in_shell -w
traced_files() {
    strace -f -qq -o "$world/trace" -e 'trace=?open,?openat,?readlink,?readlinkat' "$@"
}

@test "rmvenv unlinks them, says so, and keeps the others" {
    fake_env other
    fake_package "$env" tool 1.0 tool
    helper linkvenv other
    helper linkvenv apps
    run helper rmvenv -y apps
    assert_ok "multivenv: unlinked 3 commands of 'apps': black, blackd, isort
multivenv: removed 'apps' (undo: mkvenv --restore apps)"
    same 'tool -> HOME/other/bin/tool' "$(on_path)"
    assert_nothing_aside
}

@test "rmvenv of a symlinked or damaged environment unlinks them too" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    helper linkvenv apps black
    rm -r "$world/elsewhere"
    run helper rmvenv -y apps
    assert_ok "multivenv: unlinked 2 commands of 'apps': black, blackd
multivenv: removed 'apps'"
    same '' "$(on_path)"
}

@test "rmvenv removes the environment even if the links stay, says so, and fails" {
    helper linkvenv apps isort
    chmod 555 "$bin"
    run in_shell -w as_anyone 'rmvenv -y apps && :; printf "%s\n" "$?"; lsvenvs'
    assert_ok "multivenv: ~/.local/bin/isort still links to 'apps': Permission denied: $bin/isort
multivenv: removed 'apps' (undo: mkvenv --restore apps)
1"
    chmod 755 "$bin"
    assert_nothing_aside
}

@test "rmvenv killed at any step: the next verb unlinks them" {
    local step=1 status
    while :; do
        [ -e "$env" ] || { fake_env apps && fake_package "$env" tool 1.0 tool; }
        helper linkvenv apps tool 2>"$world/said" || helper linkvenv apps 2>"$world/said"
        status=0
        killed_at "$step" "$world/steps" rmvenv -y apps >/dev/null 2>&1 || status=$?
        helper lsvenvs --names >"$world/list" 2>"$world/said"
        if [ -e "$env" ]; then
            assert_contains HOME/apps/bin "$(on_path)"
        else
            same '' "$(on_path)"
        fi
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 8 ]
}

@test "mvvenv: they lead to the new name" {
    helper linkvenv apps
    printf 'mine' >"$bin/mine"
    run helper mvvenv apps 'my äpps'
    assert_ok "multivenv: renamed 'apps' to 'my äpps' (undo: mvvenv 'my äpps' apps)"
    same "black -> HOME/my äpps/bin/black
blackd -> HOME/my äpps/bin/blackd
isort -> HOME/my äpps/bin/isort
mine" "$(on_path)"
    mv "$MULTIVENV_HOME/my äpps" "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/my äpps"
    run helper mvvenv 'my äpps' apps
    assert_ok "multivenv: renamed 'my äpps' to 'apps' (undo: mvvenv apps 'my äpps')"
    assert_contains 'isort -> HOME/apps/bin/isort' "$(on_path)"
}

@test "mvvenv reports links that could not follow, and fails" {
    helper linkvenv apps isort
    chmod 555 "$bin"
    run in_shell -w as_anyone 'mvvenv apps new && :; printf "%s\n" "$?"; lsvenvs'
    chmod 755 "$bin"
    assert_status 0
    assert_contains $'\n1\n'
    assert_contains "multivenv: ~/.local/bin/isort still links to 'apps': Permission denied"
    assert_contains $'\nnew'
    assert_nothing_aside
}

@test "mvvenv killed at any step: they lead to the existing environment" {
    helper linkvenv apps
    local step last name
    killed_at 0 "$world/steps" mvvenv apps new
    last=$(grep -c . "$world/steps")
    step=$(grep -n "rename .*/apps', .*/trash/" "$world/steps" | sed 's/:.*//;q')
    step=$((step - 2))
    [ "$step" -gt 0 ]
    while [ "$step" -le "$last" ]; do
        [ -e "$env" ] || helper mvvenv new apps
        killed_at "$step" "$world/steps" mvvenv apps new >/dev/null 2>&1 || :
        name=$(helper lsvenvs --names 2>"$world/said")
        same "black -> HOME/$name/bin/black
blackd -> HOME/$name/bin/blackd
isort -> HOME/$name/bin/isort" "$(on_path)"
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        step=$(step_after "$step" "$world/steps")
    done
}

@test "fixvenv of a relinked one keeps them" {
    install_python 3.44.2
    installed_env web 3.44.1
    fake_package "$env" tool 1.0 tool gone
    rm -r "$world/pyenv/versions/3.44.1"
    mkdir -p "$bin"
    ln -s "$env/bin/tool" "$env/bin/gone" "$bin"
    rm "$env/bin/gone"
    run helper linkvenv
    assert_contains 'tool	web	interpreter gone'
    run helper fixvenv -y web
    assert_status 0
    assert_contains "web  ok
multivenv: still linked, but no longer in 'web': gone (linkvenv --remove web gone)"
    run helper linkvenv
    assert_contains $'gone\tweb\tcommand gone\ntool\tweb'
}

# --- with real environments ---------------------------------------------------------------------

# Usage: make_real
#
# Creates the environment `tools` with two requested packages and a dependency, and
# links its commands.
make_real() {
    share_cache
    offline
    write_wheel dyer 1.0 --requires thread --command dyer --command dyerd \
        <<<'def main(): import sys, thread; print("dyer in", sys.prefix)'
    make_wheel thread 1.0
    make_wheel sorter 1.0
    in_shell 'mkvenv --no-use tools dyer sorter && linkvenv tools' 2>"$world/said"
}

@test "--restore links what is free and available, and reports the rest" {
    make_real
    run in_shell 'rmvenv -y tools'
    assert_ok "multivenv: unlinked 3 commands of 'tools': dyer, dyerd, sorter
multivenv: removed 'tools' (undo: mkvenv --restore tools)"
    printf 'mine' >"$bin/sorter"
    write_wheel dyer 1.0 --requires thread --command dyer <<<'def main(): print("dyer")'
    run in_shell 'mkvenv --no-use --restore tools'
    assert_status 0
    assert_contains "multivenv: linked 1 command of 'tools': dyer (undo: linkvenv --remove tools)
multivenv: did not link 'dyerd': 'tools' no longer has it
multivenv: did not link 'sorter': ~/.local/bin/sorter is a file (move it elsewhere)"
    same 'dyer -> HOME/tools/bin/dyer
sorter' "$(on_path)"
    rm -r "$bin"
    in_shell 'rmvenv -y tools'
    run in_shell 'mkvenv --no-use --restore tools'
    assert_status 0
    refute_contains link
}

@test "--restore works even if nothing can be linked, and says so" {
    make_real
    in_shell 'rmvenv -y tools'
    rmdir "$bin"
    : >"$bin"
    run in_shell 'mkvenv --no-use --restore tools; lsvenvs'
    assert_status 0
    assert_contains "multivenv: did not link the commands of 'tools': ~/.local/bin is not a directory (move it elsewhere)"
    assert_contains $'\ntools'
}

@test "fixvenv keeps them when it rebuilds, and reports those that are no longer available" {
    make_real
    age tools
    run in_shell 'linkvenv'
    assert_contains 'dyer	tools	interpreter gone'
    write_wheel dyer 1.0 --requires thread --command dyer <<<'def main(): print("dyed")'
    run in_shell 'fixvenv -y tools; dyer'
    assert_status 0
    assert_contains "tools  ok
multivenv: still linked, but no longer in 'tools': dyerd (linkvenv --remove tools dyerd)
dyed"
    run in_shell 'linkvenv --remove tools dyerd; linkvenv'
    assert_ok "multivenv: unlinked 1 command of 'tools': dyerd
dyer	tools
sorter	tools"
}

@test "cpvenv copies none" {
    helper linkvenv apps
    helper cpvenv apps copy
    run helper linkvenv
    refute_contains copy
}
