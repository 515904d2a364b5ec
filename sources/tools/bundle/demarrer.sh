#!/bin/sh
# Installe le cours la première fois, puis l’ouvre dans JupyterLab.
cd "$(dirname "$0")" || exit 1
for version in 3.13 3.12 3.11 3.14; do
    command -v "python$version" >/dev/null 2>&1 && exec "python$version" demarrer.py "$@"
done
exec python3 demarrer.py "$@"
