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
	sign := strings.TrimSpace(emoji.CodeMap()[":"+name+":"])
	if sign != "" && tone != "" {
		sign += skinTones[tone[0]-'2']
	}
	return sign
}
