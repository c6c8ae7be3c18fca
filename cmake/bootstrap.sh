# SPDX-License-Identifier: MIT
# Shared by tests/run.sh, examples/run.sh and .ci/run, which source it after setting `root` to this repository's folder.
# shellcheck shell=sh disable=SC2034
# Packages that are already there cause no package manager call at all, so a second run needs no network.

# What building everything takes on Debian 12.
causalmm_packages="g++ cmake ninja-build catch2 libeigen3-dev libxtensor-dev libbenchmark-dev nlohmann-json3-dev libcli11-dev
    libjpeg-dev libpng-dev libcairo2-dev libopenblas-dev libopenmpi-dev openmpi-bin librapidcheck-dev pkg-config faketime"

# Installs those of the named packages that are missing; exit 69 (unavailable) if that takes rights we do not have.
require_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        echo "note: not a Debian system; expecting these packages' contents to be there: $*" >&2
        return 0
    fi
    missing=
    for package in "$@"; do
        case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
            installed*) ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        # A password can only be asked for at a terminal.
        if ! command -v sudo >/dev/null 2>&1 || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            echo "$0: error: please install (as root): apt-get install$missing" >&2
            exit 69
        fi
        as_root=sudo
    fi
    $as_root apt-get update -q
    # Word splitting is wanted: $missing is a list.
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# Configures build/ (or the folder named by CAUSALMM_BUILD_DIR) with the given cmake options, by g++ unless CXX names another.
configure_build() {
    build=${CAUSALMM_BUILD_DIR:-$root/build}
    CXX=${CXX:-g++} cmake -S "$root" -B "$build" -G Ninja "$@"
}
