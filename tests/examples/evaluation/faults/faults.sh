#!/bin/sh
# SPDX-License-Identifier: MIT
# The faults of long runs, tried on causalmm-eval and the embedded model: after each, the same command must continue to the same
# bytes. What needs a model that fails or hangs is in run_continued.cpp and pool.cpp (R17, R18), what needs MPI in mpi.sh (R14).
# Usage: faults.sh PROGRAM TINY_LLAVA FAILING_DISK. Says what cannot be tried here, and why.
# shellcheck source-path=SCRIPTDIR disable=SC2030,SC2031,SC2034
set -u
. "$(dirname "$0")/support.sh"

fault "an unbroken run"
run "$folder/whole"
expect 0 $?
bytes "$folder/whole" >"$folder/expected"

for signal in INT:130 TERM:143 HUP:129; do
    fault "R1 R2 SIG${signal%:*}"
    # Before the program asks for signals one ends it without a word.
    start "$folder/signal"
    kill "-${signal%:*}" "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    for records in 1 7; do
        pause "$records" "$folder/signal"
        kill "-${signal%:*}" "$child"
        resume
        expect "${signal#*:}" $? "interrupted after .* of 36; resume with the same command"
    done
    continues "$folder/signal"
    rm -r "$folder/signal"
done

fault "R3 SIGKILL of two processes at once, 30 rounds"
for round in $(seq 30); do
    start "$folder/killed"
    first=$child
    start "$folder/killed"
    [ $((round % 3)) -eq 0 ] || first_record "$folder/killed"
    sleep "0.0$((round * 7 % 10))"
    kill -KILL "$first" "$child" 2>/dev/null
    wait "$first" "$child" 2>/dev/null
    [ $((round % 10)) -ne 0 ] || continues "$folder/killed"
    [ $((round % 10)) -ne 0 ] || rm -r "$folder/killed"
done

fault "R4 a torn last line"
spoil
last=$(tail -n 1 "$(shard "$folder/whole")")
sed '$d' "$(shard "$folder/whole")" >"$(shard "$folder/out")"
printf '%.30s' "$last" >>"$(shard "$folder/out")"
continues "$folder/out"
grep -q 'a torn last line of 30 bytes was cut' "$folder/said" || fail "no warning"

fault "R5 a broken line"
spoil
sed -i '3s/"text"/"txet"/' "$(shard "$folder/out")"
cp "$(shard "$folder/out")" "$folder/broken"
run "$folder/out"
expect 65 $? 'line 3: text'
cmp -s "$folder/broken" "$(shard "$folder/out")" || fail "edited in place"
run "$folder/out" --repair
expect 0 $?
cmp -s "$folder/broken" "$(shard "$folder/out").broken" || fail "the file as it was is lost"
continues "$folder/out"

fault "R9 a file system that is read-only"
mkdir "$folder/small"
if mount -t tmpfs -o ro tmpfs "$folder/small" 2>/dev/null; then
    run "$folder/small/out"
    expect 73 $? 'Read-only file system'
    ! grep -q 'reading the model' "$folder/said" || fail "the model came first"
    umount "$folder/small"
else
    echo "$fault: not tried, tmpfs cannot be mounted here"
fi

fault "R6 a full disk"
if mount -t tmpfs -o size=60k tmpfs "$folder/small" 2>/dev/null; then
    run "$folder/small/out"
    expect 74 $? 'bytes free'
    ends_with_line "$(shard "$folder/small/out")"
    mount -o remount,size=1m "$folder/small"
    continues "$folder/small/out"
    umount "$folder/small"
else
    echo "$fault: not tried, tmpfs cannot be mounted here; R7 stands in"
fi

fault "R7 a limit on the size of files"
(ulimit -f 2 && run "$folder/limited")
expect 74 $? 'File too large'
ends_with_line "$(shard "$folder/limited")"
continues "$folder/limited"

fault "R8 a disk that fails"
# Of fdatasyncs, the first four are of two headers and their folder, which only protects against a power cut; the fifth is of records.
for variable in FAIL_WRITE=3 FAIL_WRITE=30 FAIL_SYNC=1 FAIL_SYNC=5; do
    (export LD_PRELOAD="$failing_disk" "${variable?}" && run "$folder/failing")
    expect 74 $? 'Input/output error'
    continues "$folder/failing"
    rm -r "$folder/failing"
done

fault "R9 a folder that cannot be written"
mkdir -m 555 "$folder/closed"
user=
[ "$(id -u)" -ne 0 ] || user='setpriv --reuid=65534 --regid=65534 --clear-groups'
if $user test -x "$program" && $user test -r "$tiny/model/config.json"; then
    $user "$program" run --model "$tiny/model" --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" \
        --method greedy --no-controls --out "$folder/closed/out" 2>"$folder/said"
    expect 73 $? 'Permission denied'
    ! grep -q 'reading the model' "$folder/said" || fail "the model came first"
else
    echo "$fault: not tried, another user cannot read this tree"
fi

fault "R10 somebody's answers"
mkdir "$folder/foreign"
echo "somebody's" >"$folder/foreign/random@greedy.answers.jsonl"
run "$folder/foreign"
expect 73 $? 'exists, but not'
[ "$(ls "$folder/foreign")" = random@greedy.answers.jsonl ] || fail "something was put beside them"

fault "R11 overwriting what is in use"
pause 5 "$folder/used"
first=$child
run "$folder/used" --overwrite
expect 75 $? "(pid $first)"
kill -CONT "$first"
wait "$first"
expect 0 $?
continues "$folder/used"

fault "R12 other parameters"
spoil
run "$folder/out" --seed 9
expect 78 $? 'seed: was "0"'
continues "$folder/out"

fault "R13 the output is removed meanwhile"
pause 5 "$folder/gone"
rm -rf "$folder/gone"
resume
expect 74 $? 'was removed or replaced'
[ ! -e "$folder/gone" ] || fail "was written again"

fault "R15 a clock that jumps"
clock=$(faketime '2001-01-01' printenv LD_PRELOAD 2>/dev/null)
if [ -n "$clock" ]; then
    at() {   # $1: seconds since 1970 that the wall clock, and nothing else, shows from now on; the rest: a command
        echo "@$(date -u -d "@$1" '+%Y-%m-%d %H:%M:%S')" >"$folder/time"
        shift
        export LD_PRELOAD="$clock" FAKETIME_TIMESTAMP_FILE="$folder/time" FAKETIME_NO_CACHE=1 TZ=UTC
        export FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
        "$@"
        code=$?
        unset LD_PRELOAD FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE TZ FAKETIME_DONT_FAKE_MONOTONIC NO_FAKE_STAT
        return $code
    }
    year() { at "$1" date '+%Y'; }
    [ "$(year 86400)$(year 2147558400)" = 19702038 ] || fail "the clock is not faked"
    for time in 86400 2147558400 4102444800; do   # 1970; behind the end of 32 bits, 2038; 2100
        at "$time" run "$folder/clock"
        expect 0 $?
        bytes "$folder/clock" | cmp -s - "$folder/expected" || fail "other bytes at $time"
        rm -r "$folder/clock"
    done
    # Begun in one year, continued in another; and a jump while it is in work, whose watchdog must not see it.
    for jump in 86400:2147558400 2147558400:86400; do
        at "${jump%:*}" pause 7 "$folder/clock" --timeout 60
        kill -TERM "$child"
        resume
        expect 143 $?
        at "${jump#*:}" run "$folder/clock"
        expect 0 $?
        bytes "$folder/clock" | cmp -s - "$folder/expected" || fail "other bytes across $jump"
        rm -r "$folder/clock"
        at "${jump%:*}" pause 7 "$folder/clock" --timeout 60
        at "${jump#*:}" resume
        expect 0 $?
        bytes "$folder/clock" | cmp -s - "$folder/expected" || fail "other bytes by $jump in work"
        rm -r "$folder/clock"
    done
else
    echo "$fault: not tried, faketime is not installed"
fi

fault "R16 out of memory"
# OpenBLAS starts threads while it is loaded, and asks for its work area again and again where it is not given one: both before
# the program has a say. So it has no threads here, and the limits are below those at which it is first asked, or set when it has all.
export OPENBLAS_NUM_THREADS=1
if nm -D "$program" 2>/dev/null | grep -q asan; then
    echo "$fault: not tried, the address sanitizer needs address space"
else
    out_of_memory='out of memory\|Cannot allocate memory'
    loads=1   # MiB, the least that will do
    for step in 128 64 32 16 8 4 2 1; do
        prlimit --as=$(((loads + step - 1) << 20)) "$program" --version >/dev/null 2>&1 || loads=$((loads + step))
    done
    run "$folder/memory" --limit 5
    expect 0 $?
    state "$folder/memory" >"$folder/before"
    weights=$(($(wc -c <"$tiny/model/model.safetensors") >> 20))
    for megabytes in $((loads + 1)) $((loads + weights / 2)); do
        launch="prlimit --as=$((megabytes << 20))"
        run "$folder/memory"
        expect 71 $? "$out_of_memory"
        state "$folder/memory" | cmp -s - "$folder/before" || fail "the answers there changed"
        run "$folder/nothing"
        expect 71 $? "$out_of_memory"
        [ ! -e "$folder/nothing" ] || fail "something was left"
    done
    launch=
    continues "$folder/memory"
    # In work: no page more than the run has. Blocks from this size on are given back one by one, so must be asked for again.
    threads=1   # which has its work area by then
    for size in 1024 4096 65536; do
        rm -r "$folder/memory"
        launch="env MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=$size MALLOC_TOP_PAD_=0"
        pause 5 "$folder/memory" --timeout 20
        launch=
        prlimit --pid "$child" --as=4096
        resume
        expect 71 $? "$out_of_memory"
        [ "$(records "$folder/memory")" -ge 5 ] || fail "records are lost"
        continues "$folder/memory"
    done
    threads=
fi
unset OPENBLAS_NUM_THREADS

fault "R17 a picture that breaks during the run"
cp -r "$tiny/pope/images" "$folder/images"
last=$(tail -n 1 "$folder/random.jsonl" | sed 's/.*"image": *"\([^"]*\)".*/\1/')
images=$folder/images
pause 5 "$folder/picture" --keep-going
echo "no picture" >"$folder/images/$last"
resume
expect 65 $? 'questions have no answer'
cp "$tiny/pope/images/$last" "$folder/images/$last"
continues "$folder/picture"
images=

fault "R19 nobody reads the table"
{
    "$program" run --model "$tiny/model" --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" --method greedy \
        --method sample --no-controls --out "$folder/pipe" 2>"$folder/said"
    echo $? >"$folder/code"
} | true
expect 74 "$(cat "$folder/code")" 'Broken pipe'
bytes "$folder/pipe" | cmp -s - "$folder/expected" || fail "not complete"

fault "A10 a standard stream that is closed or full"
streams() {   # $1: exit code; the rest of the run has its streams redirected by the caller
    code=0
    "$program" run --model "$tiny/model" --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" --method greedy \
        --method sample --no-controls --out "$folder/streams" || code=$?
    [ "$code" -eq "$1" ] || failures=$((failures + 1))
    bytes "$folder/streams" | cmp -s - "$folder/expected" || failures=$((failures + 1))
    rm -r "$folder/streams"
}
before=$failures
streams 74 >&- 2>/dev/null
streams 74 >/dev/full 2>/dev/null
streams 0 >/dev/null 2>&-
streams 0 >/dev/null 2>/dev/null <&-
[ "$failures" -eq "$before" ] || fail "another exit code, or not complete"

fault "R20 another model"
spoil
cp -r "$tiny/model" "$folder/model"
printf ' ' >>"$folder/model/tokenizer_config.json"
model=$folder/model
run "$folder/out"
expect 78 $? 'config_sha256'
model=
continues "$folder/out"

fault "R20 other weights are copied over those of a run"
rm -r "$folder/model"
cp -r "$tiny/model" "$folder/model"
cp "$tiny/model/model.safetensors" "$folder/weights"
printf A | dd of="$folder/weights" bs=1 seek=$(($(wc -c <"$folder/weights") - 2)) conv=notrunc 2>/dev/null   # the last number's low byte
! cmp -s "$tiny/model/model.safetensors" "$folder/weights" || fail "the other weights are the same"
model=$folder/model
pause 5 "$folder/exchanged"
kill -TERM "$child"
resume
expect 143 $?
state "$folder/exchanged" >"$folder/before"
cp "$folder/weights" "$folder/model/model.safetensors"
run "$folder/exchanged"
expect 78 $? 'weights_sha256'
state "$folder/exchanged" | cmp -s - "$folder/before" || fail "something was changed"
cp "$tiny/model/model.safetensors" "$folder/model/model.safetensors"
continues "$folder/exchanged"

fault "R20 other weights are copied over those in use"
for other in weights short; do   # of the second, what is mapped ends in the middle
    rm -r "$folder/exchanged"
    head -c 100000 "$folder/weights" >"$folder/short"
    pause 5 "$folder/exchanged"
    cp "$folder/$other" "$folder/model/model.safetensors"
    resume
    expect 74 $? 'model.safetensors: was \(written to while it was in use\|cut while it was read\)'
    [ "$(records "$folder/exchanged")" -ge 5 ] || fail "records are lost"
    cp "$tiny/model/model.safetensors" "$folder/model/model.safetensors"
    continues "$folder/exchanged"
done
rm -r "$folder/exchanged"
pause 5 "$folder/exchanged"
mv "$folder/weights" "$folder/model/model.safetensors"   # what is open stays what it was
resume
expect 0 $?
bytes "$folder/exchanged" | cmp -s - "$folder/expected" || fail "other bytes"
run "$folder/exchanged"
expect 78 $? 'weights_sha256'
model=

fault "R21 no descriptor left"
number=1
until prlimit --nofile="$number" "$program" --version >/dev/null 2>&1; do number=$((number + 1)); done
first=$number
code=71
while [ "$code" -ne 0 ] && [ "$number" -lt 32 ]; do
    launch="prlimit --nofile=$number"
    run "$folder/descriptors"
    code=$?
    expect "71|0" "$code" 'Too many open files (the limit is that of ulimit -n)'
    number=$((number + 1))
done
launch=
[ "$code" -eq 0 ] || fail "does not work with $number either"
[ "$number" -gt $((first + 1)) ] || fail "no limit was met"
bytes "$folder/descriptors" | cmp -s - "$folder/expected" || fail "other bytes"

fault "R21 no thread can be started"
mkdir -m 777 "$folder/open"
numbers=1
if [ "$(id -u)" -eq 0 ]; then   # whom no such limit holds; a user of its own has no other processes that count
    user="setpriv --reuid=$((50000 + $$ % 10000)) --regid=65534 --clear-groups"
    numbers='1 2'
fi
export OPENBLAS_NUM_THREADS=1
if $user test -x "$program" && $user test -r "$tiny/model/config.json"; then
    for number in $numbers; do   # not even the first of two, or not the second
        launch="prlimit --nproc=$number $user"
        run "$folder/open/out"
        expect 71 $? "$number of 2 cannot be started: .*ulimit -u"
        [ "$(records "$folder/open/out")" -eq 0 ] || fail "was answered"
    done
    launch=$user
    continues "$folder/open/out"
    launch=
else
    echo "$fault: not tried, another user cannot read this tree"
fi
unset OPENBLAS_NUM_THREADS

fault "R22 an empty environment, and no folder to be in"
mkdir "$folder/nowhere"
(
    cd "$folder/nowhere" && rmdir "$folder/nowhere" && env -i "$program" run --model "$tiny/model" --images "$tiny/pope/images" \
        --task "pope:$folder/random.jsonl" --method greedy --method sample --no-controls --out "$folder/bare" >/dev/null 2>"$folder/said"
)
expect 0 $?
continues "$folder/bare"

fault "R24 a shard is missing"
spoil
rm "$(shard "$folder/out")"
"$program" merge "$folder/out" >"$folder/printed" 2>"$folder/said"
expect 65 $? '18 of 18 have no answer .*: 1, 2, 3'
[ ! -s "$folder/printed" ] || fail "printed a result"

fault "R24 a shard is short"
spoil
sed -i '/"question_id":\(5\|17\),/d' "$(shard "$folder/out")"
"$program" merge "$folder/out" >"$folder/printed" 2>"$folder/said"
expect 65 $? '2 of 18 have no answer .*: 5, 17$'
[ ! -s "$folder/printed" ] || fail "printed a result"
continues "$folder/out"

[ "$failures" -eq 0 ] || exit 1
echo "all that could be tried passed"
