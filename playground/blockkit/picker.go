package blockkit

import (
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

const (
	dateLayout = "2006-01-02"
	timeLayout = "15:04"
)

// inLayout is a string that time.Parse reads with a layout; want says how it should look.
func inLayout(layout, want string) rule {
	return func(c *checker, at string, v any) {
		s, _ := v.(string)
		if _, err := time.Parse(layout, s); err != nil {
			c.refuse(at, "must be in the format "+want)
		}
	}
}

// datepickerShape: https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element
var datepickerShape = shape{typed: true, fields: menuFields(may("initial_date", inLayout(dateLayout, "YYYY-MM-DD")))}

// timepickerShape: https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element
var timepickerShape = shape{typed: true, fields: menuFields(
	may("initial_time", inLayout(timeLayout, "HH:mm")),
	may("timezone", timezone),
)}

// timezone is an IANA name: "America/Chicago".
func timezone(c *checker, at string, v any) {
	s, _ := v.(string)
	if _, err := time.LoadLocation(s); err != nil || s == "" {
		c.refuse(at, "must be a time zone of the IANA database")
	}
}

// datetimepickerShape: https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element; the
// initial time is ten digits of Unix time.
var datetimepickerShape = shape{typed: true, fields: elementFields(
	may("initial_date_time", integer(1_000_000_000, 9_999_999_999)),
	may("confirm", confirmation),
	may("focus_on_load", focus),
)}

func (d *drawer) datepicker(el object, s slot) {
	d.open("input", s.control(el, set("type", "date"), set("class", "bk-text-input bk-date"), set("value", d.state(el, s).str("selected_date")))...)
}

func (d *drawer) timepicker(el object, s slot) {
	d.open("input", s.control(el, set("type", "time"), set("class", "bk-text-input bk-time"), set("value", d.state(el, s).str("selected_time")))...)
	if zone := el.str("timezone"); zone != "" {
		d.leaf("small", zone, set("class", "bk-description"))
	}
}

// datetimepicker draws two controls, "…~date" and "…~time", in the viewer's time zone.
func (d *drawer) datetimepicker(el object, s slot) {
	var date, clock string
	if unix, ok := d.state(el, s).integer("selected_date_time"); ok {
		t := time.Unix(unix, 0).In(d.zone)
		date, clock = t.Format(dateLayout), t.Format(timeLayout)
	}
	d.open("div", append(s.marks(el), set("class", "bk-datetime"), set("role", "group"), s.aria())...)
	part := func(kind markup, label, value string) {
		attrs := []attr{
			set("type", string(kind)), set("class", "bk-text-input"), set("id", s.id+"-"+string(kind)), set("name", s.name()+"~"+string(kind)),
			set("value", value), set("aria-label", label), onIf("required", s.required),
			onIf("autofocus", kind == "date" && el.flag("focus_on_load")),
		}
		if s.invalid {
			attrs = append(attrs, set("aria-invalid", "true"), set("aria-describedby", s.describedBy))
		}
		d.open("input", attrs...)
	}
	part("date", "Date", date)
	part("time", "Time", clock)
	d.close("div")
}

func initialTime(el object) object {
	return withTimezone(el, object{"selected_time": el["initial_time"]})
}

func readTime(el object, form url.Values, name string) object {
	return withTimezone(el, readID("selected_time")(el, form, name))
}

// withTimezone adds the timezone that Slack passes on.
func withTimezone(el, state object) object {
	if zone := el.str("timezone"); zone != "" {
		state["timezone"] = zone
	}
	return state
}

func initialDateTime(el object) object { return object{"selected_date_time": el["initial_date_time"]} }

// readDateTime reads the two controls of a datetimepicker as one moment in zone; anything less than a date and a
// time is no moment.
func readDateTime(form url.Values, name string, zone *time.Location) object {
	t, err := time.ParseInLocation(dateLayout+" "+timeLayout, form.Get(name+"~date")+" "+form.Get(name+"~time"), zone)
	if err != nil {
		return object{"selected_date_time": nil}
	}
	return object{"selected_date_time": json.Number(decimal(t.Unix()))}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
