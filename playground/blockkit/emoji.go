package blockkit

import (
	"regexp"
	"strings"

	"github.com/kyokomi/emoji/v2"
)

// emojiCode is an emoji as Slack writes it: ":tada:", ":wave::skin-tone-3:".
var emojiCode = regexp.MustCompile(`:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?`)

// skinTones are the Unicode modifiers of Slack's skin-tone-2 to skin-tone-6.
var skinTones = [...]string{"\U0001F3FB", "\U0001F3FC", "\U0001F3FD", "\U0001F3FE", "\U0001F3FF"}

// emojify replaces the codes of known emoji by their characters and leaves everything else as it is.
func emojify(s string) string {
	if !strings.Contains(s, ":") {
		return s
	}
	return emojiCode.ReplaceAllStringFunc(s, func(code string) string {
		parts := emojiCode.FindStringSubmatch(code)
		if sign := emojiNamed(parts[1], parts[2]); sign != "" {
			return sign
		}
		return code
	})
}

// emojiNamed returns the character of an emoji's name and, if any, its skin tone "2" to "6"; "" when unknown.
func emojiNamed(name, tone string) string {
	sign, ok := slackEmoji[name]
	if !ok {
		sign = strings.TrimSpace(emoji.CodeMap()[":"+name+":"])
	}
	if sign != "" && tone != "" {
		sign += skinTones[tone[0]-'2']
	}
	return sign
}

// slackEmoji are names that Slack has and the library lacks.
var slackEmoji = map[string]string{
	"simple_smile":             "🙂",
	"slightly_smiling_face":    "🙂",
	"large_green_circle":       "🟢",
	"large_yellow_circle":      "🟡",
	"first_place_medal":        "🥇",
	"second_place_medal":       "🥈",
	"third_place_medal":        "🥉",
	"party_blob":               "🎉",
	"white_check_mark":         "✅",
	"heavy_plus_sign":          "➕",
	"speech_balloon":           "💬",
	"face_with_monocle":        "🧐",
	"partying_face":            "🥳",
	"star-struck":              "🤩",
	"mantelpiece_clock":        "🕰️",
	"spiral_calendar_pad":      "🗓️",
	"chart_with_upwards_trend": "📈",
}
