#!/bin/sh
# SPDX-License-Identifier: MIT
# The faults of long runs, tried on causalmm-eval and the embedded model: after each, the same command must continue to the same
# bytes. What needs a model that fails or hangs is in run_continued.cpp and pool.cpp (R17, R18), what needs MPI in mpi.sh (R14).
# Usage: faults.sh PROGRAM TINY_LLAVA FAILING_DISK. Says what cannot be tried here, and why.
set -u
. "$(dirname "$0")/support.sh"

fault "an unbroken run"
run "$folder/whole"
expect 0 $?
bytes "$folder/whole" >"$folder/expected"

for signal in INT:130 TERM:143 HUP:129; do
    fault "R1 R2 SIG${signal%:*}"
    for delay in 0 0.05 0.15; do
        start "$folder/signal"
        [ "$delay" = 0 ] || first_record "$folder/signal"
        sleep "0$delay"
        kill "-${signal%:*}" "$child" 2>/dev/null
        wait "$child"
        code=$?
        # Before the program asks for signals one ends it without a word.
        [ "$delay" = 0 ] || expect "${signal#*:}|0" "$code" "resume with the same command"
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

fault "R6 a full disk"
mkdir "$folder/small"
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
start "$folder/used"
first=$child
first_record "$folder/used"
kill -STOP "$first"
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
start "$folder/gone"
first_record "$folder/gone"
kill -STOP "$child"
rm -rf "$folder/gone"
kill -CONT "$child"
wait "$child"
expect "74|73" $?
[ ! -e "$folder/gone" ] || fail "was written again"

fault "R15 a clock that jumps"
if command -v faketime >/dev/null; then
    for time in '1970-01-02 00:00:00' '2038-01-20 00:00:00'; do
        FAKETIME_DONT_FAKE_MONOTONIC=1 faketime "$time" "$program" run --model "$tiny/model" --images "$tiny/pope/images" \
            --task "pope:$folder/random.jsonl" --method greedy --method sample --no-controls --out "$folder/clock" >/dev/null 2>"$folder/said"
        expect 0 $?
    done
    continues "$folder/clock"
else
    echo "$fault: not tried, faketime is not installed"
fi

fault "R16 out of memory"
if [ -z "$(nm -D "$program" 2>/dev/null | grep -m 1 asan)" ]; then
    # Between these OpenBLAS asks for its work area again and again, until the watchdog ends it.
    for megabytes in 1500 300 200; do
        (ulimit -v $((megabytes * 1024)) && run "$folder/memory" --timeout 2)
        expect "71|70|0|127" $?
    done
    continues "$folder/memory"
else
    echo "$fault: not tried, the address sanitizer needs address space"
fi

fault "R17 a picture that breaks during the run"
cp -r "$tiny/pope/images" "$folder/images"
last=$(tail -n 1 "$folder/random.jsonl" | sed 's/.*"image": *"\([^"]*\)".*/\1/')
images=$folder/images
start "$folder/picture" --keep-going
first_record "$folder/picture"
kill -STOP "$child"
echo "no picture" >"$folder/images/$last"
kill -CONT "$child"
wait "$child"
expect 65 $? 'questions have no answer'
cp "$tiny/pope/images/$last" "$folder/images/$last"
continues "$folder/picture"
images=

fault "R19 nobody reads the table"
"$program" run --model "$tiny/model" --images "$tiny/pope/images" --task "pope:$folder/random.jsonl" --method greedy \
    --method sample --no-controls --out "$folder/pipe" 2>"$folder/said" | true
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

fault "R21 no descriptor left"
for number in 13 16 20 24; do   # with fewer the shell cannot redirect
    (ulimit -n "$number" && run "$folder/descriptors")
    expect "71|66|0" $? 'Too many open files'
done
continues "$folder/descriptors"

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
continues "$folder/out"

[ "$failures" -eq 0 ] || exit 1
echo "all that could be tried passed"
