#!/bin/sh
# redis.sh start | ping: runs Redis, or asks whether it serves, with the password of QUEUE_URL (one secret, not two that
# have to agree). The password reaches Redis on standard input: it is in no argument and in no file of ours.
set -eu
url=$(cat "$QUEUE_URL_FILE")
login=${url#*://}
case $login in
  *:*@*) login=${login%%@*} ;;
  *) login=: ;;
esac
password=${login#*:}
case $password in
  "" | *[!A-Za-z0-9._~-]*)
    echo "QUEUE_URL needs a password of letters, digits and . _ ~ - only: redis://:<password>@<host>:6379" >&2
    exit 1
    ;;
esac
case $1 in
  start)
    exec redis-server - <<CONFIG
include $(dirname "$0")/redis.conf
requirepass $password
CONFIG
    ;;
  ping) REDISCLI_AUTH=$password redis-cli ping | grep -qx PONG ;;
esac
