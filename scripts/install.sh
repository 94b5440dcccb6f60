#!/usr/bin/env bash
# Installs this tree into a virtual environment, which is made when it is not there.
# usage: install.sh VENV REQUIREMENT, for instance: install.sh .venv '.[dev]'; PYTHON names the interpreter to use.
set -euo pipefail
venv=$1
requirement=$2

make_venv() {
  local python=${PYTHON:-}
  [ -n "$python" ] || python=$(scripts/find-python.sh)
  command -v "$python" >/dev/null || { echo "There is no $python; name another: make PYTHON=..." >&2; exit 1; }
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    # Debian keeps the module in a package of its own, named after the version.
    local package
    package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
      echo "$python cannot make virtual environments; as root: apt-get install $package" >&2
      exit 1
    fi
    echo "Installing $package ..."
    scripts/apt-install.sh "$package"
  fi
  echo "Making $venv with $("$python" --version) ..."
  "$python" -m venv --clear "$venv"
}

"$venv/bin/python" -c 'import pip' 2>/dev/null || make_venv
echo "Installing $requirement into $venv ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore \
  --constraint constraints.txt --editable "$requirement"
