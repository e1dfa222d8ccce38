//! Work that goes on after an answer: the queue of jobs, and the files that they work on.
//!
//! A job that is due is found by an index of those that wait alone, one whose worker has died by an
//! index of those that run: neither grows with what was done before. `slot` names a turn of a schedule,
//! so that of all servers one queues it. An uploaded file stands in pieces, so that none is a row of
//! many megabytes; it goes with the job that worked on it.

use crate::step;

step!(
    "m0016_job",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE job (
                {row_no}
                id {uuid} CONSTRAINT job_pkey {key},
                kind {text} NOT NULL,
                status {small} NOT NULL,
                owner_id {uuid} REFERENCES "user" (id) ON DELETE SET NULL,
                input {text} NOT NULL,
                state {text},
                done {big} NOT NULL,
                total {big},
                message {text},
                result {text},
                attempts {int} NOT NULL,
                version {int} NOT NULL,
                cancel_asked {bool} NOT NULL,
                lease {uuid},
                beat_at {big},
                run_at {big} NOT NULL,
                slot {text} CONSTRAINT job_slot_key UNIQUE,
                created_at {big} NOT NULL,
                started_at {big},
                finished_at {big}
            ) {strict}"#,
            "CREATE INDEX job_due_idx ON job (run_at, id) WHERE status = 0",
            "CREATE INDEX job_running_idx ON job (beat_at) WHERE status = 1",
            "CREATE INDEX job_status_idx ON job (status, created_at, id)",
            "CREATE INDEX job_created_idx ON job (created_at, id)",
            "CREATE INDEX job_finished_idx ON job (finished_at) WHERE finished_at IS NOT NULL",
            "CREATE INDEX job_owner_idx ON job (owner_id, id) WHERE owner_id IS NOT NULL",
            r#"CREATE TABLE upload (
                id {uuid} NOT NULL CONSTRAINT upload_pkey PRIMARY KEY,
                owner_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                job_id {uuid} REFERENCES job (id) ON DELETE CASCADE,
                name {text} NOT NULL,
                bytes {big} NOT NULL,
                created_at {big} NOT NULL
            ) {strict}"#,
            "CREATE INDEX upload_created_idx ON upload (created_at)",
            "CREATE INDEX upload_owner_idx ON upload (owner_id)",
            "CREATE INDEX upload_job_idx ON upload (job_id)",
            "CREATE TABLE upload_part (
                upload_id {uuid} NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
                part {int} NOT NULL,
                content {bytes} NOT NULL,
                CONSTRAINT upload_part_pkey PRIMARY KEY (upload_id, part)
            ) {strict}",
        ])
        .await?;
        // A job is written at each of its steps: room for it in every page. What is uploaded is read once,
        // and rarely shrinks.
        ddl.postgres(&[
            "ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)",
            "ALTER TABLE upload_part ALTER COLUMN content SET STORAGE EXTERNAL",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE upload_part", "DROP TABLE upload", "DROP TABLE job"]).await?;
    }
);
