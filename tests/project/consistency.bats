#!/usr/bin/env bats
# What is written down in several places is the same in all of them: the verbs, their options, and the
# values that completion offers.

# shells: once
load ../support/common

# Usage: from_helper EXPRESSION
#
# Prints the words that EXPRESSION gives, one a line.
from_helper() {
    with_modules -c 'import sys
from helper.base import options
from helper.inspection import distributions, verdict
from helper.outside import discovery
from helper.verbs import lsvenvs
print("\n".join(eval(sys.argv[1])))' "$1"
}

# The topics of the help: the verbs, and the commands of multivenv
verbs() {
    grep -L '^Usage: multivenv [a-z]' "$project"/help/*.txt | topics
}

commands() {
    grep -l '^Usage: multivenv [a-z]' "$project"/help/*.txt | topics
}

topics() {
    sed -e 's,.*/,,' -e 's/[.]txt$//'
}

# Usage: same_words WORDS TEXT
#
# The same words in any order; commas and the end of a shell's case do not count.
same_words() {
    same "$(words_of "$1")" "$(words_of "$2")"
}

words_of() {
    printf '%s\n' "$1" | tr -s ' ,;' '[\n*]' | grep . | LC_ALL=C sort
}

# Usage: code FILE
#
# Prints a file of the plugin with continued lines joined.
code() {
    sed -e ':a' -e '/\\$/N' -e 's/\\\n//' -e 'ta' "$project/$1"
}

# Usage: behind TEXT FILE
#
# Prints what stands behind TEXT on each line of FILE that has it.
behind() {
    code "$2" | TEXT=$1 awk '(at = index($0, ENVIRON["TEXT"])) { print substr($0, at + length(ENVIRON["TEXT"])) }'
}

@test "the helper and completion read the same options in the help" {
    local verb of_helper of_completion
    for verb in $(verbs) $(commands); do
        of_helper=$(from_helper "[f'{spelling}={kind}'
            for spelling, (_, kind) in options.options_of('$verb').items()]")
        of_completion=$(in_shell '
            show() {
                case $2 in
                " "*) printf "%s=value\n" "$1" ;;
                "["*) printf "%s=maybe\n" "$1" ;;
                *) printf "%s=flag\n" "$1" ;;
                esac
            }
            . "$_multivenv_root/completions/options.sh"
            _multivenv_each_option "$1" show' "$verb")
        [ "$verb" = multivenv ] || assert_contains --help=flag "$of_completion"
        same_words "$of_helper" "$of_completion"
    done
}

@test "the options that may be repeated are those whose help says so" {
    same_words "--requirement --editable --constraint --group --extra --pip-args --status --with --everywhere --package --hold --release" \
        "$(grep -oh 'values_of(given, "--[a-z-]*")' "$project"/helper/verbs/*.py "$project"/helper/making/*.py "$project"/helper/inspection/*.py |
            sed -e 's/.*"\(.*\)".*/\1/' | LC_ALL=C sort -u)"
    same 13 "$(cat "$project"/help/*.txt | grep -c repeat)"
}

@test "the verbs of the shell take the options that their help lists" {
    local verb option
    for verb in usevenv stopvenv cdvenv; do
        while IFS= read -r option; do
            run in_shell '"$@" --help' "$verb" "$option"
            assert_status 0
            assert_contains "Usage: $verb"
        done < <(in_shell '
            spelling() { printf "%s\n" "$1"; }
            . "$_multivenv_root/completions/options.sh"
            _multivenv_each_option "$1" spelling' "$verb")
    done
    run in_shell 'multivenv --version && multivenv -h && multivenv --help'
    assert_status 0
}

@test "completion of linkvenv leaves out what linkvenv refuses" {
    local name names=(python python3 python3.13t pypy pypy3.10 activate activate.fish activate_this.py Activate.ps1 deactivate
        deactivate.bat preactivate postactivate predeactivate postdeactivate python3-config pythonista pip pip3.12
        activate-global easy_install black reactivate)
    mkdir -p "$MULTIVENV_HOME/web/bin"
    for name in "${names[@]}"; do
        : >"$MULTIVENV_HOME/web/bin/$name"
        chmod +x "$MULTIVENV_HOME/web/bin/$name"
    done
    same_words "$(from_helper "[name for name in '${names[*]}'.split()
            if not distributions.is_venvs(name) and name not in distributions.HOOKS]")" \
        "$(in_shell '
            show() { printf "%s\n" "$1"; }
            . "$_multivenv_root/completions/options.sh"
            _multivenv_set_home
            _multivenv_each_linkable web show')"
}

# Usage: offered FUNCTION [ARGUMENT]
#
# The values that completion reads from the help of lsvenvs
offered() {
    in_shell '
        show() { printf "%s\n" "$1"; }
        . "$_multivenv_root/completions/options.sh"
        "$@" show' "$@"
}

@test "completion offers the keys that lsvenvs sorts by, and its help names them" {
    local keys
    keys=$(from_helper lsvenvs.SORT)
    same_words "$keys" "$(offered _multivenv_each_key lsvenvs)"
}

@test "completion offers the statuses that there are, and the help of lsvenvs explains them" {
    local statuses
    statuses=$(from_helper verdict.STATUS)
    same_words "$statuses" "$(offered _multivenv_each_status)"
    same_words "$statuses" "$(sed -n '/^Statuses:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$project/help/lsvenvs.txt")"
}

@test "completion offers the tools that adopt knows, and its help says where it looks for each" {
    local tools
    tools=$(from_helper discovery.TOOLS)
    same_words "$tools" "$(offered _multivenv_each_tool)"
    same_words "$tools" "$(sed -n '/^Tools:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$project/help/adopt.txt")"
}

@test "the verbs of fish are those of the other shells" {
    local verbs
    verbs=$(verbs)
    same_words "$verbs" "$(sed -n 's/^function \([a-z][a-z]*\) .*/\1/p' "$project/multivenv.fish")"
    local list
    for list in multivenv.fish completions/multivenv.fish; do
        # as the loop over {mk,use,...}venv lsvenvs multivenv
        same_words "$verbs" "$(sed -n '/ for verb in /{s/.*{\(.*\)}venv \(.*\)/\1 \2/p;q;}' "$project/$list" |
            tr , ' ' | tr -s ' ' '\n' | sed '/venv/!s/$/venv/')"
    done
}

@test "every verb is completed, has its help, and is known to it" {
    local verbs
    verbs=$(verbs)
    same_words "$verbs" "$(behind '#compdef ' completions/_multivenv)"
    same_words "$verbs" "$(in_shell 'printf "%s\n" "$_multivenv_verbs"')"
    same_words "$verbs" "$(from_helper 'options.verbs()')"
    same_words "$verbs" "$(sed -n 's/^\([a-z]*\)() {.*/\1/p' "$project/multivenv.sh")"
    same_words "$verbs" "multivenv $(sed -n -e /multivenv/d -e 's/^  \([a-z]\{1,\}\) .*/\1/p' "$project/help/multivenv.txt")"
    local verb
    for verb in $verbs; do
        run in_shell 'multivenv help "$1"' "$verb"
        assert_status 0
        assert_contains "Usage: $verb"
    done
}

@test "the commands of multivenv are the same everywhere" {
    local commands
    commands="help version $(commands)"
    same_words "help version $(sed -n 's/^  multivenv \([a-z]*\) .*/\1/p' "$project/help/multivenv.txt")" "$commands"
    same_words "$commands" "$(in_shell 'printf "%s\n" "$_multivenv_commands"')"
    same_words "multivenv- $(commands | sed 's/^/multivenv-/')" "multivenv- $(behind '    multivenv-pythons' completions/options.sh | sed 's/^/multivenv-pythons/; s/|//g; s/).*//')"
}

@test "the help fits 80 columns, and the overview with the next prompt 30 lines" {
    [ "$(wc -l <"$project/help/multivenv.txt")" -lt 30 ]
    same '' "$(cat "$project"/help/*.txt | grep -E '.{80}')"
}
