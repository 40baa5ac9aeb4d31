#!/usr/bin/env bats
# Completion for the verbs that show, freeze, fix, copy, rename and restore.

# shells: bash zsh
load ../support/common
load ../support/terminal

setup() {
    make_completion_world
}

# Usage: removed NAME...
#
# What rmvenv leaves of environments
removed() {
    local name
    mkdir -p "$MULTIVENV_HOME/.multivenv/recipes"
    for name; do printf '{"schema": 1}\n' >"$MULTIVENV_HOME/.multivenv/recipes/$name"; done
}

@test "showvenv, freezevenv and fixvenv complete names, fixvenv none twice" {
    fake_envs pallets 'palm tree'
    run in_terminal '
        send showvenv palm\tX
        screen ^PROMPT> showvenv palm. tree X$
        send \x15showvenv --json pall\tX
        screen ^PROMPT> showvenv --json pallets X$
        send \x15freezevenv pall\tX
        screen ^PROMPT> freezevenv pallets X$
        send \x15freezevenv pallets palm\tX
        screen ^PROMPT> freezevenv pallets palmX$
        send \x15fixvenv palm\\ tree \tX
        screen ^PROMPT> fixvenv palm. tree pallets X$
        send \x15fixvenv -y pallets pa\tX
        screen ^PROMPT> fixvenv -y pallets palm. tree X$
    '
    assert_ok
}

@test "cpvenv and mvvenv complete the first word, and have nothing to say of the second" {
    fake_envs pallets 'palm tree'
    run in_terminal '
        send mvvenv palm\tX
        screen ^PROMPT> mvvenv palm. tree X$
        send \x15mvvenv pallets palm\tX
        screen ^PROMPT> mvvenv pallets palmX$
        send \x15mvvenv palm\\ tree \tX
        screen ^PROMPT> mvvenv palm. tree X$
        send \x15cpvenv palm\tX
        screen ^PROMPT> cpvenv palm. tree X$
        send \x15cpvenv pallets palm\tX
        screen ^PROMPT> cpvenv pallets palmX$
    '
    assert_ok
}

@test "cpvenv completes paths too" {
    fake_envs pallets
    mkdir -p 'git/a fork/venv'
    run in_terminal '
        send cpvenv ./git/a\t\tX
        screen ^PROMPT> cpvenv \./git/a. fork/venv/X$
        send \x15cpvenv git/\t\tX
        screen ^PROMPT> cpvenv git/a. fork/venv/X$
    '
    assert_ok
}

@test "a new name is not completed from the files that are there" {
    fake_envs pallets
    mkdir directory
    run in_terminal '
        send mvvenv pallets dir\tX
        screen ^PROMPT> mvvenv pallets dirX$
    '
    assert_ok
    in_bash_3 || run in_terminal '
        send cpvenv pallets dir\tX
        screen ^PROMPT> cpvenv pallets dirX$
    '
    assert_ok
}

@test "--TAB lists the options of each verb" {
    local verb option steps=''
    for verb in showvenv freezevenv fixvenv cpvenv mvvenv mkvenv; do
        steps+="send \\x15\\x0c$verb --$list"$'\n'"screen \\APROMPT> $verb --"$'\n'
        while IFS= read -r option; do
            steps+="screen (^| )$option(\\[|  ?|\$)"$'\n'
        done < <(sed -n 's/^  \(-., \)*\(--[a-z-]*\).*/\2/p' "$project/help/$verb.txt")
    done
    case $steps in *--dry-run*--restore*) ;; *) fail "$steps" ;; esac
    run in_terminal -s 100x40 "$steps"
    assert_ok
}

@test "fixvenv --python takes a version, an environment or a file, and is no name" {
    fake_envs pallets
    mkdir "$world/bin"
    : >"$world/bin/python3.44"
    chmod +x "$world/bin/python3.44"
    with_env "PATH=$(path_with "$world/bin")"
    run in_terminal '
        send fixvenv -p 3.4\tX
        screen ^PROMPT> fixvenv -p 3.44 X$
        send \x15fixvenv --python=3.4\tX
        screen ^PROMPT> fixvenv --python=3.44 X$
        send \x15fixvenv -p 3.44 pal\tX
        screen ^PROMPT> fixvenv -p 3.44 pallets X$
    '
    assert_ok
}

@test "mkvenv --restore completes what was removed, and is not there again" {
    fake_envs pallets
    removed 'palm tree' pallets "it's" 'paper $(touch x)'
    run in_terminal '
        send mkvenv --restore palm\tX
        screen ^PROMPT> mkvenv --restore palm. tree X$
        send \x15mkvenv --restore pall\tX
        screen ^PROMPT> mkvenv --restore pallX$
        send \x15mkvenv -p 3 --restore it\tX
        screen ^PROMPT> mkvenv -p 3 --restore it..?s X$
        send \x15mkvenv --restore --no-use pape\tX
        screen ^PROMPT> mkvenv --restore --no-use paper. .[$].\(touch. x.\) X$
        send \x15mkvenv palm\tX
        screen ^PROMPT> mkvenv palmX$
    '
    assert_ok
    same '' "$(find "$world" -name x)"
}

@test "mkvenv --restore lists them all" {
    removed one two three
    run in_terminal "
        send mkvenv --restore $list
        screen one +three +two
    "
    assert_ok
}

@test "mkvenv --restore with nothing removed: nothing is said" {
    ! in_bash_3 || return 0 # it offers files all the same
    fake_envs pallets
    run in_terminal '
        send mkvenv --restore \tX
        screen ^PROMPT> mkvenv --restore X$
        send \x15MULTIVENV_HOME=not/absolute\r
        prompt
        send mkvenv --restore \tX
        screen ^PROMPT> mkvenv --restore X$
    '
    assert_ok
    refute_contains multivenv:
}

@test "multivenv help completes all verbs and commands" {
    local verb steps="send multivenv help $list"$'\n'
    for verb in mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv upvenv cpvenv mvvenv bindvenv linkvenv runvenv multivenv \
        pythons doctor discover adopt path init upgrade; do
        steps+="screen (^| )$verb( |\$)"$'\n'
    done
    run in_terminal "$steps"'
        send \x15multivenv help fre\tX
        screen ^PROMPT> multivenv help freezevenv X$
    '
    assert_ok
    # none is forgotten
    set -- "$project"/help/*.txt
    same "$#" "$(grep -c '^screen (^| )' <<<"$steps")"
}

some_keys='
    send showvenv pa\t\x15
    send freezevenv \t\t\x15
    send fixvenv pallets \t\x15
    send fixvenv -p 3.\t\t\x15
    send fixvenv --\t\t\x15
    send cpvenv pa\t\x15
    send cpvenv pallets x\t\t\x15
    send mvvenv pa\t\x15
    send mvvenv pallets \t\t\x15
    send mkvenv --restore \t\t\x15
    send mkvenv --restore p\t\x15
    send multivenv help m\t\t\x15
    send Z
    screen ^PROMPT> Z$
    send \x15
'

@test "no process is started" {
    command -v strace >/dev/null || skip 'strace is not installed'
    fake_envs pallets 'palm tree'
    removed papers
    local rc='. "$MULTIVENV_ROOT/multivenv.sh"'
    if in_zsh; then # with a dump of compinit: what it does without one, strace slows down too much
        rc="$rc; autoload -Uz compinit; compinit -u"
        in_terminal -r "$rc" 'run true'
    fi
    local calls='?execve,?execveat,?clone,?clone3,?fork,?vfork'
    calls+=',?stat,?newfstatat,?statx,?access,?faccessat,?faccessat2' # the marks
    shell_words=(strace -f -qq -o "$world/tmp/trace" -e signal=none -e "trace=$calls" "${shell_words[@]}")
    run in_terminal -r "$rc" "
        run [ -e /multivenv-test-begin ]
        $some_keys
        run [ -e /multivenv-test-end ]
    "
    assert_ok
    run started_between_marks "$world/tmp/trace"
    assert_ok ''
}

@test "nothing is left behind in the shell" {
    fake_envs pallets 'palm tree'
    removed papers
    run in_terminal "
        run . \"\$TEST_SUPPORT/snapshot.sh\"
        $some_keys
        run snapshot \"\$TMPDIR/before\"
        $some_keys
        run snapshot \"\$TMPDIR/after\"
    "
    assert_ok
    run diff "$world/tmp/before" "$world/tmp/after"
    assert_ok ''
}
