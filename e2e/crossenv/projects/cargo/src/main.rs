use std::ffi::{c_char, c_int, CString};

extern "C" {
    fn greet(name: *const c_char) -> c_int;
}

fn main() {
    let name = CString::new("crab").unwrap();
    let length = unsafe { greet(name.as_ptr()) };
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| {
        if length > 3 {
            panic!("too long")
        }
    });
    println!("{} letters, unwound: {}", length, caught.is_err());
}
