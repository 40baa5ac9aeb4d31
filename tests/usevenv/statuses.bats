#!/usr/bin/env bats
# usevenv on each environment of tests/support/corpus.bash: what the plugin takes
# for sound at a glance must be what the helper calls sound.

# shells: all
load ../support/common
load ../support/corpus

setup_file() {
    make_corpus
}

# In the shells that share most, each third one; all with MULTIVENV_TEST_ALL=1
setup() {
    make_world
    use_corpus
    case $MULTIVENV_TEST_SHELL_NAME${MULTIVENV_TEST_ALL-} in
    ksh | mksh | busybox | yash) take_each_third ;;
    esac
}

take_each_third() {
    local number=0 entry all=("${corpus[@]}")
    corpus=()
    for entry in "${all[@]}"; do
        number=$((number + 1))
        [ $((number % 3)) -ne 0 ] || corpus+=("$entry")
    done
}

never_used() {
    rm -f "$MULTIVENV_HOME"/*/.multivenv-sound
}

# These the plugin takes for sound: without starting a process no shell can tell
# what processor a program is for, or what system this is. The kernel refuses
# the program then. Nor does it read .pth files, or programs.
unseen=' other-processor recorded-on-another-system project-gone project-renamed base-of-text '

# What usevenv has to answer, and say, for each environment of the corpus
expected_answers() {
    local entry name status reason
    for entry in "${corpus[@]}"; do
        IFS='|' read -r name status reason <<<"$entry"
        case $unseen in
        *" $name "*) status=ok ;;
        esac
        case $status in
        ok | drifted) printf '%s: 0\n' "$name" ;;
        hollow | moved | damaged) printf '%s: 0\n%s\n' "$name" "multivenv: '$name' is $status: $reason ($(what_next))" ;;
        *) printf '%s: 1\n%s\n' "$name" "multivenv: '$name' is $status: $reason ($(what_next))" ;;
        esac
    done
}

# What it advises for the $status and $reason of $name
what_next() {
    case $status-$reason in
    dangling-'it links to '*) printf 'rmvenv %s removes the link\n' "$name" && return ;;
    dangling-*) set -- 'restores its interpreter' ;;
    hollow-*) set -- 'restores its interpreter or rebuilds it' ;;
    moved-*) set -- 'rewrites its paths' ;;
    incomplete-*) set -- 'recreates it' ;;
    foreign-*) set -- 'rebuilds it for this machine' ;;
    corrupt-*) set -- 'restores what it can' ;;
    damaged-*' is empty, '* | damaged-bin/pip*) set -- 'reinstalls what is missing' ;;
    damaged-*) set -- 'restores its interpreter' ;;
    esac
    printf 'fixvenv %s %s\n' "$(typed "$name")" "$1"
}

# A name as it is typed: in quotes where the shell needs them
typed() {
    local quote="'\"'\"'"
    case $1 in
    *[!a-zA-Z0-9_.-]*) printf "'%s'\n" "${1//\'/$quote}" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

assert_answers() {
    printf '%s\n' "${corpus[@]}" | cut -d'|' -f1 >"$world/names"
    in_shell 'while IFS= read -r name; do
            answer=0
            usevenv "$name" 2>"$TMPDIR/said" </dev/null || answer=$?
            printf "%s: %s\n" "$name" "$answer"
            cat "$TMPDIR/said"
        done' <"$world/names" >"$world/answers"
    expected_answers >"$world/expected"
    same_files "$world/expected" "$world/answers"
}

# After the first use it does not look at site-packages again
@test "usevenv notices what was damaged after it was used" {
    unseen="$unseen pip-gone emptied "
    assert_answers
}

@test "usevenv refuses or warns as the verdict says, and takes sound ones" {
    never_used
    assert_answers
}

@test "a sound environment is activated without the helper" {
    never_used
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run in_shell 'for name; do usevenv "$name"; done' \
        plain 'a name, of words' no-pip virtualenv uv uv-minor-only "it's not" plain-words \
        link-to-python3 no-headers release-candidate elsewhere patch-upgrade patch-upgrade-by-a-link
    assert_ok ''
}
