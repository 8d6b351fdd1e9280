package blockkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An object is a decoded JSON object. Numbers are json.Number, so that nothing is rounded.
type object map[string]any

// decode reads exactly one JSON value.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("decode JSON: more than one value")
	}
	return v, nil
}

// asObject returns v as an object, or nil.
func asObject(v any) object {
	m, _ := v.(map[string]any)
	return m
}

// str returns the string under key, or "".
func (o object) str(key string) string {
	s, _ := o[key].(string)
	return s
}

// obj returns the object under key, or nil.
func (o object) obj(key string) object { return asObject(o[key]) }

// list returns the array under key, or nil.
func (o object) list(key string) []any {
	l, _ := o[key].([]any)
	return l
}

// flag returns the boolean under key, or false.
func (o object) flag(key string) bool {
	b, _ := o[key].(bool)
	return b
}

// integer returns the whole number under key; ok is false when there is none.
func (o object) integer(key string) (n int64, ok bool) {
	num, ok := o[key].(json.Number)
	if !ok {
		return 0, false
	}
	n, err := num.Int64()
	return n, err == nil
}

// float returns the number under key, or 0.
func (o object) float(key string) float64 {
	num, _ := o[key].(json.Number)
	f, err := num.Float64()
	if err != nil {
		return 0
	}
	return f
}

// objects returns the objects of the array under key, leaving out everything else.
func (o object) objects(key string) []object {
	var all []object
	for _, v := range o.list(key) {
		if m := asObject(v); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// strs returns the strings of the array under key, leaving out everything else.
func (o object) strs(key string) []string {
	var all []string
	for _, v := range o.list(key) {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
