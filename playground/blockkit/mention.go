package blockkit

import (
	"strconv"
	"strings"
	"time"
)

// angle draws what stands between < and > in mrkdwn: a mention, a date or a link, each with an optional label
// after "|".
func (d *drawer) angle(s string) {
	target, label, _ := strings.Cut(s, "|")
	label = emojify(unescape(label))
	switch {
	case strings.HasPrefix(target, "@"):
		d.mention("@", or(label, d.userName(target[1:])))
	case strings.HasPrefix(target, "#"):
		d.mention("#", or(label, d.channelName(target[1:])))
	case strings.HasPrefix(target, "!date^"):
		d.dateMark(target, label)
	case strings.HasPrefix(target, "!subteam^"):
		d.mention("@", strings.TrimPrefix(or(label, strings.TrimPrefix(target, "!subteam^")), "@"))
	case strings.HasPrefix(target, "!"):
		d.mention("@", or(label, strings.TrimPrefix(target, "!")))
	default:
		address := unescape(target)
		d.anchor(address, or(label, strings.TrimPrefix(address, "mailto:")))
	}
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

func (d *drawer) mention(sign, name string) {
	d.leaf("span", sign+strings.TrimPrefix(name, sign), set("class", "bk-mention"))
}

// anchor draws a link; one that must not be followed is drawn as its label.
func (d *drawer) anchor(address, label string) {
	to := href(address)
	if to == "" {
		d.text(label)
		return
	}
	d.leaf("a", label, set("class", "bk-link"), set("href", to), set("target", "_blank"), set("rel", "noopener noreferrer"))
}

// dateMark draws <!date^unix^format^link|fallback>.
func (d *drawer) dateMark(target, fallback string) {
	parts := strings.SplitN(strings.TrimPrefix(target, "!date^"), "^", 3)
	unix, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) < 2 {
		d.text(fallback)
		return
	}
	var to string
	if len(parts) == 3 {
		to = unescape(parts[2])
	}
	d.moment(unix, unescape(parts[1]), to)
}

// moment draws a time in the viewer's zone by Slack's tokens, with a link if there is one.
func (d *drawer) moment(unix int64, format, to string) {
	t := time.Unix(unix, 0).In(d.zone)
	to = href(to)
	if to != "" {
		d.open("a", set("class", "bk-link"), set("href", to), set("target", "_blank"), set("rel", "noopener noreferrer"))
	}
	d.leaf("time", formatDate(t, format), set("datetime", t.Format(time.RFC3339)))
	if to != "" {
		d.close("a")
	}
}

// formatDate fills Slack's date tokens (https://docs.slack.dev/messaging/formatting-message-text#date-formatting).
// The "pretty" ones say a date and never "today": what is drawn may be looked at on another day.
func formatDate(t time.Time, format string) string {
	day := ordinal(t.Day())
	return strings.NewReplacer(
		"{date_num}", t.Format("2006-01-02"),
		"{date_slash}", t.Format("02/01/2006"),
		"{date_long}", t.Format("Monday, January ")+day+t.Format(", 2006"),
		"{date_long_full}", t.Format("January 2, 2006"),
		"{date_long_pretty}", t.Format("Monday, January ")+day+t.Format(", 2006"),
		"{day_divider_pretty}", t.Format("Monday, January ")+day,
		"{date}", t.Format("January ")+day,
		"{date_pretty}", t.Format("January ")+day,
		"{date_short}", t.Format("Jan 2, 2006"),
		"{date_short_pretty}", t.Format("Jan 2, 2006"),
		"{time}", t.Format("15:04"),
		"{time_secs}", t.Format("15:04:05"),
		"{ago}", t.Format("Jan 2, 2006 15:04"),
	).Replace(format)
}

// ordinal writes 1st, 2nd, 3rd, 4th, 11th …
func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
