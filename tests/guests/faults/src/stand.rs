//! Touches `kib` (64) KiB of memory and then asks `url` (the test listener) once, so that whoever answers late sees it stand still.

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let kib = usize::try_from(crate::amount("kib", 64)?)?;
    let held = std::hint::black_box(vec![1_u8; kib << 10]);
    let verdict = crate::fetch::run(hook);
    std::hint::black_box(held);
    verdict
}
