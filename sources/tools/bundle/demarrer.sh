#!/bin/sh
# Installe le cours la première fois, puis l’ouvre dans JupyterLab.
cd "$(dirname "$0")" || exit 1
for version in 3.14 3.13 3.15 3.12 3.11; do
    "python$version" -c "" 2>/dev/null && exec "python$version" demarrer.py "$@"
done
exec python3 demarrer.py "$@"
