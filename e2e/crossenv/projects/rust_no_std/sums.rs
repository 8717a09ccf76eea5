//! A crate without the standard library, as firmware and plugins are: nothing of it asks for a libc.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

/// The core library is compiled so that it could unwind, and asks for this; nothing here unwinds.
#[no_mangle]
pub extern "C" fn rust_eh_personality() {}

/// Sum of the squares of `count` numbers. `values` must point to that many.
#[no_mangle]
pub unsafe extern "C" fn sum_of_squares(values: *const u32, count: usize) -> u64 {
    core::slice::from_raw_parts(values, count).iter().map(|&value| u64::from(value) * u64::from(value)).sum()
}
