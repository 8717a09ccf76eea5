package main

/*
#include <stdio.h>
#include <stdlib.h>

static void greet(const char *name) {
  printf("hello %s from C\n", name);
  fflush(stdout);
}
*/
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

func main() {
	name := C.CString("gopher")
	defer C.free(unsafe.Pointer(name))
	C.greet(name)
	fmt.Println(runtime.GOOS, runtime.GOARCH)
}
