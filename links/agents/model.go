package agents

import "strings"

// ofDevice says whether the bytes from start to end of the agent tell of the device and not of the browser:
// Cubot, Power Bot, Butterfly and Discovery are phones. That is so where Android's agents name the phone, and in
// what apps add to the agent of the browser that they open links in.
func ofDevice(userAgent string, start, end int) bool {
	return within(userAgent, start, end, androidModel) || within(userAgent, start, end, appsOwn)
}

func within(userAgent string, start, end int, span func(string) (from, to int)) bool {
	from, to := span(userAgent)
	return from <= start && end <= to
}

// androidModel returns where the agent names the phone and its software: behind Android's version, and behind
// the language where old agents tell it: "(Linux; U; Android 4.2.2; it-it; S222 Build/CUBOT)".
func androidModel(userAgent string) (from, to int) {
	from = strings.Index(userAgent, "Android ")
	if from < 0 {
		return 0, 0
	}
	closed := strings.IndexByte(userAgent[from:], ')')
	if closed < 0 {
		return 0, 0
	}
	closed += from
	for range 2 {
		next := strings.IndexByte(userAgent[from:closed], ';')
		if next < 0 {
			return 0, 0
		}
		from += next + 1
		to = closed
		if next = strings.IndexByte(userAgent[from:closed], ';'); next >= 0 {
			to = from + next
		}
		if !isLanguage(strings.TrimSpace(userAgent[from:to])) {
			return from, to
		}
	}
	return 0, 0
}

// isLanguage says whether the field is a language's tag, such as "de", "en-US" or "zh_CN".
func isLanguage(s string) bool {
	return len(s) == 2 || len(s) == 5 && (s[2] == '-' || s[2] == '_')
}

// appsOwn returns where an app tells of the phone, its maker and its network:
//
//	[FBAN/FBIOS;FBDV/iPhone14,5;FBCR/Three;…]
//	Instagram 335.0.0.39.93 Android (33/13; 480dpi; 1080x2158; OPPO; CPH2483; …)
func appsOwn(userAgent string) (from, to int) {
	for _, app := range [...]struct {
		name  string // then the version, which begins with a digit, save in FB
		close byte
	}{{"[FB", ']'}, {"Instagram ", ')'}, {"Barcelona ", ')'}, {"Snapchat", ')'}, {"Telegram-Android/", ')'}} {
		from = strings.Index(userAgent, app.name)
		if from <= 0 {
			continue
		}
		rest := userAgent[from+len(app.name):]
		if app.close == ')' && (rest == "" || rest[0] < '0' || rest[0] > '9') {
			continue
		}
		if to = strings.IndexByte(rest, app.close); to >= 0 {
			return from, from + len(app.name) + to
		}
	}
	return 0, 0
}
