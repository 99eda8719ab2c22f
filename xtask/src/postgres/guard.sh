# Keeps a PostgreSQL in a folder of its own until standard input ends, then removes both: whoever holds the other
# end of the pipe cannot leave a server behind, however it dies.
#
#   sh guard.sh FOLDER PROGRAMS PORT...    (the password in MEDOK_GUARD_PASSWORD)
#
# Tries the ports in turn. Says "ready PORT" on standard output, or nothing and the reason on standard error.
set -u
umask 077
folder=$1
programs=$2
shift 2
data=$folder/data
log=$folder/log

end() {
    trap '' HUP INT TERM
    "$programs/pg_ctl" -D "$data" -m immediate -w -t 30 stop >/dev/null 2>&1
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

told() {
    echo "PostgreSQL $1; the end of its log:" >&2
    tail -n 30 "$log" >&2
}

printf '%s\n' "$MEDOK_GUARD_PASSWORD" >"$folder/password"
unset MEDOK_GUARD_PASSWORD
# Only the making is not flushed to disk; the server itself runs with fsync, as a clinic's does.
if ! "$programs/initdb" -D "$data" -U postgres -A scram-sha-256 --pwfile="$folder/password" \
    --encoding=UTF8 --locale=C --no-sync >"$log" 2>&1; then
    told 'could not make its folder'
    exit 1
fi
cat >>"$data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 300
shared_buffers = 256MB
SETTINGS

started=
for port in "$@"; do
    : >"$log"
    if "$programs/pg_ctl" -D "$data" -l "$log" -o "-p $port" -w -t 60 start >/dev/null 2>&1; then
        started=$port
        break
    fi
done
if [ -z "$started" ]; then
    told 'did not start'
    exit 1
fi
echo "ready $started"

while read -r _; do :; done

"$programs/pg_ctl" -D "$data" status >/dev/null 2>&1 || told 'died before its time'
