//! Server-sent events out of bytes, however the network cuts them:
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>
//!
//! Lines are `tokio_util`'s, which bounds their length: an endpoint may send anything. What makes
//! events of them is own code, since only `data` of the protocol is needed here, and the crate most
//! used for it, `eventsource-stream`, was last released in 2022.

use super::super::reply::{Trouble, Why};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, LinesCodec};

/// Gathers bytes, and gives the data of each event that is whole
pub(in super::super) struct Events {
    lines: LinesCodec,
    bytes: BytesMut,
    /// Of the event that is being read
    data: Option<String>,
    /// Bytes of a line, and of an event's data
    longest: usize,
}

impl Events {
    pub(in super::super) fn new(longest: usize) -> Self {
        Self {
            lines: LinesCodec::new_with_max_length(longest),
            bytes: BytesMut::new(),
            data: None,
            longest,
        }
    }

    /// The data of the events that these bytes complete.
    ///
    /// # Errors
    /// A line is too long, or no UTF-8.
    pub(in super::super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, Trouble> {
        self.bytes.extend_from_slice(bytes);
        let mut whole = Vec::new();
        while let Some(line) = self
            .lines
            .decode(&mut self.bytes)
            .map_err(|err| Trouble::new(Why::Garbled, err.to_string()))?
        {
            if line.is_empty() {
                whole.extend(self.data.take());
            } else {
                self.heed(&line)?;
            }
        }
        Ok(whole)
    }

    /// The data of an event that lacks nothing but the empty line after it. A line that was cut is
    /// dropped.
    pub(in super::super) fn end(&mut self) -> Option<String> {
        self.data.take()
    }

    fn heed(&mut self, line: &str) -> Result<(), Trouble> {
        let line = line.trim_start_matches('\u{feff}');
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        // Comments have no field; names, ids and retries of events are of no use here.
        if field != "data" {
            return Ok(());
        }
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            Some(data) if data.len() + value.len() >= self.longest => {
                return Err(Trouble::new(Why::Garbled, "an event is too long"));
            }
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &str = "\u{feff}: hello\r\ndata: {\"a\":\"ñandú 🦤\"}\r\n\r\nevent: x\nid: 7\n\
                          data:one\ndata: two\ndata\n\n\n: ping\n\ndata: [DONE]\n\ndata: cut";

    fn heard(chunks: &[&[u8]]) -> Vec<String> {
        let mut events = Events::new(100);
        let mut heard = Vec::new();
        for chunk in chunks {
            heard.extend(events.take(chunk).expect("it is readable"));
        }
        heard.extend(events.end());
        heard
    }

    #[test]
    fn comments_other_fields_and_line_ends_make_no_difference() {
        assert_eq!(heard(&[STREAM.as_bytes()]), ["{\"a\":\"ñandú 🦤\"}", "one\ntwo\n", "[DONE]"]);
    }

    #[test]
    fn the_last_event_needs_no_empty_line() {
        assert_eq!(heard(&[b"data: a\n\ndata: b\ndata: c"]), ["a", "b"]);
    }

    #[test]
    fn what_is_no_text_or_too_long_is_refused() {
        for bytes in [
            &b"data: \xff\n"[..],
            &[b'x'; 101],
            &[&b"data: "[..], &[b'x'; 60], b"\ndata: ", &[b'x'; 60], b"\n"].concat(),
        ] {
            let trouble = Events::new(100).take(bytes).expect_err("it is refused");
            assert_eq!(trouble.why, Why::Garbled);
        }
    }

    proptest! {
        #[test]
        fn it_makes_no_difference_where_the_network_cuts(
            mut cuts in proptest::collection::vec(0..STREAM.len(), 0..20)
        ) {
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut rest = STREAM.as_bytes();
            for cut in cuts.iter().rev() {
                let (before, after) = rest.split_at(*cut);
                chunks.push(after);
                rest = before;
            }
            chunks.push(rest);
            chunks.reverse();
            prop_assert_eq!(heard(&chunks), heard(&[STREAM.as_bytes()]));
        }
    }
}
