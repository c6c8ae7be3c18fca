#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/evaluation/slurm.sbatch with an srun that only starts what it is given: tasks of an array at once, some of them lost.
# Usage: slurm.sh PROGRAM TINY_LLAVA FAILING_DISK SBATCH
# shellcheck source-path=SCRIPTDIR
set -u
. "$(dirname "$0")/support.sh"
sbatch=$4

fault "the script"
: >"$folder/said"
for shell in sh bash; do
    ! command -v $shell >/dev/null || $shell -n "$sbatch" || fail "$shell does not read it"
done
# sbatch reads its options up to the first command.
[ "$(sed '/^[^#]/,$d' "$sbatch" | grep -c '^#SBATCH --[a-z-]*=*[^ ]*$')" -eq "$(grep -c '^# *SBATCH' "$sbatch")" ] ||
    fail "a line that sbatch does not read"
grep -q '^#SBATCH --array=' "$sbatch" || fail "is no array"
[ "$failures" -eq 0 ] || exit 1

mkdir "$folder/bin"
cat >"$folder/bin/srun" <<'SCRIPT'
#!/bin/sh
echo "$*" >>"$SRUN_SAID"
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
SCRIPT
chmod +x "$folder/bin/srun"
head -n 60 "$tiny/pope/random.jsonl" >"$folder/random.jsonl"
run "$folder/whole"
expect 0 $?
bytes "$folder/whole" >"$folder/expected"

export PATH="$folder/bin:$PATH" SRUN_SAID="$folder/srun" CAUSALMM_EVAL="$program"
start() {   # $1: output; the rest: more arguments. A task of the array, the number $task
    out=$1
    shift
    SLURM_JOB_ID=1 SLURM_ARRAY_JOB_ID=1 SLURM_ARRAY_TASK_ID="$task" SLURM_CPUS_PER_TASK=1 sh "$sbatch" --model "$tiny/model" \
        --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" --method greedy --method sample --no-controls --out "$out" "$@" \
        >"$folder/printed.$task" 2>"$folder/said" &
    child=$!
}
three() {   # of an output: as $first, $second and $third, each stopped after two records
    task=0
    pause 2 "$1"
    first=$child task=1
    pause 2 "$1"
    second=$child task=2
    pause 2 "$1"
    third=$child
}
all() { bytes "$1" | cmp -s - "$folder/expected" || fail "other bytes than one process writes"; }

fault "three tasks of an array"
three "$folder/three"
kill -CONT "$first" "$second" "$third"
for each in "$first" "$second" "$third"; do
    wait "$each"
    expect 0 $?
done
all "$folder/three"
[ "$(records "$folder/three")" -eq 120 ] || fail "a question was answered twice"
for task in 0 1 2; do
    grep -q '^pope on' "$folder/printed.$task" || fail "task $task printed no table"
done
grep -qx -- "--mpi=none --cpus-per-task=1 $program run --threads 1 --model .*" "$folder/srun" || fail "srun was told $(cat "$folder/srun")"

fault "of three tasks one is preempted and one killed"
three "$folder/lost"
kill -TERM "$first"
kill -KILL "$second"
kill -CONT "$first" "$third"
wait "$first"
expect 143 $?
wait "$second" 2>/dev/null
expect 137 $?
wait "$third"
expect 0 $?
all "$folder/lost"

fault "all tasks are lost, two continue"
three "$folder/again"
kill -KILL "$first" "$second" "$third"
wait "$first" "$second" "$third" 2>/dev/null
task=0
start "$folder/again"
first=$child
task=1
run "$folder/again"
expect 0 $?
wait "$first"
expect 0 $?
all "$folder/again"

[ "$failures" -eq 0 ] || exit 1
echo "the tasks of an array write the bytes of one process; lost ones are made good"
