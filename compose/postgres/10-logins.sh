#!/bin/bash
# Run once, when the database is made: the login that the replicas have, which can do what the service
# may do and nothing else; and a database for the flag server.
set -euo pipefail

password() { tr -d '\n' <"/secrets/operator/$1"; }

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set api="$(password api-password)" --set unleash="$(password unleash-database-password)" <<'SQL'
CREATE ROLE scaleretail_api NOLOGIN;
CREATE ROLE shop_api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'api' IN ROLE scaleretail_api;
CREATE ROLE unleash LOGIN PASSWORD :'unleash';
CREATE DATABASE unleash OWNER unleash;
REVOKE CREATE, TEMPORARY ON DATABASE shop FROM PUBLIC;
SQL
