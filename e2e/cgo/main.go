// C in Go, and what of Go's own libraries calls the system's: names, users, and certificates.
package main

/*
static int twice(int number) { return number * 2; }
*/
import "C"

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/user"
)

func main() {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	_, refused := http.Get(server.URL)
	_, unnamed := net.LookupHost("127.0.0.1")
	_, nobody := user.LookupId("12345678")
	fmt.Println(C.twice(21), refused != nil, unnamed == nil, nobody != nil)
}
