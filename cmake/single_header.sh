#!/bin/sh
# SPDX-License-Identifier: MIT
# causalmm.hpp and all that it includes as one file. Usage: single_header.sh ROOT OUT; exit 1 if a header is missing.
# Headers of the library are expanded where they are first named, those of the standard library kept where they are first named.
set -eu
root=$1
out=$2
mkdir -p "$(dirname -- "$out")"
trap 'rm -f "$out.part"' EXIT

version=$(sed -n 's/^#define CAUSALMM_VERSION_[MP][A-Z]* //p' "$root/include/causalmm/version.hpp" | paste -s -d . -)
{
    echo '// SPDX-License-Identifier: MIT'
    echo "// causalmm $version in one file, generated from its headers."
    echo '//'
    sed 's|^|// |; s| *$||' "$root/LICENSE"
    echo '#pragma once'
    awk -v include="$root/include/" '
        function put(line) {
            if (line != "" || last != "") { print line }   # one empty line for several
            last = line
        }
        function expand(name,   file, line, depth, more) {
            if (name in seen) { return }
            seen[name] = 1
            file = include name
            while ((more = (getline line < file)) > 0) {
                if (line ~ /^#if/) { depth++ }
                if (line ~ /^#endif/) { depth-- }
                if (line ~ /^#pragma once|^\/\/ SPDX/) { continue }
                if (line ~ /^#include <causalmm\//) {
                    gsub(/^#include <|>.*$/, "", line)
                    expand(line)
                } else if (line !~ /^#include/ || depth > 0 || !(line in seen)) {
                    if (line ~ /^#include/ && depth == 0) { seen[line] = 1 }
                    put(line)
                }
            }
            close(file)
            if (more < 0) {
                print "single_header: no file " file | "cat >&2"
                exit 1
            }
        }
        BEGIN { expand("causalmm/causalmm.hpp") }'
} >"$out.part"
mv "$out.part" "$out"
