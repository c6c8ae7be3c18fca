#!/bin/sh
# SPDX-License-Identifier: MIT
# What including the library costs: processor seconds that $CXX (g++) takes to parse causalmm.hpp and each folder's header, the
# median of five, with the standard library's own share beside them. Usage: compile_time.sh [HEADER...]
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

median_of_five() {   # $1: a source
    for _ in 1 2 3 4 5; do parse_once "$1"; done | LC_ALL=C sort -n | sed -n 3p
}

[ "$#" -gt 0 ] || set -- causalmm/causalmm.hpp $(cd "$root/include" && ls causalmm/*.hpp | grep -v '/causalmm.hpp$')
"$compiler" --version | sed -n 1p
printf '%-28s %8s %8s\n' header seconds 'of std'
for header in "$@"; do
    printf '#include <%s>\n' "$header" >"$work/header.cpp"
    "$compiler" -std=c++20 -I "$root/include" -M "$work/header.cpp" | tr ' \\' '\n\n' | grep -v '/causalmm/\|header' |
        sed -n 's|.*/include/c++/[0-9.]*/\([a-z_]*\)$|#include <\1>|p' >"$work/standard.cpp"
    printf '%-28s %8s %8s\n' "$header" "$(median_of_five "$work/header.cpp")" "$(median_of_five "$work/standard.cpp")"
done
