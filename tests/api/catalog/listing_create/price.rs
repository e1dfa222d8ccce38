//! Prices: exact, to the decimals of their currency.

use super::Shop;
use crate::support::{done, of_input, on_both, refused};
use serde_json::json;

on_both! {
    async fn prices_have_the_decimals_of_their_currency(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (amount, currency, told) in [
            ("0", "NIO", "0.00"),
            ("0.05", "NIO", "0.05"),
            ("12.5", "NIO", "12.50"),
            ("12.500", "NIO", "12.50"),
            ("007", "USD", "7.00"),
            ("1200", "JPY", "1200"),
            ("1200.0", "JPY", "1200"),
            ("1.125", "KWD", "1.125"),
            ("1000000000", "NIO", "1000000000.00"),
            ("-0", "NIO", "0.00"),
        ] {
            let made = done(shop.priced(amount, currency).await);
            assert_eq!(made["listing"]["price"], json!({ "amount": told, "currency": currency }));
        }
        for (amount, currency, refusal, part) in [
            ("12.505", "NIO", "INVALID price.amount", "NIO has 2 decimals"),
            ("0.5", "JPY", "INVALID price.amount", "JPY has 0 decimals"),
            ("-0.01", "NIO", "OUT_OF_RANGE price.amount", "0 or more"),
            ("1000000000.01", "NIO", "OUT_OF_RANGE price.amount", "at most 1000000000"),
            ("79228162514264337593543950335", "NIO", "OUT_OF_RANGE price.amount", "at most"),
            ("10", "XYZ", "INVALID price.currency", "NIO"),
            ("10", "", "INVALID price.currency", "ISO 4217"),
            ("10", "XXX", "INVALID price.currency", "ISO 4217"),
        ] {
            let payload = shop.priced(amount, currency).await;
            let (told, sentence) = refused(&payload);
            assert_eq!(told, refusal, "{amount} {currency}");
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}

on_both! {
    async fn what_is_no_number_is_no_price(app: &TestApp) {
        let shop = Shop::open(app).await;
        for amount in [
            json!("NaN"),
            json!("Infinity"),
            json!("1e3"),
            json!("12,50"),
            json!(""),
            json!("1_000"),
            json!(12.5),
            json!(true),
            json!("9".repeat(60)),
        ] {
            let input = shop.with("price", json!({ "amount": amount, "currency": "NIO" }));
            let (query, variables) = of_input("listingCreate", input, "listing { id }");
            let error = shop.owner.fail(&query, variables).await;
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|told| told.contains("exact decimal") && told.contains("12.50")),
                "{amount}: {error}"
            );
            assert_ne!(error["extensions"]["code"], "INTERNAL");
        }
        let whole =
            done(shop.create(shop.with("price", json!({ "amount": 12, "currency": "NIO" }))).await);
        assert_eq!(whole["listing"]["price"]["amount"], "12.00", "a whole number is exact");
    }
}
