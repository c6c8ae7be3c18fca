#!/bin/sh
# SPDX-License-Identifier: MIT
# Which lines of include/ the tests run. Usage: coverage.sh BUILD [PERCENT]; BUILD was configured with -DCAUSALMM_COVERAGE=ON, and
# its tests ran with LLVM_PROFILE_FILE=BUILD/profiles/%m.profraw. Prints the folders and the files below PERCENT (95); exit 1 if
# the lines of all headers together are below it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$1
percent=${2:-95}

llvm-profdata-16 merge -sparse "$build"/profiles/*.profraw -o "$build/coverage.profdata"
programs=
for program in "$build"/bin/test_*; do programs="${programs:+$programs -object }$program"; done

# Of each row of the report: file, lines, lines that no test runs.
# Word splitting is wanted: $programs is a list. Programs that hold different halves of a template are said to mismatch.
# shellcheck disable=SC2086
llvm-cov-16 report $programs -instr-profile "$build/coverage.profdata" "$root/include" 2>/dev/null | awk '$2 ~ /^[0-9]+$/ && $8 ~ /^[0-9]+$/ { print $1, $8, $9 }' >"$build/coverage.rows"
awk -v percent="$percent" '
    function share(lines, missing) { return 100 * (lines - missing) / lines }
    $1 == "TOTAL" { lines = $2; missing = $3; next }
    {
        folder = $1
        sub(/^.*include\/causalmm\//, "", folder)
        file = folder
        if (!sub(/\/.*/, "", folder)) { folder = "causalmm" }
        all[folder] += $2
        gone[folder] += $3
        if (share($2, $3) < percent) { low[file] = share($2, $3) }
    }
    END {
        if (lines == 0) { print "coverage: no line of include/ is in the report"; exit 1 }
        for (folder in all) { printf "coverage: %-14s %6.2f %%\n", folder, share(all[folder], gone[folder]) | "LC_ALL=C sort" }
        close("LC_ALL=C sort")
        for (file in low) { printf "coverage: below %s %%: %s %.2f %%\n", percent, file, low[file] | "LC_ALL=C sort" }
        close("LC_ALL=C sort")
        printf "coverage: include/ %.2f %% of %d lines\n", share(lines, missing), lines
        exit share(lines, missing) < percent
    }' "$build/coverage.rows"
