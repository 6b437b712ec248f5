// A validation test that holds the answer of an API to a schema.
package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go-schema/greenlight"
)

// The schema that holds when none is configured: the answer of the demo service.
const defaultSchema = `{
	"type": "object",
	"required": ["service", "version"],
	"properties": {"service": {"type": "string"}, "version": {"type": "string", "minLength": 1}}
}`

func init() { greenlight.Validate(validate) }

func main() {}

func validate() greenlight.Verdict {
	base, ok := greenlight.TestURL()
	if !ok {
		return greenlight.Fail("this deployment has no test listener; add one to the deployment group")
	}
	path := config("path", "/version")
	timeout, err := time.ParseDuration(config("timeout", "5s"))
	if err != nil {
		return greenlight.Fail("config key `timeout` is no duration such as 5s: %v", err)
	}
	schema, err := ReadSchema(config("schema", defaultSchema))
	if err != nil {
		return greenlight.Fail("config key `schema` is no schema that this test knows: %v", err)
	}
	problems, err := ask(base+path, timeout, schema)
	if err != nil {
		greenlight.Check("answer", greenlight.CheckFail, err.Error())
		return greenlight.Fail("GET %s: %v", path, err)
	}
	greenlight.Check("answer", greenlight.CheckPass, fmt.Sprintf("GET %s answered JSON", path))
	if len(problems) > 0 {
		greenlight.Check("schema", greenlight.CheckFail, strings.Join(problems, "; "))
		return greenlight.Fail("GET %s breaks the schema: %s", path, strings.Join(problems, "; "))
	}
	greenlight.Check("schema", greenlight.CheckPass, "the answer keeps the schema")
	return greenlight.Pass()
}

// ask returns what breaks the schema, or an error when there is no JSON to hold to it.
func ask(url string, timeout time.Duration, schema *Schema) ([]string, error) {
	response, err := greenlight.Fetch(greenlight.Request{
		URL:     url,
		Headers: []greenlight.Header{{Name: "accept", Value: "application/json"}},
		Timeout: timeout,
	})
	if err != nil {
		return nil, err
	}
	greenlight.Metric("answered in", float64(response.Elapsed.Microseconds())/1000, "Milliseconds")
	if response.Status != 200 {
		return nil, fmt.Errorf("answered %d, expected 200", response.Status)
	}
	var value any
	if err := json.Unmarshal(response.Body, &value); err != nil {
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	return schema.Problems("the answer", value), nil
}

func config(key, fallback string) string {
	if value, ok := greenlight.Config(key); ok {
		return value
	}
	return fallback
}
