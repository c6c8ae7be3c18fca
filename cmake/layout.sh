#!/bin/sh
# SPDX-License-Identifier: MIT
# The rules of the tree that no compiler checks. Usage: layout.sh [ROOT]; prints one line per breach, exit 1 if any.
set -eu
root=${1:-$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)}
cd "$root"
breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT

breach() { echo "layout: $*" >>"$breaches"; }

# The code of a header without its comments: words in prose break no rule.
code() { sed 's|//.*||' "$1"; }

# What a header may include, as an extended regular expression matched against the text between < and >.
standard='[a-z_0-9]+'
allowed_includes() {   # $1: path below include/causalmm
    case "$1" in
        causalmm.hpp) echo "$standard|causalmm/[a-z_0-9]+(/[a-z_0-9]+)*\.hpp" ;;
        */*) own=${1%%/*} ;;
        *) own=${1%.hpp} ;;
    esac
    [ "$1" = causalmm.hpp ] && return 0
    below="$standard|causalmm/core/[a-z_0-9]+\.hpp|causalmm/$own/[a-z_0-9/]+\.hpp"
    case "$own" in
        core) echo "$standard|causalmm/core/[a-z_0-9]+\.hpp|causalmm/version\.hpp" ;;
            # selection holds places, not policies.
        attention | decode | effect) echo "$below|causalmm/[a-z_]+/concepts\.hpp|causalmm/selection/[a-z_]+\.hpp" ;;
        backend) echo "$below|causalmm/[a-z_]+/concepts\.hpp|causalmm/attention/[a-z_]+\.hpp" ;;
        adaptor) echo "$below|.*/.*" ;;
        *) echo "$below" ;;
    esac
}

# std::shuffle and the distributions give other numbers with another library (N93).
banned='\<(throw|try)\>|std::(shuffle|cout|cerr)|_distribution\>|\<(abort|exit|f?printf|puts|isnan|isinf|isfinite)[ ]*\('

check_header() {   # $1: path below include/causalmm
    file=include/causalmm/$1
    [ "$(wc -l <"$file")" -le 250 ] || breach "$file: more than 250 lines"
    grep -q '^#pragma once$' "$file" || breach "$file: no #pragma once"

    allowed=$(allowed_includes "$1")
    code "$file" | sed -n 's/^ *# *include *//p' | grep -vxE "<($allowed)> *" | while read -r include; do
        breach "$file: includes $include"
    done || true
    code "$file" | grep -nE '<(ranges|iostream|regex|format)>' | while read -r line; do
        breach "$file:$line: too costly or unavailable for a public header"
    done || true
    code "$file" | sed 's|"[^"]*"|""|g' | grep -nE "$banned" | while read -r line; do
        breach "$file:$line: not in a public header (no exceptions, no output, bit tests only, own random numbers)"
    done || true

    # Folder == namespace, inside the inline one that spells the configuration. An umbrella may be includes alone; an adaptor specialises a trait of the library itself.
    own_namespace='causalmm::inline CAUSALMM_ABI'
    case "$1" in
        core/*) namespace="$own_namespace" ;;
        adaptor/*) namespace="$own_namespace(::adaptor)?" ;;
        */*) namespace="$own_namespace::${1%%/*}" ;;
        *) namespace= ;;
    esac
    [ -z "$namespace" ] || grep -qE "^namespace $namespace(::[a-z_:]+)? \{" "$file" || breach "$file: no 'namespace $namespace {'"

    case "$1" in
        */concepts.hpp) ;;
        *.cuh) [ -f "tests/${1%.cuh}.cu" ] || breach "$file: no test at tests/${1%.cuh}.cu" ;;
        */*) [ -f "tests/${1%.hpp}.cpp" ] || breach "$file: no test at tests/${1%.hpp}.cpp" ;;
    esac
}

for header in $(cd include/causalmm && find . -name '*.hpp' -o -name '*.cuh' | sed 's|^\./||' | LC_ALL=C sort); do
    check_header "$header"
done

# The same for every source of ours; generated data and goldens are not sources.
find include tests examples benchmarks cmake -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.cuh' -o -name '*.cu' \
    -o -name '*.py' -o -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt \) | LC_ALL=C sort | while read -r file; do
    head -n 2 "$file" | grep -qE '^(//|#) SPDX-License-Identifier: MIT$' || breach "$file: no SPDX line at the top"
    if LC_ALL=C grep -qn '[^[:print:][:space:]]' "$file"; then breach "$file: not ASCII"; fi
done

for entry in * .[!.]*; do
    case "$entry" in
        include | tests | benchmarks | examples | cmake | CMakeLists.txt | README.md | LICENSE | build* | .*) ;;
        *) breach "$entry: not one of the top level's entries" ;;
    esac
done

# What the README quotes stands in the file it names, between two lines "// [quickstart]".
sed -n 's|^<!-- quote: \(.*\) -->$|\1|p' README.md | while read -r file; do
    quoted=$(awk -v mark="<!-- quote: $file -->" '$0 == mark { on = 1 } /^<!-- end -->$/ { on = 0 } on && !/^<!--|^```/' README.md)
    source=$(awk '$0 == "// [quickstart]" { on = !on; next } on' "$file")
    [ "$quoted" = "$source" ] || breach "README.md: its quote of $file is not what stands there"
done

sort "$breaches" >&2
[ ! -s "$breaches" ] || exit 1
