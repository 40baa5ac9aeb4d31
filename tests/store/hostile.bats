#!/usr/bin/env bats
# Something else in the place of a file that multivenv reads or writes: a FIFO, a
# folder, a socket, a device or a link. No verb hangs, fails with a traceback, or
# changes what a link leads to.

# shells: once
load ../support/common

setup() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "MULTIVENV_PYTHON=$MULTIVENV_TEST_PYTHON"
    locks=$MULTIVENV_HOME/.multivenv/locks
    printf 'precious\n' >"$world/precious"
}

# Usage: put_there FORM FILE
#
# Puts something of that form in the place of a file.
put_there() {
    rm -rf "$2"
    mkdir -p "${2%/*}"
    case $1 in
    fifo) mkfifo "$2" ;;
    folder) mkdir "$2" ;;
    socket) "$MULTIVENV_TEST_PYTHON" -c 'import os, socket, sys
os.chdir(os.path.dirname(sys.argv[1]))
socket.socket(socket.AF_UNIX).bind(os.path.basename(sys.argv[1]))' "$2" ;;
    device) ln -s /dev/zero "$2" ;;
    terminal) ln -s /dev/tty "$2" ;;
    link) ln -s "$world/precious" "$2" ;;
    'hard link') ln "$world/precious" "$2" ;;
    loop) ln -s "${2##*/}" "$2" ;;
    empty) : >"$2" ;;
    zeros) head -c 3000 /dev/zero >"$2" ;;
    huge) "$MULTIVENV_TEST_PYTHON" -c 'import sys; open(sys.argv[1], "w").truncate(1 << 30)' "$2" ;;
    esac
}

untouched() {
    same precious "$(cat "$world/precious")"
}

@test "a lock file is neither followed, emptied nor waited for, and doctor --fix removes what is there" {
    local form
    for form in fifo folder socket device link 'hard link' loop; do
        fake_env web
        put_there "$form" "$locks/web"
        run in_shell +eu -w limited 'rmvenv -y web; printf "%s\n" "$?"; fixvenv -y web >/dev/null; mkvenv web >/dev/null
            lsvenvs >/dev/null; showvenv web >/dev/null; multivenv doctor | grep "no verb can lock"' 2>&1
        assert_contains "did not remove 'web': $(tilde "$locks/web") is not a lock file (multivenv doctor --fix removes it)
1"
        assert_contains 'is not a lock file, so no verb can lock that name'
        refute_contains Traceback
        [ -e "$MULTIVENV_HOME/web/pyvenv.cfg" ]
        untouched
        run in_shell +eu -w limited 'multivenv doctor --fix 2>&1 | grep "lock file"; rmvenv -y web'
        assert_contains "removed $(tilde "$locks/web"), which was not a lock file"
        [ ! -e "$MULTIVENV_HOME/web" ]
        untouched
    done
}

tilde() { printf '%s\n' "${1/#"$HOME"/"~"}"; }

# No verb may take a minute here, and none may hang
limited() { timeout 60 "$@"; }

forms() {
    [ -n "${MULTIVENV_TEST_ALL-}" ] && printf '%s\n' fifo folder socket device terminal loop empty zeros huge && return
    printf 'fifo\n'
}

# The files that the helper reads, below $HOME
files_read() {
    local site=.multivenv/web/lib/python3.12/site-packages
    printf '%s\n' .multivenv/web/{pyvenv.cfg,.multivenv.json,.multivenv-incomplete,.project,.last-used} \
        .multivenv/web/bin/{pip,activate} "$site/pip-24.0.dist-info/"{METADATA,RECORD,entry_points.txt,direct_url.json} \
        .multivenv/.multivenv/{journal,temporary,locks,recipes}/web .cache/multivenv/{interpreters,helper-python} \
        .cache/multivenv/seeds/x/seed.json .conda/environments.txt project/.python-envs project/.venv
}

# Each third line, all with MULTIVENV_TEST_ALL=1
in_sample() {
    awk -v step="${MULTIVENV_TEST_ALL:+1}" 'NR % (step ? step : 3) == 0'
}

@test "whatever is in the place of a file, no verb hangs or fails with a traceback" {
    local form file
    mkdir "$HOME/project"
    for form in $(forms); do
        while IFS= read -r file; do
            rm -rf "$MULTIVENV_HOME" "$HOME/.cache/multivenv/seeds" "$HOME/.cache/multivenv/interpreters"
            rm -rf "$HOME/project/".*env*
            mkdir -p "$MULTIVENV_HOME"
            fake_env web
            printf '%s\n' "$HOME/project" >"$env/.project"
            put_there "$form" "$HOME/$file"
            run limited "$MULTIVENV_TEST_PYTHON" -I -S -B -X utf8 "$support/modules.py" -c "$all_verbs" "$MULTIVENV_HOME" "$HOME/.cache/multivenv" "$HOME/project" </dev/null
            [ "$status" = 0 ] || fail "$form as $file: status $status" "$output"
            [ "$output" = '' ] || fail "$form as $file:" "$output"
        done < <(files_read | in_sample)
    done
    rm -f "$world/stub-was-started" # fixvenv may ask it
}

# Each verb in a child: a start of Python for each would take minutes
# shellcheck disable=SC2016
all_verbs='import io, os, signal, sys, traceback
import helper.verbs.dispatch as dispatch
home, cache, project = sys.argv[1:]
os.environ.update(MULTIVENV_HOME=home, MULTIVENV_CACHE=cache, PWD=project, HOME=os.path.dirname(project))
os.environ["XDG_BIN_HOME"] = os.environ["HOME"] + "/bin"
os.environ["MULTIVENV_PYTHON"] = sys.executable
os.chdir(project)
for words in (
    ["judge", home + "/web"], ["lsvenvs", "--json"], ["lsvenvs", "--long", "--size"], ["showvenv", "web"],
    ["freezevenv", "web"], ["bindvenv", "--python-envs", "--dot-venv", "web"], ["linkvenv", "web", "pip"],
    ["linkvenv", "--list"], ["cpvenv", "web", "copy"], ["mvvenv", "web", "web2"], ["mvvenv", "web2", "web"],
    ["fixvenv", "-y", "web"], ["bindvenv", "--remove", "web"], ["rmvenv", "-y", "web"],
    ["mkvenv", "--without-pip", "web"], ["discover"], ["recover"],
):
    if words[0] in ("cpvenv", "mvvenv") and not sound:  # they would build one, which takes long
        continue
    child = os.fork()
    if child == 0:
        text = io.StringIO()
        sys.stdout, sys.stderr = io.StringIO(), text
        signal.alarm(120)
        try:
            os._exit(dispatch.main(words))
        except BaseException:
            os.write(1, f"{words}: {traceback.format_exc()}".encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if words[0] == "judge":
        sound = status == 0
    if os.WIFSIGNALED(status):
        print(words, "ended by signal", os.WTERMSIG(status), flush=True)
'

@test "the trash is emptied without a change to what links in it lead to" {
    local trash=$MULTIVENV_HOME/.multivenv/trash/1.2-web deep=x i
    mkdir -p "$trash/closed/inner" "$world/outside/inner"
    ln -s "$world/outside" "$trash/closed/link"
    ln -s "$world/outside" "$MULTIVENV_HOME/.multivenv/trash/1.3-link"
    : >"$world/outside/file"
    chmod 500 "$world/outside" "$world/outside/inner"
    chmod 0 "$trash/closed/inner"
    chmod 100 "$trash/closed"
    for ((i = 0; i < 600; i++)); do deep=$deep/x; done
    (cd "$trash" && mkdir -p "$deep")
    chmod -R u+w "$world/outside/file"
    run in_shell -w as_owner 'multivenv doctor --fix >/dev/null || :; ls "$MULTIVENV_HOME/.multivenv/trash"'
    assert_ok "multivenv: deleted leftovers of 'web' from an interrupted command
multivenv: deleted leftovers of 'link' from an interrupted command"
    same '500 500' "$(stat -c %a "$world/outside" "$world/outside/inner" 2>/dev/null | tr '\n' ' ' | sed 's/ $//')"
    [ -e "$world/outside/file" ]
}

# root may delete anything: as a user without privileges over this world
as_owner() { "$@"; }

@test "where the system gives no locks, verbs fail with that reason" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_env web
    run in_shell +eu -w without_locks 'mkvenv --without-pip new; printf "%s\n" "$?"; rmvenv -y web; printf "%s\n" "$?"
        lsvenvs'
    assert_ok "multivenv: cannot make 'new': No locks available: $locks/new
1
multivenv: did not remove 'web': No locks available: $locks/web
1
web"
}

without_locks() {
    strace -f -qq -o /dev/null -e signal=none -e trace=flock -e inject=flock:error=ENOLCK "$@"
}

@test "a project is bound and listed by files of its own" {
    fake_env web
    mkdir "$HOME/project"
    ln -s "$world/precious" "$env/.multivenv-project.new"
    ln -s "$world/precious" "$HOME/project/.python-envs.multivenv-new"
    run in_shell +eu 'bindvenv --python-envs web "$HOME/project"'
    untouched
    same "$HOME/project" "$(cat "$env/.project")"
}
