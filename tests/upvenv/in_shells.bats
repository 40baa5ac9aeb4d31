#!/usr/bin/env bats
# upvenv in each shell: the active environment, its directory, completion's words and the short form.

# shells: bash zsh dash; all on request
load ../support/common
load ../support/making
load ../support/wheels

setup() {
    make_world
    offline
    make_wheel demo 1.0
    in_shell 'mkvenv --no-use web demo' 2>/dev/null
    make_wheel demo 2.0
}

@test "the active environment, from inside its directory, stays active and current" {
    run in_shell 'usevenv web; cdvenv; upvenv -y >/dev/null; pwd; ls pyvenv.cfg; demo; printf "%s\n" "$VIRTUAL_ENV_PROMPT"' 2>&1
    assert_ok "$MULTIVENV_HOME/web
pyvenv.cfg
demo 2.0
web"
}

@test "multivenv up is upvenv, at a prompt and as a program" {
    run in_shell 'multivenv up --dry-run web'
    assert_ok 'web: 1 package
  demo  1.0 -> 2.0'
    run env -i "${test_env[@]}" "$project/bin/multivenv" up --dry-run web
    assert_ok 'web: 1 package
  demo  1.0 -> 2.0'
}
