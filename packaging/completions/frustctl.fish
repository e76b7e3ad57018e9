# fish completion for frustctl(1): the program itself knows what may follow.

function __frustctl_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$cur" 2>/dev/null)
        if test "$line" = :file
            __fish_complete_path "$cur"
        else
            echo $line
        end
    end
end

complete -c frustctl -f -a '(__frustctl_complete)'
