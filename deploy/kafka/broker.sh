#!/usr/bin/env bash
# One Kafka broker (KRaft) on loopback, in the foreground: to try listen --kafka and to test it, not for a hospital's feed.
#   broker.sh --prepare          gets the jars, once; needs mvn
#   broker.sh FOLDER [PORT [PROPERTIES]]
#                                starts it, its data in FOLDER; PORT is 9092, and the one above it is taken too; a file of
#                                PROPERTIES has the last word
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jars=$here/../../build/kafka

if [[ ! -d $jars ]]; then
    # Into a folder of another name first, so that a copy that broke off is not taken for whole.
    mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars.$$" >&2
    mv -T "$jars.$$" "$jars" 2>/dev/null || rm -r "$jars.$$"
fi
[[ ${1:?a folder for its data, or --prepare} == --prepare ]] && exit

data=$(mkdir -p "$1" && cd "$1" && pwd)
port=${2:-9092}
cat >"$data/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
log.dirs=$data/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
PROPERTIES
[[ -z ${3:-} ]] || cat "$3" >>"$data/server.properties"
kafka=(java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$jars/*")
if [[ ! -f $data/log/meta.properties ]]; then
    cluster=$("${kafka[@]}" kafka.tools.StorageTool random-uuid)
    "${kafka[@]}" kafka.tools.StorageTool format --cluster-id "$cluster" --config "$data/server.properties" >&2
fi
exec "${kafka[@]}" kafka.Kafka "$data/server.properties"
