# Environments of every kind and with every damage, and the verdict on each.
# Trees made by hand: nothing here starts a Python. Loaded after common.bash.
#
# Making them takes a while, so the tests of a file share them:
#
#     setup_file() { make_corpus; }
#     setup() { make_world; use_corpus; }

# shellcheck disable=SC2154  # what common.bash sets

# NAME|STATUS|REASON of each
corpus=()
corpus_patch=100

make_corpus() {
    untraced write_corpus
}

write_corpus() {
    local kind
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR make_world
    for kind in ok drifted dangling hollow moved incomplete foreign corrupt damaged; do
        "make_$kind"
    done
    printf '%s\n' "${corpus[@]}" >"$BATS_FILE_TMPDIR/corpus"
}

# Sets $MULTIVENV_HOME, $corpus, and $shared, the world that they are in.
use_corpus() {
    local entry
    shared=$(cd -P "$BATS_FILE_TMPDIR" && pwd)
    MULTIVENV_HOME=$shared${MULTIVENV_HOME#"$world"}
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME"
    while IFS= read -r entry; do corpus+=("$entry"); done <"$BATS_FILE_TMPDIR/corpus"
}

teardown() {
    no_stub_was_started
    world=$shared no_stub_was_started
}

# Usage: new NAME STATUS [REASON]
#
# Makes a healthy environment, for the caller to spoil, with a base of its own.
# Sets $name, $env, $base, $version and $made, which is $env.
new() {
    corpus_patch=$((corpus_patch + 1))
    name=$1 version=3.11.$corpus_patch
    base=$world/base-$version
    fake_env "$name" "$version"
    made=$env
    expect "$2" "${3-}"
    # what usevenv leaves when it has found an environment sound
    touch -t 202001010000 "$env/pyvenv.cfg" "$env/bin/pip" "$env/bin/activate"
    printf '%s\n' "$env|$base/bin/python3.11|python3.11/site-packages|" >"$env/.multivenv-sound"
}

# Usage: expect STATUS REASON
#
# What the verdict on $name has to be. BASE, MADE and VERSION stand for those.
expect() {
    local reason=$2
    reason=${reason//BASE/$base}
    reason=${reason//MADE/$made}
    reason=${reason//VERSION/$version}
    corpus+=("$name|$1|$reason")
}

# Usage: configure LINE...
#
# Writes the environment's pyvenv.cfg, with the key that each tool writes.
configure() {
    printf '%s\n' "$@" >"$env/pyvenv.cfg"
    grep -qi '^include-system-site-packages' "$env/pyvenv.cfg" ||
        printf 'include-system-site-packages = false\n' >>"$env/pyvenv.cfg"
}

without_pip() {
    rm -r "${env:?}"/bin/pip "${env:?}"/lib/python*/site-packages/pip*
}

# Usage: activate_says LINE
activate_says() {
    printf '%s\n' '# This file must be used with "source bin/activate"' "$1" >"$env/bin/activate"
}

# Makes the environment one of PyPy, and its base a PyPy without a versioned name
become_pypy() {
    mv "$env/lib/python3.11" "$env/lib/pypy3.11"
    mv "$base/lib/python3.11" "$base/lib/pypy3.11"
    mv "$base/bin/python3.11" "$base/bin/pypy3"
    rm -r "${base:?}/include" "${base:?}"/bin/python*
}

# Usage: elf MACHINE FILE
#
# Writes the first bytes of a program for a processor, by its ELF number.
elf() {
    printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0%b\0' "\\0$(printf %o "$1")" >"$2"
    chmod +x "$2"
}

# --- nothing is wrong ---------------------------------------------------------

make_ok() {
    new plain ok
    new 'a name, of words' ok

    new no-pip ok
    without_pip

    new upper-case-keys ok
    configure "HOME = $base/bin" "Include-System-Site-Packages = false" "VERSION = $version"
    new windows-line-ends ok
    configure "home = $base/bin"$'\r' "version = $version"$'\r'
    new no-spaces ok
    configure "home=$base/bin" "version=$version"
    new version-of-uv-only ok
    configure "home = $base/bin" "version_info = $version"
    new lines-of-no-meaning ok
    configure '' '# a comment' 'key without value' '= value without key' \
        "command = $base/bin/python3.11 -m venv --prompt a=b" "home = $base/bin" "version = $version"

    new pypy-copies ok # venv does not write the implementation
    become_pypy
    rm "${env:?}"/bin/python*
    cp "$base/bin/pypy3" "$env/bin/python"

    new virtualenv ok
    configure "home = $base/bin" 'implementation = CPython' "version_info = $version.final.0" \
        'virtualenv = 20.26.2' 'include-system-site-packages = false' "base-prefix = $base" \
        "base-executable = $base/bin/python3.11" "version = $version"
    activate_says "        VIRTUAL_ENV='$env'"

    new uv ok
    configure "home = $base/bin" 'implementation = CPython' 'uv = 0.4.0' "version_info = $version"
    without_pip
    activate_says "VIRTUAL_ENV='$env'"
    new uv-minor-only ok # uv's upgradeable Pythons
    configure "home = $base/bin" 'implementation = CPython' 'uv = 0.9.0' 'version_info = 3.11'
    new uv-relocatable ok
    configure "home = $base/bin" 'uv = 0.4.0' "version_info = $version" 'relocatable = true'
    # shellcheck disable=SC2016  # as they are written
    {
        printf '%s\n' '#!/bin/sh' \
            "'''exec' \"\$(dirname -- \"\$(realpath -- \"\$0\")\")\"/'python' \"\$0\" \"\$@\"" >"$env/bin/pip"
        activate_says 'VIRTUAL_ENV="$(dirname -- "$(dirname -- "$(realpath -- "$SCRIPT_PATH")")")"'
    }

    new "it's quoted for the shell" ok # venv from 3.13.1 on, virtualenv, uv
    without_pip
    activate_says "    export VIRTUAL_ENV='${env//\'/\'\"\'\"\'}'"
    new "it's quoted in pip" ok # distlib, for virtualenv
    printf '%s\n' '#!/bin/sh' "'''exec' '${env//\'/\'\"\'\"\'}/bin/python' \"\$0\" \"\$@\"" >"$env/bin/pip"
    new "it's not" ok # venv before that
    without_pip
    new plain-words ok # a path without a space is not quoted at all
    without_pip
    ln -s "$env" "$world/plain-words"
    activate_says "    export VIRTUAL_ENV=$world/plain-words"

    new copies ok # venv --copies
    rm "${env:?}/bin/python"
    cp "$base/bin/python3.11" "$env/bin/python"
    new copies-in-a-folder-of-version-3.11.999 ok
    rm "${env:?}/bin/python"
    cp "$base/bin/python3.11" "$env/bin/python"

    new link-to-python3 ok # Debian's
    ln -sf "$base/bin/python3" "$env/bin/python"
    new no-headers ok # Debian without python3-dev
    rm -r "${base:?}/include"
    new release-candidate ok
    write_patchlevel 3.11.0rc1 >"$base/include/python3.11/patchlevel.h"
    configure "home = $base/bin" 'version = 3.11.0'

    new elsewhere ok
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$env"

    new legacy-virtualenv ok
    become_legacy
    make_ok_free_threaded
    make_ok_pypy
}

make_ok_free_threaded() {
    new free-threaded ok
    mv "$base/bin/python3.11" "$base/bin/python3.13t"
    ln -s python3.13t "$base/bin/python3.13"
    ln -sf python3.13 "$base/bin/python3"
    mv "$base/lib/python3.11" "$base/lib/python3.13t"
    mv "$base/include/python3.11" "$base/include/python3.13t"
    write_patchlevel 3.13.2 >"$base/include/python3.13t/patchlevel.h"
    mv "$env/lib/python3.11" "$env/lib/python3.13t"
    ln -sf "$base/bin/python3.13t" "$env/bin/python"
    configure "home = $base/bin" 'include-system-site-packages = false' 'version = 3.13.2'
}

make_ok_pypy() {
    new pypy ok
    base=$world/pypy3.10-7.3.17 # as pyenv calls it: not the version of the language
    mkdir -p "$base/bin" "$base/lib/pypy3.10" "$base/include/pypy3.10"
    printf '#define PY_VERSION "3.10.14"\n#define PYPY_VERSION "7.3.17"\n' >"$base/include/pypy3.10/patchlevel.h"
    write_stub >"$base/bin/pypy3.10"
    chmod +x "$base/bin/pypy3.10"
    ln -s pypy3.10 "$base/bin/pypy3"
    ln -s pypy3.10 "$base/bin/python3.10"
    mv "$env/lib/python3.11" "$env/lib/pypy3.10"
    rm "${env:?}"/bin/python*
    ln -s "$base/bin/pypy3" "$env/bin/pypy3"
    ln -s pypy3 "$env/bin/python"
    configure "home = $base/bin" 'include-system-site-packages = false' 'version = 3.10.14'
}

# Makes it a virtualenv older than 20: no pyvenv.cfg, a copy of the interpreter,
# links to its library
become_legacy() {
    rm "${env:?}/pyvenv.cfg" "${env:?}/bin/python"
    cp "$base/bin/python3.11" "$env/bin/python"
    ln -s "$base/lib/python3.11/os.py" "$env/lib/python3.11/os.py"
    printf '%s' "$base" >"$env/lib/python3.11/orig-prefix.txt"
}

# --- its base was upgraded within the minor version ---------------------------

make_drifted() {
    new patch-upgrade drifted 'created with Python VERSION, but its base interpreter is now 3.11.999'
    write_patchlevel 3.11.999 >"$base/include/python3.11/patchlevel.h"

    new patch-upgrade-of-copies drifted 'created with Python VERSION, but its base interpreter is now 3.11.999'
    rm "${env:?}/bin/python"
    cp "$base/bin/python3.11" "$env/bin/python"
    write_patchlevel 3.11.999 >"$base/include/python3.11/patchlevel.h"

    # Homebrew's opt/python@3.11 leads to Cellar/python@3.11/3.11.8/...
    new patch-upgrade-by-a-link drifted 'created with Python VERSION, but its base interpreter is now 3.11.999'
    mkdir -p "$world/Cellar/3.11.999"
    rm -r "${base:?}/include"
    mv "$base" "$world/Cellar/3.11.999/prefix"
    ln -s "$world/Cellar/3.11.999/prefix" "$base"
}

# --- bin/python leads nowhere, or its base is gone ----------------------------

make_dangling() {
    new base-deleted dangling 'bin/python points to BASE/bin/python3.11, which no longer exists'
    rm -r "${base:?}"
    new base-renamed dangling 'bin/python points to BASE/bin/python3.11, which no longer exists'
    mv "$base" "$base-renamed"
    new base-replaced-by-another-minor dangling 'bin/python points to BASE/bin/python3.11, which no longer exists'
    mv "$base/bin/python3.11" "$base/bin/python3.12"
    mv "$base/lib/python3.11" "$base/lib/python3.12"
    ln -sf python3.12 "$base/bin/python3"

    new no-python dangling 'bin/python is missing'
    rm "${env:?}/bin/python"
    new no-bin dangling 'bin/python is missing'
    rm -r "${env:?}/bin"
    new link-within-bin-lost dangling 'bin/python points to MADE/bin/python3.11, which no longer exists'
    rm "${env:?}"/bin/python*
    ln -s python3.11 "$env/bin/python"
    new directory dangling 'bin/python is a directory'
    rm "${env:?}/bin/python"
    mkdir "$env/bin/python"
    new not-executable dangling 'bin/python points to BASE/bin/python3.11, which is not executable'
    chmod -x "$base/bin/python3.11"
    new loop dangling 'bin/python is a symlink loop'
    ln -sf python3 "$env/bin/python"
    new absolute-loop dangling 'bin/python is a symlink loop'
    ln -sf "$env/bin/python" "$env/bin/python"

    new home-gone dangling '/nowhere/bin no longer contains its base interpreter'
    configure 'home = /nowhere/bin' "version = $version"
    new home-gone-and-there dangling '/nowhere/bin no longer contains its base interpreter'
    configure 'HOME=/nowhere/bin' "home = $base/bin" "version = $version" # the first counts
    local no_version="pyvenv.cfg has no 'version', or only a part of it"
    local no_site="pyvenv.cfg has no 'include-system-site-packages', or only a part of it"
    new config-cut-within-home corrupt "$no_version"
    printf 'home = %s/bi' "$base" >"$env/pyvenv.cfg"
    new config-cut-between-folders corrupt "$no_version"
    printf 'home = %s' "$base" >"$env/pyvenv.cfg"
    new no-version corrupt "$no_version"
    configure "home = $base/bin"
    new config-cut-within-version corrupt "$no_version"
    configure "home = $base/bin" 'version = 3.'
    new config-without-site corrupt "$no_site"
    printf 'home = %s/bin\nversion = %s\n' "$base" "$version" >"$env/pyvenv.cfg"
    new config-cut-within-site corrupt "$no_site"
    printf 'version = %s\nhome = %s/bin\ninclude-system-site-packages = fal' "$version" "$base" >"$env/pyvenv.cfg"

    # --- a crash of the machine has emptied or cut off its own files ----------
    new pip-empty corrupt 'bin/pip is empty, or a part of it is missing'
    : >"$env/bin/pip"
    new pip-cut-off corrupt 'bin/pip is empty, or a part of it is missing'
    printf '#!%s/bin/python\nimport re\nimp' "$env" >"$env/bin/pip"
    new pip-cut-within-its-first-line corrupt 'bin/pip is empty, or a part of it is missing'
    printf '#!%s/bi' "$env" >"$env/bin/pip"
    new pip-of-zeros corrupt 'bin/pip is empty, or a part of it is missing'
    head -c 200 /dev/zero >"$env/bin/pip"
    new activate-empty corrupt 'bin/activate is empty, or a part of it is missing'
    : >"$env/bin/activate"
    new record-empty corrupt '.multivenv.json is empty, or a part of it is missing'
    : >"$env/.multivenv.json"
    new record-cut-off corrupt '.multivenv.json is empty, or a part of it is missing'
    printf '{"created": "2026-01-01T00:00:00Z",\n "py' >"$env/.multivenv.json"
    new record-of-zeros corrupt '.multivenv.json is empty, or a part of it is missing'
    head -c 200 /dev/zero >"$env/.multivenv.json"
    new record-and-scripts-empty corrupt 'bin/pip is empty, or a part of it is missing'
    : >"$env/.multivenv.json"
    : >"$env/bin/pip"
    new base-empty dangling 'bin/python points to BASE/bin/python3.11, which is empty'
    : >"$base/bin/python3.11"

    new copies-without-base dangling 'bin/python is a copy of BASE/bin/python3.11, which no longer exists'
    rm "${env:?}/bin/python"
    cp "$base/bin/python3.11" "$env/bin/python"
    mv "$base/bin/python3.11" "$base/bin/python3.12" # only the folder is still there
    mv "$base/lib/python3.11" "$base/lib/python3.12"
    ln -sf python3.12 "$base/bin/python3"

    new legacy-without-base dangling 'bin/python is a copy of BASE/bin/python3.11, which no longer exists'
    become_legacy
    rm -r "${base:?}"

    new link-to-nothing dangling 'it links to /nowhere, which no longer exists'
    rm -r "${env:?}"
    ln -s /nowhere "$env"
}

# --- bin/python starts another minor version ----------------------------------

make_hollow() {
    # /usr/bin/python3 went from 3.11 to 3.12
    new minor-upgrade hollow 'bin/python starts Python 3.12, but its packages are in lib/python3.11'
    ln -sf "$base/bin/python3" "$env/bin/python"
    rm -r "${base:?}/bin/python3.11" "${base:?}/lib/python3.11" "${base:?}/include"
    become_minor 12

    new minor-upgrade-beside-the-old hollow 'bin/python starts Python 3.12, but its packages are in lib/python3.11'
    ln -sf "$base/bin/python3" "$env/bin/python"
    become_minor 12

    # a Python that was built anew in the same folder
    new nothing-but-python3 hollow 'bin/python starts Python 3.12, but its packages are in lib/python3.11'
    ln -sf "$base/bin/python3" "$env/bin/python"
    mv "$base/lib/python3.11" "$base/lib/python3.12"
    mv "$base/bin/python3.11" "$world/program"
    rm -r "${base:?}"/bin/* "${base:?}/include"
    mv "$world/program" "$base/bin/python3"
}

# Usage: become_minor MINOR
#
# Lets the base's python3 be python3.MINOR.
become_minor() {
    mkdir -p "$base/lib/python3.$1"
    write_stub >"$base/bin/python3.$1"
    chmod +x "$base/bin/python3.$1"
    ln -sf "python3.$1" "$base/bin/python3"
}

# --- it stands elsewhere than where it was made -------------------------------

make_moved() {
    local renamed='its scripts point to MADE, where it was created'
    new renamed moved "$renamed"
    move_to renamed-since
    new renamed-without-pip moved "$renamed"
    without_pip
    move_to renamed-without-pip-since
    new "renamed it's" moved "$renamed"
    without_pip
    activate_says "    export VIRTUAL_ENV='${env//\'/\'\"\'\"\'}'"
    move_to "renamed it's since"

    new pypy-renamed moved "$renamed"
    become_pypy
    ln -sf "$base/bin/pypy3" "$env/bin/python"
    printf '#!%s/bin/pypy3\nimport sys\nfrom pip import main\nmain()\n' "$env" >"$env/bin/pip"
    move_to pypy-renamed-since

    new copied ok
    cp -R "$env" "$env of it"
    name="copied of it"
    expect moved "$renamed"
}

# Usage: move_to NAME
#
# Renames the environment and its entry in $corpus.
move_to() {
    mv "$env" "$MULTIVENV_HOME/$1"
    corpus[${#corpus[@]} - 1]="$1|${corpus[${#corpus[@]} - 1]#*|}"
}

# --- its creation never finished ----------------------------------------------

make_incomplete() {
    new unfinished incomplete 'its creation never finished'
    printf '{"schema": 1}\n' >"$env/.multivenv-incomplete"
    new unfinished-bare incomplete 'its creation never finished'
    rm -r "${env:?}"
    mkdir "$env"
    : >"$env/.multivenv-incomplete"
}

# --- made for another system or processor -------------------------------------

# RISC-V: not what these tests run on
make_foreign() {
    local wrong
    wrong="bin/python is built for RISC-V ELF, but this machine runs $(native)"
    new other-processor foreign "$wrong"
    elf 243 "$base/bin/python3.11"
    new copies-for-another-processor foreign "$wrong"
    rm "${env:?}/bin/python"
    elf 243 "$env/bin/python"
    new windows foreign "created on Windows, but this machine runs $(uname -s)"
    mv "$env/bin" "$env/Scripts"
    rm "${env:?}/Scripts/python"
    : >"$env/Scripts/python.exe"
    new recorded-on-another-system foreign "created on Plan9-386, but this machine is $(uname -s)-$(uname -m)"
    printf '{"schema": 1, "platform": "Plan9-386"}\n' >"$env/.multivenv.json"
}

# What the interpreter of the helper is for, in the words of helper/inspection/facts.py
native() {
    with_modules -c 'import sys
from helper.inspection import facts
print(facts.machine(sys.executable).binary)'
}

# --- pyvenv.cfg is unreadable or lacks what it has to have --------------------

make_corrupt() {
    local no_home="pyvenv.cfg has no 'home', the folder of the base interpreter"
    new empty-config corrupt "$no_home"
    : >"$env/pyvenv.cfg"
    new config-without-home corrupt "$no_home"
    configure 'include-system-site-packages = false' "version = $version"
    new config-with-empty-home corrupt "$no_home"
    configure 'home =' "version = $version"
    new config-cut-within-key corrupt "$no_home"
    printf 'ho' >"$env/pyvenv.cfg"
    new config-of-zeros corrupt 'pyvenv.cfg contains zero bytes' # as a crash leaves it
    head -c 200 /dev/zero >"$env/pyvenv.cfg"
    new config-is-a-directory corrupt 'cannot read pyvenv.cfg: Is a directory'
    rm "${env:?}/pyvenv.cfg"
    mkdir "$env/pyvenv.cfg"
    new no-config corrupt 'pyvenv.cfg is missing'
    rm "${env:?}/pyvenv.cfg"
    new config-is-a-lost-link corrupt 'pyvenv.cfg is missing'
    ln -sf /nowhere "$env/pyvenv.cfg"
}

# --- a part of its contents is gone -------------------------------------------

make_damaged() {
    local site
    new pip-gone damaged 'bin/pip exists, but its site-packages has no pip'
    rm -r "${env:?}/lib/python3.11/site-packages/pip"
    new emptied damaged 'its site-packages is empty, but bin/pip needs a package'
    rm -r "${env:?}"/lib/python3.11/site-packages/*
    new emptied-with-a-record damaged "its site-packages is empty, but 'flask' and 1 more were requested"
    printf '{"schema": 1, "requirements": ["flask", "black"]}\n' >"$env/.multivenv.json"
    rm -r "${env:?}"/lib/python3.11/site-packages/*

    new project-gone damaged '__editable__.lib-1.0.pth points to /nowhere/lib/src, which no longer exists'
    printf '/nowhere/lib/src\n' >"$env/lib/python3.11/site-packages/__editable__.lib-1.0.pth"
    new project-renamed damaged 'lib is installed from /nowhere/lib, which no longer exists'
    site=$env/lib/python3.11/site-packages
    printf '/nowhere/lib/src\n' >"$site/lib.pth"
    fake_package "$env" lib 1.0
    printf '{"url": "file:///nowhere/lib", "dir_info": {"editable": true}}' >"$site/lib-1.0.dist-info/direct_url.json"
    new home-of-another-minor damaged "pyvenv.cfg names BASE-12/bin, which contains Python 3.12, but bin/python starts Python 3.11"
    mkdir -p "$base-12/bin" "$base-12/lib/python3.12"
    write_stub >"$base-12/bin/python3.12"
    chmod +x "$base-12/bin/python3.12"
    ln -s python3.12 "$base-12/bin/python3"
    configure "home = $base-12/bin" "version = $version"
    new copy-cut-off damaged 'bin/python is not a program, or a part of it is missing'
    rm "${env:?}/bin/python"
    printf 'ELF' >"$env/bin/python"
    chmod +x "$env/bin/python"
    new base-of-text damaged 'BASE/bin/python3.11 is not a program, or a part of it is missing'
    printf '<html>\n' >"$base/bin/python3.11"
}
