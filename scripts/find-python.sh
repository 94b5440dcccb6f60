#!/usr/bin/env bash
# Prints the newest Python on PATH that the program runs on; one clear line on standard error when there is none.
set -euo pipefail

# 3.14 is the newest that every pinned package has wheels for.
for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
  # Asked of the interpreter itself: a name on PATH may be a version manager's empty promise.
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
    command -v "$candidate"
    exit
  fi
done
echo "No Python 3.11 to 3.14 on PATH. Install one, or name it: make PYTHON=/path/to/python3.11" >&2
exit 1
