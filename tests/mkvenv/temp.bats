#!/usr/bin/env bats
# Temporary environments: whose shell has ended, and who waits for that.

# shells: once
load ../support/common
load ../support/temporary

@test "after the machine was started again likewise, whatever process has the number" {
    left_behind try boot=another "started=$$"
    run in_shell lsvenvs
    assert_output_is "multivenv: removing temporary environment 'try': its shell has ended"
}

@test "one of another machine or container stays, and doctor tells of it" {
    left_behind there machine=another
    left_behind inside namespace=another
    run in_shell 'lsvenvs; lsvenvs --json >/dev/null; multivenv doctor | grep temporary'
    assert_ok "inside
there
  'inside' is temporary, but its shell is not on this machine (rmvenv inside if that shell has ended)
  'there' is temporary, but its shell is not on this machine (rmvenv there if that shell has ended)"
}

@test "the reaper waits until the shell or the environment is gone" {
    run with_modules -c 'import os, subprocess, sys, threading
from helper.making import remove
from helper.store import records, temporary
from helper.store.home import Home

remove.INTERVAL = 0.05
home = Home(sys.argv[1])
path, new = home.environment("try"), home.environment("new")
shell = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
os.getppid = lambda: shell.pid
owner = temporary.owner("try")

def make():
    os.makedirs(path)
    open(path + "/pyvenv.cfg", "w").close()
    records.write(path + "/.multivenv.json", {temporary.KEY: owner}, path + "/new")

def waits(act):
    make()
    threading.Timer(0.2, act).start()
    return remove._outlasts(home, "try", owner)

print(waits(lambda: os.rename(path, new)))
print(waits(lambda: records.write(path + "/.multivenv.json", {}, path + "/new")))
os.rename(path, new + "er")
print(waits(shell.communicate))' "$MULTIVENV_HOME"
    assert_ok $'False\nFalse\nTrue'
}

@test "a shell that has ended counts as ended, also as a zombie" {
    [ -e /proc/self/stat ] || return 0 # elsewhere that cannot be seen
    run with_modules -c 'import os, subprocess, sys, time
from helper.store import temporary
shell = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
os.getppid = lambda: shell.pid
owner = temporary.owner("try")
print(temporary.lives(owner))
shell.stdin.close()
while open("/proc/%s/stat" % shell.pid).read().split()[2] != "Z":
    time.sleep(0.01)
print(temporary.lives(owner))'
    assert_ok $'True\nFalse'
}

@test "one that has taken its name while it was about to go stays, with its recipe" {
    left_behind try
    printf '#!/bin/sh\n[ ! -e "$0.once" ] || exit 0\n: >"$0.once"\n%s\n' \
        "rm -r '$MULTIVENV_HOME/try'; mkdir -p '$MULTIVENV_HOME/try'; : >'$MULTIVENV_HOME/try/pyvenv.cfg'" \
        >"$MULTIVENV_HOME/prermvirtualenv"
    chmod +x "$MULTIVENV_HOME/prermvirtualenv"
    run in_shell 'lsvenvs 2>/dev/null; lsvenvs'
    assert_ok $'try\ntry'
    [ ! -e "$MULTIVENV_HOME/.multivenv/temporary" ]
}
