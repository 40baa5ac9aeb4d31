# Completion in fish. multivenv.fish reads this file at the first Tab; fish may find it by itself.

if set -q _multivenv_root
    # complete VERB: candidates for the word at the cursor, a line for each: the word, a tab, what it is. The first word
    # may be an alias.
    function _multivenv_complete
        set -l words $argv (commandline --tokenize --cut-at-cursor --current-process)[2..-1]
        set -l word (commandline --current-token --cut-at-cursor | string unescape)
        set -l answer (command $_multivenv_root/bin/multivenv for-fish 1 $fish_pid (_multivenv_settings | string split0) PWD=$PWD -- complete $words "$word" 4>&2 2>/dev/null 3>&1 | string split0)
        while set -q answer[3]
            switch $answer[1]
                case word
                    printf '%s\t%s\n' $answer[2] $answer[3]
                case files
                    _multivenv_complete_paths __fish_complete_path $answer[2] "$word"
                case directories
                    _multivenv_complete_paths __fish_complete_directories $answer[2] "$word"
                case command
                    complete -C(string join ' ' -- (string escape -- $words[$answer[2]..-1] "$word"))
            end
            set -e answer[1..3]
        end
    end

    # complete_paths FUNCTION PREFIX WORD: those of fish, for a WORD that starts with PREFIX
    function _multivenv_complete_paths
        for path in ($argv[1] (string sub --start (math 1 + (string length -- "$argv[2]")) -- "$argv[3]"))
            printf '%s%s\n' "$argv[2]" $path
        end
    end

    set -l verb
    for verb in {mk,use,stop,rm,cd,show,freeze,fix,up,cp,mv,bind,link,run}venv lsvenvs multivenv
        complete --command $verb --no-files --keep-order --arguments "(_multivenv_complete $verb)"
    end
end
