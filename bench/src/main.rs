//! `plaza-bench`: measures what Plaza promises. All of it is in the library, which `plaza-quick` shares.

fn main() -> anyhow::Result<()> {
    plaza_bench::bench()
}
