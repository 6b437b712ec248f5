package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Schema is the part of JSON Schema that answers of APIs are most often described with. A keyword that it does not
// know is refused rather than ignored: a check that does not look would let every release pass.
type Schema struct {
	Type                 string             `json:"type"`
	Required             []string           `json:"required"`
	Properties           map[string]*Schema `json:"properties"`
	AdditionalProperties *bool              `json:"additionalProperties"`
	Items                *Schema            `json:"items"`
	MinItems             *int               `json:"minItems"`
	Enum                 []any              `json:"enum"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MinLength            *int               `json:"minLength"`
	Pattern              string             `json:"pattern"`

	pattern *regexp.Regexp
}

var types = []string{"", "object", "array", "string", "number", "integer", "boolean", "null"}

// ReadSchema reads one from JSON.
func ReadSchema(text string) (*Schema, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var schema Schema
	if err := decoder.Decode(&schema); err != nil {
		return nil, err
	}
	return &schema, schema.prepare()
}

// prepare says what is wrong with the schema itself, and makes it ready for use.
func (s *Schema) prepare() (err error) {
	if !slices.Contains(types, s.Type) {
		return fmt.Errorf("there is no type %q", s.Type)
	}
	if s.pattern, err = regexp.Compile(s.Pattern); err != nil {
		return err
	}
	for name, inner := range s.Properties {
		if err := inner.prepare(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if s.Items != nil {
		return s.Items.prepare()
	}
	return nil
}

// Problems says what in the value breaks the schema, in a stable order.
func (s *Schema) Problems(place string, value any) []string {
	if s.Type != "" && !isOf(s.Type, value) {
		return []string{fmt.Sprintf("%s is %s, expected %s", place, kind(value), s.Type)}
	}
	var problems []string
	add := func(format string, values ...any) {
		problems = append(problems, place+" "+fmt.Sprintf(format, values...))
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(one any) bool { return fmt.Sprint(one) == fmt.Sprint(value) }) {
		add("is %v, expected one of %v", value, s.Enum)
	}
	switch value := value.(type) {
	case map[string]any:
		problems = append(problems, s.inObject(place, value)...)
	case []any:
		if s.MinItems != nil && len(value) < *s.MinItems {
			add("has %d items, expected %d or more", len(value), *s.MinItems)
		}
		for i, item := range value {
			if s.Items != nil {
				problems = append(problems, s.Items.Problems(fmt.Sprintf("%s[%d]", place, i), item)...)
			}
		}
	case float64:
		if s.Minimum != nil && value < *s.Minimum {
			add("is %v, expected %v or more", value, *s.Minimum)
		}
		if s.Maximum != nil && value > *s.Maximum {
			add("is %v, expected %v or less", value, *s.Maximum)
		}
	case string:
		if s.MinLength != nil && len([]rune(value)) < *s.MinLength {
			add("has %d characters, expected %d or more", len([]rune(value)), *s.MinLength)
		}
		if !s.pattern.MatchString(value) {
			add("is %q, expected to match %s", value, s.Pattern)
		}
	}
	return problems
}

func (s *Schema) inObject(place string, value map[string]any) []string {
	var problems []string
	for _, name := range s.Required {
		if _, ok := value[name]; !ok {
			problems = append(problems, fmt.Sprintf("%s has no field %q", place, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		inner, known := s.Properties[name]
		switch {
		case known:
			problems = append(problems, inner.Problems(place+"."+name, value[name])...)
		case s.AdditionalProperties != nil && !*s.AdditionalProperties:
			problems = append(problems, fmt.Sprintf("%s has a field %q that the schema does not have", place, name))
		}
	}
	return problems
}

func isOf(wanted string, value any) bool {
	if number, ok := value.(float64); ok && wanted == "integer" {
		return number == float64(int64(number))
	}
	return kind(value) == wanted
}

func kind(value any) string {
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	default:
		return "null"
	}
}
