//! The audit log as a list.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::AuditEntry;
use uuid::Uuid;

/// Entries of the audit log as a noun of lists
#[derive(Debug)]
pub struct AuditEntries;

impl Listed for AuditEntries {
    type Scope = ();
    type Filter = ();
    type Row = AuditEntry;
    const TABLE: &'static str = "audit_entry";
    const WIDE: &'static str = "";

    fn column((): &()) -> Option<&'static str> {
        None
    }

    fn partition(_: &[&()], _: &Query<Self>) -> Partition {
        Partition::whole()
    }

    fn conditions(_: &mut Sql, _: &str, _: &[&()], _: &Query<Self>) {}

    fn id(row: &AuditEntry) -> Uuid {
        row.id.0
    }
}
