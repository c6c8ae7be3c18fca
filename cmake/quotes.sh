#!/bin/sh
# SPDX-License-Identifier: MIT
# Every code block of the README that is marked `<!-- quote: FILE -->` must stand between the file's `// [quickstart]` lines.
set -eu
cd "$(dirname "$0")/.."

files=$(sed -n 's/^<!-- quote: \(.*\) -->$/\1/p' README.md)
[ -n "$files" ] || { echo "README.md: no quoted example"; exit 1; }
for file in $files; do
  quoted=$(awk -v mark="<!-- quote: $file -->" '$0 == mark {inside = 1; next} inside && /^```$/ {exit} inside && !/^```/' README.md)
  source=$(awk '/^\/\/ \[quickstart\]$/ {inside = !inside; next} inside' "$file")
  if [ "$quoted" != "$source" ]; then
    echo "README.md: the block quoted from $file is not what stands there"
    exit 1
  fi
  echo "README.md: $file is quoted as it stands"
done
