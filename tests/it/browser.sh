#!/bin/sh
# A chromedriver for tests, which lives as long as whoever holds this script's standard input open.
#
#   $1       chromedriver, which chooses a free port and logs it
#   stdin    any line asks for a folder for a browser's profile; end of file ends everything and deletes the folders
#   stdout   first the port; then a folder, a line each
#
# A browser is not in chromedriver's process group and survives it. So at the end everything is killed that has our
# folder, whose name is like no other, on its command line.
umask 077
folder=$(mktemp -d /tmp/chitieu-browser-XXXXXX) || { echo "no folder"; exit 1; }
driver=
end() {
    [ -z "$driver" ] || kill -KILL "$driver"
    for process in /proc/[0-9]*; do
        if tr '\0' '\n' <"$process/cmdline" | grep -q "^--user-data-dir=$folder/"; then
            kill -KILL "${process#/proc/}"
        fi
    done
    # A dying browser may still write while its profile is deleted.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf "$folder" && break
        sleep 0.1
    done
}
trap end EXIT
"$1" --port=0 </dev/null >"$folder/log" 2>&1 &
driver=$!
port=
while [ -z "$port" ]; do
    sleep 0.05
    kill -0 "$driver" || { echo "chromedriver ended"; exit 1; }
    port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$folder/log")
done
echo "$port"
number=0
while read -r _; do
    number=$((number + 1))
    mkdir "$folder/$number"
    echo "$folder/$number"
done
