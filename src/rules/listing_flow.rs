//! The states of a listing and the steps between them.
//!
//! ```text
//! DRAFT ──publish──▶ ACTIVE ◀──publish── PAUSED
//!                    │    ▲ ──pause────▶
//!        stock is 0  ▼    │ stock again
//!                   SOLD_OUT ──pause──▶ PAUSED
//! every state ──archive──▶ ARCHIVED
//! ```

use crate::entities::ListingStatus;
use crate::entities::ListingStatus::{Active, Archived, Draft, Paused, SoldOut};

/// What staff can do with a listing
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put on the market
    Publish,
    /// Take from the market for a while
    Pause,
    /// Put away for good
    Archive,
}

/// A step that the flow does not have
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    from: ListingStatus,
    step: Step,
}

impl Refused {
    /// Says which steps there are instead.
    pub fn message(self) -> String {
        let allowed = match self.from {
            Draft | Paused => "it can be published or archived",
            Active | SoldOut => "it can be paused or archived",
            Archived => "it stays in the archive; create a new one",
        };
        format!("A listing that is {:?} can't take the step {:?}: {allowed}", self.from, self.step)
    }
}

/// Where a step leads. A step to where the listing already stands is no refusal.
///
/// # Errors
/// The flow has no such step.
pub fn next(from: ListingStatus, step: Step, stock: Option<i32>) -> Result<ListingStatus, Refused> {
    match (from, step) {
        (Draft | Paused | Active | SoldOut, Step::Publish) => {
            Ok(if stock == Some(0) { SoldOut } else { Active })
        }
        (Active | SoldOut | Paused, Step::Pause) => Ok(Paused),
        (_, Step::Archive) => Ok(Archived),
        (Draft, Step::Pause) | (Archived, Step::Publish | Step::Pause) => {
            Err(Refused { from, step })
        }
    }
}

/// Where a new stock leads: sold out at 0, back on the market with more.
pub fn after_stock(from: ListingStatus, stock: Option<i32>) -> ListingStatus {
    match (from, stock) {
        (Active, Some(0)) => SoldOut,
        (SoldOut, None | Some(1..)) => Active,
        _ => from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_archive() {
        for step in [Step::Publish, Step::Pause] {
            assert!(next(Archived, step, None).is_err());
        }
        assert_eq!(next(Archived, Step::Archive, None), Ok(Archived));
        assert_eq!(after_stock(Archived, Some(5)), Archived);
    }

    #[test]
    fn without_stock_publishing_is_sold_out() {
        assert_eq!(next(Draft, Step::Publish, Some(0)), Ok(SoldOut));
        assert_eq!(after_stock(SoldOut, Some(3)), Active);
        assert_eq!(after_stock(Active, Some(0)), SoldOut);
        assert_eq!(after_stock(Draft, Some(0)), Draft);
    }

    #[test]
    fn a_refusal_names_what_is_allowed() {
        let refused = next(Draft, Step::Pause, None).expect_err("drafts can't pause");
        assert!(refused.message().contains("published or archived"));
    }
}
