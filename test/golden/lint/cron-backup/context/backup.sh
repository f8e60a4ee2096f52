#!/bin/sh
pg_dump "$DATABASE_URL" | aws s3 cp - "s3://$BUCKET/dump.sql"
