# The helper on each Python that it supports.

# shells: bash zsh dash; all on request
load ../support/common

@test "the helper runs on every supported Python" {
    local python
    fake_env pallets
    while IFS= read -r python; do
        with_env "MULTIVENV_HELPER_PYTHON=$python"
        run in_shell 'lsvenvs --json pallets; mkvenv --without-pip --no-use new; lsvenvs --long --size >/dev/null; printf "y\n" | rmvenv new'
        assert_status 0
        assert_contains '"name": "pallets"'
    done < <(sampled_pythons)
}
