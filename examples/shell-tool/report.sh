#!/usr/bin/env bash
# Prints what the gauges measured: per place the lowest, the mean and the highest water.
#
# FORMAT: table (the default) or csv. FEED_URL: where to get the measurements, if not from the folder data.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${FEED_URL:-}" ]; then
  curl --fail --silent --show-error --max-time 20 --output "$work/feed.json" "$FEED_URL"
else
  cat data/*.json > "$work/feed.json"
fi

jq --raw-output --from-file lib/flatten.jq "$work/feed.json" | sort > "$work/measurements"
awk -f lib/summary.awk "$work/measurements" > "$work/summary"

# Each format is a program of its own.
"formats/${FORMAT:-table}" < "$work/summary"

first=$(cut -f 2 "$work/measurements" | sort -n | head -n 1)
if [ "${FORMAT:-table}" = table ]; then
  printf '\n%s measurements since %s\n' "$(wc -l < "$work/measurements")" "$(date --date="@$first" '+%d %b %Y, %H:%M %Z')"
  printf 'printed on %s at %s\n' "$(hostname)" "$(date '+%Y-%m-%d %H:%M:%S')"
fi
