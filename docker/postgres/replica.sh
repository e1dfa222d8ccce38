#!/usr/bin/env bash
# Starts a streaming replica: copies the primary where the data folder is empty, then runs the command it is given.
#
# Needs PGDATA, PRIMARY_HOST, PRIMARY_PORT, REPLICATION_PASSWORD and REPLICA_NAME, which is also its slot's.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  source="host=$PRIMARY_HOST port=$PRIMARY_PORT user=replicator application_name=$REPLICA_NAME"
  export PGPASSWORD=$REPLICATION_PASSWORD
  # The slot keeps the log on the primary until this replica has it. It may be there from a copy before.
  exists=$(psql --no-psqlrc -At "$source dbname=postgres" --set=name="$REPLICA_NAME" \
    <<<"SELECT count(*) FROM pg_replication_slots WHERE slot_name = :'name'")
  slot=(--slot="$REPLICA_NAME")
  [ "$exists" = 1 ] || slot+=(--create-slot)
  # What was copied in part is no replica: beside first, and then in its place. So PGDATA is a folder in the volume.
  rm -rf "$PGDATA.part"
  pg_basebackup --pgdata="$PGDATA.part" --dbname="$source" --write-recovery-conf --checkpoint=fast "${slot[@]}"
  mv --no-target-directory "$PGDATA.part" "$PGDATA"
  unset PGPASSWORD
fi
exec "$@"
