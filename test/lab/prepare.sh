#!/bin/sh
# Makes a fresh Debian machine with Node ready for `npm test`, `npm run demo` or `npm run bench:failover`; quick when all is there.
# Spec: Debian policy 9.3 (policy-rc.d: installing must start no service), npm-ci(1). usage: prepare.sh test|demo|bench
set -u
mode=${1:-test}
cd "$(dirname "$0")/../.." || exit 1
say() { echo "prepare: $*"; }
fail() { echo "prepare: $*" >&2; exit 1; }

case $mode in
  test) packages='iproute2 kmod user-mode-linux ipvsadm keepalived psmisc openssl tcpdump' ;;
  demo) packages='iproute2 kmod user-mode-linux ipvsadm' ;;
  bench) packages='iproute2 kmod user-mode-linux ipvsadm keepalived tcpdump' ;;
  *) fail "usage: prepare.sh test|demo|bench" ;;
esac

command -v node >/dev/null || fail 'Node.js 20.19 or later is missing: install it first'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js 20.19 or later is needed, this is $(node -v)"

# The machine's own kernel will do when it has IPVS; then the one that runs as a process is not needed.
if [ ! -e /proc/net/ip_vs ]; then modprobe -q ip_vs 2>/dev/null || true; fi
if [ -e /proc/net/ip_vs ]; then packages=$(echo "$packages" | sed 's/user-mode-linux//'); fi
case $packages in
  *user-mode-linux*) if grep -qw amx_tile /proc/cpuinfo; then packages="$packages gcc libc6-dev"; fi ;;
esac

modules_current() { [ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; }
native_loads() { node -e 'require("raw-socket")' 2>/dev/null; }
if ! modules_current || ! native_loads; then packages="$packages python3 make g++"; fi

missing=
for package in $packages; do
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  [ "$(id -u)" = 0 ] || fail "these Debian packages are missing:$missing. Install them, or run this as root"
  command -v apt-get >/dev/null || fail "these packages are missing and there is no apt-get:$missing"
  say "installing$missing"
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    trap 'rm -f $policy' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1; then
    say 'refreshing the package lists'
    { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1 ||
      { tail -n 20 "$log" >&2; rm -f "$log"; fail "apt-get could not install$missing"; }
  fi
  rm -f "$log"
fi

# modprobe inside the test kernel looks for its modules under /lib/modules.
case $packages in
  *user-mode-linux*)
    for modules in /usr/lib/uml/modules/*; do
      link=/lib/modules/${modules##*/}
      [ -e "$link" ] && continue
      [ "$(id -u)" = 0 ] || fail "$link is missing: run this as root once"
      say "linking $link"
      mkdir -p /lib/modules && ln -s "$modules" "$link" || fail "$link could not be made"
    done ;;
esac

if ! modules_current; then
  say 'npm ci'
  npm ci --no-fund --no-audit --loglevel=error || fail 'npm ci failed'
  touch node_modules/.package-lock.json
elif ! native_loads; then
  say 'npm rebuild raw-socket'
  npm rebuild raw-socket --loglevel=error || fail 'raw-socket could not be built'
fi
if [ ! -e dist/main.js ] || [ -n "$(find src package-lock.json test/lab/build.mjs -newer dist/main.js -print 2>/dev/null | head -n 1)" ]; then
  say 'npm run build'
  npm run --silent build || fail 'the build failed'
fi

if [ "$mode" != test ] && [ "$(id -u)" != 0 ]; then fail 'network namespaces need root: run this as root'; fi
exit 0
