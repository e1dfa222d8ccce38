#!/usr/bin/env bash
# Makes the roles and the database, once, in an empty PostgreSQL: the image runs what is in /docker-entrypoint-initdb.d.
#
# Needs POSTGRES_USER, PLAZA_DB_PASSWORD and REPLICATION_PASSWORD; where else than at the usual socket, PGHOST and PGPORT.
set -euo pipefail

# Passwords go in as psql's variables, which it quotes: they may hold anything.
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=plaza="$PLAZA_DB_PASSWORD" --set=replicator="$REPLICATION_PASSWORD" <<'SQL'
-- Plaza owns its database and nothing else: no superuser, no other database, no role to make.
CREATE ROLE plaza LOGIN PASSWORD :'plaza';
CREATE DATABASE plaza OWNER plaza;
REVOKE CONNECT ON DATABASE plaza FROM PUBLIC;
-- Copies the log, and reads no table.
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replicator';
SQL
