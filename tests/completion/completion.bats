#!/usr/bin/env bats
# Completion as a user has it: keys pressed in a terminal.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
    steps='' expected=()
}

sourcing='. "$MULTIVENV_ROOT/multivenv.sh"'

# --- lines that are completed and run -------------------------------------------------------------

# Usage: line KEYS NAME
#
# Adds the steps: press KEYS and Enter; then NAME is to be the active environment, or with `cdvenv`
# in KEYS, the one whose folder this is.
line() {
    local seen='$VIRTUAL_ENV_PROMPT'
    case $1 in *cdvenv*) seen='${PWD##*/}' ;; esac
    steps+="send $1\\r"$'\nprompt\n'"run printf '%s\\0' \"$seen\" >>\"\$TMPDIR/seen\""$'\n'
    expected+=("$2")
}

type_lines() {
    run in_terminal "$steps"'
        send printf "all-%s" done\r
        wait all-done
    '
    assert_ok
    printf '%s\0' "${expected[@]}" >"$world/tmp/wanted"
    same "$(readable "$world/tmp/wanted")" "$(readable "$world/tmp/seen")"
    # what some of the names would make if they were executed
    same '' "$(find "$world" -name x)"
}

readable() {
    tr '\0\n' '\n~' <"$1" | cat -v
}

# --- names ------------------------------------------------------------------------------------

# With each of these goes a home of its own, so that TAB alone completes it
names=(pallets 'a b' "it's" 'say "hi"' '$(touch x)' '`touch x`' '$HOME' 'a;b' 'a&b' 'a|b' 'a<b>c'
    '*' '?' '[x]' '{a,b}' '(a)' 'a=b' '=ls' 'a@b' '@' '#x' '~x' '^x^y' '%1' 'a\b' $'\\' 'a  b ' ' a'
    'ünï çø' '環境' $'new\nline' $'tab\there' $'esc\e[31m' 'wow!' '!!' .hidden "'" '"')

# Usage: a_home_each KEYS NAME...
a_home_each() {
    local keys=$1 name home=$MULTIVENV_HOME
    shift
    for name; do
        MULTIVENV_HOME=$world/homes/${#expected[@]}
        case $keys in
        usevenv*) fake_env "$name" ;;
        *) mkdir -p "$MULTIVENV_HOME/$name" && : >"$MULTIVENV_HOME/$name/pyvenv.cfg" ;;
        esac
        steps+="run MULTIVENV_HOME=$MULTIVENV_HOME"$'\n'
        line "$keys" "$name"
    done
    MULTIVENV_HOME=$home
}

@test "any name is completed so that the line works" {
    a_home_each 'usevenv \t' "${names[@]}" $'not UTF-8 \xff\xfe'
    a_home_each 'cdvenv \t' 'a:b' ':'
    type_lines
}

@test "any name is completed within single quotes" {
    a_home_each "cdvenv '\\t" "${names[@]}" 'a:b'
    # zsh itself has no way to write such bytes in quotes that are open
    in_zsh || a_home_each "cdvenv '\\t" $'not UTF-8 \xff\xfe'
    type_lines
}

@test "any name is completed within double quotes" {
    a_home_each 'cdvenv "\t' "${names[@]}" 'a:b'
    in_zsh || a_home_each 'cdvenv "\t' $'not UTF-8 \xff\xfe'
    type_lines
}

@test "a word may be quoted in any way" {
    fake_envs 'a b' "it's" 'say "hi"' '$(touch x)' 'b\c' 'ünï çø' 'x:y z' 'k=v w' 'm@n o' 'wow! so' \
        '*' '#x' '~x' '[x]'
    line 'cdvenv a\\ \t' 'a b'
    line "cdvenv 'a \\t" 'a b'
    line 'cdvenv "a \t' 'a b'
    line "cdvenv a' \\t" 'a b'
    line 'cdvenv a" "\t' 'a b'
    line "cdvenv it\\\\'\\t" "it's"
    line "cdvenv 'it'\\\\''\\t" "it's"
    line "cdvenv \"it'\\t" "it's"
    line 'cdvenv say\\ \\"\t' 'say "hi"'
    line 'cdvenv "say \\"\t' 'say "hi"'
    line "cdvenv 'say \"\\t" 'say "hi"'
    line 'cdvenv \\$\t' '$(touch x)'
    line "cdvenv '\$\\t" '$(touch x)'
    line 'cdvenv "\\$\t' '$(touch x)'
    line 'cdvenv "\\$(to\t' '$(touch x)'
    line 'cdvenv b\\\\\t' 'b\c'
    line "cdvenv 'b\\\\\\t" 'b\c'
    line 'cdvenv ü\t' 'ünï çø'
    line "cdvenv 'ünï \\t" 'ünï çø'
    line 'cdvenv x:\t' 'x:y z'
    line 'cdvenv "x:y\t' 'x:y z'
    line 'cdvenv k=\t' 'k=v w'
    line 'cdvenv m@\t' 'm@n o'
    line 'cdvenv m@n\t' 'm@n o'
    line 'cdvenv wow\t' 'wow! so'
    line 'cdvenv \\*\t' '*'
    line 'cdvenv \\#\t' '#x'
    line 'cdvenv \\~\t' '~x'
    line 'cdvenv \\[\t' '[x]'
    type_lines
}

# Completing it would make a line that executes the name
@test "what the shell would expand is left as it is" {
    fake_envs '$(touch x)' '`touch y`' '$HOME'
    run in_terminal '
        send usevenv "$\tX
        screen ^PROMPT> usevenv "\$X$
        send \x15usevenv "`\tX
        screen ^PROMPT> usevenv "`X$
    '
    assert_ok
}

@test "a name that starts with a dash is completed behind -- only" {
    fake_envs -rf pallets
    line 'usevenv \t' pallets
    line 'usevenv -- -\t' -rf
    type_lines
    run in_terminal '
        send usevenv -r\tX
        screen ^PROMPT> usevenv -rX$
    '
    assert_ok
}

@test "what several names have in common is completed, quoted, and can be gone on from" {
    fake_envs 'web app one' 'web app two' "it's a" "it's b" $'new\nline a' $'new\nline b' \
        'wow! a' 'wow! b'
    line 'cdvenv we\tt\t' 'web app two'
    line "cdvenv 'we\\tt\\t" 'web app two'
    line 'cdvenv "we\to\t' 'web app one'
    line 'cdvenv i\tb\t' "it's b"
    line "cdvenv 'i\\tb\\t" "it's b"
    line 'cdvenv n\tb\t' $'new\nline b'
    line 'cdvenv "n\tb\t' $'new\nline b'
    line 'cdvenv wo\tb\t' 'wow! b'
    line 'cdvenv "wo\tb\t' 'wow! b'
    type_lines
}

# --- what is offered --------------------------------------------------------------------------

@test "a second TAB lists the names" {
    fake_envs pallets 'palm tree' relephant
    run in_terminal "
        send usevenv pal$list
        screen ^pallets
        screen (^|  )palm.? tree
    "
    assert_ok
    refute_contains relephant
}

@test "the environments of the current directory's project are listed first" {
    if ! in_zsh && [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -lt 44 ]; then
        skip 'this bash sorts what it lists'
    fi
    fake_envs alpha beta zeta
    mkdir "$HOME/git"
    printf '%s\n' "$HOME/git" >"$MULTIVENV_HOME/zeta/.project"
    run in_terminal "
        run cd git
        send usevenv $list
        screen ^zeta(?s:.*)alpha(?s:.*)beta
        send \\x15\\x0cusevenv z\\tX
        screen ^PROMPT> usevenv zeta X\$
        send \\x15\\x0c
        run cd
        send usevenv $list
        screen ^alpha(?s:.*)zeta
    "
    assert_ok
}

@test "rmvenv and lsvenvs are not offered a name twice" {
    fake_envs pallets 'palm tree'
    run in_terminal '
        send rmvenv palm\\ tree \tX
        screen ^PROMPT> rmvenv palm. tree pallets X$
        send \x15lsvenvs pallets p\tX
        screen ^PROMPT> lsvenvs pallets palm. tree X$
        send \x15rmvenv palm\\ tree pallets \tX
        screen ^PROMPT> rmvenv palm. tree pallets X$
        send \x15usevenv pallets \tX
        screen ^PROMPT> usevenv pallets X$
    '
    assert_ok
}

@test "--TAB lists the options of each verb" {
    local verb option
    for verb in mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv multivenv; do
        steps+="send \\x15\\x0c$verb --$list"$'\n'"screen \\APROMPT> $verb --"$'\n'
        while IFS= read -r option; do
            steps+="screen (^| )$option(\\[|  ?|\$)"$'\n'
        done < <(sed -n 's/^  \(-., \)*\(--[a-z-]*\).*/\2/p' "$project/help/$verb.txt")
    done
    case $steps in *--system-site-packages*) ;; *) fail "$steps" ;; esac
    run in_terminal -s 100x40 "$steps"
    assert_ok
}

@test "an option's value is completed from those there are" {
    local key
    steps="send lsvenvs --sort $list"$'\n'
    for key in name status python packages size created used; do
        steps+="screen (^| )$key( |\$)"$'\n'
    done
    steps+='
        send \x15lsvenvs --sort u\tX
        screen ^PROMPT> lsvenvs --sort used X$
        send \x15lsvenvs --sort=u\tX
        screen ^PROMPT> lsvenvs --sort=used X$
        send \x15freezevenv --format p\tX
        screen ^PROMPT> freezevenv --format pylock X$
        send \x15lsvenvs --status dr\tX
        screen ^PROMPT> lsvenvs --status drifted X$
        send \x15lsvenvs --status ok,mov\tX
        screen ^PROMPT> lsvenvs --status ok,moved X$
        send \x15rmvenv --status ok,mov\tX
        screen ^PROMPT> rmvenv --status ok,moved X$
        send \x15multivenv adopt --all --from pye\tX
        screen ^PROMPT> multivenv adopt --all --from pyenv-virtualenv X$
        send \x15multivenv adopt --from=hat\tX
        screen ^PROMPT> multivenv adopt --from=hatch X$
    '
    run in_terminal "$steps"
    assert_ok
}

@test "a value is no name, and the word behind it is one" {
    fake_envs pallets
    : >palette.txt
    run in_terminal '
        send lsvenvs --with pal\tX
        screen ^PROMPT> lsvenvs --with palX$
        send \x15lsvenvs --with=pal\tX
        screen ^PROMPT> lsvenvs --with=palX$
        send \x15lsvenvs --sort pal\tX
        screen ^PROMPT> lsvenvs --sort palX$
        send \x15lsvenvs --sort name pal\tX
        screen ^PROMPT> lsvenvs --sort name pallets X$
        send \x15cdvenv --site pal\tX
        screen ^PROMPT> cdvenv --site pallets X$
    '
    assert_ok
}

@test "mkvenv completes files and directories where it takes them, and no name" {
    mkdir 'project one'
    : >'required things.txt'
    : >projectile.txt
    steps='
        send mkvenv new -r req\tX
        screen ^PROMPT> mkvenv new -r required. things.txt X$
        send \x15mkvenv new --requirement=req\tX
        screen ^PROMPT> mkvenv new --requirement=required. things.txt X$
    '
    in_bash_3 || steps+='
        send \x15mkvenv new -e proj\tX
        screen ^PROMPT> mkvenv new -e project. one/X$
        send \x15mkvenv -r x --editable proj\tX
        screen ^PROMPT> mkvenv -r x --editable project. one/X$
        send \x15mkvenv proj\tX
        screen ^PROMPT> mkvenv projX$
    '
    run in_terminal "$steps"
    assert_ok
}

@test "mkvenv completes the options for clones, and files as their values" {
    : >'required things.txt'
    steps='
        send mkvenv --gro\tX
        screen ^PROMPT> mkvenv --group X$
        send \x15mkvenv --ex\tX
        screen ^PROMPT> mkvenv --extra X$
        send \x15mkvenv --upg\tX
        screen ^PROMPT> mkvenv --upgrade-deps X$
        send \x15mkvenv --no-i\tX
        screen ^PROMPT> mkvenv --no-install X$
        send \x15mkvenv new -c req\tX
        screen ^PROMPT> mkvenv new -c required. things.txt X$
        send \x15mkvenv --script req\tX
        screen ^PROMPT> mkvenv --script required. things.txt X$
    '
    in_bash_3 || steps+='
        send \x15mkvenv --pip-args req\tX
        screen ^PROMPT> mkvenv --pip-args reqX$
    '
    run in_terminal "$steps"
    assert_ok
}

# Usage: remember_pythons PATH|VERSION|IMPLEMENTATION|FLAGS...
#
# Writes what the helper knows of interpreters, see helper/interpreters.py.
remember_pythons() {
    local each
    {
        printf 'multivenv interpreters 1\n'
        for each; do printf '%s|/lib|1|1||/bin/python3\n' "$each"; done
    } >"$HOME/.cache/multivenv/interpreters"
}

# Usage: completes KEYS LINE_REGEX...
#
# Adds the steps: press KEYS and then X; the line is to be that.
completes() {
    while [ $# -gt 0 ]; do
        steps+="send \\x15$1X"$'\n'"screen ^PROMPT> $2\$"$'\n'
        shift 2
    done
}

@test "mkvenv -p completes the versions that the helper knows of" {
    remember_pythons "$HOME/my python|3.98.1|cpython|" '/bin/sh|3.98.4|cpython|' '/bin/sh|3.97.2|cpython|m' \
        '/bin/sh|3.96.9|pypy|' '/bin/sh|3.95.0|cpython|t' '/bin/sh|3.94.0rc1|cpython|' \
        '/nowhere/python|3.93.1|cpython|' '|1795174006||' '/bin/sh|2.7.18|cpython|mu' '/bin/sh|3.92.0+|cpython|'
    cp /bin/sh "$HOME/my python"
    steps="send mkvenv -p $list"$'\n'
    local word
    for word in '3\.98' '3\.97' 'pypy3\.96' '3\.95t' '2\.7' '3\.92'; do steps+="screen (^| )$word( |\$)"$'\n'; done
    run in_terminal "$steps"
    assert_ok
    for word in 3.98.1 3.97.2 3.94 3.93 179; do refute_contains "$word"; done
    steps=''
    completes 'mkvenv -p 3.98\t' 'mkvenv -p 3\.98 X' \
        'mkvenv new -p 3.98.\t4\t' 'mkvenv new -p 3\.98\.4 X' \
        'mkvenv -p 3.97.\t' 'mkvenv -p 3\.97\.2 X' \
        'mkvenv --python 3.94.\t' 'mkvenv --python 3\.94\.0rc1 X' \
        'mkvenv --python=3.98\t' 'mkvenv --python=3\.98 X' \
        'mkvenv --python=3.97.\t' 'mkvenv --python=3\.97\.2 X' \
        'mkvenv --without-pip --python=py\t' 'mkvenv --without-pip --python=pypy3\.96 X' \
        'mkvenv -p pypy3.96.\t' 'mkvenv -p pypy3\.96\.9 X' \
        'mkvenv -p "3.95\t' 'mkvenv -p "3\.95t" X' \
        'mkvenv -p 3.95.\t' 'mkvenv -p 3\.95\.0t X' \
        'mkvenv -p 3.93\t' 'mkvenv -p 3\.93X' \
        'mkvenv -p 3.92.\t' 'mkvenv -p 3\.92\.0\\?\+ X' \
        'mkvenv new 3.97\t' 'mkvenv new 3\.97X' \
        'mkvenv -p 3.98 3.97\t' 'mkvenv -p 3\.98 3\.97X' \
        'mkvenv -- -p 3.97\t' 'mkvenv -- -p 3\.97X' \
        'usevenv 3.97\t' 'usevenv 3\.97X'
    run in_terminal "$steps"
    assert_ok
    # the cache may be elsewhere
    mkdir "$world/cache"
    mv "$HOME/.cache/multivenv" "$world/cache"
    with_env "XDG_CACHE_HOME=$world/cache"
    steps=''
    completes 'mkvenv -p 3.97.\t' 'mkvenv -p 3\.97\.2 X'
    run in_terminal "$steps"
    assert_ok
}

# Executables that are called like interpreters, for where the helper has not looked yet
pythons_on_path() {
    mkdir -p "$world/bin" "$world/more"
    local name
    for name in bin/python3.98 bin/pypy3.97 bin/python3.96-config bin/python3.9x bin/python3 more/python3.98 more/python2.91; do
        cp /bin/sh "$world/$name"
    done
    : >"$world/bin/python3.95"
    mkdir "$HOME/relative"
    cp /bin/sh "$HOME/relative/python3.94"
    with_env "PATH=$world/bin:relative:$world/nowhere:$world/more:$tools/bin"
}

@test "mkvenv -p completes the versions of commands on PATH while the helper has not looked" {
    pythons_on_path
    completes 'mkvenv -p 3.98\t' 'mkvenv -p 3\.98 X' \
        'mkvenv -p py\t' 'mkvenv -p pypy3\.97 X' \
        'mkvenv -p 2.9\t' 'mkvenv -p 2\.91 X' \
        'mkvenv --python=3.9\t' 'mkvenv --python=3\.98 X' \
        'mkvenv -p 3.96\t' 'mkvenv -p 3\.96X' \
        'mkvenv -p 3.95\t' 'mkvenv -p 3\.95X' \
        'mkvenv -p 3.94\t' 'mkvenv -p 3\.94X'
    run in_terminal "$steps"
    assert_ok
}

@test "mkvenv -p completes environments, whose base it takes, and paths behind a slash" {
    fake_envs pallets 'a b' "it's"
    remember_pythons '/bin/sh|3.98.1|cpython|'
    mkdir -p 'my python/bin'
    cp /bin/sh 'my python/bin/python3'
    completes 'mkvenv -p pal\t' 'mkvenv -p pallets X' \
        'mkvenv --python=pal\t' 'mkvenv --python=pallets X' \
        'mkvenv new --python a\t' 'mkvenv new --python a\\ b X' \
        "mkvenv -p 'it\\t" "mkvenv -p 'it'.''s' X" \
        'mkvenv -p ./my\t' 'mkvenv -p \./my\\ python/X' \
        'mkvenv -p ./my\\ python/bin/p\t' 'mkvenv -p \./my\\ python/bin/python3 X' \
        'mkvenv -p ~/my\t' 'mkvenv -p ~/my\\ python/X' \
        'mkvenv --python=./my\t' 'mkvenv --python=\./my\\ python/X'
    run in_terminal "$steps"
    assert_ok
}

@test "mkvenv -p completes whatever shell options are set, from the memory and from PATH" {
    pythons_on_path
    remember_pythons '/bin/sh|3.91.1|cpython|'
    local setting set unset settings
    if in_zsh; then
        set=setopt unset=unsetopt
        settings=(ksh_arrays null_glob csh_null_glob sh_word_split sh_glob no_glob glob_subst no_unset err_return)
    else
        set='shopt -s' unset='shopt -u'
        settings=(nullglob failglob extglob nocasematch)
        steps+=$'run set -o noglob -o nounset -o noclobber\n'
    fi
    for setting in "${settings[@]}"; do
        steps+="run $set $setting"$'\n'
        completes 'mkvenv -p 3.91.\t' 'mkvenv -p 3\.91\.1 X'
        steps+=$'send \\x15\nrun XDG_CACHE_HOME=/nowhere\n'
        completes 'mkvenv -p 3.9\t' 'mkvenv -p 3\.98 X'
        steps+=$'send \\x15\nrun unset XDG_CACHE_HOME\n'"run $unset $setting"$'\n'
    done
    run in_terminal "$steps"
    assert_ok
    refute_contains 'not found'
    refute_contains _multivenv
}

@test "a memory that is damaged does no harm" {
    printf 'multivenv interpreters 1\n/bin/sh|3.98.1|cpython||/lib|1\n/bin/sh\n\n|||||\n/bin/sh|garbage|x|\n/bin/sh|3.97' \
        >"$HOME/.cache/multivenv/interpreters"
    completes 'mkvenv -p 3.98\t' 'mkvenv -p 3\.98 X'
    run in_terminal "$steps"
    assert_ok
    rm "$HOME/.cache/multivenv/interpreters"
    mkdir "$HOME/.cache/multivenv/interpreters"
    pythons_on_path
    run in_terminal "$steps"
    assert_ok
    refute_contains multivenv:
}

@test "multivenv completes its commands" {
    run in_terminal "
        send multivenv $list
        screen (^| )adopt( |\$)
        screen (^| )discover( |\$)
        screen (^| )doctor( |\$)
        screen (^| )help( |\$)
        screen (^| )path( |\$)
        screen (^| )init( |\$)
        screen (^| )pythons( |\$)
        screen (^| )mk( |\$)
        screen (^| )freeze( |\$)
        screen (^| )upgrade( |\$)
        screen (^| )version( |\$)
        send \\x15multivenv py\\tX
        screen ^PROMPT> multivenv pythons X\$
        send \\x15multivenv pythons --j\\tX
        screen ^PROMPT> multivenv pythons --json X\$
        send \\x15multivenv do\\tX
        screen ^PROMPT> multivenv doctor X\$
        send \\x15multivenv path --py\\tX
        screen ^PROMPT> multivenv path --python X\$
        send \\x15multivenv init b\\tX
        screen ^PROMPT> multivenv init bash X\$
    "
    assert_ok
}

@test "behind multivenv, the short words complete as the verbs do" {
    fake_envs pallets
    run in_terminal '
        send multivenv use p\tX
        screen ^PROMPT> multivenv use pallets X$
        send \x15multivenv ls --nam\tX
        screen ^PROMPT> multivenv ls --names X$
        send \x15multivenv path p\tX
        screen ^PROMPT> multivenv path pallets X$
    '
    assert_ok
}

@test "multivenv discover and adopt complete directories" {
    mkdir -p "$HOME/projects/web" "$HOME/none"
    : >"$HOME/projects.txt"
    : >"$HOME/noneX"
    local steps='
        send multivenv ad\tproj\tX
        screen ^PROMPT> multivenv adopt projects/?X$
        send \x15multivenv adopt projects/\tX
        screen ^PROMPT> multivenv adopt projects/web/?X$
        send \x15multivenv discover proj\tX
        screen ^PROMPT> multivenv discover projects/?X$
        send \x15multivenv discover --size projects none proj\tX
        screen ^PROMPT> multivenv discover --size projects none projects/?X$
    '
    # bash 3 writes no slash
    in_bash_3 || steps+='
        send \x15multivenv adopt projects proj\tX
        screen ^PROMPT> multivenv adopt projects projX$
        send \x15multivenv adopt --all projects proj\tX
        screen ^PROMPT> multivenv adopt --all projects projects/?X$
        send \x15multivenv adopt --all --from uv proj\tX
        screen ^PROMPT> multivenv adopt --all --from uv projects/?X$
    '
    run in_terminal "$steps"
    assert_ok
}

@test "each command of multivenv completes its own options" {
    run in_terminal '
        send multivenv doctor --f\tX
        screen ^PROMPT> multivenv doctor --fix X$
        send \x15multivenv discover --s\tX
        screen ^PROMPT> multivenv discover --size X$
        send \x15multivenv pythons --f\tX
        screen ^PROMPT> multivenv pythons --fX$
        send \x15multivenv --v\tX
        screen ^PROMPT> multivenv --version X$
        send \x15multivenv --f\tX
        screen ^PROMPT> multivenv --fX$
    '
    assert_ok
}

@test "multivenv help completes the verbs" {
    run in_terminal '
        send multivenv h\tX
        screen ^PROMPT> multivenv help X$
        send \x15multivenv help us\tX
        screen ^PROMPT> multivenv help usevenv X$
        send \x15multivenv version us\tX
        screen ^PROMPT> multivenv version usX$
    '
    assert_ok
}

@test "a file or a directory in the current directory changes nothing" {
    fake_envs pallets
    mkdir pallets
    : >palm
    run in_terminal '
        send usevenv pal\tX
        screen ^PROMPT> usevenv pallets X$
        send \x15usevenv palm\tX
        screen ^PROMPT> usevenv palmX$
    '
    assert_ok
}

@test "no environments, no home, or one that cannot be: nothing is said" {
    mkdir "$world/a home"
    run in_terminal '
        send usevenv \tX
        screen ^PROMPT> usevenv X$
        send \x15MULTIVENV_HOME=$TMPDIR/../a\\ home\r
        prompt
        send usevenv \tX
        screen ^PROMPT> usevenv X$
        send \x15MULTIVENV_HOME=not/absolute\r
        prompt
        send usevenv \tX
        screen ^PROMPT> usevenv X$
    '
    assert_ok
    refute_contains multivenv:
}

@test "damaged environments are offered, what is none is not" {
    mkdir -p "$MULTIVENV_HOME/damaged/bin" "$MULTIVENV_HOME/unfinished" "$MULTIVENV_HOME/no-environment"
    ln -s /nowhere "$MULTIVENV_HOME/damaged/bin/python"
    ln -s /nowhere "$MULTIVENV_HOME/link"
    : >"$MULTIVENV_HOME/unfinished/.multivenv-incomplete"
    : >"$MULTIVENV_HOME/file"
    line 'cdvenv da\t' damaged
    line 'cdvenv unf\t' unfinished
    type_lines
    run in_terminal '
        send rmvenv li\tX
        screen ^PROMPT> rmvenv link X$
        send \x15rmvenv no\tX
        screen ^PROMPT> rmvenv noX$
        send \x15rmvenv fi\tX
        screen ^PROMPT> rmvenv fiX$
    '
    assert_ok
}

@test "going through the candidates puts each on the line as it has to be" {
    fake_envs 'a b' "it's" pallets
    if in_zsh; then
        line 'usevenv \t\t\t' "it's"
        line "usevenv '\\t\\t\\t" "it's"
    else
        steps+=$'run bind TAB:menu-complete\n'
        line 'usevenv \t\t' "it's"
        line "usevenv '\\t\\t" "it's"
    fi
    type_lines
}

# --- where on the line ------------------------------------------------------------------------

@test "completes behind other commands" {
    fake_envs pallets relephant
    line 'true; usevenv pa\t' pallets
    line 'true && usevenv re\t' relephant
    line 'true | true; usevenv pa\t' pallets
    # bash does not see which command these are about, bash 3 the last one neither
    ! in_zsh || line 'if usevenv re\t; then true; fi' relephant
    ! in_zsh || line '{ usevenv pa\t; }' pallets
    in_bash_3 || line 'FOO="1 2" usevenv re\t' relephant
    type_lines
}

@test "completes in the middle of the line" {
    fake_envs pallets 'ünï çø'
    line 'usevenv pa; true\x02\x02\x02\x02\x02\x02\t' pallets
    line 'usevenv ün; true\x02\x02\x02\x02\x02\x02\t' 'ünï çø'
    type_lines
}

# --- whatever the user has set ------------------------------------------------------------------

# Usage: with_each_setting SET UNSET NAME...
#
# A line for each setting of the shell, and one for all of them together
with_each_setting() {
    local set=$1 unset=$2 setting
    shift 2
    for setting; do
        steps+="run $set $setting"$'\n'
        line 'usevenv a\t' 'a b'
        line 'usevenv "P\tl\t' Pallets
        steps+="run $unset $setting"$'\n'
    done
    for setting; do steps+="run $set $setting"$'\n'; done
    line 'usevenv a\t' 'a b'
    line 'usevenv "P\tl\t' Pallets
    for setting; do steps+="run $unset $setting"$'\n'; done
}

@test "whatever shell options are set" {
    fake_envs 'a b' Pallets palm Pale
    if in_zsh; then
        with_each_setting setopt unsetopt ksh_arrays null_glob csh_null_glob sh_word_split sh_glob no_glob \
            glob_subst ksh_glob no_unset rc_expand_param posix_builtins warn_create_global no_case_glob \
            extended_glob glob_dots err_return complete_in_word auto_cd
    else
        with_each_setting 'shopt -s' 'shopt -u' nullglob failglob dotglob nocaseglob nocasematch extglob
        with_each_setting 'set -o' 'set +o' noglob nounset errexit posix noclobber physical
    fi
    type_lines
    refute_contains 'not found'
    refute_contains ': line'
    refute_contains '_multivenv'
}

@test "bash: whatever ends a word for readline" {
    ! in_zsh || return 0
    fake_envs 'x:y z' 'k=v w' "it's" 'm@n o'
    local breaks
    for breaks in '${COMP_WORDBREAKS//[:=@]}' '" "' '"x=v"'; do
        steps+="run COMP_WORDBREAKS=$breaks"$'\n'
        line 'cdvenv x:\t' 'x:y z'
        line 'cdvenv "x:y \t' 'x:y z'
        line 'cdvenv k=\t' 'k=v w'
        line 'cdvenv m@n\\ \t' 'm@n o'
        line "cdvenv it\\\\'\\t" "it's"
    done
    type_lines
}

@test "whatever IFS is, and aliases of common commands" {
    fake_envs 'a b' pallets
    steps+=$'run IFS=al\n'
    line 'usevenv p\t' pallets
    line 'usevenv a\t' 'a b'
    steps+=$'run IFS=\n'
    line 'usevenv p\t' pallets
    steps+=$'run alias ls=false cd=false grep=false cat=false\n'
    steps+=$'run . "$MULTIVENV_ROOT/multivenv.sh"\n'
    line 'usevenv a\t' 'a b'
    line 'usevenv p\t' pallets
    type_lines
}

# --- zsh's own ----------------------------------------------------------------------------------

@test "zsh: with the matchers and colours that the user has" {
    in_zsh || return 0
    fake_envs Pallets 'Palm Tree'
    steps+=$'run zstyle ":completion:*" matcher-list "m:{a-z}={A-Z}"\n'
    steps+=$'run zstyle ":completion:*" format "these: %d"\n'
    line 'usevenv palm\t' 'Palm Tree'
    type_lines
    run in_terminal '
        run zstyle ":completion:*" format "these: %d"
        send usevenv Pal\t
        screen ^these: environment$
        send \x15lsvenvs --s\t
        screen ^these: option$
        screen ^--sort KEY +-- name
        send \x15mkvenv \t
        screen ^these: name of the new environment$
    '
    assert_ok
}

# What the shell says of itself comes before the first prompt
starts_silently() {
    assert_ok
    [ "${output%%PROMPT> *}" = '' ] || fail "$output"
}

@test "zsh: sourced before compinit" {
    in_zsh || return 0
    fake_env pallets
    run in_terminal -r "$sourcing; autoload -Uz compinit; compinit -D -u" '
        send usevenv pa\tX
        screen ^PROMPT> usevenv pallets X$
    '
    starts_silently
}

@test "zsh: with a dump of compinit that is from before multivenv" {
    in_zsh || return 0
    fake_env pallets
    run in_terminal -r 'autoload -Uz compinit; compinit -u' 'run true'
    starts_silently
    [ -f "$world/rc/.zcompdump" ]
    run in_terminal -r "$sourcing; autoload -Uz compinit; compinit -u" '
        send usevenv pa\tX
        screen ^PROMPT> usevenv pallets X$
    '
    starts_silently
}

@test "zsh: with such a dump taken as it is, sourced after compinit" {
    in_zsh || return 0
    fake_env pallets
    run in_terminal -r "autoload -Uz compinit; compinit -u" 'run true'
    starts_silently
    run in_terminal -r "autoload -Uz compinit; compinit -C; $sourcing" '
        send usevenv pa\tX
        screen ^PROMPT> usevenv pallets X$
    '
    starts_silently
    run in_terminal -r "$sourcing; autoload -Uz compinit; compinit -C" 'run usevenv pallets'
    starts_silently
}

@test "zsh: without compinit the verbs work and nothing is said" {
    in_zsh || return 0
    fake_env pallets
    run in_terminal -r "$sourcing" '
        send usevenv pa\tllets\r
        prompt
        run printf "<%s>\n" "$VIRTUAL_ENV_PROMPT"
    '
    starts_silently
    assert_contains '<pallets>'
}

# --- what it costs, what it leaves --------------------------------------------------------------

some_keys='
    send usevenv pa\t\x15
    send usevenv \x22pa\t\x15
    send usevenv \t\t\x15
    send usevenv nothing\t\t\x15
    send lsvenvs --\t\t\x15
    send lsvenvs --sort \t\t\x15
    send rmvenv pallets \t\x15
    send cdvenv --site \t\t\x15
    send linkvenv pallets \t\t\x15
    send linkvenv --remove pallets \t\t\x15
    send mkvenv x -e \t\t\x15
    send mkvenv -p \t\t\x15
    send mkvenv --python=3\t\t\x15
    send multivenv help u\t\x15
    send Z
    screen ^PROMPT> Z$
    send \x15
'

@test "no process is started" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_envs pallets 'palm tree' relephant
    # with what the helper knows, and without it
    remember_pythons '/bin/sh|3.98.1|cpython|' '/bin/sh|3.97.1|cpython|'
    local rc=$sourcing
    if in_zsh; then # with a dump of compinit: what it does without one, strace slows down too much
        rc="$sourcing; autoload -Uz compinit; compinit -u"
        in_terminal -r "$rc" 'run true'
    fi
    local calls='?execve,?execveat,?clone,?clone3,?fork,?vfork'
    calls+=',?stat,?newfstatat,?statx,?access,?faccessat,?faccessat2' # the marks
    shell_words=(strace -f -qq -o "$world/tmp/trace" -e signal=none -e "trace=$calls" "${shell_words[@]}")
    run in_terminal -r "$rc" "
        run [ -e /multivenv-test-begin ]
        $some_keys
        run XDG_CACHE_HOME=/nowhere
        $some_keys
        run [ -e /multivenv-test-end ]
    "
    assert_ok
    run started_between_marks "$world/tmp/trace"
    assert_ok ''
}

@test "nothing is left behind in the shell" {
    fake_envs pallets 'palm tree' relephant
    run in_terminal "
        run . \"\$TEST_SUPPORT/snapshot.sh\"
        run snapshot \"\$TMPDIR/at-first\"
        $some_keys
        run snapshot \"\$TMPDIR/before\"
        $some_keys
        run snapshot \"\$TMPDIR/after\"
    "
    assert_ok
    run diff "$world/tmp/before" "$world/tmp/after"
    assert_ok ''
    # the first time, functions are loaded and their files noted, but nothing else may come of it
    keep_variables "$world/tmp/at-first" "$world/tmp/before"
    run diff "$world/tmp/at-first" "$world/tmp/before"
    assert_ok ''
}

keep_variables() {
    local file
    for file; do
        LC_ALL=C grep -a '^[A-Za-z_0-9]*=' "$file" | grep -vE '^_multivenv_(parts|newline|controls|on_renew|previous|reply|second)=' >"$file.variables"
        mv "$file.variables" "$file"
    done
}
