package blockkit

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A rule judges one JSON value at a JSON pointer and reports what is wrong with it to the checker.
type rule func(c *checker, at string, v any)

// A field is one member of an object.
type field struct {
	name     string
	required bool
	rule     rule
}

func need(name string, r rule) field { return field{name, true, r} }
func may(name string, r rule) field  { return field{name, false, r} }

// A shape says which members an object may have. whole, if not nil, judges members against each other; it runs
// after the members themselves. A typed shape has a "type" that its table has judged already.
type shape struct {
	typed  bool
	fields []field
	whole  func(c *checker, at string, o object)
}

// check judges o. An optional member that is null counts as absent; a member that the shape does not know is
// refused, as Slack's own schemas do.
func (s shape) check(c *checker, at string, o object) {
	known := 0
	for _, f := range s.fields {
		v, ok := o[f.name]
		if ok {
			known++
		}
		switch {
		case ok && v != nil:
			f.rule(c, at+"/"+f.name, v)
		case f.required:
			c.refuse(at, "missing required field: "+f.name)
		}
	}
	if _, ok := o["type"]; ok && s.typed {
		known++
	}
	if known < len(o) {
		s.refuseUnknown(c, at, o)
	}
	if s.whole != nil {
		s.whole(c, at, o)
	}
}

func (s shape) refuseUnknown(c *checker, at string, o object) {
	var unknown []string
	for name := range o {
		if name == "type" && s.typed || slices.ContainsFunc(s.fields, func(f field) bool { return f.name == name }) {
			continue
		}
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		c.refuse(at+"/"+pointer(name), "invalid additional property: "+name)
	}
}

// pointer escapes a member's name for a JSON pointer (RFC 6901).
func pointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// is makes a shape a rule for an object.
func is(s shape) rule {
	return func(c *checker, at string, v any) {
		o := asObject(v)
		if o == nil {
			c.refuse(at, "must provide an object")
			return
		}
		s.check(c, at, o)
	}
}

// oneType judges an object by the shape that its "type" names.
func oneType(shapes map[string]shape) rule {
	return func(c *checker, at string, v any) {
		o := asObject(v)
		if o == nil {
			c.refuse(at, "must provide an object")
			return
		}
		s, ok := shapes[o.str("type")]
		switch {
		case ok:
			s.check(c, at, o)
		case o["type"] == nil:
			c.refuse(at, "missing required field: type")
		default:
			c.refuse(at+"/type", fmt.Sprintf("unsupported type: %v", o["type"]))
		}
	}
}

// chars is a string of least to most code points.
func chars(least, most int) rule {
	return func(c *checker, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.refuse(at, "must provide a string")
			return
		}
		n := utf8.RuneCountInString(s)
		if n < least {
			c.refuse(at, fmt.Sprintf("must be more than %d characters", least-1))
		}
		if n > most {
			c.refuse(at, fmt.Sprintf("must be less than %d characters", most+1))
		}
	}
}

// oneOf is a string out of a fixed list.
func oneOf(values ...string) rule {
	return func(c *checker, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.refuse(at, "must be one of: "+strings.Join(values, ", "))
		}
	}
}

// truth is a boolean.
func truth(c *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.refuse(at, "must provide a boolean")
	}
}

// number is any JSON number that a double can hold.
func number(c *checker, at string, v any) {
	num, _ := v.(json.Number)
	if _, err := num.Float64(); err != nil {
		c.refuse(at, "must provide a number")
	}
}

// integer is an integer from least to most.
func integer(least, most int64) rule {
	return func(c *checker, at string, v any) {
		num, _ := v.(json.Number)
		n, err := num.Int64()
		if err != nil {
			c.refuse(at, "must provide an integer")
			return
		}
		if n < least || n > most {
			c.refuse(at, fmt.Sprintf("must be a number from %d to %d", least, most))
		}
	}
}

// link is a URL with one of the schemes (any scheme when none is given), of at most most code points.
func link(most int, schemes ...string) rule {
	length := chars(1, most)
	return func(c *checker, at string, v any) {
		length(c, at, v)
		s, ok := v.(string)
		if !ok || s == "" {
			return
		}
		u, err := url.Parse(s)
		switch {
		case err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "":
			c.refuse(at, "must be a valid URL")
		case len(schemes) > 0 && !slices.Contains(schemes, u.Scheme):
			c.refuse(at, "must be a URL that starts with "+strings.Join(schemes, ":// or ")+"://")
		}
	}
}

// items is an array of least to most items that all obey one rule.
func items(least, most int, item rule) rule {
	return func(c *checker, at string, v any) {
		l, ok := v.([]any)
		if !ok {
			c.refuse(at, "must provide an array")
			return
		}
		if len(l) < least {
			c.refuse(at, fmt.Sprintf("no fewer than %d items allowed", least))
		}
		if len(l) > most {
			c.refuse(at, fmt.Sprintf("no more than %d items allowed", most))
		}
		for i, v := range l {
			item(c, at+"/"+strconv.Itoa(i), v)
		}
	}
}

// unbounded is the upper limit where Slack names none.
const unbounded = int(^uint(0) >> 1)
