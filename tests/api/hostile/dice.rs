//! What the corpus is drawn by, and from.

/// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    /// One of these
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Texts that have broken things elsewhere. None holds a word that a leak would be known by.
pub const TEXTS: [&str; 24] = [
    "' OR '1'='1",
    "'; DROP TABLE x; --",
    "\" OR \"\"=\"",
    "1 UNION ALL SELECT NULL,NULL--",
    "%' AND 1=1 AND '%'='",
    "\\'; --",
    "*/ OR 1=1 /*",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "${7*7}{{7*7}}<%= 7*7 %>",
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
    "\u{0}",
    "\u{FFFE}\u{FFFF}",
    "\u{202E}\u{200B}\u{FEFF}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}",
    "((((((((((((((((",
    "a & b | !c:* <-> 'd'",
    "* \"a\" NEAR(b, 1) OR c*",
    "%%%%%%%%%%______",
    "-9223372036854775808",
    "NaN",
];
