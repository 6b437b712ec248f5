// Package greenlight lets a Go program judge a blue/green deployment, as the contract greenlight:hook@0.1.0 says.
//
// `greenlight hook build` puts it into the plugin's own module. A plugin is a main package that registers one function:
//
//	func init() {
//		greenlight.Validate(func() greenlight.Verdict {
//			response, err := greenlight.Fetch(greenlight.Request{URL: "http://example.com/health"})
//			if err != nil {
//				return greenlight.Fail("no answer: %v", err)
//			}
//			if response.Status != 200 {
//				return greenlight.Fail("health answered %d, expected 200", response.Status)
//			}
//			return greenlight.Pass()
//		})
//	}
//
//	func main() {}
package greenlight

import (
	"fmt"
	"unsafe"
)

// Verdict says whether the deployment may go on. Pass, Fail and Pending make one.
type Verdict struct {
	tag          uint8
	delaySeconds uint32
	text         string
}

// Pass lets the deployment go on.
func Pass() Verdict { return Verdict{} }

// Fail stops the deployment, for this reason: one sentence for the person who reads the log.
func Fail(format string, values ...any) Verdict {
	return Verdict{tag: 1, text: fmt.Sprintf(format, values...)}
}

// Pending asks to be called again in so many seconds, and hands the state to the next attempt.
func Pending(delaySeconds uint32, state string) Verdict {
	return Verdict{tag: 2, delaySeconds: delaySeconds, text: state}
}

var validator func() Verdict

// Validate registers the function that judges the deployment. Call it once, from init.
func Validate(judge func() Verdict) { validator = judge }

// The last answer; it must outlive the call.
var (
	answer     returnArea
	answerText string
)

//go:wasmexport greenlight:hook/validator@0.1.0#validate
func exportValidate() unsafe.Pointer {
	verdict := Fail("the plugin registered no function; call greenlight.Validate from init")
	if validator != nil {
		verdict = validator()
	}
	answerText = verdict.text
	answer.setByte(0, verdict.tag)
	at := uintptr(4)
	if verdict.tag == 2 {
		answer.setUint32(at, verdict.delaySeconds)
		at += 4
	}
	answer.setUint32(at, address(unsafe.StringData(answerText)))
	answer.setUint32(at+4, uint32(len(answerText)))
	return answer.pointer()
}
