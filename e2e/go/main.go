package main

import (
	"fmt"
	"os/user"
	"runtime"
	"sync"

	"example.com/greeting"
)

func main() {
	var group sync.WaitGroup
	counts := make([]int, 8)
	for index := range counts {
		group.Add(1)
		go func() {
			defer group.Done()
			counts[index] = greeting.Count("three words here")
		}()
	}
	group.Wait()
	_, err := user.LookupId("4294967294")
	fmt.Println(runtime.GOOS, runtime.GOARCH, counts, greeting.Count(""), err != nil)
}
