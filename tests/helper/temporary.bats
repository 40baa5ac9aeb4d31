#!/usr/bin/env bats
# Temporary environments: whose shell has ended, and who waits for that.

load ../support/common
load ../support/temporary

@test "after the machine was started again likewise, whatever process has the number" {
    left_behind try boot=another "started=$$"
    run in_shell lsvenvs
    assert_output_is "multivenv: 'try' was temporary, and goes now: its shell has ended"
}

@test "one of another machine or container stays, and doctor tells of it" {
    left_behind there machine=another
    left_behind inside namespace=another
    run in_shell 'lsvenvs; lsvenvs --json >/dev/null; multivenv doctor | grep temporary'
    assert_ok "inside
there
  'inside' is temporary, and its shell is not on this machine (rmvenv inside if that has ended)
  'there' is temporary, and its shell is not on this machine (rmvenv there if that has ended)"
}

@test "who waits does so until the shell has ended, or until there is nothing to wait for" {
    run "$MULTIVENV_TEST_PYTHON" -I -S -B -c 'import os, subprocess, sys, threading
sys.path.insert(0, sys.argv[1])
import passing, records, temporary
from home import Home

passing.PATIENCE = 0.05
home = Home(sys.argv[2])
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
    found = passing._outlasts(home, "try", owner)
    return found, shell.poll() is None

print(waits(lambda: os.rename(path, new)))
print(waits(lambda: records.write(path + "/.multivenv.json", {}, path + "/new")))
os.rename(path, new + "er")
print(waits(lambda: (shell.communicate(), None)))' "$project/helper" "$MULTIVENV_HOME"
    assert_ok '(False, True)
(False, True)
(True, False)'
}
