#!/usr/bin/env bash
# Clients that are not ours, against the built server: run.sh [all|clients|suite]
#   clients  the TypeScript client with the Tasks extension, and the Inspector in both protocol eras
#   suite    the public MCP suite for 2026-07-28, on the Conformance program's mcp-host: without keys, and with one on each request
# Installs pinned packages into artifacts/ (the registry is needed once). Everything listens on 127.0.0.1.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
what=${1:-all}
work=$root/artifacts/acceptance-clients
mkdir -p "$work"
cp "$here"/package.json "$here"/package-lock.json "$here"/typescript-client.mjs "$here"/with-key.mjs "$work/"
cd "$work"
# The package "node" brings its binary by a script of its own; the other packages' scripts are not needed.
[ -x node_modules/node/bin/node ] || { npm ci --ignore-scripts --no-audit --no-fund >/dev/null && npm rebuild node --ignore-scripts=false >/dev/null; }
node=node_modules/node/bin/node
data=$(mktemp -d)
started=
trap '[ -z "$started" ] || { kill $started 2>/dev/null; wait $started 2>/dev/null || true; }; rm -rf "$data"' EXIT
failed=0

newest() { find "$root/artifacts/bin/$1" -maxdepth 2 -name "$1" -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2; }

await_line() {
  for _ in $(seq 200); do
    url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+/mcp' "$data/out" | head -n 1) && [ -n "$url" ] && return
    sleep 0.2
  done
  cat "$data/out" "$data/err" >&2
  exit 1
}

inspect() {
  npx --no-install mcp-inspector --cli "$url" --transport http --header "Authorization: Bearer $key" --protocol-era "$@" >"$data/inspector" 2>&1 ||
    { echo "FAIL inspector $*: $(tail -c 300 "$data/inspector")"; failed=1; return; }
  echo "ok   inspector $1 $3"
}

if [ "$what" != suite ]; then
  "$(newest ServerlessMcp.Local)" serve --port 0 --data "$data" >"$data/out" 2>"$data/err" &
  started=$!
  await_line
  key=$(sed -nE 's/.*"agent": *"([^"]+)".*/\1/p' "$data/keys.json")
  "$node" typescript-client.mjs "$url" "$key" || failed=1
  for era in legacy modern; do
    inspect "$era" --method tools/list --strict
    inspect "$era" --method tools/call --tool-name aws_change --tool-args-json \
      "{\"service\":\"sns\",\"operation\":\"CreateTopic\",\"parameters\":{\"Name\":\"inspector-$era\"}}" --format json
  done
  kill "$started"
  wait "$started" || true
  started=
fi

if [ "$what" != clients ]; then
  for door in open keyed; do
    : >"$data/out" # Another server's address must not be taken for this one's.
    keyed=()
    [ "$door" = open ] || keyed=(--key-file "$data/key")
    "$(newest ServerlessMcp.Conformance)" mcp-host --port 0 "${keyed[@]}" >"$data/out" 2>"$data/err" &
    started=$!
    await_line
    if [ "$door" = keyed ]; then
      "$node" -e "fetch('$url', { method: 'POST' }).then((answer) => process.exit(answer.status === 401 ? 0 : 1))" || { echo "FAIL without its key the server should answer 401"; failed=1; }
      : >"$data/out"
      "$node" with-key.mjs "$url" "$data/key" >"$data/out" &
      started="$started $!"
      await_line
    fi
    echo "the public suite, $door"
    "$node" node_modules/@modelcontextprotocol/conformance/dist/index.js server --url "$url" --requirements 2026-07-28 -o "$data/suite-$door" | tail -n 25 || failed=1
    kill $started
    wait $started || true
    started=
  done
fi

exit "$failed"
