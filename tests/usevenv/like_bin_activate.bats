# A program in an environment that usevenv activated sees what it would after that environment's
# own bin/activate. Real environments: venv of several Pythons, virtualenv and uv of
# .tools/peers.

# shells: all
load ../support/common

# What a program sees, without what the shell counts itself and what the scripts keep for
# themselves. PS1 is left out: activation scripts export it, which puts their label into the
# prompts of child shells; and so is VIRTUAL_ENV_PROMPT where it is not the bare name, as in
# Pythons before 3.12, or not set, as before 3.11.
seen_by_programs='env | LC_ALL=C sort | grep -v -e "^_=" -e "^SHLVL=" -e "^_OLD_" -e "^PS1=" -e "^OLDPWD=" \
    -e "^LINENO=" -e "^LOGNAME=" -e "^PWD=" -e "^VIRTUAL_ENV_PROMPT=(" -e "^A__z=" -e "^_AST_FEATURES="'

compare() {
    local expected
    expected=$(env -i "${test_env[@]}" bash --norc --noprofile -c \
        "cd; set +u; . \"\$1/bin/activate\"; $seen_by_programs" - "$env" 3>&-)
    run in_shell "cd; usevenv \"\$1\"; $seen_by_programs" "${env##*/}"
    assert_status 0
    case $expected in
    *VIRTUAL_ENV_PROMPT=*) ;;
    *) output=$(printf '%s\n' "$output" | grep -v ^VIRTUAL_ENV_PROMPT=) ;;
    esac
    same "$expected" "$output"
}

@test "like bin/activate of venv of several Pythons" {
    local python count=0
    mkdir -p "$MULTIVENV_HOME"
    while IFS= read -r python; do
        count=$((count + 1))
        env=$MULTIVENV_HOME/py-$count
        "$python" -I -m venv --without-pip "$env"
        compare
    done < <(sampled_pythons 6)
    [ "$count" -gt 0 ]
}

@test "like bin/activate with PYTHONHOME and PKG_CONFIG_PATH set" {
    env=$MULTIVENV_HOME/pallets
    mkdir -p "$MULTIVENV_HOME"
    "$MULTIVENV_TEST_PYTHON" -I -m venv --without-pip "$env"
    with_env PYTHONHOME=/nowhere PKG_CONFIG_PATH=/some/where
    compare
}

@test "like bin/activate of virtualenv" {
    need_peer virtualenv
    env=$MULTIVENV_HOME/pallets
    "$peer" --quiet --no-seed -p "$MULTIVENV_TEST_PYTHON" "$env" 3>&-
    compare
    with_env PKG_CONFIG_PATH=/some/where
    compare
    run changes_of 'usevenv pallets; stopvenv' '_multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
}

@test "like bin/activate of uv" {
    need_peer uv
    env=$MULTIVENV_HOME/pallets
    "$peer" venv --quiet --offline --no-config -p "$MULTIVENV_TEST_PYTHON" "$env" 3>&-
    compare
    assert_starts_no_process ':' 'usevenv pallets'
}
