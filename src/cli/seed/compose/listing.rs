//! Listings: one of the market's goods, as one store offers it.

use super::super::calendar::{self, Calendar};
use super::super::dice::Dice;
use super::super::market::{BLOCKS, ENDINGS, Good, LANDMARKS, Theme, Town, sentences};
use super::super::prose::{Lexicon, Prose};
use super::super::row::{self, Cell, Row, Table, columns_with_place};
use super::{Tree, around};
use crate::entities::{Currency, ListingStatus, Money, Timestamp};
use crate::rules::distance::Point;
use uuid::Uuid;

pub(in crate::cli::seed) const LISTING: Table = Table {
    name: "listing",
    columns: columns_with_place!(
        [
            "id",
            "store_id",
            "publisher_id",
            "category_id",
            "title",
            "description",
            "price_minor",
            "price_sort",
            "currency",
            "stock",
            "status",
            "hidden"
        ],
        ["promoted", "version", "created_at", "updated_at"]
    ),
    searched: true,
};

pub(in crate::cli::seed) const TOP_LISTING: Table = Table {
    name: "store_top_listing",
    columns: &["store_id", "rank", "listing_id"],
    searched: false,
};

/// A row of `store_top_listing`
pub(in crate::cli::seed) fn top_listing_row(store: Uuid, rank: i64, listing: Uuid) -> Row {
    Row::of(vec![store.into(), Cell::Int(rank), listing.into()])
}

/// Who offers, and where
#[derive(Clone, Debug)]
pub(in crate::cli::seed) struct Stall {
    pub(in crate::cli::seed) store: Uuid,
    pub(in crate::cli::seed) publisher: Uuid,
    pub(in crate::cli::seed) currency: &'static str,
    pub(in crate::cli::seed) town: &'static Town,
    pub(in crate::cli::seed) place: Prose,
    pub(in crate::cli::seed) point: Option<Point>,
}

/// A good as a stall offers it from an instant on: its id, its state and its row.
pub(in crate::cli::seed) fn offer(
    stall: &Stall,
    good: &Good,
    tree: &Tree,
    (calendar, created_at): (&Calendar, Timestamp),
    dice: &mut Dice,
    lexicon: &mut Lexicon,
) -> (Uuid, ListingStatus, Row) {
    let id = calendar::id(created_at, dice);
    let (title, description) = (title(good, dice), description(good, stall.town, dice));
    let price = price(good, stall.currency, dice);
    let (status, stock) = state(good.theme, dice);
    let edited = dice.chance(1, 4);
    let version = if edited { 2 + i64::from(dice.chance(1, 3)) } else { 1 };
    let updated_at = if edited { calendar.after(created_at, dice, 30) } else { created_at };
    let mut cells = vec![
        id.into(),
        stall.store.into(),
        stall.publisher.into(),
        tree.find(good.category).into(),
        (&title).into(),
        (&description).into(),
        price.minor.into(),
        price.sort_amount().into(),
        price.currency.code().into(),
        stock.into(),
        Cell::Int(status as i64),
        false.into(),
    ];
    // Farms, houses and some others have a place of their own; the others that of the store.
    let own_place = matches!(good.theme, Theme::Property | Theme::Livestock) || dice.chance(1, 5);
    cells.extend(if own_place {
        row::place(Some(&Prose::of(&["Cerca de ", stall.town.name])), around(stall.town, dice))
    } else {
        row::place(Some(&stall.place), stall.point)
    });
    cells.extend([false.into(), version.into(), created_at.into(), updated_at.into()]);
    (id, status, Row { cells, words: Some(lexicon.words(&title, &description)) })
}

fn title(good: &Good, dice: &mut Dice) -> Prose {
    let mut title = Prose::of(&[good.title]);
    if good.measure != "c/u" {
        title.add(", ").add(good.measure);
    }
    if matches!(good.theme, Theme::Food | Theme::Ranch | Theme::Craft | Theme::Home | Theme::Wear)
        && dice.chance(1, 5)
    {
        title.add(dice.word(ENDINGS));
    }
    title
}

fn description(good: &Good, town: &Town, dice: &mut Dice) -> Prose {
    let mut text = Prose::of(&[good.detail]);
    let more = sentences(good.theme);
    let first = dice.place(more.len());
    text.add(" ").add(more[first]);
    if dice.chance(1, 2) {
        text.add(" ").add(more[(first + 1 + dice.place(more.len() - 1)) % more.len()]);
    }
    if dice.chance(1, 2) {
        text.add("\n\n")
            .add(dice.word(LANDMARKS))
            .add(dice.word(BLOCKS))
            .add(" ")
            .add(town.name)
            .add(".");
    }
    text
}

/// A round price between the good's lowest and highest, in dollars where good or store have them
fn price(good: &Good, currency: &'static str, dice: &mut Dice) -> Money {
    /// Córdobas a hundred dollars
    const RATE: i64 = 3662;
    let (low, high) = good.price;
    let whole =
        low + i64::try_from(dice.below((high - low).unsigned_abs() + 1)).unwrap_or_default();
    let step = match whole {
        ..50 => 1,
        50..200 => 5,
        200..1000 => 10,
        1000..5000 => 50,
        5000..20_000 => 100,
        _ => 500,
    };
    let whole = whole / step * step;
    let dollars = good.dollars || currency == "USD";
    let minor = match (good.dollars, dollars) {
        (false, true) => (whole * 10_000 / RATE / 25 * 25).max(25),
        _ => whole * 100,
    };
    let code = if dollars { "USD" } else { "NIO" };
    Money { minor, currency: Currency::from_code(code).expect("both are ISO 4217 currencies") }
}

fn state(theme: Theme, dice: &mut Dice) -> (ListingStatus, Option<i64>) {
    let most = match theme {
        Theme::Service | Theme::Property | Theme::Beauty => 0,
        Theme::Vehicle | Theme::Livestock => 3,
        Theme::Craft | Theme::Electronics => 15,
        _ => 120,
    };
    let counted = most > 0 && dice.chance(3, 5);
    let stock = counted.then(|| 1 + i64::try_from(dice.below(most)).unwrap_or_default());
    match dice.below(100) {
        0..4 => (ListingStatus::Draft, stock),
        4..8 => (ListingStatus::Paused, stock),
        8..11 if most > 0 => (ListingStatus::SoldOut, Some(0)),
        11..14 => (ListingStatus::Archived, stock),
        _ => (ListingStatus::Active, stock),
    }
}
