# SPDX-License-Identifier: MIT
# What faults.sh does again and again: a run, what it leaves, and what is expected of both.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2086
program=$1
tiny=$2
failing_disk=$3
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'umount "$folder/small" 2>/dev/null; rm -rf "$folder"' EXIT
failures=0
export ASAN_OPTIONS=verify_asan_link_order=0

head -n 18 "$tiny/pope/random.jsonl" >"$folder/random.jsonl"
start() {   # $1: output; the rest: more arguments. $launch: what starts it, by exec; $threads, if not 2. The process is $child
    out=$1
    shift
    ${launch:-} "$program" run --model "${model:-$tiny/model}" --images "${images:-$tiny/pope/images}" --task "pope:$folder/random.jsonl" \
        --method greedy --method sample --no-controls --threads "${threads:-2}" --out "$out" "$@" >"$folder/printed" 2>"$folder/said" &
    child=$!
}
run() {
    start "$@"
    wait "$child"
}
first_record() {   # of an output: waits for it
    for _ in $(seq 200); do
        cat "$1"/*.shards/*.jsonl 2>/dev/null | grep -q . && return
        sleep 0.02
    done
}
pause() {   # $1: of how many records; the rest: as of start. Returns when the run has written them, stopped as by SIGSTOP
    records=$1
    shift
    export PAUSE_WRITE="$records" LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD:}$failing_disk"
    start "$@"
    unset PAUSE_WRITE LD_PRELOAD
    for _ in $(seq 500); do
        case $(cut -d ' ' -f 3 "/proc/$child/stat" 2>/dev/null) in
            T) return 0 ;;
            Z | '') break ;;
            *) sleep 0.02 ;;
        esac
    done
    fail "was not stopped after $records records"
}
resume() {   # what is paused: its exit code
    kill -CONT "$child"
    wait "$child"
}
shard() { echo "$1"/random@greedy.shards/*.0.jsonl; }
records() { cat "$1"/*.shards/*.jsonl 2>/dev/null | wc -l; }   # of an output
state() { find "$1" -type f ! -name run.lock -exec sha256sum {} + | sort; }   # of a folder, to compare
bytes() { cat "$1"/*.answers.jsonl "$1"/*.pope.jsonl "$1"/*.margins.jsonl; }
spoil() {   # a finished run, as $folder/out
    rm -rf "$folder/out"
    cp -r "$folder/whole" "$folder/out"
}

fault() { fault=$*; }
fail() {
    echo "$fault: $*"
    sed 's/^/    /' "$folder/said"
    failures=$((failures + 1))
}
expect() {   # $1: the code, or several as "130|0"; $2: what it is; $3: what the message must hold, if it is not 0
    case "|$1|" in
        *"|$2|"*) [ "$2" -eq 0 ] || grep -q -- "${3-.}" "$folder/said" || fail "no message with: $3" ;;
        *) fail "exit code $2, not $1" ;;
    esac
}
ends_with_line() { [ -z "$(tail -c 1 "$1")" ] || fail "$1 does not end with a line"; }
continues() {   # $1: output
    run "$1"
    expect 0 $?
    bytes "$1" | cmp -s - "$folder/expected" || fail "$1 has other bytes than an unbroken run"
}
