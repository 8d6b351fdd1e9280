package main

import (
	"fmt"
	"strconv"

	clarion "github.com/clarion-bot/clarion"
)

// Visits are requests for links, of which no two are of the same visitor: each has an address of its own. The
// links take turns, and so do the browsers.
type visits struct {
	heads [][]byte // of each link, what stands before the address
	tails [][]byte // of each browser, what stands after it
	made  int64    // visits that were answered
}

func newVisits(links []clarion.ShareLink) *visits {
	v := &visits{}
	for _, link := range links {
		v.heads = append(v.heads, []byte("GET /l/"+string(link.Code)+" HTTP/1.1\r\nHost: clarion.example.com\r\nX-Forwarded-For: "))
	}
	for _, agent := range browsers() {
		v.tails = append(v.tails, []byte("\r\nUser-Agent: "+agent+"\r\nAccept: text/html,*/*;q=0.8\r\n\r\n"))
	}
	return v
}

// request appends the n-th visit as it goes over the wire, with few headers, so that reading them hides nothing
// of what else a visit costs. Its address is the n-th from 80.0.0.0.
func (v *visits) request(b []byte, n int64) []byte {
	b = append(b, v.heads[n%int64(len(v.heads))]...)
	b = strconv.AppendInt(b, 80+(n>>24), 10)
	for _, shift := range []int{16, 8, 0} {
		b = strconv.AppendInt(append(b, '.'), (n>>shift)&255, 10)
	}
	return append(b, v.tails[n%int64(len(v.tails))]...)
}

// onLink returns how many visits link i has had.
func (v *visits) onLink(i int) int {
	links := int64(len(v.heads))
	return int((v.made + links - 1 - int64(i)) / links)
}

// browsers returns agents as people's browsers send them: phones most, in apps and alone, and desktops.
func browsers() []string {
	var agents []string
	for version := 120; version <= 144; version++ {
		chrome := func(format string) { agents = append(agents, fmt.Sprintf(format, version)) }
		chrome("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36")
		chrome("Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/%d.0.6778.81 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/490.0.0.63.82;IABMV/1;]")
		chrome("Mozilla/5.0 (Linux; Android 14; SM-G991B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/%d.0.6422.165 Mobile Safari/537.36 [LinkedInApp]/4.1.946")
		chrome("Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/%d.0.0.0 Mobile Safari/537.36")
		chrome("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36")
		chrome("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36")
		agents = append(agents, fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%[1]d.0) Gecko/20100101 Firefox/%[1]d.0", version))
	}
	for major := 15; major <= 18; major++ {
		for minor := range 7 {
			agents = append(agents,
				fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %[1]d_%[2]d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%[1]d.%[2]d Mobile/15E148 Safari/604.1", major, minor),
				fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %[1]d_%[2]d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 [FBAN/FBIOS;FBAV/468.0.0.42.70;FBBV/612345678;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/%[1]d.%[2]d;FBSS/3;FBID/phone;FBLC/en_GB;FBOP/5]", major, minor),
			)
		}
	}
	return agents
}
