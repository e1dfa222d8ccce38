//! Whose a bucket is, without saying who that is.

use std::net::IpAddr;

/// Whose a bucket is
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject([u8; 16]);

impl Subject {
    /// By a keyed digest of what is not to be kept, such as an address.
    pub fn of_digest(digest: &[u8]) -> Self {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = *of);
        Self(bytes)
    }

    /// By a row's id.
    pub fn of_id(id: uuid::Uuid) -> Self {
        Self(id.into_bytes())
    }

    /// As a key has it
    pub(super) fn number(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

/// The name under which an address is counted. Whoever has one address of IPv6 has the 2^64 around
/// it.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_ipv6_are_one_and_mapped_addresses_are_ipv4() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
