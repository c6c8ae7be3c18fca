#!/bin/sh
# SPDX-License-Identifier: MIT
# What including the library costs: processor seconds that $CXX (g++) takes to parse causalmm.hpp and each folder's header, the
# least of five, with the standard library's own share beside them: what else the machine does only adds to it.
# Usage: compile_time.sh [HEADER...], or compile_time.sh LIMIT: exit 1 if causalmm.hpp costs more seconds than, say, 1.0.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
compiler=${CXX:-g++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Processor seconds of one parse of $1, by the shell's own account of its children.
parse_once() {
    bash -c 'TIMEFORMAT="%U %S"; time "$@"' - "$compiler" -std=c++20 -fsyntax-only -I "$root/include" "$1" 2>&1 |
        awk '{ printf "%.3f\n", $1 + $2 }'
}

least_of_five() {   # $1: a source
    for _ in 1 2 3 4 5; do parse_once "$1"; done | LC_ALL=C sort -n | sed -n 1p
}

case ${1:-} in
    [0-9]*)
        echo '#include <causalmm/causalmm.hpp>' >"$work/header.cpp"
        cost=$(least_of_five "$work/header.cpp")
        if awk -v cost="$cost" -v limit="$1" 'BEGIN { exit !(cost + 0 > limit + 0) }'; then
            echo "compile_time: causalmm/causalmm.hpp costs $cost s, more than the $1 s allowed" >&2
            exit 1
        fi
        echo "compile_time: causalmm/causalmm.hpp costs $cost s, within the $1 s allowed"
        exit 0
        ;;
esac

[ "$#" -gt 0 ] || set -- causalmm/causalmm.hpp $(cd "$root/include" && ls causalmm/*.hpp | grep -v '/causalmm.hpp$')
"$compiler" --version | sed -n 1p
printf '%-28s %8s %8s\n' header seconds 'of std'
for header in "$@"; do
    printf '#include <%s>\n' "$header" >"$work/header.cpp"
    "$compiler" -std=c++20 -I "$root/include" -M "$work/header.cpp" | tr ' \\' '\n\n' | grep -v '/causalmm/\|header' |
        sed -n 's|.*/include/c++/[0-9.]*/\([a-z_]*\)$|#include <\1>|p' >"$work/standard.cpp"
    printf '%-28s %8s %8s\n' "$header" "$(least_of_five "$work/header.cpp")" "$(least_of_five "$work/standard.cpp")"
done
