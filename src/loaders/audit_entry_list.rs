//! The audit log as a list.

use super::list::everything;

everything! {
    /// Entries of the audit log as a noun of lists
    AuditEntries: AuditEntry, audit_entry
}
