#!/usr/bin/env bats
# linkvenv --kernel: which kernelspec it writes, what it never touches; and what
# mvvenv, fixvenv, rmvenv, mkvenv --restore and doctor do with it.

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
    kernels=$HOME/.local/share/jupyter/kernels
    fake_env web
    fake_package "$env" ipykernel 6.0
}

# Usage: spec KERNEL KEY...
#
# Prints parts of a kernelspec.
spec() {
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import json, sys
spec = json.load(open(sys.argv[1]))
for key in sys.argv[2:]: sys.stdout.buffer.write(json.dumps(spec[key], ensure_ascii=False).encode() + b"\n")' "$kernels/$1/kernel.json" "${@:2}"
}

# --- what it writes -----------------------------------------------------------------------------

@test "a kernel starts the Python of the environment, and only its metadata names that" {
    run helper linkvenv --kernel web
    assert_ok "multivenv: linked kernel 'web' of 'web' (undo: linkvenv --remove --kernel web)"
    same "[\"$env/bin/python\", \"-m\", \"ipykernel_launcher\", \"-f\", \"{connection_file}\"]
\"web\"
\"python\"
{\"multivenv\": {\"environment\": \"$env\"}}" "$(spec web argv display_name language metadata)"
    same kernel.json "$(ls -A "$kernels/web")"
    run helper linkvenv --kernel web
    assert_ok "multivenv: already linked: kernel 'web' of 'web'"
}

@test "what the environment's ipykernel says of itself is in it" {
    mkdir -p "$env/share/jupyter/kernels/python3"
    printf '%s' '{"argv": ["rm"], "env": {"A": "b"}, "metadata": {"debugger": true, "supported_encryption": ["curve"]},
        "kernel_protocol_version": "5.5"}' >"$env/share/jupyter/kernels/python3/kernel.json"
    helper linkvenv --kernel web
    same "[\"$env/bin/python\", \"-Xfrozen_modules=off\", \"-m\", \"ipykernel_launcher\", \"-f\", \"{connection_file}\"]
{\"debugger\": true, \"supported_encryption\": [\"curve\"], \"multivenv\": {\"environment\": \"$env\"}}
\"5.5\"" "$(spec web argv metadata kernel_protocol_version)"
    run spec web env
    assert_contains KeyError
}

@test "--kernel=TEXT is what Jupyter displays, and can be changed" {
    helper linkvenv --kernel=Science web
    same '"Science"' "$(spec web display_name)"
    run helper linkvenv --kernel='My "Web"' web
    assert_ok "multivenv: kernel 'web' of 'web' is 'My \"Web\"' now (undo: linkvenv --kernel=Science web)"
    same '"My \"Web\""' "$(spec web display_name)"
    run helper linkvenv --kernel web
    assert_ok "multivenv: already linked: kernel 'web' of 'web'"
    same '"My \"Web\""' "$(spec web display_name)"
}

@test "names that Jupyter would refuse, or that are its own, become others" {
    local name
    for name in 'My Env' 'my_env' 'MY ENV' 'äöü' python3 'a.b-c'; do
        fake_env "$name"
        fake_package "$env" ipykernel 6.0
        helper linkvenv --kernel "$name"
    done 2>"$world/said"
    run helper linkvenv --kernel
    assert_ok "a.b-c	a.b-c
env	äöü
my-env	My Env
my-env-2	MY ENV
my_env	my_env
python3-env	python3"
}

@test "the folder is that of Jupyter: JUPYTER_DATA_DIR, XDG_DATA_HOME" {
    with_env "XDG_DATA_HOME=$world/data"
    helper linkvenv --kernel web
    [ -f "$world/data/jupyter/kernels/web/kernel.json" ]
    with_env "JUPYTER_DATA_DIR=$world/jupyter"
    helper linkvenv --kernel web
    [ -f "$world/jupyter/kernels/web/kernel.json" ]
    with_env JUPYTER_DATA_DIR=relative
    run helper linkvenv --kernel web
    assert_status 1
    assert_output_is "multivenv: no folder for kernels (set JUPYTER_DATA_DIR)"
}

# --- what it refuses ----------------------------------------------------------------------------

@test "without ipykernel it names the command that installs it" {
    fake_env bare
    run helper linkvenv --kernel bare
    assert_status 1
    assert_output_is "multivenv: 'bare' has no ipykernel, which a kernel needs (runvenv bare python -m pip install ipykernel)"
    [ ! -e "$kernels" ]
}

@test "misuse: no name, two names, a name that is none, a text that cannot be displayed" {
    run helper linkvenv --kernel=Text
    assert_status 2
    assert_output_is "multivenv: linkvenv --kernel takes one name (see linkvenv --help)"
    run helper linkvenv --kernel web other
    assert_status 2
    assert_output_is "multivenv: linkvenv --kernel takes one name (see linkvenv --help)"
    run helper linkvenv --kernel --json
    assert_status 2
    assert_output_is "multivenv: linkvenv --json lists all links, and takes no name (see linkvenv --help)"
    run helper linkvenv --kernel=$'a\nb' web
    assert_status 2
    assert_output_is "multivenv: Jupyter cannot display 'a\\nb' (see linkvenv --help)"
    run helper linkvenv --kernel nothing
    assert_status 1
    assert_output_is "multivenv: no environment named 'nothing' (see lsvenvs)"
    [ ! -e "$kernels" ]
}

@test "it never replaces or removes a kernelspec of others" {
    local kind
    for kind in foreign elsewhere linked file broken; do
        fake_env "$kind"
        fake_package "$env" ipykernel 6.0
    done
    mkdir -p "$kernels/foreign" "$kernels/elsewhere" "$kernels/broken" "$world/mine"
    printf '{"argv": ["x"]}' | tee "$kernels/foreign/kernel.json" >"$world/mine/kernel.json"
    printf '{"metadata": {"multivenv": {"environment": "/elsewhere/elsewhere"}}}' >"$kernels/elsewhere/kernel.json"
    printf 'no JSON' >"$kernels/broken/kernel.json"
    ln -s "$world/mine" "$kernels/linked"
    printf mine >"$kernels/file"
    tree "$kernels" >"$world/before"
    for kind in foreign elsewhere linked file broken; do
        run helper linkvenv --kernel "$kind"
        assert_status 1
        assert_output_is "multivenv: did not link the kernel of '$kind': ~/.local/share/jupyter/kernels/$kind already exists (move it elsewhere)"
        run helper linkvenv --remove --kernel "$kind"
        assert_status 1
        assert_output_is "multivenv: no kernel of '$kind' is linked (linkvenv lists the links)"
        helper rmvenv -y "$kind" 2>"$world/said"
    done
    tree "$kernels" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "hostile kernelspecs harm no verb" {
    mkdir -p "$kernels"/{pipe,huge,deep,odd,name}
    mkfifo "$kernels/pipe/kernel.json"
    head -c 3000000 /dev/zero >"$kernels/huge/kernel.json"
    printf '%0100000d' 0 | tr 0 '[' >"$kernels/deep/kernel.json"
    printf '{"argv": 1, "display_name": ["\\u001b[31m"], "metadata": {"multivenv": {"environment": "%s"}}}' \
        "$env" >"$kernels/odd/kernel.json"
    printf '{"metadata": {"multivenv": {"environment": "%s/.multivenv"}}}' "$MULTIVENV_HOME" >"$kernels/name/kernel.json"
    run helper linkvenv --kernel
    assert_ok 'odd	web'
    run helper mvvenv web api
    assert_ok "multivenv: renamed 'web' to 'api' (undo: mvvenv api web)"
    run helper linkvenv --kernel
    assert_ok 'api	api'
}

# --- the list, and --remove ---------------------------------------------------------------------

@test "the lists: in a pipe, as JSON and on a terminal, dead ones with the reason" {
    run helper linkvenv --kernel
    assert_ok ''
    local name
    for name in gone bare; do
        fake_env "$name"
        fake_package "$env" ipykernel 6.0
        helper linkvenv --kernel "$name"
    done 2>"$world/said"
    helper linkvenv --kernel=Science web
    rm -r "$MULTIVENV_HOME/gone" "$MULTIVENV_HOME"/bare/lib/python3.*/site-packages/ipykernel*
    run helper linkvenv --kernel
    assert_ok "bare	bare	ipykernel gone
gone	gone	environment gone
web	web"
    run helper linkvenv
    assert_ok ''
    run helper linkvenv --json
    assert_contains "{\"kernel\": \"web\", \"environment\": \"web\", \"display_name\": \"Science\", \"path\": \""
    assert_contains "/.local/share/jupyter/kernels/web/kernel.json\", \"reason\": null}"
    run in_terminal -w screen 'run linkvenv'
    assert_contains '  KERNEL  ENVIRONMENT  STATUS            DISPLAYED AS
  bare    bare         ipykernel gone    bare
  gone    gone         environment gone  gone
  web     web          ok                Science'
    run in_shell 'multivenv doctor'
    assert_contains "Jupyter's kernel 'bare' starts 'bare', which no longer has ipykernel (runvenv bare python -m pip install ipykernel)"
    assert_contains "Jupyter's kernel 'gone' starts environment 'gone', which no longer exists (linkvenv --remove --kernel gone)"
    run helper showvenv web
    assert_contains '  kernel:    web'
    run helper lsvenvs --json web
    assert_contains '"kernel": "web"'
}

@test "--remove unlinks the kernel, of a missing environment too, and keeps an icon of the user's" {
    helper linkvenv --kernel=Science web
    run helper linkvenv --remove --kernel web
    assert_ok "multivenv: unlinked kernel 'web' of 'web' (undo: linkvenv --kernel=Science web)"
    same '' "$(ls -A "$kernels")"
    helper linkvenv --kernel web
    printf icon >"$kernels/web/logo-32x32.png"
    rm -r "$env"
    run helper linkvenv --remove --kernel web
    assert_ok "multivenv: unlinked kernel 'web' of 'web'"
    same logo-32x32.png "$(ls -A "$kernels/web")"
}

@test "--remove of the commands keeps the kernel, and the other way round" {
    fake_package "$env" tool 1.0 tool
    helper linkvenv web
    helper linkvenv --kernel web
    helper linkvenv --remove web
    run helper linkvenv --kernel
    assert_ok 'web	web'
    helper linkvenv web
    helper linkvenv --remove --kernel web
    run helper linkvenv
    assert_ok 'tool	web'
}

# --- what other verbs make of it ----------------------------------------------------------------

@test "mvvenv: it starts the new path, has the new name, and keeps what the user changed" {
    helper linkvenv --kernel web
    "$MULTIVENV_TEST_PYTHON" -I -S -c 'import json, sys
spec = json.load(open(sys.argv[1]))
spec.update(env={"A": "b"}, interrupt_mode="message")
json.dump(spec, open(sys.argv[1], "w"))' "$kernels/web/kernel.json"
    printf icon >"$kernels/web/logo-32x32.png"
    run helper mvvenv web api
    assert_ok "multivenv: renamed 'web' to 'api' (undo: mvvenv api web)"
    same "[\"$MULTIVENV_HOME/api/bin/python\", \"-m\", \"ipykernel_launcher\", \"-f\", \"{connection_file}\"]
\"api\"
{\"multivenv\": {\"environment\": \"$MULTIVENV_HOME/api\"}}
{\"A\": \"b\"}" "$(spec api argv display_name metadata env)"
    same 'kernel.json
logo-32x32.png' "$(ls -A "$kernels/api")"
    same api "$(ls -A "$kernels")"
}

@test "mvvenv keeps the name of the kernel if another kernelspec has the new one" {
    helper linkvenv --kernel=Science web
    mkdir -p "$kernels/api"
    printf '{}' >"$kernels/api/kernel.json"
    helper mvvenv web api
    run helper linkvenv --kernel
    assert_ok 'web	api'
    same '"Science"' "$(spec web display_name)"
}

@test "mvvenv and rmvenv of a symlinked environment" {
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"
    helper linkvenv --kernel web
    helper mvvenv web api
    run helper linkvenv --kernel
    assert_ok 'api	api'
    run helper rmvenv -y api
    assert_contains "multivenv: unlinked kernel 'api' of 'api'"
    same '' "$(ls -A "$kernels")"
}

@test "rmvenv unlinks it; if it cannot, it fails, and a later verb does" {
    helper linkvenv --kernel web
    chmod 555 "$kernels/web"
    run in_shell -w as_anyone 'rmvenv -y web && :; printf "%s\n" "$?"; lsvenvs'
    chmod 755 "$kernels/web"
    assert_contains "multivenv: ~/.local/share/jupyter/kernels/web/kernel.json is still of 'web': Permission denied"
    assert_contains $'\n1'
    run helper lsvenvs
    assert_contains "multivenv: finished the rmvenv of 'web': nothing leads to it"
    same '' "$(ls -A "$kernels")"
    assert_nothing_aside
}

@test "rmvenv killed at any step: the next verb unlinks it" {
    local step=1 status
    while :; do
        [ -e "$env" ] || { fake_env web && fake_package "$env" ipykernel 6.0; }
        helper linkvenv --kernel web 2>"$world/said"
        status=0
        killed_at "$step" "$world/steps" rmvenv -y web >/dev/null 2>&1 || status=$?
        helper lsvenvs --names >"$world/list" 2>"$world/said"
        if [ -e "$env" ]; then
            same web "$(ls -A "$kernels")"
        else
            run helper linkvenv --kernel
            assert_ok ''
        fi
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        [ "$status" -ne 0 ] || break
        same 137 "$status"
        step=$(step_after "$step" "$world/steps")
    done
    [ "$step" -gt 8 ]
}

@test "mvvenv killed at any step: it starts the existing environment" {
    helper linkvenv --kernel web
    local step last name
    killed_at 0 "$world/steps" mvvenv web new
    last=$(grep -c . "$world/steps")
    step=$(grep -n "rename .*/web', .*/trash/" "$world/steps" | sed 's/:.*//;q')
    step=$((step - 2))
    [ "$step" -gt 0 ]
    while [ "$step" -le "$last" ]; do
        [ -e "$env" ] || helper mvvenv new web
        killed_at "$step" "$world/steps" mvvenv web new >/dev/null 2>&1 || :
        name=$(helper lsvenvs --names 2>"$world/said")
        same "$name	$name" "$(helper linkvenv --kernel)"
        same "[\"$MULTIVENV_HOME/$name/bin/python\", \"-m\", \"ipykernel_launcher\", \"-f\", \"{connection_file}\"]" \
            "$(spec "$name" argv)"
        [ ! -e "$MULTIVENV_HOME/.multivenv/journal" ]
        step=$(step_after "$step" "$world/steps")
    done
}

@test "doctor --fix deletes what a killed linkvenv left there, and nothing else" {
    helper linkvenv --kernel web
    : >"$kernels/web/kernel.json.multivenv-new"
    : >"$kernels/web/mine"
    run in_shell 'multivenv doctor --fix'
    same 'kernel.json
mine' "$(ls -A "$kernels/web")"
}

@test "mkvenv --restore links it again, and fixvenv keeps it when it rebuilds" {
    share_cache
    offline
    make_wheel ipykernel 6.0
    in_shell 'mkvenv --no-use sci ipykernel && linkvenv --kernel=Science sci' 2>"$world/said"
    spec sci argv display_name >"$world/before"
    run in_shell 'rmvenv -y sci'
    assert_ok "multivenv: unlinked kernel 'sci' of 'sci'
multivenv: removed 'sci' (undo: mkvenv --restore sci)"
    run in_shell 'mkvenv --no-use --restore sci'
    assert_status 0
    assert_contains "multivenv: linked kernel 'sci' of 'sci' (undo: linkvenv --remove --kernel sci)"
    spec sci argv display_name >"$world/after"
    same_files "$world/before" "$world/after"
    age sci
    run in_shell 'linkvenv --kernel; fixvenv -y sci; linkvenv --kernel'
    assert_contains 'sci	sci	interpreter gone'
    assert_contains $'sci  ok\nsci\tsci'
}

@test "cpvenv copies none" {
    helper linkvenv --kernel web
    helper cpvenv web copy
    run helper linkvenv --kernel
    assert_ok 'web	web'
}
