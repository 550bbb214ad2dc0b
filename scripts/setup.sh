# Shared by ./run and ./test: installs what is missing, configures and builds. POSIX sh; sourced from the project's root.

BUILD_PACKAGES="g++ cmake ninja-build ccache mold pkg-config libsimgrid-dev libboost-graph-dev libeigen3-dev
  libhdf5-dev libprotobuf-dev protobuf-compiler libfmt-dev libcli11-dev libyaml-cpp-dev libsimdjson-dev zlib1g-dev"
TEST_PACKAGES="catch2 python3 python3-h5py python3-numpy python3-xarray python3-netcdf4 python3-h5netcdf python3-matplotlib
  python3-jsonschema python3-yaml netcdf-bin slurmctld slurmd slurm-client munge chromium fonts-dejavu-core
  qt6-base-dev qt6-svg-dev libqcustomplot-dev xvfb xauth"

say() { printf '%s\n' "$*" >&2; }

die() { say "$*"; exit 1; }

# log_run LOG WHAT COMMAND...: runs quietly; on failure shows the end of the log and where it is.
log_run() {
  log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    grep -E 'error|Error|FAILED|^E: ' "$log" | head -n 20 >&2
    say "---"
    tail -n 25 "$log" >&2
    die "$what failed; the whole log is $log"
  fi
}

# install PACKAGE...: with apt, only what is missing.
install() {
  missing=
  for p in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$p" 2>/dev/null) in
      "install ok installed") ;;
      *) missing="$missing $p" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get to install them:$missing"
  [ "$(id -u)" = 0 ] || die "these packages are missing; install them as root: apt-get install$missing"
  say "installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  log_run build/logs/apt-update.log "apt-get update" apt-get update -q
  # shellcheck disable=SC2086
  log_run build/logs/apt-install.log "apt-get install" apt-get install -q -y --no-install-recommends $missing
}

# build PRESET TARGET...: configures when needed, then builds; quiet unless it takes long or fails. A tree that was
# configured before the test packages were there is configured again.
build() {
  preset=$1
  shift
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "building Headroom ($preset); the first time takes some minutes"
    log_run "build/logs/configure-$preset.log" "configuring" cmake --preset "$preset"
  elif [ "$*" = all ] && { [ ! -d "build/$preset/tests/CMakeFiles/catch_main.dir" ] || [ ! -d "build/$preset/gui" ]; }; then
    log_run "build/logs/configure-$preset.log" "configuring" cmake --preset "$preset"
  fi
  log_run "build/logs/build-$preset.log" "building" cmake --build --preset "$preset" --target "$@"
}
