# multivenv: named Python environments, kept in one place. The verbs for fish 3.1 or newer.
#
# Source this file from config.fish. It defines the verbs, and does nothing else. The POSIX plugin decides everything: a
# child sh, bin/multivenv, does what a verb does, and answers with what fish has to change. shell/fish.sh describes the
# questions and the answers. No text of an answer is evaluated.
#
# Variables that last:
#
#   _multivenv_root    the folder of this file
#   _multivenv_state   what the child wants back with the next question
#   _multivenv_label   what stands in front of the prompt

set -g _multivenv_root (string replace --regex '/?[^/]*$' '' -- (status filename))
switch "$_multivenv_root"
    case '/*'
    case ''
        set -g _multivenv_root $PWD
    case '*'
        set -g _multivenv_root $PWD/$_multivenv_root
end

# ---- the verbs ------------------------------------------------------------------------------------

function usevenv --description 'Activate a Python environment'
    _multivenv_change do usevenv $argv
end

function stopvenv --description 'Deactivate the active Python environment'
    _multivenv_change do stopvenv $argv
end

function cdvenv --description 'Change to the directory of a Python environment'
    _multivenv_change do cdvenv $argv
end

function mkvenv --description 'Create a Python environment and activate it'
    _multivenv_in_steps mkvenv $argv
end

function mvvenv --description 'Rename a Python environment'
    _multivenv_in_steps mvvenv $argv
end

function rmvenv --description 'Remove Python environments'
    _multivenv_in_steps rmvenv $argv
end

function fixvenv --description 'Repair Python environments'
    _multivenv_in_steps fixvenv $argv
end

function upvenv --description 'Upgrade the packages of Python environments'
    _multivenv_in_steps upvenv $argv
end

function bindvenv --description 'Bind a Python environment to a project'
    _multivenv_in_steps bindvenv $argv
end

function lsvenvs --description 'List Python environments'
    _multivenv_program ls $argv
end

function showvenv --description 'Show a Python environment'
    _multivenv_program show $argv
end

function freezevenv --description 'Print the packages of a Python environment'
    _multivenv_program freeze $argv
end

function cpvenv --description 'Copy a Python environment'
    _multivenv_program cp $argv
end

function linkvenv --description 'Link commands of a Python environment on PATH'
    _multivenv_program link $argv
end

function runvenv --description 'Run a command in a Python environment'
    _multivenv_program run $argv
end

# multivenv WORD...: `multivenv mk` is mkvenv, and so on
function multivenv --description 'Python environments, kept in one place'
    switch "$argv[1]"
        case use stop cd mk mv rm fix up bind
            $argv[1]venv $argv[2..-1]
        case doctor
            _multivenv_doctor $argv[2..-1]
        case '*'
            _multivenv_program $argv
    end
end

# ---- the child ------------------------------------------------------------------------------------

# settings: a line NAME=VALUE for each setting that is not exported
function _multivenv_settings
    for name in MULTIVENV_{HOME,PYTHON,HELPER_PYTHON,INSTALLER,KEEP,REQUIREMENTS,AUTO,AUTO_SAY} VIRTUAL_ENV_DISABLE_PROMPT NO_COLOR XDG_{CACHE_HOME,DATA_HOME,BIN_HOME}
        if set -q $name; and not set -qx $name
            printf '%s\0' $name=(string join ' ' -- $$name)
        end
    end
end

# program WORD...: a verb that does not change the shell
function _multivenv_program
    if _multivenv_is_missing
        return 1
    end
    set -l settings (_multivenv_settings | string split0)
    if set -q settings[1]
        command env $settings $_multivenv_root/bin/multivenv $argv
    else
        command $_multivenv_root/bin/multivenv $argv
    end
end

# doctor WORD...: with the facts that only fish knows
function _multivenv_doctor
    if _multivenv_is_missing
        return 1
    end
    set -l taken
    for verb in {mk,use,stop,rm,cd,show,freeze,fix,up,cp,mv,bind,link,run}venv lsvenvs multivenv
        functions -q $verb; and _multivenv_is_ours $verb; or set -a taken $verb
    end
    set -l facts _multivenv_root=$_multivenv_root _multivenv_fish_version=$version _multivenv_fish_taken="$taken"
    if status is-interactive
        set -a facts _multivenv_at_prompt=yes _multivenv_fish_switching=lost _multivenv_fish_completion=missing
        switch "$MULTIVENV_AUTO"
            case '' 0
                set -a facts _multivenv_fish_switching=off
            case '*'
                functions -q _multivenv_auto; and set -a facts _multivenv_fish_switching=on
        end
        complete --command usevenv | string match --quiet '*_multivenv_complete*'
        and set -a facts _multivenv_fish_completion=loaded
    end
    command $_multivenv_root/bin/multivenv for-fish 1 $fish_pid (_multivenv_settings | string split0) PWD=$PWD $facts -- doctor $argv 4>&2 2>/dev/null
end

# in_steps VERB WORD...: a verb that may take long. Its first step is a program like any other, which Ctrl-Z can suspend.
function _multivenv_in_steps
    if _multivenv_is_missing
        return 1
    end
    set -l settings (_multivenv_settings | string split0)
    command $_multivenv_root/bin/multivenv for-fish 1 $fish_pid $settings PWD=$PWD -- begin $argv 4>&2 2>/dev/null
    _multivenv_change end $status $argv[1]
end

# change STEP WORD...: asks the child, and does what it answers
function _multivenv_change
    if _multivenv_is_missing
        if test "$argv[2]" = stopvenv; and set -q VIRTUAL_ENV
            _multivenv_leave_alone
            return 0
        end
        return 1
    end
    set -l facts PWD=$PWD
    if status is-interactive
        set -a facts _multivenv_at_prompt=yes
    end
    if functions -q deactivate; and not _multivenv_is_ours deactivate
        set -a facts _multivenv_other=yes
    end
    _multivenv_ask (_multivenv_settings | string split0) $facts -- $argv
    set -l code $status
    if test "$_multivenv_again" = other
        set -e _multivenv_again
        deactivate
        _multivenv_ask (_multivenv_settings | string split0) PWD=$PWD _multivenv_again=yes -- $argv
        set code $status
    else if test "$_multivenv_again" = renew
        set -e _multivenv_again
        source $_multivenv_root/multivenv.fish
        and _multivenv_ask (_multivenv_settings | string split0) $facts -- $argv
        set code $status
    end
    set -e _multivenv_again
    return $code
end

# ask FACT... -- STEP WORD...
function _multivenv_ask
    set -l answer
    command $_multivenv_root/bin/multivenv for-fish 1 $fish_pid $_multivenv_state $argv 4>&2 2>/dev/null 3>| while read -z -l field
        set -a answer $field
    end
    set -l code $pipestatus[1]
    while set -q answer[3]
        set -l record $answer[1..3]
        set -e answer[1..3]
        switch $record[1]
            case state
                set -g _multivenv_state
            case keep
                set -ga _multivenv_state $record[2]
            case set
                set -gx $record[2] $record[3]
            case unset
                set -eg $record[2]
            case variable
                _multivenv_set_variable $record[2..3]
            case restore
                _multivenv_restore_variables
            case label
                _multivenv_show_label $record[2]
            case deactivate
                _multivenv_offer_deactivate $record[2]
            case emit
                emit $record[2]
                emit $record[2]:$record[3]
            case source
                _multivenv_source_hook $record[2]
            case cd
                set -l from $PWD
                builtin cd -- $record[2]
                and set -ga dirprev $from # for `cd -` and prevd
            case other renew
                set -g _multivenv_again $record[1]
        end
    end
    return $code
end

# is_missing: says so when an upgrade has removed the files
function _multivenv_is_missing
    if test -x $_multivenv_root/bin/multivenv
        return 1
    end
    printf '%s\n' "multivenv: files are missing from '$_multivenv_root' (if it is being upgraded, try again)" >&2
end

# leave_alone: stopvenv without the files. No hook runs.
function _multivenv_leave_alone
    _multivenv_restore_variables
    set -l kept
    for entry in $PATH
        test "$entry" = $VIRTUAL_ENV/bin; or set -a kept $entry
    end
    set -gx PATH $kept
    if test "$UV_PROJECT_ENVIRONMENT" = "$VIRTUAL_ENV"
        set -eg UV_PROJECT_ENVIRONMENT
        set -q _multivenv_uv; and set -gx UV_PROJECT_ENVIRONMENT $_multivenv_uv
    end
    for item in $_multivenv_state
        string match --quiet '_OLD_VIRTUAL_PYTHONHOME=*' -- $item
        and set -gx PYTHONHOME (string replace '_OLD_VIRTUAL_PYTHONHOME=' '' -- $item)
    end
    set -eg VIRTUAL_ENV
    set -eg VIRTUAL_ENV_PROMPT
    set -eg _multivenv_uv
    set -g _multivenv_state
    _multivenv_show_label ''
    _multivenv_offer_deactivate off
end

# ---- what fish changes ----------------------------------------------------------------------------

# is_ours FUNCTION: did this file define it, and nobody since?
function _multivenv_is_ours
    string match --quiet '*_multivenv_*' -- (functions $argv[1])
end

# set_variable NAME VALUE: of the .env of an environment. shell/variables.sh lists what it notes: the same in each shell.
function _multivenv_set_variable
    if set -qgx $argv[1]
        set -gx _multivenv_old_$argv[1] $$argv[1]
    else if set -qg $argv[1]
        set -g _multivenv_own_$argv[1] $$argv[1]
    end
    set -gx $argv[1] $argv[2]
    set -gx _multivenv_new_$argv[1] $argv[2]
    set -gx _multivenv_variables "$_multivenv_variables$argv[1] "
end

# restore_variables: what has changed meanwhile stays
function _multivenv_restore_variables
    for name in (string split ' ' -- "$_multivenv_variables" | string match --regex '^[A-Za-z_][A-Za-z0-9_]*$')
        set -l new _multivenv_new_$name
        set -l old _multivenv_old_$name
        set -l own _multivenv_own_$name
        if set -q $name; and test "$$name" = "$$new"
            set -eg $name
            if set -qg $old
                set -gx $name $$old
            else if set -qg $own
                set -g $name $$own
            end
        end
        for each in $new $old $own
            set -eg $each
        end
    end
    set -eg _multivenv_variables
end

# An activate.fish that the user sources calls `deactivate` first.
function _multivenv_offer_deactivate
    if test $argv[1] = on; and not functions -q deactivate
        function deactivate --description 'Deactivate the active Python environment'
            _multivenv_change do stopvenv
        end
    else if test $argv[1] = off; and functions -q deactivate; and _multivenv_is_ours deactivate
        functions -e deactivate
    end
end

# show_label TEXT: in front of what fish_prompt prints
function _multivenv_show_label
    set -g _multivenv_label $argv[1]
    if test -n "$argv[1]"
        if functions -q fish_prompt; and not _multivenv_is_ours fish_prompt
            functions -q _multivenv_fish_prompt; and functions -e _multivenv_fish_prompt
            functions -c fish_prompt _multivenv_fish_prompt
            function fish_prompt
                set -l code $status
                printf '%s' $_multivenv_label
                _multivenv_return $code # which the user's prompt may show
                _multivenv_fish_prompt
            end
        end
    else
        set -e _multivenv_label
        if functions -q _multivenv_fish_prompt
            # one that somebody has defined since stays
            if functions -q fish_prompt; and _multivenv_is_ours fish_prompt
                functions -e fish_prompt
                functions -c _multivenv_fish_prompt fish_prompt
            end
            functions -e _multivenv_fish_prompt
        end
    end
end

function _multivenv_return
    return $argv[1]
end

# source_hook FILE: of the user, so never fails
function _multivenv_source_hook
    if test -f $argv[1]
        source $argv[1]
        or printf '%s\n' "multivenv: hook '$argv[1]' failed with status $status" >&2
    end
end

# ---- at a prompt: completion, and MULTIVENV_AUTO --------------------------------------------------

if status is-interactive
    # the first Tab reads the file, which defines this function itself
    function _multivenv_complete
        source $_multivenv_root/completions/multivenv.fish
        and _multivenv_complete $argv
    end
    set -l verb # or the loop would leave it behind
    for verb in {mk,use,stop,rm,cd,show,freeze,fix,up,cp,mv,bind,link,run}venv lsvenvs multivenv
        complete --command $verb --no-files --keep-order --arguments "(_multivenv_complete $verb)"
    end

    function _multivenv_auto --on-variable PWD
        switch "$MULTIVENV_AUTO"
            case '' 0
            case '*'
                status is-command-substitution; or _multivenv_change do auto
        end
    end

    # for the directory in which a new fish starts, when all its files are read
    function _multivenv_auto_first --on-event fish_prompt
        functions -e _multivenv_auto_first
        _multivenv_auto
    end
end
