//! The assistant: the gateway to a language model.

mod gateway;
