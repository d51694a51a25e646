#!/usr/bin/env bash
# Prints the path of a Python that has what REQUIREMENTS asks for, making its environment in the cache if need be:
#
#   .ci/python.sh REQUIREMENTS
set -euo pipefail

requirements=$1
cache=${XDG_CACHE_HOME:-${HOME:?set HOME or XDG_CACHE_HOME}/.cache}/maquette

fail() {
    printf 'python: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}
# With root, and on a system that has apt, what is missing is installed; otherwise the caller says what it would be.
apt_install() {
    ((EUID == 0)) && command -v apt-get >/dev/null || return 1
    printf 'python: installing %s\n' "$*" >&2
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"; } >&2 </dev/null
}

command -v python3 >/dev/null || apt_install python3 python3-venv ||
    fail "there is no python3, which the reader tests need." "On Debian: apt-get install python3 python3-venv"
version=$(python3 -c 'import sys; print(sys.version_info[:2] >= (3, 11) and "%d.%d" % sys.version_info[:2] or "")')
[[ -n $version ]] || fail "python3 is $(python3 --version), and 3.11 or newer is needed."

hash=$({ echo "$version"; cat "$requirements"; } | sha256sum | cut -c1-12)
venv=$cache/venv-$hash
if [[ -x $venv/bin/python ]] && "$venv/bin/python" -c '' 2>/dev/null; then
    echo "$venv/bin/python"
    exit
fi

mkdir -p "$cache"
new=$(mktemp -d "$cache/venv.XXXXXX")
trap 'rm -rf "$new"' EXIT
printf 'python: making an environment for %s\n' "$requirements" >&2

# Debian keeps ensurepip in a package of its own. Without it an environment can still be filled by a pip from outside.
make_environment() {
    if python3 -c 'import ensurepip, venv' 2>/dev/null; then
        python3 -m venv "$new" && pip=("$new/bin/python" -m pip)
    elif python3 -m pip --version >/dev/null 2>&1 && python3 -c 'import venv' 2>/dev/null; then
        python3 -m venv --without-pip "$new" && pip=(python3 -m pip --python "$new/bin/python")
    else
        return 1
    fi
}
make_environment || { apt_install python3-venv && make_environment; } ||
    fail "python3 can make no environment: its modules venv and ensurepip are missing." "On Debian: apt-get install python3-venv"
PIP_DISABLE_PIP_VERSION_CHECK=1 "${pip[@]}" --quiet install --only-binary :all: --requirement "$requirements" >&2 ||
    fail "pip could not install what $requirements asks for (above: what it said)." \
        "It has to reach a Python package index: see pip's own settings for an index or a proxy."

rm -rf "$venv"
mv "$new" "$venv"
trap - EXIT
echo "$venv/bin/python"
