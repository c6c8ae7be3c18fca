#!/bin/sh
# SPDX-License-Identifier: MIT
# causalmm-eval under mpirun: 1, 2 and 4 ranks, ranks that fail or are killed (R14). Usage: mpi.sh PROGRAM TINY_LLAVA FAILING_DISK
# shellcheck disable=SC2086
set -eu
program=$1
tiny=$2
failing_disk=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
as_root=
[ "$(id -u)" -ne 0 ] || as_root=--allow-run-as-root
# Open MPI frees little at its end.
export ASAN_OPTIONS=detect_leaks=0

head -n 18 "$tiny/pope/random.jsonl" >"$folder/random.jsonl"
run() {   # $1: ranks, 0 for none; $2: output; the rest: more arguments
    ranks=$1 out=$2
    shift 2
    launch=
    [ "$ranks" -eq 0 ] || launch="mpirun --oversubscribe $as_root -n $ranks"
    $launch "$program" run --model "$tiny/model" --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" --threads 1 \
        --method greedy --method sample --no-controls --out "$folder/$out" "$@"
}
files() { cat "$folder/$1"/*.answers.jsonl "$folder/$1"/*.pope.jsonl "$folder/$1"/*.margins.jsonl; }
same() { files "$1" | cmp - "$folder/expected" || { echo "$1: other bytes than one process writes"; exit 1; }; }
expect() {   # $1: exit codes; $2: what of
    case "|$1|" in *"|$code|"*) ;; *) false ;; esac || { echo "$2: exit code $code, not $1"; exit 1; }
}

run 0 alone >/dev/null
files alone >"$folder/expected"
for ranks in 1 2 4; do
    run "$ranks" "by$ranks" >"$folder/printed"
    same "by$ranks"
    [ "$(grep -c '^pope on' "$folder/printed")" -eq 1 ] || { echo "$ranks ranks: not one table"; exit 1; }
done

run 2 by4 --overwrite >/dev/null   # the first rank removes, then all begin
same by4

code=0
run 2 alone --seed 5 >/dev/null 2>"$folder/said" || code=$?
expect 78 "R12 with two ranks"
[ "$(grep -c '^causalmm-eval: error' "$folder/said")" -eq 1 ] || { echo "R12: not one message"; cat "$folder/said"; exit 1; }

# R14: one rank is killed, mpirun ends the others; another number of ranks continues.
for round in 1 2 3; do
    mpirun --oversubscribe $as_root -n 3 "$program" run --model "$tiny/model" --images "$tiny/pope/images" --threads 1 \
        --task "pope:$folder/random.jsonl" --method greedy --method sample --no-controls --out "$folder/killed" >/dev/null 2>&1 &
    mpirun=$!
    for _ in $(seq 100); do
        [ "$(cat "$folder"/killed/*.shards/*.jsonl 2>/dev/null | wc -l)" -lt $((round * 15)) ] || break
        sleep 0.05
    done
    victim=$(awk '{ print $NF }' "/proc/$mpirun/task/$mpirun/children" 2>/dev/null || true)
    [ -z "$victim" ] || kill -KILL "$victim" 2>/dev/null || true
    code=0
    wait "$mpirun" || code=$?
    expect "137|0" "R14 with a rank that is killed"
done
run 2 killed >/dev/null 2>&1
same killed

# R14: a rank that fails does not end the others: they take over what it had, and all return its code.
failing="$folder/failing"
cat >"$failing" <<'SCRIPT'
#!/bin/sh
disk=$1
shift
[ "${OMPI_COMM_WORLD_RANK:-0}" -ne 1 ] || export LD_PRELOAD="$disk" FAIL_WRITE=2
exec "$@"
SCRIPT
chmod +x "$failing"
# With so many questions that none is left without one while it wakes up.
head -n 300 "$tiny/pope/random.jsonl" >"$folder/random.jsonl"
run 0 all >/dev/null 2>&1
files all >"$folder/expected"
code=0
mpirun --oversubscribe $as_root -n 3 "$failing" "$failing_disk" "$program" run --model "$tiny/model" --images "$tiny/pope/images" --threads 1 \
    --task "pope:$folder/random.jsonl" --method greedy --method sample --no-controls --out "$folder/failing_out" >/dev/null 2>"$folder/said" || code=$?
expect 74 "R14 with a rank that cannot write"
same failing_out
echo "1, 2 and 4 ranks write the same bytes; R12, R14 passed"
