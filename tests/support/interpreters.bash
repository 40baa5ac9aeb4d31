# Interpreters of made-up versions, and what multivenv says of them. Loaded after
# common.bash.

# shellcheck disable=SC2154  # what common.bash sets

# Usage: fake_python FILE VERSION [IMPLEMENTATION [FLAGS]]
#
# Writes an interpreter that says that it is of that version, whose prefix is the
# folder above the file's, and that makes environments, but those without pip only.
# It notes each of its starts.
fake_python() {
    untraced write_fake_python "$@"
}

write_fake_python() {
    local file=$1 version=$2 implementation=${3-cpython} flags=${4-} minor library
    set_minor "$version"
    library=${file%/*/*}/lib/python$minor$flags
    mkdir -p "${file%/*}" "$library/venv" "$library/ensurepip"
    : >"$library/venv/__init__.py"
    : >"$library/ensurepip/__init__.py"
    cat >"$file" <<END
#!/bin/sh
printf 'x\n' >>'$world/starts'
case \$* in
*"import json"*) printf '["%s", "$version", "$implementation", "$flags", "%s"]\n' "\$0" '$library' ;;
*"-m venv"*)
    for path; do :; done
    mkdir -p "\$path/bin" "\$path/lib/python$minor/site-packages"
    ln -s "\$0" "\$path/bin/python"
    printf 'home = %s\ninclude-system-site-packages = false\nversion = $version\n' "\${0%/*}" >"\$path/pyvenv.cfg"
    printf "VIRTUAL_ENV='%s'\n" "\$path" >"\$path/bin/activate"
    ;;
*) exit 97 ;;
esac
END
    chmod +x "$file"
}

# Usage: make_pythons
#
# make_world with three interpreters of pyenv's, in $versions; for setup.
make_pythons() {
    make_world
    with_env "MULTIVENV_HOME=$MULTIVENV_HOME" "PATH=$(path_with "$world/bin")"
    versions=$HOME/.pyenv/versions
    fake_python "$versions/3.90.1/bin/python3" 3.90.1
    fake_python "$versions/3.90.2/bin/python3" 3.90.2
    fake_python "$versions/3.91.1/bin/python3" 3.91.1
}

# Usage: noting_shim FILE TEXT
#
# Writes an executable of a piece of sh that notes each of its starts.
noting_shim() {
    mkdir -p "${1%/*}"
    printf '%s\n' '#!/bin/sh' "printf 'x\\n' >>'$world/starts'" "$2" >"$1"
    chmod +x "$1"
}

# Prints how often those two were started since the last time
starts() {
    [ -f "$world/starts" ] || : >"$world/starts"
    grep -c x "$world/starts" || :
    rm "$world/starts"
}

# Usage: values_of EXPRESSION... <JSON
#
# Prints Python expressions on `it`, a line for all of them; an expression that
# is a list, a line for each of its elements.
values_of() {
    "$MULTIVENV_TEST_PYTHON" -I -S -X utf8 -c 'import json, os, sys
it = json.load(sys.stdin)
lines = []
for value in [eval(each) for each in sys.argv[1:]]:
    if isinstance(value, list):
        lines += map(str, value)
    else:
        lines.append(str(value))
print("\n".join(lines))' "$@"
}

# Prints what `multivenv pythons` finds in the world of the test: of each version
# and flags, what it was found by, its path within the world
fakes() {
    in_shell 'multivenv pythons --json' | values_of "[
        ' '.join((
            each['version'] + 't' * each['free_threaded'],
            *([] if each['implementation'] == 'CPython' else [each['implementation']]),
            '+'.join(each['sources']),
            each['path'].replace('$HOME', 'home').replace('$world/', ''),
        ))
        for each in it['pythons'] if each['path'].startswith('$world/')
    ]"
}

# Usage: base_in_record NAME
#
# Prints the interpreter with which an environment was made, a path within the
# world from there.
base_in_record() {
    values_of "it['python']['base'].replace('$HOME', 'home').replace('$world/', '')" \
        <"$MULTIVENV_HOME/$1/.multivenv.json"
}
