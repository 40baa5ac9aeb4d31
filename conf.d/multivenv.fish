# fish reads the files of conf.d by itself. `make install` puts this one into vendor_conf.d, and fisher copies it into
# ~/.config/fish, alone. So it looks for the folder of multivenv: what MULTIVENV_ROOT names; above this file; a folder
# that fisher has copied it from; beside the program on PATH; where install.sh and make install it.

function _multivenv_load
    set -l here (string replace --regex '/[^/]*$' '' -- (builtin realpath (status filename)))
    set -l program (command --search multivenv)
    and set program (string replace --regex '/bin/[^/]*$' '' -- (builtin realpath $program))
    set -l data $XDG_DATA_HOME
    test -n "$data"; or set data ~/.local/share
    for root in $MULTIVENV_ROOT $here/.. $here/../../multivenv (string match '/*' -- $_fisher_plugins) $program $program/share/multivenv $data/multivenv /usr/local/share/multivenv /usr/share/multivenv
        if test -r $root/multivenv.fish -a -x $root/bin/multivenv
            source $root/multivenv.fish
            return
        end
    end
    status is-interactive
    and printf '%s\n' 'multivenv: conf.d/multivenv.fish finds no multivenv (install it, or set MULTIVENV_ROOT to its folder)' >&2
end
_multivenv_load
functions -e _multivenv_load
