# What every bats file loads: a private world for each test, the shell under
# test started inside it, and assertions that say what differs.
#
# tests/run says which shell is under test; a bats file that is started by
# itself gets bash. Runs in bash 3.2: no mapfile, no associative arrays.

bats_require_minimum_version 1.5.0

support=$(cd -P "${BASH_SOURCE[0]%/*}" && pwd)
project=${support%/tests/support}

: "${MULTIVENV_TEST_SHELL:=$(command -v bash)}"
: "${MULTIVENV_TEST_SHELL_NAME:=bash}"
: "${MULTIVENV_TEST_PYTHON:=$("$support/find-python")}"
: "${MULTIVENV_TEST_CACHE:=$BATS_RUN_TMPDIR/cache}"
# find-python looks there, also when a test has given it another home
: "${PYENV_ROOT:=$HOME/.pyenv}"
export MULTIVENV_TEST_SHELL MULTIVENV_TEST_SHELL_NAME PYENV_ROOT
export MULTIVENV_TEST_PYTHON MULTIVENV_TEST_CACHE

# A command line such as "/usr/bin/busybox ash"
read -r -a shell_words <<<"$MULTIVENV_TEST_SHELL"

setup() {
    make_world
}

teardown() {
    no_stub_was_started
}

# Usage: untraced FUNCTION [ARGUMENT...]
#
# Calls it without the trap by which bats notes the line of each command: that
# takes longer than the commands. A failure is then reported at the call.
untraced() {
    local status=0
    case $- in
    *T*)
        set +T
        "$@"
        status=$?
        set -T
        return "$status"
        ;;
    *) "$@" ;;
    esac
}

# --- the world of a test ----------------------------------------------------

# A private home, temporary folder and environment for what the test starts.
# Its path holds a space and letters outside ASCII, so that every test is one
# of quoting as well. Sets $world, $HOME, $MULTIVENV_HOME (not exported: it is
# the default), $tools and $test_path.
make_world() {
    untraced write_world
    cd "$HOME" || return
}

write_world() {
    world=$(cd -P "$BATS_TEST_TMPDIR" && pwd)
    export HOME="$world/home ünï"
    MULTIVENV_HOME=$HOME/.multivenv
    unset XDG_CACHE_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_BIN_HOME
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME PYTHONPATH CDPATH ENV BASH_ENV
    link_tools
    test_path=$tools/python:$tools/bin
    # Compiling the helper in each test would take most of the tests' time:
    # bytecode is shared, and nothing else
    mkdir -p "$HOME/.cache/multivenv" "$world/tmp" "$MULTIVENV_TEST_CACHE/multivenv/pycache"
    ln -sfn "$MULTIVENV_TEST_CACHE/multivenv/pycache" "$HOME/.cache/multivenv/pycache"
    test_env=(
        "HOME=$HOME"
        "PATH=$test_path"
        "TMPDIR=$world/tmp"
        "TERM=xterm"
        "LANG=$(utf8_locale)"
        "MULTIVENV_ROOT=$project"
        # Named here, the helper's Python is not searched for
        "MULTIVENV_HELPER_PYTHON=$MULTIVENV_TEST_PYTHON"
        "TEST_SUPPORT=$support"
    )
}

# Sets $tools, the folder of link-tools: the programs of this machine that tests
# may use. tests/run has made it already.
link_tools() {
    tools=$MULTIVENV_TEST_CACHE/tools
    [ -d "$tools" ] || "$support/link-tools" "$tools" "$MULTIVENV_TEST_PYTHON"
}

# Usage: need_peer NAME
#
# Sets $peer to virtualenv or uv, whose environments tests compare with ours.
# Versions differ, so that only those of tests/peers-install count.
need_peer() {
    peer=$project/.tools/peers/bin/$1
    [ -x "$peer" ] || skip "$1 is not in .tools/peers (tests/peers-install installs it)"
}

# macOS has no C.UTF-8
utf8_locale() {
    case $OSTYPE in
    darwin*) printf '%s\n' en_US.UTF-8 ;;
    *) printf '%s\n' C.UTF-8 ;;
    esac
}

# Usage: with_env NAME=VALUE...
#
# Adds variables to the environment of the shells started from here on; a later
# one replaces an earlier one of the same name.
with_env() {
    test_env+=("$@")
}

# Usage: without_env NAME...
without_env() {
    local name entry kept
    for name; do
        kept=()
        for entry in "${test_env[@]}"; do
            [ "${entry%%=*}" = "$name" ] || kept+=("$entry")
        done
        test_env=("${kept[@]}")
    done
}

# For tests that make real environments and do not care about an empty cache:
# all of them use the run's, which holds pip after the first.
share_cache() {
    with_env "XDG_CACHE_HOME=$MULTIVENV_TEST_CACHE"
}

# Usage: path_with DIR...
#
# Prints a PATH for with_env: the DIRs before the usual ones.
#
#     with_env "PATH=$(path_with "$world/bin")"
path_with() {
    local dir result=
    for dir; do result=$result$dir:; done
    printf '%s\n' "$result$test_path"
}

# --- the shell under test ---------------------------------------------------

# Usage: in_shell [-i] [-b] [+eu] [-w WRAPPER] SNIPPET [ARGUMENT...]
#
# Runs SNIPPET in the shell under test, multivenv.sh sourced before it, under
# `set -eu`; exit status, stdin, stdout and stderr are the snippet's.
#
#   -i          as an interactive shell (without its start-up files)
#   -b          bare: multivenv.sh is not sourced
#   +eu         without `set -eu`
#   -w WRAPPER  a function that gets the shell's command line as its arguments
#
#     run in_shell 'usevenv "$1"; printf "%s\n" "$VIRTUAL_ENV"' alpha
in_shell() {
    untraced start_shell "$@"
}

start_shell() {
    local interactive='' bare='' strict=yes wrapper=command file
    ! in_fish || strict=''
    while :; do
        case ${1-} in
        -i) interactive=yes ;;
        -b) bare=yes ;;
        +eu) strict='' ;;
        -w) wrapper=$2 && shift ;;
        *) break ;;
        esac
        shift
    done
    file=$world/tmp/snippet.$RANDOM$RANDOM$RANDOM
    {
        [ -z "$strict" ] || printf 'set -eu\n'
        # shellcheck disable=SC2016  # for the snippet to expand
        [ -n "$bare" ] || printf '. "$MULTIVENV_ROOT/multivenv.%s"\n' "$(extension)"
        printf '%s\n' "$1"
    } >"$file"
    shift
    if [ -n "$interactive" ] && ! in_fish; then
        start_interactive "$wrapper" "$file" "$@"
    else
        # shellcheck disable=SC2046  # one option a word
        "$wrapper" env -i "${test_env[@]}" "${shell_words[@]}" $(script_options) ${interactive:+-i} "$file" "$@" 3>&-
    fi
}

in_fish() {
    [ "$MULTIVENV_TEST_SHELL_NAME" = fish ]
}

# The file that the shell sources is multivenv.EXTENSION
extension() {
    if in_fish; then printf 'fish\n'; else printf 'sh\n'; fi
}

# fish alone reads files when it runs a script
script_options() {
    ! in_fish || printf '%s\n' --no-config
}

# Usage: start_interactive WRAPPER FILE [ARGUMENT...]
#
# Every shell has something to say when it starts without a terminal (no job
# control, a banner); the snippet's own stdout and stderr wait in 8 and 9
# meanwhile. The printf makes busybox write its banner before that.
start_interactive() {
    local wrapper=$1
    shift
    # shellcheck disable=SC2016,SC2046  # for the shell under test; one option a word
    "$wrapper" env -i "${test_env[@]}" \
        "$MULTIVENV_TEST_PYTHON" -I -S "$support/detach.py" \
        "${shell_words[@]}" $(shell_options) -i -c \
        'printf x; exec 1>&8 2>&9 8>&- 9>&-; TEST_SNIPPET=$1; shift; . "$TEST_SNIPPET"' \
        "$MULTIVENV_TEST_SHELL_NAME" "$@" 8>&1 9>&2 >/dev/null 2>&1 3>&-
}

# The options that keep start-up files away. Those of the others are not there,
# $HOME being new and $ENV not set.
shell_options() {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) printf '%s\n' --norc --noprofile ;;
    zsh) printf '%s\n' -f ;;
    yash) printf '%s\n' --norcfile --noprofile ;;
    esac
}

# Usage: with_modules -c CODE|FILE [ARGUMENT...]
#
# Runs Python code that may import modules of the helper; see modules.py.
#
#     run with_modules -c 'from helper.base import names; print(names.ALLOWED)'
with_modules() {
    "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$support/modules.py" "$@"
}

# --- what a snippet changes, what it starts ---------------------------------

# Usage: changes_of [in_shell's options] SNIPPET [SETUP]
#
# Prints, as a diff, which variables, functions, aliases, options and traps of
# the shell differ after SNIPPET; nothing when it left no trace. What verbs read
# on first use stays, so without -b all of it is read before.
changes_of() {
    # shellcheck disable=SC2016  # for the snippet to expand
    local options=() parts='for part in doctor health projects run search variables verbs; do _multivenv_need "$part"; done; unset -v part'
    while :; do
        case ${1-} in
        -b) parts=: options+=("$1") && shift ;;
        [-+]*) options+=("$1") && shift ;;
        *) break ;;
        esac
    done
    # shellcheck disable=SC2016  # for the snippet to expand
    in_shell ${options[@]+"${options[@]}"} '. "$TEST_SUPPORT/snapshot.sh"
'"$parts; ${2-:}"'
snapshot "$TMPDIR/before"
'"$1"'
snapshot "$TMPDIR/after"' || return
    diff -U0 "$world/tmp/before" "$world/tmp/after" | sed -e 1,2d -e '/^@@/d'
}

# Usage: processes_of [in_shell's options] SETUP MEASURED
#
# Runs both snippets one after the other, and prints a line for each process
# that MEASURED started (its system calls; nothing when there were none).
# What the snippets print goes to stderr. Fails when MEASURED did not
# run to its end.
processes_of() {
    command -v strace >/dev/null || skip 'strace is not installed'
    local options=()
    while :; do
        case ${1-} in
        [-+]*) options+=("$1") && shift ;;
        *) break ;;
        esac
    done
    # The marks are files that `[` looks for: it is built in everywhere
    in_shell ${options[@]+"${options[@]}"} -w traced "$1
[ -e /multivenv-test-begin ] || :
$2
[ -e /multivenv-test-end ] || :" >&2 || return
    started_between_marks "$world/tmp/trace"
}

# A system call that this processor does not have is no error after a `?`
traced() {
    local calls='?execve,?execveat,?clone,?clone3,?fork,?vfork'
    calls=$calls,'?stat,?newfstatat,?statx,?access,?faccessat,?faccessat2'
    strace -f -qq -o "$world/tmp/trace" -e signal=none -e "trace=$calls" "$@"
}

started_between_marks() {
    awk '
        /multivenv-test-begin/ { inside = 1; next }
        /multivenv-test-end/ { inside = 0; ended = 1 }
        inside && / (execve|execveat|clone|clone3|fork|vfork)\(/ { print }
        END { if (!ended) { print "the marks are not in the trace"; exit 1 } }
    ' "$1"
}

# Usage: assert_starts_no_process [in_shell's options] SETUP MEASURED
assert_starts_no_process() {
    run --separate-stderr processes_of "$@"
    # shellcheck disable=SC2154  # set by run
    [ "$status" -eq 0 ] || fail "status $status" "$output" "$stderr"
    [ -z "$output" ] || fail 'these were started:' "$output"
}

# Usage: sampled_pythons [MINOR]
#
# Prints the Pythons at hand of 3.MINOR (default: 3.8) or newer, one a line: the
# oldest and the newest; all with MULTIVENV_TEST_ALL=1.
sampled_pythons() {
    "$support/find-python" --all "${1-8}" | awk -v all="${MULTIVENV_TEST_ALL-}" '
        { minor = $0; sub(/.*python3[.]/, "", minor); path[NR] = $0; number[NR] = minor + 0 }
        minor + 0 < least || NR == 1 { least = minor + 0; oldest = NR }
        minor + 0 > most { most = minor + 0; newest = NR }
        END {
            for (i = 1; i <= NR; i++)
                if (all != "" || i == oldest || i == newest) print path[i]
        }
    '
}

# --- stand-ins for environments ---------------------------------------------

# Usage: fake_base [VERSION]
#
# Makes a tree that looks like an installed Python (default 3.12.4) and prints
# its path. Starting it fails the test.
fake_base() {
    local base
    untraced make_base "${1:-3.12.4}"
    printf '%s\n' "$base"
}

# Usage: make_base VERSION
#
# The same, but sets $base.
make_base() {
    local minor
    set_minor "$1"
    base=$world/base-$1
    [ ! -e "$base" ] || return 0
    copy_model base "$minor" "$base"
    write_patchlevel "$1" >"$base/include/python$minor/patchlevel.h"
    write_stub >"$base/bin/python$minor"
}

# Usage: copy_model base|env MINOR FOLDER
#
# Copies what all stand-ins of a version have, made once a run: a tree made file
# by file takes longer than most verbs.
copy_model() {
    local model=$MULTIVENV_TEST_CACHE/models/$1-$2 tries
    if [ ! -e "$model.done" ]; then
        mkdir -p "$MULTIVENV_TEST_CACHE/models"
        if mkdir "$model" 2>/dev/null; then
            "make_model_$1" "$model" "$2"
            : >"$model.done"
        fi
        # another test may be at it
        for ((tries = 0; tries < 200; tries++)); do
            [ ! -e "$model.done" ] || break
            sleep 0.05
        done
    fi
    if [ -e "$3" ]; then cp -R "$model/." "$3"; else cp -R "$model" "$3"; fi
}

make_model_base() {
    mkdir "$1/bin" "$1/lib" "$1/include" "$1/lib/python$2" "$1/include/python$2"
    : >"$1/lib/python$2/os.py"
    : >"$1/bin/python$2"
    chmod +x "$1/bin/python$2"
    ln -s "python$2" "$1/bin/python3"
    ln -s python3 "$1/bin/python"
}

make_model_env() {
    mkdir "$1/bin" "$1/include" "$1/include/python$2"
    ln -s python "$1/bin/python3"
    ln -s python "$1/bin/python$2"
    write_package "$1" pip 24.0 pip
}

write_stub() {
    printf '#!/bin/sh\n'
    printf ': >"%s/stub-was-started"\n' "$world"
    # shellcheck disable=SC2016  # for the stub to expand
    printf '%s\n' 'printf "%s\n" "unexpected start of a stub interpreter: $0 $*" >&2' 'exit 97'
}

write_patchlevel() {
    local parts
    IFS=. read -r -a parts <<<"$1"
    printf '#define PY_MAJOR_VERSION        %s\n' "${parts[0]}"
    printf '#define PY_MINOR_VERSION        %s\n' "${parts[1]}"
    printf '#define PY_MICRO_VERSION        %s\n' "${parts[2]}"
    printf '#define PY_RELEASE_LEVEL        PY_RELEASE_LEVEL_FINAL\n'
    printf '#define PY_RELEASE_SERIAL       0\n\n'
    printf '#define PY_VERSION              "%s"\n' "$1"
}

# 3.12.4 -> 3.12
minor_of() {
    local minor
    set_minor "$1"
    printf '%s\n' "$minor"
}

# Usage: set_minor VERSION
set_minor() {
    minor=${1#*.}
    minor=${1%%.*}.${minor%%.*}
}

# Usage: fake_env NAME [VERSION]
#
# Makes $MULTIVENV_HOME/NAME, the tree of a healthy environment of a fake_base
# with pip in it, without starting a Python; sets $env to its path.
fake_env() {
    untraced write_env "$@"
}

write_env() {
    local version=${2:-3.12.4} minor base
    set_minor "$version"
    make_base "$version"
    env=$MULTIVENV_HOME/$1
    [ -d "$MULTIVENV_HOME" ] || mkdir -p "$MULTIVENV_HOME"
    copy_model env "$minor" "$env"
    write_pyvenv_cfg "$base" "$version" >"$env/pyvenv.cfg"
    ln -s "$base/bin/python$minor" "$env/bin/python"
    printf '# This file must be used with "source bin/activate"\nVIRTUAL_ENV="%s"\nexport VIRTUAL_ENV\n' \
        "$env" >"$env/bin/activate"
    fake_script "$env" pip pip
}

write_pyvenv_cfg() {
    local minor
    set_minor "$2"
    printf 'home = %s/bin\n' "$1"
    printf 'include-system-site-packages = false\n'
    printf 'version = %s\n' "$2"
    printf 'executable = %s/bin/python%s\n' "$1" "$minor"
    printf 'command = %s/bin/python%s -m venv %s\n' "$1" "$minor" "$env"
}

# Usage: fake_package ENV NAME VERSION [COMMAND...]
#
# Puts an installed distribution, and commands of it, into an environment made
# by fake_env.
fake_package() {
    untraced write_package "$@"
}

write_package() {
    local env=$1 name=$2 version=$3 sites site info command
    shift 3
    sites=("$env"/lib/python*/site-packages)
    site=${sites[0]}
    [ -d "$site" ] || site=$(site_of "$env")
    info=$site/$name-$version.dist-info
    mkdir -p "$site/$name" "$info"
    : >"$site/$name/__init__.py"
    printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "$name" "$version" >"$info/METADATA"
    printf '%s\n' pip >"$info/INSTALLER"
    : >"$info/REQUESTED"
    printf '%s\n' "$name/__init__.py,," "$name-$version.dist-info/METADATA,," \
        "$name-$version.dist-info/INSTALLER,," "$name-$version.dist-info/REQUESTED,," >"$info/RECORD"
    for command; do
        printf '%s/%s,,\n' '../../../bin' "$command" >>"$info/RECORD"
        fake_script "$env" "$command" "$name"
    done
    [ $# -eq 0 ] || fake_entry_points "$@" >"$info/entry_points.txt"
    printf '%s-%s.dist-info/RECORD,,\n' "$name" "$version" >>"$info/RECORD"
}

# The site-packages of an environment that has none yet, by its interpreter
site_of() {
    local python
    for python in "$1"/bin/python[23].*; do
        printf '%s\n' "$1/lib/${python##*/}/site-packages"
    done
}

fake_entry_points() {
    local command
    printf '[console_scripts]\n'
    for command; do
        printf '%s = %s:main\n' "$command" "$command"
    done
}

# As pip writes them: a path with a space, or too long for the kernel, goes
# through /bin/sh
fake_script() {
    local env=$1 command=$2 module=$3 python=$1/bin/python
    case $python in
    *' '*) printf "#!/bin/sh\n'''exec' \"%s\" \"\$0\" \"\$@\"\n' '''\n" "$python" ;;
    *) printf '#!%s\n' "$python" ;;
    esac >"$env/bin/$command"
    printf 'import sys\nfrom %s import main\nsys.exit(main())\n' "$module" >>"$env/bin/$command"
    [ -x "$env/bin/$command" ] || chmod +x "$env/bin/$command"
}

no_stub_was_started() {
    [ ! -e "${world-}/stub-was-started" ] || fail 'a stub interpreter was started'
}

# --- assertions -------------------------------------------------------------

# Usage: fail LINE...
fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# Usage: same EXPECTED ACTUAL
#
# Two texts.
same() {
    [ "$1" != "$2" ] || return 0
    printf '%s\n' "$1" >"$world/tmp/expected"
    printf '%s\n' "$2" >"$world/tmp/actual"
    same_files "$world/tmp/expected" "$world/tmp/actual"
    # Texts that differ in their last newlines only
    fail 'the texts differ'
}

# Usage: same_files EXPECTED ACTUAL
same_files() {
    diff -u "$1" "$2" || fail '(- expected, + actual)'
}

# Usage: assert_status N
assert_status() {
    # shellcheck disable=SC2154  # set by run
    [ "$status" -eq "$1" ] || fail "status $status, expected $1; output:" "$output" ${stderr+"stderr:" "$stderr"}
}

# Usage: assert_ok [TEXT]
#
# Status 0, and the whole output if given.
assert_ok() {
    assert_status 0
    [ $# -eq 0 ] || assert_output_is "$1"
}

# Usage: assert_output_is TEXT / assert_stderr_is TEXT
#
# The whole of it, without the last newline.
assert_output_is() {
    same "$1" "$output"
}

assert_stderr_is() {
    same "$1" "$stderr"
}

# Usage: assert_contains TEXT [WHERE] / refute_contains TEXT [WHERE]
#
# WHERE is the output unless another text is given.
assert_contains() {
    case ${2-$output} in
    *"$1"*) ;;
    *) fail "expected to contain: $1" 'was:' "${2-$output}" ;;
    esac
}

refute_contains() {
    case ${2-$output} in
    *"$1"*) fail "expected not to contain: $1" 'was:' "${2-$output}" ;;
    esac
}

# Usage: assert_matches EXTENDED_REGEX [WHERE]
assert_matches() {
    [[ ${2-$output} =~ $1 ]] || fail "expected to match: $1" 'was:' "${2-$output}"
}
