#!/usr/bin/env bash
# Makes sure that this machine can draw: finds a Vulkan driver that works, or fetches one.
#
#   .ci/vulkan.sh [setup]   find or fetch a driver, write the env file; quick when that is done
#   .ci/vulkan.sh env       print the env file's path
#   .ci/vulkan.sh probe     list the devices a program started with the env file sees
#
# A hardware driver that works is used as it is. Without one, Mesa's software driver (lavapipe) of
# Debian's backports is downloaded and unpacked into the cache folder, and nothing on the system is
# touched: no root, no installed package. The env file (sh syntax) names the driver to the Vulkan
# loader; `.ci/with-vulkan COMMAND` runs a command under it.
#
#   MAQUETTE_VULKAN=auto|lavapipe|system   what to look for (auto)
#   MAQUETTE_SYSTEM_INSTALL=1              with root: install the packages instead of unpacking them
#   XDG_CACHE_HOME                         where the cache folder is (~/.cache)
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${XDG_CACHE_HOME:-${HOME:?set HOME or XDG_CACHE_HOME}/.cache}/maquette/vulkan
env_file=$home/env
bundle=$home/lavapipe
probe=$home/vkprobe
want=${MAQUETTE_VULKAN:-auto}

# Older versions of lavapipe draw part of a scene wrongly, crash, and are about three times slower.
oldest_mesa=25

say() { printf 'vulkan: %s\n' "$*"; }
fail() {
    printf 'vulkan: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}
by_hand=(
    "Without it: install a Vulkan loader and a driver by your system's own means, then run this again."
    "A GPU's own driver will do. Without a GPU, Mesa $oldest_mesa or newer with its software driver:"
    "  Debian 13, Ubuntu 24.04 or newer    libvulkan1 mesa-vulkan-drivers"
    "  Fedora                              vulkan-loader mesa-vulkan-drivers"
    "  Arch                                vulkan-icd-loader vulkan-swrast"
    "  Alpine                              vulkan-loader mesa-vulkan-swrast"
)

# --- what is there ------------------------------------------------------------------------------

# What the choice of a driver rests on: when one of these changes, the driver is looked for again.
circumstances() {
    local node seen=""
    for node in /dev/nvidia[0-9]* /dev/nvidiactl /dev/dri/renderD* /dev/dxg /dev/mali* /dev/kgsl-3d0 \
        /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json "$bundle"/icd.json; do
        if [[ -e $node ]]; then seen+=" $node"; fi
    done
    printf '# for: %s%s%s' "$want" "${MAQUETTE_SYSTEM_INSTALL:+ system}" "$seen"
}

# Runs the probe with the given assignments in its environment, over none of ours.
probe_with() { env -u VK_DRIVER_FILES -u VK_ICD_FILENAMES -u VK_ADD_DRIVER_FILES "$@" "$probe" 2>"$home/probe.log"; }

# The first hardware device, or the first software one that is new enough, of a probe's listing.
hardware_in() { grep -E '^(integrated|discrete|virtual)\|' <<<"$1" | head -n 1; }
software_in() {
    local line version
    while IFS= read -r line; do
        version=$(sed -nE 's/.*llvmpipe.*Mesa ([0-9]+).*/\1/p' <<<"$line")
        if [[ $line == cpu* && -n $version ]] && ((version >= oldest_mesa)); then
            echo "$line"
            return
        fi
    done <<<"$1"
    return 1
}
describe() { awk -F'|' '{ printf "%s, %s, Vulkan %s", $3, $4, $2 }' <<<"$1"; }

build_probe() {
    if [[ -x $probe && ! $here/vkprobe.c -nt $probe ]]; then return; fi
    command -v cc >/dev/null || fail "no C compiler (cc)." "The build needs one: on Debian, apt-get install gcc libc6-dev."
    cc -O1 -o "$probe.$$" "$here/vkprobe.c" -ldl || fail "the C compiler could not build a small program." \
        "Its headers may be missing: on Debian, apt-get install gcc libc6-dev."
    mv "$probe.$$" "$probe"
}

# --- the env file -------------------------------------------------------------------------------

# write_env DEVICE-LINE DRIVER-JSON LIBRARY-FOLDER   (the last two may be empty)
write_env() {
    {
        circumstances
        printf '\n# device: %s\n' "$(describe "$1")"
        echo "# Sourced before a program of maquette starts. What the caller has set goes first."
        if [[ -n $2 ]]; then
            printf 'if [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ]; then export VK_DRIVER_FILES=%q; fi\n' "$2"
        fi
        if [[ -n $3 ]]; then
            printf 'export LD_LIBRARY_PATH=%q"${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n' "$3"
        fi
    } >"$env_file.$$"
    mv "$env_file.$$" "$env_file"
    say "$(describe "$1")"
}

# --- a driver that the system has ---------------------------------------------------------------

# In containers NVIDIA's libraries are often there, and the file that names them is elsewhere or missing.
nvidia_json() {
    local json
    for json in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do
        if [[ -e $json ]]; then
            echo "$json"
            return
        fi
    done
    if ldconfig_list | grep -q 'libGLX_nvidia\.so\.0'; then
        json=$home/nvidia_icd.json
        echo '{"file_format_version": "1.0.1", "ICD": {"library_path": "libGLX_nvidia.so.0", "api_version": "1.3.0"}}' >"$json"
        echo "$json"
    fi
}
ldconfig_list() { { command -v ldconfig >/dev/null && ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null || true; }

# Tries the drivers of the system, hardware first; the loader may be the bundle's.
use_system_driver() {
    local loader="" json="" devices line
    if ! ldconfig_list | grep -q 'libvulkan\.so\.1' && [[ -e $bundle/lib/libvulkan.so.1 ]]; then loader=$bundle/lib; fi
    local paths=()
    if [[ -n $loader ]]; then paths=("LD_LIBRARY_PATH=$loader${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"); fi

    devices=$(probe_with "${paths[@]}" || true)
    if ! line=$(hardware_in "$devices") && compgen -G '/dev/nvidia[0-9]*' >/dev/null; then
        json=$(nvidia_json)
        if [[ -n $json ]]; then line=$(hardware_in "$(probe_with "${paths[@]}" VK_DRIVER_FILES="$json" || true)") || json=""; fi
    fi
    if [[ -n $line ]]; then
        write_env "$line" "$json" "$loader"
        return 0
    fi
    if [[ -z $loader ]] && line=$(software_in "$devices"); then
        write_env "$line" "" ""
        return 0
    fi
    return 1
}

# --- a driver of our own ------------------------------------------------------------------------

use_bundle() {
    local line
    [[ -e $bundle/icd.json ]] || return 1
    line=$(software_in "$(probe_with VK_DRIVER_FILES="$bundle/icd.json" LD_LIBRARY_PATH="$bundle/lib" || true)") || return 1
    write_env "$line" "$bundle/icd.json" "$bundle/lib"
}

# apt with a state of its own under $work: its settings for the network are the system's, its lists,
# archives and sources ours, and it thinks that nothing is installed. Needs no root, changes nothing.
apt_own() {
    local tool=$1
    shift
    APT_CONFIG=$work/apt.conf "$tool" -qq "$@"
}

# The system's entries for this release's `main`, with the backports suite added next to it.
write_sources() {
    local codename=$1 out=$2 file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        if [[ -r $file ]]; then cat "$file"; fi
    done | awk -v codename="$codename" '
        $1 != "deb" { next }
        {
            line = $0; sub(/[ \t]#.*/, "", line); sub(/^deb[ \t]+/, "", line)
            options = ""
            if (line ~ /^\[/) { options = substr(line, 1, index(line, "]")) " "; line = substr(line, index(line, "]") + 1) }
            n = split(line, part, " ")
            if (part[1] ~ /^cdrom:/) next
            main = 0
            for (i = 3; i <= n; i++) if (part[i] == "main") main = 1
            if (!main) next
            release = part[2]; base = release; sub(/(-updates|-security|\/updates)$/, "", base)
            if (base != codename && base != "stable" && base != "oldstable" && base != "oldoldstable") next
            print "deb " options part[1] " " release " main"
            if (release == base) print "deb " options part[1] " " codename "-backports main"
        }' | sort -u >"$out/own.list"
    for file in /etc/apt/sources.list.d/*.sources; do
        if [[ -r $file ]]; then
            cat "$file"
            echo
        fi
    done | awk -v codename="$codename" '
        function flush(    n, i, suite, release, base, list, any) {
            n = split(field["components"], suite, " ")
            for (i = 1; i <= n; i++) if (suite[i] == "main") any = 1
            if (any && (" " field["types"] " ") ~ / deb / && field["enabled"] !~ /^[ \t]*(no|false|0|off|disable)/) {
                n = split(field["suites"], suite, " ")
                for (i = 1; i <= n; i++) {
                    base = suite[i]; sub(/(-updates|-security|\/updates)$/, "", base)
                    if (base != codename && base != "stable" && base != "oldstable" && base != "oldoldstable") continue
                    list = list " " suite[i]
                    if (suite[i] == base) list = list " " codename "-backports"
                }
                if (list != "") {
                    print "Types: deb\nSuites:" list "\nComponents: main"
                    for (name in field) if (name !~ /^(types|suites|components|enabled)$/) print name ":" field[name]
                    print ""
                }
            }
            split("", field); current = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { flush(); next }
        /^[ \t]/ { field[current] = field[current] "\n" $0; next }
        { current = tolower(substr($0, 1, index($0, ":") - 1)); field[current] = substr($0, index($0, ":") + 1) }
        END { flush() }' >"$out/own.sources"
    [[ -s $out/own.list || -s $out/own.sources ]]
}

# Downloads the driver, the loader and what they need, and leaves the bundle complete or not at all.
fetch_bundle() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
        fail "no Vulkan driver works here, and there is no apt-get to fetch one with." "${by_hand[@]}"
    local codename suite=()
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    work=$(mktemp -d "$home/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work"/{lists,archives,sources,debs,unpacked}
    : >"$work/status"

    say "no hardware driver works here: fetching Mesa's software driver, up to 60 MB, into $home"
    if [[ $codename == bookworm ]]; then
        write_sources "$codename" "$work/sources" ||
            fail "apt has no source for Debian 12's packages (bookworm main) to take the driver from." "${by_hand[@]}"
        suite=(-t "$codename-backports")
    else
        cp /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} "$work/sources/" 2>/dev/null || true
    fi
    {
        apt-config dump | grep -E '^(Acquire|APT::Architecture)' | grep -v '^Acquire::IndexTargets::[^:]*::\(DEP-11\|Contents\|CNF\)'
        cat <<CONF
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work";
Dir::State::status "$work/status";
Dir::State::lists "$work/lists";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
APT::Sandbox::User "";
Acquire::Languages "none";
CONF
    } >"$work/apt.conf"

    local log=$work/log
    apt_own apt-get update >"$log" 2>&1 || true
    if ! apt_own apt-get "${suite[@]}" -s --no-install-recommends install mesa-vulkan-drivers libvulkan1 >"$work/plan" 2>>"$log"; then
        tail -n 8 "$log" | sed 's/^/        /' >&2
        fail "apt could not find the driver's packages (above: what it said)." \
            "No network, or the configured source carries no ${suite[1]:-mesa-vulkan-drivers}." "${by_hand[@]}"
    fi

    # Every package of the plan that the system has not got in at least that version; never those
    # that belong to the C library or the compiler, of which a process can have but one.
    local name version have packages=()
    while read -r name version; do
        case $name in libc6 | libc-bin | libcrypt1 | libgcc-s1 | libstdc++6 | gcc-*-base) continue ;; esac
        have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$name" 2>/dev/null || true)
        if [[ $have == "installed "* ]] && dpkg --compare-versions "${have#installed }" ge "$version" &&
            [[ $name != mesa-vulkan-drivers && $name != libvulkan1 ]]; then
            continue
        fi
        if [[ $name == mesa-vulkan-drivers ]]; then
            dpkg --compare-versions "$version" ge "$oldest_mesa" ||
                fail "apt knows Mesa $version only, which is too old: $oldest_mesa is needed." "${by_hand[@]}"
        fi
        packages+=("$name=$version")
    done < <(sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p' "$work/plan")
    if ((${#packages[@]} == 0)); then fail "apt made no plan that has the driver in it." "${by_hand[@]}"; fi

    (cd "$work/debs" && apt_own apt-get download "${packages[@]}") >>"$log" 2>&1 || {
        tail -n 8 "$log" | sed 's/^/        /' >&2
        fail "the driver's packages could not be downloaded (above: what apt said)." "${by_hand[@]}"
    }
    local deb
    for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/unpacked"; done

    # Of all that, keep what the driver and the loader are linked with.
    local driver search library needed
    driver=$(find "$work/unpacked" -name libvulkan_lvp.so | head -n 1)
    [[ -n $driver ]] || fail "mesa-vulkan-drivers has no software driver in it." "${by_hand[@]}"
    search=$(find "$work/unpacked" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
    library=$(find "$work/unpacked" -name libvulkan.so.1 | head -n 1)
    mkdir -p "$work/bundle/lib"
    needed=$(LD_LIBRARY_PATH=$search ldd "$driver" "$library")
    if grep -q 'not found' <<<"$needed"; then
        grep 'not found' <<<"$needed" | sed 's/^[ \t]*/        /' >&2
        fail "the downloaded driver needs libraries that are neither here nor in its packages." "${by_hand[@]}"
    fi
    { sed -nE 's/.* => ([^ ]+) .*/\1/p' <<<"$needed" | grep -F "$work/unpacked/" || true; echo "$driver"; echo "$library"; } | sort -u |
        while IFS= read -r file; do cp -L "$file" "$work/bundle/lib/"; done
    # Relative to this file, so that the folder can be moved.
    printf '%s\n' '{"file_format_version": "1.0.1", "ICD": {"library_path": "./lib/libvulkan_lvp.so", "api_version": "1.3.0"}}' \
        >"$work/bundle/icd.json"
    printf '%s\n' "${packages[@]}" >"$work/bundle/packages"
    rm -rf "$bundle"
    mv "$work/bundle" "$bundle"
    rm -rf "$work"
    trap - EXIT
}

# For those who want it on the system itself, and are root.
install_on_system() {
    ((EUID == 0)) || fail "MAQUETTE_SYSTEM_INSTALL=1 needs root." "Without it the driver goes into the cache folder, and no root is needed."
    command -v apt-get >/dev/null || fail "there is no apt-get to install the driver with." "${by_hand[@]}"
    local codename extra=() suite=()
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    if [[ $codename == bookworm ]]; then
        local list=/etc/apt/sources.list.d/maquette-backports
        mkdir -p "$home/sources"
        write_sources "$codename" "$home/sources" || fail "apt has no source for Debian 12's packages (bookworm main)." "${by_hand[@]}"
        if ! apt-cache policy mesa-vulkan-drivers 2>/dev/null | grep -q bookworm-backports; then
            if [[ -s $home/sources/own.list ]]; then grep -- '-backports' "$home/sources/own.list" >"$list.list"; fi
            if [[ -s $home/sources/own.sources ]]; then
                sed -E "s/^Suites:.*-backports.*/Suites: $codename-backports/" "$home/sources/own.sources" |
                    awk 'BEGIN { RS = ""; ORS = "\n\n" } /Suites: [^ \n]*-backports/' >"$list.sources"
            fi
        fi
        suite=(-t "$codename-backports")
    fi
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends "${suite[@]}" \
        install mesa-vulkan-drivers libvulkan1 || fail "apt-get could not install the driver (above: what it said)." "${by_hand[@]}"
}

# --- the verbs ----------------------------------------------------------------------------------

# Runs the probe as any program of ours is run.
probe() {
    . "$env_file"
    "$probe"
}

setup() {
    if [[ -r $env_file ]]; then
        local first second
        { read -r first && read -r second; } <"$env_file"
        # A driver unpacked by us leans on libraries of the system, so it is asked; asking takes a moment only.
        if [[ $first == "$(circumstances)" ]] && { [[ $second != *llvmpipe* ]] || (probe >/dev/null 2>&1); }; then
            say "${second#\# device: }"
            return
        fi
    fi
    mkdir -p "$home" 2>/dev/null && [[ -w $home ]] ||
        fail "the cache folder $home cannot be written." "Set XDG_CACHE_HOME to a folder that can."
    if command -v flock >/dev/null; then
        exec 9>"$home/lock"
        flock 9
    fi
    find "$home" -maxdepth 1 -name 'fetch.*' -exec rm -rf {} +
    build_probe
    if [[ $want != lavapipe ]] && use_system_driver; then return; fi
    if [[ $want == system ]]; then fail "no driver of the system works." "$(tail -n 3 "$home/probe.log")" "${by_hand[@]}"; fi
    if [[ ${MAQUETTE_SYSTEM_INSTALL:-0} == 1 ]]; then
        install_on_system
        use_system_driver || fail "the installed driver does not work:" "$(tail -n 3 "$home/probe.log")"
        return
    fi
    if use_bundle; then return; fi
    fetch_bundle
    # With a loader at hand, what drives the hardware may be found after all.
    if [[ $want != lavapipe ]] && use_system_driver; then return; fi
    use_bundle || fail "the downloaded driver does not work:" "$(tail -n 3 "$home/probe.log")" "${by_hand[@]}"
}

case ${1:-setup} in
setup) setup ;;
env) echo "$env_file" ;;
probe)
    [[ -r $env_file ]] || fail "not set up yet." "Run: make setup"
    probe
    ;;
*) fail "no such verb: $1" "Verbs: setup, env, probe." ;;
esac
