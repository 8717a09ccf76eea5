//! Writes its arguments as Roman numerals, by a library in C++.

use std::ffi::{c_char, c_int, CStr};

extern "C" {
    fn write_numeral(number: c_int, bytes: *mut c_char) -> bool;
}

/// A number as a Roman numeral, which those from 1 to 3999 have.
fn numeral(number: i32) -> Option<String> {
    let mut bytes = [0 as c_char; 16];
    let written = unsafe { write_numeral(number, bytes.as_mut_ptr()) };
    written.then(|| unsafe { CStr::from_ptr(bytes.as_ptr()) }.to_string_lossy().into_owned())
}

fn main() {
    for argument in std::env::args().skip(1) {
        match argument.parse().ok().and_then(numeral) {
            Some(text) => println!("{text}"),
            None => println!("{argument} has no numeral"),
        }
    }
}

#[test]
fn numerals() {
    assert_eq!(numeral(1994).as_deref(), Some("MCMXCIV"));
    assert_eq!(numeral(3888).as_deref(), Some("MMMDCCCLXXXVIII"));
    assert_eq!(numeral(0), None);
}
