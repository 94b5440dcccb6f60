#!/usr/bin/env bash
# Installs Debian packages, saying nothing unless it fails. Needs root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

quietly() {
  "$@" >"$log" 2>&1 </dev/null || { cat "$log" >&2; exit 1; }
}

quietly apt-get update
quietly apt-get install --yes --no-install-recommends "$@"
