package greenlight

import "fmt"

//go:wasmimport greenlight:hook/report@0.1.0 check
func importCheck(name string, outcome uint32, detail string)

//go:wasmimport greenlight:hook/report@0.1.0 metric
func importMetric(name string, value float64, unit string)

//go:wasmimport greenlight:hook/report@0.1.0 log
func importLog(level uint32, text string)

// Outcome is how one check ended.
type Outcome uint32

// What a check can come to.
const (
	// CheckPass: what was asked for is so.
	CheckPass Outcome = iota
	// CheckFail: it is not so; the verdict should be Fail.
	CheckFail
	// CheckWarn: worth a look, but no reason to stop the deployment.
	CheckWarn
	// CheckSkip: not carried out.
	CheckSkip
)

// Check records one named check. The detail says what was seen, and what was expected when the two differ.
func Check(name string, outcome Outcome, detail string) { importCheck(name, uint32(outcome), detail) }

// Metric records one measured value. The unit is one of CloudWatch's, such as Milliseconds, Bytes, Count or Percent.
func Metric(name string, value float64, unit string) { importMetric(name, value, unit) }

// Level is how much a log line matters.
type Level uint32

// The levels, from the least to the most.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

// Logf writes one line to the hook's log.
func Logf(level Level, format string, values ...any) {
	importLog(uint32(level), fmt.Sprintf(format, values...))
}
