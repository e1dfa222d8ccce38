//! `plaza-quick`: what a few requests cost, against figures that are kept. A program of its own, since
//! its allocator counts; underneath is Plaza's.

use alloc_tracker::Allocator;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Allocator<MiMalloc> = Allocator::new(MiMalloc);

fn main() -> anyhow::Result<std::process::ExitCode> {
    plaza_bench::quick()
}
