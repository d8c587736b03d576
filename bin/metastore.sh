#!/bin/sh
# Backs up and restores metadata with the arguments of Kylin's metastore.sh: run it without any to see them.
# Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 refused by a safety rule.
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
home=${HOLDFAST_HOME:-$(pwd)}
HOLDFAST_DATA=${HOLDFAST_DATA:-$home/holdfast-data}
export HOLDFAST_DATA
if [ -f "$here/dist/main.js" ]; then program=$here/dist/main.js; else program=$here/src/main.ts; fi
if [ -x "$here/node_modules/.bin/node" ]; then node=$here/node_modules/.bin/node; else node=node; fi
exec "$node" "$program" metastore --home "$home" "$@"
