# Environments that mkvenv --temp has made. Loaded after common.bash.

# shellcheck disable=SC2154 # what common.bash sets

# Usage: assert_nothing_is_left
#
# Nothing is in the home, now or soon: what waits for a shell's end comes after that.
assert_nothing_is_left() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        [ -e "$MULTIVENV_HOME/.multivenv/temporary" ] || [ -n "$(ls "$MULTIVENV_HOME")" ] ||
            [ -n "$(ls "$MULTIVENV_HOME/.multivenv/trash")" ] || break
        sleep 0.05
    done
    same "$(ls "$MULTIVENV_HOME")" ''
    [ ! -e "$MULTIVENV_HOME/.multivenv/temporary" ] || fail 'a file leads to what is gone'
    [ ! -e "$MULTIVENV_HOME/.multivenv/recipes" ] || fail 'a recipe was kept'
    [ -z "$(ls "$MULTIVENV_HOME/.multivenv/trash")" ] || fail 'the trash is not empty'
}

# Usage: left_behind NAME [FIELD=VALUE...]
#
# A temporary environment for whose shell nobody waits any more, as after the machine lost power. The
# fields are those of its owner, which otherwise is a shell that has ended.
left_behind() {
    local name=$1
    shift
    fake_env "$name"
    mkdir -p "$MULTIVENV_HOME/.multivenv/temporary"
    sh -c 'exit 0' &
    wait "$!"
    printf '%s\n' "$!" >"$MULTIVENV_HOME/.multivenv/temporary/$name"
    with_modules -c 'import json, sys
from helper.store import temporary
fields = dict(field.split("=") for field in sys.argv[4:])
owner = {**temporary.owner(sys.argv[2]), "process": int(sys.argv[3]), **fields}
with open(sys.argv[1] + "/.multivenv.json", "w") as file:
    json.dump({"schema": 1, "temporary": owner}, file)' "$env" "$name" "$!" "$@"
}
