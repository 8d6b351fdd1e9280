package main

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret is a setting that nobody may read over somebody's shoulder. Every way of printing it prints
// [redacted]; only Reveal returns it. It holds a pointer, because package fmt does not ask the methods of
// unexported fields how they want to be printed, and prints a pointer's address there.
type Secret struct{ value *string }

// NewSecret returns a secret. An empty one counts as not set.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{&s}
}

// Reveal returns the secret itself, for the one who has to use it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet says whether there is a secret.
func (s Secret) IsSet() bool { return s.value != nil }

func (s Secret) String() string   { return redacted }
func (s Secret) GoString() string { return redacted }

// Format answers every verb and flag of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText answers encoders of text, such as those of JSON, XML and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON answers encoders of JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue answers package slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
