//! Without an operating system: `main` is called by picolibc's start code, and its C functions are there.
#![no_std]
#![no_main]

use core::ffi::{c_char, c_int};

#[link(name = "c")]
extern "C" {
    fn printf(format: *const c_char, ...) -> c_int;
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unsafe { abort() }
}

#[no_mangle]
extern "C" fn main(count: c_int, _: *const *const c_char) -> c_int {
    let product = (1..=5).fold(1.0f32, |product, factor| product * factor as f32);
    unsafe { printf(c"%d arguments, %d\n".as_ptr(), count - 1, product as c_int) };
    7
}
