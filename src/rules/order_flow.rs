//! The states of an order, the steps between them, and who may take which.
//!
//! ```text
//! PLACED ──accept──▶ ACCEPTED ──prepare──▶ PREPARING ──ready──▶ READY ──complete──▶ COMPLETED
//!    │
//!    └───reject──▶ REJECTED
//!
//! cancel: the buyer from PLACED and ACCEPTED, the store from PLACED to READY ──▶ CANCELLED
//! ```
//!
//! The counter (clerks, managers, the owner) takes the store's steps. A courier completes what they
//! bring.

use crate::entities::OrderStatus::{
    Accepted, Cancelled, Completed, Placed, Preparing, Ready, Rejected,
};
use crate::entities::{Fulfilment, OrderStatus, StoreRole};

/// What the viewer is to an order; somebody may be several
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Placed it
    pub buyer: bool,
    /// Works in its store
    pub staff: Option<StoreRole>,
}

impl Part {
    fn counter(self) -> bool {
        self.staff.is_some_and(|role| role >= StoreRole::Clerk)
    }

    /// Nothing to do with it
    pub fn is_stranger(self) -> bool {
        !self.buyer && self.staff.is_none()
    }
}

/// A step that the flow, or the viewer's part, does not have
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    from: OrderStatus,
    to: OrderStatus,
    allowed: Vec<OrderStatus>,
    /// Somebody else could
    pub forbidden: bool,
}

impl Refused {
    /// Says which steps there are instead.
    pub fn message(&self) -> String {
        let allowed: Vec<_> = self.allowed.iter().map(|status| status.name()).collect();
        let instead = match (allowed.as_slice(), self.from) {
            ([], Completed | Rejected | Cancelled) => "it stays so".to_owned(),
            ([], _) => "the next step is somebody else's".to_owned(),
            ([one], _) => format!("you can take it to {one}"),
            (many, _) => format!("you can take it to {}", many.join(" or ")),
        };
        if self.from == self.to {
            return format!("The order is {} already; {instead}", self.from.name());
        }
        format!(
            "An order that is {} can't be taken to {}{}; {instead}",
            self.from.name(),
            self.to.name(),
            if self.forbidden { " by you" } else { "" }
        )
    }
}

/// The states to which this part may take an order now, in the order of the flow
pub fn next(from: OrderStatus, fulfilment: Fulfilment, part: Part) -> Vec<OrderStatus> {
    OrderStatus::ALL.into_iter().filter(|to| may(from, *to, fulfilment, part)).collect()
}

/// Checks a step.
///
/// # Errors
/// The flow has no such step, or not for this part.
pub fn check(
    from: OrderStatus,
    to: OrderStatus,
    fulfilment: Fulfilment,
    part: Part,
) -> Result<(), Refused> {
    if may(from, to, fulfilment, part) {
        return Ok(());
    }
    let anybody = Part { buyer: true, staff: Some(StoreRole::Owner) };
    Err(Refused {
        from,
        to,
        allowed: next(from, fulfilment, part),
        forbidden: may(from, to, fulfilment, anybody),
    })
}

fn may(from: OrderStatus, to: OrderStatus, fulfilment: Fulfilment, part: Part) -> bool {
    match (from, to) {
        (Placed, Accepted | Rejected) | (Accepted, Preparing) | (Preparing, Ready) => {
            part.counter()
        }
        (Ready, Completed) => {
            part.counter() || (part.staff.is_some() && fulfilment == Fulfilment::Delivery)
        }
        (Placed | Accepted, Cancelled) => part.counter() || part.buyer,
        (Preparing | Ready, Cancelled) => part.counter(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUYER: Part = Part { buyer: true, staff: None };
    const CLERK: Part = Part { buyer: false, staff: Some(StoreRole::Clerk) };
    const COURIER: Part = Part { buyer: false, staff: Some(StoreRole::Courier) };

    #[test]
    fn the_way_of_an_order() {
        let way = [Placed, Accepted, Preparing, Ready, Completed];
        for pair in way.windows(2) {
            assert_eq!(check(pair[0], pair[1], Fulfilment::Pickup, CLERK), Ok(()));
            assert!(check(pair[0], pair[1], Fulfilment::Pickup, BUYER).is_err());
            assert!(check(pair[1], pair[0], Fulfilment::Pickup, CLERK).is_err(), "no way back");
        }
    }

    #[test]
    fn buyers_cancel_until_it_is_made_and_the_store_until_it_is_gone() {
        let by = |part: Part| {
            OrderStatus::ALL.map(|from| may(from, Cancelled, Fulfilment::Pickup, part))
        };
        assert_eq!(by(BUYER), [true, true, false, false, false, false, false]);
        assert_eq!(by(CLERK), [true, true, true, true, false, false, false]);
        assert_eq!(by(COURIER), [false; 7]);
    }

    #[test]
    fn couriers_complete_what_they_bring() {
        assert_eq!(check(Ready, Completed, Fulfilment::Delivery, COURIER), Ok(()));
        assert!(check(Ready, Completed, Fulfilment::Pickup, COURIER).is_err());
    }

    #[test]
    fn strangers_take_no_step_and_nothing_leaves_an_end() {
        for from in OrderStatus::ALL {
            assert_eq!(next(from, Fulfilment::Delivery, Part::default()), []);
        }
        for from in [Completed, Rejected, Cancelled] {
            let all = Part { buyer: true, staff: Some(StoreRole::Owner) };
            assert_eq!(next(from, Fulfilment::Delivery, all), []);
        }
    }

    #[test]
    fn a_refusal_names_what_is_allowed() {
        let refused = check(Placed, Ready, Fulfilment::Pickup, CLERK).expect_err("too early");
        let message = "An order that is PLACED can't be taken to READY; you can take it to \
                       ACCEPTED or REJECTED or CANCELLED";
        assert_eq!(refused.message(), message);
        assert!(!refused.forbidden);
        let refused = check(Placed, Accepted, Fulfilment::Pickup, BUYER).expect_err("the store's");
        let message = "An order that is PLACED can't be taken to ACCEPTED by you; you can take it \
                       to CANCELLED";
        assert_eq!((refused.message().as_str(), refused.forbidden), (message, true));
        let refused = check(Completed, Completed, Fulfilment::Pickup, CLERK).expect_err("done");
        assert_eq!(refused.message(), "The order is COMPLETED already; it stays so");
    }
}
