#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing (Debian 12), builds everything in build/ and runs all tests. Arguments go to ctest.
# With CI set, a compiler warning is an error.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/cmake/bootstrap.sh"

# shellcheck disable=SC2086
require_packages $causalmm_packages
configure_build -DCAUSALMM_NATIVE=OFF ${CI:+-DCAUSALMM_WERROR=ON}
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@"
