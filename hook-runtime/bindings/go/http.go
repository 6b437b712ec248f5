package greenlight

import (
	"fmt"
	"runtime"
	"time"
	"unsafe"
)

//go:wasmimport greenlight:hook/http@0.1.0 fetch
func importFetch(
	method, url string,
	headers unsafe.Pointer, headerCount uint32,
	body unsafe.Pointer, bodyLength uint32,
	hasTimeout, timeoutMs uint32,
	result unsafe.Pointer,
)

// Header is one header of a request or a response; names of a response are in lower case.
type Header struct{ Name, Value string }

// Request is what to ask.
type Request struct {
	// Method is in upper case; empty means GET.
	Method string
	// URL is an absolute http or https URL.
	URL     string
	Headers []Header
	Body    []byte
	// Timeout is the longest that the whole exchange may take; 0 means what is left of the call.
	Timeout time.Duration
}

// Response is what came back, of any status. Redirects are not followed.
type Response struct {
	Status  int
	Headers []Header
	Body    []byte
	// Elapsed is the time from the start of the call to the last byte, as the host saw it.
	Elapsed time.Duration
}

// Header is the value of the first header of this name, in lower case; empty when there is none.
func (r *Response) Header(name string) string {
	for _, header := range r.Headers {
		if header.Name == name {
			return header.Value
		}
	}
	return ""
}

// FetchErrorKind says why nothing came back.
type FetchErrorKind uint8

// The kinds, in the contract's order.
const (
	// FetchDenied: no grant covers this address.
	FetchDenied FetchErrorKind = iota
	// FetchInvalid: the request cannot be sent as it is.
	FetchInvalid
	// FetchDNS: the name could not be resolved.
	FetchDNS
	// FetchConnection: no connection, or it broke.
	FetchConnection
	// FetchTimeout: it took too long.
	FetchTimeout
	// FetchLimit: a limit of the host was reached.
	FetchLimit
	// FetchOther: any other failure.
	FetchOther
)

// FetchError is why nothing came back.
type FetchError struct {
	Kind FetchErrorKind
	// Text is the host's sentence for people.
	Text string
}

func (e *FetchError) Error() string { return e.Text }

// Fetch sends a request and waits for the whole answer. The error is a *FetchError.
func Fetch(request Request) (*Response, error) {
	defer release()
	method := request.Method
	if method == "" {
		method = "GET"
	}
	// As the canonical ABI lays out a list of pairs of strings: four words of 32 bits each.
	words := make([]uint32, 0, 4*len(request.Headers))
	for _, header := range request.Headers {
		words = append(words, address(unsafe.StringData(header.Name)), uint32(len(header.Name)),
			address(unsafe.StringData(header.Value)), uint32(len(header.Value)))
	}
	var hasTimeout, timeoutMs uint32
	if request.Timeout > 0 {
		hasTimeout, timeoutMs = 1, uint32(min(request.Timeout.Milliseconds(), 1<<32-1))
	}
	importFetch(method, request.URL, unsafe.Pointer(unsafe.SliceData(words)), uint32(len(request.Headers)),
		unsafe.Pointer(unsafe.SliceData(request.Body)), uint32(len(request.Body)), hasTimeout, timeoutMs, area.pointer())
	runtime.KeepAlive(request)

	if area.byte(0) != 0 {
		return nil, &FetchError{FetchErrorKind(area.byte(8)), area.text(12)}
	}
	response := &Response{
		Status:  int(area.uint16(8)),
		Body:    []byte(area.text(20)),
		Elapsed: time.Duration(area.uint64(32)) * time.Microsecond,
	}
	for _, pair := range area.pairs(12) {
		response.Headers = append(response.Headers, Header{pair[0], pair[1]})
	}
	return response, nil
}

func address[T any](pointer *T) uint32 { return uint32(uintptr(unsafe.Pointer(pointer))) }

// String names the kind, for logs.
func (k FetchErrorKind) String() string {
	names := [...]string{"denied", "invalid", "dns", "connection", "timeout", "limit", "other"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}
