// Command app answers with what it was asked for, and says its port in a line of its own.
package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/google/uuid"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	handler := func(response http.ResponseWriter, request *http.Request) {
		fmt.Fprintf(response, "go %s %s", request.URL.Path, uuid.NewSHA1(uuid.NameSpaceURL, []byte("wherry")))
	}
	panic(http.Serve(listener, http.HandlerFunc(handler)))
}
