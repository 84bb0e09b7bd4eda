#!/bin/sh
# A PostgreSQL cluster for tests, which lives as long as whoever holds this script's standard input open.
#
#   $1       the folder of PostgreSQL's binaries; run as any user but root
#   stdin    `start PORT` or `stop`, a line each; end of file ends the server and deletes its folder
#   stdout   first `made`; then `started`, `not started` (is the port taken?) or `stopped`, a line each
#
# The folder is in /tmp and has a short name because the path of a socket may have no more than 107 bytes. There is no
# durability: nothing here outlives a crash of the machine. SIGINT asks for a fast shutdown, SIGQUIT for an immediate one.
umask 077
folder=$(mktemp -d /tmp/chitieu-pg-XXXXXX) || { echo "no folder"; exit 1; }
server=
end() {
    [ -n "$server" ] || return 0
    kill "-$1" "$server"
    wait "$server"
    server=
}
trap 'end QUIT; rm -rf "$folder"' EXIT
"$1/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    </dev/null >"$folder/log" 2>&1 || { echo "initdb failed"; exit 1; }
echo made
while read -r word port; do
    case $word in
    start)
        "$1/postgres" -D "$folder/data" -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 \
            -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
            </dev/null >>"$folder/log" 2>&1 &
        server=$!
        answer=
        while [ -z "$answer" ]; do
            if ! kill -0 "$server"; then
                wait "$server"
                server=
                answer="not started"
            elif "$1/pg_isready" -q -h "$folder" -p "$port" >/dev/null; then
                answer=started
            else
                sleep 0.05
            fi
        done
        echo "$answer"
        ;;
    stop)
        end INT
        echo stopped
        ;;
    esac
done
