#!/usr/bin/env bash
# Sees to the programs that the live tests start: as root it installs the missing ones, else it says what is
# missing and which tests are skipped for it. Never fails: the tests that can run should run.
set -euo pipefail

#         program  Debian package  the tests that need it
programs="sipp     sip-tester      the load test
          baresip  baresip-core    calls with real phones
          sox      sox             all that start the whole program
          espeak-ng espeak-ng      prompts from text
          linphone-daemon linphone-cli calls with another make of phone
          kamailio kamailio        the edge proxy and the carrier
          rtpengine rtpengine-daemon audio through rtpengine
          pg_ctlcluster postgresql the store in PostgreSQL
          chromium chromium        the status page in a browser"

packages=()
while read -r program package _; do
  command -v "$program" >/dev/null || packages+=("$package")
done <<<"$programs"

if [ ${#packages[@]} -gt 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing what the tests need: ${packages[*]} ..."
  # One by one when they fail together, so that one that this system lacks does not cost the others.
  scripts/apt-install.sh "${packages[@]}" 2>/dev/null ||
    for package in "${packages[@]}"; do scripts/apt-install.sh "$package" 2>/dev/null || true; done
fi

while read -r program package tests; do
  command -v "$program" >/dev/null ||
    echo "Missing: $program (Debian package $package). Skipped for it: $tests."
done <<<"$programs"
