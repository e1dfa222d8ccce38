//! A person's own figures: what they wrote, and what the assistant answered.

use super::scalar::{Date, DateTime, count};
use crate::entities::{ChatDay, day_number};
use async_graphql::{Object, SimpleObject};
use chrono::{Days, NaiveDate};
use std::sync::Arc;

/// Days that are told one by one
const DAYS: u64 = 30;
/// Days of the week
const WEEK: i32 = 7;

/// What the viewer wrote, and what the assistant answered. Days are those of UTC
pub struct ChatUsage {
    /// Days in which something was written, the newest first
    days: Arc<[Arc<ChatDay>]>,
    today: NaiveDate,
}

/// A day's figures
#[derive(SimpleObject)]
pub struct DailyChatUsage {
    /// Day of UTC
    day: Date,
    /// Messages that the viewer wrote
    messages: i32,
    /// Tokens of the assistant's replies
    tokens: i32,
}

impl ChatUsage {
    /// The figures as of a day
    pub fn new(days: Arc<[Arc<ChatDay>]>, today: NaiveDate) -> Self {
        Self { days, today }
    }

    fn messages_since(&self, day: i32) -> i32 {
        let days = self.days.iter().filter(|row| row.day >= day);
        days.fold(0, |sum, row| sum.saturating_add(row.messages))
    }
}

/// What the viewer wrote, and what the assistant answered. Days are those of UTC
#[Object]
impl ChatUsage {
    /// Messages that the viewer wrote
    async fn total_messages(&self) -> i32 {
        self.messages_since(i32::MIN)
    }

    /// Of those, today's and those of the six days before
    async fn messages_last7_days(&self) -> i32 {
        self.messages_since(day_number(self.today) - (WEEK - 1))
    }

    /// Tokens that models read and wrote for the viewer
    async fn total_tokens(&self) -> i32 {
        let sum = self.days.iter().fold(0_i64, |sum, row| sum.saturating_add(row.tokens));
        count(sum)
    }

    /// From a question to its reply's end; null before the first
    async fn average_reply_ms(&self) -> Option<i32> {
        let sum = |of: fn(&ChatDay) -> i64| self.days.iter().map(|row| of(row)).sum::<i64>();
        let replies = sum(|row| i64::from(row.replies));
        let average = sum(|row| row.reply_ms).checked_div(replies)?;
        Some(count(average))
    }

    /// When the viewer wrote last, or a reply came to its end
    async fn last_activity_at(&self) -> Option<DateTime> {
        self.days.iter().map(|row| row.active_at).max().map(DateTime)
    }

    /// The last 30 days, newest first
    async fn daily(&self) -> Vec<DailyChatUsage> {
        let dates = (0..DAYS).filter_map(|ago| self.today.checked_sub_days(Days::new(ago)));
        dates
            .map(|date| {
                let number = day_number(date);
                let row = self.days.iter().find(|row| row.day == number);
                DailyChatUsage {
                    day: Date(date),
                    messages: row.map_or(0, |row| row.messages),
                    tokens: count(row.map_or(0, |row| row.tokens)),
                }
            })
            .collect()
    }
}
