package greenlight

import "unsafe"

//go:wasmimport greenlight:hook/deployment@0.1.0 id
func importID(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 lifecycle-event
func importLifecycleEvent(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 application
func importApplication(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 group
func importGroup(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 service
func importService(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 test-url
func importTestURL(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 production-url
func importProductionURL(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 production-weights
func importProductionWeights(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 revision
func importRevision(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 attempt
func importAttempt() uint32

//go:wasmimport greenlight:hook/deployment@0.1.0 remaining-ms
func importRemainingMs() uint64

//go:wasmimport greenlight:hook/deployment@0.1.0 state
func importState(result unsafe.Pointer)

//go:wasmimport greenlight:hook/deployment@0.1.0 attribute
func importAttribute(name string, result unsafe.Pointer)

// DeploymentID is the deployment's id, such as d-1NNWZG91L.
func DeploymentID() string { return required(importID) }

// LifecycleEvent is the event in progress, such as AfterAllowTestTraffic.
func LifecycleEvent() string { return required(importLifecycleEvent) }

// Application is the CodeDeploy application; false when the host does not know it.
func Application() (string, bool) { return optional(importApplication) }

// Group is the CodeDeploy deployment group; false when the host does not know it.
func Group() (string, bool) { return optional(importGroup) }

// Service is the ECS service, as cluster:service; false when the host does not know it.
func Service() (string, bool) { return optional(importService) }

// TestURL is where the test listener answers, without a final slash: the new release. False without a test listener.
func TestURL() (string, bool) { return optional(importTestURL) }

// ProductionURL is where the production listener answers: what users see. False when the host does not know it.
func ProductionURL() (string, bool) { return optional(importProductionURL) }

// Revision is the lower-case hexadecimal SHA-256 of the revision's AppSpec; false when the host does not know it.
func Revision() (string, bool) { return optional(importRevision) }

// State is what the previous attempt handed over with Pending; false at the first one.
func State() (string, bool) { return optional(importState) }

// Attempt is 1 at the first call for this lifecycle event, and one more after each Pending.
func Attempt() uint32 { return importAttempt() }

// RemainingMs is how many milliseconds are left before the host ends this call.
func RemainingMs() uint64 { return importRemainingMs() }

// Attribute is any further fact by its name in lower case with hyphens; false when the host does not know it.
func Attribute(name string) (string, bool) {
	return optional(func(result unsafe.Pointer) { importAttribute(name, result) })
}

// Weights are the shares of production requests, in percent.
type Weights struct{ Blue, Green float64 }

// ProductionWeights says how production requests are shared at this moment; false when the host does not know it.
func ProductionWeights() (Weights, bool) {
	defer release()
	importProductionWeights(area.pointer())
	return Weights{area.float64(8), area.float64(16)}, area.byte(0) == 1
}

func required(ask func(unsafe.Pointer)) string {
	defer release()
	ask(area.pointer())
	return area.text(0)
}

func optional(ask func(unsafe.Pointer)) (string, bool) {
	defer release()
	ask(area.pointer())
	if area.byte(0) == 0 {
		return "", false
	}
	return area.text(4), true
}
