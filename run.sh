#!/usr/bin/env bash
# The developer's commands. Each sets up its own virtual environment, so each works first.
#
#   ./run.sh demo            check the sample article against the recorded night
#   ./run.sh test [ARGS]     the tests (pytest arguments may follow)
#   ./run.sh check           ruff, mypy, import-linter and the tests: what CI runs
#   ./run.sh bench NAME ...  one of tests/benchmarks (run it without NAME for a list)
#   ./run.sh soak [ARGS]     30 nights of 500 feeds on loopback, killed at random: some minutes
#   ./run.sh corpus DIR      read every file below a folder as a feed and as a wire: who raises?
#   ./run.sh format          let ruff put the code in order
#   ./run.sh golden          write tests/golden/report anew: read the difference before a commit
#   ./run.sh pictures        take the pictures in docs/pictures anew (needs Chromium)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

fail() { printf 'run.sh: %s\n' "$*" >&2; exit 2; }

# setup EXTRAS: a virtual environment that has the project with these extras, made once and
# again whenever pyproject.toml changes.
setup() {
  local extras=$1 stamp="$VENV/.ready-$1"
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    || fail "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3"
  if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    printf 'Setting up %s ...\n' "$VENV" >&2
    [ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV" \
      || fail "could not make a virtual environment (on Debian: apt-get install python3-venv)"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".${extras:+[$extras]}"
    touch "$stamp"
  fi
}

demo() {
  setup ""
  local status=0
  night=$(mktemp -d)  # not local: the trap runs outside of this function
  trap 'rm -rf "$night"' EXIT
  local command=(verifier check feeds/sample/article.txt --feeds feeds/sample/wires.opml
    --outlet "Ellery Courier" --published 2026-10-13)
  printf '$ %s\n\n' "$(printf '%q ' "${command[@]}")"
  VERIFIER_ARCHIVE="$night/archive.db" "$VENV/bin/${command[0]}" "${command[@]:1}" || status=$?
  [ "$status" -le 1 ] || exit "$status"  # 1 says that quotes differ, as they do here
}

tests() {
  setup test
  "$VENV/bin/python" -m pytest "$@"
}

check() {
  setup test,bench,spark  # mypy reads the benchmarks and the cluster engine too
  "$VENV/bin/ruff" check .
  "$VENV/bin/ruff" format --check .
  "$VENV/bin/mypy"
  "$VENV/bin/lint-imports"
  tests
}

bench() {
  local extras=test,bench
  [ "${1:-}" != extract ] || extras=test,bench,peers  # whose tokenizer it is measured against
  [ "${1:-}" != spark ] || extras=test,bench,spark
  setup "$extras"
  if [ $# -eq 0 ]; then
    printf 'Benchmarks: %s\n' "$(cd tests/benchmarks && ls *.py 2>/dev/null | grep -v '^_' | sed 's/\.py$//' | tr '\n' ' ')"
    return
  fi
  local name=$1
  shift
  [ -e "tests/benchmarks/$name.py" ] || fail "no benchmark '$name'; ./run.sh bench lists them"
  PYTHONPATH=. "$VENV/bin/python" -m "tests.benchmarks.$name" "$@"
}

soak() { bench soak "$@"; }

corpus() {
  [ -d "${1:-}" ] || fail "give a folder of feeds or wire files, such as feedparser's tests"
  local status=0
  bench corpus_feeds "$1" || status=$?
  bench corpus_wires "$1"
  return $status
}

format() {
  setup test
  "$VENV/bin/ruff" check --fix-only .
  "$VENV/bin/ruff" format .
}

golden() {
  setup test
  PYTHONPATH=. "$VENV/bin/python" -m tests.outputs
  git --no-pager diff --stat -- tests/golden/report
}

pictures() {
  setup test
  PYTHONPATH=. "$VENV/bin/python" -m tests.pictures
}

case "${1:-}" in
  demo) shift; demo "$@" ;;
  test) shift; tests "$@" ;;
  check) shift; check "$@" ;;
  bench) shift; bench "$@" ;;
  soak) shift; soak "$@" ;;
  corpus) shift; corpus "$@" ;;
  format) shift; format "$@" ;;
  golden) shift; golden "$@" ;;
  pictures) shift; pictures "$@" ;;
  *) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
