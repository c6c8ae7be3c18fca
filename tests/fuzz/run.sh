#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs libFuzzer on every target for a while, two at a time where there are two processors. Usage: run.sh BUILD [SECONDS]; BUILD is
# configured with -DCAUSALMM_FUZZ=ON. What is found lies in BUILD/fuzz, and the exit code is 1.
set -eu
build=$(CDPATH='' cd -- "$1" && pwd)
seconds=${2:-5}

cmake --build "$build" --target fuzz
rm -rf "$build/fuzz"
mkdir "$build/fuzz"
cd "$build/fuzz"
export LLVM_PROFILE_FILE=/dev/null seconds

# The largest picture that is read has 268 MB.
one='
    name=${1##*/fuzz_}
    mkdir "$name"
    if "$1" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=300 -print_final_stats=1 \
        -artifact_prefix="$name-" "$name" >"$name.log" 2>&1
    then
        awk -v name="$name" "/^stat::number_of_executed/ { runs = \$2 } /^stat::average/ { speed = \$2 }
            END { printf \"fuzz: %-16s %8d runs, %6d a second\\n\", name, runs, speed }" "$name.log"
    else
        echo "fuzz: $name: FAILED, $build/fuzz/$name.log ends with"
        tail -n 40 "$name.log"
        exit 1
    fi'
export build
find "$build/bin" -name 'fuzz_*' | LC_ALL=C sort | xargs -n 1 -P "$(nproc)" sh -eu -c "$one" sh
