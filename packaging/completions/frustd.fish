# fish completion for frustd(8): the options are those of its --help.

complete -c frustd -f
complete -c frustd -n __fish_is_first_token -a doctor -d 'look at a deployed site from outside'
for line in (frustd --help 2>/dev/null | string match -r '^  --.*')
    set -l part (string match -r '^  --([a-z-]+) ([^ ]*) +(.*)' -- $line)
    switch $part[3]
        case ''
            complete -c frustd -l $part[2] -d $part[4]
        case FILE DIR
            complete -c frustd -l $part[2] -r -F -d $part[4]
        case '*|*'
            complete -c frustd -l $part[2] -x -a (string replace -a '|' ' ' -- $part[3]) -d $part[4]
        case '*'
            complete -c frustd -l $part[2] -x -d $part[4]
    end
end
